/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-reading-private.h"

#include <stdlib.h>
#include <string.h>

#include "rua-kinds-private.h"

RuaTable *
rua_market_reading_table (const RuaMarketReading *self, const char *kind)
{
  return rua_alliance_get_table (self->alliance, kind);
}

RuaTable *
rua_market_reading_holder_table (const RuaMarketReading *self, const RuaMarketHolder *holder)
{
  static const char *const kinds[] = { "lot", "cooperative", "household", "consumer-group", "hub" };

  return rua_market_reading_table (self, kinds[holder->scope]);
}

/* ---- dates ---- */

gboolean
rua_market_has_begun (RuaTable *table, guint32 row, guint field, gint32 day)
{
  RuaDatePacked date;

  return !rua_column_read_date (rua_table_peek_column (table, field), row, &date)
         || rua_date_get_last_day (rua_date_packed_day (date), rua_date_packed_precision (date)) <= day;
}

gboolean
rua_market_has_not_ended (RuaTable *table, guint32 row, guint field, gint32 day)
{
  RuaDatePacked date;

  return !rua_column_read_date (rua_table_peek_column (table, field), row, &date) || rua_date_packed_day (date) >= day;
}

gboolean
rua_market_has_happened (RuaTable *table, guint32 row, guint field, gint32 day)
{
  RuaDatePacked date;

  return rua_column_read_date (rua_table_peek_column (table, field), row, &date) && rua_date_packed_day (date) <= day;
}

/* ---- cells ---- */

void
rua_market_reader_tell (RuaMarketReader *self, RuaTable *table, guint32 row, guint field, RuaError code, const char *message, const char *mend)
{
  RuaColumn *column = rua_table_peek_column (table, field);
  RuaField *cell = rua_column_get_field (column);
  g_autofree char *key = rua_table_tell_row (table, row), *value = NULL;
  gint64 number;
  RuaFaultInfo info = {
    .code = code,
    .kind = rua_kind_get_name (rua_table_get_kind (table)),
    .key = key,
    .field = rua_field_get_name (cell),
    .message = message,
    .mend = mend,
  };

  if (rua_field_get_field_type (cell) == RUA_FIELD_TYPE_INTEGER && rua_field_get_privacy (cell) == RUA_PRIVACY_PUBLIC
      && rua_column_read_integer (column, row, &number))
    info.value = value = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  rua_faults_add (self->faults, &info);
}

gboolean
rua_market_reader_quantity (RuaMarketReader *self, RuaTable *table, guint32 row, guint field, gint64 *value)
{
  if (!rua_column_read_integer (rua_table_peek_column (table, field), row, value))
    return FALSE;
  if (*value < 0) {
    rua_market_reader_tell (self, table, row, field, RUA_ERROR_VALUE, "it is less than 0", "give 0 or more");
    return FALSE;
  }
  return TRUE;
}

guint32
rua_market_read_row (RuaTable *table, guint32 row, guint field)
{
  RuaTable *target;
  guint32 found;

  return rua_column_read_reference (rua_table_peek_column (table, field), row, &target, &found) ? found : RUA_NO_ROW;
}

/* ---- numbers for rows ---- */

static guint32
number_of (guint32 *numbers, GArray *rows, guint32 row)
{
  if (numbers[row] == RUA_MARKET_NONE) {
    numbers[row] = rows->len;
    g_array_append_val (rows, row);
  }
  return numbers[row];
}

guint32
rua_market_reader_product (RuaMarketReader *self, guint32 row)
{
  return number_of (self->products, self->reading->product_rows, row);
}

guint32
rua_market_reader_hub (RuaMarketReader *self, guint32 row)
{
  return number_of (self->hubs, self->reading->hub_rows, row);
}

guint32
rua_market_reader_site (RuaMarketReader *self, guint32 row)
{
  return number_of (self->sites, self->reading->site_rows, row);
}

guint32
rua_market_reader_standard (RuaMarketReader *self, const char *text)
{
  gpointer known = g_hash_table_lookup (self->standards, text);

  if (known == NULL) {
    g_ptr_array_add (self->reading->standards, (char *) text);
    known = GUINT_TO_POINTER (self->reading->standards->len);
    g_hash_table_insert (self->standards, (char *) text, known);
  }
  return GPOINTER_TO_UINT (known) - 1;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  const guint32 *x = a, *y = b;

  return *x < *y ? -1 : *x > *y;
}

guint32
rua_market_reader_set (RuaMarketReader *self, GHashTable *known, GArray *lists, guint32 *members, guint n, gboolean sorted)
{
  guint kept = 0;
  gpointer place;
  GBytes *key;

  if (sorted && n > 1)
    qsort (members, n, sizeof *members, compare_numbers);
  for (guint i = 0; i < n; i++) {
    gboolean again = FALSE;

    for (guint j = 0; j < kept && !again; j++)
      again = members[j] == members[i];
    if (!again)
      members[kept++] = members[i];
  }
  if (kept == 0)
    return RUA_MARKET_NONE;
  key = g_bytes_new (members, kept * sizeof *members);
  place = g_hash_table_lookup (known, key);
  if (place == NULL) {
    guint32 *own = g_memdup2 (members, kept * sizeof *members);
    RuaMarketList list = { own, kept };

    g_ptr_array_add (self->reading->members, own);
    g_array_append_val (lists, list);
    place = GUINT_TO_POINTER (lists->len);
    g_hash_table_insert (known, key, place);
  } else {
    g_bytes_unref (key);
  }
  return GPOINTER_TO_UINT (place) - 1;
}

/* ---- the rounds that take part ---- */

gboolean
rua_market_reader_in_round (RuaMarketReader *self, RuaColumn *cycles, guint32 row)
{
  RuaTable *table;
  guint32 cycle;

  if (!rua_column_read_reference (cycles, row, &table, &cycle))
    return self->reading->cycle == RUA_NO_ROW;
  return self->rounds[cycle / 64] >> (cycle % 64) & 1;
}

static gboolean
is_cancelled (RuaTable *cycles, guint32 row)
{
  const char *status = rua_column_read_text (rua_table_peek_column (cycles, RUA_ORDER_CYCLE_FIELD_STATUS), row, NULL);

  return status != NULL && strcmp (status, "cancelled") == 0;
}

static void
find_rounds (RuaMarketReader *self)
{
  RuaTable *cycles = rua_market_reading_table (self->reading, "order-cycle");
  RuaColumn *days = rua_table_peek_column (cycles, RUA_ORDER_CYCLE_FIELD_DELIVERED_ON);
  guint32 only = self->reading->cycle;

  self->rounds = g_new0 (guint64, rua_table_get_n_rows (cycles) / 64 + 1);
  for (guint32 row = 0; row < rua_table_get_n_rows (cycles); row++) {
    RuaDatePacked date;

    if (!rua_table_is_alive (cycles, row) || (only != RUA_NO_ROW && row != only))
      continue;
    if (only == RUA_NO_ROW
        && (is_cancelled (cycles, row) || !rua_column_read_date (days, row, &date)
            || date != rua_date_pack (self->reading->day, RUA_DATE_PRECISION_DAY)))
      continue;
    if (is_cancelled (cycles, row))
      rua_market_reader_tell (self, cycles, row, RUA_ORDER_CYCLE_FIELD_STATUS, RUA_ERROR_VALUE, "the round was cancelled", "clear one that takes place");
    self->rounds[row / 64] |= G_GUINT64_CONSTANT (1) << (row % 64);
  }
}

/* ---- all of it ---- */

static guint32 *
new_numbers (RuaMarketReader *self, const char *kind)
{
  guint32 n = rua_table_get_n_rows (rua_market_reading_table (self->reading, kind));
  guint32 *numbers = g_new (guint32, n + 1);

  memset (numbers, 0xff, (n + 1) * sizeof *numbers);
  return numbers;
}

static GHashTable *
new_sets (void)
{
  return g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
}

static void
reader_init (RuaMarketReader *self, RuaMarketReading *reading, RuaFaults *faults, GCancellable *cancellable)
{
  memset (self, 0, sizeof *self);
  self->reading = reading;
  self->faults = faults;
  self->cancellable = cancellable;
  self->products = new_numbers (self, "product");
  self->hubs = new_numbers (self, "hub");
  self->sites = new_numbers (self, "site");
  self->lot_limits = new_numbers (self, "lot");
  self->coop_limits = new_numbers (self, "cooperative");
  self->household_limits = new_numbers (self, "household");
  self->group_limits = new_numbers (self, "consumer-group");
  self->hub_limits = new_numbers (self, "hub");
  self->standards = g_hash_table_new (g_str_hash, g_str_equal);
  self->certificate_sets = new_sets ();
  self->product_lists = new_sets ();
  self->hub_sets = new_sets ();
  self->lots_by_row = g_hash_table_new (NULL, NULL);
}

static void
reader_clear (RuaMarketReader *self)
{
  g_free (self->products);
  g_free (self->hubs);
  g_free (self->sites);
  g_free (self->lot_limits);
  g_free (self->coop_limits);
  g_free (self->household_limits);
  g_free (self->group_limits);
  g_free (self->hub_limits);
  g_free (self->rounds);
  g_free (self->taken);
  g_hash_table_unref (self->standards);
  g_hash_table_unref (self->certificate_sets);
  g_hash_table_unref (self->product_lists);
  g_hash_table_unref (self->hub_sets);
  g_hash_table_unref (self->lots_by_row);
}

static void
lay_out (RuaMarketReading *self)
{
  RuaMarketProblem *problem = &self->problem;

  problem->n_products = self->product_rows->len;
  problem->n_hubs = self->hub_rows->len;
  problem->n_sites = self->site_rows->len;
  problem->n_certificates = self->standards->len;
#define LAY_OUT(array, type)                                                                                           \
  problem->array = (const type *) (gpointer) self->array->data;                                                        \
  problem->n_##array = self->array->len
  LAY_OUT (lots, RuaMarketLot);
  LAY_OUT (orders, RuaMarketOrder);
  LAY_OUT (routes, RuaMarketRoute);
  LAY_OUT (fees, RuaMarketFee);
  LAY_OUT (delivered, RuaMarketDelivered);
  LAY_OUT (supply_limits, RuaMarketLimit);
  LAY_OUT (demand_limits, RuaMarketLimit);
  LAY_OUT (certificate_sets, RuaMarketList);
  LAY_OUT (product_lists, RuaMarketList);
  LAY_OUT (hub_sets, RuaMarketList);
#undef LAY_OUT
}

static GArray **
arrays_of (RuaMarketReading *self, guint index, guint *size)
{
  struct {
    GArray **array;
    guint size;
  } const all[] = {
    { &self->lots, sizeof (RuaMarketLot) },
    { &self->orders, sizeof (RuaMarketOrder) },
    { &self->routes, sizeof (RuaMarketRoute) },
    { &self->fees, sizeof (RuaMarketFee) },
    { &self->delivered, sizeof (RuaMarketDelivered) },
    { &self->supply_limits, sizeof (RuaMarketLimit) },
    { &self->demand_limits, sizeof (RuaMarketLimit) },
    { &self->certificate_sets, sizeof (RuaMarketList) },
    { &self->product_lists, sizeof (RuaMarketList) },
    { &self->hub_sets, sizeof (RuaMarketList) },
    { &self->origins, sizeof (RuaMarketOrigin) },
    { &self->receivers, sizeof (RuaMarketReceiver) },
    { &self->supply_holders, sizeof (RuaMarketHolder) },
    { &self->demand_holders, sizeof (RuaMarketHolder) },
    { &self->fee_rows, sizeof (guint32) },
    { &self->route_rows, sizeof (guint32) },
    { &self->product_rows, sizeof (guint32) },
    { &self->hub_rows, sizeof (guint32) },
    { &self->site_rows, sizeof (guint32) },
    { &self->delivered_rows, sizeof (guint32) },
  };

  if (index >= G_N_ELEMENTS (all))
    return NULL;
  *size = all[index].size;
  return all[index].array;
}

RuaMarketReading *
rua_market_reading_new (RuaAlliance *snapshot, guint32 cycle, gint32 day, GCancellable *cancellable, GError **error)
{
  static void (*const parts[]) (RuaMarketReader *self) = { find_rounds, rua_market_read_supply, rua_market_read_demand, rua_market_read_terms, rua_market_read_delivered };
  g_autoptr (RuaMarketReading) self = g_new0 (RuaMarketReading, 1);
  g_autoptr (RuaFaults) faults = rua_faults_new (NULL, 0);
  gboolean cancelled = FALSE;
  RuaMarketReader reader;
  GArray **array;
  guint size;

  self->alliance = g_object_ref (snapshot);
  self->cycle = cycle;
  self->day = day;
  for (guint i = 0; (array = arrays_of (self, i, &size)) != NULL; i++)
    *array = g_array_new (FALSE, TRUE, size);
  self->standards = g_ptr_array_new ();
  self->members = g_ptr_array_new_with_free_func (g_free);
  reader_init (&reader, self, faults, cancellable);
  for (guint i = 0; i < G_N_ELEMENTS (parts) && !cancelled; i++) {
    parts[i](&reader);
    cancelled = g_cancellable_set_error_if_cancelled (cancellable, error);
  }
  reader_clear (&reader);
  if (cancelled || !rua_faults_raise (faults, error))
    return NULL;
  lay_out (self);
  return g_steal_pointer (&self);
}

void
rua_market_reading_free (RuaMarketReading *self)
{
  GArray **array;
  guint size;

  for (guint i = 0; (array = arrays_of (self, i, &size)) != NULL; i++)
    g_array_unref (*array);
  g_ptr_array_unref (self->standards);
  g_ptr_array_unref (self->members);
  g_object_unref (self->alliance);
  g_free (self);
}
