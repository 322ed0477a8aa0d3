/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <stdio.h>

static int
run (int argc, char **argv)
{
  g_autoptr (RuaStore) store = NULL;
  g_autoptr (GListModel) faults = NULL;
  g_autoptr (GError) error = NULL;
  gboolean stranger = FALSE;
  guint n;
  int status;
  const GOptionEntry entries[] = {
    { "stranger", 0, 0, G_OPTION_ARG_NONE, &stranger, "FILE came from somebody else: read it with all care", NULL },
    { NULL },
  };

  if (!command_parse (&verb_validate, entries, &argc, &argv, 1, 1, &status))
    return status;
  store = command_open_store (argv[1], stranger, &error);
  command_progress ("Reading");
  faults = store ? rua_store_list_faults (store, NULL, NULL, &error) : NULL;
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
  "validate", "FILE", "List every fault of a place: schema, references, required values",
  "One fault a line on standard output; nothing when all is well.\n"
  "Exit status 0 when there is no fault, 1 when there is any.\n\n"
  "Example:\n  ruralalliance validate examples/rural-urban-alliance.json", run,
};
