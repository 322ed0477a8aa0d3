/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "columns-seal.h"
#include "rua-alliance-json.h"
#include "rua-fault.h"

#include <string.h>

/* A document is refused with every fault in words, or is an alliance whose document reads as itself, by way of a
 * columnar file, too. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static char *
write_document (RuaAlliance *alliance)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = rua_alliance_to_json (alliance, NULL, &error);

  if (bytes == NULL)
    g_error ("read, and not written: %s", error->message);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static RuaAlliance *
read_document (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "again", NULL, &error);

  if (alliance == NULL)
    g_error ("written, and not read: %s\n%s", error->message, text);
  return alliance;
}

static void
check_faults (GBytes *bytes, gboolean is_refused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) faults = rua_alliance_validate_json (bytes, "fuzz", NULL, &error);
  guint n = faults != NULL ? g_list_model_get_n_items (faults) : 0;

  if (faults == NULL)
    g_error ("no list: %s", error->message);
  if (is_refused && n == 0)
    g_error ("refused without a fault");
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaFault) fault = g_list_model_get_item (faults, i);
    g_autofree char *words = rua_fault_to_string (fault);

    if (!g_utf8_validate (words, -1, NULL))
      g_error ("a fault in no words");
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_new_from_json (bytes, "fuzz", NULL, &error);
  g_autoptr (RuaAlliance) second = NULL, third = NULL;
  g_autoptr (GByteArray) columns = NULL;
  g_autofree char *one = NULL, *two = NULL, *three = NULL;

  check_faults (bytes, alliance == NULL);
  if (alliance == NULL) {
    if (error == NULL || error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL))
      g_error ("no error of ours: %s", error != NULL ? error->message : "none");
    return 0;
  }
  one = write_document (alliance);
  second = read_document (one);
  two = write_document (second);
  if (!g_str_equal (one, two))
    g_error ("%s\nreads as\n%s", one, two);
  columns = columns_write (alliance);
  third = columns_read (columns, &error);
  if (third == NULL)
    g_error ("no columnar file: %s", error->message);
  three = write_document (third);
  if (!g_str_equal (one, three))
    g_error ("%s\nin columns is\n%s", one, three);
  return 0;
}
