// The review as JUnit XML: a suite a file, a test a statement. A test fails by findings that fail
// the run; where none does, by those from medium on. Whatever else was found stands in system-out.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/sql_text.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestSql = 2000;
constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongest = 1000;  // code points of a text

struct Case {
  std::string name;
  const CheckQuery* statement = nullptr;
  std::vector<const Finding*> findings;
};

struct Suite {
  std::string file;
  std::vector<Case> cases;
};

// As html_text, but line ends stay.
std::string xml_text(std::string_view text) {
  std::string out;
  const std::string clean = with_lines(text);
  for (std::size_t at = 0; at <= clean.size();) {
    const std::size_t end = std::min(clean.find('\n', at), clean.size());
    out += html_text(std::string_view(clean).substr(at, end - at));
    if (end < clean.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

// A name says what the statement is, not where: a test that changes its name is another test.
std::string name_of_statement(const CheckQuery& query) {
  if (!query.name.empty()) return shortened(query.name, kLongestName);
  return fmt::format("line {}: {}", query.line, gist_of_sql(query.query, 80));
}

// By file, in the order of the statements.
class Suites {
 public:
  explicit Suites(const CheckReport& report) {
    std::map<const CheckQuery*, std::pair<std::size_t, std::size_t>> cases;
    for (const CheckQuery& query : report.queries) {
      cases[&query] = add(query.file, name_of_statement(query), &query);
    }
    const std::vector<const CheckQuery*> statements = statements_of(report);
    for (std::size_t at = 0; at < report.findings.size(); ++at) {
      const Finding& finding = report.findings[at];
      const Place place = finding.place.value_or(Place{});
      const auto [suite, number] =
          statements[at] != nullptr
              ? cases.at(statements[at])
              : add(place.file, fmt::format("line {}: {}", place.line, finding.rule), nullptr);
      suites_[suite].cases[number].findings.push_back(&finding);
    }
  }

  const std::vector<Suite>& all() const { return suites_; }

 private:
  std::pair<std::size_t, std::size_t> add(const std::string& file, const std::string& name,
                                          const CheckQuery* statement) {
    const auto [found, is_new] = by_file_.try_emplace(file, suites_.size());
    if (is_new) suites_.push_back({file, {}});
    std::string unique = name;
    std::size_t& count = counts_[{found->second, name}];
    while (!names_.emplace(found->second, unique).second) {
      unique = fmt::format("{} ({})", name, ++count + 1);
    }
    std::vector<Case>& cases = suites_[found->second].cases;
    cases.push_back({unique, statement, {}});
    return {found->second, cases.size() - 1};
  }

  std::vector<Suite> suites_;
  std::map<std::string, std::size_t> by_file_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> counts_;
  std::set<std::pair<std::size_t, std::string>> names_;
};

std::string words_on(const Finding& finding) {
  const Place place = finding.place.value_or(Place{});
  std::string out =
      fmt::format("{}:{}:{}: {} [{}, {}]\n", one_line(place.file), place.line, place.column,
                  shortened(finding.title, kLongest), finding.rule, name_of(finding.level));
  for (const Evidence& evidence : finding.evidence) {
    out += fmt::format("{}: {}\n", shortened(evidence.name, kLongest),
                       shortened(value_of(evidence), kLongest));
  }
  const std::string& remedy = finding.remedy.text;
  if (!remedy.empty()) {
    out += (length_of(remedy) > kLongest ? shortened(remedy, kLongest) : remedy) + "\n";
  }
  if (!finding.verify.empty()) out += "To verify: " + shortened(finding.verify, kLongest) + "\n";
  return out;
}

std::string failure(const Case& each, const std::vector<const Finding*>& failed) {
  std::string message = shortened(failed.front()->title, kLongest);
  if (failed.size() > 1) message += fmt::format(" (and {} more)", failed.size() - 1);
  std::string body;
  for (const Finding* finding : failed) body += words_on(*finding) + "\n";
  if (each.statement != nullptr) body += laid_out_sql(each.statement->query, kLongestSql) + "\n";
  return fmt::format("      <failure message=\"{}\" type=\"{}\">{}</failure>\n", html_text(message),
                     html_text(failed.front()->rule), xml_text(body));
}

std::string test_case(const std::string& file, const Case& each, Level fail_on, bool& failed) {
  std::vector<const Finding*> failing;
  std::string others;
  for (const Finding* finding : each.findings) {
    if (finding->level >= fail_on)
      failing.push_back(finding);
    else
      others += words_on(*finding) + "\n";
  }
  failed = !failing.empty();
  const std::string head =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
                  html_text(file.empty() ? "unknown" : file), html_text(each.name));
  if (each.findings.empty()) return head + "/>\n";
  std::string out = head + ">\n";
  if (failed) out += failure(each, failing);
  if (!others.empty()) out += "      <system-out>" + xml_text(others) + "</system-out>\n";
  return out + "    </testcase>\n";
}

}  // namespace

std::string render_check_junit(const CheckReport& report) {
  const Level fail_on = report.fail_on.value_or(Level::kMedium);
  std::string body;
  std::size_t all = 0, all_failed = 0;
  const Suites suites(report);
  for (const Suite& suite : suites.all()) {
    std::string cases;
    std::size_t failures = 0;
    for (const Case& each : suite.cases) {
      bool failed = false;
      cases += test_case(suite.file, each, fail_on, failed);
      failures += failed ? 1 : 0;
    }
    all += suite.cases.size();
    all_failed += failures;
    body += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" "
        "time=\"0\">\n{}  </testsuite>\n",
        html_text(suite.file.empty() ? "unknown" : suite.file), suite.cases.size(), failures,
        cases);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pgcounsel check\" "
      "tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"0\">\n{}</testsuites>\n",
      all, all_failed, body);
}

}  // namespace pgcounsel
