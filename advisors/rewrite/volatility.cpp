#include "advisors/rewrite/volatility.h"

#include <algorithm>
#include <array>

namespace pgcounsel {
namespace {

using Words = std::string_view;

constexpr std::array kStable = {Words{"abs"},         Words{"age"},
                                Words{"array_agg"},   Words{"array_length"},
                                Words{"avg"},         Words{"bool_and"},
                                Words{"bool_or"},     Words{"btrim"},
                                Words{"cardinality"}, Words{"ceil"},
                                Words{"ceiling"},     Words{"char_length"},
                                Words{"concat"},      Words{"concat_ws"},
                                Words{"count"},       Words{"current_setting"},
                                Words{"date"},        Words{"date_part"},
                                Words{"date_trunc"},  Words{"dense_rank"},
                                Words{"every"},       Words{"extract"},
                                Words{"first_value"}, Words{"floor"},
                                Words{"format"},      Words{"greatest"},
                                Words{"jsonb_agg"},   Words{"json_agg"},
                                Words{"lag"},         Words{"last_value"},
                                Words{"lead"},        Words{"least"},
                                Words{"left"},        Words{"length"},
                                Words{"lower"},       Words{"lpad"},
                                Words{"ltrim"},       Words{"make_date"},
                                Words{"max"},         Words{"md5"},
                                Words{"min"},         Words{"mod"},
                                Words{"now"},         Words{"ntile"},
                                Words{"nullif"},      Words{"overlay"},
                                Words{"position"},    Words{"power"},
                                Words{"rank"},        Words{"regexp_replace"},
                                Words{"repeat"},      Words{"replace"},
                                Words{"reverse"},     Words{"right"},
                                Words{"round"},       Words{"row_number"},
                                Words{"rpad"},        Words{"rtrim"},
                                Words{"sign"},        Words{"split_part"},
                                Words{"sqrt"},        Words{"starts_with"},
                                Words{"string_agg"},  Words{"strpos"},
                                Words{"substr"},      Words{"substring"},
                                Words{"sum"},         Words{"timezone"},
                                Words{"to_char"},     Words{"to_date"},
                                Words{"to_number"},   Words{"to_timestamp"},
                                Words{"trim"},        Words{"trunc"},
                                Words{"unnest"},      Words{"upper"}};

constexpr std::array kVolatile = {
    Words{"clock_timestamp"}, Words{"gen_random_uuid"}, Words{"nextval"}, Words{"pg_sleep"},
    Words{"random"},          Words{"set_config"},      Words{"setval"},  Words{"timeofday"}};

Proof proof_of(const SqlContext& context, Node call) {
  const std::vector<std::string_view> name = call.names("funcname");
  const std::string_view last = name.empty() ? std::string_view{} : name.back();
  const std::string_view schema = name.size() > 1 ? name.front() : std::string_view{};
  const auto known = context.catalog().functions(schema == "pg_catalog" ? "" : schema, last);
  if (!known.empty() && schema != "pg_catalog") {
    const bool changes = std::ranges::any_of(known, [](const CatalogFunction* function) {
      return function->volatility == Volatility::kVolatile;
    });
    return changes ? Proof::kFails : Proof::kHolds;
  }
  if (!schema.empty() && schema != "pg_catalog") return Proof::kUnknown;
  if (std::ranges::find(kVolatile, last) != kVolatile.end()) return Proof::kFails;
  return std::ranges::find(kStable, last) != kStable.end() ? Proof::kHolds : Proof::kUnknown;
}

bool changes_rows_or_locks(Node node) {
  constexpr std::array kKinds = {Words{"InsertStmt"}, Words{"UpdateStmt"}, Words{"DeleteStmt"},
                                 Words{"MergeStmt"}, Words{"LockingClause"}};
  return std::ranges::find(kKinds, node.kind()) != kKinds.end();
}

}  // namespace

Obligation nothing_volatile(const SqlContext& context, Node node) {
  Obligation obligation{Proof::kHolds, "no function in it is volatile", {}};
  for (const Node part : node.all()) {
    if (changes_rows_or_locks(part)) return {Proof::kFails, {}, {}};
    if (!part.is("FuncCall")) continue;
    const Proof proof = proof_of(context, part);
    if (proof == Proof::kFails) return {Proof::kFails, {}, {}};
    if (proof == Proof::kUnknown) {
      obligation = {
          Proof::kUnknown, join({function_name(part), "() is not volatile"}),
          "`\\df+` shows its volatility; a catalogue that holds the function settles it."};
    }
  }
  return obligation;
}

}  // namespace pgcounsel
