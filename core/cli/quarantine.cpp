// SPDX-License-Identifier: MIT
#include "quarantine/quarantine.h"

#include <ctime>
#include <iostream>

#include "base/json.h"
#include "base/log.h"
#include "cli/command_line.h"
#include "mail/ids.h"

namespace postern::cli {
namespace {

// An id, or the name of its file, which the log has after "quarantine:".
std::string id_in(const std::string& text) {
  constexpr std::string_view ending = ".eml";
  const size_t begin = text.size() < mail::id_length + ending.size() ? 0 : text.size() - ending.size() - mail::id_length;
  if (begin == 0 || text[begin - 1] != '-' || !text.ends_with(ending)) return text;
  return text.substr(begin, mail::id_length);
}

std::string rfc3339(std::chrono::system_clock::time_point when) {
  const std::time_t t = std::chrono::system_clock::to_time_t(when);
  std::tm utc{};
  ::gmtime_r(&t, &utc);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string json(const quarantine::Entry& e) {
  base::JsonWriter j;
  j.begin_object().field("id", e.id).field("mail_id", e.mail_id).field("time", rfc3339(e.stored)).field("category", e.category).field("reason", e.reason);
  j.field("sender", e.sender).key("recipients").begin_array();
  for (const std::string& r : e.recipients) j.value(r);
  j.end_array().field("subject", e.subject).field("message_id", e.message_id).field("queue_id", e.queue_id).field("client", e.client);
  j.field("size", e.size).field("sha256", e.sha256).field("file", e.file).field("state", e.state).field("released_reply", e.released_reply).end_object();
  return j.text();
}

void print_row(const quarantine::Entry& e) {
  const auto p = [](const std::string& t, size_t max) { return base::log::printable(t, max); };
  std::cout << e.id << "  " << rfc3339(e.stored) << "  " << e.category << "  " << e.state << "  <" << p(e.sender, 60) << "> -> <"
            << p(e.recipients.empty() ? "" : e.recipients.front(), 60) << ">" << (e.recipients.size() > 1 ? " and others" : "") << "  " << p(e.reason, 60) << "  "
            << p(e.subject, 60) << "\n";
}

void print_whole(const quarantine::Entry& e) {
  const auto line = [](const char* name, const std::string& value) {
    std::cout << name << std::string(14 - std::string(name).size(), ' ') << base::log::printable(value) << "\n";
  };
  line("id", e.id);
  line("time", rfc3339(e.stored));
  line("category", e.category);
  line("reason", e.reason);
  line("sender", e.sender);
  for (const std::string& r : e.recipients) line("recipient", r);
  line("subject", e.subject);
  line("message-id", e.message_id);
  line("queue-id", e.queue_id);
  line("client", e.client);
  line("size", std::to_string(e.size));
  line("sha256", e.sha256);
  line("file", e.file);
  line("state", e.state + (e.released_reply.empty() ? "" : " (" + e.released_reply + ")"));
}

int list(const Words& words) {
  Verb verb{"postern quarantine list [options]", po::options_description("Options"), ""};
  verb.options.add_options()("json", "one JSON object per line")("category", po::value<std::string>()->default_value(""), "virus, unchecked, over-limit …")
      ("sender", po::value<std::string>()->default_value(""), "envelope sender")("rcpt", po::value<std::string>()->default_value(""), "envelope recipient")
      ("state", po::value<std::string>()->default_value(""), "new or released")("limit", po::value<size_t>()->default_value(1000), "at most so many");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    quarantine::Quarantine store(load_configuration(given)->quarantine_directory);
    quarantine::Query query;
    query.category = given["category"].as<std::string>();
    query.sender = given["sender"].as<std::string>();
    query.recipient = given["rcpt"].as<std::string>();
    query.state = given["state"].as<std::string>();
    query.limit = given["limit"].as<size_t>();
    for (const quarantine::Entry& e : store.list(query)) {
      if (given.count("json")) std::cout << json(e) << "\n";
      else print_row(e);
    }
    return done;
  });
}

int show(const Words& words) {
  Verb verb{"postern quarantine show [--raw | --json] ID", po::options_description("Options"), "id"};
  verb.options.add_options()("id", po::value<std::string>(), "as list prints it, or the file as the log names it")("raw", "the mail itself, byte for byte")("json", "one JSON object");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    if (!given.count("id")) throw Failure{usage, "which one? postern quarantine list prints the ids"};
    quarantine::Quarantine store(load_configuration(given)->quarantine_directory);
    const auto entry = store.find(id_in(given["id"].as<std::string>()));
    if (!entry) throw Failure{no_input, "nothing with that id is in the quarantine"};
    if (given.count("raw")) std::cout << store.content(*entry);
    else if (given.count("json")) std::cout << json(*entry) << "\n";
    else print_whole(*entry);
    return done;
  });
}

int release(const Words& words) {
  Verb verb{"postern quarantine release [--to ADDRESS] [--again] [--learn] ID", po::options_description("Options"), "id"};
  verb.options.add_options()("id", po::value<std::string>(), "as list prints it, or the file as the log names it")("to", po::value<std::vector<std::string>>(), "instead of the original recipients, may be repeated")
      ("again", "also when it was released before")("learn", "scanners of spam are told that it was none");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    if (!given.count("id")) throw Failure{usage, "which one? postern quarantine list prints the ids"};
    const std::string id = id_in(given["id"].as<std::string>());
    if (!mail::is_mail_id(id)) throw Failure{no_input, "nothing with that id is in the quarantine"};
    std::string request = "release " + id + (given.count("again") ? " --again" : "") + (given.count("learn") ? " --learn" : "");
    if (given.count("to"))
      for (const std::string& to : given["to"].as<std::vector<std::string>>()) {
        if (to.find_first_of(" \t\r\n<>") != std::string::npos || to.empty() || to[0] == '-') throw Failure{usage, "not an address: " + base::log::printable(to, 100)};
        request += " " + to;
      }
    return ask_daemon(*load_configuration(given), request);
  });
}

}  // namespace

int quarantine(const Words& words) {
  const std::string verb = words.empty() ? "" : words.front();
  const Words rest(words.begin() + (words.empty() ? 0 : 1), words.end());
  if (verb == "list") return list(rest);
  if (verb == "show") return show(rest);
  if (verb == "release") return release(rest);
  const bool help = verb == "--help" || verb == "-h" || verb == "help";
  (help ? std::cout : std::cerr) << "Usage: postern quarantine list | show ID | release ID; each has --help\n";
  return help ? done : ExitCode::usage;
}

}  // namespace postern::cli
