// SPDX-License-Identifier: MIT
#include "extract.h"

#include <algorithm>
#include <string>
#include <vector>

#include "file_names.h"
#include "notebook.h"

namespace onenote_plugin {
namespace {

using postern::Child;
using postern::ChildInfo;
using postern::Error;
using postern::Job;
using postern::Part;

constexpr size_t most_names = 65;  // of one part; the host keeps one less and marks the part

class Extraction {
 public:
  Extraction(Job& job, const Part& part) : job_(job), part_(part), text_(part.text()) {}

  void run() {
    if (!is_notebook(text_)) throw Error(POSTERN_E_UNSUPPORTED, "no section of OneNote");
    const std::vector<EmbeddedFile> files = embedded_files(text_);
    names_ = file_names(text_);
    attachments_ = static_cast<size_t>(
        std::count_if(files.begin(), files.end(), [&](const EmbeddedFile& f) { return !is_picture(bytes(f)); }));
    for (const EmbeddedFile& file : files) add(file);
  }

 private:
  std::string_view bytes(const EmbeddedFile& file) const { return text_.substr(file.offset, file.length); }

  void add(const EmbeddedFile& file) {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to look into a notebook");
    const std::vector<std::string> names = is_picture(bytes(file)) ? std::vector<std::string>() : next_names();
    ChildInfo info;
    info.parent = part_.handle();
    info.offset = file.offset;
    info.length = file.length;
    if (!names.empty()) info.name = names.front();
    Child child = job_.open(info);
    child.slice(file.offset, file.length);
    const postern_part made = child.close(file.is_cut ? uint32_t{POSTERN_PART_TRUNCATED} : 0u);
    for (size_t i = 1; i < names.size(); ++i) job_.note("part.name", names[i], made);
    if (file.is_cut)
      job_.finding(POSTERN_CAT_MALFORMED, "onenote-damaged", made, "it claims to be longer than the section");
  }

  // As many names as files: they stand in the same order. Otherwise each file may have any of them.
  std::vector<std::string> next_names() {
    if (names_.size() == attachments_) return {names_[next_++]};
    return {names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(std::min(names_.size(), most_names))};
  }

  Job& job_;
  const Part& part_;
  std::string_view text_;
  std::vector<std::string> names_;
  size_t attachments_ = 0, next_ = 0;
};

}  // namespace

void extract(Job& job, const Part& part) {
  Extraction(job, part).run();
}

}  // namespace onenote_plugin
