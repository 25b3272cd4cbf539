// The blobs of a ledger: damaged bytes are refused, or are a value whose own bytes give it back.
#include "analyzer/ledger/identity.h"
#include "analyzer/plans/plan_codec.h"
#include "analyzer/workload/checkout_trace.h"
#include "analyzer/workload/client_ports.h"
#include "analyzer/workload/histogram.h"
#include "analyzer/workload/hold_trace.h"
#include "analyzer/workload/pooler_sums.h"
#include "analyzer/workload/session_fragment.h"
#include "analyzer/workload/sums.h"
#include "analyzer/workload/transaction_class.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

// `decode`: Result<Value>(bytes), `encode`: bytes of a value.
template <class Decode, class Encode>
void expect_comes_back(std::string_view bytes, std::string_view what, const Decode& decode,
                       const Encode& encode) {
  const auto value = decode(bytes);
  if (!value) return;
  const std::string encoded = encode(*value);
  const auto again = decode(encoded);
  expect(again.has_value(), std::string(what) + " can be read again");
  expect_equal(encode(*again), encoded, std::string(what) + " comes back from its bytes");
}

Result<ClassSteps> decoded_steps(std::string_view bytes) {
  return decode_steps(bytes);
}

void expect_fragment(std::string_view bytes) {
  DimensionTable dimensions;
  const auto decode = [&dimensions](std::string_view from) {
    return decode_fragment(from, dimensions);
  };
  const auto bytes_of = [&dimensions](const SessionFragment& fragment) {
    return encode(fragment, dimensions);
  };
  expect_comes_back(bytes, "a session fragment", decode, bytes_of);
}

}  // namespace

void fuzz_ledger(std::string_view bytes) {
  expect_comes_back(bytes, "a minute of identities", decode_minute,
                    [](const SeenMinute& minute) { return encode(minute); });
  expect_comes_back(bytes, "a trace", decode_trace,
                    [](const std::vector<TracedHold>& holds) { return trace_of(holds).encode(); });
  expect_comes_back(bytes, "a trace of checkouts", decode_checkouts, encode_checkouts);
  expect_comes_back(bytes, "a histogram", Histogram::decode,
                    [](const Histogram& histogram) { return histogram.encode(); });
  expect_comes_back(bytes, "a series of seconds", decode_seconds, encode_seconds);
  expect_comes_back(bytes, "waits for locks", LockWaits::decode,
                    [](const LockWaits& waits) { return waits.encode(); });
  expect_comes_back(bytes, "long holds", decode_long_holds, encode_long_holds);
  expect_comes_back(bytes, "seconds of refusals", decode_refused, encode_refused);
  expect_comes_back(bytes, "stats lines", decode_stats, encode_stats);
  expect_comes_back(bytes, "server connections", decode_servers, encode_servers);
  const auto decode_ports = [](std::string_view from) {
    return PortsOfHour::decode(from, Time{kHour});
  };
  expect_comes_back(bytes, "ports of sessions", decode_ports,
                    [](const PortsOfHour& ports) { return ports.encode(); });
  expect_comes_back(bytes, "steps", decoded_steps, encode_steps);
  expect_comes_back(bytes, "a plan", decode_plan, encode_plan);
  expect_fragment(bytes);
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_ledger);
