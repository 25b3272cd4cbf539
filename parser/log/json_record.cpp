#include "parser/log/json_record.h"

#include <string>
#include <utility>

#include "parser/log/prefix/prefix.h"
#include "parser/log/stderr_log.h"

namespace pgcounsel::json_log {

std::string_view RecordFields::text_of_other(JsonField::Kind kind, std::string_view raw) {
  JsonField field;
  field.kind = kind;
  field.raw = raw;
  return pgcounsel::text_of(field, out_.arena);
}

Verdict RecordFields::verdict_of(LogRecord& record) {
  if (!record.has_time || record.severity == Severity::kUnknown) {
    if (program_ == "postgres" && read_line_of_server(record)) return Verdict::kRecord;
    return has_program_ ? Verdict::kForeign : Verdict::kNone;
  }
  record.host = host_and_port(record);
  if (!record.session.known() && record.pid != 0) record.session = session_of_pid(record.pid);
  if (record.sqlstate.empty()) record.sqlstate = "00000";  // what csvlog writes then
  return Verdict::kRecord;
}

std::string_view RecordFields::joined(std::string_view host, std::string_view port) {
  if (host.empty() || port.empty()) return host;
  Client& known = clients_[number_of<std::uint32_t>(port) % clients_.size()];
  if (known.host != host || known.port != port) {
    std::string text(host);
    text.append(":").append(port);
    known = {host, port, out_.arena.keep(text)};
  }
  return known.joined;
}

Client RecordFields::client_of(const LogRecord& record) {
  return {record.host, port_, joined(record.host, port_)};
}

// A later field may have given another.
std::string_view RecordFields::host_and_port(const LogRecord& record) {
  const auto is_same = [](std::string_view a, std::string_view b) {
    return a.data() == b.data() && a.size() == b.size();
  };
  const bool is_known =
      client_ != nullptr && is_same(record.host, client_->host) && is_same(port_, client_->port);
  return is_known ? client_->joined : joined(record.host, port_);
}

// Before its collector of messages runs the server writes lines with the default prefix.
bool RecordFields::read_line_of_server(LogRecord& record) {
  static const auto prefix = PrefixMatcher::compile("%m [%p] ");
  if (!prefix || line_.empty()) return false;
  ChunkRecords read;
  read_stderr({&*prefix, 1}, Chunk{line_, record.line, true}, read);
  if (read.records.size() != 1) return false;
  LogRecord& found = read.records.front();
  found.line = record.line;
  found.server = record.server;
  record = found;
  out_.arena.take(std::move(read.arena));
  return true;
}

}  // namespace pgcounsel::json_log
