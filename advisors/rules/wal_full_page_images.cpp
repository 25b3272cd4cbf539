// WAL that consists mostly of whole pages, and SELECTs that write: hint bits of rows that nobody
// has looked at since they were written.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kRule = "wal_full_page_images";
constexpr double kBlockBytes = 8192;
constexpr double kMegabyte = 1024 * 1024;
constexpr double kHalf = 0.5;
constexpr double kLeastWal = kMegabyte;
constexpr double kMuchWal = 100 * kMegabyte;
constexpr double kLeastBlocks = 128;     // 1 MB
constexpr double kManyBlocks = 131'072;  // 1 GB
constexpr double kLeastShare = 0.1;      // of the blocks that the node touched

// ---- whole pages in the WAL ---------------------------------------------------------------------

void check_wal(const PlanRow& row, Findings& findings) {
  const PlanNode& root = row.plan.root();
  const double wal = root.number(PlanNumber::kWalBytes);
  const double images = root.number(PlanNumber::kWalFullPageImages);
  const double bytes = std::min(wal, images * kBlockBytes);
  if (wal < kLeastWal || bytes < kHalf * wal) return;

  Finding finding = plan_finding(row, kRule, 0);
  finding.title =
      fmt::format("{} writes {} whole pages into the WAL", node_words(root), rows_words(images));
  finding.evidence.push_back(of_node("WAL", plan_kilobytes(wal / 1024), 0));
  finding.evidence.push_back(
      of_node("records", rows_words(root.number(PlanNumber::kWalRecords)), 0));
  finding.evidence.push_back(of_node(
      "whole pages",
      fmt::format("{}, up to {} of the WAL", rows_words(images), share_words(bytes, wal)), 0));
  finding.remedy = {
      "sql",
      "-- after each checkpoint the first change of a page writes it whole: fewer checkpoints\n"
      "ALTER SYSTEM SET max_wal_size = '8GB';\n"
      "ALTER SYSTEM SET checkpoint_timeout = '30min';\n"
      "ALTER SYSTEM SET wal_compression = on;\n"
      "SELECT pg_reload_conf();"};
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "the pages are counted; one execution soon after a checkpoint always writes them, and "
      "compression makes them smaller";
  finding.verify =
      "`EXPLAIN (ANALYZE, WAL)` run again before the next checkpoint prints hardly any `fpi`.";
  finding.rollback =
      "`ALTER SYSTEM RESET max_wal_size; ALTER SYSTEM RESET checkpoint_timeout; ALTER SYSTEM RESET "
      "wal_compression; SELECT pg_reload_conf();`";
  finding.caveats.emplace_back(
      "Fewer checkpoints make a restart after a crash longer. Random keys (UUIDs) touch a page for "
      "each row: keys in order touch fewer.");
  weigh(finding, row, 0);
  finding.level = bytes >= kMuchWal ? Level::kMedium : Level::kLow;
  findings.push_back(std::move(finding));
}

// ---- a SELECT that writes -----------------------------------------------------------------------

std::size_t dirtiest_of(const PlanRow& row) {
  std::size_t worst = kNoNode;
  double most = 0;
  for (std::size_t place = 0; place < row.plan.nodes.size(); ++place) {
    const NodeFigures& figures = row.figures.nodes[place];
    const double blocks = figures.shared_dirtied + figures.shared_written;
    if (!figures.executed || blocks <= most) continue;
    most = blocks;
    worst = place;
  }
  return worst;
}

Remedy remedy_of_dirt(const PlanRow& row, std::size_t place) {
  const NodeFigures& figures = row.figures.nodes[place];
  if (figures.shared_written > figures.shared_dirtied) {
    return {"setting",
            "The query had to write other queries' pages to get room: more often by the background "
            "writer, `ALTER SYSTEM SET bgwriter_lru_maxpages = 1000; ALTER SYSTEM SET "
            "bgwriter_delay = '50ms'; SELECT pg_reload_conf();`, or larger `shared_buffers` (needs "
            "a restart)."};
  }
  const std::string relation = relation_identifier(row.plan.nodes[place]);
  return {"sql", fmt::format("-- after a bulk load or a large UPDATE, before the first readers\n"
                             "VACUUM (ANALYZE){}{};",
                             relation.empty() ? "" : " ", relation)};
}

void check_select(const PlanRow& row, Findings& findings) {
  if (writes_rows(row.plan)) return;
  const std::size_t place = dirtiest_of(row);
  if (place == kNoNode) return;
  const NodeFigures& figures = row.figures.nodes[place];
  const double blocks = figures.shared_dirtied + figures.shared_written;
  const double touched = figures.shared_hit + figures.shared_read;
  if (blocks < kLeastBlocks || blocks < kLeastShare * touched) return;

  Finding finding = plan_finding(row, kRule, place);
  finding.title = fmt::format("A SELECT writes: {} dirtied {} blocks and wrote {}",
                              node_words(row.plan.nodes[place]), rows_words(figures.shared_dirtied),
                              rows_words(figures.shared_written));
  finding.evidence.push_back(of_node("dirtied",
                                     fmt::format("{} ({})", rows_words(figures.shared_dirtied),
                                                 plan_blocks(figures.shared_dirtied)),
                                     place));
  finding.evidence.push_back(of_node("written",
                                     fmt::format("{} ({})", rows_words(figures.shared_written),
                                                 plan_blocks(figures.shared_written)),
                                     place));
  finding.remedy = remedy_of_dirt(row, place);
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "blocks are counted; the first reader after a change sets hint bits and prunes rows, later "
      "ones do not";
  finding.verify = "Run `EXPLAIN (ANALYZE, BUFFERS)` again: it prints no `dirtied`.";
  finding.rollback = "Not needed for VACUUM; `ALTER SYSTEM RESET ...` for settings.";
  finding.caveats.emplace_back("A function that the query calls may write, too.");
  weigh(finding, row, 0);
  finding.level = blocks >= kManyBlocks ? Level::kMedium : Level::kLow;
  findings.push_back(std::move(finding));
}

void check(const PlanRow& row, Findings& findings) {
  if (!row.figures.has_actual) return;
  check_wal(row, findings);
  check_select(row, findings);
}

}  // namespace

Findings wal_full_page_images(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
