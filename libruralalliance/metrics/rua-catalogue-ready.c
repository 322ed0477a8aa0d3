/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-catalogue-private.h"
#include "rua-nearest-private.h"
#include "rua-parameters-private.h"
#include "rua-ready-private.h"
#include "rua-table-private.h"

#include <string.h>

/* Finding a metric by its id: the alliance's own, else a ready-made one, with its parameters set. */

static const RuaReady *const topics[] = { rua_ready_incomes, rua_ready_trade, rua_ready_market, rua_ready_work };

static RuaMetric *
make (const RuaReady *from)
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
    { "parameters", from->parameters }, { "deflate", from->deflate }, { "nodes", from->nodes },
  };

  rua_record_set_id (record, from->id, &error);
  rua_record_set_texts (record, "title", "en", from->title, &error);
  rua_record_set_texts (record, "description", "en", from->title, &error);
  rua_record_set_texts (record, "collect", "en", from->collect, &error);
  for (guint i = 0; i < G_N_ELEMENTS (texts) && error == NULL; i++)
    if (texts[i].text != NULL)
      rua_record_set_text (record, texts[i].field, texts[i].text, &error);
  if (from->standards != NULL && error == NULL) {
    g_auto (GStrv) standards = g_strsplit (from->standards, " ", -1);

    rua_record_set_text_list (record, "standards", (const char *const *) standards, &error);
  }
  if (from->by != NULL && error == NULL) {
    const char *by[] = { from->by, NULL };

    rua_record_set_text_list (record, "by", by, &error);
  }
  if (error != NULL)
    g_error ("ready-made metric %s: %s", from->id, error->message);
  return RUA_METRIC (record);
}

static RuaMetric *
find_exactly (RuaAlliance *alliance, const char *id)
{
  RuaRecord *own = rua_alliance_find (alliance, "metric", id);

  if (own != NULL)
    return RUA_METRIC (own);
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    for (const RuaReady *ready = topics[i]; ready->id != NULL; ready++)
      if (strcmp (ready->id, id) == 0)
        return make (ready);
  return NULL;
}

RuaMetric *
rua_catalogue_lookup (RuaAlliance *alliance, const char *id, GError **error)
{
  RuaMetric *found = find_exactly (alliance, id);
  g_autofree char *base = found == NULL ? rua_parameters_dup_base (id) : NULL;
  g_autoptr (RuaMetric) bare = base != NULL ? find_exactly (alliance, base) : NULL;
  RuaTable *table;
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  if (found != NULL)
    return found;
  if (bare != NULL)
    return rua_parameters_apply (bare, id, error);
  rua_nearest_init (&nearest, base != NULL ? base : id);
  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    for (const RuaReady *ready = topics[i]; ready->id != NULL; ready++)
      rua_nearest_offer (&nearest, ready->id);
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

  for (guint i = 0; i < G_N_ELEMENTS (topics); i++)
    for (const RuaReady *ready = topics[i]; ready->id != NULL; ready++) {
      g_autoptr (RuaRecord) own = rua_alliance_find (alliance, "metric", ready->id);

      if (own == NULL)
        g_ptr_array_add (list, make (ready));
    }
  return list;
}
