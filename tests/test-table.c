/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-private.h"
#include "rua-random-private.h"

#include <string.h>

static RuaSite *
new_site (const char *id)
{
  RuaSite *site = rua_site_new ();

  g_assert_true (rua_record_set_id (RUA_RECORD (site), id, NULL));
  g_assert_true (rua_record_set_texts (RUA_RECORD (site), "name", "en", id, NULL));
  return site;
}

static RuaSite *
add_site (RuaAlliance *alliance, const char *id)
{
  RuaSite *site = new_site (id);
  GError *error = NULL;

  rua_alliance_add (alliance, RUA_RECORD (site), &error);
  g_assert_no_error (error);
  return site;
}

static RuaHousehold *
new_household (const char *id, RuaSite *site)
{
  RuaHousehold *household = rua_household_new ();

  g_assert_true (rua_record_set_id (RUA_RECORD (household), id, NULL));
  if (site)
    g_assert_true (rua_household_set_site (household, site, NULL));
  return household;
}

static void
test_window (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_sites (alliance);
  RuaSite *site = add_site (alliance, "a");
  RuaRecord *again = rua_table_dup_record (table, 0), *found = rua_table_find (table, "a");

  g_assert_true (again == RUA_RECORD (site));
  g_assert_true (found == again);
  g_object_unref (again);
  g_object_unref (found);
  g_object_add_weak_pointer (G_OBJECT (site), (gpointer *) &site);
  g_object_unref (site);
  g_assert_null (site);
  again = rua_table_dup_record (table, 0);
  g_assert_cmpstr (rua_record_get_id (again), ==, "a");
  g_object_unref (again);
  g_assert_null (rua_table_dup_record (table, 1));
  g_assert_null (rua_table_find (table, "b"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (table)), ==, 1);
  g_assert_true (g_list_model_get_item_type (G_LIST_MODEL (table)) == RUA_TYPE_SITE);
}

static void
test_keeps_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  RuaSite *site = add_site (alliance, "a");
  RuaHousehold *household = new_household ("h", site);
  g_autoptr (RuaSite) where = NULL;

  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), NULL));
  g_object_unref (site);
  g_object_add_weak_pointer (G_OBJECT (alliance), (gpointer *) &alliance);
  g_object_unref (alliance);
  g_assert_nonnull (alliance);
  where = rua_household_dup_site (household);
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (where)), ==, "a");
  g_clear_object (&where);
  g_object_unref (household);
  g_assert_null (alliance);
}

static void
test_table_outlives_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaTable) table = g_object_ref (rua_alliance_get_households (alliance));
  g_autoptr (RuaSite) site = add_site (alliance, "a");
  g_autoptr (RuaHousehold) household = new_household ("h", site);
  g_autoptr (RuaRecord) record = NULL;

  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), NULL));
  g_clear_object (&household);
  g_clear_object (&site);
  g_object_unref (alliance);
  record = rua_table_dup_record (table, 0);
  g_assert_cmpstr (rua_record_get_id (record), ==, "h");
  g_assert_null (rua_household_dup_site (RUA_HOUSEHOLD (record)));
}

static void
test_refused (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaAlliance) other = rua_alliance_new ();
  g_autoptr (RuaSite) site = add_site (alliance, "a");
  g_autoptr (RuaSite) twin = new_site ("a");
  g_autoptr (RuaSite) nameless = rua_site_new ();
  g_autoptr (RuaHousehold) household = new_household ("h", NULL);
  RuaTable *sites = rua_alliance_get_sites (alliance);
  GError *error = NULL;

  g_assert_false (rua_alliance_add (alliance, RUA_RECORD (twin), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_cmpstr (error->message, ==, "site 'a': id: 'a': another record of this kind has this id; choose another");
  g_clear_error (&error);
  g_assert_false (rua_alliance_add (alliance, RUA_RECORD (site), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_false (rua_alliance_add (alliance, RUA_RECORD (nameless), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "id, name"));
  g_clear_error (&error);
  g_assert_false (rua_table_add (sites, RUA_RECORD (household), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (rua_table_remove (sites, RUA_RECORD (twin), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_clear_error (&error);
  g_assert_false (rua_alliance_remove (other, RUA_RECORD (site), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_clear_error (&error);
  g_assert_false (rua_record_set_id (RUA_RECORD (site), "", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (rua_record_unset (RUA_RECORD (site), "name", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_cmpuint (rua_table_get_n_records (sites), ==, 1);
}

static void
test_ids_follow (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaSite) a = add_site (alliance, "a");
  g_autoptr (RuaSite) b = add_site (alliance, "b");
  g_autoptr (RuaHousehold) household = new_household ("h", a);
  g_autoptr (RuaSite) where = NULL;
  g_autoptr (RuaRecord) found = NULL;
  GError *error = NULL;

  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), &error));
  g_assert_false (rua_record_set_id (RUA_RECORD (a), "b", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_true (rua_record_set_id (RUA_RECORD (a), "c", &error));
  g_assert_true (rua_record_set_id (RUA_RECORD (b), "a", &error));
  g_assert_no_error (error);
  where = rua_household_dup_site (household);
  g_assert_cmpstr (rua_record_get_id (RUA_RECORD (where)), ==, "c");
  found = rua_alliance_find (alliance, "site", "a");
  g_assert_true (found == RUA_RECORD (b));
  g_assert_null (rua_alliance_find (alliance, "sites", "b"));
}

static void
test_referred_to (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaSite) site = add_site (alliance, "a");
  g_autoptr (RuaHousehold) household = new_household ("h", site);
  g_autoptr (RuaSite) kept = NULL;
  GError *error = NULL;

  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), NULL));
  g_assert_false (rua_alliance_remove (alliance, RUA_RECORD (site), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_assert_cmpstr (error->message, ==, "site 'a' cannot be removed: household #1 refers to it (site); change or remove that first");
  g_clear_error (&error);
  /* Removed first, the household keeps its site, as an object. */
  g_assert_true (rua_alliance_remove (alliance, RUA_RECORD (household), &error));
  g_assert_true (rua_alliance_remove (alliance, RUA_RECORD (site), &error));
  g_assert_no_error (error);
  kept = rua_household_dup_site (household);
  g_assert_true (kept == site);
  g_assert_false (rua_alliance_add (alliance, RUA_RECORD (household), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_clear_error (&error);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (site), &error));
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), &error));
  g_assert_no_error (error);
}

static void
test_itself (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaPlace *place = rua_place_new ();
  GError *error = NULL;

  rua_record_set_id (RUA_RECORD (place), "p", NULL);
  rua_record_set_texts (RUA_RECORD (place), "name", NULL, "P", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (place), &error));
  g_assert_no_error (error);
  g_assert_true (rua_record_set_reference (RUA_RECORD (place), "parent", RUA_RECORD (place), &error));
  g_assert_true (rua_alliance_remove (alliance, RUA_RECORD (place), &error));
  g_assert_no_error (error);
  g_object_add_weak_pointer (G_OBJECT (place), (gpointer *) &place);
  g_object_unref (place);
  g_assert_null (place);
}

/* Nor does a list that it stands in, of one kind or of any, keep it for ever. */
static void
test_lists_of_itself (void)
{
  static const char *const targets[] = { "place", "*" };

  for (gsize t = 0; t < G_N_ELEMENTS (targets); t++) {
    g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
    g_autoptr (RuaField) list = rua_field_new ("near", RUA_FIELD_TYPE_REFERENCE_LIST);
    g_autoptr (RuaField) one = rua_field_new ("self", RUA_FIELD_TYPE_REFERENCE);
    RuaRecord *place, *both[2];
    g_autoptr (RuaRecord) other = NULL;
    GError *error = NULL;

    rua_field_set_target (list, targets[t]);
    rua_field_set_target (one, targets[t]);
    g_assert_true (rua_alliance_add_field (alliance, "place", list, &error));
    g_assert_true (rua_alliance_add_field (alliance, "place", one, &error));
    for (guint i = 0; i < 2; i++) {
      both[i] = rua_alliance_new_record (alliance, "place");
      rua_record_set_id (both[i], i ? "q" : "p", NULL);
      rua_record_set_texts (both[i], "name", NULL, "P", NULL);
      g_assert_true (rua_alliance_add (alliance, both[i], &error));
    }
    place = both[0];
    other = both[1];
    g_assert_true (rua_record_set_references (place, "near", both, 2, &error));
    g_assert_true (rua_record_set_reference (place, "self", place, &error));
    g_assert_true (rua_alliance_remove (alliance, place, &error));
    g_assert_no_error (error);
    g_object_add_weak_pointer (G_OBJECT (place), (gpointer *) &place);
    g_object_unref (place);
    g_assert_null (place);
  }
}

/* Its reference to itself does not hide those of others that stand behind it. */
static void
test_itself_and_others (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaPlace) place = rua_place_new ();
  g_autoptr (RuaPlace) other = rua_place_new ();
  GError *error = NULL;

  rua_record_set_id (RUA_RECORD (place), "p", NULL);
  rua_record_set_texts (RUA_RECORD (place), "name", NULL, "P", NULL);
  rua_record_set_id (RUA_RECORD (other), "q", NULL);
  rua_record_set_texts (RUA_RECORD (other), "name", NULL, "Q", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (place), &error));
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (other), &error));
  g_assert_true (rua_record_set_reference (RUA_RECORD (place), "parent", RUA_RECORD (place), &error));
  g_assert_true (rua_record_set_reference (RUA_RECORD (other), "parent", RUA_RECORD (place), &error));
  g_assert_false (rua_alliance_remove (alliance, RUA_RECORD (place), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_assert_nonnull (strstr (error->message, "place 'q' refers to it"));
  g_clear_error (&error);
  g_assert_true (rua_record_unset (RUA_RECORD (other), "parent", &error));
  g_assert_true (rua_alliance_remove (alliance, RUA_RECORD (place), &error));
  g_assert_no_error (error);
}

typedef struct {
  RuaAlliance *alliance;
  RuaRecord *victim;
  guint depth;
  guint events;
} Reentrancy;

static void
add_more (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Reentrancy *r = data;

  r->events++;
  g_assert_cmpuint (g_list_model_get_n_items (model), >=, position + added);
  if (r->depth < 5 && added) {
    guint n = r->depth++;
    g_autofree char *id = g_strdup_printf ("more%u", n);
    g_autoptr (RuaSite) site = add_site (r->alliance, id);

    if (n == 2)
      g_assert_true (rua_alliance_remove (r->alliance, RUA_RECORD (site), NULL));
  }
  if (r->victim) {
    RuaRecord *victim = g_steal_pointer (&r->victim);

    g_assert_true (rua_alliance_remove (r->alliance, victim, NULL));
    g_object_unref (victim);
  }
}

static void
test_reentrancy (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_sites (alliance);
  Reentrancy r = { alliance, RUA_RECORD (add_site (alliance, "first")), 0, 0 };
  g_autoptr (RuaSite) site = NULL;

  g_signal_connect (table, "items-changed", G_CALLBACK (add_more), &r);
  site = add_site (alliance, "second");
  /* second and four of five more; the third of them and the first were removed while we told. */
  g_assert_cmpuint (rua_table_get_n_records (table), ==, 5);
  g_assert_cmpuint (r.events, ==, 8);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (RuaRecord) record = rua_table_dup_record (table, i);

    g_assert_nonnull (rua_record_get_id (record));
  }
}

static void
remove_self (GObject *object, GParamSpec *pspec, gpointer data)
{
  g_signal_handlers_disconnect_by_data (object, data);
  g_assert_true (rua_alliance_remove (data, RUA_RECORD (object), NULL));
  g_object_unref (object);
}

static void
test_removed_in_notify (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaSite *site = add_site (alliance, "a");

  g_signal_connect (site, "notify", G_CALLBACK (remove_self), alliance);
  g_assert_true (rua_record_set_texts (RUA_RECORD (site), "name", "zh", "名", NULL));
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_sites (alliance)), ==, 0);
}

/* A table against a plain list of what should be in it. */
static void
test_random_edits (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaTable *table = rua_alliance_get_households (alliance);
  g_autoptr (GPtrArray) model = g_ptr_array_new_with_free_func (g_free); /* ids in order */
  g_autoptr (GHashTable) weights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  RuaRandom random;
  guint serial = 0;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (int step = 0; step < 20000; step++) {
    guint what = rua_random_below (&random, 10);

    if (what < 5 || model->len == 0) {
      g_autofree char *id = g_strdup_printf ("h%u", serial++);
      g_autoptr (RuaHousehold) household = new_household (id, NULL);
      double weight = rua_random_next (&random);

      if (what != 0) {
        rua_household_set_weight (household, weight, NULL);
        g_hash_table_insert (weights, g_strdup (id), g_memdup2 (&weight, sizeof weight));
      }
      g_assert_true (rua_table_add (table, RUA_RECORD (household), NULL));
      g_ptr_array_add (model, g_steal_pointer (&id));
    } else {
      guint position = rua_random_below (&random, model->len);
      g_autoptr (RuaRecord) record = rua_table_dup_record (table, position);
      const char *id = model->pdata[position];
      double *weight = g_hash_table_lookup (weights, id), got;

      g_assert_cmpstr (rua_record_get_id (record), ==, id);
      g_assert_cmpint (rua_household_get_weight (RUA_HOUSEHOLD (record), &got), ==, weight != NULL);
      if (weight)
        g_assert_cmpfloat (got, ==, *weight);
      if (what < 9) {
        g_assert_true (rua_table_remove (table, record, NULL));
        g_hash_table_remove (weights, id);
        g_ptr_array_remove_index (model, position);
      } else {
        double next = rua_random_next (&random);

        g_assert_true (rua_household_set_weight (RUA_HOUSEHOLD (record), next, NULL));
        g_hash_table_insert (weights, g_strdup (id), g_memdup2 (&next, sizeof next));
      }
    }
    g_assert_cmpuint (rua_table_get_n_records (table), ==, model->len);
    if (step % 1000 == 0) {
      g_autoptr (RuaColumn) column = rua_table_dup_column (table, "weight");
      g_autoptr (GBytes) values = rua_column_dup_values (column);
      g_autoptr (GBytes) known = rua_column_dup_presence (column);
      const double *v = g_bytes_get_data (values, NULL);
      const guint8 *k = g_bytes_get_data (known, NULL);

      g_assert_cmpuint (rua_column_get_n_known (column), ==, g_hash_table_size (weights));
      g_assert_cmpuint (g_bytes_get_size (known), ==, model->len);
      for (guint i = 0; i < model->len; i++) {
        double *weight = g_hash_table_lookup (weights, model->pdata[i]);

        g_assert_cmpint (k[i], ==, weight != NULL);
        g_assert_cmpfloat (v[i], ==, weight ? *weight : 0);
        g_assert_cmpuint (rua_table_row_at (table, i), ==, rua_table_find_row (table, model->pdata[i], -1));
      }
    }
  }
}

static void
test_no_such_column (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  g_assert_null (rua_table_dup_column (rua_alliance_get_sites (alliance), "no_such"));
  g_assert_null (rua_alliance_get_table (alliance, "no_such"));
  g_assert_null (rua_alliance_new_record (alliance, "no_such"));
}

static void
test_profile (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaProfile) profile = rua_profile_new (), second = rua_profile_new ();
  g_autoptr (RuaProfile) got = NULL;
  g_autoptr (RuaIncome) income G_GNUC_UNUSED = rua_income_new ();
  GError *error = NULL;

  g_assert_null (rua_alliance_dup_profile (alliance));
  g_assert_cmpuint (rua_alliance_get_currency_digits (alliance), ==, 2);
  rua_profile_set_title (profile, "en", "Test", NULL);
  rua_profile_set_title (second, "en", "Test", NULL);
  rua_profile_set_currency (profile, "JPY", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (profile), &error));
  g_assert_no_error (error);
  g_assert_false (rua_alliance_add (alliance, RUA_RECORD (second), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  got = rua_alliance_dup_profile (alliance);
  g_assert_true (got == profile);
  g_assert_cmpuint (rua_alliance_get_currency_digits (alliance), ==, 0);
  rua_profile_set_currency (profile, "KWD", NULL);
  g_assert_cmpuint (rua_alliance_get_currency_digits (alliance), ==, 3);
  rua_profile_set_currency (profile, "CNY", NULL);
  g_assert_cmpuint (rua_alliance_get_currency_digits (alliance), ==, 2);
}

static void
test_currency (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaProfile) profile = rua_profile_new ();
  g_autoptr (RuaHousehold) household = new_household ("h", NULL);
  g_autoptr (RuaRecord) income = RUA_RECORD (rua_income_new ());
  GError *error = NULL;

  rua_profile_set_title (profile, "en", "Test", NULL);
  rua_profile_set_currency (profile, "JPY", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (profile), &error));
  g_assert_true (rua_profile_set_currency (profile, "CNY", &error));
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (household), &error));
  rua_record_set_reference (income, "household", RUA_RECORD (household), &error);
  rua_record_set_integer (income, "year", 2014, &error);
  rua_record_set_money (income, "amount", 392700, &error);
  g_assert_true (rua_alliance_add (alliance, income, &error));
  g_assert_no_error (error);

  /* 3,927.00 yuan must not become 392,700 yen. */
  g_assert_false (rua_profile_set_currency (profile, "JPY", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "'JPY': its amounts have 0 decimals, those on record have 2"));
  g_clear_error (&error);
  g_assert_cmpstr (rua_profile_get_currency (profile), ==, "CNY");
  g_assert_true (rua_profile_set_currency (profile, "EUR", &error));
  g_assert_true (rua_record_unset (RUA_RECORD (profile), "currency", &error));
  g_assert_true (rua_alliance_remove (alliance, RUA_RECORD (profile), &error));
  rua_profile_set_currency (profile, "KWD", &error);
  g_assert_no_error (error);
  g_assert_false (rua_alliance_add (alliance, RUA_RECORD (profile), &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_true (rua_alliance_remove (alliance, income, &error));
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (profile), &error));
  g_assert_no_error (error);
}

static void
test_validate (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaHousehold) good = new_household ("good", NULL);
  g_autoptr (RuaHousehold) bad = new_household ("bad", NULL);
  g_autoptr (GListModel) faults = NULL;
  g_autoptr (RuaFault) fault = NULL;

  rua_household_set_joined (good, "2014-09", NULL);
  rua_household_set_left (good, "2014", NULL);
  rua_household_set_n_persons (good, 3, NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (good), NULL));
  faults = rua_alliance_validate (alliance);
  g_assert_cmpuint (g_list_model_get_n_items (faults), ==, 0);
  g_clear_object (&faults);
  rua_household_set_joined (bad, "2015", NULL);
  rua_household_set_left (bad, "2014-12-31", NULL);
  g_assert_true (rua_alliance_add (alliance, RUA_RECORD (bad), NULL));
  faults = rua_alliance_validate (alliance);
  g_assert_cmpuint (g_list_model_get_n_items (faults), ==, 1);
  fault = g_list_model_get_item (faults, 0);
  g_assert_cmpstr (rua_fault_get_key (fault), ==, "#2");
  g_assert_cmpstr (rua_fault_get_field (fault), ==, "left");
  g_assert_cmpstr (rua_fault_get_value (fault), ==, "2014-12-31");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/window", test_window);
  g_test_add_func ("/table/keeps-alliance", test_keeps_alliance);
  g_test_add_func ("/table/outlives-alliance", test_table_outlives_alliance);
  g_test_add_func ("/table/refused", test_refused);
  g_test_add_func ("/table/ids-follow", test_ids_follow);
  g_test_add_func ("/table/referred-to", test_referred_to);
  g_test_add_func ("/table/itself", test_itself);
  g_test_add_func ("/table/itself/lists", test_lists_of_itself);
  g_test_add_func ("/table/itself-and-others", test_itself_and_others);
  g_test_add_func ("/table/reentrancy", test_reentrancy);
  g_test_add_func ("/table/removed-in-notify", test_removed_in_notify);
  g_test_add_func ("/table/random-edits", test_random_edits);
  g_test_add_func ("/table/no-such-column", test_no_such_column);
  g_test_add_func ("/alliance/profile", test_profile);
  g_test_add_func ("/alliance/currency", test_currency);
  g_test_add_func ("/alliance/validate", test_validate);
  return g_test_run ();
}
