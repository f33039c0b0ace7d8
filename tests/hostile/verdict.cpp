// SPDX-License-Identifier: MIT
#include "hostile/verdict.h"

#include <unistd.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "config/configuration.h"
#include "hostile/documented.h"
#include "postern/plugin.h"
#include "support/sanitizer.h"

namespace postern::testing {
namespace {

mail::ReceivedMail received(const std::string& text) {
  mail::ReceivedMail mail;
  mail.content = base::Content::of(text);
  mail.mail_id = mail.log_id = "hostile";
  mail.envelope.recipients.push_back({"recipient@example.org", "", ""});
  return mail;
}

bool is_alarm(mail::DefectKind kind) {
  return kind == mail::DefectKind::ambiguous || kind == mail::DefectKind::encrypted || kind == mail::DefectKind::limit;
}

// The whole mail, and a multipart, hold what stands in them in clear: that shows nothing about our readings.
bool is_frame(const mail::Part& part) {
  return part.path == "0" || (part.flags & POSTERN_PART_CONTAINER);
}

// By its beginning: a mail that mail_with() has made.
bool is_honest(std::string_view mail) {
  return mail.substr(0, 2000).find("\r\n\r\nThis is a MIME mail.\r\n--") != std::string_view::npos;
}

// One mail under examination: what its parts say, collected once, and the faults of it.
class Case {
 public:
  Case(const Recipe& recipe, const mail::ReceivedMail& mail, const filter::Examination& examination)
      : recipe_(recipe),
        mail_(mail.content.bytes()),
        contents_(examination.contents),
        judgement_(examination.judgement) {}

  Verdict verdict() {
    for (const mail::Part& part : contents_.parts()) look_at(part);
    verdict_.is_reached = recipe_.payload.empty() || is_reached();
    if (!verdict_.is_reached) fault("the payload is not reached");
    look_for_the_payload_in_clear();
    look_for_marks_and_names();
    look_at_categories();
    if (recipe_.is_ordinary && !alarms_.empty()) fault("false alarm:" + alarms_);
    return std::move(verdict_);
  }

 private:
  void fault(std::string text) { verdict_.faults.push_back(std::move(text)); }
  std::string_view bytes(const mail::Part& part) const { return contents_.bytes(part, mail_); }
  bool shows_payload(std::string_view bytes) const { return bytes.find(recipe_.payload) != std::string_view::npos; }

  void look_at(const mail::Part& part) {
    verdict_.tree += "\n  " + part.path + " " + part.detected_type + " " + std::to_string(part.size);
    names_.insert(part.names.begin(), part.names.end());
    for (const mail::Defect& d : part.defects) {
      marks_.insert(d.code);
      if (is_alarm(d.kind)) alarms_ += " " + d.code;
      verdict_.tree += " [" + d.code + ": " + d.text + "]";
      // Texts of other kinds are notes: of them any name may be given.
      if (d.kind != mail::DefectKind::note && !documented_kinds(d.code).count(d.kind))
        fault(d.code + " is " + name(d.kind) + ", which no README says");
    }
  }

  bool is_reached() const {
    return std::any_of(contents_.parts().begin(), contents_.parts().end(), [this](const mail::Part& part) {
      return !is_frame(part) && (recipe_.alone ? bytes(part) == recipe_.payload : shows_payload(bytes(part)));
    });
  }

  // What MIME alone takes out of the mail. To take it out of an honest mail is no art: where the payload stands among
  // other bytes of such a file, it is found whether or not anybody opens the file.
  bool is_attached_file(const mail::Part& part) const {
    for (uint32_t at = part.parent; is_frame(contents_.parts()[at]); at = contents_.parts()[at].parent)
      if (at == 0) return !is_frame(part);
    return false;
  }

  void look_for_the_payload_in_clear() {
    if (recipe_.payload.empty() || recipe_.alone) return;
    std::string where = shows_payload(mail_) ? " mail" : "";
    for (const mail::Part& part : contents_.parts())
      if (is_honest(mail_) && is_attached_file(part) && bytes(part) != recipe_.payload && shows_payload(bytes(part)))
        where += " " + part.path;
    if (!where.empty() && !recipe_.in_clear) fault("to find the payload proves nothing, it stands in clear in" + where);
    if (where.empty() && recipe_.in_clear) fault("the payload does not stand in clear, as the recipe says");
  }

  void look_for_marks_and_names() {
    verdict_.is_marked = true;
    for (const std::string& mark : recipe_.marks) {
      if (marks_.count(mark)) continue;
      verdict_.is_marked = false;
      fault("the mark " + mark + " is missing");
    }
    for (const std::string& name : recipe_.names)
      if (!names_.count(name)) fault("the name " + name + " is missing");
  }

  void look_at_categories() {
    std::set<std::string>& wanted = verdict_.wanted;
    wanted.insert(recipe_.also.begin(), recipe_.also.end());
    for (const std::string& mark : recipe_.marks) wanted.insert(name(promised_category(mark)));
    // What no scanner can see is told by decode alone; what it can see, it will call infected.
    if (recipe_.payload.empty()) wanted.insert(recipe_.category);
    wanted.erase(name(mail::Category::clean));
    verdict_.missing = wanted;
    for (const mail::Category category : judgement_.categories) verdict_.missing.erase(name(category));
    for (const std::string& category : verdict_.missing)
      fault("is not " + category + ", but " + name(judgement_.main()));
    const bool shall_be_clean =
        recipe_.payload.empty() && recipe_.category == name(mail::Category::clean) && wanted.empty();
    if (shall_be_clean && judgement_.main() > mail::Category::bad_header)
      fault(std::string("is ") + name(judgement_.main()) + " and not clean");
  }

  const Recipe& recipe_;
  const std::string_view mail_;
  const mail::Contents& contents_;
  const mail::Judgement& judgement_;
  std::set<std::string> marks_, names_;
  std::string alarms_;
  Verdict verdict_;
};

}  // namespace

Court::Court(const std::string& without) {
  auto configuration = std::make_shared<config::Configuration>(*config::load("").configuration);
  // A sanitizer is no part of what a bomb may cost.
  configuration->policy.limits().time = patient(configuration->policy.limits().time);
  std::erase_if(configuration->instances, [&](const auto& instance) { return instance.name == without; });
  examiner_ = std::make_unique<cli::Examiner>(configuration, true);
  examiner_->examine(received(clean()));  // from here on there is an unpacker, which can be watched
}

Verdict Court::judge(const Recipe& recipe) {
  const mail::ReceivedMail mail = received(recipe.mail());
  const size_t descriptors = open_descriptors(::getpid());
  Verdict verdict;
  {
    const Meter meter;
    const filter::Examination examination = examiner_->examine(mail);
    const Cost cost = meter.stop();
    verdict = Case(recipe, mail, examination).verdict();
    verdict.cost = cost;
  }
  // The examination is over and forgotten: nothing may be left of it but the unpacker's view of the last mail.
  constexpr size_t idle_unpacker = 6;
  if (open_descriptors(::getpid()) > descriptors) verdict.faults.push_back("descriptors are left open");
  for (const pid_t process : unpackers())
    if (open_descriptors(process) > idle_unpacker)
      verdict.faults.push_back("descriptors are left open in the unpacker");
  for (std::string& excess : excesses(verdict.cost, mail.content.size())) verdict.faults.push_back(std::move(excess));
  for (const std::string& change : place_.changes()) verdict.faults.push_back("left behind: " + change);
  return verdict;
}

}  // namespace postern::testing
