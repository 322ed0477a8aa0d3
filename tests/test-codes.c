/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-codes-private.h"
#include "rua-random-private.h"

#define MOST 3000

static const guint widths[] = { 0, 1, 2, 4, 8, 16, 20, 24, 32, 64 };

static void
begin (RuaRandom *random)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

static void
test_fewest_bits (void)
{
  static const struct {
    guint64 most;
    guint bits;
  } cases[] = {
    { 0, 0 },      { 1, 1 },      { 2, 2 },       { 3, 2 },          { 4, 4 },          { 15, 4 },          { 16, 8 },
    { 255, 8 },    { 256, 16 },   { 65535, 16 },  { 65536, 20 },     { 0xfffff, 20 }, { 0x100000, 24 }, { 0xffffff, 24 },  { 0x1000000, 32 },  { G_MAXUINT32, 32 },
    { G_GUINT64_CONSTANT (1) << 32, 64 }, { G_MAXUINT64, 64 },
  };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++)
    g_assert_cmpuint (rua_codes_bits_for (cases[c].most), ==, cases[c].bits);
}

/* The layout, byte by byte, as files have it. */
static void
test_layout (void)
{
  static const guint8 codes[] = { 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1 }, four[] = { 3, 1, 0, 2, 1 }, sixteen[] = { 15, 1, 7 };
  static const guint32 wide[] = { 0x030201, 0xffffff, 7 }, twenty[] = { 0x54321, 0xabcde, 0x12345 };
  guint8 narrow[9];

  rua_codes_narrow (codes, 1, 11, narrow);
  g_assert_cmpmem (narrow, 2, ((guint8[]){ 0x8d, 0x05 }), 2);
  rua_codes_narrow (four, 2, 5, narrow);
  g_assert_cmpmem (narrow, 2, ((guint8[]){ 0x87, 0x01 }), 2);
  rua_codes_narrow (sixteen, 4, 3, narrow);
  g_assert_cmpmem (narrow, 2, ((guint8[]){ 0x1f, 0x07 }), 2);
  rua_codes_narrow (wide, 24, 3, narrow);
  g_assert_cmpmem (narrow, 9, ((guint8[]){ 1, 2, 3, 0xff, 0xff, 0xff, 7, 0, 0 }), 9);
  rua_codes_narrow (twenty, 20, 3, narrow);
  g_assert_cmpmem (narrow, 8, ((guint8[]){ 0x21, 0x43, 0xe5, 0xcd, 0xab, 0x45, 0x23, 0x01 }), 8);
  g_assert_cmpuint (rua_codes_size (20, 3), ==, 8);
  g_assert_cmpuint (rua_codes_size (1, 11), ==, 2);
  g_assert_cmpuint (rua_codes_size (2, 5), ==, 2);
  g_assert_cmpuint (rua_codes_size (24, 3), ==, 9);
  g_assert_cmpuint (rua_codes_size (0, 3), ==, 0);
  g_assert_cmpuint (rua_codes_size (64, G_MAXUINT32), ==, (gsize) 8 * G_MAXUINT32);
}

/* Codes of each narrow width: what was put in is at its place, and in each range that is made wide again, of which
 * nothing before and behind is touched. */
static void
check_narrow (RuaRandom *random, guint bits)
{
  guint32 n = 1 + rua_random_below (random, MOST);
  gsize size = rua_codes_size (bits, n), width = bits > 8 ? 4 : 1;
  /* Blocks of just this length: a sanitizer sees each use beyond them. */
  g_autofree guint8 *wide = g_malloc (n * width), *narrow = g_malloc (size), *again = g_malloc (n * width + 1);

  memset (narrow, 0xff, size);
  for (guint32 i = 0; i < n; i++) {
    guint32 code = rua_random_next (random) >> (32 - bits);

    if (bits > 8)
      ((guint32 *) (gpointer) wide)[i] = code;
    else
      wide[i] = (guint8) code;
  }
  rua_codes_narrow (wide, bits, n, narrow);
  for (guint32 i = 0; i < n; i++)
    g_assert_cmpuint (rua_code_at (narrow, bits, i), ==, rua_code_at (wide, 8 * (guint) width, i));
  for (guint32 i = n; (i & 7) != 0 && bits < 8 && (gsize) i * bits < size * 8; i++)
    g_assert_cmpuint (rua_code_at (narrow, bits, i), ==, 0);
  for (guint t = 0; t < 20; t++) {
    guint32 first = rua_random_below (random, n), m = rua_random_below (random, n - first + 1);

    again[m * width] = 0x5a;
    rua_codes_widen (narrow, bits, first, m, again);
    g_assert_cmpmem (again, m * width, wide + first * width, m * width);
    g_assert_cmpuint (again[m * width], ==, 0x5a);
  }
}

static void
test_random (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < 200; t++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      if (rua_codes_are_narrow (widths[w]))
        check_narrow (&random, widths[w]);
}

/* Those that are whole numbers of the machine. */
static void
test_whole (void)
{
  static const guint64 words[] = { 0x1122334455667788, G_MAXUINT64, 0, 5 };

  for (guint w = 0; w < G_N_ELEMENTS (widths); w++) {
    guint bits = widths[w];

    if (rua_codes_are_narrow (bits))
      continue;
    for (guint32 i = 0; i < 4; i++) {
      guint64 code = 0;

      memcpy (&code, (const guint8 *) words + (gsize) i * bits / 8, bits / 8);
      if (G_BYTE_ORDER == G_LITTLE_ENDIAN)
        g_assert_cmpuint (rua_code_at (words, bits, i), ==, code);
    }
  }
  g_assert_false (rua_codes_are_narrow (0));
  g_assert_true (rua_codes_are_narrow (24));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codes/fewest-bits", test_fewest_bits);
  g_test_add_func ("/codes/layout", test_layout);
  g_test_add_func ("/codes/random", test_random);
  g_test_add_func ("/codes/whole", test_whole);
  return g_test_run ();
}
