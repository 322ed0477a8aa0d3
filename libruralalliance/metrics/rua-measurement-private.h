/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-definition-private.h"
#include "rua-measurement.h"
#include "rua-outcome-private.h"

G_BEGIN_DECLS

gboolean rua_measurement_is_running (RuaMeasurement *self);
/* NULL: it is faulty, as the error of its results says. */
const RuaDefinition *rua_measurement_peek_definition (RuaMeasurement *self, guint index);
/* NULL and the error why there is none. A later run makes another one and leaves this to whoever has a reference.
 * Not while it is running. */
RuaOutcome *rua_measurement_peek_outcome (RuaMeasurement *self, guint index, GError **error);
/* Puts another in its place, and takes it over: for tests. Of a metric that was measured. */
void rua_measurement_replace_outcome (RuaMeasurement *self, guint index, RuaOutcome *outcome);

G_END_DECLS
