/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A part of the alliance in a file: kept, sent, and forged. */
#include "part-case.h"
#include "exchange-case.h"
#include "rua-alliance-json.h"
#include "rua-history.h"

#include <glib/gstdio.h>
#include <string.h>

static RuaAlliance *
save_and_open (RuaAlliance *alliance, const char *folder)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.rua", folder, rua_alliance_get_station (alliance));
  GError *error = NULL;
  RuaAlliance *opened;

  g_assert_true (rua_alliance_save (alliance, path, RUA_SAVE_REPLACE, NULL, &error));
  g_assert_no_error (error);
  opened = rua_alliance_open (path, NULL, &error);
  g_assert_no_error (error);
  return opened;
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_remove (path);
  }
  g_rmdir (folder);
}

static gboolean
holds (const char *bytes, gsize length, const char *text)
{
  gsize n = strlen (text);

  for (gsize i = 0; i + n <= length; i++)
    if (memcmp (bytes + i, text, n) == 0)
      return TRUE;
  return FALSE;
}

/* A hub and a station that are opened each time. */
static void
test_kept (void)
{
  g_autofree char *folder = g_dir_make_tmp ("rua-part-XXXXXX", NULL);
  g_autoptr (RuaAlliance) first_hub = case_hub ();
  g_autoptr (RuaAlliance) first = case_enroll (first_hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) hub = save_and_open (first_hub, folder);
  g_autoptr (RuaAlliance) gaopo = save_and_open (first, folder);
  g_autoptr (RuaRecord) income = NULL;
  g_autofree char *path = g_build_filename (folder, "gaopo.rua", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  /* Nothing of the others is in the file. */
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_false (holds (bytes, length, "Familie Vang"));
  g_clear_pointer (&bytes, g_free);
  g_free (path);
  path = g_build_filename (folder, "hub.rua", NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_true (holds (bytes, length, "Familie Vang"));
  income = rua_table_dup_record (rua_alliance_get_table (gaopo, "income"), 0);
  g_assert_true (rua_record_set_money (income, "amount", 800, NULL));
  case_move (hub, "h3", "a");
  for (guint round = 0; round < 2; round++) {
    g_autoptr (RuaAlliance) old_hub = hub, old = gaopo;

    case_exchange (old_hub, old);
    hub = save_and_open (old_hub, folder);
    gaopo = save_and_open (old, folder);
  }
  g_assert_true (case_has (gaopo, "household", "h3"));
  case_assert_part (hub, gaopo, TRUE);
  remove_folder (folder);
}

/* ---- what stands in a file ---- */

static GPtrArray *
copy_lines (GPtrArray *lines)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < lines->len; i++)
    g_ptr_array_add (copy, g_strdup (lines->pdata[i]));
  return copy;
}

static void
refuse (RuaAlliance *to, GPtrArray *lines, const char *message)
{
  static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
  const RuaPeer *hub = rua_roster_find_hub (rua_log_get_roster (rua_alliance_peek_log (to)));
  g_autoptr (GBytes) bytes = case_join (lines, hub->key, zeros);
  g_autoptr (GBytes) was = rua_alliance_to_json (to, NULL, NULL);
  g_autoptr (GBytes) is = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_alliance_import_changes (to, bytes, "b.ruax", NULL, NULL, &error));
  if (!strstr (error->message, message))
    g_error ("%s", error->message);
  is = rua_alliance_to_json (to, NULL, NULL);
  g_assert_true (g_bytes_equal (was, is));
}

static void
test_lines (void)
{
  const struct {
    const char *line, *message;
  } bad[] = {
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[7,{\"weight\":null}]}", "b.ruax:2: a record is not told by its kind, its key, its place and its values" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[-1,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1.5,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[4294967295,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1,{},2]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1]}", "a record is not told by" },
    { "{\"record\":\"\",\"kind\":\"household\",\"before\":[1,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"\",\"before\":[1,{}]}", "a record is not told by" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":{}}", "this is not how such a line goes on" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1, {}]}", "the line is not written in its canonical form" },
    { "{\"record\":\"x\",\"kind\":\"household\"}", "here the member \"before\" has to stand" },
    { "{\"record\":\"x\",\"before\":[1,{}]}", "here the member \"kind\" has to stand" },
    { "{\"record\":\"x\",\"kind\":\"household\",\"before\":[1,{}],\"x\":1}", "this is not how such a line goes on" },
    { "{\"record\":7,\"kind\":\"household\",\"before\":[1,{}]}", "this is not how such a line goes on" },
  };
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (RuaAlliance) whole = case_enroll (hub, "whole", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GBytes) to_whole = NULL;
  g_autoptr (GPtrArray) whole_lines = NULL;

  case_set_weight (hub, "h1", 3);
  bytes = rua_alliance_export_changes (hub, "gaopo", -1, NULL, NULL);
  lines = case_split (bytes);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GPtrArray) forged = copy_lines (lines);

    g_ptr_array_insert (forged, 1, g_strdup (bad[i].line));
    refuse (gaopo, forged, bad[i].message);
  }
  /* Behind facts. */
  g_ptr_array_insert (lines, (gint) lines->len - 1, g_strdup (lines->pdata[1]));
  refuse (gaopo, lines, "a record stands behind facts or changes");
  /* To who has everything. */
  to_whole = rua_alliance_export_changes (hub, "whole", -1, NULL, NULL);
  whole_lines = case_split (to_whole);
  g_ptr_array_insert (whole_lines, 1, g_strdup (lines->pdata[1]));
  refuse (whole, whole_lines, "b.ruax:2: the line is neither a fact nor a change, and not the last one");
}

/* Limits that the receiver sets hold for records as for facts. */
static void
test_limits (void)
{
  g_autoptr (RuaAlliance) hub = case_hub ();
  g_autoptr (RuaAlliance) gaopo = case_enroll (hub, "gaopo", "household.village=a");
  g_autoptr (GBytes) bytes = rua_alliance_export_changes (hub, "gaopo", -1, NULL, NULL);
  g_autoptr (RuaLimits) rows = rua_limits_new ();
  g_autoptr (RuaLimits) cell = rua_limits_new ();
  g_autoptr (GError) error = NULL;

  rua_limits_set_rows (rows, 3);
  g_assert_null (rua_alliance_import_changes (gaopo, bytes, "b.ruax", rows, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "there are more than 3 facts or records"));
  g_clear_error (&error);
  rua_limits_set_cell (cell, 64);
  g_assert_null (rua_alliance_import_changes (gaopo, bytes, "b.ruax", cell, NULL, &error));
  g_assert_nonnull (strstr (error->message, "the limit of a cell"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/part/kept", test_kept);
  g_test_add_func ("/part/lines", test_lines);
  g_test_add_func ("/part/limits", test_limits);
  return g_test_run ();
}
