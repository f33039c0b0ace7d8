// SPDX-License-Identifier: MIT
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "base/packet.h"
#include "cli/examination.h"
#include "cli/verdict.h"
#include "receive/examine.h"

namespace postern::cli {
namespace {

std::string ask(const config::Configuration& configuration, const mail::ReceivedMail& mail) {
  const std::string path = configuration.daemon.runtime_directory + "/examine.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw Failure{bad_config, "socket path is too long: " + path};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const base::UniqueFd daemon(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (::connect(daemon.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw Failure{unavailable, "posternd does not answer on " + path + ": " + std::strerror(errno) + "\n         Without the daemon: postern explain FILE"};
  if (!base::send_packet(daemon.get(), receive::encode_examination(mail), {mail.content.fd()})) throw Failure{unavailable, "posternd closed the connection"};
  const std::optional<base::Packet> answer = base::receive_packet(daemon.get());
  if (!answer || answer->bytes.empty()) throw Failure{temporary, "posternd could not examine the mail; its log says why"};
  return answer->bytes;
}

}  // namespace

int scan(const Words& words) {
  Verb verb{"postern scan [options] FILE\n\nHas the running daemon examine the mail, without any effect, and prints one line.\n" +
                std::string(exit_code_help),
            po::options_description("Options"), "file"};
  add_mail_options(verb.options);
  verb.options.add_options()("json", "the whole explanation as one JSON object");
  return run_verb(std::move(verb), words, [](const po::variables_map& given) {
    const auto configuration = load_configuration(given);
    const std::string explanation = ask(*configuration, read_mail(given));
    const Verdict v = verdict(explanation);
    if (given.count("json")) std::cout << explanation << "\n";
    else std::cout << given["file"].as<std::string>() << ": " << v.category << " -> " << v.action << (v.reason.empty() ? "" : ": ") << v.reason << "\n";
    return exit_code(v);
  });
}

}  // namespace postern::cli
