/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No message tells what is personal or sensitive. Every such field of every kind holds a mark, every
 * way to fail is tried on it, and the mark is looked for in all that is said. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "marked-alliance.h"
#include "privacy-ear.h"
#include "rua-alliance-json.h"
#include "rua-arrow.h"
#include "rua-checker.h"
#include "rua-csv-import.h"
#include "rua-estimator-private.h"
#include "rua-kinds-private.h"
#include "rua-measure.h"
#include "rua-merge.h"
#include "rua-store.h"

/* The ear hears: a field that is public by its schema, but holds a mark. */
static void
test_can_fail (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  g_autoptr (RuaRecord) place = rua_alliance_new_record (alliance, "place");
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_true (rua_record_set_id (place, MARK "place", NULL));
  text = rua_record_to_string (place);
  g_assert_true (marked_tells (text));
  g_assert_false (rua_record_set_date (place, "opened", MARK, &error));
  g_assert_true (marked_tells (error->message));
  g_clear_error (&error);
  g_assert_false (marked_tells ("there is no household of this id"));
  g_assert_true (marked_tells ("amount: " MARKED_NUMBER_TEXT));
  /* Every kind is there, and every personal field of it. */
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    RuaKind *kind = rua_table_get_kind (table);

    g_assert_cmpuint (rua_table_get_n_records (table), >, 0);
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, 0);

      if (!rua_record_has (record, rua_field_get_name (field)) && i > 0)
        g_error ("%s.%s holds nothing", rua_kind_get_name (kind), rua_field_get_name (field));
    }
  }
}

/* ---- records ---- */

static void
try_value (RuaRecord *record, const char *field, const GValue *value)
{
  GError *error = NULL;

  if (!rua_record_set_value (record, field, value, &error)) {
    g_assert_nonnull (error);
    hear_error (&error);
  }
}

static void
try_values (RuaRecord *record, const char *field)
{
  static const char *const texts[] = { MARK, "place/" MARK, "household/" MARK, "nowhere/" MARK, MARK "/1", "{" MARK, MARKED_NUMBER_TEXT };
  static const char *const list[] = { MARK, NULL };
  g_autofree char *broken = g_strdup (MARK "\xff");
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_value_set_static_string (&value, texts[i]);
    try_value (record, field, &value);
  }
  g_value_set_static_string (&value, broken);
  try_value (record, field, &value);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_INT64);
  g_value_set_int64 (&value, MARKED_NUMBER);
  try_value (record, field, &value);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_DOUBLE);
  g_value_set_double (&value, MARKED_NUMBER + 0.5);
  try_value (record, field, &value);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_STRV);
  g_value_set_static_boxed (&value, list);
  try_value (record, field, &value);
  g_value_unset (&value);
  g_value_init (&value, G_TYPE_OBJECT);
  g_value_set_object (&value, record);
  try_value (record, field, &value);
  g_value_unset (&value);
}

/* Every value that is wrong, to every field that is not public, of a record in its table and of one
 * outside, which does not know what else there is. */
static void
test_set (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();

  begin ("set");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    RuaKind *kind = rua_table_get_kind (table);

    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);
      g_autoptr (RuaRecord) inside = rua_table_dup_record (table, 0);
      g_autoptr (RuaRecord) outside = rua_alliance_new_record (alliance, rua_kind_get_name (kind));
      g_autofree char *told = NULL;
      GError *error = NULL;

      if (rua_kind_get_privacy (kind) != RUA_PRIVACY_PUBLIC)
        rua_record_set_id (outside, MARK "outside", NULL);
      if (marked_is_private (field)) {
        try_values (inside, rua_field_get_name (field));
        try_values (outside, rua_field_get_name (field));
      }
      if (!rua_record_unset (inside, rua_field_get_name (field), &error))
        hear_error (&error);
      told = rua_record_to_string (inside);
      hear (told);
      g_clear_pointer (&told, g_free);
      told = rua_record_to_string (outside);
      hear (told);
      if (!rua_alliance_add (alliance, outside, &error))
        hear_error (&error);
      if (!rua_alliance_add (alliance, outside, &error))
        hear_error (&error);
    }
  }
  end (1000);
}

/* Records that others refer to stay. */
static void
test_remove (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();

  begin ("remove");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (rua_alliance_get_table_at (alliance, t), 0);
    GError *error = NULL;

    if (!rua_alliance_remove (alliance, record, &error))
      hear_error (&error);
  }
  end (10);
}

/* An id that is taken, and a record of another alliance. */
static void
test_twice (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new (), other = marked_alliance_new ();

  begin ("twice");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    g_autoptr (RuaRecord) here = rua_table_dup_record (table, 0);
    g_autoptr (RuaRecord) there = rua_table_dup_record (rua_alliance_get_table_at (other, t), 0);
    g_autoptr (RuaRecord) same = rua_alliance_new_record (alliance, rua_kind_get_name (rua_table_get_kind (table)));
    RuaKind *kind = rua_table_get_kind (table);
    GError *error = NULL;

    if (rua_record_get_id (here))
      rua_record_set_id (same, rua_record_get_id (here), NULL);
    for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);
      g_autoptr (RuaRecord) target = NULL;

      if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_REFERENCE)
        continue;
      target = rua_record_dup_reference (there, rua_field_get_name (field));
      if (!rua_record_set_reference (here, rua_field_get_name (field), target, &error))
        hear_error (&error);
      if (!rua_record_set_reference (same, rua_field_get_name (field), target, &error))
        hear_error (&error);
    }
    if (!rua_alliance_add (alliance, same, &error))
      hear_error (&error);
    if (!rua_alliance_remove (alliance, there, &error))
      hear_error (&error);
  }
  end (100);
}

/* ---- documents ---- */

static void
read_document (const char *text)
{
  g_autoptr (GBytes) json = g_bytes_new_static (text, strlen (text));
  g_autoptr (GListModel) faults = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  GError *error = NULL;

  faults = rua_alliance_validate_json (json, "d.json", NULL, &error);
  hear_error (&error);
  if (faults)
    hear_model (faults);
  alliance = rua_alliance_new_from_json (json, "d.json", NULL, &error);
  hear_error (&error);
}

#define HEAD "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": {\"en\": \"T\"}}, \"%s\": ["

static void
test_json (void)
{
  static const char *const wrong[] = {
    "\"" MARK "\"", MARKED_NUMBER_TEXT, MARKED_NUMBER_TEXT ".123456", "\"household/" MARK "\"", "\"place/" MARK "\"", "[\"" MARK "\", " MARKED_NUMBER_TEXT "]",
    "[\"household/" MARK "\", \"" MARK "\"]", "{\"en\": " MARKED_NUMBER_TEXT "}", "{\"" MARK "\": \"" MARK "\"}", "true", "null", "\"femal\"", "1e999", "\"" MARK,
  };
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();

  begin ("json");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaKind *kind = rua_table_get_kind (rua_alliance_get_table_at (alliance, t));
    const char *plural = rua_kind_get_plural (kind), *id = MARK "id";
    g_autoptr (GString) all = g_string_new (NULL);

    if (rua_kind_get_privacy (kind) == RUA_PRIVACY_PUBLIC)
      id = "open";
    else {
      g_autofree char *no_records = g_strdup_printf (HEAD "\"" MARK "\", " MARKED_NUMBER_TEXT ", {\"id\": \"%s\"}, {\"id\": \"%s\"}]}", plural, id, id);

      read_document (no_records);
    }
    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);

      if (!marked_is_private (field))
        continue;
      for (guint w = 0; w < G_N_ELEMENTS (wrong); w++) {
        g_autofree char *text = i == 0 ? g_strdup_printf (HEAD "{\"id\": %s}]}", plural, wrong[w])
                                       : g_strdup_printf (HEAD "{\"id\": \"%s\", \"%s\": %s}]}", plural, id, rua_field_get_name (field), wrong[w]);

        read_document (text);
      }
    }
  }
  end (1000);
}

/* ---- files of rows ---- */

static void
import_csv (RuaAlliance *alliance, const char *kind, const char *csv, const char *mapping)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "rua-privacy-XXXXXX.csv", NULL);
  GError *error = NULL;
  gsize length = strlen (csv);
  int fd = g_mkstemp (path);

  /* By hand: g_file_set_contents() would wait for the disk. */
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, csv, length), ==, length);
  g_close (fd, NULL);
  rua_alliance_import_csv (alliance, kind, path, mapping, NULL, NULL, NULL, &error);
  hear_error (&error);
  g_unlink (path);
}

static void
test_csv (void)
{
  static const char *const wrong[] = { MARK, MARKED_NUMBER_TEXT ".12345", MARKED_NUMBER_TEXT "99999999999999", "household/" MARK, "femal", "\"" MARK, MARK ";;" MARK };
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();

  begin ("csv");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    RuaKind *kind = rua_table_get_kind (table);
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, 0);
    const char *id = rua_record_get_id (record);

    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);

      for (guint w = 0; marked_is_private (field) && w < G_N_ELEMENTS (wrong); w++) {
        g_autofree char *csv = i == 0 ? g_strdup_printf ("id\n%s\n%s\n", wrong[w], wrong[w])
                                      : g_strdup_printf ("id,%s\n%s,%s\n", rua_field_get_name (field), id ? id : MARK, wrong[w]);
        g_autofree char *mapping = g_strdup_printf ("{\"constants\": {\"%s\": \"%s\"}}", rua_field_get_name (field), MARK);

        import_csv (alliance, rua_kind_get_name (kind), csv, NULL);
        if (w == 0 && i > 0)
          import_csv (alliance, rua_kind_get_name (kind), "id\nnew\n", mapping);
      }
    }
  }
  end (500);
}

/* Rows of the same ids once more, from a table of another alliance. */
static void
test_arrow (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new (), empty = rua_alliance_new ();

  begin ("arrow");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);
    const char *name = rua_kind_get_name (rua_table_get_kind (table));
    struct { gpointer p[5]; } stream = { { NULL } };
    GError *error = NULL;

    for (guint pass = 0; pass < 2; pass++) {
      g_assert_true (rua_table_export_arrow_stream (table, (gsize) &stream, &error));
      /* Into itself every id is taken; into an empty one references lead to nothing. */
      rua_table_import_arrow_stream (pass ? rua_alliance_get_table (empty, name) : table, (gsize) &stream, NULL, &error);
      hear_error (&error);
    }
  }
  end (40);
}

/* A folder of CSV files in which every number, every date and every reference in turn is none. */
static void
test_folder (void)
{
  static const char *const wrong[][2] = { { MARKED_NUMBER_TEXT, MARK "1" }, { MARKED_YEAR "-", MARKED_YEAR "-x-" }, { MARK "household-1", MARK "none" }, { "73918.46", MARK } };
  g_autofree char *folder = g_dir_make_tmp ("rua-privacy-XXXXXX", NULL), *place = g_build_filename (folder, "p/", NULL);
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  g_autoptr (GDir) dir = NULL;
  const char *name;
  GError *error = NULL;

  begin ("folder");
  rua_alliance_save (alliance, place, RUA_SAVE_NONE, NULL, &error);
  g_assert_no_error (error);
  dir = g_dir_open (place, 0, NULL);
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (place, name, NULL), *text = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    for (guint w = 0; g_str_has_suffix (name, ".csv") && w < G_N_ELEMENTS (wrong); w++) {
      g_auto (GStrv) parts = g_strsplit (text, wrong[w][0], -1);
      g_autofree char *other = g_strjoinv (wrong[w][1], parts);
      g_autoptr (RuaAlliance) opened = NULL;

      if (strcmp (other, text) == 0)
        continue;
      g_assert_true (g_file_set_contents (path, other, -1, NULL));
      opened = rua_alliance_open (place, NULL, &error);
      hear_error (&error);
    }
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  }
  end (20);
  g_dir_rewind (dir);
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (place, name, NULL);

    g_unlink (path);
  }
  g_rmdir (place);
  g_rmdir (folder);
}

/* Every field that is not public, changed on both sides; then a record removed here and edited there. */
static void
test_merge (void)
{
  begin ("merge");
  for (guint t = 0; t < RUA_N_BUILTIN_KINDS; t++) {
    g_autoptr (RuaAlliance) mine = marked_alliance_new (), base = marked_alliance_new (), theirs = marked_alliance_new ();
    RuaKind *kind = rua_table_get_kind (rua_alliance_get_table_at (mine, t));
    g_autoptr (RuaRecord) a = rua_table_dup_record (rua_alliance_get_table_at (mine, t), 0), b = rua_table_dup_record (rua_alliance_get_table_at (theirs, t), 0);
    g_autoptr (RuaRecord) last = rua_table_dup_record (rua_alliance_get_table_at (mine, t), 1), edited = rua_table_dup_record (rua_alliance_get_table_at (theirs, t), 1);
    g_autoptr (RuaMerge) merge = NULL;
    g_autoptr (GListModel) disagreements = NULL;
    g_auto (GStrv) remarks = NULL;
    GError *error = NULL;

    for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);

      if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_TEXT)
        continue;
      g_assert_true (rua_record_set_text (a, rua_field_get_name (field), MARK " a", NULL));
      g_assert_true (rua_record_set_text (b, rua_field_get_name (field), MARK " b", NULL));
    }
    if (last && rua_alliance_remove (mine, last, NULL))
      rua_record_set_text (edited, "note", MARK " c", NULL);
    merge = rua_alliance_merge_base (mine, base, theirs, "other.json", NULL, &error);
    hear_error (&error);
    if (merge == NULL)
      continue;
    disagreements = rua_merge_list_disagreements (merge);
    for (guint i = 0; i < g_list_model_get_n_items (disagreements); i++) {
      g_autoptr (RuaDisagreement) one = g_list_model_get_item (disagreements, i);
      g_autofree char *line = rua_disagreement_to_string (one);

      hear (line);
    }
    remarks = rua_merge_list_remarks (merge);
    for (char **remark = remarks; *remark; remark++)
      hear (*remark);
  }
  end (100);
}

/* ---- what is said about whole alliances ---- */

static void
test_validate (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  g_autoptr (RuaRecord) member = rua_table_dup_record (rua_alliance_get_household_members (alliance), 0);
  g_autoptr (GListModel) faults = NULL;

  begin ("validate");
  /* A mark is no latitude, and who left before coming did so on a day that is nobody's business. */
  g_assert_true (rua_record_set_date (member, "started", MARKED_YEAR "-05", NULL));
  faults = rua_alliance_validate (alliance);
  hear_model (faults);
  end (5);
}

static void
test_check (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
  g_autoptr (GListModel) findings = NULL;
  g_autoptr (RuaRecord) organisation = rua_alliance_find (alliance, "organisation", "organisation-1");
  g_autoptr (RuaRecord) role = rua_table_dup_record (rua_alliance_get_roles (alliance), 0);
  g_autoptr (RuaRecord) claim = rua_alliance_find (alliance, "claim", "claim-1");
  g_autoptr (RuaRecord) late = rua_table_dup_record (rua_alliance_get_memberships (alliance), 0);
  GError *error = NULL;

  begin ("check");
  /* Somebody of the alliance's own wrote the source, a role began before its project, and the words are
   * about people who came later than they say. */
  g_assert_true (rua_record_set_reference (role, "at", organisation, NULL));
  g_assert_true (rua_record_set_references (claim, "about", (RuaRecord *[]) { late, role }, 2, NULL));
  g_assert_true (rua_record_set_date (claim, "scope_start", "1990", NULL));
  g_assert_true (rua_checker_run (checker, NULL, &error));
  g_assert_no_error (error);
  findings = rua_checker_list_findings (checker);
  for (guint i = 0; i < g_list_model_get_n_items (findings); i++) {
    g_autoptr (RuaFinding) finding = g_list_model_get_item (findings, i);

    hear (rua_finding_get_message (finding));
    for (const char *const *about = rua_finding_get_about (finding); *about; about++)
      hear (*about);
  }
  {
    g_autoptr (GListModel) verdicts = rua_checker_list_verdicts (checker);

    for (guint i = 0; i < g_list_model_get_n_items (verdicts); i++) {
      g_autoptr (RuaVerdict) verdict = g_list_model_get_item (verdicts, i);
      g_autofree char *text = rua_explanation_to_string (rua_verdict_get_explanation (verdict));

      hear (text);
      for (const char *const *reason = rua_verdict_get_reasons (verdict); reason && *reason; reason++)
        hear (*reason);
    }
  }
  end (2);
}

/* ---- numbers ---- */

static void
measure (RuaAlliance *alliance, RuaMetric *metric)
{
  g_autoptr (RuaResult) result = NULL;
  GError *error = NULL;

  result = rua_metric_measure (metric, alliance, NULL, &error);
  hear_error (&error);
  for (const char *const *w = result ? rua_result_get_warnings (result) : NULL; w && *w; w++)
    hear (*w);
}

/* Every estimator, over the fields that are not public, in every role, in which most of them are wrong:
 * neither flags nor weights, and not finite when so divided. */
static void
test_measure (void)
{
  g_autoptr (RuaAlliance) alliance = marked_alliance_new ();
  guint n_estimators;
  const RuaEstimator *const *estimators = rua_estimator_list (&n_estimators);

  begin ("measure");
  for (guint t = 0; t < rua_alliance_get_n_tables (alliance); t++) {
    RuaKind *kind = rua_table_get_kind (rua_alliance_get_table_at (alliance, t));

    for (guint i = 0; i < rua_kind_get_n_fields (kind); i++) {
      RuaField *field = rua_kind_get_field (kind, i);
      const char *name = rua_field_get_name (field);
      RuaFieldType type = rua_field_get_field_type (field);
      gboolean number = type == RUA_FIELD_TYPE_INTEGER || type == RUA_FIELD_TYPE_NUMBER || type == RUA_FIELD_TYPE_MONEY;

      if (!marked_is_private (field) || rua_kind_get_privacy (kind) == RUA_PRIVACY_PUBLIC)
        continue;
      for (guint e = 0; e < n_estimators; e++)
        for (guint s = 0; s < (number ? 3 : 1); s++) {
          g_autoptr (RuaMetric) metric = rua_metric_new ();
          g_autoptr (GString) columns = g_string_new ("{");
          g_autofree char *shape = NULL;

          if (s == 2)
            shape = g_strdup_printf ("%s * %s * 1e300 * 1e300", name, name);
          else
            shape = g_strdup_printf ("%s%s", s ? "-1 * " : "", name);
          for (const RuaRoleSpec *role = estimators[e]->roles; role->name; role++)
            if (!(role->flags & RUA_ROLE_NODES))
              g_string_append_printf (columns, "%s\"%s\": \"%s\"", columns->len > 1 ? ", " : "", role->name, shape);
          g_string_append_c (columns, '}');
          rua_record_set_id (RUA_RECORD (metric), "m", NULL);
          rua_metric_set_estimator (metric, estimators[e]->name, NULL);
          rua_metric_set_table (metric, rua_kind_get_plural (kind), NULL);
          rua_metric_set_columns (metric, columns->str, NULL);
          measure (alliance, metric);
          rua_metric_set_weight (metric, shape, NULL);
          measure (alliance, metric);
        }
    }
  }
  end (500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (hear_log, NULL, NULL);
  g_test_add_func ("/privacy/can-fail", test_can_fail);
  g_test_add_func ("/privacy/set", test_set);
  g_test_add_func ("/privacy/remove", test_remove);
  g_test_add_func ("/privacy/twice", test_twice);
  g_test_add_func ("/privacy/json", test_json);
  g_test_add_func ("/privacy/csv", test_csv);
  g_test_add_func ("/privacy/arrow", test_arrow);
  g_test_add_func ("/privacy/folder", test_folder);
  g_test_add_func ("/privacy/merge", test_merge);
  g_test_add_func ("/privacy/validate", test_validate);
  g_test_add_func ("/privacy/check", test_check);
  g_test_add_func ("/privacy/measure", test_measure);
  return g_test_run ();
}
