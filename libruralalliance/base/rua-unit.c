/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-unit-private.h"

#include <math.h>
#include <string.h>

/**
 * RuaUnit:
 *
 * The unit of a number, as part of its type: a product of symbols with whole exponents.
 *
 * As text: `kg`, `kg/ha`, `CNY/household/year`, `%`, `1`, `m^2`, `person*day`. A symbol that the
 * library does not know is a thing that is counted (`household`, `station`, `position`), and
 * compatible only with itself. RuaUnitSymbol are `%`, `‰`, `thousand`, `million`; `kg`, `g`, `t`, `jin`,
 * `mg`; `ha`, `mu`, `km2`, `m2`; `m`, `km`; `l`, `ml`; `year`, `month`; `day`, `week`, `h`, `min`.
 * A year has no fixed number of days here, so the two do not convert.
 *
 * Three capital letters are a currency. A price basis in brackets belongs to it: `CNY[2014]` is
 * real money, in prices of 2014; `CNY` is nominal, money of its own time. `{currency}` stands for
 * the currency of the alliance.
 *
 * Numbers of units that differ in a symbol, a denominator or a price basis do not add.
 * [method@Unit.check_add] says why, and what would mend it.
 *
 * Units are immutable.
 *
 * Since: 1.0
 */

G_DEFINE_BOXED_TYPE (RuaUnit, rua_unit, rua_unit_ref, rua_unit_unref)

/* Quantities are alike when base and price year are. */
static int
compare_quantity (const RuaUnitTerm *a, const RuaUnitTerm *b)
{
  int by_base = strcmp (rua_unit_term_base (a), rua_unit_term_base (b));

  if (by_base != 0)
    return by_base;
  return a->price_year - b->price_year;
}

static gboolean
is_time (const RuaUnitTerm *term)
{
  return term->known != NULL
    && (strcmp (term->known->base, "year") == 0 || strcmp (term->known->base, "day") == 0);
}

static int
compare_terms (gconstpointer a, gconstpointer b)
{
  const RuaUnitTerm *s = a, *t = b;

  /* What is multiplied, then what is divided by; in each of them money first and time last. */
  if ((s->exponent > 0) != (t->exponent > 0))
    return s->exponent > 0 ? -1 : 1;
  if (s->money != t->money)
    return s->money ? -1 : 1;
  if (is_time (s) != is_time (t))
    return is_time (s) ? 1 : -1;
  if (strcmp (s->symbol, t->symbol) != 0)
    return strcmp (s->symbol, t->symbol);
  return s->price_year - t->price_year;
}

RuaUnit *
rua_unit_new_from_terms (double factor, RuaUnitTerm *terms, guint n_terms)
{
  RuaUnit *self;
  guint n = 0;

  for (guint i = 0; i < n_terms; i++) {
    guint j;

    /* Plain factors (%, thousand) merge with themselves only, so that % stays %. */
    for (j = 0; j < n; j++)
      if (*rua_unit_term_base (&terms[i]) == '\0' || *rua_unit_term_base (&terms[j]) == '\0'
              ? terms[i].symbol == terms[j].symbol
              : compare_quantity (&terms[i], &terms[j]) == 0)
        break;
    if (j == n) {
      terms[n++] = terms[i];
      continue;
    }
    if (terms[i].symbol != terms[j].symbol) {
      double ratio = (terms[i].known->numerator * terms[j].known->denominator)
        / (terms[i].known->denominator * terms[j].known->numerator);

      factor *= pow (ratio, terms[i].exponent);
    }
    terms[j].exponent += terms[i].exponent;
  }
  guint kept = 0;
  for (guint i = 0; i < n; i++)
    if (terms[i].exponent != 0)
      terms[kept++] = terms[i];
  qsort (terms, kept, sizeof (RuaUnitTerm), compare_terms);

  self = g_malloc (sizeof (RuaUnit) + kept * sizeof (RuaUnitTerm));
  g_atomic_ref_count_init (&self->refs);
  self->factor = factor;
  self->n_terms = kept;
  memcpy (self->terms, terms, kept * sizeof (RuaUnitTerm));
  return self;
}

/**
 * rua_unit_ref:
 * @self: a unit
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_ref (RuaUnit *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * rua_unit_unref:
 * @self: (transfer full): a unit
 *
 * Gives a reference back.
 *
 * Since: 1.0
 */
void
rua_unit_unref (RuaUnit *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * rua_unit_equal:
 * @self: a unit
 * @other: another unit
 *
 * Whether both are the same unit: `kg` is not `g`, though they convert.
 *
 * Returns: %TRUE if they are equal
 *
 * Since: 1.0
 */
gboolean
rua_unit_equal (RuaUnit *self, RuaUnit *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  if (self == other)
    return TRUE;
  if (self->factor != other->factor || self->n_terms != other->n_terms)
    return FALSE;
  for (guint i = 0; i < self->n_terms; i++)
    if (self->terms[i].symbol != other->terms[i].symbol
        || self->terms[i].exponent != other->terms[i].exponent
        || self->terms[i].price_year != other->terms[i].price_year)
      return FALSE;
  return TRUE;
}

/**
 * rua_unit_is_dimensionless:
 * @self: a unit
 *
 * Whether the unit is a plain number: `1`, `%`, `thousand`.
 *
 * Returns: %TRUE if nothing is counted or measured
 *
 * Since: 1.0
 */
gboolean
rua_unit_is_dimensionless (RuaUnit *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->n_terms; i++)
    if (*rua_unit_term_base (&self->terms[i]) != '\0')
      return FALSE;
  return TRUE;
}

gboolean
rua_unit_is_writable (RuaUnit *self)
{
  for (guint i = 0; i < self->n_terms; i++)
    if (ABS (self->terms[i].exponent) > RUA_UNIT_MAX_EXPONENT)
      return FALSE;
  return self->n_terms <= RUA_UNIT_MAX_TERMS && self->factor > 0 && isfinite (self->factor);
}

gboolean
rua_unit_is_count (RuaUnit *self)
{
  for (guint i = 0; i < self->n_terms; i++)
    if (self->terms[i].money
        || (self->terms[i].known != NULL && *self->terms[i].known->base != '\0'))
      return FALSE;
  return TRUE;
}

static int
exponent_of (RuaUnit *self, const RuaUnitTerm *like)
{
  for (guint i = 0; i < self->n_terms; i++)
    if (compare_quantity (&self->terms[i], like) == 0)
      return self->terms[i].exponent;
  return 0;
}

static gboolean
covers (RuaUnit *self, RuaUnit *other)
{
  for (guint i = 0; i < self->n_terms; i++)
    if (*rua_unit_term_base (&self->terms[i]) != '\0'
        && exponent_of (other, &self->terms[i]) != self->terms[i].exponent)
      return FALSE;
  return TRUE;
}

/**
 * rua_unit_is_compatible:
 * @self: a unit
 * @other: another unit
 *
 * Whether numbers of one convert to the other: same quantities, denominators and price basis.
 *
 * Returns: %TRUE if they do
 *
 * Since: 1.0
 */
gboolean
rua_unit_is_compatible (RuaUnit *self, RuaUnit *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  return covers (self, other) && covers (other, self);
}

/* What stands only in one of two units, for the sentence that says so. */
static char *
only_in (RuaUnit *self, RuaUnit *other, gboolean divisors)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->n_terms; i++) {
    const RuaUnitTerm *term = &self->terms[i];

    if (*rua_unit_term_base (term) == '\0' || (term->exponent < 0) != divisors
        || exponent_of (other, term) == term->exponent)
      continue;
    g_string_append_printf (out, "%s%s", out->len != 0 ? " and " : "", term->symbol);
  }
  return g_string_free (out, FALSE);
}

static void
describe_basis (int year, char text[64])
{
  if (year == 0)
    g_strlcpy (text, "nominal (money of its own time)", 64);
  else
    g_snprintf (text, 64, "in prices of %d", year);
}

/**
 * rua_unit_check_add:
 * @self: a unit
 * @other: another unit
 * @error: return location for a #GError
 *
 * Whether numbers of the two may be added, subtracted and compared; if not, @error (of code
 * %RUA_ERROR_UNIT) says which is which and what would mend it.
 *
 * Returns: %TRUE if they may
 *
 * Since: 1.0
 */
gboolean
rua_unit_check_add (RuaUnit *self, RuaUnit *other, GError **error)
{
  g_return_val_if_fail (self != NULL && other != NULL, FALSE);

  if (rua_unit_is_compatible (self, other))
    return TRUE;

  g_autofree char *first = rua_unit_to_string (self);
  g_autofree char *second = rua_unit_to_string (other);
  g_autoptr (RuaUnit) first_nominal = rua_unit_with_price_year (self, 0);
  g_autoptr (RuaUnit) second_nominal = rua_unit_with_price_year (other, 0);

  if (rua_unit_is_compatible (first_nominal, second_nominal)) {
    char first_basis[64], second_basis[64];
    int first_year = rua_unit_get_price_year (self);
    int second_year = rua_unit_get_price_year (other);
    int to = first_year != 0 ? first_year : second_year;

    describe_basis (first_year, first_basis);
    describe_basis (second_year, second_basis);
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNIT,
                 "%s and %s do not go together: the first is %s, the second %s; deflate %s to "
                 "prices of %d first",
                 first, second, first_basis, second_basis,
                 first_year == to ? "the second" : "the first", to);
    return FALSE;
  }

  g_autofree char *first_per = only_in (self, other, TRUE);
  g_autofree char *second_per = only_in (other, self, TRUE);
  g_autofree char *first_of = only_in (self, other, FALSE);
  g_autofree char *second_of = only_in (other, self, FALSE);

  if (*first_of != '\0' || *second_of != '\0')
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNIT,
                 "%s and %s do not go together: the first is in %s, the second in %s; use "
                 "quantities of one kind, or divide one by the other",
                 first, second, *first_of != '\0' ? first_of : "plain numbers",
                 *second_of != '\0' ? second_of : "plain numbers");
  else if (*first_per != '\0' && *second_per != '\0')
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNIT,
                 "%s and %s do not go together: the first is per %s, the second per %s; bring "
                 "both to the same denominator, by dividing or multiplying by %s per %s",
                 first, second, first_per, second_per, first_per, second_per);
  else if (*first_per != '\0')
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNIT,
                 "%s and %s do not go together: the first is per %s, the second is not; divide "
                 "the second by the number of %s, or multiply the first by it",
                 first, second, first_per, first_per);
  else
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNIT,
                 "%s and %s do not go together: the second is per %s, the first is not; divide "
                 "the first by the number of %s, or multiply the second by it",
                 first, second, second_per, second_per);
  return FALSE;
}

static double
factor_to_base (RuaUnit *self)
{
  double numerator = self->factor, denominator = 1;

  for (guint i = 0; i < self->n_terms; i++) {
    const RuaUnitTerm *term = &self->terms[i];

    if (term->known == NULL)
      continue;
    for (int e = 0; e < ABS (term->exponent); e++) {
      numerator *= term->exponent > 0 ? term->known->numerator : term->known->denominator;
      denominator *= term->exponent > 0 ? term->known->denominator : term->known->numerator;
    }
  }
  return numerator / denominator;
}

/**
 * rua_unit_get_factor:
 * @self: the unit to convert from
 * @other: the unit to convert to
 * @factor: (out): what a number in @self is multiplied by to be in @other
 * @error: return location for a #GError
 *
 * The factor between two compatible units: 15 from `ha` to `mu`, 0.01 from `%` to `1`.
 *
 * Returns: %TRUE, or %FALSE and a #RuaError of code %RUA_ERROR_UNIT
 *
 * Since: 1.0
 */
gboolean
rua_unit_get_factor (RuaUnit *self, RuaUnit *other, double *factor, GError **error)
{
  g_return_val_if_fail (self != NULL && other != NULL && factor != NULL, FALSE);

  if (!rua_unit_check_add (self, other, error))
    return FALSE;
  /* Through the quotient, so that 1/15 and 15 both come out as exactly as they can. */
  g_autoptr (RuaUnit) quotient = rua_unit_divide (self, other);
  *factor = factor_to_base (quotient);
  return TRUE;
}

static RuaUnit *
combine (RuaUnit *self, RuaUnit *other, int sign)
{
  guint n = self->n_terms + other->n_terms;
  g_autofree RuaUnitTerm *terms = g_new (RuaUnitTerm, MAX (n, 1));

  memcpy (terms, self->terms, self->n_terms * sizeof (RuaUnitTerm));
  for (guint i = 0; i < other->n_terms; i++) {
    terms[self->n_terms + i] = other->terms[i];
    terms[self->n_terms + i].exponent *= sign;
  }
  return rua_unit_new_from_terms (sign > 0 ? self->factor * other->factor : self->factor / other->factor,
                   terms, n);
}

/**
 * rua_unit_multiply:
 * @self: a unit
 * @other: another unit
 *
 * The unit of a product.
 *
 * Where symbols of one quantity meet (`mu` and `ha`), the first is kept and the factor between
 * them becomes part of the unit.
 *
 * Returns: (transfer full): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_multiply (RuaUnit *self, RuaUnit *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, NULL);

  return combine (self, other, 1);
}

/**
 * rua_unit_divide:
 * @self: a unit
 * @other: another unit
 *
 * The unit of a quotient.
 *
 * Nominal and real money do not cancel: `CNY/CNY[2014]` is the unit of a deflator.
 *
 * Returns: (transfer full): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_divide (RuaUnit *self, RuaUnit *other)
{
  g_return_val_if_fail (self != NULL && other != NULL, NULL);

  return combine (self, other, -1);
}

/**
 * rua_unit_power:
 * @self: a unit
 * @exponent: the exponent, from -9 to 9
 *
 * The unit of a power.
 *
 * Returns: (transfer full): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_power (RuaUnit *self, int exponent)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (exponent >= -RUA_UNIT_MAX_EXPONENT && exponent <= RUA_UNIT_MAX_EXPONENT, NULL);

  g_autofree RuaUnitTerm *terms = g_new (RuaUnitTerm, MAX (self->n_terms, 1));
  for (guint i = 0; i < self->n_terms; i++) {
    terms[i] = self->terms[i];
    terms[i].exponent *= exponent;
  }
  return rua_unit_new_from_terms (pow (self->factor, exponent), terms, self->n_terms);
}

const char *
rua_unit_get_currency (RuaUnit *self)
{
  for (guint i = 0; i < self->n_terms; i++)
    if (self->terms[i].money)
      return self->terms[i].symbol;
  return NULL;
}

/**
 * rua_unit_has_money:
 * @self: a unit
 *
 * Whether a currency is part of the unit.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
rua_unit_has_money (RuaUnit *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  for (guint i = 0; i < self->n_terms; i++)
    if (self->terms[i].money)
      return TRUE;
  return FALSE;
}

/**
 * rua_unit_get_price_year:
 * @self: a unit
 *
 * The year in whose prices the unit's money is.
 *
 * Returns: the year; 0 for nominal money, and where there is no money
 *
 * Since: 1.0
 */
int
rua_unit_get_price_year (RuaUnit *self)
{
  g_return_val_if_fail (self != NULL, 0);

  for (guint i = 0; i < self->n_terms; i++)
    if (self->terms[i].money)
      return self->terms[i].price_year;
  return 0;
}

/**
 * rua_unit_with_price_year:
 * @self: a unit
 * @year: a year; 0 for nominal
 *
 * The same unit with another price basis on its money.
 *
 * Returns: (transfer full): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_with_price_year (RuaUnit *self, int year)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (year == 0 || (year >= 1000 && year <= 9999), NULL);

  g_autofree RuaUnitTerm *terms = g_new (RuaUnitTerm, MAX (self->n_terms, 1));
  memcpy (terms, self->terms, self->n_terms * sizeof (RuaUnitTerm));
  for (guint i = 0; i < self->n_terms; i++)
    if (terms[i].money)
      terms[i].price_year = year;
  return rua_unit_new_from_terms (self->factor, terms, self->n_terms);
}

/**
 * rua_unit_with_currency:
 * @self: a unit
 * @currency: an ISO 4217 code
 *
 * The same unit with `{currency}` replaced.
 *
 * Returns: (transfer full): the unit
 *
 * Since: 1.0
 */
RuaUnit *
rua_unit_with_currency (RuaUnit *self, const char *currency)
{
  g_return_val_if_fail (self != NULL && currency != NULL, NULL);

  g_autofree RuaUnitTerm *terms = g_new (RuaUnitTerm, MAX (self->n_terms, 1));
  memcpy (terms, self->terms, self->n_terms * sizeof (RuaUnitTerm));
  for (guint i = 0; i < self->n_terms; i++)
    if (strcmp (terms[i].symbol, RUA_UNIT_CURRENCY) == 0)
      terms[i].symbol = g_intern_string (currency);
  return rua_unit_new_from_terms (self->factor, terms, self->n_terms);
}
