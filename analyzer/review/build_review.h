// Texts -> Review: split, parsed, applied to the catalogue, resolved.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "analyzer/review.h"

namespace pgcounsel {

struct ReviewInput {
  std::string path;
  std::string text;
  ReviewKind kind = ReviewKind::kQueries;
  bool one_transaction = false;
};

// The DDL of the inputs is applied to a copy of `before` in the order given.
std::unique_ptr<Review> build_review(std::vector<ReviewInput> inputs, Catalog before);

}  // namespace pgcounsel
