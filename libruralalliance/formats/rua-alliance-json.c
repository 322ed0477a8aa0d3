/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"

#include "rua-json-reader-private.h"

/**
 * rua_alliance_new_from_json: (constructor)
 * @json: the document: UTF-8
 * @name: (nullable): what to call the document in errors, such as the name of its file
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Reads an alliance from its document, the JSON that [method@RuralAlliance.Alliance.to_json]
 * writes.
 *
 * Members that the library does not know are kept, and written back by
 * [method@RuralAlliance.Alliance.to_json]. A document with any fault is refused whole: the error
 * tells each of them, up to a limit, in a line with file, line, column, kind, key, field, value
 * and how to mend it; [func@RuralAlliance.Alliance.validate_json] gives them one by one.
 *
 * Returns: (transfer full): the alliance, or %NULL and an error of the domain `RUA_ERROR` (that of
 *   the first fault; `RUA_ERROR_VERSION` for a document of a newer version), or
 *   `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_new_from_json (GBytes *json, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  RuaAlliance *alliance;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  alliance = rua_json_reader_read (json, &faults, name, NULL, NULL, cancellable, error);
  if (alliance == NULL && rua_faults_get_count (faults) > 0 && (error == NULL || *error == NULL))
    rua_faults_raise (faults, error);
  return alliance;
}

/**
 * rua_alliance_validate_json:
 * @json: the document: UTF-8
 * @name: (nullable): what to call the document, such as the name of its file
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Lists the faults of a document: all for which [ctor@RuralAlliance.Alliance.new_from_json]
 * refuses it, up to a limit of 100; if it can be read, those that
 * [method@RuralAlliance.Alliance.validate] finds.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Fault], empty when there is none, or
 *   %NULL and `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
GListModel *
rua_alliance_validate_json (GBytes *json, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (json != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  alliance = rua_json_reader_read (json, &faults, name, NULL, NULL, cancellable, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }
  return alliance != NULL ? rua_alliance_validate (alliance) : rua_faults_to_model (faults);
}
