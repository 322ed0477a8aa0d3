/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-mapping-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "rua-json-private.h"
#include "rua-nearest-private.h"

/* The JSON that says how columns of a CSV file become fields. */

static void
mapped_clear (RuaCsvMapped *self)
{
  g_free (self->field);
  g_free (self->language);
  g_free (self->column);
  g_free (self->between);
  g_free (self->date_form);
  g_strfreev (self->missing);
  g_strfreev (self->yes);
  g_strfreev (self->no);
}

static void
mapped_free (gpointer data)
{
  mapped_clear (data);
  g_free (data);
}

void
rua_csv_mapping_free (RuaCsvMapping *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->constants);
  g_strfreev (self->ignored);
  g_free (self->encoding);
  mapped_clear (&self->whole);
  g_free (self);
}

static gboolean refuse (GError **error, RuaError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (GError **error, RuaError code, const char *format, ...)
{
  va_list arguments;
  g_autofree char *text = NULL;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  rua_set_clean_error (error, code, "the mapping: %s", text);
  return FALSE;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static gboolean
read_words (JsonNode *node, const char *where, char ***words, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);

  if (holds (node, G_TYPE_STRING)) {
    g_ptr_array_add (list, json_node_dup_string (node));
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);

    for (guint i = 0; i < json_array_get_length (array); i++) {
      JsonNode *item = json_array_get_element (array, i);

      if (!holds (item, G_TYPE_STRING))
        return refuse (error, RUA_ERROR_VALUE, "%s: write words in quotation marks: [\"…\", \"…\"]", where);
      g_ptr_array_add (list, json_node_dup_string (item));
    }
  } else {
    return refuse (error, RUA_ERROR_VALUE, "%s: write a list of words: [\"…\", \"…\"]", where);
  }
  g_ptr_array_add (list, NULL);
  g_strfreev (*words);
  *words = (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
  return TRUE;
}

static gboolean
read_text (JsonNode *node, const char *where, char **text, GError **error)
{
  if (!holds (node, G_TYPE_STRING))
    return refuse (error, RUA_ERROR_VALUE, "%s: write a text in quotation marks", where);
  g_free (*text);
  *text = json_node_dup_string (node);
  return TRUE;
}

static gboolean
read_flag (JsonNode *node, const char *where, gboolean *flag, GError **error)
{
  if (!holds (node, G_TYPE_BOOLEAN))
    return refuse (error, RUA_ERROR_VALUE, "%s: write true or false", where);
  *flag = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_count (JsonNode *node, const char *where, guint64 most, guint64 *count, GError **error)
{
  if (!holds (node, G_TYPE_INT64) || json_node_get_int (node) < 1 || (guint64) json_node_get_int (node) > most)
    return refuse (error, RUA_ERROR_VALUE, "%s: write a whole number from 1 to %" G_GUINT64_FORMAT, where, most);
  *count = (guint64) json_node_get_int (node);
  return TRUE;
}

/* One character of ASCII; a word for those that are hard to see. */
static gboolean
read_character (JsonNode *node, const char *where, gboolean none, char *character, GError **error)
{
  const char *text = holds (node, G_TYPE_STRING) ? json_node_get_string (node) : NULL;

  if (none && JSON_NODE_HOLDS_NULL (node)) {
    *character = RUA_CSV_NO_QUOTE;
    return TRUE;
  }
  if (g_strcmp0 (text, "tab") == 0)
    text = "\t";
  if (text == NULL || strlen (text) != 1 || text[0] == '\n' || text[0] == '\r')
    return refuse (error, RUA_ERROR_VALUE, "%s: write one character of ASCII, such as \";\", or \"tab\"", where);
  *character = text[0];
  return TRUE;
}

/* What stands between thousands is a narrow no-break space for some. */
static gboolean
read_grouping (JsonNode *node, const char *where, gunichar *character, GError **error)
{
  const char *text = holds (node, G_TYPE_STRING) ? json_node_get_string (node) : "";

  if (g_str_equal (text, "tab"))
    text = "\t";
  if (*text == '\0' || *g_utf8_next_char (text) != '\0' || *text == '\n' || *text == '\r')
    return refuse (error, RUA_ERROR_VALUE, "%s: write one character, such as \",\" or \"\\u00a0\"", where);
  *character = g_utf8_get_char (text);
  return TRUE;
}

/* A mark that is part of numbers as it is cannot part them as well. */
static gboolean
check_mark (gunichar mark, const char *where, GError **error)
{
  if (mark >= 128 || (!g_ascii_isalnum ((char) mark) && mark != '+' && mark != '-'))
    return TRUE;
  return refuse (error, RUA_ERROR_VALUE, "%s: a digit, a letter or a sign cannot be it; write a mark such as \",\"", where);
}

static gboolean
check_marks (const RuaCsvMapped *mapped, const char *where, GError **error)
{
  char decimal = mapped->read.decimal ? mapped->read.decimal : '.';

  if (mapped->read.grouping != (gunichar) decimal)
    return TRUE;
  return refuse (error, RUA_ERROR_VALUE, "%s'%c' cannot be both the decimal mark and \"grouping\"; tell \"decimal\", too", where, decimal);
}

static gboolean
refuse_member (const char *where, const char *name, const char *const *known, GError **error)
{
  g_autofree char *all = g_strjoinv (", ", (char **) known), *otherwise = g_strdup_printf ("known are: %s", all), *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, name);
  for (guint i = 0; known[i]; i++)
    rua_nearest_offer (&nearest, known[i]);
  mend = rua_nearest_mend (&nearest, otherwise);
  return refuse (error, RUA_ERROR_UNKNOWN_NAME, "%s has no \"%s\"; %s", where, name, mend);
}

/* "days", "serial", "serial-1904", "date", or a form such as %d/%m/%Y. */
static gboolean
read_date (JsonNode *node, const char *where, RuaCsvMapped *mapped, GError **error)
{
  const char *text = holds (node, G_TYPE_STRING) ? json_node_get_string (node) : "";

  if (g_str_equal (text, "date")) {
    mapped->read.date = RUA_CSV_DATE_ISO;
  } else if (g_str_equal (text, "days")) {
    mapped->read.date = RUA_CSV_DATE_DAYS;
  } else if (g_str_equal (text, "serial")) {
    mapped->read.date = RUA_CSV_DATE_SERIAL_1900;
  } else if (g_str_equal (text, "serial-1904")) {
    mapped->read.date = RUA_CSV_DATE_SERIAL_1904;
  } else if (strchr (text, '%') && rua_csv_date_form_is_good (text)) {
    mapped->read.date = RUA_CSV_DATE_FORM;
    g_free (mapped->date_form);
    mapped->date_form = g_strdup (text);
  } else {
    return refuse (error, RUA_ERROR_VALUE,
                   "%s: write \"date\" (ISO 8601), \"days\" (since 1970-01-01), \"serial\" or \"serial-1904\" (of spreadsheets), "
                   "or a form of %%Y or %%y, %%m and %%d such as \"%%d/%%m/%%Y\"",
                   where);
  }
  return TRUE;
}

/* Members that a single column may have as well as all of them. */
static gboolean
read_reading (const char *name, JsonNode *node, const char *where, RuaCsvMapped *mapped, gboolean *taken, GError **error)
{
  gboolean trim = mapped->read.trim;

  *taken = TRUE;
  if (g_str_equal (name, "decimal"))
    return read_character (node, where, FALSE, &mapped->read.decimal, error) && check_mark ((guchar) mapped->read.decimal, where, error);
  if (g_str_equal (name, "grouping"))
    return read_grouping (node, where, &mapped->read.grouping, error) && check_mark (mapped->read.grouping, where, error);
  if (g_str_equal (name, "missing"))
    return read_words (node, where, &mapped->missing, error);
  if (g_str_equal (name, "yes"))
    return read_words (node, where, &mapped->yes, error);
  if (g_str_equal (name, "no"))
    return read_words (node, where, &mapped->no, error);
  if (g_str_equal (name, "between"))
    return read_text (node, where, &mapped->between, error);
  if (g_str_equal (name, "trim")) {
    if (!read_flag (node, where, &trim, error))
      return FALSE;
    mapped->read.trim = trim;
    return TRUE;
  }
  *taken = FALSE;
  return TRUE;
}

static void
inherit (const RuaCsvMapped *whole, RuaCsvMapped *mapped)
{
  mapped->read = whole->read;
  mapped->missing = g_strdupv (whole->missing);
  mapped->yes = g_strdupv (whole->yes);
  mapped->no = g_strdupv (whole->no);
  mapped->between = g_strdup (whole->between);
  mapped->date_form = g_strdup (whole->date_form);
}

static gboolean
read_source (JsonNode *node, const char *where, RuaCsvMapped *mapped, GError **error)
{
  guint64 number;

  if (holds (node, G_TYPE_STRING)) {
    g_free (mapped->column);
    mapped->column = json_node_dup_string (node);
    return TRUE;
  }
  if (!holds (node, G_TYPE_INT64))
    return refuse (error, RUA_ERROR_VALUE, "%s: write the name of a column in quotation marks, or its number from 1", where);
  if (!read_count (node, where, G_MAXINT32, &number, error))
    return FALSE;
  mapped->number = (guint) number;
  return TRUE;
}

static gboolean
read_column (RuaCsvMapping *self, const char *field, JsonNode *node, GError **error)
{
  static const char *const known[] = { "column", "as", "decimal", "grouping", "missing", "yes", "no", "between", "trim", NULL };
  RuaCsvMapped *mapped = g_new0 (RuaCsvMapped, 1);
  const char *point = strchr (field, '.');
  g_autofree char *here = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  g_ptr_array_add (self->columns, mapped);
  inherit (&self->whole, mapped);
  mapped->field = point ? g_strndup (field, (gsize) (point - field)) : g_strdup (field);
  mapped->language = point ? g_strdup (point + 1) : NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_autofree char *where = g_strdup_printf ("columns: %s", field);

    return read_source (node, where, mapped, error);
  }
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_autofree char *where = g_strdup_printf ("columns: %s: %s", field, name);
    gboolean taken, done;

    if (g_str_equal (name, "column"))
      done = read_source (member, where, mapped, error);
    else if (g_str_equal (name, "as"))
      done = read_date (member, where, mapped, error);
    else {
      done = read_reading (name, member, where, mapped, &taken, error);
      if (done && !taken) {
        here = g_strdup_printf ("columns: %s", field);
        done = refuse_member (here, name, known, error);
      }
    }
    if (!done)
      return FALSE;
  }
  if (mapped->column == NULL && mapped->number == 0)
    mapped->column = g_strdup (field);
  /* What holds for the others cannot hold for a column that has its own decimal mark. */
  if (!json_object_has_member (json_node_get_object (node), "grouping") && mapped->read.grouping == (guchar) mapped->read.decimal)
    mapped->read.grouping = 0;
  here = g_strdup_printf ("columns: %s: ", field);
  return check_marks (mapped, here, error);
}

static gboolean
read_constant (RuaCsvMapping *self, const char *field, JsonNode *node, GError **error)
{
  char buffer[40];
  char *text;

  if (holds (node, G_TYPE_STRING))
    text = json_node_dup_string (node);
  else if (holds (node, G_TYPE_INT64))
    text = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  else if (holds (node, G_TYPE_DOUBLE))
    text = g_strdup (rua_number_format (json_node_get_double (node), buffer));
  else if (holds (node, G_TYPE_BOOLEAN))
    text = g_strdup (json_node_get_boolean (node) ? "true" : "false");
  else
    return refuse (error, RUA_ERROR_VALUE, "constants: %s: write a text, a number, true or false", field);
  g_ptr_array_add (self->constants, g_strdup (field));
  g_ptr_array_add (self->constants, text);
  return TRUE;
}

static gboolean
read_seconds (RuaCsvMapping *self, JsonNode *node, GError **error)
{
  if (holds (node, G_TYPE_INT64) || holds (node, G_TYPE_DOUBLE))
    self->seconds = json_node_get_double (node);
  return self->seconds > 0 || refuse (error, RUA_ERROR_VALUE, "limits: seconds: write a number above 0");
}

static gboolean
read_limits (RuaCsvMapping *self, JsonNode *node, GError **error)
{
  static const char *const known[] = { "bytes", "columns", "cell", "rows", "seconds", "faults", NULL };
  JsonObjectIter iter;
  const char *name;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, RUA_ERROR_VALUE, "limits: write an object: {\"rows\": 1000000}");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &node)) {
    g_autofree char *where = g_strdup_printf ("limits: %s", name);
    guint64 count;

    if (!g_strv_contains (known, name))
      return refuse_member ("limits", name, known, error);
    if (g_str_equal (name, "seconds")) {
      if (!read_seconds (self, node, error))
        return FALSE;
      continue;
    }
    if (!read_count (node, where, g_str_equal (name, "bytes") ? G_MAXINT64 : G_MAXUINT32 - 1, &count, error))
      return FALSE;
    if (g_str_equal (name, "bytes"))
      self->limits.bytes = count;
    else if (g_str_equal (name, "columns"))
      self->limits.columns = (guint) count;
    else if (g_str_equal (name, "cell"))
      self->limits.cell = (guint32) count;
    else if (g_str_equal (name, "rows"))
      self->limits.rows = (guint32) count;
    else
      self->most_faults = (guint) count;
  }
  return TRUE;
}

static gboolean
read_member (RuaCsvMapping *self, const char *name, JsonNode *node, GError **error)
{
  static const char *const known[] = { "columns", "constants", "ignore", "separator", "quote", "header", "encoding", "dates", "decimal",
                                       "grouping", "missing", "yes", "no", "between", "trim", "limits", NULL };
  gboolean taken, header = TRUE;
  JsonObjectIter iter;

  if (g_str_equal (name, "columns") || g_str_equal (name, "constants")) {
    gboolean columns = g_str_equal (name, "columns");

    if (!JSON_NODE_HOLDS_OBJECT (node))
      return refuse (error, RUA_ERROR_VALUE, "%s: write an object with a member a field", name);
    json_object_iter_init_ordered (&iter, json_node_get_object (node));
    while (json_object_iter_next_ordered (&iter, &name, &node))
      if (!(columns ? read_column : read_constant) (self, name, node, error))
        return FALSE;
    return TRUE;
  }
  if (g_str_equal (name, "ignore")) {
    if (holds (node, G_TYPE_BOOLEAN)) {
      self->ignore_rest = json_node_get_boolean (node);
      return TRUE;
    }
    return read_words (node, name, &self->ignored, error);
  }
  if (g_str_equal (name, "separator"))
    return read_character (node, name, FALSE, &self->dialect.separator, error);
  if (g_str_equal (name, "quote"))
    return read_character (node, name, TRUE, &self->dialect.quote, error);
  if (g_str_equal (name, "header")) {
    if (!read_flag (node, name, &header, error))
      return FALSE;
    self->dialect.no_header = !header;
    return TRUE;
  }
  if (g_str_equal (name, "encoding"))
    return read_text (node, name, &self->encoding, error);
  if (g_str_equal (name, "dates"))
    return read_date (node, name, &self->whole, error);
  if (g_str_equal (name, "limits"))
    return read_limits (self, node, error);
  if (!read_reading (name, node, name, &self->whole, &taken, error))
    return FALSE;
  return taken || refuse_member ("it", name, known, error);
}

RuaCsvMapping *
rua_csv_mapping_new (const char *json, GError **error)
{
  g_autoptr (RuaCsvMapping) self = g_new0 (RuaCsvMapping, 1);
  g_autofree char *canonical = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  g_autoptr (GError) failure = NULL;
  char quote;

  self->columns = g_ptr_array_new_with_free_func (mapped_free);
  self->constants = g_ptr_array_new_with_free_func (g_free);
  self->most_faults = RUA_FAULTS_DEFAULT_LIMIT;
  if (json == NULL)
    return g_steal_pointer (&self);
  /* Strict, and with the place of what is wrong. */
  canonical = rua_json_canonicalise (json, -1, &failure);
  root = canonical ? json_from_string (canonical, &failure) : NULL;
  if (root == NULL) {
    refuse (error, RUA_ERROR_SYNTAX, "%s", failure ? failure->message : "no JSON");
    return NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    refuse (error, RUA_ERROR_VALUE, "write a JSON object: {\"columns\": {…}}");
    return NULL;
  }
  /* First what holds for all columns. */
  for (guint columns = 0; columns < 2; columns++) {
    json_object_iter_init_ordered (&iter, json_node_get_object (root));
    while (json_object_iter_next_ordered (&iter, &name, &node))
      if (g_str_equal (name, "columns") == (columns == 1) && !read_member (self, name, node, error))
        return NULL;
    if (!check_marks (&self->whole, "", error))
      return NULL;
  }
  quote = self->dialect.quote ? self->dialect.quote : '"';
  if (self->dialect.separator == quote) {
    refuse (error, RUA_ERROR_VALUE, "'%c' cannot be both \"separator\" and \"quote\"; tell another of the two", quote);
    return NULL;
  }
  self->dialect.encoding = self->encoding;
  return g_steal_pointer (&self);
}
