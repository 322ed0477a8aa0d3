/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-progress.h"

G_BEGIN_DECLS

/* The columnar file: doc/columns.md says what it looks like. All of it is little endian. */
#define RUA_COLUMNS_MAGIC "\x89RUAC\r\n\x1a"
#define RUA_COLUMNS_MAGIC_LENGTH 8
#define RUA_COLUMNS_VERSION 2 /* of what is written; older ones are read */
#define RUA_COLUMNS_HEADER 64  /* magic, version, zeros */
#define RUA_COLUMNS_TRAILER 64 /* directory's offset and length, the file's length, SHA-256, magic */
#define RUA_COLUMNS_SUM_AT 24  /* in the trailer: what stands before it is summed, too */
#define RUA_COLUMNS_SUM_LENGTH 32
#define RUA_COLUMNS_ALIGNMENT 64
#define RUA_COLUMNS_SEGMENT (1024 * 1024) /* the longest */

/* How a chunk is held. */
typedef enum {
  RUA_COLUMNS_UNKNOWN, /* no row of it is known */
  RUA_COLUMNS_PLAIN,
  RUA_COLUMNS_PACKED,
  RUA_COLUMNS_DECIMAL,
  RUA_COLUMNS_ROWS, /* each code is its row's number; since version 2 */
} RuaColumnsForm;

/* How a dictionary is; since version 2. */
typedef enum {
  RUA_COLUMNS_TEXTS,
  RUA_COLUMNS_NUMBERED,
} RuaColumnsDictionary;

/* Given the file's bytes one after the other. */
typedef gboolean (*RuaColumnsSink) (gpointer data, gconstpointer bytes, gsize length, GError **error);

/* What is being written must not change meanwhile: a snapshot where that may happen. */
gboolean rua_columns_write (RuaAlliance *self, RuaColumnsSink sink, gpointer data, GCancellable *cancellable, GError **error);
/* The file's bytes, mapped or not, are kept for as long as the alliance uses them. @fd, unless -1, is
 * the same file, which they are mapped from: what is only looked at once shall take up no memory.
 * @name is for messages. */
RuaAlliance *rua_columns_read (GBytes *bytes, int fd, const char *name, RuaProgress *progress, GCancellable *cancellable, GError **error);

/* Whether bytes begin as such a file does. */
gboolean rua_columns_is_one (gconstpointer bytes, gsize length);
void rua_columns_sum (gconstpointer header, gconstpointer directory, gsize length, gconstpointer trailer, guint8 sum[RUA_COLUMNS_SUM_LENGTH]);

G_END_DECLS
