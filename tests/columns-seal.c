/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "columns-seal.h"

#include <string.h>

#include "rua-alliance-json.h"
#include "rua-fingerprint-private.h"
#include "rua-table-core-private.h"

static gboolean
append (gpointer data, gconstpointer bytes, gsize length, GError **error)
{
  g_byte_array_append (data, bytes, (guint) length);
  return TRUE;
}

GByteArray *
columns_write (RuaAlliance *alliance)
{
  GByteArray *file = g_byte_array_new ();
  GError *error = NULL;

  rua_columns_write (alliance, append, file, NULL, &error);
  g_assert_no_error (error);
  return file;
}

RuaAlliance *
columns_read (GByteArray *file, GError **error)
{
  /* A copy of just this length, so that reading beyond it is seen. */
  g_autoptr (GBytes) bytes = g_bytes_new (file->data, file->len);

  return rua_columns_read (bytes, -1, "a.ruac", NULL, NULL, error);
}

static guint64
word_at (const guint8 *bytes, guint n)
{
  guint64 word = 0;

  memcpy (&word, bytes, n);
  return GUINT64_FROM_LE (word);
}

gboolean
columns_seal (guint8 *file, gsize length)
{
  guint8 *trailer, *directory;
  guint64 offset, size, n, at = RUA_COLUMNS_HEADER;

  if (length < RUA_COLUMNS_HEADER + RUA_COLUMNS_TRAILER)
    return FALSE;
  trailer = file + length - RUA_COLUMNS_TRAILER;
  offset = word_at (trailer, 8);
  size = word_at (trailer + 8, 8);
  if (offset > length - RUA_COLUMNS_TRAILER || size > length - RUA_COLUMNS_TRAILER - offset || size < 4)
    return FALSE;
  directory = file + offset;
  n = word_at (directory, 4);
  for (guint64 s = 0; s < n && 4 + (s + 1) * 20 <= size; s++) {
    guint8 *entry = directory + 4 + s * 20;
    guint64 segment = word_at (entry, 4), print[2];

    if (at > offset || segment > offset - at)
      break;
    rua_fingerprint (file + at, segment, 0, print);
    print[0] = GUINT64_TO_LE (print[0]);
    print[1] = GUINT64_TO_LE (print[1]);
    memcpy (entry + 4, print, sizeof print);
    at += (segment + 63) / 64 * 64;
  }
  rua_columns_sum (file, directory, size, trailer, trailer + RUA_COLUMNS_SUM_AT);
  return TRUE;
}

static void
exercise_table (RuaTable *table)
{
  for (guint f = 0; f < table->columns->len; f++) {
    RuaColumn *column = rua_table_column (table, f);
    g_autoptr (GBytes) values G_GNUC_UNUSED = rua_column_dup_values (column);
    g_autoptr (GBytes) presence G_GNUC_UNUSED = rua_column_dup_presence (column);
    g_auto (GStrv) dictionary G_GNUC_UNUSED = rua_column_dup_dictionary (column);
    guint64 print[2];

    rua_column_fingerprint (column, print);
    rua_column_get_n_known (column);
    for (guint c = 0; c < rua_column_get_n_chunks (column) && c < 3; c++) {
      RuaSlice slice;

      rua_column_peek_slice (column, c, &slice);
      g_assert_cmpuint (slice.n_rows, <=, RUA_CHUNK_ROWS);
    }
  }
  for (guint32 row = 0; row < MIN (table->n_rows, 50); row++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, row);
    const char *id = rua_record_get_id (record);

    g_assert_true (rua_record_equal (record, record));
    if (id)
      rua_table_find_row (table, id, -1);
    for (guint f = 0; f < table->columns->len; f++) {
      g_auto (GValue) value = G_VALUE_INIT;

      rua_record_get_value (record, rua_field_get_name (rua_table_column (table, f)->field), &value);
    }
  }
}

void
columns_exercise (RuaAlliance *alliance)
{
  g_autoptr (GBytes) json = rua_alliance_to_json (alliance, NULL, NULL);
  g_autoptr (RuaAlliance) snapshot G_GNUC_UNUSED = rua_alliance_snapshot (alliance);
  g_autoptr (GByteArray) again = NULL;

  for (guint i = 0; i < rua_alliance_get_n_tables (alliance); i++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, i);

    exercise_table (table);
    if (table->n_records > 0) {
      g_autoptr (RuaRecord) first = rua_table_dup_record (table, 0);

      for (guint f = 0; f < table->columns->len; f++)
        rua_record_unset (first, rua_field_get_name (rua_table_column (table, f)->field), NULL);
      rua_alliance_remove (alliance, first, NULL);
    }
  }
  again = columns_write (alliance);
  g_assert_cmpuint (g_bytes_get_size (json), >, 0);
  g_assert_cmpuint (again->len, >, 0);
}

/* ---- for every test of them ---- */

guint
columns_trials (guint n)
{
  return g_getenv ("RUA_SLOW_MACHINE") ? MAX (1, n / 10) : n;
}

void
columns_begin (RuaRandom *random)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

GBytes *
columns_to_json (RuaAlliance *alliance)
{
  GError *error = NULL;
  GBytes *json = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return json;
}

void
columns_assert_same_json (RuaAlliance *a, RuaAlliance *b)
{
  g_autoptr (GBytes) ja = columns_to_json (a);
  g_autoptr (GBytes) jb = columns_to_json (b);

  g_assert_true (g_bytes_equal (ja, jb));
}
