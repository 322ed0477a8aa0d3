/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-checker.h"

G_BEGIN_DECLS

#define RUA_TYPE_REPORT (rua_report_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaReport, rua_report, RUA, REPORT, GObject)

RUA_AVAILABLE_IN_1_0
RuaReport *rua_report_new (RuaAlliance *alliance);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_report_get_alliance (RuaReport *self);
RUA_AVAILABLE_IN_1_0
void rua_report_set_language (RuaReport *self, const char *language);
RUA_AVAILABLE_IN_1_0
const char *rua_report_get_language (RuaReport *self);
RUA_AVAILABLE_IN_1_0
void rua_report_set_brief (RuaReport *self, gboolean brief);
RUA_AVAILABLE_IN_1_0
gboolean rua_report_get_brief (RuaReport *self);
RUA_AVAILABLE_IN_1_0
void rua_report_set_public (RuaReport *self, gboolean is_public, guint min_count);
RUA_AVAILABLE_IN_1_0
gboolean rua_report_compile (RuaReport *self, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
RuaChecker *rua_report_get_checker (RuaReport *self);
RUA_AVAILABLE_IN_1_0
char *rua_report_to_text (RuaReport *self, guint width, gboolean colour, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_report_to_markdown (RuaReport *self, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_report_to_html (RuaReport *self, GError **error);
RUA_AVAILABLE_IN_1_0
GBytes *rua_report_to_pdf (RuaReport *self, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_report_to_json (RuaReport *self, GError **error);

G_END_DECLS
