/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "rua-version.h"

G_BEGIN_DECLS

RUA_AVAILABLE_IN_1_0
guint rua_get_n_threads (void);
RUA_AVAILABLE_IN_1_0
void rua_set_n_threads (guint n_threads);

G_END_DECLS
