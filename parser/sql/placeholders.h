// What stands in SQL for a value that is filled in before it is sent, and that PostgreSQL's own
// parser refuses: variables of psql and named parameters (`:name`), `?` and `%s` of drivers,
// `@name` and `sqlc.arg(name)`, templates. They become `$n`, so that the statement can be analysed.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct FilledText {
  std::string text;  // as long as the original one where there is room: `:name` is `$1   `
  std::vector<std::size_t> inserted;  // bytes of it that the original has not, ascending
  bool has_template = false;          // {{ }}, <% %>, {% %}, ${ }, #{ }
  std::size_t first = 0;              // of the original: where the first one stands
  std::string_view what;              // what that one is: "a named parameter or psql variable"
};

// Nothing where there are none. `at_names`: `@name` is a parameter, not the absolute value of a
// column.
std::optional<FilledText> fill_placeholders(std::string_view sql, bool at_names = false);

}  // namespace pgcounsel
