#include "parser/sql/tree_reader.h"

#include <algorithm>
#include <array>
#include <string>

#include "parser/json.h"

namespace pgcounsel {
namespace {

// Nodes that are written without their kind, by the field that holds them.
struct PlainField {
  std::string_view field, kind;
};
constexpr std::array kPlainFields = {
    PlainField{"relation", "RangeVar"},
    PlainField{"larg", "SelectStmt"},
    PlainField{"rarg", "SelectStmt"},
    PlainField{"typeName", "TypeName"},
    PlainField{"withClause", "WithClause"},
    PlainField{"onConflictClause", "OnConflictClause"},
    PlainField{"infer", "InferClause"},
    PlainField{"intoClause", "IntoClause"},
    PlainField{"into", "IntoClause"},
    PlainField{"rel", "RangeVar"},
    PlainField{"alias", "Alias"},
    PlainField{"over", "WindowDef"},
    PlainField{"pktable", "RangeVar"},
    PlainField{"view", "RangeVar"},
    PlainField{"sequence", "RangeVar"},
    PlainField{"partbound", "PartitionBoundSpec"},
    PlainField{"bound", "PartitionBoundSpec"},
    PlainField{"partspec", "PartitionSpec"},
    PlainField{"collClause", "CollateClause"},
    PlainField{"ofTypename", "TypeName"},
    PlainField{"returnType", "TypeName"},
    PlainField{"argType", "TypeName"},
    PlainField{"owner", "RoleSpec"},
    PlainField{"newowner", "RoleSpec"},
    PlainField{"role", "RoleSpec"},
    PlainField{"search_clause", "CTESearchClause"},
    PlainField{"cycle_clause", "CTECycleClause"},
    PlainField{"join_using_alias", "Alias"},
    PlainField{"ival", "Integer"},
    PlainField{"fval", "Float"},
    PlainField{"sval", "String"},
    PlainField{"boolval", "Boolean"},
    PlainField{"bsval", "BitString"},
    PlainField{"func", "ObjectWithArgs"},
    PlainField{"typevar", "RangeVar"},
    PlainField{"newval", "String"},
    PlainField{"name", "RangeVar"},
    PlainField{"table", "RangeVar"},
    PlainField{"base", "CreateStmt"},
    PlainField{"authrole", "RoleSpec"},
    PlainField{"action", "GrantStmt"},
    PlainField{"constrrel", "RangeVar"},
    PlainField{"datatype", "TypeName"},
    PlainField{"fromsql", "ObjectWithArgs"},
    PlainField{"funccall", "FuncCall"},
    PlainField{"grantor", "RoleSpec"},
    PlainField{"newrole", "RoleSpec"},
    PlainField{"opername", "ObjectWithArgs"},
    PlainField{"pubtable", "PublicationTable"},
    PlainField{"sourcetype", "TypeName"},
    PlainField{"storedtype", "TypeName"},
    PlainField{"targettype", "TypeName"},
    PlainField{"tosql", "ObjectWithArgs"},
    PlainField{"type_name", "TypeName"},
    PlainField{"user", "RoleSpec"},
};

std::string_view kind_of_plain(std::string_view field) {
  const auto* found = std::ranges::find(kPlainFields, field, &PlainField::field);
  return found == kPlainFields.end() ? field : found->kind;
}

// Reads what libpg_query prints: JSON without blanks, objects that hold one object under the name
// of its kind, objects that are a node without one, lists, and values. It keeps its own stack: a
// statement may be nested deeper than the thread's.
class TreeReader {
 public:
  TreeReader(std::string_view json, TextArena& texts, TreeTables& tables)
      : at_(json.data()),
        end_(json.data() + json.size()),
        texts_(texts),
        records_(tables.records),
        fields_(tables.fields) {}

  // False where the text is not what is expected.
  bool read() {
    while (at_ != end_) {
      if (!step()) return false;
    }
    return open_.empty();
  }

 private:
  enum class Kind : std::uint8_t { kWrapper, kNode, kList };
  struct Open {
    Kind kind;
    std::uint32_t node;    // of kNode itself, else the node whose field is being filled
    std::string_view key;  // the field that is being filled
  };

  bool step() {
    switch (*at_) {
      case ',':
        ++at_;
        return true;
      case '}':
      case ']':
        if (open_.empty()) return false;
        close();
        ++at_;
        return true;
      case '{':
        ++at_;
        return open_object();
      case '[':
        ++at_;
        open_.push_back({Kind::kList, node_here(), key_here()});
        return true;
      case '"':
        return !open_.empty() && open_.back().kind != Kind::kList ? key_or_text() : list_text();
      default:
        return word();
    }
  }

  void close() {
    const Open& open = open_.back();
    if (open.kind == Kind::kNode) {
      records_[open.node].end = static_cast<std::uint32_t>(records_.size());
    }
    open_.pop_back();
  }

  std::uint32_t node_here() const { return open_.empty() ? 0 : open_.back().node; }
  std::string_view key_here() const {
    return open_.empty() ? std::string_view{} : open_.back().key;
  }

  // `{"ColumnRef":{...}}` begins with a capital letter: the node's own kind. All else is a node
  // whose kind follows from its field; `{}` in a list is no node, and has no kind.
  bool open_object() {
    const bool wraps = end_ - at_ > 2 && at_[0] == '"' && at_[1] >= 'A' && at_[1] <= 'Z';
    if (wraps) {
      open_.push_back({Kind::kWrapper, node_here(), key_here()});
      return true;
    }
    const Kind around = open_.empty() ? Kind::kNode : open_.back().kind;
    if (around == Kind::kWrapper) {
      add_node(kind_);
    } else {
      add_node(around == Kind::kList ? std::string_view{} : kind_of_plain(key_here()));
    }
    return true;
  }

  void add_node(std::string_view kind) {
    const auto id = static_cast<std::uint32_t>(records_.size());
    const std::uint32_t parent = node_here();
    TreeRecord record;
    record.kind = kind;
    record.field = key_here();
    record.parent = parent;
    record.end = id + 1;
    records_.push_back(record);
    if (id != 0) link(field_of(parent, key_here()), id);
    open_.push_back({Kind::kNode, id, {}});
  }

  void link(TreeField& field, std::uint32_t node) {
    if (field.count++ == 0) {
      field.first = node;
    } else {
      records_[field.last].next = node;
    }
    field.last = node;
  }

  // A field's items come in one piece, so that it is always the last one of its node.
  TreeField& field_of(std::uint32_t node, std::string_view key) {
    TreeRecord& record = records_[node];
    if (record.last_field != kNoField && fields_[record.last_field].name == key) {
      return fields_[record.last_field];
    }
    const auto at = static_cast<std::uint32_t>(fields_.size());
    TreeField& field = fields_.emplace_back();
    field.name = key;
    if (record.last_field == kNoField) {
      record.first_field = at;
    } else {
      fields_[record.last_field].next = at;
    }
    record.last_field = at;
    return field;
  }

  bool key_or_text() {
    std::string_view text;
    if (!string(text)) return false;
    Open& open = open_.back();
    if (at_ != end_ && *at_ == ':') {
      ++at_;
      if (open.kind == Kind::kWrapper) {
        kind_ = text;
      } else {
        open.key = text;
        if (open.kind == Kind::kNode) field_of(open.node, text);
      }
      return true;
    }
    if (open.kind == Kind::kNode) field_of(open.node, open.key).text = text;
    return true;
  }

  bool list_text() {
    std::string_view text;
    return string(text);
  }

  bool word() {
    const char* from = at_;
    while (at_ != end_ && *at_ != ',' && *at_ != '}' && *at_ != ']') ++at_;
    if (open_.empty() || at_ == from) return false;
    const std::string_view text(from, static_cast<std::size_t>(at_ - from));
    if (open_.back().kind == Kind::kNode) field_of(open_.back().node, open_.back().key).text = text;
    return true;
  }

  bool string(std::string_view& text) {
    const char* from = ++at_;
    bool escaped = false;
    while (at_ != end_ && *at_ != '"') {
      escaped = escaped || *at_ == '\\';
      at_ += *at_ == '\\' && end_ - at_ > 1 ? 2 : 1;
    }
    if (at_ == end_) return false;
    text = {from, static_cast<std::size_t>(at_ - from)};
    ++at_;
    if (escaped) {
      std::string plain;
      unescape_json(text, plain);
      text = texts_.keep(plain);
    }
    return true;
  }

  const char* at_;
  const char* end_;
  TextArena& texts_;
  std::vector<TreeRecord>& records_;
  std::vector<TreeField>& fields_;
  std::vector<Open> open_;
  std::string_view kind_;  // of the object that comes next
};

// What `{"version":150001,"stmts":[{"stmt":...,"stmt_len":..}]}` holds of its first statement.
std::string_view first_statement(std::string_view json) {
  constexpr std::string_view kBefore = "\"stmts\":[{\"stmt\":";
  const std::size_t at = json.find(kBefore);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + kBefore.size());
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return json.substr(0, i + 1);
  }
  return {};
}

}  // namespace

bool read_tree(std::string_view json, TextArena& texts, TreeTables& tables) {
  const std::string_view statement = first_statement(json);
  return !statement.empty() && TreeReader(statement, texts, tables).read() &&
         !tables.records.empty();
}

}  // namespace pgcounsel
