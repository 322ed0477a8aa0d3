/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text of records made harmless, and broken into lines where Latin and Chinese text may be. */
#include "rua-words-private.h"

#include <string.h>

static void
test_harmless (void)
{
  static const char *const cases[][2] = {
    { "a plain text", "a plain text" },
    { "", "" },
    /* Ends of lines of every kind are blanks, other controls are seen. */
    { "a\tb\nc\rd\ve\ff", "a b c d e f" },
    { "a\302\205b", "a b" },
    { "a\342\200\250b\342\200\251c", "a b c" },
    { "a\001b\033[2Jc", "a\357\277\275b\357\277\275[2Jc" },
    { "a\302\233b", "a\357\277\275b" },
    { "a\177b", "a\357\277\275b" },
    /* What turns text round, or hides in it, is gone; what stands beside it is not. */
    { "a\342\200\252b\342\200\256c", "abc" },
    { "a\342\201\246b\342\201\251c", "abc" },
    { "a\342\200\216b\342\200\217c\330\234d", "abcd" },
    { "a\357\273\277b\302\255c", "abc" },
    { "a\363\240\200\201b\363\240\201\277c", "abc" },
    { "a\363\240\202\200b", "a\363\240\202\200b" },
    { "a\342\200\247b\342\200\257c", "a\342\200\247b\342\200\257c" },
    { "a\342\201\245b\342\201\252c", "a\342\201\245b\342\201\252c" },
    { "a\342\200\215b", "a\342\200\215b" },
    /* No UTF-8. */
    { "a\377b", "a\357\277\275b" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = rua_text_make_harmless (cases[i][0]), *again = rua_text_make_harmless (got);

    g_assert_cmpstr (got, ==, cases[i][1]);
    g_assert_cmpstr (again, ==, got);
  }
}

/* The lines with bars between. */
static char *
wrap (RuaStyle style, const char *text, guint width)
{
  g_autoptr (RuaWords) words = rua_words_add (rua_words_new (), style, text);
  g_autoptr (GPtrArray) lines = rua_words_wrap (words, width);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++) {
    g_autofree char *plain = rua_words_to_plain (lines->pdata[i]);

    g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", plain);
  }
  return g_string_free (out, FALSE);
}

static void
test_lines (void)
{
  static const struct {
    const char *text;
    guint width;
    const char *lines;
    RuaStyle style;
  } cases[] = {
    { "", 10, "", RUA_STYLE_PLAIN },
    { "one two", 10, "one two", RUA_STYLE_PLAIN },
    { "one two three", 8, "one two|three", RUA_STYLE_PLAIN },
    { "one two three", 7, "one two|three", RUA_STYLE_PLAIN },
    { "one two   three", 8, "one two|three", RUA_STYLE_PLAIN },
    /* A blank that is left at an end is none of a line. */
    { "one two ", 7, "one two", RUA_STYLE_PLAIN },
    { "onetwothree", 4, "onet|woth|ree", RUA_STYLE_PLAIN },
    { "onetwothree", 0, "on|et|wo|th|re|e", RUA_STYLE_PLAIN },
    /* A number and its sign, a currency and its amount. */
    { "grew by 7.94 % then", 13, "grew by|7.94 % then", RUA_STYLE_PLAIN },
    { "it is CNY 8478 now", 12, "it is|CNY 8478 now", RUA_STYLE_PLAIN },
    { "CNY 8478", 5, "CNY|8478", RUA_STYLE_PLAIN },
    { "a ACNY 8478", 8, "a ACNY|8478", RUA_STYLE_PLAIN },
    { "it is Cny 8478 now", 9, "it is Cny|8478 now", RUA_STYLE_PLAIN },
    { "it is CNy 8478 now", 9, "it is CNy|8478 now", RUA_STYLE_PLAIN },
    { "it is cNY 8478 now", 9, "it is cNY|8478 now", RUA_STYLE_PLAIN },
    { "in 2014", 4, "in|2014", RUA_STYLE_PLAIN },
    /* Words with hyphens and dashes, ways and names. */
    { "rural-urban", 8, "rural-|urban", RUA_STYLE_PLAIN },
    { "2014-2017", 6, "2014-2|017", RUA_STYLE_PLAIN },
    { "rural\342\200\224urban", 8, "rural\342\200\224|urban", RUA_STYLE_PLAIN },
    { "rural\342\200\246urban", 8, "rural\342\200\246|urban", RUA_STYLE_PLAIN },
    { "rural/urban", 8, "rural/|urban", RUA_STYLE_PLAIN },
    { "rural_urban", 8, "rural_|urban", RUA_STYLE_PLAIN },
    { "a rural_urban", 8, "a|rural_|urban", RUA_STYLE_PLAIN },
    /* An address only where it must, and behind what divides it. */
    { "see http://a.org/b?c=d&e", 16, "see|http://a.org/b?|c=d&e", RUA_STYLE_LINK },
    { "http://village-hall.org", 14, "http://|village-hall.o|rg", RUA_STYLE_LINK },
    { "\345\206\234\346\260\221\345\206\234\346\260\221", 4, "\345\206\234\346\260\221|\345\206\234\346\260\221", RUA_STYLE_PLAIN },
    /* Chinese between any two, but for a mark that ends a clause or opens one. */
    { "\345\206\234\346\260\221\345\206\234\346\260\221", 5, "\345\206\234\346\260\221|\345\206\234\346\260\221", RUA_STYLE_PLAIN },
    { "\345\206\234\346\260\221\357\274\214\345\206\234", 4, "\345\206\234|\346\260\221\357\274\214|\345\206\234", RUA_STYLE_PLAIN },
    { "\345\206\234\343\200\212\346\260\221\343\200\213", 4, "\345\206\234|\343\200\212\346\260\221|\343\200\213", RUA_STYLE_PLAIN },
    { "\345\206\234\343\200\212\346\260\221\343\200\213", 6, "\345\206\234|\343\200\212\346\260\221\343\200\213", RUA_STYLE_PLAIN },
    { "\345\206\234abc\346\260\221", 4, "\345\206\234|abc|\346\260\221", RUA_STYLE_PLAIN },
    { "\345\206\234\343\200\200\346\260\221\345\206\234", 4, "\345\206\234\343\200\200|\346\260\221\345\206\234", RUA_STYLE_PLAIN },
    /* Quotation marks stay with what they enclose. */
    { "say \342\200\234hill\342\200\235 now", 6, "say|\342\200\234hill\342\200\235|now", RUA_STYLE_PLAIN },
    { "say \342\200\230hill\342\200\231 now", 6, "say|\342\200\230hill\342\200\231|now", RUA_STYLE_PLAIN },
    { "say (hill)! now", 7, "say|(hill)!|now", RUA_STYLE_PLAIN },
    /* A place to break, which takes no room; an accent and a joined sign, which are no place. */
    { "abc\342\200\213def", 4, "abc\342\200\213|def", RUA_STYLE_PLAIN },
    { "abcde\314\201f", 5, "abcde\314\201|f", RUA_STYLE_PLAIN },
    { "\360\237\221\251\342\200\215\360\237\214\276\360\237\221\251\342\200\215\360\237\214\276", 3, "\360\237\221\251\342\200\215\360\237\214\276|\360\237\221\251\342\200\215\360\237\214\276", RUA_STYLE_PLAIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *got = wrap (cases[i].style, cases[i].text, cases[i].width);

    if (strcmp (got, cases[i].lines) != 0)
      g_test_fail_printf ("“%s” in %u is “%s”, not “%s”", cases[i].text, cases[i].width, got, cases[i].lines);
  }
}

/* Whatever is wrapped in the four columns that its widest sign takes, no line is too wide and nothing
 * but blanks is lost. */
static void
test_nothing_lost (void)
{
  static const char *const pieces[] = {
    "a", "Bc", " ", "  ", "CNY ", "7", "% ", "-", "\342\200\224", "/", "_", "(", ")", ",", "\342\200\234", "\342\200\235",
    "\345\206\234", "\346\260\221", "\357\274\214", "\343\200\212", "\343\200\213", "\343\200\200", "e\314\201", "\342\200\213", "\360\237\221\251\342\200\215\360\237\214\276",
  };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") ? 200 : 3000); trial++) {
    g_autoptr (RuaWords) words = rua_words_new ();
    g_autoptr (GPtrArray) lines = NULL;
    g_autoptr (GString) given = g_string_new (NULL), got = g_string_new (NULL);
    guint width = (guint) g_rand_int_range (random, 4, 14), n = (guint) g_rand_int_range (random, 0, 30);

    for (guint i = 0; i < n; i++) {
      const char *piece = pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))];

      rua_words_add (words, g_rand_boolean (random) ? RUA_STYLE_PLAIN : RUA_STYLE_CODE, piece);
      g_string_append (given, piece);
    }
    lines = rua_words_wrap (words, width);
    g_assert_cmpuint (lines->len, >, 0);
    for (guint i = 0; i < lines->len; i++) {
      g_autofree char *plain = rua_words_to_plain (lines->pdata[i]);

      if (rua_words_get_width (lines->pdata[i]) > width)
        g_error ("“%s” in %u has the line “%s”", given->str, width, plain);
      g_string_append (got, plain);
    }
    g_string_replace (given, " ", "", 0);
    g_string_replace (got, " ", "", 0);
    g_assert_cmpstr (got->str, ==, given->str);
  }
}

static void
test_least_width (void)
{
  static const struct {
    const char *text;
    guint least;
    RuaStyle style;
  } cases[] = {
    { "", 0, RUA_STYLE_PLAIN },
    { "one very longest", 7, RUA_STYLE_PLAIN },
    { "longest one", 7, RUA_STYLE_PLAIN },
    { "longest   one  ", 7, RUA_STYLE_PLAIN },
    { "   word", 4, RUA_STYLE_PLAIN },
    { "   ", 0, RUA_STYLE_PLAIN },
    { "rural-urban", 6, RUA_STYLE_PLAIN },
    { "7.94 %", 6, RUA_STYLE_PLAIN },
    { "\345\206\234\346\260\221\345\206\234", 2, RUA_STYLE_PLAIN },
    { "\345\206\234\346\260\221\357\274\214", 4, RUA_STYLE_PLAIN },
    { "http://village.org", 0, RUA_STYLE_LINK },
    /* A terminal that does not join the two signs takes two columns for each. */
    { "\360\237\221\251\342\200\215\360\237\214\276", 4, RUA_STYLE_PLAIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaWords) words = rua_words_add (rua_words_new (), cases[i].style, cases[i].text);

    if (rua_words_get_least_width (words) != cases[i].least)
      g_test_fail_printf ("“%s” needs %u, not %u", cases[i].text, rua_words_get_least_width (words), cases[i].least);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/harmless", test_harmless);
  g_test_add_func ("/words/lines", test_lines);
  g_test_add_func ("/words/nothing-lost", test_nothing_lost);
  g_test_add_func ("/words/least-width", test_least_width);
  return g_test_run ();
}
