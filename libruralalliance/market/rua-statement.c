/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-statement-private.h"

#include "rua-kinds-private.h"

/**
 * RuaStatement:
 *
 * What one co-operative, household, group, organisation or hub gets and pays by a clearing, and why: line by line.
 *
 * Every amount of a clearing is told in one line that counts, of one statement, so that the balances of all statements are 0
 * together. Lines that do not count tell what somebody else's money is about: what a co-operative sells for a household, what
 * the households of a group get.
 *
 * A statement is for its receiver. It tells of no other household what it gets, pays or would pay at most.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaStatement, rua_statement, G_TYPE_OBJECT)

/**
 * RuaStatementLine:
 *
 * A line of a [class@RuralAlliance.Statement].
 *
 * Since: 1.0
 */
struct _RuaStatementLine {
  GObject parent_instance;

  RuaClearing *clearing;
  RuaStatementEntry entry;
};

G_DEFINE_FINAL_TYPE (RuaStatementLine, rua_statement_line, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RuaStatementLineType, rua_statement_line_type,
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_SOLD, "sold"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_MEMBER_SOLD, "member-sold"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_BOUGHT, "bought"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_MEMBERS_BOUGHT, "members-bought"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_HANDED_OUT, "handed-out"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_TRANSPORT, "transport"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_FEE, "fee"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_RENT, "rent"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_ROUNDING, "rounding"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_LINE_SUBSIDY, "subsidy"))

G_DEFINE_ENUM_TYPE (RuaStatementAccount, rua_statement_account,
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_ACCOUNT_NONE, "none"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_ACCOUNT_TRANSPORT, "transport"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_ACCOUNT_SOLIDARITY, "solidarity"),
                    G_DEFINE_ENUM_VALUE (RUA_STATEMENT_ACCOUNT_UNKNOWN, "unknown"))

static void
rua_statement_finalize (GObject *object)
{
  RuaStatement *self = RUA_STATEMENT (object);

  g_array_unref (self->entries);
  g_clear_object (&self->clearing);
  G_OBJECT_CLASS (rua_statement_parent_class)->finalize (object);
}

static void
rua_statement_class_init (RuaStatementClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_statement_finalize;
}

static void
rua_statement_init (RuaStatement *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (RuaStatementEntry));
}

static void
rua_statement_line_finalize (GObject *object)
{
  g_clear_object (&RUA_STATEMENT_LINE (object)->clearing);
  G_OBJECT_CLASS (rua_statement_line_parent_class)->finalize (object);
}

static void
rua_statement_line_class_init (RuaStatementLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_statement_line_finalize;
}

static void
rua_statement_line_init (RuaStatementLine *self G_GNUC_UNUSED)
{
}

/**
 * rua_clearing_list_statements:
 * @self: a clearing
 *
 * Makes the statements of all who get or pay something, or wanted to: co-operatives, households, groups, organisations, hubs and
 * other payees, each by their ids, then transport, the solidarity account, and what goes to or comes from nobody on record.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Statement]
 *
 * Since: 1.0
 */
GListModel *
rua_clearing_list_statements (RuaClearing *self)
{
  g_autoptr (GPtrArray) all = NULL;
  GListStore *store;

  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  all = rua_statement_make_all (self);
  store = g_list_store_new (RUA_TYPE_STATEMENT);
  g_list_store_splice (store, 0, 0, all->pdata, all->len);
  return G_LIST_MODEL (store);
}

/**
 * rua_clearing_find_statement:
 * @self: a clearing
 * @receiver: a co-operative, household, group, organisation, hub or other payee
 *
 * Makes the statement of one receiver. Where many are wanted, list them.
 *
 * Returns: (transfer full) (nullable): the statement; %NULL when @receiver has no part in the market
 *
 * Since: 1.0
 */
RuaStatement *
rua_clearing_find_statement (RuaClearing *self, RuaRecord *receiver)
{
  g_autoptr (GPtrArray) all = NULL;
  RuaTable *table;
  const char *id;
  guint32 row;

  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  g_return_val_if_fail (RUA_IS_RECORD (receiver), NULL);
  table = rua_market_reading_table (self->outcome->reading, rua_kind_get_name (rua_record_get_kind (receiver)));
  id = rua_record_get_id (receiver);
  row = table != NULL && id != NULL ? rua_table_find_row (table, id, -1) : RUA_NO_ROW;
  if (row == RUA_NO_ROW)
    return NULL;
  all = rua_statement_make_all (self);
  for (guint i = 0; i < all->len; i++) {
    RuaStatement *statement = g_ptr_array_index (all, i);

    if (statement->table == table && statement->row == row)
      return g_object_ref (statement);
  }
  return NULL;
}

/**
 * rua_statement_get_clearing:
 * @self: a statement
 *
 * Gets the clearing that it tells of.
 *
 * Returns: (transfer none): the clearing
 *
 * Since: 1.0
 */
RuaClearing *
rua_statement_get_clearing (RuaStatement *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT (self), NULL);
  return self->clearing;
}

/**
 * rua_statement_dup_receiver:
 * @self: a statement
 *
 * Gets whom it is for, as it was when the market was cleared.
 *
 * Returns: (transfer full) (nullable): the record; %NULL where [method@RuralAlliance.Statement.get_account] tells whose it is
 *
 * Since: 1.0
 */
RuaRecord *
rua_statement_dup_receiver (RuaStatement *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT (self), NULL);
  return self->table != NULL ? rua_table_dup_record_at_row (self->table, self->row) : NULL;
}

/**
 * rua_statement_get_account:
 * @self: a statement
 *
 * Gets whose money it tells, where that is no record's.
 *
 * Returns: the account; %RUA_STATEMENT_ACCOUNT_NONE where it has a receiver
 *
 * Since: 1.0
 */
RuaStatementAccount
rua_statement_get_account (RuaStatement *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT (self), RUA_STATEMENT_ACCOUNT_NONE);
  return self->account;
}

/**
 * rua_statement_dup_file_name:
 * @self: a statement
 *
 * Makes the name that a file of the statement's page has, such as `household-h1.html`: the receiver's kind and id, or the
 * account's name. It is that to which [method@RuralAlliance.Clearing.statements_to_html] leads, no two statements of a
 * clearing have the same, and what no name of a file may hold is escaped in it as in an address.
 *
 * Returns: (transfer full): the name
 *
 * Since: 1.0
 */
char *
rua_statement_dup_file_name (RuaStatement *self)
{
  g_autoptr (RuaRecord) receiver = NULL;
  g_autofree char *id = NULL;

  g_return_val_if_fail (RUA_IS_STATEMENT (self), NULL);
  receiver = rua_statement_dup_receiver (self);
  if (receiver == NULL)
    switch (self->account) {
    case RUA_STATEMENT_ACCOUNT_TRANSPORT:
      return g_strdup ("transport.html");
    case RUA_STATEMENT_ACCOUNT_SOLIDARITY:
      return g_strdup ("solidarity.html");
    default:
      return g_strdup ("not-on-record.html");
    }
  id = g_uri_escape_string (rua_record_get_id (receiver), NULL, TRUE);
  return g_strdup_printf ("%s-%s.html", rua_kind_get_name (rua_record_get_kind (receiver)), id);
}

/**
 * rua_statement_get_balance:
 * @self: a statement
 *
 * Gets what the receiver gets, less what it pays, in minor units: the sum of the lines that count.
 *
 * Returns: the balance; less than 0 where it pays
 *
 * Since: 1.0
 */
gint64
rua_statement_get_balance (RuaStatement *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT (self), 0);
  return self->balance;
}

/**
 * rua_statement_list_lines:
 * @self: a statement
 *
 * Lists its lines.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.StatementLine]
 *
 * Since: 1.0
 */
GListModel *
rua_statement_list_lines (RuaStatement *self)
{
  GListStore *store;

  g_return_val_if_fail (RUA_IS_STATEMENT (self), NULL);
  store = g_list_store_new (RUA_TYPE_STATEMENT_LINE);
  for (guint i = 0; i < self->entries->len; i++) {
    g_autoptr (RuaStatementLine) line = g_object_new (RUA_TYPE_STATEMENT_LINE, NULL);

    line->clearing = g_object_ref (self->clearing);
    line->entry = g_array_index (self->entries, RuaStatementEntry, i);
    g_list_store_append (store, line);
  }
  return G_LIST_MODEL (store);
}

/* ---- a line ---- */

/**
 * rua_statement_line_get_line_type:
 * @self: a line
 *
 * Gets what it is about.
 *
 * Returns: the type
 *
 * Since: 1.0
 */
RuaStatementLineType
rua_statement_line_get_line_type (RuaStatementLine *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), RUA_STATEMENT_LINE_SOLD);
  return self->entry.type;
}

/**
 * rua_statement_line_dup_subject:
 * @self: a line
 *
 * Gets the record that it is about: an offer, an order, a fee, or the site that goods leave from.
 *
 * Returns: (transfer full) (nullable): the record, as it was when the market was cleared; %NULL for none
 *
 * Since: 1.0
 */
RuaRecord *
rua_statement_line_dup_subject (RuaStatementLine *self)
{
  const RuaMarketReading *reading;
  const RuaStatementEntry *entry;

  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), NULL);
  reading = self->clearing->outcome->reading;
  entry = &self->entry;
  if (entry->fee != RUA_NO_ROW)
    return rua_table_dup_record_at_row (rua_market_reading_table (reading, "fee"), entry->fee);
  if (entry->site != RUA_NO_ROW)
    return rua_table_dup_record_at_row (rua_market_reading_table (reading, "site"), entry->site);
  if (entry->type == RUA_STATEMENT_LINE_SOLD || entry->type == RUA_STATEMENT_LINE_MEMBER_SOLD)
    return rua_table_dup_record_at_row (rua_market_reading_table (reading, "offer"), rua_clearing_peek_origin (self->clearing, entry->place)->offer);
  if (entry->type == RUA_STATEMENT_LINE_BOUGHT)
    return rua_table_dup_record_at_row (rua_market_reading_table (reading, "order"), rua_clearing_peek_receiver (self->clearing, entry->place)->order);
  return NULL;
}

/**
 * rua_statement_line_dup_product:
 * @self: a line
 *
 * Gets the product that it is about.
 *
 * Returns: (transfer full) (nullable): the product, as it was when the market was cleared; %NULL for none
 *
 * Since: 1.0
 */
RuaProduct *
rua_statement_line_dup_product (RuaStatementLine *self)
{
  const RuaMarketReading *reading;

  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), NULL);
  reading = self->clearing->outcome->reading;
  if (self->entry.product == RUA_MARKET_NONE)
    return NULL;
  return RUA_PRODUCT (rua_table_dup_record_at_row (rua_market_reading_table (reading, "product"), g_array_index (reading->product_rows, guint32, self->entry.product)));
}

/**
 * rua_statement_line_dup_hub:
 * @self: a line
 *
 * Gets the hub to which goods are carried.
 *
 * Returns: (transfer full) (nullable): the hub, as it was when the market was cleared; %NULL for a line that is not of transport
 *
 * Since: 1.0
 */
RuaHub *
rua_statement_line_dup_hub (RuaStatementLine *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), NULL);
  if (self->entry.type != RUA_STATEMENT_LINE_TRANSPORT)
    return NULL;
  return RUA_HUB (rua_table_dup_record_at_row (rua_market_reading_table (self->clearing->outcome->reading, "hub"),
                                               rua_clearing_peek_receiver (self->clearing, self->entry.place)->hub));
}

static gboolean
lend (gint64 from, gint64 *to)
{
  if (from < 0)
    return FALSE;
  *to = from;
  return TRUE;
}

/**
 * rua_statement_line_get_asked:
 * @self: a line
 * @quantity: (out): the quantity, in the product's smallest units
 *
 * Gets how much was ordered or offered.
 *
 * Returns: %FALSE where the line is about no such thing
 *
 * Since: 1.0
 */
gboolean
rua_statement_line_get_asked (RuaStatementLine *self, gint64 *quantity)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), FALSE);
  g_return_val_if_fail (quantity != NULL, FALSE);
  return lend (self->entry.asked, quantity);
}

/**
 * rua_statement_line_get_quantity:
 * @self: a line
 * @quantity: (out): the quantity, in the product's smallest units
 *
 * Gets how much is bought, sold, carried or handed out by this clearing.
 *
 * Returns: %FALSE where the line is about no quantity
 *
 * Since: 1.0
 */
gboolean
rua_statement_line_get_quantity (RuaStatementLine *self, gint64 *quantity)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), FALSE);
  g_return_val_if_fail (quantity != NULL, FALSE);
  return lend (self->entry.quantity, quantity);
}

/**
 * rua_statement_line_get_unit_price:
 * @self: a line
 * @minor: (out): the price of one smallest unit, in minor units
 *
 * Gets the price of one unit.
 *
 * Returns: %FALSE where there is none, or more than one
 *
 * Since: 1.0
 */
gboolean
rua_statement_line_get_unit_price (RuaStatementLine *self, gint64 *minor)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), FALSE);
  g_return_val_if_fail (minor != NULL, FALSE);
  return lend (self->entry.price, minor);
}

/**
 * rua_statement_line_get_amount:
 * @self: a line
 *
 * Gets what the receiver gets by it, in minor units; what it pays is less than 0.
 *
 * Returns: the amount
 *
 * Since: 1.0
 */
gint64
rua_statement_line_get_amount (RuaStatementLine *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), 0);
  return (gint64) CLAMP (self->entry.amount, (__int128) G_MININT64, (__int128) G_MAXINT64);
}

/**
 * rua_statement_line_get_counts:
 * @self: a line
 *
 * Tells whether the amount is part of the balance; else it is somebody else's money.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
rua_statement_line_get_counts (RuaStatementLine *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), FALSE);
  return self->entry.counts;
}

/**
 * rua_statement_line_dup_reason:
 * @self: a line
 *
 * Says how much of an order or an offer was met, and why not all of it, in the language of [func@RuralAlliance.set_language].
 *
 * Returns: (transfer full) (nullable): the sentences; %NULL where the line is about neither
 *
 * Since: 1.0
 */
char *
rua_statement_line_dup_reason (RuaStatementLine *self)
{
  g_return_val_if_fail (RUA_IS_STATEMENT_LINE (self), NULL);
  switch (self->entry.type) {
  case RUA_STATEMENT_LINE_SOLD:
  case RUA_STATEMENT_LINE_MEMBER_SOLD:
    return rua_clearing_say_offer (self->clearing, self->entry.place);
  case RUA_STATEMENT_LINE_BOUGHT:
    return rua_clearing_say_order (self->clearing, self->entry.place);
  default:
    return NULL;
  }
}
