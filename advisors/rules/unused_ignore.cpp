// Comments that ask to ignore what is not there.
#include <vector>

#include "advisors/nearest.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kUnused{
    .rule = "unused_ignore",
    .level = Level::kLow,
    .remedy = "Take the rule out of the comment, or the comment out of the file.",
    .verify = "`pgcounsel check` of the file finds nothing new.",
    .rollback = "Put the comment back.",
    .because = "the rule was run, and found nothing that the comment reaches"};
constexpr SqlWords kUnknown{
    .rule = "unused_ignore",
    .level = Level::kLow,
    .remedy = "Write the rule's id as findings tell it in brackets; `pgcounsel rule` lists all.",
    .verify = "`pgcounsel check` of the file no longer tells it.",
    .rollback = "Put the comment back.",
    .because = "no rule has this id"};
constexpr SqlWords kNoReason{
    .rule = "unused_ignore",
    .level = Level::kInfo,
    .remedy =
        "Write why behind the rules: `-- pgcounsel:ignore RULE reason: ...`. Whoever reads "
        "the statement next wants to know whether it still holds.",
    .verify = "`pgcounsel check` of the file no longer tells it.",
    .rollback = "Nothing to undo.",
    .because = "the comment has no `reason:`"};

bool is_rule(std::string_view id) {
  for (const Advisor& advisor : advisors()) {
    if (advisor.id == id) return true;
  }
  return false;
}

// Words of a comment may be anything.
std::string plain(std::string_view id) {
  std::string text;
  for (const char c : id.substr(0, 60)) {
    const bool simple = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                        (c >= 'A' && c <= 'Z') || c == '-';
    text += simple ? c : '?';
  }
  return text;
}

std::string unknown_title(const std::string& id) {
  std::vector<std::string_view> ids;
  for (const Advisor& advisor : advisors()) ids.push_back(advisor.id);
  const auto meant = nearest(id, ids);
  if (!meant) return join({"there is no rule `", id, "` to ignore"});
  return join({"there is no rule `", id, "` to ignore; did you mean `", *meant, "`?"});
}

class Teller {
 public:
  Teller(const Review& review, Findings& findings) : review_(review), findings_(findings) {}

  void tell(const ReviewIgnore& ignore) {
    if (ignore.rules.empty()) {
      add(ignore, kUnknown, "", "an ignore names no rule");
      return;
    }
    std::string used;
    for (const ReviewIgnore::Rule& rule : ignore.rules) {
      const std::string id = plain(rule.id);
      if (!is_rule(rule.id)) {
        add(ignore, kUnknown, id, unknown_title(id));
      } else if (rule.use == ReviewIgnore::Use::kUnused) {
        add(ignore, kUnused, id, join({"nothing here is ignored by `", id, "`"}));
      } else {
        used = id;
      }
    }
    if (!used.empty() && ignore.reason.empty()) {
      add(ignore, kNoReason, used, join({"the ignore of `", used, "` gives no reason"}));
    }
  }

 private:
  void add(const ReviewIgnore& ignore, const SqlWords& words, std::string_view id,
           std::string title) {
    const std::string where = ignore.statement
                                  ? hex(review_.statements[*ignore.statement].fingerprint)
                                  : review_.files[ignore.file].path;
    Finding finding;
    finding.rule = words.rule;
    finding.key = join({words.rule, ":", where, ":", id});
    finding.level = words.level;
    finding.subject = {"query", where};
    finding.title = std::move(title);
    finding.remedy = {std::string(words.remedy_kind), std::string(words.remedy)};
    finding.confidence = words.confidence;
    finding.confidence_because = words.because;
    finding.verify = words.verify;
    finding.rollback = words.rollback;
    finding.place = Place{review_.files[ignore.file].path, ignore.line, ignore.column,
                          ignore.end_line, ignore.end_column};
    findings_.push_back(std::move(finding));
  }

  const Review& review_;
  Findings& findings_;
};

}  // namespace

Findings unused_ignore(const Brief& brief) {
  Findings all;
  if (brief.review == nullptr) return all;
  Teller teller(*brief.review, all);
  for (const ReviewIgnore& ignore : brief.review->ignores) teller.tell(ignore);
  return all;
}

}  // namespace pgcounsel
