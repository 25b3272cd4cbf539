// Whether it matters how often, and for which rows, an expression is computed.
#pragma once
#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {

// That nothing below the node is volatile: functions of the catalogue by what it says of them, of
// the built-in ones the common ones that are known not to be. Fails for what is known to be
// volatile, for locks (FOR UPDATE) and for statements that change rows.
Obligation nothing_volatile(const SqlContext& context, Node node);

}  // namespace pgcounsel
