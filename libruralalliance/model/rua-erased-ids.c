/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-erased-ids-private.h"

#include <string.h>

#include "rua-kinds-private.h"
#include "rua-log-private.h"
#include "rua-row-keys-private.h"

struct _RuaErasedIds {
  GPtrArray *salts;    /* different ones: few */
  GHashTable *digests;
};

char *
rua_erased_digest (const char *salt, const char *kind, const char *key)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  const char *const parts[] = { salt, kind, key };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_checksum_update (sum, (const guchar *) parts[i], (gssize) strlen (parts[i]) + 1);
  return g_strdup (g_checksum_get_string (sum));
}

static void
add_salt (RuaErasedIds *self, const char *salt)
{
  if (!g_ptr_array_find_with_equal_func (self->salts, salt, g_str_equal, NULL))
    g_ptr_array_add (self->salts, g_strdup (salt));
}

RuaErasedIds *
rua_erased_ids_new (RuaAlliance *alliance)
{
  RuaTable *erasures = rua_alliance_get_erasures (alliance);
  RuaErasedIds *self;

  if (rua_table_get_n_records (erasures) == 0)
    return NULL;
  self = g_new (RuaErasedIds, 1);
  self->salts = g_ptr_array_new_with_free_func (g_free);
  self->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint32 row = 0; row < rua_table_get_n_rows (erasures); row++) {
    const char *salt = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_SALT), row, NULL);
    const char *digest = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_DIGEST), row, NULL);

    if (!rua_table_is_alive (erasures, row) || !salt || !digest)
      continue;
    add_salt (self, salt);
    g_hash_table_add (self->digests, g_strdup (digest));
  }
  return self;
}

void
rua_erased_ids_free (RuaErasedIds *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->salts);
  g_hash_table_unref (self->digests);
  g_free (self);
}

gboolean
rua_erased_ids_has (RuaErasedIds *self, const char *kind, const char *id)
{
  g_autofree char *key = self ? rua_row_key_of_id (id) : NULL;

  for (guint i = 0; self && i < self->salts->len; i++) {
    g_autofree char *digest = rua_erased_digest (self->salts->pdata[i], kind, key);

    if (g_hash_table_contains (self->digests, digest))
      return TRUE;
  }
  return FALSE;
}

gboolean
rua_erased_ids_ask (RuaAlliance *alliance, const char *kind, const char *id)
{
  RuaTable *erasures = rua_alliance_get_erasures (alliance);
  const char *last = NULL;
  g_autofree char *key = rua_row_key_of_id (id), *expected = NULL;

  for (guint32 row = 0; row < rua_table_get_n_rows (erasures); row++) {
    const char *salt = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_SALT), row, NULL);
    const char *digest = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_DIGEST), row, NULL);

    if (!rua_table_is_alive (erasures, row) || !salt || !digest)
      continue;
    if (!last || strcmp (salt, last) != 0) {
      g_free (expected);
      expected = rua_erased_digest (salt, kind, key);
      last = salt;
    }
    if (strcmp (expected, digest) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_back (RuaErasedIds *self, RuaTable *table, guint32 row)
{
  const char *id = rua_column_read_text (rua_table_peek_column (table, 0), row, NULL);

  return id && rua_erased_ids_has (self, rua_kind_get_name (rua_table_get_kind (table)), id);
}

static void
tell_back (RuaTable *table, const char *key, RuaFaults *faults)
{
  const RuaFaultInfo info = {
    .code = RUA_ERROR_DUPLICATE,
    .kind = rua_kind_get_name (rua_table_get_kind (table)),
    .key = key,
    .field = "id",
    .message = RUA_ERASED_MESSAGE,
    .mend = RUA_ERASED_MEND,
  };

  rua_faults_add (faults, &info);
}

void
rua_erased_ids_check (RuaAlliance *alliance, RuaFaults *faults)
{
  g_autoptr (RuaErasedIds) self = rua_erased_ids_new (alliance);

  for (guint t = 0; self && t < rua_alliance_get_n_tables (alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (alliance, t);

    for (guint32 row = 0; row < rua_table_get_n_rows (table); row++)
      if (rua_table_is_alive (table, row) && is_back (self, table, row)) {
        g_autofree char *key = rua_table_tell_row (table, row);

        tell_back (table, key, faults);
      }
  }
}

void
rua_erased_ids_check_appended (RuaAlliance *alliance, RuaTable *table, guint32 first, guint32 n, RuaFaults *faults)
{
  g_autoptr (RuaErasedIds) self = rua_erased_ids_new (alliance);

  for (guint32 row = first; self && row < first + n; row++)
    if (is_back (self, table, row)) {
      /* Who is erased is of people: their place says which it is. */
      g_autofree char *key = g_strdup_printf ("#%u", row + 1);

      tell_back (table, key, faults);
    }
}

char *
rua_erased_salt (RuaAlliance *alliance)
{
  RuaTable *erasures = rua_alliance_get_erasures (alliance);
  RuaLog *log = rua_alliance_peek_log (alliance);

  if (log)
    return g_strdup (rua_log_get_lineage (log));
  for (guint32 row = 0; row < rua_table_get_n_rows (erasures); row++) {
    const char *salt = rua_column_read_text (rua_table_peek_column (erasures, RUA_ERASURE_FIELD_SALT), row, NULL);

    if (rua_table_is_alive (erasures, row) && salt)
      return g_strdup (salt);
  }
  return g_uuid_string_random ();
}
