/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-schema.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
char *rua_schema_to_json_schema (RuaSchema *self);
RUA_AVAILABLE_IN_1_0
char *rua_schema_to_sql (RuaSchema *self);
RUA_AVAILABLE_IN_1_0
char *rua_schema_to_typescript (RuaSchema *self);

G_END_DECLS
