/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-result.h"

G_BEGIN_DECLS

#define RUA_TYPE_CHART (rua_chart_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaChart, rua_chart, RUA, CHART, GObject)

RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_intervals (const char *title, GListModel *results, const char *const *labels);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_pairs (const char *title, GListModel *before, GListModel *after, const char *const *labels);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_waterfall (const char *title, GListModel *results, const char *const *labels);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_lorenz (const char *title, GListModel *results, const char *const *labels);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_timeline (const char *title, RuaAlliance *alliance, const char *language);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_places (const char *title, RuaAlliance *alliance, const char *language);
RUA_AVAILABLE_IN_1_0
RuaChart *rua_chart_new_network (const char *title, RuaAlliance *alliance, const char *language);

RUA_AVAILABLE_IN_1_0
const char *rua_chart_get_title (RuaChart *self);
RUA_AVAILABLE_IN_1_0
guint rua_chart_get_n_items (RuaChart *self);
RUA_AVAILABLE_IN_1_0
char *rua_chart_dup_description (RuaChart *self);
RUA_AVAILABLE_IN_1_0
double rua_chart_get_height (RuaChart *self, double width);
RUA_AVAILABLE_IN_1_0
char *rua_chart_to_svg (RuaChart *self, double width);
RUA_AVAILABLE_IN_1_0
GBytes *rua_chart_to_png (RuaChart *self, double width, double scale, GError **error);
RUA_AVAILABLE_IN_1_0
GBytes *rua_chart_to_pdf (RuaChart *self, double width, GError **error);

G_END_DECLS
