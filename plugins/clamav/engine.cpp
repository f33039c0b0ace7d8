// SPDX-License-Identifier: MIT
#include "engine.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace postern::clamav {
namespace {

namespace fs = std::filesystem;

constexpr const char* clamd = "/usr/sbin/clamd";
constexpr const char* mark = "managed-by-postern";  // a file beside the socket

bool holds_database(const fs::path& directory) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const fs::path kind = entry.path().extension();
    if (kind == ".cvd" || kind == ".cld" || kind == ".ndb" || kind == ".hdb") return true;
  }
  return false;
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw Error(POSTERN_E_IO, "write " + path.string() + ": " + std::strerror(errno));
}

// EICAR's test file as a signature. It stands here in pieces, so that no scanner takes this source or the library for
// it.
std::string eicar_signature() {
  static constexpr std::string_view pieces[] = {
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-", "STANDARD-", "ANTIVIRUS-", "TEST-FILE!", "$H+H*"};
  static constexpr char digits[] = "0123456789abcdef";
  std::string line = "Eicar-Test-Signature:0:0:";
  for (const std::string_view piece : pieces)
    for (const char c : piece) {
      const auto byte = static_cast<unsigned char>(c);
      line += {digits[byte >> 4], digits[byte & 15]};
    }
  return line + "\n";
}

// The file that ClamAV ships in every form of archive, to test scanners with: digest:size:name.
constexpr const char* test_file_signature = "aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n";

fs::path own_database(const fs::path& directory) {
  const fs::path database = directory / "db";
  fs::create_directories(database);
  // The daemon runs under another user than we do.
  fs::permissions(database, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                fs::perms::others_read | fs::perms::others_exec);
  write_file(database / "postern.ndb", eicar_signature());
  write_file(database / "postern.hdb", test_file_signature);
  return database;
}

std::string configuration(const std::string& database) {
  const auto limit = std::to_string(managed_limit >> 20) + "M\n";
  return "Foreground yes\n"
         "LocalSocket {socket}\n"
         "LocalSocketMode 666\n"
         "FixStaleSocket yes\n"
         "PidFile {directory}/clamd.pid\n"
         "LogFile {directory}/clamd.log\n"
         "LogFileMaxSize 8M\n"
         "LogRotate yes\n"
         "LogTime yes\n"
         "TemporaryDirectory {directory}\n"
         "DatabaseDirectory " +
         database +
         "\n"
         // Workers hold a session each; a thread works only while a part is examined.
         "MaxThreads 16\n"
         "MaxQueue 200\n"
         "IdleTimeout 60\n"
         "ReadTimeout 300\n"
         // What is over a limit must say so: it was not examined.
         "AlertExceedsMax yes\n"
         "MaxFileSize " +
         limit + "MaxScanSize " + limit + "StreamMaxLength " + limit;
}

}  // namespace

std::optional<Engine> managed_engine(const Config& config, std::string_view directory) {
  if (config.has("server")) return std::nullopt;
  if (::access(clamd, X_OK) != 0)
    throw Error(POSTERN_E_CONFIG, "clamd is not installed: apt-get install clamav-daemon");
  Engine engine;
  std::string database = config.text("database");
  if (!holds_database(database)) {
    engine.notice =
        "no virus database in " + database +
        ": only EICAR and ClamAV's test file are recognised; let clamav-freshclam download one, then reload";
    database = own_database(fs::path(directory));
  }
  write_file(fs::path(directory) / mark, "");
  engine.argv = {clamd, "--config-file={config}"};
  engine.config = configuration(database);
  engine.endpoint_option = "server";
  engine.start_timeout = std::chrono::minutes(3);  // a full database takes a minute on a slow disk
  return engine;
}

bool is_managed(std::string_view socket_path) {
  return ::access((fs::path(socket_path).parent_path() / mark).c_str(), F_OK) == 0;
}

}  // namespace postern::clamav
