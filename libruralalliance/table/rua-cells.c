/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

RuaCells *
rua_cells_new (guint n_fields)
{
  gsize n_words = (n_fields + 63) / 64 + n_fields;
  RuaCells *self = g_malloc0 (sizeof (RuaCells) + n_words * sizeof (guint64));

  self->n_fields = n_fields;
  return self;
}

guint64 *
rua_cells_words (RuaCells *self)
{
  return self->known + (self->n_fields + 63) / 64;
}

/* A record, or the id of one that is looked for when the record is added: its text and 1. */
void
rua_cells_free_reference (gpointer reference)
{
  if ((gsize) reference & 1)
    g_ref_string_release ((char *) reference - 1);
  else
    g_object_unref (reference);
}

gboolean
rua_cells_is_known (const RuaCells *self, guint field)
{
  return field < self->n_fields && self->known[field >> 6] >> (field & 63) & 1;
}

void
rua_cells_forget (RuaCells *self, RuaKind *kind, guint field)
{
  gpointer pointer;

  if (!rua_cells_is_known (self, field))
    return;
  self->known[field >> 6] &= ~(G_GUINT64_CONSTANT (1) << (field & 63));
  pointer = (gpointer) (gsize) rua_cells_words (self)[field];
  switch (rua_kind_peek_field (kind, field)->type) {
  case RUA_FIELD_TYPE_TEXT:
  case RUA_FIELD_TYPE_TEXTS:
  case RUA_FIELD_TYPE_TOKEN:
  case RUA_FIELD_TYPE_TEXT_LIST:
  case RUA_FIELD_TYPE_JSON:
    g_ref_string_release (pointer);
    break;
  case RUA_FIELD_TYPE_REFERENCE:
    rua_cells_free_reference (pointer);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    g_ptr_array_unref (pointer);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
  case RUA_FIELD_TYPE_DATE:
    break;
  }
  rua_cells_words (self)[field] = 0;
}

void
rua_cells_take (RuaCells *self, RuaKind *kind, guint field, guint64 word)
{
  rua_cells_forget (self, kind, field);
  self->known[field >> 6] |= G_GUINT64_CONSTANT (1) << (field & 63);
  rua_cells_words (self)[field] = word;
}

void
rua_cells_free (RuaCells *self, RuaKind *kind)
{
  if (!self)
    return;
  for (guint w = 0; w < (self->n_fields + 63) / 64; w++) {
    while (self->known[w])
      rua_cells_forget (self, kind, w * 64 + (guint) __builtin_ctzll (self->known[w]));
  }
  g_free (self);
}
