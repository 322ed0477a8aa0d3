/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <glib/gstdio.h>
#include <string.h>

/* The file itself becomes a station. */
static gboolean
enroll_itself (RuaAlliance *alliance, const char *file, const char *name, const char *output, gboolean force, GError **error)
{
  return rua_alliance_enroll (alliance, name, error)
         && rua_alliance_save (alliance, output ? output : file, force || !output ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, error);
}

/* A copy for another one: first the copy, which says when it cannot be written; then who knows of it. */
static gboolean
enroll_other (RuaAlliance *hub, const char *file, const char *name, char **only, const char *output, gboolean force, GError **error)
{
  g_autoptr (RuaAlliance) copy = NULL;

  if (only)
    copy = rua_alliance_enroll_station_part (hub, name, (const char *const *) only, error);
  else
    copy = rua_alliance_enroll_station (hub, name, error);

  if (!copy || !rua_alliance_save (copy, output, force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, error))
    return FALSE;
  if (rua_alliance_save (hub, file, RUA_SAVE_REPLACE, NULL, error))
    return TRUE;
  g_remove (output);
  return FALSE;
}

/* A station that has a part is given another one. */
static gboolean
give_part (RuaAlliance *hub, const char *file, const char *name, char **only, GError **error)
{
  return rua_alliance_set_part (hub, name, (const char *const *) only, error) && rua_alliance_save (hub, file, RUA_SAVE_REPLACE, NULL, error);
}

static gboolean
is_enrolled (RuaAlliance *hub, const char *name)
{
  g_auto (GStrv) stations = rua_alliance_list_stations (hub);

  return g_strv_contains ((const char *const *) stations, name);
}

static int
run (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_auto (GStrv) only = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  gboolean force = FALSE, done, is_new;
  int status;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The station's file", "OUT" },
    { "only", 0, 0, G_OPTION_ARG_STRING_ARRAY, &only, "Give these and what belongs to them; KIND.FIELD=VALUE …", "WHICH" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over OUT where it is there already", NULL },
    { NULL },
  };

  if (!command_parse (&verb_enroll, entries, &argc, &argv, 2, 2, &status))
    return status;
  if (strcmp (argv[1], "-") == 0 || (output && strcmp (output, "-") == 0))
    return command_refuse (&verb_enroll, "stations are kept in files; name them");
  alliance = command_open (argv[1], &error);
  command_progress (NULL);
  if (!alliance)
    return command_fail (&verb_enroll, error);
  is_new = rua_alliance_get_station (alliance) == NULL;
  if (is_new && only)
    return command_refuse (&verb_enroll, "'%s' is no hub yet, and keeps all itself; enroll it first, then the station with --only", argv[1]);
  if (only && !output && is_enrolled (alliance, argv[2])) {
    if (!give_part (alliance, argv[1], argv[2], only, &error))
      return command_fail (&verb_enroll, error);
    return command_finish (&verb_enroll, STATUS_DONE);
  }
  if (!is_new && !output)
    return command_refuse (&verb_enroll, "'%s' is the station '%s' already; say with --output where to write the copy for '%s'", argv[1],
                           rua_alliance_get_station (alliance), argv[2]);
  if (!g_str_has_suffix (output ? output : argv[1], ".rua"))
    return command_refuse (&verb_enroll, "'%s' cannot keep a log; say with --output where to write a .rua file", output ? output : argv[1]);
  done = is_new ? enroll_itself (alliance, argv[1], argv[2], output, force, &error) : enroll_other (alliance, argv[1], argv[2], only, output, force, &error);
  if (!done) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_enroll, "'%s' is there already; --force writes over it", output);
    return command_fail (&verb_enroll, error);
  }
  return command_finish (&verb_enroll, STATUS_DONE);
}

const Verb verb_enroll = {
  "enroll", "FILE NAME", "Give a copy a name under which its changes are kept",
  "Of a FILE without a name it makes the station NAME, in OUT where that is said: the hub.\n"
  "Of a hub it makes a copy for the station NAME in OUT, with a key that both hold, and\n"
  "keeps it in FILE. A station then works offline and exchanges what was done with 'send'\n"
  "and 'merge'.\n\n"
  "With --only the station has a part: 'household.village=gaopo' are the households of a\n"
  "village, what is recorded of them, and what that refers to; 'household=h1' is one of them,\n"
  "'product' all of a kind. It can be said several times. Without --output a station that is\n"
  "enrolled is given another part.\n\n"
  "Example:\n  ruralalliance enroll hub.rua gaopo --output gaopo.rua\n"
  "  ruralalliance enroll hub.rua pingzhai --only cooperative=pingzhai --output pingzhai.rua", run,
};
