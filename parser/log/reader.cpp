#include "parser/log/reader.h"

#include <algorithm>
#include <array>
#include <deque>

#include "parser/log/envelope/newest_first.h"
#include "parser/log/envelope/unwrap.h"
#include "parser/log/stderr_log.h"

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 4> kPlainNames{"csv", "json", "stderr", "pgbouncer"};
constexpr std::array<std::string_view, 8> kEnvelopeNames{
    "syslog", "journald", "docker", "cri", "cloudwatch", "cloudsql", "azure", "heroku"};

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

EnvelopeHints envelope_hints(const FormatHints& hints) {
  EnvelopeHints out{hints.zone, hints.year, hints.modified, std::nullopt};
  if (hints.input_format && is_one_of(*hints.input_format, kEnvelopeNames)) {
    out.forced = *hints.input_format;
  }
  return out;
}

PlainHints plain_hints(const FormatHints& hints) {
  PlainHints out{hints.log_line_prefix, hints.zone, std::nullopt, false};
  if (hints.input_format && is_one_of(*hints.input_format, kPlainNames)) {
    out.forced = *hints.input_format;
  }
  return out;
}

// `postgres`, `postgresql@15-main`, `postgres-15`; but not `postgres_exporter`.
bool names(std::string_view program, std::string_view word) {
  return program.starts_with(word) && program.find("exporter") == std::string_view::npos;
}

// The log of a program: as it was told from the head, or by the name of one that had not written
// anything there.
const PlainFormat* log_of(const LogFormat& format, const PlainFormat& pooler,
                          std::string_view program) {
  const PlainFormat* of_a_server = nullptr;
  for (const ProgramLog& log : format.logs) {
    if (log.program == program) return &log.format;
    if (!std::holds_alternative<PoolerFormat>(log.format)) of_a_server = &log.format;
  }
  constexpr std::string_view kHerokusFigures = "heroku-postgres";
  if (program == kHerokusFigures) return nullptr;
  if (names(program, "pgbouncer")) return &pooler;
  return names(program, "postgres") ? of_a_server : nullptr;
}

Zone zone_of(const EnvelopeFormat& envelope) {
  if (const auto* text = std::get_if<TextEnvelopeFormat>(&envelope)) return text->dialect.zone;
  if (const auto* json = std::get_if<JsonEnvelopeFormat>(&envelope)) return json->zone;
  return {};
}

InnerLog inner_log_of(const PlainFormat& format) {
  InnerLog inner;
  inner.read = [&format](const Chunk& chunk, ChunkRecords& out) {
    return read_plain(format, chunk, out);
  };
  if (const auto* text = std::get_if<StderrFormat>(&format)) {
    inner.begins_entry = [text](std::string_view line) {
      return begins_stderr_entry(text->prefixes, line);
    };
  }
  return inner;
}

Result<std::optional<LogFormat>> recognise_in_envelope(const EnvelopeFormat& envelope,
                                                       std::string_view head, bool complete,
                                                       const PlainHints& hints) {
  Envelopes envelopes;
  read_envelopes(envelope, Chunk{head, 1, complete}, envelopes);
  LogFormat format{envelope, {}, is_newest_first(envelopes)};
  if (format.newest_first) turn_round(envelopes, head.size());
  std::optional<Error> error;
  for (const InnerLines& lines : inner_lines(envelopes)) {
    std::string text;
    for (const std::string_view line : lines.lines) text.append(line).push_back('\n');
    PlainHints inner = hints;
    inner.in_envelope = true;
    if (names(lines.program, "pgbouncer")) inner.forced = "pgbouncer";
    auto plain = recognise_plain(text, true, inner);
    if (!plain) {
      error = plain.error();
    } else if (*plain) {
      format.logs.push_back({std::string(lines.program), **std::move(plain)});
    }
  }
  if (!format.logs.empty()) return std::optional<LogFormat>{std::move(format)};
  if (error) return *error;
  return std::optional<LogFormat>{};
}

std::size_t read_enveloped(const LogFormat& format, const Chunk& chunk, ChunkRecords& out) {
  Envelopes envelopes;
  const std::size_t taken = read_envelopes(*format.envelope, chunk, envelopes);
  const PlainFormat pooler = PoolerFormat{zone_of(*format.envelope), PoolerLine::kText};
  std::deque<std::pair<const PlainFormat*, InnerLog>> made;
  const InnerLogs logs = [&](std::string_view program) -> const InnerLog* {
    const PlainFormat* plain = log_of(format, pooler, program);
    if (plain == nullptr) return nullptr;
    for (const auto& [known, inner] : made) {
      if (known == plain) return &inner;
    }
    return &made.emplace_back(plain, inner_log_of(*plain)).second;
  };
  const Chunk read{chunk.bytes.substr(0, taken), chunk.first_line, chunk.last};
  return format.newest_first ? unwrap_newest_first(envelopes, read, logs, out)
                             : unwrap(envelopes, read, logs, out);
}

}  // namespace

std::string name_of(const LogFormat& format) {
  const PlainFormat& plain = format.logs.front().format;
  if (!format.envelope) return name_of(plain);
  const std::string envelope(name_of(*format.envelope));
  return std::holds_alternative<StderrFormat>(plain) ? envelope : envelope + "/" + name_of(plain);
}

std::string prefix_of(const LogFormat& format) {
  return prefix_of(format.logs.front().format);
}

const StderrFormat* stderr_of(const LogFormat& format) {
  return std::get_if<StderrFormat>(&format.logs.front().format);
}

int rank_of(const LogFormat& format) {
  constexpr int kPlain = 2;  // an envelope may have cut or lost what it carried
  return static_cast<int>(format.logs.front().format.index()) * kPlain + (format.envelope ? 1 : 0);
}

const std::vector<std::string_view>& input_formats() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all(kPlainNames.begin(), kPlainNames.end());
    all.insert(all.end(), kEnvelopeNames.begin(), kEnvelopeNames.end());
    return all;
  }();
  return names;
}

bool is_enveloped(std::string_view head, const FormatHints& hints) {
  return recognise_envelope(head, envelope_hints(hints)).has_value();
}

Result<std::optional<LogFormat>> recognise(std::string_view head, bool complete,
                                           const FormatHints& hints) {
  using Answer = std::optional<LogFormat>;
  const PlainHints plain = plain_hints(hints);
  const EnvelopeHints outer = envelope_hints(hints);
  if (!plain.forced) {
    if (const auto envelope = recognise_envelope(head, outer)) {
      return recognise_in_envelope(*envelope, head, complete, plain);
    }
    if (outer.forced) return Answer{};
  }
  auto found = recognise_plain(head, complete, plain);
  if (!found) return found.error();
  if (!*found) return Answer{};
  return Answer{LogFormat{std::nullopt, {{std::string(), **std::move(found)}}, false}};
}

bool learn_prefix(LogFormat& format, const ChunkRecords& read, const Zone& zone) {
  return std::any_of(format.logs.begin(), format.logs.end(),
                     [&](ProgramLog& log) { return learn_prefix(log.format, read, zone); });
}

std::size_t read_chunk(const LogFormat& format, const Chunk& chunk, ChunkRecords& out) {
  if (format.envelope) return read_enveloped(format, chunk, out);
  return read_plain(format.logs.front().format, chunk, out);
}

}  // namespace pgcounsel
