# Crossed random effects, by lme4, lmerTest (Satterthwaite) and pbkrtest (Kenward-Roger).
#   Rscript crossed.R > crossed.json      (in tests/reference; draws its data)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})

write <- function(d, name)
  write.csv(d, file.path("data", paste0(name, ".csv")), row.names = FALSE, quote = FALSE)

draw_sessions <- function() {
  # 40 people come to some of 12 sessions; each visit is led by one of 6 facilitators.
  set.seed(31)
  d <- expand.grid(session = 0:11, person = 1:40)
  d$facilitator <- sample(6, nrow(d), replace = TRUE, prob = c(5, 4, 3, 2, 2, 1))
  d$score <- round(30 + 0.4 * d$session + rnorm(40, 0, 3)[d$person] + rnorm(6, 0, 1.5)[d$facilitator] +
                   rnorm(40, 0, 0.5)[d$person] * d$session +
                   rnorm(6, 0, 0.25)[d$facilitator] * d$session + rnorm(nrow(d), 0, 2.5), 2)
  d <- d[runif(nrow(d)) > 0.3, ]
  write(data.frame(person = sprintf("P%02d", d$person), facilitator = paste0("F", d$facilitator),
                   session = d$session, score = d$score), "crossed_sessions")
}

draw_items <- function() {
  # 30 people in 5 regions answer 14 items before and after; some answers are missing.
  set.seed(32)
  d <- expand.grid(item = 1:14, wave = 0:1, person = 1:30)
  region <- sample(5, 30, replace = TRUE)[d$person]
  d$answer <- round(5 + 0.6 * d$wave + rnorm(5, 0, 0.8)[region] + rnorm(30, 0, 1)[d$person] +
                    rnorm(14, 0, 0.7)[d$item] + rnorm(14, 0, 0.5)[d$item] * d$wave +
                    rnorm(nrow(d), 0, 1.2), 2)
  write(data.frame(person = sprintf("P%02d", d$person), region = paste0("R", region),
                   item = sprintf("I%02d", d$item), wave = d$wave,
                   answer = d$answer)[runif(nrow(d)) > 0.25, ], "crossed_items")
}

draw_raters <- function() {
  # 26 people in two arms, each rated by 3 of 9 raters who do not differ: a variance of zero.
  set.seed(34)
  d <- do.call(rbind, lapply(1:26, function(p) data.frame(person = p, rater = sort(sample(9, 3)))))
  d$arm <- ifelse(d$person %% 2 == 0, "group", "waiting")
  d$rating <- round(12 + 1.5 * (d$arm == "group") + rnorm(26, 0, 2)[d$person] + rnorm(nrow(d)), 2)
  write(data.frame(person = sprintf("P%02d", d$person), rater = paste0("S", d$rater),
                   arm = d$arm, rating = d$rating), "crossed_raters")
}

neutral <- function(name) {
  name <- gsub("factor\\((\\w+)\\)([^:]+)", "\\1[\\2]", name)
  name <- gsub("arm(\\w+)", "arm[\\1]", name)
  ifelse(name == "(Intercept)", "Intercept", name)
}

expected <- function(formula, data, reml) {
  outcome <- all.vars(formula)[1]
  fits <- lapply(c("bobyqa", "Nelder_Mead"), function(optimizer) {
    control <- lmerControl(optimizer, optCtrl = if (optimizer == "bobyqa")
      list(rhobeg = 0.2, rhoend = 1e-10, maxfun = 1e5) else list(FtolAbs = 1e-13, XtolRel = 1e-12, maxfun = 1e5))
    suppressMessages(lmerTest::lmer(formula, data, REML = reml, control = control))
  })
  fit <- fits[[which.max(sapply(fits, logLik))]]
  modes <- as.data.frame(ranef(fit, condVar = TRUE))
  by_level <- function(m, term, column) {
    own <- m[m$term == term, ]
    own[[column]][match(levels(m$grp), own$grp)]
  }
  singular <- isSingular(fit)
  variances <- as.data.frame(VarCorr(fit))
  table <- coef(summary(fit, ddf = "Satterthwaite"))
  out <- list(
    n = nobs(fit), terms = I(neutral(rownames(table))), estimate = I(unname(fixef(fit))),
    se = I(unname(sqrt(diag(as.matrix(vcov(fit)))))), loglik = as.numeric(logLik(fit)),
    sigma = sigma(fit), singular = singular,
    variance_components = data.frame(group = variances$grp, var1 = variances$var1,
                                     var2 = variances$var2, vcov = variances$vcov),
    ranef = lapply(split(modes, modes$grpvar), function(m) {
      m <- droplevels(m)
      list(levels = levels(m$grp), names = I(levels(m$term)),
           effects = lapply(levels(m$term), function(t) by_level(m, t, "condval")),
           cond_sd = lapply(levels(m$term), function(t) by_level(m, t, "condsd"))) }))
  if (!singular)
    out$satterthwaite <- list(df = I(unname(table[, "df"])), p = I(unname(table[, "Pr(>|t|)"])))
  if (reml) {
    kr <- coef(summary(fit, ddf = "Kenward-Roger"))
    out$kenward_roger <- list(se = I(unname(kr[, "Std. Error"])), df = I(unname(kr[, "df"])),
                              p = I(unname(kr[, "Pr(>|t|)"])))
  }
  out
}

draw_sessions(); draw_items(); draw_raters()
write(data.frame(diameter = Penicillin$diameter, plate = Penicillin$plate,
                 sample = Penicillin$sample), "penicillin")
cases <- list(
  list("penicillin", "penicillin", diameter ~ 1 + (1 | plate) + (1 | sample), TRUE),
  list("penicillin_ml", "penicillin", diameter ~ 1 + (1 | plate) + (1 | sample), FALSE),
  list("sessions", "crossed_sessions", score ~ session + (1 | person) + (1 | facilitator), TRUE),
  list("sessions_ml", "crossed_sessions", score ~ session + (1 | person) + (1 | facilitator), FALSE),
  list("sessions_slope", "crossed_sessions", score ~ session + (1 + session | person) + (1 | facilitator), TRUE),
  list("sessions_uncorrelated", "crossed_sessions", score ~ session + (1 + session || person) + (1 | facilitator), TRUE),
  list("sessions_two_slopes", "crossed_sessions", score ~ session + (1 + session | person) + (1 + session | facilitator), TRUE),
  list("items_regions", "crossed_items", answer ~ factor(wave) + (1 | person) + (1 | item) + (1 | region), TRUE),
  list("items_regions_ml", "crossed_items", answer ~ factor(wave) + (1 | person) + (1 | item) + (1 | region), FALSE),
  list("items_slope", "crossed_items", answer ~ wave + (1 | person) + (1 + wave | item) + (1 | region), TRUE),
  list("raters_singular", "crossed_raters", rating ~ arm + (1 | person) + (1 | rater), TRUE))
out <- lapply(cases, function(k) {
  d <- read.csv(file.path("data", paste0(k[[2]], ".csv")))
  found <- expected(k[[3]], d, k[[4]])
  message(sprintf("%-22s", k[[1]]), " ", sprintf("%.8f", found$loglik), if (found$singular) " singular")
  list(id = k[[1]], data = k[[2]],
       args = list(formula = gsub("factor\\(", "C(", paste(deparse(k[[3]], 200), collapse = " ")), reml = k[[4]]),
       expected = found)
})
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
