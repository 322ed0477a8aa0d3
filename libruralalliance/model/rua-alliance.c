/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-private.h"

#include <string.h>

#include "rua-alliance-erasing.h"
#include "rua-erased-ids-private.h"
#include "rua-edits.h"
#include "rua-kinds-private.h"
#include "rua-ledger-private.h"
#include "rua-schema-private.h"

/**
 * RuaAlliance:
 *
 * A rural-urban alliance: one table for each kind of record, and what holds for all of them.
 *
 * Within an alliance every id stands once in its table, every reference leads to a record that is
 * there, and every record knows its required fields. An alliance, its tables and its records
 * belong to the thread that made it.
 *
 * Since: 1.0
 */
struct _RuaAlliance {
  GObject parent_instance;

  RuaSchema *schema;
  RuaTables *tables;
  RuaTable *profiles;
  GListStore *table_list;
  char *location;
  char *extra;
  GObject *origin;
  RuaEdits *edits;         /* NULL until somebody begins a change */
  RuaLedger *ledger;       /* NULL: no log is kept */
  RuaRowKeys *loaded_keys; /* until a log is taken */
};

G_DEFINE_FINAL_TYPE (RuaAlliance, rua_alliance, G_TYPE_OBJECT)

static void
rua_alliance_finalize (GObject *object)
{
  RuaAlliance *self = RUA_ALLIANCE (object);

  g_clear_pointer (&self->edits, rua_edits_free);
  g_clear_pointer (&self->ledger, rua_ledger_free);
  g_clear_pointer (&self->loaded_keys, rua_row_keys_free);
  g_clear_object (&self->table_list);
  g_clear_pointer (&self->tables, rua_tables_free);
  g_clear_object (&self->schema);
  g_free (self->location);
  g_free (self->extra);
  g_clear_object (&self->origin);

  G_OBJECT_CLASS (rua_alliance_parent_class)->finalize (object);
}

static void
rua_alliance_class_init (RuaAllianceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_alliance_finalize;
}

/* ISO 4217: the currencies whose minor unit is not a hundredth. */
static guint
digits_of (const char *currency)
{
  static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
  static const char three[] = "BHD IQD JOD KWD LYD OMR TND";

  if (currency && strlen (currency) == 3) {
    if (strstr (none, currency))
      return 0;
    if (strstr (three, currency))
      return 3;
  }
  return 2;
}

/* Asked anew each time: the profile may be edited, removed and added. */
static guint
money_digits (GObject *owner)
{
  RuaTable *profiles = RUA_ALLIANCE (owner)->profiles;
  const char *currency = NULL;

  if (rua_table_get_n_records (profiles) > 0)
    currency = rua_column_read_text (rua_table_peek_column (profiles, RUA_PROFILE_FIELD_CURRENCY),
                                     rua_table_row_at (profiles, 0), NULL);
  return digits_of (currency);
}

static gboolean
holds_money (RuaAlliance *self)
{
  for (guint t = 0; t < rua_tables_get_n (self->tables); t++) {
    RuaTable *table = rua_tables_get_at (self->tables, t);
    RuaKind *kind = rua_table_get_kind (table);

    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++)
      if (rua_field_get_field_type (rua_kind_get_field (kind, i)) == RUA_FIELD_TYPE_MONEY
          && rua_column_get_n_known (rua_table_peek_column (table, i)) > 0)
        return TRUE;
  }
  return FALSE;
}

/* Amounts are kept in minor units: under a currency with other decimals they would mean something
 * else. */
gboolean
rua_alliance_check_currency (RuaAlliance *self, const char *currency, GError **error)
{
  guint from = rua_tables_get_money_digits (self->tables), to = digits_of (currency);

  if (from == to || !holds_money (self))
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
               "alliance: currency: '%s': its amounts have %u decimals, those on record have %u; "
               "restate or remove the amounts first",
               currency ? currency : "unknown", to, from);
  return FALSE;
}

static gboolean
guard_text (GObject *owner, RuaTable *table, guint field, const char *text, GError **error)
{
  RuaAlliance *self = RUA_ALLIANCE (owner);
  const char *kind = rua_kind_get_name (rua_table_get_kind (table));

  if (field == 0 && text && rua_alliance_was_erased (self, kind, text)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE, "%s: id: " RUA_ERASED_MESSAGE "; " RUA_ERASED_MEND, kind);
    return FALSE;
  }
  return table != self->profiles || field != RUA_PROFILE_FIELD_CURRENCY || rua_alliance_check_currency (self, text, error);
}

static void
guard_rows (GObject *owner, RuaTable *table, guint32 first, guint32 n, RuaFaults *faults)
{
  rua_erased_ids_check_appended (RUA_ALLIANCE (owner), table, first, n, faults);
}

/* With the tables made: the list of them, and the one that holds what is said of the whole. */
static void
list_tables (RuaAlliance *self)
{
  self->table_list = g_list_store_new (RUA_TYPE_TABLE);
  for (guint i = 0; i < rua_tables_get_n (self->tables); i++) {
    RuaTable *table = rua_tables_get_at (self->tables, i);

    if (rua_kind_get_record_type (rua_table_get_kind (table)) == RUA_TYPE_PROFILE)
      self->profiles = table;
    g_list_store_append (self->table_list, table);
  }
}

/* While a snapshot is made, which brings kinds and tables of its own. */
static _Thread_local gboolean is_made_bare;

static void
rua_alliance_init (RuaAlliance *self)
{
  g_autoptr (GListModel) kinds = NULL;

  if (is_made_bare)
    return;
  self->schema = rua_schema_new_from_info (rua_builtin_kinds, RUA_N_BUILTIN_KINDS);
  self->tables = rua_tables_new (G_OBJECT (self), money_digits);
  kinds = rua_schema_list_kinds (self->schema);
  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);

    rua_tables_add (self->tables, kind);
  }
  rua_tables_set_guards (self->tables, guard_text, guard_rows);
  list_tables (self);
}

/**
 * rua_alliance_new:
 *
 * Makes an alliance without any records.
 *
 * Returns: (transfer full): an alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_new (void)
{
  return g_object_new (RUA_TYPE_ALLIANCE, NULL);
}

/**
 * rua_alliance_snapshot:
 * @self: an alliance
 *
 * Takes the alliance as it is now. The snapshot shares its values with the alliance, which copies
 * what it goes on to change, so taking one costs next to nothing. A snapshot refuses every change.
 * It may be handed to one other thread and read there while its alliance goes on changing.
 *
 * Returns: (transfer full): an alliance that cannot be changed
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_snapshot (RuaAlliance *self)
{
  RuaAlliance *snapshot;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  is_made_bare = TRUE;
  snapshot = rua_alliance_new ();
  is_made_bare = FALSE;
  snapshot->schema = rua_schema_copy (self->schema);
  snapshot->tables = rua_tables_snapshot (self->tables, G_OBJECT (snapshot), money_digits, snapshot->schema);
  list_tables (snapshot);
  snapshot->location = g_strdup (self->location);
  snapshot->extra = g_strdup (self->extra);
  g_set_object (&snapshot->origin, self->origin);
  return snapshot;
}

/**
 * rua_alliance_is_snapshot:
 * @self: an alliance
 *
 * Gets whether this is a snapshot, which cannot be changed.
 *
 * Returns: %TRUE for what [method@RuralAlliance.Alliance.snapshot] gave
 *
 * Since: 1.0
 */
gboolean
rua_alliance_is_snapshot (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return rua_tables_is_frozen (self->tables);
}

/**
 * rua_alliance_get_schema:
 * @self: an alliance
 *
 * Gets the kinds that the alliance knows: the library's and its own.
 *
 * Returns: (transfer none): the schema
 *
 * Since: 1.0
 */
RuaSchema *
rua_alliance_get_schema (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  return self->schema;
}

/**
 * rua_alliance_dup_profile:
 * @self: an alliance
 *
 * Gets what holds for the alliance as a whole: its title, its currency, its languages.
 *
 * Returns: (transfer full) (nullable): the profile, or %NULL while the alliance has none
 *
 * Since: 1.0
 */
RuaProfile *
rua_alliance_dup_profile (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  return (RuaProfile *) rua_table_dup_record (self->profiles, 0);
}

/**
 * rua_alliance_get_table:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 *
 * Gets the table of a kind.
 *
 * Returns: (transfer none) (nullable): the table, or %NULL when there is no such kind
 *
 * Since: 1.0
 */
RuaTable *
rua_alliance_get_table (RuaAlliance *self, const char *kind)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (kind != NULL, NULL);
  return rua_tables_find (self->tables, kind);
}

GObject *
rua_alliance_get_origin (RuaAlliance *self)
{
  return self->origin;
}

void
rua_alliance_set_origin (RuaAlliance *self, GObject *origin)
{
  g_set_object (&self->origin, origin);
}

/**
 * rua_alliance_list_tables:
 * @self: an alliance
 *
 * Lists the tables, in the order in which a document has them.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Table]
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_list_tables (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->table_list));
}

guint
rua_alliance_get_n_tables (RuaAlliance *self)
{
  return rua_tables_get_n (self->tables);
}

RuaTable *
rua_alliance_get_table_at (RuaAlliance *self, guint index)
{
  return rua_tables_get_at (self->tables, index);
}

/**
 * rua_alliance_add:
 * @self: an alliance
 * @record: (transfer none): a record that stands in no table
 * @error: where to put an error
 *
 * Adds a record to the table of its kind; see [method@RuralAlliance.Table.add].
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_alliance_add (RuaAlliance *self, RuaRecord *record, GError **error)
{
  RuaKind *kind;
  RuaTable *table;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (record), FALSE);

  kind = rua_record_get_kind (record);
  table = kind ? rua_tables_find (self->tables, rua_kind_get_name (kind)) : NULL;
  if (!table) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "this alliance has no kind '%s'; add the kind first",
                 kind ? rua_kind_get_name (kind) : "");
    return FALSE;
  }
  if (table == self->profiles && rua_table_get_n_records (table) > 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                 "an alliance has one profile; change the one it has, or remove it first");
    return FALSE;
  }
  if (table == self->profiles && !rua_alliance_check_currency (self, rua_profile_get_currency (RUA_PROFILE (record)), error))
    return FALSE;
  return rua_table_add (table, record, error);
}

/**
 * rua_alliance_remove:
 * @self: an alliance
 * @record: (transfer none): a record of this alliance
 * @error: where to put an error
 *
 * Removes a record from its table; see [method@RuralAlliance.Table.remove].
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_alliance_remove (RuaAlliance *self, RuaRecord *record, GError **error)
{
  RuaTable *table;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (record), FALSE);

  table = rua_record_get_table (record);
  if (!table || rua_table_get_owner (table) != G_OBJECT (self)) {
    g_autofree char *name = rua_record_to_string (record);

    g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "%s is not in this alliance; remove it from its own", name);
    return FALSE;
  }
  if (table == self->profiles && !rua_alliance_check_currency (self, NULL, error))
    return FALSE;
  return rua_table_remove (table, record, error);
}

/**
 * rua_alliance_find:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 * @id: an id
 *
 * Finds a record by its kind and id.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when there is no such record
 *
 * Since: 1.0
 */
RuaRecord *
rua_alliance_find (RuaAlliance *self, const char *kind, const char *id)
{
  RuaTable *table;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (kind != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  table = rua_tables_find (self->tables, kind);
  return table ? rua_table_find (table, id) : NULL;
}

static gboolean
refuse_snapshot (RuaAlliance *self, GError **error)
{
  if (!rua_tables_is_frozen (self->tables))
    return FALSE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "a snapshot cannot be changed; change the alliance that it was taken of");
  return TRUE;
}

/**
 * rua_alliance_add_kind:
 * @self: an alliance
 * @kind: (transfer none): a kind of one's own
 * @error: where to put an error
 *
 * Adds a kind of one's own, with an empty table.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when a name is taken or no
 *   name, or a field refers to a kind that does not exist
 *
 * Since: 1.0
 */
gboolean
rua_alliance_add_kind (RuaAlliance *self, RuaKind *kind, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (RUA_IS_KIND (kind), FALSE);

  if (refuse_snapshot (self, error) || !rua_schema_add_kind (self->schema, kind, error))
    return FALSE;
  g_list_store_append (self->table_list, rua_tables_add (self->tables, kind));
  return TRUE;
}

/**
 * rua_alliance_add_field:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 * @field: (transfer none): a field that no kind has yet
 * @error: where to put an error
 *
 * Adds a field of one's own to a kind, the library's or one's own. It is stored, measured and
 * shown like any other. A required field can be added only to a kind without records.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_alliance_add_field (RuaAlliance *self, const char *kind, RuaField *field, GError **error)
{
  RuaTable *table;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (kind != NULL, FALSE);
  g_return_val_if_fail (RUA_IS_FIELD (field), FALSE);

  if (refuse_snapshot (self, error))
    return FALSE;
  table = rua_tables_find (self->tables, kind);
  if (!table) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "this alliance has no kind '%s'; add the kind first", kind);
    return FALSE;
  }
  if (rua_field_get_required (field) && rua_table_get_n_records (table) > 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "field '%s' of %s: it is required, but %u records do not know it; add it as not required",
                 rua_field_get_name (field), rua_kind_get_name (rua_table_get_kind (table)),
                 rua_table_get_n_records (table));
    return FALSE;
  }
  if (!rua_schema_check_target (self->schema, rua_table_get_kind (table), field, error)
      || !rua_kind_add_field (rua_table_get_kind (table), field, error))
    return FALSE;
  rua_table_update_columns (table);
  return TRUE;
}

/**
 * rua_alliance_new_record:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 *
 * Makes a record that stands in no table yet and knows the alliance's fields of its own.
 *
 * Returns: (transfer full) (nullable): the record, or %NULL when there is no such kind
 *
 * Since: 1.0
 */
RuaRecord *
rua_alliance_new_record (RuaAlliance *self, const char *kind)
{
  RuaTable *table;
  RuaRecord *record;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (kind != NULL, NULL);

  table = rua_tables_find (self->tables, kind);
  if (!table)
    return NULL;
  record = rua_record_new (rua_table_get_kind (table));
  rua_record_set_money_digits (record, rua_tables_get_money_digits (self->tables));
  return record;
}

/**
 * rua_alliance_get_location:
 * @self: an alliance
 *
 * Gets where the alliance was opened or last saved.
 *
 * Returns: (nullable): a URI, or %NULL when it was neither
 *
 * Since: 1.0
 */
const char *
rua_alliance_get_location (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  return self->location;
}

void
rua_alliance_set_location (RuaAlliance *self, const char *uri)
{
  g_free (self->location);
  self->location = g_strdup (uri);
}

const char *
rua_alliance_get_extra (RuaAlliance *self)
{
  return self->extra;
}

void
rua_alliance_set_extra (RuaAlliance *self, const char *compact)
{
  g_free (self->extra);
  self->extra = g_strdup (compact);
}

RuaEdits *
rua_alliance_peek_edits (RuaAlliance *self)
{
  return self->edits;
}

RuaEdits *
rua_alliance_make_edits (RuaAlliance *self)
{
  if (!self->edits)
    self->edits = rua_edits_new (self, self->tables);
  return self->edits;
}

RuaLedger *
rua_alliance_peek_ledger (RuaAlliance *self)
{
  return self->ledger;
}

RuaLog *
rua_alliance_peek_log (RuaAlliance *self)
{
  return self->ledger ? self->ledger->log : NULL;
}

gboolean
rua_alliance_set_row_key (RuaAlliance *self, RuaTable *table, guint32 row, const char *key)
{
  guint32 place;

  if (!self->loaded_keys)
    self->loaded_keys = rua_row_keys_new (self->tables);
  if (strcmp (key, RUA_ROW_KEY_UNMADE) == 0)
    rua_row_keys_set_unmade (self->loaded_keys, table, row);
  else if (*key != '~' || rua_row_keys_is_taken (self->loaded_keys, table, key))
    return FALSE;
  else if (rua_row_key_get_place (key, strlen (key), &place))
    rua_row_keys_set_place (self->loaded_keys, table, row, place);
  else
    rua_row_keys_set_made (self->loaded_keys, table, row, key);
  return TRUE;
}

char *
rua_alliance_dup_row_key (RuaAlliance *self, RuaTable *table, guint32 row)
{
  return self->ledger ? g_strdup (rua_row_keys_name (self->ledger->keys, table, row)) : NULL;
}

gboolean
rua_alliance_is_row_unmade (RuaAlliance *self, RuaTable *table, guint32 row)
{
  return self->ledger && rua_ledger_is_unmade (self->ledger, table, row);
}

static RuaLedger *
take_ledger (RuaAlliance *self, RuaLedger *ledger)
{
  g_clear_pointer (&self->ledger, rua_ledger_free);
  self->ledger = ledger;
  if (!rua_tables_is_frozen (self->tables))
    rua_edits_set_ledger (rua_alliance_make_edits (self), ledger);
  return ledger;
}

void
rua_alliance_take_log (RuaAlliance *self, RuaLog *log)
{
  RuaLedger *ledger = rua_ledger_new (self, self->tables, log);
  guint32 profile = rua_log_find_record (log, rua_kind_get_name (rua_table_get_kind (self->profiles)), "~0");

  if (self->loaded_keys) {
    rua_row_keys_free (ledger->keys);
    ledger->keys = g_steal_pointer (&self->loaded_keys);
    ledger->names.data = ledger->keys;
  }
  ledger->has_profile = rua_table_get_n_records (self->profiles) > 0 && (profile == RUA_NO_NUMBER || !rua_ledger_is_made (ledger, profile));
  rua_ledger_place_all (ledger);
  take_ledger (self, ledger);
  ledger->needs_all = log->facts->len > 0;
}

gboolean
rua_alliance_is_appending (RuaAlliance *self)
{
  return rua_tables_find_appending (self->tables) != NULL;
}

gboolean
rua_alliance_apply_log (RuaAlliance *self, guint first_new_fact, GError **error)
{
  if (!self->ledger) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "this alliance keeps no log; enroll it as a station first");
    return FALSE;
  }
  if (rua_alliance_is_in_change (self) || rua_alliance_is_appending (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "a change is being made; commit it or roll it back before merging");
    return FALSE;
  }
  rua_ledger_apply (self->ledger, first_new_fact, NULL, 0);
  if (self->edits)
    rua_edits_look_again (self->edits);
  return TRUE;
}

RuaAlliance *
rua_alliance_copy_with_log (RuaAlliance *self, RuaLog *log)
{
  RuaAlliance *copy = rua_alliance_snapshot (self);
  RuaLedger *ledger;

  rua_tables_thaw (copy->tables);
  rua_tables_set_guards (copy->tables, guard_text, guard_rows);
  ledger = rua_ledger_new (copy, copy->tables, log);
  if (self->ledger) {
    rua_row_keys_free (ledger->keys);
    ledger->keys = rua_row_keys_copy (self->ledger->keys, copy->tables);
    ledger->names.data = ledger->keys;
    ledger->has_profile = self->ledger->has_profile;
  }
  take_ledger (copy, ledger);
  return copy;
}

void
rua_alliance_freeze (RuaAlliance *self)
{
  g_clear_pointer (&self->edits, rua_edits_free);
  rua_tables_freeze (self->tables);
}

gboolean
rua_alliance_resolve (RuaAlliance *self, RuaFaults *faults)
{
  gboolean whole = TRUE;

  for (guint i = 0; i < rua_tables_get_n (self->tables); i++)
    whole &= rua_table_resolve (rua_tables_get_at (self->tables, i), faults);
  return whole;
}

/**
 * rua_alliance_get_currency_digits:
 * @self: an alliance
 *
 * Gets how many decimals an amount of money has: 2 for yuan, 0 for yen.
 *
 * Returns: the number of digits of ISO 4217
 *
 * Since: 1.0
 */
guint
rua_alliance_get_currency_digits (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), 2);
  return rua_tables_get_money_digits (self->tables);
}
