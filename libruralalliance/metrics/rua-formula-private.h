/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-result-private.h"
#include "rua-syntax-private.h"

G_BEGIN_DECLS

/* Arithmetic over results: `trade.farm_gate / trade.consumer`, `income.change['p_value']`. */

typedef struct {
  char *id;
  char *key; /* a named value of the result; NULL: its estimate */
  char **over; /* the formula's groups that it keeps; NULL: all of them */
  RuaResult *result; /* owned */
  double factor;     /* the estimate counts times this; 1 */
  RuaUnit *unit;     /* of a named value; NULL: nothing tells it, or it is not read yet */
} RuaFormulaInput;

typedef struct {
  double value;  /* NaN: undefined */
  RuaUnit *unit; /* NULL: a bare number */
  char *reason;
  double se;     /* NaN: none */
  double low;
  double high;
  const char *untold; /* a named value in it of which no unit is known, as its input has it; NULL: none */
  char *note;    /* why there is no interval though an input has one */
} RuaScalar;

void rua_scalar_clear (RuaScalar *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RuaScalar, rua_scalar_clear)

/* The results that a tree names, each once, in order; appended to @inputs (of RuaFormulaInput).
 * What is not arithmetic is refused. */
GArray *rua_formula_inputs_new (void);
gboolean rua_formula_collect (const RuaSyntax *syntax, const char *source, GArray *inputs, GError **error);
gboolean rua_formula_evaluate (const RuaSyntax *syntax,
                               const char *source,
                               GArray *inputs,
                               gboolean independent,
                               double confidence,
                               RuaScalar *scalar,
                               GError **error);
/* The only input that a tree consists of, or NULL. */
RuaFormulaInput *rua_formula_find_input (const RuaSyntax *syntax,
                                         const char *source,
                                         GArray *inputs);

G_END_DECLS
