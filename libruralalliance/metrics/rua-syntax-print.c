/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-json-private.h"
#include "rua-syntax-private.h"

#include <string.h>

/* A tree as text again. */

/* How closely a whole binds its parts; a part that binds less closely is put into parentheses. */
typedef enum {
  BINDS_OR,
  BINDS_AND,
  BINDS_NOT,
  BINDS_COMPARISON,
  BINDS_SUM,
  BINDS_PRODUCT,
  BINDS_SIGN,
  BINDS_OVER,
  BINDS_PRIMARY,
} Binding;

static void print (const RuaSyntax *s, Binding needed, GString *out);

/* not over in, between and is unknown is written into them. */
static gboolean
is_negated_comparison (const RuaSyntax *s)
{
  RuaSyntaxType type;

  if (s->type != RUA_SYNTAX_NOT)
    return FALSE;
  type = rua_syntax_part (s, 0)->type;
  return type == RUA_SYNTAX_IN || type == RUA_SYNTAX_BETWEEN || type == RUA_SYNTAX_IS_UNKNOWN;
}

static gboolean
is_sum (const RuaSyntax *s)
{
  return s->operator == RUA_OPERATOR_ADD || s->operator == RUA_OPERATOR_SUBTRACT;
}

static Binding
binding_of (const RuaSyntax *s)
{
  switch (s->type) {
  case RUA_SYNTAX_OR:
    return BINDS_OR;
  case RUA_SYNTAX_AND:
    return BINDS_AND;
  case RUA_SYNTAX_NOT:
    return is_negated_comparison (s) ? BINDS_COMPARISON : BINDS_NOT;
  case RUA_SYNTAX_COMPARE:
  case RUA_SYNTAX_IN:
  case RUA_SYNTAX_BETWEEN:
  case RUA_SYNTAX_IS_UNKNOWN:
    return BINDS_COMPARISON;
  case RUA_SYNTAX_ARITHMETIC:
    return is_sum (s) ? BINDS_SUM : BINDS_PRODUCT;
  case RUA_SYNTAX_NEGATE:
    return BINDS_SIGN;
  case RUA_SYNTAX_OVER:
    return BINDS_OVER;
  default:
    return BINDS_PRIMARY;
  }
}

static void
print_quoted (const char *text, char quote, GString *out)
{
  g_string_append_c (out, quote);
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == quote)
      g_string_append_c (out, quote);
    g_string_append_c (out, *p);
  }
  g_string_append_c (out, quote);
}

static void
print_names (const RuaSyntax *s, GString *out)
{
  for (guint i = 0; i < s->names->len; i++) {
    const char *name = rua_syntax_name (s, i);

    if (i > 0)
      g_string_append_c (out, '.');
    if (rua_lexer_is_plain_name (name) && (i > 0 || !rua_lexer_is_keyword (name)))
      g_string_append (out, name);
    else
      print_quoted (name, '"', out);
  }
}

static void
print_list (const RuaSyntax *s, guint first, GString *out)
{
  g_string_append_c (out, '(');
  for (guint i = first; i < s->parts->len; i++) {
    if (i > first)
      g_string_append (out, ", ");
    print (rua_syntax_part (s, i), BINDS_OR, out);
  }
  g_string_append_c (out, ')');
}

static void
print_infix (const RuaSyntax *s, const char *sign, Binding left, Binding right, GString *out)
{
  print (rua_syntax_part (s, 0), left, out);
  g_string_append_printf (out, " %s ", sign);
  print (rua_syntax_part (s, 1), right, out);
}

/* in, between and is unknown, with the not that may stand in them. */
static void
print_comparison (const RuaSyntax *s, gboolean negated, GString *out)
{
  print (rua_syntax_part (s, 0), BINDS_SUM, out);
  if (s->type == RUA_SYNTAX_IS_UNKNOWN) {
    g_string_append (out, negated ? " is known" : " is unknown");
    return;
  }
  g_string_append (out, negated ? " not " : " ");
  if (s->type == RUA_SYNTAX_IN) {
    g_string_append (out, "in ");
    print_list (s, 1, out);
    return;
  }
  g_string_append (out, "between ");
  print (rua_syntax_part (s, 1), BINDS_SUM, out);
  g_string_append (out, " and ");
  print (rua_syntax_part (s, 2), BINDS_SUM, out);
}

static void
print_case (const RuaSyntax *s, GString *out)
{
  guint n = s->parts->len - (s->flag ? 1 : 0);

  g_string_append (out, "case");
  for (guint i = 0; i < n; i += 2) {
    g_string_append (out, " when ");
    print (rua_syntax_part (s, i), BINDS_OR, out);
    g_string_append (out, " then ");
    print (rua_syntax_part (s, i + 1), BINDS_OR, out);
  }
  if (s->flag) {
    g_string_append (out, " else ");
    print (rua_syntax_part (s, n), BINDS_OR, out);
  }
  g_string_append (out, " end");
}

static void
print_bare (const RuaSyntax *s, GString *out)
{
  char buffer[40];

  switch (s->type) {
  case RUA_SYNTAX_NUMBER:
    g_string_append (out, rua_number_format (s->number, buffer));
    g_string_append (out, s->percent ? " %" : "");
    break;
  case RUA_SYNTAX_TEXT:
    print_quoted (s->text, '\'', out);
    break;
  case RUA_SYNTAX_BOOLEAN:
    g_string_append (out, s->flag ? "true" : "false");
    break;
  case RUA_SYNTAX_UNKNOWN:
    g_string_append (out, "unknown");
    break;
  case RUA_SYNTAX_PATH:
    print_names (s, out);
    break;
  case RUA_SYNTAX_PICK:
    print (rua_syntax_part (s, 0), BINDS_PRIMARY, out);
    g_string_append_c (out, '[');
    print (rua_syntax_part (s, 1), BINDS_OR, out);
    g_string_append_c (out, ']');
    break;
  case RUA_SYNTAX_OVER:
    print (rua_syntax_part (s, 0), BINDS_PRIMARY, out);
    g_string_append (out, " over ");
    print_list (s, 1, out);
    break;
  case RUA_SYNTAX_CALL:
    print_names (s, out);
    g_string_append_c (out, ' ');
    print_list (s, 0, out);
    break;
  case RUA_SYNTAX_NEGATE:
    g_string_append_c (out, '-');
    print (rua_syntax_part (s, 0), BINDS_SIGN, out);
    break;
  case RUA_SYNTAX_ARITHMETIC:
    print_infix (s, rua_operator_text (s->operator), is_sum (s) ? BINDS_SUM : BINDS_PRODUCT,
                 is_sum (s) ? BINDS_PRODUCT : BINDS_SIGN, out);
    break;
  case RUA_SYNTAX_COMPARE:
    print_infix (s, rua_operator_text (s->operator), BINDS_SUM, BINDS_SUM, out);
    break;
  case RUA_SYNTAX_AND:
    print_infix (s, "and", BINDS_AND, BINDS_NOT, out);
    break;
  case RUA_SYNTAX_OR:
    print_infix (s, "or", BINDS_OR, BINDS_AND, out);
    break;
  case RUA_SYNTAX_NOT:
    if (is_negated_comparison (s)) {
      print_comparison (rua_syntax_part (s, 0), TRUE, out);
      break;
    }
    g_string_append (out, "not ");
    print (rua_syntax_part (s, 0), BINDS_NOT, out);
    break;
  case RUA_SYNTAX_IN:
  case RUA_SYNTAX_BETWEEN:
  case RUA_SYNTAX_IS_UNKNOWN:
    print_comparison (s, FALSE, out);
    break;
  case RUA_SYNTAX_CASE:
    print_case (s, out);
    break;
  }
}

static void
print (const RuaSyntax *s, Binding needed, GString *out)
{
  gboolean loose = binding_of (s) < needed;

  if (loose)
    g_string_append_c (out, '(');
  print_bare (s, out);
  if (loose)
    g_string_append_c (out, ')');
}

char *
rua_syntax_to_string (const RuaSyntax *self)
{
  GString *out = g_string_new (NULL);

  print (self, BINDS_OR, out);
  return g_string_free (out, FALSE);
}
