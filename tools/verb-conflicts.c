/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <string.h>

static char *
dup_name (RuaFact *fact)
{
  return g_strdup_printf ("%s.%" G_GINT64_FORMAT, rua_fact_get_station (fact), rua_fact_get_sequence (fact));
}

static gboolean
is_shown (RuaMergeConflict *conflict, RuaFact *side)
{
  RuaFact *current = rua_merge_conflict_get_current (conflict);

  return current && strcmp (rua_fact_get_station (current), rua_fact_get_station (side)) == 0
         && rua_fact_get_sequence (current) == rua_fact_get_sequence (side);
}

/* What a fact says, in words where it is of the record itself. */
static const char *
value_of (RuaFact *fact)
{
  if (*rua_fact_get_field (fact) == '\0')
    return rua_fact_get_value (fact) ? "there" : "removed";
  return rua_fact_get_value (fact) ? rua_fact_get_value (fact) : "unknown";
}

static void
tell_text (GListModel *conflicts)
{
  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (conflicts, i);
    g_autoptr (GListModel) sides = rua_merge_conflict_list_sides (conflict);
    g_autofree char *told = rua_merge_conflict_to_string (conflict);
    g_autofree char *line = command_one_line (told);

    g_print ("%s\n", line);
    for (guint s = 0; s < g_list_model_get_n_items (sides); s++) {
      g_autoptr (RuaFact) side = g_list_model_get_item (sides, s);
      g_autofree char *name = dup_name (side), *time = rua_fact_dup_time (side), *value = command_one_line (value_of (side));
      g_autofree char *author = rua_fact_get_author (side) ? command_one_line (rua_fact_get_author (side)) : NULL;

      g_print ("  %s %s, %s%s%s: %s\n", is_shown (conflict, side) ? "shown:" : "other:", name, time,
               author ? ", " : "", author ? author : "", value);
    }
  }
}

static void
put_side (JsonBuilder *out, RuaMergeConflict *conflict, RuaFact *side)
{
  g_autofree char *name = dup_name (side), *time = rua_fact_dup_time (side);

  json_builder_begin_object (out);
  command_put_member (out, "fact", name);
  command_put_member (out, "field", rua_fact_get_field (side));
  command_put_member (out, "time", time);
  command_put_member (out, "author", rua_fact_get_author (side));
  command_put_member (out, "value", rua_fact_get_value (side));
  json_builder_set_member_name (out, "shown");
  json_builder_add_boolean_value (out, is_shown (conflict, side));
  json_builder_end_object (out);
}

static void
tell_json (GListModel *conflicts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++) {
    g_autoptr (RuaMergeConflict) conflict = g_list_model_get_item (conflicts, i);
    g_autoptr (GListModel) sides = rua_merge_conflict_list_sides (conflict);

    json_builder_begin_object (builder);
    command_put_member (builder, "type", rua_merge_conflict_type_to_string (rua_merge_conflict_get_conflict_type (conflict)));
    command_put_member (builder, "kind", rua_merge_conflict_get_kind (conflict));
    command_put_member (builder, "key", rua_merge_conflict_get_key (conflict));
    command_put_member (builder, "field", rua_merge_conflict_get_field (conflict));
    json_builder_set_member_name (builder, "sides");
    json_builder_begin_array (builder);
    for (guint s = 0; s < g_list_model_get_n_items (sides); s++) {
      g_autoptr (RuaFact) side = g_list_model_get_item (sides, s);

      put_side (builder, conflict, side);
    }
    json_builder_end_array (builder);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  g_print ("%s\n", text);
}

/* The conflict of which @name is a side, and that side; FALSE when there is none. */
static gboolean
find_side (GListModel *conflicts, const char *name, RuaMergeConflict **conflict, RuaFact **side)
{
  for (guint i = 0; i < g_list_model_get_n_items (conflicts); i++) {
    g_autoptr (RuaMergeConflict) one = g_list_model_get_item (conflicts, i);
    g_autoptr (GListModel) sides = rua_merge_conflict_list_sides (one);

    for (guint s = 0; s < g_list_model_get_n_items (sides); s++) {
      g_autoptr (RuaFact) fact = g_list_model_get_item (sides, s);
      g_autofree char *own = dup_name (fact);

      if (strcmp (own, name) != 0)
        continue;
      *conflict = g_steal_pointer (&one);
      *side = g_steal_pointer (&fact);
      return TRUE;
    }
  }
  return FALSE;
}

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "text", "json", NULL };
  g_autofree char *told_format = NULL, *chosen = NULL, *note = NULL, *author = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GListModel) conflicts = NULL, left = NULL;
  g_autoptr (RuaMergeConflict) conflict = NULL;
  g_autoptr (RuaFact) side = NULL;
  g_autoptr (GError) error = NULL;
  const char *format;
  int status;
  const GOptionEntry entries[] = {
    { "choose", 0, 0, G_OPTION_ARG_STRING, &chosen, "Settle the conflict of which this fact is a side: it holds", "FACT" },
    { "note", 0, 0, G_OPTION_ARG_STRING, &note, "Why it was chosen, for the history", "TEXT" },
    { "author", 0, 0, G_OPTION_ARG_STRING, &author, "Who chose it", "NAME" },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &told_format, "How to tell them: text or json", "FORMAT" },
    { NULL },
  };

  if (!command_parse (&verb_conflicts, entries, &argc, &argv, 1, 1, &status))
    return status;
  format = command_choose (&verb_conflicts, "format", told_format, formats);
  if (!format)
    return STATUS_FAILED;
  if (!chosen && (note || author))
    return command_refuse (&verb_conflicts, "--note and --author go with --choose");
  if (chosen && strcmp (argv[1], "-") == 0)
    return command_refuse (&verb_conflicts, "what is chosen cannot be written to standard input; name a file");
  alliance = command_open (argv[1], &error);
  if (!alliance)
    return command_fail (&verb_conflicts, error);
  if (!rua_alliance_keeps_log (alliance))
    return command_refuse (&verb_conflicts, "'%s' keeps no log, so it holds no conflict; 'ruralalliance enroll' gives it one", argv[1]);
  conflicts = rua_alliance_list_merge_conflicts (alliance);
  if (chosen) {
    if (!find_side (conflicts, chosen, &conflict, &side))
      return command_refuse (&verb_conflicts, "'%s' is a side of no open conflict; without --choose they are listed", chosen);
    rua_alliance_set_author (alliance, author);
    if (!rua_alliance_choose (alliance, conflict, side, note, &error)
        || !rua_alliance_save (alliance, argv[1], RUA_SAVE_REPLACE, NULL, &error))
      return command_fail (&verb_conflicts, error);
  }
  left = rua_alliance_list_merge_conflicts (alliance);
  if (strcmp (format, "json") == 0)
    tell_json (left);
  else
    tell_text (left);
  return command_finish (&verb_conflicts, g_list_model_get_n_items (left) ? STATUS_SEE_TO : STATUS_DONE);
}

const Verb verb_conflicts = {
  "conflicts", "FILE", "List what stations said that does not go together, or choose a side",
  "The side that is shown is what reports and metrics read until one is chosen.\n"
  "Exit status 0 when none is open, 1 when some are.\n\n"
  "Example:\n  ruralalliance conflicts hub.rua", run,
};
