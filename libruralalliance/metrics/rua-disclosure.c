/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-disclosure-private.h"
#include "rua-measure-context-private.h"
#include "rua-measure.h"

#include <math.h>
#include <string.h>

/* Results that may be published (A. Hundepool et al., Statistical Disclosure Control, 2012).
 *
 * A group is withheld where fewer than so many households or people stand behind it, where one of
 * them has most of an amount, or where it would tell the same of everybody; then further groups are, until whoever
 * knows all margins cannot narrow a withheld group down. What he can work out is asked of the estimator
 * suppress_audit. All sums over groups are taken to be known to him, whether or not they are published;
 * so the withheld groups of a row are also looked at as one. */

#define DEFAULT_COUNT 5
#define ETHNIC_COUNT 10
#define DOMINANCE 0.85 /* of an amount, from one contributor */
#define NARROW 0.2     /* an amount is told by bounds this near, as a part of it */

typedef struct {
  guint i; /* its row, by the first of two paths */
  guint j; /* its column, by the only path or the second */
  double n; /* rows used, the most of all metrics */
  gboolean sensitive;
  gboolean withheld;
} Cell;

/* Of one metric and group, what one household or person has. */
typedef struct {
  guint cell;
  guint who;        /* 0: rows that are nobody's, or each somebody else's */
  double n_rows;
  double amount;
} Piece;

/* Whoever stands behind a metric's groups, and one of the amounts it adds up. */
typedef struct {
  GArray *pieces; /* of Piece, one a cell and contributor */
  gboolean has_amount;
  gboolean is_known; /* of any row, whose it is */
} Share;

/* What may be worked out: a figure a cell, and bounds how near to it tell of it. */
typedef struct {
  double *figures;
  double width;    /* at least */
  double relative; /* or this part of the figure */
} Audit;

/* The groups by the same paths. */
typedef struct {
  RuaBases *bases; /* borrowed */
  GArray *cells;   /* of Cell */
  GHashTable *by_key;
  GPtrArray *rows;
  GPtrArray *columns;
  GPtrArray *shares; /* of Share */
  GPtrArray *audits; /* of Audit */
} Groups;

typedef struct {
  RuaAlliance *alliance;
  RuaMeasureContext *context;
  guint min_count;
  GCancellable *cancellable;
  GError **error;
} Disclosure;

static void
share_free (gpointer data)
{
  Share *self = data;

  g_array_unref (self->pieces);
  g_free (self);
}

static void
audit_free (gpointer data)
{
  Audit *self = data;

  g_free (self->figures);
  g_free (self);
}

static void
groups_free (Groups *self)
{
  g_array_unref (self->cells);
  g_hash_table_unref (self->by_key);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->shares);
  g_ptr_array_unref (self->audits);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Groups, groups_free)

static Groups *
groups_new (RuaBases *bases)
{
  Groups *self = g_new0 (Groups, 1);

  self->bases = bases;
  self->cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  self->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->columns = g_ptr_array_new_with_free_func (g_free);
  self->shares = g_ptr_array_new_with_free_func (share_free);
  self->audits = g_ptr_array_new_with_free_func (audit_free);
  return self;
}

static Cell *
cell_at (Groups *self, guint i)
{
  return &g_array_index (self->cells, Cell, i);
}

static RuaOutcome *
measure (Disclosure *self, const RuaDefinition *definition)
{
  RuaAssumption none = { .growth = 1 };

  return rua_measure_context_measure_definition (self->context, definition, &none, self->cancellable, self->error);
}

/* But for the rounding of a share of them. */
static gboolean
is_few (const Disclosure *self, double n)
{
  return n < self->min_count - 1e-9;
}

/* ---- groups ---- */

static guint
place_of (GPtrArray *labels, const char *label)
{
  guint at;

  if (!g_ptr_array_find_with_equal_func (labels, label, g_str_equal, &at)) {
    at = labels->len;
    g_ptr_array_add (labels, g_strdup (label));
  }
  return at;
}

static char *
label_key (const char *label)
{
  return label != NULL ? g_strconcat ("=", label, NULL) : g_strdup ("?");
}

#define NO_CELL G_MAXUINT

/* The number of the group with these labels; where there is none it is made, or NO_CELL. */
static guint
find_cell (Groups *self, const char *const *labels, gboolean make)
{
  guint n = g_strv_length (self->bases->by);
  g_autofree char *row = n > 1 ? label_key (labels[0]) : g_strdup (""), *column = n > 0 ? label_key (labels[n - 1]) : g_strdup (""),
                  *key = g_strdup_printf ("%" G_GSIZE_FORMAT ":%s%s", strlen (row), row, column);
  gpointer at;
  Cell cell = { 0 };

  if (g_hash_table_lookup_extended (self->by_key, key, NULL, &at))
    return GPOINTER_TO_UINT (at);
  if (!make)
    return NO_CELL;
  cell.i = place_of (self->rows, row);
  cell.j = place_of (self->columns, column);
  g_hash_table_insert (self->by_key, g_steal_pointer (&key), GUINT_TO_POINTER (self->cells->len));
  g_array_append_val (self->cells, cell);
  return self->cells->len - 1;
}

/* ---- what may be worked out ---- */

static Audit *
add_audit (Groups *self, double width, double relative)
{
  Audit *made = g_new0 (Audit, 1);

  made->figures = g_new0 (double, MAX (self->cells->len, 1));
  made->width = width;
  made->relative = relative;
  g_ptr_array_add (self->audits, made);
  return made;
}

/* What the values of a metric tell by themselves. */
static gboolean
judge_values (Disclosure *self, Groups *groups, const RuaBasis *basis)
{
  const char *share = rua_basis_get_share (basis, self->alliance);
  /* Of these a share times the rows is a number of people, who may be worked out. */
  static const char *const countable[] = { "proportion", "participation_rate", "ratio_distribution", NULL };
  gboolean counts = share != NULL && g_strv_contains (countable, basis->definition->estimator);
  g_autoptr (RuaDefinition) telling = share != NULL ? rua_basis_tell (basis, share) : NULL;
  g_autoptr (RuaOutcome) outcome = measure (self, telling != NULL ? telling : basis->definition);
  double tail = rua_basis_get_tail (basis);
  Audit *rows, *yes = NULL, *no = NULL;

  if (outcome == NULL)
    return FALSE;
  rows = add_audit (groups, self->min_count, 0);
  if (counts) {
    yes = add_audit (groups, self->min_count, 0);
    no = add_audit (groups, self->min_count, 0);
  }
  for (guint g = 0; g < rua_outcome_get_n (outcome); g++) {
    guint at = find_cell (groups, rua_outcome_get_labels (outcome, g), FALSE);
    Cell *cell = at != NO_CELL ? cell_at (groups, at) : NULL;
    double n_used = rua_outcome_get_number (outcome, g, RUA_RESULT_NUMBER_N_USED);
    double value = share != NULL ? rua_outcome_get_number (outcome, g, RUA_RESULT_NUMBER_ESTIMATE) : NAN;

    if (cell == NULL)
      continue;
    cell->n = MAX (cell->n, n_used);
    rows->figures[at] = n_used;
    if (n_used <= 0)
      continue;
    cell->sensitive = cell->sensitive || is_few (self, n_used * tail) || value <= 0 || value >= 1 - 1e-12;
    if (counts && !isnan (value)) {
      yes->figures[at] = CLAMP (value, 0, 1) * n_used;
      no->figures[at] = n_used - yes->figures[at];
    }
  }
  return TRUE;
}

/* ---- who stands behind a group ---- */

/* How many stand behind some cells, and what the largest of them has of it all. */
typedef struct {
  double n;
  double most;
  double all;
  gboolean is_shared_out; /* no part is below 0 */
} Tally;

static gboolean
is_dominated (const Tally *self)
{
  /* Amounts that cannot be shared out, such as debts, have no largest. */
  return self->is_shared_out && self->most > DOMINANCE * self->all;
}

/* Of one contributor, all that he has there. */
static void
tally_add (Tally *self, const Piece *piece)
{
  self->n += piece->who != 0 ? 1 : piece->n_rows;
  self->all += piece->amount;
  self->is_shared_out = self->is_shared_out && piece->amount >= 0;
  if (piece->who != 0)
    self->most = MAX (self->most, piece->amount);
}

static int
compare_people (gconstpointer a, gconstpointer b)
{
  const Piece *s = a, *t = b;

  return (s->who > t->who) - (s->who < t->who);
}

static int
compare_cells (gconstpointer a, gconstpointer b)
{
  const Piece *s = a, *t = b;

  return (s->cell > t->cell) - (s->cell < t->cell);
}

/* Of the cells @chosen together, somebody with rows in several of them being one. */
static Tally
tally_together (const Share *share, const gboolean *chosen)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  Tally tally = { .is_shared_out = share->has_amount };

  for (guint i = 0; i < share->pieces->len; i++) {
    const Piece *piece = &g_array_index (share->pieces, Piece, i);

    if (chosen[piece->cell])
      g_array_append_val (pieces, *piece);
  }
  g_array_sort (pieces, compare_people);
  for (guint i = 0; i < pieces->len;) {
    Piece one = g_array_index (pieces, Piece, i++);

    for (; i < pieces->len && g_array_index (pieces, Piece, i).who == one.who; i++) {
      one.n_rows += g_array_index (pieces, Piece, i).n_rows;
      one.amount += g_array_index (pieces, Piece, i).amount;
    }
    tally_add (&tally, &one);
  }
  return tally;
}

/* Whose the rows of a group are. NULL: each is somebody else's; with *n_rows 0, somebody's who is not known. */
static const char *
find_contributor (const RuaContributor *contributor, const char *label, double *n_rows)
{
  if (contributor == NULL)
    return NULL;
  /* What may be of any kind is told as 'kind/id': organisations are no households. */
  if (label != NULL && contributor->of_any && !g_str_has_prefix (label, "household/") && !g_str_has_prefix (label, "person/"))
    return NULL;
  if (label == NULL && !contributor->itself && !contributor->of_any)
    *n_rows = 0;
  return label;
}

/* Rows and an amount by group and @contributor (nullable: each row stands for itself), of the rows that the metric uses. */
static Share *
divide (Disclosure *self, Groups *groups, const RuaBasis *basis, const RuaContributor *contributor, const char *amount)
{
  g_autoptr (RuaDefinition) counting = rua_basis_count (basis, amount, NULL, contributor != NULL ? contributor->path : NULL);
  g_autoptr (RuaOutcome) outcome = measure (self, counting);
  g_autoptr (GHashTable) people = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_paths = g_strv_length (groups->bases->by), at = NO_CELL;
  const char *const *before = NULL;
  Share *share;

  if (outcome == NULL)
    return NULL;
  share = g_new0 (Share, 1);
  share->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  share->has_amount = amount != NULL && contributor != NULL;
  for (guint g = 0; g < rua_outcome_get_n (outcome); g++) {
    const char *const *labels = rua_outcome_get_labels (outcome, g);
    double sum = rua_outcome_get_number (outcome, g, RUA_RESULT_NUMBER_ESTIMATE);
    Piece piece = { .n_rows = rua_outcome_get_number (outcome, g, RUA_RESULT_NUMBER_N_USED), .amount = isnan (sum) ? 0 : sum };
    const char *who = find_contributor (contributor, contributor != NULL ? labels[n_paths] : NULL, &piece.n_rows);

    if (who != NULL) {
      gpointer number = g_hash_table_lookup (people, who);

      if (number == NULL) {
        number = GUINT_TO_POINTER (g_hash_table_size (people) + 1);
        g_hash_table_insert (people, (gpointer) who, number);
      }
      piece.who = GPOINTER_TO_UINT (number);
    }
    share->is_known = share->is_known || piece.n_rows > 0;
    /* Groups side by side share their labels. */
    if (g == 0 || memcmp (labels, before, n_paths * sizeof *labels) != 0)
      at = find_cell (groups, labels, FALSE);
    before = labels;
    piece.cell = at;
    if (at != NO_CELL)
      g_array_append_val (share->pieces, piece);
  }
  g_array_sort (share->pieces, compare_cells);
  return share;
}

/* Cells behind which too few stand, or of which one has most. */
static void
judge_share (Disclosure *self, Groups *groups, const Share *share, double tail)
{
  for (guint i = 0; i < share->pieces->len;) {
    guint at = g_array_index (share->pieces, Piece, i).cell;
    Tally tally = { .is_shared_out = share->has_amount };
    gboolean *sensitive = &cell_at (groups, at)->sensitive;

    for (; i < share->pieces->len && g_array_index (share->pieces, Piece, i).cell == at; i++)
      tally_add (&tally, &g_array_index (share->pieces, Piece, i));
    *sensitive = *sensitive || is_few (self, tally.n * tail) || is_dominated (&tally);
  }
}

/* Each side of a comparison is told of. */
static gboolean
judge_arms (Disclosure *self, Groups *groups, const RuaBasis *basis, const RuaContributor *contributor)
{
  g_autoptr (GPtrArray) arms = rua_basis_list_arms (basis);
  g_autoptr (RuaDefinition) counting = NULL;
  g_autoptr (RuaOutcome) outcome = NULL;
  g_autoptr (GArray) counts = g_array_new (FALSE, TRUE, sizeof (double));
  guint n_paths = g_strv_length (groups->bases->by), n_sides = 1u << arms->len;

  if (arms->len == 0)
    return TRUE;
  counting = rua_basis_count (basis, NULL, arms, contributor != NULL ? contributor->path : NULL);
  outcome = measure (self, counting);
  if (outcome == NULL)
    return FALSE;
  for (guint g = 0; g < rua_outcome_get_n (outcome); g++) {
    const char *const *labels = rua_outcome_get_labels (outcome, g);
    double n_rows = rua_outcome_get_number (outcome, g, RUA_RESULT_NUMBER_N_USED);
    const char *who = find_contributor (contributor, contributor != NULL ? labels[n_paths + arms->len] : NULL, &n_rows);
    guint at = find_cell (groups, labels, FALSE);

    if (at == NO_CELL)
      continue;
    at *= n_sides;
    for (guint i = 0; i < arms->len; i++)
      at += (guint) (g_strcmp0 (labels[n_paths + i], "true") == 0 || g_strcmp0 (labels[n_paths + i], "1") == 0) << i;
    if (at >= counts->len)
      g_array_set_size (counts, at + 1);
    g_array_index (counts, double, at) += who != NULL ? 1 : n_rows;
  }
  for (guint i = 0; i < counts->len; i++) {
    double n = g_array_index (counts, double, i);

    if (n > 0 && is_few (self, n))
      cell_at (groups, i / n_sides)->sensitive = TRUE;
  }
  return TRUE;
}

/* Whoever stands behind a metric: whom the first path leads to that is known of any row; else each row is one. */
static gboolean
judge_people (Disclosure *self, Groups *groups, const RuaBasis *basis)
{
  g_autoptr (GPtrArray) contributors = rua_basis_list_contributors (basis, self->alliance);
  gboolean are_told;
  g_autoptr (GPtrArray) amounts = rua_basis_list_amounts (basis, &are_told);
  const RuaContributor *contributor = NULL;
  guint first = groups->shares->len;

  for (guint at = 0; groups->shares->len == first; at++) {
    contributor = at < contributors->len ? g_ptr_array_index (contributors, at) : NULL;
    for (guint i = 0; i < MAX (amounts->len, 1); i++) {
      Share *share = divide (self, groups, basis, contributor, i < amounts->len ? g_ptr_array_index (amounts, i) : NULL);

      if (share == NULL)
        return FALSE;
      if (contributor != NULL && !share->is_known) {
        share_free (share);
        break;
      }
      g_ptr_array_add (groups->shares, share);
    }
  }
  for (guint i = first; i < groups->shares->len; i++) {
    const Share *share = g_ptr_array_index (groups->shares, i);
    gboolean is_whole = TRUE;
    Audit *audit;

    judge_share (self, groups, share, rua_basis_get_tail (basis));
    if (!are_told || amounts->len == 0)
      continue;
    audit = add_audit (groups, 0, NARROW);
    for (guint k = 0; k < share->pieces->len; k++) {
      const Piece *piece = &g_array_index (share->pieces, Piece, k);

      audit->figures[piece->cell] += piece->amount;
      is_whole = is_whole && piece->amount >= 0;
    }
    if (!is_whole)
      g_ptr_array_set_size (groups->audits, (int) groups->audits->len - 1);
  }
  return judge_arms (self, groups, basis, contributor);
}

/* The table, and which of its cells are hidden. */
static JsonObject *
audit_options (Groups *self, const Audit *audit)
{
  guint n_rows = self->rows->len, n_columns = self->columns->len;
  gboolean one_row = n_rows == 1;
  guint n_all = one_row ? 2 : n_rows;
  g_autofree double *figures = g_new0 (double, (gsize) n_all * n_columns);
  g_autoptr (JsonArray) table = json_array_new (), hidden = json_array_new ();
  JsonObject *options = json_object_new ();
  double most = 0;

  for (guint k = 0; k < self->cells->len; k++)
    most += audit->figures[k];
  for (guint k = 0; k < self->cells->len; k++) {
    const Cell *cell = cell_at (self, k);

    figures[(gsize) cell->i * n_columns + cell->j] = audit->figures[k];
    /* One path: a column's own sum is not known, so a second row of complements hides what it must. */
    if (one_row)
      figures[(gsize) n_columns + cell->j] = 2 * most - audit->figures[k];
    for (guint row = cell->i; cell->withheld && row < (one_row ? 2 : cell->i + 1); row++) {
      JsonArray *at = json_array_new ();

      json_array_add_int_element (at, row);
      json_array_add_int_element (at, cell->j);
      json_array_add_array_element (hidden, at);
    }
  }
  for (guint i = 0; i < n_all; i++) {
    JsonArray *row = json_array_new ();

    for (guint j = 0; j < n_columns; j++)
      json_array_add_double_element (row, figures[(gsize) i * n_columns + j]);
    json_array_add_array_element (table, row);
  }
  json_object_set_array_member (options, "table", g_steal_pointer (&table));
  json_object_set_array_member (options, "suppressed", g_steal_pointer (&hidden));
  return options;
}

/* A sensitive cell that the margins narrow too much; NULL: none. */
static gboolean
find_narrowed (Disclosure *self, Groups *groups, const Audit *audit, Cell **exposed)
{
  g_autoptr (JsonObject) options = audit_options (groups, audit);
  RuaInput nothing = { .name = "disclosure" };
  g_autoptr (RuaFigures) figures = rua_estimator_run (rua_estimator_find ("suppress_audit"), &nothing,
                                                      NULL, options, self->cancellable, self->error);

  *exposed = NULL;
  if (figures == NULL)
    return FALSE;
  for (guint k = 0; k < groups->cells->len && *exposed == NULL; k++) {
    Cell *cell = cell_at (groups, k);
    g_autofree char *low = g_strdup_printf ("low[%u,%u]", cell->i + 1, cell->j + 1);
    g_autofree char *high = g_strdup_printf ("high[%u,%u]", cell->i + 1, cell->j + 1);
    double a, b;

    if (!cell->sensitive)
      continue;
    if (!rua_figures_get (figures, low, &a) || !rua_figures_get (figures, high, &b)
        || b - a < MAX (audit->width, audit->relative * audit->figures[k]))
      *exposed = cell;
  }
  return TRUE;
}

static gboolean
stands_in (const Cell *cell, gboolean in_row, guint line)
{
  return (in_row ? cell->i : cell->j) == line;
}

/* What is withheld of a row or column is told by its sum as one group, which may need hiding itself; NULL: none does. */
static Cell *
find_bare_line (Disclosure *self, Groups *groups, gboolean in_rows)
{
  guint n_lines = in_rows ? groups->rows->len : groups->columns->len;
  g_autofree gboolean *chosen = g_new0 (gboolean, groups->cells->len);

  for (guint line = 0; line < n_lines; line++) {
    Cell *first = NULL;
    gboolean is_open = FALSE;

    for (guint k = 0; k < groups->cells->len; k++) {
      Cell *cell = cell_at (groups, k);
      gboolean is_there = stands_in (cell, in_rows, line) && cell->n > 0;

      chosen[k] = is_there && cell->withheld;
      is_open = is_open || (is_there && !cell->withheld);
      if (chosen[k] && first == NULL)
        first = cell;
    }
    for (guint i = 0; first != NULL && is_open && i < groups->shares->len; i++) {
      Tally tally = tally_together (g_ptr_array_index (groups->shares, i), chosen);

      if (tally.n > 0 && (is_few (self, tally.n) || is_dominated (&tally)))
        return first;
    }
  }
  return NULL;
}

/* The group with the fewest rows that stands in the same row or column and is not withheld. */
static Cell *
find_cover (Groups *self, const Cell *exposed, gboolean in_row, gboolean in_column)
{
  Cell *best = NULL;

  for (guint pass = 0; pass < 2 && best == NULL; pass++)
    for (guint k = 0; k < self->cells->len; k++) {
      Cell *cell = cell_at (self, k);
      gboolean near = (in_row && cell->i == exposed->i) || (in_column && cell->j == exposed->j);

      if (!cell->withheld && cell->n > 0 && (near || pass == 1) && (best == NULL || cell->n < best->n))
        best = cell;
    }
  return best;
}

static gboolean
withhold_more (Disclosure *self, Groups *groups)
{
  for (;;) {
    Cell *exposed = NULL, *cover;
    gboolean in_row = TRUE, in_column = TRUE;

    for (guint i = 0; exposed == NULL && i < groups->audits->len; i++)
      if (!find_narrowed (self, groups, g_ptr_array_index (groups->audits, i), &exposed))
        return FALSE;
    if (exposed == NULL) {
      exposed = find_bare_line (self, groups, TRUE);
      in_column = FALSE;
    }
    /* By one path, a column is a group. */
    if (exposed == NULL && groups->rows->len > 1) {
      exposed = find_bare_line (self, groups, FALSE);
      in_row = FALSE;
      in_column = TRUE;
    }
    if (exposed == NULL)
      return TRUE;
    cover = find_cover (groups, exposed, in_row, in_column);
    if (cover == NULL)
      return TRUE; /* everything is withheld */
    cover->withheld = TRUE;
  }
}

/* Which of the groups by the same paths are withheld. */
static Groups *
judge (Disclosure *self, RuaBases *bases)
{
  g_autoptr (Groups) groups = groups_new (bases);

  /* All groups first, so that everything has a place for each. */
  for (guint i = 0; i < bases->list->len; i++) {
    const RuaBasis *basis = g_ptr_array_index (bases->list, i);
    g_autoptr (RuaOutcome) outcome = measure (self, basis->definition);

    if (outcome == NULL)
      return NULL;
    for (guint g = 0; g < rua_outcome_get_n (outcome); g++)
      find_cell (groups, rua_outcome_get_labels (outcome, g), TRUE);
  }
  for (guint i = 0; i < bases->list->len; i++)
    if (!judge_values (self, groups, g_ptr_array_index (bases->list, i)) || !judge_people (self, groups, g_ptr_array_index (bases->list, i)))
      return NULL;
  for (guint k = 0; k < groups->cells->len; k++) {
    Cell *cell = cell_at (groups, k);

    cell->sensitive = cell->sensitive && cell->n > 0;
    cell->withheld = cell->sensitive;
  }
  if (bases->by[0] != NULL && groups->cells->len > 0 && !withhold_more (self, groups))
    return NULL;
  return g_steal_pointer (&groups);
}

/* ---- the public results ---- */

/* Whether the group of @result is withheld, or lies in one of these coarser groups that is. */
static gboolean
is_withheld (Groups *self, const RuaResult *result)
{
  guint n = g_strv_length (self->bases->by);
  g_autofree const char **labels = g_new0 (const char *, n + 1);
  guint at;

  for (guint i = 0; i < n; i++)
    for (guint k = 0; result->head->group_paths[k] != NULL; k++)
      if (rua_syntax_text_equal (self->bases->by[i], result->head->group_paths[k]))
        labels[i] = result->group_labels[k];
  at = find_cell (self, labels, FALSE);
  return at != NO_CELL && cell_at (self, at)->withheld;
}

static RuaResult *
publish (Disclosure *self, const RuaResult *from, gboolean withheld)
{
  RuaResult *made = rua_result_new_under (from->head);
  guint n = g_strv_length (from->head->group_paths);

  made->is_public = TRUE;
  made->confidence = from->confidence;
  made->basis = from->basis;
  rua_result_take_unit (made, rua_unit_ref (from->unit));
  if (from->group_labels != NULL)
    rua_result_set_group_labels (made, (const char *const *) from->group_labels, n);
  made->price_basis = from->price_basis;
  if (withheld) {
    /* The same of all: which rule it was would tell of them. */
    g_autofree char *reason = g_strdup_printf (_("withheld: by itself, or taken from the rest, it would tell of fewer than %u households or people, "
                                                 "of one that has most of it, or the same of everybody"),
                                               self->min_count);

    made->withheld = TRUE;
    rua_result_undefine (made, reason);
    return made;
  }
  made->estimate = from->estimate;
  made->se = from->se;
  made->low = from->low;
  made->high = from->high;
  made->n_used = made->n_eligible = from->n_used;
  made->reason = g_strdup (from->reason);
  return made;
}

/**
 * rua_metric_measure_public:
 * @self: a metric
 * @alliance: the alliance whose records are read
 * @by: (array zero-terminated=1) (nullable): at most two paths to group by, in place of the metric's
 *   own
 * @where: (nullable): a further condition on rows
 * @min_count: the fewest households or people behind a group that is told; 0 for 5, or 10 where
 *   groups or conditions tell ethnicity
 * @cancellable: (nullable): a cancellable
 * @error: return location for a #GError
 *
 * Measures for publication: what would disclose somebody is withheld.
 *
 * A group is withheld where fewer than @min_count households or people, or rows, stand behind it or one
 * side of a comparison, where one of them has more than 85 % of an amount that is added up, or where a
 * share is none or all; then further groups, until whoever knows all sums over groups cannot tell how many
 * stand behind a withheld one to within @min_count, nor its amount to within a fifth, and what is withheld
 * of a row or column may be told as one. A formula is judged by all that it rests on. Nothing of a withheld
 * group is told but that it is there: no value, error, interval, number of rows, named value. Of the others
 * there are no named values (a smallest value is somebody's), no numbers of rows left out, and no digest, from
 * which single values could be guessed.
 *
 * Returns: (transfer full) (nullable): a list of [class@Result]; or %NULL and an error as of
 *   [method@Metric.measure]
 *
 * Since: 1.0
 */
GListModel *
rua_metric_measure_public (RuaMetric *self, RuaAlliance *alliance, const char *const *by,
                           const char *where, guint min_count, GCancellable *cancellable,
                           GError **error)
{
  g_autoptr (RuaDefinition) definition = NULL;
  g_autoptr (RuaMeasureContext) context = NULL;
  g_autoptr (RuaOutcome) outcome = NULL;
  g_autoptr (GListStore) store = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (GPtrArray) all = NULL, judged = g_ptr_array_new_with_free_func ((GDestroyNotify) groups_free);
  Disclosure disclosure = { alliance, NULL, min_count, cancellable, error };
  GPtrArray *results;

  g_return_val_if_fail (RUA_IS_METRIC (self), NULL);
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  definition = rua_definition_new (self, error);
  if (definition == NULL)
    return NULL;
  rua_definition_narrow (definition, by, where);
  if (g_strv_length (definition->by) > 2) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_LIMIT,
                           "what is published is grouped by at most two paths");
    return NULL;
  }
  all = rua_disclosure_list_bases (alliance, definition, error);
  if (all == NULL)
    return NULL;
  if (min_count == 0)
    disclosure.min_count = rua_disclosure_tells_ethnicity (all, definition) ? ETHNIC_COUNT : DEFAULT_COUNT;
  context = rua_measure_context_new (alliance);
  disclosure.context = context;
  outcome = measure (&disclosure, definition);
  if (outcome == NULL)
    return NULL;
  for (guint i = 0; i < all->len; i++) {
    Groups *groups = judge (&disclosure, g_ptr_array_index (all, i));

    if (groups == NULL)
      return NULL;
    g_ptr_array_add (judged, groups);
  }
  results = rua_outcome_get_results (outcome);
  for (guint i = 0; i < results->len; i++) {
    g_autoptr (RuaResult) made = NULL;
    gboolean withheld = FALSE;

    for (guint k = 0; k < judged->len; k++)
      withheld = withheld || is_withheld (g_ptr_array_index (judged, k), g_ptr_array_index (results, i));
    made = publish (&disclosure, g_ptr_array_index (results, i), withheld);
    g_list_store_append (store, made);
  }
  return G_LIST_MODEL (g_steal_pointer (&store));
}
