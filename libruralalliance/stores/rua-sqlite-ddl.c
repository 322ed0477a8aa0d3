/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-sqlite-private.h"

#include <stdlib.h>
#include <string.h>

#include "rua-kinds-private.h"
#include "rua-schema-private.h"

/* The statements that make a file, and those that must be in one: a file is compared with them before
 * anything else is read. They follow from the schema alone, and for a file of an older library from what
 * its schema had. Lists of tokens are not in them, since a later schema may know more words. */

static const char *const own_tables[][2] = {
  { "rua_file", "\"key\" TEXT PRIMARY KEY NOT NULL, \"value\" TEXT NOT NULL) STRICT, WITHOUT ROWID" },
  { "rua_seals", "\"table_name\" TEXT PRIMARY KEY NOT NULL, \"n_rows\" INTEGER NOT NULL, \"hash\" TEXT NOT NULL) STRICT, WITHOUT ROWID" },
  { "rua_facts", "\"rua_row\" INTEGER PRIMARY KEY, \"station\" TEXT NOT NULL, \"sequence\" INTEGER NOT NULL, \"clock\" INTEGER NOT NULL,"
                 " \"kind\" TEXT NOT NULL, \"key\" TEXT NOT NULL, \"field\" TEXT NOT NULL, \"value\" TEXT, \"author\" TEXT, \"parents\" TEXT,"
                 " \"before\" TEXT, \"has_before\" INTEGER NOT NULL, \"erased\" INTEGER NOT NULL) STRICT" },
  { "rua_changes", "\"rua_row\" INTEGER PRIMARY KEY, \"station\" TEXT NOT NULL, \"first_sequence\" INTEGER NOT NULL, \"n_facts\" INTEGER NOT NULL,"
                   " \"clock\" INTEGER NOT NULL, \"author\" TEXT, \"title\" TEXT, \"origin\" TEXT, \"erased\" INTEGER NOT NULL) STRICT" },
};

int
rua_sqlite_compare_versions (const char *a, const char *b)
{
  /* As mostly. */
  if (g_str_equal (a, b))
    return 0;
  for (;;) {
    char *end_a, *end_b;
    guint64 x = g_ascii_strtoull (a, &end_a, 10), y = g_ascii_strtoull (b, &end_b, 10);

    if (x != y)
      return x < y ? -1 : 1;
    if (*end_a != '.' && *end_b != '.')
      return 0;
    a = *end_a == '.' ? end_a + 1 : end_a;
    b = *end_b == '.' ? end_b + 1 : end_b;
  }
}

static gboolean
is_in (const char *since, const char *version)
{
  return since == NULL || version == NULL || rua_sqlite_compare_versions (since, version) <= 0;
}

gboolean
rua_sqlite_has_kind (RuaKind *kind, const char *version)
{
  return is_in (rua_kind_get_since (kind), version);
}

gboolean
rua_sqlite_has_field (RuaField *field, const char *version)
{
  return is_in (rua_field_get_since (field), version);
}

char *
rua_sqlite_schema_version (RuaSchema *schema)
{
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (schema);
  const char *latest = "1.0";

  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    const char *since = rua_kind_get_since (kind);

    if (since != NULL && rua_sqlite_compare_versions (since, latest) > 0)
      latest = since;
    for (guint k = 0; k < rua_kind_get_n_fields (kind); k++) {
      since = rua_field_get_since (rua_kind_get_field (kind, k));
      if (since != NULL && rua_sqlite_compare_versions (since, latest) > 0)
        latest = since;
    }
  }
  return g_strdup (latest);
}

const char *
rua_sqlite_builtin_version (void)
{
  static const char *version;

  if (g_once_init_enter (&version)) {
    g_autoptr (RuaSchema) schema = rua_schema_new_from_info (rua_builtin_kinds, RUA_N_BUILTIN_KINDS);

    g_once_init_leave (&version, rua_sqlite_schema_version (schema));
  }
  return version;
}

gboolean
rua_sqlite_check_schema (RuaSchema *schema, const char *name, GError **error)
{
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (schema);

  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    const char *plural = rua_kind_get_plural (kind);

    if (g_str_has_prefix (plural, "rua_") || g_str_has_prefix (plural, "sqlite_")) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "%s: kind '%s': names that begin with rua_ or sqlite_ are the file's own; choose another, or keep the alliance as JSON",
                   name, plural);
      return FALSE;
    }
    /* SQLite has 2000 columns a table, three of which are the file's. */
    if (rua_kind_get_n_fields (kind) > 1900) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                   "%s: kind '%s': has %u fields, and an SQLite file keeps at most 1900; keep the alliance as JSON", name, plural,
                   rua_kind_get_n_fields (kind));
      return FALSE;
    }
    for (guint k = 0; k < rua_kind_get_n_fields (kind); k++) {
      const char *field = rua_field_get_name (rua_kind_get_field (kind, k));

      if (g_str_has_prefix (field, "rua_")) {
        g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                     "%s: field '%s' of %s: names that begin with rua_ are the file's own; choose another, or keep the alliance as JSON",
                     name, field, plural);
        return FALSE;
      }
    }
  }
  return TRUE;
}

/* Names are letters, digits, _ and ., so that nothing in them needs doubling. */
void
rua_sqlite_quote (GString *out, const char *name)
{
  g_string_append_c (out, '"');
  g_string_append (out, name);
  g_string_append_c (out, '"');
}

static const char *
type_word (RuaFieldType type)
{
  switch (rua_sqlite_type_of (type)) {
  case SQLITE_INTEGER:
    return "INTEGER";
  case SQLITE_FLOAT:
    return "REAL";
  default:
    return "TEXT";
  }
}

static void
statement_free (gpointer data)
{
  RuaSqliteStatement *statement = data;

  g_free (statement->name);
  g_free (statement->table);
  g_free (statement->sql);
  g_free (statement);
}

static void
add (GPtrArray *statements, gboolean is_index, const char *name, const char *table, char *sql)
{
  RuaSqliteStatement *statement = g_new0 (RuaSqliteStatement, 1);

  statement->is_index = is_index;
  statement->name = g_strdup (name);
  statement->table = g_strdup (table);
  statement->sql = sql;
  g_ptr_array_add (statements, statement);
}

/* The kind whose ids a column of references holds; NULL for none and for any. */
static RuaKind *
target_of (RuaSchema *schema, RuaField *field)
{
  const char *target = rua_field_get_target (field);

  if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_REFERENCE || g_strcmp0 (target, "*") == 0)
    return NULL;
  return rua_schema_find_kind (schema, target);
}

static void
add_table (GPtrArray *statements, RuaSchema *schema, RuaKind *kind, const char *version)
{
  GString *sql = g_string_new ("CREATE TABLE ");

  rua_sqlite_quote (sql, rua_kind_get_plural (kind));
  g_string_append (sql, " (\"rua_row\" INTEGER PRIMARY KEY, \"rua_key\" TEXT, \"rua_extra\" TEXT");
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    RuaKind *target = target_of (schema, field);

    if (!rua_sqlite_has_field (field, version))
      continue;
    g_string_append (sql, ", ");
    rua_sqlite_quote (sql, rua_field_get_name (field));
    g_string_append_c (sql, ' ');
    g_string_append (sql, type_word (rua_field_get_field_type (field)));
    if (rua_field_get_required (field))
      g_string_append (sql, " NOT NULL");
    if (target != NULL) {
      g_string_append (sql, " REFERENCES ");
      rua_sqlite_quote (sql, rua_kind_get_plural (target));
      g_string_append (sql, " (\"id\") DEFERRABLE INITIALLY DEFERRED");
    }
  }
  g_string_append (sql, ") STRICT");
  add (statements, FALSE, rua_kind_get_plural (kind), rua_kind_get_plural (kind), g_string_free (sql, FALSE));
}

static void
add_index (GPtrArray *statements, RuaKind *kind, const char *column, gboolean is_unique, gboolean known_only)
{
  const char *plural = rua_kind_get_plural (kind);
  g_autofree char *name = g_strdup_printf ("%s.%s", plural, column);
  g_autofree char *where = known_only ? g_strdup_printf (" WHERE \"%s\" IS NOT NULL", column) : g_strdup ("");

  add (statements, TRUE, name, plural,
       g_strdup_printf ("CREATE %sINDEX \"%s\" ON \"%s\" (\"%s\")%s", is_unique ? "UNIQUE " : "", name, plural, column, where));
}

/* Ids are unique, and whoever joins by a required reference finds its rows. */
static void
add_indexes (GPtrArray *statements, RuaSchema *schema, RuaKind *kind, const char *version, GHashTable *targets)
{
  RuaField *id = rua_kind_get_field (kind, 0);

  /* A declared reference leads to an index of all rows; where nothing leads, rows without id need none. */
  add_index (statements, kind, "id", TRUE, !rua_field_get_required (id) && !g_hash_table_contains (targets, rua_kind_get_name (kind)));
  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);

    if (rua_sqlite_has_field (field, version) && rua_field_get_required (field) && target_of (schema, field) != NULL)
      add_index (statements, kind, rua_field_get_name (field), FALSE, FALSE);
  }
}

GPtrArray *
rua_sqlite_list_own_statements (void)
{
  GPtrArray *statements = g_ptr_array_new_with_free_func (statement_free);

  for (guint i = 0; i < G_N_ELEMENTS (own_tables); i++)
    add (statements, FALSE, own_tables[i][0], own_tables[i][0],
         g_strdup_printf ("CREATE TABLE \"%s\" (%s", own_tables[i][0], own_tables[i][1]));
  return statements;
}

GPtrArray *
rua_sqlite_list_statements (RuaSchema *schema, const char *version)
{
  GPtrArray *statements = rua_sqlite_list_own_statements ();
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (schema);
  g_autoptr (GHashTable) targets = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = g_list_model_get_n_items (kinds);

  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);

    if (!rua_sqlite_has_kind (kind, version))
      continue;
    add_table (statements, schema, kind, version);
    for (guint k = 0; k < rua_kind_get_n_fields (kind); k++) {
      RuaField *field = rua_kind_get_field (kind, k);
      RuaKind *target = target_of (schema, field);

      if (target != NULL && rua_sqlite_has_field (field, version))
        g_hash_table_add (targets, (gpointer) rua_kind_get_name (target));
    }
  }
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);

    if (rua_sqlite_has_kind (kind, version))
      add_indexes (statements, schema, kind, version, targets);
  }
  return statements;
}
