/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Household size and price indices. */
#include "rua-estimators-private.h"

#include <math.h>

#include "rua-moments-private.h"
#include "rua-reductions-private.h"
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
  const double half = 0.5;
  double median;
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
    rua_weighted_quantiles (incomes, size, n, &half, 1, RUA_WEIGHTED_AVERAGED, &median, NULL);
    rua_figures_put_or (run->figures, "median_person", median, none);
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
  N_("Income by equivalent members"),
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
  const char *const *periods;
  const RuaMarketCell *cells;
  GHashTable *index; /* period * n_items + item -> number of its cell + 1; or the same as */
  guint32 *places;   /* an array, where most items are in most periods */
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
  double base_value;
  gboolean has_zero;  /* a price, or what was sold in a period, is 0 */
  const char *reason; /* why there is none */
} Link;

static void
market_init (Market *self,
             const RuaMarketCell *cells,
             gsize n_cells,
             const char *const *periods,
             guint n_periods,
             guint n_items)
{
  gsize n = (gsize) n_periods * n_items;

  *self = (Market){ n_items, n_periods, periods, cells, NULL, NULL };
  if (n <= 8 * n_cells + 1024)
    self->places = g_new0 (guint32, MAX (n, 1));
  else
    self->index = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (gsize i = 0; i < n_cells; i++) {
    gint64 key = (gint64) cells[i].period * n_items + cells[i].item;

    if (self->places != NULL)
      self->places[key] = i + 1;
    else
      g_hash_table_insert (self->index, g_memdup2 (&key, sizeof key), GSIZE_TO_POINTER (i + 1));
  }
}

static void
market_clear (Market *self)
{
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_free (self->places);
}

static const RuaMarketCell *
market_find (const Market *self, gint period, guint item)
{
  gint64 key = (gint64) MAX (period, 0) * self->n_items + item;
  gsize place;

  if (period < 0)
    return NULL;
  place = self->places != NULL ? self->places[key]
                               : GPOINTER_TO_SIZE (g_hash_table_lookup (self->index, &key));
  return place > 0 ? &self->cells[place - 1] : NULL;
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
    const RuaMarketCell *a = market_find (self, base, item), *b = market_find (self, current, item);

    link.n_matched += a && b;
    link.n_base_only += a && !b;
    link.n_current_only += !a && b;
    if (a && b) {
      rua_sum_add (&v0, a->value);
      rua_sum_add (&v1, b->value);
      rua_sum_add (&cross10, b->price * a->quantity);
      rua_sum_add (&cross01, a->price * b->quantity);
      link.has_zero |= a->price == 0 || b->price == 0;
    }
  }
  V0 = rua_sum_get (&v0);
  V1 = rua_sum_get (&v1);
  for (guint item = 0; item < self->n_items; item++) {
    const RuaMarketCell *a = market_find (self, base, item), *b = market_find (self, current, item);

    if (a && b)
      rua_sum_add (&logs, (a->value / V0 + b->value / V1) / 2
                            * log (b->price / a->price));
  }
  link.laspeyres = rua_sum_get (&cross10) / V0;
  link.paasche = V1 / rua_sum_get (&cross01);
  link.fisher = sqrt (link.laspeyres * link.paasche);
  link.tornqvist = exp (rua_sum_get (&logs));
  link.value_ratio = V1 / V0;
  link.base_value = V0;
  link.has_zero |= V0 == 0 || V1 == 0;
  link.reason = link.n_matched == 0 ? N_("no item is in both periods") : NULL;
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

static double
link_value (const Link *link, const char *formula)
{
  return g_str_equal (formula, "laspeyres") ? link->laspeyres
         : g_str_equal (formula, "paasche") ? link->paasche
         : g_str_equal (formula, "fisher")  ? link->fisher
                                            : link->tornqvist;
}

/* Why a figure of a link has none. */
static const char *
link_reason (const Link *link, double value)
{
  if (link->reason != NULL || isfinite (value) || !link->has_zero)
    return link->reason;
  return N_("a price or a value is 0");
}

static void
put_direct (RuaRun *run, const Market *market)
{
  char *base = rua_run_label (run, "base"), *current = rua_run_label (run, "current");
  Link link = market_link (market, market_period (market, base), market_period (market, current));
  RuaFigures *figures = run->figures;
  double quantity = link.value_ratio / link.fisher;
  const char *worthless = link.reason == NULL && link.base_value == 0 ? N_("what was sold in the base period has no value")
                                                                       : link.reason;

  rua_figures_put (figures, "n_matched", link.n_matched);
  rua_figures_put (figures, "n_base_only", link.n_base_only);
  rua_figures_put (figures, "n_current_only", link.n_current_only);
  rua_figures_put_or (figures, "laspeyres", link.laspeyres, worthless);
  rua_figures_put_or (figures, "paasche", link.paasche, link_reason (&link, link.paasche));
  rua_figures_put_or (figures, "fisher", link.fisher, worthless ? worthless : link_reason (&link, link.fisher));
  rua_figures_put_or (figures, "tornqvist", link.tornqvist,
                      worthless ? worthless : link_reason (&link, link.tornqvist));
  rua_figures_put_or (figures, "value_ratio", link.value_ratio, worthless);
  rua_figures_put_or (figures, "fisher_quantity", quantity, worthless ? worthless : link_reason (&link, quantity));
  if (link.n_base_only + link.n_current_only > 0)
    rua_figures_warn (figures, _("%u items are in one period only and do not count"),
                      link.n_base_only + link.n_current_only);
  g_free (base);
  g_free (current);
}

static gboolean
put_chained (RuaRun *run, const Market *market, GError **error)
{
  char **periods = rua_run_labels (run, "periods");
  guint n = g_strv_length (periods);
  const char *formula = rua_run_token (run, "formula"), *reason = NULL;
  double chain = 1, value = NAN;
  gboolean done = TRUE;
  Link link = { 0 };

  if (n == 0) {
    g_strfreev (periods);
    return rua_run_refuse (run, error, RUA_ERROR_VALUE, "option \"periods\" names no period");
  }
  for (guint i = 1; i < n && done; i++)
    for (guint j = 0; j < i && done; j++)
      if (g_str_equal (periods[i], periods[j]))
        done = rua_run_refuse (run, error, RUA_ERROR_DUPLICATE, "period %s is there twice", periods[i]);
  if (!done) {
    g_strfreev (periods);
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    if (i > 0 && reason == NULL) {
      link = market_link (market, market_period (market, periods[i - 1]),
                          market_period (market, periods[i]));
      reason = link.reason;
      chain *= link_value (&link, formula);
      if (reason == NULL && !isfinite (chain))
        reason = N_("a link is undefined: a price or a value is 0");
    }
    rua_figures_put_at (run->figures, "chain", periods[i], chain, reason);
  }
  for (guint i = 0; i < n; i++) {
    link = market_link (market, market_period (market, periods[0]),
                        market_period (market, periods[i]));
    value = link_value (&link, formula);
    rua_figures_put_at (run->figures, "direct", periods[i], value, link_reason (&link, value));
  }
  rua_figures_put_or (run->figures, "direct", value, link_reason (&link, value));
  g_strfreev (periods);
  return TRUE;
}

gboolean
rua_put_price_index (RuaRun *run,
                     const RuaMarketCell *cells,
                     gsize n_cells,
                     const char *const *periods,
                     guint n_periods,
                     guint n_items,
                     gsize n_again,
                     gboolean chained,
                     GError **error)
{
  Market market;
  gboolean done = TRUE;

  if (n_again > 0)
    rua_figures_warn (run->figures,
                      _("%llu records repeat an item of a period; its price is the unit value, or the mean where nothing was sold"),
                      (unsigned long long)n_again);
  market_init (&market, cells, n_cells, periods, n_periods, n_items);
  if (chained)
    done = put_chained (run, &market, error);
  else
    put_direct (run, &market);
  market_clear (&market);
  return done;
}

static gboolean
run_market (RuaRun *run, gboolean chained, GError **error)
{
  const double *price = rua_run_values (run, "price"), *quantity = rua_run_values (run, "quantity");
  const char **labels;
  guint n_periods, n_items, n_cells;
  guint32 *periods, *items, *places, *counts;
  gsize n = run->data.n;
  RuaMarketCell *cells;
  gboolean done;

  if (!check_market (run, error))
    return FALSE;
  periods = rua_run_groups (run, "period", 0, &n_periods, &labels);
  items = rua_run_groups (run, "item", 0, &n_items, NULL);
  places = rua_groups_cross (periods, items, n, n_items, &n_cells);
  cells = g_new0 (RuaMarketCell, MAX (n_cells, 1));
  counts = g_new0 (guint32, MAX (n_cells, 1));
  for (gsize i = 0; i < n; i++) {
    RuaMarketCell *cell = &cells[places[i]];

    cell->period = periods[i];
    cell->item = items[i];
    cell->value += price[i] * quantity[i];
    cell->quantity += quantity[i];
    cell->price += price[i];
    counts[places[i]]++;
  }
  for (guint i = 0; i < n_cells; i++)
    rua_market_cell_price (&cells[i], counts[i]);
  g_free (counts);
  done = rua_put_price_index (run, cells, n_cells, labels, n_periods, n_items, n - n_cells, chained,
                              error);
  g_free (cells);
  g_free (places);
  g_free (items);
  g_free (periods);
  g_free (labels);
  return done;
}

static gboolean
run_price_index (RuaRun *run, GError **error)
{
  return run_market (run, FALSE, error);
}

static gboolean
run_price_index_chained (RuaRun *run, GError **error)
{
  return run_market (run, TRUE, error);
}

static const RuaRoleSpec price_roles[] = {
  { "period", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "The period" },
  { "item", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "What was sold" },
  { "price", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_NOT_BELOW_0, "Its price per unit" },
  { "quantity", RUA_ROLE_NUMBER, RUA_ROLE_REQUIRED | RUA_ROLE_NOT_BELOW_0, "How much of it" },
  { NULL },
};

static const RuaOptionSpec price_options[] = {
  { "base", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The period compared with" },
  { "current", RUA_OPTION_LABEL, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The period compared" },
  { NULL },
};

const RuaEstimator rua_estimator_price_index = {
  "price_index",
  N_("Price index of matched items"),
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
  rua_reduce_price_index,
};

static const RuaOptionSpec chained_options[] = {
  { "periods", RUA_OPTION_LABELS, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The periods in order" },
  { "formula", RUA_OPTION_TOKEN, "fisher", 0, 0, 0, "laspeyres|paasche|fisher|tornqvist",
    "Of each link" },
  { NULL },
};

const RuaEstimator rua_estimator_price_index_chained = {
  "price_index_chained",
  N_("Chained price index"),
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
  rua_reduce_price_index_chained,
};
