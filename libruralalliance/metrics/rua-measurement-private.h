/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-measurement.h"

G_BEGIN_DECLS

gboolean rua_measurement_is_running (RuaMeasurement *self);
/* NULL: it is faulty, as the error of its results says. */
const RuaDefinition *rua_measurement_peek_definition (RuaMeasurement *self, guint index);
/* An array of RuaResult; NULL and the error why there are none. A later run makes another array and leaves this one
 * to whoever has a reference. Not while it is running. */
GPtrArray *rua_measurement_peek_results (RuaMeasurement *self, guint index, GError **error);

G_END_DECLS
