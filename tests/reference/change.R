# Further statistics of the change of complete pairs, by other programs or straight from the formula.
#   Rscript change.R > change.json      (in tests/reference)
# R 4.2.2 with boot 1.3-28.1, exactRankTests 0.8-35, BayesFactor 0.9.12-4.4.
suppressMessages({library(boot); library(exactRankTests); library(BayesFactor); library(jsonlite)})

read <- function(name) read.csv(file.path("data", paste0(name, ".csv")))
sleep <- read("sleep"); anorexia <- read("anorexia"); btheb <- read("btheb_wide"); days <- read("sleepstudy")
set.seed(20)
skewed <- round(data.frame(pre = 20 + 5 * rexp(120), post = 21 + 5 * rexp(120)), 6)
cases <- list(
  sleep = sleep[c("pre", "post")],
  anorexia_Cont = anorexia[anorexia$therapy == "Cont", c("pre", "post")],
  anorexia_CBT = anorexia[anorexia$therapy == "CBT", c("pre", "post")],
  anorexia_FT = anorexia[anorexia$therapy == "FT", c("pre", "post")],
  btheb_2m = setNames(btheb[c("bdi_0m", "bdi_2m")], c("pre", "post")),
  btheb_8m = setNames(btheb[c("bdi_0m", "bdi_8m")], c("pre", "post")),
  sleepstudy = data.frame(pre = days$Reaction[days$Days == 0], post = days$Reaction[days$Days == 9]),
  skewed = skewed, skewed_40 = skewed[1:40, ], skewed_6 = skewed[1:6, ])

# Hodges-Lehmann: wilcox.test where it is exact, which it is without ties and zeros only; else the
# order statistics of the Walsh averages that qsignrank names (Noether 1967).
hodges_lehmann <- function(d, level) {
  n <- length(d); w <- outer(d, d, "+") / 2; w <- sort(w[!lower.tri(w)]); a <- (1 - level) / 2
  k <- qsignrank(a, n); out <- list(level = level, k = k, achieved = 1 - 2 * psignrank(k - 1, n),
    low = w[k], high = w[length(w) + 1 - k])
  if (!any(d == 0) && !any(duplicated(abs(d)))) {
    r <- wilcox.test(d, conf.int = TRUE, exact = TRUE, conf.level = level)
    out$wilcox_test <- list(low = r$conf.int[1], high = r$conf.int[2], estimate = unname(r$estimate))
  }
  out
}

# Every choice of signs, written out.
all_signs <- function(d) {
  s <- as.matrix(expand.grid(rep(list(c(-1, 1)), length(d)))) %*% d
  mean(abs(s) >= abs(sum(d)) - 1e-9 * sum(abs(d)))
}

# Yuen (1974) in the paired form of Wilcox (2012), section 5.9.5.
yuend <- function(x, y, tr = 0.2, level = 0.95) {
  n <- length(x); g <- floor(tr * n + 1e-9); h <- n - 2 * g
  win <- function(v) { s <- sort(v); pmin(pmax(v, s[g + 1]), s[n - g]) }
  q1 <- (n - 1) * var(win(x)); q2 <- (n - 1) * var(win(y)); q3 <- (n - 1) * cov(win(x), win(y))
  se <- sqrt((q1 + q2 - 2 * q3) / (h * (h - 1))); dif <- mean(x, tr) - mean(y, tr); t <- dif / se
  list(value = dif, se = se, df = h - 1, statistic = t, p_value = 2 * pt(-abs(t), h - 1),
       low = dif - qt(1 - (1 - level) / 2, h - 1) * se, high = dif + qt(1 - (1 - level) / 2, h - 1) * se)
}

# Tango (1998): z with the nuisance probability found by maximising the likelihood numerically.
tango <- function(up, down, n, level = 0.95) {
  z <- function(D) {
    loglik <- function(q) { p <- c(q + D, q, 1 - 2 * q - D); k <- c(up, down, n - up - down)
                            sum(ifelse(k > 0, k * log(pmax(p, 1e-300)), 0)) }
    ends <- c(max(0, -D), (1 - D) / 2)
    q <- optimize(loglik, ends, maximum = TRUE, tol = 1e-12)$maximum
    (up - down - n * D) / sqrt(n * (2 * q + D * (1 - D)))
  }
  d <- (up - down) / n; c <- qnorm(1 - (1 - level) / 2); e <- 1e-9
  c(if (down == n) -1 else uniroot(function(D) z(D) - c, c(-1 + e, d - e), tol = 1e-12)$root,
    if (up == n) 1 else uniroot(function(D) z(D) + c, c(d + e, 1 - e), tol = 1e-12)$root)
}

# The standard error of d_rm by numerical derivatives, from the covariances of normal moments.
d_rm <- function(v) (v[2] - v[1]) * sqrt(2 * (1 - v[4] / sqrt(v[3] * v[5]))) / sqrt(v[3] + v[5] - 2 * v[4])
se_d_rm <- function(x, y) {
  n <- length(x); S <- cov(cbind(x, y)); v <- c(mean(x), mean(y), S[1, 1], S[1, 2], S[2, 2])
  grad <- sapply(1:5, function(i) { h <- 1e-5 * max(abs(v[i]), 1); u <- w <- v; u[i] <- u[i] + h; w[i] <- w[i] - h
                                    (d_rm(u) - d_rm(w)) / (2 * h) })
  of <- list(c(1, 1), c(1, 2), c(2, 2)); V <- matrix(0, 5, 5); V[1:2, 1:2] <- S
  for (i in 1:3) for (j in 1:3) { a <- of[[i]]; b <- of[[j]]
    V[2 + i, 2 + j] <- S[a[1], b[1]] * S[a[2], b[2]] + S[a[1], b[2]] * S[a[2], b[1]] }
  c(value = d_rm(v), se = sqrt(drop(grad %*% V %*% grad) / (n - 1)))
}

effects <- function(x, y) {
  d <- y - x; n <- length(d); J <- exp(lgamma((n - 1) / 2) - lgamma((n - 2) / 2)) / sqrt((n - 1) / 2)
  z <- mean(d) / sd(d); av <- 2 * mean(d) / (sd(x) + sd(y))
  c(mean_change = mean(d), d_z = z, g_z = J * z, d_av = av, g_av = J * av,
    d_rm = z * sqrt(2 * (1 - cor(x, y))), d_pre = mean(d) / sd(x))
}
bca <- function(x, y) {
  set.seed(1)
  b <- boot(data.frame(x, y), function(v, i) effects(v$x[i], v$y[i]), R = 100000)
  lapply(setNames(seq_along(b$t0), names(b$t0)), function(i) {
    L <- empinf(data = data.frame(x, y), statistic = function(v, k) effects(v$x[k], v$y[k])[i], type = "jack", stype = "i")
    boot.ci(b, type = "bca", index = i, L = L)$bca[4:5]
  })
}

standardised_tost <- function(x, y, low, high) {
  d <- y - x; n <- length(d); t <- mean(d) / sd(d) * sqrt(n); z <- qnorm(0.95)
  large <- function(s, spread) {
    e <- mean(d) / s; se <- sqrt((var(d) / s^2 + e^2 * spread) / (n - 1))
    list(value = e, low = e - z * se, high = e + z * se, p_low = pnorm(-(e - low) / se), p_high = pnorm((e - high) / se))
  }
  s <- (sd(x) + sd(y)) / 2; r <- cor(x, y)
  list(low = low, high = high,
       d_z = list(p_low = pt(t, n - 1, low * sqrt(n), lower.tail = FALSE), p_high = pt(t, n - 1, high * sqrt(n))),
       d_av = large(s, (var(x) + var(y) + 2 * r^2 * sd(x) * sd(y)) / (8 * s^2)), d_pre = large(sd(x), 1 / 2))
}

out <- lapply(names(cases), function(id) {
  v <- cases[[id]]; v <- v[complete.cases(v), ]; x <- v$pre; y <- v$post; d <- round(y - x, 9); n <- length(d)
  whole <- max(abs(d * 10 - round(d * 10))) < 1e-6
  flip <- list()
  if (n <= 20) flip$all_signs <- all_signs(d)
  if (whole) flip$perm_test <- perm.test(as.integer(round(10 * d)), exact = TRUE)$p.value
  list(id = id, data = list(pre = x, post = y), expected = list(
    n = n,
    hodges_lehmann = lapply(c(0.8, 0.9, 0.95, 0.99), function(l) if (0.5^n <= (1 - l) / 2) hodges_lehmann(d, l)),
    sign_flip = flip,
    yuen = yuend(y, x), yuen_90 = yuend(y, x, level = 0.9),
    increase = list(value = (1 + (sum(d > 0) - sum(d < 0)) / n) / 2,
                    ci = (1 + tango(sum(d > 0), sum(d < 0), n)) / 2, ci_90 = (1 + tango(sum(d > 0), sum(d < 0), n, 0.9)) / 2),
    d_rm = as.list(se_d_rm(x, y)),
    tost = standardised_tost(x, y, -0.6, 0.7),
    bayes_factor = lapply(c(0.5, sqrt(2) / 2, 1, sqrt(2)), function(r)
      list(scale = r, bf10 = extractBF(ttestBF(d, rscale = r))$bf)),
    bca = if (n >= 10) bca(x, y)))
})
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = FALSE, null = "null"), "\n")
