// SPDX-License-Identifier: MIT
// What a part of an Office document in XML says about active content and encryption: relationships to elsewhere, fields
// that start programs, macros that are declared; and the binary parts that a document in one XML file holds. Pure.
#pragma once
#include <string>
#include <string_view>

namespace ooxml {

enum class Marker {
  remote_template,
  remote_object,
  remote_frame,
  dde_field,
  dde_link,
  macro,        // a VBA project is declared
  macro_sheet,  // Excel 4.0
  odf_macro,
  odf_encrypted,
};

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void marker(Marker marker, std::string_view text) = 0;
  virtual void binary(const std::string& name, std::string_view base64) = 0;  // as it stands
};

// By its first element: a part that could have markers.
bool is_of_interest(std::string_view xml);
void read(std::string_view xml, Listener& listener);

}  // namespace ooxml
