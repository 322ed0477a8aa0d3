/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-results.h"

#include "rua-result-private.h"
#include "rua-words-private.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

static RuaResult *
make (const char *metric, double estimate, double se, double low, double high, const char *unit)
{
  RuaResult *result = rua_result_new (metric, NULL, "mean");

  result->estimate = estimate;
  result->se = se;
  result->low = low;
  result->high = high;
  result->confidence = 0.95;
  g_clear_pointer (&result->unit, rua_unit_unref);
  result->unit = rua_unit_new (unit, NULL);
  result->basis = RUA_RESULT_BASIS_RECORDS;
  result->n_eligible = 45;
  result->n_used = 43;
  return result;
}

static void
set_group (RuaResult *result, const char *path, const char *label)
{
  const char *paths[] = { path, NULL };

  rua_result_set_group_paths (result, paths);
  rua_result_set_group_labels (result, &label, 1);
}

static GListModel *
sample (void)
{
  GListStore *list = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (RuaResult) ratio = make ("income.ratio", 2.159, 0.1, 1.9, 2.4, "1"), formula = make ("a", 3, NAN, NAN, NAN, "person");
  g_autoptr (RuaResult) unknown = make ("income.share", NAN, NAN, NAN, NAN, "%");

  set_group (formula, "site", "=HYPERLINK(\"x\")");
  rua_result_warn (formula, "two, \"three\"");
  rua_result_undefine (unknown, "no row is eligible");
  g_list_store_append (list, ratio);
  g_list_store_append (list, formula);
  g_list_store_append (list, unknown);
  return G_LIST_MODEL (list);
}

static void
test_json (void)
{
  static const char *const members[] = { "metric", "group", "estimate", "se", "low", "high", "n", "missing", "unit", "warnings", "digest" };
  g_autoptr (GListModel) results = sample ();
  g_autofree char *text = rua_results_to_json (results);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonArray *array = json_node_get_array (node);
  JsonObject *first = json_array_get_object_element (array, 0), *second = json_array_get_object_element (array, 1), *third = json_array_get_object_element (array, 2);
  g_autoptr (GList) names = json_object_get_members (first);
  guint i = 0;

  g_assert_cmpuint (json_array_get_length (array), ==, 3);
  for (GList *l = names; l; l = l->next)
    g_assert_cmpstr (l->data, ==, members[i++]);
  g_assert_cmpuint (i, ==, G_N_ELEMENTS (members));
  g_assert_cmpfloat (json_object_get_double_member (first, "estimate"), ==, 2.159);
  g_assert_cmpint (json_object_get_int_member (first, "n"), ==, 43);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (second, "group"), "site"), ==, "=HYPERLINK(\"x\")");
  g_assert_true (json_object_get_null_member (second, "se"));
  g_assert_true (json_object_get_null_member (third, "estimate"));
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (third, "warnings"), 0), ==, "no row is eligible");
}

/* Reads one record of RFC 4180. */
static GPtrArray *
read_record (const char **p)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

  for (;;) {
    GString *cell = g_string_new (NULL);
    gboolean quoted = **p == '"';

    *p += quoted;
    while (**p && (quoted || (**p != ',' && **p != '\n'))) {
      if (quoted && **p == '"') {
        ++*p;
        if (**p != '"')
          break;
      }
      g_string_append_c (cell, *(*p)++);
    }
    g_ptr_array_add (cells, g_string_free (cell, FALSE));
    if (**p != ',') {
      *p += **p == '\n';
      return cells;
    }
    ++*p;
  }
}

static void
test_csv (void)
{
  static const char *const head[] = { "metric", "site", "estimate", "se", "low", "high", "n", "missing", "unit", "warnings", "digest" };
  g_autoptr (GListModel) results = sample ();
  g_autofree char *text = rua_results_to_csv (results);
  const char *p = text;
  g_autoptr (GPtrArray) titles = read_record (&p), first = read_record (&p), second = read_record (&p), third = read_record (&p);

  g_assert_cmpuint (titles->len, ==, G_N_ELEMENTS (head));
  for (guint i = 0; i < titles->len; i++)
    g_assert_cmpstr (g_ptr_array_index (titles, i), ==, head[i]);
  g_assert_cmpuint (first->len, ==, titles->len);
  g_assert_cmpuint (second->len, ==, titles->len);
  g_assert_cmpuint (third->len, ==, titles->len);
  g_assert_cmpstr (p, ==, "");
  g_assert_cmpstr (g_ptr_array_index (first, 1), ==, "");
  g_assert_cmpstr (g_ptr_array_index (first, 2), ==, "2.159");
  g_assert_cmpstr (g_ptr_array_index (first, 6), ==, "43");
  /* No spreadsheet runs it; what is unknown is empty and not 0. */
  g_assert_cmpstr (g_ptr_array_index (second, 1), ==, "'=HYPERLINK(\"x\")");
  g_assert_cmpstr (g_ptr_array_index (second, 3), ==, "");
  g_assert_cmpstr (g_ptr_array_index (second, 9), ==, "two, \"three\"");
  g_assert_cmpstr (g_ptr_array_index (third, 2), ==, "");
  g_assert_cmpstr (g_ptr_array_index (third, 9), ==, "no row is eligible");
}

static void
test_formulas (void)
{
  static const char *const labels[][2] = {
    { "=1", "'=1" }, { "+1", "'+1" }, { "-1", "'-1" }, { "@x", "'@x" }, { "\tx", "'\tx" }, { "plain", "plain" }, { "a=b", "a=b" }, { " x ", " x " },
    { "line\nend", "line\nend" }, { NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++) {
    g_autoptr (GListStore) list = g_list_store_new (RUA_TYPE_RESULT);
    g_autoptr (RuaResult) result = make ("m", 1, NAN, NAN, NAN, "1");
    g_autofree char *text = NULL;
    const char *p;

    set_group (result, "site", labels[i][0]);
    g_list_store_append (list, result);
    text = rua_results_to_csv (G_LIST_MODEL (list));
    p = text;
    g_ptr_array_unref (read_record (&p));
    {
      g_autoptr (GPtrArray) row = read_record (&p);

      g_assert_cmpstr (g_ptr_array_index (row, 1), ==, labels[i][1]);
    }
  }
}

/* A group of an empty text is another than the one of which nothing is known. */
static void
test_empty_label (void)
{
  g_autoptr (GListStore) list = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (RuaResult) empty = make ("m", 1, NAN, NAN, NAN, "1"), unknown = make ("m", 2, NAN, NAN, NAN, "1");
  g_autofree char *text = NULL;

  set_group (empty, "site", "");
  set_group (unknown, "site", NULL);
  g_list_store_append (list, empty);
  g_list_store_append (list, unknown);
  text = rua_results_to_csv (G_LIST_MODEL (list));
  g_assert_nonnull (strstr (text, "\nm,\"\",1,,,,43,0,1,"));
  g_assert_nonnull (strstr (text, "\nm,,2,,,,43,0,1,"));
}

static void
test_text (void)
{
  g_autoptr (GListModel) results = sample ();
  g_autofree char *text = rua_results_to_text (results, NULL, NULL, 78, FALSE);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_nonnull (strstr (text, "2.16"));
  g_assert_nonnull (strstr (text, "1.9 to 2.4"));
  g_assert_nonnull (strstr (text, "95% interval"));
  g_assert_null (strstr (text, "(95%)"));
  g_assert_nonnull (strstr (text, "43 of 45"));
  g_assert_nonnull (strstr (text, "not known"));
  g_assert_nonnull (strstr (text, "3 people"));
  g_assert_nonnull (strstr (text, "income.share: no row is eligible"));
  for (guint i = 0; lines[i]; i++)
    g_assert_cmpuint (rua_text_width (lines[i]), <=, 78);
}

static void
test_none (void)
{
  g_autoptr (GListStore) list = g_list_store_new (RUA_TYPE_RESULT);
  g_autofree char *json = rua_results_to_json (G_LIST_MODEL (list)), *csv = rua_results_to_csv (G_LIST_MODEL (list));

  g_assert_cmpstr (json, ==, "[]\n");
  g_assert_cmpstr (csv, ==, "metric,estimate,se,low,high,n,missing,unit,warnings,digest\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/json", test_json);
  g_test_add_func ("/results/csv", test_csv);
  g_test_add_func ("/results/csv/formulas", test_formulas);
  g_test_add_func ("/results/csv/empty-label", test_empty_label);
  g_test_add_func ("/results/text", test_text);
  g_test_add_func ("/results/none", test_none);
  return g_test_run ();
}
