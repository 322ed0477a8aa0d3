/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-block-private.h"
#include "rua-columns-private.h"
#include "rua-numbered-private.h"
#include "rua-table-core-private.h"

G_BEGIN_DECLS

/* A piece of the file: its segments stand one behind the other, each at a multiple of 64. */
typedef struct {
  guint64 offset;
  guint64 length;
} RuaColumnsPiece;

typedef struct {
  RuaColumnsPiece piece;
  guint64 print[2];
} RuaColumnsSegment;

/* What has to hold of values before anything may rely on it. */
typedef enum {
  RUA_COLUMNS_CHECK_NOTHING,
  RUA_COLUMNS_CHECK_BELOW,   /* codes, rows, booleans: below @limit */
  RUA_COLUMNS_CHECK_DATES,
  RUA_COLUMNS_CHECK_NUMBERS, /* finite */
  RUA_COLUMNS_CHECK_ORDER,   /* codes of ids: @limit, @limit + 1, …; else *@disordered */
  RUA_COLUMNS_CHECK_TEXTS,
  RUA_COLUMNS_CHECK_NUMBERED,
} RuaColumnsCheckType;

typedef struct {
  RuaColumnsCheckType type;
  RuaColumn *column;
  const char *kind;
  RuaColumnsPiece values; /* or the texts' offsets */
  RuaColumnsPiece texts;
  guint32 first; /* row or text, for messages */
  guint32 n;
  guint8 bits;  /* of a value, or of an offset */
  guint8 gap;
  gint64 base;
  guint64 limit;
  gint *disordered;
  gboolean last; /* these texts are the last */
  guint64 end;   /* in the file: about where the last of its bytes is */
  const RuaChunk *chunk; /* NULL: of texts */
  const RuaNumbered *numbered;
} RuaColumnsCheck;

typedef struct _RuaColumnsAhead RuaColumnsAhead;

typedef struct {
  GBytes *bytes;
  const guint8 *data;
  gsize size;
  int fd;
  const char *name;
  RuaProgress *progress;
  GCancellable *cancellable;
  RuaColumnsAhead *ahead; /* NULL: pages come when they are asked for */

  RuaColumnsSegment *segments;
  guint32 n_segments;
  guint32 *groups; /* segments that are verified together: the first of each, and the end */
  guint32 n_groups;
  GArray *checks;        /* of RuaColumnsCheck */
  guint32 *order;        /* of the checks: by group */
  guint32 *first_checks; /* in this order: the first of each group, and the end */
  GMutex mutex;
  GError *error;         /* of the lowest of the checks that failed */
  guint32 failed;        /* this one */
} RuaColumnsFile;

/* Sets an error that names the file, and is FALSE. */
gboolean rua_columns_damaged (RuaColumnsFile *file, GError **error, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Bytes read from the file, in a block. */
typedef guint8 RuaColumnsBytes;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaColumnsBytes, rua_block_free)

/* Brings the pages of a piece into the process, or is FALSE where one cannot be had. */
gboolean rua_columns_call_pages (const RuaColumnsFile *file, RuaColumnsPiece piece);
/* NULL: not worth it. The file stays while it works. */
RuaColumnsAhead *rua_columns_ahead_new (const RuaColumnsFile *file);
/* Somebody verifies from @from on, or has verified so many bytes. */
void rua_columns_ahead_follow (RuaColumnsAhead *self, guint64 from, guint64 verified);
/* When it has stopped. */
void rua_columns_ahead_free (RuaColumnsAhead *self);

/* The bytes of a piece, read into @buffer where there is a file to read. */
const guint8 *rua_columns_fetch (RuaColumnsFile *file, RuaColumnsPiece piece, guint8 **buffer, GError **error);
/* Those segments that the piece is made of are what their fingerprints say. */
gboolean rua_columns_verify_piece (RuaColumnsFile *file, RuaColumnsPiece piece, GError **error);
/* All segments are, and then all checks are met. */
gboolean rua_columns_verify (RuaColumnsFile *file, GError **error);

G_END_DECLS
