/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-record-private.h"

#include <math.h>
#include <string.h>

#include "rua-journal-private.h"
#include "rua-json-private.h"

/**
 * RuaRecord:
 *
 * A record: a window on one row of a table.
 *
 * While somebody holds it, the same row is always the same object, so `notify::` tells of every
 * change to a built-in field, and [signal@RuralAlliance.Record::field-changed] of every change to
 * a field of one's own. A record that was made with `new` keeps its values to itself until it is
 * added to a table; one that was removed from its table keeps the values it had.
 *
 * A record that stands in a table keeps the table's alliance alive.
 *
 * Since: 1.0
 */

G_DEFINE_TYPE_WITH_PRIVATE (RuaRecord, rua_record, G_TYPE_OBJECT)

enum {
  FIELD_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

gint rua_record_private_offset;

static void
rua_record_dispose (GObject *object)
{
  RuaRecordPrivate *p = priv (RUA_RECORD (object));

  if (p->table) {
    RuaTable *table = p->table;

    p->table = NULL;
    p->kind = RUA_RECORD_GET_CLASS (object)->kind;
    rua_table_forget_window (table, p->row);
  }
  G_OBJECT_CLASS (rua_record_parent_class)->dispose (object);
}

static void
rua_record_finalize (GObject *object)
{
  RuaRecordPrivate *p = priv (RUA_RECORD (object));

  rua_cells_free (p->cells, p->kind);
  g_free (p->extra);
  if (p->kind && p->kind != RUA_RECORD_GET_CLASS (object)->kind)
    g_object_unref (p->kind);
  G_OBJECT_CLASS (rua_record_parent_class)->finalize (object);
}

static void
rua_record_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  rua_record_get_field_property (RUA_RECORD (object), id - 1, value);
}

static void
rua_record_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GError *error = NULL;

  if (!rua_record_set_field_value (RUA_RECORD (object), id - 1, value, &error)) {
    g_critical ("%s", error->message);
    g_error_free (error);
  }
}

static void
rua_record_class_init (RuaRecordClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  rua_record_private_offset = g_type_class_get_instance_private_offset (klass);
  object_class->dispose = rua_record_dispose;
  object_class->finalize = rua_record_finalize;

  /**
   * RuaRecord::field-changed:
   * @self: the record
   * @field: the field's name
   *
   * A field of one's own has changed; built-in fields tell by `notify::`. The field's name is
   * the detail, so one can connect to `field-changed::altitude`.
   *
   * Since: 1.0
   */
  signals[FIELD_CHANGED]
      = g_signal_new ("field-changed", RUA_TYPE_RECORD, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0,
                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
rua_record_init (RuaRecord *self)
{
  priv (self)->money_digits = 2;
}

/* G_TYPE_FROM_INSTANCE is the final class only after all parents' instance init. */
static void
rua_record_instance_constructed (GObject *object)
{
  priv (RUA_RECORD (object))->kind = RUA_RECORD_GET_CLASS (object)->kind;
  G_OBJECT_CLASS (rua_record_parent_class)->constructed (object);
}

static GParamSpec *
make_property (RuaField *field, const char *name)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const char *doc = rua_field_get_doc (field);

  switch (rua_field_get_field_type (field)) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_DATE:
  case RUA_FIELD_TYPE_JSON:
    return g_param_spec_string (name, NULL, doc, NULL, flags);
  case RUA_FIELD_TYPE_BOOLEAN:
    return g_param_spec_enum (name, NULL, doc, RUA_TYPE_ANSWER, RUA_ANSWER_UNKNOWN, flags);
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_MONEY:
    return g_param_spec_int64 (name, NULL, doc, G_MININT64, G_MAXINT64, G_MININT64, flags);
  case RUA_FIELD_TYPE_NUMBER:
    return g_param_spec_double (name, NULL, doc, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  case RUA_FIELD_TYPE_REFERENCE:
    return g_param_spec_object (name, NULL, doc, RUA_TYPE_RECORD, flags);
  case RUA_FIELD_TYPE_TEXT_LIST:
    return g_param_spec_boxed (name, NULL, doc, G_TYPE_STRV, flags);
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    return g_param_spec_object (name, NULL, doc, G_TYPE_LIST_MODEL, flags);
  }
  g_assert_not_reached ();
}

/* GObject does not hand get_property and set_property down: each class needs its own. */
void
rua_record_class_install (RuaRecordClass *klass, const RuaKindInfo *info)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  RuaKind *kind = rua_kind_get_builtin (info);
  GParamSpec **specs = g_new0 (GParamSpec *, info->n_fields + 1);

  object_class->get_property = rua_record_get_property;
  object_class->set_property = rua_record_set_property;
  object_class->constructed = rua_record_instance_constructed;
  klass->kind = kind;
  for (guint i = 0; i < info->n_fields; i++) {
    g_autofree char *name = g_strdelimit (g_strdup (info->fields[i].name), "_", '-');

    specs[i + 1] = make_property (rua_kind_get_field (kind, i), g_intern_string (name));
  }
  g_object_class_install_properties (object_class, info->n_fields + 1, specs);
  klass->properties = specs;
  klass->n_properties = info->n_fields;
}

/**
 * rua_record_new:
 * @kind: a kind
 *
 * Makes a record that stands in no table yet. Use the kind of the alliance that it will be added
 * to when it has fields of one's own.
 *
 * Returns: (transfer full): a record, of the kind's own class
 *
 * Since: 1.0
 */
RuaRecord *
rua_record_new (RuaKind *kind)
{
  RuaRecord *self;
  RuaRecordPrivate *p;

  g_return_val_if_fail (RUA_IS_KIND (kind), NULL);

  self = g_object_new (rua_kind_get_record_type (kind), NULL);
  p = priv (self);
  if (p->kind != kind)
    p->kind = g_object_ref (kind);
  return self;
}

/**
 * rua_record_get_kind:
 * @self: a record
 *
 * Gets the record's kind.
 *
 * Returns: (transfer none): the kind
 *
 * Since: 1.0
 */
RuaKind *
rua_record_get_kind (RuaRecord *self)
{
  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  return kind_of (self);
}

/**
 * rua_record_get_table:
 * @self: a record
 *
 * Gets the table the record stands in.
 *
 * Returns: (transfer none) (nullable): the table, or %NULL while the record is detached
 *
 * Since: 1.0
 */
RuaTable *
rua_record_get_table (RuaRecord *self)
{
  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  return priv (self)->table;
}

guint32
rua_record_get_row (RuaRecord *self)
{
  return priv (self)->table ? priv (self)->row : RUA_NO_ROW;
}

/**
 * rua_record_get_money_digits:
 * @self: a record
 *
 * Gets how many decimals the record's amounts of money have, so that 3927 minor units are 39.27
 * or 3927: those of its alliance's currency. A detached record takes them from the alliance that
 * made it ([method@RuralAlliance.Alliance.new_record]) or that it stood in, else it has 2; where
 * they are not those of the alliance it is added to, its amounts are converted, and it is refused
 * when one of them cannot be.
 *
 * Returns: the number of decimals
 *
 * Since: 1.0
 */
guint
rua_record_get_money_digits (RuaRecord *self)
{
  RuaRecordPrivate *p;

  g_return_val_if_fail (RUA_IS_RECORD (self), 2);

  p = priv (self);
  return p->table ? rua_table_get_money_digits (p->table) : p->money_digits;
}

void
rua_record_set_money_digits (RuaRecord *self, guint digits)
{
  priv (self)->money_digits = (guint8) digits;
}

/**
 * rua_record_get_id:
 * @self: a record
 *
 * Gets the record's id.
 *
 * Returns: (nullable): the id, or %NULL when the record has none
 *
 * Since: 1.0
 */
const char *
rua_record_get_id (RuaRecord *self)
{
  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);
  return rua_record_read_text (self, 0);
}

/**
 * rua_record_set_id:
 * @self: a record
 * @id: (nullable): an id that no other record of the table has
 * @error: where to put an error
 *
 * Sets the record's id. References to the record follow.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when the id is taken, empty,
 *   or required
 *
 * Since: 1.0
 */
gboolean
rua_record_set_id (RuaRecord *self, const char *id, GError **error)
{
  g_return_val_if_fail (RUA_IS_RECORD (self), FALSE);
  return rua_record_write_text (self, 0, id, error);
}

/**
 * rua_record_get_extra:
 * @self: a record
 *
 * Gets the members of the record's document that no field holds. They are kept and written back.
 *
 * Returns: (nullable): a JSON object, or %NULL when there are none
 *
 * Since: 1.0
 */
const char *
rua_record_get_extra (RuaRecord *self)
{
  RuaRecordPrivate *p;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);

  p = priv (self);
  return p->table ? rua_table_get_extra_at_row (p->table, p->row) : p->extra;
}

void
rua_record_set_extra (RuaRecord *self, const char *compact)
{
  RuaRecordPrivate *p = priv (self);
  const RuaJournal *journal;
  guint64 old = 0;
  gboolean is_known;

  if (!p->table) {
    g_free (p->extra);
    p->extra = g_strdup (compact);
    return;
  }
  journal = p->table->tables ? p->table->tables->journal : NULL;
  is_known = rua_column_read_word (p->table->extra, p->row, &old);
  if (journal && (is_known || compact))
    journal->funcs->cell (journal->data, p->table, p->row, p->table->columns->len, is_known, old);
  if (compact)
    rua_column_write_word (p->table->extra, p->row,
                           rua_dictionary_intern (&p->table->extra->dictionary, compact, strlen (compact)));
  else
    rua_column_forget (p->table->extra, p->row);
  if (journal && (is_known || compact))
    journal->funcs->done (journal->data, NULL, 0);
}

char *
rua_record_dup_key (RuaRecord *self)
{
  RuaRecordPrivate *p = priv (self);

  if (rua_kind_get_privacy (kind_of (self)) == RUA_PRIVACY_PUBLIC)
    return g_strdup (rua_record_get_id (self));
  return p->table ? rua_table_tell_row (p->table, p->row) : NULL;
}

/**
 * rua_record_to_string:
 * @self: a record
 *
 * Tells which record this is, with nothing personal: its kind and its id; where its kind is of
 * people or households, its place among the records of its kind instead, such as `household #12`.
 *
 * Returns: (transfer full): words for messages and logs
 *
 * Since: 1.0
 */
char *
rua_record_to_string (RuaRecord *self)
{
  const char *kind;
  g_autofree char *key = NULL;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);

  kind = rua_kind_get_name (kind_of (self));
  key = rua_record_dup_key (self);
  if (key)
    return g_strdup_printf (*key == '#' ? "%s %s" : "%s '%s'", kind, key);
  return g_strdup_printf ("%s %s", kind, rua_record_get_id (self) ? "outside a table" : "without an id");
}

/* ---- coming and going ---- */

void
rua_record_attach (RuaRecord *self, RuaTable *table, guint32 row)
{
  RuaRecordPrivate *p = priv (self);

  rua_cells_free (p->cells, p->kind);
  p->cells = NULL;
  g_clear_pointer (&p->extra, g_free);
  if (p->kind && p->kind != RUA_RECORD_GET_CLASS (self)->kind)
    g_object_unref (p->kind);
  p->kind = NULL;
  p->table = table;
  p->row = row;
}

void
rua_record_detach (RuaRecord *self, RuaCells *cells, char *extra)
{
  RuaRecordPrivate *p = priv (self);

  p->kind = p->table->kind;
  if (p->kind != RUA_RECORD_GET_CLASS (self)->kind)
    g_object_ref (p->kind);
  p->money_digits = (guint8) rua_table_get_money_digits (p->table);
  p->table = NULL;
  p->row = RUA_NO_ROW;
  p->cells = cells;
  p->extra = extra;
}

RuaCells *
rua_record_peek_cells (RuaRecord *self)
{
  return priv (self)->cells;
}

const char *
rua_record_peek_extra (RuaRecord *self)
{
  return priv (self)->extra;
}

void
rua_record_announce (RuaRecord *self, guint field)
{
  RuaRecordClass *klass = RUA_RECORD_GET_CLASS (self);

  if (G_LIKELY (field < klass->n_properties)) {
    g_object_notify_by_pspec (G_OBJECT (self), ((GParamSpec **) klass->properties)[field + 1]);
  } else {
    const char *name = rua_field_get_name (field_of (self, field));

    g_signal_emit (self, signals[FIELD_CHANGED], g_quark_from_string (name), name);
  }
}

/* ---- reading by field index ---- */

gboolean
rua_record_read_word (RuaRecord *self, guint field, guint64 *word)
{
  RuaRecordPrivate *p = priv (self);

  if (p->table)
    return rua_column_read_word (rua_table_column (p->table, field), p->row, word);
  if (!p->cells || !rua_cells_is_known (p->cells, field))
    return FALSE;
  *word = rua_cells_words (p->cells)[field];
  return TRUE;
}

gboolean
rua_record_knows (RuaRecord *self, guint field)
{
  RuaRecordPrivate *p = priv (self);

  if (p->table)
    return rua_column_peek (rua_table_column (p->table, field), p->row) != NULL;
  return p->cells && rua_cells_is_known (p->cells, field);
}

const char *
rua_record_read_packed (RuaRecord *self, guint field, gsize *length)
{
  RuaRecordPrivate *p = priv (self);
  char *text;

  if (p->table)
    return rua_column_read_text (rua_table_column (p->table, field), p->row, length);
  if (!p->cells || !rua_cells_is_known (p->cells, field))
    return NULL;
  text = (char *) (gsize) rua_cells_words (p->cells)[field];
  if (length)
    *length = g_ref_string_length (text);
  return text;
}

const char *
rua_record_read_text (RuaRecord *self, guint field)
{
  return rua_record_read_packed (self, field, NULL);
}

const char *
rua_record_read_texts (RuaRecord *self, guint field, const char *language)
{
  gsize length;
  const char *packed = rua_record_read_packed (self, field, &length);

  return packed ? rua_texts_lookup (packed, length, language) : NULL;
}

gboolean
rua_record_read_boolean (RuaRecord *self, guint field, gboolean *value)
{
  guint64 word;

  if (!rua_record_read_word (self, field, &word))
    return FALSE;
  if (value)
    *value = word != 0;
  return TRUE;
}

gboolean
rua_record_read_integer (RuaRecord *self, guint field, gint64 *value)
{
  RuaRecordPrivate *p = priv (self);
  guint64 word;

  if (p->table) {
    const RuaChunk *chunk = rua_column_peek (rua_table_column (p->table, field), p->row);

    if (!chunk)
      return FALSE;
    if (value)
      *value = (gint64) rua_chunk_read_word (chunk, p->row & RUA_CHUNK_MASK, 8);
    return TRUE;
  }
  if (!rua_record_read_word (self, field, &word))
    return FALSE;
  if (value)
    *value = (gint64) word;
  return TRUE;
}

gboolean
rua_record_read_number (RuaRecord *self, guint field, double *value)
{
  RuaRecordPrivate *p = priv (self);
  guint64 word;

  if (p->table) {
    const RuaChunk *chunk = rua_column_peek (rua_table_column (p->table, field), p->row);

    if (!chunk)
      return FALSE;
    if (value)
      *value = rua_chunk_read_number (chunk, p->row & RUA_CHUNK_MASK);
    return TRUE;
  }
  if (!rua_record_read_word (self, field, &word))
    return FALSE;
  if (value)
    memcpy (value, &word, sizeof word);
  return TRUE;
}

char *
rua_record_read_date (RuaRecord *self, guint field)
{
  guint64 word;
  RuaDatePacked packed;

  if (!rua_record_read_word (self, field, &word))
    return NULL;
  packed = (RuaDatePacked) (guint32) word;
  return rua_date_format (rua_date_packed_day (packed), rua_date_packed_precision (packed));
}

RuaRecord *
rua_record_read_reference (RuaRecord *self, guint field)
{
  RuaRecordPrivate *p = priv (self);
  RuaTable *target;
  guint32 row;
  guint64 word;

  if (p->table)
    return rua_column_read_reference (rua_table_column (p->table, field), p->row, &target, &row)
               ? rua_table_dup_record_at_row (target, row)
               : NULL;
  if (!rua_record_read_word (self, field, &word) || word & 1)
    return NULL;
  return g_object_ref ((RuaRecord *) (gsize) word);
}

char **
rua_record_read_text_list (RuaRecord *self, guint field)
{
  gsize length;
  const char *packed = rua_record_read_packed (self, field, &length);

  return packed ? rua_text_list_unpack (packed, length) : NULL;
}

GListModel *
rua_record_read_references (RuaRecord *self, guint field)
{
  RuaRecordPrivate *p = priv (self);
  GListStore *store;
  guint64 word;

  if (!rua_record_knows (self, field))
    return NULL;
  store = g_list_store_new (RUA_TYPE_RECORD);
  if (p->table) {
    RuaColumn *column = rua_table_column (p->table, field);
    guint n = rua_column_get_n_references (column, p->row);

    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaRecord) record = NULL;
      RuaTable *target;
      guint32 row;

      if (!rua_column_read_reference_at (column, p->row, i, &target, &row))
        continue;
      record = rua_table_dup_record_at_row (target, row);
      g_list_store_append (store, record);
    }
  } else if (rua_record_read_word (self, field, &word)) {
    GPtrArray *records = (GPtrArray *) (gsize) word;

    for (guint i = 0; i < records->len; i++)
      if (!((gsize) records->pdata[i] & 1))
        g_list_store_append (store, records->pdata[i]);
  }
  return G_LIST_MODEL (store);
}
