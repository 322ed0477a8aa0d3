/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-words-private.h"

#include <string.h>

struct _RuaWords {
  GArray *spans; /* of RuaSpan */
};

static void
clear_span (gpointer data)
{
  RuaSpan *span = data;

  g_free (span->text);
  g_free (span->target);
  g_free (span->page);
}

RuaWords *
rua_words_new (void)
{
  RuaWords *self = g_new0 (RuaWords, 1);

  self->spans = g_array_new (FALSE, FALSE, sizeof (RuaSpan));
  g_array_set_clear_func (self->spans, clear_span);
  return self;
}

void
rua_words_free (RuaWords *self)
{
  if (!self)
    return;
  g_array_unref (self->spans);
  g_free (self);
}

/* Marks that reorder what follows, and the ones that hide in a text. */
static gboolean
is_treacherous (gunichar c)
{
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F
         || c == 0x061C || c == 0xFEFF || c == 0x00AD || (c >= 0xE0000 && c <= 0xE007F);
}

char *
rua_text_make_harmless (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c == '\t' || c == '\n' || c == '\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029)
      g_string_append_c (out, ' ');
    else if (g_unichar_iscntrl (c))
      g_string_append (out, "\xEF\xBF\xBD");
    else if (!is_treacherous (c))
      g_string_append_unichar (out, c);
  }
  return g_string_free (out, FALSE);
}

static void
append_sane (RuaWords *self, RuaStyle style, const char *target, const char *page, const char *text, gsize length)
{
  RuaSpan *last = self->spans->len ? &g_array_index (self->spans, RuaSpan, self->spans->len - 1) : NULL;

  if (length == 0)
    return;
  if (last && last->style == style && g_strcmp0 (last->target, target) == 0 && g_strcmp0 (last->page, page) == 0) {
    char *joined = g_strdup_printf ("%s%.*s", last->text, (int) length, text);

    g_free (last->text);
    last->text = joined;
  } else {
    RuaSpan span = { style, g_strndup (text, length), g_strdup (target), g_strdup (page) };

    g_array_append_val (self->spans, span);
  }
}

static RuaWords *
add (RuaWords *self, RuaStyle style, const char *target, const char *page, const char *text)
{
  g_autofree char *sane = NULL;

  if (text) {
    sane = rua_text_make_harmless (text);
    append_sane (self, style, target, page, sane, strlen (sane));
  }
  return self;
}

RuaWords *
rua_words_add_link (RuaWords *self, RuaStyle style, const char *target, const char *text)
{
  return add (self, style, target, NULL, text);
}

RuaWords *
rua_words_add_page (RuaWords *self, RuaStyle style, const char *page, const char *text)
{
  return add (self, style, NULL, page, text);
}

RuaWords *
rua_words_add (RuaWords *self, RuaStyle style, const char *text)
{
  return rua_words_add_link (self, style, NULL, text);
}

RuaWords *
rua_words_add_printf (RuaWords *self, RuaStyle style, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  return rua_words_add (self, style, text);
}

guint
rua_words_get_n_spans (const RuaWords *self)
{
  return self->spans->len;
}

const RuaSpan *
rua_words_get_span (const RuaWords *self, guint index)
{
  return &g_array_index (self->spans, RuaSpan, index);
}

gboolean
rua_span_is_web_address (const RuaSpan *self)
{
  return (g_ascii_strncasecmp (self->text, "https://", 8) == 0 || g_ascii_strncasecmp (self->text, "http://", 7) == 0)
         && !strpbrk (self->text, " <>\"'\\");
}

gboolean
rua_words_is_empty (const RuaWords *self)
{
  return self->spans->len == 0;
}

char *
rua_words_to_plain (const RuaWords *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->spans->len; i++)
    g_string_append (out, g_array_index (self->spans, RuaSpan, i).text);
  return g_string_free (out, FALSE);
}

/* ---- widths ---- */

static guint
width_of (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
rua_text_width (const char *text)
{
  guint width = 0;

  for (; *text; text = g_utf8_next_char (text))
    width += width_of (g_utf8_get_char (text));
  return width;
}

guint
rua_words_get_width (const RuaWords *self)
{
  guint width = 0;

  for (guint i = 0; i < self->spans->len; i++)
    width += rua_text_width (g_array_index (self->spans, RuaSpan, i).text);
  return width;
}

/* ---- breaking lines ---- */

/* A character with the marks that combine with it: never torn apart. */
typedef struct {
  const char *text;
  guint8 style;
  guint8 width;
  guint16 length;
  gunichar base;
} Cluster;

typedef enum {
  BREAK_NO,
  BREAK_POOR, /* only where the piece is longer than a line */
  BREAK_YES,
} Break;

static GArray *
split_clusters (const RuaWords *self)
{
  GArray *clusters = g_array_new (FALSE, FALSE, sizeof (Cluster));

  for (guint i = 0; i < self->spans->len; i++) {
    const RuaSpan *span = &g_array_index (self->spans, RuaSpan, i);

    for (const char *p = span->text; *p;) {
      const char *next = g_utf8_next_char (p);
      gunichar c = g_utf8_get_char (p);
      Cluster *last = clusters->len ? &g_array_index (clusters, Cluster, clusters->len - 1) : NULL;

      /* U+200B is a place to break and no mark; U+200D joins what follows too. */
      if (last && last->style == span->style && last->text + last->length == p
          && last->length < G_MAXUINT16 - 8 && last->width < G_MAXUINT8 - 2
          && ((width_of (c) == 0 && c != 0x200B)
              || (last->length >= 3 && memcmp (p - 3, "\xE2\x80\x8D", 3) == 0))) {
        last->length += next - p;
        last->width += width_of (c);
      } else {
        Cluster cluster = { p, span->style, width_of (c), next - p, c };

        g_array_append_val (clusters, cluster);
      }
      p = next;
    }
  }
  return clusters;
}

static gboolean
is_ideograph (const Cluster *c)
{
  return c->width == 2 && g_unichar_break_type (c->base) == G_UNICODE_BREAK_IDEOGRAPHIC;
}

static gboolean
may_not_begin (gunichar c)
{
  switch (g_unichar_break_type (c)) {
  case G_UNICODE_BREAK_CLOSE_PUNCTUATION:
  case G_UNICODE_BREAK_CLOSE_PARANTHESIS:
  case G_UNICODE_BREAK_EXCLAMATION:
  case G_UNICODE_BREAK_NON_STARTER:
  case G_UNICODE_BREAK_INFIX_SEPARATOR:
  case G_UNICODE_BREAK_CONDITIONAL_JAPANESE_STARTER:
    return TRUE;
  default:
    return c == ' ' || c == 0x2019 || c == 0x201D;
  }
}

static gboolean
may_not_end (gunichar c)
{
  return g_unichar_break_type (c) == G_UNICODE_BREAK_OPEN_PUNCTUATION || c == 0x2018 || c == 0x201C;
}

static gboolean
is_capital (gunichar c)
{
  return c >= 'A' && c <= 'Z';
}

/* Whether a line may begin with the cluster @at: a small part of Unicode's rules, enough for
 * Latin and Chinese text. */
static Break
break_before (GArray *clusters, guint at)
{
  const Cluster *b = &g_array_index (clusters, Cluster, at), *a = b - 1;
  gboolean link = a->style == RUA_STYLE_LINK && b->style == RUA_STYLE_LINK;

  /* A number stays with its sign: "7.94 %", "CNY 8,478". */
  if (a->base == ' ' && b->base == '%')
    return BREAK_NO;
  if (a->base == ' ' && g_unichar_isdigit (b->base) && at >= 4 && is_capital (a[-1].base) && is_capital (a[-2].base) && is_capital (a[-3].base)
      && (at == 4 || !g_unichar_isalnum (a[-4].base)))
    return BREAK_POOR;
  if (a->base == ' ' || a->base == 0x200B || (a->base == 0x3000 && !may_not_begin (b->base)))
    return b->base == ' ' ? BREAK_NO : BREAK_YES;
  if (may_not_begin (b->base) || may_not_end (a->base))
    return BREAK_NO;
  if (link)
    return strchr ("/?&=", (int) MIN (a->base, 127)) && a->base < 127 ? BREAK_POOR : BREAK_NO;
  if (is_ideograph (a) || is_ideograph (b) || (a->width == 2 && may_not_begin (a->base)))
    return BREAK_YES;
  if (a->base == '-' && g_unichar_isalpha (b->base) && a->width == 1)
    return BREAK_YES;
  if (a->base == 0x2014 || a->base == 0x2026 || a->base == '/' || a->base == '_')
    return a->base == 0x2014 ? BREAK_YES : BREAK_POOR;
  return BREAK_NO;
}

guint
rua_words_get_least_width (const RuaWords *self)
{
  g_autoptr (GArray) clusters = split_clusters (self);
  guint least = 0, piece = 0;

  for (guint i = 0; i < clusters->len; i++) {
    const Cluster *c = &g_array_index (clusters, Cluster, i);

    if (c->style != RUA_STYLE_LINK && (c->base != ' ' || piece))
      piece += c->width;
    /* No line ends in a blank. */
    if (c->base != ' ')
      least = MAX (least, piece);
    if (i + 1 < clusters->len && break_before (clusters, i + 1) == BREAK_YES)
      piece = 0;
  }
  return least;
}

static RuaWords *
take_line (GArray *clusters, guint from, guint to)
{
  RuaWords *line = rua_words_new ();

  while (to > from && g_array_index (clusters, Cluster, to - 1).base == ' ')
    to--;
  for (guint i = from; i < to; i++) {
    const Cluster *c = &g_array_index (clusters, Cluster, i);

    append_sane (line, c->style, NULL, NULL, c->text, c->length);
  }
  return line;
}

GPtrArray *
rua_words_wrap (const RuaWords *self, guint width)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_words_free);
  g_autoptr (GArray) clusters = split_clusters (self);
  guint start = 0, at = 0, used = 0, good = 0, poor = 0;

  width = MAX (width, 2);
  while (at < clusters->len) {
    const Cluster *c = &g_array_index (clusters, Cluster, at);

    if (used + c->width > width && c->base != ' ' && at > start) {
      guint end = good > start ? good : poor > start ? poor : at;

      g_ptr_array_add (lines, take_line (clusters, start, end));
      start = end;
      while (start < clusters->len && g_array_index (clusters, Cluster, start).base == ' ')
        start++;
      at = start;
      used = 0;
      continue;
    }
    used += c->width;
    at++;
    if (at < clusters->len) {
      Break b = break_before (clusters, at);

      if (b == BREAK_YES)
        good = at;
      else if (b == BREAK_POOR && used <= width)
        poor = at;
    }
  }
  if (start < clusters->len || lines->len == 0)
    g_ptr_array_add (lines, take_line (clusters, start, clusters->len));
  return lines;
}
