/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-clearing.h"

G_BEGIN_DECLS

/**
 * RuaStatementLineType:
 * @RUA_STATEMENT_LINE_SOLD: an offer of the receiver's, and what is paid for what is sold of it
 * @RUA_STATEMENT_LINE_MEMBER_SOLD: an offer that a co-operative sells for the receiver; the money goes through the co-operative
 * @RUA_STATEMENT_LINE_BOUGHT: an order of the receiver's, and what it pays
 * @RUA_STATEMENT_LINE_MEMBERS_BOUGHT: what all households of a group get and pay of a product
 * @RUA_STATEMENT_LINE_HANDED_OUT: what a hub hands out of a product
 * @RUA_STATEMENT_LINE_TRANSPORT: what goes from a site to a hub
 * @RUA_STATEMENT_LINE_FEE: a fee that the receiver gets
 * @RUA_STATEMENT_LINE_RENT: what is paid because a limit binds
 * @RUA_STATEMENT_LINE_ROUNDING: what percentages leave in minor units
 * @RUA_STATEMENT_LINE_SUBSIDY: what the solidarity account adds, for guarantees
 *
 * What a line of a statement is about.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_STATEMENT_LINE_SOLD,
  RUA_STATEMENT_LINE_MEMBER_SOLD,
  RUA_STATEMENT_LINE_BOUGHT,
  RUA_STATEMENT_LINE_MEMBERS_BOUGHT,
  RUA_STATEMENT_LINE_HANDED_OUT,
  RUA_STATEMENT_LINE_TRANSPORT,
  RUA_STATEMENT_LINE_FEE,
  RUA_STATEMENT_LINE_RENT,
  RUA_STATEMENT_LINE_ROUNDING,
  RUA_STATEMENT_LINE_SUBSIDY,
} RuaStatementLineType;

#define RUA_TYPE_STATEMENT_LINE_TYPE (rua_statement_line_type_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_statement_line_type_get_type (void);

/**
 * RuaStatementAccount:
 * @RUA_STATEMENT_ACCOUNT_NONE: that of the receiver
 * @RUA_STATEMENT_ACCOUNT_TRANSPORT: whoever carries the goods
 * @RUA_STATEMENT_ACCOUNT_SOLIDARITY: the alliance's solidarity account
 * @RUA_STATEMENT_ACCOUNT_UNKNOWN: buyers, producers and payees of fees who are not on record
 *
 * Whose money a statement without a receiver on record tells.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_STATEMENT_ACCOUNT_NONE,
  RUA_STATEMENT_ACCOUNT_TRANSPORT,
  RUA_STATEMENT_ACCOUNT_SOLIDARITY,
  RUA_STATEMENT_ACCOUNT_UNKNOWN,
} RuaStatementAccount;

#define RUA_TYPE_STATEMENT_ACCOUNT (rua_statement_account_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_statement_account_get_type (void);

#define RUA_TYPE_STATEMENT (rua_statement_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaStatement, rua_statement, RUA, STATEMENT, GObject)

#define RUA_TYPE_STATEMENT_LINE (rua_statement_line_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaStatementLine, rua_statement_line, RUA, STATEMENT_LINE, GObject)

RUA_AVAILABLE_IN_1_0
GListModel *rua_clearing_list_statements (RuaClearing *self);
RUA_AVAILABLE_IN_1_0
RuaStatement *rua_clearing_find_statement (RuaClearing *self, RuaRecord *receiver);

RUA_AVAILABLE_IN_1_0
RuaClearing *rua_statement_get_clearing (RuaStatement *self);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_statement_dup_receiver (RuaStatement *self);
RUA_AVAILABLE_IN_1_0
RuaStatementAccount rua_statement_get_account (RuaStatement *self);
RUA_AVAILABLE_IN_1_0
char *rua_statement_dup_file_name (RuaStatement *self);
RUA_AVAILABLE_IN_1_0
gint64 rua_statement_get_balance (RuaStatement *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_statement_list_lines (RuaStatement *self);

RUA_AVAILABLE_IN_1_0
RuaStatementLineType rua_statement_line_get_line_type (RuaStatementLine *self);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_statement_line_dup_subject (RuaStatementLine *self);
RUA_AVAILABLE_IN_1_0
RuaProduct *rua_statement_line_dup_product (RuaStatementLine *self);
RUA_AVAILABLE_IN_1_0
RuaHub *rua_statement_line_dup_hub (RuaStatementLine *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_statement_line_get_asked (RuaStatementLine *self, gint64 *quantity);
RUA_AVAILABLE_IN_1_0
gboolean rua_statement_line_get_quantity (RuaStatementLine *self, gint64 *quantity);
RUA_AVAILABLE_IN_1_0
gboolean rua_statement_line_get_unit_price (RuaStatementLine *self, gint64 *minor);
RUA_AVAILABLE_IN_1_0
gint64 rua_statement_line_get_amount (RuaStatementLine *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_statement_line_get_counts (RuaStatementLine *self);
RUA_AVAILABLE_IN_1_0
char *rua_statement_line_dup_reason (RuaStatementLine *self);

G_END_DECLS
