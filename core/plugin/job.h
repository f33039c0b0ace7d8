// SPDX-License-Identifier: MIT
// What a running plug-in sees and does, from the host's side: the rooms implement JobView, and the host's function table finds
// it behind the job's handle. The same in both homes. A handle is dead as soon as run() or probe() returns.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "mail/contents.h"
#include "mail/findings.h"
#include "plugin/instance.h"
#include "postern/plugin.h"
#include "postern/support/deadline.h"

namespace postern::plugin {

// A child as a decoder announces it; text is lent for the call.
struct ChildOrder {
  uint32_t parent = 0, flags = 0;
  std::string_view name, mime_type, encoding, role;
  uint64_t offset = 0, length = 0, expected = 0;
};

class JobView {
 public:
  virtual ~JobView() = default;

  virtual const support::Deadline& deadline() const = 0;
  // The tree as it stands now; indexes as in mail::Contents. The reference is valid until the next child is made.
  virtual uint32_t part_count() const = 0;
  virtual const mail::Part& part(uint32_t index) const = 0;
  virtual std::string_view bytes(uint32_t index) const = 0;  // stay in place until run() returns, also while children are made
  virtual uint32_t child_count(uint32_t index) const = 0;
  virtual uint32_t child(uint32_t index, uint32_t nth) const = 0;  // nth < child_count(index)
  // A read-only descriptor of exactly these bytes, owned by the view; < 0: not possible here (POSTERN_E_DENIED).
  virtual int descriptor(uint32_t index) = 0;
  // The nth value of a fact that is not about a part ("mail.from", "event.kind"); false: there is none.
  virtual bool fact(std::string_view name, uint32_t nth, std::string* value) const = 0;

  virtual void finding(mail::Finding finding) = 0;
  virtual void note(uint32_t part, std::string_view name, std::string_view value) = 0;

  // Scanners, see postern/verdicts.h. True: the findings of an earlier verdict on these bytes have been added.
  virtual bool known(uint32_t /*part*/) { return false; }
  virtual void examined(uint32_t /*part*/) {}

  // Decoders; the default says POSTERN_E_UNSUPPORTED. One child is open at a time.
  virtual postern_rc child_open(const ChildOrder&) { return POSTERN_E_UNSUPPORTED; }
  virtual postern_rc child_write(std::string_view) { return POSTERN_E_UNSUPPORTED; }
  virtual postern_rc child_slice(uint64_t, uint64_t) { return POSTERN_E_UNSUPPORTED; }
  virtual postern_rc child_close(uint32_t /*flags*/, uint32_t* /*part*/) { return POSTERN_E_UNSUPPORTED; }
};

// How a call into a plug-in ended. Exceptions that escape from a plug-in, unknown return codes and the like end as failed.
struct CallResult {
  postern_rc rc = POSTERN_E_FAIL;
  std::string reason;  // from host->fail(), or what went wrong; empty on success
};

// Calls the instance's run() / probe() for a part of the view. [worker]; never throws for what the plug-in does. A sink that
// is still open afterwards is closed as truncated.
CallResult run(const Instance& instance, JobView& view, uint32_t part);
// Teaches a scanner that has postern.learn/1 what the mail really was, POSTERN_LEARN_*. In a process of its own.
CallResult learn(const Instance& instance, JobView& view, int32_t kind);
int probe(const Instance& instance, JobView& view, uint32_t part);  // 0..100; 50 without probe()

// ScanState for a return code of a scanner.
mail::ScanState scan_state(postern_rc rc);

}  // namespace postern::plugin
