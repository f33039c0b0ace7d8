// SPDX-License-Identifier: MIT
#include "cli/examination.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

#include "base/install.h"
#include "base/log.h"
#include "cli/private_engines.h"
#include "mail/ids.h"
#include "smtp/content_filter.h"

namespace postern::cli {
namespace {

constexpr std::chrono::seconds time_to_examine{300};

// The instances go back to their plug-ins, who may have files or processes of their own to put away.
class GivenBack {
 public:
  explicit GivenBack(const plugin::Prepared& plugins) : plugins_(plugins) {}
  GivenBack(const GivenBack&) = delete;
  GivenBack& operator=(const GivenBack&) = delete;
  ~GivenBack() {
    for (const auto& instance : plugins_.instances) plugin::destroy(*instance);
  }

 private:
  const plugin::Prepared& plugins_;
};

std::string read_all(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in(file, std::ios::binary);
  if (!in) throw Failure{no_input, "cannot read " + file};
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

void add_mail_options(po::options_description& options) {
  options.add_options()("file", po::value<std::string>(), "the mail; \"-\" for standard input")
      ("from", po::value<std::string>()->default_value("sender@example.org"), "envelope sender")
      ("rcpt", po::value<std::vector<std::string>>(), "envelope recipient, may be repeated")
      ("client", po::value<std::string>()->default_value("127.0.0.1"), "address of the client")
      ("helo", po::value<std::string>()->default_value(""), "its HELO");
}

mail::ReceivedMail read_mail(const po::variables_map& given) {
  if (!given.count("file")) throw Failure{usage, "which mail? Name a file, or - for standard input"};
  mail::ReceivedMail mail;
  mail.content = base::Content::of(smtp::with_canonical_line_ends(read_all(given["file"].as<std::string>())));
  mail.mail_id = mail::new_mail_id();
  mail.log_id = "postern";
  mail.envelope.sender = given["from"].as<std::string>();
  if (given.count("rcpt"))
    for (const std::string& r : given["rcpt"].as<std::vector<std::string>>()) mail.envelope.recipients.push_back({r, "", ""});
  else
    mail.envelope.recipients.push_back({"recipient@example.org", "", ""});
  mail.client.address = given["client"].as<std::string>();
  mail.client.helo = given["helo"].as<std::string>();
  mail.peer = "local";
  mail.protocol = mail::Protocol::local;
  mail.arrived = std::chrono::system_clock::now();
  return mail;
}

struct Examiner::State {
  State(std::shared_ptr<const config::Configuration> c, bool only_decode)
      : configuration(std::move(c)), engines(*configuration), plugins(prepared(only_decode)), given_back(plugins) {
    for (const base::Problem& problem : plugins.problems) std::cerr << plugin::text(problem) << "\n";
    if (plugins.has_errors()) throw Failure{bad_config, "a plug-in cannot be used"};
    engines.start(plugins.engines);
    for (uint32_t n = 0; n < plugins.instances.size(); ++n) {
      const plugin::Instance* i = plugins.instances[n].get();
      if (i->settings.kind != plugin::Kind::scanner) continue;
      scanners.push_back({i, n, nullptr});
      if (i->settings.home == plugin::Home::confined) confined.push_back(i);
    }
    unpacker.emplace(decode::UnpackerSettings{filter::cage(configuration->policy), plugins.of(plugin::Kind::decoder), confined, &types});
  }

  plugin::Prepared prepared(bool only_decode) const {
    plugin::RegistrySettings registry;
    registry.directories = configuration->plugin_directories(base::plugin_directory());
    registry.engine_directory = engines.directory();
    std::vector<plugin::InstanceSettings> wanted;
    for (const plugin::InstanceSettings& i : configuration->instances)
      if (i.kind == plugin::Kind::decoder || (i.kind == plugin::Kind::scanner && !only_decode)) wanted.push_back(i);
    return plugin::prepare(wanted, registry);
  }

  const std::shared_ptr<const config::Configuration> configuration;
  PrivateEngines engines;
  const plugin::Prepared plugins;
  const GivenBack given_back;
  const decode::TypeDetector types;
  std::vector<scan::Scanner> scanners;
  std::vector<const plugin::Instance*> confined;
  std::optional<decode::Unpacker> unpacker;
  scan::Crew crew;
};

Examiner::Examiner(std::shared_ptr<const config::Configuration> configuration, bool only_decode)
    : state_(std::make_unique<State>(std::move(configuration), only_decode)) {}
Examiner::~Examiner() = default;

filter::Examination Examiner::examine(const mail::ReceivedMail& mail) {
  State& s = *state_;
  base::Progress progress;
  const filter::Rooms rooms{*s.unpacker,         s.scanners, s.confined, s.configuration->scan, nullptr, {s.configuration->policy, s.configuration->header_checks},
                            s.configuration->receive.hostname, s.crew, progress};
  return filter::examine(mail, rooms, {}, support::Deadline::in(time_to_examine));
}

}  // namespace postern::cli
