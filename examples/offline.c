/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An office and two field stations work without a network. Two of them edit the same household; files
 * go to and fro, and everybody ends with the same alliance, knowing of the conflict. */
#include <ruralalliance.h>

static const char document[] =
    "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": \"Three stations\"},"
    " \"households\": [{\"id\": \"h1\", \"n_persons\": 4}]}";

static gboolean
set_persons (RuaAlliance *alliance, const char *who, gint64 n, GError **error)
{
  g_autoptr (RuaRecord) household = rua_alliance_find (alliance, "household", "h1");

  rua_alliance_set_author (alliance, who);
  return rua_record_set_integer (household, "n_persons", n, error);
}

static gint64
get_persons (RuaAlliance *alliance)
{
  g_autoptr (RuaRecord) household = rua_alliance_find (alliance, "household", "h1");
  gint64 n = -1;

  rua_record_get_integer (household, "n_persons", &n);
  return n;
}

/* What @from has that @to does not, as a file that could go by post. */
static gboolean
carry (RuaAlliance *from, RuaAlliance *to, const char *station, const char *folder, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%s-to-%s.ruax", rua_alliance_get_station (from), rua_alliance_get_station (to));
  g_autofree char *path = g_build_filename (folder, name, NULL);
  const char *places[] = { path, NULL };
  g_autoptr (RuaMerge) merge = NULL;

  if (!rua_alliance_send (from, station, -1, path, RUA_SAVE_REPLACE, NULL, error))
    return FALSE;
  merge = rua_alliance_merge (to, places, NULL, NULL, NULL, error);
  if (merge == NULL)
    return FALSE;
  g_print ("%s: %u came, %u were here, %u in conflict\n", name, rua_merge_get_n_new (merge), rua_merge_get_n_known (merge), rua_merge_get_n_conflicts (merge));
  return TRUE;
}

/* What the history of the household says that somebody said. */
static char *
find_told (RuaAlliance *alliance, const char *station, GError **error)
{
  g_autoptr (GListModel) history = rua_alliance_list_history (alliance, "household", "h1", error);

  for (guint i = 0; history != NULL && i < g_list_model_get_n_items (history); i++) {
    g_autoptr (RuaFact) fact = g_list_model_get_item (history, i);

    if (g_str_equal (rua_fact_get_station (fact), station))
      return g_strdup_printf ("%s says %s", rua_fact_get_author (fact), rua_fact_get_value (fact));
  }
  return NULL;
}

/* The office asks both. */
static gboolean
settle (RuaAlliance *office, GError **error)
{
  g_autofree char *gaopo = find_told (office, "gaopo", error);
  g_autofree char *baojing = gaopo != NULL ? find_told (office, "baojing", error) : NULL;

  if (baojing == NULL)
    return FALSE;
  g_print ("in conflict: %s, %s\n", gaopo, baojing);
  return set_persons (office, "office", 6, error);
}

int
main (int argc, char **argv)
{
  const char *folder = argc > 1 ? argv[1] : g_get_tmp_dir ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (document, sizeof document - 1);
  g_autoptr (RuaAlliance) office = rua_alliance_new_from_json (bytes, "document", NULL, &error);
  g_autoptr (RuaAlliance) gaopo = NULL;
  g_autoptr (RuaAlliance) baojing = NULL;

  if (office == NULL || !rua_alliance_enroll (office, "office", &error) || (gaopo = rua_alliance_enroll_station (office, "gaopo", &error)) == NULL
      || (baojing = rua_alliance_enroll_station (office, "baojing", &error)) == NULL
      /* In the field: neither knows of the other. */
      || !set_persons (gaopo, "Li", 5, &error) || !set_persons (baojing, "Wang", 3, &error)
      /* The post comes, one letter twice. */
      || !carry (baojing, office, NULL, folder, &error) || !carry (gaopo, office, NULL, folder, &error)
      || !carry (gaopo, office, NULL, folder, &error) || !settle (office, &error) || !carry (office, gaopo, "gaopo", folder, &error)
      || !carry (office, baojing, "baojing", folder, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  g_print ("persons: office %" G_GINT64_FORMAT ", gaopo %" G_GINT64_FORMAT ", baojing %" G_GINT64_FORMAT "\n", get_persons (office), get_persons (gaopo),
           get_persons (baojing));
  g_print ("not yet safe at the office: gaopo %" G_GUINT64_FORMAT ", baojing %" G_GUINT64_FORMAT "\n", rua_alliance_get_n_unsent (gaopo),
           rua_alliance_get_n_unsent (baojing));
  return 0;
}
