#include "analyzer/plans/plan_hash.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/plans/condition.h"
#include "parser/sql/mixing.h"

namespace pgcounsel {
namespace {

constexpr Word kSeed = 0x6A09E667F3BCC909ULL, kOdd = 0x9E3779B97F4A7C15ULL;

Word mix(Word hash, Word value) {
  return multiply_fold(hash ^ kSeed, value + kOdd);
}

Word mix_text(Word hash, std::string_view text) {
  Word of_text = 0xCBF29CE484222325ULL;
  for (const char c : text) of_text = (of_text ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mix(hash, of_text ^ text.size());
}

// Taken as they are. VERBOSE adds schemas and outputs, so these are none of them.
constexpr std::array kWords{PlanText::kStrategy,
                            PlanText::kPartialMode,
                            PlanText::kOperation,
                            PlanText::kJoinType,
                            PlanText::kCommand,
                            PlanText::kScanDirection,
                            PlanText::kParallelAware,
                            PlanText::kCteName,
                            PlanText::kFunctionName,
                            PlanText::kTableFunctionName,
                            PlanText::kCustomPlanProvider,
                            PlanText::kConflictResolution};

constexpr std::array kConditions{
    PlanText::kFilter,       PlanText::kJoinFilter,     PlanText::kIndexCond,
    PlanText::kRecheckCond,  PlanText::kOrderBy,        PlanText::kHashCond,
    PlanText::kMergeCond,    PlanText::kTidCond,        PlanText::kOneTimeFilter,
    PlanText::kRunCondition, PlanText::kConflictFilter, PlanText::kSortKey,
    PlanText::kPresortedKey, PlanText::kGroupKey,       PlanText::kCacheKey};

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The end of the digits at `at`.
std::size_t digits_end(std::string_view name, std::size_t at) {
  while (at < name.size() && is_digit(name[at])) ++at;
  return at;
}

// The digits of the name are one sign each run; of an index only those that the table's name has.
class NameFold {
 public:
  std::string_view table(std::string_view name) { return fold(name, nullptr); }
  std::string_view index(std::string_view name, std::string_view table) {
    runs_.clear();
    for (std::size_t at = 0; at < table.size();) {
      const std::size_t end = digits_end(table, at);
      if (end > at) runs_.push_back(table.substr(at, end - at));
      at = std::max(end, at + 1);
    }
    std::sort(runs_.begin(), runs_.end());
    return fold(name, &runs_);
  }

 private:
  std::string_view fold(std::string_view name, const std::vector<std::string_view>* only) {
    folded_.clear();
    for (std::size_t at = 0; at < name.size();) {
      const std::size_t end = digits_end(name, at);
      if (end == at) {
        folded_ += name[at++];
        continue;
      }
      const std::string_view run = name.substr(at, end - at);
      if (only == nullptr || std::binary_search(only->begin(), only->end(), run)) {
        folded_ += '#';
      } else {
        folded_ += run;
      }
      at = end;
    }
    return folded_;
  }

  std::vector<std::string_view> runs_;
  std::string folded_;
};

class PlanHasher {
 public:
  explicit PlanHasher(const Plan& plan) : nodes_(plan.nodes) {}

  Word hash() {
    own_.reserve(nodes_.size());
    tables_.reserve(nodes_.size());
    for (const PlanNode& node : nodes_) {
      tables_.push_back(table_of(node));
      own_.push_back(hash_of(node));
    }
    // Children stand behind their parents.
    for (std::size_t place = nodes_.size(); place-- > 0;) own_[place] = with_children(place);
    return own_.front();
  }

 private:
  // A bitmap index scan does not tell the table; the heap scan above it does.
  std::string_view table_of(const PlanNode& node) const {
    const std::string_view own = node.text(PlanText::kRelationName);
    const bool is_below = own.empty() && node.type.starts_with("Bitmap") && node.parent != kNoNode;
    return is_below ? tables_[node.parent] : own;
  }

  Word hash_of(const PlanNode& node) {
    Word hash = mix_text(0, node.type);
    hash = mix_text(hash, names_.table(tables_.back()));
    hash = mix_text(hash, names_.index(node.text(PlanText::kIndexName), tables_.back()));
    Word place = 0;
    for (const PlanText word : kWords) {
      ++place;
      if (const std::string_view text = node.text(word); !text.empty()) {
        hash = mix_text(mix(hash, place), text);
      }
    }
    for (const PlanText condition : kConditions) {
      ++place;
      if (const std::string_view text = node.text(condition); !text.empty()) {
        hash = mix(hash, place);
        for (const std::string_view part : conditions_.fold(text)) hash = mix_text(hash, part);
      }
    }
    return hash;
  }

  Word with_children(std::size_t place) {
    const PlanNode& node = nodes_[place];
    children_.clear();
    for (std::size_t child = place + 1; child < node.end; child = nodes_[child].end) {
      children_.push_back(own_[child]);
    }
    const bool is_append = node.is("Append") || node.is("Merge Append");
    if (is_append || node.is("ModifyTable")) {
      std::sort(children_.begin(), children_.end());
      children_.erase(std::unique(children_.begin(), children_.end()), children_.end());
    }
    if (is_append && children_.size() == 1) return children_.front();
    Word hash = own_[place];
    for (const Word child : children_) hash = mix(hash, child);
    return mix(hash, children_.size());
  }

  const std::vector<PlanNode>& nodes_;
  std::vector<std::string_view> tables_;
  std::vector<Word> own_;  // of each node, in the end with all that is below it
  std::vector<Word> children_;
  NameFold names_;
  ConditionFold conditions_;
};

}  // namespace

std::uint64_t plan_hash(const Plan& plan) {
  const Word hash = plan.nodes.empty() ? 0 : PlanHasher(plan).hash();
  return hash == 0 ? 1 : hash;
}

}  // namespace pgcounsel
