/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <string.h>

#include "rua-date.h"

/* What happened, in the order of dates: every record with a name and a date, whatever its kind.
 * What is written or counted has dates of its own and does not belong here; nor do rows that tell
 * of single households. */

#define MOST_OF_KIND 20 /* dates of one kind; more are counted by year */

typedef RuaToldTime Entry;

static void
entry_clear (gpointer data)
{
  Entry *entry = data;

  g_free (entry->when);
  g_free (entry->what);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;
  /* What went on longest encloses the others. */
  if (x->last != y->last)
    return x->last > y->last ? -1 : 1;
  return strcmp (x->what, y->what);
}

static gboolean
belongs (RuaKind *kind)
{
  static const char *const apart[] = {
    "alliance", "person", "role", "household", "membership", "document", "publication", "source", "observation", "series",
    "metric", "target", "claim", "reading", "conflict", "posting", "lot", "offer", "order", "certificate", "fee", "plot",
    "adoption", "partnership", "site",
  };

  for (guint i = 0; i < G_N_ELEMENTS (apart); i++)
    if (strcmp (rua_kind_get_name (kind), apart[i]) == 0)
      return FALSE;
  return rua_kind_find_field (kind, "name") || rua_kind_find_field (kind, "title");
}

/* What a date tells: nothing for the ones that say when it was, a word for all others. */
static const char *
word_of (const char *field)
{
  static const char *const plain[] = { "started", "given", "submitted", "announced", "opens_on" };
  static const char *const left_out[] = { "counted_on", "accessed", "consented_on", "closes_on", "valid_from", "valid_until" };

  for (guint i = 0; i < G_N_ELEMENTS (left_out); i++)
    if (strcmp (field, left_out[i]) == 0)
      return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    if (strcmp (field, plain[i]) == 0)
      return "";
  return field;
}

static char *
end_field (RuaKind *kind, const char *field)
{
  g_autofree char *end = NULL;

  if (strcmp (field, "started") == 0)
    end = g_strdup ("ended");
  else if (g_str_has_suffix (field, "_started"))
    end = g_strdup_printf ("%.*s_ended", (int) strlen (field) - 8, field);
  return end && rua_kind_find_field (kind, end) ? g_steal_pointer (&end) : NULL;
}

static gboolean
is_end (RuaKind *kind, const char *field)
{
  g_autofree char *start = NULL;

  if (strcmp (field, "ended") == 0)
    return rua_kind_find_field (kind, "started") != NULL;
  if (!g_str_has_suffix (field, "_ended"))
    return FALSE;
  start = g_strdup_printf ("%.*s_started", (int) strlen (field) - 6, field);
  return rua_kind_find_field (kind, start) != NULL;
}

static char *
say_what (RuaTelling *self, RuaRecord *record, const char *word)
{
  static const char *const ends[] = { " started", "\xE6\x97\xA5\xE6\x9C\x9F" /* “date” in Chinese */ };
  RuaKind *kind = rua_record_get_kind (record);
  g_autofree char *name = rua_telling_name (self, record), *sort = rua_wording_kind (kind, TRUE), *done = NULL;
  g_autofree char *of = rua_kind_find_field (kind, "of") ? rua_wording_reference (record, "of", self->language) : NULL;
  GString *out;

  /* A kind that goes without saying is not said: "Sichuan earthquake (event)". */
  if (g_strcmp0 (rua_kind_get_name (kind), "event") == 0)
    g_clear_pointer (&sort, g_free);
  done = *word ? rua_wording_field (word) : NULL;
  /* The time that is told says that it is one. */
  for (guint i = 0; done && i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (done, ends[i]))
      done[strlen (done) - strlen (ends[i])] = '\0';
  if (of && strstr (name, of))
    g_clear_pointer (&of, g_free);
  out = g_string_new (name);
  if (of)
    g_string_append_printf (out, _(", of %s"), of);
  if (sort || done)
    g_string_append_printf (out, sort && done ? _(" (%1$s, %2$s)") : _(" (%1$s)"), sort ? sort : done, done);
  return g_string_free (out, FALSE);
}

static void
add_entry (RuaTelling *self, GArray *entries, RuaRecord *record, const char *field, const char *end)
{
  g_autofree char *from = rua_record_dup_date (record, field), *to = end ? rua_record_dup_date (record, end) : NULL;
  RuaDatePrecision precision;
  Entry entry = { 0 };
  gint32 day;

  if (!from || !rua_date_parse (from, &entry.first, &precision, NULL))
    return;
  entry.last = rua_date_get_last_day (entry.first, precision);
  if (to && rua_date_parse (to, &day, &precision, NULL))
    entry.last = rua_date_get_last_day (day, precision);
  else if (end && strcmp (rua_kind_get_name (rua_record_get_kind (record)), "project") == 0)
    entry.last = G_MAXINT32;
  entry.when = entry.last == G_MAXINT32 || to ? rua_wording_period (from, to, TRUE) : rua_wording_date (from, TRUE);
  entry.what = say_what (self, record, word_of (field));
  g_array_append_val (entries, entry);
}

/* Too many to list: how many of them each year saw. */
static void
add_years (GArray *entries, RuaKind *kind, GPtrArray *records, const char *field)
{
  g_autoptr (GHashTable) years = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer year, n;

  for (guint i = 0; i < records->len; i++) {
    g_autofree char *date = rua_record_dup_date (g_ptr_array_index (records, i), field);

    if (date) {
      year = GINT_TO_POINTER (atoi (date));
      g_hash_table_insert (years, year, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (years, year)) + 1));
    }
  }
  g_hash_table_iter_init (&iter, years);
  while (g_hash_table_iter_next (&iter, &year, &n)) {
    g_autofree char *count = rua_wording_count_kind (GPOINTER_TO_UINT (n), kind), *word = *word_of (field) ? rua_wording_field (word_of (field)) : g_strdup ("");
    Entry entry = { rua_date_civil_to_day (GPOINTER_TO_INT (year), 1, 1), rua_date_civil_to_day (GPOINTER_TO_INT (year), 12, 31) };

    entry.when = g_strdup_printf (C_("year", "%d"), GPOINTER_TO_INT (year));
    entry.what = g_strdup_printf (*word ? C_("what was done", "%1$s %2$s") : "%1$s", count, word);
    g_array_append_val (entries, entry);
  }
}

static void
add_kind (RuaTelling *self, GArray *entries, RuaTable *table)
{
  RuaKind *kind = rua_table_get_kind (table);
  g_autoptr (GPtrArray) records = rua_telling_records (self, rua_kind_get_name (kind));

  for (guint f = 0; f < rua_kind_get_n_fields (kind); f++) {
    RuaField *field = rua_kind_get_field (kind, f);
    const char *name = rua_field_get_name (field);
    g_autofree char *end = NULL;
    guint known = 0;

    if (rua_field_get_field_type (field) != RUA_FIELD_TYPE_DATE || !word_of (name) || is_end (kind, name)
        || rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
      continue;
    end = end_field (kind, name);
    for (guint i = 0; i < records->len; i++)
      known += rua_record_has (g_ptr_array_index (records, i), name);
    if (known > MOST_OF_KIND) {
      add_years (entries, kind, records, name);
      continue;
    }
    for (guint i = 0; i < records->len; i++)
      add_entry (self, entries, g_ptr_array_index (records, i), name, end);
  }
}

/* What cannot stand on the line: an undated thing is not left out in silence. */
static void
tell_undated (RuaTelling *self, GPtrArray *undated)
{
  RuaWords *words;

  if (undated->len == 0)
    return;
  words = rua_manuscript_paragraph (self->manuscript, 0);
  rua_words_add (words, RUA_STYLE_PLAIN, _("When is not known: "));
  for (guint i = 0; i < MIN (undated->len, MOST_OF_KIND); i++)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, "%s%s", i ? _("; ") : "", (const char *) g_ptr_array_index (undated, i));
  if (undated->len > MOST_OF_KIND)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("; and %u more"), undated->len - MOST_OF_KIND);
  rua_words_add (words, RUA_STYLE_PLAIN, _("."));
}

/* Kinds that are nothing but something that happened: having no date, they have no place. */
static void
collect_undated (RuaTelling *self, RuaTable *table, GPtrArray *undated)
{
  RuaKind *kind = rua_table_get_kind (table);
  g_autoptr (GPtrArray) records = rua_telling_records (self, rua_kind_get_name (kind));
  g_autoptr (GPtrArray) dates = g_ptr_array_new ();

  for (guint f = 0; f < rua_kind_get_n_fields (kind); f++) {
    RuaField *field = rua_kind_get_field (kind, f);

    if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_DATE && word_of (rua_field_get_name (field)))
      g_ptr_array_add (dates, (gpointer) rua_field_get_name (field));
  }
  for (guint i = 0; dates->len && i < records->len; i++) {
    RuaRecord *record = g_ptr_array_index (records, i);
    gboolean known = FALSE;

    for (guint d = 0; d < dates->len; d++)
      known |= rua_record_has (record, g_ptr_array_index (dates, d));
    if (!known)
      g_ptr_array_add (undated, say_what (self, record, ""));
  }
}

static gboolean
happens (RuaKind *kind)
{
  static const char *const happening[] = { "project", "phase", "event", "activity", "workshop", "recognition", "proposal", "policy-event", "grant" };

  for (guint i = 0; i < G_N_ELEMENTS (happening); i++)
    if (strcmp (rua_kind_get_name (kind), happening[i]) == 0)
      return TRUE;
  return FALSE;
}

GArray *
rua_telling_list_times (RuaTelling *self)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  g_array_set_clear_func (entries, entry_clear);
  for (guint t = 0; t < rua_alliance_get_n_tables (self->alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    if (rua_table_get_n_records (table) && belongs (rua_table_get_kind (table)))
      add_kind (self, entries, table);
  }
  g_array_sort (entries, compare);
  return entries;
}

static void
tell_times (RuaTelling *self, GArray *entries)
{
  rua_telling_chart (self, rua_chart_new_timeline (_("What happened, and how long it took"), self->alliance, self->language));
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("When"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("What"), RUA_ALIGN_LEFT);
  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = &g_array_index (entries, Entry, i);

    rua_telling_cell (self, entry->when);
    rua_telling_cell (self, entry->what);
  }
}

void
rua_telling_timeline (RuaTelling *self)
{
  g_autoptr (GPtrArray) undated = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) entries = rua_telling_list_times (self);

  for (guint t = 0; t < rua_alliance_get_n_tables (self->alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    if (happens (rua_table_get_kind (table)))
      collect_undated (self, table, undated);
  }
  if (entries->len == 0 && undated->len == 0)
    return;
  rua_telling_chapter (self, _("Timeline"), NULL);
  if (entries->len > 0)
    tell_times (self, entries);
  tell_undated (self, undated);
}
