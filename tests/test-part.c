/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-case.h"
#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-history.h"
#include "rua-merge-conflict.h"
#include "rua-part-private.h"
#include "rua-random-private.h"
#include "rua-station.h"
#include "rua-table-core-private.h"

#include <glib/gstdio.h>
#include <string.h>

/* Stations that are given a part of the alliance. */

#define BASELINE                                                                                                                             \
  "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\", \"currency\": \"CNY\"}, \"whose\": \"h2's\","           \
  "\"places\": [{\"id\": \"yn\", \"name\": \"Y\", \"province\": \"Yunnan\"}, {\"id\": \"a\", \"name\": \"A\", \"parent\": \"yn\", \"province\": \"Yunnan\"},"  \
  " {\"id\": \"b\", \"name\": \"B\", \"parent\": \"yn\"}],"                                                                                   \
  "\"people\": [{\"id\": \"p1\", \"household\": \"h1\"}, {\"id\": \"p2\", \"household\": \"h2\"}, {\"id\": \"iv\", \"home\": \"b\", \"note\": \"asks on the northern slope, above the second bridge\"}],"        \
  "\"projects\": [{\"id\": \"pr\", \"title\": \"P\", \"lead\": \"p1\"}],"                                                                      \
  "\"sites\": [{\"id\": \"s2\", \"name\": \"S\", \"projects\": [\"pr\"]}],"                                                                    \
  "\"products\": [{\"id\": \"rice\", \"name\": \"R\"}],"                                                                                       \
  "\"cooperatives\": [{\"id\": \"c\", \"name\": \"C\", \"project\": \"pr\"}],"                                                                 \
  "\"memberships\": [{\"id\": \"m1\", \"cooperative\": \"c\", \"household\": \"h1\"}, {\"id\": \"m2\", \"cooperative\": \"c\", \"person\": \"iv\"}],"          \
  "\"households\": [{\"id\": \"h1\", \"village\": \"a\", \"weight\": 1, \"n_persons\": 4}, {\"id\": \"h2\", \"village\": \"b\", \"weight\": 2, \"site\": \"s2\", \"name\": \"Familie Vang\"},"        \
  " {\"id\": \"h3\", \"village\": \"b\"}],"                                                                                                   \
  "\"incomes\": [{\"household\": \"h2\", \"year\": 2014, \"amount\": 5, \"interviewer\": \"p1\"},"                                              \
  " {\"household\": \"h1\", \"year\": 2014, \"amount\": 7, \"interviewer\": \"iv\"}, {\"household\": \"h2\", \"year\": 2015, \"amount\": 9}]}"

static RuaAlliance *
new_hub (void)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (BASELINE, strlen (BASELINE));
  RuaAlliance *hub = rua_alliance_new_from_json (bytes, "test.json", NULL, &error);

  g_assert_no_error (error);
  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  return hub;
}

static RuaAlliance *
enroll (RuaAlliance *hub, const char *name, const char *only)
{
  const char *choices[] = { only, NULL };
  GError *error = NULL;
  RuaAlliance *copy = only ? rua_alliance_enroll_station_part (hub, name, choices, &error) : rua_alliance_enroll_station (hub, name, &error);

  g_assert_no_error (error);
  return copy;
}

static RuaMerge *
carry (RuaAlliance *from, RuaAlliance *to, const char *name)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (from, name, -1, NULL, &error);
  RuaMerge *merge;

  g_assert_no_error (error);
  merge = rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error);
  g_assert_no_error (error);
  return merge;
}

static void
exchange (RuaAlliance *hub, RuaAlliance *station)
{
  g_autoptr (RuaMerge) up = carry (station, hub, NULL);
  g_autoptr (RuaMerge) down = carry (hub, station, rua_alliance_get_station (station));
}

static RuaRecord *
find (RuaAlliance *alliance, const char *kind, const char *id)
{
  RuaRecord *record = rua_alliance_find (alliance, kind, id);

  g_assert_nonnull (record);
  return record;
}

static gboolean
has (RuaAlliance *alliance, const char *kind, const char *id)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, kind, id);

  return record != NULL;
}

static guint
count (RuaAlliance *alliance, const char *kind)
{
  return rua_table_get_n_records (rua_alliance_get_table (alliance, kind));
}

static void
set_weight (RuaAlliance *alliance, const char *id, double weight)
{
  g_autoptr (RuaRecord) record = find (alliance, "household", id);

  g_assert_true (rua_record_set_number (record, "weight", weight, NULL));
}

static double
weight_of (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) record = find (alliance, "household", id);
  double weight = -1;

  rua_record_get_number (record, "weight", &weight);
  return weight;
}

static void
move (RuaAlliance *alliance, const char *id, const char *village)
{
  g_autoptr (RuaRecord) record = find (alliance, "household", id);
  g_autoptr (RuaRecord) place = find (alliance, "place", village);
  GError *error = NULL;

  g_assert_true (rua_record_set_reference (record, "village", place, &error));
  g_assert_no_error (error);
}

static void
add_household (RuaAlliance *alliance, const char *id, const char *village, double weight)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");
  g_autoptr (RuaRecord) place = find (alliance, "place", village);
  GError *error = NULL;

  g_assert_true (rua_record_set_id (record, id, &error));
  g_assert_true (rua_record_set_reference (record, "village", place, &error));
  g_assert_true (rua_record_set_number (record, "weight", weight, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
}

static void
add_income (RuaAlliance *alliance, const char *household, gint64 year, gint64 amount)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "income");
  g_autoptr (RuaRecord) of = find (alliance, "household", household);
  GError *error = NULL;

  g_assert_true (rua_record_set_reference (record, "household", of, &error));
  g_assert_true (rua_record_set_integer (record, "year", year, &error));
  g_assert_true (rua_record_set_money (record, "amount", amount, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
}

/* Each record with all that it says, by kind and by what the log calls it. */
static GHashTable *
tell_records (RuaAlliance *alliance)
{
  RuaLedger *ledger = rua_alliance_peek_ledger (alliance);
  GHashTable *records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      GString *text = g_string_new (NULL);
      char *key;

      if (!rua_table_is_alive (table, row)) {
        g_string_free (text, TRUE);
        continue;
      }
      key = g_strdup_printf ("%s %s", rua_kind_get_name (table->kind), rua_row_keys_name (ledger->keys, table, row));
      for (guint field = 1; field <= table->columns->len; field++) {
        g_autofree char *json = rua_ledger_dup_cell (ledger, table, row, field, &ledger->names);

        if (json)
          g_string_append_printf (text, "%s=%s;", rua_ledger_name_field (table, field), json);
      }
      g_assert_true (g_hash_table_insert (records, key, g_string_free (text, FALSE)));
    }
  }
  return records;
}

/* All that the hub would give is here, and says the same; nothing stands in a table here that may not. */
static void
assert_part (RuaAlliance *hub, RuaAlliance *station, gboolean is_all)
{
  const RuaPeer *peer = rua_roster_find (rua_log_get_roster (rua_alliance_peek_log (hub)), rua_alliance_get_station (station));
  g_autoptr (RuaPart) part = rua_part_new (hub, peer->part, NULL);
  g_autoptr (GHashTable) there = tell_records (hub), here = tell_records (station);
  RuaLedger *ledger = rua_alliance_peek_ledger (hub);
  guint n = 0;

  g_assert_nonnull (part);
  for (guint t = 0; t < rua_alliance_get_n_tables (hub); t++) {
    RuaTable *table = rua_alliance_get_table_at (hub, t);

    for (guint32 row = 0; row < table->n_rows; row++) {
      g_autofree char *key = NULL;

      if (!rua_table_is_alive (table, row) || !rua_part_has_row (part, table, row))
        continue;
      key = g_strdup_printf ("%s %s", rua_kind_get_name (table->kind), rua_row_keys_name (ledger->keys, table, row));
      if (g_strcmp0 (g_hash_table_lookup (there, key), g_hash_table_lookup (here, key)) != 0)
        g_error ("%s: there %s, here %s", key, (char *) g_hash_table_lookup (there, key), (char *) g_hash_table_lookup (here, key));
      n++;
    }
  }
  if (is_all)
    g_assert_cmpuint (n, ==, g_hash_table_size (here));
}

static void
test_given (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (GBytes) json = rua_alliance_to_json (gaopo, NULL, NULL);
  g_auto (GStrv) own = rua_alliance_list_part (gaopo, NULL);
  g_auto (GStrv) given = rua_alliance_list_part (hub, "gaopo");
  g_auto (GStrv) all = rua_alliance_list_part (hub, NULL);

  g_assert_true (has (gaopo, "household", "h1"));
  g_assert_true (has (gaopo, "person", "p1"));
  g_assert_true (has (gaopo, "membership", "m1"));
  /* What these refer to, and what that refers to. */
  g_assert_true (has (gaopo, "person", "iv"));
  g_assert_true (has (gaopo, "place", "b"));
  g_assert_true (has (gaopo, "cooperative", "c"));
  g_assert_true (has (gaopo, "project", "pr"));
  /* A project in two villages does not make them one, and an interviewer does not bring those that he asked. */
  g_assert_false (has (gaopo, "household", "h2"));
  g_assert_false (has (gaopo, "household", "h3"));
  g_assert_false (has (gaopo, "person", "p2"));
  g_assert_false (has (gaopo, "membership", "m2"));
  g_assert_false (has (gaopo, "site", "s2"));
  g_assert_false (has (gaopo, "product", "rice"));
  g_assert_cmpuint (count (gaopo, "income"), ==, 1);
  g_assert_cmpuint (count (gaopo, "alliance"), ==, 1);
  assert_part (hub, gaopo, TRUE);
  /* Nor is there anything of them in what no table holds. */
  g_assert_null (g_strstr_len (g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json), "h2"));
  g_assert_cmpstr (own[0], ==, "household.village=a");
  g_assert_null (own[1]);
  g_assert_cmpstr (given[0], ==, "household.village=a");
  g_assert_null (all[0]);
}

static void
test_choices (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  const struct {
    const char *only;
    RuaError code;
    const char *message;
  } bad[] = {
    { "", RUA_ERROR_UNKNOWN_NAME, "'': there is no such kind; write KIND, KIND=ID or KIND.FIELD=VALUE, as household.village=gaopo" },
    { "house=1", RUA_ERROR_UNKNOWN_NAME, "'house=…': there is no such kind; write KIND, KIND=ID or KIND.FIELD=VALUE, as household.village=gaopo" },
    { "household.village", RUA_ERROR_SYNTAX, "'household.village': no value follows the field; write KIND.FIELD=VALUE" },
    { "household.vilage=a", RUA_ERROR_UNKNOWN_NAME, "'household.vilage=…': household has no field 'vilage'; 'ruralalliance schema' lists them" },
    { "household.weight=1", RUA_ERROR_VALUE, "'household.weight=…': by such a field nothing is chosen; take a text, a token, a whole number, a truth, or a reference to one kind" },
    { "household.weight.x=1", RUA_ERROR_VALUE, "'household.weight.x=…': the field 'weight' leads to no records of one kind, so that no field can follow" },
    { "household.n_persons=two", RUA_ERROR_VALUE, "'household.n_persons=…': the field is a whole number; write one behind the sign" },
    { "household.vulnerable=yes", RUA_ERROR_VALUE, "'household.vulnerable=…': the field is a truth; write true or false" },
    { "household=h9", RUA_ERROR_REFERENCE, "'household=…': there is no household of this id; give one that is there, or add it first" },
    { "household.village=z", RUA_ERROR_REFERENCE, "'household.village=…': there is no place of this id; give one that is there, or add it first" },
    { "household.stratum=\xff", RUA_ERROR_VALUE, "'household.stratum=…': the value is not UTF-8" },
    { "place.parent.parent.parent.parent.parent.parent.parent.parent.parent=yn", RUA_ERROR_LIMIT,
      "'place.parent.parent.parent.parent.parent.parent.parent.parent.parent=…': the path is too long; choose by a field that is nearer" },
  };
  const struct {
    const char *only;
    const char *households;
  } good[] = {
    { "household", "h1 h2 h3 " },    { "households=h2", "h1 h2 " },       { "household.id=h2", "h1 h2 " },  { "household.village.province=Yunnan", "h1 " },
    { "household.village.parent=yn", "h1 h2 h3 " }, { "household.n_persons=4", "h1 " }, { "household.site.projects=pr", "h1 h2 " }, { "household.stratum=x", "" },
    { "household.vulnerable=false", "" }, { "place=a", "h1 " },
  };
  const char *none[] = { NULL };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    const char *only[] = { "product", bad[i].only, NULL };

    g_assert_null (rua_alliance_enroll_station_part (hub, "x", only, &error));
    g_assert_error (error, RUA_ERROR, (int) bad[i].code);
    g_assert_cmpstr (error->message, ==, bad[i].message);
    g_clear_error (&error);
  }
  g_assert_null (rua_alliance_enroll_station_part (hub, "x", none, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_assert_cmpuint (rua_roster_get_n_peers (rua_log_get_roster (rua_alliance_peek_log (hub))), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autofree char *name = g_strdup_printf ("s%u", i);
    g_autoptr (RuaAlliance) station = enroll (hub, name, good[i].only);
    g_autoptr (GString) households = g_string_new (NULL);

    for (guint h = 1; h <= 3; h++) {
      g_autofree char *id = g_strdup_printf ("h%u", h);

      if (has (station, "household", id))
        g_string_append_printf (households, "%s ", id);
    }
    g_assert_cmpstr (households->str, ==, good[i].households);
    assert_part (hub, station, TRUE);
  }
}

/* What is done in the part goes to and fro; what is done elsewhere stays there. */
static void
test_exchanged (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = enroll (hub, "whole", NULL);

  set_weight (gaopo, "h1", 7);
  add_income (gaopo, "h1", 2016, 11);
  add_household (gaopo, "new", "a", 3);
  set_weight (whole, "h2", 8);
  add_income (whole, "h2", 2016, 12);
  add_household (whole, "other", "b", 4);
  add_household (whole, "ours", "a", 5);
  exchange (hub, whole);
  exchange (hub, gaopo);
  exchange (hub, whole);
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 0);
  g_assert_cmpfloat (weight_of (hub, "h1"), ==, 7);
  g_assert_cmpfloat (weight_of (whole, "new"), ==, 3);
  g_assert_cmpfloat (weight_of (gaopo, "ours"), ==, 5);
  g_assert_false (has (gaopo, "household", "other"));
  g_assert_cmpuint (count (gaopo, "income"), ==, 2);
  g_assert_cmpuint (rua_log_find_fact (rua_alliance_peek_log (gaopo), "whole", 1), ==, RUA_NO_FACT);
  assert_part (hub, gaopo, TRUE);
  /* Sent again, nothing of it is new. */
  {
    g_autoptr (RuaMerge) again = carry (hub, gaopo, "gaopo");

    g_assert_cmpuint (rua_merge_get_n_new (again), ==, 0);
    g_assert_cmpuint (rua_merge_get_n_conflicts (again), ==, 0);
  }
}

/* A household of the baseline comes with all that was ever said of it, and with its incomes. */
static void
test_moves_in (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaRecord) income = NULL;

  set_weight (hub, "h2", 6);
  exchange (hub, gaopo);
  g_assert_false (has (gaopo, "household", "h2"));
  move (hub, "h2", "a");
  exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h2"), ==, 6);
  g_assert_true (has (gaopo, "person", "p2"));
  g_assert_true (has (gaopo, "site", "s2"));
  g_assert_cmpuint (count (gaopo, "income"), ==, 3);
  assert_part (hub, gaopo, TRUE);
  /* The station's facts name the same record as the hub's. */
  income = rua_table_dup_record (rua_alliance_get_table (gaopo, "income"), 0);
  g_assert_true (rua_record_set_money (income, "amount", 500, NULL));
  exchange (hub, gaopo);
  assert_part (hub, gaopo, TRUE);
}

static void
test_moves_out (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) other = enroll (hub, "other", "household.village=b");
  g_autoptr (RuaRecord) here = NULL;
  g_autoptr (RuaRecord) village = NULL;

  move (hub, "h1", "b");
  exchange (hub, gaopo);
  exchange (hub, other);
  /* It is told that it went, and where to; the rest stays as it was. */
  here = find (gaopo, "household", "h1");
  village = rua_record_dup_reference (here, "village");
  g_assert_cmpstr (rua_record_get_id (village), ==, "b");
  g_assert_cmpfloat (weight_of (gaopo, "h1"), ==, 1);
  g_assert_cmpuint (count (gaopo, "income"), ==, 1);
  g_assert_cmpfloat (weight_of (other, "h1"), ==, 1);
  g_assert_cmpuint (count (other, "income"), ==, 3);
  assert_part (hub, other, FALSE);
  /* What is said of it now is not the station's any more; what the station says still counts. */
  set_weight (hub, "h1", 21);
  set_weight (gaopo, "h1", 22);
  exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h1"), ==, 22);
  {
    g_autoptr (GListModel) conflicts = rua_alliance_list_merge_conflicts (hub);

    g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 1);
  }
  /* And back again. */
  move (hub, "h1", "a");
  exchange (hub, gaopo);
  assert_part (hub, gaopo, FALSE);
}

/* Who is removed elsewhere goes here, with what belonged to him. */
static void
test_removed (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  const char *kinds[] = { "income", "membership", "site", "project", "person", "household" };
  g_autoptr (RuaRecord) cooperative = find (hub, "cooperative", "c");
  guint before;

  g_assert_true (rua_record_unset (cooperative, "project", NULL));
  exchange (hub, gaopo);
  before = rua_log_get_n_facts (rua_alliance_peek_log (gaopo));
  for (guint round = 0; round < 5; round++)
    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
      RuaTable *table = rua_alliance_get_table (hub, kinds[k]);

      for (guint i = rua_table_get_n_records (table); i > 0; i--) {
        g_autoptr (RuaRecord) record = rua_table_dup_record (table, i - 1);

        rua_alliance_remove (hub, record, NULL);
      }
    }
  g_assert_cmpuint (count (hub, "household"), ==, 0);
  exchange (hub, gaopo);
  g_assert_cmpuint (count (gaopo, "household"), ==, 0);
  g_assert_cmpuint (count (gaopo, "income"), ==, 0);
  g_assert_cmpuint (count (gaopo, "membership"), ==, 0);
  g_assert_false (has (gaopo, "person", "p1"));
  /* h1, its income, its membership, its person, whose project; and the income that p1 asked for. */
  g_assert_cmpuint (rua_log_get_n_facts (rua_alliance_peek_log (gaopo)) - before, <=, 7);
  g_assert_cmpuint (rua_log_find_cell (rua_alliance_peek_log (gaopo), "household", "h2", ""), ==, RUA_NO_FACT);
}

/* The station cannot see that an id is taken. Nobody's values are overwritten by somebody else's. */
static void
test_taken (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = enroll (hub, "whole", NULL);
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (RuaMerge) again = NULL;
  g_autoptr (GListModel) conflicts = NULL;
  g_auto (GStrv) remarks = NULL;
  guint n;

  add_household (gaopo, "h2", "a", 77);
  merge = carry (gaopo, hub, NULL);
  remarks = rua_merge_list_remarks (merge);
  g_assert_true (g_strv_contains ((const char *const *) remarks, "1 record was made under an id that was taken here, unseen: both sides are kept as conflicts"));
  /* The record itself, its village and its weight. */
  g_assert_cmpuint (rua_merge_get_n_conflicts (merge), ==, 3);
  g_assert_cmpfloat (weight_of (hub, "h2"), ==, 2);
  n = rua_log_get_n_facts (rua_alliance_peek_log (hub));
  again = carry (gaopo, hub, NULL);
  g_assert_cmpuint (rua_log_get_n_facts (rua_alliance_peek_log (hub)), ==, n);
  exchange (hub, whole);
  conflicts = rua_alliance_list_merge_conflicts (whole);
  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 3);
  g_assert_cmpfloat (weight_of (whole, "h2"), ==, 2);
  /* The hub is asked for the station's part: the id is not of it now. It keeps what it made. */
  exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h2"), ==, 77);
  /* The other side is chosen: then it is, with both sides known. */
  for (guint i = 0; i < 3; i++) {
    g_autoptr (RuaMergeConflict) conflict = NULL;
    g_autoptr (GListModel) open = rua_alliance_list_merge_conflicts (hub);
    g_autoptr (GListModel) sides = NULL;
    g_autoptr (RuaFact) side = NULL;
    GError *error = NULL;

    conflict = g_list_model_get_item (open, 0);
    sides = rua_merge_conflict_list_sides (conflict);
    side = g_list_model_get_item (sides, 1);
    g_assert_true (rua_alliance_choose (hub, conflict, side, NULL, &error));
    g_assert_no_error (error);
  }
  exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (hub, "h2"), ==, 77);
  assert_part (hub, gaopo, TRUE);
}

static void
test_set_part (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = enroll (hub, "whole", NULL);
  const char *wider[] = { "household.village=a", "household=h3", "product", NULL };
  const char *wrong[] = { "household=h9", NULL };
  const char *narrower[] = { "product", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (rua_alliance_set_part (hub, "nobody", wider, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
  g_assert_false (rua_alliance_set_part (hub, "whole", wider, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_set_part (gaopo, "hub", wider, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_set_part (hub, "gaopo", wrong, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_assert_true (rua_alliance_set_part (hub, "gaopo", wider, NULL));
  exchange (hub, gaopo);
  g_assert_true (has (gaopo, "household", "h3"));
  g_assert_true (has (gaopo, "product", "rice"));
  assert_part (hub, gaopo, TRUE);
  g_assert_true (rua_alliance_set_part (hub, "gaopo", narrower, NULL));
  set_weight (hub, "h1", 30);
  exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h1"), ==, 1);
}

static RuaAlliance *
save_and_open (RuaAlliance *alliance, const char *folder)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.rua", folder, rua_alliance_get_station (alliance));
  GError *error = NULL;
  RuaAlliance *opened;

  g_assert_true (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  opened = rua_alliance_open (path, NULL, &error);
  g_assert_no_error (error);
  return opened;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
}

static gboolean
holds (const char *bytes, gsize length, const char *text)
{
  gsize n = strlen (text);

  for (gsize i = 0; i + n <= length; i++)
    if (memcmp (bytes + i, text, n) == 0)
      return TRUE;
  return FALSE;
}

/* A hub and a station that are opened each time. */
static void
test_kept (void)
{
  g_autofree char *folder = g_dir_make_tmp ("rua-part-XXXXXX", NULL);
  g_autoptr (RuaAlliance) first_hub = new_hub ();
  g_autoptr (RuaAlliance) first = enroll (first_hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) hub = save_and_open (first_hub, folder);
  g_autoptr (RuaAlliance) gaopo = save_and_open (first, folder);
  g_autoptr (RuaRecord) income = NULL;
  g_autofree char *path = g_build_filename (folder, "gaopo.rua", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  /* Nothing of the others is in the file. */
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_false (holds (bytes, length, "Familie Vang"));
  g_clear_pointer (&bytes, g_free);
  g_free (path);
  path = g_build_filename (folder, "hub.rua", NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (holds (bytes, length, "Familie Vang"));
  income = rua_table_dup_record (rua_alliance_get_table (gaopo, "income"), 0);
  g_assert_true (rua_record_set_money (income, "amount", 800, NULL));
  move (hub, "h3", "a");
  for (guint round = 0; round < 2; round++) {
    g_autoptr (RuaAlliance) old_hub = hub, old = gaopo;

    exchange (old_hub, old);
    hub = save_and_open (old_hub, folder);
    gaopo = save_and_open (old, folder);
  }
  g_assert_true (has (gaopo, "household", "h3"));
  assert_part (hub, gaopo, TRUE);
  remove_folder (folder);
}

/* ---- what stands in a file ---- */

static GPtrArray *
copy_lines (GPtrArray *lines)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < lines->len; i++)
    g_ptr_array_add (copy, g_strdup (lines->pdata[i]));
  return copy;
}

static void
refuse (RuaAlliance *to, GPtrArray *lines, const char *message)
{
  static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
  const RuaPeer *hub = rua_roster_find_hub (rua_log_get_roster (rua_alliance_peek_log (to)));
  g_autoptr (GBytes) bytes = case_join (lines, hub->key, zeros);
  g_autoptr (GBytes) was = rua_alliance_to_json (to, NULL, NULL);
  g_autoptr (GBytes) is = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error));
  if (!strstr (error->message, message))
    g_error ("%s", error->message);
  is = rua_alliance_to_json (to, NULL, NULL);
  g_assert_true (g_bytes_equal (was, is));
}

static void
test_lines (void)
{
  const struct {
    const char *line, *message;
  } bad[] = {
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[7,{\"weight\":null}]}", "b.ruax:2: a record is not told by its kind, its key, its place and its values" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[-1,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1.5,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[4294967295,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1,{},2]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1]}", "a record is not told by" },
    { "{\"record\":\"\",\"kind\":\"household\",\"before\":[1,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"\",\"before\":[1,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":{}}", "this is not how such a line goes on" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1, {}]}", "the line is not written in its canonical form" },
    { "{\"record\":\"x\",\"kind\":\"household\"}", "here the member \"before\" has to stand" },
    { "{\"record\":\"x\",\"before\":[1,{}]}", "here the member \"kind\" has to stand" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1,{}],\"x\":1}", "this is not how such a line goes on" },
    { "{\"record\":7,\"kind\":\"household\",\"before\":[1,{}]}", "this is not how such a line goes on" },
  };
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = enroll (hub, "whole", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GBytes) to_whole = NULL;
  g_autoptr (GPtrArray) whole_lines = NULL;

  set_weight (hub, "h1", 3);
  bytes = rua_alliance_export_changes (hub, "gaopo", -1, NULL, NULL);
  lines = case_split (bytes);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GPtrArray) forged = copy_lines (lines);

    g_ptr_array_insert (forged, 1, g_strdup (bad[i].line));
    refuse (gaopo, forged, bad[i].message);
  }
  /* Behind facts. */
  g_ptr_array_insert (lines, (gint) lines->len - 1, g_strdup (lines->pdata[1]));
  refuse (gaopo, lines, "a record stands behind facts or changes");
  /* To who has everything. */
  to_whole = rua_alliance_export_changes (hub, "whole", -1, NULL, NULL);
  whole_lines = case_split (to_whole);
  g_ptr_array_insert (whole_lines, 1, g_strdup (lines->pdata[1]));
  refuse (whole, whole_lines, "b.ruax:2: the line is neither a fact nor a change, and not the last one");
}

/* Limits that the receiver sets hold for records as for facts. */
static void
test_limits (void)
{
  g_autoptr (RuaAlliance) hub = new_hub ();
  g_autoptr (RuaAlliance) gaopo = enroll (hub, "gaopo", "household.village=a");
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (hub, "gaopo", -1, NULL, NULL);
  g_autoptr (RuaLimits) rows = rua_limits_new ();
  g_autoptr (RuaLimits) cell = rua_limits_new ();
  g_autoptr (GError) error = NULL;

  rua_limits_set_rows (rows, 3);
  g_assert_null (rua_alliance_import_changes (gaopo, bytes, "b.ruax", rows, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "there are more than 3 facts or records"));
  g_clear_error (&error);
  rua_limits_set_cell (cell, 64);
  g_assert_null (rua_alliance_import_changes (gaopo, bytes, "b.ruax", cell, NULL, &error));
  g_assert_nonnull (strstr (error->message, "the limit of a cell"));
}

/* ---- whatever happens ---- */

#define VILLAGES 3
#define STATIONS (VILLAGES + 1) /* the last has everything */

static RuaAlliance *
random_hub (RuaRandom *random)
{
  g_autoptr (GString) text = g_string_new ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\", \"currency\": \"CNY\"}, \"places\": [");
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  RuaAlliance *hub;
  guint n = 3 + rua_random_below (random, 12);

  for (guint v = 0; v < VILLAGES; v++)
    g_string_append_printf (text, "%s{\"id\": \"v%u\", \"name\": \"V\"}", v ? ", " : "", v);
  g_string_append (text, "], \"people\": [{\"id\": \"iv\"}], \"households\": [");
  /* m… move, v0-… stay. */
  for (guint i = 0; i < n; i++)
    if (rua_random_below (random, 4))
      g_string_append_printf (text, "%s{\"id\": \"v%u-%u\", \"village\": \"v%u\", \"weight\": %u}", i ? ", " : "", i % VILLAGES, i, i % VILLAGES, i);
    else
      g_string_append_printf (text, "%s{\"id\": \"m%u\", \"village\": \"v%u\"}", i ? ", " : "", i, i % VILLAGES);
  g_string_append (text, "]}");
  bytes = g_bytes_new (text->str, text->len);
  hub = rua_alliance_new_from_json (bytes, "random", NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) household = rua_table_dup_record (rua_alliance_get_table (hub, "household"), i);

    for (guint k = rua_random_below (random, 3); k > 0; k--)
      add_income (hub, rua_record_get_id (household), 2010 + k, 100 * i);
  }
  g_assert_true (rua_alliance_enroll (hub, "hub", NULL));
  return hub;
}

static void
edit (RuaAlliance *alliance, RuaRandom *random, guint *serial)
{
  RuaTable *households = rua_alliance_get_table (alliance, "household"), *incomes = rua_alliance_get_table (alliance, "income");
  guint n = rua_table_get_n_records (households), n_incomes = rua_table_get_n_records (incomes);
  g_autoptr (RuaRecord) household = n ? rua_table_dup_record (households, rua_random_below (random, n)) : NULL;
  g_autoptr (RuaRecord) income = n_incomes ? rua_table_dup_record (incomes, rua_random_below (random, n_incomes)) : NULL;
  g_autoptr (RuaRecord) person = rua_alliance_find (alliance, "person", "iv");
  guint village = rua_random_below (random, VILLAGES);
  g_autofree char *place = g_strdup_printf ("v%u", village);

  switch (rua_random_below (random, 9)) {
  case 0:
    if (household)
      add_income (alliance, rua_record_get_id (household), 2020, rua_random_below (random, 100));
    break;
  case 1:
    if (income)
      rua_record_set_money (income, "amount", rua_random_below (random, 100), NULL);
    break;
  case 2:
    if (income)
      rua_alliance_remove (alliance, income, NULL);
    break;
  case 3:
    /* Refused where an income refers to it. */
    if (household)
      rua_alliance_remove (alliance, household, NULL);
    break;
  case 4:
  case 5:
    if (household && *rua_record_get_id (household) == 'm' && has (alliance, "place", place))
      move (alliance, rua_record_get_id (household), place);
    break;
  case 6: {
    g_autofree char *id = g_strdup_printf ("v%u-n%u", village, ++*serial);

    if (has (alliance, "place", place))
      add_household (alliance, id, place, 1);
    break;
  }
  case 7:
    if (income && person)
      rua_record_set_reference (income, "interviewer", person, NULL);
    break;
  default:
    if (household)
      rua_record_set_number (household, "weight", rua_random_below (random, 9), NULL);
  }
}

static void
assert_stays (RuaAlliance *station, guint village)
{
  RuaTable *table = rua_alliance_get_table (station, "household");

  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
    const char *id = rua_record_get_id (record);

    /* Those that do not move are of its village, or it made them itself. */
    if (*id == 'v' && id[1] != (char) ('0' + village)) {
      RuaLog *log = rua_alliance_peek_log (station);
      guint cell = rua_log_find_cell (log, "household", id, "");
      g_autoptr (GArray) facts = cell == RUA_NO_FACT ? NULL : rua_log_list_cell_facts (log, cell);
      RuaFactData fact;

      g_assert_nonnull (facts);
      rua_log_get_fact (log, g_array_index (facts, guint, 0), &fact);
      g_assert_cmpstr (fact.station, ==, rua_alliance_get_station (station));
    }
  }
}

static void
run_history (guint32 seed)
{
  RuaAlliance *stations[STATIONS];
  g_autoptr (RuaAlliance) hub = NULL;
  g_autoptr (GHashTable) there = NULL;
  g_autoptr (GHashTable) here = NULL;
  g_autoptr (GBytes) json = NULL;
  g_autoptr (GBytes) whole = NULL;
  RuaRandom random;
  guint serial = 0;

  rua_random_init (&random, seed);
  hub = random_hub (&random);
  for (guint i = 0; i < STATIONS; i++) {
    g_autofree char *name = g_strdup_printf ("s%u", i);
    g_autofree char *only = i < VILLAGES ? g_strdup_printf ("household.village=v%u", i) : NULL;

    stations[i] = enroll (hub, name, only);
    edit (hub, &random, &serial);
  }
  for (guint step = 0; step < 60; step++) {
    guint who = rua_random_below (&random, STATIONS + 1);

    if (who == STATIONS)
      edit (hub, &random, &serial);
    else if (rua_random_below (&random, 3))
      edit (stations[who], &random, &serial);
    else if (rua_random_below (&random, 2)) {
      g_autoptr (RuaMerge) up = carry (stations[who], hub, NULL);
    } else {
      g_autoptr (RuaMerge) down = carry (hub, stations[who], rua_alliance_get_station (stations[who]));
    }
  }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < STATIONS; i++)
      exchange (hub, stations[i]);
  for (guint i = 0; i < VILLAGES; i++) {
    g_autoptr (GBytes) bytes = rua_alliance_to_json (stations[i], NULL, NULL);
    g_autoptr (RuaAlliance) read = rua_alliance_new_from_json (bytes, "station", NULL, NULL);

    /* It is whole. */
    g_assert_nonnull (read);
    assert_part (hub, stations[i], FALSE);
    assert_stays (stations[i], i);
    g_assert_cmpuint (rua_alliance_get_n_unsent (stations[i]), ==, 0);
  }
  json = rua_alliance_to_json (hub, NULL, NULL);
  whole = rua_alliance_to_json (stations[VILLAGES], NULL, NULL);
  g_assert_true (g_bytes_equal (json, whole));
  for (guint i = 0; i < STATIONS; i++)
    g_object_unref (stations[i]);
}

static void
test_histories (void)
{
  const guint n = g_getenv ("RUA_SLOW_MACHINE") ? 2 : 80;
  guint32 seed = (guint32) g_test_rand_int ();

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < n; i++)
    run_history (seed + i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part/given", test_given);
  g_test_add_func ("/part/choices", test_choices);
  g_test_add_func ("/part/exchanged", test_exchanged);
  g_test_add_func ("/part/moves-in", test_moves_in);
  g_test_add_func ("/part/moves-out", test_moves_out);
  g_test_add_func ("/part/removed", test_removed);
  g_test_add_func ("/part/taken", test_taken);
  g_test_add_func ("/part/set", test_set_part);
  g_test_add_func ("/part/kept", test_kept);
  g_test_add_func ("/part/lines", test_lines);
  g_test_add_func ("/part/limits", test_limits);
  g_test_add_func ("/part/histories", test_histories);
  return g_test_run ();
}
