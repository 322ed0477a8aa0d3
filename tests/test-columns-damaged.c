/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Columns that were damaged or forged: refused, or read as what they say. */
#include "columns-seal.h"
#include "random-alliance.h"
#include "random-trials.h"
#include "rua-alliance-json.h"
#include "rua-parallel.h"
#include "rua-table-core-private.h"

#include <string.h>

/* ---- what is damaged is refused ---- */

static RuaAlliance *
small_alliance (void)
{
  static const char text[] =
    "{\"format\":\"rural-alliance\",\"version\":1,\"places\":[{\"id\":\"p\",\"name\":\"P\"},{\"id\":\"q\",\"name\":{\"en\":\"Q\",\"zh\":\"草\"},\"parent\":\"p\"}],"
    "\"households\":[{\"id\":\"a\",\"weight\":1.5,\"joined\":\"2014-09\",\"x\":1},{\"id\":\"b\",\"weight\":0.25}]}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  GError *error = NULL;
  RuaAlliance *small = rua_alliance_new_from_json (bytes, "text", NULL, &error);

  g_assert_no_error (error);
  return small;
}

/* Of so many households, whose ids are numbers of 18 digits. */
static RuaAlliance *
numbered_alliance (guint n)
{
  g_autoptr (GString) text = g_string_new ("{\"format\":\"rural-alliance\",\"version\":1,\"households\":[");
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  RuaAlliance *alliance;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s{\"id\":\"k%" G_GUINT64_FORMAT "\",\"n_persons\":%u}", i ? "," : "",
                            G_GUINT64_CONSTANT (912345678912345678) + 3 * i + (i % 5 == 0), i % 6 + 1);
  g_string_append (text, "]}");
  bytes = g_bytes_new (text->str, text->len);
  alliance = rua_alliance_new_from_json (bytes, "text", NULL, &error);
  g_assert_no_error (error);
  return alliance;
}

static void
assert_refused (GByteArray *file)
{
  GError *error = NULL;
  g_autoptr (RuaAlliance) alliance = columns_read (file, &error);

  g_assert_null (alliance);
  g_assert_nonnull (error);
  g_assert_true (error->domain == RUA_ERROR);
  g_assert_true (error->code == RUA_ERROR_SYNTAX || error->code == RUA_ERROR_VERSION);
  g_assert_true (g_str_has_prefix (error->message, "a.ruac: "));
  g_error_free (error);
}

static void
test_every_bit (void)
{
  g_autoptr (RuaAlliance) alliance = small_alliance ();
  g_autoptr (GByteArray) file = columns_write (alliance);
  guint step = g_getenv ("RUA_SLOW_MACHINE") ? 211 : 1;

  for (guint bit = 0; bit < file->len * 8; bit += step) {
    file->data[bit / 8] ^= (guint8) (1u << bit % 8);
    assert_refused (file);
    file->data[bit / 8] ^= (guint8) (1u << bit % 8);
  }
}

static void
test_random_bits (void)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GByteArray) file = NULL;
  if (skip_under_valgrind ())
    return;

  columns_begin (&random);
  alliance = random_alliance_new (&random, RUA_CHUNK_ROWS + (guint) columns_trials (1000));
  file = columns_write (alliance);
  for (guint t = 0; t < columns_trials (100); t++) {
    guint at = rua_random_below (&random, file->len), bit = rua_random_below (&random, 8);

    file->data[at] ^= (guint8) (1u << bit);
    assert_refused (file);
    file->data[at] ^= (guint8) (1u << bit);
  }
}

static void
test_lengths (void)
{
  g_autoptr (RuaAlliance) alliance = small_alliance ();
  g_autoptr (GByteArray) file = columns_write (alliance);
  guint step = g_getenv ("RUA_SLOW_MACHINE") ? 37 : 1;

  for (guint n = 0; n < file->len; n += step) {
    g_autoptr (GByteArray) cut = g_byte_array_new ();
    g_autoptr (GByteArray) head_cut = g_byte_array_new ();

    g_byte_array_append (cut, file->data, n);
    assert_refused (cut);
    g_byte_array_append (head_cut, file->data + n + 1, file->len - n - 1);
    assert_refused (head_cut);
  }
  for (guint n = 1; n < 130; n += step) {
    g_autoptr (GByteArray) longer = g_byte_array_new ();

    g_byte_array_append (longer, file->data, file->len);
    g_byte_array_set_size (longer, file->len + n);
    memset (longer->data + file->len, 0, n);
    assert_refused (longer);
  }
}

static void
test_version (void)
{
  g_autoptr (RuaAlliance) alliance = small_alliance ();
  g_autoptr (GByteArray) file = columns_write (alliance);
  GError *error = NULL;

  file->data[8] = RUA_COLUMNS_VERSION + 1;
  g_assert_true (columns_seal (file->data, file->len));
  g_assert_null (columns_read (file, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VERSION);
  g_assert_nonnull (strstr (error->message, "version 3"));
  g_clear_error (&error);
  file->data[8] = 0;
  g_assert_true (columns_seal (file->data, file->len));
  assert_refused (file);
}

/* Somebody who means harm puts the sums right. Whatever is changed, it is refused, or it is an
 * alliance that can be used. */
static void
attack (GByteArray *file, guint *accepted)
{
  GError *error = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;

  if (!columns_seal (file->data, file->len))
    return;
  alliance = columns_read (file, &error);
  g_assert_cmpint (alliance != NULL, ==, error == NULL);
  if (alliance)
    columns_exercise (alliance);
  *accepted += alliance != NULL;
  g_clear_error (&error);
}

static void
test_hostile_bytes (void)
{
  RuaRandom random;
  guint accepted = 0;

  columns_begin (&random);
  for (guint t = 0; t < columns_trials (3); t++) {
    g_autoptr (RuaAlliance) alliance = t == 0 ? small_alliance () : random_alliance_new (&random, 1 + rua_random_below (&random, 80));
    g_autoptr (GByteArray) file = columns_write (alliance);
    guint64 directory;

    memcpy (&directory, file->data + file->len - RUA_COLUMNS_TRAILER, 8);
    for (guint i = 0; i < columns_trials (500); i++) {
      static const guint8 telling[] = { 0, 1, 2, 4, 8, 16, 0x7f, 0x80, 0xff };
      g_autoptr (GByteArray) bad = g_byte_array_new ();
      /* Most of the time in the directory. */
      guint from = rua_random_below (&random, 4) ? (guint) directory : 0;

      g_byte_array_append (bad, file->data, file->len);
      for (guint n = 1 + rua_random_below (&random, 3); n > 0; n--) {
        guint at = from + rua_random_below (&random, bad->len - from);

        bad->data[at] = rua_random_below (&random, 2) ? telling[rua_random_below (&random, G_N_ELEMENTS (telling))]
                                                      : (guint8) rua_random_next (&random);
      }
      attack (bad, &accepted);
    }
  }
  /* Numbers are numbers: some changes are no harm. */
  g_assert_cmpuint (accepted, >, 0);
}

/* Each byte of the directory in turn, made the largest and the least. */
static void
attack_directory (RuaAlliance *alliance)
{
  g_autoptr (GByteArray) file = columns_write (alliance);
  guint64 directory;
  guint accepted = 0, step = g_getenv ("RUA_SLOW_MACHINE") ? 97 : 5;

  memcpy (&directory, file->data + file->len - RUA_COLUMNS_TRAILER, 8);
  for (guint at = (guint) directory; at < file->len - RUA_COLUMNS_TRAILER + RUA_COLUMNS_SUM_AT; at += step)
    for (guint k = 0; k < 4; k++) {
      g_autoptr (GByteArray) bad = g_byte_array_new ();

      g_byte_array_append (bad, file->data, file->len);
      bad->data[at] = (guint8[]){ 0xff, 0x00, (guint8) (file->data[at] + 1), (guint8) (file->data[at] - 1) }[k];
      attack (bad, &accepted);
      /* A count of many, of which the first bytes are there. */
      if (k == 0 && at + 8 < file->len) {
        memset (bad->data + at, 0xff, 8);
        attack (bad, &accepted);
      }
    }
}

static void
test_hostile_directory (void)
{
  g_autoptr (RuaAlliance) small = small_alliance ();
  g_autoptr (RuaAlliance) numbered = numbered_alliance (17);

  attack_directory (small);
  attack_directory (numbered);
}

/* Ids of which the directory says another first number, or more digits than there may be. */
static void
test_hostile_numbers (void)
{
  static const struct {
    guint64 first;
    gboolean fine;
  } cases[] = {
    { G_GUINT64_CONSTANT (912345678912345679), TRUE },
    { G_GUINT64_CONSTANT (100000000000000000), TRUE },
    { G_GUINT64_CONSTANT (17), TRUE },
    { G_GUINT64_CONSTANT (999999999999999999), FALSE },
    { G_GUINT64_CONSTANT (999999999999999000), FALSE },
    { G_MAXUINT64, FALSE },
  };
  g_autoptr (RuaAlliance) alliance = numbered_alliance (2100);
  g_autoptr (GByteArray) file = columns_write (alliance);
  const guint64 first = GUINT64_TO_LE (cases[0].first);
  guint at = 0;

  while (memcmp (file->data + at, &first, sizeof first) != 0)
    g_assert_cmpuint (++at, <, file->len - sizeof first);
  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++) {
    guint64 other = GUINT64_TO_LE (cases[c].first);
    GError *error = NULL;
    g_autoptr (RuaAlliance) again = NULL;

    memcpy (file->data + at, &other, sizeof other);
    g_assert_true (columns_seal (file->data, file->len));
    again = columns_read (file, &error);
    g_assert_cmpint (again != NULL, ==, cases[c].fine);
    if (cases[c].fine) {
      g_autofree char *id = g_strdup_printf ("k%0*" G_GUINT64_FORMAT, 18, cases[c].first);
      g_autoptr (RuaRecord) found = rua_alliance_find (again, "household", id);

      g_assert_nonnull (found);
    } else {
      g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
      g_assert_nonnull (strstr (error->message, "household: id: a number from text 1 on has too many digits"));
    }
    g_clear_error (&error);
  }
}

/* A dictionary that says it has one text less than there are rows, each of which has its own. */
static void
test_hostile_rows (void)
{
  static const guint8 dictionary[] = { 40, 0, 0, 0, RUA_COLUMNS_NUMBERED, 1, 0, 0, 0, 'k', 18 };
  g_autoptr (RuaAlliance) alliance = numbered_alliance (40);
  g_autoptr (GByteArray) file = columns_write (alliance);
  guint at = 0;

  while (memcmp (file->data + at, dictionary, sizeof dictionary) != 0)
    g_assert_cmpuint (++at, <, file->len - sizeof dictionary);
  file->data[at] = 39;
  g_assert_true (columns_seal (file->data, file->len));
  assert_refused (file);
  /* A form that there is none of. */
  file->data[at] = 40;
  file->data[at + 4] = RUA_COLUMNS_NUMBERED + 1;
  g_assert_true (columns_seal (file->data, file->len));
  assert_refused (file);
}

/* Values that a column cannot have, one by one. */
static void
hostile_value (RuaFieldType type, const char *target, guint64 word, gboolean packed, gboolean fine)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaTable *table;
  GError *error = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  g_autoptr (GByteArray) file = NULL;
  RuaColumn *column = NULL;

  rua_random_init (&random, 7);
  alliance = random_alliance_new (&random, 20);
  table = random_alliance_get_table (alliance);
  for (guint f = 1; f < table->columns->len && !column; f++)
    if (rua_table_column (table, f)->type == type
        && g_strcmp0 (rua_field_get_target (rua_table_column (table, f)->field), target) == 0)
      column = rua_table_column (table, f);
  /* Straight into the cell, past all that would refuse it. */
  for (guint row = 0; row < 20; row++)
    if (row == 3 || (packed && type != RUA_FIELD_TYPE_NUMBER)) {
      rua_column_write_word (column, row, word);
      if (!packed && row == 3 && column->width == 4 && type == RUA_FIELD_TYPE_DATE)
        rua_column_write_word (column, 4, (guint32) rua_date_pack (-700000, RUA_DATE_PRECISION_DAY));
    }
  file = columns_write (alliance);
  again = columns_read (file, &error);
  if (fine) {
    g_assert_no_error (error);
    g_assert_nonnull (again);
  } else {
    g_assert_null (again);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
    g_clear_error (&error);
  }
}

static guint64
bits_of (double number)
{
  guint64 word;

  memcpy (&word, &number, sizeof word);
  return word;
}

static void
test_hostile_values (void)
{
  for (guint packed = 0; packed < 2; packed++) {
    hostile_value (RUA_FIELD_TYPE_BOOLEAN, NULL, 1, packed, TRUE);
    hostile_value (RUA_FIELD_TYPE_BOOLEAN, NULL, 2, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_BOOLEAN, NULL, 255, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_REFERENCE, "thing", 19, packed, TRUE);
    hostile_value (RUA_FIELD_TYPE_REFERENCE, "thing", 20, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_REFERENCE, "thing", G_MAXUINT32, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) rua_date_pack (0, RUA_DATE_PRECISION_DAY), packed, TRUE);
    hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) rua_date_pack (0, RUA_DATE_PRECISION_DAY) + 1, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) G_MAXINT32 - 1, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) G_MININT32, packed, FALSE);
    for (guint last = 0; last < 2; last++) {
      gint64 day = last ? 2932896 : -719162, beyond = last ? day + 1 : day - 1;

      hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) rua_date_pack (day, RUA_DATE_PRECISION_DAY), packed, TRUE);
      hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) rua_date_pack (day, RUA_DATE_PRECISION_YEAR), packed, TRUE);
      hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) rua_date_pack (day, RUA_DATE_PRECISION_DAY) + 1, packed, FALSE);
      hostile_value (RUA_FIELD_TYPE_DATE, NULL, (guint32) rua_date_pack (beyond, RUA_DATE_PRECISION_DAY), packed, FALSE);
    }
    hostile_value (RUA_FIELD_TYPE_NUMBER, NULL, bits_of (1e300), packed, TRUE);
    hostile_value (RUA_FIELD_TYPE_NUMBER, NULL, bits_of (G_MAXDOUBLE) + 1, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_NUMBER, NULL, G_MAXUINT64, packed, FALSE);
    hostile_value (RUA_FIELD_TYPE_INTEGER, NULL, G_MAXUINT64, packed, TRUE);
    hostile_value (RUA_FIELD_TYPE_MONEY, NULL, G_GUINT64_CONSTANT (1) << 63, packed, TRUE);
  }
}

/* Texts that a field cannot have. */
static void
hostile_text (const char *name, const char *text, gsize length, gboolean fine)
{
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaTable *table;
  GError *error = NULL;
  g_autoptr (RuaAlliance) again = NULL;
  g_autoptr (GByteArray) file = NULL;
  RuaColumn *column;

  rua_random_init (&random, 7);
  alliance = random_alliance_new (&random, 20);
  table = random_alliance_get_table (alliance);
  column = *name ? rua_table_column (table, rua_field_get_index (rua_kind_find_field (table->kind, name))) : table->extra;
  rua_column_write_word (column, 3, rua_dictionary_intern (&column->dictionary, text, length));
  file = columns_write (alliance);
  again = columns_read (file, &error);
  if (fine) {
    g_assert_no_error (error);
    columns_assert_same_json (alliance, again);
  } else {
    g_assert_null (again);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
    g_clear_error (&error);
  }
}

static void
test_hostile_texts (void)
{
  guint32 rows[] = { 0, 19 }, beyond[] = { 0, 20 };

  hostile_text ("name", "fine 草", 8, TRUE);
  hostile_text ("name", "", 0, TRUE);
  hostile_text ("name", "\xc3\x28", 2, FALSE);
  hostile_text ("name", "\xff", 1, FALSE);
  hostile_text ("name", "\xed\xa0\x80", 3, FALSE);
  hostile_text ("name", "a\0b", 3, FALSE);
  hostile_text ("id", "x", 1, TRUE);
  hostile_text ("id", "", 0, FALSE);
  hostile_text ("sort", "rice", 4, TRUE);
  hostile_text ("sort", "gold", 4, FALSE);
  hostile_text ("title", "en\0Tea\0", 7, TRUE);
  hostile_text ("title", "en\0Tea", 6, FALSE);
  hostile_text ("title", "en\0", 3, FALSE);
  hostile_text ("title", "", 0, FALSE);
  hostile_text ("title", "en\0\xff\0", 5, FALSE);
  hostile_text ("words", "a\0b\0", 4, TRUE);
  hostile_text ("words", "a\0b", 3, FALSE);
  hostile_text ("words", "", 0, TRUE);
  hostile_text ("notes", "[1]", 3, TRUE);
  hostile_text ("notes", "[1", 2, FALSE);
  hostile_text ("notes", "[1]]", 4, FALSE);
  hostile_text ("notes", "", 0, FALSE);
  hostile_text ("", "{\"a\":1}", 7, TRUE);
  hostile_text ("", "[1]", 3, FALSE);
  hostile_text ("", "{\"a\":1", 6, FALSE);
  hostile_text ("others", (const char *) rows, sizeof rows, TRUE);
  hostile_text ("others", (const char *) beyond, sizeof beyond, FALSE);
}

/* A flag, a date and a reference that cannot be, far from one another in a file of several chunks. */
static GByteArray *
write_several_faults (void)
{
  static const RuaFieldType types[] = { RUA_FIELD_TYPE_BOOLEAN, RUA_FIELD_TYPE_DATE, RUA_FIELD_TYPE_REFERENCE };
  RuaRandom random;
  g_autoptr (RuaAlliance) alliance = NULL;
  RuaTable *table;

  rua_random_init (&random, 11);
  alliance = random_alliance_new (&random, 3 * RUA_CHUNK_ROWS);
  table = random_alliance_get_table (alliance);
  for (guint f = 1; f < table->columns->len; f++) {
    RuaColumn *column = rua_table_column (table, f);

    for (guint t = 0; t < G_N_ELEMENTS (types); t++)
      if (column->type == types[t] && !column->any)
        for (guint c = 0; c < 3; c++)
          rua_column_write_word (column, c * RUA_CHUNK_ROWS + 17 * (t + 1), G_MAXINT32 - 1);
  }
  return columns_write (alliance);
}

/* Of several faults the same one is told, however many threads look for them; and before all of them, that bytes are not
 * those that were written. */
static void
test_first_fault (void)
{
  static const guint threads[] = { 1, 2, 8 };
  g_autoptr (GByteArray) file = NULL;
  g_autofree char *told = NULL;

  if (skip_under_valgrind ())
    return;
  file = write_several_faults ();
  for (guint round = 0; round < 4 * G_N_ELEMENTS (threads); round++) {
    GError *error = NULL;

    rua_set_n_threads (threads[round % G_N_ELEMENTS (threads)]);
    g_assert_null (columns_read (file, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
    g_assert_null (strstr (error->message, "that were written"));
    if (told == NULL)
      told = g_strdup (error->message);
    g_assert_cmpstr (error->message, ==, told);
    g_clear_error (&error);
    /* Of any column's data. */
    for (guint byte = 64; byte < file->len / 2; byte += file->len / 5) {
      file->data[byte] ^= 1;
      g_assert_null (columns_read (file, &error));
      g_assert_nonnull (strstr (error->message, "that were written"));
      g_clear_error (&error);
      file->data[byte] ^= 1;
    }
  }
  rua_set_n_threads (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/columns/every-bit", test_every_bit);
  g_test_add_func ("/columns/random-bits", test_random_bits);
  g_test_add_func ("/columns/lengths", test_lengths);
  g_test_add_func ("/columns/version", test_version);
  g_test_add_func ("/columns/hostile/bytes", test_hostile_bytes);
  g_test_add_func ("/columns/hostile/directory", test_hostile_directory);
  g_test_add_func ("/columns/hostile/numbers", test_hostile_numbers);
  g_test_add_func ("/columns/hostile/rows", test_hostile_rows);
  g_test_add_func ("/columns/hostile/values", test_hostile_values);
  g_test_add_func ("/columns/hostile/texts", test_hostile_texts);
  g_test_add_func ("/columns/first-fault", test_first_fault);
  return g_test_run ();
}
