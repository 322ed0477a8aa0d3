/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-edits.h"
#include "rua-journal-private.h"
#include "rua-row-list-private.h"
#include "rua-selection.h"
#include "rua-table-core-private.h"

#include <string.h>

/* Their ids, joined by blanks. */
static char *
ids (GListModel *records)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (records); i++) {
    g_autoptr (RuaRecord) record = g_list_model_get_item (records, i);

    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", rua_record_get_text (record, "id"));
  }
  return g_string_free (out, FALSE);
}

static void
assert_ids (RuaSelection *selection, const char *want)
{
  g_autofree char *got = ids (G_LIST_MODEL (selection));

  g_assert_cmpstr (got, ==, want);
}

static RuaSelection *
select_records (RuaTable *table, const char *condition)
{
  g_autoptr (GError) error = NULL;
  RuaSelection *selection = rua_selection_new (table, condition, &error);

  g_assert_no_error (error);
  g_assert_nonnull (selection);
  return selection;
}

/* Persons: 4 2 5 ? 3. */
static void
test_condition (void)
{
  static const struct {
    const char *condition;
    guint chosen[5];
    guint n_unknown;
  } cases[] = {
    { "n_persons > 2", { 1, 0, 1, 0, 1 }, 1 },
    { "n_persons is unknown", { 0, 0, 0, 1, 0 }, 0 },
    { "n_persons is known", { 1, 1, 1, 0, 1 }, 0 },
    { "not n_persons > 2", { 0, 1, 0, 0, 0 }, 1 },
    { "n_persons > 2 or name = 'Pan'", { 1, 0, 1, 1, 1 }, 0 },
    { "n_persons > 2 and name = 'Luo'", { 1, 0, 0, 0, 0 }, 0 },
    { "n_persons > 2 and name = 'Pan'", { 0, 0, 0, 0, 0 }, 1 },
    { "true", { 1, 1, 1, 1, 1 }, 0 },
    { "false", { 0, 0, 0, 0, 0 }, 0 },
    { "n_persons > 99", { 0, 0, 0, 0, 0 }, 1 },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");

  g_assert_cmpuint (rua_table_get_n_records (table), ==, 5);
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++) {
    g_autoptr (RuaSelection) selection = select_records (table, cases[c].condition);
    g_autoptr (GBytes) bytes = rua_selection_dup_positions (selection);
    const guint32 *positions = g_bytes_get_data (bytes, NULL);
    guint n = 0;

    g_test_message ("%s", cases[c].condition);
    g_assert_cmpstr (rua_selection_get_condition (selection), ==, cases[c].condition);
    g_assert_true (rua_selection_get_table (selection) == table);
    g_assert_cmpuint (rua_selection_get_n_unknown (selection), ==, cases[c].n_unknown);
    for (guint i = 0; i < 5; i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
      g_autoptr (RuaRecord) found = rua_selection_find (selection, rua_record_get_text (record, "id"));

      g_assert_true (rua_selection_contains (selection, record) == !!cases[c].chosen[i]);
      g_assert_true (found == (cases[c].chosen[i] ? record : NULL));
      if (cases[c].chosen[i]) {
        g_autoptr (RuaRecord) chosen = rua_selection_dup_record (selection, n);

        g_assert_true (chosen == record);
        g_assert_cmpuint (positions[n], ==, i);
        n++;
      }
    }
    g_assert_cmpuint (rua_selection_get_n_records (selection), ==, n);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, n * sizeof *positions);
    g_assert_null (rua_selection_dup_record (selection, n));
    g_assert_null (rua_selection_dup_record (selection, G_MAXUINT));
    g_assert_null (rua_selection_find (selection, "nobody"));
  }
}

static void
test_list_model (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaSelection) selection = select_records (table, "n_persons > 3");
  g_autoptr (RuaRecord) first = g_list_model_get_item (G_LIST_MODEL (selection), 0);

  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (selection)) == g_list_model_get_item_type (G_LIST_MODEL (table)));
  g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (first, g_list_model_get_item_type (G_LIST_MODEL (selection))));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (selection)), ==, 2);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (selection), 2));
}

static void
test_refused (void)
{
  static const struct {
    const char *condition;
    gint code;
    const char *said;
  } cases[] = {
    { "n_persons", RUA_ERROR_VALUE, "number" },
    { "name", RUA_ERROR_VALUE, "text" },
    { "village", RUA_ERROR_VALUE, "compare" },
    { "n_person > 2", RUA_ERROR_UNKNOWN_NAME, "n_persons" },
    { "n_persons >", RUA_ERROR_SYNTAX, NULL },
    { "", RUA_ERROR_SYNTAX, NULL },
    { "n_persons > 'four'", RUA_ERROR_SYNTAX, "without quotes" },
  };
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaSelection) all = select_records (table, "true");

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    for (guint narrowed = 0; narrowed < 2; narrowed++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (RuaSelection) selection = narrowed ? rua_selection_where (all, cases[c].condition, &error)
                                                    : rua_selection_new (table, cases[c].condition, &error);

      g_test_message ("%s: %s", cases[c].condition, error ? error->message : "taken");
      g_assert_null (selection);
      g_assert_error (error, RUA_ERROR, cases[c].code);
      if (cases[c].said)
        g_assert_nonnull (strstr (error->message, cases[c].said));
    }
}

static void
test_where (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaSelection) named = select_records (table, "name != 'Luo'");
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaSelection) large = rua_selection_where (named, "n_persons > 2", &error);
  g_autoptr (RuaSelection) none = NULL;
  g_autofree char *all = ids (G_LIST_MODEL (table));
  g_auto (GStrv) words = g_strsplit (all, " ", 0);
  g_autofree char *want = g_strconcat (words[2], " ", words[4], NULL);

  g_assert_no_error (error);
  assert_ids (large, want);
  /* Luo's is known, Pan's is not. */
  g_assert_cmpuint (rua_selection_get_n_unknown (large), ==, 1);
  g_assert_cmpstr (rua_selection_get_condition (large), ==, "(name != 'Luo') and (n_persons > 2)");
  none = rua_selection_where (large, "n_persons = 4", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_selection_get_n_records (none), ==, 0);
  g_assert_cmpuint (rua_selection_get_n_unknown (none), ==, 0);
}

/* Edits change nobody's place; what is added later is not among them, nor by way of a narrower one. */
static void
test_edits (void)
{
  g_autoptr (RuaAlliance) alliance = case_new ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaSelection) selection = select_records (table, "n_persons > 2");
  g_autofree char *before = ids (G_LIST_MODEL (selection));
  g_autoptr (RuaRecord) first = rua_selection_dup_record (selection, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaSelection) narrower = NULL;

  g_assert_true (rua_record_set_integer (first, "n_persons", 1, &error));
  case_add (alliance, "household", "id", "late", "n_persons", "9", NULL);
  assert_ids (selection, before);
  narrower = rua_selection_where (selection, "n_persons > 2", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rua_selection_get_n_records (narrower), ==, 2);
  g_assert_null (rua_selection_find (narrower, "late"));
}

/* Nothing but the selection is held. */
static void
test_keeps_alliance (void)
{
  RuaAlliance *alliance = case_new ();
  RuaSelection *selection = select_records (rua_alliance_get_table (alliance, "household"), "n_persons > 2");
  gpointer seen = alliance;

  g_object_add_weak_pointer (G_OBJECT (alliance), &seen);
  g_object_unref (alliance);
  g_assert_nonnull (seen);
  g_assert_cmpuint (rua_selection_get_n_records (selection), ==, 3);
  {
    g_autoptr (RuaRecord) record = rua_selection_dup_record (selection, 0);

    g_assert_nonnull (rua_record_get_text (record, "name"));
  }
  g_object_unref (selection);
  g_assert_null (seen);
}

/* ---- what is removed ---- */

typedef struct {
  GPtrArray *shadow; /* ids, by what was announced */
  guint n_announced;
} Shadow;

static void
hear (GListModel *model, guint position, guint n_removed, guint n_added, Shadow *self)
{
  self->n_announced++;
  g_assert_cmpuint (position + n_removed, <=, self->shadow->len);
  for (guint i = 0; i < n_removed; i++)
    g_ptr_array_remove_index (self->shadow, position);
  for (guint i = 0; i < n_added; i++) {
    g_autoptr (RuaRecord) record = g_list_model_get_item (model, position + i);

    g_assert_nonnull (record);
    g_ptr_array_insert (self->shadow, (gint) (position + i), g_strdup (rua_record_get_text (record, "id")));
  }
  g_assert_cmpuint (self->shadow->len, ==, g_list_model_get_n_items (model));
}

static void
shadow_begin (Shadow *self, RuaSelection *selection)
{
  self->shadow = g_ptr_array_new_with_free_func (g_free);
  self->n_announced = 0;
  hear (G_LIST_MODEL (selection), 0, 0, rua_selection_get_n_records (selection), self);
  g_signal_connect (selection, "items-changed", G_CALLBACK (hear), self);
}

static char *
shadow_ids (Shadow *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->shadow->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", (const char *) self->shadow->pdata[i]);
  return g_string_free (out, FALSE);
}

static RuaAlliance *
households (guint n)
{
  RuaAlliance *alliance = rua_alliance_new ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i);
    g_autofree char *persons = g_strdup_printf ("%u", i % 7);

    case_add (alliance, "household", "id", id, "n_persons", i % 5 == 4 ? "-" : persons, NULL);
  }
  return alliance;
}

static void
remove_id (RuaTable *table, const char *id)
{
  g_autoptr (RuaRecord) record = rua_table_find (table, id);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (record);
  rua_table_remove (table, record, &error);
  g_assert_no_error (error);
}

static void
test_removed (void)
{
  g_autoptr (RuaAlliance) alliance = households (10);
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaSelection) selection = select_records (table, "n_persons >= 2");
  g_autoptr (RuaRecord) gone = rua_table_find (table, "h3");
  Shadow shadow;

  shadow_begin (&shadow, selection);
  assert_ids (selection, "h2 h3 h5 h6");
  remove_id (table, "h0");
  assert_ids (selection, "h2 h3 h5 h6");
  g_assert_cmpuint (shadow.n_announced, ==, 1);
  remove_id (table, "h3");
  assert_ids (selection, "h2 h5 h6");
  g_assert_cmpuint (shadow.n_announced, ==, 2);
  g_assert_false (rua_selection_contains (selection, gone));
  /* Added again, it is another one. */
  g_assert_true (rua_table_add (table, gone, NULL));
  assert_ids (selection, "h2 h5 h6");
  g_assert_false (rua_selection_contains (selection, gone));
  remove_id (table, "h2");
  remove_id (table, "h6");
  remove_id (table, "h5");
  assert_ids (selection, "");
  g_assert_cmpuint (shadow.shadow->len, ==, 0);
  g_ptr_array_unref (shadow.shadow);
}

/* Removed and brought back by undo, or by rolling back: gone. The others stay, though the table tells of a range. */
static void
test_undone (void)
{
  g_autoptr (RuaAlliance) alliance = households (12);
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaSelection) selection = NULL;
  g_autoptr (GError) error = NULL;
  Shadow shadow;
  g_autofree char *told = NULL;

  selection = select_records (table, "true");
  shadow_begin (&shadow, selection);
  g_assert_true (rua_alliance_begin (alliance, "two go", &error));
  remove_id (table, "h2");
  remove_id (table, "h7");
  case_add (alliance, "household", "id", "late", NULL);
  g_assert_true (rua_alliance_rollback (alliance, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rua_table_get_n_records (table), ==, 12);
  assert_ids (selection, "h0 h1 h3 h4 h5 h6 h8 h9 h10 h11");
  g_assert_true (rua_alliance_begin (alliance, "one goes", &error));
  remove_id (table, "h5");
  g_assert_true (rua_alliance_commit (alliance, &error));
  g_assert_true (rua_alliance_undo (alliance, &error));
  g_assert_no_error (error);
  assert_ids (selection, "h0 h1 h3 h4 h6 h8 h9 h10 h11");
  told = shadow_ids (&shadow);
  g_assert_cmpstr (told, ==, "h0 h1 h3 h4 h6 h8 h9 h10 h11");
  g_ptr_array_unref (shadow.shadow);
}

/* Random edits, beside a list that is kept by hand: of those chosen at first, whoever was never out of the table, in
 * the order of the table; and what was announced says the same. */
static void
check_random (GRand *rand)
{
  guint n = (guint) g_rand_int_range (rand, 0, 200), n_made = n;
  g_autoptr (RuaAlliance) alliance = households (n);
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autofree char *condition = g_strdup_printf ("n_persons >= %d", g_rand_int_range (rand, 0, 8));
  g_autoptr (RuaSelection) selection = select_records (table, condition);
  g_autoptr (GHashTable) chosen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Shadow shadow;

  shadow_begin (&shadow, selection);
  for (guint i = 0; i < shadow.shadow->len; i++)
    g_hash_table_add (chosen, g_strdup (shadow.shadow->pdata[i]));
  for (guint step = 0; step < 40; step++) {
    guint n_records = rua_table_get_n_records (table);
    GString *want = g_string_new (NULL);
    g_autofree char *got = NULL, *told = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;

    switch (g_rand_int_range (rand, 0, 6)) {
    case 0:
    case 1:
    case 2:
      for (guint k = n_records ? (guint) g_rand_int_range (rand, 0, 4) : 0; k > 0 && rua_table_get_n_records (table); k--) {
        g_autoptr (RuaRecord) record
            = rua_table_dup_record (table, (guint) g_rand_int_range (rand, 0, (gint) rua_table_get_n_records (table)));

        g_hash_table_remove (chosen, rua_record_get_text (record, "id"));
        remove_id (table, rua_record_get_text (record, "id"));
      }
      break;
    case 3: {
      g_autofree char *id = g_strdup_printf ("h%u", n_made++);

      case_add (alliance, "household", "id", id, "n_persons", "6", NULL);
      break;
    }
    case 4:
      if (n_records && rua_alliance_begin (alliance, "tried", &error)) {
        g_autoptr (RuaRecord) record = rua_table_dup_record (table, (guint) g_rand_int_range (rand, 0, (gint) n_records));
        g_autofree char *id = g_strdup_printf ("h%u", n_made++);

        g_hash_table_remove (chosen, rua_record_get_text (record, "id"));
        remove_id (table, rua_record_get_text (record, "id"));
        case_add (alliance, "household", "id", id, NULL);
        g_assert_true (rua_alliance_rollback (alliance, &error));
      }
      g_assert_no_error (error);
      break;
    default: {
      /* As a merge puts them into the order that all stations have. */
      g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint32));

      for (guint32 row = 0; row < rua_table_get_n_rows (table); row++)
        if (rua_table_is_alive (table, row))
          g_array_append_val (order, row);
      for (guint i = order->len; i > 1; i--) {
        guint k = (guint) g_rand_int_range (rand, 0, (gint) i);
        guint32 other = g_array_index (order, guint32, k);

        g_array_index (order, guint32, k) = g_array_index (order, guint32, i - 1);
        g_array_index (order, guint32, i - 1) = other;
      }
      rua_table_reorder (table, (guint32 *) (gpointer) order->data, order->len);
      g_list_model_items_changed (G_LIST_MODEL (table), 0, n_records, n_records);
      break;
    }
    }
    bytes = rua_selection_dup_positions (selection);
    for (guint i = 0, k = 0; i < rua_table_get_n_records (table); i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);

      if (!g_hash_table_contains (chosen, rua_record_get_text (record, "id")))
        continue;
      g_string_append_printf (want, "%s%s", want->len ? " " : "", rua_record_get_text (record, "id"));
      g_assert_cmpuint (((const guint32 *) g_bytes_get_data (bytes, NULL))[k++], ==, i);
    }
    got = ids (G_LIST_MODEL (selection));
    g_assert_cmpstr (got, ==, want->str);
    told = shadow_ids (&shadow);
    g_assert_cmpstr (told, ==, want->str);
    g_string_free (want, TRUE);
  }
  g_signal_handlers_disconnect_by_data (selection, &shadow);
  g_ptr_array_unref (shadow.shadow);
}

static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  for (guint trial = 0; trial < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 8 : 100); trial++)
    check_random (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/selection/condition", test_condition);
  g_test_add_func ("/selection/list-model", test_list_model);
  g_test_add_func ("/selection/refused", test_refused);
  g_test_add_func ("/selection/where", test_where);
  g_test_add_func ("/selection/edits", test_edits);
  g_test_add_func ("/selection/keeps-alliance", test_keeps_alliance);
  g_test_add_func ("/selection/removed", test_removed);
  g_test_add_func ("/selection/undone", test_undone);
  g_test_add_func ("/selection/random", test_random);
  return g_test_run ();
}
