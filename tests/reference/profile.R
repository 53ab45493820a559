# Profile-likelihood intervals of SDs and correlations by lme4, which profiles the likelihood that is
# not restricted. Its ends come from a spline through a few points of the profile; a finer step
# brings them to about six digits.
#   Rscript profile.R > profile.json      (in tests/reference)
suppressMessages({library(lme4); library(jsonlite)})

rows_of <- function(data, outcome) {
  d <- read.csv(file.path("data", paste0(data, ".csv")))
  d[!is.na(d[[outcome]]), ]
}
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 1e5, rhobeg = 0.2, rhoend = 1e-8),
                       check.conv.singular = "ignore")

intervals <- function(k) {
  formula <- as.formula(k$formula)
  d <- rows_of(k$data, all.vars(formula)[1])
  fit <- lmer(formula, d, REML = FALSE, control = control)
  profile <- suppressWarnings(profile(fit, which = "theta_", signames = FALSE,
                                      delta.cutoff = 1/16, maxpts = 400))
  found <- suppressWarnings(confint(profile, level = k$level))
  message(k$id)
  list(id = k$id, kind = "profile", data = k$data,
       args = list(formula = gsub("factor(", "C(", k$formula, fixed = TRUE), ci_level = k$level),
       expected = list(name = rownames(found), low = unname(found[, 1]), high = unname(found[, 2])))
}

case <- function(id, data, formula, level = 0.95)
  list(id = id, data = data, formula = formula, level = level)
GROUPED <- "(1 | group) + (1 | participant)"
out <- lapply(list(
  case("sleepstudy", "sleepstudy", "Reaction ~ Days + (Days | Subject)"),
  case("sleepstudy_99", "sleepstudy", "Reaction ~ Days + (Days | Subject)", 0.99),
  case("sleepstudy_uncorrelated", "sleepstudy", "Reaction ~ Days + (Days || Subject)"),
  case("nested", "peer_groups", paste("score ~ factor(wave) + age + (1 | region) +", GROUPED)),
  case("region_slope", "peer_groups", "score ~ wave + (1 + wave | region) + (1 | participant)"),
  case("singular", "two_regions", paste("score ~ wave + (1 | region) +", GROUPED)),
  case("singular_slope", "two_regions", "score ~ wave + (1 + wave | group) + (1 | participant)")
), intervals)
cat(toJSON(out, auto_unbox = TRUE, digits = 12, na = "null", pretty = TRUE), "\n")
