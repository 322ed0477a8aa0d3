/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "rua-version.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
gboolean rua_set_language (const char *language);
RUA_AVAILABLE_IN_1_0
const char *rua_get_language (void);

G_END_DECLS
