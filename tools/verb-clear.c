/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The round that is asked for; the only one there is where none is, and no date. NULL with @status where there is none such. */
static RuaOrderCycle *
find_cycle (RuaAlliance *alliance, const char *id, const char *date, int *status)
{
  RuaTable *cycles = rua_alliance_get_table (alliance, "order-cycle");
  RuaRecord *found = id != NULL ? rua_table_find (cycles, id) : NULL;

  *status = STATUS_DONE;
  if (id == NULL && date == NULL && rua_table_get_n_records (cycles) == 1)
    return RUA_ORDER_CYCLE (rua_table_dup_record (cycles, 0));
  if (id != NULL && found == NULL)
    *status = command_refuse (&verb_clear, "there is no order cycle '%s'; the file has %u", id, rua_table_get_n_records (cycles));
  else if (id == NULL && date == NULL)
    *status = command_refuse (&verb_clear, "the file has %u order cycles; pick one with --cycle, or a day with --date", rua_table_get_n_records (cycles));
  return (RuaOrderCycle *) found;
}

/* "gains", "equal" and "marginal" are ready; anything else is a file. */
static RuaPolicy *
find_policy (const char *policy, GError **error)
{
  if (strcmp (policy, "gains") == 0)
    return rua_policy_new_greatest_gains ();
  if (strcmp (policy, "equal") == 0)
    return rua_policy_new_equal_shares ();
  if (strcmp (policy, "marginal") == 0)
    return rua_policy_new_marginal_first ();
  return rua_policy_new_from_file (policy, NULL, error);
}

static gboolean
write_page (const char *folder, const char *name, const char *page, gboolean force, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return command_write (path, force, page, -1, error);
}

/* A page each, and index.html that leads to them: who may see one of them need not see that one. */
static gboolean
write_statements (RuaClearing *clearing, const char *folder, const char *language, gboolean force, GError **error)
{
  g_autoptr (GListModel) statements = rua_clearing_list_statements (clearing);
  g_autofree char *index = rua_clearing_statements_to_html (clearing, language);

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "'%s' cannot be made a folder; give another place for the statements", folder);
    return FALSE;
  }
  for (guint i = 0; i < g_list_model_get_n_items (statements); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (statements, i);
    g_autofree char *name = rua_statement_dup_file_name (statement), *page = rua_statement_to_html (statement, language);

    if (!write_page (folder, name, page, force, error))
      return FALSE;
  }
  return write_page (folder, "index.html", index, force, error);
}

/* The list, and all of them one after the other. */
static char *
join_statements (RuaClearing *clearing, const char *language)
{
  g_autoptr (GListModel) statements = rua_clearing_list_statements (clearing);
  g_autofree char *list = rua_clearing_statements_to_text (clearing, language, command_get_width (), command_has_colour ());
  GString *out = g_string_new (list);

  for (guint i = 0; i < g_list_model_get_n_items (statements); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (statements, i);
    g_autofree char *text = rua_statement_to_text (statement, language, command_get_width (), command_has_colour ());

    g_string_append_printf (out, "\n%s", text);
  }
  return g_string_free (out, FALSE);
}

static gboolean
write_alliance (RuaMarket *market, RuaClearing *clearing, const char *place, gboolean delivered, gboolean force, GError **error)
{
  g_autoptr (RuaStore) store = NULL;

  if (!rua_clearing_apply (clearing, error))
    return FALSE;
  if (delivered && (!rua_market_deliver_all (market, error) || !rua_market_book_sales (market, NULL, error)))
    return FALSE;
  store = rua_store_open (place, RUA_STORE_NONE, NULL, NULL, error);
  return store != NULL && rua_store_save (store, rua_market_get_alliance (market), force ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, NULL, error);
}

typedef struct {
  GMainLoop *loop;
  RuaClearing *clearing;
  GError *error;
} Waiting;

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *waiting = data;

  waiting->clearing = rua_market_clear_finish (RUA_MARKET (source), result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

/* Where somebody watches, in a thread, so that there is something to see. */
static RuaClearing *
clear (RuaMarket *market, RuaPolicy *policy, GError **error)
{
  g_autoptr (RuaProgress) progress = command_progress_of ("Clearing");
  Waiting waiting = { NULL };

  if (!isatty (STDERR_FILENO))
    return rua_market_clear (market, policy, NULL, NULL, error);
  waiting.loop = g_main_loop_new (NULL, FALSE);
  rua_market_clear_async (market, policy, progress, NULL, on_cleared, &waiting);
  g_main_loop_run (waiting.loop);
  g_main_loop_unref (waiting.loop);
  command_progress (NULL);
  if (waiting.error != NULL)
    g_propagate_error (error, waiting.error);
  return waiting.clearing;
}

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "text", "json", "html", NULL };
  g_autofree char *policy_name = NULL, *cycle_id = NULL, *date = NULL, *output = NULL, *statements_to = NULL, *format = NULL, *language = NULL, *text = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (RuaPolicy) policy = NULL;
  g_autoptr (RuaOrderCycle) cycle = NULL;
  g_autoptr (RuaMarket) market = NULL;
  g_autoptr (RuaClearing) clearing = NULL;
  g_autoptr (GListModel) shortfalls = NULL;
  g_autoptr (GError) error = NULL;
  gboolean delivered = FALSE, force = FALSE;
  const char *chosen;
  int status;
  const GOptionEntry entries[] = {
    { "policy", 'p', 0, G_OPTION_ARG_FILENAME, &policy_name, "A file of JSON, or gains, equal or marginal", "POLICY" },
    { "cycle", 'c', 0, G_OPTION_ARG_STRING, &cycle_id, "Market round to clear", "ID" },
    { "date", 'd', 0, G_OPTION_ARG_STRING, &date, "Day on which goods are handed out", "DATE" },
    { "write", 'w', 0, G_OPTION_ARG_FILENAME, &output, "Write the alliance with the outcome to this place", "OUT" },
    { "delivered", 0, 0, G_OPTION_ARG_NONE, &delivered, "Record that all was handed out, and book the sales", NULL },
    { "statements", 's', 0, G_OPTION_ARG_FILENAME, &statements_to, "Statements and index.html in this folder; text prints them", "DIR" },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &format, "text (default), json or html", "FORMAT" },
    { "language", 'l', 0, G_OPTION_ARG_STRING, &language, "Language of reasons, names and titles, such as en or zh", "CODE" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over what is there already", NULL },
    { NULL },
  };

  if (!command_parse (&verb_clear, entries, &argc, &argv, 1, 1, &status))
    return status;
  chosen = command_choose (&verb_clear, "format", format, formats);
  if (!chosen)
    return STATUS_FAILED;
  if (delivered && !output)
    return command_refuse (&verb_clear, "--delivered goes with --write");
  if (policy_name && !(policy = find_policy (policy_name, &error)))
    return command_fail (&verb_clear, error);
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_clear, error);
  cycle = find_cycle (alliance, cycle_id, date, &status);
  if (status != STATUS_DONE)
    return status;
  market = rua_market_new (alliance, cycle, date, &error);
  clearing = market ? clear (market, policy, &error) : NULL;
  if (!clearing)
    return command_fail (&verb_clear, error);
  if (output && !write_alliance (market, clearing, output, delivered, force, &error)) {
    if (!force && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_clear, "'%s' is there already; --force writes over it", output);
    return command_fail (&verb_clear, error);
  }
  if (statements_to && strcmp (statements_to, "text") != 0 && !write_statements (clearing, statements_to, language, force, &error))
    return command_fail (&verb_clear, error);
  if (statements_to && strcmp (statements_to, "text") == 0)
    text = join_statements (clearing, language);
  else if (strcmp (chosen, "json") == 0)
    text = rua_clearing_to_json (clearing);
  else if (strcmp (chosen, "html") == 0)
    text = rua_clearing_to_html (clearing, language);
  else
    text = rua_clearing_to_text (clearing, language, command_get_width (), command_has_colour ());
  if (!command_write (NULL, FALSE, text, -1, &error))
    return command_fail (&verb_clear, error);
  shortfalls = rua_clearing_list_shortfalls (clearing);
  return command_finish (&verb_clear, g_list_model_get_n_items (shortfalls) == 0 ? STATUS_DONE : STATUS_SEE_TO);
}

const Verb verb_clear = {
  "clear", "FILE", "Clear a market round: who gets what from whom, at what prices, and why",
  "Without --policy the one that is on record with the round is used. Nothing is\n"
  "written into FILE; --write OUT writes a copy with allocations and shortfalls.\n"
  "Exit status 1 when any order was not met in full.\n\n"
  "Example:\n  ruralalliance clear examples/market-week.json --policy marginal", run,
};
