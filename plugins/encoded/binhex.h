// SPDX-License-Identifier: MIT
// BinHex 4.0 (RFC 1741, appendix A): a Macintosh file with its two forks, in six bits per character and with runs
// shortened. In: the text from its first ":" on. Out: the name, then the bytes of each fork, in pieces to the writer,
// since a run may stand for 255 bytes. It never fails; a damaged file ends early. The writer may throw.
#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace postern::encoded {

class BinHexWriter {
 public:
  virtual ~BinHexWriter() = default;
  virtual void begin(std::string_view name, bool is_resource_fork) = 0;  // not called for an empty fork
  virtual void write(std::string_view piece) = 0;
  virtual void end(bool is_whole) = 0;
};

// False: there was no header.
bool decode_binhex(std::string_view text, BinHexWriter& to);

}  // namespace postern::encoded
