/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure.h"

#include "rua-catalogue-private.h"
#include "rua-formula-private.h"
#include "rua-measure-context-private.h"

#include <math.h>
#include <string.h>

/* Results that may be published (A. Hundepool et al., Statistical Disclosure Control, 2012).
 *
 * A group is withheld where fewer than so many households or people stand behind it, or where one of
 * them has most of an amount; then further groups are, until whoever knows all margins cannot
 * narrow a small group down. What he can work out is asked of the estimator suppress_audit.
 * All sums over groups are taken to be known to him, whether or not they are published. */

#define DEFAULT_COUNT 5
#define ETHNIC_COUNT 10
#define DOMINANCE 0.85 /* of an amount, from one contributor */

typedef struct {
  char *row;    /* label of the first path, with its presence before it */
  char *column; /* of the second; "" where there is none */
  guint64 n;    /* rows used */
  double thinnest; /* contributors or rows on the thinner side of what is told of them, the fewest of all metrics */
  double largest; /* share; NaN: not asked */
  double amount;  /* what its rows add up to, where that can be told from what is published */
  gboolean sensitive;
  gboolean unanimous; /* a share of none or of all */
  gboolean withheld;
  guint i; /* where it stands in the table */
  guint j;
  RuaResult *result; /* borrowed */
} Cell;

typedef struct {
  RuaAlliance *alliance;
  guint min_count;
  GArray *cells; /* of Cell, as the results */
  GPtrArray *rows;
  GPtrArray *columns;
  gboolean adds_up; /* estimates are sums of amounts that are at least 0 */
  GCancellable *cancellable;
  GError **error;
} Disclosure;

static void
cell_clear (gpointer data)
{
  Cell *self = data;

  g_free (self->row);
  g_free (self->column);
}

/* ---- who stands behind a row ---- */

/* Fields that tell a household or a person, in the kind's order; the row itself where it is one. */
static GPtrArray *
list_contributors (RuaTable *table)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  RuaKind *kind = rua_table_get_kind (table);
  const char *name = rua_kind_get_name (kind);

  if (strcmp (name, "household") == 0 || strcmp (name, "person") == 0) {
    g_ptr_array_add (fields, g_strdup ("id"));
    return fields;
  }
  for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    const char *target = rua_field_get_target (field);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE
        && (g_strcmp0 (target, "household") == 0 || g_strcmp0 (target, "person") == 0))
      g_ptr_array_add (fields, g_strdup (rua_field_get_name (field)));
  }
  return fields;
}

static RuaDefinition *
counting (const RuaDefinition *of, const char *estimator, const char *role, const char *text,
          const char *amount)
{
  RuaDefinition *made = g_new0 (RuaDefinition, 1);
  const char *const texts[][2] = { { "amount", amount }, { role, text } };

  made->id = g_strdup (of->id);
  made->estimator = g_strdup (estimator);
  made->table = g_strdup (of->table);
  made->where = g_strdup (of->where);
  made->roles = rua_definition_roles_new ();
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i][1] != NULL) {
      RuaRoleText one = { g_strdup (texts[i][0]), g_strdup (texts[i][1]) };

      g_array_append_val (made->roles, one);
    }
  made->by = g_strdupv (of->by);
  made->own_by = g_strdupv (of->by);
  made->pair_by = g_strdupv (of->pair_by);
  made->options = json_object_new ();
  made->confidence = 0.95;
  made->attrition_limit = 1;
  return made;
}

static RuaOutcome *
measure (Disclosure *self, const RuaDefinition *definition)
{
  g_autoptr (RuaMeasureContext) context = rua_measure_context_new (self->alliance);
  RuaAssumption none = { .growth = 1 };

  return rua_measure_context_measure_definition (context, definition, &none, self->cancellable,
                                                 self->error);
}

static char *
label_key (const char *label)
{
  return label != NULL ? g_strconcat ("=", label, NULL) : g_strdup ("?");
}

static Cell *
find_cell (Disclosure *self, RuaResult *result)
{
  g_autofree char *row = result->head->group_paths[0] != NULL ? label_key (result->group_labels[0])
                                                        : g_strdup ("");
  g_autofree char *column = result->head->group_paths[0] != NULL && result->head->group_paths[1] != NULL
    ? label_key (result->group_labels[1]) : g_strdup ("");

  for (guint i = 0; i < self->cells->len; i++) {
    Cell *cell = &g_array_index (self->cells, Cell, i);

    if (strcmp (cell->row, row) == 0 && strcmp (cell->column, column) == 0)
      return cell;
  }
  return NULL;
}

static const char *
amount_of (const RuaDefinition *definition)
{
  static const char *const roles[] = { "value", "amount", "numerator", NULL };
  /* A mean times the rows behind it is a total. */
  static const char *const sums[] = { "total", "mean", "weighted_mean", "ratio_of_totals", "concentration", NULL };

  if (!g_strv_contains (sums, definition->estimator))
    return NULL;
  for (guint i = 0; i < definition->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (definition->roles, RuaRoleText, i);

    if (g_strv_contains (roles, role->role))
      return role->text;
  }
  return NULL;
}

/* Whether the labels of groups by this path would be people: their ids or names, or what else is
 * told of one of them in words. */
static gboolean
labels_people (RuaAlliance *alliance, RuaTable *table, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path, ".", -1);
  RuaKind *kind = rua_table_get_kind (table);

  for (guint i = 0; steps[i] != NULL; i++) {
    RuaField *field = rua_kind_find_field (kind, g_strstrip (steps[i]));
    const char *target = field != NULL ? rua_field_get_target (field) : NULL;
    RuaTable *next = target != NULL ? rua_alliance_get_table (alliance, target) : NULL;
    RuaFieldType type;

    if (field == NULL)
      return FALSE; /* no path but an expression, or none at all, which measuring refuses */
    type = rua_field_get_field_type (field);
    if (steps[i + 1] == NULL) {
      if (type == RUA_FIELD_TYPE_REFERENCE || type == RUA_FIELD_TYPE_REFERENCE_LIST)
        return next == NULL || rua_kind_get_privacy (rua_table_get_kind (next)) != RUA_PRIVACY_PUBLIC;
      return rua_field_get_privacy (field) == RUA_PRIVACY_PERSONAL
             && (type == RUA_FIELD_TYPE_TEXT || type == RUA_FIELD_TYPE_TEXTS || type == RUA_FIELD_TYPE_TEXT_LIST || type == RUA_FIELD_TYPE_JSON);
    }
    if (next == NULL)
      return FALSE;
    kind = rua_table_get_kind (next);
  }
  return FALSE;
}

/* Whether what is asked for by @key is not one record's. */
static gboolean
refuse_single_values (const RuaDefinition *definition, const char *key, GError **error)
{
  static const char *const keys[] = { "min", "max", NULL };

  if (key != NULL && g_strv_contains (keys, key))
    return rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE, "%s is the value of one record, which is not published", key);
  return TRUE;
}

/* Whether it is the share of people or households of whom something holds. */
static gboolean
shares_of_people (RuaAlliance *alliance, const RuaDefinition *definition)
{
  static const char *const estimators[] = { "proportion", "participation_rate", NULL };
  RuaTable *table = definition->table != NULL ? rua_alliance_get_table (alliance, definition->table) : NULL;
  g_autoptr (GPtrArray) fields = NULL;

  if (table == NULL || !g_strv_contains (estimators, definition->estimator))
    return FALSE;
  fields = list_contributors (table);
  return fields->len > 0;
}

/* Half of the records at least stand on the far side of a quantile; the near side has to be enough. */
static double
tail_of (const RuaDefinition *definition)
{
  JsonNode *probs = json_object_get_member (definition->options, "probs");
  double tail = 0.5;

  if (strstr (definition->estimator, "quantile") == NULL)
    return 1;
  for (guint i = 0; probs != NULL && JSON_NODE_HOLDS_ARRAY (probs)
                    && i < json_array_get_length (json_node_get_array (probs)); i++) {
    double p = json_array_get_double_element (json_node_get_array (probs), i);

    tail = MIN (tail, MIN (p, 1 - p));
  }
  return tail;
}

/* What the values of a metric tell by themselves, of its groups in which that of the formula rests on it. */
static gboolean
look_at_values (Disclosure *self, const RuaDefinition *definition)
{
  double tail = tail_of (definition);
  gboolean shares = shares_of_people (self->alliance, definition);
  g_autoptr (RuaOutcome) outcome = NULL;
  GPtrArray *results;

  if (!shares && tail >= 1)
    return TRUE;
  outcome = measure (self, definition);
  if (outcome == NULL)
    return FALSE;
  results = rua_outcome_get_results (outcome);
  for (guint i = 0; i < results->len; i++) {
    RuaResult *result = g_ptr_array_index (results, i);
    Cell *cell = find_cell (self, result);

    if (cell == NULL || result->n_used == 0)
      continue;
    cell->unanimous = cell->unanimous || (shares && (result->estimate <= 0 || result->estimate >= 1));
    cell->thinnest = MIN (cell->thinnest, (double) result->n_used * tail);
  }
  return TRUE;
}

/* The fewest contributors, and the largest share of one, among all metrics that a result rests on. */
static gboolean
count_contributors (Disclosure *self, const RuaDefinition *definition)
{
  RuaTable *table = definition->table != NULL
    ? rua_alliance_get_table (self->alliance, definition->table) : NULL;
  g_autoptr (GPtrArray) fields = table != NULL ? list_contributors (table) : NULL;
  const char *amount = amount_of (definition);
  double tail = tail_of (definition);

  for (guint i = 0; table != NULL && definition->by[i] != NULL; i++)
    if (labels_people (self->alliance, table, definition->by[i])) {
      rua_definition_refuse (definition->id, self->error, RUA_ERROR_VALUE,
                             "groups by %s would be people, who are not published; group by something that many have in common", definition->by[i]);
      return FALSE;
    }
  for (guint i = 0; fields != NULL && i < fields->len; i++) {
    g_autoptr (RuaDefinition) distinct
      = counting (definition, "distinct_count", "key", g_ptr_array_index (fields, i), NULL);
    g_autoptr (RuaOutcome) counted = measure (self, distinct);
    GPtrArray *counts = counted != NULL ? rua_outcome_get_results (counted) : NULL;
    gboolean any = FALSE;

    if (counts == NULL)
      return FALSE;
    for (guint k = 0; k < counts->len; k++)
      any = any || ((RuaResult *) g_ptr_array_index (counts, k))->n_used > 0;
    if (!any)
      continue;
    for (guint k = 0; k < counts->len; k++) {
      RuaResult *count = g_ptr_array_index (counts, k);
      Cell *cell = find_cell (self, count);

      if (cell != NULL && !isnan (count->estimate))
        cell->thinnest = MIN (cell->thinnest, count->estimate * tail);
    }
    if (amount != NULL) {
      g_autoptr (RuaDefinition) shares
        = counting (definition, "concentration", "unit", g_ptr_array_index (fields, i), amount);
      g_autoptr (GError) problem = NULL;
      GError **error = self->error;
      g_autoptr (RuaOutcome) concentration = NULL;
      GPtrArray *largest;

      /* Amounts that cannot be shared out, such as debts, have no largest. */
      self->error = &problem;
      concentration = measure (self, shares);
      largest = concentration != NULL ? rua_outcome_get_results (concentration) : NULL;
      self->error = error;
      if (g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_propagate_error (error, g_steal_pointer (&problem));
        return FALSE;
      }
      for (guint k = 0; largest != NULL && k < largest->len; k++) {
        Cell *cell = find_cell (self, g_ptr_array_index (largest, k));
        double share;

        if (cell != NULL && rua_result_get_named (g_ptr_array_index (largest, k), "cr1", &share))
          cell->largest = isnan (cell->largest) ? share : MAX (cell->largest, share);
      }
    }
    return TRUE;
  }
  return TRUE;
}

static gboolean
count_all (Disclosure *self, const RuaDefinition *definition, guint depth)
{
  g_autoptr (RuaSyntax) syntax = NULL;
  g_autoptr (GArray) inputs = rua_formula_inputs_new ();

  if (definition->formula == NULL)
    return strcmp (definition->estimator, "reported") == 0
           || (count_contributors (self, definition) && look_at_values (self, definition));
  syntax = rua_syntax_parse (definition->formula, self->error);
  if (syntax == NULL || depth > 64
      || !rua_formula_collect (syntax, definition->formula, inputs, self->error))
    return FALSE;
  for (guint i = 0; i < inputs->len; i++) {
    const RuaFormulaInput *input = &g_array_index (inputs, RuaFormulaInput, i);
    g_autoptr (RuaMetric) metric
      = rua_catalogue_lookup (self->alliance, input->id, self->error);
    g_autoptr (RuaDefinition) inner
      = metric != NULL ? rua_definition_new (metric, self->error) : NULL;

    if (inner == NULL || !refuse_single_values (definition, input->key, self->error)
        || !refuse_single_values (inner, inner->estimate, self->error))
      return FALSE;
    if (input->over != NULL)
      continue; /* of more groups than this one */
    rua_definition_narrow (inner, (const char *const *) definition->by, definition->where);
    if (!count_all (self, inner, depth + 1))
      return FALSE;
  }
  return TRUE;
}

/* ---- which rule ---- */

static gboolean
names_ethnicity (const RuaSyntax *s)
{
  for (guint i = 0; s->names != NULL && i < s->names->len; i++) {
    const char *name = g_ptr_array_index (s->names, i);

    if (strcmp (name, "ethnicity") == 0 || strcmp (name, "peoples") == 0)
      return TRUE;
  }
  for (guint i = 0; i < s->parts->len; i++)
    if (names_ethnicity (g_ptr_array_index (s->parts, i)))
      return TRUE;
  return FALSE;
}

static gboolean
text_names_ethnicity (const char *text)
{
  g_autoptr (RuaSyntax) syntax = text != NULL ? rua_syntax_parse (text, NULL) : NULL;

  return syntax != NULL && names_ethnicity (syntax);
}

/* ---- what else has to be withheld ---- */

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

/* The number of rows used, or what they add up to. */
static double
figure_of (const Cell *cell, gboolean amounts)
{
  return amounts ? cell->amount : (double) cell->n;
}

/* The table, and which of its cells are hidden. */
static JsonObject *
audit_options (Disclosure *self, guint n_rows, guint n_columns, gboolean amounts)
{
  gboolean one_row = n_rows == 1;
  guint n_all = one_row ? 2 : n_rows;
  g_autofree double *figures = g_new0 (double, (gsize) n_all * n_columns);
  g_autoptr (JsonArray) table = json_array_new (), hidden = json_array_new ();
  JsonObject *options = json_object_new ();
  double most = 0;

  for (guint k = 0; k < self->cells->len; k++)
    most += figure_of (&g_array_index (self->cells, Cell, k), amounts);
  for (guint k = 0; k < self->cells->len; k++) {
    const Cell *cell = &g_array_index (self->cells, Cell, k);

    figures[(gsize) cell->i * n_columns + cell->j] = figure_of (cell, amounts);
    /* One path: a column's own sum is not known, so a second row of complements hides what it must. */
    if (one_row)
      figures[(gsize) n_columns + cell->j] = 2 * most - figure_of (cell, amounts);
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

/* A sensitive cell that the margins narrow to within min_count rows, or its amount to within a fifth
 * of it; NULL: none. */
static gboolean
find_exposed (Disclosure *self, gboolean amounts, Cell **exposed)
{
  guint n_rows = self->rows->len, n_columns = self->columns->len;
  g_autoptr (JsonObject) options = audit_options (self, n_rows, n_columns, amounts);
  RuaInput nothing = { .name = "disclosure" };
  g_autoptr (RuaFigures) figures = rua_estimator_run (rua_estimator_find ("suppress_audit"), &nothing,
                                                      NULL, options, self->cancellable, self->error);

  *exposed = NULL;
  if (figures == NULL)
    return FALSE;
  for (guint k = 0; k < self->cells->len && *exposed == NULL; k++) {
    Cell *cell = &g_array_index (self->cells, Cell, k);
    g_autofree char *low = g_strdup_printf ("low[%u,%u]", cell->i + 1, cell->j + 1);
    g_autofree char *high = g_strdup_printf ("high[%u,%u]", cell->i + 1, cell->j + 1);
    double a, b;

    if (!cell->sensitive)
      continue;
    if (!rua_figures_get (figures, low, &a) || !rua_figures_get (figures, high, &b)
        || b - a < (amounts ? 0.2 * cell->amount : self->min_count))
      *exposed = cell;
  }
  return TRUE;
}

/* The group with the fewest rows that stands in the same row or column and is not withheld. */
static Cell *
find_cover (Disclosure *self, const Cell *exposed)
{
  Cell *best = NULL;

  for (guint pass = 0; pass < 2 && best == NULL; pass++)
    for (guint k = 0; k < self->cells->len; k++) {
      Cell *cell = &g_array_index (self->cells, Cell, k);
      gboolean near = strcmp (cell->row, exposed->row) == 0
        || strcmp (cell->column, exposed->column) == 0;

      if (!cell->withheld && cell->n > 0 && (near || pass == 1)
          && (best == NULL || cell->n < best->n))
        best = cell;
    }
  return best;
}

static gboolean
withhold_more (Disclosure *self)
{
  for (;;) {
    Cell *exposed, *cover;

    if (!find_exposed (self, FALSE, &exposed)
        || (exposed == NULL && self->adds_up && !find_exposed (self, TRUE, &exposed)))
      return FALSE;
    if (exposed == NULL)
      return TRUE;
    cover = find_cover (self, exposed);
    if (cover == NULL)
      return TRUE; /* everything is withheld */
    cover->withheld = TRUE;
  }
}

/* ---- the public results ---- */

static RuaResult *
publish (Disclosure *self, const Cell *cell)
{
  RuaResult *from = cell->result;
  RuaResult *made = rua_result_new_under (from->head);
  guint n = g_strv_length (from->head->group_paths);

  made->is_public = TRUE;
  made->confidence = from->confidence;
  made->basis = from->basis;
  rua_result_take_unit (made, rua_unit_ref (from->unit));
  if (from->group_labels != NULL)
    rua_result_set_group_labels (made, (const char *const *) from->group_labels, n);
  made->price_basis = from->price_basis;
  if (cell->withheld) {
    g_autofree char *reason
      = cell->unanimous
          ? g_strdup (_("withheld: it would tell the same of everybody in the group"))
        : cell->sensitive
          ? g_strdup_printf (
            _("withheld: too few stand behind it, or one has most of it (at least %u "
               "households or people)"),
            self->min_count)
          : g_strdup (_("withheld: with it another group that is withheld could be worked out"));

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
 * A group is withheld where fewer than @min_count households or people, or rows, stand behind it, or
 * where one of them has more than 85 % of an amount that is added up; then further groups, until
 * whoever knows all sums over groups cannot tell how many stand behind a small one to within
 * @min_count. Nothing of a withheld group is told but that it is there: no value, error, interval,
 * number of rows, named value. Of the others there are no named values (a smallest value is
 * somebody's), no numbers of rows left out, and no digest, from which single values could be guessed.
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
  g_autoptr (RuaOutcome) outcome = NULL;
  GPtrArray *results;
  g_autoptr (GListStore) store = g_list_store_new (RUA_TYPE_RESULT);
  g_autoptr (GArray) cells = g_array_new (FALSE, TRUE, sizeof (Cell));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);
  Disclosure disclosure = { alliance, min_count, cells, rows, columns, FALSE, cancellable, error };
  gboolean ethnic = FALSE, is_total;

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
  if (!refuse_single_values (definition, definition->estimate, error))
    return NULL;
  for (guint i = 0; definition->by[i] != NULL; i++)
    ethnic = ethnic || text_names_ethnicity (definition->by[i]);
  ethnic = ethnic || text_names_ethnicity (definition->where);
  if (min_count == 0)
    disclosure.min_count = ethnic ? ETHNIC_COUNT : DEFAULT_COUNT;
  outcome = measure (&disclosure, definition);
  if (outcome == NULL)
    return NULL;
  results = rua_outcome_get_results (outcome);
  g_array_set_clear_func (cells, cell_clear);
  for (guint i = 0; i < results->len; i++) {
    RuaResult *result = g_ptr_array_index (results, i);
    gboolean single = result->head->group_paths[0] == NULL || result->head->group_paths[1] == NULL;
    Cell cell = { .n = result->n_used, .thinnest = (double) result->n_used, .largest = NAN,
                  .result = result };

    cell.row = result->head->group_paths[0] != NULL ? label_key (result->group_labels[0]) : g_strdup ("");
    cell.column = single ? g_strdup ("") : label_key (result->group_labels[1]);
    g_array_append_val (cells, cell);
  }
  if (!count_all (&disclosure, definition, 0))
    return NULL;
  is_total = definition->formula == NULL && strcmp (definition->estimator, "total") == 0;
  disclosure.adds_up = is_total || (definition->formula == NULL && strcmp (definition->estimator, "mean") == 0);
  for (guint i = 0; i < cells->len; i++) {
    Cell *cell = &g_array_index (cells, Cell, i);

    cell->sensitive = (cell->n > 0 && cell->thinnest < disclosure.min_count) || cell->largest > DOMINANCE || cell->unanimous;
    cell->withheld = cell->sensitive;
    cell->amount = cell->n == 0 ? 0 : is_total ? cell->result->estimate : cell->result->estimate * (double) cell->n;
    disclosure.adds_up = disclosure.adds_up && cell->amount >= 0;
    /* One path: the groups stand side by side. */
    if (*cell->column == '\0') {
      g_free (cell->column);
      cell->column = cell->row;
      cell->row = g_strdup ("");
    }
    cell->i = place_of (rows, cell->row);
    cell->j = place_of (columns, cell->column);
  }
  if (definition->by[0] != NULL && cells->len > 0 && !withhold_more (&disclosure))
    return NULL;
  for (guint i = 0; i < cells->len; i++) {
    g_autoptr (RuaResult) made = publish (&disclosure, &g_array_index (cells, Cell, i));

    g_list_store_append (store, made);
  }
  return G_LIST_MODEL (g_steal_pointer (&store));
}
