/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "markdown", NULL };
  g_autofree char *format = NULL, *text = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  int status;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "markdown (default)", "FORMAT" },
    { NULL },
  };

  if (!command_parse (&verb_schema, entries, &argc, &argv, 0, 0, &status))
    return status;
  if (!command_choose (&verb_schema, "format", format, formats))
    return STATUS_FAILED;
  alliance = rua_alliance_new ();
  text = rua_schema_to_markdown (rua_alliance_get_schema (alliance));
  if (!command_write (NULL, FALSE, text, -1, &error))
    return command_fail (&verb_schema, error);
  return command_finish (&verb_schema, STATUS_DONE);
}

const Verb verb_schema = {
  "schema", "", "Print the description of the data model: every kind and field",
  "Example:\n  ruralalliance schema --format markdown", run,
};
