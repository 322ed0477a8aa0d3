/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-erasure.h"

#include <string.h>

#include "rua-json-sieve-private.h"
#include "rua-kinds-private.h"
#include "rua-log-private.h"
#include "rua-table-core-private.h"

/* Somebody is erased: a copy is made without the record, and without whatever is recorded about whom it
 * is of. Tables, dictionaries and edits of the copy have never seen the values; a store that writes it
 * writes a whole new file. That somebody was erased stays known, by a salted hash, so that an old file
 * does not bring the record back. */

typedef struct {
  RuaAlliance *alliance;
  guint64 **gone; /* by the ordinal of the table, bits by row */
  guint n_tables;
} Erasure;

static gboolean
is_gone (const Erasure *self, RuaTable *table, guint32 row)
{
  return self->gone[rua_table_get_ordinal (table)][row / 64] >> (row % 64) & 1;
}

static gboolean
keeps_record (gpointer data, RuaTable *table, guint32 row)
{
  return !is_gone (data, table, row);
}

static gboolean
refers_to_gone (const Erasure *self, RuaColumn *column, guint32 row)
{
  RuaTable *target;
  guint32 other;

  if (column->type == RUA_FIELD_TYPE_REFERENCE)
    return rua_column_read_reference (column, row, &target, &other) && is_gone (self, target, other);
  for (guint k = 0; column->type == RUA_FIELD_TYPE_REFERENCE_LIST && k < rua_column_get_n_references (column, row); k++)
    if (rua_column_read_reference_at (column, row, k, &target, &other) && is_gone (self, target, other))
      return TRUE;
  return FALSE;
}

/* A record of people goes with the first of them that it refers to; one that needs a record that goes
 * goes with it. A person goes with no household, nor it with a person. */
static gboolean
goes (const Erasure *self, RuaTable *table, guint32 row)
{
  RuaKind *kind = rua_table_get_kind (table);
  const char *name = rua_kind_get_name (kind);
  gboolean follows = rua_kind_get_privacy (kind) != RUA_PRIVACY_PUBLIC && strcmp (name, "person") != 0 && strcmp (name, "household") != 0;

  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    RuaColumn *column = rua_table_peek_column (table, i);

    if (column->type != RUA_FIELD_TYPE_REFERENCE || !rua_column_is_known (column, row))
      continue;
    if (refers_to_gone (self, column, row)) {
      if (follows || rua_field_get_required (field))
        return TRUE;
    } else if (rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
      /* It is somebody else's. */
      follows = FALSE;
  }
  return FALSE;
}

static gboolean
go_round (Erasure *self, GCancellable *cancellable, gboolean *more, GError **error)
{
  *more = FALSE;
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);
    guint64 *gone = self->gone[rua_table_get_ordinal (table)];

    for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
      guint64 bit = G_GUINT64_CONSTANT (1) << (row % 64);

      if ((row & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!rua_table_is_alive (table, row) || gone[row / 64] & bit || !goes (self, table, row))
        continue;
      gone[row / 64] |= bit;
      *more = TRUE;
    }
  }
  return TRUE;
}

/* What was erased, and what of others lost a reference and stays. */
static char **
tell (const Erasure *self)
{
  GPtrArray *lines = g_ptr_array_new ();

  for (guint pass = 0; pass < 2; pass++)
    for (guint t = 0; t < self->n_tables; t++) {
      RuaTable *table = rua_alliance_get_table_at (self->alliance, t);
      RuaKind *kind = rua_table_get_kind (table);
      guint n = 0;

      for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
        gboolean gone = is_gone (self, table, row), loses = FALSE;

        if (!rua_table_is_alive (table, row))
          continue;
        for (guint i = 1; pass == 1 && !gone && !loses && i < rua_kind_get_n_fields (kind); i++)
          loses = refers_to_gone (self, rua_table_peek_column (table, i), row);
        n += pass == 0 ? gone : loses;
      }
      if (n > 0)
        g_ptr_array_add (lines, g_strdup_printf (pass == 0 ? "erased: %u of %u %s" : "without the reference: %u of %u %s", n,
                                                 rua_table_get_n_records (table), rua_kind_get_plural (kind)));
    }
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (lines, FALSE);
}

/* ---- that it was ---- */

static char *
digest_of (const char *salt, const char *kind, const char *id)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *parts[] = { salt, kind, id };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_checksum_update (sum, (const guchar *) parts[i], (gssize) strlen (parts[i]) + 1);
  return g_strdup (g_checksum_get_string (sum));
}

static gboolean
note (RuaAlliance *copy, const char *kind, const char *id, const char *reason, const char *date, GError **error)
{
  g_autoptr (RuaErasure) erasure = rua_erasure_new ();
  g_autofree char *salt = g_uuid_string_random (), *digest = id ? digest_of (salt, kind, id) : NULL, *name = g_uuid_string_random ();

  return rua_record_set_id (RUA_RECORD (erasure), name, error) && rua_erasure_set_kind_erased (erasure, kind, error)
         && rua_erasure_set_erased_on (erasure, date, error) && (!reason || rua_erasure_set_reason (erasure, reason, error))
         && (!digest || (rua_erasure_set_salt (erasure, salt, error) && rua_erasure_set_digest (erasure, digest, error)))
         && rua_alliance_add (copy, RUA_RECORD (erasure), error);
}

/* Every record that had an id, and the one that was meant. */
static gboolean
note_all (const Erasure *self, RuaAlliance *copy, RuaTable *meant, guint32 at, const char *reason, const char *date, GError **error)
{
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
      const char *id = is_gone (self, table, row) ? rua_column_read_text (rua_table_peek_column (table, 0), row, NULL) : NULL;

      if ((id || (table == meant && row == at)) && !note (copy, rua_kind_get_name (rua_table_get_kind (table)), id, reason, date, error))
        return FALSE;
    }
  }
  return TRUE;
}

/**
 * rua_alliance_was_erased:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 * @id: an id
 *
 * Tells whether a record of this id was erased from the alliance by
 * [method@Alliance.dup_erased]: whoever takes in records from elsewhere asks before they bring it
 * back. Of the id itself only a salted SHA-256 is kept.
 *
 * Returns: %TRUE when it was
 *
 * Since: 1.0
 */
gboolean
rua_alliance_was_erased (RuaAlliance *self, const char *kind, const char *id)
{
  RuaTable *erasures, *table;
  const char *name;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (kind != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  table = rua_alliance_get_table (self, kind);
  name = table ? rua_kind_get_name (rua_table_get_kind (table)) : kind;
  erasures = rua_alliance_get_erasures (self);
  for (guint32 row = 0; row < rua_table_get_n_rows (erasures); row++) {
    const char *salt = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_SALT), row, NULL);
    const char *digest = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_DIGEST), row, NULL);
    g_autofree char *expected = rua_table_is_alive (erasures, row) && salt && digest ? digest_of (salt, name, id) : NULL;

    if (expected && strcmp (expected, digest) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_subject (RuaAlliance *self, RuaRecord *subject, GError **error)
{
  RuaTable *table = rua_record_get_table (subject);
  g_autofree char *words = NULL;

  if (rua_alliance_peek_log (self)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                 "this alliance keeps a log, which would keep the values; save it as a JSON document, erase there, and give the copy a log of its own");
    return FALSE;
  }
  if (table && rua_alliance_get_table (self, rua_kind_get_name (rua_table_get_kind (table))) == table
      && rua_kind_get_privacy (rua_table_get_kind (table)) != RUA_PRIVACY_PUBLIC)
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
 * erased. Saved in place of the original it is written as a whole new file, in which there is nothing
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
  Erasure erasure = { .alliance = self };
  const RuaJsonSieve sieve = { .data = &erasure, .keeps_record = keeps_record };
  RuaAlliance *copy = NULL;
  gboolean more = TRUE, whole = TRUE;
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
  erasure.n_tables = rua_alliance_get_n_tables (self);
  erasure.gone = g_new0 (guint64 *, erasure.n_tables);
  for (guint t = 0; t < erasure.n_tables; t++) {
    table = rua_alliance_get_table_at (self, t);
    erasure.gone[rua_table_get_ordinal (table)] = g_new0 (guint64, rua_table_get_n_rows (table) / 64 + 1);
  }
  table = rua_record_get_table (subject);
  row = rua_record_get_row (subject);
  erasure.gone[rua_table_get_ordinal (table)][row / 64] |= G_GUINT64_CONSTANT (1) << (row % 64);
  while (more && whole)
    whole = go_round (&erasure, cancellable, &more, error);
  if (whole)
    copy = rua_alliance_sieve (self, &sieve, cancellable, error);
  if (copy && !note_all (&erasure, copy, table, row, reason, date, error))
    g_clear_object (&copy);
  if (copy && told)
    *told = tell (&erasure);
  for (guint t = 0; t < erasure.n_tables; t++)
    g_free (erasure.gone[t]);
  g_free (erasure.gone);
  return copy;
}
