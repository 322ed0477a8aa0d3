/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens the case study, lists its co-operatives, measures a metric and checks its claims.
 *
 *     cc case-study.c $(pkg-config --cflags --libs ruralalliance-1) */
#include <locale.h>

#include <ruralalliance.h>

static void
list_cooperatives (RuaAlliance *alliance)
{
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);
  RuaTable *cooperatives = rua_alliance_get_cooperatives (alliance);

  g_print ("%s\n", rua_profile_get_title (profile, NULL));
  for (guint i = 0; i < rua_table_get_n_records (cooperatives); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (cooperatives, i);
    RuaCooperative *cooperative = RUA_COOPERATIVE (record);
    gint64 n_members;

    g_print ("- %s: ", rua_cooperative_get_name (cooperative, NULL));
    if (rua_cooperative_get_n_members (cooperative, &n_members))
      g_print ("%" G_GINT64_FORMAT "\n", n_members);
    else
      g_print ("members unknown\n");
  }
}

static gboolean
measure_ratio (RuaAlliance *alliance, GError **error)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "income.ratio");
  g_autoptr (RuaResult) result = NULL;
  g_autoptr (GListModel) inputs = NULL;
  double value;

  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, error);
  if (!result)
    return FALSE;
  g_print ("\n%s: ", rua_metric_get_title (RUA_METRIC (metric), NULL));
  if (rua_result_get_estimate (result, &value))
    g_print ("%.3f\n", value);
  else
    g_print ("undefined: %s\n", rua_result_get_reason (result));

  inputs = rua_result_list_inputs (result);
  for (guint i = 0; i < g_list_model_get_n_items (inputs); i++) {
    g_autoptr (RuaResult) input = g_list_model_get_item (inputs, i);
    g_autofree char *unit = rua_unit_to_string (rua_result_get_unit (input));

    if (rua_result_get_estimate (input, &value))
      g_print ("- %s: %.0f %s\n", rua_result_get_metric (input), value, unit);
  }
  return TRUE;
}

static void
show_verdict (RuaVerdict *verdict)
{
  g_autoptr (GListModel) readings = rua_verdict_list_readings (verdict);
  RuaClaim *claim = rua_verdict_get_claim (verdict);
  double value, threshold;

  g_print ("\n“%s”\n", rua_claim_get_quote (claim));
  g_print ("%s", rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)));
  if (rua_verdict_get_value (verdict, &value) && rua_verdict_get_threshold (verdict, &threshold))
    g_print (", %.3f against %.0f", value, threshold);
  g_print ("\n");
  for (guint i = 0; i < g_list_model_get_n_items (readings); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (readings, i);

    g_print ("- %s: %s\n", rua_verdict_get_name (reading),
             rua_verdict_type_to_string (rua_verdict_get_verdict_type (reading)));
  }
}

static gboolean
check_claims (RuaAlliance *alliance, GError **error)
{
  g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
  g_autoptr (GListModel) verdicts = NULL, findings = NULL;
  g_autoptr (RuaVerdict) verdict = NULL;

  if (!rua_checker_run (checker, NULL, error))
    return FALSE;
  verdicts = rua_checker_list_verdicts (checker);
  findings = rua_checker_list_findings (checker);
  g_print ("\n%u claims, %u findings\n", g_list_model_get_n_items (verdicts), g_list_model_get_n_items (findings));
  for (RuaVerdictType type = RUA_VERDICT_SUPPORTED; type <= RUA_VERDICT_DISPUTED; type++)
    g_print ("- %s: %u\n", rua_verdict_type_to_string (type), rua_checker_get_n_verdicts (checker, type));
  verdict = rua_checker_find_verdict (checker, "income-doubled-summary");
  show_verdict (verdict);
  return TRUE;
}

int
main (int argc, char **argv)
{
  const char *place = argc > 1 ? argv[1] : "examples/rural-urban-alliance.json";
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  alliance = rua_alliance_open (place, NULL, &error);
  if (alliance) {
    list_cooperatives (alliance);
    if (measure_ratio (alliance, &error) && check_claims (alliance, &error))
      return 0;
  }
  g_printerr ("%s\n", error->message);
  return 2;
}
