/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits: as an object, as text, as time that runs out, and kept to by the document's reader: each at
 * its edge, and one above. */
#include "rua-alliance-json.h"
#include "rua-alliance-private.h"
#include "rua-json-reader-private.h"
#include "rua-limits-private.h"

#include <string.h>

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_properties (void)
{
  g_autoptr (RuaLimits) limits = rua_limits_new ();
  RuaLimitValues values = rua_limits_get_values (limits);
  const RuaLimitValues none = { 0 };
  guint n = 0, depth, columns, cell, rows;
  guint64 bytes;
  double seconds;

  g_assert_cmpmem (&values, sizeof values, &none, sizeof none);
  values = rua_limits_get_values (NULL);
  g_assert_cmpmem (&values, sizeof values, &none, sizeof none);
  g_signal_connect (limits, "notify", G_CALLBACK (count_notify), &n);
  g_object_set (limits, "bytes", G_MAXUINT64, "depth", 1000, "columns", 7, "cell", 8, "rows", 9, "seconds", 0.25, NULL);
  g_assert_cmpuint (n, ==, 6);
  /* Nothing is told twice. */
  rua_limits_set_bytes (limits, G_MAXUINT64);
  rua_limits_set_depth (limits, 1000);
  rua_limits_set_columns (limits, 7);
  rua_limits_set_cell (limits, 8);
  rua_limits_set_rows (limits, 9);
  rua_limits_set_seconds (limits, 0.25);
  g_assert_cmpuint (n, ==, 6);
  g_object_get (limits, "bytes", &bytes, "depth", &depth, "columns", &columns, "cell", &cell, "rows", &rows, "seconds", &seconds, NULL);
  g_assert_cmpuint (bytes, ==, G_MAXUINT64);
  g_assert_cmpuint (depth, ==, 1000);
  g_assert_cmpuint (columns, ==, 7);
  g_assert_cmpuint (cell, ==, 8);
  g_assert_cmpuint (rows, ==, 9);
  g_assert_cmpfloat (seconds, ==, 0.25);
  g_assert_cmpuint (rua_limits_get_bytes (limits), ==, bytes);
  g_assert_cmpuint (rua_limits_get_depth (limits), ==, depth);
  g_assert_cmpuint (rua_limits_get_columns (limits), ==, columns);
  g_assert_cmpuint (rua_limits_get_cell (limits), ==, cell);
  g_assert_cmpuint (rua_limits_get_rows (limits), ==, rows);
  g_assert_cmpfloat (rua_limits_get_seconds (limits), ==, seconds);
  values = rua_limits_get_values (limits);
  values = rua_limit_values_settle (&values);
  g_assert_cmpuint (values.columns, ==, 7);
  values = rua_limit_values_settle (NULL);
  g_assert_cmpuint (values.columns, ==, 65536);
  g_assert_cmpuint (values.cell, ==, 64 * 1024 * 1024);
  g_assert_cmpuint (values.rows, ==, G_MAXUINT32 - 1);
  g_assert_cmpuint (values.depth, ==, 0);
}

static void
test_text (void)
{
  static const char *const good[] = {
    "", "bytes=1", "bytes=18446744073709551615,depth=1000,columns=4294967295,cell=2147483647,rows=4294967294,seconds=0.125", "seconds=5",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaLimits) limits = *good[i] != '\0' ? rua_limits_new_from_text (good[i], &error) : rua_limits_new ();
    g_autofree char *text = NULL;

    g_assert_no_error (error);
    text = rua_limits_to_text (limits);
    g_assert_cmpstr (text, ==, good[i]);
  }
  {
    g_autoptr (RuaLimits) limits = rua_limits_new_from_text (" rows=3 , cell=4", NULL);
    g_autofree char *text = rua_limits_to_text (limits);

    g_assert_cmpstr (text, ==, "cell=4,rows=3");
  }
}

static void
test_text_refused (void)
{
  static const struct {
    const char *text, *told;
  } cases[] = {
    { "rows", "limits: 'rows': write NAME=VALUE" },
    { "rows=1,,", "limits: '': write NAME=VALUE" },
    { "=1", "there are bytes, depth" },
    { "row=1", "'row=1': did you mean" },
    { "colour=1", "there are bytes, depth" },
    { "rows=-1", "a whole number from 0 to 4294967294" },
    { "rows=4294967295", "a whole number from 0 to 4294967294" },
    { "rows=1.5", "a whole number" },
    { "rows=", "a whole number" },
    { "depth=1001", "from 0 to 1000" },
    { "cell=2147483648", "from 0 to 2147483647" },
    { "bytes=18446744073709551616", "from 0 to 18446744073709551615" },
    { "seconds=-1", "a number of seconds" },
    { "seconds=nan", "a number of seconds" },
    { "seconds=inf", "a number of seconds" },
    { "seconds=1e99", "a number of seconds" },
    { "seconds=", "a number of seconds" },
    { "seconds=5 apples", "a number of seconds" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (rua_limits_new_from_text (cases[i].text, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i].told));
  }
}

/* ---- time ---- */

static void
wait_cancelled (GCancellable *cancellable)
{
  GPollFD poll;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &poll));
  g_poll (&poll, 1, -1);
  g_cancellable_release_fd (cancellable);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
}

static void
test_deadline (void)
{
  g_autoptr (GCancellable) callers = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  RuaDeadline *deadline = rua_deadline_new (0, callers);

  /* None. */
  g_assert_null (deadline);
  g_assert_true (rua_deadline_get_cancellable (deadline, callers) == callers);
  rua_deadline_end (deadline, "a.json", &error);
  g_assert_no_error (error);

  /* It runs out. */
  deadline = rua_deadline_new (0.001, callers);
  wait_cancelled (rua_deadline_get_cancellable (deadline, callers));
  g_assert_false (g_cancellable_is_cancelled (callers));
  g_cancellable_set_error_if_cancelled (rua_deadline_get_cancellable (deadline, callers), &error);
  rua_deadline_end (deadline, "a.json", &error);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_cmpstr (error->message, ==, "a.json: reading it takes longer than 0.001 seconds, the limit; raise the limit, or give a smaller file");
  g_clear_error (&error);

  /* What went wrong otherwise is told as it is. */
  deadline = rua_deadline_new (0.001, NULL);
  wait_cancelled (rua_deadline_get_cancellable (deadline, NULL));
  g_set_error_literal (&error, RUA_ERROR, RUA_ERROR_SYNTAX, "x");
  rua_deadline_end (deadline, "a.json", &error);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_SYNTAX);
  g_clear_error (&error);

  /* It does not, and is not waited for. */
  deadline = rua_deadline_new (1e9, callers);
  g_assert_false (g_cancellable_is_cancelled (rua_deadline_get_cancellable (deadline, callers)));
  rua_deadline_end (deadline, "a.json", &error);
  g_assert_no_error (error);

  /* The caller's own cancelling goes through, before and after it began. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GCancellable) own = g_cancellable_new ();

    if (i == 0)
      g_cancellable_cancel (own);
    deadline = rua_deadline_new (1e9, own);
    g_cancellable_cancel (own);
    g_cancellable_set_error_if_cancelled (rua_deadline_get_cancellable (deadline, own), &error);
    rua_deadline_end (deadline, "a.json", &error);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
}

/* ---- documents ---- */

#define HEAD "{\"format\": \"rural-alliance\", \"version\": 1, "

static RuaAlliance *
read_document (const char *text, gsize length, const RuaLimitValues *limits, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, length);
  g_autoptr (RuaFaults) faults = NULL;
  RuaAlliance *alliance = rua_json_reader_read (bytes, &faults, "a.json", limits, NULL, NULL, error);

  if (alliance == NULL)
    rua_faults_raise (faults, error);
  return alliance;
}

/* @limits are just enough; @less by one is not, and says @told. */
static void
assert_edge (const char *text, const RuaLimitValues *limits, const RuaLimitValues *less, const char *told)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) alliance = read_document (text, strlen (text), limits, &error);

  g_assert_no_error (error);
  g_assert_nonnull (alliance);
  g_assert_null (read_document (text, strlen (text), less, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_true (g_str_has_prefix (error->message, "a.json:"));
  g_assert_nonnull (strstr (error->message, told));
}

static void
test_document_edges (void)
{
  static const char rows[] = HEAD "\"households\": [{\"id\": \"a\"}, {\"id\": \"b\"}, {\"id\": \"c\"}]}";
  static const char members[] = HEAD "\"households\": [{\"id\": \"a\"}, {\"id\": \"b\", \"x\": 1, \"y\": 2}]}";
  static const char deep[] = HEAD "\"x\": [[[[]]]]}";
  static const char schema[] = HEAD "\"schema\": {\"fields\": {\"household\": {\"one\": {\"type\": \"text\"}, \"two\": {\"type\": \"text\"}}}}}";
  static const char text[] = HEAD "\"households\": [{\"id\": \"1234567890123456\"}]}"; /* longer than any name in it */
  static const char list[] = HEAD "\"schema\": {\"fields\": {\"household\": {\"l\": {\"type\": \"text-list\"}}}}, \"households\": [{\"id\": \"a\", \"l\": [\"123456789\", \"123456789\", \"123456789\"]}]}";
  static const char nested[] = HEAD "\"schema\": {\"fields\": {\"household\": {\"l\": {\"type\": \"json\"}}}}, \"households\": [{\"id\": \"a\", \"l\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}]}";
  static const char unknown[] = HEAD "\"households\": [{\"id\": \"a\", \"x\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]}]}";

  assert_edge (rows, &(RuaLimitValues){ .bytes = strlen (rows) }, &(RuaLimitValues){ .bytes = strlen (rows) - 1 }, "more than the");
  assert_edge (rows, &(RuaLimitValues){ .rows = 3 }, &(RuaLimitValues){ .rows = 2 }, "household #3: there are more than 2 records");
  assert_edge (members, &(RuaLimitValues){ .columns = 3 }, &(RuaLimitValues){ .columns = 2 }, "household #2: the record has more than 2 members");
  assert_edge (schema, &(RuaLimitValues){ .columns = 2 }, &(RuaLimitValues){ .columns = 1 }, "more than 1 kinds and fields");
  assert_edge (deep, &(RuaLimitValues){ .depth = 5 }, &(RuaLimitValues){ .depth = 4 }, "4");
  assert_edge (text, &(RuaLimitValues){ .cell = 16 }, &(RuaLimitValues){ .cell = 15 }, "a string of more than 15 bytes");
  assert_edge (list, &(RuaLimitValues){ .cell = 30 }, &(RuaLimitValues){ .cell = 29 }, "household #1: l: the value has 30 bytes");
  assert_edge (nested, &(RuaLimitValues){ .cell = 22 }, &(RuaLimitValues){ .cell = 21 }, "household #1: l: the value has 22 bytes");
  assert_edge (unknown, &(RuaLimitValues){ .cell = 27 }, &(RuaLimitValues){ .cell = 26 }, "household #1: the members that no field holds have more than 26");
}

/* A thousand levels, the most that can be asked for, are read and written; one more is not. */
static void
test_deepest (void)
{
  for (guint depth = RUA_LIMITS_MOST_DEPTH; depth <= RUA_LIMITS_MOST_DEPTH + 1; depth++) {
    const RuaLimitValues limits = { .depth = RUA_LIMITS_MOST_DEPTH };
    g_autoptr (GString) text = g_string_new (HEAD "\"schema\": {\"fields\": {\"household\": {\"l\": {\"type\": \"json\"}}}}, \"households\": [{\"id\": \"a\", \"l\": ");
    g_autoptr (RuaAlliance) alliance = NULL, again = NULL;
    g_autoptr (GBytes) written = NULL, twice = NULL;
    g_autoptr (GError) error = NULL;

    for (guint part = 0; part < 3; part++) {
      guint inside = part < 2 ? 3 : 1; /* { [ {, or { */

      for (guint i = inside; i < depth; i++)
        g_string_append_c (text, '[');
      for (guint i = inside; i < depth; i++)
        g_string_append_c (text, ']');
      g_string_append (text, part == 0 ? ", \"y\": " : part == 1 ? "}], \"x\": " : "}");
    }
    alliance = read_document (text->str, text->len, &limits, &error);
    if (depth > RUA_LIMITS_MOST_DEPTH) {
      g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
      continue;
    }
    g_assert_no_error (error);
    written = rua_alliance_to_json (alliance, NULL, &error);
    g_assert_no_error (error);
    again = read_document (g_bytes_get_data (written, NULL), g_bytes_get_size (written), &limits, &error);
    g_assert_no_error (error);
    twice = rua_alliance_to_json (again, NULL, &error);
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (written, twice));
    /* Nothing of it got lost on the way. */
    g_assert_cmpuint (g_bytes_get_size (written), >, 6 * (depth - 3));
  }
}

/* What somebody who means harm would write; each is refused for the right reason, and quickly enough
 * for a test. */
static void
test_hostile (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) bomb = g_string_new (NULL), wide = g_string_new (HEAD "\"households\": [{\"id\": \"a\""),
                      fields = g_string_new (HEAD "\"schema\": {\"fields\": {\"household\": {");

  for (guint i = 0; i < 1000000; i++)
    g_string_append (bomb, i % 2 ? "[" : "{\"a\":");
  g_assert_null (read_document (bomb->str, bomb->len, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);
  g_string_prepend (bomb, HEAD "\"x\": ");
  g_assert_null (read_document (bomb->str, bomb->len, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_clear_error (&error);

  for (guint i = 0; i < 1000000; i++)
    g_string_append_printf (wide, ", \"%u\": 1", i);
  g_string_append (wide, "}]}");
  g_assert_null (read_document (wide->str, wide->len, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "household #1: the record has more than 65536 members"));
  /* Once, not a million times. */
  g_assert_null (strchr (error->message, '\n'));
  g_clear_error (&error);

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (fields, "%s\"f%u\": {\"type\": \"text\"}", i > 0 ? ", " : "", i);
  g_string_append (fields, "}}}}");
  g_assert_null (read_document (fields->str, fields->len, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, "more than 65536 kinds and fields"));
}

static void
test_huge_numbers (void)
{
  static const char *const numbers[] = { "1e999", "-1e999", "1e-999", "99999999999999999999999999", "1e99999999999999999999", "0.0000000000000000001e-320" };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *text = g_strdup_printf (HEAD "\"households\": [{\"id\": \"a\", \"weight\": %s}, {\"id\": \"b\", \"n_persons\": %s}]}", numbers[i], numbers[i]);
    g_autoptr (GError) error = NULL;

    g_assert_null (read_document (text, strlen (text), NULL, &error));
    g_assert_cmpint (error->domain, ==, RUA_ERROR);
    g_test_message ("%s", error->message);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/properties", test_properties);
  g_test_add_func ("/limits/text", test_text);
  g_test_add_func ("/limits/text-refused", test_text_refused);
  g_test_add_func ("/limits/deadline", test_deadline);
  g_test_add_func ("/limits/document-edges", test_document_edges);
  g_test_add_func ("/limits/deepest", test_deepest);
  g_test_add_func ("/limits/hostile", test_hostile);
  g_test_add_func ("/limits/huge-numbers", test_huge_numbers);
  return g_test_run ();
}
