// SPDX-License-Identifier: MIT
#include "decode/companion.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/file_view.h"
#include "base/foreign_code.h"
#include "base/log.h"
#include "base/wire.h"
#include "decode/cage.h"
#include "decode/opening.h"
#include "decode/passing.h"
#include "mail/codec.h"

namespace postern::decode {
namespace {

constexpr size_t flush_at = 32 * 1024;

// Records on their way to the worker. A worker that is gone ends this process.
class Pen final : public Recorder {
 public:
  Pen(int socket, Step& step) : socket_(socket), step_(step) {}

  void part(const mail::Part& part) override {
    base::WireWriter w;
    mail::write(w, part);
    put(Record::part, w);
  }
  void part_name(uint32_t part, const std::string& name) override { put(Record::part_name, base::WireWriter().u32(part).text(name)); }
  void detected(uint32_t part, const std::string& type) override { put(Record::detected, base::WireWriter().u32(part).text(type)); }
  void opened(uint32_t part, const std::string& decoder) override { put(Record::opened, base::WireWriter().u32(part).text(decoder)); }
  void flags(uint32_t part, uint32_t flags) override { put(Record::flags, base::WireWriter().u32(part).u32(flags)); }
  void defect(uint32_t part, const mail::Defect& defect) override {
    base::WireWriter w;
    w.u32(part);
    mail::write(w, defect);
    put(Record::defect, w);
  }
  void trying(uint32_t part, uint32_t decoder) override {
    flush();  // what is known so far must outlive the decoder
    step_.part = part;
    step_.decoder = decoder + 1;
  }

  void put(Record kind, const base::WireWriter& payload) {
    base::WireWriter head;
    head.u32(static_cast<uint32_t>(payload.bytes().size())).u32(static_cast<uint32_t>(kind));
    buffer_ += head.bytes();
    buffer_ += payload.bytes();
    if (buffer_.size() >= flush_at) flush();
  }
  void flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t n = ::write(socket_, rest.data(), rest.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) ::_exit(0);
      rest.remove_prefix(static_cast<size_t>(n));
    }
    buffer_.clear();
  }

 private:
  int socket_;
  Step& step_;
  std::string buffer_;
};

// The mail in work and what came of it; kept for the confined scanners until the next one comes.
struct Current {
  // The mail's size as the worker says it: fstat is not among the allowed calls.
  Current(const base::UniqueFd& mail_fd, uint64_t mail_size, base::UniqueFd arena_fd)
      : mail(mail_fd.get(), mail_size), arena(std::move(arena_fd)) {}
  base::FileView mail;
  Arena arena;
  std::vector<mail::Part> parts;
};

// What a confined scanner sees: the finished tree. Its findings become records.
class ScanView final : public plugin::JobView {
 public:
  ScanView(Current& current, support::Deadline deadline, Pen& pen) : current_(current), deadline_(deadline), pen_(pen) {}
  const support::Deadline& deadline() const override { return deadline_; }
  uint32_t part_count() const override { return static_cast<uint32_t>(current_.parts.size()); }
  const mail::Part& part(uint32_t index) const override { return current_.parts[index]; }
  std::string_view bytes(uint32_t index) const override { return part_bytes(current_.parts[index], current_.mail.bytes(), current_.arena); }
  uint32_t child_count(uint32_t index) const override {
    uint32_t n = 0;
    for (uint32_t i = 1; i < current_.parts.size(); ++i) n += current_.parts[i].parent == index;
    return n;
  }
  uint32_t child(uint32_t index, uint32_t nth) const override {
    for (uint32_t i = 1; i < current_.parts.size(); ++i)
      if (current_.parts[i].parent == index && nth-- == 0) return i;
    return 0;
  }
  int descriptor(uint32_t) override { return -1; }
  bool fact(std::string_view, uint32_t, std::string*) const override { return false; }
  void finding(mail::Finding f) override {
    pen_.put(Record::finding, base::WireWriter().i32(f.category).i32(f.score).u32(f.flags).u32(f.part).text(f.name).text(f.text).u32(f.recipient));
  }
  void note(uint32_t, std::string_view name, std::string_view value) override {
    pen_.put(Record::note, base::WireWriter().text(name).text(value));
  }

 private:
  Current& current_;
  support::Deadline deadline_;
  Pen& pen_;
};

support::Deadline read_deadline(base::WireReader& in) {
  return support::Deadline(support::Deadline::Clock::time_point(std::chrono::nanoseconds(in.i64())));
}

void decode(base::WireReader& in, const UnpackerSettings& settings, Current& current, Pen& pen) {
  const support::Deadline deadline = read_deadline(in);
  Limits limits;
  limits.depth = in.u32();
  limits.parts = in.u32();
  limits.ratio = in.u32();
  limits.bytes = in.u64();
  limits.min_bytes = in.u64();
  Budget budget(limits, current.mail.bytes().size(), deadline);
  Opening opening{settings.decoders, *settings.types,
                  in.list<Skip>([](base::WireReader& r) { Skip s{r.text(), {}}; s.path = r.text(); return s; })};
  current.parts = open_all(current.mail.bytes(), current.arena, budget, opening, pen);
  if (!current.arena.flush()) ::_exit(70);
  current.arena.unmap();  // or the worker could not seal it
  pen.put(Record::decoded, base::WireWriter().u64(current.arena.size()));
}

// Calls the scanner for each part it accepts, or once for the whole mail, as its flags say.
void scan(base::WireReader& in, const UnpackerSettings& settings, Current& current, Pen& pen) {
  const plugin::Instance& scanner = *settings.scanners.at(in.u32());
  ScanView view(current, read_deadline(in), pen);
  plugin::CallResult worst{POSTERN_OK, {}};
  const bool whole = (scanner.worker->flags & POSTERN_RUN_WHOLE) != 0;
  for (uint32_t part = 0; part < (whole ? 1u : view.part_count()) && worst.rc >= 0; ++part) {
    if (!whole && !scanner.is_given(view.part(part))) continue;
    pen.flush();
    plugin::CallResult result = plugin::run(scanner, view, part);
    if (result.rc != POSTERN_OK) worst = std::move(result);
  }
  pen.put(Record::scanned, base::WireWriter().i32(worst.rc).text(worst.reason));
}

#ifdef POSTERN_SANITIZED
constexpr int silenced = 2;  // a sanitizer reports to standard error
#else
constexpr int silenced = 3;
#endif

void leave_nothing_open(int socket) {
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < silenced; ++fd) ::dup2(null, fd);
  ::dup2(socket, 3);
  ::close_range(4, ~0u, 0);
}

}  // namespace

void serve_in_cage(int socket, const UnpackerSettings& settings, Step& step) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "unpacker");
  for (const int s : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) ::signal(s, SIG_IGN);  // its worker ends it, nobody else
  base::crash_at_once();
  base::exit_at_once();
  leave_nothing_open(socket);
  Pen pen(3, step);
  base::log::redirect([&pen](base::log::Level level, std::string_view line) {
    pen.put(Record::log, base::WireWriter().u32(static_cast<uint32_t>(level)).text(line));
  });
  try {
    enter_cage(settings.cage);
    std::optional<Current> current;
    for (;;) {
      std::optional<Passed> request = receive_passed(3);
      if (!request) ::_exit(0);
      base::WireReader in(request->bytes);
      const auto kind = static_cast<Request>(in.u32());
      if (kind == Request::decode) {
        const uint64_t size = in.u64();
        current.emplace(request->descriptors.at(0), size, std::move(request->descriptors.at(1)));
        decode(in, settings, *current, pen);
      } else if (current) {
        scan(in, settings, *current, pen);
      }
      step.decoder = 0;
      pen.flush();
    }
  } catch (const std::exception& e) {
    base::log::error(std::string("unpacker: ") + e.what());
    pen.flush();
    ::_exit(70);
  }
}

}  // namespace postern::decode
