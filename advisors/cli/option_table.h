// THE table of commands and options: what the command line accepts, what --help prints. An option
// stands here once it has an effect in a command, and nowhere else.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "advisors/cli/options.h"

namespace pgcounsel {

struct CommandInfo {
  Command command;
  std::string_view name;
  std::string_view usage;     // behind `pgcounsel NAME`
  std::string_view summary;   // one line
  std::string_view examples;  // commands and what they are for, two lines each
};

struct OptionInfo {
  std::string_view name;
  char letter;             // 0: none
  std::string_view value;  // "FILE"; empty: a switch
  std::string_view help;
  unsigned commands;        // bits of Command
  bool may_repeat = false;  // its values are joined with commas
};

const std::vector<CommandInfo>& command_table();
const std::vector<OptionInfo>& option_table();

const CommandInfo& info_of(Command command);
bool takes(const OptionInfo& option, Command command);
std::vector<OptionInfo> options_of(Command command);

std::string general_help();
std::string help_of(Command command);

}  // namespace pgcounsel
