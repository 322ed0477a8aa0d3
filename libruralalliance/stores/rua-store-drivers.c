/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ways to keep an alliance, told apart by content where there is any, by name where not. */
#include "rua-store-private.h"

#include <string.h>
#include <unistd.h>

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

/* ---- JSON ---- */

static gboolean
json_claims (const RuaLocation *place, GBytes *head)
{
  return place->type != RUA_LOCATION_ADDRESS;
}

static RuaAlliance *
json_open (const RuaLocation *place, GBytes *content, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GError) local = NULL;
  const char *name = place->type == RUA_LOCATION_STREAM ? "standard input" : place->name;
  RuaAlliance *alliance = rua_json_reader_read (content, &faults, name, progress, cancellable, &local);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else if (alliance == NULL)
    rua_faults_raise (faults, error);
  return alliance;
}

const RuaStoreDriver rua_store_json = { "a JSON document", json_claims, json_open, rua_alliance_to_json, NULL, NULL };

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

static RuaAlliance *
columns_open (const RuaLocation *place, GBytes *content, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  return rua_columns_read (content, -1, place->type == RUA_LOCATION_STREAM ? "standard input" : place->name, progress, cancellable, error);
}

static RuaAlliance *
columns_open_file (const RuaLocation *place, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  int fd;
  g_autoptr (GBytes) bytes = rua_location_map (place, &fd, error);
  RuaAlliance *alliance;

  if (bytes == NULL)
    return NULL;
  alliance = rua_columns_read (bytes, fd, place->name, progress, cancellable, error);
  close (fd);
  return alliance;
}

const RuaStoreDriver rua_store_columns = { "a columnar file", columns_claims, columns_open, NULL, columns_open_file, rua_columns_write };

/* ---- what is known, and refused by name ---- */

static gboolean
sqlite_claims (const RuaLocation *place, GBytes *head)
{
  return begins_with (head, "SQLite format 3", 16) || (head == NULL && is_named (place, ".rua"));
}

const RuaStoreDriver rua_store_sqlite = { "an SQLite file", sqlite_claims, NULL, NULL, NULL, NULL };

static gboolean
folder_claims (const RuaLocation *place, GBytes *head)
{
  return head == NULL && place->type == RUA_LOCATION_FILE &&
         (g_str_has_suffix (place->name, G_DIR_SEPARATOR_S) || g_file_test (place->path, G_FILE_TEST_IS_DIR));
}

const RuaStoreDriver rua_store_folder = { "a folder", folder_claims, NULL, NULL, NULL, NULL };

static gboolean
archive_claims (const RuaLocation *place, GBytes *head)
{
  return begins_with (head, "PK\003\004", 4) || begins_with (head, "\037\213", 2);
}

const RuaStoreDriver rua_store_archive = { "a compressed file or a spreadsheet", archive_claims, NULL, NULL, NULL, NULL };

static gboolean
postgresql_claims (const RuaLocation *place, GBytes *head)
{
  return place->type == RUA_LOCATION_ADDRESS &&
         (g_str_has_prefix (place->name, "postgresql://") || g_str_has_prefix (place->name, "postgres://"));
}

const RuaStoreDriver rua_store_postgresql = { "a PostgreSQL database", postgresql_claims, NULL, NULL, NULL, NULL };

static gboolean
address_claims (const RuaLocation *place, GBytes *head)
{
  return place->type == RUA_LOCATION_ADDRESS;
}

const RuaStoreDriver rua_store_address = { "an address on another machine", address_claims, NULL, NULL, NULL, NULL };
