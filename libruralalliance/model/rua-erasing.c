/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-erasing-private.h"

#include <string.h>

/* A record of people goes with the first of them that it refers to; one that needs a record that goes
 * goes with it. A person goes with no household, nor it with a person. */

void
rua_erasing_init (RuaErasing *self, RuaTables *tables)
{
  self->tables = tables;
  self->n_tables = rua_tables_get_n (tables);
  self->gone = g_new0 (guint64 *, self->n_tables);
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (tables, t);

    self->gone[rua_table_get_ordinal (table)] = g_new0 (guint64, rua_table_get_n_rows (table) / 64 + 1);
  }
}

void
rua_erasing_clear (RuaErasing *self)
{
  for (guint t = 0; t < self->n_tables; t++)
    g_free (self->gone[t]);
  g_clear_pointer (&self->gone, g_free);
}

gboolean
rua_erasing_is_gone (const RuaErasing *self, RuaTable *table, guint32 row)
{
  return self->gone[rua_table_get_ordinal (table)][row / 64] >> (row % 64) & 1;
}

gboolean
rua_erasing_mark (RuaErasing *self, RuaTable *table, guint32 row)
{
  if (rua_erasing_is_gone (self, table, row))
    return FALSE;
  self->gone[rua_table_get_ordinal (table)][row / 64] |= G_GUINT64_CONSTANT (1) << (row % 64);
  return TRUE;
}

gboolean
rua_erasing_refers (const RuaErasing *self, RuaColumn *column, guint32 row)
{
  RuaTable *target;
  guint32 other;

  if (column->type == RUA_FIELD_TYPE_REFERENCE)
    return rua_column_read_reference (column, row, &target, &other) && rua_erasing_is_gone (self, target, other);
  for (guint k = 0; column->type == RUA_FIELD_TYPE_REFERENCE_LIST && k < rua_column_get_n_references (column, row); k++)
    if (rua_column_read_reference_at (column, row, k, &target, &other) && rua_erasing_is_gone (self, target, other))
      return TRUE;
  return FALSE;
}

gboolean
rua_erasing_goes (RuaKind *kind, RuaErasingAsk ask, gpointer data)
{
  const char *name = rua_kind_get_name (kind);
  gboolean follows = rua_erasing_can_be (kind) && strcmp (name, "person") != 0 && strcmp (name, "household") != 0;

  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    RuaErasingReference reference = rua_field_get_field_type (field) == RUA_FIELD_TYPE_REFERENCE ? ask (data, i) : RUA_ERASING_NOTHING;

    if (reference == RUA_ERASING_GONE && (follows || rua_field_get_required (field)))
      return TRUE;
    /* It is somebody else's. */
    if (reference == RUA_ERASING_OTHER && rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
      follows = FALSE;
  }
  return FALSE;
}

typedef struct {
  const RuaErasing *erasing;
  RuaTable *table;
  guint32 row;
} Row;

static RuaErasingReference
ask_row (gpointer data, guint field)
{
  const Row *row = data;
  RuaColumn *column = rua_table_column (row->table, field);

  if (!rua_column_is_known (column, row->row))
    return RUA_ERASING_NOTHING;
  return rua_erasing_refers (row->erasing, column, row->row) ? RUA_ERASING_GONE : RUA_ERASING_OTHER;
}

static gboolean
go_round (RuaErasing *self, GCancellable *cancellable, gboolean *more, GError **error)
{
  *more = FALSE;
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (self->tables, t);

    for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
      Row asked = { self, table, row };

      if ((row & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!rua_table_is_alive (table, row) || rua_erasing_is_gone (self, table, row) || !rua_erasing_goes (rua_table_get_kind (table), ask_row, &asked))
        continue;
      *more = rua_erasing_mark (self, table, row);
    }
  }
  return TRUE;
}

gboolean
rua_erasing_close (RuaErasing *self, GCancellable *cancellable, GError **error)
{
  gboolean more = TRUE, whole = TRUE;

  while (more && whole)
    whole = go_round (self, cancellable, &more, error);
  return whole;
}

void
rua_erasing_tell (const RuaErasing *self, GPtrArray *lines)
{
  for (guint pass = 0; pass < 2; pass++)
    for (guint t = 0; t < self->n_tables; t++) {
      RuaTable *table = rua_tables_get_at (self->tables, t);
      RuaKind *kind = rua_table_get_kind (table);
      guint n = 0;

      for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
        gboolean gone = rua_erasing_is_gone (self, table, row), loses = FALSE;

        if (!rua_table_is_alive (table, row))
          continue;
        for (guint i = 1; pass == 1 && !gone && !loses && i < rua_kind_get_n_fields (kind); i++)
          loses = rua_erasing_refers (self, rua_table_column (table, i), row);
        n += pass == 0 ? gone : loses;
      }
      if (n > 0)
        g_ptr_array_add (lines, g_strdup_printf (pass == 0 ? "erased: %u of %u %s" : "without the reference: %u of %u %s", n,
                                                 rua_table_get_n_records (table), rua_kind_get_plural (kind)));
    }
}
