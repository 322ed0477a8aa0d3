/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "document-case.h"

#include "rua-alliance-json.h"

#include <string.h>

RuaAlliance *
case_read (const char *text, GError **error)
{
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  return rua_alliance_new_from_json (json, "test.json", NULL, error);
}

char *
case_things (const char *records)
{
  return g_strdup_printf (CASE_HEAD ",\n" TITLE ",\n" THING_SCHEMA ",\n  \"things\": [\n%s\n  ]\n}\n", records);
}
