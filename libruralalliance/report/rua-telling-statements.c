/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-market-private.h"

/* The statements of a clearing as a list that leads to each: for whoever hands them out, since it names everybody. */

typedef struct {
  gint64 received, paid; /* both not below 0 */
} Sums;

/* The kind of record that it is; what is no record's is an account. */
static char *
say_role (RuaStatement *statement)
{
  g_autoptr (RuaRecord) receiver = rua_statement_dup_receiver (statement);

  return receiver != NULL ? rua_wording_kind (rua_record_get_kind (receiver), TRUE) : g_strdup (_("account"));
}

static Sums
sum_up (RuaStatement *statement)
{
  g_autoptr (GListModel) lines = rua_statement_list_lines (statement);
  Sums sums = { 0, 0 };

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++) {
    g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, i);
    gint64 amount = rua_statement_line_get_amount (line);

    if (!rua_statement_line_get_counts (line))
      continue;
    if (amount < 0)
      sums.paid -= amount;
    else
      sums.received += amount;
  }
  return sums;
}

static void
tell_amount (RuaMarketTelling *self, gint64 minor)
{
  g_autofree char *text = rua_market_telling_money (self, minor);

  rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, text);
}

static void
tell_one (RuaMarketTelling *self, RuaStatement *statement, Sums sums)
{
  g_autofree char *receiver = rua_market_telling_receiver (self, statement), *role = say_role (statement), *file = rua_statement_dup_file_name (statement);

  rua_words_add_page (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, file, receiver);
  rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, role);
  tell_amount (self, sums.received);
  tell_amount (self, sums.paid);
  tell_amount (self, rua_statement_get_balance (statement));
}

void
rua_telling_statements (RuaMarketTelling *self, RuaClearing *clearing)
{
  g_autoptr (GListModel) statements = rua_clearing_list_statements (clearing);
  guint n = g_list_model_get_n_items (statements);
  g_autofree char *received = NULL, *paid = NULL;
  Sums all = { 0, 0 };
  RuaWords *words;

  rua_words_add (rua_manuscript_heading (self->manuscript, 1), RUA_STYLE_PLAIN, _("Statements"));
  words = rua_market_telling_market (self, clearing);
  if (n == 0) {
    rua_words_add (words, RUA_STYLE_PLAIN, _("Nobody has anything to receive or to pay."));
    return;
  }
  rua_words_add (words, RUA_STYLE_FAINT, _("This list names everybody: it is for whoever hands the statements out."));
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("Whose"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("Role"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("To receive"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("To pay"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Balance"), RUA_ALIGN_RIGHT);
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (statements, i);
    Sums sums = sum_up (statement);

    tell_one (self, statement, sums);
    all.received += sums.received;
    all.paid += sums.paid;
  }
  received = rua_market_telling_money (self, all.received);
  paid = rua_market_telling_money (self, all.paid);
  /* No row of the table, which readers sort. */
  rua_words_add_printf (rua_manuscript_paragraph (self->manuscript, 0), RUA_STYLE_STRONG, _("Together %1$s is to be received, and %2$s to be paid."), received, paid);
}
