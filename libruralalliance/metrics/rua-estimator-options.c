/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-estimator-options-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"

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

static gboolean
refuse (RuaRun *self, const RuaOptionSpec *spec, JsonNode *node, GError **error)
{
  GString *wanted = g_string_new (NULL);
  char *given = json_to_string (node, FALSE), low[40], high[40];
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
  if (strlen (given) > 60)
    strcpy (given + 57, "...");
  rua_run_refuse (self, error, RUA_ERROR_VALUE, "option \"%s\" is %s; give %s", spec->name, given,
                  wanted->str);
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
check_option (RuaRun *self, const RuaOptionSpec *spec, JsonNode *node, GError **error)
{
  double value;
  char *label;
  gboolean good;

  switch (spec->type) {
  case RUA_OPTION_NUMBER:
    good = get_number (node, &value) && in_range (spec, value);
    break;
  case RUA_OPTION_INTEGER:
    good = get_number (node, &value) && value == floor (value) && in_range (spec, value);
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

gboolean
rua_run_check_options (RuaRun *self, GError **error)
{
  if (self->options != NULL) {
    JsonObjectIter iter;
    const char *name;
    JsonNode *node;

    json_object_iter_init_ordered (&iter, self->options);
    while (json_object_iter_next_ordered (&iter, &name, &node)) {
      const RuaOptionSpec *spec = rua_estimator_find_option (self->estimator, name);

      if (spec == NULL) {
        GString *names = g_string_new (NULL);

        for (spec = self->estimator->options; spec->name != NULL; spec++)
          g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", spec->name);
        rua_run_refuse (self, error, RUA_ERROR_UNKNOWN_NAME,
                        "there is no option \"%s\"; the options are: %s", name,
                        names->len > 0 ? names->str : "none");
        g_string_free (names, TRUE);
        return FALSE;
      }
      if (!check_option (self, spec, node, error))
        return FALSE;
    }
  }
  for (const RuaOptionSpec *spec = self->estimator->options; spec->name != NULL; spec++)
    if (spec->flags & RUA_OPTION_REQUIRED && !rua_run_has (self, spec->name))
      return rua_run_refuse (self, error, RUA_ERROR_MISSING, "needs the option \"%s\" (%s)",
                             spec->name, spec->doc);
  return TRUE;
}

gboolean
rua_run_has (RuaRun *self, const char *option)
{
  return self->options != NULL && json_object_has_member (self->options, option);
}

static const char *
fallback (RuaRun *self, const char *option)
{
  return rua_estimator_find_option (self->estimator, option)->fallback;
}

double
rua_run_number (RuaRun *self, const char *option)
{
  const char *text;

  if (rua_run_has (self, option))
    return json_node_get_double (json_object_get_member (self->options, option));
  text = fallback (self, option);
  return text ? g_ascii_strtod (text, NULL) : NAN;
}

gboolean
rua_run_boolean (RuaRun *self, const char *option)
{
  if (rua_run_has (self, option))
    return json_object_get_boolean_member (self->options, option);
  return g_strcmp0 (fallback (self, option), "true") == 0;
}

const char *
rua_run_token (RuaRun *self, const char *option)
{
  if (rua_run_has (self, option))
    return json_object_get_string_member (self->options, option);
  return fallback (self, option);
}

gboolean
rua_run_token_is (RuaRun *self, const char *option, const char *token)
{
  return g_strcmp0 (rua_run_token (self, option), token) == 0;
}

char *
rua_run_label (RuaRun *self, const char *option)
{
  if (rua_run_has (self, option))
    return label_of (json_object_get_member (self->options, option));
  return g_strdup (fallback (self, option));
}

double *
rua_run_numbers (RuaRun *self, const char *option, guint *n)
{
  double *values;

  if (rua_run_has (self, option)) {
    JsonArray *array = json_object_get_array_member (self->options, option);

    *n = json_array_get_length (array);
    values = g_new (double, MAX (*n, 1));
    for (guint i = 0; i < *n; i++)
      values[i] = json_array_get_double_element (array, i);
    return values;
  }
  *n = 0;
  if (fallback (self, option) != NULL) {
    char **texts = g_strsplit_set (fallback (self, option), "[], ", -1);

    values = g_new (double, g_strv_length (texts) + 1);
    for (guint i = 0; texts[i] != NULL; i++)
      if (*texts[i] != '\0')
        values[(*n)++] = g_ascii_strtod (texts[i], NULL);
    g_strfreev (texts);
    return values;
  }
  return NULL;
}

char **
rua_run_labels (RuaRun *self, const char *option)
{
  JsonArray *array;
  char **labels;
  guint n;

  if (!rua_run_has (self, option))
    return NULL;
  array = json_object_get_array_member (self->options, option);
  n = json_array_get_length (array);
  labels = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    labels[i] = label_of (json_array_get_element (array, i));
  return labels;
}

double *
rua_run_matrix (RuaRun *self, const char *option, guint *rows, guint *columns)
{
  JsonArray *array;
  double *values;

  *rows = *columns = 0;
  if (!rua_run_has (self, option))
    return NULL;
  array = json_object_get_array_member (self->options, option);
  *rows = json_array_get_length (array);
  *columns = json_array_get_length (json_array_get_array_element (array, 0));
  values = g_new (double, (gsize)*rows **columns);
  for (guint i = 0; i < *rows; i++)
    for (guint j = 0; j < *columns; j++)
      values[(gsize)i * *columns + j]
        = json_array_get_double_element (json_array_get_array_element (array, i), j);
  return values;
}

guint32 *
rua_run_cells (RuaRun *self, const char *option, guint *n)
{
  JsonArray *array;
  guint32 *cells;

  *n = 0;
  if (!rua_run_has (self, option))
    return NULL;
  array = json_object_get_array_member (self->options, option);
  *n = json_array_get_length (array);
  cells = g_new (guint32, MAX (2 * *n, 1));
  for (guint i = 0; i < *n; i++)
    for (guint j = 0; j < 2; j++)
      cells[2 * i + j] = json_array_get_double_element (json_array_get_array_element (array, i), j);
  return cells;
}
