/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-column-private.h"

G_BEGIN_DECLS

/* The records that somebody holds, by row. */
typedef struct {
  RuaRecord **records;
  guint32 capacity;
  guint32 held;
} RuaWindows;

struct _RuaTable {
  GObject parent_instance;

  RuaTables *tables; /* borrowed; NULL once the owner has gone */
  RuaKind *kind;
  guint ordinal;
  GPtrArray *columns;
  GArray *required; /* guint: the places of the fields that every record must know */
  RuaColumn *extra;  /* members of a document that no field holds */
  guint32 n_rows;    /* including removed ones */
  guint32 n_records;
  guint64 *removed;  /* a bit a row; NULL while there is none */
  guint32 removed_words;
  guint32 *gone; /* by block of rows: how many were removed before it; later blocks: all of them */
  guint32 n_gone;
  guint32 ids_in_order; /* the id codes below this one stand in the rows of the same number */
  guint32 *id_rows;     /* by code of the id column, less those: its row, or RUA_NO_ROW */
  guint32 n_id_rows;
  RuaWindows *windows; /* by chunk */
  guint n_windows;
  guint recent_windows; /* the chunk in which somebody last took hold of a record */
  RuaAppender *appender; /* the open one, borrowed */
  GArray *lines;         /* guint64 by row, while references are pending */
  GPtrArray *row_lists;  /* RuaRowList, borrowed; NULL before the first */
};

struct _RuaTables {
  GObject *owner; /* borrowed */
  GPtrArray *tables;
  GHashTable *by_name;
  RuaMoneyDigits money_digits;
  RuaTextGuard guard;
  RuaRowsGuard rows_guard;
  const struct _RuaJournal *journal; /* or NULL: nobody listens */
  gboolean frozen; /* a snapshot */
};

/* A detached record's values: a word a field. Texts and lists are GRefStrings (packed), references
 * a RuaRecord, or a GRefString with the lowest bit set while only its id is known; reference lists
 * a GPtrArray of RuaRecord. */
typedef struct {
  guint n_fields;
  guint64 known[]; /* bit set, then the words */
} RuaCells;

RuaCells *rua_cells_new (guint n_fields);
void rua_cells_free (RuaCells *self, RuaKind *kind);
guint64 *rua_cells_words (RuaCells *self);
gboolean rua_cells_is_known (const RuaCells *self, guint field);
void rua_cells_free_reference (gpointer reference);
void rua_cells_forget (RuaCells *self, RuaKind *kind, guint field);
void rua_cells_take (RuaCells *self, RuaKind *kind, guint field, guint64 word);

/* The record's own side of being added and removed. */
void rua_record_attach (RuaRecord *self, RuaTable *table, guint32 row);
void rua_record_detach (RuaRecord *self, RuaCells *cells, char *extra);
RuaCells *rua_record_peek_cells (RuaRecord *self);
const char *rua_record_peek_extra (RuaRecord *self);
void rua_record_announce (RuaRecord *self, guint field);

/* TRUE, or FALSE and an error when the table is a snapshot's. */
gboolean rua_table_check_writable (RuaTable *self, GError **error);
RuaTable *rua_table_lookup (RuaTable *self, const char *kind);
guint rua_table_get_ordinal (RuaTable *self);
RuaTable *rua_table_find_ordinal (RuaTable *self, guint ordinal);
guint rua_table_position_of (RuaTable *self, guint32 row);
void rua_table_forget_window (RuaTable *self, guint32 row);
/* Somebody holds the record of a row, or no longer does; the latter leaves the owner as it is. */
void rua_table_hold_window (RuaTable *self, guint32 row, RuaRecord *record);
void rua_table_drop_window (RuaTable *self, guint32 row);
void rua_table_mark_removed (RuaTable *self, guint32 row);
/* The row's values as a detached record's. What refers to a row that goes too is kept by id: such
 * records would hold one another for ever. @is_leaving may be NULL. */
typedef gboolean (*RuaRowIsLeaving) (gpointer data, RuaTable *table, guint32 row);
RuaCells *rua_table_lift_cells (RuaTable *self, guint32 row, RuaRowIsLeaving is_leaving, gpointer data);
/* Whoever holds the record keeps it, with its values, outside the table. */
void rua_table_release_window (RuaTable *self, guint32 row, RuaRowIsLeaving is_leaving, gpointer data);
/* After bits of @removed were changed by hand. */
void rua_table_count_removed (RuaTable *self);
/* The row whose id has this text may be taken only once. */
guint32 rua_table_get_id_row (RuaTable *self, guint32 code);
void rua_table_set_id_row (RuaTable *self, guint32 code, guint32 row);
/* A row's id, or its place as "#12". */
char *rua_table_name_row (RuaTable *self, guint32 row);
/* "kind/id" or, in the target's table, "id" → the packed word; FALSE when there is none yet. */
gboolean rua_table_find_reference (RuaTable *self, RuaColumn *column, const char *id, gsize length, guint64 *word);

GString *rua_texts_replace (const char *packed, gsize length, const char *language, const char *text);
char **rua_text_list_unpack (const char *packed, gsize length);
GString *rua_text_list_pack (const char *const *texts);

static inline RuaColumn *
rua_table_column (RuaTable *self, guint field)
{
  return (RuaColumn *) self->columns->pdata[field];
}

G_END_DECLS
