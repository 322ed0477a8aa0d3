/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Distinct byte strings numbered in the order in which they came. Texts stay where they are for
 * as long as the dictionary lives, so that columns can lend them out. */
typedef struct {
  const char *text; /* ended by a NUL that its length does not count */
  guint32 length;
  guint32 hash;
} RuaDictionaryEntry;

typedef struct {
  RuaDictionaryEntry *entries;
  guint32 n_entries;
  guint32 allocated;
  guint32 *slots; /* code + 1, 0 for empty; open addressing */
  guint32 mask;
  guint64 seed;
  gint *shares; /* atomic: how many dictionaries use these entries and slots; NULL for one */
  GPtrArray *blocks;
  char *free_text;
  gsize free_length;
} RuaDictionary;

void rua_dictionary_init (RuaDictionary *self);
void rua_dictionary_clear (RuaDictionary *self);
guint32 rua_dictionary_intern (RuaDictionary *self, const char *text, gsize length);
/* @to, which is empty, reads the same entries; whoever learns a text first takes a copy. */
void rua_dictionary_share (RuaDictionary *self, RuaDictionary *to);
gboolean rua_dictionary_find (const RuaDictionary *self, const char *text, gsize length, guint32 *code);
gsize rua_dictionary_get_overhead (const RuaDictionary *self); /* bytes beyond the texts' own */

G_END_DECLS
