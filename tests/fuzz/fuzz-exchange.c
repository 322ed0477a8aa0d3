/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "../exchange-case.h"

#include <string.h>

/* What a station sends: behind 'r' as it is, behind anything else as lines of JSON, to which length, hash and MAC are
 * put as the station would, so that what lies behind them is reached. It is refused whole, with words, or taken, and
 * then changes nothing the second time. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static GBytes *
seal (const char *text)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) parts = g_strsplit (text, "\n", 200);
  guint8 key[RUA_KEY_LENGTH];

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (lines, g_strdup (parts[i]));
  if (lines->len == 0)
    g_ptr_array_add (lines, g_strdup ("{}"));
  g_ptr_array_add (lines, g_strdup ("")); /* where the trailer comes */
  case_key ("gaopo", key);
  return case_join (lines, key, ZEROS);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (RuaLog) hub = case_log ("hub"), station = case_log ("gaopo");
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *told = NULL;
  guint n_new = 0, n_known = 0, n_before;

  if (size == 0)
    return 0;
  case_introduce (hub, station);
  case_edit (hub, "h9", 2, "1");
  n_before = rua_log_get_n_facts (hub);
  if (data[0] == 'r') {
    bytes = g_bytes_new (data + 1, size - 1);
  } else {
    g_autofree char *text = g_strndup ((const char *) data + 1, size - 1);
    bytes = seal (text);
  }
  if (!case_take (hub, bytes, &n_new, &n_known, &told)) {
    if (rua_log_get_n_facts (hub) != n_before)
      g_error ("refused, and %u facts stay", rua_log_get_n_facts (hub) - n_before);
    if (told == NULL || !g_utf8_validate (told, -1, NULL))
      g_error ("refused in no words");
    return 0;
  }
  if (rua_log_get_n_facts (hub) != n_before + n_new)
    g_error ("%u facts are new, and %u more are there", n_new, rua_log_get_n_facts (hub) - n_before);
  n_new = 0;
  if (!case_take (hub, bytes, &n_new, &n_known, &told))
    g_error ("taken once, and not again: %s", told);
  if (n_new > 0)
    g_error ("%u facts came anew the second time", n_new);
  return 0;
}
