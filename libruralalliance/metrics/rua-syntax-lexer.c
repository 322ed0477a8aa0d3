/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-syntax-private.h"
#include "rua-json-private.h"

#include <string.h>

static const char *const keywords[] = {
  "and",  "or",   "not",  "in",   "between", "is",   "unknown", "known",
  "case", "when", "then", "else", "end",     "true", "false",
};

static gboolean
is_name_start (gunichar c)
{
  return g_unichar_isalpha (c) || c == '_';
}

/* Marks stand inside words of some scripts. */
static gboolean
is_name_part (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

static const char *
find_keyword (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++)
    if (g_ascii_strcasecmp (word, keywords[i]) == 0) {
      g_autofree char *upper = g_ascii_strup (word, -1);

      /* All small or all capital: "In" may well be somebody's field. */
      if (strcmp (word, keywords[i]) == 0 || strcmp (word, upper) == 0)
        return keywords[i];
    }
  return NULL;
}

gboolean
rua_lexer_is_keyword (const char *name)
{
  return find_keyword (name) != NULL;
}

gboolean
rua_lexer_is_plain_name (const char *name)
{
  if (!is_name_start (g_utf8_get_char (name)))
    return FALSE;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    if (!is_name_part (g_utf8_get_char (p)))
      return FALSE;
  return TRUE;
}

static gboolean
read_quoted (RuaLexer *self, char quote, RuaToken *token, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *p = self->source + self->at + 1;

  while (TRUE) {
    const char *end = strchr (p, quote);

    if (end == NULL)
      return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, self->source, self->at,
                                quote == '\''
                                  ? "a text begins here and does not end; close it with ' (a ' "
                                    "within it is written '')"
                                  : "a name in quotes begins here and does not end; close it "
                                    "with \"");
    g_string_append_len (text, p, end - p);
    p = end + 1;
    if (*p != quote)
      break;
    g_string_append_c (text, quote);
    p++;
  }
  if (quote == '"' && text->len == 0)
    return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, self->source, self->at,
                              "a name in quotes is empty; a text is written in single quotes");
  token->type = quote == '\'' ? RUA_TOKEN_TEXT : RUA_TOKEN_NAME;
  token->text = g_string_chunk_insert_len (self->pool, text->str, text->len);
  self->at = p - self->source;
  return TRUE;
}

static gboolean
read_number (RuaLexer *self, RuaToken *token, GError **error)
{
  const char *start = self->source + self->at, *p = start;
  gunichar next;

  while (g_ascii_isdigit (*p))
    p++;
  if (*p == '.' && g_ascii_isdigit (p[1]))
    for (p++; g_ascii_isdigit (*p);)
      p++;
  if ((*p == 'e' || *p == 'E')
      && (g_ascii_isdigit (p[1]) || ((p[1] == '+' || p[1] == '-') && g_ascii_isdigit (p[2]))))
    for (p += 2; g_ascii_isdigit (*p);)
      p++;
  next = g_utf8_get_char (p);
  if (is_name_start (next))
    return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, self->source, p - self->source,
                              "a letter follows a number; put a sign between them, or write a "
                              "unit as unit (%.*s, '%.*s')",
                              (int) (p - start), start, (int) (g_utf8_next_char (p) - p), p);

  const char *digits = start;
  while (*digits == '0' && g_ascii_isdigit (digits[1]))
    digits++; /* 007 is not JSON, but a number */
  if (!rua_number_parse (digits, p - digits, &token->number)) {
    g_autofree char *text = g_strndup (digits, p - digits);

    return rua_syntax_refuse (error, RUA_ERROR_LIMIT, self->source, self->at,
                              g_ascii_strtod (text, NULL) < 1 ? "the number %.*s is too small, but not 0"
                                                              : "the number %.*s is too large",
                              (int) MIN (p - start, 40), start);
  }
  token->type = RUA_TOKEN_NUMBER;
  token->text = g_string_chunk_insert_len (self->pool, start, p - start);
  self->at = p - self->source;
  return TRUE;
}

/* Signs of other languages, and what they are here. */
static const char *
find_mend (const char *p)
{
  static const char *const pairs[][2] = {
    { "==", "=" },  { "<>", "!=" }, { "&&", "and" }, { "||", "or" },    { "!", "not" },
    { "=<", "<=" }, { "=>", ">=" }, { "≠", "!=" },   { "≤", "<=" },     { "≥", ">=" },
    { "×", "*" },   { "÷", "/" },   { "−", "-" },    { "“", "'" },      { "‘", "'" },
    { "’", "'" },   { "”", "'" },   { "，", "," },   { "（", "(" },     { "）", ")" },
    { "＝", "=" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_str_has_prefix (p, pairs[i][0]))
      return pairs[i][1];
  return NULL;
}

static gboolean
read_sign (RuaLexer *self, RuaToken *token, GError **error)
{
  static const char *const two[] = { "!=", "<=", ">=" };
  const char *p = self->source + self->at;
  const char *mend;

  token->type = RUA_TOKEN_SIGN;
  for (guint i = 0; i < G_N_ELEMENTS (two); i++)
    if (g_str_has_prefix (p, two[i])) {
      token->text = g_string_chunk_insert_const (self->pool, two[i]);
      self->at += 2;
      return TRUE;
    }
  mend = find_mend (p);
  if (mend == NULL && strchr ("()[],.+-*/%=<>", *p) != NULL) {
    token->text = g_string_chunk_insert_len (self->pool, p, 1);
    self->at++;
    return TRUE;
  }
  if (mend != NULL)
    return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, self->source, self->at,
                              "this sign is not known; did you mean %s ?", mend);
  return rua_syntax_refuse (error, RUA_ERROR_SYNTAX, self->source, self->at,
                            "the character “%.*s” has no meaning here; a name that holds it is "
                            "written in double quotes, a text in single quotes",
                            (int) (g_utf8_next_char (p) - p), p);
}

gboolean
rua_lexer_next (RuaLexer *self, RuaToken *token, GError **error)
{
  const char *p = self->source + self->at;
  gboolean read;

  while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
    p++;
  self->at = p - self->source;
  token->start = self->at;
  token->text = NULL;
  token->number = 0;
  if (*p == '\0') {
    token->type = RUA_TOKEN_END;
    token->end = token->start;
    return TRUE;
  }
  if (*p == '\'' || *p == '"')
    read = read_quoted (self, *p, token, error);
  else if (g_ascii_isdigit (*p))
    read = read_number (self, token, error);
  else if (is_name_start (g_utf8_get_char (p))) {
    const char *end = p;
    const char *keyword;

    while (*end != '\0' && is_name_part (g_utf8_get_char (end)))
      end = g_utf8_next_char (end);
    token->text = g_string_chunk_insert_len (self->pool, p, end - p);
    keyword = find_keyword (token->text);
    token->type = keyword != NULL ? RUA_TOKEN_KEYWORD : RUA_TOKEN_NAME;
    if (keyword != NULL)
      token->text = g_string_chunk_insert_const (self->pool, keyword);
    self->at = end - self->source;
    read = TRUE;
  } else
    read = read_sign (self, token, error);
  token->end = self->at;
  return read;
}
