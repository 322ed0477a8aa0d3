/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"
#include "rua-nearest-private.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

static const Verb *const verbs[] = {
  &verb_report, &verb_check, &verb_measure, &verb_estimate, &verb_explain, &verb_convert, &verb_import, &verb_export, &verb_validate, &verb_schema,
  &verb_erase, &verb_exports, &verb_enroll, &verb_send, &verb_merge, &verb_conflicts, &verb_clear,
};

static void
print_help (void)
{
  puts ("Usage:\n"
        "  ruralalliance VERB [OPTION…] ARGUMENT…\n\n"
        "Measures and proves the impact of a rural-urban alliance: every number is\n"
        "recomputed from records, every sentence of a report checked against them.\n\n"
        "Verbs:");
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    printf ("  %-10s%s\n", verbs[i]->name, verbs[i]->summary);
  puts ("\nOptions:\n"
        "  -h, --help      Show this help; 'ruralalliance VERB --help' explains a verb\n"
        "  --version       Show the version\n\n"
        "FILE is an alliance document (JSON), an SQLite file (.rua), a columnar file (.ruac) or a\n"
        "Data Package folder; - is standard input or output.\n"
        "Exit status: 0 done, 1 done and something to see to, 2 could not be done.\n\n"
        "Example:\n"
        "  ruralalliance report examples/rural-urban-alliance.json");
}

static const Verb *
find_verb (const char *name, int *status)
{
  g_autofree char *mend = NULL;
  RuaNearest nearest;

  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i]->name, name) == 0)
      return verbs[i];
  rua_nearest_init (&nearest, name);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    rua_nearest_offer (&nearest, verbs[i]->name);
  mend = rua_nearest_mend (&nearest, "'ruralalliance --help' lists the verbs");
  *status = command_refuse (NULL, "there is no verb '%s'; %s", name, mend);
  return NULL;
}

int
main (int argc, char **argv)
{
  const Verb *verb;
  int status;

  setlocale (LC_ALL, "");
  /* Numbers are written the same way everywhere. */
  setlocale (LC_NUMERIC, "C");
  g_set_prgname ("ruralalliance");
  if (argc < 2)
    return command_refuse (NULL, "what is to be done? 'ruralalliance --help' lists the verbs");
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0 || strcmp (argv[1], "help") == 0) {
    print_help ();
    return command_finish (NULL, STATUS_DONE);
  }
  if (strcmp (argv[1], "--version") == 0) {
    printf ("ruralalliance %d.%d.%d\n", RUA_MAJOR_VERSION, RUA_MINOR_VERSION, RUA_MICRO_VERSION);
    return command_finish (NULL, STATUS_DONE);
  }
  verb = find_verb (argv[1], &status);
  if (!verb)
    return status;
  {
    g_autofree char *name = g_strdup_printf ("ruralalliance %s", verb->name);

    g_set_prgname (name);
  }
  return verb->run (argc - 1, argv + 1);
}
