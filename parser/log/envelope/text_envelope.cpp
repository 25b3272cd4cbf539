#include "parser/log/envelope/text_envelope.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "parser/lines.h"
#include "parser/log/envelope/carrier_notice.h"
#include "parser/log/envelope/journald_export.h"
#include "parser/log/envelope/json_envelope.h"
#include "parser/log/envelope/message_number.h"
#include "parser/log/envelope/syslog_frame.h"
#include "parser/log/line_tag.h"

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"syslog", "journald export", "CRI", "logplex",
                                                    "aws logs tail"};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// rsyslog writes control characters as `#` and three octal digits; -1: there is none here.
int escaped_control(std::string_view text) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  if (text.size() < 4 || !is_octal(text[1]) || !is_octal(text[2]) || !is_octal(text[3])) return -1;
  const int code = (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
  return code < 32 || code == 127 ? code : -1;
}

std::string_view unescaped(std::string_view text, TextArena& arena) {
  std::size_t at = text.find('#');
  while (at != std::string_view::npos && escaped_control(text.substr(at)) < 0) {
    at = text.find('#', at + 1);
  }
  if (at == std::string_view::npos) return text;
  std::string block;
  std::size_t done = 0;
  for (; at != std::string_view::npos; at = text.find('#', at)) {
    const int code = escaped_control(text.substr(at));
    if (code < 0) {
      ++at;
      continue;
    }
    block.append(text, done, at - done);
    block.push_back(static_cast<char>(code));
    at += 4;
    done = at;
  }
  block.append(text, done);
  return arena.keep(block);
}

// `2025-08-29T14:15:10.123456789Z stderr F text`; P instead of F: the line goes on.
bool read_cri(std::string_view line, const Zone& zone, Envelope& out) {
  if (line.size() < 20 || line[10] != 'T') return false;
  const auto time = parse_log_time(line, zone);
  if (!time) return false;
  line.remove_prefix(time->length);
  for (const std::string_view stream : {" stderr ", " stdout "}) {
    if (!line.starts_with(stream)) continue;
    line.remove_prefix(stream.size());
    const std::string_view tag = line.substr(0, line.find(' '));
    const std::string_view kind = tag.substr(0, tag.find(':'));
    if (kind != "F" && kind != "P") return false;
    out.time = *time;
    out.stream = stream.substr(1, stream.size() - 2);
    out.goes_on = kind == "P";
    out.text = line.substr(std::min(line.size(), tag.size() + 1));
    return true;
  }
  return false;
}

// `2023-06-05T19:33:14.123000+00:00 stream text`
bool read_aws_tail(std::string_view line, const Zone& zone, Envelope& out) {
  if (line.size() < 20 || line[10] != 'T') return false;
  const auto time = parse_log_time(line, zone);
  if (!time || line.substr(time->length, 1) != " ") return false;
  line.remove_prefix(time->length + 1);
  const std::size_t end = line.find(' ');
  if (end == 0 || end == std::string_view::npos) return false;
  out.time = *time;
  out.host = instance_of_stream(line.substr(0, end));
  out.text = line.substr(end + 1);
  return true;
}

bool holds_severity(std::string_view text) {
  constexpr std::size_t kFarthest = 300;
  for (std::size_t at = 0; at < std::min(text.size(), kFarthest); ++at) {
    if (text[at] < 'A' || text[at] > 'Z') continue;
    if (at > 0 && text[at - 1] != ' ' && text[at - 1] != ':') continue;
    if (read_line_tag(text.substr(at))) return true;
  }
  return false;
}

class Reader {
 public:
  Reader(const TextEnvelopeFormat& format, const Chunk& chunk, Envelopes& out)
      : format_(format),
        chunk_(chunk),
        out_(out),
        header_(format.dialect),
        line_(chunk.first_line) {}

  std::size_t read() {
    constexpr std::size_t kUsualLine = 160;
    const std::string_view bytes = chunk_.bytes;
    out_.list.reserve(out_.list.size() + bytes.size() / kUsualLine);
    while (at_ < bytes.size() && (format_.has_frames ? read_piece() : read_entry())) {
    }
    out_.lines += line_ - chunk_.first_line;
    return at_;
  }

 private:
  bool has_frames() const {
    return format_.kind == TextEnvelopeKind::kSyslog || format_.kind == TextEnvelopeKind::kLogplex;
  }

  // The entry at at_, mostly a line; false where the chunk does not hold all of it.
  bool read_entry() {
    const std::string_view bytes = chunk_.bytes;
    const SyslogFrame frame = has_frames() ? read_syslog_frame(bytes.substr(at_)) : SyslogFrame{};
    const std::size_t begin = at_ + frame.begin;
    std::size_t end = 0, next = 0;
    std::uint64_t lines = 0;
    if (frame.size > 0) {
      end = next = begin + frame.size;
      if (next >= bytes.size() && !chunk_.last) return false;
      end = std::min(end, bytes.size());
      next = end < bytes.size() && bytes[end] == '\n' ? end + 1 : end;
      lines = lines_until(next);
    } else if (!find_entry(end, next, lines)) {
      return false;
    }
    take(bytes.substr(begin, end - begin), next);
    line_ += lines;
    return true;
  }

  // The same where frames are the rule, so that something else has to end where they begin.
  bool read_piece() {
    using Kind = SyslogFrames::Piece::Kind;
    const SyslogFrames frames(chunk_.bytes, chunk_.last);
    SyslogFrames::Piece piece = frames.piece_at(at_);
    if (piece.kind == Kind::kMore) return false;
    if (piece.kind == Kind::kLine) {
      std::uint64_t lines = 0;
      if (!find_entry(piece.end, piece.next, lines)) return false;
      const auto other = frames.find(at_ + 1, piece.end);
      if (!other.is_known) return false;
      if (other.at) piece.end = piece.next = *other.at;
    }
    const std::string_view text = chunk_.bytes.substr(piece.begin, piece.end - piece.begin);
    const std::uint64_t lines = lines_until(piece.next);
    if (piece.kind == Kind::kStray) {
      add_stray(text);
      at_ = piece.next;
    } else {
      take(text, piece.next);
    }
    line_ += lines;
    return true;
  }

  std::uint64_t lines_until(std::size_t next) const {
    const std::string_view bytes = chunk_.bytes.substr(at_, next - at_);
    const bool is_end = next == chunk_.bytes.size() && !bytes.ends_with('\n');
    return newlines_in(bytes) + (is_end ? 1 : 0);
  }

  // Counted once, whatever its lines are.
  void add_stray(std::string_view text) {
    const std::size_t first = text.find_first_not_of("\r\n");
    if (first == std::string_view::npos) return;
    const std::uint64_t line = line_ + newlines_in(text.substr(0, first));
    text.remove_prefix(first);
    out_.strays.push_back({line, at_ + first, text.substr(0, text.find_first_of("\r\n"))});
  }

  // The end of the entry at at_, without its newline, and where the next one begins; false where
  // the chunk does not hold all of it.
  bool find_entry(std::size_t& end, std::size_t& next, std::uint64_t& lines) const {
    const std::string_view bytes = chunk_.bytes;
    next = at_;
    while (true) {
      ++lines;
      const void* newline = std::memchr(bytes.data() + next, '\n', bytes.size() - next);
      if (newline == nullptr) {
        end = next = bytes.size();
        return chunk_.last;
      }
      end = static_cast<std::size_t>(static_cast<const char*>(newline) - bytes.data());
      next = end + 1;
      if (next == bytes.size()) return chunk_.last;
      if (!is_blank(bytes[next])) return true;
    }
  }

  void take(std::string_view entry, std::size_t next) {
    while (entry.ends_with('\n') || entry.ends_with('\r')) entry.remove_suffix(1);
    Envelope envelope;
    envelope.line = line_;
    envelope.offset = at_;
    envelope.end = next;
    if (read_header(entry, envelope)) {
      add(entry, envelope);
    } else if (!entry.empty() && !is_journal_notice(entry)) {
      out_.strays.push_back({line_, at_, entry.substr(0, entry.find('\n'))});
    }
    at_ = next;
  }

  bool read_header(std::string_view entry, Envelope& envelope) {
    switch (format_.kind) {
      case TextEnvelopeKind::kCri:
        return read_cri(entry, format_.dialect.zone, envelope);
      case TextEnvelopeKind::kAwsTail:
        return read_aws_tail(entry, format_.dialect.zone, envelope);
      default:
        return header_.read(entry, envelope);
    }
  }

  // `-- Journal begins at ...`
  bool is_journal_notice(std::string_view entry) const {
    return format_.kind == TextEnvelopeKind::kSyslog && entry.starts_with("-- ");
  }

  void add(std::string_view entry, Envelope& envelope) {
    if (!has_frames()) {
      out_.list.push_back(envelope);
      return;
    }
    if (const auto lost = messages_lost(envelope.program, envelope.text)) {
      out_.losses.push_back({envelope.offset, *lost});
    }
    const bool may_repeat = envelope.text.starts_with("message rep") || envelope.program.empty();
    if (may_repeat && repeat(envelope)) return;
    const auto width = static_cast<std::size_t>(envelope.text.data() - entry.data());
    envelope.text = unescaped(without_indent(envelope.text, width), out_.arena);
    out_.list.push_back(envelope);
  }

  // Stands for the repetitions that the carrier left out.
  bool repeat(Envelope& envelope) {
    constexpr std::uint64_t kMost = 1000;
    const auto found = read_repetition(envelope.text);
    if (!found) return false;
    const std::uint64_t copies = found->text.empty() ? 0 : std::min(found->times, kMost);
    envelope.text = unescaped(found->text, out_.arena);
    out_.list.insert(out_.list.end(), static_cast<std::size_t>(copies), envelope);
    if (copies < found->times) out_.losses.push_back({envelope.offset, found->times - copies});
    return true;
  }

  // journalctl indents the further lines of a message by the width of the header.
  std::string_view without_indent(std::string_view text, std::size_t width) {
    const std::size_t newline = text.find('\n');
    if (newline == std::string_view::npos) return text;
    const std::string indent(width, ' ');
    if (!text.substr(newline + 1).starts_with(indent)) return text;
    std::string block;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      block.append(text, 0, end);
      text.remove_prefix(end);
      if (text.empty()) break;
      block.push_back('\n');
      text.remove_prefix(1);
      if (text.starts_with(indent)) text.remove_prefix(width);
    }
    return out_.arena.keep(block);
  }

  const TextEnvelopeFormat& format_;
  const Chunk& chunk_;
  Envelopes& out_;
  SyslogHeaderReader header_;
  std::size_t at_ = 0;
  std::uint64_t line_;
};

// What the lines of a head look like.
struct Survey {
  std::size_t lines = 0, syslog = 0, logplex = 0, cri = 0, aws_tail = 0;
  bool lacks_years = false, has_frames = false;

  void add(std::string_view line, SyslogHeaderReader& header, const Zone& zone) {
    ++lines;
    Envelope envelope;
    if (read_cri(line, zone, envelope)) {
      ++cri;
    } else if (header.read(line, envelope)) {
      ++syslog;
      if (header.is_logplex()) ++logplex;
      if (!envelope.time) lacks_years = true;
    } else if (read_aws_tail(line, zone, envelope) && holds_severity(envelope.text)) {
      ++aws_tail;
    }
  }
};

Survey survey_of(std::string_view head, const SyslogDialect& dialect) {
  constexpr std::size_t kLines = 1000;
  Survey survey;
  SyslogHeaderReader header(dialect);
  const std::vector<std::string_view> frames = frames_of_head(head, kLines);
  for (const std::string_view frame : frames) survey.add(frame, header, dialect.zone);
  survey.has_frames = !frames.empty();
  if (survey.has_frames) return survey;
  while (!head.empty() && survey.lines < kLines) {
    const SyslogFrame frame = read_syslog_frame(head);
    const std::size_t end =
        std::min(frame.size > 0 ? frame.begin + frame.size : std::min(head.find('\n'), head.size()),
                 head.size());
    // A line that the head cuts off says little, unless it is the only one.
    if (end == head.size() && survey.lines > 0 && !head.ends_with('\n')) break;
    std::string_view line = head.substr(frame.begin, end - std::min(end, frame.begin));
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const bool counts = !line.empty() && !is_blank(line.front()) && !line.starts_with("-- ");
    if (counts) survey.add(line, header, dialect.zone);
    head.remove_prefix(std::min(head.size(), std::max<std::size_t>(end, 1)));
    if (head.starts_with('\n')) head.remove_prefix(1);
  }
  return survey;
}

std::optional<TextEnvelopeFormat> kind_of(std::string_view head, const Zone& zone) {
  TextEnvelopeFormat format;
  format.dialect.zone = zone;
  if (looks_like_journald_export(head)) {
    format.kind = TextEnvelopeKind::kJournaldExport;
    return format;
  }
  const Survey survey = survey_of(head, format.dialect);
  const auto are_most = [&survey](std::size_t lines) { return lines * 2 > survey.lines; };
  if (are_most(survey.cri)) {
    format.kind = TextEnvelopeKind::kCri;
  } else if (are_most(survey.syslog)) {
    const bool is_logplex = survey.logplex * 2 > survey.syslog;
    format.kind = is_logplex ? TextEnvelopeKind::kLogplex : TextEnvelopeKind::kSyslog;
    format.lacks_years = survey.lacks_years;
    format.has_frames = survey.has_frames;
  } else if (are_most(survey.aws_tail)) {
    format.kind = TextEnvelopeKind::kAwsTail;
  } else {
    return std::nullopt;
  }
  return format;
}

}  // namespace

std::string_view name_of(TextEnvelopeKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<TextEnvelopeFormat> recognise_text_envelope(std::string_view head, const Zone& zone) {
  auto format = kind_of(head, zone);
  if (!format) return std::nullopt;
  format->dialect.numbers = MessageNumbers::kNone;
  Envelopes envelopes;
  read_text_envelopes(*format, Chunk{head, 1, true}, envelopes);
  format->dialect.numbers = message_numbers_of(envelopes);
  return format;
}

std::size_t read_text_envelopes(const TextEnvelopeFormat& format, const Chunk& chunk,
                                Envelopes& out) {
  if (format.kind == TextEnvelopeKind::kJournaldExport)
    return read_journald_export(format.dialect.numbers, chunk, out);
  return Reader(format, chunk, out).read();
}

}  // namespace pgcounsel
