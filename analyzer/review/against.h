// What a ledger knows about the statements of a review: which of them it has seen, what the tables
// that they read and write hold of the connections, and how many rows these tables have, as far as
// its plans tell.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/review.h"
#include "analyzer/workload.h"

namespace pgcounsel {

struct KnownQuery {
  const QueryRow* row = nullptr;  // of the server where it holds most; none: it is not known
  const Workload* workload = nullptr;
};

struct KnownTable {
  Micros held{};  // by queries that name the table
  std::size_t queries = 0;
  double rows = 0;         // at least; 0: not known
  std::uint64_t plan = 0;  // hash of the plan that tells it
};

class LedgerFacts {
 public:
  // One workload for each server; they must live as long as the facts.
  explicit LedgerFacts(const std::vector<Workload>& workloads);

  KnownQuery query(Fingerprint fingerprint) const;
  const KnownTable* table(std::string_view name) const;  // as tables_of() names it
  Micros held() const { return held_; }                  // by all queries

 private:
  void add_queries(const Workload& workload);
  void add_plans(const Workload& workload);

  std::map<Fingerprint, KnownQuery> queries_;
  std::map<std::string, KnownTable, std::less<>> tables_;
  Micros held_{};
};

// The tables that a statement names, CTEs left out: `orders`, `billing.orders`; sorted, each once.
std::vector<std::string> tables_of(const SyntaxTree& statement);

// Sets `known` and `is_new` of every statement, DDL being always new, and gives tables of the
// catalogue their rows where it does not know better.
void hold_against(Review& review, const LedgerFacts& facts);

}  // namespace pgcounsel
