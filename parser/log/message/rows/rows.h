// The rows of the message table, one file a theme. To add a row, find the file of its theme, put it
// before any wider text that begins alike, and give it a sample line: the unit test runs them all.
#pragma once
#include <span>
#include <string_view>

#include "parser/log/message/message.h"

namespace pgcounsel {

constexpr Sample recorded(std::string_view line) {
  return {line, SampleSource::kRecorded};
}
constexpr Sample source_text(std::string_view line) {
  return {line, SampleSource::kSourceText};
}
constexpr Sample shortened(std::string_view line) {
  return {line, SampleSource::kShortened};
}

std::span<const MessageRow> lock_rows();             // locks.cpp
std::span<const MessageRow> translated_lock_rows();  // locks_translated.cpp
std::span<const MessageRow> session_rows();          // sessions.cpp
std::span<const MessageRow> connection_rows();       // connections.cpp
std::span<const MessageRow> server_rows();           // server.cpp
std::span<const MessageRow> maintenance_rows();      // maintenance.cpp
std::span<const MessageRow> wal_rows();              // wal.cpp
std::span<const MessageRow> constraint_rows();       // constraints.cpp
std::span<const MessageRow> transaction_rows();      // transactions.cpp
std::span<const MessageRow> statement_rows();        // statements.cpp
std::span<const MessageRow> object_rows();           // objects.cpp
std::span<const MessageRow> value_rows();            // values.cpp
std::span<const MessageRow> resource_rows();         // resources.cpp
std::span<const MessageRow> role_rows();             // roles.cpp
std::span<const MessageRow> detail_rows();           // details.cpp
std::span<const MessageRow> context_rows();          // contexts.cpp
std::span<const MessageRow> pooler_reason_rows();    // pooler.cpp
std::span<const MessageRow> pooler_message_rows();   // pooler.cpp

}  // namespace pgcounsel
