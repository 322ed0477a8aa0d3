/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-estimators-private.h"

const RuaRoleSpec rua_no_roles[] = { { NULL } };
const RuaOptionSpec rua_no_options[] = { { NULL } };
const RuaOptionSpec rua_level_option[] = { RUA_OPTION_LEVEL, { NULL } };

#define ADDRESS(name) &rua_estimator_##name,

static const RuaEstimator *const registry[] = { RUA_ESTIMATORS (ADDRESS) };

const RuaEstimator *
rua_estimator_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (registry); i++)
    if (g_str_equal (registry[i]->name, name))
      return registry[i];
  return NULL;
}

const RuaEstimator *const *
rua_estimator_list (guint *n)
{
  *n = G_N_ELEMENTS (registry);
  return registry;
}
