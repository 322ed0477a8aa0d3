/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-alliance.h"
#include "random-trials.h"
#include "rua-alliance-json.h"
#include "rua-column-private.h"
#include "rua-fingerprint-private.h"
#include "rua-parallel.h"
#include "rua-table-core-private.h"

#include <string.h>

static void
begin (RuaRandom *random)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

/* ---- bytes ---- */

static gboolean
add_print (GHashTable *seen, const guint64 print[2])
{
  return g_hash_table_add (seen, g_strdup_printf ("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", print[0], print[1]));
}

/* Lengths around stripes, blocks and words: the same bytes, nothing beyond them. */
static void
test_lengths (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree guint8 *bytes = g_malloc0 (5000);
  guint64 print[2], again[2], other[2];

  for (gsize n = 0; n < 2200; n++) {
    /* All zero: only the length tells them apart. */
    rua_fingerprint (bytes, n, 7, print);
    g_assert_true (add_print (seen, print));
    bytes[n] = 0xff;
    rua_fingerprint (bytes, n, 7, again);
    bytes[n] = 0;
    g_assert_cmpmem (print, sizeof print, again, sizeof again);
    rua_fingerprint (bytes, n, 8, other);
    g_assert_true (add_print (seen, other));
  }
}

/* Wherever it stands in memory. */
static void
test_unaligned (void)
{
  RuaRandom random;
  g_autofree guint8 *bytes = g_malloc (4000), *moved = g_malloc (4100);
  guint64 print[2], again[2];

  begin (&random);
  for (guint i = 0; i < 4000; i++)
    bytes[i] = (guint8) rua_random_next (&random);
  rua_fingerprint (bytes, 3999, 0, print);
  for (guint by = 1; by < 70; by++) {
    memcpy (moved + by, bytes, 3999);
    rua_fingerprint (moved + by, 3999, 0, again);
    g_assert_cmpmem (print, sizeof print, again, sizeof again);
  }
}

/* What is written in files stays what it is. */
static void
test_fixed (void)
{
  guint8 bytes[3000];
  guint64 print[2];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * 31 + (i >> 8));
  rua_fingerprint (bytes, 0, 0, print);
  g_assert_cmpuint (print[0], ==, G_GUINT64_CONSTANT (0xf0afbee43db2c5d6));
  g_assert_cmpuint (print[1], ==, G_GUINT64_CONSTANT (0xb08772a7ea7da684));
  rua_fingerprint (bytes, sizeof bytes, 42, print);
  g_assert_cmpuint (print[0], ==, G_GUINT64_CONSTANT (0xae5e38128918cba0));
  g_assert_cmpuint (print[1], ==, G_GUINT64_CONSTANT (0xcacbf597c5c11366));
  g_assert_cmpuint (rua_fingerprint_text ("草苗 pingzhai", 15), ==, G_GUINT64_CONSTANT (0xeb7569440682ff29));
}

/* Each single bit, and each pair of neighbouring bytes swapped. */
static void
test_bits (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (12); t++) {
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    gsize n = 1 + rua_random_below (&random, t % 3 ? 200 : 2100);
    g_autofree guint8 *bytes = g_malloc (n);
    guint64 print[2], text = 0;

    for (gsize i = 0; i < n; i++)
      bytes[i] = t % 2 ? (guint8) rua_random_next (&random) : 0;
    rua_fingerprint (bytes, n, 0, print);
    g_assert_true (add_print (seen, print));
    text = rua_fingerprint_text ((char *) bytes, n);
    for (gsize bit = 0; bit < n * 8; bit++) {
      bytes[bit / 8] ^= (guint8) (1u << bit % 8);
      rua_fingerprint (bytes, n, 0, print);
      g_assert_true (add_print (seen, print));
      g_assert_cmpuint (rua_fingerprint_text ((char *) bytes, n), !=, text);
      bytes[bit / 8] ^= (guint8) (1u << bit % 8);
    }
    for (gsize i = 0; i + 1 < n; i++) {
      guint8 first = bytes[i], second = bytes[i + 1];

      if (first == second)
        continue;
      bytes[i] = second;
      bytes[i + 1] = first;
      rua_fingerprint (bytes, n, 0, print);
      g_assert_true (add_print (seen, print));
      bytes[i] = first;
      bytes[i + 1] = second;
    }
  }
}

/* Words equal to a key make a factor zero: the other factor must count all the same. */
static void
test_zero_products (void)
{
  guint64 words[8], print[2], again[2], key = G_GUINT64_CONSTANT (0xe220a8397b1dcdaf);

  memset (words, 0, sizeof words);
  words[0] = key & 0xffffffffu;
  rua_fingerprint (words, sizeof words, 0, print);
  for (guint bit = 32; bit < 64; bit++) {
    words[0] ^= G_GUINT64_CONSTANT (1) << bit;
    rua_fingerprint (words, sizeof words, 0, again);
    g_assert_cmpint (memcmp (print, again, sizeof print), !=, 0);
    words[0] ^= G_GUINT64_CONSTANT (1) << bit;
  }
}

/* Half of the bits change with each bit: within ten standard deviations. */
static void
test_avalanche (void)
{
  RuaRandom random;
  guint8 bytes[256];
  guint64 print[2], again[2];
  guint changed = 0, n = 0;

  begin (&random);
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) rua_random_next (&random);
  rua_fingerprint (bytes, sizeof bytes, 0, print);
  for (guint bit = 0; bit < sizeof bytes * 8; bit++, n += 128) {
    bytes[bit / 8] ^= (guint8) (1u << bit % 8);
    rua_fingerprint (bytes, sizeof bytes, 0, again);
    changed += (guint) __builtin_popcountll (print[0] ^ again[0]) + (guint) __builtin_popcountll (print[1] ^ again[1]);
    bytes[bit / 8] ^= (guint8) (1u << bit % 8);
  }
  g_assert_cmpfloat (changed, >, n / 2.0 - 10 * 256);
  g_assert_cmpfloat (changed, <, n / 2.0 + 10 * 256);
}

/* ---- columns ---- */

static guint
n_fields (RuaAlliance *alliance)
{
  return rua_kind_get_n_fields (rua_table_get_kind (random_alliance_get_table (alliance)));
}

static void
print_of (RuaAlliance *alliance, guint field, guint64 print[2])
{
  rua_column_fingerprint (rua_table_peek_column (random_alliance_get_table (alliance), field), print);
}

static void
check_same (RuaAlliance *a, RuaAlliance *b)
{
  for (guint f = 0; f < n_fields (a); f++) {
    guint64 pa[2], pb[2];

    print_of (a, f, pa);
    print_of (b, f, pb);
    if (memcmp (pa, pb, sizeof pa) != 0)
      g_error ("%s differs", rua_field_get_name (rua_kind_get_field (rua_table_get_kind (random_alliance_get_table (a)), f)));
  }
}

/* The same records in another alliance: from its document, so with other dictionaries and rows. */
static RuaAlliance *
through_json (RuaAlliance *alliance)
{
  GError *error = NULL;
  g_autoptr (GBytes) json = rua_alliance_to_json (alliance, NULL, &error);
  RuaAlliance *again = rua_alliance_new_from_json (json, NULL, NULL, &error);

  g_assert_no_error (error);
  return again;
}

static void
test_independent (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (16); t++) {
    g_autoptr (RuaAlliance) alliance = random_alliance_new (&random, 1 + rua_random_below (&random, 200));
    g_autoptr (RuaAlliance) snapshot = NULL;

    for (guint e = 0; e < 30; e++) {
      g_autoptr (RuaAlliance) fresh = NULL;

      random_alliance_edit (alliance, &random);
      if (e % 7 == 3)
        g_assert_true (rua_table_pack (random_alliance_get_table (alliance), NULL, NULL));
      if (e % 5)
        continue;
      fresh = through_json (alliance);
      check_same (alliance, fresh);
      g_clear_object (&snapshot);
      snapshot = rua_alliance_snapshot (alliance);
      check_same (snapshot, fresh);
    }
  }
}

static void
test_threads_agree (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  guint n, threads = rua_get_n_threads ();
  guint64 prints[32][2], print[2];
  GError *error = NULL;

  if (skip_under_valgrind ())
    return;
  begin (&random);
  alliance = random_alliance_new (&random, trials (2) * RUA_CHUNK_ROWS + 100);
  n = MIN (n_fields (alliance), 32);
  for (guint f = 0; f < n; f++)
    print_of (alliance, f, prints[f]);
  g_assert_true (rua_table_pack (random_alliance_get_table (alliance), NULL, &error));
  for (guint f = 0; f < n; f++) {
    RuaColumn *column = rua_table_peek_column (random_alliance_get_table (alliance), f);

    for (guint c = 0; c < column->n_chunks; c++)
      if (column->chunks[c])
        column->chunks[c]->printed = 0;
    rua_set_n_threads (1 + f % 5);
    print_of (alliance, f, print);
    g_assert_cmpmem (print, sizeof print, prints[f], sizeof print);
    /* Kept. */
    print_of (alliance, f, print);
    g_assert_cmpmem (print, sizeof print, prints[f], sizeof print);
  }
  rua_set_n_threads (threads);
}

/* A column of 3 rows whose every cell goes through every value one bit away. */
static void
test_cells (void)
{
  static const RuaFieldType types[] = { RUA_FIELD_TYPE_INTEGER, RUA_FIELD_TYPE_MONEY, RUA_FIELD_TYPE_NUMBER, RUA_FIELD_TYPE_DATE, RUA_FIELD_TYPE_TEXT };

  for (gsize t = 0; t < G_N_ELEMENTS (types); t++) {
    g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
    g_autoptr (RuaKind) kind = rua_kind_new ("thing", "things");
    g_autoptr (RuaField) field = rua_field_new ("value", types[t]);
    RuaColumn *column;
    guint64 print[2], kept[2];

    g_assert_true (rua_kind_add_field (kind, field, NULL));
    g_assert_true (rua_alliance_add_kind (alliance, kind, NULL));
    for (guint i = 0; i < 3; i++) {
      g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "thing");
      g_autofree char *id = g_strdup_printf ("t%u", i);

      rua_record_set_id (record, id, NULL);
      g_assert_true (rua_alliance_add (alliance, record, NULL));
    }
    column = rua_table_peek_column (random_alliance_get_table (alliance), 1);
    rua_column_fingerprint (column, kept);
    g_assert_true (add_print (seen, kept));
    for (guint row = 0; row < 3; row++) {
      for (guint bit = 0; bit <= column->width * 8u; bit++) {
        guint64 word = bit ? G_GUINT64_CONSTANT (1) << (bit - 1) : 0;

        /* 0 and -0 are one. */
        if (types[t] == RUA_FIELD_TYPE_NUMBER)
          word ^= G_GUINT64_CONSTANT (0x3ff0000000000000);
        if (types[t] == RUA_FIELD_TYPE_TEXT) {
          g_autofree char *text = g_strdup_printf ("%x", 1u << bit % 32);

          if (bit > 31)
            continue;
          word = rua_dictionary_intern (&column->dictionary, text, strlen (text));
        }
        rua_column_write_word (column, row, word);
        rua_column_fingerprint (column, print);
        g_assert_true (add_print (seen, print));
        if (bit % 3 == 1) {
          guint64 packed[2];

          g_assert_true (rua_table_pack (random_alliance_get_table (alliance), NULL, NULL));
          rua_column_fingerprint (column, packed);
          g_assert_cmpmem (print, sizeof print, packed, sizeof packed);
        }
      }
      rua_column_forget (column, row);
      rua_column_fingerprint (column, print);
      g_assert_cmpmem (print, sizeof print, kept, sizeof kept);
    }
  }
}

/* A removed record and one that never was are the same; a record more of which nothing is known is
 * not. */
static void
test_rows (void)
{
  RuaRandom random, again;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) without = NULL;
  g_autoptr (RuaRecord) extra = NULL;
  guint64 a[2], b[2];

  begin (&random);
  again = random;
  alliance = random_alliance_new (&random, 50);
  without = random_alliance_new (&again, 50);
  extra = rua_alliance_new_record (alliance, "thing");
  rua_record_set_id (extra, "extra", NULL);
  g_assert_true (rua_alliance_add (alliance, extra, NULL));
  for (guint f = 0; f < n_fields (alliance); f++) {
    print_of (alliance, f, a);
    print_of (without, f, b);
    g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  }
  g_assert_true (rua_alliance_remove (alliance, extra, NULL));
  check_same (alliance, without);
}

/* Which record stands where, when some are gone: against counting. */
static void
test_positions (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  guint n = g_getenv ("RUA_SLOW_MACHINE") ? 6000 : 30000, position = 0;
  GError *error = NULL;

  begin (&random);
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);

    rua_appender_set_text (appender, 0, id, -1, &error);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n / 3; i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, rua_random_below (&random, rua_table_get_n_records (table)));

    g_assert_true (rua_table_remove (table, record, &error));
    if (i % 1000 == 7) {
      g_autoptr (RuaRecord) fresh = rua_alliance_new_record (alliance, "household");
      g_autofree char *id = g_strdup_printf ("new%u", i);

      rua_record_set_id (fresh, id, NULL);
      g_assert_true (rua_table_add (table, fresh, &error));
      g_assert_no_error (error);
    }
  }
  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
    if (!rua_table_is_alive (table, row))
      continue;
    g_assert_cmpuint (rua_table_position_of (table, row), ==, position);
    g_assert_cmpuint (rua_table_row_at (table, position), ==, row);
    position++;
  }
  g_assert_cmpuint (position, ==, rua_table_get_n_records (table));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fingerprint/lengths", test_lengths);
  g_test_add_func ("/fingerprint/unaligned", test_unaligned);
  g_test_add_func ("/fingerprint/fixed", test_fixed);
  g_test_add_func ("/fingerprint/bits", test_bits);
  g_test_add_func ("/fingerprint/zero-products", test_zero_products);
  g_test_add_func ("/fingerprint/avalanche", test_avalanche);
  g_test_add_func ("/fingerprint/columns/independent", test_independent);
  g_test_add_func ("/fingerprint/columns/threads-agree", test_threads_agree);
  g_test_add_func ("/fingerprint/columns/cells", test_cells);
  g_test_add_func ("/fingerprint/columns/rows", test_rows);
  g_test_add_func ("/fingerprint/columns/positions", test_positions);
  return g_test_run ();
}
