/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A manuscript as a web page: whole, closed, and deaf to whatever its texts say. */
#include "rua-manuscript-private.h"

#include <string.h>

static RuaManuscript *
small_manuscript (void)
{
  RuaManuscript *m = rua_manuscript_new ();

  rua_words_add (rua_manuscript_heading (m, 1), RUA_STYLE_PLAIN, "Tea & town");
  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "What this is.");
  rua_words_add (rua_manuscript_heading (m, 2), RUA_STYLE_PLAIN, "Numbers");
  rua_manuscript_anchor (m, "numbers");
  rua_manuscript_table (m, 0);
  rua_manuscript_column (m, "n", RUA_ALIGN_RIGHT);
  rua_manuscript_column (m, "Name", RUA_ALIGN_LEFT);
  rua_words_add_link (rua_manuscript_cell (m), RUA_STYLE_PLAIN, "claim-1", "12");
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_GOOD, "supported");
  rua_words_add_link (rua_manuscript_cell (m), RUA_STYLE_STRONG, "nowhere", "7");
  rua_words_add (rua_manuscript_cell (m), RUA_STYLE_FAINT, "not known");
  rua_words_add (rua_manuscript_heading (m, 4), RUA_STYLE_PLAIN, "A claim");
  rua_manuscript_anchor (m, "claim-1");
  rua_words_add (rua_manuscript_field (m, 1, "Why"), RUA_STYLE_PLAIN, "one");
  rua_words_add (rua_manuscript_field (m, 1, ""), RUA_STYLE_PLAIN, "two");
  rua_words_add (rua_manuscript_quote (m, 1), RUA_STYLE_PLAIN, "said");
  rua_words_add (rua_manuscript_item (m, 0, 0), RUA_STYLE_CODE, "x < y");
  rua_words_add (rua_manuscript_item (m, 0, 3), RUA_STYLE_PLAIN, "third");
  rua_words_add (rua_manuscript_item (m, 0, 4), RUA_STYLE_LINK, "https://example.org/?a=1&b=2");
  return m;
}

static void
assert_has (const char *page, const char *piece)
{
  if (!strstr (page, piece))
    g_error ("\"%s\" is not in:\n%s", piece, page);
}

static void
assert_has_not (const char *page, const char *piece)
{
  if (strstr (page, piece))
    g_error ("\"%s\" is in:\n%s", piece, page);
}

static void
test_elements (void)
{
  static const char *const pieces[] = {
    "<!DOCTYPE html>\n<html lang=\"zh\">",
    "<title>Tea &amp; town</title>",
    "<h1 id=\"h1\">Tea &amp; town</h1>",
    "<nav ",
    "<li><a href=\"#h2\">Numbers</a></li>",
    "<section aria-labelledby=\"h2\">\n<h2 id=\"h2\"><span id=\"numbers\"></span>Numbers</h2>",
    "<th scope=\"col\" class=\"right\">n</th><th scope=\"col\">Name</th>",
    "<td class=\"right\"><a class=\"number\" href=\"#claim-1\">12</a></td><th scope=\"row\"><span class=\"good\">supported</span></th>",
    "<td class=\"right\"><strong>7</strong></td><th scope=\"row\"><span class=\"faint\">not known</span></th>",
    "<article aria-labelledby=\"h3\" id=\"claim-1\">\n<h4 id=\"h3\">A claim</h4>",
    "<dl>\n<dt>Why</dt><dd>one</dd>\n<dd>two</dd>\n</dl>\n<blockquote><p>said</p>\n</blockquote>",
    "<ul>\n<li><code>x &lt; y</code></li>\n</ul>\n<ol start=\"3\">\n<li>third</li>\n",
    "<li><a rel=\"noreferrer\" href=\"https://example.org/?a=1&amp;b=2\">https://example.org/?a=1&amp;b=2</a></li>\n</ol>\n</article>\n</section>\n</main>",
    "</body>\n</html>\n",
  };
  g_autoptr (RuaManuscript) m = small_manuscript ();
  g_autofree char *page = rua_manuscript_to_html (m, "zh");
  const char *at = page;

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++) {
    const char *found = strstr (at, pieces[i]);

    if (!found)
      g_error ("\"%s\" does not follow \"%s\" in:\n%s", pieces[i], i ? pieces[i - 1] : "", page);
    at = found + strlen (pieces[i]);
  }
}

/* Without chapters there is nothing to list, and all stands in the main part. */
static void
test_no_chapters (void)
{
  g_autoptr (RuaManuscript) m = rua_manuscript_new ();
  g_autofree char *page = NULL;

  rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, "All.");
  page = rua_manuscript_to_html (m, NULL);
  assert_has (page, "<html lang=\"en\">");
  assert_has (page, "<main id=\"chapters\">\n<p>All.</p>\n</main>");
  assert_has_not (page, "<nav");
  assert_has_not (page, "<header");
}

static char *
take_between (const char *page, const char *before, const char *after)
{
  const char *begin = strstr (page, before), *end;

  g_assert_nonnull (begin);
  begin += strlen (before);
  end = strstr (begin, after);
  g_assert_nonnull (end);
  return g_strndup (begin, (gsize) (end - begin));
}

/* The policy lets run what is there and nothing else: the digests are those of the pieces. */
static void
test_policy (void)
{
  static const char *const elements[] = { "style", "script" };
  g_autoptr (RuaManuscript) m = small_manuscript ();
  g_autofree char *page = rua_manuscript_to_html (m, NULL);
  g_autofree char *policy = take_between (page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");

  g_assert_true (g_str_has_prefix (policy, "default-src 'none';"));
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++) {
    g_autofree char *before = g_strdup_printf ("<%s>", elements[i]), *after = g_strdup_printf ("</%s>", elements[i]);
    g_autofree char *part = take_between (page, before, after), *base64 = NULL, *rule = NULL;
    g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize length = sizeof digest;

    g_assert_cmpuint (strlen (part), >, 500);
    g_checksum_update (checksum, (const guchar *) part, -1);
    g_checksum_get_digest (checksum, digest, &length);
    base64 = g_base64_encode (digest, length);
    rule = g_strdup_printf ("%s-src 'sha256-%s'", elements[i], base64);
    assert_has (policy, rule);
  }
  assert_has_not (policy, "unsafe");
  assert_has_not (page, " style=");
  assert_has_not (page, " onclick=");
}

/* What somebody typed stays what it is: text. */
static void
test_hostile_texts (void)
{
  static const char *const texts[] = {
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title><script>", "</style><script>", "' onmouseover='x", "&lt;b&gt;", "<!--", "]]>",
    "javascript:alert(1)", "\x1b[31mred", "a\xE2\x80\xAE" "b",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new ();
    g_autofree char *page = NULL, *body = NULL;

    for (guint style = 0; style < RUA_N_STYLES; style++) {
      rua_words_add (rua_manuscript_heading (m, 1 + style % 4), (RuaStyle) style, texts[i]);
      rua_words_add_link (rua_manuscript_paragraph (m, 0), (RuaStyle) style, "a", texts[i]);
      rua_words_add (rua_manuscript_quote (m, 0), (RuaStyle) style, texts[i]);
      rua_words_add (rua_manuscript_item (m, 0, 0), (RuaStyle) style, texts[i]);
      rua_words_add (rua_manuscript_field (m, 0, texts[i]), (RuaStyle) style, texts[i]);
      rua_manuscript_table (m, 0);
      rua_manuscript_column (m, texts[i], RUA_ALIGN_LEFT);
      rua_words_add (rua_manuscript_cell (m), (RuaStyle) style, texts[i]);
    }
    page = rua_manuscript_to_html (m, texts[i]);
    body = take_between (page, "<body", "<script>");
    assert_has_not (body, "<script");
    assert_has_not (body, "<img");
    assert_has_not (body, "<b>");
    assert_has_not (body, "<!--");
    assert_has_not (body, "</title");
    assert_has_not (body, "href=\"javascript");
    assert_has_not (body, "' onmouseover");
    assert_has_not (body, "\x1b");
    assert_has_not (body, "\xE2\x80\xAE");
    g_assert_cmpuint (strlen (strstr (page, "</title>")), >, 1000);
    g_assert_true (g_utf8_validate (page, -1, NULL));
  }
}

/* ---- any manuscript is well formed ---- */

/* Elements open and close like brackets, ids are there once, and what is led to is there. */
static void
check_page (const char *page)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL), targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer target;

  for (const char *p = strchr (strstr (page, "<html"), '<'); p; p = strchr (p, '<')) {
    const char *end = strchr (p, '>');
    gboolean closes = p[1] == '/';
    g_autofree char *tag = g_strndup (p + 1 + closes, (gsize) (end - p) - 1 - closes), *name = g_strndup (tag, strcspn (tag, " "));
    const char *id = strstr (tag, " id=\""), *href = strstr (tag, " href=\"#");

    if (id)
      g_assert_true (g_hash_table_add (ids, g_strndup (id + 5, strcspn (id + 5, "\""))));
    if (href)
      g_hash_table_add (targets, g_strndup (href + 8, strcspn (href + 8, "\"")));
    if (closes) {
      g_assert_cmpuint (open->len, >, 0);
      g_assert_cmpstr (g_ptr_array_index (open, open->len - 1), ==, name);
      g_ptr_array_remove_index (open, open->len - 1);
    } else if (strcmp (name, "meta") != 0) {
      g_ptr_array_add (open, g_steal_pointer (&name));
    }
    /* Neither style nor script is markup inside. */
    if (!closes && (g_str_equal (tag, "style") || g_str_equal (tag, "script"))) {
      g_autofree char *close = g_strdup_printf ("</%s>", tag);

      end = strstr (end, close) - 1;
    }
    p = end + 1;
  }
  g_assert_cmpuint (open->len, ==, 0);
  g_hash_table_iter_init (&iter, targets);
  while (g_hash_table_iter_next (&iter, &target, NULL))
    g_assert_true (g_hash_table_contains (ids, target));
}

static void
test_random (void)
{
  static const char *const texts[] = { "word", " ", "<b>", "&", "\"", "農民", "12", "" };
  static const char *const anchors[] = { "a", "b", "c", "d" };
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint round = 0; round < 400; round++) {
    g_autoptr (RuaManuscript) m = rua_manuscript_new ();
    g_autofree char *page = NULL;
    guint next = 0;

    for (guint n = (guint) g_rand_int_range (rand, 0, 30); n > 0; n--) {
      const char *text = texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))];
      const char *target = anchors[g_rand_int_range (rand, 0, G_N_ELEMENTS (anchors))];
      RuaStyle style = (RuaStyle) g_rand_int_range (rand, 0, RUA_N_STYLES);
      RuaWords *words = NULL;

      switch (g_rand_int_range (rand, 0, 6)) {
      case 0:
        words = rua_manuscript_heading (m, (guint) g_rand_int_range (rand, 1, 5));
        break;
      case 1:
        words = rua_manuscript_paragraph (m, 0);
        break;
      case 2:
        words = rua_manuscript_item (m, 0, (guint) g_rand_int_range (rand, 0, 3));
        break;
      case 3:
        words = rua_manuscript_field (m, 0, text);
        break;
      case 4:
        words = rua_manuscript_quote (m, 0);
        break;
      default:
        rua_manuscript_table (m, 0);
        rua_manuscript_column (m, text, RUA_ALIGN_RIGHT);
        for (guint c = (guint) g_rand_int_range (rand, 0, 4); c > 0; c--)
          rua_words_add_link (rua_manuscript_cell (m), style, target, text);
      }
      if (words)
        rua_words_add_link (words, style, target, text);
      if (next < G_N_ELEMENTS (anchors) && g_rand_boolean (rand))
        rua_manuscript_anchor (m, anchors[next++]);
    }
    page = rua_manuscript_to_html (m, NULL);
    check_page (page);
  }
}

/* Other forms have no links, and the same words. */
static void
test_links_elsewhere (void)
{
  g_autoptr (RuaManuscript) m = small_manuscript ();
  g_autofree char *text = rua_manuscript_to_text (m, 80, FALSE), *markdown = rua_manuscript_to_markdown (m);

  assert_has (text, "12");
  assert_has_not (text, "claim-1");
  assert_has (markdown, "| 12 |");
  assert_has_not (markdown, "claim-1");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/manuscript-html/elements", test_elements);
  g_test_add_func ("/manuscript-html/no-chapters", test_no_chapters);
  g_test_add_func ("/manuscript-html/policy", test_policy);
  g_test_add_func ("/manuscript-html/hostile-texts", test_hostile_texts);
  g_test_add_func ("/manuscript-html/random", test_random);
  g_test_add_func ("/manuscript-html/links-elsewhere", test_links_elsewhere);
  return g_test_run ();
}
