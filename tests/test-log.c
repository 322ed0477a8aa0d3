/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-log-private.h"
#include "rua-random-private.h"

#include <string.h>

#define MINUTE ((gint64) 60000)
#define DAY (24 * 60 * MINUTE)
#define NOW (G_GINT64_CONSTANT (1789000000000))

static gint64
wall (gpointer data)
{
  return *(gint64 *) data;
}

static RuaFactData
fact_of (const char *station, gint64 sequence, gint64 clock, const char *value)
{
  RuaFactData fact = {
    .station = station, .sequence = sequence, .clock = clock, .kind = "household", .key = "h1", .field = "weight",
    .value = value, .value_length = -1,
  };

  return fact;
}

static void
insert (RuaLog *log, const RuaFactData *fact)
{
  GError *error = NULL;

  g_assert_cmpint (rua_log_insert (log, fact, &error), ==, RUA_LOG_NEW);
  g_assert_no_error (error);
}

static void
test_new (void)
{
  GError *error = NULL;
  g_autoptr (RuaLog) log = rua_log_new (NULL, "gaopo", &error);
  g_autoptr (RuaLog) other = rua_log_new (NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (rua_log_get_lineage (log)), ==, 32);
  g_assert_cmpstr (rua_log_get_lineage (log), !=, rua_log_get_lineage (other));
  g_assert_cmpstr (rua_log_get_station (log), ==, "gaopo");
  g_assert_null (rua_log_get_station (other));
  g_assert_cmpuint (rua_log_get_n_facts (log), ==, 0);
  g_assert_cmpuint (rua_log_get_n_stations (log), ==, 0);
  g_assert_cmpint (rua_log_get_next_sequence (log, "gaopo"), ==, 1);
  g_assert_null (rua_log_new ("0123", NULL, &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (rua_log_new (NULL, "Gaopo", &error));
  g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
  g_clear_error (&error);
}

static void
test_stations_named (void)
{
  static const char *const good[] = { "a", "7", "gaopo", "station-12", "a.b_c-d" };
  static const char *const bad[] = { "", "-a", ".a", "_", "Gaopo", "a b", "a/b", "草", "a\n" };
  char longest[66];

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (rua_log_is_station (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (rua_log_is_station (bad[i]));
  memset (longest, 'a', sizeof longest);
  longest[64] = '\0';
  g_assert_true (rua_log_is_station (longest));
  longest[64] = 'a';
  longest[65] = '\0';
  g_assert_false (rua_log_is_station (longest));
}

/* Everything that went in comes out. */
static void
test_comes_out (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaFactName parents[] = { { "b", 7 }, { "a", 1 } };
  RuaFactData first = fact_of ("a", 1, 10, "1.5"), second = fact_of ("b", 8, 30, "\"drei \\\"x\\\"\\n\""), got;

  first.has_before = TRUE;
  first.before = "4";
  second.author = "Frau Lô";
  second.parents = parents;
  second.n_parents = 2;
  insert (log, &first);
  insert (log, &second);
  g_assert_cmpuint (rua_log_get_n_facts (log), ==, 2);
  rua_log_get_fact (log, 0, &got);
  g_assert_cmpstr (got.station, ==, "a");
  g_assert_cmpint (got.sequence, ==, 1);
  g_assert_cmpint (got.clock, ==, 10);
  g_assert_cmpstr (got.kind, ==, "household");
  g_assert_cmpstr (got.key, ==, "h1");
  g_assert_cmpstr (got.field, ==, "weight");
  g_assert_cmpstr (got.value, ==, "1.5");
  g_assert_cmpint (got.value_length, ==, 3);
  g_assert_null (got.author);
  g_assert_cmpuint (got.n_parents, ==, 0);
  g_assert_true (got.has_before);
  g_assert_cmpstr (got.before, ==, "4");
  rua_log_get_fact (log, 1, &got);
  g_assert_cmpstr (got.station, ==, "b");
  g_assert_cmpint (got.sequence, ==, 8);
  g_assert_cmpstr (got.value, ==, second.value);
  g_assert_cmpint (got.value_length, ==, (gssize) strlen (second.value));
  g_assert_cmpstr (got.author, ==, "Frau Lô");
  g_assert_cmpuint (got.n_parents, ==, 2);
  g_assert_cmpstr (got.parents[0].station, ==, "b");
  g_assert_cmpint (got.parents[0].sequence, ==, 7);
  g_assert_cmpstr (got.parents[1].station, ==, "a");
  g_assert_cmpint (got.parents[1].sequence, ==, 1);
  g_assert_false (got.has_before);
  g_assert_cmpuint (rua_log_find_fact (log, "b", 8), ==, 1);
  /* A parent that has not come has a name, but is no fact. */
  g_assert_cmpuint (rua_log_find_fact (log, "b", 7), ==, RUA_NO_FACT);
  g_assert_cmpuint (rua_log_find_fact (log, "c", 1), ==, RUA_NO_FACT);
  g_assert_cmpuint (rua_log_find_fact (log, "a", 0), ==, RUA_NO_FACT);
}

static void
test_known_and_cloned (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaFactName parents[] = { { "b", 7 }, { "c", 1 } }, swapped[] = { { "c", 1 }, { "b", 7 } };
  RuaFactData fact = fact_of ("a", 3, 10, "1.5"), other;
  GError *error = NULL;

  fact.parents = parents;
  fact.n_parents = 2;
  fact.author = "L.";
  g_assert_cmpint (rua_log_check (log, &fact, NULL), ==, RUA_LOG_NEW);
  g_assert_cmpuint (rua_log_get_n_facts (log), ==, 0);
  insert (log, &fact);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (rua_log_insert (log, &fact, &error), ==, RUA_LOG_KNOWN);
  g_assert_no_error (error);
  for (guint i = 0; i < 10; i++) {
    other = fact;
    if (i == 0)
      other.value = "1.50";
    else if (i == 1)
      other.value = NULL;
    else if (i == 2)
      other.clock = 11;
    else if (i == 3)
      other.key = "h2";
    else if (i == 4)
      other.kind = "income";
    else if (i == 5)
      other.field = "size";
    else if (i == 6)
      other.author = NULL;
    else if (i == 7)
      other.n_parents = 1;
    else if (i == 8)
      other.parents = swapped;
    else
      other.author = "M.";
    g_assert_cmpint (rua_log_check (log, &other, NULL), ==, RUA_LOG_ERROR);
    g_assert_cmpint (rua_log_insert (log, &other, &error), ==, RUA_LOG_ERROR);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
    g_assert_nonnull (strstr (error->message, "a.3"));
    g_assert_null (strstr (error->message, "1.5"));
    g_clear_error (&error);
  }
  g_assert_cmpuint (rua_log_get_n_facts (log), ==, 1);
}

static void
test_malformed (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  static const char *const values[] = {
    "", " ", "null", "nul", "tru", "01", "1 ", " 1", "\"", "\"a", "\"a\"b\"", "\"a\nb\"", "\"\xff\"", "\"\\u0041\"",
    "{\"a\": 1}", "{\"a\":1,\"a\":2}", "[1,]", "[1", "1 2", "{}x", "\"\\ud800\"",
  };
  RuaFactName bad_parents[] = { { "A", 1 }, { "b", 0 }, { "a", 5 }, { "a", 6 }, { "b", G_MAXINT64 }, { NULL, 1 } };
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    RuaFactData fact = fact_of ("a", 5, 10, values[i]);

    g_assert_cmpint (rua_log_insert (log, &fact, &error), ==, RUA_LOG_ERROR);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_clear_error (&error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad_parents); i++) {
    RuaFactData fact = fact_of ("a", 5, 10, "1");

    fact.parents = &bad_parents[i];
    fact.n_parents = 1;
    g_assert_cmpint (rua_log_insert (log, &fact, &error), ==, RUA_LOG_ERROR);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_clear_error (&error);
  }
  for (guint i = 0; i < 13; i++) {
    RuaFactData fact = fact_of ("a", 5, 10, "1");

    if (i == 0)
      fact.station = NULL;
    else if (i == 1)
      fact.station = "A";
    else if (i == 2)
      fact.sequence = 0;
    else if (i == 3)
      fact.sequence = G_GINT64_CONSTANT (1) << 40;
    else if (i == 4)
      fact.clock = -1;
    else if (i == 5)
      fact.kind = "";
    else if (i == 6)
      fact.kind = "\xff";
    else if (i == 7)
      fact.key = "";
    else if (i == 8)
      fact.key = NULL;
    else if (i == 9)
      fact.field = NULL;
    else if (i == 10)
      fact.field = "\xc3";
    else if (i == 11)
      fact.author = "\xff";
    else
      fact.field = ""; /* of which "1" is no value */
    g_assert_cmpint (rua_log_insert (log, &fact, &error), ==, RUA_LOG_ERROR);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_clear_error (&error);
  }
  g_assert_cmpuint (rua_log_get_n_facts (log), ==, 0);
  g_assert_cmpuint (rua_log_get_n_cells (log), ==, 0);
  g_assert_cmpuint (rua_log_get_n_stations (log), ==, 0);
}

static void
test_well_formed (void)
{
  static const char *const values[] = {
    "0", "-1.5", "1e999", "\"\"", "\"草苗\"", "\"a\\\\b\\n\"", "true", "false", "[]", "{}", "[\"a\",\"b\"]",
    "{\"en\":\"Tea\",\"zh\":\"茶\"}", "{\"a\":[1,{\"b\":null}]}", NULL,
  };
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    RuaFactData fact = fact_of ("a", i + 1, 10, values[i]), got;

    insert (log, &fact);
    rua_log_get_fact (log, i, &got);
    g_assert_cmpstr (got.value, ==, values[i]);
  }
}

static void
test_gaps (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaFactData one = fact_of ("a", 1, 10, "1"), two = fact_of ("a", 2, 11, "2"), four = fact_of ("a", 4, 13, "4");
  GError *error = NULL;

  insert (log, &four);
  g_assert_cmpint (rua_log_get_next_sequence (log, "a"), ==, 5);
  rua_log_set_takes_gaps (log, FALSE);
  g_assert_cmpint (rua_log_insert (log, &two, &error), ==, RUA_LOG_ERROR);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_MISSING);
  g_clear_error (&error);
  insert (log, &one);
  insert (log, &two);
  g_assert_cmpint (rua_log_insert (log, &four, &error), ==, RUA_LOG_KNOWN);
}

static void
test_stations (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, "b", NULL);
  RuaFactName absent = { "z", 9 };
  RuaFactData facts[] = { fact_of ("b", 1, 10, "1"), fact_of ("a", 5, 50, "2"), fact_of ("a", 2, 20, "3") };
  gint64 highest, clock;
  guint n;

  facts[0].parents = &absent;
  facts[0].n_parents = 1;
  for (guint i = 0; i < 3; i++)
    insert (log, &facts[i]);
  g_assert_cmpuint (rua_log_get_n_stations (log), ==, 2);
  g_assert_cmpstr (rua_log_get_station_at (log, 0, &highest, &clock, &n), ==, "b");
  g_assert_cmpint (highest, ==, 1);
  g_assert_cmpstr (rua_log_get_station_at (log, 1, &highest, &clock, &n), ==, "a");
  g_assert_cmpint (highest, ==, 5);
  g_assert_cmpint (clock, ==, 50);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (rua_log_get_next_sequence (log, "b"), ==, 2);
  g_assert_cmpint (rua_log_get_next_sequence (log, "z"), ==, 1);
}

static void
test_clocks (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, "me", NULL);
  gint64 now = NOW, clock;
  RuaFactData slow = fact_of ("a", 1, (NOW - 5 * DAY) << 16, "1"), ahead = fact_of ("b", 1, (NOW + DAY / 2) << 16, "2");
  RuaFactData far = fact_of ("c", 1, (NOW + 400 * DAY) << 16, "3"), own = fact_of ("me", 1, (NOW + 3 * DAY) << 16, "4");
  g_autofree char *iso = rua_clock_to_iso (NOW << 16), *beyond = rua_clock_to_iso (G_MAXINT64);

  rua_log_set_wall (log, wall, &now);
  clock = rua_log_get_next_clock (log);
  g_assert_cmpint (clock, ==, NOW << 16);
  insert (log, &slow);
  g_assert_cmpint (rua_log_get_next_clock (log), ==, NOW << 16);
  insert (log, &ahead);
  g_assert_cmpint (rua_log_get_next_clock (log), ==, ahead.clock + 1);
  /* One who is far ahead does not take the others along. */
  insert (log, &far);
  g_assert_cmpint (rua_log_get_next_clock (log), ==, ahead.clock + 1);
  g_assert_cmpuint (rua_log_get_days_ahead (log, "c"), ==, 400);
  g_assert_cmpuint (rua_log_get_days_ahead (log, "b"), ==, 0);
  g_assert_cmpuint (rua_log_get_days_ahead (log, "nobody"), ==, 0);
  /* What was written here goes on from where it was, even if the clock was put right. */
  insert (log, &own);
  g_assert_cmpint (rua_log_get_next_clock (log), ==, own.clock + 1);
  now += 10 * DAY;
  g_assert_cmpint (rua_log_get_next_clock (log), ==, now << 16);
  g_assert_cmpstr (iso, ==, "2026-09-10T00:26:40.000Z");
  g_assert_nonnull (beyond);
}

static void
test_before (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaFactData one = fact_of ("a", 1, 10, "1"), two = fact_of ("a", 2, 11, "2"), got;
  const char *before = "x";
  guint cell;

  insert (log, &one);
  cell = rua_log_find_cell (log, "household", "h1", "weight");
  g_assert_cmpuint (cell, ==, rua_log_get_fact_cell (log, 0));
  g_assert_false (rua_log_get_before (log, cell, &before));
  two.has_before = TRUE;
  insert (log, &two);
  g_assert_true (rua_log_get_before (log, cell, &before));
  g_assert_null (before);
  rua_log_get_fact (log, 0, &got);
  g_assert_true (got.has_before);
  g_assert_null (got.before);
  rua_log_get_fact (log, 1, &got);
  g_assert_false (got.has_before);
  rua_log_set_before (log, cell, "7");
  g_assert_true (rua_log_get_before (log, cell, &before));
  g_assert_cmpstr (before, ==, "7");
}

static void
test_changes (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaChangeData change = { "a", 1, 3, 10, "L.", "new households", "edit" }, got, other;
  GError *error = NULL;

  g_assert_cmpuint (rua_log_find_change (log, "a", 1), ==, RUA_NO_FACT);
  g_assert_cmpint (rua_log_insert_change (log, &change, &error), ==, RUA_LOG_NEW);
  g_assert_cmpint (rua_log_insert_change (log, &change, &error), ==, RUA_LOG_KNOWN);
  other = change;
  other.title = NULL;
  g_assert_cmpint (rua_log_insert_change (log, &other, &error), ==, RUA_LOG_ERROR);
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_clear_error (&error);
  for (guint i = 0; i < 5; i++) {
    other = change;
    if (i == 0)
      other.station = "A";
    else if (i == 1)
      other.first_sequence = 0;
    else if (i == 2)
      other.n_facts = 0;
    else if (i == 3)
      other.n_facts = G_MAXINT64;
    else
      other.title = "\xff";
    g_assert_cmpint (rua_log_insert_change (log, &other, &error), ==, RUA_LOG_ERROR);
    g_assert_error (error, RUA_ERROR, RUA_ERROR_VALUE);
    g_clear_error (&error);
  }
  change.first_sequence = 10;
  change.n_facts = 1;
  g_assert_cmpint (rua_log_insert_change (log, &change, &error), ==, RUA_LOG_NEW);
  change.station = "b";
  change.first_sequence = 4;
  change.author = change.title = change.origin = NULL;
  g_assert_cmpint (rua_log_insert_change (log, &change, &error), ==, RUA_LOG_NEW);
  change.station = "a";
  g_assert_cmpint (rua_log_insert_change (log, &change, &error), ==, RUA_LOG_NEW);
  g_assert_cmpuint (rua_log_get_n_changes (log), ==, 4);
  g_assert_cmpuint (rua_log_find_change (log, "a", 1), ==, 0);
  g_assert_cmpuint (rua_log_find_change (log, "a", 3), ==, 0);
  g_assert_cmpuint (rua_log_find_change (log, "a", 4), ==, 3);
  g_assert_cmpuint (rua_log_find_change (log, "a", 5), ==, RUA_NO_FACT);
  g_assert_cmpuint (rua_log_find_change (log, "a", 10), ==, 1);
  g_assert_cmpuint (rua_log_find_change (log, "b", 3), ==, RUA_NO_FACT);
  g_assert_cmpuint (rua_log_find_change (log, "b", 4), ==, 2);
  rua_log_get_change (log, 0, &got);
  g_assert_cmpstr (got.station, ==, "a");
  g_assert_cmpint (got.first_sequence, ==, 1);
  g_assert_cmpint (got.n_facts, ==, 3);
  g_assert_cmpint (got.clock, ==, 10);
  g_assert_cmpstr (got.author, ==, "L.");
  g_assert_cmpstr (got.title, ==, "new households");
  g_assert_cmpstr (got.origin, ==, "edit");
  rua_log_get_change (log, 2, &got);
  g_assert_null (got.title);
}

/* A removal names facts of other cells, which replaces none of them. */
static void
test_other_cells (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaFactName seen[] = { { "a", 1 }, { "b", 1 } };
  RuaFactData weight = fact_of ("a", 1, 10, "1"), removal = fact_of ("a", 2, 20, NULL), size = fact_of ("b", 1, 5, "2");
  guint cell;

  size.field = "size";
  removal.field = RUA_FACT_RECORD;
  removal.parents = seen;
  removal.n_parents = 2;
  insert (log, &weight);
  insert (log, &removal);
  insert (log, &size);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (rua_log_is_head (log, i));
    cell = rua_log_get_fact_cell (log, i);
    g_assert_cmpuint (rua_log_get_current (log, cell), ==, i);
  }
}

/* Facts that name one another in a circle, which no station writes, are all heads. */
static void
test_circle (void)
{
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);
  RuaFactName of_a = { "a", 1 }, of_b = { "b", 1 };
  RuaFactData a = fact_of ("a", 1, 10, "1"), b = fact_of ("b", 1, 20, "2"), c = fact_of ("c", 1, 5, "3");
  g_autoptr (GArray) heads = NULL, after = NULL;

  a.parents = &of_b;
  b.parents = &of_a;
  a.n_parents = b.n_parents = 1;
  insert (log, &a);
  insert (log, &b);
  heads = rua_log_list_heads (log, 0);
  g_assert_cmpuint (heads->len, ==, 2);
  g_assert_cmpuint (rua_log_get_current (log, 0), ==, 1);
  g_assert_true (rua_log_is_head (log, 0));
  insert (log, &c);
  after = rua_log_list_heads (log, 0);
  g_assert_cmpuint (after->len, ==, 1);
  g_assert_cmpuint (rua_log_get_current (log, 0), ==, 2);
  g_assert_false (rua_log_is_head (log, 0));
}

/* ---- any order ---- */

typedef struct {
  RuaFactData data;
  RuaFactName parents[3];
  char value[16];
} Made;

static const char *const stations[] = { "a", "b", "c", "d" };
static const char *const fields[] = { "weight", "size", "" };

static gboolean
same_cell (const Made *a, const Made *b)
{
  return strcmp (a->data.key, b->data.key) == 0 && strcmp (a->data.field, b->data.field) == 0;
}

static gboolean
names (const Made *child, const Made *parent)
{
  for (guint p = 0; p < child->data.n_parents; p++)
    if (child->data.parents[p].sequence == parent->data.sequence
        && strcmp (child->data.parents[p].station, parent->data.station) == 0)
      return TRUE;
  return FALSE;
}

static gint
compare_made (const Made *a, const Made *b)
{
  if (a->data.clock != b->data.clock)
    return a->data.clock < b->data.clock ? -1 : 1;
  if (strcmp (a->data.station, b->data.station) != 0)
    return strcmp (a->data.station, b->data.station);
  return a->data.sequence < b->data.sequence ? -1 : a->data.sequence > b->data.sequence;
}

static gboolean
is_head_of (const Made *made, const gboolean *came, guint n, guint i)
{
  for (guint j = 0; j < n; j++)
    if (came[j] && j != i && same_cell (&made[j], &made[i]) && names (&made[j], &made[i]))
      return FALSE;
  return TRUE;
}

static void
check_heads (RuaLog *log, const Made *made, const gboolean *came, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint fact = rua_log_find_fact (log, made[i].data.station, made[i].data.sequence), cell, n_heads = 0, n_facts = 0;
    g_autoptr (GArray) heads = NULL, facts = NULL;
    gint best = -1;

    if (!came[i]) {
      g_assert_cmpuint (fact, ==, RUA_NO_FACT);
      continue;
    }
    cell = rua_log_get_fact_cell (log, fact);
    g_assert_true (rua_log_is_head (log, fact) == is_head_of (made, came, n, i));
    for (guint j = 0; j < n; j++) {
      if (!came[j] || !same_cell (&made[i], &made[j]))
        continue;
      n_facts++;
      if (!is_head_of (made, came, n, j))
        continue;
      n_heads++;
      if (best < 0 || compare_made (&made[j], &made[best]) > 0)
        best = (gint) j;
    }
    g_assert_cmpuint (rua_log_get_current (log, cell), ==,
                      rua_log_find_fact (log, made[best].data.station, made[best].data.sequence));
    heads = rua_log_list_heads (log, cell);
    g_assert_cmpuint (heads->len, ==, n_heads);
    g_assert_cmpuint (g_array_index (heads, guint, 0), ==, rua_log_get_current (log, cell));
    for (guint h = 1; h < heads->len; h++)
      g_assert_cmpint (rua_log_compare (log, g_array_index (heads, guint, h - 1), g_array_index (heads, guint, h)), >, 0);
    facts = rua_log_list_cell_facts (log, cell);
    g_assert_cmpuint (facts->len, ==, n_facts);
  }
}

/* Facts with parents among those made before, taken in in any order, some twice, some not yet:
 * heads are what the definition says at every step. */
static void
try_order (RuaRandom *random)
{
  guint n = 1 + rua_random_below (random, 40);
  g_autofree Made *made = g_new0 (Made, n);
  g_autofree guint *order = g_new (guint, n);
  g_autofree gboolean *came = g_new0 (gboolean, n);
  gint64 next[G_N_ELEMENTS (stations)] = { 0 };
  g_autoptr (RuaLog) log = rua_log_new (NULL, NULL, NULL);

  for (guint i = 0; i < n; i++) {
    guint s = rua_random_below (random, G_N_ELEMENTS (stations));

    made[i].data = fact_of (stations[s], ++next[s], rua_random_below (random, 8), NULL);
    made[i].data.key = rua_random_below (random, 2) ? "h1" : "h2";
    made[i].data.field = fields[rua_random_below (random, G_N_ELEMENTS (fields))];
    g_snprintf (made[i].value, sizeof made[i].value, "%u", i);
    if (rua_random_below (random, 5))
      made[i].data.value = *made[i].data.field ? made[i].value : RUA_FACT_THERE;
    for (guint p = i ? rua_random_below (random, 4) : 0; p > 0; p--) {
      Made *parent = &made[rua_random_below (random, i)];

      if (!same_cell (parent, &made[i]) && rua_random_below (random, 4))
        continue;
      made[i].parents[made[i].data.n_parents].station = parent->data.station;
      made[i].parents[made[i].data.n_parents++].sequence = parent->data.sequence;
    }
    order[i] = i;
  }
  for (guint i = 0; i < n; i++)
    made[i].data.parents = made[i].parents;
  for (guint i = n; i > 1; i--) {
    guint j = rua_random_below (random, i), swap = order[i - 1];

    order[i - 1] = order[j];
    order[j] = swap;
  }
  for (guint i = 0; i < n; i++) {
    insert (log, &made[order[i]].data);
    came[order[i]] = TRUE;
    if (rua_random_below (random, 4) == 0)
      g_assert_cmpint (rua_log_insert (log, &made[order[rua_random_below (random, i + 1)]].data, NULL), ==, RUA_LOG_KNOWN);
    if (rua_random_below (random, 4) == 0 || i == n - 1)
      check_heads (log, made, came, n);
  }
  g_assert_cmpuint (rua_log_get_n_facts (log), ==, n);
}

static void
test_any_order (void)
{
  guint32 seed = (guint32) g_test_rand_int ();
  guint trials = g_getenv ("RUA_SLOW_MACHINE") ? 10 : 300;
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint i = 0; i < trials; i++)
    try_order (&random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/new", test_new);
  g_test_add_func ("/log/stations-named", test_stations_named);
  g_test_add_func ("/log/comes-out", test_comes_out);
  g_test_add_func ("/log/known-and-cloned", test_known_and_cloned);
  g_test_add_func ("/log/malformed", test_malformed);
  g_test_add_func ("/log/well-formed", test_well_formed);
  g_test_add_func ("/log/gaps", test_gaps);
  g_test_add_func ("/log/stations", test_stations);
  g_test_add_func ("/log/clocks", test_clocks);
  g_test_add_func ("/log/before", test_before);
  g_test_add_func ("/log/changes", test_changes);
  g_test_add_func ("/log/other-cells", test_other_cells);
  g_test_add_func ("/log/circle", test_circle);
  g_test_add_func ("/log/any-order", test_any_order);
  return g_test_run ();
}
