/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-export-log.h"

#include <string.h>

#include "rua-alliance-private.h"
#include "rua-kinds-private.h"

/* Who took what out of the alliance, when and for what: records of the kind export, each of which seals
 * itself and the one before it. */

static const guint sealed[] = {
  RUA_EXPORT_FIELD_ID, RUA_EXPORT_FIELD_EXPORTED_AT, RUA_EXPORT_FIELD_EXPORTED_BY, RUA_EXPORT_FIELD_WHAT, RUA_EXPORT_FIELD_FILTER,
  RUA_EXPORT_FIELD_PURPOSE, RUA_EXPORT_FIELD_DIGEST, RUA_EXPORT_FIELD_PREVIOUS,
};

/* Each with its end, and with whether it is known: no two records run into the same bytes. */
static char *
seal_of (RuaRecord *record)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gint64 n = -1;
  g_autofree char *count = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (sealed); i++) {
    const char *text = rua_record_read_text (record, sealed[i]);

    g_checksum_update (sum, (const guchar *) (text ? "=" : "?"), 1);
    g_checksum_update (sum, (const guchar *) (text ? text : ""), (gssize) (text ? strlen (text) : 0) + 1);
  }
  rua_export_get_n_records (RUA_EXPORT (record), &n);
  count = g_strdup_printf ("%" G_GINT64_FORMAT, n);
  g_checksum_update (sum, (const guchar *) count, -1);
  return g_strdup (g_checksum_get_string (sum));
}

static RuaRecord *
last_of (RuaTable *table)
{
  guint n = rua_table_get_n_records (table);

  return n > 0 ? rua_table_dup_record (table, n - 1) : NULL;
}

/**
 * rua_alliance_record_export:
 * @self: an alliance
 * @by: who takes it
 * @what: what was taken: kinds, or metrics
 * @filter: (nullable): the condition that chose the records
 * @purpose: (nullable): what for, such as a purpose of [class@Consent]
 * @n_records: how many records, or results, it was
 * @output: (nullable): the bytes that went out; their SHA-256 is kept
 * @error: where to put an error
 *
 * Adds a record of the kind export ([class@Export]), with the time in UTC, that seals itself and the
 * record before it. Where the alliance is saved the record is saved with it; until then nobody else can
 * see it.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
gboolean
rua_alliance_record_export (RuaAlliance *self,
                            const char *by,
                            const char *what,
                            const char *filter,
                            const char *purpose,
                            gint64 n_records,
                            GBytes *output,
                            GError **error)
{
  g_autoptr (RuaExport) made = rua_export_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *when = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ"), *id = NULL, *digest = NULL, *seal = NULL;
  g_autoptr (RuaRecord) last = NULL;
  RuaTable *table;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (by != NULL && *by != '\0', FALSE);
  g_return_val_if_fail (what != NULL, FALSE);
  g_return_val_if_fail (n_records >= 0, FALSE);

  table = rua_alliance_get_exports (self);
  last = last_of (table);
  id = g_strdup_printf ("%u", rua_table_get_n_records (table) + 1);
  digest = output ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, output) : NULL;
  if (!rua_record_set_id (RUA_RECORD (made), id, error) || !rua_export_set_exported_at (made, when, error)
      || !rua_export_set_exported_by (made, by, error) || !rua_export_set_what (made, what, error)
      || !rua_export_set_filter (made, filter, error) || !rua_export_set_purpose (made, purpose, error)
      || !rua_export_set_n_records (made, n_records, error) || !rua_export_set_digest (made, digest, error)
      || !rua_export_set_previous (made, last ? rua_export_get_seal (RUA_EXPORT (last)) : NULL, error))
    return FALSE;
  seal = seal_of (RUA_RECORD (made));
  return rua_export_set_seal (made, seal, error) && rua_alliance_add (self, RUA_RECORD (made), error);
}

/**
 * rua_alliance_check_exports:
 * @self: an alliance
 * @error: where to put an error
 *
 * Checks that no record of an export was changed, put in or taken out after it was made. That the last
 * ones were taken off, or all of them made anew, only somebody can tell who has noted the last seal
 * elsewhere.
 *
 * Returns: %TRUE when all fit, or %FALSE and an error that names the first that does not
 *
 * Since: 1.0
 */
gboolean
rua_alliance_check_exports (RuaAlliance *self, GError **error)
{
  g_autofree char *before = NULL;
  RuaTable *table;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);

  table = rua_alliance_get_exports (self);
  for (guint i = 0; i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);
    g_autofree char *seal = seal_of (record), *id = g_strdup_printf ("%u", i + 1);
    const char *told = rua_export_get_seal (RUA_EXPORT (record));
    const char *why = NULL;

    if (g_strcmp0 (seal, told) != 0)
      why = "its seal is not that of what it says: it was changed";
    else if (g_strcmp0 (before, rua_export_get_previous (RUA_EXPORT (record))) != 0 || strcmp (id, rua_record_get_id (record)) != 0)
      why = "it does not follow the one before it: some were taken out, put in or moved";
    if (why) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "export #%u: %s; look for it in a backup", i + 1, why);
      return FALSE;
    }
    g_free (before);
    before = g_strdup (told);
  }
  return TRUE;
}
