/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-grouping-private.h"
#include "rua-parallel-private.h"
#include "rua-reduction-private.h"

G_BEGIN_DECLS

/* One pass over the rows of a table (or over the owners of pairs) that feeds any number of metrics.
 *
 * Rows are divided into lanes by their number alone, so that neither threads nor chunks have a
 * say; what lanes add up is added in their order. Whole numbers are the same in any order: lanes that work one
 * after the other then share their sums. Where a metric has so many cells that each lane
 * could not have its own, lanes sort what they read by ranges of cells, a stretch of rows at a time, and
 * then each range is added up by one task, in the order of lanes. */

#define RUA_LANES 14
/* Equal shares of the rows: each of the first lanes has four, the others one each, so that no thread waits long for
 * the last of them. */
#define RUA_LANE_SHARES 32
#define RUA_LONG_LANES 6

/* Of size alone; that tests may make small. */
typedef struct {
  guint32 block_rows; /* rows of all lanes between two sortings: a multiple of RUA_LANE_SHARES * RUA_BATCH */
  gsize lanes_bytes;  /* what all lanes' cells of one metric may take before they share one */
  gsize range_bytes;  /* a range of cells fits the cache */
  guint joint_share;  /* rows at least for each cell of what is added up for several metrics; 0: nothing is */
  gsize words_bytes;  /* what plain sums of one metric may take before they become words */
  guint32 again_rows; /* of groups that are read again at a time, unless a single one has more */
  gsize kept_bytes;   /* what is kept of all rows for those that are laid out; 0: nothing is */
} RuaScanLimits;

extern RuaScanLimits rua_scan_limits;

typedef struct {
  RuaNode *node; /* whole numbers plus @offset, over @divisor; the @mask itself: unknown */
  double offset;
  double divisor;
  guint32 mask;
  guint shift;
} RuaScanField;

#define RUA_MAX_FIELDS 8

/* What is laid out of a row in one word. */
typedef struct {
  RuaScanField fields[RUA_MAX_FIELDS];
  guint n_fields;
  guint n_bits;
  gsize n_bytes; /* 0: there is none */
  guint8 *bytes; /* laid out, in the order of groups; a word may be read at each of them */
} RuaScanRecord;

typedef struct {
  const RuaRoleSpec *spec;
  guint index;     /* among the estimator's roles */
  gboolean needed; /* a record that lacks it is left out */
  RuaNode *node;   /* of numbers; NULL: a category */
  RuaCoder *coder; /* of a category, or of a flag that makes cells; borrowed */
  RuaNode *coded;  /* what the coder codes */
  double factor;   /* of numbers */
  GHashTable *labels; /* of a category laid out: of each code that somebody has asked for */
  RuaProgramRun *reader; /* of these; borrowed */
  gpointer vector; /* laid out: double, guint32 or gint32 by record, in the order of groups */
  gboolean packed; /* laid out as whole numbers plus @offset, over @divisor; G_MAXUINT32: unknown */
  double offset;
  double divisor;
  const RuaScanRecord *record; /* laid out as a field of this, or as what two of them make; NULL: in @vector. The part's or
                                * the finer one's */
  guint8 fields[2];
  gboolean is_made;
} RuaScanRole;

/* One block with its arrays. */
typedef struct {
  guint32 *codes;   /* of each path */
  guint32 *ranks;   /* of each path: where its label comes, the same for the same label */
  const char **labels; /* of each path; NULL where it is unknown; not a GStrv. The part's */
  guint64 n_total;  /* records that meet the condition */
  guint64 n_used;
  guint64 *missing; /* by role: records that lack it */
  gboolean bad;     /* some record has a value that must be refused */
  guint32 begin;    /* its cells in the part's order; its records in the roles' vectors */
  guint32 n;
} RuaScanGroup;

typedef struct _RuaScan RuaScan;

typedef struct _RuaScanPart RuaScanPart;

/* Where what is laid out of a row stands in the word that is kept of it. */
typedef struct {
  const RuaScanPart *cells_of; /* the part whose cells it goes by; NULL: its own */
  guint32 *fold;               /* its cells by those; NULL: they are the same */
  guint cell_bit;
  guint n_cell_bits;
  guint place; /* of its bits among those of all parts, which are no part of the word */
} RuaScanKept;

struct _RuaScanPart {
  RuaScan *scan;
  /* what is asked for */
  RuaNode *where; /* NULL: all rows */
  RuaNode **by;
  guint n_by;
  RuaScanRole *roles;
  guint n_roles;
  const RuaReduction *reduction; /* NULL: columns are to be laid out */
  gboolean takes_packed;         /* whoever takes the columns: needed numbers as packed words */
  gboolean any_order;            /* what is made of a group's columns is the same in any order of its records */
  guint cell_roles[RUA_MAX_CELL_ROLES]; /* places in roles */
  guint n_cell_roles;
  guint n_factor_inputs;           /* roles of the estimator */
  double constants[RUA_MAX_CONSTANTS];
  RuaSumForm form;
  guint count_bits;                 /* of words; else 0 */
  double divisors[RUA_MAX_FACTORS]; /* unless sums are rounded */
  double *role_divisors;            /* by the estimator's role */
  RuaNode **deflated;              /* roots under which a year may be lacking */
  guint n_deflated;
  /* what came of it */
  double *pilots;    /* by the estimator's role */
  guint64 n_open;    /* rows of which it is unknown whether they meet the condition */
  gboolean bad;      /* a flag that is none, a weight below 0 */
  GError *error;     /* of a row's year */
  GError *lane_errors[RUA_LANES];
  RuaKeying *keying; /* borrowed */
  gsize stride;
  guint8 *states;    /* by cell */
  guint32 *counts;   /* by cell, of what is to be laid out */
  guint32 *missing;  /* by cell: records left out, then a number a role; NULL: none */
  GPtrArray *groups; /* of RuaScanGroup, in order */
  GPtrArray *labels; /* what groups are called */
  guint32 *order;    /* cells, by group and first record */
  guint8 *bad_cells; /* a flag a cell; NULL */
  /* the pass's own */
  guint selection;
  guint keying_place;
  RuaScanPart *leader; /* an earlier part whose sums are this one's as well; NULL: it has its own */
  RuaScanPart *finer;  /* a part whose cells this one's are made of, which adds the same to them, or lays the same
                        * out; NULL: rows are read */
  RuaScanPart *coarser; /* of those that lay out: the one that reads these columns as well; NULL: none */
  RuaScanPart *joint;   /* where its sums are added up together with those of others, but for rows that lack something;
                         * NULL: nowhere */
  guint8 joint_terms[RUA_MAX_TERMS]; /* which of the joint's each of its terms is */
  RuaCoder *condition;   /* among the joint's keys; NULL: it chooses as the joint does */
  guint32 condition_code;
  RuaReduction *made;    /* of a joint part, which is no metric's; NULL: it is one's */
  guint joint_place;
  guint32 *lane_counts[RUA_LANES];
  guint8 *lane_states[RUA_LANES]; /* of lanes; where the order has no say, of those at work at once */
  GArray *place_spilled[RUA_LANES]; /* of words, as these */
  guint32 *place_missing[RUA_LANES]; /* as lane_states, in any order */
  gpointer buckets;  /* RUA_LANES times n_ranges */
  guint n_ranges;
  guint range_bits;
  RuaScanRecord record;
  RuaScanKept kept;
  gboolean laying;   /* its columns are being laid out */
  gboolean laid;
};

struct _RuaScan {
  RuaTable *table;   /* whose rows, or whose owners */
  RuaSheet *sheet;
  guint32 n_rows;
  const guint8 *present; /* by row, 0: not there; NULL: as the table says */
  RuaTextPool *pool;     /* borrowed; NULL: an own one */
  const RuaExternal *externals; /* borrowed */
  RuaScaled *external_wholes;
  gpointer owner;        /* the caller's */
  GPtrArray *parts;      /* of RuaScanPart */
  RuaProgramBase *base;
  GPtrArray *coders;
  GPtrArray *keyings;
  GArray *selections;    /* of RuaNode* */
  guint64 *n_open;       /* by selection */
  guint n_joints;
  gboolean keeps;            /* in the first pass a word a row */
  RuaScanRecord kept_record; /* its low bits */
  GPtrArray *kept;           /* of blocks of whole batches; NULL: nothing is there */
  gsize kept_length;         /* of a batch, in words */
  guint n_kept_batches;      /* in a block */
  RuaProgress *progress;
  double progress_from, progress_to;
  RuaProgramRun *reader; /* of labels; in any thread */
};

/* What a code of a category that is laid out is called: the role's. In any thread. */
const char *rua_scan_role_find_label (gpointer role, guint32 code);

/* @n_rows need not be the table's, where its rows are not read (pairs by several keys). */
RuaScan *rua_scan_new (RuaTable *table, guint32 n_rows, const guint8 *present);
void rua_scan_free (RuaScan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaScan, rua_scan_free)
RuaScanPart *rua_scan_add_part (RuaScan *self);

/* After all parts were added: lays open what they read. */
gboolean rua_scan_open (RuaScan *self, GCancellable *cancellable, GError **error);
/* The pass: sums of those parts that have a reduction, counts of the others; then their groups. */
gboolean rua_scan_run (RuaScan *self, GCancellable *cancellable, GError **error);
/* Lays the columns of a part out, those of a group side by side in order of rows; and in the same pass those
 * of other parts, for which it then does nothing. They go with rua_scan_drop_columns(). */
gboolean rua_scan_lay_out (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error);
void rua_scan_drop_columns (RuaScanPart *part);
/* Whether numbers of a role are taken as packed words, from @vector. */
gboolean rua_scan_role_stays_packed (const RuaScanPart *part, const RuaScanRole *role);
/* Numbers of a role that were laid out in a vector, @n from @first on, to the bit as its node has them. In @room unless they
 * lie there as they are. */
const double *rua_scan_role_read (const RuaScanRole *role, gsize first, gsize n, double *room);
/* Gives up what the pass worked out, apart from the groups. */
void rua_scan_close_part (RuaScanPart *part);
/* The cells of a group, for a reduction's finish(). */
void rua_scan_get_cell_sums (RuaScanPart *part, const RuaScanGroup *group, RuaCellSums *sums);

/* Rows of some groups that meet the condition, unknown cells among them: @take is told each, and which of the groups
 * it is of. */
typedef void (*RuaScanTake) (gpointer data, guint group, RuaProgramRun *run, guint32 row, guint at);
gboolean rua_scan_visit_groups (RuaScan *self,
                                RuaScanPart *part,
                                RuaScanGroup *const *groups,
                                guint n_groups,
                                RuaScanTake take,
                                gpointer data,
                                GCancellable *cancellable,
                                GError **error);

/* ---- inside: between the files of the scan ---- */

/* What a lane reads of one range of cells: entries, each with the reduction's factors behind it. */
typedef struct {
  guint32 cell;
  guint32 row;
} RuaScanEntry;

typedef struct {
  gsize n;
  gsize n_allocated;
  guint8 *entries;
} RuaScanBucket;

/* Whether rows are read for it alone. */
static inline gboolean
rua_scan_part_reads (const RuaScanPart *part)
{
  return part->leader == NULL && part->finer == NULL;
}

/* While the scan is being laid open. NULL, FALSE: cancelled, or too many combinations. */
RuaCoder *rua_scan_find_coder (RuaScan *self, RuaNode *node, GCancellable *cancellable, GError **error);
gboolean rua_scan_find_keying (RuaScan *self,
                               RuaScanPart *part,
                               RuaCoder **coders,
                               guint n,
                               GCancellable *cancellable,
                               GError **error);
guint rua_scan_find_selection (RuaScan *self, RuaNode *where);
gboolean rua_scan_find_joints (RuaScan *self, GCancellable *cancellable, GError **error);
/* Which numbers of a part that is laid out lie in one record. */
void rua_scan_find_record (RuaScan *self, RuaScanPart *part);
/* The @place of the node in the record, to which it is added. FALSE: it does not fit. */
gboolean rua_scan_record_find_field (const RuaProgramBase *base, RuaScanRecord *self, RuaNode *node, guint8 *place);
/* After these of all parts: whether the first pass keeps what all of them lay out. */
void rua_scan_find_kept (RuaScan *self);
/* Bytes of a number or a code outside it. */
gsize rua_scan_role_get_width (const RuaScanRole *role);
/* Of a part's roles the numbers that lie in the record, into the place of each. */
void rua_scan_record_read (const RuaScanRole *roles, guint n_roles, gsize first, gsize n, double *const *numbers);
/* After the pass: what was added up for several metrics is added to this one's cells. */
void rua_scan_follow_joint (RuaScanPart *part);
void rua_scan_drop_buckets (RuaScanPart *part);
void rua_scan_drop_lanes (RuaScanPart *part);
/* After the pass, of all parts: what lanes added up apart becomes one, once for those that follow another. */
gboolean rua_scan_merge (RuaScan *self, GCancellable *cancellable, GError **error);
/* Of a part that has many cells all threads work at its groups. */
gboolean rua_scan_has_many_cells (const RuaScanPart *part);
gboolean rua_scan_collect_groups (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error);

/* ---- inside: one lane's view of a batch ---- */

#define RUA_BATCH_WORDS (RUA_BATCH / 64)

/* Some rows of a batch. */
typedef struct {
  guint64 bits[RUA_BATCH_WORDS]; /* none beyond the batch */
  guint n;                       /* how many they are */
  gboolean listed;               /* places are theirs, in order */
  guint32 *places;               /* eight are written at once, the last of them for nobody: room for 8 more */
} RuaScanRows;

/* Sets of rows that metrics have made of one batch, so that those with the same have them listed once. */
#define RUA_SCAN_SETS 8

typedef struct {
  guint64 stamp;
  guint n; /* 0: none is unknown, and bits are of no meaning */
  guint64 bits[RUA_BATCH_WORDS];
} RuaScanUnknown;

typedef struct {
  RuaScan *scan;
  RuaProgramRun *run;
  guint room;            /* rows of a batch at most */
  guint32 *codes;        /* a batch a coder */
  guint64 *code_stamps;
  guint32 *cells;        /* a batch a keying */
  guint64 *cell_stamps;
  RuaScanRows *chosen;   /* by selection */
  guint64 *chosen_stamps;
  guint64 *n_open;       /* by selection */
  RuaScanUnknown *unknown_numbers; /* by slot of a node */
  RuaScanUnknown *unknown_codes;   /* by coder */
  guint64 (*joined)[RUA_BATCH_WORDS]; /* by joint part: rows of the batch that it has added up */
  guint *n_joined;                    /* how many they are */
  RuaScanRows *sets;     /* RUA_SCAN_SETS */
  guint n_sets;
  guint32 *places;       /* of all of these */
} RuaScanView;

RuaScanView *rua_scan_view_new (RuaScan *scan);
void rua_scan_view_free (RuaScanView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaScanView, rua_scan_view_free)
void rua_scan_view_begin (RuaScanView *self, guint32 first, guint n);
const guint32 *rua_scan_view_codes (RuaScanView *self, const RuaCoder *coder);
const guint32 *rua_scan_view_cells (RuaScanView *self, const RuaScanPart *part);
/* The rows of the batch that meet the part's condition. */
RuaScanRows *rua_scan_view_chosen (RuaScanView *self, const RuaScanPart *part);
/* The rows that have these bits. Lent until the batch ends, or RUA_SCAN_SETS others were asked for. */
RuaScanRows *rua_scan_view_rows (RuaScanView *self, const guint64 *bits);
/* Numbers of the bits that are 1; eight are written at once, so that @places has room for 8 more. Returns how many they are. */
guint rua_scan_list_bits (const guint64 *bits, guint n_words, guint32 *places);
/* Their places in the batch; all of the batch: NULL. */
const guint32 *rua_scan_view_places (const RuaScanView *self, RuaScanRows *rows);
/* Rows of the batch in which the role is unknown; NULL: none. @numbers: the vector of its node, whole or not. */
const guint64 *rua_scan_view_unknown (RuaScanView *self, const RuaScanRole *role, const double *numbers);

/* ---- inside: what one metric takes of a batch ---- */

typedef struct {
  guint n;                  /* of the vectors */
  const guint32 *cells;
  const double *values[32]; /* by role; NULL: a category */
  const guint32 *places;    /* of the vectors, that count; NULL: all */
  guint n_places;
  const guint32 *rows;      /* numbers of the rows in the vectors; NULL: as in the batch */
  const guint64 *bits;      /* of the batch, those that count */
} RuaScanTaken;

/* The words of the batch. */
void rua_scan_record_make (const RuaScanRecord *self, RuaScanView *view, guint64 *words);
/* Of these words @n, at these @places, are put where @to says. */
void rua_scan_record_write (const RuaScanRecord *self, const guint64 *words, const guint32 *places, const guint32 *to, guint n);
/* Numbers that are unknown where the role's are, of one that is laid out in a record; maybe in @room. NULL: all are known. */
const double *rua_scan_role_tell_unknown (const RuaScanRole *role, RuaScanView *view, double *room);

typedef struct {
  guint32 cells[RUA_BATCH];
  guint32 rows[RUA_BATCH];
  guint room;      /* rows of a batch at most */
  double *vectors; /* a batch a role */
  double *factors; /* a batch a factor */
} RuaScanScratch;

RuaScanScratch *rua_scan_scratch_new (const RuaScan *scan);
void rua_scan_scratch_free (RuaScanScratch *self);
/* The records of a batch that the metric uses. What is counted goes to the @place. @adds: they are to be added up, those that it does not use
 * are counted, and values that must be refused are looked for. FALSE: it uses none. */
gboolean rua_scan_take (RuaScanView *view,
                        RuaScanPart *part,
                        guint place,
                        gboolean adds,
                        RuaScanScratch *scratch,
                        RuaScanTaken *taken,
                        GError **error);

/* ---- inside: what is kept of each row for the second pass ---- */

void rua_scan_begin_keeping (RuaScan *self);
void rua_scan_drop_kept (RuaScan *self);
/* In the first pass, once a batch, and then once for each part, of which rows it uses; NULL: none. */
void rua_scan_keep_batch (RuaScan *self, RuaScanView *view);
void rua_scan_keep_used (const RuaScan *self, const RuaScanPart *part, guint32 first, guint n, const RuaScanTaken *taken);
/* The second pass, of one part. */
gboolean rua_scan_lay_kept (RuaScan *self, RuaScanPart *part, GCancellable *cancellable, GError **error);
guint rua_scan_count_lanes (const RuaScan *self);
/* Its rows are those from @begin on and before @end. */
void rua_scan_get_lane (const RuaScan *self, guint lane, guint64 *begin, guint64 *end);
void rua_scan_tell_progress (RuaScan *self, gint *n_done, guint n);

/* Records whose place is called into the cache before their turn: each group has a line of its own at which it goes on. */
#define RUA_SCAN_PLACES_AHEAD 24

static inline void
rua_scan_call_place (gconstpointer vector, gsize width, const guint32 *to, guint k, guint n)
{
  if (k + RUA_SCAN_PLACES_AHEAD < n)
    __builtin_prefetch ((const guint8 *) vector + width * to[k + RUA_SCAN_PLACES_AHEAD], 1);
}

G_END_DECLS
