// A name that the server cuts.
#include <algorithm>

#include "advisors/sql/sql_rule.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "identifier_too_long",
    .level = Level::kLow,
    .remedy = "Choose a name of at most 63 bytes.",
    .verify = "The statement gives no notice `identifier ... will be truncated`.",
    .rollback = "`ALTER ... RENAME TO` of what was made under the cut name.",
    .because = "the server keeps 63 bytes of a name"};

constexpr std::size_t kMost = 63;

bool is_ddl(Node root) {
  return root.is("CreateStmt") || root.is("IndexStmt") || root.is("AlterTableStmt") ||
         root.is("RenameStmt") || root.is("CreateTableAsStmt") || root.is("ViewStmt") ||
         root.is("CreateTrigStmt") || root.is("CreateSeqStmt");
}

// Quotes of a quoted name, and quotes in it that are doubled, do not count.
std::size_t length_of(const Token& token) {
  std::size_t length = token.text.size();
  if (token.kind != TokenKind::kQuotedName) return length;
  if (token.text.front() != '"') return 0;  // U&"..."
  length -= 2;
  for (std::size_t i = 1; i + 1 < token.text.size(); ++i) {
    if (token.text[i] != '"') continue;
    --length;
    ++i;
  }
  return length;
}

// Some characters of it, none in parts.
std::string_view beginning_of(std::string_view text) {
  std::size_t length = std::min<std::size_t>(text.size(), 30);
  while (length > 0 && length < text.size() &&
         (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    --length;
  }
  return text.substr(0, length);
}

void check(const SqlContext& context, Findings& findings) {
  if (!is_ddl(context.root)) return;
  const std::string_view sql = context.statement.text;
  Lexer lexer(sql);
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    const bool name = token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName;
    if (!name || length_of(token) <= kMost) continue;
    const auto begin = static_cast<std::size_t>(token.text.data() - sql.data());
    Finding& finding = add_finding(findings, context, kWords, {},
                                   join({"name of ", std::to_string(length_of(token)),
                                         " bytes is cut to 63: ", beginning_of(token.text), "..."}),
                                   token.text);
    finding.place = place_of(context, TextSpan{begin, begin + token.text.size()});
  }
}

}  // namespace

Findings identifier_too_long(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
