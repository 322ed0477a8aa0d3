/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-field-private.h"
#include "rua-table-core-private.h"

/* Tables that know one another, and snapshots of them. */

RuaTables *
rua_tables_new (GObject *owner, RuaMoneyDigits money_digits)
{
  RuaTables *self = g_new0 (RuaTables, 1);

  self->owner = owner;
  self->tables = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->money_digits = money_digits;
  return self;
}

void
rua_tables_free (RuaTables *self)
{
  if (!self)
    return;
  /* Somebody may still hold a table: it stays readable, but knows no other any more. */
  for (guint i = 0; i < self->tables->len; i++) {
    RuaTable *table = self->tables->pdata[i];

    table->tables = NULL;
    for (guint c = 0; c < table->columns->len; c++)
      rua_table_column (table, c)->target = NULL;
  }
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->tables);
  g_free (self);
}

/* Without columns. */
static RuaTable *
add_table (RuaTables *self, RuaKind *kind)
{
  RuaTable *table = g_object_new (RUA_TYPE_TABLE, NULL);

  table->tables = self;
  table->kind = g_object_ref (kind);
  table->ordinal = self->tables->len;
  g_ptr_array_add (self->tables, table);
  g_hash_table_insert (self->by_name, (gpointer) rua_kind_get_name (kind), table);
  g_hash_table_insert (self->by_name, (gpointer) rua_kind_get_plural (kind), table);
  return table;
}

RuaTable *
rua_tables_add (RuaTables *self, RuaKind *kind)
{
  static const RuaFieldInfo extra = {
    .name = "extra", .type = RUA_FIELD_TYPE_JSON, .privacy = RUA_PRIVACY_SENSITIVE,
  };
  RuaTable *table = add_table (self, kind);
  g_autoptr (RuaField) field = rua_field_new_from_info (&extra, G_MAXUINT);

  table->extra = rua_column_new (table, field);
  rua_table_update_columns (table);
  return table;
}

void
rua_tables_set_guards (RuaTables *self, RuaTextGuard guard, RuaRowsGuard rows_guard)
{
  self->guard = guard;
  self->rows_guard = rows_guard;
}

static void
share_table (RuaTable *from, RuaTable *to)
{
  for (guint i = 0; i < from->columns->len; i++)
    g_ptr_array_add (to->columns, rua_column_share (rua_table_column (from, i), to));
  g_array_append_vals (to->required, from->required->data, from->required->len);
  to->extra = rua_column_share (from->extra, to);
  to->n_rows = from->n_rows;
  to->n_records = from->n_records;
  to->removed_words = from->removed_words;
  to->removed = g_memdup2 (from->removed, from->removed_words * sizeof *from->removed);
  to->n_gone = from->n_gone;
  to->gone = g_memdup2 (from->gone, from->n_gone * sizeof *from->gone);
  to->ids_in_order = from->ids_in_order;
  to->n_id_rows = from->n_id_rows;
  to->id_rows = g_memdup2 (from->id_rows, from->n_id_rows * sizeof *from->id_rows);
}

RuaTables *
rua_tables_snapshot (RuaTables *self, GObject *owner, RuaMoneyDigits money_digits, RuaSchema *kinds)
{
  RuaTables *copy = rua_tables_new (owner, money_digits);

  for (guint i = 0; i < self->tables->len; i++) {
    RuaTable *from = self->tables->pdata[i];

    share_table (from, add_table (copy, rua_schema_find_kind (kinds, rua_kind_get_name (from->kind))));
  }
  copy->frozen = TRUE;
  return copy;
}

void
rua_tables_freeze (RuaTables *self)
{
  self->frozen = TRUE;
}

void
rua_tables_thaw (RuaTables *self)
{
  self->frozen = FALSE;
}

gboolean
rua_tables_is_frozen (RuaTables *self)
{
  return self->frozen;
}

gboolean
rua_table_check_writable (RuaTable *self, GError **error)
{
  if (!self->tables || !self->tables->frozen)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "%s: a snapshot cannot be changed; change the alliance that it was taken of",
               rua_kind_get_plural (self->kind));
  return FALSE;
}

RuaTable *
rua_tables_find (RuaTables *self, const char *kind)
{
  return g_hash_table_lookup (self->by_name, kind);
}

guint
rua_tables_get_n (RuaTables *self)
{
  return self->tables->len;
}

RuaTable *
rua_tables_get_at (RuaTables *self, guint index)
{
  return self->tables->pdata[index];
}

guint
rua_tables_get_money_digits (RuaTables *self)
{
  return self->money_digits (self->owner);
}

/**
 * rua_table_get_owner:
 * @self: a table
 *
 * Gets the [class@RuralAlliance.Alliance] that the table belongs to. The table does not keep it
 * alive.
 *
 * Returns: (transfer none) (nullable): the alliance, or %NULL when it is no longer there
 *
 * Since: 1.0
 */
GObject *
rua_table_get_owner (RuaTable *self)
{
  g_return_val_if_fail (RUA_IS_TABLE (self), NULL);
  return self->tables ? self->tables->owner : NULL;
}

guint
rua_table_get_money_digits (RuaTable *self)
{
  return self->tables ? rua_tables_get_money_digits (self->tables) : 2;
}

RuaTable *
rua_table_lookup (RuaTable *self, const char *kind)
{
  return self->tables ? rua_tables_find (self->tables, kind) : NULL;
}

guint
rua_table_get_ordinal (RuaTable *self)
{
  return self->ordinal;
}

RuaTable *
rua_table_find_ordinal (RuaTable *self, guint ordinal)
{
  return self && self->tables && ordinal < self->tables->tables->len
             ? self->tables->tables->pdata[ordinal]
             : NULL;
}

void
rua_table_update_columns (RuaTable *self)
{
  while (self->columns->len < rua_kind_get_n_fields (self->kind)) {
    guint index = self->columns->len;
    RuaField *field = rua_kind_get_field (self->kind, index);

    g_ptr_array_add (self->columns, rua_column_new (self, field));
    if (field->required)
      g_array_append_val (self->required, index);
  }
}
