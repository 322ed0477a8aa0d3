/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <ruralalliance.h>

#include "plain.h"

/* bench-table [ROWS]: what a table and its records cost in time and memory, beside a plain GObject
 * in the same run. Each time is the best of five. */

#define REPEATS 5
#define N_HELD 1000
#define LOOPS 2000

/* The eight fields of a row, in a kind of one's own so that there are no others but the id. */
enum { ID, VILLAGE, CHANNEL, QUANTITY, MASS, AMOUNT, SOLD_ON, YEAR, CERTIFIED };

/* Three times 8 bytes, a double, two codes, a date and a boolean. */
#define BYTES_OF_VALUES (3 * 8 + 8 + 2 * 4 + 4 + 1)

static const char *const channels[] = { "market_stall", "consumer_group", "shop", "online" };
static char villages[256][16];
static char dates[365][16];

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static RuaAlliance *
make_alliance (void)
{
  static const struct {
    const char *name;
    RuaFieldType type;
  } fields[] = {
    { "village", RUA_FIELD_TYPE_TEXT },      { "channel", RUA_FIELD_TYPE_TOKEN },
    { "quantity", RUA_FIELD_TYPE_INTEGER },  { "mass", RUA_FIELD_TYPE_NUMBER },
    { "amount", RUA_FIELD_TYPE_MONEY },      { "sold_on", RUA_FIELD_TYPE_DATE },
    { "year", RUA_FIELD_TYPE_INTEGER },      { "certified", RUA_FIELD_TYPE_BOOLEAN },
  };
  static const char *const tokens[] = { "market_stall", "consumer_group", "shop", "online", NULL };
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaKind) kind = rua_kind_new ("stall-sale", "stall_sales");
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autoptr (RuaField) field = rua_field_new (fields[i].name, fields[i].type);

    if (fields[i].type == RUA_FIELD_TYPE_TOKEN)
      rua_field_set_tokens (field, tokens);
    rua_kind_add_field (kind, field, &error);
    fail_on (error);
  }
  rua_alliance_add_kind (alliance, kind, &error);
  fail_on (error);
  return alliance;
}

/* Seconds of this thread's own work: other programs on the machine do not count. */
static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + time.tv_nsec / 1e9;
}

static double
heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return (double) info.uordblks + (double) info.hblkhd;
}

static double
resident_bytes (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  return (double) g_ascii_strtoull (strchr (text, ' ') + 1, NULL, 10) * (double) getpagesize ();
}

static void
append_rows (RuaTable *table, guint rows)
{
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  GError *error = NULL;

  for (guint i = 0; i < rows; i++) {
    rua_appender_set_text (appender, VILLAGE, villages[i & 255], -1, NULL);
    rua_appender_set_text (appender, CHANNEL, channels[i & 3], -1, NULL);
    rua_appender_set_integer (appender, QUANTITY, i, NULL);
    rua_appender_set_number (appender, MASS, i * 0.5, NULL);
    rua_appender_set_money (appender, AMOUNT, i * 7, NULL);
    rua_appender_set_date (appender, SOLD_ON, dates[i % 365], -1, NULL);
    rua_appender_set_integer (appender, YEAR, 2014 + (i & 3), NULL);
    rua_appender_set_boolean (appender, CERTIFIED, i & 1, NULL);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
}

static void
bench_bulk (guint rows)
{
  double best = G_MAXDOUBLE, beyond = 0;

  for (guint repeat = 0; repeat < REPEATS; repeat++) {
    g_autoptr (RuaAlliance) alliance = make_alliance ();
    RuaTable *table = rua_alliance_get_table (alliance, "stall-sale");
    double heap = heap_bytes (), start = now ();

    append_rows (table, rows);
    best = MIN (best, now () - start);
    beyond = MAX (beyond, (heap_bytes () - heap) / rows - BYTES_OF_VALUES);
    g_assert_cmpuint (rua_table_get_n_records (table), ==, rows);
  }
  printf ("%-58s %9.3f s   (goal 0.15 at 1M)\n", "rows of 8 fields through the appender", best);
  printf ("%-58s %9.1f     (goal 64)\n", "bytes a row beyond its values", beyond);
}

static void
bench_objects (guint rows)
{
  double best = G_MAXDOUBLE, plain = G_MAXDOUBLE, plain_bytes = 0;

  for (guint repeat = 0; repeat < REPEATS; repeat++) {
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
    RuaTable *table = rua_alliance_get_table (alliance, "sale");
    GError *error = NULL;
    double start = now ();

    for (guint i = 0; i < rows; i++) {
      g_autoptr (RuaSale) sale = rua_sale_new ();

      rua_sale_set_quantity (sale, i, NULL);
      rua_sale_set_mass (sale, i * 0.5, NULL);
      rua_sale_set_amount (sale, i * 7, NULL);
      rua_sale_set_producer_amount (sale, i * 5, NULL);
      rua_sale_set_year (sale, 2014 + (i & 3), NULL);
      rua_sale_set_certified (sale, i & 1, NULL);
      rua_sale_set_channel (sale, channels[i & 3], NULL);
      rua_sale_set_sold_on (sale, dates[i % 365], NULL);
      rua_table_add (table, RUA_RECORD (sale), &error);
      fail_on (error);
    }
    best = MIN (best, now () - start);
    g_assert_cmpuint (rua_table_get_n_records (table), ==, rows);
  }
  for (guint repeat = 0; repeat < REPEATS; repeat++) {
    g_autoptr (GPtrArray) held = g_ptr_array_new_full (rows, g_object_unref);
    double heap = heap_bytes (), start = now ();

    for (guint i = 0; i < rows; i++) {
      PlainSale *sale = plain_sale_new ();

      plain_sale_set_quantity (sale, i);
      plain_sale_set_mass (sale, i * 0.5);
      plain_sale_set_amount (sale, i * 7);
      plain_sale_set_village (sale, villages[i & 255]);
      plain_sale_set_year (sale, 2014 + (i & 3));
      plain_sale_set_certified (sale, i & 1);
      plain_sale_set_channel (sale, channels[i & 3]);
      plain_sale_set_sold_on (sale, dates[i % 365]);
      g_ptr_array_add (held, sale);
    }
    plain = MIN (plain, now () - start);
    plain_bytes = MAX (plain_bytes, (heap_bytes () - heap) / rows);
  }
  printf ("%-58s %9.3f s   (goal 1.0 at 1M)\n", "records made, 8 fields set, added, let go", best);
  printf ("%-58s %9.3f s\n", "  plain GObjects made, 8 fields set, kept", plain);
  printf ("%-58s %9.1f\n", "  bytes a plain GObject", plain_bytes);
}

/* Times one expression over N_HELD objects LOOPS times, in nanoseconds. */
#define NANOSECONDS(expression)                                                                    \
  G_STMT_START                                                                                     \
  {                                                                                                \
    best = G_MAXDOUBLE;                                                                            \
    for (guint repeat = 0; repeat < REPEATS; repeat++) {                                           \
      double start = now ();                                                                       \
      for (guint loop = 0; loop < LOOPS; loop++)                                                   \
        for (guint i = 0; i < N_HELD; i++) {                                                       \
          expression;                                                                              \
        }                                                                                          \
      best = MIN (best, (now () - start) / ((double) N_HELD * LOOPS) * 1e9);                       \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

static void
bench_accessors (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "sale");
  g_autoptr (GPtrArray) sales = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) plains = g_ptr_array_new_with_free_func (g_object_unref);
  double sum = 0;
  double best, value;
  GError *error = NULL;

  for (guint i = 0; i < N_HELD; i++) {
    RuaSale *sale = rua_sale_new ();

    rua_sale_set_mass (sale, i, NULL);
    rua_table_add (table, RUA_RECORD (sale), &error);
    fail_on (error);
    g_ptr_array_add (sales, sale);
    g_ptr_array_add (plains, plain_sale_new ());
  }

  NANOSECONDS (rua_sale_get_mass (sales->pdata[i], &value); sum += value);
  printf ("%-58s %9.1f ns  (goal 10)\n", "typed get", best);
  NANOSECONDS (sum += plain_sale_get_mass (plains->pdata[i]));
  printf ("%-58s %9.1f ns\n", "  plain GObject's accessor, get", best);
  NANOSECONDS (rua_sale_set_mass (sales->pdata[i], loop + i + 1, NULL));
  printf ("%-58s %9.1f ns  (goal 30)\n", "typed set, nobody listening", best);
  NANOSECONDS (plain_sale_set_mass (plains->pdata[i], loop + i + 1));
  printf ("%-58s %9.1f ns\n", "  plain GObject's accessor, set", best);
  NANOSECONDS (g_object_get (sales->pdata[i], "mass", &value, NULL); sum += value);
  printf ("%-58s %9.1f ns\n", "property get", best);
  NANOSECONDS (g_object_get (plains->pdata[i], "mass", &value, NULL); sum += value);
  printf ("%-58s %9.1f ns\n", "  plain GObject's property, get", best);
  NANOSECONDS (g_object_set (sales->pdata[i], "mass", (double) (loop + i + 1), NULL));
  printf ("%-58s %9.1f ns\n", "property set, nobody listening", best);
  NANOSECONDS (g_object_set (plains->pdata[i], "mass", (double) (loop + i + 1), NULL));
  printf ("%-58s %9.1f ns\n", "  plain GObject's property, set", best);
  NANOSECONDS (rua_record_get_number (sales->pdata[i], "mass", &value); sum += value);
  printf ("%-58s %9.1f ns\n", "get by the field's name", best);
  g_assert_cmpfloat (sum, >, 0); /* so that no get is left out */
}

static void
bench_walk (guint rows)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  RuaTable *table = rua_alliance_get_table (alliance, "stall-sale");
  GListModel *model = G_LIST_MODEL (table);
  double best = G_MAXDOUBLE, before, peak = 0;

  append_rows (table, rows);
  malloc_trim (0);
  before = resident_bytes ();
  for (guint repeat = 0; repeat < 3; repeat++) {
    double start = now ();

    for (guint i = 0; i < rows; i++) {
      g_autoptr (RuaRecord) record G_GNUC_UNUSED = g_list_model_get_item (model, i);

      if (i % 65536 == 65535)
        peak = MAX (peak, resident_bytes () - before);
    }
    best = MIN (best, now () - start);
  }
  peak = MAX (peak, resident_bytes () - before);
  printf ("%-58s %9.3f s\n", "walk over all rows of the GListModel", best);
  printf ("%-58s %9.2f MiB\n", "  memory grown by three walks", peak / 1048576);
}

int
main (int argc, char **argv)
{
  guint rows = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 1000000;

  for (guint i = 0; i < G_N_ELEMENTS (villages); i++)
    g_snprintf (villages[i], sizeof villages[i], "village-%u", i);
  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    g_snprintf (dates[i], sizeof dates[i], "2017-%02u-%02u", i / 31 + 1, i % 28 + 1);

  printf ("%u rows, best of %d\n", rows, REPEATS);
  bench_bulk (rows);
  bench_objects (rows);
  bench_accessors ();
  bench_walk (rows);
  return 0;
}
