/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-consented.h"

#include "rua-consent-private.h"
#include "rua-json-sieve-private.h"
#include "rua-table-core-private.h"

/* A copy without those who have not agreed. Records of people go with whom they are of: the first person
 * or household that they refer to; so does every record that needs one that went. Other records only
 * lose the reference. */

typedef struct {
  RuaAlliance *alliance;
  RuaConsents consents;
  guint64 **gone; /* by the ordinal of the table, bits by row */
  guint n_tables;
} Consented;

static gboolean
is_gone (const Consented *self, RuaTable *table, guint32 row)
{
  return self->gone[rua_table_get_ordinal (table)][row / 64] >> (row % 64) & 1;
}

static gboolean
keeps_record (gpointer data, RuaTable *table, guint32 row)
{
  return !is_gone (data, table, row);
}

/* Unknown members of people's records, and of the document, may tell anything. */
static gboolean
keeps_extra (gpointer data, RuaTable *table)
{
  return table && rua_kind_get_privacy (rua_table_get_kind (table)) == RUA_PRIVACY_PUBLIC;
}

static gboolean
goes (const Consented *self, RuaTable *table, guint32 row)
{
  RuaKind *kind = rua_table_get_kind (table);
  gboolean of_people = rua_kind_get_privacy (kind) != RUA_PRIVACY_PUBLIC, met = FALSE;

  if (!rua_consents_has (&self->consents, table, row))
    return TRUE;
  for (guint i = 1; i < rua_kind_get_n_fields (kind); i++) {
    RuaField *field = rua_kind_get_field (kind, i);
    RuaTable *target;
    guint32 other;

    if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_REFERENCE
        || !rua_column_read_reference (rua_table_peek_column (table, i), row, &target, &other))
      continue;
    if (!is_gone (self, target, other)) {
      met |= target == self->consents.tables[0] || target == self->consents.tables[1];
      continue;
    }
    /* A person is no household's: who lives with somebody does not go for that. */
    if (rua_field_get_required (field) || (of_people && !met && table != self->consents.tables[0] && table != self->consents.tables[1]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
go_round (Consented *self, GCancellable *cancellable, gboolean *more, GError **error)
{
  *more = FALSE;
  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    for (guint32 row = 0; row < rua_table_get_n_rows (table); row++) {
      guint64 bit = G_GUINT64_CONSTANT (1) << (row % 64);

      if ((row & 0xfff) == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (!rua_table_is_alive (table, row) || self->gone[t][row / 64] & bit || !goes (self, table, row))
        continue;
      self->gone[t][row / 64] |= bit;
      *more = TRUE;
    }
  }
  return TRUE;
}

static char **
count (const Consented *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  for (guint t = 0; t < self->n_tables; t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);
    guint n = 0;

    for (guint32 word = 0; word <= rua_table_get_n_rows (table) / 64; word++)
      n += (guint) __builtin_popcountll (self->gone[t][word]);
    if (n > 0)
      g_ptr_array_add (lines, g_strdup_printf ("%u of %u %s", n, rua_table_get_n_records (table), rua_kind_get_plural (rua_table_get_kind (table))));
  }
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}

/**
 * rua_alliance_dup_consented:
 * @self: an alliance
 * @purpose: a purpose of [class@Consent], such as `research`
 * @date: a day, `2014-09-15`
 * @left_out: (out) (optional) (transfer full) (array zero-terminated=1): a line for each kind of which records
 *   were left out, such as `12 of 40 households`
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Copies an alliance without the people and households who have not agreed to the purpose on that
 * day, as [method@Alliance.has_consent] tells. With them goes every record of a kind of people whose
 * first known reference to a person or household is to one of them, and every record that cannot
 * be without one that went; other records lose the reference only. Members that the library does not
 * know are left out of people's records and of the document.
 *
 * Returns: (transfer full): the copy, or %NULL and an error of the domain `RUA_ERROR`, or
 *   `G_IO_ERROR_CANCELLED`
 *
 * Since: 1.0
 */
RuaAlliance *
rua_alliance_dup_consented (RuaAlliance *self,
                            const char *purpose,
                            const char *date,
                            char ***left_out,
                            GCancellable *cancellable,
                            GError **error)
{
  Consented consented = { .alliance = self };
  const RuaJsonSieve sieve = { .data = &consented, .keeps_record = keeps_record, .keeps_extra = keeps_extra };
  RuaAlliance *copy = NULL;
  gboolean more = TRUE, whole = TRUE;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (purpose != NULL, NULL);
  g_return_val_if_fail (date != NULL, NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  if (left_out)
    *left_out = NULL;
  if (!rua_consents_init (&consented.consents, self, purpose, date, error))
    return NULL;
  consented.n_tables = rua_alliance_get_n_tables (self);
  consented.gone = g_new0 (guint64 *, consented.n_tables);
  for (guint t = 0; t < consented.n_tables; t++)
    consented.gone[t] = g_new0 (guint64, rua_table_get_n_rows (rua_alliance_get_table_at (self, t)) / 64 + 1);
  while (more && whole)
    whole = go_round (&consented, cancellable, &more, error);
  if (whole)
    copy = rua_alliance_sieve (self, &sieve, cancellable, error);
  if (copy && left_out)
    *left_out = count (&consented);
  for (guint t = 0; t < consented.n_tables; t++)
    g_free (consented.gone[t]);
  g_free (consented.gone);
  rua_consents_clear (&consented.consents);
  return copy;
}
