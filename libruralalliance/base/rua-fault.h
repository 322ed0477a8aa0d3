/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-error.h"

G_BEGIN_DECLS

#define RUA_TYPE_FAULT (rua_fault_get_type ())

RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaFault, rua_fault, RUA, FAULT, GObject)

RUA_AVAILABLE_IN_1_0
RuaError rua_fault_get_code (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_file (RuaFault *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_fault_get_line (RuaFault *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_fault_get_column (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_kind (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_key (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_field (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_value (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_message (RuaFault *self);
RUA_AVAILABLE_IN_1_0
const char *rua_fault_get_mend (RuaFault *self);
RUA_AVAILABLE_IN_1_0
char *rua_fault_to_string (RuaFault *self);

G_END_DECLS
