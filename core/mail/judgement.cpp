// SPDX-License-Identifier: MIT
#include "mail/judgement.h"

namespace postern::mail {

const char* name(Category category) {
  switch (category) {
    case Category::clean: return "clean";
    case Category::bad_header: return "bad-header";
    case Category::spammy: return "spammy";
    case Category::spam: return "spam";
    case Category::unchecked: return "unchecked";
    case Category::encrypted: return "encrypted";
    case Category::ambiguous: return "ambiguous";
    case Category::over_limit: return "over-limit";
    case Category::banned: return "banned";
    case Category::crashed: return "crashed";
    case Category::unscanned: return "unscanned";
    case Category::infected: return "virus";
  }
  return "unknown";
}

const char* log_word(Category category) {
  switch (category) {
    case Category::clean: return "CLEAN";
    case Category::bad_header: return "BAD-HEADER";
    case Category::spammy: return "SPAMMY";
    case Category::spam: return "SPAM";
    case Category::unchecked: return "UNCHECKED";
    case Category::encrypted: return "UNCHECKED-ENCRYPTED";
    case Category::ambiguous: return "UNCHECKED-AMBIGUOUS";
    case Category::over_limit: return "UNCHECKED-LIMIT";
    case Category::banned: return "BANNED";
    case Category::crashed: return "UNCHECKED-CRASH";
    case Category::unscanned: return "UNSCANNED";
    case Category::infected: return "INFECTED";
  }
  return "UNSCANNED";
}

const char* name(Action action) {
  switch (action) {
    case Action::pass: return "pass";
    case Action::discard: return "discard";
    case Action::reject: return "reject";
    case Action::defer: return "defer";
  }
  return "defer";
}

}  // namespace postern::mail
