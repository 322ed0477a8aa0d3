/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-estimator-private.h"

G_BEGIN_DECLS

/* One option as given, else as it is unless told. */
typedef struct {
  gboolean given;
  double number;   /* of a boolean 0 or 1; NaN: none */
  char *text;      /* of a token or label; NULL: none */
  double *numbers; /* of a list, matrix or cells */
  char **labels;
  guint n;
  guint n_columns; /* of a matrix */
} RuaOptionValue;

struct _RuaEstimation {
  const RuaEstimator *estimator;
  RuaOptionValue *values; /* in the order of the estimator's options */
  char **wanted;          /* NULL: every figure */
};

/* Where a text is a number, but no double holds it: which end of their range it is beyond; NULL otherwise. */
const char *rua_lost_number (const char *text, gsize length);

G_END_DECLS
