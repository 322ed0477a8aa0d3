/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-terms-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

static GPtrArray *
collect (GListModel *list)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_object_unref);

  RUA_EVIDENCE_FOREACH_ITEM (list, GObject, item)
  g_ptr_array_add (out, g_object_ref (item));
  return out;
}

RuaTerms *
rua_terms_new (RuaInquiry *inquiry, RuaClaim *claim)
{
  RuaTerms *self = g_new0 (RuaTerms, 1);

  self->predicate = g_strdup (rua_claim_get_predicate (claim));
  self->assertion = g_strdup (rua_claim_get_assertion (claim));
  self->unit_of_analysis = g_strdup (rua_claim_get_unit_of_analysis (claim));
  self->quantifier = g_strdup (rua_claim_get_quantifier (claim));
  self->statistic = g_strdup (rua_claim_get_statistic (claim));
  self->price_basis = g_strdup (rua_claim_get_price_basis (claim));
  self->comparison = g_strdup (rua_claim_get_comparison (claim));
  if (!rua_claim_get_causal (claim, &self->causal))
    self->causal = FALSE;
  if (!rua_claim_get_scope_count (claim, &self->scope_count))
    self->scope_count = 0;
  self->places = collect (rua_claim_list_scope_places (claim));
  self->about = collect (rua_claim_list_about (claim));
  self->measures = inquiry->measures;
  return self;
}

void
rua_terms_free (RuaTerms *self)
{
  if (self == NULL)
    return;
  g_free (self->predicate);
  g_free (self->assertion);
  g_free (self->unit_of_analysis);
  g_free (self->quantifier);
  g_free (self->statistic);
  g_free (self->price_basis);
  g_free (self->comparison);
  g_ptr_array_unref (self->places);
  g_ptr_array_unref (self->about);
  g_clear_pointer (&self->own_measures, rua_measure_context_free);
  g_free (self);
}

RuaMeasureContext *
rua_terms_assume (RuaTerms *self, RuaInquiry *inquiry)
{
  if (self->own_measures == NULL)
    self->measures = self->own_measures = rua_measure_context_new (inquiry->alliance);
  return self->own_measures;
}

void
rua_terms_strip (RuaTerms *self)
{
  g_clear_pointer (&self->unit_of_analysis, g_free);
  g_clear_pointer (&self->quantifier, g_free);
  g_clear_pointer (&self->statistic, g_free);
  g_clear_pointer (&self->assertion, g_free);
  g_clear_pointer (&self->price_basis, g_free);
  self->causal = FALSE;
  self->scope_count = 0;
  g_ptr_array_set_size (self->places, 0);
  g_ptr_array_set_size (self->about, 0);
}

/* ---- the changes of a reading ---- */

static gboolean
refuse (GError **error, const char *member, const char *wanted)
{
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "changes: member “%s” must be %s", member,
               wanted);
  return FALSE;
}

static gboolean
get_number (JsonNode *node, double *value)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return FALSE;
  *value = json_node_get_double (node);
  return TRUE;
}

static const char *
get_string (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
member_number (JsonObject *object, const char *member, double fallback, double *value)
{
  JsonNode *node = json_object_get_member (object, member);

  *value = fallback;
  return node == NULL || get_number (node, value);
}

/* The metric a change names, or all that the predicate names. */
static gboolean
for_each_metric (JsonObject *object, const char *const *metrics, GPtrArray *out)
{
  JsonNode *node = json_object_get_member (object, "metric");

  if (node == NULL) {
    for (guint i = 0; metrics != NULL && metrics[i] != NULL; i++)
      g_ptr_array_add (out, (gpointer)metrics[i]);
    return TRUE;
  }
  if (get_string (node) == NULL)
    return FALSE;
  g_ptr_array_add (out, (gpointer)get_string (node));
  return TRUE;
}

static gboolean
apply_metrics (RuaTerms *self, RuaInquiry *inquiry, JsonNode *node, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, "metrics", "an object of metric ids, such as {\"a\": \"b\"}");
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &value)) {
    if (get_string (value) == NULL)
      return refuse (error, "metrics", "an object of metric ids, such as {\"a\": \"b\"}");
    if (!rua_measure_context_substitute (rua_terms_assume (self, inquiry), name, get_string (value),
                                         error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
apply_assumption (RuaTerms *self,
                  RuaInquiry *inquiry,
                  const char *member,
                  JsonNode *node,
                  const char *const *metrics,
                  GError **error)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();
  RuaMeasureContext *context = rua_terms_assume (self, inquiry);
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, member, "an object");
  object = json_node_get_object (node);
  if (!for_each_metric (object, metrics, targets))
    return refuse (error, member, "an object whose \"metric\" is a metric's id");
  for (guint i = 0; i < targets->len; i++) {
    const char *metric = g_ptr_array_index (targets, i);
    double from, to, number;

    if (g_str_equal (member, "deflate")) {
      JsonNode *series = json_object_get_member (object, "series");
      if (series == NULL || get_string (series) == NULL || !json_object_has_member (object, "to")
          || !member_number (object, "from", 0, &from) || !member_number (object, "to", 0, &to)
          || from != (int)from || to != (int)to)
        return refuse (error, member,
                       "an object like {\"series\": \"cpi\", \"from\": 2012, \"to\": 2017}");
      if (!rua_measure_context_deflate (context, metric, get_string (series), (int)from, (int)to,
                                        error))
        return FALSE;
    } else if (g_str_equal (member, "grow")) {
      if (!json_object_has_member (object, "percent")
          || !member_number (object, "percent", 0, &number))
        return refuse (error, member, "an object like {\"percent\": 45}");
      if (!rua_measure_context_grow (context, metric, 1 + number / 100, error))
        return FALSE;
    } else {
      JsonNode *words = json_object_get_member (object, "words");
      if (!json_object_has_member (object, "factor")
          || !member_number (object, "factor", 1, &number)
          || (words != NULL && get_string (words) == NULL))
        return refuse (error, member, "an object like {\"factor\": 0.9, \"words\": \"…\"}");
      if (!rua_measure_context_scale (
            context, metric, number, words == NULL ? _("as the reading says") : get_string (words),
            error))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
apply_places (RuaTerms *self, RuaInquiry *inquiry, JsonNode *node, GError **error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse (error, "scope_places", "an array of ids of places");
  array = json_node_get_array (node);
  g_ptr_array_set_size (self->places, 0);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    const char *id = get_string (json_array_get_element (array, i));
    g_autoptr (RuaRecord) place
      = id == NULL ? NULL : rua_alliance_find (inquiry->alliance, "place", id);
    if (place == NULL)
      return refuse (error, "scope_places", "an array of ids of places");
    g_ptr_array_add (self->places, g_steal_pointer (&place));
  }
  return TRUE;
}

/* Words that a reading may change by themselves; null makes them unknown. */
static char **
find_words (RuaTerms *self, const char *member)
{
  if (g_str_equal (member, "predicate"))
    return &self->predicate;
  if (g_str_equal (member, "unit_of_analysis"))
    return &self->unit_of_analysis;
  if (g_str_equal (member, "quantifier"))
    return &self->quantifier;
  if (g_str_equal (member, "statistic"))
    return &self->statistic;
  if (g_str_equal (member, "assertion"))
    return &self->assertion;
  if (g_str_equal (member, "price_basis"))
    return &self->price_basis;
  if (g_str_equal (member, "comparison"))
    return &self->comparison;
  return NULL;
}

static gboolean
apply_member (RuaTerms *self,
              RuaInquiry *inquiry,
              const char *member,
              JsonNode *node,
              const char *const *metrics,
              GError **error)
{
  char **words = find_words (self, member);
  double number;

  if (!g_str_equal (member, "metrics") && !g_str_equal (member, "deflate")
      && !g_str_equal (member, "grow") && !g_str_equal (member, "scale"))
    self->other_words = TRUE;
  if (words != NULL) {
    if (!JSON_NODE_HOLDS_NULL (node) && get_string (node) == NULL)
      return refuse (error, member, "a text, or null for what the words do not tell");
    g_free (*words);
    *words = JSON_NODE_HOLDS_NULL (node) ? NULL : g_strdup (get_string (node));
    return TRUE;
  }
  if (g_str_equal (member, "metrics"))
    return apply_metrics (self, inquiry, node, error);
  if (g_str_equal (member, "deflate") || g_str_equal (member, "grow")
      || g_str_equal (member, "scale"))
    return apply_assumption (self, inquiry, member, node, metrics, error);
  if (g_str_equal (member, "scope_places"))
    return apply_places (self, inquiry, node, error);
  if (g_str_equal (member, "causal")) {
    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
      return refuse (error, member, "true or false");
    self->causal = json_node_get_boolean (node);
    return TRUE;
  }
  if (g_str_equal (member, "scope_count")) {
    if (!get_number (node, &number) || number < 0 || number > 1e15)
      return refuse (error, member, "a count");
    self->scope_count = (gint64)number;
    return TRUE;
  }
  g_set_error (
    error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME,
    "changes: no member “%s”; there are predicate, metrics, deflate, grow, scale, "
    "unit_of_analysis, quantifier, statistic, assertion, price_basis, comparison, causal, "
    "scope_count and scope_places",
    member);
  return FALSE;
}

gboolean
rua_terms_apply (RuaTerms *self,
                 RuaInquiry *inquiry,
                 const char *changes,
                 const char *const *metrics,
                 GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonObjectIter iter;
  const char *member;
  JsonNode *node;

  /* The text of a JSON field has been through the strict scanner. */
  if (!json_parser_load_from_data (parser, changes, -1, error))
    return FALSE;
  if (json_parser_get_root (parser) == NULL
      || !JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser))) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "changes: must be an object");
    return FALSE;
  }
  json_object_iter_init_ordered (&iter, json_node_get_object (json_parser_get_root (parser)));
  while (json_object_iter_next_ordered (&iter, &member, &node))
    if (!apply_member (self, inquiry, member, node, metrics, error))
      return FALSE;
  return TRUE;
}
