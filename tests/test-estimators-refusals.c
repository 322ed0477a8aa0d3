/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every estimator refuses, found from its description: a request that is answered is broken in
 * one place at a time, and each time the message must name that place. */
#include "estimate-ask.h"

#include <string.h>

#include "rua-estimate.h"

typedef struct {
  const char *metric;
  const char *columns; /* NULL: it reads no table; a name is the kind of its values, see header[] */
  const char *options; /* without braces; NULL: none */
  const char *nodes;
} Base;

/* One column of each kind: numbers, ascending years, flags, weights, labels, p-values. */
#define CSV                                                                                        \
  "num,pos,year,flag,turn,wt,lab,own,p,left,right,first,pop\n"                                     \
  "3.5,2,2014,0,0,1,a,r1,0.5,u,x,0,90\n1.5,4,2015,0,1,2,a,r2,0.01,u,y,0,90\n"                      \
  "2.5,3,2014,1,0,1,b,r3,0.2,v,x,2015,90\n7.5,9,2015,1,1,1.5,b,r4,0.9,v,y,2015,90\n"               \
  "4.5,6,2014,0,0,1,c,r5,0.3,v,z,0,90\n6.5,5,2015,1,1,1,d,r6,0.04,u,z,2015,90\n"
#define NODES "node,side,group\nu,l,A\nv,l,B\nx,r,A\ny,r,B\nz,r,A\n"
#define PANEL "\"unit\":\"lab\",\"period\":\"year\",\"outcome\":\"pos\""

static const Base bases[] = {
  { "count", "\"value\":\"num\"", NULL, NULL },
  { "total", "\"value\":\"num\",\"weight\":\"wt\"", NULL, NULL },
  { "mean", "\"value\":\"num\"", "\"ci_level\":0.9", NULL },
  { "geometric_mean", "\"value\":\"pos\"", NULL, NULL },
  { "trimmed_mean", "\"value\":\"num\"", "\"trim\":0.1", NULL },
  { "quantile", "\"value\":\"num\"", "\"probs\":[0.5],\"type\":7", NULL },
  { "weighted_mean", "\"value\":\"num\",\"weight\":\"wt\"", NULL, NULL },
  { "weighted_quantile", "\"value\":\"num\",\"weight\":\"wt\"",
    "\"probs\":[0.5],\"rule\":\"inverse_cdf\"", NULL },
  { "distinct_count", "\"key\":\"lab\",\"amount\":\"num\",\"completed\":\"flag\"", NULL, NULL },
  { "ratio_of_totals", "\"numerator\":\"num\",\"denominator\":\"pos\",\"weight\":\"wt\"",
    "\"ci_dist\":\"normal\",\"ci_level\":0.9", NULL },
  { "proportion", "\"value\":\"flag\"", "\"ci_level\":0.9", NULL },
  { "proportion", NULL, "\"x\":1,\"n\":3", NULL },
  { "two_proportions", "\"value\":\"flag\",\"group\":\"turn\"", "\"ci_level\":0.9", NULL },
  { "two_proportions", NULL, "\"x1\":1,\"n1\":3,\"x0\":2,\"n0\":4", NULL },
  { "participation_rate", "\"exempt\":\"flag\",\"participated\":\"turn\"", "\"ci_level\":0.9",
    NULL },
  { "paired_change", "\"before\":\"num\",\"after\":\"pos\"", "\"ci_level\":0.9", NULL },
  { "ratio_distribution", "\"before\":\"num\",\"after\":\"pos\"", "\"factor\":2,\"ci_level\":0.9",
    NULL },
  { "mcnemar", "\"before\":\"flag\",\"after\":\"turn\"", NULL, NULL },
  { "mcnemar", NULL, "\"b\":1,\"c\":3", NULL },
  { "sign_test", "\"before\":\"num\",\"after\":\"pos\"", NULL, NULL },
  { "wilcoxon_signed_rank", "\"before\":\"num\",\"after\":\"pos\"",
    "\"method\":\"exact\",\"zero_rule\":\"pratt\",\"continuity\":true,\"hl_ci\":true,\"ci_level\":"
    "0.9",
    NULL },
  { "mean_difference", "\"value\":\"num\",\"group\":\"flag\"", "\"pooled\":true,\"ci_level\":0.9",
    NULL },
  { "random_numbers", NULL, "\"seed\":1,\"raw\":2,\"below\":2,\"bound\":5", NULL },
  { "bootstrap", "\"value\":\"num\",\"cluster\":\"lab\"",
    "\"statistic\":\"mean\",\"replicates\":19,\"seed\":1,\"ci_level\":0.9", NULL },
  { "bootstrap", "\"before\":\"num\",\"after\":\"pos\"",
    "\"statistic\":\"mean_change\",\"replicates\":19", NULL },
  { "did_2x2",
    "\"outcome\":\"pos\",\"treated\":\"flag\",\"post\":\"turn\",\"cluster\":\"lab\",\"weight\":"
    "\"wt\"",
    "\"log\":true,\"ci_level\":0.9", NULL },
  { "twfe", PANEL ",\"treatment\":\"num\",\"cluster\":\"lab\"", "\"log\":true,\"ci_level\":0.9",
    NULL },
  { "wild_cluster_bootstrap", "\"outcome\":\"pos\",\"cluster\":\"lab\"",
    "\"regressors\":[\"num\",\"flag\"],\"tested\":\"flag\",\"null_value\":0,\"enumerate\":true,"
    "\"log\":true",
    NULL },
  { "wild_cluster_bootstrap", "\"outcome\":\"pos\",\"cluster\":\"lab\"",
    "\"regressors\":[\"num\",\"flag\"],\"tested\":\"flag\",\"weights\":\"webb\",\"replicates\":9,"
    "\"seed\":1",
    NULL },
  { "randomisation_test", "\"outcome\":\"num\",\"treated\":\"flag\",\"cluster\":\"own\"", NULL,
    NULL },
  { "group_time_att",
    "\"unit\":\"own\",\"period\":\"year\",\"outcome\":\"pos\",\"first_treated\":\"first\","
    "\"cluster\":\"lab\"",
    "\"control\":\"notyet\",\"base\":\"universal\",\"log\":true", NULL },
  { "att_aggregate",
    "\"unit\":\"own\",\"period\":\"year\",\"outcome\":\"pos\",\"first_treated\":\"first\","
    "\"cluster\":\"lab\"",
    "\"type\":\"group\",\"control\":\"notyet\",\"base\":\"universal\",\"log\":true", NULL },
  { "attrition", "\"outcome\":\"num\",\"arm\":\"flag\"", "\"ci_level\":0.9", NULL },
  { "lee_bounds", "\"outcome\":\"num\",\"arm\":\"flag\"", NULL, NULL },
  { "manski_bounds", "\"outcome\":\"num\",\"arm\":\"flag\"", "\"min\":0,\"max\":10", NULL },
  { "kaplan_meier", "\"duration\":\"pos\",\"event\":\"flag\"", "\"at\":3,\"points\":[1,2],\"interval\":\"log\",\"ci_level\":0.9", NULL },
  { "icc", "\"value\":\"num\",\"cluster\":\"lab\"", NULL, NULL },
  { "cronbach_alpha", "\"value\":\"num\",\"item\":\"own\",\"unit\":\"lab\"", "\"ci_level\":0.9", NULL },
  { "deflate", NULL, "\"years\":[2014,2015],\"rates\":[2],\"base_year\":2014,\"nominal\":[1,2]",
    NULL },
  { "deflate", NULL, "\"years\":[2014,2015],\"index\":[100,102],\"base_year\":2014", NULL },
  { "growth", NULL,
    "\"start\":1,\"end\":2,\"years\":3,\"inflation\":[2],\"comparator_start\":4,\"comparator_end\":"
    "5",
    NULL },
  { "equivalise", "\"income\":\"num\",\"size\":\"pos\",\"children\":\"flag\"",
    "\"scale\":\"oxford\",\"show\":[1]", NULL },
  { "price_index", "\"period\":\"year\",\"item\":\"right\",\"price\":\"pos\",\"quantity\":\"num\"",
    "\"base\":2014,\"current\":2015", NULL },
  { "price_index_chained",
    "\"period\":\"year\",\"item\":\"right\",\"price\":\"pos\",\"quantity\":\"num\"",
    "\"periods\":[2014,2015],\"formula\":\"paasche\"", NULL },
  { "concentration", "\"unit\":\"lab\",\"amount\":\"num\"", NULL, NULL },
  { "poverty_fgt", "\"value\":\"num\",\"weight\":\"wt\",\"stratum\":\"lab\",\"psu\":\"own\"",
    "\"line\":4,\"poor_if\":\"at_or_below\"", NULL },
  { "poverty_fgt", "\"value\":\"num\",\"weight\":\"wt\"",
    "\"relative_to\":\"median\",\"fraction\":0.6", NULL },
  { "inequality", "\"value\":\"num\",\"weight\":\"wt\"", "\"epsilon\":[0.5],\"lorenz\":[0.2]",
    NULL },
  { "inequality_se", "\"value\":\"num\",\"weight\":\"wt\",\"stratum\":\"lab\",\"psu\":\"own\"",
    "\"epsilon\":1", NULL },
  { "theil_decomposition", "\"value\":\"num\",\"group\":\"lab\",\"weight\":\"wt\"", NULL, NULL },
  { "survey_estimate",
    "\"value\":\"num\",\"weight\":\"wt\",\"stratum\":\"lab\",\"psu\":[\"own\"],\"fpc\":[\"pop\"]",
    "\"statistic\":\"mean\",\"lonely\":\"adjust\",\"deff\":true,\"ci_level\":0.9,\"domain\":{"
    "\"column\":\"left\",\"values\":[\"u\"]}",
    NULL },
  { "survey_estimate", "\"numerator\":\"num\",\"denominator\":\"pos\"", "\"statistic\":\"ratio\"",
    NULL },
  { "bipartite_network",
    "\"from\":\"left\",\"to\":\"right\",\"amount\":\"num\",\"node\":\"node\",\"side\":\"side\"",
    "\"left\":\"l\",\"right\":\"r\",\"show\":[\"u\"]", NODES },
  { "brokerage", "\"from\":\"left\",\"to\":\"right\",\"node\":\"node\",\"group\":\"group\"", NULL,
    NODES },
  { "balance", "\"value\":\"num\",\"treated\":\"flag\",\"weight\":\"wt\"", "\"binary\":false",
    NULL },
  { "multiple_testing", "\"test\":\"own\",\"p\":\"p\"", NULL, NULL },
  { "power", NULL,
    "\"design\":\"two_sample_t\",\"solve\":\"power\",\"n\":20,\"ratio\":1,\"delta\":0.5,\"sd\":1,"
    "\"alpha\":0.05",
    NULL },
  { "power", NULL,
    "\"design\":\"two_proportions\",\"solve\":\"n\",\"p1\":0.4,\"p2\":0.5,\"power\":0.8", NULL },
  { "power", NULL,
    "\"design\":\"cluster\",\"solve\":\"mde\",\"clusters\":20,\"cluster_size\":25,\"treated_"
    "share\":0.5,\"icc\":0.1,\"power\":0.8",
    NULL },
  { "suppress_primary", "\"row\":\"lab\",\"column\":\"left\",\"amount\":\"pos\"",
    "\"min_count\":3,\"dominance_n\":1,\"dominance_k\":75,\"p_percent\":10", NULL },
  { "suppress_audit", NULL, "\"table\":[[1,2],[3,4]],\"suppressed\":[[0,0]]", NULL },
  { "suppress_secondary", NULL,
    "\"table\":[[1,2],[3,4]],\"primary\":[[0,0]],\"protection_percent\":10,\"cost\":\"number\"",
    NULL },
};

static char *
braced (const char *members)
{
  return members ? g_strconcat ("{", members, "}", NULL) : NULL;
}

static Answer *
ask_base (const Base *base, const char *csv, const char *columns, const char *options)
{
  return ask_more (base->metric, base->columns ? csv : NULL, columns, options, base->nodes, NULL);
}

/* The answer is a refusal that names @what; says where this was when it is not. */
static void
must_refuse (Answer *answer, const Base *base, const char *what, const char *change)
{
  if (!answer->refused)
    g_test_fail_printf ("%s takes %s: %.200s", base->metric, change, answer->text);
  else if (what != NULL && strstr (answer->text, what) == NULL)
    g_test_fail_printf ("%s, %s: the message does not name \"%s\": %s", base->metric, change, what,
                        answer->text);
  answer_free (answer);
}

static JsonObject *
describe (const char *metric, JsonParser *parser)
{
  char *text = rua_estimate_describe (metric);

  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  g_free (text);
  return json_node_get_object (json_parser_get_root (parser));
}

/* @members with the member @name set to @value, or left out when @value is NULL. */
static char *
changed (const char *members, const char *name, const char *value)
{
  JsonParser *parser = json_parser_new ();
  JsonNode *node;
  JsonObject *object;
  char *text = braced (members ? members : ""), *result;

  g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
  node = json_node_copy (json_parser_get_root (parser));
  object = json_node_get_object (node);
  if (value == NULL)
    json_object_remove_member (object, name);
  else
    json_object_set_member (object, name, json_from_string (value, NULL));
  result = json_to_string (node, FALSE);
  json_node_unref (node);
  g_object_unref (parser);
  g_free (text);
  return result;
}

/* The table with one cell of a column changed. */
static char *
with_cell (const char *column, const char *value)
{
  char **lines = g_strsplit (CSV, "\n", -1), **names = g_strsplit (lines[0], ",", -1), **cells;
  char *csv;
  guint k = 0;

  while (g_strcmp0 (names[k], column) != 0)
    k++;
  cells = g_strsplit (lines[4], ",", -1);
  g_free (cells[k]);
  cells[k] = g_strdup (value);
  g_free (lines[4]);
  lines[4] = g_strjoinv (",", cells);
  csv = g_strjoinv ("\n", lines);
  g_strfreev (cells);
  g_strfreev (names);
  g_strfreev (lines);
  return csv;
}

static void
test_answered (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) metrics = rua_estimate_list_metrics ();

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++) {
    g_autofree char *columns = braced (bases[i].columns), *options = braced (bases[i].options);
    g_autoptr (Answer) answer = ask_base (&bases[i], CSV, columns, options);

    if (answer->refused)
      g_test_fail_printf ("%s is refused as it stands: %s", bases[i].metric, answer->text);
    g_hash_table_add (seen, (gpointer)bases[i].metric);
  }
  /* None is forgotten, neither here nor below. */
  for (guint i = 0; metrics[i]; i++)
    if (!g_hash_table_contains (seen, metrics[i]))
      g_test_fail_printf ("%s has no request here", metrics[i]);
}

static void
test_cells (void)
{
  static const char *const numbers[]
    = { "inf",   "-inf",   "nan",   "\"12,5\"", "many", "1e999", "0x10",
        "1 000", "\"3,5 kg\"", "1_000", "--2",      "null", "12%" };
  static const char *const weights[] = { "-1", "-0.001" };
  static const char *const flags[] = { "2", "0.5", "-1", "yes", "true", "1e-300" };

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++) {
    const Base *base = &bases[i];
    JsonParser *parser = json_parser_new (), *given = json_parser_new ();
    JsonArray *roles = json_object_get_array_member (describe (base->metric, parser), "roles");
    g_autofree char *columns = braced (base->columns), *options = braced (base->options);

    json_parser_load_from_data (given, columns ? columns : "{}", -1, NULL);
    for (guint r = 0; r < json_array_get_length (roles); r++) {
      JsonObject *role = json_array_get_object_element (roles, r);
      const char *name = json_object_get_string_member (role, "name");
      const char *type = json_object_get_string_member (role, "type"), *column;
      JsonNode *node
        = json_object_get_member (json_node_get_object (json_parser_get_root (given)), name);
      const char *const *more = NULL;
      guint n_more = 0;

      if (node == NULL || json_object_get_boolean_member (role, "nodes")
          || g_str_equal (type, "category"))
        continue;
      column = JSON_NODE_HOLDS_ARRAY (node)
                 ? json_array_get_string_element (json_node_get_array (node), 0)
                 : json_node_get_string (node);
      if (g_str_equal (type, "weight")) {
        more = weights;
        n_more = G_N_ELEMENTS (weights);
      } else if (g_str_equal (type, "flag")) {
        more = flags;
        n_more = G_N_ELEMENTS (flags);
      }
      for (guint k = 0; k < G_N_ELEMENTS (numbers) + n_more; k++) {
        const char *bad
          = k < G_N_ELEMENTS (numbers) ? numbers[k] : more[k - G_N_ELEMENTS (numbers)];
        g_autofree char *csv = with_cell (column, bad),
                        *quoted = g_strdup_printf ("\\\"%s\\\"", column);
        Answer *answer = ask_base (base, csv, columns, options);

        /* The file's fifth line. */
        if (strstr (answer->text, "line 5") == NULL)
          g_test_fail_printf ("%s, role %s, %s: no line: %s", base->metric, name, bad,
                              answer->text);
        must_refuse (answer, base, quoted, bad);
      }
    }
    g_object_unref (given);
    g_object_unref (parser);
  }
}

static void
test_columns (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++) {
    const Base *base = &bases[i];
    JsonParser *parser = json_parser_new ();
    JsonArray *roles = json_object_get_array_member (describe (base->metric, parser), "roles");
    g_autofree char *options = braced (base->options), *columns = braced (base->columns);
    g_autofree char *unknown = changed (base->columns, "nonsense", "\"num\"");

    if (base->columns == NULL && json_array_get_length (roles) > 0)
      goto next; /* counts instead of columns */
    must_refuse (ask_base (base, CSV, unknown, options), base, "nonsense", "an unknown role");
    for (guint r = 0; r < json_array_get_length (roles); r++) {
      JsonObject *role = json_array_get_object_element (roles, r);
      const char *name = json_object_get_string_member (role, "name");
      g_autofree char *elsewhere = changed (base->columns, name, "\"no-such-column\"");
      g_autofree char *number = changed (base->columns, name, "7");
      g_autofree char *twice = changed (base->columns, name, "[\"num\",\"pos\"]");
      g_autofree char *without = changed (base->columns, name, NULL);

      if (g_str_equal (name, "domain") || g_str_equal (name, "regressors"))
        continue; /* given by options of the same name */
      must_refuse (ask_base (base, CSV, elsewhere, options), base, "no-such-column",
                   "a column that is not there");
      must_refuse (ask_base (base, CSV, number, options), base, name, "a number for a name");
      if (!json_object_get_boolean_member (role, "repeated")
          && !json_object_get_boolean_member (role, "nodes"))
        must_refuse (ask_base (base, CSV, twice, options), base, name, "two columns in one role");
      if (json_object_get_boolean_member (role, "required"))
        must_refuse (ask_base (base, CSV, without, options), base, name, "a role left out");
    }
  next:
    g_object_unref (parser);
  }
}

/* Values of the wrong type for an option of each type, then some out of every range. */
static const char *const *
wrong_values (const char *type)
{
  static const struct {
    const char *type;
    const char *values[8];
  } wrong[] = {
    { "number", { "\"0.5\"", "[0.5]", "true", "null", "{}", NULL } },
    { "integer", { "\"1\"", "[1]", "true", "null", "1.5", NULL } },
    { "boolean", { "\"true\"", "1", "0", "null", "[true]", NULL } },
    { "token", { "\"nonsense\"", "1", "null", "\"\"", "[\"mean\"]", NULL } },
    { "label", { "[1]", "null", "true", "{}", NULL } },
    { "numbers", { "0.5", "\"0.5\"", "[\"0.5\"]", "[null]", "null", "[[0.5]]", NULL } },
    { "labels", { "2014", "\"u\"", "[[1]]", "[null]", "null", NULL } },
    { "table", { "[]", "[[1,2],[3]]", "[1,2]", "[[\"1\"]]", "null", "[[-1,2],[3,4]]", NULL } },
    { "cells", { "[0,0]", "[[0]]", "[[0,-1]]", "[[0.5,0]]", "[[9,9]]", "null", NULL } },
    { "columns", { "\"num\"", "[1]", "null", "[\"no-such-column\"]", NULL } },
    { "domain",
      { "\"left\"", "{\"column\":\"left\"}", "{\"column\":\"no-such-column\",\"values\":[]}",
        "null", NULL } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (g_str_equal (wrong[i].type, type))
      return wrong[i].values;
  g_error ("no wrong values of the type %s", type);
}

static void
test_options (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++) {
    const Base *base = &bases[i];
    JsonParser *parser = json_parser_new (), *given = json_parser_new ();
    JsonArray *specs = json_object_get_array_member (describe (base->metric, parser), "options");
    g_autofree char *columns = braced (base->columns), *options = braced (base->options);
    g_autofree char *unknown = changed (base->options, "nonsense", "1");

    json_parser_load_from_data (given, options ? options : "{}", -1, NULL);
    must_refuse (ask_base (base, CSV, columns, unknown), base, "nonsense", "an unknown option");
    for (guint k = 0; k < json_array_get_length (specs); k++) {
      JsonObject *spec = json_array_get_object_element (specs, k);
      const char *name = json_object_get_string_member (spec, "name");
      const char *const *wrong = wrong_values (json_object_get_string_member (spec, "type"));

      for (; *wrong != NULL; wrong++) {
        g_autofree char *broken = changed (base->options, name, *wrong);
        gboolean elsewhere = strstr (*wrong, "no-such-column") != NULL;

        must_refuse (ask_base (base, CSV, columns, broken), base,
                     elsewhere ? "no-such-column" : name, broken);
      }
      if (json_object_get_boolean_member (spec, "required")) {
        g_autofree char *without = changed (base->options, name, NULL);

        must_refuse (ask_base (base, CSV, columns, without), base, name, "a required option");
      }
    }
    g_object_unref (given);
    g_object_unref (parser);
  }
}

static void
test_ranges (void)
{
  static const struct {
    const char *metric;
    const char *option;
    const char *values[6];
  } ranges[] = {
    { "trimmed_mean", "trim", { "0.5", "-0.01", "1", NULL } },
    { "quantile", "probs", { "[1.0000001]", "[-0.001]", "[0.5,2]", NULL } },
    { "quantile", "type", { "0", "10", "-1", NULL } },
    { "weighted_quantile", "probs", { "[1.5]", "[-0.5]", NULL } },
    { "ratio_distribution", "factor", { "0", "-2", NULL } },
    { "proportion", "x", { "-1", NULL } },
    { "proportion", "n", { "-1", NULL } },
    { "mcnemar", "b", { "-1", NULL } },
    { "random_numbers", "seed", { "-1", "4294967296", NULL } },
    { "random_numbers", "bound", { "0", "-5", "4294967296", NULL } },
    { "random_numbers", "raw", { "-1", NULL } },
    { "bootstrap", "replicates", { "0", "-1", NULL } },
    { "bootstrap", "seed", { "-1", "4294967296", NULL } },
    { "wild_cluster_bootstrap", "replicates", { "0", NULL } },
    { "inequality", "epsilon", { "[-0.1]", "[1,-1]", NULL } },
    { "inequality", "lorenz", { "[1.1]", "[-0.1]", NULL } },
    { "inequality_se", "epsilon", { "-1", NULL } },
    { "poverty_fgt", "fraction", { "0", "-0.6", NULL } },
    { "power", "alpha", { "0", "1", "-0.05", NULL } },
    { "power", "power", { "0", "1", "1.2", NULL } },
    { "power", "treated_share", { "0", "1", "-0.5", NULL } },
    { "power", "icc", { "-0.1", "1.1", NULL } },
    { "power", "sd", { "0", "-1", NULL } },
    { "power", "n", { "0", "-4", NULL } },
    { "power", "p1", { "-0.1", "1.1", NULL } },
    { "equivalise", "show", { "[0]", "[1.5]", "[99]", NULL } },
    { "suppress_secondary", "protection_percent", { "-1", "101", NULL } },
  };
  static const char *const levels[] = { "0", "1", "-0.1", "1.5", "95" };

  for (guint r = 0; r < G_N_ELEMENTS (ranges); r++)
    for (guint i = 0; i < G_N_ELEMENTS (bases); i++) {
      g_autofree char *columns = braced (bases[i].columns);

      if (!g_str_equal (bases[i].metric, ranges[r].metric))
        continue;
      for (guint k = 0; ranges[r].values[k] != NULL; k++) {
        g_autofree char *broken = changed (bases[i].options, ranges[r].option, ranges[r].values[k]);

        must_refuse (ask_base (&bases[i], CSV, columns, broken), &bases[i], ranges[r].option,
                     broken);
      }
    }
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    for (guint k = 0; k < G_N_ELEMENTS (levels); k++) {
      g_autofree char *columns = braced (bases[i].columns);
      g_autofree char *broken = changed (bases[i].options, "ci_level", levels[k]);

      must_refuse (ask_base (&bases[i], CSV, columns, broken), &bases[i], "ci_level", broken);
    }
}

/* A table in which nothing is known, and one without records, are answered: with no number but
 * counts, totals, and what follows from options alone. */
static void
test_nothing_known (void)
{
  static const char *const tables[]
    = { "num,pos,year,flag,turn,wt,lab,own,p,left,right,first,pop\n",
        "num,pos,year,flag,turn,wt,lab,own,p,left,right,first,pop\n"
        ",,,,,,,,,,,,\nNA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA,NA\n" };
  static const char *const allowed[] = { "n",           "total",      "df",
                                         "k",           "line",       "sum_weights",
                                         "pretrend_df", "max_repeat", "largest_component" };

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    for (guint t = 0; t < 2 && bases[i].columns; t++) {
      g_autofree char *columns = braced (bases[i].columns), *options = braced (bases[i].options);
      g_autoptr (Answer) answer = NULL;
      JsonObjectIter iter;
      const char *key;
      JsonNode *node;

      if (bases[i].nodes || g_str_equal (bases[i].metric, "equivalise"))
        continue; /* nodes are there without ties; show names a record */
      answer = ask_base (&bases[i], tables[t], columns, options);
      if (answer->refused) {
        g_test_fail_printf ("%s without a record is refused: %s", bases[i].metric, answer->text);
        continue;
      }
      json_object_iter_init (&iter, answer->values);
      while (json_object_iter_next (&iter, &key, &node)) {
        gboolean may = g_str_has_prefix (key, "n_") || g_str_has_prefix (key, "total")
                       || g_str_has_prefix (key, "followed") || g_str_has_prefix (key, "cell_n")
                       || g_strcmp0 (key, "n1") == 0 || g_strcmp0 (key, "n0") == 0
                       || g_strcmp0 (key, "x") == 0 || g_strcmp0 (key, "b") == 0
                       || g_strcmp0 (key, "c") == 0 || g_str_has_prefix (key, "v_")
                       || (g_str_equal (bases[i].metric, "total") && g_str_equal (key, "total"))
                       || (strstr (bases[i].metric, "chained") && g_str_equal (key, "chain[2014]"));

        for (guint k = 0; k < G_N_ELEMENTS (allowed); k++)
          may |= g_str_equal (key, allowed[k]);
        if (!JSON_NODE_HOLDS_NULL (node) && !may)
          g_test_fail_printf ("%s without a record has %s = %g", bases[i].metric, key,
                              json_node_get_double (node));
      }
    }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/estimators-refusals/answered", test_answered);
  g_test_add_func ("/estimators-refusals/cells", test_cells);
  g_test_add_func ("/estimators-refusals/columns", test_columns);
  g_test_add_func ("/estimators-refusals/options", test_options);
  g_test_add_func ("/estimators-refusals/ranges", test_ranges);
  g_test_add_func ("/estimators-refusals/nothing-known", test_nothing_known);
  status = g_test_run ();
  ask_clear ();
  return status;
}
