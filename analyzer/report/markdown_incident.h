// The parts of the story of one window in which a pool was full. Internal to the markdown report.
// Each returns blocks of markdown, empty when it has nothing to say. `level` is that of its
// headings.
#pragma once
#include <string>

#include "analyzer/report/markdown_page.h"

namespace pgcounsel {

// Picture and table of what happened when.
std::string timeline_block(const PoolIncident& incident);
// What the cause is, what it is not, and what the log cannot tell.
std::string suspects_block(const Page& page, Anchors& anchors, const PoolIncident& incident,
                           int level);
bool has_suspects(const PoolWindow& window);
// Who held the connections meanwhile.
std::string window_holders_block(const Page& page, Anchors& anchors, const PoolIncident& incident,
                                 int level);

// The lines of the page's alert behind its headline.
std::string incident_lines(const Page& page, const Anchors& anchors);

}  // namespace pgcounsel
