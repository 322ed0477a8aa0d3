/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-alliance.h"
#include "rua-alliance-json.h"
#include "rua-dictionary-private.h"
#include "rua-parallel.h"

#include <string.h>

static void
begin (RuaRandom *random)
{
  guint32 seed = g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

/* A run of these texts, with offsets of 32 or 64 bits. */
static RuaTextRun *
make_run (GPtrArray *texts, gboolean wide, guint gap)
{
  GByteArray *bytes = g_byte_array_new (), *offsets = g_byte_array_new ();
  static const guint8 nothing[8] = { 0 };
  RuaTextRun *run;

  for (guint i = 0; i <= texts->len; i++) {
    guint64 far = bytes->len;
    guint32 near = bytes->len;

    g_byte_array_append (offsets, wide ? (const guint8 *) &far : (const guint8 *) &near, wide ? 8 : 4);
    if (i == texts->len)
      break;
    g_byte_array_append (bytes, texts->pdata[i], (guint) strlen (texts->pdata[i]));
    g_byte_array_append (bytes, nothing, gap);
  }
  {
    g_autoptr (GBytes) t = g_byte_array_free_to_bytes (bytes);
    g_autoptr (GBytes) o = g_byte_array_free_to_bytes (offsets);

    run = rua_text_run_new (o, t, texts->len, gap);
  }
  return run;
}

static GPtrArray *
make_texts (RuaRandom *random, guint n)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (texts, g_strdup_printf ("%.*s%u", (int) rua_random_below (random, 20), "a text of some length, and more", i));
  return texts;
}

static void
check_run (RuaTextRun *run, GPtrArray *texts)
{
  guint32 code;

  for (guint i = 0; i < texts->len; i++) {
    gsize length;
    const char *text = rua_text_run_get (run, i, &length);

    g_assert_cmpmem (text, length, texts->pdata[i], strlen (texts->pdata[i]));
    g_assert_cmpint (text[length], ==, '\0');
    g_assert_true (rua_text_run_find (run, texts->pdata[i], strlen (texts->pdata[i]), &code));
    g_assert_cmpuint (code, ==, i);
  }
  g_assert_false (rua_text_run_find (run, "nothing of the kind", 19, &code));
  g_assert_false (rua_text_run_find (run, "", 0, &code));
}

static void
test_finds (void)
{
  static const guint sizes[] = { 0, 1, 2, 10, 11, 12, 1000, 70000, 200000 };
  RuaRandom random;
  guint threads = rua_get_n_threads ();

  begin (&random);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    guint n = g_getenv ("RUA_SLOW_MACHINE") ? MIN (sizes[i], 70000) : sizes[i];
    g_autoptr (GPtrArray) texts = make_texts (&random, n);
    RuaTextRun *run = make_run (texts, i % 2, 1 + i % 4);
    guint32 first, second;

    rua_set_n_threads (1 + i % 4);
    g_assert_cmpuint (rua_text_run_get_index_size (run), ==, 0);
    if (i % 3 == 1)
      g_assert_false (rua_text_run_find_repeated (run, &first, &second));
    check_run (run, texts);
    g_assert_cmpuint (rua_text_run_get_index_size (run), >, n * sizeof (guint32));
    rua_text_run_unref (run);
  }
  rua_set_n_threads (threads);
}

static void
test_repeated (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < 30; t++) {
    guint n = 2 + rua_random_below (&random, t == 0 ? 150000 : 300);
    g_autoptr (GPtrArray) texts = make_texts (&random, n);
    guint a = rua_random_below (&random, n - 1), b = a + 1 + rua_random_below (&random, n - a - 1);
    RuaTextRun *run;
    guint32 first, second, code;

    g_free (texts->pdata[b]);
    texts->pdata[b] = g_strdup (texts->pdata[a]);
    run = make_run (texts, t % 2, 1);
    g_assert_true (rua_text_run_find_repeated (run, &first, &second));
    g_assert_cmpuint (first, ==, a);
    g_assert_cmpuint (second, ==, b);
    g_assert_true (rua_text_run_find (run, texts->pdata[a], strlen (texts->pdata[a]), &code));
    g_assert_cmpuint (code, ==, a);
    rua_text_run_unref (run);
  }
}

static gpointer
find_all (gpointer data)
{
  gpointer *both = data;
  RuaTextRun *run = both[0];
  GPtrArray *texts = both[1];
  guint wrong = 0;

  for (guint i = 0; i < texts->len; i++) {
    guint32 code = G_MAXUINT32;

    wrong += !rua_text_run_find (run, texts->pdata[i], strlen (texts->pdata[i]), &code) || code != i;
  }
  return GUINT_TO_POINTER (wrong);
}

/* The index is made once, whoever asks first. */
static void
test_threads (void)
{
  RuaRandom random;
  g_autoptr (GPtrArray) texts = NULL;
  gpointer both[2];
  GThread *threads[4];

  begin (&random);
  texts = make_texts (&random, 5000);
  both[0] = make_run (texts, FALSE, 1);
  both[1] = texts;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("finder", find_all, both);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 0);
  rua_text_run_unref (both[0]);
}

/* A dictionary on a run learns further texts, alone and shared. */
static void
test_dictionary (void)
{
  RuaRandom random;
  g_autoptr (GPtrArray) texts = NULL;
  RuaDictionary dictionary, copy, plain;
  gsize length;
  guint32 code;

  begin (&random);
  texts = make_texts (&random, 300);
  rua_dictionary_init (&dictionary);
  rua_dictionary_init (&copy);
  rua_dictionary_take_run (&dictionary, make_run (texts, FALSE, 4));
  rua_dictionary_share (&dictionary, &copy);
  g_assert_cmpuint (rua_dictionary_get_n (&copy), ==, 300);
  for (guint i = 0; i < 300; i++)
    g_assert_cmpuint (rua_dictionary_intern (&dictionary, texts->pdata[i], strlen (texts->pdata[i])), ==, i);
  for (guint i = 0; i < 200; i++) {
    char text[20];

    g_snprintf (text, sizeof text, "new %u", i);
    g_assert_cmpuint (rua_dictionary_intern (&dictionary, text, strlen (text)), ==, 300 + i);
    g_assert_cmpuint (rua_dictionary_intern (&dictionary, text, strlen (text)), ==, 300 + i);
    g_assert_false (rua_dictionary_find (&copy, text, strlen (text), &code));
    if (i == 100) {
      rua_dictionary_init (&plain);
      rua_dictionary_share (&dictionary, &plain);
    }
  }
  g_assert_cmpuint (rua_dictionary_get_n (&plain), ==, 401);
  g_assert_true (rua_dictionary_find (&plain, "new 100", 7, &code));
  g_assert_cmpuint (code, ==, 400);
  g_assert_false (rua_dictionary_find (&plain, "new 101", 7, &code));
  g_assert_cmpuint (rua_dictionary_intern (&plain, "other", 5), ==, 401);
  rua_dictionary_clear (&dictionary);
  g_assert_cmpstr (rua_dictionary_get (&plain, 401, &length), ==, "other");
  g_assert_cmpstr (rua_dictionary_get (&plain, 7, &length), ==, texts->pdata[7]);
  g_assert_true (rua_dictionary_find (&copy, texts->pdata[299], strlen (texts->pdata[299]), &code));
  rua_dictionary_clear (&copy);
  rua_dictionary_clear (&plain);
}

/* ---- rows a chunk at a time ---- */

/* All columns of a random table, moved to another alliance by runs and chunks. */
static void
copy_table (RuaTable *from, RuaTable *to, gboolean by_run, GError **error)
{
  g_autoptr (RuaAppender) appender = rua_table_append (to);
  guint32 n = rua_table_get_n_rows (from);

  for (guint f = 0; f < rua_kind_get_n_fields (rua_table_get_kind (from)); f++) {
    RuaField *field = rua_kind_get_field (rua_table_get_kind (from), f);
    RuaColumn *column = rua_table_peek_column (from, f), *target = rua_table_peek_column (to, f);
    RuaFieldType type = rua_field_get_field_type (field);
    guint32 n_codes = rua_column_get_n_codes (column);

    if (by_run && type != RUA_FIELD_TYPE_REFERENCE_LIST && type != RUA_FIELD_TYPE_TEXTS && type != RUA_FIELD_TYPE_TEXT_LIST
        && n_codes > 0) {
      g_autoptr (GPtrArray) texts = g_ptr_array_new ();

      for (guint32 code = 0; code < n_codes; code++)
        g_ptr_array_add (texts, (gpointer) rua_column_code_text (column, code, NULL));
      g_assert_true (rua_appender_take_texts (appender, f, make_run (texts, f % 2, 1)));
    } else
      for (guint32 code = 0; code < n_codes; code++) {
        gsize length;
        const char *text = rua_column_code_text (column, code, &length);

        g_assert_cmpuint (rua_appender_intern (appender, f, text, length), ==, code);
      }
    for (guint c = 0; c < rua_column_get_n_chunks (column); c++) {
      RuaSlice slice;
      g_autofree guint64 *values = g_new (guint64, RUA_CHUNK_ROWS);

      rua_column_peek_slice (column, c, &slice);
      if (type == RUA_FIELD_TYPE_BOOLEAN)
        rua_slice_read_booleans (&slice, 0, slice.n_rows, (guint8 *) values);
      else if (type == RUA_FIELD_TYPE_NUMBER)
        rua_slice_read_numbers (&slice, 0, slice.n_rows, (double *) values);
      else if (type == RUA_FIELD_TYPE_INTEGER || type == RUA_FIELD_TYPE_MONEY
               || (type == RUA_FIELD_TYPE_REFERENCE && g_str_equal (rua_field_get_target (field), "*")))
        rua_slice_read_integers (&slice, 0, slice.n_rows, (gint64 *) values);
      else
        rua_slice_read_words (&slice, 0, slice.n_rows, (guint32 *) values);
      if (!rua_appender_take_chunk (appender, f, c * RUA_CHUNK_ROWS,
                                    rua_chunk_new_packed (target, values, slice.known, slice.n_rows), slice.n_rows, error))
        return;
    }
  }
  rua_appender_end_rows (appender, n);
  rua_appender_commit (appender, error);
}

static void
check_same (RuaAlliance *a, RuaAlliance *b)
{
  RuaTable *ta = random_alliance_get_table (a), *tb = random_alliance_get_table (b);

  g_assert_cmpuint (rua_table_get_n_records (ta), ==, rua_table_get_n_records (tb));
  for (guint f = 0; f < rua_kind_get_n_fields (rua_table_get_kind (ta)); f++) {
    guint64 pa[2], pb[2];

    rua_column_fingerprint (rua_table_peek_column (ta, f), pa);
    rua_column_fingerprint (rua_table_peek_column (tb, f), pb);
    g_assert_cmpmem (pa, sizeof pa, pb, sizeof pb);
  }
}

static void
test_chunks (void)
{
  static const guint sizes[] = { 1, 63, 64, 300, RUA_CHUNK_ROWS + 9 };
  RuaRandom random;

  begin (&random);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++) {
    guint rows = g_getenv ("RUA_SLOW_MACHINE") ? MIN (sizes[i / 2], 300) : sizes[i / 2];
    g_autoptr (RuaAlliance) from = random_alliance_new (&random, rows);
    g_autoptr (RuaAlliance) to = random_alliance_new (&random, 0);
    RuaTable *table = random_alliance_get_table (to);
    g_autoptr (RuaAlliance) snapshot = NULL;
    g_autofree char *id = g_strdup_printf ("t%u", rows - 1);
    GError *error = NULL;

    copy_table (random_alliance_get_table (from), table, i % 2, &error);
    g_assert_no_error (error);
    check_same (from, to);
    g_assert_cmpuint (rua_table_find_row (table, id, -1), ==, rows - 1);
    g_assert_cmpuint (rua_table_find_row (table, "nobody", -1), ==, RUA_NO_ROW);
    snapshot = rua_alliance_snapshot (to);
    for (guint e = 0; e < 50; e++) {
      RuaRandom again = random;

      random_alliance_edit (from, &random);
      random_alliance_edit (to, &again);
    }
    check_same (from, to);
    g_assert_cmpuint (rua_table_find_row (random_alliance_get_table (snapshot), id, -1), ==, rows - 1);
  }
}

/* Where the first row begins no chunk, and where it does not begin at row 0. */
static void
test_chunks_behind (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaTable *table;
  RuaColumn *ids, *small;
  guint32 before;

  begin (&random);
  alliance = random_alliance_new (&random, 1000);
  table = random_alliance_get_table (alliance);
  ids = rua_table_peek_column (table, 0);
  small = rua_table_peek_column (table, 5);
  for (guint t = 0; t < 4; t++) {
    g_autoptr (RuaAppender) appender = rua_table_append (table);
    guint32 codes[500], n = 100 * (t + 1);
    gint64 values[500];
    GError *error = NULL;

    before = rua_table_get_n_rows (table);
    for (guint i = 0; i < n; i++) {
      g_autofree char *id = g_strdup_printf ("chunk%u.%u", t, i);

      codes[i] = rua_appender_intern (appender, 0, id, strlen (id));
      values[i] = 1000 * t + i;
    }
    g_assert_true (rua_appender_take_chunk (appender, 0, 0, rua_chunk_new_packed (ids, codes, NULL, n), n, &error));
    g_assert_true (rua_appender_take_chunk (appender, 5, 0, rua_chunk_new_packed (small, values, NULL, n), n, &error));
    g_assert_true (rua_appender_take_chunk (appender, 6, 0, NULL, n, &error));
    rua_appender_end_rows (appender, n);
    if (t == 2) {
      g_assert_false (rua_appender_take_texts (appender, 0, NULL));
      rua_appender_rollback (appender);
      g_assert_cmpuint (rua_table_get_n_rows (table), ==, before);
      g_assert_cmpuint (rua_table_find_row (table, "chunk2.0", -1), ==, RUA_NO_ROW);
      g_assert_false (rua_column_is_known (small, before));
      continue;
    }
    rua_appender_commit (appender, &error);
    g_assert_no_error (error);
    for (guint i = 0; i < n; i++) {
      g_autofree char *id = g_strdup_printf ("chunk%u.%u", t, i);
      gint64 value = -1;

      g_assert_cmpuint (rua_table_find_row (table, id, -1), ==, before + i);
      g_assert_true (rua_column_read_integer (small, before + i, &value));
      g_assert_cmpint (value, ==, 1000 * t + i);
      g_assert_false (rua_column_is_known (rua_table_peek_column (table, 6), before + i));
    }
  }
}

static void
test_chunks_refuse (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaTable *table;
  RuaColumn *ids;
  guint32 codes[3];
  GError *error = NULL;

  begin (&random);
  alliance = random_alliance_new (&random, 10);
  table = random_alliance_get_table (alliance);
  ids = rua_table_peek_column (table, 0);
  for (guint t = 0; t < 2; t++) {
    g_autoptr (RuaAppender) appender = rua_table_append (table);

    codes[0] = rua_appender_intern (appender, 0, "fresh", 5);
    codes[1] = rua_appender_intern (appender, 0, "other", 5);
    codes[2] = t ? codes[0] : rua_appender_intern (appender, 0, "t3", 2);
    g_assert_false (rua_appender_take_chunk (appender, 0, 0, rua_chunk_new_packed (ids, codes, NULL, 3), 3, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
    g_assert_nonnull (strstr (error->message, t ? "fresh" : "t3"));
    g_assert_nonnull (strstr (error->message, "#13"));
    g_clear_error (&error);
    rua_appender_rollback (appender);
    g_assert_cmpuint (rua_table_find_row (table, "fresh", -1), ==, RUA_NO_ROW);
    g_assert_cmpuint (rua_table_find_row (table, "t3", -1), ==, 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-run/finds", test_finds);
  g_test_add_func ("/text-run/repeated", test_repeated);
  g_test_add_func ("/text-run/threads", test_threads);
  g_test_add_func ("/text-run/dictionary", test_dictionary);
  g_test_add_func ("/text-run/chunks", test_chunks);
  g_test_add_func ("/text-run/chunks/behind", test_chunks_behind);
  g_test_add_func ("/text-run/chunks/refuse", test_chunks_refuse);
  return g_test_run ();
}
