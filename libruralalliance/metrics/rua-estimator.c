/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running an estimator: its roles are matched and checked, records that lack something are left
 * out and counted, then run() sees dense columns. */
#include "rua-estimator-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "rua-estimator-options-private.h"
#include "rua-json-private.h"
#include "rua-number-index-private.h"
#include "rua-special-private.h"
#include "rua-wide-private.h"

const RuaRoleSpec *
rua_estimator_find_role (const RuaEstimator *self, const char *name)
{
  for (const RuaRoleSpec *spec = self->roles; spec->name != NULL; spec++)
    if (g_str_equal (spec->name, name))
      return spec;
  return NULL;
}

/* "a, b and c": the names that would have been right. */
static char *
list_roles (const RuaEstimator *self, gboolean nodes)
{
  GString *text = g_string_new (NULL);

  for (const RuaRoleSpec *spec = self->roles; spec->name != NULL; spec++)
    if (!!(spec->flags & RUA_ROLE_NODES) == nodes)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", spec->name);
  if (text->len == 0)
    g_string_append (text, "none");
  return g_string_free (text, FALSE);
}

/* ---- messages ---- */

static char *
describe_row (const RuaInput *input, gsize row)
{
  const char *name = input->name ? input->name : "";
  const char *gap = input->name ? ", " : "";

  if (input->get_line != NULL)
    return g_strdup_printf ("%s%sline %" G_GUINT64_FORMAT, name, gap,
                            input->get_line (input->owner, row));
  return g_strdup_printf ("%s%srecord %" G_GSIZE_FORMAT, name, gap, row + 1);
}

static gboolean
refuse_value (const RuaInput *input,
              const RuaRoleSpec *spec,
              const RuaInputColumn *column,
              gsize row,
              const char *why,
              GError **error)
{
  char *where = describe_row (input, row);
  char number[40];
  const char *value;
  double given = NAN;

  if (column->packed.words != NULL)
    rua_packed_read (&column->packed, row, 1, &given);
  else if (column->values != NULL)
    given = column->values[row];
  if (column->withheld)
    value = "the value (withheld: it is personal)";
  else if (column->values == NULL && column->packed.words == NULL)
    value = column->codes[row] >= 0 ? rua_input_column_label (column, column->codes[row]) : "unknown";
  else if (isfinite (given))
    value = rua_number_format (given, number);
  else
    value = isnan (given) ? "not a number" : "infinity";
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s, column \"%s\" (role %s): %s %s", where,
               column->name ? column->name : spec->name, spec->name, value, why);
  g_free (where);
  return FALSE;
}

gboolean
rua_run_refuse (RuaRun *self, GError **error, RuaError code, const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, RUA_ERROR, code, "%s: %s", self->estimator->name, text);
  g_free (text);
  return FALSE;
}

gboolean
rua_run_refuse_row (
  RuaRun *self, GError **error, const RuaRunColumn *column, gsize i, const char *why)
{
  const RuaRunTable *table = column->spec->flags & RUA_ROLE_NODES ? &self->nodes : &self->data;

  return refuse_value (table->input, column->spec, column->input, table->rows ? table->rows[i] : i,
                       why, error);
}

gboolean
rua_run_cancelled (RuaRun *self, GError **error)
{
  return g_cancellable_set_error_if_cancelled (self->cancellable, error);
}

/* ---- labels ---- */

const char *
rua_input_column_label (const RuaInputColumn *self, gint32 code)
{
  return self->labels != NULL ? self->labels[code] : self->find_label (self->source, (guint32) code);
}

const char *
rua_run_column_label (const RuaRunColumn *self, gsize i)
{
  gint32 code = self->codes[i];

  return self->owned_labels != NULL ? self->owned_labels[code] : rua_input_column_label (self->input, code);
}

/* ---- matching and checking ---- */

/* A category given as numbers takes their texts as labels. */
static void
label_numbers (RuaRunColumn *column, const RuaInputColumn *input, gsize n)
{
  guint32 *rows = g_new (guint32, MAX (n, 1)), *order;
  double *values = g_new (double, MAX (n, 1));
  gint32 *codes = g_new (gint32, MAX (n, 1));
  GPtrArray *labels = g_ptr_array_new ();
  gsize n_known = 0;

  for (gsize i = 0; i < n; i++) {
    codes[i] = -1;
    if (!isnan (input->values[i]) && (input->known == NULL || input->known[i])) {
      rows[n_known] = i;
      values[n_known++] = input->values[i];
    }
  }
  order = rua_sort_index (values, n_known);
  for (gsize i = 0; i < n_known; i++) {
    if (i == 0 || values[order[i]] != values[order[i - 1]]) {
      char text[40];

      g_ptr_array_add (labels, g_strdup (rua_number_format (values[order[i]], text)));
    }
    codes[rows[order[i]]] = labels->len - 1;
  }
  column->n_labels = labels->len;
  g_ptr_array_add (labels, NULL);
  column->owned_labels = (char **)g_ptr_array_free (labels, FALSE);
  column->owned_codes = codes;
  column->codes = codes;
  g_free (order);
  g_free (values);
  g_free (rows);
}

/* Values that need a closer look: unknown, infinite, or none that the role can have. Mostly there are none. */
RUA_WIDE static gsize
count_odd_numbers (const double *values, gsize n, RuaRoleType type)
{
  gsize n_odd = 0;

  if (type == RUA_ROLE_FLAG)
    for (gsize i = 0; i < n; i++)
      n_odd += (values[i] != 0) & (values[i] != 1);
  else if (type == RUA_ROLE_WEIGHT)
    for (gsize i = 0; i < n; i++)
      n_odd += !(values[i] >= 0) | !(values[i] <= DBL_MAX);
  else
    for (gsize i = 0; i < n; i++)
      n_odd += !(fabs (values[i]) <= DBL_MAX);
  return n_odd;
}

RUA_WIDE static gsize
count_odd_codes (const gint32 *codes, gsize n)
{
  gsize n_odd = 0;

  for (gsize i = 0; i < n; i++)
    n_odd += codes[i] < 0;
  return n_odd;
}

/* @keep is made when the first record is left out. */
static void
leave_out (guint8 **keep, gsize n_rows, gsize row)
{
  if (*keep == NULL) {
    *keep = g_malloc (n_rows);
    memset (*keep, 1, n_rows);
  }
  (*keep)[row] = 0;
}

/* Whether what the record lacks in a role that is needed within a domain leaves it out. */
static gboolean
is_needed (const RuaRoleSpec *spec, const double *domain, gsize row)
{
  return rua_role_spec_is_needed (spec, domain != NULL) || ((spec->flags & RUA_ROLE_IN_DOMAIN) && domain[row] != 0);
}

static gboolean
check_column (const RuaInput *input,
              const RuaRunColumn *column,
              const double *domain,
              guint8 **keep,
              guint64 *n_missing,
              GError **error)
{
  const RuaInputColumn *given = column->input;
  const RuaRoleSpec *spec = column->spec;

  if (spec->type == RUA_ROLE_CATEGORY) {
    if (given->known == NULL && count_odd_codes (column->codes, input->n_rows) == 0)
      return TRUE;
    for (gsize i = 0; i < input->n_rows; i++) {
      if (column->codes[i] < 0 || (given->known != NULL && !given->known[i])) {
        ++*n_missing;
        if (is_needed (spec, domain, i))
          leave_out (keep, input->n_rows, i);
      }
    }
    return TRUE;
  }
  if (column->packed.words != NULL)
    return TRUE; /* all are known, and finite */
  if (given->known == NULL && count_odd_numbers (given->values, input->n_rows, spec->type) == 0)
    return TRUE;
  for (gsize i = 0; i < input->n_rows; i++) {
    double value = given->values[i];

    if (isnan (value) || (given->known != NULL && !given->known[i])) {
      ++*n_missing;
      if (is_needed (spec, domain, i))
        leave_out (keep, input->n_rows, i);
      continue;
    }
    if (!isfinite (value))
      return refuse_value (input, spec, given, i,
                           "is not a finite number; correct it, or leave it empty if it is unknown",
                           error);
    if (spec->type == RUA_ROLE_FLAG && value != 0 && value != 1)
      return refuse_value (input, spec, given, i,
                           "is not a flag; write 1 for yes and 0 for no, or leave it empty", error);
    if (spec->type == RUA_ROLE_WEIGHT && value < 0)
      return refuse_value (input, spec, given, i, "is below 0; a weight is at least 0: correct it",
                           error);
  }
  return TRUE;
}

/* Leaves out the records not kept, and turns cells not known into NaN and -1. */
static void
gather_column (const RuaRunTable *table, RuaRunColumn *column)
{
  const RuaInputColumn *given = column->input;
  gboolean marks = given->known != NULL && (column->spec->flags & RUA_ROLE_MAY_MISS);

  if (table->rows == NULL && !marks)
    return;
  if (column->spec->type == RUA_ROLE_CATEGORY) {
    gint32 *codes = g_new (gint32, MAX (table->n, 1));

    for (gsize i = 0; i < table->n; i++) {
      gsize row = table->rows ? table->rows[i] : i;

      codes[i] = marks && !given->known[row] ? -1 : column->codes[row];
    }
    g_free (column->owned_codes);
    column->owned_codes = codes;
    column->codes = codes;
  } else if (column->packed.words != NULL) {
    guint32 *words = g_new (guint32, MAX (table->n, 1));

    for (gsize i = 0; i < table->n; i++)
      words[i] = column->packed.words[table->rows ? table->rows[i] : i];
    column->owned_values = words;
    column->packed.words = words;
  } else {
    double *values = g_new (double, MAX (table->n, 1));

    for (gsize i = 0; i < table->n; i++) {
      gsize row = table->rows ? table->rows[i] : i;

      values[i] = marks && !given->known[row] ? NAN : column->values[row];
    }
    column->owned_values = values;
    column->values = values;
  }
}

static gboolean
prepare_table (
  RuaRun *run, RuaRunTable *table, const RuaInput *input, gboolean nodes, GError **error)
{
  const RuaEstimator *self = run->estimator;
  g_autofree guint8 *keep = NULL;
  const double *domain = NULL;
  gsize n_kept = 0;

  table->input = input;
  table->n_total = input->counts != NULL ? input->counts->n_total : input->n_rows;
  table->columns = g_new0 (RuaRunColumn, MAX (input->n_columns, 1));
  if (input->n_rows > G_MAXUINT32)
    return rua_run_refuse (run, error, RUA_ERROR_LIMIT, "more than 4 294 967 295 records");
  for (guint k = 0; k < input->n_columns; k++) {
    const RuaInputColumn *given = &input->columns[k];
    const RuaRoleSpec *spec = rua_estimator_find_role (self, given->role);
    RuaRunColumn *column;
    gboolean packed = self->takes_packed && given->packed.words != NULL;

    if (spec == NULL || !!(spec->flags & RUA_ROLE_NODES) != nodes) {
      char *names = list_roles (self, nodes);

      rua_run_refuse (run, error, RUA_ERROR_UNKNOWN_NAME,
                      "there is no role \"%s\"; the roles %sare: %s", given->role,
                      nodes ? "of the nodes " : "", names);
      g_free (names);
      return FALSE;
    }
    if (!(spec->flags & RUA_ROLE_REPEATED))
      for (guint other = 0; other < table->n_columns; other++)
        if (table->columns[other].spec == spec)
          return rua_run_refuse (run, error, RUA_ERROR_DUPLICATE,
                                 "role %s takes one column, more are given; keep one", spec->name);
    if (spec->type != RUA_ROLE_CATEGORY && given->values == NULL && !packed)
      return rua_run_refuse (run, error, RUA_ERROR_VALUE,
                             "column \"%s\" (role %s) holds text; a column of numbers belongs here",
                             given->name ? given->name : spec->name, spec->name);
    column = &table->columns[table->n_columns++];
    column->spec = spec;
    column->input = given;
    column->values = given->values;
    if (packed)
      column->packed = given->packed;
    column->codes = given->codes;
    column->n_labels = given->n_labels;
    if (spec->type == RUA_ROLE_CATEGORY && given->codes == NULL)
      label_numbers (column, given, input->n_rows);
    if (g_str_equal (spec->name, "domain"))
      domain = given->values;
  }
  for (guint k = 0; k < table->n_columns; k++) {
    guint64 n_missing = 0;

    if (!check_column (input, &table->columns[k], domain, &keep, &n_missing, error))
      return FALSE;
    if (input->counts != NULL)
      n_missing = input->counts->missing[k];
    if (n_missing > 0)
      rua_figures_add_missing (run->figures, table->columns[k].spec->name, n_missing);
  }
  for (gsize i = 0; keep != NULL && i < input->n_rows; i++)
    n_kept += keep[i];
  table->n = keep != NULL ? n_kept : input->n_rows;
  if (table->n < input->n_rows) {
    table->rows = g_new (guint32, MAX (n_kept, 1));
    n_kept = 0;
    for (gsize i = 0; i < input->n_rows; i++) {
      table->rows[n_kept] = i;
      n_kept += keep[i];
      if (n_kept == table->n)
        break;
    }
  }
  for (guint k = 0; k < table->n_columns; k++)
    gather_column (table, &table->columns[k]);
  return TRUE;
}

static void
clear_table (RuaRunTable *table)
{
  for (guint k = 0; k < table->n_columns; k++) {
    g_free (table->columns[k].owned_values);
    g_free (table->columns[k].owned_codes);
    g_strfreev (table->columns[k].owned_labels);
  }
  g_free (table->columns);
  g_free (table->rows);
}

RuaFigures *
rua_estimation_run (const RuaEstimation *self,
                    const RuaInput *data,
                    const RuaInput *nodes,
                    GCancellable *cancellable,
                    GError **error)
{
  static const RuaInput nothing = { 0 };
  const RuaEstimator *estimator = self->estimator;
  RuaRun run = { estimator, { 0 }, { 0 }, self, NULL, cancellable };
  gboolean done = FALSE;

  run.figures = rua_figures_new ();
  rua_figures_set_wanted (run.figures, (const char *const *) self->wanted);
  if (data == NULL)
    data = &nothing;
  if (nodes == NULL)
    nodes = &nothing;
  if (!rua_run_cancelled (&run, error) && prepare_table (&run, &run.data, data, FALSE, error)
      && prepare_table (&run, &run.nodes, nodes, TRUE, error)) {
    done = TRUE;
    for (const RuaRoleSpec *spec = estimator->roles; spec->name != NULL; spec++)
      if (spec->flags & RUA_ROLE_REQUIRED && rua_run_column (&run, spec->name, 0) == NULL) {
        done = rua_run_refuse (&run, error, RUA_ERROR_MISSING,
                               "needs a column in the role \"%s\" (%s)", spec->name, spec->doc);
        break;
      }
    rua_figures_set_records (run.figures, run.data.n_total, run.data.n);
    if (done)
      done = estimator->run (&run, error);
  }
  clear_table (&run.data);
  clear_table (&run.nodes);
  if (!done)
    g_clear_pointer (&run.figures, rua_figures_free);
  else
    rua_figures_set_wanted (run.figures, NULL);
  return run.figures;
}

RuaFigures *
rua_estimator_run (const RuaEstimator *self,
                   const RuaInput *data,
                   const RuaInput *nodes,
                   JsonObject *options,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autoptr (RuaEstimation) setup = rua_estimation_new (self, options, NULL, error);

  RuaFigures *figures = setup != NULL ? rua_estimation_run (setup, data, nodes, cancellable, error) : NULL;
  const char *lacking = figures != NULL ? rua_estimation_find_lacking (setup, &figures, 1) : NULL;

  if (lacking != NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME,
                 "%s: option \"figures\" names “%s”, which these options and records do not give", self->name, lacking);
    g_clear_pointer (&figures, rua_figures_free);
  }
  return figures;
}

/* ---- what run() reads ---- */

const RuaRunColumn *
rua_run_column (RuaRun *self, const char *role, guint k)
{
  for (guint side = 0; side < 2; side++) {
    RuaRunTable *table = side == 0 ? &self->data : &self->nodes;

    for (guint i = 0; i < table->n_columns; i++)
      if (g_str_equal (table->columns[i].spec->name, role) && k-- == 0)
        return &table->columns[i];
  }
  return NULL;
}

guint
rua_run_count (RuaRun *self, const char *role)
{
  guint n = 0;

  while (rua_run_column (self, role, n) != NULL)
    n++;
  return n;
}

const double *
rua_run_values (RuaRun *self, const char *role)
{
  const RuaRunColumn *column = rua_run_column (self, role, 0);

  return column ? column->values : NULL;
}

guint
rua_run_number_groups (RuaRun *self, const char *role, guint k, guint32 *groups, const char **labels)
{
  const RuaRunColumn *column = rua_run_column (self, role, k);
  gsize n = column->spec->flags & RUA_ROLE_NODES ? self->nodes.n : self->data.n;
  guint next = 0;

  if (column->n_labels / 8 <= n) {
    guint32 *of_code = g_new (guint32, MAX (column->n_labels, 1));

    memset (of_code, 0xff, MAX (column->n_labels, 1) * sizeof *of_code);
    for (gsize i = 0; i < n; i++) {
      guint32 group = of_code[column->codes[i]];

      if (group == G_MAXUINT32) {
        group = of_code[column->codes[i]] = next++;
        if (labels)
          labels[group] = rua_run_column_label (column, i);
      }
      groups[i] = group;
    }
    g_free (of_code);
  } else {
    /* Of few rows the codes may be those of all households there are: no table of all of them for each group. */
    RuaNumberIndex met;

    rua_number_index_init (&met);
    for (gsize i = 0; i < n; i++) {
      groups[i] = rua_number_index_intern (&met, (guint32) column->codes[i]);
      if (groups[i] == next) {
        if (labels)
          labels[next] = rua_run_column_label (column, i);
        next++;
      }
    }
    rua_number_index_clear (&met);
  }
  return next;
}

guint32 *
rua_run_groups (RuaRun *self, const char *role, guint k, guint *n_groups, const char ***labels)
{
  const RuaRunColumn *column = rua_run_column (self, role, k);
  gsize n = column->spec->flags & RUA_ROLE_NODES ? self->nodes.n : self->data.n;
  guint32 *groups = g_new (guint32, MAX (n, 1));
  const char **names = labels ? g_new (const char *, CLAMP (n, 1, MAX (column->n_labels, 1))) : NULL;

  *n_groups = rua_run_number_groups (self, role, k, groups, names);
  if (labels)
    *labels = names;
  return groups;
}

guint32 *
rua_groups_cross (const guint32 *outer, const guint32 *inner, gsize n, guint n_inner, guint *n_groups)
{
  guint32 *groups = g_new (guint32, MAX (n, 1));
  RuaNumberIndex met;

  rua_number_index_init (&met);
  for (gsize i = 0; i < n; i++)
    groups[i] = rua_number_index_intern (&met, (guint64) outer[i] * n_inner + inner[i]);
  *n_groups = met.n;
  rua_number_index_clear (&met);
  return groups;
}

/* ---- main figures ---- */

const char *
rua_estimator_get_main_key (const RuaEstimator *self, const char *key, RuaFigures *figures)
{
  if (key == NULL)
    return NULL;
  if (g_str_has_suffix (key, "[")) {
    for (guint i = 0; i < rua_figures_get_n (figures); i++)
      if (g_str_has_prefix (rua_figures_get_nth (figures, i)->key, key))
        return rua_figures_get_nth (figures, i)->key;
    return NULL;
  }
  return rua_figures_find (figures, key) ? key : NULL;
}

static gboolean
get_main (const RuaEstimator *self, const char *key, RuaFigures *figures, double *value)
{
  if (key != NULL && key[strlen (key) - 1] == '[')
    key = rua_estimator_get_main_key (self, key, figures);
  return key != NULL && rua_figures_get (figures, key, value);
}

gboolean
rua_estimator_get_estimate (const RuaEstimator *self, RuaFigures *figures, double *value)
{
  return get_main (self, self->estimate, figures, value);
}

gboolean
rua_estimator_get_se (const RuaEstimator *self, RuaFigures *figures, double *value)
{
  return get_main (self, self->se, figures, value);
}

gboolean
rua_estimator_get_low (const RuaEstimator *self, RuaFigures *figures, double *value)
{
  return get_main (self, self->low, figures, value);
}

gboolean
rua_estimator_get_high (const RuaEstimator *self, RuaFigures *figures, double *value)
{
  return get_main (self, self->high, figures, value);
}

gboolean
rua_estimator_get_n (const RuaEstimator *self, RuaFigures *figures, double *value)
{
  return get_main (self, self->n, figures, value);
}
