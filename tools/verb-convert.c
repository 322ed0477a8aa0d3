/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <stdio.h>

/* What @to cannot keep of what @from does. */
static void
tell_losses (RuaStore *from, RuaAlliance *alliance, RuaStore *to)
{
  if (!rua_alliance_keeps_log (alliance) || (rua_store_get_features (to) & RUA_STORE_FEATURE_LOG))
    return;
  command_progress (NULL);
  fprintf (stderr, "ruralalliance convert: %s is %s, which keeps no log: who changed what and when stays in %s only\n", rua_store_get_place (to),
           rua_store_get_words (to), rua_store_get_place (from));
}

/* Only whom the purpose may have; whoever does not agree is counted, not named. */
static RuaAlliance *
keep_consented (RuaAlliance *alliance, const char *purpose, const char *on, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_auto (GStrv) left_out = NULL;
  RuaAlliance *copy = rua_alliance_dup_consented (alliance, purpose, on ? on : today, &left_out, NULL, error);

  command_progress (NULL);
  for (char **line = left_out; line && *line; line++)
    fprintf (stderr, "left out, without consent for %s: %s\n", purpose, *line);
  return copy;
}

/* What of it may go to TO. */
static RuaAlliance *
narrow (RuaAlliance *alliance, const char *purpose, const char *on, GBytes *key, char **kinds, gboolean keep_notes, GError **error)
{
  g_autoptr (RuaAlliance) consented = purpose ? keep_consented (alliance, purpose, on, error) : g_object_ref (alliance);

  if (!consented || !key)
    return g_steal_pointer (&consented);
  return rua_alliance_pseudonymise (consented, key, (const char *const *) kinds, keep_notes, NULL, error);
}

static int
run (int argc, char **argv)
{
  g_autoptr (RuaStore) from = NULL, to = NULL;
  g_autoptr (RuaAlliance) alliance = NULL, copy = NULL;
  g_autoptr (GBytes) key = NULL;
  g_autofree char *key_file = NULL, *purpose = NULL, *on = NULL;
  g_auto (GStrv) kinds = NULL;
  g_autoptr (GError) error = NULL;
  gboolean force = FALSE, stranger = FALSE, keep_notes = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "pseudonyms", 0, 0, G_OPTION_ARG_FILENAME, &key_file, "Put keyed hashes in place of names", "KEYFILE" },
    { "kind", 0, 0, G_OPTION_ARG_STRING_ARRAY, &kinds, "With --pseudonyms: of this kind only", "KIND" },
    { "keep-notes", 0, 0, G_OPTION_ARG_NONE, &keep_notes, "With --pseudonyms: keep free texts", NULL },
    { "purpose", 0, 0, G_OPTION_ARG_STRING, &purpose, "Leave out whoever has not consented to this purpose", "PURPOSE" },
    { "on", 0, 0, G_OPTION_ARG_STRING, &on, "With --purpose: as of this day, not today", "DATE" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over TO where it is there already", NULL },
    { "stranger", 0, 0, G_OPTION_ARG_NONE, &stranger, "FROM came from somebody else: read it with all care", NULL },
    { NULL },
  };

  if (!command_parse (&verb_convert, entries, &argc, &argv, 2, 2, &status))
    return status;
  if (!key_file && (kinds || keep_notes))
    return command_refuse (&verb_convert, "--kind and --keep-notes go with --pseudonyms");
  if (!purpose && on)
    return command_refuse (&verb_convert, "--on goes with --purpose");
  /* A key that may not be used is told before anything is read. */
  if (key_file && !(key = rua_pseudonyms_read_key (key_file, g_str_equal (argv[2], "-") ? NULL : argv[2], &error)))
    return command_fail (&verb_convert, error);
  from = command_open_store (argv[1], stranger, &error);
  alliance = from ? command_load (from, &error) : NULL;
  copy = alliance ? narrow (alliance, purpose, on, key, kinds, keep_notes, &error) : NULL;
  to = copy ? rua_store_open (argv[2], RUA_STORE_NONE, NULL, NULL, &error) : NULL;
  if (!to)
    return command_fail (&verb_convert, error);
  command_progress ("Writing");
  if (!rua_store_save (to, copy, force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, NULL, &error)) {
    if (!force && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_convert, "'%s' is there already; --force writes over it", argv[2]);
    return command_fail (&verb_convert, error);
  }
  tell_losses (from, alliance, to);
  return command_finish (&verb_convert, STATUS_DONE);
}

const Verb verb_convert = {
  "convert", "FROM TO", "Copy an alliance from one place to another, in canonical form",
  "TO is an SQLite file where its name ends in .rua, a columnar file in .ruac, a Data\n"
  "Package folder in /, and a JSON document otherwise.\n\n"
  "Example:\n  ruralalliance convert examples/rural-urban-alliance.json -", run,
};
