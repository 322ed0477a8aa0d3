/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-chart-private.h"

#include <math.h>
#include <string.h>

#include "rua-clearing-private.h"
#include "rua-market-page.h"
#include "rua-wording-private.h"

/* Who gets what under several policies: a row for each policy, class by class and hub by hub. */

typedef struct {
  gint64 ordered, filled;
} Sum;

typedef gboolean (*IsOfPart) (RuaClearing *clearing, guint32 place, const char *part);

static gboolean
is_of_class (RuaClearing *clearing, guint32 place, const char *part)
{
  return rua_clearing_peek_order (clearing, place)->priority == g_ascii_strtoull (part, NULL, 10);
}

static gboolean
is_of_hub (RuaClearing *clearing, guint32 place, const char *part)
{
  return g_strcmp0 (rua_clearing_peek_id (clearing, "hub", rua_clearing_peek_receiver (clearing, place)->hub), part) == 0;
}

/* Of the orders that take part; NaN where there is none. */
static double
fill_of (RuaClearing *clearing, IsOfPart is_of, const char *part)
{
  const RuaMarketProblem *problem = &clearing->outcome->reading->problem;
  Sum sum = { 0, 0 };

  for (guint32 i = 0; i < problem->n_orders; i++) {
    if (problem->orders[i].excluded != RUA_MARKET_TAKES_PART || (is_of != NULL && !is_of (clearing, i, part)))
      continue;
    sum.ordered += problem->orders[i].quantity;
    sum.filled += clearing->outcome->solution->orders[i].filled + clearing->outcome->delivered_to[i];
  }
  return sum.ordered > 0 ? 100.0 * (double) sum.filled / (double) sum.ordered : NAN;
}

static void
add_rows (RuaChart *self, GListModel *clearings, IsOfPart is_of, const char *part, const char *what)
{
  for (guint i = 0; i < g_list_model_get_n_items (clearings); i++) {
    g_autoptr (RuaClearing) clearing = g_list_model_get_item (clearings, i);
    const char *title = rua_policy_get_title (rua_clearing_get_policy (clearing), rua_messages_get_language ());
    g_autofree char *number = title == NULL ? g_strdup_printf (_("Policy %u"), i + 1) : NULL;
    RuaChartItem *item = rua_chart_add (self, g_strdup_printf (C_("chart row", "%1$s: %2$s"), what, title != NULL ? title : number), NULL);

    item->value = fill_of (clearing, is_of, part);
  }
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The classes (or hubs) that any order has, in their order. */
static GPtrArray *
list_parts (GListModel *clearings, gboolean by_hub)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (clearings); i++) {
    g_autoptr (RuaClearing) clearing = g_list_model_get_item (clearings, i);

    for (guint32 place = 0; place < clearing->outcome->reading->problem.n_orders; place++) {
      g_autofree char *part = by_hub ? g_strdup (rua_clearing_peek_id (clearing, "hub", rua_clearing_peek_receiver (clearing, place)->hub))
                                     : g_strdup_printf ("%06u", rua_clearing_peek_order (clearing, place)->priority);

      if (part != NULL && !g_ptr_array_find_with_equal_func (parts, part, g_str_equal, NULL))
        g_ptr_array_add (parts, g_steal_pointer (&part));
    }
  }
  g_ptr_array_sort (parts, compare_texts);
  return parts;
}

/**
 * rua_chart_new_clearings:
 * @title: what stands above
 * @clearings: a list of [class@RuralAlliance.Clearing] of one market, each by another policy
 * @language: (nullable): language of names, such as `zh`
 *
 * Makes a chart of who gets what under several policies: which part of what was ordered is filled, in all, by class of
 * priority, and by hub, with a row for each policy. Orders that could not take part are left out.
 *
 * Returns: (transfer full): a chart
 *
 * Since: 1.0
 */
RuaChart *
rua_chart_new_clearings (const char *title, GListModel *clearings, const char *language)
{
  g_autoptr (GPtrArray) classes = NULL, hubs = NULL;
  RuaChart *self;

  g_return_val_if_fail (title != NULL, NULL);
  g_return_val_if_fail (G_IS_LIST_MODEL (clearings), NULL);
  self = rua_chart_new (RUA_CHART_INTERVALS, title);
  self->unit = g_strdup (_("per cent of what was ordered"));
  add_rows (self, clearings, NULL, NULL, _("All orders"));
  classes = list_parts (clearings, FALSE);
  hubs = list_parts (clearings, TRUE);
  for (guint i = 0; classes->len > 1 && i < classes->len; i++) {
    const char *part = g_ptr_array_index (classes, i);
    g_autofree char *what = g_strdup_printf (_("Class %u"), (guint) g_ascii_strtoull (part, NULL, 10));

    add_rows (self, clearings, is_of_class, part, what);
  }
  for (guint i = 0; hubs->len > 1 && i < hubs->len; i++) {
    const char *part = g_ptr_array_index (hubs, i);
    g_autoptr (RuaClearing) first = g_list_model_get_item (clearings, 0);
    g_autoptr (RuaRecord) hub = rua_alliance_find (first->outcome->reading->alliance, "hub", part);
    g_autofree char *what = hub != NULL ? rua_wording_name (hub, language) : g_strdup (part);

    add_rows (self, clearings, is_of_hub, part, what);
  }
  return self;
}
