/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-catalogue-private.h"
#include "rua-nearest-private.h"
#include "rua-table-private.h"

#include <string.h>

/* Ready-made metrics, over the kinds of alliance.toml. An alliance that defines a metric of the
 * same id means its own. */

typedef struct {
  const char *id;
  const char *title;
  const char *unit;
  const char *direction;
  const char *estimator;
  const char *table;
  const char *columns;
  const char *where;
  const char *options;
  const char *formula;
  const char *standards; /* separated by blanks: scheme:code */
  const char *collect;   /* what it takes */
} Ready;

#define TOTAL "coalesce (income_source, 'total') = 'total'"

static const Ready ready[] = {
  { "income.all_mean", "Mean yearly income of households", "{currency}/household/year", "up",
    "mean", "incomes", "{\"value\":\"amount\"}", TOTAL, NULL, NULL, "SDG:2.3.2",
    "The income of each household in a year." },
  { "income.gini", "Inequality of household incomes (Gini)", "1", "down", "inequality", "incomes",
    "{\"value\":\"amount\"}", TOTAL, NULL, NULL, "SDG:10.1.1",
    "The income of each household in a year." },
  { "income.median", "Median yearly income of households", "{currency}/household/year", "up",
    "quantile", "incomes", "{\"value\":\"amount\"}", TOTAL, "{\"probs\":[0.5]}", NULL, NULL,
    "The income of each household in a year." },
  { "trade.rural_payments", "Payments to producers", "{currency}", "up", "total", "sales",
    "{\"value\":\"producer_amount\"}", NULL, NULL, NULL, "IRIS:PI4096 IRIS:PI1492",
    "What the producers got of each sale." },
  { "trade.producer_share", "Producers' share of what buyers pay", "%", "up", "ratio_of_totals",
    "sales", "{\"numerator\":\"producer_amount\",\"denominator\":\"amount\"}", NULL, NULL, NULL,
    NULL, "What buyers paid and what producers got of it." },
  { "trade.smallholder_share", "Smallholders' share of payments", "%", "up", "ratio_of_totals",
    "sales",
    "{\"numerator\":\"case when smallholder then producer_amount when not smallholder then 0 end\","
    "\"denominator\":\"producer_amount\"}",
    NULL, NULL, NULL, "IRIS:PI8632", "Whether each sale came from a smallholder." },
  { "trade.certified_share", "Certified share of the mass sold", "%", "up", "ratio_of_totals",
    "sales",
    "{\"numerator\":\"case when certified then mass when not certified then 0 end\","
    "\"denominator\":\"mass\"}",
    NULL, NULL, NULL, "IRIS:PI3825 IRIS:PI7923", "The mass of each sale, and if it was certified." },
  { "price.premium_local", "Premium over the local price", "%", "up", NULL, NULL, NULL, NULL, NULL,
    "trade.price_ratio_local - 1", "IRIS:PI1568", "The local price of what was sold." },
  { "trade.price_ratio_local", "Price got over the local price", "1", "up", "ratio_of_totals",
    "sales", "{\"numerator\":\"amount\",\"denominator\":\"local_price\"}", NULL, NULL, NULL, NULL,
    "What each sale would have fetched at the local market." },
  { "trade.buyer_hhi", "Concentration of buyers (Herfindahl-Hirschman)", "1", "down",
    "concentration", "sales", "{\"unit\":\"buyer\",\"amount\":\"amount\"}", NULL, NULL, NULL, NULL,
    "Who bought." },
  { "producers.active", "Households that sold", "household", "up", "distinct_count", "sales",
    "{\"key\":\"producer\"}", NULL, NULL, NULL, "IRIS:PI2566 IRIS:PI9991",
    "Who produced what was sold." },
  { "coop.active", "Co-operatives", "cooperative", "up", "count", "cooperatives", NULL, NULL, NULL,
    NULL, NULL, "A record of each co-operative." },
  { "members.households", "Households in co-operatives", "household", "up", "distinct_count",
    "memberships", "{\"key\":\"household\"}", "left is unknown", NULL, NULL, NULL,
    "The memberships of households." },
  { "sw.stations", "Social work stations open", "station", "up", "count", "stations", NULL,
    "closed is unknown", NULL, NULL, NULL, "A record of each station." },
  { "sw.positions", "Social worker positions", "position", "up", "count", "positions", NULL,
    "abolished is unknown", NULL, NULL, NULL, "A record of each position." },
  { "sw.positions_per_station", "Positions per station", "position/station", "none", NULL, NULL,
    NULL, NULL, NULL, "sw.positions / sw.stations", NULL, "Records of positions and stations." },
  { "train.unique", "People trained", "person", "up", "distinct_count", "attendances",
    "{\"key\":\"person\"}", "participated", NULL, NULL, "IRIS:PI2998",
    "Who was at each workshop." },
  { "train.seats", "Seats taken in trainings", "1", "up", "count", "attendances", NULL,
    "participated", NULL, NULL, NULL, "Who was at each workshop." },
  { "community.participation", "Households that took part, of those not exempt", "%", "up",
    "participation_rate", "attendances",
    "{\"exempt\":\"exempt\",\"participated\":\"participated\"}", "household is known", NULL, NULL,
    NULL, "Which households could have taken part, and which did." },
  { "land.organic_share", "Land farmed organically", "%", "up", "ratio_of_totals", "plots",
    "{\"numerator\":\"case when organic then area when not organic then 0 end\","
    "\"denominator\":\"area\"}",
    NULL, NULL, NULL, "SDG:2.4.1 IRIS:PI6796", "The area of each plot and how it is farmed." },
  { "reach.sites", "Sites", "site", "up", "count", "sites", NULL, NULL, NULL, NULL, "IRIS:PI2476",
    "A record of each site." },
  { "evidence.sourced_share", "Claims that cite a source", "%", "up", "proportion", "claims",
    "{\"value\":\"coalesce (count (sources), 0) > 0\"}", NULL, NULL, NULL, NULL,
    "The sources that each claim cites." },
};

#define N_READY G_N_ELEMENTS (ready)

static RuaMetric *
make (const Ready *from)
{
  RuaRecord *record = RUA_RECORD (rua_metric_new ());
  g_autoptr (GError) error = NULL;
  const struct {
    const char *field;
    const char *text;
  } texts[] = {
    { "unit", from->unit },       { "direction", from->direction }, { "estimator", from->estimator },
    { "table", from->table },     { "columns", from->columns },     { "where", from->where },
    { "options", from->options }, { "formula", from->formula },
  };

  rua_record_set_id (record, from->id, &error);
  rua_record_set_texts (record, "title", "en", from->title, &error);
  rua_record_set_texts (record, "description", "en", from->collect, &error);
  for (guint i = 0; i < G_N_ELEMENTS (texts) && error == NULL; i++)
    if (texts[i].text != NULL)
      rua_record_set_text (record, texts[i].field, texts[i].text, &error);
  if (from->standards != NULL && error == NULL) {
    g_auto (GStrv) standards = g_strsplit (from->standards, " ", -1);

    rua_record_set_text_list (record, "standards", (const char *const *) standards, &error);
  }
  if (error != NULL)
    g_error ("ready-made metric %s: %s", from->id, error->message);
  return RUA_METRIC (record);
}

RuaMetric *
rua_catalogue_lookup (RuaAlliance *alliance, const char *id, GError **error)
{
  RuaRecord *own = rua_alliance_find (alliance, "metric", id);
  RuaTable *table;
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  if (own != NULL)
    return RUA_METRIC (own);
  rua_nearest_init (&nearest, id);
  for (guint i = 0; i < N_READY; i++) {
    if (strcmp (ready[i].id, id) == 0)
      return make (&ready[i]);
    rua_nearest_offer (&nearest, ready[i].id);
  }
  table = rua_alliance_get_table (alliance, "metric");
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);

    if (rua_record_get_id (metric) != NULL)
      rua_nearest_offer (&nearest, g_intern_string (rua_record_get_id (metric)));
  }
  mend = rua_nearest_mend (&nearest, "define it in the array metrics");
  g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "there is no metric “%s”; %s", id, mend);
  return NULL;
}

GPtrArray *
rua_catalogue_list_ready_made (RuaAlliance *alliance)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < N_READY; i++) {
    g_autoptr (RuaRecord) own = rua_alliance_find (alliance, "metric", ready[i].id);

    if (own == NULL)
      g_ptr_array_add (list, make (&ready[i]));
  }
  return list;
}
