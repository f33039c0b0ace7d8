// SPDX-License-Identifier: MIT
#include "scanner.h"

#include <unistd.h>

#include <postern/support/scan_folder.h>

#include "database.h"
#include "output.h"
#include "pieces.h"
#include "turn.h"

namespace postern::clamscan {
namespace {

using clamav::Piece;
using clamav::Verdict;
using support::Deadline;
using support::ScanFolder;

// In two halves, so that no scanner finds it in us.
std::string eicar() { return std::string("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-") + "STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"; }

// A line holds the file's path and a signature's name.
uint64_t most_output(const ScanFolder& folder) { return 4096 + folder.files() * (folder.path().size() + clamav::longest_name + 32); }

std::vector<Piece*> give(const Job& job, std::vector<Piece>& pieces, uint64_t limit, ScanFolder& folder) {
  std::vector<Piece*> given;
  for (Piece& piece : pieces) {
    if (piece.bytes.size() > limit) {
      piece.verdict = Verdict::size_limit;
      continue;
    }
    if (job.time_left().count() <= 0) throw Error(POSTERN_E_TIMEOUT, "no time left to write files");
    folder.add(piece.bytes);
    given.push_back(&piece);
  }
  return given;
}

void take_verdict(const std::optional<Answer>& answer, Piece& piece) {
  if (!answer) return;
  piece.verdict = answer->signature.empty() ? Verdict::clean : Verdict::found;
  piece.text = answer->signature;
}

bool is_found(const std::optional<Answer>& answer) {
  return answer && !answer->signature.empty() && clamav::meaning(answer->signature).category == POSTERN_CAT_MALWARE;
}

}  // namespace

Scanner::Scanner(const Config& config)
    : database_(config.text("database")), oldest_(config.duration("signatures-at-most")), limit_(static_cast<uint64_t>(config.number("limit"))),
      scans_opened_archives_(config.number("opened-archives") == 1),
      wants_test_file_(config.flag("test-file")) {
  const std::string limit = std::to_string(limit_);
  // What is over a limit must say so: it was not examined. Of time there is the job's deadline, and no other.
  argv_ = {config.text("program"), "--no-summary", "--alert-exceeds-max=yes", "--max-scantime=0", "--max-filesize=" + limit, "--max-scansize=" + limit,
           "--database=" + database_};
  for (std::string& argument : config.list("arguments")) argv_.push_back(std::move(argument));
}

void Scanner::validate(const Config& config) {
  if (::access(config.text("program").c_str(), X_OK) != 0) config.reject("program", "cannot be run: apt-get install clamav, or name its path");
  const auto arguments = config.list("arguments");
  for (uint32_t n = 0; n < arguments.size(); ++n)
    if (!arguments[n].starts_with("--")) config.reject("arguments", "not an option of clamscan: \"--name=value\"", n);
}

void Scanner::scan(Job& job, const Part& mail) {
  std::vector<Piece> pieces = clamav::pieces_of(job, mail, scans_opened_archives_, true);
  // A little is kept back to tell the host what happened; past its deadline it kills us.
  const Turn turn(database_, Deadline::in(job.time_left() * 19 / 20));
  mind_the_date(job);
  ScanFolder folder({}, ScanFolder::Readers::ours);
  if (wants_test_file_) folder.add(eicar());
  const std::vector<Piece*> given = give(job, pieces, limit_, folder);
  std::vector<std::string> argv = argv_;
  argv.push_back(folder.path());
  const Spawned run = job.spawn(argv, 0, most_output(folder));
  Output output = read_output(run.out, {run.exit_status, run.signal, run.output_cut, run.err}, folder.path(), folder.files());
  const size_t first = wants_test_file_ ? 1 : 0;
  if (wants_test_file_ && output.problem.empty() && !is_found(output.answers[0])) output.problem = "it does not find the EICAR test file";
  for (size_t n = 0; n < given.size(); ++n) take_verdict(output.answers[first + n], *given[n]);
  clamav::report(job, pieces, false);
  if (!output.problem.empty()) throw Error(POSTERN_E_IO, argv_.front() + ": " + output.problem);
}

// Beside health, which the host asks all day: the engine does not exist until a mail needs it.
void Scanner::mind_the_date(Job& job) const {
  const auto found = signatures_in(database_);
  if (found) job.note("engine.version", "ClamAV signatures " + found->version);
  if (oldest_.count() == 0) return;
  if (!found) throw Error(POSTERN_E_UNAVAILABLE, "the signatures in " + database_ + " have no date, and signatures-at-most is set");
  const auto age = std::chrono::system_clock::now() - std::chrono::system_clock::from_time_t(static_cast<time_t>(found->time));
  if (age <= oldest_) return;
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(age).count();
  throw Error(POSTERN_E_UNAVAILABLE, "the signatures in " + database_ + " are " + std::to_string(hours) + " hours old, more than signatures-at-most");
}

}  // namespace postern::clamscan
