// SPDX-License-Identifier: MIT
#include "scan/part_files.h"

#include "base/sealed_file.h"

namespace postern::scan {

int PartFiles::descriptor(uint32_t index) {
  if (index == 0) return mail_.content.fd();
  const std::lock_guard lock(mutex_);
  auto [at, is_new] = copies_.try_emplace(index);
  if (is_new) {
    base::SealedFile copy;
    copy.write(contents_.bytes(contents_.parts()[index], mail_.content.bytes()));
    at->second = copy.seal();
  }
  return at->second.get();
}

}  // namespace postern::scan
