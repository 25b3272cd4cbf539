// Counts every record once, whatever comes again: the same file, its compressed copy, an
// overlapping export, parts in any order, the same log in another format.
//
// A record is known by its second, its process, severity and message: these every format carries.
// Where both sides know milliseconds they must agree too. What the ledger knows is a multiset for
// each second: each stored record can explain one incoming record of a source.
//
// Where the session counts its lines (csvlog, %l), the count must agree too, within one format.
//
// Without such a count one more rule is needed. Where one file ends and another begins inside the
// same millisecond (or second, with %t), two equal records may be two events; where exports
// overlap, one. So the edges of a file are kept: if the known part of that moment ends where a file
// ended and the new part begins where a file begins, only the longest overlap (end of the known =
// beginning of the new) is taken as repeated, and the rest is new.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parser/log/record.h"
#include "parser/result.h"

namespace pgcounsel {

struct RecordKey {
  std::int64_t second = 0;        // since 1970
  std::int16_t millisecond = -1;  // -1: the format has whole seconds only
  std::uint64_t hash = 0;         // 36 bits of process, severity and message
  std::uint16_t tag = 0;          // of the session's line number and who counts it; 0: not known
};

// Gets `key`, a new one, that of the record.
void set_key(const LogRecord& record, RecordKey& key);
inline RecordKey key_of(const LogRecord& record) {
  RecordKey key;
  set_key(record, key);
  return key;
}

// The records of one second, in the order of their sources.
struct SeenSecond {
  // 36 bits of hash, 12 of tag, 16 of the millisecond: many of them are kept.
  class Entry {
   public:
    Entry(std::uint64_t hash, std::int16_t millisecond, std::uint16_t tag)
        : bits_((hash << 28) | (std::uint64_t{tag} << 16) |
                static_cast<std::uint16_t>(millisecond)) {}
    std::uint64_t hash() const { return bits_ >> 28; }
    std::uint16_t tag() const { return static_cast<std::uint16_t>((bits_ >> 16) & 0xFFF); }
    std::int16_t millisecond() const { return static_cast<std::int16_t>(bits_ & 0xFFFF); }
    bool operator==(const Entry&) const = default;

   private:
    std::uint64_t bits_;
  };
  std::vector<Entry> entries;
  // The millisecond (-1: whole seconds) where no source is known to have come from before / gone
  // on.
  std::optional<std::int16_t> begin_edge, end_edge;
  bool operator==(const SeenSecond&) const = default;
};

// One row of the ledger: the seconds 0..59 of a minute that have records.
using SeenMinute = std::map<int, SeenSecond>;
std::string encode(const SeenMinute& minute);
Result<SeenMinute> decode_minute(std::string_view bytes);

// Tells the new records of ONE source. Minutes are fetched when they are first needed and handed
// back changed; rows that were given up (retention) are `forgotten`: all their records count as
// known.
class RecordFilter {
 public:
  struct Known {
    SeenMinute minute;
    bool forgotten = false;
  };
  using Fetch = std::function<Known(std::int64_t minute)>;
  explicit RecordFilter(Fetch fetch) : fetch_(std::move(fetch)) {}

  // How many of the chunk's records can be told now; the others must come again with what follows
  // them. All, unless the last second of an unfinished chunk needs the rule for edges.
  std::size_t decidable(std::span<const RecordKey> keys, bool last);
  // Whether each record is new, in file order. `last`: the source ends behind them.
  std::vector<bool> tell(std::span<const RecordKey> keys, bool last);
  // About how much memory the identities that were not taken take.
  std::size_t bytes() const { return added_ * sizeof(SeenSecond::Entry); }

  // The changed minutes since the last call, whole and encoded.
  std::map<std::int64_t, std::string> take_changed();

 private:
  struct Second {
    SeenSecond known;                                           // before this source
    std::vector<bool> used;                                     // by this source
    std::unordered_multimap<std::uint64_t, std::size_t> index;  // hash -> known entry
    std::vector<SeenSecond::Entry> added;
    std::optional<std::int16_t> begin_edge, end_edge;  // of this source
  };
  // Of the second that the records at hand belong to: what has to be asked for each of them.
  struct Moment {
    std::int64_t number = 0;  // of the second
    Second* second = nullptr;
    bool forgotten = false;
    bool all_new = false;    // nothing known there or in the seconds beside it can explain a record
    bool begins_in = false;  // a known source begins there and goes on
  };
  struct Minute {
    std::map<int, Second> seconds;
    bool forgotten = false;
    bool changed = false;
  };
  Minute& minute_of(std::int64_t second);
  Moment moment_of(std::int64_t second);
  Second* find_second(std::int64_t second);  // nullptr: nothing is there
  bool match(Second& second, const RecordKey& key);
  bool match_neighbour(const RecordKey& key);
  Second& second_of(std::int64_t second);
  // Whether the moment of `key` is where a known source ended or began as this one begins or ends.
  bool needs_edge_rule(const RecordKey& key, bool begins, bool ends);
  void tell_at_edge(const RecordKey& moment, std::span<const RecordKey> keys,
                    const std::vector<std::size_t>& rows, std::vector<bool>& is_new);

  Fetch fetch_;
  std::map<std::int64_t, Minute> minutes_;
  std::optional<RecordKey> first_, newest_;  // first and last of this source so far
  std::size_t added_ = 0;                    // entries since the last take_changed
};

}  // namespace pgcounsel
