/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-manuscript-private.h"

#include <string.h>

static char *
wrapped (const char *text, RuaStyle style, guint width)
{
  g_autoptr (RuaWords) words = rua_words_add (rua_words_new (), style, text);
  g_autoptr (GPtrArray) lines = rua_words_wrap (words, width);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++) {
    g_autofree char *line = rua_words_to_plain (g_ptr_array_index (lines, i));

    g_string_append_printf (out, "%s%s", i ? "/" : "", line);
  }
  return g_string_free (out, FALSE);
}

static void
test_width (void)
{
  g_assert_cmpuint (rua_text_width (""), ==, 0);
  g_assert_cmpuint (rua_text_width ("rice"), ==, 4);
  g_assert_cmpuint (rua_text_width ("雙百計畫"), ==, 8);
  g_assert_cmpuint (rua_text_width ("Ya’an"), ==, 5);
  g_assert_cmpuint (rua_text_width ("e\xCC\x81t\xC3\xA9"), ==, 3); /* a combining accent, then a made-up one */
  g_assert_cmpuint (rua_text_width ("2.16×"), ==, 5);
}

typedef struct {
  const char *text;
  guint width;
  const char *lines;
} Wrapping;

static const Wrapping wrappings[] = {
  { "", 10, "" },
  { "one two three", 80, "one two three" },
  { "one two three", 7, "one two/three" },
  { "one two three", 8, "one two/three" },
  { "one  two", 3, "one/two" },
  { "exactly ten", 11, "exactly ten" },
  { "exactly ten", 10, "exactly/ten" },
  { "a co-operative", 6, "a co-/operat/ive" },
  { "2013-2019 only", 6, "2013-2/019/only" },
  { "incomprehensibilities", 8, "incompre/hensibil/ities" },
  { "雙百計畫", 4, "雙百/計畫" },
  { "雙百計畫", 5, "雙百/計畫" },
  { "雙百,計畫。好", 4, "雙/百,/計/畫。/好" }, /* no comma and no full stop begins a line */
  { "說(種子法)好", 6, "說(種/子法)/好" },
  { "more than 7.94 % up", 14, "more than/7.94 % up" },
  { "it was CNY 8,478 then", 10, "it was/CNY 8,478/then" },
  { "he said “yes” now", 9, "he said/“yes” now" },
  { "e\xCC\x81" "e\xCC\x81" "e\xCC\x81", 2, "e\xCC\x81" "e\xCC\x81" "/e\xCC\x81" },
};

static void
test_wrap (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrappings); i++) {
    g_autofree char *lines = wrapped (wrappings[i].text, RUA_STYLE_PLAIN, wrappings[i].width);

    g_test_message ("%s at %u", wrappings[i].text, wrappings[i].width);
    g_assert_cmpstr (lines, ==, wrappings[i].lines);
  }
}

static void
test_wrap_link (void)
{
  g_autofree char *lines = wrapped ("https://example.org/about/us?page=12", RUA_STYLE_LINK, 22);

  g_assert_cmpstr (lines, ==, "https://example.org/" "/" "about/us?page=12");
}

/* Whatever the text and the width, nothing is lost but blanks, and nothing stands over the edge. */
static void
test_wrap_random (void)
{
  static const char *const pieces[] = { "a", "word", " ", "  ", "-", "雙", "。", "(", ")", "é", "e\xCC\x81", "2,000", "/", "’", "—", "農民" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 3000; round++) {
    guint width = (guint) g_rand_int_range (rand, 2, 24), n = (guint) g_rand_int_range (rand, 0, 40);
    g_autoptr (RuaWords) words = rua_words_new ();
    g_autoptr (GPtrArray) lines = NULL;
    g_autoptr (GString) joined = g_string_new (NULL);
    g_autofree char *plain = NULL;
    const char *p, *q;

    for (guint i = 0; i < n; i++)
      rua_words_add (words, (RuaStyle) g_rand_int_range (rand, 0, RUA_N_STYLES), pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
    lines = rua_words_wrap (words, width);
    g_assert_cmpuint (lines->len, >=, 1);
    for (guint i = 0; i < lines->len; i++) {
      g_autofree char *line = rua_words_to_plain (g_ptr_array_index (lines, i));

      g_assert_cmpuint (rua_words_get_width (g_ptr_array_index (lines, i)), <=, width);
      g_assert_true (*line == '\0' || !g_str_has_suffix (line, " "));
      g_string_append (joined, line);
    }
    plain = rua_words_to_plain (words);
    for (p = plain, q = joined->str; *p || *q;) {
      while (*p == ' ')
        p++;
      while (*q == ' ')
        q++;
      g_assert_cmpint (*p, ==, *q);
      if (*p)
        p++, q++;
    }
  }
}

static void
test_harmless (void)
{
  g_autoptr (RuaWords) words = rua_words_add (rua_words_new (), RUA_STYLE_PLAIN, "a\033[31mred\tb\nc\x7F" "d\xE2\x80\xAE" "e\xFF");
  g_autofree char *plain = rua_words_to_plain (words);

  g_assert_cmpstr (plain, ==, "a\xEF\xBF\xBD[31mred b c\xEF\xBF\xBD" "de\xEF\xBF\xBD");
}

static RuaManuscript *
small (void)
{
  RuaManuscript *m = rua_manuscript_new ();

  rua_words_add (rua_manuscript_heading (m, 1), RUA_STYLE_PLAIN, "Bees & people");
  rua_words_add (rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "It is "), RUA_STYLE_STRONG, "well *meant* ");
  rua_words_add (rua_manuscript_item (m, 0, 1), RUA_STYLE_PLAIN, "first");
  rua_words_add (rua_manuscript_item (m, 0, 2), RUA_STYLE_PLAIN, "second");
  rua_words_add (rua_manuscript_heading (m, 4), RUA_STYLE_GOOD, "SUPPORTED");
  rua_words_add (rua_manuscript_field (m, 1, "Sources"), RUA_STYLE_LINK, "https://example.org/a_b");
  rua_words_add (rua_manuscript_field (m, 1, ""), RUA_STYLE_PLAIN, "one more");
  rua_words_add (rua_manuscript_quote (m, 1), RUA_STYLE_PLAIN, "# not a heading");
  rua_manuscript_table (m, 0);
  rua_manuscript_column (m, "Thing", RUA_ALIGN_LEFT);
  rua_manuscript_column (m, "Number", RUA_ALIGN_RIGHT);
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "雙百|計畫");
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "407");
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_CODE, "rice`s");
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "2,000");
  return m;
}

static void
test_text (void)
{
  g_autoptr (RuaManuscript) m = small ();
  g_autofree char *text = rua_manuscript_to_text (m, 60, FALSE);

  g_assert_cmpstr (text, ==,
                   "Bees & people\n"
                   "=============\n"
                   "\n"
                   "It is well *meant*\n"
                   "\n"
                   "1. first\n"
                   "2. second\n"
                   "\n"
                   "SUPPORTED\n"
                   "  Sources     https://example.org/a_b\n"
                   "              one more\n"
                   "  | # not a heading\n"
                   "\n"
                   "Thing      Number\n"
                   "---------  ------\n"
                   "雙百|計畫     407\n"
                   "rice`s      2,000\n");
}

static void
test_colour (void)
{
  g_autoptr (RuaManuscript) m = small ();
  g_autofree char *text = rua_manuscript_to_text (m, 60, TRUE), *plain = rua_manuscript_to_text (m, 60, FALSE);
  g_autoptr (GRegex) marks = g_regex_new ("\033\\[[0-9;]*m", 0, 0, NULL);
  g_autofree char *bare = g_regex_replace (marks, text, -1, 0, "", 0, NULL);

  g_assert_nonnull (strstr (text, "\033[1;32mSUPPORTED\033[0m"));
  g_assert_null (strchr (plain, '\033'));
  g_assert_cmpstr (bare, ==, plain);
}

static void
test_markdown (void)
{
  g_autoptr (RuaManuscript) m = small ();
  g_autofree char *text = rua_manuscript_to_markdown (m);

  g_assert_cmpstr (text, ==,
                   "# Bees \\& people\n"
                   "\n"
                   "It is **well \\*meant\\*** \n"
                   "\n"
                   "1. first\n"
                   "2. second\n"
                   "\n"
                   "#### SUPPORTED\n"
                   "\n"
                   "- **Sources**: <https://example.org/a_b>\n"
                   "  - one more\n"
                   "\n"
                   "> \\# not a heading\n"
                   "\n"
                   "| Thing | Number |\n"
                   "| --- | ---: |\n"
                   "| 雙百\\|計畫 | 407 |\n"
                   "| ``rice`s`` | 2,000 |\n");
}

/* A table never grows over the edge: its long cells are wrapped, and where even that does not do,
 * it is told row by row. */
static void
test_table_fits (void)
{
  for (guint width = 40; width <= 120; width += 7) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new ();
    g_autofree char *text = NULL;
    g_auto (GStrv) lines = NULL;

    rua_manuscript_table (m, 0);
    for (guint c = 0; c < 6; c++)
      rua_manuscript_column (m, "A column of words", c == 3 ? RUA_ALIGN_RIGHT : RUA_ALIGN_LEFT);
    for (guint i = 0; i < 18; i++)
      rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, i % 6 == 3 ? "123,456,789" : i % 2 ? "建立農民育種保護區、保護中國種質資源" : "an unusually long piece of text that wants room");
    text = rua_manuscript_to_text (m, width, FALSE);
    g_assert_nonnull (strstr (text, "123,456,789"));
    lines = g_strsplit (text, "\n", -1);
    for (guint i = 0; lines[i]; i++)
      g_assert_cmpuint (rua_text_width (lines[i]), <=, width);
  }
}

/* Whatever a record says is told, and never read as markup. */
static void
test_markdown_escapes (void)
{
  static const struct {
    RuaStyle style;
    const char *text, *paragraph, *cell;
  } cases[] = {
    { RUA_STYLE_PLAIN, "", "", "" },
    { RUA_STYLE_PLAIN, "1. not an item", "1\\. not an item", "1. not an item" },
    { RUA_STYLE_PLAIN, "12) nor this", "12\\) nor this", "12) nor this" },
    { RUA_STYLE_PLAIN, "2014 was dry", "2014 was dry", "2014 was dry" },
    { RUA_STYLE_PLAIN, "2014", "2014", "2014" },
    { RUA_STYLE_PLAIN, ".5", ".5", ".5" },
    { RUA_STYLE_PLAIN, "+ 3", "\\+ 3", "+ 3" },
    { RUA_STYLE_PLAIN, "- 3", "\\- 3", "- 3" },
    { RUA_STYLE_PLAIN, "= 3", "\\= 3", "= 3" },
    { RUA_STYLE_PLAIN, "a|b $5 ~c~ [d] <e> & f\\g", "a|b \\$5 \\~c\\~ \\[d\\] \\<e\\> \\& f\\\\g", "a\\|b \\$5 \\~c\\~ \\[d\\] \\<e\\> \\& f\\\\g" },
    { RUA_STYLE_STRONG, "  both  ", "  **both**  ", "  **both**  " },
    { RUA_STYLE_STRONG, "   ", "   ", "   " },
    { RUA_STYLE_BAD, "a*b|c", "**a\\*b|c**", "**a\\*b\\|c**" },
    { RUA_STYLE_CODE, "a|b", "`a|b`", "`a\\|b`" },
    { RUA_STYLE_CODE, "`a", "`` `a ``", "`` `a ``" },
    { RUA_STYLE_CODE, "a`", "`` a` ``", "`` a` ``" },
    { RUA_STYLE_CODE, "a``b`c", "```a``b`c```", "```a``b`c```" },
    { RUA_STYLE_LINK, "https://a.org/b_c", "<https://a.org/b_c>", "<https://a.org/b_c>" },
    { RUA_STYLE_LINK, "https://a.org/b c_d", "https://a.org/b c\\_d", "https://a.org/b c\\_d" },
    { RUA_STYLE_LINK, "not_an_address", "not\\_an\\_address", "not\\_an\\_address" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new (), table = rua_manuscript_new ();
    g_autofree char *text = NULL, *rows = NULL, *wanted = g_strdup_printf ("%s\n", cases[i].paragraph), *cells = NULL;

    rua_words_add (rua_manuscript_paragraph (m, 0), cases[i].style, cases[i].text);
    text = rua_manuscript_to_markdown (m);
    g_assert_cmpstr (text, ==, wanted);
    /* Alone in a row that goes on: what is missing is an empty cell. */
    rua_manuscript_table (table, 0);
    rua_manuscript_column (table, "A|B", RUA_ALIGN_LEFT);
    rua_manuscript_column (table, "C", RUA_ALIGN_RIGHT);
    rua_words_add (rua_manuscript_cell (table), cases[i].style, cases[i].text);
    rows = rua_manuscript_to_markdown (table);
    cells = g_strdup_printf ("| A\\|B | C |\n| --- | ---: |\n| %s |  |\n", cases[i].cell);
    g_assert_cmpstr (rows, ==, cells);
  }
}

/* Numbers of any length, labels of any length, rows that end early, pages narrower than what stands on them. */
static void
test_text_odd (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new (), none = rua_manuscript_new ();
  g_autofree char *text = NULL, *empty = NULL;

  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "Before");
  rua_words_add (rua_manuscript_item (m, 1, 0), RUA_STYLE_PLAIN, "under it");
  rua_words_add (rua_manuscript_paragraph (m, 1), RUA_STYLE_PLAIN, "beside that");
  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "After");
  rua_words_add (rua_manuscript_item (m, 0, 100), RUA_STYLE_PLAIN, "the hundredth of all of these items");
  rua_words_add (rua_manuscript_item (m, 0, 0), RUA_STYLE_PLAIN, "");
  rua_words_add (rua_manuscript_field (m, 0, "A label of nineteen"), RUA_STYLE_PLAIN, "and what it says here");
  rua_words_add (rua_manuscript_heading (m, 3), RUA_STYLE_PLAIN, "Third");
  rua_words_add (rua_manuscript_paragraph (m, 15), RUA_STYLE_PLAIN, "far to the right of the page");
  rua_words_add (rua_manuscript_heading (m, 4), RUA_STYLE_PLAIN, "Fourth");
  rua_manuscript_table (m, 0);
  rua_manuscript_column (m, "A", RUA_ALIGN_LEFT);
  rua_manuscript_column (m, "B", RUA_ALIGN_RIGHT);
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "x");
  text = rua_manuscript_to_text (m, 1, FALSE);
  g_assert_cmpstr (text, ==,
                   "Before\n"
                   "  - under it\n"
                   "  beside that\n"
                   "\n"
                   "After\n"
                   "\n"
                   "100. the hundredth of all of these items\n"
                   "-\n"
                   "\n"
                   "A label of nineteen and what it says\n"
                   "                    here\n"
                   "\n"
                   "Third\n"
                   "\n"
                   "                              far to the right of\n"
                   "                              the page\n"
                   "\n"
                   "Fourth\n"
                   "A  B\n"
                   "-  -\n"
                   "x\n");
  rua_manuscript_table (none, 0);
  empty = rua_manuscript_to_text (none, 80, FALSE);
  g_assert_cmpstr (empty, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/words/width", test_width);
  g_test_add_func ("/words/wrap", test_wrap);
  g_test_add_func ("/words/wrap/link", test_wrap_link);
  g_test_add_func ("/words/wrap/random", test_wrap_random);
  g_test_add_func ("/words/harmless", test_harmless);
  g_test_add_func ("/manuscript/text", test_text);
  g_test_add_func ("/manuscript/colour", test_colour);
  g_test_add_func ("/manuscript/markdown", test_markdown);
  g_test_add_func ("/manuscript/markdown/escapes", test_markdown_escapes);
  g_test_add_func ("/manuscript/text/odd", test_text_odd);
  g_test_add_func ("/manuscript/table-fits", test_table_fits);
  return g_test_run ();
}
