/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-estimator-options-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"
#include "rua-nearest-private.h"

const RuaOptionSpec *
rua_estimator_find_option (const RuaEstimator *self, const char *name)
{
  for (const RuaOptionSpec *spec = self->options; spec->name != NULL; spec++)
    if (g_str_equal (spec->name, name))
      return spec;
  return NULL;
}

static gboolean
get_number (JsonNode *node, double *value)
{
  GType type;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  type = json_node_get_value_type (node);
  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double (node);
  return isfinite (*value);
}

/* A whole number that is none of the doubles would be taken for another one. */
static gboolean
get_integer (JsonNode *node, double *value)
{
  if (!get_number (node, value) || *value != floor (*value))
    return FALSE;
  return json_node_get_value_type (node) != G_TYPE_INT64 || fabs (*value) >= 0x1p63
         || (gint64)*value == json_node_get_int (node);
}

static gboolean
is_text (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static char *
label_of (JsonNode *node)
{
  double value;
  char text[40];

  if (is_text (node))
    return g_strdup (json_node_get_string (node));
  if (get_number (node, &value))
    return g_strdup (rua_number_format (value, text));
  return NULL;
}

static gboolean
in_range (const RuaOptionSpec *spec, double value)
{
  if (spec->low == spec->high)
    return TRUE;
  return (value > spec->low || (value == spec->low && !(spec->flags & RUA_OPTION_ABOVE)))
         && (value < spec->high || (value == spec->high && !(spec->flags & RUA_OPTION_BELOW)));
}

const char *
rua_lost_number (const char *text, gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  char *end;
  double value = g_ascii_strtod (copy, &end);
  const char *digit = copy + strcspn (copy, "123456789eE");

  if (*copy == '\0' || *end != '\0' || copy[strspn (copy, "-+0123456789.eE")] != '\0')
    return NULL;
  if (isinf (value))
    return "beyond the range of numbers";
  return value == 0 && g_ascii_isdigit (*digit) ? "below the range of numbers" : NULL;
}

/* What was given; and why it will not do, of a number that no double holds, which comes as its text or as infinity (transfer
 * full). */
static char *
tell_given (JsonNode *node)
{
  const char *text = is_text (node) ? json_node_get_string (node) : "", *lost = rua_lost_number (text, strlen (text));

  if (lost != NULL && strlen (text) < 60)
    return g_strdup_printf ("%s, %s", text, lost);
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_DOUBLE
      && !isfinite (json_node_get_double (node)))
    return g_strdup ("beyond the range of numbers");
  return json_to_string (node, FALSE);
}

static gboolean
refuse (const RuaEstimator *self, const RuaOptionSpec *spec, JsonNode *node, GError **error)
{
  GString *wanted = g_string_new (NULL);
  char *given = tell_given (node), low[40], high[40];
  static const char *const kinds[] = {
    "a number",
    "a whole number",
    "true or false",
    "one of",
    "a text or a number",
    "a list of numbers",
    "a list of texts or numbers",
    "a table of numbers: rows of one length",
    "a list of [row, column] pairs counted from 0",
    "a list of column names",
    "an object with \"column\" and \"values\"",
  };

  g_string_append (wanted, kinds[spec->type]);
  if (spec->type == RUA_OPTION_TOKEN) {
    char **tokens = g_strsplit (spec->tokens, "|", -1), *joined = g_strjoinv (", ", tokens);

    g_string_append_printf (wanted, " %s", joined);
    g_free (joined);
    g_strfreev (tokens);
  }
  if (spec->low != spec->high) {
    g_string_append_printf (wanted, " %s %s",
                            spec->flags & RUA_OPTION_ABOVE ? "above" : "of at least",
                            rua_number_format (spec->low, low));
    if (isfinite (spec->high))
      g_string_append_printf (wanted, " and %s %s",
                              spec->flags & RUA_OPTION_BELOW ? "below" : "at most",
                              rua_number_format (spec->high, high));
  }
  /* Between two characters. */
  if (strlen (given) > 60)
    strcpy (g_utf8_find_prev_char (given, given + 58), "...");
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: option \"%s\" is %s; give %s", self->name,
               spec->name, given, wanted->str);
  g_string_free (wanted, TRUE);
  g_free (given);
  return FALSE;
}

static gboolean
check_list (const RuaOptionSpec *spec, JsonNode *node)
{
  JsonArray *array;
  guint n, width = 0;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  n = json_array_get_length (array);
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (array, i);
    double value;

    switch (spec->type) {
    case RUA_OPTION_NUMBERS:
      if (!get_number (element, &value) || !in_range (spec, value))
        return FALSE;
      break;
    case RUA_OPTION_LABELS: {
      char *label = label_of (element);
      gboolean good = label != NULL;

      g_free (label);
      if (!good)
        return FALSE;
      break;
    }
    case RUA_OPTION_COLUMNS:
      if (!is_text (element))
        return FALSE;
      break;
    default: {
      JsonArray *row;
      guint length;

      if (!JSON_NODE_HOLDS_ARRAY (element))
        return FALSE;
      row = json_node_get_array (element);
      length = json_array_get_length (row);
      if (spec->type == RUA_OPTION_CELLS ? length != 2 : length == 0 || (i > 0 && length != width))
        return FALSE;
      width = length;
      for (guint j = 0; j < length; j++)
        if (!get_number (json_array_get_element (row, j), &value) || !in_range (spec, value)
            || (spec->type == RUA_OPTION_CELLS
                && (value < 0 || value != floor (value) || value > 1e9)))
          return FALSE;
    }
    }
  }
  return n > 0 || spec->type != RUA_OPTION_MATRIX;
}

static gboolean
check_option (const RuaEstimator *self, const RuaOptionSpec *spec, JsonNode *node, GError **error)
{
  double value;
  char *label;
  gboolean good;

  switch (spec->type) {
  case RUA_OPTION_NUMBER:
    good = get_number (node, &value) && in_range (spec, value);
    break;
  case RUA_OPTION_INTEGER:
    good = get_integer (node, &value) && in_range (spec, value);
    break;
  case RUA_OPTION_BOOLEAN:
    good = JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
    break;
  case RUA_OPTION_TOKEN: {
    char **tokens = g_strsplit (spec->tokens, "|", -1);

    good = is_text (node)
           && g_strv_contains ((const char *const *)tokens, json_node_get_string (node));
    g_strfreev (tokens);
    break;
  }
  case RUA_OPTION_LABEL:
    label = label_of (node);
    good = label != NULL;
    g_free (label);
    break;
  case RUA_OPTION_DOMAIN:
    /* Its column was read by whoever made the request. */
    good = JSON_NODE_HOLDS_OBJECT (node);
    break;
  default:
    good = check_list (spec, node);
  }
  return good || refuse (self, spec, node, error);
}

/* ---- reading ---- */

static void
read_list (RuaOptionValue *value, const RuaOptionSpec *spec, JsonArray *array)
{
  value->n = json_array_get_length (array);
  if (spec->type == RUA_OPTION_LABELS) {
    value->labels = g_new0 (char *, value->n + 1);
    for (guint i = 0; i < value->n; i++)
      value->labels[i] = label_of (json_array_get_element (array, i));
    return;
  }
  if (spec->type == RUA_OPTION_COLUMNS)
    return;
  value->n_columns = 1;
  if (spec->type != RUA_OPTION_NUMBERS)
    value->n_columns
      = value->n > 0 ? json_array_get_length (json_array_get_array_element (array, 0)) : 2;
  value->numbers = g_new (double, MAX ((gsize) value->n * value->n_columns, 1));
  for (guint i = 0; i < value->n; i++)
    for (guint j = 0; j < value->n_columns; j++)
      value->numbers[(gsize) i * value->n_columns + j]
        = spec->type == RUA_OPTION_NUMBERS
            ? json_array_get_double_element (array, i)
            : json_array_get_double_element (json_array_get_array_element (array, i), j);
}

static void
read_option (RuaOptionValue *value, const RuaOptionSpec *spec, JsonNode *node)
{
  value->given = TRUE;
  switch (spec->type) {
  case RUA_OPTION_NUMBER:
  case RUA_OPTION_INTEGER:
    value->number = json_node_get_double (node);
    break;
  case RUA_OPTION_BOOLEAN:
    value->number = json_node_get_boolean (node);
    break;
  case RUA_OPTION_TOKEN:
  case RUA_OPTION_LABEL:
    value->text = label_of (node);
    break;
  case RUA_OPTION_DOMAIN:
    break;
  default:
    read_list (value, spec, json_node_get_array (node));
  }
}

static void
read_fallback (RuaOptionValue *value, const RuaOptionSpec *spec)
{
  value->number = NAN;
  if (spec->type == RUA_OPTION_BOOLEAN)
    value->number = g_strcmp0 (spec->fallback, "true") == 0;
  if (spec->fallback == NULL)
    return;
  if (spec->type == RUA_OPTION_NUMBERS) {
    char **texts = g_strsplit_set (spec->fallback, "[], ", -1);

    value->numbers = g_new (double, g_strv_length (texts) + 1);
    for (guint i = 0; texts[i] != NULL; i++)
      if (*texts[i] != '\0')
        value->numbers[value->n++] = g_ascii_strtod (texts[i], NULL);
    g_strfreev (texts);
  } else if (spec->type == RUA_OPTION_NUMBER || spec->type == RUA_OPTION_INTEGER) {
    value->number = g_ascii_strtod (spec->fallback, NULL);
  } else {
    value->text = g_strdup (spec->fallback);
  }
}

static gboolean
read_options (RuaEstimation *self, JsonObject *options, GError **error)
{
  const RuaEstimator *estimator = self->estimator;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  guint n = 0;

  for (const RuaOptionSpec *spec = estimator->options; spec->name != NULL; spec++)
    n++;
  self->values = g_new0 (RuaOptionValue, MAX (n, 1));
  if (options != NULL) {
    json_object_iter_init_ordered (&iter, options);
    while (json_object_iter_next_ordered (&iter, &name, &node)) {
      const RuaOptionSpec *spec = rua_estimator_find_option (estimator, name);

      if (spec == NULL && g_str_equal (name, "figures"))
        continue;
      if (spec == NULL) {
        GString *names = g_string_new (NULL);

        for (spec = estimator->options; spec->name != NULL; spec++)
          g_string_append_printf (names, "%s, ", spec->name);
        g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME,
                     "%s: there is no option \"%s\"; the options are: %sfigures", estimator->name,
                     name, names->str);
        g_string_free (names, TRUE);
        return FALSE;
      }
      if (!check_option (estimator, spec, node, error))
        return FALSE;
      read_option (&self->values[spec - estimator->options], spec, node);
    }
  }
  for (guint i = 0; i < n; i++) {
    const RuaOptionSpec *spec = &estimator->options[i];

    if (self->values[i].given)
      continue;
    if (spec->flags & RUA_OPTION_REQUIRED) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "%s: needs the option \"%s\" (%s)",
                   estimator->name, spec->name, spec->doc);
      return FALSE;
    }
    read_fallback (&self->values[i], spec);
  }
  return TRUE;
}

/* ---- which figures ---- */

/* A key is known when the estimator may put it; one of a family, as q[0.5], by its beginning. */
static gboolean
check_figure (const RuaEstimator *estimator, const char *key, GError **error)
{
  char **keys = g_strsplit (rua_estimator_get_keys (estimator), " ", -1), *mend, *all;
  gboolean known = FALSE;
  RuaNearest nearest;

  rua_nearest_init (&nearest, key);
  for (guint i = 0; keys[i] != NULL; i++) {
    gsize length = strlen (keys[i]);

    known = known
            || (keys[i][length - 1] == '[' ? strncmp (keys[i], key, length) == 0
                                           : g_str_equal (keys[i], key));
    rua_nearest_offer (&nearest, keys[i]);
  }
  if (!known) {
    all = g_strjoinv (", ", keys);
    mend = rua_nearest_mend (&nearest, "name those that it gives.");
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME,
                 "%s: option \"figures\" names “%s”, which it does not give; %s It gives: %s",
                 estimator->name, key, mend, all);
    g_free (mend);
    g_free (all);
  }
  g_strfreev (keys);
  return known;
}

static gboolean
read_figures (RuaEstimation *self, JsonObject *options, const char *estimate, GError **error)
{
  JsonNode *node = options != NULL ? json_object_get_member (options, "figures") : NULL;
  const char *main = estimate != NULL ? estimate : self->estimator->estimate;
  JsonArray *array;
  GPtrArray *keys;
  guint n;

  if (node == NULL || rua_estimator_find_option (self->estimator, "figures") != NULL)
    return TRUE;
  array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  n = array != NULL ? json_array_get_length (array) : 0;
  keys = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < n; i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (!is_text (element)) {
      n = 0;
    } else if (!check_figure (self->estimator, json_node_get_string (element), error)) {
      g_ptr_array_unref (keys);
      return FALSE;
    } else {
      g_ptr_array_add (keys, g_strdup (json_node_get_string (element)));
    }
  }
  if (n == 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "%s: option \"figures\" is to be a list of the figures wanted, as [\"%s\"]",
                 self->estimator->name, main != NULL ? main : "n");
    g_ptr_array_unref (keys);
    return FALSE;
  }
  if (main != NULL)
    g_ptr_array_add (keys, g_strdup (main));
  g_ptr_array_add (keys, NULL);
  self->wanted = (char **) g_ptr_array_free (keys, FALSE);
  return TRUE;
}

const char *
rua_estimation_find_lacking (const RuaEstimation *self, RuaFigures *const *figures, guint n)
{
  for (guint i = 0; self->wanted != NULL && self->wanted[i] != NULL; i++) {
    const char *key = self->wanted[i];
    gboolean has_records = self->estimator->roles[0].name == NULL, found = !g_str_has_suffix (key, "]");

    for (guint g = 0; g < n && !found; g++)
      if (has_records || rua_figures_get_n_used (figures[g]) > 0) {
        has_records = TRUE;
        found = rua_figures_find (figures[g], key) != NULL;
      }
    if (has_records && !found)
      return key;
  }
  return NULL;
}

RuaEstimation *
rua_estimation_new (const RuaEstimator *estimator,
                    JsonObject *options,
                    const char *estimate,
                    GError **error)
{
  RuaEstimation *self = g_new0 (RuaEstimation, 1);

  self->estimator = estimator;
  if (!read_options (self, options, error) || !read_figures (self, options, estimate, error))
    g_clear_pointer (&self, rua_estimation_free);
  return self;
}

void
rua_estimation_free (RuaEstimation *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->values != NULL && self->estimator->options[i].name != NULL; i++) {
    g_free (self->values[i].text);
    g_free (self->values[i].numbers);
    g_strfreev (self->values[i].labels);
  }
  g_free (self->values);
  g_strfreev (self->wanted);
  g_free (self);
}

const RuaEstimator *
rua_estimation_get_estimator (const RuaEstimation *self)
{
  return self->estimator;
}

/* ---- what run() reads ---- */

static const RuaOptionValue *
find (RuaRun *self, const char *option)
{
  const RuaOptionSpec *spec = rua_estimator_find_option (self->estimator, option);

  return &self->setup->values[spec - self->estimator->options];
}

gboolean
rua_run_wants (RuaRun *self, const char *key)
{
  return rua_figure_is_wanted ((const char *const *) self->setup->wanted, key);
}

gboolean
rua_run_names (RuaRun *self, const char *key)
{
  return self->setup->wanted != NULL && rua_run_wants (self, key);
}

gboolean
rua_run_has (RuaRun *self, const char *option)
{
  return find (self, option)->given;
}

double
rua_run_number (RuaRun *self, const char *option)
{
  return find (self, option)->number;
}

gboolean
rua_run_boolean (RuaRun *self, const char *option)
{
  return find (self, option)->number != 0;
}

const char *
rua_run_token (RuaRun *self, const char *option)
{
  return find (self, option)->text;
}

gboolean
rua_run_token_is (RuaRun *self, const char *option, const char *token)
{
  return g_strcmp0 (rua_run_token (self, option), token) == 0;
}

char *
rua_run_label (RuaRun *self, const char *option)
{
  return g_strdup (find (self, option)->text);
}

double *
rua_run_numbers (RuaRun *self, const char *option, guint *n)
{
  const RuaOptionValue *value = find (self, option);

  *n = value->n;
  return g_memdup2 (value->numbers, MAX (value->n, 1) * sizeof (double));
}

char **
rua_run_labels (RuaRun *self, const char *option)
{
  return g_strdupv (find (self, option)->labels);
}

double *
rua_run_matrix (RuaRun *self, const char *option, guint *rows, guint *columns)
{
  const RuaOptionValue *value = find (self, option);

  *rows = value->n;
  *columns = value->n_columns;
  return g_memdup2 (value->numbers, (gsize) value->n * value->n_columns * sizeof (double));
}

guint32 *
rua_run_cells (RuaRun *self, const char *option, guint *n)
{
  const RuaOptionValue *value = find (self, option);
  guint32 *cells;

  *n = value->n;
  if (!value->given)
    return NULL;
  cells = g_new (guint32, MAX (2 * *n, 1));
  for (guint i = 0; i < 2 * *n; i++)
    cells[i] = value->numbers[i];
  return cells;
}
