/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-result.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
RuaResult *rua_metric_measure (RuaMetric *self,
                               RuaAlliance *alliance,
                               GCancellable *cancellable,
                               GError **error);
RUA_AVAILABLE_IN_1_0
void rua_metric_measure_async (RuaMetric *self,
                               RuaAlliance *alliance,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
RUA_AVAILABLE_IN_1_0
RuaResult *rua_metric_measure_finish (RuaMetric *self, GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_metric_measure_groups (RuaMetric *self,
                                       RuaAlliance *alliance,
                                       GCancellable *cancellable,
                                       GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_metric_measure_by (RuaMetric *self,
                                   RuaAlliance *alliance,
                                   const char *const *by,
                                   const char *where,
                                   GCancellable *cancellable,
                                   GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_metric_measure_public (RuaMetric *self,
                                       RuaAlliance *alliance,
                                       const char *const *by,
                                       const char *where,
                                       guint min_count,
                                       GCancellable *cancellable,
                                       GError **error);

G_END_DECLS
