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

/* By topic, over the kinds of alliance.toml; after the last comes one without an id. An alliance that
 * defines a metric of the same id means its own. */
extern const RuaReady rua_ready_incomes[];
extern const RuaReady rua_ready_trade[];
extern const RuaReady rua_ready_market[];
extern const RuaReady rua_ready_work[];

G_END_DECLS
