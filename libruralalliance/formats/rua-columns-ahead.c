/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-columns-file-private.h"

#include <sys/mman.h>
#include <unistd.h>

#include "rua-parallel.h"

/* A thread that has the disk bring pages while others look at those that are there, and while the head and the directory
 * are read: a disk that waits for nobody is what opening a file takes. */

#define STEP (2 * (guint64) (1 << 20))      /* bytes that are called at a time: one large page */
#define DISTANCE (32 * (guint64) (1 << 20)) /* no more are called than have been verified and so many */
#define LEAST (4 * (guint64) (1 << 20))     /* smaller files are there before a thread is */

struct _RuaColumnsAhead {
  const RuaColumnsFile *file;
  GThread *thread;
  GMutex mutex;
  GCond cond;
  guint64 verified; /* bytes */
  guint64 begun;    /* where those who verify are */
  gboolean ends;
};

gboolean
rua_columns_call_pages (const RuaColumnsFile *file, RuaColumnsPiece piece)
{
#ifdef MADV_POPULATE_READ
  gsize page = (gsize) sysconf (_SC_PAGESIZE), begin = ((gsize) file->data + piece.offset) / page * page;

  return madvise ((gpointer) begin, (gsize) file->data + piece.offset + piece.length - begin, MADV_POPULATE_READ) == 0;
#else
  return FALSE;
#endif
}

/* Where to go on; G_MAXUINT64: nowhere. */
static guint64
wait_for_turn (RuaColumnsAhead *self, guint64 from)
{
  g_mutex_lock (&self->mutex);
  while (!self->ends && MAX (from, self->begun) >= self->verified + DISTANCE)
    g_cond_wait (&self->cond, &self->mutex);
  from = self->ends ? G_MAXUINT64 : MAX (from, self->begun);
  g_mutex_unlock (&self->mutex);
  return from;
}

static gpointer
call_all (gpointer data)
{
  RuaColumnsAhead *self = data;
  guint64 size = self->file->size, from = wait_for_turn (self, 0);

  while (from < size
         && rua_columns_call_pages (self->file, (RuaColumnsPiece){ from, MIN (STEP, size - from) }))
    from = wait_for_turn (self, from + STEP);
  return NULL;
}

RuaColumnsAhead *
rua_columns_ahead_new (const RuaColumnsFile *file)
{
  RuaColumnsAhead *self;

  if (file->fd < 0 || file->size < LEAST || rua_get_n_threads () < 2)
    return NULL;
  self = g_new0 (RuaColumnsAhead, 1);
  self->file = file;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_try_new ("rua-ahead", call_all, self, NULL);
  return self;
}

void
rua_columns_ahead_follow (RuaColumnsAhead *self, guint64 from, guint64 verified)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->begun = MAX (self->begun, from);
  self->verified += verified;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
rua_columns_ahead_free (RuaColumnsAhead *self)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->ends = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
