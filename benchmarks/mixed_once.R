# Fit one mixed model with one R package, and print the seconds of every call.
#   Rscript benchmarks/mixed_once.R PROGRAM MODEL people.csv
# What counts and what does not is told in mixed_once.py.
asked <- commandArgs(TRUE)
data <- read.csv(asked[3], stringsAsFactors = FALSE)
data$region <- factor(data$region)
data$pid <- factor(data$pid)
data$group <- factor(data$group)
data$visit <- factor(data$wave)
bars <- list(level = y ~ wave * region + age + (1 | pid),
             change = y ~ wave + age + (1 + wave | region) + (1 | group) + (1 | pid))
quiet <- function(x) suppressMessages(suppressWarnings(x))
fit <- switch(asked[1],
  lme4 = function(d) summary(quiet(lme4::lmer(bars[[asked[2]]], d))),
  pbkrtest = function(d) {
    found <- quiet(lmerTest::lmer(bars[[sub("_kr", "", asked[2])]], d))
    coef(summary(found, ddf = "Kenward-Roger"))
  },
  mmrm = function(d) summary(mmrm::mmrm(y ~ wave * region + age + us(visit | pid), d,
                                        method = "Kenward-Roger")),
  nlme = function(d) summary(nlme::gls(y ~ wave * region + age, d,
    correlation = nlme::corSymm(form = ~ as.integer(visit) | pid),
    weights = nlme::varIdent(form = ~ 1 | visit))))
invisible(fit(droplevels(data[as.integer(as.character(data$pid)) < 500, ])))
seconds <- numeric()
while (sum(seconds) < 10 && length(seconds) < 7)
  seconds <- c(seconds, system.time(fit(data))[["elapsed"]])
cat(seconds, "\n")
