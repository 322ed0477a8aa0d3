/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-table-private.h"

G_BEGIN_DECLS

void rua_alliance_set_location (RuaAlliance *self, const char *uri);
/* Members of the document that this library does not know: a compact JSON object, or NULL. */
const char *rua_alliance_get_extra (RuaAlliance *self);
void rua_alliance_set_extra (RuaAlliance *self, const char *compact);
/* What the store that the alliance was opened from, or saved to last, remembers of it; NULL for
 * nothing. Shared with snapshots. */
GObject *rua_alliance_get_origin (RuaAlliance *self);
void rua_alliance_set_origin (RuaAlliance *self, GObject *origin);
guint rua_alliance_get_n_tables (RuaAlliance *self);
RuaTable *rua_alliance_get_table_at (RuaAlliance *self, guint index); /* the order of alliance.toml */
/* FALSE and an error: its amounts would have other decimals than those that are on record. */
gboolean rua_alliance_check_currency (RuaAlliance *self, const char *currency, GError **error);
/* Settles the references of every table after bulk loading. */
gboolean rua_alliance_resolve (RuaAlliance *self, RuaFaults *faults);

G_END_DECLS
