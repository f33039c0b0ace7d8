// SPDX-License-Identifier: MIT
#include "decode/unpacker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "base/failure.h"
#include "base/fibers.h"
#include "base/log.h"
#include "base/wire.h"
#include "decode/claimed_tree.h"
#include "decode/companion.h"
#include "decode/opening.h"
#include "decode/passing.h"
#include "mail/codec.h"
#include "plugin/job.h"

namespace postern::decode {
namespace {

using mail::Defect;
using mail::DefectKind;
using mail::Part;

constexpr std::chrono::milliseconds grace{1000};  // a decoder that asks time_left() in time needs less
constexpr int max_attempts = 5;
constexpr size_t max_notes = 100;  // of one scanner

enum class Ending { finished, died, overran };

base::UniqueFd new_arena() {
  base::UniqueFd fd(::memfd_create("postern-arena", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) base::throw_errno("memfd_create");
  return fd;
}

int64_t nanoseconds(const support::Deadline& d) { return d.at().time_since_epoch().count(); }

// The shared page with the companion's step.
Step* new_step() {
  void* at = ::mmap(nullptr, sizeof(Step), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) base::throw_errno("mmap");
  return new (at) Step;
}

}  // namespace

struct Unpacker::State {
  explicit State(UnpackerSettings s) : settings(std::move(s)), step(new_step()) {}
  ~State() {
    end();
    ::munmap(step, sizeof(Step));
  }

  void start() {
    if (pid != 0) return;
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) base::throw_errno("socketpair");
    socket.reset(ends[0]);
    const base::UniqueFd theirs(ends[1]);
    step->decoder = 0;
    buffer.clear();
    consumed = 0;
    const pid_t child = ::fork();
    if (child < 0) base::throw_errno("fork the unpacker");
    if (child == 0) serve_in_cage(theirs.get(), settings, *step);
    pid = child;
  }

  void end() {
    if (pid == 0) return;
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    pid = 0;
    socket.reset();
  }

  // Reads records until one of kind last comes; each is given to take. end_at includes the grace.
  template <class Take>
  Ending read_records(Record last, const support::Deadline& end_at, Take take) {
    for (;;) {
      while (std::optional<std::pair<Record, std::string>> record = next_record()) {
        base::WireReader in(record->second);
        if (record->first == Record::log) {
          const uint32_t level = std::min(in.u32(), static_cast<uint32_t>(base::log::Level::error));
          base::log::write(static_cast<base::log::Level>(level), base::log::printable(in.text()));
          continue;
        }
        take(record->first, in);
        if (record->first == last) return Ending::finished;
      }
      pollfd p{socket.get(), POLLIN, 0};
      const int ready = base::poll(&p, 1, end_at.left_ms());
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0) return Ending::overran;
      char chunk[65536];
      const ssize_t n = ::recv(socket.get(), chunk, sizeof chunk, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return Ending::died;
      buffer.append(chunk, static_cast<size_t>(n));
    }
  }

  std::optional<std::pair<Record, std::string>> next_record() {
    constexpr size_t head = 8;
    if (buffer.size() - consumed < head) return compact();
    base::WireReader in(std::string_view(buffer).substr(consumed));
    const uint32_t length = in.u32();
    const auto kind = static_cast<Record>(in.u32());
    if (length > 64u * 1024 * 1024) throw base::WireError("the unpacker sends a record without end");
    if (buffer.size() - consumed < head + length) return compact();
    std::string payload = buffer.substr(consumed + head, length);
    consumed += head + length;
    return std::pair(kind, std::move(payload));
  }
  std::nullopt_t compact() {
    buffer.erase(0, consumed);
    consumed = 0;
    return std::nullopt;
  }

  UnpackerSettings settings;
  Step* step;
  pid_t pid = 0;
  base::UniqueFd socket;
  std::string buffer;
  size_t consumed = 0;
};

Unpacker::Unpacker(UnpackerSettings settings) : state_(std::make_unique<State>(std::move(settings))) {}
Unpacker::~Unpacker() = default;
int Unpacker::companion() const { return state_->pid; }

namespace {

struct Attempt {
  Ending ending = Ending::died;
  std::vector<Part> parts;  // as far as it came
  base::UniqueFd arena;
};

// The finished or half-finished tree with its arena, which nobody can change any more.
mail::Contents seal(Attempt attempt, uint64_t mail_size) {
  if (::fcntl(attempt.arena.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    if (errno == EBUSY) throw base::WireError("the unpacker holds on to the arena");
    base::throw_errno("seal the arena");
  }
  base::Content arena(std::move(attempt.arena));
  if (attempt.ending == Ending::finished) check_ranges(attempt.parts, mail_size, arena.size());
  else give_up_what_is_missing(attempt.parts, mail_size, arena.size());
  return {std::move(attempt.parts), std::move(arena)};
}

}  // namespace

mail::Contents Unpacker::unpack(const mail::ReceivedMail& mail, const Limits& limits, const support::Deadline& deadline) {
  State& s = *state_;
  const support::Deadline end = deadline.at_most(limits.time);
  // A mail that waited long has less time than the limit grants it. What does not fit then is our failure, not the mail's.
  const bool is_cut_short = deadline.left() < limits.time;
  const auto must_have_had_its_time = [&] {
    if (is_cut_short && end.passed()) throw base::TemporaryFailure("too little time was left to unpack it");
  };
  const uint64_t mail_size = mail.content.size();
  std::vector<Skip> skips;

  const auto attempt_once = [&]() -> Attempt {
    s.start();
    Attempt attempt;
    attempt.arena = new_arena();
    ClaimedTree tree(limits.parts);
    base::WireWriter request;
    request.u32(static_cast<uint32_t>(Request::decode)).u64(mail_size).i64(nanoseconds(end));
    request.u32(limits.depth).u32(limits.parts).u32(limits.ratio).u64(limits.bytes).u64(limits.min_bytes);
    request.list(skips, [](base::WireWriter& w, const Skip& skip) { w.text(skip.decoder).text(skip.path); });
    if (send_passed(s.socket.get(), request.bytes(), {mail.content.fd(), attempt.arena.get()}))
      attempt.ending = s.read_records(Record::decoded, support::Deadline(end.at() + grace), [&](Record kind, base::WireReader& in) {
        if (kind != Record::decoded) tree.take(kind, in);
      });
    attempt.parts = tree.take_parts();
    return attempt;
  };

  for (int n = 1; n <= max_attempts; ++n) {
    Attempt attempt;
    try {
      attempt = attempt_once();
      if (attempt.ending == Ending::finished) {
        must_have_had_its_time();
        return seal(std::move(attempt), mail_size);
      }
    } catch (const base::WireError& e) {  // taken over, or broken: whatever it said is worth nothing
      base::log::warning(mail.log_id + ": " + e.what());
      attempt.ending = Ending::died;
      attempt.parts.clear();
    } catch (...) {  // its answers to this mail must not be taken for those to the next
      s.end();
      throw;
    }
    const uint32_t part = s.step->part, decoder = s.step->decoder;
    const bool in_decoder = decoder > 0 && decoder <= s.settings.decoders.size();
    const std::string who = in_decoder ? s.settings.decoders[decoder - 1]->name() : "none";
    s.end();
    if (attempt.ending == Ending::overran) {
      base::log::warning(mail.log_id + ": unpacker killed: decoder " + who + " overran its time");
      must_have_had_its_time();
      if (attempt.parts.empty()) attempt.parts.push_back(mail::whole_mail(mail_size));
      Part& at = attempt.parts[part < attempt.parts.size() ? part : 0];
      at.defects.push_back({DefectKind::limit, "limit-time", "decoder " + who + " did not finish in time and was killed"});
      return seal(std::move(attempt), mail_size);
    }
    base::log::warning(mail.log_id + ": unpacker died in decoder " + who + ", attempt " + std::to_string(n));
    if (n >= 2 && in_decoder && part < attempt.parts.size()) skips.push_back({who, attempt.parts[part].path});
  }
  std::vector<Part> parts{mail::whole_mail(mail_size)};
  parts.front().defects.push_back({DefectKind::crashed, "unpacker-crashed", "the unpacker died again and again on this mail"});
  return {std::move(parts), base::Content(new_arena())};
}

mail::ScanReport Unpacker::scan(size_t scanner, const support::Deadline& deadline) {
  State& s = *state_;
  mail::ScanReport report;
  report.instance = s.settings.scanners.at(scanner)->name();
  report.state = mail::ScanState::crashed;
  if (s.pid == 0) {
    report.reason = "the confined process is gone";
    return report;
  }
  base::WireWriter request;
  request.u32(static_cast<uint32_t>(Request::scan)).u32(static_cast<uint32_t>(scanner)).i64(nanoseconds(deadline.at_most(std::chrono::hours(1))));
  Ending ending = Ending::died;
  try {
    if (send_passed(s.socket.get(), request.bytes(), {}))
      ending = s.read_records(Record::scanned, support::Deadline(deadline.at_most(std::chrono::hours(1)).at() + grace),
                              [&](Record kind, base::WireReader& in) {
        if (kind == Record::scanned) {
          report.state = plugin::scan_state(in.i32());
          report.reason = in.text();
        } else if (kind == Record::finding) {
          mail::Finding f;
          f.category = in.i32();
          f.score = in.i32();
          f.flags = in.u32();
          f.part = in.u32();
          f.name = in.text();
          f.text = in.text();
          f.recipient = in.u32();
          mail::add(report, std::move(f));
        } else if (kind == Record::note) {
          std::string name = in.text(), value = in.text();
          if (report.notes.size() < max_notes) report.notes.emplace_back(std::move(name), std::move(value));
        } else {
          throw base::WireError("the unpacker speaks out of turn");
        }
      });
  } catch (const base::WireError& e) {
    base::log::warning(e.what());
    ending = Ending::died;
  }
  if (ending == Ending::finished) return report;
  s.end();
  report.state = ending == Ending::overran ? mail::ScanState::timed_out : mail::ScanState::crashed;
  report.reason = ending == Ending::overran ? "did not answer in time and was killed" : "died";
  return report;
}

}  // namespace postern::decode
