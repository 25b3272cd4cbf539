#include <fmt/format.h>

#include <algorithm>

#include "advisors/cli/commands/commands.h"
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

}  // namespace

Result<int> run_rule(const Options& options) {
  std::string text = list_of(rule_infos());
  if (options.rule) {
    const auto rule = rule_named(*options.rule);
    if (!rule) return rule.error();
    text = (*rule)->page;
  }
  Result<void> written = write_output(options.output, text);
  if (!written) return written.error();
  return kExitClean;
}

}  // namespace pgcounsel
