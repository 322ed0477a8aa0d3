/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-checker.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "evidence-build.h"
#include "rua-document-check.h"
#include "rua-alliance-private.h"
#include "rua-rules-private.h"
#include "rua-terms-private.h"

/* A cider alliance: one claim that holds, one that does not, one of which nothing is known. */
static RuaAlliance *
new_alliance (void)
{
  RuaAlliance *alliance = rua_alliance_new ();

  build (alliance, "document", "doc", "title", "Cider report", NULL);
  build (alliance, "source", "s", "title", "S", NULL);
  build (alliance, "observation", "before", "measured_property", "cider", "statistic", "mean", "value", "10", "unit", "kg", "period", "2001", "document", "doc", NULL);
  build (alliance, "observation", "after", "measured_property", "cider", "statistic", "mean", "value", "15", "unit", "kg", "period", "2002", "document", "doc", NULL);
  build (alliance, "metric", "before", "unit", "kg", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'before'", NULL);
  build (alliance, "metric", "after", "unit", "kg", "estimator", "reported", "table", "observations", "columns", "{\"value\":\"value\"}", "where", "id = 'after'", NULL);
  build (alliance, "metric", "more", "unit", "1", "formula", "after / before", NULL);
  build (alliance, "claim", "holds", "predicate", "more > 1.2", "document", "doc", "sources", "s", NULL);
  build (alliance, "claim", "fails", "predicate", "more > 1.7", "document", "doc", NULL);
  build (alliance, "claim", "bare", "quote", "cider led to joy", NULL);
  build (alliance, "reading", "r", "claim", "holds", "title", "less", "changes", "{\"scale\":{\"factor\":0.5}}", NULL);
  return alliance;
}

static void
test_run (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
  g_autoptr (GListModel) verdicts = rua_checker_list_verdicts (checker);
  g_autoptr (GListModel) findings = rua_checker_list_findings (checker);
  static const char *const ids[] = { "holds", "fails", "bare" };

  g_assert_true (rua_checker_get_alliance (checker) == alliance);
  g_assert_cmpuint (g_list_model_get_n_items (verdicts), ==, 0);
  g_assert_null (rua_checker_find_verdict (checker, "holds"));
  g_assert_true (rua_checker_run (checker, NULL, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (verdicts), ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (RuaVerdict) verdict = g_list_model_get_item (verdicts, i);
    g_assert_cmpstr (rua_record_get_id (RUA_RECORD (rua_verdict_get_claim (verdict))), ==, ids[i]);
  }
  g_assert_cmpuint (rua_checker_get_n_verdicts (checker, RUA_VERDICT_SUPPORTED), ==, 1);
  g_assert_cmpuint (rua_checker_get_n_verdicts (checker, RUA_VERDICT_CONTRADICTED), ==, 1);
  g_assert_cmpuint (rua_checker_get_n_verdicts (checker, RUA_VERDICT_UNSUPPORTED), ==, 1);
  g_assert_cmpuint (rua_checker_get_n_verdicts (checker, RUA_VERDICT_STALE), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (findings), >, 0);
  /* A second run replaces the first. */
  g_assert_true (rua_checker_run (checker, NULL, NULL));
  g_assert_cmpuint (g_list_model_get_n_items (verdicts), ==, 3);
}

static void
test_findings_in_order (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = check (alliance, NULL);
  g_autoptr (GListModel) findings = rua_checker_list_findings (checker);
  g_auto (GStrv) rules = rua_checker_list_rules ();
  guint at = 0;

  for (guint i = 0; i < g_list_model_get_n_items (findings); i++) {
    g_autoptr (RuaFinding) finding = g_list_model_get_item (findings, i);
    while (rules[at] != NULL && !g_str_equal (rules[at], rua_finding_get_rule (finding)))
      at++;
    g_assert_nonnull (rules[at]);
    g_assert_true (g_str_has_suffix (rua_finding_get_message (finding), "."));
    g_assert_nonnull (rua_finding_get_about (finding));
  }
}

static void
test_same_every_time (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) first = check (alliance, "We cite [A1].\n[A2] x\n");
  g_autoptr (RuaChecker) second = check (alliance, "We cite [A1].\n[A2] x\n");
  g_autofree char *one = rua_checker_to_json (first);
  g_autofree char *other = rua_checker_to_json (second);

  g_assert_cmpstr (one, ==, other);
}

static void
test_json (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = check (alliance, NULL);
  g_autofree char *text = rua_checker_to_json (checker);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  JsonObject *root, *claim, *reading, *finding;
  JsonArray *claims;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (text, "}\n"));
  root = json_node_get_object (json_parser_get_root (parser));
  claims = json_object_get_array_member (root, "claims");
  g_assert_cmpuint (json_array_get_length (claims), ==, 3);
  claim = json_array_get_object_element (claims, 0);
  g_assert_cmpstr (json_object_get_string_member (claim, "id"), ==, "holds");
  g_assert_cmpstr (json_object_get_string_member (claim, "verdict"), ==, "supported");
  g_assert_cmpfloat (json_object_get_double_member (claim, "value"), ==, 1.5);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (claim, "margin"), 0.3, 1e-12);
  g_assert_cmpstr (json_object_get_string_member (claim, "grade"), ==, "own_figure");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (claim, "sources"), 0), ==, "s");
  g_assert_true (json_object_has_member (claim, "explanation"));
  reading = json_array_get_object_element (json_object_get_array_member (claim, "readings"), 0);
  g_assert_cmpstr (json_object_get_string_member (reading, "name"), ==, "less");
  g_assert_cmpfloat (json_object_get_double_member (reading, "value"), ==, 0.75);
  g_assert_cmpstr (json_object_get_string_member (reading, "verdict"), ==, "contradicted");
  /* What scripts read is always there; a number that is not known is null. */
  claim = json_array_get_object_element (claims, 2);
  g_assert_cmpstr (json_object_get_string_member (claim, "verdict"), ==, "unsupported");
  g_assert_true (json_object_has_member (claim, "value"));
  g_assert_true (json_object_get_null_member (claim, "value"));
  g_assert_true (json_object_has_member (claim, "margin"));
  g_assert_true (json_object_get_null_member (claim, "margin"));
  g_assert_false (json_object_has_member (claim, "threshold"));
  finding = json_array_get_object_element (json_object_get_array_member (root, "findings"), 0);
  g_assert_true (json_object_has_member (finding, "rule"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (finding, "about")), >, 0);
  g_assert_true (json_object_has_member (finding, "message"));
}

static void
test_empty (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaChecker) checker = check (alliance, NULL);
  g_autofree char *text = rua_checker_to_json (checker);

  g_assert_nonnull (strstr (text, "\"claims\": []"));
  g_assert_nonnull (strstr (text, "\"findings\": []"));
}

/* ---- in the main loop ---- */

typedef struct {
  GMainLoop *loop;
  GAsyncResult *result;
  double last;
  guint n_calls;
} Wait;

static void
on_progress (RuaProgress *progress, GParamSpec *pspec, Wait *wait)
{
  g_assert_cmpfloat (rua_progress_get_fraction (progress), >, wait->last);
  wait->last = rua_progress_get_fraction (progress);
  wait->n_calls++;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;

  wait->result = g_object_ref (result);
  g_main_loop_quit (wait->loop);
}

static void
test_async (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
  g_autoptr (RuaChecker) other = check (alliance, NULL);
  Wait wait = { g_main_loop_new (NULL, FALSE), NULL, 0, 0 };
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = rua_checker_to_json (other);

  g_signal_connect (progress, "notify::fraction", G_CALLBACK (on_progress), &wait);
  rua_checker_run_async (checker, NULL, progress, on_done, &wait);
  g_assert_null (wait.result);
  /* One run at a time. */
  g_assert_false (rua_checker_run (checker, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_FAILED);
  g_clear_error (&error);
  g_main_loop_run (wait.loop);
  g_assert_true (rua_checker_run_finish (checker, wait.result, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (wait.last, ==, 1);
  g_assert_cmpuint (wait.n_calls, >, 3);
  one = rua_checker_to_json (checker);
  g_assert_cmpstr (one, ==, two);
  g_clear_object (&wait.result);
  g_assert_true (rua_checker_run (checker, NULL, NULL));
  g_main_loop_unref (wait.loop);
}

static void
cancel_after_first (RuaProgress *progress, GParamSpec *pspec, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
test_async_cancelled (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = check (alliance, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Wait wait = { g_main_loop_new (NULL, FALSE), NULL, 0, 0 };
  g_autoptr (RuaProgress) progress = rua_progress_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = rua_checker_to_json (checker);
  g_autofree char *after = NULL;

  rebuild (alliance, "claim", "holds", "predicate", "more > 3", NULL);
  g_signal_connect (progress, "notify::fraction", G_CALLBACK (cancel_after_first), cancellable);
  rua_checker_run_async (checker, cancellable, progress, on_done, &wait);
  g_main_loop_run (wait.loop);
  g_assert_false (rua_checker_run_finish (checker, wait.result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* Nothing of a run that was given up is kept. */
  after = rua_checker_to_json (checker);
  g_assert_cmpstr (before, ==, after);
  g_clear_object (&wait.result);
  g_main_loop_unref (wait.loop);
}

static void
test_cancelled (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (rua_checker_run (checker, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* ---- texts from files ---- */

static void
check_document (RuaAlliance *alliance)
{
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "document", "doc");
  RuaDocument *document = RUA_DOCUMENT (record);
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "Cider led to joy [Q7].\n", -1);
  g_autofree char *digest = NULL;
  g_autofree char *text = NULL;
  g_autofree char *nearest = NULL;
  g_autoptr (GError) error = NULL;

  text = rua_document_read_text (document, alliance, &digest, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "Cider led to joy [Q7].\n");
  g_assert_cmpstr (digest, ==, expected);
  g_assert_cmpuint (rua_document_find_quote (document, alliance, "led  to joy", &nearest, &error), ==, 1);
  g_assert_null (nearest);
  g_assert_cmpuint (rua_document_find_quote (document, alliance, "Cider led to tears", &nearest, &error), ==, 0);
  g_assert_no_error (error);
  g_assert_cmpstr (nearest, ==, "Cider led to");
}

static void
test_document_without_text (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaRecord) record = rua_alliance_find (alliance, "document", "doc");
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_document_read_text (RUA_DOCUMENT (record), alliance, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  rebuild (alliance, "document", "doc", "file", "report.txt", NULL);
  g_assert_cmpuint (rua_document_find_quote (RUA_DOCUMENT (record), alliance, "joy", NULL, &error), ==, 0);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
}

/* A text for a document that is not there is a mistake that must not pass unseen. */
static void
test_text_of_nothing (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autoptr (RuaChecker) checker = rua_checker_new (alliance);
  g_autoptr (GError) error = NULL;

  rua_checker_set_text (checker, "dok", "Text.");
  g_assert_false (rua_checker_run (checker, NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_REFERENCE);
  g_assert_nonnull (strstr (error->message, "dok"));
  rua_checker_set_text (checker, "dok", NULL);
  g_assert_true (rua_checker_run (checker, NULL, NULL));
}

static void
test_text_of_file (void)
{
  g_autoptr (RuaAlliance) alliance = new_alliance ();
  g_autofree char *folder = g_dir_make_tmp ("rua-checker-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "report.txt", NULL);
  g_autofree char *place = g_build_filename (folder, "alliance.json", NULL);
  g_autofree char *uri = g_filename_to_uri (place, NULL, NULL);

  g_assert_true (g_file_set_contents (path, "Cider led to joy [Q7].\n", -1, NULL));
  rua_alliance_set_location (alliance, uri);
  rebuild (alliance, "document", "doc", "file", "report.txt", NULL);
  assert_found (alliance, NULL, "cited_not_listed", 1, "document/doc @1: [Q7]");
  check_document (alliance);
  assert_none (alliance, NULL, "text_missing");
  rebuild (alliance, "document", "doc", "file", "../report.txt", NULL);
  assert_found (alliance, NULL, "text_missing", 1, "document/doc");
  rebuild (alliance, "document", "doc", "file", "none.txt", NULL);
  assert_found (alliance, NULL, "text_missing", 1, "none.txt");
  rebuild (alliance, "document", "doc", "file", "", NULL);
  assert_none (alliance, NULL, "text_missing");
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* ---- the manual ---- */

static void
test_rules_are_documented (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "doc", "findings.md", NULL);
  g_autofree char *manual = NULL;
  g_auto (GStrv) rules = rua_checker_list_rules ();
  const char *at;

  g_assert_true (g_file_get_contents (path, &manual, NULL, NULL));
  g_assert_cmpuint (g_strv_length (rules), >=, 30);
  at = strstr (manual, "| --- |");
  for (guint i = 0; rules[i] != NULL; i++) {
    g_autofree char *line = g_strdup_printf ("\n| %s | %s |\n", rules[i], rua_checker_describe_rule (rules[i]));
    at = strstr (at, line);
    if (at == NULL)
      g_error ("doc/findings.md: no line, or not in its place:%s", line);
    at += strlen (line) - 1;
    for (guint j = 0; j < i; j++)
      g_assert_cmpstr (rules[i], !=, rules[j]);
  }
  g_assert_null (rua_checker_describe_rule ("no_such_rule"));
}

/* Every rule has a test of its own: its name stands in one of their files. */
static void
test_rules_are_tested (void)
{
  static const char *const files[] = { "test-rules-figures.c", "test-rules-scope.c", "test-rules-dates.c", "test-rules-sources.c",
                                       "test-rules-words.c",   "test-verdict.c",     "test-checker.c" };
  g_autoptr (GString) all = g_string_new (NULL);
  g_auto (GStrv) rules = rua_checker_list_rules ();

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "tests", files[i], NULL);
    g_autofree char *text = NULL;
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_string_append (all, text);
  }
  for (guint i = 0; rules[i] != NULL; i++) {
    g_autofree char *found = g_strdup_printf ("\"%s\", 1", rules[i]);
    g_autofree char *found_more = g_strdup_printf ("\"%s\", 2", rules[i]);
    g_autofree char *none = g_strdup_printf ("\"%s\")", rules[i]);
    if ((strstr (all->str, found) == NULL && strstr (all->str, found_more) == NULL) || strstr (all->str, none) == NULL)
      g_error ("rule %s has no positive and negative test", rules[i]);
  }
}

static void
test_entailment_is_documented (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("RUA_SOURCE_ROOT"), "doc", "verdicts.md", NULL);
  g_autofree char *manual = NULL;
  guint n;
  const RuaEntailmentInfo *infos = rua_entailment_list (&n);

  g_assert_true (g_file_get_contents (path, &manual, NULL, NULL));
  for (guint i = 0; i < n; i++) {
    g_autofree char *start = g_strdup_printf ("\n| %s | ", infos[i].id);
    g_autofree char *end = g_strdup_printf (" | %s |\n", infos[i].doc);
    if (strstr (manual, start) == NULL || strstr (manual, end) == NULL)
      g_error ("doc/verdicts.md: no line for %s: %s", infos[i].id, infos[i].doc);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/checker/run", test_run);
  g_test_add_func ("/checker/findings-in-order", test_findings_in_order);
  g_test_add_func ("/checker/same-every-time", test_same_every_time);
  g_test_add_func ("/checker/json", test_json);
  g_test_add_func ("/checker/empty", test_empty);
  g_test_add_func ("/checker/async", test_async);
  g_test_add_func ("/checker/async-cancelled", test_async_cancelled);
  g_test_add_func ("/checker/cancelled", test_cancelled);
  g_test_add_func ("/checker/text-of-file", test_text_of_file);
  g_test_add_func ("/checker/document-without-text", test_document_without_text);
  g_test_add_func ("/checker/text-of-nothing", test_text_of_nothing);
  g_test_add_func ("/checker/rules-are-documented", test_rules_are_documented);
  g_test_add_func ("/checker/rules-are-tested", test_rules_are_tested);
  g_test_add_func ("/checker/entailment-is-documented", test_entailment_is_documented);
  return g_test_run ();
}
