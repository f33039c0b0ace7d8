// SPDX-License-Identifier: MIT
#include "extract.h"

#include <postern/support/ascii.h>

#include <set>
#include <string>

#include "document.h"
#include "revisions.h"

namespace pdf_plugin {
namespace {

using postern::Child;
using postern::ChildInfo;
using postern::Error;
using postern::Job;
using postern::Part;

constexpr std::string_view our_type = "application/pdf";

struct Token {
  std::string_view name;
  int32_t category;
  std::string_view text;
};

Token token_of(Activity activity) {
  switch (activity) {
    case Activity::javascript:
      return {"pdf-javascript", POSTERN_CAT_MACRO, "it holds JavaScript"};
    case Activity::launch:
      return {"pdf-launch", POSTERN_CAT_MACRO, "it starts a program: "};
    case Activity::automatic_uri:
      return {"pdf-automatic-uri", POSTERN_CAT_MACRO, "it opens by itself: "};
    case Activity::xfa:
      return {"pdf-xfa", POSTERN_CAT_INFO, "it holds an XFA form"};
    case Activity::rich_media:
      return {"pdf-rich-media", POSTERN_CAT_INFO, "it holds Flash or other rich media"};
  }
  return {"pdf-active", POSTERN_CAT_MACRO, {}};
}

class Extraction {
 public:
  Extraction(Job& job, const Part& part) : job_(job), part_(part) {}

  void run(size_t most_revisions) {
    const Revisions revisions = revisions_of(part_.text(), most_revisions);
    for (const std::string_view revision : revisions.newest_first) {
      watch_time();
      Document document(revision);
      take(document, revision.size() == part_.size());
    }
    if (!readable_) give_up();
    if (!revisions.complete) {
      job_.finding(POSTERN_CAT_LIMIT, "pdf-revisions", part_.handle(), "older revisions were not looked at");
      job_.partial();
    }
  }

 private:
  void take(Document& document, bool is_newest) {
    switch (document.access()) {
      case Access::broken:
        if (is_newest) damage_ = document.damage();
        return;
      case Access::encrypted:
        readable_ = true;
        return tell_once("pdf-encrypted", POSTERN_CAT_ENCRYPTED, "it needs a password");
      case Access::attachments:
        tell_once("pdf-attachment-encrypted", POSTERN_CAT_ENCRYPTED, "its attachments need a password");
        break;
      case Access::readable:
        break;
    }
    readable_ = true;
    // An older revision is cut out of the file: what qpdf repairs there says nothing.
    if (is_newest && !document.damage().empty() && part_.detected() == our_type)
      tell_once("pdf-damaged", POSTERN_CAT_MALFORMED, document.damage());
    for (const Action& action : document.inventory().actions) tell(action);
    const bool locked = document.access() == Access::attachments;
    for (const Stream& s : document.inventory().attachments) add(document, s, s.type, locked);
    for (const Stream& s : document.inventory().forms) add(document, s, "application/vnd.adobe.xdp+xml", false);
    for (const Stream& s : document.inventory().script_streams) add(document, s, "text/javascript", false);
    add_scripts(document.inventory().scripts);
  }

  void tell(const Action& action) {
    const Token token = token_of(action.activity);
    tell_once(token.name, token.category, std::string(token.text) + action.target);
  }

  void tell_once(std::string_view name, int32_t category, std::string_view text) {
    if (told_.insert(std::string(name)).second) job_.finding(category, name, part_.handle(), text);
  }

  void add(Document& document, const Stream& stream, std::string_view type, bool locked) {
    if (!streams_.insert(stream.offset).second) return;
    const std::string lower_type = postern::support::lower(type);
    ChildInfo info;
    info.parent = part_.handle();
    if (!stream.names.empty()) info.name = stream.names.front();
    info.mime_type = lower_type;
    if (locked) info.flags = POSTERN_PART_ENCRYPTED;
    Child child = job_.open(info);
    const uint32_t flags = locked ? 0 : copy(document, stream, child);
    const postern_part made = child.close(flags);
    for (size_t i = 1; i < stream.names.size(); ++i) job_.note("part.name", stream.names[i], made);
    if (flags & POSTERN_PART_BROKEN)
      job_.finding(POSTERN_CAT_MALFORMED, "pdf-stream-damaged", made, "it could not be decompressed to its end");
  }

  uint32_t copy(Document& document, const Stream& stream, Child& child) {
    const Reading reading = document.read(stream, [&](std::string_view piece) {
      watch_time();
      child.write(piece);
    });
    switch (reading) {
      case Reading::whole:
        return 0;
      case Reading::damaged:
        return POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED;
      case Reading::unknown_filter:
        job_.partial();
        return 0;
    }
    return 0;
  }

  // A form may have hundreds of one-liners: together they are one part.
  void add_scripts(const std::vector<std::string>& scripts) {
    std::string text;
    for (const std::string& script : scripts)
      if (scripts_.insert(script).second) text += script + "\n";
    if (text.empty()) return;
    ChildInfo info;
    info.parent = part_.handle();
    info.mime_type = "text/javascript";
    Child child = job_.open(info);
    child.write(text);
    child.close();
  }

  [[noreturn]] void give_up() {
    // With something in front of the header it may be a text about PDF.
    if (part_.detected() != our_type || header_of(part_.text()) != 0) throw Error(POSTERN_E_UNSUPPORTED, "no PDF");
    job_.finding(POSTERN_CAT_MALFORMED, "pdf-damaged", part_.handle(), damage_);
    throw Error(POSTERN_E_BROKEN, damage_);
  }

  void watch_time() const {
    if (job_.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to look into a PDF");
  }

  Job& job_;
  const Part& part_;
  std::string damage_;
  bool readable_ = false;
  std::set<std::string> told_, scripts_;
  std::set<uint64_t> streams_;  // those that are children already, by their place in the file
};

}  // namespace

void extract(Job& job, const Part& part, size_t most_revisions) {
  Extraction(job, part).run(most_revisions);
}

int probe(const Part& part) {
  if (part.detected() == "message/rfc822") return 0;  // a PDF in clear text is one of its parts
  return header_of(part.text()) == std::string_view::npos ? 0 : part.detected() == our_type ? 80 : 40;
}

}  // namespace pdf_plugin
