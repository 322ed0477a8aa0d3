/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-alliance-json.h"
#include "rua-estimate.h"
#include "rua-estimator-private.h"
#include "rua-measure.h"
#include "rua-result-private.h"
#include "rua-result-table.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* Every estimator by way of a metric: each reference case becomes an alliance with a kind of its
 * own, whose records are the rows of its CSV file, and the metric must give what `estimate` gives
 * on the file itself. */

typedef struct {
  char **header;
  GPtrArray *rows;     /* of char** */
  gboolean *is_number; /* by column */
} Csv;

static void
csv_free (Csv *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->header);
  g_ptr_array_unref (self->rows);
  g_free (self->is_number);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Csv, csv_free)

static gboolean
is_missing (const char *cell)
{
  return *cell == '\0' || strcmp (cell, "NA") == 0;
}

static gboolean
parse_number (const char *cell, double *value)
{
  char *end;

  *value = g_ascii_strtod (cell, &end);
  return *cell != '\0' && *end == '\0' && isfinite (*value) && !g_ascii_isspace (*cell)
         && strpbrk (cell, "xXnN") == NULL;
}

/* The files of the set have neither quotes nor carriage returns. */
static Csv *
csv_read (const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;
  Csv *self;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (strpbrk (text, "\"\r"));
  self = g_new0 (Csv, 1);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  lines = g_strsplit (text, "\n", -1);
  self->header = g_strsplit (lines[0], ",", -1);
  self->is_number = g_new (gboolean, g_strv_length (self->header));
  for (guint i = 1; lines[i] != NULL; i++)
    if (*lines[i] != '\0')
      g_ptr_array_add (self->rows, g_strsplit (lines[i], ",", -1));
  for (guint k = 0; self->header[k] != NULL; k++) {
    self->is_number[k] = TRUE;
    for (guint i = 0; i < self->rows->len; i++) {
      const char *cell = ((char **)g_ptr_array_index (self->rows, i))[k];
      double value;

      if (!is_missing (cell) && !parse_number (cell, &value))
        self->is_number[k] = FALSE;
    }
  }
  return self;
}

static int
csv_find (const Csv *self, const char *name)
{
  for (guint k = 0; self != NULL && self->header[k] != NULL; k++)
    if (strcmp (self->header[k], name) == 0)
      return (int)k;
  return -1;
}

/* ---- the document ---- */

static void
add_kind (JsonBuilder *builder, const char *name, const Csv *csv)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "plural");
  {
    g_autofree char *plural = g_strconcat (name, "s", NULL);

    json_builder_add_string_value (builder, plural);
  }
  json_builder_set_member_name (builder, "fields");
  json_builder_begin_object (builder);
  for (guint k = 0; csv->header[k] != NULL; k++) {
    g_autofree char *field = g_strdup_printf ("c%u", k);

    json_builder_set_member_name (builder, field);
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "type");
    json_builder_add_string_value (builder, csv->is_number[k] ? "number" : "text");
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
add_rows (JsonBuilder *builder, const char *name, const Csv *csv)
{
  g_autofree char *plural = g_strconcat (name, "s", NULL);

  json_builder_set_member_name (builder, plural);
  json_builder_begin_array (builder);
  for (guint i = 0; i < csv->rows->len; i++) {
    char **cells = g_ptr_array_index (csv->rows, i);
    g_autofree char *id = g_strdup_printf ("r%u", i);

    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "id");
    json_builder_add_string_value (builder, id);
    for (guint k = 0; csv->header[k] != NULL; k++) {
      g_autofree char *field = g_strdup_printf ("c%u", k);
      double value;

      if (is_missing (cells[k]))
        continue;
      json_builder_set_member_name (builder, field);
      if (csv->is_number[k] && parse_number (cells[k], &value))
        json_builder_add_double_value (builder, value);
      else
        json_builder_add_string_value (builder, cells[k]);
    }
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static char *
field_of (const Csv *csv, const char *column)
{
  int k = csv_find (csv, column);

  return k >= 0 ? g_strdup_printf ("c%d", k) : g_strdup (column);
}

static void
add_columns (JsonBuilder *builder,
             const RuaEstimator *estimator,
             JsonObject *columns,
             gboolean nodes,
             const Csv *csv)
{
  JsonObjectIter iter;
  const char *role;
  JsonNode *node;

  json_builder_set_member_name (builder, "columns");
  json_builder_begin_object (builder);
  json_object_iter_init_ordered (&iter, columns);
  while (json_object_iter_next_ordered (&iter, &role, &node)) {
    const RuaRoleSpec *spec = rua_estimator_find_role (estimator, role);

    if (spec == NULL || !!(spec->flags & RUA_ROLE_NODES) != nodes)
      continue;
    json_builder_set_member_name (builder, role);
    if (JSON_NODE_HOLDS_ARRAY (node)) {
      JsonArray *array = json_node_get_array (node);

      json_builder_begin_array (builder);
      for (guint i = 0; i < json_array_get_length (array); i++) {
        g_autofree char *field = field_of (csv, json_array_get_string_element (array, i));

        json_builder_add_string_value (builder, field);
      }
      json_builder_end_array (builder);
    } else {
      g_autofree char *field = field_of (csv, json_node_get_string (node));

      json_builder_add_string_value (builder, field);
    }
  }
  json_builder_end_object (builder);
}

/* Texts stay texts where the column holds them; a column of numbers is compared with numbers. */
static void
append_value (GString *out, const Csv *csv, int column, JsonNode *node)
{
  const char *text
    = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
  double value;

  if (csv->is_number[column]) {
    if (text != NULL)
      g_assert_true (parse_number (text, &value));
    else
      value = json_node_get_double (node);
    g_string_append_printf (out, "%.17g", value);
  } else
    g_string_append_printf (out, "'%s'", text);
}

static char *
where_of (JsonObject *where, const Csv *csv)
{
  GString *out = g_string_new (NULL);
  JsonObjectIter iter;
  const char *column;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, where);
  while (json_object_iter_next_ordered (&iter, &column, &node)) {
    JsonArray *values = json_node_get_array (node);
    int k = csv_find (csv, column);

    g_assert_cmpint (k, >=, 0);
    g_string_append_printf (out, "%sc%d in (", out->len > 0 ? " and " : "", k);
    for (guint i = 0; i < json_array_get_length (values); i++) {
      g_string_append (out, i > 0 ? ", " : "");
      append_value (out, csv, k, json_array_get_element (values, i));
    }
    g_string_append_c (out, ')');
  }
  return g_string_free (out, FALSE);
}

static void
add_options (JsonBuilder *builder, JsonObject *options, const Csv *csv)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_builder_set_member_name (builder, "options");
  json_builder_begin_object (builder);
  json_object_iter_init_ordered (&iter, options);
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    json_builder_set_member_name (builder, name);
    if (strcmp (name, "regressors") == 0) {
      json_builder_begin_array (builder);
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++) {
        g_autofree char *field
          = field_of (csv, json_array_get_string_element (json_node_get_array (node), i));

        json_builder_add_string_value (builder, field);
      }
      json_builder_end_array (builder);
    } else if (strcmp (name, "tested") == 0) {
      g_autofree char *field = field_of (csv, json_node_get_string (node));

      json_builder_add_string_value (builder, field);
    } else if (strcmp (name, "domain") == 0) {
      JsonObject *domain = json_node_get_object (node);
      JsonArray *values = json_object_get_array_member (domain, "values");
      const char *column = json_object_get_string_member (domain, "column");
      g_autofree char *field = field_of (csv, column);
      int k = csv_find (csv, column);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "column");
      json_builder_add_string_value (builder, field);
      json_builder_set_member_name (builder, "values");
      json_builder_begin_array (builder);
      for (guint i = 0; i < json_array_get_length (values); i++) {
        JsonNode *value = json_array_get_element (values, i);
        double number;

        if (csv->is_number[k] && json_node_get_value_type (value) == G_TYPE_STRING
            && parse_number (json_node_get_string (value), &number))
          json_builder_add_double_value (builder, number);
        else
          json_builder_add_value (builder, json_node_copy (value));
      }
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    } else
      json_builder_add_value (builder, json_node_copy (node));
  }
  json_builder_end_object (builder);
}

static RuaAlliance *
build (JsonObject *request, const RuaEstimator *estimator, const Csv *data, const Csv *nodes)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonObject) nothing = json_object_new ();
  JsonObject *columns = json_object_has_member (request, "columns")
                          ? json_object_get_object_member (request, "columns")
                          : nothing;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance;
  char *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_string_value (builder, "rural-alliance");
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, 1);
  json_builder_set_member_name (builder, "schema");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "kinds");
  json_builder_begin_object (builder);
  if (data != NULL)
    add_kind (builder, "datum", data);
  if (nodes != NULL)
    add_kind (builder, "knot", nodes);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  if (data != NULL)
    add_rows (builder, "datum", data);
  if (nodes != NULL)
    add_rows (builder, "knot", nodes);
  json_builder_set_member_name (builder, "metrics");
  json_builder_begin_array (builder);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "id");
  json_builder_add_string_value (builder, "m");
  json_builder_set_member_name (builder, "estimator");
  json_builder_add_string_value (builder, estimator->name);
  if (data != NULL) {
    json_builder_set_member_name (builder, "table");
    json_builder_add_string_value (builder, "datums");
    add_columns (builder, estimator, columns, FALSE, data);
  }
  if (nodes != NULL) {
    json_builder_set_member_name (builder, "nodes");
    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "table");
    json_builder_add_string_value (builder, "knots");
    add_columns (builder, estimator, columns, TRUE, nodes);
    json_builder_end_object (builder);
  }
  if (json_object_has_member (request, "where")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (request, "where"))) {
    g_autofree char *where = where_of (json_object_get_object_member (request, "where"), data);

    json_builder_set_member_name (builder, "where");
    json_builder_add_string_value (builder, where);
  }
  if (json_object_has_member (request, "options")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (request, "options")))
    add_options (builder, json_object_get_object_member (request, "options"), data);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  bytes = g_bytes_new_take (text, strlen (text));
  alliance = rua_alliance_new_from_json (bytes, "case", NULL, &error);
  if (alliance == NULL)
    g_error ("%s", error->message);
  return alliance;
}

/* ---- the comparison ---- */

static void
compare (JsonObject *values, RuaResult *result)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;
  guint n = 0;

  json_object_iter_init_ordered (&iter, values);
  while (json_object_iter_next_ordered (&iter, &key, &node)) {
    double value;
    gboolean known = rua_result_get_named (result, key, &value);

    n++;
    if (!g_strv_contains (rua_result_get_keys (result), key))
      g_test_fail_printf ("%s is not given", key);
    else if (JSON_NODE_HOLDS_NULL (node)) {
      if (known)
        g_test_fail_printf ("%s is %.17g instead of undefined", key, value);
      else
        g_assert_nonnull (rua_result_get_named_reason (result, key));
    } else if (!known)
      g_test_fail_printf ("%s is undefined instead of %.17g", key, json_node_get_double (node));
    else if (fabs (value - json_node_get_double (node))
             > 1e-12 * MAX (1, fabs (json_node_get_double (node))))
      g_test_fail_printf ("%s is %.17g instead of %.17g", key, value, json_node_get_double (node));
  }
  g_assert_cmpuint (n, >, 0);
}

/* A table of the figures alone, of which no result is made, says the same to the bit. */
static void
compare_table (RuaAlliance *alliance, RuaMetric *metric, RuaResult *result)
{
  static const char *const none[] = { NULL };
  const char *const *keys = rua_result_get_keys (result);
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  g_autoptr (RuaResultTable) table = NULL;
  g_autoptr (GError) error = NULL;
  const double numbers[] = { result->estimate, result->se, result->low, result->high,
                             (double)result->n_eligible, (double)result->n_used, (double)result->n_missing };

  rua_measurement_add (measurement, metric, none, NULL);
  rua_measurement_run (measurement, NULL, NULL, &error);
  g_assert_no_error (error);
  table = rua_result_table_new (measurement);
  for (guint i = 0; i < G_N_ELEMENTS (numbers) + MIN (g_strv_length ((char **)keys), 60); i++) {
    g_autoptr (GBytes) bytes = NULL;
    g_autofree char *name = g_strdup_printf ("column %u", i);
    double want = NAN, got;

    if (i < G_N_ELEMENTS (numbers)) {
      want = numbers[i];
      rua_result_table_add (table, 0, i, name, &error);
    } else {
      rua_result_get_named (result, keys[i - G_N_ELEMENTS (numbers)], &want);
      rua_result_table_add_named (table, 0, keys[i - G_N_ELEMENTS (numbers)], name, &error);
    }
    g_assert_no_error (error);
    bytes = rua_result_table_dup_values (table, i);
    got = *(const double *)g_bytes_get_data (bytes, NULL);
    if (isnan (want) ? !isnan (got) : memcmp (&want, &got, sizeof want) != 0)
      g_test_fail_printf ("column %u is %.17g in the table, but the result says %.17g", i, got, want);
  }
}

static GHashTable *reached;

static void
test_case (gconstpointer user_data)
{
  const char *file = user_data;
  g_autofree char *dir = g_path_get_dirname (file), *folder = NULL, *text = NULL, *answer = NULL;
  g_autoptr (JsonParser) parser = json_parser_new (), answers = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (Csv) data = NULL, nodes = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaRecord) metric = NULL;
  g_autoptr (RuaResult) result = NULL;
  const RuaEstimator *estimator;
  JsonObject *request, *given;
  gboolean refused;

  folder = g_build_filename (dir, "..", "data", NULL);
  g_file_get_contents (file, &text, NULL, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  request = json_node_get_object (json_parser_get_root (parser));
  estimator = rua_estimator_find (json_object_get_string_member (request, "metric"));
  for (guint i = 0; i < 2; i++) {
    const char *member = i == 0 ? "data" : "nodes";

    if (json_object_has_member (request, member)
        && !JSON_NODE_HOLDS_NULL (json_object_get_member (request, member))) {
      g_autofree char *path
        = g_build_filename (folder, json_object_get_string_member (request, member), NULL);

      *(i == 0 ? &data : &nodes) = csv_read (path);
    }
  }
  answer = rua_estimate_request (text, folder, &refused, NULL, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (answers, answer, -1, &error);
  given = json_node_get_object (json_parser_get_root (answers));
  alliance = build (request, estimator, data, nodes);
  metric = rua_alliance_find (alliance, "metric", "m");
  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  if (refused) {
    g_assert_null (result);
    g_assert_cmpint (error->domain, ==, RUA_ERROR);
    return;
  }
  if (result == NULL)
    g_error ("%s", error->message);
  compare (json_object_get_object_member (given, "values"), result);
  compare_table (alliance, RUA_METRIC (metric), result);
  g_hash_table_add (reached, (gpointer)estimator->name);
}

/* The cases of a set; 0 where it is not there. */
static guint
add_set (const char *folder)
{
  g_autofree char *cases = g_build_filename (folder, "cases", NULL);
  g_autoptr (GDir) dir = g_dir_open (cases, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_strdup_printf ("/metric-estimators/%s", name);

    if (!g_str_has_suffix (name, ".json"))
      continue;
    g_test_add_data_func_full (path, g_build_filename (cases, name, NULL), test_case, g_free);
    n++;
  }
  return n;
}

static guint n_wanted;

static void
test_all_reached (void)
{
  guint n;
  const RuaEstimator *const *all = rua_estimator_list (&n);
  guint n_reached = 0;

  for (guint i = 0; i < n; i++) {
    if (g_hash_table_contains (reached, all[i]->name))
      n_reached++;
    else if (n_wanted == n)
      g_test_fail_printf ("no metric used the estimator %s", all[i]->name);
  }
  g_assert_cmpuint (n_reached, >=, n_wanted);
}

int
main (int argc, char *argv[])
{
  const char *root = g_getenv ("RUA_SOURCE_ROOT");
  g_autofree char *whole
    = root != NULL ? g_build_filename (root, "..", "shared", "reference", NULL) : NULL;
  g_autofree char *copied = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  reached = g_hash_table_new (g_str_hash, g_str_equal);
  copied = g_test_build_filename (G_TEST_DIST, "conformance", NULL);
  /* The copied cases reach 42 of the estimators, the whole set all 50. */
  if (whole != NULL && add_set (whole) > 0)
    n_wanted = 50;
  else {
    g_assert_cmpuint (add_set (copied), >, 0);
    n_wanted = 42;
  }
  g_test_add_func ("/metric-estimators/zz-all-reached", test_all_reached);
  status = g_test_run ();
  g_hash_table_unref (reached);
  return status;
}
