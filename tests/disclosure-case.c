/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "disclosure-case.h"

#include "metrics-case.h"
#include "rua-measure.h"

void
disclosure_case_add (RuaAlliance *alliance, guint *serial, const char *village, const char *type, guint n,
                const char *amount)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", *serial), *at = g_strdup_printf ("@h%u", *serial);

    ++*serial;
    case_add (alliance, "household", "id", id, "village", village, "household_type", type, NULL);
    case_add (alliance, "income", "household", at, "year", "2014", "amount", amount, NULL);
  }
}

RuaAlliance *
disclosure_case_new (void)
{
  static const char *const villages[] = { "a", "b", "c", "d" };
  RuaAlliance *alliance = case_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (villages); i++)
    case_add (alliance, "place", "id", villages[i], "name", villages[i], "level", "village", NULL);
  case_add (alliance, "metric", "id", "total", "estimator", "total", "table", "incomes", "columns",
            "{\"value\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "mean", "estimator", "mean", "table", "incomes", "columns",
            "{\"value\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "ratio", "formula", "total / mean", NULL);
  return alliance;
}

GListModel *
disclosure_case_measure (RuaAlliance *alliance, const char *id, const char *by, const char *where, guint min_count)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_auto (GStrv) paths = g_strsplit (by, ";", -1);
  g_autoptr (GError) error = NULL;
  GListModel *results = rua_metric_measure_public (RUA_METRIC (metric), alliance,
                                                   (const char *const *) paths, where, min_count, NULL,
                                                   &error);

  if (results == NULL)
    g_error ("%s", error->message);
  return results;
}

/* "a 900; b withheld" */
void
disclosure_case_assert (RuaAlliance *alliance, const char *id, const char *by, const char *where, guint min_count,
               const char *want)
{
  g_autoptr (GListModel) results = disclosure_case_measure (alliance, id, by, where, min_count);
  g_autofree char *got = case_tell (results);

  g_assert_cmpstr (got, ==, want);
}
