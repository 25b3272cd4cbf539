// THE table of server messages: which text is which class of event, which SQLSTATE it carries, how
// it reads with its values folded, and what each of its values is. A row is added in the file of
// its theme in parser/log/message/rows/. DETAIL and CONTEXT texts and what a pooler says have
// tables of the same form. Every captured value is secret until its kind says otherwise: the ledger
// gets folded text only.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pgcounsel {

// What a value of a message gives away.
enum class Secret : std::uint8_t {
  kNone,                // counts, durations, process ids, words of the server itself
  kIdentifier,          // names of tables, columns, types, roles, databases
  kHost,                // addresses and names of machines
  kStatementText,       // SQL
  kStatementParameter,  // values that were bound to a statement
  kTableData,           // values of users' rows
  kPath,                // names of files
  kOther
};

// Where a sample line is from.
enum class SampleSource : std::uint8_t {
  kRecorded,    // a server wrote this line; tests/live/messages.py has most of them written again
  kSourceText,  // what a text of the server's source makes, of versions 9.0 to 18
  kShortened    // a line that lost its end, or of a product that says less
};

struct Sample {
  std::string_view line;
  SampleSource source;
};

// In `text`, `{table:identifier}` stands for a value, and a part in [brackets] may be missing.
// Kinds of values: number, pids, words (these are no secrets), identifier, host, statement,
// parameter, data, path, other.
struct MessageRow {
  // Class of report events: what is worth counting by itself. Empty for errors, which are counted
  // by their text, and for lines that say nothing that another does not.
  std::string_view event_class;
  std::string_view name;      // of the row or of rows that say the same: `unique_violation`
  std::string_view sqlstate;  // what the server sends with this text; empty: 00000, or several
  std::string_view text;
  Sample sample;
};

std::span<const MessageRow> message_table();
std::span<const MessageRow> detail_table();
std::span<const MessageRow> context_table();
// Why a pooler closed a connection, which is also what it told the client; and all else it says.
std::span<const MessageRow> pooler_reason_table();
std::span<const MessageRow> pooler_message_table();

// The row of a message, nullptr when the table has none. Linear in the length of the message.
const MessageRow* find_message(std::string_view message);
const MessageRow* find_detail(std::string_view detail);
const MessageRow* find_context(std::string_view line);          // one line of a CONTEXT
const MessageRow* find_pooler_reason(std::string_view reason);  // without `(age=5s)`
const MessageRow* find_pooler_message(std::string_view message);

// The row's text with its values folded: `relation "…" does not exist`.
std::string folded_text(const MessageRow& row);

struct Capture {
  std::string_view name;
  Secret secret = Secret::kOther;
  std::string_view text;  // into the message
};

constexpr std::size_t kMaxCaptures = 8;

struct Captures {
  std::array<Capture, kMaxCaptures> list;
  std::size_t count = 0;
  std::span<const Capture> all() const { return {list.data(), count}; }
  // The value of that name; empty where the message has none.
  std::string_view operator[](std::string_view name) const;
};

// The values of a message, of which `row` (of one of the tables above) is the row.
Captures captures_of(const MessageRow& row, std::string_view message);
// One of them; nothing when the message has none of that name.
std::optional<std::string_view> field_of(const MessageRow& row, std::string_view message,
                                         std::string_view name);

}  // namespace pgcounsel
