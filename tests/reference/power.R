# Power of the paired t test and of two one-sided paired t tests.
#   Rscript power.R > power.json      (in tests/reference)
# power.t.test solves for n to a tolerance; the n here is polished to full precision.
suppressMessages(library(jsonlite))
paired <- function(d, alpha, n) power.t.test(n = n, delta = d, sd = 1, sig.level = alpha,
  type = "paired", alternative = "two.sided", strict = TRUE)$power
paired_cases <- list()
for (d in c(0.1, 0.2, 0.3, 0.5, 0.8, 1.5)) for (alpha in c(0.001, 0.01, 0.05, 0.2))
  for (n in c(2, 3, 5, 10.5, 34, 200))
    paired_cases[[length(paired_cases) + 1]] <- list(kind = "power", args = list(d_z = d,
      alpha = alpha, n = n), expected = list(power = paired(d, alpha, n)))
for (d in c(0.2, 0.3, 0.5, 0.8)) for (alpha in c(0.01, 0.05)) for (power in c(0.8, 0.9, 0.99)) {
  n <- uniroot(function(n) paired(d, alpha, n) - power, c(3, 1e5), tol = 1e-11)$root
  paired_cases[[length(paired_cases) + 1]] <- list(kind = "n", args = list(d_z = d, alpha = alpha,
    power = power), expected = list(n = n))
}
for (n in c(5, 12, 40)) for (power in c(0.5, 0.8, 0.95)) {
  d <- uniroot(function(d) paired(d, 0.05, n) - power, c(1e-3, 10), tol = 1e-13)$root
  paired_cases[[length(paired_cases) + 1]] <- list(kind = "d_z", args = list(alpha = 0.05, n = n,
    power = power), expected = list(d_z = d))
}
# P(both one-sided tests are significant), averaged over the estimated SD: PowerTOST, which does
# the same by Owen's Q, is not in Debian. The chi density by dchisq, an integral by quadrature
# cut where the integrand bends.
tost <- function(bound, true, sd, alpha, n) {
  df <- n - 1; t <- qt(1 - alpha, df); b <- bound * sqrt(n) / sd; d <- true * sqrt(n) / sd
  f <- function(s) (pnorm(b - d - t * s) - pnorm(-b - d + t * s)) * 2 * df * s * dchisq(df * s^2, df)
  cuts <- sort(unique(c(seq(0, b / t, length.out = 41),
                        pmin(b / t, pmax(0, 1 + (-8:8) / sqrt(2 * df))))))
  sum(mapply(function(l, u) integrate(f, l, u, rel.tol = 1e-12, subdivisions = 2000)$value,
             head(cuts, -1), tail(cuts, -1)))
}
tost_cases <- list()
for (n in c(3, 6, 15, 40, 90, 400)) for (alpha in c(0.01, 0.05, 0.2)) for (true in c(0, 0.5, -1.2, 2))
  tost_cases[[length(tost_cases) + 1]] <- list(kind = "power", args = list(bound = 2, sd_change = 5,
    alpha = alpha, true_change = true, n = n), expected = list(power = tost(2, true, 5, alpha, n)))
for (true in c(0, 0.8)) for (power in c(0.5, 0.8, 0.9)) {
  n <- uniroot(function(n) tost(2, true, 5, 0.05, n) - power, c(5, 1000), tol = 1e-9)$root
  tost_cases[[length(tost_cases) + 1]] <- list(kind = "n", args = list(bound = 2, sd_change = 5,
    alpha = 0.05, true_change = true, power = power), expected = list(n = n))
  b <- uniroot(function(b) tost(b, true, 5, 0.05, 30) - power, c(1, 20), tol = 1e-11)$root
  tost_cases[[length(tost_cases) + 1]] <- list(kind = "bound", args = list(sd_change = 5,
    alpha = 0.05, true_change = true, n = 30, power = power), expected = list(bound = b))
}
# Region by wave with complete, balanced data: F with regions - 1 and groups - regions df.
f_power <- function(changes, groups, people, sd_noise, sd_group, alpha = 0.05) {
  r <- length(changes)
  variance <- (sd_group^2 + 2 * sd_noise^2 / people) / groups
  df <- r * (groups - 1); lambda <- sum((changes - mean(changes))^2) / variance
  pf(qf(1 - alpha, r - 1, df), r - 1, df, ncp = lambda, lower.tail = FALSE)
}
f_cases <- list()
for (changes in list(c(0, 4), c(0, 0, 3), c(0, 1, 2, 3)))
  f_cases[[length(f_cases) + 1]] <- list(args = list(changes = changes, groups = 6, people = 5,
    sd_noise = 2.5, sd_group = 2), expected = list(power = f_power(changes, 6, 5, 2.5, 2)))
cat(toJSON(list(paired = paired_cases, equivalence = tost_cases, regions = f_cases),
           auto_unbox = TRUE, digits = 15, pretty = FALSE), "\n")
