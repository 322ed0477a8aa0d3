/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table-private.h"

G_BEGIN_DECLS

/* Who hears of every change of a set of tables, before or while it happens. One listens at most;
 * where nobody does, nothing is told. */
typedef struct {
  /* A cell of a living row is about to change; @word is what it holds where @is_known. @field is the
   * field's place, or the number of fields for the members that no field holds. */
  void (*cell) (gpointer data, RuaTable *table, guint32 row, guint field, gboolean is_known, guint64 word);
  /* A row has come: its cells are there. */
  void (*added) (gpointer data, RuaTable *table, guint32 row);
  /* A row is about to go, with its cells; @record is who holds it. */
  void (*removing) (gpointer data, RuaTable *table, guint32 row, RuaRecord *record);
  /* Rows have come in bulk. */
  void (*appended) (gpointer data, RuaTable *table, guint32 first, guint32 n);
  /* What one call changed is whole; nobody has heard of it yet. Where rows came or went, @table is
   * theirs and @n_before how many there were; else @table is NULL. TRUE: the rows of the table
   * were announced already. */
  gboolean (*done) (gpointer data, RuaTable *table, guint n_before);
} RuaJournalFuncs;

typedef struct _RuaJournal RuaJournal;

struct _RuaJournal {
  const RuaJournalFuncs *funcs;
  gpointer data;
};

/* NULL: nobody listens any more. Borrowed. */
void rua_tables_set_journal (RuaTables *self, const RuaJournal *journal);
/* A table into which rows are being appended in bulk, or NULL. */
RuaTable *rua_tables_find_appending (RuaTables *self);

/* ---- rows without rules ----
 * Nothing is checked, announced or told to the journal: the caller knows that the tables are whole
 * when he is done, and says so. */

/* A row without cells: a new one at the end, or one that was removed. */
guint32 rua_table_make_row (RuaTable *self);
void rua_table_revive_row (RuaTable *self, guint32 row);
/* The row goes with its cells. Whoever holds its record keeps the values. */
void rua_table_drop_row (RuaTable *self, guint32 row);
/* The last rows of the table, which go with their cells. */
void rua_table_drop_last_rows (RuaTable *self, guint32 first);
/* A field, or the members that no field holds at the number of fields; ids are kept track of. */
gboolean rua_table_read_cell (RuaTable *self, guint32 row, guint field, guint64 *word);
void rua_table_write_cell (RuaTable *self, guint32 row, guint field, gboolean is_known, guint64 word);
/* Who holds the row's record, borrowed; or NULL. */
RuaRecord *rua_table_peek_window (RuaTable *self, guint32 row);
/* A record that was removed stands in the row again; FALSE when it stands in some table. */
gboolean rua_table_take_record (RuaTable *self, guint32 row, RuaRecord *record);
/* The cells of some rows, kept until they are put back. */
typedef struct _RuaKeptRows RuaKeptRows;
RuaKeptRows *rua_table_keep_rows (RuaTable *self, guint32 first, guint32 n);
/* As the rows from @first on, of which there are none, or none any more. */
void rua_table_restore_rows (RuaTable *self, guint32 first, const RuaKeptRows *kept);
guint32 rua_kept_rows_get_n (const RuaKeptRows *kept);
void rua_kept_rows_free (RuaKeptRows *kept);
/* Row order[i], of @n living ones that are all there are, becomes row i; references follow. */
void rua_table_reorder (RuaTable *self, const guint32 *order, guint32 n);
/* Rows from @first to @last, and none else, came or went: one announcement. @n_before is how many
 * records there were. */
void rua_table_announce_rows (RuaTable *self, guint32 first, guint32 last, guint n_before);

G_END_DECLS
