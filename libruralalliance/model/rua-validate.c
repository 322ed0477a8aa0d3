/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-private.h"
#include "rua-log-private.h"

#include <string.h>

/* What no single field can be refused for, but no reader would believe. Each rule knows fields by
 * their names and units, never kinds. */

typedef struct {
  RuaTable *table;
  RuaFaults *faults;
} Validation;

static void
report (Validation *v, guint32 row, RuaField *field, RuaError code, const char *value, const char *message, const char *mend)
{
  g_autofree char *key = rua_table_tell_row (v->table, row);
  RuaFaultInfo info = {
    .code = code,
    .kind = rua_kind_get_name (rua_table_get_kind (v->table)),
    .key = key,
    .field = rua_field_get_name (field),
    .value = rua_field_get_privacy (field) == RUA_PRIVACY_PUBLIC ? value : NULL,
    .message = message,
    .mend = mend,
  };

  rua_faults_add (v->faults, &info);
}

static void
check_required (Validation *v, RuaColumn *column)
{
  for (guint32 row = 0; row < rua_table_get_n_rows (v->table); row++)
    if (rua_table_is_alive (v->table, row) && !rua_column_is_known (column, row))
      report (v, row, rua_column_get_field (column), RUA_ERROR_MISSING, NULL,
              "the field is required, but unknown", "tell its value");
}

/* The field that ends what @name begins: "started" … "ended", "period" … "period_end". */
static char *
end_of (const char *name)
{
  static const char *const pairs[][2] = {
    { "started", "ended" }, { "start", "end" }, { "valid_from", "valid_until" },
    { "joined", "left" }, { "opened", "closed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (strcmp (name, pairs[i][0]) == 0)
      return g_strdup (pairs[i][1]);
  if (g_str_has_suffix (name, "_start"))
    return g_strdup_printf ("%.*s_end", (int) (strlen (name) - 6), name);
  if (g_str_has_suffix (name, "_from"))
    return g_strdup_printf ("%.*s_until", (int) (strlen (name) - 5), name);
  return g_strdup_printf ("%s_end", name);
}

static void
check_period (Validation *v, RuaColumn *begin)
{
  g_autofree char *name = end_of (rua_field_get_name (rua_column_get_field (begin)));
  RuaField *field = rua_kind_find_field (rua_table_get_kind (v->table), name);
  RuaColumn *end;

  if (!field || rua_field_get_field_type (field) != RUA_FIELD_TYPE_DATE)
    return;
  end = rua_table_peek_column (v->table, rua_field_get_index (field));
  for (guint32 row = 0; row < rua_table_get_n_rows (v->table); row++) {
    RuaDatePacked from, to;
    g_autofree char *value = NULL;
    gint32 last;

    if (!rua_table_is_alive (v->table, row) || !rua_column_read_date (begin, row, &from)
        || !rua_column_read_date (end, row, &to))
      continue;
    /* "2014" may end before "2014-09" begins only if the whole year does. */
    last = rua_date_get_last_day (rua_date_packed_day (to), rua_date_packed_precision (to));
    if (last >= rua_date_packed_day (from))
      continue;
    value = rua_date_format (rua_date_packed_day (to), rua_date_packed_precision (to));
    report (v, row, field, RUA_ERROR_VALUE, value, "it ends before it begins", "correct one of the two dates");
  }
}

static gboolean
bounds_of (RuaField *field, double *low, double *high)
{
  const char *name = rua_field_get_name (field), *unit = rua_field_get_unit (field);

  *low = -G_MAXDOUBLE;
  *high = G_MAXDOUBLE;
  if (strcmp (name, "latitude") == 0) {
    *low = -90;
    *high = 90;
    return TRUE;
  }
  if (strcmp (name, "longitude") == 0) {
    *low = -180;
    *high = 180;
    return TRUE;
  }
  if (!unit)
    return FALSE;
  if (strcmp (unit, "month") == 0 && g_str_has_suffix (name, "_start")) {
    *low = 1;
    *high = 12;
    return TRUE;
  }
  /* Counted things and amounts of matter; money may well be negative. */
  if (strcmp (unit, "person") == 0 || strcmp (unit, "household") == 0 || strcmp (unit, "kg") == 0
      || strcmp (unit, "ha") == 0 || strcmp (unit, "mu") == 0) {
    *low = 0;
    return TRUE;
  }
  return FALSE;
}

static void
check_bounds (Validation *v, RuaColumn *column)
{
  RuaField *field = rua_column_get_field (column);
  gboolean whole = rua_field_get_field_type (field) == RUA_FIELD_TYPE_INTEGER;
  double low, high;

  if (!bounds_of (field, &low, &high))
    return;
  for (guint32 row = 0; row < rua_table_get_n_rows (v->table); row++) {
    g_autofree char *value = NULL, *message = NULL;
    double number = 0;
    gint64 integer = 0;

    if (!rua_table_is_alive (v->table, row))
      continue;
    if (whole ? !rua_column_read_integer (column, row, &integer) : !rua_column_read_number (column, row, &number))
      continue;
    if (whole)
      number = (double) integer;
    if (number >= low && number <= high)
      continue;
    value = g_strdup_printf ("%g", number);
    message = high == G_MAXDOUBLE ? g_strdup ("it cannot be less than nothing")
                                  : g_strdup_printf ("it lies between %g and %g", low, high);
    report (v, row, field, RUA_ERROR_VALUE, value, message, "correct the value, or leave it out when it is unknown");
  }
}

static void
check_clocks (RuaLog *log, RuaFaults *faults)
{
  for (guint i = 0; log && i < rua_log_get_n_stations (log); i++) {
    g_autofree char *message = rua_log_tell_days_ahead (log, rua_log_get_station_at (log, i, NULL, NULL, NULL));
    RuaFaultInfo info = { .code = RUA_ERROR_VALUE, .message = message, .mend = "what it makes from then on has the right time" };

    if (message)
      rua_faults_add (faults, &info);
  }
}

/**
 * rua_alliance_validate:
 * @self: an alliance
 *
 * Looks for what no single field can be refused for: required fields of one's own that are
 * unknown, periods that end before they begin, counts and amounts below nothing, coordinates off
 * the map. Where a log is kept, also for stations whose clocks are a day or more ahead of this machine's.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fault], empty when all is well
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_validate (RuaAlliance *self)
{
  g_autoptr (RuaFaults) faults = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  faults = rua_faults_new (NULL, G_MAXUINT);
  for (guint t = 0; t < rua_alliance_get_n_tables (self); t++) {
    Validation v = { rua_alliance_get_table_at (self, t), faults };
    RuaKind *kind = rua_table_get_kind (v.table);

    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);
      RuaColumn *column = rua_table_peek_column (v.table, i);

      if (rua_field_get_required (field))
        check_required (&v, column);
      if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_DATE)
        check_period (&v, column);
      if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_INTEGER
          || rua_field_get_field_type (field) == RUA_FIELD_TYPE_NUMBER)
        check_bounds (&v, column);
    }
  }
  check_clocks (rua_alliance_peek_log (self), faults);
  return rua_faults_to_model (faults);
}
