/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include <ruralalliance.h>

/* bench-document [ROWS]: an alliance of households and incomes to JSON and back. Each time is the
 * best of three. */

#define REPEATS 3
#define HOUSEHOLDS 5000

static void
fail_on (GError *error)
{
  if (error != NULL)
    g_error ("%s", error->message);
}

static void
put_text (RuaAppender *appender, RuaKind *kind, const char *field, const char *text)
{
  GError *error = NULL;

  rua_appender_set_text (appender, rua_field_get_index (rua_kind_find_field (kind, field)), text, -1, &error);
  fail_on (error);
}

static RuaAlliance *
make_alliance (guint rows)
{
  static const char *const incomes[] = { "total", "cooperative", "own_farm", "wage" };
  RuaAlliance *alliance = rua_alliance_new ();
  RuaTable *households = rua_alliance_get_table (alliance, "household");
  RuaTable *table = rua_alliance_get_table (alliance, "income");
  RuaKind *kind = rua_table_get_kind (table);
  RuaAppender *appender = rua_table_append (households);
  guint household = rua_field_get_index (rua_kind_find_field (kind, "household"));
  guint year = rua_field_get_index (rua_kind_find_field (kind, "year"));
  guint amount = rua_field_get_index (rua_kind_find_field (kind, "amount"));
  guint net = rua_field_get_index (rua_kind_find_field (kind, "net"));
  guint recall = rua_field_get_index (rua_kind_find_field (kind, "recall"));
  guint collected = rua_field_get_index (rua_kind_find_field (kind, "collected_on"));
  GError *error = NULL;

  for (guint i = 0; i < HOUSEHOLDS; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);
    put_text (appender, rua_table_get_kind (households), "id", id);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
  g_object_unref (appender);

  appender = rua_table_append (table);
  for (guint i = 0; i < rows; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i % HOUSEHOLDS);
    g_autofree char *date = g_strdup_printf ("2014-09-%02u", 1 + i % 28);

    rua_appender_set_reference (appender, household, id, -1, &error);
    rua_appender_set_integer (appender, year, 2000 + i % 20, &error);
    rua_appender_set_money (appender, amount, (gint64) i * 100 + 25, &error);
    put_text (appender, kind, "income_source", incomes[i % 4]);
    rua_appender_set_boolean (appender, net, i % 2, &error);
    rua_appender_set_integer (appender, recall, i % 12, &error);
    rua_appender_set_date (appender, collected, date, -1, &error);
    fail_on (error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
  g_object_unref (appender);
  return alliance;
}

int
main (int argc, char *argv[])
{
  guint rows = argc > 1 ? (guint) strtoul (argv[1], NULL, 10) : 1000000;
  g_autoptr (RuaAlliance) alliance = make_alliance (rows);
  g_autoptr (GBytes) json = NULL;
  double save = G_MAXDOUBLE, load = G_MAXDOUBLE, size;
  GError *error = NULL;

  for (guint i = 0; i < REPEATS; i++) {
    gint64 start = g_get_monotonic_time ();

    g_clear_pointer (&json, g_bytes_unref);
    json = rua_alliance_to_json (alliance, NULL, &error);
    fail_on (error);
    save = MIN (save, (double) (g_get_monotonic_time () - start) / 1e6);
  }
  for (guint i = 0; i < REPEATS; i++) {
    gint64 start = g_get_monotonic_time ();
    g_autoptr (RuaAlliance) read = rua_alliance_new_from_json (json, NULL, NULL, &error);
    g_autoptr (GBytes) again = NULL;

    fail_on (error);
    load = MIN (load, (double) (g_get_monotonic_time () - start) / 1e6);
    again = rua_alliance_to_json (read, NULL, &error);
    if (!g_bytes_equal (json, again))
      g_error ("the round trip is not exact");
  }
  size = (double) g_bytes_get_size (json) / 1e6;
  printf ("%u rows of 7 known fields, %.1f MB of JSON\n", rows, size);
  printf ("  to JSON    %6.3f s  %6.0f MB/s  %6.0f ns a row\n", save, size / save, save * 1e9 / rows);
  printf ("  from JSON  %6.3f s  %6.0f MB/s  %6.0f ns a row\n", load, size / load, load * 1e9 / rows);
  return 0;
}
