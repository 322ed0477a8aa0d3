/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_record_export (RuaAlliance *self,
                                     const char *by,
                                     const char *what,
                                     const char *filter,
                                     const char *purpose,
                                     gint64 n_records,
                                     GBytes *output,
                                     GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_check_exports (RuaAlliance *self, GError **error);

G_END_DECLS
