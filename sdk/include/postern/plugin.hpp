// SPDX-License-Identifier: MIT
// The C++20 face of postern/plugin.h: write a class, name it in POSTERN_PLUGIN, done. Header-only, no library, no symbol.
//
// Which of scan(), decode(), notify() the class has decides its kind; health(), validate() and engine() are optional:
//
//   class Acme {
//    public:
//     static constexpr postern_option options[] = {postern::option("server", POSTERN_T_ENDPOINT, nullptr, "where it listens")};
//     static constexpr const char* accepts[] = {"application/pdf", nullptr};   // optional; absent: all types
//     static constexpr const char* needs[] = {"net:unix", nullptr};            // optional
//     static constexpr bool whole = true;                                      // scanner, optional: once per mail
//     static constexpr bool scores = true;                                     // scanner, optional: POSTERN_RUN_SCORES
//     static constexpr bool cacheable = true;                                  // scanner, optional: POSTERN_RUN_CACHEABLE
//     static constexpr bool waits = true;                                      // scanner, optional: POSTERN_RUN_WAITS, see postern/wait.h
//     explicit Acme(const postern::Config&);                                   // [control]
//     void scan(postern::Job&, const postern::Part&);                          // or decode(…), or notify(postern::Job&)
//     int probe(postern::Job&, const postern::Part&);                          // decoder, optional
//     postern::Health health();                                                // optional
//     void learn(postern::Job&, const postern::Part& mail, postern::Lesson);   // scanner, optional
//     static void validate(const postern::Config&);                            // optional
//     static std::optional<postern::Engine> engine(const postern::Config&, std::string_view directory);  // optional
//   };
//   POSTERN_PLUGIN(Acme, "com.acme.scan", "Acme Scan", "1.0", "Acme Ltd", "proprietary", "https://acme.example")
//
// Failures are exceptions: throw postern::Error{rc, text}; std::bad_alloc becomes POSTERN_E_MEMORY, anything else
// POSTERN_E_FAIL with what(). None of them crosses the boundary.
#pragma once
#include <postern/engine.h>
#include <postern/learn.h>
#include <postern/plugin.h>
#include <postern/spawn.h>
#include <postern/support/wait.h>
#include <postern/verdicts.h>
#include <postern/wait.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace postern {
inline namespace v1 __attribute__((visibility("hidden"))) {

// A failure with its return code; text goes to the log and into the chain of reasons.
class Error : public std::runtime_error {
 public:
  Error(postern_rc code, const std::string& text) : std::runtime_error(text), code_(code) {}
  postern_rc code() const { return code_; }

 private:
  postern_rc code_;
};

constexpr postern_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(postern_bytes b) { return b.len ? std::string_view(static_cast<const char*>(b.ptr), b.len) : std::string_view(); }

// Throws for a return code below zero that the caller cannot go on with.
inline void check(postern_rc rc, const char* what) {
  if (rc < 0) throw Error(rc, what);
}

constexpr postern_option option(const char* name, uint32_t type, const char* deflt, const char* help, uint32_t flags = 0) {
  return {name, deflt, nullptr, help, 0, 0, type, flags};
}
constexpr postern_option option(const char* name, uint32_t type, const char* deflt, const char* help, int64_t min, int64_t max) {
  return {name, deflt, nullptr, help, min, max, type, 0};
}
constexpr postern_option option_enum(const char* name, const char* deflt, const char* choices, const char* help) {
  return {name, deflt, choices, help, 0, 0, POSTERN_T_ENUM, 0};
}

// The options of one instance as the host read and checked them. [control]
class Config {
 public:
  Config(const postern_host* host, postern_inst inst) : host_(host), inst_(inst) {}

  bool has(const char* name) const { return value(name, 0).has_value(); }
  std::string text(const char* name, uint32_t nth = 0) const {
    auto v = value(name, nth);
    return v ? std::string(view(v->s)) : std::string();
  }
  std::vector<std::string> list(const char* name) const {
    std::vector<std::string> all;
    for (uint32_t n = 0; auto v = value(name, n); ++n) all.emplace_back(view(v->s));
    return all;
  }
  int64_t number(const char* name) const { return required(name).i; }  // BOOL, INT, SIZE, ENUM (index)
  bool flag(const char* name) const { return number(name) != 0; }
  std::chrono::milliseconds duration(const char* name) const { return std::chrono::milliseconds(number(name)); }

  // Blames an option; validate() and the constructor fail when they return after it.
  void reject(const char* name, std::string_view why, uint32_t nth = 0) const {
    rejected_ = true;
    host_->option_error(inst_, name, nth, why.data(), why.size());
  }
  bool rejected() const { return rejected_; }

  const postern_host* host() const { return host_; }
  postern_inst instance() const { return inst_; }

 private:
  std::optional<postern_value> value(const char* name, uint32_t nth) const {
    postern_value v{};
    v.size = sizeof v;
    if (host_->option(inst_, name, nth, &v) < 0) return std::nullopt;
    return v;
  }
  postern_value required(const char* name) const {
    auto v = value(name, 0);
    if (!v) throw Error(POSTERN_E_CONFIG, std::string(name) + " is not set");
    return *v;
  }

  const postern_host* host_;
  postern_inst inst_;
  mutable bool rejected_ = false;
};

class Job;

// A part of the mail, lent for the job. Copies are cheap: a handle.
class Part {
 public:
  Part(const postern_host* host, postern_job job, postern_part part) : host_(host), job_(job), part_(part) {
    info_.size = sizeof info_;
    check(host_->part_info(job_, part_, &info_), "part_info");
  }
  postern_part handle() const { return part_; }
  uint32_t depth() const { return info_.depth; }
  uint64_t size() const { return info_.bytes; }
  uint32_t flags() const { return info_.flags; }
  std::string_view mime_type() const { return view(info_.mime_type); }
  std::string_view detected() const { return view(info_.detected); }
  std::string_view name() const { return view(info_.name); }

  // All bytes, as the mail or the decoder has them.
  std::string_view text() const {
    postern_bytes b{};
    check(host_->part_map(job_, part_, &b), "part_map");
    return view(b);
  }
  std::span<const unsigned char> data() const {
    const std::string_view t = text();
    return {reinterpret_cast<const unsigned char*>(t.data()), t.size()};
  }
  // Read-only descriptor of exactly this part; the host's, not to be closed.
  int fd() const {
    int32_t out = -1;
    check(host_->part_fd(job_, part_, &out), "part_fd");
    return out;
  }
  std::vector<Part> children() const {
    std::vector<Part> all;
    all.reserve(info_.children);
    for (uint32_t n = 0; n < info_.children; ++n) {
      postern_part child = 0;
      check(host_->part_child(job_, part_, n, &child), "part_child");
      all.emplace_back(host_, job_, child);
    }
    return all;
  }

 private:
  const postern_host* host_;
  postern_job job_;
  postern_part part_;
  postern_part_info info_{};
};

// A child that a decoder writes. close() makes it a part; without it (an exception) the host closes it as truncated.
class Child {
 public:
  Child(const postern_host* host, postern_job job, postern_sink sink) : host_(host), job_(job), sink_(sink) {}
  void write(std::string_view data) { check(host_->child_write(job_, sink_, data.data(), data.size()), "child_write"); }
  void slice(uint64_t offset, uint64_t length) { check(host_->child_slice(job_, sink_, offset, length), "child_slice"); }
  postern_part close(uint32_t flags = 0) {
    postern_part part = 0;
    check(host_->child_close(job_, sink_, flags, &part), "child_close");
    return part;
  }

 private:
  const postern_host* host_;
  postern_job job_;
  postern_sink sink_;
};

// What describes a child, see postern_child.
struct ChildInfo {
  postern_part parent = 0;
  std::string_view name = {}, mime_type = {}, encoding = {}, role = {};  // "= {}": so that some may be left out
  uint64_t offset = 0, length = 0, expected = 0;
  uint32_t flags = 0;
};

struct Spawned {
  int exit_status = -1;
  int signal = 0;
  bool output_cut = false;
  std::string_view out, err;  // lent until the job ends
};

// One mail, part or event in the hands of this instance. [worker]
class Job {
 public:
  Job(const postern_host* host, postern_inst inst, postern_job job) : host_(host), inst_(inst), job_(job) {}

  const postern_host* host() const { return host_; }
  postern_job handle() const { return job_; }
  std::chrono::milliseconds time_left() const { return std::chrono::milliseconds(host_->time_left(job_)); }
  Part part(postern_part handle) const { return {host_, job_, handle}; }

  // Not all content was examined (an engine's limit): the job ends POSTERN_PARTIAL instead of POSTERN_OK.
  void partial() { partial_ = true; }
  bool is_partial() const { return partial_; }

  // recipient: 0 for all; n: only for the nth of attrs("mail.rcpt"), counted from 1.
  void finding(int32_t category, std::string_view name, postern_part part = 0, std::string_view text = {},
               int32_t score = 0, uint32_t flags = 0, uint32_t recipient = 0) {
    postern_finding f{};
    f.size = sizeof f;
    f.flags = flags;
    f.category = category;
    f.score = score;
    f.part = part;
    f.name = bytes(name);
    f.text = bytes(text);
    f.recipient = recipient;
    check(host_->finding(job_, &f), "finding");
  }
  void malware(std::string_view name, const Part& part) { finding(POSTERN_CAT_MALWARE, name, part.handle()); }
  void note(std::string_view fact, std::string_view value, postern_part part = 0) {
    check(host_->note(job_, part, std::string(fact).c_str(), bytes(value)), "note");
  }
  std::optional<std::string> attr(const char* fact, uint32_t nth = 0, postern_part part = 0) const {
    postern_value v{};
    v.size = sizeof v;
    if (host_->attr(job_, part, fact, nth, &v) < 0) return std::nullopt;
    return std::string(view(v.s));
  }
  std::vector<std::string> attrs(const char* fact, postern_part part = 0) const {
    std::vector<std::string> all;
    for (uint32_t n = 0; auto v = attr(fact, n, part); ++n) all.push_back(std::move(*v));
    return all;
  }
  void log(int32_t level, std::string_view text) const { host_->log(inst_, job_, level, text.data(), text.size()); }

  Child open(const ChildInfo& info) {
    postern_child child{};
    child.size = sizeof child;
    child.flags = info.flags;
    child.parent = info.parent;
    child.name = bytes(info.name);
    child.mime_type = bytes(info.mime_type);
    child.encoding = bytes(info.encoding);
    child.role = bytes(info.role);
    child.offset = info.offset;
    child.length = info.length;
    child.expected = info.expected;
    postern_sink sink = 0;
    check(host_->child_open(job_, &child, &sink), "child_open");
    return {host_, job_, sink};
  }

  // See postern/spawn.h. Throws Error: POSTERN_E_DENIED where the service is not offered, POSTERN_E_TIMEOUT, POSTERN_E_IO.
  Spawned spawn(const std::vector<std::string>& argv, postern_part stdin_part, uint64_t max_output) {
    const auto* service = static_cast<const postern_spawn*>(host_->service(inst_, POSTERN_SPAWN));
    if (!service) throw Error(POSTERN_E_DENIED, "postern.spawn/1 is not offered here");
    std::vector<const char*> pointers;
    for (const auto& a : argv) pointers.push_back(a.c_str());
    pointers.push_back(nullptr);
    postern_spawned out{};
    out.size = sizeof out;
    check(service->run(inst_, job_, pointers.data(), stdin_part, max_output, &out), "spawn");
    return {out.exit_status, out.signal, (out.flags & POSTERN_SPAWN_OUTPUT_CUT) != 0, view(out.out), view(out.err)};
  }

  // See postern/verdicts.h. True: the findings of an earlier scan of the same bytes are in this job now.
  bool known(const Part& part) const {
    const auto* service = static_cast<const postern_verdicts*>(host_->service(inst_, POSTERN_VERDICTS));
    return service && service->known(inst_, job_, part.handle()) == 1;
  }
  // What this job has found in the part is the whole verdict on its bytes.
  void examined(const Part& part) const {
    const auto* service = static_cast<const postern_verdicts*>(host_->service(inst_, POSTERN_VERDICTS));
    if (service) service->examined(inst_, job_, part.handle());
  }

 private:
  const postern_host* host_;
  postern_inst inst_;
  postern_job job_;
  bool partial_ = false;
};

enum class Lesson { ham = POSTERN_LEARN_HAM, spam = POSTERN_LEARN_SPAM, forget = POSTERN_LEARN_FORGET };

struct Health {
  int32_t state = POSTERN_UP;
  int64_t db_time = 0, db_entries = 0;
  std::string engine, db_version, message;
};

// The daemon an instance wants the host to run, see postern/engine.h.
struct Engine {
  std::vector<std::string> argv;
  std::string config, notice, endpoint_option;
  std::chrono::milliseconds start_timeout{60000};
};

namespace detail {

template <class P> concept Scanner = requires(P p, Job& j, const Part& part) { p.scan(j, part); };
template <class P> concept Decoder = requires(P p, Job& j, const Part& part) { p.decode(j, part); };
template <class P> concept Notifier = requires(P p, Job& j) { p.notify(j); };

// One instance: the author's object and what the trampolines need.
template <class P>
struct Instance {
  Instance(const postern_host* h, postern_inst i, const Config& config) : host(h), inst(i), plugin(config) {}
  const postern_host* host;
  postern_inst inst;
  P plugin;
};

inline postern_rc failed(const postern_host* host, postern_inst inst, postern_job job) noexcept {
  try {
    throw;
  } catch (const Error& e) {
    return host->fail(inst, job, e.code(), e.what(), std::strlen(e.what()));
  } catch (const std::bad_alloc&) {
    return host->fail(inst, job, POSTERN_E_MEMORY, "out of memory", 13);
  } catch (const std::exception& e) {
    return host->fail(inst, job, POSTERN_E_FAIL, e.what(), std::strlen(e.what()));
  } catch (...) {
    return host->fail(inst, job, POSTERN_E_FAIL, "unknown exception", 17);
  }
}

template <class P>
postern_rc run(void* self, postern_job handle, postern_part part) noexcept {
  auto* i = static_cast<Instance<P>*>(self);
  try {
    Job job(i->host, i->inst, handle);
    if constexpr (Scanner<P>) i->plugin.scan(job, job.part(part));
    else if constexpr (Decoder<P>) i->plugin.decode(job, job.part(part));
    else i->plugin.notify(job);
    return job.is_partial() ? POSTERN_PARTIAL : POSTERN_OK;
  } catch (...) {
    return failed(i->host, i->inst, handle);
  }
}

template <class P>
int32_t probe(void* self, postern_job handle, postern_part part) noexcept {
  auto* i = static_cast<Instance<P>*>(self);
  try {
    Job job(i->host, i->inst, handle);
    return i->plugin.probe(job, job.part(part));
  } catch (...) {
    return 0;
  }
}

template <class P>
postern_rc learn(void* self, postern_job handle, postern_part mail, int32_t kind) noexcept {
  auto* i = static_cast<Instance<P>*>(self);
  try {
    if (kind < POSTERN_LEARN_HAM || kind > POSTERN_LEARN_FORGET) return POSTERN_E_ARGUMENT;
    Job job(i->host, i->inst, handle);
    i->plugin.learn(job, job.part(mail), static_cast<Lesson>(kind));
    return POSTERN_OK;
  } catch (...) {
    return failed(i->host, i->inst, handle);
  }
}

template <class P>
postern_rc health(void* self, postern_health_info* out) noexcept {
  auto* i = static_cast<Instance<P>*>(self);
  try {
    const Health h = i->plugin.health();
    out->state = h.state;
    out->db_time = h.db_time;
    out->db_entries = h.db_entries;
    auto put = [](char* to, size_t room, const std::string& from) {
      const size_t n = std::min(room - 1, from.size());
      std::memcpy(to, from.data(), n);
      to[n] = 0;
    };
    put(out->engine, sizeof out->engine, h.engine);
    put(out->db_version, sizeof out->db_version, h.db_version);
    put(out->message, sizeof out->message, h.message);
    return POSTERN_OK;
  } catch (...) {
    return failed(i->host, i->inst, 0);
  }
}

template <class P>
postern_rc validate(const postern_host* host, postern_inst inst) noexcept {
  try {
    const Config config(host, inst);
    P::validate(config);
    return config.rejected() ? POSTERN_E_CONFIG : POSTERN_OK;
  } catch (...) {
    return failed(host, inst, 0);
  }
}

template <class P>
postern_rc create(const postern_host* host, postern_inst inst, void** self) noexcept {
  try {
    const Config config(host, inst);
    if constexpr (requires { P::waits; })
      if (P::waits) support::host_wait = static_cast<const postern_wait*>(host->service(inst, POSTERN_WAIT));
    auto instance = std::make_unique<Instance<P>>(host, inst, config);
    if (config.rejected()) return POSTERN_E_CONFIG;
    *self = instance.release();
    return POSTERN_OK;
  } catch (...) {
    return failed(host, inst, 0);
  }
}

template <class P> void destroy(void* self) noexcept { delete static_cast<Instance<P>*>(self); }

template <class P>
postern_rc command(const postern_host* host, postern_inst inst, const char* directory, postern_engine_command* out) noexcept {
  try {
    // Lives until the next call, as the contract says; [control] calls are never concurrent.
    static Engine engine;
    static std::vector<const char*> argv;
    const Config config(host, inst);
    std::optional<Engine> wanted = P::engine(config, directory);
    if (config.rejected()) return POSTERN_E_CONFIG;
    if (!wanted) return POSTERN_E_NOTFOUND;
    engine = std::move(*wanted);
    argv.clear();
    for (const auto& a : engine.argv) argv.push_back(a.c_str());
    argv.push_back(nullptr);
    out->start_timeout_ms = static_cast<uint32_t>(engine.start_timeout.count());
    out->endpoint_option = engine.endpoint_option.c_str();
    out->argv = argv.data();
    out->config = engine.config.empty() ? nullptr : engine.config.c_str();
    out->notice = engine.notice.empty() ? nullptr : engine.notice.c_str();
    return POSTERN_OK;
  } catch (...) {
    return failed(host, inst, 0);
  }
}

template <class P>
const void* interface_get(const char* id) noexcept {
  static_assert(int(Scanner<P>) + int(Decoder<P>) + int(Notifier<P>) == 1,
                "a plug-in class has exactly one of scan(Job&, const Part&), decode(Job&, const Part&), notify(Job&)");
  static constexpr postern_worker worker = [] {
    postern_worker w{};
    w.size = sizeof w;
    if constexpr (requires { P::whole; }) w.flags |= P::whole ? POSTERN_RUN_WHOLE : 0;
    if constexpr (requires { P::scores; }) w.flags |= P::scores ? POSTERN_RUN_SCORES : 0;
    if constexpr (requires { P::cacheable; }) w.flags |= P::cacheable ? POSTERN_RUN_CACHEABLE : 0;
    if constexpr (requires { P::waits; }) w.flags |= P::waits ? POSTERN_RUN_WAITS : 0;
    if constexpr (requires { P::accepts; }) w.accepts = P::accepts;
    if constexpr (requires(P p, Job& j, const Part& part) { p.probe(j, part); }) w.probe = probe<P>;
    w.run = run<P>;
    return w;
  }();
  const std::string_view wanted(id);
  if (wanted == (Scanner<P> ? POSTERN_SCANNER : Decoder<P> ? POSTERN_DECODER : POSTERN_NOTIFIER)) return &worker;
  if constexpr (requires(P p) { p.health(); }) {
    static constexpr postern_health h = {sizeof(postern_health), 0, health<P>};
    if (wanted == POSTERN_HEALTH) return &h;
  }
  if constexpr (requires(P p, Job& j, const Part& part) { p.learn(j, part, Lesson::ham); }) {
    static constexpr postern_learn l = {sizeof(postern_learn), 0, learn<P>};
    if (wanted == POSTERN_LEARN) return &l;
  }
  if constexpr (requires(const Config& c) { P::engine(c, std::string_view()); }) {
    static constexpr postern_engine e = {sizeof(postern_engine), 0, command<P>};
    if (wanted == POSTERN_ENGINE) return &e;
  }
  return nullptr;
}

template <class P>
constexpr postern_plugin descriptor(const char* id, const char* name, const char* version, const char* vendor,
                                    const char* license, const char* url) {
  postern_plugin d{POSTERN_MAGIC, POSTERN_ABI_MAJOR, POSTERN_ABI_MINOR, 0, 0, sizeof(postern_plugin), 0,
                   id, name, version, vendor, license, url, nullptr, nullptr, nullptr, 0, sizeof(postern_option),
                   0, sizeof(postern_metric), 0, 0, interface_get<P>, nullptr, create<P>, destroy<P>};
  if constexpr (requires { P::needs; }) d.needs = P::needs;
  if constexpr (requires { P::options; }) {
    d.options = std::data(P::options);
    d.option_count = static_cast<uint32_t>(std::size(P::options));
  }
  if constexpr (requires { P::metrics; }) {
    d.metrics = std::data(P::metrics);
    d.metric_count = static_cast<uint32_t>(std::size(P::metrics));
  }
  if constexpr (requires(const Config& c) { P::validate(c); }) d.validate = validate<P>;
  return d;
}

}  // namespace detail
}  // namespace v1
}  // namespace postern

// Exports the one symbol of a library with one plug-in. License is the plug-in's own, any.
#define POSTERN_PLUGIN(Class, id, name, version, vendor, license, url)                                          \
  extern "C" POSTERN_EXPORT const postern_plugin* postern_plugin_entry(uint32_t, uint32_t nth) {                 \
    static constexpr postern_plugin descriptor =                                                                 \
        postern::detail::descriptor<Class>(id, name, version, vendor, license, url);                             \
    return nth == 0 ? &descriptor : nullptr;                                                                     \
  }
