// The review for people at a terminal and for the log of a run: by file and place, and at the end
// what was looked at and how the run ends. What was said of a rule is not said again.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/plan_view.h"
#include "analyzer/report/rule_page.h"
#include "analyzer/report/terminal.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMargin = 12;  // `  evidence  `
constexpr std::size_t kNarrowest = 40;
constexpr std::size_t kLongest = 1000;      // code points of a text
constexpr std::size_t kMostLines = 60;      // of SQL
constexpr std::size_t kLongestLine = 4000;  // of it

class Sheet {
 public:
  Sheet(const CheckReport& report, const Pen& pen, std::size_t width)
      : report_(report), pen_(pen), width_(std::max(width, kNarrowest)) {}

  std::string run() {
    const std::vector<const CheckQuery*> statements = statements_of(report_);
    for (const std::size_t at : by_place()) {
      add_finding(report_.findings[at], statements[at]);
      out_ += "\n";
    }
    for (const std::string& note : report_.notes)
      add_lines("note: " + shortened(note, kLongest), 0);
    add_summary();
    return std::move(out_);
  }

 private:
  // Files in the order of their statements, then those that have none.
  std::vector<std::size_t> by_place() const {
    std::map<std::string_view, std::size_t> files;
    for (const CheckQuery& query : report_.queries) files.emplace(query.file, files.size());
    const auto place_of = [&](std::size_t at) {
      const Finding& finding = report_.findings[at];
      const auto& place = finding.place;
      const std::string_view file = place ? std::string_view(place->file) : std::string_view{};
      const auto found = files.find(file);
      return std::tuple(found == files.end() ? files.size() : found->second, file,
                        place ? place->line : 0, place ? place->column : 0);
    };
    std::vector<std::size_t> order(report_.findings.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return place_of(a) < place_of(b); });
    return order;
  }

  void add_lines(std::string_view text, std::size_t margin) {
    for (const std::string& line : in_lines(text, width_ - margin)) {
      out_ += std::string(margin, ' ') + line + "\n";
    }
  }

  std::string margin_of(std::string_view label) const {
    return "  " + pen_(Ink::kDim, left(label, kMargin - 4)) + "  ";
  }

  void add_labelled(std::string_view label, std::string_view text) {
    for (const std::string& line : in_lines(shortened(text, kLongest), width_ - kMargin)) {
      out_ += margin_of(label) + line + "\n";
      label = "";
    }
  }

  // Lines stay whole: they are copied.
  void add_sql(std::string_view label, std::string_view sql) {
    const std::string text = with_lines(sql);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++lines) {
      if (lines == kMostLines) {
        add_labelled("", "… (`--format json` has all of it)");
        return;
      }
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string line = shortened(std::string_view(text).substr(at, end - at), kLongestLine);
      out_ += margin_of(label) + pen_(Ink::kGreen, line) + "\n";
      label = "";
      at = end + 1;
    }
  }

  void add_finding(const Finding& finding, const CheckQuery* statement) {
    const Place place = finding.place.value_or(Place{});
    out_ += fmt::format(
        "{}  {}  {}",
        pen_(Ink::kBold, fmt::format("{}:{}:{}", one_line(place.file), place.line, place.column)),
        pen_(ink_of(finding.level), name_of(finding.level)), finding.rule);
    if (statement != nullptr && !statement->name.empty()) {
      out_ += "  " + pen_(Ink::kDim, shortened(statement->name, 60));
    }
    out_ += "\n";
    for (const std::string& line : in_lines(shortened(finding.title, kLongest), width_ - 2)) {
      out_ += "  " + pen_(Ink::kBold, line) + "\n";
    }
    add_why(finding);
    add_evidence(finding);
    add_remedy(finding);
    add_rewrite(finding);
    for (const std::string& caveat : finding.caveats) add_once(finding, "but", caveat);
  }

  void add_why(const Finding& finding) {
    const RuleInfo* rule = rule_of(report_, finding.rule);
    if (rule == nullptr) return;
    add_once(finding, "why", first_sentence(section_of(rule->page, "Why it holds connections")));
  }

  void add_evidence(const Finding& finding) {
    std::string words;
    for (const Evidence& evidence : finding.evidence) {
      words +=
          fmt::format("{}{}: {}", words.empty() ? "" : " · ", evidence.name, value_of(evidence));
    }
    add_labelled("evidence", words);
  }

  void add_remedy(const Finding& finding) {
    if (remedy_is_rewrite(finding)) return;
    if (!said_.emplace(finding.rule, finding.remedy.text).second) return;
    std::string_view label = "do";
    for (const RemedyPart& part : parts_of(finding.remedy)) {
      if (part.commands)
        add_sql(label, part.text);
      else
        add_labelled(label, part.text);
      label = "";
    }
  }

  void add_rewrite(const Finding& finding) {
    if (!finding.rewrite || finding.rewrite->sql.empty()) return;
    const Rewrite& rewrite = *finding.rewrite;
    add_sql("instead", rewrite.sql);
    std::string words =
        rewrite.changes_result ? "the result changes, on purpose" : "the result stays the same";
    for (std::size_t at = 0; at < rewrite.preconditions.size(); ++at) {
      words += (at == 0 ? ": " : "; ") + rewrite.preconditions[at];
    }
    add_labelled("", words);
  }

  void add_once(const Finding& finding, std::string_view label, const std::string& text) {
    if (!text.empty() && said_.emplace(finding.rule, text).second) add_labelled(label, text);
  }

  void add_summary() {
    const Findings& findings = report_.findings;
    const std::string looked = looked_at(report_);
    if (findings.empty()) {
      out_ += pen_(Ink::kGreen, "Nothing found") + " in " + looked + ".\n";
    } else {
      out_ += fmt::format("{}: {} ({}).\n", looked, many(findings.size(), "finding"),
                          levels_in_words(findings));
    }
    if (report_.suppressed > 0) {
      out_ += many(report_.suppressed, "finding") + " suppressed by comments or the baseline.\n";
    }
    if (!findings.empty()) {
      out_ += pen_(Ink::kDim, "`pgcounsel rule RULE` tells all of a rule, and when to ignore it.") +
              "\n";
    }
    const Ink ink = failing(report_) > 0 ? Ink::kRed : Ink::kGreen;
    out_ += pen_(ink, outcome(report_)) + "\n";
  }

  const CheckReport& report_;
  const Pen& pen_;
  const std::size_t width_;
  std::set<std::pair<std::string, std::string>> said_;  // of a rule
  std::string out_;
};

}  // namespace

std::string render_check_text(const CheckReport& report, bool color, std::size_t width) {
  const Pen pen(color);
  return Sheet(report, pen, width).run();
}

}  // namespace pgcounsel
