/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-caution-private.h"

#include <math.h>
#include <string.h>

/* Below about this number of clusters, cluster-robust errors come out too small: 42 in
 * J. D. Angrist and J.-S. Pischke, Mostly Harmless Econometrics (2009), 8.2.3; from 20 to 50 as the
 * clusters differ in size, in A. C. Cameron and D. L. Miller, Journal of Human Resources 50 (2015),
 * VI. */
#define FEW_CLUSTERS 40

/* A group of fewer rows tells about its members rather than about a group. */
#define SMALL_GROUP 5

/* Estimators whose errors come from many clusters. Those made for few are not among them. */
static const char *const asymptotic[] = { "did_2x2",       "twfe",          "group_time_att",
                                          "att_aggregate", "bootstrap",     "survey_estimate",
                                          "poverty_fgt",   "inequality_se", NULL };

static guint
count_clusters (RuaFigures *figures)
{
  double n;

  if (rua_figures_get (figures, "n_clusters", &n))
    return (guint) n;
  /* Of a survey, sampling units less strata. */
  return rua_figures_get (figures, "df", &n) ? (guint) n + 1 : 0;
}

static gboolean
has_clusters (const RuaDefinition *definition)
{
  for (guint i = 0; i < definition->roles->len; i++) {
    const char *role = g_array_index (definition->roles, RuaRoleText, i).role;

    if (strcmp (role, "cluster") == 0 || strcmp (role, "psu") == 0)
      return TRUE;
  }
  return FALSE;
}

static void
note_seed (RuaResult *result, const RuaDefinition *definition, const RuaEstimator *estimator)
{
  const RuaOptionSpec *spec = rua_estimator_find_option (estimator, "seed");
  JsonNode *enumerate = json_object_get_member (definition->options, "enumerate");

  if (spec == NULL || (enumerate != NULL && json_node_get_boolean (enumerate)))
    return;
  result->has_seed = TRUE;
  result->seed = json_object_has_member (definition->options, "seed")
                   ? (guint64)json_object_get_double_member (definition->options, "seed")
                 : spec->fallback != NULL ? g_ascii_strtoull (spec->fallback, NULL, 10)
                                          : 0;
}

void
rua_caution_note (RuaResult *result,
                  const RuaDefinition *definition,
                  const RuaEstimator *estimator,
                  RuaFigures *figures)
{
  note_seed (result, definition, estimator);
  if (g_strv_contains (asymptotic, estimator->name) && has_clusters (definition)
      && !isnan (result->se)) {
    guint n = count_clusters (figures);

    if (n > 1 && n < FEW_CLUSTERS)
      rua_result_warn (
        result,
        _("few clusters: the error rests on %u; below about %d it comes out too small "
           "(Angrist and Pischke, 2009; Cameron and Miller, 2015), so compare with "
           "se_cr2, wild_cluster_bootstrap or randomisation_test"),
        n, FEW_CLUSTERS);
  }
  if (definition->by[0] != NULL && result->n_used > 0 && result->n_used < SMALL_GROUP)
    rua_result_warn (result, _("small group: it has %llu of the rows used"),
                     (unsigned long long)result->n_used);
}
