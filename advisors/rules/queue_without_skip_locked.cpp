// Workers that wait for the same row.
#include <algorithm>
#include <utility>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "queue_without_skip_locked",
    .level = Level::kMedium,
    .remedy = "Add `SKIP LOCKED` behind `FOR UPDATE`.",
    .verify = "Two sessions that run it in open transactions get different rows without waiting.",
    .rollback = "Take `SKIP LOCKED` away.",
    .confidence = Confidence::kMedium,
    .because = "the first rows of an order are locked, which is what a queue does",
    .caveat =
        "Rows that other sessions have locked are left out: this changes the result on purpose."};

bool is_waiting_lock(Node lock) {
  const std::string_view strength = lock.text("strength");
  return (strength == "LCS_FORUPDATE" || strength == "LCS_FORNOKEYUPDATE") &&
         lock.text("waitPolicy") == "LockWaitBlock";
}

// The statement with SKIP LOCKED at its end, where the lock stands there.
std::string mended(const SqlContext& context) {
  if (!context.statement.inserted.empty()) return {};  // it has not the file's own parameters
  std::string sql = join({context.statement.text, " SKIP LOCKED"});
  const auto tree = SyntaxTree::parse(sql);
  const NodeList locks = tree ? tree->root().list("lockingClause") : NodeList{};
  return locks.size() == 1 && locks.front().text("waitPolicy") == "LockWaitSkip" ? sql
                                                                                 : std::string();
}

enum class Pin { kNone, kOwner, kKey };

Pin pin_of(const SqlContext& context, Node select) {
  Pin pin = Pin::kNone;
  for (const Node filter : filters_of(select)) {
    if (!is_operator(filter, "=") || !is_column(filter["lexpr"]) ||
        !is_free_of_columns(filter["rexpr"]))
      continue;
    const std::string name(column_name(filter["lexpr"]));
    const CatalogTable* const table = home_of(context, filter["lexpr"]).table;
    if (name == "id" || name == "uuid" || (table != nullptr && table->is_unique({name})))
      return Pin::kKey;
    if (name.ends_with("_id") || name.ends_with("_uuid")) pin = Pin::kOwner;
  }
  return pin;
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    const NodeList locks = select.list("lockingClause"), tables = own_nodes(select, "RangeVar");
    if (!select["limitCount"] || !select.has("sortClause") || tables.empty()) continue;
    if (std::ranges::none_of(locks, is_waiting_lock)) continue;
    const Pin pin = pin_of(context, select);
    if (pin == Pin::kKey) continue;
    const std::string name = relation_words(tables.front());
    Finding& finding = add_finding(
        findings, context, kWords, select == context.root ? Node{} : select,
        join({"Queue read from ", name, ": FOR UPDATE with LIMIT but without SKIP LOCKED"}), name);
    if (pin == Pin::kOwner) finding.level = Level::kLow;
    std::string sql = select == context.root ? mended(context) : std::string();
    if (!sql.empty()) finding.rewrite = Rewrite{std::move(sql), {}, true};
  }
}

}  // namespace

Findings queue_without_skip_locked(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
