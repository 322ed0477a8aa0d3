/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-unit.h"

G_BEGIN_DECLS

/* Only things that are counted (household, person): no measure, no time, no money. Plain numbers
 * too. */
gboolean rua_unit_is_count (RuaUnit *self);

G_END_DECLS
