// Which types PostgreSQL's operators and functions give for which: the usual ones, as tables. Types
// are written as in the catalogue; `unknown` is a string literal's. Where a rule is not sure the
// answer is empty.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

bool is_built_in(std::string_view type);  // no enum, domain, composite; arrays of built-in ones too
bool is_number(std::string_view type);
bool is_integer(std::string_view type);
bool is_text_like(std::string_view type);

// Of CASE, coalesce(), UNION, ARRAY[]: what all can become.
std::string common_type(const std::vector<std::string>& types);
// An operator between two values, and one before a value.
std::string operator_type(std::string_view name, const std::string& left, const std::string& right);
std::string sign_type(std::string_view name, const std::string& right);
// Of a function of pg_catalog by its name.
std::string function_type(std::string_view name, const std::vector<std::string>& arguments);
bool is_usual_function(std::string_view name);

// Operators of built-in types that give no NULL for what is not NULL.
bool keeps_not_null(std::string_view operator_name);
// Functions that never give NULL, and those that give it only for NULL.
bool never_gives_null(std::string_view function);
bool gives_null_for_null_only(std::string_view function);

}  // namespace pgcounsel
