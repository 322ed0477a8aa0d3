/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-text-run-private.h"

G_BEGIN_DECLS

/* Distinct byte strings numbered in the order in which they came: first those of a run, if there is
 * one, then its own entries. Texts stay where they are for as long as the dictionary lives, so that
 * columns can lend them out. */
typedef struct {
  const char *text; /* ended by a NUL that its length does not count */
  guint32 length;
} RuaDictionaryEntry;

typedef struct {
  RuaTextRun *run; /* or NULL */
  guint32 n_run;
  RuaDictionaryEntry *entries;
  guint32 n_entries; /* without the run's */
  guint32 allocated;
  guint64 *slots; /* an entry's hash, below it its place + 1; 0 for empty; open addressing */
  guint32 mask;
  guint64 seed;
  gint *shares; /* atomic: how many dictionaries use these entries and slots; NULL for one */
  GPtrArray *blocks;
  char *free_text;
  gsize free_length;
} RuaDictionary;

void rua_dictionary_init (RuaDictionary *self);
void rua_dictionary_clear (RuaDictionary *self);
/* Empty before; the texts of the run are distinct. */
void rua_dictionary_take_run (RuaDictionary *self, RuaTextRun *run);
guint32 rua_dictionary_intern (RuaDictionary *self, const char *text, gsize length);
/* @to, which is empty, reads the same entries; whoever learns a text first takes a copy. */
void rua_dictionary_share (RuaDictionary *self, RuaDictionary *to);
gboolean rua_dictionary_find (const RuaDictionary *self, const char *text, gsize length, guint32 *code);
/* Makes room for @n more; a hint. */
void rua_dictionary_reserve (RuaDictionary *self, guint32 n);
/* Says that @text will soon be asked for, so that memory is under way meanwhile. */
void rua_dictionary_prefetch (const RuaDictionary *self, const char *text, gsize length);
gsize rua_dictionary_get_overhead (const RuaDictionary *self); /* bytes beyond the texts' own */

static inline guint32
rua_dictionary_get_n (const RuaDictionary *self)
{
  return self->n_run + self->n_entries;
}

static inline const char *
rua_dictionary_get (const RuaDictionary *self, guint32 code, gsize *length)
{
  const RuaDictionaryEntry *entry;

  if (code < self->n_run)
    return rua_text_run_get (self->run, code, length);
  entry = &self->entries[code - self->n_run];
  *length = entry->length;
  return entry->text;
}

G_END_DECLS
