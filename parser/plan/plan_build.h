// Makes plans out of names and values, as the readers of JSON, YAML and XML find them: a name
// begins an object or a list, a scalar stands under a name (in a list under none), an end closes
// what was begun last. Fields may come in any order. A name that says nothing to us is passed over
// with all that is below it. No recursion: what is open lies on a stack.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan.h"
#include "parser/plan/plan_forms.h"

namespace pgcounsel {

// The lines of a text by places that only grow.
class PlanLines {
 public:
  explicit PlanLines(std::string_view text) : text_(text) {}
  std::uint32_t at(std::size_t place);  // 1-based

 private:
  std::string_view text_;
  std::size_t counted_ = 0;
  std::uint32_t line_ = 1;
};

class PlanBuilder {
 public:
  PlanBuilder(PlanFormat format, std::string_view text) : format_(format), lines_(text) {}

  void begin(std::string_view name, std::size_t place);  // `place`: where it stands in the text
  void scalar(std::string_view name, std::string_view value);
  void end();
  bool is_closed() const { return open_.empty() && passed_over_ == 0; }

  // What was built out of a text of which `taken` bytes were read to their end.
  PlanRead finished(std::size_t taken);
  // What a text gives that cannot be read from `place` on. No plan of it is known to be whole.
  PlanRead broken(std::size_t place, std::string message, std::size_t taken);

 private:
  enum class Scope : std::uint8_t {
    kDocument,  // what holds a plan and what stands beside it, or a list of such
    kNode,
    kNodes,
    kWorkers,
    kWorker,
    kList,       // of the items of a text
    kSortGroup,  // detail: the number of groups; the peaks of memory and disk follow it
    kSortMethods,
    kSortMemory,
    kSortDisk,
    kGroupingSets,
    kGroupingSet,
    kKeySets,
    kKeySet,
    kTriggers,
    kTrigger,
    kJit,
    kJitOptions,
    kJitTiming,
    kJitGeneration,
    kSettings,
    kPlanning,
    kSerialization,
  };

  struct Inside;
  struct Open {
    Scope scope{};
    std::uint8_t detail = 0;  // a PlanText or a PlanNumber, by the scope
    bool in_worker = false;
    std::size_t node = kNoNode;
  };
  static const Inside kInside[];

  std::optional<Open> opened_by(std::string_view name) const;
  void begin_scope(Open& opened, std::string_view name, std::size_t place);
  void begin_document(std::size_t place);
  void begin_node(Open& opened, std::size_t place);
  void begin_sort_group(Open& opened, std::string_view name);
  void begin_sort_memory(Open& opened, std::string_view name);
  void begin_keys();
  void end_node(std::size_t place);
  void end_document();
  void fault(std::uint32_t line, std::string message);

  void document_scalar(std::string_view name, std::string_view value);
  void field_scalar(std::string_view name, std::string_view value);
  void sort_scalar(PlanNumber count, std::string_view name, std::string_view value);
  void trigger_scalar(std::string_view name, std::string_view value);
  void jit_scalar(std::string_view name, std::string_view value);
  void jit_timing_scalar(std::string_view name, std::string_view value);
  void serialization_scalar(std::string_view name, std::string_view value);
  void planning_scalar(std::string_view name, std::string_view value);
  void add_item(std::string_view value);

  std::optional<double> number(std::string_view name, std::string_view value);
  void set_number(PlanNumbers& numbers, PlanNumber name, std::string_view value);
  PlanNode& node() { return plan_.nodes[open_.back().node]; }
  PlanNumbers& numbers();
  PlanTexts& texts();

  PlanFormat format_;
  PlanLines lines_;
  std::vector<Plan> plans_;
  Plan plan_;  // of the document that is open
  std::vector<Open> open_;
  std::size_t passed_over_ = 0;   // how deep we are in what is passed over
  std::string list_;              // what the open list holds so far
  bool has_items_ = false;        // the open list or key set does
  bool sorts_in_memory_ = false;  // a method of the open sort group does
  std::uint32_t first_line_ = 0;  // of the outermost document
  std::optional<PlanTrouble> trouble_;
};

}  // namespace pgcounsel
