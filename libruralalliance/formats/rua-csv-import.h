/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-limits.h"
#include "rua-progress.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_import_csv (RuaAlliance *self,
                                  const char *kind,
                                  const char *place,
                                  const char *mapping,
                                  RuaLimits *limits,
                                  RuaProgress *progress,
                                  GCancellable *cancellable,
                                  GError **error);
RUA_AVAILABLE_IN_1_0
void rua_alliance_import_csv_async (RuaAlliance *self,
                                    const char *kind,
                                    const char *place,
                                    const char *mapping,
                                    RuaLimits *limits,
                                    RuaProgress *progress,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_import_csv_finish (RuaAlliance *self, GAsyncResult *result, GError **error);

G_END_DECLS
