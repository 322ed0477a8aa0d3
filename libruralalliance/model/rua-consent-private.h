/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-consent.h"
#include "rua-table-private.h"

G_BEGIN_DECLS

/* Who agreed to a purpose as of a day: bits by row of the people and of the households. */
typedef struct {
  RuaTable *tables[2];
  guint64 *given[2];
} RuaConsents;

/* FALSE and an error when there is no such purpose, or @date is no day. */
gboolean rua_consents_init (RuaConsents *self, RuaAlliance *alliance, const char *purpose, const char *date, GError **error);
void rua_consents_clear (RuaConsents *self);
/* Of a row of one of the two tables; TRUE in any other. */
gboolean rua_consents_has (const RuaConsents *self, RuaTable *table, guint32 row);

G_END_DECLS
