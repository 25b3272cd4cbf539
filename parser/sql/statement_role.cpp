#include "parser/sql/statement_role.h"

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

// Reads one statement after another.
class Reader {
 public:
  explicit Reader(std::string_view sql) : lexer_(sql) { step(); }
  // The role of the statement that begins here; nothing of it is left but its rest.
  StatementRole read_role();
  // Goes to the next statement that is not empty. False at the end.
  bool next_statement();
  bool at_statement();

 private:
  void step() { token_ = lexer_.next(); }
  bool accept(std::string_view word);
  bool is(std::string_view word) const { return is_word(token_, word); }
  StatementRole read_end(StatementRole role);
  StatementRole read_set();

  Lexer lexer_;
  Token token_;
  bool create_ = false;
};

bool Reader::accept(std::string_view word) {
  if (!is(word)) return false;
  step();
  return true;
}

bool Reader::at_statement() {
  while (token_.is_symbol(';')) step();
  return token_.kind != TokenKind::kEnd;
}

// A `;` inside of brackets or of BEGIN ATOMIC ... END parts no messages.
bool Reader::next_statement() {
  std::size_t depth = 0;
  std::size_t blocks = 0;
  while (token_.kind != TokenKind::kEnd) {
    if (depth == 0 && blocks == 0 && token_.is_symbol(';')) return at_statement();
    if (token_.is_symbol('(')) ++depth;
    if (token_.is_symbol(')') && depth > 0) --depth;
    if (create_ && accept("begin")) {
      if (is("atomic")) ++blocks;
      continue;
    }
    if (blocks > 0 && is("case")) ++blocks;
    if (blocks > 0 && is("end")) --blocks;
    step();
  }
  return false;
}

StatementRole Reader::read_role() {
  create_ = is("create");
  if (accept("begin")) return StatementRole::kBegin;
  if (accept("start")) return is("transaction") ? StatementRole::kBegin : StatementRole::kOther;
  if (accept("commit")) {
    return is("prepared") ? StatementRole::kOther : read_end(StatementRole::kCommit);
  }
  if (accept("end")) return read_end(StatementRole::kCommit);
  if (accept("rollback")) {
    return is("prepared") ? StatementRole::kOther : read_end(StatementRole::kRollback);
  }
  if (accept("abort")) return read_end(StatementRole::kRollback);
  if (accept("prepare")) return is("transaction") ? StatementRole::kCommit : StatementRole::kOther;
  if (accept("set")) return read_set();
  if (accept("discard")) return is("all") ? StatementRole::kDiscardAll : StatementRole::kOther;
  return StatementRole::kOther;
}

// [WORK | TRANSACTION] [AND [NO] CHAIN | TO [SAVEPOINT] name]
StatementRole Reader::read_end(StatementRole role) {
  if (!accept("work")) accept("transaction");
  if (is("to")) return StatementRole::kOther;
  if (accept("and") && is("chain")) return StatementRole::kCommitChain;
  return role;
}

// The settings that PgBouncer carries from the client to the server connection.
StatementRole Reader::read_set() {
  if (!is_any_word(token_, {"application_name", "client_encoding", "datestyle", "intervalstyle",
                            "standard_conforming_strings", "timezone"})) {
    return StatementRole::kOther;
  }
  step();
  const bool assigned =
      is("to") || (token_.kind == TokenKind::kOperator && token_.text.starts_with('='));
  return assigned ? StatementRole::kPoolerSet : StatementRole::kOther;
}

// What a message has done to the transaction so far.
struct NetEffect {
  enum State { kAsBefore, kOpen, kClosed };
  State state = kAsBefore;
  StatementRole ended = StatementRole::kOther;  // how the one before the message ended

  void apply(StatementRole role) {
    if (role == StatementRole::kBegin) {
      state = kOpen;
    } else if (role == StatementRole::kCommit || role == StatementRole::kRollback) {
      if (state == kAsBefore) ended = role;
      state = kClosed;
    } else if (role == StatementRole::kCommitChain && state != kClosed) {
      if (state == kAsBefore) ended = role;
      state = kOpen;
    }
  }
  StatementRole role() const {
    if (state != kOpen) return ended;
    return ended == StatementRole::kOther ? StatementRole::kBegin : StatementRole::kCommitChain;
  }
};

bool may_be_several(std::string_view sql) {
  const std::size_t semicolon = sql.find(';');
  return semicolon != std::string_view::npos &&
         sql.find_first_not_of(" \t\r\n\f;", semicolon) != std::string_view::npos;
}

}  // namespace

StatementRole role_of(std::string_view sql) {
  Reader reader(sql);
  if (!reader.at_statement()) return StatementRole::kOther;
  const StatementRole first = reader.read_role();
  if (!may_be_several(sql) || !reader.next_statement()) return first;
  NetEffect effect;
  effect.apply(first);
  bool same = true;
  do {
    const StatementRole role = reader.read_role();
    effect.apply(role);
    same &= role == first;
  } while (reader.next_statement());
  const StatementRole net = effect.role();
  const bool whole = first == StatementRole::kPoolerSet || first == StatementRole::kDiscardAll;
  return same && whole ? first : net;
}

}  // namespace pgcounsel
