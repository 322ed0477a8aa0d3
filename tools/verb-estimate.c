/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* Where the data of a request are: where --data says, else beside the request. */
static char *
folder_of (const char *request, const char *data)
{
  if (data)
    return g_strdup (data);
  return strcmp (request, "-") == 0 ? g_strdup (".") : g_path_get_dirname (request);
}

/* A request that could not even be read has its line like any other, so that lines and requests
 * stay side by side. */
static char *
refuse (const char *message)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);

  json_object_set_string_member (object, "status", "refused");
  json_object_set_string_member (object, "message", message);
  return json_to_string (node, FALSE);
}

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "json", NULL };
  g_autofree char *format = NULL, *data = NULL;
  int status, result = STATUS_DONE;
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &data, "Folder of the data that requests name", "DIR" },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "json (default)", "FORMAT" },
    { NULL },
  };

  if (!command_parse (&verb_estimate, entries, &argc, &argv, 1, G_MAXINT, &status))
    return status;
  if (!command_choose (&verb_estimate, "format", format, formats))
    return STATUS_FAILED;
  for (int i = 1; i < argc; i++) {
    g_autofree char *folder = folder_of (argv[i], data), *line = NULL;
    g_autoptr (GBytes) request = NULL;
    g_autoptr (GError) error = NULL;
    gboolean refused = FALSE;

    request = command_read (argv[i], &error);
    if (request) {
      gsize length;
      const char *text = g_bytes_get_data (request, &length);
      g_autofree char *ended = g_strndup (text ? text : "", length);

      line = rua_estimate_request (ended, folder, &refused, NULL, &error);
    }
    if (!line) {
      result = command_fail (&verb_estimate, error);
      line = refuse (error->message);
    }
    puts (line);
    if (refused)
      result = STATUS_FAILED;
  }
  return command_finish (&verb_estimate, result);
}

const Verb verb_estimate = {
  "estimate", "REQUEST…", "Run one estimator on plain CSV columns, without an alliance",
  "A request is a JSON object with metric, data, columns and options; data is looked\n"
  "up in DIR, else beside the request. Each request prints one JSON object a line.\n"
  "Exit status 2 when any is refused.\n\n"
  "Example:\n  ruralalliance estimate --data tests/conformance/data tests/conformance/cases/count_vec_empty.json", run,
};
