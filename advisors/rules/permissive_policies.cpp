// Several permissive policies for one command.
#include <algorithm>

#include "advisors/sql/column_def.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "permissive_policies",
    .level = Level::kLow,
    .remedy =
        "Make one policy of them, with OR between the conditions, and the cheapest one first.",
    .verify =
        "`SELECT policyname, cmd, roles FROM pg_policies WHERE tablename = 'TABLE'`: one for "
        "each command and role.",
    .rollback = "Create the policies again as they were.",
    .because = "both are permissive, for the same command and for one role in common"};

bool same_command(const Policy& a, const Policy& b) {
  return a.command == b.command || a.command == "all" || b.command == "all";
}

bool same_role(const Policy& a, const Policy& b) {
  const auto has = [](const Policy& policy, const std::string& role) {
    return policy.roles.empty() || role == "public" ||
           std::ranges::find(policy.roles, role) != policy.roles.end() ||
           std::ranges::find(policy.roles, "public") != policy.roles.end();
  };
  if (a.roles.empty() || b.roles.empty()) return true;
  return std::ranges::any_of(a.roles, [&](const std::string& role) { return has(b, role); });
}

void check(const SqlContext& context, Findings& findings) {
  const Node root = context.root;
  if (!root.is("CreatePolicyStmt") || !root.flag("permissive")) return;
  const CatalogTable* const table = table_of(context.catalog(), root["table"]);
  if (table == nullptr) return;
  const auto mine = std::ranges::find(table->policies, root.text("policy_name"), &Policy::name);
  if (mine == table->policies.end()) return;
  for (auto other = table->policies.begin(); other != mine; ++other) {
    if (!other->permissive || !same_command(*other, *mine) || !same_role(*other, *mine)) continue;
    const std::string name = relation_words(root["table"]);
    add_finding(findings, context, kWords, {},
                join({"policies ", other->name, " and ", mine->name, " on ", name,
                      " are both evaluated for each row"}),
                join({name, "/", mine->name}));
    return;
  }
}

}  // namespace

Findings permissive_policies(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
