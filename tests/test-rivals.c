/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which other figures of the same thing make one a matter of dispute, and that what is told is told by properties, too. */
#include "evidence-build.h"
#include "rua-explanation.h"
#include "rua-finding.h"
#include "rua-progress.h"
#include "rua-verdict.h"

#include <string.h>

/* A claim on one figure, which the team says; a paper has another, of a source of its own. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "organisation", "team", "name", "Team", NULL);
  build (alliance, "organisation", "paper", "name", "Paper", NULL);
  build (alliance, "alliance", NULL, "title", "Hills", "owner", "team", "currency", "CNY", NULL);
  build (alliance, "document", "doc", "title", "Report", NULL);
  build (alliance, "document", "yearbook", "title", "Yearbook", NULL);
  build (alliance, "cooperative", "reef", "name", "Reef", NULL);
  build (alliance, "cooperative", "bay", "name", "Bay", NULL);
  build (alliance, "place", "north", "name", "North", "level", "county", NULL);
  build (alliance, "place", "south", "name", "South", "level", "county", NULL);
  build (alliance, "source", "ours", "title", "Ours", "publisher", "team", NULL);
  build (alliance, "source", "news", "title", "News", "publisher", "paper", NULL);
  build (alliance, "source", "book", "title", "Book", "publisher", "paper", NULL);
  build (alliance, "observation", "beds", "measured_property", "beds", "statistic", "count", "value", "40", "unit", "1", "subject", "cooperative/reef",
         "sources", "book|news", NULL);
  build (alliance, "observation", "rival", "measured_property", "beds", "statistic", "count", "value", "44", "unit", "1", "subject", "cooperative/reef",
         "sources", "ours", NULL);
  build (alliance, "metric", "beds", "unit", "1", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'beds'",
         NULL);
  build (alliance, "claim", "c", "title", "There are forty beds", "predicate", "beds = 40", "document", "doc", NULL);
  return alliance;
}

static void
assert_disputed_at (RuaAlliance *alliance, gboolean disputed, int line)
{
  g_autoptr (RuaVerdict) verdict = verdict_of (alliance, "c");

  if ((rua_verdict_get_verdict_type (verdict) == RUA_VERDICT_DISPUTED) != disputed)
    g_error ("line %d: %s", line, rua_verdict_type_to_string (rua_verdict_get_verdict_type (verdict)));
}
#define assert_disputed(alliance, disputed) assert_disputed_at (alliance, disputed, __LINE__)

/* Two values out of one source, or one document, are a slip of its own; out of two they are a dispute. */
static void
test_sources (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  assert_disputed (alliance, TRUE);
  rebuild (alliance, "observation", "rival", "sources", "ours|news", NULL);
  assert_disputed (alliance, FALSE);
  rebuild (alliance, "observation", "rival", "sources", "book", NULL);
  assert_disputed (alliance, FALSE);
  /* Of which nobody says where it is from. */
  rebuild (alliance, "observation", "rival", "sources", "", NULL);
  assert_disputed (alliance, TRUE);
  rebuild (alliance, "observation", "beds", "sources", "", NULL);
  assert_disputed (alliance, TRUE);
  rebuild (alliance, "observation", "rival", "document", "yearbook", NULL);
  assert_disputed (alliance, TRUE);
  rebuild (alliance, "observation", "beds", "document", "yearbook", NULL);
  assert_disputed (alliance, FALSE);
  rebuild (alliance, "observation", "beds", "document", "doc", "sources", "news", NULL);
  rebuild (alliance, "observation", "rival", "sources", "news", NULL);
  assert_disputed (alliance, TRUE);
}

/* What is not of the same thing, or the same number, is none. */
static void
test_same_thing (void)
{
  static const struct {
    const char *field, *other, *same;
  } fields[] = {
    { "value", "40", "44" },
    { "value", "", "44" },
    { "unit", "kg", "1" },
    { "statistic", "mean", "count" },
    { "measured_property", "boats", "beds" },
    { "subject", "cooperative/bay", "cooperative/reef" },
    { "subject", "", "cooperative/reef" },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    rebuild (alliance, "observation", "rival", fields[i].field, fields[i].other, NULL);
    assert_disputed (alliance, FALSE);
    rebuild (alliance, "observation", "rival", fields[i].field, fields[i].same, NULL);
    assert_disputed (alliance, TRUE);
  }
  /* A place that is told of one of them only may be the same. */
  rebuild (alliance, "observation", "rival", "location", "north", NULL);
  assert_disputed (alliance, TRUE);
  rebuild (alliance, "observation", "beds", "location", "south", NULL);
  assert_disputed (alliance, FALSE);
  rebuild (alliance, "observation", "beds", "location", "north", NULL);
  assert_disputed (alliance, TRUE);
}

static void
test_periods (void)
{
  static const struct {
    const char *from, *to, *other_from, *other_to;
    gboolean meet;
  } periods[] = {
    { "2014", "", "2014", "", TRUE },          { "2014", "", "2015", "", FALSE },     { "2014", "", "", "", FALSE },
    { "2014", "2016", "2015-03", "", TRUE },   { "2014", "2016", "2017", "", FALSE }, { "2014-05", "", "2014", "", TRUE },
    { "2012", "2013", "2013-12-31", "2015", TRUE }, { "2014", "", "2010", "2014", TRUE }, { "2014", "", "2010", "2013", FALSE },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  for (guint i = 0; i < G_N_ELEMENTS (periods); i++) {
    rebuild (alliance, "observation", "beds", "period", periods[i].from, "period_end", periods[i].to, NULL);
    rebuild (alliance, "observation", "rival", "period", periods[i].other_from, "period_end", periods[i].other_to, NULL);
    assert_disputed (alliance, periods[i].meet);
  }
}

/* Whoever modelled the text says what repeats what, whatever it is called there. */
static void
test_restated (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  rebuild (alliance, "observation", "rival", "measured_property", "berths", NULL);
  assert_disputed (alliance, FALSE);
  rebuild (alliance, "observation", "rival", "restates", "beds", NULL);
  assert_disputed (alliance, TRUE);
  rebuild (alliance, "observation", "rival", "restates", "", NULL);
  rebuild (alliance, "observation", "beds", "restates", "rival", NULL);
  assert_disputed (alliance, TRUE);
  /* Both repeat a third, which is of no number. */
  build (alliance, "observation", "third", "measured_property", "places", "statistic", "count", "unit", "1", NULL);
  rebuild (alliance, "observation", "beds", "restates", "third", NULL);
  assert_disputed (alliance, FALSE);
  rebuild (alliance, "observation", "rival", "restates", "third", NULL);
  assert_disputed (alliance, TRUE);
}

/* Values are held against each other in one unit, and money in one year's prices. */
static void
test_units (void)
{
  static const struct {
    const char *value, *unit, *basis, *year;
    gboolean disputed;
    const char *reason;
  } cases[] = {
    { "3927", "kg", "", "", FALSE, NULL },
    { "3800", "kg", "", "", TRUE, "says 3.927 t where “rival” says 3800 kg" },
    { "3800", "ha", "", "", FALSE, NULL },
    { "3.927", "t", "", "", FALSE, NULL },
    { "3.9272", "t", "", "", TRUE, "says 3.927 where “rival” says 3.9272" },
    { "3800", "RMB/household/year", "", "", TRUE, "says 3927 CNY/household/year where" },
    { "3927", "RMB/household/year", "", "", FALSE, NULL },
    { "3800", "CNY/household/year", "nominal", "", TRUE, NULL },
    { "3800", "CNY/household/year", "real", "2017", FALSE, NULL },
    { "3800", "USD/household/year", "", "", FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) alliance = new_alliance ();
    gboolean money = strstr (cases[i].unit, "household") != NULL;

    rebuild (alliance, "observation", "beds", "value", money ? "3927" : "3.927", "unit", money ? "CNY/household/year" : "t", NULL);
    rebuild (alliance, "observation", "rival", "value", cases[i].value, "unit", cases[i].unit, "price_basis", cases[i].basis,
             "price_year", cases[i].year, NULL);
    rebuild (alliance, "metric", "beds", "unit", "", NULL);
    rebuild (alliance, "claim", "c", "predicate", "beds > 3", NULL);
    assert_disputed (alliance, cases[i].disputed);
    assert_found (alliance, NULL, "two_values", cases[i].disputed ? 1 : 0, NULL);
    if (cases[i].reason != NULL) {
      g_autoptr (RuaVerdict) verdict = verdict_of (alliance, "c");

      g_assert_nonnull (strstr (rua_verdict_get_reasons (verdict)[0], cases[i].reason));
    }
  }
}

/* “At least 40” and 44 hold both. */
static void
test_bounds (void)
{
  static const struct {
    const char *approximation, *other, *value;
    gboolean disputed;
  } cases[] = {
    { "at_least", "", "44", FALSE },  { "at_least", "", "39", TRUE },       { "at_least", "at_least", "39", FALSE },
    { "more_than", "", "41", FALSE }, { "at_most", "", "44", TRUE },        { "at_most", "", "39", FALSE },
    { "", "at_most", "44", FALSE },   { "about", "", "44", TRUE },          { "exact", "at_least", "44", TRUE },
  };
  g_autoptr (RuaAlliance) alliance = new_alliance ();

  rebuild (alliance, "claim", "c", "predicate", "beds >= 1", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    rebuild (alliance, "observation", "beds", "approximation", cases[i].approximation, NULL);
    rebuild (alliance, "observation", "rival", "approximation", cases[i].other, "value", cases[i].value, NULL);
    assert_disputed (alliance, cases[i].disputed);
    assert_found (alliance, NULL, "two_values", cases[i].disputed ? 1 : 0, NULL);
  }
}

/* ---- properties ---- */

static void
test_properties (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance (), seen = NULL;
  g_autoptr (RuaChecker) checker = NULL;
  g_autoptr (RuaVerdict) verdict = NULL;
  g_autoptr (RuaExplanation) explanation = NULL;
  g_autoptr (RuaClaim) claim = NULL;
  g_autoptr (GListModel) children = NULL;
  g_autofree char *text = NULL, *name = NULL, *unit = NULL;
  RuaVerdictType type;
  RuaGrade grade;

  rebuild (alliance, "observation", "rival", "sources", "news", NULL);
  checker = check (alliance, NULL);
  g_object_get (checker, "alliance", &seen, NULL);
  g_assert_true (seen == alliance);
  verdict = rua_checker_find_verdict (checker, "c");
  g_object_get (verdict, "claim", &claim, "verdict-type", &type, "grade", &grade, "unit", &unit, "name", &name, "explanation", &explanation, NULL);
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (claim)), ==, "c");
  g_assert_cmpint (type, ==, RUA_VERDICT_SUPPORTED);
  g_assert_cmpint (grade, ==, rua_verdict_get_grade (verdict));
  g_assert_cmpstr (unit, ==, rua_verdict_get_unit (verdict));
  g_assert_cmpstr (name, ==, rua_verdict_get_name (verdict));
  g_assert_nonnull (explanation);
  g_object_get (explanation, "text", &text, "children", &children, NULL);
  g_assert_cmpstr (text, ==, rua_explanation_get_text (explanation));
  g_assert_nonnull (strstr (text, "forty beds"));
  g_assert_cmpuint (g_list_model_get_n_items (children), >, 0);
}

/* Of forty households thirty brought a dish: whether that is 70 in a hundred of all, more of them would have to tell. */
static void
test_flip_properties (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaVerdict) verdict = NULL;
  g_autoptr (GListModel) flips = NULL;

  build (alliance, "activity", "feast", "title", "Feast", NULL);
  for (guint i = 0; i < 40; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    build (alliance, "household", id, "household_type", "producer", NULL);
    build (alliance, "contribution", NULL, "activity", "feast", "household", id, "exempt", "false", "contributed", i < 30 ? "true" : "false", NULL);
  }
  build (alliance, "metric", "dishes", "unit", "%", "estimator", "participation_rate", "table", "contributions", "columns",
         "{\"exempt\":\"exempt\",\"participated\":\"contributed\"}", NULL);
  rebuild (alliance, "claim", "c", "predicate", "dishes >= 70", "quantifier", "most", NULL);
  verdict = verdict_of (alliance, "c");
  g_assert_cmpint (rua_verdict_get_verdict_type (verdict), ==, RUA_VERDICT_INCONCLUSIVE);
  flips = rua_verdict_list_flips (verdict);
  g_assert_cmpuint (g_list_model_get_n_items (flips), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (flips); i++) {
    g_autoptr (RuaFlip) flip = g_list_model_get_item (flips, i);
    g_autofree char *name = NULL, *unit = NULL, *text = NULL;
    double value;

    g_object_get (flip, "name", &name, "value", &value, "unit", &unit, "text", &text, NULL);
    g_assert_cmpstr (name, ==, rua_flip_get_name (flip));
    g_assert_cmpfloat (value, ==, rua_flip_get_value (flip));
    g_assert_cmpstr (unit, ==, rua_flip_get_unit (flip));
    g_assert_cmpstr (text, ==, rua_flip_get_text (flip));
    g_assert_nonnull (text);
  }
}

static void
test_finding_properties (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = NULL;
  g_autoptr (GListModel) findings = NULL;

  rebuild (alliance, "claim", "c", "predicate", "beds = 41", NULL);
  checker = check (alliance, NULL);
  findings = rua_checker_list_findings (checker);
  g_assert_cmpuint (g_list_model_get_n_items (findings), >, 0);
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++) {
    g_autoptr (RuaFinding) finding = g_list_model_get_item (findings, i);
    g_autofree char *rule = NULL, *message = NULL;
    g_auto (GStrv) about = NULL;
    guint line;

    g_object_get (finding, "rule", &rule, "about", &about, "message", &message, "line", &line, NULL);
    g_assert_cmpstr (rule, ==, rua_finding_get_rule (finding));
    g_assert_cmpstr (message, ==, rua_finding_get_message (finding));
    g_assert_cmpuint (line, ==, rua_finding_get_line (finding));
    g_assert_true (g_strv_equal ((const char *const *) about, rua_finding_get_about (finding)));
    g_assert_cmpuint (g_strv_length (about), >, 0);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rivals/sources", test_sources);
  g_test_add_func ("/rivals/same-thing", test_same_thing);
  g_test_add_func ("/rivals/units", test_units);
  g_test_add_func ("/rivals/bounds", test_bounds);
  g_test_add_func ("/rivals/periods", test_periods);
  g_test_add_func ("/rivals/restated", test_restated);
  g_test_add_func ("/rivals/properties", test_properties);
  g_test_add_func ("/rivals/flip-properties", test_flip_properties);
  g_test_add_func ("/rivals/finding-properties", test_finding_properties);
  return g_test_run ();
}
