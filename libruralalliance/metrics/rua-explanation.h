/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include "rua-error.h"

G_BEGIN_DECLS

#define RUA_TYPE_EXPLANATION (rua_explanation_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaExplanation, rua_explanation, RUA, EXPLANATION, GObject)

RUA_AVAILABLE_IN_1_0
RuaExplanation *rua_explanation_new (const char *text);
RUA_AVAILABLE_IN_1_0
const char *rua_explanation_get_text (RuaExplanation *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_explanation_list_children (RuaExplanation *self);
RUA_AVAILABLE_IN_1_0
void rua_explanation_add (RuaExplanation *self, RuaExplanation *child);
RUA_AVAILABLE_IN_1_0
RuaExplanation *rua_explanation_add_text (RuaExplanation *self, const char *text);
RUA_AVAILABLE_IN_1_0
char *rua_explanation_to_string (RuaExplanation *self);

G_END_DECLS
