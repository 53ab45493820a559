# The main analysis of an evaluation by nlme: regions fixed, own SDs and correlations of the waves
# within the person, and groups with a level and a change of their own. The change of everyone
# weighs regions by their people at the first wave. Standard errors are not adjusted (Wald).
#   Rscript main_analysis.R > main_analysis.json      (in tests/reference)
suppressMessages({library(nlme); library(jsonlite)})
control <- lmeControl(opt = "optim", maxIter = 500, msMaxIter = 2000, niterEM = 200,
                      msMaxEval = 5000, tolerance = 1e-10, msTol = 1e-12, returnObject = TRUE)

changes <- function(fit, d, before, after) {
  # Rows of the model matrix of every region at the two waves, without the random part.
  regions <- levels(d$region)
  row <- function(w, r) {
    new <- data.frame(wave = factor(w, levels(d$wave)), region = factor(r, regions))
    if (length(regions) > 1) model.matrix(~ wave * region, new) else model.matrix(~ wave, new)
  }
  C <- do.call(rbind, lapply(regions, function(r) row(after, r) - row(before, r)))
  n <- table(d$region[d$wave == before])[regions]
  C <- rbind(as.numeric(n / sum(n)) %*% C, C)
  b <- if (inherits(fit, "lme")) fixef(fit) else coef(fit)
  list(group = c("all", regions), estimate = as.numeric(C %*% b),
       std_error = sqrt(diag(C %*% vcov(fit) %*% t(C))), log_likelihood = as.numeric(logLik(fit)))
}

grouped <- function(name, after) {
  d <- read.csv(file.path("data", paste0(name, ".csv")))
  d <- d[!is.na(d$score), ]
  d$w <- d$wave + 1L
  d$after <- as.integer(d$wave == after)
  d$other <- as.integer(d$wave != after & d$wave != 0)
  d$wave <- factor(d$wave); d$region <- factor(d$region)
  random <- if (any(d$other == 1)) ~ after + other else ~ after
  fit <- lme(score ~ wave * region, d, random = list(group = pdSymm(random)),
             correlation = corSymm(form = ~ w | group / participant), weights = varIdent(form = ~ 1 | w),
             control = control)
  changes(fit, d, "0", as.character(after))
}

btheb <- function() {
  wide <- read.csv(file.path("data", "btheb_wide.csv"))
  columns <- grep("^bdi", names(wide), value = TRUE)
  d <- do.call(rbind, lapply(seq_along(columns), function(i)
    data.frame(participant = wide$participant, w = i, score = wide[[columns[i]]])))
  d <- d[!is.na(d$score), ]
  d$wave <- factor(d$w); d$region <- factor("all")
  fit <- gls(score ~ wave, d, correlation = corSymm(form = ~ w | participant),
             weights = varIdent(form = ~ 1 | w),
             control = glsControl(opt = "optim", maxIter = 500, msMaxIter = 2000, tolerance = 1e-10,
                                  msTol = 1e-12))
  found <- changes(fit, d, "1", "2")
  found$group <- found$group[1]; found$estimate <- found$estimate[1]
  found$std_error <- found$std_error[1]
  found
}

out <- list(c(list(id = "btheb", data = "btheb_wide"), btheb()),
            c(list(id = "two_regions", data = "two_regions"), grouped("two_regions", 1)),
            c(list(id = "peer_groups", data = "peer_groups"), grouped("peer_groups", 2)))
cat(toJSON(out, auto_unbox = TRUE, digits = 12, pretty = TRUE), "\n")
