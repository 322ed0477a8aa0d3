/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ways to keep an alliance, told apart by content where there is any, by name where not. */
#include "rua-store-private.h"

#include <string.h>
#include <unistd.h>

#include "rua-alliance-private.h"
#include "rua-columns-private.h"
#include "rua-json-reader-private.h"
#include "rua-alliance-json.h"

static gboolean
begins_with (GBytes *head, const char *magic, gsize length)
{
  gsize n;
  const char *data = head != NULL ? g_bytes_get_data (head, &n) : NULL;

  return data != NULL && n >= length && memcmp (data, magic, length) == 0;
}

static gboolean
is_named (const RuaLocation *place, const char *suffix)
{
  return place->type == RUA_LOCATION_FILE && g_str_has_suffix (place->path, suffix);
}

static const char *
name_of (const RuaLocation *place)
{
  return place->type == RUA_LOCATION_STREAM ? "standard input" : place->name;
}

/* ---- JSON ---- */

static gboolean
json_claims (const RuaLocation *place, GBytes *head)
{
  return place->type != RUA_LOCATION_ADDRESS;
}

static RuaAlliance *
json_open (const RuaStoreReading *reading, GBytes *content, GError **error)
{
  return rua_json_reader_read (content, reading->faults, name_of (reading->place), &reading->limits, reading->progress, reading->cancellable, error);
}

static GBytes *
json_to_bytes (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error)
{
  return rua_alliance_to_json (alliance, writing->cancellable, error);
}

const RuaStoreDriver rua_store_json = {
  .words = "a JSON document", .claims = json_claims, .open = json_open, .to_bytes = json_to_bytes,
};

/* ---- columns ---- */

static gboolean
columns_claims (const RuaLocation *place, GBytes *head)
{
  gsize n = 0;
  const char *data = head != NULL ? g_bytes_get_data (head, &n) : NULL;

  if (data == NULL)
    return is_named (place, ".ruac");
  /* One whose first bytes are damaged says so, and not that it is no JSON. */
  return rua_columns_is_one (data, n) || (is_named (place, ".ruac") && n > 0 && strchr ("{[ \t\r\n\xef", *data) == NULL);
}

static gboolean
is_text (RuaFieldType type)
{
  return type == RUA_FIELD_TYPE_TEXT || type == RUA_FIELD_TYPE_TEXTS || type == RUA_FIELD_TYPE_TEXT_LIST || type == RUA_FIELD_TYPE_JSON;
}

/* Texts are looked at only where somebody asks how long they are: that reads all of them. */
static gboolean
has_long_text (RuaTable *table, guint32 most)
{
  RuaKind *kind = rua_table_get_kind (table);

  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaColumn *column = rua_table_peek_column (table, i);
    gsize length;

    if (!is_text (rua_field_get_field_type (rua_kind_get_field (kind, i))))
      continue;
    for (guint32 code = 0; code < rua_column_get_n_codes (column); code++)
      if (rua_column_code_text (column, code, &length) != NULL && length > most)
        return TRUE;
  }
  return FALSE;
}

static gboolean
refuse_limit (const RuaStoreReading *reading, const char *what, guint64 limit, const char *name, GError **error)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: has more than %" G_GUINT64_FORMAT " %s, the limit; give a smaller file, or raise the limit of %s",
               name_of (reading->place), limit, what, name);
  return FALSE;
}

static gboolean
columns_are_within (const RuaStoreReading *reading, RuaAlliance *alliance, GError **error)
{
  const RuaLimitValues settled = rua_limit_values_settle (&reading->limits);

  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, i);

    if (rua_table_get_n_records (table) > settled.rows)
      return refuse_limit (reading, "records of one kind", settled.rows, "rows", error);
    if (rua_table_get_n_records (table) > 0 && rua_kind_get_n_fields (rua_table_get_kind (table)) > settled.columns)
      return refuse_limit (reading, "fields of one kind", settled.columns, "columns", error);
    if (reading->limits.cell > 0 && has_long_text (table, settled.cell))
      return refuse_limit (reading, "bytes in a value", settled.cell, "a cell", error);
    if (g_cancellable_set_error_if_cancelled (reading->cancellable, error))
      return FALSE;
  }
  return TRUE;
}

static RuaAlliance *
columns_read (const RuaStoreReading *reading, GBytes *bytes, int fd, GError **error)
{
  RuaAlliance *alliance = NULL;

  if (reading->limits.bytes > 0 && g_bytes_get_size (bytes) > reading->limits.bytes)
    refuse_limit (reading, "bytes", reading->limits.bytes, "bytes", error);
  else
    alliance = rua_columns_read (bytes, fd, name_of (reading->place), reading->progress, reading->cancellable, error);
  if (alliance != NULL && !columns_are_within (reading, alliance, error))
    g_clear_object (&alliance);
  return alliance;
}

static RuaAlliance *
columns_open (const RuaStoreReading *reading, GBytes *content, GError **error)
{
  return columns_read (reading, content, -1, error);
}

static RuaAlliance *
columns_open_file (const RuaStoreReading *reading, GError **error)
{
  int fd;
  g_autoptr (GBytes) bytes = rua_location_map (reading->place, &fd, error);
  RuaAlliance *alliance;

  if (bytes == NULL)
    return NULL;
  alliance = columns_read (reading, bytes, fd, error);
  close (fd);
  return alliance;
}

const RuaStoreDriver rua_store_columns = {
  .words = "a columnar file", .claims = columns_claims, .open = columns_open, .open_file = columns_open_file, .save = rua_columns_write,
};

/* ---- what is known, and refused by name ---- */

/* A folder by the name of a file is none that a package is made in, but may hold one. */
static gboolean
folder_claims (const RuaLocation *place, GBytes *head)
{
  g_autofree char *descriptor = NULL;

  if (head != NULL || place->type != RUA_LOCATION_FILE)
    return FALSE;
  if (g_str_has_suffix (place->name, G_DIR_SEPARATOR_S))
    return TRUE;
  if (!g_file_test (place->path, G_FILE_TEST_IS_DIR))
    return FALSE;
  descriptor = g_build_filename (place->path, "datapackage.json", NULL);
  return !(is_named (place, ".json") || is_named (place, ".ruac") || is_named (place, ".rua")) || g_file_test (descriptor, G_FILE_TEST_EXISTS);
}

const RuaStoreDriver rua_store_folder = {
  .words = "a Data Package folder", .claims = folder_claims, .open_file = rua_folder_open, .save_file = rua_folder_save,
};

static gboolean
archive_claims (const RuaLocation *place, GBytes *head)
{
  return begins_with (head, "PK\003\004", 4) || begins_with (head, "\037\213", 2);
}

const RuaStoreDriver rua_store_archive = { .words = "a compressed file or a spreadsheet", .claims = archive_claims };

/* A document may bear any name. */
static gboolean
csv_claims (const RuaLocation *place, GBytes *head)
{
  gsize n = 0;
  const char *data = head != NULL ? g_bytes_get_data (head, &n) : NULL;

  if (!is_named (place, ".csv") && !is_named (place, ".tsv"))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (strchr (" \t\r\n\xef\xbb\xbf", data[i]) == NULL)
      return data[i] != '{';
  return TRUE;
}

const RuaStoreDriver rua_store_csv = {
  .words = "one table, of CSV",
  .mend = "import its rows into one (ruralalliance import, rua_alliance_import_csv(), from_csv() in Python), or ",
  .claims = csv_claims,
};

static gboolean
postgresql_claims (const RuaLocation *place, GBytes *head)
{
  return place->type == RUA_LOCATION_ADDRESS &&
         (g_str_has_prefix (place->name, "postgresql://") || g_str_has_prefix (place->name, "postgres://"));
}

const RuaStoreDriver rua_store_postgresql = { .words = "a PostgreSQL database", .claims = postgresql_claims };

static gboolean
address_claims (const RuaLocation *place, GBytes *head)
{
  return place->type == RUA_LOCATION_ADDRESS;
}

const RuaStoreDriver rua_store_address = { .words = "an address on another machine", .claims = address_claims };
