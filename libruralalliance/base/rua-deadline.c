/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time that runs out is a thread that cancels: whatever can be cancelled then keeps a deadline. */
#include "rua-limits-private.h"

struct _RuaDeadline {
  GCancellable *cancellable;
  GCancellable *callers;
  gulong follows;
  GThread *thread;
  GMutex mutex;
  GCond cond;
  gint64 until;
  double seconds;
  gboolean is_over; /* the work */
  gboolean has_passed;
};

static gpointer
wait (gpointer data)
{
  RuaDeadline *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->is_over && !self->has_passed)
    if (!g_cond_wait_until (&self->cond, &self->mutex, self->until))
      self->has_passed = !self->is_over;
  g_mutex_unlock (&self->mutex);
  if (self->has_passed)
    g_cancellable_cancel (self->cancellable);
  return NULL;
}

static void
follow (GCancellable *callers, gpointer data)
{
  g_cancellable_cancel (data);
}

RuaDeadline *
rua_deadline_new (double seconds, GCancellable *cancellable)
{
  RuaDeadline *self;

  if (!(seconds > 0))
    return NULL;
  self = g_new0 (RuaDeadline, 1);
  self->cancellable = g_cancellable_new ();
  self->seconds = seconds;
  self->until = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  if (cancellable != NULL) {
    self->callers = g_object_ref (cancellable);
    self->follows = g_cancellable_connect (cancellable, G_CALLBACK (follow), g_object_ref (self->cancellable), g_object_unref);
  }
  self->thread = g_thread_new ("rua-deadline", wait, self);
  return self;
}

GCancellable *
rua_deadline_get_cancellable (RuaDeadline *self, GCancellable *cancellable)
{
  return self != NULL ? self->cancellable : cancellable;
}

void
rua_deadline_end (RuaDeadline *self, const char *place, GError **error)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->is_over = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);
  if (self->has_passed && error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
      !g_cancellable_is_cancelled (self->callers)) {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_clear_error (error);
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT, "%s: reading it takes longer than %s seconds, the limit; raise the limit, or give a smaller file",
                 place, g_ascii_dtostr (buffer, sizeof buffer, self->seconds));
  }
  if (self->follows != 0)
    g_cancellable_disconnect (self->callers, self->follows);
  g_clear_object (&self->callers);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
