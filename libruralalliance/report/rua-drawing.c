/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* dladdr */
#include "rua-drawing-private.h"

#include "rua-messages-private.h"
#include "rua-version.h"

#include <dlfcn.h>
#include <gmodule.h>

static const RuaDrawingHost host = {
  .version = RUA_VERSION_STRING,
  .chart_lay_out = rua_chart_lay_out,
  .message_in = rua_message_in,
  .manuscript_get_n_blocks = rua_manuscript_get_n_blocks,
  .manuscript_get_block = rua_manuscript_get_block,
  .picture_colour = rua_picture_colour,
  .picture_free = rua_picture_free,
  .span_is_web_address = rua_span_is_web_address,
  .words_new = rua_words_new,
  .words_free = rua_words_free,
  .words_add = rua_words_add,
  .words_add_link = rua_words_add_link,
  .words_get_n_spans = rua_words_get_n_spans,
  .words_get_span = rua_words_get_span,
  .words_is_empty = rua_words_is_empty,
  .words_to_plain = rua_words_to_plain,
};

/* Beside the library itself, wherever that is: installed, in a wheel, or as it was built. */
static const char *const places[] = { RUA_DRAWING_FOLDER, "." };

static const RuaDrawing *
load (char **why)
{
  Dl_info self;
  g_autofree char *folder = NULL;

  if (dladdr (&host, &self) == 0 || self.dli_fname == NULL) {
    *why = g_strdup ("the library does not find itself");
    return NULL;
  }
  folder = g_path_get_dirname (self.dli_fname);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (folder, places[i], RUA_DRAWING_MODULE, NULL);
    RuaDrawingEnter enter;
    const RuaDrawing *drawing;
    GModule *module;

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    g_free (g_steal_pointer (why));
    module = g_module_open (path, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL);
    if (module == NULL || !g_module_symbol (module, "rua_drawing_enter", (gpointer *) &enter)) {
      *why = g_strdup (g_module_error ());
      continue;
    }
    drawing = enter (&host);
    if (drawing != NULL) {
      g_module_make_resident (module); /* cairo does not go once it is there */
      return drawing;
    }
    *why = g_strdup_printf ("%s is of another version than the library; install both anew", path);
    g_module_close (module);
  }
  if (*why == NULL)
    *why = g_strdup_printf ("%s is not beside the library; build it with -Dcharts=enabled and install it, too", RUA_DRAWING_MODULE);
  return NULL;
}

const RuaDrawing *
rua_drawing_get (GError **error)
{
  static gsize asked = 0;
  static const RuaDrawing *drawing;
  static char *why;

  if (&rua_drawing_table != NULL)
    return &rua_drawing_table;
  if (g_once_init_enter (&asked)) {
    drawing = load (&why);
    g_once_init_leave (&asked, 1);
  }
  if (drawing == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Nothing can be drawn: %s. SVG and HTML need no module", why);
  return drawing;
}
