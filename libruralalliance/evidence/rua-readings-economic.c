/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-terms-private.h"

#include <math.h>
#include <string.h>

/* Money over time: what is left of a change when prices have risen, and when others gained too. */

typedef struct {
  RuaResult *result;
  const char *metric;
  double value;
  RuaObservation *start; /* the earliest money figure below; NULL: computed from rows */
  int start_year;
  int end_year;
  GArray *start_years; /* int: years that the start may belong to, the latest first */
} Growth;

static gboolean
year_of (const char *text, int *year)
{
  gint32 day;
  RuaDatePrecision precision;
  int month, dom;

  if (text == NULL || !rua_date_parse (text, &day, &precision, NULL))
    return FALSE;
  rua_date_day_to_civil (day, year, &month, &dom);
  return TRUE;
}

static gboolean
is_money (RuaObservation *observation)
{
  const char *text = rua_observation_get_unit (observation);
  g_autoptr (RuaUnit) unit = text == NULL ? NULL : rua_unit_new (text, NULL);

  return unit != NULL && rua_unit_has_money (unit);
}

static int
compare_years (gconstpointer a, gconstpointer b)
{
  return *(const int *)b - *(const int *)a;
}

static void
collect_years (Growth *growth)
{
  g_auto (GStrv) possible = rua_observation_dup_possible_periods (growth->start);

  for (guint i = 0; possible != NULL && possible[i] != NULL; i++) {
    int year;
    gboolean known = FALSE;
    if (!year_of (possible[i], &year))
      continue;
    for (guint j = 0; j < growth->start_years->len; j++)
      known = known || g_array_index (growth->start_years, int, j) == year;
    if (!known)
      g_array_append_val (growth->start_years, year);
  }
  if (growth->start_years->len == 0)
    g_array_append_val (growth->start_years, growth->start_year);
  g_array_sort (growth->start_years, compare_years);
}

static void
collect_observations (RuaResult *result, GPtrArray *out)
{
  RUA_EVIDENCE_FOREACH_ITEM (rua_result_list_observations (result), RuaObservation, observation)
  if (!g_ptr_array_find (out, observation, NULL))
    g_ptr_array_add (out, g_object_ref (observation));
  RUA_EVIDENCE_FOREACH_ITEM (rua_result_list_inputs (result), RuaResult, input)
  collect_observations (input, out);
}

/* The first and the last figure of money, when they are of two years. */
static gboolean
find_years (GPtrArray *figures, Growth *growth)
{
  gboolean any = FALSE;

  for (guint i = 0; i < figures->len; i++) {
    RuaObservation *observation = g_ptr_array_index (figures, i);
    g_autofree char *period = rua_observation_dup_period (observation);
    g_auto (GStrv) possible = rua_observation_dup_possible_periods (observation);
    int year;

    /* Where the period is open, the first that is named is the plain one. */
    if (period == NULL && possible != NULL)
      period = g_strdup (possible[0]);
    if (!is_money (observation) || !year_of (period, &year)
        || g_strcmp0 (rua_observation_get_price_basis (observation), "real") == 0)
      continue;
    if (!any || year < growth->start_year) {
      g_set_object (&growth->start, observation);
      growth->start_year = year;
    }
    if (!any || year > growth->end_year)
      growth->end_year = year;
    any = TRUE;
  }
  if (any && growth->end_year > growth->start_year) {
    collect_years (growth);
    return TRUE;
  }
  g_clear_object (&growth->start);
  return FALSE;
}

static gboolean
find_growth (RuaResult *result, Growth *growth)
{
  g_autoptr (GPtrArray) figures = g_ptr_array_new_with_free_func (g_object_unref);

  growth->result = result;
  growth->metric = rua_result_get_metric (result);
  if (!rua_result_get_estimate (result, &growth->value))
    return FALSE;
  collect_observations (result, figures);
  return find_years (figures, growth) || rua_result_get_basis (result) == RUA_RESULT_BASIS_RECORDS;
}

/* ---- prices ---- */

/* The price series that fits best: of the figure's currency and, if there are several, of the
 * place that it is from. */
static char *
find_series (RuaInquiry *inquiry, RuaObservation *start)
{
  const char *unit = start == NULL ? NULL : rua_observation_get_unit (start);
  g_autoptr (RuaPlace) place = start == NULL ? NULL : rua_observation_dup_location (start);
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (inquiry->alliance);
  const char *currency = profile == NULL ? NULL : rua_profile_get_currency (profile);
  char *best = NULL;
  int best_score = -1;

  RUA_EVIDENCE_FOREACH (rua_alliance_get_series (inquiry->alliance), RuaSeries, series)
  {
    const char *type = rua_series_get_series_type (series);
    const char *of = rua_series_get_currency (series);
    g_autoptr (RuaPlace) at = rua_series_dup_location (series);
    int score = 0;

    if (g_strcmp0 (type, "inflation_rate") != 0 && g_strcmp0 (type, "price_index") != 0)
      continue;
    if (of != NULL && unit != NULL && !g_str_has_prefix (unit, of))
      continue;
    if (of != NULL && unit == NULL && currency != NULL && !g_str_equal (of, currency))
      continue;
    score += of != NULL;
    score += at != NULL && place != NULL && rua_evidence_is_within (place, at) ? 2 : 0;
    if (score > best_score) {
      best_score = score;
      g_free (best);
      best = g_strdup (rua_record_get_id (RUA_RECORD (series)));
    }
  }
  return best;
}

static int
find_last_year (RuaInquiry *inquiry, const char *series)
{
  int last = 0;

  RUA_EVIDENCE_FOREACH (rua_alliance_get_series_values (inquiry->alliance), RuaSeriesValue, value)
  {
    g_autoptr (RuaSeries) of = rua_series_value_dup_series (value);
    g_autofree char *period = rua_series_value_dup_period (value);
    int year;
    if (of != NULL && g_strcmp0 (rua_record_get_id (RUA_RECORD (of)), series) == 0
        && year_of (period, &year))
      last = MAX (last, year);
  }
  return last;
}

/* One that the alliance's records have already, under whatever name. */
static gboolean
is_told (RuaVerdict *verdict, double value)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (verdict->readings)); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (G_LIST_MODEL (verdict->readings), i);
    if (fabs (reading->value - value) <= 1e-12 * fabs (value))
      return TRUE;
  }
  return FALSE;
}

static RuaTerms *
new_terms (RuaInquiry *inquiry, RuaClaim *claim, RuaVerdict *verdict)
{
  RuaTerms *terms = rua_terms_new (inquiry, claim);

  if (verdict->type == RUA_VERDICT_NOT_ENTAILED)
    rua_terms_strip (terms);
  return terms;
}

static gboolean
add_price_reading (RuaInquiry *inquiry,
                   RuaClaim *claim,
                   RuaJudgement *main,
                   Growth *growth,
                   const char *series,
                   int from,
                   int to,
                   int named,
                   RuaVerdict *verdict,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (RuaTerms) terms = new_terms (inquiry, claim, verdict);
  g_autofree char *name = g_strdup_printf (_("real, %d prices"), named);
  RuaMeasureContext *context = rua_terms_assume (terms, inquiry);
  g_autoptr (GError) fault = NULL;
  RuaResult *result;
  double value;

  if (!rua_measure_context_deflate (context, growth->metric, series, from, to, &fault)) {
    rua_readings_add_failed (claim, name, fault->message, verdict);
    return TRUE;
  }
  result = rua_measure_context_measure (context, growth->metric, cancellable, NULL);
  if (result != NULL && rua_result_get_estimate (result, &value)
      && (is_told (verdict, value) || fabs (value - growth->value) <= 1e-12 * fabs (value)))
    return TRUE;
  return rua_readings_judge (inquiry, claim, terms, name, main->computed, verdict, cancellable,
                             error);
}

static gboolean
add_prices (RuaInquiry *inquiry,
            RuaClaim *claim,
            RuaJudgement *main,
            Growth *growth,
            RuaVerdict *verdict,
            GCancellable *cancellable,
            GError **error)
{
  g_autofree char *series = find_series (inquiry, growth->start);

  /* A ratio is the same in the prices of any one year; an amount is not, and the words must tell. */
  if (series == NULL || !rua_unit_is_dimensionless (rua_result_get_unit (growth->result))
      || g_strcmp0 (main->terms->price_basis, "nominal") == 0
      || g_strcmp0 (main->terms->price_basis, "real") == 0)
    return TRUE;
  if (growth->start == NULL) {
    int year = find_last_year (inquiry, series);
    g_autoptr (RuaMeasureContext) trial = rua_measure_context_new (inquiry->alliance);
    /* Rows that are no money, or of no year, cannot be restated: then there is nothing to read. */
    if (year == 0 || !rua_measure_context_deflate (trial, growth->metric, series, 0, year, NULL)
        || rua_measure_context_measure (trial, growth->metric, cancellable, NULL) == NULL)
      return TRUE;
    return add_price_reading (inquiry, claim, main, growth, series, 0, year, year, verdict,
                              cancellable, error);
  }
  for (guint i = 0; i < growth->start_years->len; i++) {
    int year = g_array_index (growth->start_years, int, i);
    if (!add_price_reading (inquiry, claim, main, growth, series, year, growth->end_year, year,
                            verdict, cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- prices, where the predicate itself brings money of two years together ---- */

static gboolean
is_same_comparison (RuaVerdict *a, RuaVerdict *b)
{
  return fabs (a->value - b->value) <= 1e-12 * fabs (b->value)
         && fabs (a->threshold - b->threshold) <= 1e-12 * fabs (b->threshold);
}

/* The last reading goes where it says what the verdict or another reading says already. */
static void
drop_repeated (RuaVerdict *verdict)
{
  guint last = g_list_model_get_n_items (G_LIST_MODEL (verdict->readings)) - 1;
  g_autoptr (RuaVerdict) made = g_list_model_get_item (G_LIST_MODEL (verdict->readings), last);
  gboolean repeated = is_same_comparison (made, verdict);

  for (guint i = 0; i < last; i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (G_LIST_MODEL (verdict->readings), i);
    repeated = repeated || is_same_comparison (made, reading);
  }
  if (repeated)
    g_list_store_remove (verdict->readings, last);
}

static gboolean
deflate_inputs (RuaMeasureContext *context,
                const RuaPredicateComparison *comparison,
                const char *series,
                int from,
                int to,
                GError **error)
{
  for (guint i = 0; i < comparison->inputs->len; i++)
    if (!rua_measure_context_deflate (context, rua_result_get_metric (g_ptr_array_index (comparison->inputs, i)), series,
                                      from, to, error))
      return FALSE;
  for (guint i = 0; i < comparison->inputs->len; i++)
    if (rua_measure_context_measure (context, rua_result_get_metric (g_ptr_array_index (comparison->inputs, i)), NULL,
                                     error)
        == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
add_prices_as (RuaInquiry *inquiry,
               RuaClaim *claim,
               RuaJudgement *main,
               const RuaPredicateComparison *comparison,
               const char *series,
               int from,
               int to,
               int named,
               RuaVerdict *verdict,
               GCancellable *cancellable,
               GError **error)
{
  g_autoptr (RuaTerms) terms = new_terms (inquiry, claim, verdict);
  g_autofree char *name = g_strdup_printf (_("real, %d prices"), named);
  g_autoptr (GError) fault = NULL;

  if (!deflate_inputs (rua_terms_assume (terms, inquiry), comparison, series, from, to, &fault)) {
    /* Rows that are no money, or of no year, cannot be restated: then there is nothing to read. */
    if (from != 0)
      rua_readings_add_failed (claim, name, fault->message, verdict);
    return TRUE;
  }
  if (!rua_readings_judge (inquiry, claim, terms, name, main->computed, verdict, cancellable, error))
    return FALSE;
  drop_repeated (verdict);
  return TRUE;
}

/* after / before >= 2, or after >= 2 * before, of metrics that are of one year each. */
static gboolean
add_prices_between (RuaInquiry *inquiry,
                    RuaClaim *claim,
                    RuaJudgement *main,
                    const RuaPredicateComparison *comparison,
                    RuaVerdict *verdict,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GPtrArray) figures = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) years = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (RuaUnit) unit = rua_unit_new (comparison->unit, NULL);
  g_autoptr (RuaObservation) start = NULL;
  g_autofree char *series = NULL;
  Growth growth = { .start_years = years };
  gboolean of_rows = TRUE, plain = unit != NULL && rua_unit_is_dimensionless (unit), done = TRUE;

  if (comparison->inputs->len < 2 || !comparison->has_value || !comparison->has_threshold
      || !(plain || comparison->threshold_is_measured))
    return TRUE;
  for (guint i = 0; i < comparison->inputs->len; i++) {
    RuaResult *result = g_ptr_array_index (comparison->inputs, i);

    of_rows = of_rows && rua_result_get_basis (result) == RUA_RESULT_BASIS_RECORDS;
    collect_observations (result, figures);
  }
  if (!find_years (figures, &growth) && !of_rows)
    return TRUE;
  start = growth.start;
  series = find_series (inquiry, start);
  if (series == NULL)
    return TRUE;
  if (start == NULL) {
    int year = find_last_year (inquiry, series);
    return year == 0
           || add_prices_as (inquiry, claim, main, comparison, series, 0, year, year, verdict, cancellable, error);
  }
  for (guint i = 0; done && i < years->len; i++) {
    int year = g_array_index (years, int, i);
    done = add_prices_as (inquiry, claim, main, comparison, series, year, growth.end_year,
                          plain ? year : growth.end_year, verdict, cancellable, error);
  }
  return done;
}

/* ---- where it turns ---- */

/* The value when the start is taken to have grown by a factor that the change does not explain. */
static gboolean
try_growth (
  RuaInquiry *inquiry, Growth *growth, double factor, GCancellable *cancellable, double *value)
{
  g_autoptr (RuaMeasureContext) trial = rua_measure_context_new (inquiry->alliance);
  RuaResult *result;

  if (!rua_measure_context_grow (trial, growth->metric, factor, NULL))
    return FALSE;
  result = rua_measure_context_measure (trial, growth->metric, cancellable, NULL);
  return result != NULL && rua_result_get_estimate (result, value);
}

/* The factor at which nothing of the change is left. An end over a start falls as one over the
 * factor, and is gone at its own value; an end less a start falls by so much for each, and is gone
 * at nought. What does neither is no such change. */
static gboolean
find_break_even (RuaInquiry *inquiry,
                 Growth *growth,
                 GCancellable *cancellable,
                 double *factor,
                 gboolean *is_ratio)
{
  g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);
  double half, twice, slope, plain;

  if (!try_growth (inquiry, growth, 1.5, cancellable, &half)
      || !try_growth (inquiry, growth, 2, cancellable, &twice))
    return FALSE;
  *is_ratio = fabs (half * 1.5 - growth->value) <= 1e-9 * fabs (growth->value)
              && fabs (twice * 2 - growth->value) <= 1e-9 * fabs (growth->value);
  if (*is_ratio) {
    /* 216 % are 2.16 times the start; of a ratio with a dimension there is no such factor. */
    if (!rua_unit_get_factor (rua_result_get_unit (growth->result), one, &plain, NULL))
      return FALSE;
    *factor = growth->value * plain;
    return *factor > 1;
  }
  slope = growth->value - twice;
  if (!(slope > 0) || fabs ((growth->value - half) * 2 - slope) > 1e-9 * slope)
    return FALSE;
  *factor = 1 + growth->value / slope;
  return *factor > 1;
}

static const RuaPredicateComparison *
find_floor (RuaJudgement *main, Growth *growth)
{
  for (guint i = 0; i < main->outcome->comparisons->len; i++) {
    const RuaPredicateComparison *comparison = g_ptr_array_index (main->outcome->comparisons, i);
    if (comparison->result == growth->result && g_strcmp0 (comparison->left, growth->metric) == 0
        && (g_str_equal (comparison->operation, ">=") || g_str_equal (comparison->operation, ">"))
        && !comparison->negated && comparison->has_threshold && comparison->threshold > 0
        && comparison->point == RUA_TRUTH_TRUE)
      return comparison;
  }
  return NULL;
}

static void
add_growth_flips (RuaInquiry *inquiry,
                  RuaJudgement *main,
                  Growth *growth,
                  RuaVerdict *verdict,
                  GCancellable *cancellable)
{
  const RuaPredicateComparison *floor = find_floor (main, growth);
  int years = growth->start == NULL ? 0 : growth->end_year - growth->start_year;

  gboolean is_ratio = FALSE;
  gboolean turns;
  double factor = 1;

  turns = find_break_even (inquiry, growth, cancellable, &factor, &is_ratio);
  if (is_ratio && (growth->start != NULL || rua_result_get_price_basis (growth->result) != NULL)
      && floor != NULL && g_strcmp0 (main->terms->price_basis, "real") != 0) {
    double total = 100 * (growth->value / floor->threshold - 1);
    double yearly
      = years > 0 ? 100 * (pow (growth->value / floor->threshold, 1.0 / years) - 1) : NAN;
    g_autofree char *text
      = years > 0
          ? g_strdup_printf (
            _(
              "it no longer holds in real terms if prices rose by more than %.2f %% over the time, "
              "%.2f %% a year over %d years"),
            total, yearly, years)
          : g_strdup_printf (
            _(
              "it no longer holds in real terms if prices rose by more than %.2f %% over the time"),
            total);
    rua_verdict_add_flip (verdict, "break_even_inflation", total, "%", text);
    if (years > 0)
      rua_verdict_add_flip (verdict, "break_even_inflation_per_year", yearly, "%/year", text);
  }
  if (turns) {
    double total = 100 * (factor - 1);
    double yearly = years > 0 ? 100 * (pow (factor, 1.0 / years) - 1) : NAN;
    g_autofree char *text
      = years > 0
          ? g_strdup_printf (
            _("nothing of the change is left if those outside gained %.1f %% over the same time, "
               "%.1f %% a year over %d years"),
            total, yearly, years)
          : g_strdup_printf (
            _("nothing of the change is left if those outside gained %.1f %% over the same time"),
            total);
    rua_verdict_add_flip (verdict, "break_even_growth", total, "%", text);
    if (years > 0)
      rua_verdict_add_flip (verdict, "break_even_growth_per_year", yearly, "%/year", text);
  }
}

gboolean
rua_readings_add_economic (RuaInquiry *inquiry,
                           RuaClaim *claim,
                           RuaJudgement *main,
                           RuaVerdict *verdict,
                           GCancellable *cancellable,
                           GError **error)
{
  gboolean done = TRUE;

  for (guint i = 0; done && i < main->outcome->results->len; i++) {
    Growth growth = { 0 };

    growth.start_years = g_array_new (FALSE, FALSE, sizeof (int));
    if (find_growth (g_ptr_array_index (main->outcome->results, i), &growth)) {
      done = add_prices (inquiry, claim, main, &growth, verdict, cancellable, error);
      if (done)
        add_growth_flips (inquiry, main, &growth, verdict, cancellable);
    }
    g_clear_object (&growth.start);
    g_array_unref (growth.start_years);
  }
  if (g_strcmp0 (main->terms->price_basis, "nominal") == 0 || g_strcmp0 (main->terms->price_basis, "real") == 0)
    return done;
  for (guint i = 0; done && i < main->outcome->comparisons->len; i++)
    done = add_prices_between (inquiry, claim, main, g_ptr_array_index (main->outcome->comparisons, i), verdict,
                               cancellable, error);
  return done;
}
