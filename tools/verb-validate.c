/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <stdio.h>

static int
run (int argc, char **argv)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GListModel) faults = NULL;
  g_autoptr (GError) error = NULL;
  guint n;
  int status;

  if (!command_parse (&verb_validate, NULL, &argc, &argv, 1, 1, &status))
    return status;
  command_progress ("Reading");
  bytes = command_read (argv[1], &error);
  faults = bytes ? rua_alliance_validate_json (bytes, argv[1], NULL, &error) : NULL;
  if (!faults)
    return command_fail (&verb_validate, error);
  command_progress (NULL);
  n = g_list_model_get_n_items (faults);
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaFault) fault = g_list_model_get_item (faults, i);
    g_autofree char *text = rua_fault_to_string (fault), *line = command_one_line (text);

    puts (line);
  }
  return command_finish (&verb_validate, n ? STATUS_SEE_TO : STATUS_DONE);
}

const Verb verb_validate = {
  "validate", "FILE", "List every fault of a document: schema, references, required values",
  "One fault a line on standard output; nothing when all is well.\n"
  "Exit status 0 when there is no fault, 1 when there is any.\n\n"
  "Example:\n  ruralalliance validate examples/rural-urban-alliance.json", run,
};
