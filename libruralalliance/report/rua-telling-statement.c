/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-market-private.h"

#include <string.h>

/* What one receiver gets and pays, and why. It is told to that receiver: its own name, its own orders, and of all
 * others only what they do together. */

void
rua_market_telling_init (RuaMarketTelling *self, RuaClearing *clearing, RuaManuscript *manuscript, const char *language)
{
  RuaAlliance *alliance = rua_clearing_get_alliance (clearing);
  g_autoptr (RuaProfile) profile = rua_alliance_dup_profile (alliance);

  self->manuscript = manuscript;
  self->language = language;
  self->digits = rua_alliance_get_currency_digits (alliance);
  self->currency = g_strdup (rua_profile_get_currency (profile));
}

void
rua_market_telling_clear (RuaMarketTelling *self)
{
  g_free (self->currency);
}

char *
rua_market_telling_money (RuaMarketTelling *self, gint64 minor)
{
  return rua_wording_money (minor, self->digits, self->currency);
}

char *
rua_market_telling_integer (gint64 value)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  gsize length = strlen (digits), sign = value < 0;
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < length; i++) {
    if (i > sign && (length - i) % 3 == 0)
      g_string_append_c (out, ',');
    g_string_append_c (out, digits[i]);
  }
  return g_string_free (out, FALSE);
}

char *
rua_market_telling_share (double value)
{
  return g_strdup_printf ("%.1f %%", 100 * value);
}

/* ---- names ---- */

/* The receiver's own name is no secret from it. */
char *
rua_market_telling_receiver (RuaMarketTelling *self, RuaStatement *statement)
{
  g_autoptr (RuaRecord) receiver = rua_statement_dup_receiver (statement);
  g_autofree char *kind = NULL;
  const char *name;

  if (receiver == NULL)
    switch (rua_statement_get_account (statement)) {
    case RUA_STATEMENT_ACCOUNT_TRANSPORT:
      return g_strdup (_("Transport"));
    case RUA_STATEMENT_ACCOUNT_SOLIDARITY:
      return g_strdup (_("Solidarity account"));
    default:
      return g_strdup (_("Not on record"));
    }
  if (!RUA_IS_HOUSEHOLD (receiver) && !RUA_IS_PERSON (receiver))
    return rua_wording_name (receiver, self->language);
  name = RUA_IS_HOUSEHOLD (receiver) ? rua_record_get_text (receiver, "name") : rua_record_get_texts (receiver, "name", self->language);
  kind = rua_wording_kind (rua_record_get_kind (receiver), TRUE);
  return name != NULL ? g_strdup (name) : g_strdup_printf (C_("kind and id", "%1$s %2$s"), kind, rua_record_get_id (receiver));
}

static const char *
say_type (RuaStatementLineType type)
{
  switch (type) {
  case RUA_STATEMENT_LINE_SOLD:
    return _("Sold");
  case RUA_STATEMENT_LINE_MEMBER_SOLD:
    return _("Sold by the co-operative");
  case RUA_STATEMENT_LINE_BOUGHT:
    return _("Bought");
  case RUA_STATEMENT_LINE_MEMBERS_BOUGHT:
    return _("Bought by members");
  case RUA_STATEMENT_LINE_HANDED_OUT:
    return _("Handed out");
  case RUA_STATEMENT_LINE_TRANSPORT:
    return _("Carried");
  case RUA_STATEMENT_LINE_FEE:
    return _("Fee");
  case RUA_STATEMENT_LINE_RENT:
    return _("Paid because a limit binds");
  case RUA_STATEMENT_LINE_ROUNDING:
    return _("Rounding of percentages");
  case RUA_STATEMENT_LINE_SUBSIDY:
    return _("Added to producers' prices for guarantees");
  default:
    g_assert_not_reached ();
  }
}

/* "Rice", "Hub fee", "Hills → City shop". */
static char *
say_what (RuaMarketTelling *self, RuaStatementLine *line)
{
  g_autoptr (RuaProduct) product = rua_statement_line_dup_product (line);
  g_autoptr (RuaRecord) subject = NULL;
  g_autoptr (RuaHub) hub = rua_statement_line_dup_hub (line);

  if (product != NULL)
    return rua_wording_name (RUA_RECORD (product), self->language);
  subject = rua_statement_line_dup_subject (line);
  if (hub != NULL && subject != NULL) {
    g_autofree char *from = rua_wording_name (subject, self->language), *to = rua_wording_name (RUA_RECORD (hub), self->language);

    return g_strdup_printf ("%s → %s", from, to);
  }
  return subject != NULL ? rua_wording_name (subject, self->language) : NULL;
}

/* ---- lines ---- */

static void
tell_cell (RuaMarketTelling *self, RuaStyle style, const char *text)
{
  RuaWords *words = rua_manuscript_cell (self->manuscript);

  if (text != NULL)
    rua_words_add (words, style, text);
}

static void
tell_quantity (RuaMarketTelling *self, RuaStatementLine *line, gboolean (*get) (RuaStatementLine *line, gint64 *quantity))
{
  gint64 quantity;
  g_autofree char *text = get (line, &quantity) ? rua_market_telling_integer (quantity) : NULL;

  tell_cell (self, RUA_STYLE_PLAIN, text);
}

static void
tell_line (RuaMarketTelling *self, RuaStatementLine *line)
{
  g_autofree char *what = say_what (self, line), *price = NULL, *amount = NULL;
  RuaStyle style = rua_statement_line_get_counts (line) ? RUA_STYLE_PLAIN : RUA_STYLE_FAINT;
  gint64 value;

  tell_cell (self, style, say_type (rua_statement_line_get_line_type (line)));
  tell_cell (self, style, what);
  tell_quantity (self, line, rua_statement_line_get_asked);
  tell_quantity (self, line, rua_statement_line_get_quantity);
  if (rua_statement_line_get_unit_price (line, &value))
    price = rua_market_telling_money (self, value);
  tell_cell (self, style, price);
  if (rua_statement_line_get_line_type (line) != RUA_STATEMENT_LINE_HANDED_OUT)
    amount = rua_market_telling_money (self, rua_statement_line_get_amount (line));
  tell_cell (self, style, amount);
}

static gboolean
is_unmet (RuaStatementLine *line)
{
  gint64 asked, quantity;

  return rua_statement_line_get_asked (line, &asked) && rua_statement_line_get_quantity (line, &quantity) && quantity < asked;
}

static void
tell_reasons (RuaMarketTelling *self, GListModel *lines)
{
  gboolean titled = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
    g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, i);
    g_autofree char *reason = is_unmet (line) ? rua_statement_line_dup_reason (line) : NULL, *what = NULL;

    if (reason == NULL)
      continue;
    if (!titled)
      rua_words_add (rua_manuscript_heading (self->manuscript, 2), RUA_STYLE_PLAIN, _("Why not all of it"));
    titled = TRUE;
    what = say_what (self, line);
    rua_words_add (rua_manuscript_field (self->manuscript, 0, what != NULL ? what : ""), RUA_STYLE_PLAIN, reason);
  }
}

/* Whether any of the money is the receiver's own. */
static gboolean
is_own (GListModel *lines)
{
  for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
    g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, i);

    if (rua_statement_line_get_counts (line))
      return TRUE;
  }
  return FALSE;
}

RuaWords *
rua_market_telling_market (RuaMarketTelling *self, RuaClearing *clearing)
{
  g_autofree char *date = rua_wording_date (rua_clearing_get_date (clearing), FALSE);
  const char *policy = rua_policy_get_title (rua_clearing_get_policy (clearing), rua_messages_get_language ());
  RuaWords *words = rua_manuscript_paragraph (self->manuscript, 0);

  rua_words_add_printf (words, RUA_STYLE_PLAIN, _("Market of %s. "), date);
  if (policy != NULL)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("Goods are shared out by the policy “%s”. "), policy);
  return words;
}

void
rua_telling_statement (RuaMarketTelling *self, RuaStatement *statement)
{
  RuaClearing *clearing = rua_statement_get_clearing (statement);
  g_autoptr (GListModel) lines = rua_statement_list_lines (statement);
  g_autofree char *receiver = rua_market_telling_receiver (self, statement);
  gint64 balance = rua_statement_get_balance (statement);
  g_autofree char *sum = rua_market_telling_money (self, balance < 0 ? -balance : balance);
  RuaWords *words;

  rua_words_add_printf (rua_manuscript_heading (self->manuscript, 1), RUA_STYLE_PLAIN, _("Statement: %s"), receiver);
  words = rua_market_telling_market (self, clearing);
  if (!is_own (lines))
    rua_words_add (words, RUA_STYLE_STRONG, _("Nothing to pay or to receive: the amounts below are paid by others."));
  else if (balance < 0)
    rua_words_add_printf (words, RUA_STYLE_STRONG, _("To pay: %s."), sum);
  else
    rua_words_add_printf (words, RUA_STYLE_STRONG, _("To receive: %s."), sum);
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("Line"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, C_("statement", "What"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("Offered or ordered"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Quantity"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Price"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Amount"), RUA_ALIGN_RIGHT);
  for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
    g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, i);

    tell_line (self, line);
  }
  tell_reasons (self, lines);
}
