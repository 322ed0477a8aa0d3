/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <math.h>

#include "rua-double2-private.h"
#include "rua-estimator-private.h"
#include "rua-scaled-private.h"
#include "rua-special-private.h"

G_BEGIN_DECLS

/* An estimator whose figures follow from sums over records says so, and is then computed in one
 * pass over the table for any number of groups, without its columns ever being laid out.
 *
 * A group is divided into cells by the categories and flags that the reduction names; without any
 * it is one cell. A record adds to one cell: to its number of records, and to sums of products of
 * two factors, kept in two doubles each (the rounding of every product and every addition is kept
 * as well: T. J. Dekker, Numerische Mathematik 18 (1971); D. E. Knuth, TAOCP 2, 4.2.2), so that
 * sums of squares may be subtracted from one another. Where all factors are whole numbers over powers of ten,
 * they are added as whole numbers instead, and nothing is rounded at all. What a record lacks, and values that must be
 * refused, are the engine's business, as are the counts of both. */

#define RUA_MAX_FACTORS 8
#define RUA_MAX_TERMS 12
#define RUA_MAX_CELL_ROLES 3
#define RUA_MAX_CONSTANTS 8
/* In place of a factor: 1. */
#define RUA_ONE 255

/* The sum over records of factor a times factor b. */
typedef struct {
  guint8 a, b;
} RuaTerm;

/* What the factors of a batch are made from. Roles are numbered as in the estimator's table. */
typedef struct {
  guint n;
  const double *const *roles; /* NULL: no such column, or a category; NaN is unknown, and then
                               * (unless the role may miss) whatever the factors are is not used */
  const double *pilots;       /* by role: the first known value of the column among the first
                               * 65,536 rows, 0 when there is none: taken from every value, it
                               * keeps digits of variances */
  const double *constants;    /* as set by constants() */
} RuaFactorInput;

typedef struct _RuaCellSums RuaCellSums;

typedef struct _RuaReduction {
  const char *const *cells; /* category and flag roles, ends with NULL; NULL: one cell a group */
  gboolean any_order; /* finish() gives the same in whatever order it finds the cells */
  guint n_factors;
  guint n_terms;
  RuaTerm terms[RUA_MAX_TERMS];
  guint extremes; /* bit f: the least and the greatest of factor f are kept; NaN is passed over */
  /* Reads the options into at most RUA_MAX_CONSTANTS numbers. NULL: there are none. */
  void (*constants) (RuaRun *run, double *constants);
  /* NULL only when there are no factors: records alone are counted. In any thread. */
  void (*factors) (const RuaFactorInput *input, double *const *factors);
  /* The role that each factor is as it stands, as factors() would copy it; not used where one has no column. NULL:
   * they are made of roles. */
  const guint8 *of_roles;
  /* What the factors are whole numbers over, when all roles (and pilots) are given as whole numbers over
   * these; a role without a column is 1. FALSE or NULL: they are not. */
  gboolean (*wholes) (const RuaScaled *roles, const double *constants, RuaScaled *factors);
  /* Puts the figures of one group. @run has options, figures, and numbers of records (data.n,
   * data.n_total), but no columns. In any thread. Where it sets must_refuse of @run, what it put is
   * not used: the group is run with its columns, and run() says what is wrong. */
  gboolean (*finish) (RuaRun *run, const RuaCellSums *cells, GError **error);
} RuaReduction;

/* The cells of one group that have records, in the order in which their first records stand (or any, if that
 * will do). A
 * reduction without cells always has one, which may be of no records. */
gsize rua_cell_sums_get_n (const RuaCellSums *self);
guint64 rua_cell_sums_get_n_records (const RuaCellSums *self, gsize cell);
/* The sum is @high + @low, of which @high is the double nearest to it. */
double rua_cell_sums_get_sum (const RuaCellSums *self, gsize cell, guint term, double *low);
/* That of every cell. */
void rua_cell_sums_get_sums (const RuaCellSums *self, guint term, double *sums);
/* NaN: none is known. */
double rua_cell_sums_get_least (const RuaCellSums *self, gsize cell, guint factor);
double rua_cell_sums_get_greatest (const RuaCellSums *self, gsize cell, guint factor);
/* Each cell's category in the k-th role of @cells, numbered 0, 1, ... in the order of first
 * appearance (transfer full); of a flag: 0 or 1, and @n is 2. */
guint32 *rua_cell_sums_number (const RuaCellSums *self, guint k, guint *n);
/* The label of the category that the cell has in the k-th role. */
char *rua_cell_sums_dup_label (const RuaCellSums *self, gsize cell, guint k);
double rua_cell_sums_get_pilot (const RuaCellSums *self, guint role);
/* What factors() took from each value, where it takes rua_pilot() of the pilot. */
RuaDouble2 rua_cell_sums_get_taken (const RuaCellSums *self, guint role);
double rua_cell_sums_get_constant (const RuaCellSums *self, guint constant);

/* ---- sums in two doubles ---- */

RuaDouble2 rua_cell_sums_get_sum2 (const RuaCellSums *self, gsize cell, guint term);
/* The same times its divisor, as it was added up. */
RuaDouble2 rua_cell_sums_get_whole2 (const RuaCellSums *self, gsize cell, guint term);
double rua_cell_sums_get_divisor (const RuaCellSums *self, guint term);
/* sum of w (x - m)^2, m the mean: @wxx - @wx^2 / @w, never below 0. */
double rua_double2_spread (RuaDouble2 wxx, RuaDouble2 wx, RuaDouble2 w);

/* ---- the engine's side ---- */

/* How factors come, and sums are kept. */
typedef enum {
  RUA_SUMS_ROUNDED, /* any numbers; two doubles a sum */
  RUA_SUMS_WHOLE,   /* whole numbers, of which sums in two doubles lose nothing */
  RUA_SUMS_PLAIN,   /* whole numbers, whose sums are below 2^53 as well; one double a sum */
  RUA_SUMS_WORDS,   /* as plain; a state is a word of 8 bytes, with the number of records in its low bits and the only sum
                     * in the others */
} RuaSumForm;

/* A cell's state: the number of its first record, its number of records, then the sums' high parts and their low parts
 * (of either up to three unused; plain sums have high parts alone, and none unused), and least and greatest of each factor
 * asked for. */
typedef struct {
  guint32 first; /* of no meaning while there is none, nor where any order of cells will do */
  guint32 n;
} RuaCellHead;

/* What a word had when the number of its records was about to fill its bits; it began anew. */
typedef struct {
  guint32 cell;
  guint32 n;
  double sum;
} RuaSpilled;

struct _RuaCellSums {
  const RuaReduction *reduction;
  RuaSumForm form;
  const double *divisors;      /* of factors, unless rounded */
  const double *role_divisors; /* of the estimator's roles, unless rounded: pilots are times these */
  const guint8 *states;
  gsize stride;
  guint count_bits; /* of words; else 0 */
  const guint32 *order; /* the states of this group; NULL: n of them as they stand */
  gsize n;
  const double *pilots;
  const double *constants;
  guint flags; /* bit k: the k-th role is a flag, whose codes are 0 and 1 */
  /* The code of the k-th role's category in a state, below get_n_codes() of it, and its label. */
  guint32 (*get_code) (gconstpointer owner, guint32 state, guint k);
  guint32 (*get_n_codes) (gconstpointer owner, guint k);
  char *(*dup_label) (gconstpointer owner, guint k, guint32 code);
  gconstpointer owner;
};

/* The reduction of an estimator with its options for these columns (of which only role, name and
 * kind are looked at); NULL: run() must see them. */
const RuaReduction *rua_estimation_reduce (const RuaEstimation *self,
                                           const RuaInputColumn *columns,
                                           guint n_columns,
                                           double *constants);
/* The figures of a group. @needs_columns is set where run() could tell them more precisely. */
RuaFigures *rua_estimation_finish (const RuaEstimation *self,
                                   const RuaInputColumn *columns,
                                   guint n_columns,
                                   const RuaCellSums *cells,
                                   const RuaInputCounts *counts,
                                   guint64 n_used,
                                   gboolean *needs_columns,
                                   GCancellable *cancellable,
                                   GError **error);

/* The form that sums over at most @n_records have, and the divisors of the factors. */
RuaSumForm rua_reduction_find_form (const RuaReduction *self,
                                    const RuaScaled *roles,
                                    const double *constants,
                                    guint64 n_records,
                                    double *divisors);
/* So many places add up words for themselves before these are brought together. */
#define RUA_WORD_PLACES 16
/* How many bits the number of records has in words; 0: the sums of this reduction, of plain form, cannot be words. A place
 * has at most one in RUA_WORD_PLACES of the records that they tell: what is more is spilled. */
guint rua_reduction_find_count_bits (const RuaReduction *self, const RuaScaled *roles, const double *constants);
gsize rua_reduction_get_stride (const RuaReduction *self, RuaSumForm form);
/* Records of a batch. */
typedef struct {
  const guint32 *cells;
  guint n;               /* of the vectors */
  guint32 first;         /* the number of the first */
  const guint32 *rows;   /* the number of each; NULL: first, first + 1, ..., after all that were added before */
  const guint32 *places; /* those that count, in order; NULL: all */
  guint n_places;
  gboolean far;          /* the cells are too many for the cache */
  guint count_bits;      /* of words */
  GArray **spilled;      /* (inout): of RuaSpilled, of words; NULL until there is one */
} RuaRecords;

/* States begin as zeros. Adds each record to the state of its cell. @factors: as many vectors as the
 * reduction has. */
void rua_reduction_add (const RuaReduction *self,
                        RuaSumForm form,
                        guint8 *states,
                        const RuaRecords *records,
                        const double *const *factors);
/* Adds @from to @to, which counts as the earlier; unless sums are rounded, the order has no say. */
void rua_reduction_merge (const RuaReduction *self, RuaSumForm form, guint8 *to, const guint8 *from);
/* The same of @n states that lie side by side in both. */
void rua_reduction_merge_all (const RuaReduction *self, RuaSumForm form, guint8 *to, const guint8 *from, guint64 n);
/* Adds @n words to as many plain states, which begin as zeros; and what was spilled of them. */
void rua_reduction_unpack (const RuaReduction *self, guint8 *to, const guint8 *from, guint64 n, guint count_bits);
void rua_reduction_add_spilled (const RuaReduction *self, guint8 *to, const GArray *spilled);
/* Adds @from, a state of another reduction whose sums are plain as well, to @to: @terms says which of its terms each of
 * this one's is. There are no extremes. */
void rua_reduction_take (const RuaReduction *self, guint8 *to, const guint8 *from, const guint8 *terms);

/* ---- inside: between the files of the reduction ---- */

static inline double *
rua_state_sums (gpointer state)
{
  return (double *) (gpointer) ((guint8 *) state + sizeof (RuaCellHead));
}

static inline guint32
rua_state_get_n (gconstpointer state, guint count_bits)
{
  if (count_bits > 0)
    return (guint32) (*(const guint64 *) state & ((G_GUINT64_CONSTANT (1) << count_bits) - 1));
  return ((const RuaCellHead *) state)->n;
}

/* A compiler shifts a number below 0 as one. */
static inline double
rua_word_get_sum (gconstpointer word, guint count_bits)
{
  return (double) (*(const gint64 *) word >> count_bits);
}

/* Of a cell that has no records yet all bytes are 0; the first record makes it ready. */
static inline void
rua_state_begin (RuaCellHead *head, guint32 first, double *extremes, guint n_extremes)
{
  head->first = first;
  for (guint e = 0; e < n_extremes; e++) {
    extremes[2 * e] = INFINITY;
    extremes[2 * e + 1] = -INFINITY;
  }
}

/* Whether no term is a product. */
gboolean rua_reduction_is_exact (const RuaReduction *self);
guint rua_reduction_count_extremes (const RuaReduction *self);
/* Numbers of high parts, and of low parts, in a state: where there are both, as many as vectors of two or four hold. */
guint rua_reduction_count_places (const RuaReduction *self, RuaSumForm form);
/* Of plain sums without extremes. */
void rua_reduction_merge_plain (const RuaReduction *self, guint8 *to, const guint8 *from, guint64 n);
void rua_reduction_merge_words (guint8 *to, const guint8 *from, guint64 n);
void rua_reduction_add_whole (const RuaReduction *self,
                              RuaSumForm form,
                              guint8 *states,
                              const RuaRecords *records,
                              const double *const *factors);

G_END_DECLS
