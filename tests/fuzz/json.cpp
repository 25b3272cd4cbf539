// Objects of JSON as they stand in files, and the records of jsonlog in them.
#include <string>
#include <vector>

#include "parser/json_stream.h"
#include "parser/log/json_log.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

using Arrays = JsonStream::Arrays;

struct Items {
  std::vector<std::string> objects;
  bool is_clean = true;  // nothing is broken
  std::size_t taken = 0;
  std::uint64_t next_line = 1;
};

// Whether the brackets outside of strings belong together. Values are not checked by their readers.
bool is_balanced(std::string_view text) {
  std::string open;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') ++i;
    if (c == '"') in_string = !in_string;
    if (in_string) continue;
    if (c == '{' || c == '[') open += c;
    if (c != '}' && c != ']') continue;
    if (!open.ends_with(c == '}' ? '{' : '[')) return false;
    open.pop_back();
  }
  return open.empty() && !in_string;
}

void expect_fields(const JsonStream& stream) {
  for (const JsonField& field : stream.fields()) {
    expect(lies_in(field.key, stream.text()) && lies_in(field.raw, stream.text()),
           "a field stands in its object");
    TextArena arena;
    expect(text_of(field, arena).size() <= field.raw.size(), "escapes make no text longer");
  }
}

void walk(std::string_view bytes, bool last, Arrays arrays, Items& items) {
  const ExactBytes exact(bytes);
  JsonStream stream(exact.view(), items.next_line, last, arrays);
  std::size_t behind = 0;
  for (auto item = stream.next(); item != JsonStream::Item::kEnd; item = stream.next()) {
    expect(
        stream.begin() >= behind && stream.end() > stream.begin() && stream.end() <= bytes.size(),
        "items stand one behind the other");
    behind = stream.end();
    if (item == JsonStream::Item::kStray || !is_balanced(stream.text())) items.is_clean = false;
    if (item == JsonStream::Item::kStray) continue;
    expect_fields(stream);
    items.objects.push_back(fmt::format("{}:{}", stream.line(), stream.text()));
  }
  expect(stream.consumed() <= bytes.size(), "no more bytes are taken than there are");
  items.taken += stream.consumed();
  items.next_line = stream.next_line();
}

// Answers whether nothing is broken.
bool expect_same_items_in_pieces(std::string_view bytes, Arrays arrays) {
  Items whole;
  walk(bytes, true, arrays, whole);
  for (const std::size_t cut : cuts_of(bytes)) {
    Items pieces;
    walk(bytes.substr(0, cut), false, arrays, pieces);
    walk(bytes.substr(pieces.taken), true, arrays, pieces);
    if (!whole.is_clean) continue;
    expect_equal(fmt::format("{}", fmt::join(whole.objects, "\n")),
                 fmt::format("{}", fmt::join(pieces.objects, "\n")),
                 fmt::format("cut at {}, a file has the same objects", cut));
  }
  return whole.is_clean;
}

}  // namespace

void fuzz_json(std::string_view bytes) {
  const auto read = [](const Chunk& chunk, ChunkRecords& out) {
    return read_json(Zone{}, chunk, out);
  };
  const bool is_clean = expect_same_items_in_pieces(bytes, Arrays::kEnter);
  expect_same_items_in_pieces(bytes, Arrays::kKeep);
  expect_same_in_pieces(read, bytes, is_clean ? kNothingBroken : kAnyBroken);
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_json);
