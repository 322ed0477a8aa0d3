/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-sqlite-private.h"

#include <string.h>

#include "rua-fingerprint-private.h"

/* A table's hash is the sum of its rows' hashes, 128 bits each as two words that are added without carry
 * from one to the other: a row that is changed costs its own hash taken away and added anew. A row's
 * number is hashed with it, so that rows which change places change the sum. */

#define SEED 0x72756100u

guint64
rua_sqlite_tag (const char *column)
{
  return rua_fingerprint_text (column, strlen (column));
}

static void
put_word (GByteArray *bytes, guint64 word)
{
  word = GUINT64_TO_LE (word);
  g_byte_array_append (bytes, (const guint8 *) &word, sizeof word);
}

void
rua_sqlite_hash_begin (GByteArray *bytes, gint64 row)
{
  g_byte_array_set_size (bytes, 0);
  put_word (bytes, (guint64) row);
}

void
rua_sqlite_hash_cell (GByteArray *bytes, guint64 tag, const RuaSqliteCell *cell)
{
  guint64 word;
  double real;

  switch (cell->type) {
  case SQLITE_INTEGER:
    put_word (bytes, tag);
    put_word (bytes, (guint64) cell->integer);
    break;
  case SQLITE_FLOAT:
    /* SQLite keeps -0 as 0. */
    real = cell->real + 0.0;
    memcpy (&word, &real, sizeof word);
    put_word (bytes, tag);
    put_word (bytes, word);
    break;
  case SQLITE_TEXT:
    put_word (bytes, tag);
    put_word (bytes, cell->length);
    g_byte_array_append (bytes, (const guint8 *) cell->text, (guint) cell->length);
    break;
  default:
    break;
  }
}

void
rua_sqlite_seal_add (RuaSqliteSeal *self, const GByteArray *bytes)
{
  guint64 print[2];

  rua_fingerprint (bytes->data, bytes->len, SEED, print);
  self->word[0] += print[0];
  self->word[1] += print[1];
  self->n_rows++;
}

void
rua_sqlite_seal_remove (RuaSqliteSeal *self, const GByteArray *bytes)
{
  guint64 print[2];

  rua_fingerprint (bytes->data, bytes->len, SEED, print);
  self->word[0] -= print[0];
  self->word[1] -= print[1];
  self->n_rows--;
}

void
rua_sqlite_seal_merge (RuaSqliteSeal *self, const RuaSqliteSeal *other)
{
  self->word[0] += other->word[0];
  self->word[1] += other->word[1];
  self->n_rows += other->n_rows;
}

gboolean
rua_sqlite_seal_equal (const RuaSqliteSeal *a, const RuaSqliteSeal *b)
{
  return a->word[0] == b->word[0] && a->word[1] == b->word[1] && a->n_rows == b->n_rows;
}

void
rua_sqlite_seal_to_hex (const RuaSqliteSeal *self, char hex[RUA_SQLITE_HEX_LENGTH + 1])
{
  g_snprintf (hex, RUA_SQLITE_HEX_LENGTH + 1, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", self->word[0], self->word[1]);
}

/* In the one form in which it is written. */
gboolean
rua_sqlite_seal_from_hex (RuaSqliteSeal *self, const char *hex, gsize length)
{
  if (length != RUA_SQLITE_HEX_LENGTH)
    return FALSE;
  self->word[0] = self->word[1] = 0;
  for (gsize i = 0; i < length; i++) {
    int digit = g_ascii_isupper (hex[i]) ? -1 : g_ascii_xdigit_value (hex[i]);

    if (digit < 0)
      return FALSE;
    self->word[i / 16] = self->word[i / 16] << 4 | (guint64) digit;
  }
  return TRUE;
}
