/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"
#include "rua-wide-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The work of nodes on vectors of numbers, truths and dates. Loops are plain, so that the
 * compiler turns them into vector instructions. */

/* What is not finite is not a value: a division by zero, a sum beyond all numbers. */
static inline double
to_finite (double value)
{
  return fabs (value) <= DBL_MAX ? value : NAN;
}

RUA_WIDE static void
compute_arithmetic (RuaOperator operator, const double *a, const double *b, double *to, guint n)
{
  switch (operator) {
  case RUA_OPERATOR_ADD:
    for (guint i = 0; i < n; i++)
      to[i] = to_finite (a[i] + b[i]);
    break;
  case RUA_OPERATOR_SUBTRACT:
    for (guint i = 0; i < n; i++)
      to[i] = to_finite (a[i] - b[i]);
    break;
  case RUA_OPERATOR_MULTIPLY:
    for (guint i = 0; i < n; i++)
      to[i] = to_finite (a[i] * b[i]);
    break;
  default:
    for (guint i = 0; i < n; i++)
      to[i] = to_finite (a[i] / b[i]);
    break;
  }
}

static double
apply_maths (RuaMaths maths, double value)
{
  switch (maths) {
  case RUA_MATHS_ABS:
    return fabs (value);
  case RUA_MATHS_SQRT:
    return to_finite (sqrt (value));
  case RUA_MATHS_LN:
    return to_finite (log (value));
  case RUA_MATHS_EXP:
    return to_finite (exp (value));
  case RUA_MATHS_ROUND:
    return round (value);
  case RUA_MATHS_FLOOR:
    return floor (value);
  default:
    return ceil (value);
  }
}

static void
compute_maths (RuaProgramRun *run, RuaNode *node, guint n)
{
  double *to = run->states[node->slot].buffer;
  const double *a = run->states[node->parts[0]->slot].buffer;

  if (node->option != RUA_MATHS_LEAST && node->option != RUA_MATHS_GREATEST) {
    for (guint i = 0; i < n; i++)
      to[i] = apply_maths (node->option, a[i]);
    return;
  }
  memcpy (to, a, n * sizeof (double));
  for (guint k = 1; k < node->n_parts; k++) {
    gboolean least = node->option == RUA_MATHS_LEAST;

    a = run->states[node->parts[k]->slot].buffer;
    for (guint i = 0; i < n; i++)
      if (isnan (a[i]) || isnan (to[i]))
        to[i] = NAN;
      else if (least ? a[i] < to[i] : a[i] > to[i])
        to[i] = a[i];
  }
}

G_STATIC_ASSERT (RUA_TRI_FALSE == 0 && RUA_TRI_UNKNOWN == 1 && RUA_TRI_TRUE == 2);

/* A sum of bytes, and no choice of three, becomes a few vector instructions. With an unknown @Holds is false. */
RUA_WIDE static void
compare_numbers (RuaOperator operator, const double *a, const double *b, guint8 *to, guint n)
{
#define COMPARE(Holds)                                                                             \
  for (guint i = 0; i < n; i++) {                                                                  \
    guint8 unknown = (a[i] != a[i]) | (b[i] != b[i]), holds = (Holds);                             \
    to[i] = unknown + 2 * holds;                                                                   \
  }                                                                                                \
  break

  switch (operator) {
  case RUA_OPERATOR_EQUAL:
    COMPARE (a[i] == b[i]);
  case RUA_OPERATOR_NOT_EQUAL:
    /* Not "less or greater": gcc makes of that a comparison that valgrind 3.19 takes for this one. */
    COMPARE ((a[i] != b[i]) - unknown);
  case RUA_OPERATOR_LESS:
    COMPARE (a[i] < b[i]);
  case RUA_OPERATOR_LESS_EQUAL:
    COMPARE (a[i] <= b[i]);
  case RUA_OPERATOR_GREATER:
    COMPARE (a[i] > b[i]);
  default:
    COMPARE (a[i] >= b[i]);
  }
#undef COMPARE
}

static void
get_period (gint32 packed, gint32 *first, gint32 *last)
{
  *first = rua_date_packed_day (packed);
  *last = rua_date_get_last_day (*first, rua_date_packed_precision (packed));
}

static guint8
tri (gboolean is_true, gboolean is_false)
{
  return is_true ? RUA_TRI_TRUE : is_false ? RUA_TRI_FALSE : RUA_TRI_UNKNOWN;
}

/* A date is a period of a day, a month or a year, in which the true day lies; what holds, or does not, wherever it
 * lies is true or false, and all else unknown. A date that is written out (@is_written: the right one) is the period itself: any of its
 * days will do. Of two that are read neither is the period of the other, so that the sides may change places. */
static guint8
compare_dates (RuaOperator operator, gint32 left, gint32 right, gboolean is_written)
{
  gint32 a0, a1, b0, b1, low, high;

  if (left == RUA_NO_DATE || right == RUA_NO_DATE)
    return RUA_TRI_UNKNOWN;
  get_period (left, &a0, &a1);
  get_period (right, &b0, &b1);
  low = is_written ? b0 : b1;
  high = is_written ? b1 : b0;
  switch (operator) {
  case RUA_OPERATOR_EQUAL:
    return tri (a0 >= low && a1 <= high, a1 < b0 || a0 > b1);
  case RUA_OPERATOR_NOT_EQUAL:
    return tri (a1 < b0 || a0 > b1, a0 >= low && a1 <= high);
  case RUA_OPERATOR_LESS:
    return tri (a1 < b0, a0 >= low);
  case RUA_OPERATOR_LESS_EQUAL:
    return tri (a1 <= high, a0 > b1);
  case RUA_OPERATOR_GREATER:
    return tri (a0 > b1, a1 <= high);
  default:
    return tri (a0 >= low, a1 < b0);
  }
}

static void
compute_compare (RuaProgramRun *run, RuaNode *node, guint n)
{
  guint8 *to = run->states[node->slot].buffer;
  gconstpointer left = run->states[node->parts[0]->slot].buffer;
  gconstpointer right = run->states[node->parts[1]->slot].buffer;
  gboolean equal = node->operator == RUA_OPERATOR_EQUAL;

  switch (node->kind) {
  case RUA_NODE_COMPARE_NUMBERS:
    compare_numbers (node->operator, left, right, to, n);
    break;
  case RUA_NODE_COMPARE_DATES:
    for (guint i = 0; i < n; i++) {
      gint32 a = ((const gint32 *) left)[i], b = ((const gint32 *) right)[i];

      to[i] = compare_dates (node->operator, a, b, node->flag);
    }
    break;
  case RUA_NODE_COMPARE_BOOLEANS: {
    const guint8 *a = left, *b = right;

    for (guint i = 0; i < n; i++)
      to[i] = a[i] == RUA_TRI_UNKNOWN || b[i] == RUA_TRI_UNKNOWN ? RUA_TRI_UNKNOWN
              : (a[i] == b[i]) == equal                          ? RUA_TRI_TRUE
                                                                 : RUA_TRI_FALSE;
    break;
  }
  default:
    if (node->parts[0]->type == RUA_VALUE_ANY_REFERENCE) {
      const guint64 *a = left, *b = right;

      for (guint i = 0; i < n; i++)
        to[i] = a[i] == RUA_NO_ANY || b[i] == RUA_NO_ANY ? RUA_TRI_UNKNOWN
                : (a[i] == b[i]) == equal                ? RUA_TRI_TRUE
                                                         : RUA_TRI_FALSE;
    } else {
      const guint32 *a = left, *b = right;

      for (guint i = 0; i < n; i++)
        to[i] = a[i] == RUA_NO_ROW || b[i] == RUA_NO_ROW ? RUA_TRI_UNKNOWN
                : (a[i] == b[i]) == equal                ? RUA_TRI_TRUE
                                                         : RUA_TRI_FALSE;
    }
  }
}

static gboolean
has_target (const RuaNode *node, guint64 word)
{
  guint low = 0, high = node->n_targets;

  while (low < high) {
    guint middle = (low + high) / 2;

    if (node->targets[middle] < word)
      low = middle + 1;
    else
      high = middle;
  }
  return low < node->n_targets && node->targets[low] == word;
}

static void
compute_reference_is (RuaProgramRun *run, RuaNode *node, guint n)
{
  guint8 *to = run->states[node->slot].buffer;
  gconstpointer from = run->states[node->parts[0]->slot].buffer;

  if (node->parts[0]->type == RUA_VALUE_ANY_REFERENCE) {
    const guint64 *a = from;

    for (guint i = 0; i < n; i++)
      to[i] = a[i] == RUA_NO_ANY ? RUA_TRI_UNKNOWN : has_target (node, a[i]) ? RUA_TRI_TRUE
                                                                           : RUA_TRI_FALSE;
  } else if (node->n_targets == 1) {
    const guint32 *a = from;
    guint32 target = (guint32) node->targets[0];

    for (guint i = 0; i < n; i++)
      to[i] = a[i] == RUA_NO_ROW ? RUA_TRI_UNKNOWN : a[i] == target ? RUA_TRI_TRUE : RUA_TRI_FALSE;
  } else {
    const guint32 *a = from;

    for (guint i = 0; i < n; i++)
      to[i] = a[i] == RUA_NO_ROW ? RUA_TRI_UNKNOWN : has_target (node, a[i]) ? RUA_TRI_TRUE
                                                                           : RUA_TRI_FALSE;
  }
}

/* False < unknown < true, so that "and" is the lesser and "or" the greater. */
static void
compute_logic (RuaProgramRun *run, RuaNode *node, guint n)
{
  guint8 *to = run->states[node->slot].buffer;
  const guint8 *a = run->states[node->parts[0]->slot].buffer;
  const guint8 *b = node->n_parts > 1 ? run->states[node->parts[1]->slot].buffer : NULL;

  if (node->kind == RUA_NODE_AND)
    for (guint i = 0; i < n; i++)
      to[i] = MIN (a[i], b[i]);
  else if (node->kind == RUA_NODE_OR)
    for (guint i = 0; i < n; i++)
      to[i] = MAX (a[i], b[i]);
  else
    for (guint i = 0; i < n; i++)
      to[i] = RUA_TRI_TRUE - a[i];
}

static gboolean
is_unknown (RuaValueType type, gconstpointer values, guint i)
{
  switch (type) {
  case RUA_VALUE_NUMBER:
    return isnan (((const double *) values)[i]);
  case RUA_VALUE_BOOLEAN:
    return ((const guint8 *) values)[i] == RUA_TRI_UNKNOWN;
  case RUA_VALUE_DATE:
    return ((const gint32 *) values)[i] == RUA_NO_DATE;
  case RUA_VALUE_ANY_REFERENCE:
    return ((const guint64 *) values)[i] == RUA_NO_ANY;
  default:
    return ((const guint32 *) values)[i] == G_MAXUINT32;
  }
}

static void
copy_value (RuaValueType type, gpointer to, gconstpointer from, guint i)
{
  switch (rua_value_type_get_size (type)) {
  case 8:
    ((guint64 *) to)[i] = ((const guint64 *) from)[i];
    break;
  case 4:
    ((guint32 *) to)[i] = ((const guint32 *) from)[i];
    break;
  default:
    ((guint8 *) to)[i] = ((const guint8 *) from)[i];
  }
}

/* A text that is chosen among several dictionaries becomes a code of the pool. */
static void
choose (RuaProgramRun *run, RuaNode *node, RuaNode *part, guint i)
{
  gpointer to = run->states[node->slot].buffer;
  gconstpointer from = run->states[part->slot].buffer;

  if (node->type == RUA_VALUE_TEXT)
    ((guint32 *) to)[i] = rua_run_to_pool (run, part, ((const guint32 *) from)[i]);
  else
    copy_value (node->type, to, from, i);
}

/* Where the value is unknown, that of the other; both are vectors, and @to may be either. */
#define FILL(Type, Unknown)                                                                        \
  for (guint i = 0; i < n; i++) {                                                                  \
    Type value = ((const Type *) from)[i], other = ((const Type *) others)[i];                     \
    ((Type *) to)[i] = (Unknown) ? other : value;                                                  \
  }                                                                                                \
  break

RUA_WIDE static void
fill_unknown (RuaValueType type, gconstpointer from, gconstpointer others, guint n, gpointer to)
{
  switch (type) {
  case RUA_VALUE_NUMBER:
    FILL (double, value != value);
  case RUA_VALUE_BOOLEAN:
    FILL (guint8, value == RUA_TRI_UNKNOWN);
  case RUA_VALUE_DATE:
    FILL (gint32, value == RUA_NO_DATE);
  case RUA_VALUE_ANY_REFERENCE:
    FILL (guint64, value == RUA_NO_ANY);
  default:
    FILL (guint32, value == G_MAXUINT32);
  }
}
#undef FILL

/* From the last to the first. Texts have several dictionaries and are chosen one by one. */
static void
compute_coalesce (RuaProgramRun *run, RuaNode *node, guint n)
{
  gpointer to = run->states[node->slot].buffer;
  gconstpointer others = run->states[node->parts[node->n_parts - 1]->slot].buffer;

  memcpy (to, others, n * rua_value_type_get_size (node->type));
  for (guint k = node->n_parts - 1; k > 0; k--)
    fill_unknown (node->type, run->states[node->parts[k - 1]->slot].buffer, to, n, to);
}

static void
compute_choice (RuaProgramRun *run, RuaNode *node, guint n)
{
  if (node->kind == RUA_NODE_COALESCE && node->type != RUA_VALUE_TEXT) {
    compute_coalesce (run, node, n);
    return;
  }
  for (guint i = 0; i < n; i++) {
    guint k = 0;

    if (node->kind == RUA_NODE_COALESCE)
      while (k + 1 < node->n_parts
             && is_unknown (node->type, run->states[node->parts[k]->slot].buffer, i))
        k++;
    else
      while (k + 1 < node->n_parts
             && ((const guint8 *) run->states[node->parts[k + 1]->slot].buffer)[i] != RUA_TRI_TRUE)
        k += 2;
    choose (run, node, node->parts[k], i);
  }
}

/* Days whose years are worked out without the calendar: from 1 March 0000 to the end of 9999, and those of two centuries
 * in which every fourth year is a leap year, from 1 March 1900 to 28 February 2100. */
#define FIRST_DAY (-719468)
#define LAST_DAY 2932896
#define FIRST_RECENT (-25508)
#define LAST_RECENT 47540

RUA_WIDE static gboolean
are_between (const gint32 *dates, guint n, gint32 first, gint32 last)
{
  guint n_others = 0;

  for (guint i = 0; i < n; i++) {
    gint32 day = rua_date_packed_day (dates[i]);

    n_others += (dates[i] != RUA_NO_DATE) & ((day < first) | (day > last));
  }
  return n_others == 0;
}

/* Without a branch. Years begin with March, so that the leap day is the last of its year: in quarters of a day, all are
 * as long as the others. Half of one keeps quotients clear of the whole numbers, whatever is rounded; numbers of quarters
 * are below 2^24, and so are floats. */
RUA_WIDE static void
find_recent_years (const gint32 *dates, guint n, double *to)
{
  for (guint i = 0; i < n; i++) {
    gint32 quarters = 4 * (rua_date_packed_day (dates[i]) - FIRST_RECENT) + 3;
    gint32 year = (gint32) (((float) quarters + 0.5f) * (1.0f / 1461));
    /* January and February are the next year's. */
    gint32 later = (quarters - 1461 * year) >> 2 >= 306;

    to[i] = 1900 + year + later;
  }
  for (guint i = 0; i < n; i++)
    to[i] = dates[i] == RUA_NO_DATE ? NAN : to[i];
}

/* Likewise, of centuries of 36524 or 36525 days. */
RUA_WIDE static void
find_years (const gint32 *dates, guint n, double *to)
{
  for (guint i = 0; i < n; i++) {
    gint32 quarters = 4 * (rua_date_packed_day (dates[i]) - FIRST_DAY) + 3;
    gint32 century = (gint32) ((quarters + 0.5) * (1.0 / 146097));
    gint32 within = (quarters - 146097 * century) | 3;
    gint32 year = (gint32) ((within + 0.5) * (1.0 / 1461));
    gint32 later = (within - 1461 * year) >> 2 >= 306;

    to[i] = 100 * century + year + later;
  }
  for (guint i = 0; i < n; i++)
    to[i] = dates[i] == RUA_NO_DATE ? NAN : to[i];
}

static void
compute_date_part (RuaDatePart part, const gint32 *dates, double *to, guint n)
{
  if (part == RUA_DATE_YEAR && are_between (dates, n, FIRST_RECENT, LAST_RECENT)) {
    find_recent_years (dates, n, to);
    return;
  }
  if (part == RUA_DATE_YEAR && are_between (dates, n, FIRST_DAY, LAST_DAY)) {
    find_years (dates, n, to);
    return;
  }
  for (guint i = 0; i < n; i++) {
    int year, month, day = 0;

    to[i] = NAN;
    /* A month is not known of a year, nor a day of a month. */
    if (dates[i] == RUA_NO_DATE || (guint) rua_date_packed_precision (dates[i]) < part)
      continue;
    rua_date_day_to_civil (rua_date_packed_day (dates[i]), &year, &month, &day);
    to[i] = part == RUA_DATE_YEAR ? year : part == RUA_DATE_MONTH ? month : day;
  }
}

static int
years_between (gint32 from, gint32 to)
{
  int y0, m0, d0, y1, m1, d1;

  rua_date_day_to_civil (from, &y0, &m0, &d0);
  rua_date_day_to_civil (to, &y1, &m1, &d1);
  return y1 - y0 - (m1 < m0 || (m1 == m0 && d1 < d0));
}

/* Completed years; unknown where the precision of the dates leaves it open. */
static void
compute_age (const gint32 *born, const gint32 *at, double *to, guint n)
{
  for (guint i = 0; i < n; i++) {
    gint32 a0, a1, b0, b1;

    to[i] = NAN;
    if (born[i] == RUA_NO_DATE || at[i] == RUA_NO_DATE)
      continue;
    get_period (born[i], &a0, &a1);
    get_period (at[i], &b0, &b1);
    if (years_between (a1, b0) == years_between (a0, b1))
      to[i] = years_between (a0, b1);
  }
}

static int
year_of (const RuaNode *date, gconstpointer values, guint i)
{
  int year = 0, month, day;

  if (date->type == RUA_VALUE_DATE)
    rua_date_day_to_civil (rua_date_packed_day (((const gint32 *) values)[i]), &year, &month, &day);
  else if (fabs (((const double *) values)[i]) < 10000)
    year = (int) floor (((const double *) values)[i]);
  return year;
}

static void
compute_deflator (RuaProgramRun *run, RuaNode *node, guint n)
{
  const RuaDeflation *deflation = node->deflation;
  double *to = run->states[node->slot].buffer;
  gconstpointer from = run->states[node->parts[0]->slot].buffer;

  for (guint i = 0; i < n; i++) {
    int year;

    to[i] = NAN;
    if (is_unknown (node->parts[0]->type, from, i))
      continue;
    year = year_of (node->parts[0], from, i);
    if (year >= deflation->first_year && year < deflation->first_year + (int) deflation->n_years)
      to[i] = deflation->ratios[year - deflation->first_year];
    run->lacks_year |= isnan (to[i]);
  }
}

gboolean
rua_program_run_check_years (RuaProgramRun *self, RuaNode *node, const guint32 *rows, guint n,
                             GError **error)
{
  if (!self->lacks_year)
    return TRUE;
  if (node->kind == RUA_NODE_DEFLATOR) {
    const double *ratios = rua_program_run_node (self, node);
    gconstpointer from = rua_program_run_node (self, node->parts[0]);

    for (guint k = 0; k < n; k++) {
      guint i = rows != NULL ? rows[k] : k;

      if (isnan (ratios[i]) && !is_unknown (node->parts[0]->type, from, i)) {
        g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                     "the series %s does not lead from %d to %d, but a row is of the year %d; add "
                     "its values, or leave these rows out by where", node->deflation->series,
                     year_of (node->parts[0], from, i), node->deflation->to,
                     year_of (node->parts[0], from, i));
        return FALSE;
      }
    }
  }
  for (guint i = 0; i < node->n_parts; i++)
    if (!rua_program_run_check_years (self, node->parts[i], rows, n, error))
      return FALSE;
  return TRUE;
}

/* Of a truth: 0, 1, or unknown. */
RUA_WIDE static void
compute_truth (const guint8 *truths, double *to, guint n)
{
  for (guint i = 0; i < n; i++)
    to[i] = truths[i] == RUA_TRI_UNKNOWN ? NAN : (double) (truths[i] >> 1);
}

void
rua_run_compute (RuaProgramRun *run, RuaNode *node, guint n)
{
  gpointer to = run->states[node->slot].buffer;
  gconstpointer a = node->n_parts > 0 ? run->states[node->parts[0]->slot].buffer : NULL;
  gconstpointer b = node->n_parts > 1 ? run->states[node->parts[1]->slot].buffer : NULL;

  switch (node->kind) {
  case RUA_NODE_NEGATE:
    for (guint i = 0; i < n; i++)
      ((double *) to)[i] = -((const double *) a)[i];
    break;
  case RUA_NODE_ARITHMETIC:
    compute_arithmetic (node->operator, a, b, to, n);
    break;
  case RUA_NODE_SCALE:
    for (guint i = 0; i < n; i++)
      ((double *) to)[i] = to_finite (((const double *) a)[i] * node->number);
    break;
  case RUA_NODE_MATHS:
    compute_maths (run, node, n);
    break;
  case RUA_NODE_COMPARE_NUMBERS:
  case RUA_NODE_COMPARE_DATES:
  case RUA_NODE_COMPARE_BOOLEANS:
  case RUA_NODE_COMPARE_REFERENCES:
    compute_compare (run, node, n);
    break;
  case RUA_NODE_REFERENCE_IS:
    compute_reference_is (run, node, n);
    break;
  case RUA_NODE_AND:
  case RUA_NODE_OR:
  case RUA_NODE_NOT:
    compute_logic (run, node, n);
    break;
  case RUA_NODE_IS_UNKNOWN:
    for (guint i = 0; i < n; i++)
      ((guint8 *) to)[i] = is_unknown (node->parts[0]->type, a, i) ? RUA_TRI_TRUE : RUA_TRI_FALSE;
    break;
  case RUA_NODE_DATE_PART:
    compute_date_part (node->option, a, to, n);
    break;
  case RUA_NODE_AGE:
    compute_age (a, b, to, n);
    break;
  case RUA_NODE_COALESCE:
  case RUA_NODE_CASE:
    compute_choice (run, node, n);
    break;
  case RUA_NODE_DEFLATOR:
    compute_deflator (run, node, n);
    break;
  case RUA_NODE_TRUTH:
    compute_truth (a, to, n);
    break;
  default:
    g_assert_not_reached ();
  }
}
