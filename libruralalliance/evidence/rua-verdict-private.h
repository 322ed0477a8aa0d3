/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-verdict.h"

G_BEGIN_DECLS

/* A verdict is filled in by the checker and does not change afterwards. */
struct _RuaVerdict {
  GObject parent_instance;
  RuaClaim *claim;
  char *name; /* of a reading; NULL: the words as they stand */
  RuaVerdictType type;
  RuaGrade grade;
  double value; /* NaN: none; so for the numbers below */
  double threshold;
  double margin;
  double low;
  double high;
  char *unit;
  GPtrArray *reasons; /* ends with NULL */
  GPtrArray *failed;  /* static ids of the entailment checks that failed */
  gboolean flipped;
  gboolean faulty;       /* its computation is; the reason says how */
  const char *withheld;  /* static: why the numbers are not told; NULL: they are */
  gboolean tells_number; /* the last of the reasons does */
  GListStore *readings;
  GListStore *flips;
  GListStore *sources;
  RuaExplanation *explanation;
};

RuaVerdict *rua_verdict_new (RuaClaim *claim, const char *name);
void rua_verdict_add_reason (RuaVerdict *self, const char *reason);
void rua_verdict_add_source (RuaVerdict *self, RuaSource *source); /* once each */
void rua_verdict_add_flip (
  RuaVerdict *self, const char *name, double value, const char *unit, const char *text);
/* Takes the numbers out of it and of those readings that are not to tell theirs. */
void rua_verdict_withhold (RuaVerdict *self);

G_END_DECLS
