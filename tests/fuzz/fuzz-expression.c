/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "metrics-case.h"
#include "rua-expression.h"
#include "rua-measure.h"
#include "rua-predicate-private.h"
#include "rua-syntax-private.h"

#include <string.h>

/* An expression over rows, a column of pairs of rows, a formula or a predicate, told by the first
 * byte, is read, compiled and run on a small alliance. Whatever is written, there is a value or an
 * error that says the character. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static RuaAlliance *
alliance_new (void)
{
  RuaAlliance *alliance = case_new ();

  case_add (alliance, "observation", "id", "ten", "measured_property", "x", "statistic", "value",
            "value", "10", "unit", "kg", "standard_error", "1", NULL);
  case_add (alliance, "metric", "id", "ten", "estimator", "reported", "table", "observations",
            "where", "id = 'ten'", NULL);
  case_add (alliance, "metric", "id", "income", "estimator", "mean", "table", "incomes", "columns",
            "{\"value\":\"amount\"}", NULL);
  return alliance;
}

static void
check_error (const GError *error, const char *text)
{
  if (error->domain != RUA_ERROR || error->message == NULL
      || !g_utf8_validate (error->message, -1, NULL))
    g_error ("%s: no error of ours", text);
}

/* One spelling, which reads as itself. */
static void
check_spelling (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaSyntax) syntax = rua_syntax_parse (text, &error);
  g_autoptr (RuaSyntax) again = NULL;
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  if (syntax == NULL) {
    check_error (error, text);
    return;
  }
  once = rua_syntax_to_string (syntax);
  if (strlen (once) > RUA_SYNTAX_MAX_LENGTH)
    return; /* blanks were added */
  again = rua_syntax_parse (once, &error);
  if (again == NULL) {
    /* Parentheses were added, and stand too deep now. */
    if (g_error_matches (error, RUA_ERROR, RUA_ERROR_LIMIT))
      return;
    g_error ("%s: %s: %s", text, once, error->message);
  }
  twice = rua_syntax_to_string (again);
  if (strcmp (once, twice) != 0)
    g_error ("%s: %s: %s", text, once, twice);
}

static void
run_row (RuaAlliance *alliance, const char *kind, const char *text)
{
  g_autoptr (GError) error = NULL;
  RuaTable *table = rua_alliance_get_table (alliance, kind);
  g_autoptr (RuaExpression) expression = rua_expression_new (text, table, &error);
  g_autoptr (GBytes) numbers = NULL;
  g_auto (GStrv) texts = NULL;

  if (expression == NULL) {
    check_error (error, text);
    return;
  }
  texts = rua_expression_dup_texts (expression, NULL, &error);
  if (texts == NULL || g_strv_length (texts) != rua_table_get_n_records (table))
    g_error ("%s: not a value a row", text);
  if (rua_expression_get_expression_type (expression) <= RUA_EXPRESSION_TYPE_TRUTH)
    numbers = rua_expression_dup_numbers (expression, NULL, &error);
}

static void
run_metric (RuaAlliance *alliance, const char *field, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaRecord) metric = rua_alliance_new_record (alliance, "metric");
  g_autoptr (RuaResult) result = NULL;

  if (strcmp (field, "formula") == 0)
    rua_record_set_text (metric, "formula", text, &error);
  else {
    g_autoptr (GString) columns = g_string_new ("{\"value\":\"");

    for (const char *p = text; *p != '\0'; p++) {
      if (*p == '"' || *p == '\\')
        g_string_append_c (columns, '\\');
      g_string_append_c (columns, (guchar) *p < ' ' ? ' ' : *p);
    }
    g_string_append (columns, "\"}");
    rua_record_set_text (metric, "estimator", "mean", &error);
    rua_record_set_text (metric, "table", "incomes", NULL);
    if (error == NULL)
      rua_record_set_text (metric, "columns", columns->str, &error);
  }
  if (error == NULL)
    result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
  if (result == NULL)
    check_error (error, text);
}

static void
run_predicate (RuaAlliance *alliance, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPredicate) predicate = rua_predicate_new (text, alliance, &error);
  g_autoptr (RuaMeasureContext) context = NULL;
  g_autoptr (RuaPredicateOutcome) outcome = NULL;

  if (predicate != NULL) {
    context = rua_measure_context_new (alliance);
    outcome = rua_predicate_evaluate (predicate, context, NULL, &error);
  }
  if (outcome == NULL)
    check_error (error, text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static RuaAlliance *alliance;
  g_autofree char *text = NULL;

  if (alliance == NULL)
    alliance = alliance_new ();
  if (size == 0)
    return 0;
  text = g_strndup ((const char *) data + 1, size - 1);
  check_spelling (text);
  switch (data[0]) {
  case 'h':
    run_row (alliance, "household", text);
    break;
  case 'p':
    run_row (alliance, "place", text);
    break;
  case 'o':
    run_row (alliance, "observation", text);
    break;
  case 'm':
    if (g_utf8_validate (text, -1, NULL))
      run_metric (alliance, "columns", text);
    break;
  case 'f':
    if (g_utf8_validate (text, -1, NULL))
      run_metric (alliance, "formula", text);
    break;
  case 'q':
    run_predicate (alliance, text);
    break;
  default:
    run_row (alliance, "income", text);
  }
  return 0;
}
