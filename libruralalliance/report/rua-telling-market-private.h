/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-manuscript-private.h"
#include "rua-statement.h"
#include "rua-wording-private.h"

G_BEGIN_DECLS

/* What the pages of a market share. */
typedef struct {
  RuaManuscript *manuscript;
  const char *language; /* of names; NULL: the first that was told */
  guint digits;
  char *currency;
} RuaMarketTelling;

void rua_market_telling_init (RuaMarketTelling *self, RuaClearing *clearing, RuaManuscript *manuscript, const char *language);
void rua_market_telling_clear (RuaMarketTelling *self);
char *rua_market_telling_money (RuaMarketTelling *self, gint64 minor);
/* A whole number, thousands apart: never rounded. */
char *rua_market_telling_integer (gint64 value);
char *rua_market_telling_share (double value);
/* Whose statement it is, by name. */
char *rua_market_telling_receiver (RuaMarketTelling *self, RuaStatement *statement);
/* "Market of 5 May 2024. Goods are shared out by the policy “…”. " */
RuaWords *rua_market_telling_market (RuaMarketTelling *self, RuaClearing *clearing);

void rua_telling_clearing (RuaMarketTelling *self, RuaClearing *clearing);
/* All of them in one table, for whoever hands them out. */
void rua_telling_statements (RuaMarketTelling *self, RuaClearing *clearing);
void rua_telling_statement (RuaMarketTelling *self, RuaStatement *statement);

G_END_DECLS
