/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-alliance-json.h"
#include "rua-json-private.h"
#include "rua-report.h"

#include <string.h>

/* A document from a stranger, told to people: the first byte tells how, the rest is the document. Whatever its texts say,
 * they stay texts: no element, no address that runs, no character that moves a terminal. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_page (const char *page)
{
  static const char *const never[]
    = { "<script",           "<img",        "<iframe",         "<object", "<!--",
        "href=\"javascript", "href=\"data", "href=\"vbscript", "\x1b" };
  const char *body = strstr (page, "<body"), *own = body != NULL ? strstr (body, "<script>") : NULL;
  g_autofree char *text = own != NULL ? g_strndup (body, (gsize) (own - body)) : NULL;

  /* One script, our own, is the last that stands in a page. */
  if (text == NULL || strstr (own + 1, "<script") != NULL || strstr (own, "</script>") == NULL)
    g_error ("no page, or one with another script");
  for (guint i = 0; i < G_N_ELEMENTS (never); i++)
    if (strstr (text, never[i]) != NULL)
      g_error ("“%s” stands in\n%s", never[i], text);
}

static void
check_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    g_error ("told in no words");
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if ((c < ' ' && c != '\n') || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069))
      g_error ("the character U+%04X stands in\n%s", c, text);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaReport) report = NULL;
  g_autofree char *text = NULL, *markdown = NULL, *page = NULL, *json = NULL, *canonical = NULL;

  if (size == 0)
    return 0;
  bytes = g_bytes_new (data + 1, size - 1);
  alliance = rua_alliance_new_from_json (bytes, "fuzz", NULL, NULL);
  if (alliance == NULL)
    return 0;
  report = rua_report_new (alliance);
  rua_report_set_language (report, data[0] & 1 ? "zh" : "en");
  rua_report_set_brief (report, (data[0] & 2) != 0);
  if (data[0] & 4)
    rua_report_set_public (report, TRUE, 3);
  if (!rua_report_compile (report, NULL, &error)) {
    if (error == NULL || error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL))
      g_error ("no error of ours: %s", error != NULL ? error->message : "none");
    return 0;
  }
  text = rua_report_to_text (report, data[0] & 8 ? 40 : 100, FALSE, &error);
  markdown = text != NULL ? rua_report_to_markdown (report, &error) : NULL;
  page = markdown != NULL ? rua_report_to_html (report, &error) : NULL;
  json = page != NULL ? rua_report_to_json (report, &error) : NULL;
  if (json == NULL)
    g_error ("compiled, and not told: %s", error->message);
  check_plain (text);
  check_plain (markdown);
  check_plain (page);
  check_page (page);
  canonical = rua_json_canonicalise (json, -1, &error);
  if (canonical == NULL)
    g_error ("no JSON: %s\n%s", error->message, json);
  return 0;
}
