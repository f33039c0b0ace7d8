// SPDX-License-Identifier: MIT
// One request with descriptors over a stream socket between worker and companion: length, bytes, SCM_RIGHTS on the first byte.
#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"

namespace postern::decode {

struct Passed {
  std::string bytes;
  std::vector<base::UniqueFd> descriptors;
};

bool send_passed(int socket, std::string_view bytes, std::initializer_list<int> descriptors);  // false: the peer is gone
std::optional<Passed> receive_passed(int socket);                                            // nullopt: the peer is gone

}  // namespace postern::decode
