/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values of what many rows refer to, laid out side by side: of every width, against plain loops. */
#include "measure-case.h"
#include "metrics-case.h"
#include "rua-table.h"
#include "rua-measure.h"
#include "rua-measurement.h"
#include "rua-parallel.h"
#include "rua-program-private.h"
#include "rua-sheet-private.h"
#include "rua-table-core-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_HOUSEHOLDS 70000
#define N_INCOMES 75000

typedef struct {
  double persons, capacity, treated, weight, adults;
  guint type, day;
  gboolean vulnerable, knows_weight;
} Household;

typedef struct {
  Household *households;
  guint32 *of; /* of each income */
  double *amounts;
} World;

static const char *const types[] = { "producer", "consumer", "both" };

static guint
field (RuaTable *table, const char *name)
{
  gint index = rua_kind_find_index (rua_table_get_kind (table), name);

  g_assert_cmpint (index, >=, 0);
  return (guint) index;
}

static void
draw (World *world, GRand *random)
{
  world->households = g_new0 (Household, N_HOUSEHOLDS);
  world->of = g_new (guint32, N_INCOMES);
  world->amounts = g_new (double, N_INCOMES);
  for (guint i = 0; i < N_HOUSEHOLDS; i++)
    world->households[i] = (Household) {
      .persons = g_rand_int_range (random, 1, 9),
      .capacity = g_rand_int_range (random, 0, 60000),
      .treated = g_rand_int_range (random, 0, 900000000),
      /* The first have few decimals, some later one does not. */
      .weight = i < 1000 ? g_rand_int_range (random, 1, 40) * 0.25 : g_rand_double_range (random, 0.5, 2),
      .adults = g_rand_int_range (random, 0, 4),
      .type = (guint) g_rand_int_range (random, 0, 3),
      .day = (guint) g_rand_int_range (random, 1, 29),
      .vulnerable = g_rand_boolean (random),
      .knows_weight = g_rand_int_range (random, 0, 10) > 0,
    };
  for (guint i = 0; i < N_INCOMES; i++) {
    world->of[i] = (guint32) g_rand_int_range (random, 0, N_HOUSEHOLDS);
    world->amounts[i] = g_rand_int_range (random, 0, 100000);
  }
}

static void
world_clear (World *world)
{
  g_free (world->households);
  g_free (world->of);
  g_free (world->amounts);
}

static RuaAlliance *
make (const World *world)
{
  RuaAlliance *alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"), *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = NULL;
  g_autoptr (GError) error = NULL;
  char id[16], day[16];

  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    const Household *h = &world->households[i];

    g_snprintf (id, sizeof id, "h%u", i);
    g_snprintf (day, sizeof day, "2014-02-%02u", h->day);
    rua_appender_set_text (first, 0, id, -1, NULL);
    rua_appender_set_integer (first, field (households, "n_persons"), (gint64) h->persons, NULL);
    rua_appender_set_integer (first, field (households, "n_adults"), (gint64) h->adults, NULL);
    rua_appender_set_integer (first, field (households, "capacity"), (gint64) h->capacity, NULL);
    rua_appender_set_integer (first, field (households, "first_treated"), (gint64) h->treated, NULL);
    if (h->knows_weight)
      rua_appender_set_number (first, field (households, "weight"), h->weight, NULL);
    rua_appender_set_text (first, field (households, "household_type"), types[h->type], -1, NULL);
    rua_appender_set_date (first, field (households, "joined"), day, -1, NULL);
    rua_appender_set_boolean (first, field (households, "vulnerable"), h->vulnerable, NULL);
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  g_assert_no_error (error);
  second = rua_table_append (incomes);
  for (guint i = 0; i < N_INCOMES; i++) {
    g_snprintf (id, sizeof id, "h%u", world->of[i]);
    rua_appender_set_reference (second, field (incomes, "household"), id, -1, NULL);
    rua_appender_set_integer (second, field (incomes, "year"), 2014, NULL);
    rua_appender_set_money (second, field (incomes, "amount"), (gint64) (world->amounts[i] * 100), NULL);
    rua_appender_end_row (second);
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  return alliance;
}

static void
test_widths (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  World world;
  g_autoptr (RuaAlliance) alliance = NULL;
  double sums[5] = { 0 };
  guint n_weighted = 0, n_late = 0;

  draw (&world, random);
  alliance = make (&world);
  for (guint i = 0; i < N_INCOMES; i++) {
    const Household *h = &world.households[world.of[i]];

    sums[0] += h->persons * 10 + h->adults;
    sums[1] += h->capacity * h->persons;
    sums[2] += h->treated * h->adults;
    if (h->knows_weight) {
      sums[3] += h->weight * h->persons;
      n_weighted++;
    }
    if (h->day >= 15 && h->type == 1 && h->vulnerable) {
      sums[4] += world.amounts[i] / h->persons;
      n_late++;
    }
  }
  case_add (alliance, "metric", "id", "narrow", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"household.n_persons * 10 + household.n_adults\"}", NULL);
  case_add (alliance, "metric", "id", "middle", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"household.capacity * household.n_persons\"}", NULL);
  case_add (alliance, "metric", "id", "wide", "estimator", "mean", "table", "incomes", "columns",
            "{\"value\":\"household.first_treated * household.n_adults\"}", NULL);
  case_add (alliance, "metric", "id", "whole", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"household.weight * household.n_persons\"}", NULL);
  case_add (alliance, "metric", "id", "chosen", "estimator", "mean", "table", "incomes", "columns", "{\"value\":\"amount / household.n_persons\"}", "where",
            "household.joined >= date ('2014-02-15') and household.household_type = 'consumer' and household.vulnerable", NULL);
  {
    g_autoptr (RuaResult) narrow = case_measure (alliance, "narrow"), middle = case_measure (alliance, "middle"), wide = case_measure (alliance, "wide");
    g_autoptr (RuaResult) whole = case_measure (alliance, "whole"), chosen = case_measure (alliance, "chosen");

    case_assert_estimate (narrow, sums[0] / N_INCOMES);
    case_assert_estimate (middle, sums[1] / N_INCOMES);
    case_assert_estimate (wide, sums[2] / N_INCOMES);
    case_assert_estimate (whole, sums[3] / n_weighted);
    g_assert_cmpuint (rua_result_get_n_missing (whole), ==, N_INCOMES - n_weighted);
    case_assert_estimate (chosen, sums[4] / n_late);
    g_assert_cmpuint (rua_result_get_n_used (chosen), ==, n_late);
  }
  world_clear (&world);
}

#define N_MANY 300000
#define N_FIRST 8

/* Records of few bits in a table of several chunks: each chunk is laid out by one thread, and what stands at the beginning of
 * the next one is there already. */
static void
test_few_bits (void)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"), *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = NULL;
  g_autoptr (GError) error = NULL;
  char id[16];
  double sum = 0;

  for (guint i = 0; i < N_MANY; i++) {
    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (first, 0, id, -1, NULL);
    rua_appender_set_integer (first, field (households, "n_persons"), 1 + i % 7, NULL);
    rua_appender_set_integer (first, field (households, "n_adults"), i % 3, NULL);
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  g_assert_no_error (error);
  second = rua_table_append (incomes);
  for (guint k = 0; k < N_MANY; k++) {
    guint i = k % (N_MANY / RUA_CHUNK_ROWS + 1) * RUA_CHUNK_ROWS + k / 5 % N_FIRST;

    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_reference (second, field (incomes, "household"), id, -1, NULL);
    rua_appender_set_integer (second, field (incomes, "year"), 2014, NULL);
    rua_appender_end_row (second);
    sum += (1 + i % 7) * (i % 3);
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  case_add (alliance, "metric", "id", "all", "estimator", "total", "table", "incomes", "columns", "{\"value\":\"household.n_persons\"}",
            "weight", "household.n_adults", NULL);
  for (guint threads = 1; threads <= 8; threads *= 2)
    for (guint time = 0; time < 4; time++) {
      g_autoptr (RuaResult) all = NULL;

      rua_set_n_threads (threads);
      all = case_measure (alliance, "all");
      g_assert_cmpuint (rua_result_get_n_used (all), ==, N_MANY);
      case_assert_estimate (all, sum);
    }
  rua_set_n_threads (0);
}

/* ---- laid out ---- */

typedef enum {
  BYTES,      /* codes up to 254 */
  MORE_BYTES, /* one too many for a byte */
  PAIRS,
  MORE_PAIRS,
  QUARTERS,   /* over 100, though the first are whole */
  LATE,       /* the first do not tell that some are not whole */
  FRACTIONS,
  LARGE,
  TOO_LARGE,
  UNKNOWN,
  SHAPES
} Shape;

typedef struct {
  gboolean coded;
  guint8 width;
  double divisor;
} Form;

static const Form forms[SHAPES] = {
  [BYTES] = { TRUE, 1, 1 },       [MORE_BYTES] = { TRUE, 2, 1 }, [PAIRS] = { TRUE, 2, 1 },
  [MORE_PAIRS] = { TRUE, 4, 1 },  [QUARTERS] = { TRUE, 2, 100 }, [LATE] = { FALSE, 8, 1 },
  [FRACTIONS] = { FALSE, 8, 1 },  [LARGE] = { TRUE, 4, 1 },      [TOO_LARGE] = { FALSE, 8, 1 },
  [UNKNOWN] = { FALSE, 8, 1 },
};

/* The second and the last of many rows are the extremes. */
static double
draw_number (Shape shape, guint32 i, guint32 n)
{
  gint32 word = (gint32) g_test_rand_int_range (0, 255);
  gboolean ends = i == 1, last = i + 1 == n;

  if (shape == UNKNOWN || (!ends && !last && i > 2 && g_test_rand_int_range (0, 9) == 0))
    return NAN;
  switch (shape) {
  case BYTES:
    return ends ? -3 : last ? 251 : word - 3;
  case MORE_BYTES:
    return ends ? -3 : last ? 252 : word - 3;
  case PAIRS:
    return ends ? -1000 : last ? 64534 : word;
  case MORE_PAIRS:
    return ends ? -1000 : last ? 64535 : word;
  case QUARTERS:
    return ends ? -1.25 : i < 64 ? word : word * 0.25;
  case LATE:
    return last ? 0.5 : word;
  case FRACTIONS:
    return word / 7.0;
  case LARGE:
    return ends ? -1e9 : last ? 1e9 : word;
  default:
    return ends ? -1000000001 : word;
  }
}

static RuaFlat *
lay_out (RuaTable *table, const char *source)
{
  RuaProgramOptions options = { .table = table };
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaProgram) program = rua_program_new (source, &options, &error);
  RuaFlat *flat;

  g_assert_no_error (error);
  flat = rua_flat_new (program, NULL, &error);
  g_assert_no_error (error);
  return flat;
}

/* Any rows, in any order, and the row that there is not. */
static void
check_numbers (const RuaFlat *flat, const double *want, guint32 n)
{
  guint32 rows[RUA_BATCH];
  double got[RUA_BATCH];

  for (guint trial = 0; trial < 2 * n / RUA_BATCH + 1; trial++) {
    for (guint i = 0; i < RUA_BATCH; i++)
      rows[i] = i == 7 ? RUA_NO_ROW : i == 8 ? n - 1 : (guint32) g_test_rand_int_range (0, (gint32) n);
    rua_flat_read (flat, rows, RUA_BATCH, got);
    for (guint i = 0; i < RUA_BATCH; i++)
      if (rows[i] == RUA_NO_ROW || isnan (want[rows[i]]))
        g_assert_true (isnan (got[i]));
      else
        g_assert_cmpfloat (got[i], ==, want[rows[i]]);
    if (!flat->coded)
      continue;
    rua_flat_read_whole (flat, rows, RUA_BATCH, got);
    for (guint i = 0; i < RUA_BATCH; i++)
      if (rows[i] != RUA_NO_ROW && !isnan (want[rows[i]]))
        g_assert_cmpfloat (got[i], ==, rint (want[rows[i]] * flat->divisor));
  }
}

static void
check_form (const RuaFlat *flat, Shape shape, const double *numbers, guint32 n)
{
  double least = NAN, greatest = NAN;

  for (guint32 i = 0; i < n; i++) {
    least = fmin (least, numbers[i]);
    greatest = fmax (greatest, numbers[i]);
  }
  g_assert_cmpint (flat->coded, ==, forms[shape].coded);
  g_assert_cmpuint (flat->width, ==, forms[shape].width);
  g_assert_cmpfloat (flat->divisor, ==, forms[shape].divisor);
  g_assert_cmpint (flat->whole, ==, flat->coded && flat->divisor == 1);
  g_assert_cmpfloat (flat->base, ==, flat->coded ? least * flat->divisor : 0);
  if (isnan (least))
    g_assert_true (isnan (flat->least) && isnan (flat->greatest));
  else {
    g_assert_cmpfloat (flat->least, ==, least);
    g_assert_cmpfloat (flat->greatest, ==, greatest);
  }
}

/* A column is laid out as an expression of the same numbers is. */
static void
try_numbers (Shape shape, guint32 n)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *table = rua_alliance_get_table (alliance, "household");
  g_autoptr (RuaAppender) appender = rua_table_append (table);
  g_autofree double *numbers = g_new (double, n);
  guint weight = field (table, "weight");
  g_autoptr (GError) error = NULL;
  RuaFlat *flats[2];
  char id[16];

  for (guint32 i = 0; i < n; i++) {
    numbers[i] = draw_number (shape, i, n);
    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (appender, 0, id, -1, NULL);
    if (!isnan (numbers[i]))
      rua_appender_set_number (appender, weight, numbers[i], NULL);
    rua_appender_end_row (appender);
  }
  rua_appender_commit (appender, &error);
  g_assert_no_error (error);
  flats[0] = lay_out (table, "weight");
  flats[1] = lay_out (table, "coalesce (weight, weight)");
  for (guint k = 0; k < 2; k++) {
    check_form (flats[k], shape, numbers, n);
    check_numbers (flats[k], numbers, n);
    rua_flat_free (flats[k]);
  }
}

/* Rows that are referred to, the last of them among them, in as few bytes as hold them. */
static void
try_rows (guint32 n, guint8 width)
{
  g_autoptr (RuaAlliance) alliance = case_empty ();
  RuaTable *households = rua_alliance_get_table (alliance, "household"),
           *incomes = rua_alliance_get_table (alliance, "income");
  g_autoptr (RuaAppender) first = rua_table_append (households), second = rua_table_append (incomes);
  g_autoptr (GError) error = NULL;
  guint32 of[RUA_BATCH + 100], rows[RUA_BATCH], got[RUA_BATCH];
  const guint32 n_incomes = G_N_ELEMENTS (of);
  RuaFlat *flat;
  char id[16];

  for (guint32 i = 0; i < n; i++) {
    g_snprintf (id, sizeof id, "h%u", i);
    rua_appender_set_text (first, 0, id, -1, NULL);
    rua_appender_end_row (first);
  }
  rua_appender_commit (first, &error);
  for (guint32 i = 0; i < n_incomes; i++) {
    of[i] = i == RUA_BATCH ? n - 1 : (guint32) g_test_rand_int_range (0, (gint32) n);
    g_snprintf (id, sizeof id, "h%u", of[i]);
    rua_appender_set_reference (second, field (incomes, "household"), id, -1, NULL);
    rua_appender_set_integer (second, field (incomes, "year"), 2014, NULL);
    rua_appender_end_row (second);
  }
  rua_appender_commit (second, &error);
  g_assert_no_error (error);
  flat = lay_out (incomes, "household");
  g_assert_cmpuint (flat->width, ==, width);
  g_assert_cmpint (flat->coded, ==, width < 4);
  for (guint i = 0; i < RUA_BATCH; i++)
    rows[i] = i == 3 ? RUA_NO_ROW : n_incomes - 1 - i;
  rua_flat_read (flat, rows, RUA_BATCH, got);
  for (guint i = 0; i < RUA_BATCH; i++)
    g_assert_cmpuint (got[i], ==, i == 3 ? RUA_NO_ROW : of[rows[i]]);
  rua_flat_free (flat);
}

static void
test_laid_out (void)
{
  try_rows (255, 1);
  try_rows (256, 2);
  try_rows (65535, 2);
  try_rows (65536, 4);
  for (guint shape = 0; shape < SHAPES; shape++) {
    rua_set_n_threads (shape % 2 + 1);
    try_numbers (shape, 300);
    try_numbers (shape, (guint32) g_test_rand_int_range (66000, 70000));
  }
  rua_set_n_threads (0);
}

/* ---- records ---- */

/* Values of any rows, the one that there is not among them, read from records and from where they stand apart. */
static void
compare_flats (const RuaFlat *joined, const RuaFlat *apart, GRand *random)
{
  gsize size = rua_value_type_get_size (joined->type);
  guint n = (guint) g_rand_int_range (random, 1, RUA_BATCH + 1);
  guint32 rows[RUA_BATCH];
  double mine[RUA_BATCH], its[RUA_BATCH];

  for (guint i = 0; i < n; i++)
    rows[i] = g_rand_int_range (random, 0, 50) == 0 ? G_MAXUINT32
              : i % 7 == 0 ? N_HOUSEHOLDS - 1 : (guint32) g_rand_int_range (random, 0, N_HOUSEHOLDS);
  rua_flat_read (joined, rows, n, mine);
  rua_flat_read (apart, rows, n, its);
  g_assert_cmpmem (mine, n * size, its, n * size);
  if (!joined->coded || joined->type != RUA_VALUE_NUMBER)
    return;
  rua_flat_read_whole (joined, rows, n, mine);
  rua_flat_read_whole (apart, rows, n, its);
  g_assert_cmpmem (mine, n * sizeof (double), its, n * sizeof (double));
}

/* What a first pass over some batches kept, a second one finds; it fetches the others. */
static void
compare_kept (RuaProgramBase *joined, RuaProgramRun *other, RuaNode *const *nodes, guint n_nodes, GRand *random)
{
  g_autoptr (RuaProgramRun) keeping = rua_program_run_new_on (joined), finding = rua_program_run_new_on (joined);
  gsize usual = rua_records_far_bytes;
  guint n_batches = (N_INCOMES + RUA_BATCH - 1) / RUA_BATCH, n_found = 0;

  rua_records_far_bytes = 1;
  rua_program_base_keep_records (joined, N_INCOMES);
  rua_records_far_bytes = usual;
  keeping->records_use = RUA_RECORDS_KEPT;
  finding->records_use = RUA_RECORDS_FOUND;
  for (guint batch = 0; batch < n_batches; batch++) {
    guint n = MIN (RUA_BATCH, N_INCOMES - batch * RUA_BATCH);

    if (g_rand_int_range (random, 0, 3) == 0)
      continue;
    rua_program_run_begin (keeping, batch * RUA_BATCH, n);
    for (guint k = 0; k < n_nodes; k++)
      rua_program_run_node (keeping, nodes[k]);
  }
  for (guint b = 0; b < joined->blocks->len; b++) {
    const RuaFlatBlock *block = g_ptr_array_index (joined->blocks, b);

    g_assert_true ((joined->kept[b].words != NULL) == block->packed);
    for (guint batch = 0; block->packed && batch < n_batches; batch++) {
      g_assert_true (joined->kept[b].n_fetched[batch] == 0
                     || joined->kept[b].n_fetched[batch] == MIN (RUA_BATCH, N_INCOMES - batch * RUA_BATCH));
      /* Of another number of rows, it is not what the second pass needs. */
      if (joined->kept[b].n_fetched[batch] > 0 && n_found++ < 9) {
        memset (&joined->kept[b].words[batch * RUA_BATCH + 3], 0, 5 * sizeof (guint64));
        joined->kept[b].n_fetched[batch]--;
      }
    }
    if (block->packed)
      g_assert_cmpuint (n_found, >, n_batches / 3);
  }
  for (guint batch = 0; batch < n_batches; batch++) {
    guint n = MIN (RUA_BATCH, N_INCOMES - batch * RUA_BATCH);

    rua_program_run_begin (finding, batch * RUA_BATCH, n);
    rua_program_run_begin (other, batch * RUA_BATCH, n);
    for (guint k = 0; k < n_nodes; k++)
      g_assert_cmpmem (rua_program_run_node (finding, nodes[k]), n * rua_value_type_get_size (nodes[k]->type),
                       rua_program_run_node (other, nodes[k]), n * rua_value_type_get_size (nodes[k]->type));
  }
  rua_program_base_drop_records (joined);
}

/* From 2 to 30 bytes side by side, those that are asked for, or as few bits as they need where these make a word: the values
 * are those that stand apart, whole ones as well. */
static void
test_records (void)
{
  static const char *const texts[] = { "household.vulnerable", "household.n_adults", "household.capacity", "household.first_treated",
                                       "household.weight", "household.household_type", "household.joined",
                                       "household.n_persons", "household.first_treated / unit (1, 'household')",
                                       "household.capacity * household.n_adults" };
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaProgramBase) apart = NULL;
  g_autoptr (RuaProgramRun) other = NULL;
  RuaNode *nodes[G_N_ELEMENTS (texts)];
  RuaTable *table;
  RuaSheet *sheet;
  World world;
  guint n_long = 0, n_short = 0, n_packed = 0;

  draw (&world, random);
  alliance = make (&world);
  table = rua_alliance_get_table (alliance, "income");
  sheet = rua_sheet_new (table);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    RuaProgramOptions options = { .table = table };
    g_autoptr (RuaProgram) program = rua_program_new (texts[i], &options, &error);

    g_assert_no_error (error);
    nodes[i] = rua_sheet_add (sheet, program->root, NULL, NULL);
    /* Of a product the factors are looked up. */
    g_assert_cmpint (nodes[i]->kind, ==, strchr (texts[i], '*') != NULL ? RUA_NODE_ARITHMETIC : RUA_NODE_LOOKUP);
  }
  apart = rua_program_base_new (sheet->program, NULL, NULL, &error);
  g_assert_no_error (error);
  rua_program_base_find_wholes (apart, NULL);
  other = rua_program_run_new_on (apart);
  for (guint trial = 0; trial < 12; trial++) {
    g_autoptr (RuaProgramBase) joined = rua_program_base_new (sheet->program, NULL, NULL, &error);
    g_autoptr (RuaProgramRun) run = NULL;
    g_autofree guint8 *read = g_new0 (guint8, sheet->program->nodes->len);
    guint chance = trial < 6 ? 4 : 9;

    g_assert_no_error (error);
    for (guint i = 0; i < sheet->program->nodes->len; i++)
      read[i] = trial > 1 && (guint32) g_rand_int_range (random, 0, 10) < chance;
    /* What fits a word at first, then eleven bytes that do not, all of them at last: each kind of record is there. */
    for (guint i = 0; i < 6; i++)
      read[nodes[i]->slot] |= trial == 0 ? i != 4 : trial == 1 && (i == 0 || i == 2 || i == 4);
    g_assert_true (rua_program_base_join (joined, trial == 11 ? NULL : read, NULL, &error));
    rua_program_base_find_wholes (joined, NULL);
    run = rua_program_run_new_on (joined);
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
      const RuaFlat *flat = nodes[i]->kind == RUA_NODE_LOOKUP ? joined->nodes[nodes[i]->slot].flat : NULL;

      if (flat == NULL || flat->block == NULL)
        continue;
      g_assert_true (trial == 11 || read[nodes[i]->slot]);
      if (flat->block->packed)
        g_assert_cmpuint (flat->offset + flat->bits, <=, 8 * flat->block->stride);
      else
        g_assert_cmpuint (flat->offset + flat->width, <=, flat->block->stride);
      n_long += flat->block->stride > 16;
      n_short += flat->block->stride <= 16 && !flat->block->packed;
      n_packed += flat->block->packed;
      compare_flats (flat, apart->nodes[nodes[i]->slot].flat, random);
    }
    compare_kept (joined, other, nodes, G_N_ELEMENTS (nodes), random);
    for (guint round = 0; round < 20; round++) {
      guint32 first = (guint32) g_rand_int_range (random, 0, N_INCOMES);
      guint n = (guint) g_rand_int_range (random, 1, RUA_BATCH + 1);

      n = MIN (n, MIN (N_INCOMES - first, RUA_CHUNK_ROWS - first % RUA_CHUNK_ROWS));
      rua_program_run_begin (run, first, n);
      rua_program_run_begin (other, first, n);
      for (guint k = 0; k < G_N_ELEMENTS (texts); k++) {
        RuaNode *node = nodes[(k + round) % G_N_ELEMENTS (texts)];

        g_assert_cmpmem (rua_program_run_node (run, node), n * rua_value_type_get_size (node->type),
                         rua_program_run_node (other, node), n * rua_value_type_get_size (node->type));
        if (node->type == RUA_VALUE_NUMBER && joined->wholes[node->slot].divisor != 0)
          g_assert_cmpmem (rua_program_run_whole (run, node), n * sizeof (double), rua_program_run_whole (other, node),
                           n * sizeof (double));
      }
    }
  }
  g_assert_cmpuint (n_long, >, 0);
  g_assert_cmpuint (n_short, >, 0);
  g_assert_cmpuint (n_packed, >, 0);
  g_clear_pointer (&other, rua_program_run_free);
  rua_sheet_free (sheet);
  world_clear (&world);
}

/* Results do not tell whether records were kept for the pass that lays columns out. */
static void
test_kept (void)
{
  static const char *const by[] = { "", "household.household_type", "household.n_adults" };
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autoptr (RuaAlliance) alliance = NULL;
  char *told[2 * G_N_ELEMENTS (by)] = { NULL };
  gsize usual = rua_records_far_bytes;
  World world;
  char id[16];

  draw (&world, random);
  alliance = make (&world);
  for (guint k = 0; k < G_N_ELEMENTS (by); k++) {
    g_snprintf (id, sizeof id, "quantile%u", k);
    case_add (alliance, "metric", "id", id, "estimator", "quantile", "table", "incomes", "columns",
              "{\"value\":\"amount / household.n_persons\"}", *by[k] ? "by" : NULL, by[k], NULL);
    g_snprintf (id, sizeof id, "gini%u", k);
    case_add (alliance, "metric", "id", id, "estimator", "inequality", "table", "incomes", "columns",
              "{\"value\":\"amount / household.n_persons\"}", "weight", "household.n_persons", *by[k] ? "by" : NULL, by[k], NULL);
  }
  for (guint round = 0; round < 6; round++) {
    g_autoptr (RuaMeasurement) measurement = rua_measurement_new (alliance);
    RuaTable *metrics = rua_alliance_get_table (alliance, "metric");
    GError *error = NULL;

    rua_records_far_bytes = round % 2 == 0 ? usual : 1;
    rua_set_n_threads (1u << round / 2);
    for (guint m = 0; m < rua_table_get_n_records (metrics); m++) {
      g_autoptr (RuaRecord) metric = rua_table_dup_record (metrics, m);

      rua_measurement_add (measurement, RUA_METRIC (metric), NULL, NULL);
    }
    rua_measurement_run (measurement, NULL, NULL, &error);
    g_assert_no_error (error);
    for (guint m = 0; m < G_N_ELEMENTS (told); m++) {
      g_autoptr (GListModel) results = rua_measurement_list_results (measurement, m, &error);
      g_autoptr (GString) digests = g_string_new (NULL);

      g_assert_no_error (error);
      for (guint i = 0; i < g_list_model_get_n_items (results); i++) {
        g_autoptr (RuaResult) result = g_list_model_get_item (results, i);

        g_string_append_printf (digests, "%s\n", rua_result_get_digest (result));
      }
      g_assert_cmpuint (g_list_model_get_n_items (results), >=, m < 2 ? 1 : 3);
      if (told[m] == NULL)
        told[m] = g_strdup (digests->str);
      g_assert_cmpstr (digests->str, ==, told[m]);
    }
  }
  rua_set_n_threads (0);
  rua_records_far_bytes = usual;
  for (guint m = 0; m < G_N_ELEMENTS (told); m++)
    g_free (told[m]);
  world_clear (&world);
}

/* ---- many cells ---- */

/* A cell a household, in more than one range of them: what sites sell, and to how many, by types that are told and one that
 * is not; the same for any number of threads. */
static void
test_many_cells (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autoptr (RuaAlliance) alliance = NULL;
  g_autofree double *of = g_new0 (double, N_HOUSEHOLDS);
  double totals[4] = { 0 }, squares[4] = { 0 };
  guint n_units[4] = { 0 }, n_used[4] = { 0 };
  World world;

  draw (&world, random);
  alliance = make (&world);
  for (guint i = 0; i < N_INCOMES; i++) {
    of[world.of[i]] += world.amounts[i];
    n_used[world.households[world.of[i]].type] += world.amounts[i] > 0;
    n_used[3] += world.amounts[i] > 0;
  }
  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    guint type = world.households[i].type;

    if (of[i] == 0)
      continue;
    totals[type] += of[i];
    totals[3] += of[i];
    n_units[type]++;
    n_units[3]++;
  }
  for (guint i = 0; i < N_HOUSEHOLDS; i++) {
    guint type = world.households[i].type;

    squares[type] += of[i] / totals[type] * of[i] / totals[type];
    squares[3] += of[i] / totals[3] * of[i] / totals[3];
  }
  case_add (alliance, "metric", "id", "shares", "estimator", "concentration", "table", "incomes", "columns",
            "{\"unit\":\"household\",\"amount\":\"amount\"}", "where", "amount > 0", NULL);
  for (guint threads = 1; threads <= 3; threads++) {
    static const char *const by[] = { "household.household_type", NULL }, *const all[] = { NULL };
    g_autoptr (RuaRecord) metric = rua_alliance_find (alliance, "metric", "shares");
    g_autoptr (GError) error = NULL;
    g_autoptr (GListModel) whole = NULL, groups = NULL;

    rua_set_n_threads (threads);
    whole = rua_metric_measure_by (RUA_METRIC (metric), alliance, all, NULL, NULL, &error);
    g_assert_no_error (error);
    groups = rua_metric_measure_by (RUA_METRIC (metric), alliance, by, NULL, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_list_model_get_n_items (whole), ==, 1);
    g_assert_cmpuint (g_list_model_get_n_items (groups), ==, 3);
    for (guint g = 0; g < 4; g++) {
      g_autoptr (RuaResult) result = g_list_model_get_item (g < 3 ? groups : whole, g < 3 ? g : 0);
      guint type = g < 3 ? 0 : 3;
      double value;

      while (g < 3 && strcmp (types[type], rua_result_get_group_label (result, by[0])) != 0)
        type++;
      g_assert_cmpuint (rua_result_get_n_used (result), ==, n_used[type]);
      g_assert_true (rua_result_get_named (result, "n_units", &value));
      g_assert_cmpfloat (value, ==, n_units[type]);
      g_assert_true (rua_result_get_named (result, "hhi", &value));
      g_assert_cmpfloat_with_epsilon (value, squares[type], 1e-9 * squares[type]);
    }
  }
  rua_set_n_threads (0);
  world_clear (&world);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/measure-lookups/widths", test_widths);
  g_test_add_func ("/measure-lookups/few-bits", test_few_bits);
  g_test_add_func ("/measure-lookups/laid-out", test_laid_out);
  g_test_add_func ("/measure-lookups/records", test_records);
  g_test_add_func ("/measure-lookups/kept", test_kept);
  g_test_add_func ("/measure-lookups/many-cells", test_many_cells);
  return g_test_run ();
}
