/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-schema-private.h"

G_BEGIN_DECLS

RuaField *rua_field_new_from_info (const RuaFieldInfo *info, guint index);

G_END_DECLS
