/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A ready-made metric, field by field; NULL where a field is not told. */
typedef struct {
  const char *id;
  const char *title;
  const char *unit;
  const char *direction;
  const char *estimator;
  const char *table;
  const char *columns;
  const char *where;
  const char *options;
  const char *formula;
  const char *standards; /* separated by blanks: scheme:code */
  const char *collect;   /* what it takes */
  const char *parameters;
  const char *by; /* one path */
  const char *deflate;
  const char *nodes;
} RuaReady;

extern const RuaReady rua_ready[];
extern const guint rua_n_ready;

G_END_DECLS
