/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-codes-private.h"
#include "rua-numbered-private.h"
#include "rua-parallel-private.h"
#include "rua-random-private.h"
#include "rua-text-run-private.h"

static void
begin (RuaRandom *random)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

/* ---- which texts are numbers behind one prefix ---- */

static void
test_forms (void)
{
  static const struct {
    const char *texts[5];
    gboolean fine;
    guint digits;
  } cases[] = {
    { { "h1", "h2", "h10" }, TRUE, 0 },
    { { "h10", "h2" }, TRUE, 0 },
    { { "h01", "h02", "h10" }, TRUE, 2 },
    { { "h11", "h12" }, TRUE, 2 },
    { { "h0", "h7" }, TRUE, 1 },
    { { "h0", "h10" }, TRUE, 0 },
    { { "0017", "9999" }, TRUE, 4 },
    { { "100000000000", "100000000009" }, TRUE, 12 },
    { { "7" }, TRUE, 1 },
    { { "草1", "草2" }, TRUE, 1 },
    { { "2014-1", "2014-22" }, TRUE, 0 },
    { { "999999999999999999", "000000000000000000" }, TRUE, 18 },
    /* Digits beyond those of a number are of the prefix. */
    { { "5123456789012345678", "5000000000000000000" }, TRUE, 18 },
    { { "5123456789012345678", "6000000000000000000" }, FALSE, 0 },
    { { "h01", "h2" }, FALSE, 0 },
    { { "h1", "h002" }, FALSE, 0 },
    { { "h00", "h1" }, FALSE, 0 },
    { { "h1", "k2" }, FALSE, 0 },
    { { "h1", "hh2" }, FALSE, 0 },
    { { "h1", "h" }, FALSE, 0 },
    { { "h", "h1" }, FALSE, 0 },
    { { "" }, FALSE, 0 },
    { { "h1", "" }, FALSE, 0 },
    { { "h1", "h1a" }, FALSE, 0 },
    { { "h-1", "h1" }, FALSE, 0 },
    { { "h1", "h²" }, FALSE, 0 },
  };
  RuaNumberedForm nothing = { 0 };
  guint digits;

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    RuaNumberedForm form = { 0 };
    gboolean fine = TRUE;

    for (guint i = 0; cases[c].texts[i] && fine; i++)
      fine = rua_numbered_form_add (&form, cases[c].texts[i], strlen (cases[c].texts[i]));
    fine = fine && rua_numbered_form_end (&form, &digits);
    g_test_message ("%s", cases[c].texts[0]);
    g_assert_cmpint (fine, ==, cases[c].fine);
    if (fine)
      g_assert_cmpuint (digits, ==, cases[c].digits);
  }
  g_assert_false (rua_numbered_form_end (&nothing, &digits));
  /* No prefix is longer than it may be. */
  for (guint length = RUA_NUMBERED_PREFIX; length <= RUA_NUMBERED_PREFIX + 1; length++) {
    g_autofree char *text = g_strnfill (length + 1, 'x');
    RuaNumberedForm form = { 0 };

    text[length] = '7';
    g_assert_cmpint (rua_numbered_form_add (&form, text, length + 1), ==, length == RUA_NUMBERED_PREFIX);
  }
  /* A prefix cannot hold the byte that ends it. */
  g_assert_false (rua_numbered_form_add (&nothing, "a\0b1", 4));
}

/* ---- there and back ---- */

/* Texts as a file would have them, made from their form alone. */
static RuaNumbered *
pack_texts (GPtrArray *texts, GPtrArray *memory)
{
  RuaNumberedForm form = { 0 };
  RuaNumbered *self;
  g_autofree char *prefix = NULL;
  guint digits;

  for (guint i = 0; i < texts->len; i++)
    g_assert_true (rua_numbered_form_add (&form, texts->pdata[i], strlen (texts->pdata[i])));
  g_assert_true (rua_numbered_form_end (&form, &digits));
  prefix = g_strndup (form.prefix, form.prefix_length);
  self = rua_numbered_new (prefix, digits, texts->len);
  for (guint b = 0; b < self->n_blocks; b++) {
    guint64 numbers[RUA_NUMBERED_ROWS];
    guint n = rua_numbered_rows_of (self, b);
    guint8 *codes = g_malloc (RUA_NUMBERED_ROWS * 8);
    gsize size;

    for (guint i = 0; i < n; i++) {
      const char *text = texts->pdata[b * RUA_NUMBERED_ROWS + i];

      numbers[i] = rua_numbered_form_get (&form, text, strlen (text));
    }
    rua_numbered_pack (numbers, n, &self->blocks[b], codes);
    size = rua_codes_size (self->blocks[b].bits, n);
    /* Just so long, so that reading beyond is seen. */
    g_ptr_array_add (memory, g_memdup2 (codes, MAX (size, 1)));
    self->blocks[b].codes = memory->pdata[memory->len - 1];
    g_free (codes);
    g_assert_true (rua_numbered_check (self, b, self->blocks[b].codes));
  }
  return self;
}

static void
check_text (const RuaNumbered *self, guint32 code, const char *text)
{
  gsize length;
  const char *got = rua_numbered_get (self, code, &length);

  g_assert_cmpstr (got, ==, text);
  g_assert_cmpuint (length, ==, strlen (text));
  /* It stays where it is. */
  g_assert_true (rua_numbered_get (self, code, &length) == got);
}

typedef struct {
  const RuaNumbered *numbered;
  GPtrArray *texts;
} Asking;

static gboolean
ask (guint task, gpointer data, GError **error)
{
  Asking *asking = data;

  for (guint i = 0; i < asking->texts->len; i++)
    check_text (asking->numbered, (i * 31 + task) % asking->texts->len, asking->texts->pdata[(i * 31 + task) % asking->texts->len]);
  return TRUE;
}

/* Numbers that go up by one, by a few, down, or anywhere. */
static guint64
next_number (RuaRandom *random, guint how, guint64 number, guint64 limit)
{
  guint64 any = ((guint64) rua_random_next (random) << 32 | rua_random_next (random)) % limit;

  switch (how) {
  case 0:
    return (number + 1) % limit;
  case 1:
    return (number + 1 + rua_random_below (random, 20)) % limit;
  case 2:
    return number > 7 ? number - 7 : limit - 1;
  default:
    return any;
  }
}

static void
test_random (void)
{
  static const char *const prefixes[] = { "", "h", "household/", "草-", "1-" };
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < 60; t++) {
    guint n = 1 + rua_random_below (&random, t % 6 ? 300 : 3 * RUA_NUMBERED_ROWS), how = rua_random_below (&random, 4);
    guint digits = rua_random_below (&random, 2) ? 1 + rua_random_below (&random, RUA_NUMBERED_DIGITS) : 0;
    const char *prefix = prefixes[rua_random_below (&random, G_N_ELEMENTS (prefixes))];
    g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (GPtrArray) memory = g_ptr_array_new_with_free_func (g_free);
    guint64 limit = 1, number;
    RuaNumbered *self;
    Asking asking;

    for (guint d = digits > 0 ? digits : 1 + rua_random_below (&random, RUA_NUMBERED_DIGITS); d > 0; d--)
      limit *= 10;
    number = next_number (&random, 3, 0, limit);
    for (guint i = 0; i < n; i++, number = next_number (&random, how, number, limit))
      g_ptr_array_add (texts, g_strdup_printf ("%s%0*" G_GUINT64_FORMAT, prefix, (int) digits, number));
    self = pack_texts (texts, memory);
    asking = (Asking){ self, texts };
    /* Whoever asks first makes the block. */
    g_assert_true (rua_parallel_run (4, ask, &asking, NULL, NULL, NULL));
    rua_numbered_free (self);
  }
}

/* Ids that go up by one take no room but for what is said a block. */
static void
test_room (void)
{
  guint64 numbers[100], codes[100];
  RuaNumberedBlock block;

  for (guint i = 0; i < 100; i++)
    numbers[i] = 5000 + i;
  rua_numbered_pack (numbers, 100, &block, codes);
  g_assert_cmpuint (block.bits, ==, 0);
  g_assert_cmpuint (block.first, ==, 5000);
  g_assert_cmpuint (block.step, ==, 1);
  numbers[99] += 15;
  rua_numbered_pack (numbers, 100, &block, codes);
  g_assert_cmpuint (block.bits, ==, 4);
  rua_numbered_pack (numbers, 1, &block, codes);
  g_assert_cmpuint (block.bits, ==, 0);
  for (guint i = 0; i < 100; i++)
    numbers[i] = i % 2 ? G_GUINT64_CONSTANT (999999999999999999) : 0;
  rua_numbered_pack (numbers, 100, &block, codes);
  g_assert_cmpuint (block.bits, ==, 64);
  g_assert_cmpint ((gint64) block.step, ==, G_GINT64_CONSTANT (-999999999999999999));
}

/* What somebody made up: numbers of too many digits are found, wherever they come from. */
static void
test_hostile (void)
{
  /* 0, 1, 2, 255; of two bits 0, 1, 2, 3 and then 0; of 16 bits 0 and 0xff02. */
  static const guint16 words[] = { 0x0100, 0xff02 }, narrow[] = { 0x00e4 };
  static const struct {
    guint bits;
    guint n;
    guint digits;
    guint64 first, step;
    gboolean fine;
  } cases[] = {
    { 8, 4, 3, 700, 10, TRUE },
    { 8, 4, 3, 715, 9, FALSE },
    { 8, 4, 3, 711, 10, TRUE },
    { 8, 4, 3, 712, 10, FALSE },
    { 8, 4, 3, 1000, 0, FALSE },
    { 8, 4, 3, 5, (guint64) -1, TRUE },
    { 8, 4, 3, 0, (guint64) -3, FALSE },
    { 8, 4, 0, G_GUINT64_CONSTANT (999999999999999800), 10, FALSE },
    { 8, 4, 0, G_GUINT64_CONSTANT (999999999999999700), 13, TRUE },
    { 8, 4, 0, G_MAXUINT64, 0, FALSE },
    { 8, 4, 18, G_GUINT64_CONSTANT (1) << 63, G_GUINT64_CONSTANT (1) << 63, FALSE },
    { 0, 4, 3, 996, 1, TRUE },
    { 0, 4, 3, 997, 1, FALSE },
    { 0, 1, 3, 999, 1, TRUE },
    { 0, 4, 3, 3, (guint64) -1, TRUE },
    { 0, 4, 3, 2, (guint64) -1, FALSE },
    { 2, 4, 3, 990, 1, TRUE },
    { 2, 4, 3, 991, 1, FALSE },
    { 2, 4, 18, G_GUINT64_CONSTANT (999999999999999990), 1, TRUE },
    { 2, 4, 18, G_GUINT64_CONSTANT (999999999999999991), 1, FALSE },
    { 2, 4, 18, 0, G_GUINT64_CONSTANT (333333333333333330), TRUE },
    { 2, 4, 18, 0, G_GUINT64_CONSTANT (333333333333333332), FALSE },
    { 16, 2, 5, 34717, 0, TRUE },
    { 16, 2, 5, 34718, 0, FALSE },
  };

  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    RuaNumbered *self = rua_numbered_new ("x", cases[c].digits, cases[c].n);
    gconstpointer codes = cases[c].bits == 2 ? narrow : words;

    self->blocks[0] = (RuaNumberedBlock){ cases[c].first, cases[c].step, cases[c].bits, codes };
    g_test_message ("%" G_GUINT64_FORMAT, cases[c].first);
    g_assert_cmpint (rua_numbered_check (self, 0, codes), ==, cases[c].fine);
    rua_numbered_free (self);
  }
}

/* As a dictionary has them. */
static void
test_run (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) memory = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) owner = g_bytes_new (NULL, 0);
  RuaTextRun *run;
  guint32 first, second, code;

  for (guint i = 0; i < 9000; i++)
    g_ptr_array_add (texts, g_strdup_printf ("h%u", i == 8500 ? 17 * 3 : i * 3));
  run = rua_text_run_new_numbered (pack_texts (texts, memory), owner);
  g_assert_true (rua_text_run_find_repeated (run, &first, &second));
  g_assert_cmpuint (first, ==, 17);
  g_assert_cmpuint (second, ==, 8500);
  g_assert_true (rua_text_run_find (run, "h26997", 6, &code));
  g_assert_cmpuint (code, ==, 8999);
  g_assert_false (rua_text_run_find (run, "h26998", 6, &code));
  g_assert_false (rua_text_run_find (run, "h026997", 7, &code));
  rua_text_run_unref (run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/numbered/forms", test_forms);
  g_test_add_func ("/numbered/random", test_random);
  g_test_add_func ("/numbered/room", test_room);
  g_test_add_func ("/numbered/hostile", test_hostile);
  g_test_add_func ("/numbered/run", test_run);
  return g_test_run ();
}
