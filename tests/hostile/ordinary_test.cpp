// SPDX-License-Identifier: MIT
// Ordinary mail: none of it may be called ambiguous, encrypted or over a limit.
#include <gtest/gtest.h>

#include <algorithm>

#include "config/configuration.h"
#include "hostile/ordinary_mail.h"
#include "support/genisoimage.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

cli::Examiner& examiner() {
  static cli::Examiner one(config::load("").configuration, true);
  return one;
}

class Ordinary : public ::testing::TestWithParam<size_t> {};

TEST_P(Ordinary, MailRaisesNoAlarm) {
  for (size_t shape = 0; shape < ordinary_shapes; ++shape) {
    const std::string mail = ordinary_mail(GetParam(), shape);
    EXPECT_EQ(alarms(examiner(), mail), "") << "shape " << shape << "\n" << mail.substr(0, 6000);
  }
}

INSTANTIATE_TEST_SUITE_P(Styles, Ordinary, ::testing::Range(size_t{0}, ordinary_styles().size()),
                         [](const auto& instance) {
                           std::string name = ordinary_styles()[instance.param].name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Both decoders open an image that has both kinds of trees.
TEST(OrdinaryDisk, ImagesRaiseNoAlarm) {
  const std::vector<File> files = {{"a.txt", "hello"},
                                   {"folder/minutes.zip", zip({{"minutes.txt", "Minutes"}})},
                                   {"folder/log.gz", gzip("hello")},
                                   {"page.html", "<html><body>hello</body></html>"},
                                   {"photo.png", "\x89PNG\r\n\x1a\n" + std::string(500, 'x')}};
  const std::vector<std::string> writers[] = {{"-udf", "-J", "-R"}, {"-udf"}, {"-J", "-R"}};
  for (const auto& options : writers) {
    const std::string image = genisoimage_of(files, options);
    if (image.empty()) GTEST_SKIP() << "genisoimage is not installed";
    const std::string mail = mail_with("Minutes", {{"application/octet-stream", "minutes.iso", image}});
    EXPECT_EQ(alarms(examiner(), mail), "") << options.front() << options.size();
  }
}

}  // namespace
}  // namespace postern::testing
