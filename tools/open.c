/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

RuaAlliance *
command_open (const char *file, GError **error)
{
  command_progress ("Reading");
  return rua_alliance_open (file, NULL, error);
}
