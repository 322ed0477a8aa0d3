/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

static int
run (int argc, char **argv)
{
  g_autofree char *to = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  gint64 after = -1;
  gboolean force = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "to", 't', 0, G_OPTION_ARG_STRING, &to, "A station of this hub; else it goes to the hub of this station", "STATION" },
    { "after", 0, 0, G_OPTION_ARG_INT64, &after, "Send all that was made here after this fact, receipt or not", "N" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over OUT where it is there already", NULL },
    { NULL },
  };

  if (!command_parse (&verb_send, entries, &argc, &argv, 2, 2, &status))
    return status;
  if (after < -1)
    return command_refuse (&verb_send, "--after %" G_GINT64_FORMAT ": facts count from 1; 0 sends all", after);
  alliance = command_open (argv[1], &error);
  command_progress (NULL);
  if (!alliance || !rua_alliance_send (alliance, to, after, argv[2], force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_send, "'%s' is there already; --force writes over it", argv[2]);
    return command_fail (&verb_send, error);
  }
  return command_finish (&verb_send, STATUS_DONE);
}

const Verb verb_send = {
  "send", "FILE OUT", "Write what the other side does not have as an exchange file",
  "Of a station: what was done there since the hub's last receipt. Of a hub, with --to: what\n"
  "all others have done, and a receipt. FILE is not changed: until a receipt comes, all is\n"
  "sent again. The other side takes it in with 'merge'.\n\n"
  "Example:\n  ruralalliance send gaopo.rua gaopo.ruax", run,
};
