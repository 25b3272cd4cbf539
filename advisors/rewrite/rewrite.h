// What the rules that rewrite share: a rewrite is a list of edits and of what must hold for the
// result to be the same. Where all of it is shown from the statement and the catalogue, the finding
// carries the new statement and is proven; where something is not known, it names the condition and
// carries no SQL; where something is known not to hold, there is no finding.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "advisors/rewrite/edit.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {

enum class Proof { kHolds, kUnknown, kFails };

struct Obligation {
  Proof proof = Proof::kUnknown;
  std::string condition;   // "coupons.id is NOT NULL"
  std::string settled_by;  // what would show it: "`ALTER TABLE coupons ALTER id SET NOT NULL`"
};

// kHolds for true, else kUnknown.
Proof known(bool holds);

// `words.remedy` says in words what the new form is. False where there is no finding: an obligation
// fails, or the edits cannot be made.
bool add_rewrite(Findings& findings, const SqlContext& context, const SqlWords& words, Node at,
                 std::string title, std::string_view object, std::vector<TextEdit> edits,
                 std::vector<Obligation> obligations);

// Whether a statement has a finding of this title already, or so many that no more are shown: for
// rules that look at each query of a statement, before they do the work of a rewrite.
bool is_told(const Findings& findings, std::string_view title);

// Whether a condition decides only by being true: a part of WHERE, HAVING or ON under nothing but
// AND and OR, so that NULL and false are the same there.
bool only_true_counts(Node condition);

}  // namespace pgcounsel
