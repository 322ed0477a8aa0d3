/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Texts that are one prefix and a number each ("h1", "h2", "h10"; "2014-000017"), as ids most often are. Kept are the
 * differences between one number and the next, of which a few bits tell; the texts are made, 1,024 at a time, when one of
 * them is first asked for. */
#define RUA_NUMBERED_SHIFT 10
#define RUA_NUMBERED_ROWS (1u << RUA_NUMBERED_SHIFT)
#define RUA_NUMBERED_DIGITS 18  /* the most */
#define RUA_NUMBERED_PREFIX 256 /* bytes, the most: it is there a thousand times as soon as one text is asked for */

/* Number 0 is @first; each other one the one before, and @step, and its code. Code 0 is 0. */
typedef struct {
  guint64 first;
  guint64 step; /* modulo 2^64: numbers may go down */
  guint bits;   /* of a code (rua-codes-private.h) */
  gconstpointer codes;
} RuaNumberedBlock;

typedef struct {
  char *prefix;
  guint digits; /* with zeros before the number; 0: as many as it has, and no zeros */
  guint32 n;
  guint n_blocks;
  RuaNumberedBlock *blocks;
  /* The rest is its own. */
  gsize prefix_length;
  gpointer *made; /* atomic, by block */
} RuaNumbered;

/* @prefix is copied. The blocks are the caller's to fill in. */
RuaNumbered *rua_numbered_new (const char *prefix, guint digits, guint32 n);
void rua_numbered_free (RuaNumbered *self);
guint rua_numbered_rows_of (const RuaNumbered *self, guint block);
/* In any thread. */
const char *rua_numbered_get (const RuaNumbered *self, guint32 code, gsize *length);
/* Whether those of a block, of which @codes are a copy of its own or they themselves, are numbers that the digits hold. */
gboolean rua_numbered_check (const RuaNumbered *self, guint block, gconstpointer codes);

/* The other way. What all texts looked at so far have in common. */
typedef struct {
  const char *prefix; /* of the first text; borrowed */
  gsize prefix_length;
  guint fewest, most; /* digits */
  gboolean zeros;     /* some begin with one that is not their only digit */
  guint32 n;
} RuaNumberedForm;

/* FALSE: there is no such form. */
gboolean rua_numbered_form_add (RuaNumberedForm *self, const char *text, gsize length);
gboolean rua_numbered_form_end (const RuaNumberedForm *self, guint *digits);
guint64 rua_numbered_form_get (const RuaNumberedForm *self, const char *text, gsize length);
/* Sets all but the codes' place, for which there is room in @codes: 8 bytes for each of up to 1,024. */
void rua_numbered_pack (const guint64 *numbers, guint n, RuaNumberedBlock *block, gpointer codes);

G_END_DECLS
