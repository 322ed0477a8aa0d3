/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file is read from a copy in memory that nobody else can change, through connections that can do
 * nothing but read: whoever made the file may have meant us ill. SQLite never sees the file itself, nor
 * a journal beside it. */
#include "rua-sqlite-private.h"

#include <string.h>

#define HEADER 100
#define AT_PAGE_SIZE 16
#define AT_WRITE_VERSION 18
#define AT_READ_VERSION 19
#define AT_RESERVED 20
#define AT_ENCODING 56
#define AT_USER_VERSION 60
#define AT_APPLICATION 68
#define STEPS 4000 /* of SQLite's machine between two looks at the clock */

static guint32
big_endian (const guint8 *at)
{
  guint32 word;

  memcpy (&word, at, sizeof word);
  return GUINT32_FROM_BE (word);
}

/* What the first hundred bytes say, before SQLite is let near them. */
static gboolean
check_header (RuaSqliteCopy *self, GError **error)
{
  const guint8 *data = self->data;
  guint32 page, format;

  if (self->size < HEADER || memcmp (data, "SQLite format 3", 16) != 0)
    return rua_sqlite_damaged (self->name, error, "it does not begin as an SQLite file does");
  if (big_endian (data + AT_APPLICATION) != RUA_SQLITE_APPLICATION) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: is an SQLite file, but not that of an alliance; give one that libruralalliance wrote",
                 self->name);
    return FALSE;
  }
  format = big_endian (data + AT_USER_VERSION);
  if (format > RUA_SQLITE_FORMAT && format < 0x10000) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VERSION,
                 "%s: is of format %u, and this version of libruralalliance reads format %u; update it, or save the alliance as JSON where it was written",
                 self->name, format, RUA_SQLITE_FORMAT);
    return FALSE;
  }
  page = (guint32) data[AT_PAGE_SIZE] << 8 | data[AT_PAGE_SIZE + 1];
  page = page == 1 ? 65536 : page;
  if (format != RUA_SQLITE_FORMAT || page < 512 || (page & (page - 1)) != 0 || self->size % page != 0 || data[AT_RESERVED] != 0
      || big_endian (data + AT_ENCODING) != 1 || data[AT_WRITE_VERSION] > 2 || data[AT_READ_VERSION] > 2)
    return rua_sqlite_damaged (self->name, error, "its header is not one that libruralalliance writes");
  /* In memory there is no journal to look for. */
  self->data[AT_WRITE_VERSION] = self->data[AT_READ_VERSION] = 1;
  return TRUE;
}

static RuaSqliteCopy *
take (guint8 *data, gsize size, const char *name, GCancellable *cancellable, GError **error)
{
  RuaSqliteCopy *self = g_new0 (RuaSqliteCopy, 1);

  self->name = g_strdup (name);
  self->data = data;
  self->size = size;
  self->cancellable = cancellable;
  self->idle = g_async_queue_new ();
  if (!check_header (self, error))
    g_clear_pointer (&self, rua_sqlite_copy_free);
  return self;
}

RuaSqliteCopy *
rua_sqlite_copy_new (GBytes *content, const char *name, GCancellable *cancellable, GError **error)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (content, &size);
  guint8 *copy = g_try_malloc (MAX (size, 1));

  if (copy == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: is greater than the memory there is; give the process more", name);
    return NULL;
  }
  if (size > 0)
    memcpy (copy, data, size);
  return take (copy, size, name, cancellable, error);
}

RuaSqliteCopy *
rua_sqlite_copy_new_file (const RuaLocation *place, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) content = rua_location_read (place, cancellable, error);
  gpointer data;
  gsize size;

  if (content == NULL)
    return NULL;
  data = g_bytes_unref_to_data (g_steal_pointer (&content), &size);
  return take (data, size, place->name, cancellable, error);
}

void
rua_sqlite_copy_free (RuaSqliteCopy *self)
{
  sqlite3 *db;

  if (self == NULL)
    return;
  while ((db = g_async_queue_try_pop (self->idle)) != NULL)
    sqlite3_close (db);
  g_async_queue_unref (self->idle);
  g_free (self->data);
  g_free (self->name);
  g_free (self);
}

/* ---- connections ---- */

static int
look_round (gpointer data)
{
  RuaSqliteCopy *self = data;

  return g_cancellable_is_cancelled (self->cancellable) || (self->deadline > 0 && g_get_monotonic_time () > self->deadline);
}

/* Nothing but reading tables. */
static int
authorize (gpointer data, int action, const char *a, const char *b, const char *schema, const char *trigger)
{
  if (trigger != NULL)
    return SQLITE_DENY;
  if (action == SQLITE_SELECT || action == SQLITE_READ)
    return SQLITE_OK;
  if (action == SQLITE_FUNCTION)
    return g_strcmp0 (b, "min") == 0 || g_strcmp0 (b, "max") == 0 ? SQLITE_OK : SQLITE_DENY;
  return SQLITE_DENY;
}

static void
harden (sqlite3 *db)
{
  static const struct {
    int what, value;
  } limits[] = {
    { SQLITE_LIMIT_SQL_LENGTH, 1000000 }, { SQLITE_LIMIT_EXPR_DEPTH, 20 },   { SQLITE_LIMIT_COMPOUND_SELECT, 2 },
    { SQLITE_LIMIT_VDBE_OP, 100000 },     { SQLITE_LIMIT_FUNCTION_ARG, 4 },  { SQLITE_LIMIT_ATTACHED, 0 },
    { SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 10 }, { SQLITE_LIMIT_VARIABLE_NUMBER, 8 }, { SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
    { SQLITE_LIMIT_WORKER_THREADS, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    sqlite3_limit (db, limits[i].what, limits[i].value);
  sqlite3_db_config (db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
  sqlite3_db_config (db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
}

static sqlite3 *
connect (RuaSqliteCopy *self, GError **error)
{
  sqlite3 *db = NULL;
  int code = sqlite3_open_v2 (":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_deserialize (db, "main", self->data, (gint64) self->size, (gint64) self->size, SQLITE_DESERIALIZE_READONLY);
  if (code == SQLITE_OK) {
    sqlite3_progress_handler (db, STEPS, look_round, self);
    harden (db);
    code = sqlite3_exec (db, "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA query_only=ON; PRAGMA cache_size=-2000", NULL, NULL, NULL);
  }
  if (code == SQLITE_OK) {
    sqlite3_set_authorizer (db, authorize, NULL);
    return db;
  }
  rua_sqlite_fail (db, code, self->name, "opening it", self->cancellable, error);
  sqlite3_close (db);
  return NULL;
}

sqlite3 *
rua_sqlite_copy_borrow (RuaSqliteCopy *self, GError **error)
{
  sqlite3 *db = g_async_queue_try_pop (self->idle);

  return db != NULL ? db : connect (self, error);
}

void
rua_sqlite_copy_return (RuaSqliteCopy *self, sqlite3 *db)
{
  g_async_queue_push (self->idle, db);
}
