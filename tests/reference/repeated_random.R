# A covariance over the waves within the person, and random effects of the groups above, by
# nlme::lme (corSymm, corCompSymm, corAR1, corARMA, varIdent) and, where it has the structure,
# glmmTMB (dispformula = ~0). glmmTMB's own likelihood carries noise in the fifth decimal (it keeps
# a tiny residual) and its standard errors count the covariance as estimated; so the likelihood and
# the errors of both are worked out again from V itself, and the values are those of the program
# that is higher there.
#   Rscript repeated_random.R > repeated_random.json      (in tests/reference; draws its data)
suppressMessages({library(nlme); library(glmmTMB); library(jsonlite)})

draw <- function() {
  # 6 regions with 3 groups of 4 to 9 people and 4 waves; later waves missing more often.
  set.seed(20)
  group <- rep(1:18, sample(4:9, 18, replace = TRUE))
  n <- length(group)
  region <- (group - 1) %/% 3 + 1
  level <- rnorm(6, 0, 1.2)[region] + rnorm(18, 0, 1.5)[group]
  change <- 1 + rnorm(18, 0, 1)[group]
  age <- sample(18:75, n, replace = TRUE)
  sds <- c(3, 3.5, 4, 5)
  correlation <- 0.7^abs(outer(1:4, 1:4, "-"))
  errors <- matrix(rnorm(4 * n), n) %*% chol(outer(sds, sds) * correlation)
  kept <- cbind(TRUE, matrix(runif(3 * n), n) > matrix(c(0.1, 0.2, 0.3), n, 3, byrow = TRUE))
  rows <- lapply(1:4, function(w) data.frame(
    participant = sprintf("P%03d", 1:n), region = paste0("R", region),
    group = sprintf("G%02d", group), age = age, wave = w - 1,
    score = round(20 - 0.03 * age + level + change * (w - 1) + errors[, w], 2))[kept[, w], ])
  d <- do.call(rbind, rows)
  write.csv(d[order(d$participant, d$wave), ], "data/repeated_random.csv",
            row.names = FALSE, quote = FALSE)
}

LME <- list(us = quote(corSymm(form = ~ at)), cs = quote(corCompSymm(form = ~ at)),
            ar1 = quote(corAR1(form = ~ at)), toep = quote(corARMA(form = ~ at, p = last)))
TMB <- c(us = "us", csh = "cs", ar1 = "ar1", toeph = "toep")
control <- lmeControl(maxIter = 1000, msMaxIter = 2000, tolerance = 1e-12, msTol = 1e-14,
                      niterEM = 100, opt = "nlminb")
tight <- glmmTMBControl(optCtrl = list(iter.max = 1e4, eval.max = 1e4, rel.tol = 1e-15))

bars <- function(random) {
  # "(1 + wave | group) + (1 | region)" as a list of group and terms, outermost first.
  parts <- strsplit(gsub("[()]", "", strsplit(random, ") + (", fixed = TRUE)[[1]]), "\\|+")
  rev(lapply(parts, function(p) list(group = trimws(p[[2]]), terms = trimws(p[[1]]))))
}

by_lme <- function(k, d) {
  hetero <- k$covariance == "us" || grepl("h$", k$covariance)
  levels <- bars(k$random)
  free <- grepl("||", k$random, fixed = TRUE)
  random <- lapply(levels, function(b) {
    f <- as.formula(paste("~", b$terms)); if (free) pdDiag(f) else pdLogChol(f) })
  names(random) <- sapply(levels, `[[`, "group")
  nested <- paste(c(names(random), "participant"), collapse = "/")
  structure <- LME[[sub("h$", "", k$covariance)]]
  structure$form <- as.formula(paste("~ at |", nested))
  last <- max(d$at) - 1
  if (!is.null(structure$p)) structure$p <- last
  fit <- lme(as.formula(k$formula), d, random = random, correlation = eval(structure),
             weights = if (hetero) varIdent(form = ~ 1 | at), method = k$method, control = control)
  waves <- sort(unique(d$at))
  sd <- rep(fit$sigma, length(waves))
  if (hetero) sd <- fit$sigma * coef(fit$modelStruct$varStruct, unconstrained = FALSE,
                                     allCoef = TRUE)[as.character(waves)]
  whole <- Initialize(eval({structure$form <- ~ at; structure}), data.frame(at = waves))
  coef(whole) <- coef(fit$modelStruct$corStruct)
  list(covariance = unname(outer(sd, sd) * corMatrix(whole)),
       random = lapply(rev(fit$modelStruct$reStruct), function(p)
         unname(as.matrix(p)) * fit$sigma^2)[rev(names(random))])
}

by_glmmtmb <- function(k, d) {
  if (!k$covariance %in% names(TMB)) return(NULL)
  formula <- as.formula(paste0(k$formula, " + ", TMB[[k$covariance]], "(0 + factor(at) | participant) + ",
                               gsub("(1 + wave || group)", "diag(1 + wave | group)", k$random, fixed = TRUE)))
  fit <- suppressWarnings(glmmTMB(formula, d, dispformula = ~0, REML = k$method == "REML",
                                  control = tight))
  parts <- VarCorr(fit)$cond
  plain <- lapply(parts, function(p) matrix(as.numeric(p), nrow(p)))
  list(covariance = plain[["participant"]],
       random = plain[setdiff(names(plain), "participant")])
}

at_optimum <- function(k, d, found) {
  # Generalised least squares and the likelihood, from the dense covariance of all rows.
  X <- model.matrix(as.formula(k$formula), d)
  y <- d$score
  V <- outer(d$participant, d$participant, "==") * found$covariance[d$at, d$at]
  for (b in bars(k$random)) {
    Z <- model.matrix(as.formula(paste("~", b$terms)), d)
    V <- V + outer(d[[b$group]], d[[b$group]], "==") * (Z %*% found$random[[b$group]] %*% t(Z))
  }
  root <- chol(V)
  Xs <- backsolve(root, X, transpose = TRUE)
  ys <- backsolve(root, y, transpose = TRUE)
  precision <- crossprod(Xs)
  estimate <- solve(precision, crossprod(Xs, ys))
  minus2 <- 2 * sum(log(diag(root))) + sum((ys - Xs %*% estimate)^2)
  free <- nrow(X)
  if (k$method == "REML") {
    minus2 <- minus2 + as.numeric(determinant(precision)$modulus)
    free <- free - ncol(X)
  }
  list(loglik = -(minus2 + free * log(2 * pi)) / 2, terms = neutral(colnames(X)),
       estimate = as.numeric(estimate), se = unname(sqrt(diag(solve(precision)))),
       covariance = found$covariance, random = found$random)
}

neutral <- function(name) {
  name <- gsub("factor\\((\\w+)\\)([^:]+)", "\\1[\\2]", name)
  name <- gsub("region(R\\d+)", "region[\\1]", name)
  name[name == "(Intercept)"] <- "Intercept"
  unname(sapply(strsplit(name, ":"), function(p) paste(sort(p), collapse = ":")))
}

case <- function(id, data, formula, covariance, random, method = "REML")
  list(id = id, data = data, formula = formula, covariance = covariance, random = random,
       method = method)
CELLS <- "score ~ factor(wave) + age"
SLOPE <- "(1 + wave | group)"
cases <- c(
  lapply(names(c(LME, csh = 1, ar1h = 1, toeph = 1)), function(s)
    case(paste0(s, "_change"), "repeated_random", CELLS, s, SLOPE)),
  list(
    case("us_level", "repeated_random", CELLS, "us", "(1 | group)"),
    case("us_level_ml", "repeated_random", CELLS, "us", "(1 | group)", "ML"),
    case("us_change_ml", "repeated_random", CELLS, "us", SLOPE, "ML"),
    case("ar1_change_ml", "repeated_random", CELLS, "ar1", SLOPE, "ML"),
    case("csh_level_ml", "repeated_random", CELLS, "csh", "(1 | group)", "ML"),
    case("us_uncorrelated", "repeated_random", CELLS, "us", "(1 + wave || group)"),
    case("us_regions", "repeated_random", "score ~ factor(wave) * region + age", "us", SLOPE),
    case("us_region_level", "repeated_random", "score ~ wave + age", "us", "(1 + wave | group) + (1 | region)"),
    case("ar1_region_level_ml", "repeated_random", "score ~ wave + age", "ar1", "(1 + wave | group) + (1 | region)", "ML"),
    case("toep_region_change", "repeated_random", "score ~ wave + age", "toep", "(1 | group) + (1 + wave | region)"),
    case("peer_groups_us", "peer_groups", "score ~ factor(wave) * region + age", "us", "(1 | group)"),
    case("peer_groups_us_change", "peer_groups", "score ~ factor(wave) * region + age", "us", SLOPE),
    case("two_regions_us", "two_regions", "score ~ factor(wave) * region", "us", "(1 | group)"),
    case("two_regions_us_ml", "two_regions", "score ~ factor(wave) * region", "us", "(1 | group)", "ML"),
    case("two_regions_us_change", "two_regions", "score ~ factor(wave) * region", "us", SLOPE)))

if (!file.exists("data/repeated_random.csv")) draw()
out <- lapply(cases, function(k) {
  d <- read.csv(file.path("data", paste0(k$data, ".csv")))
  d <- d[!is.na(d$score), ]
  d$at <- as.integer(factor(d$wave))
  found <- list(
    nlme = tryCatch(by_lme(k, d), error = function(e) {message(k$id, ": nlme: ", conditionMessage(e))}),
    glmmTMB = tryCatch(by_glmmtmb(k, d), error = function(e) {message(k$id, ": glmmTMB: ", conditionMessage(e))}))
  found <- lapply(found[!sapply(found, is.null)], function(f) at_optimum(k, d, f))
  logliks <- sapply(found, `[[`, "loglik")
  message(sprintf("%-24s", k$id), paste(names(found), sprintf("%.8f", logliks), collapse = "  "))
  best <- which.max(logliks)
  list(id = k$id, data = k$data,
       args = list(formula = gsub("factor\\(", "C(", k$formula), participant = "participant",
                   wave = "wave", covariance = k$covariance, random = k$random,
                   reml = k$method == "REML"),
       expected = c(list(n = nrow(d), best = names(found)[best], logliks = as.list(logliks)),
                    found[[best]]))
})
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
