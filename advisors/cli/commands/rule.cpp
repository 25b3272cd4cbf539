#include <fmt/format.h>

#include <algorithm>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/nearest.h"
#include "advisors/cli/output.h"
#include "advisors/run.h"

namespace pgcounsel {
namespace {

std::string list_of(const std::vector<RuleInfo>& rules) {
  std::size_t width = 0;
  for (const RuleInfo& rule : rules) width = std::max(width, rule.id.size());
  std::string text;
  for (const RuleInfo& rule : rules)
    text += fmt::format("{:<{}}  {}\n", rule.id, width, rule.title);
  return text;
}

Error unknown_rule(const std::string& id, const std::vector<RuleInfo>& rules) {
  std::vector<std::string_view> ids;
  for (const RuleInfo& rule : rules) ids.push_back(rule.id);
  auto meant = nearest(id, ids);
  return {meant ? fmt::format("there is no rule `{}`; did you mean `{}`?", id, *meant)
                : fmt::format("there is no rule `{}`; `pgcounsel rule` lists them", id)};
}

}  // namespace

Result<int> run_rule(const Options& options) {
  const std::vector<RuleInfo> rules = rule_infos();
  std::string text = list_of(rules);
  if (options.rule) {
    auto rule = std::ranges::find(rules, *options.rule, &RuleInfo::id);
    if (rule == rules.end()) return unknown_rule(*options.rule, rules);
    text = rule->page;
  }
  Result<void> written = write_output(options.output, text);
  if (!written) return written.error();
  return kExitClean;
}

}  // namespace pgcounsel
