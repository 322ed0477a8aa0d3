/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-attrition-private.h"

#include <math.h>
#include <string.h>


gboolean
rua_attrition_applies (const RuaDefinition *definition)
{
  guint n_before = 0, n_after = 0;

  for (guint i = 0; i < definition->roles->len; i++) {
    const char *role = g_array_index (definition->roles, RuaRoleText, i).role;

    n_before += strcmp (role, "before") == 0;
    n_after += strcmp (role, "after") == 0;
  }
  return n_before == 1 && n_after == 1;
}

/* Of which figure a worst case comes with more measuring; 0: none, 1: a mean, 2: a ratio of means. */
static guint
mean_kind (const RuaDefinition *definition)
{
  if (!rua_attrition_applies (definition))
    return 0;
  if (strcmp (definition->estimator, "paired_change") != 0)
    return 0;
  return definition->estimate == NULL || strcmp (definition->estimate, "mean_change") == 0 ? 1
         : strcmp (definition->estimate, "ratio_of_means") == 0 ? 2 : 0;
}

static guint64
n_lacking (RuaFigures *figures, const char *role)
{
  guint n;
  const RuaMissing *missing = rua_figures_get_missing (figures, &n);

  for (guint i = 0; i < n; i++)
    if (strcmp (missing[i].role, role) == 0)
      return missing[i].n;
  return 0;
}

/* The records are the matched, the lost, the joined and those of whom nothing is known. */
static guint64
count_matched (RuaFigures *figures)
{
  double n;

  if (rua_figures_get (figures, "n_pairs", &n))
    return (guint64) n;
  return rua_figures_get_n_used (figures);
}

guint64
rua_attrition_count_used (const RuaDefinition *definition, RuaFigures *figures)
{
  double n;

  /* A count reads every record, but those that lack the value are not among what it counts. */
  if (strcmp (definition->estimator, "count") == 0)
    return rua_figures_get_n_used (figures) - rua_figures_get_n_missing (figures, "value");
  if (!rua_attrition_applies (definition))
    return rua_figures_get_n_used (figures);
  if (rua_figures_get (figures, "n_eligible", &n))
    return (guint64) n;
  return MIN (count_matched (figures), rua_figures_get_n_total (figures));
}

gboolean
rua_attrition_gives (const char *key)
{
  static const char *const keys[]
    = { "n_matched", "n_left", "n_joined", "left_share", "worst_low", "worst_high", NULL };

  return g_strv_contains (keys, key);
}

static void
put_worst (RuaResult *result, double low, double high, const char *reason)
{
  if (reason == NULL && isnan (result->estimate))
    reason = result->reason != NULL ? result->reason : N_("the estimate is undefined");
  if (reason != NULL)
    low = high = NAN;
  result->worst_low = low;
  result->worst_high = high;
  rua_result_put_named (result, "worst_low", low, reason);
  rua_result_put_named (result, "worst_high", high, reason);
}

void
rua_attrition_tell (const RuaDefinition *definition, RuaFigures *figures, const char *key,
                    RuaResult *result)
{
  guint64 n_total = rua_figures_get_n_total (figures), n_matched, n_before;
  double share, x, n;

  if (!rua_attrition_applies (definition))
    return;
  n_matched = MIN (count_matched (figures), n_total);
  result->has_attrition = TRUE;
  result->n_matched = n_matched;
  result->n_left = n_total - n_matched - MIN (n_lacking (figures, "before"), n_total - n_matched);
  result->n_joined = n_total - n_matched - MIN (n_lacking (figures, "after"), n_total - n_matched);
  n_before = n_matched + result->n_left;
  share = (double) result->n_left / n_before;
  rua_result_put_named (result, "n_matched", n_matched, NULL);
  rua_result_put_named (result, "n_left", result->n_left, NULL);
  rua_result_put_named (result, "n_joined", result->n_joined, NULL);
  rua_result_put_named (result, "left_share", n_before > 0 ? share : NAN,
                        n_before > 0 ? NULL : N_("nobody was there before"));
  if (n_before > 0 && share > definition->attrition_limit)
    rua_result_warn (result,
                     _("attrition: of %llu there before, %llu (%.3g %%) have no value after, more "
                        "than %.3g %%; what holds of those who "
                        "stayed may not hold of all"),
                     (unsigned long long)n_before, (unsigned long long)result->n_left, 100 * share,
                     100 * definition->attrition_limit);
  if (strcmp (definition->estimator, "ratio_distribution") == 0 && g_strcmp0 (key, "share") == 0
      && rua_figures_get (figures, "x", &x) && rua_figures_get (figures, "n_eligible", &n))
    put_worst (result, x / (n + result->n_left), (x + result->n_left) / (n + result->n_left),
               n > 0 ? NULL : N_("nobody has both values"));
  else if (mean_kind (definition) == 0)
    put_worst (result, NAN, NAN, N_("no worst case is defined for this figure"));
}

static RuaDefinition *
needed (const RuaDefinition *definition, const char *estimator, const char *value)
{
  RuaDefinition *made = g_new0 (RuaDefinition, 1);
  RuaRoleText role = { g_strdup ("value"), g_strdup (value) };

  made->id = g_strdup (definition->id);
  made->estimator = g_strdup (estimator);
  made->table = g_strdup (definition->table);
  made->where = g_strdup (definition->where);
  made->roles = rua_definition_roles_new ();
  g_array_append_val (made->roles, role);
  made->by = g_strdupv (definition->by);
  made->series = g_strdup (definition->series);
  made->to = definition->to;
  made->date = g_strdup (definition->date);
  made->pair_by = g_strdupv (definition->pair_by);
  made->options = json_object_new ();
  made->confidence = definition->confidence;
  return made;
}

static const char *
text_of (const RuaDefinition *definition, const char *name)
{
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);

    if (strcmp (role->role, name) == 0)
      return role->text;
  }
  return NULL;
}

GPtrArray *
rua_attrition_list_needed (const RuaDefinition *definition)
{
  const char *before = text_of (definition, "before"), *after = text_of (definition, "after");
  GPtrArray *list;
  g_autofree char *left = NULL;

  /* Whoever asks for certain figures only does not pay for more. */
  if (mean_kind (definition) == 0 || json_object_has_member (definition->options, "figures"))
    return NULL;
  left = g_strdup_printf ("case when (%s) is unknown then (%s) end", after, before);
  list = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_definition_free);
  g_ptr_array_add (list, needed (definition, "total", left));
  g_ptr_array_add (list, needed (definition, "mean", after));
  return list;
}

void
rua_attrition_tell_mean (const RuaDefinition *definition, RuaResult *left, RuaResult *after,
                         RuaResult *result)
{
  double n = result->n_matched, lost = result->n_left, low = NAN, high = NAN;
  double from = NAN, to = NAN, change, under, before = NAN, sum_left = 0, sum_after;

  rua_result_get_named (left, "total", &sum_left);
  rua_result_get_named (after, "min", &from);
  rua_result_get_named (after, "max", &to);
  if (definition->has_support) {
    from = definition->support[0];
    to = definition->support[1];
  }
  /* Everybody with a value after is matched or has joined, so the matched alone come from the
   * figures of the estimator. */
  if (rua_result_get_named (result, "mean_before", &before)) {
    double mean_after = NAN;

    rua_result_get_named (result, "mean_after", &mean_after);
    sum_after = n * mean_after;
    before *= n;
    if (mean_kind (definition) == 1) {
      change = sum_after - before - sum_left;
      low = (change + lost * from) / (n + lost);
      high = (change + lost * to) / (n + lost);
    } else if (before + sum_left != 0) {
      under = before + sum_left;
      low = MIN ((sum_after + lost * from) / under, (sum_after + lost * to) / under);
      high = MAX ((sum_after + lost * from) / under, (sum_after + lost * to) / under);
    }
  }
  put_worst (result, low, high,
             n == 0        ? N_("nobody has both values")
             : isnan (low) ? N_("the sums that it needs are not given")
                           : NULL);
  if (!isnan (low)) {
    double a = low * result->factor, b = high * result->factor;

    result->worst_low = MIN (a, b);
    result->worst_high = MAX (a, b);
  }
}
