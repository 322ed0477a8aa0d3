/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-rules-private.h"

#include <math.h>
#include <string.h>

/* Figures that say something of each unit, and are got from many. */
static const char *const estimates[] = { "mean", "median", "share", "ratio", "change", NULL };

/* ---- pairs of figures of one thing ---- */

typedef void (*PairFunction) (RuaInquiry *inquiry, RuaObservation *a, RuaObservation *b);

static void
for_each_pair (RuaInquiry *inquiry, PairFunction call)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < inquiry->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (inquiry->observations, i);
    g_autoptr (GPtrArray) same = rua_inquiry_list_same (inquiry, observation);

    for (guint j = 0; j < same->len; j++)
      if (g_hash_table_contains (seen, g_ptr_array_index (same, j)))
        call (inquiry, g_ptr_array_index (same, j), observation);
    g_hash_table_add (seen, observation);
  }
}

static void
report_two_values (RuaInquiry *inquiry, RuaObservation *a, RuaObservation *b)
{
  g_autofree char *left_text = NULL;
  g_autofree char *right_text = NULL;

  if (!rua_inquiry_contradict (inquiry, a, b))
    return;
  left_text = rua_inquiry_format_value (a, b);
  right_text = rua_inquiry_format_value (b, a);
  rua_inquiry_report (inquiry, "two_values", RUA_RECORD (a), RUA_RECORD (b),
                      rua_rules_line_of (inquiry, RUA_RECORD (b)),
                      _("%s of the same thing is told twice, as %s and as %s."),
                      rua_observation_get_measured_property (a), left_text, right_text);
}

void
rua_rule_two_values (RuaInquiry *inquiry)
{
  for_each_pair (inquiry, report_two_values);
}

/* "Stations" and "station" are one name. */
static char *
fold_term (const char *term)
{
  g_autofree char *plain = rua_quotation_normalise (term, strlen (term), NULL, NULL);
  char *folded = g_utf8_casefold (plain, -1);
  gsize n = strlen (folded);

  if (n > 3 && folded[n - 1] == 's' && folded[n - 2] != 's')
    folded[n - 1] = '\0';
  return folded;
}

static void
report_two_names (RuaInquiry *inquiry, RuaObservation *a, RuaObservation *b)
{
  const char *left = rua_observation_get_term (a);
  const char *right = rua_observation_get_term (b);
  g_autofree char *left_folded = NULL;
  g_autofree char *right_folded = NULL;

  if (left == NULL || right == NULL
      || g_strcmp0 (rua_observation_get_statistic (a), rua_observation_get_statistic (b)) != 0)
    return;
  left_folded = fold_term (left);
  right_folded = fold_term (right);
  if (g_str_equal (left_folded, right_folded))
    return;
  rua_inquiry_report (inquiry, "two_names", RUA_RECORD (a), RUA_RECORD (b),
                      rua_rules_line_of (inquiry, RUA_RECORD (b)),
                      _("“%s” and “%s” are told as the same thing; they need not be."), left,
                      right);
}

void
rua_rule_two_names (RuaInquiry *inquiry)
{
  for_each_pair (inquiry, report_two_names);
}

/* ---- units ---- */

/* Whether two units are told and are not the same; “other” tells nothing. */
static gboolean
units_differ (const char *left, const char *right)
{
  return left != NULL && right != NULL && !g_str_equal (left, right) && !g_str_equal (left, "other")
         && !g_str_equal (right, "other");
}

static void
report_unit_drift (RuaInquiry *inquiry, RuaObservation *a, RuaObservation *b)
{
  const char *left = rua_observation_get_unit_of_analysis (a);
  const char *right = rua_observation_get_unit_of_analysis (b);

  if (!units_differ (left, right))
    return;
  rua_inquiry_report (inquiry, "unit_drift", RUA_RECORD (a), RUA_RECORD (b),
                      rua_rules_line_of (inquiry, RUA_RECORD (b)),
                      _("The same figure is told of each %s and of each %s."),
                      rua_message_token (left), rua_message_token (right));
}

static void
drift_between (RuaInquiry *inquiry, RuaClaim *claim, RuaClaim *other)
{
  const char *left = rua_claim_get_unit_of_analysis (other);
  const char *right = rua_claim_get_unit_of_analysis (claim);

  if (!units_differ (left, right))
    return;
  rua_inquiry_report (inquiry, "unit_drift", RUA_RECORD (claim), RUA_RECORD (other),
                      rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                      _("“%s” is told of each %s, “%s”, which it goes with, of each %s."),
                      rua_rules_get_id (claim), rua_message_token (right), rua_rules_get_id (other),
                      rua_message_token (left));
}

void
rua_rule_unit_drift (RuaInquiry *inquiry)
{
  for_each_pair (inquiry, report_unit_drift);
  for (guint i = 0; i < inquiry->claims->len; i++) {
    RuaClaim *claim = g_ptr_array_index (inquiry->claims, i);
    const char *unit = rua_claim_get_unit_of_analysis (claim);
    g_autoptr (RuaClaim) restated = rua_claim_dup_restates (claim);
    gboolean told = FALSE;

    if (unit == NULL)
      continue;
    if (restated != NULL)
      drift_between (inquiry, claim, restated);
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_depends_on (claim), RuaClaim, base)
    if (base != restated)
      drift_between (inquiry, claim, base);
    RUA_EVIDENCE_FOREACH_ITEM (rua_claim_list_figures (claim), RuaObservation, figure)
    {
      const char *of = rua_observation_get_unit_of_analysis (figure);
      const char *statistic = rua_observation_get_statistic (figure);
      if (!told && units_differ (of, unit) && statistic != NULL
          && g_strv_contains (estimates, statistic)) {
        rua_inquiry_report (inquiry, "unit_drift", RUA_RECORD (claim), RUA_RECORD (figure),
                            rua_rules_line_of (inquiry, RUA_RECORD (claim)),
                            _("“%s” speaks of each %s; its figure “%s” is of each %s."),
                            rua_rules_get_id (claim), rua_message_token (unit),
                            rua_rules_get_id (figure), rua_message_token (of));
        told = TRUE;
      }
    }
  }
}

/* ---- figures without what one needs to weigh them ---- */

void
rua_rule_bare_figure (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (inquiry->observations, i);
    const char *statistic = rua_observation_get_statistic (observation);
    gboolean n = rua_record_has (RUA_RECORD (observation), "sample_size");
    gboolean error = rua_record_has (RUA_RECORD (observation), "standard_error");

    if (statistic == NULL || !g_strv_contains (estimates, statistic) || (n && error))
      continue;
    if (!rua_record_has (RUA_RECORD (observation), "value")) {
      rua_inquiry_report (inquiry, "bare_figure", RUA_RECORD (observation), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (observation)),
                          _("The %s of %s is told in words, without a number."),
                          rua_message_token (statistic),
                          rua_observation_get_measured_property (observation));
      continue;
    }
    rua_inquiry_report (inquiry, "bare_figure", RUA_RECORD (observation), NULL,
                        rua_rules_line_of (inquiry, RUA_RECORD (observation)),
                        _("The %s of %s is given without %s."), rua_message_token (statistic),
                        rua_observation_get_measured_property (observation),
                        !n && !error ? _("the number of cases and without an error")
                        : !n         ? _("the number of cases")
                                     : _("an error"));
  }
}

/* ---- what cannot well be ---- */

#define FASTEST_GROWTH                                                                             \
  2.0 /* a year; what doubles every year is no household, village or programme */
#define FASTEST_DECLINE 0.5

static void
check_share (RuaInquiry *inquiry, RuaObservation *observation, double value)
{
  const char *told = rua_observation_get_unit (observation);
  g_autoptr (RuaUnit) unit = rua_unit_new (told == NULL ? "1" : told, NULL);
  g_autoptr (RuaUnit) one = rua_unit_new ("1", NULL);
  double whole = 1;
  g_autofree char *text = rua_evidence_format (value);

  /* Of a share in kilograms nothing tells the whole. */
  if (unit == NULL || !rua_unit_get_factor (one, unit, &whole, NULL))
    return;
  if (value >= 0 && value <= whole)
    return;
  rua_inquiry_report (
    inquiry, "implausible", RUA_RECORD (observation), NULL,
    rua_rules_line_of (inquiry, RUA_RECORD (observation)),
    _("A share of %s lies outside 0 to %g: a part cannot be more than the whole."), text, whole);
}

static void
check_population (RuaInquiry *inquiry, RuaObservation *observation, double value)
{
  static const char *const people[] = { "person", "villager", "member", NULL };
  const char *of = rua_observation_get_unit_of_analysis (observation);
  const char *unit = rua_observation_get_unit (observation);
  g_autoptr (RuaPlace) place = rua_observation_dup_location (observation);
  gboolean persons
    = (of != NULL && g_strv_contains (people, of)) || g_strcmp0 (unit, "person") == 0;
  gboolean households = g_strcmp0 (of, "household") == 0 || g_strcmp0 (unit, "household") == 0;
  gint64 most;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  if (place == NULL || !(persons || households))
    return;
  if (persons ? !rua_place_get_population (place, &most)
              : !rua_place_get_n_households (place, &most))
    return;
  if (value <= (double)most)
    return;
  text = rua_evidence_format (value);
  name = rua_evidence_dup_name (RUA_RECORD (place));
  rua_inquiry_report (inquiry, "implausible", RUA_RECORD (observation), RUA_RECORD (place),
                      rua_rules_line_of (inquiry, RUA_RECORD (observation)),
                      _("%s are counted in %s, which has %lld."), text, name, (long long)most);
}

/* Two figures of one property and subject in two years. */
static void
check_growth (RuaInquiry *inquiry, RuaObservation *a, RuaObservation *b)
{
  gint32 from, to;
  double first, last, years, yearly;

  if (!rua_evidence_get_day (RUA_RECORD (a), "period", FALSE, &from)
      || !rua_evidence_get_day (RUA_RECORD (b), "period", FALSE, &to)
      || !rua_observation_get_value (a, &first) || !rua_observation_get_value (b, &last)
      || first <= 0 || last <= 0)
    return;
  if (to < from) {
    gint32 day = from;
    double value = first;
    from = to;
    to = day;
    first = last;
    last = value;
  }
  years = (to - from) / 365.25;
  if (years < 0.9)
    return;
  yearly = pow (last / first, 1 / years);
  if (yearly > FASTEST_GROWTH || yearly < FASTEST_DECLINE) {
    g_autofree char *ratio = rua_evidence_format (last / first);
    rua_inquiry_report (inquiry, "implausible", RUA_RECORD (a), RUA_RECORD (b),
                        rua_rules_line_of (inquiry, RUA_RECORD (b)),
                        _("%s changed to %s times its value in %.0f years: %.0f %% a year."),
                        rua_observation_get_measured_property (a), ratio, years,
                        100 * (yearly - 1));
  }
}

/* What figures of one thing in several years have in common. */
static char *
dup_series_key (RuaObservation *observation)
{
  g_autoptr (RuaRecord) subject = rua_observation_dup_subject (observation);
  g_autofree char *key = subject == NULL ? NULL : rua_evidence_dup_key (subject);
  const char *property = rua_observation_get_measured_property (observation);
  const char *unit = rua_observation_get_unit (observation);

  if (key == NULL || property == NULL)
    return NULL;
  return g_strconcat (key, "\n", property, "\n", rua_observation_get_statistic (observation), "\n",
                      unit == NULL ? "" : unit, NULL);
}

void
rua_rule_implausible (RuaInquiry *inquiry)
{
  static const char *const no_amounts[] = { "change", "rank", NULL };
  g_autoptr (GHashTable) by_series
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < inquiry->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (inquiry->observations, i);
    const char *statistic = rua_observation_get_statistic (observation);
    g_autofree char *series = NULL;
    GPtrArray *earlier;
    double value;

    if (statistic == NULL || !rua_observation_get_value (observation, &value))
      continue;
    if (g_str_equal (statistic, "share"))
      check_share (inquiry, observation, value);
    if (g_str_equal (statistic, "count"))
      check_population (inquiry, observation, value);
    /* From 5 % more to 50 % more, and from first to twelfth, nothing grows. */
    series = g_strv_contains (no_amounts, statistic) ? NULL : dup_series_key (observation);
    if (series == NULL)
      continue;
    earlier = g_hash_table_lookup (by_series, series);
    if (earlier == NULL) {
      earlier = g_ptr_array_new ();
      g_hash_table_insert (by_series, g_steal_pointer (&series), earlier);
    }
    for (guint j = 0; j < earlier->len; j++)
      check_growth (inquiry, g_ptr_array_index (earlier, j), observation);
    g_ptr_array_add (earlier, observation);
  }
}

/* ---- rounding ---- */

static guint
significant_digits (double value)
{
  guint n = 0;
  double rest = fabs (value);

  if (rest == 0 || rest != floor (rest) || rest > 1e15)
    return 17;
  while (fmod (rest, 10) == 0)
    rest /= 10;
  while (rest >= 1) {
    rest = floor (rest / 10);
    n++;
  }
  return n;
}

void
rua_rule_round_number (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (inquiry->observations, i);
    const char *approximation = rua_observation_get_approximation (observation);
    double value;
    g_autofree char *text = NULL;

    if ((approximation != NULL && !g_str_equal (approximation, "exact"))
        || g_strcmp0 (rua_observation_get_statistic (observation), "share") == 0
        || !rua_observation_get_value (observation, &value))
      continue;
    if (!((fabs (value) >= 100 && significant_digits (value) == 1)
          || (fabs (value) >= 1000 && significant_digits (value) <= 2)))
      continue;
    text = rua_evidence_format (value);
    rua_inquiry_report (inquiry, "round_number", RUA_RECORD (observation), NULL,
                        rua_rules_line_of (inquiry, RUA_RECORD (observation)),
                        _("%s (%s) is a round number that is given as exact."), text,
                        rua_observation_get_term (observation) != NULL
                          ? rua_observation_get_term (observation)
                          : rua_observation_get_measured_property (observation));
  }
}

static const char *const approximate_words[]
  = { "about",      "around",    "approximately", "roughly",  "nearly", "almost",
      "some",       "more than", "over",          "at least", "up to",  "less than",
      "fewer than", "circa",     "ca.",           "大约",     "大約",   "约",
      "約",         "近",        "超过",          "超過",     "差不多", "逾",
      "至少",       "不到",      "不足",          NULL };

/* Those that stand behind it: 100多户, 三十余人, 100户左右. */
static const struct {
  const char *word;
  guint n_between; /* characters between the number and the word, such as what is counted */
} trailing_words[] = { { "多", 0 }, { "余", 0 }, { "餘", 0 }, { "左右", 2 }, { "上下", 2 } };

static gboolean
is_numeral (gunichar c)
{
  return g_unichar_isdigit (c) || g_utf8_strchr ("一二两兩三四五六七八九十百千万萬亿億", -1, c) != NULL;
}

static const char *
find_trailing (const char *quote)
{
  for (guint i = 0; i < G_N_ELEMENTS (trailing_words); i++) {
    const char *word = trailing_words[i].word;

    for (const char *p = strstr (quote, word); p != NULL; p = strstr (p + strlen (word), word)) {
      const char *at = p;
      guint n_between = 0;

      while (at > quote && n_between <= trailing_words[i].n_between) {
        at = g_utf8_prev_char (at);
        if (is_numeral (g_utf8_get_char (at)))
          return word;
        n_between += *at != ' ';
      }
    }
  }
  return NULL;
}

/* A word that makes a number vague stands right before the number, or right after it. */
static const char *
find_approximation (const char *quote)
{
  static const char *const money[] = { "¥", "￥", "$", "€", "£", "RMB", "CNY", "US$", "HK$", "USD", "EUR", NULL };

  for (guint i = 0; approximate_words[i] != NULL; i++) {
    const char *one[] = { approximate_words[i], NULL };
    gsize at;
    const char *rest = quote;

    while (rua_words_find (rest, one, &at) != NULL) {
      const char *after = rest + at + strlen (one[0]);
      while (*after == ' ')
        after++;
      for (guint k = 0; money[k] != NULL; k++)
        if (g_str_has_prefix (after, money[k])) {
          after += strlen (money[k]);
          break;
        }
      while (*after == ' ')
        after++;
      if (g_ascii_isdigit (*after) || g_str_has_prefix (after, "a hundred")
          || g_str_has_prefix (after, "one hundred") || g_str_has_prefix (after, "half")
          || g_str_has_prefix (after, "a thousand"))
        return approximate_words[i];
      rest = after;
    }
  }
  return find_trailing (quote);
}

static void
report_approximation (RuaInquiry *inquiry, RuaObservation *a, RuaObservation *b)
{
  const char *left = rua_observation_get_approximation (a);
  const char *right = rua_observation_get_approximation (b);

  if (left == NULL || right == NULL || g_str_equal (left, right)
      || g_strcmp0 (rua_observation_get_statistic (a), rua_observation_get_statistic (b)) != 0)
    return;
  rua_inquiry_report (inquiry, "approximation", RUA_RECORD (a), RUA_RECORD (b),
                      rua_rules_line_of (inquiry, RUA_RECORD (b)),
                      _("%s is told as “%s” in one place and as “%s” in another."),
                      rua_observation_get_measured_property (a), rua_message_token (left),
                      rua_message_token (right));
}

void
rua_rule_approximation (RuaInquiry *inquiry)
{
  for (guint i = 0; i < inquiry->observations->len; i++) {
    RuaObservation *observation = g_ptr_array_index (inquiry->observations, i);
    const char *approximation = rua_observation_get_approximation (observation);
    const char *quote = rua_observation_get_quote (observation);
    const char *word;

    if (quote == NULL || (approximation != NULL && !g_str_equal (approximation, "exact")))
      continue;
    word = find_approximation (quote);
    if (word != NULL)
      rua_inquiry_report (inquiry, "approximation", RUA_RECORD (observation), NULL,
                          rua_rules_line_of (inquiry, RUA_RECORD (observation)),
                          _("The words say “%s”; the figure is taken as exact."), word);
  }
  for_each_pair (inquiry, report_approximation);
}
