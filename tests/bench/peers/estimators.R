# SPDX-License-Identifier: LGPL-2.1-or-later
# What analysts compute in R, for estimators.py: reads names of cases, a line each, and answers each with the seconds and the
# values as JSON. Columns are in memory, and joined to their households. Packages: data.table, survey, sandwich.
suppressMessages({
  library(data.table)
  library(survey)
  library(sandwich)
})
folder <- commandArgs(TRUE)[1]
households <- fread(file.path(folder, "households.csv"))
all <- fread(file.path(folder, "income.csv"))
all[households, on = "hid", `:=`(village = i.village, site = i.site, member = i.member, weight = i.weight)]
known <- all[!is.na(income)]
sales <- fread(file.path(folder, "sales.csv"))
sales[, year := year(as.Date(date, origin = "1970-01-01"))]

pairs <- function() {
  made <- dcast(known, hid ~ wave, value.var = "income")
  setnames(made, c("hid", "before", "after"))
  made[!is.na(before) & !is.na(after)]
}

design_error <- function(scores) {
  totals <- rowsum(scores, known$village)
  n <- length(totals)
  sqrt(n / (n - 1) * sum((totals - mean(totals))^2))
}

cases <- list(
  "mean, by village" = function() {
    made <- known[, .(mean = mean(income), se = sd(income) / sqrt(.N)), by = village]
    c(sum(made$mean), sum(made$se))
  },
  "quartiles, by village" = function() {
    made <- known[, as.list(quantile(income, c(0.25, 0.5, 0.75), names = FALSE)), by = village]
    c(sum(made$V1), sum(made$V2), sum(made$V3))
  },
  "trimmed mean" = function() mean(known$income, trim = 0.1),
  "weighted median" = function() {
    order <- order(known$income)
    cumulated <- cumsum(known$weight[order])
    known$income[order][which(cumulated >= cumulated[length(cumulated)] / 2)[1]]
  },
  "paired change" = function() {
    made <- pairs()
    change <- made$after - made$before
    c(mean(change), sd(change) / sqrt(length(change)), mean(made$after) / mean(made$before), cor(made$before, made$after))
  },
  "Wilcoxon signed rank" = function() {
    made <- pairs()
    wilcox.test(made$after, made$before, paired = TRUE, exact = FALSE, correct = FALSE)$statistic
  },
  "mean difference (Welch)" = function() {
    test <- t.test(known[member == 1, income], known[member == 0, income])
    c(test$estimate[1] - test$estimate[2], test$stderr, test$statistic, test$parameter)
  },
  "standardised difference" = function() {
    one <- known[member == 1, income]
    other <- known[member == 0, income]
    c((mean(one) - mean(other)) / sqrt((var(one) + var(other)) / 2),
      suppressWarnings(ks.test(one, other, exact = FALSE)$statistic))
  },
  "Gini, Theil, weighted" = function() {
    order <- order(known$income)
    x <- known$income[order]
    w <- known$weight[order]
    W <- sum(w)
    T <- sum(w * x)
    share <- x * W / T
    c((2 * sum(w * x * cumsum(w)) - sum(w^2 * x)) / (W * T) - 1, sum(w * share * log(share)) / W, -sum(w * log(share)) / W)
  },
  "Theil within and between" = function() {
    made <- known[, .(n = .N, total = sum(income), logs = sum(income * log(income))), by = village]
    share <- made$total / sum(made$total)
    mean <- made$total / made$n
    c(sum(share * (made$logs / made$total - log(mean))), sum(share * log(mean / (sum(made$total) / sum(made$n)))))
  },
  "poverty with design error" = function() {
    design <- svydesign(ids = ~village, weights = ~weight, data = known)
    made <- svymean(cbind(poor = as.numeric(known$income < 8000), gap = pmax(8000 - known$income, 0) / 8000), design)
    c(coef(made), SE(made))
  },
  "survey mean" = function() {
    made <- svymean(~income, svydesign(ids = ~village, weights = ~weight, data = known))
    c(coef(made), SE(made))
  },
  "difference in differences" = function() {
    fit <- lm(income ~ member * wave, known)
    c(coef(fit)[4], sqrt(vcovCL(fit, cluster = known$village, type = "HC1")[4, 4]))
  },
  "bootstrap of villages" = function() {
    made <- known[, .(n = as.numeric(.N), total = sum(income)), by = village]
    replicate(999, {
      drawn <- sample.int(nrow(made), replace = TRUE)
      sum(made$total[drawn]) / sum(made$n[drawn])
    })
    mean(known$income)
  },
  "bootstrap of a median" = function() {
    x <- known[site %in% 0:2, income]
    replicate(999, median(x[sample.int(length(x), replace = TRUE)]))
    median(x)
  },
  "intracluster correlation" = function() {
    made <- known[, .(n = as.numeric(.N), mean = mean(income), within = (.N - 1) * var(income)), by = village]
    N <- sum(made$n)
    k <- nrow(made)
    between <- sum(made$n * (made$mean - mean(known$income))^2) / (k - 1)
    within <- sum(made$within) / (N - k)
    (between - within) / (between + ((N - sum(made$n^2) / N) / (k - 1) - 1) * within)
  },
  "distinct buyers" = function() {
    counts <- sales[, .N, by = hid]$N
    c(length(counts), max(counts))
  },
  "concentration" = function() {
    share <- sales[, sum(qty * price), by = hid]$V1
    share <- share / sum(share)
    c(sum(share^2), -sum(share * log(share)))
  },
  "chained price index" = function() {
    made <- sales[, .(value = sum(qty * price), mass = sum(qty)), by = .(year, product)]
    made[, price := value / mass]
    price <- as.matrix(dcast(made, product ~ year, value.var = "price"), rownames = 1)
    mass <- as.matrix(dcast(made, product ~ year, value.var = "mass"), rownames = 1)
    chain <- 1
    for (i in 2:ncol(price)) {
      p0 <- price[, i - 1]; p1 <- price[, i]; q0 <- mass[, i - 1]; q1 <- mass[, i]
      chain <- chain * sqrt(sum(p1 * q0) / sum(p0 * q0) * sum(p1 * q1) / sum(p0 * q1))
    }
    chain
  }
)

input <- file("stdin", "r")
while (length(name <- readLines(input, 1)) > 0) {
  work <- cases[[name]]
  if (is.null(work)) {
    cat("null\n")
    next
  }
  took <- system.time(values <- work())[["elapsed"]]
  cat(sprintf("{\"took\": %.3f, \"values\": [%s]}\n", took, paste(sprintf("%.17g", values), collapse = ", ")))
  flush(stdout())
}
