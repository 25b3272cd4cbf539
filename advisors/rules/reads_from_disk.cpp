// Nodes that wait for blocks from disk, and scans that touch far more blocks than their rows need.
//
// With track_io_timing the time of reading is told and is what is at stake. Without it only how
// much was read is known: then it cannot be told whether the next run finds the blocks in memory,
// and the finding stays low.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kRule = "reads_from_disk";
constexpr double kHalf = 0.5;
constexpr double kLeastBlocks = 1024;  // 8 MB: less is read in no time
constexpr double kLeastIoMs = 5;
constexpr double kBlocksOfRow = 10;  // an index scan needs 4 or 5 for a row on a page of its own
constexpr double kWideRow = 2000;    // from here on few rows fit on a page anyway

bool is_index_scan(const PlanNode& node) {
  return node.is("Index Scan") || node.is("Index Only Scan") || node.is("Bitmap Heap Scan");
}

std::string relation_or_table(const PlanNode& node) {
  const std::string relation = relation_identifier(node);
  return relation.empty() ? "TABLE" : relation;
}

// ---- waiting for the disk -----------------------------------------------------------------------

bool waits_for_disk(const PlanRow& row, std::size_t place) {
  const NodeFigures& figures = row.figures.nodes[place];
  if (figures.io_ms > 0) {
    return figures.io_ms >= kLeastIoMs && figures.io_ms >= kHalf * figures.exclusive_ms;
  }
  return figures.shared_read >= kLeastBlocks &&
         figures.shared_read >= kHalf * (figures.shared_hit + figures.shared_read);
}

// Processes that read side by side have their reading added up.
double waited_ms(const NodeFigures& figures) {
  return figures.exclusive_ms > 0 ? std::min(figures.io_ms, figures.exclusive_ms) : figures.io_ms;
}

double at_stake(const NodeFigures& figures) {
  if (figures.io_ms > 0) return waited_ms(figures);
  const double blocks = figures.shared_hit + figures.shared_read;
  return figures.exclusive_ms * kHalf * figures.shared_read / blocks;
}

Remedy remedy_of_reading(const PlanNode& node, bool timed) {
  const std::string relation = relation_identifier(node);
  std::string text =
      "Read less: an index for the condition, or one that holds all columns that are asked for. "
      "Where the same blocks are read again and again, the server's memory is too small for them: "
      "compare `shared_buffers` with the sizes of the tables in use.";
  if (!relation.empty()) {
    text += fmt::format(
        " After a restart: `CREATE EXTENSION IF NOT EXISTS pg_prewarm; SELECT "
        "pg_prewarm('{}');`.",
        relation);
  }
  if (!timed) {
    text += " `SET track_io_timing = on;` (a superuser's setting) tells how long the reads take.";
  }
  return {"code", text};
}

void check_reading(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  const bool timed = figures.io_ms > 0;

  Finding finding = plan_finding(row, kRule, place);
  finding.title =
      timed ? fmt::format("{} waits {} for the disk", node_words(node), plan_ms(waited_ms(figures)))
            : fmt::format("{} reads {} from outside of shared_buffers", node_words(node),
                          plan_blocks(figures.shared_read));
  finding.evidence.push_back(of_node(
      "read",
      fmt::format("{} blocks, {}", rows_words(figures.shared_read),
                  share_words(figures.shared_read, figures.shared_hit + figures.shared_read)),
      place));
  if (timed) {
    finding.evidence.push_back(of_node("reading, all processes", plan_ms(figures.io_ms), place));
  }
  finding.remedy = remedy_of_reading(node, timed);
  finding.confidence = timed ? Confidence::kMedium : Confidence::kLow;
  finding.confidence_because =
      timed ? "the reads are timed; one run does not tell how often the blocks are in memory"
            : "the blocks are counted, but they may come from the system's cache, and the next run "
              "may find them in memory";
  finding.verify =
      "Run `EXPLAIN (ANALYZE, BUFFERS)` twice: what the second run still prints as `read` does not "
      "stay in memory.";
  finding.rollback = "Nothing was changed by reading; settings go back with `ALTER SYSTEM RESET`.";
  finding.caveats.push_back("The first run after a restart always reads.");
  weigh(finding, row, at_stake(figures));
  if (!timed) cap(finding, Level::kLow);
  findings.push_back(std::move(finding));
}

// ---- more blocks than rows need -----------------------------------------------------------------

// Rows that the node looked at; a loop that finds none still has to look.
double rows_looked_at(const NodeFigures& figures) {
  return std::max({figures.rows + figures.rows_removed, figures.loops, 1.0});
}

bool is_sparse(const PlanRow& row, std::size_t place) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  const double blocks = figures.shared_hit + figures.shared_read;
  if (blocks < kLeastBlocks || with_workers(node, PlanNumber::kLossyHeapBlocks) > 0) return false;
  if (is_index_scan(node)) return blocks > kBlocksOfRow * rows_looked_at(figures);
  return node.is("Seq Scan") && node.number(PlanNumber::kPlanWidth) < kWideRow &&
         node.has(PlanNumber::kPlanWidth) && blocks > rows_looked_at(figures);
}

Remedy remedy_of_bloat(const PlanNode& node) {
  if (is_index_scan(node) && node.has(PlanText::kIndexName)) {
    return {"sql",
            fmt::format("VACUUM (VERBOSE) {};\nREINDEX INDEX CONCURRENTLY {};",
                        relation_or_table(node), identifier(node.text(PlanText::kIndexName)))};
  }
  return {"sql",
          fmt::format("VACUUM (VERBOSE, ANALYZE) {0};\n-- what VACUUM cannot give back: at a "
                      "quiet hour, for it locks the table,\nVACUUM (FULL, ANALYZE) {0};",
                      relation_or_table(node))};
}

void check_sparse(const PlanRow& row, std::size_t place, Findings& findings) {
  const PlanNode& node = row.plan.nodes[place];
  const NodeFigures& figures = row.figures.nodes[place];
  const double blocks = figures.shared_hit + figures.shared_read;
  const double rows = rows_looked_at(figures);
  const double needed = is_index_scan(node) ? kBlocksOfRow * rows : rows;

  Finding finding = plan_finding(row, kRule, place);
  finding.key += ":sparse";
  finding.title = fmt::format("{} touches {} blocks for {} rows: bloat is likely", node_words(node),
                              rows_words(blocks), rows_words(figures.rows + figures.rows_removed));
  finding.evidence.push_back(
      of_node("blocks", fmt::format("{} ({})", rows_words(blocks), plan_blocks(blocks)), place));
  finding.evidence.push_back(of_node("rows looked at", rows_words(rows), place));
  finding.remedy = remedy_of_bloat(node);
  finding.confidence = is_index_scan(node) ? Confidence::kLow : Confidence::kMedium;
  finding.confidence_because =
      is_index_scan(node)
          ? "dead rows and emptied pages look like this, but so does a condition on a later column "
            "of the index"
          : "pages that hold less than one row each are empty or full of dead rows";
  finding.verify =
      "`EXPLAIN (ANALYZE, BUFFERS)` touches fewer blocks; `pgstattuple` tells the dead part before "
      "and after.";
  finding.rollback = "Not needed: the rows stay as they are.";
  finding.caveats.push_back(
      "Dead rows come back while an old transaction keeps VACUUM from removing them.");
  weigh(finding, row, figures.exclusive_ms * (1 - needed / blocks));
  cap(finding, Level::kMedium);
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  std::size_t worst = kNoNode;
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const NodeFigures& figures = row.figures.nodes[place];
    if (!figures.executed) continue;
    if (is_sparse(row, place)) check_sparse(row, place, findings);
    if (!waits_for_disk(row, place)) continue;
    if (worst == kNoNode || at_stake(figures) > at_stake(row.figures.nodes[worst])) worst = place;
  }
  if (worst != kNoNode) check_reading(row, worst, findings);
}

}  // namespace

Findings reads_from_disk(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
