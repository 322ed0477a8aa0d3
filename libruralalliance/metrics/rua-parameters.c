/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-parameters-private.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "rua-error.h"
#include "rua-json-private.h"
#include "rua-nearest-private.h"

typedef struct {
  const char *id;
  JsonObject *declared; /* nullable */
  GHashTable *given;    /* name -> text */
  GError **error;
} Setting;

static gboolean
refuse (Setting *self, RuaError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (Setting *self, RuaError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (self->error, RUA_ERROR, code, "metric %s: %s", self->id, message);
  return FALSE;
}

char *
rua_parameters_dup_base (const char *id)
{
  const char *open = strchr (id, '(');

  return open != NULL && open > id && g_str_has_suffix (id, ")") ? g_strndup (id, open - id) : NULL;
}

/* name=value, separated by commas outside of quotes and parentheses. */
static gboolean
read_given (Setting *self, const char *text)
{
  g_autoptr (GString) part = g_string_new (NULL);
  gboolean quoted = FALSE;
  guint depth = 0;

  for (const char *p = text;; p++) {
    gboolean end = *p == '\0' || (*p == ',' && !quoted && depth == 0);

    if (!end) {
      quoted = quoted != (*p == '\'');
      depth += !quoted && *p == '(';
      depth -= !quoted && *p == ')' && depth > 0;
      g_string_append_c (part, *p);
      continue;
    }
    if (part->len > 0 || *p == ',') {
      const char *equals = strchr (part->str, '=');
      g_autofree char *name = equals != NULL ? g_strndup (part->str, equals - part->str) : NULL;

      if (name == NULL)
        return refuse (self, RUA_ERROR_SYNTAX, "“%s” sets nothing; write name=value", part->str);
      g_strstrip (name);
      if (g_hash_table_contains (self->given, name))
        return refuse (self, RUA_ERROR_DUPLICATE, "the parameter %s is set twice", name);
      g_hash_table_insert (self->given, g_strdup (name), g_strstrip (g_strdup (equals + 1)));
    }
    g_string_set_size (part, 0);
    if (*p == '\0')
      return TRUE;
  }
}

static const char *
member_text (JsonObject *object, const char *name)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, name) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

/* In quotes, those inside doubled, as in expressions. */
static char *
quote (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "'", -1);
  g_autofree char *doubled = g_strjoinv ("''", parts);

  return g_strdup_printf ("'%s'", doubled);
}

/* What quote() made, or a text that was written without quotes. */
static char *
unquote (const char *text)
{
  gsize n = strlen (text);
  g_autofree char *inside = n >= 2 && text[0] == '\'' && text[n - 1] == '\'' ? g_strndup (text + 1, n - 2) : NULL;
  g_auto (GStrv) parts = inside != NULL ? g_strsplit (inside, "''", -1) : NULL;

  return inside != NULL ? g_strjoinv ("'", parts) : g_strdup (text);
}

/* A value as expressions read it (@plain: as it stands in JSON); NULL with an error. */
static char *
value_of (Setting *self, const char *name, gboolean plain)
{
  JsonObject *spec = json_object_get_object_member (self->declared, name);
  const char *type = member_text (spec, "type"), *text = g_hash_table_lookup (self->given, name);
  JsonNode *fallback = json_object_get_member (spec, "default");
  g_autofree char *made = NULL;
  char *end;
  double number;

  if (text == NULL && fallback != NULL && JSON_NODE_HOLDS_VALUE (fallback)) {
    char digits[40];

    made = json_node_get_value_type (fallback) == G_TYPE_STRING
      ? g_strdup (json_node_get_string (fallback))
      : g_strdup (rua_number_format (json_node_get_double (fallback), digits));
    text = made;
  }
  if (text == NULL) {
    const char *doc = member_text (spec, "doc");

    refuse (self, RUA_ERROR_MISSING, "the parameter %s is to be set (%s), as in “%s(%s=…)”", name,
            doc != NULL ? doc : type, self->id, name);
    return NULL;
  }
  if (g_strcmp0 (type, "text") == 0) {
    g_autofree char *bare = unquote (text);

    return plain ? g_steal_pointer (&bare) : quote (bare);
  }
  if (g_strcmp0 (type, "expression") == 0)
    return g_strdup (text);
  number = g_ascii_strtod (text, &end);
  if (*text == '\0' || *end != '\0' || !isfinite (number)
      || (g_strcmp0 (type, "integer") == 0 && number != floor (number))) {
    refuse (self, RUA_ERROR_VALUE, "the parameter %s is to be %s, not “%s”", name,
            g_strcmp0 (type, "integer") == 0 ? "a whole number" : "a number", text);
    return NULL;
  }
  return g_strdup (text);
}

static void
append_json (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++) {
    if ((guchar) *p < ' ')
      g_string_append_printf (out, "\\u%04x", (guint) *p);
    else {
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  }
}

/* @json: the field holds JSON. @values: a text that is only {name} is the value itself there. */
static char *
substitute (Setting *self, const char *text, gboolean json, gboolean values)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++) {
    const char *close = *p == '{' ? strchr (p, '}') : NULL;
    g_autofree char *name = close != NULL ? g_strndup (p + 1, close - p - 1) : NULL;
    g_autofree char *value = NULL;
    gboolean whole;

    if (name == NULL || !json_object_has_member (self->declared, name)) {
      g_string_append_c (out, *p);
      continue;
    }
    whole = values && p > text && p[-1] == '"' && close[1] == '"';
    value = value_of (self, name, whole);
    if (value == NULL)
      return NULL;
    if (whole
        && g_strcmp0 (member_text (json_object_get_object_member (self->declared, name), "type"), "text")
             != 0) {
      g_string_truncate (out, out->len - 1);
      g_string_append (out, value);
      p = close + 1;
      continue;
    }
    if (json)
      append_json (out, value);
    else
      g_string_append (out, value);
    p = close;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
check_names (Setting *self)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, self->given);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    g_autoptr (GList) names = self->declared != NULL ? json_object_get_members (self->declared) : NULL;
    g_autofree char *mend = NULL;
    RuaNearest nearest;

    if (self->declared != NULL && json_object_has_member (self->declared, name))
      continue;
    rua_nearest_init (&nearest, name);
    for (GList *l = names; l != NULL; l = l->next)
      rua_nearest_offer (&nearest, l->data);
    mend = rua_nearest_mend (&nearest, "its “parameters” list those it has");
    return refuse (self, RUA_ERROR_UNKNOWN_NAME, "it has no parameter “%s”; %s", (char *) name, mend);
  }
  return TRUE;
}

static gboolean
read_declared (Setting *self, const char *text, JsonNode **root)
{
  g_autoptr (GList) names = NULL;
  g_autoptr (GError) problem = NULL;

  *root = json_from_string (text, &problem);
  if (*root == NULL || !JSON_NODE_HOLDS_OBJECT (*root))
    return refuse (self, RUA_ERROR_VALUE, "parameters is to be an object");
  self->declared = json_node_get_object (*root);
  names = json_object_get_members (self->declared);
  for (GList *l = names; l != NULL; l = l->next) {
    static const char *const types[] = { "integer", "number", "text", "expression", NULL };
    JsonNode *node = json_object_get_member (self->declared, l->data);
    const char *type
      = JSON_NODE_HOLDS_OBJECT (node) ? member_text (json_node_get_object (node), "type") : NULL;

    if (type == NULL || !g_strv_contains (types, type) || strcmp (l->data, "currency") == 0)
      return refuse (self, RUA_ERROR_VALUE,
                     "parameters: %s is to have the type integer, number, text or expression, and any "
                     "name but currency", (const char *) l->data);
  }
  return TRUE;
}

RuaMetric *
rua_parameters_apply (RuaMetric *metric, const char *id, GError **error)
{
  static const struct {
    const char *field;
    gboolean json;
    gboolean values;
  } fields[] = {
    { "columns", TRUE, FALSE },  { "nodes", TRUE, FALSE },    { "options", TRUE, TRUE },
    { "deflate", TRUE, TRUE },   { "where", FALSE, FALSE },   { "formula", FALSE, FALSE },
    { "weight", FALSE, FALSE },  { "stratum", FALSE, FALSE }, { "cluster", FALSE, FALSE },
  };
  static const char *const kept[] = { "unit", "direction", "estimator", "table" };
  RuaRecord *record = RUA_RECORD (metric);
  const char *text = rua_record_get_text (record, "parameters");
  g_autoptr (GHashTable) given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *base = rua_parameters_dup_base (id);
  g_autoptr (RuaMetric) made = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) problem = NULL;
  g_auto (GStrv) by = NULL;
  Setting self = { base != NULL ? base : id, NULL, given, error };
  double confidence;

  if (base != NULL) {
    g_autofree char *inside = g_strndup (id + strlen (base) + 1, strlen (id) - strlen (base) - 2);

    if (!read_given (&self, inside))
      return NULL;
  }
  if ((text != NULL && !read_declared (&self, text, &root)) || !check_names (&self))
    return NULL;
  if (text == NULL)
    return g_object_ref (metric);
  made = rua_metric_new ();
  rua_record_set_id (RUA_RECORD (made), id, &problem);
  if (rua_record_get_texts (record, "title", NULL) != NULL)
    rua_record_set_texts (RUA_RECORD (made), "title", "en", rua_record_get_texts (record, "title", NULL),
                          &problem);
  for (guint i = 0; i < G_N_ELEMENTS (kept) && problem == NULL; i++)
    rua_record_set_text (RUA_RECORD (made), kept[i], rua_record_get_text (record, kept[i]), &problem);
  for (guint i = 0; i < G_N_ELEMENTS (fields) && problem == NULL; i++) {
    const char *from = rua_record_get_text (record, fields[i].field);
    g_autofree char *to = NULL;

    if (from == NULL)
      continue;
    to = substitute (&self, from, fields[i].json, fields[i].values);
    if (to == NULL)
      return NULL;
    rua_record_set_text (RUA_RECORD (made), fields[i].field, to, &problem);
  }
  by = rua_record_dup_text_list (record, "by");
  for (guint i = 0; by != NULL && by[i] != NULL; i++) {
    char *to = substitute (&self, by[i], FALSE, FALSE);

    if (to == NULL)
      return NULL;
    g_free (by[i]);
    by[i] = to;
  }
  if (by != NULL && problem == NULL)
    rua_record_set_text_list (RUA_RECORD (made), "by", (const char *const *) by, &problem);
  if (rua_record_get_number (record, "confidence", &confidence) && problem == NULL)
    rua_record_set_number (RUA_RECORD (made), "confidence", confidence, &problem);
  if (problem != NULL) {
    refuse (&self, problem->code, "%s", problem->message);
    return NULL;
  }
  return g_steal_pointer (&made);
}

/* Whether read_given() takes @text for one value: its commas are in parentheses or quotes, which are closed. */
static gboolean
is_one_value (const char *text)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (const char *p = text; *p != '\0'; p++) {
    quoted = quoted != (*p == '\'');
    if (quoted)
      continue;
    if ((*p == ',' && depth == 0) || (*p == ')' && depth == 0))
      return FALSE;
    depth += *p == '(';
    depth -= *p == ')';
  }
  return !quoted && depth == 0;
}

/* Texts are put in quotes where anything in them would be read as something else; an expression stays what it is. */
static gboolean
append_given (Setting *self, GString *out, const char *name, const char *text)
{
  JsonNode *node = self->declared != NULL ? json_object_get_member (self->declared, name) : NULL;
  g_autofree char *quoted = NULL;

  if (node != NULL && g_strcmp0 (member_text (json_node_get_object (node), "type"), "expression") == 0) {
    if (!is_one_value (text))
      return refuse (self, RUA_ERROR_SYNTAX, "the parameter %s is to be one expression; close its parentheses and quotes, and "
                     "leave no comma outside of them", name);
  } else if (strpbrk (text, ",()'") != NULL || g_ascii_isspace (text[0]) || (*text && g_ascii_isspace (text[strlen (text) - 1])))
    quoted = quote (text);
  g_string_append (out, quoted != NULL ? quoted : text);
  return TRUE;
}

char *
rua_parameters_join (const char *base, RuaMetric *metric, const char *json, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GString) out = g_string_new (base);
  g_autoptr (GList) names = NULL;
  const char *declared = metric != NULL ? rua_record_get_text (RUA_RECORD (metric), "parameters") : NULL;
  g_autoptr (JsonNode) types = NULL;
  Setting self = { base, NULL, NULL, error };

  if (declared != NULL && !read_declared (&self, declared, &types))
    return NULL;
  root = json_from_string (json, NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    refuse (&self, RUA_ERROR_VALUE, "parameters are set by a JSON object, as {\"before\": 2014}");
    return NULL;
  }
  names = json_object_get_members (json_node_get_object (root));
  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *node = json_object_get_member (json_node_get_object (root), l->data);
    const char *text = member_text (json_node_get_object (root), l->data);
    char digits[40];

    if (!JSON_NODE_HOLDS_VALUE (node)
        || (text == NULL && json_node_get_value_type (node) != G_TYPE_INT64
            && json_node_get_value_type (node) != G_TYPE_DOUBLE)) {
      refuse (&self, RUA_ERROR_VALUE, "the parameter %s is to be a text or a number",
              (const char *) l->data);
      return NULL;
    }
    g_string_append_printf (out, "%s%s=", l == names ? "(" : ",", (const char *) l->data);
    if (text == NULL)
      g_string_append (out, rua_number_format (json_node_get_double (node), digits));
    else if (!append_given (&self, out, l->data, text))
      return NULL;
  }
  if (names != NULL)
    g_string_append_c (out, ')');
  return g_string_free (g_steal_pointer (&out), FALSE);
}
