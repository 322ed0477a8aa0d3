/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

static int
run (int argc, char **argv)
{
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  gboolean force = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over TO where it is there already", NULL },
    { NULL },
  };

  if (!command_parse (&verb_convert, entries, &argc, &argv, 2, 2, &status))
    return status;
  alliance = command_open (argv[1], &error);
  command_progress (NULL);
  if (!alliance || !rua_alliance_save (alliance, argv[2], force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_convert, "'%s' is there already; --force writes over it", argv[2]);
    return command_fail (&verb_convert, error);
  }
  return command_finish (&verb_convert, STATUS_DONE);
}

const Verb verb_convert = {
  "convert", "FROM TO", "Copy an alliance from one place to another, in canonical form",
  "Example:\n  ruralalliance convert examples/rural-urban-alliance.json -", run,
};
