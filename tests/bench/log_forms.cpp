#include "tests/bench/log_forms.h"

#include <array>
#include <ctime>
#include <utility>

namespace pgcounsel::bench {
namespace {

constexpr std::pair<std::string_view, Form> kForms[] = {
    {"stderr", Form::kStderr}, {"csv", Form::kCsv},
    {"json", Form::kJson},     {"syslog", Form::kSyslog},
    {"cri", Form::kCri},       {"syslog-rfc3339", Form::kSyslogIso},
    {"docker", Form::kDocker}, {"pgbouncer", Form::kPgBouncer}};

// Digits with zeros in front.
void digits(std::uint64_t number, int width, std::string& out) {
  std::array<char, 20> text{};
  for (int i = width - 1; i >= 0; --i, number /= 10)
    text[static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
  out.append(text.data(), static_cast<std::size_t>(width));
}

std::string formatted(const char* form, std::uint64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), form, &parts)};
}

// `2026-03-01 08:00:00`; one second is asked for many times in a row.
const std::string& second_of(std::uint64_t ms) {
  static std::uint64_t second = 0;
  static std::string text;
  if (text.empty() || ms / 1000 != second) text = formatted("%Y-%m-%d %H:%M:%S", ms);
  second = ms / 1000;
  return text;
}

void stamp(std::uint64_t ms, std::string& out) {
  out += second_of(ms);
  out += '.';
  digits(ms % 1000, 3, out);
  out += " UTC";
}

// `2026-03-01T08:00:00.123456789Z`
std::string iso(std::uint64_t ms, std::string_view fraction_and_zone) {
  std::string text = formatted("%Y-%m-%dT%H:%M:%S.", ms);
  digits(ms % 1000, 3, text);
  return text += fraction_and_zone;
}

void hex(std::uint64_t number, std::string& out) {
  std::array<char, 16> text{};
  std::size_t i = text.size();
  for (; number > 0 || i == text.size(); number /= 16) text[--i] = "0123456789abcdef"[number % 16];
  out.append(text.data() + i, text.size() - i);
}

void session_id(const Session& session, std::string& out) {
  hex(session.start_ms / 1000, out);
  out += '.';
  hex(session.pid, out);
}

void prefix(const Session& session, std::uint64_t ms, std::string& out) {
  stamp(ms, out);
  ((out += " [") += std::to_string(session.pid)) += "] ";
  if (!session.client) return;
  const auto known = [&session](const std::string& text) -> std::string_view {
    return session.known && !text.empty() ? std::string_view(text) : "[unknown]";
  };
  ((out += known(session.user)) += '@') += known(session.database);
  ((out += '/') += known(session.application)) += ' ';
  session_id(session, out);
  out += ' ';
}

// The lines of a message from its second on begin with a tab.
void tabbed(std::string_view text, std::string& out) {
  for (const char c : text) {
    out += c;
    if (c == '\n') out += '\t';
  }
}

void stderr_field(const Session& session, const Record& record, std::string_view name,
                  std::string_view text, std::string& out) {
  if (text.empty()) return;
  prefix(session, record.time_ms, out);
  (out += name) += ":  ";
  tabbed(text, out);
  out += '\n';
}

void as_stderr(const Session& session, const Record& record, std::string& out) {
  stderr_field(session, record, record.severity, record.message, out);
  stderr_field(session, record, "DETAIL", record.detail, out);
  stderr_field(session, record, "CONTEXT", record.context, out);
  stderr_field(session, record, "STATEMENT", record.statement, out);
}

void csv_text(std::string_view text, bool wanted, std::string& out) {
  if (wanted) {
    out += '"';
    for (const char c : text) {
      if (c == '"') out += c;
      out += c;
    }
    out += '"';
  }
  out += ',';
}

void as_csv(const Session& session, const Record& record, std::string& out) {
  stamp(record.time_ms, out);
  out += ',';
  csv_text(session.user, session.known, out);
  csv_text(session.database, session.known, out);
  (out += std::to_string(session.pid)) += ',';
  csv_text("10.0.0.7:" + std::to_string(session.port), session.client, out);
  session_id(session, out);
  ((out += ',') += std::to_string(session.lines)) += ',';
  csv_text(record.command, session.client, out);
  (out += formatted("%Y-%m-%d %H:%M:%S", session.start_ms)) += " UTC,";
  if (session.known) (out += "4/") += std::to_string(session.transactions);
  (((out += ",0,") += record.severity) += ',') += record.state;
  out += ',';
  csv_text(record.message, true, out);
  csv_text(record.detail, !record.detail.empty(), out);
  out += ",,,";  // hint, internal query and its position
  csv_text(record.context, !record.context.empty(), out);
  csv_text(record.statement, !record.statement.empty(), out);
  out += ",,";  // position, place in the source
  csv_text(session.known ? session.application : "", true, out);
  csv_text(session.backend, true, out);
  out += ",0\n";
}

void escaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    if (c == '\t') out += "\\t";
    if (c != '\n' && c != '\t') out += c;
  }
}

void json_text(std::string_view key, std::string_view text, bool wanted, std::string& out) {
  if (!wanted) return;
  ((out += ",\"") += key) += "\":\"";
  escaped(text, out);
  out += '"';
}

void json_number(std::string_view key, std::uint64_t number, std::string& out) {
  (((out += ",\"") += key) += "\":") += std::to_string(number);
}

void as_json(const Session& session, const Record& record, std::string& out) {
  out += "{\"timestamp\":\"";
  stamp(record.time_ms, out);
  out += '"';
  json_text("user", session.user, session.known, out);
  json_text("dbname", session.database, session.known, out);
  json_number("pid", session.pid, out);
  if (session.client) {
    json_text("remote_host", "10.0.0.7", true, out);
    json_number("remote_port", session.port, out);
  }
  out += ",\"session_id\":\"";
  session_id(session, out);
  out += '"';
  json_number("line_num", session.lines, out);
  json_text("ps", record.command, session.client, out);
  json_text("session_start", formatted("%Y-%m-%d %H:%M:%S UTC", session.start_ms), true, out);
  json_text("vxid", "4/" + std::to_string(session.transactions), session.known, out);
  json_number("txid", 0, out);
  json_text("error_severity", record.severity, true, out);
  json_text("state_code", record.state, record.state != "00000", out);
  json_text("message", record.message, true, out);
  json_text("detail", record.detail, !record.detail.empty(), out);
  json_text("context", record.context, !record.context.empty(), out);
  json_text("statement", record.statement, !record.statement.empty(), out);
  json_text("application_name", session.application, session.known, out);
  json_text("backend_type", session.backend, true, out);
  json_number("query_id", 0, out);
  out += "}\n";
}

// What a pooler says of a client or a server connection; its form is LOG without a colon.
void as_pgbouncer(const Session& session, const Record& record, std::string& out) {
  stamp(record.time_ms, out);
  out += " [77] LOG C-0x55d";
  hex(0x1000000 + session.pid, out);
  (((out += ": ") += session.database) += '/') += session.user;
  ((out += "@10.0.0.7:") += std::to_string(session.port)) += ' ';
  (out += record.message) += '\n';
}

// What one envelope puts around each line of the server's stderr.
void wrap(Form form, const Session& session, const Record& record, std::string_view line,
          std::size_t part, std::string& out) {
  if (form == Form::kDocker) {
    out += "{\"log\":\"";
    escaped(line, out);
    ((out += "\\n\",\"stream\":\"stderr\",\"time\":\"") += iso(record.time_ms, "000000Z")) +=
        "\"}\n";
    return;
  }
  if (form == Form::kCri) {
    ((out += iso(record.time_ms, "000000Z")) += " stderr F ") += line;
    out += '\n';
    return;
  }
  out += form == Form::kSyslog ? formatted("%b %e %H:%M:%S", record.time_ms)
                               : iso(record.time_ms, "000+00:00");
  (out += " db1 postgres[") += std::to_string(session.pid);
  ((out += "]: [") += std::to_string(session.lines)) += '-';
  (out += std::to_string(part)) += "] ";
  const std::size_t tab = line.starts_with('\t') ? 1 : 0;
  if (tab == 1) out += "#011";
  (out += line.substr(tab)) += '\n';
}

}  // namespace

bool form_of(std::string_view name, Form& form) {
  for (const auto& [word, value] : kForms) {
    if (word == name) return form = value, true;
  }
  return false;
}

void write_record(Form form, const Session& session, const Record& record, std::string& out) {
  if (form == Form::kStderr) return as_stderr(session, record, out);
  if (form == Form::kCsv) return as_csv(session, record, out);
  if (form == Form::kJson) return as_json(session, record, out);
  if (form == Form::kPgBouncer) return as_pgbouncer(session, record, out);
  std::string lines;
  as_stderr(session, record, lines);
  std::size_t part = 0;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = lines.find('\n', begin);
    wrap(form, session, record, std::string_view(lines).substr(begin, end - begin), ++part, out);
    begin = end + 1;
  }
}

}  // namespace pgcounsel::bench
