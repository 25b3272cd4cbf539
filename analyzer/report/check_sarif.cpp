// The review as SARIF 2.1.0, as GitHub's code scanning takes it: no empty string, relative URIs,
// a fingerprint that does not know lines. What a comment or the baseline suppresses is left out,
// because GitHub would show it.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/json_writer.h"
#include "analyzer/report/rule_page.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostResults = 25'000;    // GitHub refuses more
constexpr std::size_t kLongest = 1000;          // of a description, of 1,024
constexpr std::size_t kLongestMessage = 4'000;  // code points

// What the results say of a rule.
struct RuleUse {
  Level highest = Level::kInfo;
  Confidence least = Confidence::kHigh;
};
using RuleUses = std::map<std::string, RuleUse>;  // by id

bool is_unreserved(unsigned char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
         c == '.' || c == '_' || c == '~' || c == '/';
}

std::string uri_of(std::string_view path) {
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : without_dot(path)) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(byte))
      uri += c;
    else
      uri += fmt::format("%{:02X}", byte);
  }
  return uri.empty() ? "unknown" : uri;
}

// A message is plain text, but for `[words](link)`.
std::string message_text(std::string_view text) {
  std::string out = shortened(text, kLongestMessage);
  for (std::size_t at = 0; (at = out.find("](", at)) != out.npos;) out.insert(at + 1, " ");
  return out;
}

std::string_view level_words(Level level) {
  return name_of(gravity_of(level));
}

void write_text(JsonWriter& json, std::string_view name, const std::string& text) {
  json.key(name).open('{');
  json.key("text").string(text);
  json.close('}');
}

void write_rule(JsonWriter& json, const CheckReport& report, const std::string& id,
                const RuleUse& use) {
  const RuleInfo* rule = rule_of(report, id);
  const std::string_view page = rule == nullptr ? std::string_view{} : rule->page;
  const std::string title = rule == nullptr || rule->title.empty() ? id : std::string(rule->title);
  const std::string why = first_paragraph(section_of(page, "Why it holds connections"));
  const std::string help = page.empty() ? title : std::string(without_cases(page));
  const Level level = highest_level(page).value_or(use.highest);
  json.open('{');
  json.key("id").string(id);
  write_text(json, "shortDescription", shortened(title, kLongest));
  write_text(json, "fullDescription", shortened(why.empty() ? title : why, kLongest));
  json.key("help").open('{');
  json.key("text").string(help);
  json.key("markdown").string(help);
  json.close('}');
  json.key("defaultConfiguration").open('{');
  json.key("level").string(level_words(level));
  json.close('}');
  json.key("properties").open('{');
  json.key("tags").strings({"postgresql", "sql", "performance"});
  json.key("precision").string(name_of(use.least));
  const Gravity gravity = gravity_of(level);
  json.key("problem.severity")
      .string(gravity == Gravity::kNote ? "recommendation" : name_of(gravity));
  json.close('}');
  json.close('}');
}

// SARIF's end stands behind the last character.
void write_region(JsonWriter& json, std::string_view name, const Place& place) {
  const std::size_t end_line = std::max(place.end_line, place.line);
  const std::size_t end_column =
      end_line == place.line ? std::max(place.end_column, place.column) : place.end_column;
  json.key(name).open('{');
  json.key("startLine").number(place.line);
  json.key("startColumn").number(place.column);
  json.key("endLine").number(end_line);
  json.key("endColumn").number(end_column + 1);
  json.close('}');
}

void write_artifact(JsonWriter& json, std::string_view file) {
  json.key("artifactLocation").open('{');
  json.key("uri").string(uri_of(file));
  json.close('}');
}

std::string rewrite_words(const Rewrite& rewrite) {
  std::string words = rewrite.changes_result ? "Other SQL, which changes the result on purpose"
                                             : "Other SQL with the same result";
  for (std::size_t at = 0; at < rewrite.preconditions.size(); ++at) {
    words += (at == 0 ? ": " : "; ") + rewrite.preconditions[at];
  }
  return words;
}

void write_fix(JsonWriter& json, const Rewrite& rewrite, const CheckQuery& statement) {
  json.key("fixes").open('[');
  json.open('{');
  write_text(json, "description", message_text(rewrite_words(rewrite)));
  json.key("artifactChanges").open('[');
  json.open('{');
  write_artifact(json, statement.file);
  json.key("replacements").open('[');
  json.open('{');
  write_region(
      json, "deletedRegion",
      {statement.file, statement.line, statement.column, statement.end_line, statement.end_column});
  write_text(json, "insertedContent", rewrite.sql);
  json.close('}');
  json.close(']');
  json.close('}');
  json.close(']');
  json.close('}');
  json.close(']');
}

struct ResultOf {
  const Finding& finding;
  const CheckQuery* statement;
  std::string key;
  std::size_t rule;  // its index
};

void write_result(JsonWriter& json, const ResultOf& result) {
  const Finding& finding = result.finding;
  const Place place = finding.place.value_or(Place{});
  json.open('{');
  json.key("ruleId").string(finding.rule);
  json.key("ruleIndex").number(result.rule);
  json.key("level").string(level_words(finding.level));
  std::string message = message_text(finding.title);
  if (!finding.remedy.text.empty()) message += "\n\n" + message_text(finding.remedy.text);
  write_text(json, "message", message);
  json.key("locations").open('[');
  json.open('{');
  json.key("physicalLocation").open('{');
  write_artifact(json, place.file);
  write_region(json, "region", place);
  json.close('}');
  json.close('}');
  json.close(']');
  json.key("partialFingerprints").open('{');
  json.key("primaryLocationLineHash").string(result.key);
  json.close('}');
  if (finding.rewrite && !finding.rewrite->sql.empty() && result.statement != nullptr) {
    write_fix(json, *finding.rewrite, *result.statement);
  }
  json.key("properties").open('{');
  json.key("level").string(name_of(finding.level));
  json.key("confidence").string(name_of(finding.confidence));
  json.close('}');
  json.close('}');
}

// What was not analysed, and what is left out.
void write_invocation(JsonWriter& json, const CheckReport& report) {
  std::vector<std::string> notes;
  for (const std::string& note : report.notes) {
    if (!note.empty()) notes.push_back(message_text(note));
  }
  if (report.findings.size() > kMostResults) {
    notes.push_back(fmt::format("{} more findings are left out: GitHub takes {} results.",
                                report.findings.size() - kMostResults, kMostResults));
  }
  json.key("invocations").open('[');
  json.open('{');
  json.key("executionSuccessful").boolean(true);
  json.key("toolExecutionNotifications").open('[');
  for (const std::string& note : notes) {
    json.open('{');
    json.key("level").string("note");
    write_text(json, "message", note);
    json.close('}');
  }
  json.close(']');
  json.close('}');
  json.close(']');
}

RuleUses uses_of(const CheckReport& report, std::size_t count) {
  RuleUses uses;
  for (std::size_t at = 0; at < count; ++at) {
    const Finding& finding = report.findings[at];
    RuleUse& use = uses[finding.rule];
    use.highest = std::max(use.highest, finding.level);
    use.least = std::min(use.least, finding.confidence);
  }
  return uses;
}

}  // namespace

std::string render_check_sarif(const CheckReport& report) {
  const std::size_t count = std::min(report.findings.size(), kMostResults);
  const RuleUses uses = uses_of(report, count);
  const std::vector<std::string> keys = unique_keys(report);
  const std::vector<const CheckQuery*> statements = statements_of(report);
  JsonWriter json;
  json.open('{');
  json.key("$schema").string("https://json.schemastore.org/sarif-2.1.0.json");
  json.key("version").string("2.1.0");
  json.key("runs").open('[');
  json.open('{');
  json.key("tool").open('{');
  json.key("driver").open('{');
  json.key("name").string("pgcounsel");
  json.key("version").string(PGCOUNSEL_VERSION);
  json.key("rules").open('[');
  for (const auto& [id, use] : uses) write_rule(json, report, id, use);
  json.close(']');
  json.close('}');
  json.close('}');
  json.key("automationDetails").open('{');
  json.key("id").string("pgcounsel/check/");
  json.close('}');
  json.key("columnKind").string("unicodeCodePoints");
  write_invocation(json, report);
  json.key("results").open('[');
  for (std::size_t at = 0; at < count; ++at) {
    const Finding& finding = report.findings[at];
    const auto rule = std::distance(uses.begin(), uses.find(finding.rule));
    write_result(json, {finding, statements[at], keys[at], static_cast<std::size_t>(rule)});
  }
  json.close(']');
  json.close('}');
  json.close(']');
  json.close('}');
  return std::move(json).take();
}

}  // namespace pgcounsel
