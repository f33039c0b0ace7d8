// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <algorithm>
#include <functional>

#include "uri_subjects.h"

namespace postern::dnsbl {
namespace {

using std::chrono::milliseconds;
using support::Deadline;
using State = Verdict::State;

bool is_page(const Part& part) {
  return part.mime_type() == "text/html" || part.detected() == "text/html";
}
bool is_text(const Part& part) {
  return is_page(part) || part.mime_type() == "text/plain" || part.detected() == "text/plain";
}

// Everything the lists were asked for is there.
bool is_whole(const Verdict& verdict) {
  return verdict.state == State::answered;
}
bool says_nothing(const Verdict& verdict) {
  return verdict.state != State::answered && verdict.state != State::partly;
}

std::string told(const List& list, const Verdict& verdict) {
  return list.name + ": " + verdict.reason + (verdict.state == State::resting ? " (not asked again yet)" : "");
}

std::string joined(const std::vector<std::string>& texts, const char* separator, size_t most) {
  std::string all;
  for (size_t i = 0; i < std::min(texts.size(), most); ++i) (all += i ? separator : "") += texts[i];
  return texts.size() > most ? all + separator + std::to_string(texts.size() - most) + " more" : all;
}

// Fails the job where so much is missing that nobody has looked.
void insist_on_answers(const std::vector<List>& lists, const std::vector<Verdict>& verdicts) {
  std::vector<std::string> missing;
  bool a_required_one = false, nonsense = false;
  for (const Verdict& v : verdicts) {
    const bool counts = lists[v.list].required ? !is_whole(v) : says_nothing(v);
    if (!counts) continue;
    missing.push_back(told(lists[v.list], v));
    a_required_one = a_required_one || lists[v.list].required;
    nonsense = nonsense || v.state == State::failed;
  }
  const bool all = !verdicts.empty() && std::all_of(verdicts.begin(), verdicts.end(), says_nothing);
  if (!all && !a_required_one) return;
  throw Error(nonsense ? POSTERN_E_IO : POSTERN_E_UNAVAILABLE,
              (all ? "no list answered: " : "a required list did not answer: ") + joined(missing, "; ", 5));
}

}  // namespace

Scanner::Scanner(const Config& config)
    : settings_(read_settings(config)),
      panel_(settings_.lists, Resolver(settings_.servers, settings_.timeout),
             Cache(settings_.cache_entries, settings_.cache_time)) {}

void Scanner::scan(Job& job, const Part& mail) {
  if (job.time_left() <= milliseconds(0)) throw Error(POSTERN_E_TIMEOUT, "no time left to ask");
  std::vector<Question> questions = about_client(job, mail);
  if (settings_.asks_about_domains())
    for (Question& q : about_links(job, mail)) questions.push_back(std::move(q));
  const Deadline deadline = Deadline::in(std::min(settings_.timeout, job.time_left() * 19 / 20));
  const std::vector<Verdict> verdicts = panel_.ask(questions, deadline);
  insist_on_answers(panel_.lists(), verdicts);
  for (const Verdict& verdict : verdicts) report(job, verdict);
}

std::vector<Question> Scanner::about_client(Job& job, const Part& mail) const {
  if (settings_.first_uri_list == 0) return {};
  const Client client = find_client(settings_.client, job.attr("client.addr").value_or(""), mail.text());
  job.note("dnsbl.client", client.address ? client.address->text() + " " + client.how : "none: " + client.how);
  std::vector<Question> questions;
  for (size_t list = 0; client.address && list < settings_.first_uri_list; ++list)
    questions.push_back({list, client.address->reversed(), client.address->text()});
  return questions;
}

std::vector<Question> Scanner::about_links(Job& job, const Part& mail) const {
  UriSubjects subjects(domains_, settings_.uri_skip);
  bool cut = false, goes_on = true;
  const std::function<void(const Part&)> look = [&](const Part& part) {
    const std::vector<Part> children = part.children();
    if (is_text(part) && (part.flags() & POSTERN_PART_CONTAINER) == 0) {
      if (job.time_left() <= milliseconds(0)) throw Error(POSTERN_E_TIMEOUT, "no time left to look for links");
      const std::string_view text = part.text();
      cut = cut || text.size() > settings_.uri_text_limit;
      goes_on = subjects.add_text(text.substr(0, settings_.uri_text_limit), is_page(part));
    }
    for (size_t i = 0; i < children.size() && goes_on; ++i) look(children[i]);
  };
  look(mail);
  const std::vector<UriSubject> chosen = subjects.chosen(settings_.uri_domains);
  if (chosen.size() < subjects.found() || cut)
    job.note("dnsbl.limit", std::to_string(chosen.size()) + " of " + std::to_string(subjects.found()) +
                                " domains were asked about" + (cut ? ", found in the beginning of a long text" : ""));
  std::vector<Question> questions;
  for (const UriSubject& subject : chosen)
    for (size_t list = settings_.first_uri_list; list < settings_.lists.size(); ++list) {
      const List& l = settings_.lists[list];
      const bool fits = subject.subject.size() + 1 + l.zone.size() <= 253;
      if (fits && !(l.names_only && subject.is_address)) questions.push_back({list, subject.subject, subject.text});
    }
  return questions;
}

// Each row that some answer meets counts once, whatever the number of domains.
void Scanner::report(Job& job, const Verdict& verdict) const {
  const List& list = panel_.lists()[verdict.list];
  if (!is_whole(verdict)) job.note("dnsbl.missing", told(list, verdict));
  if (says_nothing(verdict)) return;
  const std::string prefix = verdict.list < settings_.first_uri_list ? "DNSBL:" : "URIBL:";
  for (const Row& row : list.rows) {
    std::vector<std::string> whose;
    for (const Hit& hit : verdict.hits)
      if (std::any_of(hit.codes.begin(), hit.codes.end(), [&](const Code& c) { return row.codes.matches(c); }))
        whose.push_back(hit.text);
    if (!whose.empty())
      job.finding(list.allows ? POSTERN_CAT_TRUSTED : POSTERN_CAT_SPAM, prefix + list.name + ":" + row.text, 0,
                  joined(whose, ", ", 5), row.points);
  }
  for (const Hit& hit : verdict.hits)
    for (const Code& code : hit.codes)
      if (std::none_of(list.rows.begin(), list.rows.end(), [&](const Row& r) { return r.codes.matches(code); }))
        job.note("dnsbl.without-points", list.name + ": " + hit.text + " is " + text_of(code));
}

Health Scanner::health() {
  Health health;
  health.engine = Resolver::version();
  health.db_entries = static_cast<int64_t>(panel_.lists().size());
  std::vector<std::string> problems;
  size_t usable = 0;
  bool a_required_one = false;
  for (const Verdict& v : panel_.examine(Deadline::in(milliseconds(900)))) {
    const List& list = panel_.lists()[v.list];
    if (is_whole(v)) {
      ++usable;
      continue;
    }
    problems.push_back(told(list, v));
    a_required_one = a_required_one || list.required;
  }
  // Down only where scan() would fail too: who is down is not asked.
  health.state = usable == 0 || a_required_one ? POSTERN_DOWN : problems.empty() ? POSTERN_UP : POSTERN_DEGRADED;
  health.message = joined(problems, "; ", 10);
  return health;
}

}  // namespace postern::dnsbl
