/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-limits.h"
#include "rua-merge.h"
#include "rua-store.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_enroll_station (RuaAlliance *self, const char *station, GError **error);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_enroll_station_part (RuaAlliance *self, const char *station, const char *const *only, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_set_part (RuaAlliance *self, const char *station, const char *const *only, GError **error);
RUA_AVAILABLE_IN_1_0
char **rua_alliance_list_part (RuaAlliance *self, const char *station);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_dismiss_station (RuaAlliance *self, const char *station, GError **error);
RUA_AVAILABLE_IN_1_0
char **rua_alliance_list_stations (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
const char *rua_alliance_get_hub (RuaAlliance *self);
RUA_AVAILABLE_IN_1_0
guint64 rua_alliance_get_n_unsent (RuaAlliance *self);

RUA_AVAILABLE_IN_1_0
GBytes *rua_alliance_export_changes (RuaAlliance *self, const char *to, gint64 after, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_send (RuaAlliance *self,
                            const char *to,
                            gint64 after,
                            const char *place,
                            RuaSaveFlags flags,
                            GCancellable *cancellable,
                            GError **error);

RUA_AVAILABLE_IN_1_0
RuaMerge *rua_alliance_import_changes (RuaAlliance *self,
                                       GBytes *bytes,
                                       const char *name,
                                       RuaLimits *limits,
                                       GCancellable *cancellable,
                                       GError **error);
RUA_AVAILABLE_IN_1_0
RuaMerge *rua_alliance_merge (RuaAlliance *self,
                              const char *const *places,
                              RuaLimits *limits,
                              RuaProgress *progress,
                              GCancellable *cancellable,
                              GError **error);
RUA_AVAILABLE_IN_1_0
void rua_alliance_merge_async (RuaAlliance *self,
                               const char *const *places,
                               RuaLimits *limits,
                               RuaProgress *progress,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
RUA_AVAILABLE_IN_1_0
RuaMerge *rua_alliance_merge_finish (RuaAlliance *self, GAsyncResult *result, GError **error);

G_END_DECLS
