/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each estimator may give. */
#include "rua-estimators-private.h"

static const struct {
  const char *name;
  const char *keys;
} keys_of[] = {
  { "count",
    "n_total n_valid n_missing n_distinct n_zero n_negative" },
  { "total",
    "n total" },
  { "mean",
    "n mean sd se ci_low ci_high min max" },
  { "geometric_mean",
    "n geometric_mean" },
  { "trimmed_mean",
    "n n_used trimmed_mean" },
  { "quantile",
    "n q[" },
  { "weighted_mean",
    "n sum_weights mean se n_effective kish_deff var_frequency var_reliability" },
  { "weighted_quantile",
    "n sum_weights q[" },
  { "distinct_count",
    "n_records n_distinct n_repeat max_repeat total_amount n_completed_records "
    "n_completed_distinct" },
  { "ratio_of_totals",
    "n ratio se ci_low ci_high" },
  { "proportion",
    "n x p wilson_low wilson_high clopper_pearson_low clopper_pearson_high wilson_cc_low "
    "wilson_cc_high agresti_coull_low agresti_coull_high jeffreys_low jeffreys_high "
    "wald_low wald_high" },
  { "two_proportions",
    "p1 p0 difference newcombe_low newcombe_high risk_ratio rr_low rr_high z p_value "
    "fisher_p" },
  { "participation_rate",
    "n_total n_exempt n_unknown n_eligible n_participating n_exempt_participating rate "
    "wilson_low wilson_high clopper_pearson_low clopper_pearson_high" },
  { "paired_change",
    "n_total n_pairs n_before_only n_after_only mean_before mean_after mean_change "
    "sd_change se_change t p_value ci_low ci_high correlation cohen_dz ratio_of_means "
    "ratio_se ratio_low ratio_high ratio_log_low ratio_log_high" },
  { "ratio_distribution",
    "n_pairs n_eligible n_excluded_baseline median_ratio mean_ratio geometric_mean_ratio "
    "x share wilson_low wilson_high clopper_pearson_low clopper_pearson_high" },
  { "sign_test",
    "n_positive n_negative n_zero p_value" },
  { "mcnemar",
    "b c chi2 p_chi2 chi2_cc p_cc p_exact p_mid" },
  { "wilcoxon_signed_rank",
    "n_zero n_used v_plus v_minus z p_value hodges_lehmann hl_low hl_high" },
  { "mean_difference",
    "n1 n0 mean1 mean0 difference se df t p_value ci_low ci_high" },
  { "random_numbers",
    "raw[ below[" },
  { "bootstrap",
    "n estimate boot_mean boot_se bias percentile_low percentile_high z0 acceleration "
    "bca_low bca_high basic_low basic_high percentile_dh_low percentile_dh_high "
    "bca_dh_low bca_dh_high" },
  { "deflate",
    "deflator[ real[" },
  { "growth",
    "change ratio percent annual_rate price_ratio real_ratio real_percent log_change "
    "comparator_ratio excess_ratio counterfactual_end naive_effect growth_gap_points "
    "annual_gap_points log_did" },
  { "equivalise",
    "n equivalent_size[ equivalent_income[ mean_household mean_person median_person" },
  { "price_index",
    "n_matched n_base_only n_current_only laspeyres paasche fisher tornqvist value_ratio "
    "fisher_quantity" },
  { "price_index_chained",
    "chain[ direct[ direct" },
  { "concentration",
    "n_units n_positive hhi hhi_10000 hhi_normalised n_equivalent cr1 cr3 entropy share[ "
    "amount[" },
  { "poverty_fgt",
    "n line n_poor fgt0 fgt1 fgt2 se0 se1 se2 mean_shortfall_poor" },
  { "inequality",
    "n gini theil_t theil_l cv s80s20 s80s20_lorenz palma atkinson[ lorenz[ gini_unbiased" },
  { "inequality_se",
    "n gini gini_se theil_t theil_t_se theil_l theil_l_se atkinson atkinson_se" },
  { "theil_decomposition",
    "total within between between_share" },
  { "survey_estimate",
    "estimate n df se ci_low ci_high cv_percent deff" },
  { "did_2x2",
    "cell_n[ cell_mean[ estimate n k se_classical p_classical se_hc1 n_clusters se_cr0 "
    "se_cr1 p_cr1 ci_low_cr1 ci_high_cr1 se_cr2 df_cr2 p_cr2 ci_low_cr2 ci_high_cr2" },
  { "twfe",
    "n_units n_periods estimate n k n_clusters se_cr0 se_cr1 p_cr1 ci_low_cr1 ci_high_cr1 "
    "se_cr2 df_cr2 p_cr2 ci_low_cr2 ci_high_cr2 se_cr1_nested se_cr1_slopes" },
  { "wild_cluster_bootstrap",
    "n n_clusters t n_draws n_extreme p_value" },
  { "randomisation_test",
    "n_clusters n_treated_clusters difference n_assignments n_extreme p_value" },
  { "group_time_att",
    "n_units group_n[ att[ se[ pretrend_wald pretrend_df pretrend_p n_clusters" },
  { "att_aggregate",
    "att[ se[ overall_att overall_se" },
  { "attrition",
    "n1 n0 followed1 followed0 attrition_overall attrition1 attrition0 differential "
    "newcombe_low newcombe_high z p_value" },
  { "lee_bounds",
    "response1 response0 naive trim_share lower upper" },
  { "manski_bounds",
    "lower upper" },
  { "icc",
    "n n_clusters ms_between ms_within m0 icc design_effect" },
  { "bipartite_network",
    "n_left n_right n_records n_edges density mean_degree_left coverage_left "
    "mean_degree_right coverage_right n_components largest_component n_articulation "
    "max_betweenness degree[ strength[ betweenness[ betweenness_bipartite[" },
  { "brokerage",
    "coordinator[ itinerant[ representative[ gatekeeper[ liaison[ total[ all_coordinator "
    "all_itinerant all_representative all_gatekeeper all_liaison" },
  { "balance",
    "n1 n0 mean1 mean0 smd_average smd_treated smd_control variance_ratio cohen_d "
    "hedges_g ks" },
  { "multiple_testing",
    "holm[ bh[ bonferroni[ hochberg[ by[" },
  { "power",
    "design_effect se mde_normal mde_t mde n_real n power" },
  { "suppress_primary",
    "count[ total[ primary[ n_primary" },
  { "suppress_audit",
    "low[ high[ n_exact" },
  { "suppress_secondary",
    "min_cost n_optimal suppressed[" },
};

const char *
rua_estimator_get_keys (const RuaEstimator *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys_of); i++)
    if (g_str_equal (keys_of[i].name, self->name))
      return keys_of[i].keys;
  return "";
}
