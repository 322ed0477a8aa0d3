/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <gio/gunixoutputstream.h>
#include <string.h>
#include <unistd.h>

/* A file that is not finished is not left behind. */
static gboolean
export_to_file (RuaTable *table, const char *output, RuaCsvFlags flags, gboolean force, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);
  g_autoptr (GFileOutputStream) out = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();

  if (force)
    out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);
  else
    out = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, error);
  if (!out)
    return FALSE;
  if (rua_table_write_csv (table, G_OUTPUT_STREAM (out), flags, NULL, error))
    return g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
  /* Closing a replacement that is cancelled leaves what was there. */
  g_cancellable_cancel (stop);
  g_output_stream_close (G_OUTPUT_STREAM (out), stop, NULL);
  if (!force)
    g_file_delete (file, NULL, NULL);
  return FALSE;
}

/* The same bytes that then go out. */
static gboolean
note_export (RuaAlliance *alliance, RuaTable *table, const char *file, const char *who, const char *purpose, RuaCsvFlags flags, GError **error)
{
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GBytes) bytes = NULL;

  if (!rua_table_write_csv (table, out, flags, NULL, error) || !g_output_stream_close (out, NULL, error))
    return FALSE;
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
  return rua_alliance_record_export (alliance, who, rua_kind_get_plural (rua_table_get_kind (table)), NULL, purpose, rua_table_get_n_records (table), bytes, error)
         && rua_alliance_save (alliance, file, RUA_SAVE_REPLACE, NULL, error);
}

static int
run (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *audit = NULL, *purpose = NULL;
  gboolean force = FALSE, mark = FALSE, semicolons = FALSE, done;
  RuaCsvFlags flags;
  RuaTable *table;
  int status;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write there instead of to standard output", "OUT" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over OUT where it is there already", NULL },
    { "mark", 0, 0, G_OPTION_ARG_NONE, &mark, "Begin with a byte order mark, for spreadsheets", NULL },
    { "audit", 0, 0, G_OPTION_ARG_STRING, &audit, "Note in FILE who exports this", "WHO" },
    { "purpose", 0, 0, G_OPTION_ARG_STRING, &purpose, "With --audit: what for", "PURPOSE" },
    { "semicolons", 0, 0, G_OPTION_ARG_NONE, &semicolons, "Separate cells by semicolons", NULL },
    { NULL },
  };

  if (!command_parse (&verb_export, entries, &argc, &argv, 2, 2, &status))
    return status;
  if (purpose && !audit)
    return command_refuse (&verb_export, "--purpose goes with --audit");
  if (audit && (!*audit || strcmp (argv[1], "-") == 0))
    return command_refuse (&verb_export, "%s", *audit ? "standard input cannot keep the record of an export; name a file" : "--audit needs to know who");
  alliance = command_open (argv[1], &error);
  command_progress (NULL);
  if (!alliance)
    return command_fail (&verb_export, error);
  table = rua_alliance_get_table (alliance, argv[2]);
  if (!table)
    return command_refuse (&verb_export, "this alliance has no kind '%s'; 'ruralalliance schema' lists the kinds", argv[2]);
  flags = (mark ? RUA_CSV_MARK : 0) | (semicolons ? RUA_CSV_SEMICOLONS : 0);
  /* What cannot be noted does not go out. */
  if (audit && !note_export (alliance, table, argv[1], audit, purpose, flags, &error))
    return command_fail (&verb_export, error);
  if (output && strcmp (output, "-") != 0) {
    done = export_to_file (table, output, flags, force, &error);
  } else {
    g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);

    done = rua_table_write_csv (table, out, flags, NULL, &error);
  }
  if (!done && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return command_refuse (&verb_export, "'%s' is there already; --force writes over it", output);
  return done ? command_finish (&verb_export, STATUS_DONE) : command_fail (&verb_export, error);
}

const Verb verb_export = {
  "export", "FILE KIND", "Write the records of a kind as CSV",
  "Example:\n  ruralalliance export examples/rural-urban-alliance.json sites", run,
};
