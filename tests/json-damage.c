/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "json-damage.h"
#include "random-trials.h"

#include <string.h>

typedef struct {
  gsize begin, end;
  gsize name; /* where its member begins, or G_MAXSIZE in a list */
} Value;

static const char *
skip_blanks (const char *p)
{
  return p + strspn (p, " \t\r\n");
}

static const char *
skip_string (const char *p)
{
  for (p++; *p != '"'; p++)
    if (*p == '\\')
      p++;
  return p + 1;
}

/* Notes the value that begins at @p, and those in it; past its end. */
static const char *
note_value (const char *json, const char *p, const char *name, GArray *values)
{
  Value value = { (gsize) (p - json), 0, name ? (gsize) (name - json) : G_MAXSIZE };
  guint place = values->len;

  g_array_append_val (values, value);
  if (*p == '"') {
    p = skip_string (p);
  } else if (*p == '{' || *p == '[') {
    char close = *p == '{' ? '}' : ']';

    for (p = skip_blanks (p + 1); *p != close; p = skip_blanks (p)) {
      const char *member = close == '}' ? p : NULL;

      if (member)
        p = skip_blanks (skip_blanks (skip_string (p)) + 1);
      p = skip_blanks (note_value (json, p, member, values));
      if (*p == ',')
        p = skip_blanks (p + 1);
    }
    p++;
  } else {
    p += strcspn (p, ",]} \t\r\n");
  }
  g_array_index (values, Value, place).end = (gsize) (p - json);
  return p;
}

static void
show (const char *json, gsize from, gsize to, const char *instead, JsonDamaged take, gpointer data)
{
  g_autofree char *text
    = g_strdup_printf ("%.*s%s%s", (int)from, json, instead, json + to),
    *what = g_strdup_printf ("%s in place of %.*s", instead, (int)MIN (to - from, 60), json + from);

  take (text, what, data);
}

void
json_damage_each (const char *json, JsonDamaged take, gpointer data)
{
  static const char *const others[] = {
    "null", "true", "-1.5", "18446744073709551616", "1e999", "\"\"", "\"x\"", "\"\\u0000\"", "[]", "{}", "[1]", "[{}]", "[\"x\", null]", "{\"x\": 1}", "@", "",
  };
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (Value));
  /* Of those that make no odds to one another every fifth, or fewer. */
  guint step = under_valgrind () ? 25 : g_getenv ("RUA_SLOW_MACHINE") ? 5 : 1;

  note_value (json, skip_blanks (json), NULL, values);
  for (gsize i = 0; i < strlen (json); i += step) {
    g_autofree char *text = g_strndup (json, i),
                    *what = g_strdup_printf ("the first %u bytes", (guint) i);

    take (text, what, data);
  }
  for (guint i = 0; i < values->len; i++) {
    const Value *value = &g_array_index (values, Value, i);

    for (guint k = (i + 1) % step; k < G_N_ELEMENTS (others); k += step)
      show (json, value->begin, value->end, others[k], take, data);
    if (value->name == G_MAXSIZE)
      continue;
    show (json, value->name, value->name + 1, "\"other-", take, data);
    /* With the comma behind it, or the one before. */
    {
      const char *after = skip_blanks (json + value->end);
      gsize from = value->name, to = (gsize) (after - json) + (*after == ',');

      while (*after != ',' && from > 0 && json[from] != ',' && json[from] != '{')
        from--;
      show (json, json[from] == '{' ? from + 1 : from, to, "", take, data);
    }
  }
}
