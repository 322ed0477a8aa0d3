/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-verdict-private.h"

#include "rua-messages-private.h"

#include <math.h>

static const GEnumValue verdict_types[] = {
  { RUA_VERDICT_SUPPORTED, "RUA_VERDICT_SUPPORTED", "supported" },
  { RUA_VERDICT_CONTRADICTED, "RUA_VERDICT_CONTRADICTED", "contradicted" },
  { RUA_VERDICT_INCONCLUSIVE, "RUA_VERDICT_INCONCLUSIVE", "inconclusive" },
  { RUA_VERDICT_NOT_ENTAILED, "RUA_VERDICT_NOT_ENTAILED", "not_entailed" },
  { RUA_VERDICT_UNSUPPORTED, "RUA_VERDICT_UNSUPPORTED", "unsupported" },
  { RUA_VERDICT_STALE, "RUA_VERDICT_STALE", "stale" },
  { RUA_VERDICT_DISPUTED, "RUA_VERDICT_DISPUTED", "disputed" },
  { 0, NULL, NULL },
};

static const GEnumValue grades[] = {
  { RUA_GRADE_NONE, "RUA_GRADE_NONE", "none" },
  { RUA_GRADE_OWN_FIGURE, "RUA_GRADE_OWN_FIGURE", "own_figure" },
  { RUA_GRADE_INDEPENDENT_FIGURE, "RUA_GRADE_INDEPENDENT_FIGURE", "independent_figure" },
  { RUA_GRADE_RECORDS, "RUA_GRADE_RECORDS", "records" },
  { 0, NULL, NULL },
};

GType
rua_verdict_type_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaVerdictType", verdict_types));
  return type;
}

GType
rua_grade_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaGrade", grades));
  return type;
}

/**
 * rua_verdict_type_to_string:
 * @type: a verdict
 *
 * The word that stands for a verdict in JSON: `supported`, `contradicted`, `inconclusive`,
 * `not_entailed`, `unsupported`, `stale`, `disputed`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
rua_verdict_type_to_string (RuaVerdictType type)
{
  g_return_val_if_fail ((guint)type < G_N_ELEMENTS (verdict_types) - 1, NULL);
  return verdict_types[type].value_nick;
}

/**
 * rua_grade_to_string:
 * @grade: a grade
 *
 * The word that stands for a grade in JSON: `none`, `own_figure`, `independent_figure`, `records`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
rua_grade_to_string (RuaGrade grade)
{
  g_return_val_if_fail ((guint)grade < G_N_ELEMENTS (grades) - 1, NULL);
  return grades[grade].value_nick;
}

/* ---- flips ---- */

/**
 * RuaFlip:
 *
 * A point at which a verdict would turn: the inflation at which a doubling is none any more, the
 * growth elsewhere that leaves nothing of a change.
 *
 * Names in use: `break_even_inflation` and `break_even_inflation_per_year` (how far prices may rise
 * before an amount of money no longer meets the claim), `break_even_growth` and
 * `break_even_growth_per_year` (what others would have to have gained for nothing of the change to
 * be left), and `break_even_n` (how many units would be needed for the interval not to straddle).
 *
 * Since: 1.0
 */
struct _RuaFlip {
  GObject parent_instance;
  char *name;
  double value;
  char *unit;
  char *text;
};

G_DEFINE_FINAL_TYPE (RuaFlip, rua_flip, G_TYPE_OBJECT)

enum { FLIP_PROP_NAME = 1, FLIP_PROP_VALUE, FLIP_PROP_UNIT, FLIP_PROP_TEXT, FLIP_N_PROPS };
static GParamSpec *flip_properties[FLIP_N_PROPS];

static void
rua_flip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  RuaFlip *self = RUA_FLIP (object);

  switch (id) {
  case FLIP_PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case FLIP_PROP_VALUE:
    g_value_set_double (value, self->value);
    break;
  case FLIP_PROP_UNIT:
    g_value_set_string (value, self->unit);
    break;
  case FLIP_PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_flip_finalize (GObject *object)
{
  RuaFlip *self = RUA_FLIP (object);

  g_free (self->name);
  g_free (self->unit);
  g_free (self->text);
  G_OBJECT_CLASS (rua_flip_parent_class)->finalize (object);
}

static void
rua_flip_class_init (RuaFlipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = rua_flip_get_property;
  object_class->finalize = rua_flip_finalize;
  /**
   * RuaFlip:name:
   *
   * What would have to move.
   *
   * Since: 1.0
   */
  flip_properties[FLIP_PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * RuaFlip:value:
   *
   * Where the verdict turns.
   *
   * Since: 1.0
   */
  flip_properties[FLIP_PROP_VALUE]
    = g_param_spec_double ("value", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  /**
   * RuaFlip:unit:
   *
   * Unit of the value.
   *
   * Since: 1.0
   */
  flip_properties[FLIP_PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, NULL, flags);
  /**
   * RuaFlip:text:
   *
   * The same in a sentence.
   *
   * Since: 1.0
   */
  flip_properties[FLIP_PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, FLIP_N_PROPS, flip_properties);
}

static void
rua_flip_init (RuaFlip *self)
{
}

/**
 * rua_flip_get_name:
 * @self: a flip point
 *
 * Gets the name of what would have to move, such as `break_even_inflation`.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_flip_get_name (RuaFlip *self)
{
  g_return_val_if_fail (RUA_IS_FLIP (self), NULL);
  return self->name;
}

/**
 * rua_flip_get_value:
 * @self: a flip point
 *
 * Gets the value at which the verdict turns.
 *
 * Returns: the value, in [method@RuralAlliance.Flip.get_unit]
 *
 * Since: 1.0
 */
double
rua_flip_get_value (RuaFlip *self)
{
  g_return_val_if_fail (RUA_IS_FLIP (self), 0);
  return self->value;
}

/**
 * rua_flip_get_unit:
 * @self: a flip point
 *
 * Gets the unit of the value, such as `%` or `%/year`.
 *
 * Returns: the unit
 *
 * Since: 1.0
 */
const char *
rua_flip_get_unit (RuaFlip *self)
{
  g_return_val_if_fail (RUA_IS_FLIP (self), NULL);
  return self->unit;
}

/**
 * rua_flip_get_text:
 * @self: a flip point
 *
 * Gets the flip point as a sentence.
 *
 * Returns: the sentence
 *
 * Since: 1.0
 */
const char *
rua_flip_get_text (RuaFlip *self)
{
  g_return_val_if_fail (RUA_IS_FLIP (self), NULL);
  return self->text;
}

/* ---- verdicts ---- */

/**
 * RuaVerdict:
 *
 * What became of a claim when it was computed again: the verdict, the value and how far it is from
 * where the verdict would turn, what it rests on, why, and the verdict under every other reading of
 * the words.
 *
 * A verdict does not change any more. [method@RuralAlliance.Claim.check] and
 * [class@RuralAlliance.Checker] give verdicts; `doc/verdicts.md` says how each comes about.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaVerdict, rua_verdict, G_TYPE_OBJECT)

enum {
  PROP_CLAIM = 1,
  PROP_NAME,
  PROP_VERDICT_TYPE,
  PROP_GRADE,
  PROP_UNIT,
  PROP_EXPLANATION,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

static void
rua_verdict_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  RuaVerdict *self = RUA_VERDICT (object);

  switch (id) {
  case PROP_CLAIM:
    g_value_set_object (value, self->claim);
    break;
  case PROP_NAME:
    g_value_set_string (value, self->name);
    break;
  case PROP_VERDICT_TYPE:
    g_value_set_enum (value, self->type);
    break;
  case PROP_GRADE:
    g_value_set_enum (value, self->grade);
    break;
  case PROP_UNIT:
    g_value_set_string (value, self->unit);
    break;
  case PROP_EXPLANATION:
    g_value_set_object (value, self->explanation);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_verdict_finalize (GObject *object)
{
  RuaVerdict *self = RUA_VERDICT (object);

  g_clear_object (&self->claim);
  g_free (self->name);
  g_free (self->unit);
  g_ptr_array_unref (self->reasons);
  g_ptr_array_unref (self->failed);
  g_object_unref (self->readings);
  g_object_unref (self->flips);
  g_object_unref (self->sources);
  g_clear_object (&self->explanation);
  G_OBJECT_CLASS (rua_verdict_parent_class)->finalize (object);
}

static void
rua_verdict_class_init (RuaVerdictClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = rua_verdict_get_property;
  object_class->finalize = rua_verdict_finalize;
  /**
   * RuaVerdict:claim:
   *
   * The claim.
   *
   * Since: 1.0
   */
  properties[PROP_CLAIM] = g_param_spec_object ("claim", NULL, NULL, RUA_TYPE_CLAIM, flags);
  /**
   * RuaVerdict:name:
   *
   * Name of the reading; %NULL where the words are taken as they stand.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  /**
   * RuaVerdict:verdict-type:
   *
   * The verdict.
   *
   * Since: 1.0
   */
  properties[PROP_VERDICT_TYPE] = g_param_spec_enum (
    "verdict-type", NULL, NULL, RUA_TYPE_VERDICT_TYPE, RUA_VERDICT_SUPPORTED, flags);
  /**
   * RuaVerdict:grade:
   *
   * What it rests on.
   *
   * Since: 1.0
   */
  properties[PROP_GRADE]
    = g_param_spec_enum ("grade", NULL, NULL, RUA_TYPE_GRADE, RUA_GRADE_NONE, flags);
  /**
   * RuaVerdict:unit:
   *
   * Unit of the value.
   *
   * Since: 1.0
   */
  properties[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, NULL, flags);
  /**
   * RuaVerdict:explanation:
   *
   * How the verdict came about, down to figures and sources.
   *
   * Since: 1.0
   */
  properties[PROP_EXPLANATION]
    = g_param_spec_object ("explanation", NULL, NULL, RUA_TYPE_EXPLANATION, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_verdict_init (RuaVerdict *self)
{
  self->type = RUA_VERDICT_UNSUPPORTED;
  self->value = self->threshold = self->margin = self->low = self->high = NAN;
  self->reasons = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->reasons, NULL);
  self->failed = g_ptr_array_new ();
  self->readings = g_list_store_new (RUA_TYPE_VERDICT);
  self->flips = g_list_store_new (RUA_TYPE_FLIP);
  self->sources = g_list_store_new (RUA_TYPE_SOURCE);
}

RuaVerdict *
rua_verdict_new (RuaClaim *claim, const char *name)
{
  RuaVerdict *self = g_object_new (RUA_TYPE_VERDICT, NULL);

  self->claim = g_object_ref (claim);
  self->name = g_strdup (name);
  return self;
}

void
rua_verdict_add_reason (RuaVerdict *self, const char *reason)
{
  for (guint i = 0; i + 1 < self->reasons->len; i++)
    if (g_str_equal (g_ptr_array_index (self->reasons, i), reason))
      return;
  g_ptr_array_insert (self->reasons, (gint)self->reasons->len - 1, g_strdup (reason));
}

void
rua_verdict_add_source (RuaVerdict *self, RuaSource *source)
{
  if (!g_list_store_find (self->sources, source, NULL))
    g_list_store_append (self->sources, source);
}

void
rua_verdict_add_flip (
  RuaVerdict *self, const char *name, double value, const char *unit, const char *text)
{
  g_autoptr (RuaFlip) flip = g_object_new (RUA_TYPE_FLIP, NULL);

  flip->name = g_strdup (name);
  flip->value = value;
  flip->unit = g_strdup (unit);
  flip->text = g_strdup (text);
  g_list_store_append (self->flips, flip);
}

/**
 * rua_verdict_get_claim:
 * @self: a verdict
 *
 * Gets the claim.
 *
 * Returns: (transfer none): the claim
 *
 * Since: 1.0
 */
RuaClaim *
rua_verdict_get_claim (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return self->claim;
}

/**
 * rua_verdict_get_name:
 * @self: a verdict
 *
 * Gets the name of the reading, such as `real, 2012 prices`.
 *
 * Returns: (nullable): the name; %NULL where the words are taken as they stand
 *
 * Since: 1.0
 */
const char *
rua_verdict_get_name (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return self->name;
}

/**
 * rua_verdict_get_verdict_type:
 * @self: a verdict
 *
 * Gets the verdict itself.
 *
 * Returns: the verdict
 *
 * Since: 1.0
 */
RuaVerdictType
rua_verdict_get_verdict_type (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), RUA_VERDICT_UNSUPPORTED);
  return self->type;
}

/**
 * rua_verdict_get_grade:
 * @self: a verdict
 *
 * Gets what the verdict rests on.
 *
 * Returns: the grade
 *
 * Since: 1.0
 */
RuaGrade
rua_verdict_get_grade (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), RUA_GRADE_NONE);
  return self->grade;
}

static gboolean
give_number (double number, double *value)
{
  if (value != NULL)
    *value = isnan (number) ? 0 : number;
  return !isnan (number);
}

/**
 * rua_verdict_get_value:
 * @self: a verdict
 * @value: (out) (optional): where to put the value
 *
 * Gets the value that was compared. Where a claim's predicate has several comparisons, this and
 * what belongs to it are of the one that decided.
 *
 * Returns: %FALSE if nothing could be computed
 *
 * Since: 1.0
 */
gboolean
rua_verdict_get_value (RuaVerdict *self, double *value)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), FALSE);
  return give_number (self->value, value);
}

/**
 * rua_verdict_get_threshold:
 * @self: a verdict
 * @value: (out) (optional): where to put the threshold
 *
 * Gets what the value was compared with.
 *
 * Returns: %FALSE if nothing was compared
 *
 * Since: 1.0
 */
gboolean
rua_verdict_get_threshold (RuaVerdict *self, double *value)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), FALSE);
  return give_number (self->threshold, value);
}

/**
 * rua_verdict_get_margin:
 * @self: a verdict
 * @value: (out) (optional): where to put the margin
 *
 * Gets how far the value lies on the side that satisfies the claim; negative where it lies on the
 * other.
 *
 * Returns: %FALSE if nothing was compared
 *
 * Since: 1.0
 */
gboolean
rua_verdict_get_margin (RuaVerdict *self, double *value)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), FALSE);
  return give_number (self->margin, value);
}

/**
 * rua_verdict_get_low:
 * @self: a verdict
 * @value: (out) (optional): where to put the bound
 *
 * Gets the lower end of the value's interval.
 *
 * Returns: %FALSE if there is no interval
 *
 * Since: 1.0
 */
gboolean
rua_verdict_get_low (RuaVerdict *self, double *value)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), FALSE);
  return give_number (self->low, value);
}

/**
 * rua_verdict_get_high:
 * @self: a verdict
 * @value: (out) (optional): where to put the bound
 *
 * Gets the upper end of the value's interval.
 *
 * Returns: %FALSE if there is no interval
 *
 * Since: 1.0
 */
gboolean
rua_verdict_get_high (RuaVerdict *self, double *value)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), FALSE);
  return give_number (self->high, value);
}

/**
 * rua_verdict_get_unit:
 * @self: a verdict
 *
 * Gets the unit of the value, threshold and margin.
 *
 * Returns: (nullable): the unit; %NULL if nothing was computed
 *
 * Since: 1.0
 */
const char *
rua_verdict_get_unit (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return self->unit;
}

/**
 * rua_verdict_get_reasons:
 * @self: a verdict
 *
 * Gets why the verdict is what it is: one sentence for each reason, the one that decided first.
 *
 * Returns: (transfer none) (array zero-terminated=1): the sentences
 *
 * Since: 1.0
 */
const char *const *
rua_verdict_get_reasons (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return (const char *const *)self->reasons->pdata;
}

/**
 * rua_verdict_get_withheld:
 * @self: a verdict
 *
 * Gets why the numbers behind the verdict are not told. The verdict, its grade and its sources are
 * the same as if they were; there is no value, threshold, margin, interval or flip point.
 *
 * Returns: (nullable): the reason; %NULL if nothing is withheld, which is so of every verdict that
 *   was not made with [method@RuralAlliance.Checker.set_public]
 *
 * Since: 1.0
 */
const char *
rua_verdict_get_withheld (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return self->withheld != NULL ? _(self->withheld) : NULL;
}

/**
 * rua_verdict_is_flipped:
 * @self: the verdict of a reading
 *
 * Tells whether the reading turns the verdict that the words as they stand would have.
 *
 * Returns: %TRUE if it does
 *
 * Since: 1.0
 */
gboolean
rua_verdict_is_flipped (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), FALSE);
  return self->flipped;
}

/**
 * rua_verdict_list_readings:
 * @self: a verdict
 *
 * Lists the verdicts under the other readings of the words: those of the alliance's records first,
 * then those that follow by rule.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Verdict]
 *
 * Since: 1.0
 */
GListModel *
rua_verdict_list_readings (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->readings));
}

/**
 * rua_verdict_list_flips:
 * @self: a verdict
 *
 * Lists the points at which the verdict would turn.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Flip]
 *
 * Since: 1.0
 */
GListModel *
rua_verdict_list_flips (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->flips));
}

/**
 * rua_verdict_list_sources:
 * @self: a verdict
 *
 * Lists the sources that the claim and its figures name.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Source]
 *
 * Since: 1.0
 */
GListModel *
rua_verdict_list_sources (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->sources));
}

/**
 * rua_verdict_get_explanation:
 * @self: a verdict
 *
 * Gets how the verdict came about, as a tree down to figures and sources.
 *
 * Returns: (transfer none) (nullable): the explanation; %NULL for a reading
 *
 * Since: 1.0
 */
RuaExplanation *
rua_verdict_get_explanation (RuaVerdict *self)
{
  g_return_val_if_fail (RUA_IS_VERDICT (self), NULL);
  return self->explanation;
}
