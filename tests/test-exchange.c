/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "exchange-case.h"
#include "rua-random-private.h"


static void
test_round_trip (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GBytes) empty = NULL;
  guint n_new = 0, n_known = 0;

  case_set_up (&hub, &station);
  empty = case_send (station, "hub");
  g_assert_true (case_take (hub, empty, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new + n_known, ==, 0);
  case_edit (station, "h1", 3, "1.5");
  case_edit (station, "h\"2\"\n", 2, "{\"en\":\"a \\\"b\\\"\",\"zh\":\"\xe8\x8d\x89\"}");
  case_edit (station, "h1", 2, "2");
  case_edit (station, "h1", 2, NULL);
  first = case_send (station, "hub");
  again = case_send (station, "hub");
  g_assert_true (g_bytes_equal (first, again));
  g_assert_true (case_take (hub, first, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new, ==, 9);
  g_assert_cmpuint (n_known, ==, 0);
  g_assert_true (case_same (hub, station));
  /* Once more changes nothing; an old one neither. */
  g_assert_true (case_take (hub, again, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new, ==, 9);
  g_assert_cmpuint (n_known, ==, 9);
  g_assert_true (case_take (hub, empty, &n_new, &n_known, NULL));
  g_assert_cmpint (rua_roster_find (rua_log_get_roster (hub), "gaopo")->taken, ==, 9);
}

/* What a reader of the manual would write: hashes and MACs by another implementation (Python's hashlib). */
static void
test_vector (void)
{
  static const char expected[] =
#include "exchange-vector.h"

#include <string.h>
    ;
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  gsize size;

  case_set_up (&hub, &station);
  case_edit (station, "h1", 2, "1.5");
  case_edit (station, "h1", 2, NULL);
  bytes = case_send (station, "hub");
  text = g_strndup (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
  g_assert_cmpuint (strlen (text), ==, size);
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (rua_exchange_is_one (text, size));
  g_assert_false (rua_exchange_is_one (text, 20));
  g_assert_false (rua_exchange_is_one ("{}", 2));
}

/* Only a receipt that names what is here moves the mark, and the next batch goes on from there. */
static void
test_receipt (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (GBytes) lost = NULL;
  g_autoptr (GBytes) batch = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) next = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  const RuaPeer *peer;

  case_set_up (&hub, &station);
  case_edit (station, "h1", 2, "1");
  lost = case_send (station, "hub");
  case_edit (station, "h2", 2, "2");
  batch = case_send (station, "hub");
  g_assert_true (case_take (hub, batch, NULL, NULL, NULL));
  g_assert_cmpint (rua_roster_find (rua_log_get_roster (station), "hub")->sent, ==, 0);
  answer = case_send (hub, "gaopo");
  g_assert_true (case_take (station, answer, NULL, NULL, NULL));
  peer = rua_roster_find (rua_log_get_roster (station), "hub");
  g_assert_cmpint (peer->sent, ==, 4);
  g_assert_cmpint (peer->sent_batches, ==, 1);
  /* The stick that was lost turns up. */
  g_assert_true (case_take (hub, lost, NULL, NULL, NULL));
  g_assert_cmpint (rua_roster_find (rua_log_get_roster (hub), "gaopo")->taken, ==, 4);
  case_edit (station, "h3", 3, "3");
  next = case_send (station, "hub");
  lines = case_split (next);
  g_assert_cmpuint (lines->len, ==, 1 + 4 + 1);
  g_assert_nonnull (strstr (lines->pdata[0], "\"batch\":2,\"facts\":{\"gaopo\":[4,7]}"));
  g_assert_true (case_take (hub, next, NULL, NULL, NULL));
  g_assert_true (case_same (hub, station));
  /* An old receipt does not take back what a later one said. */
  g_assert_true (case_take (station, answer, NULL, NULL, NULL));
  g_assert_cmpint (rua_roster_find (rua_log_get_roster (station), "hub")->sent, ==, 4);
}

/* A receipt for what this copy never wrote. */
static void
test_receipt_of_others (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (RuaLog) clone = case_log ("gaopo");
  g_autoptr (GBytes) batch = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autofree char *told = NULL;

  case_set_up (&hub, &station);
  case_introduce (hub, clone);
  case_edit (station, "h1", 2, "1");
  case_edit (clone, "h1", 2, "7");
  batch = case_send (station, "hub");
  g_assert_true (case_take (hub, batch, NULL, NULL, NULL));
  answer = case_send (hub, "gaopo");
  g_assert_false (case_take (clone, answer, NULL, NULL, &told));
  g_assert_nonnull (strstr (told, "b.ruax:1: what the receipt names is not what is here, up to gaopo.2: two copies write as station 'gaopo'"));
  g_assert_cmpint (rua_roster_find (rua_log_get_roster (clone), "hub")->sent, ==, 0);
}

static void
test_not_for_us (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (RuaLog) other_lineage = rua_log_new ("ffffffffffffffffffffffffffffffff", "hub", NULL);
  g_autoptr (RuaLog) nobody = case_log ("hub");
  g_autoptr (RuaLog) wrong_key = case_log ("hub");
  g_autoptr (RuaLog) third = case_log ("baojing");
  g_autoptr (RuaLog) unnamed = case_log (NULL);
  g_autoptr (GBytes) bytes = NULL;
  RuaPeer peer = { .station = "gaopo" };

  case_set_up (&hub, &station);
  case_introduce (other_lineage, station);
  case_introduce (hub, third);
  case_edit (station, "h1", 2, "1");
  bytes = case_send (station, "hub");
  case_refuse (other_lineage, bytes, "b.ruax:1: it is of another alliance: its lineage is 00112233…, and here it is ffffffff…");
  case_refuse (nobody, bytes, "b.ruax:1: the sender 'gaopo' is not enrolled here");
  case_refuse (station, bytes, "b.ruax:1: it was sent by this copy, to 'hub'");
  case_refuse (third, bytes, "b.ruax:1: it was sent to 'hub', and this is 'baojing'");
  case_refuse (unnamed, bytes, "b.ruax:1: this copy has no name as a station");
  rua_roster_set (rua_log_get_roster (wrong_key), &peer);
  case_refuse (wrong_key, bytes, "b.ruax:5: the seal is not one made with the key of 'gaopo'");
}

static void
test_gap (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (RuaLog) restored = case_log ("hub");
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) second = NULL;

  case_set_up (&hub, &station);
  case_edit (station, "h1", 2, "1");
  first = case_send (station, "hub");
  g_assert_true (case_take (hub, first, NULL, NULL, NULL));
  answer = case_send (hub, "gaopo");
  g_assert_true (case_take (station, answer, NULL, NULL, NULL));
  case_edit (station, "h1", 3, "1");
  second = case_send (station, "hub");
  /* The hub's file is an older one. */
  case_introduce (restored, station);
  case_refuse (restored, second,
          "b.ruax:1: an earlier batch is missing: the facts gaopo.1 to gaopo.2 have not come; take in its batch 1 first, or let it send from there on: "
          "ruralalliance send FILE --after 0");
  g_assert_true (case_take (restored, first, NULL, NULL, NULL));
  g_assert_true (case_take (restored, second, NULL, NULL, NULL));
  g_assert_true (case_same (restored, station));
  {
    /* Or it sends from there on. */
    g_autoptr (RuaLog) empty = case_log ("hub");
    RuaExchangeWriting writing = { .to = "hub", .schema = "1.0", .after = 0 };
    g_autoptr (GBytes) all = rua_batch_write (station, &writing, NULL);

    case_introduce (empty, station);
    g_assert_true (case_take (empty, all, NULL, NULL, NULL));
    g_assert_true (case_same (empty, station));
    /* In the middle of a change, too. */
    writing.after = 1;
    g_clear_pointer (&all, g_bytes_unref);
    all = rua_batch_write (station, &writing, NULL);
    g_assert_true (case_take (hub, all, NULL, NULL, NULL));
    g_assert_true (case_same (hub, station));
  }
}

/* Two laptops that were set up from one copied disk. */
static void
test_cloned (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (RuaLog) clone = case_log ("gaopo");
  g_autoptr (GBytes) mine = NULL;
  g_autoptr (GBytes) other = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) later = NULL;

  case_set_up (&hub, &station);
  case_introduce (hub, clone);
  case_edit (station, "h1", 2, "1");
  case_edit (clone, "h1", 3, "4");
  mine = case_send (station, "hub");
  other = case_send (clone, "hub");
  g_assert_true (case_take (hub, mine, NULL, NULL, NULL));
  case_refuse (hub, other, "two copies write as station 'gaopo'");
  /* Its first batch was taken elsewhere; what it wrote earlier is then not what is here. */
  {
    g_autoptr (RuaLog) elsewhere = case_log ("hub");

    case_introduce (elsewhere, clone);
    g_assert_true (case_take (elsewhere, other, NULL, NULL, NULL));
    answer = case_send (elsewhere, "gaopo");
    g_assert_true (case_take (clone, answer, NULL, NULL, NULL));
    case_edit (clone, "h2", 2, "4");
    case_edit (station, "h3", 2, "4");
    g_clear_pointer (&mine, g_bytes_unref);
    mine = case_send (station, "hub");
    g_assert_true (case_take (hub, mine, NULL, NULL, NULL));
    later = case_send (clone, "hub");
    case_refuse (hub, later, "b.ruax:1: what the sender wrote earlier is not what is here, up to gaopo.3: two copies write as station 'gaopo'");
  }
}

/* A change of which the other copy says something else. */
static void
test_cloned_change (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) forged = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  guint8 key[RUA_KEY_LENGTH];

  case_set_up (&hub, &station);
  case_edit (station, "h1", 2, "1");
  bytes = case_send (station, "hub");
  g_assert_true (case_take (hub, bytes, NULL, NULL, NULL));
  case_key ("gaopo", key);
  lines = case_split (bytes);
  g_free (lines->pdata[1]);
  lines->pdata[1] = g_strdup ("{\"change\":\"gaopo.1\",\"facts\":2,\"clock\":1}");
  forged = case_join (lines, key, CASE_ZEROS);
  case_refuse (hub, forged, "change gaopo.1: another change has this name");
}

/* ---- what a whole copy and a part of it are sent by the hub ---- */

static void
test_relay (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (RuaLog) other = case_log ("baojing");
  g_autoptr (GBytes) up = NULL;
  g_autoptr (GBytes) second_up = NULL;
  g_autoptr (GBytes) down = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) stale = NULL;
  guint n_new = 0, n_known = 0;

  case_set_up (&hub, &station);
  case_introduce (hub, other);
  case_edit (station, "h1", 3, "1");
  case_edit (other, "h1", 2, "2");
  case_edit (hub, "h9", 4, "9");
  up = case_send (station, "hub");
  second_up = case_send (other, "hub");
  stale = case_send (hub, "gaopo");
  g_assert_true (case_take (hub, up, NULL, NULL, NULL));
  g_assert_true (case_take (hub, second_up, NULL, NULL, NULL));
  down = case_send (hub, "gaopo");
  g_assert_true (case_take (station, down, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new, ==, 6);
  g_assert_true (case_same (hub, station));
  g_assert_true (case_take (station, stale, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_known, ==, 4);
  /* What the station says it has is not sent again. */
  g_clear_pointer (&up, g_bytes_unref);
  up = case_send (station, "hub");
  g_assert_true (case_take (hub, up, NULL, NULL, NULL));
  second = case_send (hub, "gaopo");
  n_new = n_known = 0;
  g_assert_true (case_take (station, second, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new + n_known, ==, 0);
  /* And to a copy that lost it, a batch that builds on it says what is missing. */
  {
    g_autoptr (RuaLog) old = case_log ("gaopo");
    g_autoptr (GBytes) third = NULL;

    case_introduce (hub, old);
    case_edit (hub, "h10", 2, "1");
    g_clear_pointer (&up, g_bytes_unref);
    up = case_send (station, "hub");
    g_assert_true (case_take (hub, up, NULL, NULL, NULL));
    third = case_send (hub, "gaopo");
    case_refuse (old, third, "an earlier batch is missing: the facts hub.1 to hub.4 have not come; send 'hub' what is here: its answer brings what is missing");
  }
}

static gboolean
concerns (gpointer data, const RuaFactData *fact)
{
  return strcmp (fact->key, data) == 0;
}

static void
test_part (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (GBytes) down = NULL;
  g_autoptr (GBytes) up = NULL;
  g_autoptr (GBytes) again = NULL;
  RuaExchangeWriting writing = { .to = "gaopo", .schema = "1.0", .after = -1, .concerns = concerns, .data = (gpointer) "h2" };
  RuaPeer peer;
  guint n_new = 0, n_known = 0;

  case_set_up (&hub, &station);
  peer = *rua_roster_find (rua_log_get_roster (hub), "gaopo");
  peer.part = "household: id = 'h2'";
  rua_roster_set (rua_log_get_roster (hub), &peer);
  peer = *rua_roster_find (rua_log_get_roster (station), "hub");
  peer.part = "household: id = 'h2'";
  rua_roster_set (rua_log_get_roster (station), &peer);
  case_edit (hub, "h1", 3, "1");
  case_edit (hub, "h2", 3, "2");
  case_edit (hub, "h3", 3, "3");
  down = rua_batch_write (hub, &writing, NULL);
  g_assert_true (case_take (station, down, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new, ==, 3);
  g_assert_cmpuint (rua_log_find_fact (station, "hub", 3), ==, RUA_NO_FACT);
  g_assert_cmpuint (rua_log_find_fact (station, "hub", 4), !=, RUA_NO_FACT);
  g_assert_cmpstr (rua_roster_find (rua_log_get_roster (station), "hub")->has, ==, "{\"hub\":9}");
  /* It works on, and what it was not given is not sent, now or later. */
  case_edit (station, "h2", 2, "7");
  case_edit (hub, "h1", 2, "8");
  case_edit (hub, "h2", 3, "8");
  up = case_send (station, "hub");
  g_assert_true (case_take (hub, up, &n_new, &n_known, NULL));
  again = rua_batch_write (hub, &writing, NULL);
  n_new = n_known = 0;
  g_assert_true (case_take (station, again, &n_new, &n_known, NULL));
  g_assert_cmpuint (n_new, ==, 3);
  g_assert_cmpuint (n_known, ==, 0);
  g_assert_cmpint (rua_roster_find (rua_log_get_roster (station), "hub")->sent, ==, 2);
  /* A station is no hub: it cannot leave anything out. */
  {
    g_autoptr (GPtrArray) lines = case_split (up);
    g_autoptr (GBytes) forged = NULL;
    g_auto (GStrv) parts = g_strsplit (lines->pdata[0], ",\"previous\"", 2);
    guint8 key[RUA_KEY_LENGTH];

    case_key ("gaopo", key);
    g_free (lines->pdata[0]);
    lines->pdata[0] = g_strdup_printf ("%s,\"part\":true,\"previous\"%s", parts[0], parts[1]);
    forged = case_join (lines, key, CASE_ZEROS);
    case_refuse (hub, forged, "b.ruax:1: only a hub sends a part of what there is, and 'gaopo' is none");
  }
}

/* ---- damage ---- */

static GBytes *
small_batch (RuaLog **hub)
{
  g_autoptr (RuaLog) station = NULL;

  case_set_up (hub, &station);
  case_edit (station, "h1", 3, "1.5");
  case_edit (station, "h1", 2, "\"\xe8\x8d\x89\"");
  return case_send (station, "hub");
}

static void
take_limited (RuaLog *hub, GBytes *bytes, RuaLimitValues limits, const char *expected)
{
  RuaExchangeReading reading = { .log = hub, .limits = rua_limit_values_settle (&limits) };
  g_autoptr (RuaFaults) faults = rua_faults_new ("b.ruax", 0);
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_batch_read (&reading, bytes, "b.ruax", faults, &error));
  g_assert_no_error (error);
  g_assert_false (rua_faults_raise (faults, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_LIMIT);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
test_limits (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (GBytes) good = small_batch (&hub);

  take_limited (hub, good, (RuaLimitValues){ .bytes = 100 }, "the file has more than 100 bytes");
  take_limited (hub, good, (RuaLimitValues){ .rows = 4 }, "there are more than 4 facts");
}

static void
test_cancelled (void)
{
  g_autoptr (RuaLog) hub = NULL;
  g_autoptr (RuaLog) station = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (RuaFaults) faults = rua_faults_new ("b.ruax", 0);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  RuaExchangeReading reading = { .cancellable = cancellable };
  RuaExchangeWriting writing = { .to = "hub", .schema = "1.0", .after = -1, .cancellable = cancellable };

  case_set_up (&hub, &station);
  for (guint i = 0; i < 600; i++)
    case_edit (station, "h1", 8, "1");
  bytes = case_send (station, "hub");
  g_cancellable_cancel (cancellable);
  g_assert_null (rua_batch_write (station, &writing, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  reading.log = hub;
  reading.limits = rua_limit_values_settle (&reading.limits);
  g_assert_null (rua_batch_read (&reading, bytes, "b.ruax", faults, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_nobody_to_send_to (void)
{
  g_autoptr (RuaLog) log = case_log (NULL);
  g_autoptr (RuaLog) named = case_log ("gaopo");
  RuaExchangeWriting writing = { .to = "hub", .schema = "1.0" };
  g_autoptr (GError) error = NULL;

  g_assert_null (rua_batch_write (log, &writing, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  g_assert_null (rua_batch_write (named, &writing, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_UNKNOWN_NAME);
}

/* ---- many, in any order ---- */

#define MOST_STATIONS 8

typedef struct {
  RuaLog *hub;
  RuaLog *stations[MOST_STATIONS];
  guint n_stations;
  GPtrArray *sticks[MOST_STATIONS + 1]; /* files on their way, to each station and to the hub */
  gint64 walls[MOST_STATIONS + 1];
} World;

static gint64
wall_of (gpointer data)
{
  return *(gint64 *) data;
}

static void
deliver (World *self, RuaRandom *random, guint to)
{
  GPtrArray *sticks = self->sticks[to];
  guint i;

  if (sticks->len == 0)
    return;
  i = rua_random_below (random, sticks->len);
  /* A gap is refused whole; anything else is taken. */
  {
    g_autofree char *told = NULL;

    if (!case_take (to < self->n_stations ? self->stations[to] : self->hub, sticks->pdata[i], NULL, NULL, &told))
      g_assert_nonnull (strstr (told, "an earlier batch is missing"));
  }
  /* Some come twice, some never. */
  if (rua_random_below (random, 3) != 0)
    g_ptr_array_remove_index_fast (sticks, i);
}

static void
send (World *self, guint station, gboolean up)
{
  if (up)
    g_ptr_array_add (self->sticks[self->n_stations], case_send (self->stations[station], "hub"));
  else
    g_ptr_array_add (self->sticks[station], case_send (self->hub, rua_log_get_station (self->stations[station])));
}

static void
run_history (guint32 seed)
{
  World self = { .hub = case_log ("hub") };
  RuaRandom random;

  rua_random_init (&random, seed);
  self.n_stations = 1 + rua_random_below (&random, MOST_STATIONS);
  for (guint i = 0; i <= self.n_stations; i++) {
    g_autofree char *name = g_strdup_printf ("s%u", i);

    self.sticks[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
    /* Clocks that are wrong by weeks. */
    self.walls[i] = 1789000000000 + (gint64) rua_random_below (&random, 4000) * 60 * CASE_MINUTE;
    if (i < self.n_stations) {
      self.stations[i] = case_log (name);
      rua_log_set_wall (self.stations[i], wall_of, &self.walls[i]);
      case_introduce (self.hub, self.stations[i]);
    }
  }
  rua_log_set_wall (self.hub, wall_of, &self.walls[self.n_stations]);
  for (guint step = 0; step < 60; step++) {
    guint who = rua_random_below (&random, self.n_stations + 1);
    g_autofree char *key = g_strdup_printf ("h%u", rua_random_below (&random, 3));

    switch (rua_random_below (&random, 4)) {
    case 0:
      case_edit (who < self.n_stations ? self.stations[who] : self.hub, key, 1 + rua_random_below (&random, 4), who % 2 ? "1" : NULL);
      break;
    case 1:
      send (&self, who % self.n_stations, rua_random_below (&random, 2));
      break;
    default:
      deliver (&self, &random, who);
    }
  }
  /* At last everybody meets. */
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < self.n_stations; i++) {
      g_autoptr (GBytes) up = case_send (self.stations[i], "hub");
      g_autoptr (GBytes) down = NULL;

      g_assert_true (case_take (self.hub, up, NULL, NULL, NULL));
      down = case_send (self.hub, rua_log_get_station (self.stations[i]));
      g_assert_true (case_take (self.stations[i], down, NULL, NULL, NULL));
    }
  for (guint i = 0; i < self.n_stations; i++) {
    const RuaPeer *hub = rua_roster_find (rua_log_get_roster (self.stations[i]), "hub");

    g_assert_true (case_same (self.hub, self.stations[i]));
    g_assert_cmpint (hub->sent, ==, rua_log_get_next_sequence (self.hub, rua_log_get_station (self.stations[i])) - 1);
    rua_log_free (self.stations[i]);
  }
  for (guint i = 0; i <= self.n_stations; i++)
    g_ptr_array_unref (self.sticks[i]);
  rua_log_free (self.hub);
}

static void
test_histories (void)
{
  const guint n = g_getenv ("RUA_SLOW_MACHINE") ? 10 : 200;
  guint32 seed = (guint32) g_test_rand_int ();

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < n; i++)
    run_history (seed + i);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange/round-trip", test_round_trip);
  g_test_add_func ("/exchange/vector", test_vector);
  g_test_add_func ("/exchange/receipt", test_receipt);
  g_test_add_func ("/exchange/receipt-of-others", test_receipt_of_others);
  g_test_add_func ("/exchange/not-for-us", test_not_for_us);
  g_test_add_func ("/exchange/gap", test_gap);
  g_test_add_func ("/exchange/cloned", test_cloned);
  g_test_add_func ("/exchange/cloned-change", test_cloned_change);
  g_test_add_func ("/exchange/relay", test_relay);
  g_test_add_func ("/exchange/part", test_part);
  g_test_add_func ("/exchange/limits", test_limits);
  g_test_add_func ("/exchange/cancelled", test_cancelled);
  g_test_add_func ("/exchange/nobody", test_nobody_to_send_to);
  g_test_add_func ("/exchange/histories", test_histories);
  return g_test_run ();
}
