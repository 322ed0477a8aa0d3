/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-edits-private.h"

#include <string.h>

#include "rua-table-core-private.h"

/* Edits by raw cells and row numbers, which hold for as long as nothing is merged. */

typedef enum {
  EDIT_CELL,     /* it held @word, or was unknown */
  EDIT_ADDED,    /* a row came, with its cells */
  EDIT_REMOVED,  /* a row went, its cells before it */
  EDIT_APPENDED, /* @n rows came at the end */
  EDIT_CUT,      /* the last rows went: @kept */
} EditType;

typedef struct {
  RuaTable *table; /* the alliance's */
  guint32 row;
  guint32 field; /* or how many rows */
  guint64 word;
  union {
    GWeakRef *record; /* who held it, if he still does */
    RuaKeptRows *kept;
  } held;
  guint8 type;
  guint8 is_known;
} Edit;

struct _RuaEditList {
  GArray *edits;
};

static void
clear_edit (gpointer data)
{
  Edit *edit = data;

  if (edit->type == EDIT_CUT)
    rua_kept_rows_free (edit->held.kept);
  else if (edit->type == EDIT_REMOVED && edit->held.record) {
    g_weak_ref_clear (edit->held.record);
    g_free (edit->held.record);
  }
}

RuaEditList *
rua_edit_list_new (void)
{
  RuaEditList *self = g_new (RuaEditList, 1);

  self->edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  g_array_set_clear_func (self->edits, clear_edit);
  return self;
}

void
rua_edit_list_free (RuaEditList *self)
{
  if (!self)
    return;
  g_array_unref (self->edits);
  g_free (self);
}

void
rua_edit_list_add_cell (RuaEditList *self, RuaTable *table, guint32 row, guint field, gboolean is_known, guint64 word)
{
  Edit edit = { .table = table, .row = row, .field = field, .word = word, .type = EDIT_CELL, .is_known = is_known != FALSE };

  g_array_append_val (self->edits, edit);
}

void
rua_edit_list_add_row (RuaEditList *self, RuaTable *table, guint32 row)
{
  Edit edit = { .table = table, .row = row, .type = EDIT_ADDED };

  g_array_append_val (self->edits, edit);
}

void
rua_edit_list_remove_row (RuaEditList *self, RuaTable *table, guint32 row, RuaRecord *record)
{
  Edit edit = { .table = table, .row = row, .type = EDIT_REMOVED };

  for (guint field = 0; field <= table->columns->len; field++) {
    guint64 word;

    if (rua_table_read_cell (table, row, field, &word))
      rua_edit_list_add_cell (self, table, row, field, TRUE, word);
  }
  /* A strong reference would go round: the record's values hold records, and these the alliance. */
  if (record) {
    edit.held.record = g_new (GWeakRef, 1);
    g_weak_ref_init (edit.held.record, record);
  }
  g_array_append_val (self->edits, edit);
}

void
rua_edit_list_append_rows (RuaEditList *self, RuaTable *table, guint32 first, guint32 n)
{
  Edit edit = { .table = table, .row = first, .field = n, .type = EDIT_APPENDED };

  g_array_append_val (self->edits, edit);
}

/* ---- sets of rows and cells ---- */

static guint64
row_key (RuaTable *table, guint32 row)
{
  return (guint64) rua_table_get_ordinal (table) << 32 | row;
}

static GHashTable *
new_row_set (void)
{
  return g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/* TRUE when it was not in it. */
static gboolean
put_row (GHashTable *set, RuaTable *table, guint32 row)
{
  guint64 key = row_key (table, row);

  return g_hash_table_add (set, g_memdup2 (&key, sizeof key));
}

static gboolean
has_row (GHashTable *set, RuaTable *table, guint32 row)
{
  guint64 key = row_key (table, row);

  return g_hash_table_contains (set, &key);
}

typedef struct {
  guint64 row;
  guint field;
} CellKey;

static guint
hash_cell (gconstpointer data)
{
  const CellKey *key = data;

  return g_int64_hash (&key->row) * 31 + key->field;
}

static gboolean
same_cell (gconstpointer a, gconstpointer b)
{
  const CellKey *x = a, *y = b;

  return x->row == y->row && x->field == y->field;
}

gboolean
rua_edit_list_has_effect (RuaEditList *self)
{
  g_autoptr (GHashTable) added = new_row_set ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (hash_cell, same_cell, g_free, NULL);

  for (guint i = 0; i < self->edits->len; i++) {
    const Edit *edit = &g_array_index (self->edits, Edit, i);
    CellKey key = { row_key (edit->table, edit->row), edit->field };
    guint64 word = 0;
    gboolean is_known;

    switch ((EditType) edit->type) {
    case EDIT_ADDED:
      if (rua_table_is_alive (edit->table, edit->row))
        return TRUE;
      put_row (added, edit->table, edit->row);
      break;
    case EDIT_APPENDED:
      for (guint32 row = edit->row; row < edit->row + edit->field; row++) {
        if (rua_table_is_alive (edit->table, row))
          return TRUE;
        put_row (added, edit->table, row);
      }
      break;
    case EDIT_REMOVED:
      if (!has_row (added, edit->table, edit->row) && !rua_table_is_alive (edit->table, edit->row))
        return TRUE;
      break;
    case EDIT_CELL:
      if (!rua_table_is_alive (edit->table, edit->row) || has_row (added, edit->table, edit->row)
          || !g_hash_table_add (seen, g_memdup2 (&key, sizeof key)))
        break;
      is_known = rua_table_read_cell (edit->table, edit->row, edit->field, &word);
      if (is_known != edit->is_known || (is_known && word != edit->word))
        return TRUE;
      break;
    case EDIT_CUT:
      return TRUE;
    }
  }
  return FALSE;
}

/* ---- taking back ---- */

/* Rows of one table that came or went. */
typedef struct {
  RuaTable *table;
  guint32 first;
  guint32 last;
  guint n_before;
} Moved;

struct _RuaEditNews {
  RuaTable *any; /* a table of the alliance, which is kept alive */
  GObject *owner;
  GArray *moved;         /* of Moved */
  GHashTable *rewritten; /* CellKey */
};

typedef struct {
  RuaEditList *inverse;
  RuaEditNews *news;
  GHashTable *revived; /* rows whose cells come back with them */
  GHashTable *added;   /* rows that go whole, with the values that they have by then */
} TakingBack;

static void
note_rows (TakingBack *back, RuaTable *table, guint32 first, guint32 last)
{
  Moved moved = { table, first, last, table->n_records };

  for (guint i = 0; i < back->news->moved->len; i++) {
    Moved *known = &g_array_index (back->news->moved, Moved, i);

    if (known->table != table)
      continue;
    known->first = MIN (known->first, first);
    known->last = MAX (known->last, last);
    return;
  }
  g_array_append_val (back->news->moved, moved);
}

static void
take_back_cell (TakingBack *back, const Edit *edit)
{
  CellKey key = { row_key (edit->table, edit->row), edit->field };
  guint64 word = 0;
  gboolean is_known = rua_table_read_cell (edit->table, edit->row, edit->field, &word);

  if (!has_row (back->revived, edit->table, edit->row))
    rua_edit_list_add_cell (back->inverse, edit->table, edit->row, edit->field, is_known, word);
  rua_table_write_cell (edit->table, edit->row, edit->field, edit->is_known, edit->word);
  g_hash_table_add (back->news->rewritten, g_memdup2 (&key, sizeof key));
}

static void
take_back_removal (TakingBack *back, const Edit *edit)
{
  RuaRecord *record = edit->held.record ? g_weak_ref_get (edit->held.record) : NULL;

  note_rows (back, edit->table, edit->row, edit->row);
  rua_table_revive_row (edit->table, edit->row);
  if (record) {
    rua_table_take_record (edit->table, edit->row, record);
    g_object_unref (record);
  }
  put_row (back->revived, edit->table, edit->row);
  rua_edit_list_add_row (back->inverse, edit->table, edit->row);
}

typedef struct {
  RuaEditList *list;
  GHashTable *added;
} Leaving;

static gboolean
is_leaving (gpointer data, RuaTable *table, guint32 row)
{
  Leaving *leaving = data;

  if (has_row (leaving->added, table, row))
    return TRUE;
  for (guint i = 0; i < leaving->list->edits->len; i++) {
    const Edit *edit = &g_array_index (leaving->list->edits, Edit, i);

    if (edit->type == EDIT_APPENDED && edit->table == table && row >= edit->row && row - edit->row < edit->field)
      return TRUE;
  }
  return FALSE;
}

/* Rows that came go first, with the values that they have by now; who holds them keeps those. */
static void
drop_added (TakingBack *back, RuaEditList *list)
{
  Leaving leaving = { list, back->added };
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  guint at = 0;

  for (guint i = 0; i < list->edits->len; i++) {
    const Edit *edit = &g_array_index (list->edits, Edit, i);
    guint32 n = edit->type == EDIT_APPENDED ? edit->field : edit->type == EDIT_ADDED ? 1 : 0;

    if (edit->type == EDIT_ADDED)
      g_ptr_array_add (records, rua_table_peek_window (edit->table, edit->row));
    for (guint32 row = edit->row; row < edit->row + n; row++)
      rua_table_release_window (edit->table, row, is_leaving, &leaving);
  }
  for (guint i = 0; i < list->edits->len; i++) {
    const Edit *edit = &g_array_index (list->edits, Edit, i);

    if (edit->type != EDIT_ADDED)
      continue;
    at++;
    if (!rua_table_is_alive (edit->table, edit->row))
      continue;
    note_rows (back, edit->table, edit->row, edit->row);
    rua_edit_list_remove_row (back->inverse, edit->table, edit->row, records->pdata[at - 1]);
    rua_table_drop_row (edit->table, edit->row);
  }
}

static void
take_back (TakingBack *back, const Edit *edit)
{
  if ((edit->type == EDIT_CELL || edit->type == EDIT_REMOVED) && has_row (back->added, edit->table, edit->row))
    return;
  switch ((EditType) edit->type) {
  case EDIT_CELL:
    take_back_cell (back, edit);
    break;
  case EDIT_ADDED:
    break;
  case EDIT_REMOVED:
    take_back_removal (back, edit);
    break;
  case EDIT_APPENDED: {
    Edit cut = { .table = edit->table, .row = edit->row, .type = EDIT_CUT };

    note_rows (back, edit->table, edit->row, edit->row + edit->field - 1);
    cut.held.kept = rua_table_keep_rows (edit->table, edit->row, edit->field);
    rua_table_drop_last_rows (edit->table, edit->row);
    g_array_append_val (back->inverse->edits, cut);
    break;
  }
  case EDIT_CUT: {
    guint32 n = rua_kept_rows_get_n (edit->held.kept);

    note_rows (back, edit->table, edit->row, edit->row + n - 1);
    rua_table_restore_rows (edit->table, edit->row, edit->held.kept);
    rua_edit_list_append_rows (back->inverse, edit->table, edit->row, n);
    break;
  }
  }
}

void
rua_edit_news_tell (RuaEditNews *self)
{
  GHashTableIter iter;
  gpointer data;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GArray) fields = NULL;

  if (!self)
    return;
  for (guint i = 0; i < self->moved->len; i++) {
    Moved *moved = &g_array_index (self->moved, Moved, i);

    rua_table_announce_rows (moved->table, moved->first, moved->last, moved->n_before);
  }
  records = g_ptr_array_new_with_free_func (g_object_unref);
  fields = g_array_new (FALSE, FALSE, sizeof (guint));
  g_hash_table_iter_init (&iter, self->rewritten);
  while (g_hash_table_iter_next (&iter, &data, NULL)) {
    const CellKey *key = data;
    RuaTable *table = rua_table_find_ordinal (self->any, (guint) (key->row >> 32));
    RuaRecord *record = rua_table_peek_window (table, (guint32) key->row);

    /* The members that no field holds have nobody to hear of them. */
    if (!record || key->field >= table->columns->len)
      continue;
    g_ptr_array_add (records, g_object_ref (record));
    g_array_append_val (fields, key->field);
  }
  for (guint i = 0; i < records->len; i++)
    rua_record_announce (records->pdata[i], g_array_index (fields, guint, i));
  g_array_unref (self->moved);
  g_hash_table_unref (self->rewritten);
  g_object_unref (self->owner);
  g_free (self);
}

RuaEditList *
rua_edit_list_take_back (RuaEditList *self, RuaEditNews **news)
{
  TakingBack back = { .inverse = rua_edit_list_new () };

  *news = NULL;
  if (self->edits->len == 0)
    return back.inverse;
  back.news = g_new0 (RuaEditNews, 1);
  back.news->any = g_array_index (self->edits, Edit, 0).table;
  /* Records that are let go of may be the last to hold the alliance. */
  back.news->owner = g_object_ref (back.news->any->tables->owner);
  back.news->moved = g_array_new (FALSE, FALSE, sizeof (Moved));
  back.news->rewritten = g_hash_table_new_full (hash_cell, same_cell, g_free, NULL);
  back.revived = new_row_set ();
  back.added = new_row_set ();
  for (guint i = 0; i < self->edits->len; i++)
    if (g_array_index (self->edits, Edit, i).type == EDIT_ADDED)
      put_row (back.added, g_array_index (self->edits, Edit, i).table, g_array_index (self->edits, Edit, i).row);
  drop_added (&back, self);
  for (guint i = self->edits->len; i > 0; i--)
    take_back (&back, &g_array_index (self->edits, Edit, i - 1));
  g_hash_table_unref (back.revived);
  g_hash_table_unref (back.added);
  *news = back.news;
  return back.inverse;
}
