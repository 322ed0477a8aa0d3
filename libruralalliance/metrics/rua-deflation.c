/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-private.h"
#include "rua-messages-private.h"
#include "rua-nearest-private.h"
#include "rua-program-private.h"
#include "rua-unit-private.h"
#include "rua-deflation-private.h"

#include <math.h>
#include <string.h>

/* Price series: an index, or yearly rates that make one. */

typedef struct {
  int first;
  GArray *index;   /* of double; NaN where nothing is told */
  char *currency;  /* NULL: the series says none */
  GString *partial; /* years of which only some months are told */
} Index;

gboolean
rua_series_is_of_currency (const char *currency, RuaUnit *unit)
{
  const char *paid = rua_unit_get_currency (unit);

  return currency == NULL || paid == NULL || strcmp (paid, RUA_UNIT_CURRENCY) == 0 || strcmp (paid, currency) == 0;
}

static RuaRecord *
find_series (RuaAlliance *alliance, const char *id, GError **error)
{
  RuaRecord *series = rua_alliance_find (alliance, "series", id);
  RuaTable *table = rua_alliance_get_table (alliance, "series");
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  if (series != NULL)
    return series;
  rua_nearest_init (&nearest, id);
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) other = rua_table_dup_record (table, i);

    if (rua_record_get_id (other) != NULL)
      rua_nearest_offer (&nearest, rua_record_get_id (other));
  }
  mend = rua_nearest_mend (&nearest, "add it to the kind series, with its values");
  g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "there is no series “%s” to deflate with; %s",
               id, mend);
  return NULL;
}

typedef struct {
  int year;
  double sum;
  guint n;
  guint months; /* bit m: of the month m something is told */
  gboolean whole; /* told for the year itself */
} Year;

static int
compare_years (gconstpointer a, gconstpointer b)
{
  return ((const Year *) a)->year - ((const Year *) b)->year;
}

/* The values of a series by year: that of the year itself, or the mean of its months. */
static GArray *
read_years (RuaAlliance *alliance, RuaRecord *series, GError **error)
{
  RuaTable *values = rua_alliance_get_table (alliance, "series-value");
  RuaKind *kind = rua_table_get_kind (values);
  RuaColumn *of = rua_table_peek_column (values, rua_field_get_index (rua_kind_find_field (kind, "series")));
  RuaColumn *period
    = rua_table_peek_column (values, rua_field_get_index (rua_kind_find_field (kind, "period")));
  RuaColumn *number
    = rua_table_peek_column (values, rua_field_get_index (rua_kind_find_field (kind, "value")));
  guint32 wanted = rua_record_get_row (series);
  g_autoptr (GArray) years = g_array_new (FALSE, FALSE, sizeof (Year));

  for (guint32 row = 0; row < rua_table_get_n_rows (values); row++) {
    RuaTable *table;
    RuaDatePacked date;
    guint32 target;
    double value;
    Year year = { 0 };
    int month, day;
    guint i;

    if (!rua_table_is_alive (values, row) || !rua_column_read_reference (of, row, &table, &target)
        || target != wanted || !rua_column_read_date (period, row, &date)
        || !rua_column_read_number (number, row, &value))
      continue;
    rua_date_day_to_civil (rua_date_packed_day (date), &year.year, &month, &day);
    year.months = 1u << month;
    year.sum = value;
    year.n = 1;
    year.whole = rua_date_packed_precision (date) == RUA_DATE_PRECISION_YEAR;
    for (i = 0; i < years->len; i++)
      if (g_array_index (years, Year, i).year == year.year)
        break;
    if (i == years->len) {
      g_array_append_val (years, year);
      continue;
    }
    Year *there = &g_array_index (years, Year, i);
    if (there->whole || year.whole) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                   "the series %s has more than one value for the year %d; keep one",
                   rua_record_get_id (series), year.year);
      return NULL;
    }
    there->sum += value;
    there->months |= year.months;
    there->n++;
  }
  g_array_sort (years, compare_years);
  return g_steal_pointer (&years);
}

static void
index_clear (Index *self)
{
  g_clear_pointer (&self->index, g_array_unref);
  g_clear_pointer (&self->currency, g_free);
  if (self->partial != NULL)
    g_string_free (self->partial, TRUE);
  self->partial = NULL;
}

static void
note_partial (Index *self, const Year *year)
{
  guint n = 0;

  for (guint month = 1; month <= 12; month++)
    n += (year->months >> month) & 1;
  if (year->whole || n == 12)
    return;
  if (self->partial == NULL)
    self->partial = g_string_new (NULL);
  else
    g_string_append (self->partial, C_("list", ", "));
  g_string_append_printf (self->partial, _("%d (%u of 12)"), year->year, n);
}

static char *
tell_partial (const char *series, const char *years)
{
  return g_strdup_printf (_("the series %s tells only some months of these years, and their mean stands for the year: %s"),
                          series, years);
}

static gboolean
read_index (RuaAlliance *alliance, const char *id, Index *made, GError **error)
{
  g_autoptr (RuaRecord) series = find_series (alliance, id, error);
  const char *type;
  g_autoptr (GArray) years = NULL;
  gboolean rates;
  double level = 100;

  *made = (Index) { 0 };
  if (series == NULL)
    return FALSE;
  type = rua_record_get_text (series, "series_type");
  rates = g_strcmp0 (type, "inflation_rate") == 0;
  if (!rates && g_strcmp0 (type, "price_index") != 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "the series %s is of the type %s; money is deflated with a price_index or an "
                 "inflation_rate", id, type != NULL ? type : "unknown");
    return FALSE;
  }
  years = read_years (alliance, series, error);
  if (years == NULL)
    return FALSE;
  if (years->len == 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "the series %s has no values", id);
    return FALSE;
  }
  made->currency = g_strdup (rua_record_get_text (series, "currency"));
  made->first = g_array_index (years, Year, 0).year - rates;
  made->index = g_array_new (FALSE, FALSE, sizeof (double));
  /* A rate leads from the year before to its own. */
  if (rates)
    g_array_append_val (made->index, level);
  for (guint i = 0; i < years->len; i++) {
    const Year *year = &g_array_index (years, Year, i);
    double gap = NAN;

    if (rates && !year->whole) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "the series %s gives rates within the year %d; rates are to be yearly", id,
                   year->year);
      index_clear (made);
      return FALSE;
    }
    while (made->first + (int) made->index->len < year->year) {
      g_array_append_val (made->index, gap);
      if (rates)
        level = NAN; /* a missing rate breaks the chain: nothing leads across it */
    }
    level = rates ? level * (1 + year->sum / 100) : year->sum / year->n;
    if (!rates && !(level > 0)) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "the series %s is not above 0 in the year %d", id, year->year);
      index_clear (made);
      return FALSE;
    }
    note_partial (made, year);
    g_array_append_val (made->index, level);
  }
  return TRUE;
}

static double
index_at (const Index *self, int year)
{
  if (year < self->first || year >= self->first + (int) self->index->len)
    return NAN;
  return g_array_index (self->index, double, year - self->first);
}

gboolean
rua_series_get_price_ratio (RuaAlliance *alliance, const char *series, int from, int to,
                            double *ratio, GError **error)
{
  Index index;
  double value;

  if (from == to) {
    g_autoptr (RuaRecord) record = find_series (alliance, series, error);

    *ratio = 1;
    return record != NULL;
  }
  if (!read_index (alliance, series, &index, error))
    return FALSE;
  value = index_at (&index, to) / index_at (&index, from);
  if (isnan (value))
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "the series %s does not lead from %d to %d: it has no value for %d; add it",
                 series, from, to, isnan (index_at (&index, from)) ? from : to);
  index_clear (&index);
  *ratio = value;
  return !isnan (value);
}

/* In words, which of the two years are the mean of some months only; NULL: neither. */
static char *
find_partial (GArray *years, const char *series, int from, int to)
{
  Index some = { 0 };
  char *told = NULL;

  for (guint i = 0; i < years->len; i++) {
    const Year *year = &g_array_index (years, Year, i);

    if (year->year == from || year->year == to)
      note_partial (&some, year);
  }
  if (some.partial != NULL)
    told = tell_partial (series, some.partial->str);
  index_clear (&some);
  return told;
}

gboolean
rua_series_check (RuaAlliance *alliance, const char *id, RuaUnit *unit, int from, int to, char **warning, GError **error)
{
  g_autoptr (RuaRecord) series = find_series (alliance, id, error);
  g_autoptr (GArray) years = series != NULL ? read_years (alliance, series, error) : NULL;
  const char *currency;

  *warning = NULL;
  if (years == NULL)
    return FALSE;
  currency = rua_record_get_text (series, "currency");
  if (!rua_series_is_of_currency (currency, unit)) {
    const char *paid = rua_unit_get_currency (unit);

    g_set_error (error, RUA_ERROR, RUA_ERROR_UNIT,
                 "this is in %s, but the series %s tells prices in %s; deflate by a series of prices in %s, or mend the "
                 "currency of this one", paid, id, currency, paid);
    return FALSE;
  }
  if (from != to)
    *warning = find_partial (years, id, from, to);
  return TRUE;
}

/* Where a row tells its year when nothing says so: a field called year, else the first date. */
static const char *
default_date (RuaTable *table)
{
  RuaKind *kind = rua_table_get_kind (table);

  if (rua_kind_find_field (kind, "year") != NULL)
    return "year";
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_DATE)
      return rua_field_get_name (field);
  }
  return NULL;
}

RuaDeflation *
rua_deflation_new (RuaAlliance *alliance, RuaTable *table, const char *series, int to,
                   const char *date, GError **error)
{
  g_autoptr (RuaDeflation) self = g_new0 (RuaDeflation, 1);
  Index index;
  double base;

  if (date == NULL)
    date = default_date (table);
  if (date == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "the kind %s has no date by which to deflate; name one in deflate: \"date\"",
                 rua_kind_get_name (rua_table_get_kind (table)));
    return NULL;
  }
  self->date_source = g_strdup (date);
  self->date = rua_syntax_parse (date, error);
  if (self->date == NULL || !read_index (alliance, series, &index, error))
    return NULL;
  base = index_at (&index, to);
  if (isnan (base)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "the series %s has no value for %d, to whose prices money is brought", series, to);
    index_clear (&index);
    return NULL;
  }
  self->series = g_strdup (series);
  self->currency = g_steal_pointer (&index.currency);
  self->partial = index.partial != NULL ? tell_partial (series, index.partial->str) : NULL;
  self->to = to;
  self->first_year = index.first;
  self->n_years = index.index->len;
  self->ratios = g_new (double, self->n_years);
  for (guint i = 0; i < self->n_years; i++)
    self->ratios[i] = base / g_array_index (index.index, double, i);
  index_clear (&index);
  return g_steal_pointer (&self);
}
