// The scopes of a statement, built from the outside to the inside. Of each query first its CTEs,
// then FROM from left to right (a LATERAL item sees what was built before it), then the subqueries
// of its expressions, which see all of it, and at last what it gives: only then the types of all
// that it is made of are known.
#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/schema/ddl.h"
#include "parser/sql/expressions.h"
#include "parser/sql/names_from.h"
#include "parser/sql/names_state.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

bool is_query(Node node) {
  return node.is("SelectStmt") || node.is("InsertStmt") || node.is("UpdateStmt") ||
         node.is("DeleteStmt") || node.is("MergeStmt");
}

// A statement of a megabyte may multiply columns without end; beyond this they are not known.
constexpr std::size_t kMostColumns = 100'000;
// Of what stands in FROM beyond these nothing is known.
constexpr std::size_t kMostEntries = 1000;
// A VALUES of more rows tells no types.
constexpr std::size_t kMostTypedRows = 100;

bool has_grouping_sets(Node statement) {
  return std::ranges::any_of(statement.list("groupClause"),
                             [](Node item) { return item.is("GroupingSet"); });
}

// A name of WITH, in the list of those that a query can see.
struct Cte {
  std::string name;
  std::vector<std::string_view> column_names;
  const QueryScope* query = nullptr;
  std::vector<OutputColumn> columns;
  bool known = false;
  const Cte* next = nullptr;
};

class Builder {
 public:
  explicit Builder(ResolvedNames& names) : names_(names), nodes_(names.statement.all()) {}

  BuiltScope& build(Node statement, const QueryScope* outer, const Cte* ctes,
                    Cte* recursive = nullptr) {
    BuiltScope& scope = names_.scopes.emplace_back();
    scope.statement = statement;
    scope.outer = outer;
    names_.scope_of_id.emplace(statement.id(), &scope);
    scope.has_grouping_sets = has_grouping_sets(statement);
    ctes = add_ctes(scope, ctes);
    if (statement["larg"]) {
      add_arms(scope, ctes, recursive);
      add_subqueries(scope, ctes);
    } else {
      add_query(scope, ctes);
    }
    return scope;
  }

  // Queries in a statement that is none itself: EXPLAIN, CREATE VIEW, COPY, ...
  void build_inside(Node statement, const QueryScope* outer, const Cte* ctes) {
    const std::size_t origin = nodes_.front().id();
    for (std::size_t at = statement.id(); at < statement.end_id();) {
      const Node node = nodes_[at - origin];
      const bool own = outer != nullptr && node == statement;
      if (own || !is_query(node)) {
        ++at;
        continue;
      }
      if (!names_.scope_of_id.contains(node.id())) build(node, outer, ctes);
      at = node.end_id();
    }
  }

 private:
  const Cte* add_ctes(BuiltScope& scope, const Cte* ctes) {
    const Node with = scope.statement["withClause"];
    if (!with) return ctes;
    const bool recursive = with.flag("recursive");
    std::vector<std::pair<Node, Cte*>> added;
    for (const Node node : with.list("ctes")) {
      Cte& cte = ctes_.emplace_back();
      cte.name = node.text("ctename");
      cte.column_names = node.names("aliascolnames");
      cte.next = ctes;
      if (recursive) ctes = &cte;
      added.emplace_back(node, &cte);
      if (!recursive) {
        fill(cte, node, scope, ctes);
        ctes = &cte;
      }
    }
    if (recursive) {
      for (const auto& [node, cte] : added) fill(*cte, node, scope, ctes);
    }
    return ctes;
  }

  void fill(Cte& cte, Node node, const BuiltScope& scope, const Cte* ctes) {
    const Node query = node["ctequery"];
    if (!is_query(query)) return;
    const BuiltScope& built = build(query, scope.outer, ctes, &cte);
    take_output(cte, built, built.output);
    if (node["search_clause"] || node["cycle_clause"]) cte.known = false;
  }

  static void take_output(Cte& cte, const QueryScope& query,
                          const std::vector<OutputColumn>& output) {
    cte.query = &query;
    cte.columns = output;
    cte.known = query.output_known;
    if (cte.known) rename_columns(cte.columns, cte.column_names);
  }

  // What a recursive query refers to as itself has the columns of its first arm.
  void add_arms(BuiltScope& scope, const Cte* ctes, Cte* recursive) {
    const BuiltScope& left = build(scope.statement["larg"], scope.outer, ctes);
    if (recursive != nullptr) {
      scope.output_known = left.output_known;
      take_output(*recursive, scope, left.output);
      for (OutputColumn& column : recursive->columns) column.not_null = false;
    }
    const BuiltScope& right = build(scope.statement["rarg"], scope.outer, ctes);
    scope.output = left.output;
    scope.output_known = left.output_known;
    const bool same =
        left.output_known && right.output_known && left.output.size() == right.output.size();
    for (std::size_t at = 0; at < scope.output.size(); ++at) {
      OutputColumn& column = scope.output[at];
      column.table = nullptr;
      column.column = nullptr;
      column.not_null = same && column.not_null && right.output[at].not_null;
      column.type = same ? common_type({column.type, right.output[at].type}) : std::string{};
    }
  }

  void add_query(BuiltScope& scope, const Cte* ctes) {
    const Node statement = scope.statement;
    if (statement.is("SelectStmt")) {
      add_items(scope, statement.list("fromClause"), ctes);
    } else {
      add_target(scope, statement, ctes);
    }
    add_subqueries(scope, ctes);
    if (statement["valuesLists"]) return add_values(scope);
    const bool selects = statement.is("SelectStmt");
    add_output(scope, statement.list(selects ? "targetList" : "returningList"));
  }

  void add_target(BuiltScope& scope, Node statement, const Cte* ctes) {
    RangeEntry& target = add_entry(scope, statement["relation"]);
    set_relation(target, nullptr);
    target.is_target = true;
    if (const Node conflict = statement["onConflictClause"]) {
      const RangeEntry excluded = scope.entries.front();
      RangeEntry& entry = add_entry(scope, conflict);
      entry = excluded;
      entry.node = conflict;
      entry.name = "excluded";
      entry.is_target = false;
    }
    const Node query = statement["selectStmt"];
    if (is_query(query)) build(query, scope.outer, ctes);
    add_items(scope, statement.list("fromClause"), ctes);
    add_items(scope, statement.list("usingClause"), ctes);
    if (const Node source = statement["sourceRelation"]) add_item(scope, source, ctes);
  }

  void add_subqueries(BuiltScope& scope, const Cte* ctes) {
    build_inside(scope.statement, &scope, ctes);
  }

  static RangeEntry& add_entry(BuiltScope& scope, Node node) {
    scope.hidden_by.push_back(kNowhere);
    RangeEntry& entry = scope.entries.emplace_back();
    entry.node = node;
    return entry;
  }

  void add_items(BuiltScope& scope, const NodeList& items, const Cte* ctes) {
    for (const Node item : items) add_item(scope, item, ctes);
  }

  void add_item(BuiltScope& scope, Node item, const Cte* ctes) {
    if (item.is("JoinExpr")) return add_join(scope, item, ctes);
    if (scope.entries.size() >= kMostEntries) {
      scope.entries.back().columns_known = false;
      return;
    }
    if (item.is("RangeTableSample")) return add_item(scope, item["relation"], ctes);
    if (item.is("RangeSubselect")) return add_subselect(scope, item, ctes);
    RangeEntry& entry = add_entry(scope, item);
    if (item.is("RangeVar")) {
      set_relation(entry, ctes);
    } else if (item.is("RangeFunction")) {
      set_function(entry, names_);
    } else {
      entry.name = item["alias"].text("aliasname");
    }
  }

  void set_relation(RangeEntry& entry, const Cte* ctes) {
    const Node node = entry.node, alias = node["alias"];
    const std::string_view schema = node.text("schemaname"), name = node.text("relname");
    entry.name = alias ? alias.text("aliasname") : name;
    if (schema.empty()) {
      for (const Cte* cte = ctes; cte != nullptr; cte = cte->next) {
        if (cte->name == name) return set_cte(entry, *cte);
      }
    }
    entry.table = names_.catalog->table(schema, name);
    if (entry.table == nullptr) return;
    if (!afford(entry.table->columns.size())) return;
    entry.columns = columns_of(*entry.table);
    entry.columns_known = entry.table->columns_known;
    open_view(entry);
    rename_columns(entry.columns, alias.names("colnames"));
  }

  void set_cte(RangeEntry& entry, const Cte& cte) {
    entry.is_cte = true;
    entry.query = cte.query;
    if (!afford(cte.columns.size())) return;
    entry.columns = cte.columns;
    entry.columns_known = cte.known;
    if (cte.known) rename_columns(entry.columns, entry.node["alias"].names("colnames"));
  }

  void add_subselect(BuiltScope& scope, Node item, const Cte* ctes) {
    const Node query = item["subquery"];
    const QueryScope* outer = item.flag("lateral") ? &scope : scope.outer;
    const BuiltScope* built = is_query(query) ? &build(query, outer, ctes) : nullptr;
    RangeEntry& entry = add_entry(scope, item);
    entry.name = item["alias"].text("aliasname");
    entry.query = built;
    if (built == nullptr || !afford(built->output.size())) return;
    entry.columns = built->output;
    entry.columns_known = built->output_known;
    if (entry.columns_known) rename_columns(entry.columns, item["alias"].names("colnames"));
  }

  void add_join(BuiltScope& scope, Node join, const Cte* ctes) {
    JoinRange range;
    range.join = join;
    range.begin = scope.entries.size();
    add_item(scope, join["larg"], ctes);
    range.middle = scope.entries.size();
    add_item(scope, join["rarg"], ctes);
    range.end = scope.entries.size();
    range.merged = merged_columns(scope, join);
    const std::string_view type = join.text("jointype");
    const bool left = type == "JOIN_RIGHT" || type == "JOIN_FULL";
    const bool right = type == "JOIN_LEFT" || type == "JOIN_FULL";
    for (std::size_t at = range.begin; at < range.end; ++at) {
      if (at < range.middle ? left : right) scope.entries[at].nullable = true;
    }
    scope.joins.push_back(std::move(range));
    if (join["alias"]) hide_behind_alias(scope, scope.joins.size() - 1);
  }

  void hide_behind_alias(BuiltScope& scope, std::size_t at) {
    const JoinRange& range = scope.joins[at];
    FromColumns columns = columns_of_item(scope, range.join);
    for (std::size_t entry = range.begin; entry < range.end; ++entry) {
      if (scope.hidden_by[entry] == kNowhere) scope.hidden_by[entry] = at;
    }
    RangeEntry& entry = add_entry(scope, range.join);
    const Node alias = range.join["alias"];
    entry.name = alias.text("aliasname");
    if (!afford(columns.columns.size())) return;
    entry.columns = std::move(columns.columns);
    entry.columns_known = columns.known;
    if (columns.known) rename_columns(entry.columns, alias.names("colnames"));
  }

  // A view's columns are those that it had when it was made; what it takes them from says more
  // where both agree.
  void open_view(RangeEntry& entry) {
    const std::string& text = entry.table->view_text;
    if (text.empty() || names_.views_left == 0) return;
    auto tree = SyntaxTree::parse(text);
    if (!tree || !is_query(tree->root())) return;
    OpenedView view{std::move(*tree), std::make_unique<ResolvedNames>()};
    view.names->statement = view.tree.root();
    view.names->catalog = names_.catalog;
    view.names->views_left = names_.views_left - 1;
    build_scopes(*view.names);
    names_.views_left = view.names->views_left;
    entry.query = view.names->scope_at(view.names->statement);
    names_.views.push_back(std::move(view));
    const auto& output = entry.query->output;
    if (!entry.query->output_known || output.size() != entry.columns.size()) return;
    for (std::size_t at = 0; at < output.size(); ++at) {
      entry.columns[at].not_null = output[at].not_null;
      if (entry.columns[at].type.empty()) entry.columns[at].type = output[at].type;
    }
  }

  void add_values(BuiltScope& scope) {
    scope.output_known = true;
    const NodeList rows = scope.statement.list("valuesLists");
    const NodeList first = rows.front().list("items");
    for (std::size_t at = 0; at < first.size(); ++at) {
      OutputColumn& column = scope.output.emplace_back();
      column.name = "column" + std::to_string(at + 1);
      column.not_null = rows.size() == 1 && names_.is_not_null(first[at]);
    }
    if (rows.size() <= kMostTypedRows) set_types_of_rows(scope, rows);
  }

  void set_types_of_rows(BuiltScope& scope, const NodeList& rows) {
    std::vector<std::vector<std::string>> types(scope.output.size());
    for (const Node row : rows) {
      const NodeList values = row.list("items");
      for (std::size_t at = 0; at < std::min(values.size(), types.size()); ++at) {
        types[at].push_back(names_.type_of(values[at]));
      }
    }
    for (std::size_t at = 0; at < types.size(); ++at) {
      scope.output[at].type = common_type(types[at]);
    }
  }

  // A string literal that a query gives is a text, but in an arm of a UNION it may become what the
  // other arm gives.
  static std::string given_type(const BuiltScope& scope, std::string type) {
    const bool is_arm = scope.statement.field() == "larg" || scope.statement.field() == "rarg";
    return type == "unknown" && !is_arm ? std::string("text") : std::move(type);
  }

  void add_output(BuiltScope& scope, const NodeList& targets) {
    scope.output_known = true;
    for (const Node target : targets) {
      const Node value = target["val"];
      if (value.is("ColumnRef") && column_name(value).empty()) {
        add_star(scope, value);
        continue;
      }
      if (value.is("A_Indirection") && value.list("indirection").back().is("A_Star")) {
        scope.output_known = false;
        continue;
      }
      scope.output.push_back(output_of(scope, target, value));
    }
  }

  OutputColumn output_of(const BuiltScope& scope, Node target, Node value) const {
    OutputColumn column;
    column.name = target.has("name") ? target.text("name") : output_name(value);
    column.type = given_type(scope, names_.type_of(value));
    column.not_null = names_.is_not_null(value);
    if (!value.is("ColumnRef")) return column;
    const ColumnUse use = names_.resolve(value);
    if (use.column == nullptr) return column;
    column.table = use.column->table;
    column.column = use.column->column;
    return column;
  }

  void add_star(BuiltScope& scope, Node star) {
    const std::string_view table = column_table(star);
    FromColumns columns;
    if (!table.empty()) {
      columns = columns_of_star(scope, star);
    } else {
      columns = columns_of_all(scope);
    }
    const bool affordable = afford(columns.columns.size());
    if (!columns.known || !affordable) scope.output_known = false;
    if (affordable) std::ranges::move(columns.columns, std::back_inserter(scope.output));
  }

  bool afford(std::size_t columns) {
    if (columns > columns_left_) return false;
    columns_left_ -= columns;
    return true;
  }

  ResolvedNames& names_;
  std::deque<Cte> ctes_;
  NodeList nodes_;  // all of the statement
  std::size_t columns_left_ = kMostColumns;
};

}  // namespace

void build_scopes(ResolvedNames& names) {
  const Node statement = names.statement;
  if (!statement) return;
  Builder builder(names);
  if (is_query(statement)) {
    builder.build(statement, nullptr, nullptr);
    return;
  }
  // Names in what these define may be those of arguments, of rows, of a table.
  names.closed = !statement.is("CreateFunctionStmt") && !statement.is("CreatePolicyStmt") &&
                 !statement.is("AlterPolicyStmt") && !statement.is("RuleStmt") &&
                 !statement.is("CreateTrigStmt");
  builder.build_inside(statement, nullptr, nullptr);
}

}  // namespace pgcounsel
