/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-explanation.h"

/**
 * RuaExplanation:
 *
 * How something was got, as a tree of sentences: each sentence rests on those below it.
 *
 * A result is explained down to its formula, inputs, rows, sources and digest; a verdict down to
 * its results.
 *
 * Since: 1.0
 */

struct _RuaExplanation {
  GObject parent_instance;

  char *text;
  GListStore *children;
};

enum { PROP_0, PROP_TEXT, PROP_CHILDREN, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (RuaExplanation, rua_explanation, G_TYPE_OBJECT)

static void
rua_explanation_finalize (GObject *object)
{
  RuaExplanation *self = RUA_EXPLANATION (object);

  g_free (self->text);
  g_object_unref (self->children);
  G_OBJECT_CLASS (rua_explanation_parent_class)->finalize (object);
}

static void
rua_explanation_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  RuaExplanation *self = RUA_EXPLANATION (object);

  switch (id) {
  case PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  case PROP_CHILDREN:
    g_value_set_object (value, self->children);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_explanation_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  RuaExplanation *self = RUA_EXPLANATION (object);

  switch (id) {
  case PROP_TEXT:
    self->text = g_value_dup_string (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_explanation_class_init (RuaExplanationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rua_explanation_finalize;
  object_class->get_property = rua_explanation_get_property;
  object_class->set_property = rua_explanation_set_property;

  /**
   * RuaExplanation:text:
   *
   * The sentence.
   *
   * Since: 1.0
   */
  properties[PROP_TEXT]
    = g_param_spec_string ("text", NULL, NULL, NULL,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * RuaExplanation:children:
   *
   * What it rests on, as a list of [class@Explanation].
   *
   * Since: 1.0
   */
  properties[PROP_CHILDREN]
    = g_param_spec_object ("children", NULL, NULL, G_TYPE_LIST_MODEL,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_explanation_init (RuaExplanation *self)
{
  self->children = g_list_store_new (RUA_TYPE_EXPLANATION);
}

/**
 * rua_explanation_new:
 * @text: a sentence
 *
 * Makes an explanation that rests on nothing yet.
 *
 * Returns: (transfer full): the explanation
 *
 * Since: 1.0
 */
RuaExplanation *
rua_explanation_new (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_object_new (RUA_TYPE_EXPLANATION, "text", text, NULL);
}

/**
 * rua_explanation_get_text: (get-property text)
 * @self: an explanation
 *
 * The sentence.
 *
 * Returns: the sentence
 *
 * Since: 1.0
 */
const char *
rua_explanation_get_text (RuaExplanation *self)
{
  g_return_val_if_fail (RUA_IS_EXPLANATION (self), NULL);

  return self->text;
}

/**
 * rua_explanation_list_children:
 * @self: an explanation
 *
 * What it rests on.
 *
 * Returns: (transfer full): a list of [class@Explanation]; empty where it rests on nothing
 *   further
 *
 * Since: 1.0
 */
GListModel *
rua_explanation_list_children (RuaExplanation *self)
{
  g_return_val_if_fail (RUA_IS_EXPLANATION (self), NULL);

  return G_LIST_MODEL (g_object_ref (self->children));
}

/**
 * rua_explanation_add:
 * @self: an explanation
 * @child: another, which is not above @self
 *
 * Lets @self rest on @child too.
 *
 * Since: 1.0
 */
void
rua_explanation_add (RuaExplanation *self, RuaExplanation *child)
{
  g_return_if_fail (RUA_IS_EXPLANATION (self));
  g_return_if_fail (RUA_IS_EXPLANATION (child));
  g_return_if_fail (child != self);

  g_list_store_append (self->children, child);
}

/**
 * rua_explanation_add_text:
 * @self: an explanation
 * @text: a sentence
 *
 * Adds a sentence under @self.
 *
 * Returns: (transfer none): its explanation, to add more under
 *
 * Since: 1.0
 */
RuaExplanation *
rua_explanation_add_text (RuaExplanation *self, const char *text)
{
  g_return_val_if_fail (RUA_IS_EXPLANATION (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  g_autoptr (RuaExplanation) child = rua_explanation_new (text);
  g_list_store_append (self->children, child);
  return child; /* the list's reference keeps it */
}

static void
append (RuaExplanation *self, guint depth, GString *out)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->children));

  for (guint i = 0; i < depth; i++)
    g_string_append (out, "  ");
  g_string_append (out, self->text);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < n; i++) {
    g_autoptr (RuaExplanation) child = g_list_model_get_item (G_LIST_MODEL (self->children), i);

    append (child, depth + 1, out);
  }
}

/**
 * rua_explanation_to_string:
 * @self: an explanation
 *
 * The tree as text, a sentence a line, two spaces deeper for each level.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
rua_explanation_to_string (RuaExplanation *self)
{
  GString *out;

  g_return_val_if_fail (RUA_IS_EXPLANATION (self), NULL);

  out = g_string_new (NULL);
  append (self, 0, out);
  return g_string_free (out, FALSE);
}
