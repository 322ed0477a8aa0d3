/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is remembered of the file that an alliance was opened from or saved to last: which file it was,
 * and a snapshot of what it holds, so that the next save need write only what is different now. A
 * snapshot shares its values with the alliance, and costs what is changed after it. */
#include "rua-sqlite-private.h"

#include <sys/stat.h>

G_DEFINE_FINAL_TYPE (RuaSqliteOrigin, rua_sqlite_origin, G_TYPE_OBJECT)

static void
rows_free (gpointer data)
{
  RuaSqliteRows *rows = data;

  g_free (rows->name);
  g_free (rows->numbers);
  g_clear_pointer (&rows->keys, g_hash_table_unref);
  g_free (rows);
}

static void
rua_sqlite_origin_finalize (GObject *object)
{
  RuaSqliteOrigin *self = RUA_SQLITE_ORIGIN (object);

  g_mutex_clear (&self->mutex);
  g_free (self->file.path);
  g_clear_object (&self->file.base);
  g_ptr_array_unref (self->file.tables);
  rua_sqlite_origin_set_log (self, NULL, NULL);

  G_OBJECT_CLASS (rua_sqlite_origin_parent_class)->finalize (object);
}

static void
rua_sqlite_origin_class_init (RuaSqliteOriginClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_sqlite_origin_finalize;
}

static void
rua_sqlite_origin_init (RuaSqliteOrigin *self)
{
  g_mutex_init (&self->mutex);
  self->file.tables = g_ptr_array_new_with_free_func (rows_free);
}

RuaSqliteOrigin *
rua_sqlite_origin_new (const char *path)
{
  RuaSqliteOrigin *self = g_object_new (RUA_TYPE_SQLITE_ORIGIN, NULL);

  self->file.path = g_strdup (path);
  return self;
}

RuaSqliteRows *
rua_sqlite_origin_add (RuaSqliteOrigin *self, const char *name)
{
  RuaSqliteRows *rows = g_new0 (RuaSqliteRows, 1);

  rows->name = g_strdup (name);
  rows->next = RUA_SQLITE_FIRST_ROW;
  g_ptr_array_add (self->file.tables, rows);
  return rows;
}

const char *
rua_sqlite_rows_get_key (const RuaSqliteRows *self, guint32 row)
{
  return self->keys != NULL ? g_hash_table_lookup (self->keys, GUINT_TO_POINTER (row)) : NULL;
}

void
rua_sqlite_rows_set_key (RuaSqliteRows *self, guint32 row, const char *key)
{
  if (key != NULL && self->keys == NULL)
    self->keys = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (key != NULL)
    g_hash_table_insert (self->keys, GUINT_TO_POINTER (row), g_strdup (key));
  else if (self->keys != NULL)
    g_hash_table_remove (self->keys, GUINT_TO_POINTER (row));
}

gboolean
rua_sqlite_origin_note (RuaSqliteOrigin *self, int fd)
{
  struct stat st;

  if (fstat (fd, &st) != 0)
    return FALSE;
  self->file.device = (guint64) st.st_dev;
  self->file.inode = (guint64) st.st_ino;
  self->file.size = (guint64) st.st_size;
  self->file.changed = (gint64) st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
  return TRUE;
}

gboolean
rua_sqlite_origin_matches (RuaSqliteOrigin *self, int fd)
{
  struct stat st;

  return fstat (fd, &st) == 0 && self->file.device == (guint64) st.st_dev && self->file.inode == (guint64) st.st_ino && self->file.size == (guint64) st.st_size
         && self->file.changed == (gint64) st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
}

void
rua_sqlite_origin_set_base (RuaSqliteOrigin *self, RuaAlliance *alliance)
{
  g_clear_object (&self->file.base);
  self->file.base = rua_alliance_snapshot (alliance);
  /* Which would hold us in turn. */
  rua_alliance_set_origin (self->file.base, NULL);
}

void
rua_sqlite_origin_set_log (RuaSqliteOrigin *self, const char *lineage, const char *station)
{
  g_free (self->file.lineage);
  g_free (self->file.station);
  self->file.lineage = g_strdup (lineage);
  self->file.station = g_strdup (station);
}

/* What is told of the file; mutexes stay where they are. */
void
rua_sqlite_origin_swap (RuaSqliteOrigin *self, RuaSqliteOrigin *other)
{
  RuaSqliteFile file = self->file;

  self->file = other->file;
  other->file = file;
}
