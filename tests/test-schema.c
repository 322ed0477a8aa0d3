/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-private.h"
#include "rua-kinds-private.h"

#include <string.h>

static RuaField *
text_field (const char *name)
{
  return rua_field_new (name, RUA_FIELD_TYPE_TEXT);
}

static void
test_builtin_kinds (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaSchema *schema = rua_alliance_get_schema (alliance);
  g_autoptr (GListModel) kinds = rua_schema_list_kinds (schema);
  guint n_fields = 0;

  g_assert_cmpuint (g_list_model_get_n_items (kinds), ==, RUA_N_BUILTIN_KINDS);
  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);
    g_autoptr (RuaRecord) record = rua_record_new (kind);
    g_autoptr (GListModel) fields = rua_kind_list_fields (kind);

    g_assert_false (rua_kind_is_own (kind));
    g_assert_true (rua_schema_find_kind (schema, rua_kind_get_name (kind)) == kind);
    g_assert_true (rua_schema_find_kind (schema, rua_kind_get_plural (kind)) == kind);
    g_assert_true (g_type_is_a (rua_kind_get_record_type (kind), RUA_TYPE_RECORD));
    g_assert_true (G_OBJECT_TYPE (record) == rua_kind_get_record_type (kind));
    g_assert_cmpstr (rua_kind_get_since (kind), ==, "1.0");
    g_assert_nonnull (rua_kind_get_doc (kind));
    g_assert_cmpuint (g_list_model_get_n_items (fields), ==, rua_kind_get_n_fields (kind));
    for (guint f = 0; f < rua_kind_get_n_fields (kind); f++) {
      RuaField *field = rua_kind_get_field (kind, f);
      g_autofree char *property = g_strdelimit (g_strdup (rua_field_get_name (field)), "_", '-');

      g_assert_cmpuint (rua_field_get_index (field), ==, f);
      g_assert_false (rua_field_is_own (field));
      g_assert_true (rua_kind_find_field (kind, rua_field_get_name (field)) == field);
      g_assert_nonnull (rua_field_get_doc (field));
      g_assert_nonnull (rua_field_get_since (field));
      g_assert_nonnull (g_object_class_find_property (G_OBJECT_GET_CLASS (record), property));
      if (rua_field_get_field_type (field) == RUA_FIELD_TYPE_TOKEN)
        g_assert_nonnull (rua_field_get_tokens (field));
      if (rua_field_get_target (field) && strcmp (rua_field_get_target (field), "*") != 0)
        g_assert_nonnull (rua_schema_find_kind (schema, rua_field_get_target (field)));
      n_fields++;
    }
    g_assert_cmpstr (rua_field_get_name (rua_kind_get_field (kind, 0)), ==, "id");
  }
  g_assert_null (rua_schema_find_kind (schema, "no-such-kind"));
  g_test_message ("%u kinds, %u fields", RUA_N_BUILTIN_KINDS, n_fields);
}

static void
test_privacy_of_the_domain (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaSchema *schema = rua_alliance_get_schema (alliance);

  g_assert_cmpint (rua_field_get_privacy (rua_kind_find_field (rua_schema_find_kind (schema, "income"), "amount")), ==, RUA_PRIVACY_SENSITIVE);
  g_assert_cmpint (rua_field_get_privacy (rua_kind_find_field (rua_schema_find_kind (schema, "person"), "name")), ==, RUA_PRIVACY_PERSONAL);
  g_assert_cmpint (rua_field_get_privacy (rua_kind_find_field (rua_schema_find_kind (schema, "cooperative"), "name")), ==, RUA_PRIVACY_PUBLIC);
}

static void
test_own_field (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaField) field = rua_field_new ("altitude", RUA_FIELD_TYPE_NUMBER);
  RuaKind *kind = rua_schema_find_kind (rua_alliance_get_schema (alliance), "household");
  guint before = rua_kind_get_n_fields (kind);
  g_autoptr (RuaAlliance) other = rua_alliance_new ();
  GError *error = NULL;

  rua_field_set_unit (field, "m");
  rua_field_set_doc (field, "Height of the house above the sea.");
  rua_field_set_privacy (field, RUA_PRIVACY_PERSONAL);
  g_assert_cmpuint (rua_field_get_index (field), ==, G_MAXUINT);
  g_assert_true (rua_alliance_add_field (alliance, "households", field, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rua_kind_get_n_fields (kind), ==, before + 1);
  g_assert_true (rua_kind_find_field (kind, "altitude") == field);
  g_assert_true (rua_field_is_own (field));
  g_assert_cmpuint (rua_field_get_index (field), ==, before);
  g_assert_cmpstr (rua_field_get_unit (field), ==, "m");
  g_assert_null (rua_field_get_since (field));
  /* Another alliance knows nothing of it. */
  g_assert_null (rua_kind_find_field (rua_schema_find_kind (rua_alliance_get_schema (other), "household"), "altitude"));
}

static void
refused (RuaAlliance *alliance, const char *kind, RuaField *field, RuaError code, const char *says)
{
  GError *error = NULL;

  g_assert_false (rua_alliance_add_field (alliance, kind, field, &error));
  g_assert_error (error, RUA_ERROR, code);
  if (!strstr (error->message, says))
    g_error ("'%s' does not say '%s'", error->message, says);
  g_clear_error (&error);
  g_object_unref (field);
}

static void
test_refused_fields (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaField *field;
  g_autoptr (RuaField) once = text_field ("once");

  refused (alliance, "household", text_field ("Name"), RUA_ERROR_VALUE, "lower-case");
  refused (alliance, "household", text_field (""), RUA_ERROR_VALUE, "lower-case");
  refused (alliance, "household", text_field ("a-b"), RUA_ERROR_VALUE, "lower-case");
  refused (alliance, "household", text_field ("1a"), RUA_ERROR_VALUE, "lower-case");
  refused (alliance, "household", text_field ("高度"), RUA_ERROR_VALUE, "lower-case");
  refused (alliance, "household", text_field ("id"), RUA_ERROR_DUPLICATE, "choose another");
  refused (alliance, "household", text_field ("site"), RUA_ERROR_DUPLICATE, "choose another");
  refused (alliance, "house", text_field ("x"), RUA_ERROR_UNKNOWN_NAME, "house");
  refused (alliance, "household", rua_field_new ("colour", RUA_FIELD_TYPE_TOKEN), RUA_ERROR_MISSING, "words");
  refused (alliance, "household", rua_field_new ("friend", RUA_FIELD_TYPE_REFERENCE), RUA_ERROR_MISSING, "target");
  field = rua_field_new ("friend", RUA_FIELD_TYPE_REFERENCE_LIST);
  rua_field_set_target (field, "houshold");
  refused (alliance, "household", field, RUA_ERROR_UNKNOWN_NAME, "did you mean 'household'?");
  g_assert_true (rua_alliance_add_field (alliance, "household", once, NULL));
  refused (alliance, "site", g_object_ref (once), RUA_ERROR_DUPLICATE, "make a new field");
}

static void
test_own_kind (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaKind) kind = rua_kind_new ("beehive", "beehives");
  g_autoptr (RuaField) keeper = rua_field_new ("keeper", RUA_FIELD_TYPE_REFERENCE);
  g_autoptr (GListModel) tables = rua_alliance_list_tables (alliance);
  guint n = g_list_model_get_n_items (tables);
  GError *error = NULL;

  rua_kind_set_doc (kind, "A box with bees in it.");
  rua_field_set_target (keeper, "household");
  g_assert_true (rua_kind_add_field (kind, keeper, &error));
  g_assert_no_error (error);
  g_assert_true (rua_alliance_add_kind (alliance, kind, &error));
  g_assert_no_error (error);
  g_assert_true (rua_kind_is_own (kind));
  g_assert_cmpuint (g_list_model_get_n_items (tables), ==, n + 1);
  g_assert_true (rua_table_get_kind (rua_alliance_get_table (alliance, "beehive")) == kind);
  g_assert_true (rua_alliance_get_table (alliance, "beehives") == rua_alliance_get_table (alliance, "beehive"));
}

static void
test_refused_kinds (void)
{
  static const struct {
    const char *name, *plural;
    RuaError code;
  } kinds[] = {
    { "household", "houses", RUA_ERROR_DUPLICATE }, { "house", "households", RUA_ERROR_DUPLICATE },
    { "House", "houses", RUA_ERROR_VALUE },         { "house", "hou-ses", RUA_ERROR_VALUE },
    { "sheep", "sheep", RUA_ERROR_DUPLICATE },      { "", "x", RUA_ERROR_VALUE },
  };
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (RuaKind) kind = rua_kind_new (kinds[i].name, kinds[i].plural);
    GError *error = NULL;

    g_assert_false (rua_alliance_add_kind (alliance, kind, &error));
    g_assert_error (error, RUA_ERROR, kinds[i].code);
    g_clear_error (&error);
  }
}

static void
test_enums (void)
{
  static const struct {
    GType (*type) (void);
    guint n;
  } enums[] = {
    { rua_field_type_get_type, 12 }, { rua_privacy_get_type, 3 }, { rua_answer_get_type, 3 }, { rua_date_precision_get_type, 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (enums); i++) {
    GEnumClass *klass = g_type_class_ref (enums[i].type ());

    g_assert_cmpuint (klass->n_values, ==, enums[i].n);
    g_type_class_unref (klass);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/builtin-kinds", test_builtin_kinds);
  g_test_add_func ("/schema/privacy", test_privacy_of_the_domain);
  g_test_add_func ("/schema/own-field", test_own_field);
  g_test_add_func ("/schema/refused-fields", test_refused_fields);
  g_test_add_func ("/schema/own-kind", test_own_kind);
  g_test_add_func ("/schema/refused-kinds", test_refused_kinds);
  g_test_add_func ("/schema/enums", test_enums);
  return g_test_run ();
}
