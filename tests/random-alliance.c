/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "random-alliance.h"

#include <string.h>

static const struct {
  const char *name;
  RuaFieldType type;
  const char *target;
} fields[] = {
  { "name", RUA_FIELD_TYPE_TEXT, NULL },
  { "title", RUA_FIELD_TYPE_TEXTS, NULL },
  { "sort", RUA_FIELD_TYPE_TOKEN, NULL },
  { "yes", RUA_FIELD_TYPE_BOOLEAN, NULL },
  { "small", RUA_FIELD_TYPE_INTEGER, NULL },
  { "large", RUA_FIELD_TYPE_INTEGER, NULL },
  { "price", RUA_FIELD_TYPE_NUMBER, NULL },
  { "measure", RUA_FIELD_TYPE_NUMBER, NULL },
  { "day", RUA_FIELD_TYPE_DATE, NULL },
  { "amount", RUA_FIELD_TYPE_MONEY, NULL },
  { "other", RUA_FIELD_TYPE_REFERENCE, "thing" },
  { "whatever", RUA_FIELD_TYPE_REFERENCE, "*" },
  { "words", RUA_FIELD_TYPE_TEXT_LIST, NULL },
  { "others", RUA_FIELD_TYPE_REFERENCE_LIST, "thing" },
  { "whatevers", RUA_FIELD_TYPE_REFERENCE_LIST, "*" },
  { "notes", RUA_FIELD_TYPE_JSON, NULL },
};

static const char *const tokens[] = { "tea", "rice", "honey", NULL };

typedef struct {
  guint like;    /* how its values are distributed */
  guint unknown; /* of 8 rows */
  gint64 from;
} Style;

static void
fail_on (GError *error)
{
  if (error)
    g_error ("%s", error->message);
}

static gint64
wide (RuaRandom *random)
{
  guint64 high = rua_random_next (random);

  return (gint64) (high << 32 | rua_random_next (random));
}

static gint64
draw_integer (RuaRandom *random, const Style *style)
{
  switch (style->like) {
  case 0:
    return style->from;
  case 1:
    return style->from + rua_random_below (random, 256);
  case 2:
    return style->from + rua_random_below (random, 65536);
  case 3:
    return style->from + rua_random_next (random);
  case 4:
    return rua_random_below (random, 50) ? 7 : (gint64) ((guint64) G_MININT64 + rua_random_below (random, 3) * (guint64) G_MAXINT64);
  default:
    return wide (random);
  }
}

static double
draw_number (RuaRandom *random, const Style *style)
{
  double power = 1;

  switch (style->like) {
  case 0:
    return 0.1;
  case 1:
    return rua_random_below (random, 256) / 4.0 - 3;
  case 2:
  case 3:
    for (guint i = (guint) style->from & 3; i > 0; i--)
      power *= 10;
    return (rua_random_below (random, 4000000) - 2000000.0) / power;
  case 4:
    return rua_random_below (random, 2000) ? rua_random_below (random, 99) / 100.0 : -0.0;
  default:
    return (double) wide (random) / (1 + rua_random_next (random));
  }
}

static char *
draw_date (RuaRandom *random)
{
  guint year = 1960 + rua_random_below (random, 90), month = 1 + rua_random_below (random, 12);

  switch (rua_random_below (random, 4)) {
  case 0:
    return g_strdup_printf ("%u", year);
  case 1:
    return g_strdup_printf ("%u-%02u", year, month);
  default:
    return g_strdup_printf ("%u-%02u-%02u", year, month, 1 + rua_random_below (random, 28));
  }
}

static const char *
draw_text (RuaRandom *random, guint like, char *buffer, gsize size)
{
  static const char *const some[] = { "", "village", "草苗", "a \"quoted\" one", "a rather longer text than the others, to be sure" };

  if (like < 3)
    return some[rua_random_below (random, G_N_ELEMENTS (some))];
  g_snprintf (buffer, size, "text %x", rua_random_next (random) >> (like * 2));
  return buffer;
}

static GString *
draw_ids (RuaRandom *random, guint rows, const char *prefix)
{
  GString *packed = g_string_new (NULL);

  for (guint n = rua_random_below (random, 4); n > 0; n--) {
    g_string_append_printf (packed, "%st%u", prefix, rua_random_below (random, rows));
    g_string_append_c (packed, '\0');
  }
  return packed;
}

static void
append_cell (RuaAppender *appender, guint field, RuaFieldType type, gboolean any, const Style *style, guint rows, RuaRandom *random)
{
  char buffer[40];
  GString *packed = NULL;
  GError *error = NULL;

  switch (type) {
  case RUA_FIELD_TYPE_TEXT:
    rua_appender_set_text (appender, field, draw_text (random, style->like, buffer, sizeof buffer), -1, &error);
    break;
  case RUA_FIELD_TYPE_TOKEN:
    rua_appender_set_text (appender, field, tokens[style->like ? rua_random_below (random, 3) : 0], -1, &error);
    break;
  case RUA_FIELD_TYPE_JSON:
    g_snprintf (buffer, sizeof buffer, "{\"a\":%u}", rua_random_below (random, 20));
    rua_appender_set_text (appender, field, buffer, -1, &error);
    break;
  case RUA_FIELD_TYPE_TEXTS:
    packed = g_string_new (NULL);
    g_string_append_len (packed, "en\0Tea\0zh\0茶", 13);
    g_string_append_printf (packed, "%u", rua_random_below (random, 9));
    g_string_append_c (packed, '\0');
    break;
  case RUA_FIELD_TYPE_TEXT_LIST:
    packed = g_string_new (NULL);
    for (guint n = rua_random_below (random, 3); n > 0; n--)
      g_string_append_len (packed, "one\0", 4);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_appender_set_boolean (appender, field, style->like ? rua_random_below (random, 2) : 1, &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_appender_set_integer (appender, field, draw_integer (random, style), &error);
    break;
  case RUA_FIELD_TYPE_MONEY:
    /* The document's money has 15 digits at most. */
    rua_appender_set_money (appender, field, draw_integer (random, style) % 1000000000000000, &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_appender_set_number (appender, field, draw_number (random, style), &error);
    break;
  case RUA_FIELD_TYPE_DATE: {
    g_autofree char *date = draw_date (random);

    rua_appender_set_date (appender, field, date, -1, &error);
    break;
  }
  case RUA_FIELD_TYPE_REFERENCE:
    g_snprintf (buffer, sizeof buffer, "%st%u", any ? "thing/" : "", rua_random_below (random, style->like ? rows : 1));
    rua_appender_set_reference (appender, field, buffer, -1, &error);
    break;
  case RUA_FIELD_TYPE_REFERENCE_LIST:
    packed = draw_ids (random, rows, any ? "thing/" : "");
    break;
  }
  if (packed) {
    rua_appender_set_packed (appender, field, packed->str, packed->len, &error);
    g_string_free (packed, TRUE);
  }
  fail_on (error);
}

RuaTable *
random_alliance_get_table (RuaAlliance *self)
{
  return rua_alliance_get_table (self, "thing");
}

RuaAlliance *
random_alliance_new (RuaRandom *random, guint rows)
{
  RuaAlliance *self = rua_alliance_new ();
  g_autoptr (RuaKind) kind = rua_kind_new ("thing", "things");
  g_autoptr (RuaAppender) appender = NULL;
  Style styles[G_N_ELEMENTS (fields)];
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autoptr (RuaField) field = rua_field_new (fields[i].name, fields[i].type);

    if (fields[i].type == RUA_FIELD_TYPE_TOKEN)
      rua_field_set_tokens (field, tokens);
    if (fields[i].target)
      rua_field_set_target (field, fields[i].target);
    rua_kind_add_field (kind, field, &error);
    fail_on (error);
    styles[i].like = rua_random_below (random, 6);
    styles[i].unknown = MAX (0, (gint) rua_random_below (random, 13) - 5);
    styles[i].from = wide (random) / 1000 >> rua_random_below (random, 50);
  }
  rua_alliance_add_kind (self, kind, &error);
  fail_on (error);
  appender = rua_table_append (random_alliance_get_table (self));
  for (guint row = 0; row < rows; row++) {
    g_autofree char *id = g_strdup_printf ("t%u", row);

    rua_appender_set_text (appender, 0, id, -1, &error);
    fail_on (error);
    for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
      if (rua_random_below (random, 8) >= styles[i].unknown)
        append_cell (appender, i + 1, fields[i].type, g_strcmp0 (fields[i].target, "*") == 0, &styles[i], rows, random);
    if (row % 97 == 5)
      rua_appender_set_extra (appender, "{\"colour\":\"red\"}", 16);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  fail_on (error);
  return self;
}

static void
set_cell (RuaRecord *record, guint f, RuaRandom *random)
{
  Style style = { rua_random_below (random, 6), 0, rua_random_below (random, 1000) };
  char buffer[40];
  GError *error = NULL;
  const char *name = fields[f].name;

  switch (fields[f].type) {
  case RUA_FIELD_TYPE_TEXT:
    rua_record_set_text (record, name, draw_text (random, style.like, buffer, sizeof buffer), &error);
    break;
  case RUA_FIELD_TYPE_BOOLEAN:
    rua_record_set_boolean (record, name, rua_random_below (random, 2), &error);
    break;
  case RUA_FIELD_TYPE_INTEGER:
    rua_record_set_integer (record, name, draw_integer (random, &style), &error);
    break;
  case RUA_FIELD_TYPE_NUMBER:
    rua_record_set_number (record, name, draw_number (random, &style), &error);
    break;
  case RUA_FIELD_TYPE_REFERENCE: {
    RuaTable *table = rua_record_get_table (record);
    g_autoptr (RuaRecord) other = rua_table_dup_record (table, rua_random_below (random, rua_table_get_n_records (table)));

    rua_record_set_reference (record, name, other, &error);
    break;
  }
  default:
    rua_record_unset (record, name, &error);
    break;
  }
  fail_on (error);
}

void
random_alliance_edit (RuaAlliance *self, RuaRandom *random)
{
  RuaTable *table = random_alliance_get_table (self);
  guint n = rua_table_get_n_records (table), what = rua_random_below (random, 10);
  g_autoptr (RuaRecord) record = n ? rua_table_dup_record (table, rua_random_below (random, n)) : NULL;
  GError *error = NULL;

  if (what == 0 || !record) {
    g_autofree char *id = g_strdup_printf ("new%u", rua_random_next (random));
    g_autoptr (RuaRecord) fresh = rua_alliance_new_record (self, "thing");

    rua_record_set_id (fresh, id, &error);
    fail_on (error);
    rua_alliance_add (self, fresh, &error);
    fail_on (error);
    for (guint i = rua_random_below (random, 6); i > 0; i--)
      set_cell (fresh, rua_random_below (random, G_N_ELEMENTS (fields)), random);
  } else if (what == 1) {
    /* Refused where something refers to it, in every copy alike. */
    rua_alliance_remove (self, record, NULL);
  } else if (what == 2)
    rua_record_unset (record, fields[rua_random_below (random, G_N_ELEMENTS (fields))].name, NULL);
  else
    set_cell (record, rua_random_below (random, G_N_ELEMENTS (fields)), random);
}
