/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-column.h"
#include "rua-record.h"

G_BEGIN_DECLS

#define RUA_TYPE_TABLE (rua_table_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaTable, rua_table, RUA, TABLE, GObject)

RUA_AVAILABLE_IN_1_0
RuaKind *rua_table_get_kind (RuaTable *self);
RUA_AVAILABLE_IN_1_0
GObject *rua_table_get_owner (RuaTable *self); /* the alliance */
RUA_AVAILABLE_IN_1_0
guint rua_table_get_n_records (RuaTable *self);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_table_dup_record (RuaTable *self, guint position);
RUA_AVAILABLE_IN_1_0
RuaRecord *rua_table_find (RuaTable *self, const char *id);
RUA_AVAILABLE_IN_1_0
gboolean rua_table_add (RuaTable *self, RuaRecord *record, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_table_remove (RuaTable *self, RuaRecord *record, GError **error);
RUA_AVAILABLE_IN_1_0
RuaColumn *rua_table_dup_column (RuaTable *self, const char *field);

/* Rows in bulk: nothing is announced, and nothing checked across rows, until the end. */
#define RUA_TYPE_APPENDER (rua_appender_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaAppender, rua_appender, RUA, APPENDER, GObject)

RUA_AVAILABLE_IN_1_0
RuaAppender *rua_table_append (RuaTable *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_text (RuaAppender *self, guint field, const char *text, gssize length, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_boolean (RuaAppender *self, guint field, gboolean value, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_integer (RuaAppender *self, guint field, gint64 value, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_number (RuaAppender *self, guint field, double value, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_money (RuaAppender *self, guint field, gint64 minor, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_date (RuaAppender *self, guint field, const char *iso, gssize length, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_set_reference (RuaAppender *self, guint field, const char *id, gssize length, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_appender_end_row (RuaAppender *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_appender_commit (RuaAppender *self, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_appender_rollback (RuaAppender *self);

G_END_DECLS
