#include "analyzer/review/log_statements.h"

#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "analyzer/ingest/log_records.h"
#include "parser/log/event.h"
#include "parser/sql/query_tags.h"
#include "parser/sql/redact.h"
#include "parser/sql/sql_file.h"
#include "parser/sql/statement_book.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostStatements = 20'000;
constexpr std::size_t kLongest = std::size_t{1} << 20;

// What drivers and poolers send around an application's statements.
bool is_housekeeping(std::string_view sql) {
  Lexer lexer(sql);
  const Token first = lexer.next();
  return first.kind == TokenKind::kEnd ||
         is_any_word(first, {"set", "show", "reset", "discard", "deallocate", "savepoint",
                             "release", "rollback", "listen", "unlisten", "close", "fetch", "move",
                             "explain", "checkpoint"});
}

std::string_view text_of(const LogRecord& record) {
  const Event event = event_of(record);
  if (const auto* statement = std::get_if<StatementEvent>(&event)) return statement->text;
  const auto* duration = std::get_if<DurationEvent>(&event);
  if (duration == nullptr) return {};
  const bool executed = duration->kind == DurationEvent::Kind::kStatement ||
                        duration->kind == DurationEvent::Kind::kExecute;
  return executed ? duration->text : std::string_view{};
}

class Collector {
 public:
  void add(const LogRecord& record, std::uint64_t line) {
    const std::string_view text = text_of(record);
    if (text.empty() || !is_new(text)) return;
    const std::string name = action_of_tags(text);
    const std::string redacted = redact(text, kLongest);
    const std::vector<SqlPiece> pieces = split_statements(redacted);
    for (const SqlPiece& piece : pieces) {
      std::string one = redacted.substr(piece.begin, piece.end - piece.begin);
      if (pieces.size() > 1 && !is_new(one)) continue;
      if (is_housekeeping(one)) continue;
      if (found_.statements.size() >= kMostStatements) {
        ++found_.left_out;
        continue;
      }
      found_.statements.push_back({std::move(one), name, static_cast<std::size_t>(line)});
    }
  }
  LogStatements take() { return std::move(found_); }

 private:
  bool is_new(std::string_view text) {
    const SharedFacts& facts = book_.look_up(text);
    return facts->role == StatementRole::kOther && seen_.insert(facts->fingerprint).second;
  }

  StatementBook book_;
  std::set<Fingerprint> seen_;
  LogStatements found_;
};

}  // namespace

LogStatements statements_of_log(RecognisedInput& input, const FormatHints& hints) {
  Collector collector;
  read_log_records(input, hints, [&](const LogRecord& record, std::uint64_t line) {
    collector.add(record, line);
  });
  return collector.take();
}

}  // namespace pgcounsel
