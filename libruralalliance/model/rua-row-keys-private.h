/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-cell-json-private.h"

G_BEGIN_DECLS

/* How the log calls the records of an alliance: a record that has an id by its id (behind a "~" where it
 * begins with one); another "~N", by its place in the baseline, or "~STATION.SEQUENCE", by the
 * fact that made it. */
typedef struct _RuaRowKeys RuaRowKeys;

RuaRowKeys *rua_row_keys_new (RuaTables *tables);
void rua_row_keys_free (RuaRowKeys *self);
/* The same for the tables of a copy, which has the same rows. */
RuaRowKeys *rua_row_keys_copy (RuaRowKeys *self, RuaTables *tables);

/* Until the next call. */
const char *rua_row_keys_name (RuaRowKeys *self, RuaTable *table, guint32 row);
guint32 rua_row_keys_find (RuaRowKeys *self, RuaTable *table, const char *key, gsize length); /* a living row, or RUA_NO_ROW */
/* The key that an id gives. */
char *rua_row_key_of_id (const char *id);
/* The id in a key, or NULL: it is a record without one. */
const char *rua_row_key_get_id (const char *key);
/* "~N": TRUE and N. */
gboolean rua_row_key_get_place (const char *key, gsize length, guint32 *place);

/* Of a record without an id. */
void rua_row_keys_set_made (RuaRowKeys *self, RuaTable *table, guint32 row, const char *key);
/* A record of the baseline, with or without an id. */
void rua_row_keys_set_place (RuaRowKeys *self, RuaTable *table, guint32 row, guint32 place);
guint32 rua_row_keys_get_place (RuaRowKeys *self, RuaTable *table, guint32 row); /* or RUA_NO_ROW */
/* Whether a row without an id is called so. */
gboolean rua_row_keys_is_taken (RuaRowKeys *self, RuaTable *table, const char *key);
/* Of a row that was read from a file: it is there because another refers to it, and the fact that made it has not come.
 * So it is not of the baseline. Asked once, when the log is taken. */
void rua_row_keys_set_unmade (RuaRowKeys *self, RuaTable *table, guint32 row);
gboolean rua_row_keys_is_unmade (RuaRowKeys *self, RuaTable *table, guint32 row);
gboolean rua_row_keys_is_made (RuaRowKeys *self, RuaTable *table, guint32 row);
/* The record of a row has gone, or is called otherwise now. */
void rua_row_keys_forget (RuaRowKeys *self, RuaTable *table, guint32 row);
/* Rows were put into another order: order[i] became i. */
void rua_row_keys_reorder (RuaRowKeys *self, RuaTable *table, const guint32 *order, guint32 n);

G_END_DECLS
