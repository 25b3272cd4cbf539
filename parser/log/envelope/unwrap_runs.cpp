#include "parser/log/envelope/unwrap_runs.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "parser/lines.h"
#include "parser/log/envelope/syslog_parts.h"

namespace pgcounsel {
namespace {

constexpr std::uint32_t kNone = kNoEnvelope;

struct Source {
  std::string_view host, program, stream;
  const InnerLog* log = nullptr;
};

// Numbers the sources. Neighbours mostly have the same one.
class Sources {
 public:
  explicit Sources(const InnerLogs& logs) : logs_(logs) {}

  std::uint32_t number_of(const Envelope& envelope) {
    if (!all_.empty() && is_of(all_[last_], envelope)) return last_;
    key_.assign(envelope.host).append(1, '\0').append(envelope.program).append(1, '\0');
    key_.append(envelope.stream);
    const auto [found, is_new] = numbers_.try_emplace(key_, all_.size());
    if (is_new) {
      all_.push_back({envelope.host, envelope.program, envelope.stream, logs_(envelope.program)});
    }
    return last_ = found->second;
  }

  const InnerLog* log_of(std::uint32_t number) const { return all_[number].log; }

 private:
  static bool is_of(const Source& source, const Envelope& envelope) {
    return source.program == envelope.program && source.host == envelope.host &&
           source.stream == envelope.stream;
  }

  const InnerLogs& logs_;
  std::vector<Source> all_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::string key_;
  std::uint32_t last_ = 0;
};

struct Process {
  std::uint32_t message = kNone, plain = kNone;  // the runs that may go on
};

class Gatherer {
 public:
  Gatherer(const Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs)
      : list_(envelopes.list), chunk_(chunk), sources_(logs) {}

  Runs runs() {
    runs_.next.assign(list_.size(), kNone);
    for (std::uint32_t i = 0; i < list_.size(); ++i) {
      const Envelope& envelope = list_[i];
      const std::uint32_t source = sources_.number_of(envelope);
      const InnerLog* log = sources_.log_of(source);
      if (log == nullptr) {
        runs_.foreign.push_back(envelope.offset);
        continue;
      }
      Process& process = processes_[std::uint64_t{source} << 32 | envelope.pid];
      if (envelope.part > 0) {
        add_part(process, log, i);
      } else {
        add_plain(process, log, i);
      }
    }
    for (Run& run : runs_.list) {
      if (!run.is_complete) run.is_complete = chunk_.last || is_far(run, chunk_.bytes.size());
    }
    return std::move(runs_);
  }

 private:
  bool is_far(const Run& run, std::size_t offset) const {
    return offset > list_[run.last].end + kFarthestPiece;
  }

  void begin(std::uint32_t& open, const InnerLog* log, std::uint32_t i) {
    if (open != kNone) runs_.list[open].is_complete = true;
    open = static_cast<std::uint32_t>(runs_.list.size());
    Run run;
    run.log = log;
    run.first = run.last = i;
    run.count = 1;
    runs_.list.push_back(run);
  }

  void append(Run& run, std::uint32_t i) {
    runs_.next[run.last] = i;
    run.last = i;
    ++run.count;
  }

  void add_part(Process& process, const InnerLog* log, std::uint32_t i) {
    const Envelope& part = list_[i];
    if (process.message != kNone) {
      Run& run = runs_.list[process.message];
      const Envelope& before = list_[run.last];
      const bool follows = before.message == part.message && part.part > before.part;
      if (follows && !is_far(run, part.offset)) {
        if (part.part != before.part + 1) run.is_torn = true;
        append(run, i);
        return;
      }
    }
    begin(process.message, log, i);
    Run& run = runs_.list.back();
    run.is_numbered = true;
    run.is_torn = part.part != 1;
  }

  void add_plain(Process& process, const InnerLog* log, std::uint32_t i) {
    const bool is_open =
        process.plain != kNone && !is_far(runs_.list[process.plain], list_[i].offset);
    if (is_open) {
      append(runs_.list[process.plain], i);
    } else {
      begin(process.plain, log, i);
    }
  }

  const std::vector<Envelope>& list_;
  const Chunk& chunk_;
  Sources sources_;
  std::unordered_map<std::uint64_t, Process> processes_;
  Runs runs_;
};

bool begins_entry(const Run& run, std::string_view text) {
  return run.log->begins_entry && run.log->begins_entry(text);
}

// Whether `right` begins as the message does: with the year or the first key of the prefix.
bool begins_alike(std::string_view first, std::string_view right) {
  constexpr std::size_t kAlike = 4;
  return first.size() > kAlike && right.starts_with(first.substr(0, kAlike));
}

Joint joint_between(const Run& run, const Envelope& first, const Envelope& left,
                    const Envelope& right) {
  if (left.goes_on) return Joint::kNothing;
  if (right.pid == 0) return Joint::kNewline;  // no syslog
  if (run.is_numbered && begins_alike(first.text, right.text)) return Joint::kNewline;
  return joint_of(left.text, right.text, run.is_numbered, run.log->begins_entry);
}

// The pieces of a run that are put together.
class Assembly {
 public:
  Assembly(const Run& run, const Runs& runs, const Envelopes& envelopes)
      : run_(run), runs_(runs), list_(envelopes.list) {}

  // Writes to `begin`, where there is room for most_bytes(), and answers the end.
  char* write(char* const begin, RunText& out) const {
    char* to = begin;
    const auto put = [&to](std::string_view text) { to = std::copy(text.begin(), text.end(), to); };
    std::uint64_t line = 1;
    std::uint32_t before = kNone;
    bool skips = false;  // behind a gap
    std::uint64_t part = list_[run_.first].part;
    for (std::uint32_t i = run_.first; i != kNone; i = runs_.next[i]) {
      const Envelope& piece = list_[i];
      if (run_.is_numbered && i != run_.first && piece.part != part + 1) skips = true;
      part = piece.part;
      if (skips && !begins_entry(run_, piece.text)) continue;
      const Joint joint = before == kNone ? Joint::kNothing
                          : skips         ? Joint::kNewline
                                  : joint_between(run_, list_[run_.first], list_[before], piece);
      skips = false;
      put(text_of(joint));
      if (!run_.is_numbered) {
        if (joint == Joint::kNewline) ++line;
        const bool goes_on = before != kNone && (joint != Joint::kNewline || piece.text.empty() ||
                                                 piece.text.starts_with('\t'));
        out.pieces.push_back({static_cast<std::size_t>(to - begin), line, i, goes_on});
        line += newlines_in(piece.text);
      }
      put(piece.text);
      before = i;
    }
    if (!run_.is_numbered && !list_[run_.last].goes_on) *to++ = '\n';
    return to;
  }

  std::size_t most_bytes() const {
    constexpr std::size_t kLongestJoint = 2;
    std::size_t size = 0;
    for (std::uint32_t i = run_.first; i != kNone; i = runs_.next[i]) {
      size += list_[i].text.size() + kLongestJoint;
    }
    return size;
  }

 private:
  const Run& run_;
  const Runs& runs_;
  const std::vector<Envelope>& list_;
};

}  // namespace

Runs runs_of(const Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs) {
  return Gatherer(envelopes, chunk, logs).runs();
}

void put_together(const Run& run, const Runs& runs, const Envelopes& envelopes, TextArena& arena,
                  RunText& out) {
  out.pieces.clear();
  if (run.is_numbered && run.count == 1) {
    out.text = envelopes.list[run.first].text;
    return;
  }
  const Assembly assembly(run, runs, envelopes);
  out.text =
      arena.write(assembly.most_bytes(), [&](char* begin) { return assembly.write(begin, out); });
}

}  // namespace pgcounsel
