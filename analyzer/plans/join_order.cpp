#include "analyzer/plans/join_order.h"

#include <vector>

#include "analyzer/plans/apart.h"

namespace pgcounsel {
namespace {

bool is_join(const PlanNode& node) {
  return node.is("Nested Loop") || node.is("Hash Join") || node.is("Merge Join");
}

bool is_append(const PlanNode& node) {
  return node.is("Append") || node.is("Merge Append");
}

std::string_view name_of_scan(const PlanNode& node) {
  if (node.is("ModifyTable")) return {};
  const std::string_view alias = node.text(PlanText::kAlias);
  return alias.empty() ? node.text(PlanText::kRelationName) : alias;
}

// A join that is being written.
struct Open {
  std::size_t end;
  bool has_outer = false;
};

class Writer {
 public:
  explicit Writer(const Plan& plan) : plan_(plan) {}

  std::string run() {
    for (std::size_t place = 0; place < plan_.nodes.size();) place = step(place);
    close_before(plan_.nodes.size());
    return std::move(out_);
  }

 private:
  // Answers the next place.
  std::size_t step(std::size_t place) {
    const PlanNode& node = plan_.nodes[place];
    close_before(place);
    if (place > 0 && (hangs_apart(node) || is_sub_plan(node))) return node.end;
    if (is_join(node)) {
      separate();
      out_ += "(";
      open_.push_back({node.end});
      return place + 1;
    }
    if (open_.empty()) return place + 1;
    if (is_append(node)) {
      std::size_t first = place + 1;
      while (first < node.end && name_of_scan(plan_.nodes[first]).empty()) ++first;
      if (first < node.end) write(std::string(name_of_scan(plan_.nodes[first])) + " …");
      return node.end;
    }
    const std::string_view name = name_of_scan(node);
    if (name.empty()) return place + 1;
    write(name);
    return node.end;
  }
  void write(std::string_view name) {
    separate();
    out_ += name;
  }
  void separate() {
    if (open_.empty()) return;
    if (open_.back().has_outer) out_ += " ⋈ ";
    open_.back().has_outer = true;
  }
  void close_before(std::size_t place) {
    while (!open_.empty() && open_.back().end <= place) {
      out_ += ")";
      open_.pop_back();
    }
  }

  const Plan& plan_;
  std::vector<Open> open_;
  std::string out_;
};

}  // namespace

std::string join_order_of(const Plan& plan) {
  return Writer(plan).run();
}

}  // namespace pgcounsel
