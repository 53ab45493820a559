# A covariance over the waves for each group of people: of its own in every treatment or region.
# Where every fixed effect is the group's own, the model falls into one nlme::gls for each group,
# and likelihoods add up. With an effect in common: glmmTMB, the likelihood and the errors worked
# out again from the covariance of all rows (see repeated_random.R for why).
#   Rscript grouped_covariance.R > grouped_covariance.json      (in tests/reference)
suppressMessages({library(nlme); library(glmmTMB); library(jsonlite)})

rows_of <- function(data, outcome) {
  d <- read.csv(file.path("data", paste0(data, ".csv")))
  d <- d[!is.na(d[[outcome]]), ]
  wave <- if (data == "btheb_long") d$month else d$wave
  d$at <- as.integer(factor(wave))
  if (data == "btheb_long") d$treatment <- factor(d$treatment, c("TAU", "BtheB"))
  d
}

STRUCTURE <- list(us = function() corSymm(form = ~ at | participant),
                  csh = function() corCompSymm(form = ~ at | participant),
                  ar1 = function() corAR1(form = ~ at | participant))

separate <- function(k) {
  d <- rows_of(k$data, all.vars(k$own)[1])
  parts <- split(d, d[[k$by]])
  hetero <- k$covariance != "ar1"
  fits <- lapply(parts, function(p) gls(k$own, p, correlation = STRUCTURE[[k$covariance]](),
    weights = if (hetero) varIdent(form = ~ 1 | at), method = k$method,
    control = glsControl(maxIter = 500, msMaxIter = 1000, tolerance = 1e-12, msTol = 1e-14)))
  waves <- sort(unique(d$at))
  covariances <- lapply(fits, function(f) {
    sd <- rep(f$sigma, length(waves))
    if (hetero) sd <- f$sigma * coef(f$modelStruct$varStruct, unconstrained = FALSE,
                                     allCoef = TRUE)[as.character(waves)]
    form <- Initialize(switch(k$covariance, us = corSymm(form = ~ at), csh = corCompSymm(form = ~ at),
                              ar1 = corAR1(form = ~ at)), data.frame(at = waves))
    coef(form) <- coef(f$modelStruct$corStruct)
    unname(outer(sd, sd) * corMatrix(form))
  })
  at_optimum(k, d, covariances, sum(sapply(fits, function(f) as.numeric(logLik(f)))))
}

together <- function(k) {
  d <- rows_of(k$data, all.vars(k$formula)[1])
  d$visit <- factor(d$at)
  levels <- levels(factor(d[[k$by]]))
  for (i in seq_along(levels)) d[[paste0("own", i)]] <- as.numeric(d[[k$by]] == levels[i])
  blocks <- paste(sprintf("us(0 + visit:own%d | participant)", seq_along(levels)), collapse = " + ")
  fit <- suppressWarnings(glmmTMB(as.formula(paste(paste(deparse(k$formula), collapse = ""), "+", blocks)), d,
    dispformula = ~0, REML = k$method == "REML",
    control = glmmTMBControl(optCtrl = list(iter.max = 1e4, eval.max = 1e4, rel.tol = 1e-15))))
  covariances <- lapply(VarCorr(fit)$cond, function(p) matrix(as.numeric(p), nrow(p)))
  names(covariances) <- levels
  at_optimum(k, d, covariances, NULL)
}

at_optimum <- function(k, d, covariances, known) {
  X <- model.matrix(k$formula, d)
  y <- d[[all.vars(k$formula)[1]]]
  V <- matrix(0, nrow(d), nrow(d))
  for (person in split(seq_len(nrow(d)), d$participant)) {
    at <- d$at[person]
    V[person, person] <- covariances[[as.character(d[[k$by]][person[1]])]][at, at]
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
  loglik <- -(minus2 + free * log(2 * pi)) / 2
  # Treatment coding has determinant one, so restricted likelihoods of the parts add up as well.
  message(sprintf("%-24s %.8f ", k$id, loglik), if (!is.null(known)) sprintf("sum of parts %.8f", known))
  list(id = k$id, data = k$data,
       args = list(formula = k$python, participant = "participant",
                   wave = if (k$data == "btheb_long") "month" else "wave",
                   covariance = k$covariance, covariance_by = k$by, reml = k$method == "REML"),
       expected = list(n = nrow(d), loglik = loglik, terms = neutral(colnames(X)),
                       estimate = as.numeric(estimate), se = unname(sqrt(diag(solve(precision)))),
                       covariance = covariances))
}

neutral <- function(name) {
  name <- gsub("factor\\((\\w+)\\)([^:]+)", "\\1[\\2]", name)
  name <- gsub("^(.*)region(R\\d+)", "\\1region[\\2]", name)
  name <- gsub("treatment(\\w+)", "treatment[\\1]", name)
  name[name == "(Intercept)"] <- "Intercept"
  unname(sapply(strsplit(name, ":"), function(p) paste(sort(p), collapse = ":")))
}

REGIONS <- list(data = "two_regions", by = "region", own = score ~ factor(wave),
                formula = score ~ factor(wave) * region, python = "score ~ C(wave) * region")
TREATMENTS <- list(data = "btheb_long", by = "treatment", own = bdi ~ bdi_0m + factor(month),
                   formula = bdi ~ (bdi_0m + factor(month)) * treatment,
                   python = "bdi ~ (bdi_0m + C(month)) * C(treatment, Treatment('TAU'))")
SHARED <- list(data = "btheb_long", by = "treatment",
               formula = bdi ~ bdi_0m + factor(month) * treatment,
               python = "bdi ~ bdi_0m + C(month) * C(treatment, Treatment('TAU'))")
with_ <- function(base, id, covariance, method = "REML")
  c(base, list(id = id, covariance = covariance, method = method))
out <- c(
  lapply(list(with_(REGIONS, "regions_us", "us"), with_(REGIONS, "regions_us_ml", "us", "ML"),
              with_(TREATMENTS, "treatments_us", "us"), with_(TREATMENTS, "treatments_us_ml", "us", "ML"),
              with_(TREATMENTS, "treatments_csh", "csh"), with_(TREATMENTS, "treatments_ar1", "ar1")), separate),
  lapply(list(with_(SHARED, "shared_us", "us"), with_(SHARED, "shared_us_ml", "us", "ML")), together))
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
