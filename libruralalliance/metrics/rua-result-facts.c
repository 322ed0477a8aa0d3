/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-result-private.h"

#include "rua-attrition-private.h"
#include "rua-measure-unit-private.h"

#include <math.h>
#include <string.h>

/* What stands beside the number: who left, and what random numbers it hangs on. */

/**
 * rua_result_get_withheld:
 * @self: a result
 *
 * Whether the value is kept back because it would disclose somebody; its reason says why.
 *
 * Returns: %TRUE if it is
 *
 * Since: 1.0
 */
gboolean
rua_result_get_withheld (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);

  return self->withheld;
}

/**
 * rua_result_get_public:
 * @self: a result
 *
 * Whether the result was made for publication by [method@Metric.measure_public]. Then the numbers of
 * rows left out, named values and the digest are not told.
 *
 * Returns: %TRUE if it was
 *
 * Since: 1.0
 */
gboolean
rua_result_get_public (RuaResult *self)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);

  return self->is_public;
}

/**
 * rua_result_get_seed:
 * @self: a result
 * @seed: (out): return location for the seed
 *
 * The seed of the random numbers that the result hangs on; with it, the same numbers come again.
 *
 * Returns: %TRUE; %FALSE where no random number was drawn
 *
 * Since: 1.0
 */
gboolean
rua_result_get_seed (RuaResult *self, guint64 *seed)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (seed != NULL, FALSE);

  if (self->has_seed)
    *seed = self->seed;
  return self->has_seed;
}

/**
 * rua_result_get_attrition:
 * @self: a result
 * @n_matched: (out) (optional): how many have a value before and one after
 * @n_left: (out) (optional): how many have one before only
 * @n_joined: (out) (optional): how many have one after only
 *
 * Who of those there before is left, where the metric compares a before and an after.
 *
 * Returns: %TRUE; %FALSE where it compares nothing of the kind
 *
 * Since: 1.0
 */
gboolean
rua_result_get_attrition (RuaResult *self, guint64 *n_matched, guint64 *n_left, guint64 *n_joined)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);

  if (n_matched != NULL)
    *n_matched = self->n_matched;
  if (n_left != NULL)
    *n_left = self->n_left;
  if (n_joined != NULL)
    *n_joined = self->n_joined;
  return self->has_attrition;
}

/**
 * rua_result_get_worst_low:
 * @self: a result
 * @value: (out): return location for the value
 *
 * The lowest that the figure can be among all who were there before, whatever became of those who
 * left, in the unit of the estimate.
 *
 * A share takes them for failures. A mean gives them the lower end of the option `support`, else
 * the smallest value that anybody has after (Horowitz and Manski, JASA 95, 2000); the interval of
 * the estimate does not hold this.
 *
 * Returns: %TRUE; %FALSE where no worst case is defined
 *
 * Since: 1.0
 */
gboolean
rua_result_get_worst_low (RuaResult *self, double *value)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (isnan (self->worst_low))
    return FALSE;
  *value = self->worst_low;
  return TRUE;
}

/**
 * rua_result_get_worst_high:
 * @self: a result
 * @value: (out): return location for the value
 *
 * The highest that the figure can be among all who were there before, as
 * [method@Result.get_worst_low] is the lowest.
 *
 * Returns: %TRUE; %FALSE where no worst case is defined
 *
 * Since: 1.0
 */
gboolean
rua_result_get_worst_high (RuaResult *self, double *value)
{
  g_return_val_if_fail (RUA_IS_RESULT (self), FALSE);
  g_return_val_if_fail (value != NULL, FALSE);

  if (isnan (self->worst_high))
    return FALSE;
  *value = self->worst_high;
  return TRUE;
}

/* ---- the units of named values ---- */

static RuaKeyUnit
find_kind (const RuaResultOrigin *origin, const char *main, const char *key)
{
  if (strcmp (key, "left_share") == 0)
    return RUA_KEY_SHARE;
  if (g_str_has_prefix (key, "worst_"))
    return main != NULL && rua_measure_is_plain_key (main) ? RUA_KEY_SHARE : RUA_KEY_VALUE;
  if (rua_attrition_gives (key))
    return RUA_KEY_NUMBER;
  return rua_estimator_get_key_unit (origin->estimator, key);
}

RuaUnit *
rua_result_dup_key_unit (RuaResult *self, const char *key, double *factor)
{
  const RuaResultOrigin *origin = &self->head->origin;
  const char *main = NULL;
  RuaKeyUnit kind = RUA_KEY_NUMBER;

  *factor = 1;
  if (origin->estimator != NULL && self->figures != NULL) {
    main = origin->estimate != NULL ? origin->estimate
                                    : rua_estimator_get_main_key (origin->estimator, origin->estimator->estimate, self->figures);
    kind = find_kind (origin, main, key);
  }
  /* Whatever is the estimate is in the unit of the metric. */
  if (main != NULL && strcmp (main, key) == 0)
    kind = rua_measure_is_plain_key (key) ? RUA_KEY_SHARE : RUA_KEY_VALUE;
  if (kind == RUA_KEY_UNTOLD)
    return NULL;
  if (kind == RUA_KEY_NUMBER)
    return rua_unit_new ("1", NULL);
  *factor = origin->factors[kind == RUA_KEY_SHARE];
  return rua_unit_ref (origin->units[kind == RUA_KEY_SHARE]);
}
