#include "parser/plan/plan.h"

namespace pgcounsel {

std::string_view name_of(PlanFormat format) {
  switch (format) {
    case PlanFormat::kJson:
      return "json";
    case PlanFormat::kText:
      return "text";
    case PlanFormat::kYaml:
      return "yaml";
    case PlanFormat::kXml:
      return "xml";
  }
  return {};
}

std::vector<std::size_t> children_of(const Plan& plan, std::size_t place) {
  std::vector<std::size_t> children;
  const std::size_t end = plan.nodes[place].end;
  for (std::size_t i = place + 1; i < end; i = plan.nodes[i].end) children.push_back(i);
  return children;
}

}  // namespace pgcounsel
