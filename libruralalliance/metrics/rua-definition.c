/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-definition-private.h"
#include "rua-json-private.h"
#include "rua-parameters-private.h"

#include <math.h>
#include <string.h>

/* Reading a RuaMetric. */

gboolean
rua_definition_refuse (const char *id, GError **error, RuaError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, RUA_ERROR, code, "metric %s: %s", id, message);
  return FALSE;
}

static void
clear_role (gpointer data)
{
  RuaRoleText *role = data;

  g_free (role->role);
  g_free (role->text);
}

GArray *
rua_definition_roles_new (void)
{
  GArray *roles = g_array_new (FALSE, FALSE, sizeof (RuaRoleText));

  g_array_set_clear_func (roles, clear_role);
  return roles;
}

void
rua_definition_free (RuaDefinition *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->title);
  g_clear_pointer (&self->unit, rua_unit_unref);
  g_free (self->formula);
  g_free (self->estimator);
  g_free (self->table);
  g_free (self->where);
  g_array_unref (self->roles);
  g_strfreev (self->by);
  g_strfreev (self->own_by);
  g_free (self->series);
  g_free (self->date);
  g_clear_pointer (&self->options, json_object_unref);
  g_strfreev (self->pair_by);
  g_free (self->estimate);
  rua_definition_free (self->nodes);
  g_free (self);
}

/* The object in a field of nested data; an empty one where the field is unknown. */
static JsonObject *
read_object (RuaDefinition *self, RuaRecord *record, const char *field, GError **error)
{
  const char *text = rua_record_get_text (record, field);
  g_autoptr (JsonNode) node = NULL;
  g_autofree char *compact = NULL;
  g_autoptr (GError) problem = NULL;

  if (text == NULL || strcmp (text, "null") == 0)
    return json_object_new ();
  compact = rua_json_canonicalise (text, -1, &problem);
  if (compact != NULL)
    node = json_from_string (compact, &problem);
  if (problem != NULL) {
    rua_definition_refuse (self->id, error, RUA_ERROR_SYNTAX, "%s: %s", field, problem->message);
    return NULL;
  }
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
    rua_definition_refuse (self->id, error, RUA_ERROR_VALUE, "%s is to be an object", field);
    return NULL;
  }
  return json_object_ref (json_node_get_object (node));
}

static const char *
node_text (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING
    ? json_node_get_string (node) : NULL;
}

static gboolean
node_number (JsonNode *node, double *value)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_INT64
          && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return FALSE;
  *value = json_node_get_double (node);
  return TRUE;
}

static void
add_role (RuaDefinition *self, const char *name, const char *text)
{
  RuaRoleText role = { g_strdup (name), g_strdup (text) };
  guint at = self->roles->len;

  /* By name, so that the order in which a file gives them is all the same to the digest. */
  while (at > 0 && strcmp (g_array_index (self->roles, RuaRoleText, at - 1).role, name) > 0)
    at--;
  g_array_insert_val (self->roles, at, role);
}

/* A number stands for itself: {"value": 1}. */
static gboolean
add_role_node (RuaDefinition *self, const char *name, JsonNode *node, GError **error)
{
  char number[40];

  if (node_text (node) != NULL)
    add_role (self, name, node_text (node));
  else if (JSON_NODE_HOLDS_VALUE (node)
           && (json_node_get_value_type (node) == G_TYPE_INT64
               || json_node_get_value_type (node) == G_TYPE_DOUBLE))
    add_role (self, name, rua_number_format (json_node_get_double (node), number));
  else
    return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                                  "columns: the role %s is to be an expression, as a text", name);
  return TRUE;
}

static gboolean
add_roles (RuaDefinition *self, JsonObject *columns, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (columns);

  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *node = json_object_get_member (columns, l->data);
    JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

    for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
      if (!add_role_node (self, l->data, json_array_get_element (array, i), error))
        return FALSE;
    if (array == NULL && !add_role_node (self, l->data, node, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_columns (RuaDefinition *self, RuaRecord *record, GError **error)
{
  static const char *const own[] = { "weight", "stratum", "cluster" };
  g_autoptr (JsonObject) columns = read_object (self, record, "columns", error);

  if (columns == NULL || !add_roles (self, columns, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (own); i++) {
    const char *text = rua_record_get_text (record, own[i]);

    if (text == NULL)
      continue;
    if (json_object_has_member (columns, own[i]))
      return rua_definition_refuse (self->id, error, RUA_ERROR_DUPLICATE,
                                    "%s is told in columns and on its own; keep one", own[i]);
    add_role (self, own[i], text);
  }
  return TRUE;
}

static RuaDefinition *
definition_bare (const char *id)
{
  RuaDefinition *self = g_new0 (RuaDefinition, 1);

  self->id = g_strdup (id);
  self->roles = rua_definition_roles_new ();
  self->by = g_new0 (char *, 1);
  self->own_by = g_new0 (char *, 1);
  self->options = json_object_new ();
  self->confidence = 0.95;
  self->attrition_limit = 0.2;
  return self;
}

/* The table of a network's nodes: {"table": …, "where": …, "columns": {…}}. */
static gboolean
read_nodes (RuaDefinition *self, RuaRecord *record, GError **error)
{
  static const char *const members[] = { "table", "where", "columns", NULL };
  g_autoptr (JsonObject) nodes = read_object (self, record, "nodes", error);
  g_autoptr (GList) names = NULL;
  JsonNode *columns;

  if (nodes == NULL)
    return FALSE;
  if (json_object_get_size (nodes) == 0)
    return TRUE;
  names = json_object_get_members (nodes);
  for (GList *l = names; l != NULL; l = l->next)
    if (!g_strv_contains (members, l->data))
      return rua_definition_refuse (self->id, error, RUA_ERROR_UNKNOWN_NAME,
                                    "nodes has no member “%s”; it has table, where and columns",
                                    (const char *)l->data);
  self->nodes = definition_bare (self->id);
  self->nodes->estimator = g_strdup (self->estimator);
  self->nodes->table = g_strdup (node_text (json_object_get_member (nodes, "table")));
  self->nodes->where = g_strdup (node_text (json_object_get_member (nodes, "where")));
  columns = json_object_get_member (nodes, "columns");
  if (self->nodes->table == NULL || columns == NULL || !JSON_NODE_HOLDS_OBJECT (columns))
    return rua_definition_refuse (
      self->id, error, RUA_ERROR_MISSING,
      "nodes needs a table and columns, as in {\"table\": \"households\", "
      "\"columns\": {\"node\": \"id\", \"side\": \"household_type\"}}");
  if (!add_roles (self->nodes, json_node_get_object (columns), error))
    return FALSE;
  return TRUE;
}

static gboolean
read_deflate (RuaDefinition *self, RuaRecord *record, GError **error)
{
  g_autoptr (JsonObject) deflate = read_object (self, record, "deflate", error);
  g_autoptr (GList) names = NULL;
  JsonNode *to;

  if (deflate == NULL)
    return FALSE;
  if (json_object_get_size (deflate) == 0)
    return TRUE;
  names = json_object_get_members (deflate);
  for (GList *l = names; l != NULL; l = l->next)
    if (strcmp (l->data, "series") != 0 && strcmp (l->data, "to") != 0
        && strcmp (l->data, "date") != 0)
      return rua_definition_refuse (self->id, error, RUA_ERROR_UNKNOWN_NAME,
                                    "deflate has no member “%s”; it has series, to and date",
                                    (const char *) l->data);
  self->series = g_strdup (node_text (json_object_get_member (deflate, "series")));
  self->date = g_strdup (node_text (json_object_get_member (deflate, "date")));
  to = json_object_get_member (deflate, "to");
  if (to != NULL && JSON_NODE_HOLDS_VALUE (to) && json_node_get_value_type (to) == G_TYPE_INT64)
    self->to = (int) CLAMP (json_node_get_int (to), 0, 9999);
  if (self->series == NULL || self->to < 1000)
    return rua_definition_refuse (self->id, error, RUA_ERROR_MISSING,
                                  "deflate needs a series and the year to whose prices money is "
                                  "brought, as in {\"series\": \"cpi-cn\", \"to\": 2014}");
  return TRUE;
}

static gboolean take_column_options (RuaDefinition *self, GError **error);

/* What worst cases take for those who left, and from which share on a warning is due. */
static gboolean
read_attrition (RuaDefinition *self, GError **error)
{
  JsonNode *support = json_object_get_member (self->options, "support");
  JsonNode *limit = json_object_get_member (self->options, "attrition_limit");
  JsonArray *ends
    = support != NULL && JSON_NODE_HOLDS_ARRAY (support) ? json_node_get_array (support) : NULL;

  if (support != NULL) {
    self->has_support = ends != NULL && json_array_get_length (ends) == 2
                        && node_number (json_array_get_element (ends, 0), &self->support[0])
                        && node_number (json_array_get_element (ends, 1), &self->support[1])
                        && self->support[0] <= self->support[1];
    if (!self->has_support)
      return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                                    "options: support is to be the smallest and the largest value "
                                    "that can be, as in [0, 20000]");
    json_object_remove_member (self->options, "support");
  }
  if (limit != NULL) {
    if (!node_number (limit, &self->attrition_limit) || self->attrition_limit < 0
        || self->attrition_limit > 1)
      return rua_definition_refuse (
        self->id, error, RUA_ERROR_VALUE,
        "options: attrition_limit is to be a share from 0 to 1, as 0.2");
    json_object_remove_member (self->options, "attrition_limit");
  }
  return TRUE;
}

static gboolean
read_options (RuaDefinition *self, RuaRecord *record, GError **error)
{
  JsonNode *node;
  JsonObject *options = read_object (self, record, "options", error);

  if (options == NULL)
    return FALSE;
  json_object_unref (self->options);
  self->options = options;
  node = json_object_get_member (self->options, "pair_by");
  if (node != NULL) {
    g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
    JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

    for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
      if (node_text (json_array_get_element (array, i)) != NULL)
        g_ptr_array_add (paths, g_strdup (node_text (json_array_get_element (array, i))));
    if (node_text (node) != NULL)
      g_ptr_array_add (paths, g_strdup (node_text (node)));
    if (paths->len == 0 || (array != NULL && paths->len != json_array_get_length (array)))
      return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                                    "options: pair_by is to be a path, or a list of paths");
    g_ptr_array_add (paths, NULL);
    self->pair_by = (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
    json_object_remove_member (self->options, "pair_by");
  }
  node = json_object_get_member (self->options, "estimate");
  if (node_text (node) != NULL) {
    self->estimate = g_strdup (node_text (node));
    json_object_remove_member (self->options, "estimate");
  }
  node = json_object_get_member (self->options, "independent");
  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_BOOLEAN) {
    self->independent = json_node_get_boolean (node);
    json_object_remove_member (self->options, "independent");
  }
  node = json_object_get_member (self->options, "complete");
  if (node != NULL && g_strcmp0 (self->estimator, "total") == 0) {
    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
      return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE, "options: complete is to be true or false");
    self->complete = json_node_get_boolean (node);
    json_object_remove_member (self->options, "complete");
  }
  return take_column_options (self, error) && read_attrition (self, error);
}

/* A text or a number as it stands in an expression. */
static char *
literal (JsonNode *node)
{
  char number[40];
  double value;

  if (node_text (node) != NULL) {
    g_auto (GStrv) parts = g_strsplit (node_text (node), "'", -1);
    g_autofree char *doubled = g_strjoinv ("''", parts);

    return g_strdup_printf ("'%s'", doubled);
  }
  return node_number (node, &value) ? g_strdup (rua_number_format (value, number)) : NULL;
}

/* {"column": "head", "values": ["f"]} asks for the rows where head is one of these. */
static gboolean
add_domain (RuaDefinition *self, const char *role, JsonNode *node, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *values = object != NULL ? json_object_get_member (object, "values") : NULL;
  const char *column
    = object != NULL ? node_text (json_object_get_member (object, "column")) : NULL;
  guint n = values != NULL && JSON_NODE_HOLDS_ARRAY (values)
              ? json_array_get_length (json_node_get_array (values))
              : 0;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "(%s) in (", column != NULL ? column : "");
  for (guint i = 0; column != NULL && i < n; i++) {
    g_autofree char *value = literal (json_array_get_element (json_node_get_array (values), i));

    if (value == NULL)
      column = NULL;
    else
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", value);
  }
  if (column == NULL || n == 0 || json_object_get_size (object) != 2)
    return rua_definition_refuse (
      self->id, error, RUA_ERROR_VALUE,
      "options: %s is to be {\"column\": an expression, \"values\": a list "
      "of texts or numbers}",
      role);
  g_string_append_c (text, ')');
  add_role (self, role, text->str);
  return TRUE;
}

/* Options that name columns of a file are roles, whose columns are expressions. */
static gboolean
take_column_options (RuaDefinition *self, GError **error)
{
  const RuaEstimator *estimator
    = self->estimator != NULL ? rua_estimator_find (self->estimator) : NULL;

  for (const RuaOptionSpec *spec = estimator != NULL ? estimator->options : NULL;
       spec != NULL && spec->name != NULL; spec++) {
    JsonNode *node = json_object_get_member (self->options, spec->name);
    JsonArray *array
      = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

    if (node == NULL || (spec->type != RUA_OPTION_COLUMNS && spec->type != RUA_OPTION_DOMAIN))
      continue;
    for (guint i = 0; i < self->roles->len; i++)
      if (strcmp (g_array_index (self->roles, RuaRoleText, i).role, spec->name) == 0)
        return rua_definition_refuse (self->id, error, RUA_ERROR_DUPLICATE,
                                      "%s is told in columns and in options; keep one", spec->name);
    if (spec->type == RUA_OPTION_DOMAIN && !add_domain (self, spec->name, node, error))
      return FALSE;
    for (guint i = 0;
         array != NULL && spec->type == RUA_OPTION_COLUMNS && i < json_array_get_length (array);
         i++)
      if (!add_role_node (self, spec->name, json_array_get_element (array, i), error))
        return FALSE;
    /* One alone needs no list, as in columns. */
    if (array == NULL && spec->type == RUA_OPTION_COLUMNS && !add_role_node (self, spec->name, node, error))
      return FALSE;
    json_object_remove_member (self->options, spec->name);
  }
  return TRUE;
}

static gboolean
read_kind (RuaDefinition *self, GError **error)
{
  if (self->formula != NULL) {
    if (self->estimator != NULL || self->table != NULL || self->roles->len > 0
        || self->nodes != NULL)
      return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                                    "a formula stands in place of estimator, table and columns; "
                                    "keep one of the two");
    if (self->date != NULL)
      return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                                    "deflate: a formula has no rows whose date could be read; say "
                                    "it in the metrics that it reads");
    return TRUE;
  }
  if (self->estimator == NULL)
    return rua_definition_refuse (self->id, error, RUA_ERROR_MISSING,
                                  "neither an estimator nor a formula says how it is computed");
  if (self->table == NULL) {
    const RuaEstimator *estimator = rua_estimator_find (self->estimator);

    gboolean needs = estimator == NULL || json_object_get_size (self->options) == 0;

    /* What is computed from options alone, such as power, or a proportion of told numbers. */
    for (const RuaRoleSpec *spec = estimator != NULL ? estimator->roles : NULL;
         spec != NULL && spec->name != NULL; spec++)
      needs = needs || (spec->flags & RUA_ROLE_REQUIRED);
    if (needs)
      return rua_definition_refuse (self->id, error, RUA_ERROR_MISSING,
                                    "no table says whose rows are read");
    if (self->where != NULL || self->roles->len > 0 || self->by[0] != NULL || self->nodes != NULL)
      return rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                                    "it has columns, where or by, but no table that has them");
  }
  return TRUE;
}

RuaDefinition *
rua_definition_copy (const RuaDefinition *self)
{
  RuaDefinition *copy = g_new0 (RuaDefinition, 1);

  *copy = *self;
  copy->id = g_strdup (self->id);
  copy->title = g_strdup (self->title);
  copy->unit = self->unit != NULL ? rua_unit_ref (self->unit) : NULL;
  copy->formula = g_strdup (self->formula);
  copy->estimator = g_strdup (self->estimator);
  copy->table = g_strdup (self->table);
  copy->where = g_strdup (self->where);
  copy->roles = rua_definition_roles_new ();
  for (guint i = 0; i < self->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (self->roles, RuaRoleText, i);
    RuaRoleText own = { g_strdup (role->role), g_strdup (role->text) };

    g_array_append_val (copy->roles, own);
  }
  copy->by = g_strdupv (self->by);
  copy->own_by = g_strdupv (self->own_by);
  copy->series = g_strdup (self->series);
  copy->date = g_strdup (self->date);
  copy->options = self->options != NULL ? json_object_ref (self->options) : NULL;
  copy->pair_by = g_strdupv (self->pair_by);
  copy->estimate = g_strdup (self->estimate);
  copy->nodes = self->nodes != NULL ? rua_definition_copy (self->nodes) : NULL;
  return copy;
}

RuaDefinition *
rua_definition_new (RuaMetric *metric, GError **error)
{
  const char *id = rua_record_get_id (RUA_RECORD (metric));
  /* What is not set by now takes its default. */
  g_autoptr (RuaMetric) set = rua_record_get_text (RUA_RECORD (metric), "parameters") != NULL
    ? rua_parameters_apply (metric, id != NULL ? id : "", error) : g_object_ref (metric);
  RuaRecord *record = set != NULL ? RUA_RECORD (set) : NULL;
  g_autoptr (RuaDefinition) self = definition_bare (id != NULL ? id : "(without an id)");
  const char *unit;
  g_auto (GStrv) by = NULL;
  g_autoptr (GError) problem = NULL;

  if (record == NULL)
    return NULL;
  unit = rua_record_get_text (record, "unit");
  self->title = g_strdup (rua_record_get_texts (record, "title", rua_messages_get_language ()));
  self->formula = g_strdup (rua_record_get_text (record, "formula"));
  self->estimator = g_strdup (rua_record_get_text (record, "estimator"));
  self->table = g_strdup (rua_record_get_text (record, "table"));
  self->where = g_strdup (rua_record_get_text (record, "where"));
  by = rua_record_dup_text_list (record, "by");
  if (by != NULL) {
    g_strfreev (self->by);
    g_strfreev (self->own_by);
    self->by = g_strdupv (by);
    self->own_by = g_steal_pointer (&by);
  }
  if (!rua_record_get_number (record, "confidence", &self->confidence))
    self->confidence = 0.95;
  if (!(self->confidence > 0 && self->confidence < 1)) {
    rua_definition_refuse (self->id, error, RUA_ERROR_VALUE,
                           "confidence is to be above 0 and below 1, as 0.95");
    return NULL;
  }
  if (unit != NULL) {
    self->unit = rua_unit_new (unit, &problem);
    if (self->unit == NULL) {
      rua_definition_refuse (self->id, error, problem->code, "%s", problem->message);
      return NULL;
    }
  }
  if (!read_columns (self, record, error) || !read_nodes (self, record, error)
      || !read_deflate (self, record, error) || !read_options (self, record, error)
      || !read_kind (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
rua_definition_narrow (RuaDefinition *self, const char *const *by, const char *where)
{
  if (by != NULL) {
    g_strfreev (self->by);
    self->by = g_strdupv ((char **) by);
  }
  if (where != NULL) {
    char *both = self->where != NULL ? g_strdup_printf ("(%s) and (%s)", self->where, where)
                                     : g_strdup (where);

    g_free (self->where);
    self->where = both;
  }
}

/* Each part with its length before it, so that no two definitions run together. */
static void
put (GString *out, const char *name, const char *text)
{
  if (text != NULL)
    g_string_append_printf (out, "%s:%" G_GSIZE_FORMAT ":%s\n", name, strlen (text), text);
}

char *
rua_definition_dup_rows (const RuaDefinition *self)
{
  return g_strconcat (self->table != NULL ? self->table : "", "\n", self->where, NULL);
}

char *
rua_definition_to_string (const RuaDefinition *self)
{
  GString *out = g_string_new ("rua-metric 1\n");
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), self->options);
  g_autofree char *options = json_to_string (node, FALSE);
  g_autofree char *unit = self->unit != NULL ? rua_unit_to_string (self->unit) : NULL;
  char number[40];

  put (out, "formula", self->formula);
  put (out, "estimator", self->estimator);
  put (out, "table", self->table);
  put (out, "where", self->where);
  put (out, "unit", unit);
  put (out, "estimate", self->estimate);
  for (guint i = 0; i < self->roles->len; i++) {
    const RuaRoleText *role = &g_array_index (self->roles, RuaRoleText, i);

    put (out, role->role, role->text);
  }
  for (guint i = 0; self->by[i] != NULL; i++)
    put (out, "by", self->by[i]);
  for (guint i = 0; self->pair_by != NULL && self->pair_by[i] != NULL; i++)
    put (out, "pair_by", self->pair_by[i]);
  if (self->series != NULL) {
    put (out, "series", self->series);
    g_string_append_printf (out, "to:%d\n", self->to);
    put (out, "date", self->date);
  }
  g_string_append_printf (out, "confidence:%s\n", rua_number_format (self->confidence, number));
  put (out, "options", options);
  if (self->complete)
    put (out, "complete", "true");
  if (self->has_support)
    g_string_append_printf (out, "support:%a,%a\n", self->support[0], self->support[1]);
  if (self->nodes != NULL) {
    g_autofree char *nodes = rua_definition_to_string (self->nodes);

    put (out, "nodes", nodes);
  }
  return g_string_free (out, FALSE);
}
