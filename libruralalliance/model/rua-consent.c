/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-consent-private.h"

#include <string.h>

#include "rua-alliance-private.h"
#include "rua-kinds-private.h"

/* A consent holds on a day when it is known to have been given by then, and neither ended nor was
 * withdrawn. A date that is not known to the day is read against the use: "2014" as given begins at
 * its end, as withdrawn at its beginning. */

static gboolean
check_purpose (RuaAlliance *alliance, const char *purpose, GError **error)
{
  RuaKind *kind = rua_schema_find_kind (rua_alliance_get_schema (alliance), "consent");
  const char *const *tokens = rua_field_get_tokens (rua_kind_find_field (kind, "purpose"));
  g_autofree char *words = NULL;

  if (g_strv_contains (tokens, purpose))
    return TRUE;
  words = g_strjoinv (", ", (char **) tokens);
  g_set_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME, "'%s' is no purpose of a consent; it can be: %s", purpose, words);
  return FALSE;
}

static gboolean
holds (RuaTable *consents, guint32 row, gint32 day)
{
  RuaDatePacked date;

  if (!rua_column_read_date (rua_table_peek_column (consents, RUA_CONSENT_FIELD_GIVEN_ON), row, &date)
      || rua_date_get_last_day (rua_date_packed_day (date), rua_date_packed_precision (date)) > day)
    return FALSE;
  if (rua_column_read_date (rua_table_peek_column (consents, RUA_CONSENT_FIELD_VALID_UNTIL), row, &date)
      && rua_date_packed_day (date) < day)
    return FALSE;
  return !rua_column_read_date (rua_table_peek_column (consents, RUA_CONSENT_FIELD_WITHDRAWN_ON), row, &date)
         || rua_date_packed_day (date) > day;
}

gboolean
rua_consents_init (RuaConsents *self, RuaAlliance *alliance, const char *purpose, const char *date, GError **error)
{
  static const guint fields[] = { RUA_CONSENT_FIELD_PERSON, RUA_CONSENT_FIELD_HOUSEHOLD };
  RuaTable *consents = rua_alliance_get_table (alliance, "consent");
  RuaColumn *purposes = rua_table_peek_column (consents, RUA_CONSENT_FIELD_PURPOSE);
  RuaDatePrecision precision;
  gint32 day;

  memset (self, 0, sizeof *self);
  if (!check_purpose (alliance, purpose, error) || !rua_date_parse (date, &day, &precision, error))
    return FALSE;
  if (precision != RUA_DATE_PRECISION_DAY) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "'%s' is no day; consent holds on a day, such as 2014-09-15", date);
    return FALSE;
  }
  self->tables[0] = rua_alliance_get_table (alliance, "person");
  self->tables[1] = rua_alliance_get_table (alliance, "household");
  for (guint k = 0; k < 2; k++)
    self->given[k] = g_new0 (guint64, rua_table_get_n_rows (self->tables[k]) / 64 + 1);
  for (guint32 row = 0; row < rua_table_get_n_rows (consents); row++) {
    const char *told = rua_table_is_alive (consents, row) ? rua_column_read_text (purposes, row, NULL) : NULL;

    if (!told || strcmp (told, purpose) != 0 || !holds (consents, row, day))
      continue;
    for (guint k = 0; k < 2; k++) {
      RuaTable *target;
      guint32 whose;

      if (rua_column_read_reference (rua_table_peek_column (consents, fields[k]), row, &target, &whose))
        self->given[k][whose / 64] |= G_GUINT64_CONSTANT (1) << (whose % 64);
    }
  }
  return TRUE;
}

void
rua_consents_clear (RuaConsents *self)
{
  g_clear_pointer (&self->given[0], g_free);
  g_clear_pointer (&self->given[1], g_free);
}

gboolean
rua_consents_has (const RuaConsents *self, RuaTable *table, guint32 row)
{
  for (guint k = 0; k < 2; k++)
    if (table == self->tables[k])
      return self->given[k][row / 64] >> (row % 64) & 1;
  return TRUE;
}

/**
 * rua_alliance_has_consent:
 * @self: an alliance
 * @subject: a person or a household of it
 * @purpose: a purpose of [class@Consent], such as `research`
 * @date: a day, `2014-09-15`
 * @error: where to put an error
 *
 * Tells whether some record of consent says that @subject had agreed to the purpose by that day, and
 * had not withdrawn it. A household's consent does not speak for its people, nor theirs for it. Dates that
 * are not known to the day are read against the use.
 *
 * Returns: %TRUE when there is consent; %FALSE when there is none, or, with an error of the domain `RUA_ERROR`,
 *   when the purpose or the day is none, or @subject is neither a person nor a household of this alliance
 *
 * Since: 1.0
 */
gboolean
rua_alliance_has_consent (RuaAlliance *self, RuaRecord *subject, const char *purpose, const char *date, GError **error)
{
  RuaConsents consents;
  RuaTable *table;
  gboolean has;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (RUA_IS_RECORD (subject), FALSE);
  g_return_val_if_fail (purpose != NULL, FALSE);
  g_return_val_if_fail (date != NULL, FALSE);

  if (!rua_consents_init (&consents, self, purpose, date, error))
    return FALSE;
  table = rua_record_get_table (subject);
  has = table && (table == consents.tables[0] || table == consents.tables[1]);
  if (!has) {
    g_autofree char *words = rua_record_to_string (subject);

    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: consent is given by people and households of this alliance; ask for one of these", words);
  } else
    has = rua_consents_has (&consents, table, rua_record_get_row (subject));
  rua_consents_clear (&consents);
  return has;
}
