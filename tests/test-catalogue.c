/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-catalogue.h"
#include "rua-estimator-private.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

/* The metric with whatever it needs set to something that suits the case. */
static RuaMetric *
with_parameters (RuaCatalogue *catalogue, RuaRecord *metric)
{
  static const char *const values[][2] = {
    { "year", "2014" }, { "before", "2014" }, { "after", "2017" }, { "line", "1000" },
    { "left", "\"2014-06-30\"" }, { "series", "\"cpi\"" }, { "to", "2014" }, { "scale", "\"pride\"" }, { "survey", "\"first\"" },
  };
  const char *text = rua_record_get_text (metric, "parameters");
  g_autoptr (GString) json = g_string_new ("{");
  g_autoptr (GError) error = NULL;
  RuaMetric *set;

  if (text == NULL)
    return g_object_ref (RUA_METRIC (metric));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree char *name = g_strdup_printf ("\"%s\":", values[i][0]);

    if (strstr (text, name) != NULL)
      g_string_append_printf (json, "%s%s%s", json->len > 1 ? "," : "", name, values[i][1]);
  }
  g_string_append_c (json, '}');
  set = rua_catalogue_find_with (catalogue, rua_record_get_id (metric), json->str, &error);
  if (set == NULL)
    g_error ("%s", error->message);
  return set;
}

static void
test_ready_made (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (GListModel) metrics = NULL;

  case_add (alliance, "series", "id", "cpi", "title", "Prices", "series_type", "price_index", NULL);
  case_add (alliance, "series-value", "series", "@cpi", "period", "2014", "value", "100", NULL);
  metrics = rua_catalogue_list_metrics (catalogue);
  guint n = g_list_model_get_n_items (metrics);

  g_assert_true (rua_catalogue_get_alliance (catalogue) == alliance);
  g_assert_cmpuint (n, >=, 65);
  /* Each is told in full, and measures on an alliance that has few records or none. */
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) metric = g_list_model_get_item (metrics, i);
    const char *id = rua_record_get_id (metric);
    const char *estimator = rua_record_get_text (metric, "estimator");
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = NULL;
    g_autoptr (RuaMetric) set = NULL;

    g_assert_nonnull (rua_record_get_texts (metric, "title", NULL));
    g_assert_nonnull (rua_record_get_texts (metric, "collect", NULL));
    g_assert_nonnull (rua_record_get_texts (metric, "description", NULL));
    g_assert_nonnull (rua_record_get_text (metric, "unit"));
    g_assert_true (rua_catalogue_is_ready_made (catalogue, id));
    set = with_parameters (catalogue, metric);
    if (!rua_catalogue_check (catalogue, rua_record_get_id (RUA_RECORD (set)), &error))
      g_error ("%s", error->message);
    g_assert_true (estimator == NULL || rua_estimator_find (estimator) != NULL);
    result = rua_metric_measure (set, alliance, NULL, &error);
    if (result == NULL)
      g_error ("%s", error->message);
    for (guint k = 0; k < i; k++) {
      g_autoptr (RuaRecord) other = g_list_model_get_item (metrics, k);

      g_assert_cmpstr (rua_record_get_id (other), !=, id);
    }
  }
}

static double
value_of (RuaAlliance *alliance, RuaCatalogue *catalogue, const char *id)
{
  g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, id);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, &error);
  double value;

  if (result == NULL)
    g_error ("%s", error->message);
  if (!rua_result_get_estimate (result, &value))
    g_error ("%s: %s", id, rua_result_get_reason (result));
  return value;
}

static void
test_values (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  static const char *const sales[][6] = {
    /* producer, amount, what the producers got, local price, mass, certified */
    { "@h1", "100", "70", "80", "10", "true" },
    { "@h1", "50", "30", "40", "30", "false" },
    { "@h2", "50", "20", "40", "20", "-" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (sales); i++)
    case_add (alliance, "sale", "producer", sales[i][0], "amount", sales[i][1], "producer_amount",
              sales[i][2], "local_price", sales[i][3], "mass", sales[i][4], "certified",
              sales[i][5], NULL);
  case_add (alliance, "station", "id", "s1", "name", "One", NULL);
  case_add (alliance, "station", "id", "s2", "name", "Two", "closed", "2020", NULL);
  for (guint i = 0; i < 3; i++)
    case_add (alliance, "position", "id", i == 0 ? "p0" : i == 1 ? "p1" : "p2", "station", "@s1", NULL);

  g_assert_cmpfloat (value_of (alliance, catalogue, "trade.rural_payments"), ==, 120);
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "trade.producer_share"), 60, 1e-9);
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "price.premium_local"), 25, 1e-9);
  /* the sale of which nothing says if it was certified is left out on both sides */
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "trade.certified_share"), 25, 1e-9);
  g_assert_cmpfloat (value_of (alliance, catalogue, "producers.active"), ==, 2);
  g_assert_cmpfloat (value_of (alliance, catalogue, "coop.active"), ==, 2);
  g_assert_cmpfloat (value_of (alliance, catalogue, "members.households"), ==, 2);
  g_assert_cmpfloat (value_of (alliance, catalogue, "sw.stations"), ==, 1);
  g_assert_cmpfloat (value_of (alliance, catalogue, "sw.positions_per_station"), ==, 3);
}

/* A number, or NAN where it is undefined; of the group that is called @group. */
static double
number_of (RuaAlliance *alliance, const char *id, const char *group)
{
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) groups = rua_metric_measure_groups (metric, alliance, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, i);
    const char *const *paths = rua_result_get_group_paths (result);
    double value;

    if (group == NULL || g_strcmp0 (rua_result_get_group_label (result, paths[0]), group) == 0)
      return rua_result_get_estimate (result, &value) ? value : NAN;
  }
  return NAN;
}

/* Twice nothing is nothing, and twice a loss is a larger one: neither is a doubled income. */
static void
test_change_classes (void)
{
  static const char *const incomes[][2] = {
    { "100", "200" }, { "100", "150" }, { "0", "0" }, { "0", "50" }, { "-100", "-150" }, { "-100", "300" }, { "100", NULL },
  };
  static const char id[] = "income.change_classes(before=2014,after=2017)";
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  for (guint i = 0; i < G_N_ELEMENTS (incomes); i++) {
    g_autofree char *name = g_strdup_printf ("h%u", i), *household = g_strconcat ("@", name, NULL);

    case_add (alliance, "household", "id", name, NULL);
    case_add (alliance, "income", "household", household, "year", "2014", "amount", incomes[i][0], NULL);
    if (incomes[i][1] != NULL)
      case_add (alliance, "income", "household", household, "year", "2017", "amount", incomes[i][1], NULL);
  }
  g_assert_cmpfloat (number_of (alliance, id, "doubled or more"), ==, 1);
  g_assert_cmpfloat (number_of (alliance, id, "more"), ==, 3);
  g_assert_cmpfloat (number_of (alliance, id, "the same"), ==, 1);
  g_assert_cmpfloat (number_of (alliance, id, "less"), ==, 1);
}

/* Of one that was dissolved nobody knows when, nobody can say whether it was at work in a year or reached an age. */
static void
test_dissolved (void)
{
  static const char *const cooperatives[][3] = {
    { "2008", "-", "-" },         { "2009", "-", "active" },       { "2010", "2014", "-" },
    { "2010", "2016", "active" }, { "2010", "2013", "dissolved" }, { "2010", "-", "dissolved" },
  };
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cooperatives); i++) {
    g_autofree char *id = g_strdup_printf ("c%u", i);

    case_add (alliance, "cooperative", "id", id, "name", "One", "founded", cooperatives[i][0],
              "dissolved", cooperatives[i][1], "status", cooperatives[i][2], NULL);
  }
  g_assert_cmpfloat (number_of (alliance, "coop.active", NULL), ==, 2);
  g_assert_cmpfloat (number_of (alliance, "coop.active_at(year=2014)", NULL), ==, 3);
  g_assert_cmpfloat (number_of (alliance, "coop.active_at(year=2016)", NULL), ==, 2);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "coop.survival(year=2016)", NULL), 60, 1e-9);
  /* Who is younger than five years bears witness up to now: 5 of 6 reached four, and 3 of 4 of those five. */
  case_add (alliance, "cooperative", "id", "young", "name", "One", "founded", "2013-04", NULL);
  case_add (alliance, "cooperative", "id", "new", "name", "One", "founded", "2015", NULL);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "coop.survival(year=2016)", NULL), 62.5, 1e-9);
  /* As it could be told two years before, when nobody had been dissolved for more than a year. */
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "coop.survival(year=2013,age=3)", NULL), 100, 1e-9);
  g_assert_true (isnan (number_of (alliance, "coop.survival(year=2016,age=30)", NULL)));
}

/* A site that only serves for comparison is no reach. */
static void
test_reach (void)
{
  static const char *const sites[][2] = {
    { "@pingzhai", "project" }, { "@pingzhai", "-" }, { "@miaoxia", "comparison" }, { "@miaoxia", "candidate" },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint i = 0; i < G_N_ELEMENTS (sites); i++) {
    g_autofree char *id = g_strdup_printf ("s%u", i);

    case_add (alliance, "site", "id", id, "name", "One", "place", sites[i][0], "site_type", sites[i][1], NULL);
  }
  g_assert_cmpfloat (number_of (alliance, "reach.sites", NULL), ==, 2);
  g_assert_cmpfloat (number_of (alliance, "reach.provinces", NULL), ==, 1);
}

/* Households at a feast stand in the same table as people in a workshop, and take no seats there. */
static void
test_seats (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();

  case_add (alliance, "person", "id", "li", NULL);
  case_add (alliance, "workshop", "id", "w1", "title", "Compost", NULL);
  case_add (alliance, "workshop", "id", "w2", "title", "Accounts", NULL);
  case_add (alliance, "activity", "id", "feast", "title", "Feast", NULL);
  case_add (alliance, "attendance", "event", "@workshop/w1", "person", "@li", "household", "@h1", "participated", "true", NULL);
  case_add (alliance, "attendance", "event", "@workshop/w2", "person", "@li", "participated", "true", NULL);
  case_add (alliance, "attendance", "event", "@workshop/w2", "participated", "true", NULL);
  case_add (alliance, "attendance", "event", "@activity/feast", "household", "@h1", "participated", "true", NULL);
  case_add (alliance, "attendance", "event", "@activity/feast", "household", "@h2", "participated", "true", NULL);
  g_assert_cmpfloat (number_of (alliance, "train.seats", NULL), ==, 3);
  g_assert_cmpfloat (number_of (alliance, "train.unique", NULL), ==, 1);
  g_assert_cmpfloat (number_of (alliance, "train.sessions", NULL), ==, 2);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "train.per_session", NULL), 1.5, 1e-9);
}

/* The first and the last day of a posting both count: a change of hands overnight leaves no day unfilled. */
static void
test_continuity (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();

  case_add (alliance, "position", "id", "p1", "created", "2026-01-01", NULL);
  case_add (alliance, "position", "id", "p2", "created", "2026-01-01", "abolished", "2026-01-31", NULL);
  case_add (alliance, "posting", "position", "@p1", "started", "2026-01-01", "ended", "2026-06-30", NULL);
  case_add (alliance, "posting", "position", "@p1", "started", "2026-07-01", NULL);
  case_add (alliance, "posting", "position", "@p2", "started", "2026-01-01", "ended", "2026-01-31", NULL);
  case_add (alliance, "posting", "position", "@p1", "started", "2027-01-01", NULL);
  g_assert_cmpfloat (number_of (alliance, "sw.days_planned(year=2026)", NULL), ==, 365 + 31);
  g_assert_cmpfloat (number_of (alliance, "sw.days_filled(year=2026)", NULL), ==, 365 + 31);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "sw.continuity(year=2026)", NULL), 100, 1e-9);
}

/* Of a source whose maker nobody placed nobody can say that it is not independent. */
static void
test_independence (void)
{
  static const char *const sources[] = { "-", "s-own", "s-independent", "s-own s-independent", "s-untold", "s-unknown", "s-own s-untold",
                                         "s-independent s-untold" };
  g_autoptr (RuaAlliance) alliance = case_empty ();

  case_add (alliance, "source", "id", "s-own", "title", "One", "independence", "own", NULL);
  case_add (alliance, "source", "id", "s-independent", "title", "Two", "independence", "independent", NULL);
  case_add (alliance, "source", "id", "s-unknown", "title", "Three", "independence", "unknown", NULL);
  case_add (alliance, "source", "id", "s-untold", "title", "Four", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    g_autofree char *id = g_strdup_printf ("c%u", i);

    case_add (alliance, "claim", "id", id, "title", "One", "sources", sources[i], NULL);
  }
  /* three of the five of which it can be told */
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "evidence.independence", NULL), 60, 1e-9);
}

/* Households of which some do both, or of which nobody knows; only those that produce are to be reached. */
static void
test_producers_reached (void)
{
  static const char *const households[][2] = { { "p1", "producer" }, { "p2", "producer" }, { "b1", "both" },
                                               { "b2", "both" },     { "town", "consumer" }, { "u", "-" } };
  static const char *const sales[][2] = { { "@p1", "@o-town" }, { "@b1", "@o-town" }, { "@p2", "@o-b2" }, { "@u", "@o-town" },
                                          { "@p2", "@o-u" },    { "@p2", "-" } };
  g_autoptr (RuaAlliance) alliance = case_empty ();

  case_add (alliance, "product", "id", "rice", "name", "Rice", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (households); i++) {
    g_autofree char *household = g_strconcat ("@", households[i][0], NULL), *order = g_strconcat ("o-", households[i][0], NULL);

    case_add (alliance, "household", "id", households[i][0], "household_type", households[i][1], NULL);
    case_add (alliance, "order", "id", order, "product", "@rice", "household", household, "quantity", "1", NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (sales); i++)
    case_add (alliance, "sale", "producer", sales[i][0], "order", sales[i][1], NULL);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "bridging.producers_reached", NULL), 50, 1e-9);
}

/* Pairs of a proposal and an act: 2000 and 2010, 2008 and 2010, 2011 and 2012, 2000 and 2012. What has no answer, or a
 * date that is unknown, makes none. */
static void
test_policy_lag (void)
{
  static const char *const proposals[][2]
    = { { "a", "2000" }, { "b", "2008-03" }, { "c", "2011" }, { "d", "2020" }, { "e", "-" } };
  static const char *const acts[][2] = { { "2010", "a b e" }, { "2012-05-01", "c a" }, { "1990", "-" }, { "-", "d" } };
  g_autoptr (RuaAlliance) alliance = case_empty ();

  for (guint i = 0; i < G_N_ELEMENTS (proposals); i++)
    case_add (alliance, "proposal", "id", proposals[i][0], "title", "One", "submitted", proposals[i][1], "outcome", "adopted", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++) {
    g_autofree char *id = g_strdup_printf ("act%u", i);

    case_add (alliance, "policy-event", "id", id, "title", "One", "announced", acts[i][0], "proposals", acts[i][1], NULL);
  }
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "policy.lag", NULL), (10 + 2 + 1 + 12) / 4.0, 1e-9);
}

/* Where there are records, and what is needed is unknown of each, the reason is not that there are none. */
static void
test_nothing_known (void)
{
  static const char *const ids[] = { "trade.producer_share", "trade.buyer_hhi", "income.mean(year=2020)" };
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);

  case_add (alliance, "sale", "producer", "@h1", "amount", "20", NULL);
  case_add (alliance, "income", "household", "@h1", "year", "2020", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, ids[i]);
    g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, NULL);

    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 1);
    g_assert_cmpstr (rua_result_get_reason (result), ==, "no record has all that is needed");
  }
}

static double
error_of (RuaAlliance *alliance, const char *id)
{
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, id);
  g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, NULL);
  double se;

  return rua_result_get_standard_error (result, &se) ? se : NAN;
}

/* Four answers of one person, or two years of one household, are not so many witnesses. */
static void
test_repeated (void)
{
  static const int scores[3][4] = { { 5, 5, 4, 5 }, { 1, 2, 1, 1 }, { 3, 3, 3, 4 } };
  static const char *const people[] = { "@a", "@b", "@c" };
  static const char id[] = "community.empowerment(scale='pride')";
  g_autoptr (RuaAlliance) alliance = case_new ();
  double mean = 37 / 12.0, sum = 0, others[5] = { 4000 + 9000, 3000.5 + 5000, 2500, 6000 + 12000, 800 }, n[5] = { 2, 2, 1, 2, 1 };

  for (guint i = 0; i < 3; i++) {
    double of_person = 0;

    case_add (alliance, "person", "id", people[i] + 1, NULL);
    for (guint k = 0; k < 4; k++) {
      g_autofree char *score = g_strdup_printf ("%d", scores[i][k]), *item = g_strdup_printf ("item %u", k);

      case_add (alliance, "survey-response", "survey", "first", "item", item, "scale", "pride", "person", people[i], "score", score, NULL);
      of_person += (scores[i][k] - mean) / 12;
    }
    sum += of_person * of_person;
  }
  g_assert_cmpfloat_with_epsilon (number_of (alliance, id, NULL), mean, 1e-9);
  g_assert_cmpfloat_with_epsilon (error_of (alliance, id), sqrt (3 / 2.0 * sum), 1e-9);

  sum = 0;
  mean = 42300.5 / 8;
  for (guint i = 0; i < 5; i++)
    sum += (others[i] - n[i] * mean) / 8 * (others[i] - n[i] * mean) / 8;
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "income.all_mean", NULL), mean, 1e-9);
  g_assert_cmpfloat_with_epsilon (error_of (alliance, "income.all_mean"), sqrt (5 / 4.0 * sum), 1e-9);
}

/* In one round of a questionnaire; the other's answers are not of it. */
static void
test_reliability (void)
{
  static const int scores[3][2] = { { 5, 4 }, { 1, 2 }, { 3, 4 } };
  static const char *const people[] = { "@a", "@b", "@c" };
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint i = 0; i < 3; i++) {
    case_add (alliance, "person", "id", people[i] + 1, NULL);
    for (guint k = 0; k < 4; k++) {
      g_autofree char *score = g_strdup_printf ("%d", scores[i][k % 2]);

      case_add (alliance, "survey-response", "survey", k < 2 ? "first" : "second", "item", k % 2 ? "one" : "two", "scale", "pride",
                "person", people[i], "score", score, NULL);
    }
  }
  case_add (alliance, "survey-response", "survey", "second", "item", "three", "scale", "pride", "person", "@a", "score", "1", NULL);
  /* Variances 4 and 4/3, that of the total 28/3. */
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "community.reliability(scale='pride',survey='first')", NULL),
                                  6 / 7.0, 1e-9);
  g_assert_true (isnan (number_of (alliance, "community.reliability(scale='pride',survey='second')", NULL)));
}

/* Of three who were asked, one left a question open. */
static void
test_hunger (void)
{
  static const char *const answers[3][8] = { { "true", "true", "false", "false", "false", "false", "false", "false" },
                                             { "true", "true", "true", "true", "true", "false", "false", "false" },
                                             { "true", "true", "true", "true", "true", "true", "true", "-" } };
  static const char *const households[] = { "@h1", "@h2", "@h4" };
  g_autoptr (RuaAlliance) alliance = case_new ();

  for (guint i = 0; i < 3; i++) {
    const char *const *told = answers[i];

    case_add (alliance, "food-assessment", "household", households[i], "assessed_on", "2014", "fies_worried", told[0],
              "fies_healthy", told[1], "fies_few_foods", told[2], "fies_skipped", told[3], "fies_ate_less", told[4],
              "fies_ran_out", told[5], "fies_hungry", told[6], "fies_whole_day", told[7], NULL);
  }
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "food.fies_raw", NULL), 3.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "food.fies_share", NULL), 50, 1e-9);
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "food.fies_share(cut=6)", NULL), 0, 1e-9);
}

/* Of nobody known the mean is known, and no error. */
static void
test_nobody_told (void)
{
  static const char id[] = "community.empowerment(scale='pride')";
  g_autoptr (RuaAlliance) alliance = case_new ();

  case_add (alliance, "survey-response", "survey", "first", "item", "one", "scale", "pride", "score", "2", NULL);
  case_add (alliance, "survey-response", "survey", "first", "item", "two", "scale", "pride", "score", "3", NULL);
  g_assert_cmpfloat (number_of (alliance, id, NULL), ==, 2.5);
  g_assert_true (isnan (error_of (alliance, id)));
}

/* A loss is a gap wider than the line, so that the mean gap may be above 100 %, and its interval goes with it. */
static void
test_losses (void)
{
  static const char *const amounts[] = { "-900", "-100", "50", "20" };
  g_autoptr (RuaAlliance) alliance = case_empty ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *household = g_strconcat ("@", id, NULL);

    case_add (alliance, "household", "id", id, "n_persons", "1", NULL);
    case_add (alliance, "income", "household", household, "year", "2014", "amount", amounts[i], NULL);
  }
  /* From a loss of the lowest nothing grows; to one, all of it and more is lost. */
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++) {
    g_autofree char *household = g_strdup_printf ("@h%u", i);

    case_add (alliance, "income", "household", household, "year", "2015", "amount", i < 2 ? "100" : "500", NULL);
    case_add (alliance, "income", "household", household, "year", "2016", "amount", i < 2 ? "-10" : "500", NULL);
  }
  g_assert_true (isnan (number_of (alliance, "inequality.bottom40_growth(before=2016,after=2015)", NULL)));
  g_assert_cmpfloat_with_epsilon (number_of (alliance, "inequality.bottom40_growth(before=2015,after=2016)", NULL), -110, 0.01);
  for (guint i = 0; i < 3; i++) {
    static const char *const ids[] = { "poverty.headcount", "poverty.gap", "poverty.severity" };
    g_autofree char *id = g_strconcat (ids[i], "(year=2014,line=100)", NULL);
    g_autoptr (RuaMetric) metric = rua_catalogue_find (catalogue, id);
    g_autoptr (RuaResult) result = rua_metric_measure (metric, alliance, NULL, NULL);
    double estimate, low, high;

    g_assert_true (rua_result_get_estimate (result, &estimate) && rua_result_get_low (result, &low) && rua_result_get_high (result, &high));
    g_assert_cmpfloat (low, <=, estimate);
    g_assert_cmpfloat (estimate, <=, high);
    g_assert_cmpfloat (low, >=, 0);
    if (i == 0)
      g_assert_cmpfloat (high, ==, 100);
    else
      g_assert_cmpfloat (high, >, 100);
  }
}

static void
test_own (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (RuaMetric) none = NULL;
  g_autoptr (GListModel) before = rua_catalogue_list_metrics (catalogue);

  g_assert_true (rua_catalogue_is_ready_made (catalogue, "coop.active"));
  case_add (alliance, "metric", "id", "coop.active", "estimator", "count", "table", "households", NULL);
  case_add (alliance, "metric", "id", "own", "formula", "coop.active * 2", NULL);
  g_assert_false (rua_catalogue_is_ready_made (catalogue, "coop.active"));
  g_assert_false (rua_catalogue_is_ready_made (catalogue, "own"));
  g_assert_false (rua_catalogue_is_ready_made (catalogue, "nothing"));
  g_assert_cmpfloat (value_of (alliance, catalogue, "own"), ==, 10);

  g_autoptr (GListModel) after = rua_catalogue_list_metrics (catalogue);
  g_autoptr (RuaRecord) first = g_list_model_get_item (after, 0);
  g_assert_cmpuint (g_list_model_get_n_items (after), ==, g_list_model_get_n_items (before) + 1);
  g_assert_cmpstr (rua_record_get_id (first), ==, "coop.active");
  none = rua_catalogue_find (catalogue, "nothing");
  g_assert_null (none);
}

static void
test_check (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  static const struct {
    const char *id;
    const char *formula;
    RuaError code;
    const char *message;
  } cases[] = {
    { "a", "b + 1", RUA_ERROR_CYCLE, "a needs b needs c needs a" },
    { "b", "c * 2", RUA_ERROR_CYCLE, "b needs c needs a needs b" },
    { "c", "a", RUA_ERROR_CYCLE, "c needs a needs b needs c" },
    { "self", "self", RUA_ERROR_CYCLE, "self needs self" },
    { "lost", "nowhere + 1", RUA_ERROR_UNKNOWN_NAME, "there is no metric “nowhere”" },
    { "bad", "1 + ", RUA_ERROR_SYNTAX, "metric bad: formula" },
  };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    case_add (alliance, "metric", "id", cases[i].id, "formula", cases[i].formula, NULL);
  case_add (alliance, "metric", "id", "fine", "formula", "coop.active + sw.stations * coop.active", NULL);
  case_add (alliance, "metric", "id", "unknown", "estimator", "men", "table", "incomes", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_false (rua_catalogue_check (catalogue, cases[i].id, &error));
    if (!g_error_matches (error, RUA_ERROR, cases[i].code)
        || strstr (error->message, cases[i].message) == NULL)
      g_error ("%s: %s", cases[i].id, error->message);
    g_clear_error (&error);
  }
  g_assert_true (rua_catalogue_check (catalogue, "fine", &error));
  g_assert_no_error (error);
  g_assert_false (rua_catalogue_check (catalogue, "unknown", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
}

/* Formulas may lean on one another as deep as anybody can follow, and no deeper; that many lean on one is no ring. */
static void
test_deep (void)
{
  g_autoptr (RuaAlliance) alliance = case_new (), held = NULL;
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (GError) error = NULL;

  case_add (alliance, "metric", "id", "d0", "formula", "coop.active", NULL);
  for (guint i = 1; i < 70; i++) {
    g_autofree char *id = g_strdup_printf ("d%u", i), *formula = g_strdup_printf ("d%u + 1", i - 1);

    case_add (alliance, "metric", "id", id, "formula", formula, NULL);
  }
  case_add (alliance, "metric", "id", "left", "formula", "d1", NULL);
  case_add (alliance, "metric", "id", "right", "formula", "d1 * 2", NULL);
  case_add (alliance, "metric", "id", "both", "formula", "left + right", NULL);
  case_add (alliance, "metric", "id", "own", "formula", "abs (coop.active", NULL);
  g_assert_true (rua_catalogue_check (catalogue, "both", &error));
  g_assert_no_error (error);
  /* d63 and 63 below it, and the metric that is none of a formula. */
  g_assert_true (rua_catalogue_check (catalogue, "d63", &error));
  g_assert_no_error (error);
  g_assert_false (rua_catalogue_check (catalogue, "d69", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "formulas stand more than 64 deep in one another"));
  g_clear_error (&error);
  g_assert_false (rua_catalogue_check (catalogue, "own", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, "metric own: formula"));
  g_object_get (catalogue, "alliance", &held, NULL);
  g_assert_true (held == alliance);
}

static void
assert_set (RuaAlliance *alliance, RuaCatalogue *catalogue, const char *id, const char *json, double want)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaMetric) metric = rua_catalogue_find_with (catalogue, id, json, &error);
  g_autoptr (RuaResult) result = NULL;
  double value;

  if (metric == NULL)
    g_error ("%s", error->message);
  result = rua_metric_measure (metric, alliance, NULL, &error);
  if (result == NULL)
    g_error ("%s", error->message);
  if (!rua_result_get_estimate (result, &value))
    g_error ("%s: %s", id, rua_result_get_reason (result));
  if (ABS (value - want) > 1e-9 * MAX (1, ABS (want)))
    g_error ("%s is %.17g instead of %.17g", id, value, want);
}

/* Incomes of the case: h1 4000 -> 9000, h2 3000.5 -> 5000, h4 6000 -> 12000; h3 2500 and left. */
static void
test_parameters (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  static const char years[] = "{\"before\":2014,\"after\":2017}";
  static const struct {
    const char *id;
    const char *json;
    RuaError code;
    const char *part;
  } bad[] = {
    { "income.men", "{\"year\":2014}", RUA_ERROR_UNKNOWN_NAME, "did you mean 'income.mean'?" },
    { "income.mean", "{\"yaer\":2014}", RUA_ERROR_UNKNOWN_NAME, "it has no parameter “yaer”; did you mean 'year'" },
    { "income.mean", "{\"year\":\"soon\"}", RUA_ERROR_VALUE, "to be a whole number" },
    { "income.mean", "{\"year\":2014.5}", RUA_ERROR_VALUE, "to be a whole number" },
    { "income.share_doubled", "{\"before\":2014}", RUA_ERROR_MISSING, "the parameter after is to be set" },
    { "coop.active", "{\"year\":2014}", RUA_ERROR_UNKNOWN_NAME, "it has no parameter" },
    { "income.mean", "[]", RUA_ERROR_VALUE, "a JSON object" },
    { "income.mena", "{\"year\":2014}", RUA_ERROR_UNKNOWN_NAME, "there is no metric" },
  };

  assert_set (alliance, catalogue, "income.mean", "{\"year\":2014}", (4000 + 3000.5 + 2500 + 6000) / 4);
  assert_set (alliance, catalogue, "income.mean", "{\"year\":2014,\"weight\":\"household.weight\"}",
              (4000 + 2 * 3000.5 + 2500 + 1.5 * 6000) / 5.5);
  assert_set (alliance, catalogue, "income.share_doubled", years, 200 / 3.0);
  assert_set (alliance, catalogue, "income.share_doubled", "{\"before\":2014,\"after\":2017,\"factor\":2.1}", 100 / 3.0);
  assert_set (alliance, catalogue, "income.ratio_of_means", years, 26000 / 13000.5);
  assert_set (alliance, catalogue, "income.median_ratio", years, 2);
  assert_set (alliance, catalogue, "income.cagr", years, 100 * (pow (26000 / 13000.5, 1 / 3.0) - 1));
  /* What h5 and h3 get from the co-operative says nothing of all that they have. */
  case_add (alliance, "income", "household", "@h5", "year", "2014", "amount", "300", "income_source", "cooperative", NULL);
  case_add (alliance, "income", "household", "@h3", "year", "2017", "amount", "300", "income_source", "cooperative", NULL);
  assert_set (alliance, catalogue, "data.coverage", "{\"year\":2014}", 80);
  assert_set (alliance, catalogue, "data.attrition", years, 25);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaMetric) metric = rua_catalogue_find_with (catalogue, bad[i].id, bad[i].json, &error);

    g_assert_null (metric);
    if (!g_error_matches (error, RUA_ERROR, bad[i].code) || strstr (error->message, bad[i].part) == NULL)
      g_error ("%s %s: %s", bad[i].id, bad[i].json, error->message);
  }
  /* In a formula by the id that tells them; a parameter of one's own. */
  case_add (alliance, "metric", "id", "more", "formula",
            "\"income.mean(year=2017)\" - \"income.mean(year=2014)\"", NULL);
  g_assert_cmpfloat_with_epsilon (value_of (alliance, catalogue, "more"), 26800 / 4.0 - 15500.5 / 4, 1e-9);
  case_add (alliance, "metric", "id", "own", "estimator", "count", "table", "households", "where",
            "village.name = {village}", "parameters",
            "{\"village\":{\"type\":\"text\",\"default\":\"Pingzhai\"}}", NULL);
  g_assert_cmpfloat (value_of (alliance, catalogue, "own"), ==, 2);
  assert_set (alliance, catalogue, "own", "{\"village\":\"Nowhere\"}", 0);
}

/* Where there is nothing: what is counted is 0, and any other number is unknown, with the reason. */
static void
test_empty (void)
{
  static const char *const counted[] = { "count", "distinct_count", NULL };
  g_autoptr (RuaAlliance) bare = rua_alliance_new ();
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaCatalogue) catalogue = rua_catalogue_new (alliance);
  g_autoptr (GListModel) metrics = rua_catalogue_list_metrics (catalogue);
  guint n = g_list_model_get_n_items (metrics), n_counted = 0;
  guint n_refused = 0;

  /* Nothing but a series, for the one metric that is told its id. */
  case_add (alliance, "series", "id", "cpi", "title", "Prices", "series_type", "price_index", NULL);
  case_add (alliance, "series-value", "series", "@cpi", "period", "2014", "value", "100", NULL);
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaRecord) metric = g_list_model_get_item (metrics, i);
    const char *id = rua_record_get_id (metric), *estimator = rua_record_get_text (metric, "estimator");
    g_autoptr (RuaMetric) set = with_parameters (catalogue, metric);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaResult) result = rua_metric_measure (set, alliance, NULL, &error);
    g_autoptr (RuaResult) without = NULL;
    double value = -1;

    if (result == NULL)
      g_error ("%s", error->message);
    /* Pairs of what is counted are counted, too; and a clearing writes whatever it fills. */
    if (estimator != NULL ? g_strv_contains (counted, estimator) || g_str_equal (id, "market.filled")
                          : g_str_equal (id, "bridging.liaisons")) {
      if (!rua_result_get_estimate (result, &value) || value != 0 || signbit (value))
        g_error ("%s is not 0 but %g: %s", id, value, rua_result_get_reason (result));
      n_counted++;
    } else {
      if (rua_result_get_estimate (result, &value))
        g_error ("%s is %g of nothing", id, value);
      if (rua_result_get_reason (result) == NULL || *rua_result_get_reason (result) == '\0')
        g_error ("%s is undefined without a reason", id);
      g_assert_false (rua_result_get_low (result, &value));
      g_assert_false (rua_result_get_high (result, &value));
      g_assert_false (rua_result_get_standard_error (result, &value));
    }
    g_assert_cmpuint (rua_result_get_n_eligible (result), ==, 0);
    g_assert_cmpuint (rua_result_get_n_used (result), ==, 0);
    g_assert_cmpuint (rua_result_get_n_missing (result), ==, 0);

    /* Only the series that is not there is refused. */
    without = rua_metric_measure (set, bare, NULL, &error);
    if (rua_record_get_text (metric, "deflate") != NULL) {
      g_assert_null (without);
      g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
      g_assert_nonnull (strstr (error->message, "there is no series “cpi”"));
      n_refused++;
    } else {
      g_assert_no_error (error);
      g_assert_cmpstr (rua_result_get_reason (without), ==, rua_result_get_reason (result));
    }
  }
  g_assert_cmpuint (n_counted, >=, 18); /* totals are not counted */
  g_assert_cmpuint (n_refused, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalogue/reliability", test_reliability);
  g_test_add_func ("/catalogue/hunger", test_hunger);
  g_test_add_func ("/catalogue/ready-made", test_ready_made);
  g_test_add_func ("/catalogue/empty", test_empty);
  g_test_add_func ("/catalogue/values", test_values);
  g_test_add_func ("/catalogue/change-classes", test_change_classes);
  g_test_add_func ("/catalogue/dissolved", test_dissolved);
  g_test_add_func ("/catalogue/reach", test_reach);
  g_test_add_func ("/catalogue/seats", test_seats);
  g_test_add_func ("/catalogue/continuity", test_continuity);
  g_test_add_func ("/catalogue/independence", test_independence);
  g_test_add_func ("/catalogue/producers-reached", test_producers_reached);
  g_test_add_func ("/catalogue/policy-lag", test_policy_lag);
  g_test_add_func ("/catalogue/repeated", test_repeated);
  g_test_add_func ("/catalogue/nobody-told", test_nobody_told);
  g_test_add_func ("/catalogue/losses", test_losses);
  g_test_add_func ("/catalogue/nothing-known", test_nothing_known);
  g_test_add_func ("/catalogue/own", test_own);
  g_test_add_func ("/catalogue/check", test_check);
  g_test_add_func ("/catalogue/deep", test_deep);
  g_test_add_func ("/catalogue/parameters", test_parameters);
  return g_test_run ();
}
