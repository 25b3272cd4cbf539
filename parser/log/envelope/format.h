// The kinds of envelopes that logs come in, as one: which of them a file has, and how it is read.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"
#include "parser/log/envelope/insights_csv.h"
#include "parser/log/envelope/json_envelope.h"
#include "parser/log/envelope/text_envelope.h"
#include "parser/time.h"

namespace pgcounsel {

struct JsonEnvelopeFormat {
  JsonEnvelopeKind kind;
  Zone zone;
};
using EnvelopeFormat = std::variant<TextEnvelopeFormat, JsonEnvelopeFormat, InsightsColumns>;

std::string_view name_of(const EnvelopeFormat& format);  // "syslog", "docker", "cloudwatch"

struct EnvelopeHints {
  Zone zone;
  std::optional<int> year;                 // in which a syslog begins whose lines carry none
  Time modified{};                         // of the file
  std::optional<std::string_view> forced;  // the name of a kind
};

// What the first bytes of a file are; nothing when most of them stand in no envelope.
std::optional<EnvelopeFormat> recognise_envelope(std::string_view head, const EnvelopeHints& hints);

// Whether the year of its times is only assumed.
bool assumes_year(const EnvelopeFormat& format);

// The complete envelopes at the start of the chunk; answers the bytes they took.
std::size_t read_envelopes(const EnvelopeFormat& format, const Chunk& chunk, Envelopes& out);

}  // namespace pgcounsel
