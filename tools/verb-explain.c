/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "rua-nearest-private.h"

#include <stdio.h>
#include <string.h>

static RuaExplanation *
explain_claim (RuaClaim *claim, RuaAlliance *alliance, GError **error)
{
  g_autoptr (RuaVerdict) verdict = rua_claim_check (claim, alliance, NULL, error);

  return verdict ? g_object_ref (rua_verdict_get_explanation (verdict)) : NULL;
}

static RuaExplanation *
explain_metric (RuaMetric *metric, RuaAlliance *alliance, GError **error)
{
  g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, error);

  return result ? rua_result_explain (result) : NULL;
}

/* The same for publication. Disputes and texts are of the whole alliance, so all of it is checked. */
static RuaExplanation *
explain_public (RuaRecord *record, RuaAlliance *alliance, guint min_count, GError **error)
{
  static const char *const all[] = { NULL };

  if (RUA_IS_CLAIM (record)) {
    g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
    g_autoptr (RuaVerdict) verdict = NULL;

    rua_checker_set_public (checker, TRUE, min_count);
    if (!rua_checker_run (checker, NULL, error))
      return NULL;
    verdict = rua_checker_find_verdict (checker, rua_record_get_id (record));
    return g_object_ref (rua_verdict_get_explanation (verdict));
  } else {
    g_autoptr (GListModel) results
      = rua_metric_measure_public (RUA_METRIC (record), alliance, all, NULL, min_count, NULL, error);
    g_autoptr (RuaResult) result = results ? g_list_model_get_item (results, 0) : NULL;

    return result ? rua_result_explain (result) : NULL;
  }
}

/* "claim/ID" and "metric/ID" say which is meant; a bare name is a claim's before a metric's. */
static RuaRecord *
find_record (RuaAlliance *alliance, const char *name)
{
  static const char *const kinds[] = { "claim", "metric" };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *prefix = g_strconcat (kinds[i], "/", NULL);
    RuaRecord *record = rua_alliance_find (alliance, kinds[i], g_str_has_prefix (name, prefix) ? name + strlen (prefix) : name);

    if (record)
      return record;
  }
  return NULL;
}

static char *
nearest_to (RuaAlliance *alliance, const char *name)
{
  static const char *const kinds[] = { "claim", "metric" };
  RuaNearest nearest;

  rua_nearest_init (&nearest, name);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++) {
    RuaTable *table = rua_alliance_get_table (alliance, kinds[k]);

    for (guint i = 0; i < rua_table_get_n_records (table); i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);

      if (rua_record_get_id (record))
        rua_nearest_offer (&nearest, rua_record_get_id (record));
    }
  }
  return rua_nearest_mend (&nearest, "'ruralalliance check' lists the claims, 'ruralalliance measure' the metrics");
}

static int
run (int argc, char **argv)
{
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) record = NULL;
  g_autoptr (RuaExplanation) explanation = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *language = NULL;
  gboolean public = FALSE;
  int min_count = 0;
  int status;
  const GOptionEntry entries[] = {
    { "public", 'p', 0, G_OPTION_ARG_NONE, &public, "Withhold numbers that would disclose somebody", NULL },
    { "min-count", 0, 0, G_OPTION_ARG_INT, &min_count, "Fewest that may stand behind a number", "N" },
    { "language", 'l', 0, G_OPTION_ARG_STRING, &language, "Language of the explanation, such as en or zh", "CODE" },
    { NULL },
  };

  if (!command_parse (&verb_explain, entries, &argc, &argv, 2, 2, &status))
    return status;
  if (min_count < 0 || (min_count > 0 && !public))
    return command_refuse (&verb_explain, "--min-count is a number of at least 1, and goes with --public");
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_explain, error);
  record = find_record (alliance, argv[2]);
  if (!record) {
    g_autofree char *mend = nearest_to (alliance, argv[2]);

    return command_refuse (&verb_explain, "%s has no claim and no metric '%s'; %s", argv[1], argv[2], mend);
  }
  rua_set_language (language);
  if (public)
    explanation = explain_public (record, alliance, (guint) min_count, &error);
  else
    explanation = RUA_IS_CLAIM (record) ? explain_claim (RUA_CLAIM (record), alliance, &error)
                                        : explain_metric (RUA_METRIC (record), alliance, &error);
  if (!explanation)
    return command_fail (&verb_explain, error);
  text = rua_explanation_to_string (explanation);
  fputs (text, stdout);
  return command_finish (&verb_explain, STATUS_DONE);
}

const Verb verb_explain = {
  "explain", "FILE CLAIM|METRIC", "Show the tree under a number: formula, rows, sources, digest",
  "Where a claim and a metric have the same name: claim/NAME, metric/NAME.\n\n"
  "Example:\n  ruralalliance explain examples/rural-urban-alliance.json income.ratio", run,
};
