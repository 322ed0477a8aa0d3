/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-parallel-private.h"
#include "rua-rows-private.h"
#include "rua-sheet-private.h"

G_BEGIN_DECLS

/* Long to wide: the rows of one owner (a household) make a pair, and each picked value is taken
 * from the row that its condition tells. Two rows with a value for the same place are refused.
 *
 * Pairs by one path of references are numbered as the rows of the table that it leads to, so that a
 * pair is found by an array look-up; what follows from the owner alone is not collected, but read
 * from the owner's own table. Pairs by anything else are numbered in the order of their first rows. */
typedef struct _RuaPairs RuaPairs;

/* All pairings of one table and their values are collected in one go. */
typedef struct {
  RuaTable *table;
  RuaSheet *sheet;
  RuaProgramBase *base;
  GPtrArray *pairings; /* of RuaPairs */
} RuaPairing;

typedef struct {
  RuaNode *value;
  RuaNode *condition; /* NULL: any row; all must agree */
  char *text;
  gpointer values;    /* by pair, as an external has them */
  gboolean packed;
  double offset, divisor;
  gint64 n_written;   /* atomic */
  gint64 n_known;     /* atomic: values that are there in the end; told where there is a condition */
  gboolean differs;   /* atomic: rows that must agree do not */
} RuaPairsSource;

struct _RuaPairs {
  RuaPairing *pairing;
  RuaNode *where; /* NULL: all rows */
  RuaNode *keys[RUA_ROWS_MAX_KEYS];
  guint n_keys;
  RuaOwnerPath path;
  RuaTable *owners;   /* NULL: pairs have no row of their own */
  guint32 n_pairs;
  guint8 *present;    /* by pair: some row that meets the condition is its */
  guint32 *numbers;   /* by row, without owners */
  GPtrArray *sources; /* of RuaPairsSource */
  RuaExternal *externals; /* the sources' values */
  guint64 n_open;     /* rows of which it is unknown whether they meet the condition */
  guint64 n_lost;     /* rows whose key is unknown */
  GPtrArray *users;   /* the caller's */
  gpointer scan;      /* the caller's */
};

RuaPairing *rua_pairing_new (RuaTable *table);
void rua_pairing_free (RuaPairing *self);
/* The pairs that a metric's rows make; the same for metrics that pair alike. */
RuaPairs *rua_pairing_add (RuaPairing *self, const RuaRows *rows);
/* The node of @sheet, a sheet over the pairs, that stands for the @pick; the source that it needs,
 * if any, is added to @used (of guint). */
RuaNode *rua_pairs_add_pick (RuaPairs *self, RuaSheet *sheet, const RuaPick *pick, GArray *used);

gboolean rua_pairing_collect (RuaPairing *self, GCancellable *cancellable, GError **error);
/* When nothing more is read of its pairs. */
void rua_pairing_drop_values (RuaPairing *self);
/* Of each source, what its values are whole numbers over. */
RuaScaled *rua_pairs_dup_wholes (const RuaPairs *self);
/* Refuses a metric whose picks have two values for one place, with a list of them. */
gboolean rua_pairs_check (RuaPairs *self,
                          const GArray *used,
                          const char *pair_by,
                          const char *metric,
                          GCancellable *cancellable,
                          GError **error);

/* ---- inside: between the files of the pairs ---- */

/* A value of the batch as the pairs hold it: a text as a code of the pool. */
guint64 rua_pairs_get_word (RuaProgramRun *run, RuaNode *node, gconstpointer values, guint i);
/* Which rows of a batch count, and the pair of each; returns how many. */
guint rua_pairs_choose_rows (
  RuaPairs *self, RuaProgramRun *run, guint32 *chosen, guint32 *pairs, guint64 *n_open, guint64 *n_lost);
/* When all values are there: how many each source has. Pairs that have a packed one are present. */
gboolean rua_pairing_count_known (RuaPairing *self, GCancellable *cancellable, GError **error);

G_END_DECLS
