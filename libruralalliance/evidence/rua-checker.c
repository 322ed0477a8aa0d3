/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-checker.h"

#include "rua-json-private.h"
#include "rua-progress-private.h"
#include "rua-rules-private.h"

/**
 * RuaChecker:
 *
 * Checks a whole alliance against itself: computes every claim again and gives it a
 * [class@RuralAlliance.Verdict], and looks at the documents with the eyes of a careful reader,
 * which gives [class@RuralAlliance.Finding]s.
 *
 * Verdicts come in the order of the claims, findings in the order of the rules; the same alliance
 * gives the same in every run. The alliance must not be changed while a run is under way.
 *
 * Since: 1.0
 */
struct _RuaChecker {
  GObject parent_instance;
  RuaAlliance *alliance;
  char **disputed;
  GHashTable *texts; /* document id: its text */
  GListStore *verdicts;
  GListStore *findings;
  gboolean running;
  gboolean is_public;
  guint min_count;
};

G_DEFINE_FINAL_TYPE (RuaChecker, rua_checker, G_TYPE_OBJECT)

enum { PROP_ALLIANCE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
rua_checker_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ALLIANCE)
    g_value_set_object (value, RUA_CHECKER (object)->alliance);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
rua_checker_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ALLIANCE)
    RUA_CHECKER (object)->alliance = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
rua_checker_finalize (GObject *object)
{
  RuaChecker *self = RUA_CHECKER (object);

  g_clear_object (&self->alliance);
  g_strfreev (self->disputed);
  g_hash_table_unref (self->texts);
  g_object_unref (self->verdicts);
  g_object_unref (self->findings);
  G_OBJECT_CLASS (rua_checker_parent_class)->finalize (object);
}

static void
rua_checker_class_init (RuaCheckerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = rua_checker_get_property;
  object_class->set_property = rua_checker_set_property;
  object_class->finalize = rua_checker_finalize;
  /**
   * RuaChecker:alliance:
   *
   * What is checked.
   *
   * Since: 1.0
   */
  properties[PROP_ALLIANCE]
    = g_param_spec_object ("alliance", NULL, NULL, RUA_TYPE_ALLIANCE,
                           G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_checker_init (RuaChecker *self)
{
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->verdicts = g_list_store_new (RUA_TYPE_VERDICT);
  self->findings = g_list_store_new (RUA_TYPE_FINDING);
}

/**
 * rua_checker_new:
 * @alliance: what to check
 *
 * Makes a checker that has not checked anything yet.
 *
 * Returns: (transfer full): a checker
 *
 * Since: 1.0
 */
RuaChecker *
rua_checker_new (RuaAlliance *alliance)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);
  return g_object_new (RUA_TYPE_CHECKER, "alliance", alliance, NULL);
}

/**
 * rua_checker_get_alliance:
 * @self: a checker
 *
 * Gets what is checked.
 *
 * Returns: (transfer none): the alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_checker_get_alliance (RuaChecker *self)
{
  g_return_val_if_fail (RUA_IS_CHECKER (self), NULL);
  return self->alliance;
}

/**
 * rua_checker_set_disputed:
 * @self: a checker
 * @records: (nullable) (array zero-terminated=1): records in an open conflict, each as `kind/id`
 *
 * Tells which records are in dispute, besides those of the alliance's own open conflicts. Claims
 * that rest on them are disputed.
 *
 * Since: 1.0
 */
void
rua_checker_set_disputed (RuaChecker *self, const char *const *records)
{
  char **copy;

  g_return_if_fail (RUA_IS_CHECKER (self));
  copy = g_strdupv ((char **)records);
  g_strfreev (self->disputed);
  self->disputed = copy;
}

/**
 * rua_checker_set_text:
 * @self: a checker
 * @document_id: id of a document
 * @text: (nullable): its plain text, UTF-8, or %NULL for the text of its file
 *
 * Gives the text of a document that is not kept in a file beside the alliance.
 *
 * Since: 1.0
 */
void
rua_checker_set_text (RuaChecker *self, const char *document_id, const char *text)
{
  g_return_if_fail (RUA_IS_CHECKER (self));
  g_return_if_fail (document_id != NULL);
  g_return_if_fail (text == NULL || g_utf8_validate (text, -1, NULL));
  if (text == NULL)
    g_hash_table_remove (self->texts, document_id);
  else
    g_hash_table_replace (self->texts, g_strdup (document_id), g_strdup (text));
}

/**
 * rua_checker_set_public:
 * @self: a checker
 * @is_public: whether verdicts are made for publication
 * @min_count: the fewest households or people behind a number that is told, as of
 *   [method@RuralAlliance.Metric.measure_public]; 0 for its own rule
 *
 * Keeps numbers that would disclose somebody out of the verdicts of the next run. Where
 * [method@RuralAlliance.Metric.measure_public] would withhold a metric that a claim rests on, the
 * verdict, its grade and its sources are as they were, and there are no numbers:
 * [method@RuralAlliance.Verdict.get_withheld] says why. Claims on published figures are untouched.
 *
 * Since: 1.0
 */
void
rua_checker_set_public (RuaChecker *self, gboolean is_public, guint min_count)
{
  g_return_if_fail (RUA_IS_CHECKER (self));
  self->is_public = is_public;
  self->min_count = min_count;
}

/* ---- a run, step by step ---- */

typedef struct {
  RuaInquiry *inquiry;
  guint n_claims;
  guint n_rules;
  guint done;
  GListStore *verdicts;
  RuaProgress *progress; /* nullable */
  const RuaMessages *messages; /* what is found is told in the language of when it began */
} Run;

static void
run_free (Run *run)
{
  rua_inquiry_free (run->inquiry);
  g_object_unref (run->verdicts);
  g_clear_object (&run->progress);
  g_free (run);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

static Run *
run_new (RuaChecker *self, GError **error)
{
  g_autoptr (Run) run = g_new0 (Run, 1);
  GHashTableIter iter;
  gpointer id, text;

  run->inquiry = rua_inquiry_new (self->alliance);
  run->inquiry->is_public = self->is_public;
  run->inquiry->min_count = self->min_count;
  run->verdicts = g_list_store_new (RUA_TYPE_VERDICT);
  rua_inquiry_set_disputed (run->inquiry, (const char *const *)self->disputed);
  g_hash_table_iter_init (&iter, self->texts);
  while (g_hash_table_iter_next (&iter, &id, &text))
    if (!rua_inquiry_set_text (run->inquiry, id, text, error))
      return NULL;
  run->messages = rua_messages_get_used ();
  run->n_claims = run->inquiry->claims->len;
  rua_rules_list (&run->n_rules);
  return g_steal_pointer (&run);
}

static gboolean
run_is_done (Run *run)
{
  return run->done >= run->n_claims + run->n_rules;
}

/* A claim that cannot be computed keeps its place: it is unsupported, and a finding says why. */
static void
add_faulty (Run *run, RuaClaim *claim, const GError *fault)
{
  g_autoptr (RuaVerdict) verdict = rua_verdict_new (claim, NULL);
  g_autofree char *reason = g_strdup_printf (_("cannot be computed: %s"), fault->message);
  g_autofree char *name = rua_evidence_dup_name (RUA_RECORD (claim));
  g_autofree char *head = g_strdup_printf (_("%s: unsupported"), name);

  rua_verdict_add_reason (verdict, reason);
  verdict->explanation = rua_explanation_new (head);
  rua_explanation_add_text (verdict->explanation, reason);
  g_list_store_append (run->verdicts, verdict);
  g_hash_table_replace (run->inquiry->verdicts, rua_evidence_dup_key (RUA_RECORD (claim)),
                        g_object_ref (verdict));
  rua_inquiry_report (run->inquiry, "cannot_be_computed", RUA_RECORD (claim), NULL, 0,
                      _("“%s” %s."), rua_rules_get_id (claim), reason);
}

static void
report_faulty_readings (Run *run, RuaVerdict *verdict)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (verdict->readings)); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (G_LIST_MODEL (verdict->readings), i);
    const char *reason = rua_verdict_get_reasons (reading)[0];

    if (reading->faulty)
      rua_inquiry_report (run->inquiry, "cannot_be_computed", RUA_RECORD (verdict->claim), NULL, 0,
                          _("“%s”, read as “%s”, %s."), rua_rules_get_id (verdict->claim),
                          reading->name, reason);
  }
}

static gboolean
run_one (Run *run, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (run->done < run->n_claims) {
    RuaClaim *claim = g_ptr_array_index (run->inquiry->claims, run->done);
    g_autoptr (GError) fault = NULL;
    g_autoptr (RuaVerdict) verdict = rua_inquiry_check (run->inquiry, claim, cancellable, &fault);

    if (verdict != NULL) {
      g_list_store_append (run->verdicts, verdict);
      report_faulty_readings (run, verdict);
    } else if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
      g_propagate_error (error, g_steal_pointer (&fault));
      return FALSE;
    } else {
      add_faulty (run, claim, fault);
    }
  } else {
    guint n;
    rua_rules_list (&n)[run->done - run->n_claims].find (run->inquiry);
  }
  run->done++;
  rua_progress_tell (run->progress, (double)run->done / (run->n_claims + run->n_rules));
  return TRUE;
}

static gboolean
run_step (Run *run, GCancellable *cancellable, GError **error)
{
  const RuaMessages *before = rua_messages_use (run->messages);
  gboolean done = run_one (run, cancellable, error);

  rua_messages_use (before);
  return done;
}

static void
move_items (GListStore *from, GListStore *to)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (from)); i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (from), i));
  g_list_store_splice (to, 0, g_list_model_get_n_items (G_LIST_MODEL (to)), items->pdata,
                       items->len);
}

/* The outcome of a run replaces that of the last one at once. */
static void
take_outcome (RuaChecker *self, Run *run)
{
  move_items (run->verdicts, self->verdicts);
  move_items (run->inquiry->findings, self->findings);
}

/**
 * rua_checker_run:
 * @self: a checker
 * @cancellable: (nullable): to give up with
 * @error: return location for an error
 *
 * Checks everything. The outcome replaces that of the run before.
 *
 * Data that is not right does not stop a run: a claim whose predicate is faulty is unsupported, and
 * a finding of the rule `cannot_be_computed` says why.
 *
 * Returns: %FALSE if it was cancelled, another run is under way (%RUA_ERROR_FAILED), or a text was
 *   given for a document that there is not (%RUA_ERROR_REFERENCE); then nothing has changed
 *
 * Since: 1.0
 */
gboolean
rua_checker_run (RuaChecker *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (Run) run = NULL;

  g_return_val_if_fail (RUA_IS_CHECKER (self), FALSE);
  if (self->running) {
    g_set_error_literal (error, RUA_ERROR, RUA_ERROR_FAILED,
                         "The checker is at work already: wait for its run to end");
    return FALSE;
  }
  run = run_new (self, error);
  if (run == NULL)
    return FALSE;
  while (!run_is_done (run))
    if (!run_step (run, cancellable, error))
      return FALSE;
  take_outcome (self, run);
  return TRUE;
}

/* One step a turn of the main loop: records belong to this thread. */
static gboolean
step_idle (gpointer data)
{
  GTask *task = data;
  RuaChecker *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!run_is_done (run)) {
    if (run_step (run, g_task_get_cancellable (task), &error))
      return G_SOURCE_CONTINUE;
    self->running = FALSE;
    g_task_return_error (task, error);
    return G_SOURCE_REMOVE;
  }
  take_outcome (self, run);
  self->running = FALSE;
  g_task_return_boolean (task, TRUE);
  return G_SOURCE_REMOVE;
}

/**
 * rua_checker_run_async:
 * @self: a checker
 * @cancellable: (nullable): to give up with
 * @progress: (nullable): told after every step how far the run is
 * @callback: (nullable) (scope async) (closure user_data): called when the run is over
 * @user_data: data for @callback
 *
 * Checks everything, a claim at a time, in the main loop of the thread that calls it.
 *
 * Since: 1.0
 */
void
rua_checker_run_async (RuaChecker *self,
                       GCancellable *cancellable,
                       RuaProgress *progress,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GSource) source = NULL;
  GError *error = NULL;
  Run *run;

  g_return_if_fail (RUA_IS_CHECKER (self));
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_checker_run_async);
  if (self->running) {
    g_task_return_new_error (task, RUA_ERROR, RUA_ERROR_FAILED,
                             "The checker is at work already: wait for its run to end");
    return;
  }
  run = run_new (self, &error);
  if (run == NULL) {
    g_task_return_error (task, error);
    return;
  }
  self->running = TRUE;
  run->progress = rua_progress_begin (progress);
  g_task_set_task_data (task, run, (GDestroyNotify)run_free);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT_IDLE);
  g_task_attach_source (task, source, step_idle);
}

/**
 * rua_checker_run_finish:
 * @self: a checker
 * @result: what the callback was given
 * @error: return location for an error
 *
 * Ends what [method@RuralAlliance.Checker.run_async] began.
 *
 * Returns: %FALSE with the errors of [method@RuralAlliance.Checker.run]
 *
 * Since: 1.0
 */
gboolean
rua_checker_run_finish (RuaChecker *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (RUA_IS_CHECKER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the outcome ---- */

/**
 * rua_checker_list_verdicts:
 * @self: a checker
 *
 * Lists the verdicts of the last run, in the order of the claims.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Verdict], empty before the first run
 *
 * Since: 1.0
 */
GListModel *
rua_checker_list_verdicts (RuaChecker *self)
{
  g_return_val_if_fail (RUA_IS_CHECKER (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->verdicts));
}

/**
 * rua_checker_find_verdict:
 * @self: a checker
 * @claim_id: id of a claim
 *
 * Finds the verdict on a claim.
 *
 * Returns: (transfer full) (nullable): the verdict; %NULL if the last run had no such claim
 *
 * Since: 1.0
 */
RuaVerdict *
rua_checker_find_verdict (RuaChecker *self, const char *claim_id)
{
  g_return_val_if_fail (RUA_IS_CHECKER (self), NULL);
  g_return_val_if_fail (claim_id != NULL, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->verdicts)); i++) {
    g_autoptr (RuaVerdict) verdict = g_list_model_get_item (G_LIST_MODEL (self->verdicts), i);
    if (g_strcmp0 (rua_record_get_id (RUA_RECORD (verdict->claim)), claim_id) == 0)
      return g_steal_pointer (&verdict);
  }
  return NULL;
}

/**
 * rua_checker_get_n_verdicts:
 * @self: a checker
 * @type: a verdict
 *
 * Counts the claims of the last run that have a verdict.
 *
 * Returns: how many
 *
 * Since: 1.0
 */
guint
rua_checker_get_n_verdicts (RuaChecker *self, RuaVerdictType type)
{
  guint n = 0;

  g_return_val_if_fail (RUA_IS_CHECKER (self), 0);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->verdicts)); i++) {
    g_autoptr (RuaVerdict) verdict = g_list_model_get_item (G_LIST_MODEL (self->verdicts), i);
    n += verdict->type == type;
  }
  return n;
}

/**
 * rua_checker_list_findings:
 * @self: a checker
 *
 * Lists the findings of the last run, in the order of the rules.
 *
 * Returns: (transfer full): a list of [class@RuralAlliance.Finding], empty before the first run
 *
 * Since: 1.0
 */
GListModel *
rua_checker_list_findings (RuaChecker *self)
{
  g_return_val_if_fail (RUA_IS_CHECKER (self), NULL);
  return g_object_ref (G_LIST_MODEL (self->findings));
}

#define COMPUTED_RULE "cannot_be_computed"
#define COMPUTED_DOC N_("a claim or a reading whose computation is faulty")

/**
 * rua_checker_list_rules:
 *
 * Lists the rules that findings come from.
 *
 * Returns: (transfer full) (array zero-terminated=1): their names
 *
 * Since: 1.0
 */
char **
rua_checker_list_rules (void)
{
  guint n;
  const RuaRule *rules = rua_rules_list (&n);
  char **names = g_new0 (char *, n + 2);

  names[0] = g_strdup (COMPUTED_RULE);
  for (guint i = 0; i < n; i++)
    names[i + 1] = g_strdup (rules[i].id);
  return names;
}

/**
 * rua_checker_describe_rule:
 * @rule: name of a rule
 *
 * Tells what a rule finds, in a line.
 *
 * Returns: (nullable): the line; %NULL if there is no such rule
 *
 * Since: 1.0
 */
const char *
rua_checker_describe_rule (const char *rule)
{
  guint n;
  const RuaRule *rules = rua_rules_list (&n);

  g_return_val_if_fail (rule != NULL, NULL);
  if (g_str_equal (rule, COMPUTED_RULE))
    return _(COMPUTED_DOC);
  for (guint i = 0; i < n; i++)
    if (g_str_equal (rules[i].id, rule))
      return _(rules[i].doc);
  return NULL;
}

/* ---- JSON ---- */

static void
write_number (RuaJsonWriter *writer, const char *name, double value)
{
  if (value != value)
    return;
  rua_json_writer_name (writer, name);
  rua_json_writer_number (writer, value);
}

static void
write_numbers (RuaJsonWriter *writer, RuaVerdict *verdict)
{
  /* Promised members are always there; null where there is no number. */
  rua_json_writer_name (writer, "value");
  rua_json_writer_number (writer, verdict->value);
  rua_json_writer_name (writer, "margin");
  rua_json_writer_number (writer, verdict->margin);
  write_number (writer, "threshold", verdict->threshold);
  write_number (writer, "low", verdict->low);
  write_number (writer, "high", verdict->high);
  if (verdict->unit != NULL) {
    rua_json_writer_name (writer, "unit");
    rua_json_writer_string (writer, verdict->unit);
  }
  if (verdict->withheld != NULL) {
    rua_json_writer_name (writer, "withheld");
    rua_json_writer_string (writer, _(verdict->withheld));
  }
}

static void
write_texts (RuaJsonWriter *writer, const char *name, const char *const *texts)
{
  rua_json_writer_name (writer, name);
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    rua_json_writer_string (writer, texts[i]);
  rua_json_writer_end_array (writer);
}

static void
write_explanation (RuaJsonWriter *writer, RuaExplanation *explanation)
{
  g_autoptr (GListModel) children = rua_explanation_list_children (explanation);
  guint n = g_list_model_get_n_items (children);

  rua_json_writer_begin_object (writer, n == 0);
  rua_json_writer_name (writer, "text");
  rua_json_writer_string (writer, rua_explanation_get_text (explanation));
  if (n > 0) {
    rua_json_writer_name (writer, "parts");
    rua_json_writer_begin_array (writer, FALSE);
    for (guint i = 0; i < n; i++) {
      g_autoptr (RuaExplanation) child = g_list_model_get_item (children, i);
      write_explanation (writer, child);
    }
    rua_json_writer_end_array (writer);
  }
  rua_json_writer_end_object (writer);
}

static void
write_readings (RuaJsonWriter *writer, RuaVerdict *verdict)
{
  rua_json_writer_name (writer, "readings");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (verdict->readings)); i++) {
    g_autoptr (RuaVerdict) reading = g_list_model_get_item (G_LIST_MODEL (verdict->readings), i);
    rua_json_writer_begin_object (writer, FALSE);
    rua_json_writer_name (writer, "name");
    rua_json_writer_string (writer, reading->name);
    write_numbers (writer, reading);
    rua_json_writer_name (writer, "verdict");
    rua_json_writer_string (writer, rua_verdict_type_to_string (reading->type));
    rua_json_writer_name (writer, "flipped");
    rua_json_writer_boolean (writer, reading->flipped);
    write_texts (writer, "reasons", rua_verdict_get_reasons (reading));
    rua_json_writer_end_object (writer);
  }
  rua_json_writer_end_array (writer);
}

static void
write_flips (RuaJsonWriter *writer, RuaVerdict *verdict)
{
  rua_json_writer_name (writer, "flips");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (verdict->flips)); i++) {
    g_autoptr (RuaFlip) flip = g_list_model_get_item (G_LIST_MODEL (verdict->flips), i);
    rua_json_writer_begin_object (writer, FALSE);
    rua_json_writer_name (writer, "name");
    rua_json_writer_string (writer, rua_flip_get_name (flip));
    rua_json_writer_name (writer, "value");
    rua_json_writer_number (writer, rua_flip_get_value (flip));
    rua_json_writer_name (writer, "unit");
    rua_json_writer_string (writer, rua_flip_get_unit (flip));
    rua_json_writer_name (writer, "text");
    rua_json_writer_string (writer, rua_flip_get_text (flip));
    rua_json_writer_end_object (writer);
  }
  rua_json_writer_end_array (writer);
}

static void
write_sources (RuaJsonWriter *writer, RuaVerdict *verdict)
{
  rua_json_writer_name (writer, "sources");
  rua_json_writer_begin_array (writer, TRUE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (verdict->sources)); i++) {
    g_autoptr (RuaRecord) source = g_list_model_get_item (G_LIST_MODEL (verdict->sources), i);
    rua_json_writer_string (writer, rua_record_get_id (source));
  }
  rua_json_writer_end_array (writer);
}

static void
write_verdict (RuaJsonWriter *writer, RuaVerdict *verdict)
{
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "id");
  rua_json_writer_string (writer, rua_record_get_id (RUA_RECORD (verdict->claim)));
  rua_json_writer_name (writer, "verdict");
  rua_json_writer_string (writer, rua_verdict_type_to_string (verdict->type));
  write_numbers (writer, verdict);
  rua_json_writer_name (writer, "grade");
  rua_json_writer_string (writer, rua_grade_to_string (verdict->grade));
  write_texts (writer, "reasons", rua_verdict_get_reasons (verdict));
  write_readings (writer, verdict);
  write_flips (writer, verdict);
  write_sources (writer, verdict);
  rua_json_writer_name (writer, "explanation");
  if (verdict->explanation != NULL)
    write_explanation (writer, verdict->explanation);
  else
    rua_json_writer_null (writer);
  rua_json_writer_end_object (writer);
}

static void
write_finding (RuaJsonWriter *writer, RuaFinding *finding)
{
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "rule");
  rua_json_writer_string (writer, rua_finding_get_rule (finding));
  write_texts (writer, "about", rua_finding_get_about (finding));
  rua_json_writer_name (writer, "message");
  rua_json_writer_string (writer, rua_finding_get_message (finding));
  if (rua_finding_get_line (finding) > 0) {
    rua_json_writer_name (writer, "line");
    rua_json_writer_integer (writer, rua_finding_get_line (finding));
  }
  rua_json_writer_end_object (writer);
}

/**
 * rua_checker_to_json:
 * @self: a checker
 *
 * Gives the outcome of the last run as JSON: `{"claims": […], "findings": […]}`, as
 * `ruralalliance check --format json` prints it. A value and a margin that are not known are
 * null; whatever else is not known is left out. `withheld` says why, where numbers are not told.
 *
 * Returns: (transfer full): the text, which ends with a new line
 *
 * Since: 1.0
 */
char *
rua_checker_to_json (RuaChecker *self)
{
  GString *out;
  g_autoptr (RuaJsonWriter) writer = NULL;

  g_return_val_if_fail (RUA_IS_CHECKER (self), NULL);
  out = g_string_new (NULL);
  writer = rua_json_writer_new (out, TRUE);
  rua_json_writer_begin_object (writer, FALSE);
  rua_json_writer_name (writer, "claims");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->verdicts)); i++) {
    g_autoptr (RuaVerdict) verdict = g_list_model_get_item (G_LIST_MODEL (self->verdicts), i);
    write_verdict (writer, verdict);
  }
  rua_json_writer_end_array (writer);
  rua_json_writer_name (writer, "findings");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->findings)); i++) {
    g_autoptr (RuaFinding) finding = g_list_model_get_item (G_LIST_MODEL (self->findings), i);
    write_finding (writer, finding);
  }
  rua_json_writer_end_array (writer);
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}
