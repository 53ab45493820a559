# F tests with several numerator df, by pbkrtest (Kenward-Roger) and lmerTest (Satterthwaite).
#   Rscript f_tests.R > f_tests.json      (in tests/reference)
suppressMessages({library(lme4); library(lmerTest); library(pbkrtest); library(jsonlite)})
cases <- list(
  list(id = "region_by_wave", data = "peer_groups", term = "C(wave):region",
       full = score ~ factor(wave) * region + age + (1 | participant),
       reduced = score ~ factor(wave) + region + age + (1 | participant), row = "factor(wave):region"),
  list(id = "region_by_wave_grouped", data = "peer_groups", term = "C(wave):region",
       full = score ~ factor(wave) * region + age + (1 | group) + (1 | participant),
       reduced = score ~ factor(wave) + region + age + (1 | group) + (1 | participant),
       row = "factor(wave):region"),
  list(id = "two_regions", data = "two_regions", term = "C(wave):region",
       full = score ~ factor(wave) * region + (1 | group) + (1 | participant),
       reduced = score ~ factor(wave) + region + (1 | group) + (1 | participant),
       row = "factor(wave):region"))
out <- lapply(cases, function(k) {
  d <- read.csv(file.path("data", paste0(k$data, ".csv")))
  d <- d[!is.na(d$score), ]
  control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5))
  full <- lmerTest::lmer(k$full, d, control = control)
  reduced <- lmerTest::lmer(k$reduced, d, control = control)
  kr <- getKR(KRmodcomp(full, reduced), "F.scaling")
  test <- KRmodcomp(full, reduced)$test["Ftest", ]
  sat <- anova(full, type = 3, ddf = "Satterthwaite")[k$row, ]
  list(id = k$id, data = k$data, term = k$term,
       formula = gsub("factor\\(", "C(", paste(deparse(k$full), collapse = " ")),
       kenward_roger = list(statistic = test$stat, df_num = test$ndf, df = test$ddf, p_value = test$p.value),
       satterthwaite = list(statistic = sat[["F value"]], df_num = sat[["NumDF"]],
                            df = sat[["DenDF"]], p_value = sat[["Pr(>F)"]]))
})
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
