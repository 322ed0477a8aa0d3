/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measure-rows-private.h"
#include "rua-rows-private.h"

G_BEGIN_DECLS

/* Whether the values of an estimator's key are plain numbers though its others have a unit. */
gboolean rua_measure_is_plain_key (const char *key);
/* What the estimator makes of the unit that the rows have. @plain: of a key that is a plain number. */
RuaUnit *rua_measure_find_unit (const RuaDefinition *definition, const RuaRows *rows, gboolean plain);

G_END_DECLS
