/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../fault-case.h"
#include "fuzz-place.h"

#include <sqlite3.h>
#include <string.h>

/* An SQLite file from a stranger. Behind 'r' its bytes; behind 'p' places and bytes to be put into a file of ours; behind
 * anything else SQL that is run on one. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static guint8 *ours;
static gsize ours_length;

static void
make_ours (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = fault_alliance (1, 5);
  g_autofree char *path = g_build_filename (fuzz_place_empty (), "ours.rua", NULL);

  if (!rua_alliance_save (alliance, path, RUA_SAVE_NONE, NULL, &error)
      || !g_file_get_contents (path, (char **) &ours, &ours_length, &error))
    g_error ("%s", error->message);
}

/* No other file, and no extension. */
static int
authorize (void *data, int action, const char *a, const char *b, const char *c, const char *d)
{
  return action == SQLITE_ATTACH || action == SQLITE_DETACH ? SQLITE_DENY : SQLITE_OK;
}

static int
stop (void *data)
{
  return 1;
}

static guint8 *
run_sql (const char *sql, gsize *length)
{
  sqlite3 *db;
  sqlite3_int64 size = 0;
  guint8 *copy = sqlite3_malloc64 (ours_length), *out = NULL;
  unsigned char *image;

  memcpy (copy, ours, ours_length);
  if (sqlite3_open_v2 (":memory:", &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK
      || sqlite3_deserialize (db, "main", copy, (sqlite3_int64) ours_length, (sqlite3_int64) ours_length,
                              SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE) != SQLITE_OK)
    g_error ("no file of ours");
  sqlite3_limit (db, SQLITE_LIMIT_LENGTH, 100000);
  sqlite3_set_authorizer (db, authorize, NULL);
  sqlite3_progress_handler (db, 100000, stop, NULL);
  sqlite3_exec (db, sql, NULL, NULL, NULL);
  sqlite3_progress_handler (db, 0, NULL, NULL);
  image = sqlite3_serialize (db, "main", &size, 0);
  out = g_memdup2 (image, (gsize) size);
  *length = (gsize) size;
  sqlite3_free (image);
  sqlite3_close (db);
  return out;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *file = NULL;
  g_autofree char *path = NULL, *sql = NULL;
  gsize length = 0;

  if (size == 0)
    return 0;
  if (ours == NULL)
    make_ours ();
  if (data[0] == 'r') {
    file = g_memdup2 (data + 1, size - 1);
    length = size - 1;
  } else if (data[0] == 'p') {
    file = g_memdup2 (ours, ours_length);
    length = ours_length;
    for (gsize i = 1; i + 3 < size; i += 4)
      file[(data[i] | data[i + 1] << 8 | data[i + 2] << 16) % length] = data[i + 3];
  } else {
    sql = g_strndup ((const char *) data, size);
    file = run_sql (sql, &length);
  }
  path = g_build_filename (fuzz_place_empty (), "a.rua", NULL);
  g_file_set_contents_full (path, (const char *) file, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
  fuzz_place_open (path);
  return 0;
}
