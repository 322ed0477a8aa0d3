/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-table-core-private.h"
#include "rua-syntax-private.h"
#include "rua-unit.h"
#include "rua-scaled-private.h"

G_BEGIN_DECLS

/* Nodes of a program and of those within it. Each has a buffer of a batch. */
#define RUA_PROGRAM_MAX_NODES 4096
/* Conditions on lists within conditions on lists. */
#define RUA_PROGRAM_MAX_NESTED 8

/* An expression compiled against a table: a tree of nodes, each with a type and a unit, that
 * works on vectors of rows. A program is immutable and holds no values; a run holds the buffers,
 * so that several threads may run one program, each with a run of its own. */

typedef enum {
  RUA_VALUE_UNKNOWN, /* the word unknown, which takes any type */
  RUA_VALUE_NUMBER,
  RUA_VALUE_BOOLEAN,
  RUA_VALUE_TEXT,
  RUA_VALUE_DATE,
  RUA_VALUE_REFERENCE,
  RUA_VALUE_ANY_REFERENCE, /* to a record of any kind */
} RuaValueType;

/* How a vector holds an unknown value. Numbers: NaN; nothing that is not finite is a value. */
#define RUA_TRI_FALSE 0
#define RUA_TRI_UNKNOWN 1
#define RUA_TRI_TRUE 2
#define RUA_NO_CODE G_MAXUINT32
#define RUA_NO_DATE G_MININT32
#define RUA_NO_ANY G_MAXUINT64

/* Rows worked on at once: what is done but once a batch, as calling the first records that are looked up, then takes no time to
 * speak of, and the buffers of a program stay near. Divides a chunk, so that a batch never crosses a chunk's end. */
#define RUA_BATCH 4096

/* Rows that buffers for @n_rows have room for: no more than there are, but whole words of bits. */
static inline guint
rua_batch_room (guint32 n_rows)
{
  return n_rows < RUA_BATCH ? MAX ((n_rows + 63) / 64 * 64, 64) : RUA_BATCH;
}

typedef enum {
  RUA_NODE_CONSTANT,
  RUA_NODE_COLUMN,  /* a field of the row itself */
  RUA_NODE_GATHER,  /* a field of the record that parts[0] refers to */
  RUA_NODE_EXTERNAL, /* a picked value: given by the caller of the run */
  RUA_NODE_NEGATE,
  RUA_NODE_ARITHMETIC,
  RUA_NODE_SCALE,   /* by number: to another unit */
  RUA_NODE_MATHS,   /* a function of numbers */
  RUA_NODE_COMPARE_NUMBERS,
  RUA_NODE_COMPARE_DATES,
  RUA_NODE_COMPARE_TEXTS,
  RUA_NODE_COMPARE_BOOLEANS,
  RUA_NODE_COMPARE_REFERENCES,
  RUA_NODE_REFERENCE_IS, /* one of the rows in targets */
  RUA_NODE_TEXT_TEST,    /* a text against constants, once a dictionary code */
  RUA_NODE_AND,
  RUA_NODE_OR,
  RUA_NODE_NOT,
  RUA_NODE_IS_UNKNOWN,
  RUA_NODE_DATE_PART,
  RUA_NODE_AGE,
  RUA_NODE_LENGTH,
  RUA_NODE_LETTERS,  /* lower, upper */
  RUA_NODE_COALESCE,
  RUA_NODE_CASE,
  RUA_NODE_DEFLATOR, /* the price ratio of a row's year */
  RUA_NODE_ROW,      /* the row itself, as a reference to it */
  RUA_NODE_LOOKUP,   /* what inner gives for the record that parts[0] refers to, laid out once */
  RUA_NODE_TRUTH,    /* a truth as the number 0 or 1 */
  RUA_NODE_COUNT,    /* entries of a list, or rows that refer here */
  RUA_NODE_ANY,      /* whether one of them satisfies a condition */
  RUA_NODE_FUNCTION, /* one of RuaFunction */
  RUA_NODE_NUMBER_IN, /* one of the numbers */
} RuaNodeKind;

typedef enum {
  RUA_MATHS_ABS,
  RUA_MATHS_SQRT,
  RUA_MATHS_LN,
  RUA_MATHS_EXP,
  RUA_MATHS_ROUND,
  RUA_MATHS_FLOOR,
  RUA_MATHS_CEILING,
  RUA_MATHS_LEAST,
  RUA_MATHS_GREATEST,
} RuaMaths;

typedef enum {
  RUA_TEXT_COMPARE, /* by operator, with constants[0] */
  RUA_TEXT_IN,      /* one of the constants */
  RUA_TEXT_CONTAINS,
  RUA_TEXT_STARTS_WITH,
  RUA_TEXT_ENDS_WITH,
} RuaTextTest;

typedef enum {
  RUA_DATE_YEAR,
  RUA_DATE_MONTH,
  RUA_DATE_DAY,
} RuaDatePart;

/* Of LETTERS. */
typedef enum {
  RUA_LETTERS_LOWER,
  RUA_LETTERS_UPPER,
  RUA_LETTERS_TRIM,
  RUA_LETTERS_REPLACE,   /* constants[0] by constants[1] */
  RUA_LETTERS_SUBSTRING, /* n_letters from the first on */
} RuaLetters;

/* Of FUNCTION. */
typedef enum {
  RUA_FUNCTION_ROUND_TO, /* number: decimals */
  RUA_FUNCTION_LOG10,
  RUA_FUNCTION_POWER,
  RUA_FUNCTION_MOD,
  RUA_FUNCTION_QUARTER,
  RUA_FUNCTION_WEEKDAY,
  RUA_FUNCTION_FIRST_DAY,
  RUA_FUNCTION_LAST_DAY,
  RUA_FUNCTION_AGE, /* never a node: AGE is */
  RUA_FUNCTION_MONTHS,
  RUA_FUNCTION_DAYS,
  RUA_FUNCTION_DATE_OF_DAYS,
  RUA_FUNCTION_DATE_OF_PARTS, /* year, month, day, or less */
  RUA_FUNCTION_DATE_OF_TEXT,
} RuaFunction;

typedef struct _RuaNode RuaNode;
typedef struct _RuaProgram RuaProgram;

/* Price ratios by year: what nominal money of a year is multiplied by. NaN: none. */
typedef struct {
  char *series;
  char *currency; /* of the series; NULL: it says none */
  char *partial;  /* years that are the mean of some months only, in words; NULL: none */
  int to;
  int first_year;
  guint n_years;
  double *ratios;
  RuaSyntax *date; /* over the row: a date, or a year as a number */
  char *date_source;
} RuaDeflation;

void rua_deflation_free (RuaDeflation *self);
/* Whether a series of prices in @currency (NULL: it says none) is of the money of @unit. */
gboolean rua_series_is_of_currency (const char *currency, RuaUnit *unit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaDeflation, rua_deflation_free)

struct _RuaNode {
  RuaNodeKind kind;
  RuaValueType type;
  RuaUnit *unit; /* of numbers; NULL: a bare number, which takes any unit */
  guint slot;    /* its buffer in a run */
  RuaNode **parts;
  guint n_parts;
  RuaTable *table; /* REFERENCE: what it refers to; COUNT, ANY: the table of the entries */
  RuaColumn *column;
  RuaFieldType field_type;
  RuaOperator operator;
  guint option; /* RuaMaths, RuaTextTest, RuaDatePart, RuaLetters, RuaFunction */
  gboolean flag; /* CONSTANT: the truth; COMPARE_DATES: the second is written out */
  double number;
  gint32 date;
  char **constants;
  guint n_constants;
  guint64 *targets; /* REFERENCE_IS: sorted; rows, or places << 32 | rows */
  guint n_targets;
  double *numbers; /* NUMBER_IN: sorted */
  guint n_numbers;
  int first; /* LETTERS: the first character, from 1 */
  int n_letters;
  RuaProgram *inner; /* ANY, COUNT: the condition, over the entries' table; may be NULL. LOOKUP */
  RuaDeflation *deflation; /* DEFLATOR; borrowed, as that of the program */
  gboolean reverse;  /* ANY, COUNT: column is of the entries' table and refers here */
  const RuaSyntax *syntax;
};

/* A value that stands on one of a pair's rows. */
typedef struct {
  RuaProgram *value;
  RuaProgram *condition; /* NULL: any row; all of them must agree */
  char *text;
} RuaPick;

struct _RuaProgram {
  gatomicrefcount refs;
  char *source;
  RuaSyntax *syntax;
  RuaTable *table;
  RuaNode *root;
  GPtrArray *nodes; /* every node, parts before wholes; owned */
  GPtrArray *picks; /* of RuaPick; EXTERNAL's option is its place here */
  GPtrArray *warnings; /* of char* */
  RuaDeflation *deflation; /* borrowed from the compile's options, which outlive the program */
  RuaPrivacy privacy; /* the highest of the fields it reads */
  guint n_nodes; /* of the programs within it */
};

typedef struct {
  RuaTable *table;
  const char *currency; /* NULL: {currency} stays */
  RuaDeflation *deflation;
  gboolean pairs; /* names stand on rows, the expression on pairs of rows */
  guint nested;   /* conditions on lists that this one stands within */
} RuaProgramOptions;

/* @syntax is taken over, also on error. */
RuaProgram *rua_program_compile (RuaSyntax *syntax,
                                 const char *source,
                                 const RuaProgramOptions *options,
                                 GError **error);
RuaProgram *rua_program_new (const char *source, const RuaProgramOptions *options, GError **error);
RuaProgram *rua_program_ref (RuaProgram *self);
void rua_program_unref (RuaProgram *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaProgram, rua_program_unref)

/* ---- compiling: shared by its files ---- */

typedef struct {
  RuaProgram *program;
  const RuaProgramOptions *options;
  GError **error;
} RuaCompiler;

RuaNode *rua_node_new (RuaCompiler *c, RuaNodeKind kind, RuaValueType type, const RuaSyntax *at);
void rua_node_add (RuaNode *self, RuaNode *part);
void rua_node_free (RuaNode *self);
GPtrArray *rua_program_new_nodes (void);
RuaNode *rua_compile (RuaCompiler *c, const RuaSyntax *syntax);
RuaNode *rua_compile_path (RuaCompiler *c, const RuaSyntax *syntax, guint n_names);
RuaNode *rua_compile_call (RuaCompiler *c, const RuaSyntax *syntax);
/* The left side passes through a list: true if any entry makes it true. NULL without an error: it
 * does not. */
RuaNode *rua_compile_any_of (RuaCompiler *c, const RuaSyntax *syntax, gboolean *is_any);
/* Whether a path of rows of @table passes through a list: after so many names of rows of
 * @owner, whose @entries are rows of a table (NULL: texts), in this column (of the entries, where the list is the way back). */
gboolean rua_syntax_find_list (const RuaSyntax *syntax,
                               RuaTable *table,
                               guint *n_names,
                               RuaTable **owner,
                               RuaTable **entries,
                               RuaColumn **column);
RuaNode *rua_compile_entries (RuaCompiler *c, const RuaSyntax *call, guint kind);
RuaNode *rua_compile_contains (RuaCompiler *c, const RuaSyntax *s, guint test);
/* A program of its own within this one, over other rows: its warnings, its privacy and its size
 * count for the whole. @syntax is taken over, and its places are those in the whole's source. */
RuaProgram *rua_compile_inner (RuaCompiler *c, RuaSyntax *syntax, const RuaProgramOptions *options);
/* The date that a text in quotes is. */
RuaNode *rua_compile_date_constant (RuaCompiler *c, const RuaSyntax *text);
/* Refuses a unit that cannot be written. */
gboolean rua_compile_check_unit (RuaCompiler *c, RuaNode *node);
RuaNode *rua_compile_text_test (RuaCompiler *c, const RuaSyntax *at, RuaNode *text,
                                RuaTextTest test, RuaOperator operator);
RuaNode *rua_compile_compare (RuaCompiler *c, const RuaSyntax *at, RuaOperator operator,
                              RuaNode *left, RuaNode *right);
RuaNode *rua_compile_in (RuaCompiler *c, const RuaSyntax *syntax);
RuaNode *rua_compile_between (RuaCompiler *c, const RuaSyntax *syntax);
/* Brings @node to @unit, through a SCALE if need be; NULL and an error if it cannot. */
RuaNode *rua_compile_to_unit (RuaCompiler *c, RuaNode *node, RuaUnit *unit, RuaNode *other);
/* Makes the nodes of one type and unit; the type of the first that is not the word unknown. */
gboolean rua_compile_unify (RuaCompiler *c, const RuaSyntax *at, RuaNode **nodes, guint n,
                            guint step, RuaValueType *type, RuaUnit **unit, RuaTable **table);
const char *rua_value_type_name (RuaValueType self);
gboolean rua_compile_refuse (RuaCompiler *c, RuaError code, const RuaSyntax *at, const char *format,
                             ...) G_GNUC_PRINTF (4, 5);

/* ---- running ---- */

/* The dictionary that the codes of a text node mean: a column's, or the run's own pool. */
typedef struct {
  RuaColumn *column; /* NULL: the pool */
  guint32 *to_pool;  /* code of the column -> of the pool; RUA_NO_CODE: not yet asked */
  guint32 n_codes;
} RuaTextSource;

/* Texts that no column has, each with a code; shared by the runs of one program, so that codes of
 * different runs compare. Found under a lock, read without one. */
typedef struct _RuaTextPool RuaTextPool;

RuaTextPool *rua_text_pool_new (void);
RuaTextPool *rua_text_pool_ref (RuaTextPool *self);
void rua_text_pool_unref (RuaTextPool *self);
guint32 rua_text_pool_code (RuaTextPool *self, const char *text, gssize length);
const char *rua_text_pool_text (RuaTextPool *self, guint32 code);
guint32 rua_text_pool_get_n (RuaTextPool *self);

/* Values of several expressions on every row of a table, side by side: a record a row. */
typedef struct {
  guint8 *records;
  guint32 n_rows; /* before the one that there is not */
  guint stride;   /* bytes of a record */
  guint place;    /* among the blocks of its base */
  gboolean packed; /* a record is one word of as few bytes as it needs, values begin at any bit */
} RuaFlatBlock;

/* Longer blocks do not lie in the cache; that tests may make small. */
extern gsize rua_records_far_bytes;

/* What was fetched of a block, by row of the program's table. */
typedef struct {
  guint64 *words;     /* NULL: not kept */
  guint16 *n_fetched; /* by batch: rows */
} RuaKeptRecords;

/* The values of an expression on every row of a table, in as few bytes as hold them all, and one
 * more at the end for the row that there is not. */
typedef struct {
  RuaValueType type;
  guint32 n_rows;
  guint8 width;   /* of a value */
  guint8 bits;    /* of a value */
  guint8 needed;  /* bits that hold all values, those of unknown ones all being 1 */
  guint8 stride;  /* from a value to the next */
  guint8 offset;  /* in a record: bytes, of a packed one bits */
  const RuaFlatBlock *block; /* among whose records its values are; NULL: it has its own */
  gboolean coded; /* numbers: (base + code) / divisor, the highest code is unknown; other values of
                   * 4 bytes: the code itself, the highest is unknown */
  double base;
  double divisor;
  double least, greatest; /* of numbers that are known; NaN: there are none */
  gboolean whole;         /* no known number has a fraction */
  gboolean all_known;     /* every row has a value */
  gpointer values;
} RuaFlat;

/* Takes part in the run of tasks of its caller. NULL: cancelled. */
RuaFlat *rua_flat_new (RuaProgram *program, GCancellable *cancellable, GError **error);
/* Bits that hold codes up to @greatest, which is below 2^32 - 1, and, as 1 throughout, the unknown. */
guint8 rua_flat_count_bits (double greatest);
void rua_flat_free (RuaFlat *self);
/* Lays values of one table's rows side by side in a @block, which must outlive them (transfer full; NULL: they
 * stay as they are). The order of @flats changes. */
gboolean rua_flat_join (RuaFlat **flats, guint n, RuaFlatBlock **block, GCancellable *cancellable, GError **error);
void rua_flat_block_free (RuaFlatBlock *self);
/* The first words of the rows' records, and behind RUA_BATCH of them the second where records have such. */
void rua_flat_block_fetch (const RuaFlatBlock *self, const guint32 *rows, guint n, guint64 *words);
/* Values of the rows; RUA_NO_ROW gives unknown. As vectors hold them. */
void rua_flat_read (const RuaFlat *self, const guint32 *rows, guint n, gpointer values);
/* Coded numbers times the divisor. */
void rua_flat_read_whole (const RuaFlat *self, const guint32 *rows, guint n, double *values);
/* The same of words of 8 bytes, in which the values stand from the bit @shift on. */
void rua_flat_take (const RuaFlat *self, const guint64 *words, guint shift, guint n, gpointer values);
void rua_flat_take_whole (const RuaFlat *self, const guint64 *words, guint shift, guint n, double *values);

/* A picked value by pair, for as many as there are. */
typedef struct {
  gconstpointer values; /* as vectors hold them */
  gboolean packed;      /* guint32: whole numbers plus @offset, over @divisor; G_MAXUINT32: unknown */
  double offset;
  double divisor;
} RuaExternal;

/* What every run of a program shares. */
typedef struct {
  RuaSlice *chunks;     /* of the node's column */
  guint n_chunks;
  guint8 *entries;      /* ANY, COUNT: the condition on every row of the entries' table */
  guint32 *offsets;     /* reverse: where the rows that refer to a row begin in rows */
  guint32 *rows;
  RuaFlat *flat;        /* LOOKUP */
} RuaNodeBase;

typedef struct {
  guint64 stamp;        /* of the batch that the buffer holds */
  gpointer buffer;      /* values of a batch: the state's own, or a column's as they lie there */
  gpointer own;         /* NULL: never needed */
  RuaTextSource text;
  guint8 *cache;        /* TEXT_TEST: a truth a code, 3: not yet asked */
  guint32 *letters;     /* LETTERS: the changed text of a code */
  guint32 n_cached;
  double *whole;        /* its numbers times their divisor; NULL: never asked for */
  guint64 whole_stamp;
} RuaNodeState;

typedef struct {
  gatomicrefcount refs;
  RuaProgram *program;
  RuaNodeBase *nodes; /* by slot */
  guint room;         /* rows at once, at most */
  RuaTextPool *pool;
  double money_scale;
  GPtrArray *blocks;  /* of RuaFlatBlock */
  RuaKeptRecords *kept; /* by block; NULL: none is */
  RuaScaled *wholes;   /* by slot; NULL until they were found */
  guint8 *known;       /* by slot, whether every row has a value; 0: it may or may not. NULL until that was found */
  guint8 *not_negative; /* by slot, likewise: whether no number is below 0 */
} RuaProgramBase;

/* What a batch has fetched of a block. */
typedef struct _RuaRunRecords RuaRunRecords;

/* What a run does with records that it fetches. */
typedef enum {
  RUA_RECORDS_DROPPED,
  RUA_RECORDS_KEPT,  /* the only run on its batches */
  RUA_RECORDS_FOUND, /* those that were kept need not be fetched */
} RuaRecordsUse;

typedef struct {
  RuaProgram *program;
  RuaProgramBase *base;
  RuaNodeState *states; /* by slot */
  RuaTextPool *pool;    /* the base's */
  guint64 stamp;
  guint32 first;        /* the batch */
  guint n;
  gboolean lacks_year;  /* a deflator had no ratio for some row of this batch */
  const RuaExternal *externals; /* by pick */
  RuaRunRecords *records; /* by block */
  RuaRecordsUse records_use;
  GPtrArray *blocks;      /* buffers lie in the last of them, as far as there is room */
  gsize block_size;       /* of the next; 0: each buffer has its own */
  guint8 *next;
  gsize n_left;
  GError *error; /* the first that came up */
} RuaProgramRun;

RuaProgramRun *rua_program_run_new (RuaProgram *program);
void rua_program_run_free (RuaProgramRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaProgramRun, rua_program_run_free)

/* Lists, lookups and columns laid open, once for any number of runs in any threads. @pool may be
 * that of another base, whose codes then mean the same here; NULL: one of its own. */
RuaProgramBase *rua_program_base_new (RuaProgram *program,
                                      RuaTextPool *pool,
                                      GCancellable *cancellable,
                                      GError **error);
/* Before there are runs on it that go on: lays lookups of the same reference side by side. @read: by slot, whether rows
 * ask for the node (NULL: for all); what nobody asks for would only make records longer. */
gboolean rua_program_base_join (RuaProgramBase *self, const guint8 *read, GCancellable *cancellable, GError **error);
RuaProgramBase *rua_program_base_ref (RuaProgramBase *self);
void rua_program_base_unref (RuaProgramBase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaProgramBase, rua_program_base_unref)
RuaProgramRun *rua_program_run_new_on (RuaProgramBase *base);
/* One that reads many rows: its buffers lie side by side, in large pages if need be. */
RuaProgramRun *rua_program_run_new_through (RuaProgramBase *base);
/* Before a pass over the table's @n_rows that another one will follow: runs that keep the records they fetch have room for
 * them. */
void rua_program_base_keep_records (RuaProgramBase *self, guint32 n_rows);
void rua_program_base_drop_records (RuaProgramBase *self);

/* The values of the rows [first, first + n); n at most RUA_BATCH, within one chunk. Borrowed until
 * the next call. Removed rows have some value or other. FALSE in @self->error. */
gconstpointer rua_program_run_batch (RuaProgramRun *self, guint32 first, guint n);
/* For programs of many roots: begins a batch, in which each node works when first asked for. */
void rua_program_run_begin (RuaProgramRun *self, guint32 first, guint n);
gconstpointer rua_program_run_node (RuaProgramRun *self, RuaNode *node);
/* Finds which nodes give whole numbers over a power of ten; @externals (nullable) says it of the caller's. */
void rua_program_base_find_wholes (RuaProgramBase *self, const RuaScaled *externals);
/* After the whole numbers: finds which nodes have a value on every row, and which no number below 0. */
void rua_program_base_find_known (RuaProgramBase *self);
/* Whether every row of a column has a value. */
gboolean rua_node_base_is_known (const RuaNodeBase *self);
/* Whether numbers of @node fit into four bytes: rua_numbers_pack() of their whole ones. A product of decimals is then
 * rounded once. */
gboolean rua_program_base_find_packing (const RuaProgramBase *self, const RuaNode *node, double *offset,
                                        double *divisor);
/* The numbers of a node whose divisor is not 0, times the divisor; NaN where unknown. */
const double *rua_program_run_whole (RuaProgramRun *self, RuaNode *node);
/* The chunks of the columns from @from to before @to will not be read again in this pass. */
void rua_program_base_give_back (const RuaProgramBase *self, guint from, guint to);
/* So many chunks are given back in one go; a lane that takes turns with others gives back fewer. */
#define RUA_GIVEN_CHUNKS 16
/* FALSE and an error where a deflator that @node needs has no ratio for a row that has a year.
 * @rows: which places of the batch to look at; NULL: the first @n. */
gboolean rua_program_run_check_years (RuaProgramRun *self,
                                      RuaNode *node,
                                      const guint32 *rows,
                                      guint n,
                                      GError **error);
/* The text of a code of the root, or of any text node. */
const char *rua_program_run_get_text (RuaProgramRun *self, guint32 code, gsize *length);
/* The size of one value in a vector. */
gsize rua_value_type_get_size (RuaValueType self);

void rua_slice_read (const RuaSlice *slice, const RuaNode *node, double money_scale, guint at, guint n, gpointer to);
/* Memory that lasts as long as the run. */
gpointer rua_run_reserve (RuaProgramRun *run, gsize size);
/* Where a batch of the node's values is written. */
gpointer rua_run_get_own (RuaProgramRun *run, const RuaNode *node);
void rua_run_read_column (RuaProgramRun *run, RuaNode *node, guint32 first, guint n);
/* The batch's numbers of a column times @divisor, with which all of them are whole. */
void rua_run_read_whole (RuaProgramRun *run, RuaNode *node, double divisor, double *to);
void rua_run_gather (RuaProgramRun *run, RuaNode *node, guint n);
/* Values of another table's rows, which the node's part has. Whole: numbers times their divisor. */
void rua_run_look_up (RuaProgramRun *run, RuaNode *node, guint n);
void rua_run_look_up_whole (RuaProgramRun *run, RuaNode *node, guint n, double *to);
void rua_run_records_init (RuaProgramRun *run);
void rua_run_compute (RuaProgramRun *run, RuaNode *node, guint n);
gboolean rua_run_text (RuaProgramRun *run, RuaNode *node, guint n);
gboolean rua_run_function (RuaProgramRun *run, RuaNode *node, guint n);
void rua_run_text_prepare (RuaProgramRun *run, RuaNode *node);
gboolean rua_base_entries_prepare (RuaNodeBase *base, RuaNode *node, GCancellable *cancellable, GError **error);
void rua_run_entries (RuaProgramRun *run, RuaNode *node, guint32 first, guint n);
guint32 rua_run_pool_code (RuaProgramRun *run, const char *text, gssize length);
/* The pool's code for one of the node's. */
guint32 rua_run_to_pool (RuaProgramRun *run, RuaNode *node, guint32 code);
const char *rua_run_code_text (RuaProgramRun *run, RuaNode *node, guint32 code, gsize *length);
/* The one text of a cell that stands for it where one is needed. */
const char *rua_column_plain_text (RuaColumn *column, guint32 code, gsize *length);

G_END_DECLS
