/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-estimator-private.h"

G_BEGIN_DECLS

/* Every estimator, in order of family; what the registry holds. */
#define RUA_ESTIMATORS(X) \
  X (count) X (total) X (mean) X (geometric_mean) X (trimmed_mean) X (quantile) X (weighted_mean) \
  X (weighted_quantile) X (distinct_count) \
  X (ratio_of_totals) X (proportion) X (two_proportions) X (participation_rate) \
  X (paired_change) X (ratio_distribution) X (sign_test) X (mcnemar) X (wilcoxon_signed_rank) \
  X (mean_difference) X (random_numbers) X (bootstrap) \
  X (deflate) X (growth) X (equivalise) X (price_index) X (price_index_chained) X (concentration) \
  X (poverty_fgt) X (inequality) X (inequality_se) X (theil_decomposition) X (survey_estimate) \
  X (did_2x2) X (twfe) X (wild_cluster_bootstrap) X (randomisation_test) X (group_time_att) \
  X (att_aggregate) X (attrition) X (lee_bounds) X (manski_bounds) X (kaplan_meier) X (icc) X (cronbach_alpha) \
  X (bipartite_network) X (brokerage) X (balance) X (multiple_testing) X (power) \
  X (suppress_primary) X (suppress_audit) X (suppress_secondary)

#define RUA_DECLARE_ESTIMATOR(name) extern const RuaEstimator rua_estimator_##name;
RUA_ESTIMATORS (RUA_DECLARE_ESTIMATOR)

/* The column in the role "outcome", its logarithm with the option log (transfer full). */
double *rua_run_outcome (RuaRun *run, GError **error);

extern const RuaRoleSpec rua_no_roles[];
extern const RuaOptionSpec rua_no_options[];
extern const RuaOptionSpec rua_level_option[]; /* ci_level alone */

G_END_DECLS
