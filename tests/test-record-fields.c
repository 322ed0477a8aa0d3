/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fields called by a name that is not theirs, as a type that they do not hold, and with values of
 * every type that a language may give. */
#include "rua-alliance.h"

#include <math.h>
#include <string.h>

static RuaRecord *
add (RuaAlliance *alliance, const char *kind, const char *id, const char *texts)
{
  RuaRecord *record = rua_alliance_new_record (alliance, kind);
  GError *error = NULL;

  g_assert_true (rua_record_set_id (record, id, &error));
  if (texts != NULL)
    g_assert_true (rua_record_set_texts (record, texts, NULL, id, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
  return record;
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

/* A field of each type that has functions of its own. */
static const struct {
  const char *kind;
  const char *field;
  const char *other; /* of another type */
  const char *holds;
} typed[] = {
  { "household", "stratum", "weight", "number" },
  { "place", "name", "level", "token" },
  { "household", "vulnerable", "stratum", "text" },
  { "household", "n_persons", "stratum", "text" },
  { "household", "weight", "stratum", "text" },
  { "income", "amount", "year", "integer" },
  { "household", "joined", "stratum", "text" },
  { "household", "site", "stratum", "text" },
  { "metric", "by", "table", "text" },
  { "claim", "about", "quote", "text" },
};

/* Whether the typed function of @which gives a value, by name. */
static gboolean
get (guint which, RuaRecord *record, const char *field)
{
  gboolean boolean;
  gint64 integer;
  double number;

  switch (which) {
  case 0:
    return rua_record_get_text (record, field) != NULL;
  case 1:
    return rua_record_get_texts (record, field, "en") != NULL;
  case 2:
    return rua_record_get_boolean (record, field, &boolean);
  case 3:
    return rua_record_get_integer (record, field, &integer);
  case 4:
    return rua_record_get_number (record, field, &number);
  case 5:
    return rua_record_get_money (record, field, &integer);
  case 6: {
    g_autofree char *date = rua_record_dup_date (record, field);

    return date != NULL;
  }
  case 7: {
    g_autoptr (RuaRecord) target = rua_record_dup_reference (record, field);

    return target != NULL;
  }
  case 8: {
    g_auto (GStrv) list = rua_record_dup_text_list (record, field);

    return list != NULL;
  }
  default: {
    g_autoptr (GListModel) list = rua_record_list_references (record, field);

    return list != NULL;
  }
  }
}

static gboolean
set (guint which, RuaRecord *record, const char *field, RuaRecord *target, GError **error)
{
  static const char *const texts[] = { "year", NULL }, *const ids[] = { "site/s1", NULL };

  switch (which) {
  case 0:
    return rua_record_set_text (record, field, "hill", error);
  case 1:
    return rua_record_set_texts (record, field, "en", "Hill", error);
  case 2:
    return rua_record_set_boolean (record, field, TRUE, error);
  case 3:
    return rua_record_set_integer (record, field, 4, error);
  case 4:
    return rua_record_set_number (record, field, 1.5, error);
  case 5:
    return rua_record_set_money (record, field, 150, error);
  case 6:
    return rua_record_set_date (record, field, "2014-09", error);
  case 7:
    return rua_record_set_reference (record, field, target, error);
  case 8:
    return rua_record_set_text_list (record, field, texts, error);
  case 9:
    return rua_record_set_references (record, field, &target, 1, error);
  default:
    return rua_record_set_reference_ids (record, field, ids, error);
  }
}

static void
test_names (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) site = add (alliance, "site", "s1", "name");
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (typed); i++) {
    g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, typed[i].kind);
    g_autofree char *holds = g_strdup_printf ("*the field '%s' of %s holds %s*", typed[i].other, typed[i].kind, typed[i].holds);
    g_autofree char *mend = g_strdup_printf ("%s: %s: the field holds %s", typed[i].kind, typed[i].other, typed[i].holds);

    /* Nothing is known of a new record; a name or a type that is wrong is told, and gives nothing. */
    g_assert_false (get (i, record, typed[i].field));
    g_test_expect_message ("RuralAlliance", G_LOG_LEVEL_CRITICAL, "*has no field 'no_such'*");
    g_assert_false (get (i, record, "no_such"));
    g_test_assert_expected_messages ();
    g_test_expect_message ("RuralAlliance", G_LOG_LEVEL_CRITICAL, holds);
    g_assert_false (get (i, record, typed[i].other));
    g_test_assert_expected_messages ();

    expect_error (set (i, record, "no_such", site, &error), &error, RUA_ERROR_UNKNOWN_NAME, "has no field 'no_such'");
    expect_error (set (i, record, typed[i].other, site, &error), &error, RUA_ERROR_VALUE, mend);
    g_assert_false (rua_record_has (record, typed[i].other));
    g_assert_true (set (i, record, typed[i].field, site, &error));
    g_assert_no_error (error);
    g_assert_true (get (i, record, typed[i].field));
    g_assert_true (rua_record_unset (record, typed[i].field, &error));
    g_assert_false (get (i, record, typed[i].field));
  }
  {
    g_autoptr (RuaRecord) claim = rua_alliance_new_record (alliance, "claim");
    g_auto (GValue) value = G_VALUE_INIT;
    g_auto (GStrv) none = NULL;

    expect_error (set (10, claim, "abuot", NULL, &error), &error, RUA_ERROR_UNKNOWN_NAME, "did you mean 'about'?");
    expect_error (set (10, claim, "quote", NULL, &error), &error, RUA_ERROR_VALUE, "the field holds text");
    g_assert_true (set (10, claim, "about", NULL, &error));
    g_assert_true (rua_record_has (claim, "about"));
    g_assert_true (rua_record_set_reference_ids (claim, "about", NULL, &error));
    g_assert_false (rua_record_has (claim, "about"));
    expect_error (rua_record_set_value (claim, "abuot", NULL, &error), &error, RUA_ERROR_UNKNOWN_NAME, "about");
    g_test_expect_message ("RuralAlliance", G_LOG_LEVEL_CRITICAL, "*has no field 'abuot'*");
    g_assert_false (rua_record_get_value (claim, "abuot", &value));
    g_test_assert_expected_messages ();
    g_assert_false (G_IS_VALUE (&value));
    g_test_expect_message ("RuralAlliance", G_LOG_LEVEL_CRITICAL, "*holds text*");
    none = rua_record_dup_languages (claim, "quote");
    g_test_assert_expected_messages ();
    g_assert_cmpuint (g_strv_length (none), ==, 0);
  }
}

static void
test_replaced_texts (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) place = add (alliance, "place", "p1", "name");
  const char *const languages[] = { "en", "zh", NULL }, *const twice[] = { "en", "en", NULL }, *const none[] = { NULL };
  const char *const broken[] = { "en", "\377", NULL }, *const texts[] = { "Hill", "\345\261\261", NULL };
  GError *error = NULL;

  g_assert_true (rua_record_replace_texts (place, "name", languages, texts, &error));
  g_assert_cmpstr (rua_record_get_texts (place, "name", "zh"), ==, "\345\261\261");
  expect_error (rua_record_replace_texts (place, "nmae", languages, texts, &error), &error, RUA_ERROR_UNKNOWN_NAME, "'name'");
  expect_error (rua_record_replace_texts (place, "level", languages, texts, &error), &error, RUA_ERROR_VALUE, "holds token");
  expect_error (rua_record_replace_texts (place, "name", languages, none, &error), &error, RUA_ERROR_VALUE, "one text for each language");
  expect_error (rua_record_replace_texts (place, "name", none, texts, &error), &error, RUA_ERROR_VALUE, "one text for each language");
  expect_error (rua_record_replace_texts (place, "name", languages, broken, &error), &error, RUA_ERROR_VALUE, "not UTF-8");
  expect_error (rua_record_replace_texts (place, "name", broken, texts, &error), &error, RUA_ERROR_VALUE, "not UTF-8");
  expect_error (rua_record_replace_texts (place, "name", twice, texts, &error), &error, RUA_ERROR_DUPLICATE, "given twice");
  g_assert_cmpstr (rua_record_get_texts (place, "name", "en"), ==, "Hill");
  /* A place must have a name; outside a table nothing is asked yet. */
  expect_error (rua_record_replace_texts (place, "name", none, none, &error), &error, RUA_ERROR_MISSING, "name");
  g_assert_cmpstr (rua_record_get_texts (place, "name", "en"), ==, "Hill");
  {
    g_autoptr (RuaRecord) detached = rua_alliance_new_record (alliance, "place");

    g_assert_true (rua_record_replace_texts (detached, "name", languages, texts, &error));
    g_assert_true (rua_record_replace_texts (detached, "name", none, none, &error));
    g_assert_false (rua_record_has (detached, "name"));
  }
}

/* ---- values of every type ---- */

static void
init_number (GValue *value, GType type, double number)
{
  g_value_init (value, type);
  switch (type) {
  case G_TYPE_INT:
    g_value_set_int (value, (gint) number);
    break;
  case G_TYPE_UINT:
    g_value_set_uint (value, (guint) number);
    break;
  case G_TYPE_LONG:
    g_value_set_long (value, (glong) number);
    break;
  case G_TYPE_ULONG:
    g_value_set_ulong (value, (gulong) number);
    break;
  case G_TYPE_INT64:
    g_value_set_int64 (value, (gint64) number);
    break;
  case G_TYPE_UINT64:
    g_value_set_uint64 (value, (guint64) number);
    break;
  case G_TYPE_FLOAT:
    g_value_set_float (value, (float) number);
    break;
  default:
    g_value_set_double (value, number);
  }
}

static void
test_numbers (void)
{
  static const GType types[] = { G_TYPE_INT, G_TYPE_UINT, G_TYPE_LONG, G_TYPE_ULONG, G_TYPE_INT64, G_TYPE_UINT64, G_TYPE_FLOAT, G_TYPE_DOUBLE };
  g_autoptr (RuaRecord) household = RUA_RECORD (rua_household_new ());
  g_autoptr (RuaRecord) income = RUA_RECORD (rua_income_new ());
  GError *error = NULL;
  gint64 whole;
  double number;

  for (guint t = 0; t < G_N_ELEMENTS (types); t++) {
    g_auto (GValue) value = G_VALUE_INIT, huge = G_VALUE_INIT;

    init_number (&value, types[t], 12);
    g_assert_true (rua_record_set_value (household, "first_treated", &value, &error));
    g_assert_true (rua_record_get_integer (household, "first_treated", &whole));
    g_assert_cmpint (whole, ==, 12);
    g_assert_true (rua_record_set_value (household, "weight", &value, &error));
    g_assert_true (rua_record_get_number (household, "weight", &number));
    g_assert_cmpfloat (number, ==, 12);
    /* Money as minor units. */
    g_assert_true (rua_record_set_value (income, "amount", &value, &error));
    g_assert_true (rua_record_get_money (income, "amount", &whole));
    g_assert_cmpint (whole, ==, 12);
    g_assert_no_error (error);
    /* A number is no text and no answer. */
    expect_error (rua_record_set_value (household, "stratum", &value, &error), &error, RUA_ERROR_VALUE, "not a text");
    expect_error (rua_record_set_value (household, "vulnerable", &value, &error), &error, RUA_ERROR_VALUE, "true or false");
    expect_error (rua_record_set_value (household, "site", &value, &error), &error, RUA_ERROR_VALUE, "not a record");
    g_assert_false (rua_record_has (household, "stratum"));

    if (types[t] == G_TYPE_INT || types[t] == G_TYPE_UINT || types[t] == G_TYPE_LONG || types[t] == G_TYPE_INT64)
      continue;
    /* Half a unit, or more than 64 bits with a sign hold, is refused and changes nothing. */
    init_number (&huge, types[t], types[t] == G_TYPE_FLOAT || types[t] == G_TYPE_DOUBLE ? 12.5 : 18446744073709549568.0);
    expect_error (rua_record_set_value (household, "first_treated", &huge, &error), &error, RUA_ERROR_VALUE, "not a whole number");
    expect_error (rua_record_set_value (income, "amount", &huge, &error), &error, RUA_ERROR_VALUE, "not an amount of money");
    g_assert_true (rua_record_get_integer (household, "first_treated", &whole));
    g_assert_cmpint (whole, ==, 12);
    if (types[t] == G_TYPE_FLOAT || types[t] == G_TYPE_DOUBLE) {
      g_assert_true (rua_record_set_value (household, "weight", &huge, &error));
      g_assert_true (rua_record_get_number (household, "weight", &number));
      g_assert_cmpfloat (number, ==, 12.5);
      g_value_reset (&huge);
      if (types[t] == G_TYPE_DOUBLE)
        g_value_set_double (&huge, 1e17);
      else
        g_value_set_float (&huge, 1e17f);
      /* A double that counts in steps of more than one. */
      expect_error (rua_record_set_value (household, "first_treated", &huge, &error), &error, RUA_ERROR_VALUE, "not a whole number");
      expect_error (rua_record_set_value (income, "amount", &huge, &error), &error, RUA_ERROR_VALUE, "amount of money");
    } else {
      expect_error (rua_record_set_value (household, "weight", &huge, &error), &error, RUA_ERROR_VALUE, "not a number");
    }
  }
  {
    g_auto (GValue) yes = G_VALUE_INIT;

    g_value_init (&yes, G_TYPE_BOOLEAN);
    g_value_set_boolean (&yes, TRUE);
    expect_error (rua_record_set_value (household, "first_treated", &yes, &error), &error, RUA_ERROR_VALUE, "whole number");
    expect_error (rua_record_set_value (household, "weight", &yes, &error), &error, RUA_ERROR_VALUE, "not a number");
    expect_error (rua_record_set_value (income, "amount", &yes, &error), &error, RUA_ERROR_VALUE, "amount of money");
    g_assert_true (rua_record_set_value (household, "vulnerable", &yes, &error));
  }
}

static void
test_answers (void)
{
  static const struct {
    RuaAnswer answer;
    gboolean known, yes;
  } cases[] = { { RUA_ANSWER_YES, TRUE, TRUE }, { RUA_ANSWER_NO, TRUE, FALSE }, { RUA_ANSWER_UNKNOWN, FALSE, FALSE } };
  g_autoptr (RuaRecord) household = RUA_RECORD (rua_household_new ());
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, RUA_TYPE_ANSWER);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gboolean yes = FALSE;
    RuaAnswer told;

    g_value_set_enum (&value, cases[i].answer);
    g_assert_true (rua_record_set_value (household, "vulnerable", &value, NULL));
    g_assert_cmpint (rua_record_get_boolean (household, "vulnerable", &yes), ==, cases[i].known);
    g_assert_cmpint (yes, ==, cases[i].yes);
    g_object_get (household, "vulnerable", &told, NULL);
    g_assert_cmpint (told, ==, cases[i].answer);
  }
}

/* An empty pointer of any type, and a value of none, is unknown. */
static void
test_emptied (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) site = add (alliance, "site", "s1", "name");
  g_autoptr (RuaRecord) household = add (alliance, "household", "h1", NULL);
  g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");
  const char *const by[] = { "year", NULL };
  g_auto (GValue) text = G_VALUE_INIT, object = G_VALUE_INIT, list = G_VALUE_INIT, nothing = G_VALUE_INIT;
  GError *error = NULL;

  g_value_init (&text, G_TYPE_STRING);
  g_value_init (&object, RUA_TYPE_RECORD);
  g_value_init (&list, G_TYPE_STRV);
  g_assert_true (rua_record_set_text (household, "stratum", "hill", &error));
  g_assert_true (rua_record_set_value (household, "stratum", &text, &error));
  g_assert_false (rua_record_has (household, "stratum"));
  g_assert_true (rua_record_set_text (household, "stratum", "hill", &error));
  g_assert_true (rua_record_set_value (household, "stratum", &nothing, &error));
  g_assert_false (rua_record_has (household, "stratum"));
  g_assert_true (rua_record_set_reference (household, "site", site, &error));
  g_assert_true (rua_record_set_value (household, "site", &object, &error));
  g_assert_false (rua_record_has (household, "site"));
  g_assert_true (rua_record_set_text_list (metric, "by", by, &error));
  g_assert_true (rua_record_set_value (metric, "by", &list, &error));
  g_assert_false (rua_record_has (metric, "by"));
  g_assert_no_error (error);
  /* Some object, but no record. */
  g_value_unset (&object);
  g_value_init (&object, G_TYPE_OBJECT);
  g_value_set_object (&object, alliance);
  expect_error (rua_record_set_value (household, "site", &object, &error), &error, RUA_ERROR_VALUE, "not a record");
  expect_error (rua_record_set_value (metric, "by", &object, &error), &error, RUA_ERROR_VALUE, "list of texts");
  g_value_set_object (&object, site);
  g_assert_true (rua_record_set_value (household, "site", &object, &error));
  g_assert_true (rua_record_has (household, "site"));
  /* A record of another kind than the field refers to. */
  g_value_set_object (&object, household);
  expect_error (rua_record_set_value (household, "site", &object, &error), &error, RUA_ERROR_REFERENCE, "refer to a site");
}

/* A text in several languages is set in the first of them. */
static void
test_text_of_texts (void)
{
  g_autoptr (RuaRecord) place = RUA_RECORD (rua_place_new ());
  g_auto (GValue) value = G_VALUE_INIT, read = G_VALUE_INIT;
  g_auto (GStrv) languages = NULL;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, "Hill");
  g_assert_true (rua_record_set_value (place, "name", &value, NULL));
  languages = rua_record_dup_languages (place, "name");
  g_assert_cmpuint (g_strv_length (languages), ==, 1);
  g_assert_cmpstr (languages[0], ==, "");
  g_assert_true (rua_record_unset (place, "name", NULL));
  g_assert_true (rua_record_set_texts (place, "name", "zh", "x", NULL));
  g_assert_true (rua_record_set_texts (place, "name", "en", "y", NULL));
  g_assert_true (rua_record_set_value (place, "name", &value, NULL));
  g_assert_cmpstr (rua_record_get_texts (place, "name", "zh"), ==, "Hill");
  g_assert_cmpstr (rua_record_get_texts (place, "name", "en"), ==, "y");
  g_assert_true (rua_record_get_value (place, "name", &read));
  g_assert_cmpstr (g_value_get_string (&read), ==, "Hill");
}

static void
test_lists (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) p1 = add (alliance, "place", "p1", "name"), p2 = add (alliance, "place", "p2", "name");
  g_autoptr (RuaRecord) project = add (alliance, "project", "x", "title");
  g_autoptr (RuaRecord) detached = rua_alliance_new_record (alliance, "project");
  g_autoptr (GListStore) store = g_list_store_new (RUA_TYPE_RECORD), any = g_list_store_new (G_TYPE_OBJECT);
  const char *const ids[] = { "p2", "p1", NULL }, *const wrong[] = { "p1", "p9", NULL };
  g_auto (GValue) model = G_VALUE_INIT, texts = G_VALUE_INIT, number = G_VALUE_INIT, read = G_VALUE_INIT;
  RuaRecord *records[] = { project, detached };
  GError *error = NULL;

  g_list_store_append (store, p1);
  g_list_store_append (store, p2);
  g_value_init (&model, G_TYPE_LIST_MODEL);
  g_value_set_object (&model, store);
  g_value_init (&texts, G_TYPE_STRV);
  g_value_init (&number, G_TYPE_INT);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++) {
    g_autoptr (GListModel) places = NULL;
    g_autoptr (RuaRecord) first = NULL;

    g_assert_true (rua_record_set_value (records[i], "places", &model, &error));
    g_assert_no_error (error);
    places = rua_record_list_references (records[i], "places");
    g_assert_cmpuint (g_list_model_get_n_items (places), ==, 2);
    first = g_list_model_get_item (places, 0);
    g_assert_true (first == p1);
    expect_error (rua_record_set_value (records[i], "places", &number, &error), &error, RUA_ERROR_VALUE, "not a list of records");
  }
  g_list_store_append (any, p1);
  g_list_store_append (any, alliance);
  g_value_set_object (&model, any);
  expect_error (rua_record_set_value (project, "places", &model, &error), &error, RUA_ERROR_VALUE, "something else than records");
  g_value_set_boxed (&texts, wrong);
  expect_error (rua_record_set_value (project, "places", &texts, &error), &error, RUA_ERROR_REFERENCE, "'p9'");
  /* Outside a table it is too early to say. */
  g_assert_true (rua_record_set_value (detached, "places", &texts, &error));
  g_value_set_boxed (&texts, ids);
  g_assert_true (rua_record_set_value (project, "places", &texts, &error));
  g_assert_true (rua_record_get_value (project, "places", &read));
  {
    g_autoptr (RuaRecord) first = g_list_model_get_item (g_value_get_object (&read), 0);

    g_assert_true (first == p2);
  }
}

/* ---- equal ---- */

static RuaRecord *
project_of (RuaAlliance *alliance, const char *const *places, const char *lead)
{
  RuaRecord *project = rua_alliance_new_record (alliance, "project");
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (rua_record_set_reference_ids (project, "places", places, NULL));
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, lead);
  g_assert_true (rua_record_set_value (project, "parent", &value, NULL));
  return project;
}

static void
test_equal_references (void)
{
  static const struct {
    const char *places[3];
    const char *parent;
  } cases[] = { { { "p1", "p2" }, "x" }, { { "p2", "p1" }, "x" }, { { "p1" }, "x" }, { { NULL }, "x" }, { { "p1", "p2" }, "y" }, { { "p1", "p2" }, NULL } };
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) p1 = add (alliance, "place", "p1", "name"), p2 = add (alliance, "place", "p2", "name");
  g_autoptr (RuaRecord) x = add (alliance, "project", "x", "title"), y = add (alliance, "project", "y", "title");

  /* By id alone, by record, and in a table, the same references are equal and others are not. */
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint k = 0; k < G_N_ELEMENTS (cases); k++)
      for (guint added = 0; added < 3; added++) {
        g_autoptr (RuaRecord) a = project_of (alliance, cases[i].places, cases[i].parent);
        g_autoptr (RuaRecord) b = project_of (alliance, cases[k].places, cases[k].parent);
        GError *error = NULL;

        for (guint j = 0; j < added; j++) {
          RuaRecord *record = j == 0 ? a : b;

          g_assert_true (rua_record_set_id (a, "same", &error) && rua_record_set_id (b, "same", &error));
          g_assert_true (rua_record_set_texts (a, "title", NULL, "t", &error) && rua_record_set_texts (b, "title", NULL, "t", &error));
          if (j == 1)
            g_assert_true (rua_alliance_remove (alliance, a, &error));
          g_assert_no_error (error);
          g_assert_true (rua_alliance_add (alliance, record, &error));
          g_assert_no_error (error);
        }
        if (rua_record_equal (a, b) != (i == k) || rua_record_equal (b, a) != (i == k))
          g_error ("%u and %u, %u of them added: %s", i, k, added, i == k ? "not equal" : "equal");
        if (added > 0)
          g_assert_true (rua_alliance_remove (alliance, added == 1 ? a : b, &error));
      }
}

/* A record without an id is itself alone; where any kind may be referred to, the kind counts. */
static void
test_equal_identity (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = rua_alliance_new_record (alliance, "claim"), b = rua_alliance_new_record (alliance, "claim");
  g_autoptr (RuaRecord) nameless = rua_alliance_new_record (alliance, "place"), other = rua_alliance_new_record (alliance, "place");
  g_autoptr (RuaRecord) place = rua_alliance_new_record (alliance, "place"), site = rua_alliance_new_record (alliance, "site");
  g_autoptr (RuaRecord) again = rua_alliance_new_record (alliance, "place");
  const char *const ids[] = { "place/s", NULL };

  rua_record_set_id (place, "s", NULL);
  rua_record_set_id (again, "s", NULL);
  rua_record_set_id (site, "s", NULL);
  g_assert_true (rua_record_equal (a, b));
  g_assert_true (rua_record_set_references (a, "about", &nameless, 1, NULL));
  g_assert_true (rua_record_set_references (b, "about", &nameless, 1, NULL));
  g_assert_true (rua_record_equal (a, b));
  g_assert_true (rua_record_set_references (b, "about", &other, 1, NULL));
  g_assert_false (rua_record_equal (a, b));
  g_assert_true (rua_record_set_references (b, "about", &place, 1, NULL));
  g_assert_false (rua_record_equal (a, b));
  g_assert_true (rua_record_set_references (a, "about", &again, 1, NULL));
  g_assert_true (rua_record_equal (a, b));
  g_assert_true (rua_record_set_references (a, "about", &site, 1, NULL));
  g_assert_false (rua_record_equal (a, b));
  g_assert_true (rua_record_set_reference_ids (a, "about", ids, NULL));
  g_assert_true (rua_record_equal (a, b));
  g_assert_true (rua_record_set_references (b, "about", NULL, 0, NULL));
  g_assert_false (rua_record_equal (a, b));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record-fields/names", test_names);
  g_test_add_func ("/record-fields/replaced-texts", test_replaced_texts);
  g_test_add_func ("/record-fields/numbers", test_numbers);
  g_test_add_func ("/record-fields/answers", test_answers);
  g_test_add_func ("/record-fields/emptied", test_emptied);
  g_test_add_func ("/record-fields/text-of-texts", test_text_of_texts);
  g_test_add_func ("/record-fields/lists", test_lists);
  g_test_add_func ("/record-fields/equal-references", test_equal_references);
  g_test_add_func ("/record-fields/equal-identity", test_equal_identity);
  return g_test_run ();
}
