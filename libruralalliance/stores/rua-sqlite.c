/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all that deals with SQLite shares, and the driver. */
#include "rua-sqlite-private.h"

#include <string.h>

gboolean
rua_sqlite_damaged (const char *name, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "%s: is damaged, or was written by something else: %s; take it from a copy, or have it sent again", name, what);
  return FALSE;
}

/* SQLite's own words may quote what stands in the file, so they are told only where they cannot. */
gboolean
rua_sqlite_fail (sqlite3 *db, int code, const char *name, const char *doing, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  switch (code & 0xff) {
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
  case SQLITE_FORMAT:
  case SQLITE_ERROR:
    return rua_sqlite_damaged (name, error, "%s failed (%s)", doing, sqlite3_errstr (code));
  case SQLITE_INTERRUPT:
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: %s took longer than it may; allow it more time", name, doing);
    return FALSE;
  case SQLITE_TOOBIG:
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: %s: a value is longer than it may be; allow it more, or split it",
                 name, doing);
    return FALSE;
  case SQLITE_FULL:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "%s: cannot be saved: there is no room left; make room, or save it elsewhere; nothing was changed",
                 name);
    return FALSE;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY, "%s: %s: another program is writing it; try again when it is done", name, doing);
    return FALSE;
  case SQLITE_READONLY:
  case SQLITE_PERM:
  case SQLITE_CANTOPEN:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s: %s failed: %s; save it elsewhere, or ask for the right to write there", name,
                 doing, sqlite3_errstr (code));
    return FALSE;
  default:
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s failed: %s; try again, or use another disk", name, doing,
                 sqlite3_errstr (db != NULL ? sqlite3_extended_errcode (db) : code));
    return FALSE;
  }
}

gboolean
rua_sqlite_run (sqlite3 *db, const char *name, const char *sql, GError **error)
{
  int code = sqlite3_exec (db, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || rua_sqlite_fail (db, code, name, "setting it up", NULL, error);
}

/* A journal beside the file is heeded where what comes out is whole: the last save may stand in nothing
 * else. Where it is not, the journal is none of this file's. */
RuaAlliance *
rua_sqlite_open (const RuaStoreReading *reading, GError **error)
{
  g_autoptr (RuaSqliteCopy) copy = rua_sqlite_copy_new_file (reading, RUA_SQLITE_JOURNAL_HEEDED, error);
  g_autoptr (RuaSqliteCopy) alone = NULL;
  g_autoptr (GError) local = NULL;
  RuaAlliance *alliance;

  if (copy == NULL)
    return NULL;
  alliance = rua_sqlite_read (copy, reading->progress, &local);
  if (alliance == NULL && copy->has_journal && !(reading->flags & RUA_STORE_STRANGER) && !g_cancellable_is_cancelled (reading->cancellable)) {
    alone = rua_sqlite_copy_new_file (reading, RUA_SQLITE_JOURNAL_IGNORED, NULL);
    alliance = alone != NULL ? rua_sqlite_read (alone, reading->progress, NULL) : NULL;
  }
  if (alliance == NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return alliance;
}

/* ---- the driver ---- */

static gboolean
claims (const RuaLocation *place, GBytes *head)
{
  gsize n = 0;
  const char *data = head != NULL ? g_bytes_get_data (head, &n) : NULL;

  if (data == NULL)
    return place->type == RUA_LOCATION_FILE && g_str_has_suffix (place->path, ".rua");
  return n >= 16 && memcmp (data, "SQLite format 3", 16) == 0;
}

static RuaAlliance *
open_bytes (const RuaStoreReading *reading, GBytes *content, GError **error)
{
  const RuaLocation *place = reading->place;
  const char *name = place->type == RUA_LOCATION_STREAM ? "standard input" : place->name;
  g_autoptr (RuaSqliteCopy) copy = rua_sqlite_copy_new (content, name, &reading->limits, reading->cancellable, error);

  return copy != NULL ? rua_sqlite_read (copy, reading->progress, error) : NULL;
}

static gboolean
save_file (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error)
{
  return rua_sqlite_save (alliance, writing, error);
}

static void
saved (RuaAlliance *alliance, RuaAlliance *snapshot, const RuaLocation *place)
{
  rua_alliance_set_origin (alliance, rua_alliance_get_origin (snapshot));
}

/* With a log of its own, of the same facts and changes. */
static RuaAlliance *
dup_for_thread (RuaAlliance *alliance)
{
  RuaLog *log = rua_alliance_peek_log (alliance);
  RuaAlliance *copy;

  if (log == NULL)
    return rua_alliance_snapshot (alliance);
  copy = rua_alliance_copy_with_log (alliance, rua_sqlite_log_copy (log));
  rua_alliance_freeze (copy);
  return copy;
}

const RuaStoreDriver rua_store_sqlite = {
  .words = "an SQLite file",
  .features = RUA_STORE_FEATURE_INCREMENTAL | RUA_STORE_FEATURE_LOG,
  .claims = claims,
  .open = open_bytes,
  .open_file = rua_sqlite_open,
  .save_file = save_file,
  .saved = saved,
  .dup_for_thread = dup_for_thread,
  .list_changes = rua_sqlite_list_changes,
  .dup_mark = rua_sqlite_dup_mark,
};
