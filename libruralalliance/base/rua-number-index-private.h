/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Distinct 64-bit numbers, each with its place in the order in which they came. */
typedef struct {
  guint64 *numbers;
  guint32 n;
  guint32 allocated;
  guint32 *slots; /* a number's place + 1, 0 for empty; open addressing */
  guint32 mask;
  guint64 seed; /* drawn for each, so that a file cannot be made to collide */
} RuaNumberIndex;

#define RUA_NO_NUMBER G_MAXUINT32

void rua_number_index_init (RuaNumberIndex *self);
void rua_number_index_clear (RuaNumberIndex *self);
/* The number's place, as its last one when it is new. */
guint32 rua_number_index_intern (RuaNumberIndex *self, guint64 number);
/* Its place, or RUA_NO_NUMBER. */
guint32 rua_number_index_find (const RuaNumberIndex *self, guint64 number);

G_END_DECLS
