/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "station-case.h"

#include "rua-alliance-json.h"
#include "rua-history.h"

#include <string.h>

RuaAlliance *
case_document (const char *members)
{
  g_autofree char *text = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"T\"}, %s}", members);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "test.json", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

char *
case_text_of (RuaAlliance *alliance)
{
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, NULL);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

void
case_assert_same (RuaAlliance *a, RuaAlliance *b)
{
  g_autofree char *x = case_text_of (a);
  g_autofree char *y = case_text_of (b);

  g_assert_cmpstr (x, ==, y);
}

RuaAlliance *
case_hub (void)
{
  RuaAlliance *hub = case_document ("\"households\": [{\"id\": \"h1\", \"weight\": 1}, {\"id\": \"h2\"}]");
  GError *error = NULL;

  g_assert_true (rua_alliance_enroll (hub, "hub", &error));
  g_assert_no_error (error);
  return hub;
}

RuaAlliance *
case_enroll (RuaAlliance *hub, const char *name)
{
  GError *error = NULL;
  RuaAlliance *copy = rua_alliance_enroll_station (hub, name, &error);

  g_assert_no_error (error);
  g_assert_nonnull (copy);
  return copy;
}

void
case_set_weight (RuaAlliance *alliance, const char *id, double weight)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  GError *error = NULL;

  g_assert_nonnull (record);
  g_assert_true (rua_record_set_number (record, "weight", weight, &error));
  g_assert_no_error (error);
}

double
case_weight_of (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  double weight = -1;

  g_assert_nonnull (record);
  rua_record_get_number (record, "weight", &weight);
  return weight;
}

RuaMerge *
case_carry (RuaAlliance *from, RuaAlliance *to, const char *name)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (from, name, -1, NULL, &error);
  RuaMerge *merge;

  g_assert_no_error (error);
  merge = rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_merge_is_done (merge));
  return merge;
}
