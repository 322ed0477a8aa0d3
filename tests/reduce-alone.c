/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "reduce-alone.h"

#include <math.h>
#include <string.h>

#include "rua-estimator-options-private.h"

typedef struct {
  guint8 *states;
  guint32 codes[MOST_ROWS][RUA_MAX_CELL_ROLES];
  guint32 order[MOST_ROWS];
  guint n;
  guint n_codes[RUA_MAX_CELL_ROLES];
  const char *const *labels[RUA_MAX_CELL_ROLES];
} Cells;

static guint32
get_code (gconstpointer owner, guint32 state, guint k)
{
  return ((const Cells *) owner)->codes[state][k];
}

static guint32
get_n_codes (gconstpointer owner, guint k)
{
  return ((const Cells *) owner)->n_codes[k];
}

static char *
dup_label (gconstpointer owner, guint k, guint32 code)
{
  return g_strdup (((const Cells *) owner)->labels[k][code]);
}

static guint
find_cell (Cells *self, const guint32 codes[RUA_MAX_CELL_ROLES])
{
  for (guint i = 0; i < self->n; i++)
    if (memcmp (self->codes[i], codes, sizeof self->codes[i]) == 0)
      return i;
  memcpy (self->codes[self->n], codes, sizeof self->codes[self->n]);
  self->order[self->n] = self->n;
  return self->n++;
}

/* Some records of a batch by their places, then the others: nothing else is added, and each cell knows its first
 * record whichever comes first. */
static void
add_in_turns (const RuaReduction *reduction, RuaSumForm form, guint8 *states, const guint32 *cells, guint first, guint n,
              const double *const *factors)
{
  gsize stride = rua_reduction_get_stride (reduction, form);
  guint32 rows[MOST_ROWS], places[2][MOST_ROWS];
  guint n_places[2] = { 0, 0 };

  for (guint i = 0; i < n; i++) {
    guint turn = (guint) g_test_rand_int_range (0, 2);

    rows[i] = first + i;
    places[turn][n_places[turn]++] = i;
  }
  for (guint turn = 0; turn < 2; turn++)
    rua_reduction_add (reduction, form, states,
                       &(RuaRecords){ cells, n, 0, rows, places[turn], n_places[turn] }, factors);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (((RuaCellHead *) (gpointer) (states + cells[i] * stride))->first, <=, first + i);
}

/* What each role's known values are whole numbers over; other roles are 1. */
static void
scale_roles (double values[16][MOST_ROWS], const double *const *roles, guint n, RuaScaled *wholes)
{
  for (guint role = 0; role < 16; role++) {
    wholes[role] = (RuaScaled){ 1, roles[role] == NULL };
    for (guint i = 0; i < n && roles[role] != NULL; i++)
      wholes[role] = rua_scaled_join (wholes[role], rua_scaled_of (values[role][i]), FALSE);
  }
}

guint n_forms[3];

RuaFigures *
reduce (RuaEstimation *setup, const RuaInput *input, guint64 most_records, gboolean *precise)
{
  const RuaEstimator *estimator = rua_estimation_get_estimator (setup);
  RuaRunColumn columns[MOST_COLUMNS] = { 0 };
  RuaRun run = { .estimator = estimator, .setup = setup };
  const double *roles[16] = { NULL }, *batch[16] = { NULL };
  double pilots[16] = { 0 }, constants[RUA_MAX_CONSTANTS] = { 0 }, *factors[RUA_MAX_FACTORS];
  double values[16][MOST_ROWS], divisors[RUA_MAX_FACTORS], role_divisors[16];
  RuaScaled wholes[16];
  RuaSumForm form = RUA_SUMS_ROUNDED;
  g_autofree guint32 *cells = g_new0 (guint32, MOST_ROWS);
  g_autofree Cells *self = g_new0 (Cells, 1);
  const RuaReduction *reduction;
  RuaCellSums sums = { 0 };
  gboolean has_domain = FALSE;
  guint n = 0, half;
  gsize stride;
  GError *error = NULL;

  g_assert_cmpuint (input->n_rows, <=, MOST_ROWS);
  for (guint k = 0; k < input->n_columns; k++) {
    columns[k].spec = rua_estimator_find_role (estimator, input->columns[k].role);
    columns[k].input = &input->columns[k];
    has_domain |= g_str_equal (input->columns[k].role, "domain");
  }
  run.data = (RuaRunTable){ .columns = columns, .n_columns = input->n_columns, .input = input };
  reduction = estimator->reduce != NULL ? estimator->reduce (&run) : NULL;
  if (reduction == NULL)
    return NULL;
  g_assert_cmpuint (reduction->n_factors, <=, RUA_MAX_FACTORS);
  g_assert_cmpuint (reduction->n_terms, <=, RUA_MAX_TERMS);
  if (reduction->constants != NULL)
    reduction->constants (&run, constants);
  for (guint i = 0; i < input->n_rows; i++) {
    guint32 codes[RUA_MAX_CELL_ROLES] = { 0 };
    gboolean used = TRUE;

    for (guint k = 0; k < input->n_columns; k++) {
      const RuaInputColumn *column = &input->columns[k];
      gboolean known = column->codes ? column->codes[i] >= 0 : !isnan (column->values[i]);
      guint role = columns[k].spec - estimator->roles;

      used = used && (known || !rua_role_spec_is_needed (columns[k].spec, has_domain));
      if (column->codes != NULL)
        continue;
      roles[role] = values[role];
      values[role][n] = column->values[i];
      if (known && pilots[role] == 0)
        pilots[role] = column->values[i];
    }
    for (guint c = 0; reduction->cells && reduction->cells[c]; c++)
      for (guint k = 0; k < input->n_columns; k++)
        if (g_str_equal (input->columns[k].role, reduction->cells[c])) {
          codes[c] = input->columns[k].codes ? (guint32) input->columns[k].codes[i]
                                             : (guint32) input->columns[k].values[i];
          self->labels[c] = input->columns[k].labels;
          self->n_codes[c] = input->columns[k].codes ? input->columns[k].n_labels : 2;
          sums.flags |= (input->columns[k].codes == NULL) << c;
        }
    if (used)
      cells[n++] = find_cell (self, codes);
  }
  if (reduction->cells == NULL && self->n == 0)
    self->n = 1;
  scale_roles (values, roles, n, wholes);
  for (guint k = 0; k < input->n_columns; k++) {
    RuaScaled whole = wholes[columns[k].spec - estimator->roles];

    /* Of large numbers doubles are too far from the decimals that they mean for differences to agree. */
    if (whole.divisor == 0 || whole.bound > 1e5 * whole.divisor)
      most_records = 0;
  }
  if (most_records > 0)
    form = rua_reduction_find_form (reduction, wholes, constants, most_records, divisors);
  n_forms[form]++;
  for (guint role = 0; role < 16 && form != RUA_SUMS_ROUNDED; role++) {
    role_divisors[role] = wholes[role].divisor;
    pilots[role] = rint (pilots[role] * wholes[role].divisor);
    for (guint i = 0; i < n && roles[role] != NULL; i++)
      values[role][i] = rint (values[role][i] * wholes[role].divisor);
  }
  /* Two halves joined, the second in small batches. */
  stride = rua_reduction_get_stride (reduction, form);
  self->states = g_malloc0 (2 * MOST_ROWS * stride);
  for (guint f = 0; f < reduction->n_factors; f++)
    factors[f] = g_new (double, MOST_ROWS);
  half = n / 2;
  for (guint first = 0, size; first < n; first += size) {
    size = first == 0 ? MAX (half, 1) : MIN (7, n - first);
    for (guint role = 0; role < G_N_ELEMENTS (roles); role++)
      batch[role] = roles[role] != NULL ? roles[role] + first : NULL;
    if (reduction->factors != NULL)
      reduction->factors (&(RuaFactorInput){ size, batch, pilots, constants }, factors);
    for (guint f = 0; reduction->of_roles != NULL && f < reduction->n_factors; f++)
      if (batch[reduction->of_roles[f]] != NULL)
        g_assert_cmpmem (factors[f], size * sizeof (double), batch[reduction->of_roles[f]], size * sizeof (double));
    add_in_turns (reduction, form, self->states + (first == 0 ? 0 : MOST_ROWS * stride), cells + first, first,
                  size, (const double *const *) factors);
  }
  for (guint i = 0; i < self->n; i++)
    rua_reduction_merge (reduction, form, self->states + i * stride,
                         self->states + (MOST_ROWS + i) * stride);
  sums.reduction = reduction;
  sums.form = form;
  sums.divisors = divisors;
  sums.role_divisors = role_divisors;
  sums.states = self->states;
  sums.stride = stride;
  sums.n = self->n;
  sums.pilots = pilots;
  sums.constants = constants;
  sums.get_code = get_code;
  sums.get_n_codes = get_n_codes;
  sums.dup_label = dup_label;
  sums.owner = self;
  run.data.n = n;
  run.data.n_total = input->n_rows;
  run.figures = rua_figures_new ();
  rua_figures_set_wanted (run.figures, (const char *const *) setup->wanted);
  rua_figures_set_records (run.figures, input->n_rows, n);
  g_assert_true (reduction->finish (&run, &sums, &error));
  g_assert_no_error (error);
  rua_figures_set_wanted (run.figures, NULL);
  *precise = !run.needs_columns && !run.must_refuse;
  for (guint f = 0; f < reduction->n_factors; f++)
    g_free (factors[f]);
  g_free (self->states);
  return run.figures;
}
