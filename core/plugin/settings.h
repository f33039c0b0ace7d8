// SPDX-License-Identifier: MIT
// One table [scanner.NAME], [decoder.NAME] or [notifier.NAME] of the configuration, before anybody knows the plug-in: the keys
// that are the host's own are read, the plug-in's options are kept with their places and checked against its table later.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/origin.h"
#include "mail/findings.h"

namespace postern::plugin {

enum class Kind { scanner, decoder, notifier };
const char* name(Kind kind);

struct OptionValue {
  enum class Type { boolean, integer, text };
  Type type = Type::text;
  bool boolean = false;
  int64_t integer = 0;
  std::string text;
  base::Origin origin;
};

struct OptionSetting {
  std::string name;
  std::vector<OptionValue> values;  // one, or those of an array
  bool is_list = false;
  base::Origin origin;
};

enum class Home { worker, confined };  // decoders are always confined

struct InstanceSettings {
  Kind kind = Kind::scanner;
  std::string name;    // of the table: unique within its kind
  std::string plugin;  // file name without ".so", or an absolute path; default: the table's name
  base::Origin origin;
  std::vector<OptionSetting> options;
  // The host's own keys:
  bool enabled = true;                           // "enabled"
  Home home = Home::worker;                      // "isolation" = "worker" | "confined"
  std::chrono::milliseconds timeout{60000};      // "timeout" of one call
  mail::OnError on_error = mail::OnError::defer; // "on-error" = "defer" | "next" | "pass-unchecked", scanners
  bool backup = false;                           // "stage" = "primary" | "backup", scanners
  bool self_test = true;                         // "self-test": must find EICAR to be asked, scanners that tell their health
  std::chrono::milliseconds max_database_age{0}; // "max-database-age": of signatures; 0: any age, scanners
};

}  // namespace postern::plugin
