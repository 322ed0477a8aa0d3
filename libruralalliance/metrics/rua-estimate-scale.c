/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scales of several items. */
#include "rua-estimators-private.h"

#include <math.h>
#include <string.h>

#include "rua-moments-private.h"
#include "rua-special-private.h"

/* The answers of those who answered every item, side by side. */
typedef struct {
  guint n_items;
  guint n_units; /* who answered anything */
  gsize n;       /* who answered all */
  double *answers;
  const char **labels; /* of the items */
} Scale;

/* Where the answers of each unit begin, and the order in which they stand. */
static guint32 *
order_by_unit (const guint32 *units, gsize n, guint n_units, gsize *begins)
{
  guint32 *order = g_new (guint32, MAX (n, 1));
  g_autofree gsize *next = g_new0 (gsize, n_units + (gsize) 1);

  for (gsize i = 0; i < n; i++)
    next[units[i] + 1]++;
  for (guint u = 0; u < n_units; u++)
    next[u + 1] += next[u];
  memcpy (begins, next, (n_units + (gsize) 1) * sizeof (gsize));
  for (gsize i = 0; i < n; i++)
    order[next[units[i]]++] = (guint32) i;
  return order;
}

static gboolean
scale_init (Scale *self, RuaRun *run, GError **error)
{
  const double *values = rua_run_values (run, "value");
  gsize n = run->data.n;
  g_autofree guint32 *items = rua_run_groups (run, "item", 0, &self->n_items, &self->labels);
  g_autofree guint32 *units = rua_run_groups (run, "unit", 0, &self->n_units, NULL);
  g_autofree gsize *begins = g_new (gsize, self->n_units + (gsize) 1);
  g_autofree guint32 *order = order_by_unit (units, n, self->n_units, begins);
  /* Who answered it last, counted from 1. */
  g_autofree guint32 *last = g_new0 (guint32, MAX (self->n_items, 1));

  self->n = 0;
  self->answers = g_new (double, MAX (n, 1));
  for (guint u = 0; u < self->n_units; u++) {
    double *answers = self->answers + self->n * self->n_items;
    gboolean complete = begins[u + 1] - begins[u] == self->n_items;

    for (gsize k = begins[u]; k < begins[u + 1]; k++) {
      guint32 i = order[k];

      if (last[items[i]] == u + 1)
        return rua_run_refuse_row (run, error, rua_run_column (run, "item", 0), i, "was answered before by the same one; a scale takes one answer to each item");
      last[items[i]] = u + 1;
      if (complete)
        answers[items[i]] = values[i];
    }
    self->n += complete;
  }
  return TRUE;
}

static void
scale_clear (Scale *self)
{
  g_free (self->answers);
  g_free (self->labels);
}

/* Sums of squares about the means: of each item, of the total, and of each item with the total. */
typedef struct {
  double *items;
  double *with_total;
  double total;
} Spread;

static void
spread_init (Spread *self, const Scale *scale)
{
  guint k = scale->n_items;
  RuaSum total = { 0 };
  g_autofree RuaSum *sums = g_new0 (RuaSum, 3 * (gsize) MAX (k, 1));
  g_autofree double *means = g_new (double, MAX (k, 1));

  for (gsize u = 0; u < scale->n; u++)
    for (guint t = 0; t < k; t++)
      rua_sum_add (&sums[t], scale->answers[u * k + t]);
  for (guint t = 0; t < k; t++)
    means[t] = rua_sum_get (&sums[t]) / scale->n;
  for (gsize u = 0; u < scale->n; u++) {
    RuaSum gaps = { 0 };
    double all;

    for (guint t = 0; t < k; t++)
      rua_sum_add (&gaps, scale->answers[u * k + t] - means[t]);
    all = rua_sum_get (&gaps);
    rua_sum_add (&total, all * all);
    for (guint t = 0; t < k; t++) {
      double gap = scale->answers[u * k + t] - means[t];

      rua_sum_add (&sums[k + t], gap * gap);
      rua_sum_add (&sums[2 * k + t], gap * all);
    }
  }
  self->items = g_new (double, MAX (k, 1));
  self->with_total = g_new (double, MAX (k, 1));
  self->total = rua_sum_get (&total);
  for (guint t = 0; t < k; t++) {
    self->items[t] = rua_sum_get (&sums[k + t]);
    self->with_total[t] = rua_sum_get (&sums[2 * k + t]);
  }
}

static void
spread_clear (Spread *self)
{
  g_free (self->items);
  g_free (self->with_total);
}

static double
get_alpha (double items, double total, guint n_items)
{
  return n_items / (n_items - 1.0) * (1 - items / total);
}

/* (1 - alpha) / (1 - true alpha) is F with n - 1 and (n - 1)(k - 1) degrees of freedom. */
static double
find_limit (double alpha, gsize n, guint n_items, double p)
{
  double df1 = n - 1.0, df2 = df1 * (n_items - 1), logit;

  rua_beta_quantile (df1 / 2, df2 / 2, p, 1 - p, &logit);
  return 1 - (1 - alpha) * (df2 / df1 * exp (logit));
}

static void
put_without (RuaFigures *figures, const Scale *scale, const Spread *spread, double items, const char *none)
{
  for (guint t = 0; t < scale->n_items; t++) {
    double total = spread->total - 2 * spread->with_total[t] + spread->items[t];

    rua_figures_put_at (figures, "alpha_without", scale->labels[t],
                        get_alpha (items - spread->items[t], total, scale->n_items - 1),
                        none                  ? none
                        : scale->n_items < 3 ? N_ ("one item is no scale")
                        : total > 0          ? NULL
                                             : RUA_REASON_CONSTANT);
  }
}

static gboolean
run_cronbach_alpha (RuaRun *run, GError **error)
{
  RuaFigures *figures = run->figures;
  double tail = (1 - rua_run_number (run, "ci_level")) / 2, alpha = NAN;
  const char *none, *limits;
  RuaSum items = { 0 };
  Scale scale;
  Spread spread;

  if (!scale_init (&scale, run, error)) {
    scale_clear (&scale);
    return FALSE;
  }
  spread_init (&spread, &scale);
  for (guint t = 0; t < scale.n_items; t++)
    rua_sum_add (&items, spread.items[t]);
  none = run->data.n == 0    ? RUA_REASON_NONE
         : scale.n_items < 2 ? N_ ("one item is no scale")
         : scale.n == 0      ? N_ ("nobody answered every item")
         : scale.n == 1      ? RUA_REASON_ONE
         : spread.total > 0  ? NULL
                             : RUA_REASON_CONSTANT;
  if (none == NULL)
    alpha = get_alpha (rua_sum_get (&items), spread.total, scale.n_items);
  /* All answer alike: there is nothing to err by. */
  limits = none ? none : alpha < 1 ? NULL : N_ ("all items agree");
  rua_figures_put (figures, "n", scale.n);
  rua_figures_put (figures, "n_items", scale.n_items);
  rua_figures_put (figures, "n_incomplete", scale.n_units - (double) scale.n);
  rua_figures_put_or (figures, "alpha", alpha, none);
  rua_figures_put_or (figures, "ci_low", limits ? NAN : find_limit (alpha, scale.n, scale.n_items, 1 - tail), limits);
  rua_figures_put_or (figures, "ci_high", limits ? NAN : find_limit (alpha, scale.n, scale.n_items, tail), limits);
  if (rua_run_wants (run, "alpha_without["))
    put_without (figures, &scale, &spread, rua_sum_get (&items), none);
  spread_clear (&spread);
  scale_clear (&scale);
  return TRUE;
}

static const RuaRoleSpec scale_roles[] = {
  { "value", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "The answer, reversed items turned round" },
  { "item", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Which item it answers" },
  { "unit", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Who answered" },
  { NULL },
};

const RuaEstimator rua_estimator_cronbach_alpha = {
  "cronbach_alpha",
  N_ ("How well the items of a scale agree"),
  "k/(k-1) (1 - sum of the items' variances / variance of the total), of those who answered all k items; 1 - "
  "(1 - alpha) F(n-1, (n-1)(k-1))",
  "Cronbach, Psychometrika 16 (1951); Feldt, Woodruff and Salih, Applied Psychological Measurement 11 (1987)",
  scale_roles,
  rua_level_option,
  "alpha",
  NULL,
  "ci_low",
  "ci_high",
  "n",
  run_cronbach_alpha,
};
