// SPDX-License-Identifier: MIT
#include "base/sealed_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/content.h"

namespace postern::base {
namespace {

std::string read_all(int fd, size_t size) {
  std::string text(size, '\0');
  EXPECT_EQ(::pread(fd, text.data(), size, 0), static_cast<ssize_t>(size));
  return text;
}

TEST(SealedFile, HoldsWhatWasWrittenInManyPieces) {
  SealedFile file;
  std::string expected;
  for (int i = 0; i < 20000; ++i) {
    const std::string line = "line " + std::to_string(i) + "\r\n";
    file.write(line);
    expected += line;
  }
  EXPECT_EQ(file.size(), expected.size());
  const Content content(file.seal());
  EXPECT_EQ(content.bytes(), expected);
}

TEST(SealedFile, CannotBeChangedOnceSealed) {
  SealedFile file;
  file.write("content");
  const UniqueFd fd = file.seal();
  EXPECT_EQ(::pwrite(fd.get(), "x", 1, 0), -1);
  EXPECT_EQ(errno, EPERM);
  EXPECT_EQ(::pwrite(fd.get(), "x", 1, 7), -1);
  EXPECT_EQ(::ftruncate(fd.get(), 0), -1);
  EXPECT_EQ(::ftruncate(fd.get(), 100), -1);
  EXPECT_EQ(::mmap(nullptr, 7, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0), MAP_FAILED);
  EXPECT_EQ(::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_GROW), -1);
  EXPECT_EQ(read_all(fd.get(), 7), "content");
}

TEST(SealedFile, MovesToDiskPastItsLimitAndKeepsWhatCameBefore) {
  const std::string directory = std::filesystem::temp_directory_path();
  const std::string half(300 * 1024, 'a'), rest(300 * 1024, 'b');  // each more than one write collects
  SealedFile file(directory, 400 * 1024);
  file.write(half);
  file.write(rest);
  const UniqueFd fd = file.seal();
  EXPECT_EQ(::fcntl(fd.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
  const int seals = ::fcntl(fd.get(), F_GET_SEALS);  // < 0: no memfd, nor on a tmpfs
  EXPECT_TRUE(seals < 0 || (seals & F_SEAL_WRITE) == 0) << "still in memory";
  EXPECT_EQ(::pwrite(fd.get(), "x", 1, 0), -1);
  EXPECT_EQ(::ftruncate(fd.get(), 0), -1);
  EXPECT_EQ(read_all(fd.get(), 600 * 1024), half + rest);
}

TEST(SealedFile, StaysInMemoryUpToItsLimit) {
  SealedFile file(std::filesystem::temp_directory_path(), 10);
  file.write("0123456789");
  const int seals = ::fcntl(file.seal().get(), F_GET_SEALS);
  EXPECT_TRUE(seals > 0 && (seals & F_SEAL_WRITE) != 0);
}

TEST(SealedFile, SaysWhenThereIsNoPlaceOnDisk) {
  SealedFile file("/nonexistent", 10);
  file.write("more than ten bytes");
  EXPECT_THROW(file.seal(), std::system_error);
}

TEST(Content, OfNothingIsEmpty) {
  const Content content = Content::of("");
  EXPECT_EQ(content.size(), 0u);
  EXPECT_TRUE(content.bytes().empty());
}

TEST(Content, MovesItsBytesAlong) {
  Content first = Content::of("first"), second = Content::of("second");
  first = std::move(second);
  EXPECT_EQ(first.bytes(), "second");
  const Content third(std::move(first));
  EXPECT_EQ(third.bytes(), "second");
}

}  // namespace
}  // namespace postern::base
