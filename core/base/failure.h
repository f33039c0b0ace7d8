// SPDX-License-Identifier: MIT
// What the machine does wrong (disk, peer, deadline): thrown here, caught once per mail, answered 451. The text is for the
// log; the client learns nothing of our insides. What a mail does wrong is never an exception but a value in a product.
#pragma once
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace postern::base {

struct TemporaryFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// errno as an exception: throw_errno("open", path).
[[noreturn]] inline void throw_errno(const std::string& what, const std::string& object = {}) {
  throw std::system_error(errno, std::generic_category(), object.empty() ? what : what + " " + object);
}

}  // namespace postern::base
