/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-row-keys-private.h"

#include <string.h>

#include "rua-table-core-private.h"

typedef struct {
  GArray *places;    /* guint32 by row: its place, or RUA_NO_ROW */
  GArray *rows;      /* guint32 by place: its row, or RUA_NO_ROW */
  GHashTable *far;   /* place → row + 1, of those beyond what @rows is made to hold */
  GHashTable *made;  /* key → row + 1; owns the keys */
  GHashTable *names; /* row + 1 → key */
  GHashTable *unmade; /* row + 1: see rua_row_keys_set_unmade() */
} TableKeys;

struct _RuaRowKeys {
  RuaTables *tables;
  GPtrArray *of_tables; /* by ordinal */
  GString *lent;
};

static void
free_table_keys (gpointer data)
{
  TableKeys *keys = data;

  if (!keys)
    return;
  g_array_unref (keys->places);
  g_array_unref (keys->rows);
  g_hash_table_unref (keys->names);
  g_hash_table_unref (keys->made);
  g_hash_table_unref (keys->unmade);
  g_hash_table_unref (keys->far);
  g_free (keys);
}

static TableKeys *
new_table_keys (void)
{
  TableKeys *keys = g_new (TableKeys, 1);

  keys->places = g_array_new (FALSE, FALSE, sizeof (guint32));
  keys->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  keys->made = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  keys->names = g_hash_table_new (g_direct_hash, g_direct_equal);
  keys->unmade = g_hash_table_new (g_direct_hash, g_direct_equal);
  keys->far = g_hash_table_new (g_direct_hash, g_direct_equal);
  return keys;
}

RuaRowKeys *
rua_row_keys_new (RuaTables *tables)
{
  RuaRowKeys *self = g_new (RuaRowKeys, 1);

  self->tables = tables;
  self->of_tables = g_ptr_array_new_with_free_func (free_table_keys);
  self->lent = g_string_new (NULL);
  return self;
}

void
rua_row_keys_free (RuaRowKeys *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->of_tables);
  g_string_free (self->lent, TRUE);
  g_free (self);
}

static TableKeys *
keys_of (RuaRowKeys *self, RuaTable *table)
{
  guint ordinal = rua_table_get_ordinal (table);

  while (self->of_tables->len <= ordinal)
    g_ptr_array_add (self->of_tables, new_table_keys ());
  return self->of_tables->pdata[ordinal];
}

RuaRowKeys *
rua_row_keys_copy (RuaRowKeys *self, RuaTables *tables)
{
  RuaRowKeys *copy = rua_row_keys_new (tables);

  for (guint t = 0; t < self->of_tables->len; t++) {
    TableKeys *from = self->of_tables->pdata[t], *to = new_table_keys ();
    GHashTableIter iter;
    gpointer key, row;

    g_ptr_array_add (copy->of_tables, to);
    g_array_append_vals (to->places, from->places->data, from->places->len);
    g_array_append_vals (to->rows, from->rows->data, from->rows->len);
    g_hash_table_iter_init (&iter, from->far);
    while (g_hash_table_iter_next (&iter, &key, &row))
      g_hash_table_insert (to->far, key, row);
    g_hash_table_iter_init (&iter, from->made);
    while (g_hash_table_iter_next (&iter, &key, &row)) {
      char *own = g_strdup (key);

      g_hash_table_insert (to->made, own, row);
      g_hash_table_insert (to->names, row, own);
    }
  }
  return copy;
}

static guint32
get_number (GArray *array, guint32 at)
{
  return at < array->len ? g_array_index (array, guint32, at) : RUA_NO_ROW;
}

static void
set_number (GArray *array, guint32 at, guint32 number)
{
  while (array->len <= at) {
    guint32 none = RUA_NO_ROW;

    g_array_append_val (array, none);
  }
  g_array_index (array, guint32, at) = number;
}

/* Places follow rows, but a file may say what it likes: what is kept goes with the rows that there are. */
static gboolean
is_far (TableKeys *keys, guint32 place)
{
  return place >= keys->rows->len && place / 4 > keys->places->len + 1024;
}

static guint32
get_row_at (TableKeys *keys, guint32 place)
{
  guint32 row = get_number (keys->rows, place);

  if (row == RUA_NO_ROW && g_hash_table_size (keys->far) > 0)
    row = (guint32) GPOINTER_TO_UINT (g_hash_table_lookup (keys->far, GUINT_TO_POINTER (place))) - 1;
  return row;
}

/* @row: RUA_NO_ROW for none. */
static void
set_row_at (TableKeys *keys, guint32 place, guint32 row)
{
  g_hash_table_remove (keys->far, GUINT_TO_POINTER (place));
  if (!is_far (keys, place))
    set_number (keys->rows, place, row);
  else if (row != RUA_NO_ROW)
    g_hash_table_insert (keys->far, GUINT_TO_POINTER (place), GUINT_TO_POINTER (row + 1));
}

/* ---- keys ---- */

char *
rua_row_key_of_id (const char *id)
{
  return *id == '~' ? g_strconcat ("~", id, NULL) : g_strdup (id);
}

const char *
rua_row_key_get_id (const char *key)
{
  if (*key != '~')
    return key;
  return key[1] == '~' ? key + 1 : NULL;
}

gboolean
rua_row_key_get_place (const char *key, gsize length, guint32 *place)
{
  guint64 number = 0;

  if (length < 2 || length > 11 || key[0] != '~' || (key[1] == '0' && length > 2))
    return FALSE;
  for (gsize i = 1; i < length; i++) {
    if (!g_ascii_isdigit (key[i]))
      return FALSE;
    number = number * 10 + (guint64) (key[i] - '0');
  }
  *place = (guint32) number;
  return number < RUA_NO_ROW;
}

const char *
rua_row_keys_name (RuaRowKeys *self, RuaTable *table, guint32 row)
{
  const char *id = rua_column_read_text (rua_table_column (table, 0), row, NULL), *made;
  TableKeys *keys;

  if (id && *id != '~')
    return id;
  if (!id) {
    keys = keys_of (self, table);
    made = g_hash_table_lookup (keys->names, GUINT_TO_POINTER (row + 1));
    if (made)
      return made;
    g_string_printf (self->lent, "~%u", get_number (keys->places, row));
  } else
    g_string_printf (self->lent, "~%s", id);
  return self->lent->str;
}

static guint32
find_row (RuaRowKeys *self, RuaTable *table, const char *key, gsize length)
{
  TableKeys *keys;
  guint32 place;
  g_autofree char *text = NULL;

  if (length < 2 || key[0] != '~')
    return rua_table_find_row (table, key, (gssize) length);
  if (key[1] == '~')
    return rua_table_find_row (table, key + 1, (gssize) length - 1);
  keys = keys_of (self, table);
  if (rua_row_key_get_place (key, length, &place)) {
    guint32 row = get_row_at (keys, place);

    /* One of the baseline that has an id is called by it. */
    return row != RUA_NO_ROW && !rua_column_is_known (rua_table_column (table, 0), row) ? row : RUA_NO_ROW;
  }
  text = g_strndup (key, length);
  return (guint32) GPOINTER_TO_UINT (g_hash_table_lookup (keys->made, text)) - 1;
}

guint32
rua_row_keys_find (RuaRowKeys *self, RuaTable *table, const char *key, gsize length)
{
  guint32 row = find_row (self, table, key, length);

  return row != RUA_NO_ROW && rua_table_is_alive (table, row) ? row : RUA_NO_ROW;
}

/* ---- rows ---- */

void
rua_row_keys_set_made (RuaRowKeys *self, RuaTable *table, guint32 row, const char *key)
{
  TableKeys *keys = keys_of (self, table);
  char *own = g_strdup (key);

  g_hash_table_replace (keys->made, own, GUINT_TO_POINTER (row + 1));
  g_hash_table_insert (keys->names, GUINT_TO_POINTER (row + 1), own);
}

gboolean
rua_row_keys_is_taken (RuaRowKeys *self, RuaTable *table, const char *key)
{
  TableKeys *keys = keys_of (self, table);
  guint32 place;

  return rua_row_key_get_place (key, strlen (key), &place) ? get_row_at (keys, place) != RUA_NO_ROW : g_hash_table_contains (keys->made, key);
}

void
rua_row_keys_set_unmade (RuaRowKeys *self, RuaTable *table, guint32 row)
{
  g_hash_table_add (keys_of (self, table)->unmade, GUINT_TO_POINTER (row + 1));
}

gboolean
rua_row_keys_is_unmade (RuaRowKeys *self, RuaTable *table, guint32 row)
{
  return g_hash_table_contains (keys_of (self, table)->unmade, GUINT_TO_POINTER (row + 1));
}

gboolean
rua_row_keys_is_made (RuaRowKeys *self, RuaTable *table, guint32 row)
{
  return g_hash_table_contains (keys_of (self, table)->names, GUINT_TO_POINTER (row + 1));
}

void
rua_row_keys_set_place (RuaRowKeys *self, RuaTable *table, guint32 row, guint32 place)
{
  TableKeys *keys = keys_of (self, table);

  set_number (keys->places, row, place);
  set_row_at (keys, place, row);
}

guint32
rua_row_keys_get_place (RuaRowKeys *self, RuaTable *table, guint32 row)
{
  return get_number (keys_of (self, table)->places, row);
}

void
rua_row_keys_forget (RuaRowKeys *self, RuaTable *table, guint32 row)
{
  TableKeys *keys = keys_of (self, table);
  guint32 place = get_number (keys->places, row);
  gpointer made = g_hash_table_lookup (keys->names, GUINT_TO_POINTER (row + 1));

  if (place != RUA_NO_ROW) {
    set_number (keys->places, row, RUA_NO_ROW);
    if (get_row_at (keys, place) == row)
      set_row_at (keys, place, RUA_NO_ROW);
  }
  if (made) {
    g_hash_table_remove (keys->names, GUINT_TO_POINTER (row + 1));
    g_hash_table_remove (keys->made, made);
  }
}

void
rua_row_keys_reorder (RuaRowKeys *self, RuaTable *table, const guint32 *order, guint32 n)
{
  TableKeys *from = keys_of (self, table), *to = new_table_keys ();

  for (guint32 row = 0; row < n; row++) {
    guint32 place = get_number (from->places, order[row]);
    const char *made = g_hash_table_lookup (from->names, GUINT_TO_POINTER (order[row] + 1));

    if (place != RUA_NO_ROW) {
      set_number (to->places, row, place);
      set_row_at (to, place, row);
    }
    if (made) {
      char *own = g_strdup (made);

      g_hash_table_insert (to->made, own, GUINT_TO_POINTER (row + 1));
      g_hash_table_insert (to->names, GUINT_TO_POINTER (row + 1), own);
    }
  }
  self->of_tables->pdata[rua_table_get_ordinal (table)] = to;
  free_table_keys (from);
}
