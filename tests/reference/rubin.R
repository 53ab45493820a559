# Rubin's rules by mice::pool.scalar.
#   Rscript rubin.R > rubin.json      (in tests/reference)
suppressMessages({library(mice); library(jsonlite)})
case <- function(id, q, u, df_complete) {
  p <- pool.scalar(q, u, n = df_complete + 1, k = 1)
  list(id = id, estimate = q, variance = u, df_complete = if (is.infinite(df_complete)) "Inf" else df_complete,
       expected = list(estimate = p$qbar, within = p$ubar, between = p$b, total = p$t, df = p$df, fmi = p$fmi))
}
set.seed(1)
cases <- list(
  case("five", c(1.21, 1.35, 1.08, 1.44, 1.17), c(0.09, 0.10, 0.085, 0.11, 0.095), 58),
  case("two", c(-3.2, 1.1), c(2.5, 0.4), 12),
  case("twenty", rnorm(20, 4, 0.3), runif(20, 0.2, 0.4), 97),
  case("large_sample", rnorm(10, 0, 2), rep(1, 10), Inf),
  case("mostly_missing", c(10, 30, -20, 5), c(1, 1, 1, 1), 30),
  case("one_complete_df", c(1, 2, 1.5), c(1, 2, 3), 1))
cat(toJSON(cases, auto_unbox = TRUE, digits = NA), "\n")
