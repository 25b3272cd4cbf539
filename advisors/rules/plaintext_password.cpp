// A column that looks as if it held passwords as they are.
#include <algorithm>
#include <array>

#include "advisors/sql/column_def.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "plaintext_password",
    .level = Level::kLow,
    .remedy =
        "Store a salted hash (argon2, scrypt, bcrypt; `crypt()` of pgcrypto), and call the column "
        "`password_hash`.",
    .verify = "No value of the column can be used to log in.",
    .rollback = "Nothing to undo before there are rows.",
    .confidence = Confidence::kLow,
    .because = "only the name of the column tells; it may hold hashes already"};

constexpr std::array<std::string_view, 7> kNames = {
    "password", "passwd", "pwd", "user_password", "userpassword", "passphrase", "plain_password"};

void check(const SqlContext& context, Findings& findings) {
  for (const AddedColumn& column : added_columns(context.root)) {
    std::string name(column.definition.text("colname"));
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::ranges::find(kNames, name) == kNames.end()) continue;
    const std::string type = type_of(column.definition["typeName"]);
    if (type != "text" && type != "character varying" && type != "character") continue;
    const std::string path = column_path(column);
    add_finding(findings, context, kWords, column.definition,
                join({path, " may hold passwords as they are"}), path);
  }
}

}  // namespace

Findings plaintext_password(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
