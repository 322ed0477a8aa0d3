/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "told-case.h"

#include <string.h>

#include "rua-alliance-json.h"

char *
told_case_tell (const char *kinds, const char *language)
{
  g_autofree char *json = g_strdup_printf ("{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"Hills\", \"currency\": \"CNY\"},%s}", kinds);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaReport) report = NULL;
  char *text;

  g_strdelimit (json, "'", '"');
  bytes = g_bytes_new (json, strlen (json));
  alliance = rua_alliance_new_from_json (bytes, "hills", NULL, &error);
  if (alliance == NULL)
    g_error ("%s\n%s", error->message, json);
  report = rua_report_new (alliance);
  rua_report_set_language (report, language);
  text = rua_report_to_text (report, 240, FALSE, &error);
  g_assert_no_error (error);
  return text;
}

void
told_case_check (const ToldCase *cases, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = told_case_tell (cases[i].kinds, "en");

    for (guint k = 0; k < G_N_ELEMENTS (cases[i].has) && cases[i].has[k] != NULL; k++)
      if (strstr (text, cases[i].has[k]) == NULL) {
        g_test_message ("“%s” is not said of %s:\n%s", cases[i].has[k], cases[i].kinds, text);
        g_test_fail ();
      }
    for (guint k = 0; k < G_N_ELEMENTS (cases[i].has_not) && cases[i].has_not[k] != NULL; k++)
      if (strstr (text, cases[i].has_not[k]) != NULL) {
        g_test_message ("“%s” is said of %s:\n%s", cases[i].has_not[k], cases[i].kinds, text);
        g_test_fail ();
      }
  }
}
