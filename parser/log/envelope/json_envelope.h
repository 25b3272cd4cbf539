// Reads envelopes that are JSON objects: lines of container logs, exports of the clouds' log
// services, journald. Objects may stand one on each line, in an array, or in a document's array of
// entries. Which exporter it was is told by the names of the fields, never by a file's name.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"
#include "parser/time.h"

namespace pgcounsel {

enum class JsonEnvelopeKind : std::uint8_t {
  kContainer,   // Docker's json-file, or what fluentd, fluent-bit and vector make of a pod's log
  kCloudWatch,  // events of Amazon CloudWatch Logs, their subscriptions, rows of Logs Insights
  kGoogle,      // LogEntry of Google Cloud Logging
  kAzure,       // records of Azure Monitor's diagnostic logs
  kJournald,    // journalctl -o json
  kOtlp         // logRecords of OpenTelemetry
};

std::string_view name_of(JsonEnvelopeKind kind);

// The kind whose envelopes most of the objects at the start of a file are; nothing where they are
// none.
std::optional<JsonEnvelopeKind> recognise_json_envelope(std::string_view head);

// Appends the complete envelopes of `chunk` to `out` and answers how many bytes they took. Times
// without a zone are in `zone`.
// A DETAIL that Azure keeps in a field of its own is put behind the message as the server would
// write it: a line of its own with the prefix of the message.
std::size_t read_json_envelopes(JsonEnvelopeKind kind, const Chunk& chunk, const Zone& zone,
                                Envelopes& out);

// RDS names a stream of CloudWatch after its instance and a number: `mydb.0` -> `mydb`.
std::string_view instance_of_stream(std::string_view stream);

}  // namespace pgcounsel
