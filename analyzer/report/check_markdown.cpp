// The review as one comment of a pull request: a verdict, a table of what was found, and behind a
// fold for each rule why it matters and what to do in each place. A comment takes 65,536
// characters; what has no room is left out whole, from the end, and counted.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/plan_view.h"
#include "analyzer/report/rule_page.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

// Bytes, of which there are never fewer than characters.
constexpr std::size_t kMost = 64'000;
constexpr std::size_t kMostRows = 20'000;  // the table's part of it
constexpr std::size_t kMostSql = 4'000;
constexpr std::size_t kMostStatement = 800;
constexpr std::size_t kLongest = 600;  // code points of a sentence
constexpr std::size_t kMostNotes = 10;

std::string prose(std::string_view text) {
  return markdown_prose(shortened(text, kLongest));
}

// The end of a path says more than its beginning.
std::string place_words(const Finding& finding) {
  constexpr std::size_t kLongestFile = 100;
  const Place place = finding.place.value_or(Place{});
  std::string file = one_line(without_dot(place.file));
  if (length_of(file) > kLongestFile) {
    std::size_t at = file.size() - kLongestFile;
    while ((static_cast<unsigned char>(file[at]) & 0xC0U) == 0x80) ++at;
    file = "…" + file.substr(at);
  }
  return fmt::format("{}:{}", file, place.line);
}

std::string headline(const CheckReport& report) {
  if (report.queries.empty() && report.findings.empty()) return "⚪ No SQL statement to look at";
  const std::string all = many(report.queries.size(), "statement");
  if (report.findings.empty()) return fmt::format("🟢 {} looked at, nothing to change", all);
  const std::vector<const CheckQuery*> statements = statements_of(report);
  std::set<const CheckQuery*> failed, touched;
  for (std::size_t at = 0; at < statements.size(); ++at) {
    if (statements[at] == nullptr) continue;
    touched.insert(statements[at]);
    if (fails(report, report.findings[at])) failed.insert(statements[at]);
  }
  const std::size_t count = failing(report);
  if (!failed.empty()) {
    return fmt::format("🔴 {} of {} should change before this is merged", grouped(failed.size()),
                       all);
  }
  if (count > 0) {
    return fmt::format("🔴 {} to be dealt with before this is merged", many(count, "finding"));
  }
  const std::string_view sign = sign_of(report.findings.front().level);
  if (touched.empty()) return fmt::format("{} {}", sign, many(report.findings.size(), "remark"));
  return fmt::format("{} {} of {} could be better, none stops this", sign, grouped(touched.size()),
                     all);
}

std::string head(const CheckReport& report) {
  std::string out = fmt::format("<!-- pgcounsel:check -->\n### {}\n\n`pgcounsel check`: {}",
                                headline(report), looked_at(report));
  if (!report.findings.empty()) {
    out += fmt::format(" · {}: {}", many(report.findings.size(), "finding"),
                       levels_in_words(report.findings));
  }
  if (report.suppressed > 0) {
    out += fmt::format(" · {} suppressed by comments or the baseline", grouped(report.suppressed));
  }
  out += fmt::format(" · {}\n\n", outcome(report));
  for (std::size_t at = 0; at < std::min(report.notes.size(), kMostNotes); ++at) {
    out += fmt::format("- {}\n", prose(report.notes[at]));
  }
  if (report.notes.size() > kMostNotes) {
    out += fmt::format("- and {} more notes\n", report.notes.size() - kMostNotes);
  }
  return report.notes.empty() ? out : out + "\n";
}

// `and 12 more: rule_a (7), rule_b (5)`
std::string rest_words(const CheckReport& report, std::size_t from) {
  if (from >= report.findings.size()) return {};
  constexpr std::size_t kMostRules = 100;
  std::map<std::string_view, std::size_t> rules;
  for (std::size_t at = from; at < report.findings.size(); ++at) {
    ++rules[report.findings[at].rule];
  }
  std::string out = fmt::format("\nand {} more:", report.findings.size() - from);
  std::size_t told = 0;
  for (const auto& [rule, count] : rules) {
    if (++told > kMostRules) break;
    out += fmt::format("{} {} ({})", told == 1 ? "" : ",", code_span(shortened(rule, 80)), count);
  }
  return out + "\n";
}

std::string table(const CheckReport& report) {
  if (report.findings.empty()) return {};
  std::string out = "| level | where | what | rule |\n|---|---|---|---|\n";
  std::size_t at = 0;
  for (; at < report.findings.size(); ++at) {
    const Finding& finding = report.findings[at];
    const std::string row =
        fmt::format("| {} {} | {} | {} | {} |\n", sign_of(finding.level), name_of(finding.level),
                    code_cell(place_words(finding)), markdown_prose(shortened(finding.title, 160)),
                    code_cell(finding.rule));
    if (out.size() + row.size() > kMostRows) break;
    out += row;
  }
  return out + rest_words(report, at) + "\n";
}

std::string sql_block(std::string_view sql) {
  if (sql.size() <= kMostSql) return fenced("sql", sql) + "\n";
  return fmt::format("It is {} long: `pgcounsel check --format json` has it.\n\n",
                     byte_size(sql.size()));
}

std::string remedy_block(const Remedy& remedy) {
  std::string out;
  for (const RemedyPart& part : parts_of(remedy)) {
    if (out.empty()) out = part.commands ? "**To do:**\n\n" : "**To do:** ";
    out += part.commands ? sql_block(part.text) : prose(part.text) + "\n\n";
    if (out.size() > 2 * kMostSql) break;
  }
  return out;
}

std::string rewrite_block(const Finding& finding) {
  if (!finding.rewrite || finding.rewrite->sql.empty()) return {};
  const Rewrite& rewrite = *finding.rewrite;
  std::string out = rewrite.changes_result ? "**Instead** (the result changes, on purpose):\n\n"
                                           : "**Instead** (the result stays the same):\n\n";
  out += sql_block(rewrite.sql);
  if (rewrite.preconditions.empty()) return out;
  constexpr std::size_t kMostConditions = 10;
  std::string list;
  for (const std::string& condition : rewrite.preconditions) {
    if (list.size() > kMostConditions * kLongest) break;
    list += (list.empty() ? "" : "; ") + prose(condition);
  }
  return out + "What was shown to hold: " + list + "\n\n";
}

std::string evidence_block(const Finding& finding) {
  constexpr std::size_t kMostEvidence = 12;
  std::string list;
  for (std::size_t at = 0; at < std::min(finding.evidence.size(), kMostEvidence); ++at) {
    const Evidence& evidence = finding.evidence[at];
    list += fmt::format("{}{}: {}", list.empty() ? "" : " · ",
                        markdown_prose(shortened(evidence.name, 60)),
                        markdown_prose(shortened(value_of(evidence), 200)));
  }
  return list.empty() ? list : list + "\n\n";
}

// The fold of one rule, while it is written.
class Fold {
 public:
  Fold(const CheckReport& report, const Finding& first, std::size_t count, bool open)
      : first_(first) {
    const RuleInfo* rule = rule_of(report, first.rule);
    const std::string title = rule == nullptr ? "" : html_text(rule->title);
    head_ = fmt::format("<details{}><summary>{} <b>{}</b>{}{}{}</summary>\n\n", open ? " open" : "",
                        sign_of(first.level), html_text(first.rule), title.empty() ? "" : ": ",
                        title, count > 1 ? fmt::format(" ({})", count) : "");
    if (rule != nullptr) {
      const std::string why = first_paragraph(section_of(rule->page, "Why it holds connections"));
      if (!why.empty()) head_ += why + "\n\n";
    }
    tail_ = ignore_block(rule) + "</details>\n\n";
  }

  // What a finding adds; what the fold said already is not said again.
  std::string block(const Finding& finding, const CheckQuery* statement) {
    std::string out = fmt::format("**{}** {}\n\n", code_span(place_words(finding)),
                                  markdown_prose(shortened(finding.title, 300)));
    if (statement != nullptr && !statement->query.empty()) {
      out += fenced("sql", laid_out_sql(statement->query, kMostStatement)) + "\n";
    }
    out += evidence_block(finding);
    if (!remedy_is_rewrite(finding)) out += once(remedy_block(finding.remedy));
    out += rewrite_block(finding);
    std::string list;
    for (const std::string& caveat : finding.caveats) list += item("Mind", caveat);
    list += item("To verify", finding.verify) + item("To undo", finding.rollback);
    list += once(fmt::format(
        "- **Confidence:** {}{}\n", name_of(finding.confidence),
        finding.confidence_because.empty() ? "" : ", " + prose(finding.confidence_because)));
    return list.empty() ? out : out + list + "\n";
  }

  const std::string& head() const { return head_; }
  const std::string& tail() const { return tail_; }

 private:
  std::string once(std::string text) { return said_.insert(text).second ? text : std::string(); }
  std::string item(std::string_view what, const std::string& text) {
    return text.empty() ? std::string() : once(fmt::format("- **{}:** {}\n", what, prose(text)));
  }

  std::string ignore_block(const RuleInfo* rule) const {
    if (first_.rule == "unused_ignore") return {};
    std::string out = "**When to ignore it**\n\n";
    const std::string_view when =
        rule == nullptr ? std::string_view{} : section_of(rule->page, "When to ignore it");
    if (!when.empty()) out += std::string(when) + "\n\n";
    return out + "Above the statement, with your reason:\n\n" +
           fenced("sql", fmt::format("-- pgcounsel:ignore {} reason: …", first_.rule)) + "\n";
  }

  const Finding& first_;
  std::string head_, tail_;
  std::set<std::string> said_;
};

// Rules in the order of their gravest finding.
std::vector<std::vector<std::size_t>> by_rule(const Findings& findings) {
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string_view, std::size_t> places;
  for (std::size_t at = 0; at < findings.size(); ++at) {
    const auto [place, is_new] = places.try_emplace(findings[at].rule, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(at);
  }
  return groups;
}

std::string folds(const CheckReport& report, std::size_t room) {
  const std::vector<const CheckQuery*> statements = statements_of(report);
  const auto groups = by_rule(report.findings);
  std::string out;
  std::size_t told = 0;
  bool full = false;
  for (const std::vector<std::size_t>& group : groups) {
    Fold fold(report, report.findings[group.front()], group.size(), groups.size() == 1);
    std::string body = fold.head();
    const std::size_t told_before = told;
    for (const std::size_t at : group) {
      const std::string block = fold.block(report.findings[at], statements[at]);
      full = out.size() + body.size() + block.size() + fold.tail().size() > room;
      if (full) break;
      body += block;
      ++told;
    }
    if (told > told_before) out += body + fold.tail();
    if (full) break;
  }
  if (told < report.findings.size()) {
    out += fmt::format(
        "and {} more without details, which have no room in a comment: `pgcounsel "
        "check --format text` has all.\n",
        report.findings.size() - told);
  }
  return out;
}

}  // namespace

std::string render_check_markdown(const CheckReport& report) {
  std::string out = head(report) + table(report);
  if (report.findings.empty()) return out;
  out += folds(report, kMost - std::min(out.size(), kMost));
  return out + "<sub>`pgcounsel rule RULE` prints all of a rule's page.</sub>\n";
}

}  // namespace pgcounsel
