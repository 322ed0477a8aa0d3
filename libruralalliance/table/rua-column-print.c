/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-table-core-private.h"

#include "rua-fingerprint-private.h"
#include "rua-parallel-private.h"

/* A column's fingerprint: that of its blocks' fingerprints, a block being 65,536 records. While
 * nothing was removed the blocks are the chunks, and each chunk keeps its own. */

/* Dictionaries up to this size are hashed once; the texts of longer ones a row each, for they have
 * about as many texts as rows. */
#define SHORT_DICTIONARY (4 * RUA_CHUNK_ROWS)

/* A block of which no row is known. */
#define NOTHING_KNOWN 0
#define ALL_KNOWN 1
#define SOME_KNOWN 2

typedef struct {
  RuaColumn *column;
  guint64 *texts; /* by code; NULL: not kept */
  guint64 (*blocks)[2];
} Printing;

static guint64
place_of (RuaTable *table, guint32 row)
{
  return table ? rua_table_position_of (table, row) : row;
}

static guint64
print_any (Printing *p, guint64 word)
{
  RuaTable *table = rua_table_find_ordinal (p->column->table, (guint) (word >> 32));
  const char *kind = table ? rua_kind_get_name (table->kind) : "";

  return rua_fingerprint_text (kind, strlen (kind)) + place_of (table, (guint32) word);
}

static guint64
print_text (Printing *p, guint32 code)
{
  gsize length;
  const char *text = rua_dictionary_get (&p->column->dictionary, code, &length);
  g_autofree guint64 *places = NULL;
  guint n;

  if (p->column->type != RUA_FIELD_TYPE_REFERENCE_LIST)
    return rua_fingerprint_text (text, length);
  n = (guint) (length / (p->column->any ? sizeof (guint64) : sizeof (guint32)));
  places = g_new (guint64, n + 1);
  for (guint i = 0; i < n; i++) {
    if (p->column->any) {
      guint64 word;

      memcpy (&word, text + i * sizeof word, sizeof word);
      places[i] = print_any (p, word);
    } else {
      guint32 row;

      memcpy (&row, text + i * sizeof row, sizeof row);
      places[i] = place_of (rua_column_get_target (p->column), row);
    }
    places[i] = GUINT64_TO_LE (places[i]);
  }
  return rua_fingerprint_text ((const char *) places, n * sizeof *places);
}

/* Plain values, 0 where unknown, and bits of which are known, of @n rows. */
static void
print_block (Printing *p, gpointer values, const guint64 *known, guint32 n, guint64 print[2])
{
  RuaColumn *column = p->column;
  guint32 n_known = 0, words = (n + 63) / 64;
  guint64 parts[6] = { n, 0 };
  gsize width = column->width;
  g_autofree guint64 *wide = NULL;
  RuaTable *target = column->type == RUA_FIELD_TYPE_REFERENCE ? rua_column_get_target (column) : NULL;

  for (guint32 w = 0; w < words; w++)
    n_known += (guint32) __builtin_popcountll (known[w] & (n - w * 64 < 64 ? (G_GUINT64_CONSTANT (1) << (n - w * 64)) - 1 : G_MAXUINT64));
  parts[1] = n_known == 0 ? NOTHING_KNOWN : n_known == n ? ALL_KNOWN : SOME_KNOWN;
  if (parts[1] == SOME_KNOWN) {
    g_autofree guint64 *bits = g_memdup2 (known, words * sizeof *bits);

    if (n % 64)
      bits[words - 1] &= (G_GUINT64_CONSTANT (1) << (n % 64)) - 1;
    for (guint32 w = 0; w < words; w++)
      bits[w] = GUINT64_TO_LE (bits[w]);
    rua_fingerprint (bits, words * sizeof *bits, 1, &parts[2]);
  }
  if (parts[1] != NOTHING_KNOWN) {
    if (rua_field_type_has_codes (column->type) || column->any) {
      wide = g_new0 (guint64, n);
      for (guint32 i = 0; i < n; i++) {
        if (!(known[i >> 6] >> (i & 63) & 1))
          continue;
        if (column->type == RUA_FIELD_TYPE_REFERENCE)
          wide[i] = print_any (p, ((guint64 *) values)[i]);
        else {
          guint32 code = ((guint32 *) values)[i];

          wide[i] = p->texts ? p->texts[code] : print_text (p, code);
        }
      }
      values = wide;
      width = sizeof *wide;
    } else if (target && !rua_table_is_dense (target)) {
      guint32 *rows = values;

      for (guint32 i = 0; i < n; i++)
        if (known[i >> 6] >> (i & 63) & 1)
          rows[i] = rua_table_position_of (target, rows[i]);
    } else if (column->type == RUA_FIELD_TYPE_NUMBER) {
      /* A document knows one zero: -0 and 0 add up to 0. */
      for (guint32 i = 0; i < n; i++)
        ((double *) values)[i] += 0.0;
    }
    for (guint32 i = 0; G_BYTE_ORDER == G_BIG_ENDIAN && width > 1 && i < n; i++) {
      if (width == 4)
        ((guint32 *) values)[i] = GUINT32_TO_LE (((guint32 *) values)[i]);
      else
        ((guint64 *) values)[i] = GUINT64_TO_LE (((guint64 *) values)[i]);
    }
    rua_fingerprint (values, n * width, 2, &parts[4]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    parts[i] = GUINT64_TO_LE (parts[i]);
  rua_fingerprint (parts, sizeof parts, 3, print);
}

static void
keep_print (RuaChunk *chunk, guint32 n, const guint64 print[2])
{
  gint before = g_atomic_int_get (&chunk->printed);

  if (before < 0 || !g_atomic_int_compare_and_exchange (&chunk->printed, before, -1))
    return;
  chunk->print[0] = print[0];
  chunk->print[1] = print[1];
  g_atomic_int_set (&chunk->printed, (gint) n);
}

/* Chunk by chunk. */
static gboolean
print_chunk (guint task, gpointer data, GError **error)
{
  Printing *p = data;
  RuaColumn *column = p->column;
  RuaChunk *chunk = task < column->n_chunks ? column->chunks[task] : NULL;
  guint32 n = MIN (RUA_CHUNK_ROWS, column->table->n_rows - (task << RUA_CHUNK_BITS));
  guint32 held = chunk ? MIN (chunk->capacity, n) : 0;
  g_autofree guint64 *values = NULL;
  guint64 known[RUA_CHUNK_ROWS / 64] = { 0 };

  if (chunk && (guint32) g_atomic_int_get (&chunk->printed) == n) {
    p->blocks[task][0] = chunk->print[0];
    p->blocks[task][1] = chunk->print[1];
    return TRUE;
  }
  values = g_malloc0 ((gsize) n * column->width);
  if (chunk) {
    rua_chunk_read_plain (chunk, held, column->width, values);
    memcpy (known, chunk->known, (held + 63) / 64 * sizeof *known);
    if (held % 64)
      known[held / 64] &= (G_GUINT64_CONSTANT (1) << (held % 64)) - 1;
  }
  print_block (p, values, known, n, p->blocks[task]);
  if (chunk)
    keep_print (chunk, n, p->blocks[task]);
  return TRUE;
}

/* Records in the order of the table, whatever their rows. */
static void
print_records (Printing *p, guint n_blocks)
{
  RuaColumn *column = p->column;
  RuaTable *table = column->table;
  gsize size = (gsize) MIN (table->n_records, RUA_CHUNK_ROWS) * column->width;
  g_autofree guint64 *values = g_malloc (size);
  guint64 known[RUA_CHUNK_ROWS / 64];
  guint32 row = 0;

  for (guint b = 0; b < n_blocks; b++) {
    guint32 n = 0;

    memset (values, 0, size);
    memset (known, 0, sizeof known);
    for (; row < table->n_rows && n < RUA_CHUNK_ROWS; row++) {
      guint64 word;

      if (!rua_table_is_alive (table, row))
        continue;
      if (rua_column_read_word (column, row, &word)) {
        known[n >> 6] |= G_GUINT64_CONSTANT (1) << (n & 63);
        rua_column_put_word ((char *) values + (gsize) n * column->width, column->width, word);
      }
      n++;
    }
    print_block (p, values, known, n, p->blocks[b]);
  }
}

/* Whether what a chunk says depends on nothing but the chunk and the dictionary. */
static gboolean
is_settled (RuaColumn *column)
{
  RuaTable *target;

  if (!rua_table_is_dense (column->table))
    return FALSE;
  if (column->type != RUA_FIELD_TYPE_REFERENCE && column->type != RUA_FIELD_TYPE_REFERENCE_LIST)
    return TRUE;
  if (!column->any) {
    target = rua_column_get_target (column);
    return !target || rua_table_is_dense (target);
  }
  for (guint i = 0; (target = rua_table_find_ordinal (column->table, i)); i++)
    if (!rua_table_is_dense (target))
      return FALSE;
  return TRUE;
}

void
rua_column_print_blocks (RuaColumn *self, guint64 (*blocks)[2])
{
  Printing p = { .column = self, .blocks = blocks };
  guint32 n = self->table ? self->table->n_records : 0;
  guint n_blocks = (n + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS;

  if (n > 0 && rua_field_type_has_codes (self->type) && rua_dictionary_get_n (&self->dictionary) <= SHORT_DICTIONARY) {
    guint32 n_codes = rua_dictionary_get_n (&self->dictionary);

    p.texts = g_new (guint64, MAX (n_codes, 1));
    for (guint32 code = 0; code < n_codes; code++)
      p.texts[code] = print_text (&p, code);
  }
  if (n > 0 && is_settled (self))
    rua_parallel_run (n_blocks, print_chunk, &p, NULL, NULL, NULL);
  else
    print_records (&p, n_blocks);
  g_free (p.texts);
}

void
rua_column_fingerprint (RuaColumn *self, guint64 print[2])
{
  guint32 n = self->table ? self->table->n_records : 0;
  guint n_blocks = (n + RUA_CHUNK_ROWS - 1) >> RUA_CHUNK_BITS;
  guint64 (*blocks)[2] = g_malloc0 (((gsize) n_blocks + 1) * sizeof *blocks);
  guint64 head[2];

  rua_column_print_blocks (self, blocks);
  head[0] = GUINT64_TO_LE ((guint64) n);
  head[1] = GUINT64_TO_LE ((guint64) self->type);
  rua_fingerprint (head, sizeof head, 4, blocks[n_blocks]);
  for (guint b = 0; b <= n_blocks; b++) {
    blocks[b][0] = GUINT64_TO_LE (blocks[b][0]);
    blocks[b][1] = GUINT64_TO_LE (blocks[b][1]);
  }
  rua_fingerprint (blocks, ((gsize) n_blocks + 1) * sizeof *blocks, 5, print);
  g_free (blocks);
}
