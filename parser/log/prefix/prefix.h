// Compiles any log_line_prefix into a matcher, and recognises the prefix of a log nobody described.
// Names (user, database, application, host) may hold blanks, `@`, `|`, brackets, colons and UTF-8:
// fixed fields (times, numbers, ids) are matched from the left, names are closed by the literal
// that follows them, and the match is only taken where `SEVERITY:  ` stands right behind the
// prefix.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "parser/log/line_tag.h"
#include "parser/log/record.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

struct PrefixMatch {
  std::optional<LogTime> time;  // %m %t %n; %s only where none of these is in the prefix
  std::string_view user, database, application,
      host;                       // `[unknown]` and `[local]` as written; empty: absent
  std::string_view session_id;    // %c
  std::string_view virtual_xid;   // %v
  std::string_view sqlstate;      // %e
  std::string_view backend_type;  // %b
  std::uint16_t port = 0;         // %r
  std::uint32_t pid = 0;          // %p, else from %c
  SessionKey session;             // by %c, else by %p
  std::int64_t query_id = 0;      // %Q
  std::uint64_t line_number = 0;  // %l
  LineKind kind = LineKind::kRecord;
  Severity severity = Severity::kUnknown;  // of a kRecord
  bool localised = false;                  // the word of its kind is none of English
  std::size_t body = 0;                    // offset of the text behind `SEVERITY:  `
};

class PrefixMatcher {
 public:
  // Every escape of PostgreSQL 9.0 to 18 with padding (%-10u); an unknown one is an error that
  // names it. `zone` is for timestamps without a zone. A blank at the end may be missing.
  static Result<PrefixMatcher> compile(std::string_view log_line_prefix, Zone zone = {});

  // Whether `line` (no newline) starts with this prefix and a severity or secondary tag; `out` is
  // only meaningful if so. Where a line can be split in several ways, the first tag is taken that
  // can end the prefix, and each name ends at the first literal that lets the rest match; only in
  // `%u@%d` the `@` of an ambiguous line belong to the user. What stands behind the tag has no say.
  // Allocates nothing; the effort for one line is bounded.
  // `times`, of the prefix's zone, is for lines of one log; it may be null.
  bool match(std::string_view line, PrefixMatch& out, LogTimes* times = nullptr) const;

  const std::string& text() const;     // the log_line_prefix it was made from
  bool has_escape(char escape) const;  // e.g. 'c': whether the prefix carries session ids

  struct Program;
  const Program& program() const { return *program_; }

 private:
  std::shared_ptr<const Program> program_;
};

// The prefix that explains most of `lines` (the first lines of a log, continuation lines among
// them), from the well-known ones and from the shape of the lines themselves, without contradicting
// the messages that tell the names of their session; nothing when fewer than half of the lines that
// look like log lines fit any. Ties go to the prefix that names more fields.
std::optional<PrefixMatcher> detect_prefix(std::span<const std::string_view> lines, Zone zone = {});

}  // namespace pgcounsel
