// SPDX-License-Identifier: MIT
#include "hostile/recipe.h"
#include "support/office/tnef_writer.h"

namespace postern::testing {
namespace {

using namespace std::string_literals;
using Marks = std::vector<std::string>;
using Bytes = std::function<std::string()>;

// Compressed, so that the container does not show it in clear: only who takes it out finds it.
std::string hidden() {
  return gzip(eicar());
}

// The catalogue while it grows: each adds one attachment to a mail.
class Catalogue {
 public:
  Catalogue& type(std::string type, std::string name) {  // of the attachments that follow
    type_ = std::move(type);
    name_ = std::move(name);
    return *this;
  }
  Catalogue& add(std::string name, std::string trick, Bytes attachment, Marks marks = {}) {
    return put(std::move(name), std::move(trick), std::move(attachment), eicar(), std::move(marks), "infected");
  }
  // Nothing evil is inside, or nobody can see it.
  Catalogue& add_marked(std::string name, std::string trick, Bytes attachment, Marks marks, std::string category) {
    return put(std::move(name), std::move(trick), std::move(attachment), "", std::move(marks), std::move(category));
  }
  std::vector<Recipe> take() { return std::move(all_); }

 private:
  Catalogue& put(std::string name, std::string trick, Bytes attachment, std::string payload, Marks marks,
                 std::string category) {
    const auto mail = [type = type_, file = name_, attachment = std::move(attachment)] {
      return mail_with("Minutes", {{type, file, attachment()}});
    };
    all_.push_back(
        {std::move(name), std::move(trick), mail, std::move(payload), std::move(marks), std::move(category)});
    return *this;
  }

  std::string type_, name_;
  std::vector<Recipe> all_;
};

void add_tnef(Catalogue& all) {
  all.type("application/ms-tnef", "winmail.dat");
  all.add("tnef-attachment", "an attachment that only Outlook shows",
          [] { return TnefWriter().rendering().data(hidden()).title("evil.com").bytes(); });
  all.add("tnef-nested", "a mail in the mail, as a TNEF stream in a property of an attachment", [] {
    const std::string inner = TnefWriter().rendering().title("evil.com").data(hidden()).bytes();
    const std::string middle = TnefWriter().rendering().properties(MapiProperties().message(0x3701, inner)).bytes();
    return TnefWriter().rendering().properties(MapiProperties().message(0x3701, middle)).bytes();
  });
  all.add("tnef-bad-checksum", "readers that check stop before the payload",
          [] {
            const Lies lies{{}, 9};
            return TnefWriter().rendering().title("a.txt").data("a", lies).rendering().data(hidden(), lies).bytes();
          },
          {"tnef-checksum"});
  for (const uint32_t length : {0x80000000u, 0xFFFFFFFFu, 0x00FFFFFFu})
    all.add("tnef-length-" + std::to_string(length), "a length that is negative for some and too long for all",
            [length] {
              return TnefWriter().rendering().title("evil.com").data(hidden(), {length, {}}).bytes();
            },
            {"tnef-truncated"});
  all.add("tnef-data-before-name", "the data stands before anything that begins an attachment",
          [] { return TnefWriter().data(hidden()).title("evil.com").rendering().bytes(); });
  all.add("tnef-two-contents", "an attachment with two contents, of which readers show one or the other", [] {
    const MapiProperties second = MapiProperties().binary(0x3701, hidden());
    return TnefWriter().rendering().title("a.txt").data("harmless").properties(second).bytes();
  });
  all.add("tnef-zip", "two decoders deep", [] {
    return TnefWriter().rendering().title("a.zip").data(zip({{"evil.com", eicar()}})).bytes();
  });
  all.add("tnef-gap", "payload behind the last attribute",
          [] { return TnefWriter().rendering().title("a.txt").data("a").raw(hidden()).bytes(); },
          {"tnef-no-attribute"});
  all.type("text/calendar", "invite.ics");
  all.add("tnef-wrong-type", "a decoder that goes by the declared type does not open it",
          [] { return TnefWriter().rendering().data(hidden()).title("evil.com").bytes(); });
}

}  // namespace

std::vector<Recipe> office_recipes() {
  Catalogue all;
  add_tnef(all);
  return all.take();
}

}  // namespace postern::testing
