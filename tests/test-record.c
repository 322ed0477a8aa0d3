/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance.h"

#include <math.h>
#include <string.h>

/* Records: detached and in a table, by typed function, by name, by GValue and by property. */

static RuaAlliance *
make_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaField) altitude = rua_field_new ("altitude", RUA_FIELD_TYPE_NUMBER);
  g_autoptr (RuaField) hives = rua_field_new ("hives", RUA_FIELD_TYPE_INTEGER);

  g_assert_true (rua_alliance_add_field (alliance, "household", altitude, NULL));
  g_assert_true (rua_alliance_add_field (alliance, "household", hives, NULL));
  return alliance;
}

static RuaHousehold *
add_household (RuaAlliance *alliance, const char *id)
{
  RuaRecord *record = rua_alliance_new_record (alliance, "household");
  GError *error = NULL;

  g_assert_true (rua_record_set_id (record, id, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
  return RUA_HOUSEHOLD (record);
}

static void
expect_error (gboolean done, GError **error, RuaError code, const char *says)
{
  g_assert_false (done);
  g_assert_error (*error, RUA_ERROR, code);
  if (!strstr ((*error)->message, says))
    g_error ("'%s' does not say '%s'", (*error)->message, says);
  g_clear_error (error);
}

static void
test_unknown (void)
{
  g_autoptr (RuaIncome) income = rua_income_new ();
  gint64 amount = 5;
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_null (rua_record_get_id (RUA_RECORD (income)));
  g_assert_false (rua_income_get_amount (income, &amount));
  g_assert_cmpint (amount, ==, 5);
  g_assert_null (rua_income_dup_household (income));
  g_assert_false (rua_record_has (RUA_RECORD (income), "amount"));
  g_assert_false (rua_record_has (RUA_RECORD (income), "no_such_field"));
  g_assert_false (rua_record_get_value (RUA_RECORD (income), "amount", &value));
  g_assert_false (G_IS_VALUE (&value));
  g_object_get (income, "amount", &amount, NULL);
  g_assert_cmpint (amount, ==, G_MININT64);
}

/* The same sets and gets on a record that is detached, in a table, and detached again. */
static void
check_every_type (RuaAlliance *alliance, RuaRecord *record)
{
  GError *error = NULL;
  gint64 integer;
  double number;
  gboolean boolean;
  const char *const tags[] = { "a", "", "蜂蜜", NULL };
  const char *text;
  g_auto (GStrv) list = NULL;
  g_auto (GStrv) languages = NULL;
  g_autofree char *date = NULL;

  /* text */
  g_assert_true (rua_record_set_text (record, "stratum", "山区", &error));
  g_assert_cmpstr (rua_record_get_text (record, "stratum"), ==, "山区");
  g_assert_true (rua_record_set_text (record, "stratum", "", &error));
  g_assert_cmpstr (rua_record_get_text (record, "stratum"), ==, "");
  g_assert_true (rua_record_set_text (record, "stratum", NULL, &error));
  g_assert_false (rua_record_has (record, "stratum"));
  expect_error (rua_record_set_text (record, "stratum", "\xff\xfe", &error), &error, RUA_ERROR_VALUE, "UTF-8");
  /* token */
  g_assert_true (rua_record_set_text (record, "arm", "treated", &error));
  expect_error (rua_record_set_text (record, "arm", "control", &error), &error, RUA_ERROR_VALUE, "treated, comparison");
  g_assert_cmpstr (rua_record_get_text (record, "arm"), ==, "treated");
  /* integer */
  g_assert_true (rua_record_set_integer (record, "n_persons", G_MAXINT64, &error));
  g_assert_true (rua_record_get_integer (record, "n_persons", &integer));
  g_assert_cmpint (integer, ==, G_MAXINT64);
  g_assert_true (rua_record_set_integer (record, "n_persons", 0, &error));
  g_assert_true (rua_record_get_integer (record, "n_persons", &integer));
  g_assert_cmpint (integer, ==, 0);
  g_assert_true (rua_record_get_integer (record, "n_persons", NULL));
  /* number */
  g_assert_true (rua_record_set_number (record, "weight", -0.1, &error));
  g_assert_true (rua_record_get_number (record, "weight", &number));
  g_assert_cmpfloat (number, ==, -0.1);
  expect_error (rua_record_set_number (record, "weight", NAN, &error), &error, RUA_ERROR_VALUE, "finite");
  expect_error (rua_record_set_number (record, "weight", INFINITY, &error), &error, RUA_ERROR_VALUE, "finite");
  g_assert_true (rua_record_get_number (record, "weight", &number));
  g_assert_cmpfloat (number, ==, -0.1);
  /* boolean */
  g_assert_false (rua_record_get_boolean (record, "vulnerable", &boolean));
  g_assert_true (rua_record_set_boolean (record, "vulnerable", FALSE, &error));
  g_assert_true (rua_record_get_boolean (record, "vulnerable", &boolean));
  g_assert_false (boolean);
  g_assert_true (rua_record_set_boolean (record, "vulnerable", 7, &error));
  g_assert_true (rua_record_get_boolean (record, "vulnerable", &boolean));
  g_assert_cmpint (boolean, ==, TRUE);
  g_assert_true (rua_record_unset (record, "vulnerable", &error));
  g_assert_false (rua_record_has (record, "vulnerable"));
  /* date */
  g_assert_true (rua_record_set_date (record, "joined", "2014-09", &error));
  date = rua_record_dup_date (record, "joined");
  g_assert_cmpstr (date, ==, "2014-09");
  expect_error (rua_record_set_date (record, "joined", "2014-9", &error), &error, RUA_ERROR_VALUE, "2014-09-15");
  /* own fields */
  g_assert_true (rua_record_set_number (record, "altitude", 1250.5, &error));
  g_assert_true (rua_record_get_number (record, "altitude", &number));
  g_assert_cmpfloat (number, ==, 1250.5);
  g_assert_true (rua_record_set_integer (record, "hives", 12, &error));
  /* names and types */
  expect_error (rua_record_set_number (record, "wieght", 1, &error), &error, RUA_ERROR_UNKNOWN_NAME, "did you mean 'weight'?");
  expect_error (rua_record_set_number (record, "stratum", 1, &error), &error, RUA_ERROR_VALUE, "holds text");
  expect_error (rua_record_unset (record, "no_such", &error), &error, RUA_ERROR_UNKNOWN_NAME, "no_such");
  g_assert_no_error (error);

  /* texts and lists, on an organisation */
  {
    g_autoptr (RuaRecord) organisation = rua_alliance_new_record (alliance, "organisation");

    g_assert_true (rua_record_set_texts (organisation, "name", "en", "Bee house", &error));
    g_assert_true (rua_record_set_texts (organisation, "name", "zh-Hant", "蜂屋", &error));
    g_assert_cmpstr (rua_record_get_texts (organisation, "name", NULL), ==, "Bee house");
    g_assert_cmpstr (rua_record_get_texts (organisation, "name", "zh"), ==, "蜂屋");
    g_assert_cmpstr (rua_record_get_texts (organisation, "name", "zh-CN"), ==, "蜂屋");
    g_assert_cmpstr (rua_record_get_texts (organisation, "name", "fr"), ==, "Bee house");
    languages = rua_record_dup_languages (organisation, "name");
    g_assert_cmpuint (g_strv_length (languages), ==, 2);
    g_assert_true (rua_record_set_texts (organisation, "name", "en", "Hive", &error));
    g_assert_cmpstr (rua_record_get_texts (organisation, "name", "en"), ==, "Hive");
    g_assert_true (rua_record_set_texts (organisation, "name", "en", NULL, &error));
    g_assert_cmpstr (rua_record_get_texts (organisation, "name", "en"), ==, "蜂屋");
    g_assert_true (rua_record_set_texts (organisation, "name", "zh-Hant", NULL, &error));
    g_assert_false (rua_record_has (organisation, "name"));
    g_assert_no_error (error);
  }
  {
    g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");

    g_assert_true (rua_record_set_text_list (metric, "by", tags, &error));
    list = rua_record_dup_text_list (metric, "by");
    g_assert_true (g_strv_equal ((const char *const *) list, tags));
    g_assert_true (rua_record_set_text (metric, "options", "{ \"factor\" : 2.50 , \"a\":[1,{}] }", &error));
    text = rua_record_get_text (metric, "options");
    g_assert_cmpstr (text, ==, "{\"factor\":2.50,\"a\":[1,{}]}");
    expect_error (rua_record_set_text (metric, "options", "{\"a\":1,\"a\":2}", &error), &error, RUA_ERROR_SYNTAX, "a");
    g_assert_cmpstr (rua_record_get_text (metric, "options"), ==, "{\"factor\":2.50,\"a\":[1,{}]}");
  }
}

static void
test_every_type (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");
  GError *error = NULL;

  check_every_type (alliance, record);
  g_assert_true (rua_record_set_id (record, "h1", &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
  check_every_type (alliance, record);
  g_assert_true (rua_alliance_remove (alliance, record, &error));
  check_every_type (alliance, record);
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
  check_every_type (alliance, record);
}

static gboolean
set_from (RuaRecord *record, const char *field, GType type, const char *contents, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, type);
  if (type == G_TYPE_STRING)
    g_value_set_string (&value, contents);
  else if (type == G_TYPE_INT)
    g_value_set_int (&value, atoi (contents));
  else if (type == G_TYPE_INT64)
    g_value_set_int64 (&value, g_ascii_strtoll (contents, NULL, 10));
  else if (type == G_TYPE_UINT64)
    g_value_set_uint64 (&value, g_ascii_strtoull (contents, NULL, 10));
  else if (type == G_TYPE_DOUBLE)
    g_value_set_double (&value, g_ascii_strtod (contents, NULL));
  else if (type == G_TYPE_BOOLEAN)
    g_value_set_boolean (&value, contents[0] == 't');
  else
    g_assert_not_reached ();
  return rua_record_set_value (record, field, &value, error);
}

static void
test_values (void)
{
  static const struct {
    const char *field;
    GType type;
    const char *given;
    gboolean taken;
    const char *shown; /* what it reads back as */
  } cases[] = {
    { "n_persons", G_TYPE_STRING, "four", FALSE, NULL },
    { "n_persons", G_TYPE_STRING, "4", FALSE, NULL },
    { "n_persons", G_TYPE_INT, "4", TRUE, "4" },
    { "n_persons", G_TYPE_INT64, "-9223372036854775808", TRUE, "-9223372036854775808" },
    { "n_persons", G_TYPE_UINT64, "18446744073709551615", FALSE, NULL },
    { "n_persons", G_TYPE_DOUBLE, "4", TRUE, "4" },
    { "n_persons", G_TYPE_DOUBLE, "4.5", FALSE, NULL },
    { "n_persons", G_TYPE_DOUBLE, "1e300", FALSE, NULL },
    { "n_persons", G_TYPE_BOOLEAN, "true", FALSE, NULL },
    { "weight", G_TYPE_INT, "4", TRUE, "4.000000" },
    { "weight", G_TYPE_DOUBLE, "4.25", TRUE, "4.250000" },
    { "weight", G_TYPE_STRING, "4.25", FALSE, NULL },
    { "weight", G_TYPE_DOUBLE, "nan", FALSE, NULL },
    { "vulnerable", G_TYPE_BOOLEAN, "true", TRUE, "TRUE" },
    { "vulnerable", G_TYPE_INT, "1", FALSE, NULL },
    { "vulnerable", G_TYPE_STRING, "true", FALSE, NULL },
    { "joined", G_TYPE_STRING, "2014", TRUE, "\"2014\"" },
    { "joined", G_TYPE_STRING, "soon", FALSE, NULL },
    { "joined", G_TYPE_INT, "2014", FALSE, NULL },
    { "stratum", G_TYPE_STRING, "hill", TRUE, "\"hill\"" },
    { "stratum", G_TYPE_INT, "1", FALSE, NULL },
    { "arm", G_TYPE_STRING, "treated", TRUE, "\"treated\"" },
    { "arm", G_TYPE_STRING, "Treated", FALSE, NULL },
    { "altitude", G_TYPE_DOUBLE, "12.5", TRUE, "12.500000" },
    { "altitude", G_TYPE_STRING, "high", FALSE, NULL },
    { "site", G_TYPE_INT, "1", FALSE, NULL },
    { "site", G_TYPE_STRING, "nowhere", FALSE, NULL },
  };
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaHousehold) household = add_household (alliance, "h1");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    RuaRecord *record = RUA_RECORD (household);
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree char *shown = NULL;
    GError *error = NULL;

    g_assert_true (rua_record_unset (record, cases[i].field, &error));
    if (set_from (record, cases[i].field, cases[i].type, cases[i].given, &error) != cases[i].taken)
      g_error ("case %zu: %s", i, error ? error->message : "was taken");
    if (!cases[i].taken) {
      RuaError code = strcmp (cases[i].given, "nowhere") == 0 ? RUA_ERROR_REFERENCE : RUA_ERROR_VALUE;

      g_assert_error (error, RUA_ERROR, (int) code);
      g_assert_nonnull (strstr (error->message, "household #1"));
      g_assert_nonnull (strstr (error->message, cases[i].field));
      g_assert_false (rua_record_has (record, cases[i].field));
      g_clear_error (&error);
      continue;
    }
    g_assert_true (rua_record_get_value (record, cases[i].field, &value));
    shown = g_strdup_value_contents (&value);
    g_assert_cmpstr (shown, ==, cases[i].shown);
    g_assert_true (rua_record_set_value (record, cases[i].field, NULL, &error));
    g_assert_false (rua_record_has (record, cases[i].field));
  }
}

static void
test_money (void)
{
  g_autoptr (RuaAlliance) alliance G_GNUC_UNUSED = make_alliance ();
  g_autoptr (RuaIncome) income = rua_income_new ();
  RuaRecord *record = RUA_RECORD (income);
  GError *error = NULL;
  gint64 minor = 0;

  g_assert_true (set_from (record, "amount", G_TYPE_STRING, "39.27", &error));
  g_assert_true (rua_income_get_amount (income, &minor));
  g_assert_cmpint (minor, ==, 3927);
  g_assert_true (set_from (record, "amount", G_TYPE_INT64, "-5", &error));
  g_assert_true (rua_income_get_amount (income, &minor));
  g_assert_cmpint (minor, ==, -5);
  g_assert_no_error (error);
  g_assert_false (set_from (record, "amount", G_TYPE_STRING, "39.275", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  /* An income is sensitive: the message must not carry it. */
  g_assert_null (strstr (error->message, "39.275"));
  g_clear_error (&error);
  g_assert_false (set_from (record, "amount", G_TYPE_DOUBLE, "39.27", &error));
  g_clear_error (&error);
}

static void
test_references (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaAlliance) other = make_alliance ();
  g_autoptr (RuaHousehold) household = add_household (alliance, "h1");
  g_autoptr (RuaHousehold) stranger = add_household (other, "h1");
  g_autoptr (RuaIncome) income = rua_income_new ();
  g_autoptr (RuaHousehold) found = NULL;
  g_autoptr (RuaRecord) by_id = NULL;
  GError *error = NULL;

  /* A detached record may refer to anything of the kind; it is checked when it is added. */
  expect_error (rua_income_set_household (income, (RuaHousehold *) income, &error), &error, RUA_ERROR_REFERENCE, "refer to a household");
  g_assert_true (rua_record_set_integer (RUA_RECORD (income), "year", 2014, &error));
  g_assert_true (rua_income_set_household (income, stranger, &error));
  expect_error (rua_alliance_add (alliance, RUA_RECORD (income), &error), &error, RUA_ERROR_REFERENCE, "not in this alliance");
  g_assert_null (rua_record_get_table (RUA_RECORD (income)));
  g_assert_true (rua_income_set_household (income, household, &error));
  found = rua_income_dup_household (income);
  g_assert_true (found == household);
  g_assert_true (rua_income_set_amount (income, 392700, &error));
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (income), &error));
  g_assert_no_error (error);
  g_clear_object (&found);
  found = rua_income_dup_household (income);
  g_assert_true (found == household);
  expect_error (rua_income_set_household (income, stranger, &error), &error, RUA_ERROR_REFERENCE, "not in this alliance");

  /* By id, before and after being added. */
  by_id = RUA_RECORD (rua_income_new ());
  g_assert_true (set_from (by_id, "household", G_TYPE_STRING, "h2", &error));
  g_assert_true (rua_record_set_integer (by_id, "year", 2015, &error));
  g_assert_true (rua_record_set_money (by_id, "amount", 1, &error));
  g_assert_null (rua_income_dup_household (RUA_INCOME (by_id)));
  expect_error (rua_alliance_add (alliance, by_id, &error), &error, RUA_ERROR_REFERENCE, "no such record");
  g_assert_true (set_from (by_id, "household", G_TYPE_STRING, "h1", &error));
  g_assert_true (rua_alliance_add (alliance, by_id, &error));
  g_assert_no_error (error);
  g_clear_object (&found);
  found = rua_income_dup_household (RUA_INCOME (by_id));
  g_assert_true (found == household);
}

static void
test_reference_lists (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaClaim) claim = rua_claim_new ();
  g_autoptr (RuaHousehold) h1 = add_household (alliance, "h1");
  g_autoptr (RuaHousehold) h2 = add_household (alliance, "h2");
  RuaRecord *both[] = { RUA_RECORD (h2), RUA_RECORD (h1) };
  const char *const ids[] = { "household/h1", "households/h2", NULL };
  const char *const wrong[] = { "h1", NULL };
  g_auto (GValue) value = G_VALUE_INIT;
  GError *error = NULL;

  g_assert_true (rua_claim_set_about (claim, both, 2, &error));
  g_assert_true (rua_record_set_id (RUA_RECORD (claim), "c1", &error));
  g_assert_true (rua_record_set_text (RUA_RECORD (claim), "quote", "It doubled.", &error));
  {
    g_autoptr (RuaDocument) document = rua_document_new ();

    g_assert_true (rua_record_set_id (RUA_RECORD (document), "d", &error));
    g_assert_true (rua_record_set_texts (RUA_RECORD (document), "title", NULL, "A report", &error));
    g_assert_true (rua_alliance_add (alliance, RUA_RECORD (document), &error));
    g_assert_true (rua_record_set_reference (RUA_RECORD (claim), "document", RUA_RECORD (document), &error));
  }
  g_assert_no_error (error);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (claim), &error));
  g_assert_no_error (error);
  for (int pass = 0; pass < 2; pass++) {
    g_autoptr (GListModel) about = rua_claim_list_about (claim);
    g_autoptr (RuaRecord) first = g_list_model_get_item (about, 0);

    g_assert_cmpuint (g_list_model_get_n_items (about), ==, 2);
    g_assert_true (first == (pass ? RUA_RECORD (h1) : RUA_RECORD (h2)));
    if (pass)
      break;
    g_value_init (&value, G_TYPE_STRV);
    g_value_set_boxed (&value, ids);
    g_assert_true (rua_record_set_value (RUA_RECORD (claim), "about", &value, &error));
    g_assert_no_error (error);
    g_value_set_boxed (&value, wrong);
    expect_error (rua_record_set_value (RUA_RECORD (claim), "about", &value, &error), &error, RUA_ERROR_REFERENCE, "claim 'c1': about: no such record");
  }
  /* An empty list is known; it is not the same as nothing. */
  g_assert_true (rua_claim_set_about (claim, both, 0, &error));
  g_assert_true (rua_record_has (RUA_RECORD (claim), "about"));
}

static void
count (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static void
count_field (RuaRecord *record, const char *field, gpointer data)
{
  (*(guint *) data)++;
  g_assert_cmpstr (field, ==, "altitude");
}

static void
test_notify (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaHousehold) household = add_household (alliance, "h1");
  RuaRecord *record = RUA_RECORD (household);
  guint weight = 0, any = 0, altitude = 0;

  g_signal_connect (household, "notify::weight", G_CALLBACK (count), &weight);
  g_signal_connect (household, "notify", G_CALLBACK (count), &any);
  g_signal_connect (household, "field-changed::altitude", G_CALLBACK (count_field), &altitude);
  rua_household_set_weight (household, 2.5, NULL);
  rua_household_set_weight (household, 2.5, NULL);
  rua_household_set_n_persons (household, 3, NULL);
  rua_record_set_number (record, "altitude", 3, NULL);
  rua_record_set_integer (record, "hives", 3, NULL);
  g_object_set (household, "weight", 4.0, NULL);
  g_assert_cmpuint (weight, ==, 2);
  g_assert_cmpuint (any, ==, 3);
  g_assert_cmpuint (altitude, ==, 1);
  rua_record_unset (record, "weight", NULL);
  rua_record_unset (record, "weight", NULL);
  g_assert_cmpuint (weight, ==, 3);
}

static void
test_properties (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance ();
  g_autoptr (RuaHousehold) household = add_household (alliance, "h1");
  double weight;
  RuaAnswer answer;
  g_autofree char *stratum = NULL;
  g_autoptr (RuaHousehold) direct = g_object_new (RUA_TYPE_HOUSEHOLD, "id", "h7", "weight", 1.5, "vulnerable", RUA_ANSWER_NO, NULL);

  g_object_get (household, "weight", &weight, "vulnerable", &answer, "stratum", &stratum, NULL);
  g_assert_true (isnan (weight));
  g_assert_cmpint (answer, ==, RUA_ANSWER_UNKNOWN);
  g_assert_null (stratum);
  g_object_set (household, "weight", 2.0, "vulnerable", RUA_ANSWER_YES, "stratum", "hill", NULL);
  g_object_get (household, "weight", &weight, "vulnerable", &answer, "stratum", &stratum, NULL);
  g_assert_cmpfloat (weight, ==, 2.0);
  g_assert_cmpint (answer, ==, RUA_ANSWER_YES);
  g_assert_cmpstr (stratum, ==, "hill");
  g_object_set (household, "vulnerable", RUA_ANSWER_UNKNOWN, "stratum", NULL, NULL);
  g_assert_false (rua_record_has (RUA_RECORD (household), "vulnerable"));
  g_assert_false (rua_record_has (RUA_RECORD (household), "stratum"));
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (direct)), ==, "h7");
  g_test_expect_message ("RuralAlliance", G_LOG_LEVEL_CRITICAL, "*arm*treated*");
  g_object_set (household, "arm", "nonsense", NULL);
  g_test_assert_expected_messages ();
}

static void
test_equal (void)
{
  g_autoptr (RuaAlliance) a = make_alliance ();
  g_autoptr (RuaAlliance) b = make_alliance ();
  g_autoptr (RuaHousehold) ha = add_household (a, "h1");
  g_autoptr (RuaHousehold) hb = add_household (b, "h1");
  g_autoptr (RuaHousehold) plain = rua_household_new ();
  g_autoptr (RuaSite) site = rua_site_new ();

  rua_record_set_id (RUA_RECORD (plain), "h1", NULL);
  rua_record_set_id (RUA_RECORD (site), "h1", NULL);
  g_assert_true (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (ha)));
  g_assert_true (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (hb)));
  g_assert_true (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (plain)));
  g_assert_false (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (site)));
  rua_record_set_number (RUA_RECORD (ha), "altitude", 0, NULL);
  g_assert_false (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (hb)));
  g_assert_false (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (plain)));
  g_assert_false (rua_record_equal (RUA_RECORD (plain), RUA_RECORD (ha)));
  rua_record_set_number (RUA_RECORD (hb), "altitude", 0, NULL);
  g_assert_true (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (hb)));
  rua_household_set_weight (hb, 0, NULL);
  g_assert_false (rua_record_equal (RUA_RECORD (ha), RUA_RECORD (hb)));
}

static void
test_to_string (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaPerson) person = rua_person_new ();
  g_autoptr (RuaPlace) place = rua_place_new ();
  g_autofree char *without = rua_record_to_string (RUA_RECORD (person));
  g_autofree char *with = NULL, *within = NULL, *public = NULL;

  g_assert_cmpstr (without, ==, "person without an id");
  rua_record_set_id (RUA_RECORD (person), "p1", NULL);
  rua_record_set_texts (RUA_RECORD (person), "name", NULL, "Secret Name", NULL);
  with = rua_record_to_string (RUA_RECORD (person));
  g_assert_cmpstr (with, ==, "person outside a table");
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (person), NULL));
  within = rua_record_to_string (RUA_RECORD (person));
  g_assert_cmpstr (within, ==, "person #1");
  rua_record_set_id (RUA_RECORD (place), "v1", NULL);
  public = rua_record_to_string (RUA_RECORD (place));
  g_assert_cmpstr (public, ==, "place 'v1'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/unknown", test_unknown);
  g_test_add_func ("/record/every-type", test_every_type);
  g_test_add_func ("/record/values", test_values);
  g_test_add_func ("/record/money", test_money);
  g_test_add_func ("/record/references", test_references);
  g_test_add_func ("/record/reference-lists", test_reference_lists);
  g_test_add_func ("/record/notify", test_notify);
  g_test_add_func ("/record/properties", test_properties);
  g_test_add_func ("/record/equal", test_equal);
  g_test_add_func ("/record/to-string", test_to_string);
  return g_test_run ();
}
