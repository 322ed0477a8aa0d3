/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-fact-private.h"

/**
 * RuaFact:
 *
 * What one station said of one cell, for ever: the value of a field, that a record is there, or that it
 * was removed. Its name is its station and its number among the station's facts.
 *
 * Since: 1.0
 */
struct _RuaFact {
  GObject parent_instance;

  char *station;
  gint64 sequence;
  gint64 clock;
  char *kind;
  char *key;
  char *field;
  char *value;
  char *author;
  char **parents;
  gboolean is_erased;
};

G_DEFINE_FINAL_TYPE (RuaFact, rua_fact, G_TYPE_OBJECT)

static void
rua_fact_finalize (GObject *object)
{
  RuaFact *self = RUA_FACT (object);

  g_free (self->station);
  g_free (self->kind);
  g_free (self->key);
  g_free (self->field);
  g_free (self->value);
  g_free (self->author);
  g_strfreev (self->parents);
  G_OBJECT_CLASS (rua_fact_parent_class)->finalize (object);
}

static void
rua_fact_class_init (RuaFactClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_fact_finalize;
}

static void
rua_fact_init (RuaFact *self)
{
}

RuaFact *
rua_fact_new (RuaLog *log, guint fact)
{
  RuaFact *self = g_object_new (RUA_TYPE_FACT, NULL);
  RuaFactData data;

  rua_log_get_fact (log, fact, &data);
  self->station = g_strdup (data.station);
  self->sequence = data.sequence;
  self->clock = data.clock;
  self->kind = g_strdup (data.kind);
  self->key = g_strdup (data.key);
  self->field = g_strdup (data.field);
  self->value = g_strdup (data.value);
  self->author = g_strdup (data.author);
  self->is_erased = data.is_erased;
  self->parents = g_new0 (char *, data.n_parents + 1);
  for (guint p = 0; p < data.n_parents; p++)
    self->parents[p] = g_strdup_printf ("%s.%" G_GINT64_FORMAT, data.parents[p].station, data.parents[p].sequence);
  return self;
}

RuaFact *
rua_fact_new_erasure (RuaLog *log, const char *kind, const char *key)
{
  guint fact = rua_log_find_erasure (log, kind, key);
  RuaFact *self = fact != RUA_NO_FACT ? rua_fact_new (log, fact) : NULL;

  if (!self)
    return NULL;
  self->is_erased = TRUE;
  g_free (self->kind);
  self->kind = g_strdup (kind);
  g_free (self->key);
  self->key = rua_log_dup_erased_key (log, kind, key);
  g_free (self->field);
  self->field = g_strdup (RUA_FACT_RECORD);
  g_clear_pointer (&self->value, g_free);
  g_strfreev (self->parents);
  self->parents = g_new0 (char *, 1);
  return self;
}

/**
 * rua_fact_get_station:
 * @self: a fact
 *
 * Gets the station that said it.
 *
 * Returns: (transfer none): the name of an enrolled copy
 *
 * Since: 1.0
 */
const char *
rua_fact_get_station (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return self->station;
}

/**
 * rua_fact_get_sequence:
 * @self: a fact
 *
 * Gets which of its station's facts it is.
 *
 * Returns: the number, from 1
 *
 * Since: 1.0
 */
gint64
rua_fact_get_sequence (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), 0);
  return self->sequence;
}

/**
 * rua_fact_get_clock:
 * @self: a fact
 *
 * Gets when it was said, by the hybrid clock of its station: milliseconds since 1970 times 65,536, and a
 * counter. It orders facts; a station's clock may be wrong.
 *
 * Returns: the clock
 *
 * Since: 1.0
 */
gint64
rua_fact_get_clock (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), 0);
  return self->clock;
}

/**
 * rua_fact_dup_time:
 * @self: a fact
 *
 * Gets when it was said, as the clock of its station told.
 *
 * Returns: (transfer full): ISO 8601 with milliseconds, UTC
 *
 * Since: 1.0
 */
char *
rua_fact_dup_time (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return rua_clock_to_iso (self->clock);
}

/**
 * rua_fact_get_kind:
 * @self: a fact
 *
 * Gets the kind of the record that it is about.
 *
 * Returns: (transfer none): the kind's name, for one record
 *
 * Since: 1.0
 */
const char *
rua_fact_get_kind (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return self->kind;
}

/**
 * rua_fact_get_key:
 * @self: a fact
 *
 * Gets the record that it is about.
 *
 * Returns: (transfer none): the record's id, behind a `~` where it begins with one; `~N` for the record without an id that
 *   was the Nth of its kind, from 0, when the log began; `~STATION.SEQUENCE` for one made since, by the
 *   fact that made it
 *
 * Since: 1.0
 */
const char *
rua_fact_get_key (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return self->key;
}

/**
 * rua_fact_get_field:
 * @self: a fact
 *
 * Gets the field that it is about.
 *
 * Returns: (transfer none): the field's name; the empty string for the record itself, `*` for the members that no field
 *   holds
 *
 * Since: 1.0
 */
const char *
rua_fact_get_field (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return self->field;
}

/**
 * rua_fact_get_value:
 * @self: a fact
 *
 * Gets the value, which may be personal.
 *
 * Returns: (nullable): JSON as a document has it, `true` for a record that is there, or %NULL: unknown, or removed
 *
 * Since: 1.0
 */
const char *
rua_fact_get_value (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return self->value;
}

/**
 * rua_fact_is_erased:
 * @self: a fact
 *
 * Tells whether what the fact said was erased, by [method@RuralAlliance.Alliance.erase] here or elsewhere: its record was,
 * and then its value is gone, and an id in its key; or it referred to a record that was, and then that reference is gone.
 *
 * Returns: %TRUE when it was
 *
 * Since: 1.0
 */
gboolean
rua_fact_is_erased (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), FALSE);
  return self->is_erased;
}

/**
 * rua_fact_get_author:
 * @self: a fact
 *
 * Gets who said it.
 *
 * Returns: (nullable): the author, or %NULL when nobody told
 *
 * Since: 1.0
 */
const char *
rua_fact_get_author (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return self->author;
}

/**
 * rua_fact_list_parents:
 * @self: a fact
 *
 * Lists the facts that this one replaces, whose author had seen them.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names, each `station.sequence`
 *
 * Since: 1.0
 */
char **
rua_fact_list_parents (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return g_strdupv (self->parents);
}

/**
 * rua_fact_to_string:
 * @self: a fact
 *
 * Tells which fact this is, with nothing personal.
 *
 * Returns: (transfer full): such as `gaopo.12: household: weight`
 *
 * Since: 1.0
 */
char *
rua_fact_to_string (RuaFact *self)
{
  g_return_val_if_fail (RUA_IS_FACT (self), NULL);
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT ": %s%s%s", self->station, self->sequence, self->kind, *self->field ? ": " : "", self->field);
}
