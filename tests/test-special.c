/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Special functions against values computed with forty digits, and against each other. */
#include "rua-special-private.h"
#include "rua-random-private.h"
#include "rua-special-density-private.h"

#include <math.h>
#include <string.h>

typedef struct {
  const char *function;
  double a;
  double b;
  double x;
  double y;
  double value;
  double tolerance; /* relative */
} Known;

/* Computed with mpmath at 40 digits, the noncentral t by quadrature at 30. */
static const Known known[] = {
  { "log_gamma", 0.5, 0, 0, 0, 0.57236494292470008707, 1e-12 },
  { "log_gamma", 1, 0, 0, 0, 0.0, 1e-12 },
  { "log_gamma", 3.7, 0, 0, 0, 1.4280723266653881292, 1e-12 },
  { "log_gamma", 10, 0, 0, 0, 12.801827480081469611, 1e-12 },
  { "log_gamma", 100, 0, 0, 0, 359.13420536957539878, 1e-12 },
  { "log_gamma", 12345.678, 0, 0, 0, 103959.91990554605982, 1e-12 },
  { "normal_cdf", -37, 0, 0, 0, 5.7255712225245768227e-300, 1e-12 },
  { "normal_cdf", -10, 0, 0, 0, 7.619853024160526066e-24, 1e-12 },
  { "normal_cdf", -3.5, 0, 0, 0, 0.00023262907903552503635, 1e-12 },
  { "normal_cdf", -1, 0, 0, 0, 0.15865525393145705141, 1e-12 },
  { "normal_cdf", 0, 0, 0, 0, 0.5, 1e-12 },
  { "normal_cdf", 0.25, 0, 0, 0, 0.59870632568292372424, 1e-12 },
  { "normal_cdf", 1.96, 0, 0, 0, 0.97500210485177956379, 1e-12 },
  { "normal_cdf", 5, 0, 0, 0, 0.99999971334842812081, 1e-12 },
  { "normal_cdf", 8, 0, 0, 0, 0.9999999999999993779, 1e-12 },
  { "normal_tail", -3, 0, 0, 0, 0.99865010196836990547, 1e-12 },
  { "normal_tail", 0.5, 0, 0, 0, 0.30853753872598689636, 1e-12 },
  { "normal_tail", 6, 0, 0, 0, 9.865876450376981407e-10, 1e-12 },
  { "normal_tail", 30, 0, 0, 0, 4.9067139271481870595e-198, 1e-12 },
  { "normal_quantile", 1e-300, 0, 0, 0, -37.047096299361199237, 1e-12 },
  { "normal_quantile", 1e-20, 0, 0, 0, -9.2623400897984075796, 1e-12 },
  { "normal_quantile", 1e-6, 0, 0, 0, -4.7534243088228989573, 1e-12 },
  { "normal_quantile", 0.001, 0, 0, 0, -3.0902323061678135354, 1e-12 },
  { "normal_quantile", 0.025, 0, 0, 0, -1.9599639845400542118, 1e-12 },
  { "normal_quantile", 0.1, 0, 0, 0, -1.2815515655446004353, 1e-12 },
  { "normal_quantile", 0.3, 0, 0, 0, -0.52440051270804081597, 1e-12 },
  { "normal_quantile", 0.5, 0, 0, 0, 0.0, 1e-12 },
  { "normal_quantile", 0.77, 0, 0, 0, 0.73884684918521368782, 1e-12 },
  { "normal_quantile", 0.975, 0, 0, 0, 1.9599639845400538556, 1e-12 },
  { "normal_quantile", 0.999999, 0, 0, 0, 4.7534243088170877657, 1e-12 },
  { "gamma_lower", 0.5, 0, 0.01, 0, 0.11246291601828489337, 1e-12 },
  { "gamma_upper", 0.5, 0, 0.01, 0, 0.88753708398171510663, 1e-12 },
  { "gamma_lower", 0.5, 0, 3, 0, 0.98569412156457036047, 1e-12 },
  { "gamma_upper", 0.5, 0, 3, 0, 0.014305878435429639526, 1e-12 },
  { "gamma_lower", 1, 0, 1, 0, 0.6321205588285576784, 1e-12 },
  { "gamma_upper", 1, 0, 1, 0, 0.3678794411714423216, 1e-12 },
  { "gamma_lower", 2.5, 0, 0.3, 0, 0.011996757205906265498, 1e-12 },
  { "gamma_upper", 2.5, 0, 0.3, 0, 0.9880032427940937345, 1e-12 },
  { "gamma_lower", 10, 0, 25, 0, 0.99977852336175121642, 1e-12 },
  { "gamma_upper", 10, 0, 25, 0, 0.00022147663824878358122, 1e-12 },
  { "gamma_lower", 100, 0, 80, 0, 0.017108313035133114166, 1e-12 },
  { "gamma_upper", 100, 0, 80, 0, 0.98289168696486688583, 1e-12 },
  { "gamma_lower", 1000, 0, 1000, 0, 0.5042052441802155085, 1e-12 },
  { "gamma_upper", 1000, 0, 1000, 0, 0.4957947558197844915, 1e-12 },
  { "gamma_lower", 500, 0, 700, 0, 0.99999999999999929679, 1e-12 },
  { "gamma_upper", 500, 0, 700, 0, 7.0321456418285894787e-16, 1e-12 },
  { "gamma_lower", 0.001, 0, 5, 0, 0.99999884901866026914, 1e-12 },
  { "gamma_upper", 0.001, 0, 5, 0, 1.1509813397308608782e-6, 1e-12 },
  { "beta_lower", 0.5, 0.5, 0.25, 0.75, 0.33333333333333333333, 1e-12 },
  { "beta_lower", 2, 3, 0.5, 0.5, 0.6875, 1e-12 },
  { "beta_lower", 1, 1, 0.125, 0.875, 0.125, 1e-12 },
  { "beta_lower", 10, 0.5, 0.96875, 0.03125, 0.43129087333554564393, 1e-12 },
  { "beta_lower", 0.5, 10, 0.0078125, 0.9921875, 0.30431023546260807514, 1e-12 },
  { "beta_lower", 50, 60, 0.4375, 0.5625, 0.36194603045063193489, 1e-12 },
  { "beta_lower", 200, 300, 0.25, 0.75, 1.0169531065276602765e-13, 1e-12 },
  { "beta_lower", 1000, 1000, 0.46875, 0.53125, 0.002575221553587426289, 1e-12 },
  { "beta_lower", 3, 500, 0.001953125, 0.998046875, 0.076564292157735305841, 1e-12 },
  { "beta_lower", 0.1, 0.2, 0.9990234375, 0.0009765625, 0.91436732746977320842, 1e-12 },
  { "t_tail", 1, 0, 0.5, 0, 0.35241638234956672582, 1e-12 },
  { "t_tail", 1, 0, 2, 0, 0.14758361765043327418, 1e-12 },
  { "t_tail", 1, 0, 25, 0, 0.012725611347991830781, 1e-12 },
  { "t_tail", 2, 0, 0.5, 0, 0.33333333333333333333, 1e-12 },
  { "t_tail", 2, 0, 2, 0, 0.091751709536136983634, 1e-12 },
  { "t_tail", 2, 0, 25, 0, 0.00079808510570516692827, 1e-12 },
  { "t_tail", 3.5, 0, 0.5, 0, 0.32342521966127550961, 1e-12 },
  { "t_tail", 3.5, 0, 2, 0, 0.06306926128795676726, 1e-12 },
  { "t_tail", 3.5, 0, 25, 0, 0.00002259951381064682128, 1e-12 },
  { "t_tail", 10, 0, 0.5, 0, 0.31394680287148647135, 1e-12 },
  { "t_tail", 10, 0, 2, 0, 0.036694017385370182809, 1e-12 },
  { "t_tail", 10, 0, 25, 0, 1.1996963800316706297e-10, 1e-12 },
  { "t_tail", 39, 0, 0.5, 0, 0.30994234584868939985, 1e-12 },
  { "t_tail", 39, 0, 2, 0, 0.02624950767192737807, 1e-12 },
  { "t_tail", 39, 0, 25, 0, 6.4351967873274477491e-26, 1e-12 },
  { "t_tail", 199.5, 0, 0.5, 0, 0.30881306443497259816, 1e-12 },
  { "t_tail", 199.5, 0, 2, 0, 0.023428292367953661874, 1e-12 },
  { "t_tail", 199.5, 0, 25, 0, 1.0943351597631302465e-63, 1e-12 },
  { "t_tail", 1000, 0, 0.5, 0, 0.30859254041693740732, 1e-12 },
  { "t_tail", 1000, 0, 2, 0, 0.022885173246625820024, 1e-12 },
  { "t_tail", 1000, 0, 25, 0, 7.6017706916606395214e-108, 1e-12 },
  { "t_critical", 1, 0, 0.95, 0, 12.706204736174693314, 1e-12 },
  { "t_critical", 2, 0, 0.95, 0, 4.3026527297494617894, 1e-12 },
  { "t_critical", 3.5, 0, 0.95, 0, 2.9400886379827288125, 1e-12 },
  { "t_critical", 8, 0, 0.95, 0, 2.3060041352041661143, 1e-12 },
  { "t_critical", 38, 0, 0.95, 0, 2.0243941639119692316, 1e-12 },
  { "t_critical", 100, 0, 0.95, 0, 1.9839715185235518946, 1e-12 },
  { "t_critical", 10000, 0, 0.95, 0, 1.9602012398906258778, 1e-12 },
  { "t_critical", INFINITY, 0, 0.95, 0, 1.9599639845400538556, 1e-12 },
  { "f_tail", 1, 1, 1, 0, 0.5, 1e-12 },
  { "f_tail", 2, 20, 4.5, 0, 0.024339966583586447851, 1e-12 },
  { "f_tail", 5, 7.5, 0.3, 0, 0.89895853705826749476, 1e-12 },
  { "f_tail", 3, 100, 30, 0, 6.4550099171815322923e-14, 1e-12 },
  { "chi2_tail", 1, 0, 3.84, 0, 0.050043521248705103189, 1e-12 },
  { "chi2_tail", 1, 0, 0.01, 0, 0.92034432544594203624, 1e-12 },
  { "chi2_tail", 1, 0, 50, 0, 1.5374597944280348502e-12, 1e-12 },
  { "chi2_tail", 5, 0, 11.07, 0, 0.050009618622405482225, 1e-12 },
  { "chi2_tail", 100, 0, 200, 0, 1.1784500720979422446e-8, 1e-12 },
  { "nct_cdf", 1, 0.5, 1, 0, 0.59274773644002935632, 1e-12 },
  { "nct_tail", 1, 0.5, 1, 0, 0.40725226355997064368, 1e-12 },
  { "nct_cdf", 5, 2, 1.5, 0, 0.30040817319309784707, 1e-12 },
  { "nct_tail", 5, 2, 1.5, 0, 0.69959182680690215293, 1e-12 },
  { "nct_cdf", 10, -1, 0.5, 0, 0.93039831630675158523, 1e-12 },
  { "nct_tail", 10, -1, 0.5, 0, 0.069601683693248414771, 1e-12 },
  { "nct_cdf", 126, 2.828, 1.979, 0, 0.19866770529628533049, 1e-12 },
  { "nct_tail", 126, 2.828, 1.979, 0, 0.80133229470371466951, 1e-12 },
  { "nct_cdf", 3, 6, 2, 0, 0.00088513637502622469903, 1e-12 },
  { "nct_tail", 3, 6, 2, 0, 0.9991148636249737753, 1e-12 },
  { "nct_cdf", 30, 4, -1, 0, 3.6721388004399158454e-7, 1e-12 },
  { "nct_tail", 30, 4, -1, 0, 0.99999963278611995601, 1e-12 },
  { "nct_cdf", 200, 1, 8, 0, 0.99999999996201165653, 1e-12 },
  { "nct_tail", 200, 1, 8, 0, 3.7988343468548490808e-11, 1e-12 },
  { "binomial_cdf", 3, 10, 0.5, 0, 0.171875, 1e-12 },
  { "binomial_tail", 3, 10, 0.5, 0, 0.9453125, 1e-12 },
  { "binomial_cdf", 0, 20, 0.125, 0, 0.069208758773930263188, 1e-12 },
  { "binomial_tail", 0, 20, 0.125, 0, 1.0, 1e-12 },
  { "binomial_cdf", 70, 100, 0.5, 0, 0.99998391999235216683, 1e-12 },
  { "binomial_tail", 70, 100, 0.5, 0, 0.000039250698227968348115, 1e-12 },
  { "binomial_cdf", 5, 1000, 0.0078125, 0, 0.20793978336738183431, 1e-12 },
  { "binomial_tail", 5, 1000, 0.0078125, 0, 0.89005478030193546032, 1e-12 },
  { "fisher", 30, 40, 18, 41, 0.0064699286445654258886, 1e-12 },
  { "fisher", 0, 10, 3, 12, 0.22077922077922077922, 1e-12 },
  { "fisher", 5, 5, 5, 5, 1.0, 1e-12 },
  { "fisher", 1, 50, 20, 60, 0.000014565653773302742148, 1e-12 },
  { "nct_cdf", 5, 2, -30, 0, 1.0877841144114654123e-9, 1e-12 },
  { "nct_cdf", 3, 0, -1000, 0, 1.1026538212882963483e-9, 1e-12 },
  { "nct_cdf", 4, 40, 3, 0, 1.7837291231916890995e-105, 1e-12 },
  { "nct_tail", 8, 1, 60, 0, 4.7850045564174964759e-11, 1e-12 },
  { "fisher", 300, 1000, 400, 900, 8.4915638030471131704e-11, 1e-12 },
  { "fisher", 2060, 4000, 1940, 4000, 0.0077888259106150634418, 1e-11 },
  { "log_choose", 10, 3, 0, 0, 4.7874917427820459942, 1e-12 },
  { "log_choose", 100, 50, 0, 0, 66.783841652017426009, 1e-12 },
  { "log_choose", 1000, 1, 0, 0, 6.9077552789821370521, 1e-12 },
  { "log_choose", 52, 5, 0, 0, 14.77062192297037073, 1e-12 },
  /* mpmath at 50 digits: many degrees of freedom, small parameters, far tails. */
  { "t_tail", 71472668.5860703, 0, 1e-06, 0, 0.49999960105772099407, 1e-12 },
  { "t_tail", 71472668.5860703, 0, 1.9366909722755559, 0, 0.026391566949396149446, 1e-12 },
  { "t_tail", 71472668.5860703, 0, 6.5, 0, 4.0160268344972421096e-11, 1e-12 },
  { "t_tail", 71472668.5860703, 0, 20.25, 0, 1.7772499613223991461e-91, 1e-12 },
  { "t_tail", 5000000.0, 0, 1e-06, 0, 0.49999960105773954575, 1e-12 },
  { "t_tail", 5000000.0, 0, 1.9366909722755559, 0, 0.026391593115433227445, 1e-12 },
  { "t_tail", 5000000.0, 0, 6.5, 0, 4.0163758388506962044e-11, 1e-12 },
  { "t_tail", 5000000.0, 0, 20.25, 0, 1.7912688677193456649e-91, 1e-12 },
  { "t_tail", 100000.0, 0, 1e-06, 0, 0.49999960105871695309, 1e-12 },
  { "t_tail", 100000.0, 0, 1.9366909722755559, 0, 0.026392971696672547608, 1e-12 },
  { "t_tail", 100000.0, 0, 6.5, 0, 4.03480120583372211e-11, 1e-12 },
  { "t_tail", 100000.0, 0, 20.25, 0, 2.7067598484159863789e-91, 1e-12 },
  { "t_tail", 100000000.0, 0, 1e-06, 0, 0.49999960105772059599, 1e-12 },
  { "t_tail", 100000000.0, 0, 1.9366909722755559, 0, 0.026391566387926917024, 1e-12 },
  { "t_tail", 100000000.0, 0, 6.5, 0, 4.0160193458752998639e-11, 1e-12 },
  { "t_tail", 100000000.0, 0, 20.25, 0, 1.7769503343936581525e-91, 1e-12 },
  { "t_tail", 0.25, 0, 1e-06, 0, 0.49999978514816424271, 1e-12 },
  { "t_tail", 0.25, 0, 1.9366909722755559, 0, 0.30492098222187808091, 1e-12 },
  { "t_tail", 0.25, 0, 6.5, 0, 0.22620655455279662196, 1e-12 },
  { "t_tail", 0.25, 0, 20.25, 0, 0.17032834477437928431, 1e-12 },
  { "t_tail", 30, 0, 1e-06, 0, 0.49999960436781510597, 1e-12 },
  { "t_tail", 30, 0, 1.9366909722755559, 0, 0.031125936947520503763, 1e-12 },
  { "t_tail", 30, 0, 6.5, 0, 1.7390235439860112915e-7, 1e-12 },
  { "t_tail", 30, 0, 20.25, 0, 2.3833008018463788554e-19, 1e-12 },
  { "t_tail", 10000.0, 0, 1e-06, 0, 0.49999960106769303096, 1e-12 },
  { "t_tail", 10000.0, 0, 1.9366909722755559, 0, 0.026405632558295656033, 1e-12 },
  { "t_tail", 10000.0, 0, 6.5, 0, 4.2075260597305167612e-11, 1e-12 },
  { "t_tail", 10000.0, 0, 20.25, 0, 1.085084731568061527e-89, 1e-12 },
  { "t_quantile", 1, 0, 0.001484951692641755, 0, -214.35550974603609031, 1e-12 },
  { "t_quantile", 1, 0, 0.025, 0, -12.706204736174703938, 1e-12 },
  { "t_quantile", 1, 0, 0.3, 0, -0.72654252800536093919, 1e-12 },
  { "t_quantile", 1, 0, 0.9705010636107191, 0, 10.759645766977971011, 1e-12 },
  { "t_quantile", 1, 0, 1e-12, 0, -318309886183.79067794, 1e-12 },
  { "t_quantile", 4, 0, 0.001484951692641755, 0, -6.4523795934078803649, 1e-12 },
  { "t_quantile", 4, 0, 0.025, 0, -2.7764451051977943036, 1e-12 },
  { "t_quantile", 4, 0, 0.3, 0, -0.56864906304970548011, 1e-12 },
  { "t_quantile", 4, 0, 0.9705010636107191, 0, 2.6167884464451906319, 1e-12 },
  { "t_quantile", 4, 0, 1e-12, 0, -1316.0727465592565424, 1e-12 },
  { "t_quantile", 2.0278337006850484, 0, 0.001484951692641755, 0, -17.748370071415125798, 1e-12 },
  { "t_quantile", 2.0278337006850484, 0, 0.025, 0, -4.2465510257038363188, 1e-12 },
  { "t_quantile", 2.0278337006850484, 0, 0.3, 0, -0.61582715770848467895, 1e-12 },
  { "t_quantile", 2.0278337006850484, 0, 0.9705010636107191, 0, 3.8849217330240497424, 1e-12 },
  { "t_quantile", 2.0278337006850484, 0, 1e-12, 0, -593086.02357555316641, 1e-12 },
  { "t_quantile", 300, 0, 0.001484951692641755, 0, -2.9953464235251933012, 1e-12 },
  { "t_quantile", 300, 0, 0.025, 0, -1.9679030112610870061, 1e-12 },
  { "t_quantile", 300, 0, 0.3, 0, -0.52495815809753297204, 1e-12 },
  { "t_quantile", 300, 0, 0.9705010636107191, 0, 1.8954198661548267739, 1e-12 },
  { "t_quantile", 300, 0, 1e-12, 0, -7.3413238421787726796, 1e-12 },
  { "t_quantile", 100000.0, 0, 0.001484951692641755, 0, -2.9709089709609220501, 1e-12 },
  { "t_quantile", 100000.0, 0, 0.025, 0, -1.9599877075346096148, 1e-12 },
  { "t_quantile", 100000.0, 0, 0.3, 0, -0.52440218423354574046, 1e-12 },
  { "t_quantile", 100000.0, 0, 0.9705010636107191, 0, 1.8882307394297717217, 1e-12 },
  { "t_quantile", 100000.0, 0, 1e-12, 0, -7.0353717423935763444, 1e-12 },
  { "t_quantile", 6617753.010448494, 0, 0.001484951692641755, 0, -2.9708370944700327399, 1e-12 },
  { "t_quantile", 6617753.010448494, 0, 0.025, 0, -1.9599643430109208424, 1e-12 },
  { "t_quantile", 6617753.010448494, 0, 0.3, 0, -0.52440053796618081813, 1e-12 },
  { "t_quantile", 6617753.010448494, 0, 0.9705010636107191, 0, 1.8882095140737522761, 1e-12 },
  { "t_quantile", 6617753.010448494, 0, 1e-12, 0, -7.0344972410782042503, 1e-12 },
  { "t_critical", 902322.1245557786, 0, 0.95, 0, 1.9599666136170694595, 1e-12 },
  { "t_critical", 7, 0, 0.95, 0, 2.3646242515927847379, 1e-12 },
  { "t_critical", 1.4972278552615, 0, 0.95, 0, 6.0322894559251247246, 1e-12 },
  { "t_critical", 902322.1245557786, 0, 0.5, 0, 0.67449002208902059932, 1e-12 },
  { "t_critical", 7, 0, 0.5, 0, 0.71114177808178630563, 1e-12 },
  { "t_critical", 1.4972278552615, 0, 0.5, 0, 0.87302780124711302681, 1e-12 },
  { "t_critical", 902322.1245557786, 0, 0.999, 0, 3.2905375145142326943, 1e-12 },
  { "t_critical", 7, 0, 0.999, 0, 5.4078825208617244112, 1e-12 },
  { "t_critical", 1.4972278552615, 0, 0.999, 0, 83.456055096909856733, 1e-12 },
  { "gamma_lower", 0.002726471681447144, 0, 0.9187147247671625, 0, 0.99931142208247712414, 1e-12 },
  { "gamma_upper", 0.002726471681447144, 0, 0.9187147247671625, 0, 0.00068857791752287585553, 1e-12 },
  { "gamma_lower", 0.001, 0, 0.25, 0, 0.99895565561972813962, 1e-12 },
  { "gamma_upper", 0.001, 0, 0.25, 0, 0.0010443443802718603754, 1e-12 },
  { "gamma_lower", 0.25, 0, 0.5, 0, 0.84648640419167753679, 1e-12 },
  { "gamma_upper", 0.25, 0, 0.5, 0, 0.15351359580832246321, 1e-12 },
  { "gamma_lower", 0.4375, 0, 0.03125, 0, 0.24548348897011052126, 1e-12 },
  { "gamma_upper", 0.4375, 0, 0.03125, 0, 0.75451651102988947874, 1e-12 },
  { "gamma_lower", 0.0078125, 0, 3.0, 0, 0.99989654297745102358, 1e-12 },
  { "gamma_upper", 0.0078125, 0, 3.0, 0, 0.00010345702254897641908, 1e-12 },
  { "gamma_lower", 15.75, 0, 9.5, 0, 0.038922464684565429606, 1e-12 },
  { "gamma_upper", 15.75, 0, 9.5, 0, 0.96107753531543457039, 1e-12 },
  { "gamma_lower", 31.25, 0, 7.8e-09, 0, 2.1773221397570092367e-288, 1e-12 },
  { "gamma_upper", 31.25, 0, 7.8e-09, 0, 1.0, 1e-12 },
  { "beta_lower", 113.5, 86114.73790299814, 0.0013308417664466572, 0.9986691582335533, 0.55912731543724252022, 1e-12 },
  { "beta_lower", 86114.73790299814, 113.5, 0.9986691582335533, 0.0013308417664466572, 0.44087268456275747978, 1e-12 },
  { "beta_lower", 15.0, 0.021907312344010128, 0.9497820214782959, 0.050217978521704065, 0.007616231394003442051, 1e-12 },
  { "beta_lower", 0.021907312344010128, 15.0, 0.050217978521704065, 0.9497820214782959, 0.99238376860599655795, 1e-12 },
  { "beta_lower", 5113.859006062289, 0.5, 0.9996310818607674, 0.0003689181392325658, 0.05206426960088781511, 1e-12 },
  { "beta_lower", 0.5, 5113.859006062289, 0.0003689181392325658, 0.9996310818607674, 0.94793573039911218489, 1e-12 },
  { "beta_lower", 0.03125, 0.015625, 0.5, 0.5, 0.33320710114135391756, 1e-12 },
  { "beta_lower", 0.015625, 0.03125, 0.5, 0.5, 0.66679289885864608244, 1e-12 },
  { "beta_lower", 3.0, 10000000.0, 2e-07, 0.9999998, 0.32332369208517303302, 1e-12 },
  { "beta_lower", 10000000.0, 3.0, 0.9999998, 2e-07, 0.67667630791482696698, 1e-12 },
  { "beta_lower", 100000.0, 100000.0, 0.49, 0.51, 1.8571347290404195842e-19, 1e-12 },
  { "beta_lower", 100000.0, 100000.0, 0.51, 0.49, 0.99999999999999999981, 1e-12 },
  { "beta_lower", 0.5, 4.5, 1e-14, 0.99999999999999, 2.3282094532299845958e-7, 1e-12 },
  { "beta_lower", 4.5, 0.5, 0.99999999999999, 1e-14, 0.999999767179054677, 1e-12 },
  { "beta_lower", 2.0, 2.0, 0.9999999999999, 1e-13, 1.0, 1e-12 },
  { "beta_lower", 2.0, 2.0, 1e-13, 0.9999999999999, 2.9999999999998003688e-26, 1e-12 },
  { "beta_quantile", 0.5, 48527.21184236335, 0.975, 0.025000000000000022, 0.000051762525107348609094, 1e-12 },
  { "beta_quantile", 1, 148, 0.025, 0.975, 0.00017105163916402895533, 1e-12 },
  { "beta_quantile", 3.5, 17.5, 0.025, 0.975, 0.044131341975155868677, 1e-12 },
  { "beta_quantile", 264, 1, 0.5, 0.5, 0.99737788625938685745, 1e-12 },
  { "beta_quantile", 0.125, 9, 0.40625, 0.59375, 0.000053595413571727106636, 1e-12 },
  { "beta_quantile", 100000.0, 3, 1e-09, 0.999999999, 0.99973331536821725437, 1e-12 },
  { "beta_quantile", 12, 1000000.0, 0.3, 0.7, 9.9715098117124668723e-6, 1e-12 },
  { "log_choose", 390641688, 62336, 0, 0, 607328.66600143323392, 1e-12 },
  { "log_choose", 1000000000.0, 3, 0, 0, 60.378038038611178465, 1e-12 },
  { "log_choose", 1000000.0, 500000.0, 0, 0, 693140.04701306368255, 1e-12 },
  { "log_choose", 17, 4, 0, 0, 7.7748557666655203788, 1e-12 },
  { "stirling_error", 0.0009765625, 0, 0, 0, 2.5539800443502183166, 1e-12 },
  { "stirling_error", 0.3125, 0, 0, 0, 0.22842002999381143601, 1e-12 },
  { "stirling_error", 0.5, 0, 0, 0, 0.15342640972002734529, 1e-12 },
  { "stirling_error", 0.75, 0, 0, 0, 0.10626293633956786156, 1e-12 },
  { "stirling_error", 1, 0, 0, 0, 0.08106146679532725822, 1e-12 },
  { "stirling_error", 2.5, 0, 0, 0, 0.033162873519936287485, 1e-12 },
  { "stirling_error", 7.25, 0, 0, 0, 0.011487002684428696791, 1e-12 },
  { "stirling_error", 11.829363388852185, 0, 0, 0, 0.0070429422327589910479, 1e-12 },
  { "stirling_error", 15.5, 0, 0, 0, 0.0053755990329268344936, 1e-12 },
  { "stirling_error", 15.96875, 0, 0, 0, 0.0052178443709361919937, 1e-12 },
  { "stirling_error", 16, 0, 0, 0, 0.0052076559196096404407, 1e-12 },
  { "stirling_error", 100, 0, 0, 0, 0.00083333055563491468338, 1e-12 },
  { "stirling_error", 1000000.0, 0, 0, 0, 8.3333333333330555556e-8, 1e-12 },
};

static double
call (const Known *k)
{
  const char *name = k->function;

  if (g_str_equal (name, "log_gamma"))
    return rua_log_gamma (k->a);
  if (g_str_equal (name, "normal_cdf"))
    return rua_normal_cdf (k->a);
  if (g_str_equal (name, "normal_tail"))
    return rua_normal_tail (k->a);
  if (g_str_equal (name, "normal_quantile"))
    return rua_normal_quantile (k->a);
  if (g_str_equal (name, "gamma_lower"))
    return rua_gamma_lower (k->a, k->x);
  if (g_str_equal (name, "gamma_upper"))
    return rua_gamma_upper (k->a, k->x);
  if (g_str_equal (name, "beta_lower"))
    return rua_beta_lower (k->a, k->b, k->x, k->y);
  if (g_str_equal (name, "t_tail"))
    return rua_t_tail (k->x, k->a);
  if (g_str_equal (name, "t_critical"))
    return rua_t_critical (k->x, k->a);
  if (g_str_equal (name, "f_tail"))
    return rua_f_tail (k->x, k->a, k->b);
  if (g_str_equal (name, "chi2_tail"))
    return rua_chi2_tail (k->x, k->a);
  if (g_str_equal (name, "nct_cdf"))
    return rua_noncentral_t_cdf (k->x, k->a, k->b);
  if (g_str_equal (name, "nct_tail"))
    return rua_noncentral_t_tail (k->x, k->a, k->b);
  if (g_str_equal (name, "binomial_cdf"))
    return rua_binomial_cdf (k->a, k->b, k->x);
  if (g_str_equal (name, "binomial_tail"))
    return rua_binomial_tail (k->a, k->b, k->x);
  if (g_str_equal (name, "fisher"))
    return rua_fisher_two_sided (k->a, k->b, k->x, k->y);
  if (g_str_equal (name, "t_quantile"))
    return rua_t_quantile (k->x, k->a);
  if (g_str_equal (name, "beta_quantile"))
    return rua_beta_quantile (k->a, k->b, k->x, k->y, NULL);
  if (g_str_equal (name, "stirling_error"))
    return rua_stirling_error (k->a);
  g_assert_cmpstr (name, ==, "log_choose");
  return rua_log_choose (k->a, k->b);
}

static void
test_known (void)
{
  double worst = 0;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    double got = call (&known[i]), want = known[i].value;
    double gap = want == 0 ? fabs (got) : fabs (got - want) / fabs (want);

    worst = MAX (worst, gap);
    if (!(gap <= known[i].tolerance))
      g_test_fail_printf ("%s (%g, %g, %g, %g) is %.17g instead of %.17g", known[i].function,
                          known[i].a, known[i].b, known[i].x, known[i].y, got, want);
  }
  g_test_message ("largest relative difference %g", worst);
}

static double
uniform (RuaRandom *random)
{
  return (rua_random_next (random) + 0.5) / 4294967296.0;
}

#define assert_near(got, want, tolerance) \
  G_STMT_START { \
    double got_ = (got), want_ = (want); \
    if (!(fabs (got_ - want_) <= (tolerance) * MAX (fabs (want_), 1e-290))) \
      g_error ("%s: %.17g instead of %.17g", #got, got_, want_); \
  } G_STMT_END

/* A quantile put back into its distribution gives the probability again. */
static void
test_round_trips (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (int i = 0; i < 2000; i++) {
    double a = exp (10 * uniform (&random) - 2), b = exp (10 * uniform (&random) - 2);
    double p = exp (-30 * uniform (&random)), df = exp (9 * uniform (&random) - 0.2), logit, x;

    x = rua_beta_quantile (a, b, p, 1 - p, &logit);
    if (x > 1e-290 && logit < 30)
      assert_near (rua_beta_lower (a, b, x, 1 / (1 + exp (logit))), p, 1e-11);
    /* Far out the tail of t changes by about df times what t does. */
    assert_near (rua_t_cdf (rua_t_quantile (p, df), df), p, 1e-10);
    assert_near (rua_normal_cdf (rua_normal_quantile (p)), p, 1e-12 * 30);
  }
}

static void
test_symmetry (void)
{
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (int i = 0; i < 2000; i++) {
    double a = exp (8 * uniform (&random) - 2), b = exp (8 * uniform (&random) - 2), x = uniform (&random);
    double t = 6 * uniform (&random) - 3, df = exp (8 * uniform (&random)), delta = 4 * uniform (&random) - 2;

    assert_near (rua_beta_lower (a, b, x, 1 - x) + rua_beta_lower (b, a, 1 - x, x), 1, 1e-11);
    assert_near (rua_gamma_lower (a, b) + rua_gamma_upper (a, b), 1, 1e-11);
    assert_near (rua_t_cdf (t, df) + rua_t_tail (t, df), 1, 1e-12);
    assert_near (rua_t_quantile (x, df), -rua_t_quantile (1 - x, df), 1e-9);
    assert_near (rua_f_tail (t * t, 1, df), rua_t_two_sided (t, df), 1e-11);
    if (i % 20 == 0) {
      assert_near (rua_noncentral_t_cdf (t, df, delta) + rua_noncentral_t_tail (t, df, delta), 1, 1e-11);
      assert_near (rua_noncentral_t_cdf (t, df, delta), rua_noncentral_t_tail (-t, df, -delta), 1e-11);
      assert_near (rua_noncentral_t_tail (t, df, 0), rua_t_tail (t, df), 1e-11);
    }
  }
}

static void
test_ends (void)
{
  double logit;

  g_assert_cmpfloat (rua_beta_lower (2, 3, 0, 1), ==, 0);
  g_assert_cmpfloat (rua_beta_lower (2, 3, 1, 0), ==, 1);
  g_assert_cmpfloat (rua_beta_quantile (2, 3, 0, 1, &logit), ==, 0);
  g_assert_true (isinf (logit) && logit < 0);
  g_assert_cmpfloat (rua_beta_quantile (2, 3, 1, 0, NULL), ==, 1);
  g_assert_true (isnan (rua_beta_lower (2, 3, NAN, NAN)));
  g_assert_true (isnan (rua_normal_quantile (-0.1)));
  g_assert_true (isinf (rua_normal_quantile (1)));
  g_assert_cmpfloat (rua_t_tail (INFINITY, 3), ==, 0);
  g_assert_cmpfloat (rua_t_quantile (0.5, 3), ==, 0);
  g_assert_true (isnan (rua_t_tail (NAN, 3)));
  g_assert_true (isnan (rua_t_critical (0.95, 0)));
  g_assert_cmpfloat (rua_noncentral_t_cdf (INFINITY, 3, 1), ==, 1);
  g_assert_cmpfloat (rua_noncentral_t_tail (2, INFINITY, 1), ==, rua_normal_tail (1));
  g_assert_cmpfloat (rua_binomial_cdf (-1, 5, 0.5), ==, 0);
  g_assert_cmpfloat (rua_binomial_cdf (5, 5, 0.5), ==, 1);
  g_assert_cmpfloat (rua_binomial_tail (0, 5, 0.5), ==, 1);
  g_assert_cmpfloat (rua_binomial_tail (6, 5, 0.5), ==, 0);
  g_assert_cmpfloat (rua_binomial_even_two_sided (0, 0), ==, 1);
  g_assert_cmpfloat (rua_binomial_even_two_sided (3, 3), ==, 1);
  g_assert_cmpfloat (rua_fisher_two_sided (0, 0, 0, 5), ==, 1);
}

/* Not a number in, not a number out: never a probability of it. */
static void
test_not_a_number (void)
{
  const double got[] = {
    rua_gamma_lower (NAN, 1),
    rua_gamma_lower (1, NAN),
    rua_gamma_upper (NAN, 1),
    rua_gamma_upper (1, NAN),
    rua_chi2_tail (NAN, 2),
    rua_chi2_tail (2, NAN),
    rua_normal_quantile (NAN),
    rua_normal_quantile (1.1),
    rua_beta_lower (NAN, 1, 0.5, 0.5),
    rua_beta_lower (1, NAN, 0.5, 0.5),
    rua_beta_lower (1, 1, NAN, 0.5),
    rua_beta_lower (1, 1, 0.5, NAN),
    rua_beta_quantile (NAN, 1, 0.5, 0.5, NULL),
    rua_beta_quantile (1, NAN, 0.5, 0.5, NULL),
    rua_beta_quantile (1, 1, NAN, 0.5, NULL),
    rua_beta_quantile (1, 1, 0.5, NAN, NULL),
    rua_beta_quantile (1, 1, -0.1, 1.1, NULL),
    rua_beta_quantile (1, 1, 1.1, -0.1, NULL),
    rua_t_tail (1, NAN),
    rua_t_quantile (NAN, 3),
    rua_t_quantile (0.3, NAN),
    rua_t_quantile (-0.1, 3),
    rua_t_quantile (1.1, 3),
    rua_t_critical (NAN, 3),
    rua_t_critical (0.95, NAN),
    rua_t_critical (0.95, -1),
    rua_noncentral_t_cdf (NAN, 3, 1),
    rua_noncentral_t_cdf (1, NAN, 1),
    rua_noncentral_t_cdf (1, 3, NAN),
    rua_noncentral_t_tail (1, 0, 1),
    rua_noncentral_t_tail (1, -3, 1),
  };
  double logit = 0;

  for (guint i = 0; i < G_N_ELEMENTS (got); i++)
    if (!isnan (got[i]))
      g_test_fail_printf ("number %u is %g", i, got[i]);
  g_assert_true (isnan (rua_beta_quantile (1, 1, NAN, 0.5, &logit)));
  g_assert_true (isnan (logit));
}

/* Without end in one argument a distribution is another one, and beyond both ends it is 0 or 1. */
static void
test_limits (void)
{
  double logit;

  /* Infinitely many degrees of freedom. */
  g_assert_cmpfloat (rua_t_tail (1.5, INFINITY), ==, rua_normal_tail (1.5));
  g_assert_cmpfloat (rua_t_quantile (0.3, INFINITY), ==, rua_normal_quantile (0.3));
  g_assert_cmpfloat (rua_t_critical (0.9, INFINITY), ==, rua_normal_critical (0.9));
  g_assert_cmpfloat (rua_f_tail (1.5, 4, INFINITY), ==, rua_chi2_tail (6, 4));
  g_assert_cmpfloat (rua_noncentral_t_cdf (2, INFINITY, 1), ==, rua_normal_cdf (1));
  /* T is below 0 as often as the normal above it is. */
  g_assert_cmpfloat (rua_noncentral_t_cdf (0, 3, 1), ==, rua_normal_cdf (-1));
  g_assert_cmpfloat (rua_noncentral_t_tail (0, 3, 1), ==, rua_normal_tail (-1));
  g_assert_cmpfloat (rua_noncentral_t_cdf (-INFINITY, 3, 1), ==, 0);
  g_assert_cmpfloat (rua_noncentral_t_tail (-INFINITY, 3, 1), ==, 1);
  g_assert_cmpfloat (rua_noncentral_t_tail (INFINITY, 3, 1), ==, 0);
  g_assert_cmpfloat (rua_noncentral_t_cdf (-1e300, 3, 1), ==, 0);
  g_assert_cmpfloat (rua_noncentral_t_tail (-20, 50, 3), <=, 1);
  g_assert_cmpfloat (rua_t_tail (-INFINITY, 3), ==, 1);
  g_assert_cmpfloat (rua_t_tail (-1e200, 3), ==, 1);
  /* Nothing is below what cannot be negative, everything below infinity. */
  g_assert_cmpfloat (rua_gamma_lower (2, 0), ==, 0);
  g_assert_cmpfloat (rua_gamma_lower (2, -1), ==, 0);
  g_assert_cmpfloat (rua_gamma_lower (2, INFINITY), ==, 1);
  g_assert_cmpfloat (rua_gamma_upper (2, 0), ==, 1);
  g_assert_cmpfloat (rua_gamma_upper (2, INFINITY), ==, 0);
  g_assert_cmpfloat (rua_chi2_tail (-1, 1), ==, 1);
  g_assert_cmpfloat (rua_chi2_tail (INFINITY, 1), ==, 0);
  g_assert_cmpfloat (rua_gamma_density (2, 0), ==, 0);
  g_assert_cmpfloat (rua_deviance (0, 5), ==, 5);
  g_assert_cmpfloat (rua_f_tail (0, 2, 3), ==, 1);
  g_assert_cmpfloat (rua_f_tail (-1, 2, 3), ==, 1);
  g_assert_cmpfloat (rua_beta_quantile (2, 3, 1, 0, &logit), ==, 1);
  g_assert_true (isinf (logit) && logit > 0);
  /* Beta (1, b) below x is 1 - (1 - x)^b, so that x is p / b, which may be below all doubles. */
  g_assert_cmpfloat (rua_beta_quantile (1, 1e300, 1e-300, 1, &logit), ==, 0);
  g_assert_cmpfloat (logit, <, -700);
  assert_near (rua_beta_quantile (1, 1e150, 1e-150, 1, &logit), 1e-300, 1e-12);
  assert_near (logit, -300 * G_LN10, 1e-12);
  /* All of Beta (1/2, b) is at 1 when b is next to nothing. */
  g_assert_cmpfloat (rua_beta_quantile (0.5, 1e-6, 0.4, 0.6, NULL), ==, 1);
  g_assert_cmpfloat (rua_beta_quantile (1e-6, 0.5, 0.6, 0.4, NULL), ==, 0);
}

static void
test_sum (void)
{
  double cancel[] = { 1e100, 1, -1e100, 1e-30, 1e16, 1, -1e16 }, tenths[1000];
  RuaSum sum = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cancel); i++)
    rua_sum_add (&sum, cancel[i]);
  g_assert_cmpfloat (rua_sum_get (&sum), ==, 2);
  for (guint i = 0; i < 1000; i++)
    tenths[i] = 0.1;
  g_assert_cmpfloat (rua_sum (tenths, 1000), ==, 100);
  g_assert_cmpfloat (rua_sum (tenths, 10), ==, 1);
  g_assert_cmpfloat (rua_sum (tenths, 0), ==, 0);
  /* What is kept of a lane's rounding comes back when the lanes are joined. */
  g_assert_cmpfloat (rua_sum ((double[]) { 0x1p53, 3, 5, -0x1p53, 1, 1, 1, 1 }, 8), ==, 12);
  g_assert_cmpfloat (rua_sum_squares (tenths, 1000, 0.1, NULL), ==, 0);
}

static void
test_sort (void)
{
  static const gsize sizes[] = { 0, 1, 2, 127, 128, 129, 5000 };
  guint32 seed = g_test_rand_int ();
  RuaRandom random;

  g_test_message ("seed %u", seed);
  rua_random_init (&random, seed);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gsize n = sizes[s];
    double *values = g_new (double, n + 1), *keys = g_new (double, n + 1);
    guint32 *order;
    guint8 *seen = g_new0 (guint8, n + 1);

    for (gsize i = 0; i < n; i++) {
      int kind = rua_random_below (&random, 4);

      keys[i] = kind == 0   ? (double) rua_random_below (&random, 10) - 5
                : kind == 1 ? (uniform (&random) - 0.5) * 1e300
                : kind == 2 ? (uniform (&random) - 0.5) * 1e-300
                            : uniform (&random);
    }
    memcpy (values, keys, n * sizeof (double));
    rua_sort_doubles (values, n);
    order = rua_sort_index (keys, n);
    for (gsize i = 0; i < n; i++) {
      g_assert_false (seen[order[i]]);
      seen[order[i]] = 1;
      g_assert_cmpfloat (values[i], ==, keys[order[i]]);
      if (i > 0) {
        g_assert_cmpfloat (values[i - 1], <=, values[i]);
        if (values[i - 1] == values[i])
          g_assert_cmpuint (order[i - 1], <, order[i]);
      }
    }
    g_free (order);
    g_free (seen);
    g_free (keys);
    g_free (values);
  }
}

/* The stream is GLib's, also where a draw is rejected. */
static void
test_random (void)
{
  static const guint32 bounds[] = { 1, 2, 3, 10, 1000, 2000000000, G_MAXINT32 };

  for (guint32 seed = 0; seed < 20; seed++) {
    GRand *rand = g_rand_new_with_seed (seed);
    RuaRandom random;

    rua_random_init (&random, seed);
    for (int i = 0; i < 2000; i++) {
      guint32 bound = bounds[i % G_N_ELEMENTS (bounds)];

      g_assert_cmpuint (rua_random_next (&random), ==, g_rand_int (rand));
      if (bound > 1)
        g_assert_cmpuint (rua_random_below (&random, bound), ==, (guint32) g_rand_int_range (rand, 0, bound));
    }
    g_rand_free (rand);
  }
}

/* Beyond half of what 32 bits hold many numbers are drawn in vain, lest the small ones come more often. */
static void
test_random_below (void)
{
  static const guint32 bounds[] = { 0xc0000001u, 0x80000001u, 0xaaaaaaabu };
  RuaRandom random, raw;

  for (guint b = 0; b < G_N_ELEMENTS (bounds); b++) {
    guint n_in_vain = 0, n_small = 0;

    rua_random_init (&random, b);
    rua_random_init (&raw, b);
    for (guint i = 0; i < 2000; i++) {
      guint32 expected = rua_random_next (&raw);

      for (; expected >= bounds[b]; n_in_vain++)
        expected = rua_random_next (&raw);
      g_assert_cmpuint (rua_random_below (&random, bounds[b]), ==, expected);
      n_small += expected < bounds[b] / 2;
    }
    g_assert_cmpuint (n_in_vain, >, 300);
    g_assert_cmpuint (n_small, >, 850);
    g_assert_cmpuint (n_small, <, 1150);
    g_assert_cmpuint (rua_random_below (&random, 0), ==, 0);
    g_assert_cmpuint (rua_random_below (&random, 1), ==, 0);
    g_assert_cmpuint (rua_random_next (&random), ==, rua_random_next (&raw));
  }
}

/* What was found for one is kept, but not told of another. */
static void
test_kept_critical (void)
{
  double fresh[2] = { rua_t_critical (0.95, 10), rua_t_critical (0.95, 266) };

  g_assert_cmpfloat (fresh[0], >, fresh[1]);
  g_assert_cmpfloat (rua_t_critical (0.9, 10), <, fresh[0]);
  g_assert_cmpfloat (rua_t_critical (0.95, 10), ==, fresh[0]);
  g_assert_cmpfloat (rua_t_critical (0.95, 10.5), <, fresh[0]);
  g_assert_cmpfloat (rua_t_critical (0.95, 10), ==, fresh[0]);
  g_assert_cmpfloat (rua_t_critical (0.95, 266), ==, fresh[1]);
  g_assert_cmpfloat_with_epsilon (rua_t_critical (0.95, 1e300), rua_normal_critical (0.95), 1e-12);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/special/known", test_known);
  g_test_add_func ("/special/round-trips", test_round_trips);
  g_test_add_func ("/special/symmetry", test_symmetry);
  g_test_add_func ("/special/ends", test_ends);
  g_test_add_func ("/special/not-a-number", test_not_a_number);
  g_test_add_func ("/special/limits", test_limits);
  g_test_add_func ("/special/sum", test_sum);
  g_test_add_func ("/special/sort", test_sort);
  g_test_add_func ("/special/random", test_random);
  g_test_add_func ("/special/random-below", test_random_below);
  g_test_add_func ("/special/kept-critical", test_kept_critical);
  return g_test_run ();
}
