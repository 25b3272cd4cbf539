// One execution plan, whatever form it was printed in: a tree of nodes with the figures and
// expressions that EXPLAIN tells, and what stands beside the tree. Every form of one plan (JSON,
// TEXT, YAML, XML) gives the same Plan. Nothing is computed here: figures are as printed, so times
// and rows are averages of a loop, buffers are totals that include the children's.
// Nodes lie in one vector in the order in which they are printed (a parent, then each child with
// all that is below it), so no walk over a plan needs recursion, however deep it is.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgcounsel {

enum class PlanFormat : std::uint8_t { kJson, kText, kYaml, kXml };
std::string_view name_of(PlanFormat format);  // "json"

// The numbers of a node. The names are those of EXPLAIN (FORMAT JSON), see plan_names.h. Times are
// milliseconds, sizes kB or blocks of 8 kB as the server prints them.
enum class PlanNumber : std::uint8_t {
  kStartupCost,
  kTotalCost,
  kPlanRows,
  kPlanWidth,
  kActualStartupTime,  // of a loop
  kActualTotalTime,    // of a loop
  kActualRows,         // of a loop
  kActualLoops,        // 0: never executed
  kRowsRemovedByFilter,
  kRowsRemovedByJoinFilter,
  kRowsRemovedByIndexRecheck,
  kRowsRemovedByConflict,  // "Rows Removed by Conflict Filter"
  kHeapFetches,
  kIndexSearches,  // PostgreSQL 18
  kExactHeapBlocks,
  kLossyHeapBlocks,
  kWorkersPlanned,
  kWorkersLaunched,
  kSortSpaceUsed,
  kHashBuckets,
  kOriginalHashBuckets,
  kHashBatches,
  kOriginalHashBatches,
  kPeakMemoryUsage,
  kPlannedPartitions,
  kHashAggBatches,
  kDiskUsage,
  kMaximumStorage,  // PostgreSQL 18: CTE Scan, Materialize, WindowAgg
  kCacheHits,
  kCacheMisses,
  kCacheEvictions,
  kCacheOverflows,
  kSubplansRemoved,
  kRepeatableSeed,
  kTuplesInserted,
  kTuplesUpdated,
  kTuplesDeleted,
  kTuplesSkipped,
  kConflictingTuples,
  kFullSortGroups,  // Incremental Sort: groups, then the largest space of one in kB
  kFullSortPeakMemory,
  kFullSortPeakDisk,
  kPresortedGroups,
  kPresortedPeakMemory,
  kPresortedPeakDisk,
  kSharedHitBlocks,
  kSharedReadBlocks,
  kSharedDirtiedBlocks,
  kSharedWrittenBlocks,
  kLocalHitBlocks,
  kLocalReadBlocks,
  kLocalDirtiedBlocks,
  kLocalWrittenBlocks,
  kTempReadBlocks,
  kTempWrittenBlocks,
  kSharedReadTime,  // up to PostgreSQL 16 "I/O Read Time", which is of shared and local blocks
  kSharedWriteTime,
  kLocalReadTime,
  kLocalWriteTime,
  kTempReadTime,
  kTempWriteTime,
  kWalRecords,
  kWalFullPageImages,
  kWalBytes,
  kWalBuffersFull,
  kSize  // how many there are
};

// The words and expressions of a node. A list (Sort Key, Output) is one text, its items separated
// by ", " as the text form prints it.
enum class PlanText : std::uint8_t {
  kStrategy,            // Plain, Sorted, Hashed, Mixed
  kPartialMode,         // Partial, Finalize; absent where Simple
  kOperation,           // of ModifyTable and Foreign Scan: Insert, Update, Delete, Merge
  kJoinType,            // Inner, Left, Full, Right, Semi, Anti, Right Semi, Right Anti
  kCommand,             // of SetOp: Except, Except All, Intersect, Intersect All
  kParentRelationship,  // Outer, Inner, Member, InitPlan, SubPlan, Subquery
  kSubplanName,         // `InitPlan 1 (returns $0)`, `CTE x`, `SubPlan 2`
  kScanDirection,       // Backward; absent where Forward
  kParallelAware,       // "true", else absent
  kAsyncCapable,        // "true", else absent
  kDisabled,            // "true", else absent (PostgreSQL 18)
  kSchema,
  kRelationName,
  kAlias,
  kIndexName,
  kCteName,
  kFunctionName,
  kTableFunctionName,
  kTuplestoreName,
  kCustomPlanProvider,
  kOutput,
  kFilter,
  kJoinFilter,
  kIndexCond,
  kRecheckCond,
  kOrderBy,
  kHashCond,
  kMergeCond,
  kTidCond,
  kOneTimeFilter,
  kRunCondition,
  kConflictFilter,
  kSortKey,
  kPresortedKey,
  kGroupKey,
  kGroupingSets,
  kWindow,
  kCacheKey,
  kCacheMode,
  kSamplingMethod,
  kSamplingParameters,
  kFunctionCall,
  kTableFunctionCall,
  kSortMethod,
  kSortSpaceType,  // Memory, Disk
  kStorage,        // Memory, Disk (PostgreSQL 18)
  kConflictResolution,
  kConflictArbiterIndexes,
  kRemoteSql,
  kSingleCopy,   // "true", else absent
  kInnerUnique,  // "true", else absent
  kParamsEvaluated,
  kSize  // how many there are
};

// A few of many possible values, in the order in which they were set.
template <class Name, class Value>
class PlanValues {
 public:
  const Value* find(Name name) const {
    for (const auto& [key, value] : values_)
      if (key == name) return &value;
    return nullptr;
  }
  bool has(Name name) const { return find(name) != nullptr; }
  // The value, `absent` where it was not printed.
  Value get(Name name, Value absent = {}) const {
    const Value* found = find(name);
    return found != nullptr ? *found : absent;
  }
  void set(Name name, Value value) {
    for (auto& [key, old] : values_)
      if (key == name) {
        old = std::move(value);
        return;
      }
    values_.emplace_back(name, std::move(value));
  }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  auto begin() { return values_.begin(); }
  auto end() { return values_.end(); }

 private:
  std::vector<std::pair<Name, Value>> values_;
};
using PlanNumbers = PlanValues<PlanNumber, double>;
using PlanTexts = PlanValues<PlanText, std::string>;

// What one parallel worker did in a node.
struct PlanWorker {
  int number = 0;
  PlanNumbers numbers;
  PlanTexts texts;
};

constexpr std::size_t kNoNode = static_cast<std::size_t>(-1);

struct PlanNode {
  // As in JSON's "Node Type": `Seq Scan`, `Hash Join`, `Aggregate`, `ModifyTable`; strategy, join
  // type, operation and `Parallel` are texts of their own.
  std::string type;
  std::size_t parent = kNoNode;  // its place in Plan::nodes
  std::size_t end = 0;           // behind the last node below it: its subtree is [own place, end)
  std::uint32_t depth = 0;       // 0: the root
  std::uint32_t line = 0;        // of the input, where the node begins; 0: not known
  PlanNumbers numbers;
  PlanTexts texts;
  std::vector<PlanWorker> workers;

  double number(PlanNumber name, double absent = 0) const { return numbers.get(name, absent); }
  bool has(PlanNumber name) const { return numbers.has(name); }
  std::string_view text(PlanText name) const {
    const std::string* found = texts.find(name);
    return found != nullptr ? std::string_view(*found) : std::string_view{};
  }
  bool has(PlanText name) const { return texts.has(name); }
  bool is(std::string_view node_type) const { return type == node_type; }
};

struct PlanTrigger {
  std::string name, constraint, relation;  // empty where not printed
  std::optional<double> ms;                // absent with TIMING OFF
  double calls = 0;
};

struct PlanJit {
  double functions = 0;
  std::string options;  // `Inlining false, Optimization false, Expressions true, Deforming true`
  std::optional<double> generation_ms, inlining_ms, optimization_ms, emission_ms, total_ms;
};

struct PlanSetting {
  std::string name, value;
};

struct PlanSerialization {  // PostgreSQL 17: EXPLAIN (SERIALIZE)
  std::optional<double> ms;
  double output_kb = 0;
  std::string format;
};

struct Plan {
  PlanFormat format = PlanFormat::kText;
  std::vector<PlanNode> nodes;  // never empty; the first one is the root
  std::optional<double> planning_ms, execution_ms;
  std::optional<double> logged_ms;  // `duration: N ms  plan:` of auto_explain
  PlanNumbers planning;             // buffers and I/O of planning
  std::optional<double> planner_memory_used_kb, planner_memory_allocated_kb;  // PostgreSQL 17
  std::optional<PlanJit> jit;
  std::optional<PlanSerialization> serialization;
  std::vector<PlanTrigger> triggers;
  std::vector<PlanSetting> settings;
  std::string query;       // "Query Text" of auto_explain, as printed; empty: not told
  std::string parameters;  // "Query Parameters" of auto_explain
  std::optional<std::int64_t> query_id;
  bool generic = false;    // $n in conditions: a plan for any parameters, see generic_plan.h
  std::uint32_t line = 0;  // of the input, 1-based, where the plan begins

  const PlanNode& root() const { return nodes.front(); }
};

// The places of a node's children, in order: `for (i = place + 1; i < end; i = nodes[i].end)`.
std::vector<std::size_t> children_of(const Plan& plan, std::size_t place);

}  // namespace pgcounsel
