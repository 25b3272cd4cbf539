#include "analyzer/report/markdown_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/changes.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kSlowQueries = 10;
constexpr std::size_t kHolders = 8;

std::vector<std::string> query_ids(const Workload& workload) {
  std::vector<std::string> ids;
  for (const QueryRow& row : workload.queries) ids.push_back(hex(row.fingerprint));
  for (const PlanRow& row : workload.plans) ids.push_back(hex(row.fingerprint));
  return ids;
}

std::vector<std::string> block_ids(const Workload& workload) {
  std::vector<std::string> ids;
  for (const TransactionRow& row : workload.transactions) ids.push_back(row.id);
  return ids;
}

template <class Row>
void add_once(std::vector<const Row*>& rows, const Row* row) {
  if (row != nullptr && std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
}

// A statement of its own is described with its query.
bool is_block(const TransactionRow& row) {
  return row.explicit_block || row.steps.size() != 1;
}

}  // namespace

Page::Page(const ServerReport& report, const std::vector<RuleInfo>& rule_list, std::size_t number,
           int section_level)
    : workload(report.workload),
      rules(rule_list),
      findings(ranked(report.findings)),
      verdict(verdict_of(workload, findings)),
      level(section_level),
      brief(verdict.quiet && workload.previous.has_value()),
      scope_(fmt::format("{}/", number)),
      queries_(query_ids(workload)),
      blocks_(block_ids(workload)) {
  choose_sections();
}

void Page::choose_sections() {
  if (brief) return;
  std::vector<const QueryRow*> by_total;
  for (const QueryRow& row : workload.queries) {
    if (row.calls > 0) by_total.push_back(&row);
  }
  std::sort(by_total.begin(), by_total.end(), [](const QueryRow* a, const QueryRow* b) {
    if (a->total != b->total) return a->total > b->total;
    return a->fingerprint < b->fingerprint;
  });
  by_total.resize(std::min(by_total.size(), kSlowQueries));
  slow = by_total;

  query_sections = slow;
  for (const TransactionRow* row : holders_of(workload, kHolders).top) {
    if (is_block(*row))
      add_once(transaction_sections, row);
    else
      add_once(query_sections, find(row->steps.front().fingerprint));
  }
  for (const PoolIncident& incident : stories_of(workload).told) {
    for (const WindowHolder& holder : incident.window->holders) {
      const TransactionRow* row = row_of(workload, holder);
      if (row == nullptr) continue;
      if (is_block(*row))
        add_once(transaction_sections, row);
      else
        add_once(query_sections, find(row->steps.front().fingerprint));
    }
  }
  for (std::size_t at = 0; at < std::min(findings.size(), kFindings); ++at) {
    const Finding& finding = findings[at];
    for (const TransactionRow& row : workload.transactions) {
      if (row.id == finding.subject.id && is_block(row)) add_once(transaction_sections, &row);
    }
    for (const QueryRow& row : workload.queries) {
      if (hex(row.fingerprint) == finding.subject.id) add_once(query_sections, &row);
    }
  }
  for (const Change& change : changes_of(workload)) {
    const bool has_run = change.query != nullptr && change.query->calls > 0;
    if (has_run && (change.notable || change.plan != nullptr)) {
      add_once(query_sections, change.query);
    }
  }
}

std::string Page::query_id(Fingerprint fingerprint) const {
  return scope_ + "Q" + hex(fingerprint);
}

std::string Page::finding_id(std::size_t index) const {
  return fmt::format("{}R{}", scope_, index + 1);
}

std::string Page::to_query(const Anchors& anchors, Fingerprint fingerprint) const {
  return anchors.link(code_span(short_query(fingerprint)), query_id(fingerprint));
}

std::string Page::to_holder(const Anchors& anchors, const TransactionRow& row) const {
  if (!is_block(row)) return to_query(anchors, row.steps.front().fingerprint);
  return anchors.link(code_span(short_transaction(row)), transaction_id(row));
}

std::string Page::to_finding(const Anchors& anchors, std::size_t index) const {
  return anchors.link(fmt::format("R{}", index + 1), finding_id(index));
}

std::string Page::findings_on(const Anchors& anchors, const std::string& subject_id) const {
  std::string list;
  for (std::size_t at = 0; at < findings.size(); ++at) {
    if (findings[at].subject.id != subject_id) continue;
    if (!list.empty()) list += " · ";
    list += to_finding(anchors, at);
  }
  return list;
}

std::string Page::findings_about(const Anchors& anchors, const QueryRow& query) const {
  std::string list = findings_on(anchors, hex(query.fingerprint));
  if (is_begin_or_end(query.text)) return list;
  for (const TransactionRow* row : transaction_sections) {
    const bool has_it = std::any_of(row->steps.begin(), row->steps.end(), [&](const auto& step) {
      return step.fingerprint == query.fingerprint;
    });
    const std::string more = has_it ? findings_on(anchors, row->id) : "";
    if (more.empty() || list.find(more) != list.npos) continue;
    list += (list.empty() ? "" : " · ") + more;
  }
  return list;
}

const QueryRow* Page::find(Fingerprint fingerprint) const {
  const auto found =
      std::find_if(workload.queries.begin(), workload.queries.end(),
                   [&](const QueryRow& row) { return row.fingerprint == fingerprint; });
  return found == workload.queries.end() ? nullptr : &*found;
}

std::string_view sign_of(Mark mark) {
  switch (mark) {
    case Mark::kBad:
      return "🔴";
    case Mark::kWarn:
      return "🟠";
    case Mark::kGood:
      return "🟢";
    case Mark::kNone:
      break;
  }
  return "";
}

std::string_view sign_of(Level level) {
  if (level >= Level::kHigh) return "🔴";
  if (level == Level::kMedium) return "🟠";
  return level == Level::kLow ? "🟡" : "⚪";
}

std::string unbroken(std::string text) {
  for (std::size_t at = 0; (at = text.find(' ', at)) != text.npos; at += 2) {
    text.replace(at, 1, "\xC2\xA0");
  }
  return text;
}

std::string name_list(const std::vector<std::string>& names, std::size_t limit) {
  std::string list;
  for (std::size_t at = 0; at < std::min(names.size(), limit); ++at) {
    if (at > 0) list += ", ";
    list += code_cell(shortened(names[at], 40));
  }
  if (names.size() > limit) list += fmt::format(" and {} more", names.size() - limit);
  return list;
}

}  // namespace pgcounsel
