/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who took what: every change of the list shows. */
#include "rua-export-log.h"

#include <string.h>

#include "rua-alliance-json.h"

static RuaAlliance *
make_alliance (guint n)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaProfile) profile = rua_profile_new ();
  GError *error = NULL;

  rua_profile_set_title (profile, "en", "T", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (profile), NULL));
  for (guint i = 0; i < n; i++) {
    g_autofree char *output = g_strdup_printf ("output %u", i);
    g_autoptr (GBytes) bytes = g_bytes_new (output, strlen (output));

    g_assert_true (rua_alliance_record_export (alliance, "Zhang", "incomes", i % 2 ? "year = 2014" : NULL, i % 3 ? "research" : NULL, i, i % 4 ? bytes : NULL, &error));
    g_assert_no_error (error);
  }
  return alliance;
}

static void
assert_broken (RuaAlliance *alliance, const char *says)
{
  GError *error = NULL;

  g_assert_false (rua_alliance_check_exports (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  if (!strstr (error->message, says))
    g_error ("'%s' does not say '%s'", error->message, says);
  g_assert_null (strstr (error->message, "Zhang"));
  g_clear_error (&error);
}

static void
test_list (void)
{
  g_autoptr (RuaAlliance) alliance = make_alliance (5), again = NULL;
  g_autoptr (GBytes) json = rua_alliance_to_json (alliance, NULL, NULL);
  g_autoptr (RuaRecord) first = rua_table_dup_record (rua_alliance_get_exports (alliance), 1);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "output 1", -1);
  GError *error = NULL;
  gint64 n;

  g_assert_true (rua_alliance_check_exports (alliance, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (rua_export_get_digest (RUA_EXPORT (first)), ==, digest);
  g_assert_cmpstr (rua_export_get_exported_by (RUA_EXPORT (first)), ==, "Zhang");
  g_assert_true (rua_export_get_n_records (RUA_EXPORT (first), &n));
  g_assert_cmpint (n, ==, 1);
  g_assert_cmpuint (strlen (rua_export_get_exported_at (RUA_EXPORT (first))), ==, strlen ("2026-11-25T20:52:01Z"));
  again = rua_alliance_new_from_json (json, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_alliance_check_exports (again, &error));
  g_assert_true (rua_alliance_record_export (again, "Li", "plots", NULL, NULL, 3, NULL, &error));
  g_assert_true (rua_alliance_check_exports (again, &error));
  {
    g_autoptr (RuaAlliance) none = make_alliance (0);

    g_assert_true (rua_alliance_check_exports (none, &error));
  }
}

/* Each field of each record, changed. */
static void
test_every_change_shows (void)
{
  static const char *const texts[] = { "exported_at", "exported_by", "what", "filter", "purpose", "digest", "previous", "seal" };

  for (guint i = 0; i < 5; i++) {
    for (guint f = 0; f < G_N_ELEMENTS (texts); f++) {
      g_autoptr (RuaAlliance) alliance = make_alliance (5);
      g_autoptr (RuaRecord) record = rua_table_dup_record (rua_alliance_get_exports (alliance), i);
      g_autofree char *says = g_strdup_printf ("export #%u: ", i + 1);

      g_assert_true (rua_record_set_text (record, texts[f], "other", NULL));
      assert_broken (alliance, says);
    }
    {
      g_autoptr (RuaAlliance) alliance = make_alliance (5);
      g_autoptr (RuaRecord) record = rua_table_dup_record (rua_alliance_get_exports (alliance), i);

      g_assert_true (rua_record_set_integer (record, "n_records", 99, NULL));
      assert_broken (alliance, "it was changed");
      g_assert_true (rua_record_unset (record, "n_records", NULL));
      assert_broken (alliance, "it was changed");
    }
  }
}

static void
test_taken_out (void)
{
  for (guint i = 0; i < 4; i++) {
    g_autoptr (RuaAlliance) alliance = make_alliance (5);
    g_autoptr (RuaRecord) record = rua_table_dup_record (rua_alliance_get_exports (alliance), i);
    g_autofree char *says = g_strdup_printf ("export #%u: it does not follow", i + 1);

    g_assert_true (rua_alliance_remove (alliance, record, NULL));
    assert_broken (alliance, says);
  }
  {
    g_autoptr (RuaAlliance) alliance = make_alliance (5);
    g_autoptr (RuaRecord) record = rua_table_dup_record (rua_alliance_get_exports (alliance), 1);

    /* Moved to the end. */
    g_assert_true (rua_alliance_remove (alliance, record, NULL));
    g_assert_true (rua_alliance_add (alliance, record, NULL));
    assert_broken (alliance, "does not follow");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export-log/list", test_list);
  g_test_add_func ("/export-log/every-change-shows", test_every_change_shows);
  g_test_add_func ("/export-log/taken-out", test_taken_out);
  return g_test_run ();
}
