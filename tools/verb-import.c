/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

/* One CSV file of the command line. */
typedef struct {
  const char *kind;
  const char *file;
  char *mapping;
} Import;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_free (import->mapping);
  g_free (import);
}

/* KIND=MAP.json, or MAP.json where there is one kind only. */
static gboolean
read_mapping (GPtrArray *imports, const char *told, int *status)
{
  const char *equals = strchr (told, '=');
  const char *file = equals ? equals + 1 : told;
  g_autofree char *kind = equals ? g_strndup (told, (gsize) (equals - told)) : NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (kind == NULL && imports->len > 1) {
    *status = command_refuse (&verb_import, "--mapping %s: for which kind? write --mapping KIND=%s", told, told);
    return FALSE;
  }
  for (guint i = 0; i < imports->len; i++) {
    Import *import = g_ptr_array_index (imports, i);

    if (kind && strcmp (import->kind, kind) != 0)
      continue;
    n++;
    g_clear_pointer (&import->mapping, g_free);
    if (!g_file_get_contents (file, &import->mapping, NULL, &error)) {
      *status = command_fail (&verb_import, error);
      return FALSE;
    }
  }
  if (n == 0)
    *status = command_refuse (&verb_import, "--mapping %s: no CSV file of the kind '%s' is imported", told, kind);
  return n > 0;
}

/* Whether a line says that a record is not there which may be in a file that was refused. */
static gboolean
may_be_refused (const char *line, GPtrArray *refused)
{
  if (refused->len > 0 && strstr (line, ": there is no record of this id; ") != NULL)
    return TRUE;
  for (guint i = 0; i < refused->len; i++) {
    g_autofree char *told = g_strdup_printf (": there is no %s of this id; ", (const char *) g_ptr_array_index (refused, i));

    if (strstr (line, told) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* What is wrong with a file, without what may be right once the files before it are. */
static void
gather (GString *all, const char *file, const GError *error, GPtrArray *refused)
{
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);
  gboolean left_out = FALSE;

  for (guint i = 0; lines[i]; i++) {
    if (error->domain == RUA_ERROR && may_be_refused (lines[i], refused)) {
      left_out = TRUE;
      continue;
    }
    /* How many more there are counts those, too. */
    if (left_out && g_str_has_prefix (lines[i], "… and "))
      continue;
    g_string_append_printf (all, "%s%s", all->len ? "\n" : "", lines[i]);
  }
  if (left_out)
    g_string_append_printf (all, "\n%s: references to records of the files above are looked at once those can be read", file);
}

static gboolean
import_all (RuaAlliance *alliance, GPtrArray *imports, GError **error)
{
  g_autoptr (RuaLimits) limits = command_get_limits () ? rua_limits_new_from_text (command_get_limits (), error) : NULL;
  g_autoptr (GPtrArray) refused = g_ptr_array_new (); /* names of kinds */
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GError) first = NULL;

  if (command_get_limits () && !limits)
    return FALSE;
  for (guint i = 0; i < imports->len; i++) {
    const Import *import = g_ptr_array_index (imports, i);
    RuaTable *table = rua_alliance_get_table (alliance, import->kind);
    g_autoptr (GError) local = NULL;

    command_progress ("Importing");
    if (rua_alliance_import_csv (alliance, import->kind, import->file, import->mapping, limits, NULL, NULL, &local))
      continue;
    gather (all, import->file, local, refused);
    if (table != NULL)
      g_ptr_array_add (refused, (gpointer) rua_kind_get_name (rua_table_get_kind (table)));
    if (first == NULL)
      first = g_steal_pointer (&local);
  }
  command_progress (NULL);
  if (first == NULL)
    return TRUE;
  g_set_error_literal (error, first->domain, first->code, all->str);
  return FALSE;
}

static int
run (int argc, char **argv)
{
  g_autofree char *output = NULL;
  g_auto (GStrv) mappings = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GPtrArray) imports = g_ptr_array_new_with_free_func (import_free);
  g_autoptr (GError) error = NULL;
  gboolean force = FALSE;
  int status;
  const GOptionEntry entries[] = {
    { "mapping", 'm', 0, G_OPTION_ARG_STRING_ARRAY, &mappings, "How columns become fields; for one kind of several: KIND=MAP", "MAP" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write the alliance there instead of to standard output", "OUT" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over OUT where it is there already", NULL },
    { NULL },
  };

  if (!command_parse (&verb_import, entries, &argc, &argv, 3, G_MAXINT, &status))
    return status;
  if (argc % 2 != 0)
    return command_refuse (&verb_import, "'%s' is left over; after FILE name a kind and a CSV file, in pairs", argv[argc - 1]);
  for (int i = 2; i < argc; i += 2) {
    Import *import = g_new0 (Import, 1);

    import->kind = argv[i];
    import->file = argv[i + 1];
    g_ptr_array_add (imports, import);
  }
  for (guint i = 0; mappings && mappings[i]; i++)
    if (!read_mapping (imports, mappings[i], &status))
      return status;
  alliance = command_open (argv[1], &error);
  command_progress (NULL);
  if (!alliance || !import_all (alliance, imports, &error)
      || !rua_alliance_save (alliance, output ? output : "-", force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_import, "'%s' is there already; --force writes over it", output);
    return command_fail (&verb_import, error);
  }
  return command_finish (&verb_import, STATUS_DONE);
}

const Verb verb_import = {
  "import", "FILE KIND CSV [KIND CSV…]", "Read CSV files into an alliance, and write it",
  "All records of all files are added, or none: what is wrong is listed with its line.\n"
  "Import kinds in the order in which they refer to one another.\n\n"
  "Example:\n  ruralalliance import examples/rural-urban-alliance.json households examples/register.csv --mapping examples/register-map.json", run,
};
