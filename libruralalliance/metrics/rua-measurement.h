/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-progress.h"
#include "rua-result.h"

G_BEGIN_DECLS

#define RUA_TYPE_MEASUREMENT (rua_measurement_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaMeasurement, rua_measurement, RUA, MEASUREMENT, GObject)

RUA_AVAILABLE_IN_1_0
RuaMeasurement *rua_measurement_new (RuaAlliance *alliance);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_measurement_get_alliance (RuaMeasurement *self);
RUA_AVAILABLE_IN_1_0
guint rua_measurement_add (RuaMeasurement *self,
                           RuaMetric *metric,
                           const char *const *by,
                           const char *where);
RUA_AVAILABLE_IN_1_0
guint rua_measurement_get_n_metrics (RuaMeasurement *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_measurement_run (RuaMeasurement *self,
                              RuaProgress *progress,
                              GCancellable *cancellable,
                              GError **error);
RUA_AVAILABLE_IN_1_0
void rua_measurement_run_async (RuaMeasurement *self,
                                RuaProgress *progress,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
RUA_AVAILABLE_IN_1_0
gboolean rua_measurement_run_finish (RuaMeasurement *self, GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_measurement_list_results (RuaMeasurement *self, guint index, GError **error);

G_END_DECLS
