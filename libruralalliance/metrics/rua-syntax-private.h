/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-error.h"

G_BEGIN_DECLS

/* The text of an expression and its tree. The grammar is in doc/expressions.md. The same one
 * serves rows (names are fields), formulas and predicates (names are metrics). */

#define RUA_SYNTAX_MAX_LENGTH (16 * 1024)
#define RUA_SYNTAX_MAX_DEPTH 60   /* parentheses and calls in one another */
#define RUA_SYNTAX_MAX_HEIGHT 400 /* of the tree: operators in a row */

typedef enum {
  RUA_TOKEN_END,
  RUA_TOKEN_NUMBER,
  RUA_TOKEN_TEXT,
  RUA_TOKEN_NAME,    /* also a name in double quotes */
  RUA_TOKEN_KEYWORD, /* and or not in between is unknown known case when then else end true false */
  RUA_TOKEN_SIGN,    /* ( ) [ ] , . + - * / % = != < <= > >= */
} RuaTokenType;

typedef struct {
  RuaTokenType type;
  guint start; /* bytes */
  guint end;
  char *text; /* decoded; owned by the lexer's pool */
  double number;
} RuaToken;

typedef struct {
  const char *source;
  guint at;
  GStringChunk *pool;
} RuaLexer;

gboolean rua_lexer_next (RuaLexer *self, RuaToken *token, GError **error);

typedef enum {
  RUA_SYNTAX_NUMBER,
  RUA_SYNTAX_TEXT,
  RUA_SYNTAX_BOOLEAN,
  RUA_SYNTAX_UNKNOWN,
  RUA_SYNTAX_PATH,       /* names */
  RUA_SYNTAX_PICK,       /* a path or a value, and what is in brackets */
  RUA_SYNTAX_OVER,       /* a metric, then the expressions whose groups it keeps */
  RUA_SYNTAX_CALL,       /* names[0] is the function */
  RUA_SYNTAX_NEGATE,
  RUA_SYNTAX_ARITHMETIC, /* + - * / */
  RUA_SYNTAX_COMPARE,    /* = != < <= > >= */
  RUA_SYNTAX_AND,
  RUA_SYNTAX_OR,
  RUA_SYNTAX_NOT,
  RUA_SYNTAX_IN,         /* the value, then the list */
  RUA_SYNTAX_BETWEEN,    /* the value, low, high */
  RUA_SYNTAX_IS_UNKNOWN,
  RUA_SYNTAX_CASE,       /* condition, value, condition, value ... and the else's value */
} RuaSyntaxType;

typedef enum {
  RUA_OPERATOR_NONE,
  RUA_OPERATOR_EQUAL,
  RUA_OPERATOR_NOT_EQUAL,
  RUA_OPERATOR_LESS,
  RUA_OPERATOR_LESS_EQUAL,
  RUA_OPERATOR_GREATER,
  RUA_OPERATOR_GREATER_EQUAL,
  RUA_OPERATOR_ADD,
  RUA_OPERATOR_SUBTRACT,
  RUA_OPERATOR_MULTIPLY,
  RUA_OPERATOR_DIVIDE,
} RuaOperator;

typedef struct _RuaSyntax RuaSyntax;

struct _RuaSyntax {
  RuaSyntaxType type;
  RuaOperator operator;
  guint start; /* bytes of the source that it was read from */
  guint end;
  guint height;
  double number;
  gboolean percent; /* 50 % */
  gboolean flag;    /* BOOLEAN's value; CASE: there is an else */
  char *text;
  GPtrArray *names; /* of char*; NULL but for PATH and CALL */
  GPtrArray *parts; /* of RuaSyntax */
};

RuaSyntax *rua_syntax_parse (const char *source, GError **error);
void rua_syntax_free (RuaSyntax *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaSyntax, rua_syntax_free)

RuaSyntax *rua_syntax_copy (const RuaSyntax *self);
/* One spelling for all that mean the same: small key words, one blank, parentheses only where they
 * are needed, names in quotes only where they must be. Parsed again it gives the same tree. */
char *rua_syntax_to_string (const RuaSyntax *self);

/* The name of a call, or one of a path's. */
static inline const char *
rua_syntax_name (const RuaSyntax *self, guint i)
{
  return (const char *) g_ptr_array_index (self->names, i);
}

static inline const RuaSyntax *
rua_syntax_part (const RuaSyntax *self, guint i)
{
  return (const RuaSyntax *) g_ptr_array_index (self->parts, i);
}

/* Whether a name stands as it is, without quotes. */
gboolean rua_lexer_is_plain_name (const char *name);
gboolean rua_lexer_is_keyword (const char *name);

const char *rua_operator_text (RuaOperator self);
/* < for >, and so on: the operator with its sides changed. */
RuaOperator rua_operator_mirror (RuaOperator self);

gboolean rua_syntax_has_pick (const RuaSyntax *self);
gboolean rua_syntax_has_path (const RuaSyntax *self);
/* The names joined by dots. */
char *rua_syntax_dup_path (const RuaSyntax *self);
/* The part of the source that a tree was read from. */
char *rua_syntax_dup_source (const RuaSyntax *self, const char *source);

/* Whether two texts are the same expression but for blanks and quotation. */
gboolean rua_syntax_text_equal (const char *a, const char *b);

/* Sets “expression “…”, character 12: message”; characters count from 1. Always FALSE. */
gboolean rua_syntax_refuse (GError **error,
                            RuaError code,
                            const char *source,
                            guint at,
                            const char *format,
                            ...) G_GNUC_PRINTF (5, 6);

G_END_DECLS
