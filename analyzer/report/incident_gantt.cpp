#include "analyzer/report/incident_gantt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analyzer/report/escape.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kBars = 12, kLabelLength = 40, kMostBytes = 1900;
// An instant is a bar of a hundredth of the picture, else nobody sees it.
constexpr int kThinnest = 100;

using Kind = WindowEvent::Kind;

struct Section {
  std::string_view title;
  Kind kind, other;
};
constexpr std::array<Section, 5> kSections{{{"Load", Kind::kLoad, Kind::kLoad},
                                            {"Queries", Kind::kHolder, Kind::kHolder},
                                            {"Locks", Kind::kLock, Kind::kLock},
                                            {"Server", Kind::kServer, Kind::kServer},
                                            {"Pool", Kind::kPool, Kind::kClient}}};

bool is_in(const WindowEvent& event, const Section& section) {
  return event.kind == section.kind || event.kind == section.other;
}

Time end_of(const WindowEvent& event) {
  return std::max(event.until.value_or(event.time), event.time);
}

bool is_critical(const WindowEvent& event) {
  return event.is_cause || event.kind == Kind::kPool;
}

// What is drawn first when there is no room for all.
int weight_of(const WindowEvent& event) {
  return (is_critical(event) ? 4 : 0) + (event.until ? 2 : 0) + (event.count > 0 ? 1 : 0);
}

std::vector<const WindowEvent*> most_telling(const std::vector<WindowEvent>& events,
                                             std::size_t limit) {
  std::vector<const WindowEvent*> chosen;
  for (const WindowEvent& event : events) chosen.push_back(&event);
  std::stable_sort(chosen.begin(), chosen.end(), [](const WindowEvent* a, const WindowEvent* b) {
    return weight_of(*a) > weight_of(*b);
  });
  chosen.resize(std::min(chosen.size(), limit));
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const WindowEvent* a, const WindowEvent* b) { return a->time < b->time; });
  return chosen;
}

// Words that begin a statement of a gantt, in small letters.
bool is_reserved(std::string_view label) {
  constexpr std::array<std::string_view, 17> kWords{"section",
                                                    "title",
                                                    "dateformat",
                                                    "axisformat",
                                                    "tickinterval",
                                                    "includes",
                                                    "excludes",
                                                    "todaymarker",
                                                    "weekday",
                                                    "weekend",
                                                    "click",
                                                    "call",
                                                    "href",
                                                    "gantt",
                                                    "accdescr",
                                                    "acctitle",
                                                    "inclusiveenddates"};
  std::string small(label);
  std::transform(small.begin(), small.end(), small.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const bool is_date = !small.empty() && small.front() >= '0' && small.front() <= '9';
  return is_date || small.starts_with("topaxis") ||
         std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return small.starts_with(word); });
}

std::string picture(const std::vector<const WindowEvent*>& events) {
  Time first = events.front()->time, last = events.front()->time;
  for (const WindowEvent* event : events) {
    first = std::min(first, event->time);
    last = std::max(last, end_of(*event));
  }
  const Micros length = std::max(last - first, kSecond);
  const Micros thinnest = std::max(length / kThinnest, kSecond);
  const std::string_view axis = length < 20 * (kHour / 60) ? "%H:%M:%S"
                                : length < kDay            ? "%H:%M"
                                                           : "%m-%d %H:%M";
  std::string out = fmt::format(
      "gantt\n  title {}, UTC\n  dateFormat YYYY-MM-DD HH:mm:ss\n  axisFormat {}\n"
      "  todayMarker off\n",
      date_of(first), axis);
  std::size_t number = 0;
  for (const Section& section : kSections) {
    bool is_open = false;
    for (const WindowEvent* event : events) {
      if (!is_in(*event, section)) continue;
      if (!is_open) out += fmt::format("  section {}\n", section.title);
      is_open = true;
      const Time end = std::max(end_of(*event), event->time + thinnest);
      out += fmt::format("  {} :{}b{}, {}, {}\n", gantt_label(event->text),
                         is_critical(*event)          ? "crit, "
                         : event->kind == Kind::kLoad ? "active, "
                                                      : "",
                         ++number, plain_seconds(event->time), plain_seconds(end));
    }
  }
  return out;
}

}  // namespace

std::string gantt_label(std::string_view text) {
  constexpr std::string_view kKept = " .,+-/()%=$";
  std::string label;
  for (const char c : one_line(text)) {
    const bool is_word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                         (c >= 'a' && c <= 'z') || c == '_' || (c & '\x80') != 0;
    const char next = is_word || kKept.find(c) != kKept.npos ? c : ' ';
    const bool twice = (next == ' ' || next == '%' || next == '$') && label.ends_with(next);
    if (c != '`' && !twice) label += next;
  }
  label.erase(0, std::min(label.find_first_not_of(" %"), label.size()));
  while (label.ends_with(' ')) label.pop_back();
  if (label.empty()) return "event";
  if (is_reserved(label)) label = "– " + label;
  return shortened(label, kLabelLength);
}

std::string gantt_of(const std::vector<WindowEvent>& events) {
  if (events.empty()) return "";
  std::string out;
  for (std::size_t bars = kBars; bars > 0; --bars) {
    out = picture(most_telling(events, bars));
    if (out.size() <= kMostBytes) break;
  }
  return fenced("mermaid", out) + "\n";
}

}  // namespace pgcounsel
