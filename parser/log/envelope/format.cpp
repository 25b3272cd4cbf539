#include "parser/log/envelope/format.h"

#include <algorithm>
#include <array>

#include "parser/json_stream.h"
#include "parser/log/envelope/syslog_year.h"

namespace pgcounsel {
namespace {

struct TextKind {
  std::string_view name;
  TextEnvelopeKind kind;
};
constexpr TextKind kTextKinds[] = {{"syslog", TextEnvelopeKind::kSyslog},
                                   {"journald", TextEnvelopeKind::kJournaldExport},
                                   {"cri", TextEnvelopeKind::kCri},
                                   {"heroku", TextEnvelopeKind::kLogplex},
                                   {"cloudwatch", TextEnvelopeKind::kAwsTail}};

struct JsonKind {
  std::string_view name;
  JsonEnvelopeKind kind;
};
constexpr JsonKind kJsonKinds[] = {
    {"docker", JsonEnvelopeKind::kContainer},  {"cloudwatch", JsonEnvelopeKind::kCloudWatch},
    {"cloudsql", JsonEnvelopeKind::kGoogle},   {"azure", JsonEnvelopeKind::kAzure},
    {"journald", JsonEnvelopeKind::kJournald}, {"otlp", JsonEnvelopeKind::kOtlp}};

bool begins_with_json(std::string_view head) {
  const auto first = head.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
}

// A pretty-printed entry has several lines, a compact array of them one.
bool has_json_behind_torn_entry(std::string_view head) {
  constexpr int kLines = 20;
  const std::size_t line = std::min(head.find('\n'), head.size());
  if (find_json_entry(head, 0, line).at < line) return true;
  for (int i = 0; i < kLines; ++i) {
    head.remove_prefix(std::min(head.find('\n'), head.size()));
    if (head.empty()) return false;
    head.remove_prefix(1);
    const auto first = head.find_first_not_of(" \t");
    if (first != std::string_view::npos && head[first] == '{') return true;
  }
  return false;
}

std::optional<EnvelopeFormat> json_envelope(std::string_view head, const EnvelopeHints& hints) {
  if (hints.forced) {
    for (const JsonKind& kind : kJsonKinds) {
      if (kind.name == *hints.forced) return JsonEnvelopeFormat{kind.kind, hints.zone};
    }
    return std::nullopt;
  }
  const auto kind = recognise_json_envelope(head);
  if (!kind) return std::nullopt;
  return JsonEnvelopeFormat{*kind, hints.zone};
}

std::optional<TextEnvelopeFormat> text_envelope(std::string_view head, const EnvelopeHints& hints) {
  auto format = recognise_text_envelope(head, hints.zone);
  if (!hints.forced) return format;
  for (const TextKind& kind : kTextKinds) {
    if (kind.name != *hints.forced) continue;
    if (format && format->kind == kind.kind) return format;
    TextEnvelopeFormat forced;
    forced.kind = kind.kind;
    forced.dialect.zone = hints.zone;
    forced.lacks_years = kind.kind == TextEnvelopeKind::kSyslog;
    return forced;
  }
  return std::nullopt;
}

}  // namespace

std::string_view name_of(const EnvelopeFormat& format) {
  if (const auto* text = std::get_if<TextEnvelopeFormat>(&format)) {
    for (const TextKind& kind : kTextKinds) {
      if (kind.kind == text->kind) return kind.name;
    }
  }
  if (const auto* json = std::get_if<JsonEnvelopeFormat>(&format)) {
    for (const JsonKind& kind : kJsonKinds) {
      if (kind.kind == json->kind) return kind.name;
    }
  }
  return "cloudwatch";
}

std::optional<EnvelopeFormat> recognise_envelope(std::string_view head,
                                                 const EnvelopeHints& hints) {
  if (begins_with_json(head) || has_json_behind_torn_entry(head)) {
    if (auto json = json_envelope(head, hints)) return json;
  }
  if (const auto columns = recognise_insights_csv(head)) return *columns;
  auto text = text_envelope(head, hints);
  if (!text) return std::nullopt;
  if (text->lacks_years) {
    text->dialect.start = syslog_start(head, hints.year, hints.modified);
  }
  return *text;
}

bool assumes_year(const EnvelopeFormat& format) {
  const auto* text = std::get_if<TextEnvelopeFormat>(&format);
  return text != nullptr && text->dialect.start && text->dialect.start->assumed;
}

std::size_t read_envelopes(const EnvelopeFormat& format, const Chunk& chunk, Envelopes& out) {
  if (const auto* text = std::get_if<TextEnvelopeFormat>(&format)) {
    return read_text_envelopes(*text, chunk, out);
  }
  if (const auto* json = std::get_if<JsonEnvelopeFormat>(&format)) {
    return read_json_envelopes(json->kind, chunk, json->zone, out);
  }
  return read_insights_csv(std::get<InsightsColumns>(format), chunk, out);
}

}  // namespace pgcounsel
