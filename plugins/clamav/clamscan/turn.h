// SPDX-License-Identifier: MIT
// One at a time on this machine: a lock (flock(2)) on the database that clamscan loads, so it also keeps workers of another generation and
// of another Postern apart. Ends with this value, or with its process. Errors: postern::Error, POSTERN_E_TIMEOUT when the deadline
// comes first, POSTERN_E_IO when the database cannot be opened.
#pragma once
#include <string>

#include <postern/support/deadline.h>

namespace postern::clamscan {

class Turn {
 public:
  Turn(const std::string& database, const support::Deadline& deadline);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  int fd_;
};

}  // namespace postern::clamscan
