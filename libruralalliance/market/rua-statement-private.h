/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-clearing-private.h"
#include "rua-statement.h"

G_BEGIN_DECLS

/* What one line tells; places and rows of the clearing's reading. */
typedef struct {
  RuaStatementLineType type;
  guint32 place;   /* of the lot or the order it is about; RUA_MARKET_NONE for none */
  guint32 product; /* number; RUA_MARKET_NONE for none */
  guint32 fee;     /* row; RUA_NO_ROW for none */
  guint32 site;    /* row */
  gboolean counts; /* in the balance */
  gint64 asked;    /* -1: nothing was asked for */
  gint64 quantity; /* -1: none to be told */
  gint64 price;    /* of one unit; -1 where it is not one price */
  __int128 amount; /* what the receiver gets; what it pays is less than 0 */
} RuaStatementEntry;

struct _RuaStatement {
  GObject parent_instance;

  RuaClearing *clearing;
  RuaStatementAccount account;
  RuaTable *table; /* of the receiver, in the snapshot; NULL for an account */
  guint32 row;
  GArray *entries; /* of RuaStatementEntry, in the order in which they are told */
  gint64 balance;
};

/* All statements of a clearing, in the order in which they are listed. */
GPtrArray *rua_statement_make_all (RuaClearing *clearing);

G_END_DECLS
