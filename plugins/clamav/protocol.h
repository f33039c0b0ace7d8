// SPDX-License-Identifier: MIT
// The words of clamd's protocol, bytes ↔ values, no sockets: commands of a session (zIDSESSION) and the replies to
// them. A reply that is not exactly one of clamd's is nullopt; nothing here ever guesses "clean".
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::clamav {

using namespace std::string_view_literals;

// Commands end with NUL. The nth one after begin_session is answered under the id n, in any order.
inline constexpr std::string_view begin_session = "zIDSESSION\0"sv;
inline constexpr std::string_view end_session = "zEND\0"sv;
inline constexpr std::string_view ping = "zPING\0"sv;
inline constexpr std::string_view version = "zVERSION\0"sv;
// The second NUL is the byte clamd wants to receive the descriptor with (SCM_RIGHTS). Sent by one sendmsg(), the
// descriptor arrives with the whole command, however many commands follow.
inline constexpr std::string_view scan_descriptor = "zFILDES\0\0"sv;
// Then chunks, each after its length, and a length of zero.
inline constexpr std::string_view scan_stream = "zINSTREAM\0"sv;
std::string chunk_length(uint32_t bytes);  // 4 bytes, network order

inline constexpr size_t longest_name = 255;    // of a signature
bool is_signature_name(std::string_view name);
inline constexpr size_t longest_reply = 1024;  // an error may quote a path

enum class Verdict { clean, found, size_limit, error };

struct Reply {
  uint32_t id = 0;
  Verdict verdict = Verdict::error;
  std::string text;  // found: the signature's name; error: what clamd says
};

// "7: stream: OK", "7: fd[10]: Eicar-Test-Signature FOUND", "7: … ERROR"; without the final NUL.
std::optional<Reply> parse_reply(std::string_view line);

struct Version {
  std::string engine;    // "ClamAV 1.4.6"
  std::string database;  // "27500"; empty: clamd has no dated database
  int64_t time = 0;      // of the database, Unix seconds; 0: unknown
};

// The texts behind the id of replies to ping and version; nullopt: not that.
std::optional<std::string> parse_answer(std::string_view line, uint32_t id);
// "ClamAV 1.4.6/27500/Sun Nov 22 08:31:02 2026", the date in clamd's local time, which is taken to be ours.
std::optional<Version> parse_version(std::string_view text);

struct Meaning {
  int32_t category = 0;  // POSTERN_CAT_*
  uint32_t flags = 0;    // POSTERN_FIND_*
};
// What the name of a signature stands for: "Heuristics.Encrypted.Zip" is not a virus.
Meaning meaning(std::string_view name);

}  // namespace postern::clamav
