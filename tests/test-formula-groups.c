/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-measure.h"
#include "rua-predicate-private.h"

#include <math.h>
#include <string.h>

/* Formulas over metrics, group by group. */

static void
add_sale (RuaAlliance *alliance, const char *year, const char *channel, const char *amount,
          const char *producer_amount)
{
  case_add (alliance, "sale", "year", year, "channel", channel, "amount", amount, "producer_amount",
            producer_amount, NULL);
}

static void
add_total (RuaAlliance *alliance, const char *id, const char *field, const char *where)
{
  g_autofree char *columns = g_strdup_printf ("{\"value\":\"%s\"}", field);

  case_add (alliance, "metric", "id", id, "estimator", "total", "table", "sales", "columns", columns,
            "where", where, "unit", "{currency}", NULL);
}

static RuaAlliance *
sales_case (void)
{
  RuaAlliance *alliance = case_empty ();

  add_sale (alliance, "2014", "shop", "100", "60");
  add_sale (alliance, "2014", "shop", "20", "10");
  add_sale (alliance, "2014", "online", "30", "24");
  add_sale (alliance, "2015", "shop", "50", "20");
  add_sale (alliance, "2015", "-", "150", "-");
  add_total (alliance, "revenue", "amount", "-");
  add_total (alliance, "producers", "producer_amount", "-");
  return alliance;
}

static GListModel *
measure_by (RuaAlliance *alliance, const char *id, const char *by, const char *where)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_auto (GStrv) paths = g_strsplit (by, ";", -1);
  g_autoptr (GError) error = NULL;
  GListModel *results = rua_metric_measure_by (RUA_METRIC (metric), alliance,
                                               (const char *const *) paths, where, NULL, &error);

  if (results == NULL)
    g_error ("%s: %s", id, error->message);
  return results;
}

static void
assert_groups (RuaAlliance *alliance, const char *id, const char *by, const char *where,
               const char *want)
{
  g_autoptr (GListModel) results = measure_by (alliance, id, by, where);
  g_autofree char *got = case_tell (results);

  g_assert_cmpstr (got, ==, want);
}

static void
refused (RuaAlliance *alliance, const char *id, const char *by, const char *where, RuaError code,
         const char *part)
{
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", id);
  g_auto (GStrv) paths = g_strsplit (by, ";", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) results = rua_metric_measure_by (
    RUA_METRIC (metric), alliance, (const char *const *) paths, where, NULL, &error);

  g_assert_null (results);
  if (!g_error_matches (error, RUA_ERROR, code) || strstr (error->message, part) == NULL)
    g_error ("code %d: %s; wanted: %s", error->code, error->message, part);
}

static gboolean
has_warning (RuaResult *result, const char *part)
{
  const char *const *warnings = rua_result_get_warnings (result);

  for (guint i = 0; warnings[i] != NULL; i++)
    if (strstr (warnings[i], part) != NULL)
      return TRUE;
  return FALSE;
}

static void
test_ratio (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();

  case_add (alliance, "metric", "id", "share", "formula", "producers / revenue - 0.5", "unit", "%",
            NULL);
  assert_groups (alliance, "share", "", NULL, " -17.4286");
  assert_groups (alliance, "share", "year", NULL, "2014 12.6667; 2015 -40");
  assert_groups (alliance, "share", "year;channel", NULL,
                 "2014/online 30; 2014/shop 8.33333; 2015/shop -10; 2015/? undefined");
  assert_groups (alliance, "share", "year", "channel = 'shop'", "2014 8.33333; 2015 -10");
}

/* The metric's own groups, by the API's name for it. */
static void
test_own_groups (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();
  g_autoptr (GError) error = NULL;

  case_add (alliance, "metric", "id", "share", "formula", "revenue / revenue over (year)", "by",
            "year channel", "unit", "%", NULL);
  g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "share");
  g_autoptr (GListModel) groups
    = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *got = case_tell (groups);
  g_assert_cmpstr (got, ==, "2014/online 20; 2014/shop 80; 2015/shop 25; 2015/? 75");
  /* All together, the year has no groups to keep. */
  g_autoptr (RuaResult) all = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  double value;
  g_assert_no_error (error);
  g_assert_true (rua_result_get_estimate (all, &value));
  g_assert_cmpfloat (value, ==, 100);
}

static void
test_over (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();

  case_add (alliance, "metric", "id", "of-year", "formula", "100 * revenue / revenue over (year)", NULL);
  case_add (alliance, "metric", "id", "of-all", "formula", "100 * revenue / revenue over ()", NULL);
  case_add (alliance, "metric", "id", "spaced", "formula",
            "100 * revenue over (channel,year) / revenue over( \"year\" )", NULL);
  case_add (alliance, "metric", "id", "by-expression", "formula",
            "revenue / revenue over (coalesce (channel, 'other'))", NULL);
  case_add (alliance, "metric", "id", "of-value", "formula",
            "revenue['n'] / revenue['n'] over (year)", NULL);
  case_add (alliance, "metric", "id", "nested", "formula", "\"of-year\" + 0 * revenue", NULL);
  assert_groups (alliance, "of-year", "year;channel", NULL,
                 "2014/online 20; 2014/shop 80; 2015/shop 25; 2015/? 75");
  assert_groups (alliance, "spaced", "year;channel", NULL,
                 "2014/online 20; 2014/shop 80; 2015/shop 25; 2015/? 75");
  /* the order of the formula's groups is that in which they are asked for */
  assert_groups (alliance, "of-year", "channel;year", NULL,
                 "online/2014 20; shop/2014 80; shop/2015 25; ?/2015 75");
  assert_groups (alliance, "of-all", "year;channel", NULL,
                 "2014/online 8.57143; 2014/shop 34.2857; 2015/shop 14.2857; 2015/? 42.8571");
  assert_groups (alliance, "by-expression", "year;coalesce(channel,'other')", NULL,
                 "2014/online 1; 2014/shop 0.705882; 2015/other 1; 2015/shop 0.294118");
  assert_groups (alliance, "of-value", "year;channel", NULL,
                 "2014/online 0.333333; 2014/shop 0.666667; 2015/shop 0.5; 2015/? 0.5");
  refused (alliance, "nested", "year;channel", NULL, RUA_ERROR_UNIT, "nested");
}

static void
test_chain (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();

  case_add (alliance, "metric", "id", "share", "formula", "revenue / revenue over (year)", NULL);
  case_add (alliance, "metric", "id", "margin", "formula", "1 - producers / revenue", NULL);
  case_add (alliance, "metric", "id", "weighed", "formula", "share * margin", NULL);
  assert_groups (alliance, "weighed", "year;channel", NULL,
                 "2014/online 0.04; 2014/shop 0.333333; 2015/shop 0.15; 2015/? undefined");
  /* an inner share still stands over its year */
  case_add (alliance, "metric", "id", "of-share", "formula", "share / share over (year)", NULL);
  assert_groups (alliance, "of-share", "year;channel", NULL,
                 "2014/online 0.2; 2014/shop 0.8; 2015/shop 0.25; 2015/? 0.75");
}

/* A total of what is known over a count of all is no mean, and says so. */
static void
test_different_rows (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (GListModel) results = NULL;

  case_add (alliance, "metric", "id", "earned", "estimator", "total", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "asked", "estimator", "count", "table", "incomes", NULL);
  case_add (alliance, "metric", "id", "told", "estimator", "count", "table", "incomes", "columns", "{\"value\":\"amount\"}", NULL);
  case_add (alliance, "metric", "id", "low", "formula", "earned / asked", NULL);
  case_add (alliance, "metric", "id", "right", "formula", "earned / told", NULL);
  results = measure_by (alliance, "low", "household", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

    /* h3 alone was asked in 2017 and told nothing */
    g_assert_cmpint (has_warning (result, "different rows"), ==,
                     g_str_equal (rua_result_get_group_label (result, "household"), "h3"));
  }
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GListModel) whole = measure_by (alliance, i == 0 ? "low" : "right", "", NULL);
    g_autoptr (RuaResult) result = g_list_model_get_item (whole, 0);

    g_assert_cmpint (has_warning (result, "different rows"), ==, i == 0);
  }
}

static void
test_one_sided (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();

  add_total (alliance, "online", "amount", "channel = 'online'");
  case_add (alliance, "metric", "id", "part", "formula", "online / revenue", NULL);
  case_add (alliance, "metric", "id", "never", "formula", "nothing / revenue", "unit", "%", NULL);
  add_total (alliance, "nothing", "amount", "channel = 'self'");
  g_autoptr (GListModel) results = measure_by (alliance, "part", "year", NULL);
  g_autoptr (RuaResult) both = g_list_model_get_item (results, 0);
  g_autoptr (RuaResult) one = g_list_model_get_item (results, 1);
  g_autofree char *got = case_tell (results);

  g_assert_cmpstr (got, ==, "2014 0.2; 2015 undefined");
  g_assert_false (has_warning (both, "one-sided"));
  g_assert_true (has_warning (one, "one-sided group"));
  g_assert_nonnull (strstr (rua_result_get_reason (one), "online has no rows in this group"));
  g_assert_cmpuint (rua_result_get_n_used (both), ==, 4);
  g_assert_cmpuint (rua_result_get_n_used (one), ==, 2);
  g_assert_cmpstr (rua_result_get_digest (one), !=, rua_result_get_digest (both));

  g_autoptr (GListModel) empty = measure_by (alliance, "never", "year", NULL);
  g_autofree char *nothing = case_tell (empty);
  g_autoptr (RuaResult) first = g_list_model_get_item (empty, 0);
  g_assert_cmpstr (nothing, ==, "2014 undefined; 2015 undefined");
  g_assert_nonnull (strstr (rua_result_get_reason (first), "nothing has no rows"));
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPredicate) predicate = NULL;

  case_add (alliance, "metric", "id", "lost", "formula", "revenue / revenue over (yaer)", NULL);
  case_add (alliance, "metric", "id", "none-whole", "formula",
            "revenue over (year) / revenue over ()", NULL);
  case_add (alliance, "metric", "id", "row", "estimator", "total", "table", "sales", "columns",
            "{\"value\":\"amount over (year)\"}", NULL);
  case_add (alliance, "metric", "id", "number", "formula", "2 over (year)", NULL);
  case_add (alliance, "metric", "id", "open", "formula", "revenue over year", NULL);
  case_add (alliance, "observation", "id", "o", "measured_property", "revenue", "statistic", "total",
            "value", "700", "unit", "CNY", NULL);
  case_add (alliance, "metric", "id", "told", "estimator", "reported", "table", "observations",
            "where", "id = 'o'", NULL);
  case_add (alliance, "metric", "id", "of-told", "formula", "revenue / told", NULL);
  case_add (alliance, "metric", "id", "of-told-over", "formula", "revenue / told over ()", NULL);
  refused (alliance, "lost", "year", NULL, RUA_ERROR_UNKNOWN_NAME, "revenue over (yaer)");
  refused (alliance, "lost", "", NULL, RUA_ERROR_UNKNOWN_NAME, "grouped by nothing");
  refused (alliance, "none-whole", "year;channel", NULL, RUA_ERROR_VALUE, "all of its groups");
  refused (alliance, "row", "", NULL, RUA_ERROR_SYNTAX, "over (…) stands in formulas");
  refused (alliance, "number", "", NULL, RUA_ERROR_SYNTAX, "expected an operator or the end");
  refused (alliance, "open", "", NULL, RUA_ERROR_SYNTAX, "an opening parenthesis and paths");
  refused (alliance, "of-told", "year", NULL, RUA_ERROR_VALUE, "told");
  assert_groups (alliance, "of-told-over", "year", NULL, "2014 0.214286; 2015 0.285714");
  refused (alliance, "lost", "colour", NULL, RUA_ERROR_UNKNOWN_NAME, "colour");

  predicate = rua_predicate_new ("revenue over (year) > 3", alliance, &error);
  g_assert_null (predicate);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
}

static void
test_deflated (void)
{
  g_autoptr (RuaAlliance) alliance = sales_case ();

  case_add (alliance, "series", "id", "cpi", "title", "Prices", "series_type", "price_index", NULL);
  case_add (alliance, "series-value", "series", "@cpi", "period", "2014", "value", "100", NULL);
  case_add (alliance, "series-value", "series", "@cpi", "period", "2015", "value", "125", NULL);
  case_add (alliance, "metric", "id", "real", "formula", "revenue * 1", "deflate",
            "{\"series\":\"cpi\",\"to\":2014}", NULL);
  case_add (alliance, "metric", "id", "dated", "formula", "revenue * 1", "deflate",
            "{\"series\":\"cpi\",\"to\":2014,\"date\":\"paid_on\"}", NULL);
  assert_groups (alliance, "real", "year", NULL, "2014 150; 2015 160");
  assert_groups (alliance, "real", "", NULL, " 310");
  refused (alliance, "dated", "", NULL, RUA_ERROR_VALUE, "no rows whose date");
}

/* However groups are joined, a ratio is that of the sums of its numerators and denominators. */
static void
test_roll_up (void)
{
  static const char *const channels[] = { "shop", "online", "trader", NULL };
  static const char *const coarser[] = { "", "year", "channel", "smallholder", "year;smallholder" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < 5; trial++) {
    g_autoptr (RuaAlliance) alliance = case_empty ();
    g_autoptr (GListModel) fine = NULL;

    for (guint i = 0; i < 200; i++) {
      g_autofree char *amount = g_strdup_printf ("%d", g_rand_int_range (rand, 1, 1000));
      g_autofree char *part = g_strdup_printf ("%d", g_rand_int_range (rand, 0, 500));
      g_autofree char *year = g_strdup_printf ("%d", g_rand_int_range (rand, 2014, 2018));
      const char *channel = channels[g_rand_int_range (rand, 0, 4)];
      gint small = g_rand_int_range (rand, 0, 3);

      case_add (alliance, "sale", "year", year, "channel", channel != NULL ? channel : "-", "amount",
                amount, "producer_amount", part, "smallholder",
                small == 0 ? "true" : small == 1 ? "false" : "-", NULL);
    }
    add_total (alliance, "revenue", "amount", "-");
    add_total (alliance, "producers", "producer_amount", "-");
    case_add (alliance, "metric", "id", "share", "formula", "producers / revenue", NULL);
    fine = measure_by (alliance, "share", "year;channel;smallholder", NULL);
    for (guint c = 0; c < G_N_ELEMENTS (coarser); c++) {
      g_autoptr (GListModel) coarse = measure_by (alliance, "share", coarser[c], NULL);

      for (guint i = 0; i < g_list_model_get_n_items (coarse); i++) {
        g_autoptr (RuaResult) group = g_list_model_get_item (coarse, i);
        const char *const *paths = rua_result_get_group_paths (group);
        double sums[2] = { 0, 0 }, value;
        guint64 n = 0;

        for (guint k = 0; k < g_list_model_get_n_items (fine); k++) {
          g_autoptr (RuaResult) part = g_list_model_get_item (fine, k);
          g_autoptr (GListModel) inputs = rua_result_list_inputs (part);
          gboolean inside = TRUE;

          for (guint p = 0; paths[p] != NULL; p++)
            inside = inside
              && g_strcmp0 (rua_result_get_group_label (group, paths[p]),
                            rua_result_get_group_label (part, paths[p])) == 0;
          if (!inside)
            continue;
          n += rua_result_get_n_used (part);
          for (guint s = 0; s < 2; s++) {
            g_autoptr (RuaResult) input = g_list_model_get_item (inputs, s);

            g_assert_true (rua_result_get_estimate (input, &value));
            sums[s] += value;
          }
        }
        g_assert_true (rua_result_get_estimate (group, &value));
        g_assert_cmpfloat_with_epsilon (value, sums[0] / sums[1], 1e-12);
        g_assert_cmpuint (rua_result_get_n_used (group), ==, n);
      }
    }
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formula-groups/ratio", test_ratio);
  g_test_add_func ("/formula-groups/own", test_own_groups);
  g_test_add_func ("/formula-groups/over", test_over);
  g_test_add_func ("/formula-groups/chain", test_chain);
  g_test_add_func ("/formula-groups/different-rows", test_different_rows);
  g_test_add_func ("/formula-groups/one-sided", test_one_sided);
  g_test_add_func ("/formula-groups/refused", test_refused);
  g_test_add_func ("/formula-groups/deflated", test_deflated);
  g_test_add_func ("/formula-groups/roll-up", test_roll_up);
  return g_test_run ();
}
