/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-place.h"

#include "../fault-case.h"
#include "rua-alliance-json.h"
#include "rua-error.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static char *folder;

static void
leave (void)
{
  fault_remove (folder);
}

const char *
fuzz_place_empty (void)
{
  if (folder == NULL) {
    folder = fault_make_folder ();
    atexit (leave);
    return folder;
  }
  fault_remove (folder);
  if (g_mkdir (folder, 0700) != 0)
    g_error ("%s cannot be made", folder);
  return folder;
}

void
fuzz_place_open (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = rua_alliance_open (path, NULL, &error), again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *one = NULL, *two = NULL;

  if (alliance == NULL) {
    if (error == NULL || (error->domain != RUA_ERROR && error->domain != G_IO_ERROR) || !g_utf8_validate (error->message, -1, NULL))
      g_error ("no error of ours: %s", error != NULL ? error->message : "none");
    return;
  }
  one = fault_document (alliance);
  bytes = g_bytes_new (one, strlen (one));
  again = rua_alliance_new_from_json (bytes, "again", NULL, &error);
  if (again == NULL)
    g_error ("opened, and its document is none: %s", error->message);
  two = fault_document (again);
  if (!g_str_equal (one, two))
    g_error ("%s\nreads as\n%s", one, two);
}
