/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-program-private.h"

#include <math.h>
#include <string.h>

/* Texts are worked on by dictionary code: a question about a text is asked once for each
 * different text, not once for each row. */

#define NOT_ASKED 3

const char *
rua_column_plain_text (RuaColumn *column, guint32 code, gsize *length)
{
  const char *text = rua_column_code_text (column, code, length);

  if (column->type == RUA_FIELD_TYPE_TEXTS) {
    text = rua_texts_lookup (text, *length, NULL);
    *length = text != NULL ? strlen (text) : 0;
  }
  return text;
}

/* ---- the pool ---- */

/* Segments double in size and never move, so that a text may be read while others are added. */
#define FIRST_SEGMENT 64

struct _RuaTextPool {
  gatomicrefcount refs;
  GMutex lock;
  GHashTable *codes; /* text -> code + 1 */
  guint32 n;
  char **segments[26];
};

RuaTextPool *
rua_text_pool_new (void)
{
  RuaTextPool *self = g_new0 (RuaTextPool, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->codes = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

RuaTextPool *
rua_text_pool_ref (RuaTextPool *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static char **
find_segment (RuaTextPool *self, guint32 code, guint32 *at)
{
  guint segment = 31 - (guint) __builtin_clz (code / FIRST_SEGMENT + 1);

  *at = code - FIRST_SEGMENT * ((1u << segment) - 1);
  return self->segments[segment];
}

void
rua_text_pool_unref (RuaTextPool *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint32 code = 0; code < self->n; code++) {
    guint32 at;
    char **segment = find_segment (self, code, &at);

    g_free (segment[at]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (self->segments); i++)
    g_free (self->segments[i]);
  g_hash_table_unref (self->codes);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint32
rua_text_pool_code (RuaTextPool *self, const char *text, gssize length)
{
  g_autofree char *copy = length >= 0 ? g_strndup (text, length) : g_strdup (text);
  gpointer found;
  guint32 code, at;
  guint segment;

  g_mutex_lock (&self->lock);
  found = g_hash_table_lookup (self->codes, copy);
  code = GPOINTER_TO_UINT (found) - 1;
  if (found == NULL) {
    code = self->n++;
    segment = 31 - (guint) __builtin_clz (code / FIRST_SEGMENT + 1);
    if (self->segments[segment] == NULL)
      self->segments[segment] = g_new0 (char *, (gsize) FIRST_SEGMENT << segment);
    find_segment (self, code, &at)[at] = copy;
    g_hash_table_insert (self->codes, copy, GUINT_TO_POINTER (code + 1));
    copy = NULL;
  }
  g_mutex_unlock (&self->lock);
  return code;
}

const char *
rua_text_pool_text (RuaTextPool *self, guint32 code)
{
  guint32 at;
  char **segment = find_segment (self, code, &at);

  return segment[at];
}

guint32
rua_text_pool_get_n (RuaTextPool *self)
{
  guint32 n;

  g_mutex_lock (&self->lock);
  n = self->n;
  g_mutex_unlock (&self->lock);
  return n;
}

guint32
rua_run_pool_code (RuaProgramRun *run, const char *text, gssize length)
{
  return rua_text_pool_code (run->pool, text, length);
}

const char *
rua_run_code_text (RuaProgramRun *run, RuaNode *node, guint32 code, gsize *length)
{
  const RuaTextSource *source = &run->states[node->slot].text;
  const char *text;

  if (source->column != NULL)
    return rua_column_plain_text (source->column, code, length);
  text = rua_text_pool_text (run->pool, code);
  *length = strlen (text);
  return text;
}

guint32
rua_run_to_pool (RuaProgramRun *run, RuaNode *node, guint32 code)
{
  RuaTextSource *source = &run->states[node->slot].text;

  if (source->column == NULL || code == RUA_NO_CODE)
    return code;
  if (source->to_pool == NULL) {
    source->to_pool = g_malloc (MAX (source->n_codes, 1) * sizeof (guint32));
    memset (source->to_pool, 0xff, MAX (source->n_codes, 1) * sizeof (guint32));
  }
  if (source->to_pool[code] == RUA_NO_CODE) {
    gsize length;
    const char *text = rua_column_plain_text (source->column, code, &length);

    source->to_pool[code] = rua_run_pool_code (run, text, length);
  }
  return source->to_pool[code];
}

static gboolean
test_plain (const RuaNode *node, const char *text, gsize length)
{
  for (guint i = 0; i < node->n_constants; i++) {
    const char *constant = node->constants[i];
    gsize n = strlen (constant);
    int order;

    switch ((RuaTextTest) node->option) {
    case RUA_TEXT_IN:
      if (n == length && memcmp (text, constant, n) == 0)
        return TRUE;
      break;
    case RUA_TEXT_CONTAINS:
      if (g_strstr_len (text, length, constant) != NULL)
        return TRUE;
      break;
    case RUA_TEXT_STARTS_WITH:
      if (n <= length && memcmp (text, constant, n) == 0)
        return TRUE;
      break;
    case RUA_TEXT_ENDS_WITH:
      if (n <= length && memcmp (text + length - n, constant, n) == 0)
        return TRUE;
      break;
    default:
      order = memcmp (text, constant, MIN (n, length));
      if (order == 0)
        order = length < n ? -1 : length > n;
      switch (node->operator) {
      case RUA_OPERATOR_EQUAL:
        return order == 0;
      case RUA_OPERATOR_NOT_EQUAL:
        return order != 0;
      case RUA_OPERATOR_LESS:
        return order < 0;
      case RUA_OPERATOR_LESS_EQUAL:
        return order <= 0;
      case RUA_OPERATOR_GREATER:
        return order > 0;
      default:
        return order >= 0;
      }
    }
  }
  return FALSE;
}

/* Of a text in several languages, one that passes is enough; "!=" asks that none is equal. */
static gboolean
test_code (RuaProgramRun *run, const RuaNode *node, guint32 code)
{
  RuaNode *part = node->parts[0];
  const RuaTextSource *source = &run->states[part->slot].text;
  RuaFieldType type = source->column != NULL ? source->column->type : RUA_FIELD_TYPE_TEXT;
  gsize length, offset = 0;
  const char *text, *language, *one;
  gboolean all = node->option == RUA_TEXT_COMPARE && node->operator == RUA_OPERATOR_NOT_EQUAL;

  if (type != RUA_FIELD_TYPE_TEXTS && type != RUA_FIELD_TYPE_TEXT_LIST) {
    text = rua_run_code_text (run, part, code, &length);
    return test_plain (node, text, length);
  }
  text = rua_column_code_text (source->column, code, &length);
  if (type == RUA_FIELD_TYPE_TEXTS) {
    while (rua_texts_next (text, length, &offset, &language, &one))
      if (test_plain (node, one, strlen (one)) != all)
        return !all;
    return all;
  }
  for (; offset < length; offset += strlen (text + offset) + 1)
    if (test_plain (node, text + offset, strlen (text + offset)))
      return TRUE;
  return FALSE;
}

static void
run_test (RuaProgramRun *run, RuaNode *node, guint n)
{
  RuaNodeState *state = &run->states[node->slot];
  const guint32 *codes = run->states[node->parts[0]->slot].buffer;
  guint8 *to = state->buffer;
  const RuaTextSource *source = &run->states[node->parts[0]->slot].text;
  guint32 n_codes = source->column != NULL ? source->n_codes : rua_text_pool_get_n (run->pool);

  if (state->n_cached < n_codes) {
    state->cache = g_realloc (state->cache, n_codes);
    memset (state->cache + state->n_cached, NOT_ASKED, n_codes - state->n_cached);
    state->n_cached = n_codes;
  }
  for (guint i = 0; i < n; i++) {
    if (codes[i] == RUA_NO_CODE) {
      to[i] = RUA_TRI_UNKNOWN;
      continue;
    }
    if (state->cache[codes[i]] == NOT_ASKED)
      state->cache[codes[i]] = test_code (run, node, codes[i]) ? RUA_TRI_TRUE : RUA_TRI_FALSE;
    to[i] = state->cache[codes[i]];
  }
}

/* Two texts of rows: through the pool, where equal texts have one code. */
static void
run_compare (RuaProgramRun *run, RuaNode *node, guint n)
{
  const guint32 *a = run->states[node->parts[0]->slot].buffer;
  const guint32 *b = run->states[node->parts[1]->slot].buffer;
  guint8 *to = run->states[node->slot].buffer;

  for (guint i = 0; i < n; i++) {
    guint32 left = rua_run_to_pool (run, node->parts[0], a[i]);
    guint32 right = rua_run_to_pool (run, node->parts[1], b[i]);
    int order;
    gboolean truth;

    if (left == RUA_NO_CODE || right == RUA_NO_CODE) {
      to[i] = RUA_TRI_UNKNOWN;
      continue;
    }
    order = left == right ? 0 : strcmp (rua_text_pool_text (run->pool, left),
                                        rua_text_pool_text (run->pool, right));
    switch (node->operator) {
    case RUA_OPERATOR_EQUAL:
      truth = order == 0;
      break;
    case RUA_OPERATOR_NOT_EQUAL:
      truth = order != 0;
      break;
    case RUA_OPERATOR_LESS:
      truth = order < 0;
      break;
    case RUA_OPERATOR_LESS_EQUAL:
      truth = order <= 0;
      break;
    case RUA_OPERATOR_GREATER:
      truth = order > 0;
      break;
    default:
      truth = order >= 0;
    }
    to[i] = truth ? RUA_TRI_TRUE : RUA_TRI_FALSE;
  }
}

static char *
substring (const char *text, gsize length, int first, int n)
{
  const char *end = text + length;
  const char *from = text;
  const char *to;

  for (int i = 1; i < first && from < end; i++)
    from = g_utf8_next_char (from);
  to = from;
  for (int i = 0; i < n && to < end; i++)
    to = g_utf8_next_char (to);
  return g_strndup (from, to - from);
}

static char *
trim (const char *text, gsize length)
{
  const char *end = text + length;
  const char *last = text;

  while (text < end && g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  for (const char *p = last = text; p < end; p = g_utf8_next_char (p))
    if (!g_unichar_isspace (g_utf8_get_char (p)))
      last = g_utf8_next_char (p);
  return g_strndup (text, last - text);
}

static char *
change_letters (const RuaNode *node, const char *text, gsize length)
{
  switch ((RuaLetters) node->option) {
  case RUA_LETTERS_LOWER:
    return g_utf8_strdown (text, length);
  case RUA_LETTERS_UPPER:
    return g_utf8_strup (text, length);
  case RUA_LETTERS_TRIM:
    return trim (text, length);
  case RUA_LETTERS_REPLACE: {
    GString *changed = g_string_new_len (text, length);

    g_string_replace (changed, node->constants[0], node->constants[1], 0);
    return g_string_free (changed, FALSE);
  }
  case RUA_LETTERS_SUBSTRING:
    return substring (text, length, node->first, node->n_letters);
  }
  g_assert_not_reached ();
}

static void
run_letters (RuaProgramRun *run, RuaNode *node, guint n)
{
  RuaNodeState *state = &run->states[node->slot];
  RuaNode *part = node->parts[0];
  const guint32 *codes = run->states[part->slot].buffer;
  guint32 *to = state->buffer;
  guint32 n_codes = run->states[part->slot].text.column != NULL
    ? run->states[part->slot].text.n_codes : rua_text_pool_get_n (run->pool);

  if (state->n_cached < n_codes) {
    state->letters = g_renew (guint32, state->letters, n_codes);
    memset (state->letters + state->n_cached, 0xff, (n_codes - state->n_cached) * sizeof (guint32));
    state->n_cached = n_codes;
  }
  for (guint i = 0; i < n; i++) {
    if (codes[i] != RUA_NO_CODE && state->letters[codes[i]] == RUA_NO_CODE) {
      gsize length;
      const char *text = rua_run_code_text (run, part, codes[i], &length);
      g_autofree char *changed = change_letters (node, text, length);

      state->letters[codes[i]] = rua_run_pool_code (run, changed, -1);
    }
    to[i] = codes[i] != RUA_NO_CODE ? state->letters[codes[i]] : RUA_NO_CODE;
  }
}

static void
run_length (RuaProgramRun *run, RuaNode *node, guint n)
{
  const guint32 *codes = run->states[node->parts[0]->slot].buffer;
  double *to = run->states[node->slot].buffer;

  for (guint i = 0; i < n; i++) {
    gsize length;
    const char *text;

    to[i] = NAN;
    if (codes[i] == RUA_NO_CODE)
      continue;
    text = rua_run_code_text (run, node->parts[0], codes[i], &length);
    to[i] = g_utf8_strlen (text, length);
  }
}

void
rua_run_text_prepare (RuaProgramRun *run, RuaNode *node)
{
  RuaNodeState *state = &run->states[node->slot];
  guint32 n_codes;

  if (node->kind != RUA_NODE_TEXT_TEST)
    return;
  n_codes = run->states[node->parts[0]->slot].text.n_codes;
  state->cache = g_malloc (MAX (n_codes, 1));
  memset (state->cache, NOT_ASKED, MAX (n_codes, 1));
  state->n_cached = n_codes;
}

gboolean
rua_run_text (RuaProgramRun *run, RuaNode *node, guint n)
{
  switch (node->kind) {
  case RUA_NODE_TEXT_TEST:
    run_test (run, node, n);
    return TRUE;
  case RUA_NODE_COMPARE_TEXTS:
    run_compare (run, node, n);
    return TRUE;
  case RUA_NODE_LETTERS:
    run_letters (run, node, n);
    return TRUE;
  case RUA_NODE_LENGTH:
    run_length (run, node, n);
    return TRUE;
  default:
    return rua_run_function (run, node, n);
  }
}
