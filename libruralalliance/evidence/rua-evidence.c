/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-evidence-private.h"

#include <math.h>
#include <string.h>

void
rua_evidence_let_go (gpointer pointer)
{
  GObject **object = pointer;

  g_clear_object (object);
}

char *
rua_evidence_dup_key (RuaRecord *record)
{
  const char *id = rua_record_get_id (record);

  return g_strconcat (rua_kind_get_name (rua_record_get_kind (record)), "/", id == NULL ? "" : id,
                      NULL);
}

char *
rua_evidence_dup_about (RuaRecord *record)
{
  g_autofree char *words = NULL;
  const char *kind = rua_kind_get_name (rua_record_get_kind (record));

  if (rua_kind_get_privacy (rua_record_get_kind (record)) == RUA_PRIVACY_PUBLIC)
    return rua_evidence_dup_key (record);
  words = rua_record_to_string (record);
  return g_strdup_printf ("%s/%s", kind, words + strlen (kind) + 1);
}

char *
rua_evidence_dup_words (RuaRecord *record)
{
  const char *id = rua_record_get_id (record);
  g_autofree char *about = NULL;
  const char *kind;

  if (id != NULL && rua_kind_get_privacy (rua_record_get_kind (record)) == RUA_PRIVACY_PUBLIC)
    return g_strdup (id);
  about = rua_evidence_dup_about (record);
  kind = rua_kind_get_name (rua_record_get_kind (record));
  return g_strdup_printf ("%s %s", C_("kind", kind), about + strlen (kind) + 1);
}

char *
rua_evidence_dup_name (RuaRecord *record)
{
  static const char *const names[] = { "name", "title" };
  RuaKind *kind = rua_record_get_kind (record);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    RuaField *field = rua_kind_find_field (kind, names[i]);
    const char *text;

    /* The names of people who are named in a public text are in it anyway, those of others are not
     * for us to print: the place of their record stands for them. */
    if (field == NULL || rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC
        || rua_field_get_field_type (field) != RUA_FIELD_TYPE_TEXTS)
      continue;
    text = rua_record_get_texts (record, names[i], rua_get_language ());
    if (text != NULL && *text != '\0')
      return g_strdup (text);
  }
  return rua_evidence_dup_words (record);
}

gboolean
rua_evidence_get_day (RuaRecord *record, const char *field, gboolean last, gint32 *day)
{
  g_autofree char *text = NULL;
  RuaDatePrecision precision;

  if (rua_kind_find_field (rua_record_get_kind (record), field) == NULL)
    return FALSE;
  text = rua_record_dup_date (record, field);
  if (text == NULL || !rua_date_parse (text, day, &precision, NULL))
    return FALSE;
  if (last)
    *day = rua_date_get_last_day (*day, precision);
  return TRUE;
}

gboolean
rua_evidence_is_within (RuaPlace *place, RuaPlace *above)
{
  g_autofree char *wanted = rua_evidence_dup_key (RUA_RECORD (above));
  g_autoptr (RuaPlace) at = g_object_ref (place);

  /* As many steps as hierarchies have levels: a circle of places must not hold us. */
  for (guint i = 0; i < 16 && at != NULL; i++) {
    g_autofree char *here = rua_evidence_dup_key (RUA_RECORD (at));
    RuaPlace *parent;
    if (g_str_equal (here, wanted))
      return TRUE;
    parent = rua_place_dup_parent (at);
    g_object_unref (at);
    at = parent;
  }
  return FALSE;
}

char *
rua_evidence_dup_folder (RuaAlliance *alliance)
{
  const char *location = rua_alliance_get_location (alliance);
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (location == NULL)
    return NULL;
  file = strstr (location, "://") != NULL ? g_file_new_for_uri (location)
                                          : g_file_new_for_path (location);
  path = g_file_get_path (file);
  if (path == NULL)
    return NULL;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  return g_path_get_dirname (path);
}

char *
rua_evidence_format (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];
  double size = fabs (value);
  int digits = size == floor (size) ? 0 : size >= 1000 ? 1 : size >= 10 ? 2 : 3;
  char *end;

  if (!isfinite (value))
    return g_strdup (_("undefined"));
  if (size != 0 && size < 0.1)
    digits = 5;
  g_snprintf (format, sizeof format, "%%.%df", digits);
  g_ascii_formatd (buffer, sizeof buffer, format, value);
  if (digits > 0) {
    end = buffer + strlen (buffer);
    while (end[-1] == '0')
      *--end = '\0';
    if (end[-1] == '.')
      *--end = '\0';
  }
  return g_strdup (buffer);
}

static int
side_of (double value, double other)
{
  return value < other ? -1 : value > other;
}

char *
rua_evidence_format_beside (double value, double other)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];
  char *shown = rua_evidence_format (value);

  if (!isfinite (value) || !isfinite (other))
    return shown;
  for (int digits = 4; digits <= 17 && side_of (g_ascii_strtod (shown, NULL), other) != side_of (value, other); digits++) {
    g_snprintf (format, sizeof format, "%%.%dg", digits);
    g_free (shown);
    shown = g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, value));
  }
  return shown;
}
