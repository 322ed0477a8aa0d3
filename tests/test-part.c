/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "part-case.h"
#include "rua-alliance-json.h"
#include "rua-history.h"
#include "rua-merge-conflict.h"
#include "rua-part-private.h"
#include "rua-random-private.h"

#include <string.h>

/* Stations that are given a part of the alliance. */

static guint
count (RuaAlliance *alliance, const char *kind)
{
  return rua_table_get_n_records (rua_alliance_get_table (alliance, kind));
}

static double
weight_of (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) record = case_find (alliance, "household", id);
  double weight = -1;

  rua_record_get_number (record, "weight", &weight);
  return weight;
}

static void
add_household (RuaAlliance *alliance, const char *id, const char *village, double weight)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");
  g_autoptr (RuaRecord) place = case_find (alliance, "place", village);
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
  g_autoptr (RuaRecord) of = case_find (alliance, "household", household);
  GError *error = NULL;

  g_assert_true (rua_record_set_reference (record, "household", of, &error));
  g_assert_true (rua_record_set_integer (record, "year", year, &error));
  g_assert_true (rua_record_set_money (record, "amount", amount, &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
}

static void
test_given (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (GBytes) json = rua_alliance_to_json (gaopo, NULL, NULL);
  g_auto (GStrv) own = rua_alliance_list_part (gaopo, NULL);
  g_auto (GStrv) given = rua_alliance_list_part (hub, "gaopo");
  g_auto (GStrv) all = rua_alliance_list_part (hub, NULL);

  g_assert_true (case_has (gaopo, "household", "h1"));
  g_assert_true (case_has (gaopo, "person", "p1"));
  g_assert_true (case_has (gaopo, "membership", "m1"));
  /* What these refer to, and what that refers to. */
  g_assert_true (case_has (gaopo, "person", "iv"));
  g_assert_true (case_has (gaopo, "place", "b"));
  g_assert_true (case_has (gaopo, "cooperative", "c"));
  g_assert_true (case_has (gaopo, "project", "pr"));
  /* A project in two villages does not make them one, and an interviewer does not bring those that he asked. */
  g_assert_false (case_has (gaopo, "household", "h2"));
  g_assert_false (case_has (gaopo, "household", "h3"));
  g_assert_false (case_has (gaopo, "person", "p2"));
  g_assert_false (case_has (gaopo, "membership", "m2"));
  g_assert_false (case_has (gaopo, "site", "s2"));
  g_assert_false (case_has (gaopo, "product", "rice"));
  g_assert_cmpuint (count (gaopo, "income"), ==, 1);
  g_assert_cmpuint (count (gaopo, "alliance"), ==, 1);
  case_assert_part (hub, gaopo, TRUE);
  /* Nor is there anything of them in what no table case_holds. */
  g_assert_null (g_strstr_len (g_bytes_get_data (json, NULL), (gssize) g_bytes_get_size (json), "h2"));
  g_assert_cmpstr (own[0], ==, "household.village=a");
  g_assert_null (own[1]);
  g_assert_cmpstr (given[0], ==, "household.village=a");
  g_assert_null (all[0]);
}

static void
test_choices (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
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
    g_autoptr (RuaAlliance) station = case_enroll (hub, name, good[i].only);
    g_autoptr (GString) households = g_string_new (NULL);

    for (guint h = 1; h <= 3; h++) {
      g_autofree char *id = g_strdup_printf ("h%u", h);

      if (case_has (station, "household", id))
        g_string_append_printf (households, "%s ", id);
    }
    g_assert_cmpstr (households->str, ==, good[i].households);
    case_assert_part (hub, station, TRUE);
  }
}

/* Truths, texts of a list, and paths that lead to them; who comes to be chosen is given, and who is so no more stays. */
static void
test_choices_by_value (void)
{
  static const char *const peoples[] = { "Miao", "Yi", NULL };
  static const struct {
    const char *only, *households, *after;
  } choices[] = {
    /* The site of h2 has a project, whose lead is of h1. */
    { "household.vulnerable=true", "h1 h2 ", "h1 h2 h3 " },
    { "household.vulnerable=false", "h3 ", "h1 h2 h3 " },
    { "household.village.peoples=Yi", "h1 ", "h1 h2 " },
    { "household.village.peoples=Y", "", "" },
    { "household.village.province=Yunnan", "h1 ", "h1 h2 " },
    { "household.site.projects=pr", "h1 h2 ", "h1 h2 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (choices); i++) {
    g_autoptr (RuaAlliance) hub = case_hub (), station = NULL;
    g_autoptr (RuaRecord) h2 = case_find (hub, "household", "h2"), h3 = case_find (hub, "household", "h3"), a = case_find (hub, "place", "a");
    g_autoptr (GError) error = NULL;

    rua_record_set_text_list (a, "peoples", peoples, &error);
    rua_record_set_boolean (h2, "vulnerable", TRUE, &error);
    rua_record_set_boolean (h3, "vulnerable", FALSE, &error);
    g_assert_no_error (error);
    station = case_enroll (hub, "s", choices[i].only);
    for (guint round = 0; round < 2; round++) {
      g_autoptr (GString) households = g_string_new (NULL);

      for (guint h = 1; h <= 3; h++) {
        g_autofree char *id = g_strdup_printf ("h%u", h);

        if (case_has (station, "household", id))
          g_string_append_printf (households, "%s ", id);
      }
      if (strcmp (households->str, round ? choices[i].after : choices[i].households) != 0)
        g_error ("%s, %u: %s", choices[i].only, round, households->str);
      case_assert_part (hub, station, round == 0);
      case_move (hub, "h1", "b");
      case_move (hub, "h2", "a");
      rua_record_set_boolean (h2, "vulnerable", FALSE, &error);
      rua_record_set_boolean (h3, "vulnerable", TRUE, &error);
      g_assert_no_error (error);
      case_exchange (hub, station);
    }
  }
}

/* What is done in the part goes to and fro; what is done elsewhere stays there. */
static void
test_exchanged (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = case_enroll (hub, "whole", NULL);

  case_set_weight (gaopo, "h1", 7);
  add_income (gaopo, "h1", 2016, 11);
  add_household (gaopo, "new", "a", 3);
  case_set_weight (whole, "h2", 8);
  add_income (whole, "h2", 2016, 12);
  add_household (whole, "other", "b", 4);
  add_household (whole, "ours", "a", 5);
  case_exchange (hub, whole);
  case_exchange (hub, gaopo);
  case_exchange (hub, whole);
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 0);
  g_assert_cmpfloat (weight_of (hub, "h1"), ==, 7);
  g_assert_cmpfloat (weight_of (whole, "new"), ==, 3);
  g_assert_cmpfloat (weight_of (gaopo, "ours"), ==, 5);
  g_assert_false (case_has (gaopo, "household", "other"));
  g_assert_cmpuint (count (gaopo, "income"), ==, 2);
  g_assert_cmpuint (rua_log_find_fact (rua_alliance_peek_log (gaopo), "whole", 1), ==, RUA_NO_FACT);
  case_assert_part (hub, gaopo, TRUE);
  /* Sent again, nothing of it is new. */
  {
    g_autoptr (RuaMerge) again = case_carry (hub, gaopo, "gaopo");

    g_assert_cmpuint (rua_merge_get_n_new (again), ==, 0);
    g_assert_cmpuint (rua_merge_get_n_conflicts (again), ==, 0);
  }
}

/* A household of the baseline comes with all that was ever said of it, and with its incomes. */
static void
test_moves_in (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaRecord) income = NULL;

  case_set_weight (hub, "h2", 6);
  case_exchange (hub, gaopo);
  g_assert_false (case_has (gaopo, "household", "h2"));
  case_move (hub, "h2", "a");
  case_exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h2"), ==, 6);
  g_assert_true (case_has (gaopo, "person", "p2"));
  g_assert_true (case_has (gaopo, "site", "s2"));
  g_assert_cmpuint (count (gaopo, "income"), ==, 3);
  case_assert_part (hub, gaopo, TRUE);
  /* The station's facts name the same record as the hub's. */
  income = rua_table_dup_record (rua_alliance_get_table (gaopo, "income"), 0);
  g_assert_true (rua_record_set_money (income, "amount", 500, NULL));
  case_exchange (hub, gaopo);
  case_assert_part (hub, gaopo, TRUE);
}

static void
test_moves_out (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) other = case_enroll (hub, "other", "household.village=b");
  g_autoptr (RuaRecord) here = NULL;
  g_autoptr (RuaRecord) village = NULL;

  case_move (hub, "h1", "b");
  case_exchange (hub, gaopo);
  case_exchange (hub, other);
  /* It is told that it went, and where to; the rest stays as it was. */
  here = case_find (gaopo, "household", "h1");
  village = rua_record_dup_reference (here, "village");
  g_assert_cmpstr (rua_record_get_id (village), ==, "b");
  g_assert_cmpfloat (weight_of (gaopo, "h1"), ==, 1);
  g_assert_cmpuint (count (gaopo, "income"), ==, 1);
  g_assert_cmpfloat (weight_of (other, "h1"), ==, 1);
  g_assert_cmpuint (count (other, "income"), ==, 3);
  case_assert_part (hub, other, FALSE);
  /* What is said of it now is not the station's any more; what the station says still counts. */
  case_set_weight (hub, "h1", 21);
  case_set_weight (gaopo, "h1", 22);
  case_exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h1"), ==, 22);
  {
    g_autoptr (GListModel) conflicts = rua_alliance_list_merge_conflicts (hub);

    g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 1);
  }
  /* And back again. */
  case_move (hub, "h1", "a");
  case_exchange (hub, gaopo);
  case_assert_part (hub, gaopo, FALSE);
}

/* Who is removed elsewhere goes here, with what belonged to him. */
static void
test_removed (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  const char *kinds[] = { "income", "membership", "site", "project", "person", "household" };
  g_autoptr (RuaRecord) cooperative = case_find (hub, "cooperative", "c");
  guint before;

  g_assert_true (rua_record_unset (cooperative, "project", NULL));
  case_exchange (hub, gaopo);
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
  case_exchange (hub, gaopo);
  g_assert_cmpuint (count (gaopo, "household"), ==, 0);
  g_assert_cmpuint (count (gaopo, "income"), ==, 0);
  g_assert_cmpuint (count (gaopo, "membership"), ==, 0);
  g_assert_false (case_has (gaopo, "person", "p1"));
  /* h1, its income, its membership, its person, whose project; and the income that p1 asked for. */
  g_assert_cmpuint (rua_log_get_n_facts (rua_alliance_peek_log (gaopo)) - before, <=, 7);
  g_assert_cmpuint (rua_log_find_cell (rua_alliance_peek_log (gaopo), "household", "h2", ""), ==, RUA_NO_FACT);
}

/* The station cannot see that an id is taken. Nobody's values are overwritten by somebody else's. */
static void
test_taken (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = case_enroll (hub, "whole", NULL);
  g_autoptr (RuaMerge) merge = NULL;
  g_autoptr (RuaMerge) again = NULL;
  g_autoptr (GListModel) conflicts = NULL;
  g_auto (GStrv) remarks = NULL;
  guint n;

  add_household (gaopo, "h2", "a", 77);
  merge = case_carry (gaopo, hub, NULL);
  remarks = rua_merge_list_remarks (merge);
  g_assert_true (g_strv_contains ((const char *const *) remarks, "1 record was made under an id that was taken here, unseen: both sides are kept as conflicts"));
  /* The record itself, its village and its weight. */
  g_assert_cmpuint (rua_merge_get_n_conflicts (merge), ==, 3);
  g_assert_cmpfloat (weight_of (hub, "h2"), ==, 2);
  n = rua_log_get_n_facts (rua_alliance_peek_log (hub));
  again = case_carry (gaopo, hub, NULL);
  g_assert_cmpuint (rua_log_get_n_facts (rua_alliance_peek_log (hub)), ==, n);
  case_exchange (hub, whole);
  conflicts = rua_alliance_list_merge_conflicts (whole);
  g_assert_cmpuint (g_list_model_get_n_items (conflicts), ==, 3);
  g_assert_cmpfloat (weight_of (whole, "h2"), ==, 2);
  /* The hub is asked for the station's part: the id is not of it now. It keeps what it made. */
  case_exchange (hub, gaopo);
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
  case_exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (hub, "h2"), ==, 77);
  case_assert_part (hub, gaopo, TRUE);
}

static void
test_set_part (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = case_enroll (hub, "whole", NULL);
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
  case_exchange (hub, gaopo);
  g_assert_true (case_has (gaopo, "household", "h3"));
  g_assert_true (case_has (gaopo, "product", "rice"));
  case_assert_part (hub, gaopo, TRUE);
  g_assert_true (rua_alliance_set_part (hub, "gaopo", narrower, NULL));
  case_set_weight (hub, "h1", 30);
  case_exchange (hub, gaopo);
  g_assert_cmpfloat (weight_of (gaopo, "h1"), ==, 1);
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
    if (household && *rua_record_get_id (household) == 'm' && case_has (alliance, "place", place))
      case_move (alliance, rua_record_get_id (household), place);
    break;
  case 6: {
    g_autofree char *id = g_strdup_printf ("v%u-n%u", village, ++*serial);

    if (case_has (alliance, "place", place))
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

    stations[i] = case_enroll (hub, name, only);
    edit (hub, &random, &serial);
  }
  for (guint step = 0; step < 60; step++) {
    guint who = rua_random_below (&random, STATIONS + 1);

    if (who == STATIONS)
      edit (hub, &random, &serial);
    else if (rua_random_below (&random, 3))
      edit (stations[who], &random, &serial);
    else if (rua_random_below (&random, 2)) {
      g_autoptr (RuaMerge) up = case_carry (stations[who], hub, NULL);
    } else {
      g_autoptr (RuaMerge) down = case_carry (hub, stations[who], rua_alliance_get_station (stations[who]));
    }
  }
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < STATIONS; i++)
      case_exchange (hub, stations[i]);
  for (guint i = 0; i < VILLAGES; i++) {
    g_autoptr (GBytes) bytes = rua_alliance_to_json (stations[i], NULL, NULL);
    g_autoptr (RuaAlliance) read = rua_alliance_new_from_json (bytes, "station", NULL, NULL);

    /* It is whole. */
    g_assert_nonnull (read);
    case_assert_part (hub, stations[i], FALSE);
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
  g_test_add_func ("/part/choices-by-value", test_choices_by_value);
  g_test_add_func ("/part/exchanged", test_exchanged);
  g_test_add_func ("/part/moves-in", test_moves_in);
  g_test_add_func ("/part/moves-out", test_moves_out);
  g_test_add_func ("/part/removed", test_removed);
  g_test_add_func ("/part/taken", test_taken);
  g_test_add_func ("/part/set", test_set_part);
  g_test_add_func ("/part/histories", test_histories);
  return g_test_run ();
}
