/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-finding-private.h"

/**
 * RuaFinding:
 *
 * Something that a careful reader would see in a document: a figure that is told twice with two
 * values, a label that nothing bears, a claim that its figures do not carry.
 *
 * Findings come from rules that know no document; `doc/findings.md` lists them.
 *
 * Since: 1.0
 */
struct _RuaFinding {
  GObject parent_instance;
  char *rule;
  char **about;
  char *message;
  guint line;
};

G_DEFINE_FINAL_TYPE (RuaFinding, rua_finding, G_TYPE_OBJECT)

enum { PROP_RULE = 1, PROP_ABOUT, PROP_MESSAGE, PROP_LINE, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
rua_finding_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  RuaFinding *self = RUA_FINDING (object);

  switch (id) {
  case PROP_RULE:
    g_value_set_string (value, self->rule);
    break;
  case PROP_ABOUT:
    g_value_set_boxed (value, self->about);
    break;
  case PROP_MESSAGE:
    g_value_set_string (value, self->message);
    break;
  case PROP_LINE:
    g_value_set_uint (value, self->line);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_finding_finalize (GObject *object)
{
  RuaFinding *self = RUA_FINDING (object);

  g_free (self->rule);
  g_strfreev (self->about);
  g_free (self->message);
  G_OBJECT_CLASS (rua_finding_parent_class)->finalize (object);
}

static void
rua_finding_class_init (RuaFindingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = rua_finding_get_property;
  object_class->finalize = rua_finding_finalize;
  /**
   * RuaFinding:rule:
   *
   * Name of the rule.
   *
   * Since: 1.0
   */
  properties[PROP_RULE] = g_param_spec_string ("rule", NULL, NULL, NULL, flags);
  /**
   * RuaFinding:about:
   *
   * The records that it is about, each as `kind/id`, or by its place, as `role/#12`, where its
   * kind is of people.
   *
   * Since: 1.0
   */
  properties[PROP_ABOUT] = g_param_spec_boxed ("about", NULL, NULL, G_TYPE_STRV, flags);
  /**
   * RuaFinding:message:
   *
   * What was found, in a sentence or two.
   *
   * Since: 1.0
   */
  properties[PROP_MESSAGE] = g_param_spec_string ("message", NULL, NULL, NULL, flags);
  /**
   * RuaFinding:line:
   *
   * Line of the document's text, from 1; 0 if it has no place there.
   *
   * Since: 1.0
   */
  properties[PROP_LINE] = g_param_spec_uint ("line", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_finding_init (RuaFinding *self)
{
}

RuaFinding *
rua_finding_new (const char *rule, const char *const *about, const char *message, guint line)
{
  RuaFinding *self = g_object_new (RUA_TYPE_FINDING, NULL);

  self->rule = g_strdup (rule);
  self->about = g_strdupv ((char **)about);
  self->message = g_strdup (message);
  self->line = line;
  return self;
}

/**
 * rua_finding_get_rule:
 * @self: a finding
 *
 * Gets the name of the rule, such as `cited_not_listed`.
 *
 * Returns: the name
 *
 * Since: 1.0
 */
const char *
rua_finding_get_rule (RuaFinding *self)
{
  g_return_val_if_fail (RUA_IS_FINDING (self), NULL);
  return self->rule;
}

/**
 * rua_finding_get_about:
 * @self: a finding
 *
 * Gets the records that the finding is about, each as `kind/id`, or by its place, as
 * `role/#12`, where its kind is of people.
 *
 * Returns: (transfer none) (array zero-terminated=1): the records
 *
 * Since: 1.0
 */
const char *const *
rua_finding_get_about (RuaFinding *self)
{
  g_return_val_if_fail (RUA_IS_FINDING (self), NULL);
  return (const char *const *)self->about;
}

/**
 * rua_finding_get_message:
 * @self: a finding
 *
 * Gets what was found.
 *
 * Returns: a sentence or two
 *
 * Since: 1.0
 */
const char *
rua_finding_get_message (RuaFinding *self)
{
  g_return_val_if_fail (RUA_IS_FINDING (self), NULL);
  return self->message;
}

/**
 * rua_finding_get_line:
 * @self: a finding
 *
 * Gets the line of the document's text that the finding points to.
 *
 * Returns: the line, from 1; 0 if it has no place in the text
 *
 * Since: 1.0
 */
guint
rua_finding_get_line (RuaFinding *self)
{
  g_return_val_if_fail (RUA_IS_FINDING (self), 0);
  return self->line;
}
