/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-manuscript-private.h"

struct _RuaManuscript {
  GPtrArray *blocks;
};

static void
block_free (gpointer data)
{
  RuaBlock *block = data;

  g_free (block->label);
  g_free (block->anchor);
  g_clear_object (&block->chart);
  rua_words_free (block->words);
  g_clear_pointer (&block->titles, g_ptr_array_unref);
  g_clear_pointer (&block->aligns, g_array_unref);
  g_clear_pointer (&block->rows, g_ptr_array_unref);
  g_free (block);
}

RuaManuscript *
rua_manuscript_new (void)
{
  RuaManuscript *self = g_new0 (RuaManuscript, 1);

  self->blocks = g_ptr_array_new_with_free_func (block_free);
  return self;
}

void
rua_manuscript_free (RuaManuscript *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

guint
rua_manuscript_get_n_blocks (const RuaManuscript *self)
{
  return self->blocks->len;
}

const RuaBlock *
rua_manuscript_get_block (const RuaManuscript *self, guint index)
{
  return g_ptr_array_index (self->blocks, index);
}

static RuaBlock *
add_block (RuaManuscript *self, RuaBlockType type, guint level)
{
  RuaBlock *block = g_new0 (RuaBlock, 1);

  block->type = type;
  block->level = level;
  if (type != RUA_BLOCK_TABLE && type != RUA_BLOCK_CHART)
    block->words = rua_words_new ();
  g_ptr_array_add (self->blocks, block);
  return block;
}

RuaWords *
rua_manuscript_heading (RuaManuscript *self, guint level)
{
  return add_block (self, RUA_BLOCK_HEADING, level)->words;
}

RuaWords *
rua_manuscript_paragraph (RuaManuscript *self, guint level)
{
  return add_block (self, RUA_BLOCK_PARAGRAPH, level)->words;
}

RuaWords *
rua_manuscript_item (RuaManuscript *self, guint level, guint number)
{
  RuaBlock *block = add_block (self, RUA_BLOCK_ITEM, level);

  block->number = number;
  return block->words;
}

RuaWords *
rua_manuscript_field (RuaManuscript *self, guint level, const char *label)
{
  RuaBlock *block = add_block (self, RUA_BLOCK_FIELD, level);

  block->label = rua_text_make_harmless (label);
  return block->words;
}

RuaWords *
rua_manuscript_quote (RuaManuscript *self, guint level)
{
  return add_block (self, RUA_BLOCK_QUOTE, level)->words;
}

void
rua_manuscript_table (RuaManuscript *self, guint level)
{
  RuaBlock *block = add_block (self, RUA_BLOCK_TABLE, level);

  block->titles = g_ptr_array_new_with_free_func (g_free);
  block->aligns = g_array_new (FALSE, FALSE, sizeof (RuaAlign));
  block->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
}

void
rua_manuscript_chart (RuaManuscript *self, RuaChart *chart)
{
  add_block (self, RUA_BLOCK_CHART, 0)->chart = chart;
}

void
rua_manuscript_anchor (RuaManuscript *self, const char *anchor)
{
  RuaBlock *block = g_ptr_array_index (self->blocks, self->blocks->len - 1);

  g_free (block->anchor);
  block->anchor = g_strdup (anchor);
}

static RuaBlock *
last_table (RuaManuscript *self)
{
  RuaBlock *block = self->blocks->len ? g_ptr_array_index (self->blocks, self->blocks->len - 1) : NULL;

  g_assert (block && block->type == RUA_BLOCK_TABLE);
  return block;
}

void
rua_manuscript_column (RuaManuscript *self, const char *title, RuaAlign align)
{
  RuaBlock *table = last_table (self);

  g_assert (table->rows->len == 0);
  g_ptr_array_add (table->titles, rua_text_make_harmless (title));
  g_array_append_val (table->aligns, align);
}

RuaWords *
rua_manuscript_cell (RuaManuscript *self)
{
  RuaBlock *table = last_table (self);
  GPtrArray *row = table->rows->len ? g_ptr_array_index (table->rows, table->rows->len - 1) : NULL;
  RuaWords *words = rua_words_new ();

  if (!row || row->len == table->titles->len) {
    row = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_words_free);
    g_ptr_array_add (table->rows, row);
  }
  g_ptr_array_add (row, words);
  return words;
}
