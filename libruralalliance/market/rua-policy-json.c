/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-policy-private.h"

#include <math.h>
#include <string.h>

#include "rua-faults-private.h"
#include "rua-json-private.h"
#include "rua-nearest-private.h"

/* A policy as JSON: read strictly, with every fault that it has. */

#define MOST_BYTES (1024 * 1024)

static const char *const members[] = { "title", "stages", "history", "subsidised", "price", "producer_part", "rents", NULL };

typedef struct {
  RuaJsonScanner *scanner;
  RuaFaults *faults;
  RuaPolicy *policy;
  gboolean has_stages;
  gboolean has_part;
  guint64 part_line, history_line;
} Reader;

static void
tell_at (Reader *self, guint64 line, RuaError code, const char *field, const char *value, const char *message, const char *mend)
{
  const RuaFaultInfo info = { .code = code, .line = line, .field = field, .value = value, .message = message, .mend = mend };

  rua_faults_add (self->faults, &info);
}

static void
tell (Reader *self, RuaError code, const char *field, const char *value, const char *message, const char *mend)
{
  tell_at (self, rua_json_scanner_get_line (self->scanner), code, field, value, message, mend);
}

/* What stands where something else is wanted, past its end. FALSE when the text is broken. */
static gboolean
refuse_value (Reader *self, const char *field, const char *mend)
{
  guint64 line = rua_json_scanner_get_line (self->scanner);
  g_autoptr (GString) found = g_string_new (NULL);

  if (!rua_json_scanner_copy_value (self->scanner, found, NULL))
    return FALSE;
  if (found->len > 60) {
    g_string_truncate (found, 0);
    g_string_append (found, "a long value");
  }
  tell_at (self, line, RUA_ERROR_VALUE, field, found->str, "this is not what stands here", mend);
  return TRUE;
}

static char *
mend_word (const char *word, GType type)
{
  GEnumClass *words = g_type_class_ref (type);
  g_autofree char *others = NULL;
  GString *all = g_string_new ("write one of ");
  char *mend;
  RuaNearest nearest;

  rua_nearest_init (&nearest, word);
  for (guint i = 0; i < words->n_values; i++) {
    rua_nearest_offer (&nearest, words->values[i].value_nick);
    g_string_append_printf (all, "%s%s", i > 0 ? ", " : "", words->values[i].value_nick);
  }
  others = g_string_free (all, FALSE);
  mend = rua_nearest_mend (&nearest, others);
  g_type_class_unref (words);
  return mend;
}

static gboolean
read_title (Reader *self)
{
  RuaJsonToken token = rua_json_scanner_get_token (self->scanner);

  if (token == RUA_JSON_TOKEN_STRING) {
    rua_policy_set_title (self->policy, NULL, rua_json_scanner_get_text (self->scanner, NULL));
    return TRUE;
  }
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return refuse_value (self, "title", "write a text, or an object of texts by language");
  while ((token = rua_json_scanner_next (self->scanner, NULL)) == RUA_JSON_TOKEN_NAME) {
    g_autofree char *language = g_strdup (rua_json_scanner_get_text (self->scanner, NULL));

    token = rua_json_scanner_next (self->scanner, NULL);
    if (token == RUA_JSON_TOKEN_STRING)
      rua_policy_set_title (self->policy, language, rua_json_scanner_get_text (self->scanner, NULL));
    else if (token == RUA_JSON_TOKEN_ERROR || !refuse_value (self, "title", "write a text in every language"))
      return FALSE;
  }
  return token == RUA_JSON_TOKEN_OBJECT_END;
}

static void
read_stage (Reader *self, const char *word)
{
  RuaPolicyStage stage;

  if (!rua_policy_stage_find (word, &stage)) {
    g_autofree char *mend = mend_word (word, RUA_TYPE_POLICY_STAGE);

    tell (self, RUA_ERROR_UNKNOWN_NAME, "stages", word, "there is no such stage", mend);
  } else if (!rua_policy_add_stage (self->policy, stage, NULL)) {
    tell (self, RUA_ERROR_DUPLICATE, "stages", word, "the stage is there already", "name each stage once");
  }
}

static gboolean
read_stages (Reader *self)
{
  RuaJsonToken token = rua_json_scanner_get_token (self->scanner);

  self->has_stages = TRUE;
  if (token != RUA_JSON_TOKEN_ARRAY_BEGIN)
    return refuse_value (self, "stages", "write a list of stages, such as [\"priority\", \"gains\"]");
  while ((token = rua_json_scanner_next (self->scanner, NULL)) != RUA_JSON_TOKEN_ARRAY_END) {
    if (token == RUA_JSON_TOKEN_ERROR)
      return FALSE;
    if (token == RUA_JSON_TOKEN_STRING)
      read_stage (self, rua_json_scanner_get_text (self->scanner, NULL));
    else if (!refuse_value (self, "stages", "a stage is a word, such as \"gains\""))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_word (Reader *self, const char *field, GType type)
{
  const char *word;
  int *to = strcmp (field, "price") == 0 ? (int *) &self->policy->price : (int *) &self->policy->rents;
  gboolean known;

  if (rua_json_scanner_get_token (self->scanner) != RUA_JSON_TOKEN_STRING) {
    g_autofree char *mend = mend_word ("", type);

    return refuse_value (self, field, mend);
  }
  word = rua_json_scanner_get_text (self->scanner, NULL);
  known = type == RUA_TYPE_POLICY_PRICE ? rua_policy_price_find (word, (RuaPolicyPrice *) to) : rua_policy_rents_find (word, (RuaPolicyRents *) to);
  if (!known) {
    g_autofree char *mend = mend_word (word, type);

    tell (self, RUA_ERROR_UNKNOWN_NAME, field, word, type == RUA_TYPE_POLICY_PRICE ? "there is no such rule of prices" : "rents cannot go there", mend);
  }
  return TRUE;
}

static gboolean
read_truth (Reader *self, const char *field, gboolean *value)
{
  RuaJsonToken token = rua_json_scanner_get_token (self->scanner);

  if (token != RUA_JSON_TOKEN_TRUE && token != RUA_JSON_TOKEN_FALSE)
    return refuse_value (self, field, "write true or false");
  *value = token == RUA_JSON_TOKEN_TRUE;
  return TRUE;
}

static gboolean
read_part (Reader *self)
{
  const char *text;
  gsize length;
  double value;

  self->part_line = rua_json_scanner_get_line (self->scanner);
  self->has_part = TRUE;
  if (rua_json_scanner_get_token (self->scanner) != RUA_JSON_TOKEN_NUMBER)
    return refuse_value (self, "producer_part", "write a number between 0 and 1 with at most six decimals");
  text = rua_json_scanner_get_text (self->scanner, &length);
  if (!rua_number_parse (text, length, &value) || !rua_policy_set_producer_part (self->policy, value, NULL))
    tell (self, RUA_ERROR_VALUE, "producer_part", text, "this is no part", "write a number between 0 and 1 with at most six decimals");
  return TRUE;
}

static gboolean
read_member (Reader *self)
{
  g_autofree char *name = g_strdup (rua_json_scanner_get_text (self->scanner, NULL)), *mend = NULL;
  guint64 line = rua_json_scanner_get_line (self->scanner);
  RuaNearest nearest;

  if (rua_json_scanner_next (self->scanner, NULL) == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (strcmp (name, "title") == 0)
    return read_title (self);
  if (strcmp (name, "stages") == 0)
    return read_stages (self);
  if (strcmp (name, "history") == 0) {
    self->history_line = line;
    return read_truth (self, name, &self->policy->history);
  }
  if (strcmp (name, "subsidised") == 0)
    return read_truth (self, name, &self->policy->subsidised);
  if (strcmp (name, "price") == 0)
    return read_word (self, "price", RUA_TYPE_POLICY_PRICE);
  if (strcmp (name, "rents") == 0)
    return read_word (self, "rents", RUA_TYPE_POLICY_RENTS);
  if (strcmp (name, "producer_part") == 0)
    return read_part (self);
  rua_nearest_init (&nearest, name);
  for (guint i = 0; members[i] != NULL; i++)
    rua_nearest_offer (&nearest, members[i]);
  mend = rua_nearest_mend (&nearest, "a policy has title, stages, history, subsidised, price, producer_part and rents");
  tell_at (self, line, RUA_ERROR_UNKNOWN_NAME, name, NULL, "a policy has no such member", mend);
  return rua_json_scanner_skip_value (self->scanner, NULL);
}

static void
check_whole (Reader *self)
{
  RuaPolicy *policy = self->policy;

  if (!self->has_stages)
    tell_at (self, 0, RUA_ERROR_MISSING, "stages", NULL, "a policy needs stages", "write them in their order, such as [\"priority\", \"gains\"]");
  else if (rua_faults_get_count (self->faults) == 0 && !rua_policy_has_stage (policy, RUA_POLICY_STAGE_GAINS))
    tell_at (self, 0, RUA_ERROR_MISSING, "stages", NULL, "'gains' is not among them, and prices come from it", "add it behind the others");
  if (policy->history && self->has_stages && rua_faults_get_count (self->faults) == 0 && !rua_policy_has_stage (policy, RUA_POLICY_STAGE_MAX_MIN))
    tell_at (self, self->history_line, RUA_ERROR_VALUE, "history", "true", "earlier rounds count in the stage 'max_min', which the policy does not have",
             "add the stage or leave 'history' out");
  if (self->has_part && policy->price != RUA_POLICY_PRICE_MIXED && policy->price != RUA_POLICY_PRICE_SPLIT)
    tell_at (self, self->part_line, RUA_ERROR_VALUE, "producer_part", NULL, "it goes with the prices 'mixed' and 'split' alone", "leave it out");
}

static gboolean
read_all (Reader *self)
{
  RuaJsonToken token = rua_json_scanner_next (self->scanner, NULL);

  if (token == RUA_JSON_TOKEN_ERROR)
    return FALSE;
  if (token != RUA_JSON_TOKEN_OBJECT_BEGIN) {
    tell (self, RUA_ERROR_VALUE, NULL, NULL, "a policy is a JSON object", "write {\"stages\": [\"gains\"]}, for one");
    return TRUE;
  }
  while ((token = rua_json_scanner_next (self->scanner, NULL)) == RUA_JSON_TOKEN_NAME)
    if (!read_member (self))
      return FALSE;
  if (token != RUA_JSON_TOKEN_OBJECT_END || rua_json_scanner_next (self->scanner, NULL) != RUA_JSON_TOKEN_END)
    return FALSE;
  check_whole (self);
  return TRUE;
}

/**
 * rua_policy_new_from_text:
 * @text: a policy as JSON
 * @length: its length in bytes, or -1 where a NUL ends it
 * @name: (nullable): what messages call it, such as the name of its file
 * @error: return location for an error
 *
 * Reads a policy. What is wrong with it is told all at once, a line for each fault, with its place.
 *
 * Returns: (transfer full) (nullable): the policy; %NULL and an error of the domain `RUA_ERROR`
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new_from_text (const char *text, gssize length, const char *name, GError **error)
{
  const RuaJsonLimits limits = { .depth = 16, .bytes = MOST_BYTES };
  g_autoptr (RuaPolicy) policy = rua_policy_new ();
  g_autoptr (RuaFaults) faults = rua_faults_new (name, 0);
  g_autoptr (RuaJsonScanner) scanner = NULL;
  Reader reader = { NULL };

  g_return_val_if_fail (text != NULL, NULL);
  scanner = rua_json_scanner_new (text, length < 0 ? strlen (text) : (gsize) length, &limits);
  reader.scanner = scanner;
  reader.faults = faults;
  reader.policy = policy;
  if (!read_all (&reader)) {
    const char *problem = rua_json_scanner_get_problem (scanner);
    const RuaFaultInfo info = {
      .code = RUA_ERROR_SYNTAX,
      .line = rua_json_scanner_get_line (scanner),
      .column = rua_json_scanner_get_column (scanner),
      .message = problem != NULL ? problem : "this is no policy",
      .mend = rua_json_scanner_get_mend (scanner),
    };

    rua_faults_add (faults, &info);
  }
  return rua_faults_raise (faults, error) ? g_steal_pointer (&policy) : NULL;
}

/**
 * rua_policy_new_from_file:
 * @path: (type filename): a file
 * @cancellable: (nullable): to give up with
 * @error: return location for an error
 *
 * Reads a policy from a file of JSON, as [ctor@RuralAlliance.Policy.new_from_text] does.
 *
 * Returns: (transfer full) (nullable): the policy; %NULL and an error, of the domain `G_IO_ERROR` where the file
 *   cannot be read
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new_from_file (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  file = g_file_new_for_path (path);
  name = g_filename_display_name (path);
  stream = g_file_read (file, cancellable, error);
  /* One byte more than there may be, so that what is too long is noticed. */
  bytes = stream != NULL ? g_input_stream_read_bytes (G_INPUT_STREAM (stream), MOST_BYTES + 1, cancellable, error) : NULL;
  if (bytes == NULL)
    return NULL;
  return rua_policy_new_from_text (g_bytes_get_size (bytes) > 0 ? g_bytes_get_data (bytes, NULL) : "", (gssize) g_bytes_get_size (bytes), name, error);
}

/**
 * rua_policy_new_for_cycle:
 * @cycle: an order cycle
 * @error: return location for an error
 *
 * Reads the policy that is on record with a market round.
 *
 * Returns: (transfer full) (nullable): the policy; %NULL with %RUA_ERROR_MISSING when the round has none, or
 *   with the errors of [ctor@RuralAlliance.Policy.new_from_text]
 *
 * Since: 1.0
 */
RuaPolicy *
rua_policy_new_for_cycle (RuaOrderCycle *cycle, GError **error)
{
  const char *text, *id;
  g_autofree char *name = NULL;

  g_return_val_if_fail (RUA_IS_ORDER_CYCLE (cycle), NULL);
  id = rua_record_get_id (RUA_RECORD (cycle));
  name = g_strdup_printf ("policy of the order cycle '%s'", id != NULL ? id : "");
  text = rua_order_cycle_get_policy (cycle);
  if (text == NULL) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "%s: there is none; record one, or give one to clear by", name);
    return NULL;
  }
  return rua_policy_new_from_text (text, -1, name, error);
}

static void
write_title (RuaPolicy *self, RuaJsonWriter *writer)
{
  const RuaPolicyTitle *first = &g_array_index (self->titles, RuaPolicyTitle, 0);

  rua_json_writer_name (writer, "title");
  if (self->titles->len == 1 && first->language[0] == '\0') {
    rua_json_writer_string (writer, first->text);
    return;
  }
  rua_json_writer_begin_object (writer, TRUE);
  for (guint i = 0; i < self->titles->len; i++) {
    const RuaPolicyTitle *title = &g_array_index (self->titles, RuaPolicyTitle, i);

    rua_json_writer_name (writer, title->language);
    rua_json_writer_string (writer, title->text);
  }
  rua_json_writer_end_object (writer);
}

/**
 * rua_policy_to_json:
 * @self: a policy
 *
 * Writes the policy as JSON. Read again, it is equal.
 *
 * Returns: (transfer full): the text, which ends with a new line
 *
 * Since: 1.0
 */
char *
rua_policy_to_json (RuaPolicy *self)
{
  g_autoptr (RuaJsonWriter) writer = NULL;
  GString *out;

  g_return_val_if_fail (RUA_IS_POLICY (self), NULL);
  out = g_string_new (NULL);
  writer = rua_json_writer_new (out, TRUE);
  rua_json_writer_begin_object (writer, FALSE);
  if (self->titles->len > 0)
    write_title (self, writer);
  rua_json_writer_name (writer, "stages");
  rua_json_writer_begin_array (writer, TRUE);
  for (guint i = 0; i < self->n_stages; i++)
    rua_json_writer_string (writer, rua_policy_stage_to_string (self->stages[i]));
  rua_json_writer_end_array (writer);
  if (self->history) {
    rua_json_writer_name (writer, "history");
    rua_json_writer_boolean (writer, TRUE);
  }
  if (self->subsidised) {
    rua_json_writer_name (writer, "subsidised");
    rua_json_writer_boolean (writer, TRUE);
  }
  rua_json_writer_name (writer, "price");
  rua_json_writer_string (writer, rua_policy_price_to_string (self->price));
  if (self->price == RUA_POLICY_PRICE_MIXED || self->price == RUA_POLICY_PRICE_SPLIT) {
    rua_json_writer_name (writer, "producer_part");
    rua_json_writer_number (writer, rua_policy_get_producer_part (self));
  }
  rua_json_writer_name (writer, "rents");
  rua_json_writer_string (writer, rua_policy_rents_to_string (self->rents));
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
