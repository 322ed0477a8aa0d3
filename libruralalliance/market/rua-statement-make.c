/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-statement-private.h"

#include <stdlib.h>
#include <string.h>

#include "rua-kinds-private.h"

/* A pass over the trades: who gets or pays what. Every amount of the clearing is told to somebody once, so that all
 * balances together are 0. */

typedef struct {
  RuaClearing *clearing;
  const RuaMarketReading *reading;
  const RuaMarketSolution *solution;
  GPtrArray *statements;
  GHashTable *known; /* GBytes of a Receiver: place + 1 */
  GHashTable *sums;  /* GBytes of a SumKey: place of the entry + 1 */
} Maker;

typedef struct {
  guint32 statement, type, product, fee, site, hub;
} SumKey;

typedef struct {
  RuaTable *table; /* NULL for an account */
  guint32 row, account;
} Receiver;

static RuaStatement *
statement_of (Maker *self, RuaStatementAccount account, RuaTable *table, guint32 row, guint32 *place)
{
  const Receiver full = { account != RUA_STATEMENT_ACCOUNT_NONE ? NULL : table, account != RUA_STATEMENT_ACCOUNT_NONE ? 0 : row, account };
  g_autoptr (GBytes) bytes = g_bytes_new (&full, sizeof full);
  gpointer found = g_hash_table_lookup (self->known, bytes);
  RuaStatement *statement;

  if (found == NULL) {
    statement = g_object_new (RUA_TYPE_STATEMENT, NULL);
    statement->clearing = g_object_ref (self->clearing);
    statement->account = account;
    statement->table = full.table;
    statement->row = full.row;
    g_ptr_array_add (self->statements, statement);
    found = GUINT_TO_POINTER (self->statements->len);
    g_hash_table_insert (self->known, g_bytes_ref (bytes), found);
  }
  *place = GPOINTER_TO_UINT (found) - 1;
  return g_ptr_array_index (self->statements, *place);
}

static const RuaStatementEntry nothing = {
  .place = RUA_MARKET_NONE, .product = RUA_MARKET_NONE, .fee = RUA_NO_ROW, .site = RUA_NO_ROW, .counts = TRUE, .asked = -1, .quantity = -1, .price = -1,
};

/* ---- lines of one offer or order ---- */

static guint32
wanted_product (Maker *self, guint32 place)
{
  return self->reading->problem.product_lists[self->reading->problem.orders[place].products].members[0];
}

static void
tell_offer (Maker *self, guint32 place, const gint64 *sold, const __int128 *amounts)
{
  const RuaMarketOrigin *origin = rua_clearing_peek_origin (self->clearing, place);
  const RuaMarketLotResult *result = &self->solution->lots[place];
  RuaStatementEntry entry = nothing;
  RuaStatement *statement;
  guint32 unused;

  entry.type = RUA_STATEMENT_LINE_SOLD;
  entry.place = place;
  entry.product = self->reading->problem.lots[place].product;
  entry.asked = self->reading->problem.lots[place].quantity;
  entry.quantity = sold[place];
  entry.amount = amounts[place];
  if (sold[place] > 0 && result->has_price && (__int128) result->producer_price * sold[place] == amounts[place])
    entry.price = result->producer_price;
  if (origin->cooperative != RUA_NO_ROW)
    statement = statement_of (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "cooperative"), origin->cooperative, &unused);
  else if (origin->household != RUA_NO_ROW)
    statement = statement_of (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "household"), origin->household, &unused);
  else
    statement = statement_of (self, RUA_STATEMENT_ACCOUNT_UNKNOWN, NULL, 0, &unused);
  g_array_append_val (statement->entries, entry);
  if (origin->cooperative == RUA_NO_ROW || origin->household == RUA_NO_ROW)
    return;
  entry.type = RUA_STATEMENT_LINE_MEMBER_SOLD;
  entry.counts = FALSE;
  statement = statement_of (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "household"), origin->household, &unused);
  g_array_append_val (statement->entries, entry);
}

static RuaStatement *
buyer_of (Maker *self, const RuaMarketReceiver *receiver)
{
  guint32 unused;

  if (receiver->household != RUA_NO_ROW)
    return statement_of (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "household"), receiver->household, &unused);
  if (receiver->organisation != RUA_NO_ROW)
    return statement_of (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "organisation"), receiver->organisation, &unused);
  if (receiver->group != RUA_NO_ROW)
    return statement_of (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "consumer-group"), receiver->group, &unused);
  return statement_of (self, RUA_STATEMENT_ACCOUNT_UNKNOWN, NULL, 0, &unused);
}

static void
tell_order (Maker *self, guint32 place)
{
  RuaStatementEntry entry = nothing;
  gboolean one_price = TRUE;

  entry.type = RUA_STATEMENT_LINE_BOUGHT;
  entry.place = place;
  entry.product = wanted_product (self, place);
  entry.asked = self->reading->problem.orders[place].quantity;
  entry.quantity = 0;
  for (guint32 i = self->clearing->outcome->first_trade[place]; i < self->solution->n_trades && self->solution->trades[i].order == place; i++) {
    const RuaMarketTrade *trade = &self->solution->trades[i];

    one_price &= entry.price < 0 || entry.price == trade->consumer_price;
    entry.price = trade->consumer_price;
    entry.quantity += trade->quantity;
    entry.amount -= trade->consumer_amount;
  }
  if (!one_price || -entry.amount != (__int128) entry.price * entry.quantity)
    entry.price = -1;
  g_array_append_val (buyer_of (self, rua_clearing_peek_receiver (self->clearing, place))->entries, entry);
}

/* ---- lines that gather ---- */

/* Into the one line of the receiver that has all of this but for the figures. */
static void
gather (Maker *self, RuaStatementAccount account, RuaTable *table, guint32 row, const RuaStatementEntry *entry, guint32 hub)
{
  guint32 place;
  RuaStatement *statement = statement_of (self, account, table, row, &place);
  const SumKey key = { place, entry->type, entry->product, entry->fee, entry->site, hub };
  GBytes *bytes = g_bytes_new (&key, sizeof key);
  gpointer found = g_hash_table_lookup (self->sums, bytes);
  RuaStatementEntry *sum;

  if (found == NULL) {
    g_array_append_vals (statement->entries, entry, 1);
    g_hash_table_insert (self->sums, bytes, GUINT_TO_POINTER (statement->entries->len));
    return;
  }
  g_bytes_unref (bytes);
  sum = &g_array_index (statement->entries, RuaStatementEntry, GPOINTER_TO_UINT (found) - 1);
  sum->amount += entry->amount;
  if (entry->quantity > 0)
    sum->quantity += entry->quantity;
  if (entry->asked > 0)
    sum->asked += entry->asked;
}

static void
gather_order (Maker *self, guint32 place)
{
  const RuaMarketReceiver *receiver = rua_clearing_peek_receiver (self->clearing, place);
  RuaStatementEntry entry = nothing;

  entry.product = wanted_product (self, place);
  entry.asked = self->reading->problem.orders[place].quantity;
  entry.quantity = self->solution->orders[place].filled;
  entry.counts = FALSE;
  for (guint32 i = self->clearing->outcome->first_trade[place]; i < self->solution->n_trades && self->solution->trades[i].order == place; i++)
    entry.amount -= self->solution->trades[i].consumer_amount;
  if (receiver->household != RUA_NO_ROW && receiver->group != RUA_NO_ROW) {
    entry.type = RUA_STATEMENT_LINE_MEMBERS_BOUGHT;
    gather (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "consumer-group"), receiver->group, &entry, 0);
  }
}

/* What is handed out is what is brought, which may be a substitute. */
static void
gather_handing_out (Maker *self, const RuaMarketTrade *trade)
{
  RuaStatementEntry entry = nothing;

  entry.type = RUA_STATEMENT_LINE_HANDED_OUT;
  entry.product = self->reading->problem.lots[trade->lot].product;
  entry.quantity = trade->quantity;
  entry.counts = FALSE;
  gather (self, RUA_STATEMENT_ACCOUNT_NONE, rua_market_reading_table (self->reading, "hub"), rua_clearing_peek_receiver (self->clearing, trade->order)->hub, &entry, 0);
}

static void
gather_fees (Maker *self, const RuaMarketTrade *trade)
{
  RuaTable *fees = rua_market_reading_table (self->reading, "fee");

  for (guint32 i = 0; i < trade->n_fees; i++) {
    const RuaMarketFeeAmount *fee = &self->solution->fee_amounts[trade->first_fee + i];
    RuaStatementEntry entry = nothing;
    RuaTable *payee = NULL;
    guint32 who = RUA_NO_ROW;
    gboolean known;

    entry.type = RUA_STATEMENT_LINE_FEE;
    entry.fee = g_array_index (self->reading->fee_rows, guint32, fee->fee);
    entry.amount = fee->amount;
    known = rua_column_read_reference (rua_table_peek_column (fees, RUA_FEE_FIELD_PAYEE), entry.fee, &payee, &who);
    gather (self, known ? RUA_STATEMENT_ACCOUNT_NONE : RUA_STATEMENT_ACCOUNT_UNKNOWN, payee, who, &entry, 0);
  }
}

static void
gather_rest (Maker *self, const RuaMarketTrade *trade)
{
  guint32 hub = rua_clearing_peek_receiver (self->clearing, trade->order)->hub;
  RuaStatementEntry entry = nothing;

  if (trade->transport_amount != 0) {
    entry.type = RUA_STATEMENT_LINE_TRANSPORT;
    entry.site = g_array_index (self->reading->site_rows, guint32, self->reading->problem.lots[trade->lot].site);
    entry.place = trade->order;
    entry.quantity = trade->quantity;
    entry.amount = trade->transport_amount;
    gather (self, RUA_STATEMENT_ACCOUNT_TRANSPORT, NULL, 0, &entry, hub);
  }
  entry = nothing;
  if (trade->rent_amount != 0) {
    gboolean to_hub = rua_policy_get_rents (self->clearing->policy) == RUA_POLICY_RENTS_HUB;

    entry.type = RUA_STATEMENT_LINE_RENT;
    entry.amount = trade->rent_amount;
    gather (self, to_hub ? RUA_STATEMENT_ACCOUNT_NONE : RUA_STATEMENT_ACCOUNT_SOLIDARITY, rua_market_reading_table (self->reading, "hub"), hub, &entry, 0);
  }
  if (trade->rounding != 0) {
    entry.type = RUA_STATEMENT_LINE_ROUNDING;
    entry.amount = trade->rounding;
    gather (self, RUA_STATEMENT_ACCOUNT_SOLIDARITY, NULL, 0, &entry, 0);
  }
  if (trade->uplift_amount != 0) {
    entry.type = RUA_STATEMENT_LINE_SUBSIDY;
    entry.amount = -(__int128) trade->uplift_amount;
    gather (self, RUA_STATEMENT_ACCOUNT_SOLIDARITY, NULL, 0, &entry, 0);
  }
}

/* ---- their order ---- */

static guint
rank_of (const RuaStatement *statement)
{
  static const char *const kinds[] = { "cooperative", "household", "consumer-group", "organisation", "hub", NULL };
  const char *kind;
  guint rank = 0;

  if (statement->account != RUA_STATEMENT_ACCOUNT_NONE)
    return 100 + statement->account;
  kind = rua_kind_get_name (rua_table_get_kind (statement->table));
  while (kinds[rank] != NULL && strcmp (kinds[rank], kind) != 0)
    rank++;
  return rank;
}

static const char *
id_of (const RuaStatement *statement)
{
  return statement->table != NULL ? rua_column_read_text (rua_table_peek_column (statement->table, 0), statement->row, NULL) : NULL;
}

static int
compare_statements (gconstpointer a, gconstpointer b)
{
  const RuaStatement *one = *(RuaStatement *const *) a, *other = *(RuaStatement *const *) b;
  guint x = rank_of (one), y = rank_of (other);
  int order;

  if (x != y)
    return x < y ? -1 : 1;
  if (one->table != other->table && one->table != NULL && other->table != NULL)
    return strcmp (rua_kind_get_name (rua_table_get_kind (one->table)), rua_kind_get_name (rua_table_get_kind (other->table)));
  order = g_strcmp0 (id_of (one), id_of (other));
  return order != 0 ? order : one->row < other->row ? -1 : one->row > other->row;
}

/* What a line is sorted by behind its type: nothing that depends on the order of records. */
static const char *
entry_id (RuaClearing *clearing, const RuaStatementEntry *entry, guint part)
{
  const RuaMarketReading *reading = clearing->outcome->reading;
  gboolean is_lot = entry->type == RUA_STATEMENT_LINE_SOLD || entry->type == RUA_STATEMENT_LINE_MEMBER_SOLD;

  switch (part) {
  case 0:
    return entry->product != RUA_MARKET_NONE ? rua_clearing_peek_id (clearing, "product", g_array_index (reading->product_rows, guint32, entry->product)) : NULL;
  case 1:
    return rua_clearing_peek_id (clearing, "site", entry->site);
  case 2:
    if (entry->type == RUA_STATEMENT_LINE_TRANSPORT)
      return rua_clearing_peek_id (clearing, "hub", rua_clearing_peek_receiver (clearing, entry->place)->hub);
    if (entry->place == RUA_MARKET_NONE)
      return NULL;
    return is_lot ? reading->problem.lots[entry->place].id : reading->problem.orders[entry->place].id;
  default:
    return rua_clearing_peek_id (clearing, "fee", entry->fee);
  }
}

static int
compare_entries (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaStatementEntry *one = a, *other = b;
  int order = one->type < other->type ? -1 : one->type > other->type;

  for (guint part = 0; order == 0 && part < 4; part++)
    order = g_strcmp0 (entry_id (data, one, part), entry_id (data, other, part));
  return order;
}

GPtrArray *
rua_statement_make_all (RuaClearing *clearing)
{
  const RuaMarketReading *reading = clearing->outcome->reading;
  const RuaMarketSolution *solution = clearing->outcome->solution;
  g_autofree gint64 *sold = g_new0 (gint64, reading->problem.n_lots + 1);
  g_autofree __int128 *amounts = g_new0 (__int128, reading->problem.n_lots + 1);
  Maker maker = { clearing, reading, solution, g_ptr_array_new_with_free_func (g_object_unref), NULL, NULL };

  maker.known = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  maker.sums = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  for (guint32 i = 0; i < solution->n_trades; i++) {
    sold[solution->trades[i].lot] += solution->trades[i].quantity;
    amounts[solution->trades[i].lot] += solution->trades[i].producer_amount;
  }
  for (guint32 i = 0; i < reading->problem.n_lots; i++)
    tell_offer (&maker, i, sold, amounts);
  for (guint32 i = 0; i < reading->problem.n_orders; i++) {
    tell_order (&maker, i);
    gather_order (&maker, i);
  }
  for (guint32 i = 0; i < solution->n_trades; i++) {
    gather_handing_out (&maker, &solution->trades[i]);
    gather_fees (&maker, &solution->trades[i]);
    gather_rest (&maker, &solution->trades[i]);
  }
  g_hash_table_unref (maker.known);
  g_hash_table_unref (maker.sums);
  g_ptr_array_sort (maker.statements, compare_statements);
  for (guint i = 0; i < maker.statements->len; i++) {
    RuaStatement *statement = g_ptr_array_index (maker.statements, i);
    __int128 balance = 0;

    g_array_sort_with_data (statement->entries, compare_entries, clearing);
    for (guint k = 0; k < statement->entries->len; k++)
      if (g_array_index (statement->entries, RuaStatementEntry, k).counts)
        balance += g_array_index (statement->entries, RuaStatementEntry, k).amount;
    /* Totals of money fit: the solver refused what would not. */
    statement->balance = (gint64) CLAMP (balance, (__int128) G_MININT64, (__int128) G_MAXINT64);
  }
  return maker.statements;
}
