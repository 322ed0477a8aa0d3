/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-private.h"
#include "rua-kinds-private.h"
#include "rua-random-private.h"
#include "rua-table-core-private.h"

#include <math.h>
#include <string.h>

enum {
  HOUSEHOLD = RUA_INCOME_FIELD_HOUSEHOLD,
  YEAR = RUA_INCOME_FIELD_YEAR,
  AMOUNT = RUA_INCOME_FIELD_AMOUNT,
};

typedef struct {
  guint position, removed, added, events;
} Told;

static void
told (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Told *t = data;

  t->position = position;
  t->removed = removed;
  t->added = added;
  t->events++;
}

static void
append_households (RuaAlliance *alliance, guint n)
{
  g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_households (alliance));
  GError *error = NULL;

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    g_assert_true (rua_appender_set_text (appender, 0, id, -1, &error));
    rua_appender_end_row (appender);
  }
  g_assert_true (rua_appender_commit (appender, &error));
  g_assert_no_error (error);
}

static void
test_commit (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *incomes = rua_alliance_get_incomes (alliance);
  Told t = { 0 };
  g_autoptr (RuaAppender) appender = NULL;
  GError *error = NULL;

  append_households (alliance, 100);
  g_signal_connect (incomes, "items-changed", G_CALLBACK (told), &t);
  appender = rua_table_append (incomes);
  for (guint i = 0; i < 70000; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i % 100);

    g_assert_true (rua_appender_set_reference (appender, HOUSEHOLD, id, -1, &error));
    g_assert_true (rua_appender_set_integer (appender, YEAR, 2014 + i % 4, &error));
    if (i % 7)
      g_assert_true (rua_appender_set_money (appender, AMOUNT, i, &error));
    rua_appender_end_row (appender);
    g_assert_cmpuint (rua_table_get_n_records (incomes), ==, 0);
  }
  g_assert_true (rua_appender_commit (appender, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (t.events, ==, 1);
  g_assert_cmpuint (t.position, ==, 0);
  g_assert_cmpuint (t.added, ==, 70000);
  for (guint i = 0; i < 70000; i += 997) {
    g_autoptr (RuaIncome) income = RUA_INCOME (rua_table_dup_record (incomes, i));
    g_autoptr (RuaHousehold) household = rua_income_dup_household (income);
    g_autofree char *id = g_strdup_printf ("h%u", i % 100);
    gint64 amount;

    g_assert_cmpstr (rua_record_get_id (RUA_RECORD (household)), ==, id);
    g_assert_cmpint (rua_income_get_amount (income, &amount), ==, i % 7 != 0);
    if (i % 7)
      g_assert_cmpint (amount, ==, i);
  }
}

static void
test_rollback (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_households (alliance);
  Told t = { 0 };
  g_autoptr (RuaRecord) record = NULL;

  g_signal_connect (table, "items-changed", G_CALLBACK (told), &t);
  for (int way = 0; way < 2; way++) {
    RuaAppender *appender = rua_table_append (table);

    for (guint i = 0; i < 3; i++) {
      g_autofree char *id = g_strdup_printf ("h%u", i);

      rua_appender_set_text (appender, 0, id, -1, NULL);
      rua_appender_set_number (appender, RUA_HOUSEHOLD_FIELD_WEIGHT, 1, NULL);
      if (i < 2)
        rua_appender_end_row (appender);
    }
    if (way)
      rua_appender_rollback (appender);
    g_object_unref (appender);
  }
  g_assert_cmpuint (t.events, ==, 0);
  append_households (alliance, 3);
  g_assert_cmpuint (rua_table_get_n_records (table), ==, 3);
  record = rua_table_find (table, "h1");
  g_assert_false (rua_record_has (record, "weight"));
}

static void
test_row_not_ended (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_households (alliance);
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  g_autoptr (RuaRecord) record = NULL;
  GError *error = NULL;

  rua_appender_set_text (appender, 0, "a", -1, NULL);
  rua_appender_end_row (appender);
  rua_appender_set_text (appender, 0, "b", -1, NULL);
  rua_appender_set_number (appender, RUA_HOUSEHOLD_FIELD_WEIGHT, 1, NULL);
  g_assert_true (rua_appender_commit (appender, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rua_table_get_n_records (table), ==, 1);
  g_assert_null (rua_table_find (table, "b"));
  record = RUA_RECORD (rua_household_new ());
  rua_record_set_id (record, "b", NULL);
  g_assert_true (rua_table_add (table, record, &error));
  g_assert_no_error (error);
  g_assert_false (rua_record_has (record, "weight"));
}

static void
test_references_within (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *places = rua_alliance_get_places (alliance);
  g_autoptr (RuaAppender) appender = rua_table_append (places);
  static const char *const rows[][2] = { { "child", "middle" }, { "middle", "top" }, { "top", NULL } };
  g_autoptr (RuaPlace) child = NULL, middle = NULL;
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    rua_appender_set_text (appender, 0, rows[i][0], -1, &error);
    rua_appender_set_packed (appender, RUA_PLACE_FIELD_NAME, "en\0x\0", 5, &error);
    if (rows[i][1])
      rua_appender_set_reference (appender, RUA_PLACE_FIELD_PARENT, rows[i][1], -1, &error);
    g_assert_no_error (error);
    rua_appender_end_row (appender);
  }
  g_assert_true (rua_appender_commit (appender, &error));
  g_assert_no_error (error);
  child = RUA_PLACE (rua_table_find (places, "child"));
  middle = rua_place_dup_parent (child);
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (middle)), ==, "middle");
}

static void
expect (gboolean done, GError **error, RuaError code, const char *says)
{
  g_assert_false (done);
  g_assert_error (*error, RUA_ERROR, (int) code);
  if (!strstr ((*error)->message, says))
    g_error ("'%s' does not say '%s'", (*error)->message, says);
  g_clear_error (error);
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_households (alliance);
  g_autoptr (RuaAppender) appender = NULL;
  g_autoptr (RuaHousehold) household = rua_household_new ();
  GError *error = NULL;

  append_households (alliance, 1);
  appender = rua_table_append (table);
  expect (rua_appender_set_text (appender, 0, "h0", -1, &error), &error, RUA_ERROR_DUPLICATE, "household #2: id: another");
  expect (rua_appender_set_text (appender, 0, "", -1, &error), &error, RUA_ERROR_VALUE, "empty");
  g_assert_true (rua_appender_set_text (appender, 0, "new", -1, &error));
  expect (rua_appender_set_text (appender, 999, "x", -1, &error), &error, RUA_ERROR_UNKNOWN_NAME, "999");
  expect (rua_appender_set_text (appender, RUA_HOUSEHOLD_FIELD_WEIGHT, "x", -1, &error), &error, RUA_ERROR_VALUE, "number");
  expect (rua_appender_set_number (appender, RUA_HOUSEHOLD_FIELD_WEIGHT, NAN, &error), &error, RUA_ERROR_VALUE, "finite");
  expect (rua_appender_set_text (appender, RUA_HOUSEHOLD_FIELD_ARM, "control", -1, &error), &error, RUA_ERROR_VALUE, "comparison");
  expect (rua_appender_set_date (appender, RUA_HOUSEHOLD_FIELD_JOINED, "2014-13", -1, &error), &error, RUA_ERROR_VALUE, "2014-13");
  rua_record_set_id (RUA_RECORD (household), "other", NULL);
  expect (rua_table_add (table, RUA_RECORD (household), &error), &error, RUA_ERROR_FAILED, "in bulk");
  rua_appender_end_row (appender);
  g_assert_true (rua_appender_commit (appender, &error));
  expect (rua_appender_set_text (appender, 0, "x", -1, &error), &error, RUA_ERROR_FAILED, "done");
  g_assert_cmpuint (rua_table_get_n_records (table), ==, 2);
}

typedef gboolean (*Set) (RuaAppender *appender, guint field, GError **error);

static gboolean
set_text (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_text (appender, field, "hill and valley", 4, error);
}

static gboolean
set_packed (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_packed (appender, field, "en\0x\0", 5, error);
}

static gboolean
set_boolean (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_boolean (appender, field, 7, error);
}

static gboolean
set_integer (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_integer (appender, field, 4, error);
}

static gboolean
set_number (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_number (appender, field, 1.5, error);
}

static gboolean
set_money (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_money (appender, field, 150, error);
}

static gboolean
set_date (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_date (appender, field, "2014-09-15", 7, error);
}

static gboolean
set_reference (RuaAppender *appender, guint field, GError **error)
{
  return rua_appender_set_reference (appender, field, "s1s2", 2, error);
}

/* Each function takes fields of its own type and refuses every other, with the type that the field has; what was
 * refused leaves the row as it was, and it goes on. */
static void
test_types (void)
{
  static const struct {
    Set set;
    guint types;
    const char *kind;
  } cases[] = {
    { set_text, 1u << RUA_FIELD_TYPE_TEXT | 1u << RUA_FIELD_TYPE_JSON, "household" },
    { set_packed, 1u << RUA_FIELD_TYPE_TEXTS | 1u << RUA_FIELD_TYPE_TEXT_LIST | 1u << RUA_FIELD_TYPE_REFERENCE_LIST, "place" },
    { set_boolean, 1u << RUA_FIELD_TYPE_BOOLEAN, "household" },
    { set_integer, 1u << RUA_FIELD_TYPE_INTEGER, "household" },
    { set_number, 1u << RUA_FIELD_TYPE_NUMBER, "household" },
    { set_money, 1u << RUA_FIELD_TYPE_MONEY, "income" },
    { set_date, 1u << RUA_FIELD_TYPE_DATE, "household" },
    { set_reference, 1u << RUA_FIELD_TYPE_REFERENCE, "household" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
    RuaTable *table = rua_alliance_get_table (alliance, cases[i].kind);
    RuaKind *kind = rua_table_get_kind (table);
    guint n = rua_kind_get_n_fields (kind), n_taken = 0;
    g_autoptr (RuaAppender) appender = rua_table_append (table);
    GError *error = NULL;

    expect (cases[i].set (appender, n, &error), &error, RUA_ERROR_UNKNOWN_NAME, "has no field at");
    for (guint field = 1; field < n; field++) {
      RuaFieldType type = rua_field_get_field_type (rua_kind_get_field (kind, field));

      if (type == RUA_FIELD_TYPE_TOKEN && i == 0) {
        expect (cases[i].set (appender, field, &error), &error, RUA_ERROR_VALUE, "does not know the word");
      } else if (cases[i].types >> type & 1) {
        g_assert_true (cases[i].set (appender, field, &error));
        g_assert_no_error (error);
        n_taken++;
      } else {
        expect (cases[i].set (appender, field, &error), &error, RUA_ERROR_VALUE, "the field holds another type of value");
        g_assert_false (cases[i].set (appender, field, NULL));
        g_assert_null (rua_column_peek (rua_table_column (table, field), 0));
      }
    }
    g_assert_cmpuint (n_taken, >, 0);
    rua_appender_rollback (appender);
    rua_appender_rollback (appender);
    expect (cases[i].set (appender, 1, &error), &error, RUA_ERROR_FAILED, "the appender is done");
    g_assert_cmpuint (rua_table_get_n_records (table), ==, 0);
  }
}

/* What is told of a value is cut at a whole character, however long it is. */
static void
test_long_values (void)
{
  static const char *const letters[] = { "a", "\303\251", "\345\206\234", "\360\237\214\276" };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    for (guint skip = 0; skip < 4; skip++) {
      g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
      g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_places (alliance));
      g_autoptr (GString) text = g_string_new (NULL);
      GError *error = NULL;

      for (guint k = 0; k < skip; k++)
        g_string_append_c (text, 'x');
      for (guint k = 0; k < 200; k++)
        g_string_append (text, letters[i]);
      g_assert_false (rua_appender_set_text (appender, RUA_PLACE_FIELD_LEVEL, text->str, (gssize) text->len, &error));
      g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_nonnull (strstr (error->message, letters[i]));
      g_assert_null (strstr (error->message, "\357\277\275"));
      g_assert_cmpuint (strlen (error->message), <, 400);
      g_clear_error (&error);
      g_assert_true (rua_appender_set_text (appender, 0, text->str, (gssize) text->len, &error));
      rua_appender_rollback (appender);
    }
}

static void
test_faults_at_commit (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *incomes = rua_alliance_get_incomes (alliance);
  g_autoptr (RuaAppender) appender = NULL;
  GError *error = NULL;

  append_households (alliance, 3);
  appender = rua_table_append (incomes);
  for (guint i = 0; i < 4; i++) {
    rua_appender_set_line (appender, 10 + i);
    if (i != 1)
      rua_appender_set_integer (appender, YEAR, 2014, NULL);
    rua_appender_set_money (appender, AMOUNT, 1, NULL);
    rua_appender_set_reference (appender, HOUSEHOLD, i == 2 ? "h22" : "h1", -1, NULL);
    rua_appender_end_row (appender);
  }
  g_assert_false (rua_appender_commit (appender, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "line 11: income #2: year: the field is required, but unknown"));
  g_assert_nonnull (strstr (error->message, "line 12: income #3: household:"));
  /* The nearest id would be that of another household. */
  g_assert_null (strstr (error->message, "h2"));
  g_assert_nonnull (strstr (error->message, "there is no household of this id; add the record it refers to"));
  g_clear_error (&error);
  g_assert_cmpuint (rua_table_get_n_records (incomes), ==, 0);
}

static void
test_overhead (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  append_households (alliance, 200000);
  g_assert_cmpuint (rua_table_get_overhead (rua_alliance_get_households (alliance)), <, 64 * 200000);
}

static void
test_columns_out (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_households (alliance);
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  static const char *const arms[] = { "treated", "comparison", NULL, "treated" };
  g_autoptr (RuaColumn) column = NULL, dates = NULL, list = NULL;
  g_autoptr (GBytes) values = NULL, known = NULL, days = NULL;
  g_auto (GStrv) dictionary = NULL;
  const guint32 *codes;
  const guint8 *flags;

  for (gsize i = 0; i < G_N_ELEMENTS (arms); i++) {
    g_autofree char *id = g_strdup_printf ("%zu", i);

    rua_appender_set_text (appender, 0, id, -1, NULL);
    if (arms[i])
      rua_appender_set_text (appender, RUA_HOUSEHOLD_FIELD_ARM, arms[i], -1, NULL);
    rua_appender_set_date (appender, RUA_HOUSEHOLD_FIELD_JOINED, i % 2 ? "1970-01-03" : "1970", -1, NULL);
    rua_appender_end_row (appender);
  }
  g_assert_true (rua_appender_commit (appender, NULL));
  column = rua_table_dup_column (table, "arm");
  values = rua_column_dup_values (column);
  known = rua_column_dup_presence (column);
  dictionary = rua_column_dup_dictionary (column);
  codes = g_bytes_get_data (values, NULL);
  flags = g_bytes_get_data (known, NULL);
  g_assert_cmpuint (g_bytes_get_size (values), ==, 16);
  g_assert_cmpuint (rua_column_get_n_rows (column), ==, 4);
  g_assert_cmpuint (rua_column_get_n_known (column), ==, 3);
  g_assert_cmpstr (rua_field_get_name (rua_column_get_field (column)), ==, "arm");
  for (gsize i = 0; i < G_N_ELEMENTS (arms); i++) {
    g_assert_cmpint (flags[i], ==, arms[i] != NULL);
    if (arms[i])
      g_assert_cmpstr (dictionary[codes[i]], ==, arms[i]);
  }
  dates = rua_table_dup_column (table, "joined");
  days = rua_column_dup_values (dates);
  g_assert_cmpint (((const gint32 *) g_bytes_get_data (days, NULL))[0], ==, 0);
  g_assert_cmpint (((const gint32 *) g_bytes_get_data (days, NULL))[1], ==, 2);
  g_assert_null (rua_column_dup_dictionary (dates));
  list = rua_table_dup_column (table, "sources");
  g_assert_null (rua_column_dup_values (list));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/appender/commit", test_commit);
  g_test_add_func ("/appender/rollback", test_rollback);
  g_test_add_func ("/appender/row-not-ended", test_row_not_ended);
  g_test_add_func ("/appender/references-within", test_references_within);
  g_test_add_func ("/appender/refused", test_refused);
  g_test_add_func ("/appender/types", test_types);
  g_test_add_func ("/appender/long-values", test_long_values);
  g_test_add_func ("/appender/faults-at-commit", test_faults_at_commit);
  g_test_add_func ("/appender/overhead", test_overhead);
  g_test_add_func ("/column/out", test_columns_out);
  return g_test_run ();
}
