/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_has_consent (RuaAlliance *self, RuaRecord *subject, const char *purpose, const char *date, GError **error);

G_END_DECLS
