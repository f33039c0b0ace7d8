// SPDX-License-Identifier: MIT
// The MIME type of bytes by what they are, not by what they are called: own tables for the common signatures and for
// text, libmagic for the rest (at most its first 256 kB). Names are libmagic's, so that rules written for file(1)
// apply (of our own where it has none), with three exceptions that do not change with libmagic's version or with what
// stands inside the file: every program that starts with MZ is application/x-dosexec, an OLE2 file is
// application/x-ole-storage or one of the types listed in ole_type(), and a ZIP file is application/zip or one of the
// types listed in zip_type(). Never empty. The database is opened by the constructor, so make the object before the
// process is confined; one per process, not for several threads at once. Errors: base::TemporaryFailure from the
// constructor.
#pragma once
#include <memory>
#include <string>
#include <string_view>

struct magic_set;

namespace postern::decode {

class TypeDetector {
 public:
  TypeDetector();
  ~TypeDetector();
  TypeDetector(TypeDetector&&) noexcept;
  TypeDetector& operator=(TypeDetector&&) noexcept;

  std::string detect(std::string_view bytes) const;

 private:
  struct Close {
    void operator()(magic_set* cookie) const;
  };
  std::unique_ptr<magic_set, Close> magic_;
};

}  // namespace postern::decode
