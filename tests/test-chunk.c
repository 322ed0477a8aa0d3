/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-alliance.h"
#include "random-trials.h"
#include "rua-alliance-json.h"
#include "rua-chunk-private.h"

#include <glib/gstdio.h>

#include <math.h>

static void
begin (RuaRandom *random)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

static char *
to_json (RuaAlliance *alliance)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
pack (RuaAlliance *alliance)
{
  GError *error = NULL;

  g_assert_true (rua_table_pack (random_alliance_get_table (alliance), NULL, &error));
  g_assert_no_error (error);
}

/* ---- one chunk ---- */

/* From any cell on, any number of them. */
static void
check_parts (const RuaChunk *chunk, RuaFieldType type, guint width, const guint8 *plain, guint32 n)
{
  g_autofree guint8 *got = g_malloc ((gsize) n * width);
  RuaSlice slice;

  rua_chunk_get_slice (chunk, n, &slice);
  for (guint32 first = 0; first < n; first += 1 + n / 7) {
    guint m = MIN (n - first, 1 + first % 5 * 1021);

    if (type == RUA_FIELD_TYPE_NUMBER)
      rua_slice_read_numbers (&slice, first, m, (double *) got);
    else if (width == 1)
      rua_slice_read_booleans (&slice, first, m, got);
    else if (width == 4)
      rua_slice_read_words (&slice, first, m, (guint32 *) got);
    else
      rua_slice_read_integers (&slice, first, m, (gint64 *) got);
    for (guint32 i = 0; i < m; i++)
      if (chunk->known[(first + i) / 64] >> ((first + i) % 64) & 1)
        g_assert_cmpmem (got + (gsize) i * width, width, plain + (gsize) (first + i) * width, width);
  }
}

/* Packs a vector, into codes of so many bits, and reads it back in every way. */
static RuaChunk *
check_vector (RuaFieldType type, guint width, gconstpointer values, const guint64 *known, guint32 n, guint wanted)
{
  RuaChunk *chunk = rua_chunk_new_vector (type, width, values, known, n);
  g_autofree guint8 *plain = g_malloc0 ((gsize) n * width), *all = g_malloc0 ((gsize) RUA_CHUNK_ROWS * width);
  RuaChunk *copy;

  g_assert_nonnull (chunk);
  g_assert_cmpuint (chunk->bits, ==, wanted);
  g_assert_cmpint (chunk->packed, ==, wanted < 8 * width);
  g_assert_cmpuint (chunk->room, ==, 0);
  for (guint32 i = 0; i < n; i++) {
    guint64 word = 0, got;
    gboolean there = !known || (known[i / 64] >> (i % 64) & 1);

    g_assert_cmpint (chunk->known[i / 64] >> (i % 64) & 1, ==, there);
    if (!there)
      continue;
    memcpy (&word, (const char *) values + (gsize) i * width, width);
    memcpy (plain + (gsize) i * width, &word, width);
    got = rua_chunk_read_word (chunk, i, width);
    g_assert_cmpuint (got, ==, word);
  }
  check_parts (chunk, type, width, plain, n);
  rua_chunk_read_plain (chunk, n, width, all);
  g_assert_cmpmem (all, (gsize) n * width, plain, (gsize) n * width);
  copy = rua_chunk_copy (chunk, RUA_CHUNK_ROWS, width);
  g_assert_cmpuint (copy->room, ==, RUA_CHUNK_ROWS);
  g_assert_false (copy->packed);
  g_assert_cmpmem (copy->values, (gsize) n * width, plain, (gsize) n * width);
  for (guint32 i = n; i < RUA_CHUNK_ROWS; i++)
    g_assert_cmpint (copy->known[i / 64] >> (i % 64) & 1, ==, 0);
  rua_chunk_unref (copy);
  return chunk;
}

static void
test_widths (void)
{
  static const struct {
    gint64 from, step;
    guint wanted;
  } cases[] = {
    { 0, 0, 0 }, { -5, 0, 0 }, { G_MININT64, 0, 0 }, { 0, 1, 1 }, { -1, 1, 1 }, { 0, 2, 2 }, { 7, 3, 2 }, { 0, 4, 4 },
    { G_MININT64, 15, 4 }, { 0, 16, 8 }, { 100, 255, 8 }, { 100, 256, 16 }, { -1, 65535, 16 }, { -1, 65536, 20 },
    { 0, 1048575, 20 }, { 0, 1048576, 24 }, { 5, 16777215, 24 }, { 5, 16777216, 32 }, { G_MAXINT64 - G_MAXUINT32, G_MAXUINT32, 32 }, { G_MININT64, G_MAXUINT32, 32 },
    { G_MININT64, G_GINT64_CONSTANT (1) << 32, 64 }, { G_MININT64, G_MAXINT64, 64 },
  };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    gint64 values[100];

    for (guint i = 0; i < 100; i++)
      values[i] = cases[c].from + (i == 63 ? cases[c].step : 0);
    rua_chunk_unref (check_vector (RUA_FIELD_TYPE_INTEGER, 8, values, NULL, 100, cases[c].wanted));
    rua_chunk_unref (check_vector (RUA_FIELD_TYPE_MONEY, 8, values, NULL, 100, cases[c].wanted));
  }
}

static void
test_types (void)
{
  gint32 dates[] = { rua_date_pack (-9000, RUA_DATE_PRECISION_DAY), rua_date_pack (-8990, RUA_DATE_PRECISION_YEAR) };
  guint32 codes[] = { G_MAXUINT32, G_MAXUINT32 - 300 };
  guint8 booleans[] = { 1, 1 };
  guint64 any[] = { G_GUINT64_CONSTANT (7) << 32 | 5, G_GUINT64_CONSTANT (7) << 32 | 90000 };
  RuaSlice slice;
  guint32 words[2];
  RuaChunk *chunk;

  chunk = check_vector (RUA_FIELD_TYPE_DATE, 4, dates, NULL, 2, 8);
  g_assert_cmpint (chunk->base, ==, dates[0]);
  rua_chunk_get_slice (chunk, 2, &slice);
  rua_slice_read_words (&slice, 0, 2, words);
  g_assert_cmpint ((gint32) words[1], ==, dates[1]);
  rua_chunk_unref (chunk);
  rua_chunk_unref (check_vector (RUA_FIELD_TYPE_TEXT, 4, codes, NULL, 2, 16));
  rua_chunk_unref (check_vector (RUA_FIELD_TYPE_BOOLEAN, 1, booleans, NULL, 2, 0));
  booleans[0] = 0;
  rua_chunk_unref (check_vector (RUA_FIELD_TYPE_BOOLEAN, 1, booleans, NULL, 2, 1));
  rua_chunk_unref (check_vector (RUA_FIELD_TYPE_REFERENCE, 8, any, NULL, 2, 20));
}

static void
test_decimals (void)
{
  static const struct {
    double a, b;
    guint wanted;
    double divisor;
  } cases[] = {
    { 1, 2, 1, 1 }, { 0.1, 0.2, 1, 10 }, { 0.1, 0.4, 2, 10 }, { 0.1, 0.25, 4, 100 }, { 0.25, 0.5, 8, 100 },
    { 19.99, -20.01, 16, 100 }, { 0, 99999.99, 24, 100 }, { 0, 0, 0, 1 },
    { -0.0, 0, 64, 1 }, { -0.0, -0.0, 64, 1 }, { 0.1, 1.0 / 3, 64, 1 }, { 0.001, 4294967.296, 32, 1000 },
    { 0.001, 4294967.297, 64, 1 }, { 9007199254740992.0, 9007199254740990.0, 2, 1 }, { 1e300, 1, 64, 1 },
    { 1.7976931348623157e308, 0, 64, 1 }, { 5e-324, 0, 64, 1 }, { 1e-15, 0, 1, 1e15 }, { 1e-16, 0, 64, 1 },
    { 0.1 + 0.2, 0.3, 64, 1 },
  };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    double values[] = { cases[c].a, cases[c].b };
    RuaChunk *chunk = check_vector (RUA_FIELD_TYPE_NUMBER, 8, values, NULL, 2, cases[c].wanted);

    g_assert_cmpfloat (chunk->divisor, ==, cases[c].divisor);
    g_assert_cmpint (chunk->decimal, ==, cases[c].wanted < 64);
    rua_chunk_unref (chunk);
  }
}

/* What an unknown cell holds must matter to nothing. */
static void
test_unknown (void)
{
  gint64 values[130];
  double numbers[130];
  guint64 known[3] = { 0 };
  RuaChunk *chunk;

  for (guint i = 0; i < 130; i++) {
    values[i] = i % 3 ? G_MAXINT64 - i : 10 + i;
    numbers[i] = i % 3 ? NAN : i / 10.0;
    if (i % 3 == 0)
      known[i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
  }
  known[2] |= ~G_GUINT64_CONSTANT (0) << 2; /* beyond the end */
  chunk = check_vector (RUA_FIELD_TYPE_INTEGER, 8, values, known, 130, 8);
  g_assert_cmpuint (chunk->known[2] >> 2, ==, 0);
  rua_chunk_unref (chunk);
  rua_chunk_unref (check_vector (RUA_FIELD_TYPE_NUMBER, 8, numbers, known, 130, 8));
  known[0] = known[1] = 0;
  known[2] &= ~G_GUINT64_CONSTANT (3);
  g_assert_null (rua_chunk_new_vector (RUA_FIELD_TYPE_INTEGER, 8, values, known, 130));
  known[0] = known[1] = known[2] = G_MAXUINT64;
  chunk = check_vector (RUA_FIELD_TYPE_INTEGER, 8, values, known, 130, 64);
  g_assert_true (chunk->known == rua_chunk_all_known);
  rua_chunk_unref (chunk);
}

static guint
bits_of_range (guint64 range)
{
  guint bits = 64;

  while (bits > 0 && range >> (bits - 1) == 0)
    bits--;
  return bits <= 2 ? bits : bits <= 4 ? 4 : bits > 16 && bits <= 20 ? 20 : bits <= 32 ? (bits + 7) / 8 * 8 : 64;
}

static void
test_random_vectors (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (400); t++) {
    guint32 n = 1 + rua_random_below (&random, t % 40 ? 300 : RUA_CHUNK_ROWS);
    g_autofree gint64 *values = g_new (gint64, n);
    g_autofree guint64 *known = g_new0 (guint64, (n + 63) / 64);
    guint bits = rua_random_below (&random, 65), rare = 1 + rua_random_below (&random, 4);
    gint64 base = (gint64) ((guint64) rua_random_next (&random) << 32 | rua_random_next (&random));
    guint64 least = G_MAXUINT64, most = 0;

    for (guint32 i = 0; i < n; i++) {
      guint64 code = (guint64) rua_random_next (&random) << 32 | rua_random_next (&random);

      code = bits ? code >> (64 - bits) : 0;
      values[i] = (gint64) ((guint64) base + code);
      if (i && rua_random_below (&random, 8) < rare)
        continue;
      known[i / 64] |= G_GUINT64_CONSTANT (1) << (i % 64);
      least = MIN (least, (guint64) values[i] ^ G_GUINT64_CONSTANT (1) << 63);
      most = MAX (most, (guint64) values[i] ^ G_GUINT64_CONSTANT (1) << 63);
    }
    most -= least;
    rua_chunk_unref (check_vector (RUA_FIELD_TYPE_INTEGER, 8, values, known, n, bits_of_range (most)));
  }
}

/* The fewest decimals with which every known value is told to the bit, value by value; FALSE where none are. */
static gboolean
tell_decimals (const double *values, const guint64 *known, guint32 n, double *divisor, guint64 *range)
{
  double power = 1;

  for (guint decimals = 0; decimals <= 15; decimals++, power *= 10) {
    gint64 least = G_MAXINT64, most = G_MININT64;
    guint32 i;

    for (i = 0; i < n; i++) {
      double scaled = rint (values[i] * power), back;

      if (known && !(known[i / 64] >> (i % 64) & 1))
        continue;
      if (!(fabs (scaled) <= 9007199254740992.0))
        break;
      back = (double) (gint64) scaled / power;
      if (memcmp (&back, &values[i], sizeof back) != 0)
        break;
      least = MIN (least, (gint64) scaled);
      most = MAX (most, (gint64) scaled);
    }
    if (i == n) {
      *divisor = power;
      *range = (guint64) most - (guint64) least;
      return TRUE;
    }
  }
  return FALSE;
}

/* Some known, all of them told one by one, or NULL. */
static guint64 *
draw_known (RuaRandom *random, guint32 n)
{
  guint how = rua_random_below (random, 3);
  guint64 *known;

  if (how == 0)
    return NULL;
  known = g_new (guint64, (n + 63) / 64);
  memset (known, 0xff, (n + 63) / 64 * sizeof *known);
  /* Whole words stay known, others have gaps. */
  for (guint32 i = 1; how == 2 && i < n; i++)
    if (i / 64 % 2 == 0 && rua_random_below (random, 5) == 0)
      known[i / 64] &= ~(G_GUINT64_CONSTANT (1) << (i % 64));
  return known;
}

static void
test_random_decimals (void)
{
  static const double strange[] = { -0.0, 1.0 / 3, 1e300, 5e-324, 9007199254740994.0, NAN, INFINITY, 0.12345 };
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (400); t++) {
    guint32 n = 1 + rua_random_below (&random, 300);
    g_autofree double *values = g_new (double, n);
    g_autofree guint64 *known = draw_known (&random, n);
    guint bits = rua_random_below (&random, 34), decimals = rua_random_below (&random, 7);
    double power = 1, divisor = 1;
    gint64 base = (gint64) rua_random_next (&random) * (rua_random_below (&random, 2) ? 1 : -1);
    guint64 range = G_MAXUINT64;
    RuaChunk *chunk;

    for (guint d = 0; d < decimals; d++)
      power *= 10;
    for (guint32 i = 0; i < n; i++) {
      guint64 code = ((guint64) rua_random_next (&random) << 32 | rua_random_next (&random)) >> (64 - MAX (bits, 1));

      values[i] = (double) (base + (gint64) (bits ? code : 0)) / power;
      if (known && !(known[i / 64] >> (i % 64) & 1))
        values[i] = strange[rua_random_below (&random, G_N_ELEMENTS (strange))];
    }
    if (rua_random_below (&random, 3) == 0)
      values[rua_random_below (&random, n)] = strange[rua_random_below (&random, G_N_ELEMENTS (strange))];
    if (!tell_decimals (values, known, n, &divisor, &range) || bits_of_range (range) == 64)
      divisor = 1;
    chunk = check_vector (RUA_FIELD_TYPE_NUMBER, 8, values, known, n, bits_of_range (range));
    g_assert_cmpfloat (chunk->divisor, ==, divisor);
    rua_chunk_unref (chunk);
  }
}

/* The types of fewer bytes than a whole number has; and chunks that take the values as their own. */
static void
test_random_words (void)
{
  static const struct {
    RuaFieldType type;
    guint width;
  } kinds[] = {
    { RUA_FIELD_TYPE_BOOLEAN, 1 }, { RUA_FIELD_TYPE_DATE, 4 }, { RUA_FIELD_TYPE_TEXT, 4 }, { RUA_FIELD_TYPE_REFERENCE, 8 },
  };
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (400); t++) {
    const guint width = kinds[t % 4].width;
    guint32 n = 1 + rua_random_below (&random, 300);
    guint8 *values = g_malloc ((gsize) n * 8), *own = g_malloc ((gsize) n * 8);
    g_autofree guint64 *known = draw_known (&random, n);
    guint shift = rua_random_below (&random, 32);
    guint32 base = rua_random_next (&random);
    gint64 least = G_MAXINT64, most = G_MININT64;
    RuaChunk *chunk, *taken;
    guint wanted;

    for (guint32 i = 0; i < n; i++) {
      guint32 word = (rua_random_next (&random) >> shift) + base;
      gint64 value = width == 1 ? word & 1 : kinds[t % 4].type == RUA_FIELD_TYPE_DATE ? (gint64) (gint32) word : (gint64) word;

      memcpy (values + (gsize) i * width, &value, width);
      if (known && !(known[i / 64] >> (i % 64) & 1))
        continue;
      least = MIN (least, value);
      most = MAX (most, value);
    }
    wanted = MIN (8 * width, bits_of_range ((guint64) most - (guint64) least));
    chunk = check_vector (kinds[t % 4].type, width, values, known, n, wanted);
    memcpy (own, values, (gsize) n * width);
    taken = rua_chunk_take_vector (kinds[t % 4].type, width, own, known, n);
    g_assert_cmpint (taken->values == own, ==, wanted == 8 * width);
    g_assert_cmpint (taken->packed, ==, chunk->packed);
    g_assert_cmpint (taken->base, ==, chunk->base);
    g_assert_cmpmem (taken->values, rua_codes_size (taken->bits, n), chunk->values, rua_codes_size (chunk->bits, n));
    rua_chunk_unref (taken);
    rua_chunk_unref (chunk);
    g_free (values);
  }
}

/* ---- tables ---- */

static void
check_same_columns (RuaTable *a, RuaTable *b)
{
  for (guint i = 0; i < rua_kind_get_n_fields (rua_table_get_kind (a)); i++) {
    RuaColumn *ca = rua_table_peek_column (a, i), *cb = rua_table_peek_column (b, i);
    g_autoptr (GBytes) va = rua_column_dup_values (ca);
    g_autoptr (GBytes) vb = rua_column_dup_values (cb);
    g_autoptr (GBytes) pa = rua_column_dup_presence (ca);
    g_autoptr (GBytes) pb = rua_column_dup_presence (cb);

    g_assert_cmpint (va != NULL, ==, vb != NULL);
    if (va)
      g_assert_true (g_bytes_equal (va, vb));
    g_assert_true (g_bytes_equal (pa, pb));
    g_assert_cmpuint (rua_column_get_n_known (ca), ==, rua_column_get_n_known (cb));
  }
}

static gsize
cell_size (RuaFieldType type, gboolean any)
{
  switch (type) {
  case RUA_FIELD_TYPE_BOOLEAN:
    return 1;
  case RUA_FIELD_TYPE_INTEGER:
  case RUA_FIELD_TYPE_NUMBER:
  case RUA_FIELD_TYPE_MONEY:
    return 8;
  default:
    return type == RUA_FIELD_TYPE_REFERENCE && any ? 8 : 4;
  }
}

/* Slices say what single reads say. */
static void
check_slices (RuaTable *table)
{
  g_autofree guint64 *values = g_new (guint64, RUA_CHUNK_ROWS);

  for (guint f = 0; f < rua_kind_get_n_fields (rua_table_get_kind (table)); f++) {
    RuaField *field = rua_kind_get_field (rua_table_get_kind (table), f);
    RuaColumn *column = rua_table_peek_column (table, f);
    RuaFieldType type = rua_field_get_field_type (field);
    gsize size = cell_size (type, g_strcmp0 (rua_field_get_target (field), "*") == 0);

    for (guint c = 0; c < rua_column_get_n_chunks (column); c++) {
      RuaSlice slice;

      rua_column_peek_slice (column, c, &slice);
      g_assert_cmpuint (slice.n_rows, ==, MIN (RUA_CHUNK_ROWS, rua_table_get_n_rows (table) - c * RUA_CHUNK_ROWS));
      g_assert_nonnull (slice.bits ? slice.values : "");
      if (size == 1)
        rua_slice_read_booleans (&slice, 0, slice.n_rows, (guint8 *) values);
      else if (size == 4)
        rua_slice_read_words (&slice, 0, slice.n_rows, (guint32 *) values);
      else if (type == RUA_FIELD_TYPE_NUMBER)
        rua_slice_read_numbers (&slice, 0, slice.n_rows, (double *) values);
      else
        rua_slice_read_integers (&slice, 0, slice.n_rows, (gint64 *) values);
      for (guint32 i = 0; i < slice.n_rows; i++) {
        guint32 row = c * RUA_CHUNK_ROWS + i;
        gboolean known = !slice.known || (slice.known[i / 64] >> (i % 64) & 1);
        gint64 integer;
        double number;
        guint32 code, target;
        RuaTable *other;
        RuaDatePacked date;
        gboolean yes;

        g_assert_cmpint (known, ==, rua_column_is_known (column, row));
        if (!known)
          continue;
        switch (type) {
        case RUA_FIELD_TYPE_BOOLEAN:
          g_assert_true (rua_column_read_boolean (column, row, &yes));
          g_assert_cmpint (((guint8 *) values)[i], ==, yes);
          break;
        case RUA_FIELD_TYPE_INTEGER:
        case RUA_FIELD_TYPE_MONEY:
          g_assert_true (rua_column_read_integer (column, row, &integer));
          g_assert_cmpint (((gint64 *) values)[i], ==, integer);
          break;
        case RUA_FIELD_TYPE_NUMBER:
          g_assert_true (rua_column_read_number (column, row, &number));
          g_assert_cmpmem (&((double *) values)[i], sizeof number, &number, sizeof number);
          break;
        case RUA_FIELD_TYPE_DATE:
          g_assert_true (rua_column_read_date (column, row, &date));
          g_assert_cmpint (((gint32 *) values)[i], ==, date);
          break;
        case RUA_FIELD_TYPE_REFERENCE:
          g_assert_true (rua_column_read_reference (column, row, &other, &target));
          g_assert_cmpuint (size == 8 ? (guint32) ((guint64 *) values)[i] : ((guint32 *) values)[i], ==, target);
          break;
        default:
          g_assert_true (rua_column_read_code (column, row, &code));
          g_assert_cmpuint (((guint32 *) values)[i], ==, code);
          break;
        }
      }
    }
  }
}

/* A packed table and a plain one of the same values stay the same under the same edits. */
static void
test_same_as_plain (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (24); t++) {
    RuaRandom again = random;
    guint rows = 1 + rua_random_below (&random, 300), edits = rua_random_below (&random, 60);
    g_autoptr (RuaAlliance) plain = random_alliance_new (&random, rows);
    g_autoptr (RuaAlliance) packed = NULL;
    g_autofree char *a = NULL, *b = NULL;

    rua_random_below (&again, 300);
    rua_random_below (&again, 60);
    packed = random_alliance_new (&again, rows);
    pack (packed);
    for (guint e = 0; e <= edits; e++) {
      g_autofree char *before = NULL;
      g_autoptr (RuaAlliance) snapshot = NULL;

      if (e % 16 == 7)
        pack (packed);
      if (e % 16 == 3) {
        before = to_json (packed);
        snapshot = rua_alliance_snapshot (packed);
        check_slices (random_alliance_get_table (snapshot));
      }
      again = random;
      random_alliance_edit (plain, &random);
      random_alliance_edit (packed, &again);
      g_assert_cmpmem (&random, sizeof random, &again, sizeof again);
      if (snapshot) {
        g_autofree char *after = to_json (snapshot);

        g_assert_cmpstr (before, ==, after);
      }
    }
    check_slices (random_alliance_get_table (packed));
    check_same_columns (random_alliance_get_table (plain), random_alliance_get_table (packed));
    a = to_json (plain);
    b = to_json (packed);
    g_assert_cmpstr (a, ==, b);
  }
}

static void
test_many_chunks (void)
{
  RuaRandom random, again;
  guint rows = (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 1 : 2) * RUA_CHUNK_ROWS + 77;
  g_autoptr (RuaAlliance) plain = NULL;
  g_autoptr (RuaAlliance) packed = NULL;
  guint places[] = { 0, RUA_CHUNK_ROWS - 1, RUA_CHUNK_ROWS, rows - 1 };
  if (skip_under_valgrind ())
    return;

  begin (&random);
  again = random;
  plain = random_alliance_new (&random, rows);
  packed = random_alliance_new (&again, rows);
  pack (packed);
  check_slices (random_alliance_get_table (packed));
  if (g_getenv ("RUA_SLOW_MACHINE") == NULL)
    check_same_columns (random_alliance_get_table (plain), random_alliance_get_table (packed));
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autoptr (RuaRecord) a = rua_table_dup_record (random_alliance_get_table (plain), places[i]);
    g_autoptr (RuaRecord) b = rua_table_dup_record (random_alliance_get_table (packed), places[i]);

    g_assert_true (rua_record_set_integer (a, "small", -77, NULL));
    g_assert_true (rua_record_set_integer (b, "small", -77, NULL));
    g_assert_true (rua_record_equal (a, b));
  }
  /* A packed last chunk grows. */
  for (guint i = 0; i < 100; i++) {
    again = random;
    random_alliance_edit (plain, &random);
    random_alliance_edit (packed, &again);
  }
  check_slices (random_alliance_get_table (packed));
  check_same_columns (random_alliance_get_table (plain), random_alliance_get_table (packed));
}

/* Packing takes no more memory than what it saves, and nothing twice. */
static void
test_shared (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAlliance) snapshot = NULL;
  RuaColumn *column, *shared;
  RuaSlice a, b;

  begin (&random);
  alliance = random_alliance_new (&random, 1000);
  pack (alliance);
  snapshot = rua_alliance_snapshot (alliance);
  for (guint f = 0; f < rua_kind_get_n_fields (rua_table_get_kind (random_alliance_get_table (alliance))); f++) {
    column = rua_table_peek_column (random_alliance_get_table (alliance), f);
    shared = rua_table_peek_column (random_alliance_get_table (snapshot), f);
    rua_column_peek_slice (column, 0, &a);
    pack (alliance);
    rua_column_peek_slice (shared, 0, &b);
    g_assert_true (a.values == b.values);
    g_assert_true (a.known == b.known);
    rua_column_peek_slice (column, 0, &b);
    g_assert_true (a.values == b.values);
  }
}

static void
test_refuses (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaAppender) appender = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GError *error = NULL;

  begin (&random);
  alliance = random_alliance_new (&random, 10);
  g_cancellable_cancel (cancellable);
  g_assert_false (rua_table_pack (random_alliance_get_table (alliance), cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  appender = rua_table_append (random_alliance_get_table (alliance));
  g_assert_false (rua_table_pack (random_alliance_get_table (alliance), NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
}

/* Other threads read a snapshot while the owner packs, edits and packs again. */
typedef struct {
  RuaAlliance *snapshot;
  const char *wanted;
} Reading;

static gpointer
read_on (gpointer data)
{
  Reading *reading = data;
  guint wrong = 0;

  for (guint i = 0; i < 10; i++) {
    g_autofree char *json = to_json (reading->snapshot);

    wrong += strcmp (json, reading->wanted) != 0;
  }
  return GUINT_TO_POINTER (wrong);
}

static void
test_threads (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autofree char *before = NULL;
  GThread *threads[2];
  Reading readings[2];

  begin (&random);
  alliance = random_alliance_new (&random, 500);
  before = to_json (alliance);
  for (guint i = 0; i < 2; i++) {
    if (i)
      pack (alliance);
    readings[i].snapshot = rua_alliance_snapshot (alliance);
    readings[i].wanted = before;
    threads[i] = g_thread_new ("reader", read_on, &readings[i]);
  }
  for (guint i = 0; i < 200; i++) {
    random_alliance_edit (alliance, &random);
    if (i % 20 == 0)
      pack (alliance);
  }
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 0);
    g_object_unref (readings[i].snapshot);
  }
}

/* Bytes of a value as it is lent. */
static guint
lent_width (const RuaSlice *slice)
{
  return slice->bits == 20 || slice->bits == 24 ? 4 : (slice->bits + 7u) / 8;
}

/* Lent memory is the chunk's own, stays what it was, and outlives everything. */
static void
test_lent (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < trials (8); t++) {
    RuaAlliance *alliance = random_alliance_new (&random, 1 + rua_random_below (&random, 400));
    RuaTable *table = random_alliance_get_table (alliance);
    g_autoptr (GPtrArray) lent = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

    if (t % 2)
      pack (alliance);
    for (guint f = 0; f < rua_kind_get_n_fields (rua_table_get_kind (table)); f++) {
      RuaColumn *column = rua_table_peek_column (table, f);
      RuaSlice slice;
      double divisor;
      gboolean packed;

      g_assert_cmpuint (rua_column_get_n_chunks (column), ==, 1);
      rua_column_peek_slice (column, 0, &slice);
      g_assert_cmpuint (rua_column_get_chunk_rows (column, 0), ==, slice.n_rows);
      g_assert_cmpuint (rua_column_get_chunk_width (column, 0, &packed), ==, lent_width (&slice));
      g_assert_cmpint (packed, ==, slice.packed);
      g_assert_cmpint (rua_column_get_chunk_base (column, 0, &divisor), ==, slice.base);
      g_assert_cmpfloat (divisor, ==, slice.divisor);
      for (guint i = 0; i < 2; i++) {
        GBytes *bytes = i ? rua_column_dup_chunk_presence (column, 0) : rua_column_dup_chunk_values (column, 0);
        gsize length;
        gconstpointer data;

        g_assert_cmpint (bytes != NULL, ==, i ? slice.known != NULL : slice.bits > 0);
        if (!bytes)
          continue;
        data = g_bytes_get_data (bytes, &length);
        if (i || !rua_codes_are_narrow (slice.bits))
          g_assert_true (data == (i ? (gconstpointer) slice.known : slice.values));
        else
          for (guint32 k = 0; k < slice.n_rows; k++)
            g_assert_cmpuint (rua_code_at (data, 8 * lent_width (&slice), k), ==, rua_code_at (slice.values, slice.bits, k));
        g_assert_cmpuint (length, ==, i ? (slice.n_rows + 7) / 8 : (gsize) slice.n_rows * lent_width (&slice));
        g_ptr_array_add (lent, bytes);
        g_ptr_array_add (copies, g_bytes_new (data, length));
      }
    }
    for (guint e = 0; e < 100; e++)
      random_alliance_edit (alliance, &random);
    g_object_unref (alliance);
    for (guint i = 0; i < lent->len; i++)
      g_assert_true (g_bytes_equal (lent->pdata[i], copies->pdata[i]));
  }
}

/* A whole column in one plain chunk is not copied either. */
static void
test_whole_lent (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaColumn *column;
  g_autoptr (RuaRecord) record = NULL;
  g_autoptr (RuaRecord) last = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) third = NULL;

  begin (&random);
  alliance = random_alliance_new (&random, 1000);
  column = rua_table_peek_column (random_alliance_get_table (alliance), 6);
  /* A chunk ends where nothing more was ever written. */
  last = rua_table_dup_record (random_alliance_get_table (alliance), 999);
  g_assert_true (rua_record_set_integer (last, "large", 1, NULL));
  first = rua_column_dup_values (column);
  second = rua_column_dup_values (column);
  g_assert_cmpuint (g_bytes_get_size (first), ==, 8000);
  g_assert_true (g_bytes_get_data (first, NULL) == g_bytes_get_data (second, NULL));
  record = rua_table_dup_record (random_alliance_get_table (alliance), 7);
  g_assert_true (rua_record_set_integer (record, "large", 4711, NULL));
  third = rua_column_dup_values (column);
  g_assert_true (g_bytes_get_data (first, NULL) != g_bytes_get_data (third, NULL));
  g_assert_true (g_bytes_equal (first, second));
  g_assert_cmpint (((const gint64 *) g_bytes_get_data (third, NULL))[7], ==, 4711);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chunk/widths", test_widths);
  g_test_add_func ("/chunk/types", test_types);
  g_test_add_func ("/chunk/decimals", test_decimals);
  g_test_add_func ("/chunk/unknown", test_unknown);
  g_test_add_func ("/chunk/random-vectors", test_random_vectors);
  g_test_add_func ("/chunk/random-decimals", test_random_decimals);
  g_test_add_func ("/chunk/random-words", test_random_words);
  g_test_add_func ("/chunk/same-as-plain", test_same_as_plain);
  g_test_add_func ("/chunk/many-chunks", test_many_chunks);
  g_test_add_func ("/chunk/shared", test_shared);
  g_test_add_func ("/chunk/refuses", test_refuses);
  g_test_add_func ("/chunk/threads", test_threads);
  g_test_add_func ("/chunk/lent", test_lent);
  g_test_add_func ("/chunk/lent/whole", test_whole_lent);
  return g_test_run ();
}
