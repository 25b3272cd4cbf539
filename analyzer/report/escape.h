// Foreign text (SQL, names, messages) made harmless for the place where it is printed. Any bytes go
// in, valid UTF-8 comes out. Bytes that are no UTF-8, control characters and the marks that turn
// the direction of writing become U+FFFD; line ends and tabs become a blank where there is one
// line.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace pgcounsel {

std::string one_line(std::string_view text);    // for a terminal, and the base of all below
std::string with_lines(std::string_view text);  // the same, line ends stay
std::size_t length_of(std::string_view text);   // in code points; text from one_line()
// At most `limit` code points; what is cut ends in `…`.
std::string shortened(std::string_view text, std::size_t limit);

// Markdown. The functions named `cell` are for a table, where `|` needs more care. `@name` and
// `#12` call nobody and link nothing.
std::string markdown_text(std::string_view text);  // nothing in it is markup; tables too
std::string markdown_prose(
    std::string_view text);  // as above, but `code` between backticks stays code
std::string code_span(std::string_view text);
std::string code_cell(std::string_view text);
// A fenced block, the fence longer than any in the text; ends with a line end.
std::string fenced(std::string_view language, std::string_view text);
// A heading's words: ASCII without markup, such that GitHub and GitLab make the same anchor of it.
// `99 %` becomes `99%`.
std::string heading_text(std::string_view text);
// GitHub's anchor of a heading of these words, before repeats are numbered.
std::string heading_slug(std::string_view heading);

std::string html_text(std::string_view text);
std::string json_string(std::string_view text);  // with its quotes

}  // namespace pgcounsel
