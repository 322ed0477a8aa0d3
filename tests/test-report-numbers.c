/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers and their targets, how they were got and why they are not known, and the sources of claims. */
#include "told-case.h"

#define COUNT "'estimator': 'count', 'table': 'cooperatives', 'columns': {'value': '1'}"
#define TWO "'cooperatives': [{'id': 'a', 'name': 'A', 'founded': '2001'}, {'id': 'b', 'name': 'B'}],"

static void
test_targets (void)
{
  static const ToldCase cases[] = {
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', 'direction': 'up', " COUNT "}], 'targets': [{'id': 't', 'metric': 'm', 'value': 2}]", { " Target: 2, reached." } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', 'direction': 'up', " COUNT "}], 'targets': [{'id': 't', 'metric': 'm', 'value': 3, 'period': '2015'}]",
      { " Target: 3 by 2015, not reached." } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', 'direction': 'down', " COUNT "}], 'targets': [{'id': 't', 'metric': 'm', 'value': 1}]", { " Target: 1, not reached." } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', 'direction': 'down', " COUNT "}], 'targets': [{'id': 't', 'metric': 'm', 'value': 3}]", { " Target: 3, reached." } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', 'direction': 'none', " COUNT "}], 'targets': [{'id': 't', 'metric': 'm', 'value': 3}]", { " Target: 3." }, { "reached" } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', " COUNT "}, {'id': 'n', 'title': 'Other', " COUNT "}], 'targets': [{'id': 't', 'metric': 'n', 'value': 7}]", { " Target: 7, not reached." } },
    /* What is not known is neither reached nor missed. */
    { "'metrics': [{'id': 'm', 'title': 'Income', 'direction': 'up', 'estimator': 'mean', 'table': 'incomes', 'columns': {'value': 'amount'}}], 'targets': [{'id': 't', 'metric': 'm', 'value': 9}]",
      { "Income: there are no incomes on record.", " Target: 9." }, { "reached" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

static void
test_methods (void)
{
  static const ToldCase cases[] = {
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', " COUNT "}]", { "Counted over the co-operatives on record." }, { "on record where" } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', 'where': 'founded is known', 'description': 'Those that sell.', " COUNT "}]",
      { "Counted over the co-operatives on record where founded is known. Those that sell." } },
    { TWO "'metrics': [{'id': 'm', 'title': 'Lost', 'estimator': 'mean', 'table': 'cooperatives', 'columns': {'value': 'nothing'}}]",
      { "Not known, and why", "Lost: ", "nothing" } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', " COUNT "}, {'id': 'twice', 'title': 'Twice', 'formula': 'm * 2'}]", { ", where m is 2" } },
    { TWO "'metrics': [{'id': 'm', 'title': 'At work', " COUNT "}, {'id': 'k', 'title': 'Also', " COUNT "}, {'id': 's', 'title': 'Sum', 'formula': 'm + k'}]", { ", where m is 2 and k is 2" } },
  };

  told_case_check (cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report-numbers/targets", test_targets);
  g_test_add_func ("/report-numbers/methods", test_methods);
  return g_test_run ();
}
