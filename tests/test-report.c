/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-json.h"
#include "rua-messages-private.h"
#include "rua-report.h"
#include "rua-results.h"
#include "rua-words-private.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A small alliance that has nothing to do with any published case. */
static const char small[] =
  "{ \"format\": \"rural-alliance\", \"version\": 1,"
  "  \"alliance\": { \"title\": { \"en\": \"Honey and city\", \"zh\": \"蜜与城\" }, \"currency\": \"CNY\", \"owner\": \"guild\" },"
  "  \"places\": [ { \"id\": \"hill\", \"name\": { \"en\": \"Hill\", \"zh\": \"山村\" } } ],"
  "  \"sites\": [ { \"id\": \"s1\", \"name\": { \"en\": \"Hill site\" }, \"place\": \"hill\", \"started\": \"2011-04\" } ],"
  "  \"organisations\": [ { \"id\": \"guild\", \"name\": { \"en\": \"Guild\" }, \"organisation_type\": \"association\" },"
  "    { \"id\": \"paper\", \"name\": { \"en\": \"Daily Paper\" }, \"organisation_type\": \"publisher\" } ],"
  "  \"people\": [ { \"id\": \"p1\", \"name\": { \"en\": \"Mei Published\" }, \"document\": \"leaflet\" },"
  "    { \"id\": \"p2\", \"name\": { \"en\": \"Wen Private\" }, \"ethnicity\": \"Zhuang\", \"contact\": \"555-0199\" } ],"
  "  \"roles\": [ { \"id\": \"r1\", \"person\": \"p1\", \"at\": \"organisation/guild\", \"title\": { \"en\": \"Beekeeper\" }, \"document\": \"leaflet\" } ],"
  "  \"projects\": [ { \"id\": \"hives\", \"title\": { \"en\": \"Hives for all\" }, \"lead\": \"p2\", \"started\": \"2010\", \"ended\": \"2012\" },"
  "    { \"id\": \"later\", \"title\": { \"en\": \"Something undated\" } } ],"
  "  \"grants\": [ { \"id\": \"g1\", \"title\": { \"en\": \"Seed money\" }, \"project\": \"hives\" },"
  "    { \"id\": \"g2\", \"title\": { \"en\": \"Top-up\" }, \"project\": \"hives\", \"amount\": 12500.5 } ],"
  "  \"findings\": [ { \"id\": \"f2\", \"title\": { \"en\": \"Second thing\" }, \"rank\": 2 }, { \"id\": \"f1\", \"title\": { \"en\": \"First thing\" }, \"rank\": 1 } ],"
  "  \"practice_models\": [ { \"id\": \"m\", \"name\": { \"en\": \"Shared hives\" }, \"developed\": \"2009\", \"goals\": [ \"sell honey\" ] } ],"
  "  \"adoptions\": [ { \"id\": \"a1\", \"practice_model\": \"m\", \"place\": \"hill\", \"adoption_type\": \"applied\", \"started\": \"2011\" } ],"
  "  \"cooperatives\": [ { \"id\": \"bees\", \"name\": { \"en\": \"Bees \\u001b[31m*first*\" }, \"founded\": \"2011-05-02\" },"
  "    { \"id\": \"wax\", \"name\": { \"en\": \"Wax\" } } ],"
  "  \"events\": [ { \"id\": \"flood\", \"title\": { \"en\": \"Flood\" }, \"event_type\": \"disaster\", \"started\": \"2011-06\" } ],"
  "  \"documents\": [ { \"id\": \"leaflet\", \"title\": { \"en\": \"Leaflet\" }, \"published\": \"2013-01-09\", \"publisher\": \"guild\" } ],"
  "  \"sources\": [ { \"id\": \"S1\", \"label\": \"S1\", \"title\": { \"en\": \"An article\" }, \"publisher\": \"paper\", \"url\": \"https://example.org/a_b\" },"
  "    { \"id\": \"S2\", \"label\": \"S2\", \"title\": { \"en\": \"Our page\" }, \"publisher\": \"guild\" } ],"
  "  \"metrics\": [ { \"id\": \"coops\", \"title\": { \"en\": \"Co-operatives at work\", \"zh\": \"合作社数目\" }, \"unit\": \"cooperative\", \"direction\": \"up\","
  "      \"estimator\": \"count\", \"table\": \"cooperatives\", \"columns\": { \"value\": \"1\" } },"
  "    { \"id\": \"income\", \"title\": { \"en\": \"Mean income\" }, \"unit\": \"CNY/household/year\", \"estimator\": \"mean\","
  "      \"table\": \"incomes\", \"columns\": { \"value\": \"amount\" } } ],"
  "  \"targets\": [ { \"id\": \"t1\", \"metric\": \"coops\", \"value\": 3, \"period\": \"2015\" } ],"
  "  \"claims\": [ { \"id\": \"two\", \"title\": { \"en\": \"Two co-operatives work\" }, \"assertion\": \"count\", \"predicate\": \"coops = 2\","
  "      \"metrics\": [ \"coops\" ], \"sources\": [ \"S1\" ] },"
  "    { \"id\": \"many\", \"title\": { \"en\": \"At least three work\" }, \"assertion\": \"count\", \"section\": \"summary\", \"predicate\": \"coops >= 3\", \"metrics\": [ \"coops\" ] },"
  "    { \"id\": \"joy\", \"title\": { \"en\": \"Everybody is glad\" }, \"assertion\": \"opinion\", \"quote\": \"everybody is glad\", \"sources\": [ \"S2\" ] } ]"
  "}";

static RuaAlliance *
load (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (json, strlen (json));
  RuaAlliance *alliance = rua_alliance_new_from_json (bytes, "small", NULL, &error);

  g_assert_no_error (error);
  return alliance;
}

static char *
tell (const char *json, const char *language, guint width)
{
  g_autoptr (RuaAlliance) alliance = load (json);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autoptr (GError) error = NULL;
  char *text;

  rua_report_set_language (report, language);
  text = rua_report_to_text (report, width, FALSE, &error);
  g_assert_no_error (error);
  return text;
}

static void
assert_has (const char *text, const char *piece)
{
  if (!strstr (text, piece))
    g_error ("\"%s\" is not in:\n%s", piece, text);
}

static void
assert_has_not (const char *text, const char *piece)
{
  if (strstr (text, piece))
    g_error ("\"%s\" is in:\n%s", piece, text);
}

/* All pieces, each after the one before. */
static void
assert_in_order (const char *text, const char *const *pieces)
{
  const char *at = text;

  for (guint i = 0; pieces[i]; i++) {
    const char *found = strstr (at, pieces[i]);

    if (!found)
      g_error ("\"%s\" does not follow \"%s\" in:\n%s", pieces[i], i ? pieces[i - 1] : "", text);
    at = found + strlen (pieces[i]);
  }
}

static void
test_chapters (void)
{
  static const char *const chapters[] = {
    "Honey and city: impact report\n=====", "Checked here: Leaflet", "9 January 2013", "\nIn short\n--------", "\nWhere\n-----", "\nWho\n---",
    "\nWhat was undertaken\n", "\nTimeline\n", "\nThe practice model\n", "\nWhat was measured\n", "\nThe claims, one by one\n",
    "\nSources, and how independent they are\n", "\nWhat is known, and what is not\n", "\nHow this report was made\n", NULL,
  };
  g_autofree char *text = tell (small, NULL, 80);

  assert_in_order (text, chapters);
}

static void
test_summary (void)
{
  static const char *const order[] = {
    "3 claims were taken from the document", "1  supported", "1  contradicted", "1  unsupported",
    "To see to first", "1. Contradicted: “At least three work” (2 co-operatives).",
    "1 of the 2 numbers asked for could be measured", "Of the unsupported claims, 0 cite an independent source", "1 of the 2 sources come from somebody with no tie", NULL,
  };
  g_autofree char *text = tell (small, NULL, 80);

  assert_in_order (text, order);
}

/* Verdict first, number next, how we know under it. */
static void
test_claims (void)
{
  static const char *const order[] = {
    "Contradicted (1): computed again, it does not hold", "CONTRADICTED  At least three work\n  Number      2 co-operatives; the words need at least 3, short by 1",
    "How known", "Figures     Co-operatives at work: 2 co-operatives", "Sources     none given",
    "Supported (1)", "SUPPORTED  Two co-operatives work\n  Number      2 co-operatives; the words need exactly 2\n", "from records",
    "Sources     S1 An article (independent)", "Unsupported (1)", "- Everybody is glad: “everybody is glad”. Sources: S2 (own).", NULL,
  };
  g_autofree char *text = tell (small, NULL, 80);

  assert_in_order (text, order);
}

static void
test_timeline (void)
{
  static const char *const order[] = {
    "Timeline\n", "2009 ", "Shared hives (practice model, developed)", "2010–2012", "Hives for all (project)",
    "2 May 2011", "(co-operative, founded)", "Jun 2011", "Flood\n", "When is not known: Something undated (project)", NULL,
  };
  g_autofree char *text = tell (small, NULL, 80), *chapter = NULL;

  assert_in_order (text, order);
  chapter = g_strndup (strstr (text, "Timeline\n"), (gsize) (strstr (text, "The practice model\n") - strstr (text, "Timeline\n")));
  assert_has_not (chapter, "Leaflet"); /* written things and people have dates of their own */
  assert_has_not (chapter, "Mei");
}

static void
test_findings_in_their_order (void)
{
  static const char *const order[] = { "It is meant to:", "- sell honey", "Taken up:", "applied", "1. First thing", "2. Second thing", NULL };
  g_autofree char *text = tell (small, NULL, 80);

  assert_in_order (text, order);
}

/* Unknown is not zero. */
static void
test_unknown (void)
{
  g_autofree char *text = tell (small, NULL, 120);

  assert_has (text, "Seed money (amount not known); Top-up (CNY 12,500.50)");
  assert_has (text, "Not known, and why");
  assert_has (text, "Mean income: ");
  assert_has_not (text, "CNY 0");
  assert_has (text, "Mean income: there are no incomes on record.");
}

static void
test_targets (void)
{
  g_autofree char *text = tell (small, NULL, 120);

  assert_has (text, "Co-operatives at work. Counted over the co-operatives on record. Target: 3 co-operatives by 2015, not reached.");
}

static void
test_languages (void)
{
  g_autofree char *chinese = tell (small, "zh", 80), *english = tell (small, "en", 80);

  assert_has (chinese, rua_messages_of ("zh") ? "蜜与城：影响力报告" : "蜜与城: impact report");
  assert_has (chinese, "山村");
  assert_has (chinese, "合作社数目");
  assert_has (chinese, "Guild"); /* told in English only */
  assert_has_not (english, "山村");
  assert_has (english, "Hill");
}

/* What the report says of its own, in the language it has when it is printed, whatever it was compiled in. */
static void
test_chinese (void)
{
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance), plain = rua_report_new (alliance);
  g_autofree char *english = rua_report_to_text (report, 300, FALSE, NULL), *chinese = NULL, *json = NULL, *html = NULL, *again = NULL, *spoken = NULL, *quiet = NULL;
  RuaChecker *checker = rua_report_get_checker (report);

  rua_report_set_language (report, "en");
  g_assert_true (rua_report_get_checker (report) == checker);
  rua_report_set_language (report, "zh-Hans");
  g_assert_null (rua_report_get_checker (report));
  chinese = rua_report_to_text (report, 300, FALSE, NULL);
  assert_has (english, "Neither a figure nor a record is given");
  assert_has (english, "Target: 3 co-operatives by 2015, not reached.");
  assert_has_not (chinese, "a figure");
  assert_has (chinese, "没有给出可供计算的数据或记录");
  assert_has (chinese, "目标：2015年前达到3个合作社，未达到。");
  assert_has (chinese, "人民币12,500.50元");
  assert_has (chinese, "2010–2012年");
  assert_has (chinese, "另有1人记录在案，此处不具名");
  json = rua_report_to_json (report, NULL);
  assert_has (json, "没有给出可供计算的数据或记录");
  assert_has (json, "\"verdict\": \"unsupported\"");
  html = rua_report_to_html (report, NULL);
  assert_has (html, "<html lang=\"zh-Hans\">");
  assert_has (html, "data-fold=\"收起\"");
  /* The thread's own language is left as it was, and is that of reports that have none. */
  g_assert_cmpstr (rua_get_language (), ==, "en");
  rua_report_set_language (report, NULL);
  again = rua_report_to_text (report, 300, FALSE, NULL);
  g_assert_cmpstr (again, ==, english);
  rua_set_language ("zh");
  spoken = rua_report_to_html (plain, NULL);
  rua_report_set_language (report, "en");
  quiet = rua_report_to_text (report, 300, FALSE, NULL);
  g_assert_cmpstr (rua_get_language (), ==, "zh");
  rua_set_language (NULL);
  assert_has (spoken, "<html lang=\"zh\">");
  assert_has (spoken, "没有给出可供计算的数据或记录");
  assert_has (quiet, "Neither a figure nor a record is given");
}

static void
test_width (void)
{
  for (guint width = 40; width <= 120; width += 10)
    for (guint language = 0; language < 2; language++) {
      g_autofree char *text = tell (small, language ? "zh" : "en", width);
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      g_assert_true (g_str_has_suffix (text, "\n"));
      g_assert_true (g_utf8_validate (text, -1, NULL));
      assert_has_not (text, "\t");
      assert_has_not (text, " \n");
      assert_has_not (text, "\n\n\n\n");
      for (guint i = 0; lines[i]; i++)
        if (rua_text_width (lines[i]) > width && !strstr (lines[i], "://"))
          g_error ("%u columns of %u: %s", rua_text_width (lines[i]), width, lines[i]);
    }
}

/* Names are told where a document published them, and what is sensitive never. */
static void
test_privacy (void)
{
  static const char *const secrets[] = { "Wen Private", "Zhuang", "555-0199" };
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autofree char *text = rua_report_to_text (report, 80, FALSE, NULL), *markdown = rua_report_to_markdown (report, NULL), *json = rua_report_to_json (report, NULL);
  g_autofree char *html = rua_report_to_html (report, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    assert_has_not (text, secrets[i]);
    assert_has_not (markdown, secrets[i]);
    assert_has_not (html, secrets[i]);
    assert_has_not (json, secrets[i]);
  }
  assert_has (text, "Mei Published");
  assert_has (text, "Beekeeper, Guild");
  assert_has (text, "1 more person is on record and not named here");
  /* Nor is it called a gap that nobody asked. */
  assert_has_not (text, "ethnicity");
  assert_has_not (text, "disability");
}

static void
test_harmless (void)
{
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autofree char *plain = rua_report_to_text (report, 80, FALSE, NULL), *coloured = rua_report_to_text (report, 80, TRUE, NULL), *markdown = rua_report_to_markdown (report, NULL);
  g_autoptr (GRegex) ours = g_regex_new ("\033\\[(0|1|2|4|36|1;3[123])m", 0, 0, NULL);
  g_autofree char *bare = g_regex_replace (ours, coloured, -1, 0, "", 0, NULL);

  assert_has_not (plain, "\033");
  assert_has (coloured, "\033[1;31mCONTRADICTED\033[0m");
  g_assert_cmpstr (bare, ==, plain);
  assert_has_not (markdown, "\033");
  assert_has (markdown, "\\*first\\*");
}

/* Numbers lead to where it is told how they were got, and nothing leads nowhere. */
static void
test_html (void)
{
  static const char *const order[] = {
    "<title>Honey and city: impact report</title>",
    "<h1 id=\"h1\">Honey and city: impact report</h1>",
    "<a class=\"number\" href=\"#verdict-0\">1</a></td><th scope=\"row\"><span class=\"good\">supported</span>",
    "<li><span class=\"bad\">Contradicted</span>: <a class=\"number\" href=\"#claim-",
    "<a class=\"number\" href=\"#numbers\">1 of the 2 numbers asked for could be measured.</a>",
    "<span id=\"numbers\"></span>What was measured</h2>",
    "<td><strong><a class=\"number\" href=\"#number-1\">2 co-operatives</a></strong></td>",
    "<li id=\"number-1\"><strong>Co-operatives at work</strong>",
    "<li id=\"number-2\"><strong>Mean income</strong>: there are no incomes on record.",
    "<article aria-labelledby=",
    "<span class=\"bad\">CONTRADICTED</span>  At least three work</h4>",
    "<dt>Sources</dt><dd><a class=\"number\" href=\"#source-1\">S1 An article</a> (independent)</dd>",
    "<li id=\"source-1\">",
    NULL,
  };
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL, *brief = NULL;

  page = rua_report_to_html (report, &error);
  g_assert_no_error (error);
  assert_in_order (page, order);
  for (const char *p = strstr (page, "href=\"#"); p; p = strstr (p + 1, "href=\"#")) {
    g_autofree char *id = g_strndup (p + 7, strcspn (p + 7, "\"")), *there = g_strdup_printf ("id=\"%s\"", id);

    assert_has (page, there);
  }
  rua_report_set_brief (report, TRUE);
  brief = rua_report_to_html (report, &error);
  g_assert_no_error (error);
  assert_has (brief, "</html>\n");
}

static void
test_markdown (void)
{
  static const char *const order[] = {
    "# Honey and city: impact report\n", "\n## In short\n", "\n| Claims | Verdict | Which means |\n| ---: | --- | --- |\n", "\n## Where\n",
    "\n## The claims, one by one\n", "\n### Contradicted (1)", "\n#### CONTRADICTED  At least three work\n", "- **Number**: **2 co-operatives;", "- **Sources**: none given",
    "<https://example.org/a_b>", NULL,
  };
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autofree char *text = rua_report_to_markdown (report, NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint columns = 0;

  assert_in_order (text, order);
  /* Every row of a table has as many cells as its head. */
  for (guint i = 0; lines[i]; i++) {
    guint bars = 0;

    if (lines[i][0] != '|') {
      columns = 0;
      continue;
    }
    for (const char *p = lines[i]; *p; p++)
      bars += *p == '|' && (p == lines[i] || p[-1] != '\\');
    if (!columns)
      columns = bars;
    g_assert_cmpuint (bars, ==, columns);
  }
}

static JsonNode *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (json, &error);

  g_assert_no_error (error);
  return node;
}

static void
test_json (void)
{
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autofree char *text = rua_report_to_json (report, NULL), *brief = NULL;
  g_autoptr (JsonNode) node = parse (text);
  JsonObject *object = json_node_get_object (node), *metric;
  JsonArray *metrics = json_object_get_array_member (object, "metrics"), *claims = json_object_get_array_member (object, "claims");

  g_assert_cmpstr (json_object_get_string_member (object, "title"), ==, "Honey and city");
  g_assert_cmpuint (json_array_get_length (claims), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (claims, 1), "verdict"), ==, "contradicted");
  g_assert_true (json_object_has_member (object, "findings"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (object, "sources")), ==, 2);
  g_assert_cmpuint (json_array_get_length (metrics), ==, 2);
  metric = json_array_get_object_element (metrics, 0);
  g_assert_cmpfloat (json_object_get_double_member (metric, "estimate"), ==, 2);
  metric = json_array_get_object_element (metrics, 1);
  g_assert_true (json_object_get_null_member (metric, "estimate"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (metric, "warnings")), >=, 1);
  g_assert_true (g_str_has_suffix (text, "}\n"));

  rua_report_set_brief (report, TRUE);
  brief = rua_report_to_json (report, NULL);
  assert_has (brief, "\"claims\"");
  assert_has_not (brief, "\"metrics\": [");
}

static void
test_brief (void)
{
  static const char *const order[] = { "Verdict", "supported", "two: Two co-operatives work. 2 co-operatives", "contradicted", "unsupported", "3 claims, 1 supported, 1 contradicted, 1 unsupported", NULL };
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autofree char *text = NULL;

  g_assert_false (rua_report_get_brief (report));
  rua_report_set_brief (report, TRUE);
  text = rua_report_to_text (report, 80, FALSE, NULL);
  assert_in_order (text, order);
  assert_has_not (text, "Timeline");
}

static void
test_nothing (void)
{
  g_autofree char *empty = tell ("{ \"format\": \"rural-alliance\", \"version\": 1 }", NULL, 80);

  assert_has (empty, "A rural–urban alliance: impact report");
  assert_has_not (empty, "In short");
  assert_has_not (empty, "Timeline");
  assert_has_not (empty, "Records  Of"); /* no table without rows */
}

/* A report is of the moment at which it was compiled. */
static void
test_compile_again (void)
{
  g_autoptr (RuaAlliance) alliance = load (small);
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autoptr (RuaRecord) third = rua_alliance_new_record (alliance, "cooperative");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;

  g_assert_null (rua_report_get_checker (report));
  g_assert_true (rua_report_compile (report, NULL, &error));
  g_assert_cmpuint (rua_checker_get_n_verdicts (rua_report_get_checker (report), RUA_VERDICT_CONTRADICTED), ==, 1);
  before = rua_report_to_text (report, 80, FALSE, NULL);
  assert_has (before, "CONTRADICTED  At least three work");
  g_assert_true (rua_record_set_id (third, "silk", NULL) && rua_record_set_texts (third, "name", "en", "Silk", NULL) && rua_alliance_add (alliance, third, NULL));
  g_assert_true (rua_report_compile (report, NULL, &error));
  after = rua_report_to_text (report, 80, FALSE, NULL);
  assert_has (after, "SUPPORTED  At least three work");
  assert_has (after, "CONTRADICTED  Two co-operatives work");

  g_cancellable_cancel (cancelled);
  g_assert_false (rua_report_compile (report, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (rua_report_get_checker (report));
}

static void
count_notify (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
}

static void
test_properties (void)
{
  g_autoptr (RuaAlliance) alliance = load (small), got = NULL;
  g_autoptr (RuaReport) report = rua_report_new (alliance);
  g_autofree char *language = NULL;
  guint notified = 0;
  gboolean brief = FALSE;

  g_signal_connect (report, "notify", G_CALLBACK (count_notify), &notified);
  rua_report_set_language (report, "zh");
  rua_report_set_language (report, "zh");
  g_object_set (report, "brief", TRUE, NULL);
  rua_report_set_brief (report, TRUE);
  g_assert_cmpuint (notified, ==, 2);
  g_object_get (report, "alliance", &got, "language", &language, "brief", &brief, NULL);
  g_assert_true (got == alliance && brief);
  g_assert_cmpstr (language, ==, "zh");
  g_assert_true (rua_report_get_alliance (report) == alliance);
  rua_report_set_language (report, NULL);
  g_assert_null (rua_report_get_language (report));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/chapters", test_chapters);
  g_test_add_func ("/report/summary", test_summary);
  g_test_add_func ("/report/claims", test_claims);
  g_test_add_func ("/report/timeline", test_timeline);
  g_test_add_func ("/report/findings-in-their-order", test_findings_in_their_order);
  g_test_add_func ("/report/unknown", test_unknown);
  g_test_add_func ("/report/targets", test_targets);
  g_test_add_func ("/report/languages", test_languages);
  if (rua_messages_of ("zh"))
    g_test_add_func ("/report/chinese", test_chinese);
  g_test_add_func ("/report/width", test_width);
  g_test_add_func ("/report/privacy", test_privacy);
  g_test_add_func ("/report/harmless", test_harmless);
  g_test_add_func ("/report/html", test_html);
  g_test_add_func ("/report/markdown", test_markdown);
  g_test_add_func ("/report/json", test_json);
  g_test_add_func ("/report/brief", test_brief);
  g_test_add_func ("/report/nothing", test_nothing);
  g_test_add_func ("/report/compile-again", test_compile_again);
  g_test_add_func ("/report/properties", test_properties);
  return g_test_run ();
}
