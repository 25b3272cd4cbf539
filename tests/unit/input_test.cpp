#include "parser/input.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

using testing::TestWithParam;
using Names = std::vector<std::string>;

// The files that `arguments` (of the scratch folder) name, without the folder.
Names expanded(const Scratch& scratch, const Names& arguments) {
  Names paths;
  for (const std::string& argument : arguments) paths.push_back(scratch.path(argument));
  auto files = expand_inputs(paths);
  if (!files) return {"error: " + files.error().message};
  for (std::string& file : *files) file.erase(0, scratch.folder().size() + 1);
  return *files;
}

TEST(ExpandInputs, TheOldestFileOfARotationComesFirst) {
  const Scratch scratch;
  for (const char* name : {"pg/x.log", "pg/x.log.1", "pg/x.log.10.gz", "pg/x.log.2.gz"}) {
    scratch.write(name, "x");
  }
  EXPECT_EQ(expanded(scratch, {"pg"}),
            (Names{"pg/x.log.10.gz", "pg/x.log.2.gz", "pg/x.log.1", "pg/x.log"}));
}

TEST(ExpandInputs, NamesWithDatesAreInTheirOrder) {
  const Scratch scratch;
  for (const char* name :
       {"pg/postgresql-2026-11-26_000000.log", "pg/postgresql-2026-11-24.log.zst",
        "pg/postgresql-2026-11-25_000000.log"}) {
    scratch.write(name, "x");
  }
  EXPECT_EQ(expanded(scratch, {"pg"}),
            (Names{"pg/postgresql-2026-11-24.log.zst", "pg/postgresql-2026-11-25_000000.log",
                   "pg/postgresql-2026-11-26_000000.log"}));
}

TEST(ExpandInputs, EachLogOfADirectoryKeepsItsRotation) {
  const Scratch scratch;
  for (const char* name : {"pg/a.log", "pg/a.log.1", "pg/b.log", "pg/b.log.1"}) {
    scratch.write(name, "x");
  }
  EXPECT_EQ(expanded(scratch, {"pg"}), (Names{"pg/a.log.1", "pg/a.log", "pg/b.log.1", "pg/b.log"}));
}

TEST(ExpandInputs, GoesIntoFoldersButNotIntoHiddenOnes) {
  const Scratch scratch;
  for (const char* name :
       {"pg/main/x.log", "pg/replica/x.log", "pg/.snapshot/x.log", "pg/.x.log"}) {
    scratch.write(name, "x");
  }
  EXPECT_EQ(expanded(scratch, {"pg"}), (Names{"pg/main/x.log", "pg/replica/x.log"}));
}

TEST(ExpandInputs, AHiddenFileThatIsNamedIsRead) {
  const Scratch scratch;
  scratch.write(".x.log", "x");
  EXPECT_EQ(expanded(scratch, {".x.log"}), Names{".x.log"});
}

TEST(ExpandInputs, LeavesOutWhatIsNoFile) {
  const Scratch scratch;
  scratch.write("pg/x.log", "x");
  ASSERT_EQ(::mkfifo(scratch.path("pg/pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", scratch.path("pg/dangling.log"));
  EXPECT_EQ(expanded(scratch, {"pg"}), Names{"pg/x.log"});
}

TEST(ExpandInputs, ALinkToAFileIsAFileAndALinkToAFolderIsNoLoop) {
  const Scratch scratch;
  scratch.write("other/y.log", "x");
  scratch.write("pg/x.log", "x");
  std::filesystem::create_symlink(scratch.path("other/y.log"), scratch.path("pg/y.log"));
  std::filesystem::create_directory_symlink(scratch.path("pg"), scratch.path("pg/again"));
  EXPECT_EQ(expanded(scratch, {"pg"}), (Names{"pg/x.log", "pg/y.log"}));
}

TEST(ExpandInputs, KeepsTheOrderOfTheArguments) {
  const Scratch scratch;
  scratch.write("z.log", "x");
  scratch.write("pg/a.log", "x");
  EXPECT_EQ(expanded(scratch, {"z.log", "pg", "z.log"}), (Names{"z.log", "pg/a.log", "z.log"}));
}

TEST(ExpandInputs, StandardInputAndMissingFilesAreTakenAsGiven) {
  // What cannot be opened is told where it is opened.
  const Names arguments{"-", "/no/such.log"};
  const auto files = expand_inputs(arguments);
  ASSERT_TRUE(files.has_value());
  EXPECT_EQ(*files, arguments);
}

TEST(ExpandInputs, AnEmptyFolderIsAnErrorThatNamesIt) {
  const Scratch scratch;
  std::filesystem::create_directories(scratch.path("empty/inside"));
  const Names arguments{scratch.path("empty")};
  const auto files = expand_inputs(arguments);
  ASSERT_FALSE(files.has_value());
  EXPECT_TRUE(files.error().message.starts_with(arguments[0] + ": ")) << files.error().message;
}

TEST(ExpandInputs, AFolderThatCannotBeListedIsAnErrorThatNamesIt) {
  const Scratch scratch;
  scratch.write("pg/x.log", "x");
  const Unprivileged somebody(scratch);
  ASSERT_EQ(::chmod(scratch.path("pg").c_str(), 0), 0);
  const Names arguments{scratch.path("pg")};
  const auto files = expand_inputs(arguments);
  EXPECT_EQ(::chmod(arguments[0].c_str(), 0700), 0);
  ASSERT_FALSE(files.has_value());
  EXPECT_TRUE(files.error().message.starts_with(arguments[0] + ": ")) << files.error().message;
}

// ---- InputStream

struct Reading {
  std::string bytes;
  std::string error;  // empty: read to the end
};

Reading read_all(InputStream& stream, std::size_t step = 4096) {
  Reading reading;
  std::string buffer(step, '\0');
  while (true) {
    const auto got = stream.read(buffer.data(), buffer.size());
    if (!got) {
      reading.error = got.error().message;
      return reading;
    }
    if (*got == 0) return reading;
    reading.bytes.append(buffer, 0, *got);
  }
}

Reading read_all(const std::string& path, std::size_t step = 4096) {
  auto stream = InputStream::open(path);
  if (!stream) return {"", stream.error().message};
  return read_all(*stream, step);
}

// Lines that no compressor makes much smaller, so that an archive has many blocks' worth of bytes.
std::string log_of(std::size_t lines) {
  std::string log;
  std::uint64_t state = 7;
  for (std::size_t i = 0; i < lines; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    log += "2026-11-25 10:00:00.000 UTC [" + std::to_string(state >> 40) +
           "] LOG:  " + std::to_string(state) + "\n";
  }
  return log;
}

struct Compressor {
  const char* name;
  const char* command;
};

void PrintTo(const Compressor& compressor, std::ostream* out) {
  *out << compressor.name;
}

class Compressed : public TestWithParam<Compressor> {
 protected:
  std::string compressed(const std::string& bytes) const {
    scratch_.write("plain", bytes);
    return run(std::string(GetParam().command) + " < " + scratch_.path("plain"));
  }
  // Whether the bytes are enough to see that they are compressed.
  static constexpr std::size_t kShownBy = 18;

  Scratch scratch_;
};

TEST_P(Compressed, IsReadWhateverItsNameSays) {
  const std::string log = log_of(3000);
  const std::string path = scratch_.write("x.log", compressed(log));
  for (const std::size_t step : {1U, 777U, 1U << 20U}) {
    const Reading reading = read_all(path, step);
    EXPECT_EQ(reading.error, "");
    EXPECT_TRUE(reading.bytes == log) << step << ": " << reading.bytes.size() << " bytes";
  }
}

TEST_P(Compressed, NothingCompressedIsAnEmptyInput) {
  const Reading reading = read_all(scratch_.write("x.log", compressed("")));
  EXPECT_EQ(reading.bytes, "");
  EXPECT_EQ(reading.error, "");
}

TEST_P(Compressed, ArchivesOneBehindTheOtherAreOneLog) {
  const std::string first = log_of(50), second = "the second one\n";
  const std::string path = scratch_.write("x", compressed(first) + compressed(second));
  const Reading reading = read_all(path);
  EXPECT_EQ(reading.error, "");
  EXPECT_TRUE(reading.bytes == first + second) << reading.bytes.size();
}

TEST_P(Compressed, WhereverItIsCutTheErrorNamesFileAndPosition) {
  const std::string log = log_of(40);
  const std::string archive = compressed(log);
  ASSERT_LT(archive.size(), log.size());
  for (std::size_t cut = kShownBy; cut < archive.size(); ++cut) {
    const std::string path = scratch_.write("cut", archive.substr(0, cut));
    const Reading reading = read_all(path);
    ASSERT_TRUE(reading.error.starts_with(path + ": ")) << cut << ": " << reading.error;
    const auto at = reading.error.find(" at byte ");
    ASSERT_NE(at, std::string::npos) << cut << ": " << reading.error;
    ASSERT_LE(std::stoul(reading.error.substr(at + 9)), cut) << reading.error;
    ASSERT_TRUE(log.starts_with(reading.bytes)) << cut;
  }
}

TEST_P(Compressed, WhatStandsBeforeACutIsRead) {
  const std::string log = log_of(60'000);  // several blocks of every compressor
  const std::string archive = compressed(log);
  const Reading reading = read_all(scratch_.write("cut", archive.substr(0, archive.size() - 20)));
  EXPECT_NE(reading.error, "");
  EXPECT_GT(reading.bytes.size(), log.size() / 4);
  EXPECT_TRUE(log.starts_with(reading.bytes));
}

TEST_P(Compressed, CountsTheBytesOnDisk) {
  const std::string archive = compressed(log_of(3000));
  auto stream = InputStream::open(scratch_.write("x", archive));
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(stream->size_on_disk(), archive.size());
  EXPECT_LE(stream->bytes_consumed(), archive.size());
  std::string buffer(1 << 20, '\0');
  std::uint64_t before = 0;
  while (true) {
    const auto got = stream->read(buffer.data(), buffer.size());
    ASSERT_TRUE(got.has_value());
    EXPECT_GE(stream->bytes_consumed(), before);
    before = stream->bytes_consumed();
    if (*got == 0) break;
  }
  EXPECT_EQ(stream->bytes_consumed(), archive.size());
}

INSTANTIATE_TEST_SUITE_P(By, Compressed,
                         testing::Values(Compressor{"gzip", "gzip -c"},
                                         Compressor{"zstd", "zstd -q -c"},
                                         Compressor{"xz", "xz -c"},
                                         Compressor{"bzip2", "bzip2 -c"}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(InputStream, ReadsPlainBytesAsTheyAre) {
  const Scratch scratch;
  std::string bytes = log_of(1000);
  bytes += '\0';
  bytes += "\xff\xfe no text\r\n";
  const std::string path = scratch.write("x.log.gz", bytes);  // the name does not matter
  for (const std::size_t step : {1U, 4096U, 1U << 20U}) {
    const Reading reading = read_all(path, step);
    EXPECT_EQ(reading.error, "");
    EXPECT_TRUE(reading.bytes == bytes) << step;
  }
}

TEST(InputStream, ReadsWhatOnlyBeginsLikeCompressedBytes) {
  const Scratch scratch;
  for (const std::string& bytes :
       {std::string("BZh"), std::string("BZhappy new year\n"), std::string("\x1f\x8b"),
        std::string("\x28\xb5\x2f"), std::string("\x50\x2a"), std::string("B"),
        std::string("\x04\x22\x4d"), std::string(4, '\0')}) {
    for (const std::size_t step : {1U, 4096U}) {
      const Reading reading = read_all(scratch.write("x", bytes), step);
      EXPECT_EQ(reading.error, "") << bytes;
      EXPECT_EQ(reading.bytes, bytes);
    }
  }
}

TEST(InputStream, CountsThePlainBytesThatWereHandedOn) {
  const Scratch scratch;
  auto stream = InputStream::open(scratch.write("x", "0123456789"));
  ASSERT_TRUE(stream.has_value());
  EXPECT_EQ(stream->bytes_consumed(), 0U);
  std::string bytes, buffer(3, '\0');
  while (true) {
    const auto got = stream->read(buffer);
    ASSERT_TRUE(got.has_value());
    if (*got == 0) break;
    bytes.append(buffer, 0, *got);
    EXPECT_EQ(stream->bytes_consumed(), bytes.size());
  }
  EXPECT_EQ(bytes, "0123456789");
}

TEST(InputStream, APipeMayGiveByteByByte) {
  const Scratch scratch;
  const std::string log = log_of(3);
  scratch.write("plain", log);
  for (const char* command : {"cat ", "gzip -c "}) {
    const std::string packed = run(command + scratch.path("plain"));
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::thread writer([&] {
      for (const char c : packed) {
        if (::write(ends[1], &c, 1) != 1) break;
        std::this_thread::yield();
      }
      ::close(ends[1]);
    });
    const Reading reading = read_all("/dev/fd/" + std::to_string(ends[0]));
    writer.join();
    ::close(ends[0]);
    EXPECT_EQ(reading.error, "") << command;
    EXPECT_EQ(reading.bytes, log) << command;
  }
}

TEST(InputStream, AnEmptyFileIsNoError) {
  const Scratch scratch;
  const Reading reading = read_all(scratch.write("x.log", ""));
  EXPECT_EQ(reading.bytes, "");
  EXPECT_EQ(reading.error, "");
}

TEST(InputStream, TheEndStaysTheEnd) {
  const Scratch scratch;
  auto stream = InputStream::open(scratch.write("x.log", "abc"));
  ASSERT_TRUE(stream.has_value());
  char buffer[8];
  const auto first = stream->read(buffer, sizeof buffer);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(*first, 3U);
  for (int i = 0; i < 2; ++i) {
    const auto more = stream->read(buffer, sizeof buffer);
    ASSERT_TRUE(more.has_value());
    EXPECT_EQ(*more, 0U);
  }
}

TEST(InputStream, ReadsAPipeWhoseSizeIsNotKnown) {
  const Scratch scratch;
  const std::string pipe = scratch.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::string log = log_of(2000);
  scratch.write("plain", log);
  std::thread writer([&] { run("gzip -c < " + scratch.path("plain") + " > " + pipe); });
  std::uint64_t size = 1;
  std::string bytes;
  if (auto stream = InputStream::open(pipe)) {
    size = stream->size_on_disk();
    bytes = read_all(*stream).bytes;
  }
  writer.join();
  EXPECT_EQ(size, 0U);
  EXPECT_TRUE(bytes == log) << bytes.size();
}

TEST(InputStream, DashIsStandardInput) {
  const Scratch scratch;
  const std::string path = scratch.write("in", "from standard input\n");
  const int kept = ::dup(0);
  ASSERT_GE(kept, 0);
  ASSERT_NE(std::freopen(path.c_str(), "r", stdin), nullptr);
  const Reading reading = read_all("-");
  EXPECT_EQ(::dup2(kept, 0), 0);
  ::close(kept);
  EXPECT_EQ(reading.bytes, "from standard input\n");
  EXPECT_EQ(reading.error, "");
}

struct Unusable {
  const char* name;
  const char* file;
  const char* reason;
};

void PrintTo(const Unusable& unusable, std::ostream* out) {
  *out << unusable.name;
}

class UnusableInput : public TestWithParam<Unusable> {};

TEST_P(UnusableInput, NamesTheFileAndTheReason) {
  const Scratch scratch;
  ASSERT_EQ(::chmod(scratch.write("secret.log", "x").c_str(), 0), 0);
  scratch.write("folder/x.log", "x");
  const Unprivileged somebody(scratch);
  const std::string path = scratch.path(GetParam().file);
  const auto stream = InputStream::open(path);
  ASSERT_FALSE(stream.has_value());
  EXPECT_EQ(stream.error().message, path + ": " + GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Is, UnusableInput,
    testing::Values(Unusable{"missing", "nothing.log", "No such file or directory"},
                    Unusable{"unreadable", "secret.log", "Permission denied"},
                    Unusable{"directory", "folder", "is a directory"},
                    Unusable{"below_a_file", "folder/x.log/y", "Not a directory"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace pgcounsel
