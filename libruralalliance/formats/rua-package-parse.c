/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* datapackage.json: what it says of its tables. */
#include "rua-package-private.h"

#include <string.h>

#include "rua-csv-columns-private.h"
#include "rua-json-reader-private.h"

typedef struct {
  RuaPackage *package;
  RuaJsonScanner *scanner;
  RuaFaults *faults;
  GString *unknown;
  const char *text;
  guint most_columns;
  gboolean is_broken; /* no JSON: told */
} Parser;

static void
field_free (gpointer data)
{
  RuaPackageField *self = data;

  g_free (self->name);
  g_free (self->type);
  g_free (self->format);
  g_clear_pointer (&self->yes, g_ptr_array_unref);
  g_clear_pointer (&self->no, g_ptr_array_unref);
  g_free (self);
}

static void
resource_free (gpointer data)
{
  RuaPackageResource *self = data;

  g_free (self->name);
  g_free (self->path);
  g_free (self->encoding);
  g_free (self->hash);
  g_clear_pointer (&self->missing, g_ptr_array_unref);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

void
rua_package_free (RuaPackage *self)
{
  if (self == NULL)
    return;
  g_free (self->head);
  g_free (self->unknown);
  g_ptr_array_unref (self->resources);
  g_free (self);
}

/* ---- reading on ---- */

static RuaJsonToken
next (Parser *self)
{
  RuaJsonToken token = rua_json_scanner_next (self->scanner, NULL);
  g_autoptr (GError) error = NULL;
  RuaFaultInfo info = { 0 };

  if (token != RUA_JSON_TOKEN_ERROR || self->is_broken)
    return token;
  self->is_broken = TRUE;
  info.line = rua_json_scanner_get_line (self->scanner);
  info.column = rua_json_scanner_get_column (self->scanner);
  info.message = rua_json_scanner_get_problem (self->scanner);
  info.mend = rua_json_scanner_get_mend (self->scanner);
  rua_json_scanner_next (self->scanner, &error);
  info.code = (RuaError) error->code;
  rua_faults_add (self->faults, &info);
  return token;
}

static gboolean
skip (Parser *self)
{
  return rua_json_scanner_skip_value (self->scanner, NULL) || next (self) != RUA_JSON_TOKEN_ERROR;
}

/* At the current token. */
static void
fault (Parser *self, RuaError code, const char *name, const char *message, const char *mend)
{
  const RuaFaultInfo info = {
    .code = code,
    .line = rua_json_scanner_get_line (self->scanner),
    .column = rua_json_scanner_get_column (self->scanner),
    .field = name,
    .message = message,
    .mend = mend,
  };

  rua_faults_add (self->faults, &info);
}

static gboolean
name_is (Parser *self, const char *name)
{
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  return length == strlen (name) && memcmp (text, name, length) == 0;
}

static gboolean
read_text (Parser *self, const char *name, char **text)
{
  if (next (self) == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (rua_json_scanner_get_token (self->scanner) != RUA_JSON_TOKEN_STRING) {
    fault (self, RUA_ERROR_VALUE, name, "this is no text", "write it in quotation marks");
    return skip (self);
  }
  g_free (*text);
  *text = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
  return TRUE;
}

/* One character, ASCII. */
static gboolean
read_character (Parser *self, const char *name, char *character)
{
  g_autofree char *text = NULL;

  if (!read_text (self, name, &text))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (strlen (text) != 1 || !g_ascii_isprint (*text) ? g_strcmp0 (text, "\t") != 0 : g_ascii_isalnum (*text)) {
    fault (self, RUA_ERROR_VALUE, name, "this is no single character that can stand between cells", "write \",\", \";\", \"|\" or \"\\t\"");
    return TRUE;
  }
  *character = *text;
  return TRUE;
}

/* null says that there is none. */
static gboolean
read_no_character (Parser *self)
{
  RuaJsonToken token = next (self);

  if (token == RUA_JSON_TOKEN_ERROR || token == RUA_JSON_TOKEN_NULL)
    return token == RUA_JSON_TOKEN_NULL;
  fault (self, RUA_ERROR_VALUE, "dialect", "a file with characters for escapes or comments is not read", "write it as RFC 4180 says: quotes, doubled inside");
  return skip (self);
}

static gboolean
read_boolean (Parser *self, const char *name, gboolean *value)
{
  RuaJsonToken token = next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_TRUE && token != RUA_JSON_TOKEN_FALSE) {
    fault (self, RUA_ERROR_VALUE, name, "this is neither true nor false", "write true or false without quotation marks");
    return skip (self);
  }
  *value = token == RUA_JSON_TOKEN_TRUE;
  return TRUE;
}

static gboolean
read_words (Parser *self, const char *name, GPtrArray **words)
{
  RuaJsonToken token = next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN) {
    fault (self, RUA_ERROR_VALUE, name, "this is no list", "write [\"…\", \"…\"]");
    return skip (self);
  }
  g_clear_pointer (words, g_ptr_array_unref);
  *words = g_ptr_array_new_with_free_func (g_free);
  while ((token = next (self)) != RUA_JSON_TOKEN_ARRAY_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (token == RUA_JSON_TOKEN_STRING) {
      g_ptr_array_add (*words, g_strdup (rua_json_scanner_get_text (self->scanner, NULL)));
      continue;
    }
    fault (self, RUA_ERROR_VALUE, name, "this is no text", "write it in quotation marks");
    if (!skip (self))
      return FALSE;
  }
  g_ptr_array_add (*words, NULL);
  return TRUE;
}

/* TRUE with *@is_object when the members of an object are to be read. */
static gboolean
begin_object (Parser *self, const char *name, gboolean *is_object)
{
  RuaJsonToken token = next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  *is_object = token == RUA_JSON_TOKEN_OBJECT_BEGIN;
  if (*is_object)
    return TRUE;
  fault (self, RUA_ERROR_VALUE, name, "this is no object", "write { … }");
  return skip (self);
}

static gboolean
skip_member (Parser *self)
{
  return next (self) != RUA_JSON_TOKEN_ERROR && skip (self);
}

/* ---- a table's description ---- */

static gboolean
read_field (Parser *self, RuaPackageResource *resource)
{
  RuaPackageField *field = g_new0 (RuaPackageField, 1);
  RuaJsonToken token;
  char grouping = '\0';

  g_ptr_array_add (resource->fields, field);
  while ((token = next (self)) == RUA_JSON_TOKEN_NAME) {
    gboolean is_read;

    if (name_is (self, "name"))
      is_read = read_text (self, "name", &field->name);
    else if (name_is (self, "type"))
      is_read = read_text (self, "type", &field->type);
    else if (name_is (self, "format"))
      is_read = read_text (self, "format", &field->format);
    else if (name_is (self, "decimalChar"))
      is_read = read_character (self, "decimalChar", &field->decimal);
    else if (name_is (self, "groupChar"))
      is_read = read_character (self, "groupChar", &grouping);
    else if (name_is (self, "trueValues"))
      is_read = read_words (self, "trueValues", &field->yes);
    else if (name_is (self, "falseValues"))
      is_read = read_words (self, "falseValues", &field->no);
    else
      is_read = skip_member (self);
    if (!is_read)
      return FALSE;
  }
  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  field->grouping = (guchar) grouping;
  if (grouping != '\0' && grouping == (field->decimal ? field->decimal : '.'))
    fault (self, RUA_ERROR_VALUE, "groupChar", "what stands between thousands is the decimal mark, too", "tell another \"decimalChar\"");
  if (field->name == NULL) {
    fault (self, RUA_ERROR_MISSING, "fields", "a field has no name", "add \"name\", as the header of the file has it");
    g_ptr_array_set_size (resource->fields, (gint) resource->fields->len - 1);
  } else if (g_strcmp0 (field->type, "date") == 0 && field->format != NULL && strchr (field->format, '%') != NULL &&
             !rua_csv_date_form_is_good (field->format)) {
    fault (self, RUA_ERROR_VALUE, "format", "this is no form of a date that can be read", "write a form of %Y or %y, %m and %d, such as \"%d/%m/%Y\"");
  }
  return TRUE;
}

static gboolean
read_fields (Parser *self, RuaPackageResource *resource)
{
  RuaJsonToken token = next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN) {
    fault (self, RUA_ERROR_VALUE, "fields", "this is no list", "write [{\"name\": \"…\", \"type\": \"…\"}, …]");
    return skip (self);
  }
  while ((token = next (self)) != RUA_JSON_TOKEN_ARRAY_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (resource->fields->len >= self->most_columns) {
      fault (self, RUA_ERROR_LIMIT, "fields", "there are more columns than the limit", "leave out those that are not needed, or raise the limit of columns");
      return FALSE;
    }
    if (token == RUA_JSON_TOKEN_OBJECT_BEGIN) {
      if (!read_field (self, resource))
        return FALSE;
      continue;
    }
    fault (self, RUA_ERROR_VALUE, "fields", "a field is no object", "write {\"name\": \"…\", \"type\": \"…\"}");
    if (!skip (self))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_schema (Parser *self, RuaPackageResource *resource)
{
  gboolean is_object;
  RuaJsonToken token;

  if (!begin_object (self, "schema", &is_object))
    return FALSE;
  if (!is_object)
    return TRUE;
  while ((token = next (self)) == RUA_JSON_TOKEN_NAME) {
    gboolean is_read;

    if (name_is (self, "fields"))
      is_read = read_fields (self, resource);
    else if (name_is (self, "missingValues"))
      is_read = read_words (self, "missingValues", &resource->missing);
    else
      is_read = skip_member (self);
    if (!is_read)
      return FALSE;
  }
  return token != RUA_JSON_TOKEN_ERROR;
}

static gboolean
read_dialect (Parser *self, RuaPackageResource *resource)
{
  gboolean is_object, has_header = TRUE, doubles = TRUE;
  RuaJsonToken token;

  if (!begin_object (self, "dialect", &is_object))
    return FALSE;
  if (!is_object)
    return TRUE;
  while ((token = next (self)) == RUA_JSON_TOKEN_NAME) {
    gboolean is_read;

    if (name_is (self, "delimiter"))
      is_read = read_character (self, "delimiter", &resource->separator);
    else if (name_is (self, "quoteChar"))
      is_read = read_character (self, "quoteChar", &resource->quote);
    else if (name_is (self, "header"))
      is_read = read_boolean (self, "header", &has_header);
    else if (name_is (self, "doubleQuote"))
      is_read = read_boolean (self, "doubleQuote", &doubles);
    else if (name_is (self, "escapeChar") || name_is (self, "commentChar"))
      is_read = read_no_character (self);
    else
      is_read = skip_member (self);
    if (!is_read)
      return FALSE;
  }
  resource->no_header = !has_header;
  if (!doubles)
    fault (self, RUA_ERROR_VALUE, "dialect", "a file in which quotes are not doubled is not read", "write it as RFC 4180 says: quotes, doubled inside");
  return token != RUA_JSON_TOKEN_ERROR;
}

/* A text, or a list of one. */
static gboolean
read_path (Parser *self, RuaPackageResource *resource)
{
  RuaJsonToken token = next (self);
  guint n = 0;

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  resource->line = rua_json_scanner_get_line (self->scanner);
  resource->column = rua_json_scanner_get_column (self->scanner);
  if (token == RUA_JSON_TOKEN_STRING) {
    g_free (resource->path);
    resource->path = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
    return TRUE;
  }
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN) {
    fault (self, RUA_ERROR_VALUE, "path", "this is no text", "write the name of a file in the folder, in quotation marks");
    return skip (self);
  }
  while ((token = next (self)) != RUA_JSON_TOKEN_ARRAY_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (token == RUA_JSON_TOKEN_STRING && n++ == 0) {
      g_free (resource->path);
      resource->path = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
      continue;
    }
    fault (self, RUA_ERROR_VALUE, "path", "a table in several files is not read", "put them together into one file");
    if (!skip (self))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_bytes (Parser *self, RuaPackageResource *resource)
{
  RuaJsonToken token = next (self);
  const char *text;
  gsize length;

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  text = rua_json_scanner_peek_text (self->scanner, &length);
  if (token == RUA_JSON_TOKEN_NUMBER && rua_integer_parse (text, length, &resource->bytes) && resource->bytes >= 0)
    return TRUE;
  resource->bytes = -1;
  fault (self, RUA_ERROR_VALUE, "bytes", "this is no number of bytes", "write a whole number, or leave it out");
  return skip (self);
}

static gboolean
read_resource (Parser *self)
{
  RuaPackageResource *resource = g_new0 (RuaPackageResource, 1);
  gboolean has_data = FALSE;
  RuaJsonToken token;

  resource->bytes = -1;
  resource->fields = g_ptr_array_new_with_free_func (field_free);
  resource->line = rua_json_scanner_get_line (self->scanner);
  resource->column = rua_json_scanner_get_column (self->scanner);
  g_ptr_array_add (self->package->resources, resource);
  while ((token = next (self)) == RUA_JSON_TOKEN_NAME) {
    gboolean is_read;

    if (name_is (self, "name"))
      is_read = read_text (self, "name", &resource->name);
    else if (name_is (self, "path"))
      is_read = read_path (self, resource);
    else if (name_is (self, "encoding"))
      is_read = read_text (self, "encoding", &resource->encoding);
    else if (name_is (self, "hash"))
      is_read = read_text (self, "hash", &resource->hash);
    else if (name_is (self, "bytes"))
      is_read = read_bytes (self, resource);
    else if (name_is (self, "schema"))
      is_read = read_schema (self, resource);
    else if (name_is (self, "dialect"))
      is_read = read_dialect (self, resource);
    else if (name_is (self, "data") || name_is (self, "compression")) {
      fault (self, RUA_ERROR_VALUE, "resources", "a table inside the descriptor, or a compressed one, is not read", "put it into a CSV file beside the descriptor");
      has_data = TRUE;
      is_read = skip_member (self);
    } else
      is_read = skip_member (self);
    if (!is_read)
      return FALSE;
  }
  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (resource->name == NULL)
    fault (self, RUA_ERROR_MISSING, "resources", "a table has no name", "add \"name\": the kind of its records, such as \"households\"");
  if (resource->path == NULL && !has_data)
    fault (self, RUA_ERROR_MISSING, "resources", "a table has no file", "add \"path\": the name of its file in the folder");
  if (resource->name == NULL || resource->path == NULL)
    g_ptr_array_set_size (self->package->resources, (gint) self->package->resources->len - 1);
  return TRUE;
}

static gboolean
read_resources (Parser *self)
{
  RuaJsonToken token = next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN) {
    fault (self, RUA_ERROR_VALUE, "resources", "this is no list", "write a list of tables, [ { … }, … ]");
    return skip (self);
  }
  while ((token = next (self)) != RUA_JSON_TOKEN_ARRAY_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (self->package->resources->len >= RUA_PACKAGE_MOST_RESOURCES) {
      fault (self, RUA_ERROR_LIMIT, "resources", "there are more than 10000 tables, the limit", "leave out those that are no kind of record");
      return FALSE;
    }
    if (token == RUA_JSON_TOKEN_OBJECT_BEGIN) {
      if (!read_resource (self))
        return FALSE;
      continue;
    }
    fault (self, RUA_ERROR_VALUE, "resources", "a table is no object", "write {\"name\": \"…\", \"path\": \"…\"}");
    if (!skip (self))
      return FALSE;
  }
  return TRUE;
}

/* ---- the whole ---- */

/* What stands before it in the file becomes line ends and blanks, so that the places of what is wrong
 * in it are right. */
static gboolean
read_head (Parser *self)
{
  g_autoptr (GString) head = g_string_new (NULL);
  gboolean is_object;
  guint64 line, column;
  gsize from;

  if (!begin_object (self, RUA_PACKAGE_HEAD, &is_object))
    return FALSE;
  if (!is_object)
    return TRUE;
  line = rua_json_scanner_get_line (self->scanner);
  column = rua_json_scanner_get_column (self->scanner);
  from = rua_json_scanner_get_offset (self->scanner);
  if (!skip (self))
    return FALSE;
  for (guint64 i = 1; i < line; i++)
    g_string_append_c (head, '\n');
  for (guint64 i = 1; i < column; i++)
    g_string_append_c (head, ' ');
  g_string_append_len (head, self->text + from, (gssize) (rua_json_scanner_get_offset (self->scanner) + 1 - from));
  g_free (self->package->head);
  self->package->head = g_string_free (g_steal_pointer (&head), FALSE);
  self->package->is_ours = TRUE;
  return TRUE;
}

static gboolean
keep_member (Parser *self)
{
  gsize length;
  const char *name = rua_json_scanner_peek_text (self->scanner, &length);

  g_string_append_c (self->unknown, self->unknown->len == 0 ? '{' : ',');
  rua_json_append_string (self->unknown, name, length);
  g_string_append_c (self->unknown, ':');
  if (next (self) == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  return rua_json_scanner_copy_value (self->scanner, self->unknown, NULL) || next (self) != RUA_JSON_TOKEN_ERROR;
}

static gboolean
read_members (Parser *self, gboolean *has_resources)
{
  RuaJsonToken token;

  while ((token = next (self)) == RUA_JSON_TOKEN_NAME) {
    gboolean is_read;

    if (name_is (self, "resources")) {
      *has_resources = TRUE;
      is_read = read_resources (self);
    } else if (name_is (self, RUA_PACKAGE_HEAD)) {
      is_read = read_head (self);
    } else if (name_is (self, "profile")) {
      is_read = skip_member (self);
    } else {
      is_read = keep_member (self);
    }
    if (!is_read)
      return FALSE;
  }
  return token != RUA_JSON_TOKEN_ERROR && next (self) == RUA_JSON_TOKEN_END;
}

/* A name and a title are written anew from what the alliance is called. */
static void
drop_ours (Parser *self)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (self->unknown->str, self->unknown->len, &RUA_KEPT_LIMITS);
  g_autoptr (GString) kept = g_string_new (NULL);

  if (self->unknown->len == 0)
    return;
  rua_json_scanner_next (scanner, NULL);
  while (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_NAME) {
    g_autofree char *name = g_strdup (rua_json_scanner_get_text (scanner, NULL));
    g_autoptr (GString) value = g_string_new (NULL);

    rua_json_scanner_next (scanner, NULL);
    rua_json_scanner_copy_value (scanner, value, NULL);
    if (g_str_equal (name, "name") || g_str_equal (name, "title"))
      continue;
    g_string_append_c (kept, kept->len == 0 ? '{' : ',');
    rua_json_append_string (kept, name, strlen (name));
    g_string_append_printf (kept, ":%s", value->str);
  }
  if (kept->len > 0)
    g_string_append_c (kept, '}');
  g_string_assign (self->unknown, kept->str);
}

RuaPackage *
rua_package_parse (const char *text, gsize length, const RuaLimitValues *limits, RuaFaults *faults)
{
  const RuaJsonLimits json = { .depth = limits->depth > 0 ? limits->depth : 128, .bytes = limits->bytes, .string = limits->cell };
  g_autoptr (RuaPackage) package = g_new0 (RuaPackage, 1);
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (text, length, &json);
  g_autoptr (GString) unknown = g_string_new (NULL);
  Parser self = { package, scanner, faults, unknown, text, limits->columns, FALSE };
  gboolean has_resources = FALSE, is_whole;
  RuaJsonToken token;

  package->resources = g_ptr_array_new_with_free_func (resource_free);
  token = next (&self);
  if (token == RUA_JSON_TOKEN_ERROR)
    return NULL;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    fault (&self, RUA_ERROR_VALUE, NULL, "this is not the descriptor of a Data Package: it is no object", "write { \"resources\": [ … ] }");
    return NULL;
  }
  is_whole = read_members (&self, &has_resources);
  if (!is_whole)
    return NULL;
  if (!has_resources) {
    fault (&self, RUA_ERROR_MISSING, NULL, "this is not the descriptor of a Data Package: it has no resources", "add \"resources\", the list of its tables");
    return NULL;
  }
  if (unknown->len > 0)
    g_string_append_c (unknown, '}');
  if (package->is_ours)
    drop_ours (&self);
  if (unknown->len > 0)
    package->unknown = g_strdup (unknown->str);
  return g_steal_pointer (&package);
}
