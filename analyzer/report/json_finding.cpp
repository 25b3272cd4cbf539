#include "analyzer/report/json_finding.h"

namespace pgcounsel {
namespace {

void write_place(JsonWriter& json, const Place& place) {
  json.key("file").string(place.file);
  json.key("line").number(place.line);
  json.key("column").number(place.column);
  json.key("end_line").number(place.end_line);
  json.key("end_column").number(place.end_column);
}

void write_rewrite(JsonWriter& json, const Rewrite& rewrite) {
  json.key("rewrite").open('{');
  json.key("sql").string(rewrite.sql);
  json.key("preconditions").strings(rewrite.preconditions);
  json.key("changes_result").boolean(rewrite.changes_result);
  json.close('}');
}

}  // namespace

void write_finding(JsonWriter& json, const Finding& finding) {
  json.open('{');
  json.key("key").string(finding.key);
  json.key("rule").string(finding.rule);
  json.key("level").string(name_of(finding.level));
  json.key("subject").open('{');
  json.key("kind").string(finding.subject.kind);
  json.key("id").string(finding.subject.id);
  json.close('}');
  json.key("title").string(finding.title);
  if (finding.place) write_place(json, *finding.place);
  json.key("evidence").open('[');
  for (const Evidence& evidence : finding.evidence) {
    json.open('{');
    json.key("name").string(evidence.name);
    json.key("value").string(evidence.value);
    json.key("source").string_or_null(evidence.source);
    json.close('}');
  }
  json.close(']');
  json.key("remedy").open('{');
  json.key("kind").string(finding.remedy.kind);
  json.key("text").string(finding.remedy.text);
  json.close('}');
  json.key("safety").string(name_of(finding.safety));
  json.key("confidence").string(name_of(finding.confidence));
  json.key("confidence_because").string(finding.confidence_because);
  json.key("gain");
  if (finding.gain) {
    json.open('{');
    json.key("connection_s_per_day_low").number(finding.gain->connection_s_per_day_low);
    json.key("connection_s_per_day_high").number(finding.gain->connection_s_per_day_high);
    json.close('}');
  } else {
    json.null();
  }
  json.key("verify").string_or_null(finding.verify);
  json.key("rollback").string_or_null(finding.rollback);
  json.key("caveats").strings(finding.caveats);
  if (finding.rewrite) write_rewrite(json, *finding.rewrite);
  json.close('}');
}

}  // namespace pgcounsel
