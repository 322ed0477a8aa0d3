/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "text", "json", NULL };
  g_autofree char *format = NULL, *language = NULL, *text = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaReport) report = NULL;
  g_autoptr (GListModel) verdicts = NULL;
  g_autoptr (GError) error = NULL;
  RuaChecker *checker;
  const char *chosen;
  guint supported;
  gboolean public = FALSE;
  int min_count = 0;
  int status;
  const GOptionEntry entries[] = {
    { "public", 'p', 0, G_OPTION_ARG_NONE, &public, "Withhold numbers that would disclose somebody", NULL },
    { "min-count", 0, 0, G_OPTION_ARG_INT, &min_count, "Fewest that may stand behind a number", "N" },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default) or json", "FORMAT" },
    { "language", 'l', 0, G_OPTION_ARG_STRING, &language, "Language of reasons, findings and titles, such as en or zh", "CODE" },
    { NULL },
  };

  if (!command_parse (&verb_check, entries, &argc, &argv, 1, 1, &status))
    return status;
  chosen = command_choose (&verb_check, "format", format, formats);
  if (!chosen)
    return STATUS_FAILED;
  if (min_count < 0 || (min_count > 0 && !public))
    return command_refuse (&verb_check, "--min-count is a number of at least 1, and goes with --public");
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_check, error);
  command_progress ("Checking");
  report = rua_report_new (alliance);
  rua_report_set_brief (report, TRUE);
  rua_report_set_public (report, public, (guint) min_count);
  rua_report_set_language (report, language);
  if (!rua_report_compile (report, NULL, &error))
    return command_fail (&verb_check, error);
  checker = rua_report_get_checker (report);
  text = strcmp (chosen, "json") == 0 ? rua_checker_to_json (checker)
                                      : rua_report_to_text (report, command_get_width (), command_has_colour (), &error);
  if (!text || !command_write (NULL, FALSE, text, -1, &error))
    return command_fail (&verb_check, error);
  verdicts = rua_checker_list_verdicts (checker);
  supported = rua_checker_get_n_verdicts (checker, RUA_VERDICT_SUPPORTED);
  return command_finish (&verb_check, supported == g_list_model_get_n_items (verdicts) ? STATUS_DONE : STATUS_SEE_TO);
}

const Verb verb_check = {
  "check", "FILE", "Give the verdict on every claim, and every finding about the document",
  "Exit status 0 when every claim is supported, 1 when any is not.\n\n"
  "Example:\n  ruralalliance check --format json examples/rural-urban-alliance.json", run,
};
