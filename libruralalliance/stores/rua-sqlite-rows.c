/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A table's rows as an SQL statement and as a hash takes them. */
#include "rua-sqlite-private.h"

#include <string.h>

GArray *
rua_sqlite_list_sources (RuaTable *table, gboolean all)
{
  GArray *sources = g_array_new (FALSE, FALSE, sizeof (RuaSqliteSource));
  RuaSqliteSource source;

  g_array_set_clear_func (sources, (GDestroyNotify) rua_sqlite_source_clear);
  for (guint i = 0; i < table->columns->len; i++) {
    RuaColumn *column = rua_table_column (table, i);

    if (all || rua_column_get_n_known (column) > 0) {
      rua_sqlite_source_init (&source, column, rua_field_get_name (column->field));
      g_array_append_val (sources, source);
    }
  }
  if (all || rua_column_get_n_known (table->extra) > 0) {
    rua_sqlite_source_init (&source, table->extra, "rua_extra");
    g_array_append_val (sources, source);
  }
  return sources;
}

char *
rua_sqlite_insert_sql (RuaTable *table, GArray *sources)
{
  GString *sql = g_string_new ("INSERT INTO "), *marks = g_string_new ("?");

  rua_sqlite_quote (sql, rua_kind_get_plural (rua_table_get_kind (table)));
  g_string_append (sql, " (\"rua_row\"");
  for (guint i = 0; i < sources->len; i++) {
    RuaColumn *column = g_array_index (sources, RuaSqliteSource, i).column;

    g_string_append (sql, ", ");
    rua_sqlite_quote (sql, column == table->extra ? "rua_extra" : rua_field_get_name (column->field));
    g_string_append (marks, ", ?");
  }
  g_string_append_printf (sql, ", \"rua_key\") VALUES (%s, ?)", marks->str);
  g_string_free (marks, TRUE);
  return g_string_free (sql, FALSE);
}

int
rua_sqlite_bind (sqlite3_stmt *statement, int at, const RuaSqliteCell *cell)
{
  switch (cell->type) {
  case SQLITE_INTEGER:
    return sqlite3_bind_int64 (statement, at, cell->integer);
  case SQLITE_FLOAT:
    return sqlite3_bind_double (statement, at, cell->real);
  case SQLITE_TEXT:
    return sqlite3_bind_text64 (statement, at, cell->text, cell->length, SQLITE_STATIC, SQLITE_UTF8);
  default:
    return sqlite3_bind_null (statement, at);
  }
}

void
rua_sqlite_hash_row (GByteArray *bytes, GArray *sources, guint32 row, gint64 number, const char *key)
{
  RuaSqliteCell cell;

  rua_sqlite_hash_begin (bytes, number);
  for (guint i = 0; i < sources->len; i++) {
    RuaSqliteSource *source = &g_array_index (sources, RuaSqliteSource, i);

    if (rua_sqlite_source_read (source, row, &cell))
      rua_sqlite_hash_cell (bytes, source->tag, &cell);
  }
  rua_sqlite_hash_key (bytes, key);
}

/* A record of the baseline is called by its place, which its number keeps. */
char *
rua_sqlite_dup_key (RuaAlliance *alliance, RuaTable *table, guint32 row, gint64 number)
{
  g_autofree char *key = NULL;
  char place[32];

  if (rua_column_is_known (rua_table_column (table, 0), row))
    return rua_alliance_is_row_unmade (alliance, table, row) ? g_strdup (RUA_ROW_KEY_UNMADE) : NULL;
  if ((key = rua_alliance_dup_row_key (alliance, table, row)) == NULL)
    return NULL;
  g_snprintf (place, sizeof place, "~%" G_GINT64_FORMAT, number - RUA_SQLITE_FIRST_ROW);
  return strcmp (key, place) != 0 ? g_steal_pointer (&key) : NULL;
}

void
rua_sqlite_hash_key (GByteArray *bytes, const char *key)
{
  RuaSqliteCell cell = { .type = SQLITE_TEXT, .text = key };

  if (key == NULL)
    return;
  cell.length = strlen (key);
  rua_sqlite_hash_cell (bytes, rua_sqlite_tag ("rua_key"), &cell);
}

int
rua_sqlite_bind_key (sqlite3_stmt *statement, int at, const char *key)
{
  return key != NULL ? sqlite3_bind_text (statement, at, key, -1, SQLITE_STATIC) : sqlite3_bind_null (statement, at);
}
