// Texts of messages, and the values in them, each of which may be a secret.
#include "parser/log/message/message.h"

#include "parser/log/line_tag.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

void expect_captures(const MessageRow* row, std::string_view message) {
  if (row == nullptr) return;
  const Captures captures = captures_of(*row, message);
  expect(captures.count <= kMaxCaptures, "captures fit into their list");
  const char* behind = message.data();
  for (const Capture& capture : captures.all()) {
    expect(lies_in(capture.text, message), "a value stands in its message");
    if (capture.text.empty()) continue;
    expect(capture.text.data() >= behind, "values stand one behind the other");
    behind = capture.text.data() + capture.text.size();
  }
  expect(!folded_text(*row).empty(), "a row has a text");
}

}  // namespace

void fuzz_message(std::string_view bytes) {
  expect_captures(find_message(bytes), bytes);
  expect_captures(find_detail(bytes), bytes);
  expect_captures(find_context(bytes), bytes);
  expect_captures(find_pooler_reason(bytes), bytes);
  expect_captures(find_pooler_message(bytes), bytes);
  if (const auto tag = read_line_tag(bytes)) {
    expect(tag->length <= bytes.size(), "a tag stands in its line");
  }
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_message);
