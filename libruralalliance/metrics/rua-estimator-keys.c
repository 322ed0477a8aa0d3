/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each estimator may give, and in which units. */
#include "rua-estimators-private.h"

/* Keys with spaces between; one with a bracket at the end stands for all that begin so. */
static const struct {
  const char *name;
  const char *keys;
  const char *values; /* those in the unit of what is read; NULL: none, as below */
  const char *shares; /* shares and ratios */
  const char *untold; /* those with a unit that nothing tells; all others are plain numbers */
} keys_of[] = {
  { "count",
    .keys = "n_total n_valid n_missing n_distinct n_zero n_negative",
    .values = "n_total n_valid n_missing n_distinct n_zero n_negative" },
  { "total",
    .keys = "n total",
    .values = "total" },
  { "mean",
    .keys = "n mean sd se ci_low ci_high min max",
    .values = "mean sd se ci_low ci_high min max" },
  { "geometric_mean",
    .keys = "n geometric_mean",
    .values = "geometric_mean" },
  { "trimmed_mean",
    .keys = "n n_used trimmed_mean",
    .values = "trimmed_mean" },
  { "quantile",
    .keys = "n q[",
    .values = "q[" },
  { "weighted_mean",
    .keys = "n sum_weights mean se n_effective kish_deff var_frequency var_reliability",
    .values = "mean se",
    .untold = "sum_weights var_frequency var_reliability" },
  { "weighted_quantile",
    .keys = "n sum_weights q[",
    .values = "q[",
    .untold = "sum_weights" },
  { "distinct_count",
    .keys =
      "n_records n_distinct n_repeat max_repeat total_amount n_completed_records "
      "n_completed_distinct",
    .values = "n_distinct n_repeat n_completed_distinct",
    .untold = "total_amount" },
  { "ratio_of_totals",
    .keys = "n ratio se ci_low ci_high",
    .values = "ratio se ci_low ci_high" },
  { "proportion",
    .keys =
      "n x p wilson_low wilson_high clopper_pearson_low clopper_pearson_high wilson_cc_low "
      "wilson_cc_high agresti_coull_low agresti_coull_high jeffreys_low jeffreys_high "
      "wald_low wald_high",
    .shares =
      "p wilson_low wilson_high clopper_pearson_low clopper_pearson_high wilson_cc_low "
      "wilson_cc_high agresti_coull_low agresti_coull_high jeffreys_low jeffreys_high "
      "wald_low wald_high" },
  { "two_proportions",
    .keys =
      "p1 p0 difference newcombe_low newcombe_high risk_ratio rr_low rr_high z p_value "
      "fisher_p",
    .shares = "p1 p0 difference newcombe_low newcombe_high" },
  { "participation_rate",
    .keys =
      "n_total n_exempt n_unknown n_eligible n_participating n_exempt_participating rate "
      "wilson_low wilson_high clopper_pearson_low clopper_pearson_high",
    .shares = "rate wilson_low wilson_high clopper_pearson_low clopper_pearson_high" },
  { "paired_change",
    .keys =
      "n_total n_pairs n_before_only n_after_only mean_before mean_after mean_change "
      "sd_change se_change t p_value ci_low ci_high correlation cohen_dz ratio_of_means "
      "ratio_se ratio_low ratio_high ratio_log_low ratio_log_high",
    .values = "mean_before mean_after mean_change sd_change se_change ci_low ci_high",
    .shares = "ratio_of_means ratio_se ratio_low ratio_high ratio_log_low ratio_log_high" },
  { "ratio_distribution",
    .keys =
      "n_pairs n_eligible n_excluded_baseline median_ratio mean_ratio geometric_mean_ratio "
      "x share wilson_low wilson_high clopper_pearson_low clopper_pearson_high",
    .shares =
      "median_ratio mean_ratio geometric_mean_ratio share wilson_low wilson_high "
      "clopper_pearson_low clopper_pearson_high" },
  { "sign_test",
    .keys = "n_positive n_negative n_zero p_value" },
  { "mcnemar",
    .keys = "b c chi2 p_chi2 chi2_cc p_cc p_exact p_mid" },
  { "wilcoxon_signed_rank",
    .keys = "n_zero n_used v_plus v_minus z p_value hodges_lehmann hl_low hl_high",
    .untold = "hodges_lehmann hl_low hl_high" },
  { "mean_difference",
    .keys = "n1 n0 mean1 mean0 difference se df t p_value ci_low ci_high",
    .values = "mean1 mean0 difference se ci_low ci_high" },
  { "random_numbers",
    .keys = "raw[ below[" },
  { "bootstrap",
    .keys =
      "n estimate boot_mean boot_se bias percentile_low percentile_high z0 acceleration "
      "bca_low bca_high basic_low basic_high percentile_dh_low percentile_dh_high "
      "bca_dh_low bca_dh_high",
    .values =
      "estimate boot_mean boot_se bias percentile_low percentile_high bca_low bca_high "
      "basic_low basic_high percentile_dh_low percentile_dh_high bca_dh_low bca_dh_high" },
  { "deflate",
    .keys = "deflator[ real[",
    .shares = "deflator[",
    .untold = "real[" },
  { "growth",
    .keys =
      "change ratio percent annual_rate price_ratio real_ratio real_percent log_change "
      "comparator_ratio excess_ratio counterfactual_end naive_effect growth_gap_points "
      "annual_gap_points log_did",
    .shares = "ratio price_ratio real_ratio comparator_ratio excess_ratio",
    .untold =
      "change percent annual_rate real_percent counterfactual_end naive_effect "
      "growth_gap_points annual_gap_points" },
  { "equivalise",
    .keys = "n equivalent_size[ equivalent_income[ mean_household mean_person median_person",
    .values = "equivalent_income[ mean_household mean_person median_person",
    .untold = "equivalent_size[" },
  { "price_index",
    .keys =
      "n_matched n_base_only n_current_only laspeyres paasche fisher tornqvist value_ratio "
      "fisher_quantity",
    .shares = "laspeyres paasche fisher tornqvist value_ratio fisher_quantity" },
  { "price_index_chained",
    .keys = "chain[ direct[ direct",
    .shares = "chain[ direct[ direct" },
  { "concentration",
    .keys =
      "n_units n_positive hhi hhi_10000 hhi_normalised n_equivalent cr1 cr3 entropy share[ "
      "amount[",
    .shares = "hhi hhi_normalised cr1 cr3 share[",
    .untold = "amount[" },
  { "poverty_fgt",
    .keys = "n line n_poor fgt0 fgt1 fgt2 se0 se1 se2 mean_shortfall_poor",
    .shares = "fgt0 fgt1 fgt2 se0 se1 se2",
    .untold = "line mean_shortfall_poor" },
  { "inequality",
    .keys = "n gini theil_t theil_l cv s80s20 s80s20_lorenz palma atkinson[ lorenz[ gini_unbiased",
    .shares = "gini gini_unbiased lorenz[" },
  { "inequality_se",
    .keys = "n gini gini_se theil_t theil_t_se theil_l theil_l_se atkinson atkinson_se",
    .shares = "gini gini_se" },
  { "theil_decomposition",
    .keys = "total within between between_share",
    .shares = "between_share" },
  { "survey_estimate",
    .keys = "estimate n df se ci_low ci_high cv_percent deff",
    .values = "estimate se ci_low ci_high",
    .untold = "cv_percent" },
  { "did_2x2",
    .keys =
      "cell_n[ cell_mean[ estimate n k se_classical p_classical se_hc1 n_clusters se_cr0 "
      "se_cr1 p_cr1 ci_low_cr1 ci_high_cr1 se_cr2 df_cr2 p_cr2 ci_low_cr2 ci_high_cr2",
    .values =
      "cell_mean[ estimate se_classical se_hc1 se_cr0 se_cr1 ci_low_cr1 ci_high_cr1 se_cr2 "
      "ci_low_cr2 ci_high_cr2" },
  { "twfe",
    .keys =
      "n_units n_periods estimate n k n_clusters se_cr0 se_cr1 p_cr1 ci_low_cr1 ci_high_cr1 "
      "se_cr2 df_cr2 p_cr2 ci_low_cr2 ci_high_cr2 se_cr1_nested se_cr1_slopes",
    .values =
      "estimate se_cr0 se_cr1 ci_low_cr1 ci_high_cr1 se_cr2 ci_low_cr2 ci_high_cr2 "
      "se_cr1_nested se_cr1_slopes" },
  { "wild_cluster_bootstrap",
    .keys = "n n_clusters t n_draws n_extreme p_value" },
  { "randomisation_test",
    .keys = "n_clusters n_treated_clusters difference n_assignments n_extreme p_value",
    .values = "difference" },
  { "group_time_att",
    .keys = "n_units group_n[ att[ se[ pretrend_wald pretrend_df pretrend_p n_clusters",
    .values = "att[ se[" },
  { "att_aggregate",
    .keys = "att[ se[ overall_att overall_se",
    .values = "att[ se[ overall_att overall_se" },
  { "attrition",
    .keys =
      "n1 n0 followed1 followed0 attrition_overall attrition1 attrition0 differential "
      "newcombe_low newcombe_high z p_value",
    .shares = "attrition_overall attrition1 attrition0 differential newcombe_low newcombe_high" },
  { "lee_bounds",
    .keys = "response1 response0 naive trim_share lower upper",
    .values = "naive lower upper",
    .shares = "response1 response0 trim_share" },
  { "manski_bounds",
    .keys = "lower upper",
    .values = "lower upper" },
  { "kaplan_meier",
    .keys = "n n_events n_at_risk survival se ci_low ci_high median survival[",
    .shares = "survival se ci_low ci_high survival[",
    .untold = "median" },
  { "icc",
    .keys = "n n_clusters ms_between ms_within m0 icc design_effect",
    .shares = "icc",
    .untold = "ms_between ms_within" },
  { "cronbach_alpha",
    .keys = "n n_items n_incomplete alpha ci_low ci_high alpha_without[",
    .shares = "alpha ci_low ci_high alpha_without[" },
  { "bipartite_network",
    .keys =
      "n_left n_right n_records n_edges density mean_degree_left coverage_left "
      "mean_degree_right coverage_right n_components largest_component n_articulation "
      "max_betweenness degree[ strength[ betweenness[ betweenness_bipartite[",
    .shares = "density coverage_left coverage_right",
    .untold = "strength[" },
  { "brokerage",
    .keys =
      "coordinator[ itinerant[ representative[ gatekeeper[ liaison[ total[ all_coordinator "
      "all_itinerant all_representative all_gatekeeper all_liaison" },
  { "balance",
    .keys =
      "n1 n0 mean1 mean0 smd_average smd_treated smd_control variance_ratio cohen_d "
      "hedges_g ks",
    .untold = "mean1 mean0" },
  { "multiple_testing",
    .keys = "holm[ bh[ bonferroni[ hochberg[ by[" },
  { "power",
    .keys = "design_effect se mde_normal mde_t mde n_real n power",
    .shares = "power",
    .untold = "se mde_normal mde_t mde" },
  { "suppress_primary",
    .keys = "count[ total[ primary[ n_primary",
    .untold = "total[" },
  { "suppress_audit",
    .keys = "low[ high[ n_exact",
    .untold = "low[ high[" },
  { "suppress_secondary",
    .keys = "min_cost n_optimal suppressed[",
    .untold = "min_cost" },
};

const char *
rua_estimator_get_keys (const RuaEstimator *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys_of); i++)
    if (g_str_equal (keys_of[i].name, self->name))
      return keys_of[i].keys;
  return "";
}

static gboolean
lists (const char *keys, const char *key)
{
  g_auto (GStrv) all = keys != NULL ? g_strsplit (keys, " ", -1) : NULL;

  for (guint i = 0; all != NULL && all[i] != NULL; i++)
    if (g_str_has_suffix (all[i], "[") ? g_str_has_prefix (key, all[i]) : g_str_equal (key, all[i]))
      return TRUE;
  return FALSE;
}

RuaKeyUnit
rua_estimator_get_key_unit (const RuaEstimator *self, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys_of); i++)
    if (g_str_equal (keys_of[i].name, self->name))
      return lists (keys_of[i].values, key)   ? RUA_KEY_VALUE
             : lists (keys_of[i].shares, key) ? RUA_KEY_SHARE
             : lists (keys_of[i].untold, key) ? RUA_KEY_UNTOLD
                                              : RUA_KEY_NUMBER;
  return RUA_KEY_UNTOLD;
}
