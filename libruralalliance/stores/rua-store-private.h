/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-faults-private.h"
#include "rua-limits-private.h"
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
RuaLocation *rua_location_copy (const RuaLocation *self);
void rua_location_free (RuaLocation *self);
/* The URI of a file, or NULL. */
char *rua_location_dup_uri (const RuaLocation *self);

/* All bytes of a stream or file, up to @limit, or 4 GiB - 1 where that is 0. Folders and devices are refused; a pipe is read to
 * its end. */
GBytes *rua_location_read (const RuaLocation *self, guint64 limit, GCancellable *cancellable, GError **error);
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
typedef enum {
  RUA_BESIDE_FILE,
  RUA_BESIDE_FOLDER,
} RuaBesideType;

/* A new file or folder beside @path, in which to make what is to stand at @path: its name, ".NAME.rua-" and six
 * letters, and in @fd what keeps others from removing it, until it is closed. What savers of @path that were killed
 * left behind is removed first. Only its owner may read it. */
char *rua_location_make_beside (const RuaLocation *self, const char *path, RuaBesideType type, int *fd, GError **error);
/* Why it cannot be saved, and the mend, of an errno. Returns FALSE. */
gboolean rua_location_fail_write (const RuaLocation *self, int reason, GError **error);
/* After something at @path was given its name: the name, too, is on the disk, or the error says that it may not be. */
gboolean rua_location_sync_folder (const RuaLocation *self, const char *path, GError **error);
/* Makes what stands in a file of that path, which is there and empty and gets its own name afterwards. */
typedef gboolean (*RuaLocationMaker) (gpointer maker_data, const char *path, GError **error);
/* As rua_location_write() does, of a file that only its maker can write. */
gboolean rua_location_make (const RuaLocation *self,
                            RuaLocationMaker maker,
                            gpointer maker_data,
                            RuaSaveFlags flags,
                            GCancellable *cancellable,
                            GError **error);
/* Where the links end that begin at the path of a file; its last part need not be there. */
char *rua_location_follow (const RuaLocation *self, GError **error);
/* The first bytes of a regular file, or NULL: then let rua_location_read() say why. */
GBytes *rua_location_peek (const RuaLocation *self);
/* A regular file in memory that is read only when it is looked at, and @fd to read it. */
GBytes *rua_location_map (const RuaLocation *self, int *fd, GError **error);
/* What can be said before anything is written. */
gboolean rua_location_check_write (const RuaLocation *self, RuaSaveFlags flags, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaLocation, rua_location_free)

/* What whoever reads a place is told. */
typedef struct {
  const RuaLocation *place;
  RuaStoreFlags flags;
  RuaLimitValues limits; /* as told; 0: what the format has */
  RuaProgress *progress;
  GCancellable *cancellable; /* has the deadline in it: seconds need not be looked at */
  /* Set, where the driver can list all that is wrong: then it answers NULL without an error. Never
   * NULL itself. */
  RuaFaults **faults;
} RuaStoreReading;

/* What whoever writes one is told. */
typedef struct {
  const RuaLocation *place;
  RuaSaveFlags flags; /* with RUA_SAVE_REPLACE, too, where a store saves over what it loaded */
  RuaProgress *progress;
  GCancellable *cancellable;
} RuaStoreWriting;

/* One way to keep an alliance. What may be NULL says so; where all of open, open_file, to_bytes, save
 * and save_file are, this way can only be told, not taken. */
typedef struct {
  const char *words; /* "an SQLite file" */
  const char *mend;  /* what else can be done with one that can only be told, ", or " behind it; may be NULL */
  RuaStoreFeatures features;
  /* Whether the place is of this way. @head is what a stream or file begins with; NULL when it is
   * not there or is a folder, and when saving. */
  gboolean (*claims) (const RuaLocation *place, GBytes *head);
  /* All of it in memory: from a pipe, too. */
  RuaAlliance *(*open) (const RuaStoreReading *reading, GBytes *content, GError **error);
  GBytes *(*to_bytes) (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error);
  /* Instead, where all of it need not be in memory: a file or folder that is there, and bytes one
   * after the other. */
  RuaAlliance *(*open_file) (const RuaStoreReading *reading, GError **error);
  RuaLocationWriter save;
  /* Instead, where the driver sees to its own file or folder: refuses what is there without
   * RUA_SAVE_REPLACE, keeps modes, follows links, and changes nothing where it fails. Of what
   * happens in a thread @alliance is a snapshot; saved() is then called with both in the owner's
   * thread, as it is in any other case (with the same alliance twice). */
  gboolean (*save_file) (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error);
  void (*saved) (RuaAlliance *alliance, RuaAlliance *snapshot, const RuaLocation *place);
  /* What is saved in a thread while @alliance goes on changing; NULL: a snapshot, which has no log. */
  RuaAlliance *(*dup_for_thread) (RuaAlliance *alliance);
  /* RuaFacts that came after @mark, which is one that get_mark() gave, or NULL for all: of those that
   * have RUA_STORE_FEATURE_LOG. */
  GListModel *(*list_changes) (const RuaStoreReading *reading, const char *mark, GError **error);
  char *(*dup_mark) (const RuaStoreReading *reading, GError **error);
} RuaStoreDriver;

extern const RuaStoreDriver rua_store_columns;
extern const RuaStoreDriver rua_store_json;
extern const RuaStoreDriver rua_store_sqlite;
extern const RuaStoreDriver rua_store_folder;
extern const RuaStoreDriver rua_store_archive;
extern const RuaStoreDriver rua_store_csv;
extern const RuaStoreDriver rua_store_postgresql;
extern const RuaStoreDriver rua_store_address;

/* ---- places, whatever is kept there ---- */

/* What tells whether a file, or a folder's descriptor, is still the one that was loaded. */
typedef struct {
  gboolean is_known;
  guint64 device, inode;
  gint64 size, seconds, nanoseconds;
} RuaStoreStamp;

/* ---- the store ---- */

struct _RuaStore {
  GObject parent_instance;

  RuaLocation *place; /* NULL when closed */
  char *name;
  RuaStoreFlags flags;
  RuaLimitValues limits;
  const RuaStoreDriver *driver; /* of what was found; NULL of a stream that has not been read */
  gboolean is_loaded;           /* @driver is of what was loaded or saved */
  RuaStoreStamp stamp;
};

/* Or an error that says it is closed. */
gboolean rua_store_check_open (RuaStore *self, GError **error);

const RuaStoreDriver *rua_store_find_driver (const RuaLocation *place, GBytes *head);
gboolean rua_store_driver_can_save (const RuaStoreDriver *driver);
gboolean rua_store_refuse_driver (const RuaLocation *place, const RuaStoreDriver *driver, GError **error);
/* NULL with @error, or with *@faults where all of them could be listed. */
RuaAlliance *rua_store_read (const RuaLocation *place,
                             RuaStoreFlags flags,
                             const RuaLimitValues *limits,
                             const RuaStoreDriver **driver,
                             RuaFaults **faults,
                             RuaProgress *progress,
                             GCancellable *cancellable,
                             GError **error);
void rua_store_take_stamp (const RuaLocation *place, RuaStoreStamp *stamp);
/* Over what is there only with RUA_SAVE_REPLACE, or where it is what was @loaded (nullable). */
gboolean rua_store_write (RuaAlliance *alliance,
                          const RuaLocation *place,
                          const RuaStoreDriver *driver,
                          const RuaStoreStamp *loaded,
                          RuaSaveFlags flags,
                          RuaProgress *progress,
                          GCancellable *cancellable,
                          GError **error);

/* The folder's driver is a file of its own. */
gboolean rua_folder_save (RuaAlliance *alliance, const RuaStoreWriting *writing, GError **error);
RuaAlliance *rua_folder_open (const RuaStoreReading *reading, GError **error);

G_END_DECLS
