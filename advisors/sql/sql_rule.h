// What the rules about checked SQL share: a walk over the statements of a review, and the parts of
// a finding that all of them fill alike. A rule is `Findings id(const Brief&)` that hands
// review_statements() a function over one statement. Titles, evidence and remedies hold names,
// never values of the statement. Kept free of large headers: there are many rules.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>

#include "advisors/advisor.h"
#include "analyzer/finding.h"
#include "analyzer/review.h"
#include "parser/sql/expressions.h"
#include "parser/sql/names.h"
#include "parser/sql/node_span.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// One statement, and all that is known around it.
struct SqlContext {
  const Brief& brief;
  const Review& review;
  const ReviewFile& file;
  const ReviewStatement& statement;
  Node root;  // of its tree

  const Names& names() const { return statement.names; }
  const Catalog& catalog() const { return *review.catalog; }
};

// What a rule says whatever it finds. Texts are markdown of complete sentences.
struct SqlWords {
  std::string_view rule;
  Level level = Level::kMedium;
  std::string_view remedy_kind = "code";  // sql, setting, code
  std::string_view remedy;
  std::string_view verify;
  std::string_view rollback;
  Confidence confidence = Confidence::kHigh;
  std::string_view because;      // of the confidence
  std::string_view caveat = {};  // may be empty
  Safety safety = Safety::kAdvisory;
};

// Calls `check` for every statement that could be parsed, in their order. Of findings with one key
// in one statement the first stays, and of one rule the first hundred.
Findings review_statements(const Brief& brief, void (*check)(const SqlContext&, Findings&));

// Of findings with one key the first stays. Used by every walk, for the findings of a statement.
void append_distinct(Findings& all, Findings found);

// Adds a finding at a node (none: the whole statement) and gives it back to be changed. `object`:
// what it is about, as the schema calls it (table, column, constraint), so that two of one rule in
// a statement are told apart; it becomes a part of the key, so it must hold no value and no
// position. The finding is good until the next one is added.
Finding& add_finding(Findings& findings, const SqlContext& context, const SqlWords& words, Node at,
                     std::string title, std::string_view object = {});

// Place of a node, or of a piece of the statement's text, in its file.
Place place_of(const SqlContext& context, Node node);
Place place_of(const SqlContext& context, TextSpan span);

std::string join(std::initializer_list<std::string_view> parts);

}  // namespace pgcounsel
