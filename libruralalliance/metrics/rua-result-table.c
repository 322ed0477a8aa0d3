/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-result-table.h"

#include "rua-measurement-private.h"
#include "rua-nearest-private.h"
#include "rua-number-index-private.h"
#include "rua-result-private.h"

#include <math.h>
#include <string.h>

/**
 * RuaResultTable:
 *
 * Figures of metrics that were measured together, side by side: a row a group, a column a figure.
 *
 * It is made of a [class@Measurement] that has run, and begins without columns. The first figure that is added says
 * what the rows are: the groups of its metric, in their order. Metrics added later have to be grouped by the same
 * paths; a group that only they have is a row more, behind the others, and where a metric has no result for a group,
 * its figure is unknown there. No object stands behind a cell: figures come as arrays of doubles, labels as codes.
 *
 * It keeps what was measured. Running the measurement again changes nothing in it, and neither do edits of the records.
 *
 * Since: 1.0
 */

G_DEFINE_ENUM_TYPE (RuaResultNumber, rua_result_number,
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_ESTIMATE, "estimate"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_STANDARD_ERROR, "standard-error"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_LOW, "low"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_HIGH, "high"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_N_ELIGIBLE, "n-eligible"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_N_USED, "n-used"),
                    G_DEFINE_ENUM_VALUE (RUA_RESULT_NUMBER_N_MISSING, "n-missing"))

/* Of a column's name. */
static const char *const suffixes[] = { "", ".se", ".low", ".high", ".n_eligible", ".n_used", ".n_missing" };

/* What was measured of one metric, and where its results stand in the table. */
typedef struct {
  GError *error;      /* why there is nothing */
  RuaOutcome *outcome;
  char *metric;
  char **paths;
  guint n_in_place; /* so many of the first are rows of the same numbers */
  guint32 *rows;    /* of those behind them */
  gboolean placed;
} Source;

/* One of the paths of the groups. */
typedef struct {
  GArray *codes;       /* a gint32 a row, -1 unknown */
  GPtrArray *labels;   /* by code, in order of first appearance; ends with NULL */
  GHashTable *by_text; /* label -> code + 1, of the first labels, so many as are in it */
  gboolean ascends;    /* each label is greater than the one before */
  RuaNumberIndex index; /* from a place in that of the path before, and a code, to a place */
} Axis;

typedef struct {
  char *name;
  GBytes *values; /* a double a row, of which the last ones may lack: they are unknown */
} Column;

struct _RuaResultTable {
  GObject parent_instance;

  GArray *sources; /* of Source, by the metrics' places */
  char **paths;
  Axis *axes; /* by path */
  guint n_axes;
  GStringChunk *texts; /* of labels */
  GArray *columns;     /* of Column */
  guint32 n_rows;
  GArray *indexed; /* rows by their place in the index of the last axis, a guint32 each */
  guint32 n_indexed;
};

G_DEFINE_FINAL_TYPE (RuaResultTable, rua_result_table, G_TYPE_OBJECT)

static void
source_clear (gpointer data)
{
  Source *self = data;

  g_clear_error (&self->error);
  g_clear_pointer (&self->outcome, rua_outcome_unref);
  g_free (self->metric);
  g_strfreev (self->paths);
  g_free (self->rows);
}

static void
column_clear (gpointer data)
{
  Column *self = data;

  g_free (self->name);
  g_bytes_unref (self->values);
}

static void
rua_result_table_finalize (GObject *object)
{
  RuaResultTable *self = RUA_RESULT_TABLE (object);

  for (guint k = 0; k < self->n_axes; k++) {
    g_array_unref (self->axes[k].codes);
    g_ptr_array_unref (self->axes[k].labels);
    g_hash_table_unref (self->axes[k].by_text);
    rua_number_index_clear (&self->axes[k].index);
  }
  g_free (self->axes);
  g_strfreev (self->paths);
  g_array_unref (self->sources);
  g_array_unref (self->columns);
  g_array_unref (self->indexed);
  g_string_chunk_free (self->texts);
  G_OBJECT_CLASS (rua_result_table_parent_class)->finalize (object);
}

static void
rua_result_table_class_init (RuaResultTableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_result_table_finalize;
}

static void
rua_result_table_init (RuaResultTable *self)
{
  self->sources = g_array_new (FALSE, TRUE, sizeof (Source));
  g_array_set_clear_func (self->sources, source_clear);
  self->columns = g_array_new (FALSE, FALSE, sizeof (Column));
  g_array_set_clear_func (self->columns, column_clear);
  self->indexed = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->texts = g_string_chunk_new (4096);
  self->paths = g_new0 (char *, 1);
}

static void
add_source (RuaResultTable *self, RuaMeasurement *measurement, guint index)
{
  Source source = { NULL };
  const RuaDefinition *definition = rua_measurement_peek_definition (measurement, index);
  RuaOutcome *outcome = rua_measurement_peek_outcome (measurement, index, &source.error);

  if (outcome != NULL) {
    source.outcome = rua_outcome_ref (outcome);
    source.metric = g_strdup (definition->id);
    /* A published figure has no groups, whatever its metric says. */
    source.paths
      = g_strdupv (rua_outcome_get_n (outcome) > 0 ? rua_outcome_get_group_paths (outcome) : definition->by);
  }
  g_array_append_val (self->sources, source);
}

/**
 * rua_result_table_new:
 * @measurement: a measurement that was run, and is not running
 *
 * Makes a table of what was measured, without columns yet.
 *
 * Returns: (transfer full): the table
 *
 * Since: 1.0
 */
RuaResultTable *
rua_result_table_new (RuaMeasurement *measurement)
{
  RuaResultTable *self;

  g_return_val_if_fail (RUA_IS_MEASUREMENT (measurement), NULL);
  g_return_val_if_fail (!rua_measurement_is_running (measurement), NULL);

  self = g_object_new (RUA_TYPE_RESULT_TABLE, NULL);
  for (guint i = 0; i < rua_measurement_get_n_metrics (measurement); i++)
    add_source (self, measurement, i);
  return self;
}

/* ---- rows ---- */

#define NO_CODE (-2)
#define NO_ROW RUA_NO_NUMBER

static inline const char *
get_label (const Axis *axis, guint32 row)
{
  gint32 code = g_array_index (axis->codes, gint32, row);

  return code >= 0 ? g_ptr_array_index (axis->labels, code) : NULL;
}

/* Unknown and "" are two labels. */
static inline gboolean
is_same_label (const char *a, const char *b)
{
  return a == b || (a != NULL && b != NULL && strcmp (a, b) == 0);
}

static gboolean
has_labels (RuaResultTable *self, guint32 row, const char *const *labels)
{
  for (guint k = 0; k < self->n_axes; k++)
    if (!is_same_label (get_label (&self->axes[k], row), labels[k]))
      return FALSE;
  return TRUE;
}

/* NO_CODE: no row has it. */
static gint32
find_code (const Axis *axis, const char *label)
{
  guint found;

  if (label == NULL)
    return -1;
  for (guint code = g_hash_table_size (axis->by_text); code < axis->labels->len; code++)
    g_hash_table_insert (axis->by_text, g_ptr_array_index (axis->labels, code), GUINT_TO_POINTER (code + 1));
  found = GPOINTER_TO_UINT (g_hash_table_lookup (axis->by_text, label));
  return found > 0 ? (gint32) found - 1 : NO_CODE;
}

static gint32
intern_label (RuaResultTable *self, Axis *axis, const char *label)
{
  gint32 before = axis->codes->len > 0 ? g_array_index (axis->codes, gint32, axis->codes->len - 1) : -1;
  gint32 n = (gint32) axis->labels->len, code = NO_CODE;
  gboolean is_last;
  /* Groups come in order: mostly it is that of the row before, or the next one, or all begin anew. */
  const gint32 likely[] = { before, before + 1, 0 };

  if (label == NULL)
    return -1;
  for (guint i = 0; i < G_N_ELEMENTS (likely); i++)
    if (likely[i] >= 0 && likely[i] < n && strcmp (g_ptr_array_index (axis->labels, likely[i]), label) == 0)
      return likely[i];
  /* One behind all others is not looked for among them. */
  is_last = axis->ascends && (n == 0 || strcmp (g_ptr_array_index (axis->labels, n - 1), label) < 0);
  if (!is_last)
    code = find_code (axis, label);
  if (code == NO_CODE) {
    axis->ascends = is_last;
    code = n;
    g_ptr_array_add (axis->labels, g_string_chunk_insert (self->texts, label));
  }
  return code;
}

static guint32
add_row (RuaResultTable *self, const char *const *labels)
{
  for (guint k = 0; k < self->n_axes; k++) {
    gint32 code = intern_label (self, &self->axes[k], labels[k]);

    g_array_append_val (self->axes[k].codes, code);
  }
  return self->n_rows++;
}

static inline guint64
number_for (guint32 place, gint32 code)
{
  return (guint64) place << 32 | (guint32) (code + 1);
}

static void
index_rows (RuaResultTable *self)
{
  for (; self->n_indexed < self->n_rows; self->n_indexed++) {
    guint32 place = 0;

    for (guint k = 0; k < self->n_axes; k++)
      place = rua_number_index_intern (
        &self->axes[k].index,
        number_for (place, g_array_index (self->axes[k].codes, gint32, self->n_indexed)));
    if (place == self->indexed->len)
      g_array_append_val (self->indexed, self->n_indexed);
  }
}

static guint32
find_row (RuaResultTable *self, const char *const *labels)
{
  guint32 place = 0;

  index_rows (self);
  for (guint k = 0; k < self->n_axes && place != NO_ROW; k++) {
    gint32 code = find_code (&self->axes[k], labels[k]);

    place = code != NO_CODE ? rua_number_index_find (&self->axes[k].index, number_for (place, code)) : NO_ROW;
  }
  return place < self->indexed->len ? g_array_index (self->indexed, guint32, place) : NO_ROW;
}

/* Finds the rows of the results, and adds those that are not there. Mostly metrics have the same groups in the same
 * order, and where one lacks some, the next of its groups follow one another all the same. */
static void
place_results (RuaResultTable *self, Source *source)
{
  guint n = rua_outcome_get_n (source->outcome);
  gboolean is_first = self->n_rows == 0;
  guint32 next = 0;

  for (guint i = 0; i < n; i++) {
    const char *const *labels = rua_outcome_get_labels (source->outcome, i);
    guint32 row = next;

    if (is_first) {
      add_row (self, labels);
    } else if (row >= self->n_rows || !has_labels (self, row, labels)) {
      row = find_row (self, labels);
      if (row == NO_ROW)
        row = add_row (self, labels);
    }
    next = row + 1;
    if (source->rows == NULL && row == i) {
      source->n_in_place++;
      continue;
    }
    if (source->rows == NULL)
      source->rows = g_new (guint32, n - i);
    source->rows[i - source->n_in_place] = row;
  }
  source->placed = TRUE;
}

static inline guint32
get_row (const Source *source, guint i)
{
  return i < source->n_in_place ? i : source->rows[i - source->n_in_place];
}

/* ---- columns ---- */

static char *
tell_paths (char **paths)
{
  g_autofree char *joined = g_strjoinv (", ", paths);

  return paths[0] != NULL ? g_strdup_printf ("grouped by “%s”", joined) : g_strdup ("not grouped");
}

static gboolean
check_name (RuaResultTable *self, char **paths, const char *name, GError **error)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (strcmp (g_array_index (self->columns, Column, i).name, name) == 0) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                   "the table has a column “%s” already: give this one another name", name);
      return FALSE;
    }
  if (g_strv_contains ((const char *const *) paths, name)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                 "“%s” is a path of the groups: give the column another name", name);
    return FALSE;
  }
  return TRUE;
}

/* Whether a column of the metric can stand here. */
static gboolean
check_source (RuaResultTable *self, const Source *source, const char *name, GError **error)
{
  if (source->error != NULL) {
    g_propagate_error (error, g_error_copy (source->error));
    return FALSE;
  }
  if (self->columns->len > 0
      && !g_strv_equal ((const char *const *) self->paths, (const char *const *) source->paths)) {
    g_autofree char *others = tell_paths (self->paths), *own = tell_paths (source->paths);

    return rua_definition_refuse (source->metric, error, RUA_ERROR_VALUE,
                                  "it is %s, but the first column of the table %s: measure both by the "
                                  "same paths in the same order, or make a table of its own for it",
                                  own, others);
  }
  return check_name (self, source->paths, name, error);
}

static void
set_paths (RuaResultTable *self, char **paths)
{
  g_strfreev (self->paths);
  self->paths = g_strdupv (paths);
  self->n_axes = g_strv_length (paths);
  self->axes = g_new0 (Axis, MAX (self->n_axes, 1));
  for (guint k = 0; k < self->n_axes; k++) {
    self->axes[k].codes = g_array_new (FALSE, FALSE, sizeof (gint32));
    self->axes[k].labels = g_ptr_array_new_null_terminated (1, NULL, TRUE);
    self->axes[k].by_text = g_hash_table_new (g_str_hash, g_str_equal);
    self->axes[k].ascends = TRUE;
  }
}

/* Of all rows, unknown so far; where the metric has a result for each, they are about to be set. */
static double *
begin_values (RuaResultTable *self, Source *source, gboolean sets_all)
{
  double *values;

  if (self->columns->len == 0)
    set_paths (self, source->paths);
  if (!source->placed)
    place_results (self, source);
  values = g_new (double, MAX (self->n_rows, 1));
  for (guint32 row = sets_all && source->n_in_place == self->n_rows ? self->n_rows : 0; row < self->n_rows; row++)
    values[row] = NAN;
  return values;
}

static void
end_column (RuaResultTable *self, const char *name, double *values)
{
  Column column = { g_strdup (name), g_bytes_new_take (values, self->n_rows * sizeof *values) };

  g_array_append_val (self->columns, column);
}

/**
 * rua_result_table_add:
 * @self: a table
 * @index: the metric's place in the measurement, as [method@Measurement.add] gave it
 * @number: which number of its results
 * @name: (nullable): what the column is called; %NULL for the id of the metric, with `.se`, `.low`, `.high`,
 *   `.n_eligible`, `.n_used` or `.n_missing` behind it for what is not the estimate
 * @error: return location for a #GError
 *
 * Adds a column with a number that every result has.
 *
 * Estimate, error and interval are in the unit of the result ([method@Result.get_unit]); the others count rows.
 *
 * Returns: %TRUE, or %FALSE and why there is no such column, and then nothing has changed: the error of a metric that
 *   could not be measured, or a #RuaError: %RUA_ERROR_MISSING where nothing was measured yet, %RUA_ERROR_VALUE where
 *   the metric is grouped by other paths than that of the first column, %RUA_ERROR_DUPLICATE where a column or a path
 *   of the groups has this name
 *
 * Since: 1.0
 */
gboolean
rua_result_table_add (
  RuaResultTable *self, guint index, RuaResultNumber number, const char *name, GError **error)
{
  g_autofree char *made = NULL;
  Source *source;
  double *values;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), FALSE);
  g_return_val_if_fail (index < self->sources->len, FALSE);
  g_return_val_if_fail ((guint) number < G_N_ELEMENTS (suffixes), FALSE);

  source = &g_array_index (self->sources, Source, index);
  if (name == NULL && source->metric != NULL)
    name = made = g_strconcat (source->metric, suffixes[number], NULL);
  if (!check_source (self, source, name, error))
    return FALSE;
  values = begin_values (self, source, TRUE);
  for (guint i = 0; i < rua_outcome_get_n (source->outcome); i++)
    values[get_row (source, i)] = rua_outcome_get_number (source->outcome, i, number);
  end_column (self, name, values);
  return TRUE;
}

/* The results of a metric mostly have the same figures in the same places: @place, where the last result had it among
 * @n, is looked at first. */
static const RuaFigure *
find_figure (RuaFigures *figures, const char *key, guint *n, guint *place)
{
  guint n_figures = rua_figures_get_n (figures);
  const RuaFigure *found;

  if (n_figures == *n && strcmp (rua_figures_get_nth (figures, *place)->key, key) == 0)
    return rua_figures_get_nth (figures, *place);
  found = rua_figures_find (figures, key);
  *n = found != NULL ? n_figures : 0;
  *place = found != NULL ? (guint) (found - rua_figures_get_nth (figures, 0)) : 0;
  return found;
}

static gboolean
refuse_key (const Source *source, const char *key, GError **error)
{
  GPtrArray *results = rua_outcome_get_results (source->outcome);
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, key);
  for (guint i = 0; i < results->len; i++) {
    RuaFigures *figures = ((const RuaResult *) g_ptr_array_index (results, i))->figures;

    for (guint k = 0; figures != NULL && k < rua_figures_get_n (figures); k++)
      rua_nearest_offer (&nearest, rua_figures_get_nth (figures, k)->key);
  }
  mend = rua_nearest_mend (&nearest, "the reference of estimators lists them");
  return rua_definition_refuse (source->metric, error, RUA_ERROR_UNKNOWN_NAME,
                                "none of its results has a value “%s”; %s", key, mend);
}

/* Of no results none can be said to lack it. */
static gboolean
check_key (const Source *source, const char *key, GError **error)
{
  guint n = rua_outcome_get_n (source->outcome);

  for (guint i = 0; i < n; i++) {
    RuaFigures *figures = rua_outcome_get_figures (source->outcome, i, key);

    if (figures != NULL && rua_figures_find (figures, key) != NULL)
      return TRUE;
  }
  return n == 0 || refuse_key (source, key, error);
}

/**
 * rua_result_table_add_named:
 * @self: a table
 * @index: the metric's place in the measurement, as [method@Measurement.add] gave it
 * @key: the name of a value, one of [method@Result.get_keys]
 * @name: (nullable): what the column is called; %NULL for the id of the metric, a point and @key
 * @error: return location for a #GError
 *
 * Adds a column with one of the named values, such as `q[0.25]`, as [method@Result.get_named] tells it: as the
 * estimator defines it.
 *
 * Returns: %TRUE, or %FALSE and an error as of [method@ResultTable.add], or %RUA_ERROR_UNKNOWN_NAME where none of the
 *   metric's results has such a value; then nothing has changed
 *
 * Since: 1.0
 */
gboolean
rua_result_table_add_named (
  RuaResultTable *self, guint index, const char *key, const char *name, GError **error)
{
  g_autofree char *made = NULL;
  guint n = 0, place = 0;
  Source *source;
  double *values;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), FALSE);
  g_return_val_if_fail (index < self->sources->len, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  source = &g_array_index (self->sources, Source, index);
  if (name == NULL && source->metric != NULL)
    name = made = g_strconcat (source->metric, ".", key, NULL);
  if (!check_source (self, source, name, error) || !check_key (source, key, error))
    return FALSE;
  values = begin_values (self, source, FALSE);
  for (guint i = 0; i < rua_outcome_get_n (source->outcome); i++) {
    RuaFigures *figures = rua_outcome_get_figures (source->outcome, i, key);
    const RuaFigure *figure = figures != NULL ? find_figure (figures, key, &n, &place) : NULL;

    if (figure != NULL)
      values[get_row (source, i)] = figure->value;
  }
  end_column (self, name, values);
  return TRUE;
}

/* ---- reading ---- */

/**
 * rua_result_table_get_n_rows:
 * @self: a table
 *
 * How many groups there are: those of the first column, and those that only others have. Without columns there are
 * none; figures that are not grouped have one row.
 *
 * Returns: the number of rows
 *
 * Since: 1.0
 */
guint
rua_result_table_get_n_rows (RuaResultTable *self)
{
  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), 0);

  return self->n_rows;
}

/**
 * rua_result_table_get_n_columns:
 * @self: a table
 *
 * How many figures were added. The paths of the groups do not count.
 *
 * Returns: the number of columns
 *
 * Since: 1.0
 */
guint
rua_result_table_get_n_columns (RuaResultTable *self)
{
  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), 0);

  return self->columns->len;
}

/**
 * rua_result_table_get_name:
 * @self: a table
 * @column: a column, counted from 0 in the order in which they were added
 *
 * What a column is called.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_result_table_get_name (RuaResultTable *self, guint column)
{
  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);
  g_return_val_if_fail (column < self->columns->len, NULL);

  return g_array_index (self->columns, Column, column).name;
}

/* Rows that came after the column are unknown in it. Bytes that were handed out stay as they are. */
static void
lengthen (RuaResultTable *self, Column *column)
{
  gsize size, wanted = self->n_rows * sizeof (double);
  const double *had = g_bytes_get_data (column->values, &size);
  double *values;

  if (size == wanted)
    return;
  values = g_malloc (wanted);
  if (size > 0)
    memcpy (values, had, size);
  for (guint32 row = size / sizeof *values; row < self->n_rows; row++)
    values[row] = NAN;
  g_bytes_unref (column->values);
  column->values = g_bytes_new_take (values, wanted);
}

/**
 * rua_result_table_dup_values:
 * @self: a table
 * @column: a column, counted from 0 in the order in which they were added
 *
 * The figures of a column: for each row a double in the byte order of the machine, NaN where it is undefined or
 * withheld, and where the metric has no result for the group.
 *
 * Nothing is copied, and what is added to the table later does not change them.
 *
 * Returns: (transfer full): the values
 *
 * Since: 1.0
 */
GBytes *
rua_result_table_dup_values (RuaResultTable *self, guint column)
{
  Column *found;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);
  g_return_val_if_fail (column < self->columns->len, NULL);

  found = &g_array_index (self->columns, Column, column);
  lengthen (self, found);
  return g_bytes_ref (found->values);
}

/**
 * rua_result_table_get_group_paths:
 * @self: a table
 *
 * The paths that the rows are grouped by.
 *
 * Returns: (transfer none) (array zero-terminated=1): the paths; empty where there is one row for all together, and
 *   without columns
 *
 * Since: 1.0
 */
const char *const *
rua_result_table_get_group_paths (RuaResultTable *self)
{
  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);

  return (const char *const *) self->paths;
}

static const Axis *
find_axis (RuaResultTable *self, const char *path)
{
  for (guint k = 0; k < self->n_axes; k++)
    if (strcmp (self->paths[k], path) == 0)
      return &self->axes[k];
  return NULL;
}

/**
 * rua_result_table_get_label:
 * @self: a table
 * @row: a row, counted from 0
 * @path: one of [method@ResultTable.get_group_paths]
 *
 * What the rows of this group have there, as [method@Result.get_group_label] tells it.
 *
 * Returns: (nullable): the label; %NULL where it is unknown, and for another path
 *
 * Since: 1.0
 */
const char *
rua_result_table_get_label (RuaResultTable *self, guint row, const char *path)
{
  const Axis *axis;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);
  g_return_val_if_fail (row < self->n_rows, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  axis = find_axis (self, path);
  return axis != NULL ? get_label (axis, row) : NULL;
}

/**
 * rua_result_table_get_labels:
 * @self: a table
 * @path: one of [method@ResultTable.get_group_paths]
 *
 * The labels that the groups have there, each once, in the order in which they first appear. Their places are the codes
 * of [method@ResultTable.dup_codes].
 *
 * The array belongs to the table, until a column is added.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the labels, without the unknown one; %NULL for another
 *   path
 *
 * Since: 1.0
 */
const char *const *
rua_result_table_get_labels (RuaResultTable *self, const char *path)
{
  const Axis *axis;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  axis = find_axis (self, path);
  return axis != NULL ? (const char *const *) axis->labels->pdata : NULL;
}

/**
 * rua_result_table_dup_codes:
 * @self: a table
 * @path: one of [method@ResultTable.get_group_paths]
 *
 * The labels of all rows in bulk: for each row the place of its label in [method@ResultTable.get_labels], as a #gint32
 * in the byte order of the machine, -1 where it is unknown.
 *
 * Returns: (transfer full) (nullable): the codes; %NULL for another path
 *
 * Since: 1.0
 */
GBytes *
rua_result_table_dup_codes (RuaResultTable *self, const char *path)
{
  const Axis *axis;

  g_return_val_if_fail (RUA_IS_RESULT_TABLE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  axis = find_axis (self, path);
  return axis != NULL ? g_bytes_new (axis->codes->data, axis->codes->len * sizeof (gint32)) : NULL;
}
