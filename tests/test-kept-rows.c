/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows that are kept from the first pass for those metrics whose columns are laid out: which are, and that each metric tells
 * what it tells where rows are read again, to the bit. */
#include "random-trials.h"
#include "scan-case.h"

#include "rua-parallel.h"

#define QUARTILES "{\"probs\":[0.25,0.5,0.75],\"estimate\":\"q[0.5]\"}"

/* Cells of their own, those of another, and those that finer ones are made of; words as they stand, parts of them and packed
 * ones; conditions, roles that some lack, and no record at all. */
static const ScanMetric metrics[] = {
  { "quartiles", "quantile", "{\"value\":\"amount\"}", "-", "income_source net year", QUARTILES, 0 },
  { "gini", "inequality", "{\"value\":\"amount / household.n_persons\",\"weight\":\"recall * household.n_persons\"}", "-",
    "income_source year", "{\"figures\":[\"gini\"]}", 0 },
  { "some", "quantile", "{\"value\":\"amount\"}", "net", "household.household_type", QUARTILES, 0 },
  { "recalls", "weighted_quantile", "{\"value\":\"recall\",\"weight\":\"household.n_persons\"}", "recall > 3",
    "year net income_source", "-", 0 },
  { "reversed", "trimmed_mean", "{\"value\":\"household.n_persons / recall\"}", "-", "year net income_source", "-", 0 },
  { "none", "trimmed_mean", "{\"value\":\"amount\"}", "amount < -5000", "-", "-", 0 },
  { "all", "trimmed_mean", "{\"value\":\"amount * recall\"}", "-", "-", "-", 0 },
  { "days", "quantile", "{\"value\":\"recall\"}", "-", "net", QUARTILES, 0 },
  { "mean", "mean", "{\"value\":\"amount\"}", "-", "year", "-", 0 },
};

/* These are not whole numbers over anything, or no numbers, or many. */
static const ScanMetric others[] = {
  { "thirds", "trimmed_mean", "{\"value\":\"amount / 3\"}", "-", "year", "-", 0 },
  { "psus", "inequality_se", "{\"value\":\"recall\",\"psu\":\"household\"}", "-", "year", "-", 0 },
  { "wide", "trimmed_mean", "{\"value\":\"amount * 400000 * recall\"}", "-", "household income_source", "-", 0 },
};

static void
measure_both (RuaAlliance *alliance)
{
  g_autofree char *read = NULL;
  gsize usual = rua_scan_limits.kept_bytes;

  rua_scan_limits.kept_bytes = 0;
  rua_set_n_threads (1);
  read = scan_case_measure (alliance);
  rua_scan_limits.kept_bytes = usual;
  for (guint n_threads = 1; n_threads <= 4; n_threads *= 4) {
    g_autofree char *kept = NULL;

    rua_set_n_threads (n_threads);
    kept = scan_case_measure (alliance);
    g_assert_cmpstr (kept, ==, read);
  }
  rua_set_n_threads (0);
}

static void
test_same_bits (void)
{
  static const struct {
    guint n, lacking;
    gboolean removes;
  } cases[] = { { 0, 9, FALSE }, { 1, 9, FALSE }, { 60, 3, FALSE }, { 900, 9, TRUE }, { 5000, 0, FALSE }, { 5000, 25, TRUE },
                { 40000, 0, FALSE }, { 40000, 200, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases) - (under_valgrind () ? 3 : g_getenv ("RUA_SLOW_MACHINE") != NULL); i++) {
    guint32 seed = (guint32) g_test_rand_int ();

    g_test_message ("seed %u", seed);
    /* All of them, then each with the next: what lies first in the word is another's. */
    for (guint first = 0; first <= G_N_ELEMENTS (metrics); first++) {
      g_autoptr (RuaAlliance) alliance = scan_case_incomes (seed, cases[i].n, cases[i].lacking, cases[i].removes);

      if (first == 0)
        scan_case_add (alliance, metrics, G_N_ELEMENTS (metrics));
      else
        scan_case_add (alliance, metrics + first - 1, MIN (2, G_N_ELEMENTS (metrics) - first + 1));
      measure_both (alliance);
      /* What is never below 0, as a packed column knows, takes a bit less. */
      scan_case_raise_amounts (alliance);
      rua_table_pack (rua_alliance_get_table (alliance, "income"), NULL, NULL);
      measure_both (alliance);
    }
  }
}

static void
test_others (void)
{
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 3000 : 40000;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    guint32 seed = (guint32) g_test_rand_int ();
    g_autoptr (RuaAlliance) alliance = scan_case_incomes (seed, n, 50, TRUE);

    g_test_message ("seed %u", seed);
    scan_case_add (alliance, metrics, 2);
    scan_case_add (alliance, others + i, 1);
    measure_both (alliance);
  }
}

/* ---- which are ---- */

typedef struct {
  RuaAlliance *alliance;
  RuaPlan *plan;
  RuaPlanned *planned[G_N_ELEMENTS (metrics)];
  RuaScan *scan;
} Opened;

static void
open_scan (Opened *self, guint n_rows, const ScanMetric *list, guint n)
{
  g_autoptr (GError) error = NULL;

  self->alliance = scan_case_incomes ((guint32) g_test_rand_int (), n_rows, 20, TRUE);
  self->plan = rua_plan_new ();
  scan_case_add (self->alliance, list, n);
  for (guint i = 0; i < n; i++)
    self->planned[i] = scan_case_plan (self->plan, self->alliance, list[i].id);
  self->scan = self->planned[0]->scan;
  rua_scan_open (self->scan, NULL, &error);
  g_assert_no_error (error);
}

static void
opened_clear (Opened *self)
{
  rua_plan_free (self->plan);
  g_object_unref (self->alliance);
}

static void
test_words (void)
{
  Opened opened;
  const RuaScanPart *parts[5];

  open_scan (&opened, 5000, metrics, 5);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    parts[i] = opened.planned[i]->part;
  g_assert_true (opened.scan->keeps);
  /* Amounts, persons and recalls, each once, and first those of a part's record. */
  g_assert_cmpuint (opened.scan->kept_record.n_fields, ==, 3);
  g_assert_true (opened.scan->kept_record.fields[0].node == parts[3]->record.fields[0].node);
  /* The same keys in the same order are the same cells; in another, or fewer, they are found from these; others have
   * their own. */
  g_assert_null (parts[3]->kept.cells_of);
  g_assert_true (parts[4]->kept.cells_of == parts[3]);
  g_assert_null (parts[4]->kept.fold);
  for (guint i = 0; i < 2; i++) {
    g_assert_true (parts[i]->kept.cells_of == parts[3]);
    g_assert_nonnull (parts[i]->kept.fold);
  }
  g_assert_null (parts[2]->kept.cells_of);
  g_assert_cmpuint (parts[2]->kept.cell_bit + parts[2]->kept.n_cell_bits, <=, 64);
  opened_clear (&opened);
}

static void
test_not_kept (void)
{
  gsize usual = rua_scan_limits.kept_bytes;

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    Opened opened;

    open_scan (&opened, 5000, others + i, 1);
    g_assert_false (opened.scan->keeps);
    opened_clear (&opened);
  }
  for (guint less = 0; less < 2; less++) {
    Opened opened;

    rua_scan_limits.kept_bytes = 8 * 5000 - less;
    open_scan (&opened, 5000, metrics, 1);
    g_assert_cmpint (opened.scan->keeps, ==, less == 0);
    opened_clear (&opened);
  }
  rua_scan_limits.kept_bytes = usual;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kept-rows/same-bits", test_same_bits);
  g_test_add_func ("/kept-rows/others", test_others);
  g_test_add_func ("/kept-rows/words", test_words);
  g_test_add_func ("/kept-rows/not-kept", test_not_kept);
  return g_test_run ();
}
