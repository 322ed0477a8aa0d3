/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-schema-manual.h"

#include <string.h>

#include "rua-manuscript-private.h"
#include "rua-wording-private.h"

/* The data model as a page for people: made from the same description as everything else. */

static char *
say_type (RuaField *field)
{
  GEnumClass *types = g_type_class_ref (RUA_TYPE_FIELD_TYPE);
  GEnumValue *value = g_enum_get_value (types, (int) rua_field_get_field_type (field));
  const char *target = rua_field_get_target (field);
  const char *const *tokens = rua_field_get_tokens (field);
  g_autofree char *name = rua_wording_token (value ? value->value_nick : ""), *listed = NULL;

  g_type_class_unref (types);
  if (tokens && tokens[0]) {
    listed = g_strjoinv (", ", (char **) tokens);
    return g_strdup_printf ("%s: %s", name, listed);
  }
  if (target)
    return g_strdup_printf (_("%s to %s"), name, strcmp (target, "*") == 0 ? _("any kind") : target);
  return g_steal_pointer (&name);
}

static char *
say_more (RuaField *field)
{
  GString *out = g_string_new (NULL);

  if (rua_field_get_required (field))
    g_string_append (out, _("required"));
  if (rua_field_get_privacy (field) != RUA_PRIVACY_PUBLIC)
    g_string_append_printf (out, "%s%s", out->len ? ", " : "", rua_field_get_privacy (field) == RUA_PRIVACY_PERSONAL ? _("personal") : _("sensitive"));
  if (rua_field_get_unit (field))
    g_string_append_printf (out, "%s%s", out->len ? ", " : "", rua_field_get_unit (field));
  return g_string_free (out, FALSE);
}

static void
tell_kind (RuaManuscript *m, RuaKind *kind)
{
  static const char *const titles[] = { N_("Field"), N_("Type"), N_("More"), N_("What it is") };

  rua_words_add (rua_manuscript_heading (m, 2), RUA_STYLE_PLAIN, rua_kind_get_name (kind));
  if (rua_kind_get_doc (kind))
    rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, rua_kind_get_doc (kind));
  rua_words_add (rua_words_add (rua_manuscript_paragraph (m, 0), RUA_STYLE_PLAIN, _("In a document: ")), RUA_STYLE_CODE, rua_kind_get_plural (kind));
  rua_manuscript_table (m, 0);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    rua_manuscript_column (m, _(titles[i]), RUA_ALIGN_LEFT);
  for (guint f = 0; f < rua_kind_get_n_fields (kind); f++) {
    RuaField *field = rua_kind_get_field (kind, f);
    g_autofree char *type = say_type (field), *more = say_more (field);

    rua_words_add (rua_manuscript_cell (m), RUA_STYLE_CODE, rua_field_get_name (field));
    rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, type);
    rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, more);
    rua_words_add (rua_manuscript_cell (m), RUA_STYLE_PLAIN, rua_field_get_doc (field));
  }
}

/**
 * rua_schema_to_markdown:
 * @self: a schema
 *
 * Writes the data model as a page of Markdown: every kind with its fields, their types and units,
 * whether they are required, and who may see them. Kinds and fields of one's own are among them.
 *
 * Returns: (transfer full): the page, which ends with a line end
 *
 * Since: 1.0
 */
char *
rua_schema_to_markdown (RuaSchema *self)
{
  g_autoptr (RuaManuscript) m = NULL;
  g_autoptr (GListModel) kinds = NULL;

  g_return_val_if_fail (RUA_IS_SCHEMA (self), NULL);

  m = rua_manuscript_new ();
  kinds = rua_schema_list_kinds (self);
  rua_words_add (rua_manuscript_heading (m, 1), RUA_STYLE_PLAIN, _("The data model of a rural–urban alliance"));
  for (guint i = 0; i < g_list_model_get_n_items (kinds); i++) {
    g_autoptr (RuaKind) kind = g_list_model_get_item (kinds, i);

    tell_kind (m, kind);
  }
  return rua_manuscript_to_markdown (m);
}
