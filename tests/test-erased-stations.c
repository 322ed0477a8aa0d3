/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Somebody who is erased at one station: gone from every other, whatever comes in which order. */
#include "erased-case.h"
#include "rua-alliance-erasing.h"

#include <glib/gstdio.h>
#include <string.h>

#include "rua-edits.h"
#include "rua-random-private.h"
#include "rua-station.h"
#include "rua-table-private.h"

/* ---- it travels ---- */

static void
test_travels (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo"), baojing = case_enroll (hub, "baojing");
  g_autoptr (GBytes) old = NULL, older = NULL;
  g_autofree char *copy = NULL;
  const char *const places[] = { NULL, NULL };

  case_title_change (gaopo, "Moved: " HER, HER "h", HER " of gaopo");
  case_add_income (gaopo, HER "x", HER "h", 2015);
  case_add_income (gaopo, NULL, HER "h", 2016);
  older = case_send (gaopo, NULL, -1);
  copy = case_save (gaopo, "copy.rua");
  case_carry (gaopo, hub, NULL);
  case_carry (hub, baojing, "baojing");
  case_set_text (baojing, "household", HER "h", "stratum", HER " of baojing");
  old = case_send (baojing, NULL, -1);
  case_erase (hub, "household", HER "h");
  case_assert_silent (hub, HER "h");
  case_assert_silent (hub, HER " of");
  /* What somebody says who has not heard of it comes without its value. */
  g_assert_cmpuint (case_take (hub, old), >, 0);
  case_assert_silent (hub, HER " of");
  g_assert_cmpuint (case_take (hub, older), ==, 0);
  case_assert_silent (hub, HER " of");
  case_carry (hub, gaopo, "gaopo");
  case_carry (hub, baojing, "baojing");
  case_assert_silent (gaopo, HER "h");
  case_assert_silent (baojing, HER " of");
  case_assert_same (hub, gaopo);
  case_assert_same (hub, baojing);
  /* A whole copy that was left somewhere. */
  {
    const char *const left[] = { copy, NULL };
    GError *error = NULL;
    g_autoptr (RuaMerge) merge = rua_alliance_merge (hub, left, NULL, NULL, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (rua_merge_get_n_new (merge), ==, 0);
    g_assert_cmpuint (rua_merge_get_n_conflicts (merge), ==, 0);
    case_assert_silent (hub, HER " of");
    case_assert_same (hub, gaopo);
  }
  (void) places;
  g_remove (copy);
}

/* What was recorded about somebody while they were erased elsewhere goes, too. */
static void
test_goes_with_them (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo"), baojing = case_enroll (hub, "baojing");

  case_add_income (gaopo, HER "x", HER "h", 2015);
  case_add_income (baojing, HER "y", HER "h", 2016);
  case_add_income (baojing, NULL, HER "h", 20171953);
  case_add_income (baojing, "z", "i", 2018);
  case_erase (hub, "household", HER "h");
  case_carry (hub, gaopo, "gaopo");
  case_assert_silent (gaopo, HER "h");
  case_assert_silent (gaopo, HER "x");
  g_assert_true (rua_alliance_was_erased (gaopo, "income", HER "x"));
  case_carry (baojing, hub, NULL);
  case_assert_silent (hub, HER "y");
  g_assert_true (rua_alliance_was_erased (hub, "income", HER "y"));
  g_assert_false (rua_alliance_was_erased (hub, "income", "z"));
  for (guint round = 0; round < 2; round++) {
    case_carry (gaopo, hub, NULL);
    case_carry (baojing, hub, NULL);
    case_carry (hub, gaopo, "gaopo");
    case_carry (hub, baojing, "baojing");
  }
  case_assert_same (hub, gaopo);
  case_assert_same (hub, baojing);
  case_assert_silent (baojing, HER "h");
  case_assert_silent (baojing, "20171953");
  case_assert_silent (baojing, HER "x");
  {
    g_autofree char *text = case_text_of (hub);

    g_assert_nonnull (strstr (text, "2018"));
  }
}

/* Two erase the same record, neither having heard of the other. */
static void
test_erased_twice (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo"), baojing = case_enroll (hub, "baojing");

  case_set_text (gaopo, "household", HER "h", "stratum", "a");
  case_erase (gaopo, "household", HER "h");
  case_set_text (baojing, "household", HER "h", "stratum", "b");
  case_erase (baojing, "household", HER "h");
  case_carry (gaopo, hub, NULL);
  case_carry (baojing, hub, NULL);
  case_carry (hub, gaopo, "gaopo");
  case_carry (hub, baojing, "baojing");
  case_assert_same (hub, gaopo);
  case_assert_same (hub, baojing);
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_erasures (hub)), ==, 4);
  case_assert_silent (hub, HER "h");
}

static void
test_receipts (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village), gaopo = case_enroll (hub, "gaopo");
  g_autoptr (GBytes) receipt = NULL, again = NULL;

  case_title_change (gaopo, NULL, HER "h", HER " of gaopo");
  case_carry (gaopo, hub, NULL);
  receipt = case_send (hub, "gaopo", -1);
  /* The hub erases, then the receipt of before comes, and one of after. */
  case_erase (hub, "household", HER "h");
  case_title_change (gaopo, NULL, "i", "II");
  case_take (gaopo, receipt);
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 1);
  case_carry (hub, gaopo, "gaopo");
  case_assert_silent (gaopo, HER " of");
  case_carry (gaopo, hub, NULL);
  case_take (gaopo, receipt);
  case_carry (hub, gaopo, "gaopo");
  g_assert_cmpuint (rua_alliance_get_n_unsent (gaopo), ==, 0);
  /* All of it once more. */
  again = case_send (gaopo, NULL, 0);
  g_assert_cmpuint (case_take (hub, again), ==, 0);
  case_assert_same (hub, gaopo);
}

/* A station that is given a part hears of all erasures: it may have had them. */
static void
test_part (void)
{
  static const char *const only[] = { "household=i", NULL };
  static const char *const both[] = { "household=i", "household=" HER "h", NULL };
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) gaopo = rua_alliance_enroll_station_part (hub, "gaopo", both, &error);

  g_assert_no_error (error);
  case_title_change (gaopo, NULL, HER "h", HER " of gaopo");
  case_carry (gaopo, hub, NULL);
  g_assert_true (rua_alliance_set_part (hub, "gaopo", only, &error));
  g_assert_no_error (error);
  case_erase (hub, "household", HER "h");
  case_carry (hub, gaopo, "gaopo");
  g_assert_true (rua_alliance_was_erased (gaopo, "household", HER "h"));
  case_assert_silent (gaopo, HER "h");
  case_assert_silent (gaopo, HER " of");
  case_carry (gaopo, hub, NULL);
  case_assert_silent (hub, HER "h");
}

/* What is made in bulk under the id of one who was erased is refused whole, by its place and without the id. */
/* What a station was given is told without whom it named, by an id or by a path to her; the other choices stay. */
static void
test_part_of_several (void)
{
  static const char *const all[] = { "household=i", "household=" HER "h", "product", "person.household=" HER "h", "household=j", NULL };
  static const char *const left[] = { "household=i", "product", "household=j", NULL };
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaAlliance) gaopo = rua_alliance_enroll_station_part (hub, "gaopo", all, &error);
  g_auto (GStrv) given = NULL, own = NULL;

  g_assert_no_error (error);
  case_erase (hub, "household", HER "h");
  given = rua_alliance_list_part (hub, "gaopo");
  g_assert_true (g_strv_equal ((const char *const *) given, left));
  case_carry (hub, gaopo, "gaopo");
  own = rua_alliance_list_part (gaopo, NULL);
  g_assert_true (g_strv_equal ((const char *const *) own, left));
  case_assert_silent (hub, HER "h");
  case_assert_silent (gaopo, HER "h");
}

static void
test_appended (void)
{
  g_autoptr (RuaAlliance) hub = case_hub (case_village);
  RuaTable *households = rua_alliance_get_households (hub);
  guint n = rua_table_get_n_records (households);
  g_autoptr (GError) error = NULL;

  for (guint erased = 0; erased < 2; erased++) {
    static const char *const ids[] = { "new-1", HER "new", "new-2" };
    RuaAppender *appender = rua_table_append (households);

    for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
      g_autofree char *id = g_strdup_printf ("%s%s", ids[i], erased ? "" : "-before");

      g_assert_true (rua_appender_set_text (appender, 0, i == 1 && erased ? HER "h" : id, -1, &error));
      rua_appender_end_row (appender);
    }
    if (!erased) {
      g_assert_true (rua_appender_commit (appender, &error));
      g_assert_cmpuint (rua_table_get_n_records (households), ==, n + 3);
      case_erase (hub, "household", HER "h");
      n = rua_table_get_n_records (households);
    } else {
      g_autoptr (RuaRecord) found = NULL;
      g_autofree char *place = g_strdup_printf ("#%u", rua_table_get_n_rows (households) + 2);

      g_assert_false (rua_appender_commit (appender, &error));
      g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
      g_assert_nonnull (strstr (error->message, "a record of this id was erased"));
      g_assert_nonnull (strstr (error->message, place));
      g_assert_null (strstr (error->message, HER));
      found = rua_alliance_find (hub, "household", "new-1");
      g_assert_null (found);
      g_assert_cmpuint (rua_table_get_n_records (households), ==, n);
    }
    g_object_unref (appender);
  }
  case_assert_silent (hub, HER "h");
}

/* ---- histories ---- */

#define MOST 5
#define PEOPLE 6

typedef struct {
  RuaRandom random;
  RuaAlliance *hub;
  RuaAlliance *stations[MOST];
  char *names[MOST];
  guint n;
  guint n_made;
  gboolean erased[64]; /* by the number of the household */
} World;

/* "Mk3." is in all that is said of the third household. */
static char *
mark_of (guint number)
{
  return g_strdup_printf ("Mk%u.", number);
}

static void
edit (World *world, RuaAlliance *alliance)
{
  guint number = rua_random_below (&world->random, PEOPLE);
  g_autofree char *mark = mark_of (number), *text = g_strdup_printf ("%s%u", mark, rua_random_below (&world->random, 3));
  g_autoptr (RuaRecord) household = rua_alliance_find (alliance, "household", mark);
  g_autoptr (RuaRecord) course = rua_alliance_find (alliance, "course", "c");
  g_autoptr (GError) error = NULL;

  switch (rua_random_below (&world->random, 7)) {
  case 0:
    if (household)
      break;
    household = rua_alliance_new_record (alliance, "household");
    g_assert_true (rua_record_set_id (household, mark, &error));
    rua_alliance_add (alliance, household, NULL);
    break;
  case 1:
    if (household)
      g_assert_true (rua_record_set_text (household, "name", text, &error));
    break;
  case 2:
    if (household)
      rua_alliance_remove (alliance, household, NULL);
    break;
  case 3:
    if (household) {
      g_autofree char *id = rua_random_below (&world->random, 2) ? g_strdup_printf ("%sn%u", mark, world->n_made++) : NULL;

      case_add_income (alliance, id, mark, 2000 + rua_random_below (&world->random, 20));
    }
    break;
  case 4:
    if (course && household)
      g_assert_true (rua_record_set_reference (course, "led_by", household, &error));
    break;
  case 5:
    if (course) {
      g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_object_unref);

      for (guint i = 0; i < PEOPLE; i++) {
        g_autofree char *id = mark_of (i);
        RuaRecord *one = rua_random_below (&world->random, 2) ? rua_alliance_find (alliance, "household", id) : NULL;

        if (one)
          g_ptr_array_add (list, one);
      }
      g_assert_true (rua_record_set_references (course, "people", (RuaRecord **) list->pdata, list->len, &error));
    }
    break;
  default:
    rua_alliance_undo (alliance, NULL);
  }
  g_assert_no_error (error);
}

static void
erase_one (World *world, RuaAlliance *alliance)
{
  guint number = rua_random_below (&world->random, PEOPLE);
  g_autofree char *mark = mark_of (number);

  if (rua_alliance_erase (alliance, "household", mark, NULL, "2026-11-25", NULL, NULL, NULL))
    world->erased[number] = TRUE;
}

static void
settle_all (World *world)
{
  guint n_new = 1;

  /* Who goes with them is erased where it comes: that takes a round more. */
  for (guint round = 0; n_new > 0; round++) {
    g_assert_cmpuint (round, <, 8);
    n_new = 0;
    for (guint i = 0; i < world->n; i++)
      n_new += case_carry (world->stations[i], world->hub, NULL);
    for (guint i = 0; i < world->n; i++)
      n_new += case_carry (world->hub, world->stations[i], world->names[i]);
  }
}

static void
run_history (guint32 seed)
{
  World world = { .hub = case_hub ("\"households\": [{\"id\": \"Mk0.\", \"name\": \"Mk0.a\"}, {\"id\": \"Mk1.\"}, {\"id\": \"o\"}], "
                                  "\"incomes\": [{\"household\": \"Mk0.\", \"year\": 2001}, {\"household\": \"Mk1.\", \"year\": 2002}], "
                                  "\"courses\": [{\"id\": \"c\", \"led_by\": \"Mk0.\", \"people\": [\"Mk1.\", \"Mk0.\", \"o\"]}]") };
  g_autoptr (GPtrArray) up = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  rua_random_init (&world.random, seed);
  world.n = 1 + rua_random_below (&world.random, MOST);
  for (guint i = 0; i < world.n; i++) {
    world.names[i] = g_strdup_printf ("s%u", i);
    world.stations[i] = case_enroll (world.hub, world.names[i]);
  }
  for (guint step = 0; step < 40; step++) {
    guint who = rua_random_below (&world.random, world.n);

    switch (rua_random_below (&world.random, 8)) {
    case 0:
      if (rua_random_below (&world.random, 2))
        erase_one (&world, rua_random_below (&world.random, 3) ? world.stations[who] : world.hub);
      break;
    case 1:
      g_ptr_array_add (up, case_send (world.stations[who], NULL, rua_random_below (&world.random, 2) ? -1 : 0));
      break;
    case 2:
      if (up->len)
        case_take (world.hub, up->pdata[rua_random_below (&world.random, up->len)]);
      break;
    case 3:
      case_carry (world.hub, world.stations[who], world.names[who]);
      break;
    default:
      edit (&world, rua_random_below (&world.random, 5) ? world.stations[who] : world.hub);
    }
  }
  settle_all (&world);
  for (guint k = 0; k < up->len; k++)
    case_take (world.hub, up->pdata[k]);
  settle_all (&world);
  for (guint i = 0; i < world.n; i++)
    case_assert_same (world.hub, world.stations[i]);
  for (guint number = 0; number < PEOPLE; number++) {
    g_autofree char *mark = mark_of (number);

    for (guint i = 0; world.erased[number] && i < world.n; i++) {
      g_autofree char *facts = case_log_of (world.stations[i]);

      if (strstr (facts, mark))
        g_test_message ("%s in:\n%s", mark, facts);
      g_assert_null (strstr (facts, mark));
    }
    if (world.erased[number])
      case_assert_silent (world.hub, mark);
  }
  for (guint i = 0; i < world.n; i++) {
    g_object_unref (world.stations[i]);
    g_free (world.names[i]);
  }
  g_object_unref (world.hub);
}

static void
test_histories (void)
{
  const guint n = g_getenv ("RUA_SLOW_MACHINE") ? 2 : 60;
  guint32 seed = (guint32) g_test_rand_int ();
  const char *told = g_getenv ("RUA_SEED");

  if (told)
    seed = (guint32) g_ascii_strtoull (told, NULL, 10);
  for (guint i = 0; i < n; i++) {
    g_test_message ("seed %u", seed + i);
    run_history (seed + i);
  }
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  case_folder = g_dir_make_tmp ("rua-erased-XXXXXX", NULL);
  g_test_add_func ("/erased-log/travels", test_travels);
  g_test_add_func ("/erased-log/goes-with-them", test_goes_with_them);
  g_test_add_func ("/erased-log/erased-twice", test_erased_twice);
  g_test_add_func ("/erased-log/receipts", test_receipts);
  g_test_add_func ("/erased-log/part", test_part);
  g_test_add_func ("/erased-log/part-of-several", test_part_of_several);
  g_test_add_func ("/erased-log/appended", test_appended);
  g_test_add_func ("/erased-log/histories", test_histories);
  status = g_test_run ();
  g_rmdir (case_folder);
  return status;
}
