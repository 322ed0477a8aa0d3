/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "rua-nearest-private.h"

#include <string.h>

static char *
nearest_to (RuaTable *table, const char *name)
{
  RuaNearest nearest;

  rua_nearest_init (&nearest, name);
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);

    if (rua_record_get_id (record))
      rua_nearest_offer (&nearest, rua_record_get_id (record));
  }
  return rua_nearest_mend (&nearest, "without a name all metrics of the file are measured");
}

/* Those that are named, of the file or ready made; else all of the file. */
static GPtrArray *
choose (RuaAlliance *alliance, int n, char **names, int *status)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  RuaTable *table = rua_alliance_get_table (alliance, "metric");

  for (int i = 0; i < n; i++) {
    RuaMetric *metric = rua_catalogue_find (catalogue, names[i]);

    if (!metric) {
      g_autofree char *mend = nearest_to (table, names[i]);

      *status = command_refuse (&verb_measure, "there is no metric '%s'; %s", names[i], mend);
      return NULL;
    }
    g_ptr_array_add (chosen, metric);
  }
  for (guint i = 0; n == 0 && i < rua_table_get_n_records (table); i++)
    g_ptr_array_add (chosen, rua_table_dup_record (table, i));
  return g_steal_pointer (&chosen);
}

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "table", "csv", "json", NULL };
  g_autofree char *format = NULL, *where = NULL, *text = NULL;
  g_auto (GStrv) by = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GPtrArray) chosen = NULL;
  g_autoptr (RuaMeasurement) measurement = NULL;
  g_autoptr (GListStore) results = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (GError) error = NULL;
  const char *form;
  int status, refused = 0;
  const GOptionEntry entries[] = {
    { "by", 'b', 0, G_OPTION_ARG_STRING_ARRAY, &by, "Group by this path; may be given several times", "PATH" },
    { "where", 'w', 0, G_OPTION_ARG_STRING, &where, "Read only the metric's rows for which this holds", "EXPR" },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
    { NULL },
  };

  if (!command_parse (&verb_measure, entries, &argc, &argv, 1, G_MAXINT, &status))
    return status;
  form = command_choose (&verb_measure, "format", format, formats);
  if (!form)
    return STATUS_FAILED;
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_measure, error);
  chosen = choose (alliance, argc - 2, argv + 2, &status);
  if (!chosen)
    return status;
  command_progress ("Measuring");
  measurement = rua_measurement_new (alliance);
  for (guint i = 0; i < chosen->len; i++)
    rua_measurement_add (measurement, g_ptr_array_index (chosen, i), (const char *const *) by, where);
  rua_measurement_run (measurement, NULL, NULL, NULL);
  for (guint i = 0; i < chosen->len; i++) {
    g_autoptr (GError) refusal = NULL;
    g_autoptr (GListModel) own = rua_measurement_list_results (measurement, i, &refusal);

    /* What was asked for by name has to be there; of all there are, the others are still told. */
    if (!own) {
      command_fail (&verb_measure, refusal);
      if (argc > 2)
        return STATUS_FAILED;
      refused++;
    }
    for (guint k = 0; own && k < g_list_model_get_n_items (own); k++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (own, k);

      g_list_store_append (results, result);
    }
  }
  if (refused && g_list_model_get_n_items (G_LIST_MODEL (results)) == 0)
    return STATUS_FAILED;
  if (strcmp (form, "json") == 0)
    text = rua_results_to_json (G_LIST_MODEL (results));
  else if (strcmp (form, "csv") == 0)
    text = rua_results_to_csv (G_LIST_MODEL (results));
  else
    text = rua_results_to_text (G_LIST_MODEL (results), alliance, NULL, command_get_width (), command_has_colour ());
  if (!command_write (NULL, FALSE, text, -1, &error))
    return command_fail (&verb_measure, error);
  return command_finish (&verb_measure, refused ? STATUS_SEE_TO : STATUS_DONE);
}

const Verb verb_measure = {
  "measure", "FILE [METRIC…]", "Measure all metrics, or those that are named",
  "Exit status 1 when some of all metrics could not be measured.\n\n"
  "Example:\n  ruralalliance measure examples/rural-urban-alliance.json income.ratio --format json", run,
};
