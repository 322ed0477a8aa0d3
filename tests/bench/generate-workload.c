/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* generate-workload HOUSEHOLDS FOLDER [csv|bin|both]: the records that workload W is computed from.
 *
 *   households  hid,village,site,member,join_year,size,gender,ethnic,weight   a row each, by rising hid
 *   income      hid,wave,income        two waves, each in an order of its own; about 3 % unknown
 *   sales       hid,product,date,qty,price,channel,organic    five a household, by date; few sell much
 *
 * and, for programs that want to know what is referred to, villages.csv, sites.csv and products.csv. Every
 * value is a pure function of table, row and field, so that any machine makes the same files. Money is whole
 * cents: CSV text and binary columns (one file a column, little endian) hold the same doubles. */

#define FIRST_DAY 15706 /* 2013-01-01, in days since 1970 */
#define N_DAYS 2556     /* to the end of 2019 */
#define N_PRODUCTS 200
#define MOST_SITES 400
#define PER_VILLAGE 250
#define MISSING 0.03

enum { OF_HOUSEHOLD = 1, OF_VILLAGE, OF_SITE, OF_SALE, OF_PRODUCT };

/* ---- randomness: splitmix64 as a hash ---- */

static uint64_t
mix (uint64_t x)
{
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static uint64_t
draw (uint64_t table, uint64_t row, uint64_t field)
{
  return mix (mix (row * 0x2545f4914f6cdd1du + table) + field * 0xda942042e4dd58b5u);
}

static double
uniform (uint64_t r)
{
  return ((r >> 11) + 0.5) * (1.0 / 9007199254740992.0);
}

/* The sum of four uniforms of 16 bits: near enough to a normal, and the same everywhere. */
static double
normal (uint64_t r)
{
  double sum = ((r & 0xffff) + ((r >> 16) & 0xffff) + ((r >> 32) & 0xffff) + (r >> 48)) / 65536.0;

  return (sum - 2.0) * 1.7320508;
}

/* ---- what a household is ---- */

static int64_t n_households, n_villages, n_sites;
static int half_bits;

/* A permutation of the households: four rounds of Feistel, walked until inside. */
static uint64_t
permute (uint64_t x, uint64_t key)
{
  uint64_t mask = (UINT64_C (1) << half_bits) - 1;

  do {
    uint64_t left = x >> half_bits, right = x & mask;

    for (uint64_t k = 0; k < 4; k++) {
      uint64_t t = left ^ (mix (right + key * 977 + k * 0x1234567) & mask);

      left = right;
      right = t;
    }
    x = left << half_bits | right;
  } while (x >= (uint64_t)n_households);
  return x;
}

static int64_t
household_id (int64_t i)
{
  return INT64_C (100000000000) + 7 * i + (int64_t)(draw (OF_HOUSEHOLD, i, 0) % 7);
}

static int64_t
village_of (int64_t i)
{
  return i / PER_VILLAGE;
}

static int64_t
site_of (int64_t village)
{
  return village * n_sites / n_villages;
}

static int
is_member (int64_t i)
{
  return uniform (draw (OF_VILLAGE, village_of (i), 1)) < 0.4
         && uniform (draw (OF_HOUSEHOLD, i, 1)) < 0.6;
}

static int
size_of (int64_t i)
{
  return 1 + (int)(draw (OF_HOUSEHOLD, i, 3) % 4) + (int)(draw (OF_HOUSEHOLD, i, 4) % 4);
}

/* ---- writing ---- */

typedef enum { TEXT, I8, I16, I32, I64, F64 } Form;

typedef struct {
  const char *name; /* of the column in the CSV file */
  const char *file; /* of its binary file; NULL: none */
  Form form;
  int decimals;
  FILE *out;
} Column;

static const char *folder;
static int want_csv, want_bin;
static FILE *csv;

static FILE *
open_file (const char *name)
{
  char path[4096];
  FILE *file;

  snprintf (path, sizeof path, "%s/%s", folder, name);
  file = fopen (path, "wb");
  if (file == NULL) {
    fprintf (stderr, "%s: %s\n", path, strerror (errno));
    exit (2);
  }
  setvbuf (file, NULL, _IOFBF, 1 << 20);
  return file;
}

static void
close_file (FILE *file)
{
  if (ferror (file) || fclose (file) != 0) {
    fprintf (stderr, "%s: %s\n", folder, strerror (errno));
    exit (2);
  }
}

static void
begin_table (const char *name, Column *columns, int n)
{
  if (want_csv) {
    csv = open_file (name);
    for (int k = 0; k < n; k++)
      fprintf (csv, "%s%s", k > 0 ? "," : "", columns[k].name);
    putc ('\n', csv);
  }
  for (int k = 0; k < n && want_bin; k++)
    columns[k].out = columns[k].file != NULL ? open_file (columns[k].file) : NULL;
}

static void
end_table (Column *columns, int n)
{
  if (want_csv)
    close_file (csv);
  for (int k = 0; k < n && want_bin; k++)
    if (columns[k].out != NULL)
      close_file (columns[k].out);
}

static void
put_digits (uint64_t value, int decimals)
{
  char text[32];
  int n = sizeof text;

  for (int k = 0; k < decimals || value > 0 || k <= decimals; k++) {
    if (k == decimals && decimals > 0)
      text[--n] = '.';
    text[--n] = (char)('0' + value % 10);
    value /= 10;
  }
  fwrite (text + n, 1, sizeof text - n, csv);
}

/* A value is @units of the column's last decimal, 0 or more; unknown when @known is not. */
static void
put_cell (const Column *column, int k, int64_t units, int known)
{
  if (want_csv) {
    if (k > 0)
      putc (',', csv);
    if (known)
      put_digits ((uint64_t)units, column->decimals);
  }
  if (want_bin && column->out != NULL) {
    int8_t i8 = (int8_t)units;
    int16_t i16 = (int16_t)units;
    int32_t i32 = (int32_t)units;
    double f64 = known ? units / pow (10, column->decimals) : NAN;

    switch (column->form) {
    case I8:
      fwrite (&i8, sizeof i8, 1, column->out);
      break;
    case I16:
      fwrite (&i16, sizeof i16, 1, column->out);
      break;
    case I32:
      fwrite (&i32, sizeof i32, 1, column->out);
      break;
    case I64:
      fwrite (&units, sizeof units, 1, column->out);
      break;
    case F64:
      fwrite (&f64, sizeof f64, 1, column->out);
      break;
    case TEXT:
      break;
    }
  }
}

static void
put_row (const Column *columns, int n, const int64_t *units, int unknown)
{
  for (int k = 0; k < n; k++)
    put_cell (&columns[k], k, units[k], k != unknown);
  if (want_csv)
    putc ('\n', csv);
}

/* ---- the tables ---- */

static void
write_households (void)
{
  Column columns[] = {
    { "hid", "h_hid.i64", I64, 0, NULL },        { "village", "h_village.i32", I32, 0, NULL },
    { "site", "h_site.i32", I32, 0, NULL },      { "member", "h_member.i8", I8, 0, NULL },
    { "join_year", "h_join.i16", I16, 0, NULL }, { "size", "h_size.i8", I8, 0, NULL },
    { "gender", "h_gender.i8", I8, 0, NULL },    { "ethnic", "h_ethnic.i8", I8, 0, NULL },
    { "weight", "h_weight.f64", F64, 4, NULL },
  };

  begin_table ("households.csv", columns, 9);
  for (int64_t i = 0; i < n_households; i++) {
    int64_t village = village_of (i);
    int member = is_member (i);
    int64_t year = member ? 2013 + (int64_t)(draw (OF_HOUSEHOLD, i, 2) % 6) : 0;
    int64_t ethnic
      = draw (OF_VILLAGE, village, 7) % 100 < 40 ? 0 : (int64_t)(draw (OF_VILLAGE, village, 8) % 6);
    double weight = 10000 * exp (0.4 * normal (draw (OF_HOUSEHOLD, i, 6)));
    int64_t units[] = { household_id (i),
                        village,
                        site_of (village),
                        member,
                        year,
                        size_of (i),
                        draw (OF_HOUSEHOLD, i, 5) % 10 < 3,
                        ethnic,
                        (int64_t)weight };

    put_row (columns, 9, units, member ? -1 : 4);
  }
  end_table (columns, 9);
}

static void
write_incomes (void)
{
  Column columns[] = {
    { "hid", "i_hid.i64", I64, 0, NULL },
    { "wave", "i_wave.i8", I8, 0, NULL },
    { "income", "i_income.f64", F64, 2, NULL },
  };

  begin_table ("income.csv", columns, 3);
  for (int wave = 0; wave < 2; wave++)
    for (int64_t row = 0; row < n_households; row++) {
      int64_t i = (int64_t)permute (row, wave + 1), village = village_of (i);
      int member = is_member (i);
      double level = 8.9 + 0.35 * normal (draw (OF_SITE, site_of (village), 0))
                     + 0.25 * normal (draw (OF_VILLAGE, village, 3)) + 0.12 * (size_of (i) - 4)
                     + 0.7 * normal (draw (OF_HOUSEHOLD, i, 9)) + 0.05 * member;

      if (wave == 1)
        level += (member ? 0.68 : 0.25) + 0.08 * normal (draw (OF_VILLAGE, village, 4))
                 + 0.4 * normal (draw (OF_HOUSEHOLD, i, 10));
      int missing = uniform (draw (OF_HOUSEHOLD, i, 20 + wave)) < MISSING;
      int64_t units[] = { household_id (i), wave, (int64_t)(100 * exp (level)) };

      put_row (columns, 3, units, missing ? 2 : -1);
    }
  end_table (columns, 3);
}

static void
write_sales (void)
{
  Column columns[] = {
    { "hid", "s_hid.i64", I64, 0, NULL },       { "product", "s_product.i16", I16, 0, NULL },
    { "date", "s_date.i32", I32, 0, NULL },     { "qty", "s_qty.f64", F64, 1, NULL },
    { "price", "s_price.f64", F64, 2, NULL },   { "channel", "s_channel.i8", I8, 0, NULL },
    { "organic", "s_organic.i8", I8, 0, NULL },
  };
  int64_t n = 5 * n_households;

  begin_table ("sales.csv", columns, 7);
  for (int64_t row = 0; row < n; row++) {
    double who = uniform (draw (OF_SALE, row, 0)), what = uniform (draw (OF_SALE, row, 1));
    int64_t i = (int64_t)permute ((uint64_t)(n_households * who * sqrt (who)), 7);
    int64_t product = (int64_t)(N_PRODUCTS * what * sqrt (what));
    int64_t day = FIRST_DAY + row * N_DAYS / n;
    int member = is_member (i);
    int channel = uniform (draw (OF_SALE, row, 2)) < (member ? 0.5 : 0.1);
    int organic = uniform (draw (OF_SALE, row, 3)) < (channel ? 0.6 : 0.15);
    double years = (day - FIRST_DAY) / 365.25;
    double price = 0.7 + 2.5 * uniform (draw (OF_PRODUCT, product, 0))
                   + (organic ? 0.2 + 0.2 * uniform (draw (OF_PRODUCT, product, 1)) : 0)
                   + 0.03 * years + 0.25 * normal (draw (OF_SALE, row, 4));
    double quantity = 1.5 + 0.9 * normal (draw (OF_SALE, row, 5));
    int64_t units[] = { household_id (i),
                        product,
                        day,
                        (int64_t)(10 * exp (quantity)) + 1,
                        (int64_t)(100 * exp (price)) + 1,
                        channel,
                        organic };

    put_row (columns, 7, units, -1);
  }
  end_table (columns, 7);
}

static void
write_list (const char *name, const char *word, int64_t n)
{
  FILE *file = open_file (name);

  fprintf (file, "id,name\n");
  for (int64_t i = 0; i < n; i++)
    fprintf (file, "%lld,%s %lld\n", (long long)i, word, (long long)i + 1);
  close_file (file);
}

int
main (int argc, char **argv)
{
  const char *what = argc > 3 ? argv[3] : "csv";

  n_households = argc > 2 ? atoll (argv[1]) : 0;
  if (n_households < 1 || argc > 4
      || (strcmp (what, "csv") != 0 && strcmp (what, "bin") != 0 && strcmp (what, "both") != 0)) {
    fprintf (stderr, "usage: generate-workload HOUSEHOLDS FOLDER [csv|bin|both]\n");
    return 2;
  }
  folder = argv[2];
  want_csv = strcmp (what, "bin") != 0;
  want_bin = strcmp (what, "csv") != 0;
  if (mkdir (folder, 0755) != 0 && errno != EEXIST) {
    fprintf (stderr, "%s: %s\n", folder, strerror (errno));
    return 2;
  }
  n_villages = n_households / PER_VILLAGE > 1 ? n_households / PER_VILLAGE : 1;
  n_sites = n_villages < MOST_SITES ? n_villages : MOST_SITES;
  for (half_bits = 1; (UINT64_C (1) << (2 * half_bits)) < (uint64_t)n_households;)
    half_bits++;
  write_households ();
  write_incomes ();
  write_sales ();
  if (want_csv) {
    int64_t last = village_of (n_households - 1);

    write_list ("villages.csv", "Village", last + 1);
    write_list ("sites.csv", "Site", site_of (last) + 1);
    write_list ("products.csv", "Product", N_PRODUCTS);
  }
  return 0;
}
