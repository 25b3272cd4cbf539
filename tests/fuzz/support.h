// What fuzz targets share: laws that are checked, and THE law of all readers of logs: a log that is
// cut in two anywhere and read piece by piece, as large files are, gives the same records and
// counts as in one piece.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/log/record.h"
#include "tests/fuzz/targets.h"

namespace pgcounsel {

inline void expect(bool holds, std::string_view law) {
  if (!holds) throw BrokenLaw(std::string(law));
}

// With what cannot be printed as `\x00`.
inline std::string printable(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c >= ' ' && c <= '~') {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

inline void expect_equal(std::string_view left, std::string_view right, std::string_view law) {
  if (left == right) return;
  throw BrokenLaw(fmt::format("{}:\n  {}\n  {}", law, printable(left), printable(right)));
}

inline bool lies_in(std::string_view part, std::string_view whole) {
  const std::less_equal<> in_order;
  return part.empty() || (in_order(whole.data(), part.data()) &&
                          in_order(part.data() + part.size(), whole.data() + whole.size()));
}

// Bytes in memory of exactly their size, so that a sanitizer sees who reads behind them.
class ExactBytes {
 public:
  explicit ExactBytes(std::string_view bytes)
      : bytes_(std::make_unique<char[]>(bytes.size())), size_(bytes.size()) {
    std::copy(bytes.begin(), bytes.end(), bytes_.get());
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

// Two places where the bytes are cut, which depend on all of them: every change moves them.
inline std::vector<std::size_t> cuts_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  const std::uint64_t places = bytes.size() + 1;
  return {(hash >> 8) % places, (hash >> 36) % places};
}

// Everything that a record says. `before`: bytes of the log before its chunk.
inline std::string shown(const LogRecord& r, std::size_t before) {
  std::string text = fmt::format(
      "{}+{} {}.{} {} {}{}{}{} {} {} `{}`", r.line, r.offset + before, static_cast<int>(r.origin),
      static_cast<int>(r.side), r.time.time_since_epoch().count(), r.has_time, r.has_fraction,
      r.zone_is_certain, r.time_of_envelope, name_of(r.severity), r.localised, r.sqlstate);
  for (const std::string_view part :
       {r.server, r.user, r.database, r.application, r.host, r.message, r.detail, r.hint, r.query,
        r.context, r.statement}) {
    text += fmt::format("|{}", part);
  }
  text += fmt::format("|{:x} {} {} {} {} {} {}", r.session.id, r.pid, r.connection,
                      r.in_transaction ? (*r.in_transaction ? "in" : "out") : "?", r.query_id,
                      r.session_line, static_cast<int>(r.line_counter));
  return text;
}

// What was read of a log, however many pieces it came in.
struct Reading {
  std::vector<std::string> entries;
  std::uint64_t unparsed = 0, first_unparsed = 0, lines = 0, foreign = 0, lost = 0, torn = 0;
  std::size_t taken = 0;

  void add(const ChunkRecords& read, std::size_t bytes) {
    for (const LogRecord& record : read.records) entries.push_back(shown(record, taken));
    unparsed += read.unparsed;
    if (first_unparsed == 0) first_unparsed = read.first_unparsed;
    lines += read.lines;
    foreign += read.foreign;
    lost += read.lost_messages;
    torn += read.torn_messages;
    taken += bytes;
  }
  std::string counts() const {
    return fmt::format("unparsed {} from {}, lines {}, foreign {}, lost {}, torn {}, bytes {}",
                       unparsed, first_unparsed, lines, foreign, lost, torn, taken);
  }
};

inline void expect_same_entries(const Reading& whole, const Reading& pieces, std::size_t cut) {
  const std::string law = fmt::format("cut at {}, a log has the same records", cut);
  for (std::size_t i = 0; i < std::min(whole.entries.size(), pieces.entries.size()); ++i) {
    expect_equal(whole.entries[i], pieces.entries[i], law);
  }
  expect_equal(fmt::format("{} records", whole.entries.size()),
               fmt::format("{} records", pieces.entries.size()), law);
}

inline void expect_same(const Reading& whole, const Reading& pieces, std::size_t cut) {
  expect_same_entries(whole, pieces, cut);
  expect_equal(whole.counts(), pieces.counts(),
               fmt::format("cut at {}, a log counts the same", cut));
}

// `read`: size_t(const Chunk&, ChunkRecords&). `last`: nothing follows the bytes.
template <class Read>
void read_piece(const Read& read, std::string_view bytes, bool last, Reading& out) {
  const ExactBytes exact(bytes);
  ChunkRecords records;
  const std::size_t taken = read(Chunk{exact.view(), 1 + out.lines, last}, records);
  expect(taken <= bytes.size(), "no more bytes are taken than there are");
  expect(!last || taken == bytes.size(), "the last piece is taken to its end");
  out.add(records, taken);
}

template <class Read>
Reading read_whole(const Read& read, std::string_view bytes) {
  Reading whole;
  read_piece(read, bytes, true, whole);
  return whole;
}

template <class Read>
Reading read_cut(const Read& read, std::string_view bytes, std::size_t cut) {
  Reading pieces;
  read_piece(read, bytes.substr(0, cut), false, pieces);
  read_piece(read, bytes.substr(pieces.taken), true, pieces);
  return pieces;
}

// With less broken entries than this the law holds. Behind many, readers of csv and JSON stop
// looking for their ends, so that their time stays linear; where they do depends on the size of the
// piece. In broken JSON what is found, and in how many strays, depends on what stands before it in
// the piece.
struct Tolerance {
  std::uint64_t same_counts = ~std::uint64_t{0};
  std::uint64_t same_records = ~std::uint64_t{0};
};
constexpr Tolerance kForCsv{5, 5}, kNothingBroken{0, 1}, kAnyBroken{0, 0};

template <class Read>
void expect_same_in_pieces(const Read& read, std::string_view bytes, Tolerance tolerance = {}) {
  const Reading whole = read_whole(read, bytes);
  const std::uint64_t broken = whole.unparsed + whole.foreign;
  for (const std::size_t cut : cuts_of(bytes)) {
    const Reading pieces = read_cut(read, bytes, cut);
    expect(whole.lines == pieces.lines, "cut anywhere, a log has the same lines");
    if (broken < tolerance.same_counts) expect_same(whole, pieces, cut);
    if (broken < tolerance.same_records) expect_same_entries(whole, pieces, cut);
  }
}

}  // namespace pgcounsel
