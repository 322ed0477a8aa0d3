/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-progress-private.h"

/**
 * RuaProgress:
 *
 * How far long work has come.
 *
 * Make one, connect to `notify::fraction`, and hand it to whatever takes long. The signal is
 * emitted in the main context that was the thread's default when the object was made, whichever
 * thread does the work. The fraction only grows, and is 1 after a success; a further call that is handed the same object
 * begins at 0.
 *
 * Since: 1.0
 */
struct _RuaProgress {
  GObject parent_instance;

  GMainContext *context;
  double fraction; /* of the context's thread */
  GMutex mutex;
  double told; /* the greatest of the call that is going on */
};

G_DEFINE_FINAL_TYPE (RuaProgress, rua_progress, G_TYPE_OBJECT)

enum { PROP_0, PROP_FRACTION, N_PROPS };

static GParamSpec *properties[N_PROPS];

static void
rua_progress_finalize (GObject *object)
{
  g_main_context_unref (RUA_PROGRESS (object)->context);
  g_mutex_clear (&RUA_PROGRESS (object)->mutex);
  G_OBJECT_CLASS (rua_progress_parent_class)->finalize (object);
}

static void
rua_progress_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_FRACTION)
    g_value_set_double (value, RUA_PROGRESS (object)->fraction);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
rua_progress_class_init (RuaProgressClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rua_progress_finalize;
  object_class->get_property = rua_progress_get_property;
  /**
   * RuaProgress:fraction:
   *
   * How much is done, from 0 to 1.
   *
   * Since: 1.0
   */
  properties[PROP_FRACTION] =
      g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_progress_init (RuaProgress *self)
{
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->mutex);
}

/**
 * rua_progress_new:
 *
 * Makes a progress that has not begun.
 *
 * Returns: (transfer full): a progress
 *
 * Since: 1.0
 */
RuaProgress *
rua_progress_new (void)
{
  return g_object_new (RUA_TYPE_PROGRESS, NULL);
}

/**
 * rua_progress_get_fraction:
 * @self: a progress
 *
 * Gets how much is done.
 *
 * Returns: a number from 0 to 1
 *
 * Since: 1.0
 */
double
rua_progress_get_fraction (RuaProgress *self)
{
  g_return_val_if_fail (RUA_IS_PROGRESS (self), 0);
  return self->fraction;
}

typedef struct {
  RuaProgress *progress;
  double fraction;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_object_unref (step->progress);
  g_free (step);
}

static gboolean
take_step (gpointer data)
{
  const Step *step = data;

  if (step->fraction != step->progress->fraction) {
    step->progress->fraction = step->fraction;
    g_object_notify_by_pspec (G_OBJECT (step->progress), properties[PROP_FRACTION]);
  }
  return G_SOURCE_REMOVE;
}

/* With the mutex: steps come in the order in which they are attached. */
static void
attach_step (RuaProgress *self, double fraction)
{
  GSource *source = g_idle_source_new ();
  Step *step = g_new (Step, 1);

  self->told = fraction;
  step->progress = g_object_ref (self);
  step->fraction = fraction;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, take_step, step, step_free);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

RuaProgress *
rua_progress_begin (RuaProgress *self)
{
  if (self == NULL)
    return NULL;
  g_mutex_lock (&self->mutex);
  if (self->told > 0)
    attach_step (self, 0);
  g_mutex_unlock (&self->mutex);
  return g_object_ref (self);
}

void
rua_progress_tell (RuaProgress *self, double fraction)
{
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  if (fraction > self->told)
    attach_step (self, MIN (fraction, 1));
  g_mutex_unlock (&self->mutex);
}
