/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-finding.h"
#include "rua-progress.h"
#include "rua-verdict.h"

G_BEGIN_DECLS

#define RUA_TYPE_CHECKER (rua_checker_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaChecker, rua_checker, RUA, CHECKER, GObject)

RUA_AVAILABLE_IN_1_0
RuaChecker *rua_checker_new (RuaAlliance *alliance);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_checker_get_alliance (RuaChecker *self);
RUA_AVAILABLE_IN_1_0
void rua_checker_set_disputed (RuaChecker *self, const char *const *records);
RUA_AVAILABLE_IN_1_0
void rua_checker_set_text (RuaChecker *self, const char *document_id, const char *text);
RUA_AVAILABLE_IN_1_0
void rua_checker_set_public (RuaChecker *self, gboolean is_public, guint min_count);
RUA_AVAILABLE_IN_1_0
gboolean rua_checker_run (RuaChecker *self, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_checker_run_async (RuaChecker *self,
                            GCancellable *cancellable,
                            RuaProgress *progress,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
RUA_AVAILABLE_IN_1_0
gboolean rua_checker_run_finish (RuaChecker *self, GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_checker_list_verdicts (RuaChecker *self);
RUA_AVAILABLE_IN_1_0
RuaVerdict *rua_checker_find_verdict (RuaChecker *self, const char *claim_id);
RUA_AVAILABLE_IN_1_0
guint rua_checker_get_n_verdicts (RuaChecker *self, RuaVerdictType type);
RUA_AVAILABLE_IN_1_0
GListModel *rua_checker_list_findings (RuaChecker *self);
RUA_AVAILABLE_IN_1_0
char **rua_checker_list_rules (void);
RUA_AVAILABLE_IN_1_0
const char *rua_checker_describe_rule (const char *rule);
RUA_AVAILABLE_IN_1_0
char *rua_checker_to_json (RuaChecker *self);

G_END_DECLS
