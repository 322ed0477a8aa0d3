/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "log-case.h"

#include "rua-log-private.h"

void
log_case_send (RuaAlliance *from, RuaAlliance *to, guint first_fact)
{
  RuaLog *source = rua_alliance_peek_log (from), *target = rua_alliance_peek_log (to);
  guint first = rua_log_get_n_facts (target);
  g_autoptr (GError) error = NULL;

  for (guint i = first_fact; i < rua_log_get_n_facts (source); i++) {
    RuaFactData data;

    rua_log_get_fact (source, i, &data);
    data.has_before = FALSE;
    data.before = NULL;
    rua_log_insert (target, &data, &error);
    g_assert_no_error (error);
  }
  for (guint i = 0; i < rua_log_get_n_changes (source); i++) {
    RuaChangeData data;

    rua_log_get_change (source, i, &data);
    rua_log_insert_change (target, &data, &error);
    g_assert_no_error (error);
  }
  rua_alliance_apply_log (to, first, &error);
  g_assert_no_error (error);
}
