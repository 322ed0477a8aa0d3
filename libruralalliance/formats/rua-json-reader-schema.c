/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The section "schema" of a document: kinds and fields of one's own.
 *
 * It is read in two steps: what it says is collected first, then the kinds are added without their
 * fields and the fields after that, so that references may lead to kinds that are told later. */
#include "rua-json-reader-private.h"

#include <string.h>

#include "rua-nearest-private.h"
#include "rua-schema-private.h"

typedef struct {
  char *kind; /* of the field; NULL for a kind */
  RuaKind *new_kind;
  RuaField *field;
  guint64 line;
} Told;

static void
told_clear (gpointer data)
{
  Told *told = data;

  g_free (told->kind);
  g_clear_object (&told->new_kind);
  g_clear_object (&told->field);
}

/* What a definition is made of until its object ends. */
typedef struct {
  char *type, *unit, *doc, *target, *privacy, *plural;
  GPtrArray *tokens;
  gboolean is_required;
} Definition;

static void
definition_clear (Definition *self)
{
  g_free (self->type);
  g_free (self->unit);
  g_free (self->doc);
  g_free (self->target);
  g_free (self->privacy);
  g_free (self->plural);
  g_clear_pointer (&self->tokens, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Definition, definition_clear)

/* The value of the current member as a text; a fault otherwise. */
static gboolean
read_text (RuaJsonReader *self, const char *name, char **text)
{
  RuaJsonToken token = rua_json_reader_next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_STRING) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write it in quotation marks", "in the schema: the %s is no text but %s", name,
                           rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  g_free (*text);
  *text = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
  return TRUE;
}

static gboolean
read_required (RuaJsonReader *self, gboolean *value)
{
  RuaJsonToken token = rua_json_reader_next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_TRUE && token != RUA_JSON_TOKEN_FALSE) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write true or false", "in the schema: required is %s", rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  *value = token == RUA_JSON_TOKEN_TRUE;
  return TRUE;
}

static gboolean
read_tokens (RuaJsonReader *self, GPtrArray **tokens)
{
  RuaJsonToken token = rua_json_reader_next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write [\"…\", \"…\"]", "in the schema: tokens is no list but %s",
                           rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  g_clear_pointer (tokens, g_ptr_array_unref);
  *tokens = g_ptr_array_new_with_free_func (g_free);
  while ((token = rua_json_reader_next (self)) != RUA_JSON_TOKEN_ARRAY_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (token == RUA_JSON_TOKEN_STRING) {
      g_ptr_array_add (*tokens, g_strdup (rua_json_scanner_get_text (self->scanner, NULL)));
    } else {
      rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write it in quotation marks", "in the schema: a token is no text but %s",
                             rua_json_token_words (token));
      if (!rua_json_reader_skip (self))
        return FALSE;
    }
  }
  g_ptr_array_add (*tokens, NULL);
  return TRUE;
}

static gboolean
find_type (const char *name, RuaFieldType *type)
{
  for (guint i = 0; i <= RUA_FIELD_TYPE_JSON; i++)
    if (g_strcmp0 (name, rua_field_type_name ((RuaFieldType) i)) == 0) {
      *type = (RuaFieldType) i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
find_privacy (const char *name, RuaPrivacy *privacy)
{
  g_autoptr (GEnumClass) class = g_type_class_ref (RUA_TYPE_PRIVACY);
  GEnumValue *value = g_enum_get_value_by_nick (class, name);

  if (value != NULL)
    *privacy = (RuaPrivacy) value->value;
  return value != NULL;
}

static void
fault_type (RuaJsonReader *self, const char *kind, const char *name, const char *type)
{
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  rua_nearest_init (&nearest, type != NULL ? type : "");
  for (guint i = 0; i <= RUA_FIELD_TYPE_JSON; i++)
    rua_nearest_offer (&nearest, rua_field_type_name ((RuaFieldType) i));
  mend = rua_nearest_mend (&nearest, "write one of text, texts, token, boolean, integer, number, money, date, reference, text-list, reference-list, json");
  if (type == NULL)
    rua_json_reader_fault (self, NULL, RUA_ERROR_MISSING, "", mend, "in the schema: the field %s.%s has no type", kind, name);
  else
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, type, mend, "in the schema: the field %s.%s has an unknown type", kind, name);
}

/* Opens a compact object of unknown members for the thing at @path, when it has any. */
static void
keep_unknown (GString *unknown, const char *path, GString *members)
{
  if (members->len == 0)
    return;
  g_string_append_c (unknown, unknown->len == 0 ? '{' : ',');
  rua_json_append_string (unknown, path, strlen (path));
  g_string_append_printf (unknown, ":%s}", members->str);
}

static gboolean
name_is (RuaJsonReader *self, const char *name)
{
  gsize length;
  const char *text = rua_json_scanner_peek_text (self->scanner, &length);

  return length == strlen (name) && memcmp (text, name, length) == 0;
}

/* One field, with its NAME current. */
static gboolean
read_field (RuaJsonReader *self, const char *kind, const char *path, GArray *collected, GString *unknown)
{
  g_autofree char *name = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
  g_autofree char *own_path = g_strdup_printf ("%s/%s", path, name);
  g_autoptr (GString) members = g_string_new (NULL);
  g_auto (Definition) definition = { NULL };
  RuaJsonToken token = rua_json_reader_next (self);
  guint64 n_faults = rua_faults_get_count (self->faults);
  RuaPrivacy privacy = RUA_PRIVACY_PUBLIC;
  RuaFieldType type;
  Told told = { NULL };

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write {\"type\": \"…\", \"doc\": \"…\"}",
                           "in the schema: the field %s.%s is no object but %s", kind, name, rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  if (collected->len >= self->limits.columns) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_LIMIT, "", "declare fewer, or raise the limit of columns",
                           "in the schema: more than %u kinds and fields, the limit", self->limits.columns);
    return FALSE;
  }
  told.line = rua_json_scanner_get_line (self->scanner);
  while ((token = rua_json_reader_next (self)) != RUA_JSON_TOKEN_OBJECT_END) {
    gboolean is_read;

    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (name_is (self, "type"))
      is_read = read_text (self, "type", &definition.type);
    else if (name_is (self, "unit"))
      is_read = read_text (self, "unit", &definition.unit);
    else if (name_is (self, "doc"))
      is_read = read_text (self, "doc", &definition.doc);
    else if (name_is (self, "target"))
      is_read = read_text (self, "target", &definition.target);
    else if (name_is (self, "privacy"))
      is_read = read_text (self, "privacy", &definition.privacy);
    else if (name_is (self, "required"))
      is_read = read_required (self, &definition.is_required);
    else if (name_is (self, "tokens"))
      is_read = read_tokens (self, &definition.tokens);
    else
      is_read = rua_json_reader_keep_member (self, members);
    if (!is_read)
      return FALSE;
  }
  keep_unknown (unknown, own_path, members);
  if (rua_faults_get_count (self->faults) > n_faults)
    return TRUE;
  if (!find_type (definition.type, &type)) {
    fault_type (self, kind, name, definition.type);
    return TRUE;
  }
  if (definition.privacy != NULL && !find_privacy (definition.privacy, &privacy)) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, definition.privacy, "write public, personal or sensitive",
                           "in the schema: the privacy of the field %s.%s", kind, name);
    return TRUE;
  }
  told.kind = g_strdup (kind);
  told.field = rua_field_new (name, type);
  rua_field_set_unit (told.field, definition.unit);
  rua_field_set_doc (told.field, definition.doc);
  rua_field_set_target (told.field, definition.target);
  rua_field_set_required (told.field, definition.is_required);
  rua_field_set_privacy (told.field, privacy);
  if (definition.tokens != NULL && definition.tokens->len > 0)
    rua_field_set_tokens (told.field, (const char *const *) definition.tokens->pdata);
  g_array_append_val (collected, told);
  return TRUE;
}

/* An object of fields, with the NAME before it current. */
static gboolean
read_fields (RuaJsonReader *self, const char *kind, const char *path, GArray *collected, GString *unknown)
{
  RuaJsonToken token = rua_json_reader_next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write {\"name\": {\"type\": \"…\"}}",
                           "in the schema: the fields of %s are no object but %s", kind, rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  while ((token = rua_json_reader_next (self)) != RUA_JSON_TOKEN_OBJECT_END)
    if (token == RUA_JSON_TOKEN_ERROR || !read_field (self, kind, path, collected, unknown))
      return FALSE;
  return TRUE;
}

/* One kind, with its NAME current. */
static gboolean
read_kind (RuaJsonReader *self, GArray *collected, GString *unknown)
{
  g_autofree char *name = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
  g_autofree char *path = g_strdup_printf ("kinds/%s", name);
  g_autoptr (GString) members = g_string_new (NULL);
  g_auto (Definition) definition = { NULL };
  RuaJsonToken token = rua_json_reader_next (self);
  guint64 n_faults = rua_faults_get_count (self->faults);
  RuaPrivacy privacy = RUA_PRIVACY_PUBLIC;
  Told told = { NULL };
  guint at = collected->len;

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write {\"plural\": \"…\", \"doc\": \"…\", \"fields\": { … }}",
                           "in the schema: the kind %s is no object but %s", name, rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  told.line = rua_json_scanner_get_line (self->scanner);
  while ((token = rua_json_reader_next (self)) != RUA_JSON_TOKEN_OBJECT_END) {
    gboolean is_read;

    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (name_is (self, "plural"))
      is_read = read_text (self, "plural", &definition.plural);
    else if (name_is (self, "doc"))
      is_read = read_text (self, "doc", &definition.doc);
    else if (name_is (self, "privacy"))
      is_read = read_text (self, "privacy", &definition.privacy);
    else if (name_is (self, "fields"))
      is_read = read_fields (self, name, path, collected, unknown);
    else
      is_read = rua_json_reader_keep_member (self, members);
    if (!is_read)
      return FALSE;
  }
  keep_unknown (unknown, path, members);
  if (definition.privacy != NULL && !find_privacy (definition.privacy, &privacy))
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, definition.privacy, "write public, personal or sensitive",
                           "in the schema: the privacy of the kind %s", name);
  if (definition.plural == NULL) {
    if (rua_faults_get_count (self->faults) == n_faults)
      rua_json_reader_fault (self, NULL, RUA_ERROR_MISSING, "", "add \"plural\", the name of its array", "in the schema: the kind %s has no plural", name);
    /* Without the kind nothing more is to be said of its fields. */
    g_array_set_size (collected, at);
    return TRUE;
  }
  told.new_kind = rua_kind_new (name, definition.plural);
  rua_kind_set_doc (told.new_kind, definition.doc);
  rua_kind_set_privacy (told.new_kind, privacy);
  g_array_insert_val (collected, at, told);
  return TRUE;
}

/* Kinds, or fields by kind: an object of things that @is_kinds tells apart. */
static gboolean
read_section (RuaJsonReader *self, gboolean is_kinds, GArray *collected, GString *unknown)
{
  RuaJsonToken token = rua_json_reader_next (self);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    rua_json_reader_fault (self, NULL, RUA_ERROR_VALUE, NULL, "write an object by the names of kinds", "in the schema: %s is no object but %s",
                           is_kinds ? "kinds" : "fields", rua_json_token_words (token));
    return rua_json_reader_skip (self);
  }
  while ((token = rua_json_reader_next (self)) != RUA_JSON_TOKEN_OBJECT_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (is_kinds) {
      if (!read_kind (self, collected, unknown))
        return FALSE;
    } else {
      g_autofree char *kind = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));
      g_autofree char *path = g_strdup_printf ("fields/%s", kind);
      if (!read_fields (self, kind, path, collected, unknown))
        return FALSE;
    }
  }
  return TRUE;
}

static void
fault_definition (RuaJsonReader *self, const Told *told, const GError *error)
{
  const RuaFaultInfo info = {
    .code = (RuaError) error->code,
    .line = told->line,
    .kind = told->kind != NULL ? told->kind : rua_kind_get_name (told->new_kind),
    .field = told->field != NULL ? rua_field_get_name (told->field) : NULL,
    .message = error->message,
  };

  rua_faults_add (self->faults, &info);
}

static void
add_definitions (RuaJsonReader *self, GArray *collected)
{
  for (guint i = 0; i < collected->len; i++) {
    const Told *told = &g_array_index (collected, Told, i);
    g_autoptr (GError) error = NULL;

    if (told->new_kind != NULL && !rua_alliance_add_kind (self->alliance, told->new_kind, &error))
      fault_definition (self, told, error);
  }
  for (guint i = 0; i < collected->len; i++) {
    const Told *told = &g_array_index (collected, Told, i);
    g_autoptr (GError) error = NULL;

    if (told->field == NULL)
      continue;
    if (rua_schema_find_kind (rua_alliance_get_schema (self->alliance), told->kind) == NULL)
      g_set_error (&error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "there is no kind '%s' to add a field to", told->kind);
    if (error != NULL || !rua_alliance_add_field (self->alliance, told->kind, told->field, &error))
      fault_definition (self, told, error);
  }
}

gboolean
rua_json_reader_read_schema (RuaJsonReader *self, GString *unknown, gboolean *adds_to_profile)
{
  g_autoptr (GArray) collected = g_array_new (FALSE, FALSE, sizeof (Told));
  g_autoptr (GString) members = g_string_new (NULL);
  RuaJsonToken token;

  g_array_set_clear_func (collected, told_clear);
  while ((token = rua_json_reader_next (self)) != RUA_JSON_TOKEN_OBJECT_END) {
    gboolean is_read;

    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (name_is (self, "kinds"))
      is_read = read_section (self, TRUE, collected, unknown);
    else if (name_is (self, "fields"))
      is_read = read_section (self, FALSE, collected, unknown);
    else
      is_read = rua_json_reader_keep_member (self, members);
    if (!is_read)
      return FALSE;
  }
  keep_unknown (unknown, "", members);
  if (unknown->len > 0)
    g_string_append_c (unknown, '}');
  add_definitions (self, collected);
  *adds_to_profile = FALSE;
  for (guint i = 0; i < collected->len; i++)
    *adds_to_profile |= g_strcmp0 (g_array_index (collected, Told, i).kind, RUA_PROFILE_KIND) == 0;
  return TRUE;
}

/* ---- writing ---- */

static void
write_privacy (RuaJsonWriter *writer, RuaPrivacy privacy)
{
  if (privacy == RUA_PRIVACY_PUBLIC)
    return;
  rua_json_writer_name (writer, "privacy");
  rua_json_writer_string (writer, privacy == RUA_PRIVACY_PERSONAL ? "personal" : "sensitive");
}

char *
rua_json_member (const char *object, const char *name)
{
  g_autoptr (RuaJsonScanner) scanner = NULL;
  RuaJsonToken token;

  if (object == NULL)
    return NULL;
  scanner = rua_json_scanner_new (object, strlen (object), &RUA_KEPT_LIMITS);
  rua_json_scanner_next (scanner, NULL);
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_NAME) {
    gboolean is_found = g_str_equal (rua_json_scanner_get_text (scanner, NULL), name);

    if (rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_ERROR)
      return NULL;
    if (is_found) {
      g_autoptr (GString) value = g_string_new (NULL);
      return rua_json_scanner_copy_value (scanner, value, NULL) ? g_string_free (g_steal_pointer (&value), FALSE) : NULL;
    }
    if (!rua_json_scanner_skip_value (scanner, NULL))
      return NULL;
  }
  return NULL;
}

static void
write_unknown (RuaJsonWriter *writer, const char *unknown, const char *path, gboolean is_inline)
{
  g_autofree char *members = rua_json_member (unknown, path);

  if (members != NULL)
    rua_json_writer_members (writer, members, is_inline);
}

static void
write_field (RuaJsonWriter *writer, RuaField *field, const char *path, const char *unknown)
{
  g_autofree char *own_path = g_strdup_printf ("%s/%s", path, rua_field_get_name (field));
  const char *const *tokens = rua_field_get_tokens (field);

  rua_json_writer_name (writer, rua_field_get_name (field));
  rua_json_writer_begin_object (writer, TRUE);
  rua_json_writer_name (writer, "type");
  rua_json_writer_string (writer, rua_field_type_name (rua_field_get_field_type (field)));
  if (rua_field_get_unit (field) != NULL) {
    rua_json_writer_name (writer, "unit");
    rua_json_writer_string (writer, rua_field_get_unit (field));
  }
  if (rua_field_get_target (field) != NULL) {
    rua_json_writer_name (writer, "target");
    rua_json_writer_string (writer, rua_field_get_target (field));
  }
  if (tokens != NULL) {
    rua_json_writer_name (writer, "tokens");
    rua_json_writer_begin_array (writer, TRUE);
    for (; *tokens != NULL; tokens++)
      rua_json_writer_string (writer, *tokens);
    rua_json_writer_end_array (writer);
  }
  if (rua_field_get_required (field)) {
    rua_json_writer_name (writer, "required");
    rua_json_writer_boolean (writer, TRUE);
  }
  write_privacy (writer, rua_field_get_privacy (field));
  if (rua_field_get_doc (field) != NULL) {
    rua_json_writer_name (writer, "doc");
    rua_json_writer_string (writer, rua_field_get_doc (field));
  }
  write_unknown (writer, unknown, own_path, TRUE);
  rua_json_writer_end_object (writer);
}

/* The kind's own fields by name; of a kind of one's own all but its id. */
static void
write_fields (RuaJsonWriter *writer, RuaKind *kind, const char *path, const char *unknown)
{
  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++)
    if (rua_field_is_own (rua_kind_get_field (kind, i)))
      write_field (writer, rua_kind_get_field (kind, i), path, unknown);
}

static gboolean
has_own_fields (RuaKind *kind)
{
  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++)
    if (rua_field_is_own (rua_kind_get_field (kind, i)))
      return TRUE;
  return FALSE;
}

void
rua_json_write_schema (RuaJsonWriter *writer, RuaSchema *schema, const char *unknown)
{
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (schema);
  guint n = g_list_model_get_n_items (kinds), n_kinds = 0, n_fields = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    if (rua_kind_is_own (kind))
      n_kinds++;
    else if (has_own_fields (kind))
      n_fields++;
  }
  if (n_kinds == 0 && n_fields == 0 && unknown == NULL)
    return;
  rua_json_writer_name (writer, "schema");
  rua_json_writer_begin_object (writer, FALSE);
  if (n_kinds > 0) {
    rua_json_writer_name (writer, "kinds");
    rua_json_writer_begin_object (writer, FALSE);
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
      g_autofree char *path = g_strdup_printf ("kinds/%s", rua_kind_get_name (kind));
      if (!rua_kind_is_own (kind))
        continue;
      rua_json_writer_name (writer, rua_kind_get_name (kind));
      rua_json_writer_begin_object (writer, FALSE);
      rua_json_writer_name (writer, "plural");
      rua_json_writer_string (writer, rua_kind_get_plural (kind));
      if (rua_kind_get_doc (kind) != NULL) {
        rua_json_writer_name (writer, "doc");
        rua_json_writer_string (writer, rua_kind_get_doc (kind));
      }
      write_privacy (writer, rua_kind_get_privacy (kind));
      if (has_own_fields (kind)) {
        rua_json_writer_name (writer, "fields");
        rua_json_writer_begin_object (writer, FALSE);
        write_fields (writer, kind, path, unknown);
        rua_json_writer_end_object (writer);
      }
      write_unknown (writer, unknown, path, FALSE);
      rua_json_writer_end_object (writer);
    }
    rua_json_writer_end_object (writer);
  }
  if (n_fields > 0) {
    rua_json_writer_name (writer, "fields");
    rua_json_writer_begin_object (writer, FALSE);
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
      g_autofree char *path = g_strdup_printf ("fields/%s", rua_kind_get_name (kind));
      if (rua_kind_is_own (kind) || !has_own_fields (kind))
        continue;
      rua_json_writer_name (writer, rua_kind_get_name (kind));
      rua_json_writer_begin_object (writer, FALSE);
      write_fields (writer, kind, path, unknown);
      rua_json_writer_end_object (writer);
    }
    rua_json_writer_end_object (writer);
  }
  write_unknown (writer, unknown, "", FALSE);
  rua_json_writer_end_object (writer);
}
