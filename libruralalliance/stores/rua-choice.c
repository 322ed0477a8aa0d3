/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-part-private.h"

#include <string.h>

#include "rua-json-private.h"
#include "rua-table-core-private.h"

/* How the records of a part are chosen. */

static gboolean
refuse (const char *text, GError **error, RuaError code, const char *why)
{
  const char *value = strchr (text, '=');
  g_autofree char *told = value ? g_strndup (text, (gsize)(value - text)) : g_strdup (text);

  /* Behind the sign may stand who somebody is. */
  g_set_error (error, RUA_ERROR, code, "'%s%s': %s", told, value ? "=…" : "", why);
  return FALSE;
}

static gboolean
is_last (RuaColumn *column)
{
  switch (column->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_BOOLEAN:
    return TRUE;
  case RUA_FIELD_TYPE_REFERENCE:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return !column->any;
  default:
    return FALSE;
  }
}

/* village.province: places of fields, each in the table that the one before leads to. */
static gboolean
read_path (RuaChoice *self, char **names, const char *text, GError **error)
{
  RuaTable *table = self->table;

  for (guint i = 0; names[i]; i++) {
    gint field = rua_kind_find_index (table->kind, names[i]);
    RuaColumn *column;

    if (field < 0) {
      g_autofree char *why
        = g_strdup_printf ("%s has no field '%s'; 'ruralalliance schema' lists them",
                           rua_kind_get_name (table->kind), names[i]);

      return refuse (text, error, RUA_ERROR_UNKNOWN_NAME, why);
    }
    if (i == RUA_PART_MOST_STEPS)
      return refuse (text, error, RUA_ERROR_LIMIT,
                     "the path is too long; choose by a field that is nearer");
    column = rua_table_column (table, (guint)field);
    self->fields[self->n_fields++] = (guint)field;
    if (names[i + 1] && (column->type != RUA_FIELD_TYPE_REFERENCE || column->any)) {
      g_autofree char *why = g_strdup_printf (
        "the field '%s' leads to no records of one kind, so that no field can follow", names[i]);

      return refuse (text, error, RUA_ERROR_VALUE, why);
    }
    if (!names[i + 1] && !is_last (column))
      return refuse (text, error, RUA_ERROR_VALUE,
                     "by such a field nothing is chosen; take a text, a token, a whole number, a "
                     "truth, or a reference to one kind");
    if (names[i + 1])
      table = rua_column_get_target (column);
  }
  return TRUE;
}

static RuaColumn *
last_column (RuaChoice *self)
{
  RuaTable *table = self->table;

  for (guint i = 0; i + 1 < self->n_fields; i++)
    table = rua_column_get_target (rua_table_column (table, self->fields[i]));
  return rua_table_column (table, self->fields[self->n_fields - 1]);
}

static gboolean
read_value (RuaChoice *self, const char *text, GError **error)
{
  RuaColumn *column = last_column (self);
  g_autoptr (GString) json = g_string_new (NULL);

  switch (column->type) {
  case RUA_FIELD_TYPE_INTEGER:
    if (!rua_integer_parse (self->value, strlen (self->value), &self->number))
      return refuse (text, error, RUA_ERROR_VALUE,
                     "the field is a whole number; write one behind the sign");
    g_string_printf (json, "%" G_GINT64_FORMAT, self->number);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    self->number = strcmp (self->value, "true") == 0;
    if (!self->number && strcmp (self->value, "false") != 0)
      return refuse (text, error, RUA_ERROR_VALUE, "the field is a truth; write true or false");
    g_string_assign (json, self->value);
    break;
  default:
    rua_json_append_string (json, self->value, strlen (self->value));
  }
  self->json = g_string_free (g_steal_pointer (&json), FALSE);
  return TRUE;
}

RuaChoice *
rua_choice_new (RuaAlliance *alliance, const char *text, GError **error)
{
  const char *sign = strchr (text, '=');
  g_autofree char *path = sign ? g_strndup (text, (gsize)(sign - text)) : g_strdup (text);
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  RuaTable *table = names[0] && *names[0] ? rua_alliance_get_table (alliance, names[0]) : NULL;
  RuaChoice *self;
  gboolean good = TRUE;

  if (!table) {
    refuse (
      text, error, RUA_ERROR_UNKNOWN_NAME,
      "there is no such kind; write KIND, KIND=ID or KIND.FIELD=VALUE, as household.village=gaopo");
    return NULL;
  }
  if (!sign && names[1]) {
    refuse (text, error, RUA_ERROR_SYNTAX, "no value follows the field; write KIND.FIELD=VALUE");
    return NULL;
  }
  if (sign && !g_utf8_validate (sign + 1, -1, NULL)) {
    refuse (text, error, RUA_ERROR_VALUE, "the value is not UTF-8");
    return NULL;
  }
  self = g_new0 (RuaChoice, 1);
  self->table = table;
  self->is_whole = !sign;
  self->value = sign ? g_strdup (sign + 1) : NULL;
  if (sign && names[1])
    good = read_path (self, names + 1, text, error);
  else if (sign)
    self->fields[self->n_fields++] = 0;
  if (!good || (sign && !read_value (self, text, error)))
    g_clear_pointer (&self, rua_choice_free);
  return self;
}

void
rua_choice_free (RuaChoice *self)
{
  g_free (self->value);
  g_free (self->json);
  g_free (self);
}

gboolean
rua_choice_check_there (RuaChoice *self, const char *text, GError **error)
{
  RuaColumn *column = self->is_whole ? NULL : last_column (self);
  RuaTable *target = NULL;

  if (column && self->n_fields == 1 && self->fields[0] == 0)
    target = self->table;
  else if (column
           && (column->type == RUA_FIELD_TYPE_REFERENCE
               || column->type == RUA_FIELD_TYPE_REFERENCE_LIST))
    target = rua_column_get_target (column);
  if (target && rua_table_find_row (target, self->value, -1) == RUA_NO_ROW) {
    g_autofree char *why
      = g_strdup_printf ("there is no %s of this id; give one that is there, or add it first",
                         rua_kind_get_name (target->kind));

    return refuse (text, error, RUA_ERROR_REFERENCE, why);
  }
  return TRUE;
}

/* ---- who meets it ---- */

static gboolean
is_target (RuaChoice *self, RuaTable *table, guint32 row)
{
  const char *id = rua_column_read_text (rua_table_column (table, 0), row, NULL);

  return id && strcmp (id, self->value) == 0;
}

static gboolean
has_text (RuaChoice *self, RuaColumn *column, guint32 row)
{
  gsize length, offset = 0;
  const char *packed = rua_column_read_text (column, row, &length);

  while (packed && offset < length) {
    if (strcmp (packed + offset, self->value) == 0)
      return TRUE;
    offset += strlen (packed + offset) + 1;
  }
  return FALSE;
}

static gboolean
meets (RuaChoice *self, RuaTable *table, guint32 row, guint step)
{
  RuaColumn *column = rua_table_column (table, self->fields[step]);
  const char *text;
  RuaTable *target;
  guint32 to;
  gint64 number;
  gboolean truth;

  if (step + 1 < self->n_fields)
    return rua_column_read_reference (column, row, &target, &to)
           && meets (self, target, to, step + 1);
  switch (column->type) {
  case RUA_FIELD_TYPE_INTEGER:
    return rua_column_read_integer (column, row, &number) && number == self->number;
  case RUA_FIELD_TYPE_BOOLEAN:
    return rua_column_read_boolean (column, row, &truth) && truth == (self->number != 0);
  case RUA_FIELD_TYPE_REFERENCE:
    return rua_column_read_reference (column, row, &target, &to) && is_target (self, target, to);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    for (guint i = 0; i < rua_column_get_n_references (column, row); i++)
      if (rua_column_read_reference_at (column, row, i, &target, &to)
          && is_target (self, target, to))
        return TRUE;
    return FALSE;
  case RUA_FIELD_TYPE_TEXT_LIST:
    return has_text (self, column, row);
  default:
    text = rua_column_read_text (column, row, NULL);
    return text && strcmp (text, self->value) == 0;
  }
}

gboolean
rua_choice_meets_row (RuaChoice *self, guint32 row)
{
  return self->is_whole || meets (self, self->table, row, 0);
}

typedef struct {
  RuaChoice *choice;
  RuaLedger *ledger;
  gboolean is_met;
} Told;

static gboolean
meets_target (gpointer data, RuaTable *table, const char *key, gsize length)
{
  Told *told = data;
  guint32 row = table ? rua_row_keys_find (told->ledger->keys, table, key, length) : RUA_NO_ROW;

  told->is_met = row != RUA_NO_ROW && meets (told->choice, table, row, 1);
  return !told->is_met;
}

gboolean
rua_choice_meets_value (RuaChoice *self, RuaLedger *ledger, const char *json, gsize length)
{
  Told told = { self, ledger, FALSE };

  if (self->is_whole)
    return TRUE;
  if (self->n_fields == 1)
    /* In a list: a quote inside of a text would have a backslash before it. */
    return *json == '[' ? g_strstr_len (json, (gssize)length, self->json) != NULL
                        : strlen (self->json) == length && memcmp (json, self->json, length) == 0;
  rua_cell_each_target (rua_table_column (self->table, self->fields[0]), json, length, meets_target,
                        &told);
  return told.is_met;
}
