/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-independence.h"

G_BEGIN_DECLS

/* Who is tied to an alliance, worked out once for all its sources. */
typedef struct _RuaTies RuaTies;

typedef struct {
  RuaIndependence independence;
  char *reason;       /* a sentence */
  gboolean in_circle; /* it rests on itself, or only on the document that cites it */
  char *circle;       /* the way round, "a → b → a" */
} RuaTie;

/* "own", "partner", in this thread's language. */
const char *rua_independence_words (RuaIndependence independence);

RuaTies *rua_ties_new (RuaAlliance *alliance);
void rua_ties_free (RuaTies *self);
const RuaTie *rua_ties_judge (RuaTies *self, RuaSource *source); /* borrowed */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaTies, rua_ties_free)

G_END_DECLS
