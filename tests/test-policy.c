/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-policy-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "rua-random-private.h"

static RuaPolicy *
read_policy (const char *text)
{
  g_autoptr (GError) error = NULL;
  RuaPolicy *policy = rua_policy_new_from_text (text, -1, "policy.json", &error);

  g_assert_no_error (error);
  g_assert_nonnull (policy);
  return policy;
}

/* Refused with this code, and every one of these parts, parted by "|", is told. */
static void
refuse (const char *text, RuaError code, const char *parts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_from_text (text, -1, "policy.json", &error);
  g_auto (GStrv) wanted = g_strsplit (parts, "|", -1);

  g_assert_null (policy);
  g_assert_nonnull (error);
  if (error->domain != RUA_ERROR || error->code != (int) code)
    g_error ("%s: code %d, wanted %d: %s", text, error->code, code, error->message);
  g_assert_true (g_str_has_prefix (error->message, "policy.json"));
  for (guint i = 0; wanted[i] != NULL; i++)
    if (strstr (error->message, wanted[i]) == NULL)
      g_error ("%s: wanted “%s”, got %s", text, wanted[i], error->message);
}

static void
test_ready (void)
{
  struct {
    RuaPolicy *(*make) (void);
    const char *stages, *english, *chinese;
    gboolean history;
  } const ready[] = {
    { rua_policy_new_greatest_gains, "gains", "Greatest gains", "总收益最大", FALSE },
    { rua_policy_new_equal_shares, "guarantees max_min gains", "Equal shares", "份额均等", TRUE },
    { rua_policy_new_marginal_first, "guarantees priority max_min gains", "Marginal households first", "弱势家庭优先", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ready); i++) {
    g_autoptr (RuaPolicy) policy = ready[i].make (), again = NULL, copy = rua_policy_copy (policy);
    g_autofree char *json = rua_policy_to_json (policy), *twice = NULL;
    g_autoptr (GString) stages = g_string_new (NULL);
    g_autoptr (GError) error = NULL;

    for (guint k = 0; k < rua_policy_get_n_stages (policy); k++)
      g_string_append_printf (stages, "%s%s", k ? " " : "", rua_policy_stage_to_string (rua_policy_get_stage (policy, k)));
    g_assert_cmpstr (stages->str, ==, ready[i].stages);
    g_assert_cmpint (rua_policy_get_history (policy), ==, ready[i].history);
    g_assert_cmpstr (rua_policy_get_title (policy, "en_GB.UTF-8"), ==, ready[i].english);
    g_assert_cmpstr (rua_policy_get_title (policy, "zh-Hans"), ==, ready[i].chinese);
    g_assert_cmpstr (rua_policy_get_title (policy, NULL), ==, ready[i].english);
    g_assert_cmpstr (rua_policy_get_title (policy, "fr"), ==, ready[i].english);
    g_assert_true (rua_policy_validate (policy, &error));
    g_assert_no_error (error);
    again = read_policy (json);
    g_assert_true (rua_policy_equal (policy, again));
    g_assert_true (rua_policy_equal (policy, copy));
    twice = rua_policy_to_json (again);
    g_assert_cmpstr (json, ==, twice);
    for (guint k = 0; k < G_N_ELEMENTS (ready); k++) {
      g_autoptr (RuaPolicy) other = ready[k].make ();

      g_assert_cmpint (rua_policy_equal (policy, other), ==, i == k);
    }
  }
}

static void
test_read (void)
{
  g_autoptr (RuaPolicy) policy = read_policy ("{\"title\": \"Ours\", \"stages\": [\"gains\", \"max_min\"], \"history\": true, \"subsidised\": true,"
                                              " \"price\": \"split\", \"producer_part\": 0.123456, \"rents\": \"hub\"}");
  g_autofree char *json = rua_policy_to_json (policy);

  g_assert_cmpstr (rua_policy_get_title (policy, "zh"), ==, "Ours");
  g_assert_cmpuint (rua_policy_get_n_stages (policy), ==, 2);
  g_assert_cmpint (rua_policy_get_stage (policy, 0), ==, RUA_POLICY_STAGE_GAINS);
  g_assert_cmpint (rua_policy_get_stage (policy, 1), ==, RUA_POLICY_STAGE_MAX_MIN);
  g_assert_false (rua_policy_has_stage (policy, RUA_POLICY_STAGE_PRIORITY));
  g_assert_true (rua_policy_get_history (policy));
  g_assert_true (rua_policy_get_subsidised (policy));
  g_assert_cmpint (rua_policy_get_price (policy), ==, RUA_POLICY_PRICE_SPLIT);
  g_assert_cmpfloat (rua_policy_get_producer_part (policy), ==, 0.123456);
  g_assert_cmpint (rua_policy_get_rents (policy), ==, RUA_POLICY_RENTS_HUB);
  g_assert_cmpstr (json, ==,
                   "{\n  \"title\": \"Ours\",\n  \"stages\": [\"gains\", \"max_min\"],\n  \"history\": true,\n  \"subsidised\": true,\n"
                   "  \"price\": \"split\",\n  \"producer_part\": 0.123456,\n  \"rents\": \"hub\"\n}\n");
}

static void
test_faults (void)
{
  refuse ("", RUA_ERROR_SYNTAX, "policy.json:1:1");
  refuse ("[]", RUA_ERROR_VALUE, "a policy is a JSON object");
  refuse ("{}", RUA_ERROR_MISSING, "stages: a policy needs stages");
  refuse ("{\"stages\": []}", RUA_ERROR_MISSING, "'gains' is not among them");
  refuse ("{\"stages\": [\"gains\"]} x", RUA_ERROR_SYNTAX, "policy.json:1:");
  refuse ("{\"stages\": [\"gains\"], \"stages\": [\"gains\"]}", RUA_ERROR_SYNTAX, "stages");
  refuse ("{\"stages\": [\"gains\", \"gains\"]}", RUA_ERROR_DUPLICATE, "'gains'|already");
  refuse ("{\"stages\": [\"gain\"]}", RUA_ERROR_UNKNOWN_NAME, "'gain'|did you mean 'gains'?");
  refuse ("{\"stages\": [\"lottery\"]}", RUA_ERROR_UNKNOWN_NAME, "guarantees, priority, max_min, gains");
  refuse ("{\"stages\": \"gains\"}", RUA_ERROR_VALUE, "stages|write a list of stages");
  refuse ("{\"stages\": [1, \"gains\"]}", RUA_ERROR_VALUE, "'1'|a stage is a word");
  refuse ("{\"stages\": [\"gains\"], \"price\": \"low\"}", RUA_ERROR_UNKNOWN_NAME, "price: 'low'|consumer_best");
  refuse ("{\"stages\": [\"gains\"], \"price\": 3}", RUA_ERROR_VALUE, "price: '3'");
  refuse ("{\"stages\": [\"gains\"], \"rents\": \"me\"}", RUA_ERROR_UNKNOWN_NAME, "rents: 'me'|solidarity, hub");
  refuse ("{\"stages\": [\"gains\"], \"producer_part\": 1.5}", RUA_ERROR_VALUE, "producer_part: '1.5'|between 0 and 1");
  refuse ("{\"stages\": [\"gains\"], \"producer_part\": 0.1234567}", RUA_ERROR_VALUE, "six decimals");
  refuse ("{\"stages\": [\"gains\"], \"producer_part\": \"half\"}", RUA_ERROR_VALUE, "between 0 and 1");
  refuse ("{\"stages\": [\"gains\"], \"price\": \"posted\", \"producer_part\": 0.5}", RUA_ERROR_VALUE, "'mixed' and 'split' alone");
  refuse ("{\"stages\": [\"gains\"], \"history\": true}", RUA_ERROR_VALUE, "history|'max_min'");
  refuse ("{\"stages\": [\"gains\"], \"history\": 1}", RUA_ERROR_VALUE, "true or false");
  refuse ("{\"stages\": [\"gains\"], \"stage\": []}", RUA_ERROR_UNKNOWN_NAME, "stage:|did you mean 'stages'?");
  refuse ("{\"stages\": [\"gains\"], \"title\": 3}", RUA_ERROR_VALUE, "title: '3'");
  refuse ("{\"stages\": [\"gains\"], \"title\": {\"en\": 3}}", RUA_ERROR_VALUE, "every language");
  /* All at once, in the order of the file. */
  refuse ("{\n\"stages\": [\"gain\"],\n\"price\": \"low\",\n\"rents\": 1,\n\"colour\": 2\n}", RUA_ERROR_UNKNOWN_NAME,
          "policy.json:2: stages|\npolicy.json:3: price|\npolicy.json:4: rents|\npolicy.json:5: colour");
}

static void
test_setters (void)
{
  g_autoptr (RuaPolicy) policy = rua_policy_new (), other = rua_policy_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (rua_policy_validate (policy, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_false (rua_policy_add_stage (policy, (RuaPolicyStage) 17, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_true (rua_policy_add_stage (policy, RUA_POLICY_STAGE_GAINS, NULL));
  g_assert_false (rua_policy_add_stage (policy, RUA_POLICY_STAGE_GAINS, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  g_assert_true (rua_policy_validate (policy, NULL));
  rua_policy_set_history (policy, TRUE);
  g_assert_false (rua_policy_validate (policy, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  rua_policy_set_history (policy, FALSE);
  for (guint i = 0; i < 3; i++) {
    static const double bad[] = { -0.1, 1.000001, 0.1234567 };

    g_assert_false (rua_policy_set_producer_part (policy, bad[i], &error));
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_clear_error (&error);
    g_assert_cmpfloat (rua_policy_get_producer_part (policy), ==, 0.5);
  }
  g_assert_true (rua_policy_set_producer_part (policy, 1, NULL));
  rua_policy_add_stage (other, RUA_POLICY_STAGE_GAINS, NULL);
  g_assert_false (rua_policy_equal (policy, other));
  /* Where prices are neither mixed nor split, it decides nothing. */
  rua_policy_set_price (policy, RUA_POLICY_PRICE_POSTED);
  rua_policy_set_price (other, RUA_POLICY_PRICE_POSTED);
  g_assert_true (rua_policy_equal (policy, other));
  rua_policy_set_title (policy, "en", "One");
  rua_policy_set_title (policy, "en", "Two");
  g_assert_cmpstr (rua_policy_get_title (policy, "en"), ==, "Two");
  rua_policy_set_title (policy, "en", NULL);
  g_assert_null (rua_policy_get_title (policy, "en"));
  g_assert_true (rua_policy_equal (policy, other));
}

/* Whatever can be set comes back from JSON as it was. */
static void
test_round_trip (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < 500; trial++) {
    g_autoptr (RuaPolicy) policy = rua_policy_new (), again = NULL;
    g_autofree char *json = NULL, *twice = NULL;

    for (guint i = 0; i < 6; i++)
      rua_policy_add_stage (policy, (RuaPolicyStage) rua_random_below (&random, 4), NULL);
    if (!rua_policy_has_stage (policy, RUA_POLICY_STAGE_GAINS))
      rua_policy_add_stage (policy, RUA_POLICY_STAGE_GAINS, NULL);
    rua_policy_set_history (policy, rua_policy_has_stage (policy, RUA_POLICY_STAGE_MAX_MIN) && rua_random_below (&random, 2));
    rua_policy_set_subsidised (policy, rua_random_below (&random, 2));
    rua_policy_set_price (policy, (RuaPolicyPrice) rua_random_below (&random, 5));
    rua_policy_set_rents (policy, (RuaPolicyRents) rua_random_below (&random, 2));
    g_assert_true (rua_policy_set_producer_part (policy, rua_random_below (&random, 1000001) / 1e6, NULL));
    if (rua_random_below (&random, 2))
      rua_policy_set_title (policy, rua_random_below (&random, 2) ? "zh" : NULL, "“\\\"”\n");
    json = rua_policy_to_json (policy);
    again = read_policy (json);
    g_assert_true (rua_policy_equal (policy, again));
    twice = rua_policy_to_json (again);
    g_assert_cmpstr (json, ==, twice);
  }
}

/* Whatever bytes are lost or changed, a reader reads or refuses, and never half. */
static void
test_broken (void)
{
  g_autoptr (RuaPolicy) policy = rua_policy_new_marginal_first ();
  g_autofree char *json = rua_policy_to_json (policy);
  gsize length = strlen (json);
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint trial = 0; trial < 2000; trial++) {
    g_autofree char *broken = g_strdup (json);
    g_autoptr (GError) error = NULL;
    g_autoptr (RuaPolicy) read = NULL;

    broken[rua_random_below (&random, (guint32) length)] = (char) rua_random_next (&random);
    read = rua_policy_new_from_text (broken, (gssize) rua_random_below (&random, (guint32) length + 1), NULL, &error);
    g_assert_true ((read == NULL) == (error != NULL));
    if (read != NULL)
      g_assert_true (rua_policy_validate (read, NULL));
  }
}

static void
test_places (void)
{
  g_autoptr (RuaOrderCycle) cycle = rua_order_cycle_new ();
  g_autoptr (RuaPolicy) wanted = rua_policy_new_equal_shares (), policy = NULL;
  g_autofree char *json = rua_policy_to_json (wanted), *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("policy-XXXXXX", &path, NULL);

  g_assert_null (rua_policy_new_for_cycle (cycle, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_true (rua_record_set_id (RUA_RECORD (cycle), "week 7", NULL));
  g_assert_true (rua_order_cycle_set_policy (cycle, "{\"stages\": [\"lottery\"]}", NULL));
  g_assert_null (rua_policy_new_for_cycle (cycle, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
  g_assert_nonnull (strstr (error->message, "order cycle 'week 7'"));
  g_clear_error (&error);
  g_assert_true (rua_order_cycle_set_policy (cycle, json, NULL));
  policy = rua_policy_new_for_cycle (cycle, &error);
  g_assert_no_error (error);
  g_assert_true (rua_policy_equal (policy, wanted));
  g_clear_object (&policy);

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, json, -1, NULL));
  policy = rua_policy_new_from_file (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (rua_policy_equal (policy, wanted));
  g_clear_object (&policy);
  g_unlink (path);
  g_assert_null (rua_policy_new_from_file (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/ready", test_ready);
  g_test_add_func ("/policy/read", test_read);
  g_test_add_func ("/policy/faults", test_faults);
  g_test_add_func ("/policy/setters", test_setters);
  g_test_add_func ("/policy/round-trip", test_round_trip);
  g_test_add_func ("/policy/broken", test_broken);
  g_test_add_func ("/policy/places", test_places);
  return g_test_run ();
}
