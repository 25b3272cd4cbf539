// Logs with entries of auto_explain, for tests: the plan of one query by its index or without it,
// in each form of a plan and of a log.
#pragma once
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "parser/plan/plan.h"

namespace pgcounsel {

enum class PlanLogForm { kStderr, kCsv, kJson, kSyslog };

struct LoggedPlan {
  std::string clock;  // `10:00:01`
  double ms = 1;
  bool by_index = true;
  std::string value = "5";  // that is looked for
  std::string table = "orders";
};

inline std::string query_text(const LoggedPlan& entry) {
  return fmt::format("SELECT note FROM {} WHERE id = {}", entry.table, entry.value);
}

// What stands behind `plan:`.
inline std::string plan_text(const LoggedPlan& entry, PlanFormat form) {
  const std::string query = query_text(entry), table = entry.table;
  const std::string condition = fmt::format("(id = {})", entry.value);
  const std::string index = table + "_pkey";
  switch (form) {
    case PlanFormat::kText:
      return fmt::format(
          "Query Text: {}\n{}  (cost=0.29..8.31 rows=1 width=4) (actual time=0.010..{:.3f} rows=1 "
          "loops=1)\n  {}: {}",
          query,
          entry.by_index ? "Index Scan using " + index + " on " + table : "Seq Scan on " + table,
          entry.ms, entry.by_index ? "Index Cond" : "Filter", condition);
    case PlanFormat::kJson:
      return fmt::format(
          "{{\n  \"Query Text\": \"{}\",\n  \"Plan\": {{\n    \"Node Type\": \"{}\",\n    "
          "\"Parallel "
          "Aware\": false,\n{}    \"Relation Name\": \"{}\",\n    \"Alias\": \"{}\",\n    "
          "\"Startup "
          "Cost\": 0.29,\n    \"Total Cost\": 8.31,\n    \"Plan Rows\": 1,\n    \"Plan Width\": "
          "4,\n   "
          " \"Actual Startup Time\": 0.010,\n    \"Actual Total Time\": {:.3f},\n    \"Actual "
          "Rows\": "
          "1,\n    \"Actual Loops\": 1,\n    \"{}\": \"{}\"\n  }}\n}}",
          query, entry.by_index ? "Index Scan" : "Seq Scan",
          entry.by_index ? "    \"Index Name\": \"" + index + "\",\n" : "", table, table, entry.ms,
          entry.by_index ? "Index Cond" : "Filter", condition);
    case PlanFormat::kYaml:
      return fmt::format(
          "Query Text: \"{}\"\nPlan: \n  Node Type: \"{}\"\n{}  Relation Name: \"{}\"\n  Alias: "
          "\"{}\"\n  Startup Cost: 0.29\n  Total Cost: 8.31\n  Plan Rows: 1\n  Plan Width: 4\n  "
          "Actual "
          "Startup Time: 0.010\n  Actual Total Time: {:.3f}\n  Actual Rows: 1\n  Actual Loops: 1\n "
          " "
          "{}: \"{}\"",
          query, entry.by_index ? "Index Scan" : "Seq Scan",
          entry.by_index ? "  Index Name: \"" + index + "\"\n" : "", table, table, entry.ms,
          entry.by_index ? "Index Cond" : "Filter", condition);
    case PlanFormat::kXml:
      break;
  }
  return fmt::format(
      "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n  <Query-Text>{}</Query-Text>\n "
      " "
      "<Plan>\n    <Node-Type>{}</Node-Type>\n{}    <Relation-Name>{}</Relation-Name>\n    "
      "<Alias>{}</Alias>\n    <Startup-Cost>0.29</Startup-Cost>\n    "
      "<Total-Cost>8.31</Total-Cost>\n "
      "   <Plan-Rows>1</Plan-Rows>\n    <Plan-Width>4</Plan-Width>\n    "
      "<Actual-Startup-Time>0.010</Actual-Startup-Time>\n    "
      "<Actual-Total-Time>{:.3f}</Actual-Total-Time>\n    <Actual-Rows>1</Actual-Rows>\n    "
      "<Actual-Loops>1</Actual-Loops>\n    <{}>{}</{}>\n  </Plan>\n</explain>",
      query, entry.by_index ? "Index Scan" : "Seq Scan",
      entry.by_index ? "    <Index-Name>" + index + "</Index-Name>\n" : "", table, table, entry.ms,
      entry.by_index ? "Index-Cond" : "Filter", condition,
      entry.by_index ? "Index-Cond" : "Filter");
}

inline std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// One record of the log.
inline std::string record_of(const std::string& clock, const std::string& message, PlanLogForm form,
                             std::size_t number) {
  switch (form) {
    case PlanLogForm::kStderr:
      return fmt::format("2026-03-12 {}.000 UTC [4711] web@shop LOG:  {}\n", clock,
                         replaced(message, "\n", "\n\t"));
    case PlanLogForm::kCsv:
      return fmt::format(
          "2026-03-12 {}.000 "
          "UTC,\"web\",\"shop\",4711,\"10.0.0.7:4711\",69b2a1b0.1267,{},\"SELECT\","
          "2026-03-12 08:00:00 UTC,4/7,0,LOG,00000,\"{}\",,,,,,,,,\"shop\",\"client backend\",,0\n",
          clock, number, replaced(message, "\"", "\"\""));
    case PlanLogForm::kJson:
      return fmt::format(
          "{{\"timestamp\":\"2026-03-12 {}.000 "
          "UTC\",\"user\":\"web\",\"dbname\":\"shop\",\"pid\":4711,"
          "\"session_id\":\"69b2a1b0.1267\",\"line_num\":{},\"error_severity\":\"LOG\",\"message\":"
          "\"{}\""
          ",\"backend_type\":\"client backend\",\"query_id\":0}}\n",
          clock, number, replaced(replaced(message, "\"", "\\\""), "\n", "\\n"));
    case PlanLogForm::kSyslog:
      break;
  }
  std::string out;
  std::size_t part = 0;
  for (std::size_t at = 0; at <= message.size();) {
    const std::size_t end = std::min(message.find('\n', at), message.size());
    out += fmt::format("Mar 12 {} db1 postgres[4711]: [{}-{}] {}{}\n", clock, number, part + 1,
                       part == 0 ? "web@shop LOG:  " : "#011", message.substr(at, end - at));
    ++part;
    at = end + 1;
  }
  return out;
}

inline std::string plan_log(const std::vector<LoggedPlan>& entries, PlanFormat plan,
                            PlanLogForm log = PlanLogForm::kStderr) {
  std::string out;
  std::size_t number = 0;
  for (const LoggedPlan& entry : entries) {
    const std::string message =
        fmt::format("duration: {:.3f} ms  plan:\n{}", entry.ms, plan_text(entry, plan));
    out += record_of(entry.clock, message, log, ++number);
    out += record_of(entry.clock,
                     fmt::format("duration: {:.3f} ms  statement: {}", entry.ms, query_text(entry)),
                     log, ++number);
  }
  return out;
}

}  // namespace pgcounsel
