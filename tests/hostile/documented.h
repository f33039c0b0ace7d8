// SPDX-License-Identifier: MIT
// What the README files of the decoders say of their tokens. Recipes name tokens; what a token must come to is held
// against this, so that no table here says a second time what an operator is promised there.
#pragma once
#include <set>
#include <string>

#include "mail/contents.h"
#include "mail/judgement.h"

namespace postern::testing {

// The kinds a token may have; mostly one. Empty: nobody has documented it.
const std::set<mail::DefectKind>& documented_kinds(const std::string& token);

// The category the mail must be in when one of its parts has this token; clean where it makes no difference.
mail::Category promised_category(const std::string& token);

}  // namespace postern::testing
