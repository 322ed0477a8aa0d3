/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON that was cut off, or says something else than is wanted, anywhere: whoever reads it refuses it in words, or takes it, and
 * never reads beyond it. */
#include "json-damage.h"

#include "rua-alliance-json.h"
#include "rua-csv-mapping-private.h"
#include "rua-error.h"
#include "rua-fault.h"
#include "rua-faults-private.h"
#include "rua-package-private.h"
#include "rua-policy.h"
#include "rua-roster-private.h"

#include <string.h>

typedef struct {
  guint n_tried, n_refused;
} Count;

/* What was cut off is never taken. */
static void
count (Count *self, const char *text, const char *what, gboolean is_taken, const GError *error)
{
  if (!is_taken && strcmp (what, "nothing") == 0)
    g_error ("%s: %s", text, error ? error->message : "refused");
  if (is_taken && g_str_has_prefix (what, "the first "))
    g_error ("%s is taken: %s", what, text);
  if (!is_taken && error
      && (error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL)
          || *error->message == '\0'))
    g_error ("%s: no error of ours: %s", what, error->message);
  self->n_tried++;
  self->n_refused += !is_taken;
}

static void
damage (const char *json, JsonDamaged take, Count *counted)
{
  guint before = counted->n_refused;

  take (json, "nothing", counted);
  g_assert_cmpuint (counted->n_refused, ==, before);
  json_damage_each (json, take, counted);
}

static void
assert_some (const Count *self)
{
  g_test_message ("%u of %u refused", self->n_refused, self->n_tried);
  g_assert_cmpuint (self->n_refused, >, self->n_tried / 3);
  g_assert_cmpuint (self->n_refused, <, self->n_tried);
}

/* ---- the descriptor of a package ---- */

static void
take_package (const char *text, const char *what, gpointer data)
{
  const RuaLimitValues limits = { .bytes = 1 << 20, .depth = 20, .columns = 5 };
  /* Just as long as it is, so that reading beyond is seen. */
  g_autofree char *copy = g_memdup2 (text, strlen (text) + 1);
  g_autoptr (RuaFaults) faults = rua_faults_new ("datapackage.json", 0);
  g_autoptr (RuaPackage) package = rua_package_parse (copy, strlen (copy), &limits, faults);
  g_autoptr (GError) error = NULL;
  gboolean is_taken = rua_faults_raise (faults, &error);

  if (is_taken && !package)
    g_error ("%s: neither a package nor a fault: %s", what, text);
  if (error && !g_str_has_prefix (error->message, "datapackage.json"))
    g_error ("%s: no place: %s", what, error->message);
  count (data, text, what, is_taken, error);
}

static void
test_package (void)
{
  Count counted = { 0 };

  damage ("{\"rural-alliance\": {\"format\": \"rural-alliance\", \"version\": 1}, \"name\": \"p\", "
          "\"title\": [1], \"resources\": ["
          "{\"name\": \"households\", \"path\": [\"h.csv\"], \"encoding\": \"utf-8\", \"bytes\": "
          "7, \"hash\": \"sha256:00\","
          " \"dialect\": {\"delimiter\": \";\", \"quoteChar\": \"'\", \"header\": true, "
          "\"doubleQuote\": true, \"lineTerminator\": \"\\n\"},"
          " \"schema\": {\"missingValues\": [\"\", \"NA\"], \"primaryKey\": \"id\", \"fields\": "
          "[{\"name\": \"id\", \"type\": \"string\"},"
          " {\"name\": \"weight\", \"type\": \"number\", \"decimalChar\": \",\", \"groupChar\": "
          "\".\", \"unit\": \"kg\"},"
          " {\"name\": \"joined\", \"type\": \"date\", \"format\": \"%d/%m/%Y\"},"
          " {\"name\": \"vulnerable\", \"type\": \"boolean\", \"trueValues\": [\"oui\"], "
          "\"falseValues\": [\"non\"]}]}},"
          " {\"name\": \"sites\", \"path\": \"s.csv\"}]}",
          take_package, &counted);
  assert_some (&counted);
}

/* More than there may be of what there may be much of. */
static void
test_package_limits (void)
{
  g_autoptr (GString) text = g_string_new (
    "{\"resources\": [{\"name\": \"households\", \"path\": \"h.csv\", \"schema\": {\"fields\": [");
  g_autoptr (GString) many = g_string_new ("{\"resources\": [");
  const RuaLimitValues limits = { .bytes = 1 << 24, .depth = 20, .columns = 5 };
  static const char *const told[] = { "more columns than the limit", "more than 10000 tables" };

  for (guint i = 0; i < 6; i++)
    g_string_append_printf (text, "%s{\"name\": \"c%u\"}", i > 0 ? ", " : "", i);
  g_string_append (text, "]}}]}");
  for (guint i = 0; i <= RUA_PACKAGE_MOST_RESOURCES; i++)
    g_string_append_printf (many, "%s{\"name\": \"k%u\", \"path\": \"k\"}", i > 0 ? "," : "", i);
  g_string_append (many, "]}");
  for (guint i = 0; i < G_N_ELEMENTS (told); i++) {
    const GString *each = i == 0 ? text : many;
    g_autoptr (RuaFaults) faults = rua_faults_new ("datapackage.json", 0);
    g_autoptr (RuaPackage) package = rua_package_parse (each->str, each->len, &limits, faults);
    g_autoptr (GError) error = NULL;

    g_assert_false (rua_faults_raise (faults, &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
    g_assert_nonnull (strstr (error->message, told[i]));
  }
}

/* ---- a policy ---- */

static void
take_policy (const char *text, const char *what, gpointer data)
{
  g_autofree char *copy = g_memdup2 (text, MAX (strlen (text), 1));
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPolicy) policy
    = rua_policy_new_from_text (copy, (gssize) strlen (text), "policy.json", &error);

  g_assert_true ((policy == NULL) == (error != NULL));
  if (policy)
    g_assert_true (rua_policy_validate (policy, NULL));
  else
    g_assert_true (g_str_has_prefix (error->message, "policy.json"));
  count (data, text, what, policy != NULL, error);
}

static void
test_policy (void)
{
  Count counted = { 0 };

  damage (
    "{\"title\": {\"en\": \"Ours\", \"zh\": \"我们的\"}, \"stages\": [\"guarantees\", \"max_min\", "
    "\"gains\"], \"history\": true,"
    " \"subsidised\": false, \"price\": \"split\", \"producer_part\": 0.25, \"rents\": \"hub\"}",
    take_policy, &counted);
  damage ("{\"title\": \"Ours\", \"stages\": [\"gains\"], \"price\": \"posted\"}", take_policy,
          &counted);
  assert_some (&counted);
}

/* ---- the mapping of a CSV file ---- */

static void
take_mapping (const char *text, const char *what, gpointer data)
{
  g_autofree char *copy = g_memdup2 (text, strlen (text) + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaCsvMapping) mapping = rua_csv_mapping_new (copy, &error);

  g_assert_true ((mapping == NULL) == (error != NULL));
  count (data, text, what, mapping != NULL, error);
}

static void
test_mapping (void)
{
  Count counted = { 0 };

  damage ("{\"separator\": \";\", \"quote\": \"'\", \"header\": true, \"encoding\": \"gb18030\", "
          "\"decimal\": \",\", \"grouping\": \".\", \"trim\": true,"
          " \"missing\": [\"NA\", \"-\"], \"dates\": \"%d.%m.%Y\","
          " \"columns\": {\"household\": \"hh\", \"year\": 2, \"amount\": {\"column\": \"income\", "
          "\"decimal\": \".\", \"missing\": [\"9\"]},"
          " \"title.zh\": {\"column\": \"t\", \"trim\": false}, \"vulnerable\": {\"column\": 5, "
          "\"yes\": [\"oui\"], \"no\": [\"non\"]},"
          " \"products\": {\"column\": \"p\", \"between\": \"|\"}, \"joined\": {\"column\": \"j\", "
          "\"as\": \"%d/%m/%Y\"}},"
          " \"constants\": {\"income_source\": \"total\"}, \"ignore\": [\"x\"],"
          " \"limits\": {\"bytes\": 1000000, \"columns\": 100, \"cell\": 1000, \"rows\": 1000, "
          "\"seconds\": 5, \"faults\": 10}}",
          take_mapping, &counted);
  assert_some (&counted);
}

/* ---- those with whom facts are exchanged ---- */

static void
take_roster (const char *text, const char *what, gpointer data)
{
  g_autofree char *copy = g_memdup2 (text, MAX (strlen (text), 1));
  g_autoptr (RuaRoster) roster = rua_roster_new ();
  gboolean is_taken = rua_roster_read_json (roster, copy, strlen (text));

  for (guint i = 0; is_taken && i < rua_roster_get_n_peers (roster); i++) {
    const RuaPeer *peer = rua_roster_get_peer (roster, i);

    g_assert_nonnull (peer->station);
    g_assert_true (peer->sent >= 0 && peer->taken >= 0 && peer->sent_batches >= 0
                   && peer->taken_batches >= 0);
  }
  count (data, text, what, is_taken, NULL);
}

static void
test_roster (void)
{
  g_autoptr (RuaRoster) roster = rua_roster_new ();
  RuaPeer hub = { .station = "hub",
                  .is_hub = TRUE,
                  .key = { 1, 2, 3 },
                  .sent = 5,
                  .sent_batches = 2,
                  .taken = 7,
                  .taken_batches = 3 },
          gaopo = { .station = "gaopo",
                    .key = { 9 },
                    .has = "{\"gaopo\":12,\"hub\":4}",
                    .part = "[\"household.village=a\"]" };
  g_autofree char *json = NULL;
  Count counted = { 0 };

  rua_roster_set (roster, &hub);
  rua_roster_set (roster, &gaopo);
  json = rua_roster_to_json (roster);
  damage (json, take_roster, &counted);
  g_test_message ("%u of %u refused", counted.n_refused, counted.n_tried);
  g_assert_cmpuint (counted.n_refused, >, counted.n_tried / 3);
}

/* ---- a document ---- */

static void
take_document (const char *text, const char *what, gpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL, problem = NULL;
  g_autoptr (RuaAlliance) alliance
    = rua_alliance_new_from_json (bytes, "damaged.json", NULL, &error);
  g_autoptr (GListModel) faults
    = rua_alliance_validate_json (bytes, "damaged.json", NULL, &problem);

  g_assert_no_error (problem);
  g_assert_true ((alliance == NULL) == (error != NULL));
  /* What can be read may still be unlikely. */
  g_assert_true (alliance || g_list_model_get_n_items (faults) > 0);
  if (error && !g_str_has_prefix (error->message, "damaged.json"))
    g_error ("%s: no place: %s", what, error->message);
  count (data, text, what, alliance != NULL, error);
}

static void
test_document (void)
{
  static const char *const documents[] = {
    "{\"format\": \"rural-alliance\", \"version\": 1, \"alliance\": {\"title\": {\"en\": \"T\"}, "
    "\"currency\": \"CNY\", \"x\": 1},"
    " \"households\": [{\"id\": \"a\", \"n_persons\": 3, \"weight\": 1.5, \"joined\": \"2014-02\", "
    "\"vulnerable\": true, \"site\": \"s\"}, {\"id\": \"b\"}],"
    " \"sites\": [{\"id\": \"s\", \"name\": {\"en\": \"S\", \"zh\": \"寨\"}}], \"incomes\": "
    "[{\"household\": \"a\", \"year\": 2014, \"amount\": 5.25}]}",
    "{\"format\": \"rural-alliance\", \"version\": 1, \"schema\": {\"kinds\": {\"thing\": "
    "{\"plural\": \"things\", \"doc\": \"D\", \"privacy\": \"personal\","
    " \"fields\": {\"l\": {\"type\": \"text-list\"}, \"j\": {\"type\": \"json\"}, \"r\": "
    "{\"type\": \"reference-list\", \"target\": \"*\"},"
    " \"w\": {\"type\": \"token\", \"tokens\": [\"a\", \"b\"], \"required\": true}, \"q\": "
    "{\"type\": \"number\", \"unit\": \"kg\", \"privacy\": \"sensitive\"}}}},"
    " \"fields\": {\"household\": {\"extra\": {\"type\": \"date\", \"doc\": \"E\"}}}},"
    " \"things\": [{\"id\": \"t\", \"l\": [\"x\", \"y\"], \"j\": {\"k\": [1, null]}, \"r\": "
    "[\"thing/t\"], \"w\": \"a\", \"q\": 2}]}",
  };
  guint step = g_getenv ("RUA_SLOW_MACHINE") ? 1 : G_N_ELEMENTS (documents);

  for (guint i = 0; i < step; i++) {
    Count counted = { 0 };

    damage (documents[i], take_document, &counted);
    assert_some (&counted);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-damage/package", test_package);
  g_test_add_func ("/json-damage/package/limits", test_package_limits);
  g_test_add_func ("/json-damage/policy", test_policy);
  g_test_add_func ("/json-damage/mapping", test_mapping);
  g_test_add_func ("/json-damage/roster", test_roster);
  g_test_add_func ("/json-damage/document", test_document);
  return g_test_run ();
}
