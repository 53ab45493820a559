# Individual change by the seven indices, written out literally from the formulas of the papers
# (Jacobson & Truax 1991; Hageman & Arrindell 1999; Maassen 2004; Atkins et al. 2005), with the
# squares and products that the project's own code avoids.
#   Rscript individual_change.R > individual_change.json      (in tests/reference)
library(jsonlite)
one <- function(id, data, x, y, R, R2, good, mf, sf, sources) {
  keep <- !is.na(x) & !is.na(y); x <- x[keep]; y <- y[keep]
  M1 <- mean(x); M2 <- mean(y); s1 <- sd(x); s2 <- sd(y); r12 <- cor(x, y)
  sem <- s1 * sqrt(1 - R)
  r1 <- (s1^2 - sem^2) / s1^2; r2 <- (s2^2 - sem^2) / s2^2
  rdd <- (s1^2 * r1 + s2^2 * r2 - 2 * s1 * s2 * r12) / (s1^2 + s2^2 - 2 * s1 * s2 * r12)
  index <- list(
    JT = (y - x) / (sqrt(2) * sem),
    GLN = ((y - M1) - R * (x - M1)) / (s1 * sqrt(1 - R^2)),
    HLL = ((y - M2) - R * (x - M1)) / (s1 * sqrt(1 - R^2)),
    EN = (y - (R * (x - M1) + M1)) / sem,
    NK = (y - (R * (x - M1) + M1)) / sqrt(R^2 * s1^2 * (1 - R) + s1^2 * (1 - R2)),
    HA = ((y - x) * rdd + (M2 - M1) * (1 - rdd)) / (sqrt(rdd) * sqrt(2) * sem),
    Maassen = (y - x) / sqrt((s1^2 + s2^2) * (1 - R)))
  cut <- function(sc, sf) c(a = M1 + good * 2 * sc, b = mf - good * 2 * sf, c = (sc * mf + sf * M1) / (sc + sf))
  found <- lapply(names(index), function(m) {
    z <- if (m == "HA") qnorm(0.95) else qnorm(0.975)
    cuts <- if (m == "HA") cut(s1 * sqrt(r1), sf * sqrt((sf^2 - sem^2) / sf^2)) else cut(s1, sf)
    category <- function(k) {
      ill <- good * (x - k) < 0
      well <- if (m == "HA") good * ((M2 + (y - M2) * r2 - k) / (sqrt(r2) * sem)) > z else good * (y - k) > 0
      still <- if (m == "HA") TRUE else !well
      better <- good * index[[m]] > z; worse <- -good * index[[m]] > z
      ifelse(better & ill & well, "recovered", ifelse(worse & !ill & still, "harmed",
        ifelse(better, "improved", ifelse(worse, "deteriorated", "unchanged"))))
    }
    list(index = index[[m]], cutoffs = as.list(cuts), by_a = category(cuts[["a"]]),
         by_b = category(cuts[["b"]]), by_c = category(cuts[["c"]]))
  })
  names(found) <- names(index)
  list(id = id, kind = "individual_change", data = data,
       args = c(sources, list(reliability = R, reliability_post = R2, functional_mean = mf,
                functional_sd = sf, higher_is = if (good == 1) "better" else "worse")),
       expected = found)
}
a <- read.csv("data/anorexia.csv"); b <- read.csv("data/btheb_wide.csv")
cat(toJSON(list(
  one("anorexia", "anorexia", a$pre, a$post, 0.8, 0.7, 1, 92, 6, list(pre = "pre", post = "post")),
  one("btheb", "btheb_wide", b$bdi_0m, b$bdi_2m, 0.86, 0.9, -1, 7, 6.5, list(pre = "bdi_0m", post = "bdi_2m"))),
  auto_unbox = TRUE, digits = 15, pretty = TRUE), "\n")
