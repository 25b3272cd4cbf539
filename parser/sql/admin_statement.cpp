#include "parser/sql/admin_statement.h"

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

struct Verb {
  std::string_view word;  // as is_word wants it
  AdminStatement statement;
  std::string_view name;
};
constexpr Verb kVerbs[] = {{"create", AdminStatement::kCreate, "CREATE"},
                           {"alter", AdminStatement::kAlter, "ALTER"},
                           {"drop", AdminStatement::kDrop, "DROP"},
                           {"reindex", AdminStatement::kReindex, "REINDEX"},
                           {"cluster", AdminStatement::kCluster, "CLUSTER"},
                           {"truncate", AdminStatement::kTruncate, "TRUNCATE"},
                           {"refresh", AdminStatement::kRefresh, "REFRESH"},
                           {"vacuum", AdminStatement::kVacuum, "VACUUM"},
                           {"analyze", AdminStatement::kAnalyze, "ANALYZE"},
                           {"analyse", AdminStatement::kAnalyze, "ANALYZE"}};

AdminStatement read_statement(Lexer& lexer, const Token& first) {
  for (const Verb& verb : kVerbs) {
    if (!is_word(first, verb.word)) continue;
    if (verb.statement != AdminStatement::kCreate) return verb.statement;
    Token next = lexer.next();
    if (is_any_word(next, {"local", "global"})) next = lexer.next();
    return is_any_word(next, {"temporary", "temp"}) ? AdminStatement::kNone : verb.statement;
  }
  return AdminStatement::kNone;
}

}  // namespace

AdminStatement admin_statement_of(std::string_view sql) {
  Lexer lexer(sql);
  bool begins = true;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (begins) {
      const AdminStatement statement = read_statement(lexer, token);
      if (statement != AdminStatement::kNone) return statement;
    }
    begins = token.is_symbol(';');
  }
  return AdminStatement::kNone;
}

bool only_creates_missing(std::string_view sql) {
  // CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS
  constexpr int kMostBefore = 3;
  Lexer lexer(sql);
  bool is_any = false, begins = true;
  Token token = lexer.next();
  while (token.kind != TokenKind::kEnd) {
    const AdminStatement statement = begins ? read_statement(lexer, token) : AdminStatement::kNone;
    begins = token.is_symbol(';');
    token = lexer.next();
    if (statement == AdminStatement::kNone) continue;
    if (statement != AdminStatement::kCreate) return false;
    for (int i = 0; i < kMostBefore && !is_word(token, "if"); ++i) token = lexer.next();
    for (const std::string_view word : {"if", "not", "exists"}) {
      if (!is_word(token, word)) return false;
      token = lexer.next();
    }
    is_any = true;
  }
  return is_any;
}

std::string_view name_of(AdminStatement statement) {
  for (const Verb& verb : kVerbs) {
    if (verb.statement == statement) return verb.name;
  }
  return {};
}

bool changes_schema(AdminStatement statement) {
  return statement != AdminStatement::kNone && statement != AdminStatement::kVacuum &&
         statement != AdminStatement::kAnalyze;
}

}  // namespace pgcounsel
