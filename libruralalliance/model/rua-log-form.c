/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-log-core-private.h"

#include <string.h>

#include "rua-json-private.h"

/* What a fact must look like, whoever sends it. Values are told to nobody. */

gboolean
rua_log_is_station (const char *name)
{
  gsize length = strlen (name);

  return length >= 1 && length <= 64 && (g_ascii_islower (name[0]) || g_ascii_isdigit (name[0]))
         && strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

/* A string without escapes, as most are. */
static gboolean
is_plain_string (const char *value, gsize length)
{
  gboolean is_ascii = TRUE;

  if (length < 2 || value[length - 1] != '"')
    return FALSE;
  for (gsize i = 1; i < length - 1; i++) {
    guchar c = (guchar) value[i];

    if (c < 0x20 || c == '"' || c == '\\')
      return FALSE;
    is_ascii &= c < 0x80;
  }
  return is_ascii || g_utf8_validate_len (value, length, NULL);
}

static gboolean
is_canonical (const char *value, gsize length)
{
  g_autoptr (RuaJsonScanner) scanner = NULL;
  g_autoptr (GString) compact = NULL;
  double number;

  if (length == 0)
    return FALSE;
  if (*value == '"' && is_plain_string (value, length))
    return TRUE;
  if ((*value == '-' || g_ascii_isdigit (*value)) && rua_number_parse (value, length, &number))
    return TRUE;
  if (length == 4 && memcmp (value, "true", 4) == 0)
    return TRUE;
  scanner = rua_json_scanner_new (value, length, &RUA_LOG_JSON_LIMITS);
  compact = g_string_sized_new (length);
  return rua_json_scanner_next (scanner, NULL) != RUA_JSON_TOKEN_NULL
         && rua_json_scanner_copy_value (scanner, compact, NULL)
         && rua_json_scanner_next (scanner, NULL) == RUA_JSON_TOKEN_END && compact->len == length
         && memcmp (compact->str, value, length) == 0;
}

static gboolean
is_name (const char *text)
{
  gsize length = text ? strlen (text) : 0;

  return length > 0 && g_utf8_validate (text, (gssize) length, NULL);
}

static gboolean
refuse (const RuaFactData *data, GError **error, const char *problem)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "fact %s.%" G_GINT64_FORMAT ": %s; send it again as its station wrote it",
               data->station, data->sequence, problem);
  return FALSE;
}

static gboolean
check_parents (const RuaFactData *data, GError **error)
{
  for (guint p = 0; p < data->n_parents; p++) {
    const RuaFactName *parent = &data->parents[p];

    if (!parent->station || !rua_log_is_station (parent->station))
      return refuse (data, error, "the name of a parent's station is no such name");
    if (parent->sequence < 1 || parent->sequence > RUA_SEQUENCE_MAX)
      return refuse (data, error, "a parent's sequence is out of range");
    if (strcmp (parent->station, data->station) == 0 && parent->sequence >= data->sequence)
      return refuse (data, error, "it replaces a fact that its station made later");
  }
  return TRUE;
}

gboolean
rua_log_check_form (const RuaFactData *data, GError **error)
{
  gsize length = data->value && data->value_length < 0 ? strlen (data->value) : (gsize) data->value_length;

  if (!data->station || !rua_log_is_station (data->station)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "a fact's station is no name of a station; write 1 to 64 of a-z, 0-9, '.', '_' and '-', "
                 "a letter or digit first");
    return FALSE;
  }
  if (data->sequence < 1 || data->sequence > RUA_SEQUENCE_MAX)
    return refuse (data, error, "its sequence is out of range");
  if (data->clock < 0)
    return refuse (data, error, "its clock is before 1970");
  if (!is_name (data->kind))
    return refuse (data, error, "it does not name a kind");
  if (!is_name (data->key))
    return refuse (data, error, "it does not name a record");
  if (!data->field || (*data->field && !is_name (data->field)))
    return refuse (data, error, "it does not name a field");
  if (data->author && !g_utf8_validate (data->author, -1, NULL))
    return refuse (data, error, "its author is not UTF-8");
  if (*data->field == '\0') {
    if (data->value && (length != strlen (RUA_FACT_THERE) || memcmp (data->value, RUA_FACT_THERE, length) != 0))
      return refuse (data, error, "it says of a record neither that it is there nor that it is removed");
  } else if (data->value && !is_canonical (data->value, length))
    return refuse (data, error, "its value is not canonical JSON");
  if (g_str_has_prefix (data->key, RUA_ERASED_KEY)
      && (!data->is_erased || data->value || strlen (data->key) != strlen (RUA_ERASED_KEY) + RUA_ERASED_DIGITS
          || strspn (data->key + strlen (RUA_ERASED_KEY), "0123456789abcdef") != RUA_ERASED_DIGITS))
    return refuse (data, error, "it is not of a record that was erased, and its key says so");
  return check_parents (data, error);
}

gboolean
rua_log_check_change_form (const RuaChangeData *data, GError **error)
{
  const char *const texts[] = { data->author, data->title, data->origin };

  if (!data->station || !rua_log_is_station (data->station)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "a change's station is no name of a station; write 1 to 64 of a-z, 0-9, '.', '_' and '-', "
                 "a letter or digit first");
    return FALSE;
  }
  if (data->first_sequence < 1 || data->first_sequence > RUA_SEQUENCE_MAX || data->n_facts < 1
      || data->n_facts > RUA_SEQUENCE_MAX - data->first_sequence + 1 || data->clock < 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "change %s.%" G_GINT64_FORMAT ": its facts or its clock are out of range; send it again as its station wrote it",
                 data->station, data->first_sequence);
    return FALSE;
  }
  if (data->is_erased && data->title) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "change %s.%" G_GINT64_FORMAT ": it is erased, and has a title; send it again as its station wrote it",
                 data->station, data->first_sequence);
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] && !g_utf8_validate (texts[i], -1, NULL)) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                   "change %s.%" G_GINT64_FORMAT ": its author, title or origin is not UTF-8; send it again as its station wrote it",
                   data->station, data->first_sequence);
      return FALSE;
    }
  return TRUE;
}
