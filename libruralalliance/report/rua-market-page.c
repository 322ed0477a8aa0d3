/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-market-page.h"

#include "rua-telling-market-private.h"

/* Clearings and statements as text and as pages. */

typedef void (*Tell) (RuaMarketTelling *telling, gpointer what);

static void
tell_clearing (RuaMarketTelling *telling, gpointer what)
{
  rua_telling_clearing (telling, what);
}

static void
tell_statement (RuaMarketTelling *telling, gpointer what)
{
  rua_telling_statement (telling, what);
}

static void
tell_statements (RuaMarketTelling *telling, gpointer what)
{
  rua_telling_statements (telling, what);
}

/* @width 0: a page. */
static char *
tell (Tell func, RuaClearing *clearing, gpointer what, const char *language, guint width, gboolean colour)
{
  g_autoptr (RuaManuscript) manuscript = rua_manuscript_new ();
  const RuaMessages *before = language != NULL ? rua_messages_use (rua_messages_of (language)) : rua_messages_get_used ();
  RuaMarketTelling telling;
  char *text;

  rua_market_telling_init (&telling, clearing, manuscript, language);
  func (&telling, what);
  text = width > 0 ? rua_manuscript_to_text (manuscript, width, colour) : rua_manuscript_to_html (manuscript, language);
  rua_market_telling_clear (&telling);
  rua_messages_use (before);
  return text;
}

/**
 * rua_clearing_to_text:
 * @self: a clearing
 * @language: (nullable): language to tell it in, such as `zh`, or %NULL for that of [func@RuralAlliance.set_language]
 * @width: columns of the terminal, at least 40
 * @colour: whether the terminal has colours
 *
 * Tells a clearing as a whole in plain text: figures of fairness, who gets which part of the money, products with their prices, and what was
 * not met and why. Nobody is named.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
rua_clearing_to_text (RuaClearing *self, const char *language, guint width, gboolean colour)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return tell (tell_clearing, self, self, language, MAX (width, 40), colour);
}

/**
 * rua_clearing_to_html:
 * @self: a clearing
 * @language: (nullable): language to tell it in, such as `zh`, or %NULL for that of [func@RuralAlliance.set_language]
 *
 * Tells a clearing as a whole as an HTML page that needs no other file: what [method@RuralAlliance.Clearing.to_text] tells.
 *
 * Returns: (transfer full): the page
 *
 * Since: 1.0
 */
char *
rua_clearing_to_html (RuaClearing *self, const char *language)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return tell (tell_clearing, self, self, language, 0, FALSE);
}

/**
 * rua_clearing_statements_to_text:
 * @self: a clearing
 * @language: (nullable): language to tell it in, such as `zh`, or %NULL for that of [func@RuralAlliance.set_language]
 * @width: columns of the terminal, at least 40
 * @colour: whether the terminal has colours
 *
 * Lists the statements of a clearing in plain text: whose each is, in which role, what is to be received and to be paid
 * and the balance, and what all of them receive and pay, which is the same. Amounts are those of the lines that count. It names everybody, so it is for whoever hands statements
 * out, not for those who get one.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
rua_clearing_statements_to_text (RuaClearing *self, const char *language, guint width, gboolean colour)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return tell (tell_statements, self, self, language, MAX (width, 40), colour);
}

/**
 * rua_clearing_statements_to_html:
 * @self: a clearing
 * @language: (nullable): language to tell it in, such as `zh`, or %NULL for that of [func@RuralAlliance.set_language]
 *
 * Lists the statements of a clearing as an HTML page, as [method@RuralAlliance.Clearing.statements_to_text] does. It leads to
 * the page of each, which is to stand in the same folder as a file of the name [method@RuralAlliance.Statement.dup_file_name].
 *
 * Returns: (transfer full): the page
 *
 * Since: 1.0
 */
char *
rua_clearing_statements_to_html (RuaClearing *self, const char *language)
{
  g_return_val_if_fail (RUA_IS_CLEARING (self), NULL);
  return tell (tell_statements, self, self, language, 0, FALSE);
}

/**
 * rua_statement_to_text:
 * @self: a statement
 * @language: (nullable): language to tell it in, such as `zh`, or %NULL for that of [func@RuralAlliance.set_language]
 * @width: columns of the terminal, at least 40
 * @colour: whether the terminal has colours
 *
 * Tells a statement in plain text, to its receiver: it holds what the receiver would have paid at most, and its name.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
rua_statement_to_text (RuaStatement *self, const char *language, guint width, gboolean colour)
{
  g_return_val_if_fail (RUA_IS_STATEMENT (self), NULL);
  return tell (tell_statement, rua_statement_get_clearing (self), self, language, MAX (width, 40), colour);
}

/**
 * rua_statement_to_html:
 * @self: a statement
 * @language: (nullable): language to tell it in, such as `zh`, or %NULL for that of [func@RuralAlliance.set_language]
 *
 * Tells a statement as an HTML page that needs no other file, to its receiver.
 *
 * Returns: (transfer full): the page
 *
 * Since: 1.0
 */
char *
rua_statement_to_html (RuaStatement *self, const char *language)
{
  g_return_val_if_fail (RUA_IS_STATEMENT (self), NULL);
  return tell (tell_statement, rua_statement_get_clearing (self), self, language, 0, FALSE);
}
