/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is different between an alliance and a snapshot of it taken before. Chunks that both share are
 * not looked into, so that it costs what was changed, in steps of a chunk. */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-json-reader-private.h"

static const RuaChunk *
chunk_of (RuaColumn *column, guint c)
{
  return c < column->n_chunks ? column->chunks[c] : NULL;
}

static gboolean
is_same_cell (RuaColumn *before, RuaColumn *now, guint32 row)
{
  guint64 a = 0, b = 0;
  gboolean known_before = rua_column_read_word (before, row, &a), known_now = rua_column_read_word (now, row, &b);

  return known_before == known_now && (!known_before || a == b);
}

RuaColumn *
rua_sqlite_column_at (RuaTable *table, guint field)
{
  return field < table->columns->len ? rua_table_column (table, field) : table->extra;
}

static void
mark (guint64 *bits, guint32 row)
{
  bits[row >> 6] |= G_GUINT64_CONSTANT (1) << (row & 63);
}

static gboolean
is_marked (const guint64 *bits, guint32 row)
{
  return bits != NULL && (bits[row >> 6] >> (row & 63) & 1) != 0;
}

/* The rows that were there before and have another value now. */
static void
mark_changed (RuaColumn *before, RuaColumn *now, guint32 n_rows, guint64 *bits)
{
  for (guint c = 0; (c << RUA_CHUNK_BITS) < n_rows; c++) {
    guint32 first = c << RUA_CHUNK_BITS, end = MIN (n_rows, first + RUA_CHUNK_ROWS);

    if (chunk_of (before, c) == chunk_of (now, c))
      continue;
    for (guint32 row = first; row < end; row++)
      if (!is_same_cell (before, now, row))
        mark (bits, row);
  }
}

/* Rows of @table that refer to a record that has another id now say so in other words. */
static void
mark_references (RuaTable *table, guint32 n_rows, guint64 *const *renamed, guint64 *bits)
{
  for (guint i = 0; i < table->columns->len; i++) {
    RuaColumn *column = rua_table_column (table, i);

    if ((column->type != RUA_FIELD_TYPE_REFERENCE && column->type != RUA_FIELD_TYPE_REFERENCE_LIST) || rua_column_get_n_known (column) == 0)
      continue;
    for (guint32 row = 0; row < n_rows; row++) {
      gboolean is_list = column->type == RUA_FIELD_TYPE_REFERENCE_LIST;
      guint n = is_list ? rua_column_get_n_references (column, row) : 1;
      RuaTable *target;
      guint32 other;

      for (guint k = 0; k < n; k++)
        if ((is_list ? rua_column_read_reference_at (column, row, k, &target, &other) : rua_column_read_reference (column, row, &target, &other))
            && is_marked (renamed[rua_table_get_ordinal (target)], other))
          mark (bits, row);
    }
  }
}

/* Rows that changed places hold what another held, and perhaps the same: only their keys tell. They were
 * written to, so their chunks are no longer shared. */
static void
mark_keys (RuaAlliance *alliance, const RuaSqliteDiff *diff, const RuaSqliteRows *rows)
{
  guint32 n_rows = diff->before->n_rows;

  for (guint c = 0; (c << RUA_CHUNK_BITS) < n_rows; c++) {
    guint32 first = c << RUA_CHUNK_BITS, end = MIN (n_rows, first + RUA_CHUNK_ROWS);
    gboolean is_shared = TRUE;

    for (guint i = 0; i <= diff->now->columns->len; i++)
      is_shared = is_shared && chunk_of (rua_sqlite_column_at (diff->before, i), c) == chunk_of (rua_sqlite_column_at (diff->now, i), c);
    for (guint32 row = first; !is_shared && row < end; row++) {
      g_autofree char *key = NULL;

      if (is_marked (diff->changed, row) || !rua_table_is_alive (diff->now, row))
        continue;
      key = rua_sqlite_dup_key (alliance, diff->now, row, rua_sqlite_rows_get_number (rows, row));
      if (g_strcmp0 (key, rua_sqlite_rows_get_key (rows, row)) != 0)
        mark (diff->changed, row);
    }
  }
}

static void
diff_clear (gpointer data)
{
  RuaSqliteDiff *diff = data;

  g_free (diff->changed);
  g_free (diff->renamed);
}

/* Codes mean the same while the texts of before are the first of those of now; a table that was filled
 * anew has others. */
static gboolean
shares_texts (RuaColumn *before, RuaColumn *now)
{
  guint32 n = rua_column_get_n_codes (before);
  gsize length;

  return n <= rua_column_get_n_codes (now)
         && (n == 0
             || (rua_column_code_text (before, 0, &length) == rua_column_code_text (now, 0, &length)
                 && rua_column_code_text (before, n - 1, &length) == rua_column_code_text (now, n - 1, &length)));
}

static gboolean
share_texts (RuaTable *before, RuaTable *now)
{
  for (guint i = 0; i <= now->columns->len; i++)
    if (!shares_texts (rua_sqlite_column_at (before, i), rua_sqlite_column_at (now, i)))
      return FALSE;
  return TRUE;
}

static gboolean
has_same_head (RuaAlliance *before, RuaAlliance *now)
{
  g_autoptr (GBytes) a = rua_alliance_head_to_json (before);
  g_autoptr (GBytes) b = rua_alliance_head_to_json (now);

  return g_bytes_equal (a, b);
}

static guint32
count (const guint64 *bits, guint32 n_rows)
{
  guint32 n = 0;

  for (guint32 w = 0; w < (n_rows + 63) / 64; w++)
    n += (guint32) __builtin_popcountll (bits[w]);
  return n;
}

static void
diff_table (RuaTable *before, RuaTable *now, RuaSqliteDiff *diff)
{
  guint32 n = before->n_rows, words = (n + 63) / 64;
  guint64 *bits = g_new0 (guint64, words + 1);

  mark_changed (rua_table_column (before, 0), rua_table_column (now, 0), n, bits);
  for (guint32 row = 0; row < n; row++)
    if (rua_table_is_alive (before, row) != rua_table_is_alive (now, row))
      mark (bits, row);
  /* So far the rows that have another id, or are no longer there. */
  if (count (bits, n) > 0) {
    diff->renamed = g_memdup2 (bits, (words + 1) * sizeof *bits);
    for (guint32 row = 0; row < n && !diff->has_renamed; row++)
      diff->has_renamed = is_marked (bits, row) && rua_table_is_alive (now, row);
  }
  for (guint i = 1; i <= now->columns->len; i++)
    mark_changed (rua_sqlite_column_at (before, i), rua_sqlite_column_at (now, i), n, bits);
  diff->before = before;
  diff->now = now;
  diff->changed = bits;
}

GArray *
rua_sqlite_diff (RuaAlliance *before, RuaAlliance *now, GPtrArray *rows, guint64 *n_changes)
{
  guint n_tables = rua_alliance_get_n_tables (now);
  g_autoptr (GArray) diffs = g_array_new (FALSE, TRUE, sizeof (RuaSqliteDiff));
  g_autofree guint64 **renamed = g_new0 (guint64 *, n_tables + 1);
  gboolean is_renamed = FALSE;

  g_array_set_clear_func (diffs, diff_clear);
  if (n_tables != rua_alliance_get_n_tables (before) || !has_same_head (before, now))
    return NULL;
  g_array_set_size (diffs, n_tables);
  for (guint t = 0; t < n_tables; t++) {
    RuaTable *a = rua_alliance_get_table_at (before, t), *b = rua_alliance_get_table_at (now, t);
    RuaSqliteDiff *diff = &g_array_index (diffs, RuaSqliteDiff, t);

    if (a->columns->len != b->columns->len || a->n_rows > b->n_rows || !share_texts (a, b))
      return NULL;
    diff_table (a, b, diff);
    renamed[t] = diff->renamed;
    is_renamed = is_renamed || diff->has_renamed;
  }
  *n_changes = 0;
  for (guint t = 0; t < n_tables; t++) {
    RuaSqliteDiff *diff = &g_array_index (diffs, RuaSqliteDiff, t);

    if (is_renamed)
      mark_references (diff->now, diff->before->n_rows, renamed, diff->changed);
    if (rua_alliance_peek_log (now) != NULL)
      mark_keys (now, diff, rows->pdata[t]);
    diff->n_changed = count (diff->changed, diff->before->n_rows);
    for (guint32 row = diff->before->n_rows; row < diff->now->n_rows; row++)
      diff->n_added += rua_table_is_alive (diff->now, row);
    *n_changes += (guint64) diff->n_changed + diff->n_added;
  }
  return g_steal_pointer (&diffs);
}
