/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Survival: figures of R's survfit(), what it must be, and what nobody can know. */
#include "estimate-ask.h"
#include "figure.h"

#include <math.h>
#include <string.h>

#include "rua-estimator-private.h"
#include "rua-parallel-private.h"

#define COLUMNS "{\"duration\":\"d\",\"event\":\"e\"}"
#define TIES "d,e\n1,1\n1,0\n1,1\n2,1\n3,0\n3,1\n3,1\n5,0\n5,0\n6,1\n7,1\n7,1\n9,0\n12,1\n12,0\n12,0\n"
#define PARTS "d,e\n0,1\n0.5,1\n1.25,0\n3,1\n3,0\n4.75,1\n12,0\n"
#define HALF "d,e\n1,1\n3,1\n5,1\n7,0\n"

/* R 4.2, survival 3.5-3: summary (survfit (Surv (d, e) ~ 1, conf.type = "log-log"), times = at). */
static const struct {
  const char *csv;
  double at, n_at_risk, survival, se, low, high, median;
} cases[] = {
  { TIES, 1, 16, 0.875, 0.082679728470768446, 0.585981436809015599, 0.96718884602912358, 7 },
  { TIES, 3, 12, 0.67307692307692313, 0.120413996735938555, 0.382928510563632529, 0.84935354653414064, 7 },
  { TIES, 5, 9, 0.67307692307692313, 0.120413996735938555, 0.382928510563632529, 0.84935354653414064, 7 },
  { TIES, 7, 6, 0.38461538461538464, 0.143471515248240089, 0.128257724102568804, 0.64110529651391723, 7 },
  { TIES, 12, 3, 0.25641025641025639, 0.141796267048131058, 0.048898908286458626, 0.54132437418186929, 7 },
  { PARTS, 1, 5, 0.7142857142857143, 0.17074694419062766, 0.25815366545879503, 0.9197974560448583, 4.75 },
  { PARTS, 3, 4, 0.5357142857142857, 0.20078653649124883, 0.13198817696263873, 0.82499704203971369, 4.75 },
  { PARTS, 12, 1, 0.26785714285714285, 0.21436541885022831, 0.01312479307938658, 0.67001346682134688, 4.75 },
  { HALF, 1, 4, 0.75, 0.21650635094610965, 0.1279469175951458704, 0.96054864228507841, 4 },
  { HALF, 3, 3, 0.5, 0.25, 0.0578470829951446275, 0.84486128119037396, 4 },
  { HALF, 7, 1, 0.25, 0.21650635094610965, 0.0089478244166031722, 0.66532534278886535, 4 },
};

static void
test_survfit (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *options = g_strdup_printf ("{\"at\":%g}", cases[i].at);
    g_autoptr (Answer) answer = ask ("kaplan_meier", cases[i].csv, COLUMNS, options);

    assert_value (answer, "n_at_risk", cases[i].n_at_risk);
    assert_value (answer, "survival", cases[i].survival);
    assert_value (answer, "se", cases[i].se);
    assert_value (answer, "ci_low", cases[i].low);
    assert_value (answer, "ci_high", cases[i].high);
    assert_value (answer, "median", cases[i].median);
  }
}

/* The same, with conf.type = "log" and "plain"; that of R ends at 0 and 1, too. */
static void
test_intervals (void)
{
  static const char csv[] = "d,e\n5,1\n3,0\n8,1\n8,0\n2,1\n9,0\n";
  g_autoptr (Answer) log = ask ("kaplan_meier", csv, COLUMNS, "{\"at\":5,\"interval\":\"log\"}");
  g_autoptr (Answer) last = ask ("kaplan_meier", csv, COLUMNS, "{\"at\":9,\"interval\":\"log\"}");
  g_autoptr (Answer) plain = ask ("kaplan_meier", csv, COLUMNS, "{\"at\":8,\"interval\":\"plain\"}");
  g_autoptr (Answer) narrow = ask ("kaplan_meier", csv, COLUMNS, "{\"at\":8,\"ci_level\":0.5}");

  assert_value_at (log, "ci_low", 0.3199921619, 1e-9, G_STRLOC);
  assert_value (log, "ci_high", 1);
  assert_value_at (last, "ci_low", 0.1467919155, 1e-9, G_STRLOC);
  assert_value (plain, "ci_low", 0);
  assert_value_at (plain, "ci_high", 0.8513627076, 1e-9, G_STRLOC);
  g_assert_cmpfloat (get (narrow, "ci_low"), >, 0.25);
  g_assert_cmpfloat (get (narrow, "ci_high"), <, 0.6);
}

/* What nobody was watched for is unknown; nobody left is 0 for ever; and all or none tell of no error. */
static void
test_unknown (void)
{
  const Known known[] = {
    { "kaplan_meier", HALF, COLUMNS, "{\"at\":7.5}", "survival", NAN, "nobody was watched for so long" },
    { "kaplan_meier", HALF, COLUMNS, "{\"at\":7.5}", "ci_low", NAN, "nobody was watched for so long" },
    { "kaplan_meier", HALF, COLUMNS, "{\"at\":3,\"points\":[0,7.5]}", "survival[0]", 1, NULL },
    { "kaplan_meier", HALF, COLUMNS, "{\"at\":3,\"points\":[0,7.5]}", "survival[7.5]", NAN, "nobody was watched for so long" },
    { "kaplan_meier", HALF, COLUMNS, "{\"at\":0.5}", "se", NAN, "all survived" },
    { "kaplan_meier", HALF, COLUMNS, "{\"at\":0.5}", "n_events", 3, NULL },
    { "kaplan_meier", "d,e\n1,1\n2,1\n", COLUMNS, "{\"at\":9}", "survival", 0, NULL },
    { "kaplan_meier", "d,e\n1,1\n2,1\n", COLUMNS, "{\"at\":9}", "ci_high", NAN, "none survived" },
    { "kaplan_meier", "d,e\n1,0\n2,0\n", COLUMNS, "{\"at\":2}", "survival", 1, NULL },
    { "kaplan_meier", "d,e\n1,0\n2,0\n", COLUMNS, "{\"at\":2}", "median", NAN, "more than half survived" },
    { "kaplan_meier", "d,e\n1,1\n2,0\n", COLUMNS, "{\"at\":1}", "median", 1, NULL },
    { "kaplan_meier", "d,e\n", COLUMNS, "{\"at\":1}", "survival", NAN, "no records" },
    { "kaplan_meier", "d,e\n", COLUMNS, "{\"at\":1}", "median", NAN, "no records" },
    /* Whether it ended, or how long it lasted, is unknown of two. */
    { "kaplan_meier", "d,e\n1,1\n2,0\n3,\n,1\n", COLUMNS, "{\"at\":1}", "survival", 0.5, NULL },
    { "kaplan_meier", "d,e\n1,1\n2,0\n3,\n,1\n", COLUMNS, "{\"at\":1}", "n", 2, NULL },
  };

  assert_known (known, G_N_ELEMENTS (known));
}

static void
test_refused (void)
{
  assert_refused (ask ("kaplan_meier", "d,e\n1,1\n-2,0\n", COLUMNS, "{\"at\":1}"), "d", "-2", "is below 0", NULL);
  assert_refused (ask ("kaplan_meier", "d,e\n1,2\n", COLUMNS, "{\"at\":1}"), "e", NULL);
  assert_refused (ask ("kaplan_meier", "d,e\n1,1\n", COLUMNS, NULL), "at", NULL);
  assert_refused (ask ("kaplan_meier", "d,e\n1,1\n", COLUMNS, "{\"at\":-1}"), "at", NULL);
  assert_refused (ask ("kaplan_meier", "d,e\n1,1\n", COLUMNS, "{\"at\":1,\"interval\":\"wide\"}"), "log-log", NULL);
  assert_refused (ask ("kaplan_meier", "d,e\n1,1\n", "{\"duration\":\"d\"}", "{\"at\":1}"), "event", NULL);
}

/* ---- many ---- */

typedef struct {
  gsize n;
  double *durations, *events;
} Sample;

static Sample
draw (gsize n, guint n_times)
{
  Sample self = { n, g_new (double, n), g_new (double, n) };

  for (gsize i = 0; i < n; i++) {
    self.durations[i] = g_test_rand_int_range (0, (gint32) n_times) / 4.0;
    self.events[i] = g_test_rand_int_range (0, 3) > 0;
  }
  return self;
}

static void
sample_clear (Sample *self)
{
  g_free (self->durations);
  g_free (self->events);
}

static RuaFigures *
estimate (const Sample *self, double at)
{
  g_autofree char *text = g_strdup_printf ("{\"at\":%g}", at);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  RuaInputColumn columns[2] = { { .role = "duration", .values = self->durations },
                                { .role = "event", .values = self->events } };
  RuaInput input = { .columns = columns, .n_columns = 2, .n_rows = self->n };
  g_autoptr (GError) error = NULL;
  RuaFigures *figures = rua_estimator_run (rua_estimator_find ("kaplan_meier"), &input, NULL, json_node_get_object (node), NULL,
                                           &error);

  g_assert_no_error (error);
  return figures;
}

/* The product as it stands, time by time. */
static void
find_survival (const Sample *self, double at, long double *survival, long double *greenwood)
{
  *survival = 1;
  *greenwood = 0;
  for (double time = 0; time <= at; time += 0.25) {
    long double n = 0, d = 0;

    for (gsize i = 0; i < self->n; i++) {
      n += self->durations[i] >= time;
      d += self->durations[i] == time && self->events[i] != 0;
    }
    if (d > 0) {
      *survival *= 1 - d / n;
      *greenwood += d / (n * (n - d));
    }
  }
}

static void
test_random (void)
{
  for (guint round = 0; round < 300; round++) {
    Sample sample = draw (1 + g_test_rand_int_range (0, 60), 1 + g_test_rand_int_range (0, 30));
    double at = g_test_rand_int_range (0, 32) / 4.0, longest = 0, found;
    long double survival, greenwood;
    g_autoptr (RuaFigures) figures = estimate (&sample, at);

    for (gsize i = 0; i < sample.n; i++)
      longest = MAX (longest, sample.durations[i]);
    find_survival (&sample, at, &survival, &greenwood);
    if (at > longest && survival > 0)
      g_assert_false (rua_estimator_get_estimate (rua_estimator_find ("kaplan_meier"), figures, &found));
    else
      g_assert_cmpfloat (fabs (figure (figures, "survival") - (double) survival), <, 1e-15);
    if (survival > 0 && survival < 1 && at <= longest)
      assert_close (figure (figures, "se"), (double) (survival * sqrtl (greenwood)), 1e-13);
    sample_clear (&sample);
  }
}

/* Nobody lost to view, it is the share that lasted longer. */
static void
test_share (void)
{
  Sample sample = draw (3001, 400);
  gsize n_longer = 0;

  for (gsize i = 0; i < sample.n; i++) {
    sample.events[i] = 1;
    n_longer += sample.durations[i] > 31;
  }
  {
    g_autoptr (RuaFigures) figures = estimate (&sample, 31);
    double share = n_longer / 3001.0;

    g_assert_cmpfloat (figure (figures, "survival"), ==, share);
    assert_close (figure (figures, "se"), sqrt (share * (1 - share) / 3001), 1e-13);
  }
  sample_clear (&sample);
}

static void
test_threads (void)
{
  static const char *const keys[] = { "survival", "se", "ci_low", "ci_high", "median" };
  Sample sample = draw (300000, 5000);
  double first[G_N_ELEMENTS (keys)] = { 0 };

  for (guint n_threads = 1; n_threads <= 8; n_threads *= 2) {
    rua_set_n_threads (n_threads);
    g_autoptr (RuaFigures) figures = estimate (&sample, 400);

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      double value = figure (figures, keys[k]);

      g_assert_false (isnan (value));
      if (n_threads == 1)
        first[k] = value;
      g_assert_cmpmem (&value, sizeof value, &first[k], sizeof value);
    }
  }
  rua_set_n_threads (0);
  sample_clear (&sample);
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  ask_init ();
  g_test_add_func ("/survival/survfit", test_survfit);
  g_test_add_func ("/survival/intervals", test_intervals);
  g_test_add_func ("/survival/unknown", test_unknown);
  g_test_add_func ("/survival/refused", test_refused);
  g_test_add_func ("/survival/random", test_random);
  g_test_add_func ("/survival/share", test_share);
  g_test_add_func ("/survival/threads", test_threads);
  status = g_test_run ();
  ask_clear ();
  return status;
}
