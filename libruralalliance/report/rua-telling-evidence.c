/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <string.h>

#include "rua-checker.h"

/* What was found about the document itself, and what it rests on. */

#define SAME_TAILS 3 /* findings that say the same of different words are told together */

static char *
say_about (RuaTelling *self, RuaFinding *finding)
{
  const char *const *about = rua_finding_get_about (finding);
  GString *out = NULL;

  for (guint i = 0; about && about[i]; i++) {
    g_autoptr (RuaRecord) record = rua_telling_find_about (self, about[i]);
    const char *passage = record ? rua_record_get_text (record, "passage") : NULL;

    if (!passage || (out && strstr (out->str, passage)))
      continue;
    if (!out)
      out = g_string_new (passage);
    else
      g_string_append_printf (out, _("; %s"), passage);
  }
  return out ? g_string_free (out, FALSE) : NULL;
}

/* A finding as it is told: what it quotes first stands apart from what is said of it, so that the
 * same thing said of many words is said once. */
typedef struct {
  char *head;  /* NULL where the message does not begin with a quotation */
  const char *between; /* it and the rest: a blank, or nothing */
  char *tail;
  char *where; /* or NULL */
  guint times;
} Told;

static void
told_clear (gpointer data)
{
  Told *told = data;

  g_free (told->head);
  g_free (told->tail);
  g_free (told->where);
}

/* Behind a quotation that is the subject of the sentence: “…” says; “…”没有. */
static const char *
find_rest (const char *said)
{
  const char *close = g_str_has_prefix (said, "“") ? strstr (said, "”") : NULL;
  const char *rest = close ? close + strlen ("”") : NULL;

  return rest && (*rest == ' ' || g_unichar_isalpha (g_utf8_get_char (rest))) ? rest : NULL;
}

static void
add_told (RuaTelling *self, GArray *all, RuaFinding *finding)
{
  g_autofree char *said = rua_telling_say (self, rua_finding_get_message (finding), rua_finding_get_about (finding));
  const char *rest = find_rest (said);
  Told told = { NULL, rest && *rest == ' ' ? " " : "", NULL, say_about (self, finding), 1 };

  told.head = rest ? g_strndup (said, (gsize) (rest - said)) : NULL;
  told.tail = g_strdup (rest ? rest + strlen (told.between) : said);
  for (guint i = 0; i < all->len; i++) {
    Told *other = &g_array_index (all, Told, i);

    if (g_strcmp0 (other->head, told.head) == 0 && strcmp (other->tail, told.tail) == 0 && g_strcmp0 (other->where, told.where) == 0) {
      other->times++;
      told_clear (&told);
      return;
    }
  }
  g_array_append_val (all, told);
}

static guint
count_tails (GArray *all, const char *tail)
{
  guint n = 0;

  for (guint i = 0; i < all->len; i++)
    n += g_array_index (all, Told, i).head && strcmp (g_array_index (all, Told, i).tail, tail) == 0;
  return n;
}

static void
tell_alone (RuaTelling *self, const Told *told)
{
  RuaWords *item = rua_manuscript_item (self->manuscript, 0, 0);
  g_autofree char *whole = told->head ? g_strconcat (told->head, told->between, told->tail, NULL) : rua_wording_sentence (told->tail);
  g_autofree char *ended = rua_wording_full_stop (whole);

  rua_words_add (item, RUA_STYLE_PLAIN, ended);
  if (told->times > 1)
    rua_words_add_printf (item, RUA_STYLE_PLAIN, _(" %u times."), told->times);
  if (told->where)
    rua_words_add_printf (item, RUA_STYLE_FAINT, _(" (%s)"), told->where);
}

/* By place in the document, all words of one place together. */
static void
tell_together (RuaTelling *self, GArray *all, const char *tail)
{
  g_autofree char *open = rua_wording_without_stop (tail), *sentence = rua_wording_sentence (open);
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);

  rua_words_add_printf (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("%s:"), sentence);
  for (guint i = 0; i < all->len; i++) {
    const Told *first = &g_array_index (all, Told, i);
    const char *where = first->where ? first->where : "";
    RuaWords *item;
    guint n = 0;

    if (!first->head || strcmp (first->tail, tail) != 0 || !g_hash_table_add (done, (gpointer) where))
      continue;
    item = rua_manuscript_item (self->manuscript, 0, 0);
    for (guint k = i; k < all->len; k++) {
      const Told *told = &g_array_index (all, Told, k);

      if (told->head && strcmp (told->tail, tail) == 0 && strcmp (told->where ? told->where : "", where) == 0)
        rua_words_add_printf (item, RUA_STYLE_PLAIN, "%s%s", n++ ? C_("list", ", ") : "", told->head);
    }
    if (*where)
      rua_words_add_printf (item, RUA_STYLE_FAINT, _(" (%s)"), where);
  }
}

static void
tell_rule (RuaTelling *self, const char *rule)
{
  g_autofree char *words = rua_wording_rule (rule), *title = rua_wording_sentence (words), *meaning = NULL;
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Told));
  g_autoptr (GHashTable) together = g_hash_table_new (g_str_hash, g_str_equal);

  g_array_set_clear_func (all, told_clear);
  for (guint i = 0; i < self->findings->len; i++)
    if (strcmp (rua_finding_get_rule (g_ptr_array_index (self->findings, i)), rule) == 0)
      add_told (self, all, g_ptr_array_index (self->findings, i));
  rua_words_add (rua_manuscript_heading (self->manuscript, 3), RUA_STYLE_PLAIN, title);
  if (rua_checker_describe_rule (rule)) {
    g_autofree char *sentence = rua_wording_sentence (rua_checker_describe_rule (rule));

    meaning = rua_wording_full_stop (sentence);
    rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_FAINT, meaning);
  }
  for (guint i = 0; i < all->len; i++) {
    const Told *told = &g_array_index (all, Told, i);

    if (!told->head || count_tails (all, told->tail) < SAME_TAILS)
      tell_alone (self, told);
    else
      g_hash_table_add (together, told->tail);
  }
  for (guint i = 0; i < all->len; i++) {
    const char *tail = g_array_index (all, Told, i).tail;

    if (g_hash_table_remove (together, tail))
      tell_together (self, all, tail);
  }
}

void
rua_telling_findings (RuaTelling *self)
{
  g_autoptr (GPtrArray) rules = g_ptr_array_new ();

  if (self->findings->len == 0)
    return;
  rua_telling_chapter (self, _("What was found about the document"), "findings");
  for (guint i = 0; i < self->findings->len; i++) {
    const char *rule = rua_finding_get_rule (g_ptr_array_index (self->findings, i));

    if (!g_ptr_array_find_with_equal_func (rules, rule, g_str_equal, NULL))
      g_ptr_array_add (rules, (gpointer) rule);
  }
  for (guint r = 0; r < rules->len; r++)
    tell_rule (self, g_ptr_array_index (rules, r));
}

/* ---- sources ---- */

static guint
count_uses (RuaTelling *self, RuaRecord *wanted, const char *field)
{
  g_autoptr (GPtrArray) claims = rua_telling_records (self, "claim");
  guint uses = 0;

  for (guint i = 0; i < claims->len; i++) {
    g_autoptr (GListModel) list = rua_record_list_references (g_ptr_array_index (claims, i), field);
    gboolean found = FALSE;

    for (guint k = 0; list && k < g_list_model_get_n_items (list); k++) {
      g_autoptr (RuaRecord) record = g_list_model_get_item (list, k);

      found |= record == wanted;
    }
    uses += found;
  }
  return uses;
}

static RuaStyle
style_of (RuaIndependence independence)
{
  switch (independence) {
  case RUA_INDEPENDENCE_INDEPENDENT:
    return RUA_STYLE_GOOD;
  case RUA_INDEPENDENCE_OWN:
  case RUA_INDEPENDENCE_PARTNER:
    return RUA_STYLE_BAD;
  default:
    return RUA_STYLE_DOUBT;
  }
}

/* A programme that is a source is broadcast; any other is a plan of somebody. */
static char *
say_type (const char *type)
{
  return g_strcmp0 (type, "programme") == 0 ? g_strdup (C_("source", "programme")) : rua_wording_token (type);
}

static void
tell_source (RuaTelling *self, RuaRecord *source)
{
  const char *label = rua_record_get_text (source, "label"), *declared = rua_record_get_text (source, "independence");
  const char *url = rua_record_get_text (source, "url");
  g_autofree char *title = rua_telling_name (self, source), *iso = rua_record_dup_date (source, "published");
  g_autofree char *type = say_type (rua_record_get_text (source, "source_type")), *when = iso ? rua_wording_date (iso, FALSE) : NULL;
  g_autofree char *publisher = rua_wording_reference (source, "publisher", self->language);
  g_autofree char *authors = rua_wording_names (source, "authors", self->language), *uses = NULL, *head = NULL;
  const RuaTie *tie = rua_ties_judge (self->ties, RUA_SOURCE (source));
  RuaIndependence how = tie->independence;
  const char *word = how == RUA_INDEPENDENCE_UNKNOWN ? _("not known") : rua_independence_words (how);
  const char *maker = publisher ? publisher : authors;
  guint n = count_uses (self, source, "sources");
  g_autofree char *anchor = rua_telling_source_anchor (source);
  RuaWords *words = rua_manuscript_item (self->manuscript, 0, 0);

  rua_manuscript_anchor (self->manuscript, anchor);
  head = label ? g_strdup_printf ("%s  ", label) : g_strdup ("");
  rua_words_add (words, RUA_STYLE_STRONG, head);
  rua_words_add_printf (words, RUA_STYLE_PLAIN, "%s", title);
  rua_words_add_printf (words, RUA_STYLE_PLAIN, maker ? _(" (%1$s, %3$s; %2$s). ") : _(" (%1$s; %2$s). "), *type ? type : _("source"),
                        when ? when : _("date not known"), maker);
  rua_words_add (words, RUA_STYLE_PLAIN, _("Independence: "));
  rua_words_add (words, style_of (how), word);
  if (tie->reason)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" (%s)"), tie->reason);
  if (declared && how != RUA_INDEPENDENCE_UNKNOWN && strcmp (declared, rua_independence_to_string (how)) != 0)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("; declared as %s"), C_("independence", declared));
  uses = rua_wording_count (n, _("claim cites it"), _("claims cite it"));
  rua_words_add_printf (words, RUA_STYLE_PLAIN, _(". %s."), n ? uses : _("No claim cites it"));
  if (url)
    rua_words_add (rua_words_add (words, RUA_STYLE_PLAIN, " "), RUA_STYLE_LINK, url);
}

static void
tell_publication (RuaTelling *self, RuaRecord *publication)
{
  const char *label = rua_record_get_text (publication, "label"), *container = rua_record_get_text (publication, "container");
  g_autofree char *title = rua_telling_name (self, publication), *year = rua_record_dup_date (publication, "year"), *uses = NULL, *names = NULL;
  g_auto (GStrv) authors = rua_record_dup_text_list (publication, "authors");
  guint n = count_uses (self, publication, "publications");
  RuaWords *words = rua_manuscript_item (self->manuscript, 0, 0);

  if (label)
    rua_words_add_printf (words, RUA_STYLE_STRONG, "%s  ", label);
  names = authors ? g_strjoinv (_("; "), authors) : NULL;
  if (names && *names)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("%1$s (%2$s): "), names, year ? year : _("year not known"));
  rua_words_add (words, RUA_STYLE_PLAIN, title);
  if (container)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(". %s"), container);
  uses = rua_wording_count (n, _("claim cites it"), _("claims cite it"));
  rua_words_add (words, RUA_STYLE_PLAIN, _(". "));
  rua_words_add_printf (words, n ? RUA_STYLE_PLAIN : RUA_STYLE_DOUBT, _("%s."), n ? uses : _("No claim cites it"));
}

void
rua_telling_sources (RuaTelling *self)
{
  g_autoptr (GPtrArray) sources = rua_telling_records (self, "source"), publications = rua_telling_records (self, "publication");

  if (sources->len + publications->len == 0)
    return;
  rua_telling_chapter (self, _("Sources, and how independent they are"), "sources");
  for (guint i = 0; i < sources->len; i++)
    tell_source (self, g_ptr_array_index (sources, i));
  if (publications->len) {
    rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("Works in the list of references:"));
    for (guint i = 0; i < publications->len; i++)
      tell_publication (self, g_ptr_array_index (publications, i));
  }
}
