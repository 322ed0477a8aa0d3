/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-ready-private.h"

/* Ready-made metrics of what households earn: means, changes, poverty and inequality. */

const RuaReady rua_ready_incomes[] = {
  {
    .id = "income.mean",
    .title = "Mean income of households",
    .unit = "{currency}/household/year",
    .direction = "up",
    .estimator = "weighted_mean",
    .table = "incomes",
    .columns = "{\"value\":\"amount\",\"weight\":\"{weight}\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .standards = "SDG:2.3.2",
    .collect = "The total income of each household in a year, by a household survey or register.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar"
      " year.\"},\"weight\":{\"type\":\"expression\",\"default\":\"1\",\"doc\":\"What a row"
      " stands for, such as household.weight.\"}}",
  },
  {
    .id = "income.mean_real",
    .title = "Mean income of households in prices of another year",
    .unit = "{currency}/household/year",
    .direction = "up",
    .estimator = "weighted_mean",
    .table = "incomes",
    .columns = "{\"value\":\"amount\",\"weight\":\"{weight}\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .standards = "SDG:2.3.2",
    .collect = "The total income of each household in a year, by a household survey or register. A price"
      " index or inflation rates by year.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar"
      " year.\"},\"weight\":{\"type\":\"expression\",\"default\":\"1\",\"doc\":\"What a row"
      " stands for, such as household.weight.\"},\"series\":{\"type\":\"text\",\"doc\":\"The id"
      " of the price series.\"},\"to\":{\"type\":\"integer\",\"doc\":\"In whose prices.\"}}",
    .deflate = "{\"series\":\"{series}\",\"to\":\"{to}\"}",
  },
  {
    .id = "income.all_mean",
    .title = "Mean yearly income of households",
    .unit = "{currency}/household/year",
    .direction = "up",
    .estimator = "survey_estimate", /* the years of one household are alike */
    .table = "incomes",
    .columns = "{\"value\":\"amount\",\"psu\":\"household\"}",
    .options = "{\"statistic\":\"mean\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .standards = "SDG:2.3.2",
    .collect = "The total income of each household in a year, by a household survey or register.",
  },
  {
    .id = "income.median",
    .title = "Median yearly income of households",
    .unit = "{currency}/household/year",
    .direction = "up",
    .estimator = "quantile",
    .table = "incomes",
    .columns = "{\"value\":\"amount\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .options = "{\"probs\":[0.5]}",
    .collect = "The total income of each household in a year, by a household survey or register.",
  },
  {
    .id = "income.gini",
    .title = "Inequality of household incomes (Gini)",
    .unit = "1",
    .direction = "down",
    .estimator = "inequality",
    .table = "incomes",
    .columns = "{\"value\":\"amount\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .collect = "The total income of each household in a year, by a household survey or register.",
  },
  {
    .id = "income.ratio_of_means",
    .title = "Mean income after over mean income before",
    .unit = "1",
    .direction = "up",
    .estimator = "paired_change",
    .table = "incomes",
    .columns = "{\"before\":\"amount[year={before}]\",\"after\":\"amount[year={after}]\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .options = "{\"estimate\":\"ratio_of_means\"}",
    .collect = "The total income of each household in a year, by a household survey or register. The same"
      " households twice.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of them.\"}}",
  },
  {
    .id = "income.median_ratio",
    .title = "Median of the ratios of income after to before",
    .unit = "1",
    .direction = "up",
    .estimator = "ratio_distribution",
    .table = "incomes",
    .columns = "{\"before\":\"amount[year={before}]\",\"after\":\"amount[year={after}]\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .options = "{\"estimate\":\"median_ratio\"}",
    .collect = "The total income of each household in a year, by a household survey or register. The same"
      " households twice.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of them.\"}}",
  },
  {
    .id = "income.share_doubled",
    .title = "Households whose income at least doubled",
    .unit = "%",
    .direction = "up",
    .estimator = "ratio_distribution",
    .table = "incomes",
    .columns = "{\"before\":\"amount[year={before}]\",\"after\":\"amount[year={after}]\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .options = "{\"factor\":\"{factor}\"}",
    .standards = "IRIS:PI9409",
    .collect = "The total income of each household in a year, by a household survey or register. The same"
      " households twice.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of"
      " them.\"},\"factor\":{\"type\":\"number\",\"default\":2,\"doc\":\"By how much it is to"
      " have grown.\"}}",
  },
  {
    .id = "income.change_classes",
    .title = "Households by what became of their income",
    .unit = "household",
    .direction = "none",
    .estimator = "count",
    .table = "incomes",
    .columns = "{\"value\":\"amount[year={before}]\"}",
    .where = "coalesce (income_source, 'total') = 'total'",
    .standards = "IRIS:PI9409",
    .collect = "The total income of each household in a year, by a household survey or register. The same"
      " households twice.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of them.\"}}",
    .by = /* nothing, or a loss, does not double */
      "case when amount[year={before}] > 0 and amount[year={after}] >= 2 * amount[year={before}] then"
      " 'doubled or more' when amount[year={after}] > amount[year={before}] then 'more' when amount[year={after}] ="
      " amount[year={before}] then 'the same' when amount[year={after}] < amount[year={before}]"
      " then 'less' end",
  },
  {
    .id = "income.cagr",
    .title = "Growth of mean income per year",
    .unit = "%",
    .direction = "up",
    .formula = "exp (ln (\"income.ratio_of_means(before={before},after={after})\") / ({after} -"
      " {before})) - 1",
    .standards = "IRIS:FP3297",
    .collect = "The total income of each household in a year, by a household survey or register. The same"
      " households twice.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of them.\"}}",
  },
  {
    .id = "income.did",
    .title = "Income: change of members less change of the comparison",
    .unit = "{currency}/household/year",
    .direction = "up",
    .estimator = "did_2x2",
    .table = "incomes",
    .columns = "{\"outcome\":\"amount\",\"treated\":\"household.arm = 'treated'\",\"post\":\"year ="
      " {after}\",\"cluster\":\"household.village\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year in ({before}, {after})",
    .collect = "The total income of each household in a year, by a household survey or register. Also of"
      " households that take no part (arm: comparison), and their villages.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of them.\"}}",
  },
  {
    .id = "income.coop_share",
    .title = "Share of income that comes from the co-operative",
    .unit = "%",
    .direction = "up",
    .estimator = "ratio_of_totals",
    .table = "incomes",
    .columns = "{\"numerator\":\"amount[income_source ="
      " 'cooperative']\",\"denominator\":\"amount[coalesce (income_source, 'total') = 'total']\"}",
    .where = "year = {year}",
    .collect = "Income by source: a row for the co-operative, 0 where it gave nothing, and one for the"
      " total.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar year.\"}}",
  },
  {
    .id = "poverty.headcount",
    .title = "Share of people below the poverty line",
    .unit = "%",
    .direction = "down",
    .estimator = "poverty_fgt",
    .table = "incomes",
    .columns = "{\"value\":\"amount / household.n_persons\",\"weight\":\"household.n_persons\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .options = "{\"line\":\"{line}\",\"estimate\":\"fgt0\"}",
    .standards = "SDG:1.2.1",
    .collect = "The total income of each household in a year, by a household survey or register. How many"
      " people live in each household.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar"
      " year.\"},\"line\":{\"type\":\"number\",\"doc\":\"The poverty line, in money a person and"
      " year.\"}}",
  },
  {
    .id = "poverty.gap",
    .title = "Mean gap to the poverty line",
    .unit = "%",
    .direction = "down",
    .estimator = "poverty_fgt",
    .table = "incomes",
    .columns = "{\"value\":\"amount / household.n_persons\",\"weight\":\"household.n_persons\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .options = "{\"line\":\"{line}\",\"estimate\":\"fgt1\"}",
    .collect = "The total income of each household in a year, by a household survey or register. How many"
      " people live in each household.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar"
      " year.\"},\"line\":{\"type\":\"number\",\"doc\":\"The poverty line, in money a person and"
      " year.\"}}",
  },
  {
    .id = "poverty.severity",
    .title = "Mean squared gap to the poverty line",
    .unit = "%",
    .direction = "down",
    .estimator = "poverty_fgt",
    .table = "incomes",
    .columns = "{\"value\":\"amount / household.n_persons\",\"weight\":\"household.n_persons\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .options = "{\"line\":\"{line}\",\"estimate\":\"fgt2\"}",
    .collect = "The total income of each household in a year, by a household survey or register. How many"
      " people live in each household.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar"
      " year.\"},\"line\":{\"type\":\"number\",\"doc\":\"The poverty line, in money a person and"
      " year.\"}}",
  },
  {
    .id = "inequality.gini",
    .title = "Inequality of income per person (Gini)",
    .unit = "1",
    .direction = "down",
    .estimator = "inequality",
    .table = "incomes",
    .columns = "{\"value\":\"amount / household.n_persons\",\"weight\":\"household.n_persons\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .collect = "The total income of each household in a year, by a household survey or register. How many"
      " people live in each household.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar year.\"}}",
  },
  {
    .id = "inequality.theil",
    .title = "Inequality of income per person (Theil)",
    .unit = "1",
    .direction = "down",
    .estimator = "inequality",
    .table = "incomes",
    .columns = "{\"value\":\"amount / household.n_persons\",\"weight\":\"household.n_persons\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .options = "{\"estimate\":\"theil_t\"}",
    .collect = "The total income of each household in a year, by a household survey or register. How many"
      " people live in each household.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar year.\"}}",
  },
  {
    .id = "inequality.bottom40_share",
    .title = "Share of income of the lowest 40 %",
    .unit = "%",
    .direction = "up",
    .estimator = "inequality",
    .table = "incomes",
    .columns = "{\"value\":\"amount\"}",
    .where = "coalesce (income_source, 'total') = 'total' and year = {year}",
    .options = "{\"estimate\":\"lorenz[0.4]\"}",
    .collect = "The total income of each household in a year, by a household survey or register.",
    .parameters = "{\"year\":{\"type\":\"integer\",\"doc\":\"The calendar year.\"}}",
  },
  {
    .id = "inequality.bottom40_growth",
    /* exp (ln (…)): from a loss nothing grows */
    .title = "Growth of the mean income of the lowest 40 %",
    .unit = "%",
    .direction = "up",
    .formula = "\"inequality.bottom40_share(year={after})\" * \"income.mean(year={after})\" /"
      " (exp (ln (\"inequality.bottom40_share(year={before})\")) * \"income.mean(year={before})\") - 1",
    .standards = "SDG:10.1.1",
    .collect = "The total income of each household in a year, by a household survey or register.",
    .parameters = "{\"before\":{\"type\":\"integer\",\"doc\":\"The first of the two years"
      " compared.\"},\"after\":{\"type\":\"integer\",\"doc\":\"The second of them.\"}}",
  },
  { .id = NULL },
};
