// SPDX-License-Identifier: MIT
#include "cli/verdict.h"

#include <gtest/gtest.h>

#include "base/log.h"
#include "report/mail_log.h"

namespace postern::cli {
namespace {

using mail::Action;
using mail::Category;

// From the products, as both tools get it.
Verdict of(Category category, std::vector<Action> actions, std::vector<mail::Reason> reasons = {}) {
  mail::ReceivedMail mail;
  mail::Judgement judgement;
  judgement.categories = {category};
  judgement.reasons = std::move(reasons);
  for (uint32_t i = 0; i < actions.size(); ++i) {
    mail.envelope.recipients.push_back({"b@example.org", "", ""});
    judgement.recipients.push_back({i, category, actions[i], false, false, "default", {category}});
  }
  return verdict(report::explain_json(mail, {}, {}, judgement));
}

TEST(Verdict, ThatPassesIsSuccess) {
  const Verdict v = of(Category::clean, {Action::pass});
  EXPECT_EQ(v.category, "clean");
  EXPECT_EQ(v.action, "pass");
  EXPECT_EQ(exit_code(v), 0);
}

TEST(Verdict, ThatBlocksOneRecipientBlocks) {
  for (const Action action : {Action::discard, Action::reject, Action::defer}) {
    const Verdict v = of(Category::infected, {Action::pass, action});
    EXPECT_EQ(v.action, mail::name(action));
    EXPECT_EQ(exit_code(v), 1);
  }
}

TEST(Verdict, ThatPassesWhatWasNotExaminedHasANumberOfItsOwn) {
  for (const Category category : {Category::unchecked, Category::over_limit, Category::crashed, Category::unscanned})
    EXPECT_EQ(exit_code(of(category, {Action::pass})), 2) << mail::name(category);
}

TEST(Verdict, NamesTheFirstReasonThatMadeItAndNoRemark) {
  const std::vector<mail::Reason> reasons = {{Category::clean, "decode", "1", "a remark"},
                                             {Category::infected, "scanner x", "1", "Eicar\n"},
                                             {Category::infected, "scanner x", "2", "Other"}};
  EXPECT_EQ(of(Category::infected, {Action::discard}, reasons).reason, base::log::printable("Eicar\n"));
  EXPECT_EQ(of(Category::clean, {Action::pass}, reasons).reason, "");
}

TEST(Verdict, IsNotMadeOfNonsense) {
  EXPECT_ANY_THROW(verdict("OK"));
  EXPECT_ANY_THROW(verdict("{}"));
}

}  // namespace
}  // namespace postern::cli
