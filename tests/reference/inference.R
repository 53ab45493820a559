# What rests on a fitted model: standard deviations of random effects, cluster-robust (CR2)
# standard errors, likelihood ratios, contrasts with Holm's adjustment and non-estimable cells,
# standardised residuals.
#   Rscript inference.R > inference.json      (in tests/reference)
suppressMessages({library(lme4); library(nlme); library(emmeans); library(clubSandwich)
  library(pbkrtest); library(lmerTest); library(jsonlite)})
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5),
                       check.conv.singular = "ignore")
rows <- function(name) {
  d <- read.csv(file.path("data", paste0(name, ".csv")))
  if (name == "peer_groups" || name == "two_regions") d$wavef <- factor(d$wave)
  if (name == "btheb_long") { d$month <- factor(d$month); d <- d[order(d$participant, d$month), ] }
  d[stats::complete.cases(d), ]
}
ours <- function(f) gsub("wavef", "C(wave)", paste(trimws(deparse(f, width.cutoff = 500)), collapse = " "))
out <- list()
add <- function(...) out[[length(out) + 1]] <<- list(...)

mixed <- list(
  list("slope", "sleepstudy", Reaction ~ Days + (Days | Subject)),
  list("uncorrelated", "sleepstudy", Reaction ~ Days + (Days || Subject)),
  list("nested", "peer_groups", score ~ wavef * region + age + (1 | group) + (1 | participant)),
  list("nested_slopes", "peer_groups",
       score ~ wave + age + (1 + wave | region) + (1 | group) + (1 | participant)),
  list("group_slopes", "peer_groups", score ~ wavef + region + (1 + wave | group) + (1 | participant)),
  list("two_regions", "two_regions", score ~ wavef * region + (1 | group) + (1 | participant)))
for (k in mixed) {
  d <- rows(k[[2]])
  fit <- lme4::lmer(k[[3]], d, control = control)
  effects <- as.data.frame(ranef(fit, condVar = TRUE))
  add(kind = "random_effects", id = k[[1]], data = k[[2]], formula = ours(k[[3]]),
      group = as.character(effects$grpvar), term = as.character(effects$term),
      level = as.character(effects$grp), estimate = effects$condval, std_error = effects$condsd)
  add(kind = "residuals", id = k[[1]], data = k[[2]], formula = ours(k[[3]]),
      conditional = unname(residuals(fit, type = "pearson", scaled = TRUE)))
  clusters <- unique(c(names(getME(fit, "flist"))))
  sizes <- sapply(getME(fit, "flist"), nlevels)
  outer <- names(sizes)[which.min(sizes)]
  wanted <- outer
  if (k[[2]] == "peer_groups" && outer != "region") wanted <- c(outer, "region")
  for (cluster in wanted) {
    id <- if (cluster == outer) k[[1]] else paste0(k[[1]], "_by_", cluster)
    # A region of its own for every coefficient leaves no df: clubSandwich then says NaN.
    test <- coef_test(fit, vcov = "CR2", cluster = d[[cluster]], test = "Satterthwaite")
    add(kind = "robust", id = id, data = k[[2]], formula = ours(k[[3]]), cluster = cluster,
        term = names(fixef(fit)), std_error = test$SE, df = test$df, p_value = test$p_Satt)
  }
}

waves <- list(
  list("us", "btheb_long", bdi ~ bdi_0m + month * treatment, ~ as.integer(month) | participant, TRUE),
  list("us_regions", "peer_groups", score ~ wavef * region + age, ~ as.integer(wavef) | participant, TRUE))
for (k in waves) {
  d <- rows(k[[2]])
  wave <- if (k[[2]] == "btheb_long") "month" else "wave"
  fit <- gls(k[[3]], d, correlation = corSymm(form = k[[4]]),
             weights = varIdent(form = as.formula(paste("~ 1 |", wave))), method = "REML",
             control = glsControl(opt = "nlminb", tolerance = 1e-12, msTol = 1e-14, msMaxIter = 500, maxIter = 500))
  formula <- gsub("month", "C(month)", ours(k[[3]]))
  for (cluster in if (k[[2]] == "peer_groups") c("participant", "group") else "participant") {
    id <- if (cluster == "participant") k[[1]] else paste0(k[[1]], "_by_", cluster)
    test <- coef_test(fit, vcov = "CR2", cluster = d[[cluster]], test = "Satterthwaite")
    add(kind = "robust_repeated", id = id, data = k[[2]], formula = formula, cluster = cluster,
        wave = wave, loglik = as.numeric(logLik(fit)),
        term = names(coef(fit)), std_error = test$SE, df = test$df, p_value = test$p_Satt)
  }
  add(kind = "residuals_repeated", id = k[[1]], data = k[[2]], formula = formula, wave = wave,
      person = as.character(d$participant), at = as.character(d[[wave]]),
      pearson = as.numeric(residuals(fit, type = "pearson")),
      normalised = as.numeric(residuals(fit, type = "normalized")))
}

pairs_of <- list(
  list("fixed_ml", FALSE, score ~ wavef + region + (1 | participant), score ~ wavef * region + (1 | participant)),
  list("intercept_reml", TRUE, score ~ wavef + region + (1 | participant),
       score ~ wavef + region + (1 | group) + (1 | participant)),
  list("intercept_ml", FALSE, score ~ wavef + region + (1 | participant),
       score ~ wavef + region + (1 | group) + (1 | participant)),
  list("slope_reml", TRUE, score ~ wavef + region + (1 | group) + (1 | participant),
       score ~ wavef + region + (1 + wave | group) + (1 | participant)))
for (k in pairs_of) {
  d <- rows("peer_groups")
  smaller <- lme4::lmer(k[[3]], d, REML = k[[2]], control = control)
  larger <- lme4::lmer(k[[4]], d, REML = k[[2]], control = control)
  test <- suppressMessages(anova(smaller, larger, refit = FALSE))
  add(kind = "likelihood_ratio", id = k[[1]], data = "peer_groups", reml = k[[2]],
      smaller = ours(k[[3]]), larger = ours(k[[4]]), statistic = test$Chisq[2], df = test$Df[2],
      p_value = test[["Pr(>Chisq)"]][2])
}

emm_options(lmer.df = "kenward-roger", pbkrtest.limit = 1e5)
# An empty cell: nobody of R03 was seen at wave 2.
marginal <- list(
  list("full", FALSE, score ~ wavef * region + age + (1 | participant), "wavef", "region"),
  list("overall", FALSE, score ~ wavef * region + age + (1 | participant), "wavef", NULL),
  list("empty_cell", TRUE, score ~ wavef * region + age + (1 | participant), "wavef", "region"),
  list("empty_cell_overall", TRUE, score ~ wavef * region + age + (1 | participant), "wavef", NULL))
for (k in marginal) {
  d <- rows("peer_groups")
  if (k[[2]]) d <- d[!(d$region == "R03" & d$wave == 2), ]
  fit <- suppressMessages(lmerTest::lmer(k[[3]], d, control = control))
  found <- emmeans(fit, as.formula(paste("~", k[[4]], if (is.null(k[[5]])) "" else paste("|", k[[5]]))))
  table <- as.data.frame(summary(found))
  by <- function(t) if (is.null(k[[5]])) NULL else as.character(t[[k[[5]]]])
  each <- as.data.frame(summary(pairs(found, reverse = TRUE, adjust = "holm"), infer = TRUE))
  first <- as.data.frame(summary(contrast(found, "trt.vs.ctrl1", adjust = "holm")))
  strip <- function(x) gsub("wavef", "", as.character(x))
  add(kind = "contrasts", id = k[[1]], data = "peer_groups", empty = k[[2]], formula = ours(k[[3]]),
      means = list(level = strip(table$wavef), by = by(table), estimate = table$emmean, std_error = table$SE, df = table$df),
      each = list(contrast = strip(each$contrast), by = by(each), estimate = each$estimate, p_value = each$p.value),
      first = list(contrast = strip(first$contrast), by = by(first), estimate = first$estimate, p_value = first$p.value))
}
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = FALSE, na = "null"), "\n")
