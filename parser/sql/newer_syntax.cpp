#include "parser/sql/newer_syntax.h"

#include <array>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kReach = 400;  // bytes before the place where the parser gave up

struct Row {
  std::string_view first, second;  // words one behind the other; `second` may be empty
  std::string_view shown;
  int since;
};
constexpr std::array kRows{
    Row{"json_table", "", "JSON_TABLE", 17},
    Row{"json_exists", "", "JSON_EXISTS", 17},
    Row{"json_value", "", "JSON_VALUE", 17},
    Row{"json_query", "", "JSON_QUERY", 17},
    Row{"json_scalar", "", "JSON_SCALAR", 17},
    Row{"json_serialize", "", "JSON_SERIALIZE", 17},
    Row{"json_object", "", "JSON_OBJECT with keys", 16},
    Row{"json_array", "", "JSON_ARRAY", 16},
    Row{"json_objectagg", "", "JSON_OBJECTAGG", 16},
    Row{"json_arrayagg", "", "JSON_ARRAYAGG", 16},
    Row{"is", "json", "IS JSON", 16},
    Row{"not", "json", "IS NOT JSON", 16},
    Row{"matched", "by", "MERGE ... WHEN NOT MATCHED BY SOURCE", 17},
    Row{"with", "inherit", "GRANT ... WITH INHERIT", 16},
    Row{"with", "set", "GRANT ... WITH SET", 16},
    Row{"storage", "", "STORAGE of a column in CREATE TABLE", 16},
    Row{"not", "enforced", "NOT ENFORCED", 18},
    Row{"without", "overlaps", "WITHOUT OVERLAPS", 18},
    Row{"virtual", "", "a VIRTUAL generated column", 18},
    Row{"period", "", "a PERIOD in a foreign key", 18},
    Row{"split", "partition", "SPLIT PARTITION", 19},
    Row{"merge", "partitions", "MERGE PARTITIONS", 19},
};

// 0x1f, 0b01, 1_000; not $1a or 1a
bool is_newer_number(const Token& token) {
  if (token.kind != TokenKind::kBadNumber || token.text.front() == '$') return false;
  const bool based = token.text.front() == '0' && token.text.size() > 2 &&
                     std::string_view("xXoObB").find(token.text[1]) != std::string_view::npos;
  return based || token.text.find('_') != std::string_view::npos;
}

}  // namespace

std::optional<NewerSyntax> newer_syntax(std::string_view sql, std::size_t error) {
  std::optional<NewerSyntax> found;
  Lexer lexer(sql);
  Token before;
  bool merges = false;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const auto at = static_cast<std::size_t>(token.text.data() - sql.data());
    if (at > error + kReach) break;
    if (before.text.empty()) merges = is_any_word(token, {"merge", "with"});
    if (at + kReach >= error) {
      // The parser stops at the second of two words, or behind the only one.
      for (const Row& row : kRows) {
        const bool matches = row.second.empty()
                                 ? at <= error && is_word(token, row.first)
                                 : is_word(token, row.second) && is_word(before, row.first);
        if (matches) found = NewerSyntax{row.shown, row.since, at};
      }
      if (is_newer_number(token)) {
        found = NewerSyntax{"a number in another base or with underscores", 16, at};
      }
      if (merges && is_word(token, "returning") && at == error) {
        found = NewerSyntax{"MERGE ... RETURNING", 17, at};
      }
    }
    before = token;
  }
  return found;
}

}  // namespace pgcounsel
