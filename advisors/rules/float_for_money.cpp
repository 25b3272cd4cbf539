// Amounts of money in a type that rounds.
#include <algorithm>
#include <array>

#include "advisors/sql/column_def.h"
#include "advisors/sql/name_words.h"
#include "advisors/sql/sql_rule.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "float_for_money",
    .level = Level::kLow,
    .remedy = "Declare it as `numeric(12,2)`, or as `bigint` of the smallest unit.",
    .verify = "`SELECT 0.1::float8 + 0.2::float8 = 0.3::float8` is false; with numeric it is true.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .confidence = Confidence::kMedium,
    .because = "the column's name says money, its type rounds"};

constexpr std::array<std::string_view, 16> kMoney = {
    "price", "prices", "amount", "salary",  "wage",     "fee",      "fees",    "balance",
    "tax",   "vat",    "refund", "revenue", "discount", "subtotal", "payment", "currency"};

void check(const SqlContext& context, Findings& findings) {
  for (const AddedColumn& column : added_columns(context.root)) {
    const std::string type = type_of(column.definition["typeName"]);
    if (type != "double precision" && type != "real") continue;
    const std::string_view name = column.definition.text("colname");
    const bool money = std::ranges::any_of(
        kMoney, [&](std::string_view word) { return has_name_word(name, word); });
    if (!money) continue;
    const std::string path = column_path(column);
    add_finding(findings, context, kWords, column.definition,
                join({path, " is ", type, ", which rounds amounts"}), path);
  }
}

}  // namespace

Findings float_for_money(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
