/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-estimator-private.h"
#include "rua-figures-private.h"
#include "rua-result.h"
#include "rua-word-private.h"

G_BEGIN_DECLS

typedef struct {
  char *reason; /* a shared word */
  guint64 n;
} RuaMissingCount;

/* Why rows were left out: what most results have at most. */
#define RUA_FEW_REASONS 2

/* Where results come from: which rows stand behind them, and in which units their named values are. */
typedef struct {
  char *rows;                    /* a table and a condition; NULL: only the metric tells */
  const RuaEstimator *estimator; /* NULL: of none that is registered */
  char *estimate;                /* the key that is the estimate; NULL: the estimator's own */
  RuaUnit *units[2];             /* the metric's, for a value in the unit of the rows, and for a plain number */
  double factors[2];
  gboolean is_nominal;           /* a column of the rows is money, each in that of its own year */
} RuaResultOrigin;

/* What the results of all groups of a metric have in common: once for all of them. */
typedef struct {
  gatomicrefcount refs;
  char *metric;
  char *title;
  char *estimator;
  char *method;
  char **group_paths;
  GChecksum *digest; /* of all but the group; NULL: each result has its own */
  RuaResultOrigin origin;
} RuaResultHead;

/* How many rows of one origin stand behind a result. */
typedef struct {
  char *rows;
  guint64 n_eligible;
  guint64 n_used;
} RuaRowsCount;

/* @method and @group_paths may be NULL: "", none. */
RuaResultHead *rua_result_head_new (const char *metric, const char *title, const char *estimator, const char *method,
                                    const char *const *group_paths);
RuaResultHead *rua_result_head_ref (RuaResultHead *self);
void rua_result_head_unref (RuaResultHead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaResultHead, rua_result_head_unref)

/* Filled in by measuring; nobody changes a result that was handed out. A metric by many groups has
 * many results, so what most lack is made when there is something to keep, and what can be told
 * from the rest when it is asked for. */
struct _RuaResult {
  GObject parent_instance;

  RuaResultHead *head;
  double estimate; /* NaN: undefined */
  double se;
  double low;
  double high;
  double confidence;
  double factor; /* from the estimator's figure to the estimate */
  char *reason;
  guint64 n_eligible;
  guint64 n_used;
  guint64 n_missing;
  RuaMissingCount *missing; /* the few, or an allocation of its own; NULL: none */
  guint n_reasons;
  RuaMissingCount few_missing[RUA_FEW_REASONS];
  char **missing_reasons; /* NULL: not asked for yet */
  RuaUnit *unit;
  RuaResultBasis basis;
  char **group_labels; /* one block with its texts, some of which are NULL; NULL: none */
  RuaFigures *figures; /* the named values; NULL: none */
  gboolean figures_shared;
  char **keys; /* NULL: not asked for yet */
  GPtrArray *warnings; /* ends with NULL once handed out; NULL: none */
  char *digest; /* NULL: not asked for yet, or made for publication */
  char *period;
  GPtrArray *possible_periods; /* as warnings */
  const char *price_basis; /* a literal, or interned */
  gboolean suffers; /* its confidence interval is not known though a formula's inputs have one */
  gboolean is_public;
  gboolean withheld;
  gboolean has_seed;
  guint64 seed;
  gboolean has_attrition;
  guint64 n_matched;
  guint64 n_left;
  guint64 n_joined;
  double worst_low; /* NaN: none */
  double worst_high;
  GListStore *sources; /* NULL: none; so the two below */
  GListStore *observations;
  GListStore *inputs;
  GArray *rows; /* of RuaRowsCount, of a formula; NULL: those of the head's origin */
  RuaExplanation *details; /* lines between the head and the digest; nullable */
};

void rua_result_head_set_origin (RuaResultHead *self, const RuaResultOrigin *origin);
/* A result of a formula stands on the rows of its inputs: rows of one table and condition are the same rows, of which
 * there are as many as the input with the most has; others come on top. */
void rua_result_add_rows (RuaResult *self, RuaResult *input);
/* The unit in which a named value counts, and what it is to be multiplied by; NULL and 1: nothing tells it. */
RuaUnit *rua_result_dup_key_unit (RuaResult *self, const char *key, double *factor);

RuaResult *rua_result_new (const char *metric, const char *title, const char *estimator);
RuaResult *rua_result_new_under (RuaResultHead *head);
void rua_result_take_unit (RuaResult *self, RuaUnit *unit);
void rua_result_set_method (RuaResult *self, const char *method);
void rua_result_set_group_paths (RuaResult *self, const char *const *paths);
/* As many as there are paths; an unknown one is NULL. */
void rua_result_set_group_labels (RuaResult *self, const char *const *labels, guint n);
/* Named values come from figures as a whole, which it shares, or one by one. */
void rua_result_set_figures (RuaResult *self, RuaFigures *figures);
void rua_result_put_named (RuaResult *self, const char *key, double value, const char *reason);
gboolean rua_result_has_named (RuaResult *self, const char *key);
/* Each object once. */
void rua_result_add_source (RuaResult *self, GObject *source);
void rua_result_add_observation (RuaResult *self, GObject *observation);
void rua_result_add_input (RuaResult *self, RuaResult *input);
/* Of one of the three lists, which may be NULL. */
guint rua_result_count (GListStore *list);
void rua_result_add_missing (RuaResult *self, const char *reason, guint64 n);
/* @word: as of rua_word_share(). */
void rua_result_add_missing_word (RuaResult *self, char *word, guint64 n);
void rua_result_warn (RuaResult *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* @texts may be NULL. */
void rua_result_take_warnings (RuaResult *self, GPtrArray *texts);
/* Each once. */
void rua_result_add_possible_period (RuaResult *self, const char *period);
/* Estimate, error and interval times @factor; a negative one turns the interval. */
void rua_result_scale (RuaResult *self, double factor);
/* Of a share: what is not part of it times @factor. */
void rua_result_scale_rest (RuaResult *self, double factor);
void rua_result_undefine (RuaResult *self, const char *reason);
RuaResult *rua_result_copy (RuaResult *self);
/* A line of the explanation. */
void rua_result_add_detail (RuaResult *self, const char *text);
/* Four significant digits, whole numbers whole, "undefined" for NaN. */
char *rua_result_format_number (double value);

G_END_DECLS
