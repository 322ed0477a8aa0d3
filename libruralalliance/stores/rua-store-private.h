/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-store.h"

G_BEGIN_DECLS

typedef enum {
  RUA_LOCATION_STREAM,  /* "-": standard input or output */
  RUA_LOCATION_FILE,    /* a local path, whatever is there */
  RUA_LOCATION_ADDRESS, /* scheme://… */
} RuaLocationType;

/* Where an alliance is, or is to be. */
typedef struct {
  RuaLocationType type;
  char *name; /* as it was told, for messages; of a file its path */
  char *path; /* of a file */
} RuaLocation;

RuaLocation *rua_location_new (const char *place);
void rua_location_free (RuaLocation *self);
/* The URI of a file, or NULL. */
char *rua_location_dup_uri (const RuaLocation *self);

/* All bytes of a stream or file, up to 4 GiB - 1. Folders and devices are refused; a pipe is read to
 * its end. */
GBytes *rua_location_read (const RuaLocation *self, GCancellable *cancellable, GError **error);
/* Writes all or nothing. A new file can be read by its owner only; a file that is replaced keeps its
 * mode. Links are followed. */
gboolean rua_location_write (const RuaLocation *self, GBytes *bytes, RuaSaveFlags flags, GCancellable *cancellable, GError **error);
/* Bytes that come one after the other. */
typedef gboolean (*RuaLocationSink) (gpointer sink_data, gconstpointer bytes, gsize length, GError **error);
typedef gboolean (*RuaLocationWriter) (RuaAlliance *alliance, RuaLocationSink sink, gpointer sink_data, GCancellable *cancellable, GError **error);
/* As rua_location_write() does, what @writer gives, without keeping it all. */
gboolean rua_location_write_stream (const RuaLocation *self,
                                    RuaLocationWriter writer,
                                    RuaAlliance *alliance,
                                    RuaSaveFlags flags,
                                    GCancellable *cancellable,
                                    GError **error);
/* The first bytes of a regular file, or NULL: then let rua_location_read() say why. */
GBytes *rua_location_peek (const RuaLocation *self);
/* A regular file in memory that is read only when it is looked at, and @fd to read it. */
GBytes *rua_location_map (const RuaLocation *self, int *fd, GError **error);
/* What can be said before anything is written. */
gboolean rua_location_check_write (const RuaLocation *self, RuaSaveFlags flags, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaLocation, rua_location_free)

/* One way to keep an alliance. */
typedef struct {
  const char *words; /* "an SQLite file" */
  /* Whether the place is of this way. @head is what a stream or file begins with; NULL when it is
   * not there or is a folder, and when saving. */
  gboolean (*claims) (const RuaLocation *place, GBytes *head);
  /* NULL where this way can only be told, not taken. */
  RuaAlliance *(*open) (const RuaLocation *place, GBytes *content, RuaProgress *progress, GCancellable *cancellable, GError **error);
  GBytes *(*to_bytes) (RuaAlliance *alliance, GCancellable *cancellable, GError **error);
  /* Instead, where all of it need not be in memory: a file that is there, and what is written. */
  RuaAlliance *(*open_file) (const RuaLocation *place, RuaProgress *progress, GCancellable *cancellable, GError **error);
  RuaLocationWriter save;
} RuaStoreDriver;

extern const RuaStoreDriver rua_store_columns;
extern const RuaStoreDriver rua_store_json;
extern const RuaStoreDriver rua_store_sqlite;
extern const RuaStoreDriver rua_store_folder;
extern const RuaStoreDriver rua_store_archive;
extern const RuaStoreDriver rua_store_postgresql;
extern const RuaStoreDriver rua_store_address;

G_END_DECLS
