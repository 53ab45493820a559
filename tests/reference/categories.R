# Proportions, McNemar and marginal homogeneity by stats and coin; the intervals of Tango and of
# Newcombe written out in R from the papers, for the numbers they print are few.
#   Rscript categories.R > categories.json      (in tests/reference)
suppressMessages({library(coin); library(jsonlite)})

wilson <- lapply(list(c(0, 7), c(7, 7), c(1, 1), c(8, 19), c(3, 250), c(499, 1000)), function(x) {
  at <- function(level) suppressWarnings(prop.test(x[1], x[2], conf.level = level, correct = FALSE))$conf.int
  list(id = paste0("wilson_", x[1], "_", x[2]), kind = "wilson", args = list(k = x[1], n = x[2]),
       expected = list(ci_95 = as.numeric(at(0.95)), ci_90 = as.numeric(at(0.90))))
})

# Tango (1998), equations 24 to 26, solved by uniroot.
tango <- function(b, c, n, level = 0.95) {
  z <- qnorm((1 + level) / 2)
  score <- function(d) {
    q <- (sqrt((b + c - (2 * n - b + c) * d)^2 + 8 * n * c * d * (1 - d)) + (b + c - (2 * n - b + c) * d)) / (4 * n)
    (b - c - n * d) / sqrt(n * (2 * q + d * (1 - d)))
  }
  e <- 1e-9
  hat <- (b - c) / n
  root <- function(target, from, to) uniroot(function(d) score(d) - target, c(from, to), tol = 1e-15)$root
  c(root(z, -1 + e, hat - e), root(-z, hat + e, 1 - e))
}
# Newcombe (1998), method 10, for (c - b) / n of the table a (both), b (before only), c, d.
newcombe <- function(a, b, c, d, level = 0.95) {
  n <- a + b + c + d
  w <- function(k) suppressWarnings(prop.test(k, n, conf.level = level, correct = FALSE))$conf.int
  before <- w(a + b); after <- w(a + c); p1 <- (a + b) / n; p2 <- (a + c) / n
  m <- (a + b) * (c + d) * (a + c) * (b + d); x <- a * d - b * c
  phi <- if (m == 0) 0 else (if (x > n / 2) x - n / 2 else if (x >= 0) 0 else x) / sqrt(m)
  join <- function(u, v) sqrt(u^2 - 2 * phi * u * v + v^2)
  c(p2 - p1 - join(p2 - after[1], before[2] - p1), p2 - p1 + join(after[2] - p2, p1 - before[1]))
}
pairs <- lapply(list(c(36, 12, 2, 10), c(25, 14, 5, 30), c(3, 1, 10, 20), c(40, 7, 19, 12), c(1, 1, 7, 12), c(10, 3, 4, 2)),
  function(x) list(id = paste(c("pairs", x), collapse = "_"), kind = "difference",
    args = list(both = x[1], only_before = x[2], only_after = x[3], neither = x[4]),
    expected = list(tango = tango(x[3], x[2], sum(x)), newcombe = newcombe(x[1], x[2], x[3], x[4]))))

tables <- list(
  three = rbind(c(20, 4, 2), c(9, 18, 5), c(3, 7, 22)),
  five = rbind(c(1, 0, 1, 0, 0), c(0, 2, 8, 4, 4), c(1, 1, 31, 14, 11), c(1, 0, 15, 9, 12), c(0, 0, 2, 1, 3)),
  two = rbind(c(25, 14), c(5, 30)),
  unused = rbind(c(5, 3, 0, 1), c(1, 7, 0, 2), c(0, 0, 0, 0), c(2, 0, 0, 6)))
homogeneity <- lapply(names(tables), function(id) {
  t <- tables[[id]]; k <- nrow(t)
  # coin knows no category that nobody is in, so it goes; the scores stay.
  used <- which(rowSums(t) + colSums(t) > 0)
  s <- t[used, used]
  labels <- as.character(used)
  tab <- as.table(matrix(s, length(used), dimnames = list(before = labels, after = labels)))
  nominal <- mh_test(tab)
  ordinal <- mh_test(tab, scores = list(response = used))
  # The sign-flip distribution by brute force over moved people, in one sum of independent steps.
  steps <- unlist(lapply(1:k, function(i) lapply(1:k, function(j) rep(abs(i - j), if (i == j) 0 else t[i, j]))))
  up <- sum(sapply(1:k, function(i) sapply(1:k, function(j) if (j > i) (j - i) * t[i, j] else 0)))
  law <- 1
  for (x in steps) law <- (c(law, rep(0, x)) + c(rep(0, x), law)) / 2
  tail <- min(sum(law[1:(up + 1)]), sum(law[(up + 1):length(law)]))
  list(id = paste0("homogeneity_", id), kind = "marginal_homogeneity", args = list(table = t),
       expected = list(stuart_maxwell = as.numeric(statistic(nominal)), df = length(used) - 1,
                       p = as.numeric(pvalue(nominal)), z_squared = as.numeric(statistic(ordinal))^2,
                       p_normal = as.numeric(pvalue(ordinal)), p_exact = min(1, 2 * tail)))
})
cat(toJSON(c(wilson, pairs, homogeneity), auto_unbox = TRUE, digits = 16, pretty = TRUE), "\n")
