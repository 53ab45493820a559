# The partially overlapping samples t tests of Derrick, Russ, Toher & White (2017), written from the
# formulae of the paper, and Welch's test, by base R.
#   Rscript overlap.R > overlap.json      (in tests/reference)
library(jsonlite)
partly <- function(x, y, equal, level = 0.95) {
  paired <- !is.na(x) & !is.na(y)
  first <- x[!is.na(x)]; second <- y[!is.na(y)]
  nc <- sum(paired); n1 <- length(first); n2 <- length(second); na <- n1 - nc; nb <- n2 - nc
  r <- if (nc > 1) cor(x[paired], y[paired]) else 0
  v <- if (equal) rep(((n1 - 1) * var(first) + (n2 - 1) * var(second)) / (n1 + n2 - 2), 2) else c(var(first), var(second))
  se <- sqrt(v[1] / n1 + v[2] / n2 - 2 * r * sqrt(v[1] * v[2]) * nc / (n1 * n2))
  gamma <- if (equal) na + nb + 2 * nc - 2 else
    (v[1] / n1 + v[2] / n2)^2 / ((v[1] / n1)^2 / (n1 - 1) + (v[2] / n2)^2 / (n2 - 1))
  df <- (nc - 1) + (gamma - nc + 1) / (na + nb + 2 * nc) * (na + nb)
  d <- mean(second) - mean(first)
  list(value = d, statistic = d / se, df = df, p_value = 2 * pt(-abs(d / se), df),
       ci_low = d - qt((1 + level) / 2, df) * se, ci_high = d + qt((1 + level) / 2, df) * se)
}
welch <- function(x, y) {
  t <- t.test(y[!is.na(y)], x[!is.na(x)])
  list(value = unname(t$estimate[1] - t$estimate[2]), statistic = unname(t$statistic),
       df = unname(t$parameter), p_value = t$p.value, ci_low = t$conf.int[1], ci_high = t$conf.int[2])
}
case <- function(id, x, y, note) list(id = id, note = note, pre = x, post = y,
  expected = list(unequal = partly(x, y, FALSE), equal = partly(x, y, TRUE), welch = welch(x, y)))
gap <- function(n) rep(NA_real_, n)
b <- read.csv("data/btheb_wide.csv")
set.seed(1); person <- rnorm(60, 0, 3)
x <- round(10 + person + rnorm(60, 0, 2), 1); y <- round(11 + person + rnorm(60, 0, 4), 1)
x[sample(60, 25)] <- NA; y[sample(60, 10)] <- NA
cases <- list(
  case("derrick_example", c(20, 21, 16, 18, 14, 12, 14, 17, gap(8), 14, 15, 18, 20, 11, 19, 14, 15),
       c(gap(8), 10, 16, 18, 16, 15, 14, 13, 10, 15, 10, 15, 17, 13, 19, 12, 13),
       "Derrick, Toher & White (2017), The Quantitative Methods for Psychology 13(2), 120-126: two-sided p .026 with equal variances"),
  case("beat_the_blues", b$bdi_0m, b$bdi_8m, "only some stayed: nobody has the later score alone"),
  case("unequal_spread", x, y, "simulated, the later scores spread wider, some people missing at either"),
  case("negative_correlation", c(1, 2, 3, 4, 5, NA, 3), c(9, 7, 8, 5, 6, 7, NA), "pairs that run against each other"))
cat(toJSON(cases, auto_unbox = TRUE, digits = NA, na = "null"), "\n")
