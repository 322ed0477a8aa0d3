/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Metrics that are added up together: which are, and that each tells what it tells alone, to the bit. */
#include "metrics-case.h"
#include "random-trials.h"
#include "scan-case.h"

#include "rua-parallel.h"

/* In the order of which they are asked for, those under a condition among them. */
static const ScanMetric metrics[] = {
  { "a.net", "total", "{\"value\":\"amount\"}", "net", "year=2015", "-", 'a' },
  { "a.gross", "ratio_of_totals", "{\"numerator\":\"recall * amount\",\"denominator\":\"recall\"}", "not net", "income_source",
    "{\"figures\":[\"ratio\"]}", 'a' },
  { "a.total", "total", "{\"value\":\"amount\"}", "-", "income_source", "-", 'a' },
  { "a.mean", "mean", "{\"value\":\"recall\"}", "-", "household.household_type year=2014", "{\"figures\":[\"mean\"]}", 'a' },
  { "a.prices", "price_index", "{\"period\":\"net\",\"item\":\"income_source\",\"price\":\"amount\",\"quantity\":\"recall\"}",
    "-", "household.household_type", "{\"base\":\"false\",\"current\":\"true\"}", 'a' },
  { "a.doubly-not", "total", "{\"value\":\"amount\"}", "not (not net)", "-", "-", 'a' },
  { "a.early", "total", "{\"value\":\"amount * recall\"}", "year < 2016", "-", "-", 'a' },
  /* The same sums again, in the same cells and in coarser ones. */
  { "again", "total", "{\"value\":\"amount\"}", "net", "year=2015", "-", 0 },
  { "coarser", "total", "{\"value\":\"amount\"}", "net", "-", "-", 0 },
  /* What only a part of the rows would be read for. */
  { "b.persons", "total", "{\"value\":\"household.n_persons\"}", "net", "year=2015", "-", 'b' },
  { "b.squares", "total", "{\"value\":\"household.n_persons * household.n_persons\"}", "net", "income_source", "-", 'b' },
  /* Which do not follow from sums of whole numbers by few cells. */
  { "spread", "mean", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
  { "share", "total", "{\"value\":\"amount / 3\"}", "-", "year", "-", 0 },
  { "buyers", "concentration", "{\"unit\":\"household\",\"amount\":\"amount\"}", "-", "-", "-", 0 },
  { "median", "quantile", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
  { "missing", "count", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
};

/* With none of the metrics added up with another, and with as many as can be, then of packed columns. */
static void
compare (RuaAlliance *alliance)
{
  g_autofree char *alone = NULL;
  guint usual = rua_scan_limits.joint_share;
  g_autoptr (GError) error = NULL;

  rua_scan_limits.joint_share = 0;
  rua_set_n_threads (1);
  alone = scan_case_measure (alliance);
  rua_scan_limits.joint_share = 1;
  for (guint n_threads = 1; n_threads <= 4; n_threads *= 2) {
    g_autofree char *together = NULL;

    rua_set_n_threads (n_threads);
    together = scan_case_measure (alliance);
    g_assert_cmpstr (together, ==, alone);
    rua_table_pack (rua_alliance_get_table (alliance, "income"), NULL, &error);
    g_assert_no_error (error);
    rua_table_pack (rua_alliance_get_table (alliance, "household"), NULL, &error);
    g_assert_no_error (error);
  }
  rua_scan_limits.joint_share = usual;
  rua_set_n_threads (0);
}

static void
test_same_bits (void)
{
  static const struct {
    guint n, lacking;
    gboolean removes;
  } cases[] = { { 0, 9, FALSE }, { 1, 9, FALSE }, { 60, 3, FALSE }, { 900, 9, TRUE }, { 5000, 0, FALSE }, { 5000, 0, TRUE },
                { 5000, 25, FALSE }, { 40000, 200, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases) - (under_valgrind () ? 4 : g_getenv ("RUA_SLOW_MACHINE") != NULL); i++) {
    guint32 seed = (guint32) g_test_rand_int ();
    g_autoptr (RuaAlliance) alliance = scan_case_incomes (seed, cases[i].n, cases[i].lacking, cases[i].removes);

    g_test_message ("seed %u", seed);
    scan_case_add (alliance, metrics, G_N_ELEMENTS (metrics));
    compare (alliance); /* some amounts are below 0, which the prices refuse */
    scan_case_raise_amounts (alliance);
    compare (alliance);
  }
}

/* ---- which are ---- */

static void
test_members (void)
{
  g_autoptr (RuaAlliance) alliance = scan_case_incomes ((guint32) g_test_rand_int (), 40000, 20, TRUE);
  g_autoptr (RuaPlan) all = rua_plan_new ();
  RuaPlanned *planned[G_N_ELEMENTS (metrics)];
  g_autoptr (GError) error = NULL;

  scan_case_add (alliance, metrics, G_N_ELEMENTS (metrics));
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++)
    planned[i] = scan_case_plan (all, alliance, metrics[i].id);
  rua_scan_open (planned[0]->scan, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (planned[0]->scan->n_joints, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (metrics); i++) {
    const RuaScanPart *part = planned[i]->part;

    g_assert_true (planned[i]->scan == planned[0]->scan);
    if ((metrics[i].joint != 0) != (part->joint != NULL))
      g_error ("%s: added up %s", metrics[i].id, part->joint != NULL ? "with others" : "alone");
    for (guint k = 0; k < i && metrics[i].joint != 0; k++)
      g_assert_cmpint (metrics[k].joint == metrics[i].joint, ==, planned[k]->part->joint == part->joint);
  }
  /* Those of all rows have three sums between them, and the others read no more than these. */
  g_assert_cmpuint (planned[0]->part->joint->reduction->n_terms, ==, 3);
  /* All of these choose alike, and nothing else is read. */
  g_assert_true (planned[9]->part->joint->where == planned[9]->part->where);
  g_assert_null (planned[9]->part->condition);
}

/* Too many cells for the rows that there are. */
static void
test_few_rows (void)
{
  g_autoptr (RuaAlliance) alliance = scan_case_incomes ((guint32) g_test_rand_int (), 500, 20, TRUE);
  g_autoptr (RuaPlan) all = rua_plan_new ();
  RuaPlanned *planned[2];
  g_autoptr (GError) error = NULL;

  scan_case_add (alliance, metrics, G_N_ELEMENTS (metrics));
  planned[0] = scan_case_plan (all, alliance, "a.total");
  planned[1] = scan_case_plan (all, alliance, "a.mean");
  rua_scan_open (planned[0]->scan, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (planned[0]->part->joint);
  g_assert_null (planned[1]->part->joint);
  g_assert_cmpuint (planned[0]->scan->n_joints, ==, 0);
}

/* A key that follows from another one of the joint part's has no say in its cells, and is read from that. */
static void
test_keys_that_follow (void)
{
  static const ScanMetric list[] = {
    { "type", "total", "{\"value\":\"recall\"}", "-", "household.household_type net", "-", 0 },
    { "household", "total", "{\"value\":\"recall\"}", "-", "income_source household", "-", 0 },
  };
  g_autoptr (RuaAlliance) alliance = scan_case_incomes ((guint32) g_test_rand_int (), 40000, 20, FALSE);
  g_autoptr (RuaPlan) all = rua_plan_new ();
  RuaPlanned *planned[2];
  const RuaKeying *keying;
  g_autoptr (GError) error = NULL;
  guint usual = rua_scan_limits.joint_share;

  scan_case_add (alliance, list, G_N_ELEMENTS (list));
  for (guint i = 0; i < 2; i++)
    planned[i] = scan_case_plan (all, alliance, list[i].id);
  rua_scan_limits.joint_share = 1;
  rua_scan_open (planned[0]->scan, NULL, &error);
  rua_scan_limits.joint_share = usual;
  g_assert_no_error (error);
  g_assert_nonnull (planned[0]->part->joint);
  g_assert_true (planned[1]->part->joint == planned[0]->part->joint);
  keying = planned[0]->part->joint->keying;
  g_assert_cmpuint (keying->n, ==, 4);
  g_assert_cmpuint (keying->strides[0], ==, 0);
  compare (alliance);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/joint/same-bits", test_same_bits);
  g_test_add_func ("/joint/members", test_members);
  g_test_add_func ("/joint/few-rows", test_few_rows);
  g_test_add_func ("/joint/keys-that-follow", test_keys_that_follow);
  return g_test_run ();
}
