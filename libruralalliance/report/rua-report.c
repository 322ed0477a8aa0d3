/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-report.h"

#include "rua-drawing-private.h"

#include "rua-json-private.h"
#include "rua-measure.h"
#include "rua-results-private.h"
#include "rua-telling-private.h"

#include <string.h>

/**
 * RuaReport:
 *
 * An alliance told to people: who and where, the timeline, the practice model, what was measured
 * and how, every claim with its verdict, what was found about the document, and the sources with
 * their independence. The same report can be had as plain text, as Markdown, as a web page, on paper (PDF) and as JSON.
 *
 * A report is compiled from the alliance as it is at that moment: [method@Report.compile] measures
 * all metrics and checks all claims. Printing compiles it if that has not been done; after a change
 * of the alliance it has to be compiled again.
 *
 * Fields of [enum@Privacy] personal, such as names of people, are told only where the record
 * carries the document that published them; sensitive ones are never told of a single record.
 *
 * Since: 1.0
 */
struct _RuaReport {
  GObject parent_instance;

  RuaAlliance *alliance;
  char *language;
  gboolean brief;
  gboolean is_public;
  guint min_count;
  RuaChecker *checker; /* NULL until compiled */
  GPtrArray *metrics;  /* the four as in RuaTelling */
  GPtrArray *results;
  GPtrArray *refusals;
  GPtrArray *verdicts;
  GPtrArray *findings;
};

G_DEFINE_FINAL_TYPE (RuaReport, rua_report, G_TYPE_OBJECT)

enum { PROP_ALLIANCE = 1, PROP_LANGUAGE, PROP_BRIEF, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
unref_nullable (gpointer object)
{
  if (object)
    g_object_unref (object);
}

static void
forget (RuaReport *self)
{
  g_clear_object (&self->checker);
  g_clear_pointer (&self->metrics, g_ptr_array_unref);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_clear_pointer (&self->refusals, g_ptr_array_unref);
  g_clear_pointer (&self->verdicts, g_ptr_array_unref);
  g_clear_pointer (&self->findings, g_ptr_array_unref);
}

static void
rua_report_finalize (GObject *object)
{
  RuaReport *self = RUA_REPORT (object);

  forget (self);
  g_clear_object (&self->alliance);
  g_free (self->language);
  G_OBJECT_CLASS (rua_report_parent_class)->finalize (object);
}

static void
rua_report_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  RuaReport *self = RUA_REPORT (object);

  switch (id) {
  case PROP_ALLIANCE:
    g_value_set_object (value, self->alliance);
    break;
  case PROP_LANGUAGE:
    g_value_set_string (value, self->language);
    break;
  case PROP_BRIEF:
    g_value_set_boolean (value, self->brief);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_report_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  RuaReport *self = RUA_REPORT (object);

  switch (id) {
  case PROP_ALLIANCE:
    self->alliance = g_value_dup_object (value);
    break;
  case PROP_LANGUAGE:
    rua_report_set_language (self, g_value_get_string (value));
    break;
  case PROP_BRIEF:
    rua_report_set_brief (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
rua_report_class_init (RuaReportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = rua_report_finalize;
  object_class->get_property = rua_report_get_property;
  object_class->set_property = rua_report_set_property;

  /**
   * RuaReport:alliance:
   *
   * The alliance that is told of.
   *
   * Since: 1.0
   */
  properties[PROP_ALLIANCE] = g_param_spec_object ("alliance", NULL, NULL, RUA_TYPE_ALLIANCE,
                                                   G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  /**
   * RuaReport:language:
   *
   * The language of the report, and of names and titles where they are known in it; %NULL for the
   * first in which each was told.
   *
   * Since: 1.0
   */
  properties[PROP_LANGUAGE] = g_param_spec_string ("language", NULL, NULL, NULL,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  /**
   * RuaReport:brief:
   *
   * Whether only verdicts and findings are told.
   *
   * Since: 1.0
   */
  properties[PROP_BRIEF] = g_param_spec_boolean ("brief", NULL, NULL, FALSE,
                                                 G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
rua_report_init (RuaReport *self)
{
}

/**
 * rua_report_new:
 * @alliance: an alliance
 *
 * Makes a report on an alliance. Nothing is computed yet.
 *
 * Returns: (transfer full): the report
 *
 * Since: 1.0
 */
RuaReport *
rua_report_new (RuaAlliance *alliance)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (alliance), NULL);

  return g_object_new (RUA_TYPE_REPORT, "alliance", alliance, NULL);
}

/**
 * rua_report_get_alliance:
 * @self: a report
 *
 * Gets what the report is on.
 *
 * Returns: (transfer none): the alliance
 *
 * Since: 1.0
 */
RuaAlliance *
rua_report_get_alliance (RuaReport *self)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  return self->alliance;
}

/**
 * rua_report_set_language:
 * @self: a report
 * @language: (nullable): a BCP 47 code, such as `zh`, or %NULL
 *
 * Sets the language of the report: of names and titles, which are told in the first language they are known
 * in where they are not known in this one, and of what the report says of its own, in English or, for `zh` with
 * any script or region, in Chinese. %NULL leaves the latter to [func@RuralAlliance.set_language]. A report that was
 * compiled in another language is compiled again before it is printed.
 *
 * Since: 1.0
 */
void
rua_report_set_language (RuaReport *self, const char *language)
{
  g_return_if_fail (RUA_IS_REPORT (self));

  if (g_strcmp0 (self->language, language) == 0)
    return;
  /* What was found was told in the language of before. */
  if (rua_messages_of (language) != rua_messages_of (self->language))
    forget (self);
  g_free (self->language);
  self->language = g_strdup (language);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LANGUAGE]);
}

/**
 * rua_report_get_language:
 * @self: a report
 *
 * Gets the language of the report.
 *
 * Returns: (nullable): a BCP 47 code, or %NULL for the first one known of each
 *
 * Since: 1.0
 */
const char *
rua_report_get_language (RuaReport *self)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  return self->language;
}

/**
 * rua_report_set_brief:
 * @self: a report
 * @brief: whether to tell verdicts and findings only
 *
 * Sets how much of the report is told.
 *
 * Since: 1.0
 */
void
rua_report_set_brief (RuaReport *self, gboolean brief)
{
  g_return_if_fail (RUA_IS_REPORT (self));

  if (self->brief == !!brief)
    return;
  self->brief = !!brief;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BRIEF]);
}

/**
 * rua_report_get_brief:
 * @self: a report
 *
 * Gets whether only verdicts and findings are told.
 *
 * Returns: %TRUE for a brief report
 *
 * Since: 1.0
 */
gboolean
rua_report_get_brief (RuaReport *self)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), FALSE);

  return self->brief;
}

/**
 * rua_report_set_public:
 * @self: a report
 * @is_public: whether claims and metrics are told for publication
 * @min_count: the fewest households or people behind a number that is told, as of
 *   [method@RuralAlliance.Metric.measure_public]; 0 for its own rule
 *
 * Withholds the numbers of claims and metrics that would disclose somebody, as
 * [method@RuralAlliance.Checker.set_public] and [method@RuralAlliance.Metric.measure_public] do,
 * from the next [method@RuralAlliance.Report.compile] on. The other parts of a report that is not
 * brief tell how many records of each kind there are, and are told as ever.
 *
 * Since: 1.0
 */
void
rua_report_set_public (RuaReport *self, gboolean is_public, guint min_count)
{
  g_return_if_fail (RUA_IS_REPORT (self));

  self->is_public = is_public;
  self->min_count = min_count;
}

/* ---- compiling ---- */

/* Speaks the report's language, or the thread's where it has none, until what was spoken is put back. */
static const RuaMessages *
speak (RuaReport *self)
{
  return self->language ? rua_messages_use (rua_messages_of (self->language)) : rua_messages_get_used ();
}

static void
keep (RuaReport *self, RuaRecord *metric, RuaResult *result, const GError *refusal)
{
  g_ptr_array_add (self->metrics, g_object_ref (metric));
  g_ptr_array_add (self->results, result ? g_object_ref (result) : NULL);
  g_ptr_array_add (self->refusals, result ? NULL : g_strdup (refusal->message));
}

/* A metric that cannot be measured is told with the reason; only cancelling stops the report. */
static gboolean
measure_all (RuaReport *self, GCancellable *cancellable, GError **error)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, "metric");

  for (guint i = 0; table && i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) metric = rua_table_dup_record (table, i);
    g_autoptr (GError) refusal = NULL;
    g_autoptr (GListModel) groups = self->is_public
      ? rua_metric_measure_public (RUA_METRIC (metric), self->alliance, NULL, NULL, self->min_count, cancellable, &refusal)
      : rua_metric_measure_groups (RUA_METRIC (metric), self->alliance, cancellable, &refusal);

    if (!groups && g_error_matches (refusal, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
    if (!groups)
      keep (self, metric, NULL, refusal);
    for (guint k = 0; groups && k < g_list_model_get_n_items (groups); k++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (groups, k);

      keep (self, metric, result, NULL);
    }
  }
  return TRUE;
}

static GPtrArray *
collect (GListModel *list)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (items, g_list_model_get_item (list, i));
  g_object_unref (list);
  return items;
}

/**
 * rua_report_compile:
 * @self: a report
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Measures all metrics and checks all claims of the alliance as it is now. A metric that cannot be
 * measured does not stop the report: it is told with the reason.
 *
 * Returns: %TRUE when the report can be printed
 *
 * Since: 1.0
 */
gboolean
rua_report_compile (RuaReport *self, GCancellable *cancellable, GError **error)
{
  const RuaMessages *before;
  gboolean done;

  g_return_val_if_fail (RUA_IS_REPORT (self), FALSE);
  g_return_val_if_fail (!cancellable || G_IS_CANCELLABLE (cancellable), FALSE);

  forget (self);
  self->metrics = g_ptr_array_new_with_free_func (g_object_unref);
  self->results = g_ptr_array_new_with_free_func (unref_nullable);
  self->refusals = g_ptr_array_new_with_free_func (g_free);
  self->checker = rua_checker_new (self->alliance);
  rua_checker_set_public (self->checker, self->is_public, self->min_count);
  before = speak (self);
  done = measure_all (self, cancellable, error) && rua_checker_run (self->checker, cancellable, error);
  rua_messages_use (before);
  if (!done) {
    forget (self);
    return FALSE;
  }
  self->verdicts = collect (rua_checker_list_verdicts (self->checker));
  self->findings = collect (rua_checker_list_findings (self->checker));
  return TRUE;
}

/**
 * rua_report_get_checker:
 * @self: a report
 *
 * Gets the checker whose verdicts and findings the report tells.
 *
 * Returns: (transfer none) (nullable): the checker; %NULL before the report was compiled
 *
 * Since: 1.0
 */
RuaChecker *
rua_report_get_checker (RuaReport *self)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  return self->checker;
}

/* ---- telling ---- */

static RuaManuscript *
tell (RuaReport *self)
{
  g_autoptr (RuaTies) ties = rua_ties_new (self->alliance);
  RuaTelling telling = {
    .alliance = self->alliance,
    .language = self->language,
    .manuscript = rua_manuscript_new (),
    .ties = ties,
    .metrics = self->metrics,
    .results = self->results,
    .refusals = self->refusals,
    .verdicts = self->verdicts,
    .findings = self->findings,
  };

  if (self->brief) {
    rua_telling_brief (&telling);
    return telling.manuscript;
  }
  rua_telling_opening (&telling);
  rua_telling_summary (&telling);
  rua_telling_where (&telling);
  rua_telling_who (&telling);
  rua_telling_projects (&telling);
  rua_telling_timeline (&telling);
  rua_telling_models (&telling);
  rua_telling_metrics (&telling);
  rua_telling_claims (&telling);
  rua_telling_findings (&telling);
  rua_telling_sources (&telling);
  rua_telling_quality (&telling);
  rua_telling_method (&telling);
  return telling.manuscript;
}

static gboolean
ensure_compiled (RuaReport *self, GError **error)
{
  return self->checker || rua_report_compile (self, NULL, error);
}

typedef enum {
  FORM_TEXT,
  FORM_MARKDOWN,
  FORM_HTML,
} Form;

/* In the report's language, whatever the thread's is. */
static char *
print (RuaReport *self, Form form, guint width, gboolean colour, GError **error)
{
  g_autoptr (RuaManuscript) manuscript = NULL;
  const RuaMessages *before;
  char *told = NULL;

  if (!ensure_compiled (self, error))
    return NULL;
  before = speak (self);
  manuscript = tell (self);
  switch (form) {
  case FORM_TEXT:
    told = rua_manuscript_to_text (manuscript, width, colour);
    break;
  case FORM_MARKDOWN:
    told = rua_manuscript_to_markdown (manuscript);
    break;
  case FORM_HTML:
    told = rua_manuscript_to_html (manuscript, self->language);
    break;
  }
  rua_messages_use (before);
  return told;
}

/**
 * rua_report_to_text:
 * @self: a report
 * @width: columns of the page, counted as a terminal does; no less than 40 are used
 * @colour: whether to mark verdicts with ANSI colours
 * @error: return location for an error
 *
 * Tells the report in plain text.
 *
 * Returns: (transfer full): UTF-8 text that ends with a line end, or %NULL
 *
 * Since: 1.0
 */
char *
rua_report_to_text (RuaReport *self, guint width, gboolean colour, GError **error)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  return print (self, FORM_TEXT, width, colour, error);
}

/**
 * rua_report_to_markdown:
 * @self: a report
 * @error: return location for an error
 *
 * Tells the report in Markdown: CommonMark, with tables as GitHub reads them.
 *
 * Returns: (transfer full): UTF-8 text that ends with a line end, or %NULL
 *
 * Since: 1.0
 */
char *
rua_report_to_markdown (RuaReport *self, GError **error)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  return print (self, FORM_MARKDOWN, 0, FALSE, error);
}

/**
 * rua_report_to_html:
 * @self: a report
 * @error: return location for an error
 *
 * Tells the report as a web page of one file: style and script are in it, and its policy keeps the browser from
 * loading or running anything else, whatever a record holds. It is read without the script, which
 * folds chapters and sorts tables; numbers lead to where it is told how they were got.
 *
 * Returns: (transfer full): HTML in UTF-8 that ends with a line end, or %NULL
 *
 * Since: 1.0
 */
char *
rua_report_to_html (RuaReport *self, GError **error)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  return print (self, FORM_HTML, 0, FALSE, error);
}

/**
 * rua_report_to_pdf:
 * @self: a report
 * @error: return location for an error
 *
 * Tells the report on pages of A4, as a PDF document: with numbers of pages, contents and an outline, links, and charts
 * in which texts are texts. Letters come from the fonts of this machine, Chinese ones among them; with the same fonts the same
 * report has the same bytes, for no day, hour or author is put into it that is not on record.
 *
 * The error is %G_IO_ERROR_NOT_SUPPORTED where the drawing module is not there, which is built with cairo and pango.
 *
 * Returns: (transfer full): the bytes of a PDF file, or %NULL
 *
 * Since: 1.0
 */
GBytes *
rua_report_to_pdf (RuaReport *self, GError **error)
{
  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  g_autoptr (RuaManuscript) manuscript = NULL;
  const RuaDrawing *drawing = rua_drawing_get (error);
  const RuaMessages *before;
  GBytes *pages;

  if (drawing == NULL || !ensure_compiled (self, error))
    return NULL;
  before = speak (self);
  manuscript = tell (self);
  pages = drawing->manuscript_to_pdf (manuscript, self->language, error);
  rua_messages_use (before);
  return pages;
}

/* ---- JSON ---- */

/* The members of one JSON object as members of another. */
static gboolean
splice (RuaJsonWriter *writer, const char *object, GError **error)
{
  g_autoptr (RuaJsonScanner) scanner = rua_json_scanner_new (object, strlen (object), NULL);

  if (rua_json_scanner_next (scanner, error) != RUA_JSON_TOKEN_OBJECT_BEGIN)
    return FALSE;
  while (rua_json_scanner_next (scanner, error) == RUA_JSON_TOKEN_NAME) {
    g_autoptr (GString) value = g_string_new (NULL);
    gsize length;

    rua_json_writer_name (writer, rua_json_scanner_get_text (scanner, &length));
    if (rua_json_scanner_next (scanner, error) == RUA_JSON_TOKEN_ERROR
        || !rua_json_scanner_copy_value (scanner, value, error))
      return FALSE;
    rua_json_writer_raw (writer, value->str, FALSE);
  }
  return rua_json_scanner_get_token (scanner) == RUA_JSON_TOKEN_OBJECT_END;
}

static void
write_sources (RuaReport *self, RuaJsonWriter *writer)
{
  RuaTable *table = rua_alliance_get_table (self->alliance, "source");
  g_autoptr (RuaTies) ties = rua_ties_new (self->alliance);

  rua_json_writer_name (writer, "sources");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; table && i < rua_table_get_n_records (table); i++) {
    g_autoptr (RuaRecord) source = rua_table_dup_record (table, i);
    g_autofree char *title = rua_wording_name (source, self->language);
    const RuaTie *tie = rua_ties_judge (ties, RUA_SOURCE (source));

    rua_json_writer_begin_object (writer, FALSE);
    rua_json_writer_name (writer, "id");
    rua_json_writer_string (writer, rua_record_get_id (source));
    rua_json_writer_name (writer, "title");
    rua_json_writer_string (writer, title);
    rua_json_writer_name (writer, "independence");
    rua_json_writer_string (writer, rua_independence_to_string (tie->independence));
    rua_json_writer_name (writer, "declared");
    rua_json_writer_string (writer, rua_record_get_text (source, "independence"));
    rua_json_writer_name (writer, "reason");
    rua_json_writer_string (writer, tie->reason);
    rua_json_writer_end_object (writer);
  }
  rua_json_writer_end_array (writer);
}

/* Metrics that were refused have no result; they are members all the same, with the reason. */
static void
write_metrics (RuaReport *self, RuaJsonWriter *writer)
{
  rua_json_writer_name (writer, "metrics");
  rua_json_writer_begin_array (writer, FALSE);
  for (guint i = 0; i < self->results->len; i++)
    rua_results_write (writer, g_ptr_array_index (self->results, i),
                       rua_record_get_id (g_ptr_array_index (self->metrics, i)), g_ptr_array_index (self->refusals, i));
  rua_json_writer_end_array (writer);
}

/**
 * rua_report_to_json:
 * @self: a report
 * @error: return location for an error
 *
 * Tells the report to a program: an object with `title`, `claims` and `findings` as
 * [method@Checker.to_json] has them, `metrics` as [func@results_to_json] has them, and `sources`.
 * A brief report has `claims` and `findings` only.
 *
 * Returns: (transfer full): JSON that ends with a line end, or %NULL
 *
 * Since: 1.0
 */
char *
rua_report_to_json (RuaReport *self, GError **error)
{
  g_autoptr (RuaJsonWriter) writer = NULL;
  g_autoptr (RuaProfile) profile = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *checked = NULL, *title = NULL;
  const RuaMessages *before;
  gboolean whole;

  g_return_val_if_fail (RUA_IS_REPORT (self), NULL);

  if (!ensure_compiled (self, error))
    return NULL;
  before = speak (self);
  profile = rua_alliance_dup_profile (self->alliance);
  title = profile ? rua_wording_name (RUA_RECORD (profile), self->language) : NULL;
  checked = rua_checker_to_json (self->checker);
  writer = rua_json_writer_new (out, TRUE);
  rua_json_writer_begin_object (writer, FALSE);
  if (!self->brief) {
    rua_json_writer_name (writer, "title");
    rua_json_writer_string (writer, title);
  }
  whole = splice (writer, checked, error);
  if (!self->brief) {
    write_metrics (self, writer);
    write_sources (self, writer);
  }
  rua_messages_use (before);
  if (!whole)
    return NULL;
  rua_json_writer_end_object (writer);
  g_string_append_c (out, '\n');
  return g_string_free (g_steal_pointer (&out), FALSE);
}
