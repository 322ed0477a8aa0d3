/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"
#include "rua-edits.h"
#include "rua-journal-private.h"

#include <string.h>

#include "random-alliance.h"

static GBytes *
document_of (RuaAlliance *alliance)
{
  GError *error = NULL;
  GBytes *json = rua_alliance_to_json (alliance, NULL, &error);

  g_assert_no_error (error);
  return json;
}

static void
check_document (RuaAlliance *alliance, GBytes *expected)
{
  g_autoptr (GBytes) json = document_of (alliance);

  if (!g_bytes_equal (json, expected))
    g_assert_cmpstr (g_bytes_get_data (json, NULL), ==, g_bytes_get_data (expected, NULL));
}

static RuaRecord *
add_household (RuaAlliance *alliance, const char *id, double weight)
{
  g_autoptr (RuaRecord) record = rua_alliance_new_record (alliance, "household");
  GError *error = NULL;

  rua_record_set_id (record, id, &error);
  g_assert_no_error (error);
  rua_record_set_number (record, "weight", weight, &error);
  g_assert_no_error (error);
  rua_alliance_add (alliance, record, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&record);
}

static double
weight_of (RuaRecord *record)
{
  double weight = -1;

  rua_record_get_number (record, "weight", &weight);
  return weight;
}

static void
begin (RuaAlliance *alliance, const char *title)
{
  GError *error = NULL;

  g_assert_true (rua_alliance_begin (alliance, title, &error));
  g_assert_no_error (error);
}

static void
done (gboolean is_done, GError *error)
{
  g_assert_no_error (error);
  g_assert_true (is_done);
}

#define DO(function, alliance) \
  G_STMT_START { \
    GError *do_error = NULL; \
    gboolean do_done = function (alliance, &do_error); \
    done (do_done, do_error); \
  } G_STMT_END

static void
test_one_change (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1), b = NULL, found = NULL;
  g_autoptr (GBytes) before = document_of (alliance), after = NULL;

  g_assert_false (rua_alliance_can_undo (alliance));
  g_assert_false (rua_alliance_is_in_change (alliance));
  begin (alliance, "two edits");
  g_assert_true (rua_alliance_is_in_change (alliance));
  g_assert_false (rua_alliance_can_undo (alliance));
  rua_record_set_number (a, "weight", 2, NULL);
  b = add_household (alliance, "b", 3);
  rua_record_set_number (b, "weight", 4, NULL);
  DO (rua_alliance_commit, alliance);
  g_assert_false (rua_alliance_is_in_change (alliance));
  g_assert_true (rua_alliance_can_undo (alliance));
  g_assert_false (rua_alliance_can_redo (alliance));
  g_assert_cmpstr (rua_alliance_get_undo_title (alliance), ==, "two edits");
  g_assert_null (rua_alliance_get_redo_title (alliance));
  after = document_of (alliance);

  DO (rua_alliance_undo, alliance);
  check_document (alliance, before);
  g_assert_cmpfloat (weight_of (a), ==, 1);
  /* The record that was added stands alone again, with its values. */
  g_assert_null (rua_record_get_table (b));
  g_assert_cmpfloat (weight_of (b), ==, 4);
  g_assert_false (rua_alliance_can_undo (alliance));
  g_assert_cmpstr (rua_alliance_get_redo_title (alliance), ==, "two edits");

  DO (rua_alliance_redo, alliance);
  check_document (alliance, after);
  found = rua_alliance_find (alliance, "household", "b");
  g_assert_true (found == b);
  g_assert_false (rua_alliance_can_redo (alliance));
  DO (rua_alliance_undo, alliance);
  check_document (alliance, before);
}

static void
test_rollback (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1), b = add_household (alliance, "b", 2), c = add_household (alliance, "c", 3);
  g_autoptr (RuaRecord) d = NULL;
  g_autoptr (GBytes) before = document_of (alliance);

  begin (alliance, NULL);
  g_assert_true (rua_alliance_remove (alliance, b, NULL));
  rua_record_set_number (b, "weight", 20, NULL);
  rua_record_set_id (a, "z", NULL);
  d = add_household (alliance, "b", 4);
  rua_record_unset (c, "weight", NULL);
  rua_record_set_extra (c, "{\"x\":1}");
  DO (rua_alliance_rollback, alliance);
  check_document (alliance, before);
  g_assert_false (rua_alliance_can_undo (alliance));
  /* The same object stands where it stood, as it was then. */
  g_assert_true (rua_record_get_table (b) == rua_alliance_get_table (alliance, "household"));
  g_assert_cmpfloat (weight_of (b), ==, 2);
  g_assert_null (rua_record_get_table (d));
  g_assert_cmpfloat (weight_of (d), ==, 4);
  g_assert_cmpstr (rua_record_get_id (a), ==, "a");
  g_assert_null (rua_record_get_extra (c));
  g_assert_null (rua_alliance_find (alliance, "household", "z"));
}

/* A removed record that meanwhile stands elsewhere stays there. */
static void
test_record_elsewhere (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new (), other = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1), found = NULL;
  g_autoptr (GBytes) before = document_of (alliance);

  begin (alliance, NULL);
  g_assert_true (rua_alliance_remove (alliance, a, NULL));
  g_assert_true (rua_alliance_add (other, a, NULL));
  DO (rua_alliance_rollback, alliance);
  check_document (alliance, before);
  check_document (other, before);
  found = rua_alliance_find (alliance, "household", "a");
  g_assert_true (found != a);
  g_assert_true (rua_record_get_table (a) == rua_alliance_get_table (other, "household"));
}

static void
test_nothing (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1), b = NULL;
  GError *error = NULL;

  begin (alliance, "nothing");
  DO (rua_alliance_commit, alliance);
  begin (alliance, "there and back");
  rua_record_set_number (a, "weight", 5, NULL);
  rua_record_set_number (a, "weight", 1, NULL);
  rua_record_set_text (a, "stratum", "hill", NULL);
  rua_record_unset (a, "stratum", NULL);
  b = add_household (alliance, "b", 1);
  g_assert_true (rua_alliance_remove (alliance, b, NULL));
  DO (rua_alliance_commit, alliance);
  rua_record_set_number (a, "weight", 1, NULL);
  g_assert_false (rua_alliance_can_undo (alliance));
  g_assert_false (rua_alliance_undo (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (rua_alliance_redo (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
}

static void
test_refusals (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new (), snapshot = NULL;
  g_autoptr (RuaAppender) appender = NULL;
  GError *error = NULL;

  g_assert_false (rua_alliance_commit (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_rollback (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  begin (alliance, "prices");
  g_assert_false (rua_alliance_begin (alliance, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "prices"));
  g_clear_error (&error);
  g_assert_false (rua_alliance_undo (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  appender = rua_table_append (rua_alliance_get_table (alliance, "household"));
  g_assert_false (rua_alliance_commit (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_rollback (alliance, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_true (rua_alliance_is_in_change (alliance));
  rua_appender_rollback (appender);
  DO (rua_alliance_rollback, alliance);
  snapshot = rua_alliance_snapshot (alliance);
  g_assert_false (rua_alliance_begin (snapshot, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (rua_alliance_undo (snapshot, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
}

/* Edits outside a change are changes of one edit each, once somebody has begun one. */
static void
test_outside (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1);

  rua_record_set_number (a, "weight", 2, NULL);
  g_assert_false (rua_alliance_can_undo (alliance));
  begin (alliance, NULL);
  DO (rua_alliance_commit, alliance);
  for (guint i = 3; i < 6; i++)
    rua_record_set_number (a, "weight", i, NULL);
  for (guint i = 4; i >= 2; i--) {
    DO (rua_alliance_undo, alliance);
    g_assert_cmpfloat (weight_of (a), ==, i);
  }
  g_assert_false (rua_alliance_can_undo (alliance));
  DO (rua_alliance_redo, alliance);
  g_assert_cmpfloat (weight_of (a), ==, 3);
  /* What is new forgets what was undone. */
  rua_record_set_number (a, "weight", 9, NULL);
  g_assert_false (rua_alliance_can_redo (alliance));
  DO (rua_alliance_undo, alliance);
  g_assert_cmpfloat (weight_of (a), ==, 3);
}

static void
test_most (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1);
  guint n = 0;

  begin (alliance, NULL);
  DO (rua_alliance_commit, alliance);
  for (guint i = 0; i < 10010; i++)
    rua_record_set_number (a, "weight", i + 2, NULL);
  for (; rua_alliance_can_undo (alliance); n++)
    DO (rua_alliance_undo, alliance);
  g_assert_cmpuint (n, ==, 10000);
  g_assert_cmpfloat (weight_of (a), ==, 11);
}

static void
append_incomes (RuaAlliance *alliance, guint n)
{
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  GError *error = NULL;
  guint first = rua_table_get_n_rows (table), weight = 0;

  while (strcmp (rua_field_get_name (rua_kind_get_field (rua_table_get_kind (table), weight)), "weight") != 0)
    weight++;
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("bulk%u", first + i);

    rua_appender_set_text (appender, 0, id, -1, &error);
    g_assert_no_error (error);
    if (i % 3)
      rua_appender_set_number (appender, weight, i, &error);
    g_assert_no_error (error);
    if (i % 5 == 0)
      rua_appender_set_extra (appender, "{\"y\":2}", 7);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
}

/* Rows that came in bulk are one entry, across the chunks of a column. */
static void
try_bulk (guint before_rows, guint rows)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) held = NULL, later = NULL, again = NULL;
  g_autoptr (GBytes) before = NULL, after = NULL;

  append_incomes (alliance, before_rows);
  begin (alliance, NULL);
  DO (rua_alliance_commit, alliance);
  before = document_of (alliance);
  append_incomes (alliance, rows);
  after = document_of (alliance);
  held = rua_table_dup_record (rua_alliance_get_table (alliance, "household"), before_rows + rows - 1);
  later = add_household (alliance, "later", 1);
  DO (rua_alliance_undo, alliance);
  check_document (alliance, after);
  DO (rua_alliance_undo, alliance);
  check_document (alliance, before);
  g_assert_false (rua_alliance_can_undo (alliance));
  g_assert_null (rua_record_get_table (held));
  g_assert_nonnull (rua_record_get_id (held));
  DO (rua_alliance_redo, alliance);
  check_document (alliance, after);
  DO (rua_alliance_redo, alliance);
  again = rua_alliance_find (alliance, "household", "later");
  g_assert_true (again == later);
  DO (rua_alliance_undo, alliance);
  DO (rua_alliance_undo, alliance);
  check_document (alliance, before);
  again = (g_object_unref (again), rua_alliance_find (alliance, "household", "bulk0"));
  g_assert_true ((again != NULL) == (before_rows > 0));
}

static void
test_bulk (void)
{
  gboolean is_slow = g_getenv ("RUA_SLOW_MACHINE") != NULL;

  try_bulk (0, 10);
  try_bulk (7, 100);
  if (is_slow)
    return;
  try_bulk (0, 70000);
  try_bulk (65536, 65536);
  try_bulk (65530, 20);
}

/* ---- who listens ---- */

typedef struct {
  GPtrArray *items;
  guint n_notified;
} Mirror;

static void
items_changed (GListModel *model, guint position, guint removed, guint added, Mirror *mirror)
{
  g_assert_cmpuint (position + removed, <=, mirror->items->len);
  if (removed)
    g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++) {
    g_autoptr (RuaRecord) record = g_list_model_get_item (model, position + i);

    g_assert_nonnull (record);
    g_ptr_array_insert (mirror->items, (gint) (position + i), g_strdup (rua_record_get_id (record)));
  }
}

static void
check_mirror (GListModel *model, Mirror *mirror)
{
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, mirror->items->len);
  for (guint i = 0; i < mirror->items->len; i++) {
    g_autoptr (RuaRecord) record = g_list_model_get_item (model, i);

    g_assert_cmpstr (rua_record_get_id (record), ==, mirror->items->pdata[i]);
  }
}

static void
notified (GObject *record, GParamSpec *pspec, Mirror *mirror)
{
  mirror->n_notified++;
}

static void
test_notified (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1);
  Mirror mirror = { NULL, 0 };

  begin (alliance, NULL);
  rua_record_set_number (a, "weight", 2, NULL);
  g_signal_connect (a, "notify::weight", G_CALLBACK (notified), &mirror);
  DO (rua_alliance_rollback, alliance);
  g_assert_cmpuint (mirror.n_notified, ==, 1);
  rua_record_set_number (a, "weight", 3, NULL);
  g_assert_cmpuint (mirror.n_notified, ==, 2);
  DO (rua_alliance_undo, alliance);
  g_assert_cmpuint (mirror.n_notified, ==, 3);
  DO (rua_alliance_redo, alliance);
  g_assert_cmpuint (mirror.n_notified, ==, 4);
}

static void
edit_again (GObject *record, GParamSpec *pspec, RuaAlliance *alliance)
{
  g_signal_handlers_disconnect_by_func (record, edit_again, alliance);
  rua_record_set_text (RUA_RECORD (record), "stratum", "told", NULL);
}

/* Who hears of an undo and edits makes a change, after which nothing can be redone. */
static void
test_handler_edits (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) a = add_household (alliance, "a", 1);

  begin (alliance, NULL);
  rua_record_set_number (a, "weight", 2, NULL);
  DO (rua_alliance_commit, alliance);
  g_signal_connect (a, "notify::weight", G_CALLBACK (edit_again), alliance);
  DO (rua_alliance_undo, alliance);
  g_assert_cmpstr (rua_record_get_text (a, "stratum"), ==, "told");
  g_assert_false (rua_alliance_can_redo (alliance));
  DO (rua_alliance_undo, alliance);
  g_assert_null (rua_record_get_text (a, "stratum"));
  g_assert_false (rua_alliance_can_undo (alliance));
}

/* ---- at random ---- */

/* Documents before each change that can be undone, and after each that was: the naive way. */
static void
try_random (RuaRandom *random)
{
  g_autoptr (RuaAlliance) alliance = random_alliance_new (random, 2 + rua_random_below (random, 30));
  g_autoptr (GPtrArray) undo = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) redo = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
  RuaTable *table = random_alliance_get_table (alliance);
  Mirror mirror = { g_ptr_array_new_with_free_func (g_free), 0 };

  g_signal_connect (table, "items-changed", G_CALLBACK (items_changed), &mirror);
  items_changed (G_LIST_MODEL (table), 0, 0, rua_table_get_n_records (table), &mirror);
  for (guint step = 0; step < 40; step++) {
    g_autoptr (GBytes) before = document_of (alliance), after = NULL;
    guint what = rua_random_below (random, 8);

    if (what < 4) {
      g_autoptr (RuaAlliance) snapshot = rua_random_below (random, 3) ? NULL : rua_alliance_snapshot (alliance);

      begin (alliance, NULL);
      for (guint n = rua_random_below (random, 6); n > 0; n--) {
        guint length;

        random_alliance_edit (alliance, random);
        length = rua_table_get_n_records (table);
        if (length && rua_random_below (random, 3) == 0)
          g_ptr_array_add (held, rua_table_dup_record (table, rua_random_below (random, length)));
      }
      if (what == 0) {
        DO (rua_alliance_rollback, alliance);
        check_document (alliance, before);
      } else {
        DO (rua_alliance_commit, alliance);
        after = document_of (alliance);
        if (rua_alliance_can_undo (alliance) && undo->len == 0)
          g_assert_true (!g_bytes_equal (before, after));
        if (!g_bytes_equal (before, after)) {
          g_ptr_array_add (undo, g_bytes_ref (before));
          g_ptr_array_set_size (redo, 0);
        }
      }
      if (snapshot)
        check_document (snapshot, before);
    } else if (what < 6 && undo->len) {
      DO (rua_alliance_undo, alliance);
      check_document (alliance, undo->pdata[undo->len - 1]);
      g_ptr_array_set_size (undo, (gint) undo->len - 1);
      g_ptr_array_add (redo, g_bytes_ref (before));
    } else if (redo->len) {
      DO (rua_alliance_redo, alliance);
      check_document (alliance, redo->pdata[redo->len - 1]);
      g_ptr_array_set_size (redo, (gint) redo->len - 1);
      g_ptr_array_add (undo, g_bytes_ref (before));
    }
    g_assert_true (rua_alliance_can_undo (alliance) == (undo->len > 0));
    g_assert_true (rua_alliance_can_redo (alliance) == (redo->len > 0));
    if (rua_random_below (random, 4) == 0)
      g_ptr_array_set_size (held, 0);
    check_mirror (G_LIST_MODEL (table), &mirror);
  }
  g_signal_handlers_disconnect_by_func (table, items_changed, &mirror);
  g_ptr_array_unref (mirror.items);
}

static void
test_random (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 3 : 120;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < trials; i++)
    try_random (&random);
}

/* ---- another order of rows ---- */

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* What every record says, whatever its place. */
static char **
sorted_records (RuaAlliance *alliance)
{
  g_autoptr (GBytes) json = document_of (alliance);
  g_autofree char *text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  char **lines, **records;
  guint n;

  records = g_strsplit (text, "\n    {", -1);
  n = g_strv_length (records);
  for (guint i = 0; i < n; i++) {
    /* Behind the last stand the brackets of the document, behind the others a comma. */
    gsize length = strlen (records[i]);

    while (length > 0 && strchr ("]}, \n", records[i][length - 1]))
      records[i][--length] = '\0';
  }
  lines = records;
  qsort (lines, n, sizeof *lines, compare_texts);
  return lines;
}

static void
try_reorder (RuaRandom *random)
{
  g_autoptr (RuaAlliance) alliance = random_alliance_new (random, 2 + rua_random_below (random, 40));
  RuaTable *table = random_alliance_get_table (alliance);
  g_autofree guint32 *order = NULL;
  g_auto (GStrv) before = NULL, after = NULL;
  g_autoptr (RuaRecord) held = NULL;
  g_autofree char *id = NULL;
  guint32 n = 0;

  for (guint i = rua_random_below (random, 30); i > 0; i--)
    random_alliance_edit (alliance, random);
  if (rua_table_get_n_records (table) == 0)
    return;
  held = rua_table_dup_record (table, rua_random_below (random, rua_table_get_n_records (table)));
  id = g_strdup (rua_record_get_id (held));
  before = sorted_records (alliance);
  order = g_new (guint32, rua_table_get_n_records (table));
  for (guint32 row = 0; row < rua_table_get_n_rows (table); row++)
    if (rua_table_is_alive (table, row))
      order[n++] = row;
  for (guint32 i = n; i > 1; i--) {
    guint32 j = rua_random_below (random, i), swap = order[i - 1];

    order[i - 1] = order[j];
    order[j] = swap;
  }
  rua_table_reorder (table, order, n);
  g_assert_true (rua_table_is_dense (table));
  after = sorted_records (alliance);
  g_assert_cmpuint (g_strv_length (before), ==, g_strv_length (after));
  for (guint i = 0; before[i]; i++)
    g_assert_cmpstr (before[i], ==, after[i]);
  g_assert_cmpstr (rua_record_get_id (held), ==, id);
  {
    g_autoptr (RuaRecord) found = rua_table_find (table, id);

    g_assert_true (found == held);
  }
  for (guint i = 0; i < 5; i++)
    random_alliance_edit (alliance, random);
}

static void
test_reorder (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 4 : 100;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < trials; i++)
    try_reorder (&random);
}

static void
test_author (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  g_assert_null (rua_alliance_get_author (alliance));
  rua_alliance_set_author (alliance, "Lô A.");
  g_assert_cmpstr (rua_alliance_get_author (alliance), ==, "Lô A.");
  rua_alliance_set_author (alliance, NULL);
  g_assert_null (rua_alliance_get_author (alliance));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/edits/one-change", test_one_change);
  g_test_add_func ("/edits/rollback", test_rollback);
  g_test_add_func ("/edits/record-elsewhere", test_record_elsewhere);
  g_test_add_func ("/edits/nothing", test_nothing);
  g_test_add_func ("/edits/refusals", test_refusals);
  g_test_add_func ("/edits/outside", test_outside);
  g_test_add_func ("/edits/most", test_most);
  g_test_add_func ("/edits/bulk", test_bulk);
  g_test_add_func ("/edits/notified", test_notified);
  g_test_add_func ("/edits/handler-edits", test_handler_edits);
  g_test_add_func ("/edits/random", test_random);
  g_test_add_func ("/edits/reorder", test_reorder);
  g_test_add_func ("/edits/author", test_author);
  return g_test_run ();
}
