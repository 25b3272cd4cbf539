#include "advisors/sql/sql_rule.h"

#include <set>
#include <utility>

namespace pgcounsel {
namespace {

// Of one rule in one statement: nobody reads more, and each costs a search for its place.
constexpr std::size_t kMostOfStatement = 100;

// Beyond the limit findings are only counted.
void cut(Findings& findings) {
  if (findings.size() <= kMostOfStatement) return;
  const std::size_t more = findings.size() - kMostOfStatement;
  findings.resize(kMostOfStatement);
  findings.front().caveats.push_back(
      join({"The rule found ", std::to_string(more), " more places in this statement."}));
}

std::string key_of(const SqlContext& context, const SqlWords& words, std::string_view object) {
  std::string key = join({words.rule, ":", hex(context.statement.fingerprint)});
  return object.empty() ? key : join({key, ":", object});
}

}  // namespace

Findings review_statements(const Brief& brief, void (*check)(const SqlContext&, Findings&)) {
  Findings all;
  if (brief.review == nullptr) return all;
  const Review& review = *brief.review;
  for (const ReviewStatement& statement : review.statements) {
    if (!statement.tree) continue;
    Findings found;
    check({brief, review, review.files[statement.file], statement, statement.tree->root()}, found);
    append_distinct(all, std::move(found));
  }
  return all;
}

void append_distinct(Findings& all, Findings found) {
  std::set<std::string> keys;
  cut(found);
  for (Finding& finding : found) {
    if (keys.insert(finding.key).second) all.push_back(std::move(finding));
  }
}

Place place_of(const SqlContext& context, Node node) {
  return place_of(context, node ? span_of(*context.statement.tree, node) : TextSpan{});
}

Place place_of(const SqlContext& context, TextSpan span) {
  const ReviewStatement& statement = context.statement;
  Place place{context.file.path, statement.line, statement.column, statement.end_line,
              statement.end_column};
  if (span.begin == span.end) return place;
  const FilePosition begin = position_in_file(context.review, statement, span.begin);
  const FilePosition end = position_in_file(context.review, statement, span.end - 1);
  return {std::move(place.file), begin.line, begin.column, end.line, end.column};
}

Finding& add_finding(Findings& findings, const SqlContext& context, const SqlWords& words, Node at,
                     std::string title, std::string_view object) {
  Finding finding;
  finding.key = key_of(context, words, object);
  finding.rule = words.rule;
  finding.level = words.level;
  finding.subject = {"query", hex(context.statement.fingerprint)};
  finding.title = std::move(title);
  finding.remedy = {std::string(words.remedy_kind), std::string(words.remedy)};
  finding.safety = words.safety;
  finding.confidence = words.confidence;
  finding.confidence_because = words.because;
  finding.verify = words.verify;
  finding.rollback = words.rollback;
  if (!words.caveat.empty()) finding.caveats.emplace_back(words.caveat);
  finding.place = place_of(context, findings.size() < kMostOfStatement ? at : Node{});
  findings.push_back(std::move(finding));
  return findings.back();
}

std::string join(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

}  // namespace pgcounsel
