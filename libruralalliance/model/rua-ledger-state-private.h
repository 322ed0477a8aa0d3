/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-ledger-private.h"

G_BEGIN_DECLS

/* A record whose state is being worked out. */
typedef struct {
  guint32 record;
  guint32 row; /* where it stands now, or RUA_NO_ROW */
  RuaTable *table; /* NULL: the alliance has no such kind */
  guint kind;
  gboolean is_erased;    /* it is nowhere, whoever refers to it */
  gboolean is_wanted;    /* the facts say that it is there */
  gboolean is_candidate; /* it was removed, but one may refer to it */
  gboolean is_in;        /* it is to stand in its table */
  gboolean is_reached;   /* a record that is there refers to it */
} RuaLedgerRecord;

/* The records that new facts may touch, and what becomes of them. */
typedef struct {
  RuaLedger *ledger;
  GArray *records; /* of RuaLedgerRecord */
} RuaLedgerState;

void rua_ledger_state_init (RuaLedgerState *self, RuaLedger *ledger);
void rua_ledger_state_clear (RuaLedgerState *self);
void rua_ledger_state_add (RuaLedgerState *self, guint32 record);
/* Settles which of the records are to be in their tables; more may have been added by then. */
void rua_ledger_state_settle (RuaLedgerState *self);

/* What a cell of a record shows, as JSON that its field can hold, or NULL: unknown. @reason, when
 * there is one, why it is not what the current fact says. */
const char *rua_ledger_state_choose (RuaLedgerState *self,
                                     const RuaLedgerRecord *record,
                                     guint32 cell,
                                     guint field,
                                     gsize *length,
                                     gboolean *is_waiting,
                                     RuaWaitingReason *reason);
/* The cell of a field by its place, or RUA_NO_NUMBER. */
guint32 rua_ledger_state_find_cell (RuaLedgerState *self, const RuaLedgerRecord *record, guint field);
/* A cell that the log does not have holds what the table holds; one that it has, without facts or a kept value, is
 * unknown: its facts are later than what the log is of. */
static inline gboolean
rua_log_cell_is_told (RuaLog *log, guint32 cell)
{
  return cell != RUA_NO_NUMBER;
}

G_END_DECLS
