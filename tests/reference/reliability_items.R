# Reliability of scales, by psych, base R and an independent minimisation for omega.
#   Rscript reliability_items.R > reliability_items.json      (in tests/reference)
suppressMessages({library(psych); library(jsonlite)})
# One factor by minimum residuals, |loading| <= 1: L-BFGS-B from many starts, off-diagonal loss.
minres <- function(R) {
  p <- ncol(R)
  loss <- function(l) { e <- R - tcrossprod(l); diag(e) <- 0; sum(e^2) / 2 }
  slope <- function(l) { e <- R - tcrossprod(l); diag(e) <- 0; as.vector(-2 * e %*% l) }
  set.seed(1)
  starts <- c(list(rep(0.5, p)), lapply(1:60, function(i) runif(p, -1, 1)))
  fits <- lapply(starts, function(s) optim(s, loss, slope, method = "L-BFGS-B", lower = -1, upper = 1,
    control = list(factr = 10, pgtol = 1e-12, maxit = 5000)))
  best <- fits[[which.min(sapply(fits, `[[`, "value"))]]
  l <- best$par * sign(sum(best$par))
  list(loadings = l, omega = 1 - sum(1 - l^2) / sum(R), loss = best$value)
}
scale_case <- function(id, x, note) {
  k <- ncol(x); n <- nrow(x)
  a <- suppressWarnings(psych::alpha(as.data.frame(x), warnings = FALSE, check.keys = FALSE))
  ci <- psych::alpha.ci(a$total$raw_alpha, n.obs = n, n.var = k)
  out <- list(id = id, note = note, data = x, expected = list(
    n = n, alpha = a$total$raw_alpha, alpha_std = a$total$std.alpha,
    feldt = c(ci$lower.ci, ci$upper.ci),
    feldt_90 = {c90 <- psych::alpha.ci(a$total$raw_alpha, n.obs = n, n.var = k, p.val = 0.10); c(c90$lower.ci, c90$upper.ci)},
    item_rest = unname(sapply(seq_len(k), function(i) cor(x[, i], rowSums(x[, -i, drop = FALSE])))),
    psych_r_drop = unname(a$item.stats$r.drop),
    alpha_if_dropped = if (k > 2) a$alpha.drop$raw_alpha else NULL,
    item_mean = unname(colMeans(x)), item_sd = unname(apply(x, 2, sd)),
    sem = sd(rowSums(x)) * sqrt(1 - a$total$raw_alpha)))
  if (k > 2) {
    m <- minres(cor(x)); f <- suppressWarnings(psych::fa(cor(x), 1, fm = "minres", n.obs = n))
    out$expected$omega <- m$omega; out$expected$loadings <- m$loadings
    out$expected$psych_fa_loadings <- as.vector(unclass(f$loadings)) * sign(sum(f$loadings))
    out$expected$heywood <- which(abs(m$loadings) > 1 - 1e-9)
  }
  out
}
hope <- na.omit(as.matrix(read.csv("data/hope_items.csv")[, -1]))
plain <- unname(hope); plain[, c(3, 6)] <- 5 - plain[, c(3, 6)]
likert <- function(n, load, seed, cuts = c(-1, -0.2, 0.6, 1.3)) {
  set.seed(seed); f <- rnorm(n)
  sapply(load, function(l) findInterval(l * f + sqrt(1 - l^2) * rnorm(n), cuts) + 1)
}
heywood <- likert(30, c(0.98, 0.6, 0.3), 5)
cases <- list(
  scale_case("attitude", unname(as.matrix(attitude)), "R datasets: Chatterjee & Price (1977), 30 departments, 7 items"),
  scale_case("hope_items", plain, "complete forms, items 3 and 6 turned round"),
  scale_case("not_reversed", unname(hope), "the same with items 3 and 6 as answered: they run against the rest"),
  scale_case("three_items", likert(40, c(0.8, 0.7, 0.6), 1), "simulated, three items"),
  scale_case("two_items", likert(25, c(0.8, 0.7), 2), "simulated, two items: no omega"),
  scale_case("few_people", likert(8, c(0.8, 0.7, 0.6, 0.7), 3), "simulated, 8 people"),
  scale_case("heywood", heywood, "simulated, an item whose uniqueness would be negative"),
  scale_case("unrelated", likert(20, c(0.1, -0.1, 0.05, 0.2), 4), "simulated, items that hardly go together: alpha about 0"),
  scale_case("decimals", matrix(round(rnorm(60 * 5) + rep(rnorm(60), 5), 3), 60) * 1e-3, "simulated, small decimals"))
cat(toJSON(cases, auto_unbox = TRUE, digits = NA, matrix = "rowmajor"), "\n")
