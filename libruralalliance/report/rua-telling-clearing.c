/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-telling-market-private.h"

#include <string.h>

/* A clearing as a whole, for whoever runs the market: no household is named. */

static void
tell_row (RuaMarketTelling *self, const char *label, char *value)
{
  rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, label);
  rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, value != NULL ? value : _("not known"));
  g_free (value);
}

static void
begin_table (RuaMarketTelling *self, const char *title, const char *first, const char *second)
{
  rua_words_add (rua_manuscript_heading (self->manuscript, 2), RUA_STYLE_PLAIN, title);
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, first, RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, second, RUA_ALIGN_RIGHT);
}

static void
tell_fairness (RuaMarketTelling *self, RuaClearing *clearing)
{
  double value;

  begin_table (self, _("How it is shared out"), _("Figure"), _("Value"));
  tell_row (self, _("Of all that was ordered is filled"), rua_clearing_get_fill (clearing, &value) ? rua_market_telling_share (value) : NULL);
  tell_row (self, _("The order that fared worst is filled to"), rua_clearing_get_smallest_fill (clearing, &value) ? rua_market_telling_share (value) : NULL);
  tell_row (self, _("Evenness of what is filled (Jain's index)"), rua_clearing_get_jain (clearing, &value) ? g_strdup_printf ("%.3f", value) : NULL);
  tell_row (self, _("Pairs in which one has less and would pay more"), rua_market_telling_integer ((gint64) rua_clearing_get_n_envious (clearing)));
  tell_row (self, _("Of the guarantees of co-operatives is kept"), rua_market_telling_share (rua_clearing_get_guaranteed (clearing)));
  tell_row (self, _("Of the greatest gains fairness gives up"), rua_market_telling_share (rua_clearing_get_price_of_fairness (clearing)));
}

static void
tell_money (RuaMarketTelling *self, RuaClearing *clearing)
{
  static const struct {
    RuaClearingSum sum;
    int sign;
    const char *label;
  } rows[] = {
    { RUA_CLEARING_SUM_CONSUMERS, 1, N_("Consumers pay") },
    { RUA_CLEARING_SUM_PRODUCERS, 1, N_("of which producers get") },
    { RUA_CLEARING_SUM_TRANSPORT, 1, N_("transport") },
    { RUA_CLEARING_SUM_FEES, 1, N_("fees") },
    { RUA_CLEARING_SUM_RENTS, 1, N_("what is paid because limits bind") },
    { RUA_CLEARING_SUM_ROUNDING, 1, N_("rounding of percentages") },
    { RUA_CLEARING_SUM_SUBSIDIES, -1, N_("less what the solidarity account adds") },
  };

  begin_table (self, _("Who gets which part of the money"), _("Part"), _("Amount"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 minor;
    gboolean known = rua_clearing_get_sum (clearing, rows[i].sum, &minor);

    if (i > 3 && known && minor == 0)
      continue;
    tell_row (self, _(rows[i].label), known ? rua_market_telling_money (self, rows[i].sign * minor) : NULL);
  }
}

/* What is not met, by cause. */
static void
tell_causes (RuaMarketTelling *self, RuaClearing *clearing)
{
  g_autoptr (GListModel) shortfalls = rua_clearing_list_shortfalls (clearing);
  g_autoptr (GHashTable) sums = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  RuaKind *kind = rua_schema_find_kind (rua_alliance_get_schema (rua_clearing_get_alliance (clearing)), "shortfall");
  const char *const *causes = rua_field_get_tokens (rua_kind_find_field (kind, "cause"));

  if (g_list_model_get_n_items (shortfalls) == 0)
    return;
  for (guint i = 0; i < g_list_model_get_n_items (shortfalls); i++) {
    g_autoptr (RuaShortfall) shortfall = g_list_model_get_item (shortfalls, i);
    const char *cause = g_intern_string (rua_shortfall_get_cause (shortfall));
    gint64 quantity = 0, *sum = g_hash_table_lookup (sums, cause);

    rua_shortfall_get_quantity (shortfall, &quantity);
    if (sum == NULL) {
      sum = g_new0 (gint64, 1);
      g_hash_table_insert (sums, (char *) cause, sum);
    }
    *sum += quantity;
  }
  begin_table (self, _("What is not met, and why"), _("Cause"), _("Quantity"));
  for (guint i = 0; causes[i] != NULL; i++) {
    const gint64 *sum = g_hash_table_lookup (sums, causes[i]);
    g_autofree char *cause = rua_wording_token (causes[i]);

    if (sum != NULL)
      tell_row (self, cause, rua_market_telling_integer (*sum));
  }
}

typedef struct {
  RuaRecord *product;
  gint64 offered, sold, ordered, filled, least, most;
  gboolean has_price;
} Goods;

static void
free_goods (gpointer data)
{
  Goods *goods = data;

  g_object_unref (goods->product);
  g_free (goods);
}

static Goods *
goods_of (GHashTable *all, GPtrArray *order, RuaRecord *product)
{
  const char *id = rua_record_get_id (product);
  Goods *goods = g_hash_table_lookup (all, id);

  if (goods == NULL) {
    goods = g_new0 (Goods, 1);
    goods->product = g_object_ref (product);
    g_hash_table_insert (all, (char *) rua_record_get_id (goods->product), goods);
    g_ptr_array_add (order, goods);
  }
  return goods;
}

static int
compare_goods (gconstpointer a, gconstpointer b)
{
  const Goods *one = *(Goods *const *) a, *other = *(Goods *const *) b;

  return g_strcmp0 (rua_record_get_id (one->product), rua_record_get_id (other->product));
}

/* From the statements: of each product what is offered, sold and ordered, and between which prices. */
static void
tell_goods (RuaMarketTelling *self, RuaClearing *clearing)
{
  g_autoptr (GListModel) statements = rua_clearing_list_statements (clearing);
  g_autoptr (GPtrArray) order = g_ptr_array_new_with_free_func (free_goods);
  g_autoptr (GHashTable) all = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < g_list_model_get_n_items (statements); i++) {
    g_autoptr (RuaStatement) statement = g_list_model_get_item (statements, i);
    g_autoptr (GListModel) lines = rua_statement_list_lines (statement);

    for (guint k = 0; k < g_list_model_get_n_items (lines); k++) {
      g_autoptr (RuaStatementLine) line = g_list_model_get_item (lines, k);
      g_autoptr (RuaProduct) product = rua_statement_line_dup_product (line);
      RuaStatementLineType type = rua_statement_line_get_line_type (line);
      gint64 asked = 0, quantity = 0, price;
      Goods *goods;

      if (product == NULL || (type != RUA_STATEMENT_LINE_SOLD && type != RUA_STATEMENT_LINE_BOUGHT))
        continue;
      goods = goods_of (all, order, RUA_RECORD (product));
      rua_statement_line_get_asked (line, &asked);
      rua_statement_line_get_quantity (line, &quantity);
      *(type == RUA_STATEMENT_LINE_SOLD ? &goods->offered : &goods->ordered) += asked;
      *(type == RUA_STATEMENT_LINE_SOLD ? &goods->sold : &goods->filled) += quantity;
      if (type == RUA_STATEMENT_LINE_BOUGHT && quantity > 0 && rua_statement_line_get_unit_price (line, &price)) {
        goods->least = goods->has_price ? MIN (goods->least, price) : price;
        goods->most = goods->has_price ? MAX (goods->most, price) : price;
        goods->has_price = TRUE;
      }
    }
  }
  if (order->len == 0)
    return;
  g_ptr_array_sort (order, compare_goods);
  rua_words_add (rua_manuscript_heading (self->manuscript, 2), RUA_STYLE_PLAIN, _("Products"));
  rua_manuscript_table (self->manuscript, 0);
  rua_manuscript_column (self->manuscript, _("Product"), RUA_ALIGN_LEFT);
  rua_manuscript_column (self->manuscript, _("Offered"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Sold"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Ordered"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Filled"), RUA_ALIGN_RIGHT);
  rua_manuscript_column (self->manuscript, _("Consumers' price"), RUA_ALIGN_RIGHT);
  for (guint i = 0; i < order->len; i++) {
    const Goods *goods = g_ptr_array_index (order, i);
    const gint64 figures[] = { goods->offered, goods->sold, goods->ordered, goods->filled };
    g_autofree char *name = rua_wording_name (goods->product, self->language), *least = NULL, *most = NULL;
    RuaWords *words;

    rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, name);
    for (guint k = 0; k < G_N_ELEMENTS (figures); k++) {
      g_autofree char *text = rua_market_telling_integer (figures[k]);

      rua_words_add (rua_manuscript_cell (self->manuscript), RUA_STYLE_PLAIN, text);
    }
    words = rua_manuscript_cell (self->manuscript);
    if (!goods->has_price)
      continue;
    least = rua_market_telling_money (self, goods->least);
    most = rua_market_telling_money (self, goods->most);
    if (goods->least == goods->most)
      rua_words_add (words, RUA_STYLE_PLAIN, least);
    else
      rua_words_add_printf (words, RUA_STYLE_PLAIN, _("%1$s to %2$s"), least, most);
  }
}

void
rua_telling_clearing (RuaMarketTelling *self, RuaClearing *clearing)
{
  g_autofree char *date = rua_wording_date (rua_clearing_get_date (clearing), FALSE);
  g_auto (GStrv) checks = rua_clearing_list_checks (clearing);
  const char *policy = rua_policy_get_title (rua_clearing_get_policy (clearing), rua_messages_get_language ());
  g_autoptr (GListModel) allocations = rua_clearing_list_allocations (clearing);
  g_autofree char *offers = rua_market_telling_integer (rua_clearing_get_n_offers (clearing)), *orders = rua_market_telling_integer (rua_clearing_get_n_orders (clearing));
  g_autofree char *n = rua_market_telling_integer (g_list_model_get_n_items (allocations));
  RuaWords *words;

  rua_words_add_printf (rua_manuscript_heading (self->manuscript, 1), RUA_STYLE_PLAIN, _("Market of %s"), date);
  words = rua_manuscript_paragraph (self->manuscript, 0);
  if (policy != NULL)
    rua_words_add_printf (words, RUA_STYLE_PLAIN, _("Policy: “%s”. "), policy);
  rua_words_add_printf (words, RUA_STYLE_PLAIN, _("%1$s offers and %2$s orders are brought together in %3$s allocations. "), offers, orders, n);
  rua_words_add_printf (words, RUA_STYLE_FAINT, _("The certificate holds (%u checks)."), g_strv_length (checks));
  tell_fairness (self, clearing);
  tell_money (self, clearing);
  tell_goods (self, clearing);
  tell_causes (self, clearing);
}
