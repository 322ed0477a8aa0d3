/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of dates, over all the years that there are. */
#include "metrics-case.h"
#include "rua-expression.h"

/* The first and the last day of each year that can be written, each at one of the three precisions, and every tenth
 * unknown. */
static void
test_years (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaKind) kind = rua_kind_new ("trial", "trials");
  g_autoptr (RuaField) day = rua_field_new ("day", RUA_FIELD_TYPE_DATE);
  g_autoptr (RuaExpression) expression = NULL;
  g_autoptr (GBytes) numbers = NULL, presence = NULL;
  const double *got;
  const guint8 *known;
  RuaAppender *appender;
  RuaTable *table;

  rua_kind_add_field (kind, day, &error);
  g_assert_no_error (error);
  rua_alliance_add_kind (alliance, kind, &error);
  g_assert_no_error (error);
  table = rua_alliance_get_table (alliance, "trial");
  appender = rua_table_append (table);
  for (guint i = 0; i < 2 * 9999; i++) {
    g_autofree char *id = g_strdup_printf ("t%u", i);
    g_autofree char *iso = g_strdup_printf ("%04u-%s", i / 2 + 1, i % 2 == 0 ? "01-01" : "12-31");
    static const gssize lengths[] = { 10, 7, 10, 4 };

    g_assert_true (rua_appender_set_text (appender, 0, id, -1, NULL));
    if (i % 10 != 9)
      g_assert_true (rua_appender_set_date (appender, rua_field_get_index (day), iso, lengths[i % 4], NULL));
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  g_object_unref (appender);

  expression = rua_expression_new ("year (day)", table, &error);
  g_assert_no_error (error);
  numbers = rua_expression_dup_numbers (expression, &presence, &error);
  g_assert_no_error (error);
  got = g_bytes_get_data (numbers, NULL);
  known = g_bytes_get_data (presence, NULL);
  for (guint i = 0; i < 2 * 9999; i++) {
    g_assert_cmpint (known[i], ==, i % 10 != 9);
    if (known[i])
      g_assert_cmpfloat (got[i], ==, i / 2 + 1);
  }
}

/* Every day about the two centuries in which each fourth year is a leap year. */
static void
test_days (void)
{
  const int first = -25600, last = 47890;
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaKind) kind = rua_kind_new ("trial", "trials");
  g_autoptr (RuaField) field = rua_field_new ("day", RUA_FIELD_TYPE_DATE);
  g_autoptr (RuaExpression) expression = NULL;
  g_autoptr (RuaAppender) appender = NULL;
  g_autoptr (GBytes) numbers = NULL, presence = NULL;
  const double *got;
  const guint8 *known;
  RuaTable *table;

  rua_kind_add_field (kind, field, &error);
  rua_alliance_add_kind (alliance, kind, &error);
  g_assert_no_error (error);
  table = rua_alliance_get_table (alliance, "trial");
  appender = rua_table_append (table);
  for (int day = first; day <= last; day++) {
    g_autofree char *id = g_strdup_printf ("t%d", day), *iso = rua_date_format (day, RUA_DATE_PRECISION_DAY);

    rua_appender_set_text (appender, 0, id, -1, NULL);
    if (day % 1000 != 0)
      g_assert_true (rua_appender_set_date (appender, rua_field_get_index (field), iso, -1, NULL));
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  expression = rua_expression_new ("year (day)", table, &error);
  g_assert_no_error (error);
  numbers = rua_expression_dup_numbers (expression, &presence, &error);
  g_assert_no_error (error);
  got = g_bytes_get_data (numbers, NULL);
  known = g_bytes_get_data (presence, NULL);
  for (int day = first; day <= last; day++) {
    int year, month, dom;

    rua_date_day_to_civil (day, &year, &month, &dom);
    g_assert_cmpint (known[day - first], ==, day % 1000 != 0);
    if (known[day - first])
      g_assert_cmpfloat (got[day - first], ==, year);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression-dates/years", test_years);
  g_test_add_func ("/expression-dates/days", test_days);
  return g_test_run ();
}
