// The fuzz targets. Each is a function of any bytes that returns, or throws a BrokenLaw where the
// program does not keep what it promises. libFuzzer calls one of them in a program of its own; the
// unit tests call all of them with the files in tests/fuzz/corpus/.
#pragma once
#include <stdexcept>
#include <string_view>

namespace pgcounsel {

struct BrokenLaw : std::logic_error {
  using std::logic_error::logic_error;
};

void fuzz_csv(std::string_view bytes);
void fuzz_exports(std::string_view bytes);
void fuzz_json(std::string_view bytes);
void fuzz_ledger(std::string_view bytes);
void fuzz_lines(std::string_view bytes);
void fuzz_message(std::string_view bytes);
void fuzz_plan(std::string_view bytes);
void fuzz_pooler(std::string_view bytes);
void fuzz_prefix(std::string_view bytes);
void fuzz_recognise(std::string_view bytes);
void fuzz_script(std::string_view bytes);
void fuzz_shape(std::string_view bytes);
void fuzz_syslog(std::string_view bytes);

struct FuzzTarget {
  std::string_view name;
  void (*run)(std::string_view bytes);
};
inline constexpr FuzzTarget kFuzzTargets[] = {
    {"csv", fuzz_csv},       {"exports", fuzz_exports},
    {"json", fuzz_json},     {"ledger", fuzz_ledger},
    {"lines", fuzz_lines},   {"message", fuzz_message},
    {"plan", fuzz_plan},     {"pooler", fuzz_pooler},
    {"prefix", fuzz_prefix}, {"recognise", fuzz_recognise},
    {"script", fuzz_script}, {"shape", fuzz_shape},
    {"syslog", fuzz_syslog},
};

}  // namespace pgcounsel

// In a program of libFuzzer this makes the target its entry point; elsewhere it says nothing.
#ifdef PGCOUNSEL_FUZZ_ENTRY
#include <cstddef>
#include <cstdint>
#define PGC_FUZZ_ENTRY(target)                                                        \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    ::pgcounsel::target({reinterpret_cast<const char*>(data), size});                 \
    return 0;                                                                         \
  }
#else
#define PGC_FUZZ_ENTRY(target) static_assert(true)
#endif
