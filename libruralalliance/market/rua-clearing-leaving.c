/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-clearing-private.h"

#include <string.h>

#include "rua-kinds-private.h"

/* What would be left to gain if somebody who bridges the two sides were not there. */

typedef struct {
  RuaClearing *clearing;
  GArray *lots, *orders; /* of guint32: places that go */
} Leaving;

static void
leave_orders (Leaving *self, gboolean (*goes) (const RuaMarketReceiver *receiver, gpointer data), gpointer data)
{
  for (guint32 i = 0; i < self->clearing->outcome->reading->problem.n_orders; i++)
    if (goes (rua_clearing_peek_receiver (self->clearing, i), data))
      g_array_append_val (self->orders, i);
}

static gboolean
is_at_hub (const RuaMarketReceiver *receiver, gpointer data)
{
  return receiver->hub == *(guint32 *) data;
}

static gboolean
is_of_group (const RuaMarketReceiver *receiver, gpointer data)
{
  return receiver->group == *(guint32 *) data;
}

static gboolean
is_of_household (const RuaMarketReceiver *receiver, gpointer data)
{
  return receiver->household == *(guint32 *) data;
}

static gboolean
is_of_organisation (const RuaMarketReceiver *receiver, gpointer data)
{
  return receiver->organisation == *(guint32 *) data;
}

static gboolean
is_of_marked_group (const RuaMarketReceiver *receiver, gpointer data)
{
  return receiver->group != RUA_NO_ROW && ((const guint8 *) data)[receiver->group];
}

static void
leave_lots (Leaving *self, const guint8 *cooperatives)
{
  for (guint32 i = 0; i < self->clearing->outcome->reading->problem.n_lots; i++) {
    guint32 cooperative = rua_clearing_peek_origin (self->clearing, i)->cooperative;

    if (cooperative != RUA_NO_ROW && cooperatives[cooperative])
      g_array_append_val (self->lots, i);
  }
}

static gboolean
is_bridging (const char *role)
{
  static const char *const roles[] = { "social_worker", "coordinator", "seller", NULL };

  return role != NULL && g_strv_contains (roles, role);
}

/* Co-operatives whose only social worker, coordinator or seller the person is on the day. */
static guint8 *
find_depending (Leaving *self, guint32 person)
{
  const RuaMarketReading *reading = self->clearing->outcome->reading;
  RuaTable *roles = rua_market_reading_table (reading, "role"), *cooperatives = rua_market_reading_table (reading, "cooperative");
  g_autofree guint8 *others = g_new0 (guint8, rua_table_get_n_rows (cooperatives) + 1);
  guint8 *depending = g_new0 (guint8, rua_table_get_n_rows (cooperatives) + 1);

  for (guint32 row = 0; row < rua_table_get_n_rows (roles); row++) {
    RuaTable *target;
    guint32 at;

    if (!rua_table_is_alive (roles, row) || !is_bridging (rua_column_read_text (rua_table_peek_column (roles, RUA_ROLE_FIELD_ROLE_TYPE), row, NULL))
        || !rua_market_has_begun (roles, row, RUA_ROLE_FIELD_STARTED, reading->day) || !rua_market_has_not_ended (roles, row, RUA_ROLE_FIELD_ENDED, reading->day)
        || !rua_column_read_reference (rua_table_peek_column (roles, RUA_ROLE_FIELD_AT), row, &target, &at) || target != cooperatives)
      continue;
    if (rua_market_read_row (roles, row, RUA_ROLE_FIELD_PERSON) == person)
      depending[at] = 1;
    else
      others[at] = 1;
  }
  for (guint32 i = 0; i < rua_table_get_n_rows (cooperatives); i++)
    depending[i] &= !others[i];
  return depending;
}

static void
leave_person (Leaving *self, guint32 person)
{
  RuaTable *groups = rua_market_reading_table (self->clearing->outcome->reading, "consumer-group");
  g_autofree guint8 *organised = g_new0 (guint8, rua_table_get_n_rows (groups) + 1), *cooperatives = find_depending (self, person);

  for (guint32 row = 0; row < rua_table_get_n_rows (groups); row++)
    organised[row] = rua_table_is_alive (groups, row) && rua_market_read_row (groups, row, RUA_CONSUMER_GROUP_FIELD_ORGANISER) == person;
  leave_orders (self, is_of_marked_group, organised);
  leave_lots (self, cooperatives);
}

static gboolean
find_leaving (Leaving *self, RuaRecord *leaver, GError **error)
{
  static const struct {
    const char *kind;
    gboolean (*goes) (const RuaMarketReceiver *receiver, gpointer data);
  } sides[] = {
    { "hub", is_at_hub },
    { "consumer-group", is_of_group },
    { "household", is_of_household },
    { "organisation", is_of_organisation },
  };
  const char *kind = rua_kind_get_name (rua_record_get_kind (leaver)), *id = rua_record_get_id (leaver);
  RuaTable *table = rua_market_reading_table (self->clearing->outcome->reading, kind);
  guint32 row = table != NULL && id != NULL ? rua_table_find_row (table, id, -1) : RUA_NO_ROW;

  if (row == RUA_NO_ROW) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "the %s was not in the alliance when its market was cleared; take one that was", kind);
    return FALSE;
  }
  if (strcmp (kind, "person") == 0) {
    leave_person (self, row);
    return TRUE;
  }
  if (strcmp (kind, "cooperative") == 0) {
    g_autofree guint8 *cooperatives = g_new0 (guint8, rua_table_get_n_rows (table) + 1);

    cooperatives[row] = 1;
    leave_lots (self, cooperatives);
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    if (strcmp (kind, sides[i].kind) == 0) {
      leave_orders (self, sides[i].goes, &row);
      return TRUE;
    }
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "a %s bridges nothing in a market; take a person, co-operative, consumer group, household, organisation or hub", kind);
  return FALSE;
}

/**
 * rua_clearing_get_gains_without:
 * @self: a clearing
 * @leaver: a person, co-operative, consumer group, household, organisation or hub of the alliance
 * @minor: (out): the greatest gains that would be left, in minor units
 * @cancellable: (nullable): to give up with
 * @error: return location for an error
 *
 * Gets the greatest gains from trade that would be left if @leaver were not there, by solving the market again from where
 * it is. Less than the greatest gains with @leaver by what depends on it.
 *
 * With a person go the orders of the groups that she organises, and the offers of co-operatives whose only social worker,
 * coordinator or seller she is on that day by the roles on record.
 *
 * Returns: %FALSE with %RUA_ERROR_REFERENCE or %RUA_ERROR_VALUE when @leaver is none of these, or with the
 *   error of @cancellable
 *
 * Since: 1.0
 */
gboolean
rua_clearing_get_gains_without (RuaClearing *self, RuaRecord *leaver, gint64 *minor, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) lots = NULL, orders = NULL;
  Leaving leaving;
  __int128 value;
  gboolean done;

  g_return_val_if_fail (RUA_IS_CLEARING (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (leaver), FALSE);
  g_return_val_if_fail (minor != NULL, FALSE);
  lots = g_array_new (FALSE, FALSE, sizeof (guint32));
  orders = g_array_new (FALSE, FALSE, sizeof (guint32));
  leaving = (Leaving){ self, lots, orders };
  if (!find_leaving (&leaving, leaver, error))
    return FALSE;
  g_mutex_lock (&self->outcome->lock);
  done = rua_market_value_without (self->outcome->solution, (const guint32 *) (gpointer) lots->data, lots->len, (const guint32 *) (gpointer) orders->data, orders->len,
                                   NULL, 0, &value, cancellable, error);
  g_mutex_unlock (&self->outcome->lock);
  if (!done)
    return FALSE;
  if (value > G_MAXINT64 || value < G_MININT64) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_LIMIT, "the gains do not fit into 64 bits; count in a coarser unit");
    return FALSE;
  }
  *minor = (gint64) value;
  return TRUE;
}
