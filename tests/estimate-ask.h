/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Asking for a metric of a table that stands in the test, as a user would. */

typedef struct {
  char *text;
  gboolean refused;
  JsonParser *parser;
  JsonObject *values;    /* NULL when refused */
  JsonObject *undefined; /* NULL when nothing is */
} Answer;

/* @csv NULL: no table. @columns, @options and @where are JSON objects, or NULL. */
Answer *ask (const char *metric, const char *csv, const char *columns, const char *options);
Answer *ask_more (const char *metric,
                  const char *csv,
                  const char *columns,
                  const char *options,
                  const char *nodes,
                  const char *where);
void answer_free (Answer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)

/* NaN when undefined; fails the test when it is not given. */
double get (Answer *self, const char *key);
gboolean has (Answer *self, const char *key);
/* One value of a metric, in one go. */
double value_of (
  const char *key, const char *metric, const char *csv, const char *columns, const char *options);

/* Why a value is undefined; NULL: it is not. */
const char *reason_of (Answer *self, const char *key);

/* A value that a request has, or why it has none. */
typedef struct {
  const char *metric;
  const char *csv;
  const char *columns;
  const char *options;
  const char *key;
  double value;       /* NAN: undefined */
  const char *reason; /* words of it, where it is */
} Known;

/* Asks for each of them. */
void assert_known (const Known *known, gsize n);

void ask_init (void);
void ask_clear (void);

#define assert_value(answer, key, want) assert_value_at (answer, key, want, 1e-12, G_STRLOC)
#define assert_undefined(answer, key) assert_undefined_at (answer, key, G_STRLOC)
void
assert_value_at (Answer *self, const char *key, double want, double tolerance, const char *place);
void assert_undefined_at (Answer *self, const char *key, const char *place);
/* The request is refused with a message that holds each of the words, up to NULL. */
void assert_refused (Answer *self, ...) G_GNUC_NULL_TERMINATED;
void
assert_close_at (double got, double want, double tolerance, const char *what, const char *place);
#define assert_close(got, want, tolerance) assert_close_at (got, want, tolerance, #got, G_STRLOC)

G_END_DECLS
