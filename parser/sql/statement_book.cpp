#include "parser/sql/statement_book.h"

#include <utility>

#include "parser/sql/mixing.h"
#include "parser/sql/pg_query.h"
#include "parser/sql/redact.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kShortcuts = 4096;

// Blanks, \v and the semicolon: one bit for each byte below 64.
constexpr bool is_of_end(char c) {
  constexpr std::uint64_t kOfEnd = 1ULL << ' ' | 1ULL << '\t' | 1ULL << '\n' | 1ULL << '\v' |
                                   1ULL << '\f' | 1ULL << '\r' | 1ULL << ';';
  const auto byte = static_cast<unsigned char>(c);
  return byte < 64 && (kOfEnd >> byte & 1U) != 0;
}

// Some clients send the semicolon, some do not.
std::string_view without_end(std::string_view sql) {
  std::size_t size = sql.size();
  while (size > 0 && is_of_end(sql[size - 1])) --size;
  return {sql.data(), size};
}

Shape with_layout(const Shape& shape, std::uint64_t layout) {
  return {shape.high ^ multiply_fold(layout ^ 0xC0AC29B7C97C50DD, 0x3F84D5B5B5470917), shape.low};
}

// With what the allocator adds to each of two blocks.
std::size_t bytes_of(const StatementFacts& facts) {
  constexpr std::size_t kBlock = 16;
  return sizeof(StatementFacts) + 2 * kBlock + facts.text.capacity() + kBlock;
}

}  // namespace

const SharedFacts& StatementBook::look_up(std::string_view sql, TextKind kind) {
  sql = without_end(sql);
  // Called in two places, so that the key stays in the registers in which it comes.
  const auto look_up_by = [&](const TextKey key) -> const SharedFacts& {
    if ((key.high | key.low) == 0) return at(place_of(sql));
    if (shortcuts_.empty()) shortcuts_.resize(kShortcuts);
    Shortcut& shortcut = shortcuts_[key.low % kShortcuts];
    if (shortcut.key.high != key.high || shortcut.key.low != key.low ||
        shortcut.state == Shortcut::kEmpty) {
      shortcut = {key, 0, Shortcut::kEmpty};
      return look_up_new(sql, kind, shortcut);
    }
    return shortcut.state == Shortcut::kLeads ? ways_.at(shortcut.place) : at(place_of(sql));
  };
  if (kind == TextKind::kPrepared) return look_up_by(key_of_bytes(sql));
  return look_up_by(key_without_values_or_zeros(sql));
}

[[gnu::noinline]] const SharedFacts& StatementBook::look_up_new(std::string_view sql, TextKind kind,
                                                                Shortcut& shortcut) {
  const TextKey key = shortcut.key;
  const std::size_t place = place_of(sql);
  const bool leads =
      place != ways_.kNone && (kind == TextKind::kPrepared || values_are_literals(sql, folded_));
  shortcut = {key, static_cast<std::uint32_t>(place),
              leads ? Shortcut::kLeads : Shortcut::kMisleads};
  return at(place);
}

const SharedFacts& StatementBook::at(std::size_t place) {
  return place == ways_.kNone ? uncached_ : ways_.at(place);
}

// Nowhere when the text is cut: then its facts are in uncached_.
std::size_t StatementBook::place_of(std::string_view sql) {
  folded_.clear();
  const ShapeScan scan = scan_shape(sql, &folded_);
  const Shape way = with_layout(scan.shape, scan.layout);
  if (scan.complete) {
    if (const std::size_t place = ways_.find(way); place != ways_.kNone) return place;
  }
  const Parsed parsed = parse(sql, scan);
  const InsertForm form = insert_form_of(sql);
  SharedFacts facts = std::make_shared<const StatementFacts>(
      StatementFacts{parsed.fingerprint, parsed.parsed, parsed.role, form != InsertForm::kNone,
                     form, admin_statement_of(sql), only_creates_missing(sql), redact(sql)});
  if (!scan.complete) {
    uncached_ = std::move(facts);
    return ways_.kNone;
  }
  const std::size_t bytes = bytes_of(*facts);
  make_room(bytes);
  facts_bytes_ += bytes;
  if (shapes_.find(scan.shape) == shapes_.kNone) shapes_.insert(scan.shape, parsed);
  if (ways_.bytes_to_grow() > 0) shortcuts_.assign(kShortcuts, {});
  return ways_.insert(way, std::move(facts));
}

StatementBook::Parsed StatementBook::parse(std::string_view sql, const ShapeScan& scan) {
  const Fingerprint of_shape{scan.shape.high == 0 ? 1 : scan.shape.high};
  if (!scan.complete) return {of_shape, false, role_of(sql)};
  if (const std::size_t place = shapes_.find(scan.shape); place != shapes_.kNone)
    return shapes_.at(place);
  std::optional<Fingerprint> fingerprint;
  if (!scan.too_complex) {
    fingerprint = pg_fingerprint(sql);
    ++parser_calls_;
  }
  return {fingerprint.value_or(of_shape), fingerprint.has_value(), role_of(sql)};
}

std::size_t StatementBook::bytes() const {
  return facts_bytes_ + ways_.bytes() + shapes_.bytes() + shortcuts_.capacity() * sizeof(Shortcut);
}

// Every second entry goes, in the order of the hash, which is as good as chance.
void StatementBook::make_room(std::size_t bytes_needed) {
  const std::size_t growth = ways_.bytes_to_grow() + shapes_.bytes_to_grow();
  if (ways_.size() < 2 || bytes() + bytes_needed + growth <= most_bytes_) return;
  ways_.halve([this](const SharedFacts& facts) { facts_bytes_ -= bytes_of(*facts); });
  shapes_.halve([](const Parsed&) {});
  shortcuts_.assign(kShortcuts, {});
}

}  // namespace pgcounsel
