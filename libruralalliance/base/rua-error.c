/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-error.h"

/**
 * rua_error_quark:
 *
 * The domain of [error@RuralAlliance.Error].
 *
 * Returns: the quark of the domain
 *
 * Since: 1.0
 */
G_DEFINE_QUARK (rua-error-quark, rua_error)

GType
rua_error_get_type (void)
{
  static GType type;
  static const GEnumValue values[] = {
    { RUA_ERROR_FAILED, "RUA_ERROR_FAILED", "failed" },
    { RUA_ERROR_SYNTAX, "RUA_ERROR_SYNTAX", "syntax" },
    { RUA_ERROR_VALUE, "RUA_ERROR_VALUE", "value" },
    { RUA_ERROR_MISSING, "RUA_ERROR_MISSING", "missing" },
    { RUA_ERROR_DUPLICATE, "RUA_ERROR_DUPLICATE", "duplicate" },
    { RUA_ERROR_REFERENCE, "RUA_ERROR_REFERENCE", "reference" },
    { RUA_ERROR_UNKNOWN_NAME, "RUA_ERROR_UNKNOWN_NAME", "unknown-name" },
    { RUA_ERROR_UNIT, "RUA_ERROR_UNIT", "unit" },
    { RUA_ERROR_LIMIT, "RUA_ERROR_LIMIT", "limit" },
    { RUA_ERROR_VERSION, "RUA_ERROR_VERSION", "version" },
    { RUA_ERROR_CYCLE, "RUA_ERROR_CYCLE", "cycle" },
    { 0, NULL, NULL },
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("RuaError", values));
  return type;
}
