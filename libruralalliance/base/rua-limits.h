/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-error.h"

G_BEGIN_DECLS

#define RUA_TYPE_LIMITS (rua_limits_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaLimits, rua_limits, RUA, LIMITS, GObject)

RUA_AVAILABLE_IN_1_0
RuaLimits *rua_limits_new (void);
RUA_AVAILABLE_IN_1_0
RuaLimits *rua_limits_new_from_text (const char *text, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_limits_to_text (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_limits_get_bytes (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
void rua_limits_set_bytes (RuaLimits *self, guint64 bytes);
RUA_AVAILABLE_IN_1_0
guint rua_limits_get_depth (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
void rua_limits_set_depth (RuaLimits *self, guint depth);
RUA_AVAILABLE_IN_1_0
guint rua_limits_get_columns (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
void rua_limits_set_columns (RuaLimits *self, guint columns);
RUA_AVAILABLE_IN_1_0
guint rua_limits_get_cell (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
void rua_limits_set_cell (RuaLimits *self, guint cell);
RUA_AVAILABLE_IN_1_0
guint rua_limits_get_rows (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
void rua_limits_set_rows (RuaLimits *self, guint rows);
RUA_AVAILABLE_IN_1_0
double rua_limits_get_seconds (RuaLimits *self);
RUA_AVAILABLE_IN_1_0
void rua_limits_set_seconds (RuaLimits *self, double seconds);

G_END_DECLS
