/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include "rua-error.h"

G_BEGIN_DECLS

#define RUA_TYPE_FINDING (rua_finding_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaFinding, rua_finding, RUA, FINDING, GObject)

RUA_AVAILABLE_IN_1_0
const char *rua_finding_get_rule (RuaFinding *self);
RUA_AVAILABLE_IN_1_0
const char *const *rua_finding_get_about (RuaFinding *self);
RUA_AVAILABLE_IN_1_0
const char *rua_finding_get_message (RuaFinding *self);
RUA_AVAILABLE_IN_1_0
guint rua_finding_get_line (RuaFinding *self);

G_END_DECLS
