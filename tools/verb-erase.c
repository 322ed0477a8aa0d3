/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

static int
run (int argc, char **argv)
{
  g_autofree char *reason = NULL, *on = NULL, *author = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (RuaAlliance) alliance = NULL, copy = NULL;
  g_autoptr (RuaRecord) subject = NULL;
  g_auto (GStrv) told = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, "request, withdrawal, retention, mistake or other", "REASON" },
    { "on", 0, 0, G_OPTION_ARG_STRING, &on, "The day to note, where it is not today", "DATE" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who erases, for the log", "NAME" },
    { NULL },
  };

  if (!command_parse (&verb_erase, entries, &argc, &argv, 3, 3, &status))
    return status;
  if (strcmp (argv[1], "-") == 0)
    return command_refuse (&verb_erase, "nothing can be erased from standard input; name a file");
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_erase, error);
  if (!rua_alliance_get_table (alliance, argv[2]))
    return command_refuse (&verb_erase, "this alliance has no kind '%s'; 'ruralalliance schema' lists the kinds", argv[2]);
  if (rua_alliance_keeps_log (alliance)) {
    rua_alliance_set_author (alliance, author);
    if (!rua_alliance_erase (alliance, argv[2], argv[3], reason, on ? on : today, &told, NULL, &error)
        || !rua_alliance_save (alliance, argv[1], RUA_SAVE_REPLACE, NULL, &error))
      return command_fail (&verb_erase, error);
    for (char **line = told; *line; line++)
      g_print ("%s\n", *line);
    g_printerr ("it is erased in the other copies when they take this in: send it to them; backups, exports and exchange files are as they were\n");
    return command_finish (&verb_erase, STATUS_DONE);
  }
  if (author)
    return command_refuse (&verb_erase, "this alliance keeps no log in which to note who erases; enroll it first, or leave out --author");
  subject = rua_alliance_find (alliance, argv[2], argv[3]);
  if (!subject && rua_alliance_was_erased (alliance, argv[2], argv[3]))
    return command_refuse (&verb_erase, "that %s was erased before", argv[2]);
  if (!subject)
    return command_refuse (&verb_erase, "there is no %s of this id", argv[2]);
  copy = rua_alliance_dup_erased (alliance, subject, reason, on ? on : today, &told, NULL, &error);
  if (!copy || !rua_alliance_save (copy, argv[1], RUA_SAVE_REPLACE, NULL, &error))
    return command_fail (&verb_erase, error);
  for (char **line = told; *line; line++)
    g_print ("%s\n", *line);
  g_printerr ("backups, exports and what was sent to others are as they were\n");
  return command_finish (&verb_erase, STATUS_DONE);
}

const Verb verb_erase = {
  "erase", "FILE KIND ID", "Erase somebody from an alliance, and what is recorded about them",
  "Example:\n  ruralalliance erase --help", run,
};
