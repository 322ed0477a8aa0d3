/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-sheet-private.h"

G_BEGIN_DECLS

/* From the values of expressions to small numbers. A coder gives each value of one expression a
 * code below n_codes, and n_codes itself where it is unknown: records by row, truths, texts by
 * dictionary code, whole numbers of a narrow range by their difference from the least. Anything
 * else is listed: numbered in the order in which it first stands, in a pass of its own. */
typedef enum {
  RUA_CODER_WORD,   /* the vector's own words */
  RUA_CODER_TRUTH,
  RUA_CODER_NUMBER, /* a whole number, less base */
  RUA_CODER_DATE,   /* a packed date, less base */
  RUA_CODER_LISTED, /* by row */
} RuaCoderKind;

typedef struct {
  RuaNode *node; /* of the sheet */
  RuaCoderKind kind;
  guint32 n_codes;
  gboolean known; /* no row has the code of the unknown */
  gint64 base;
  guint32 *listed; /* by row */
  guint64 *words;  /* LISTED: the value of a code, as its bits */
} RuaCoder;

/* NULL: cancelled. @base is that of the sheet's program; @externals may be NULL. */
RuaCoder *rua_coder_new (RuaNode *node,
                         RuaProgramBase *base,
                         const RuaExternal *externals,
                         guint32 n_rows,
                         GCancellable *cancellable,
                         GError **error);
void rua_coder_free (RuaCoder *self);
/* How many codes rows may have, that of the unknown among them where there may be such; at least 1. */
guint64 rua_coder_get_size (const RuaCoder *self);
void rua_coder_read (const RuaCoder *self, RuaProgramRun *run, guint32 *codes);
/* NULL where the code is that of the unknown. */
char *rua_coder_dup_label (const RuaCoder *self, RuaProgramRun *run, guint32 code);
/* The codes of what the coder's lookup gives for rows of its table, RUA_BATCH at most; @codes may be @rows. */
void rua_coder_read_lookup (const RuaCoder *self, RuaProgramBase *base, const guint32 *rows, guint n, guint32 *codes);

/* The bits that tell a value from others of its type; FALSE where it is unknown. */
gboolean rua_value_get_key (RuaValueType type, gconstpointer values, guint i, guint64 *key);

/* Codes of several coders as one number: that of a cell. Codes that follow from another's
 * (a household's village from the household) are left out, and read from the lookup when asked. */
typedef struct {
  RuaCoder **coders; /* borrowed */
  guint n;
  guint64 *strides;  /* 0: left out */
  guint *from;       /* the coder that it follows from */
  const RuaCoder *single; /* whose codes are the cells; NULL: more is to be done */
  guint64 n_cells;
  guint32 *listed;   /* by row, where the product is too large; NULL */
  guint64 *words;    /* of a listed cell: the product */
} RuaKeying;

#define RUA_MAX_CODERS 16

/* NULL: cancelled. No coders: one cell. */
RuaKeying *rua_keying_new (RuaCoder **coders,
                           guint n,
                           RuaProgramBase *base,
                           const RuaExternal *externals,
                           guint32 n_rows,
                           GCancellable *cancellable,
                           GError **error);
void rua_keying_free (RuaKeying *self);
/* @codes: the vector of each coder. */
/* Whether both number the cells of rows alike. */
gboolean rua_keying_is_same (const RuaKeying *self, const RuaKeying *other);
/* Whether each cell of @coarse is some of the cells of @self, whole. */
gboolean rua_keying_divides (const RuaKeying *self, const RuaKeying *coarse);
/* The cells of @coarse that those of @self from @first on lie in, RUA_BATCH at most. */
void rua_keying_fold (const RuaKeying *self,
                      const RuaKeying *coarse,
                      RuaProgramBase *base,
                      guint32 first,
                      guint n,
                      guint32 *cells);
void rua_keying_read (const RuaKeying *self,
                      RuaProgramRun *run,
                      const guint32 *const *codes,
                      guint32 *cells);
/* Of cells [first, first + n), RUA_BATCH at most. */
void rua_keying_get_codes (const RuaKeying *self,
                           RuaProgramBase *base,
                           guint32 first,
                           guint n,
                           guint coder,
                           guint32 *codes);
guint32 rua_keying_get_code (const RuaKeying *self, RuaProgramBase *base, guint32 cell, guint coder);

G_END_DECLS
