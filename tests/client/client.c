/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ruralalliance.h>

int
main (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (GListModel) tables = rua_alliance_list_tables (alliance);
  guint n_tables = g_list_model_get_n_items (tables);

  g_print ("%s: %u kinds of record\n", RUA_VERSION_STRING, n_tables);
  return n_tables > 0 && rua_check_version (1, 0, 0) == NULL ? 0 : 1;
}
