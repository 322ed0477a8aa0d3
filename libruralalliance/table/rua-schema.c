/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-field-private.h"

#include <string.h>

#include "rua-nearest-private.h"

/**
 * RuaKind:
 *
 * A kind of record and its fields, in the order in which a document has them.
 *
 * Since: 1.0
 */

/**
 * RuaSchema:
 *
 * The kinds that an alliance knows: the library's and its own.
 *
 * Since: 1.0
 */
struct _RuaSchema {
  GObject parent_instance;

  GListStore *kinds;
  GHashTable *by_name; /* singular and plural → RuaKind, borrowed */
};

G_DEFINE_FINAL_TYPE (RuaKind, rua_kind, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE (RuaSchema, rua_schema, G_TYPE_OBJECT)

static gboolean
is_name (const char *name, gboolean hyphens)
{
  if (!g_ascii_islower (name[0]) || strlen (name) > 64)
    return FALSE;
  for (const char *p = name; *p; p++)
    if (!g_ascii_islower (*p) && !g_ascii_isdigit (*p) && *p != '_' && !(hyphens && *p == '-'))
      return FALSE;
  return TRUE;
}

static void
rua_kind_finalize (GObject *object)
{
  RuaKind *self = RUA_KIND (object);

  g_hash_table_unref (self->index);
  g_ptr_array_unref (self->fields);
  g_free (self->name);
  g_free (self->plural);
  g_free (self->doc);
  g_free (self->since);

  G_OBJECT_CLASS (rua_kind_parent_class)->finalize (object);
}

static void
rua_kind_class_init (RuaKindClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_kind_finalize;
}

static void
rua_kind_init (RuaKind *self)
{
  self->fields = g_ptr_array_new_with_free_func (g_object_unref);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->record_type = RUA_TYPE_RECORD;
  self->own = TRUE;
}

static void
take_field (RuaKind *self, RuaField *field)
{
  g_ptr_array_add (self->fields, field);
  g_hash_table_insert (self->index, field->name, GUINT_TO_POINTER (self->fields->len));
}

/* Every alliance and every snapshot has kinds of its own, whose fields are mostly those of others. */
static void
share_fields (RuaKind *self, RuaKind *with)
{
  g_ptr_array_unref (self->fields);
  g_hash_table_unref (self->index);
  self->fields = g_ptr_array_ref (with->fields);
  self->index = g_hash_table_ref (with->index);
  self->is_shared = TRUE;
}

static void
unshare_fields (RuaKind *self)
{
  g_autoptr (GPtrArray) fields = g_steal_pointer (&self->fields);

  g_hash_table_unref (self->index);
  self->fields = g_ptr_array_new_with_free_func (g_object_unref);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  self->is_shared = FALSE;
  for (guint i = 0; i < fields->len; i++)
    take_field (self, g_object_ref (fields->pdata[i]));
}

static RuaKind *
kind_new_from_info (const RuaKindInfo *info, RuaKind *shared)
{
  RuaKind *self = g_object_new (RUA_TYPE_KIND, NULL);

  self->name = g_strdup (info->name);
  self->plural = g_strdup (info->plural);
  self->doc = g_strdup (info->doc);
  self->since = g_strdup (info->since);
  self->record_type = info->get_type ();
  self->own = FALSE;
  if (shared)
    share_fields (self, shared);
  else
    for (guint i = 0; i < info->n_fields; i++)
      take_field (self, rua_field_new_from_info (&info->fields[i], i));
  return self;
}

RuaKind *
rua_kind_get_builtin (const RuaKindInfo *info)
{
  static GMutex mutex;
  static GHashTable *kinds;
  RuaKind *kind;

  g_mutex_lock (&mutex);
  if (!kinds)
    kinds = g_hash_table_new (NULL, NULL);
  kind = g_hash_table_lookup (kinds, info);
  if (!kind) {
    kind = kind_new_from_info (info, NULL);
    kind->builtin = kind->is_shared = TRUE;
    g_hash_table_insert (kinds, (gpointer) info, kind);
  }
  g_mutex_unlock (&mutex);
  return kind;
}

/**
 * rua_kind_new:
 * @name: a name in lower case for one record: letters, digits, underscores and hyphens
 * @plural: the same for many, without hyphens; the name of the kind's array in a document
 *
 * Makes a kind of one's own, with the one field `id`, a text that tells a record from all others
 * and that rows which nobody refers to may leave unknown. Its records are plain [class@RuralAlliance.Record]s.
 *
 * Returns: (transfer full): a kind that no alliance has yet
 *
 * Since: 1.0
 */
RuaKind *
rua_kind_new (const char *name, const char *plural)
{
  static const RuaFieldInfo id = {
    .name = "id", .type = RUA_FIELD_TYPE_TEXT, .doc = "What tells this record from all others of its kind.",
  };
  RuaKind *self;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (plural != NULL, NULL);

  self = g_object_new (RUA_TYPE_KIND, NULL);
  self->name = g_strdup (name);
  self->plural = g_strdup (plural);
  take_field (self, rua_field_new_from_info (&id, 0));
  return self;
}

/**
 * rua_kind_get_name:
 * @self: a kind
 *
 * Gets the kind's name for one record, such as `household-member`.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_kind_get_name (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), NULL);
  return self->name;
}

/**
 * rua_kind_get_plural:
 * @self: a kind
 *
 * Gets the kind's name for many records, which is the name of its array in a document.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_kind_get_plural (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), NULL);
  return self->plural;
}

/**
 * rua_kind_get_doc:
 * @self: a kind
 *
 * Gets what records of this kind are.
 *
 * Returns: (nullable): a sentence, or %NULL
 *
 * Since: 1.0
 */
const char *
rua_kind_get_doc (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), NULL);
  return self->doc;
}

/**
 * rua_kind_set_doc:
 * @self: a kind of one's own
 * @doc: (nullable): a sentence
 *
 * Sets what records of this kind are.
 *
 * Since: 1.0
 */
void
rua_kind_set_doc (RuaKind *self, const char *doc)
{
  g_return_if_fail (RUA_IS_KIND (self) && self->own);
  g_free (self->doc);
  self->doc = g_strdup (doc);
}

/**
 * rua_kind_get_privacy:
 * @self: a kind
 *
 * Gets whether records of this kind are of one person or household. Messages then name a record by
 * its place, such as `household #12`, never by its id, which may tell who it is.
 *
 * Returns: the privacy class of the ids of this kind
 *
 * Since: 1.0
 */
RuaPrivacy
rua_kind_get_privacy (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), RUA_PRIVACY_SENSITIVE);
  return rua_kind_peek_field (self, 0)->privacy;
}

/**
 * rua_kind_set_privacy:
 * @self: a kind of one's own
 * @privacy: a privacy class
 *
 * Tells whether records of a kind of one's own are of one person or household.
 *
 * Since: 1.0
 */
void
rua_kind_set_privacy (RuaKind *self, RuaPrivacy privacy)
{
  g_return_if_fail (RUA_IS_KIND (self) && self->own);
  rua_kind_peek_field (self, 0)->privacy = privacy;
}

/**
 * rua_kind_get_since:
 * @self: a kind
 *
 * Gets the version of the data model that first had this kind.
 *
 * Returns: (nullable): a version such as `1.0`, or %NULL for a kind of one's own
 *
 * Since: 1.0
 */
const char *
rua_kind_get_since (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), NULL);
  return self->since;
}

/**
 * rua_kind_is_own:
 * @self: a kind
 *
 * Gets whether the kind was added at run time and is not one of the library's.
 *
 * Returns: %TRUE for a kind of one's own
 *
 * Since: 1.0
 */
gboolean
rua_kind_is_own (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), FALSE);
  return self->own;
}

/**
 * rua_kind_get_record_type:
 * @self: a kind
 *
 * Gets the class of the kind's records.
 *
 * Returns: a type derived from [class@RuralAlliance.Record]
 *
 * Since: 1.0
 */
GType
rua_kind_get_record_type (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), G_TYPE_INVALID);
  return self->record_type;
}

/**
 * rua_kind_get_n_fields:
 * @self: a kind
 *
 * Gets how many fields the kind has.
 *
 * Returns: the number, at least 1
 *
 * Since: 1.0
 */
guint
rua_kind_get_n_fields (RuaKind *self)
{
  g_return_val_if_fail (RUA_IS_KIND (self), 0);
  return self->fields->len;
}

/**
 * rua_kind_get_field:
 * @self: a kind
 * @index: a place, counted from 0; the field at 0 is always `id`
 *
 * Gets the field at a place.
 *
 * Returns: (transfer none): the field
 *
 * Since: 1.0
 */
RuaField *
rua_kind_get_field (RuaKind *self, guint index)
{
  g_return_val_if_fail (RUA_IS_KIND (self), NULL);
  g_return_val_if_fail (index < self->fields->len, NULL);
  return self->fields->pdata[index];
}

gint
rua_kind_find_index (RuaKind *self, const char *field)
{
  return (gint) GPOINTER_TO_UINT (g_hash_table_lookup (self->index, field)) - 1;
}

/**
 * rua_kind_find_field:
 * @self: a kind
 * @name: a field's name
 *
 * Finds a field by its name.
 *
 * Returns: (transfer none) (nullable): the field, or %NULL when the kind has none of that name
 *
 * Since: 1.0
 */
RuaField *
rua_kind_find_field (RuaKind *self, const char *name)
{
  gint index;

  g_return_val_if_fail (RUA_IS_KIND (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  index = rua_kind_find_index (self, name);
  return index < 0 ? NULL : self->fields->pdata[index];
}

/**
 * rua_kind_list_fields:
 * @self: a kind
 *
 * Lists the kind's fields as they are now.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Field]
 *
 * Since: 1.0
 */
GListModel *
rua_kind_list_fields (RuaKind *self)
{
  GListStore *store;

  g_return_val_if_fail (RUA_IS_KIND (self), NULL);

  store = g_list_store_new (RUA_TYPE_FIELD);
  g_list_store_splice (store, 0, 0, self->fields->pdata, self->fields->len);
  return G_LIST_MODEL (store);
}

static gboolean
refuse_field (RuaKind *self, RuaField *field, RuaError code, const char *why, GError **error)
{
  g_set_error (error, RUA_ERROR, code, "field '%s' of %s: %s", field->name, self->name, why);
  return FALSE;
}

/**
 * rua_kind_add_field:
 * @self: a kind of one's own that no alliance has yet
 * @field: (transfer none): a field that no kind has yet
 * @error: where to put an error
 *
 * Adds a field after the kind's others. Once an alliance has the kind, use
 * [method@RuralAlliance.Alliance.add_field], which gives its table the column.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the name is taken or no
 *   name, a token field has no words, or a reference field has no target
 *
 * Since: 1.0
 */
gboolean
rua_kind_add_field (RuaKind *self, RuaField *field, GError **error)
{
  gboolean refers;

  g_return_val_if_fail (RUA_IS_KIND (self), FALSE);
  g_return_val_if_fail (RUA_IS_FIELD (field), FALSE);
  g_return_val_if_fail (!self->builtin, FALSE);

  refers = field->type == RUA_FIELD_TYPE_REFERENCE || field->type == RUA_FIELD_TYPE_REFERENCE_LIST;
  if (field->frozen)
    return refuse_field (self, field, RUA_ERROR_DUPLICATE,
                         "it already belongs to a kind; make a new field", error);
  if (!is_name (field->name, FALSE))
    return refuse_field (self, field, RUA_ERROR_VALUE,
                         "a name is made of lower-case letters, digits and underscores, begins with "
                         "a letter and has at most 64 of them",
                         error);
  if (rua_kind_find_index (self, field->name) >= 0)
    return refuse_field (self, field, RUA_ERROR_DUPLICATE,
                         "the kind already has a field of this name; choose another", error);
  if (field->type == RUA_FIELD_TYPE_TOKEN && (!field->tokens || !field->tokens[0]))
    return refuse_field (self, field, RUA_ERROR_MISSING,
                         "a token field needs its list of words; tell its tokens", error);
  if (refers && !field->target)
    return refuse_field (self, field, RUA_ERROR_MISSING,
                         "a reference needs to know what it refers to; tell its target", error);

  if (self->is_shared)
    unshare_fields (self);
  field->frozen = TRUE;
  field->index = self->fields->len;
  take_field (self, g_object_ref (field));
  return TRUE;
}

/* ---- the schema ---- */

static void
rua_schema_finalize (GObject *object)
{
  RuaSchema *self = RUA_SCHEMA (object);

  g_hash_table_unref (self->by_name);
  g_object_unref (self->kinds);

  G_OBJECT_CLASS (rua_schema_parent_class)->finalize (object);
}

static void
rua_schema_class_init (RuaSchemaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_schema_finalize;
}

static void
rua_schema_init (RuaSchema *self)
{
  self->kinds = g_list_store_new (RUA_TYPE_KIND);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
add_kind (RuaSchema *self, RuaKind *kind)
{
  g_list_store_append (self->kinds, kind);
  g_hash_table_insert (self->by_name, kind->name, kind);
  g_hash_table_insert (self->by_name, kind->plural, kind);
}

RuaSchema *
rua_schema_new_from_info (const RuaKindInfo *const *kinds, guint n_kinds)
{
  RuaSchema *self = g_object_new (RUA_TYPE_SCHEMA, NULL);

  for (guint i = 0; i < n_kinds; i++) {
    g_autoptr (RuaKind) kind = kind_new_from_info (kinds[i], rua_kind_get_builtin (kinds[i]));

    add_kind (self, kind);
  }
  return self;
}

static RuaKind *
kind_copy (RuaKind *self)
{
  RuaKind *copy = g_object_new (RUA_TYPE_KIND, NULL);

  copy->name = g_strdup (self->name);
  copy->plural = g_strdup (self->plural);
  copy->doc = g_strdup (self->doc);
  copy->since = g_strdup (self->since);
  copy->record_type = self->record_type;
  copy->own = self->own;
  /* Other threads may be reading a snapshot's. */
  if (!self->is_shared)
    self->is_shared = TRUE;
  share_fields (copy, self);
  return copy;
}

RuaSchema *
rua_schema_copy (RuaSchema *self)
{
  RuaSchema *copy = g_object_new (RUA_TYPE_SCHEMA, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->kinds)); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (G_LIST_MODEL (self->kinds), i);
    g_autoptr (RuaKind) same = kind_copy (kind);

    add_kind (copy, same);
  }
  return copy;
}

/**
 * rua_schema_find_kind:
 * @self: a schema
 * @name: a kind's name, for one record or for many
 *
 * Finds a kind by its name.
 *
 * Returns: (transfer none) (nullable): the kind, or %NULL when there is none of that name
 *
 * Since: 1.0
 */
RuaKind *
rua_schema_find_kind (RuaSchema *self, const char *name)
{
  g_return_val_if_fail (RUA_IS_SCHEMA (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  return g_hash_table_lookup (self->by_name, name);
}

/**
 * rua_schema_list_kinds:
 * @self: a schema
 *
 * Lists the kinds, in the order in which a document has them.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Kind]
 *
 * Since: 1.0
 */
GListModel *
rua_schema_list_kinds (RuaSchema *self)
{
  g_return_val_if_fail (RUA_IS_SCHEMA (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->kinds));
}

/* Members of a document that are no arrays of records. */
static gboolean
is_taken_by_the_document (const char *name)
{
  return strcmp (name, "format") == 0 || strcmp (name, "version") == 0 || strcmp (name, "schema") == 0;
}

gboolean
rua_schema_check_kind (RuaSchema *self, RuaKind *kind, GError **error)
{
  const char *const names[] = { kind->name, kind->plural };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (!is_name (names[i], i == 0)) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "kind '%s': a name is made of lower-case letters, digits and underscores (for one "
                   "record also hyphens), begins with a letter and has at most 64 of them",
                   names[i]);
      return FALSE;
    }
    if (g_hash_table_contains (self->by_name, names[i]) || is_taken_by_the_document (names[i])) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                   "kind '%s': there is already a kind of this name, or another part of a document; choose another",
                   names[i]);
      return FALSE;
    }
  }
  if (strcmp (kind->name, kind->plural) == 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                 "kind '%s': its names for one record and for many are the same; tell them apart",
                 kind->name);
    return FALSE;
  }
  return TRUE;
}

gboolean
rua_schema_check_target (RuaSchema *self, RuaKind *kind, RuaField *field, GError **error)
{
  RuaNearest nearest;
  g_autofree char *mend = NULL;

  if (!field->target || strcmp (field->target, "*") == 0
      || g_hash_table_contains (self->by_name, field->target)
      || g_strcmp0 (field->target, kind->name) == 0)
    return TRUE;
  rua_nearest_init (&nearest, field->target);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->kinds)); i++) {
    g_autoptr (RuaKind) other = g_list_model_get_item (G_LIST_MODEL (self->kinds), i);

    rua_nearest_offer (&nearest, other->name);
  }
  mend = rua_nearest_mend (&nearest, "add that kind first");
  g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME,
               "field '%s' of %s refers to the kind '%s', which does not exist; %s", field->name,
               kind->name, field->target, mend);
  return FALSE;
}

/**
 * rua_schema_add_kind:
 * @self: a schema
 * @kind: (transfer none): a kind of one's own that no schema has yet
 * @error: where to put an error
 *
 * Adds a kind to a schema that no alliance uses. On an alliance use
 * [method@RuralAlliance.Alliance.add_kind], which makes its table too.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when a name is taken or no
 *   name, or a field refers to a kind that does not exist
 *
 * Since: 1.0
 */
gboolean
rua_schema_add_kind (RuaSchema *self, RuaKind *kind, GError **error)
{
  g_return_val_if_fail (RUA_IS_SCHEMA (self), FALSE);
  g_return_val_if_fail (RUA_IS_KIND (kind) && kind->own, FALSE);

  if (!rua_schema_check_kind (self, kind, error))
    return FALSE;
  for (guint i = 0; i < kind->fields->len; i++)
    if (!rua_schema_check_target (self, kind, kind->fields->pdata[i], error))
      return FALSE;
  add_kind (self, kind);
  return TRUE;
}
