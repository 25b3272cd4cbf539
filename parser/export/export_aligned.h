// psql's aligned tables: ` a | b ` above `---+---`, one line a row, `+` at the end of a cell that
// goes on in the next line. Cells stand where the dashes tell, counted in characters.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

class AlignedTable {
 public:
  // Looks for the first table in `bytes`.
  explicit AlignedTable(std::string_view bytes);

  const std::vector<std::string>& header() const { return header_; }
  // The cells of the next row, as many as the header has; false at the end of the table. Further
  // tables with the same header (`\watch`) go on.
  bool next(std::vector<std::string>& cells);
  // Lines that are no row of the table.
  std::uint64_t strays() const { return strays_; }

 private:
  std::string_view take_line();
  bool begin_table(std::string_view heading, std::string_view dashes);
  // Adds the line's cells to those of a row; false where it does not fit. `goes_on` gets whether
  // the next line belongs to the row.
  bool add_line(std::string_view line, std::vector<std::string>& cells, bool& goes_on) const;

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::vector<std::size_t> widths_;
  std::vector<std::string> header_;
  std::uint64_t strays_ = 0;
};

}  // namespace pgcounsel
