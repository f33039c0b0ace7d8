// SPDX-License-Identifier: MIT
#include "pieces.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace postern::clamav {
namespace {

// Formats that are nothing but frames around their members. Not the documents that are archives inside: signatures know them whole.
constexpr std::string_view archives[] = {"application/zip", "application/x-tar", "application/gzip", "application/x-7z-compressed",
                                         "application/x-rar", "application/x-bzip2", "application/x-xz", "application/zstd",
                                         "application/x-cpio", "application/x-archive", "application/vnd.ms-cab-compressed"};

// Opened to the end, without anything odd: ClamAV sees it in the mail as a whole, and each of its members by itself.
bool is_opened_archive(Job& job, const Part& part, bool has_children) {
  constexpr uint32_t odd = POSTERN_PART_ENCRYPTED | POSTERN_PART_BROKEN | POSTERN_PART_TRUNCATED;
  return has_children && !(part.flags() & odd) && std::find(std::begin(archives), std::end(archives), part.detected()) != std::end(archives) &&
         job.attr("part.defects", 0, part.handle()) == "0";
}

void collect(Job& job, const Part& part, bool with_opened_archives, std::vector<Part>& leaves) {
  const std::vector<Part> children = part.children();
  const bool has_bytes = part.depth() > 0 && part.size() > 0 && !(part.flags() & (POSTERN_PART_CONTAINER | POSTERN_PART_SPECIAL));
  if (has_bytes && (with_opened_archives || !is_opened_archive(job, part, !children.empty()))) leaves.push_back(part);
  for (const Part& child : children) collect(job, child, with_opened_archives, leaves);
}

}  // namespace

// Equal ranges once, and nothing that is the mail again.
std::vector<Piece> pieces_of(Job& job, const Part& mail, bool with_opened_archives, bool with_known) {
  const auto is_known = [&](const Part& part) { return !with_known && job.known(part); };
  std::vector<Part> parts;
  collect(job, mail, with_opened_archives, parts);
  const std::string_view all = mail.text();
  std::vector<Piece> pieces;
  if (!all.empty() && !is_known(mail)) pieces.push_back({mail.handle(), all});
  std::set<std::pair<const char*, size_t>> seen;
  for (const Part& part : parts) {
    const std::string_view bytes = part.text();
    if (bytes == all || !seen.emplace(bytes.data(), bytes.size()).second || is_known(part)) continue;
    pieces.push_back({part.handle(), bytes});
  }
  return pieces;
}

void report(Job& job, const std::vector<Piece>& pieces, bool remembers) {
  for (const Piece& p : pieces) {
    if (p.verdict == Verdict::size_limit) {
      job.finding(POSTERN_CAT_LIMIT, "clamav-size-limit", p.part, "larger than ClamAV examines");
      job.partial();
    } else if (p.verdict == Verdict::found) {
      const Meaning m = meaning(p.text);
      job.finding(m.category, p.text, p.part, {}, 0, m.flags);
      if (m.category == POSTERN_CAT_LIMIT) {
        job.partial();
        continue;
      }
    }
    if (remembers && (p.verdict == Verdict::clean || p.verdict == Verdict::found)) job.examined(job.part(p.part));
  }
}

}  // namespace postern::clamav
