// The words of the lines that the analysis is made of (durations, statements, connections) in the
// languages that the server's messages are translated to. Waits for
// locks have rows in the table of messages; all other messages are only known in English.
#pragma once
#include <span>
#include <string_view>

namespace pgcounsel {

// Each word stands in a line as it is here, with the blanks and colons around it. A word that is
// empty is not known.
struct LogWords {
  std::string_view duration, milliseconds;             // `duration: ` 0.319 ` ms`
  std::string_view statement, execute, parse, bind;    // behind it: `  statement: `
  std::string_view logged_statement, logged_execute;   // of log_statement: `statement: `
  std::string_view received;                           // `connection received: `
  std::string_view authorized, database, application;  // `connection authorized: user=`
  std::string_view disconnected;                       // `disconnection: session time: `
};

const LogWords& english_words();
std::span<const LogWords> translated_words();

}  // namespace pgcounsel
