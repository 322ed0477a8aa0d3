/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
#include "rua-quotation-private.h"

#include <string.h>

/* ---- the form in which texts are compared ---- */

/* Characters that only a type-setter tells apart; 0 leaves the character out. */
static gunichar
fold_character (gunichar c)
{
  if (c < 0x80)
    return c;
  switch (c) {
  case 0x2018:
  case 0x2019:
  case 0x201A:
  case 0x201B:
  case 0x2032:
  case 0x02BC:
  case 0x0060:
  case 0x00B4:
    return '\'';
  case 0x201C:
  case 0x201D:
  case 0x201E:
  case 0x201F:
  case 0x2033:
  case 0x00AB:
  case 0x00BB:
  case 0x300C:
  case 0x300D:
  case 0x300E:
  case 0x300F:
  case 0x301D:
  case 0x301E:
  case 0x301F:
    return '"';
  case 0x2010:
  case 0x2011:
  case 0x2012:
  case 0x2013:
  case 0x2014:
  case 0x2015:
  case 0x2212:
  case 0xFE58:
  case 0xFE63:
    return '-';
  case 0x3001:
    return ',';
  case 0x3002:
    return '.';
  case 0x00AD:
  case 0x200B:
  case 0x200C:
  case 0x200D:
  case 0x2060:
  case 0xFEFF:
    return 0;
  default:
    return c;
  }
}

/* Scripts written without blanks between words: a blank beside them is the type-setter's. */
static gboolean
is_unspaced (gunichar c)
{
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF)
         || (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0x20000 && c <= 0x3FFFF);
}

/* A character that may join the one before it in normalisation. */
static gboolean
joins_previous (gunichar c)
{
  if (c < 0x300)
    return FALSE;
  return g_unichar_ismark (c) || (c >= 0x1160 && c <= 0x11FF) || c == 0xFF9E || c == 0xFF9F;
}

typedef struct {
  GString *out;
  GArray *origin;
  gunichar last;
  gboolean blank; /* a blank is due before the next character */
  guint32 blank_at;
} Folder;

static void
folder_put (Folder *self, gunichar c, guint32 at)
{
  gsize before = self->out->len;

  if (self->blank && self->out->len > 0 && !is_unspaced (self->last) && !is_unspaced (c)) {
    g_string_append_c (self->out, ' ');
    g_array_append_val (self->origin, self->blank_at);
    before++;
  }
  self->blank = FALSE;
  g_string_append_unichar (self->out, c);
  for (gsize i = before; i < self->out->len; i++)
    g_array_append_val (self->origin, at);
  self->last = c;
}

static void
folder_take (Folder *self, gunichar c, guint32 at)
{
  if (g_unichar_isspace (c) || c == 0x00A0) {
    if (!self->blank)
      self->blank_at = at;
    self->blank = TRUE;
    return;
  }
  c = fold_character (c);
  if (c != 0)
    folder_put (self, c, at);
}

char *
rua_quotation_normalise (const char *text, gsize length, gsize *out_length, guint32 **origin)
{
  Folder folder = { g_string_sized_new (length + 1),
                    g_array_sized_new (FALSE, FALSE, sizeof (guint32), length + 1), 0, FALSE, 0 };
  const char *p = text;
  const char *end = text + length;

  while (p < end) {
    guint32 at = (guint32)(p - text);
    const char *next = g_utf8_next_char (p);
    gunichar c = g_utf8_get_char (p);

    if (next >= end || !joins_previous (g_utf8_get_char (next))) {
      if (c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF)) {
        folder_take (&folder, c, at);
        p = next;
        continue;
      }
    } else {
      while (next < end && joins_previous (g_utf8_get_char (next)))
        next = g_utf8_next_char (next);
    }
    /* Marks of primes and the like decompose into several quotes: folded before NFKC. */
    if (next - p == (gssize)g_unichar_to_utf8 (c, NULL) && fold_character (c) != c) {
      folder_take (&folder, c, at);
    } else {
      g_autofree char *piece = g_utf8_normalize (p, next - p, G_NORMALIZE_ALL_COMPOSE);
      for (const char *q = piece; q != NULL && *q != '\0'; q = g_utf8_next_char (q))
        folder_take (&folder, g_utf8_get_char (q), at);
    }
    p = next;
  }
  if (out_length != NULL)
    *out_length = folder.out->len;
  if (origin != NULL) {
    guint32 stop = (guint32)length;
    g_array_append_val (folder.origin, stop);
    *origin = (guint32 *)(gpointer)g_array_free (folder.origin, FALSE);
  } else {
    g_array_free (folder.origin, TRUE);
  }
  return g_string_free (folder.out, FALSE);
}

/* ---- word for word ---- */

static gboolean
is_word (gunichar c)
{
  return g_unichar_isalnum (c) && !is_unspaced (c);
}

/* A match that begins or ends inside a word or a number is none: "407" does not stand in "1407",
 * nor "12" in "12.5". */
static gboolean
breaks_word (const char *text, gsize length, gsize from, gsize to)
{
  const char *start = text + from;
  const char *end = text + to;

  if (from > 0 && is_word (g_utf8_get_char (start))) {
    const char *before = g_utf8_prev_char (start);
    if (is_word (g_utf8_get_char (before)))
      return TRUE;
    if (g_ascii_isdigit (*start) && (*before == '.' || *before == ',') && before > text
        && g_ascii_isdigit (before[-1]))
      return TRUE;
  }
  if (to < length && to > from) {
    const char *last = g_utf8_prev_char (end);
    if (is_word (g_utf8_get_char (last)) && is_word (g_utf8_get_char (end)))
      return TRUE;
    if (g_ascii_isdigit (*last) && (*end == '.' || *end == ',') && to + 1 < length
        && g_ascii_isdigit (end[1]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
find_part (const char *text, gsize length, gsize from, const char *part, gsize *at)
{
  gsize n = strlen (part);

  while (from + n <= length) {
    const char *hit = memmem (text + from, length - from, part, n);
    if (hit == NULL)
      return FALSE;
    if (!breaks_word (text, length, (gsize)(hit - text), (gsize)(hit - text) + n)) {
      *at = (gsize)(hit - text);
      return TRUE;
    }
    from = (gsize)(g_utf8_next_char (hit) - text);
  }
  return FALSE;
}

static gboolean
find_parts (const char *text, gsize length, char **parts, gsize *from, gsize *to)
{
  gsize start = 0;

  /* The first part may stand more than once; a later place may have the rest. */
  while (find_part (text, length, start, parts[0], from)) {
    gsize position = *from + strlen (parts[0]);
    gboolean whole = TRUE;

    for (guint i = 1; parts[i] != NULL && whole; i++) {
      gsize at = 0;
      whole = find_part (text, length, position, parts[i], &at);
      if (whole)
        position = at + strlen (parts[i]);
    }
    if (whole) {
      *to = position;
      return TRUE;
    }
    start = (gsize)(g_utf8_next_char (text + *from) - text);
  }
  return FALSE;
}

/* ---- the nearest passage ---- */

typedef struct {
  guint code;
  gsize start;
  gsize end;
} Word;

/* Words of the normalised text; an ideograph is a word of its own. */
static GArray *
split_words (const char *text, gsize length, GHashTable *codes, gboolean add)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (Word));
  const char *p = text;
  const char *end = text + length;

  while (p < end) {
    gunichar c = g_utf8_get_char (p);
    const char *next = g_utf8_next_char (p);
    Word word = { 0, (gsize)(p - text), 0 };
    g_autofree char *key = NULL;
    gpointer code;

    if (!g_unichar_isalnum (c)) {
      p = next;
      continue;
    }
    if (!is_unspaced (c))
      while (next < end && is_word (g_utf8_get_char (next)))
        next = g_utf8_next_char (next);
    word.end = (gsize)(next - text);
    key = g_utf8_casefold (p, next - p);
    code = g_hash_table_lookup (codes, key);
    if (code == NULL && add) {
      code = GUINT_TO_POINTER (g_hash_table_size (codes) + 1);
      g_hash_table_insert (codes, g_steal_pointer (&key), code);
    }
    word.code = GPOINTER_TO_UINT (code);
    g_array_append_val (words, word);
    p = next;
  }
  return words;
}

static void
find_nearest (RuaDocumentText *text, const char *quote, gsize quote_length, RuaQuotation *result)
{
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) wanted = split_words (quote, quote_length, codes, TRUE);
  g_autoptr (GArray) words = split_words (text->plain, text->plain_length, codes, FALSE);
  guint n_codes = g_hash_table_size (codes) + 1;
  g_autofree gint *need = g_new0 (gint, n_codes);
  g_autofree gint *have = g_new0 (gint, n_codes);
  guint window = wanted->len;
  guint best = 0;
  guint best_end = 0;
  guint score = 0;

  result->n_words = window;
  if (window == 0 || words->len == 0)
    return;
  for (guint i = 0; i < window; i++)
    need[g_array_index (wanted, Word, i).code]++;
  /* A window as long as the quotation slides over the text; the score is the words they share. */
  for (guint i = 0; i < words->len; i++) {
    guint code = g_array_index (words, Word, i).code;
    if (code != 0 && have[code]++ < need[code])
      score++;
    if (i >= window) {
      guint gone = g_array_index (words, Word, i - window).code;
      if (gone != 0 && --have[gone] < need[gone])
        score--;
    }
    if (score > best) {
      best = score;
      best_end = i;
    }
  }
  if (best > 0) {
    guint first = best_end + 1 >= window ? best_end + 1 - window : 0;
    gsize from;
    gsize to;

    /* Words at the window's edges that the quotation lacks are not part of the passage. */
    while (first < best_end && g_array_index (words, Word, first).code == 0)
      first++;
    from = g_array_index (words, Word, first).start;
    to = g_array_index (words, Word, best_end).end;
    result->n_words_found = best;
    result->offset = text->plain_origin[from];
    result->length = text->plain_origin[to] - text->plain_origin[from];
  }
}

void
rua_quotation_find (RuaDocumentText *text, const char *quote, RuaQuotation *result)
{
  g_autofree char *plain = NULL;
  g_auto (GStrv) parts = NULL;
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  gsize length = 0;
  gsize from = 0;
  gsize to = 0;

  memset (result, 0, sizeof *result);
  if (text->plain == NULL)
    text->plain = rua_quotation_normalise (text->text, text->length, &text->plain_length,
                                           &text->plain_origin);
  plain = rua_quotation_normalise (quote, strlen (quote), &length, NULL);
  parts = g_strsplit (plain, "[...]", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (*parts[i] != '\0')
      g_ptr_array_add (kept, parts[i]);
  }
  if (kept->len == 0)
    return;
  g_ptr_array_add (kept, NULL);
  if (find_parts (text->plain, text->plain_length, (char **)kept->pdata, &from, &to)) {
    result->stands = TRUE;
    result->offset = text->plain_origin[from];
    result->length = text->plain_origin[to] - text->plain_origin[from];
  } else {
    find_nearest (text, plain, length, result);
  }
  if (result->stands || result->n_words_found > 0)
    rua_document_text_locate (text, result->offset, &result->line, &result->column);
}
