/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disclosure control of a published table with its margins.
 *
 * The hidden cells of a table whose margins are known are a flow between rows and columns: raising
 * one needs a path of other hidden cells back, alternately lowered (by no more than they hold) and
 * raised. So the most a cell can be above its value is a largest flow, and so is the most it can
 * be below: the attacker's linear programme, solved exactly (R. K. Ahuja, T. L. Magnanti and
 * J. B. Orlin, Network Flows, 1993; L. H. Cox, JASA 90, 1995). */
#include "rua-estimators-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-linear-private.h"
#include "rua-special-private.h"

/* ---- which cells are sensitive ---- */

#define MOST_CELLS 4000000

static int
compare_labels (gconstpointer a, gconstpointer b)
{
  return strcmp (**(const char *const *const *)a, **(const char *const *const *)b);
}

/* Group numbers in the order of their labels. */
static guint *
label_order (const char **labels, guint n)
{
  const char ***pointers = g_new (const char **, MAX (n, 1));
  guint *order = g_new (guint, MAX (n, 1));

  for (guint i = 0; i < n; i++)
    pointers[i] = &labels[i];
  qsort (pointers, n, sizeof *pointers, compare_labels);
  for (guint i = 0; i < n; i++)
    order[i] = pointers[i] - labels;
  g_free (pointers);
  return order;
}

typedef struct {
  double min_count;
  double dominance_n;
  double dominance_k;
  double p_percent;
} Rules;

/* What is written in decimals is equal when its doubles are but for their rounding. */
#define TIE (4 * DBL_EPSILON)

/* @amounts ascending. */
static gboolean
is_sensitive (const Rules *rules, const double *amounts, gsize n)
{
  double total = rua_sum (amounts, n), size = 0, top;

  if (n == 0)
    return FALSE;
  if (n < rules->min_count)
    return TRUE;
  if (!isnan (rules->dominance_n)) {
    gsize k = MIN (n, rules->dominance_n);

    top = rua_sum (amounts + n - k, k);
    for (gsize i = 0; i < n; i++)
      size += fabs (amounts[i]);
    /* Times 100 on the other side, where whole amounts stay exact and ties are told. */
    if (100 * top - rules->dominance_k * total > TIE * 100 * size)
      return TRUE;
  }
  if (!isnan (rules->p_percent)) {
    double largest = amounts[n - 1], rest = n > 2 ? rua_sum (amounts, n - 2) : 0;

    return rules->p_percent * largest - 100 * rest > TIE * rules->p_percent * fabs (largest);
  }
  return FALSE;
}

/* Where a comma is part of a label it stands between quotation marks, so that no two cells have the same name. */
static void
append_label (GString *key, const char *label)
{
  if (strchr (label, ',') == NULL && *label != '"') {
    g_string_append (key, label);
    return;
  }
  g_string_append_c (key, '"');
  for (; *label != '\0'; label++) {
    if (*label == '"')
      g_string_append_c (key, '"');
    g_string_append_c (key, *label);
  }
  g_string_append_c (key, '"');
}

static gboolean
run_suppress_primary (RuaRun *run, GError **error)
{
  const double *amount = rua_run_values (run, "amount");
  Rules rules = { rua_run_number (run, "min_count"), rua_run_number (run, "dominance_n"),
                  rua_run_number (run, "dominance_k"), rua_run_number (run, "p_percent") };
  gsize n = run->data.n, n_primary = 0, *starts;
  guint n_rows, n_columns, *row_order, *column_order;
  const char **row_labels, **column_labels;
  guint32 *rows, *columns, *cells, *members;
  g_autoptr (GString) key = g_string_new (NULL);
  double *inside;

  if (isnan (rules.dominance_n) != isnan (rules.dominance_k))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "dominance needs both dominance_n and dominance_k");
  if (isnan (rules.min_count) && isnan (rules.dominance_n) && isnan (rules.p_percent))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "give a rule: min_count, dominance_n with dominance_k, or p_percent");
  if (amount == NULL && (!isnan (rules.dominance_n) || !isnan (rules.p_percent)))
    return rua_run_refuse (run, error, RUA_ERROR_MISSING,
                           "dominance and p_percent need a column in the role \"amount\"");
  if (isnan (rules.min_count))
    rules.min_count = 0;
  rows = rua_run_groups (run, "row", 0, &n_rows, &row_labels);
  columns = rua_run_groups (run, "column", 0, &n_columns, &column_labels);
  if ((guint64)n_rows * n_columns > MOST_CELLS) {
    g_free (rows);
    g_free (columns);
    g_free (row_labels);
    g_free (column_labels);
    return rua_run_refuse (run, error, RUA_ERROR_LIMIT, "a table of %u by %u cells is too large",
                           n_rows, n_columns);
  }
  cells = g_new (guint32, MAX (n, 1));
  inside = g_new (double, MAX (n, 1));
  for (gsize i = 0; i < n; i++)
    cells[i] = rows[i] * n_columns + columns[i];
  rua_group_rows (cells, n, n_rows * n_columns, &members, &starts);
  row_order = label_order (row_labels, n_rows);
  column_order = label_order (column_labels, n_columns);
  for (guint i = 0; i < n_rows; i++)
    for (guint j = 0; j < n_columns; j++) {
      gsize cell = (gsize)row_order[i] * n_columns + column_order[j],
            size = starts[cell + 1] - starts[cell];
      const char *label;
      gboolean sensitive;

      g_string_truncate (key, 0);
      append_label (key, row_labels[row_order[i]]);
      g_string_append_c (key, ',');
      append_label (key, column_labels[column_order[j]]);
      label = key->str;
      for (gsize k = 0; k < size; k++)
        inside[k] = amount ? amount[members[starts[cell] + k]] : 1;
      rua_sort_doubles (inside, size);
      sensitive = is_sensitive (&rules, inside, size);
      n_primary += sensitive;
      rua_figures_put_at (run->figures, "count", label, size, NULL);
      if (amount != NULL)
        rua_figures_put_at (run->figures, "total", label, rua_sum (inside, size), NULL);
      rua_figures_put_at (run->figures, "primary", label, sensitive, NULL);
    }
  rua_figures_put (run->figures, "n_primary", n_primary);
  g_free (row_order);
  g_free (column_order);
  g_free (members);
  g_free (starts);
  g_free (inside);
  g_free (cells);
  g_free (rows);
  g_free (columns);
  g_free (row_labels);
  g_free (column_labels);
  return TRUE;
}

static const RuaRoleSpec primary_roles[] = {
  { "row", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED,
    "Row of the table; a label with a comma is quoted in a key, as in CSV" },
  { "column", RUA_ROLE_CATEGORY, RUA_ROLE_REQUIRED, "Column of the table" },
  { "amount", RUA_ROLE_NUMBER, RUA_ROLE_OPTIONAL,
    "What each record adds to its cell; min_count does without" },
  { NULL },
};

static const RuaOptionSpec primary_options[] = {
  { "min_count", RUA_OPTION_NUMBER, NULL, 0, INFINITY, RUA_OPTION_BELOW, NULL,
    "A cell of fewer records is sensitive" },
  { "dominance_n", RUA_OPTION_INTEGER, NULL, 1, INFINITY, RUA_OPTION_BELOW, NULL,
    "How many of the largest dominate together" },
  { "dominance_k", RUA_OPTION_NUMBER, NULL, 0, 100, 0, NULL, "Above this percentage of the total" },
  { "p_percent", RUA_OPTION_NUMBER, NULL, 0, INFINITY, RUA_OPTION_BELOW, NULL,
    "How near the largest can be estimated by the second" },
  { NULL },
};

const RuaEstimator rua_estimator_suppress_primary = {
  "suppress_primary",
  N_("Cells of a table that would disclose somebody"),
  "n < min_count; n largest > k % of the total; total - two largest < p % of the largest",
  "Hundepool et al., Statistical Disclosure Control (2012)",
  primary_roles,
  primary_options,
  "n_primary",
  NULL,
  NULL,
  NULL,
  NULL,
  run_suppress_primary,
};

/* ---- what an attacker can work out ---- */

typedef struct {
  guint rows;
  guint columns;
  double *values;
  guint8 *hidden;
  /* Largest flow: rows are nodes 0 ..., columns follow. A hidden cell carries up without limit and
   * down by what it holds. */
  double *up;
  double *down;
  guint32 *queue;
  guint32 *came_from;
  guint8 *reached;
} Table;

static void
table_clear (Table *self)
{
  g_free (self->values);
  g_free (self->hidden);
  g_free (self->up);
  g_free (self->down);
  g_free (self->queue);
  g_free (self->came_from);
  g_free (self->reached);
}

static gboolean
table_init (Table *self, RuaRun *run, const char *cells_option, GError **error)
{
  guint n_cells;
  guint32 *cells;
  gboolean done = TRUE;
  gsize size;

  *self = (Table){ 0 };
  self->values = rua_run_matrix (run, "table", &self->rows, &self->columns);
  size = (gsize)self->rows * self->columns;
  self->hidden = g_new0 (guint8, size);
  self->up = g_new (double, size);
  self->down = g_new (double, size);
  self->queue = g_new (guint32, self->rows + self->columns);
  self->came_from = g_new (guint32, self->rows + self->columns);
  self->reached = g_new (guint8, self->rows + self->columns);
  cells = rua_run_cells (run, cells_option, &n_cells);
  for (guint k = 0; k < n_cells && done; k++) {
    if (cells[2 * k] >= self->rows || cells[2 * k + 1] >= self->columns)
      done = rua_run_refuse (
        run, error, RUA_ERROR_VALUE,
        "option \"%s\": the table has no cell [%u, %u]; it is %u by %u, counted from 0",
        cells_option, cells[2 * k], cells[2 * k + 1], self->rows, self->columns);
    else
      self->hidden[(gsize)cells[2 * k] * self->columns + cells[2 * k + 1]] = 1;
  }
  g_free (cells);
  if (!done)
    table_clear (self);
  return done;
}

/* Breadth first from a node over cells with room left; TRUE when @goal is reached. */
static gboolean
search (Table *self, guint32 start, guint32 goal, gsize without)
{
  guint head = 0, tail = 0;

  memset (self->reached, 0, self->rows + self->columns);
  self->reached[start] = 1;
  self->queue[tail++] = start;
  while (head < tail) {
    guint32 node = self->queue[head++];
    gboolean is_row = node < self->rows;

    for (guint32 k = 0; k < (is_row ? self->columns : self->rows); k++) {
      guint32 other = is_row ? self->rows + k : k;
      gsize cell
        = is_row ? (gsize)node * self->columns + k : (gsize)k * self->columns + (node - self->rows);

      if (self->reached[other] || !self->hidden[cell] || cell == without)
        continue;
      if ((is_row ? self->up[cell] : self->down[cell]) <= 0)
        continue;
      self->reached[other] = 1;
      self->came_from[other] = node;
      if (other == goal)
        return TRUE;
      self->queue[tail++] = other;
    }
  }
  return FALSE;
}

/* The most that a cell can rise (or fall) with all margins kept, no more than @enough: augmenting
 * paths by J. Edmonds and R. M. Karp, JACM 19 (1972). */
static double
slack (Table *self, guint row, guint column, gboolean rise, double enough)
{
  gsize own = (gsize)row * self->columns + column, size = (gsize)self->rows * self->columns;
  guint32 start = rise ? self->rows + column : row, goal = rise ? row : self->rows + column;
  double flow = 0;

  for (gsize k = 0; k < size; k++) {
    self->up[k] = INFINITY;
    self->down[k] = self->values[k];
  }
  if (!rise)
    enough = MIN (enough, self->values[own]);
  while (flow < enough && search (self, start, goal, own)) {
    double room = enough - flow;

    for (guint32 node = goal; node != start; node = self->came_from[node]) {
      guint32 from = self->came_from[node];
      gsize cell = from < self->rows ? (gsize)from * self->columns + (node - self->rows)
                                     : (gsize)node * self->columns + (from - self->rows);

      room = MIN (room, from < self->rows ? self->up[cell] : self->down[cell]);
    }
    for (guint32 node = goal; node != start; node = self->came_from[node]) {
      guint32 from = self->came_from[node];
      gsize cell = from < self->rows ? (gsize)from * self->columns + (node - self->rows)
                                     : (gsize)node * self->columns + (from - self->rows);

      if (from < self->rows) {
        self->up[cell] -= room;
        self->down[cell] += room;
      } else {
        self->down[cell] -= room;
        self->up[cell] += room;
      }
    }
    flow += room;
  }
  return flow;
}

#define TABLE_OPTION                                                                               \
  {                                                                                                \
    "table", RUA_OPTION_MATRIX, NULL, 0, INFINITY, RUA_OPTION_REQUIRED, NULL,                      \
      "The table without its margins"                                                              \
  }

static gboolean
run_suppress_audit (RuaRun *run, GError **error)
{
  guint n_exact = 0;
  Table table;

  if (!table_init (&table, run, "suppressed", error))
    return FALSE;
  for (guint i = 0; i < table.rows; i++)
    for (guint j = 0; j < table.columns; j++) {
      gsize cell = (gsize)i * table.columns + j;
      double low, high;

      if (!table.hidden[cell])
        continue;
      low = table.values[cell] - slack (&table, i, j, FALSE, INFINITY);
      high = table.values[cell] + slack (&table, i, j, TRUE, INFINITY);
      rua_figures_put_cell (run->figures, "low", i + 1, j + 1, low, NULL);
      rua_figures_put_cell (run->figures, "high", i + 1, j + 1, high, NULL);
      /* Rounding makes no room and takes none: the first path has that of a cell as it was given. */
      n_exact += low == high;
    }
  rua_figures_put (run->figures, "n_exact", n_exact);
  table_clear (&table);
  return TRUE;
}

static const RuaOptionSpec audit_options[] = {
  TABLE_OPTION,
  { "suppressed", RUA_OPTION_CELLS, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The hidden cells" },
  { NULL },
};

const RuaEstimator rua_estimator_suppress_audit = {
  "suppress_audit",
  N_("What an attacker can work out of a table with hidden cells"),
  "smallest and largest value of each hidden cell, all margins published, entries >= 0",
  "Cox, JASA 90 (1995)",
  rua_no_roles,
  audit_options,
  "n_exact",
  NULL,
  NULL,
  NULL,
  NULL,
  run_suppress_audit,
};

/* ---- what else has to be hidden ---- */

typedef struct {
  Table table;
  RuaRun *run;
  gboolean by_value;
  double protection;
  guint8 *primary;
  guint8 *kept; /* decided to stay visible */
  double cost;
  double best;
  guint64 n_best;
  guint8 *pattern;
  guint64 n_steps;
} Search;

#define MOST_STEPS 2000000

static double
cell_cost (const Search *self, gsize cell)
{
  return self->by_value ? self->table.values[cell] : 1;
}

/* A sensitive cell that can be told too well; FALSE when there is none. After it, the nodes
 * reached are one side of a cut that only further hidden cells can cross. */
static gboolean
find_exposed (Search *self)
{
  Table *table = &self->table;

  for (guint i = 0; i < table->rows; i++)
    for (guint j = 0; j < table->columns; j++) {
      gsize cell = (gsize)i * table->columns + j;
      double need = table->values[cell] * self->protection;

      if (!self->primary[cell] || need <= 0)
        continue;
      for (int rise = 0; rise < 2; rise++)
        if (slack (table, i, j, rise, need) < need * (1 - 1e-9))
          return TRUE;
    }
  return FALSE;
}

/* Branches over the cells that cross the cut, of which every sufficient set holds one: the first
 * is hidden; or it stays and the second is hidden; and so on. So no set is met twice. */
static gboolean
branch (Search *self, GError **error)
{
  Table *table = &self->table;
  gsize *crossing;
  guint n = 0;
  gboolean done = TRUE;

  if (++self->n_steps > MOST_STEPS)
    return rua_run_refuse (self->run, error, RUA_ERROR_LIMIT,
                           "the table is too large to find the cheapest set for certain");
  if (self->n_steps % 1024 == 0 && rua_run_cancelled (self->run, error))
    return FALSE;
  if (!find_exposed (self)) {
    double slop = 1e-9 * fabs (self->best);

    if (self->n_best == 0 || self->cost < self->best - slop) {
      self->best = self->cost;
      self->n_best = 0;
      memcpy (self->pattern, table->hidden, (gsize)table->rows * table->columns);
    }
    if (fabs (self->cost - self->best) <= slop)
      self->n_best++;
    return TRUE;
  }
  crossing = g_new (gsize, (gsize)table->rows * table->columns);
  for (guint i = 0; i < table->rows; i++)
    for (guint j = 0; j < table->columns; j++) {
      gsize cell = (gsize)i * table->columns + j;

      /* Hidden, it would carry up from its row, and down from its column as it holds something. */
      if (!table->hidden[cell] && !self->kept[cell] && table->values[cell] > 0
          && table->reached[i] != table->reached[table->rows + j])
        crossing[n++] = cell;
    }
  for (guint k = 0; k < n && done; k++) {
    double cost = cell_cost (self, crossing[k]);

    if (self->n_best == 0 || self->cost + cost <= self->best + 1e-9 * fabs (self->best)) {
      table->hidden[crossing[k]] = 1;
      self->cost += cost;
      done = branch (self, error);
      self->cost -= cost;
      table->hidden[crossing[k]] = 0;
    }
    self->kept[crossing[k]] = 1;
  }
  for (guint k = 0; k < n; k++)
    self->kept[crossing[k]] = 0;
  g_free (crossing);
  return done;
}

static gboolean
run_suppress_secondary (RuaRun *run, GError **error)
{
  Search self = { 0 };
  gboolean done;
  gsize size;
  const char *reason;

  self.run = run;
  self.by_value = rua_run_token_is (run, "cost", "value");
  self.protection = rua_run_number (run, "protection_percent") / 100;
  if (!table_init (&self.table, run, "primary", error))
    return FALSE;
  size = (gsize)self.table.rows * self.table.columns;
  self.primary = g_memdup2 (self.table.hidden, size);
  self.kept = g_new0 (guint8, size);
  self.pattern = g_new0 (guint8, size);
  done = branch (&self, error);
  if (done) {
    reason = self.n_best > 0 ? NULL : N_("no set of cells protects the sensitive ones");
    rua_figures_put_or (run->figures, "min_cost", self.best, reason);
    rua_figures_put (run->figures, "n_optimal", self.n_best);
    if (reason == NULL && self.n_best > 1)
      reason = N_("several sets are as cheap");
    for (guint i = 0; i < self.table.rows; i++)
      for (guint j = 0; j < self.table.columns; j++)
        rua_figures_put_cell (run->figures, "suppressed", i + 1, j + 1,
                              self.pattern[(gsize)i * self.table.columns + j], reason);
  }
  g_free (self.pattern);
  g_free (self.kept);
  g_free (self.primary);
  table_clear (&self.table);
  return done;
}

static const RuaOptionSpec secondary_options[] = {
  TABLE_OPTION,
  { "primary", RUA_OPTION_CELLS, NULL, 0, 0, RUA_OPTION_REQUIRED, NULL, "The sensitive cells" },
  { "protection_percent", RUA_OPTION_NUMBER, NULL, 0, 100, RUA_OPTION_REQUIRED, NULL,
    "How far an attacker must stay from the value" },
  { "cost", RUA_OPTION_TOKEN, "value", 0, 0, 0, "value|number", "What is lost with a hidden cell" },
  { NULL },
};

const RuaEstimator rua_estimator_suppress_secondary = {
  "suppress_secondary",
  N_("The cheapest further cells to hide"),
  "cheapest set of non-zero cells such that the attacker's interval of every sensitive cell holds "
  "[v(1-p), v(1+p)]",
  "Fischetti and Salazar, Journal of the American Statistical Association 95 (2000)",
  rua_no_roles,
  secondary_options,
  "min_cost",
  NULL,
  NULL,
  NULL,
  NULL,
  run_suppress_secondary,
};
