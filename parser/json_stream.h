// Walks through the JSON objects of a piece of a file, whatever holds them: one on each line, an
// array (compact or pretty-printed), or a document with an array of entries under a key that
// exporters use (`events`, `records`, `logRecords`, ...). It enters such arrays without waiting for
// their end, so they may be larger than memory, unless told to keep them whole. Text that is no
// JSON comes out line by line, or up to where an entry of an array begins in the line: a compact
// document may lack its beginning. The time it takes is linear in the bytes, whatever they are.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/json.h"

namespace pgcounsel {

class JsonStream {
 public:
  enum class Item {
    kObject,  // an entry: fields(), begin(), end(), line()
    kStray,   // what is broken, of a line all or up to the next entry: text(), begin(), line()
    kEnd      // nothing more that is complete
  };

  // What becomes of an object that holds an array of entries.
  enum class Arrays {
    kEnter,  // the entries come out, what stands around them does not
    kKeep    // it is an entry like others
  };

  // `bytes` begin where an entry may begin; `last`: nothing follows them in the file.
  JsonStream(std::string_view bytes, std::uint64_t first_line, bool last,
             Arrays arrays = Arrays::kEnter)
      : bytes_(bytes),
        last_(last),
        enters_(arrays == Arrays::kEnter),
        line_(first_line),
        item_line_(first_line) {}

  Item next();

  // The line that begins here, if it can be that of one object; else nothing. Who can read it takes
  // its object as the next item, which then has no fields().
  std::string_view object_line();
  void take_line(std::size_t size);
  // All bytes from the line on that begins here, if it can begin with an object; else nothing. What
  // is taken of them must end before the newline.
  std::string_view object_start();

  const JsonFields& fields() const { return fields_; }
  std::string_view text() const { return bytes_.substr(begin_, end_ - begin_); }
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return end_; }
  std::uint64_t line() const { return item_line_; }  // where the item begins

  // Bytes and lines that need not come again.
  std::size_t consumed() const { return line_ == 1 && !last_ ? done_ : at_; }
  std::uint64_t next_line() const { return line_; }

 private:
  enum class Found { kClosed, kContainer, kOpen, kBroken };
  enum class Step { kAgain, kItem, kEnd };

  void skip_separators();
  void move_to(std::size_t to);
  std::size_t line_end(std::size_t from) const;  // of the newline, or of the bytes
  Step object_here();
  Step key_here();
  bool begins_torn() const;
  bool is_patient() const;
  Step refused_object(std::size_t end);
  Step stray_line();
  Step take(Item item, std::size_t end);
  std::string_view trimmed_line() const;
  bool read_line_object(std::size_t& container);
  Found scan(std::size_t from, bool enter, std::size_t& stop);
  Found give_up(Found found, std::size_t from, std::size_t at);
  std::size_t string_end(std::size_t quote, std::size_t limit) const;
  bool opens_container(std::size_t bracket) const;

  std::string_view bytes_;
  bool last_;
  bool enters_;
  bool fresh_line_ = true;  // only blanks stand between here and the start of the line
  std::size_t at_ = 0;
  // Behind the last item or array that was entered: on the first line the next piece begins here.
  std::size_t done_ = 0;
  std::uint64_t line_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t item_line_;
  Item item_ = Item::kEnd;
  JsonReader reader_;
  JsonFields fields_;
  std::string open_;                                  // the brackets that are open
  std::size_t wasted_ = 0;                            // bytes scanned for values that had no end
  mutable std::size_t line_from_ = 1, line_end_ = 0;  // from line_from_ to line_end_ is no newline
};

// Where an entry of an array begins between `from` and `limit`: `{"key":` behind `},` or `[`, so
// that it is none inside of a string. `is_known` is false where the text ends before it is told.
struct JsonEntryStart {
  std::size_t at = std::string_view::npos;
  bool is_known = true;
};
JsonEntryStart find_json_entry(std::string_view text, std::size_t from, std::size_t limit);

}  // namespace pgcounsel
