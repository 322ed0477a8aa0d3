/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "disclosure-case.h"
#include "metrics-case.h"
#include "rua-estimate.h"
#include "rua-measure.h"
#include "rua-results.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* Results made for publication, and whoever attacks them. */

static void
test_small (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 9, "100");
  disclosure_case_add (alliance, &serial, "@b", "producer", 6, "100");
  disclosure_case_add (alliance, &serial, "@c", "producer", 3, "100");
  /* c is small; b, the next in size, hides how small */
  disclosure_case_assert (alliance, "mean", "household.village", NULL, 0, "a 100; b withheld; c withheld");
  disclosure_case_assert (alliance, "ratio", "household.village", NULL, 0, "a 9; b withheld; c withheld");
  disclosure_case_assert (alliance, "mean", "household.village", NULL, 3, "a 100; b 100; c 100");
  disclosure_case_assert (alliance, "mean", "", NULL, 0, " 100");
  disclosure_case_assert (alliance, "mean", "", "household.village = 'c'", 0, " withheld");
  /* ethnicity asks for ten */
  disclosure_case_assert (alliance, "mean", "", "household.village = 'a' and not contains (household.village.peoples, 'Yi')", 0, " undefined");
  disclosure_case_assert (alliance, "mean", "", "household.village = 'a' and coalesce (count (household.village.peoples), 0) = 0", 0, " withheld");
}

/* One household with many rows is still one. */
static void
test_contributors (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 9, "100");
  disclosure_case_add (alliance, &serial, "@b", "producer", 9, "100");
  disclosure_case_add (alliance, &serial, "@c", "producer", 1, "100");
  for (guint i = 0; i < 12; i++) {
    g_autofree char *year = g_strdup_printf ("%u", 2015 + i);

    case_add (alliance, "income", "household", "@h18", "year", year, "amount", "100", NULL);
  }
  disclosure_case_assert (alliance, "mean", "household.village", NULL, 0, "a withheld; b 100; c withheld");
  disclosure_case_assert (alliance, "mean", "", "household.village = 'c'", 0, " withheld");
  disclosure_case_assert (alliance, "mean", "", NULL, 0, " 100");
}

/* One of them has nearly all of the amount. */
static void
test_dominance (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 9, "100");
  disclosure_case_add (alliance, &serial, "@b", "producer", 8, "100");
  disclosure_case_add (alliance, &serial, "@c", "producer", 7, "1");
  disclosure_case_add (alliance, &serial, "@c", "producer", 1, "1000");
  disclosure_case_assert (alliance, "total", "household.village", NULL, 0, "a 900; b withheld; c withheld");
  disclosure_case_assert (alliance, "mean", "household.village", NULL, 0, "a 100; b withheld; c withheld");
}

/* What holds of everybody in a group is known of each. */
static void
test_unanimous (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  case_add (alliance, "metric", "id", "rich", "estimator", "proportion", "table", "incomes", "columns",
            "{\"value\":\"amount >= 50\"}", NULL);
  disclosure_case_add (alliance, &serial, "@a", "producer", 9, "100");
  disclosure_case_add (alliance, &serial, "@b", "producer", 8, "1");
  disclosure_case_add (alliance, &serial, "@c", "producer", 5, "1");
  disclosure_case_add (alliance, &serial, "@c", "producer", 5, "100");
  disclosure_case_assert (alliance, "rich", "", NULL, 0, " 0.518519");
  disclosure_case_assert (alliance, "rich", "household.village", NULL, 0, "a withheld; b withheld; c 0.5");
}

/* Nothing of a withheld group is anywhere. */
static void
test_told (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  guint serial = 0;

  disclosure_case_add (alliance, &serial, "@a", "producer", 9, "100");
  disclosure_case_add (alliance, &serial, "@b", "producer", 8, "100");
  disclosure_case_add (alliance, &serial, "@c", "producer", 3, "77");
  g_autoptr (GListModel) results = disclosure_case_measure (alliance, "mean", "household.village", NULL, 0);
  g_autoptr (RuaResult) open = g_list_model_get_item (results, 0);
  g_autoptr (RuaResult) small = g_list_model_get_item (results, 2);
  g_autofree char *json = rua_results_to_json (results), *csv = rua_results_to_csv (results);
  g_autofree char *table = rua_results_to_text (results, alliance, NULL, 120, FALSE);
  g_autoptr (RuaExplanation) tree = rua_result_explain (small);
  g_autofree char *told = rua_explanation_to_string (tree);
  const char *const outputs[] = { json, csv, table, told };
  double value;

  g_assert_true (rua_result_get_public (open));
  g_assert_true (rua_result_get_withheld (small));
  g_assert_false (rua_result_get_standard_error (small, &value));
  g_assert_cmpuint (rua_result_get_n_used (small), ==, 0);
  g_assert_cmpuint (rua_result_get_n_eligible (small), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_keys (small)), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_keys (open)), ==, 0);
  g_assert_null (rua_result_get_digest (open));
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    g_assert_null (strstr (outputs[i], "77"));
    g_assert_nonnull (strstr (outputs[i], "withheld"));
  }
  g_assert_nonnull (strstr (json, "\"estimate\": null"));
  g_assert_nonnull (strstr (json, "\"n\": null"));
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
  static const char *const three[] = { "year", "household", "household.village", NULL };
  g_autoptr (RuaRecord) mean = rua_alliance_find (alliance, "metric", "mean");
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = rua_metric_measure_public (RUA_METRIC (mean), alliance, three, NULL, 0,
                                                              NULL, &error);

  g_assert_null (results);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
  case_add (alliance, "metric", "id", "most", "estimator", "mean", "table", "incomes", "columns",
            "{\"value\":\"amount\"}", "options", "{\"estimate\":\"max\"}", NULL);
  g_autoptr (RuaRecord) most = rua_alliance_find (alliance, "metric", "most");
  g_autoptr (GListModel) refused = rua_metric_measure_public (RUA_METRIC (most), alliance, NULL, NULL, 0,
                                                              NULL, &error);
  g_assert_null (refused);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
}

/* ---- the attack: all sums are known, and the hidden cells solved for ---- */

static void
attack (const guint (*n)[4], const gboolean (*hidden)[4], guint n_rows, guint min_count)
{
  g_autoptr (GString) request = g_string_new ("{\"metric\":\"suppress_audit\",\"options\":{\"table\":[");
  g_autofree char *answer = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *values;
  guint n_hidden = 0, n_shown = 0;

  for (guint i = 0; i < n_rows; i++)
    for (guint j = 0; j < 4; j++) {
      g_string_append_printf (request, "%s%u%s", j == 0 ? (i > 0 ? ",[" : "[") : ",", n[i][j], j == 3 ? "]" : "");
      n_hidden += hidden[i][j];
      n_shown += n[i][j] > 0 && !hidden[i][j];
    }
  g_string_append (request, "],\"suppressed\":[");
  for (guint i = 0, k = 0; i < n_rows; i++)
    for (guint j = 0; j < 4; j++)
      if (hidden[i][j])
        g_string_append_printf (request, "%s[%u,%u]", k++ > 0 ? "," : "", i, j);
  g_string_append (request, "]}}");
  if (n_hidden == 0 || n_shown == 0)
    return; /* all of them hidden: nothing more can be done */
  answer = rua_estimate_request (request->str, NULL, NULL, NULL, NULL);
  json_parser_load_from_data (parser, answer, -1, NULL);
  values = json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "values");
  for (guint i = 0; i < n_rows; i++)
    for (guint j = 0; j < 4; j++)
      if (hidden[i][j] && n[i][j] > 0 && n[i][j] < min_count) {
        g_autofree char *low = g_strdup_printf ("low[%u,%u]", i + 1, j + 1);
        g_autofree char *high = g_strdup_printf ("high[%u,%u]", i + 1, j + 1);

        g_assert_cmpfloat (json_object_get_double_member (values, high)
                             - json_object_get_double_member (values, low), >=, min_count);
      }
}

/* Groups by what became of a pair are counted by pairs: whoever has one value only is in none of them. */
static void
test_pairs (void)
{
  static const struct { const char *before, *after; guint n; } changes[] = {
    { "100", "250", 7 }, { "100", "90", 6 }, { "100", "100", 3 }, { "100", NULL, 9 },
  };
  g_autoptr (RuaAlliance) alliance = case_empty ();
  guint serial = 0;

  case_add (alliance, "place", "id", "a", "name", "a", "level", "village", NULL);
  case_add (alliance, "place", "id", "b", "name", "b", "level", "village", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    for (guint k = 0; k < changes[i].n; k++) {
      g_autofree char *id = g_strdup_printf ("h%u", serial++), *at = g_strdup_printf ("@%s", id);

      case_add (alliance, "household", "id", id, "village", k < 4 ? "@a" : "@b", NULL);
      case_add (alliance, "income", "household", at, "year", "2014", "amount", changes[i].before, NULL);
      if (changes[i].after != NULL)
        case_add (alliance, "income", "household", at, "year", "2017", "amount", changes[i].after, NULL);
    }
  case_add (alliance, "metric", "id", "classes", "estimator", "count", "table", "incomes", "columns", "{\"value\":\"amount[year=2014]\"}", "by",
            "case when amount[year=2017] > amount[year=2014] then 'more' when amount[year=2017] = amount[year=2014] then 'same' else 'less' end", NULL);
  case_add (alliance, "metric", "id", "doubled", "estimator", "ratio_distribution", "table", "incomes", "columns",
            "{\"before\":\"amount[year=2014]\",\"after\":\"amount[year=2017]\"}", "options", "{\"factor\":2}", NULL);

  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "classes");
  g_autoptr (GError) error = NULL;
  const char *const by[] = { "case when amount[year=2017] > amount[year=2014] then 'more' when amount[year=2017] = amount[year=2014] then 'same' "
                             "when amount[year=2017] < amount[year=2014] then 'less' end", NULL };
  g_autoptr (GListModel) classes = rua_metric_measure_public (RUA_METRIC (metric), alliance, by, NULL, 5, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *told = case_tell (classes);
  g_assert_null (strstr (told, "same 3"));
  g_assert_nonnull (strstr (told, "same withheld"));
  g_assert_nonnull (strstr (told, "more 7"));

  /* in village a fifteen have an income before and eleven a pair; in b ten and five */
  g_autoptr (GListModel) all = disclosure_case_measure (alliance, "doubled", "household.village", NULL, 5);
  g_autofree char *five = case_tell (all);
  g_assert_null (strstr (five, "withheld"));
  g_autoptr (GListModel) strict = disclosure_case_measure (alliance, "doubled", "household.village", NULL, 6);
  g_autofree char *six = case_tell (strict);
  g_assert_nonnull (strstr (six, "b withheld"));
}

static void
test_attack (void)
{
  static const char *const villages[] = { "a", "b", "c", "d" };
  static const char *const types[] = { "producer", "consumer", "both", "other" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < 8; trial++) {
    g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
    guint n[4][4], serial = 0;
    gboolean hidden[4][4] = { { FALSE } };
    g_autoptr (GListModel) results = NULL;

    for (guint i = 0; i < 4; i++)
      for (guint j = 0; j < 4; j++) {
        g_autofree char *at = g_strdup_printf ("@%s", villages[i]);

        n[i][j] = g_rand_double (rand) < 0.15 ? 0 : g_rand_int_range (rand, 1, 14);
        disclosure_case_add (alliance, &serial, at, types[j], n[i][j], "100");
      }
    results = disclosure_case_measure (alliance, "mean", "household.village;household.household_type", NULL, 0);
    for (guint k = 0; k < g_list_model_get_n_items (results); k++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (results, k);
      const char *village = rua_result_get_group_label (result, "household.village");
      const char *type = rua_result_get_group_label (result, "household.household_type");

      for (guint i = 0; i < 4; i++)
        for (guint j = 0; j < 4; j++)
          if (strcmp (villages[i], village) == 0 && strcmp (types[j], type) == 0) {
            hidden[i][j] = rua_result_get_withheld (result);
            /* no small group is told */
            g_assert_true (hidden[i][j] || n[i][j] >= 5);
          }
    }
    attack (n, hidden, 4, 5);
  }
}

/* ---- the attack: several metrics over the same groups, and all that follows from them ---- */

#define UNKNOWN (-1.0)

typedef struct {
  double n[5][5]; /* the last of a row or column: its total */
  double amount[5][5];
} Known;

/* Where a line lacks one figure, the others tell it; amounts are numbers times means. */
static void
solve (double (*figures)[5])
{
  for (guint pass = 0; pass < 10; pass++)
    for (guint line = 0; line < 10; line++) {
      guint n_unknown = 0, at = 0;
      double rest = 0;

      for (guint k = 0; k < 5; k++) {
        double figure = line < 5 ? figures[line][k] : figures[k][line - 5];

        if (figure == UNKNOWN) {
          n_unknown++;
          at = k;
        } else
          rest += k < 4 ? figure : -figure;
      }
      if (n_unknown != 1)
        continue;
      if (line < 5)
        figures[line][at] = at < 4 ? -rest : rest;
      else
        figures[at][line - 5] = at < 4 ? -rest : rest;
    }
}

static void
learn (RuaAlliance *alliance, Known *known, const char *metric, const char *by, const char *const *villages, const char *const *types)
{
  g_autoptr (GListModel) results = disclosure_case_measure (alliance, metric, by, NULL, 0);

  for (guint k = 0; k < g_list_model_get_n_items (results); k++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, k);
    const char *village = strstr (by, "village") ? rua_result_get_group_label (result, "household.village") : NULL;
    const char *type = strstr (by, "type") ? rua_result_get_group_label (result, "household.household_type") : NULL;
    guint i = 4, j = 4;
    double value;

    for (guint v = 0; v < 4; v++) {
      i = village && strcmp (villages[v], village) == 0 ? v : i;
      j = type && strcmp (types[v], type) == 0 ? v : j;
    }
    if (!rua_result_get_estimate (result, &value))
      continue;
    known->n[i][j] = (double) rua_result_get_n_used (result);
    known->amount[i][j] = strcmp (metric, "mean") == 0 ? value * known->n[i][j] : value;
  }
}

static void
test_attack_by_several (void)
{
  static const char *const villages[] = { "a", "b", "c", "d" };
  static const char *const types[] = { "producer", "consumer", "both", "other" };
  static const char *const metrics[] = { "total", "mean" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint n_hidden = 0;

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < 6; trial++) {
    g_autoptr (RuaAlliance) alliance = disclosure_case_new ();
    guint n[4][4], serial = 0;
    gboolean dominated[4][4];
    Known known;

    for (guint i = 0; i < 4; i++)
      for (guint j = 0; j < 4; j++) {
        g_autofree char *at = g_strdup_printf ("@%s", villages[i]);

        n[i][j] = g_rand_int_range (rand, 1, 14);
        dominated[i][j] = g_rand_double (rand) < 0.1;
        disclosure_case_add (alliance, &serial, at, types[j], n[i][j], dominated[i][j] ? "1" : "100");
        if (dominated[i][j]) {
          disclosure_case_add (alliance, &serial, at, types[j], 1, "100000");
          n[i][j]++;
        }
      }
    for (guint i = 0; i < 5; i++)
      for (guint j = 0; j < 5; j++)
        known.n[i][j] = known.amount[i][j] = UNKNOWN;
    for (guint m = 0; m < G_N_ELEMENTS (metrics); m++)
      learn (alliance, &known, metrics[m], "household.village;household.household_type", villages, types);
    for (guint i = 0; i < 4; i++)
      for (guint j = 0; j < 4; j++)
        if (known.n[i][j] != UNKNOWN) {
          g_assert_true (n[i][j] >= 5 && !dominated[i][j]);
        } else
          n_hidden++;
    /* Whoever knows every margin. */
    for (guint i = 0; i < 5; i++)
      for (guint j = 0; j < 5; j++)
        if (i == 4 || j == 4) {
          known.n[i][j] = known.amount[i][j] = 0;
          for (guint k = 0; k < 4; k++)
            for (guint l = 0; l < 4; l++)
              if ((i == 4 || i == k) && (j == 4 || j == l)) {
                known.n[i][j] += n[k][l];
                known.amount[i][j] += dominated[k][l] ? n[k][l] - 1 + 100000 : 100.0 * n[k][l];
              }
        }
    solve (known.n);
    solve (known.amount);
    for (guint i = 0; i < 4; i++)
      for (guint j = 0; j < 4; j++)
        if (n[i][j] < 5 || dominated[i][j]) {
          g_assert_cmpfloat (known.n[i][j], ==, UNKNOWN);
          g_assert_cmpfloat (known.amount[i][j], ==, UNKNOWN);
        }
  }
  g_assert_cmpuint (n_hidden, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disclosure/small", test_small);
  g_test_add_func ("/disclosure/contributors", test_contributors);
  g_test_add_func ("/disclosure/dominance", test_dominance);
  g_test_add_func ("/disclosure/unanimous", test_unanimous);
  g_test_add_func ("/disclosure/told", test_told);
  g_test_add_func ("/disclosure/refused", test_refused);
  g_test_add_func ("/disclosure/pairs", test_pairs);
  g_test_add_func ("/disclosure/attack", test_attack);
  g_test_add_func ("/disclosure/attack-by-several", test_attack_by_several);
  return g_test_run ();
}
