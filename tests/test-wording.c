/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-wording-private.h"

#include <math.h>

typedef struct {
  double value;
  const char *words;
} Number;

static const Number numbers[] = {
  { 0, "0" }, { -0.0, "0" }, { 1, "1" }, { 999, "999" }, { 1000, "1,000" }, { 8478, "8,478" }, { 1234567, "1,234,567" },
  { 2.159, "2.16" }, { 1.964, "1.96" }, { 2.1, "2.1" }, { 4.9140049, "4.91" }, { 34.2857, "34.3" }, { 407.3, "407" },
  { 8478.6, "8,479" }, { 0.159, "0.159" }, { 0.05, "0.05" }, { 0.000123, "0.000123" }, { -4551, "−4,551" }, { -0.5, "−0.5" },
  { 1e-7, "1 × 10^-7" }, { 2.5e20, "2.5 × 10^20" }, { 123456789012.0, "123,456,789,012" },
};

static void
test_number (void)
{
  g_autofree char *unknown = rua_wording_number (NAN);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *words = rua_wording_number (numbers[i].value);

    g_assert_cmpstr (words, ==, numbers[i].words);
  }
  g_assert_cmpstr (unknown, ==, "not known");
}

/* Rounding must never make a value look like the one it is compared with. */
static void
test_number_beside (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autofree char *near = rua_wording_number_beside (1.9996, 2), *far = rua_wording_number_beside (1.5, 2), *same = rua_wording_number_beside (2, 2);

  g_assert_cmpstr (near, ==, "1.9996");
  g_assert_cmpstr (far, ==, "1.5");
  g_assert_cmpstr (same, ==, "2");
  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 2000; i++) {
    double other = g_rand_int_range (rand, -50, 5000), value = other + g_rand_double_range (rand, -1, 1) / pow (10, g_rand_int_range (rand, 0, 9));
    g_autofree char *words = rua_wording_number_beside (value, other), *beside = rua_wording_number (other);

    if (value != other)
      g_assert_cmpstr (words, !=, beside);
  }
}

typedef struct {
  double value;
  const char *unit;
  gboolean is_ratio;
  const char *words;
} Quantity;

static const Quantity quantities[] = {
  { 8478, "CNY/person/year", FALSE, "CNY 8,478 per person and year" },
  { 8478, "CNY[2014]/household/year", FALSE, "CNY 8,478 per household and year, in prices of 2014" },
  { 20, "CNY", FALSE, "CNY 20" },
  { 123, "{currency}/household/year", FALSE, "123 units of money per household and year" },
  { 20, "{currency}[2014]", FALSE, "20 units of money, in prices of 2014" },
  { 2000, "position", FALSE, "2,000 positions" },
  { 1, "position", FALSE, "1 position" },
  { 12, "person", FALSE, "12 people" },
  { 20, "cooperative", FALSE, "20 co-operatives" },
  { 3, "activity", FALSE, "3 activities" },
  { 15, "day", FALSE, "15 days" },
  { 12.5, "kg", FALSE, "12.5 kg" },
  { 4.914, "position/station", FALSE, "4.91 positions per station" },
  { 7.94, "%", FALSE, "7.94%" },
  { 2.159, "1", TRUE, "2.16×" },
  { 5, "1", FALSE, "5" },
  { 5, NULL, FALSE, "5" },
  { 2015, "year", FALSE, "2015" },
  { 5, "year", FALSE, "5 years" },
  { 0, "year", FALSE, "0 years" },
  { NAN, "CNY", FALSE, "not known" },
};

static void
test_quantity (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (quantities); i++) {
    g_autofree char *words = rua_wording_quantity (quantities[i].value, quantities[i].unit, quantities[i].is_ratio);

    g_assert_cmpstr (words, ==, quantities[i].words);
  }
}

static void
test_money (void)
{
  static const struct {
    gint64 minor;
    guint digits;
    const char *currency, *words;
  } amounts[] = {
    { 1250050, 2, "CNY", "CNY 12,500.50" }, { 1250000, 2, "CNY", "CNY 12,500" }, { 5, 2, "EUR", "EUR 0.05" },
    { -123456, 2, "EUR", "EUR −1,234.56" }, { 1250, 0, "JPY", "JPY 1,250" }, { 1001, 3, NULL, "1.001" },
    { 0, 2, "CNY", "CNY 0" }, { G_MININT64, 0, NULL, "−9,223,372,036,854,775,808" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++) {
    g_autofree char *words = rua_wording_money (amounts[i].minor, amounts[i].digits, amounts[i].currency);

    g_assert_cmpstr (words, ==, amounts[i].words);
  }
}

static void
test_dates (void)
{
  static const char *const dates[][3] = {
    { "2014", "2014", "2014" },
    { "2021-07", "July 2021", "Jul 2021" },
    { "2016-09-15", "15 September 2016", "15 Sep 2016" },
    { "some day", "some day", "some day" },
  };
  static const char *const periods[][3] = {
    { "2010", "2018", "2010–2018" },
    { "2010", NULL, "since 2010" },
    { NULL, "2018", "until 2018" },
    { "2016-09-15", "2016-09-15", "15 Sep 2016" },
    { "2016-09", "2017-01", "Sep 2016 – Jan 2017" },
    { NULL, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (dates); i++) {
    g_autofree char *full = rua_wording_date (dates[i][0], FALSE), *brief = rua_wording_date (dates[i][0], TRUE);

    g_assert_cmpstr (full, ==, dates[i][1]);
    g_assert_cmpstr (brief, ==, dates[i][2]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (periods); i++) {
    g_autofree char *words = rua_wording_period (periods[i][0], periods[i][1], TRUE);

    g_assert_cmpstr (words, ==, periods[i][2]);
  }
}

static void
test_words (void)
{
  g_autofree char *token = rua_wording_token ("not_entailed"), *cooperative = rua_wording_token ("cooperative_type");
  g_autofree char *sentence = rua_wording_sentence ("élan vital"), *nothing = rua_wording_sentence ("");
  g_autofree char *one = rua_wording_count (1, "source", "sources"), *many = rua_wording_count (1200, "source", "sources");

  g_assert_cmpstr (token, ==, "not entailed");
  g_assert_cmpstr (cooperative, ==, "co-operative type");
  g_assert_cmpstr (sentence, ==, "Élan vital");
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (one, ==, "1 source");
  g_assert_cmpstr (many, ==, "1,200 sources");
}

/* ---- names and what may be told ---- */

static RuaRecord *
make (RuaAlliance *alliance, const char *kind, const char *id, const char *field, const char *language, const char *text)
{
  RuaRecord *record = rua_alliance_new_record (alliance, kind);

  g_assert_true (rua_record_set_id (record, id, NULL));
  if (language)
    g_assert_true (rua_record_set_texts (record, field, language, text, NULL));
  else if (field)
    g_assert_true (rua_record_set_text (record, field, text, NULL));
  return record;
}

static void
put (RuaAlliance *alliance, RuaRecord *record)
{
  g_autoptr (GError) error = NULL;

  rua_alliance_add (alliance, record, &error);
  g_assert_no_error (error);
}

static void
test_names (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) place = make (alliance, "place", "hill", "name", "en", "Hill");
  g_autoptr (RuaRecord) person = make (alliance, "person", "li", "name", "en", "Li Hua");
  g_autoptr (RuaRecord) document = make (alliance, "document", "paper", "title", "en", "Paper");
  g_autoptr (RuaRecord) project = make (alliance, "project", "tea", "title", "en", "Tea");
  g_autoptr (RuaRecord) grant = make (alliance, "grant", "g1", NULL, NULL, NULL), grantless = rua_alliance_new_record (alliance, "grant");
  g_autoptr (RuaRecord) figure = make (alliance, "observation", "mean", "measured_property", NULL, "annual income");
  g_autofree char *english = NULL, *chinese = NULL, *hidden = NULL, *shown = NULL, *bare = NULL, *lead = NULL, *term = NULL, *row = NULL;

  g_assert_true (rua_record_set_texts (place, "name", "zh", "山", NULL));
  english = rua_wording_name (place, "en");
  chinese = rua_wording_name (place, "zh");
  g_assert_cmpstr (english, ==, "Hill");
  g_assert_cmpstr (chinese, ==, "山");

  /* A name that no document published stays untold, also by way of a reference. */
  put (alliance, person);
  put (alliance, document);
  put (alliance, project);
  g_assert_true (rua_record_set_reference (project, "lead", person, NULL));
  hidden = rua_wording_name (person, "en");
  g_assert_cmpstr (hidden, ==, "one person");
  lead = rua_wording_reference (project, "lead", "en");
  g_assert_null (lead);
  g_assert_true (rua_record_set_reference (person, "document", document, NULL));
  g_assert_true (rua_record_set_text (person, "ethnicity", "Miao", NULL));
  shown = rua_wording_name (person, "en");
  g_assert_cmpstr (shown, ==, "Li Hua");
  g_assert_true (rua_wording_may_tell (person, "name"));
  g_assert_false (rua_wording_may_tell (person, "ethnicity"));
  g_assert_false (rua_wording_may_tell (person, "no_such_field"));

  /* That a document speaks of somebody does not publish the id by which we know them. */
  {
    g_autoptr (RuaRecord) nameless = make (alliance, "person", "Qzwk-17", NULL, NULL, NULL);
    g_autofree char *told = NULL;

    put (alliance, nameless);
    g_assert_true (rua_record_set_reference (nameless, "document", document, NULL));
    told = rua_wording_name (nameless, "en");
    g_assert_cmpstr (told, ==, "one person");
  }
  bare = rua_wording_name (grant, "en");
  row = rua_wording_name (grantless, "en");
  term = rua_wording_name (figure, "en");
  g_assert_cmpstr (bare, ==, "grant g1");
  g_assert_cmpstr (row, ==, "one grant");
  g_assert_cmpstr (term, ==, "annual income");
}

/* ---- in Chinese ---- */

static void
test_chinese_quantities (void)
{
  static const Quantity chinese[] = {
    { 8478, "CNY/person/year", FALSE, "人民币8,478元（每人每年）" },
    { 8478, "CNY[2014]/household/year", FALSE, "人民币8,478元（每户每年），按2014年价格" },
    { 20, "CNY", FALSE, "人民币20元" },
  { 123, "{currency}/household/year", FALSE, "123货币单位（每户每年）" },
    { 12.5, "USD/kg", FALSE, "12.5美元（每公斤）" },
    { 3, "JPY", FALSE, "JPY 3" },
    { 2000, "position", FALSE, "2,000个岗位" },
    { 1, "position", FALSE, "1个岗位" },
    { 12, "person", FALSE, "12人" },
    { 5, "household", FALSE, "5户" },
    { 12.5, "kg", FALSE, "12.5公斤" },
    { 4.914, "position/station", FALSE, "4.91个岗位（每个社工站）" },
    { 7.94, "%", FALSE, "7.94%" },
    { 2.159, "1", TRUE, "2.16倍" },
    { 5, "1", FALSE, "5" },
    { 2015, "year", FALSE, "2015年" },
    { 5, "year", FALSE, "5年" },
    { 3, "basket", FALSE, "3 baskets" },
    { NAN, "CNY", FALSE, "不详" },
  };
  g_autofree char *unit = NULL, *count = NULL, *money = NULL;

  rua_set_language ("zh");
  for (guint i = 0; i < G_N_ELEMENTS (chinese); i++) {
    g_autofree char *words = rua_wording_quantity (chinese[i].value, chinese[i].unit, chinese[i].is_ratio);

    g_assert_cmpstr (words, ==, chinese[i].words);
  }
  unit = rua_wording_unit ("CNY/person/year", FALSE);
  g_assert_cmpstr (unit, ==, "元（每人每年）");
  money = rua_wording_money (1250050, 2, "CNY");
  g_assert_cmpstr (money, ==, "人民币12,500.50元");
  count = rua_wording_count (1200, "条论断", "条论断");
  g_assert_cmpstr (count, ==, "1,200条论断");
  rua_set_language (NULL);
}

static void
test_chinese_dates (void)
{
  static const char *const dates[][2] = {
    { "2014", "2014年" }, { "2021-07", "2021年7月" }, { "2016-09-15", "2016年9月15日" }, { "some day", "some day" },
  };
  static const char *const periods[][3] = {
    { "2010", "2018", "2010–2018年" }, { "2002", NULL, "自2002年起" }, { NULL, "2018-03", "至2018年3月止" },
    { "2016-09-15", "2016-09-15", "2016年9月15日" }, { "2016-09", "2017-01", "2016年9月至2017年1月" },
    { "2016", "2017-01-31", "2016年至2017年1月31日" }, { NULL, NULL, NULL },
  };

  rua_set_language ("zh");
  for (guint i = 0; i < G_N_ELEMENTS (dates); i++) {
    g_autofree char *full = rua_wording_date (dates[i][0], FALSE), *brief = rua_wording_date (dates[i][0], TRUE);

    g_assert_cmpstr (full, ==, dates[i][1]);
    g_assert_cmpstr (brief, ==, dates[i][1]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (periods); i++) {
    g_autofree char *words = rua_wording_period (periods[i][0], periods[i][1], TRUE);

    g_assert_cmpstr (words, ==, periods[i][2]);
  }
  rua_set_language (NULL);
}

static void
test_chinese_words (void)
{
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  g_autoptr (RuaRecord) grant = make (alliance, "grant", "g1", NULL, NULL, NULL);
  g_autofree char *token = NULL, *field = NULL, *counted = NULL, *rule = NULL, *kind = NULL, *many = NULL, *own = NULL, *bare = NULL, *sentence = NULL;
  g_autofree char *ended = NULL, *stopped = NULL, *open = NULL;

  rua_set_language ("zh");
  token = rua_wording_token ("at_least");
  field = rua_wording_field ("established_by");
  counted = rua_wording_field ("n_households");
  rule = rua_wording_rule ("two_values");
  kind = rua_wording_kind (rua_record_get_kind (grant), TRUE);
  many = rua_wording_kind (rua_record_get_kind (grant), FALSE);
  /* What an organisation named itself is said as it is. */
  own = rua_wording_token ("seed_swap");
  bare = rua_wording_name (grant, "zh");
  sentence = rua_wording_sentence ("income.ratio >= 2 不成立");
  ended = rua_wording_full_stop ("成立");
  stopped = rua_wording_full_stop ("成立。");
  open = rua_wording_without_stop ("成立。");
  g_assert_cmpstr (token, ==, "至少");
  g_assert_cmpstr (field, ==, "设立者");
  g_assert_cmpstr (counted, ==, "户数");
  g_free (many);
  many = rua_wording_count_kind (1200, rua_record_get_kind (grant));
  g_assert_cmpstr (many, ==, "1,200个资助");
  g_free (many);
  many = rua_wording_kind (rua_record_get_kind (grant), FALSE);
  g_assert_cmpstr (rule, ==, "一事两值");
  g_assert_cmpstr (kind, ==, "资助");
  g_assert_cmpstr (many, ==, "资助");
  g_assert_cmpstr (own, ==, "seed swap");
  g_assert_cmpstr (bare, ==, "资助 g1");
  g_assert_cmpstr (sentence, ==, "income.ratio >= 2 不成立");
  g_assert_cmpstr (ended, ==, "成立。");
  g_assert_cmpstr (stopped, ==, "成立。");
  g_assert_cmpstr (open, ==, "成立");
  rua_set_language (NULL);
}

static void
test_stops (void)
{
  g_autofree char *ended = rua_wording_full_stop ("it holds"), *stopped = rua_wording_full_stop ("it holds."), *open = rua_wording_without_stop ("it holds.");
  g_autoptr (RuaAlliance) alliance = rua_alliance_new ();
  RuaKind *kind = rua_table_get_kind (rua_alliance_get_table (alliance, "workshop"));
  g_autofree char *one = rua_wording_count_kind (1, kind), *some = rua_wording_count_kind (0, kind);
  g_autofree char *nothing = rua_wording_without_stop (""), *counted = rua_wording_field ("n_households");

  g_assert_cmpstr (ended, ==, "it holds.");
  g_assert_cmpstr (stopped, ==, "it holds.");
  g_assert_cmpstr (open, ==, "it holds");
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (counted, ==, "households");
  g_assert_cmpstr (one, ==, "1 workshop");
  g_assert_cmpstr (some, ==, "0 workshops");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wording/number", test_number);
  g_test_add_func ("/wording/number-beside", test_number_beside);
  g_test_add_func ("/wording/quantity", test_quantity);
  g_test_add_func ("/wording/money", test_money);
  g_test_add_func ("/wording/dates", test_dates);
  g_test_add_func ("/wording/words", test_words);
  g_test_add_func ("/wording/names", test_names);
  g_test_add_func ("/wording/stops", test_stops);
  if (rua_messages_of ("zh")) {
    g_test_add_func ("/wording/chinese-quantities", test_chinese_quantities);
    g_test_add_func ("/wording/chinese-dates", test_chinese_dates);
    g_test_add_func ("/wording/chinese-words", test_chinese_words);
  }
  return g_test_run ();
}
