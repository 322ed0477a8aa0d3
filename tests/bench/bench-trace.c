/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <ruralalliance.h>

/* bench-trace [DELIVERIES]: from a lot to every basket, and from a basket back to lots, households and certificates, at a
 * million deliveries; the index that is made once, and each question with all of its answers read. Best of five, and the
 * worst lot there is. */

#define REPEATS 5
#define BASKETS_OF_A_LOT 500

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec * 1e-9;
}

static guint
field_of (RuaTable *table, const char *name)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), name));
}

static void
append (RuaAlliance *alliance, const char *kind, guint n, void (*fill) (RuaAppender *rows, RuaTable *table, guint i))
{
  RuaTable *table = rua_alliance_get_table (alliance, kind);
  g_autoptr (RuaAppender) rows = rua_table_append (table);
  GError *error = NULL;

  for (guint i = 0; i < n; i++) {
    fill (rows, table, i);
    rua_appender_end_row (rows);
  }
  rua_appender_commit (rows, &error);
  fail_on (error);
}

static void
set_text (RuaAppender *rows, RuaTable *table, const char *field, const char *prefix, guint i, gboolean is_reference)
{
  char text[32];
  GError *error = NULL;

  g_snprintf (text, sizeof text, "%s%u", prefix, i);
  if (is_reference)
    rua_appender_set_reference (rows, field_of (table, field), text, -1, &error);
  else
    rua_appender_set_text (rows, field_of (table, field), text, -1, &error);
  fail_on (error);
}

static void
set_integer (RuaAppender *rows, RuaTable *table, const char *field, gint64 value)
{
  GError *error = NULL;

  rua_appender_set_integer (rows, field_of (table, field), value, &error);
  fail_on (error);
}

static void
add_product (RuaAlliance *alliance)
{
  g_autoptr (RuaProduct) product = rua_product_new ();
  GError *error = NULL;

  rua_record_set_id (RUA_RECORD (product), "p0", &error);
  rua_product_set_name (product, "en", "Rice", &error);
  rua_alliance_add (alliance, RUA_RECORD (product), &error);
  fail_on (error);
}

static guint n_lots, n_orders;

static void
fill_household (RuaAppender *rows, RuaTable *table, guint i)
{
  set_text (rows, table, "id", "h", i, FALSE);
}

static void
fill_lot (RuaAppender *rows, RuaTable *table, guint i)
{
  set_text (rows, table, "id", "l", i, FALSE);
  set_text (rows, table, "product", "p", 0, TRUE);
  set_text (rows, table, "household", "h", i % 1000, TRUE);
  set_integer (rows, table, "quantity", 1000000);
}

static void
fill_order (RuaAppender *rows, RuaTable *table, guint i)
{
  set_text (rows, table, "id", "o", i, FALSE);
  set_text (rows, table, "product", "p", 0, TRUE);
  set_integer (rows, table, "quantity", 10);
}

/* The first lot is in a fifth of all baskets. */
static void
fill_allocation (RuaAppender *rows, RuaTable *table, guint i)
{
  set_text (rows, table, "order", "o", i % n_orders, TRUE);
  set_text (rows, table, "lot", "l", i % 5 == 0 ? 0 : (guint) (i * 2654435761u) % n_lots, TRUE);
  set_integer (rows, table, "quantity", 3);
}

static guint
read_all (GListModel *list)
{
  guint n = g_list_model_get_n_items (list);

  for (guint i = 0; i < n; i++)
    g_object_unref (g_list_model_get_item (list, i));
  g_object_unref (list);
  return n;
}

/* The positions of all baskets, and of each what it ordered. */
static guint
read_bulk (RuaTrace *trace, RuaLot *lot)
{
  RuaTable *orders = rua_alliance_get_table (rua_trace_get_alliance (trace), "order");
  g_autoptr (RuaColumn) column = rua_table_dup_column (orders, "quantity");
  g_autoptr (GBytes) positions = rua_trace_dup_baskets (trace, lot, NULL), values = rua_column_dup_values (column);
  gsize size;
  const guint32 *at = g_bytes_get_data (positions, &size);
  const gint64 *quantities = g_bytes_get_data (values, NULL);
  gint64 sum = 0;

  for (gsize i = 0; i < size / sizeof *at; i++)
    sum += quantities[at[i]];
  if (sum != (gint64) (size / sizeof *at) * 10)
    g_error ("%" G_GINT64_FORMAT " ordered", sum);
  return (guint) (size / sizeof *at);
}

static void
tell (const char *what, double seconds, guint n)
{
  printf ("%-44s %9.3f ms  %8u\n", what, seconds * 1000, n);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 1000000;
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  double made = 1e9, ordinary = 1e9, back = 1e9, worst = 1e9, worst_list = 1e9, bulk = 1e9;
  guint n_ordinary = 0, n_back = 0, n_worst = 0, n_bulk = 0;

  n_lots = MAX (n / BASKETS_OF_A_LOT, 2);
  n_orders = MAX (n / 3, 1);
  append (alliance, "household", 1000, fill_household);
  add_product (alliance);
  append (alliance, "lot", n_lots, fill_lot);
  append (alliance, "order", n_orders, fill_order);
  append (alliance, "allocation", n, fill_allocation);
  for (guint i = 0; i < REPEATS; i++) {
    double begun = now ();
    g_autoptr (RuaTrace) trace = rua_trace_new (alliance);
    g_autoptr (RuaRecord) lot = rua_table_dup_record (rua_alliance_get_table (alliance, "lot"), n_lots / 2);
    g_autoptr (RuaRecord) all_over = rua_table_dup_record (rua_alliance_get_table (alliance, "lot"), 0);
    g_autoptr (RuaRecord) order = rua_table_dup_record (rua_alliance_get_table (alliance, "order"), n_orders / 2);
    GListModel *baskets;

    made = MIN (made, now () - begun);
    begun = now ();
    n_ordinary = read_all (rua_trace_list_baskets (trace, RUA_LOT (lot)));
    ordinary = MIN (ordinary, now () - begun);
    begun = now ();
    n_back = read_all (rua_trace_list_lots (trace, order)) + read_all (rua_trace_list_producers (trace, order)) + read_all (rua_trace_list_certificates (trace, order));
    back = MIN (back, now () - begun);
    begun = now ();
    baskets = rua_trace_list_baskets (trace, RUA_LOT (all_over));
    worst_list = MIN (worst_list, now () - begun);
    n_worst = read_all (baskets);
    worst = MIN (worst, now () - begun);
    begun = now ();
    n_bulk = read_bulk (trace, RUA_LOT (all_over));
    bulk = MIN (bulk, now () - begun);
  }
  printf ("%u deliveries of %u lots in %u baskets\n", n, n_lots, n_orders);
  tell ("index, made once", made, n);
  tell ("a lot to all of its baskets, each read", ordinary, n_ordinary);
  tell ("a basket to lots, producers, certificates", back, n_back);
  tell ("the lot that is all over: its list", worst_list, n_worst);
  tell ("the lot that is all over: every basket read", worst, n_worst);
  tell ("the lot that is all over: positions, quantities", bulk, n_bulk);
  return 0;
}
