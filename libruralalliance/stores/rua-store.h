/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
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

#define RUA_TYPE_SAVE_FLAGS (rua_save_flags_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_save_flags_get_type (void);

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
