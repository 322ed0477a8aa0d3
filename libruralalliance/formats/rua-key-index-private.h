/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

G_BEGIN_DECLS

/* Rows by a whole number that names them. Where the numbers lie close enough together, a bit a number
 * and, every 64, how many come before: two bytes a row or so, and mostly in the cache. Else a hash of
 * rows. Reading is safe in any thread. */
typedef struct _RuaKeyIndex RuaKeyIndex;

/* @keys[i] is the key of row @first + i, where @known (NULL: everywhere) has a bit. Rows
 * whose key an earlier row has are appended to @duplicates (guint32), at most @most of them, and are
 * not in the index. */
RuaKeyIndex *rua_key_index_new (const gint64 *keys, const guint64 *known, guint32 first, guint32 n, GArray *duplicates, guint most);
/* The ids of a table, or NULL when some id is no plain whole number, or there is none. */
RuaKeyIndex *rua_key_index_new_for_table (RuaTable *table, GCancellable *cancellable);
void rua_key_index_free (RuaKeyIndex *self);
/* RUA_NO_ROW where there is no such key, or where @known is told and has no bit. */
void rua_key_index_find (const RuaKeyIndex *self, const gint64 *keys, const guint64 *known, guint32 n, guint32 *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaKeyIndex, rua_key_index_free)

G_END_DECLS
