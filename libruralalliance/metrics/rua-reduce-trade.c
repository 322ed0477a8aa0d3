/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Concentration and price indices as sums by unit, and by item and period. */
#include "rua-reductions-private.h"
#include "rua-scratch-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

RUA_WIDE static void
amount_factors (const RuaFactorInput *input, double *const *factors)
{
  for (guint i = 0; i < input->n; i++)
    factors[0][i] = input->roles[1][i];
}

static gboolean
amount_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[1];
  return TRUE;
}

static char *
unit_label (gconstpointer owner, guint32 unit)
{
  return rua_cell_sums_dup_label (owner, unit, 0);
}

static gboolean
finish_concentration (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  gsize n = rua_cell_sums_get_n (sums);
  double *totals = rua_scratch_take (n * sizeof (double));
  gboolean done;

  rua_cell_sums_get_sums (sums, 0, totals);
  done = rua_put_concentration (run, totals, n, unit_label, sums, error);
  rua_scratch_give (totals);
  return done;
}

const RuaReduction *
rua_reduce_concentration (RuaRun *run)
{
  static const char *const cells[] = { "unit", NULL };
  static const guint8 amount[] = { 1 };
  static const RuaReduction self = {
    .cells = cells,
    .any_order = TRUE,
    .n_factors = 1,
    .n_terms = 1,
    .terms = { { 0, RUA_ONE } },
    .factors = amount_factors,
    .of_roles = amount,
    .wholes = amount_wholes,
    .finish = finish_concentration,
  };

  return &self;
}

/* ---- price indices ---- */

static void
market_factors (const RuaFactorInput *input, double *const *factors)
{
  memcpy (factors[0], input->roles[2], input->n * sizeof (double));
  memcpy (factors[1], input->roles[3], input->n * sizeof (double));
}

static gboolean
market_wholes (const RuaScaled *roles, const double *constants, RuaScaled *factors)
{
  factors[0] = roles[2];
  factors[1] = roles[3];
  return TRUE;
}

static gboolean
finish_market (RuaRun *run, const RuaCellSums *sums, gboolean chained, GError **error)
{
  gsize n = rua_cell_sums_get_n (sums), n_records = 0;
  guint n_periods, n_items;
  g_autofree guint32 *items = rua_cell_sums_number (sums, 0, &n_items);
  g_autofree guint32 *periods = rua_cell_sums_number (sums, 1, &n_periods);
  g_autofree RuaMarketCell *cells = g_new (RuaMarketCell, MAX (n, 1));
  g_auto (GStrv) labels = g_new0 (char *, n_periods + 1);

  for (gsize i = 0; i < n; i++) {
    cells[i] = (RuaMarketCell){ periods[i], items[i], rua_cell_sums_get_sum (sums, i, 0, NULL),
                                rua_cell_sums_get_sum (sums, i, 1, NULL),
                                rua_cell_sums_get_sum (sums, i, 2, NULL) };
    rua_market_cell_price (&cells[i], rua_cell_sums_get_n_records (sums, i));
    n_records += rua_cell_sums_get_n_records (sums, i);
    if (labels[periods[i]] == NULL)
      labels[periods[i]] = rua_cell_sums_dup_label (sums, i, 1);
  }
  return rua_put_price_index (run, cells, n, (const char *const *) labels, n_periods, n_items,
                              n_records - n, chained, error);
}

static gboolean
finish_price_index (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  return finish_market (run, sums, FALSE, error);
}

static gboolean
finish_price_index_chained (RuaRun *run, const RuaCellSums *sums, GError **error)
{
  return finish_market (run, sums, TRUE, error);
}

/* Neither is below 0: the engine looks for such values. */
static const guint8 price_and_quantity[] = { 2, 3 };
static const char *const market_cells[] = { "item", "period", NULL };

const RuaReduction *
rua_reduce_price_index (RuaRun *run)
{
  static const RuaReduction self = {
    .cells = market_cells,
    .n_factors = 2,
    .n_terms = 3,
    .terms = { { 0, 1 }, { 1, RUA_ONE }, { 0, RUA_ONE } },
    .factors = market_factors,
    .of_roles = price_and_quantity,
    .wholes = market_wholes,
    .finish = finish_price_index,
  };

  return &self;
}

const RuaReduction *
rua_reduce_price_index_chained (RuaRun *run)
{
  static const RuaReduction self = {
    .cells = market_cells,
    .n_factors = 2,
    .n_terms = 3,
    .terms = { { 0, 1 }, { 1, RUA_ONE }, { 0, RUA_ONE } },
    .factors = market_factors,
    .of_roles = price_and_quantity,
    .wholes = market_wholes,
    .finish = finish_price_index_chained,
  };

  return &self;
}
