/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PROGRAM "ruralalliance"
#define NO_LIMIT G_MAXINT

void
command_put_member (JsonBuilder *out, const char *name, const char *text)
{
  json_builder_set_member_name (out, name);
  if (text)
    json_builder_add_string_value (out, text);
  else
    json_builder_add_null_value (out);
}

/* Messages may quote text of a document; one line of a terminal is all they get. */
char *
command_one_line (const char *message)
{
  GString *out = g_string_new (NULL);

  for (const char *p = message; *p; p++) {
    guchar c = (guchar) *p;

    if (c == '\n')
      g_string_append (out, p[1] ? "; " : "");
    else
      g_string_append_c (out, c < 0x20 || c == 0x7F ? ' ' : *p);
  }
  return g_string_free (out, FALSE);
}

static int
complain (const Verb *verb, const char *message)
{
  g_autofree char *line = command_one_line (message);

  command_progress (NULL);
  fprintf (stderr, PROGRAM "%s%s: %s\n", verb ? " " : "", verb ? verb->name : "", line);
  return STATUS_FAILED;
}

int
command_fail (const Verb *verb, const GError *error)
{
  g_auto (GStrv) faults = g_strsplit (error->message, "\n", -1);

  complain (verb, faults[0] ? faults[0] : "");
  /* Set in, so that none looks like the program's own words. */
  for (guint i = 1; faults[0] && faults[i]; i++) {
    g_autofree char *line = command_one_line (faults[i]);

    if (*line)
      fprintf (stderr, "  %s\n", line);
  }
  return STATUS_FAILED;
}

int
command_refuse (const Verb *verb, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return complain (verb, message);
}

static char *limits;

const char *
command_get_limits (void)
{
  return limits;
}

gboolean
command_parse (const Verb *verb, const GOptionEntry *entries, int *argc, char ***argv, int least, int most, int *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (verb->arguments);
  g_autoptr (GError) error = NULL;
  gboolean help = FALSE;
  const GOptionEntry own[] = {
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL },
    { NULL },
  };
  const GOptionEntry reading[] = {
    { "limits", 0, 0, G_OPTION_ARG_STRING, &limits, "What is too much: bytes, depth, columns, cell, rows, seconds", "NAME=VALUE,…" },
    { NULL },
  };

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_summary (context, verb->summary);
  g_option_context_set_description (context, verb->description);
  if (entries)
    g_option_context_add_main_entries (context, entries, NULL);
  if (verb != &verb_schema && verb != &verb_estimate)
    g_option_context_add_main_entries (context, reading, NULL);
  g_option_context_add_main_entries (context, own, NULL);
  if (!g_option_context_parse (context, argc, argv, &error)) {
    *status = command_refuse (verb, "%s; '" PROGRAM " %s --help' shows what there is", error->message, verb->name);
    return FALSE;
  }
  if (help) {
    g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);

    fputs (text, stdout);
    *status = command_finish (verb, STATUS_DONE);
    return FALSE;
  }
  /* After "--" names may begin with a dash; the mark itself is no argument. */
  if (*argc > 1 && strcmp ((*argv)[1], "--") == 0) {
    memmove (*argv + 1, *argv + 2, (gsize) (*argc - 1) * sizeof (char *));
    (*argc)--;
  }
  for (int i = 1; i < *argc; i++)
    if ((*argv)[i][0] == '\0') {
      *status = command_refuse (verb, "argument %d is empty; usage: " PROGRAM " %s %s", i, verb->name, verb->arguments);
      return FALSE;
    }
  if (*argc - 1 < least || *argc - 1 > most) {
    *status = command_refuse (verb, "%s; usage: " PROGRAM " %s %s", *argc - 1 < least ? "there are too few arguments" : "there are too many arguments", verb->name, verb->arguments);
    return FALSE;
  }
  return TRUE;
}

const char *
command_choose (const Verb *verb, const char *option, const char *value, const char *const *choices)
{
  g_autofree char *all = NULL;

  if (!value)
    return choices[0];
  for (guint i = 0; choices[i]; i++)
    if (strcmp (choices[i], value) == 0)
      return choices[i];
  all = g_strjoinv (", ", (char **) choices);
  command_refuse (verb, "--%s %s is not known; choose from %s", option, value, all);
  return NULL;
}

static GBytes *
read_stream (GInputStream *stream, GError **error)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) < 0)
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

GBytes *
command_read (const char *file, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (strcmp (file, "-") == 0) {
    g_autoptr (GInputStream) in = g_unix_input_stream_new (STDIN_FILENO, FALSE);
    GBytes *bytes = read_stream (in, error);

    if (!bytes)
      g_prefix_error (error, "standard input: ");
    return bytes;
  }
  if (!g_file_get_contents (file, &text, &length, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&text), length);
}

/* ---- writing ---- */

static gboolean
write_new (GFile *file, const char *text, gsize length, GError **error)
{
  g_autoptr (GFileOutputStream) out = g_file_create (file, G_FILE_CREATE_NONE, NULL, error);

  if (!out)
    return FALSE;
  if (g_output_stream_write_all (G_OUTPUT_STREAM (out), text, length, NULL, NULL, error)
      && g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error))
    return TRUE;
  g_file_delete (file, NULL, NULL);
  return FALSE;
}

gboolean
command_write (const char *output, gboolean force, const char *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;

  if (!output || strcmp (output, "-") == 0) {
    command_progress (NULL);
    fwrite (text, 1, size, stdout);
    return TRUE;
  }
  if (force) {
    g_autoptr (GError) local = NULL;

    if (g_file_set_contents_full (output, text, (gssize) size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, &local))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  } else {
    g_autoptr (GFile) file = g_file_new_for_commandline_arg (output);
    g_autoptr (GError) local = NULL;

    if (write_new (file, text, size, &local))
      return TRUE;
    if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS))
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "'%s' is there already; --force writes over it", output);
    else
      g_set_error (error, G_IO_ERROR, local->code, "'%s' could not be written: %s", output, local->message);
    return FALSE;
  }
}

int
command_finish (const Verb *verb, int status)
{
  command_progress (NULL);
  if (fflush (stdout) != 0 || ferror (stdout))
    return command_refuse (verb, "standard output could not be written: %s", g_strerror (errno));
  return status;
}

/* ---- terminals ---- */

void
command_progress (const char *what)
{
  static gboolean shown;

  if (!isatty (STDERR_FILENO))
    return;
  if (what)
    fprintf (stderr, "\r%s …\033[K", what);
  else if (shown)
    fputs ("\r\033[K", stderr);
  shown = what != NULL;
  fflush (stderr);
}

static void
on_fraction (RuaProgress *progress, GParamSpec *pspec, gpointer what)
{
  g_autofree char *text = g_strdup_printf ("%s: %.0f %%", (const char *) what, 100 * rua_progress_get_fraction (progress));

  command_progress (text);
}

RuaProgress *
command_progress_of (const char *what)
{
  RuaProgress *progress = rua_progress_new ();

  command_progress (what);
  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_fraction), (gpointer) what);
  return progress;
}

/* Long lines tire the eye, however wide the terminal. */
guint
command_get_width (void)
{
  const char *told = g_getenv ("COLUMNS");
  struct winsize size;
  guint64 columns = 80;

  if (isatty (STDOUT_FILENO) && ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
    columns = size.ws_col;
  else if (told && !g_ascii_string_to_unsigned (told, 10, 1, 10000, &columns, NULL))
    columns = 80;
  return (guint) CLAMP (columns, 40, 100);
}

gboolean
command_has_colour (void)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  return isatty (STDOUT_FILENO) && !(no_colour && *no_colour) && g_strcmp0 (g_getenv ("TERM"), "dumb") != 0;
}
