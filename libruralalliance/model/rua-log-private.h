/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"

G_BEGIN_DECLS

/* The fact log: insert-only, a set of facts, whatever the order in which they come.
 *
 * A fact says what a cell holds: (station, sequence) is its name for ever, `kind` and `key` its
 * record, `field` its field ("" for the record itself: "true" there, NULL removed; "*" for the
 * members that no field holds). A fact's parents are the facts that it knowingly replaces; a head is
 * a fact of a cell that no other fact of that cell names. The current one is the head with the
 * greatest (clock, station, sequence); other heads are the conflict. */
typedef struct _RuaLog RuaLog;

#define RUA_NO_FACT G_MAXUINT32
/* Milliseconds since 1970 << 16 | counter. */
#define RUA_CLOCK_COUNTER_BITS 16
#define RUA_FACT_RECORD "" /* the field of the record itself */
#define RUA_FACT_EXTRA "*" /* the field of the members that no field holds */
#define RUA_FACT_THERE "true"

typedef struct {
  const char *station;
  gint64 sequence;
} RuaFactName;

/* Texts that come out of a log stay as long as the log; parents until the next call. */
typedef struct {
  const char *station;
  gint64 sequence;
  gint64 clock;
  const char *kind;
  const char *key;
  const char *field;
  const char *value; /* canonical compact JSON, or NULL: unknown, removed */
  gssize value_length; /* -1 when it ends in NUL */
  const char *author; /* or NULL */
  const RuaFactName *parents;
  guint n_parents;
  /* What the cell held in the baseline, kept with the first fact of a cell: NULL was unknown. Of
   * the field "": [place, {the record}]. A store keeps it; others are not told. */
  const char *before;
  gboolean has_before;
  /* The record was erased, or the value referred to one that was: what is left is the name, the clock and the
   * parents, and of a list who remains. */
  gboolean is_erased;
} RuaFactData;

/* The facts of one commit: [first_sequence, first_sequence + n_facts) of the station. */
typedef struct {
  const char *station;
  gint64 first_sequence;
  gint64 n_facts;
  gint64 clock;
  const char *author; /* or NULL */
  const char *title;  /* or NULL */
  const char *origin; /* "edit", "import incomes.csv", "undo of a.12" … */
  gboolean is_erased; /* a fact of it was: there is no title, and no name of a file */
} RuaChangeData;

typedef enum {
  RUA_LOG_ERROR, /* and an error: malformed, or another fact has this name */
  RUA_LOG_NEW,
  RUA_LOG_KNOWN,
} RuaLogInsert;

/* @lineage: 32 hexadecimal digits, or NULL to draw one. @station: who writes here, or NULL. */
RuaLog *rua_log_new (const char *lineage, const char *station, GError **error);
void rua_log_free (RuaLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaLog, rua_log_free)

const char *rua_log_get_lineage (RuaLog *self);
const char *rua_log_get_station (RuaLog *self); /* or NULL */
gboolean rua_log_set_station (RuaLog *self, const char *station, GError **error);
gboolean rua_log_is_station (const char *name); /* [a-z0-9][a-z0-9._-]{0,63} */

/* Facts count from 0 in the order in which they came: what a store appends. */
guint rua_log_get_n_facts (RuaLog *self);
void rua_log_get_fact (RuaLog *self, guint fact, RuaFactData *data);
guint rua_log_find_fact (RuaLog *self, const char *station, gint64 sequence); /* or RUA_NO_FACT */
/* What insert would say; nothing changes. */
RuaLogInsert rua_log_check (RuaLog *self, const RuaFactData *data, GError **error);
RuaLogInsert rua_log_insert (RuaLog *self, const RuaFactData *data, GError **error);
/* Whether a fact whose predecessor of the same station has not come is taken: TRUE at first. */
void rua_log_set_takes_gaps (RuaLog *self, gboolean takes_gaps);

/* Changes count from 0 in the order in which they came. */
guint rua_log_get_n_changes (RuaLog *self);
void rua_log_get_change (RuaLog *self, guint change, RuaChangeData *data);
guint rua_log_find_change (RuaLog *self, const char *station, gint64 sequence); /* the one with this fact, or RUA_NO_FACT */
RuaLogInsert rua_log_insert_change (RuaLog *self, const RuaChangeData *data, GError **error);

/* The stations of which there are facts, in the order in which they came. */
guint rua_log_get_n_stations (RuaLog *self);
const char *rua_log_get_station_at (RuaLog *self, guint index, gint64 *highest_sequence, gint64 *highest_clock, guint *n_facts);
gint64 rua_log_get_next_sequence (RuaLog *self, const char *station); /* after the highest; 1 for none */

/* The clock of the next commit here: greater than every one made or taken in, save those that were
 * more than a day ahead of the wall when they came. */
gint64 rua_log_get_next_clock (RuaLog *self);
/* By how many whole days the station's clock is ahead of the wall; 0 when it is not. */
guint rua_log_get_days_ahead (RuaLog *self, const char *station);
char *rua_log_tell_days_ahead (RuaLog *self, const char *station); /* a sentence; NULL: it is not */
/* Milliseconds since 1970; NULL for the system's. For tests and for replaying. */
typedef gint64 (*RuaLogWall) (gpointer data);
void rua_log_set_wall (RuaLog *self, RuaLogWall wall, gpointer data);
char *rua_clock_to_iso (gint64 clock); /* 2026-11-25T20:52:01.123Z */

/* ---- cells ---- */
guint rua_log_get_n_cells (RuaLog *self);
guint rua_log_find_cell (RuaLog *self, const char *kind, const char *key, const char *field); /* or RUA_NO_FACT */
guint rua_log_get_fact_cell (RuaLog *self, guint fact);
void rua_log_get_cell (RuaLog *self, guint cell, const char **kind, const char **key, const char **field);
guint rua_log_get_current (RuaLog *self, guint cell); /* the head with the greatest clock; or RUA_NO_FACT: no facts */
/* The heads, the current one first, then by (clock, station, sequence), greatest first. Where facts name one another in a
 * circle, all of them. */
GArray *rua_log_list_heads (RuaLog *self, guint cell); /* of guint */
/* All facts of a cell, by (clock, station, sequence). */
GArray *rua_log_list_cell_facts (RuaLog *self, guint cell); /* of guint */
gboolean rua_log_is_head (RuaLog *self, guint fact);
/* The wrong way, which a test of merging has to find out: what came last is shown. */
void rua_log_set_last_wins (RuaLog *self, gboolean last_wins);
/* By (clock, station, sequence). */
gint rua_log_compare (RuaLog *self, guint a, guint b);
gboolean rua_log_get_before (RuaLog *self, guint cell, const char **before); /* FALSE: not kept */
void rua_log_set_before (RuaLog *self, guint cell, const char *before);
/* A record of the baseline that was not here: [place, {field: value, …}]. FALSE: it is known already. */
gboolean rua_log_insert_before (RuaLog *self, const char *kind, const char *key, const char *before);

/* ---- erasure ---- */
/* A fact of the kind "erasure" and the field "digest" says that a record was erased: SHA-256 of the lineage, its kind and
 * its key, each ended by NUL. What is erased is a function of the set of facts, so that all copies come to the same:
 * facts of the record lose their values, and its key, where that has an id in it, becomes RUA_ERASED_KEY and the digest's
 * first 32 digits. */
#define RUA_ERASED_KEY "~!"
#define RUA_ERASURE_KIND "erasure"
#define RUA_ERASURE_DIGEST "digest"
/* The origin of the change that erases. */
#define RUA_ERASURE_ORIGIN "erasure"

char *rua_log_digest (RuaLog *self, const char *kind, const char *key);
/* Whether the record of this kind and key, which may be what stands for one, was erased. */
gboolean rua_log_is_erased (RuaLog *self, const char *kind, const char *key);
/* What stands for the key of one that was. */
char *rua_log_dup_erased_key (RuaLog *self, const char *kind, const char *key);
gboolean rua_log_has_erasures (RuaLog *self);
/* The oldest fact by which this record was erased, or RUA_NO_FACT: nothing but its facts say so. */
guint rua_log_find_erasure (RuaLog *self, const char *kind, const char *key);
/* How often what had come was made other than it came: a store that only appends writes all of it anew when this is
 * another number. */
guint rua_log_get_n_rewritten (RuaLog *self);
/* For a copy of a log, before there are facts in it. */
void rua_log_take_erasures (RuaLog *self, RuaLog *from);
/* With the facts and changes that a store has kept of a log: nothing is to be erased. */
void rua_log_settle (RuaLog *self);

/* ---- the alliance's log ---- */
RuaLog *rua_alliance_peek_log (RuaAlliance *self); /* NULL: none is kept */
/* How the log calls the record of a row: its id, or "~N" or "~STATION.SEQUENCE". A store keeps the key
 * of records without an id, and says it again before rua_alliance_take_log(); one that it does not
 * say is of the baseline. NULL: no log is kept. */
char *rua_alliance_dup_row_key (RuaAlliance *self, RuaTable *table, guint32 row);
/* Whether a record with an id is here only because another refers to it: the fact that made it has not come, and the baseline
 * does not have it. A store keeps that, too, and says it again as the key RUA_ROW_KEY_UNMADE. */
gboolean rua_alliance_is_row_unmade (RuaAlliance *self, RuaTable *table, guint32 row);
#define RUA_ROW_KEY_UNMADE "+"
/* %FALSE for what is no key, or another's. */
gboolean rua_alliance_set_row_key (RuaAlliance *self, RuaTable *table, guint32 row, const char *key);
/* With tables that are at the log's current state: nothing is replayed. */
void rua_alliance_take_log (RuaAlliance *self, RuaLog *log);
/* Brings the tables to what the log says after its facts from @first_new_fact on have come, whoever
 * inserted them. FALSE and an error in the middle of a change, or where no log is kept; insert
 * nothing then. Insert all files of a merge before, for rows may have to be put into another order. */
gboolean rua_alliance_apply_log (RuaAlliance *self, guint first_new_fact, GError **error);
/* The alliance as it is, in tables that can be changed, with another log (given away). */
RuaAlliance *rua_alliance_copy_with_log (RuaAlliance *self, RuaLog *log);
/* A snapshot from now on. */
void rua_alliance_freeze (RuaAlliance *self);

G_END_DECLS
