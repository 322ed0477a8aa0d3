/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

#define RUA_TYPE_CATALOGUE (rua_catalogue_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaCatalogue, rua_catalogue, RUA, CATALOGUE, GObject)

RUA_AVAILABLE_IN_1_0
RuaCatalogue *rua_catalogue_new (RuaAlliance *alliance);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_catalogue_get_alliance (RuaCatalogue *self);
RUA_AVAILABLE_IN_1_0
GListModel *rua_catalogue_list_metrics (RuaCatalogue *self);
RUA_AVAILABLE_IN_1_0
RuaMetric *rua_catalogue_find (RuaCatalogue *self, const char *id);
RUA_AVAILABLE_IN_1_0
RuaMetric *rua_catalogue_find_with (RuaCatalogue *self,
                                    const char *id,
                                    const char *parameters,
                                    GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_catalogue_is_ready_made (RuaCatalogue *self, const char *id);
RUA_AVAILABLE_IN_1_0
gboolean rua_catalogue_check (RuaCatalogue *self, const char *id, GError **error);

G_END_DECLS
