// SPDX-License-Identifier: MIT
// The program posternd: reads its command line and hands over to the master.
#include <boost/program_options.hpp>
#include <iostream>

#include "base/install.h"
#include "daemon/master.h"

namespace po = boost::program_options;

int main(int argc, char** argv) {
  po::options_description options("posternd, a mail content filter for Postfix\n\nUsage: posternd [--config FILE] [--foreground]\n\nOptions");
  options.add_options()("config,c", po::value<std::string>()->default_value(postern::base::default_config_file()), "configuration file; \"\" for the built-in defaults")
      ("foreground,f", "stay in the foreground (it always does; systemd and others supervise it)")
      ("plugins", po::value<std::string>()->default_value(postern::base::plugin_directory()), "directory of the plug-ins")
      ("version", "print the version")("help,h", "print this");
  po::variables_map given;
  try {
    po::store(po::command_line_parser(argc, argv).options(options).positional({}).run(), given);
  } catch (const po::error& e) {
    std::cerr << "posternd: " << e.what() << "\nTry: posternd --help\n";
    return 64;
  }
  if (given.count("help")) {
    std::cout << options << "\nSignals: SIGHUP reloads the configuration, SIGTERM finishes the mails in work and ends.\n";
    return 0;
  }
  if (given.count("version")) {
    std::cout << "posternd " << postern::base::version() << "\n";
    return 0;
  }
  return postern::daemon::run_master({given["config"].as<std::string>(), given["plugins"].as<std::string>()});
}
