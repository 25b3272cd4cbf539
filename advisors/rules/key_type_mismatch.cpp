// A foreign key whose column has another type than the key it refers to.
#include <algorithm>
#include <array>

#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "key_type_mismatch",
    .level = Level::kMedium,
    .remedy = "Give the column the type of the key that it refers to, before it has rows.",
    .verify = "`\\d` of both tables shows the same type.",
    .rollback = "Nothing to undo before there are rows: the column gets another type.",
    .because = "the schema tells both types"};

// Types that hold the same values.
std::string_view family(std::string_view type) {
  constexpr std::array<std::string_view, 3> kTexts = {"text", "character varying", "citext"};
  return std::ranges::find(kTexts, type) != kTexts.end() ? "text" : type;
}

struct Pair {
  const CatalogColumn* from = nullptr;
  const CatalogColumn* to = nullptr;
};

std::vector<std::string> referenced(const AddedConstraint& key, const CatalogTable& parent) {
  std::vector<std::string> names;
  for (const std::string_view name : key.constraint.names("pk_attrs")) names.emplace_back(name);
  const CatalogIndex* const primary = parent.primary_key();
  if (!names.empty() || primary == nullptr) return names;
  for (const IndexKey& part : primary->keys) names.push_back(part.column);
  return names;
}

std::vector<Pair> pairs_of(const SqlContext& context, const AddedConstraint& key) {
  std::vector<Pair> pairs;
  const CatalogTable* const child = table_of(context.catalog(), key.table);
  const CatalogTable* const parent = table_of(context.catalog(), key.constraint["pktable"]);
  if (child == nullptr || parent == nullptr) return pairs;
  const auto from = key.keys("fk_attrs");
  const auto to = referenced(key, *parent);
  for (std::size_t i = 0; i < std::min(from.size(), to.size()); ++i) {
    pairs.push_back({child->column(from[i]), parent->column(to[i])});
  }
  return pairs;
}

// Where both are integers and the column that refers has more bytes, nothing ever fails.
bool is_harmless(const Pair& pair) {
  constexpr std::array<std::string_view, 3> kIntegers = {"smallint", "integer", "bigint"};
  const auto* from = std::ranges::find(kIntegers, pair.from->type);
  const auto* to = std::ranges::find(kIntegers, pair.to->type);
  return from != kIntegers.end() && to < from;
}

bool differ(const Pair& pair) {
  return pair.from != nullptr && pair.to != nullptr && !pair.from->type.empty() &&
         !pair.to->type.empty() && family(pair.from->type) != family(pair.to->type);
}

void check(const SqlContext& context, Findings& findings) {
  for (const AddedConstraint& key : added_constraints(context.root)) {
    if (key.constraint.text("contype") != "CONSTR_FOREIGN") continue;
    const std::string child = relation_words(key.table);
    const std::string parent = relation_words(key.constraint["pktable"]);
    for (const Pair& pair : pairs_of(context, key)) {
      if (!differ(pair)) continue;
      const std::string path = join({child, ".", pair.from->name});
      Finding& finding =
          add_finding(findings, context, kWords, key.constraint,
                      join({path, " is ", pair.from->type, ", but ", parent, ".", pair.to->name,
                            ", which it refers to, is ", pair.to->type}),
                      path);
      if (is_harmless(pair)) finding.level = Level::kLow;
      finding.remedy.text = join({"Declare it as `", quoted(pair.from->name), " ", pair.to->type,
                                  pair.to->type_modifier, "`, before it has rows."});
    }
  }
}

}  // namespace

Findings key_type_mismatch(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
