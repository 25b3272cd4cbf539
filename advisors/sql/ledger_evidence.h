// What the ledger says about findings of a review: what a known query holds of the connections, or,
// of a new one, what the queries on its tables hold; how large these tables are.
#pragma once
#include "analyzer/finding.h"
#include "analyzer/review.h"
#include "analyzer/review/against.h"

namespace pgcounsel {

// Adds evidence, and the gain of findings about known queries, and ranks them anew.
void add_ledger_evidence(Findings& findings, const Review& review, const LedgerFacts& facts);

}  // namespace pgcounsel
