/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-version.h"

/**
 * rua_check_version:
 * @major: the major version wanted
 * @minor: the minor version wanted
 * @micro: the micro version wanted
 *
 * Checks at run time that the library in use is compatible with a version.
 *
 * Returns: (nullable): %NULL when it is, otherwise a sentence that says why not
 *
 * Since: 1.0
 */
const char *
rua_check_version (guint major, guint minor, guint micro)
{
  if (major > RUA_MAJOR_VERSION)
    return "libruralalliance is too old: its major version is smaller than the one wanted";
  if (major < RUA_MAJOR_VERSION)
    return "libruralalliance is too new: its major version is greater than the one wanted";
  if (minor > RUA_MINOR_VERSION || (minor == RUA_MINOR_VERSION && micro > RUA_MICRO_VERSION))
    return "libruralalliance is too old: its minor or micro version is smaller than the one wanted";
  return NULL;
}
