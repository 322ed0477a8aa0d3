/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reference cases: a request, and the values every implementation must give. The cases that
 * may be copied stand in tests/conformance, beside others whose values were worked out from the
 * definitions (see README.md there); the whole set of references is run where it lies beside the
 * sources. One line of output a case. */
#include "rua-estimate.h"

#include <json-glib/json-glib.h>
#include <math.h>

typedef struct {
  char *file;
  char *data;
} Case;

static void
case_free (Case *self)
{
  g_free (self->file);
  g_free (self->data);
  g_free (self);
}

static gboolean
near (double got, double want, JsonObject *tolerance)
{
  return fabs (got - want) <= json_object_get_double_member (tolerance, "abs")
                                + json_object_get_double_member (tolerance, "rel") * fabs (want);
}

static void
compare (JsonObject *values, JsonObject *wanted, JsonObject *tolerance, gboolean optional)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *want;

  json_object_iter_init_ordered (&iter, wanted);
  while (json_object_iter_next_ordered (&iter, &key, &want)) {
    JsonNode *got = json_object_get_member (values, key);

    if (got == NULL) {
      if (!optional)
        g_test_fail_printf ("%s is not given", key);
    } else if (JSON_NODE_HOLDS_NULL (want) || JSON_NODE_HOLDS_NULL (got)) {
      if (!JSON_NODE_HOLDS_NULL (want))
        g_test_fail_printf ("%s is undefined instead of %.17g", key, json_node_get_double (want));
      else if (!JSON_NODE_HOLDS_NULL (got))
        g_test_fail_printf ("%s is %.17g instead of undefined", key, json_node_get_double (got));
    } else if (!near (json_node_get_double (got), json_node_get_double (want), tolerance)) {
      g_test_fail_printf ("%s is %.17g instead of %.17g", key, json_node_get_double (got),
                          json_node_get_double (want));
    }
  }
}

static void
test_case (gconstpointer user_data)
{
  const Case *self = user_data;
  JsonParser *parser = json_parser_new (), *answers = json_parser_new ();
  GError *error = NULL;
  gboolean refused;
  char *text, *answer;
  JsonObject *request, *given;

  g_file_get_contents (self->file, &text, NULL, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  request = json_node_get_object (json_parser_get_root (parser));
  answer = rua_estimate_request (text, self->data, &refused, NULL, &error);
  g_assert_no_error (error);
  json_parser_load_from_data (answers, answer, -1, &error);
  g_assert_no_error (error);
  given = json_node_get_object (json_parser_get_root (answers));
  if (g_str_equal (json_object_get_string_member (request, "expected_status"), "refused")) {
    if (!refused || !g_str_equal (json_object_get_string_member (given, "status"), "refused"))
      g_test_fail_printf ("not refused: %s", answer);
    else if (strlen (json_object_get_string_member (given, "message")) < 20)
      g_test_fail_printf ("refused without a cause: %s", answer);
  } else if (refused) {
    g_test_fail_printf ("%s", json_object_get_string_member (given, "message"));
  } else {
    JsonObject *values = json_object_get_object_member (given, "values");
    JsonObject *tolerance = json_object_get_object_member (request, "tolerance");
    JsonObjectIter iter;
    const char *key;
    JsonNode *node;

    compare (values, json_object_get_object_member (request, "expected"), tolerance, FALSE);
    if (json_object_has_member (request, "expected_variants"))
      compare (values, json_object_get_object_member (request, "expected_variants"), tolerance,
               TRUE);
    /* Whatever is undefined says why. */
    json_object_iter_init_ordered (&iter, values);
    while (json_object_iter_next_ordered (&iter, &key, &node))
      if (JSON_NODE_HOLDS_NULL (node)
          && !json_object_has_member (json_object_get_object_member (given, "undefined"), key))
        g_test_fail_printf ("%s is undefined without a reason", key);
  }
  g_free (answer);
  g_free (text);
  g_object_unref (answers);
  g_object_unref (parser);
}

/* Adds every case of a set; FALSE when the set is not there. */
static gboolean
add_set (const char *name, const char *folder)
{
  char *index = g_build_filename (folder, "index.json", NULL);
  JsonParser *parser = json_parser_new ();
  JsonArray *cases;

  if (!json_parser_load_from_file (parser, index, NULL)) {
    g_object_unref (parser);
    g_free (index);
    return FALSE;
  }
  cases
    = json_object_get_array_member (json_node_get_object (json_parser_get_root (parser)), "cases");
  for (guint i = 0; i < json_array_get_length (cases); i++) {
    JsonObject *entry = json_array_get_object_element (cases, i);
    Case *one;
    char *path;

    one = g_new (Case, 1);
    path
      = g_strdup_printf ("/conformance/%s/%s", name, json_object_get_string_member (entry, "name"));
    one->file = g_build_filename (folder, json_object_get_string_member (entry, "file"), NULL);
    one->data = g_build_filename (folder, "data", NULL);
    g_test_add_data_func_full (path, one, test_case, (GDestroyNotify)case_free);
    g_free (path);
  }
  g_object_unref (parser);
  g_free (index);
  return TRUE;
}

static void
test_set_is_there (void)
{
  char *index = g_test_build_filename (G_TEST_DIST, "conformance", "index.json", NULL);
  char *derived = g_test_build_filename (G_TEST_DIST, "conformance", "derived", "index.json", NULL);

  g_assert_true (g_file_test (index, G_FILE_TEST_IS_REGULAR));
  g_assert_true (g_file_test (derived, G_FILE_TEST_IS_REGULAR));
  g_free (derived);
  g_free (index);
}

int
main (int argc, char **argv)
{
  const char *root = g_getenv ("RUA_SOURCE_ROOT");
  char *folder;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conformance/set-is-there", test_set_is_there);
  folder = g_test_build_filename (G_TEST_DIST, "conformance", NULL);
  add_set ("copied", folder);
  g_free (folder);
  folder = g_test_build_filename (G_TEST_DIST, "conformance", "derived", NULL);
  add_set ("derived", folder);
  g_free (folder);
  if (root != NULL) {
    folder = g_build_filename (root, "..", "shared", "reference", NULL);
    add_set ("whole", folder);
    g_free (folder);
  }
  return g_test_run ();
}
