// The JSON that libpg_query makes of a statement -> flat tables of its nodes and their fields.
// Nodes stand in the order of the text of the JSON, parents before children, so that all below a
// node is one piece of the table.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/text_arena.h"

namespace pgcounsel {

inline constexpr std::uint32_t kNoField = static_cast<std::uint32_t>(-1);

struct TreeField {
  std::string_view name;
  std::string_view text;  // of a value
  std::uint32_t next = kNoField;
  std::uint32_t first = 0, last = 0, count = 0;  // of a node or a list
};

struct TreeRecord {
  std::string_view kind, field;
  std::uint32_t parent = 0;
  std::uint32_t end = 0;   // behind the last node below
  std::uint32_t next = 0;  // in the same list
  std::uint32_t first_field = kNoField, last_field = kNoField;
};

struct TreeTables {
  std::vector<TreeRecord> records;
  std::vector<TreeField> fields;
};

// Texts are views into `json`, or into `texts` where they had escapes. False where there is no
// statement in it.
bool read_tree(std::string_view json, TextArena& texts, TreeTables& tables);

}  // namespace pgcounsel
