/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measurement.h"

G_BEGIN_DECLS

/**
 * RuaResultNumber:
 * @RUA_RESULT_NUMBER_ESTIMATE: [method@Result.get_estimate]
 * @RUA_RESULT_NUMBER_STANDARD_ERROR: [method@Result.get_standard_error]
 * @RUA_RESULT_NUMBER_LOW: [method@Result.get_low]
 * @RUA_RESULT_NUMBER_HIGH: [method@Result.get_high]
 * @RUA_RESULT_NUMBER_N_ELIGIBLE: [method@Result.get_n_eligible]
 * @RUA_RESULT_NUMBER_N_USED: [method@Result.get_n_used]
 * @RUA_RESULT_NUMBER_N_MISSING: [method@Result.get_n_missing]
 *
 * The numbers that every result has.
 *
 * Since: 1.0
 */
typedef enum {
  RUA_RESULT_NUMBER_ESTIMATE,
  RUA_RESULT_NUMBER_STANDARD_ERROR,
  RUA_RESULT_NUMBER_LOW,
  RUA_RESULT_NUMBER_HIGH,
  RUA_RESULT_NUMBER_N_ELIGIBLE,
  RUA_RESULT_NUMBER_N_USED,
  RUA_RESULT_NUMBER_N_MISSING,
} RuaResultNumber;

#define RUA_TYPE_RESULT_NUMBER (rua_result_number_get_type ())
RUA_AVAILABLE_IN_1_0
GType rua_result_number_get_type (void);

#define RUA_TYPE_RESULT_TABLE (rua_result_table_get_type ())
RUA_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (RuaResultTable, rua_result_table, RUA, RESULT_TABLE, GObject)

RUA_AVAILABLE_IN_1_0
RuaResultTable *rua_result_table_new (RuaMeasurement *measurement);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_table_add (RuaResultTable *self,
                               guint index,
                               RuaResultNumber number,
                               const char *name,
                               GError **error);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_table_add_named (RuaResultTable *self,
                                     guint index,
                                     const char *key,
                                     const char *name,
                                     GError **error);
RUA_AVAILABLE_IN_1_0
guint rua_result_table_get_n_rows (RuaResultTable *self);
RUA_AVAILABLE_IN_1_0
guint rua_result_table_get_n_columns (RuaResultTable *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_table_get_name (RuaResultTable *self, guint column);
RUA_AVAILABLE_IN_1_0
GBytes *rua_result_table_dup_values (RuaResultTable *self, guint column); /* a double a row */
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_table_get_group_paths (RuaResultTable *self);
RUA_AVAILABLE_IN_1_0
const char *rua_result_table_get_label (RuaResultTable *self, guint row, const char *path);
RUA_AVAILABLE_IN_1_0
const char *const *rua_result_table_get_labels (RuaResultTable *self, const char *path); /* by code */
RUA_AVAILABLE_IN_1_0
GBytes *rua_result_table_dup_codes (RuaResultTable *self, const char *path); /* a gint32 a row */
RUA_AVAILABLE_IN_1_0
char *rua_result_table_to_csv (RuaResultTable *self);
RUA_AVAILABLE_IN_1_0
gboolean rua_result_table_write_csv (RuaResultTable *self,
                                     GOutputStream *stream,
                                     GCancellable *cancellable,
                                     GError **error);

G_END_DECLS
