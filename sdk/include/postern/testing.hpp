// SPDX-License-Identifier: MIT
// A small host for tests of plug-ins: it implements postern_host over parts in memory, so a plug-in runs through the
// same C interfaces as in Postern, with no daemon. Options, facts and parts go in; findings, notes, children and
// reasons come out:
//
//   postern::testing::Host host;
//   host.option("server", "unix:/run/acme.sock").fact("mail.from", "a@example.org");
//   host.part("the mail").child("an attachment").type("application/pdf").name("invoice.pdf");
//   const auto result = host.run<Acme>();             // validate, create, run on the mail, destroy
//   EXPECT_EQ(result.rc, POSTERN_OK);
//
// Plugin keeps an instance over several jobs, probes, asks for health. A Host runs one job at a time; several Hosts may
// live in several threads. What the test itself does wrong throws std::logic_error. (GoogleTest's names: write
// ::testing.)
#pragma once
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <postern/plugin.hpp>

namespace postern::testing {

struct Finding {
  int32_t category = 0, score = 0;
  uint32_t flags = 0;
  postern_part part = 0;
  std::string name, text;
  uint32_t recipient = 0;
};
struct Note {
  postern_part part = 0;
  std::string name, value;
};
struct LogLine {
  int32_t level = 0;
  std::string text;
};
struct OptionError {
  std::string option;
  uint32_t nth = 0;
  std::string text;
};

// What a job came to.
struct Result {
  postern_rc rc = POSTERN_OK;
  std::string reason;  // of host->fail(), empty on success
  std::vector<Finding> findings;
  std::vector<Note> notes;
  std::vector<postern_part> children;  // made by this job, in order

  const Finding* find(std::string_view name) const {
    for (const Finding& f : findings)
      if (f.name == name) return &f;
    return nullptr;
  }
};

// What a command "ran" by postern.spawn/1 left behind; see Host::spawn().
struct Ran {
  int exit_status = 0, signal = 0;
  std::string out = {}, err = {};
  postern_rc rc = POSTERN_OK;
};
using Command = std::function<Ran(const std::vector<std::string>& argv, std::string_view stdin_bytes)>;

struct EngineOrder {
  std::vector<std::string> argv;
  std::string config, notice, endpoint_option;
  std::chrono::milliseconds start_timeout{0};
};

class Host;
class Plugin;

// A part of the tree that a test builds or looks at: a light reference, valid as long as its Host.
class Node {
 public:
  Node(Host* host, uint32_t index) : host_(host), index_(index) {}

  Node& type(std::string_view declared);  // lower case, as in Content-Type; also what is detected, unless that is set
  Node& detected(std::string_view by_content);
  Node& name(std::string_view name);  // again: a further name
  Node& flags(uint32_t flags);        // POSTERN_PART_*
  Node& defects(uint32_t count);      // that decoders have found in it
  Node child(std::string_view bytes);
  Node slice(uint64_t offset, uint64_t length);  // a child that is a range of this part: the same memory

  postern_part handle() const;
  std::string_view bytes() const;
  uint32_t flags() const;
  uint32_t depth() const;
  std::string name() const;  // the first
  std::vector<std::string> names() const;
  std::string type() const;
  std::string encoding() const;
  std::string role() const;
  std::vector<Node> children() const;

 private:
  Host* host_;
  uint32_t index_;
};

class Host {
 public:
  Host() : id_(enlist(this)) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host() {
    delist(id_);
    for (const auto& p : parts_)
      if (p->fd >= 0) ::close(p->fd);
  }

  // ---- what the plug-in will see
  // As it stands in the file: "true", "30s", "64MiB"; again: the next value of a list.
  Host& option(const std::string& name, const std::string& value) {
    options_[name].push_back(value);
    return *this;
  }
  Host& option(const std::string& name, std::initializer_list<std::string> values) {
    for (const auto& v : values) option(name, v);
    return *this;
  }
  Host& fact(const std::string& name, const std::string& value) {  // again: the next value
    facts_[name].push_back(value);
    return *this;
  }
  Node part(std::string_view bytes) {  // the first is the mail, the others are its children
    return add(parts_.empty() ? none : 0, std::string(bytes));
  }
  Node node(postern_part handle) {
    if (!live(handle)) throw std::logic_error("no such part");
    return {this, low(handle) - 1};
  }
  Host& timeout(std::chrono::milliseconds each_job) {  // <= 0: expired from the start
    timeout_ = each_job;
    return *this;
  }
  Host& deny_descriptors() {  // as in the confined process
    no_descriptors_ = true;
    return *this;
  }
  Host& quota(uint64_t children, uint64_t bytes) {
    quota_children_ = children;
    quota_bytes_ = bytes;
    return *this;
  }
  Host& spawn(Command command) {  // offers postern.spawn/1
    command_ = std::move(command);
    return *this;
  }
  Host& remember() {  // offers postern.verdicts/1, by the bytes of a part, over all jobs of this Host
    remembers_ = true;
    return *this;
  }
  // The kth (from 1) call of a job into the host that can fail does so. Raise k until injected() stays false, and
  // every call site was tried.
  Host& fail_call(uint64_t k, postern_rc rc) {
    fail_at_ = k;
    fail_rc_ = rc;
    return *this;
  }

  // ---- running
  template <class P>
  Result run();  // on the mail; for a notifier without parts too
  template <class P>
  Result scan() {
    return run<P>();
  }
  template <class P>
  Result decode() {
    return run<P>();
  }
  template <class P>
  Result notify() {
    return run<P>();
  }
  template <class P>
  std::optional<EngineOrder> engine(const std::string& directory);

  // ---- what it did
  const std::vector<LogLine>& log() const { return log_; }
  const std::vector<OptionError>& option_errors() const { return option_errors_; }
  const std::map<uint32_t, int64_t>& metrics() const { return metrics_; }  // index → sum (counter) or last value
  bool injected() const { return calls_ >= fail_at_; }
  const std::string& last_reason() const { return reason_; }

 private:
  friend class Node;
  friend class Plugin;
  static constexpr uint32_t none = UINT32_MAX;

  struct PartData {
    uint32_t parent = none, depth = 0, flags = 0;
    std::string own;         // empty for a slice
    std::string_view bytes;  // of own, or of an ancestor's
    std::vector<uint32_t> children;
    std::string type, detected, encoding, role;
    uint32_t defects = 0;
    std::deque<std::string> names;
    uint64_t offset = 0;
    int fd = -1;
  };
  struct Sink {
    uint32_t part = 0;
    bool sliced = false;
  };
  struct JobData {
    const postern_plugin* plugin = nullptr;
    uint32_t number = 0, part = none;
    std::chrono::steady_clock::time_point start;
    Result result;
    std::optional<Sink> sink;
    uint32_t sinks = 0;
    uint64_t children = 0, bytes = 0;
    bool over_quota = false;
    std::deque<std::string> lent;  // texts handed out
  };

  // Handles carry the host in their upper half, so the table's functions find it without a context argument.
  static std::mutex& registry_lock() {
    static std::mutex m;
    return m;
  }
  static std::map<uint32_t, Host*>& registry() {
    static std::map<uint32_t, Host*> all;
    return all;
  }
  static uint32_t enlist(Host* h) {
    static uint32_t last = 0;
    const std::lock_guard lock(registry_lock());
    registry()[++last] = h;
    return last;
  }
  static void delist(uint32_t id) {
    const std::lock_guard lock(registry_lock());
    registry().erase(id);
  }
  static Host* find(uint64_t handle) {
    const std::lock_guard lock(registry_lock());
    const auto at = registry().find(static_cast<uint32_t>(handle >> 32));
    return at == registry().end() ? nullptr : at->second;
  }
  static uint32_t low(uint64_t handle) { return static_cast<uint32_t>(handle); }
  uint64_t handle(uint32_t number) const { return (static_cast<uint64_t>(id_) << 32) | number; }
  bool live(postern_part part) const { return part >> 32 == id_ && low(part) != 0 && low(part) <= parts_.size(); }

  static Host* of_job(postern_job job) {
    Host* h = find(job);
    return h && h->job_ && h->job_->number == low(job) ? h : nullptr;
  }
  // The common beginning of every call that can fail: POSTERN_OK, or what to return.
  static postern_rc enter(postern_job job, Host** out) {
    *out = of_job(job);
    if (!*out) return POSTERN_E_STALE;
    return ++(*out)->calls_ == (*out)->fail_at_ ? (*out)->fail_rc_ : POSTERN_OK;
  }
  static postern_rc enter(postern_job job, postern_part part, Host** out) {
    const postern_rc rc = enter(job, out);
    if (rc < 0) return rc;
    return (*out)->live(part) ? POSTERN_OK : POSTERN_E_STALE;
  }

  Node add(uint32_t parent, std::string own) {
    auto p = std::make_unique<PartData>();
    p->own = std::move(own);
    p->bytes = p->own;
    p->parent = parent;
    p->detected = "application/octet-stream";
    const auto index = static_cast<uint32_t>(parts_.size());
    if (parent != none) {
      p->depth = parts_[parent]->depth + 1;
      parts_[parent]->children.push_back(index);
    }
    parts_.push_back(std::move(p));
    return {this, index};
  }

  // ---- options
  static const postern_option* declared(const postern_plugin& plugin, std::string_view name) {
    for (uint32_t n = 0; n < plugin.option_count; ++n) {
      const auto* o = reinterpret_cast<const postern_option*>(reinterpret_cast<const char*>(plugin.options) +
                                                              size_t{n} * plugin.option_stride);
      if (name == o->name) return o;
    }
    return nullptr;
  }
  static int64_t scaled(const std::string& text, std::initializer_list<std::pair<std::string_view, int64_t>> units) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
    for (const auto& [name, factor] : units)
      if (error == std::errc() && unit == name) return number * factor;
    throw std::logic_error("option value not understood: " + text);
  }
  static int64_t number_of(const postern_option& o, const std::string& text) {
    switch (o.type) {
      case POSTERN_T_BOOL:
        if (text != "true" && text != "false") throw std::logic_error("neither true nor false: " + text);
        return text == "true";
      case POSTERN_T_INT:
        return scaled(text, {{"", 1}});
      case POSTERN_T_SIZE:
        return scaled(text, {{"", 1},
                             {"B", 1},
                             {"k", 1 << 10},
                             {"K", 1 << 10},
                             {"KiB", 1 << 10},
                             {"M", 1 << 20},
                             {"MiB", 1 << 20},
                             {"G", 1 << 30},
                             {"GiB", 1 << 30}});
      case POSTERN_T_DURATION:
        return scaled(text, {{"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}});
      case POSTERN_T_ENUM: {
        std::string_view choices = o.choices;
        for (int64_t n = 0;; ++n) {
          const size_t bar = choices.find('|');
          if (choices.substr(0, bar) == text) return n;
          if (bar == std::string_view::npos)
            throw std::logic_error("not a choice of " + std::string(o.name) + ": " + text);
          choices.remove_prefix(bar + 1);
        }
      }
      default:
        return 0;
    }
  }
  // The host's own check of what stands in the file: before the plug-in's.
  bool acceptable(const postern_plugin& plugin) {
    const size_t before = option_errors_.size();
    for (const auto& [name, values] : options_) {
      const postern_option* o = declared(plugin, name);
      if (!o) {
        option_errors_.push_back({name, 0, "unknown option"});
        continue;
      }
      if (values.size() > 1 && !(o->flags & POSTERN_OPT_LIST)) option_errors_.push_back({name, 1, "takes one value"});
      for (uint32_t n = 0; n < values.size(); ++n) {
        const int64_t number = number_of(*o, values[n]);
        if ((o->min || o->max) && (number < o->min || number > o->max))
          option_errors_.push_back({name, n, "out of range"});
      }
    }
    for (uint32_t n = 0; n < plugin.option_count; ++n) {
      const auto* o = reinterpret_cast<const postern_option*>(reinterpret_cast<const char*>(plugin.options) +
                                                              size_t{n} * plugin.option_stride);
      if ((o->flags & POSTERN_OPT_REQUIRED) && !options_.contains(o->name))
        option_errors_.push_back({o->name, 0, "required"});
    }
    return option_errors_.size() == before;
  }
  const std::string* option_text(const postern_option& o, uint32_t nth) {
    const auto set = options_.find(o.name);
    if (set != options_.end()) return nth < set->second.size() ? &set->second[nth] : nullptr;
    if (!o.deflt) return nullptr;
    if (!(o.flags & POSTERN_OPT_LIST)) return nth > 0 ? nullptr : &lent_options_.emplace_back(o.deflt);
    std::string_view rest = o.deflt;  // "one, two"
    for (; nth > 0 && !rest.empty(); --nth) rest.remove_prefix(std::min(rest.size(), rest.find(',') == rest.npos ? rest.size() : rest.find(',') + 1));
    if (rest.empty()) return nullptr;
    std::string_view one = rest.substr(0, rest.find(','));
    while (one.starts_with(' ')) one.remove_prefix(1);
    return &lent_options_.emplace_back(one);
  }

  // ---- the job
  template <class Call>
  Result job(const postern_plugin& plugin, Call call, void* self, uint32_t part) {
    const postern_job number = begin(plugin, part);
    const postern_rc rc = call(self, number, part == none ? 0 : handle(part + 1));
    if (job_->sink) close_sink(POSTERN_PART_TRUNCATED);
    Result result = std::move(job_->result);
    result.rc = rc;
    result.reason = rc < 0 ? reason_ : std::string();
    job_.reset();
    return result;
  }
  postern_job begin(const postern_plugin& plugin, uint32_t part) {
    reason_.clear();
    job_ = std::make_unique<JobData>();
    job_->plugin = &plugin;
    job_->number = ++jobs_;
    job_->part = part;
    job_->start = std::chrono::steady_clock::now();
    return handle(jobs_);
  }
  postern_part close_sink(uint32_t flags) {
    const uint32_t index = job_->sink->part;
    PartData& p = *parts_[index];
    if (!job_->sink->sliced) p.bytes = p.own;
    p.flags |= flags;
    parts_[p.parent]->children.push_back(index);
    job_->sink.reset();
    job_->result.children.push_back(handle(index + 1));
    return handle(index + 1);
  }
  postern_rc charge(uint64_t children, uint64_t bytes) {
    job_->children += children;
    job_->bytes += bytes;
    if (job_->children > quota_children_ || job_->bytes > quota_bytes_) job_->over_quota = true;
    return job_->over_quota ? POSTERN_E_QUOTA : POSTERN_OK;
  }
  static postern_rc enter_child(postern_job job, Host** out) {
    const postern_rc rc = enter(job, out);
    if (rc == POSTERN_E_STALE) return rc;
    Host& h = **out;
    if (rc == POSTERN_E_QUOTA) h.job_->over_quota = true;
    if (!h.job_->plugin->interface_get(POSTERN_DECODER)) return POSTERN_E_UNSUPPORTED;
    return h.job_->over_quota ? POSTERN_E_QUOTA : rc;
  }
  static bool is_open(Host& h, postern_sink sink) {
    return h.job_->sink && low(sink) == h.job_->sinks && sink >> 32 == h.id_;
  }

  // ---- the table
  static const postern_host* table() {
    static const postern_host t = [] {
      postern_host h{};
      h.size = sizeof h;
      h.abi = POSTERN_ABI;
      h.name = "postern-testing";
      h.version = "1.0";
      h.service = service;
      h.log = write_log;
      h.fail = fail;
      h.metric = metric;
      h.option = get_option;
      h.option_error = option_error;
      h.time_left = time_left;
      h.attr = attr;
      h.note = note;
      h.finding = finding;
      h.part_info = part_info;
      h.part_child = part_child;
      h.part_map = part_map;
      h.part_read = part_read;
      h.part_fd = part_fd;
      h.child_open = child_open;
      h.child_write = child_write;
      h.child_slice = child_slice;
      h.child_close = child_close;
      return h;
    }();
    return &t;
  }

  static const void* service(postern_inst self, const char* id) noexcept {
    static const postern_spawn spawner = {sizeof(postern_spawn), 0, run_command};
    static const postern_verdicts verdicts = {sizeof(postern_verdicts), 0, known, examined};
    const Host* h = find(self);
    if (h && h->command_ && std::string_view(id) == POSTERN_SPAWN) return &spawner;
    if (h && h->remembers_ && std::string_view(id) == POSTERN_VERDICTS) return &verdicts;
    return nullptr;
  }
  static postern_rc known(postern_inst, postern_job job, postern_part part) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    const auto at = h->verdicts_.find(std::string(h->parts_[low(part) - 1]->bytes));
    if (at == h->verdicts_.end()) return 0;
    for (Finding f : at->second) {
      f.part = part;
      h->job_->result.findings.push_back(std::move(f));
    }
    return 1;
  }
  static postern_rc examined(postern_inst, postern_job job, postern_part part) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    auto& verdict = h->verdicts_[std::string(h->parts_[low(part) - 1]->bytes)];
    verdict.clear();
    for (const Finding& f : h->job_->result.findings)
      if (f.part == part) verdict.push_back(f);
    return POSTERN_OK;
  }
  static postern_rc run_command(postern_inst, postern_job job, const char* const* argv, postern_part stdin_part,
                                uint64_t max_output, postern_spawned* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, &h); rc < 0) return rc;
    if (stdin_part && !h->live(stdin_part)) return POSTERN_E_STALE;
    std::vector<std::string> words;
    for (; *argv; ++argv) words.emplace_back(*argv);
    Ran ran = h->command_(words, stdin_part ? h->parts_[low(stdin_part) - 1]->bytes : std::string_view());
    out->flags = ran.out.size() > max_output ? POSTERN_SPAWN_OUTPUT_CUT : 0;
    ran.out.resize(std::min<size_t>(ran.out.size(), max_output));
    out->exit_status = ran.exit_status;
    out->signal = ran.signal;
    out->out = bytes(h->job_->lent.emplace_back(std::move(ran.out)));
    out->err = bytes(h->job_->lent.emplace_back(std::move(ran.err)));
    return ran.rc;
  }
  static void write_log(postern_inst self, postern_job, int32_t level, const char* text, size_t len) noexcept {
    if (Host* h = find(self)) h->log_.push_back({level, std::string(text, len)});
  }
  static postern_rc fail(postern_inst self, postern_job, postern_rc rc, const char* text, size_t len) noexcept {
    if (Host* h = find(self)) h->reason_.assign(text, len);
    return rc;
  }
  static void metric(postern_inst self, uint32_t index, int64_t value) noexcept {
    Host* h = find(self);
    if (!h) return;
    const bool adds =
        h->job_ && index < h->job_->plugin->metric_count && h->job_->plugin->metrics[index].kind == POSTERN_COUNTER;
    h->metrics_[index] = value + (adds ? h->metrics_[index] : 0);
  }
  static postern_rc get_option(postern_inst self, const char* name, uint32_t nth, postern_value* out) noexcept {
    Host* h = find(self);
    if (!h || !h->configuring_) return POSTERN_E_STALE;
    const postern_option* o = declared(*h->configuring_, name);
    const std::string* text = o ? h->option_text(*o, nth) : nullptr;
    if (!text) return POSTERN_E_NOTFOUND;
    out->type = o->type;
    out->i = number_of(*o, *text);
    out->s = bytes(*text);
    return POSTERN_OK;
  }
  static void option_error(postern_inst self, const char* name, uint32_t nth, const char* text, size_t len) noexcept {
    if (Host* h = find(self)) h->option_errors_.push_back({name, nth, std::string(text, len)});
  }
  static int64_t time_left(postern_job job) noexcept {
    const Host* h = of_job(job);
    if (!h) return 0;
    const auto used = std::chrono::steady_clock::now() - h->job_->start;
    return std::chrono::ceil<std::chrono::milliseconds>(h->timeout_ - used).count();
  }
  static postern_rc attr(postern_job job, postern_part part, const char* name, uint32_t nth,
                         postern_value* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, &h); rc < 0) return rc;
    const std::string* text = nullptr;
    if (std::string_view(name).starts_with("part.")) {
      if (!h->live(part)) return POSTERN_E_STALE;
      text = h->part_fact(*h->parts_[low(part) - 1], name, nth);
    } else if (const auto at = h->facts_.find(name); at != h->facts_.end() && nth < at->second.size()) {
      text = &at->second[nth];
    }
    if (!text) return POSTERN_E_NOTFOUND;
    out->type = POSTERN_T_STRING;
    out->i = 0;
    std::from_chars(text->data(), text->data() + text->size(), out->i);
    out->s = bytes(*text);
    return POSTERN_OK;
  }
  const std::string* part_fact(PartData& p, std::string_view name, uint32_t nth) {
    if (name == "part.name") return nth < p.names.size() ? &p.names[nth] : nullptr;
    if (nth > 0) return nullptr;
    if (name == "part.encoding") return p.encoding.empty() ? nullptr : &p.encoding;
    if (name == "part.offset") return &job_->lent.emplace_back(std::to_string(p.offset));
    if (name == "part.defects") return &job_->lent.emplace_back(std::to_string(p.defects));
    if (name != "part.path") return nullptr;
    std::string path = "1";
    for (const PartData* q = &p; q->parent != none; q = parts_[q->parent].get()) {
      const auto& siblings = parts_[q->parent]->children;
      size_t place = 1;
      for (const uint32_t s : siblings) {
        if (parts_[s].get() == q) break;
        ++place;
      }
      path.insert(1, "." + std::to_string(place));
    }
    return &job_->lent.emplace_back(std::move(path));
  }
  static postern_rc note(postern_job job, postern_part part, const char* name, postern_bytes value) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, &h); rc < 0) return rc;
    if (part && !h->live(part)) return POSTERN_E_STALE;
    if (part && std::string_view(name) == "part.name") h->parts_[low(part) - 1]->names.emplace_back(view(value));
    h->job_->result.notes.push_back({part, name, std::string(view(value))});
    return POSTERN_OK;
  }
  static postern_rc finding(postern_job job, const postern_finding* f) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, &h); rc < 0) return rc;
    if (f->part && !h->live(f->part)) return POSTERN_E_STALE;
    h->job_->result.findings.push_back(
        {f->category, f->score, f->flags, f->part, std::string(view(f->name)), std::string(view(f->text)),
         POSTERN_HAS(f, recipient) ? f->recipient : 0});
    return POSTERN_OK;
  }
  static postern_rc part_info(postern_job job, postern_part part, postern_part_info* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    const PartData& p = *h->parts_[low(part) - 1];
    out->depth = p.depth;
    out->bytes = p.bytes.size();
    out->parent = p.parent == none ? 0 : h->handle(p.parent + 1);
    out->children = static_cast<uint32_t>(p.children.size());
    out->flags = p.flags;
    out->mime_type = bytes(p.type);
    out->detected = bytes(p.detected);
    out->name = p.names.empty() ? postern_bytes{} : bytes(p.names.front());
    return POSTERN_OK;
  }
  static postern_rc part_child(postern_job job, postern_part part, uint32_t nth, postern_part* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    const auto& children = h->parts_[low(part) - 1]->children;
    if (nth >= children.size()) return POSTERN_E_NOTFOUND;
    *out = h->handle(children[nth] + 1);
    return POSTERN_OK;
  }
  static postern_rc part_map(postern_job job, postern_part part, postern_bytes* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    *out = bytes(h->parts_[low(part) - 1]->bytes);
    return POSTERN_OK;
  }
  static int64_t part_read(postern_job job, postern_part part, uint64_t offset, void* buffer, size_t len) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    const std::string_view all = h->parts_[low(part) - 1]->bytes;
    if (offset >= all.size()) return 0;
    return static_cast<int64_t>(all.copy(static_cast<char*>(buffer), len, offset));
  }
  static postern_rc part_fd(postern_job job, postern_part part, int32_t* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter(job, part, &h); rc < 0) return rc;
    if (h->no_descriptors_) return POSTERN_E_DENIED;
    PartData& p = *h->parts_[low(part) - 1];
    if (p.fd < 0) p.fd = memory_file(p.bytes);
    *out = p.fd;
    return p.fd < 0 ? POSTERN_E_IO : POSTERN_OK;
  }
  static int memory_file(std::string_view all) {
    const int writable = ::memfd_create("part", MFD_CLOEXEC);
    if (writable < 0) return -1;
    while (!all.empty()) {
      const ssize_t n = ::write(writable, all.data(), all.size());
      if (n < 0 && errno != EINTR) break;
      if (n > 0) all.remove_prefix(static_cast<size_t>(n));
    }
    ::lseek(writable, 0, SEEK_SET);
    return writable;
  }
  static postern_rc child_open(postern_job job, const postern_child* child, postern_sink* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter_child(job, &h); rc < 0) return rc;
    if (!h->live(child->parent)) return POSTERN_E_STALE;
    if (h->job_->sink) return POSTERN_E_ARGUMENT;
    if (const postern_rc rc = h->charge(1, 0); rc < 0) return rc;
    auto p = std::make_unique<PartData>();
    p->parent = low(child->parent) - 1;
    p->depth = h->parts_[p->parent]->depth + 1;
    p->flags = child->flags;
    p->type = view(child->mime_type);
    p->detected = p->type.empty() ? "application/octet-stream" : p->type;
    p->encoding = view(child->encoding);
    p->role = view(child->role);
    p->offset = child->offset;
    if (child->name.len) p->names.emplace_back(view(child->name));
    h->parts_.push_back(std::move(p));
    h->job_->sink = Sink{static_cast<uint32_t>(h->parts_.size() - 1), false};
    *out = h->handle(++h->job_->sinks);
    return POSTERN_OK;
  }
  static postern_rc child_write(postern_job job, postern_sink sink, const void* data, size_t len) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter_child(job, &h); rc < 0) return rc;
    if (!is_open(*h, sink)) return POSTERN_E_STALE;
    if (h->job_->sink->sliced) return POSTERN_E_ARGUMENT;
    if (const postern_rc rc = h->charge(0, len); rc < 0) return rc;
    h->parts_[h->job_->sink->part]->own.append(static_cast<const char*>(data), len);
    return POSTERN_OK;
  }
  static postern_rc child_slice(postern_job job, postern_sink sink, uint64_t offset, uint64_t len) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter_child(job, &h); rc < 0) return rc;
    if (!is_open(*h, sink)) return POSTERN_E_STALE;
    PartData& p = *h->parts_[h->job_->sink->part];
    const std::string_view whole = h->parts_[p.parent]->bytes;
    if (h->job_->sink->sliced || !p.own.empty() || offset > whole.size() || len > whole.size() - offset)
      return POSTERN_E_ARGUMENT;
    if (const postern_rc rc = h->charge(0, len); rc < 0) return rc;
    p.bytes = whole.substr(offset, len);
    h->job_->sink->sliced = true;
    return POSTERN_OK;
  }
  static postern_rc child_close(postern_job job, postern_sink sink, uint32_t flags, postern_part* out) noexcept {
    Host* h = nullptr;
    if (const postern_rc rc = enter_child(job, &h); rc < 0) return rc;
    if (!is_open(*h, sink)) return POSTERN_E_STALE;
    *out = h->close_sink(flags);
    return POSTERN_OK;
  }

  uint32_t id_;
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
  std::map<std::string, std::vector<std::string>, std::less<>> facts_;
  std::deque<std::string> lent_options_;
  std::vector<std::unique_ptr<PartData>> parts_;
  std::chrono::milliseconds timeout_{60000};
  bool no_descriptors_ = false;
  uint64_t quota_children_ = UINT64_MAX, quota_bytes_ = UINT64_MAX;
  Command command_;
  bool remembers_ = false;
  std::map<std::string, std::vector<Finding>> verdicts_;  // by a part's bytes
  uint64_t fail_at_ = UINT64_MAX, calls_ = 0;
  postern_rc fail_rc_ = POSTERN_E_FAIL;

  const postern_plugin* configuring_ = nullptr;
  std::unique_ptr<JobData> job_;
  uint32_t jobs_ = 0, instances_ = 0;
  std::vector<LogLine> log_;
  std::vector<OptionError> option_errors_;
  std::map<uint32_t, int64_t> metrics_;
  std::string reason_;
};

// One instance of a plug-in, from validate() to destroy(). Throws Error where Postern would refuse it; what was
// blamed stands in Host::option_errors(). The Host must outlive it.
class Plugin {
 public:
  Plugin(Host& host, const postern_plugin* plugin)
      : host_(&host), plugin_(plugin), inst_(host.handle(++host.instances_)) {
    for (const char* kind : {POSTERN_SCANNER, POSTERN_DECODER, POSTERN_NOTIFIER})
      if (!worker_) worker_ = static_cast<const postern_worker*>(plugin->interface_get(kind));
    if (!worker_) throw std::logic_error("neither scanner, decoder nor notifier");
    if (!host.acceptable(*plugin)) throw Error(POSTERN_E_CONFIG, "options refused by the host");
    host.configuring_ = plugin;
    postern_rc rc = plugin->validate ? plugin->validate(Host::table(), inst_) : POSTERN_OK;
    if (rc >= 0) rc = plugin->create(Host::table(), inst_, &self_);
    host.configuring_ = nullptr;
    if (rc < 0) throw Error(rc, host.reason_);
  }
  template <class P>
  static Plugin of(Host& host) {
    return {host, descriptor<P>()};
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin() { plugin_->destroy(self_); }

  Result run() { return host_->job(*plugin_, worker_->run, self_, host_->parts_.empty() ? Host::none : 0); }
  Result run(const Node& part) { return host_->job(*plugin_, worker_->run, self_, Host::low(part.handle()) - 1); }
  int probe(const Node& part) {
    if (!worker_->probe) return 50;
    const postern_job job = host_->begin(*plugin_, Host::low(part.handle()) - 1);
    const int sure = worker_->probe(self_, job, part.handle());
    host_->job_.reset();
    return sure;
  }
  postern_health_info health() {
    const auto* h = static_cast<const postern_health*>(plugin_->interface_get(POSTERN_HEALTH));
    if (!h) throw std::logic_error("the plug-in does not tell its health");
    postern_health_info info{};
    info.size = sizeof info;
    if (const postern_rc rc = h->get(self_, &info); rc < 0) throw Error(rc, host_->reason_);
    return info;
  }
  Result learn(const Node& mail, Lesson lesson) {
    const auto* l = static_cast<const postern_learn*>(plugin_->interface_get(POSTERN_LEARN));
    if (!l) throw std::logic_error("the plug-in cannot be taught");
    const auto teach = [&](void* self, postern_job job, postern_part part) { return l->learn(self, job, part, static_cast<int32_t>(lesson)); };
    return host_->job(*plugin_, teach, self_, Host::low(mail.handle()) - 1);
  }
  const postern_worker& worker() const { return *worker_; }

  // nullopt: no engine wanted. Throws Error as the constructor does.
  static std::optional<EngineOrder> engine(Host& host, const postern_plugin* plugin, const std::string& directory) {
    const auto* e = static_cast<const postern_engine*>(plugin->interface_get(POSTERN_ENGINE));
    if (!e) throw std::logic_error("the plug-in declares no engine");
    postern_engine_command c{};
    c.size = sizeof c;
    host.configuring_ = plugin;
    const postern_rc rc = e->command(Host::table(), host.handle(++host.instances_), directory.c_str(), &c);
    host.configuring_ = nullptr;
    if (rc == POSTERN_E_NOTFOUND) return std::nullopt;
    if (rc < 0) throw Error(rc, host.reason_);
    EngineOrder order{{},
                      c.config ? c.config : "",
                      c.notice ? c.notice : "",
                      c.endpoint_option ? c.endpoint_option : "",
                      std::chrono::milliseconds(c.start_timeout_ms)};
    for (const char* const* a = c.argv; *a; ++a) order.argv.emplace_back(*a);
    return order;
  }
  template <class P>
  static const postern_plugin* descriptor() {
    static const postern_plugin d = postern::detail::descriptor<P>("test.plugin", "under test", "0", "", "", "");
    return &d;
  }

 private:
  Host* host_;
  const postern_plugin* plugin_;
  postern_inst inst_;
  const postern_worker* worker_ = nullptr;
  void* self_ = nullptr;
};

template <class P>
Result Host::run() {
  return Plugin(*this, Plugin::descriptor<P>()).run();
}
template <class P>
std::optional<EngineOrder> Host::engine(const std::string& directory) {
  return Plugin::engine(*this, Plugin::descriptor<P>(), directory);
}

inline Node& Node::type(std::string_view declared) {
  auto& p = *host_->parts_[index_];
  p.type = declared;
  if (p.detected == "application/octet-stream") p.detected = declared;
  return *this;
}
inline Node& Node::detected(std::string_view by_content) {
  host_->parts_[index_]->detected = by_content;
  return *this;
}
inline Node& Node::name(std::string_view name) {
  host_->parts_[index_]->names.emplace_back(name);
  return *this;
}
inline Node& Node::flags(uint32_t flags) {
  host_->parts_[index_]->flags = flags;
  return *this;
}
inline Node& Node::defects(uint32_t count) {
  host_->parts_[index_]->defects = count;
  return *this;
}
inline Node Node::child(std::string_view bytes) {
  return host_->add(index_, std::string(bytes));
}
inline Node Node::slice(uint64_t offset, uint64_t length) {
  const std::string_view whole = bytes();
  if (offset > whole.size() || length > whole.size() - offset) throw std::logic_error("slice outside of its parent");
  const Node made = host_->add(index_, {});
  host_->parts_[made.index_]->bytes = whole.substr(offset, length);
  host_->parts_[made.index_]->offset = offset;
  return made;
}
inline postern_part Node::handle() const {
  return host_->handle(index_ + 1);
}
inline std::string_view Node::bytes() const {
  return host_->parts_[index_]->bytes;
}
inline uint32_t Node::flags() const {
  return host_->parts_[index_]->flags;
}
inline uint32_t Node::depth() const {
  return host_->parts_[index_]->depth;
}
inline std::string Node::name() const {
  const auto& names = host_->parts_[index_]->names;
  return names.empty() ? std::string() : names.front();
}
inline std::vector<std::string> Node::names() const {
  const auto& names = host_->parts_[index_]->names;
  return {names.begin(), names.end()};
}
inline std::string Node::type() const {
  return host_->parts_[index_]->type;
}
inline std::string Node::encoding() const {
  return host_->parts_[index_]->encoding;
}
inline std::string Node::role() const {
  return host_->parts_[index_]->role;
}
inline std::vector<Node> Node::children() const {
  std::vector<Node> all;
  for (const uint32_t c : host_->parts_[index_]->children) all.emplace_back(host_, c);
  return all;
}

}  // namespace postern::testing
