#include "parser/sql/syntax_tree.h"

#include <algorithm>
#include <array>
#include <utility>

#include "parser/json.h"
#include "parser/number.h"
#include "parser/sql/pg_query.h"
#include "parser/sql/shape.h"
#include "parser/text_arena.h"

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
};

std::string_view kind_of_plain(std::string_view field) {
  const auto* found = std::ranges::find(kPlainFields, field, &PlainField::field);
  return found == kPlainFields.end() ? field : found->kind;
}

struct Field {
  std::string_view name;
  std::string_view text;             // of a value
  std::vector<std::uint32_t> nodes;  // of a node or a list
};

struct Record {
  std::string_view kind, field;
  std::uint32_t parent = 0;
  std::vector<Field> fields;
};

}  // namespace

struct Node::Data {
  std::string text, json;
  TextArena texts;
  std::vector<Record> records;

  const Field* find(std::uint32_t at, std::string_view name) const {
    for (const Field& field : records[at].fields) {
      if (field.name == name) return &field;
    }
    return nullptr;
  }
};

namespace {

// Reads what libpg_query prints: JSON without blanks, objects that hold one object under the name
// of its kind, objects that are a node without one, lists, and values. It keeps its own stack: a
// statement may be nested deeper than the thread's.
class TreeReader {
 public:
  TreeReader(std::string_view json, TextArena& texts, std::vector<Record>& records)
      : at_(json.data()), end_(json.data() + json.size()), texts_(texts), records_(records) {}

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
        open_.pop_back();
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

  std::uint32_t node_here() const { return open_.empty() ? 0 : open_.back().node; }
  std::string_view key_here() const {
    return open_.empty() ? std::string_view{} : open_.back().key;
  }

  // `{"ColumnRef":{...}}` begins with a capital letter: the node's own kind. All else is a node
  // whose kind follows from its field.
  bool open_object() {
    const bool wraps = end_ - at_ > 2 && at_[0] == '"' && at_[1] >= 'A' && at_[1] <= 'Z';
    if (wraps) {
      open_.push_back({Kind::kWrapper, node_here(), key_here()});
      return true;
    }
    const bool kind_known = !open_.empty() && open_.back().kind == Kind::kWrapper && !kind_.empty();
    add_node(kind_known ? kind_ : kind_of_plain(key_here()));
    kind_ = {};
    return true;
  }

  void add_node(std::string_view kind) {
    const auto id = static_cast<std::uint32_t>(records_.size());
    const std::uint32_t parent = node_here();
    records_.push_back({kind, key_here(), parent, {}});
    if (id != 0) field_of(parent, key_here()).nodes.push_back(id);
    open_.push_back({Kind::kNode, id, {}});
  }

  Field& field_of(std::uint32_t node, std::string_view key) {
    std::vector<Field>& fields = records_[node].fields;
    if (fields.empty() || fields.back().name != key) fields.push_back({key, {}, {}});
    return fields.back();
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
  std::vector<Record>& records_;
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

std::string_view Node::kind() const {
  return tree_ == nullptr ? std::string_view{} : tree_->records[at_].kind;
}

std::string_view Node::field() const {
  return tree_ == nullptr ? std::string_view{} : tree_->records[at_].field;
}

Node Node::parent() const {
  return tree_ == nullptr || at_ == 0 ? Node{} : Node{tree_, tree_->records[at_].parent};
}

Node Node::operator[](std::string_view field) const {
  if (tree_ == nullptr) return {};
  const auto* found = tree_->find(at_, field);
  return found == nullptr || found->nodes.empty() ? Node{} : Node{tree_, found->nodes.front()};
}

NodeList Node::list(std::string_view field) const {
  NodeList nodes;
  if (tree_ == nullptr) return nodes;
  const auto* found = tree_->find(at_, field);
  if (found == nullptr) return nodes;
  nodes.reserve(found->nodes.size());
  for (const std::uint32_t at : found->nodes) nodes.push_back(Node{tree_, at});
  return nodes;
}

std::string_view Node::text(std::string_view field) const {
  if (tree_ == nullptr) return {};
  const auto* found = tree_->find(at_, field);
  return found == nullptr ? std::string_view{} : found->text;
}

long Node::number(std::string_view field, long otherwise) const {
  return whole_text_number<long>(text(field)).value_or(otherwise);
}

bool Node::has(std::string_view field) const {
  return tree_ != nullptr && tree_->find(at_, field) != nullptr;
}

std::vector<std::string_view> Node::names(std::string_view field) const {
  std::vector<std::string_view> texts;
  for (const Node node : list(field)) {
    if (node.is("String")) texts.push_back(node.text("sval"));
  }
  return texts;
}

std::string_view Node::last_name(std::string_view field) const {
  const auto texts = names(field);
  return texts.empty() ? std::string_view{} : texts.back();
}

int Node::location() const {
  // The parser's output leaves out zeros, and of what has a place only WITH can begin a statement.
  return static_cast<int>(number("location", is("WithClause") ? 0 : -1));
}

// Children have greater numbers than their parents, and all below a node stand in one piece.
NodeList Node::all() const {
  NodeList nodes;
  if (tree_ == nullptr) return nodes;
  nodes.push_back(*this);
  for (std::uint32_t at = at_ + 1; at < tree_->records.size(); ++at) {
    if (tree_->records[at].parent < at_) break;
    nodes.push_back(Node{tree_, at});
  }
  return nodes;
}

NodeList Node::all(std::string_view kind) const {
  NodeList nodes = all();
  std::erase_if(nodes, [kind](Node node) { return !node.is(kind); });
  return nodes;
}

bool Node::is_inside(Node ancestor) const {
  Node node = *this;
  while (node && node != ancestor) node = node.parent();
  return static_cast<bool>(node);
}

SyntaxTree::SyntaxTree() = default;
SyntaxTree::~SyntaxTree() = default;
SyntaxTree::SyntaxTree(SyntaxTree&&) noexcept = default;
SyntaxTree& SyntaxTree::operator=(SyntaxTree&&) noexcept = default;

std::optional<SyntaxTree> SyntaxTree::parse(std::string_view sql, SyntaxError* error) {
  if (scan_shape(sql).too_complex) {
    if (error != nullptr) *error = {"nested too deeply to be analysed", 0};
    return std::nullopt;
  }
  PgParse parsed = pg_parse(sql);
  if (!parsed.message.empty()) {
    if (error != nullptr) *error = {std::move(parsed.message), parsed.position};
    return std::nullopt;
  }
  SyntaxTree tree;
  tree.data_ = std::make_unique<Node::Data>();
  tree.data_->text = sql;
  tree.data_->json = std::move(parsed.json);
  const std::string_view statement = first_statement(tree.data_->json);
  if (statement.empty()) return std::nullopt;
  TreeReader reader(statement, tree.data_->texts, tree.data_->records);
  if (!reader.read() || tree.data_->records.empty()) return std::nullopt;
  return tree;
}

Node SyntaxTree::root() const {
  return data_ == nullptr ? Node{} : Node{data_.get(), 0};
}

const std::string& SyntaxTree::text() const {
  static const std::string empty;
  return data_ == nullptr ? empty : data_->text;
}

}  // namespace pgcounsel
