/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "markdown", "json-schema", "sql", "typescript", NULL };
  g_autofree char *format = NULL, *text = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  RuaSchema *schema;
  int status;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "markdown (default), json-schema, sql or typescript", "FORMAT" },
    { NULL },
  };

  if (!command_parse (&verb_schema, entries, &argc, &argv, 0, 0, &status))
    return status;
  if (!command_choose (&verb_schema, "format", format, formats))
    return STATUS_FAILED;
  alliance = rua_alliance_new ();
  schema = rua_alliance_get_schema (alliance);
  if (g_strcmp0 (format, "json-schema") == 0)
    text = rua_schema_to_json_schema (schema);
  else if (g_strcmp0 (format, "sql") == 0)
    text = rua_schema_to_sql (schema);
  else if (g_strcmp0 (format, "typescript") == 0)
    text = rua_schema_to_typescript (schema);
  else
    text = rua_schema_to_markdown (schema);
  if (!command_write (NULL, FALSE, text, -1, &error))
    return command_fail (&verb_schema, error);
  return command_finish (&verb_schema, STATUS_DONE);
}

const Verb verb_schema = {
  "schema", "", "Print the description of the data model: every kind and field",
  "Example:\n  ruralalliance schema --format json-schema", run,
};
