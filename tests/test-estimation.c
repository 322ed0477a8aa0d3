/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An estimator set up once and run often: its options, and which figures are asked for. */
#include "rua-estimator-private.h"

#include <math.h>
#include <string.h>

#include "rua-estimate.h"
#include "figure.h"

static JsonObject *
parse (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);

  return json_object_ref (json_node_get_object (node));
}

static RuaEstimation *
setup (const char *name, const char *options, const char *estimate, GError **error)
{
  g_autoptr (JsonObject) object = options != NULL ? parse (options) : NULL;

  return rua_estimation_new (rua_estimator_find (name), object, estimate, error);
}

static const double values[] = { 3, 1, 4, 1, 5, 9, 2, 6 };
static const RuaInputColumn value_column = { .role = "value", .name = "x", .values = values };
static const RuaInput input = { .n_rows = 8, .columns = &value_column, .n_columns = 1 };

/* Of a group's rows the codes are those of the whole table, which may have far more of them: what they are does not count,
 * only which are the same. There are enough of them to meet in any table. */
static void
test_many_codes (void)
{
  static const gint32 steps[] = { 1, 16, 1000, 4096, 8191 };
  enum { N_ROWS = 1500, N_OWN = 700 };
  const guint n_codes = G_MAXINT32;
  const char *const label = "one";
  gint32 codes[N_ROWS];
  double x[N_ROWS], want = NAN;
  RuaInputColumn columns[] = {
    { .role = "value", .name = "x", .values = x },
    { .role = "cluster", .name = "c", .codes = codes, .labels = &label },
  };
  RuaInput data = { .n_rows = N_ROWS, .columns = columns, .n_columns = 2 };

  for (guint i = 0; i < N_ROWS; i++)
    x[i] = i * 7919 % 1009;
  for (gsize s = 0; s < G_N_ELEMENTS (steps); s++) {
    g_autoptr (RuaFigures) figures = NULL;
    g_autoptr (GError) error = NULL;

    for (guint i = 0; i < N_ROWS; i++) {
      gint32 own = (gint32) (i * 31 % N_OWN);

      codes[i] = s == 0 ? own : own * (own + 1) / 2 * steps[s];
    }
    /* Nobody asks what they are called. */
    columns[1].n_labels = s == 0 ? N_OWN : n_codes;
    figures = rua_estimator_run (rua_estimator_find ("icc"), &data, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    if (s == 0)
      want = figure (figures, "icc");
    g_assert_true (isfinite (want));
    g_assert_cmpfloat (figure (figures, "icc"), ==, want);
    g_assert_cmpfloat (figure (figures, "n_clusters"), ==, N_OWN);
  }
}

/* One setting up, many runs: the same as each run on its own. */
static void
test_again (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaEstimation) self
    = setup ("quantile", "{\"probs\":[0.1,0.5],\"type\":6}", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (rua_estimation_get_estimator (self)->name, ==, "quantile");
  for (guint n = 1; n <= 8; n++) {
    RuaInput part = input;
    g_autoptr (RuaFigures) here = NULL, alone = NULL;
    g_autoptr (JsonObject) options = parse ("{\"probs\":[0.1,0.5],\"type\":6}");

    part.n_rows = n;
    here = rua_estimation_run (self, &part, NULL, NULL, &error);
    g_assert_no_error (error);
    alone = rua_estimator_run (rua_estimator_find ("quantile"), &part, NULL, options, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rua_figures_get_n (here), ==, 3);
    for (guint i = 0; i < 3; i++) {
      g_assert_cmpstr (rua_figures_get_nth (here, i)->key, ==,
                       rua_figures_get_nth (alone, i)->key);
      g_assert_cmpfloat (rua_figures_get_nth (here, i)->value, ==,
                         rua_figures_get_nth (alone, i)->value);
    }
  }
}

static void
test_chosen (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaEstimation) one = setup ("mean", "{\"figures\":[\"sd\"]}", NULL, &error);
  g_autoptr (RuaEstimation) other = setup ("mean", "{\"figures\":[\"n\"]}", "max", &error);
  g_autoptr (RuaEstimation) family
    = setup ("quantile", "{\"figures\":[\"q[\"],\"probs\":[0,1]}", NULL, &error);
  g_autoptr (RuaFigures) figures = NULL;

  g_assert_no_error (error);
  figures = rua_estimation_run (one, &input, NULL, NULL, &error);
  g_assert_no_error (error);
  /* The estimate is there in any case, in its place. */
  g_assert_cmpuint (rua_figures_get_n (figures), ==, 2);
  g_assert_cmpstr (rua_figures_get_nth (figures, 0)->key, ==, "mean");
  g_assert_cmpstr (rua_figures_get_nth (figures, 1)->key, ==, "sd");
  g_clear_pointer (&figures, rua_figures_free);
  figures = rua_estimation_run (other, &input, NULL, NULL, &error);
  g_assert_cmpuint (rua_figures_get_n (figures), ==, 2);
  g_assert_cmpfloat (figure (figures, "n"), ==, 8);
  g_assert_cmpfloat (figure (figures, "max"), ==, 9);
  g_clear_pointer (&figures, rua_figures_free);
  figures = rua_estimation_run (family, &input, NULL, NULL, &error);
  g_assert_cmpuint (rua_figures_get_n (figures), ==, 2);
  g_assert_cmpfloat (figure (figures, "q[0]"), ==, 1);
  g_assert_cmpfloat (figure (figures, "q[1]"), ==, 9);
}

static void
test_refused (void)
{
  static const struct {
    const char *options;
    RuaError code;
    const char *words[3];
  } cases[] = {
    { "{\"figures\":[\"meen\"]}", RUA_ERROR_UNKNOWN_NAME, { "“meen”", "mean", NULL } },
    { "{\"figures\":[\"q[0.5]\"]}", RUA_ERROR_UNKNOWN_NAME, { "q[0.5]", "ci_low", NULL } },
    { "{\"figures\":[]}", RUA_ERROR_VALUE, { "figures", "[\"mean\"]", NULL } },
    { "{\"figures\":\"mean\"}", RUA_ERROR_VALUE, { "list", NULL } },
    { "{\"figures\":[1]}", RUA_ERROR_VALUE, { "list", NULL } },
    { "{\"figure\":[\"mean\"]}", RUA_ERROR_UNKNOWN_NAME, { "ci_level, figures", NULL } },
    { "{\"ci_level\":2}", RUA_ERROR_VALUE, { "ci_level", "below 1", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (setup ("mean", cases[i].options, NULL, &error));
    g_assert_error (error, RUA_ERROR, (int) cases[i].code);
    for (guint k = 0; cases[i].words[k] != NULL; k++)
      if (strstr (error->message, cases[i].words[k]) == NULL)
        g_error ("“%s” does not say “%s”", error->message, cases[i].words[k]);
  }
}

/* A figure of a family that the other options do not ask for is not left out without a word. */
static void
test_lacking (void)
{
  static const RuaInput nothing = { .n_rows = 0, .columns = &value_column, .n_columns = 1 };
  g_autoptr (JsonObject) options = parse ("{\"figures\":[\"q[0.5]\",\"q[0.9]\"],\"probs\":[0.5]}"),
                         years = parse ("{\"figures\":[\"deflator[2016]\"],\"years\":[2014,2015],\"rates\":[2],"
                                        "\"base_year\":2014}");
  const RuaEstimator *quantile = rua_estimator_find ("quantile");
  g_autoptr (RuaFigures) figures = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_estimator_run (quantile, &input, NULL, options, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_assert_cmpstr (error->message, ==,
                   "quantile: option \"figures\" names “q[0.9]”, which these options and records do not give");
  g_clear_error (&error);
  g_assert_null (rua_estimator_run (rua_estimator_find ("deflate"), NULL, NULL, years, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_clear_error (&error);
  figures = rua_estimator_run (quantile, &nothing, NULL, options, NULL, &error);
  g_assert_no_error (error);
}

static void
test_wanted (void)
{
  static const char *const some[] = { "n", "q[", "att[2016]", NULL };

  g_assert_true (rua_figure_is_wanted (NULL, "any"));
  g_assert_true (rua_figure_is_wanted (some, "n"));
  g_assert_false (rua_figure_is_wanted (some, "n_used"));
  g_assert_false (rua_figure_is_wanted (some, ""));
  g_assert_true (rua_figure_is_wanted (some, "q[0.5]"));
  g_assert_true (rua_figure_is_wanted (some, "q["));
  g_assert_false (rua_figure_is_wanted (some, "q"));
  g_assert_true (rua_figure_is_wanted (some, "att["));
  g_assert_true (rua_figure_is_wanted (some, "att[2016]"));
  g_assert_false (rua_figure_is_wanted (some, "att[2017]"));
}

/* More figures and longer texts than a block holds, and found among many. */
static void
test_many (void)
{
  g_autoptr (RuaFigures) figures = rua_figures_new ();
  g_autoptr (RuaFigures) shared = NULL;
  g_autoptr (GString) longer = g_string_new ("x");
  guint n_warnings;

  for (guint i = 0; i < 500; i++) {
    g_string_append_c (longer, 'a' + i % 26);
    rua_figures_put_nth (figures, "a", i, i, NULL);
    rua_figures_put_at (figures, "b", longer->str, -(double) i, i % 3 == 0 ? longer->str : NULL);
    if (i == 10)
      g_assert_cmpfloat (figure (figures, "a[10]"), ==, 10);
  }
  rua_figures_put (figures, "a[7]", 70); /* the last of a key counts */
  rua_figures_put (figures, "large", INFINITY);
  g_assert_null (rua_figures_get_warnings (figures, &n_warnings));
  g_assert_cmpuint (n_warnings, ==, 0);
  rua_figures_warn (figures, "%d of %s", 3, "them");
  g_assert_cmpstr (rua_figures_get_warnings (figures, &n_warnings)[0], ==, "3 of them");
  shared = rua_figures_ref (figures);
  g_assert_cmpuint (rua_figures_get_n (shared), ==, 1002);
  g_assert_cmpfloat (figure (shared, "a[7]"), ==, 70);
  g_assert_cmpstr (rua_figures_find (shared, "large")->reason, ==,
                   "the result is beyond the range of numbers");
  g_assert_true (isnan (rua_figures_find (shared, "large")->value));
  g_string_truncate (longer, 1);
  for (guint i = 0; i < 500; i++) {
    g_autofree char *key = NULL;
    const RuaFigure *found;

    g_string_append_c (longer, 'a' + i % 26);
    key = g_strdup_printf ("b[%s]", longer->str);
    found = rua_figures_find (shared, key);
    g_assert_nonnull (found);
    g_assert_cmpstr (found->reason, ==, i % 3 == 0 ? longer->str : NULL);
    if (i % 3 != 0)
      g_assert_cmpfloat (found->value, ==, -(double) i);
  }
}

/* Whatever the reference cases make an estimator give, it says that it gives. */
static void
test_keys_are_told (void)
{
  g_autofree char *folder
    = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "tests", "conformance", NULL);
  g_autofree char *cases = g_build_filename (folder, "cases", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (cases, 0, &error);
  const char *name;
  guint n_seen = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (cases, name, NULL);
    g_autofree char *text = NULL, *answer = NULL;
    g_autoptr (JsonNode) request = NULL, told = NULL;
    const RuaEstimator *estimator;
    g_auto (GStrv) keys = NULL;
    JsonObjectIter iter;
    const char *key;
    gboolean refused;

    g_assert_true (g_file_get_contents (path, &text, NULL, &error));
    request = json_from_string (text, &error);
    g_assert_no_error (error);
    answer = rua_estimate_request (text, data, &refused, NULL, &error);
    g_assert_no_error (error);
    if (refused)
      continue;
    estimator = rua_estimator_find (
      json_object_get_string_member (json_node_get_object (request), "metric"));
    keys = g_strsplit (rua_estimator_get_keys (estimator), " ", -1);
    told = json_from_string (answer, NULL);
    json_object_iter_init (
      &iter, json_object_get_object_member (json_node_get_object (told), "values"));
    while (json_object_iter_next (&iter, &key, NULL)) {
      const char *bracket = strchr (key, '[');
      g_autofree char *stem
        = bracket != NULL ? g_strndup (key, bracket - key + 1) : g_strdup (key);

      if (!g_strv_contains ((const char *const *) keys, stem))
        g_error ("%s gives %s and does not say so", estimator->name, key);
      n_seen++;
    }
  }
  g_assert_cmpuint (n_seen, >, 100);
}

static void
test_main_keys_are_told (void)
{
  guint n;
  const RuaEstimator *const *all = rua_estimator_list (&n);

  for (guint i = 0; i < n; i++) {
    const char *const main[]
      = { all[i]->estimate, all[i]->se, all[i]->low, all[i]->high, all[i]->n };
    g_auto (GStrv) keys = g_strsplit (rua_estimator_get_keys (all[i]), " ", -1);

    g_assert_cmpuint (g_strv_length (keys), >, 0);
    for (guint k = 0; k < G_N_ELEMENTS (main); k++)
      if (main[k] != NULL && !g_strv_contains ((const char *const *) keys, main[k]))
        g_error ("%s does not say that it gives %s", all[i]->name, main[k]);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/estimation/again", test_again);
  g_test_add_func ("/estimation/many-codes", test_many_codes);
  g_test_add_func ("/estimation/figures/chosen", test_chosen);
  g_test_add_func ("/estimation/figures/lacking", test_lacking);
  g_test_add_func ("/estimation/figures/wanted", test_wanted);
  g_test_add_func ("/estimation/figures/many", test_many);
  g_test_add_func ("/estimation/figures/told", test_keys_are_told);
  g_test_add_func ("/estimation/figures/main", test_main_keys_are_told);
  g_test_add_func ("/estimation/refused", test_refused);
  return g_test_run ();
}
