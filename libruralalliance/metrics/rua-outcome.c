/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-outcome-private.h"
#include "rua-attrition-private.h"
#include "rua-caution-private.h"
#include "rua-estimators-private.h"
#include "rua-measure-rows-private.h"
#include "rua-measure-unit-private.h"
#include "rua-moments-private.h"
#include "rua-nearest-private.h"
#include "rua-special-private.h"

#include <math.h>
#include <string.h>

/* From the figures of a metric's groups to its results. */

/* What becomes of a figure that is in the unit of the values. */
typedef struct {
  RuaUnit *unit;
  double factor;
  const char *price_basis;
  GError *error; /* why it cannot be brought to the metric's unit */
} Fitted;

/* What all groups have in common, and the figures of each. Once measured nobody changes it. */
typedef struct {
  RuaDefinition *definition;
  const RuaEstimator *estimator;
  RuaResultHead *head;
  Fitted fitted[2];    /* an estimate; one whose key is a plain number */
  gboolean fits_alike; /* both do, by the same factor */
  char **reasons;      /* by role of the estimator: a word for what lacks it; NULL: it has no column */
  guint n_roles;
  GPtrArray *warnings; /* of all groups */
  GPtrArray *texts;    /* NULL: there are no labels */
  const char **labels;
  guint n_paths;
  RuaFigures **figures;
  const struct _Sums *sums; /* NULL: the estimator has none that are 0 of nothing */
} Measured;

/* Sums over records are 0 where there is no record. Of a metric, a total of nothing known is undefined; so is a
 * count, unless there was nothing to count. */
typedef struct _Sums {
  const RuaEstimator *estimator;
  const char *totals[5]; /* end with NULL, as the counts do */
  const char *counts[6];
} Sums;

static const Sums all_sums[] = {
  { &rua_estimator_total, { "total" }, { NULL } },
  { &rua_estimator_survey_estimate, { "estimate", "se", "ci_low", "ci_high" }, { NULL } },
  { &rua_estimator_distinct_count, { "total_amount" },
    { "n_distinct", "n_repeat", "max_repeat", "n_completed_records", "n_completed_distinct" } },
};

struct _RuaOutcome {
  gatomicrefcount references;
  guint n;
  Measured *measured; /* NULL: results are all there is */
  GMutex lock;        /* of making results */
  GPtrArray *results; /* NULL: nobody asked for them yet */
};

/* Groups are mostly asked for in order, and their figures lie anywhere: so many before its turn they are called. */
#define AHEAD 6

static void
measured_free (Measured *self, guint n)
{
  rua_definition_free (self->definition);
  rua_result_head_unref (self->head);
  for (guint i = 0; i < 2; i++) {
    g_clear_pointer (&self->fitted[i].unit, rua_unit_unref);
    g_clear_error (&self->fitted[i].error);
  }
  for (guint i = 0; i < self->n_roles; i++)
    rua_word_release (self->reasons[i]);
  g_free (self->reasons);
  g_ptr_array_unref (self->warnings);
  g_clear_pointer (&self->texts, g_ptr_array_unref);
  g_free (self->labels);
  for (guint i = 0; i < n; i++) {
    if (i + AHEAD < n)
      rua_figures_call (self->figures[i + AHEAD]);
    rua_figures_free (self->figures[i]);
  }
  g_free (self->figures);
  g_free (self);
}

static RuaOutcome *
outcome_new (guint n)
{
  RuaOutcome *self = g_new0 (RuaOutcome, 1);

  g_atomic_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->n = n;
  return self;
}

RuaOutcome *
rua_outcome_new (GPtrArray *results)
{
  RuaOutcome *self = outcome_new (results->len);

  self->results = results;
  return self;
}

RuaOutcome *
rua_outcome_ref (RuaOutcome *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
rua_outcome_unref (RuaOutcome *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  if (self->measured != NULL)
    measured_free (self->measured, self->n);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* ---- filling one in ---- */

/* Why records were left out that lack the role. */
static char *
tell_lacking (const RuaDefinition *definition, const char *role)
{
  const char *text = role;

  for (guint k = 0; k < definition->roles->len; k++) {
    const RuaRoleText *told = &g_array_index (definition->roles, RuaRoleText, k);

    if (strcmp (told->role, role) == 0)
      text = told->text;
  }
  return g_strdup_printf (_("%s is unknown (%s)"), role, text);
}

/* Each text is made once for all groups. */
static void
find_reasons (Measured *self, const RuaRows *rows)
{
  while (self->estimator->roles[self->n_roles].name != NULL)
    self->n_roles++;
  self->reasons = g_new0 (char *, self->n_roles + 1);
  for (guint i = 0; rows != NULL && i < rows->columns->len; i++) {
    const RuaRoleSpec *spec = ((RuaRowsColumn *) g_ptr_array_index (rows->columns, i))->spec;
    char **reason = &self->reasons[spec - self->estimator->roles];
    g_autofree char *text = *reason == NULL ? tell_lacking (self->definition, spec->name) : NULL;

    if (text != NULL)
      *reason = rua_word_share (text);
  }
}

/* Of the units that results have, each is brought to the metric's once. */
static void
find_units (Measured *self, const RuaRows *rows, const char *currency)
{
  const char *estimator = self->definition->estimator;
  gboolean counts = rows != NULL
    && (strcmp (estimator, "count") == 0 || strcmp (estimator, "distinct_count") == 0);
  gboolean sums = rows != NULL
    && (strcmp (estimator, "total") == 0 || strcmp (estimator, "survey_estimate") == 0);

  for (guint plain = 0; plain < 2; plain++) {
    g_autoptr (RuaUnit) computed = rows != NULL ? rua_measure_find_unit (self->definition, rows, plain)
                                                : rua_unit_new ("1", NULL);
    g_autoptr (RuaResult) tried = rua_result_new_under (self->head);
    Fitted *fitted = &self->fitted[plain];

    rua_measure_fit_unit (tried, self->definition, computed, currency, counts, sums, &fitted->error);
    fitted->unit = rua_unit_ref (tried->unit);
    fitted->factor = tried->factor;
    fitted->price_basis = tried->price_basis;
  }
  self->fits_alike = self->fitted[0].error == NULL && self->fitted[1].error == NULL
    && self->fitted[0].factor == self->fitted[1].factor;
}

/* In which units the named values count, and of which rows they are. */
static void
tell_origin (Measured *self, const RuaRows *rows)
{
  g_autofree char *text = rua_definition_dup_rows (self->definition);
  RuaResultOrigin origin = { .rows = rows != NULL ? text : NULL, .estimator = self->estimator, .estimate = self->definition->estimate };
  g_autoptr (RuaUnit) value = NULL;
  g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);

  value = rows != NULL ? rua_measure_find_unit (self->definition, rows, FALSE) : rua_unit_ref (one);
  for (guint i = 0; rows != NULL && i < rows->columns->len; i++) {
    RuaUnit *unit = ((RuaRowsColumn *) g_ptr_array_index (rows->columns, i))->unit;

    origin.is_nominal = origin.is_nominal || (unit != NULL && rua_unit_has_money (unit) && rua_unit_get_price_year (unit) == 0);
  }
  for (guint i = 0; i < 2; i++) {
    /* What the metric's unit is not for stays in its own. */
    gboolean fits = self->fitted[i].error == NULL;

    origin.units[i] = fits ? self->fitted[i].unit : i == 0 ? value : one;
    origin.factors[i] = fits ? self->fitted[i].factor : 1;
  }
  rua_result_head_set_origin (self->head, &origin);
}

RuaOutcome *
rua_outcome_begin (const RuaDefinition *definition, const RuaEstimator *estimator, const RuaRows *rows,
                   const char *currency, const char *method, GChecksum *digest, guint n)
{
  RuaOutcome *self = outcome_new (n);
  Measured *measured = g_new0 (Measured, 1);

  measured->definition = rua_definition_copy (definition);
  measured->estimator = estimator;
  measured->head = rua_result_head_new (definition->id, definition->title, definition->estimator, method,
                                        rows != NULL ? (const char *const *) definition->by : NULL);
  measured->head->digest = digest;
  measured->n_paths = g_strv_length (measured->head->group_paths);
  measured->warnings = g_ptr_array_new_with_free_func (g_free);
  measured->figures = g_new0 (RuaFigures *, n + (gsize) 1);
  for (guint i = 0; i < G_N_ELEMENTS (all_sums); i++)
    if (all_sums[i].estimator == estimator)
      measured->sums = &all_sums[i];
  find_reasons (measured, rows);
  find_units (measured, rows, currency);
  tell_origin (measured, rows);
  self->measured = measured;
  if (rows != NULL)
    rua_outcome_add_warnings (self, rows->warnings);
  return self;
}

void
rua_outcome_add_warnings (RuaOutcome *self, GPtrArray *texts)
{
  for (guint i = 0; texts != NULL && i < texts->len; i++)
    g_ptr_array_add (self->measured->warnings, g_strdup (g_ptr_array_index (texts, i)));
}

void
rua_outcome_set_labels (RuaOutcome *self, const char **labels, GPtrArray *texts)
{
  self->measured->labels = labels;
  self->measured->texts = g_ptr_array_ref (texts);
}

static const char *
find_main_key (const Measured *self, RuaFigures *figures)
{
  return self->definition->estimate != NULL
    ? self->definition->estimate
    : rua_estimator_get_main_key (self->estimator, self->estimator->estimate, figures);
}

static const Fitted *
find_fitted (const Measured *self, RuaFigures *figures)
{
  const char *key = find_main_key (self, figures);

  return &self->fitted[key != NULL && rua_measure_is_plain_key (key)];
}

static gboolean
refuse_key (const Measured *self, RuaFigures *figures, GError **error)
{
  g_autofree char *mend = NULL;
  const char *key = self->definition->estimate;
  RuaNearest nearest;

  rua_nearest_init (&nearest, key);
  for (guint i = 0; i < rua_figures_get_n (figures); i++)
    rua_nearest_offer (&nearest, rua_figures_get_nth (figures, i)->key);
  mend = rua_nearest_mend (&nearest, "the reference of estimators lists them");
  return rua_definition_refuse (self->definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                                "options: the estimator %s gives no “%s”; %s", self->estimator->name,
                                key, mend);
}

static void
take_back_sums (const Measured *self, RuaFigures *figures)
{
  const Sums *sums = self->sums;

  if (self->definition->complete && rua_figures_get_n_total (figures) == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (sums->totals) && sums->totals[i] != NULL; i++)
    rua_figures_take_back (figures, sums->totals[i], N_("no row has the value"));
  if (rua_figures_get_n_total (figures) == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (sums->counts) && sums->counts[i] != NULL; i++)
    rua_figures_take_back (figures, sums->counts[i], N_("no row has what is counted"));
}

gboolean
rua_outcome_take (RuaOutcome *self, guint group, RuaFigures *figures, GError **error)
{
  Measured *measured = self->measured;
  const char *key = measured->definition->estimate;

  measured->figures[group] = figures;
  if (measured->sums != NULL && rua_figures_get_n_used (figures) == 0)
    take_back_sums (measured, figures);
  if (key != NULL && rua_figures_find (figures, key) == NULL)
    return refuse_key (measured, figures, error);
  if (!measured->fits_alike) {
    const Fitted *fitted = find_fitted (measured, figures);

    if (fitted->error != NULL) {
      g_propagate_error (error, g_error_copy (fitted->error));
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
rua_outcome_check_figures (RuaOutcome *self, const RuaEstimation *estimation, GError **error)
{
  const Measured *measured = self->measured;
  const char *lacking = rua_estimation_find_lacking (estimation, measured->figures, self->n);

  return lacking == NULL
    || rua_definition_refuse (measured->definition->id, error, RUA_ERROR_UNKNOWN_NAME,
                              "options: \"figures\" names “%s”, which the estimator %s does not give with these options for any "
                              "of the rows", lacking, measured->estimator->name);
}

/* ---- the numbers of one group, in the unit of the values ---- */

typedef struct {
  double estimate; /* NaN: undefined; so the others */
  double se;
  double low;
  double high;
} Numbers;

static double
figure_or_nan (RuaFigures *figures, const char *key)
{
  double value;

  return key != NULL && rua_figures_get (figures, key, &value) ? value : NAN;
}

static gboolean
is_joined (const char *key, const char *first, const char *second)
{
  gsize length = strlen (first);

  return strncmp (key, first, length) == 0 && key[length] == '_' && strcmp (key + length + 1, second) == 0;
}

/* The figure called first_second, the last of them; NaN: there is none. */
static double
joined_or_nan (RuaFigures *figures, const char *first, const char *second)
{
  for (guint i = rua_figures_get_n (figures); i > 0; i--) {
    const RuaFigure *figure = rua_figures_get_nth (figures, i - 1);

    if (is_joined (figure->key, first, second))
      return figure->value;
  }
  return NAN;
}

/* The keys of an estimate's error and interval, where the metric names another key than the
 * estimator's own. */
static double
companion (RuaFigures *figures, const char *key, const char *part)
{
  double value = joined_or_nan (figures, key, part);

  if (isnan (value))
    value = joined_or_nan (figures, part, key);
  if (isnan (value) && strcmp (key, "ratio_of_means") == 0)
    value = joined_or_nan (figures, "ratio", part);
  return value;
}

/* Of an estimator that gives a standard error and leaves the interval to whoever reads it: Student's t
 * for a mean, else the normal of large samples. No poverty index is below 0, and no share of people above 1; a gap is, where
 * an income is a loss. */
static void
find_interval (const Measured *self, RuaFigures *figures, Numbers *numbers)
{
  const RuaEstimator *estimator = self->estimator;
  double confidence = self->definition->confidence, n, half;
  gboolean mean = estimator == &rua_estimator_weighted_mean;

  if (estimator->low != NULL || estimator->se == NULL || !isfinite (numbers->estimate)
      || !isfinite (numbers->se) || !isnan (numbers->low) || !isnan (numbers->high))
    return;
  if (!rua_estimator_get_n (estimator, figures, &n) || n < 2)
    return;
  half = numbers->se * (mean ? rua_t_critical (confidence, n - 1) : rua_normal_critical (confidence));
  numbers->low = numbers->estimate - half;
  numbers->high = numbers->estimate + half;
  if (estimator == &rua_estimator_poverty_fgt) {
    numbers->low = MAX (numbers->low, 0);
    if (self->definition->estimate == NULL || strcmp (self->definition->estimate, "fgt0") == 0)
      numbers->high = MIN (numbers->high, 1);
  }
}

static double
find_estimate (const Measured *self, RuaFigures *figures)
{
  double value = NAN;

  if (self->definition->estimate != NULL)
    return figure_or_nan (figures, self->definition->estimate);
  rua_estimator_get_estimate (self->estimator, figures, &value);
  return value;
}

static void
find_numbers (const Measured *self, RuaFigures *figures, Numbers *numbers)
{
  const char *key = self->definition->estimate;

  *numbers = (Numbers){ find_estimate (self, figures), NAN, NAN, NAN };
  if (key == NULL) {
    rua_estimator_get_se (self->estimator, figures, &numbers->se);
    rua_estimator_get_low (self->estimator, figures, &numbers->low);
    rua_estimator_get_high (self->estimator, figures, &numbers->high);
  } else {
    numbers->se = companion (figures, key, "se");
    numbers->low = companion (figures, key, "low");
    numbers->high = companion (figures, key, "high");
    /* fgt1 has its standard error in se1. */
    if (isnan (numbers->se) && g_str_has_prefix (key, "fgt")) {
      g_autofree char *se = g_strconcat ("se", key + strlen ("fgt"), NULL);

      numbers->se = figure_or_nan (figures, se);
    }
  }
  find_interval (self, figures, numbers);
}

/* ---- a result of one group ---- */

static void
take_figures (const Measured *self, RuaFigures *figures, RuaResult *result)
{
  Numbers numbers;

  find_numbers (self, figures, &numbers);
  result->estimate = numbers.estimate;
  result->se = numbers.se;
  result->low = numbers.low;
  result->high = numbers.high;
  if (isnan (result->estimate)) {
    const char *key = find_main_key (self, figures);
    const RuaFigure *figure = key != NULL ? rua_figures_find (figures, key) : NULL;
    const char *reason = figure != NULL ? figure->reason : NULL;

    if (reason == NULL)
      reason = _("the estimator gives no single figure; name one in the options: \"estimate\"");
    else if (rua_figures_get_n_total (figures) > 0 && strcmp (reason, RUA_REASON_NONE) == 0)
      reason = N_("no record has all that is needed");
    rua_result_undefine (result, reason);
  }
  rua_result_set_figures (result, figures);
}

static int
find_role (const Measured *self, const char *role)
{
  for (guint i = 0; i < self->n_roles; i++)
    if (strcmp (self->estimator->roles[i].name, role) == 0)
      return (int) i;
  return -1;
}

static void
take_counts (const Measured *self, RuaFigures *figures, RuaResult *result)
{
  const RuaDefinition *definition = self->definition;
  const RuaMissing *missing;
  const char *const *warnings;
  double n_excluded;
  guint n;

  result->n_eligible = rua_figures_get_n_total (figures);
  result->n_used = rua_attrition_count_used (definition, figures);
  result->n_missing = result->n_eligible - result->n_used;
  missing = rua_figures_get_missing (figures, &n);
  for (guint i = 0; i < n; i++) {
    int role = find_role (self, missing[i].role);
    char *word = role >= 0 ? self->reasons[role] : NULL;
    g_autofree char *text = word == NULL ? tell_lacking (definition, missing[i].role) : NULL;

    if (role >= 0 && (self->estimator->roles[role].flags & RUA_ROLE_UNKNOWN_TELLS) != 0)
      continue;
    if (word != NULL)
      rua_result_add_missing_word (result, word, missing[i].n);
    else
      rua_result_add_missing (result, text, missing[i].n);
  }
  if (rua_attrition_applies (definition) && rua_figures_get (figures, "n_excluded_baseline", &n_excluded) && n_excluded > 0)
    rua_result_add_missing (result, _("before is not above 0, so nothing can be a multiple of it"), (guint64) n_excluded);
  warnings = rua_figures_get_warnings (figures, &n);
  for (guint i = 0; i < n; i++)
    rua_result_warn (result, "%s", warnings[i]);
}

static RuaResult *
make_result (const Measured *self, guint group)
{
  RuaFigures *figures = self->figures[group];
  const Fitted *fitted = find_fitted (self, figures);
  RuaResult *result = rua_result_new_under (self->head);

  take_figures (self, figures, result);
  take_counts (self, figures, result);
  rua_attrition_tell (self->definition, figures, find_main_key (self, figures), result);
  rua_caution_note (result, self->definition, self->estimator, figures);
  rua_result_take_warnings (result, self->warnings);
  result->confidence = self->definition->confidence;
  result->basis = RUA_RESULT_BASIS_RECORDS;
  if (self->labels != NULL)
    rua_result_set_group_labels (result, self->labels + (gsize) group * self->n_paths, self->n_paths);
  result->price_basis = fitted->price_basis;
  rua_result_scale (result, fitted->factor);
  rua_result_take_unit (result, rua_unit_ref (fitted->unit));
  return result;
}

GPtrArray *
rua_outcome_get_results (RuaOutcome *self)
{
  GPtrArray *results;

  g_mutex_lock (&self->lock);
  if (self->results == NULL) {
    self->results = g_ptr_array_new_full (self->n, g_object_unref);
    for (guint i = 0; i < self->n; i++)
      g_ptr_array_add (self->results, make_result (self->measured, i));
  }
  results = self->results;
  g_mutex_unlock (&self->lock);
  return results;
}

GListModel *
rua_outcome_list_results (RuaOutcome *self)
{
  GPtrArray *results = rua_outcome_get_results (self);
  GListStore *store = g_list_store_new (RUA_TYPE_RESULT);

  g_list_store_splice (store, 0, 0, results->pdata, results->len);
  return G_LIST_MODEL (store);
}

GPtrArray *
rua_outcome_peek_results (RuaOutcome *self)
{
  GPtrArray *results;

  g_mutex_lock (&self->lock);
  results = self->results;
  g_mutex_unlock (&self->lock);
  return results;
}

/* ---- reading ---- */

guint
rua_outcome_get_n (RuaOutcome *self)
{
  return self->n;
}

static RuaResult *
get_result (RuaOutcome *self, guint group)
{
  return g_ptr_array_index (rua_outcome_get_results (self), group);
}

char **
rua_outcome_get_group_paths (RuaOutcome *self)
{
  static char *none[] = { NULL };

  if (self->measured != NULL)
    return self->measured->head->group_paths;
  return self->n > 0 ? get_result (self, 0)->head->group_paths : none;
}

const char *const *
rua_outcome_get_labels (RuaOutcome *self, guint group)
{
  const Measured *measured = self->measured;

  return measured != NULL ? measured->labels + (gsize) group * measured->n_paths
                          : (const char *const *) get_result (self, group)->group_labels;
}

static double
read_figures (const Measured *self, guint group, RuaResultNumber number)
{
  RuaFigures *figures = self->figures[group];
  Numbers numbers;
  double factor;

  switch (number) {
  case RUA_RESULT_NUMBER_N_ELIGIBLE:
    return rua_figures_get_n_total (figures);
  case RUA_RESULT_NUMBER_N_USED:
    return rua_attrition_count_used (self->definition, figures);
  case RUA_RESULT_NUMBER_N_MISSING:
    return rua_figures_get_n_total (figures) - rua_attrition_count_used (self->definition, figures);
  case RUA_RESULT_NUMBER_ESTIMATE:
  case RUA_RESULT_NUMBER_STANDARD_ERROR:
  case RUA_RESULT_NUMBER_LOW:
  case RUA_RESULT_NUMBER_HIGH:
  default:
    break;
  }
  factor = self->fits_alike ? self->fitted[0].factor : find_fitted (self, figures)->factor;
  if (number == RUA_RESULT_NUMBER_ESTIMATE)
    return find_estimate (self, figures) * factor;
  find_numbers (self, figures, &numbers);
  if (isnan (numbers.estimate))
    return NAN;
  if (number == RUA_RESULT_NUMBER_STANDARD_ERROR)
    return numbers.se * fabs (factor);
  return ((number == RUA_RESULT_NUMBER_LOW) == (factor >= 0) ? numbers.low : numbers.high) * factor;
}

/* Of a withheld result nothing is told, of other published ones not how many rows were left out. */
static gboolean
is_told (const RuaResult *result, RuaResultNumber number)
{
  return !result->withheld
    && (!result->is_public
        || (number != RUA_RESULT_NUMBER_N_ELIGIBLE && number != RUA_RESULT_NUMBER_N_MISSING));
}

static double
read_result (const RuaResult *result, RuaResultNumber number)
{
  switch (number) {
  case RUA_RESULT_NUMBER_STANDARD_ERROR:
    return result->se;
  case RUA_RESULT_NUMBER_LOW:
    return result->low;
  case RUA_RESULT_NUMBER_HIGH:
    return result->high;
  case RUA_RESULT_NUMBER_N_ELIGIBLE:
    return result->n_eligible;
  case RUA_RESULT_NUMBER_N_USED:
    return result->n_used;
  case RUA_RESULT_NUMBER_N_MISSING:
    return result->n_missing;
  case RUA_RESULT_NUMBER_ESTIMATE:
  default:
    return result->estimate;
  }
}

double
rua_outcome_get_number (RuaOutcome *self, guint group, RuaResultNumber number)
{
  const RuaResult *result;

  if (self->measured != NULL) {
    if (group + AHEAD < self->n)
      rua_figures_call (self->measured->figures[group + AHEAD]);
    return read_figures (self->measured, group, number);
  }
  result = get_result (self, group);
  return is_told (result, number) ? read_result (result, number) : NAN;
}

RuaFigures *
rua_outcome_get_figures (RuaOutcome *self, guint group, const char *key)
{
  /* Some of a pair's figures come with the result. */
  if (self->measured != NULL
      && !(rua_attrition_applies (self->measured->definition) && rua_attrition_gives (key))) {
    if (group + AHEAD < self->n)
      rua_figures_call (self->measured->figures[group + AHEAD]);
    return self->measured->figures[group];
  }
  return get_result (self, group)->figures;
}
