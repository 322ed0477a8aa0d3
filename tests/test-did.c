/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The closed form of a two-by-two design against least squares by orthogonal columns, whose
 * clusters' (I - H)^(-1/2) come from eigenvalues. */
#include "rua-estimator-private.h"
#include "rua-linear-private.h"
#include "figure.h"

#include <math.h>

#define MOST_ROWS 120

static const char *const labels[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };

typedef struct {
  gsize n;
  guint n_clusters;
  double y[MOST_ROWS], treated[MOST_ROWS], post[MOST_ROWS];
  gint32 codes[MOST_ROWS];
} Data;

static void
draw (Data *self)
{
  self->n = g_test_rand_int_range (12, MOST_ROWS + 1);
  self->n_clusters = g_test_rand_int_range (3, 9);
  for (gsize i = 0; i < self->n; i++) {
    self->codes[i] = i < self->n_clusters ? (gint32) i
                                          : g_test_rand_int_range (0, (gint32) self->n_clusters);
    self->treated[i] = i < 4 ? i & 1 : g_test_rand_int_range (0, 2);
    self->post[i] = i < 4 ? i >> 1 : g_test_rand_int_range (0, 2);
    self->y[i] = 50 + 3 * self->treated[i] - self->codes[i] + g_test_rand_double_range (-5, 5);
  }
}

static void
test_against_fit (void)
{
  for (guint trial = 0; trial < 200; trial++) {
    Data data;
    RuaInputColumn columns[4]
      = { { .role = "outcome", .values = data.y }, { .role = "treated", .values = data.treated },
          { .role = "post", .values = data.post }, { .role = "cluster", .codes = data.codes,
                                                     .labels = labels, .n_labels = 9 } };
    RuaInput input = { .columns = columns, .n_columns = 4 };
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaFigures) figures = NULL;
    double *outcome = g_new (double, MOST_ROWS), column[MOST_ROWS];
    guint32 cluster[MOST_ROWS];
    RuaClustered clustered;
    RuaFit fit;

    draw (&data);
    input.n_rows = data.n;
    figures
      = rua_estimator_run (rua_estimator_find ("did_2x2"), &input, NULL, NULL, NULL, &error);
    g_assert_no_error (error);
    rua_fit_init (&fit, data.n, 4, NULL, 0);
    for (guint k = 0; k < 4; k++) {
      for (gsize i = 0; i < data.n; i++)
        column[i] = (k & 1 ? data.treated[i] : 1) * (k & 2 ? data.post[i] : 1);
      g_assert_true (k < 3 ? rua_fit_add (&fit, column) : rua_fit_add_tested (&fit, column));
    }
    for (gsize i = 0; i < data.n; i++) {
      outcome[i] = data.y[i] - 50;
      cluster[i] = data.codes[i];
    }
    rua_fit_solve (&fit, outcome);
    clustered = rua_fit_clustered (&fit, cluster, data.n_clusters, TRUE);
    g_assert_cmpfloat_with_epsilon (figure (figures, "estimate"), fit.estimate, 1e-11);
    g_assert_cmpfloat_with_epsilon (figure (figures, "se_classical"),
                                    sqrt (rua_fit_classical (&fit)), 1e-11);
    g_assert_cmpfloat_with_epsilon (figure (figures, "se_hc1"), sqrt (rua_fit_hc1 (&fit)), 1e-11);
    g_assert_cmpfloat_with_epsilon (figure (figures, "se_cr0"), sqrt (clustered.cr0), 1e-11);
    g_assert_cmpfloat_with_epsilon (figure (figures, "se_cr2"), sqrt (clustered.cr2), 1e-10);
    g_assert_cmpfloat_with_epsilon (figure (figures, "df_cr2"), clustered.df_cr2, 1e-9);
    rua_fit_clear (&fit);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/did/against-fit", test_against_fit);
  return g_test_run ();
}
