// In session pooling a client holds its connection between transactions, too, so the holders of a
// full window are checkouts (see checkout.h): those that were kept in it, for as long as they were,
// compared with those of calm times as classes of transactions are. Idle is all the time without a
// running statement, between transactions, too. Where their trace is not kept, the checkouts that
// ended in the hours from the window on stand for them.
#pragma once
#include "analyzer/pools.h"
#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

// The window's holders; of a leak, how long they kept their connections and how they gave them
// back.
void tell_checkouts(const WindowFacts& facts, PoolWindow& told);

}  // namespace pgcounsel
