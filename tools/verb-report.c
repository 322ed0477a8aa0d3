/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>
#include <unistd.h>

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "text", "markdown", "html", "pdf", "json", NULL };
  g_autofree char *format = NULL, *language = NULL, *output = NULL, *text = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaReport) report = NULL;
  g_autoptr (GError) error = NULL;
  gboolean force = FALSE, public = FALSE;
  int min_count = 0;
  const char *chosen;
  int status;
  const GOptionEntry entries[] = {
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default), markdown, html, pdf or json", "FORMAT" },
    { "language", 'l', 0, G_OPTION_ARG_STRING, &language, "Language of the report, names and titles, such as en or zh", "CODE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write to this file", "OUT" },
    { "public", 'p', 0, G_OPTION_ARG_NONE, &public, "Withhold numbers that would disclose somebody", NULL },
    { "min-count", 0, 0, G_OPTION_ARG_INT, &min_count, "Fewest that may stand behind a number", "N" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over OUT where it is there already", NULL },
    { NULL },
  };

  if (!command_parse (&verb_report, entries, &argc, &argv, 1, 1, &status))
    return status;
  chosen = command_choose (&verb_report, "format", format, formats);
  if (!chosen)
    return STATUS_FAILED;
  if (min_count < 0 || (min_count > 0 && !public))
    return command_refuse (&verb_report, "--min-count is a number of at least 1, and goes with --public");
  if (strcmp (chosen, "pdf") == 0 && (!output || strcmp (output, "-") == 0) && isatty (STDOUT_FILENO))
    return command_refuse (&verb_report, "a terminal cannot show a PDF; name a file with --output");
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_report, error);
  command_progress ("Measuring and checking");
  report = rua_report_new (alliance);
  rua_report_set_language (report, language);
  rua_report_set_public (report, public, (guint) min_count);
  if (strcmp (chosen, "pdf") == 0) {
    g_autoptr (GBytes) pages = rua_report_to_pdf (report, &error);
    gsize length = 0;
    const char *bytes = pages ? g_bytes_get_data (pages, &length) : NULL;

    if (!pages || !command_write (output, force, bytes, (gssize) length, &error))
      return command_fail (&verb_report, error);
    return command_finish (&verb_report, STATUS_DONE);
  }
  if (strcmp (chosen, "markdown") == 0)
    text = rua_report_to_markdown (report, &error);
  else if (strcmp (chosen, "html") == 0)
    text = rua_report_to_html (report, &error);
  else if (strcmp (chosen, "json") == 0)
    text = rua_report_to_json (report, &error);
  else
    text = rua_report_to_text (report, output && strcmp (output, "-") != 0 ? 80 : command_get_width (),
                               !output && command_has_colour (), &error);
  if (!text || !command_write (output, force, text, -1, &error))
    return command_fail (&verb_report, error);
  return command_finish (&verb_report, STATUS_DONE);
}

const Verb verb_report = {
  "report", "FILE", "Tell an alliance to people: who, where, what was measured, what holds",
  "Example:\n  ruralalliance report examples/rural-urban-alliance.json", run,
};
