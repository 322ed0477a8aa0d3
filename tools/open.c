/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <unistd.h>

RuaStore *
command_open_store (const char *file, gboolean stranger, GError **error)
{
  g_autoptr (RuaLimits) limits = command_get_limits () != NULL ? rua_limits_new_from_text (command_get_limits (), error) : NULL;

  if (command_get_limits () != NULL && limits == NULL)
    return NULL;
  return rua_store_open (file, stranger ? RUA_STORE_STRANGER : RUA_STORE_NONE, limits, NULL, error);
}

typedef struct {
  GMainLoop *loop;
  RuaAlliance *alliance;
  GError *error;
} Waiting;

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->alliance = rua_store_load_finish (RUA_STORE (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

/* Where somebody watches, in a thread, so that there is something to see. */
RuaAlliance *
command_load (RuaStore *store, GError **error)
{
  g_autoptr (RuaProgress) progress = command_progress_of ("Reading");
  Waiting waiting = { NULL };

  if (!isatty (STDERR_FILENO))
    return rua_store_load (store, NULL, NULL, error);
  waiting.loop = g_main_loop_new (NULL, FALSE);
  rua_store_load_async (store, progress, NULL, on_loaded, &waiting);
  g_main_loop_run (waiting.loop);
  g_main_loop_unref (waiting.loop);
  command_progress (NULL);
  if (waiting.error != NULL)
    g_propagate_error (error, waiting.error);
  return waiting.alliance;
}

RuaAlliance *
command_open (const char *file, GError **error)
{
  g_autoptr (RuaStore) store = command_open_store (file, FALSE, error);

  return store != NULL ? command_load (store, error) : NULL;
}
