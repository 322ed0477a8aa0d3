/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-grouping-private.h"
#include "rua-block-private.h"
#include "rua-wide-private.h"

#include "rua-json-private.h"
#include "rua-table-core-private.h"

#include <math.h>
#include <string.h>

/* A range of whole numbers that is told apart by position, not by a list. */
#define WIDEST_RANGE (1 << 20)

gboolean
rua_value_get_key (RuaValueType type, gconstpointer values, guint i, guint64 *key)
{
  double number;

  switch (type) {
  case RUA_VALUE_NUMBER:
    number = ((const double *) values)[i];
    if (number == 0)
      number = 0; /* -0 is 0 */
    memcpy (key, &number, sizeof number);
    return !isnan (number);
  case RUA_VALUE_BOOLEAN:
    *key = ((const guint8 *) values)[i];
    return *key != RUA_TRI_UNKNOWN;
  case RUA_VALUE_DATE:
    *key = (guint32) ((const gint32 *) values)[i];
    return ((const gint32 *) values)[i] != RUA_NO_DATE;
  case RUA_VALUE_ANY_REFERENCE:
    *key = ((const guint64 *) values)[i];
    return *key != RUA_NO_ANY;
  default:
    *key = ((const guint32 *) values)[i];
    return *key != G_MAXUINT32;
  }
}

/* ---- numbers for words, by open addressing ---- */

typedef struct {
  guint64 *words; /* by number */
  guint32 n;
  guint32 n_words;
  guint32 *places; /* number + 1; 0: free */
  guint32 mask;
} WordList;

static void
word_list_init (WordList *self)
{
  self->mask = 1023;
  self->places = g_new0 (guint32, (gsize) self->mask + 1);
  self->n = 0;
  self->n_words = 512;
  self->words = g_new (guint64, self->n_words);
}

static guint32
hash_word (guint64 word)
{
  word ^= word >> 32;
  word *= G_GUINT64_CONSTANT (0x9E3779B97F4A7C15);
  return (guint32) (word >> 29);
}

static void
word_list_grow (WordList *self)
{
  self->n_words *= 2;
  self->words = g_renew (guint64, self->words, self->n_words);
  self->mask = self->mask * 2 + 1;
  g_free (self->places);
  self->places = g_new0 (guint32, (gsize) self->mask + 1);
  for (guint32 number = 0; number < self->n; number++) {
    guint32 at = hash_word (self->words[number]) & self->mask;

    while (self->places[at] != 0)
      at = (at + 1) & self->mask;
    self->places[at] = number + 1;
  }
}

static guint32
word_list_number (WordList *self, guint64 word)
{
  guint32 at = hash_word (word) & self->mask;

  while (self->places[at] != 0) {
    if (self->words[self->places[at] - 1] == word)
      return self->places[at] - 1;
    at = (at + 1) & self->mask;
  }
  if (self->n == self->n_words) {
    word_list_grow (self);
    return word_list_number (self, word);
  }
  self->words[self->n] = word;
  self->places[at] = self->n + 1;
  return self->n++;
}

/* ---- ranges of whole numbers ---- */

static void
widen (gint64 value, gint64 *least, gint64 *greatest)
{
  *least = MIN (*least, value);
  *greatest = MAX (*greatest, value);
}

#define RANGE_OF(Type)                                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Type *values = slice->values;                                                            \
    Type low = values[0], high = values[0];                                                        \
    for (guint i = 0; i < slice->n_rows; i++) {                                                    \
      low = values[i] < low ? values[i] : low;                                                     \
      high = values[i] > high ? values[i] : high;                                                  \
    }                                                                                              \
    widen (slice->base + (gint64) low, least, greatest);                                           \
    widen (slice->base + (gint64) high, least, greatest);                                          \
  }                                                                                                \
  G_STMT_END

/* What unknown cells hold may widen it, which does no harm. */
static void
widen_by_slice (const RuaSlice *slice, gint64 *least, gint64 *greatest)
{
  if (slice->n_rows == 0)
    return;
  if (slice->packed && slice->bits <= 32) {
    widen (slice->base, least, greatest);
    widen (slice->base + (gint64) rua_slice_get_most (slice), least, greatest);
  } else if (slice->bits == 64)
    RANGE_OF (gint64);
  else
    RANGE_OF (gint32);
}

static gboolean
column_range (const RuaNode *node, const RuaNodeBase *base, gint64 *least, gint64 *greatest)
{
  if (node->field_type != RUA_FIELD_TYPE_INTEGER && node->field_type != RUA_FIELD_TYPE_NUMBER
      && node->field_type != RUA_FIELD_TYPE_DATE)
    return FALSE;
  *least = G_MAXINT64;
  *greatest = G_MININT64;
  for (guint c = 0; c < base->n_chunks; c++) {
    const RuaSlice *slice = &base->chunks[c];

    if (node->field_type == RUA_FIELD_TYPE_NUMBER && (!slice->packed || slice->divisor != 1))
      return FALSE;
    widen_by_slice (slice, least, greatest);
  }
  return *least <= *greatest;
}

static gboolean
find_range (const RuaNode *node, RuaProgramBase *base, gint64 *least, gint64 *greatest)
{
  const RuaFlat *flat;
  int month, day, year;

  switch (node->kind) {
  case RUA_NODE_COLUMN:
    return column_range (node, &base->nodes[node->slot], least, greatest);
  case RUA_NODE_LOOKUP:
    flat = base->nodes[node->slot].flat;
    if (flat->type != RUA_VALUE_NUMBER || !flat->coded || !flat->whole)
      return FALSE;
    *least = (gint64) flat->least;
    *greatest = (gint64) flat->greatest;
    return TRUE;
  case RUA_NODE_DATE_PART:
    if (node->option == RUA_DATE_MONTH || node->option == RUA_DATE_DAY) {
      *least = 1;
      *greatest = 31;
      return TRUE;
    }
    if (node->parts[0]->kind != RUA_NODE_COLUMN
        || !column_range (node->parts[0], &base->nodes[node->parts[0]->slot], least, greatest))
      return FALSE;
    /* Packed dates are ordered by their day. */
    rua_date_day_to_civil (rua_date_packed_day ((gint32) *least), &year, &month, &day);
    *least = year;
    rua_date_day_to_civil (rua_date_packed_day ((gint32) *greatest), &year, &month, &day);
    *greatest = year;
    return TRUE;
  default:
    return FALSE;
  }
}

/* ---- coders ---- */

static gboolean
list_values (RuaCoder *self, RuaProgramBase *base, const RuaExternal *externals, guint32 n_rows,
             GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaProgramRun) run = rua_program_run_new_through (base);
  WordList list;
  gboolean is_whole = TRUE;

  word_list_init (&list);
  run->externals = externals;
  self->kind = RUA_CODER_LISTED;
  self->listed = rua_block_new (n_rows * sizeof (guint32));
  for (guint32 first = 0; is_whole && first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    gconstpointer values;
    guint64 key;

    rua_program_run_begin (run, first, n);
    values = rua_program_run_node (run, self->node);
    for (guint i = 0; i < n; i++)
      self->listed[first + i] = rua_value_get_key (self->node->type, values, i, &key)
        ? word_list_number (&list, key) : G_MAXUINT32;
    is_whole = !g_cancellable_set_error_if_cancelled (cancellable, error);
  }
  self->words = list.words;
  self->n_codes = list.n;
  g_free (list.places);
  return is_whole;
}

RuaCoder *
rua_coder_new (RuaNode *node, RuaProgramBase *base, const RuaExternal *externals, guint32 n_rows,
               GCancellable *cancellable, GError **error)
{
  RuaCoder *self = g_new0 (RuaCoder, 1);
  gint64 least, greatest;

  self->node = node;
  self->known = base->known != NULL && base->known[node->slot];
  switch (node->type) {
  case RUA_VALUE_BOOLEAN:
    self->kind = RUA_CODER_TRUTH;
    self->n_codes = 2;
    return self;
  case RUA_VALUE_REFERENCE:
    self->kind = RUA_CODER_WORD;
    self->n_codes = rua_table_get_n_rows (node->table);
    return self;
  case RUA_VALUE_TEXT:
    if (node->column == NULL)
      break;
    self->kind = RUA_CODER_WORD;
    self->n_codes = rua_column_get_n_codes (node->column);
    return self;
  case RUA_VALUE_NUMBER:
  case RUA_VALUE_DATE:
    if (!find_range (node, base, &least, &greatest) || greatest - least >= WIDEST_RANGE)
      break;
    self->kind = node->type == RUA_VALUE_NUMBER ? RUA_CODER_NUMBER : RUA_CODER_DATE;
    self->n_codes = (guint32) (greatest - least + 1);
    self->base = least;
    return self;
  default:
    break;
  }
  self->known = FALSE;
  if (!list_values (self, base, externals, n_rows, cancellable, error))
    g_clear_pointer (&self, rua_coder_free);
  return self;
}

guint64
rua_coder_get_size (const RuaCoder *self)
{
  return self->known && self->n_codes > 0 ? self->n_codes : (guint64) self->n_codes + 1;
}

void
rua_coder_free (RuaCoder *self)
{
  if (self == NULL)
    return;
  rua_block_free (self->listed);
  g_free (self->words);
  g_free (self);
}

RUA_WIDE static void
code_values (const RuaCoder *self, gconstpointer values, guint n, guint32 *codes)
{
  const guint32 unknown = self->n_codes;

  switch (self->kind) {
  case RUA_CODER_WORD: {
    const guint32 *words = values, most = (guint32) rua_coder_get_size (self) - 1;

    for (guint i = 0; i < n; i++)
      codes[i] = MIN (words[i], most);
    break;
  }
  case RUA_CODER_TRUTH: {
    const guint8 *truths = values;

    for (guint i = 0; i < n; i++)
      codes[i] = truths[i] == RUA_TRI_UNKNOWN ? 2 : truths[i] >> 1;
    break;
  }
  case RUA_CODER_NUMBER: {
    const double *numbers = values, base = (double) self->base;

    for (guint i = 0; i < n; i++)
      codes[i] = numbers[i] != numbers[i] ? unknown : (guint32) (gint32) (numbers[i] - base);
    break;
  }
  default: {
    const gint32 *dates = values;

    for (guint i = 0; i < n; i++)
      codes[i] = dates[i] == RUA_NO_DATE ? unknown : (guint32) (dates[i] - self->base);
  }
  }
}

void
rua_coder_read (const RuaCoder *self, RuaProgramRun *run, guint32 *codes)
{
  if (self->kind == RUA_CODER_LISTED) {
    const guint32 *listed = self->listed + run->first;

    for (guint i = 0; i < run->n; i++)
      codes[i] = MIN (listed[i], self->n_codes);
  } else
    code_values (self, rua_program_run_node (run, self->node), run->n, codes);
}

void
rua_coder_read_lookup (const RuaCoder *self, RuaProgramBase *base, const guint32 *rows, guint n,
                       guint32 *codes)
{
  guint64 values[RUA_BATCH];

  g_assert (n <= RUA_BATCH);
  rua_flat_read (base->nodes[self->node->slot].flat, rows, n, values);
  code_values (self, values, n, codes);
}

char *
rua_coder_dup_label (const RuaCoder *self, RuaProgramRun *run, guint32 code)
{
  const RuaNode *node = self->node;
  guint64 word = code;
  double number;
  char text[40];
  gsize length;
  const char *found;

  if (code >= self->n_codes)
    return NULL;
  if (self->kind == RUA_CODER_LISTED)
    word = self->words[code];
  switch (node->type) {
  case RUA_VALUE_TEXT:
    found = rua_run_code_text (run, self->node, (guint32) word, &length);
    return g_strndup (found, length);
  case RUA_VALUE_REFERENCE:
    return rua_table_name_row (node->table, (guint32) word);
  case RUA_VALUE_ANY_REFERENCE: {
    RuaTable *table = rua_table_find_ordinal (run->program->table, (guint) (word >> 32));
    g_autofree char *id = rua_table_name_row (table, (guint32) word);

    return g_strdup_printf ("%s/%s", rua_kind_get_name (rua_table_get_kind (table)), id);
  }
  case RUA_VALUE_DATE: {
    gint32 date = self->kind == RUA_CODER_LISTED ? (gint32) (guint32) word
                                                 : (gint32) (self->base + code);

    return rua_date_format (rua_date_packed_day (date), rua_date_packed_precision (date));
  }
  case RUA_VALUE_BOOLEAN:
    return g_strdup (code != 0 ? "true" : "false");
  default:
    number = (double) (self->base + (gint64) code);
    if (self->kind == RUA_CODER_LISTED)
      memcpy (&number, &word, sizeof number);
    return g_strdup (rua_number_format (number, text));
  }
}

/* ---- several together ---- */

static gboolean
follows (const RuaCoder *self, const RuaCoder *other)
{
  return self->node->kind == RUA_NODE_LOOKUP && self->kind != RUA_CODER_LISTED
    && other->kind == RUA_CODER_WORD && other->node->type == RUA_VALUE_REFERENCE
    && self->node->parts[0] == other->node;
}

static void
read_product (const RuaKeying *self, const guint32 *const *codes, guint n, guint64 *words)
{
  memset (words, 0, n * sizeof (guint64));
  for (guint k = 0; k < self->n; k++)
    if (self->strides[k] != 0)
      for (guint i = 0; i < n; i++)
        words[i] += codes[k][i] * self->strides[k];
}

static gboolean
list_cells (RuaKeying *self, RuaProgramBase *base, const RuaExternal *externals, guint32 n_rows,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaProgramRun) run = rua_program_run_new_through (base);
  g_autofree guint32 *vectors = g_new (guint32, (gsize) self->n * RUA_BATCH);
  const guint32 *codes[RUA_MAX_CODERS];
  WordList list;
  gboolean is_whole = TRUE;

  word_list_init (&list);
  run->externals = externals;
  self->listed = rua_block_new (n_rows * sizeof (guint32));
  for (guint32 first = 0; is_whole && first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    guint64 words[RUA_BATCH];

    rua_program_run_begin (run, first, n);
    for (guint k = 0; k < self->n; k++) {
      codes[k] = vectors + (gsize) k * RUA_BATCH;
      rua_coder_read (self->coders[k], run, vectors + (gsize) k * RUA_BATCH);
    }
    read_product (self, codes, n, words);
    for (guint i = 0; i < n; i++)
      self->listed[first + i] = word_list_number (&list, words[i]);
    is_whole = !g_cancellable_set_error_if_cancelled (cancellable, error);
  }
  self->words = list.words;
  self->n_cells = list.n;
  g_free (list.places);
  return is_whole;
}

RuaKeying *
rua_keying_new (RuaCoder **coders, guint n, RuaProgramBase *base, const RuaExternal *externals,
                guint32 n_rows, GCancellable *cancellable, GError **error)
{
  RuaKeying *self = g_new0 (RuaKeying, 1);
  guint64 product = 1;
  guint n_saying = 0;

  g_assert (n <= RUA_MAX_CODERS);
  self->coders = g_memdup2 (coders, n * sizeof *coders);
  self->n = n;
  self->strides = g_new0 (guint64, MAX (n, 1));
  self->from = g_new0 (guint, MAX (n, 1));
  /* The first coders are the outer ones: cells of one group lie side by side. */
  for (guint i = n; i > 0; i--) {
    guint k = i - 1;
    gboolean leaves = FALSE;

    for (guint other = 0; other < n && !leaves; other++)
      if (other != k && (follows (coders[k], coders[other]) || (other > k && coders[other] == coders[k]))) {
        leaves = TRUE;
        self->from[k] = other;
      }
    if (leaves)
      continue;
    self->strides[k] = product;
    self->single = n_saying++ == 0 ? coders[k] : NULL;
    if (product > G_MAXUINT64 / rua_coder_get_size (coders[k])) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                   "the values that rows are grouped by have too many combinations");
      rua_keying_free (self);
      return NULL;
    }
    product *= rua_coder_get_size (coders[k]);
  }
  self->n_cells = product;
  if (product <= MAX ((guint64) n_rows * 2, 1 << 18))
    return self;
  self->single = NULL;
  if (!list_cells (self, base, externals, n_rows, cancellable, error))
    g_clear_pointer (&self, rua_keying_free);
  return self;
}

void
rua_keying_free (RuaKeying *self)
{
  if (self == NULL)
    return;
  g_free (self->coders);
  g_free (self->strides);
  g_free (self->from);
  rua_block_free (self->listed);
  g_free (self->words);
  g_free (self);
}

/* What follows from another coder has no say in the number. */
gboolean
rua_keying_is_same (const RuaKeying *self, const RuaKeying *other)
{
  guint at = 0;

  if (self == other)
    return TRUE;
  if (self->listed != NULL || other->listed != NULL || self->n_cells != other->n_cells)
    return FALSE;
  for (guint k = 0; k < self->n; k++) {
    if (self->strides[k] == 0)
      continue;
    while (at < other->n && other->strides[at] == 0)
      at++;
    if (at == other->n || other->coders[at] != self->coders[k]
        || other->strides[at] != self->strides[k])
      return FALSE;
    at++;
  }
  while (at < other->n && other->strides[at] == 0)
    at++;
  return at == other->n;
}

/* The place of a coder, be it one that follows from another; self->n: it is not there. */
static guint
find_coder (const RuaKeying *self, const RuaCoder *coder)
{
  guint k = 0;

  while (k < self->n && self->coders[k] != coder)
    k++;
  return k;
}

gboolean
rua_keying_divides (const RuaKeying *self, const RuaKeying *coarse)
{
  if (self->listed != NULL || coarse->listed != NULL)
    return FALSE;
  for (guint k = 0; k < coarse->n; k++)
    if (coarse->strides[k] != 0 && find_coder (self, coarse->coders[k]) == self->n)
      return FALSE;
  return TRUE;
}

RUA_WIDE static void
add_codes (const guint32 *codes, guint32 stride, guint n, guint32 *cells)
{
  for (guint i = 0; i < n; i++)
    cells[i] += codes[i] * stride;
}

void
rua_keying_read (const RuaKeying *self, RuaProgramRun *run, const guint32 *const *codes,
                 guint32 *cells)
{
  guint n = run->n;

  if (self->listed != NULL) {
    memcpy (cells, self->listed + run->first, n * sizeof (guint32));
    return;
  }
  memset (cells, 0, n * sizeof (guint32));
  for (guint k = 0; k < self->n; k++) {
    guint32 stride = (guint32) self->strides[k];

    if (stride != 0)
      add_codes (codes[k], stride, n, cells);
  }
}

void
rua_keying_get_codes (const RuaKeying *self, RuaProgramBase *base, guint32 first, guint n, guint coder,
                      guint32 *codes)
{
  guint64 stride = self->strides[coder], n_codes = rua_coder_get_size (self->coders[coder]);
  guint64 at = 0, times = 0;
  guint32 code = 0;

  if (stride == 0) {
    rua_keying_get_codes (self, base, first, n, self->from[coder], codes);
    if (self->coders[coder] != self->coders[self->from[coder]])
      rua_coder_read_lookup (self->coders[coder], base, codes, n, codes);
    return;
  }
  if (self->listed != NULL) {
    for (guint i = 0; i < n; i++)
      codes[i] = (guint32) (self->words[first + i] / stride % n_codes);
    return;
  }
  /* Cells count up: the code stays for as many of them as the stride says. */
  code = (guint32) (first / stride % n_codes);
  if (stride == 1 && n_codes - code >= n) {
    for (guint i = 0; i < n; i++)
      codes[i] = code + i;
    return;
  }
  at = first % stride;
  for (guint i = 0; i < n; i += (guint) times, at = 0) {
    times = MIN (stride - at, n - i);
    for (guint k = 0; k < times; k++)
      codes[i + k] = code;
    code = code + 1 == n_codes ? 0 : code + 1;
  }
}

void
rua_keying_fold (const RuaKeying *self, const RuaKeying *coarse, RuaProgramBase *base, guint32 first, guint n,
                 guint32 *cells)
{
  guint32 codes[RUA_BATCH];

  memset (cells, 0, n * sizeof *cells);
  for (guint k = 0; k < coarse->n; k++) {
    if (coarse->strides[k] == 0)
      continue;
    rua_keying_get_codes (self, base, first, n, find_coder (self, coarse->coders[k]), codes);
    add_codes (codes, (guint32) coarse->strides[k], n, cells);
  }
}

guint32
rua_keying_get_code (const RuaKeying *self, RuaProgramBase *base, guint32 cell, guint coder)
{
  guint32 code;

  rua_keying_get_codes (self, base, cell, 1, coder, &code);
  return code;
}
