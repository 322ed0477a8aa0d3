/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-manuscript-private.h"

#include <gio/gio.h>
#include <string.h>

#include "rua-chart-private.h"
#include "rua-report-page.h"
#include "rua-wording-private.h"

/* A manuscript as a web page. Every text is escaped on its way out, and the page tells the browser to
 * load nothing and to run nothing but the two pieces of its own, by their hashes: whatever a record
 * holds, it is read and not obeyed. */

typedef struct {
  GString *out;
  const RuaManuscript *manuscript;
  GHashTable *anchors; /* the anchors that blocks have: a span that leads nowhere is no link */
  guint n_headings, n_charts;
  gboolean in_section, in_article;
  const char *list; /* the element that is open: "ul", "ol", "dl"; or NULL */
  guint heading; /* the number of the last heading, by which tables are called */
} Page;

static void
put_escaped (GString *out, const char *text)
{
  for (const char *p = text; *p; p++)
    switch (*p) {
    case '&':
      g_string_append (out, "&amp;");
      break;
    case '<':
      g_string_append (out, "&lt;");
      break;
    case '>':
      g_string_append (out, "&gt;");
      break;
    case '"':
      g_string_append (out, "&quot;");
      break;
    case '\'':
      g_string_append (out, "&#39;");
      break;
    default:
      g_string_append_c (out, *p);
    }
}

static const char *
class_of (RuaStyle style)
{
  switch (style) {
  case RUA_STYLE_FAINT:
    return "faint";
  case RUA_STYLE_GOOD:
    return "good";
  case RUA_STYLE_BAD:
    return "bad";
  case RUA_STYLE_DOUBT:
    return "doubt";
  default:
    return NULL;
  }
}

static void
put_span (Page *page, const RuaSpan *span)
{
  GString *out = page->out;
  const char *name = class_of (span->style), *element = span->style == RUA_STYLE_STRONG ? "strong" : span->style == RUA_STYLE_CODE ? "code" : NULL;
  gboolean leads = span->target && g_hash_table_contains (page->anchors, span->target);

  if (span->style == RUA_STYLE_LINK && rua_span_is_web_address (span)) {
    g_string_append (out, "<a rel=\"noreferrer\" href=\"");
    put_escaped (out, span->text);
    g_string_append (out, "\">");
    put_escaped (out, span->text);
    g_string_append (out, "</a>");
    return;
  }
  if (name)
    g_string_append_printf (out, "<span class=\"%s\">", name);
  if (element)
    g_string_append_printf (out, "<%s>", element);
  if (leads)
    g_string_append_printf (out, "<a class=\"number\" href=\"#%s\">", span->target);
  if (span->page) {
    /* A name may have anything in it, percents too. */
    g_autofree char *address = g_uri_escape_string (span->page, NULL, FALSE);

    g_string_append_printf (out, "<a href=\"%s\">", address);
  }
  put_escaped (out, span->text);
  if (leads || span->page)
    g_string_append (out, "</a>");
  if (element)
    g_string_append_printf (out, "</%s>", element);
  if (name)
    g_string_append (out, "</span>");
}

static void
put_words (Page *page, const RuaWords *words)
{
  for (guint i = 0; i < rua_words_get_n_spans (words); i++)
    put_span (page, rua_words_get_span (words, i));
}

static void
put_id (Page *page, const RuaBlock *block)
{
  if (block->anchor)
    g_string_append_printf (page->out, " id=\"%s\"", block->anchor);
}

/* ---- what stands in what ---- */

static void
close_list (Page *page)
{
  if (page->list)
    g_string_append_printf (page->out, "</%s>\n", page->list);
  page->list = NULL;
}

static void
open_list (Page *page, const char *list, guint start)
{
  if (g_strcmp0 (page->list, list) == 0)
    return;
  close_list (page);
  if (start > 1)
    g_string_append_printf (page->out, "<%s start=\"%u\">\n", list, start);
  else
    g_string_append_printf (page->out, "<%s>\n", list);
  page->list = list;
}

static void
close_article (Page *page)
{
  close_list (page);
  if (page->in_article)
    g_string_append (page->out, "</article>\n");
  page->in_article = FALSE;
}

static void
close_section (Page *page)
{
  close_article (page);
  if (page->in_section)
    g_string_append (page->out, "</section>\n");
  page->in_section = FALSE;
}

/* A chapter is a section, and what the fourth level heads an article. */
static void
put_heading (Page *page, const RuaBlock *block)
{
  guint level = MIN (block->level, 6);

  if (level <= 2)
    close_section (page);
  else
    close_article (page);
  page->heading = ++page->n_headings;
  if (level == 2) {
    g_string_append_printf (page->out, "<section aria-labelledby=\"h%u\">\n", page->heading);
    page->in_section = TRUE;
  } else if (level == 4) {
    g_string_append_printf (page->out, "<article aria-labelledby=\"h%u\"", page->heading);
    put_id (page, block);
    g_string_append (page->out, ">\n");
    page->in_article = TRUE;
  }
  g_string_append_printf (page->out, "<h%u id=\"h%u\">", level, page->heading);
  if (block->anchor && level != 4)
    g_string_append_printf (page->out, "<span id=\"%s\"></span>", block->anchor);
  put_words (page, block->words);
  g_string_append_printf (page->out, "</h%u>\n", level);
}

static void
put_table (Page *page, const RuaBlock *table)
{
  GString *out = page->out;
  guint header = 0; /* the column that tells what a row is about */

  while (header < table->titles->len && g_array_index (table->aligns, RuaAlign, header) == RUA_ALIGN_RIGHT)
    header++;
  /* A wide one is moved sideways, with the keyboard as well. */
  g_string_append_printf (out, "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-labelledby=\"h%u\"", page->heading);
  put_id (page, table);
  g_string_append (out, ">\n<table>\n<thead><tr>");
  for (guint c = 0; c < table->titles->len; c++) {
    g_string_append_printf (out, "<th scope=\"col\"%s>", g_array_index (table->aligns, RuaAlign, c) == RUA_ALIGN_RIGHT ? " class=\"right\"" : "");
    put_escaped (out, g_ptr_array_index (table->titles, c));
    g_string_append (out, "</th>");
  }
  g_string_append (out, "</tr></thead>\n<tbody>\n");
  for (guint r = 0; r < table->rows->len; r++) {
    GPtrArray *cells = g_ptr_array_index (table->rows, r);

    g_string_append (out, "<tr>");
    for (guint c = 0; c < table->titles->len; c++) {
      const char *right = g_array_index (table->aligns, RuaAlign, c) == RUA_ALIGN_RIGHT ? " class=\"right\"" : "";

      g_string_append_printf (out, c == header ? "<th scope=\"row\"%s>" : "<td%s>", right);
      if (c < cells->len)
        put_words (page, g_ptr_array_index (cells, c));
      g_string_append (out, c == header ? "</th>" : "</td>");
    }
    g_string_append (out, "</tr>\n");
  }
  g_string_append (out, "</tbody>\n</table>\n</div>\n");
}

/* As wide as a phone held upright can show without small print; a wide page shows it larger. */
static void
put_chart (Page *page, const RuaBlock *block)
{
  g_autofree char *prefix = g_strdup_printf ("chart-%u", ++page->n_charts), *svg = rua_chart_to_inline_svg (block->chart, 480, prefix);

  g_string_append (page->out, "<figure");
  put_id (page, block);
  g_string_append_printf (page->out, ">\n%s</figure>\n", svg);
}

static void
put_field (Page *page, const RuaBlock *block)
{
  open_list (page, "dl", 0);
  if (*block->label) {
    g_string_append (page->out, "<dt>");
    put_escaped (page->out, block->label);
    g_string_append (page->out, "</dt>");
  }
  g_string_append (page->out, "<dd");
  put_id (page, block);
  g_string_append_c (page->out, '>');
  put_words (page, block->words);
  g_string_append (page->out, "</dd>\n");
}

static void
put_simple (Page *page, const RuaBlock *block, const char *before, const char *after)
{
  g_string_append_printf (page->out, "<%s", before);
  put_id (page, block);
  g_string_append_c (page->out, '>');
  put_words (page, block->words);
  g_string_append_printf (page->out, "</%s>\n", after);
}

static void
put_block (Page *page, const RuaBlock *block)
{
  switch (block->type) {
  case RUA_BLOCK_HEADING:
    put_heading (page, block);
    return;
  case RUA_BLOCK_ITEM:
    open_list (page, block->number ? "ol" : "ul", block->number);
    put_simple (page, block, "li", "li");
    return;
  case RUA_BLOCK_FIELD:
    put_field (page, block);
    return;
  case RUA_BLOCK_PARAGRAPH:
    close_list (page);
    put_simple (page, block, "p", "p");
    return;
  case RUA_BLOCK_QUOTE:
    close_list (page);
    g_string_append (page->out, "<blockquote>");
    put_simple (page, block, "p", "p");
    g_string_append (page->out, "</blockquote>\n");
    return;
  case RUA_BLOCK_TABLE:
    close_list (page);
    put_table (page, block);
    return;
  case RUA_BLOCK_CHART:
    close_list (page);
    put_chart (page, block);
    return;
  }
}

/* ---- the page ---- */

static GBytes *
load_part (const char *name)
{
  g_autofree char *path = g_strconcat ("/ruralalliance/report/", name, NULL);

  return g_resource_lookup_data (rua_report_page_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

/* How a policy names a piece that may run: the digest of its bytes. */
static char *
name_by_hash (GBytes *part)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *base64 = NULL;

  g_checksum_update (checksum, g_bytes_get_data (part, NULL), (gssize) g_bytes_get_size (part));
  g_checksum_get_digest (checksum, digest, &length);
  base64 = g_base64_encode (digest, length);
  return g_strdup_printf ("'sha256-%s'", base64);
}

static void
put_part (GString *out, const char *element, GBytes *part)
{
  g_string_append_printf (out, "<%s>", element);
  g_string_append_len (out, g_bytes_get_data (part, NULL), (gssize) g_bytes_get_size (part));
  g_string_append_printf (out, "</%s>\n", element);
}

static char *
find_title (const RuaManuscript *self)
{
  for (guint i = 0; i < rua_manuscript_get_n_blocks (self); i++) {
    const RuaBlock *block = rua_manuscript_get_block (self, i);

    if (block->type == RUA_BLOCK_HEADING)
      return rua_words_to_plain (block->words);
  }
  return g_strdup (_("Report"));
}

static void
put_head (Page *page, const char *language, GBytes *style, GBytes *script)
{
  g_autofree char *title = find_title (page->manuscript), *style_name = name_by_hash (style), *script_name = name_by_hash (script);
  GString *out = page->out;

  g_string_append (out, "<!DOCTYPE html>\n<html lang=\"");
  /* Letters, digits and hyphens; anything else tells a browser nothing. */
  g_string_append (out, language && *language && language[strspn (language, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-")] == '\0' ? language : rua_get_language ());
  g_string_append (out, "\">\n<head>\n<meta charset=\"utf-8\">\n");
  g_string_append_printf (out,
                          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src %s; script-src %s; img-src data:;"
                          " base-uri 'none'; form-action 'none'\">\n",
                          style_name, script_name);
  g_string_append (out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
  put_escaped (out, title);
  g_string_append (out, "</title>\n");
  put_part (out, "style", style);
  g_string_append (out, "</head>\n<body data-fold=\"");
  put_escaped (out, _("fold"));
  g_string_append (out, "\" data-unfold=\"");
  put_escaped (out, _("unfold"));
  g_string_append (out, "\">\n<a class=\"skip\" href=\"#chapters\">");
  put_escaped (out, _("To the report"));
  g_string_append (out, "</a>\n");
}

/* Behind the opening, which is what stands before the first chapter. */
static void
put_contents (Page *page)
{
  guint heading = 0;

  g_string_append (page->out, "<nav aria-label=\"");
  put_escaped (page->out, _("Chapters"));
  g_string_append (page->out, "\">\n<ul>\n");
  for (guint i = 0; i < rua_manuscript_get_n_blocks (page->manuscript); i++) {
    const RuaBlock *block = rua_manuscript_get_block (page->manuscript, i);
    g_autofree char *title = NULL;

    if (block->type != RUA_BLOCK_HEADING)
      continue;
    heading++;
    if (block->level != 2)
      continue;
    title = rua_words_to_plain (block->words);
    g_string_append_printf (page->out, "<li><a href=\"#h%u\">", heading);
    put_escaped (page->out, title);
    g_string_append (page->out, "</a></li>\n");
  }
  g_string_append (page->out, "</ul>\n</nav>\n");
}

/* 0 where there are none: then all stands together. */
static guint
find_first_chapter (const RuaManuscript *self)
{
  for (guint i = 0; i < rua_manuscript_get_n_blocks (self); i++) {
    const RuaBlock *block = rua_manuscript_get_block (self, i);

    if (block->type == RUA_BLOCK_HEADING && block->level == 2)
      return i;
  }
  return 0;
}

char *
rua_manuscript_to_html (const RuaManuscript *self, const char *language)
{
  g_autoptr (GBytes) style = load_part ("report-page.css"), script = load_part ("report-page.js");
  g_autoptr (GHashTable) anchors = g_hash_table_new (g_str_hash, g_str_equal);
  Page page = { .out = g_string_new (NULL), .manuscript = self, .anchors = anchors };
  guint first = 0;

  for (guint i = 0; i < rua_manuscript_get_n_blocks (self); i++) {
    const RuaBlock *block = rua_manuscript_get_block (self, i);

    if (block->anchor)
      g_hash_table_add (anchors, block->anchor);
  }
  put_head (&page, language, style, script);
  first = find_first_chapter (self);
  if (first > 0) {
    g_string_append (page.out, "<header>\n");
    for (guint i = 0; i < first; i++)
      put_block (&page, rua_manuscript_get_block (self, i));
    close_section (&page);
    g_string_append (page.out, "</header>\n");
    put_contents (&page);
  }
  g_string_append (page.out, "<main id=\"chapters\">\n");
  for (guint i = first; i < rua_manuscript_get_n_blocks (self); i++)
    put_block (&page, rua_manuscript_get_block (self, i));
  close_section (&page);
  g_string_append (page.out, "</main>\n");
  put_part (page.out, "script", script);
  g_string_append (page.out, "</body>\n</html>\n");
  return g_string_free (page.out, FALSE);
}
