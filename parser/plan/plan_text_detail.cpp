#include "parser/plan/plan_text_detail.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "parser/plan/plan_names.h"
#include "parser/plan/plan_text_head.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

struct Name {
  std::string_view name;
  Detail kind;
  PlanText text = PlanText::kSize;
  PlanNumber number = PlanNumber::kSize;
};
constexpr Name text_of(std::string_view name, PlanText text) {
  return {name, Detail::kText, text};
}
constexpr Name number_of_name(std::string_view name, PlanNumber number) {
  return {name, Detail::kNumber, PlanText::kSize, number};
}

// In the order of the names.
constexpr Name kNames[] = {
    {"Batches", Detail::kHashAgg},
    {"Buckets", Detail::kHashTable},
    {"Buffers", Detail::kBuffers},
    text_of("Cache Key", PlanText::kCacheKey),
    text_of("Cache Mode", PlanText::kCacheMode),
    text_of("Conflict Arbiter Indexes", PlanText::kConflictArbiterIndexes),
    text_of("Conflict Filter", PlanText::kConflictFilter),
    text_of("Conflict Resolution", PlanText::kConflictResolution),
    number_of_name("Conflicting Tuples", PlanNumber::kConflictingTuples),
    {"Disabled", Detail::kYes, PlanText::kDisabled},
    text_of("Filter", PlanText::kFilter),
    {"Full-sort Groups", Detail::kFullSort},
    text_of("Function Call", PlanText::kFunctionCall),
    {"Group Key", Detail::kGroupingSet, PlanText::kGroupKey},
    text_of("Hash Cond", PlanText::kHashCond),
    {"Hash Key", Detail::kGroupingSet, PlanText::kGroupingSets},
    {"Heap Blocks", Detail::kHeapBlocks},
    number_of_name("Heap Fetches", PlanNumber::kHeapFetches),
    {"Hits", Detail::kCacheUse},
    {"I/O Timings", Detail::kIoTimings},
    text_of("Index Cond", PlanText::kIndexCond),
    number_of_name("Index Searches", PlanNumber::kIndexSearches),
    {"Inner Unique", Detail::kYes, PlanText::kInnerUnique},
    text_of("Join Filter", PlanText::kJoinFilter),
    text_of("Merge Cond", PlanText::kMergeCond),
    text_of("One-Time Filter", PlanText::kOneTimeFilter),
    text_of("Order By", PlanText::kOrderBy),
    text_of("Output", PlanText::kOutput),
    text_of("Params Evaluated", PlanText::kParamsEvaluated),
    {"Planned Partitions", Detail::kHashAgg, PlanText::kSize, PlanNumber::kPlannedPartitions},
    {"Pre-sorted Groups", Detail::kPresorted},
    {"Presorted Groups", Detail::kPresorted},
    text_of("Presorted Key", PlanText::kPresortedKey),
    text_of("Recheck Cond", PlanText::kRecheckCond),
    text_of("Remote SQL", PlanText::kRemoteSql),
    number_of_name("Rows Removed by Conflict Filter", PlanNumber::kRowsRemovedByConflict),
    number_of_name("Rows Removed by Filter", PlanNumber::kRowsRemovedByFilter),
    number_of_name("Rows Removed by Index Recheck", PlanNumber::kRowsRemovedByIndexRecheck),
    number_of_name("Rows Removed by Join Filter", PlanNumber::kRowsRemovedByJoinFilter),
    text_of("Run Condition", PlanText::kRunCondition),
    {"Sampling", Detail::kSampling},
    {"Single Copy", Detail::kYes, PlanText::kSingleCopy},
    text_of("Sort Key", PlanText::kSortKey),
    {"Sort Method", Detail::kSortMethod},
    {"Storage", Detail::kStorage},
    number_of_name("Subplans Removed", PlanNumber::kSubplansRemoved),
    text_of("TID Cond", PlanText::kTidCond),
    text_of("Table Function Call", PlanText::kTableFunctionCall),
    {"Tuples", Detail::kTuples},
    number_of_name("Tuples Inserted", PlanNumber::kTuplesInserted),
    {"WAL", Detail::kWal},
    text_of("Window", PlanText::kWindow),
    number_of_name("Workers Launched", PlanNumber::kWorkersLaunched),
    number_of_name("Workers Planned", PlanNumber::kWorkersPlanned),
};
static_assert(std::is_sorted(std::begin(kNames), std::end(kNames),
                             [](const Name& a, const Name& b) { return a.name < b.name; }));
constexpr std::size_t kLongestName = 40;

const Name* find_name(std::string_view name) {
  const Name* const found =
      std::lower_bound(std::begin(kNames), std::end(kNames), name,
                       [](const Name& entry, std::string_view key) { return entry.name < key; });
  return found != std::end(kNames) && found->name == name ? found : nullptr;
}

// Zeros that JSON tells and the other forms do not are left out of all.
void set_told(PlanNumbers& numbers, PlanNumber name, double value) {
  if (!says_nothing(name, value)) numbers.set(name, value);
}

struct Key {
  std::string_view key;
  PlanNumber number;
};

// ` key=1` for each key that stands in `text`.
template <std::size_t size>
void add_keys(const Key (&keys)[size], std::string_view text, PlanNumbers& numbers) {
  for (const Key& key : keys) {
    if (const auto figure = figure_behind(key.key, text)) set_told(numbers, key.number, *figure);
  }
}

// The words before the first figure tell what blocks a part is of: shared, local, temp.
struct BlockKind {
  std::string_view word;
  Key keys[4];
};
constexpr BlockKind kBlocks[] = {
    {"shared",
     {{"hit=", PlanNumber::kSharedHitBlocks},
      {"read=", PlanNumber::kSharedReadBlocks},
      {"dirtied=", PlanNumber::kSharedDirtiedBlocks},
      {"written=", PlanNumber::kSharedWrittenBlocks}}},
    {"local",
     {{"hit=", PlanNumber::kLocalHitBlocks},
      {"read=", PlanNumber::kLocalReadBlocks},
      {"dirtied=", PlanNumber::kLocalDirtiedBlocks},
      {"written=", PlanNumber::kLocalWrittenBlocks}}},
    {"temp",
     {{"read=", PlanNumber::kTempReadBlocks},
      {"written=", PlanNumber::kTempWrittenBlocks},
      {},
      {}}},
};
constexpr BlockKind kIoTimes[] = {
    {"shared", {{"read=", PlanNumber::kSharedReadTime}, {"write=", PlanNumber::kSharedWriteTime}}},
    {"local", {{"read=", PlanNumber::kLocalReadTime}, {"write=", PlanNumber::kLocalWriteTime}}},
    {"temp", {{"read=", PlanNumber::kTempReadTime}, {"write=", PlanNumber::kTempWriteTime}}},
};

// `shared/local` of versions 15 and 16 is kept as shared, as is what has no word (up to 14).
template <std::size_t size>
void add_blocks(const BlockKind (&kinds)[size], std::string_view value, PlanNumbers& numbers) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.size(), value.find(", "));
    const std::string_view part = value.substr(0, end);
    value.remove_prefix(std::min(value.size(), end + 2));
    const BlockKind* kind = &kinds[0];
    for (const BlockKind& known : kinds) {
      if (part.starts_with(known.word)) kind = &known;
    }
    for (const Key& key : kind->keys) {
      if (key.key.empty()) continue;
      if (const auto figure = figure_behind(key.key, part)) set_told(numbers, key.number, *figure);
    }
  }
}

// `quicksort  Memory: 25kB`, `external merge  Disk: 8kB`, `still in progress`.
void add_sort_method(std::string_view value, PlanNumbers& numbers, PlanTexts& texts) {
  for (const std::string_view space : {"Memory", "Disk"}) {
    const std::size_t at = value.find(std::string("  ") + std::string(space) + ": ");
    if (at == std::string_view::npos) continue;
    std::string_view rest = value.substr(at + 2 + space.size() + 2);
    if (const auto size = take_figure(rest)) set_told(numbers, PlanNumber::kSortSpaceUsed, *size);
    texts.set(PlanText::kSortSpaceType, std::string(space));
    value = trimmed(value.substr(0, at));
    break;
  }
  texts.set(PlanText::kSortMethod, std::string(value));
}

// `1024 (originally 512)  Batches: 2 (originally 1)  Memory Usage: 9kB`; what it was first is told
// only where it changed.
void add_hash_table(std::string_view value, PlanNumbers& numbers) {
  constexpr Key kOriginally{"(originally ", PlanNumber::kSize};
  const auto add = [&](std::string_view text, PlanNumber number, PlanNumber original) {
    const auto now = take_figure(text);
    if (!now) return;
    set_told(numbers, number, *now);
    text = text.starts_with(" (") ? text.substr(0, text.find(')')) : std::string_view{};
    set_told(numbers, original, figure_behind(kOriginally.key, text).value_or(*now));
  };
  add(value, PlanNumber::kHashBuckets, PlanNumber::kOriginalHashBuckets);
  const std::size_t batches = value.find("Batches: ");
  if (batches != std::string_view::npos) {
    add(value.substr(batches + 9), PlanNumber::kHashBatches, PlanNumber::kOriginalHashBatches);
  }
  constexpr Key kKeys[] = {{"Memory Usage: ", PlanNumber::kPeakMemoryUsage}};
  add_keys(kKeys, value, numbers);
}

// `Planned Partitions: 4  Batches: 5  Memory Usage: 9kB  Disk Usage: 8kB`, any part of it; the disk
// is told only where it was used.
void add_hash_agg(bool partitions, std::string_view value, PlanNumbers& numbers) {
  std::string_view first = value;
  const auto figure = take_figure(first);
  const auto batches = partitions ? figure_behind("Batches: ", value) : figure;
  if (figure && partitions) set_told(numbers, PlanNumber::kPlannedPartitions, *figure);
  if (!batches) return;
  set_told(numbers, PlanNumber::kHashAggBatches, *batches);
  set_told(numbers, PlanNumber::kDiskUsage, figure_behind("Disk Usage: ", value).value_or(0));
  constexpr Key kKeys[] = {{"Memory Usage: ", PlanNumber::kPeakMemoryUsage}};
  add_keys(kKeys, value, numbers);
}

// `3  Sort Method: quicksort  Average Memory: 26kB  Peak Memory: 27kB`; in version 13.0
// `3 Sort Method: quicksort Memory: avg=26kB peak=27kB`, the other groups on the same line.
void add_sort_groups(std::string_view value, PlanNumber groups, PlanNumber memory, PlanNumber disk,
                     PlanNumbers& numbers) {
  const std::string_view own = value.substr(0, value.find("resorted Groups: "));
  std::string_view first = own;
  if (const auto figure = take_figure(first)) set_told(numbers, groups, *figure);
  const auto add = [&](std::string_view peak, std::string_view old, PlanNumber number) {
    auto figure = figure_behind(peak, own);
    const std::size_t at = own.find(old);
    if (!figure && at != std::string_view::npos) figure = figure_behind("peak=", own.substr(at));
    if (figure) set_told(numbers, number, *figure);
  };
  add("Peak Memory: ", " Memory: avg=", memory);
  add("Peak Disk: ", " Disk: avg=", disk);
}

void add_full_sort(std::string_view value, PlanNumbers& numbers) {
  add_sort_groups(value, PlanNumber::kFullSortGroups, PlanNumber::kFullSortPeakMemory,
                  PlanNumber::kFullSortPeakDisk, numbers);
  constexpr std::string_view kOther = "Presorted Groups: ";
  const std::size_t other = value.find(kOther);
  if (other == std::string_view::npos) return;
  add_sort_groups(value.substr(other + kOther.size()), PlanNumber::kPresortedGroups,
                  PlanNumber::kPresortedPeakMemory, PlanNumber::kPresortedPeakDisk, numbers);
}

// `Memory  Maximum Storage: 17kB`
void add_storage(std::string_view value, PlanNumbers& numbers, PlanTexts& texts) {
  texts.set(PlanText::kStorage, std::string(value.substr(0, value.find(' '))));
  constexpr Key kKeys[] = {{"Maximum Storage: ", PlanNumber::kMaximumStorage}};
  add_keys(kKeys, value, numbers);
}

// Each grouping set has a line; JSON has the key of a plain grouping as Group Key and sets as
// lists.
void add_grouping_set(const TextDetail& detail, PlanTexts& texts) {
  const auto in_braces = [](std::string_view keys) {
    return keys == "()" ? std::string(keys) : "(" + std::string(keys) + ")";
  };
  for (auto& [name, text] : texts) {
    if (name != PlanText::kGroupingSets) continue;
    text += ", ";
    text += in_braces(detail.value);
    return;
  }
  const std::string* const key = texts.find(PlanText::kGroupKey);
  if (key == nullptr && detail.text == PlanText::kGroupKey) {
    return texts.set(PlanText::kGroupKey, std::string(detail.value));
  }
  std::string sets = key != nullptr ? in_braces(*key) + ", " : std::string();
  sets += in_braces(detail.value);
  PlanTexts others;
  for (auto& [name, text] : texts) {
    if (name != PlanText::kGroupKey) others.set(name, std::move(text));
  }
  others.set(PlanText::kGroupingSets, std::move(sets));
  texts = std::move(others);
}

// `bernoulli ('10'::real) REPEATABLE ('42'::double precision)`
void add_sampling(std::string_view value, PlanNumbers& numbers, PlanTexts& texts) {
  constexpr std::string_view kSeed = " REPEATABLE (";
  const std::size_t seed = value.rfind(kSeed);
  if (seed != std::string_view::npos) {
    std::string_view text = value.substr(seed + kSeed.size());
    take_word(text, "'");
    if (const auto figure = take_figure(text))
      set_told(numbers, PlanNumber::kRepeatableSeed, *figure);
    value = value.substr(0, seed);
  }
  const std::size_t open = value.find(" (");
  texts.set(PlanText::kSamplingMethod, std::string(value.substr(0, open)));
  if (open == std::string_view::npos || !value.ends_with(')')) return;
  texts.set(PlanText::kSamplingParameters,
            std::string(value.substr(open + 2, value.size() - open - 3)));
}

constexpr Key kWalKeys[] = {
    {"records=", PlanNumber::kWalRecords},
    {"fpi=", PlanNumber::kWalFullPageImages},
    {"bytes=", PlanNumber::kWalBytes},
    {"full=", PlanNumber::kWalBuffersFull},
};
constexpr Key kHeapKeys[] = {{"exact=", PlanNumber::kExactHeapBlocks},
                             {"lossy=", PlanNumber::kLossyHeapBlocks}};
constexpr Key kCacheKeys[] = {
    {"Misses: ", PlanNumber::kCacheMisses},
    {"Evictions: ", PlanNumber::kCacheEvictions},
    {"Overflows: ", PlanNumber::kCacheOverflows},
    {"Memory Usage: ", PlanNumber::kPeakMemoryUsage},
};
constexpr Key kTupleKeys[] = {{"inserted=", PlanNumber::kTuplesInserted},
                              {"updated=", PlanNumber::kTuplesUpdated},
                              {"deleted=", PlanNumber::kTuplesDeleted},
                              {"skipped=", PlanNumber::kTuplesSkipped}};

}  // namespace

std::optional<double> figure_behind(std::string_view key, std::string_view text) {
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + key.size());
  return take_figure(text);
}

std::optional<TextDetail> known_text_detail(std::string_view line) {
  const std::size_t colon = line.substr(0, kLongestName).find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const Name* name = find_name(line.substr(0, colon));
  if (name == nullptr) return std::nullopt;
  return TextDetail{name->kind, name->text, name->number, trimmed(line.substr(colon + 1))};
}

std::optional<TextDetail> other_text_detail(std::string_view line) {
  const std::size_t colon = line.substr(0, kLongestName).find(": ");
  if (colon == std::string_view::npos || line[0] < 'A' || line[0] > 'Z') return std::nullopt;
  for (const char c : line.substr(0, colon)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && c != ' ' && c != '-' && c != '/') return std::nullopt;
  }
  return TextDetail{Detail::kOther, PlanText::kSize, PlanNumber::kSize,
                    trimmed(line.substr(colon + 1))};
}

void add_buffers(std::string_view value, PlanNumbers& numbers) {
  add_blocks(kBlocks, value, numbers);
}

void add_io_timings(std::string_view value, PlanNumbers& numbers) {
  add_blocks(kIoTimes, value, numbers);
}

void add_text_detail(const TextDetail& detail, PlanNumbers& numbers, PlanTexts& texts) {
  const std::string_view value = detail.value;
  std::string_view rest = value;
  switch (detail.kind) {
    case Detail::kOther:
      return;
    case Detail::kText:
      return texts.set(detail.text, std::string(value));
    case Detail::kNumber:
      if (const auto figure = take_figure(rest)) set_told(numbers, detail.number, *figure);
      return;
    case Detail::kYes:
      if (value == "true") texts.set(detail.text, "true");
      return;
    case Detail::kBuffers:
      return add_buffers(value, numbers);
    case Detail::kIoTimings:
      return add_io_timings(value, numbers);
    case Detail::kWal:
      return add_keys(kWalKeys, value, numbers);
    case Detail::kSortMethod:
      return add_sort_method(value, numbers, texts);
    case Detail::kHashTable:
      return add_hash_table(value, numbers);
    case Detail::kHashAgg:
      return add_hash_agg(detail.number == PlanNumber::kPlannedPartitions, value, numbers);
    case Detail::kHeapBlocks:
      return add_keys(kHeapKeys, value, numbers);
    case Detail::kCacheUse:
      if (const auto hits = take_figure(rest)) set_told(numbers, PlanNumber::kCacheHits, *hits);
      return add_keys(kCacheKeys, value, numbers);
    case Detail::kFullSort:
      return add_full_sort(value, numbers);
    case Detail::kPresorted:
      return add_sort_groups(value, PlanNumber::kPresortedGroups, PlanNumber::kPresortedPeakMemory,
                             PlanNumber::kPresortedPeakDisk, numbers);
    case Detail::kStorage:
      return add_storage(value, numbers, texts);
    case Detail::kTuples:
      return add_keys(kTupleKeys, value, numbers);
    case Detail::kGroupingSet:
      return add_grouping_set(detail, texts);
    case Detail::kSampling:
      return add_sampling(value, numbers, texts);
  }
}

}  // namespace pgcounsel
