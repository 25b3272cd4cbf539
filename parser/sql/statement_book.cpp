#include "parser/sql/statement_book.h"

#include <utility>

#include "parser/sql/pg_query.h"
#include "parser/sql/redact.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMaxEntries = 65536;

// Some clients send the semicolon, some do not.
std::string_view without_end(std::string_view sql) {
  const std::size_t last = sql.find_last_not_of("; \t\r\n\f\v");
  return sql.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

StatementFacts facts_of(std::string_view sql, std::optional<Fingerprint> parsed, Shape shape) {
  StatementFacts facts;
  facts.parsed = parsed.has_value();
  facts.fingerprint = parsed.value_or(Fingerprint{shape.high == 0 ? 1 : shape.high});
  facts.role = role_of(sql);
  facts.text = redact(sql);
  return facts;
}

}  // namespace

const std::shared_ptr<const StatementFacts>& StatementBook::look_up(std::string_view sql,
                                                                    TextKind) {
  sql = without_end(sql);
  const ShapeScan scan = scan_shape(sql);
  if (!scan.complete) {
    uncached_ = std::make_shared<StatementFacts>(facts_of(sql, std::nullopt, scan.shape));
    return uncached_;
  }
  if (layouts_.size() >= kMaxEntries) layouts_.clear();
  const bool is_new_layout = layouts_.insert(scan.shape.high ^ scan.layout).second;
  if (const auto known = memo_.find(scan.shape); known != memo_.end()) {
    if (is_new_layout) {
      StatementFacts facts = *known->second;
      facts.text = redact(sql);
      known->second = std::make_shared<StatementFacts>(facts);
    }
    return known->second;
  }
  std::optional<Fingerprint> parsed;
  if (!scan.too_complex) {
    parsed = pg_fingerprint(sql);
    ++parser_calls_;
  }
  // Every second entry goes, in the order of the hash, which is as good as chance.
  if (memo_.size() >= kMaxEntries) {
    bool drop = false;
    std::erase_if(memo_, [&drop](const auto&) { return drop = !drop; });
  }
  return memo_
      .emplace(scan.shape, std::make_shared<StatementFacts>(facts_of(sql, parsed, scan.shape)))
      .first->second;
}

}  // namespace pgcounsel
