/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "estimate-ask.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "rua-estimate.h"

static char *folder;

void
ask_init (void)
{
  GError *error = NULL;

  folder = g_dir_make_tmp ("rua-estimate-XXXXXX", &error);
  g_assert_no_error (error);
}

void
ask_clear (void)
{
  static const char *const names[] = { "t.csv", "n.csv" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    char *path = g_build_filename (folder, names[i], NULL);

    g_unlink (path);
    g_free (path);
  }
  g_rmdir (folder);
  g_clear_pointer (&folder, g_free);
}

static void
write_table (const char *name, const char *csv)
{
  GError *error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  /* A file of its own each time, without the waiting that a durable one costs. */
  g_unlink (path);
  g_file_set_contents_full (path, csv, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  g_free (path);
}

Answer *
ask_more (const char *metric,
          const char *csv,
          const char *columns,
          const char *options,
          const char *nodes,
          const char *where)
{
  GString *request = g_string_new (NULL);
  Answer *self = g_new0 (Answer, 1);
  GError *error = NULL;
  JsonObject *root;

  g_string_append_printf (request, "{\"metric\":\"%s\"", metric);
  if (csv) {
    write_table ("t.csv", csv);
    g_string_append (request, ",\"data\":\"t.csv\"");
  }
  if (nodes) {
    write_table ("n.csv", nodes);
    g_string_append (request, ",\"nodes\":\"n.csv\"");
  }
  if (columns)
    g_string_append_printf (request, ",\"columns\":%s", columns);
  if (options)
    g_string_append_printf (request, ",\"options\":%s", options);
  if (where)
    g_string_append_printf (request, ",\"where\":%s", where);
  g_string_append (request, "}");
  self->text = rua_estimate_request (request->str, folder, &self->refused, NULL, &error);
  g_assert_no_error (error);
  self->parser = json_parser_new ();
  json_parser_load_from_data (self->parser, self->text, -1, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (self->parser));
  g_assert_cmpstr (json_object_get_string_member (root, "status"), ==,
                   self->refused ? "refused" : "ok");
  if (json_object_has_member (root, "values"))
    self->values = json_object_get_object_member (root, "values");
  if (json_object_has_member (root, "undefined"))
    self->undefined = json_object_get_object_member (root, "undefined");
  g_string_free (request, TRUE);
  return self;
}

Answer *
ask (const char *metric, const char *csv, const char *columns, const char *options)
{
  return ask_more (metric, csv, columns, options, NULL, NULL);
}

void
answer_free (Answer *self)
{
  g_object_unref (self->parser);
  g_free (self->text);
  g_free (self);
}

gboolean
has (Answer *self, const char *key)
{
  return self->values != NULL && json_object_has_member (self->values, key);
}

double
get (Answer *self, const char *key)
{
  JsonNode *node;

  if (!has (self, key))
    g_error ("%s is not given: %s", key, self->text);
  node = json_object_get_member (self->values, key);
  return JSON_NODE_HOLDS_NULL (node) ? NAN : json_node_get_double (node);
}

double
value_of (
  const char *key, const char *metric, const char *csv, const char *columns, const char *options)
{
  Answer *answer = ask (metric, csv, columns, options);
  double value = get (answer, key);

  answer_free (answer);
  return value;
}

void
assert_close_at (double got, double want, double tolerance, const char *what, const char *place)
{
  if (!(fabs (got - want) <= tolerance * MAX (1, fabs (want))))
    g_error ("%s: %s is %.17g instead of %.17g", place, what, got, want);
}

void
assert_value_at (Answer *self, const char *key, double want, double tolerance, const char *place)
{
  if (self->refused)
    g_error ("%s: refused: %s", place, self->text);
  assert_close_at (get (self, key), want, tolerance, key, place);
}

void
assert_undefined_at (Answer *self, const char *key, const char *place)
{
  if (self->refused)
    g_error ("%s: refused: %s", place, self->text);
  if (!isnan (get (self, key)))
    g_error ("%s: %s is %.17g instead of undefined", place, key, get (self, key));
  if (!self->undefined || !json_object_has_member (self->undefined, key)
      || strlen (json_object_get_string_member (self->undefined, key)) < 5)
    g_error ("%s: %s is undefined without a reason", place, key);
}

const char *
reason_of (Answer *self, const char *key)
{
  return self->undefined != NULL && json_object_has_member (self->undefined, key)
           ? json_object_get_string_member (self->undefined, key)
           : NULL;
}

void
assert_known (const Known *known, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const Known *k = &known[i];
    g_autoptr (Answer) answer = ask (k->metric, k->csv, k->columns, k->options);
    const char *reason;
    double got;

    if (answer->refused || !has (answer, k->key)) {
      g_test_fail_printf ("%s of %s with %s has no %s: %.300s", k->metric, k->csv, k->options, k->key, answer->text);
      continue;
    }
    got = get (answer, k->key);
    reason = reason_of (answer, k->key);
    if (k->reason == NULL ? !(fabs (got - k->value) <= 1e-12 * MAX (1, fabs (k->value))) : !isnan (got))
      g_test_fail_printf ("%s of %s with %s: %s is %.17g (%s) instead of %.17g", k->metric, k->csv, k->options, k->key, got,
                          reason, k->value);
    else if (k->reason != NULL && (reason == NULL || strstr (reason, k->reason) == NULL))
      g_test_fail_printf ("%s of %s with %s: %s is undefined as \"%s\" instead of \"%s\"", k->metric, k->csv, k->options,
                          k->key, reason, k->reason);
  }
}

void
assert_refused (Answer *self, ...)
{
  va_list words;
  const char *word;

  g_assert_true (self->refused);
  g_assert_null (self->values);
  va_start (words, self);
  while ((word = va_arg (words, const char *)) != NULL)
    if (strstr (self->text, word) == NULL)
      g_error ("\"%s\" does not tell \"%s\"", self->text, word);
  va_end (words);
  answer_free (self);
}
