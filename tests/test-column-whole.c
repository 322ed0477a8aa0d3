/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A column lent in one piece: what was lent stays, what is lent next is what the table holds. */
#include <string.h>

#include "rua-alliance.h"
#include "rua-column.h"
#include "rua-table-private.h"

#define N_ROWS (2 * 65536 + 1000)
#define N_FIELDS 4

static const RuaFieldType types[N_FIELDS] = { RUA_FIELD_TYPE_NUMBER, RUA_FIELD_TYPE_INTEGER, RUA_FIELD_TYPE_BOOLEAN,
                                              RUA_FIELD_TYPE_TEXT };
static const char *const names[N_FIELDS] = { "number", "integer", "truth", "words" };
static const char *const words[] = { "rice", "pork", "tea" };

static RuaTable *
make_table (RuaAlliance *alliance, guint n_rows)
{
  g_autoptr (RuaKind) kind = rua_kind_new ("probe", "probes");
  g_autoptr (GError) error = NULL;
  RuaAppender *appender;
  RuaTable *table;

  for (guint i = 0; i < N_FIELDS; i++) {
    g_autoptr (RuaField) field = rua_field_new (names[i], types[i]);

    g_assert_true (rua_kind_add_field (kind, field, &error));
  }
  g_assert_true (rua_alliance_add_kind (alliance, kind, &error));
  g_assert_no_error (error);
  table = rua_alliance_get_table (alliance, "probe");
  appender = rua_table_append (table);
  for (guint row = 0; row < n_rows; row++) {
    char id[16];

    g_snprintf (id, sizeof id, "p%u", row);
    g_assert_true (rua_appender_set_text (appender, 0, id, -1, &error));
    if (row % 3 != 0)
      g_assert_true (rua_appender_set_number (appender, 1, row / 7.0, &error));
    g_assert_true (rua_appender_set_integer (appender, 2, (gint64) row * 3, &error));
    if (row % 5 != 0)
      g_assert_true (rua_appender_set_boolean (appender, 3, row % 2, &error));
    g_assert_true (rua_appender_set_text (appender, 4, words[row % 3], -1, &error));
    rua_appender_end_row (appender);
  }
  g_assert_true (rua_appender_commit (appender, &error));
  g_object_unref (appender);
  return table;
}

/* Against the records, one by one, in some of the rows. */
static void
assert_same (RuaTable *table)
{
  guint n = rua_table_get_n_records (table);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (RuaColumn) column = rua_table_dup_column (table, names[i]);
    g_autoptr (GBytes) values = rua_column_dup_values (column), presence = rua_column_dup_presence (column);
    g_autoptr (GBytes) unknown = rua_column_dup_unknown (column);
    const guint8 *known = g_bytes_get_data (presence, NULL), *mask = unknown ? g_bytes_get_data (unknown, NULL) : NULL;

    g_assert_cmpuint (g_bytes_get_size (values), ==, n * 8);
    g_assert_cmpuint (g_bytes_get_size (presence), ==, n);
    g_assert_true (!unknown || g_bytes_get_size (unknown) == n);
    for (guint row = 0; row < n; row++)
      g_assert_cmpint (mask ? mask[row] : 0, ==, !known[row]);
    for (guint row = 0; row < n; row += 997) {
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, row);
      double number = 0;
      gint64 integer = 0;

      if (i == 0) {
        g_assert_cmpint (rua_record_get_number (record, names[i], &number), ==, known[row]);
        g_assert_cmpmem (&number, 8, (const double *) g_bytes_get_data (values, NULL) + row, 8);
      } else {
        g_assert_cmpint (rua_record_get_integer (record, names[i], &integer), ==, known[row]);
        g_assert_cmpint (integer, ==, ((const gint64 *) g_bytes_get_data (values, NULL))[row]);
      }
    }
  }
}

static gconstpointer
address_of (RuaTable *table, const char *name)
{
  g_autoptr (RuaColumn) column = rua_table_dup_column (table, name);
  g_autoptr (GBytes) values = rua_column_dup_values (column);

  return g_bytes_get_data (values, NULL);
}

static void
test_lent (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = make_table (alliance, N_ROWS);

  assert_same (table);
  for (guint i = 0; i < N_FIELDS; i++) {
    g_autoptr (RuaColumn) column = rua_table_dup_column (table, names[i]);
    g_autoptr (GBytes) first = rua_column_dup_values (column), second = rua_column_dup_values (column);
    g_autoptr (GBytes) chunk = rua_column_dup_chunk_values (column, 1);
    g_autoptr (GBytes) unknown = rua_column_dup_unknown (column), again = rua_column_dup_unknown (column);
    gsize width = g_bytes_get_size (first) / N_ROWS;

    /* The chunks lie in what is lent. */
    g_assert_true (g_bytes_get_data (first, NULL) == g_bytes_get_data (second, NULL));
    g_assert_true (g_bytes_get_data (chunk, NULL) == (const char *) g_bytes_get_data (first, NULL) + 65536 * width);
    g_assert_true (unknown == again);
    g_assert_true ((unknown == NULL) == (i == 1 || i == 3));
  }
}

static void
test_what_was_lent_stays (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = make_table (alliance, N_ROWS);
  g_autoptr (RuaColumn) column = rua_table_dup_column (table, "number");
  g_autoptr (GBytes) before = rua_column_dup_values (column), unknown = rua_column_dup_unknown (column);
  g_autofree double *copy = g_memdup2 (g_bytes_get_data (before, NULL), g_bytes_get_size (before));
  g_autofree guint8 *mask = g_memdup2 (g_bytes_get_data (unknown, NULL), N_ROWS);

  for (guint trial = 0; trial < 40; trial++) {
    guint row = (guint) g_test_rand_int_range (0, N_ROWS);
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, row);
    g_autoptr (GError) error = NULL;

    if (trial % 4 == 3)
      g_assert_true (rua_record_unset (record, "number", &error));
    else
      g_assert_true (rua_record_set_number (record, "number", g_test_rand_double (), &error));
    if (trial % 10 == 0)
      assert_same (table);
  }
  assert_same (table);
  g_assert_cmpmem (copy, N_ROWS * 8, g_bytes_get_data (before, NULL), g_bytes_get_size (before));
  g_assert_cmpmem (mask, N_ROWS, g_bytes_get_data (unknown, NULL), g_bytes_get_size (unknown));
  g_assert_true (address_of (table, "number") != g_bytes_get_data (before, NULL));
  g_assert_true (address_of (table, "number") == address_of (table, "number"));
}

static void
test_rows_come_and_go (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = make_table (alliance, N_ROWS);
  g_autoptr (RuaRecord) record = NULL, gone = NULL;
  g_autoptr (RuaAlliance) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  gconstpointer laid = address_of (table, "integer");

  snapshot = rua_alliance_snapshot (alliance);
  assert_same (rua_alliance_get_table (snapshot, "probe"));
  record = rua_alliance_new_record (alliance, "probe");
  g_assert_true (rua_record_set_text (record, "id", "another", &error));
  g_assert_true (rua_alliance_add (alliance, record, &error));
  g_assert_no_error (error);
  assert_same (table);
  g_assert_true (address_of (table, "integer") != laid);
  gone = rua_table_dup_record (table, 70000);
  g_assert_true (rua_table_remove (table, gone, &error));
  assert_same (table);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (snapshot, "probe")), ==, N_ROWS);
  assert_same (rua_alliance_get_table (snapshot, "probe"));
}

static void
test_packed (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = make_table (alliance, N_ROWS);
  g_autoptr (GError) error = NULL;

  g_assert_true (rua_table_pack (table, NULL, &error));
  g_assert_no_error (error);
  assert_same (table);
  g_assert_true (address_of (table, "integer") == address_of (table, "integer"));
  assert_same (table);
}

static void
test_small (void)
{
  for (guint n = 0; n < 4; n++) {
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

    assert_same (make_table (alliance, n));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/column-whole/lent", test_lent);
  g_test_add_func ("/column-whole/what-was-lent-stays", test_what_was_lent_stays);
  g_test_add_func ("/column-whole/rows-come-and-go", test_rows_come_and_go);
  g_test_add_func ("/column-whole/packed", test_packed);
  g_test_add_func ("/column-whole/small", test_small);
  return g_test_run ();
}
