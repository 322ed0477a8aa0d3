/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-exchange-private.h"

#include <string.h>

#include "rua-json-private.h"

/* The lines of an exchange file as they are written, and the chain that holds them together. A reader writes each
 * line again and takes it only where both are the same, so that there is one way to write a batch. */

void
rua_exchange_header_init (RuaExchangeHeader *self)
{
  memset (self, 0, sizeof *self);
  self->facts = g_array_new (FALSE, FALSE, sizeof (RuaExchangeRange));
  self->has = g_array_new (FALSE, FALSE, sizeof (RuaExchangeRange));
}

void
rua_exchange_header_clear (RuaExchangeHeader *self)
{
  g_clear_pointer (&self->facts, g_array_unref);
  g_clear_pointer (&self->has, g_array_unref);
}

static void
append_text (GString *out, const char *name, const char *text)
{
  if (!text)
    return;
  g_string_append_printf (out, ",\"%s\":", name);
  rua_json_append_string (out, text, strlen (text));
}

static void
append_name (GString *out, const char *station, gint64 sequence)
{
  char digits[24];
  int n = g_snprintf (digits, sizeof digits, ".%" G_GINT64_FORMAT "\"", sequence);

  g_string_append_c (out, '"');
  g_string_append (out, station);
  g_string_append_len (out, digits, n);
}

static void
append_integer (GString *out, const char *name, gint64 number)
{
  char digits[24];
  int n = g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, number);

  g_string_append (out, name);
  g_string_append_len (out, digits, n);
}

static void
append_author_and_parents (GString *out, const RuaFactData *fact)
{
  if (fact->author) {
    g_string_append (out, ",\"author\":");
    rua_json_append_string (out, fact->author, strlen (fact->author));
  }
  for (guint p = 0; p < fact->n_parents; p++) {
    g_string_append (out, p ? "," : ",\"parents\":[");
    append_name (out, fact->parents[p].station, fact->parents[p].sequence);
  }
  g_string_append (out, fact->n_parents ? "]}" : "}");
}

void
rua_exchange_append_record (GString *out, const RuaExchangeRecord *record)
{
  g_string_append (out, "{\"record\":");
  rua_json_append_string (out, record->key, strlen (record->key));
  append_text (out, "kind", record->kind);
  g_string_append (out, ",\"before\":");
  g_string_append (out, record->before);
  g_string_append_c (out, '}');
}

void
rua_exchange_append_fact (GString *out, const RuaFactData *fact)
{
  g_string_append (out, "{\"fact\":");
  append_name (out, fact->station, fact->sequence);
  append_integer (out, ",\"clock\":", fact->clock);
  g_string_append (out, ",\"kind\":");
  rua_json_append_string (out, fact->kind, strlen (fact->kind));
  g_string_append (out, ",\"key\":");
  rua_json_append_string (out, fact->key, strlen (fact->key));
  g_string_append (out, ",\"field\":");
  rua_json_append_string (out, fact->field, strlen (fact->field));
  if (fact->value) {
    g_string_append (out, ",\"value\":");
    g_string_append_len (out, fact->value, fact->value_length);
  }
  if (fact->is_erased)
    g_string_append (out, ",\"erased\":true");
  append_author_and_parents (out, fact);
}

void
rua_exchange_append_change (GString *out, const RuaChangeData *change)
{
  g_string_append (out, "{\"change\":");
  append_name (out, change->station, change->first_sequence);
  append_integer (out, ",\"facts\":", change->n_facts);
  append_integer (out, ",\"clock\":", change->clock);
  append_text (out, "author", change->author);
  append_text (out, "title", change->title);
  append_text (out, "origin", change->origin);
  g_string_append (out, change->is_erased ? ",\"erased\":true}" : "}");
}

/* What stays when somebody is erased, so that the hash of what a station wrote stays: two who write as one station do
 * not write the same at the same times. */
static void
append_lasting_fact (GString *out, const RuaFactData *fact)
{
  g_string_append (out, "{\"fact\":");
  append_name (out, fact->station, fact->sequence);
  append_integer (out, ",\"clock\":", fact->clock);
  g_string_append (out, ",\"kind\":");
  rua_json_append_string (out, fact->kind, strlen (fact->kind));
  g_string_append (out, ",\"field\":");
  rua_json_append_string (out, fact->field, strlen (fact->field));
  append_author_and_parents (out, fact);
}

static void
append_lasting_change (GString *out, const RuaChangeData *change)
{
  g_string_append (out, "{\"change\":");
  append_name (out, change->station, change->first_sequence);
  append_integer (out, ",\"facts\":", change->n_facts);
  append_integer (out, ",\"clock\":", change->clock);
  append_text (out, "author", change->author);
  g_string_append_c (out, '}');
}

void
rua_exchange_append_vector (GString *out, const GArray *ranges)
{
  g_string_append_c (out, '{');
  for (guint i = 0; i < ranges->len; i++) {
    const RuaExchangeRange *range = &g_array_index (ranges, RuaExchangeRange, i);

    g_string_append_printf (out, "%s\"%s\":%" G_GINT64_FORMAT, i ? "," : "", range->station, range->through);
  }
  g_string_append_c (out, '}');
}

void
rua_exchange_append_header (GString *out, const RuaExchangeHeader *header)
{
  g_string_append_printf (out, RUA_EXCHANGE_HEAD ",\"version\":%d", RUA_EXCHANGE_VERSION);
  append_text (out, "lineage", header->lineage);
  append_text (out, "from", header->from);
  append_text (out, "to", header->to);
  append_integer (out, ",\"batch\":", header->batch);
  g_string_append (out, ",\"facts\":{");
  for (guint i = 0; i < header->facts->len; i++) {
    const RuaExchangeRange *range = &g_array_index (header->facts, RuaExchangeRange, i);

    g_string_append_printf (out, "%s\"%s\":[%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT "]", i ? "," : "", range->station,
                            range->after, range->through);
  }
  g_string_append_c (out, '}');
  if (header->is_part)
    g_string_append (out, ",\"part\":true");
  append_text (out, "previous", header->previous);
  append_text (out, "schema", header->schema);
  if (header->own_schema)
    g_string_append_printf (out, ",\"own_schema\":%s", header->own_schema);
  append_text (out, "made", header->made);
  g_string_append (out, ",\"has\":");
  rua_exchange_append_vector (out, header->has);
  if (header->has_receipt) {
    append_integer (out, ",\"receipt\":{\"batch\":", header->receipt_batch);
    append_integer (out, ",\"through\":", header->receipt_through);
    append_text (out, "hash", header->receipt_hash);
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, '}');
}

void
rua_exchange_append_trailer (GString *out, guint64 count, const char *hash, const char *mac)
{
  append_integer (out, "{\"count\":", (gint64) count);
  append_text (out, "hash", hash);
  append_text (out, "mac", mac);
  g_string_append_c (out, '}');
}

/* ---- ranges ---- */

/* Where the station is, or would be. */
static guint
place_of (const GArray *ranges, const char *station, gboolean *found)
{
  guint low = 0, high = ranges->len;

  *found = FALSE;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    int order = strcmp (g_array_index (ranges, RuaExchangeRange, middle).station, station);

    *found |= order == 0;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

gint64
rua_exchange_through (const GArray *ranges, const char *station)
{
  gboolean found;
  guint at = place_of (ranges, station, &found);

  return found ? g_array_index (ranges, RuaExchangeRange, at).through : 0;
}

void
rua_exchange_add_range (GArray *ranges, const char *station, gint64 after, gint64 through)
{
  RuaExchangeRange range = { station, after, through };
  gboolean found;
  guint at = place_of (ranges, station, &found);

  if (found)
    g_array_index (ranges, RuaExchangeRange, at) = range;
  else
    g_array_insert_val (ranges, at, range);
}

GArray *
rua_exchange_parse_vector (const char *json, GStringChunk *texts)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (json, strlen (json), NULL);
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (RuaExchangeRange));
  RuaJsonToken token;

  if (rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return NULL;
  while ((token = rua_json_scanner_next (scanner, NULL)) == RUA_JSON_TOKEN_NAME) {
    gsize length;
    const char *station = g_string_chunk_insert (texts, rua_json_scanner_get_text (scanner, &length)), *number;
    gint64 through;

    if (!rua_log_is_station (station) || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NUMBER)
      return NULL;
    number = rua_json_scanner_get_text (scanner, &length);
    if (!rua_integer_parse (number, length, &through) || through < 1)
      return NULL;
    rua_exchange_add_range (ranges, station, 0, through);
  }
  if (token != RUA_JSON_TOKEN_OBJECT_END || rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_END)
    return NULL;
  return g_steal_pointer (&ranges);
}

/* ---- the chain ---- */

void
rua_chain_init (RuaChain *self)
{
  self->sum = g_checksum_new (G_CHECKSUM_SHA256);
  memset (self->hash, 0, sizeof self->hash);
}

void
rua_chain_clear (RuaChain *self)
{
  g_clear_pointer (&self->sum, g_checksum_free);
}

gboolean
rua_chain_set (RuaChain *self, const char *hash)
{
  if (strlen (hash) != RUA_HASH_LENGTH || strspn (hash, "0123456789abcdef") != RUA_HASH_LENGTH)
    return FALSE;
  for (guint i = 0; i < sizeof self->hash; i++)
    self->hash[i] = (guint8) (g_ascii_xdigit_value (hash[2 * i]) << 4 | g_ascii_xdigit_value (hash[2 * i + 1]));
  return TRUE;
}

void
rua_chain_add (RuaChain *self, const char *line, gsize length)
{
  gsize n = sizeof self->hash;

  g_checksum_reset (self->sum);
  g_checksum_update (self->sum, self->hash, sizeof self->hash);
  g_checksum_update (self->sum, (const guchar *) line, (gssize) length);
  g_checksum_get_digest (self->sum, self->hash, &n);
}

void
rua_chain_get (RuaChain *self, char hash[RUA_HASH_LENGTH + 1])
{
  for (guint i = 0; i < sizeof self->hash; i++)
    g_snprintf (hash + 2 * i, 3, "%02x", self->hash[i]);
}

gboolean
rua_chain_follow (RuaChain *self, RuaLog *log, RuaLog *more, const char *station, gint64 through)
{
  g_autoptr (GString) line = g_string_new (NULL);
  gint64 change_end = 0;

  memset (self->hash, 0, sizeof self->hash);
  for (gint64 sequence = 1; sequence <= through; sequence++) {
    RuaLog *from = log;
    guint fact = rua_log_find_fact (log, station, sequence), change;
    RuaFactData data;

    if (fact == RUA_NO_FACT && more) {
      from = more;
      fact = rua_log_find_fact (more, station, sequence);
    }
    if (fact == RUA_NO_FACT)
      return FALSE;
    change = sequence > change_end ? rua_log_find_change (from, station, sequence) : RUA_NO_FACT;
    if (change != RUA_NO_FACT) {
      RuaChangeData told;

      rua_log_get_change (from, change, &told);
      change_end = told.first_sequence + told.n_facts - 1;
      g_string_truncate (line, 0);
      append_lasting_change (line, &told);
      rua_chain_add (self, line->str, line->len);
    }
    rua_log_get_fact (from, fact, &data);
    g_string_truncate (line, 0);
    append_lasting_fact (line, &data);
    rua_chain_add (self, line->str, line->len);
  }
  return TRUE;
}

void
rua_exchange_sign (const guint8 key[RUA_KEY_LENGTH],
                   const char *header,
                   gsize header_length,
                   guint64 count,
                   const char *hash,
                   char mac[RUA_HASH_LENGTH + 1])
{
  GHmac *hmac = g_hmac_new (G_CHECKSUM_SHA256, key, RUA_KEY_LENGTH);
  g_autofree char *rest = g_strdup_printf ("\n%" G_GUINT64_FORMAT "\n%s\n", count, hash);

  g_hmac_update (hmac, (const guchar *) header, (gssize) header_length);
  g_hmac_update (hmac, (const guchar *) rest, -1);
  g_strlcpy (mac, g_hmac_get_string (hmac), RUA_HASH_LENGTH + 1);
  g_hmac_unref (hmac);
}

gboolean
rua_exchange_equal (const char *a, const char *b, gsize length)
{
  volatile guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (a[i] ^ b[i]);
  return difference == 0;
}
