/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The document of an alliance: exact round trip, nothing lost, every fault told. */
#include "document-case.h"
#include "random-trials.h"
#include "rua-alliance-json.h"
#include "rua-alliance-private.h"
#include "rua-random-private.h"

static char *
write_text (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) json = rua_alliance_to_json (alliance, NULL, &error);
  gsize length;
  const char *text;

  g_assert_no_error (error);
  text = g_bytes_get_data (json, &length);
  g_assert_true (g_utf8_validate (text, (gssize) length, NULL));
  return g_strndup (text, length);
}

/* Reads @text and writes it again. */
static char *
rewrite (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = case_read (text, &error);

  g_assert_no_error (error);
  return write_text (alliance);
}

/* @text becomes @canonical, and that stays as it is. */
static void
assert_becomes (const char *text, const char *canonical)
{
  g_autofree char *first = rewrite (text);
  g_autofree char *second = rewrite (first);

  g_assert_cmpstr (first, ==, canonical);
  g_assert_cmpstr (second, ==, canonical);
}

static void
assert_canonical (const char *text)
{
  assert_becomes (text, text);
}

/* ---- round trip ---- */

static void
test_empty (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autofree char *text = write_text (alliance);

  g_assert_cmpstr (text, ==, CASE_HEAD "\n}\n");
  assert_canonical (text);
  assert_becomes ("{\"version\":1,\"format\":\"rural-alliance\",\"sites\":[]}", text);
}

static void
test_all_types (void)
{
  g_autofree char *text = case_things (
      "    {\"id\": \"a\", \"label\": \"x \\\"y\\\" \\\\ \\n é 平 🌾\", \"title\": {\"en\": \"A\", \"zh-Hant\": \"甲\"}, \"colour\": \"red\", "
      "\"old\": true, \"count\": -9223372036854775808, \"weight\": 0.1, \"price\": 3927.5, \"made\": \"2014\", \"parent\": \"b\", "
      "\"subject\": \"thing/a\", \"tags\": [\"one\", \"\", \"two\"], \"parts\": [\"b\", \"a\", \"b\"], \"about\": [\"thing/b\"], "
      "\"data\": {\"x\": [1.00, null, {\"y\": 1e5}], \"z\": {}}, \"secret\": \"s\", \"income\": -0.05, \"kin\": \"a\"},\n"
      "    {\"id\": \"b\", \"title\": \"no language\", \"old\": false, \"count\": 9223372036854775807, \"weight\": -1.5e-9, \"price\": 0, "
      "\"made\": \"2014-09-15\", \"tags\": [], \"parts\": [], \"about\": [], \"data\": \"text\"},\n"
      "    {\"made\": \"2014-09\", \"data\": 1.50},\n"
      "    {}");
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) a = NULL, b = NULL, parent = NULL, subject = NULL;
  g_autoptr (GListModel) parts = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *made = NULL;
  g_auto (GStrv) tags = NULL;
  gint64 integer;
  double number;
  gboolean truth;

  assert_canonical (text);
  alliance = case_read (text, &error);
  g_assert_no_error (error);
  a = rua_alliance_find (alliance, "thing", "a");
  b = rua_alliance_find (alliance, "things", "b");
  g_assert_nonnull (a);
  g_assert_cmpstr (rua_record_get_text (a, "label"), ==, "x \"y\" \\ \n é 平 🌾");
  g_assert_cmpstr (rua_record_get_texts (a, "title", "zh-Hant"), ==, "甲");
  g_assert_cmpstr (rua_record_get_texts (b, "title", NULL), ==, "no language");
  g_assert_cmpstr (rua_record_get_text (a, "colour"), ==, "red");
  g_assert_false (rua_record_has (b, "colour"));
  g_assert_true (rua_record_get_boolean (a, "old", &truth) && truth);
  g_assert_true (rua_record_get_boolean (b, "old", &truth) && !truth);
  g_assert_true (rua_record_get_integer (a, "count", &integer));
  g_assert_cmpint (integer, ==, G_MININT64);
  g_assert_true (rua_record_get_number (a, "weight", &number));
  g_assert_true (number == 0.1);
  g_assert_true (rua_record_get_money (a, "price", &integer));
  g_assert_cmpint (integer, ==, 392750);
  g_assert_true (rua_record_get_money (b, "price", &integer));
  g_assert_cmpint (integer, ==, 0);
  g_assert_false (rua_record_get_money (b, "income", &integer));
  made = rua_record_dup_date (a, "made");
  g_assert_cmpstr (made, ==, "2014");
  parent = rua_record_dup_reference (a, "parent");
  g_assert_true (parent == b);
  subject = rua_record_dup_reference (a, "subject");
  g_assert_true (subject == a);
  tags = rua_record_dup_text_list (a, "tags");
  g_assert_cmpuint (g_strv_length (tags), ==, 3);
  parts = rua_record_list_references (a, "parts");
  g_assert_cmpuint (g_list_model_get_n_items (parts), ==, 3);
  /* A list without elements is known; a list that is not there is not. */
  g_assert_true (rua_record_has (b, "tags"));
  g_assert_true (rua_record_has (b, "parts"));
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (alliance, "things")), ==, 4);
}

static void
test_other_spellings (void)
{
  g_autofree char *text = case_things (
      "{\"label\":\"\\u0061\\u5e73\",\"id\":\"a\",\"price\":39.50,\"weight\":1.0,\"title\":{\"und\":\"x\"}},\r\n\t"
      "{ \"id\" : \"b\", \"price\" : 1e2, \"weight\" : 1E3, \"subject\" : \"things/a\", \"title\" : {\"und\":\"x\",\"en\":\"y\"} }");
  g_autofree char *canonical = case_things (
      "    {\"id\": \"a\", \"label\": \"a平\", \"title\": \"x\", \"weight\": 1, \"price\": 39.5},\n"
      "    {\"id\": \"b\", \"title\": {\"und\": \"x\", \"en\": \"y\"}, \"weight\": 1000, \"price\": 100, \"subject\": \"thing/a\"}");

  assert_becomes (text, canonical);
}

/* Records with ids are laid out a line a member, rows without a line each. */
static void
test_layout (void)
{
  assert_canonical (CASE_HEAD ",\n"
                         "  \"alliance\": {\n"
                         "    \"title\": {\"en\": \"An alliance\", \"zh\": \"联盟\"},\n"
                         "    \"currency\": \"CNY\",\n"
                         "    \"languages\": [\"en\", \"zh\"]\n"
                         "  },\n"
                         "  \"households\": [\n"
                         "    {\n"
                         "      \"id\": \"h1\",\n"
                         "      \"name\": \"Li\"\n"
                         "    },\n"
                         "    {\n"
                         "      \"id\": \"h2\"\n"
                         "    }\n"
                         "  ],\n"
                         "  \"incomes\": [\n"
                         "    {\"household\": \"h1\", \"year\": 2014, \"amount\": 3927},\n"
                         "    {\"household\": \"h1\", \"year\": 2017, \"amount\": 8478.05}\n"
                         "  ]\n"
                         "}\n");
}

static void
test_currency_digits (void)
{
  static const struct {
    const char *currency, *amount;
  } cases[] = { { "CNY", "39.27" }, { "JPY", "3927" }, { "KWD", "3.927" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf (CASE_HEAD ",\n  \"alliance\": {\n    \"title\": \"T\",\n    \"currency\": \"%s\"\n  },\n"
                                                  "  \"households\": [\n    {\n      \"id\": \"h\"\n    }\n  ],\n"
                                                  "  \"incomes\": [\n    {\"household\": \"h\", \"year\": 2014, \"amount\": %s}\n  ]\n}\n",
                                             cases[i].currency, cases[i].amount);
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (RuaRecord) income = NULL;
    g_autoptr (GError) error = NULL;
    gint64 minor;

    assert_canonical (text);
    alliance = case_read (text, &error);
    income = rua_table_dup_record (rua_alliance_get_table (alliance, "incomes"), 0);
    g_assert_true (rua_record_get_money (income, "amount", &minor));
    g_assert_cmpint (minor, ==, 3927);
  }
}

/* A metric as the promises of the format write it: null for what it does not use. */
static void
test_metric_null (void)
{
  g_autofree char *got = rewrite (
      CASE_HEAD ", \"metrics\": [{ \"id\": \"income.share_doubled\", \"title\": {\"en\": \"Households whose income at least doubled\"}, \"unit\": \"%\","
           "\"direction\": \"up\", \"estimator\": \"ratio_distribution\", \"table\": \"incomes\","
           "\"columns\": { \"before\": \"amount[year=2014]\", \"after\": \"amount[year=2017]\" },"
           "\"where\": \"household.membership.cooperative.site = 'pingzhai'\", \"by\": [\"household.site\"],"
           "\"weight\": \"household.weight\", \"stratum\": null, \"cluster\": \"household.village\","
           "\"deflate\": { \"series\": \"cpi-cn\", \"to\": 2014 }, \"confidence\": 0.95, \"options\": { \"factor\": 2 } }]}");

  g_assert_null (strstr (got, "stratum"));
  g_assert_nonnull (strstr (got, "\"columns\": {\"before\": \"amount[year=2014]\", \"after\": \"amount[year=2017]\"}"));
  assert_canonical (got);
}

/* What we do not know stays as it was written, behind what we know. */
static void
test_unknown_members (void)
{
  assert_canonical (CASE_HEAD ",\n"
                         "  \"alliance\": {\n"
                         "    \"title\": \"T\",\n"
                         "    \"x\": {\"a\": [1.00, null, -0], \"b\": \"é\"}\n"
                         "  },\n"
                         "  \"households\": [\n"
                         "    {\n"
                         "      \"id\": \"h1\",\n"
                         "      \"unknown\": null,\n"
                         "      \"big\": 123456789012345678901234567890.10,\n"
                         "      \"nested\": {\"id\": {\"id\": []}}\n"
                         "    },\n"
                         "    {\n"
                         "      \"id\": \"h2\"\n"
                         "    }\n"
                         "  ],\n"
                         "  \"new_kind\": [\n"
                         "    {\n"
                         "      \"a\": 1.0\n"
                         "    }\n"
                         "  ],\n"
                         "  \"comment\": \"kept\",\n"
                         "  \"household\": [],\n"
                         "  \"\": null\n"
                         "}\n");
  assert_becomes ("{\"z\": 1, \"format\": \"rural-alliance\", \"version\": 1, \"households\": [{\"q\": 1, \"id\": \"h\"}], \"y\": 2}",
                  CASE_HEAD ",\n  \"households\": [\n    {\n      \"id\": \"h\",\n      \"q\": 1\n    }\n  ],\n  \"z\": 1,\n  \"y\": 2\n}\n");
}

static void
test_unknown_in_schema (void)
{
  assert_canonical (CASE_HEAD ",\n"
                         "  \"schema\": {\n"
                         "    \"kinds\": {\n"
                         "      \"beehive\": {\n"
                         "        \"plural\": \"beehives\",\n"
                         "        \"fields\": {\n"
                         "          \"frames\": {\"type\": \"integer\", \"label\": {\"en\": \"Frames\"}, \"order\": 1.0}\n"
                         "        },\n"
                         "        \"icon\": \"bee\"\n"
                         "      },\n"
                         "      \"bare\": {\n"
                         "        \"plural\": \"bares\"\n"
                         "      }\n"
                         "    },\n"
                         "    \"fields\": {\n"
                         "      \"household\": {\n"
                         "        \"altitude\": {\"type\": \"number\", \"unit\": \"m\", \"required\": true, \"privacy\": \"personal\", \"doc\": \"Above the sea.\", \"max\": 1e4}\n"
                         "      }\n"
                         "    },\n"
                         "    \"author\": \"us\"\n"
                         "  }\n"
                         "}\n");
}

/* ---- members in another order ---- */

static void
test_any_order (void)
{
  static const char *const members[] = {
    "\"format\": \"rural-alliance\"",
    "\"version\": 1",
    "\"alliance\": {\"title\": \"T\", \"currency\": \"JPY\", \"motto\": \"M\"}",
    "\"schema\": {\"fields\": {\"alliance\": {\"motto\": {\"type\": \"text\"}}, \"household\": {\"altitude\": {\"type\": \"number\"}}}}",
    "\"incomes\": [{\"household\": \"h\", \"year\": 2014, \"amount\": 3927}]",
    "\"households\": [{\"altitude\": 5, \"id\": \"h\", \"q\": 0}]",
    "\"zzz\": [1]",
  };
  const guint n = G_N_ELEMENTS (members);
  g_autofree char *expected = NULL;
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint round = 0, n_rounds = under_valgrind () ? 3 : g_getenv ("RUA_SLOW_MACHINE") ? 10 : 200; round < n_rounds; round++) {
    guint order[G_N_ELEMENTS (members)];
    g_autoptr (GString) text = g_string_new ("{");
    g_autofree char *got = NULL;

    for (guint i = 0; i < n; i++)
      order[i] = i;
    for (guint i = n - 1; i > 0 && round > 0; i--) {
      guint j = rua_random_below (&random, i + 1), swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    for (guint i = 0; i < n; i++)
      g_string_append_printf (text, "%s%s", i > 0 ? ",\n" : "", members[order[i]]);
    g_string_append_c (text, '}');
    g_test_message ("%s", text->str);
    got = rewrite (text->str);
    if (expected == NULL)
      expected = g_strdup (got);
    g_assert_cmpstr (got, ==, expected);
  }
  /* Money was read in yen, and the fields of one's own were known. */
  g_assert_nonnull (strstr (expected, "\"amount\": 3927}"));
  g_assert_nonnull (strstr (expected, "\"id\": \"h\",\n      \"altitude\": 5,\n      \"q\": 0"));
}

/* ---- cancellation ---- */

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) json = g_bytes_new_static ("{}", 2);
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaHousehold) household = rua_household_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_record_set_id (RUA_RECORD (household), "h", &error));
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), &error));
  g_cancellable_cancel (cancellable);
  g_assert_null (rua_alliance_new_from_json (json, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (rua_alliance_validate_json (json, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (rua_alliance_to_json (alliance, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gpointer
cancel_soon (gpointer data)
{
  g_usleep (2000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancelled_midway (void)
{
  g_autoptr (GString) text = g_string_new (CASE_HEAD ",\n\"households\": [");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GError) error = NULL;
  GThread *thread;

  for (guint i = 0; i < 400000; i++)
    g_string_append_printf (text, "%s{\"id\":\"h%u\"}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  json = g_bytes_new (text->str, text->len);
  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_assert_null (rua_alliance_new_from_json (json, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

/* ---- random alliances ---- */

static char *
random_text (RuaRandom *random)
{
  static const char *const parts[] = { "a", "household", "\n", "\"", "\\", "平寨", "é", "🌾", "\x01", " ", "0", "/", "\t", "\177" };
  GString *text = g_string_new (NULL);
  guint n = rua_random_below (random, 8);

  for (guint i = 0; i < n; i++)
    g_string_append (text, parts[rua_random_below (random, G_N_ELEMENTS (parts))]);
  return g_string_free (text, FALSE);
}

static char *
random_id (RuaAlliance *alliance, RuaRandom *random, const char *target)
{
  gboolean any = g_str_equal (target, "*");
  RuaTable *table = any ? rua_alliance_get_table_at (alliance, 1 + rua_random_below (random, rua_alliance_get_n_tables (alliance) - 1))
                        : rua_alliance_get_table (alliance, target);
  guint row = rua_random_below (random, 5);
  const char *kind = rua_kind_get_name (rua_table_get_kind (table));

  /* Every table has five records, whose ids are made from their kind. */
  return g_strdup_printf ("%s%s%s-%u é", any ? kind : "", any ? "/" : "", kind, row);
}

static void
put_random (RuaAlliance *alliance, RuaAppender *appender, RuaField *field, RuaRandom *random)
{
  static const char *const json[] = { "{}", "[]", "null", "1.50", "\"x\"", "{\"a\":[1,{\"b\":null}],\"é\":\"\\n\"}", "true" };
  static const char *const languages[] = { "en", "zh", "zh-Hant", "fr-CA" };
  static const RuaDatePrecision precisions[] = { RUA_DATE_PRECISION_YEAR, RUA_DATE_PRECISION_MONTH, RUA_DATE_PRECISION_DAY };
  guint i = rua_field_get_index (field), n;
  g_autoptr (GString) packed = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT: {
    g_autofree char *text = random_text (random);
    done = rua_appender_set_text (appender, i, text, -1, &error);
    break;
  }
  case RUA_FIELD_TYPE_TOKEN: {
    const char *const *tokens = rua_field_get_tokens (field);
    done = rua_appender_set_text (appender, i, tokens[rua_random_below (random, g_strv_length ((char **) tokens))], -1, &error);
    break;
  }
  case RUA_FIELD_TYPE_JSON:
    done = rua_appender_set_text (appender, i, json[rua_random_below (random, 2)], -1, &error);
    break;
  case RUA_FIELD_TYPE_TEXTS:
    n = rua_random_below (random, 3);
    for (guint k = 0; k <= n; k++) {
      g_autofree char *text = random_text (random);
      if (n == 0 && rua_random_below (random, 2))
        g_string_append_c (packed, '\0');
      else
        g_string_append_len (packed, languages[k], (gssize) strlen (languages[k]) + 1);
      g_string_append_len (packed, text, (gssize) strlen (text) + 1);
    }
    done = rua_appender_set_packed (appender, i, packed->str, packed->len, &error);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    done = rua_appender_set_boolean (appender, i, rua_random_below (random, 2) != 0, &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    done = rua_appender_set_integer (appender, i, (gint64) ((guint64) rua_random_next (random) << 32 | rua_random_next (random)) >> rua_random_below (random, 64), &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    done = rua_appender_set_number (appender, i, ((double) rua_random_next (random) - 2e9) / (1 + rua_random_next (random)), &error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    done = rua_appender_set_money (appender, i, (gint64) ((guint64) rua_random_next (random) << 32 | rua_random_next (random)) >> rua_random_below (random, 64), &error);
    break;
  case RUA_FIELD_TYPE_DATE: {
    RuaDatePrecision precision = precisions[rua_random_below (random, 3)];
    g_autofree char *iso = rua_date_format ((gint32) rua_random_below (random, 40000) - 20000, precision);
    done = rua_appender_set_date (appender, i, iso, -1, &error);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE: {
    g_autofree char *id = random_id (alliance, random, rua_field_get_target (field));
    done = rua_appender_set_reference (appender, i, id, -1, &error);
    break;
  }
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    n = rua_random_below (random, 4);
    for (guint k = 0; k < n; k++) {
      g_autofree char *text = rua_field_get_field_type (field) == RUA_FIELD_TYPE_TEXT_LIST
                                  ? random_text (random)
                                  : random_id (alliance, random, rua_field_get_target (field));
      g_string_append_len (packed, text, (gssize) strlen (text) + 1);
    }
    done = rua_appender_set_packed (appender, i, packed->str, packed->len, &error);
    break;
  default:
    g_assert_not_reached ();
  }
  g_assert_no_error (error);
  g_assert_true (done);
}

/* Five records in every table, any field known with some chance. */
static RuaAlliance *
random_alliance (RuaRandom *random)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaFaults) faults = rua_faults_new (NULL, 0);
  g_autoptr (RuaKind) kind = rua_kind_new ("thing", "things");
  RuaField *own;
  g_autoptr (GError) error = NULL;
  guint chance = 1 + rua_random_below (random, 100);

  rua_alliance_add_kind (alliance, kind, &error);
  g_assert_no_error (error);
  for (guint i = 0; i <= RUA_FIELD_TYPE_JSON; i++) {
    const char *const tokens[] = { "one", "two", NULL };
    g_autofree char *name = g_strdup_printf ("own_%u", i);

    own = rua_field_new (name, (RuaFieldType) i);
    if (i == RUA_FIELD_TYPE_TOKEN)
      rua_field_set_tokens (own, tokens);
    if (i == RUA_FIELD_TYPE_REFERENCE || i == RUA_FIELD_TYPE_REFERENCE_LIST)
      rua_field_set_target (own, "household");
    rua_alliance_add_field (alliance, i % 2 ? "thing" : "income", own, &error);
    g_assert_no_error (error);
    g_object_unref (own);
  }
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    RuaKind *of = rua_table_get_kind (table);
    g_autoptr (RuaAppender) appender = rua_table_append (table);
    guint n = g_str_equal (rua_kind_get_name (of), "alliance") ? 1 : 5;

    for (guint row = 0; row < n; row++) {
      g_autofree char *id = g_strdup_printf ("%s-%u é", rua_kind_get_name (of), row);
      if (n > 1)
        rua_appender_set_text (appender, 0, id, -1, &error);
      for (guint i = 1; i < rua_kind_get_n_fields (of); i++) {
        RuaField *field = rua_kind_get_field (of, i);
        if (g_str_equal (rua_field_get_name (field), "currency"))
          rua_appender_set_text (appender, i, rua_random_below (random, 2) ? "JPY" : "CNY", -1, &error);
        else if (rua_field_get_required (field) || rua_random_below (random, 100) < chance)
          put_random (alliance, appender, field, random);
      }
      if (rua_random_below (random, 3) == 0) {
        const char *extra = "{\"x-unknown\":[1.0,null],\"é\":{}}";
        rua_appender_set_extra (appender, extra, strlen (extra));
      }
      rua_appender_end_row (appender);
    }
    g_assert_no_error (error);
    rua_appender_commit_pending (appender, faults);
  }
  g_assert_true (rua_alliance_resolve (alliance, faults));
  rua_faults_raise (faults, &error);
  g_assert_no_error (error);
  return alliance;
}

/* Both know the same cells. The bytes that follow compare the values. */
static void
assert_same_cells (RuaAlliance *a, RuaAlliance *b)
{
  g_assert_cmpuint (rua_alliance_get_n_tables (a), ==, rua_alliance_get_n_tables (b));
  for (guint t = 0; t < rua_alliance_get_n_tables (a); t++) {
    RuaTable *ta = rua_alliance_get_table_at (a, t), *tb = rua_alliance_get_table_at (b, t);
    RuaKind *kind = rua_table_get_kind (ta);

    g_assert_cmpstr (rua_kind_get_name (kind), ==, rua_kind_get_name (rua_table_get_kind (tb)));
    g_assert_cmpuint (rua_table_get_n_records (ta), ==, rua_table_get_n_records (tb));
    g_assert_cmpuint (rua_kind_get_n_fields (kind), ==, rua_kind_get_n_fields (rua_table_get_kind (tb)));
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
      for (guint32 row = 0; row < rua_table_get_n_rows (ta); row++)
        g_assert_cmpint (rua_column_is_known (rua_table_peek_column (ta, i), row), ==,
                         rua_column_is_known (rua_table_peek_column (tb, i), row));
    for (guint32 row = 0; row < rua_table_get_n_rows (ta); row++) {
      g_autoptr (RuaRecord) ra = rua_table_dup_record_at_row (ta, row), rb = rua_table_dup_record_at_row (tb, row);
      g_assert_cmpstr (rua_table_get_extra_at_row (ta, row), ==, rua_table_get_extra_at_row (tb, row));
      g_assert_cmpstr (rua_record_get_id (ra), ==, rua_record_get_id (rb));
    }
  }
}

static void
test_random_round_trip (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < 20; i++) {
    g_autoptr (RuaAlliance) alliance = random_alliance (&random), again = NULL;
    g_autofree char *first = write_text (alliance), *second = NULL;
    g_autoptr (GError) error = NULL;

    again = case_read (first, &error);
    g_assert_no_error (error);
    assert_same_cells (alliance, again);
    second = write_text (again);
    g_assert_cmpstr (first, ==, second);
  }
}

/* A document spoilt anywhere is read or refused in RUA_ERROR; what is read can be written and read. */
static void
test_mutations (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint n_taken = 0, n_refused = 0, n_tried = g_getenv ("RUA_SLOW_MACHINE") ? 150 : 1500;
  RuaRandom random;
  g_autofree char *text = case_things (
      "    {\"id\": \"a\", \"label\": \"x\", \"title\": {\"en\": \"A\", \"zh-Hant\": \"甲\"}, \"colour\": \"red\", \"old\": true, \"count\": 7,\n"
      " \"weight\": 0.1, \"price\": 3927.5, \"made\": \"2014\", \"parent\": \"b\", \"subject\": \"thing/a\", \"tags\": [\"one\"],\n"
      " \"parts\": [\"b\", \"a\"], \"about\": [\"thing/b\"], \"data\": {\"x\": [1.00, null]}, \"more\": {\"a\": 1}},\n"
      "    {\"id\": \"b\"}");

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < n_tried; i++) {
    g_autoptr (GString) spoilt = g_string_new (text);
    g_autoptr (RuaAlliance) alliance = NULL;
    g_autoptr (GBytes) json = NULL;
    g_autoptr (GError) error = NULL;
    gsize at = rua_random_below (&random, (guint32) spoilt->len), length;

    switch (rua_random_below (&random, 4)) {
    case 0:
      spoilt->str[at] = (char) (32 + rua_random_below (&random, 95));
      break;
    case 1:
      length = rua_random_below (&random, 30);
      g_string_erase (spoilt, (gssize) at, (gssize) MIN (length, spoilt->len - at));
      break;
    case 2:
      g_string_insert_c (spoilt, (gssize) at, "{}[],:\"\\0-eu\n"[rua_random_below (&random, 13)]);
      break;
    default:
      spoilt->str[at] = (char) rua_random_below (&random, 256);
      break;
    }
    json = g_bytes_new (spoilt->str, spoilt->len);
    alliance = rua_alliance_new_from_json (json, NULL, NULL, &error);
    if (alliance == NULL) {
      g_assert_nonnull (error);
      g_assert_true (error->domain == RUA_ERROR);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      n_refused++;
    } else {
      g_autofree char *first = write_text (alliance);
      g_autofree char *second = rewrite (first);
      g_assert_cmpstr (first, ==, second);
      n_taken++;
    }
  }
  g_test_message ("%u taken, %u refused", n_taken, n_refused);
  g_assert_cmpuint (n_taken, >, n_tried / 75);
  g_assert_cmpuint (n_refused, >, n_tried / 4);
}

/* What removals leave behind is not written. */
static void
test_after_removal (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *three = case_things ("    {\"id\": \"a\"},\n    {\"id\": \"b\"},\n    {\"id\": \"c\"}");
  g_autofree char *two = case_things ("    {\"id\": \"a\"},\n    {\"id\": \"c\"}");
  g_autofree char *none = g_strdup (CASE_HEAD ",\n" TITLE ",\n" THING_SCHEMA "\n}\n");
  g_autoptr (RuaAlliance) alliance = case_read (three, &error);
  g_autofree char *got = NULL, *rest = NULL;
  static const char *const others[] = { "a", "c" };
  g_autoptr (RuaRecord) b = rua_alliance_find (alliance, "thing", "b");

  g_assert_true (rua_alliance_remove (alliance, b, &error));
  got = write_text (alliance);
  g_assert_cmpstr (got, ==, two);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "thing", others[i]);
    g_assert_true (rua_alliance_remove (alliance, record, &error));
  }
  rest = write_text (alliance);
  g_assert_cmpstr (rest, ==, none);
}

/* The example is as the library writes it. */
static void
test_example (void)
{
  const char *root = g_getenv ("RUA_SOURCE_ROOT");
  g_autofree char *path = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  if (root == NULL) {
    g_test_skip ("RUA_SOURCE_ROOT is not set");
    return;
  }
  path = g_build_filename (root, "examples", "rural-urban-alliance.json", NULL);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  assert_canonical (text);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/empty", test_empty);
  g_test_add_func ("/document/all-types", test_all_types);
  g_test_add_func ("/document/other-spellings", test_other_spellings);
  g_test_add_func ("/document/layout", test_layout);
  g_test_add_func ("/document/currency-digits", test_currency_digits);
  g_test_add_func ("/document/metric-null", test_metric_null);
  g_test_add_func ("/document/unknown-members", test_unknown_members);
  g_test_add_func ("/document/unknown-in-schema", test_unknown_in_schema);
  g_test_add_func ("/document/any-order", test_any_order);
  g_test_add_func ("/document/cancelled", test_cancelled);
  g_test_add_func ("/document/cancelled-midway", test_cancelled_midway);
  g_test_add_func ("/document/random-round-trip", test_random_round_trip);
  g_test_add_func ("/document/mutations", test_mutations);
  g_test_add_func ("/document/example", test_example);
  g_test_add_func ("/document/after-removal", test_after_removal);
  return g_test_run ();
}
