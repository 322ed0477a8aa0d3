/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-predicate-private.h"

#include "rua-catalogue-private.h"
#include "rua-formula-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Truths over metrics: by estimates, and by whole intervals where there are any. */

struct _RuaPredicate {
  char *text;
  RuaSyntax *syntax;
  GPtrArray *metrics; /* ids, ends with NULL */
};

typedef struct {
  RuaPredicate *predicate;
  RuaMeasureContext *context;
  GCancellable *cancellable;
  RuaPredicateOutcome *outcome;
  gboolean negated;
  GError **error;
  const RuaSyntax *denied; /* a part that says “not” within its words */
} Judge;

typedef struct {
  RuaTruth point;
  RuaTruth truth;
} Verdict;

static void
comparison_free (RuaPredicateComparison *self)
{
  g_free (self->text);
  g_free (self->left);
  g_free (self->operation);
  g_free (self->unit);
  g_free (self->reason);
  g_free (self->note);
  g_ptr_array_unref (self->inputs);
  g_free (self);
}

void
rua_predicate_outcome_free (RuaPredicateOutcome *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->comparisons);
  g_ptr_array_unref (self->results);
  g_ptr_array_unref (self->named);
  g_free (self);
}

void
rua_predicate_free (RuaPredicate *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_clear_pointer (&self->syntax, rua_syntax_free);
  g_ptr_array_unref (self->metrics);
  g_free (self);
}

const char *
rua_predicate_get_text (RuaPredicate *self)
{
  return self->text;
}

const char *const *
rua_predicate_get_metrics (RuaPredicate *self)
{
  return (const char *const *) self->metrics->pdata;
}

static gboolean
collect (const RuaSyntax *s, const char *source, GArray *inputs, GError **error)
{
  switch (s->type) {
  case RUA_SYNTAX_BOOLEAN:
    return TRUE;
  case RUA_SYNTAX_AND:
  case RUA_SYNTAX_OR:
  case RUA_SYNTAX_NOT:
    for (guint i = 0; i < s->parts->len; i++)
      if (!collect (g_ptr_array_index (s->parts, i), source, inputs, error))
        return FALSE;
    return TRUE;
  case RUA_SYNTAX_COMPARE:
  case RUA_SYNTAX_BETWEEN:
  case RUA_SYNTAX_IN:
  case RUA_SYNTAX_IS_UNKNOWN:
    for (guint i = 0; i < s->parts->len; i++)
      if (!rua_formula_collect (g_ptr_array_index (s->parts, i), source, inputs, error))
        return FALSE;
    return TRUE;
  default:
    return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, source, s->start,
                              "a predicate is true or false, but this is a value; compare it with "
                              "something, as in income.ratio >= 2");
  }
}

RuaPredicate *
rua_predicate_new (const char *text, RuaAlliance *alliance, GError **error)
{
  g_autoptr (RuaPredicate) self = g_new0 (RuaPredicate, 1);
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();

  self->text = g_strdup (text);
  self->metrics = g_ptr_array_new_with_free_func (g_free);
  self->syntax = rua_syntax_parse (text, error);
  if (self->syntax == NULL || !collect (self->syntax, text, inputs, error))
    return NULL;
  for (guint i = 0; i < inputs->len; i++) {
    const char *id = g_array_index (inputs, RuaFormulaInput, i).id;
    g_autoptr (GError) problem = NULL;
    g_autoptr (RuaMetric) metric = NULL;

    if (g_array_index (inputs, RuaFormulaInput, i).over != NULL) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX,
                   "predicate “%s”: over (…) stands in formulas that are measured by groups, but a "
                   "predicate has none; define a metric of that formula", text);
      return NULL;
    }
    metric = rua_catalogue_lookup (alliance, id, &problem);
    if (metric == NULL) {
      g_set_error (error, RUA_ERROR, problem->code, "predicate “%s”: %s", text, problem->message);
      return NULL;
    }
    if (!g_ptr_array_find_with_equal_func (self->metrics, id, g_str_equal, NULL))
      g_ptr_array_add (self->metrics, g_strdup (id));
  }
  g_ptr_array_add (self->metrics, NULL);
  return g_steal_pointer (&self);
}

/* ---- one comparison ---- */

static RuaTruth
compare (RuaOperator operator, double value, double threshold)
{
  gboolean truth;

  if (isnan (value) || isnan (threshold))
    return RUA_TRUTH_UNDEFINED;
  switch (operator) {
  case RUA_OPERATOR_EQUAL:
    truth = value == threshold;
    break;
  case RUA_OPERATOR_NOT_EQUAL:
    truth = value != threshold;
    break;
  case RUA_OPERATOR_LESS:
    truth = value < threshold;
    break;
  case RUA_OPERATOR_LESS_EQUAL:
    truth = value <= threshold;
    break;
  case RUA_OPERATOR_GREATER:
    truth = value > threshold;
    break;
  default:
    truth = value >= threshold;
  }
  return truth ? RUA_TRUTH_TRUE : RUA_TRUTH_FALSE;
}

/* From where to where a number may lie: the number itself where no interval is known. */
typedef struct {
  double low;
  double high;
} Band;

static Band
band_of (const RuaScalar *scalar, gboolean *is_known)
{
  *is_known = !isnan (scalar->low) && !isnan (scalar->high);
  if (!*is_known)
    return (Band) { scalar->value, scalar->value };
  return (Band) { scalar->low, scalar->high };
}

/* A figure that is published as “at least 100” is not known to be 100: it opens the band of its number. What it is
 * published as; NULL: the number itself, or several things. */
static const char *
open_band (RuaResult *result, Band *band)
{
  gboolean is_figure = result != NULL && strcmp (rua_result_get_estimator (result), "reported") == 0;
  g_autoptr (GListModel) figures = is_figure ? rua_result_list_observations (result) : NULL;
  const char *bound = NULL;

  for (guint i = 0; figures != NULL && i < g_list_model_get_n_items (figures); i++) {
    g_autoptr (RuaRecord) figure = g_list_model_get_item (figures, i);
    const char *told = rua_record_get_text (figure, "approximation");

    if (i > 0 && g_strcmp0 (told, bound) != 0)
      return NULL;
    bound = told != NULL ? g_intern_string (told) : NULL;
  }
  if (g_strcmp0 (bound, "at_most") == 0)
    band->low = -INFINITY;
  else if (g_strcmp0 (bound, "at_least") == 0 || g_strcmp0 (bound, "more_than") == 0)
    band->high = INFINITY;
  else
    return NULL;
  if (strcmp (bound, "more_than") == 0)
    band->low = nextafter (band->low, INFINITY);
  return bound;
}

/* Computing in binary leaves a little: 100 times 7 / 25 is 28.000000000000004. What it leaves is no difference. */
static double
drop_rest (double value, double threshold)
{
  return fabs (value - threshold) < 64 * DBL_EPSILON * fmax (fabs (value), fabs (threshold)) ? threshold : value;
}

/* Whether it holds wherever in their bands the two lie, nowhere, or here and not there. */
static RuaTruth
compare_bands (RuaOperator operator, Band value, Band threshold)
{
  RuaTruth truth;

  if (operator == RUA_OPERATOR_EQUAL || operator == RUA_OPERATOR_NOT_EQUAL) {
    gboolean apart = value.high < threshold.low || threshold.high < value.low;

    if (!apart && (value.low < value.high || threshold.low < threshold.high))
      return RUA_TRUTH_STRADDLES;
    return apart == (operator == RUA_OPERATOR_NOT_EQUAL) ? RUA_TRUTH_TRUE : RUA_TRUTH_FALSE;
  }
  truth = compare (operator, value.low, threshold.high);
  return truth == compare (operator, value.high, threshold.low) ? truth : RUA_TRUTH_STRADDLES;
}

static double
margin_of (RuaOperator operator, double value, double threshold)
{
  switch (operator) {
  case RUA_OPERATOR_GREATER:
  case RUA_OPERATOR_GREATER_EQUAL:
    return value - threshold;
  case RUA_OPERATOR_LESS:
  case RUA_OPERATOR_LESS_EQUAL:
    return threshold - value;
  case RUA_OPERATOR_EQUAL:
    return value == threshold ? 0 : -fabs (value - threshold);
  default:
    return fabs (value - threshold);
  }
}

/* The side with its inputs measured. */
static gboolean
evaluate_side (Judge *self, const RuaSyntax *s, RuaScalar *scalar, GPtrArray *used, RuaResult **single, gboolean *is_untold)
{
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();
  const char *source = self->predicate->text;
  double confidence = 0.95;
  RuaFormulaInput *only;

  if (!rua_formula_collect (s, source, inputs, self->error))
    return FALSE;
  for (guint i = 0; i < inputs->len; i++) {
    RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);
    RuaResult *result = rua_measure_context_measure (self->context, input->id, self->cancellable,
                                                     self->error);

    if (result == NULL)
      return FALSE;
    input->result = g_object_ref (result);
    confidence = result->confidence;
    if (!g_ptr_array_find (self->outcome->results, result, NULL))
      g_ptr_array_add (self->outcome->results, g_object_ref (result));
    if (used != NULL && !g_ptr_array_find (used, result, NULL))
      g_ptr_array_add (used, result);
    if (input->key != NULL)
      g_ptr_array_add (self->outcome->named, g_strdup_printf ("\"%s\"['%s']", input->id, input->key));
  }
  if (!rua_formula_evaluate (s, source, inputs, FALSE, confidence, scalar, self->error))
    return FALSE;
  *is_untold = scalar->untold != NULL;
  scalar->untold = NULL; /* the inputs' */
  only = rua_formula_find_input (s, source, inputs);
  if (only != NULL && only->key == NULL && single != NULL) {
    *single = only->result;
    scalar->low = only->result->low;
    scalar->high = only->result->high;
  }
  return TRUE;
}

/* A value whose unit nobody knows is compared with bare numbers. */
static gboolean
check_untold (Judge *self, const RuaSyntax *at, gboolean is_untold, RuaUnit *unit)
{
  g_autofree char *text = NULL;

  if (!is_untold || unit == NULL || rua_unit_is_dimensionless (unit))
    return TRUE;
  text = rua_unit_to_string (unit);
  return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->predicate->text, at->start,
                            "nothing tells the unit of a value here, so it is not compared with what is in %s; say it, as in "
                            "unit (metric['value'], '%s')", text, text);
}

static gboolean
to_unit (Judge *self, const RuaSyntax *at, RuaScalar *scalar, RuaUnit *unit)
{
  g_autoptr (GError) problem = NULL;
  double factor;

  if (unit == NULL || scalar->unit == NULL)
    return TRUE;
  if (!rua_unit_check_add (unit, scalar->unit, &problem))
    return rua_syntax_refuse (self->error, RUA_ERROR_UNIT, self->predicate->text, at->start, "%s",
                              problem->message);
  rua_unit_get_factor (scalar->unit, unit, &factor, NULL);
  scalar->value *= factor;
  scalar->low *= factor;
  scalar->high *= factor;
  return TRUE;
}

static RuaPredicateComparison *
comparison_new (Judge *self, const RuaSyntax *s, const RuaSyntax *left, RuaOperator operator)
{
  RuaPredicateComparison *made = g_new0 (RuaPredicateComparison, 1);

  made->text = rua_syntax_dup_source (s, self->predicate->text);
  made->left = rua_syntax_dup_source (left, self->predicate->text);
  made->inputs = g_ptr_array_new ();
  made->operation = g_strdup (rua_operator_text (operator));
  made->negated = self->negated;
  made->says_not = self->denied == s;
  made->value = made->threshold = made->low = made->high = made->margin = NAN;
  g_ptr_array_add (self->outcome->comparisons, made);
  return made;
}

static gboolean
judge_comparison (Judge *self, const RuaSyntax *s, RuaOperator operator, const RuaSyntax *left,
                  const RuaSyntax *right, Verdict *verdict)
{
  g_auto (RuaScalar) value = { 0 };
  g_auto (RuaScalar) threshold = { 0 };
  RuaPredicateComparison *made;
  RuaResult *single = NULL, *other_single = NULL;
  const char *other_bound;
  Band of_value, of_threshold;
  gboolean untold, other_untold;

  /* 2 <= income.ratio reads as income.ratio >= 2. */
  if (!rua_syntax_has_path (left) && rua_syntax_has_path (right)) {
    const RuaSyntax *swap = left;

    left = right;
    right = swap;
    operator = rua_operator_mirror (operator);
  }
  made = comparison_new (self, s, left, operator);
  if (!evaluate_side (self, left, &value, made->inputs, &single, &untold)
      || !evaluate_side (self, right, &threshold, made->inputs, &other_single, &other_untold)
      || !check_untold (self, left, untold, threshold.unit) || !check_untold (self, right, other_untold, value.unit)
      || !to_unit (self, right, &threshold, value.unit))
    return FALSE;
  made->result = single;
  made->note = value.note != NULL ? g_steal_pointer (&value.note) : g_steal_pointer (&threshold.note);
  made->threshold_is_measured = rua_syntax_has_path (right);
  made->is_plain = single != NULL && (!made->threshold_is_measured || other_single != NULL);
  made->has_value = !isnan (value.value);
  made->value = value.value;
  made->has_threshold = !isnan (threshold.value);
  made->threshold = threshold.value;
  made->unit = value.unit != NULL ? rua_unit_to_string (value.unit) : g_strdup ("1");
  made->point = compare (operator, drop_rest (value.value, threshold.value), threshold.value);
  made->truth = made->point;
  if (made->point == RUA_TRUTH_UNDEFINED) {
    made->reason = g_strdup (value.reason != NULL ? value.reason : threshold.reason);
  } else {
    made->margin = margin_of (operator, drop_rest (value.value, threshold.value), threshold.value);
    of_value = band_of (&value, &made->has_interval);
    of_threshold = band_of (&threshold, &made->threshold_is_uncertain);
    if (made->has_interval) {
      made->low = of_value.low;
      made->high = of_value.high;
    }
    made->bound = open_band (single, &of_value);
    other_bound = open_band (other_single, &of_threshold);
    if (other_bound != NULL) {
      made->bound = other_bound;
      made->threshold_is_uncertain = TRUE;
    }
    if (of_value.low < of_value.high || of_threshold.low < of_threshold.high)
      made->truth = compare_bands (operator, of_value, of_threshold);
  }
  verdict->point = made->point;
  verdict->truth = made->truth;
  return TRUE;
}

/* ---- and, or, not: what straddles and what is undefined are both open ---- */

static RuaTruth
join (RuaTruth a, RuaTruth b, gboolean any)
{
  RuaTruth decisive = any ? RUA_TRUTH_TRUE : RUA_TRUTH_FALSE;

  if (a == decisive || b == decisive)
    return decisive;
  if (a == RUA_TRUTH_UNDEFINED || b == RUA_TRUTH_UNDEFINED)
    return RUA_TRUTH_UNDEFINED;
  if (a == RUA_TRUTH_STRADDLES || b == RUA_TRUTH_STRADDLES)
    return RUA_TRUTH_STRADDLES;
  return any ? RUA_TRUTH_FALSE : RUA_TRUTH_TRUE;
}

static RuaTruth
turn (RuaTruth a)
{
  return a == RUA_TRUTH_TRUE ? RUA_TRUTH_FALSE : a == RUA_TRUTH_FALSE ? RUA_TRUTH_TRUE : a;
}

static void
join_verdicts (Verdict *into, const Verdict *other, gboolean any)
{
  into->point = join (into->point, other->point, any);
  into->truth = join (into->truth, other->truth, any);
}

static gboolean
judge (Judge *self, const RuaSyntax *s, Verdict *verdict)
{
  const RuaSyntax *first = s->parts->len > 0 ? g_ptr_array_index (s->parts, 0) : NULL;
  Verdict other;

  switch (s->type) {
  case RUA_SYNTAX_BOOLEAN:
    verdict->point = verdict->truth = s->flag ? RUA_TRUTH_TRUE : RUA_TRUTH_FALSE;
    return TRUE;
  case RUA_SYNTAX_AND:
  case RUA_SYNTAX_OR:
    if (!judge (self, first, verdict) || !judge (self, g_ptr_array_index (s->parts, 1), &other))
      return FALSE;
    join_verdicts (verdict, &other, s->type == RUA_SYNTAX_OR);
    return TRUE;
  case RUA_SYNTAX_NOT: {
    gboolean done;

    self->negated = !self->negated;
    self->denied = first->start == s->start ? first : NULL;
    done = judge (self, first, verdict);
    self->negated = !self->negated;
    verdict->point = turn (verdict->point);
    verdict->truth = turn (verdict->truth);
    return done;
  }
  case RUA_SYNTAX_BETWEEN:
    if (!judge_comparison (self, s, RUA_OPERATOR_GREATER_EQUAL, first,
                           g_ptr_array_index (s->parts, 1), verdict)
        || !judge_comparison (self, s, RUA_OPERATOR_LESS_EQUAL, first,
                              g_ptr_array_index (s->parts, 2), &other))
      return FALSE;
    join_verdicts (verdict, &other, FALSE);
    return TRUE;
  case RUA_SYNTAX_IN:
    if (!judge_comparison (self, s, RUA_OPERATOR_EQUAL, first, g_ptr_array_index (s->parts, 1),
                           verdict))
      return FALSE;
    for (guint i = 2; i < s->parts->len; i++) {
      if (!judge_comparison (self, s, RUA_OPERATOR_EQUAL, first, g_ptr_array_index (s->parts, i),
                             &other))
        return FALSE;
      join_verdicts (verdict, &other, TRUE);
    }
    return TRUE;
  case RUA_SYNTAX_IS_UNKNOWN: {
    g_auto (RuaScalar) value = { 0 };
    gboolean untold;

    if (!evaluate_side (self, first, &value, NULL, NULL, &untold))
      return FALSE;
    verdict->point = verdict->truth = isnan (value.value) ? RUA_TRUTH_TRUE : RUA_TRUTH_FALSE;
    return TRUE;
  }
  default:
    return judge_comparison (self, s, s->operator, first, g_ptr_array_index (s->parts, 1), verdict);
  }
}

RuaPredicateOutcome *
rua_predicate_evaluate (RuaPredicate *self, RuaMeasureContext *context, GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (RuaPredicateOutcome) outcome = g_new0 (RuaPredicateOutcome, 1);
  Judge judging = { self, context, cancellable, outcome, FALSE, error };
  Verdict verdict = { RUA_TRUTH_UNDEFINED, RUA_TRUTH_UNDEFINED };

  outcome->comparisons = g_ptr_array_new_with_free_func ((GDestroyNotify) comparison_free);
  outcome->results = g_ptr_array_new_with_free_func (g_object_unref);
  outcome->named = g_ptr_array_new_with_free_func (g_free);
  if (!judge (&judging, self->syntax, &verdict))
    return NULL;
  outcome->point = verdict.point;
  outcome->truth = verdict.truth;
  return g_steal_pointer (&outcome);
}
