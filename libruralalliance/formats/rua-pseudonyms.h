/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
GBytes *rua_pseudonyms_read_key (const char *path, const char *target, GError **error);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_pseudonymise (RuaAlliance *self,
                                        GBytes *key,
                                        const char *const *kinds,
                                        gboolean keep_notes,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
