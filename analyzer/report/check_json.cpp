// The review for programs: `pgcounsel.check/1`.
#include "analyzer/report/check_report.h"
#include "analyzer/report/json_finding.h"
#include "analyzer/report/json_writer.h"

namespace pgcounsel {
namespace {

void write_query(JsonWriter& json, const CheckQuery& query) {
  json.open('{');
  json.key("file").string(query.file);
  json.key("line").number(query.line);
  json.key("column").number(query.column);
  json.key("end_line").number(query.end_line);
  json.key("end_column").number(query.end_column);
  json.key("name").string_or_null(query.name);
  json.key("fingerprint").string(hex(query.fingerprint));
  json.key("is_new").boolean(query.is_new);
  json.key("query").string(query.query);
  json.close('}');
}

}  // namespace

std::string render_check_json(const CheckReport& report) {
  JsonWriter json;
  json.open('{');
  json.key("schema").string("pgcounsel.check/1");
  json.key("queries").open('[');
  for (const CheckQuery& query : report.queries) write_query(json, query);
  json.close(']');
  json.key("findings").open('[');
  for (const Finding& finding : report.findings) write_finding(json, finding);
  json.close(']');
  json.key("suppressed").number(report.suppressed);
  json.key("fail_on").string(report.fail_on ? name_of(*report.fail_on) : "none");
  json.key("failing").number(failing(report));
  json.key("notes").strings(report.notes);
  json.close('}');
  return std::move(json).take();
}

}  // namespace pgcounsel
