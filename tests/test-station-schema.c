/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of an alliance itself is the same at every station: its currency and its schema. */
#include "station-case.h"
#include "rua-edits.h"
#include "rua-exchange-private.h"
#include "rua-history.h"

/* ---- money ---- */

static void
set_currency (RuaAlliance *alliance, const char *currency)
{
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);
  GError *error = NULL;

  g_assert_true (rua_record_set_text (RUA_RECORD (profile), "currency", currency, &error));
  g_assert_no_error (error);
}

static void
add_amount (RuaAlliance *alliance, gint64 amount)
{
  g_autoptr (RuaRecord) income = rua_alliance_new_record (alliance, "income");
  g_autoptr (RuaRecord) household = rua_alliance_find (alliance, "household", "h1");
  GError *error = NULL;

  rua_record_set_reference (income, "household", household, NULL);
  rua_record_set_integer (income, "year", 2014, NULL);
  rua_record_set_money (income, "amount", amount, NULL);
  g_assert_true (rua_alliance_add (alliance, income, &error));
  g_assert_no_error (error);
}

static void
assert_amount (RuaAlliance *alliance, const char *currency, gint64 amount)
{
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);
  g_autoptr (RuaRecord) income = rua_table_dup_record (rua_alliance_get_table (alliance, "income"), 0);
  gint64 is = -1;

  g_assert_cmpstr (rua_profile_get_currency (profile), ==, currency);
  rua_record_get_money (income, "amount", &is);
  g_assert_cmpint (is, ==, amount);
}

/* Seven and a half yuan do not become seven hundred and fifty yen. */
static void
test_currency (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaAlliance) baojing = case_enroll (hub, "baojing");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (RuaMerge) first = NULL;
  g_autoptr (RuaMerge) taken = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *was = NULL;
  g_autofree char *is = NULL;

  set_currency (gaopo, "JPY");
  add_amount (baojing, 750);
  first = case_carry (baojing, hub, NULL);
  was = case_text_of (hub);
  bytes = rua_alliance_export_changes (gaopo, NULL, -1, NULL, NULL);
  g_assert_null (rua_alliance_import_changes (hub, bytes, "b.ruax", NULL, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==,
                   "b.ruax: fact gaopo.1 gives the alliance another currency, whose decimals are not those of the amounts on record here; set the old "
                   "currency again at 'gaopo', and send that too");
  is = case_text_of (hub);
  g_assert_cmpstr (was, ==, is);
  /* With the old one, or another of as many decimals, all of it comes. */
  set_currency (gaopo, "CNY");
  taken = case_carry (gaopo, hub, NULL);
  g_assert_cmpuint (rua_merge_get_n_new (taken), ==, 2);
  assert_amount (hub, "CNY", 750);
}

/* An edit that is undone when somebody else has brought amounts meanwhile. */
static void
test_currency_undone (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo");
  g_autoptr (RuaMerge) down = NULL;
  g_autoptr (RuaMerge) up = NULL;
  g_autoptr (GListModel) waiting = NULL;
  g_autoptr (GError) error = NULL;

  set_currency (hub, "JPY");
  down = case_carry (hub, gaopo, "gaopo");
  add_amount (gaopo, 750);
  up = case_carry (gaopo, hub, NULL);
  assert_amount (hub, "JPY", 750);
  rua_alliance_undo (hub, NULL);
  assert_amount (hub, "JPY", 750);
  waiting = rua_alliance_list_waiting (hub);
  g_assert_cmpuint (g_list_model_get_n_items (waiting), ==, 1);
}

/* ---- files ---- */

/* A kind's field that the other side does not know waits, and is there when it does. */
static void
add_roof (RuaAlliance *alliance, RuaFieldType type)
{
  g_autoptr (RuaField) field = rua_field_new ("roof", type);
  GError *error = NULL;

  g_assert_true (rua_alliance_add_field (alliance, "household", field, &error));
  g_assert_no_error (error);
}

static void
set_roof (RuaAlliance *alliance, const char *roof)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", "h1");
  GError *error = NULL;

  g_assert_true (rua_record_set_text (record, "roof", roof, &error));
  g_assert_no_error (error);
}

static void
assert_roof (RuaAlliance *alliance, const char *roof)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", "h1");

  g_assert_cmpstr (rua_record_get_text (record, "roof"), ==, roof);
}

/* A field that one station has comes to all with what it says; nobody has to be asked. */
static void
test_schema (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaAlliance) b = case_enroll (hub, "b");
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (RuaMerge) down = NULL;
  g_auto (GStrv) remarks = NULL;

  add_roof (a, RUA_FIELD_TYPE_TEXT);
  set_roof (a, "tin");
  merge = case_carry (a, hub, NULL);
  g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 1);
  remarks = rua_merge_list_remarks (merge);
  g_assert_null (remarks[0]);
  assert_roof (hub, "tin");
  down = case_carry (hub, b, "b");
  assert_roof (b, "tin");
  case_assert_same (hub, a);
  case_assert_same (hub, b);
}

/* The hub has a newer schema than the station that sends, or the station a newer one: what was not sent stays valid. */
static void
test_schema_unsent (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaAlliance) b = case_enroll (hub, "b");
  RuaAlliance *const stations[] = { a, b };
  const char *const names[] = { "a", "b" };

  case_set_weight (a, "h1", 5); /* before it knows of any */
  add_roof (hub, RUA_FIELD_TYPE_TEXT);
  set_roof (hub, "tiles");
  {
    g_autoptr (RuaKind) kind = rua_kind_new ("beehive", "beehives");
    g_autoptr (RuaField) of = rua_field_new ("household", RUA_FIELD_TYPE_REFERENCE);
    g_autoptr (RuaRecord) hive = NULL;
    g_autoptr (RuaRecord) household = rua_alliance_find (b, "household", "h2");
    GError *error = NULL;

    rua_field_set_target (of, "household");
    g_assert_true (rua_alliance_add_kind (b, kind, &error));
    g_assert_true (rua_alliance_add_field (b, "beehive", of, &error));
    hive = rua_alliance_new_record (b, "beehive");
    g_assert_true (rua_record_set_id (hive, "hive", &error));
    g_assert_true (rua_record_set_reference (hive, "household", household, &error));
    g_assert_true (rua_alliance_add (b, hive, &error));
    g_assert_no_error (error);
  }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < 2; i++) {
      g_autoptr (RuaMerge) up = case_carry (stations[i], hub, NULL);
      g_autoptr (RuaMerge) down = case_carry (hub, stations[i], names[i]);
      g_autoptr (GListModel) waiting = rua_alliance_list_waiting (stations[i]);

      g_assert_cmpuint (g_list_model_get_n_items (waiting), ==, 0);
    }
  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaRecord) hive = rua_alliance_find (stations[i], "beehive", "hive");

    g_assert_nonnull (hive);
    assert_roof (stations[i], "tiles");
    g_assert_cmpfloat (case_weight_of (stations[i], "h1"), ==, 5);
    g_assert_cmpuint (rua_alliance_get_n_unsent (stations[i]), ==, 0);
    case_assert_same (hub, stations[i]);
  }
}

/* Two made fields of one name and other types: what does not fit waits, and is told. */
static void
test_schema_differs (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) a = case_enroll (hub, "a");
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (GListModel) waiting = NULL;
  g_auto (GStrv) remarks = NULL;

  add_roof (hub, RUA_FIELD_TYPE_INTEGER);
  add_roof (a, RUA_FIELD_TYPE_TEXT);
  set_roof (a, "tin");
  merge = case_carry (a, hub, NULL);
  remarks = rua_merge_list_remarks (merge);
  g_assert_cmpstr (remarks[0], ==, "household: the field 'roof' is of one type here and of another there: what does not fit waits; agree on a name for one of the two");
  waiting = rua_alliance_list_waiting (hub);
  g_assert_cmpuint (g_list_model_get_n_items (waiting), ==, 1);
  g_assert_cmpuint (rua_log_find_fact (rua_alliance_peek_log (hub), "a", 1), !=, RUA_NO_FACT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/station/currency", test_currency);
  g_test_add_func ("/station/currency-undone", test_currency_undone);
  g_test_add_func ("/station/schema", test_schema);
  g_test_add_func ("/station/schema-unsent", test_schema_unsent);
  g_test_add_func ("/station/schema-differs", test_schema_differs);
  return g_test_run ();
}
