/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-policy-private.h"

#include <string.h>

/* A policy from a stranger: refused with every fault in words, or one that holds, and reads as itself when it is
 * written. */

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  /* A copy of just this length, so that reading beyond it is seen. */
  g_autofree char *text = size > 0 ? g_memdup2 (data, size) : g_strdup (""), *one = NULL,
                  *two = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (RuaPolicy) policy = rua_policy_new_from_text (text, (gssize) size, "fuzz", &error),
                        again = NULL;

  if (policy == NULL) {
    if (error == NULL || error->domain != RUA_ERROR || !g_utf8_validate (error->message, -1, NULL)
        || !g_str_has_prefix (error->message, "fuzz"))
      g_error ("no error of ours: %s", error != NULL ? error->message : "none");
    return 0;
  }
  if (!rua_policy_validate (policy, &error))
    g_error ("read, and does not hold: %s", error->message);
  one = rua_policy_to_json (policy);
  again = rua_policy_new_from_text (one, -1, "again", &error);
  if (again == NULL)
    g_error ("written, and not read: %s\n%s", error->message, one);
  two = rua_policy_to_json (again);
  if (!g_str_equal (one, two) || !rua_policy_equal (policy, again))
    g_error ("%s\nreads as\n%s", one, two);
  rua_policy_get_title (policy, "zh_TW.UTF-8@x");
  rua_policy_get_title (policy, NULL);
  return 0;
}
