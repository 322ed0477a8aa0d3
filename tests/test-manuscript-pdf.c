/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A manuscript as a PDF document: whole for whatever it is given, and the same each time. */
#include "rua-chart-private.h"
#include "rua-manuscript-private.h"

#include <string.h>

static GBytes *
print (const RuaManuscript *m)
{
  g_autoptr (GError) error = NULL;
  GBytes *pages = rua_manuscript_to_pdf (m, NULL, &error);
  const char *data;
  gsize length;

  g_assert_no_error (error);
  data = g_bytes_get_data (pages, &length);
  g_assert_cmpuint (length, >, 200);
  g_assert_cmpmem (data, 5, "%PDF-", 5);
  g_assert_cmpmem (data + length - 6, 6, "%%EOF\n", 6);
  return pages;
}

static guint
count (GBytes *pages, const char *piece)
{
  gsize length, size = strlen (piece);
  const char *data = g_bytes_get_data (pages, &length);
  guint n = 0;

  for (gsize i = 0; i + size <= length; i++)
    n += memcmp (data + i, piece, size) == 0;
  return n;
}

static RuaManuscript *
small_manuscript (void)
{
  RuaManuscript *m = rua_manuscript_new ();
  RuaChart *chart = rua_chart_new (RUA_CHART_PLACES, "Places");

  rua_chart_add (chart, g_strdup ("山"), NULL);
  rua_words_add (rua_manuscript_heading (m, 1), RUA_STYLE_PLAIN, "Tea & town");
  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "What (this) is.");
  rua_words_add (rua_manuscript_heading (m, 2), RUA_STYLE_PLAIN, "Numbers");
  rua_manuscript_anchor (m, "numbers");
  rua_manuscript_table (m, 0);
  rua_manuscript_column (m, "n", RUA_ALIGN_RIGHT);
  rua_manuscript_column (m, "Name", RUA_ALIGN_LEFT);
  for (guint i = 0; i < 60; i++) {
    rua_words_add_link (rua_manuscript_cell (m), RUA_STYLE_PLAIN, i == 0 ? "claim-1" : "nowhere", "12");
    rua_words_add (rua_manuscript_cell (m), RUA_STYLE_GOOD, "supported");
  }
  rua_manuscript_chart (m, chart);
  rua_manuscript_anchor (m, "places");
  rua_words_add (rua_manuscript_heading (m, 4), RUA_STYLE_PLAIN, "A claim");
  rua_manuscript_anchor (m, "claim-1");
  rua_words_add (rua_manuscript_item (m, 0, 0), RUA_STYLE_LINK, "https://example.org/?a=1&b=2");
  rua_words_add (rua_manuscript_item (m, 0, 0), RUA_STYLE_LINK, "javascript:alert(1)");
  return m;
}

static void
test_structure (void)
{
  g_autoptr (RuaManuscript) m = small_manuscript ();
  g_autoptr (GBytes) pages = print (m);

  g_assert_cmpuint (count (pages, "/Type /Page "), ==, 2);
  g_assert_cmpuint (count (pages, "/Title"), >=, 1);
  /* One link to the claim, however many go nowhere, and one to the web. */
  g_assert_cmpuint (count (pages, "/Subtype /Link"), ==, 2);
  g_assert_cmpuint (count (pages, "(https://example.org/?a=1&b=2)"), ==, 1);
  g_assert_cmpuint (count (pages, "javascript"), ==, 0);
  g_assert_cmpuint (count (pages, "(claim-1)"), >, 0);
  g_assert_cmpuint (count (pages, "(places)"), >, 0);
  g_assert_cmpuint (count (pages, "(nowhere)"), ==, 0);
  /* A table on two pages. */
  g_assert_cmpuint (count (pages, "/S /Table\n"), ==, 2);
  g_assert_cmpuint (count (pages, "/S /TH\n"), ==, 4);
  g_assert_cmpuint (count (pages, "/S /TD\n"), ==, 120);
  g_assert_cmpuint (count (pages, "/S /Figure\n"), ==, 1);
  g_assert_cmpuint (count (pages, "/S /H1\n") + count (pages, "/S /H2\n") + count (pages, "/S /H4\n"), ==, 3);
}

/* No clock, no chance, no address of memory. */
static void
test_same_bytes (void)
{
  g_autoptr (RuaManuscript) m = small_manuscript (), again = small_manuscript ();
  g_autoptr (GBytes) pages = print (m), same = print (again);

  g_assert_true (g_bytes_equal (pages, same));
  g_assert_cmpuint (count (pages, "CreationDate (D:"), ==, 0);
  g_assert_cmpuint (count (pages, "ModDate"), ==, 0);
}

static gpointer
print_elsewhere (gpointer m)
{
  return print (m);
}

static void
test_threads (void)
{
  g_autoptr (RuaManuscript) m = small_manuscript ();
  g_autoptr (GBytes) pages = print (m);
  GThread *threads[3];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new (NULL, print_elsewhere, m);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (GBytes) same = g_thread_join (threads[i]);

    g_assert_true (g_bytes_equal (pages, same));
  }
}

static void
test_nothing (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (GBytes) pages = print (m);

  g_assert_cmpuint (count (pages, "/Type /Page "), ==, 1);
}

/* What somebody typed ends no attribute and names no place. */
static void
test_hostile_texts (void)
{
  static const char *const texts[] = {
    "' uri='https://evil.example' x='", "\\", "'", "(", ")", ") /JavaScript (", "https://example.org/'><\\", "https://例.org/a", "http://example.org/\xC3\xA9", "\x1b[31m",
    "https://", "a\xE2\x80\xAE" "b", "%s%n", "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new ();
    g_autoptr (GBytes) pages = NULL;

    for (guint style = 0; style < RUA_N_STYLES; style++) {
      rua_words_add (rua_manuscript_heading (m, 1 + style % 4), (RuaStyle) style, texts[i]);
      rua_words_add_link (rua_manuscript_paragraph (m, 0), (RuaStyle) style, texts[i], texts[i]);
      rua_words_add (rua_manuscript_field (m, 0, texts[i]), (RuaStyle) style, texts[i]);
      rua_manuscript_table (m, 0);
      rua_manuscript_column (m, texts[i], RUA_ALIGN_LEFT);
      rua_words_add (rua_manuscript_cell (m), (RuaStyle) style, texts[i]);
    }
    pages = print (m);
    g_assert_cmpuint (count (pages, "/JavaScript"), ==, 0);
    g_assert_cmpuint (count (pages, "/URI (https://evil"), ==, 0);
  }
}

/* ---- any manuscript ---- */

static void
add_block (RuaManuscript *m, const char *text, const char *target)
{
  RuaStyle style = (RuaStyle) g_test_rand_int_range (0, RUA_N_STYLES);
  RuaWords *words = NULL;

  switch (g_test_rand_int_range (0, 6)) {
  case 0:
    words = rua_manuscript_heading (m, (guint) g_test_rand_int_range (1, 9));
    break;
  case 1:
    words = rua_manuscript_paragraph (m, 0);
    break;
  case 2:
    words = rua_manuscript_item (m, 0, (guint) g_test_rand_int_range (0, 3));
    break;
  case 3:
    words = rua_manuscript_field (m, 0, text);
    break;
  case 4:
    words = rua_manuscript_quote (m, 0);
    break;
  default:
    rua_manuscript_table (m, 0);
    for (guint c = (guint) g_test_rand_int_range (0, 4); c > 0; c--)
      rua_manuscript_column (m, text, RUA_ALIGN_RIGHT);
    for (guint c = (guint) g_test_rand_int_range (0, 4); c > 0; c--)
      if (rua_manuscript_get_block (m, rua_manuscript_get_n_blocks (m) - 1)->titles->len)
        rua_words_add_link (rua_manuscript_cell (m), style, target, text);
  }
  if (words) {
    rua_words_add_link (words, style, target, text);
    rua_words_add (words, (RuaStyle) g_test_rand_int_range (0, RUA_N_STYLES), text);
  }
}

static void
test_random (void)
{
  static const char *const texts[] = { "word ", " ", "(", "\\", "農民", "12", "", "supercalifragilistic", "שלום" };
  static const char *const anchors[] = { "a", "b", "c", "d" };
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 100;

  for (guint trial = 0; trial < trials; trial++) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new ();
    g_autoptr (GBytes) pages = NULL, again = NULL;
    guint next = 0;

    for (guint n = (guint) g_test_rand_int_range (0, 60); n > 0; n--) {
      add_block (m, texts[g_test_rand_int_range (0, G_N_ELEMENTS (texts))], anchors[g_test_rand_int_range (0, G_N_ELEMENTS (anchors))]);
      if (next < G_N_ELEMENTS (anchors) && g_test_rand_bit ())
        rua_manuscript_anchor (m, anchors[next++]);
    }
    pages = print (m);
    again = print (m);
    g_assert_true (g_bytes_equal (pages, again));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manuscript-pdf/structure", test_structure);
  g_test_add_func ("/manuscript-pdf/same-bytes", test_same_bytes);
  g_test_add_func ("/manuscript-pdf/threads", test_threads);
  g_test_add_func ("/manuscript-pdf/nothing", test_nothing);
  g_test_add_func ("/manuscript-pdf/hostile-texts", test_hostile_texts);
  g_test_add_func ("/manuscript-pdf/random", test_random);
  return g_test_run ();
}
