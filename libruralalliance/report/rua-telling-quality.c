/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-private.h"

#include <math.h>
#include <string.h>

#include "rua-claim-words-private.h"

/* What is on record and what is not, and how this report was made. */

#define MOST_FIELDS 6

/* Fields at the end of every kind say where a record comes from, not what it says. */
static gboolean
is_common (const char *field)
{
  static const char *const common[] = { "id", "document", "passage", "quote", "sources", "note" };

  for (guint i = 0; i < G_N_ELEMENTS (common); i++)
    if (strcmp (common[i], field) == 0)
      return TRUE;
  return FALSE;
}

/* What is to be computed is no observation of anything. */
static gboolean
is_definition (RuaKind *kind)
{
  static const char *const definitions[] = { "alliance", "series", "series-value", "metric", "target", "claim", "reading", "conflict" };

  for (guint i = 0; i < G_N_ELEMENTS (definitions); i++)
    if (strcmp (definitions[i], rua_kind_get_name (kind)) == 0)
      return TRUE;
  return FALSE;
}

/* Cells known among those that could be, NaN for none; names of fields nobody filled in. */
static double
measure_coverage (RuaTable *table, GString *never)
{
  RuaKind *kind = rua_table_get_kind (table);
  guint64 known = 0, all = 0;
  guint named = 0, empty = 0;

  for (guint f = 0; f < rua_kind_get_n_fields (kind); f++) {
    RuaField *field = rua_kind_get_field (kind, f);
    const char *name = rua_field_get_name (field);
    g_autoptr (RuaColumn) column = NULL;
    guint n;

    /* Not to have asked who somebody is, or how, is no gap. */
    if (is_common (name) || rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
      continue;
    column = rua_table_dup_column (table, name);
    n = rua_column_get_n_known (column);
    known += n;
    all += rua_column_get_n_rows (column);
    if (n)
      continue;
    if (empty++ < MOST_FIELDS) {
      g_autofree char *words = rua_wording_field (name);

      g_string_append_printf (never, "%s%s", named++ ? C_("list", ", ") : "", words);
    }
  }
  if (empty > MOST_FIELDS)
    g_string_append_printf (never, _(" and %u more"), empty - MOST_FIELDS);
  return all ? (double) known / (double) all : NAN;
}

static void
tell_coverage (RuaTelling *self)
{
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("Records"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Of"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("Filled in"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Never known"), RUA_ALIGN_LEFT);
  for (guint t = 0; t < rua_alliance_get_n_tables (self->alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);
    g_autoptr (GString) never = g_string_new (NULL);
    g_autofree char *kind = NULL, *n = NULL;
    RuaWords *filled;
    double share;

    if (rua_table_get_n_records (table) == 0 || is_definition (rua_table_get_kind (table)))
      continue;
    kind = rua_wording_kind (rua_table_get_kind (table), rua_table_get_n_records (table) == 1);
    n = rua_wording_number (rua_table_get_n_records (table));
    share = measure_coverage (table, never);
    rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, n);
    rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, kind);
    filled = rua_manuscript_cell (self->manuscript);
    if (!isnan (share))
      rua_words_add_printf (filled, RUA_STYLE_PLAIN, "%.0f%%", share * 100);
    rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_FAINT, never->str);
  }
}

/* How well the figures are told: what a reader needs before trusting a published number. */
static void
tell_figures (RuaTelling *self)
{
  static const struct {
    const char *field, *words;
  } wanted[] = {
    { "period", N_("when it holds") }, { "location", N_("where it holds") }, { "population", N_("among whom it was counted") },
    { "sample_size", N_("how many it was got from") }, { "standard_error", N_("how far it may be off") },
  };
  g_autoptr (GPtrArray) figures = rua_telling_records (self, "observation");
  guint unstated = 0, money = 0;
  RuaWords *words;

  if (figures->len == 0)
    return;
  words = rua_manuscript_paragraph (self->manuscript, 0);
  rua_words_add_printf (words, RUA_STYLE_PLAIN, _("Of the %u published figures, "), figures->len);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    guint known = 0;

    for (guint k = 0; k < figures->len; k++)
      known += rua_record_has (g_ptr_array_index (figures, k), wanted[i].field);
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("%1$s%2$u tell %3$s"), i ? (i + 1 == G_N_ELEMENTS (wanted) ? _(" and ") : _(", ")) : "", known, _(wanted[i].words));
  }
  rua_words_add (words, RUA_STYLE_PLAIN, _("."));
  for (guint k = 0; k < figures->len; k++) {
    const char *basis = rua_record_get_text (g_ptr_array_index (figures, k), "price_basis");

    money += basis != NULL;
    unstated += g_strcmp0 (basis, "unstated") == 0;
  }
  if (unstated)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(" Of %u that are about money, %u do not say in the prices of which year."), money, unstated);
}

/* Tables that metrics read and that hold nothing: what would have to be asked of people. */
GPtrArray *
rua_telling_list_missing (RuaTelling *self)
{
  g_autoptr (GPtrArray) metrics = rua_telling_records (self, "metric");
  GPtrArray *empty = g_ptr_array_new ();

  for (guint i = 0; i < metrics->len; i++) {
    const char *name = rua_record_get_text (g_ptr_array_index (metrics, i), "table");
    RuaTable *table = name ? rua_alliance_get_table (self->alliance, name) : NULL;

    if (table && rua_table_get_n_records (table) == 0 && !g_ptr_array_find (empty, table, NULL))
      g_ptr_array_add (empty, table);
  }
  return empty;
}

static void
tell_missing (RuaTelling *self)
{
  g_autoptr (GPtrArray) empty = rua_telling_list_missing (self);

  for (guint i = 0; i < empty->len; i++) {
    RuaKind *kind = rua_table_get_kind (g_ptr_array_index (empty, i));
    g_autofree char *many = rua_wording_kind (kind, FALSE);
    RuaWords *words;

    if (i == 0)
      rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                     _("Asked for by the numbers above, and not on record at all; with these the claims could be computed from people's own records:"));
    words = rua_manuscript_item (self->manuscript, 0, 0);
    rua_words_add (words, RUA_STYLE_STRONG, many);
    if (rua_kind_get_doc (kind))
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _(": %s"), C_("doc", rua_kind_get_doc (kind)));
  }
}

static gboolean
has_records (RuaTelling *self)
{
  for (guint t = 0; t < rua_alliance_get_n_tables (self->alliance); t++) {
    RuaTable *table = rua_alliance_get_table_at (self->alliance, t);

    if (rua_table_get_n_records (table) && !is_definition (rua_table_get_kind (table)))
      return TRUE;
  }
  return FALSE;
}

void
rua_telling_quality (RuaTelling *self)
{
  if (!has_records (self))
    return;
  rua_telling_chapter (self, _("What is known, and what is not"), NULL);
  tell_figures (self);
  tell_missing (self);
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                 _("Everything on record, and which of its particulars nobody told (unknown is not zero and is never counted as such):"));
  tell_coverage (self);
}

void
rua_telling_method (RuaTelling *self)
{
  g_autoptr (GPtrArray) documents = rua_telling_records (self, "document");

  rua_telling_chapter (self, _("How this report was made"), NULL);
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                 _("Every number is computed from what is on record at the time of printing; none is typed in. Every claim is a sentence "
                   "of the document with the condition under which it holds, and that condition is computed again. "
                   "Where the words leave a choice open (prices of which year, household or person), the verdict is given under each reading, "
                   "with the point at which it turns."));
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN, _("The verdicts:"));
  for (guint type = 0; type < RUA_N_VERDICTS; type++) {
    RuaWords *words = rua_manuscript_item (self->manuscript, 0, 0);

    rua_words_add (words, rua_claim_words_style (type), rua_claim_words_verdict (type));
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _(": %s"), rua_claim_words_meaning (type));
  }
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                 _("A verdict judges a sentence by what is given for it. Supported from the document's own figures means that they agree with its words; "
                   "nobody else has confirmed them."));
  rua_words_add (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_PLAIN,
                 _("Names of people are told only where the document itself publishes them; nobody's income, health or origin is told of a single person."));
  for (guint i = 0; i < documents->len; i++) {
    RuaRecord *document = g_ptr_array_index (documents, i);
    const char *digest = rua_record_get_text (document, "digest"), *file = rua_record_get_text (document, "file");

    if (digest && file) {
      RuaWords *words = rua_manuscript_paragraph (self->manuscript, 0);

      rua_words_add_printf (words, RUA_STYLE_FAINT, _("The text that was checked: %s, SHA-256 "), file);
      rua_words_add (words, RUA_STYLE_CODE, digest);
    }
  }
}
