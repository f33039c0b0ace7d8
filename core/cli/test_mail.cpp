// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <iostream>

#include "base/log.h"
#include "base/suggest.h"
#include "cli/command_line.h"
#include "cli/test_mails.h"
#include "deliver/courier.h"
#include "mail/ids.h"
#include "smtp/address.h"

namespace postern::cli {
namespace {

constexpr std::chrono::minutes time_for_one{5};

int list();
int print(const TestMail& mail, const Letterhead& head);
int send(const std::vector<const TestMail*>& mails, const deliver::NextHop& to, Letterhead head);
std::vector<const TestMail*> wanted_mails(const po::variables_map& given);
const TestMail& known(const std::string& name);
deliver::NextHop next_hop(const std::string& text);
Letterhead letterhead(const po::variables_map& given);

}  // namespace

int test_mail(const Words& words) {
  Verb verb{
      "postern test-mail --list\n       postern test-mail --stdout NAME\n       postern test-mail --send HOST:PORT "
      "[options] NAME...|all\n\n"
      "Harmless mails that a filter must notice, to try one out. With --send: what was answered to each.\n"
      "Exit code: 0 each answer is a possible one, 1 one is not, 69 nobody answered.",
      po::options_description("Options"), "name"};
  verb.options.add_options()("list", "what mails there are, and what should come of them")(
      "stdout", po::value<std::string>(), "print this one, with CRLF line ends")(
      "send", po::value<std::string>(),
      "send over SMTP; HOST:PORT, or a next hop as in the configuration: lmtp:unix:/path")(
      "from", po::value<std::string>()->default_value("postmaster@localhost"), "envelope sender; may be empty")(
      "rcpt", po::value<std::string>()->default_value("postmaster@localhost"), "envelope recipient")(
      "name", po::value<std::vector<std::string>>(), "names out of the list, or all");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    if (given.count("list")) return list();
    if (given.count("stdout")) return print(known(given["stdout"].as<std::string>()), letterhead(given));
    if (given.count("send"))
      return send(wanted_mails(given), next_hop(given["send"].as<std::string>()), letterhead(given));
    throw Failure{usage, "what shall be done? --list, --stdout NAME, or --send HOST:PORT NAME"};
  });
}

namespace {

std::string padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size() + 2), ' ');
  return text;
}

int list() {
  for (const TestMail& mail : test_mails())
    std::cout << padded(mail.name, 17) << mail.what << ".\n"
              << padded("", 17) << "Expected: " << mail.expected << ".\n";
  return done;
}

int print(const TestMail& mail, const Letterhead& head) {
  std::cout << mail.text(head) << std::flush;
  return std::cout ? done : unavailable;
}

// A filter may refuse a mail for what it is, and it may take it and hold it: both are answers. To defer one is a
// failure of ours.
bool is_possible(const TestMail& mail, const mail::Reply& reply) {
  return reply.is_success() || (reply.is_permanent() && mail.may_be_refused);
}

deliver::Receipt send_one(deliver::Courier& courier, const TestMail& mail, const Letterhead& head) {
  const std::string content = mail.text(head);
  mail::Envelope envelope;
  envelope.sender = head.sender;
  envelope.recipients.push_back({head.recipient, "", ""});
  envelope.smtputf8 = mail.needs_smtputf8;
  const bool is_ascii =
      std::all_of(content.begin(), content.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  envelope.body = is_ascii ? mail::BodyType::unspecified : mail::BodyType::eight_bit_mime;
  deliver::Letter letter;
  letter.envelope = &envelope;
  letter.recipients = {0};
  letter.content = content;
  const mail::HeaderEdits none;
  letter.edits = &none;
  letter.one_reply = true;
  return courier.deliver(letter, support::Deadline::in(time_for_one)).front();
}

int send(const std::vector<const TestMail*>& mails, const deliver::NextHop& to, Letterhead head) {
  deliver::CourierSettings settings;
  settings.next_hops = {to};
  char host[256] = "localhost";
  if (::gethostname(host, sizeof host - 1) == 0) settings.helo = host;
  deliver::Courier courier(settings);
  int result = done;
  for (const TestMail* mail : mails) {
    head.id = mail::new_mail_id();
    const deliver::Receipt receipt = send_one(courier, *mail, head);
    if (receipt.next_hop.empty()) throw Failure{unavailable, "nobody answers on " + to.text()};
    const bool good = is_possible(*mail, receipt.reply);
    if (!good) result = negative;
    std::cout << padded(mail->name, 17) << padded(good ? "ok" : "UNEXPECTED", 12) << receipt.reply.code << ' '
              << receipt.reply.enhanced << ' ' << base::log::printable(receipt.reply.text, 100) << "\n"
              << padded("", 29) << "expected: " << mail->expected << "\n";
  }
  return result;
}

std::vector<const TestMail*> wanted_mails(const po::variables_map& given) {
  if (!given.count("name")) throw Failure{usage, "which mails? Name some, or all; --list shows them"};
  std::vector<const TestMail*> mails;
  for (const std::string& name : given["name"].as<std::vector<std::string>>()) {
    if (name != "all") {
      mails.push_back(&known(name));
      continue;
    }
    for (const TestMail& mail : test_mails()) mails.push_back(&mail);
  }
  return mails;
}

const TestMail& known(const std::string& name) {
  if (const TestMail* mail = find_test_mail(name)) return *mail;
  std::vector<std::string> names;
  for (const TestMail& mail : test_mails()) names.emplace_back(mail.name);
  const auto near = base::suggest(name, names);
  throw Failure{usage, "there is no test mail \"" + base::log::printable(name, 40) + '"' +
                           (near ? "; did you mean \"" + *near + "\"?" : "; --list shows them")};
}

deliver::NextHop next_hop(const std::string& text) {
  const bool is_whole = text.starts_with("smtp:") || text.starts_with("lmtp:");
  if (const auto hop = deliver::NextHop::parse(is_whole ? text : "smtp:" + text)) return *hop;
  throw Failure{usage, "\"" + base::log::printable(text, 80) +
                           "\" is no place to send to; HOST:PORT, [ADDRESS]:PORT or unix:/path"};
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &utc);
  return text;
}

Letterhead letterhead(const po::variables_map& given) {
  Letterhead head{given["from"].as<std::string>(), given["rcpt"].as<std::string>(), now(), mail::new_mail_id()};
  const auto check = [](const std::string& option, const std::string& address) {
    if (!smtp::is_mailbox(address))
      throw Failure{usage, option + " is no address: " + base::log::printable(address, 80)};
  };
  if (!head.sender.empty()) check("--from", head.sender);
  check("--rcpt", head.recipient);
  return head;
}

}  // namespace
}  // namespace postern::cli
