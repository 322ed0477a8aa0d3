/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

static void
print_export (RuaExport *export)
{
  const char *purpose = rua_export_get_purpose (export), *filter = rua_export_get_filter (export), *digest = rua_export_get_digest (export);
  gint64 n = 0;
  g_autofree char *text = NULL, *line = NULL;

  rua_export_get_n_records (export, &n);
  text = g_strdup_printf ("%s %s %s: %s%s%s, %" G_GINT64_FORMAT " records%s%s%s%s", rua_record_get_id (RUA_RECORD (export)), rua_export_get_exported_at (export),
                          rua_export_get_exported_by (export), rua_export_get_what (export), filter ? " where " : "", filter ? filter : "", n,
                          purpose ? ", for " : "", purpose ? purpose : "", digest ? ", SHA-256 " : "", digest ? digest : "");
  line = command_one_line (text);
  g_print ("%s\n", line);
}

static int
run (int argc, char **argv)
{
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  RuaTable *table;
  int status;
  const GOptionEntry entries[] = { { NULL } };

  if (!command_parse (&verb_exports, entries, &argc, &argv, 1, 1, &status))
    return status;
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_exports, error);
  table = rua_alliance_get_exports (alliance);
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) export = rua_table_dup_record (table, i);

    print_export (RUA_EXPORT (export));
  }
  if (!rua_alliance_check_exports (alliance, &error)) {
    g_printerr ("ruralalliance exports: %s\n", error->message);
    return command_finish (&verb_exports, STATUS_SEE_TO);
  }
  return command_finish (&verb_exports, STATUS_DONE);
}

const Verb verb_exports = {
  "exports", "FILE", "List who took what out of an alliance, and check the list",
  "Example:\n  ruralalliance exports examples/rural-urban-alliance.json", run,
};
