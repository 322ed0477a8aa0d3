/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <string.h>

#include "rua-record-private.h"

GPtrArray *
rua_telling_records (RuaTelling *self, const char *kind)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, kind);
  GPtrArray *records = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; table && i < rua_table_get_n_records (table); i++)
    g_ptr_array_add (records, rua_table_dup_record (table, i));
  return records;
}

guint
rua_telling_count (RuaTelling *self, const char *kind)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, kind);

  return table ? rua_table_get_n_records (table) : 0;
}

char *
rua_telling_name (RuaTelling *self, RuaRecord *record)
{
  return rua_wording_name (record, self->language);
}

void
rua_telling_chapter (RuaTelling *self, const char *title, const char *anchor)
{
  rua_words_add (rua_manuscript_heading (self->manuscript, 2), RUA_STYLE_PLAIN, title);
  if (anchor)
    rua_manuscript_anchor (self->manuscript, anchor);
}

char *
rua_telling_claim_anchor (RuaTelling *self, RuaVerdict *verdict)
{
  guint place = 0;

  return g_ptr_array_find (self->verdicts, verdict, &place) ? g_strdup_printf ("claim-%u", place + 1) : NULL;
}

char *
rua_telling_result_anchor (guint index)
{
  return g_strdup_printf ("number-%u", index + 1);
}

char *
rua_telling_source_anchor (RuaRecord *source)
{
  return g_strdup_printf ("source-%u", rua_table_position_of (priv (source)->table, priv (source)->row) + 1);
}

void
rua_telling_chart (RuaTelling *self, RuaChart *chart)
{
  if (rua_chart_get_n_items (chart) > 1)
    rua_manuscript_chart (self->manuscript, chart);
  else
    g_object_unref (chart);
}

void
rua_telling_cell (RuaTelling *self, const char *text)
{
  RuaWords *cell = rua_manuscript_cell (self->manuscript);

  if (text && *text)
    rua_words_add (cell, RUA_STYLE_PLAIN, text);
  else
    rua_words_add (cell, RUA_STYLE_FAINT, _("not known"));
}

#define OPEN "\xE2\x80\x9C"
#define CLOSE "\xE2\x80\x9D"

RuaRecord *
rua_telling_find_about (RuaTelling *self, const char *about)
{
  const char *slash = strchr (about, '/');
  g_autofree char *kind = slash ? g_strndup (about, (gsize) (slash - about)) : NULL;
  RuaTable *table = kind ? rua_alliance_get_table (self->alliance, kind) : NULL;
  guint64 place;

  if (!table)
    return NULL;
  if (slash[1] != '#')
    return rua_table_find (table, slash + 1);
  place = g_ascii_strtoull (slash + 2, NULL, 10);
  return place > 0 && place <= rua_table_get_n_records (table) ? rua_table_dup_record (table, (guint) place - 1) : NULL;
}

/* Whether “role #12” or “p1” quotes what the finding is about. */
static gboolean
is_quoted (const char *about, const char *quoted)
{
  const char *slash = strchr (about, '/');
  g_autofree char *kind = slash ? g_strndup (about, (gsize) (slash - about)) : NULL, *words = NULL;

  if (!slash)
    return FALSE;
  words = g_strdup_printf ("%s %s", C_("kind", kind), slash + 1);
  return strcmp (quoted, slash[1] == '#' ? words : slash + 1) == 0;
}

static RuaRecord *
find_quoted (RuaTelling *self, const char *id, const char *const *about)
{
  static const char *const kinds[] = { "claim", "observation", "metric" };

  for (guint i = 0; about && about[i]; i++) {
    RuaRecord *record = is_quoted (about[i], id) ? rua_telling_find_about (self, about[i]) : NULL;

    if (record)
      return record;
  }
  /* An id of several words; a single one may well be a word of the document itself. */
  for (guint i = 0; i < G_N_ELEMENTS (kinds) && (!about || strpbrk (id, "-_.")); i++) {
    RuaRecord *record = rua_alliance_find (self->alliance, kinds[i], id);

    if (record)
      return record;
  }
  return NULL;
}

char *
rua_telling_say (RuaTelling *self, const char *text, const char *const *about)
{
  GString *out = g_string_new (NULL);

  while (*text) {
    const char *open = strstr (text, OPEN), *close = open ? strstr (open, CLOSE) : NULL;
    g_autofree char *quoted = close ? g_strndup (open + strlen (OPEN), (gsize) (close - open) - strlen (OPEN)) : NULL;
    g_autoptr (RuaRecord) record = quoted && *quoted ? find_quoted (self, quoted, about) : NULL;

    if (!close) {
      g_string_append (out, text);
      break;
    }
    g_string_append_len (out, text, open - text);
    if (record) {
      g_autofree char *name = rua_telling_name (self, record);

      g_string_append_printf (out, OPEN "%s" CLOSE, name);
    } else {
      g_string_append_len (out, open, (gssize) (close - open) + (gssize) strlen (CLOSE));
    }
    text = close + strlen (CLOSE);
  }
  return g_string_free (out, FALSE);
}
