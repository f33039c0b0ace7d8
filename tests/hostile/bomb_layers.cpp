// SPDX-License-Identifier: MIT
// E-03 and E-11: layers without end, of two kinds in turn, of one kind a thousand times, and of every kind there is.
// Depth is counted over all formats together.
#include "hostile/bomb.h"
#include "support/archives.h"
#include "support/cabinets.h"
#include "support/documents.h"
#include "support/iso_images.h"
#include "support/office/ole_samples.h"
#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using Wrap = std::string (*)(const std::string& inner);

std::string in_mail(const std::string& inner) {
  return mail_with("inside", {{"application/octet-stream", "inner.bin", inner}});
}
std::string in_tnef(const std::string& inner) {
  return TnefWriter().rendering().title("inner.bin").data(inner).bytes();
}
std::string in_zip(const std::string& inner) {
  return zip_of({deflated_entry("inner.bin", inner)});
}
std::string in_7z(const std::string& inner) {
  return packed_by("7zip", {{"inner.bin", inner}});
}
std::string in_gzip(const std::string& inner) {
  return stream_of("gzip", inner);
}
std::string in_tar(const std::string& inner) {
  return tar_of({{"inner.bin", inner}});
}
std::string in_ole(const std::string& inner) {
  return CfbWriter().scattered().stream("\1Ole10Native", ole10_native("inner.bin", inner)).bytes();
}
std::string in_pdf(const std::string& inner) {
  return pdf_with_attachment("inner.bin", inner);
}
std::string in_notebook(const std::string& inner) {
  return notebook({{"inner.bin", inner, 0}});
}
std::string in_cab(const std::string& inner) {
  return cab_of({{"inner.bin", inner}});
}
std::string in_iso(const std::string& inner) {
  return iso_of({{"INNER.BIN;1", inner}}, {});
}
std::string in_page(const std::string& inner) {
  return "<html><body><a href=\"data:application/octet-stream;base64," + base64(inner) + "\">x</a></body></html>";
}

std::string wrapped(std::string inner, std::initializer_list<Wrap> layers) {
  for (const Wrap wrap : layers) inner = wrap(inner);
  return inner;
}

// The archive holds the payload and the next layer, so that what is above the limit is still found.
std::string droste(size_t layers, bool is_mixed) {
  std::string inner = "the innermost";
  for (size_t n = 0; n < layers; ++n) {
    if (is_mixed && n % 2 == 0)
      inner = tar_of({{"b.zip", inner}, {"virus.com", eicar()}});
    else
      inner = zip_of({stored_entry("a.tar", inner), deflated_entry("virus.com", eicar())});
  }
  return inner;
}

}  // namespace

std::vector<Recipe> bomb_layer_recipes() {
  std::vector<Recipe> all;
  all.push_back(bomb("droste", "an archive in an archive, a thousand times, the payload in each",
                     [] { return droste(1000, false); }, {"limit-depth"}));
  all.push_back(bomb("droste-two", "A holds B, B holds A, five hundred times each", [] { return droste(1000, true); },
                     {"limit-depth"}));
  all.push_back(bomb("layers-mail-tnef",
                     "zip, mail, TNEF, zip, 7z, gzip, tar: each by another decoder, all within the limit",
                     [] {
                       return wrapped(eicar(), {in_tar, in_gzip, in_7z, in_zip, in_tnef, in_mail, in_zip});
                     },
                     {}));
  all.push_back(bomb("layers-documents",
                     "a page in a PDF in an OLE file in a cabinet in a notebook in TNEF in a disk image",
                     [] {
                       return wrapped(eicar(), {in_page, in_pdf, in_ole, in_cab, in_notebook, in_tnef, in_iso});
                     },
                     {}));
  all.push_back(bomb("layers-all-kinds", "every kind of layer, round and round, the payload beside them",
                     [] {
                       std::string inner = "the innermost";
                       for (int round = 0; round < 4; ++round)
                         inner = wrapped(inner, {in_tar, in_gzip, in_7z, in_page, in_pdf, in_ole, in_notebook, in_iso,
                                                 in_gzip, in_cab, in_zip, in_tnef, in_mail});
                       return zip_of({deflated_entry("virus.com", eicar()), deflated_entry("inner.bin", inner)});
                     },
                     {"limit-depth"}));
  return all;
}

}  // namespace postern::testing
