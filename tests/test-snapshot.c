/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-private.h"
#include "rua-dictionary-private.h"
#include "rua-kinds-private.h"
#include "rua-log-private.h"
#include "rua-random-private.h"

#include <string.h>

static RuaHousehold *
add_household (RuaAlliance *alliance, const char *id, double weight, const char *stratum)
{
  RuaHousehold *household = rua_household_new ();
  GError *error = NULL;

  rua_record_set_id (RUA_RECORD (household), id, &error);
  rua_household_set_weight (household, weight, &error);
  rua_household_set_stratum (household, stratum, &error);
  rua_alliance_add (alliance, RUA_RECORD (household), &error);
  g_assert_no_error (error);
  return household;
}

static void
check_household (RuaAlliance *alliance, const char *id, double weight, const char *stratum)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "household", id);
  double got;

  g_assert_nonnull (record);
  g_assert_true (rua_record_get_number (record, "weight", &got));
  g_assert_cmpfloat (got, ==, weight);
  g_assert_cmpstr (rua_record_get_text (record, "stratum"), ==, stratum);
}

static void
test_stays (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaHousehold) a = add_household (alliance, "a", 1, "hill");
  g_autoptr (RuaHousehold) b = add_household (alliance, "b", 2, "river");
  g_autoptr (RuaAlliance) snapshot = rua_alliance_snapshot (alliance);
  g_autoptr (RuaHousehold) c = NULL;
  GError *error = NULL;

  g_assert_true (rua_alliance_is_snapshot (snapshot));
  g_assert_false (rua_alliance_is_snapshot (alliance));
  rua_household_set_weight (a, 10, NULL);
  rua_household_set_stratum (a, "town", NULL);
  rua_record_set_id (RUA_RECORD (b), "z", NULL);
  c = add_household (alliance, "b", 3, "hill");
  g_assert_true (rua_alliance_remove (alliance, RUA_RECORD (a), &error));
  g_assert_no_error (error);

  check_household (snapshot, "a", 1, "hill");
  check_household (snapshot, "b", 2, "river");
  g_assert_null (rua_alliance_find (snapshot, "household", "z"));
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_households (snapshot)), ==, 2);
  check_household (alliance, "z", 2, "river");
  check_household (alliance, "b", 3, "hill");
  g_assert_null (rua_alliance_find (alliance, "household", "a"));
}

static void
test_outlives (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  RuaHousehold *a = add_household (alliance, "a", 1, "hill");
  g_autoptr (RuaAlliance) first = rua_alliance_snapshot (alliance);
  g_autoptr (RuaAlliance) second = rua_alliance_snapshot (alliance);
  RuaAlliance *third = rua_alliance_snapshot (first);

  rua_household_set_stratum (a, "town", NULL);
  g_object_unref (a);
  g_object_unref (alliance);
  g_clear_object (&first);
  check_household (second, "a", 1, "hill");
  check_household (third, "a", 1, "hill");
  g_object_unref (third);
}

static void
test_refuses (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaHousehold) a G_GNUC_UNUSED = add_household (alliance, "a", 1, "hill");
  g_autoptr (RuaAlliance) snapshot = rua_alliance_snapshot (alliance);
  g_autoptr (RuaRecord) record = rua_alliance_find (snapshot, "household", "a");
  g_autoptr (RuaRecord) fresh = RUA_RECORD (rua_household_new ());
  g_autoptr (RuaField) field = rua_field_new ("altitude", RUA_FIELD_TYPE_NUMBER);
  g_autoptr (RuaKind) kind = rua_kind_new ("beehive", "beehives");
  GError *errors[9] = { NULL };

  rua_record_set_id (fresh, "b", NULL);
  g_assert_false (rua_record_set_number (record, "weight", 2, &errors[0]));
  g_assert_false (rua_record_set_text (record, "stratum", "town", &errors[1]));
  g_assert_false (rua_record_set_id (record, "c", &errors[2]));
  g_assert_false (rua_record_unset (record, "stratum", &errors[3]));
  g_assert_false (rua_alliance_add (snapshot, fresh, &errors[4]));
  g_assert_false (rua_alliance_remove (snapshot, record, &errors[5]));
  g_assert_false (rua_alliance_add_field (snapshot, "household", field, &errors[6]));
  g_assert_false (rua_alliance_add_kind (snapshot, kind, &errors[7]));
  g_assert_false (rua_record_set_date (record, "joined", "2014", &errors[8]));
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_assert_error (errors[i], RUA_ERROR, RUA_ERROR_FAILED);
    g_assert_nonnull (strstr (errors[i]->message, "snapshot"));
    g_error_free (errors[i]);
  }
  check_household (snapshot, "a", 1, "hill");
}

static void
test_own_fields (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new (), other = rua_alliance_new ();
  g_autoptr (RuaField) altitude = rua_field_new ("altitude", RUA_FIELD_TYPE_NUMBER);
  g_autoptr (RuaField) later = rua_field_new ("later", RUA_FIELD_TYPE_NUMBER);
  g_autoptr (RuaAlliance) snapshot = NULL;

  g_assert_true (rua_alliance_add_field (alliance, "household", altitude, NULL));
  snapshot = rua_alliance_snapshot (alliance);
  g_assert_true (rua_alliance_add_field (alliance, "household", later, NULL));
  g_assert_nonnull (rua_kind_find_field (rua_table_get_kind (rua_alliance_get_households (snapshot)), "altitude"));
  g_assert_null (rua_kind_find_field (rua_table_get_kind (rua_alliance_get_households (snapshot)), "later"));
  g_assert_null (rua_kind_find_field (rua_table_get_kind (rua_alliance_get_households (other)), "altitude"));
  g_clear_object (&other);
  other = rua_alliance_new ();
  g_assert_null (rua_kind_find_field (rua_table_get_kind (rua_alliance_get_households (other)), "altitude"));
}

/* A copy that goes on as an alliance of its own asks for what its kinds require. */
static void
test_copy_requires (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaAlliance) copy = rua_alliance_copy_with_log (alliance, rua_log_new ("0123456789abcdef0123456789abcdef", "s", NULL));
  g_autoptr (RuaRecord) place = rua_alliance_new_record (copy, "place");
  g_autoptr (RuaAppender) appender = rua_table_append (rua_alliance_get_places (copy));
  GError *error = NULL;

  rua_appender_set_text (appender, 0, "p", -1, NULL);
  rua_appender_end_row (appender);
  g_assert_false (rua_appender_commit (appender, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  rua_record_set_id (place, "p", NULL);
  g_assert_false (rua_alliance_add (copy, place, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_error_free (error);
}

/* One thread reads its snapshot over and over while the owner changes everything. */
static gpointer
read_on (gpointer data)
{
  RuaAlliance *snapshot = data;
  RuaTable *table = rua_alliance_get_households (snapshot);
  guint n = rua_table_get_n_records (table);
  guint64 wrong = 0;

  for (int round = 0; round < 20; round++)
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
      g_autofree char *id = g_strdup_printf ("h%u", i), *stratum = g_strdup_printf ("s%u", i % 50);
      double weight = -1;

      rua_record_get_number (record, "weight", &weight);
      wrong += weight != i || g_strcmp0 (rua_record_get_id (record), id) != 0
               || g_strcmp0 (rua_record_get_text (record, "stratum"), stratum) != 0;
    }
  g_object_unref (snapshot);
  return GSIZE_TO_POINTER (wrong);
}

static void
test_thread (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_households (alliance);
  GThread *thread;

  for (guint i = 0; i < 2000; i++) {
    g_autofree char *id = g_strdup_printf ("h%u", i), *stratum = g_strdup_printf ("s%u", i % 50);

    g_object_unref (add_household (alliance, id, i, stratum));
  }
  thread = g_thread_new ("reader", read_on, rua_alliance_snapshot (alliance));
  for (guint i = 0; i < 2000; i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
    g_autofree char *id = g_strdup_printf ("new%u", i);

    g_assert_true (rua_record_set_number (record, "weight", -5, NULL));
    g_assert_true (rua_record_set_text (record, "stratum", id, NULL));
    g_assert_true (rua_record_set_id (record, id, NULL));
  }
  g_assert_cmpuint (GPOINTER_TO_SIZE (g_thread_join (thread)), ==, 0);
}

static void
test_dictionary (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;
  RuaDictionary dictionary, copies[8];
  guint32 sizes[8] = { 0 };
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  rua_dictionary_init (&dictionary);
  rua_dictionary_prefetch (&dictionary, "a", 1);
  /* Room alone, before there is a text. */
  rua_dictionary_reserve (&dictionary, 0);
  rua_dictionary_share (&dictionary, &copies[0]);
  g_assert_false (rua_dictionary_find (&copies[0], "a", 1, sizes));
  rua_dictionary_clear (&copies[0]);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    rua_dictionary_init (&copies[i]);
  for (int step = 0; step < 20000; step++) {
    guint what = rua_random_below (&random, 1000);

    if (what < 10) {
      guint c = rua_random_below (&random, G_N_ELEMENTS (copies));

      rua_dictionary_clear (&copies[c]);
      rua_dictionary_share (&dictionary, &copies[c]);
      sizes[c] = texts->len;
    } else if (what < 12) {
      gsize before = rua_dictionary_get_overhead (&dictionary);
      gboolean shared = dictionary.shares != NULL;

      rua_dictionary_reserve (&dictionary, rua_random_below (&random, 1000));
      /* Not while others read. */
      if (shared)
        g_assert_cmpuint (rua_dictionary_get_overhead (&dictionary), ==, before);
      else
        g_assert_cmpuint (rua_dictionary_get_overhead (&dictionary), >=, before);
    } else if (what < 300 || texts->len == 0) {
      guint length = rua_random_below (&random, 40);
      char *text = g_malloc0 (length + 1);
      guint32 code, known;
      gboolean found;

      for (guint i = 0; i < length; i++)
        text[i] = (char) ('a' + rua_random_below (&random, 3));
      found = rua_dictionary_find (&dictionary, text, length, &known);
      code = rua_dictionary_intern (&dictionary, text, length);
      if (found)
        g_assert_cmpuint (code, ==, known);
      else
        g_assert_cmpuint (code, ==, texts->len);
      if (found)
        g_free (text);
      else
        g_ptr_array_add (texts, text);
    } else {
      guint32 wanted = rua_random_below (&random, texts->len), code = 0;
      const char *text = texts->pdata[wanted];

      rua_dictionary_prefetch (&dictionary, text, strlen (text));
      g_assert_true (rua_dictionary_find (&dictionary, text, strlen (text), &code));
      g_assert_cmpuint (code, ==, wanted);
      for (guint c = 0; c < G_N_ELEMENTS (copies); c++) {
        g_assert_cmpint (rua_dictionary_find (&copies[c], text, strlen (text), &code), ==, wanted < sizes[c]);
        if (wanted < sizes[c])
          g_assert_cmpstr (copies[c].entries[code].text, ==, text);
      }
    }
  }
  rua_dictionary_clear (&dictionary);
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    rua_dictionary_clear (&copies[i]);
}

/* Reserved room is neither grown nor moved while it is filled, and nothing that was there is lost. */
static void
test_reserve (void)
{
  RuaDictionary dictionary;

  rua_dictionary_init (&dictionary);
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *text = g_strdup_printf ("h%u", i);
    const RuaDictionaryEntry *entries = dictionary.entries;
    const guint64 *slots = dictionary.slots;

    if (i == 1000) {
      rua_dictionary_reserve (&dictionary, 4000);
      entries = dictionary.entries;
      slots = dictionary.slots;
      g_assert_cmpuint (dictionary.allocated, ==, 5000);
    }
    g_assert_cmpuint (rua_dictionary_intern (&dictionary, text, strlen (text)), ==, i);
    if (i >= 1000) {
      g_assert_true (dictionary.entries == entries);
      g_assert_true (dictionary.slots == slots);
    }
  }
  /* Less than there is, and more than any memory. */
  rua_dictionary_reserve (&dictionary, 1);
  rua_dictionary_reserve (&dictionary, G_MAXUINT32);
  g_assert_cmpuint (dictionary.mask + 1, <=, 16384);
  for (guint i = 0; i < 5000; i++) {
    g_autofree char *text = g_strdup_printf ("h%u", i);
    guint32 code;

    g_assert_true (rua_dictionary_find (&dictionary, text, strlen (text), &code));
    g_assert_cmpuint (code, ==, i);
  }
  rua_dictionary_clear (&dictionary);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snapshot/stays", test_stays);
  g_test_add_func ("/snapshot/reserve", test_reserve);
  g_test_add_func ("/snapshot/outlives", test_outlives);
  g_test_add_func ("/snapshot/refuses", test_refuses);
  g_test_add_func ("/snapshot/own-fields", test_own_fields);
  g_test_add_func ("/snapshot/copy-requires", test_copy_requires);
  g_test_add_func ("/snapshot/thread", test_thread);
  g_test_add_func ("/dictionary/shared", test_dictionary);
  return g_test_run ();
}
