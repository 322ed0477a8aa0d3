/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-estimator-private.h"

G_BEGIN_DECLS

/* Unknown options, types, ranges and tokens; afterwards the getters cannot fail. */
gboolean rua_run_check_options (RuaRun *self, GError **error);

G_END_DECLS
