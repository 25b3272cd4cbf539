#include "parser/log/envelope/json_envelope.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "parser/json_stream.h"
#include "parser/log/envelope/json_source.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

enum class Taken { kEnvelope, kForeign, kNone };

// The fields that Docker itself writes, in its order.
bool is_dockers_own(const JsonFields& fields) {
  const bool has_attributes = fields.size() == 4 && fields[2].key == "attrs";
  return fields.size() == (has_attributes ? 4U : 3U) && fields[0].key == "log" &&
         fields[0].is_text() && fields[1].key == "stream" && fields.back().key == "time";
}

// Docker cuts lines at 16 KiB: only the last piece has the newline.
Taken take_docker(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  const std::string_view raw = fields[0].raw;
  const auto escape = raw.find('\\');
  if (escape != std::string_view::npos && raw.substr(escape) == "\\n") {
    envelope.text = raw.substr(0, escape);  // most lines have no other
  } else {
    envelope.text = text_of(fields[0], source.out().arena);
    envelope.goes_on = !take_newline(envelope.text);
  }
  envelope.stream = text_of(fields[1], source.out().arena);
  envelope.time = source.time(fields.back().raw);
  return Taken::kEnvelope;
}

// What collects such logs may take the newline away and mark the pieces instead.
bool container_goes_on(JsonSource& source, const JsonFields& fields, bool has_newline) {
  const auto is_docker = [](const JsonField& field) {
    constexpr std::array<std::string_view, 4> kKeys = {"log", "stream", "time", "attrs"};
    return std::find(kKeys.begin(), kKeys.end(), field.key) != kKeys.end();
  };
  if (std::all_of(fields.begin(), fields.end(), is_docker)) return !has_newline;
  if (source.first_text(fields, {"logtag", "_p"}) == "P") return true;
  return source.text(fields, "partial_message") == "true" &&
         source.text(fields, "partial_last") != "true";
}

Taken take_container(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  if (is_dockers_own(fields)) return take_docker(source, fields, envelope);
  const bool is_log = has_text_field(fields, "log");
  const bool is_container = has_field(fields, "stream") || has_field(fields, "kubernetes") ||
                            has_field(fields, "container_name") ||
                            has_field(fields, "container_id");
  if (!is_container || (!is_log && !has_text_field(fields, "message"))) return Taken::kNone;
  envelope.text = source.text(fields, is_log ? "log" : "message");
  const bool has_newline = take_newline(envelope.text);
  envelope.goes_on = container_goes_on(source, fields, has_newline);
  envelope.time =
      source.time(source.first_text(fields, {"time", "timestamp", "@timestamp", "date"}));
  envelope.stream = source.first_text(fields, {"stream", "source"});
  const JsonFields kubernetes = source.inside(fields, "kubernetes");
  envelope.host = source.first_text(kubernetes, {"pod_name", "pod.name", "pod"});
  if (envelope.host.empty()) envelope.host = source.text(fields, "container_name");
  if (envelope.host.starts_with('/')) envelope.host.remove_prefix(1);
  if (const auto container =
          source.first_text(kubernetes, {"container_name", "container.name", "container"});
      !container.empty()) {
    // Containers of a pod write into streams of the same name.
    envelope.stream =
        source.out().arena.keep(std::string(container).append("/").append(envelope.stream));
  }
  return Taken::kEnvelope;
}

Taken take_cloudwatch(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  const JsonField* time = find_field(fields, "timestamp");
  const bool is_event = time != nullptr && time->kind == JsonField::Kind::kNumber &&
                        has_text_field(fields, "message") &&
                        (has_field(fields, "eventId") || has_field(fields, "id") ||
                         has_field(fields, "ingestionTime") || has_field(fields, "logStreamName"));
  if (!is_event && !(has_text_field(fields, "@message") && has_field(fields, "@timestamp"))) {
    return Taken::kNone;
  }
  envelope.text = source.first_text(fields, {"@message", "message"});
  take_newline(envelope.text);
  envelope.time = source.time(source.first_text(fields, {"@timestamp", "timestamp"}));
  envelope.host = instance_of_stream(source.first_text(fields, {"@logStream", "logStreamName"}));
  return Taken::kEnvelope;
}

// AlloyDB puts where it logged from before each text: `[postmaster.cc:123]  `.
std::string_view without_source_file(std::string_view text) {
  if (!text.starts_with('[')) return text;
  const auto close = text.find(']');
  if (close == std::string_view::npos) return text;
  std::string_view place = text.substr(1, close - 1);
  const auto colon = place.find(':');
  if (colon == std::string_view::npos || colon + 1 == place.size() || colon == 0) return text;
  const std::string_view file = place.substr(0, colon);
  if (file.find('.') == std::string_view::npos || file.find(' ') != std::string_view::npos ||
      place.find_first_not_of("0123456789", colon + 1) != std::string_view::npos) {
    return text;
  }
  text.remove_prefix(close + 1);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

Taken take_google(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  const bool has_payload = has_field(fields, "textPayload") || has_field(fields, "jsonPayload") ||
                           has_field(fields, "protoPayload");
  if (!has_payload || !(has_field(fields, "logName") || has_field(fields, "insertId")))
    return Taken::kNone;
  const std::string_view log = source.text(fields, "logName");
  const bool is_server_log = log.empty() || log.ends_with("postgres.log") ||
                             log.ends_with("/stderr") || log.ends_with("/stdout");
  if (!is_server_log || has_field(fields, "protoPayload")) return Taken::kForeign;
  envelope.text =
      without_source_file(source.first_text(fields, {"textPayload", "jsonPayload.message"}));
  if (const auto* payload = find_field(fields, "jsonPayload"); payload && envelope.text.empty()) {
    envelope.text = payload->raw;  // a log in JSON of its own
  }
  take_newline(envelope.text);
  envelope.time = source.time(source.first_text(fields, {"timestamp", "receiveTimestamp"}));
  const JsonFields labels = source.inside(source.inside(fields, "resource"), "labels");
  envelope.host =
      behind_last(source.first_text(labels, {"database_id", "instance_id", "pod_name"}), ':');
  envelope.stream = source.text(labels, "container_name");
  return Taken::kEnvelope;
}

// `prefix` + `tag` + text, its further lines begun with a tab, as the server writes them.
void append_line(std::string& lines, std::string_view prefix, std::string_view tag,
                 std::string_view text) {
  lines.append(prefix).append(tag).append(":  ");
  for (const char c : text) {
    if (lines.back() == '\n' && c != '\t') lines.push_back('\t');
    lines.push_back(c);
  }
}

// A flexible server gives whole lines, a single server their prefix, severity and message apart.
// Both give DETAIL in a field of its own.
std::string_view azure_text(JsonSource& source, const JsonFields& properties) {
  std::string_view message = source.text(properties, "message");
  std::string_view prefix = source.text(properties, "prefix");
  const std::string_view level = source.text(properties, "errorLevel");
  const std::string_view detail = source.text(properties, "detail");
  take_newline(message);
  std::string tag(level);
  tag.append(":  ");
  const auto tag_at = level.empty() ? std::string_view::npos : message.find(tag);
  const bool is_apart = !prefix.empty() && !level.empty() && tag_at == std::string_view::npos;
  if (!is_apart && detail.empty()) return message;
  std::string lines;
  if (is_apart) {
    append_line(lines, prefix, level, message);
  } else {
    lines = message;
    prefix = tag_at == std::string_view::npos ? std::string_view{} : message.substr(0, tag_at);
  }
  if (!detail.empty()) {
    // Without a prefix it can only be one more line of the message.
    lines.append(prefix.empty() ? "\n\t" : "\n");
    append_line(lines, prefix, "DETAIL", detail);
  }
  return source.out().arena.keep(lines);
}

Taken take_azure(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  if (!has_field(fields, "category") || !has_field(fields, "properties") ||
      !(has_field(fields, "resourceId") || has_field(fields, "LogicalServerName"))) {
    return Taken::kNone;
  }
  if (source.text(fields, "category") != "PostgreSQLLogs") return Taken::kForeign;
  const JsonFields properties = source.inside(fields, "properties");
  if (!has_text_field(properties, "message")) return Taken::kForeign;
  envelope.text = azure_text(source, properties);
  envelope.time = source.time(source.first_text(fields, {"time", "properties.timestamp"}));
  envelope.host = behind_last(source.first_text(fields, {"resourceId", "LogicalServerName"}), '/');
  return Taken::kEnvelope;
}

// `[76,79,71]` -> LOG: journald writes a text so that is not printable.
std::optional<std::string> text_of_bytes(std::string_view array) {
  std::string text;
  const char* at = array.data() + 1;
  const char* const end = array.data() + array.size() - 1;
  while (true) {
    while (at != end && (*at == ' ' || *at == ',' || *at == '\n' || *at == '\t')) ++at;
    if (at == end) return text;
    unsigned byte = 0;
    const auto [stop, error] = std::from_chars(at, end, byte);
    if (error != std::errc{} || byte > 0xFF) return std::nullopt;
    text.push_back(static_cast<char>(byte));
    at = stop;
  }
}

// `[5-2] ` before a text is the number that the server gave to the message, and to its part.
void take_part_number(Envelope& envelope) {
  if (!envelope.text.starts_with('[')) return;
  const char* const end = envelope.text.data() + envelope.text.size();
  std::uint64_t message = 0, part = 0;
  const auto first = std::from_chars(envelope.text.data() + 1, end, message);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') return;
  const auto second = std::from_chars(first.ptr + 1, end, part);
  if (second.ec != std::errc{} || end - second.ptr < 2 || second.ptr[0] != ']' ||
      second.ptr[1] != ' ') {
    return;
  }
  envelope.message = message;
  envelope.part = part;
  envelope.text.remove_prefix(static_cast<std::size_t>(second.ptr + 2 - envelope.text.data()));
}

bool names_postgres(std::string_view text) {
  constexpr std::array<std::string_view, 3> kUnits = {"postgres", "pgbouncer", "patroni"};
  return std::any_of(kUnits.begin(), kUnits.end(), [&](std::string_view unit) {
    return text.find(unit) != std::string_view::npos;
  });
}

// `Suppressed 1234 messages from postgresql@15-main.service`
void take_loss(const Envelope& envelope, Envelopes& out) {
  constexpr std::string_view kSuppressed = "Suppressed ";
  if (envelope.program != "systemd-journald" || !envelope.text.starts_with(kSuppressed)) return;
  const std::uint64_t messages = number_of<std::uint64_t>(envelope.text.substr(kSuppressed.size()));
  if (messages != 0 && names_postgres(envelope.text))
    out.losses.push_back({envelope.offset, messages});
}

Taken take_journald(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  if (!has_field(fields, "__REALTIME_TIMESTAMP") &&
      !(has_field(fields, "_HOSTNAME") && has_field(fields, "_PID"))) {
    return Taken::kNone;
  }
  const JsonField* message = find_field(fields, "MESSAGE");
  if (message == nullptr) return Taken::kForeign;
  envelope.program = source.first_text(fields, {"SYSLOG_IDENTIFIER", "_COMM"});
  if (message->raw == "null" && !message->is_text()) {  // it was too long for journalctl
    if (names_postgres(envelope.program)) source.out().losses.push_back({envelope.offset, 1});
    return Taken::kForeign;
  }
  if (message->kind == JsonField::Kind::kArray) {
    auto text = text_of_bytes(message->raw);
    if (!text) return Taken::kNone;
    envelope.text = source.out().arena.keep(*text);
  } else {
    envelope.text = source.text(fields, "MESSAGE");
  }
  take_newline(envelope.text);
  envelope.time = source.time(source.text(fields, "__REALTIME_TIMESTAMP"));
  envelope.host = source.text(fields, "_HOSTNAME");
  const std::uint64_t pid =
      number_of<std::uint64_t>(source.first_text(fields, {"SYSLOG_PID", "_PID"}));
  if (pid <= UINT32_MAX) envelope.pid = static_cast<std::uint32_t>(pid);
  take_part_number(envelope);
  take_loss(envelope, source.out());
  return Taken::kEnvelope;
}

Taken take_otlp(JsonSource& source, const JsonFields& fields, Envelope& envelope) {
  const std::string_view time = source.first_text(fields, {"timeUnixNano", "observedTimeUnixNano"});
  if (time.empty() || !has_field(fields, "body")) return Taken::kNone;
  const JsonFields body = source.inside(fields, "body");
  if (!has_text_field(body, "stringValue")) return Taken::kForeign;
  envelope.text = source.text(body, "stringValue");
  take_newline(envelope.text);
  envelope.time = source.time(time);
  return Taken::kEnvelope;
}

struct Mapping {
  JsonEnvelopeKind kind;
  std::string_view name;
  Taken (*take)(JsonSource&, const JsonFields&, Envelope&);
};

constexpr std::array kMappings = {
    Mapping{JsonEnvelopeKind::kContainer, "container", take_container},
    Mapping{JsonEnvelopeKind::kCloudWatch, "cloudwatch", take_cloudwatch},
    Mapping{JsonEnvelopeKind::kGoogle, "google", take_google},
    Mapping{JsonEnvelopeKind::kAzure, "azure", take_azure},
    Mapping{JsonEnvelopeKind::kJournald, "journald", take_journald},
    Mapping{JsonEnvelopeKind::kOtlp, "otlp", take_otlp},
};

const Mapping& mapping_of(JsonEnvelopeKind kind) {
  return kMappings[static_cast<std::size_t>(kind)];
}

}  // namespace

std::string_view name_of(JsonEnvelopeKind kind) {
  return mapping_of(kind).name;
}

std::string_view instance_of_stream(std::string_view stream) {
  const std::string_view number = behind_last(stream, '.');
  const bool digits = number.find_first_not_of("0123456789") == std::string_view::npos;
  if (!digits || number.empty() || number.size() == stream.size()) return stream;
  return stream.substr(0, stream.size() - number.size() - 1);
}

std::optional<JsonEnvelopeKind> recognise_json_envelope(std::string_view head) {
  constexpr std::size_t kEnough = 100;
  std::array<std::size_t, kMappings.size()> counts{};
  std::size_t items = 0;
  Envelopes scratch;
  const Zone utc;
  JsonSource source(utc, scratch);
  JsonStream stream(head, 1, false);
  for (auto item = stream.next(); item != JsonStream::Item::kEnd && items < kEnough;
       item = stream.next(), ++items) {
    if (item != JsonStream::Item::kObject) continue;
    for (std::size_t i = 0; i < kMappings.size(); ++i) {
      Envelope envelope;
      if (kMappings[i].take(source, stream.fields(), envelope) != Taken::kNone) ++counts[i];
    }
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  if (*most == 0 || *most * 2 < items) return std::nullopt;
  return kMappings[static_cast<std::size_t>(most - counts.begin())].kind;
}

std::size_t read_json_envelopes(JsonEnvelopeKind kind, const Chunk& chunk, const Zone& zone,
                                Envelopes& out) {
  const Mapping& mapping = mapping_of(kind);
  JsonSource source(zone, out);
  JsonStream stream(chunk.bytes, chunk.first_line, chunk.last);
  for (auto item = stream.next(); item != JsonStream::Item::kEnd; item = stream.next()) {
    Envelope envelope;
    envelope.line = stream.line();
    envelope.offset = stream.begin();
    envelope.end = stream.end();
    const Taken taken = item == JsonStream::Item::kObject
                            ? mapping.take(source, stream.fields(), envelope)
                            : Taken::kNone;
    if (taken == Taken::kEnvelope) {
      out.list.push_back(envelope);
    } else if (taken == Taken::kForeign) {
      ++out.foreign;
    } else {
      out.strays.push_back({stream.line(), stream.begin(), stream.text()});
    }
  }
  out.lines += stream.next_line() - chunk.first_line;
  return stream.consumed();
}

}  // namespace pgcounsel
