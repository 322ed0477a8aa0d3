/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Money over time, and how it is concentrated. */
#include "rua-estimators-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-reductions-private.h"
#include "rua-special-private.h"
#include "rua-wide-private.h"

static gboolean
run_deflate (RuaRun *run, GError **error)
{
  guint n, n_rates, n_index, n_nominal, base;
  double *years = rua_run_numbers (run, "years", &n),
         *rates = rua_run_numbers (run, "rates", &n_rates);
  double *index = rua_run_numbers (run, "index", &n_index),
         *nominal = rua_run_numbers (run, "nominal", &n_nominal);
  double base_year = rua_run_number (run, "base_year");
  gboolean done = FALSE;

  for (base = 0; base < n && years[base] != base_year; base++)
    ;
  if ((rates == NULL) == (index == NULL)) {
    rua_run_refuse (run, error, RUA_ERROR_VALUE, "give either rates or index");
  } else if (rates != NULL && n_rates + 1 != n) {
    rua_run_refuse (run, error, RUA_ERROR_VALUE,
                    "%u rates for %u years; each year after the first has one", n_rates, n);
  } else if (index != NULL && n_index != n) {
    rua_run_refuse (run, error, RUA_ERROR_VALUE, "%u index values for %u years", n_index, n);
  } else if (nominal != NULL && n_nominal != n) {
    rua_run_refuse (run, error, RUA_ERROR_VALUE, "%u nominal values for %u years", n_nominal, n);
  } else if (base == n) {
    rua_run_refuse (run, error, RUA_ERROR_VALUE, "base_year %g is not among the years", base_year);
  } else {
    done = TRUE;
    for (guint i = 1; i < n && done && rates != NULL; i++)
      if (years[i] == years[i - 1])
        done = rua_run_refuse (run, error, RUA_ERROR_DUPLICATE, "year %g is there twice", years[i]);
      else if (years[i] != years[i - 1] + 1)
        done = rua_run_refuse (run, error, RUA_ERROR_VALUE,
                               "year %g does not follow %g, but rates are from each year to the next; give the years in "
                               "order, or the index",
                               years[i], years[i - 1]);
    if (rates != NULL) {
      index = g_new (double, n);
      index[0] = 100;
      for (guint i = 1; i < n; i++)
        index[i] = index[i - 1] * (1 + rates[i - 1] / 100);
    }
    for (guint i = 0; i < n && done; i++) {
      for (guint j = 0; j < i; j++)
        if (years[i] == years[j])
          done
            = rua_run_refuse (run, error, RUA_ERROR_DUPLICATE, "year %g is there twice", years[i]);
      if (done && !(index[i] > 0))
        done = rua_run_refuse (run, error, RUA_ERROR_VALUE, "the index of %g is not above 0",
                               years[i]);
    }
    for (guint i = 0; i < n && done; i++)
      rua_figures_put_nth (run->figures, "deflator", years[i], index[i] / index[base], NULL);
    for (guint i = 0; i < n && done && nominal; i++)
      rua_figures_put_nth (run->figures, "real", years[i], nominal[i] / (index[i] / index[base]),
                           NULL);
  }
  g_free (years);
  g_free (rates);
  g_free (index);
  g_free (nominal);
  return done;
}

static const RuaOptionSpec deflate_options[] = {
  { "years", RUA_OPTION_NUMBERS, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The years" },
  { "rates", RUA_OPTION_NUMBERS, NULL, 0, 0, 0, NULL,
    "Price change in % from each year to the next; the years follow each other" },
  { "index", RUA_OPTION_NUMBERS, NULL, 0, 0, 0, NULL,
    "Price index of each year, instead of rates" },
  { "base_year", RUA_OPTION_NUMBER, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL,
    "The year whose prices are used" },
  { "nominal", RUA_OPTION_NUMBERS, NULL, 0, 0, 0, NULL, "Amounts to express in those prices" },
  { NULL },
};

const RuaEstimator rua_estimator_deflate = {
  "deflate",
  N_("Amounts in the prices of one year"),
  "deflator = index/index[base_year]; real = nominal/deflator",
  "ILO, Consumer Price Index Manual (2020)",
  rua_no_roles,
  deflate_options,
  "real[",
  NULL,
  NULL,
  NULL,
  NULL,
  run_deflate,
};

/* From one value to another, of which the first is above 0. */
typedef struct {
  double ratio;
  double growth; /* ratio - 1 */
  double log;    /* of the ratio */
} Growth;

/* So near 1 that the difference would lose digits, were it taken of the ratio. */
static gboolean
is_near_1 (double ratio)
{
  return fabs (ratio - 1) < 0.5;
}

static Growth
growth_of (double start, double end)
{
  Growth self = { .ratio = end / start, .growth = (end - start) / start };

  if (is_near_1 (self.ratio))
    self.log = log1p (self.growth);
  else /* the ratio may be beyond the range of numbers */
    self.log = self.ratio >= DBL_MIN && self.ratio <= DBL_MAX ? log (self.ratio) : log (end) - log (start);
  return self;
}

/* In percent. */
static double
yearly_growth (const Growth *self, double years)
{
  double yearly = pow (self->ratio, 1 / years);

  if (!isfinite (yearly) || self->ratio < DBL_MIN)
    return 100 * expm1 (self->log / years);
  return 100 * (is_near_1 (yearly) ? expm1 (self->log / years) : yearly - 1);
}

static gboolean
run_growth (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  double start = rua_run_number (run, "start"), end = rua_run_number (run, "end");
  double years = rua_run_number (run, "years"), c_start = rua_run_number (run, "comparator_start");
  double c_end = rua_run_number (run, "comparator_end"), prices = 1, ratio, annual, in_prices;
  Growth own = growth_of (start, end);
  gboolean has_prices = rua_run_has (run, "inflation");
  const char *bad = start > 0 ? NULL : N_("the start is not above 0"), *yearly, *real, *logs;
  guint n;
  double *inflation = rua_run_numbers (run, "inflation", &n);

  ratio = own.ratio;
  for (guint i = 0; i < n; i++)
    prices *= 1 + inflation[i] / 100;
  g_free (inflation);
  in_prices = is_near_1 (ratio / prices) ? (end - start * prices) / prices / start : ratio / prices - 1;
  yearly = bad             ? bad
           : isnan (years) ? N_("no number of years is given")
           : years <= 0    ? N_("the number of years is not above 0")
           : ratio < 0     ? N_("the end is negative")
                           : NULL;
  real = bad           ? bad
         : !has_prices ? N_("no inflation is given")
         : prices <= 0 ? N_("the price level falls to 0")
                       : NULL;
  logs = bad ? bad : end > 0 ? NULL : N_("the end is not above 0");
  annual = yearly_growth (&own, years);
  rua_figures_put (figures, "change", end - start);
  rua_figures_put_or (figures, "ratio", ratio, bad);
  rua_figures_put_or (figures, "percent", 100 * own.growth, bad);
  rua_figures_put_or (figures, "annual_rate", annual, yearly);
  if (has_prices)
    rua_figures_put_or (figures, "price_ratio", prices, bad);
  rua_figures_put_or (figures, "real_ratio", ratio / prices, real);
  rua_figures_put_or (figures, "real_percent", 100 * in_prices, real);
  rua_figures_put_or (figures, "log_change", own.log, logs);
  if (!isnan (c_start) || !isnan (c_end)) {
    Growth other = growth_of (c_start, c_end);
    double c = other.ratio;
    const char *none, *both, *c_yearly, *c_logs;

    if (isnan (c_start) || isnan (c_end))
      return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                             "a comparator needs both comparator_start and comparator_end");
    none = c_start > 0 ? NULL : N_("the comparator's start is not above 0");
    both = bad ? bad : none;
    c_yearly = yearly  ? yearly
               : none  ? none
               : c < 0 ? N_("the comparator's end is negative")
                       : NULL;
    c_logs = logs        ? logs
             : none      ? none
             : c_end > 0 ? NULL
                         : N_("the comparator's end is not above 0");
    rua_figures_put_or (figures, "comparator_ratio", c, both);
    rua_figures_put_or (figures, "excess_ratio", ratio / c,
                        both     ? both
                        : c == 0 ? N_("the comparator's end is 0")
                                 : NULL);
    rua_figures_put_or (figures, "counterfactual_end", start * c, both);
    rua_figures_put_or (figures, "naive_effect", end - start * c, both);
    rua_figures_put_or (figures, "growth_gap_points",
                        100 * (is_near_1 (ratio) && is_near_1 (c) ? own.growth - other.growth : ratio - c), both);
    rua_figures_put_or (figures, "annual_gap_points", annual - yearly_growth (&other, years), c_yearly);
    rua_figures_put_or (figures, "log_did",
                        is_near_1 (ratio) && is_near_1 (c) ? own.log - other.log
                        : isfinite (log (ratio / c))       ? log (ratio / c)
                                                           : own.log - other.log,
                        c_logs);
  }
  return TRUE;
}

static const RuaOptionSpec growth_options[] = {
  { "start", RUA_OPTION_NUMBER, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The value at the start" },
  { "end", RUA_OPTION_NUMBER, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The value at the end" },
  { "years", RUA_OPTION_NUMBER, NULL, 0, 0, 0, NULL, "Years between the two" },
  { "inflation", RUA_OPTION_NUMBERS, NULL, 0, 0, 0, NULL, "Price change of each year in %" },
  { "comparator_start", RUA_OPTION_NUMBER, NULL, 0, 0, 0, NULL,
    "The same, of what it is compared with" },
  { "comparator_end", RUA_OPTION_NUMBER, NULL, 0, 0, 0, NULL,
    "The same, of what it is compared with" },
  { NULL },
};

const RuaEstimator rua_estimator_growth = {
  "growth",
  N_("Growth between two values, in real terms and against a comparator"),
  "ratio = end/start; annual_rate = 100((end/start)^(1/years) - 1); real_ratio = ratio/prod(1 + "
  "rate)",
  NULL,
  rua_no_roles,
  growth_options,
  "ratio",
  NULL,
  NULL,
  NULL,
  NULL,
  run_growth,
};

static char *
copy_label (gconstpointer owner, guint32 unit)
{
  const char *const *labels = owner;

  return g_strdup (labels[unit]);
}

typedef struct {
  double total;
  char *label;
} Listed;

/* By size, the largest first, and by label. */
static int
compare_listed (gconstpointer a, gconstpointer b)
{
  const Listed *s = a, *t = b;

  if (s->total != t->total)
    return s->total > t->total ? -1 : 1;
  return strcmp (s->label, t->label);
}

/* So many units at a time are looked at, or squared: they stay in the cache. A multiple of 4. */
#define TOGETHER 512

RUA_WIDE static double
find_greatest (const double *totals, guint n)
{
  double lanes[8], greatest = -INFINITY;
  guint i = 0;

  for (guint k = 0; k < 8; k++)
    lanes[k] = -INFINITY;
  for (; i + 8 <= n; i += 8)
    for (guint k = 0; k < 8; k++)
      lanes[k] = totals[i + k] > lanes[k] ? totals[i + k] : lanes[k];
  for (; i < n; i++)
    greatest = totals[i] > greatest ? totals[i] : greatest;
  for (guint k = 0; k < 8; k++)
    greatest = MAX (greatest, lanes[k]);
  return greatest;
}

/* The greatest of each @TOGETHER units: most of them need not be looked at again. */
static double *
find_peaks (const double *totals, guint n)
{
  double *peaks = g_new (double, n / TOGETHER + 1);

  for (guint from = 0; from < n; from += TOGETHER)
    peaks[from / TOGETHER] = find_greatest (totals + from, MIN (n - from, TOGETHER));
  return peaks;
}

/* The largest units one by one. All units that are as large as the last one listed, which is @least, compete by
 * their labels. The total is times @unit. */
static gboolean
put_largest (RuaRun *run,
             const double *totals,
             const double *peaks,
             guint n,
             guint n_listed,
             double least,
             double total,
             double unit,
             RuaUnitLabel get_label,
             gconstpointer owner,
             const char *reason,
             GError **error)
{
  g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (Listed));

  if (n_listed == 0)
    return TRUE;
  for (guint u = 0; u < n; u++) {
    if (u % TOGETHER == 0 && peaks[u / TOGETHER] < least)
      u += TOGETHER - 1;
    else if (totals[u] >= least) {
      Listed one = { totals[u], get_label (owner, u) };

      g_array_append_val (listed, one);
    }
  }
  g_array_sort (listed, compare_listed);
  for (guint i = 0; i < listed->len; i++) {
    Listed *one = &g_array_index (listed, Listed, i);

    if (i < n_listed) {
      rua_figures_put_at (run->figures, "amount", one->label, one->total, NULL);
      rua_figures_put_at (run->figures, "share", one->label, one->total * unit / total, reason);
    }
    g_free (one->label);
  }
  return TRUE;
}

/* So many are kept in order while the units are gone through; for more it is cheaper to select. */
#define FEW_LARGEST 64

/* The @n_wanted largest of @n, which are as many at least, in descending order. Units are many, and need not be
 * sorted. */
static void
find_few_largest (const double *totals, const double *peaks, guint n, guint n_wanted, double *largest)
{
  guint n_found = 0;

  for (guint u = 0; u < n; u++) {
    double value = totals[u];
    guint at;

    if (u % TOGETHER == 0 && n_found == n_wanted && !(peaks[u / TOGETHER] > largest[n_wanted - 1])) {
      u += TOGETHER - 1;
      continue;
    }
    if (n_found == n_wanted && !(value > largest[n_wanted - 1]))
      continue;
    at = n_found < n_wanted ? n_found++ : n_wanted - 1;
    for (; at > 0 && largest[at - 1] < value; at--)
      largest[at] = largest[at - 1];
    largest[at] = value;
  }
}

/* The three largest in descending order, and the last one listed. */
static void
find_largest (const double *totals, const double *peaks, guint n, guint n_listed, double largest[3], double *least)
{
  guint n_largest = MIN (n, 3), n_wanted = MAX (n_largest, n_listed), n_ranks = 0;
  double few[FEW_LARGEST], selected[4];
  gsize ranks[4];

  if (n_wanted <= FEW_LARGEST) {
    find_few_largest (totals, peaks, n, n_wanted, few);
    memcpy (largest, few, n_largest * sizeof (double));
    *least = n_listed > 0 ? few[n_listed - 1] : 0;
    return;
  }
  ranks[n_ranks++] = n - n_listed;
  for (guint k = n_largest; k > 0; k--)
    ranks[n_ranks++] = n - k;
  rua_select_doubles (totals, n, ranks, n_ranks, selected);
  for (guint k = 0; k < n_largest; k++)
    largest[k] = selected[n_ranks - 1 - k];
  *least = selected[0];
}

RUA_WIDE static void
square_shares (const double *totals, guint n, double unit, double total, double *squares)
{
  for (guint u = 0; u < n; u++) {
    double share = totals[u] * unit / total;

    squares[u] = share * share;
  }
}

static double
sum_square_shares (const double *totals, guint n, double unit, double total)
{
  double squares[TOGETHER];
  RuaSums sums = { { 0 } };

  for (guint u = 0; u < n;) {
    guint more = MIN (n - u, TOGETHER);

    square_shares (totals + u, more, unit, total, squares);
    rua_sums_add (&sums, squares, more);
    u += more;
  }
  return rua_sums_get (&sums);
}

/* Shares are known though the total is beyond the range of numbers. */
static double
sum_in_unit (const double *totals, guint n, double *unit)
{
  RuaSum sum = { 0 };

  *unit = rua_unit_of (totals, n);
  for (guint u = 0; u < n; u++)
    rua_sum_add (&sum, totals[u] * *unit);
  return rua_sum_get (&sum);
}

RUA_WIDE static void
count_signs (const double *totals, guint n, guint *n_positive, guint *n_negative)
{
  guint above = 0, below = 0;

  for (guint u = 0; u < n; u++) {
    above += totals[u] > 0;
    below += totals[u] < 0;
  }
  *n_positive = above;
  *n_negative = below;
}

static gboolean
wants_any (RuaRun *run, const char *const *keys)
{
  for (; *keys != NULL; keys++)
    if (rua_run_wants (run, *keys))
      return TRUE;
  return FALSE;
}

gboolean
rua_put_concentration (RuaRun *run,
                       const double *totals,
                       guint n,
                       RuaUnitLabel get_label,
                       gconstpointer owner,
                       GError **error)
{
  static const char *const of_squares[]
    = { "hhi", "hhi_10000", "hhi_normalised", "n_equivalent", NULL };
  static const char *const of_largest[] = { "cr1", "cr3", NULL };
  RuaFigures *figures = run->figures;
  RuaSum entropy = { 0 };
  gboolean wants_entropy = rua_run_wants (run, "entropy");
  double wanted = rua_run_number (run, "list");
  guint n_listed = MIN (MAX (wanted, 0), n), n_positive, n_negative;
  double total = rua_sum (totals, n), unit = 1, hhi = NAN, three = 0, largest[3] = { NAN }, least = 0;
  g_autofree double *peaks = NULL;
  const char *reason;

  if (!isfinite (total))
    total = sum_in_unit (totals, n, &unit);
  count_signs (totals, n, &n_positive, &n_negative);
  if (wants_any (run, of_squares))
    hhi = sum_square_shares (totals, n, unit, total);
  for (guint u = 0; wants_entropy && u < n; u++) {
    double share = totals[u] * unit / total;

    if (share > 0)
      rua_sum_add (&entropy, -share * log (share));
  }
  if (n > 0 && (n_listed > 0 || wants_any (run, of_largest))) {
    peaks = find_peaks (totals, n);
    find_largest (totals, peaks, n, n_listed, largest, &least);
    for (guint k = 0; k < MIN (n, 3); k++)
      three += largest[k] * unit / total;
  }
  reason = n == 0             ? RUA_REASON_NONE
           : n_negative > 0   ? N_("a unit's amount is negative")
           : total == 0       ? N_("the total is 0")
           : isfinite (total) ? NULL
                              : N_("the result is beyond the range of numbers");
  rua_figures_put (figures, "n_units", n);
  rua_figures_put (figures, "n_positive", n_positive);
  rua_figures_put_or (figures, "hhi", hhi, reason);
  rua_figures_put_or (figures, "hhi_10000", 10000 * hhi, reason);
  rua_figures_put_or (figures, "hhi_normalised", (hhi - 1.0 / n) / (1 - 1.0 / n),
                      reason  ? reason
                      : n > 1 ? NULL
                              : N_("there is one unit only"));
  rua_figures_put_or (figures, "n_equivalent", 1 / hhi, reason);
  rua_figures_put_or (figures, "cr1", n > 0 ? largest[0] * unit / total : NAN, reason);
  rua_figures_put_or (figures, "cr3", MIN (three, 1), reason);
  rua_figures_put_or (figures, "entropy", rua_sum_get (&entropy), reason);
  return put_largest (run, totals, peaks, n, n_listed, least, total, unit, get_label, owner, reason, error);
}

static gboolean
run_concentration (RuaRun *run, GError **error)
{
  const double *amount = rua_run_values (run, "amount");
  const char **labels;
  guint n;
  guint32 *groups = rua_run_groups (run, "unit", 0, &n, &labels);
  RuaSum *sums = g_new0 (RuaSum, MAX (n, 1));
  double *totals = g_new (double, MAX (n, 1));
  gboolean done;

  for (gsize i = 0; i < run->data.n; i++)
    rua_sum_add (&sums[groups[i]], amount[i]);
  for (guint g = 0; g < n; g++)
    totals[g] = rua_sum_get (&sums[g]);
  done = rua_put_concentration (run, totals, n, copy_label, labels, error);
  g_free (totals);
  g_free (sums);
  g_free (groups);
  g_free (labels);
  return done;
}

static const RuaRoleSpec concentration_roles[] = {
  { "unit", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Whose amount it is" },
  { "amount", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The amount" },
  { NULL },
};

static const RuaOptionSpec concentration_options[] = {
  { "list", RUA_OPTION_INTEGER, "0", 0, 10000, 0, NULL,
    "How many of the largest units are told one by one, as amount[unit] and share[unit]" },
  { NULL },
};

const RuaEstimator rua_estimator_concentration = {
  "concentration",
  N_("How concentrated amounts are on few units"),
  "hhi = sum(share^2); hhi_normalised = (hhi - 1/n)/(1 - 1/n); entropy = -sum(share ln share)",
  "Herfindahl (1950); Hirschman, American Economic Review 54 (1964)",
  concentration_roles,
  concentration_options,
  "hhi",
  NULL,
  NULL,
  NULL,
  "n_units",
  run_concentration,
  rua_reduce_concentration,
};
