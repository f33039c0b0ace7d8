// SPDX-License-Identifier: MIT
// An RTF text: bytes in; embedded objects, stored data, fields and the template out, in order. Pure, one pass, and one
// state however deep the groups are. Objects are hexadecimal text that writers of evil files interrupt with groups,
// controls and blanks; where readers could take different bytes out of it, all readings are given.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace rtf {

enum class Kind {
  object,      // \objdata: an object of OLE 1.0
  data_store,  // \datastore
};
struct Data {
  Kind kind = Kind::object;
  std::string class_name;             // of the object, as the text has it
  std::vector<std::string> readings;  // at least one
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void data(const Data& data) = 0;
  virtual void template_path(const std::string& path) = 0;
  virtual void field(const std::string& instruction) = 0;  // its beginning
  virtual void object_updates() = 0;                       // an object that is to be loaded before anybody clicks
  virtual void too_deep() = 0;                             // data in data in data: not all of it was followed
};

bool is_rtf(std::string_view bytes);
void read(std::string_view text, Listener& listener);

}  // namespace rtf
