/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-result-private.h"

#include <math.h>
#include <string.h>

static void
test_empty (void)
{
  g_autoptr (RuaResult) result = rua_result_new ("m", NULL, "mean");
  g_autoptr (GListModel) sources = rua_result_list_sources (result);
  double value = 5;

  g_assert_false (rua_result_get_estimate (result, &value));
  g_assert_false (rua_result_get_standard_error (result, &value));
  g_assert_false (rua_result_get_low (result, &value));
  g_assert_false (rua_result_get_high (result, &value));
  g_assert_false (rua_result_get_named (result, "n", &value));
  g_assert_cmpfloat (value, ==, 5);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_keys (result)), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_warnings (result)), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_missing_reasons (result)), ==, 0);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_possible_periods (result)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sources), ==, 0);
  g_assert_true (rua_unit_is_dimensionless (rua_result_get_unit (result)));
  g_assert_cmpfloat (rua_result_get_confidence (result), ==, 0.95);
}

static RuaResult *
filled (void)
{
  RuaResult *result = rua_result_new ("m", "A title", "mean");

  result->estimate = 8;
  result->se = 1;
  result->low = 6;
  result->high = 11;
  rua_result_put_named (result, "n", 40, NULL);
  rua_result_put_named (result, "sd", NAN, "only one record");
  rua_result_add_missing (result, "few", 2);
  rua_result_add_missing (result, "many", 7);
  rua_result_add_missing (result, "none", 0);
  rua_result_warn (result, "few %s", "clusters");
  rua_result_warn (result, "few clusters");
  rua_result_take_unit (result, rua_unit_new ("kg", NULL));
  rua_result_add_detail (result, "a detail");
  return result;
}

static void
test_filled (void)
{
  g_autoptr (RuaResult) result = filled ();
  const char *const *reasons = rua_result_get_missing_reasons (result);
  double value;

  g_assert_true (rua_result_get_estimate (result, &value));
  g_assert_cmpfloat (value, ==, 8);
  g_assert_true (rua_result_get_named (result, "n", &value));
  g_assert_cmpfloat (value, ==, 40);
  g_assert_false (rua_result_get_named (result, "sd", &value));
  g_assert_cmpstr (rua_result_get_named_reason (result, "sd"), ==, "only one record");
  g_assert_null (rua_result_get_named_reason (result, "n"));
  g_assert_null (rua_result_get_named_reason (result, "?"));
  g_assert_cmpstr (rua_result_get_keys (result)[1], ==, "sd");
  g_assert_cmpuint (g_strv_length ((char **) reasons), ==, 2);
  g_assert_cmpstr (reasons[0], ==, "many");
  g_assert_cmpuint (rua_result_get_n_missing_for (result, "few"), ==, 2);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_warnings (result)), ==, 1);
  /* asked for, and then added to */
  rua_result_warn (result, "another");
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_warnings (result)), ==, 2);
  g_assert_cmpstr (rua_result_get_warnings (result)[1], ==, "another");
}

static void
test_scale (void)
{
  g_autoptr (RuaResult) result = filled ();

  rua_result_scale (result, -2);
  g_assert_cmpfloat (result->estimate, ==, -16);
  g_assert_cmpfloat (result->se, ==, 2);
  g_assert_cmpfloat (result->low, ==, -22);
  g_assert_cmpfloat (result->high, ==, -12);
  rua_result_undefine (result, "because");
  g_assert_cmpstr (rua_result_get_reason (result), ==, "because");
  g_assert_true (isnan (result->low));
}

static void
test_copy (void)
{
  g_autoptr (RuaResult) result = filled ();
  g_autoptr (RuaResult) copy = rua_result_copy (result);
  g_autoptr (RuaExplanation) first = rua_result_explain (result);
  g_autoptr (RuaExplanation) second = rua_result_explain (copy);
  g_autofree char *a = rua_explanation_to_string (first);
  g_autofree char *b = rua_explanation_to_string (second);

  g_assert_cmpstr (a, ==, b);
  g_assert_nonnull (strstr (a, "m = 8 kg\n"));
  g_assert_nonnull (strstr (a, "95 % interval from 6 to 11 kg, standard error 1"));
  g_assert_nonnull (strstr (a, "7 left out: many"));
  g_assert_nonnull (strstr (a, "  a detail\n"));
  g_assert_nonnull (strstr (a, "note: few clusters"));
  g_assert_nonnull (strstr (a, "A title"));
}

/* Figures are shared with whoever made them; what is put afterwards is the result's own. */
static void
test_figures (void)
{
  g_autoptr (RuaResult) result = rua_result_new ("m", NULL, "mean");
  g_autoptr (RuaResult) copy = NULL;
  g_autoptr (RuaFigures) figures = rua_figures_new ();
  double value;

  rua_figures_put (figures, "mean", 3);
  rua_figures_undefined (figures, "sd", "one record");
  rua_result_set_figures (result, figures);
  copy = rua_result_copy (result);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_keys (result)), ==, 2);
  rua_result_put_named (result, "more", 4, NULL);
  g_assert_cmpuint (rua_figures_get_n (figures), ==, 2);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_keys (result)), ==, 3);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_keys (copy)), ==, 2);
  g_assert_true (rua_result_get_named (result, "mean", &value));
  g_assert_cmpfloat (value, ==, 3);
  g_assert_true (rua_result_has_named (copy, "sd"));
  g_assert_false (rua_result_has_named (copy, "more"));
  g_assert_cmpstr (rua_result_get_named_reason (copy, "sd"), ==, "one record");
}

static void
test_inputs (void)
{
  g_autoptr (RuaResult) result = rua_result_new ("m", NULL, "formula");
  g_autoptr (RuaResult) input = filled ();
  g_autoptr (RuaResult) copy = NULL;
  g_autoptr (GListModel) inputs = NULL;

  g_assert_cmpuint (rua_result_count (result->inputs), ==, 0);
  rua_result_add_input (result, input);
  rua_result_add_input (result, input);
  copy = rua_result_copy (result);
  rua_result_add_input (copy, copy->inputs == NULL ? input : result);
  inputs = rua_result_list_inputs (result);
  g_assert_cmpuint (g_list_model_get_n_items (inputs), ==, 1);
  g_assert_cmpuint (rua_result_count (copy->inputs), ==, 2);
}

static void
test_numbers (void)
{
  static const struct {
    double value;
    const char *text;
  } cases[] = {
    { 0, "0" },           { 407, "407" },     { 2.15890, "2.159" },  { 0.0012345, "0.001234" },
    { 3927.55, "3927.6" }, { -0.5, "-0.5" }, { 123456.78, "123456.8" }, { NAN, "undefined" },
    { 1e12, "1000000000000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = rua_result_format_number (cases[i].value);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_explanation (void)
{
  g_autoptr (RuaExplanation) tree = rua_explanation_new ("top");
  g_autoptr (RuaExplanation) child = rua_explanation_new ("second");
  RuaExplanation *first = rua_explanation_add_text (tree, "first");
  g_autoptr (GListModel) children = NULL;
  g_autofree char *text = NULL;

  rua_explanation_add_text (first, "below");
  rua_explanation_add (tree, child);
  children = rua_explanation_list_children (tree);
  g_assert_cmpuint (g_list_model_get_n_items (children), ==, 2);
  text = rua_explanation_to_string (tree);
  g_assert_cmpstr (text, ==, "top\n  first\n    below\n  second\n");
  g_assert_cmpstr (rua_explanation_get_text (tree), ==, "top");
}

/* What all results of a metric have in common is there once, and who changes it changes it for itself. */
static void
test_head (void)
{
  const char *const paths[] = { "site", "wave", NULL }, *const other[] = { "wave", NULL };
  const char *const labels[] = { "north", NULL }, *const later[] = { "1" };
  char title[] = "A title";
  RuaResultHead *head = rua_result_head_new ("m", title, "mean", "mean of income", paths);
  RuaResult *first = rua_result_new_under (head), *second = rua_result_new_under (head), *copy;
  char *word = rua_word_share ("income is unknown");
  const char *const *kept;

  rua_result_head_unref (head);
  title[0] = 'B';
  g_assert_cmpstr (first->head->title, ==, "A title");
  g_assert_true (first->head == second->head);
  rua_result_set_group_labels (first, labels, 2);
  rua_result_set_group_labels (second, labels, 2);
  rua_result_add_missing_word (first, word, 3);
  rua_result_add_missing (first, "weight is unknown", 4);
  rua_result_add_missing_word (second, word, 5);
  rua_result_add_missing_word (second, word, 0);
  rua_word_release (word);
  copy = rua_result_copy (first);
  g_assert_true (copy->head == first->head);
  rua_result_set_group_paths (second, other);
  rua_result_set_group_labels (second, later, 1);
  /* A method may be set to what it is. */
  rua_result_set_method (second, rua_result_get_method (second));
  g_assert_cmpstr (rua_result_get_method (second), ==, "mean of income");
  rua_result_set_method (second, "another");
  g_object_unref (first);
  kept = rua_result_get_group_paths (copy);
  g_assert_cmpuint (g_strv_length ((char **) kept), ==, 2);
  g_assert_cmpstr (kept[0], ==, "site");
  g_assert_cmpstr (kept[1], ==, "wave");
  g_assert_cmpstr (rua_result_get_group_label (copy, "site"), ==, "north");
  g_assert_null (rua_result_get_group_label (copy, "wave"));
  g_assert_cmpstr (rua_result_get_method (copy), ==, "mean of income");
  g_assert_cmpstr (rua_result_get_missing_reasons (copy)[0], ==, "weight is unknown");
  g_assert_cmpstr (rua_result_get_missing_reasons (copy)[1], ==, "income is unknown");
  g_assert_null (rua_result_get_missing_reasons (copy)[2]);
  g_assert_cmpstr (rua_result_get_metric (copy), ==, "m");
  g_object_unref (copy);
  g_assert_cmpstr (rua_result_get_method (second), ==, "another");
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_group_paths (second)), ==, 1);
  g_assert_cmpstr (rua_result_get_group_label (second, "wave"), ==, "1");
  g_assert_cmpstr (rua_result_get_missing_reasons (second)[0], ==, "income is unknown");
  g_assert_null (rua_result_get_missing_reasons (second)[1]);
  g_object_unref (second);
}

/* Lists that most results lack begin when there is something to keep, and hold each text once. */
static void
test_lists (void)
{
  g_autoptr (RuaResult) result = rua_result_new ("m", NULL, "reported");
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (RuaResult) copy = NULL;
  const char *const *periods;

  rua_result_take_warnings (result, NULL);
  g_assert_null (rua_result_get_warnings (result)[0]);
  rua_result_add_possible_period (result, "2014");
  g_assert_cmpstr (rua_result_get_possible_periods (result)[0], ==, "2014");
  /* After it was handed out. */
  rua_result_add_possible_period (result, "2015-06");
  rua_result_add_possible_period (result, "2014");
  periods = rua_result_get_possible_periods (result);
  g_assert_cmpuint (g_strv_length ((char **) periods), ==, 2);
  g_assert_cmpstr (periods[1], ==, "2015-06");
  g_ptr_array_add (texts, (gpointer) "one");
  g_ptr_array_add (texts, (gpointer) "two");
  g_ptr_array_add (texts, (gpointer) "one");
  g_ptr_array_add (texts, NULL);
  rua_result_take_warnings (result, texts);
  g_assert_cmpuint (g_strv_length ((char **) rua_result_get_warnings (result)), ==, 2);
  copy = rua_result_copy (result);
  g_assert_cmpstr (rua_result_get_warnings (copy)[1], ==, "two");
  g_assert_cmpstr (rua_result_get_possible_periods (copy)[1], ==, "2015-06");
}

/* What most have at most has room in the result, and more elsewhere. */
static void
test_reasons (void)
{
  static const char *const reasons[] = { "a", "b", "c", "d", "e" };
  static const guint64 counts[] = { 3, 9, 5, 7, 5 };
  static const char *const in_order[] = { "b", "d", "c", "e", "a" };
  g_autoptr (RuaFigures) figures = rua_figures_new ();
  guint n;

  for (guint most = 0; most <= G_N_ELEMENTS (reasons); most++) {
    g_autoptr (RuaResult) result = rua_result_new ("m", NULL, "mean"), copy = NULL;
    const char *const *told;
    guint at = 0;

    for (guint i = 0; i < most; i++)
      rua_result_add_missing (result, reasons[i], counts[i]);
    copy = rua_result_copy (result);
    for (guint which = 0; which < 2; which++) {
      RuaResult *of = which > 0 ? copy : result;

      told = rua_result_get_missing_reasons (of);
      g_assert_cmpuint (g_strv_length ((char **) told), ==, most);
      at = 0;
      for (guint i = 0; i < G_N_ELEMENTS (in_order); i++) {
        guint given = (guint) (in_order[i][0] - 'a');

        if (given >= most)
          continue;
        g_assert_cmpstr (told[at++], ==, in_order[i]);
        g_assert_cmpuint (rua_result_get_n_missing_for (of, in_order[i]), ==, counts[given]);
      }
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++) {
    const RuaMissing *missing;

    rua_figures_add_missing (figures, reasons[i], counts[i]);
    missing = rua_figures_get_missing (figures, &n);
    g_assert_cmpuint (n, ==, i + 1);
    for (guint k = 0; k <= i; k++) {
      g_assert_cmpstr (missing[k].role, ==, reasons[k]);
      g_assert_cmpuint (missing[k].n, ==, counts[k]);
    }
  }
}

/* The digest of a group is told when it is asked for: that of all groups, and the labels, an unknown one apart. */
static void
test_digest (void)
{
  const char *const paths[] = { "a", "b", NULL }, *const labels[] = { "x", NULL }, *const known[] = { "x", "" };
  g_autoptr (RuaResultHead) head = rua_result_head_new ("m", NULL, "mean", NULL, paths);
  g_autoptr (RuaResult) result = NULL, other = NULL, public = NULL, named = NULL;
  g_autofree char *expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) "all=x\0?", 7);

  head->digest = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (head->digest, (const guchar *) "all", 3);
  result = rua_result_new_under (head);
  rua_result_set_group_labels (result, labels, 2);
  g_assert_cmpstr (rua_result_get_digest (result), ==, expected);
  g_assert_true (rua_result_get_digest (result) == rua_result_get_digest (result));
  other = rua_result_new_under (head);
  rua_result_set_group_labels (other, known, 2);
  g_assert_cmpstr (rua_result_get_digest (other), !=, expected);
  public = rua_result_new_under (head);
  rua_result_set_group_labels (public, labels, 2);
  public->is_public = TRUE;
  g_assert_null (rua_result_get_digest (public));
  /* Another method, or another name of the group, is no other input. */
  named = rua_result_new_under (head);
  rua_result_set_group_labels (named, labels, 2);
  rua_result_set_method (named, "of its own");
  rua_result_set_group_paths (named, &paths[1]);
  rua_result_set_group_labels (named, &known[1], 1);
  g_assert_cmpstr (rua_result_get_digest (named), ==, expected);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result/empty", test_empty);
  g_test_add_func ("/result/filled", test_filled);
  g_test_add_func ("/result/scale", test_scale);
  g_test_add_func ("/result/copy", test_copy);
  g_test_add_func ("/result/figures", test_figures);
  g_test_add_func ("/result/inputs", test_inputs);
  g_test_add_func ("/result/numbers", test_numbers);
  g_test_add_func ("/result/head", test_head);
  g_test_add_func ("/result/lists", test_lists);
  g_test_add_func ("/result/reasons", test_reasons);
  g_test_add_func ("/result/digest", test_digest);
  g_test_add_func ("/explanation/tree", test_explanation);
  return g_test_run ();
}
