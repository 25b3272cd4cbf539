// Who held the connections of a full window: classes of transactions or of checkouts, most first.
#pragma once
#include <span>
#include <vector>

#include "analyzer/pools.h"
#include "analyzer/pools/decomposition.h"

namespace pgcounsel {

// As many holders of a window are told, and none that held less than this part.
constexpr std::size_t kMostWindowHolders = 8;
constexpr double kSmallWindowHolder = 0.01;

// `classes`: most first.
std::vector<WindowHolder> holders_of(std::span<const ClassChange> classes,
                                     const FullWindow& window);

}  // namespace pgcounsel
