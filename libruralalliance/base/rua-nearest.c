/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-nearest-private.h"

#include <string.h>

#define LONGEST 64

/* Levenshtein distance, or @most + 1 as soon as it is known to be greater than @most. */
static guint
distance_at_most (const char *a, const char *b, guint most)
{
  gsize na = strlen (a), nb = strlen (b);
  guint row[LONGEST + 1];

  if (na > LONGEST || nb > LONGEST || (na > nb ? na - nb : nb - na) > most)
    return most + 1;
  for (gsize j = 0; j <= nb; j++)
    row[j] = j;
  for (gsize i = 1; i <= na; i++) {
    guint diagonal = row[0], smallest = i;

    row[0] = i;
    for (gsize j = 1; j <= nb; j++) {
      guint cost = diagonal + (a[i - 1] != b[j - 1]);

      diagonal = row[j];
      cost = MIN (cost, MIN (row[j], row[j - 1]) + 1);
      row[j] = cost;
      smallest = MIN (smallest, cost);
    }
    if (smallest > most)
      return most + 1;
  }
  return row[nb];
}

void
rua_nearest_init (RuaNearest *self, const char *name)
{
  gsize length = strlen (name);

  self->name = name;
  self->best = NULL;
  self->distance = MAX (1, (length + 2) / 3) + 1;
}

void
rua_nearest_offer (RuaNearest *self, const char *candidate)
{
  guint distance;

  if (self->distance == 0)
    return;
  distance = distance_at_most (self->name, candidate, self->distance - 1);
  if (distance < self->distance) {
    self->distance = distance;
    self->best = candidate;
  }
}

char *
rua_nearest_mend (const RuaNearest *self, const char *otherwise)
{
  if (self->best)
    return g_strdup_printf ("did you mean '%s'?", self->best);
  return g_strdup (otherwise);
}
