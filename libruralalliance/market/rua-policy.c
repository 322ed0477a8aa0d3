/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-policy-private.h"

#include <math.h>
#include <string.h>


/**
 * RuaPolicy:
 *
 * How goods are shared out when they are short, and how prices are set: what an alliance chose, as data.
 *
 * A policy is a list of stages ([enum@RuralAlliance.PolicyStage]), one after the other. Each is decided
 * exactly, and none takes back what one before it decided; what all of them leave open is decided by the ids
 * of orders and offers. The stage `gains` has to be among them, for prices come from it. So a policy
 * is a sentence that can be read out at an assembly:
 * “co-operatives sell what we guaranteed them, then marginal households are served, then everybody gets the
 * same share of what they asked for, and among what is left open we take what gains most”.
 *
 * As JSON, in a file or in the field `policy` of an order cycle:
 *
 * ```json
 * {
 *   "title": {"en": "Marginal households first", "zh": "弱势家庭优先"},
 *   "stages": ["guarantees", "priority", "max_min", "gains"],
 *   "history": true,
 *   "price": "mixed",
 *   "producer_part": 0.5,
 *   "rents": "solidarity"
 * }
 * ```
 *
 * `stages` is required. `history`: whether `max_min` counts what was received and would have been full shares in
 * earlier rounds (`received_before` and `entitled_before` of an order), so that who got little gets more now;
 * false where it is not told. `subsidised`: whether the solidarity account may bring together what does not pay
 * for itself; false where it is not told. `price` is `mixed`, `consumer_best`, `producer_best`, `posted` or `split`, and
 * `producer_part`, between 0 and 1 with at most six decimals, goes with `mixed` and `split` alone; 0.5
 * where it is not told. `rents` is `solidarity` or `hub`.
 *
 * Since: 1.0
 */
G_DEFINE_FINAL_TYPE (RuaPolicy, rua_policy, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (RuaPolicyStage, rua_policy_stage,
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_STAGE_GUARANTEES, "guarantees"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_STAGE_PRIORITY, "priority"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_STAGE_MAX_MIN, "max_min"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_STAGE_GAINS, "gains"))

G_DEFINE_ENUM_TYPE (RuaPolicyPrice, rua_policy_price,
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_PRICE_MIXED, "mixed"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_PRICE_CONSUMER_BEST, "consumer_best"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_PRICE_PRODUCER_BEST, "producer_best"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_PRICE_POSTED, "posted"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_PRICE_SPLIT, "split"))

G_DEFINE_ENUM_TYPE (RuaPolicyRents, rua_policy_rents,
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_RENTS_SOLIDARITY, "solidarity"),
                    G_DEFINE_ENUM_VALUE (RUA_POLICY_RENTS_HUB, "hub"))

static const char *
word_of (GType type, int value)
{
  GEnumClass *words = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value (words, value);
  /* Static types: their words stay. */
  const char *word = found != NULL ? found->value_nick : NULL;

  g_type_class_unref (words);
  return word;
}

static gboolean
find_word (GType type, const char *word, int *value)
{
  GEnumClass *words = g_type_class_ref (type);
  const GEnumValue *found = g_enum_get_value_by_nick (words, word);

  if (found != NULL)
    *value = found->value;
  g_type_class_unref (words);
  return found != NULL;
}

/**
 * rua_policy_stage_to_string:
 * @stage: a stage
 *
 * The word that stands for a stage in JSON: `guarantees`, `priority`, `max_min`, `gains`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
rua_policy_stage_to_string (RuaPolicyStage stage)
{
  return word_of (RUA_TYPE_POLICY_STAGE, (int) stage);
}

/**
 * rua_policy_price_to_string:
 * @price: a rule of prices
 *
 * The word that stands for a rule of prices in JSON: `mixed`, `consumer_best`, `producer_best`, `posted`, `split`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
rua_policy_price_to_string (RuaPolicyPrice price)
{
  return word_of (RUA_TYPE_POLICY_PRICE, (int) price);
}

/**
 * rua_policy_rents_to_string:
 * @rents: who receives rents
 *
 * The word that stands for it in JSON: `solidarity`, `hub`.
 *
 * Returns: the word
 *
 * Since: 1.0
 */
const char *
rua_policy_rents_to_string (RuaPolicyRents rents)
{
  return word_of (RUA_TYPE_POLICY_RENTS, (int) rents);
}

gboolean
rua_policy_stage_find (const char *word, RuaPolicyStage *stage)
{
  return find_word (RUA_TYPE_POLICY_STAGE, word, (int *) stage);
}

gboolean
rua_policy_price_find (const char *word, RuaPolicyPrice *price)
{
  return find_word (RUA_TYPE_POLICY_PRICE, word, (int *) price);
}

gboolean
rua_policy_rents_find (const char *word, RuaPolicyRents *rents)
{
  return find_word (RUA_TYPE_POLICY_RENTS, word, (int *) rents);
}

static void
clear_title (gpointer data)
{
  RuaPolicyTitle *title = data;

  g_free (title->language);
  g_free (title->text);
}

static void
rua_policy_finalize (GObject *object)
{
  g_array_unref (RUA_POLICY (object)->titles);
  G_OBJECT_CLASS (rua_policy_parent_class)->finalize (object);
}

static void
rua_policy_class_init (RuaPolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = rua_policy_finalize;
}

static void
rua_policy_init (RuaPolicy *self)
{
  self->titles = g_array_new (FALSE, FALSE, sizeof (RuaPolicyTitle));
  g_array_set_clear_func (self->titles, clear_title);
  self->producer_part = RUA_POLICY_PARTS / 2;
}

/**
 * rua_policy_new:
 *
 * Makes a policy that has no stages yet. Prices are half way between the list that is best for consumers and the
 * one that is best for producers; rents go to the solidarity account.
 *
 * Returns: (transfer full): a policy
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new (void)
{
  return g_object_new (RUA_TYPE_POLICY, NULL);
}

static RuaPolicy *
new_ready (const char *english, const char *chinese)
{
  RuaPolicy *self = rua_policy_new ();

  rua_policy_set_title (self, "en", english);
  rua_policy_set_title (self, "zh", chinese);
  return self;
}

static void
take_stage (RuaPolicy *self, RuaPolicyStage stage)
{
  self->stages[self->n_stages++] = stage;
}

/**
 * rua_policy_new_greatest_gains:
 *
 * Makes a policy that looks at gains from trade alone: who would pay most is served. Fairness has no part in
 * it, so it is what other policies are compared to.
 *
 * Returns: (transfer full): a policy
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new_greatest_gains (void)
{
  RuaPolicy *self = new_ready ("Greatest gains", "总收益最大");

  take_stage (self, RUA_POLICY_STAGE_GAINS);
  return self;
}

/**
 * rua_policy_new_equal_shares:
 *
 * Makes a policy that keeps the guarantees of co-operatives and then gives everybody as equal a share of
 * their entitlement as can be, with balance over earlier rounds.
 *
 * Returns: (transfer full): a policy
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new_equal_shares (void)
{
  RuaPolicy *self = new_ready ("Equal shares", "份额均等");

  take_stage (self, RUA_POLICY_STAGE_GUARANTEES);
  take_stage (self, RUA_POLICY_STAGE_MAX_MIN);
  take_stage (self, RUA_POLICY_STAGE_GAINS);
  self->history = TRUE;
  return self;
}

/**
 * rua_policy_new_marginal_first:
 *
 * Makes a policy that keeps the guarantees of co-operatives, serves marginal households first, and shares out
 * equally within a class, with balance over earlier rounds.
 *
 * Returns: (transfer full): a policy
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new_marginal_first (void)
{
  RuaPolicy *self = new_ready ("Marginal households first", "弱势家庭优先");

  take_stage (self, RUA_POLICY_STAGE_GUARANTEES);
  take_stage (self, RUA_POLICY_STAGE_PRIORITY);
  take_stage (self, RUA_POLICY_STAGE_MAX_MIN);
  take_stage (self, RUA_POLICY_STAGE_GAINS);
  self->history = TRUE;
  return self;
}

RuaPolicy *
rua_policy_copy (RuaPolicy *self)
{
  RuaPolicy *copy = rua_policy_new ();

  for (guint i = 0; i < self->titles->len; i++) {
    const RuaPolicyTitle *title = &g_array_index (self->titles, RuaPolicyTitle, i);

    rua_policy_set_title (copy, title->language, title->text);
  }
  memcpy (copy->stages, self->stages, sizeof self->stages);
  copy->n_stages = self->n_stages;
  copy->history = self->history;
  copy->subsidised = self->subsidised;
  copy->price = self->price;
  copy->producer_part = self->producer_part;
  copy->rents = self->rents;
  return copy;
}

/**
 * rua_policy_equal:
 * @self: a policy
 * @other: another
 *
 * Tells whether two policies decide the same in the same way. What they are called has no part in it.
 *
 * Returns: %TRUE when they do
 *
 * Since: 1.0
 */
gboolean
rua_policy_equal (RuaPolicy *self, RuaPolicy *other)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  g_return_val_if_fail (RUA_IS_POLICY (other), FALSE);
  return self->n_stages == other->n_stages
         && memcmp (self->stages, other->stages, self->n_stages * sizeof self->stages[0]) == 0
         && self->history == other->history && self->subsidised == other->subsidised && self->price == other->price && self->rents == other->rents
         && (self->producer_part == other->producer_part
             || (self->price != RUA_POLICY_PRICE_MIXED && self->price != RUA_POLICY_PRICE_SPLIT));
}

/**
 * rua_policy_get_title:
 * @self: a policy
 * @language: (nullable): a BCP 47 code, or %NULL for the first that was told
 *
 * Gets what the policy is called: in @language, else in the first that was told.
 *
 * Returns: (nullable): the title; %NULL where it has none
 *
 * Since: 1.0
 */
const char *
rua_policy_get_title (RuaPolicy *self, const char *language)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), NULL);
  for (guint i = 0; language != NULL && i < self->titles->len; i++) {
    const RuaPolicyTitle *title = &g_array_index (self->titles, RuaPolicyTitle, i);
    gsize stem = strcspn (title->language, "-_");

    if (strcspn (language, "-_.@") == stem && strncmp (language, title->language, stem) == 0)
      return title->text;
  }
  return self->titles->len > 0 ? g_array_index (self->titles, RuaPolicyTitle, 0).text : NULL;
}

/**
 * rua_policy_set_title:
 * @self: a policy
 * @language: (nullable): a BCP 47 code, or %NULL for none
 * @title: (nullable): what it is called, or %NULL to forget it
 *
 * Sets what the policy is called in a language.
 *
 * Since: 1.0
 */
void
rua_policy_set_title (RuaPolicy *self, const char *language, const char *title)
{
  guint at = 0;

  g_return_if_fail (RUA_IS_POLICY (self));
  language = language != NULL ? language : "";
  while (at < self->titles->len && strcmp (g_array_index (self->titles, RuaPolicyTitle, at).language, language) != 0)
    at++;
  if (title == NULL) {
    if (at < self->titles->len)
      g_array_remove_index (self->titles, at);
  } else if (at < self->titles->len) {
    char *text = g_strdup (title);

    g_free (g_array_index (self->titles, RuaPolicyTitle, at).text);
    g_array_index (self->titles, RuaPolicyTitle, at).text = text;
  } else {
    RuaPolicyTitle new = { g_strdup (language), g_strdup (title) };

    g_array_append_val (self->titles, new);
  }
}

/**
 * rua_policy_get_n_stages:
 * @self: a policy
 *
 * Counts its stages.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
rua_policy_get_n_stages (RuaPolicy *self)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), 0);
  return self->n_stages;
}

/**
 * rua_policy_get_stage:
 * @self: a policy
 * @index: less than [method@RuralAlliance.Policy.get_n_stages]
 *
 * Gets one of its stages, the first at 0.
 *
 * Returns: the stage
 *
 * Since: 1.0
 */
RuaPolicyStage
rua_policy_get_stage (RuaPolicy *self, guint index)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), RUA_POLICY_STAGE_GAINS);
  g_return_val_if_fail (index < self->n_stages, RUA_POLICY_STAGE_GAINS);
  return self->stages[index];
}

/**
 * rua_policy_has_stage:
 * @self: a policy
 * @stage: a stage
 *
 * Tells whether a stage is among the policy's.
 *
 * Returns: %TRUE when it is
 *
 * Since: 1.0
 */
gboolean
rua_policy_has_stage (RuaPolicy *self, RuaPolicyStage stage)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  for (guint i = 0; i < self->n_stages; i++)
    if (self->stages[i] == stage)
      return TRUE;
  return FALSE;
}

/**
 * rua_policy_add_stage:
 * @self: a policy
 * @stage: a stage that it does not have
 * @error: return location for an error
 *
 * Adds a stage behind the others.
 *
 * Returns: %FALSE with %RUA_ERROR_DUPLICATE when the policy has it already, or %RUA_ERROR_VALUE when it is none
 *
 * Since: 1.0
 */
gboolean
rua_policy_add_stage (RuaPolicy *self, RuaPolicyStage stage, GError **error)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  if (rua_policy_stage_to_string (stage) == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%d is no stage of a policy; those there are: guarantees, priority, max_min, gains", (int) stage);
    return FALSE;
  }
  if (rua_policy_has_stage (self, stage)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE, "the policy has the stage '%s' already; each is decided once", rua_policy_stage_to_string (stage));
    return FALSE;
  }
  take_stage (self, stage);
  return TRUE;
}

/**
 * rua_policy_get_history:
 * @self: a policy
 *
 * Tells whether earlier rounds count where shares are made equal.
 *
 * Returns: %TRUE when they do
 *
 * Since: 1.0
 */
gboolean
rua_policy_get_history (RuaPolicy *self)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  return self->history;
}

/**
 * rua_policy_set_history:
 * @self: a policy
 * @history: whether earlier rounds count
 *
 * Sets whether earlier rounds count where shares are made equal (the stage `max_min`).
 *
 * Since: 1.0
 */
void
rua_policy_set_history (RuaPolicy *self, gboolean history)
{
  g_return_if_fail (RUA_IS_POLICY (self));
  self->history = history != FALSE;
}

/**
 * rua_policy_get_subsidised:
 * @self: a policy
 *
 * Tells whether the solidarity account may bring together what would not be traded for its price alone.
 *
 * Returns: %TRUE when it may
 *
 * Since: 1.0
 */
gboolean
rua_policy_get_subsidised (RuaPolicy *self)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  return self->subsidised;
}

/**
 * rua_policy_set_subsidised:
 * @self: a policy
 * @subsidised: whether the solidarity account may add
 *
 * Sets whether a stage may bring together an offer and an order whose maximum does not cover reserve, transport and
 * fees. The solidarity account pays the difference. Otherwise only those are brought together that can agree.
 *
 * Since: 1.0
 */
void
rua_policy_set_subsidised (RuaPolicy *self, gboolean subsidised)
{
  g_return_if_fail (RUA_IS_POLICY (self));
  self->subsidised = subsidised != FALSE;
}

/**
 * rua_policy_get_price:
 * @self: a policy
 *
 * Gets how prices are set.
 *
 * Returns: the rule
 *
 * Since: 1.0
 */
RuaPolicyPrice
rua_policy_get_price (RuaPolicy *self)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), RUA_POLICY_PRICE_MIXED);
  return self->price;
}

/**
 * rua_policy_set_price:
 * @self: a policy
 * @price: the rule
 *
 * Sets how prices are set.
 *
 * Since: 1.0
 */
void
rua_policy_set_price (RuaPolicy *self, RuaPolicyPrice price)
{
  g_return_if_fail (RUA_IS_POLICY (self));
  g_return_if_fail (rua_policy_price_to_string (price) != NULL);
  self->price = price;
}

/**
 * rua_policy_get_producer_part:
 * @self: a policy
 *
 * Gets how far prices are on the way from the list that is best for consumers (0) to the one that is best for
 * producers (1), where they are mixed; or which part of the gain of a trade is the producer's, where it is split.
 *
 * Returns: between 0 and 1
 *
 * Since: 1.0
 */
double
rua_policy_get_producer_part (RuaPolicy *self)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), 0);
  return self->producer_part / (double) RUA_POLICY_PARTS;
}

/**
 * rua_policy_set_producer_part:
 * @self: a policy
 * @part: between 0 and 1, with at most six decimals
 * @error: return location for an error
 *
 * Sets what [method@RuralAlliance.Policy.get_producer_part] gets.
 *
 * Returns: %FALSE with %RUA_ERROR_VALUE when it is no such number; then nothing has changed
 *
 * Since: 1.0
 */
gboolean
rua_policy_set_producer_part (RuaPolicy *self, double part, GError **error)
{
  double millionths = part * RUA_POLICY_PARTS;

  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  if (!(part >= 0 && part <= 1) || fabs (millionths - rint (millionths)) > 1e-4) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "producer_part: %g is no part; give a number between 0 and 1 with at most six decimals", part);
    return FALSE;
  }
  self->producer_part = (guint) rint (millionths);
  return TRUE;
}

/**
 * rua_policy_get_rents:
 * @self: a policy
 *
 * Gets who receives what consumers pay above all costs because a limit binds.
 *
 * Returns: who
 *
 * Since: 1.0
 */
RuaPolicyRents
rua_policy_get_rents (RuaPolicy *self)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), RUA_POLICY_RENTS_SOLIDARITY);
  return self->rents;
}

/**
 * rua_policy_set_rents:
 * @self: a policy
 * @rents: who
 *
 * Sets who receives what consumers pay above all costs because a limit binds. What producers are paid above
 * the price of the market because of a guarantee always comes out of the solidarity account.
 *
 * Since: 1.0
 */
void
rua_policy_set_rents (RuaPolicy *self, RuaPolicyRents rents)
{
  g_return_if_fail (RUA_IS_POLICY (self));
  g_return_if_fail (rua_policy_rents_to_string (rents) != NULL);
  self->rents = rents;
}

/**
 * rua_policy_validate:
 * @self: a policy
 * @error: return location for an error
 *
 * Checks that a market can be cleared by the policy: the stage `gains` is among its stages, and where earlier
 * rounds count there is a stage `max_min` in which they do.
 *
 * Returns: %FALSE with %RUA_ERROR_MISSING when it cannot be
 *
 * Since: 1.0
 */
gboolean
rua_policy_validate (RuaPolicy *self, GError **error)
{
  g_return_val_if_fail (RUA_IS_POLICY (self), FALSE);
  if (!rua_policy_has_stage (self, RUA_POLICY_STAGE_GAINS)) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_MISSING, "stages: 'gains' is not among the policy's stages, and prices come from it; add it behind the others");
    return FALSE;
  }
  if (self->history && !rua_policy_has_stage (self, RUA_POLICY_STAGE_MAX_MIN)) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_MISSING, "history: earlier rounds count in the stage 'max_min', which is not among the policy's stages; add it or leave 'history' out");
    return FALSE;
  }
  return TRUE;
}
