/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
char *rua_document_read_text (RuaDocument *self, RuaAlliance *alliance, char **digest, GError **error);
RUA_AVAILABLE_IN_1_0
guint rua_document_find_quote (RuaDocument *self, RuaAlliance *alliance, const char *quote, char **nearest, GError **error);

G_END_DECLS
