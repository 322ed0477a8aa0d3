/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "rua-messages-private.h"

G_BEGIN_DECLS

/* What an estimator gives: named values in order, each with a reason where it is undefined, and
 * how many records went in.
 *
 * A metric by many groups makes many of them: a block holds the values and another the texts,
 * and nothing is hashed as long as there are few. Once made, they are shared and not changed. */
typedef struct {
  const char *key;
  double value;       /* NaN: undefined */
  const char *reason; /* why; NULL where it is defined */
} RuaFigure;

typedef struct {
  const char *role;
  guint64 n; /* records that lack it */
} RuaMissing;

typedef struct _RuaFigures RuaFigures;

RuaFigures *rua_figures_new (void);
RuaFigures *rua_figures_ref (RuaFigures *self);
void rua_figures_free (RuaFigures *self); /* gives one reference up */
/* Calls them into the cache; @self may be NULL. */
void rua_figures_call (const RuaFigures *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaFigures, rua_figures_free)

/* Only these are put from now on: keys, and with a bracket at the end all that begin so, as "q[".
 * NULL: all. The list outlives the putting. */
void rua_figures_set_wanted (RuaFigures *self, const char *const *wanted);
/* Whether a figure is wanted; of a key with a bracket at the end: whether one that begins so is. */
gboolean rua_figures_want (RuaFigures *self, const char *key);
gboolean rua_figure_is_wanted (const char *const *wanted, const char *key);

/* A value that is not finite becomes undefined, as too large for a number. */
void rua_figures_put (RuaFigures *self, const char *key, double value);
void rua_figures_undefined (RuaFigures *self, const char *key, const char *reason);
/* With a reason undefined, without one (NULL) as given. */
void rua_figures_put_or (RuaFigures *self, const char *key, double value, const char *reason);
/* Keys "name[label]" and "name[0.25]". */
void rua_figures_put_at (
  RuaFigures *self, const char *name, const char *label, double value, const char *reason);
void rua_figures_put_nth (
  RuaFigures *self, const char *name, double index, double value, const char *reason);
void rua_figures_put_cell (
  RuaFigures *self, const char *name, double row, double column, double value, const char *reason);
void rua_figures_warn (RuaFigures *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

guint rua_figures_get_n (RuaFigures *self);
const RuaFigure *rua_figures_get_nth (RuaFigures *self, guint i);
const RuaFigure *rua_figures_find (RuaFigures *self, const char *key);
/* FALSE when there is no such figure or it is undefined. */
gboolean rua_figures_get (RuaFigures *self, const char *key, double *value);
const char *const *rua_figures_get_warnings (RuaFigures *self, guint *n);

/* Makes one that was put undefined, for a reason that outlives it (a literal); before anybody shares them. */
void rua_figures_take_back (RuaFigures *self, const char *key, const char *reason);

/* Records before and after those that lack a needed column are left out. */
void rua_figures_set_records (RuaFigures *self, guint64 n_total, guint64 n_used);
guint64 rua_figures_get_n_total (RuaFigures *self);
guint64 rua_figures_get_n_used (RuaFigures *self);
/* Records beside these that the question is not about: they neither count nor are they missing. */
void rua_figures_set_not_asked (RuaFigures *self, guint n);
guint rua_figures_get_not_asked (RuaFigures *self);
void rua_figures_add_missing (RuaFigures *self, const char *role, guint64 n);
guint64 rua_figures_get_n_missing (RuaFigures *self, const char *role);
/* 0: the role is not told. */
void rua_figures_set_missing (RuaFigures *self, const char *role, guint64 n);
const RuaMissing *rua_figures_get_missing (RuaFigures *self, guint *n);

G_END_DECLS
