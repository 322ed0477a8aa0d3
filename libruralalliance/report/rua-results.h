/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-result.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
char *rua_results_to_json (GListModel *results);
RUA_AVAILABLE_IN_1_0
char *rua_results_to_csv (GListModel *results);
RUA_AVAILABLE_IN_1_0
char *rua_results_to_text (GListModel *results, RuaAlliance *alliance, const char *language, guint width, gboolean colour);

G_END_DECLS
