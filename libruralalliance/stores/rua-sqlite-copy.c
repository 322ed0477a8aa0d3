/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file is read from a copy in memory that nobody else can change, through connections that can do
 * nothing but read: whoever made the file may have meant us ill. SQLite never sees the file itself, nor
 * a journal beside it. */
#include "rua-sqlite-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES (G_GUINT64_CONSTANT (64) << 30)
#define READ_SIZE (4u << 20)
#define LOCK_PATIENCE (10 * G_USEC_PER_SEC)
#define LOCK_PAUSE 5000 /* microseconds */

#define HEADER 100
#define AT_PAGE_SIZE 16
#define AT_WRITE_VERSION 18
#define AT_READ_VERSION 19
#define AT_RESERVED 20
#define AT_ENCODING 56
#define AT_USER_VERSION 60
#define AT_APPLICATION 68
#define CELLS_A_ROW 16 /* of the greatest length */
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
take (guint8 *data, gsize size, const char *name, const RuaLimitValues *limits, GCancellable *cancellable, GError **error)
{
  RuaSqliteCopy *self = g_new0 (RuaSqliteCopy, 1);

  self->name = g_strdup (name);
  self->data = data;
  self->size = size;
  self->cancellable = cancellable;
  self->limits = rua_limit_values_settle (limits);
  self->idle = g_async_queue_new ();
  if (!check_header (self, error))
    g_clear_pointer (&self, rua_sqlite_copy_free);
  return self;
}

RuaSqliteCopy *
rua_sqlite_copy_new (GBytes *content, const char *name, const RuaLimitValues *limits, GCancellable *cancellable, GError **error)
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
  return take (copy, size, name, limits, cancellable, error);
}

/* ---- a file ---- */

static gboolean
fail (const char *name, int code, const char *reason, const char *mend, GError **error)
{
  g_set_error (error, G_IO_ERROR, code, "%s: cannot be read: %s; %s", name, reason, mend);
  return FALSE;
}

static int
open_regular (const char *path, const char *name, struct stat *st, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

  if (fd < 0) {
    fail (name, (int) g_io_error_from_errno (errno), g_strerror (errno),
          errno == ELOOP ? "give the name of the file that the link leads to" : "check its name, or ask its owner for the right to read it", error);
    return -1;
  }
  if (fstat (fd, st) == 0 && S_ISREG (st->st_mode))
    return fd;
  fail (name, S_ISDIR (st->st_mode) ? G_IO_ERROR_IS_DIRECTORY : G_IO_ERROR_NOT_REGULAR_FILE, "it is no file", "give the name of a file", error);
  close (fd);
  return -1;
}

/* Whoever saves into it has it for himself. */
static gboolean
lock_shared (int fd, const char *name, GCancellable *cancellable, GError **error)
{
  gint64 until = g_get_monotonic_time () + LOCK_PATIENCE;

  while (flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (g_get_monotonic_time () > until)
      return fail (name, G_IO_ERROR_BUSY, "another program is saving it", "try again when it is done", error);
    g_usleep (LOCK_PAUSE);
  }
  return TRUE;
}

static guint8 *
read_all (int fd, const char *name, gsize *size, guint64 most, GCancellable *cancellable, GError **error)
{
  struct stat st;
  g_autofree guint8 *data = NULL;
  gsize done = 0;

  if (fstat (fd, &st) != 0 || (guint64) st.st_size > most || (data = g_try_malloc (MAX ((gsize) st.st_size, 1))) == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: has more bytes than it may, or than there is memory; allow it more", name);
    return NULL;
  }
  while (done < (gsize) st.st_size) {
    gssize got = pread (fd, data + done, MIN ((gsize) st.st_size - done, READ_SIZE), (off_t) done);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return NULL;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      fail (name, (int) g_io_error_from_errno (errno), g_strerror (errno), "try again, or take it from a copy", error);
      return NULL;
    }
    if (got == 0)
      break;
    done += (gsize) got;
  }
  *size = done;
  return g_steal_pointer (&data);
}

/* A journal of whoever owns the file, too; what is no whole journal changes nothing. */
static void
heed_journal (const char *path, const struct stat *owner, gboolean *is_there, guint8 **data, gsize *size, guint64 most, GCancellable *cancellable)
{
  g_autofree char *name = g_strconcat (path, "-wal", NULL);
  g_autofree guint8 *journal = NULL;
  struct stat st;
  int fd = open (name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
  gsize length;

  *is_there = fd >= 0;
  if (fd < 0)
    return;
  if (data != NULL && fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_uid == owner->st_uid
      && (journal = read_all (fd, path, &length, most, cancellable, NULL)) != NULL)
    rua_sqlite_apply_journal (data, size, journal, length);
  close (fd);
}

RuaSqliteCopy *
rua_sqlite_copy_new_file (const RuaStoreReading *reading, RuaSqliteJournal journal, GError **error)
{
  const RuaLocation *place = reading->place;
  gboolean is_strange = (reading->flags & RUA_STORE_STRANGER) != 0, has_journal = FALSE;
  /* Of a stranger's file not even a link is followed. */
  g_autofree char *path = is_strange ? g_strdup (place->path) : rua_sqlite_settle_path (place, error);
  guint64 most = reading->limits.bytes > 0 ? reading->limits.bytes : MOST_BYTES;
  RuaSqliteCopy *self = NULL;
  guint8 *data = NULL;
  struct stat st;
  gsize size;
  int fd;

  if (path == NULL || (fd = open_regular (path, place->name, &st, error)) < 0)
    return NULL;
  if (lock_shared (fd, place->name, reading->cancellable, error))
    data = read_all (fd, place->name, &size, most, reading->cancellable, error);
  if (data != NULL) {
    gboolean heeds = !is_strange && journal == RUA_SQLITE_JOURNAL_HEEDED;

    heed_journal (path, &st, &has_journal, heeds ? &data : NULL, &size, most, reading->cancellable);
    self = take (data, size, place->name, &reading->limits, reading->cancellable, error);
  }
  if (self != NULL) {
    self->has_journal = has_journal;
    self->origin = rua_sqlite_origin_new (path);
    if (!rua_sqlite_origin_note (self->origin, fd) || is_strange || (has_journal && journal == RUA_SQLITE_JOURNAL_IGNORED))
      self->origin->file.is_whole_only = TRUE;
  }
  close (fd);
  return self;
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
  g_clear_object (&self->origin);
  g_free (self->data);
  g_free (self->name);
  g_free (self);
}

/* ---- connections ---- */

static int
look_round (gpointer data)
{
  RuaSqliteCopy *self = data;

  return g_cancellable_is_cancelled (self->cancellable);
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
    /* Of a whole row; cells are looked at one by one. */
    sqlite3_limit (db, SQLITE_LIMIT_LENGTH, (int) MIN ((guint64) self->limits.cell * CELLS_A_ROW, G_MAXINT));
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
