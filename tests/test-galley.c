/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Type that is set: nothing stands off the page, nothing is lost, and tables are as wide as they need. */
#include "rua-galley-private.h"

#include <pango/pangocairo.h>
#include <string.h>

#include "rua-chart-private.h"

#define WIDTH 480.0
#define HEIGHT 700.0

static RuaGalley *
set_type (const RuaManuscript *manuscript)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());

  pango_cairo_context_set_resolution (context, 72);
  pango_context_set_round_glyph_positions (context, FALSE);
  return rua_galley_new (manuscript, context, WIDTH, HEIGHT);
}

static const char *
text_of (const RuaSetLine *line)
{
  return pango_layout_get_text (line->layout);
}

static const RuaSetLine *
line_at (RuaGalley *galley, guint band, guint index)
{
  GArray *lines = rua_galley_set (galley, band)->lines;

  g_assert_cmpuint (index, <, lines->len);
  return &g_array_index (lines, RuaSetLine, index);
}

static double
line_width (const RuaSetLine *line)
{
  PangoRectangle logical;

  pango_layout_line_get_extents (line->line, NULL, &logical);
  return (double) logical.width / PANGO_SCALE;
}

/* ---- blocks ---- */

static void
test_nothing (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = set_type (m);

  g_assert_cmpuint (galley->bands->len, ==, 0);
}

static void
test_paragraph (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;

  for (guint i = 0; i < 200; i++)
    g_string_append (text, "rice ");
  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, text->str);
  galley = set_type (m);
  n = galley->bands->len;
  g_assert_cmpuint (n, >, 6);
  /* No widow and no orphan, and broken in between. */
  g_assert_true (rua_galley_band (galley, 0)->keep);
  g_assert_false (rua_galley_band (galley, 1)->keep);
  g_assert_true (rua_galley_band (galley, n - 2)->keep);
  g_assert_false (rua_galley_band (galley, n - 1)->keep);
  for (guint i = 0; i < n; i++) {
    g_assert_cmpuint (rua_galley_set (galley, i)->element, ==, rua_galley_set (galley, 0)->element);
    g_assert_cmpfloat (rua_galley_set (galley, i)->baseline, <, rua_galley_band (galley, i)->height);
  }
}

static void
test_headings (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;

  for (guint level = 1; level <= 5; level++) {
    rua_words_add_printf (rua_manuscript_heading (m, level), RUA_STYLE_PLAIN, "Level %u", level);
    rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "Text.");
  }
  galley = set_type (m);
  g_assert_cmpuint (galley->headings->len, ==, 5);
  for (guint i = 0; i < 5; i++) {
    const RuaSetHeading *heading = &g_array_index (galley->headings, RuaSetHeading, i);
    g_autofree char *title = g_strdup_printf ("Level %u", i + 1);

    g_assert_cmpuint (heading->level, ==, i + 1);
    g_assert_cmpstr (heading->title, ==, title);
    g_assert_cmpuint (rua_galley_set (galley, heading->band)->heading, ==, i + 1);
    g_assert_true (rua_galley_band (galley, heading->band)->keep);
    g_assert_cmpuint (rua_galley_set (galley, heading->band)->level, ==, MIN (i + 1, 4));
    /* The higher, the larger. */
    if (i > 0)
      g_assert_cmpfloat (rua_galley_band (galley, heading->band)->height, <=, rua_galley_band (galley, heading[-1].band)->height);
  }
}

/* Label and text stand on one base line; what follows has the text's place and no label. */
static void
test_fields (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;

  rua_words_add (rua_manuscript_field (m, 1, "Why"), RUA_STYLE_PLAIN, "one");
  rua_words_add (rua_manuscript_field (m, 1, ""), RUA_STYLE_PLAIN, "two");
  galley = set_type (m);
  g_assert_cmpuint (galley->bands->len, ==, 2);
  g_assert_cmpuint (rua_galley_set (galley, 0)->lines->len, ==, 2);
  g_assert_cmpstr (text_of (line_at (galley, 0, 0)), ==, "Why");
  g_assert_cmpstr (text_of (line_at (galley, 0, 1)), ==, "one");
  g_assert_cmpuint (rua_galley_set (galley, 1)->lines->len, ==, 1);
  g_assert_cmpfloat (line_at (galley, 1, 0)->x, ==, line_at (galley, 0, 1)->x);
  g_assert_cmpfloat (line_at (galley, 0, 0)->x, <, line_at (galley, 0, 1)->x);
}

/* A title with one field alone, or a last field without the others, is no sight. */
static void
test_fields_of_a_title (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;

  rua_words_add (rua_manuscript_heading (m, 4), RUA_STYLE_PLAIN, "A claim");
  for (guint i = 0; i < 5; i++)
    rua_words_add (rua_manuscript_field (m, 1, "Why"), RUA_STYLE_PLAIN, "because");
  rua_words_add (rua_manuscript_heading (m, 4), RUA_STYLE_PLAIN, "Another");
  galley = set_type (m);
  for (guint i = 0; i < 7; i++)
    g_assert_true (rua_galley_band (galley, i)->keep == (i < 2 || i == 4 || i == 6));
}

/* "These are:" is not left behind by what they are. */
static void
test_paragraph_before_items (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;

  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "These are:");
  rua_words_add (rua_manuscript_item (m, 0, 0), RUA_STYLE_PLAIN, "one");
  rua_words_add (rua_manuscript_item (m, 0, 12), RUA_STYLE_PLAIN, "two");
  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "That was it.");
  rua_words_add (rua_manuscript_quote (m, 1), RUA_STYLE_PLAIN, "said");
  galley = set_type (m);
  g_assert_true (rua_galley_band (galley, 0)->keep);
  g_assert_false (rua_galley_band (galley, 2)->keep);
  g_assert_cmpstr (text_of (line_at (galley, 1, 0)), ==, "\xE2\x80\xA2");
  g_assert_cmpstr (text_of (line_at (galley, 2, 0)), ==, "12.");
  g_assert_true (rua_galley_set (galley, 4)->bar);
  g_assert_false (rua_galley_set (galley, 3)->bar);
}

static void
test_chart (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;
  RuaChart *high = rua_chart_new (RUA_CHART_PLACES, "Many places"), *low = rua_chart_new (RUA_CHART_PLACES, "A place");

  for (guint i = 0; i < 200; i++)
    rua_chart_add (high, g_strdup_printf ("Place %u", i), NULL);
  rua_chart_add (low, g_strdup ("Place"), NULL);
  rua_manuscript_chart (m, high);
  rua_manuscript_chart (m, low);
  rua_manuscript_anchor (m, "place");
  galley = set_type (m);
  g_assert_cmpuint (galley->bands->len, ==, 2);
  g_assert_cmpfloat (rua_galley_band (galley, 0)->height, <, HEIGHT);
  g_assert_cmpfloat (rua_galley_band (galley, 0)->height, >, HEIGHT / 2);
  g_assert_cmpfloat_with_epsilon (rua_galley_set (galley, 1)->picture->width * rua_galley_set (galley, 1)->scale, WIDTH, 0.01);
  g_assert_cmpstr (rua_galley_set (galley, 1)->anchor, ==, "place");
  g_assert_null (rua_galley_set (galley, 0)->anchor);
}

static void
test_contents (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;

  rua_words_add (rua_manuscript_heading (m, 1), RUA_STYLE_PLAIN, "All");
  for (guint i = 0; i < 5; i++) {
    rua_words_add_printf (rua_manuscript_heading (m, 2), RUA_STYLE_PLAIN, "Chapter %u", i);
    rua_words_add (rua_manuscript_heading (m, 3), RUA_STYLE_PLAIN, "Part");
  }
  galley = set_type (m);
  g_assert_cmpuint (galley->contents->len, ==, 5);
  for (guint i = 0; i < 5; i++) {
    const RuaSetEntry *entry = &g_array_index (galley->contents, RuaSetEntry, i);
    const RuaSetHeading *named = &g_array_index (galley->headings, RuaSetHeading, entry->heading - 1);
    /* Down the first column, then down the second, a row at a time. */
    const RuaSetLine *line = line_at (galley, entry->band, i % 2);
    g_autofree char *name = rua_galley_heading_name (entry->heading);

    g_assert_cmpuint (named->level, ==, 2);
    g_assert_cmpstr (text_of (line), ==, named->title);
    g_assert_cmpstr (rua_words_get_span (line->words, 0)->target, ==, name);
    g_assert_cmpfloat (line->x + line_width (line), <, entry->right);
    g_assert_cmpfloat (entry->right, <=, WIDTH + 0.01);
  }
}

static void
test_few_chapters (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;

  for (guint i = 0; i < 2; i++)
    rua_words_add (rua_manuscript_heading (m, 2), RUA_STYLE_PLAIN, "Chapter");
  galley = set_type (m);
  g_assert_cmpuint (galley->contents->len, ==, 0);
  g_assert_cmpuint (galley->bands->len, ==, 2);
}

/* ---- tables ---- */

static RuaManuscript *
new_table (guint n_columns, guint n_rows, const char *text)
{
  RuaManuscript *m = rua_manuscript_new ();

  rua_manuscript_table (m, 0);
  for (guint c = 0; c < n_columns; c++) {
    g_autofree char *title = g_strdup_printf ("Column %u", c);

    rua_manuscript_column (m, title, c == 0 ? RUA_ALIGN_RIGHT : RUA_ALIGN_LEFT);
  }
  for (guint i = 0; i < n_rows * n_columns; i++)
    rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, i % n_columns == 0 ? "1,234" : text);
  return m;
}

static void
test_table (void)
{
  g_autoptr (RuaManuscript) m = new_table (3, 50, "tea");
  g_autoptr (RuaGalley) galley = set_type (m);
  double right = 0;

  g_assert_cmpuint (galley->bands->len, ==, 51);
  g_assert_cmpint (rua_galley_set (galley, 0)->type, ==, RUA_SET_HEAD);
  g_assert_true (rua_galley_band (galley, 0)->keep);
  for (guint i = 1; i <= 50; i++) {
    const RuaBand *band = rua_galley_band (galley, i);
    const RuaSetLine *number = line_at (galley, i, 0);

    g_assert_cmpint (rua_galley_set (galley, i)->type, ==, RUA_SET_ROW);
    g_assert_cmpuint (band->head, ==, 0);
    g_assert_cmpuint (band->n_head, ==, 1);
    g_assert_cmpuint (rua_galley_set (galley, i)->table, ==, 1);
    g_assert_cmpfloat (rua_galley_set (galley, i)->rule, >, 0);
    /* Numbers end where the others end. */
    if (i > 1)
      g_assert_cmpfloat_with_epsilon (number->x + line_width (number), right, 0.01);
    right = number->x + line_width (number);
  }
  /* No wider than it has to be. */
  g_assert_cmpfloat (rua_galley_set (galley, 1)->right, <, WIDTH / 2);
}

/* Titles of several lines stand on their rule. */
static void
test_titles (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autoptr (RuaGalley) galley = NULL;
  g_autoptr (GString) wordy = g_string_new (NULL);
  guint n_head = 0;

  for (guint i = 0; i < 100; i++)
    g_string_append (wordy, "word ");
  rua_manuscript_table (m, 0);
  rua_manuscript_column (m, "A", RUA_ALIGN_LEFT);
  rua_manuscript_column (m, wordy->str, RUA_ALIGN_LEFT);
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "a");
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "b");
  galley = set_type (m);
  while (rua_galley_set (galley, n_head)->type == RUA_SET_HEAD)
    n_head++;
  g_assert_cmpuint (n_head, >, 2);
  g_assert_cmpuint (rua_galley_set (galley, 0)->lines->len, ==, 1);
  g_assert_cmpstr (text_of (line_at (galley, n_head - 1, 0)), ==, "A");
  g_assert_cmpuint (rua_galley_band (galley, n_head)->n_head, ==, n_head);
}

/* Too wide for every size of letters: told row by row, with nothing left out. */
static void
test_wide_table (void)
{
  g_autoptr (RuaManuscript) m = new_table (12, 2, "incomprehensibilities");
  g_autoptr (RuaGalley) galley = set_type (m);

  g_assert_cmpuint (galley->bands->len, ==, 24);
  for (guint i = 0; i < 24; i++) {
    g_autofree char *title = g_strdup_printf ("Column %u", i % 12);

    g_assert_cmpint (rua_galley_set (galley, i)->type, ==, RUA_SET_PARAGRAPH);
    g_assert_cmpstr (text_of (line_at (galley, i, 0)), ==, title);
    g_assert_cmpstr (text_of (line_at (galley, i, 1)), ==, i % 12 == 0 ? "1,234" : "incomprehensibilities");
  }
}

/* A row of few lines stays on a page; a long one is broken. */
static void
test_long_rows (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint words = 40; words <= 4000; words *= 10) {
    g_autoptr (RuaManuscript) m = NULL;
    g_autoptr (RuaGalley) galley = NULL;
    guint kept = 0;

    g_string_truncate (text, 0);
    for (guint i = 0; i < words; i++)
      g_string_append (text, "word ");
    m = new_table (2, 1, text->str);
    galley = set_type (m);
    for (guint i = 1; i < galley->bands->len; i++)
      kept += rua_galley_band (galley, i)->keep;
    if (words == 40)
      g_assert_cmpuint (kept, ==, galley->bands->len - 2);
    else
      g_assert_cmpuint (kept, ==, 2);
  }
}

/* ---- any manuscript ---- */

static const char *const pieces[] = {
  "tea ", "合作社的收入", "incomprehensibilities", " ", "1,234 ", "https://example.org/a/very/long/address/that/goes/on/and/on/and/on/and/on/and/on/and/on/and/on/index.html",
  "שלום ", "e\xCC\x81", "“quoted” ", "",
};

static void
add_words (RuaWords *words)
{
  for (guint n = (guint) g_test_rand_int_range (0, 12); n > 0; n--)
    rua_words_add_link (words, (RuaStyle) g_test_rand_int_range (0, RUA_N_STYLES), g_test_rand_bit () ? "a" : NULL,
                        pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
}

static void
add_block (RuaManuscript *m)
{
  guint level = (guint) g_test_rand_int_range (0, 30);

  switch (g_test_rand_int_range (0, 6)) {
  case 0:
    add_words (rua_manuscript_heading (m, 1 + level % 6));
    break;
  case 1:
    add_words (rua_manuscript_paragraph (m, level));
    break;
  case 2:
    add_words (rua_manuscript_item (m, level, (guint) g_test_rand_int_range (0, 3) * 100));
    break;
  case 3:
    add_words (rua_manuscript_field (m, level, pieces[level % G_N_ELEMENTS (pieces)]));
    break;
  case 4:
    add_words (rua_manuscript_quote (m, level));
    break;
  default:
    rua_manuscript_table (m, level);
    for (guint c = level % 9; c > 0; c--)
      rua_manuscript_column (m, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))], g_test_rand_bit () ? RUA_ALIGN_LEFT : RUA_ALIGN_RIGHT);
    for (guint n = level % 9 ? (guint) g_test_rand_int_range (0, 20) : 0; n > 0; n--)
      add_words (rua_manuscript_cell (m));
  }
}

/* Blanks may hang over the edge; what is seen may not, but for the swing of a letter. */
static void
check_line (const RuaSetLine *line)
{
  PangoRectangle ink;

  pango_layout_line_get_extents (line->line, &ink, NULL);
  g_assert_cmpfloat (line->x + (double) ink.x / PANGO_SCALE, >=, -2);
  if (line->x + (double) (ink.x + ink.width) / PANGO_SCALE > WIDTH + 2)
    g_error ("“%.*s” of “%s” ends at %g", line->line->length, text_of (line) + line->line->start_index, text_of (line),
             line->x + (double) (ink.x + ink.width) / PANGO_SCALE);
}

/* All lines of every text that a band begins are there, within the page. */
static void
check_lines (RuaGalley *galley)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_direct_hash, g_direct_equal);
  GHashTableIter iter;
  gpointer layout, count;

  for (guint i = 0; i < galley->bands->len; i++) {
    const RuaBand *band = rua_galley_band (galley, i);
    GArray *lines = rua_galley_set (galley, i)->lines;

    g_assert_cmpfloat (band->height, >, 0);
    g_assert_cmpfloat (band->height, <, 60);
    g_assert_cmpfloat (band->space, >=, 0);
    for (guint k = 0; k < lines->len; k++) {
      const RuaSetLine *line = &g_array_index (lines, RuaSetLine, k);

      check_line (line);
      g_hash_table_insert (counts, line->layout, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, line->layout)) + 1));
    }
  }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &layout, &count))
    g_assert_cmpuint (GPOINTER_TO_UINT (count), ==, (guint) pango_layout_get_line_count (layout));
}

static gboolean
is_set (RuaGalley *galley, const RuaWords *words)
{
  for (guint i = 0; i < galley->bands->len; i++) {
    GArray *lines = rua_galley_set (galley, i)->lines;

    for (guint k = 0; k < lines->len; k++)
      if (g_array_index (lines, RuaSetLine, k).words == words)
        return TRUE;
  }
  return FALSE;
}

static void
check_blocks (RuaGalley *galley, const RuaManuscript *m)
{
  for (guint i = 0; i < rua_manuscript_get_n_blocks (m); i++) {
    const RuaBlock *block = rua_manuscript_get_block (m, i);

    if (block->words)
      g_assert_true (is_set (galley, block->words));
    for (guint r = 0; block->rows && block->titles->len && r < block->rows->len; r++) {
      GPtrArray *cells = g_ptr_array_index (block->rows, r);

      for (guint c = 0; c < cells->len; c++)
        g_assert_true (rua_words_is_empty (g_ptr_array_index (cells, c)) || is_set (galley, g_ptr_array_index (cells, c)));
    }
  }
}

static void
test_random (void)
{
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 100;

  for (guint trial = 0; trial < trials; trial++) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new ();
    g_autoptr (RuaGalley) galley = NULL;

    for (guint n = (guint) g_test_rand_int_range (0, 20); n > 0; n--)
      add_block (m);
    galley = set_type (m);
    check_lines (galley);
    check_blocks (galley, m);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/galley/nothing", test_nothing);
  g_test_add_func ("/galley/paragraph", test_paragraph);
  g_test_add_func ("/galley/headings", test_headings);
  g_test_add_func ("/galley/fields", test_fields);
  g_test_add_func ("/galley/fields-of-a-title", test_fields_of_a_title);
  g_test_add_func ("/galley/paragraph-before-items", test_paragraph_before_items);
  g_test_add_func ("/galley/chart", test_chart);
  g_test_add_func ("/galley/contents", test_contents);
  g_test_add_func ("/galley/few-chapters", test_few_chapters);
  g_test_add_func ("/galley/table", test_table);
  g_test_add_func ("/galley/titles", test_titles);
  g_test_add_func ("/galley/wide-table", test_wide_table);
  g_test_add_func ("/galley/long-rows", test_long_rows);
  g_test_add_func ("/galley/random", test_random);
  return g_test_run ();
}
