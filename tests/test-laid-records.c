/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of one record that are laid out side by side in one word, of products and quotients their parts, are those of the
 * expressions to the bit: the least and the greatest of each household are what plain arithmetic says. */
#include "metrics-case.h"

#include "rua-measure.h"
#include "rua-measurement.h"
#include "rua-parallel.h"
#include "rua-result-private.h"
#include "rua-scan-private.h"

#include <math.h>
#include <string.h>

#define N_HOUSEHOLDS 700
#define N_SALES 2500

typedef enum {
  CENTS,     /* few bits */
  MILLIONTHS,
  NEGATIVE,
  WIDE,      /* 32 bits, no more */
  TOO_WIDE,
  ANY,       /* not whole over anything */
  CONSTANT,  /* 0 bits */
  EDGE,      /* as many as there are codes, but for the one that is unknown */
  SHAPES
} Shape;

typedef struct {
  double mass; /* NaN: unknown */
  guint of;
} Sale;

typedef struct {
  double weight;  /* NaN: unknown */
  double persons; /* likewise */
} Household;

typedef struct {
  Household households[N_HOUSEHOLDS];
  Sale sales[N_SALES];
} World;

/* @above_0: as weights must be. */
static double
draw (Shape shape, guint i, gboolean above_0)
{
  guint32 word = g_test_rand_int ();

  switch (shape) {
  case CENTS:
    return (word % 500000 + above_0) / 100.0;
  case MILLIONTHS:
    return (word % 1000000000 + above_0) / 1e6;
  case NEGATIVE:
    return above_0 ? word % 100 + 1 : ((double) (word % 140000) - 70000) / 10.0;
  case WIDE:
    return i == 3 ? (above_0 ? 4294967294.0 : 2147483647.0) : (double) (word % 1000 + above_0);
  case TOO_WIDE:
    return i == 3 ? 4294967295.0 : (double) (word % 1000 + above_0);
  case ANY:
    return g_test_rand_double () * 1000 + 1e-9;
  case EDGE:
    return i == 3 ? 1023 : word % 1000 + above_0;
  default:
    return 12.5;
  }
}

static guint
find_field (RuaTable *table, const char *name)
{
  return rua_field_get_index (rua_kind_find_field (rua_table_get_kind (table), name));
}

/* @zeros: some weights are 0. */
static void
draw_world (World *self, Shape mass, Shape weight, gboolean zeros)
{
  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    self->households[i].weight = i > 70 && g_test_rand_int_range (0, 9) == 0 ? NAN : draw (weight, i, TRUE);
    if (zeros && i % 11 == 5)
      self->households[i].weight = 0;
    self->households[i].persons = g_test_rand_int_range (0, 9) == 0 ? NAN : g_test_rand_int_range (1, 9);
  }
  for (guint i = 0; i < N_SALES; i++) {
    self->sales[i].mass = i > 70 && g_test_rand_int_range (0, 9) == 0 ? NAN : draw (mass, i, FALSE);
    self->sales[i].of = (guint) g_test_rand_int_range (0, N_HOUSEHOLDS);
  }
}

static RuaAlliance *
make_alliance (const World *self)
{
  RuaAlliance *alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"),
           *sales = rua_alliance_get_table (alliance, "sale");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = rua_table_append (sales);
  guint weight = find_field (households, "weight"), persons = find_field (households, "n_persons"),
        producer = find_field (sales, "producer"), mass = find_field (sales, "mass");
  g_autoptr (GError) error = NULL;
  char id[20];

  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    const Household *household = &self->households[i];

    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (first, 0, id, -1, &error);
    if (!isnan (household->weight))
      rua_appender_set_number (first, weight, household->weight, &error);
    if (!isnan (household->persons))
      rua_appender_set_integer (first, persons, (gint64) household->persons, &error);
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_SALES; i++) {
    g_snprintf (id, sizeof id, "h%u", self->sales[i].of);
    rua_appender_set_reference (second, producer, id, -1, &error);
    if (!isnan (self->sales[i].mass))
      rua_appender_set_number (second, mass, self->sales[i].mass, &error);
    rua_appender_end_row (second);
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  return alliance;
}

/* ---- expressions ---- */

typedef struct {
  const char *text;
  double (*get) (const Sale *sale, const Household *household);
  gboolean divides;    /* by the weight */
  gboolean multiplies; /* whole numbers first, if they are that, which is rounded once less */
} Expression;

static double
get_mass (const Sale *sale, const Household *household)
{
  return sale->mass;
}

static double
get_weight (const Sale *sale, const Household *household)
{
  return household->weight;
}

static double
get_persons (const Sale *sale, const Household *household)
{
  return household->persons;
}

static double
get_mass_a_head (const Sale *sale, const Household *household)
{
  return sale->mass / household->persons;
}

static double
get_mass_by_weight (const Sale *sale, const Household *household)
{
  return household->weight == 0 ? NAN : sale->mass / household->weight;
}

static double
get_mass_times (const Sale *sale, const Household *household)
{
  return sale->mass * household->persons;
}

static double
get_weight_times (const Sale *sale, const Household *household)
{
  return household->weight * household->persons;
}

static double
get_third (const Sale *sale, const Household *household)
{
  return sale->mass / 3;
}

static double
get_double (const Sale *sale, const Household *household)
{
  return sale->mass * 2 / household->persons;
}

static const Expression values[] = {
  { "mass", get_mass },
  { "mass / producer.n_persons", get_mass_a_head },
  { "mass / producer.weight", get_mass_by_weight, TRUE },
  { "mass * producer.n_persons", get_mass_times, FALSE, TRUE },
  { "producer.weight", get_weight },
  { "producer.weight * producer.n_persons", get_weight_times, FALSE, TRUE },
  { "mass / 3", get_third },
  { "mass * 2 / producer.n_persons", get_double, FALSE, TRUE },
}, weights[] = {
  { "producer.n_persons", get_persons },
  { "producer.weight", get_weight },
  { "producer.weight * producer.n_persons", get_weight_times },
};

typedef struct {
  guint n;
  double least, greatest;
} Expected;

static void
expect (const World *world, const Expression *value, const Expression *weight, Expected *expected)
{
  for (guint i = 0; i < N_HOUSEHOLDS; i++)
    expected[i] = (Expected){ 0, INFINITY, -INFINITY };
  for (guint i = 0; i < N_SALES; i++) {
    const Sale *sale = &world->sales[i];
    const Household *household = &world->households[sale->of];
    double x = value->get (sale, household), w = weight->get (sale, household);
    Expected *own = &expected[sale->of];

    if (isnan (x) || isnan (w))
      continue;
    own->n++;
    own->least = MIN (own->least, x);
    own->greatest = MAX (own->greatest, x);
  }
}

static gboolean
is_same (double found, double want, const Expression *expression)
{
  return expression->multiplies ? fabs (found - want) <= 3e-16 * fabs (want) : found == want;
}

static void
check (RuaAlliance *alliance, const World *world, const char *id, const Expression *value, const Expression *weight)
{
  g_autofree char *columns = g_strdup_printf ("{\"value\":\"%s\"}", value->text);
  g_autofree Expected *expected = g_new (Expected, N_HOUSEHOLDS);
  g_autoptr (GListModel) groups = NULL;
  g_autoptr (RuaRecord) metric = NULL;
  g_autoptr (GError) error = NULL;
  guint n_groups, n_seen = 0;

  expect (world, value, weight, expected);
  case_add (alliance, "metric", "id", id, "estimator", "weighted_quantile", "table", "sales", "by", "producer", "columns",
            columns, "weight", weight->text, "options", "{\"probs\":[0,1]}", NULL);
  metric = rua_alliance_find (alliance, "metric", id);
  groups = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);
  g_assert_no_error (error);
  n_groups = g_list_model_get_n_items (groups);
  for (guint g = 0; g < n_groups; g++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (groups, g);
    const char *label = rua_result_get_group_label (result, "producer");
    const Expected *own = &expected[g_ascii_strtoull (label + 1, NULL, 10)];
    double least = NAN, greatest = NAN;

    n_seen += own->n > 0;
    g_assert_cmpuint (rua_result_get_n_used (result), ==, own->n);
    rua_result_get_named (result, "q[0]", &least);
    rua_result_get_named (result, "q[1]", &greatest);
    g_assert_true (own->n > 0 ? is_same (least, own->least, value) && is_same (greatest, own->greatest, value)
                              : isnan (least) && isnan (greatest));
  }
  for (guint i = 0; i < N_HOUSEHOLDS; i++)
    n_seen -= expected[i].n > 0;
  g_assert_cmpuint (n_seen, ==, 0);
}

static void
test_expressions (void)
{
  g_autofree World *world = g_new (World, 1);
  gboolean slow = g_getenv ("RUA_SLOW_MACHINE") != NULL;

  for (guint mass = 0; mass < SHAPES; mass++)
    for (guint weight = slow ? mass : 0; weight < (slow ? mass + 1 : SHAPES); weight++)
      for (guint zeros = 0; zeros < (slow ? 1 : 2); zeros++) {
        g_autoptr (RuaAlliance) alliance = NULL;

        draw_world (world, mass, weight, zeros);
        alliance = make_alliance (world);
        rua_set_n_threads (weight % 2 == 0 ? 1 : 4);
        for (guint v = 0; v < G_N_ELEMENTS (values); v++) {
          /* Where weights are 0, only values may have them. */
          guint w = zeros ? 0 : (guint) g_test_rand_int_range (0, G_N_ELEMENTS (weights));
          g_autofree char *id = g_strdup_printf ("m%u", v);

          if (!zeros || values[v].divides)
            check (alliance, world, id, &values[v], &weights[w]);
        }
      }
  rua_set_n_threads (0);
}

/* ---- parts that share what was laid out ---- */

static void
tell_figures (RuaResult *result, GString *told)
{
  for (guint i = 0; rua_result_get_keys (result)[i] != NULL; i++) {
    double value = NAN;

    rua_result_get_named (result, rua_result_get_keys (result)[i], &value);
    g_string_append_printf (told, "%s %.17g\n", rua_result_get_keys (result)[i], value);
  }
}

static void
tell_groups (GListModel *results, GString *told)
{
  for (guint g = 0; g < g_list_model_get_n_items (results); g++) {
    g_autoptr (RuaResult) result = g_list_model_get_item (results, g);

    tell_figures (result, told);
  }
}

/* Quantiles take packed words, trimmed means do not; a quantile of everything reads what was laid out for groups. Measured
 * together they are what each of them is alone. */
static void
test_shared (void)
{
  static const char *const estimators[] = { "quantile", "trimmed_mean" };
  static const char *const texts[] = { "mass", "mass / producer.n_persons", "mass * producer.weight" };
  g_autofree World *world = g_new (World, 1);
  g_autoptr (RuaAlliance) alliance = NULL;

  draw_world (world, CENTS, CENTS, FALSE);
  alliance = make_alliance (world);
  for (guint v = 0; v < G_N_ELEMENTS (texts); v++)
    for (guint finer = 0; finer < 2; finer++) {
      g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
      g_autofree char *columns = g_strdup_printf ("{\"value\":\"%s\"}", texts[v]);
      g_autoptr (GString) together = g_string_new (NULL), alone = g_string_new (NULL);

      for (guint k = 0; k < 2; k++) {
        g_autofree char *id = g_strdup_printf ("shared-%u-%u-%u", v, finer, k);
        const char *estimator = estimators[k == 0 ? finer : 0];
        g_autoptr (RuaRecord) metric = NULL;
        g_autoptr (GListModel) groups = NULL;
        g_autoptr (GError) error = NULL;

        /* The finer one first. */
        case_add (alliance, "metric", "id", id, "estimator", estimator, "table", "sales", "columns", columns,
                  k == 0 ? "by" : NULL, "producer.n_persons", NULL);
        metric = rua_alliance_find (alliance, "metric", id);
        if (strcmp (estimator, "quantile") == 0)
          case_set (metric, alliance, "options", "{\"probs\":[0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9],\"estimate\":\"q[0.5]\"}");
        rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
        groups = rua_metric_measure_groups (RUA_METRIC (metric), alliance, NULL, &error);
        g_assert_no_error (error);
        tell_groups (groups, alone);
      }
      rua_measurement_run (measurement, NULL, NULL, NULL);
      for (guint k = 0; k < 2; k++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (GListModel) groups = rua_measurement_list_results (measurement, k, &error);

        g_assert_no_error (error);
        tell_groups (groups, together);
      }
      g_assert_cmpstr (together->str, ==, alone->str);
      g_assert_true (v > 0 || strstr (alone->str, "nan") == NULL);
    }
}

/* ---- what is unknown, and used ---- */

/* Outcomes that are unknown are what these bounds are about. What is chosen does not go into a word, and what is divided by 0 is
 * unknown as well. */
static void
test_unknown (void)
{
  static const char *const texts[] = { "mass / producer.n_persons", "mass / coalesce (producer.n_persons, 0)" };
  g_autofree World *world = g_new (World, 1);
  g_autoptr (RuaAlliance) alliance = NULL;
  char *told[2];

  draw_world (world, CENTS, CENTS, FALSE);
  alliance = make_alliance (world);
  for (guint k = 0; k < 2; k++) {
    g_autofree char *columns = g_strdup_printf ("{\"outcome\":\"%s\",\"arm\":\"producer.weight > 2500\"}", texts[k]);
    g_autoptr (GString) figures = g_string_new (NULL);
    g_autoptr (RuaRecord) metric = NULL;
    g_autoptr (RuaResult) result = NULL;
    g_autoptr (GError) error = NULL;

    case_add (alliance, "metric", "id", k == 0 ? "word" : "plain", "estimator", "lee_bounds", "table", "sales", "columns",
              columns, "options", "{\"estimate\":\"lower\"}", NULL);
    metric = rua_alliance_find (alliance, "metric", k == 0 ? "word" : "plain");
    result = rua_metric_measure (RUA_METRIC (metric), alliance, NULL, &error);
    g_assert_no_error (error);
    tell_figures (result, figures);
    told[k] = g_string_free (g_steal_pointer (&figures), FALSE);
  }
  g_assert_cmpstr (told[0], ==, told[1]);
  g_assert_null (strstr (told[0], "lower nan"));
  g_free (told[0]);
  g_free (told[1]);
}

/* ---- reading ---- */

/* Fields of 3, 20 and 32 bits, seven bytes a record; roles of one field, and of two. */
static void
test_read (void)
{
  static RuaNode quotient = { .kind = RUA_NODE_ARITHMETIC, .operator = RUA_OPERATOR_DIVIDE },
                 product = { .kind = RUA_NODE_ARITHMETIC, .operator = RUA_OPERATOR_MULTIPLY };
  static const guint64 fields[][3] = { { 2, 12345, 7 }, { 7, 0, 0 }, { 0, 0xfffff, G_MAXUINT32 }, { 1, 5, 4294967294u },
                                       { 5, 0xffffe, 100 } };
  guint8 bytes[5 * 7 + 8] = { 0 };
  double room[5], more[5], *numbers[] = { room };
  RuaScanRecord record = { .fields = { { .offset = 0, .divisor = 1, .mask = 7, .shift = 0 },
                                       { .offset = 5, .divisor = 10, .mask = 0xfffff, .shift = 3 },
                                       { .offset = 0, .divisor = 100, .mask = G_MAXUINT32, .shift = 23 } },
                           .n_fields = 3, .n_bits = 55, .n_bytes = 7, .bytes = bytes };
  RuaScanRole first = { .record = &record, .fields = { 0 } }, second = { .record = &record, .fields = { 1 } },
              third = { .record = &record, .fields = { 2 } },
              divided = { .record = &record, .fields = { 1, 0 }, .is_made = TRUE, .node = &quotient },
              other = { .record = &record, .fields = { 0, 1 }, .is_made = TRUE, .node = &quotient },
              multiplied = { .record = &record, .fields = { 1, 2 }, .is_made = TRUE, .node = &product },
              both[] = { first, { .vector = room }, second };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    guint64 word = fields[i][0] | fields[i][1] << 3 | fields[i][2] << 23;

    memcpy (bytes + 7 * i, &word, 7);
  }
  rua_scan_record_read (&first, 1, 0, 5, numbers);
  g_assert_true (room[0] == 2 && isnan (room[1]) && room[2] == 0 && room[3] == 1 && room[4] == 5);
  rua_scan_record_read (&second, 1, 1, 4, numbers);
  g_assert_true (room[0] == -0.5 && isnan (room[1]) && room[2] == 0 && !signbit (room[2]) && room[3] == 104856.9);
  rua_scan_record_read (&third, 1, 0, 5, numbers);
  g_assert_true (room[0] == 0.07 && room[1] == 0 && isnan (room[2]) && room[3] == 42949672.94 && room[4] == 1);
  rua_scan_record_read (&divided, 1, 0, 5, numbers);
  g_assert_true (room[0] == 1234.0 / 2 && isnan (room[1]) && isnan (room[2]) && room[3] == 0 && room[4] == 104856.9 / 5);
  rua_scan_record_read (&other, 1, 3, 2, numbers);
  g_assert_true (isnan (room[0]) && room[1] == 5 / 104856.9);
  rua_scan_record_read (&multiplied, 1, 0, 5, numbers);
  g_assert_true (room[0] == 86.38 && room[1] == 0 && isnan (room[2]) && room[3] == 0 && room[4] == 104856.9);
  rua_scan_record_read (both, 3, 1, 3, (double *[]){ room, NULL, more });
  g_assert_true (isnan (room[0]) && room[1] == 0 && room[2] == 1);
  g_assert_true (more[0] == -0.5 && isnan (more[1]) && more[2] == 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/laid-records/expressions", test_expressions);
  g_test_add_func ("/laid-records/shared", test_shared);
  g_test_add_func ("/laid-records/unknown", test_unknown);
  g_test_add_func ("/laid-records/read", test_read);
  return g_test_run ();
}
