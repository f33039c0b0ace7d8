// SPDX-License-Identifier: MIT
#include "extract.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include "charset.h"
#include "page.h"
#include "types.h"
#include "xml_entities.h"

namespace html_plugin {
namespace {

using postern::Child;
using postern::ChildInfo;
using postern::Error;
using postern::Job;
using postern::Part;

class Extraction {
 public:
  Extraction(Job& job, const Part& part) : job_(job), part_(part) {}

  void run() {
    const std::string_view text = part_.text();
    if (const auto wide = from_utf16(text)) return take(*wide);
    take(text);
    if (const auto narrow = from_utf7(text)) take(*narrow);
  }

 private:
  void take(std::string_view text) {
    const Page page = read_page(text);
    tell(page);
    for (const Found& found : page.found) add(found);
    if (const auto in_place = with_entities_in_place(text)) take_again(page, *in_place);
  }

  // As XML: what both readings hold is a child already.
  void take_again(const Page& before, const InPlace& in_place) {
    std::set<std::pair<Encoding, std::string_view>> known;
    for (const Found& found : before.found) known.emplace(found.encoding, found.text);
    const Page page = read_page(in_place.text);
    tell(page);
    for (const Found& found : page.found)
      if (!known.count({found.encoding, found.text})) add(found);
    if (in_place.is_whole) return;
    job_.finding(POSTERN_CAT_LIMIT, "html-entities", part_.handle(), "its entities stand for more than is looked at");
    job_.partial();
  }

  void tell(const Page& page) {
    if (page.smuggles) tell_once("html-smuggling", "it builds a file out of itself, to be saved by the reader");
    if (page.is_application) tell_once("html-application", "it is a program (HTA)");
    if (page.is_svg && page.has_script && part_.detected() == "image/svg+xml")
      tell_once("svg-script", "a picture with a script");
  }

  void tell_once(const char* token, std::string_view text) {
    if (told_.insert(token).second) job_.finding(POSTERN_CAT_MACRO, token, part_.handle(), text);
  }

  void add(const Found& found) {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to look into a page");
    ChildInfo info;
    info.parent = part_.handle();
    if (!found.names.empty()) info.name = found.names.front();
    info.mime_type = found.type;
    info.encoding = name(found.encoding);
    Child child = job_.open(info);
    child.write(decode(found.encoding, found.text));
    const postern_part made = child.close();
    for (size_t i = 1; i < found.names.size(); ++i) job_.note("part.name", found.names[i], made);
  }

  Job& job_;
  const Part& part_;
  std::set<std::string_view> told_;
};

bool is_ours(std::string_view type) {
  return std::any_of(std::begin(accepted_types), std::end(accepted_types),
                     [&](const char* t) { return t && type == t; });
}

}  // namespace

void extract(Job& job, const Part& part) {
  Extraction(job, part).run();
}

int probe(const Part& part) {
  if (is_ours(part.detected())) return 60;
  // Declared only: a browser believes that, unless nothing looks like a tag.
  return part.text().find('<') != std::string_view::npos || from_utf7(part.text()) ? 30 : 0;
}

}  // namespace html_plugin
