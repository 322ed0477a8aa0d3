/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

RuaAlliance *
command_open (const char *file, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  command_progress ("Reading");
  bytes = command_read (file, error);
  return bytes ? rua_alliance_new_from_json (bytes, file, NULL, error) : NULL;
}
