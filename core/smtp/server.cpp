// SPDX-License-Identifier: MIT
#include "smtp/server.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "smtp/characters.h"
#include "smtp/line_reader.h"
#include "smtp/reply.h"
#include "smtp/session.h"
#include "smtp/verbs.h"

namespace postern::smtp {
namespace {

constexpr size_t shapeless_lines_limit = 3;  // who sends endless lines does not speak SMTP

}  // namespace

struct Server::State : Session {
  State(ServerSettings the_settings, ServerEvents& the_events)
      : Session(std::move(the_settings), the_events), lines(settings.line_limit) {}

  void run(std::string_view bytes);
  void take_command(std::string_view& bytes);
  void take_data(std::string_view& bytes);
  void take_chunk(std::string_view& bytes);

  void obey(std::string_view line);
  void reject(const mail::Reply& reply);
  bool lose_patience();
  void end_content();
  void end_chunk();

  LineReader lines;
  std::string kept;  // came while the driver was busy with the mail
  bool running = false;
  size_t shapeless_lines = 0;
};

void Server::State::run(std::string_view bytes) {
  running = true;
  for (;;) {
    // A chunk may be empty: it ends before anything is read.
    if (phase == Phase::chunk && chunk.left == 0) end_chunk();
    if (bytes.empty() || phase == Phase::outcome || phase == Phase::closing) break;
    if (phase == Phase::commands)
      take_command(bytes);
    else if (phase == Phase::data)
      take_data(bytes);
    else
      take_chunk(bytes);
  }
  running = false;
  if (phase == Phase::outcome) kept.assign(bytes);
}

void Server::State::take_command(std::string_view& bytes) {
  switch (lines.take(bytes)) {
    case LineReader::Event::none:
      break;
    case LineReader::Event::line:
      obey(lines.line());
      break;
    case LineReader::Event::too_long:
      if (!lose_patience()) reject({500, "5.5.2", "Line too long"});
      break;
    case LineReader::Event::bare_lf:
      reject({500, "5.5.2", "Lines end in CRLF"});
      break;
    case LineReader::Event::endless:
      lose_patience();  // the 500 has been said
      break;
  }
}

void Server::State::obey(std::string_view line) {
  if (has_control(line)) return reject({501, "5.5.2", "Control characters or bad UTF-8 in command"});
  while (line.ends_with(' ')) line.remove_suffix(1);
  std::string_view argument = line;
  const Verb* const verb = find_verb(next_word(argument));
  if (!verb) return reject({500, "5.5.2", "Command not recognised"});
  argument.remove_prefix(std::min(argument.find_first_not_of(' '), argument.size()));
  const std::optional<mail::Reply> reply = verb->run(*this, argument);
  if (!reply) return;
  if (reply->is_permanent()) return reject(*reply);
  answer(*reply);
}

void Server::State::reject(const mail::Reply& reply) {
  if (++errors >= settings.error_limit)
    close({421, "4.7.0", settings.hostname + " too many errors, closing connection"});
  else
    answer(reply);
}

// Over a line that does not end: true if that was once too often, and the connection is closed.
bool Server::State::lose_patience() {
  if (++shapeless_lines < shapeless_lines_limit) return false;
  close({421, "4.7.0", settings.hostname + " line too long, closing connection"});
  return true;
}

void Server::State::take_data(std::string_view& bytes) {
  const ContentFilter::Piece piece = filter.take(bytes);
  bytes.remove_prefix(piece.used);
  keep(piece.content);
  if (piece.ended) end_content();
}

void Server::State::take_chunk(std::string_view& bytes) {
  const std::string_view part = bytes.substr(0, chunk.left);
  bytes.remove_prefix(part.size());
  chunk.left -= part.size();
  if (!chunk.refusal) keep(filter.take(part).content);
}

void Server::State::end_chunk() {
  phase = Phase::commands;
  if (chunk.refusal) {
    const mail::Reply refusal = *std::exchange(chunk.refusal, std::nullopt);
    if (refusal.is_permanent())
      reject(refusal);
    else
      answer(refusal);
    return;
  }
  if (chunk.last) {
    keep(filter.complete());
    return end_content();
  }
  if (failure) {
    answer(*failure);
    return reset();
  }
  answer({250, "2.0.0", std::to_string(chunk.size) + " octets received"});
}

void Server::State::end_content() {
  phase = Phase::commands;
  if (failure) return conclude(std::vector<mail::Reply>(envelope.recipients.size(), *failure));
  content = ContentState::complete;
  phase = Phase::outcome;
  events.end_content();
}

Server::Server(ServerSettings settings, ServerEvents& events)
    : state_(std::make_unique<State>(std::move(settings), events)) {}

Server::~Server() = default;

void Server::greet() {
  state_->answer({220, "", state_->settings.hostname + " ESMTP and LMTP Postern ready"});
}

void Server::refuse(const mail::Reply& reply) {
  state_->close(reply);
}

void Server::receive(std::string_view bytes) {
  assert(!state_->running);
  if (state_->phase == Phase::closing) return;
  if (state_->phase == Phase::outcome)
    state_->kept.append(bytes);
  else
    state_->run(bytes);
}

bool Server::wants_input() const {
  return state_->phase != Phase::outcome && state_->phase != Phase::closing;
}

size_t Server::kept() const {
  return state_->kept.size();
}

void Server::finish(const std::vector<mail::Reply>& replies) {
  if (state_->phase == Phase::closing) return;  // close_with() came first, and has answered
  assert(state_->phase == Phase::outcome);
  state_->conclude(replies);
  state_->errors = 0;
  state_->phase = Phase::commands;
  // Called from inside end_content(): the loop that called it goes on by itself.
  if (!state_->running) state_->run(std::exchange(state_->kept, {}));
}

std::string Server::take_output() {
  return std::exchange(state_->output, {});
}

bool Server::has_output() const {
  return !state_->output.empty();
}

bool Server::is_closing() const {
  return state_->phase == Phase::closing;
}

void Server::close_with(const mail::Reply& reply) {
  assert(!state_->running);
  if (state_->phase != Phase::closing) state_->close(reply);
}

void Server::connection_lost() {
  assert(!state_->running);
  state_->reset();
  state_->phase = Phase::closing;
}

const mail::Envelope& Server::envelope() const {
  return state_->envelope;
}

const mail::Client& Server::client() const {
  return state_->client;
}

const std::string& Server::helo() const {
  return state_->helo;
}

mail::Protocol Server::protocol() const {
  return state_->protocol;
}

bool Server::in_transaction() const {
  return state_->in_transaction;
}

}  // namespace postern::smtp
