// SPDX-License-Identifier: MIT
// Descriptors for parts, for engines that are given a file: the mail's own, or a sealed copy made when somebody asks and kept until
// the mail is done. Safe to ask from several scanner threads.
#pragma once
#include <map>
#include <mutex>

#include "base/unique_fd.h"
#include "mail/contents.h"
#include "mail/received_mail.h"

namespace postern::scan {

class PartFiles {
 public:
  PartFiles(const mail::ReceivedMail& mail, const mail::Contents& contents) : mail_(mail), contents_(contents) {}
  int descriptor(uint32_t part);  // read-only, offset 0 is the part's first byte. Errors: std::system_error

 private:
  const mail::ReceivedMail& mail_;
  const mail::Contents& contents_;
  std::mutex mutex_;
  std::map<uint32_t, base::UniqueFd> copies_;
};

}  // namespace postern::scan
