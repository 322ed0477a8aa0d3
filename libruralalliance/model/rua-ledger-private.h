/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-edits-private.h"
#include "rua-log-core-private.h"
#include "rua-row-keys-private.h"

G_BEGIN_DECLS

/* An alliance and its log together: what the facts say, in the tables. What stands in the tables is a
 * function of the set of facts and the baseline, whatever the order in which they came. */

typedef enum {
  RUA_WAITING_KIND,    /* the alliance has no such kind */
  RUA_WAITING_FIELD,   /* the kind has no such field */
  RUA_WAITING_VALUE,   /* the field cannot hold the value */
  RUA_WAITING_TARGET,  /* the record it refers to has not come */
  RUA_WAITING_RECORD,  /* the fact that makes the record has not come */
  RUA_WAITING_MISSING, /* the record must know this field */
} RuaWaitingReason;

typedef struct {
  guint32 field; /* code in the log */
  RuaWaitingReason reason;
} RuaWaitingCell;

/* What a kind of the log is here. */
typedef struct {
  gboolean is_known;
  RuaTable *table; /* or NULL */
  GArray *fields;  /* gint by field code: the field's place, -1 for none, -2 not yet looked up */
} RuaLedgerKind;

typedef struct _RuaLedger RuaLedger;

struct _RuaLedger {
  RuaAlliance *alliance;
  RuaTables *tables;
  RuaLog *log;
  RuaRowKeys *keys;
  RuaRowNames names;
  GArray *kinds;       /* of RuaLedgerKind, by code */
  guint n_fields;      /* of all tables, when kinds was made */
  GHashTable *waiting; /* record → GArray of RuaWaitingCell */
  GHashTable *kept;    /* records that are there only because one refers to them */
  gboolean has_profile; /* in the baseline */
  gboolean has_erased;   /* what can be undone is to be looked up again */
  gboolean needs_all;   /* who waits, and who is kept, is not known yet */
  GArray *marks;       /* guint32 by record: its place in the working set + 1 */
};

/* ---- writing: what is edited becomes facts ---- */
typedef struct _RuaCommit RuaCommit;

RuaCommit *rua_commit_new (RuaLedger *ledger);
void rua_commit_free (RuaCommit *self);
/* The heads of all cells of a record but that of the field "". */
void rua_ledger_add_record_heads (RuaLedger *self, guint32 record, GArray *parents);
/* As the journal tells it. */
void rua_commit_note_cell (RuaCommit *self, RuaTable *table, guint32 row, guint field);
void rua_commit_note_added (RuaCommit *self, RuaTable *table, guint32 row);
void rua_commit_note_removing (RuaCommit *self, RuaTable *table, guint32 row);
void rua_commit_note_appended (RuaCommit *self, RuaTable *table, guint32 first, guint32 n);
/* The facts, their change, and the tables as the log then says; @pending and @n_before as of
 * rua_ledger_apply(). @first is the sequence of the change's first fact, or 0: there is none. */
gboolean rua_commit_write (RuaCommit *self, const RuaChangeData *change, RuaTable *pending, guint n_before, gboolean *is_announced, gint64 *first, GError **error);

/* Undoes the change of this station that begins with @first; @how has author and origin. The first
 * sequence of the change that it makes is put at the end of @made, of gint64. Refuses where somebody has said
 * otherwise since. */
gboolean rua_ledger_undo (RuaLedger *self, gint64 first, const RuaChangeData *how, GArray *made, GError **error);
/* Says of a cell what one side of a conflict says, knowing all of its heads. */
gboolean rua_ledger_settle (RuaLedger *self, const char *kind, const char *key, const char *field, const char *value, const RuaChangeData *how, GArray *made, GError **error);
/* Of gint64: first sequences of this station's changes. */
void rua_ledger_list_undoable (RuaLedger *self, GArray *undo, GArray *redo);

RuaLedger *rua_ledger_new (RuaAlliance *alliance, RuaTables *tables, RuaLog *log);
void rua_ledger_free (RuaLedger *self);
RuaLedger *rua_alliance_peek_ledger (RuaAlliance *self); /* NULL: no log is kept */

/* The tables as the log says, after its facts from @first on have come. Rows of @pending, NULL
 * for none, came or went before and nobody has heard of it: there were @n_before. TRUE: their
 * rows are announced. */
gboolean rua_ledger_apply (RuaLedger *self, guint first, RuaTable *pending, guint n_before);
/* As if every record had been touched. */
void rua_ledger_apply_all (RuaLedger *self);
/* What the baseline said of a record, for the first fact of its field "": [place, {…}]. @cell gives what a
 * field held before, when the row no longer holds it: FALSE where it does. */
typedef gboolean (*RuaOldCell) (gpointer data, RuaTable *table, guint32 row, guint field, const char **json);
char *rua_ledger_dup_record_before (RuaLedger *self, RuaTable *table, guint32 row, const char *key, RuaOldCell old, gpointer data);
/* A cell as JSON, or NULL where it is unknown. @field: the number of fields for the extra members. */
char *rua_ledger_dup_cell (RuaLedger *self, RuaTable *table, guint32 row, guint field, const RuaRowNames *names);
/* Before fields are looked for: kinds and fields of one's own may have been added; TRUE when they were. */
gboolean rua_ledger_refresh_kinds (RuaLedger *self);
/* The place of a log's field in a kind's table, the number of fields for the extra members, or -1. */
gint rua_ledger_find_field (RuaLedger *self, guint32 kind, guint32 field, RuaTable **table);
static inline const char *
rua_ledger_name_field (RuaTable *table, guint field)
{
  return field < rua_kind_get_n_fields (rua_table_get_kind (table))
             ? rua_field_get_name (rua_kind_get_field (rua_table_get_kind (table), field))
             : RUA_FACT_EXTRA;
}
/* Gives the rows that are of the baseline, and have no place in it yet, those that are left. */
void rua_ledger_place_all (RuaLedger *self);
/* Facts made the record: it was not in the baseline. */
gboolean rua_ledger_is_made (RuaLedger *self, guint32 record);
/* The one record of this kind has the key "~0" whoever makes it. */
gboolean rua_ledger_is_singleton (RuaTable *table);
/* The record in messages: `household #3`, by its place where its id may not be told; by its oldest fact where it is not
 * there. And what stands for its key. */
char *rua_ledger_tell_record (RuaLedger *self, guint32 record);
char *rua_ledger_dup_told_key (RuaLedger *self, guint32 record);
/* What the field "" of a record says of its place in the baseline. */
/* Whether the row has an id, is not of the baseline, and no fact made it. */
gboolean rua_ledger_is_unmade (RuaLedger *self, RuaTable *table, guint32 row);
gboolean rua_ledger_get_before_place (RuaLedger *self, guint32 record, guint32 *place);

G_END_DECLS
