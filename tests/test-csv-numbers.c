/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers as the reader's inner loop takes them, against what a cell of its own is taken for. */
#include "rua-csv-columns-private.h"

#include <string.h>

#include "rua-parallel.h"
#include "rua-random-private.h"

#define MOST_ROWS 400

static const RuaCsvType types[] = { RUA_CSV_NUMBER, RUA_CSV_MONEY, RUA_CSV_KEY, RUA_CSV_INTEGER };
#define N_TYPES G_N_ELEMENTS (types)

typedef struct {
  RuaCsvField fields[N_TYPES];
  GPtrArray *cells; /* row * N_TYPES + field */
  gint n_bad; /* spans come in several threads */
  gint n_spans;
} Trial;

static void
begin (RuaRandom *random)
{
  guint32 seed = (guint32) g_test_rand_int ();

  g_test_message ("seed %u", seed);
  rua_random_init (random, seed);
}

static gboolean
check_span (guint span, guint32 first, guint32 n_rows, RuaCsvVector *vectors, gpointer data, GError **error)
{
  Trial *trial = data;
  g_autoptr (GString) scratch = g_string_new (NULL);

  for (guint f = 0; f < N_TYPES; f++) {
    guint32 n_known = 0;

    for (guint32 i = 0; i < n_rows; i++) {
      const char *cell = g_ptr_array_index (trial->cells, (gsize) (first + i) * N_TYPES + f);
      RuaCsvValue wanted = { 0 };
      RuaCsvReason reason = rua_csv_take (&trial->fields[f], cell, strlen (cell), scratch, &wanted);
      gboolean known = vectors[f].known[i >> 6] >> (i & 63) & 1;

      if (known != (reason == RUA_CSV_GOOD))
        g_error ("type %u, row %u: '%s' is taken for %s", types[f], first + i, cell, known ? "a value" : "none");
      if (!known)
        wanted.integer = 0;
      n_known += known;
      if (reason != RUA_CSV_GOOD && reason != RUA_CSV_MISSING)
        g_atomic_int_inc (&trial->n_bad);
      /* Bits: there is a negative zero. */
      if (memcmp (&vectors[f].integers[i], &wanted, 8) != 0)
        g_error ("type %u, row %u: '%s' is taken for another value", types[f], first + i, cell);
    }
    g_assert_cmpuint (vectors[f].n_known, ==, n_known);
  }
  g_atomic_int_inc (&trial->n_spans);
  return TRUE;
}

static char *
draw_cell (RuaRandom *random, char point, guint most)
{
  static const char odd[] = "-+.,e x/:";
  guint n = rua_random_below (random, most + 1);
  GString *cell = g_string_new (rua_random_below (random, 5) == 0 ? "-" : NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_c (cell, (char) ('0' + rua_random_below (random, 10)));
  if (rua_random_below (random, 3) == 0)
    g_string_insert_c (cell, (gssize) rua_random_below (random, (guint32) cell->len + 1), point);
  if (rua_random_below (random, 20) == 0)
    g_string_insert_c (cell, (gssize) rua_random_below (random, (guint32) cell->len + 1), odd[rua_random_below (random, sizeof odd - 1)]);
  return g_string_free (cell, FALSE);
}

static void
read_trial (RuaRandom *random, guint32 n_rows, gboolean ends, guint most)
{
  char point = rua_random_below (random, 2) ? '.' : ',';
  Trial trial = { .cells = g_ptr_array_new_with_free_func (g_free) };
  g_autoptr (GString) text = g_string_new ("a;b;c;d\n");
  RuaCsvDialect dialect = { .separator = ';' };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (RuaCsv) csv = NULL;
  GError *error = NULL;
  RuaCsvBads bads;

  for (guint f = 0; f < N_TYPES; f++)
    trial.fields[f] = (RuaCsvField) { .type = types[f], .column = f, .digits = 2, .decimal = point };
  for (guint32 i = 0; i < n_rows; i++)
    for (guint f = 0; f < N_TYPES; f++) {
      char *cell = draw_cell (random, point, most);

      g_ptr_array_add (trial.cells, cell);
      g_string_append (text, cell);
      if (f + 1 < N_TYPES)
        g_string_append_c (text, ';');
      else if (ends || i + 1 < n_rows)
        g_string_append_c (text, '\n');
    }
  bytes = g_bytes_new (text->str, text->len);
  csv = rua_csv_new (bytes, "t.csv", &dialect, NULL, NULL, &error);
  g_assert_no_error (error);
  rua_csv_bads_init (&bads, 10);
  g_assert_true (rua_csv_read (csv, trial.fields, N_TYPES, 0, check_span, &trial, &bads, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (bads.count, ==, (guint64) trial.n_bad);
  g_assert_cmpuint ((guint) trial.n_spans, ==, (n_rows + RUA_CSV_SPAN_ROWS - 1) / RUA_CSV_SPAN_ROWS);
  rua_csv_bads_clear (&bads);
  g_ptr_array_unref (trial.cells);
}

static void
test_random_numbers (void)
{
  RuaRandom random;

  begin (&random);
  for (guint t = 0; t < (g_getenv ("RUA_SLOW_MACHINE") ? 20 : 200); t++)
    read_trial (&random, 1 + rua_random_below (&random, t % 2 ? 4 : MOST_ROWS), t % 3 != 0, t % 5 ? 9 : 22);
}

/* The vectors of one span are filled anew for the next: what was there must not show through. */
static void
test_used_again (void)
{
  RuaRandom random;

  begin (&random);
  rua_set_n_threads (1);
  read_trial (&random, RUA_CSV_SPAN_ROWS * 2 + 100, TRUE, 3);
  rua_set_n_threads (2);
  read_trial (&random, RUA_CSV_SPAN_ROWS * 2 + 100, TRUE, 3);
  rua_set_n_threads (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-numbers/random", test_random_numbers);
  if (!g_getenv ("RUA_SLOW_MACHINE"))
    g_test_add_func ("/csv-numbers/used-again", test_used_again);
  return g_test_run ();
}
