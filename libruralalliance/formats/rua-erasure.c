/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-erasure.h"

#include <string.h>

#include "rua-erased-ids-private.h"
#include "rua-erasing-private.h"
#include "rua-json-sieve-private.h"
#include "rua-kinds-private.h"
#include "rua-row-keys-private.h"

/* Somebody is erased: a copy is made without the record, and without whatever is recorded about whom it
 * is of. Tables, dictionaries and edits of the copy have never seen the values; a store that writes it
 * writes a whole new file. That somebody was erased stays known, by a salted hash, so that an old file
 * does not bring the record back. */

static gboolean
keeps_record (gpointer data, RuaTable *table, guint32 row)
{
  return !rua_erasing_is_gone (data, table, row);
}

/* ---- that it was ---- */

static gboolean
note (RuaAlliance *copy, const char *kind, const char *id, const char *reason, const char *date, GError **error)
{
  g_autoptr (RuaErasure) erasure = rua_erasure_new ();
  g_autofree char *key = id ? rua_row_key_of_id (id) : NULL, *salt = rua_erased_salt (copy), *digest = id ? rua_erased_digest (salt, kind, key) : NULL,
                  *name = g_uuid_string_random ();

  return rua_record_set_id (RUA_RECORD (erasure), name, error) && rua_erasure_set_kind_erased (erasure, kind, error)
         && rua_erasure_set_erased_on (erasure, date, error) && (!reason || rua_erasure_set_reason (erasure, reason, error))
         && (!digest || (rua_erasure_set_salt (erasure, salt, error) && rua_erasure_set_digest (erasure, digest, error)))
         && rua_alliance_add (copy, RUA_RECORD (erasure), error);
}

/* Every record that had an id, and the one that was meant. */
static gboolean
note_all (const RuaErasing *self, RuaAlliance *copy, RuaTable *meant, guint32 at, const char *reason, const char *date, GError **error)
{
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_tables_get_at (self->tables, t);

    for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
      const char *id = rua_erasing_is_gone (self, table, row) ? rua_column_read_text (rua_table_peek_column (table, 0), row, NULL) : NULL;

      if ((id || (table == meant && row == at)) && !note (copy, rua_kind_get_name (rua_table_get_kind (table)), id, reason, date, error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_subject (RuaAlliance *self, RuaRecord *subject, GError **error)
{
  RuaTable *table = rua_record_get_table (subject);
  g_autofree char *words = NULL;

  if (table && rua_alliance_get_table (self, rua_kind_get_name (rua_table_get_kind (table))) == table
      && rua_erasing_can_be (rua_table_get_kind (table)))
    return TRUE;
  words = rua_record_to_string (subject);
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: what is erased is a record of a person or a household of this alliance; remove others", words);
  return FALSE;
}

/**
 * rua_alliance_dup_erased:
 * @self: an alliance
 * @subject: a record of a kind that is of people
 * @reason: (nullable): a reason of [class@Erasure], such as `request`
 * @date: the day of the erasure, `2014-09-15`
 * @told: (out) (optional) (transfer full) (array zero-terminated=1): what was erased, and which records of others
 *   lost a reference: lines such as `erased: 3 of 120 incomes`
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Copies an alliance without somebody: the record, every record of people that is first of all
 * of it, and every record that cannot be without one of these. Records of others stay, without the
 * reference. What others wrote about somebody in words (notes, quotes, titles) is not found.
 *
 * The copy holds the values nowhere, and notes in a record of [class@Erasure] that somebody was
 * erased. It keeps no log; where one is kept, [method@Alliance.erase] erases in the log, too. Saved in place of the original it is written as a whole new file, in which there is nothing
 * of the old one. What remains is what was copied before: backups, exports, what was sent to others.
 *
 * Returns: (transfer full): the copy, or %NULL and an error of the domain `RUA_ERROR`, or
 *   `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_dup_erased (RuaAlliance *self,
                         RuaRecord *subject,
                         const char *reason,
                         const char *date,
                         char ***told,
                         GCancellable *cancellable,
                         GError **error)
{
  RuaErasing erasing;
  const RuaJsonSieve sieve = { .data = &erasing, .keeps_record = keeps_record };
  g_autoptr (GPtrArray) lines = NULL;
  RuaAlliance *copy = NULL;
  RuaTable *table;
  guint32 row;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (RUA_IS_RECORD (subject), NULL);
  g_return_val_if_fail (date != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (told)
    *told = NULL;
  if (!check_subject (self, subject, error))
    return NULL;
  table = rua_record_get_table (subject);
  row = rua_record_get_row (subject);
  rua_erasing_init (&erasing, table->tables);
  rua_erasing_mark (&erasing, table, row);
  if (rua_erasing_close (&erasing, cancellable, error))
    copy = rua_alliance_sieve (self, &sieve, cancellable, error);
  if (copy && !note_all (&erasing, copy, table, row, reason, date, error))
    g_clear_object (&copy);
  if (copy && told) {
    lines = g_ptr_array_new ();
    rua_erasing_tell (&erasing, lines);
    g_ptr_array_add (lines, NULL);
    *told = (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
  }
  rua_erasing_clear (&erasing);
  return copy;
}
