/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <stdio.h>

/* What @to cannot keep of what @from does. */
static void
tell_losses (RuaStore *from, RuaStore *to)
{
  if (!(rua_store_get_features (from) & RUA_STORE_FEATURE_LOG) || (rua_store_get_features (to) & RUA_STORE_FEATURE_LOG))
    return;
  command_progress (NULL);
  fprintf (stderr, "ruralalliance convert: %s is %s, which keeps no log: who changed what and when stays in %s only\n", rua_store_get_place (to),
           rua_store_get_words (to), rua_store_get_place (from));
}

static int
run (int argc, char **argv)
{
  g_autoptr (RuaStore) from = NULL, to = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  gboolean force = FALSE, stranger = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over TO where it is there already", NULL },
    { "stranger", 0, 0, G_OPTION_ARG_NONE, &stranger, "FROM came from somebody else: read it with all care", NULL },
    { NULL },
  };

  if (!command_parse (&verb_convert, entries, &argc, &argv, 2, 2, &status))
    return status;
  from = command_open_store (argv[1], stranger, &error);
  alliance = from ? command_load (from, &error) : NULL;
  to = alliance ? rua_store_open (argv[2], RUA_STORE_NONE, NULL, NULL, &error) : NULL;
  if (!to)
    return command_fail (&verb_convert, error);
  command_progress ("Writing");
  if (!rua_store_save (to, alliance, force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, NULL, &error)) {
    if (!force && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_convert, "'%s' is there already; --force writes over it", argv[2]);
    return command_fail (&verb_convert, error);
  }
  tell_losses (from, to);
  return command_finish (&verb_convert, STATUS_DONE);
}

const Verb verb_convert = {
  "convert", "FROM TO", "Copy an alliance from one place to another, in canonical form",
  "TO is an SQLite file where its name ends in .rua, a columnar file in .ruac, a Data\n"
  "Package folder in /, and a JSON document otherwise.\n\n"
  "Example:\n  ruralalliance convert examples/rural-urban-alliance.json -", run,
};
