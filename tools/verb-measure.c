/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* name=value, as a JSON object of those that the metric has; NULL where none is. */
static char *
parameters_of (RuaMetric *metric, char **set, gboolean *used)
{
  const char *text = rua_record_get_text (RUA_RECORD (metric), "parameters");
  g_autoptr (JsonNode) declared = text ? json_from_string (text, NULL) : NULL;
  g_autoptr (JsonObject) values = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  if (!declared || !JSON_NODE_HOLDS_OBJECT (declared))
    return NULL;
  for (guint i = 0; set && set[i]; i++) {
    const char *equals = strchr (set[i], '=');
    g_autofree char *name = g_strndup (set[i], equals ? (gsize) (equals - set[i]) : strlen (set[i]));

    if (!equals || !json_object_has_member (json_node_get_object (declared), name))
      continue;
    used[i] = TRUE;
    json_object_set_string_member (values, name, equals + 1);
  }
  if (json_object_get_size (values) == 0)
    return NULL;
  node = json_node_init_object (json_node_alloc (), values);
  return json_to_string (node, FALSE);
}

/* Those that are named, of the file or ready made; else all of the file. */
static GPtrArray *
choose (RuaAlliance *alliance, int n, char **names, char **set, int *status)
{
  g_autofree gboolean *used = g_new0 (gboolean, set ? g_strv_length (set) + 1 : 1);
  g_autoptr (GPtrArray) chosen = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  RuaTable *table = rua_alliance_get_table (alliance, "metric");

  for (int i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;
    RuaMetric *metric = rua_catalogue_find_with (catalogue, names[i], "{}", &error);
    g_autofree char *parameters = metric ? parameters_of (metric, set, used) : NULL;

    if (parameters) {
      g_object_unref (metric);
      metric = rua_catalogue_find_with (catalogue, names[i], parameters, &error);
    }
    if (!metric) {
      *status = command_fail (&verb_measure, error);
      return NULL;
    }
    g_ptr_array_add (chosen, metric);
  }
  for (guint i = 0; set && set[i]; i++)
    if (!used[i]) {
      *status = command_refuse (&verb_measure, "--set %s sets no parameter of the metrics that are named; --list tells which they have", set[i]);
      return NULL;
    }
  for (guint i = 0; n == 0 && i < rua_table_get_n_records (table); i++)
    g_ptr_array_add (chosen, rua_table_dup_record (table, i));
  return g_steal_pointer (&chosen);
}

/* The metrics there are: of the file, then ready made, with what may be set. */
static char *
list_metrics (RuaAlliance *alliance, const char *language)
{
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (GListModel) metrics = rua_catalogue_list_metrics (catalogue);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (metrics); i++) {
    g_autoptr (RuaRecord) metric = g_list_model_get_item (metrics, i);
    const char *id = rua_record_get_id (metric), *unit = rua_record_get_text (metric, "unit");
    const char *title = rua_record_get_texts (metric, "title", language);
    const char *text = rua_record_get_text (metric, "parameters");
    g_autoptr (JsonNode) declared = text ? json_from_string (text, NULL) : NULL;
    g_autoptr (GList) names = declared && JSON_NODE_HOLDS_OBJECT (declared) ? json_object_get_members (json_node_get_object (declared)) : NULL;

    g_string_append (out, id);
    for (GList *l = names; l; l = l->next)
      g_string_append_printf (out, "%s%s", l == names ? "(" : ",", (const char *) l->data);
    g_string_append_printf (out, "%s\t%s\t%s\n", names ? ")" : "", unit ? unit : "", title ? title : "");
  }
  return g_string_free (out, FALSE);
}

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "table", "csv", "json", NULL };
  g_autofree char *format = NULL, *language = NULL, *where = NULL, *text = NULL;
  g_auto (GStrv) by = NULL, set = NULL;
  gboolean list = FALSE, public = FALSE;
  int min_count = 0;
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
    { "set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &set, "Set a parameter of the metrics named", "NAME=VALUE" },
    { "public", 'p', 0, G_OPTION_ARG_NONE, &public, "Withhold what would disclose somebody", NULL },
    { "min-count", 0, 0, G_OPTION_ARG_INT, &min_count, "Fewest that may stand behind a group", "N" },
    { "list", 'l', 0, G_OPTION_ARG_NONE, &list, "List the metrics there are, and stop", NULL },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "table (default), csv or json", "FORMAT" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &language, "Language of the table and of titles, such as en or zh", "CODE" },
    { NULL },
  };

  if (!command_parse (&verb_measure, entries, &argc, &argv, 1, G_MAXINT, &status))
    return status;
  form = command_choose (&verb_measure, "format", format, formats);
  if (!form)
    return STATUS_FAILED;
  if (language && strcmp (form, "table") != 0)
    return command_refuse (&verb_measure, "--language goes with the table; what programs read is the same in all languages");
  rua_set_language (language);
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_measure, error);
  if (min_count < 0 || (min_count > 0 && !public))
    return command_refuse (&verb_measure, "--min-count is a number of at least 1, and goes with --public");
  if (list) {
    text = list_metrics (alliance, language);
    if (!command_write (NULL, FALSE, text, -1, &error))
      return command_fail (&verb_measure, error);
    return command_finish (&verb_measure, STATUS_DONE);
  }
  chosen = choose (alliance, argc - 2, argv + 2, set, &status);
  if (!chosen)
    return status;
  command_progress ("Measuring");
  measurement = rua_measurement_new (alliance);
  for (guint i = 0; i < chosen->len; i++)
    rua_measurement_add (measurement, g_ptr_array_index (chosen, i), (const char *const *) by, where);
  if (!public)
    rua_measurement_run (measurement, NULL, NULL, NULL);
  for (guint i = 0; i < chosen->len; i++) {
    g_autoptr (GError) refusal = NULL;
    g_autoptr (GListModel) own = public
      ? rua_metric_measure_public (g_ptr_array_index (chosen, i), alliance, (const char *const *) by, where, (guint) min_count, NULL, &refusal)
      : rua_measurement_list_results (measurement, i, &refusal);

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
    text = rua_results_to_text (G_LIST_MODEL (results), alliance, language, command_get_width (), command_has_colour ());
  if (!command_write (NULL, FALSE, text, -1, &error))
    return command_fail (&verb_measure, error);
  return command_finish (&verb_measure, refused ? STATUS_SEE_TO : STATUS_DONE);
}

const Verb verb_measure = {
  "measure", "FILE [METRIC…]", "Measure all metrics, or those that are named",
  "Exit status 1 when some of all metrics could not be measured.\n\n"
  "Example:\n  ruralalliance measure examples/rural-urban-alliance.json income.ratio --format json", run,
};
