// SPDX-License-Identifier: MIT
// Full disks: 64 KiB of tmpfs where the daemon keeps something. Needs root for the mount, in a mount namespace of our
// own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

#include "faults/house.h"

namespace postern::faults {
namespace {

class SmallDisk {
 public:
  SmallDisk() {
    static const bool is_private = [] {
      return ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    }();
    if (!is_private || ::mount("tmpfs", path().c_str(), "tmpfs", 0, "size=64k,mode=1777") != 0)
      throw std::system_error(errno, std::generic_category(), "mount tmpfs");
  }
  ~SmallDisk() { ::umount2(path().c_str(), MNT_DETACH); }
  std::string path() const { return place_.path(); }
  void grows() const {
    if (::mount("tmpfs", path().c_str(), "tmpfs", MS_REMOUNT, "size=8m,mode=1777") != 0)
      throw std::system_error(errno, std::generic_category(), "remount tmpfs");
  }
  void fills() const {
    std::ofstream file(path() + "/filler", std::ios::binary);
    for (int n = 0; n < 64; ++n) file << std::string(1024, 'x') << std::flush;
  }

 private:
  testing::Directory place_;
};

class Disk : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount a small file system";
  }
};

TEST_F(Disk, full_under_the_quarantine_defers_the_virus_and_heals_without_a_restart) {
  const SmallDisk disk;
  House house({.extra = "[quarantine]\ndirectory = \"" + disk.path() + "/quarantine\"\n"});
  const Letter evil = house.virus(100'000);
  EXPECT_EQ(house.sends(evil).substr(0, 3), "451");
  EXPECT_EQ(house.sends(evil).substr(0, 3), "451");
  EXPECT_FALSE(house.is_quarantined(evil));  // not even a part of it
  const Letter good = house.clean({}, 100'000);
  EXPECT_TRUE(is_success(house.sends(good)));
  EXPECT_EQ(house.delivered(good), 1u);
  disk.grows();
  EXPECT_TRUE(is_success(house.sends(evil)));
  EXPECT_TRUE(house.is_quarantined(evil));
  house.serves_on();
}

TEST_F(Disk, full_to_the_last_byte_under_the_quarantine_defers_too) {
  const SmallDisk disk;
  House house({.extra = "[quarantine]\ndirectory = \"" + disk.path() + "/quarantine\"\n"});
  disk.fills();
  const Letter evil = house.virus();
  EXPECT_EQ(house.sends(evil).substr(0, 3), "451");
  disk.grows();
  EXPECT_TRUE(is_success(house.sends(evil)));
  EXPECT_TRUE(house.is_quarantined(evil));
  house.serves_on();
}

TEST_F(Disk, full_under_the_spool_defers_large_mails_only) {
  const SmallDisk disk;
  House house({.extra = "[receive]\nspool-directory = \"" + disk.path() + "\"\nspool-memory = \"16k\"\n"});
  const Letter large = house.clean({}, 1'000'000);
  EXPECT_TRUE(is_temporary(house.sends(large)));
  EXPECT_EQ(house.delivered(large), 0u);
  EXPECT_TRUE(is_success(house.sends(house.clean())));
  disk.grows();
  EXPECT_TRUE(is_success(house.sends(large)));
  EXPECT_EQ(house.delivered(large), 1u);
  house.serves_on();
}

TEST_F(Disk, full_under_the_logs_delays_no_mail) {
  const SmallDisk disk;
  disk.fills();
  House house({.extra = "[log]\nmail-json = \"" + disk.path() + "/mails.json\"\n"});
  const Letter letter = house.clean();
  EXPECT_TRUE(is_success(house.sends(letter)));
  EXPECT_EQ(house.delivered(letter), 1u);
  house.serves_on();
}

}  // namespace
}  // namespace postern::faults
