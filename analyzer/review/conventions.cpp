#include "analyzer/review/conventions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <tuple>

#include "parser/sql/admin_statement.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

// How a tool runs the statements of a file.
enum class Transaction {
  kNot,              // each by itself, or it is not known
  kWhole,            // in one transaction
  kWhereSeveral,     // sent as one message, which is a transaction where it has several statements
  kUnlessForbidden,  // in one, unless all of them are such as cannot be in one
};

struct Tool {
  std::string_view name;
  ReviewKind kind = ReviewKind::kMigration;
  Transaction transaction = Transaction::kNot;
  std::string_view passed_over = {};
};

constexpr std::string_view kGoesBack = "it is run to go back only";

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool has_folder(std::string_view path, std::string_view folder) {
  while (!path.empty()) {
    const std::size_t end = path.find('/');
    if (end == std::string_view::npos) return false;
    if (path.substr(0, end) == folder) return true;
    path.remove_prefix(end + 1);
  }
  return false;
}

// `V1.2__add_index.sql` with `letter` V; a version is digits, dots and underscores.
bool is_flyway(std::string_view path, char letter) {
  const std::string_view name = name_of(path);
  const std::size_t words = name.find("__");
  if (name.empty() || name.front() != letter || words == std::string_view::npos) return false;
  const std::string_view version = name.substr(1, words - 1);
  const bool numeric =
      !version.empty() && version.find_first_not_of("0123456789._") == std::string_view::npos;
  return letter == 'R' ? version.empty() : numeric;
}

// By what a file is called. The first that fits.
struct PathRow {
  bool (*fits)(std::string_view path);
  Tool tool;
};
constexpr std::array<PathRow, 13> kPaths{{
    {[](std::string_view p) { return is_flyway(p, 'V') || is_flyway(p, 'R'); },
     {"Flyway", ReviewKind::kMigration, Transaction::kUnlessForbidden}},
    {[](std::string_view p) { return is_flyway(p, 'U'); },
     {"Flyway", ReviewKind::kMigration, Transaction::kNot, kGoesBack}},
    {[](std::string_view p) { return p.ends_with(".up.sql"); },
     {"golang-migrate", ReviewKind::kMigration, Transaction::kWhereSeveral}},
    {[](std::string_view p) { return p.ends_with(".down.sql"); },
     {"golang-migrate", ReviewKind::kMigration, Transaction::kNot, kGoesBack}},
    {[](std::string_view p) { return name_of(p) == "migration.sql"; },
     {"Prisma", ReviewKind::kMigration, Transaction::kWhereSeveral}},
    {[](std::string_view p) { return name_of(p) == "structure.sql"; },
     {"Rails", ReviewKind::kQueries, Transaction::kNot}},
    {[](std::string_view p) { return has_folder(p, "revert"); },
     {"sqitch", ReviewKind::kMigration, Transaction::kNot, kGoesBack}},
    {[](std::string_view p) { return has_folder(p, "verify"); },
     {"sqitch", ReviewKind::kMigration, Transaction::kNot, "it only checks what was deployed"}},
    {[](std::string_view p) { return has_folder(p, "deploy"); }, {"sqitch"}},
    {[](std::string_view p) { return has_folder(p, "migrations"); }, {}},
    {[](std::string_view p) { return has_folder(p, "migration"); }, {}},
    {[](std::string_view p) { return has_folder(p, "migrate"); }, {}},
    {[](std::string_view p) { return has_folder(p, "changelog"); }, {}},
}};

// By how a comment begins, without its dashes. It tells the tool, and what follows it.
struct Mark {
  std::string_view text;
  std::string_view tool;
  enum class Means {
    kTool,
    kForward,    // what follows is run
    kBack,       // what follows is run to go back
    kOneByOne,   // no transaction around the file
    kChangeset,  // what follows is one of several transactions
    kName,       // the next statement is called as the next word says
    kDump,       // describes what is there
  } means;
};
constexpr std::array kMarks{
    Mark{"+goose up", "goose", Mark::Means::kForward},
    Mark{"+goose down", "goose", Mark::Means::kBack},
    Mark{"+goose no transaction", "goose", Mark::Means::kOneByOne},
    Mark{"migrate:up", "dbmate", Mark::Means::kForward},
    Mark{"migrate:down", "dbmate", Mark::Means::kBack},
    Mark{"+migrate up", "sql-migrate", Mark::Means::kForward},
    Mark{"+migrate down", "sql-migrate", Mark::Means::kBack},
    Mark{"up migration", "node-pg-migrate", Mark::Means::kForward},
    Mark{"down migration", "node-pg-migrate", Mark::Means::kBack},
    Mark{"liquibase formatted sql", "Liquibase", Mark::Means::kTool},
    Mark{"changeset ", "Liquibase", Mark::Means::kChangeset},
    Mark{"name:", "sqlc", Mark::Means::kName},
    Mark{":name ", "HugSQL", Mark::Means::kName},
    Mark{"@name ", "PgTyped", Mark::Means::kName},
    Mark{"postgresql database dump", "pg_dump", Mark::Means::kDump},
};
// Behind a mark: this section, or the file, has no transaction around it.
constexpr std::array<std::string_view, 4> kWithout{"transaction:false", "notransaction",
                                                   "runintransaction:false", "no-transaction"};

bool is_named_query(std::string_view tool) {
  return tool == "sqlc" || tool == "HugSQL" || tool == "PgTyped";
}

std::string lower(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return folded;
}

// Without its dashes, stars and blanks; the first line of it that says something.
std::string_view words_of(std::string_view comment) {
  const bool block = comment.starts_with("/*");
  comment.remove_prefix(2);
  if (block && comment.ends_with("*/")) comment.remove_suffix(2);
  const std::size_t begin = comment.find_first_not_of("-* \t\r\n");
  if (begin == std::string_view::npos) return {};
  comment.remove_prefix(begin);
  return comment.substr(0, comment.find_first_of("\r\n"));
}

// `OneOrder :one` -> `OneOrder`; `get-user^` -> `get-user`
std::string first_word(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  constexpr std::size_t kLongest = 200;
  const std::size_t end = std::min({text.find_first_of(" \t\r\n^$!<*#("), text.size(), kLongest});
  return std::string(text.substr(0, end));
}

bool has_folded(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

class Reader {
 public:
  Reader(std::string_view path, std::string_view text, const SqlFile& file)
      : text_(text), file_(file) {
    for (const PathRow& row : kPaths) {
      if (!row.fits(path)) continue;
      tool_ = row.tool;
      known_ = true;
      break;
    }
    script_.run.assign(file.pieces.size(), true);
    script_.names.resize(file.pieces.size());
  }

  SqlScript read() {
    read_comments();
    if (!known_ && changes_schema()) tool_.kind = ReviewKind::kMigration;
    if (!known_ && !changes_schema()) tool_.kind = ReviewKind::kQueries;
    script_.tool = tool_.name;
    script_.kind = tool_.kind;
    script_.passed_over = tool_.passed_over;
    script_.one_transaction = in_one_transaction();
    script_.at_names = is_named_query(tool_.name);
    return std::move(script_);
  }

 private:
  std::string_view text_of(const SqlPiece& piece) const {
    return text_.substr(piece.begin, piece.end - piece.begin);
  }

  // Comments and statements in the order in which they stand.
  void read_comments() {
    std::size_t next = 0;
    bool forward = true;
    for (const SqlComment& comment : file_.comments) {
      for (; next < file_.pieces.size() && file_.pieces[next].begin < comment.begin; ++next) {
        script_.run[next] = forward;
      }
      const std::string_view words =
          words_of(text_.substr(comment.begin, comment.end - comment.begin));
      const std::string folded = lower(words.substr(0, 300));
      const auto mark =
          std::ranges::find_if(kMarks, [&](const Mark& m) { return folded.starts_with(m.text); });
      if (mark == kMarks.end()) continue;
      obey(*mark, words, folded, next, forward);
    }
    for (; next < file_.pieces.size(); ++next) script_.run[next] = forward;
  }

  void obey(const Mark& mark, std::string_view words, std::string_view folded, std::size_t next,
            bool& forward) {
    const bool without = std::ranges::any_of(
        kWithout, [&](std::string_view word) { return has_folded(folded, word); });
    switch (mark.means) {
      case Mark::Means::kTool:
        become({mark.tool, ReviewKind::kMigration, Transaction::kWhole});
        return;
      case Mark::Means::kForward:
        forward = true;
        become({mark.tool, ReviewKind::kMigration, Transaction::kWhole});
        one_by_one_ = one_by_one_ || without;
        return;
      case Mark::Means::kBack:
        forward = false;
        become({mark.tool, ReviewKind::kMigration, Transaction::kWhole});
        return;
      case Mark::Means::kOneByOne:
        one_by_one_ = true;
        return;
      case Mark::Means::kChangeset:
        if (tool_.name != mark.tool) return;
        one_by_one_ = one_by_one_ || without;
        ++changesets_;
        return;
      case Mark::Means::kName:
        become({mark.tool, ReviewKind::kQueries, Transaction::kNot});
        if (next < script_.names.size()) {
          script_.names[next] = first_word(words.substr(mark.text.size()));
        }
        return;
      case Mark::Means::kDump:
        become({mark.tool, ReviewKind::kQueries, Transaction::kNot});
        return;
    }
  }

  // What a file says of itself is stronger than its name, and what it says first strongest.
  void become(Tool tool) {
    if (said_) return;
    said_ = known_ = true;
    tool_ = tool;
  }

  bool changes_schema() const {
    constexpr std::size_t kHead = 200;
    return std::ranges::any_of(file_.pieces, [&](const SqlPiece& piece) {
      const AdminStatement what = admin_statement_of(text_of(piece).substr(0, kHead));
      return what == AdminStatement::kCreate || what == AdminStatement::kAlter ||
             what == AdminStatement::kDrop || what == AdminStatement::kReindex ||
             what == AdminStatement::kCluster;
    });
  }

  bool in_one_transaction() const {
    if (one_by_one_ || changesets_ > 1) return false;
    switch (tool_.transaction) {
      case Transaction::kWhole:
        return true;
      case Transaction::kWhereSeveral:
        return file_.pieces.size() > 1;
      case Transaction::kUnlessForbidden:
        return !std::ranges::all_of(file_.pieces, [&](const SqlPiece& piece) {
          return is_forbidden_in_one(text_of(piece));
        });
      case Transaction::kNot:
        break;
    }
    return false;
  }

  // VACUUM, CREATE INDEX CONCURRENTLY, ALTER TYPE ... ADD VALUE and their like.
  static bool is_forbidden_in_one(std::string_view sql) {
    Lexer lexer(sql);
    const Token first = lexer.next();
    if (is_word(first, "vacuum")) return true;
    constexpr int kFar = 8;
    for (int i = 0; i < kFar; ++i) {
      const Token token = lexer.next();
      if (token.kind == TokenKind::kEnd) return false;
      if (is_any_word(token,
                      {"concurrently", "database", "tablespace", "subscription", "system"})) {
        return true;
      }
    }
    return false;
  }

  std::string_view text_;
  const SqlFile& file_;
  SqlScript script_;
  Tool tool_{"", ReviewKind::kQueries};
  bool known_ = false, said_ = false, one_by_one_ = false;
  int changesets_ = 0;
};

// Runs of digits compare as numbers.
int compare_natural(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!a.empty() && !b.empty()) {
    if (!is_digit(a.front()) || !is_digit(b.front())) {
      if (a.front() != b.front()) return a.front() < b.front() ? -1 : 1;
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    const auto take_number = [&](std::string_view& text) {
      while (text.size() > 1 && text.front() == '0' && is_digit(text[1])) text.remove_prefix(1);
      std::size_t size = 0;
      while (size < text.size() && is_digit(text[size])) ++size;
      const std::string_view number = text.substr(0, size);
      text.remove_prefix(size);
      return number;
    };
    const std::string_view left = take_number(a), right = take_number(b);
    if (left.size() != right.size()) return left.size() < right.size() ? -1 : 1;
    if (const int order = left.compare(right); order != 0) return order;
  }
  return a.empty() == b.empty() ? 0 : (a.empty() ? -1 : 1);
}

}  // namespace

SqlScript script_of(std::string_view path, std::string_view text, const SqlFile& file) {
  return Reader(path, text, file).read();
}

bool runs_before(std::string_view path, std::string_view other) {
  const auto split = [](std::string_view whole) {
    const std::string_view name = name_of(whole);
    return std::tuple(whole.substr(0, whole.size() - name.size()), is_flyway(whole, 'R'), name);
  };
  const auto [folder, repeats, name] = split(path);
  const auto [other_folder, other_repeats, other_name] = split(other);
  if (const int order = compare_natural(folder, other_folder); order != 0) return order < 0;
  if (repeats != other_repeats) return other_repeats;
  if (const int order = compare_natural(name, other_name); order != 0) return order < 0;
  return path < other;
}

}  // namespace pgcounsel
