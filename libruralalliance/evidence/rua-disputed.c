/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-inquiry-private.h"

#include <string.h>

#include "rua-catalogue-private.h"
#include "rua-log-private.h"
#include "rua-merge-conflict.h"
#include "rua-row-keys-private.h"

/* Open conflicts of the log, and what rests on them. */

/* A field's name, as a word, behind @before where that is told: "weight" in "weight > 0", "household.weight". */
static gboolean
mentions (const char *text, const char *field, char before)
{
  gsize length = strlen (field);

  for (const char *at = text; at != NULL && (at = strstr (at, field)) != NULL; at++) {
    char left = at == text ? ' ' : at[-1], right = at[length];

    if (g_ascii_isalnum (left) || left == '_' || g_ascii_isalnum (right) || right == '_')
      continue;
    if (before == '\0' || left == before)
      return TRUE;
  }
  return FALSE;
}

/* Whether any part of the metric's definition names the field. */
static gboolean
reads_field (RuaRecord *metric, const char *field, char before)
{
  RuaKind *kind = rua_record_get_kind (metric);

  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *part = rua_kind_get_field (kind, i);
    const char *name = rua_field_get_name (part);
    g_auto (GStrv) list = NULL;

    switch (rua_field_get_field_type (part)) {
    case RUA_FIELD_TYPE_TEXT:
    case RUA_FIELD_TYPE_TOKEN:
    case RUA_FIELD_TYPE_JSON:
      if (mentions (rua_record_get_text (metric, name), field, before))
        return TRUE;
      break;
    case RUA_FIELD_TYPE_TEXT_LIST:
      list = rua_record_dup_text_list (metric, name);
      for (guint l = 0; list != NULL && list[l] != NULL; l++)
        if (mentions (list[l], field, before))
          return TRUE;
      break;
    default:
      break;
    }
  }
  return FALSE;
}

static guint32
find_row (RuaInquiry *self, RuaTable *table, const char *key)
{
  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
    g_autofree char *name = rua_table_is_alive (table, row) ? rua_alliance_dup_row_key (self->alliance, table, row) : NULL;

    if (g_strcmp0 (name, key) == 0)
      return row;
  }
  return RUA_NO_ROW;
}

/* The record of a conflict among those that are used; one that is not there might have been. */
static gboolean
is_among (RuaInquiry *self, RuaTable *table, const char *key, RuaRowIsUsed is_used, gpointer data)
{
  guint32 row = find_row (self, table, key);
  guint position = 0;

  if (row == RUA_NO_ROW || is_used == NULL)
    return TRUE;
  for (guint32 before = 0; before < row; before++)
    position += rua_table_is_alive (table, before);
  return is_used (data, position);
}

char *
rua_inquiry_find_conflict (RuaInquiry *self, const char *metric_id, RuaTable *table, RuaRowIsUsed is_used, gpointer data)
{
  g_autoptr (RuaMetric) found = rua_catalogue_lookup (self->alliance, metric_id, NULL);
  RuaRecord *metric = (RuaRecord *)found;
  const char *kind = rua_kind_get_name (rua_table_get_kind (table));

  for (guint i = 0; i < g_list_model_get_n_items (self->conflicts); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (self->conflicts, i);
    const char *field = rua_merge_conflict_get_field (conflict);
    gboolean is_own = strcmp (rua_merge_conflict_get_kind (conflict), kind) == 0;
    gboolean is_whole = *field == '\0'
                        || rua_merge_conflict_get_conflict_type (conflict) == RUA_MERGE_CONFLICT_TYPE_REMOVED_AND_EDITED;

    /* A record of the table, whether it is there or in a field that is read; or one that the metric reads by way
     * of a reference. */
    if (is_own && (is_whole || (metric != NULL && reads_field (metric, field, '\0')))
        && is_among (self, table, rua_merge_conflict_get_key (conflict), is_used, data))
      return rua_merge_conflict_to_string (conflict);
    if (!is_own && *field != '\0' && metric != NULL && reads_field (metric, field, '.'))
      return rua_merge_conflict_to_string (conflict);
  }
  return NULL;
}

/* Whether a condition may be about the figure of that id: it names it, or does not go by ids. */
static gboolean
may_mean (const char *where, const char *id)
{
  g_autofree char *quoted = g_strdup_printf ("'%s'", id);

  return where == NULL || strstr (where, quoted) != NULL || !mentions (where, "id", '\0');
}

char *
rua_inquiry_find_figure_conflict (RuaInquiry *self, const char *metric_id)
{
  g_autoptr (RuaMetric) metric = rua_catalogue_lookup (self->alliance, metric_id, NULL);
  RuaTable *table = rua_alliance_get_observations (self->alliance);

  for (guint i = 0; metric != NULL && i < g_list_model_get_n_items (self->conflicts); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (self->conflicts, i);
    const char *key = rua_merge_conflict_get_key (conflict), *id = rua_row_key_get_id (key);

    if (strcmp (rua_merge_conflict_get_kind (conflict), "observation") == 0 && id != NULL && find_row (self, table, key) == RUA_NO_ROW
        && may_mean (rua_metric_get_where (metric), id))
      return rua_merge_conflict_to_string (conflict);
  }
  return NULL;
}

char *
rua_inquiry_find_record_conflict (RuaInquiry *self, RuaRecord *record)
{
  RuaTable *table = rua_record_get_table (record);
  g_autofree char *key = NULL;

  if (table == NULL || g_list_model_get_n_items (self->conflicts) == 0)
    return NULL;
  key = rua_alliance_dup_row_key (self->alliance, table, rua_record_get_row (record));
  for (guint i = 0; i < g_list_model_get_n_items (self->conflicts); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (self->conflicts, i);

    if (strcmp (rua_merge_conflict_get_kind (conflict), rua_kind_get_name (rua_record_get_kind (record))) == 0
        && g_strcmp0 (rua_merge_conflict_get_key (conflict), key) == 0)
      return rua_merge_conflict_to_string (conflict);
  }
  return NULL;
}
