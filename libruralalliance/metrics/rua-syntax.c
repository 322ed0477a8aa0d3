/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-syntax-private.h"

#include <string.h>

#include "rua-faults-private.h"

/* Recursive descent, one function a level of precedence:
 * or, and, not, comparison, sum, product, sign, primary. */

typedef struct {
  RuaLexer lexer;
  RuaToken token; /* the one being looked at */
  guint depth;
  GError **error;
} Parser;

static RuaSyntax *parse_or (Parser *self);

const char *
rua_operator_text (RuaOperator self)
{
  static const char *const texts[] = { "", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/" };

  return texts[self];
}

RuaOperator
rua_operator_mirror (RuaOperator self)
{
  switch (self) {
  case RUA_OPERATOR_LESS:
    return RUA_OPERATOR_GREATER;
  case RUA_OPERATOR_LESS_EQUAL:
    return RUA_OPERATOR_GREATER_EQUAL;
  case RUA_OPERATOR_GREATER:
    return RUA_OPERATOR_LESS;
  case RUA_OPERATOR_GREATER_EQUAL:
    return RUA_OPERATOR_LESS_EQUAL;
  default:
    return self;
  }
}

gboolean
rua_syntax_refuse (GError **error, RuaError code, const char *source, guint at, const char *format,
                   ...)
{
  g_autofree char *message = NULL;
  const char *shown = source;
  const char *dots = "";
  long character = g_utf8_pointer_to_offset (source, source + at) + 1;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  /* Of a long expression, the neighbourhood. */
  if (strlen (source) > 160) {
    dots = "…";
    if (at > 80)
      shown = g_utf8_find_prev_char (source, source + at - 78);
  }
  g_autofree char *part = g_utf8_substring (shown, 0, MIN (g_utf8_strlen (shown, -1), 160));
  g_set_error (error, RUA_ERROR, code, "expression “%s%s%s”, character %ld: %s",
               shown != source ? dots : "", part, dots, character, message);
  return FALSE;
}

void
rua_syntax_free (RuaSyntax *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self->text);
  g_free (self);
}

RuaSyntax *
rua_syntax_copy (const RuaSyntax *self)
{
  RuaSyntax *copy = g_memdup2 (self, sizeof *self);

  copy->text = g_strdup (self->text);
  if (self->names != NULL)
    copy->names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; self->names != NULL && i < self->names->len; i++)
    g_ptr_array_add (copy->names, g_strdup (rua_syntax_name (self, i)));
  copy->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_syntax_free);
  for (guint i = 0; i < self->parts->len; i++)
    g_ptr_array_add (copy->parts, rua_syntax_copy (rua_syntax_part (self, i)));
  return copy;
}

static RuaSyntax *
syntax_new (RuaSyntaxType type, guint start)
{
  RuaSyntax *self = g_new0 (RuaSyntax, 1);

  self->type = type;
  self->start = start;
  self->height = 1;
  self->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) rua_syntax_free);
  return self;
}

static void
syntax_add (RuaSyntax *self, RuaSyntax *part)
{
  g_ptr_array_add (self->parts, part);
  self->height = MAX (self->height, part->height + 1);
  self->end = MAX (self->end, part->end);
}

char *
rua_syntax_dup_path (const RuaSyntax *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->names->len; i++)
    g_string_append_printf (out, "%s%s", i != 0 ? "." : "",
                            (const char *) g_ptr_array_index (self->names, i));
  return g_string_free (out, FALSE);
}

char *
rua_syntax_dup_source (const RuaSyntax *self, const char *source)
{
  return g_strndup (source + self->start, self->end - self->start);
}

gboolean
rua_syntax_has_pick (const RuaSyntax *self)
{
  if (self->type == RUA_SYNTAX_PICK)
    return TRUE;
  for (guint i = 0; i < self->parts->len; i++)
    if (rua_syntax_has_pick (g_ptr_array_index (self->parts, i)))
      return TRUE;
  return FALSE;
}

gboolean
rua_syntax_has_path (const RuaSyntax *self)
{
  if (self->type == RUA_SYNTAX_PATH)
    return TRUE;
  for (guint i = 0; i < self->parts->len; i++)
    if (rua_syntax_has_path (g_ptr_array_index (self->parts, i)))
      return TRUE;
  return FALSE;
}

gboolean
rua_syntax_text_equal (const char *a, const char *b)
{
  g_autoptr (GStringChunk) pool = g_string_chunk_new (64);
  RuaLexer left = { .source = a, .pool = pool }, right = { .source = b, .pool = pool };
  RuaToken s = { 0 }, t = { 0 };

  do {
    if (!rua_lexer_next (&left, &s, NULL) || !rua_lexer_next (&right, &t, NULL))
      return strcmp (a, b) == 0;
    if (s.type != t.type || g_strcmp0 (s.text, t.text) != 0)
      return FALSE;
  } while (s.type != RUA_TOKEN_END);
  return TRUE;
}

static gboolean
advance (Parser *self)
{
  return rua_lexer_next (&self->lexer, &self->token, self->error);
}

static gboolean
at_sign (Parser *self, const char *sign)
{
  return self->token.type == RUA_TOKEN_SIGN && strcmp (self->token.text, sign) == 0;
}

static gboolean
at_keyword (Parser *self, const char *keyword)
{
  return self->token.type == RUA_TOKEN_KEYWORD && strcmp (self->token.text, keyword) == 0;
}

#define MOST_TOLD 60 /* bytes of a token */

static gboolean
expected (Parser *self, const char *what)
{
  const char *source = self->lexer.source;
  const RuaToken *token = &self->token;
  g_autofree char *told = NULL;

  if (token->type == RUA_TOKEN_END)
    return rua_syntax_refuse (self->error, RUA_ERROR_SYNTAX, source, token->start,
                              "expected %s, but the expression ends here", what);
  told = rua_shorten (source + token->start, token->end - token->start, MOST_TOLD);
  return rua_syntax_refuse (self->error, RUA_ERROR_SYNTAX, source, token->start, "expected %s, found “%s”", what, told);
}

static gboolean
take_sign (Parser *self, const char *sign, const char *what)
{
  return at_sign (self, sign) ? advance (self) : expected (self, what);
}

static gboolean
too_high (Parser *self, const RuaSyntax *made)
{
  /* The last operand is one more. */
  if (made->height <= RUA_SYNTAX_MAX_HEIGHT + 1)
    return FALSE;
  rua_syntax_refuse (self->error, RUA_ERROR_LIMIT, self->lexer.source, self->token.start,
                     "more than %d operators follow one another; use in (…), or parentheses "
                     "around parts", RUA_SYNTAX_MAX_HEIGHT);
  return TRUE;
}

/* Adds a part that may be missing because of an error, which it then passes on. */
static gboolean
add_parsed (RuaSyntax *self, RuaSyntax *part)
{
  if (part == NULL)
    return FALSE;
  syntax_add (self, part);
  return TRUE;
}

static gboolean
parse_list (Parser *self, RuaSyntax *into, const char *what)
{
  while (TRUE) {
    if (!add_parsed (into, parse_or (self)))
      return FALSE;
    if (at_sign (self, ")")) {
      into->end = self->token.end;
      return advance (self);
    }
    if (!take_sign (self, ",", what))
      return FALSE;
  }
}

static RuaSyntax *
parse_case (Parser *self)
{
  g_autoptr (RuaSyntax) made = syntax_new (RUA_SYNTAX_CASE, self->token.start);

  if (!advance (self))
    return NULL;
  if (!at_keyword (self, "when")) {
    expected (self, "when, as in case when x > 1 then 'a' else 'b' end");
    return NULL;
  }
  while (at_keyword (self, "when")) {
    if (!advance (self) || !add_parsed (made, parse_or (self)))
      return NULL;
    if (!at_keyword (self, "then")) {
      expected (self, "then, or more of the condition");
      return NULL;
    }
    if (!advance (self) || !add_parsed (made, parse_or (self)))
      return NULL;
  }
  if (at_keyword (self, "else")) {
    made->flag = TRUE;
    if (!advance (self) || !add_parsed (made, parse_or (self)))
      return NULL;
  }
  if (!at_keyword (self, "end")) {
    expected (self, made->flag ? "end" : "when, else or end");
    return NULL;
  }
  made->end = self->token.end;
  return advance (self) ? g_steal_pointer (&made) : NULL;
}

/* A path or a call; the first name is being looked at. */
static RuaSyntax *
parse_name (Parser *self)
{
  g_autoptr (RuaSyntax) made = syntax_new (RUA_SYNTAX_PATH, self->token.start);

  made->names = g_ptr_array_new_with_free_func (g_free);
  while (TRUE) {
    if (self->token.type != RUA_TOKEN_NAME) {
      /* After a dot, a keyword can only be a name. */
      if (made->names->len == 0 || self->token.type != RUA_TOKEN_KEYWORD) {
        expected (self, "a name");
        return NULL;
      }
    }
    /* As it is written: a key word's own text is always in small letters. */
    g_ptr_array_add (made->names,
                     self->token.type == RUA_TOKEN_NAME
                       ? g_strdup (self->token.text)
                       : g_strndup (self->lexer.source + self->token.start,
                                    self->token.end - self->token.start));
    made->end = self->token.end;
    if (!advance (self))
      return NULL;
    if (made->names->len == 1 && at_sign (self, "(")) {
      made->type = RUA_SYNTAX_CALL;
      if (!advance (self))
        return NULL;
      if (at_sign (self, ")")) {
        made->end = self->token.end;
        return advance (self) ? g_steal_pointer (&made) : NULL;
      }
      return parse_list (self, made, "a comma or a closing parenthesis") ? g_steal_pointer (&made)
                                                                          : NULL;
    }
    if (!at_sign (self, "."))
      return g_steal_pointer (&made);
    if (!advance (self))
      return NULL;
  }
}

static RuaSyntax *
parse_plain (Parser *self)
{
  const RuaToken *token = &self->token;
  RuaSyntax *made = NULL;

  if (token->type == RUA_TOKEN_NUMBER) {
    made = syntax_new (RUA_SYNTAX_NUMBER, token->start);
    made->number = token->number;
  } else if (token->type == RUA_TOKEN_TEXT) {
    made = syntax_new (RUA_SYNTAX_TEXT, token->start);
    made->text = g_strdup (token->text);
  } else if (at_keyword (self, "true") || at_keyword (self, "false")) {
    made = syntax_new (RUA_SYNTAX_BOOLEAN, token->start);
    made->flag = at_keyword (self, "true");
  } else if (at_keyword (self, "unknown"))
    made = syntax_new (RUA_SYNTAX_UNKNOWN, token->start);
  else if (at_keyword (self, "case"))
    return parse_case (self);
  else if (token->type == RUA_TOKEN_NAME)
    return parse_name (self);
  if (made == NULL) {
    expected (self, "a value: a name, a number, a text in single quotes or a parenthesis");
    return NULL;
  }
  made->end = token->end;
  if (!advance (self)) {
    rua_syntax_free (made);
    return NULL;
  }
  if (made->type == RUA_SYNTAX_NUMBER && at_sign (self, "%")) {
    made->percent = TRUE;
    made->end = self->token.end;
    if (!advance (self)) {
      rua_syntax_free (made);
      return NULL;
    }
  }
  return made;
}

/* `revenue over (year)`: nothing else has a name right after a name, so that over is no key word. */
static RuaSyntax *
parse_over (Parser *self, RuaSyntax *metric)
{
  g_autoptr (RuaSyntax) made = syntax_new (RUA_SYNTAX_OVER, metric->start);

  syntax_add (made, metric);
  if (!advance (self) || !take_sign (self, "(", "an opening parenthesis and paths, as in over (year)"))
    return NULL;
  if (!at_sign (self, ")"))
    return parse_list (self, made, "a comma or a closing parenthesis") ? g_steal_pointer (&made)
                                                                        : NULL;
  made->end = self->token.end;
  return advance (self) ? g_steal_pointer (&made) : NULL;
}

static gboolean
at_over (Parser *self, const RuaSyntax *made)
{
  const RuaSyntax *path = made->type == RUA_SYNTAX_PICK ? g_ptr_array_index (made->parts, 0) : made;

  return path->type == RUA_SYNTAX_PATH && self->token.type == RUA_TOKEN_NAME
    && strcmp (self->token.text, "over") == 0;
}

static RuaSyntax *
parse_primary (Parser *self)
{
  g_autoptr (RuaSyntax) made = NULL;

  if (at_sign (self, "(")) {
    if (!advance (self))
      return NULL;
    made = parse_or (self);
    if (made == NULL || !take_sign (self, ")", "an operator or a closing parenthesis"))
      return NULL;
  } else
    made = parse_plain (self);
  while (made != NULL && at_sign (self, "[")) {
    g_autoptr (RuaSyntax) pick = syntax_new (RUA_SYNTAX_PICK, made->start);

    if (made->type == RUA_SYNTAX_PICK || !advance (self)) {
      if (made->type == RUA_SYNTAX_PICK)
        rua_syntax_refuse (self->error, RUA_ERROR_SYNTAX, self->lexer.source, self->token.start,
                           "a value that is already picked is picked again; join the conditions "
                           "with and, in one pair of brackets");
      return NULL;
    }
    syntax_add (pick, g_steal_pointer (&made));
    if (!add_parsed (pick, parse_or (self)))
      return NULL;
    pick->end = self->token.end;
    if (!take_sign (self, "]", "an operator or a closing bracket"))
      return NULL;
    made = g_steal_pointer (&pick);
  }
  return made != NULL && at_over (self, made) ? parse_over (self, g_steal_pointer (&made))
                                              : g_steal_pointer (&made);
}

/* Everything that nests passes through here. */
static RuaSyntax *
parse_signed (Parser *self)
{
  RuaSyntax *made = NULL;

  /* What stands within the innermost is one more. */
  if (++self->depth > RUA_SYNTAX_MAX_DEPTH + 1)
    rua_syntax_refuse (self->error, RUA_ERROR_LIMIT, self->lexer.source, self->token.start,
                       "parentheses, calls or signs stand more than %d deep in one another",
                       RUA_SYNTAX_MAX_DEPTH);
  else if (at_sign (self, "-") || at_sign (self, "+")) {
    g_autoptr (RuaSyntax) sign = syntax_new (RUA_SYNTAX_NEGATE, self->token.start);
    gboolean negate = at_sign (self, "-");
    RuaSyntax *value = advance (self) ? parse_signed (self) : NULL;

    if (value != NULL && !negate)
      made = value;
    else if (value != NULL) {
      syntax_add (sign, value);
      made = g_steal_pointer (&sign);
    }
  } else
    made = parse_primary (self);
  self->depth--;
  return made;
}

static RuaOperator
find_operator (Parser *self, RuaOperator first, RuaOperator last)
{
  for (guint i = first; i <= last; i++)
    if (at_sign (self, rua_operator_text (i)))
      return i;
  return RUA_OPERATOR_NONE;
}

static RuaSyntax *
parse_chain (Parser *self, RuaOperator first, RuaOperator last, RuaSyntax *(*parse_part) (Parser *))
{
  g_autoptr (RuaSyntax) left = parse_part (self);

  while (left != NULL) {
    RuaOperator operator = find_operator (self, first, last);

    if (operator == RUA_OPERATOR_NONE)
      break;
    g_autoptr (RuaSyntax) made = syntax_new (RUA_SYNTAX_ARITHMETIC, left->start);
    made->operator = operator;
    syntax_add (made, g_steal_pointer (&left));
    if (!advance (self) || !add_parsed (made, parse_part (self)) || too_high (self, made))
      return NULL;
    left = g_steal_pointer (&made);
  }
  return g_steal_pointer (&left);
}

static RuaSyntax *
parse_product (Parser *self)
{
  return parse_chain (self, RUA_OPERATOR_MULTIPLY, RUA_OPERATOR_DIVIDE, parse_signed);
}

static RuaSyntax *
parse_sum (Parser *self)
{
  return parse_chain (self, RUA_OPERATOR_ADD, RUA_OPERATOR_SUBTRACT, parse_product);
}

static RuaSyntax *
negated (RuaSyntax *made, gboolean negate)
{
  RuaSyntax *outer;

  if (!negate || made == NULL)
    return made;
  outer = syntax_new (RUA_SYNTAX_NOT, made->start);
  syntax_add (outer, made);
  return outer;
}

static RuaSyntax *
parse_is (Parser *self, RuaSyntax *value)
{
  RuaSyntax *made = syntax_new (RUA_SYNTAX_IS_UNKNOWN, value->start);
  gboolean negate = FALSE;

  syntax_add (made, value);
  if (advance (self)) {
    if (at_keyword (self, "not")) {
      negate = TRUE;
      if (!advance (self))
        goto failed;
    }
    if (at_keyword (self, "known"))
      negate = !negate;
    else if (!at_keyword (self, "unknown")) {
      expected (self, "unknown or known");
      goto failed;
    }
    made->end = self->token.end;
    if (advance (self))
      return negated (made, negate);
  }
failed:
  rua_syntax_free (made);
  return NULL;
}

static RuaSyntax *
parse_comparison (Parser *self)
{
  g_autoptr (RuaSyntax) left = parse_sum (self);
  g_autoptr (RuaSyntax) made = NULL;
  gboolean negate = FALSE;
  RuaOperator operator;

  if (left == NULL)
    return NULL;
  if (at_keyword (self, "is"))
    return parse_is (self, g_steal_pointer (&left));
  if (at_keyword (self, "not")) {
    negate = TRUE;
    if (!advance (self))
      return NULL;
    if (!at_keyword (self, "in") && !at_keyword (self, "between")) {
      expected (self, "in or between");
      return NULL;
    }
  }
  if (at_keyword (self, "in")) {
    made = syntax_new (RUA_SYNTAX_IN, left->start);
    syntax_add (made, g_steal_pointer (&left));
    if (!advance (self) || !take_sign (self, "(", "an opening parenthesis and a list")
        || !parse_list (self, made, "a comma or a closing parenthesis"))
      return NULL;
    return negated (g_steal_pointer (&made), negate);
  }
  if (at_keyword (self, "between")) {
    made = syntax_new (RUA_SYNTAX_BETWEEN, left->start);
    syntax_add (made, g_steal_pointer (&left));
    if (!advance (self) || !add_parsed (made, parse_sum (self)))
      return NULL;
    if (!at_keyword (self, "and")) {
      expected (self, "and, as in between 1 and 2");
      return NULL;
    }
    if (!advance (self) || !add_parsed (made, parse_sum (self)))
      return NULL;
    return negated (g_steal_pointer (&made), negate);
  }
  operator = find_operator (self, RUA_OPERATOR_EQUAL, RUA_OPERATOR_GREATER_EQUAL);
  if (operator == RUA_OPERATOR_NONE)
    return g_steal_pointer (&left);
  made = syntax_new (RUA_SYNTAX_COMPARE, left->start);
  made->operator = operator;
  syntax_add (made, g_steal_pointer (&left));
  if (!advance (self) || !add_parsed (made, parse_sum (self)))
    return NULL;
  if (find_operator (self, RUA_OPERATOR_EQUAL, RUA_OPERATOR_GREATER_EQUAL) != RUA_OPERATOR_NONE) {
    rua_syntax_refuse (self->error, RUA_ERROR_SYNTAX, self->lexer.source, self->token.start,
                       "a comparison is compared again; join two comparisons with and, or use "
                       "between … and …");
    return NULL;
  }
  return g_steal_pointer (&made);
}

static RuaSyntax *
parse_not (Parser *self)
{
  RuaSyntax *made = NULL;

  if (!at_keyword (self, "not"))
    return parse_comparison (self);
  if (++self->depth > RUA_SYNTAX_MAX_DEPTH)
    rua_syntax_refuse (self->error, RUA_ERROR_LIMIT, self->lexer.source, self->token.start,
                       "more than %d nots", RUA_SYNTAX_MAX_DEPTH);
  else {
    guint start = self->token.start;
    RuaSyntax *value = advance (self) ? parse_not (self) : NULL;

    if (value != NULL) {
      made = negated (value, TRUE);
      made->start = start;
    }
  }
  self->depth--;
  return made;
}

static RuaSyntax *
parse_words (Parser *self, const char *word, RuaSyntaxType type, RuaSyntax *(*parse_part) (Parser *))
{
  g_autoptr (RuaSyntax) left = parse_part (self);

  while (left != NULL && at_keyword (self, word)) {
    g_autoptr (RuaSyntax) made = syntax_new (type, left->start);

    syntax_add (made, g_steal_pointer (&left));
    if (!advance (self) || !add_parsed (made, parse_part (self)) || too_high (self, made))
      return NULL;
    left = g_steal_pointer (&made);
  }
  return g_steal_pointer (&left);
}

static RuaSyntax *
parse_and (Parser *self)
{
  return parse_words (self, "and", RUA_SYNTAX_AND, parse_not);
}

static RuaSyntax *
parse_or (Parser *self)
{
  return parse_words (self, "or", RUA_SYNTAX_OR, parse_and);
}

RuaSyntax *
rua_syntax_parse (const char *source, GError **error)
{
  Parser self = { .lexer = { .source = source }, .error = error };
  const char *bad;
  gsize length = strlen (source);
  g_autoptr (RuaSyntax) made = NULL;

  if (length > RUA_SYNTAX_MAX_LENGTH) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "an expression of %" G_GSIZE_FORMAT " bytes is too long; at most %d are read",
                 length, RUA_SYNTAX_MAX_LENGTH);
    return NULL;
  }
  if (!g_utf8_validate (source, -1, &bad)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_SYNTAX,
                 "expression, byte %d: this is not UTF-8 text", (int) (bad - source) + 1);
    return NULL;
  }
  self.lexer.pool = g_string_chunk_new (256);
  if (advance (&self)) {
    made = parse_or (&self);
    if (made != NULL && self.token.type != RUA_TOKEN_END) {
      expected (&self, "an operator or the end");
      g_clear_pointer (&made, rua_syntax_free);
    }
  }
  g_string_chunk_free (self.lexer.pool);
  return g_steal_pointer (&made);
}
