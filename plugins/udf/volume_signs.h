// SPDX-License-Identifier: MIT
// Is there a UDF volume in some bytes, where does it end, and do its descriptors tell of more than libudfread shows: it
// takes the first of each kind, other readers another. Pure and bounded: a few hundred blocks are looked at.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace udf_plugin {

// ECMA-167 2/9: from block 16 on, also behind the descriptors of ISO 9660.
bool is_udf(std::string_view bytes);

struct VolumeSigns {
  uint64_t end = 0;         // in bytes, that of an ISO 9660 volume in the same image included
  std::string second;       // what there is two of: readers may choose the other one
  std::string unsupported;  // what nobody here follows
};

VolumeSigns volume_signs(std::string_view bytes);

}  // namespace udf_plugin
