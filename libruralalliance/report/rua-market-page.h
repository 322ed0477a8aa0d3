/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-chart.h"
#include "rua-statement.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
char *rua_clearing_to_text (RuaClearing *self, const char *language, guint width, gboolean colour);
RUA_AVAILABLE_IN_1_0
char *rua_clearing_to_html (RuaClearing *self, const char *language);
RUA_AVAILABLE_IN_1_0
char *rua_clearing_statements_to_text (RuaClearing *self, const char *language, guint width, gboolean colour);
RUA_AVAILABLE_IN_1_0
char *rua_clearing_statements_to_html (RuaClearing *self, const char *language);
RUA_AVAILABLE_IN_1_0
char *rua_statement_to_text (RuaStatement *self, const char *language, guint width, gboolean colour);
RUA_AVAILABLE_IN_1_0
char *rua_statement_to_html (RuaStatement *self, const char *language);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_clearings (const char *title, GListModel *clearings, const char *language);

G_END_DECLS
