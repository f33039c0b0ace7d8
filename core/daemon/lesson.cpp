// SPDX-License-Identifier: MIT
#include "daemon/lesson.h"

#include "base/install.h"
#include "base/log.h"
#include "daemon/premises.h"
#include "plugin/job.h"
#include "plugin/registry.h"
#include "scan/scan_view.h"

namespace postern::daemon {
namespace {

constexpr std::chrono::seconds longest{60};

plugin::RegistrySettings registry(const config::Configuration& configuration) {
  plugin::RegistrySettings settings;
  settings.directories = configuration.plugin_directories(base::plugin_directory());
  settings.engine_directory = engine_directory(configuration);
  return settings;
}

// Looked at first, without making instances: only pupils are opened for good.
std::vector<plugin::InstanceSettings> pupils(const config::Configuration& configuration, plugin::RegistrySettings settings) {
  std::vector<plugin::InstanceSettings> scanners, found;
  for (const plugin::InstanceSettings& i : configuration.instances)
    if (i.kind == plugin::Kind::scanner) scanners.push_back(i);
  settings.create = false;
  const plugin::Prepared looked_at = plugin::prepare(scanners, settings);
  for (const auto& instance : looked_at.instances)
    if (instance->learn) found.push_back(instance->settings);
  return found;
}

const char* word(int32_t kind) { return kind == POSTERN_LEARN_HAM ? "learned as ham" : kind == POSTERN_LEARN_SPAM ? "learned as spam" : "forgotten"; }

}  // namespace

std::string teach(const config::Configuration& configuration, const mail::ReceivedMail& mail, int32_t kind) {
  const plugin::RegistrySettings settings = registry(configuration);
  const plugin::Prepared prepared = plugin::prepare(pupils(configuration, settings), settings);
  std::string text;
  for (const base::Problem& problem : prepared.problems)
    if (problem.severity == base::Problem::Severity::error) text += problem.text + "\n";
  const mail::Contents contents({mail::whole_mail(mail.content.size())}, base::Content());
  const auto tree = scan::children(contents);
  scan::PartFiles files(mail, contents);
  scan::PartDigests digests(contents, mail.content.bytes());
  scan::Memory memory(nullptr, nullptr, 0, digests, longest);
  for (const auto& instance : prepared.instances) {
    mail::ScanReport report;
    scan::ScanView view(mail, contents, tree, files, memory, support::Deadline::in(longest), report);
    const plugin::CallResult result = plugin::learn(*instance, view, kind);
    text += instance->name() + ": " + (result.rc >= 0 ? word(kind) : "not learned: " + base::log::printable(result.reason)) + "\n";
    plugin::destroy(*instance);
  }
  return text.empty() ? "no scanner can be taught\n" : text;
}

}  // namespace postern::daemon
