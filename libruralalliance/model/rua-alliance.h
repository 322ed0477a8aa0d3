/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-table.h"
#include "rua-kinds.h"

G_BEGIN_DECLS

#define RUA_TYPE_ALLIANCE (rua_alliance_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaAlliance, rua_alliance, RUA, ALLIANCE, GObject)

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_new (void);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_snapshot (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_is_snapshot (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
RuaSchema *rua_alliance_get_schema (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
RuaProfile *rua_alliance_dup_profile (RuaAlliance *self); /* title, currency, languages … */
RUA_AVAILABLE_IN_1_0
RuaTable *rua_alliance_get_table (RuaAlliance *self, const char *kind); /* name or plural */
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_list_tables (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_add (RuaAlliance *self, RuaRecord *record, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_remove (RuaAlliance *self, RuaRecord *record, GError **error);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_alliance_find (RuaAlliance *self, const char *kind, const char *id);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_add_kind (RuaAlliance *self, RuaKind *kind, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_add_field (RuaAlliance *self, const char *kind, RuaField *field, GError **error);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_alliance_new_record (RuaAlliance *self, const char *kind);
RUA_AVAILABLE_IN_1_0
GListModel *rua_alliance_validate (RuaAlliance *self); /* RuaFault: required, references, plausibility */
RUA_AVAILABLE_IN_1_0
const char *rua_alliance_get_location (RuaAlliance *self); /* the URI it was opened from, or NULL */
RUA_AVAILABLE_IN_1_0
guint rua_alliance_get_currency_digits (RuaAlliance *self);

G_END_DECLS
