/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-plan-private.h"

G_BEGIN_DECLS

/* The estimator sees every row of the groups as it stands, in one pass, and says what it refuses. @figures has room for
 * one a group, all NULL; where FALSE is returned some of them may be there. */
gboolean rua_planned_read_again (RuaPlanned *self,
                                 RuaScanGroup *const *groups,
                                 guint n_groups,
                                 RuaFigures **figures,
                                 GCancellable *cancellable,
                                 GError **error);
/* In the words of the metric. */
void rua_planned_tell_refusal (RuaPlanned *self, const GError *problem, GError **error);

G_END_DECLS
