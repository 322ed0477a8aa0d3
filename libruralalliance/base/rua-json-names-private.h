/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The member names of the objects that a scanner has open, to find a name given twice.
 *
 * A few names are compared one by one; more are looked up in a table under a keyed hash
 * (SipHash-1-3, key drawn once a process), so that no input can choose names that collide.
 * Memory: under 50 bytes a name, reused when the object ends. */
typedef struct {
  GArray *entries;
  GByteArray *decoded; /* names that were written with escapes */
} RuaJsonNames;

/* The part of one open object; zeroed when the object begins. */
typedef struct {
  guint64 seen; /* a bit set of cheap hashes: a clear bit means a new name */
  guint first;  /* its first entry */
  guint decoded;
  guint32 *slots; /* NULL while there are few names; entry index + 1, relative to first */
  guint32 n_slots;
} RuaJsonNameScope;

void rua_json_names_init (RuaJsonNames *self);
void rua_json_names_clear (RuaJsonNames *self);
void rua_json_names_begin (RuaJsonNames *self, RuaJsonNameScope *scope);
void rua_json_names_end (RuaJsonNames *self, RuaJsonNameScope *scope);
/* FALSE when the object has the name already: @earlier is then the offset where it was given.
 * @source is the whole input; the name stands at @offset, or was decoded into @name. */
gboolean rua_json_names_add (RuaJsonNames *self,
                             RuaJsonNameScope *scope,
                             const char *source,
                             const char *name,
                             gsize length,
                             gboolean is_decoded,
                             guint32 offset,
                             guint32 *earlier);

G_END_DECLS
