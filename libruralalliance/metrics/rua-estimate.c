/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request of the reference form: read the CSV columns it names, run the estimator, tell the
 * figures in JSON. */
#include "rua-estimate.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "rua-csv-private.h"
#include "rua-estimator-options-private.h"
#include "rua-estimator-private.h"
#include "rua-json-private.h"

/* One CSV file of a request and what is wanted of it. */
typedef struct {
  RuaCsv *csv;
  GArray *selected; /* int: CSV columns, in order of selection */
  GArray *columns;  /* RuaInputColumn */
  GArray *slots;    /* guint: selected column of each input column */
  GArray *domain;   /* guint8: input column is the domain flag */
  guint32 *rows;    /* kept by where; NULL: all */
  RuaInput input;
  GPtrArray *owned;
} Source;

typedef struct {
  const RuaEstimator *estimator;
  JsonObject *request;
  JsonObject *options;
  const char *folder;
  Source data;
  Source nodes;
  GCancellable *cancellable;
} Request;

static void
source_init (Source *self)
{
  self->selected = g_array_new (FALSE, FALSE, sizeof (int));
  self->columns = g_array_new (FALSE, TRUE, sizeof (RuaInputColumn));
  self->slots = g_array_new (FALSE, FALSE, sizeof (guint));
  self->domain = g_array_new (FALSE, FALSE, sizeof (guint8));
  self->owned = g_ptr_array_new_with_free_func (g_free);
}

static void
source_clear (Source *self)
{
  rua_csv_free (self->csv);
  g_array_unref (self->selected);
  g_array_unref (self->columns);
  g_array_unref (self->slots);
  g_array_unref (self->domain);
  g_ptr_array_unref (self->owned);
  g_free (self->rows);
}

static guint64
source_line (gconstpointer owner, gsize row)
{
  const Source *self = owner;
  guint64 line, character;

  rua_csv_get_place (self->csv, 0, self->rows ? self->rows[row] : row, &line, &character);
  return line;
}

static gboolean fail (GError **error, RuaError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, RuaError code, const char *format, ...)
{
  va_list arguments;
  char *text;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, RUA_ERROR, code, text);
  g_free (text);
  return FALSE;
}

static gboolean
is_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_STRING;
}

/* Selects a column by name and gives its slot. */
static gboolean
select_column (Source *self, const char *name, const char *what, guint *slot, GError **error)
{
  int column;

  if (self->csv == NULL)
    return fail (error, RUA_ERROR_MISSING,
                 "column \"%s\" is asked for, but the request names no file in \"%s\"", name, what);
  column = rua_csv_find (self->csv, name, error);
  if (column < 0)
    return FALSE;
  for (guint i = 0; i < self->selected->len; i++)
    if (g_array_index (self->selected, int, i) == column) {
      *slot = i;
      return TRUE;
    }
  *slot = self->selected->len;
  g_array_append_val (self->selected, column);
  return TRUE;
}

static gboolean
add_column (Request *self, const char *role, JsonNode *node, gboolean is_domain, GError **error)
{
  const RuaRoleSpec *spec = rua_estimator_find_role (self->estimator, role);
  Source *source = spec && spec->flags & RUA_ROLE_NODES ? &self->nodes : &self->data;
  RuaInputColumn column = { 0 };
  guint slot;
  guint8 flag = is_domain;

  if (!is_text (node))
    return fail (error, RUA_ERROR_VALUE, "columns: role \"%s\" takes the name of a column", role);
  if (spec == NULL) {
    GString *names = g_string_new (NULL);

    for (spec = self->estimator->roles; spec->name != NULL; spec++)
      g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", spec->name);
    fail (error, RUA_ERROR_UNKNOWN_NAME, "%s has no role \"%s\"; its roles are: %s",
          self->estimator->name, role, names->len > 0 ? names->str : "none");
    g_string_free (names, TRUE);
    return FALSE;
  }
  column.role = spec->name;
  column.name = json_node_get_string (node);
  if (!select_column (source, column.name, source == &self->nodes ? "nodes" : "data", &slot, error))
    return FALSE;
  g_array_append_val (source->columns, column);
  g_array_append_val (source->slots, slot);
  g_array_append_val (source->domain, flag);
  return TRUE;
}

static gboolean
match_columns (Request *self, GError **error)
{
  JsonNode *node = json_object_get_member (self->request, "columns");
  JsonObjectIter iter;
  const char *role;

  if (node != NULL && JSON_NODE_HOLDS_NULL (node))
    node = NULL;
  if (node != NULL && !JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, RUA_ERROR_VALUE, "\"columns\" is not an object of roles and column names");
  if (node != NULL) {
    json_object_iter_init_ordered (&iter, json_node_get_object (node));
    while (json_object_iter_next_ordered (&iter, &role, &node)) {
      if (JSON_NODE_HOLDS_ARRAY (node)) {
        JsonArray *array = json_node_get_array (node);

        for (guint i = 0; i < json_array_get_length (array); i++)
          if (!add_column (self, role, json_array_get_element (array, i), FALSE, error))
            return FALSE;
      } else if (!add_column (self, role, node, FALSE, error)) {
        return FALSE;
      }
    }
  }
  if (self->options == NULL)
    return TRUE;
  /* Options that name columns put them in the role of the option's name. */
  for (const RuaOptionSpec *spec = self->estimator->options; spec->name != NULL; spec++) {
    node = json_object_get_member (self->options, spec->name);
    if (node == NULL)
      continue;
    if (spec->type == RUA_OPTION_COLUMNS && JSON_NODE_HOLDS_ARRAY (node)) {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (!add_column (self, spec->name, json_array_get_element (array, i), FALSE, error))
          return FALSE;
    } else if (spec->type == RUA_OPTION_DOMAIN) {
      JsonObject *domain = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

      if (domain == NULL || !json_object_has_member (domain, "values")
          || !JSON_NODE_HOLDS_ARRAY (json_object_get_member (domain, "values"))
          || json_object_get_size (domain) != 2)
        return fail (error, RUA_ERROR_VALUE,
                     "option \"%s\" is not {\"column\": NAME, \"values\": [...]}", spec->name);
      if (!add_column (self, spec->name, json_object_get_member (domain, "column"), TRUE, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* The texts of a list of values, as they are compared with cells. */
static GHashTable *
text_set (JsonNode *node)
{
  GHashTable *set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array ? json_array_get_length (array) : 1;

  for (guint i = 0; i < n; i++) {
    JsonNode *element = array ? json_array_get_element (array, i) : node;
    char text[40];

    if (is_text (element))
      g_hash_table_add (set, g_strdup (json_node_get_string (element)));
    else if (JSON_NODE_HOLDS_VALUE (element)
             && json_node_get_value_type (element) == G_TYPE_BOOLEAN)
      g_hash_table_add (set, g_strdup (json_node_get_boolean (element) ? "true" : "false"));
    else if (JSON_NODE_HOLDS_VALUE (element))
      g_hash_table_add (set, g_strdup (rua_number_format (json_node_get_double (element), text)));
  }
  return set;
}

static const char *
cell_text (Source *self, guint slot, gsize row, GString *scratch)
{
  gsize length;
  const char *text = rua_csv_get_cell (self->csv, slot, row, &length);

  g_string_truncate (scratch, 0);
  g_string_append_len (scratch, text, length);
  return scratch->str;
}

/* Reads the file and keeps the records that the filter lets through. */
static gboolean
read_rows (Request *self, Source *source, JsonObject *where, GError **error)
{
  GPtrArray *sets = g_ptr_array_new_with_free_func ((GDestroyNotify)g_hash_table_unref);
  GArray *slots = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean done = TRUE;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (where != NULL) {
    json_object_iter_init_ordered (&iter, where);
    while (done && json_object_iter_next_ordered (&iter, &name, &node)) {
      guint slot;

      done = select_column (source, name, "data", &slot, error);
      g_array_append_val (slots, slot);
      g_ptr_array_add (sets, text_set (node));
    }
  }
  if (done && source->csv != NULL) {
    gsize n;
    int first = 0;

    if (source->selected->len == 0)
      g_array_append_val (source->selected, first);
    done = rua_csv_select (source->csv, (const int *)source->selected->data, source->selected->len,
                           self->cancellable, error);
    n = rua_csv_get_n_rows (source->csv);
    if (done && n > G_MAXUINT32)
      done = fail (error, RUA_ERROR_LIMIT, "%s has more than 4 294 967 295 records",
                   rua_csv_get_name (source->csv));
    source->input.n_rows = n;
    if (done && sets->len > 0) {
      GString *scratch = g_string_new (NULL);
      gsize kept = 0;

      source->rows = g_new (guint32, MAX (n, 1));
      for (gsize i = 0; i < n; i++) {
        gboolean keep = TRUE;

        for (guint k = 0; keep && k < sets->len; k++)
          keep = g_hash_table_contains (
            g_ptr_array_index (sets, k),
            cell_text (source, g_array_index (slots, guint, k), i, scratch));
        source->rows[kept] = i;
        kept += keep;
      }
      source->input.n_rows = kept;
      g_string_free (scratch, TRUE);
    }
  }
  g_array_unref (slots);
  g_ptr_array_unref (sets);
  return done;
}

/* What is not 0 as it was written, though its double is. */
static gboolean
is_lost (const char *text, gsize length, double value)
{
  return value == 0 && length > 1 && rua_lost_number (text, length) != NULL;
}

static gboolean
read_numbers (Source *source, RuaInputColumn *column, guint slot, GError **error)
{
  gsize n = source->input.n_rows;
  double *values = g_new (double, MAX (n, 1));

  g_ptr_array_add (source->owned, values);
  for (gsize i = 0; i < n; i++) {
    gsize row = source->rows ? source->rows[i] : i, length;
    const char *text = rua_csv_get_cell (source->csv, slot, row, &length);

    values[i] = NAN;
    if (rua_csv_cell_is_missing (text, length))
      continue;
    if (!rua_csv_parse_number (text, length, &values[i]) || is_lost (text, length, values[i])) {
      gboolean is_below = is_lost (text, length, values[i]);
      guint64 line, character;
      char *shown = g_strndup (text, MIN (length, 60));

      rua_csv_get_place (source->csv, slot, row, &line, &character);
      fail (error, RUA_ERROR_VALUE,
            "%s, line %" G_GUINT64_FORMAT ", character %" G_GUINT64_FORMAT
            ", column \"%s\" (role %s): \"%s\" %s",
            rua_csv_get_name (source->csv), line, character, column->name, column->role, shown,
            is_below ? "is below the range of numbers; write 0, or give all of the column in a smaller unit"
                     : "is not a finite number; correct it, or leave the cell empty if it is unknown");
      g_free (shown);
      return FALSE;
    }
  }
  column->values = values;
  return TRUE;
}

static void
read_codes (Source *source, RuaInputColumn *column, guint slot)
{
  gsize n = source->input.n_rows;
  gint32 *codes = g_new (gint32, MAX (n, 1));
  GHashTable *seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *labels = g_ptr_array_new ();
  GString *scratch = g_string_new (NULL);

  for (gsize i = 0; i < n; i++) {
    const char *text = cell_text (source, slot, source->rows ? source->rows[i] : i, scratch);
    guint code;

    if (rua_csv_cell_is_missing (scratch->str, scratch->len)) {
      codes[i] = -1;
      continue;
    }
    code = GPOINTER_TO_UINT (g_hash_table_lookup (seen, text));
    if (code == 0) {
      char *copy = g_strdup (text);

      g_ptr_array_add (labels, copy);
      code = labels->len;
      g_hash_table_insert (seen, copy, GUINT_TO_POINTER (code));
    }
    codes[i] = code - 1;
  }
  g_hash_table_steal_all (seen);
  g_hash_table_unref (seen);
  g_string_free (scratch, TRUE);
  column->n_labels = labels->len;
  for (guint i = 0; i < labels->len; i++)
    g_ptr_array_add (source->owned, g_ptr_array_index (labels, i));
  g_ptr_array_add (labels, NULL);
  column->labels = (const char *const *)labels->pdata;
  g_ptr_array_add (source->owned, g_ptr_array_free (labels, FALSE));
  column->codes = codes;
  g_ptr_array_add (source->owned, codes);
}

static void
read_domain (Request *self, Source *source, RuaInputColumn *column, guint slot)
{
  JsonObject *domain = json_object_get_object_member (self->options, column->role);
  GHashTable *set = text_set (json_object_get_member (domain, "values"));
  gsize n = source->input.n_rows;
  double *values = g_new (double, MAX (n, 1));
  GString *scratch = g_string_new (NULL);

  for (gsize i = 0; i < n; i++) {
    const char *text = cell_text (source, slot, source->rows ? source->rows[i] : i, scratch);

    values[i]
      = rua_csv_cell_is_missing (text, scratch->len) ? NAN : g_hash_table_contains (set, text);
  }
  g_string_free (scratch, TRUE);
  g_hash_table_unref (set);
  column->values = values;
  g_ptr_array_add (source->owned, values);
}

static gboolean
read_source (Request *self, Source *source, JsonObject *where, GError **error)
{
  if (!read_rows (self, source, where, error))
    return FALSE;
  for (guint k = 0; k < source->columns->len; k++) {
    RuaInputColumn *column = &g_array_index (source->columns, RuaInputColumn, k);
    guint slot = g_array_index (source->slots, guint, k);

    if (g_array_index (source->domain, guint8, k))
      read_domain (self, source, column, slot);
    else if (rua_estimator_find_role (self->estimator, column->role)->type == RUA_ROLE_CATEGORY)
      read_codes (source, column, slot);
    else if (!read_numbers (source, column, slot, error))
      return FALSE;
  }
  source->input.columns = (const RuaInputColumn *)source->columns->data;
  source->input.n_columns = source->columns->len;
  source->input.name = source->csv ? rua_csv_get_name (source->csv) : NULL;
  source->input.get_line = source_line;
  source->input.owner = source;
  return TRUE;
}

static gboolean
open_source (Request *self, Source *source, const char *member, GError **error)
{
  static const RuaCsvDialect comma = { .separator = ',', .quote = '"' };
  JsonNode *node = json_object_get_member (self->request, member);
  char *path;
  GError *failure = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!is_text (node))
    return fail (error, RUA_ERROR_VALUE, "\"%s\" is not the name of a CSV file", member);
  if (g_path_is_absolute (json_node_get_string (node)))
    path = g_strdup (json_node_get_string (node));
  else
    path = g_build_filename (self->folder ? self->folder : ".", json_node_get_string (node), NULL);
  source->csv = rua_csv_open (path, &comma, NULL, self->cancellable, &failure);
  g_free (path);
  if (source->csv == NULL && failure->domain == G_FILE_ERROR)
    g_prefix_error (&failure, "\"%s\": ", member);
  if (failure != NULL)
    g_propagate_error (error, failure);
  return source->csv != NULL;
}

static RuaFigures *
run_request (Request *self, GError **error)
{
  JsonNode *metric = json_object_get_member (self->request, "metric");
  JsonNode *options = json_object_get_member (self->request, "options");
  JsonNode *where = json_object_get_member (self->request, "where");

  if (!is_text (metric)) {
    fail (error, RUA_ERROR_MISSING, "the request names no \"metric\"");
    return NULL;
  }
  self->estimator = rua_estimator_find (json_node_get_string (metric));
  if (self->estimator == NULL) {
    char **names = rua_estimate_list_metrics (), *joined = g_strjoinv (", ", names);

    fail (error, RUA_ERROR_UNKNOWN_NAME, "there is no metric \"%s\"; the metrics are: %s",
          json_node_get_string (metric), joined);
    g_free (joined);
    g_strfreev (names);
    return NULL;
  }
  if (options != NULL && JSON_NODE_HOLDS_NULL (options))
    options = NULL;
  if (where != NULL && JSON_NODE_HOLDS_NULL (where))
    where = NULL;
  if ((options != NULL && !JSON_NODE_HOLDS_OBJECT (options))
      || (where != NULL && !JSON_NODE_HOLDS_OBJECT (where))) {
    fail (error, RUA_ERROR_VALUE, "\"options\" and \"where\" are objects");
    return NULL;
  }
  self->options = options ? json_node_get_object (options) : NULL;
  if (!open_source (self, &self->data, "data", error)
      || !open_source (self, &self->nodes, "nodes", error) || !match_columns (self, error)
      || !read_source (self, &self->data, where ? json_node_get_object (where) : NULL, error)
      || !read_source (self, &self->nodes, NULL, error))
    return NULL;
  return rua_estimator_run (self->estimator, &self->data.input, &self->nodes.input, self->options,
                            self->cancellable, error);
}

/* json-glib cuts integers beyond 64 bits: long ones get a point, so that they are read as the
 * doubles they mean. A number that no double holds becomes its text, so that it is refused as it was written. */
static char *
keep_numbers (const char *compact)
{
  GString *out = g_string_sized_new (strlen (compact) + 16);
  const char *at = compact;

  while (*at != '\0') {
    const char *end = at;

    if (*at == '"') {
      for (end++; *end != '"'; end++)
        end += *end == '\\';
      end++;
      g_string_append_len (out, at, end - at);
    } else if (*at == '-' || g_ascii_isdigit (*at)) {
      gboolean is_lost;

      end += strspn (end, "-+0123456789.eE");
      is_lost = rua_lost_number (at, end - at) != NULL;
      if (is_lost)
        g_string_append_c (out, '"');
      g_string_append_len (out, at, end - at);
      if (is_lost)
        g_string_append_c (out, '"');
      else if (end - at > 18 && strcspn (at, ".eE") >= (gsize)(end - at))
        g_string_append (out, ".0");
    } else {
      g_string_append_c (out, *end++);
    }
    at = end;
  }
  return g_string_free (out, FALSE);
}

/* ---- the answer ---- */

static char *
tell_figures (RuaFigures *figures)
{
  GString *out = g_string_new (NULL);
  RuaJsonWriter *writer = rua_json_writer_new (out, FALSE);
  const char *const *warnings;
  const RuaMissing *missing;
  gboolean undefined = FALSE;
  guint n;

  rua_json_writer_begin_object (writer, TRUE);
  rua_json_writer_name (writer, "status");
  rua_json_writer_string (writer, "ok");
  rua_json_writer_name (writer, "values");
  rua_json_writer_begin_object (writer, TRUE);
  for (guint i = 0; i < rua_figures_get_n (figures); i++) {
    const RuaFigure *figure = rua_figures_get_nth (figures, i);

    rua_json_writer_name (writer, figure->key);
    rua_json_writer_number (writer, figure->value);
    undefined |= figure->reason != NULL;
  }
  rua_json_writer_end_object (writer);
  if (undefined) {
    rua_json_writer_name (writer, "undefined");
    rua_json_writer_begin_object (writer, TRUE);
    for (guint i = 0; i < rua_figures_get_n (figures); i++) {
      const RuaFigure *figure = rua_figures_get_nth (figures, i);

      if (figure->reason == NULL)
        continue;
      rua_json_writer_name (writer, figure->key);
      rua_json_writer_string (writer, figure->reason);
    }
    rua_json_writer_end_object (writer);
  }
  missing = rua_figures_get_missing (figures, &n);
  if (n > 0) {
    rua_json_writer_name (writer, "records");
    rua_json_writer_begin_object (writer, TRUE);
    rua_json_writer_name (writer, "total");
    rua_json_writer_integer (writer, rua_figures_get_n_total (figures)
                                       + rua_figures_get_not_asked (figures));
    rua_json_writer_name (writer, "used");
    rua_json_writer_integer (writer, rua_figures_get_n_used (figures));
    rua_json_writer_name (writer, "missing");
    rua_json_writer_begin_array (writer, TRUE);
    for (guint i = 0; i < n; i++) {
      rua_json_writer_begin_object (writer, TRUE);
      rua_json_writer_name (writer, "role");
      rua_json_writer_string (writer, missing[i].role);
      rua_json_writer_name (writer, "n");
      rua_json_writer_integer (writer, missing[i].n);
      rua_json_writer_end_object (writer);
    }
    rua_json_writer_end_array (writer);
    rua_json_writer_end_object (writer);
  }
  warnings = rua_figures_get_warnings (figures, &n);
  if (n > 0) {
    rua_json_writer_name (writer, "warnings");
    rua_json_writer_begin_array (writer, TRUE);
    for (guint i = 0; i < n; i++)
      rua_json_writer_string (writer, warnings[i]);
    rua_json_writer_end_array (writer);
  }
  rua_json_writer_end_object (writer);
  rua_json_writer_free (writer);
  return g_string_free (out, FALSE);
}

static char *
tell_refusal (const char *message)
{
  GString *out = g_string_new (NULL);
  RuaJsonWriter *writer = rua_json_writer_new (out, FALSE);

  rua_json_writer_begin_object (writer, TRUE);
  rua_json_writer_name (writer, "status");
  rua_json_writer_string (writer, "refused");
  rua_json_writer_name (writer, "message");
  rua_json_writer_string (writer, message);
  rua_json_writer_end_object (writer);
  rua_json_writer_free (writer);
  return g_string_free (out, FALSE);
}

/**
 * rua_estimate_request:
 * @request_json: the request, a JSON object with `metric` and, as the metric needs them, `data`
 *   and `nodes` (CSV files), `columns` (column names by role), `options`, and `where` (the
 *   texts a column may hold, by column); other members are ignored
 * @data_dir: (nullable): the folder the files are in; %NULL is the current one
 * @refused: (out) (optional): whether the answer is a refusal
 * @cancellable: (nullable): stops the work
 * @error: set when the work was cancelled
 *
 * Computes one metric from plain CSV columns, without an alliance.
 *
 * A record that lacks a column the metric needs is left out and counted. A value that is
 * undefined is null, and `undefined` tells why. What cannot be computed at all (a cell that is
 * not a number, an unknown option, a column that is not there) is refused, and no number comes
 * back.
 *
 * Returns: (transfer full) (nullable): one line of JSON, `{"status":"ok","values":{...}}` or
 *   `{"status":"refused","message":"..."}`; %NULL with @error when cancelled
 *
 * Since: 1.0
 */
char *
rua_estimate_request (const char *request_json,
                      const char *data_dir,
                      gboolean *refused,
                      GCancellable *cancellable,
                      GError **error)
{
  Request self = { 0 };
  GError *failure = NULL;
  char *compact, *answer = NULL;
  JsonParser *parser = NULL;
  RuaFigures *figures = NULL;

  g_return_val_if_fail (request_json != NULL, NULL);

  if (refused)
    *refused = FALSE;
  self.folder = data_dir;
  self.cancellable = cancellable;
  source_init (&self.data);
  source_init (&self.nodes);
  compact = rua_json_canonicalise (request_json, -1, &failure);
  if (compact != NULL) {
    char *widened = keep_numbers (compact);
    JsonNode *root;

    g_free (compact);
    compact = widened;
    parser = json_parser_new_immutable ();
    if (json_parser_load_from_data (parser, compact, -1, &failure)) {
      root = json_parser_get_root (parser);
      if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
        fail (&failure, RUA_ERROR_VALUE, "a request is a JSON object");
      } else {
        self.request = json_node_get_object (root);
        figures = run_request (&self, &failure);
      }
    }
  }
  if (figures != NULL) {
    answer = tell_figures (figures);
  } else if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&failure));
  } else {
    answer = tell_refusal (failure->message);
    if (refused)
      *refused = TRUE;
  }
  g_clear_error (&failure);
  rua_figures_free (figures);
  g_clear_object (&parser);
  g_free (compact);
  source_clear (&self.data);
  source_clear (&self.nodes);
  return answer;
}

/**
 * rua_estimate_list_metrics:
 *
 * Lists the names that the member `metric` of a request may have.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names, in order of family
 *
 * Since: 1.0
 */
char **
rua_estimate_list_metrics (void)
{
  guint n;
  const RuaEstimator *const *all = rua_estimator_list (&n);
  char **names = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = g_strdup (all[i]->name);
  return names;
}

/**
 * rua_estimate_describe:
 * @metric: a name of [func@RuralAlliance.estimate_list_metrics]
 *
 * Describes a metric: its title, formula and source, the roles its columns take, its options.
 *
 * Returns: (transfer full) (nullable): a JSON object, %NULL when there is no such metric
 *
 * Since: 1.0
 */
char *
rua_estimate_describe (const char *metric)
{
  static const char *const role_types[] = { "number", "weight", "flag", "category" };
  static const char *const option_types[] = {
    "number", "integer", "boolean", "token",   "label",  "numbers",
    "labels", "table",   "cells",   "columns", "domain",
  };
  const RuaEstimator *self;
  RuaJsonWriter *writer;
  GString *out;

  g_return_val_if_fail (metric != NULL, NULL);

  self = rua_estimator_find (metric);
  if (self == NULL)
    return NULL;
  out = g_string_new (NULL);
  writer = rua_json_writer_new (out, FALSE);
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "metric");
  rua_json_writer_string (writer, self->name);
  rua_json_writer_name (writer, "title");
  rua_json_writer_string (writer, self->title);
  rua_json_writer_name (writer, "formula");
  rua_json_writer_string (writer, self->formula);
  rua_json_writer_name (writer, "source");
  rua_json_writer_string (writer, self->source);
  rua_json_writer_name (writer, "roles");
  rua_json_writer_begin_array (writer, FALSE);
  for (const RuaRoleSpec *spec = self->roles; spec->name != NULL; spec++) {
    rua_json_writer_begin_object (writer, TRUE);
    rua_json_writer_name (writer, "name");
    rua_json_writer_string (writer, spec->name);
    rua_json_writer_name (writer, "type");
    rua_json_writer_string (writer, role_types[spec->type]);
    rua_json_writer_name (writer, "required");
    rua_json_writer_boolean (writer, (spec->flags & RUA_ROLE_REQUIRED) != 0);
    rua_json_writer_name (writer, "repeated");
    rua_json_writer_boolean (writer, (spec->flags & RUA_ROLE_REPEATED) != 0);
    rua_json_writer_name (writer, "nodes");
    rua_json_writer_boolean (writer, (spec->flags & RUA_ROLE_NODES) != 0);
    rua_json_writer_name (writer, "doc");
    rua_json_writer_string (writer, spec->doc);
    rua_json_writer_end_object (writer);
  }
  rua_json_writer_end_array (writer);
  rua_json_writer_name (writer, "options");
  rua_json_writer_begin_array (writer, FALSE);
  for (const RuaOptionSpec *spec = self->options; spec->name != NULL; spec++) {
    rua_json_writer_begin_object (writer, TRUE);
    rua_json_writer_name (writer, "name");
    rua_json_writer_string (writer, spec->name);
    rua_json_writer_name (writer, "type");
    rua_json_writer_string (writer, option_types[spec->type]);
    rua_json_writer_name (writer, "required");
    rua_json_writer_boolean (writer, (spec->flags & RUA_OPTION_REQUIRED) != 0);
    if (spec->fallback != NULL) {
      rua_json_writer_name (writer, "default");
      rua_json_writer_string (writer, spec->fallback);
    }
    if (spec->tokens != NULL) {
      rua_json_writer_name (writer, "tokens");
      rua_json_writer_string (writer, spec->tokens);
    }
    rua_json_writer_name (writer, "doc");
    rua_json_writer_string (writer, spec->doc);
    rua_json_writer_end_object (writer);
  }
  rua_json_writer_end_array (writer);
  rua_json_writer_end_object (writer);
  rua_json_writer_free (writer);
  return g_string_free (out, FALSE);
}
