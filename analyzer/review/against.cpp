#include "analyzer/review/against.h"

#include <algorithm>
#include <set>

#include "parser/sql/admin_statement.h"
#include "parser/sql/normalised_tree.h"

namespace pgcounsel {
namespace {

std::string table_name(std::string_view schema, std::string_view name) {
  if (schema.empty() || schema == "public") return std::string(name);
  return std::string(schema) + "." + std::string(name);
}

// The rows that one scan of the whole table has seen; 0 where the plan does not tell.
double rows_seen(const PlanNode& node, const NodeFigures& figures) {
  const bool parallel = node.text(PlanText::kParallelAware) == "true";
  if (figures.executed && figures.loops > 0) {
    const double rows = figures.rows + figures.rows_removed;
    return parallel ? rows : rows / figures.loops;
  }
  if (figures.executed || parallel || node.has(PlanText::kFilter)) return 0;
  return node.number(PlanNumber::kPlanRows);
}

void set_rows(Catalog& catalog, const LedgerFacts& facts) {
  for (const auto& [key, table] : catalog.tables()) {
    if (table.rows) continue;
    const KnownTable* const known = facts.table(table_name(key.first, key.second));
    if (known != nullptr && known->rows > 0) {
      catalog.table(key.first, key.second)->rows = known->rows;
    }
  }
}

}  // namespace

std::vector<std::string> tables_of(const SyntaxTree& statement) {
  std::set<std::string_view> ctes;
  for (const Node& cte : statement.root().all("CommonTableExpr")) ctes.insert(cte.text("ctename"));
  std::set<std::string> names;
  for (const Node& relation : statement.root().all("RangeVar")) {
    const std::string_view schema = relation.text("schemaname"), name = relation.text("relname");
    if (name.empty() || (schema.empty() && ctes.contains(name))) continue;
    names.insert(table_name(schema, name));
  }
  return {names.begin(), names.end()};
}

LedgerFacts::LedgerFacts(const std::vector<Workload>& workloads) {
  for (const Workload& workload : workloads) {
    held_ += workload.totals.hold;
    add_queries(workload);
    add_plans(workload);
  }
}

void LedgerFacts::add_queries(const Workload& workload) {
  for (const QueryRow& row : workload.queries) {
    KnownQuery& known = queries_[row.fingerprint];
    if (known.row == nullptr || known.row->hold < row.hold) known = {&row, &workload};
    std::string text = row.text;
    const auto tree = parse_normalised(text);
    if (!tree) continue;
    for (const std::string& name : tables_of(*tree)) {
      KnownTable& table = tables_[name];
      table.held += row.hold;
      ++table.queries;
    }
  }
}

void LedgerFacts::add_plans(const Workload& workload) {
  for (const PlanRow& row : workload.plans) {
    for (std::size_t at = 0; at < row.plan.nodes.size(); ++at) {
      const PlanNode& node = row.plan.nodes[at];
      if (!node.is("Seq Scan")) continue;
      const double rows = rows_seen(node, row.figures.nodes[at]);
      KnownTable& table =
          tables_[table_name(node.text(PlanText::kSchema), node.text(PlanText::kRelationName))];
      if (rows <= table.rows) continue;
      table.rows = rows;
      table.plan = row.hash;
    }
  }
}

KnownQuery LedgerFacts::query(Fingerprint fingerprint) const {
  const auto found = queries_.find(fingerprint);
  return found == queries_.end() ? KnownQuery{} : found->second;
}

const KnownTable* LedgerFacts::table(std::string_view name) const {
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : &found->second;
}

void hold_against(Review& review, const LedgerFacts& facts) {
  for (ReviewStatement& statement : review.statements) {
    if (admin_statement_of(statement.text) != AdminStatement::kNone) continue;
    statement.known = facts.query(statement.sent).row;
    statement.is_new = statement.known == nullptr;
  }
  set_rows(*review.before, facts);
  set_rows(*review.catalog, facts);
}

}  // namespace pgcounsel
