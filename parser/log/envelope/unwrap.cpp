// Of numbered messages it is known without reading them where they begin and end. Streams without
// numbers are put together and read first, for only the reader knows where their records end. Then
// the cut is chosen, and what begins before it is given out. Where a stream was read beyond the
// cut, what its reader counted there is taken off again.

#include "parser/log/envelope/unwrap.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include "parser/log/envelope/unwrap_cut.h"
#include "parser/log/envelope/unwrap_runs.h"

namespace pgcounsel {
namespace {

void fill_in(LogRecord& record, const Envelope& envelope) {
  record.line = envelope.line;
  record.offset = envelope.offset;
  record.server = envelope.host;
  if (!record.has_time && envelope.time) {
    record.time = envelope.time->time;
    record.has_time = true;
    record.time_of_envelope = true;
    record.has_fraction = envelope.time->has_fraction;
    record.zone_is_certain = envelope.time->zone_is_certain;
  }
  if (record.pid == 0) record.pid = envelope.pid;
  if (!record.session.known() && record.pid != 0) record.session = session_of_pid(record.pid);
}

// A stream put together and read.
struct Stream {
  const Run* run = nullptr;
  RunText text;
  ChunkRecords read;
  std::size_t taken = 0;

  // The piece that holds the byte `at` of the text.
  std::size_t piece_at(std::size_t at) const {
    const auto behind =
        std::upper_bound(text.pieces.begin(), text.pieces.end(), at,
                         [](std::size_t a, const RunText::Piece& piece) { return a < piece.at; });
    const auto index = static_cast<std::size_t>(behind - text.pieces.begin());
    return index == 0 ? 0 : index - 1;
  }
};

class Unwrapper {
 public:
  Unwrapper(Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs, ChunkRecords& out)
      : envelopes_(envelopes),
        chunk_(chunk),
        out_(out),
        runs_(runs_of(envelopes, chunk, logs)),
        open_from_(chunk.bytes.size()) {}

  std::size_t unwrap() {
    for (const Run& run : runs_.list) {
      if (run.is_numbered) {
        add_span(run.first, run.last);
        if (!run.is_complete) leave_open(run.first);
      } else {
        read_stream(run);
      }
    }
    cut_ = latest_cut(spans_, open_from_);
    give_messages();
    for (Stream& stream : streams_) give_stream(stream);
    give_counts();
    sort_records();
    out_.arena.take(std::move(envelopes_.arena));
    out_.arena.take(std::move(arena_));
    return cut_;
  }

  std::optional<std::size_t> earliest_cut_behind(std::size_t from) {
    std::vector<std::size_t> places;
    for (const LogRecord& record : out_.records) places.push_back(record.offset);
    return earliest_cut(std::move(spans_), places, from);
  }

 private:
  std::size_t offset_of(std::uint32_t envelope) const { return envelopes_.list[envelope].offset; }

  void add_span(std::uint32_t first, std::uint32_t last) {
    if (offset_of(first) < offset_of(last)) spans_.push_back({offset_of(first), offset_of(last)});
  }
  void leave_open(std::uint32_t envelope) {
    open_from_ = std::min(open_from_, offset_of(envelope));
  }

  void read_stream(const Run& run) {
    Stream& stream = streams_.emplace_back();
    stream.run = &run;
    put_together(run, runs_, envelopes_, arena_, stream.text);
    stream.taken = run.log->read(Chunk{stream.text.text, 1, run.is_complete}, stream.read);
    add_spans(stream);
    if (stream.taken < stream.text.text.size()) {
      leave_open(stream.text.pieces[stream.piece_at(stream.taken)].envelope);
    }
  }

  // Of the records, each up to the next, and of what no reader could read before them.
  void add_spans(const Stream& stream) {
    const auto& pieces = stream.text.pieces;
    const auto& records = stream.read.records;
    const std::size_t first = records.empty() ? stream.taken : records.front().offset;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < pieces.size() && pieces[i].at < first; ++i) {
      if (!pieces[i].goes_on) begin = i;
      add_span(pieces[begin].envelope, pieces[i].envelope);
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::size_t end = i + 1 < records.size() ? records[i + 1].offset : stream.taken;
      add_span(pieces[stream.piece_at(records[i].offset)].envelope,
               pieces[stream.piece_at(std::max(end, records[i].offset + 1) - 1)].envelope);
    }
  }

  void note_unparsed(std::uint64_t count, std::uint64_t line) {
    if (count == 0) return;
    unparsed_ += count;
    first_unparsed_ = first_unparsed_ == 0 ? line : std::min(first_unparsed_, line);
  }

  void give_messages() {
    RunText text;
    for (const Run& run : runs_.list) {
      if (!run.is_numbered || offset_of(run.first) >= cut_) continue;
      const Envelope& first = envelopes_.list[run.first];
      if (run.is_torn) ++out_.torn_messages;
      put_together(run, runs_, envelopes_, arena_, text);
      give_message(run, text.text, first);
    }
  }

  void give_message(const Run& run, std::string_view text, const Envelope& first) {
    const std::size_t before = out_.records.size();
    const std::uint64_t unparsed_before = std::exchange(out_.unparsed, 0);
    const std::uint64_t first_before = std::exchange(out_.first_unparsed, 0);
    run.log->read(Chunk{text, first.line, true}, out_);
    const bool is_read = out_.records.size() > before;
    note_unparsed(is_read ? out_.unparsed : std::min<std::uint64_t>(out_.unparsed, 1), first.line);
    out_.unparsed = unparsed_before;
    out_.first_unparsed = first_before;
    for (std::size_t i = before; i < out_.records.size(); ++i) fill_in(out_.records[i], first);
  }

  void give_stream(Stream& stream) {
    drop_behind_cut(stream);
    const auto& pieces = stream.text.pieces;
    for (LogRecord& record : stream.read.records) {
      fill_in(record, envelopes_.list[pieces[stream.piece_at(record.offset)].envelope]);
      out_.records.push_back(record);
    }
    if (stream.read.unparsed > 0) {
      const std::uint64_t line = stream.read.first_unparsed;
      const auto behind =
          std::upper_bound(pieces.begin(), pieces.end(), line,
                           [](std::uint64_t a, const auto& piece) { return a < piece.line; });
      const auto& piece = behind == pieces.begin() ? pieces.front() : *std::prev(behind);
      note_unparsed(stream.read.unparsed, envelopes_.list[piece.envelope].line);
    }
    for (const std::string_view text : stream.read.unparsed_lines) keep_unparsed_line(text);
    out_.torn_messages += stream.read.torn_messages;
    out_.arena.take(std::move(stream.read.arena));
  }

  void drop_behind_cut(Stream& stream) const {
    const auto& pieces = stream.text.pieces;
    const auto kept = std::partition_point(
        pieces.begin(), pieces.end(),
        [this](const RunText::Piece& piece) { return offset_of(piece.envelope) < cut_; });
    if (kept == pieces.end() || kept->at >= stream.taken) return;
    const std::string_view behind = stream.text.text.substr(kept->at);
    ChunkRecords& read = stream.read;
    std::erase_if(read.records, [&](const LogRecord& record) { return record.offset >= kept->at; });
    if (read.unparsed == 0) return;
    ChunkRecords rest;
    stream.run->log->read(Chunk{behind, 1, stream.run->is_complete}, rest);
    read.unparsed -= std::min(read.unparsed, rest.unparsed);
    std::erase_if(read.unparsed_lines,
                  [&](std::string_view line) { return line.data() >= behind.data(); });
  }

  void keep_unparsed_line(std::string_view text) {
    const std::uint64_t unparsed = out_.unparsed;
    out_.count_unparsed(0, text);
    out_.unparsed = unparsed;
  }

  void give_counts() {
    for (const Envelopes::Stray& stray : envelopes_.strays) {
      if (stray.offset >= cut_) break;
      note_unparsed(1, stray.line);
      keep_unparsed_line(stray.text);
    }
    for (const Envelopes::Loss& loss : envelopes_.losses) {
      if (loss.offset < cut_) out_.lost_messages += loss.messages;
    }
    for (const std::size_t offset : runs_.foreign) out_.foreign += offset < cut_ ? 1 : 0;
    if (unparsed_ > 0 && (out_.unparsed == 0 || first_unparsed_ < out_.first_unparsed)) {
      out_.first_unparsed = first_unparsed_;
    }
    out_.unparsed += unparsed_;
    out_.lines = lines_already_ + lines_taken();
  }

  // Whatever begins at the cut says which line that is.
  std::uint64_t lines_taken() const {
    if (cut_ == chunk_.bytes.size()) return envelopes_.lines;
    const auto& list = envelopes_.list;
    const auto found =
        std::lower_bound(list.begin(), list.end(), cut_,
                         [](const Envelope& a, std::size_t cut) { return a.offset < cut; });
    return found == list.end() ? envelopes_.lines : found->line - chunk_.first_line;
  }

  void sort_records() {
    const auto begin = out_.records.begin() + static_cast<std::ptrdiff_t>(already_);
    const auto is_earlier = [](const LogRecord& a, const LogRecord& b) {
      return a.offset < b.offset;
    };
    if (!std::is_sorted(begin, out_.records.end(), is_earlier)) {
      std::stable_sort(begin, out_.records.end(), is_earlier);
    }
  }

  Envelopes& envelopes_;
  const Chunk& chunk_;
  ChunkRecords& out_;
  const std::size_t already_ = out_.records.size();
  const std::uint64_t lines_already_ = out_.lines;
  const Runs runs_;
  TextArena arena_;
  std::vector<Span> spans_;
  std::deque<Stream> streams_;
  std::size_t open_from_;
  std::size_t cut_ = 0;
  std::uint64_t unparsed_ = 0, first_unparsed_ = 0;
};

bool is_beginning(std::string_view line) {
  return !line.empty() && line.front() != '\t';
}

}  // namespace

std::size_t unwrap(Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs,
                   ChunkRecords& out) {
  return Unwrapper(envelopes, chunk, logs, out).unwrap();
}

std::optional<std::size_t> earliest_cut(Envelopes& envelopes, const Chunk& chunk,
                                        const InnerLogs& logs, std::size_t from) {
  ChunkRecords read;
  Unwrapper unwrapper(envelopes, chunk, logs, read);
  unwrapper.unwrap();
  return unwrapper.earliest_cut_behind(from);
}

std::vector<InnerLines> inner_lines(const Envelopes& envelopes) {
  std::vector<InnerLines> all;
  for (const Envelope& envelope : envelopes.list) {
    auto found = std::find_if(all.begin(), all.end(), [&](const InnerLines& lines) {
      return lines.program == envelope.program;
    });
    if (found == all.end()) found = all.insert(all.end(), {envelope.program, {}});
    std::string_view rest = envelope.text;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      if (is_beginning(line)) found->lines.push_back(line);
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
  }
  return all;
}

}  // namespace pgcounsel
