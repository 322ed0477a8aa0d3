/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records that leave one alliance and come into another: what they hold goes with them, or they are refused whole. */
#include "rua-alliance-private.h"

#include <string.h>

static RuaAlliance *
new_alliance (const char *currency)
{
  RuaAlliance *alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) profile = rua_alliance_new_record (alliance, "alliance");
  g_autoptr (GError) error = NULL;

  rua_record_set_texts (profile, "title", "en", "A case", NULL);
  rua_record_set_text (profile, "currency", currency, &error);
  g_assert_no_error (error);
  g_assert_true (rua_alliance_add (alliance, profile, &error));
  return alliance;
}

static RuaRecord *
add (RuaAlliance *alliance, const char *kind, const char *id)
{
  RuaRecord *record = rua_alliance_new_record (alliance, kind);
  g_autoptr (GError) error = NULL;

  rua_record_set_id (record, id, NULL);
  rua_record_set_texts (record, strcmp (kind, "grant") == 0 || strcmp (kind, "event") == 0 ? "title" : "name", "en", id, &error);
  g_assert_no_error (error);
  g_assert_true (rua_alliance_add (alliance, record, &error));
  return record;
}

/* Out of the one, into the other; what is told where it is refused. */
static char *
move (RuaAlliance *from, RuaAlliance *to, RuaRecord *record, gint code)
{
  g_autoptr (GError) error = NULL;
  guint n = rua_table_get_n_records (rua_alliance_get_table (to, rua_kind_get_name (rua_record_get_kind (record))));

  g_assert_true (rua_alliance_remove (from, record, &error));
  if (rua_alliance_add (to, record, &error)) {
    g_assert_no_error (error);
    return NULL;
  }
  g_assert_error (error, RUA_ERROR, code);
  g_assert_null (rua_record_get_table (record));
  g_assert_cmpuint (rua_table_get_n_records (rua_alliance_get_table (to, rua_kind_get_name (rua_record_get_kind (record)))), ==, n);
  return g_strdup (error->message);
}

/* Money keeps its worth, whatever the decimals of the currencies. */
static void
test_money (void)
{
  static const struct {
    const char *from, *to;
    gint64 minor, becomes;
    gboolean refused;
  } cases[] = {
    { "CNY", "CNY", 1250, 1250, FALSE },
    { "CNY", "JPY", 1200, 12, FALSE },
    { "CNY", "JPY", -1200, -12, FALSE },
    { "CNY", "JPY", 0, 0, FALSE },
    { "CNY", "JPY", 1250, 0, TRUE },
    { "CNY", "JPY", 1201, 0, TRUE },
    { "CNY", "KWD", 1250, 12500, FALSE },
    { "JPY", "CNY", 12, 1200, FALSE },
    { "JPY", "KWD", -7, -7000, FALSE },
    { "KWD", "JPY", 7000, 7, FALSE },
    { "KWD", "JPY", 7100, 0, TRUE },
    { "KWD", "CNY", 7005, 0, TRUE },
    { "JPY", "CNY", G_MAXINT64 / 100, G_MAXINT64 / 100 * 100, FALSE },
    { "JPY", "CNY", G_MAXINT64 / 100 + 1, 0, TRUE },
    { "JPY", "CNY", G_MAXINT64 / 2, 0, TRUE },
    { "JPY", "KWD", G_MININT64 + 1, 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) from = new_alliance (cases[i].from), to = new_alliance (cases[i].to);
    g_autoptr (RuaRecord) grant = add (from, "grant", "g");
    g_autofree char *told = NULL;
    g_autoptr (GError) error = NULL;
    gint64 minor = 0;

    g_assert_true (rua_record_set_money (grant, "amount", cases[i].minor, &error));
    told = move (from, to, grant, RUA_ERROR_VALUE);
    if (cases[i].refused) {
      g_assert_nonnull (told);
      g_assert_nonnull (strstr (told, "cannot be said in the decimals of the alliance's currency"));
      /* Where it was it may be again. */
      g_assert_true (rua_alliance_add (from, grant, &error));
    }
    g_assert_true (rua_record_get_money (grant, "amount", &minor));
    g_assert_cmpint (minor, ==, cases[i].refused ? cases[i].minor : cases[i].becomes);
  }
}

static void
own_field (RuaAlliance *alliance, const char *name, RuaFieldType type)
{
  g_autoptr (RuaField) field = rua_field_new (name, type);
  g_autoptr (GError) error = NULL;

  rua_alliance_add_field (alliance, "site", field, &error);
  g_assert_no_error (error);
}

/* A field of one's own is known by its name and its type, wherever it stands. */
static void
test_own_fields (void)
{
  static const struct {
    const char *first, *second; /* what the other alliance has */
    RuaFieldType type;
    gboolean refused;
  } cases[] = {
    { "height", NULL, RUA_FIELD_TYPE_NUMBER, FALSE },
    { "soil", "height", RUA_FIELD_TYPE_NUMBER, FALSE },
    { "height", "soil", RUA_FIELD_TYPE_NUMBER, FALSE },
    { NULL, NULL, RUA_FIELD_TYPE_NUMBER, TRUE },
    { "soil", NULL, RUA_FIELD_TYPE_NUMBER, TRUE },
    { "height", NULL, RUA_FIELD_TYPE_INTEGER, TRUE },
    { "height", NULL, RUA_FIELD_TYPE_TEXT, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) from = new_alliance ("CNY"), to = new_alliance ("CNY");
    g_autoptr (RuaRecord) site = NULL, plain = NULL;
    g_autofree char *told = NULL, *empty = NULL;
    double height = 0;

    own_field (from, "height", RUA_FIELD_TYPE_NUMBER);
    if (cases[i].first != NULL)
      own_field (to, cases[i].first, cases[i].type);
    if (cases[i].second != NULL)
      own_field (to, cases[i].second, cases[i].type);
    site = add (from, "site", "s");
    plain = add (from, "site", "plain");
    g_assert_true (rua_record_set_number (site, "height", 812.5, NULL));
    told = move (from, to, site, RUA_ERROR_UNKNOWN_NAME);
    if (cases[i].refused) {
      g_assert_nonnull (told);
      g_assert_nonnull (strstr (told, "height"));
      g_assert_nonnull (strstr (told, "this alliance has no such field"));
    } else {
      g_assert_null (told);
      g_assert_true (rua_record_get_number (site, "height", &height));
      g_assert_cmpfloat (height, ==, 812.5);
      if (cases[i].second != NULL)
        g_assert_false (rua_record_has (site, "soil"));
    }
    /* Whoever has nothing in it may come. */
    empty = move (from, to, plain, RUA_ERROR_UNKNOWN_NAME);
    g_assert_null (empty);
  }
}

/* Whom a record refers to has to be there: a record of the other alliance is none of this one, whatever its id. */
static void
test_references (void)
{
  static const struct {
    const char *kind, *field, *target;
    gboolean is_list;
  } cases[] = {
    { "site", "place", "place", FALSE },
    { "site", "projects", "project", TRUE },
    { "phase", "of", "project", FALSE },
    { "event", "about", "place", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaAlliance) from = new_alliance ("CNY"), to = new_alliance ("CNY");
    g_autoptr (RuaRecord) target = rua_alliance_new_record (from, cases[i].target), record = rua_alliance_new_record (from, cases[i].kind), found = NULL;
    g_autoptr (RuaRecord) twin = rua_alliance_new_record (to, cases[i].target);
    g_autofree char *told = NULL;
    g_autoptr (GError) error = NULL;
    const char *const titles[] = { strcmp (cases[i].target, "place") == 0 ? "name" : "title", strcmp (cases[i].kind, "site") == 0 ? "name" : "title" };

    rua_record_set_id (target, "there", NULL);
    rua_record_set_id (twin, "there", NULL);
    rua_record_set_id (record, "r", NULL);
    rua_record_set_texts (target, titles[0], "en", "There", NULL);
    rua_record_set_texts (twin, titles[0], "en", "There, too", NULL);
    rua_record_set_texts (record, titles[1], "en", "Here", NULL);
    g_assert_true (rua_alliance_add (from, target, &error));
    g_assert_true (rua_alliance_add (to, twin, &error));
    if (cases[i].is_list)
      rua_record_set_references (record, cases[i].field, &target, 1, &error);
    else
      rua_record_set_reference (record, cases[i].field, target, &error);
    g_assert_no_error (error);
    g_assert_true (rua_alliance_add (from, record, &error));
    told = move (from, to, record, RUA_ERROR_REFERENCE);
    g_assert_nonnull (told);
    g_assert_nonnull (strstr (told, cases[i].field));
    g_assert_nonnull (strstr (told, "the record referred to is not in this alliance; add it first"));
    /* Told to mean the one that is there it may come. */
    if (cases[i].is_list)
      rua_record_set_references (record, cases[i].field, &twin, 1, &error);
    else
      rua_record_set_reference (record, cases[i].field, twin, &error);
    g_assert_true (rua_alliance_add (to, record, &error));
    g_assert_no_error (error);
    if (cases[i].is_list) {
      g_autoptr (GListModel) list = rua_record_list_references (record, cases[i].field);

      g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
      found = g_list_model_get_item (list, 0);
    } else {
      found = rua_record_dup_reference (record, cases[i].field);
    }
    g_assert_true (found == twin);
  }
}

/* A record that names itself, alone or in a list, among records of any kind: it does so in the other alliance, too. */
static void
test_itself (void)
{
  g_autoptr (RuaAlliance) from = new_alliance ("CNY"), to = new_alliance ("CNY");
  g_autoptr (RuaRecord) event = add (from, "event", "e"), place = add (from, "place", "p"), found = NULL, parent = NULL;
  g_autofree char *told = NULL, *of_place = NULL;
  g_autoptr (GListModel) about = NULL;

  g_assert_true (rua_record_set_references (event, "about", &event, 1, NULL));
  told = move (from, to, event, RUA_ERROR_REFERENCE);
  g_assert_null (told);
  about = rua_record_list_references (event, "about");
  g_assert_cmpuint (g_list_model_get_n_items (about), ==, 1);
  found = g_list_model_get_item (about, 0);
  g_assert_true (found == event);
  g_assert_true (rua_record_set_reference (place, "parent", place, NULL));
  of_place = move (from, to, place, RUA_ERROR_REFERENCE);
  g_assert_null (of_place);
  parent = rua_record_dup_reference (place, "parent");
  g_assert_true (parent == place);
}

static void
test_wrong_table (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ("CNY"), other = new_alliance ("CNY");
  g_autoptr (RuaRecord) site = rua_alliance_new_record (alliance, "site"), there = add (other, "site", "there");
  RuaTable *places = rua_alliance_get_table (alliance, "place"), *sites = rua_alliance_get_table (alliance, "site");
  g_autoptr (GError) error = NULL;

  rua_record_set_id (site, "s", NULL);
  rua_record_set_texts (site, "name", "en", "S", NULL);
  g_assert_false (rua_table_add (places, site, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "a site cannot be added to the table of places; add it to the table of its kind"));
  g_clear_error (&error);
  g_assert_false (rua_table_remove (sites, there, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_assert_nonnull (strstr (error->message, "not in this table"));
  g_clear_error (&error);
  g_assert_false (rua_table_add (sites, there, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_nonnull (strstr (error->message, "already stands in a table"));
  g_clear_error (&error);
  {
    g_autoptr (RuaAppender) appender = rua_table_append (sites);

    g_assert_false (rua_table_add (sites, site, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "site: records are being appended in bulk"));
    g_clear_error (&error);
    rua_appender_rollback (appender);
  }
  g_assert_true (rua_table_add (sites, site, &error));
  {
    g_autoptr (RuaAppender) appender = rua_table_append (sites);

    g_assert_false (rua_table_remove (sites, site, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
    rua_appender_rollback (appender);
  }
  g_clear_error (&error);
  g_assert_true (rua_table_remove (sites, site, &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table-moves/money", test_money);
  g_test_add_func ("/table-moves/own-fields", test_own_fields);
  g_test_add_func ("/table-moves/references", test_references);
  g_test_add_func ("/table-moves/itself", test_itself);
  g_test_add_func ("/table-moves/wrong-table", test_wrong_table);
  return g_test_run ();
}
