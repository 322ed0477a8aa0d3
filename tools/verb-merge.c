/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command.h"

#include <stdio.h>
#include <string.h>

/* Over a base: all of them one after the other. What disagrees is kept in the last of @merges. */
static gboolean
merge_base (RuaAlliance *mine, const char *base_file, char **theirs, GPtrArray *merges, GError **error)
{
  g_autoptr (RuaAlliance) base = command_open (base_file, error);

  for (guint i = 0; base && theirs[i]; i++) {
    g_autoptr (RuaAlliance) other = command_open (theirs[i], error);
    RuaMerge *merge = other ? rua_alliance_merge_base (mine, base, other, theirs[i], NULL, error) : NULL;

    if (!merge)
      return FALSE;
    g_ptr_array_add (merges, merge);
    if (!rua_merge_is_done (merge))
      return TRUE;
  }
  return base != NULL;
}

static gboolean
merge_facts (RuaAlliance *mine, char **theirs, GPtrArray *merges, GError **error)
{
  g_autoptr (RuaLimits) limits = command_get_limits () ? rua_limits_new_from_text (command_get_limits (), error) : NULL;
  g_autoptr (RuaProgress) progress = command_progress_of ("Merging");
  RuaMerge *merge;

  if (command_get_limits () && !limits)
    return FALSE;
  merge = rua_alliance_merge (mine, (const char *const *) theirs, limits, progress, NULL, error);
  command_progress (NULL);
  if (merge)
    g_ptr_array_add (merges, merge);
  return merge != NULL;
}

typedef struct {
  guint n_new, n_known, n_conflicts;
  gboolean is_done;
} Sum;

static Sum
add_up (GPtrArray *merges)
{
  Sum sum = { .is_done = TRUE };

  for (guint i = 0; i < merges->len; i++) {
    g_autoptr (GListModel) disagreements = rua_merge_list_disagreements (merges->pdata[i]);

    sum.n_new += rua_merge_get_n_new (merges->pdata[i]);
    sum.n_known += rua_merge_get_n_known (merges->pdata[i]);
    sum.is_done &= rua_merge_is_done (merges->pdata[i]);
    sum.n_conflicts += g_list_model_get_n_items (disagreements) + rua_merge_get_n_conflicts (merges->pdata[i]);
  }
  return sum;
}

static void
put_line (GString *out, char *text)
{
  g_autofree char *told = text;
  g_autofree char *line = command_one_line (told);

  g_string_append_printf (out, "%s\n", line);
}

static void
tell_text (GString *out, GPtrArray *merges, const Sum *sum, gboolean is_over_base)
{
  for (guint i = 0; i < merges->len; i++) {
    g_autoptr (GListModel) disagreements = rua_merge_list_disagreements (merges->pdata[i]);
    g_auto (GStrv) remarks = rua_merge_list_remarks (merges->pdata[i]);

    for (guint d = 0; d < g_list_model_get_n_items (disagreements); d++) {
      g_autoptr (RuaDisagreement) one = g_list_model_get_item (disagreements, d);

      put_line (out, rua_disagreement_to_string (one));
    }
    for (guint r = 0; remarks[r]; r++)
      put_line (out, g_strdup (remarks[r]));
  }
  if (!sum->is_done)
    g_string_append_printf (out, "%u in which both were changed: nothing was merged; make them alike, or keep the copies as .rua files of one hub, which hold conflicts\n",
                            sum->n_conflicts);
  else if (is_over_base)
    g_string_append_printf (out, "%u merged, %u changed alike\n", sum->n_new, sum->n_known);
  else
    g_string_append_printf (out, "%u facts came, %u were here already, %u in conflict\n", sum->n_new, sum->n_known, sum->n_conflicts);
}

static void
put_disagreements (JsonBuilder *out, GPtrArray *merges)
{
  for (guint i = 0; i < merges->len; i++) {
    g_autoptr (GListModel) disagreements = rua_merge_list_disagreements (merges->pdata[i]);

    for (guint d = 0; d < g_list_model_get_n_items (disagreements); d++) {
      g_autoptr (RuaDisagreement) one = g_list_model_get_item (disagreements, d);

      json_builder_begin_object (out);
      command_put_member (out, "place", rua_disagreement_get_place (one));
      command_put_member (out, "kind", rua_disagreement_get_kind (one));
      command_put_member (out, "key", rua_disagreement_get_key (one));
      command_put_member (out, "field", rua_disagreement_get_field (one));
      command_put_member (out, "base", rua_disagreement_get_base (one));
      command_put_member (out, "mine", rua_disagreement_get_mine (one));
      command_put_member (out, "theirs", rua_disagreement_get_theirs (one));
      json_builder_end_object (out);
    }
  }
}

static void
tell_json (GString *out, GPtrArray *merges, const Sum *sum)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "done");
  json_builder_add_boolean_value (builder, sum->is_done);
  json_builder_set_member_name (builder, "new");
  json_builder_add_int_value (builder, sum->n_new);
  json_builder_set_member_name (builder, "known");
  json_builder_add_int_value (builder, sum->n_known);
  json_builder_set_member_name (builder, "in_conflict");
  json_builder_add_int_value (builder, sum->n_conflicts);
  json_builder_set_member_name (builder, "disagreements");
  json_builder_begin_array (builder);
  put_disagreements (builder, merges);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "remarks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < merges->len; i++) {
    g_auto (GStrv) remarks = rua_merge_list_remarks (merges->pdata[i]);

    for (guint r = 0; remarks[r]; r++)
      json_builder_add_string_value (builder, remarks[r]);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  g_string_append_printf (out, "%s\n", text);
}

static int
run (int argc, char **argv)
{
  static const char *const formats[] = { "text", "json", NULL };
  g_autofree char *base = NULL;
  g_autofree char *output = NULL;
  g_autofree char *told_format = NULL;
  g_autoptr (RuaAlliance) mine = NULL;
  g_autoptr (GPtrArray) merges = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  const char *format;
  gboolean force = FALSE;
  int status;
  Sum sum;
  const GOptionEntry entries[] = {
    { "base", 'b', 0, G_OPTION_ARG_FILENAME, &base, "What all of them were once: they are merged over that", "BASE" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Write the alliance there instead of to MINE", "OUT" },
    { "force", 0, 0, G_OPTION_ARG_NONE, &force, "Write over OUT where it is there already", NULL },
    { "format", 'f', 0, G_OPTION_ARG_STRING, &told_format, "How to tell what came of it: text or json", "FORMAT" },
    { NULL },
  };

  if (!command_parse (&verb_merge, entries, &argc, &argv, 2, G_MAXINT, &status))
    return status;
  format = command_choose (&verb_merge, "format", told_format, formats);
  if (!format)
    return STATUS_FAILED;
  if (!output && strcmp (argv[1], "-") == 0)
    return command_refuse (&verb_merge, "standard input cannot be written to; say with --output where to write");
  mine = command_open (argv[1], &error);
  if (mine && !base && !rua_alliance_keeps_log (mine))
    return command_refuse (&verb_merge, "'%s' keeps no log, so it can hold no conflict; say with --base what all were once, or enroll it", argv[1]);
  if (!mine || !(base ? merge_base (mine, base, argv + 2, merges, &error) : merge_facts (mine, argv + 2, merges, &error)))
    return command_fail (&verb_merge, error);
  sum = add_up (merges);
  if (sum.is_done && !rua_alliance_save (mine, output ? output : argv[1], force || !output ? RUA_SAVE_REPLACE : RUA_SAVE_NONE, NULL, &error)) {
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS))
      return command_refuse (&verb_merge, "'%s' is there already; --force writes over it", output);
    return command_fail (&verb_merge, error);
  }
  command_progress (NULL);
  if (strcmp (format, "json") == 0)
    tell_json (out, merges, &sum);
  else
    tell_text (out, merges, &sum, base != NULL);
  /* The alliance itself may be what standard output is for. */
  fputs (out->str, output && strcmp (output, "-") == 0 ? stderr : stdout);
  return command_finish (&verb_merge, sum.n_conflicts ? STATUS_SEE_TO : STATUS_DONE);
}

const Verb verb_merge = {
  "merge", "MINE THEIRS…", "Take what others have done into MINE: all of it, or nothing",
  "THEIRS are exchange files (*.ruax) and copies (*.rua) of the same alliance. With --base\n"
  "they can be kept anywhere, and are merged field by field over what all were once; where\n"
  "both were changed otherwise, nothing is written.\n"
  "Exit status 0 when nothing is in conflict, 1 when something is, 2 when nothing was merged.\n\n"
  "Example:\n  ruralalliance merge hub.rua gaopo.ruax baojing.ruax", run,
};
