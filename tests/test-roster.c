/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-roster-private.h"

#include <string.h>

static void
test_peers (void)
{
  g_autoptr (RuaRoster) roster = rua_roster_new ();
  char name[] = "gaopo", has[] = "{\"a\":1}";
  RuaPeer peer = { .station = name, .sent = 7, .has = has };
  const RuaPeer *found;

  g_assert_null (rua_roster_find (roster, "gaopo"));
  memset (peer.key, 3, sizeof peer.key);
  rua_roster_set (roster, &peer);
  /* A copy: what was told may go. */
  memset (name, 'x', 5);
  memset (has, 'x', 5);
  memset (peer.key, 0, sizeof peer.key);
  found = rua_roster_find (roster, "gaopo");
  g_assert_nonnull (found);
  g_assert_cmpstr (found->has, ==, "{\"a\":1}");
  g_assert_cmpint (found->sent, ==, 7);
  g_assert_cmpint (found->key[31], ==, 3);
  g_assert_null (found->part);
  peer = *found;
  peer.sent = 9;
  rua_roster_set (roster, &peer);
  g_assert_cmpuint (rua_roster_get_n_peers (roster), ==, 1);
  g_assert_cmpint (rua_roster_find (roster, "gaopo")->sent, ==, 9);
  g_assert_cmpuint (rua_roster_get_version (roster), ==, 2);
  g_assert_false (rua_roster_remove (roster, "baojing"));
  g_assert_cmpuint (rua_roster_get_version (roster), ==, 2);
  g_assert_true (rua_roster_remove (roster, "gaopo"));
  g_assert_cmpuint (rua_roster_get_n_peers (roster), ==, 0);
}

static void
test_order (void)
{
  static const char *const names[] = { "m", "a", "z", "b", "y", "a0", "a-" };
  static const char *const sorted[] = { "a", "a-", "a0", "b", "m", "y", "z" };
  g_autoptr (RuaRoster) roster = rua_roster_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    RuaPeer peer = { .station = names[i], .is_hub = i == 2 };

    rua_roster_set (roster, &peer);
  }
  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++) {
    g_assert_cmpstr (rua_roster_get_peer (roster, i)->station, ==, sorted[i]);
    g_assert_true (rua_roster_find (roster, sorted[i]) == rua_roster_get_peer (roster, i));
  }
  g_assert_cmpstr (rua_roster_find_hub (roster)->station, ==, "z");
  {
    RuaPeer second = { .station = "c", .is_hub = TRUE };

    /* Two hubs: neither is the one. */
    rua_roster_set (roster, &second);
    g_assert_null (rua_roster_find_hub (roster));
    rua_roster_remove (roster, "z");
    g_assert_cmpstr (rua_roster_find_hub (roster)->station, ==, "c");
  }
}

static void
test_key (void)
{
  guint8 a[RUA_KEY_LENGTH] = { 0 }, b[RUA_KEY_LENGTH] = { 0 }, none[RUA_KEY_LENGTH] = { 0 };

  g_assert_true (rua_key_draw (a, NULL));
  g_assert_true (rua_key_draw (b, NULL));
  g_assert_cmpint (memcmp (a, b, sizeof a), !=, 0);
  g_assert_cmpint (memcmp (a, none, sizeof a), !=, 0);
  rua_key_forget (a, sizeof a);
  g_assert_cmpmem (a, sizeof a, none, sizeof none);
}

static void
test_of_log (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, "hub", NULL);

  g_assert_nonnull (rua_log_get_roster (log));
  g_assert_cmpuint (rua_roster_get_n_peers (rua_log_get_roster (log)), ==, 0);
}

static void
test_kept (void)
{
  g_autoptr (RuaRoster) roster = rua_roster_new ();
  g_autoptr (RuaRoster) back = rua_roster_new ();
  g_autofree char *json = NULL;
  g_autofree char *again = NULL;
  RuaPeer hub = { .station = "hub", .is_hub = TRUE, .sent = 7, .sent_batches = 2, .has = "{\"a\":1}", .part = "id = \"x\"" };
  RuaPeer plain = { .station = "gaopo", .taken = 9, .taken_batches = 3 };

  g_assert_null (rua_roster_to_json (roster));
  g_assert_true (rua_key_draw (hub.key, NULL));
  g_assert_true (rua_key_draw (plain.key, NULL));
  rua_roster_set (roster, &hub);
  rua_roster_set (roster, &plain);
  json = rua_roster_to_json (roster);
  g_assert_true (rua_roster_read_json (back, json, strlen (json)));
  again = rua_roster_to_json (back);
  g_assert_cmpstr (again, ==, json);
  g_assert_cmpmem (rua_roster_find (back, "hub")->key, RUA_KEY_LENGTH, hub.key, RUA_KEY_LENGTH);
  g_assert_cmpint (rua_roster_find (back, "gaopo")->taken, ==, 9);
  /* Cut off anywhere it is none. */
  for (gsize i = 0; json[i]; i++) {
    g_autoptr (RuaRoster) none = rua_roster_new ();

    g_assert_false (rua_roster_read_json (none, json, i));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roster/peers", test_peers);
  g_test_add_func ("/roster/order", test_order);
  g_test_add_func ("/roster/key", test_key);
  g_test_add_func ("/roster/kept", test_kept);
  g_test_add_func ("/roster/of-log", test_of_log);
  return g_test_run ();
}
