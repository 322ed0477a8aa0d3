/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-figures-private.h"

#include <math.h>
#include <string.h>

#include "rua-json-private.h"

#define FEW 16          /* figures looked up one by one */
#define N_FEW 4         /* figures that most have */
#define N_FEW_MISSING 2 /* roles that most lack something in */
#define BLOCK_SIZE 232  /* of texts; with its head a round number of bytes */
#define FIRST_SIZE 88   /* of those that most have */

typedef struct _Block Block;

struct _Block {
  Block *next;
  guint used;
  guint room;
  char text[FIRST_SIZE]; /* as long as there is room */
};

/* A text too long for a block has an allocation of its own in the same list. What most have, few figures with short
 * texts, is one allocation. */
struct _RuaFigures {
  gatomicrefcount references;
  const char *const *wanted;
  RuaFigure *figures; /* the few, or an allocation of their own */
  guint n_figures;
  guint n_room;
  guint n_indexed;
  GHashTable *index; /* made on the first look-up among many: key -> number + 1 */
  Block *texts;
  GPtrArray *warnings; /* NULL: none */
  RuaMissing *missing; /* the few, or an allocation of their own; NULL: none */
  guint n_missing;
  guint n_not_asked; /* a table has no more rows than that */
  guint64 n_total;
  guint64 n_used;
  RuaMissing few_missing[N_FEW_MISSING];
  RuaFigure few[N_FEW];
  Block block;
};

RuaFigures *
rua_figures_new (void)
{
  RuaFigures *self = g_malloc (sizeof *self);

  memset (self, 0, G_STRUCT_OFFSET (RuaFigures, few_missing));
  g_atomic_ref_count_init (&self->references);
  self->figures = self->few;
  self->n_room = N_FEW;
  self->texts = &self->block;
  self->block.next = NULL;
  self->block.used = 0;
  self->block.room = FIRST_SIZE;
  return self;
}

RuaFigures *
rua_figures_ref (RuaFigures *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
rua_figures_call (const RuaFigures *self)
{
  const char *bytes = (const char *) self;

  for (gsize at = 0; self != NULL && at < sizeof *self; at += 64)
    __builtin_prefetch (bytes + at);
}

void
rua_figures_free (RuaFigures *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->index, g_hash_table_unref);
  if (self->missing != self->few_missing)
    g_free (self->missing);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  for (Block *block = self->texts, *next; block != NULL; block = next) {
    next = block->next;
    if (block != &self->block)
      g_free (block);
  }
  if (self->figures != self->few)
    g_free (self->figures);
  g_free (self);
}

/* Room for @size bytes that lasts as long as the figures. */
static char *
reserve (RuaFigures *self, gsize size)
{
  Block *block = self->texts;
  char *text;

  if (size > block->room - block->used) {
    gsize room = MAX (size, BLOCK_SIZE);

    block = g_malloc (G_STRUCT_OFFSET (Block, text) + room);
    block->used = 0;
    block->room = (guint) room;
    /* One that is filled at once goes behind the one that has room yet. */
    if (size > BLOCK_SIZE / 2) {
      block->next = self->texts->next;
      self->texts->next = block;
    } else {
      block->next = self->texts;
      self->texts = block;
    }
  }
  text = block->text + block->used;
  block->used += (guint) size;
  return text;
}

static const char *
keep (RuaFigures *self, const char *text)
{
  gsize size = strlen (text) + 1;

  return memcpy (reserve (self, size), text, size);
}

/* ---- which ---- */

void
rua_figures_set_wanted (RuaFigures *self, const char *const *wanted)
{
  self->wanted = wanted;
}

gboolean
rua_figure_is_wanted (const char *const *wanted, const char *key)
{
  gsize length;

  if (wanted == NULL)
    return TRUE;
  length = strlen (key);
  for (guint i = 0; wanted[i] != NULL; i++) {
    gsize given = strlen (wanted[i]);

    if (length >= given ? (length == given || (given > 0 && wanted[i][given - 1] == '['))
                            && memcmp (key, wanted[i], given) == 0
                        : length > 0 && key[length - 1] == '['
                            && memcmp (key, wanted[i], length) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
rua_figures_want (RuaFigures *self, const char *key)
{
  return rua_figure_is_wanted (self->wanted, key);
}

/* ---- putting ---- */

/* @key and @reason last. */
static void
append (RuaFigures *self, const char *key, double value, const char *reason)
{
  RuaFigure *figure;

  if (self->n_figures == self->n_room) {
    RuaFigure *few = self->figures == self->few ? self->few : NULL;

    self->n_room *= 2;
    self->figures = g_renew (RuaFigure, few != NULL ? NULL : self->figures, self->n_room);
    if (few != NULL)
      memcpy (self->figures, few, sizeof self->few);
  }
  figure = &self->figures[self->n_figures++];
  *figure = (RuaFigure){ key, value, NULL };
  if (reason != NULL) {
    figure->value = NAN;
    figure->reason = reason;
  } else if (!isfinite (value)) {
    figure->value = NAN;
    figure->reason = isnan (value) ? N_("an operation has no result for these values")
                                   : N_("the result is beyond the range of numbers");
  }
}

/* Reasons repeat: most often it is that of the figure before. */
static const char *
keep_reason (RuaFigures *self, const char *reason)
{
  if (reason == NULL)
    return NULL;
  for (guint i = self->n_figures; i > 0 && i + 4 > self->n_figures; i--) {
    const char *before = self->figures[i - 1].reason;

    if (before != NULL && strcmp (before, reason) == 0)
      return before;
  }
  return keep (self, reason);
}

void
rua_figures_put_or (RuaFigures *self, const char *key, double value, const char *reason)
{
  if (rua_figures_want (self, key))
    append (self, keep (self, key), value, keep_reason (self, reason));
}

void
rua_figures_put (RuaFigures *self, const char *key, double value)
{
  rua_figures_put_or (self, key, value, NULL);
}

void
rua_figures_undefined (RuaFigures *self, const char *key, const char *reason)
{
  rua_figures_put_or (self, key, NAN, reason);
}

void
rua_figures_put_at (
  RuaFigures *self, const char *name, const char *label, double value, const char *reason)
{
  gsize before = strlen (name), within = strlen (label), size = before + within + 3;
  char small[120], *key = size <= sizeof small ? small : g_malloc (size);

  memcpy (key, name, before);
  key[before] = '[';
  memcpy (key + before + 1, label, within);
  memcpy (key + before + 1 + within, "]", 2);
  rua_figures_put_or (self, key, value, reason);
  if (key != small)
    g_free (key);
}

void
rua_figures_put_nth (
  RuaFigures *self, const char *name, double index, double value, const char *reason)
{
  char label[40];

  rua_figures_put_at (self, name, rua_number_format (index, label), value, reason);
}

void
rua_figures_put_cell (
  RuaFigures *self, const char *name, double row, double column, double value, const char *reason)
{
  char first[40], second[40], label[82];

  g_snprintf (label, sizeof label, "%s,%s", rua_number_format (row, first),
              rua_number_format (column, second));
  rua_figures_put_at (self, name, label, value, reason);
}

void
rua_figures_warn (RuaFigures *self, const char *format, ...)
{
  va_list arguments;

  if (self->warnings == NULL)
    self->warnings = g_ptr_array_new_with_free_func (g_free);
  va_start (arguments, format);
  g_ptr_array_add (self->warnings, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* ---- reading ---- */

guint
rua_figures_get_n (RuaFigures *self)
{
  return self->n_figures;
}

const RuaFigure *
rua_figures_get_nth (RuaFigures *self, guint i)
{
  return &self->figures[i];
}

/* The last of a key counts, as it always did. */
const RuaFigure *
rua_figures_find (RuaFigures *self, const char *key)
{
  guint number;

  if (self->n_figures <= FEW) {
    /* Mostly it is the same constant. */
    for (guint i = self->n_figures; i > 0; i--)
      if (self->figures[i - 1].key == key || strcmp (self->figures[i - 1].key, key) == 0)
        return &self->figures[i - 1];
    return NULL;
  }
  if (self->index == NULL)
    self->index = g_hash_table_new (g_str_hash, g_str_equal);
  for (; self->n_indexed < self->n_figures; self->n_indexed++)
    g_hash_table_insert (self->index, (gpointer) self->figures[self->n_indexed].key,
                         GUINT_TO_POINTER (self->n_indexed + 1));
  number = GPOINTER_TO_UINT (g_hash_table_lookup (self->index, key));
  return number > 0 ? &self->figures[number - 1] : NULL;
}

gboolean
rua_figures_get (RuaFigures *self, const char *key, double *value)
{
  const RuaFigure *figure = rua_figures_find (self, key);

  if (figure == NULL || figure->reason != NULL)
    return FALSE;
  if (value)
    *value = figure->value;
  return TRUE;
}

const char *const *
rua_figures_get_warnings (RuaFigures *self, guint *n)
{
  *n = self->warnings != NULL ? self->warnings->len : 0;
  return self->warnings != NULL ? (const char *const *) self->warnings->pdata : NULL;
}

void
rua_figures_take_back (RuaFigures *self, const char *key, const char *reason)
{
  for (guint i = 0; i < self->n_figures; i++) {
    RuaFigure *figure = &self->figures[i];

    if (figure->reason != NULL || strcmp (figure->key, key) != 0)
      continue;
    figure->value = NAN;
    figure->reason = reason;
  }
}

void
rua_figures_set_records (RuaFigures *self, guint64 n_total, guint64 n_used)
{
  self->n_total = n_total;
  self->n_used = n_used;
}

guint64
rua_figures_get_n_total (RuaFigures *self)
{
  return self->n_total;
}

guint64
rua_figures_get_n_used (RuaFigures *self)
{
  return self->n_used;
}

void
rua_figures_set_not_asked (RuaFigures *self, guint n)
{
  self->n_not_asked = n;
}

guint
rua_figures_get_not_asked (RuaFigures *self)
{
  return self->n_not_asked;
}

void
rua_figures_add_missing (RuaFigures *self, const char *role, guint64 n)
{
  gboolean are_few = self->missing == NULL || self->missing == self->few_missing;

  if (are_few && self->n_missing < N_FEW_MISSING) {
    self->missing = self->few_missing;
  } else {
    self->missing = g_renew (RuaMissing, are_few ? NULL : self->missing, self->n_missing + 1);
    if (are_few)
      memcpy (self->missing, self->few_missing, sizeof self->few_missing);
  }
  self->missing[self->n_missing++] = (RuaMissing){ keep (self, role), n };
}

static RuaMissing *
find_missing (RuaFigures *self, const char *role)
{
  for (guint i = 0; i < self->n_missing; i++)
    if (strcmp (self->missing[i].role, role) == 0)
      return &self->missing[i];
  return NULL;
}

guint64
rua_figures_get_n_missing (RuaFigures *self, const char *role)
{
  const RuaMissing *missing = find_missing (self, role);

  return missing != NULL ? missing->n : 0;
}

void
rua_figures_set_missing (RuaFigures *self, const char *role, guint64 n)
{
  RuaMissing *missing = find_missing (self, role);

  if (missing == NULL && n > 0) {
    rua_figures_add_missing (self, role, n);
  } else if (missing != NULL && n == 0) {
    memmove (missing, missing + 1, (gsize) (self->missing + self->n_missing - (missing + 1)) * sizeof *missing);
    self->n_missing--;
  } else if (missing != NULL) {
    missing->n = n;
  }
}

const RuaMissing *
rua_figures_get_missing (RuaFigures *self, guint *n)
{
  *n = self->n_missing;
  return self->missing;
}
