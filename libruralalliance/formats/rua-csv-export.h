/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

G_BEGIN_DECLS

/**
 * RuaCsvFlags:
 * @RUA_CSV_COMMAS: cells separated by commas, UTF-8 without a mark
 * @RUA_CSV_MARK: begin with a byte order mark, by which some spreadsheets know UTF-8
 * @RUA_CSV_SEMICOLONS: separate cells by semicolons, as spreadsheets expect where the decimal mark is
 *   a comma
 *
 * How to write CSV.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_CSV_COMMAS = 0,
  RUA_CSV_MARK = 1 << 0,
  RUA_CSV_SEMICOLONS = 1 << 1,
} RuaCsvFlags;

#define RUA_TYPE_CSV_FLAGS (rua_csv_flags_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_csv_flags_get_type (void);

RUA_AVAILABLE_IN_1_0
GBytes *rua_table_to_csv (RuaTable *self, RuaCsvFlags flags, GCancellable *cancellable, GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_table_write_csv (RuaTable *self, GOutputStream *stream, RuaCsvFlags flags, GCancellable *cancellable, GError **error);

G_END_DECLS
