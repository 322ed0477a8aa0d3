/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>
#include "rua-version.h"

G_BEGIN_DECLS

#define RUA_ERROR (rua_error_quark ())

/**
 * RuaError:
 * @RUA_ERROR_FAILED: something else went wrong; the message says what
 * @RUA_ERROR_SYNTAX: text that does not follow its grammar (JSON, CSV, an expression)
 * @RUA_ERROR_VALUE: a value that its field, role or option cannot take
 * @RUA_ERROR_MISSING: a required field, column, option or file is not there
 * @RUA_ERROR_DUPLICATE: a key that is already taken
 * @RUA_ERROR_REFERENCE: a reference to a record that does not exist, or a record that is still
 *   referred to
 * @RUA_ERROR_UNKNOWN_NAME: no kind, field, metric, estimator or function has this name
 * @RUA_ERROR_UNIT: quantities that cannot be combined (units, denominators or price bases)
 * @RUA_ERROR_LIMIT: input beyond a limit that protects the process
 * @RUA_ERROR_VERSION: a file of a newer format than this library knows
 * @RUA_ERROR_CYCLE: definitions that need one another
 *
 * What can be wrong with data, definitions and files. Errors of the file system are reported in
 * the domain of [error@Gio.IOErrorEnum], as is a cancelled operation.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_ERROR_FAILED,
  RUA_ERROR_SYNTAX,
  RUA_ERROR_VALUE,
  RUA_ERROR_MISSING,
  RUA_ERROR_DUPLICATE,
  RUA_ERROR_REFERENCE,
  RUA_ERROR_UNKNOWN_NAME,
  RUA_ERROR_UNIT,
  RUA_ERROR_LIMIT,
  RUA_ERROR_VERSION,
  RUA_ERROR_CYCLE,
} RuaError;

RUA_AVAILABLE_IN_1_0
GQuark rua_error_quark (void);

#define RUA_TYPE_ERROR (rua_error_get_type ())

RUA_AVAILABLE_IN_1_0
GType rua_error_get_type (void);

G_END_DECLS
