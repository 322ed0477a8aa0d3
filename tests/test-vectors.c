/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ruralalliance.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* The vectors that every language runs; see vectors/README.md. */

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_has_member (object, member) ? json_object_get_string_member (object, member) : NULL;
}

static void
split (const char *path, char **kind, const char **key)
{
  const char *slash = strchr (path, '/');

  g_assert_nonnull (slash);
  *kind = g_strndup (path, (gsize) (slash - path));
  *key = slash + 1;
}

static RuaRecord *
record_of (RuaAlliance *alliance, const char *path)
{
  g_autofree char *kind = NULL;
  const char *key;
  RuaRecord *record;

  split (path, &kind, &key);
  if (*key == '#')
    record = rua_table_dup_record (rua_alliance_get_table (alliance, kind), (guint) atoi (key + 1) - 1);
  else
    record = rua_alliance_find (alliance, kind, key);
  if (!record)
    g_error ("there is no %s", path);
  return record;
}

/* ---- setting ---- */

static char **
strings_of (JsonArray *array)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < json_array_get_length (array); i++)
    g_ptr_array_add (list, g_strdup (json_array_get_string_element (array, i)));
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

static gboolean
set_texts (RuaRecord *record, const char *name, JsonObject *object, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);
  g_autoptr (GPtrArray) languages = g_ptr_array_new (), texts = g_ptr_array_new ();

  for (GList *m = members; m; m = m->next) {
    g_ptr_array_add (languages, m->data);
    g_ptr_array_add (texts, (gpointer) json_object_get_string_member (object, m->data));
  }
  g_ptr_array_add (languages, NULL);
  g_ptr_array_add (texts, NULL);
  return rua_record_replace_texts (record, name, (const char *const *) languages->pdata,
                                   (const char *const *) texts->pdata, error);
}

static gboolean
set_field (RuaRecord *record, const char *name, JsonNode *node, GError **error)
{
  RuaField *field = rua_kind_find_field (rua_record_get_kind (record), name);
  g_auto (GValue) value = G_VALUE_INIT;

  if (JSON_NODE_HOLDS_NULL (node))
    return rua_record_unset (record, name, error);
  if (field && rua_field_get_field_type (field) == RUA_FIELD_TYPE_JSON) {
    g_autofree char *text = json_to_string (node, FALSE);

    return rua_record_set_text (record, name, text, error);
  }
  if (field && rua_field_get_field_type (field) == RUA_FIELD_TYPE_TEXTS && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    return rua_record_replace_texts (record, name, (const char *const[]){ "", NULL },
                                     (const char *const[]){ json_node_get_string (node), NULL }, error);
  if (JSON_NODE_HOLDS_OBJECT (node))
    return set_texts (record, name, json_node_get_object (node), error);
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    g_value_init (&value, G_TYPE_STRV);
    g_value_take_boxed (&value, strings_of (json_node_get_array (node)));
  } else
    json_node_get_value (node, &value);
  return rua_record_set_value (record, name, &value, error);
}

/* ---- reading, as the vectors write it ---- */

static void
add_name (JsonBuilder *builder, RuaField *field, RuaRecord *record)
{
  const char *kind = rua_kind_get_name (rua_record_get_kind (record));
  const char *id = rua_record_get_id (record);
  g_autofree char *name = g_str_equal (rua_field_get_target (field), "*") ? g_strdup_printf ("%s/%s", kind, id)
                                                                         : g_strdup (id);

  json_builder_add_string_value (builder, name);
}

static void
add_money (JsonBuilder *builder, RuaRecord *record, gint64 minor)
{
  guint digits = rua_record_get_money_digits (record);
  gint64 unit = 1;
  g_autofree char *text = NULL;

  for (guint i = 0; i < digits; i++)
    unit *= 10;
  if (digits == 0)
    text = g_strdup_printf ("%" G_GINT64_FORMAT, minor);
  else
    text = g_strdup_printf ("%s%" G_GINT64_FORMAT ".%0*" G_GINT64_FORMAT, minor < 0 ? "-" : "", ABS (minor) / unit,
                            (int) digits, ABS (minor) % unit);
  json_builder_add_string_value (builder, text);
}

static void
add_value (JsonBuilder *builder, RuaRecord *record, RuaField *field)
{
  const char *name = rua_field_get_name (field);
  gboolean boolean;
  gint64 integer;
  double number;

  if (!rua_record_has (record, name)) {
    json_builder_add_null_value (builder);
    return;
  }
  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TOKEN:
    json_builder_add_string_value (builder, rua_record_get_text (record, name));
    break;
  case RUA_FIELD_TYPE_TEXTS: {
    g_auto (GStrv) languages = rua_record_dup_languages (record, name);

    json_builder_begin_object (builder);
    for (char **language = languages; *language; language++) {
      json_builder_set_member_name (builder, *language);
      json_builder_add_string_value (builder, rua_record_get_texts (record, name, *language));
    }
    json_builder_end_object (builder);
    g_assert_cmpstr (rua_record_get_texts (record, name, NULL), ==, rua_record_get_texts (record, name, languages[0]));
    break;
  }
  case RUA_FIELD_TYPE_BOOLEAN:
    g_assert_true (rua_record_get_boolean (record, name, &boolean));
    json_builder_add_boolean_value (builder, boolean);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    g_assert_true (rua_record_get_integer (record, name, &integer));
    json_builder_add_int_value (builder, integer);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    g_assert_true (rua_record_get_number (record, name, &number));
    if (fabs (number) < 1e15 && number == floor (number))
      json_builder_add_int_value (builder, (gint64) number);
    else
      json_builder_add_double_value (builder, number);
    break;
  case RUA_FIELD_TYPE_MONEY:
    g_assert_true (rua_record_get_money (record, name, &integer));
    add_money (builder, record, integer);
    break;
  case RUA_FIELD_TYPE_DATE: {
    g_autofree char *date = rua_record_dup_date (record, name);

    json_builder_add_string_value (builder, date);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE: {
    g_autoptr (RuaRecord) target = rua_record_dup_reference (record, name);

    add_name (builder, field, target);
    break;
  }
  case RUA_FIELD_TYPE_TEXT_LIST: {
    g_auto (GStrv) texts = rua_record_dup_text_list (record, name);

    json_builder_begin_array (builder);
    for (char **text = texts; *text; text++)
      json_builder_add_string_value (builder, *text);
    json_builder_end_array (builder);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE_LIST: {
    g_autoptr (GListModel) targets = rua_record_list_references (record, name);

    json_builder_begin_array (builder);
    for (guint i = 0; i < g_list_model_get_n_items (targets); i++) {
      g_autoptr (RuaRecord) target = g_list_model_get_item (targets, i);

      add_name (builder, field, target);
    }
    json_builder_end_array (builder);
    break;
  }
  case RUA_FIELD_TYPE_JSON:
    json_builder_add_value (builder, json_from_string (rua_record_get_text (record, name), NULL));
    break;
  }
}

static void
assert_same (JsonNode *actual, JsonNode *expected)
{
  g_autofree char *has = json_to_string (actual, FALSE);
  g_autofree char *wants = json_to_string (expected, FALSE);

  g_assert_cmpstr (has, ==, wants);
}

static void
assert_boolean (JsonNode *expected, gboolean actual)
{
  g_assert_cmpint (json_node_get_boolean (expected), ==, actual);
}

/* ---- steps; FALSE and maybe an error when refused ---- */

static gboolean
step_get (RuaAlliance *alliance, JsonArray *where, JsonNode *is)
{
  g_autoptr (RuaRecord) record = record_of (alliance, json_array_get_string_element (where, 0));
  RuaField *field = rua_kind_find_field (rua_record_get_kind (record), json_array_get_string_element (where, 1));
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (JsonNode) actual = NULL;

  if (!field)
    return FALSE;
  builder = json_builder_begin_array (json_builder_new ());
  add_value (builder, record, field);
  actual = json_builder_get_root (json_builder_end_array (builder));
  if (is)
    assert_same (json_array_get_element (json_node_get_array (actual), 0), is);
  return TRUE;
}

static gboolean
step_add (RuaAlliance *alliance, const char *kind, JsonObject *values, GError **error)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, kind);
  g_autoptr (GList) members = json_object_get_members (values);

  if (!record)
    return FALSE;
  for (GList *m = members; m; m = m->next)
    if (!set_field (record, m->data, json_object_get_member (values, m->data), error))
      return FALSE;
  return rua_alliance_add (alliance, record, error);
}

/* A number of a result; FALSE where it is undefined. */
static gboolean
number_of (RuaResult *result, const char *name, double *actual)
{
  static const struct {
    const char *name;
    gboolean (*get) (RuaResult *, double *);
  } getters[] = {
    { "estimate", rua_result_get_estimate }, { "low", rua_result_get_low },
    { "high", rua_result_get_high },         { "standard_error", rua_result_get_standard_error },
    { "worst_low", rua_result_get_worst_low }, { "worst_high", rua_result_get_worst_high },
  };

  for (guint i = 0; i < G_N_ELEMENTS (getters); i++)
    if (g_str_equal (name, getters[i].name))
      return getters[i].get (result, actual);
  if (g_str_equal (name, "n_eligible"))
    *actual = (double) rua_result_get_n_eligible (result);
  else if (g_str_equal (name, "n_used"))
    *actual = (double) rua_result_get_n_used (result);
  else {
    g_assert_cmpstr (name, ==, "n_missing");
    *actual = (double) rua_result_get_n_missing (result);
  }
  return TRUE;
}

static void
assert_group (RuaResult *result, JsonObject *group)
{
  const char *const *paths = rua_result_get_group_paths (result);
  guint n = paths ? g_strv_length ((char **) paths) : 0;

  g_assert_cmpuint (n, ==, json_object_get_size (group));
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (rua_result_get_group_label (result, paths[i]), ==, text_of (group, paths[i]));
}

/* Each member of @is, as vectors/README.md has them. */
static void
assert_result (RuaResult *result, JsonObject *is)
{
  g_autoptr (GList) members = json_object_get_members (is);

  for (GList *m = members; m; m = m->next) {
    const char *name = m->data;
    JsonNode *expected = json_object_get_member (is, name);
    double actual;

    if (g_str_equal (name, "unit")) {
      g_autofree char *unit = rua_unit_to_string (rua_result_get_unit (result));

      g_assert_cmpstr (unit, ==, json_node_get_string (expected));
    } else if (g_str_equal (name, "group"))
      assert_group (result, json_node_get_object (expected));
    else if (g_str_equal (name, "has_reason"))
      assert_boolean (expected, rua_result_get_reason (result) != NULL);
    else if (JSON_NODE_HOLDS_NULL (expected))
      g_assert_false (number_of (result, name, &actual));
    else {
      g_assert_true (number_of (result, name, &actual));
      g_assert_cmpfloat_with_epsilon (actual, json_node_get_double (expected),
                                      1e-9 * MAX (1, fabs (json_node_get_double (expected))));
    }
  }
}

static gboolean
step_measure (RuaAlliance *alliance, const char *id, JsonObject *is, GError **error)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_autoptr (RuaResult) result = NULL;

  g_assert_nonnull (metric);
  result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, error);
  if (!result)
    return FALSE;
  if (is)
    assert_result (result, is);
  return TRUE;
}

static void check_refusal (JsonObject *step, gboolean done, GError *error);

/* Many metrics in one RuaMeasurement: what each comes to, group by group, or how it is refused. */
static gboolean
step_together (RuaAlliance *alliance, JsonArray *metrics, JsonArray *is)
{
  g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
  g_autoptr (GError) first = NULL;
  guint n = json_array_get_length (metrics);
  gboolean done, refused = FALSE;

  g_assert_cmpuint (n, ==, json_array_get_length (is));
  for (guint i = 0; i < n; i++) {
    JsonObject *line = json_array_get_object_element (metrics, i);
    g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", text_of (line, "metric"));
    g_auto (GStrv) by = json_object_has_member (line, "by") ? strings_of (json_object_get_array_member (line, "by")) : NULL;

    g_assert_cmpuint (rua_measurement_add (measurement, RUA_METRIC (metric), (const char *const *) by, text_of (line, "where")),
                      ==, i);
  }
  g_assert_cmpuint (rua_measurement_get_n_metrics (measurement), ==, n);
  done = rua_measurement_run (measurement, NULL, NULL, &first);
  for (guint i = 0; i < n; i++) {
    JsonNode *expected = json_array_get_element (is, i);
    g_autoptr (GError) refusal = NULL;
    g_autoptr (GListModel) results = rua_measurement_list_results (measurement, i, &refusal);

    if (JSON_NODE_HOLDS_OBJECT (expected)) {
      check_refusal (json_node_get_object (expected), results != NULL, refusal);
      /* The others come out all the same. */
      if (!refused)
        check_refusal (json_node_get_object (expected), done, first);
      refused = TRUE;
      continue;
    }
    g_assert_no_error (refusal);
    g_assert_cmpuint (g_list_model_get_n_items (results), ==, json_array_get_length (json_node_get_array (expected)));
    for (guint k = 0; k < g_list_model_get_n_items (results); k++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (results, k);

      assert_result (result, json_array_get_object_element (json_node_get_array (expected), k));
    }
  }
  g_assert_cmpint (done, ==, !refused);
  return TRUE;
}

static gboolean
step_check (RuaAlliance *alliance, const char *id, const char *is, GError **error)
{
  g_autoptr (RuaRecord) claim = rua_alliance_find (alliance, "claim", id);
  g_autoptr (RuaVerdict) verdict = NULL;

  g_assert_nonnull (claim);
  verdict = rua_claim_check (RUA_CLAIM (claim), alliance, NULL, error);
  if (!verdict)
    return FALSE;
  g_assert_cmpstr (rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)), ==, is);
  return TRUE;
}

static gboolean
take (RuaAlliance *alliance, JsonObject *step, GError **error)
{
  JsonNode *is = json_object_get_member (step, "is");
  g_autoptr (RuaRecord) record = NULL;

  if (json_object_has_member (step, "get"))
    return step_get (alliance, json_object_get_array_member (step, "get"), is);
  if (json_object_has_member (step, "set")) {
    JsonArray *where = json_object_get_array_member (step, "set");

    record = record_of (alliance, json_array_get_string_element (where, 0));
    return set_field (record, json_array_get_string_element (where, 1), json_object_get_member (step, "to"), error);
  }
  if (json_object_has_member (step, "add"))
    return step_add (alliance, text_of (step, "add"), json_object_get_object_member (step, "with"), error);
  if (json_object_has_member (step, "remove")) {
    record = record_of (alliance, text_of (step, "remove"));
    return rua_alliance_remove (alliance, record, error);
  }
  if (json_object_has_member (step, "count")) {
    g_assert_cmpint (rua_table_get_n_records (rua_alliance_get_table (alliance, text_of (step, "count"))), ==,
                     json_node_get_int (is));
    return TRUE;
  }
  if (json_object_has_member (step, "find")) {
    g_autofree char *kind = NULL;
    const char *key;

    split (text_of (step, "find"), &kind, &key);
    record = rua_alliance_find (alliance, kind, key);
    assert_boolean (is, record != NULL);
    return TRUE;
  }
  if (json_object_has_member (step, "measure"))
    return step_measure (alliance, text_of (step, "measure"), is ? json_node_get_object (is) : NULL, error);
  if (json_object_has_member (step, "together"))
    return step_together (alliance, json_object_get_array_member (step, "together"), json_node_get_array (is));
  if (json_object_has_member (step, "check"))
    return step_check (alliance, text_of (step, "check"), is ? json_node_get_string (is) : NULL, error);
  g_error ("no such step");
}

/* ---- cases ---- */

static void
check_refusal (JsonObject *step, gboolean done, GError *error)
{
  GEnumClass *codes = g_type_class_ref (RUA_TYPE_ERROR);
  g_autofree char *name = g_strconcat ("RUA_ERROR_", text_of (step, "refused"), NULL);
  GEnumValue *code = g_enum_get_value_by_name (codes, name);

  g_assert_nonnull (code);
  g_assert_false (done);
  /* A name that a C program asks for without an error to fill is simply not there. */
  if (!error)
    g_assert_cmpint (code->value, ==, RUA_ERROR_UNKNOWN_NAME);
  else {
    g_assert_error (error, RUA_ERROR, code->value);
    for (guint pass = 0; pass < 2; pass++) {
      const char *member = pass ? "hides" : "says";
      JsonArray *texts = json_object_has_member (step, member) ? json_object_get_array_member (step, member) : NULL;

      for (guint i = 0; texts && i < json_array_get_length (texts); i++) {
        const char *text = json_array_get_string_element (texts, i);

        if (!strstr (error->message, text) == !pass)
          g_error ("'%s' %s '%s'", error->message, pass ? "says" : "does not say", text);
      }
    }
  }
  g_type_class_unref (codes);
}

static void
add_own_fields (RuaAlliance *alliance, JsonArray *fields)
{
  GEnumClass *types = g_type_class_ref (RUA_TYPE_FIELD_TYPE);

  for (guint i = 0; i < json_array_get_length (fields); i++) {
    JsonArray *line = json_array_get_array_element (fields, i);
    GEnumValue *type = g_enum_get_value_by_nick (types, json_array_get_string_element (line, 2));
    g_autoptr (RuaField) field = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (type);
    field = rua_field_new (json_array_get_string_element (line, 1), type->value);
    if (json_array_get_length (line) > 3)
      rua_field_set_target (field, json_array_get_string_element (line, 3));
    rua_alliance_add_field (alliance, json_array_get_string_element (line, 0), field, &error);
    g_assert_no_error (error);
  }
  g_type_class_unref (types);
}

static RuaAlliance *
read_document (JsonNode *document, GError **error)
{
  g_autofree char *text = JSON_NODE_HOLDS_VALUE (document) ? json_node_dup_string (document)
                                                           : json_to_string (document, FALSE);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return rua_alliance_new_from_json (bytes, "vector.json", NULL, error);
}

static RuaAlliance *
build (JsonObject *vector)
{
  RuaAlliance *alliance = rua_alliance_new ();
  JsonArray *records = json_object_get_array_member (vector, "records");
  GError *error = NULL;

  if (json_object_has_member (vector, "fields"))
    add_own_fields (alliance, json_object_get_array_member (vector, "fields"));
  if (json_object_has_member (vector, "currency")) {
    g_autoptr (RuaProfile) profile = rua_profile_new ();

    rua_profile_set_title (profile, NULL, "Vector", &error);
    rua_profile_set_currency (profile, text_of (vector, "currency"), &error);
    rua_alliance_add (alliance, RUA_RECORD (profile), &error);
    g_assert_no_error (error);
  }
  for (guint i = 0; i < json_array_get_length (records); i++) {
    JsonArray *line = json_array_get_array_element (records, i);

    step_add (alliance, json_array_get_string_element (line, 0), json_array_get_object_element (line, 1), &error);
    g_assert_no_error (error);
  }
  return alliance;
}

static void
test_vector (gconstpointer data)
{
  JsonObject *vector = (JsonObject *) data;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) refusal = NULL;
  JsonArray *steps;

  if (json_object_has_member (vector, "document"))
    alliance = read_document (json_object_get_member (vector, "document"), &refusal);
  else
    alliance = build (vector);
  if (json_object_has_member (vector, "refused")) {
    check_refusal (vector, alliance != NULL, refusal);
    return;
  }
  g_assert_no_error (refusal);
  steps = json_object_get_array_member (vector, "steps");
  g_assert_cmpint (json_array_get_length (steps), >, 0);
  for (guint i = 0; i < json_array_get_length (steps); i++) {
    JsonObject *step = json_array_get_object_element (steps, i);
    g_autoptr (GError) error = NULL;
    g_autofree char *words = json_to_string (json_array_get_element (steps, i), FALSE);
    gboolean done;

    g_test_message ("%s", words);
    done = take (alliance, step, &error);
    if (json_object_has_member (step, "refused"))
      check_refusal (step, done, error);
    else {
      g_assert_no_error (error);
      g_assert_true (done);
    }
  }
}

static guint
add_file (const char *path)
{
  JsonParser *parser = json_parser_new ();
  g_autofree char *base = g_path_get_basename (path);
  JsonArray *vectors;
  GError *error = NULL;
  guint n;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  vectors = json_node_get_array (json_parser_get_root (parser));
  n = json_array_get_length (vectors);
  for (guint i = 0; i < n; i++) {
    JsonObject *vector = json_array_get_object_element (vectors, i);
    g_autofree char *name = g_strdup_printf ("/vectors/%s/%s", base, text_of (vector, "name"));

    g_test_add_data_func_full (name, json_object_ref (vector), test_vector, (GDestroyNotify) json_object_unref);
  }
  g_object_unref (parser);
  return n;
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  folder = g_test_build_filename (G_TEST_DIST, "vectors", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    if (g_str_has_suffix (name, ".json")) {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      n += add_file (path);
    }
  g_assert_cmpint (n, >, 0);
  return g_test_run ();
}
