/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-fact-private.h"

/**
 * RuaChange:
 *
 * The facts of one commit: what was done, by whom, where and when.
 *
 * Since: 1.0
 */
struct _RuaChange {
  GObject parent_instance;

  char *station;
  gint64 first_sequence;
  gint64 n_facts;
  gint64 clock;
  char *title;
  char *author;
  char *origin;
  GListStore *facts;
};

G_DEFINE_FINAL_TYPE (RuaChange, rua_change, G_TYPE_OBJECT)

static void
rua_change_finalize (GObject *object)
{
  RuaChange *self = RUA_CHANGE (object);

  g_free (self->station);
  g_free (self->title);
  g_free (self->author);
  g_free (self->origin);
  g_object_unref (self->facts);
  G_OBJECT_CLASS (rua_change_parent_class)->finalize (object);
}

static void
rua_change_class_init (RuaChangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_change_finalize;
}

static void
rua_change_init (RuaChange *self)
{
}

RuaChange *
rua_change_new (RuaLog *log, guint change)
{
  RuaChange *self = g_object_new (RUA_TYPE_CHANGE, NULL);
  RuaChangeData data;

  rua_log_get_change (log, change, &data);
  self->station = g_strdup (data.station);
  self->first_sequence = data.first_sequence;
  self->n_facts = data.n_facts;
  self->clock = data.clock;
  self->title = g_strdup (data.title);
  self->author = g_strdup (data.author);
  self->origin = g_strdup (data.origin);
  self->facts = g_list_store_new (RUA_TYPE_FACT);
  for (gint64 i = 0; i < data.n_facts; i++) {
    guint index = rua_log_find_fact (log, self->station, self->first_sequence + i);
    g_autoptr (RuaFact) fact = NULL;

    /* One that claims many may have few. */
    if (index == RUA_NO_FACT) {
      if (self->first_sequence + i >= rua_log_get_next_sequence (log, self->station))
        break;
      continue;
    }
    fact = rua_fact_new (log, index);
    g_list_store_append (self->facts, fact);
  }
  return self;
}

/**
 * rua_change_get_station:
 * @self: a change
 *
 * Gets the station at which it was made.
 *
 * Returns: (transfer none): the name of an enrolled copy
 *
 * Since: 1.0
 */
const char *
rua_change_get_station (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return self->station;
}

/**
 * rua_change_get_first_sequence:
 * @self: a change
 *
 * Gets the first of its facts; its name is the station and this number.
 *
 * Returns: the number, from 1
 *
 * Since: 1.0
 */
gint64
rua_change_get_first_sequence (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), 0);
  return self->first_sequence;
}

/**
 * rua_change_get_n_facts:
 * @self: a change
 *
 * Gets how many facts it has, also where not all of them have come.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
gint64
rua_change_get_n_facts (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), 0);
  return self->n_facts;
}

/**
 * rua_change_get_title:
 * @self: a change
 *
 * Gets what was done, in a few words.
 *
 * Returns: (nullable): the title, or %NULL when nobody told
 *
 * Since: 1.0
 */
const char *
rua_change_get_title (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return self->title;
}

/**
 * rua_change_get_author:
 * @self: a change
 *
 * Gets who did it.
 *
 * Returns: (nullable): the author, or %NULL when nobody told
 *
 * Since: 1.0
 */
const char *
rua_change_get_author (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return self->author;
}

/**
 * rua_change_get_origin:
 * @self: a change
 *
 * Gets where it came from.
 *
 * Returns: (nullable): such as `edit`, `import incomes.csv` or `undo of gaopo.12`
 *
 * Since: 1.0
 */
const char *
rua_change_get_origin (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return self->origin;
}

/**
 * rua_change_dup_time:
 * @self: a change
 *
 * Gets when it was done, as the clock of its station told.
 *
 * Returns: (transfer full): ISO 8601 with milliseconds, UTC
 *
 * Since: 1.0
 */
char *
rua_change_dup_time (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return rua_clock_to_iso (self->clock);
}

/**
 * rua_change_list_facts:
 * @self: a change
 *
 * Lists its facts, as far as they have come.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fact]
 *
 * Since: 1.0
 */
GListModel *
rua_change_list_facts (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->facts));
}

/**
 * rua_change_to_string:
 * @self: a change
 *
 * Tells which change this is.
 *
 * Returns: (transfer full): such as `gaopo.12: new households`
 *
 * Since: 1.0
 */
char *
rua_change_to_string (RuaChange *self)
{
  g_return_val_if_fail (RUA_IS_CHANGE (self), NULL);
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT "%s%s", self->station, self->first_sequence, self->title ? ": " : "",
                          self->title ? self->title : "");
}
