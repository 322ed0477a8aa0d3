/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Household size and price indices. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-moments-private.h"
#include "rua-special-private.h"

static double
equivalent_size (const char *scale, double size, double children)
{
  double adults = size - children, further, child;

  if (g_str_equal (scale, "per_capita"))
    return size;
  if (g_str_equal (scale, "square_root"))
    return sqrt (size);
  /* Somebody is the first adult. */
  if (adults <= 0) {
    adults = 1;
    children--;
  }
  further = g_str_equal (scale, "oxford") ? 0.7 : 0.5;
  child = g_str_equal (scale, "oxford") ? 0.5 : 0.3;
  return 1 + further * (adults - 1) + child * children;
}

static gboolean
run_equivalise (RuaRun *run, GError **error)
{
  const double *income = rua_run_values (run, "income"), *size = rua_run_values (run, "size");
  const double *children = rua_run_values (run, "children");
  const char *scale = rua_run_token (run, "scale"), *none;
  gsize n = run->data.n;
  double *sizes = g_new (double, MAX (n, 1)), *incomes = g_new (double, MAX (n, 1)), *show;
  RuaSum persons = { 0 }, products = { 0 };
  gboolean done = TRUE;
  RuaWeighted weighted;
  guint n_show;

  for (gsize i = 0; i < n && done; i++) {
    double minors = children ? children[i] : 0;

    if (!(size[i] > 0))
      done = rua_run_refuse_row (run, error, rua_run_column (run, "size", 0), i,
                                 "is not the size of a household; it is above 0");
    else if (minors < 0 || minors > size[i])
      done = rua_run_refuse_row (run, error, rua_run_column (run, "children", 0), i,
                                 "children are not possible in a household of this size");
    sizes[i] = done ? equivalent_size (scale, size[i], minors) : 1;
    incomes[i] = income[i] / sizes[i];
    rua_sum_add (&persons, size[i]);
    rua_sum_add (&products, size[i] * incomes[i]);
  }
  show = rua_run_numbers (run, "show", &n_show);
  for (guint k = 0; k < n_show && done; k++)
    if (show[k] != floor (show[k]) || show[k] > n)
      done = rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "option \"show\" names record %g; there are %" G_GSIZE_FORMAT, show[k],
                             n);
  if (done) {
    none = n > 0 ? NULL : RUA_REASON_NONE;
    rua_figures_put (run->figures, "n", n);
    for (guint k = 0; k < n_show; k++) {
      rua_figures_put_nth (run->figures, "equivalent_size", show[k], sizes[(gsize)show[k] - 1],
                           NULL);
      rua_figures_put_nth (run->figures, "equivalent_income", show[k], incomes[(gsize)show[k] - 1],
                           NULL);
    }
    rua_figures_put_or (run->figures, "mean_household", rua_sum (incomes, n) / n, none);
    rua_figures_put_or (run->figures, "mean_person",
                        rua_sum_get (&products) / rua_sum_get (&persons), none);
    rua_weighted_init (&weighted, incomes, size, n);
    rua_figures_put_or (run->figures, "median_person",
                        rua_weighted_quantile (&weighted, 0.5, RUA_WEIGHTED_AVERAGED), none);
    rua_weighted_clear (&weighted);
  }
  g_free (show);
  g_free (incomes);
  g_free (sizes);
  return done;
}

static const RuaRoleSpec equivalise_roles[] = {
  { "income", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Income of the household" },
  { "size", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Its members" },
  { "children", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL, "Children among them" },
  { NULL },
};

static const RuaOptionSpec equivalise_options[] = {
  { "scale", RUA_OPTION_TOKEN, "oecd_modified", 0, 0, 0,
    "per_capita|square_root|oecd_modified|oxford", "How members are counted" },
  { "show", RUA_OPTION_NUMBERS, "[]", 1, INFINITY, 0, NULL, "Records to show, counted from 1" },
  { NULL },
};

const RuaEstimator rua_estimator_equivalise = {
  "equivalise",
  "Income by equivalent members",
  "oecd_modified: 1 + 0.5(adults-1) + 0.3 children; oxford: 1 + 0.7(adults-1) + 0.5 children; "
  "square_root; per_capita",
  "Hagenaars, de Vos and Zaidi (1994); OECD",
  equivalise_roles,
  equivalise_options,
  "mean_person",
  NULL,
  NULL,
  NULL,
  "n",
  run_equivalise,
};

/* ---- price indices ---- */

/* Value, quantity and price of each item in each period. */
typedef struct {
  guint n_items;
  guint n_periods;
  const char **periods;
  GHashTable *cells; /* period * n_items + item -> number of its cell + 1 */
  double *values;
  double *quantities;
  double *prices;
} Market;

typedef struct {
  guint n_matched;
  guint n_base_only;
  guint n_current_only;
  double laspeyres;
  double paasche;
  double fisher;
  double tornqvist;
  double value_ratio;
  const char *reason; /* why there is none */
} Link;

static gint64
cell_key (const Market *self, guint period, guint item)
{
  return (gint64)period * self->n_items + item;
}

static void
market_init (Market *self, RuaRun *run)
{
  const double *price = rua_run_values (run, "price"), *quantity = rua_run_values (run, "quantity");
  guint32 *periods = rua_run_groups (run, "period", 0, &self->n_periods, &self->periods);
  guint32 *items = rua_run_groups (run, "item", 0, &self->n_items, NULL);
  gsize n = run->data.n, n_cells = 0, n_again = 0;
  guint *counts = g_new0 (guint, MAX (n, 1));

  self->cells = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->values = g_new0 (double, MAX (n, 1));
  self->quantities = g_new0 (double, MAX (n, 1));
  self->prices = g_new0 (double, MAX (n, 1));
  for (gsize i = 0; i < n; i++) {
    gint64 key = cell_key (self, periods[i], items[i]);
    gsize cell = GPOINTER_TO_SIZE (g_hash_table_lookup (self->cells, &key));

    if (cell == 0) {
      cell = ++n_cells;
      g_hash_table_insert (self->cells, g_memdup2 (&key, sizeof key), GSIZE_TO_POINTER (cell));
    } else {
      n_again++;
    }
    self->values[cell - 1] += price[i] * quantity[i];
    self->quantities[cell - 1] += quantity[i];
    self->prices[cell - 1] += price[i];
    counts[cell - 1]++;
  }
  /* The price of one record is known though nothing was sold; of several, it is the unit value. */
  for (gsize cell = 0; cell < n_cells; cell++)
    if (counts[cell] > 1)
      self->prices[cell] = self->quantities[cell] > 0
                             ? self->values[cell] / self->quantities[cell]
                             : self->prices[cell] / counts[cell];
  g_free (counts);
  if (n_again > 0)
    rua_figures_warn (run->figures,
                      "%" G_GSIZE_FORMAT
                      " records repeat an item of a period; its price is the unit value",
                      n_again);
  g_free (periods);
  g_free (items);
}

static void
market_clear (Market *self)
{
  g_hash_table_unref (self->cells);
  g_free (self->periods);
  g_free (self->values);
  g_free (self->quantities);
  g_free (self->prices);
}

static gssize
market_find (const Market *self, gint period, guint item)
{
  gint64 key = cell_key (self, MAX (period, 0), item);

  return period < 0 ? -1 : (gssize)GPOINTER_TO_SIZE (g_hash_table_lookup (self->cells, &key)) - 1;
}

static gint
market_period (const Market *self, const char *label)
{
  for (guint i = 0; i < self->n_periods; i++)
    if (g_str_equal (self->periods[i], label))
      return i;
  return -1;
}

static Link
market_link (const Market *self, gint base, gint current)
{
  RuaSum v0 = { 0 }, v1 = { 0 }, cross01 = { 0 }, cross10 = { 0 }, logs = { 0 };
  double V0, V1;
  Link link = { 0 };

  for (guint item = 0; item < self->n_items; item++) {
    gssize a = market_find (self, base, item), b = market_find (self, current, item);

    link.n_matched += a >= 0 && b >= 0;
    link.n_base_only += a >= 0 && b < 0;
    link.n_current_only += a < 0 && b >= 0;
    if (a >= 0 && b >= 0) {
      rua_sum_add (&v0, self->values[a]);
      rua_sum_add (&v1, self->values[b]);
      rua_sum_add (&cross10, self->prices[b] * self->quantities[a]);
      rua_sum_add (&cross01, self->prices[a] * self->quantities[b]);
    }
  }
  V0 = rua_sum_get (&v0);
  V1 = rua_sum_get (&v1);
  for (guint item = 0; item < self->n_items; item++) {
    gssize a = market_find (self, base, item), b = market_find (self, current, item);
    double ratio;

    if (a < 0 || b < 0)
      continue;
    ratio = self->prices[b] / self->prices[a];
    rua_sum_add (&logs, (self->values[a] / V0 + self->values[b] / V1) / 2 * log (ratio));
  }
  link.laspeyres = rua_sum_get (&cross10) / V0;
  link.paasche = V1 / rua_sum_get (&cross01);
  link.fisher = sqrt (link.laspeyres * link.paasche);
  link.tornqvist = exp (rua_sum_get (&logs));
  link.value_ratio = V1 / V0;
  link.reason = link.n_matched == 0 ? "no item is in both periods" : NULL;
  return link;
}

static gboolean
check_market (RuaRun *run, GError **error)
{
  const RuaRunColumn *price = rua_run_column (run, "price", 0),
                     *quantity = rua_run_column (run, "quantity", 0);

  for (gsize i = 0; i < run->data.n; i++) {
    if (price->values[i] < 0)
      return rua_run_refuse_row (run, error, price, i, "is not a price; it is at least 0");
    if (quantity->values[i] < 0)
      return rua_run_refuse_row (run, error, quantity, i,
                                 "is not a quantity sold; it is at least 0");
  }
  return TRUE;
}

static gboolean
run_price_index (RuaRun *run, GError **error)
{
  char *base = rua_run_label (run, "base"), *current = rua_run_label (run, "current");
  RuaFigures *figures = run->figures;
  Market market;
  Link link;

  if (!check_market (run, error)) {
    g_free (base);
    g_free (current);
    return FALSE;
  }
  market_init (&market, run);
  link = market_link (&market, market_period (&market, base), market_period (&market, current));
  rua_figures_put (figures, "n_matched", link.n_matched);
  rua_figures_put (figures, "n_base_only", link.n_base_only);
  rua_figures_put (figures, "n_current_only", link.n_current_only);
  rua_figures_put_or (figures, "laspeyres", link.laspeyres, link.reason);
  rua_figures_put_or (figures, "paasche", link.paasche, link.reason);
  rua_figures_put_or (figures, "fisher", link.fisher, link.reason);
  rua_figures_put_or (figures, "tornqvist", link.tornqvist, link.reason);
  rua_figures_put_or (figures, "value_ratio", link.value_ratio, link.reason);
  rua_figures_put_or (figures, "fisher_quantity", link.value_ratio / link.fisher, link.reason);
  if (link.n_base_only + link.n_current_only > 0)
    rua_figures_warn (figures, "%u items are in one period only and do not count",
                      link.n_base_only + link.n_current_only);
  market_clear (&market);
  g_free (base);
  g_free (current);
  return TRUE;
}

static const RuaRoleSpec price_roles[] = {
  { "period", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "The period" },
  { "item", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "What was sold" },
  { "price", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "Its price per unit" },
  { "quantity", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED, "How much of it" },
  { NULL },
};

static const RuaOptionSpec price_options[] = {
  { "base", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The period compared with" },
  { "current", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The period compared" },
  { NULL },
};

const RuaEstimator rua_estimator_price_index = {
  "price_index",
  "Price index of matched items",
  "Laspeyres sum p1q0/sum p0q0; Paasche sum p1q1/sum p0q1; Fisher sqrt(L P); Tornqvist exp sum "
  "mean share ln(p1/p0)",
  "ILO, Consumer Price Index Manual (2020)",
  price_roles,
  price_options,
  "fisher",
  NULL,
  NULL,
  NULL,
  "n_matched",
  run_price_index,
};

static double
link_value (const Link *link, const char *formula)
{
  return g_str_equal (formula, "laspeyres") ? link->laspeyres
         : g_str_equal (formula, "paasche") ? link->paasche
         : g_str_equal (formula, "fisher")  ? link->fisher
                                            : link->tornqvist;
}

static gboolean
run_price_index_chained (RuaRun *run, GError **error)
{
  char **periods = rua_run_labels (run, "periods");
  guint n = g_strv_length (periods);
  const char *formula = rua_run_token (run, "formula"), *reason = NULL;
  double chain = 1;
  Market market;
  Link link;

  if (n == 0 || !check_market (run, error)) {
    if (n == 0)
      rua_run_refuse (run, error, RUA_ERROR_VALUE, "option \"periods\" names no period");
    g_strfreev (periods);
    return FALSE;
  }
  market_init (&market, run);
  for (guint i = 0; i < n; i++) {
    if (i > 0 && reason == NULL) {
      link = market_link (&market, market_period (&market, periods[i - 1]),
                          market_period (&market, periods[i]));
      reason = link.reason;
      chain *= link_value (&link, formula);
      if (reason == NULL && !isfinite (chain))
        reason = "a link is undefined: a price or a value is 0";
    }
    rua_figures_put_at (run->figures, "chain", periods[i], chain, reason);
  }
  for (guint i = 0; i < n; i++) {
    link = market_link (&market, market_period (&market, periods[0]),
                        market_period (&market, periods[i]));
    rua_figures_put_at (run->figures, "direct", periods[i], link_value (&link, formula),
                        link.reason);
  }
  rua_figures_put_or (run->figures, "direct", link_value (&link, formula), link.reason);
  market_clear (&market);
  g_strfreev (periods);
  return TRUE;
}

static const RuaOptionSpec chained_options[] = {
  { "periods", RUA_OPTION_LABELS, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The periods in order" },
  { "formula", RUA_OPTION_TOKEN, "fisher", 0, 0, 0, "laspeyres|paasche|fisher|tornqvist",
    "Of each link" },
  { NULL },
};

const RuaEstimator rua_estimator_price_index_chained = {
  "price_index_chained",
  "Chained price index",
  "product of the matched indices between neighbouring periods; direct: from the first period",
  "ILO, Consumer Price Index Manual (2020), ch. 9",
  price_roles,
  chained_options,
  "direct",
  NULL,
  NULL,
  NULL,
  NULL,
  run_price_index_chained,
};
