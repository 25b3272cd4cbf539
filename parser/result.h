// The answer of whatever can fail for a reason outside the program: a value, or one Error whose
// message is a complete sentence that names the file and position and says what to do. Malformed
// records are never errors (they are counted in Coverage); a broken invariant is PGC_CHECK.
#pragma once
#include <string>
#include <utility>
#include <variant>

namespace pgcounsel {

// kInput: the data or the environment cannot be used (exit 2). kBusy: another run holds the
// ledger (exit 3).
enum class ErrorKind { kInput, kBusy };

struct Error {
  std::string message;
  ErrorKind kind = ErrorKind::kInput;
};

// Ends the program where an invariant is broken, in release builds too.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
#define PGC_CHECK(condition) \
  ((condition) ? void(0) : ::pgcounsel::check_failed(#condition, __FILE__, __LINE__))

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() & {
    PGC_CHECK(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    PGC_CHECK(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    PGC_CHECK(has_value());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    PGC_CHECK(!has_value());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT
  bool has_value() const { return !failed_; }
  explicit operator bool() const { return !failed_; }
  const Error& error() const {
    PGC_CHECK(failed_);
    return error_;
  }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace pgcounsel
