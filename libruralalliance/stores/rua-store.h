/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-limits.h"
#include "rua-progress.h"

G_BEGIN_DECLS

/**
 * RuaSaveFlags:
 * @RUA_SAVE_NONE: nothing is written over
 * @RUA_SAVE_REPLACE: what is there is replaced
 *
 * How to save.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_SAVE_NONE = 0,
  RUA_SAVE_REPLACE = 1 << 0,
} RuaSaveFlags;

/**
 * RuaStoreFlags:
 * @RUA_STORE_NONE: an own place, to be read and written
 * @RUA_STORE_READ_ONLY: nothing is written there
 * @RUA_STORE_STRANGER: what is there came from somebody else: it is read with all the care that its
 *   format allows, from a private copy where that is safer, and nothing is written there
 *
 * How a store is opened.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_STORE_NONE = 0,
  RUA_STORE_READ_ONLY = 1 << 0,
  RUA_STORE_STRANGER = 1 << 1,
} RuaStoreFlags;

#define RUA_TYPE_STORE_FLAGS (rua_store_flags_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_store_flags_get_type (void);

/**
 * RuaStoreFeatures:
 * @RUA_STORE_FEATURE_NONE: an alliance as it is now, written whole
 * @RUA_STORE_FEATURE_LOG: who changed what and when is kept, too
 * @RUA_STORE_FEATURE_INCREMENTAL: saving again costs what was changed, not the whole
 * @RUA_STORE_FEATURE_READ_ONLY: nothing can be saved there
 *
 * What a store can do.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_STORE_FEATURE_NONE = 0,
  RUA_STORE_FEATURE_LOG = 1 << 0,
  RUA_STORE_FEATURE_INCREMENTAL = 1 << 1,
  RUA_STORE_FEATURE_READ_ONLY = 1 << 2,
} RuaStoreFeatures;

#define RUA_TYPE_STORE_FEATURES (rua_store_features_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_store_features_get_type (void);

#define RUA_TYPE_SAVE_FLAGS (rua_save_flags_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_save_flags_get_type (void);

#define RUA_TYPE_STORE (rua_store_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaStore, rua_store, RUA, STORE, GObject)

RUA_AVAILABLE_IN_1_0
RuaStore *rua_store_open (const char *place, RuaStoreFlags flags, RuaLimits *limits, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_store_close (RuaStore *self);
RUA_AVAILABLE_IN_1_0
const char *rua_store_get_place (RuaStore *self);
RUA_AVAILABLE_IN_1_0
const char *rua_store_get_words (RuaStore *self);
RUA_AVAILABLE_IN_1_0
RuaStoreFeatures rua_store_get_features (RuaStore *self);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_store_load (RuaStore *self, RuaProgress *progress, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_store_load_async (RuaStore *self,
                           RuaProgress *progress,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_store_load_finish (RuaStore *self, GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_store_save (RuaStore *self,
                         RuaAlliance *alliance,
                         RuaSaveFlags flags,
                         RuaProgress *progress,
                         GCancellable *cancellable,
                         GError **error);
RUA_AVAILABLE_IN_1_0
void rua_store_save_async (RuaStore *self,
                           RuaAlliance *alliance,
                           RuaSaveFlags flags,
                           RuaProgress *progress,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
RUA_AVAILABLE_IN_1_0
gboolean rua_store_save_finish (RuaStore *self, GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_store_list_faults (RuaStore *self, RuaProgress *progress, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_store_list_faults_async (RuaStore *self,
                                  RuaProgress *progress,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
RUA_AVAILABLE_IN_1_0
GListModel *rua_store_list_faults_finish (RuaStore *self, GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
char *rua_store_dup_mark (RuaStore *self, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
GListModel *rua_store_list_changes (RuaStore *self, const char *mark, RuaProgress *progress, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_store_list_changes_async (RuaStore *self,
                                   const char *mark,
                                   RuaProgress *progress,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
RUA_AVAILABLE_IN_1_0
GListModel *rua_store_list_changes_finish (RuaStore *self, GAsyncResult *result, GError **error);

RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_open (const char *place, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_alliance_open_async (const char *place,
                              GCancellable *cancellable,
                              RuaProgress *progress,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
RUA_AVAILABLE_IN_1_0
RuaAlliance *rua_alliance_open_finish (GAsyncResult *result, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_save (RuaAlliance *self, const char *place, RuaSaveFlags flags, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
void rua_alliance_save_async (RuaAlliance *self,
                              const char *place,
                              RuaSaveFlags flags,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
RUA_AVAILABLE_IN_1_0
gboolean rua_alliance_save_finish (RuaAlliance *self, GAsyncResult *result, GError **error);

G_END_DECLS
