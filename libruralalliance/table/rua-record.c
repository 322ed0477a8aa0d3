/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-record-private.h"

#include <math.h>
#include <string.h>

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

typedef struct {
  RuaTable *table; /* NULL while detached; its owner is kept alive */
  RuaKind *kind;   /* of a detached record; owned unless it is the class's */
  RuaCells *cells; /* of a detached record, made with the first value */
  char *extra;
  guint32 row;
  guint8 money_digits; /* of a detached record */
} RuaRecordPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (RuaRecord, rua_record, G_TYPE_OBJECT)

enum {
  FIELD_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static inline RuaRecordPrivate *
priv (RuaRecord *self)
{
  return rua_record_get_instance_private (self);
}

static inline RuaKind *
kind_of (RuaRecord *self)
{
  RuaRecordPrivate *p = priv (self);

  return p->table ? p->table->kind : p->kind;
}

static inline RuaField *
field_of (RuaRecord *self, guint field)
{
  return rua_kind_peek_field (kind_of (self), field);
}

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

  if (!p->table) {
    g_free (p->extra);
    p->extra = g_strdup (compact);
  } else if (compact)
    rua_column_write_word (p->table->extra, p->row,
                           rua_dictionary_intern (&p->table->extra->dictionary, compact, strlen (compact)));
  else
    rua_column_forget (p->table->extra, p->row);
}

/**
 * rua_record_to_string:
 * @self: a record
 *
 * Tells which record this is, with nothing personal: its kind and its id.
 *
 * Returns: (transfer full): such as `cooperative 'pingzhai'`
 *
 * Since: 1.0
 */
char *
rua_record_to_string (RuaRecord *self)
{
  const char *id;

  g_return_val_if_fail (RUA_IS_RECORD (self), NULL);

  id = rua_record_get_id (self);
  return id ? g_strdup_printf ("%s '%s'", rua_kind_get_name (kind_of (self)), id)
            : g_strdup_printf ("%s without an id", rua_kind_get_name (kind_of (self)));
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
      *value = ((const gint64 *) chunk->values)[p->row & RUA_CHUNK_MASK];
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
      *value = ((const double *) chunk->values)[p->row & RUA_CHUNK_MASK];
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

/* ---- writing by field index ---- */

gboolean
rua_record_refuse (RuaRecord *self,
                   guint field,
                   RuaError code,
                   const char *value,
                   const char *message,
                   const char *mend,
                   GError **error)
{
  rua_field_set_error (field_of (self, field), error, code, rua_kind_get_name (kind_of (self)),
                       rua_record_get_id (self), value, message, mend);
  return FALSE;
}

static void
take_cell (RuaRecord *self, guint field, guint64 word)
{
  RuaRecordPrivate *p = priv (self);
  guint n = p->kind->fields->len;

  /* The kind may have been given fields since the record's first value. */
  if (!p->cells || p->cells->n_fields < n) {
    RuaCells *cells = rua_cells_new (n);

    for (guint i = 0; p->cells && i < p->cells->n_fields; i++)
      if (rua_cells_is_known (p->cells, i))
        rua_cells_take (cells, p->kind, i, rua_cells_words (p->cells)[i]);
    g_free (p->cells);
    p->cells = cells;
  }
  rua_cells_take (p->cells, p->kind, field, word);
}

static gboolean
ask_guard (RuaTable *table, guint field, const char *text, GError **error)
{
  RuaTables *tables = table->tables;

  return !tables || !tables->guard || tables->guard (tables->owner, table, field, text, error);
}

gboolean
rua_record_write_unknown (RuaRecord *self, guint field, GError **error)
{
  RuaRecordPrivate *p = priv (self);

  if (!rua_record_knows (self, field))
    return TRUE;
  if (p->table) {
    guint32 code;

    if (!rua_table_check_writable (p->table, error))
      return FALSE;
    if (field_of (self, field)->required)
      return rua_record_refuse (self, field, RUA_ERROR_MISSING, NULL, "the field is required",
                                "give it another value, or remove the record", error);
    if (!ask_guard (p->table, field, NULL, error))
      return FALSE;
    if (field == 0 && rua_column_read_code (rua_table_column (p->table, 0), p->row, &code))
      rua_table_set_id_row (p->table, code, RUA_NO_ROW);
    rua_column_forget (rua_table_column (p->table, field), p->row);
  } else
    rua_cells_forget (p->cells, p->kind, field);
  rua_record_announce (self, field);
  return TRUE;
}

static inline gboolean
write_word (RuaRecord *self, guint field, guint64 word, GError **error)
{
  RuaRecordPrivate *p = priv (self);

  if (p->table) {
    RuaColumn *column = rua_table_column (p->table, field);
    guint64 old;

    if (!rua_table_check_writable (p->table, error))
      return FALSE;
    if (rua_column_read_word (column, p->row, &old) && old == word)
      return TRUE;
    rua_column_write_word (column, p->row, word);
  } else
    take_cell (self, field, word);
  rua_record_announce (self, field);
  return TRUE;
}

gboolean
rua_record_write_packed (RuaRecord *self, guint field, const char *packed, gsize length, GError **error)
{
  RuaRecordPrivate *p = priv (self);
  RuaColumn *column;
  guint32 code, old, holder;

  if (field == 0 && length == 0)
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "an id cannot be empty",
                              "give it at least one character", error);
  if (!p->table)
    return write_word (self, field, (guint64) (gsize) g_ref_string_new_len (packed, (gssize) length), error);

  if (!rua_table_check_writable (p->table, error))
    return FALSE;
  if (!ask_guard (p->table, field, packed, error))
    return FALSE;
  column = rua_table_column (p->table, field);
  code = rua_dictionary_intern (&column->dictionary, packed, length);
  if (field == 0) {
    holder = rua_table_get_id_row (p->table, code);
    if (holder == p->row)
      return TRUE;
    if (holder != RUA_NO_ROW)
      return rua_record_refuse (self, field, RUA_ERROR_DUPLICATE, packed,
                                "another record of this kind has this id", "choose another", error);
    if (rua_column_read_code (column, p->row, &old))
      rua_table_set_id_row (p->table, old, RUA_NO_ROW);
    rua_table_set_id_row (p->table, code, p->row);
  }
  return write_word (self, field, code, error);
}

gboolean
rua_record_write_text (RuaRecord *self, guint field, const char *text, GError **error)
{
  RuaField *which = field_of (self, field);
  RuaFieldType type = which->type;
  g_autofree char *compact = NULL;

  if (!text)
    return rua_record_write_unknown (self, field, error);
  if (!g_utf8_validate (text, -1, NULL))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "the text is not UTF-8",
                              "convert it to UTF-8 first", error);
  if (type == RUA_FIELD_TYPE_TOKEN && !rua_field_has_token (which, text, strlen (text))) {
    g_autofree char *words = g_strjoinv (", ", (char **) rua_field_get_tokens (which));
    g_autofree char *mend = g_strdup_printf ("it can be: %s", words);

    return rua_record_refuse (self, field, RUA_ERROR_VALUE, text, "this field does not know the word",
                              mend, error);
  }
  if (type == RUA_FIELD_TYPE_JSON) {
    GError *inner = NULL;

    compact = rua_json_canonicalise (text, -1, &inner);
    if (!compact) {
      rua_record_refuse (self, field, RUA_ERROR_SYNTAX, NULL, inner->message, NULL, error);
      g_error_free (inner);
      return FALSE;
    }
    text = compact;
  }
  return rua_record_write_packed (self, field, text, strlen (text), error);
}

gboolean
rua_record_write_texts (RuaRecord *self, guint field, const char *language, const char *text, GError **error)
{
  gsize length = 0;
  const char *packed = rua_record_read_packed (self, field, &length);
  GString *out;
  gboolean done;

  if (text && !g_utf8_validate (text, -1, NULL))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "the text is not UTF-8",
                              "convert it to UTF-8 first", error);
  out = rua_texts_replace (packed, length, language ? language : "", text);
  if (out->len == 0)
    done = rua_record_write_unknown (self, field, error);
  else
    done = rua_record_write_packed (self, field, out->str, out->len, error);
  g_string_free (out, TRUE);
  return done;
}

gboolean
rua_record_write_boolean (RuaRecord *self, guint field, gboolean value, GError **error)
{
  return write_word (self, field, value != FALSE, error);
}

gboolean
rua_record_write_integer (RuaRecord *self, guint field, gint64 value, GError **error)
{
  return write_word (self, field, (guint64) value, error);
}

gboolean
rua_record_write_number (RuaRecord *self, guint field, double value, GError **error)
{
  guint64 word;

  if (!isfinite (value))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "the number is not finite",
                              "give a finite number, or unset the field when it is unknown", error);
  memcpy (&word, &value, sizeof word);
  return write_word (self, field, word, error);
}

gboolean
rua_record_write_date (RuaRecord *self, guint field, const char *iso, GError **error)
{
  RuaDatePacked packed;

  if (!iso)
    return rua_record_write_unknown (self, field, error);
  if (!rua_date_parse_packed (iso, strlen (iso), &packed))
    return rua_record_refuse (self, field, RUA_ERROR_VALUE, iso, "this is not a date",
                              "write 2014, 2014-09 or 2014-09-15", error);
  return write_word (self, field, (guint32) packed, error);
}

static gboolean
check_target (RuaRecord *self, guint field, RuaRecord *target, GError **error)
{
  const char *wanted = rua_field_get_target (field_of (self, field));
  RuaTable *table = priv (self)->table;
  RuaTable *other = priv (target)->table;
  g_autofree char *mend = NULL;

  if (strcmp (wanted, "*") != 0 && strcmp (rua_kind_get_name (kind_of (target)), wanted) != 0) {
    mend = g_strdup_printf ("refer to a %s", wanted);
    return rua_record_refuse (self, field, RUA_ERROR_REFERENCE, rua_kind_get_name (kind_of (target)),
                              "the field does not refer to records of this kind", mend, error);
  }
  if (table && (!other || other->tables != table->tables))
    return rua_record_refuse (self, field, RUA_ERROR_REFERENCE, rua_record_get_id (target),
                              "the record referred to is not in this alliance", "add it first", error);
  return TRUE;
}

static guint64
word_for (RuaRecord *self, guint field, RuaRecord *target)
{
  RuaRecordPrivate *p = priv (self), *t = priv (target);

  return rua_table_column (p->table, field)->any ? rua_column_pack_any (t->table, t->row) : t->row;
}

gboolean
rua_record_write_reference (RuaRecord *self, guint field, RuaRecord *target, GError **error)
{
  if (!target)
    return rua_record_write_unknown (self, field, error);
  if (!check_target (self, field, target, error))
    return FALSE;
  if (priv (self)->table)
    return write_word (self, field, word_for (self, field, target), error);
  return write_word (self, field, (guint64) (gsize) g_object_ref (target), error);
}

gboolean
rua_record_write_reference_id (RuaRecord *self, guint field, const char *id, GError **error)
{
  RuaRecordPrivate *p = priv (self);
  guint64 word;

  if (!p->table)
    return write_word (self, field, (guint64) (gsize) g_ref_string_new (id) + 1, error);
  if (!rua_table_find_reference (p->table, rua_table_column (p->table, field), id, strlen (id), &word))
    return rua_record_refuse (self, field, RUA_ERROR_REFERENCE, id,
                              "no such record is in this alliance", "add it first", error);
  return write_word (self, field, word, error);
}

gboolean
rua_record_write_text_list (RuaRecord *self, guint field, const char *const *texts, GError **error)
{
  GString *packed;
  gboolean done;

  if (!texts)
    return rua_record_write_unknown (self, field, error);
  for (const char *const *t = texts; *t; t++)
    if (!g_utf8_validate (*t, -1, NULL))
      return rua_record_refuse (self, field, RUA_ERROR_VALUE, NULL, "a text is not UTF-8",
                                "convert it to UTF-8 first", error);
  packed = rua_text_list_pack (texts);
  done = rua_record_write_packed (self, field, packed->str, packed->len, error);
  g_string_free (packed, TRUE);
  return done;
}

gboolean
rua_record_write_references (RuaRecord *self, guint field, RuaRecord **targets, gsize n_targets, GError **error)
{
  GPtrArray *records;

  for (gsize i = 0; i < n_targets; i++)
    if (!check_target (self, field, targets[i], error))
      return FALSE;
  if (priv (self)->table) {
    RuaColumn *column = rua_table_column (priv (self)->table, field);
    g_autofree guint64 *words = g_new (guint64, MAX (1, n_targets));
    guint32 *rows = (guint32 *) (gpointer) words;
    gsize size = column->any ? sizeof *words : sizeof *rows;

    /* Narrow words overwrite only what was read before. */
    for (gsize i = 0; i < n_targets; i++)
      if (column->any)
        words[i] = word_for (self, field, targets[i]);
      else
        rows[i] = (guint32) word_for (self, field, targets[i]);
    return rua_record_write_packed (self, field, (const char *) words, n_targets * size, error);
  }
  records = g_ptr_array_new_with_free_func (rua_cells_free_reference);
  for (gsize i = 0; i < n_targets; i++)
    g_ptr_array_add (records, g_object_ref (targets[i]));
  return write_word (self, field, (guint64) (gsize) records, error);
}

/* Of a detached record: the ids are looked for when it is added. */
gboolean
rua_record_write_reference_ids (RuaRecord *self, guint field, const char *const *ids, GError **error)
{
  GPtrArray *references = g_ptr_array_new_with_free_func (rua_cells_free_reference);

  for (; *ids; ids++)
    g_ptr_array_add (references, g_ref_string_new (*ids) + 1);
  return write_word (self, field, (guint64) (gsize) references, error);
}
