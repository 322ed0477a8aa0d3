/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-unit.h"

G_BEGIN_DECLS

#define RUA_UNIT_MAX_TERMS 12
#define RUA_UNIT_MAX_EXPONENT 9
#define RUA_UNIT_CURRENCY "{currency}"

/* A symbol that the library knows. */
typedef struct {
  const char *symbol;
  const char *base; /* "" for a plain factor */
  double numerator; /* one of this is numerator / denominator of the base */
  double denominator;
} RuaUnitSymbol;

/* A symbol with its exponent. */
typedef struct {
  const char *symbol; /* interned */
  const RuaUnitSymbol *known; /* NULL: its own base */
  int exponent;
  int price_year; /* of a currency; 0 is nominal */
  gboolean money;
} RuaUnitTerm;

struct _RuaUnit {
  gatomicrefcount refs;
  double factor; /* left over where symbols of one quantity met: mu * ha */
  guint n_terms;
  RuaUnitTerm terms[];
};

/* @terms are changed: merged and put into order. */
RuaUnit *rua_unit_new_from_terms (double factor, RuaUnitTerm *terms, guint n_terms);

/* Only things that are counted (household, person): no measure, no time, no money. Plain numbers
 * too. */
gboolean rua_unit_is_count (RuaUnit *self);

/* That of its money as it is written, which may be {currency}; NULL: there is no money. */
const char *rua_unit_get_currency (RuaUnit *self);

/* Whether the grammar of units can say it: what is multiplied over and over is beyond it. */
gboolean rua_unit_is_writable (RuaUnit *self);

/* The quantity that a symbol measures: its base, or itself; empty for a plain factor. */
static inline const char *
rua_unit_term_base (const RuaUnitTerm *term)
{
  return term->known != NULL ? term->known->base : term->symbol;
}

G_END_DECLS
