/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "rua-error.h"
#include "rua-figures-private.h"
#include "rua-scaled-private.h"

G_BEGIN_DECLS

/* The registry of estimators, and how one is run.
 *
 * An estimator reads columns by role and a few options, and gives named figures. All checking
 * that can be told from its description is done before run() is called: unknown roles and
 * options, types, ranges, flags that are not 0 or 1, weights below 0, numbers that are not
 * finite. Records that lack a column the estimator needs are left out and counted. */

typedef enum {
  RUA_ROLE_NUMBER,
  RUA_ROLE_WEIGHT,   /* a number of at least 0 */
  RUA_ROLE_FLAG,     /* 0 or 1 */
  RUA_ROLE_CATEGORY, /* codes into labels */
} RuaRoleType;

typedef enum {
  RUA_ROLE_OPTIONAL = 0,
  RUA_ROLE_REQUIRED = 1 << 0,
  RUA_ROLE_REPEATED = 1 << 1, /* any number of columns */
  RUA_ROLE_NODES = 1 << 2,    /* a column of the second table */
  RUA_ROLE_MAY_MISS = 1 << 3, /* an unknown cell does not leave the record out */
  RUA_ROLE_UNKNOWN_TELLS = 1 << 5, /* a record that lacks it is used all the same: it may miss, and that is what counts */
  RUA_ROLE_NOT_BELOW_0 = 1 << 4, /* run() refuses a number below 0; sums need not tell of one */
  RUA_ROLE_IN_DOMAIN = 1 << 6, /* of those that may miss: it does leave out a record of the role domain, or any without that */
} RuaRoleFlags;

typedef struct {
  const char *name;
  RuaRoleType type;
  guint flags;
  const char *doc;
} RuaRoleSpec;

/* Whether a record that lacks it is left out, whatever else it has. */
static inline gboolean
rua_role_spec_is_needed (const RuaRoleSpec *self, gboolean has_domain)
{
  return !(self->flags & RUA_ROLE_MAY_MISS) || ((self->flags & RUA_ROLE_IN_DOMAIN) && !has_domain);
}

typedef enum {
  RUA_OPTION_NUMBER,
  RUA_OPTION_INTEGER,
  RUA_OPTION_BOOLEAN,
  RUA_OPTION_TOKEN,
  RUA_OPTION_LABEL,   /* a text, or a number taken as its text */
  RUA_OPTION_NUMBERS, /* a list of numbers */
  RUA_OPTION_LABELS,
  RUA_OPTION_MATRIX,  /* rows of numbers, all of one length */
  RUA_OPTION_CELLS,   /* pairs of whole numbers, counted from 0 */
  RUA_OPTION_COLUMNS, /* names of columns that take the role of this name */
  RUA_OPTION_DOMAIN,  /* {"column": NAME, "values": [...]}, a flag in the role of this name */
} RuaOptionType;

typedef enum {
  RUA_OPTION_OPTIONAL = 0,
  RUA_OPTION_REQUIRED = 1 << 0,
  RUA_OPTION_ABOVE = 1 << 1, /* low itself is outside */
  RUA_OPTION_BELOW = 1 << 2, /* high itself is outside */
} RuaOptionFlags;

typedef struct {
  const char *name;
  RuaOptionType type;
  const char *fallback; /* as it would stand in JSON; NULL: none */
  double low;           /* of a number, of each number of a list; no bounds when low = high */
  double high;
  guint flags;
  const char *tokens; /* "a|b|c" */
  const char *doc;
} RuaOptionSpec;

#define RUA_OPTION_LEVEL                                                                           \
  {                                                                                                \
    "ci_level", RUA_OPTION_NUMBER, "0.95", 0, 1, RUA_OPTION_ABOVE | RUA_OPTION_BELOW, NULL,        \
      "Level of the intervals"                                                                     \
  }

typedef struct _RuaRun RuaRun;
typedef struct _RuaEstimator RuaEstimator;

struct _RuaEstimator {
  const char *name;
  const char *title;
  const char *formula;      /* short text */
  const char *source;       /* paper, book or standard */
  const RuaRoleSpec *roles; /* ends with a NULL name */
  const RuaOptionSpec *options;
  /* Keys of the main figures; "q[" stands for the first key that starts so; NULL: none. */
  const char *estimate;
  const char *se;
  const char *low;
  const char *high;
  const char *n;
  gboolean (*run) (RuaRun *run, GError **error);
  /* How the figures follow from sums alone, with the options and columns of @run (which holds no
   * values); NULL, or giving NULL: run() must see the columns. */
  const struct _RuaReduction *(*reduce) (RuaRun *run);
  /* run() takes columns of numbers packed as well: it then has no values of them. */
  gboolean takes_packed;
  /* The figures are the same, to the bit, in any order of the records. */
  gboolean any_order;
};

const RuaEstimator *rua_estimator_find (const char *name);
/* Every key the estimator may put, with spaces between; one with a bracket at the end stands for
 * all that begin so. */
const char *rua_estimator_get_keys (const RuaEstimator *self);
/* What a value is beside those that the estimator reads. */
typedef enum {
  RUA_KEY_NUMBER, /* a number: of records, of standard errors, a p-value */
  RUA_KEY_VALUE,  /* in their unit, as the mean and its standard error are */
  RUA_KEY_SHARE,  /* a share or a ratio, which a metric in % has in % */
  RUA_KEY_UNTOLD, /* in a unit that nothing tells: squares, sums of weights */
} RuaKeyUnit;

RuaKeyUnit rua_estimator_get_key_unit (const RuaEstimator *self, const char *key);
const RuaEstimator *const *rua_estimator_list (guint *n);
const RuaRoleSpec *rua_estimator_find_role (const RuaEstimator *self, const char *name);
const RuaOptionSpec *rua_estimator_find_option (const RuaEstimator *self, const char *name);

/* ---- what an estimator is given ---- */

/* One column. A number, weight or flag has values, a number may be packed instead; a category has codes
 * and labels, or values, whose texts are then its labels. */
typedef struct {
  const char *role;
  const char *name;     /* the column, as messages name it */
  const double *values; /* NaN is unknown */
  const guint8 *known;  /* a byte a row; NULL: all that are not NaN */
  RuaPacked packed;     /* in place of values, where the estimator takes that; none is unknown */
  const gint32 *codes;  /* below 0 is unknown */
  const char *const *labels; /* NULL: @find_label tells the label of a code, in any thread, and keeps it */
  guint n_labels;
  const char *(*find_label) (gpointer source, guint32 code);
  gpointer source;
  gboolean withheld; /* values are personal: messages leave them out */
} RuaInputColumn;

const char *rua_input_column_label (const RuaInputColumn *self, gint32 code);

/* Of records that were left out before: all of them, and how many lack each column. */
typedef struct {
  guint64 n_total;
  const guint64 *missing; /* by column */
} RuaInputCounts;

typedef struct {
  gsize n_rows;
  const RuaInputColumn *columns;
  guint n_columns;
  const char *name; /* of the file or table, nullable */
  /* The line of a row, for messages; NULL: rows are named by their number from 1. */
  guint64 (*get_line) (gconstpointer owner, gsize row);
  gconstpointer owner;
  const RuaInputCounts *counts; /* NULL: the rows are all that there are */
} RuaInput;

/* An estimator with its options read and checked, for any number of runs; not changed by them, so
 * that threads may share it. */
typedef struct _RuaEstimation RuaEstimation;

/* @options may be NULL. Besides the estimator's own it may hold `figures`, a list of the keys to
 * give (all without it); @estimate (nullable) is given in any case, else the main estimate. */
RuaEstimation *rua_estimation_new (const RuaEstimator *estimator,
                                   JsonObject *options,
                                   const char *estimate,
                                   GError **error);
/* A figure of a family, as q[0.5], that the options name and none of @figures has, though there are records. NULL: none;
 * else the estimation's. */
const char *rua_estimation_find_lacking (const RuaEstimation *self, RuaFigures *const *figures, guint n);
void rua_estimation_free (RuaEstimation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaEstimation, rua_estimation_free)
const RuaEstimator *rua_estimation_get_estimator (const RuaEstimation *self);

/* Figures, or NULL with an error that names role, row, value and mend. @nodes may be NULL. In any
 * thread. */
RuaFigures *rua_estimation_run (const RuaEstimation *self,
                                const RuaInput *data,
                                const RuaInput *nodes,
                                GCancellable *cancellable,
                                GError **error);

/* The same in one go. @nodes and @options may be NULL. */
RuaFigures *rua_estimator_run (const RuaEstimator *self,
                               const RuaInput *data,
                               const RuaInput *nodes,
                               JsonObject *options,
                               GCancellable *cancellable,
                               GError **error);

/* The main figures of a result; FALSE where there is none or it is undefined. */
gboolean rua_estimator_get_estimate (const RuaEstimator *self, RuaFigures *figures, double *value);
gboolean rua_estimator_get_se (const RuaEstimator *self, RuaFigures *figures, double *value);
gboolean rua_estimator_get_low (const RuaEstimator *self, RuaFigures *figures, double *value);
gboolean rua_estimator_get_high (const RuaEstimator *self, RuaFigures *figures, double *value);
gboolean rua_estimator_get_n (const RuaEstimator *self, RuaFigures *figures, double *value);
/* The key those read, NULL where there is none. */
const char *
rua_estimator_get_main_key (const RuaEstimator *self, const char *key, RuaFigures *figures);

/* ---- inside run() ---- */

/* What a role of a run holds: dense over the records used. */
typedef struct {
  const RuaRoleSpec *spec;
  const RuaInputColumn *input;
  const double *values; /* unknown: NaN, only where the role may miss */
  RuaPacked packed;     /* or these, where the estimator takes them */
  const gint32 *codes;  /* unknown: -1, only where the role may miss */
  guint n_labels;
  gpointer owned_values; /* or words */
  gpointer owned_codes;
  char **owned_labels; /* NULL: those of the input */
} RuaRunColumn;

/* What the category is called that is known of a record. */
const char *rua_run_column_label (const RuaRunColumn *self, gsize i);

typedef struct {
  gsize n; /* records used */
  gsize n_total;
  guint32 *rows; /* their numbers in the input; NULL: all of them */
  RuaRunColumn *columns;
  guint n_columns;
  const RuaInput *input;
} RuaRunTable;

struct _RuaRun {
  const RuaEstimator *estimator;
  RuaRunTable data;
  RuaRunTable nodes;
  const RuaEstimation *setup;
  RuaFigures *figures;
  GCancellable *cancellable;
  /* Set by finish() of a reduction: so much cancels in the sums that run() had better see the columns
   * of this group. */
  gboolean needs_columns;
  /* Likewise: there is a value that run() refuses, and names. */
  gboolean must_refuse;
};

/* The k-th column of a role, NULL when there is none. */
const RuaRunColumn *rua_run_column (RuaRun *self, const char *role, guint k);
guint rua_run_count (RuaRun *self, const char *role);
const double *rua_run_values (RuaRun *self, const char *role);
/* Groups of a category renumbered 0, 1, ... in order of first appearance among the records used
 * (transfer full), and the label of each. */
guint32 *
rua_run_groups (RuaRun *self, const char *role, guint k, guint *n_groups, const char ***labels);
/* The same into given arrays, one number a record and (nullable) one label a group; how many groups these are. */
guint rua_run_number_groups (RuaRun *self, const char *role, guint k, guint32 *groups, const char **labels);
/* The same over the combination of two numberings. */
guint32 *rua_groups_cross (
  const guint32 *outer, const guint32 *inner, gsize n, guint n_inner, guint *n_groups);

/* Whether a figure was asked for, "q[" any that begins so: what nobody asked for need not be
 * worked out, and may be put as anything. */
gboolean rua_run_wants (RuaRun *self, const char *key);
/* Whether it is asked for by name. */
gboolean rua_run_names (RuaRun *self, const char *key);

gboolean rua_run_has (RuaRun *self, const char *option);
double rua_run_number (RuaRun *self, const char *option); /* NaN: not given and no default */
gboolean rua_run_boolean (RuaRun *self, const char *option);
const char *rua_run_token (RuaRun *self, const char *option);
gboolean rua_run_token_is (RuaRun *self, const char *option, const char *token);
char *rua_run_label (RuaRun *self, const char *option);
double *rua_run_numbers (RuaRun *self, const char *option, guint *n);
char **rua_run_labels (RuaRun *self, const char *option);
double *rua_run_matrix (RuaRun *self, const char *option, guint *rows, guint *columns);
guint32 *rua_run_cells (RuaRun *self, const char *option, guint *n);

/* Sets an error about the request as a whole; always FALSE. */
gboolean rua_run_refuse (RuaRun *self, GError **error, RuaError code, const char *format, ...)
  G_GNUC_PRINTF (4, 5);
/* An error about one record's value. */
gboolean rua_run_refuse_row (
  RuaRun *self, GError **error, const RuaRunColumn *column, gsize i, const char *why);
gboolean rua_run_cancelled (RuaRun *self, GError **error);

G_END_DECLS
