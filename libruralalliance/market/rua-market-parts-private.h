/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-market-levels-private.h"

G_BEGIN_DECLS

/* rua_market_level() in each of the parts of a network that hang together by themselves. @same: by node, the node that
 * it is as good as; itself where there is none. */
gboolean rua_market_share_out_in_parts (RuaNetwork *network,
                                        const guint32 *same,
                                        RuaMarketShare *shares,
                                        guint32 n,
                                        const RuaMarketFraction *since,
                                        const RuaMarketFraction *until,
                                        gboolean *all,
                                        RuaMarketFraction *smallest,
                                        guint64 *n_pivots,
                                        GCancellable *cancellable,
                                        GError **error);

G_END_DECLS
