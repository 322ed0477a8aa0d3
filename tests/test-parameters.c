/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parameters of metrics: how they are declared, how they stand in an id, and that each arrives as it was given. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-catalogue.h"
#include "rua-measure.h"
#include "rua-parameters-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* The number of households with @columns and parameters such as stand in an alliance. */
static RuaMetric *
make_metric (const char *field, const char *text, const char *parameters)
{
  RuaMetric *metric = rua_metric_new ();
  RuaRecord *record = RUA_RECORD (metric);
  g_autoptr (GError) error = NULL;

  rua_record_set_id (record, "m", &error);
  rua_record_set_text (record, "estimator", "mean", &error);
  rua_record_set_text (record, "table", "incomes", &error);
  rua_record_set_text (record, field, text, &error);
  rua_record_set_text (record, "parameters", parameters, &error);
  g_assert_no_error (error);
  return metric;
}

static void
assert_refused (RuaMetric *metric, const char *id, RuaError code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMetric) set = rua_parameters_apply (metric, id, &error);

  g_assert_null (set);
  g_assert_nonnull (error);
  if (!g_error_matches (error, RUA_ERROR, code) || !strstr (error->message, part))
    g_error ("%s: code %d, %s; wanted: %s", id, error->code, error->message, part);
  g_assert_true (g_str_has_prefix (error->message, "metric m: "));
}

/* The field of @metric as it is with the parameters of @id. */
static void
assert_set (RuaMetric *metric, const char *field, const char *id, const char *want)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMetric) set = rua_parameters_apply (metric, id, &error);

  if (!set)
    g_error ("%s: %s", id, error->message);
  g_assert_cmpstr (rua_record_get_text (RUA_RECORD (set), field), ==, want);
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (set)), ==, id);
}

static void
test_base (void)
{
  static const struct {
    const char *id, *base;
  } ids[] = { { "m(a=1)", "m" }, { "m()", "m" }, { "m(a=f(x))", "m" }, { "m", NULL }, { "m(a=1", NULL }, { "(a=1)", NULL }, { "m)", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *base = rua_parameters_dup_base (ids[i].id);

    g_assert_cmpstr (base, ==, ids[i].base);
  }
}

static void
test_ids_refused (void)
{
  g_autoptr (RuaMetric) metric = make_metric ("where", "year = {year} and amount > {least}",
                                              "{\"year\":{\"type\":\"integer\",\"doc\":\"The year.\"},\"least\":{\"type\":\"number\"}}");
  g_autoptr (RuaMetric) plain = make_metric ("where", "year = 2014", NULL);

  assert_refused (metric, "m(2014)", RUA_ERROR_SYNTAX, "“2014” sets nothing; write name=value");
  assert_refused (metric, "m(year=2014,,least=1)", RUA_ERROR_SYNTAX, "“” sets nothing; write name=value");
  assert_refused (metric, "m(year=2014,least=1,year=2017)", RUA_ERROR_DUPLICATE, "the parameter year is set twice");
  assert_refused (metric, "m(least=1)", RUA_ERROR_MISSING, "the parameter year is to be set (The year.), as in “m(year=…)”");
  /* Without words, its type says what belongs there. */
  assert_refused (metric, "m(year=2014)", RUA_ERROR_MISSING, "the parameter least is to be set (number), as in “m(least=…)”");
  assert_refused (metric, "m(year=2014.5,least=1)", RUA_ERROR_VALUE, "the parameter year is to be a whole number, not “2014.5”");
  assert_refused (metric, "m(year=,least=1)", RUA_ERROR_VALUE, "the parameter year is to be a whole number, not “”");
  assert_refused (metric, "m(year=2014,least=much)", RUA_ERROR_VALUE, "the parameter least is to be a number, not “much”");
  assert_refused (metric, "m(year=2014,least=1e999)", RUA_ERROR_VALUE, "the parameter least is to be a number, not “1e999”");
  assert_refused (metric, "m(year=2014,most=1)", RUA_ERROR_UNKNOWN_NAME, "it has no parameter “most”; ");
  assert_refused (plain, "m(year=2014)", RUA_ERROR_UNKNOWN_NAME, "it has no parameter “year”; ");
  assert_set (metric, "where", "m( year = 2014 , least=0.5)", "year = 2014 and amount > 0.5");
  assert_set (metric, "where", "m(least=-1e3,year=2014)", "year = 2014 and amount > -1e3");
}

/* A parameter that has no type, or one that there is not, is refused whether or not it is used. */
static void
test_declarations_refused (void)
{
  static const char *const bad[] = { "{\"year\":{}}", "{\"year\":{\"type\":\"date\"}}", "{\"year\":{\"type\":3}}", "{\"year\":2014}",
                                     "{\"year\":{\"type\":\"integer\"},\"other\":[]}" };
  g_autoptr (RuaMetric) list = make_metric ("where", "year = 2014", "[\"year\"]");
  g_autoptr (RuaMetric) currency = make_metric ("where", "year = 2014", "{\"currency\":{\"type\":\"text\"}}");

  assert_refused (list, "m", RUA_ERROR_VALUE, "parameters is to be an object");
  assert_refused (currency, "m", RUA_ERROR_VALUE, "parameters: currency is to have the type integer, number, text or expression, and any name but currency");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (RuaMetric) metric = make_metric ("where", "year = 2014", bad[i]);

    assert_refused (metric, "m(year=2014)", RUA_ERROR_VALUE, " is to have the type integer, number, text or expression");
  }
}

/* Braces that name no parameter, and those that are not closed, stay: they are for whoever reads the field. */
static void
test_places (void)
{
  g_autoptr (RuaMetric) options = make_metric ("options", "{\"line\":\"{line}\",\"as\":\"{name}\",\"of\":\"at {name}, {line}\"}",
                                               "{\"line\":{\"type\":\"number\",\"default\":2600.5},\"name\":{\"type\":\"text\",\"default\":\"low\"}}");
  g_autoptr (RuaMetric) columns = make_metric ("columns", "{\"value\":\"amount * (household.name = {name})\"}", "{\"name\":{\"type\":\"text\"}}");
  g_autoptr (RuaMetric) braces = make_metric ("where", "note = '{other}' or year = {year} or note = '{'", "{\"year\":{\"type\":\"integer\",\"default\":2014}}");
  g_autoptr (RuaMetric) open = make_metric ("options", "{\"line\":\"{line}\"}", "{\"line\":{\"type\":\"expression\"}}");

  /* Where it is all of a text, a number is one in JSON; within a text it is written into it. */
  assert_set (options, "options", "m", "{\"line\":2600.5,\"as\":\"low\",\"of\":\"at 'low', 2600.5\"}");
  assert_set (options, "options", "m(name=it''s,line=3)", "{\"line\":3,\"as\":\"it''s\",\"of\":\"at 'it''''s', 3\"}");
  assert_set (options, "options", "m(name='it''s, or not',line=3)", "{\"line\":3,\"as\":\"it's, or not\",\"of\":\"at 'it''s, or not', 3\"}");
  assert_set (columns, "columns", "m(name=a \"b\" \\c)", "{\"value\":\"amount * (household.name = 'a \\\"b\\\" \\\\c')\"}");
  assert_set (columns, "columns", "m(name=a\nb)", "{\"value\":\"amount * (household.name = 'a\\nb')\"}");
  assert_set (braces, "where", "m", "note = '{other}' or year = 2014 or note = '{'");
  /* What makes the field no JSON is refused by the field. */
  assert_refused (open, "m(line=amount)", RUA_ERROR_SYNTAX, "options");
  assert_set (open, "options", "m(line=2600)", "{\"line\":2600}");
}

/* Every text arrives as it was given, whatever stands in it, in an expression and in JSON; nothing else is set by it. */
static void
test_texts_arrive (void)
{
  static const char *const texts[] = { "Pingzhai", "it's", "'old' and 'new'", "a,b=c", "f(x", "f)x(", "''", "'", " blank ", "", "x='y', z", "=", "{name}",
                                       "O'Neil, (and) \"sons\" \\ 100 %", "平寨，东", "two\nlines\tand a tab" };
  g_autoptr (RuaAlliance) alliance = case_with ("m", "estimator", "count", "table", "households", "where", "name = {name} and n_persons > {least}", "parameters",
                                                    "{\"name\":{\"type\":\"text\"},\"least\":{\"type\":\"integer\",\"default\":0}}", NULL);
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (RuaMetric) options = make_metric ("options", "{\"is\":\"{name}\"}", "{\"name\":{\"type\":\"text\"}}");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *id = g_strdup_printf ("t%u", i);
    g_autoptr (JsonObject) given = json_object_new ();
    g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), given), seen = NULL;
    g_autoptr (GError) error = NULL;

    /* A household without a name is no household of the name "". */
    case_add (alliance, "household", "id", id, "name", *texts[i] ? texts[i] : "-", "n_persons", "3", NULL);
    json_object_set_string_member (given, "name", texts[i]);
    {
      g_autofree char *json = json_to_string (node, FALSE), *whole = rua_parameters_join ("m", NULL, json, &error);
      g_autoptr (RuaMetric) metric = rua_catalogue_find_with (catalogue, "m", json, &error);
      g_autoptr (RuaMetric) as_json = rua_parameters_apply (options, whole, &error);
      g_autoptr (RuaResult) result = metric ? rua_metric_measure (metric, alliance, NULL, &error) : NULL;

      if (!result || !as_json)
        g_error ("%s as %s: %s", texts[i], whole, error->message);
      case_assert_estimate (result, *texts[i] ? 1 : 0);
      seen = json_from_string (rua_record_get_text (RUA_RECORD (as_json), "options"), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (json_object_get_string_member (json_node_get_object (seen), "is"), ==, texts[i]);
    }
  }
}

/* An expression is taken as it stands, with the commas in its parentheses, and sets nothing else. */
static void
test_expressions_arrive (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"{what}\"}", "where", "year = {year}", "parameters",
                     "{\"what\":{\"type\":\"expression\"},\"year\":{\"type\":\"integer\",\"default\":2014}}", NULL);
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  static const struct {
    const char *expression;
    double value;
  } taken[] = {
    { "coalesce(amount, 0) * 0 + 0.25", 0.25 },
    { "greatest(least(household.n_persons, 4), 3)", (4 + 3 + 4) / 3.0 },
    { "case when household.name = 'Luo, (' then 8 else 4 end", 4 },
  };
  static const char *const bad[] = { "1, year=2017", "greatest(1, 2", "1)", "'a" };

  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_autofree char *json = g_strdup_printf ("{\"what\":\"%s\"}", taken[i].expression);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaMetric) metric = rua_catalogue_find_with (catalogue, "m", json, &error);
    g_autoptr (RuaResult) result = metric ? rua_metric_measure (metric, alliance, NULL, &error) : NULL;

    if (!result)
      g_error ("%s: %s", json, error->message);
    case_assert_estimate (result, taken[i].value);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *json = g_strdup_printf ("{\"what\":\"%s\"}", bad[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaMetric) metric = rua_catalogue_find_with (catalogue, "m", json, &error);

    g_assert_null (metric);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
    g_assert_cmpstr (error->message, ==,
                     "metric m: the parameter what is to be one expression; close its parentheses and quotes, and leave no comma outside of them");
  }
}

static void
test_join_refused (void)
{
  static const char *const bad[] = { "{\"a\":[1]}", "{\"a\":{}}", "{\"a\":null}", "{\"a\":true}" };
  g_autoptr (GError) error = NULL;
  g_autofree char *numbers = rua_parameters_join ("m", NULL, "{\"a\":1,\"b\":2.5}", &error);
  g_autofree char *none = rua_parameters_join ("m", NULL, "{}", &error);
  g_autoptr (RuaMetric) wrong = make_metric ("where", "year = 2014", "{\"a\":{\"type\":\"date\"}}");

  g_assert_no_error (error);
  g_assert_cmpstr (numbers, ==, "m(a=1,b=2.5)");
  g_assert_cmpstr (none, ==, "m");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (rua_parameters_join ("m", NULL, bad[i], &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_assert_cmpstr (error->message, ==, "metric m: the parameter a is to be a text or a number");
    g_clear_error (&error);
  }
  g_assert_null (rua_parameters_join ("m", NULL, "{\"a\":", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==, "metric m: parameters are set by a JSON object, as {\"before\": 2014}");
  g_clear_error (&error);
  g_assert_null (rua_parameters_join ("m", wrong, "{\"a\":1}", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
}

/* The level of confidence and the groups come along. */
static void
test_kept (void)
{
  g_autoptr (RuaAlliance) alliance
    = case_with ("m", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount\"}", "by", "year {by}", "confidence", "0.9", "title", "Mean by",
                     "parameters", "{\"by\":{\"type\":\"expression\",\"default\":\"net\"}}", NULL);
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "m");
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMetric) set = rua_parameters_apply (RUA_METRIC (metric), "m(by=household.village)", &error);
  g_auto (GStrv) by = NULL;
  double confidence = 0;

  g_assert_no_error (error);
  by = rua_record_dup_text_list (RUA_RECORD (set), "by");
  g_assert_cmpstr (by[0], ==, "year");
  g_assert_cmpstr (by[1], ==, "household.village");
  g_assert_null (by[2]);
  g_assert_true (rua_record_get_number (RUA_RECORD (set), "confidence", &confidence));
  g_assert_cmpfloat (confidence, ==, 0.9);
  g_assert_cmpstr (rua_record_get_texts (RUA_RECORD (set), "title", NULL), ==, "Mean by");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parameters/base", test_base);
  g_test_add_func ("/parameters/ids-refused", test_ids_refused);
  g_test_add_func ("/parameters/declarations-refused", test_declarations_refused);
  g_test_add_func ("/parameters/places", test_places);
  g_test_add_func ("/parameters/texts-arrive", test_texts_arrive);
  g_test_add_func ("/parameters/expressions-arrive", test_expressions_arrive);
  g_test_add_func ("/parameters/join-refused", test_join_refused);
  g_test_add_func ("/parameters/kept", test_kept);
  return g_test_run ();
}
