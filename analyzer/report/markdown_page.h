// One server's page while it is written: what all sections share. Internal to the markdown report.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/anchors.h"
#include "analyzer/report/view.h"

namespace pgcounsel {

class Page {
 public:
  // `level` is that of the page's sections. `number` tells the servers of one report apart.
  Page(const ServerReport& report, const std::vector<RuleInfo>& rules, std::size_t number,
       int level);

  Page(const Page&) = delete;  // the verdict points into the findings
  Page& operator=(const Page&) = delete;

  const Workload& workload;
  const std::vector<RuleInfo>& rules;
  const Findings findings;  // ranked
  const Verdict verdict;
  const int level;
  const bool brief;  // a quiet night, and an earlier period to compare with: a short page
  static constexpr std::size_t kFindings = 40;  // as many are described
  std::vector<const QueryRow*> slow;            // the table of slow queries
  std::vector<const QueryRow*> query_sections;  // these and what findings, holders, changes name
  std::vector<const TransactionRow*> transaction_sections;

  std::string section(std::string_view title) const { return scope_ + std::string(title); }
  std::string query_id(Fingerprint fingerprint) const;
  std::string transaction_id(const TransactionRow& row) const { return scope_ + "T" + row.id; }
  std::string finding_id(std::size_t index) const;
  std::string short_query(Fingerprint fingerprint) const { return queries_.of(hex(fingerprint)); }
  std::string short_transaction(const TransactionRow& row) const { return blocks_.of(row.id); }

  // Links, or what is linked alone where it has no section.
  std::string to_query(const Anchors& anchors, Fingerprint fingerprint) const;
  // A statement of its own goes by its query.
  std::string to_holder(const Anchors& anchors, const TransactionRow& row) const;
  std::string to_finding(const Anchors& anchors, std::size_t index) const;
  // `R1 · R3`: what is said about a query or a transaction; empty when nothing is.
  std::string findings_on(const Anchors& anchors, const std::string& subject_id) const;
  // The same about a query and the transactions it is a statement of; for BEGIN, COMMIT and their
  // like only about themselves.
  std::string findings_about(const Anchors& anchors, const QueryRow& query) const;

  const QueryRow* find(Fingerprint fingerprint) const;

 private:
  void choose_sections();

  std::string scope_;
  ShortIds queries_, blocks_;
};

// The sections; each returns its markdown, empty when it has nothing to say.
std::string changes_section(const Page& page, Anchors& anchors);
std::string incident_section(const Page& page, Anchors& anchors);
std::string holders_section(const Page& page, Anchors& anchors);
std::string queries_section(const Page& page, Anchors& anchors);
std::string transactions_section(const Page& page, Anchors& anchors);
// The plans of one query, without a heading.
std::string plans_of_query(const Page& page, Fingerprint query);
// Plans of statements that have no section as queries: those inside of functions.
std::string plans_section(const Page& page, Anchors& anchors);
std::string findings_section(const Page& page, Anchors& anchors);
std::string runbook_section(const Page& page, Anchors& anchors);
std::string locks_section(const Page& page, Anchors& anchors);
std::string pooler_section(const Page& page, Anchors& anchors);
std::string samples_section(const Page& page, Anchors& anchors);
std::string errors_section(const Page& page, Anchors& anchors);
std::string appendix_section(const Page& page, Anchors& anchors);

std::string_view sign_of(Mark mark);    // 🔴 🟠 🟢, nothing
std::string_view sign_of(Level level);  // 🔴 🟠 🟡 ⚪
// A blank that does not break, between every number and its unit.
std::string unbroken(std::string text);
// `web`, `batch` and 3 more
std::string name_list(const std::vector<std::string>& names, std::size_t limit);

}  // namespace pgcounsel
