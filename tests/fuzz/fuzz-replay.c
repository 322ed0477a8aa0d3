/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <glib.h>

/* Runs a fuzz target once on each file of the folder that is named, and prints TAP. What fails
 * ends the program. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = argc > 1 ? g_dir_open (argv[1], 0, &error) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (folder == NULL)
    g_error ("%s", error != NULL ? error->message : "name a folder of inputs");
  while ((name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_print ("1..%u\n", names->len);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (argv[1], g_ptr_array_index (names, i), NULL);
    g_autofree char *data = NULL;
    gsize size;

    if (!g_file_get_contents (path, &data, &size, &error))
      g_error ("%s", error->message);
    LLVMFuzzerTestOneInput ((const guint8 *) data, size);
    g_print ("ok %u %s\n", i + 1, (const char *) g_ptr_array_index (names, i));
  }
  return names->len > 0 ? 0 : 1;
}
