#include "parser/plan/plan_names.h"

#include <array>
#include <cstdint>

namespace pgcounsel {
namespace {

enum class Zero : std::uint8_t { kTold, kLeftOut };

struct NumberName {
  PlanNumber number;
  std::string_view name;
  Zero zero = Zero::kTold;
};

using Number = PlanNumber;
using Text = PlanText;

constexpr NumberName kNumbers[] = {
    {Number::kStartupCost, "Startup Cost"},
    {Number::kTotalCost, "Total Cost"},
    {Number::kPlanRows, "Plan Rows"},
    {Number::kPlanWidth, "Plan Width"},
    {Number::kActualStartupTime, "Actual Startup Time"},
    {Number::kActualTotalTime, "Actual Total Time"},
    {Number::kActualRows, "Actual Rows"},
    {Number::kActualLoops, "Actual Loops"},
    {Number::kRowsRemovedByFilter, "Rows Removed by Filter", Zero::kLeftOut},
    {Number::kRowsRemovedByJoinFilter, "Rows Removed by Join Filter", Zero::kLeftOut},
    {Number::kRowsRemovedByIndexRecheck, "Rows Removed by Index Recheck", Zero::kLeftOut},
    {Number::kRowsRemovedByConflict, "Rows Removed by Conflict Filter", Zero::kLeftOut},
    {Number::kHeapFetches, "Heap Fetches"},
    {Number::kIndexSearches, "Index Searches"},
    {Number::kExactHeapBlocks, "Exact Heap Blocks", Zero::kLeftOut},
    {Number::kLossyHeapBlocks, "Lossy Heap Blocks", Zero::kLeftOut},
    {Number::kWorkersPlanned, "Workers Planned"},
    {Number::kWorkersLaunched, "Workers Launched"},
    {Number::kSortSpaceUsed, "Sort Space Used"},
    {Number::kHashBuckets, "Hash Buckets"},
    {Number::kOriginalHashBuckets, "Original Hash Buckets"},
    {Number::kHashBatches, "Hash Batches"},
    {Number::kOriginalHashBatches, "Original Hash Batches"},
    {Number::kPeakMemoryUsage, "Peak Memory Usage", Zero::kLeftOut},
    {Number::kPlannedPartitions, "Planned Partitions", Zero::kLeftOut},
    {Number::kHashAggBatches, "HashAgg Batches", Zero::kLeftOut},
    {Number::kDiskUsage, "Disk Usage", Zero::kLeftOut},
    {Number::kMaximumStorage, "Maximum Storage"},
    {Number::kCacheHits, "Cache Hits"},
    {Number::kCacheMisses, "Cache Misses"},
    {Number::kCacheEvictions, "Cache Evictions"},
    {Number::kCacheOverflows, "Cache Overflows"},
    {Number::kSubplansRemoved, "Subplans Removed", Zero::kLeftOut},
    {Number::kRepeatableSeed, "Repeatable Seed"},
    {Number::kTuplesInserted, "Tuples Inserted", Zero::kLeftOut},
    {Number::kTuplesUpdated, "Tuples Updated", Zero::kLeftOut},
    {Number::kTuplesDeleted, "Tuples Deleted", Zero::kLeftOut},
    {Number::kTuplesSkipped, "Tuples Skipped", Zero::kLeftOut},
    {Number::kConflictingTuples, "Conflicting Tuples", Zero::kLeftOut},
    {Number::kFullSortGroups, "Full-sort Groups", Zero::kLeftOut},
    {Number::kFullSortPeakMemory, "Full-sort Peak Memory", Zero::kLeftOut},
    {Number::kFullSortPeakDisk, "Full-sort Peak Disk", Zero::kLeftOut},
    {Number::kPresortedGroups, "Pre-sorted Groups", Zero::kLeftOut},
    {Number::kPresortedPeakMemory, "Pre-sorted Peak Memory", Zero::kLeftOut},
    {Number::kPresortedPeakDisk, "Pre-sorted Peak Disk", Zero::kLeftOut},
    {Number::kSharedHitBlocks, "Shared Hit Blocks", Zero::kLeftOut},
    {Number::kSharedReadBlocks, "Shared Read Blocks", Zero::kLeftOut},
    {Number::kSharedDirtiedBlocks, "Shared Dirtied Blocks", Zero::kLeftOut},
    {Number::kSharedWrittenBlocks, "Shared Written Blocks", Zero::kLeftOut},
    {Number::kLocalHitBlocks, "Local Hit Blocks", Zero::kLeftOut},
    {Number::kLocalReadBlocks, "Local Read Blocks", Zero::kLeftOut},
    {Number::kLocalDirtiedBlocks, "Local Dirtied Blocks", Zero::kLeftOut},
    {Number::kLocalWrittenBlocks, "Local Written Blocks", Zero::kLeftOut},
    {Number::kTempReadBlocks, "Temp Read Blocks", Zero::kLeftOut},
    {Number::kTempWrittenBlocks, "Temp Written Blocks", Zero::kLeftOut},
    {Number::kSharedReadTime, "Shared I/O Read Time", Zero::kLeftOut},
    {Number::kSharedWriteTime, "Shared I/O Write Time", Zero::kLeftOut},
    {Number::kLocalReadTime, "Local I/O Read Time", Zero::kLeftOut},
    {Number::kLocalWriteTime, "Local I/O Write Time", Zero::kLeftOut},
    {Number::kTempReadTime, "Temp I/O Read Time", Zero::kLeftOut},
    {Number::kTempWriteTime, "Temp I/O Write Time", Zero::kLeftOut},
    {Number::kWalRecords, "WAL Records", Zero::kLeftOut},
    {Number::kWalFullPageImages, "WAL FPI", Zero::kLeftOut},
    {Number::kWalBytes, "WAL Bytes", Zero::kLeftOut},
    {Number::kWalBuffersFull, "WAL Buffers Full", Zero::kLeftOut},
};

// Up to PostgreSQL 16.
constexpr NumberName kOlderNumbers[] = {
    {Number::kSharedReadTime, "I/O Read Time"},
    {Number::kSharedWriteTime, "I/O Write Time"},
};

enum class Word : std::uint8_t { kAny, kOnlyTrue, kOnlyBackward, kNotSimple };

struct TextName {
  PlanText text;
  std::string_view name;
  Word told = Word::kAny;
};

constexpr TextName kTexts[] = {
    {Text::kStrategy, "Strategy"},
    {Text::kPartialMode, "Partial Mode", Word::kNotSimple},
    {Text::kOperation, "Operation"},
    {Text::kJoinType, "Join Type"},
    {Text::kCommand, "Command"},
    {Text::kParentRelationship, "Parent Relationship"},
    {Text::kSubplanName, "Subplan Name"},
    {Text::kScanDirection, "Scan Direction", Word::kOnlyBackward},
    {Text::kParallelAware, "Parallel Aware", Word::kOnlyTrue},
    {Text::kAsyncCapable, "Async Capable", Word::kOnlyTrue},
    {Text::kDisabled, "Disabled", Word::kOnlyTrue},
    {Text::kSchema, "Schema"},
    {Text::kRelationName, "Relation Name"},
    {Text::kAlias, "Alias"},
    {Text::kIndexName, "Index Name"},
    {Text::kCteName, "CTE Name"},
    {Text::kFunctionName, "Function Name"},
    {Text::kTableFunctionName, "Table Function Name"},
    {Text::kTuplestoreName, "Tuplestore Name"},
    {Text::kCustomPlanProvider, "Custom Plan Provider"},
    {Text::kOutput, "Output"},
    {Text::kFilter, "Filter"},
    {Text::kJoinFilter, "Join Filter"},
    {Text::kIndexCond, "Index Cond"},
    {Text::kRecheckCond, "Recheck Cond"},
    {Text::kOrderBy, "Order By"},
    {Text::kHashCond, "Hash Cond"},
    {Text::kMergeCond, "Merge Cond"},
    {Text::kTidCond, "TID Cond"},
    {Text::kOneTimeFilter, "One-Time Filter"},
    {Text::kRunCondition, "Run Condition"},
    {Text::kConflictFilter, "Conflict Filter"},
    {Text::kSortKey, "Sort Key"},
    {Text::kPresortedKey, "Presorted Key"},
    {Text::kGroupKey, "Group Key"},
    {Text::kGroupingSets, "Grouping Sets"},
    {Text::kWindow, "Window"},
    {Text::kCacheKey, "Cache Key"},
    {Text::kCacheMode, "Cache Mode"},
    {Text::kSamplingMethod, "Sampling Method"},
    {Text::kSamplingParameters, "Sampling Parameters"},
    {Text::kFunctionCall, "Function Call"},
    {Text::kTableFunctionCall, "Table Function Call"},
    {Text::kSortMethod, "Sort Method"},
    {Text::kSortSpaceType, "Sort Space Type"},
    {Text::kStorage, "Storage"},
    {Text::kConflictResolution, "Conflict Resolution"},
    {Text::kConflictArbiterIndexes, "Conflict Arbiter Indexes"},
    {Text::kRemoteSql, "Remote SQL"},
    {Text::kSingleCopy, "Single Copy", Word::kOnlyTrue},
    {Text::kInnerUnique, "Inner Unique", Word::kOnlyTrue},
    {Text::kParamsEvaluated, "Params Evaluated"},
};

constexpr bool in_order() {
  std::size_t place = 0;
  for (const NumberName& entry : kNumbers)
    if (static_cast<std::size_t>(entry.number) != place++) return false;
  if (place != static_cast<std::size_t>(Number::kSize)) return false;
  place = 0;
  for (const TextName& entry : kTexts)
    if (static_cast<std::size_t>(entry.text) != place++) return false;
  return place == static_cast<std::size_t>(Text::kSize);
}
static_assert(in_order(), "each name has its place");

const NumberName& entry_of(PlanNumber name) {
  return kNumbers[static_cast<std::size_t>(name)];
}
const TextName& entry_of(PlanText name) {
  return kTexts[static_cast<std::size_t>(name)];
}

// XML has hyphens where other forms have blanks and slashes.
constexpr char plain(char c) {
  return c == ' ' || c == '/' ? '-' : c;
}

// A few letters tell the names apart well enough.
constexpr std::uint32_t hash_of(std::string_view name) {
  auto hash = static_cast<std::uint32_t>(name.size());
  if (name.empty()) return hash;
  for (std::size_t part = 0; part < 5; ++part) {
    hash = hash * 37 + static_cast<unsigned char>(plain(name[(name.size() - 1) * part / 4]));
  }
  return hash ^ hash >> 11;
}

// All names of one kind by their hash; where two meet, the next free place is taken.
template <class Name>
class NameTable {
 public:
  constexpr void add(std::string_view name, Name value) {
    std::size_t at = hash_of(name) % kPlaces;
    while (!places_[at].name.empty()) at = (at + 1) % kPlaces;
    places_[at] = {name, value};
  }
  constexpr std::optional<Name> find(std::string_view name) const {
    for (std::size_t at = hash_of(name) % kPlaces; !places_[at].name.empty();
         at = (at + 1) % kPlaces) {
      if (same_plan_name(places_[at].name, name)) return places_[at].value;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kPlaces = 256;  // a quarter of them is taken
  struct Place {
    std::string_view name;
    Name value{};
  };
  std::array<Place, kPlaces> places_{};
};

constexpr auto kNumberTable = [] {
  NameTable<PlanNumber> table;
  for (const NumberName& entry : kNumbers) table.add(entry.name, entry.number);
  for (const NumberName& entry : kOlderNumbers) table.add(entry.name, entry.number);
  return table;
}();

constexpr auto kTextTable = [] {
  NameTable<PlanText> table;
  for (const TextName& entry : kTexts) table.add(entry.name, entry.text);
  return table;
}();

}  // namespace

std::string_view name_of(PlanNumber name) {
  return entry_of(name).name;
}

std::string_view name_of(PlanText name) {
  return entry_of(name).name;
}

std::optional<PlanNumber> plan_number_named(std::string_view name) {
  return kNumberTable.find(name);
}

std::optional<PlanText> plan_text_named(std::string_view name) {
  return kTextTable.find(name);
}

bool same_plan_name(std::string_view name, std::string_view other) {
  if (name.size() != other.size()) return false;
  if (name == other) return true;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (plain(name[i]) != plain(other[i])) return false;
  return true;
}

bool says_nothing(PlanNumber name, double value) {
  return value == 0 && entry_of(name).zero == Zero::kLeftOut;
}

bool says_nothing(PlanText name, std::string_view value) {
  switch (entry_of(name).told) {
    case Word::kAny:
      return value.empty();
    case Word::kOnlyTrue:
      return value != "true";
    case Word::kOnlyBackward:
      return value != "Backward";
    case Word::kNotSimple:
      return value.empty() || value == "Simple";
  }
  return false;
}

}  // namespace pgcounsel
