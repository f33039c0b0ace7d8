// SPDX-License-Identifier: MIT
#include "parser.h"

#include <postern/support/header_fields.h>
#include <postern/support/transfer_encodings.h>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "appearance.h"
#include "delimiter.h"

namespace postern::mime {

namespace s = postern::support;

namespace {

constexpr std::size_t longest_line = 998;

// A second way to read a body: as a multipart with this boundary. Or an entity, as one whose header ends early.
struct Reading {
  std::string type, boundary;
  bool loose = false;     // lines that only look like delimiters are taken for them
  std::string_view code;  // of the defect that marks the ambiguity; empty: no mark
  std::string_view text;
  bool outer_first = false;                          // a delimiter of two open multiparts is taken by the outer one
  std::optional<EarlyEnd> early_end = std::nullopt;  // set: an entity; type is the one it has without Content-Type
};

// A reading that waits for its turn.
struct Task {
  std::uint32_t source = 0;
  std::size_t begin = 0, end = 0;  // the body
  std::uint32_t parent = Part::message;
  std::size_t depth = 0;
  Reading reading;
  std::optional<Part> container;  // where the body is a decoded copy: the part as it stands in the mail
};

// A multipart that is being read.
struct Frame {
  std::uint32_t part = 0;
  std::string boundary;
  std::string type;
  bool loose = false;
  bool seen = false, closed = false, reopened = false;  // its delimiter, its close delimiter, one more behind that
  bool loose_seen = false, loose_mark = false;
  bool is_shared = false;                  // a multipart inside it has the same boundary
  std::size_t begin = 0;                   // of its body in the source that is walked
  std::optional<Reading> early;            // the entity as it is for readers who end its header early
  std::size_t header_begin = 0;            // then
  Encoding encoding = Encoding::identity;  // as declared, though only identity is allowed
  std::vector<Reading> readings;           // other ways to read its body as a multipart
  std::vector<std::string> other_types;    // and as a leaf
};

class Parser {
 public:
  Parser(std::string_view mail, const Limits& limits) : mail_(mail), limits_(limits) {}

  Message run();

  std::string_view source(std::uint32_t n) const { return n == 0 ? mail_ : std::string_view(message_.decoded[n - 1]); }
  const Limits& limits() const { return limits_; }
  Message& message() { return message_; }

  void add_defect(std::int32_t category, std::string_view code, std::string_view text, std::uint32_t part) {
    message_.defects.push_back({{category, code, std::string(text)}, part});
  }
  void add_limit(std::string_view code, std::string_view text, std::uint32_t part) {
    message_.complete = false;
    add_defect(POSTERN_CAT_LIMIT, code, text, part);
  }
  bool full() const { return message_.parts.size() >= limits_.parts; }

  // Each reading of a range is tried once, however many ways lead to it.
  void schedule(Task task) {
    const int how = task.reading.early_end ? 3 : task.reading.outer_first ? 2 : task.reading.loose ? 1 : 0;
    const auto key = std::make_tuple(task.source, task.begin, task.end, task.reading.boundary, how, task.reading.type);
    if (scheduled_.insert(key).second) tasks_.push_back(std::move(task));
  }
  // False: second readings have cost enough.
  bool afford(std::size_t bytes) {
    reread_ += bytes;
    if (reread_ <= mail_.size() * limits_.reread + 65536) return true;
    if (!std::exchange(told_reread_, true)) add_limit("mime-readings", "more readings than are tried", Part::message);
    return false;
  }
  // A leaf that a second reading shares with an earlier one is not shown again.
  bool is_known(const Part& p) {
    return !known_.insert(std::make_tuple(p.source, p.offset, p.length, p.encoding, p.type)).second;
  }

 private:
  void run_task(const Task& task);
  void bound_defects();

  std::string_view mail_;
  const Limits& limits_;
  Message message_;
  std::deque<Task> tasks_;
  std::set<std::tuple<std::uint32_t, std::size_t, std::size_t, std::string, int, std::string>> scheduled_;
  std::set<std::tuple<std::uint32_t, std::size_t, std::size_t, Encoding, std::string>> known_;
  std::size_t reread_ = 0;
  bool told_reread_ = false;
};

// One pass over the lines of a range, with the stack of the multiparts that are open at that line. At any line exactly
// one thing is open: a header, a leaf's body, or text outside the parts of the innermost multipart.
class Walk {
 public:
  Walk(Parser& parser, std::uint32_t source, std::size_t begin, std::size_t end, std::uint32_t parent,
       std::size_t depth, bool second)
      : parser_(parser),
        source_(source),
        text_(parser.source(source).substr(0, end)),
        at_(begin),
        parent_(parent),
        depth_(depth),
        second_(second) {}

  void message() {
    open(Open::header);
    lines();
  }

  // The range as an entity whose header ends where the reading says.
  void entity(const Reading& reading) {
    first_role_ = "reading";
    open(Open::header);
    const EarlyEnd& early = *reading.early_end;
    end_header(at_ + early.header_end, at_ + early.body, true, reading.type);
    lines();
  }

  // The range as the body of a multipart. True: its boundary occurs.
  bool multipart(const Task& task) {
    Part part;
    part.offset = at_;
    part.role = "reading";
    part.type = task.reading.type;
    Frame frame;
    frame.boundary = task.reading.boundary;
    frame.loose = task.reading.loose;
    frame.type = task.reading.type;
    outer_first_ = task.reading.outer_first;
    push(std::move(part), std::move(frame));
    if (task.container) parser_.message().parts.back() = *task.container;  // a place in the mail, not in the copy
    is_copy_ = task.container.has_value();
    lines();
    return root_seen_;
  }

 private:
  enum class Open { header, leaf, preamble, epilogue };
  struct Match {
    std::size_t frame;
    bool close;
  };

  void lines();
  void take_line();
  std::optional<Match> match(std::string_view line);
  void note_loose(std::string_view line);
  bool is_declared(std::string_view line);
  void at_delimiter(Match match, std::size_t line_begin, std::size_t line_end);
  void give_up(std::size_t line_begin);

  void end_header(std::size_t end, bool blank_line);
  void end_header(std::size_t end, std::size_t next, bool blank_line, std::string_view default_type);
  void begin_multipart(Part part, const Entity& entity, std::size_t header_begin);
  void begin_leaf(Part part, Entity entity);
  void end_open(std::size_t end, std::string_view outside);
  void end_leaf(std::size_t end);
  void forget_encryption(std::uint32_t part);
  void end_frame(std::size_t end);
  void add_outside(std::string_view role, std::size_t end);

  void read_encodings(const Part& part, std::string_view raw);
  void read_unknown_encoding(const Part& part, std::string_view raw);
  void read_encoded_message(const Part& part, std::string_view raw);
  void read_types(const Part& part, std::string_view raw);
  void read_decoded(const Part& part, const Frame& frame);
  void guess(std::size_t begin, std::size_t end, std::uint32_t parent, const std::string& type);
  void add_reading(Part part, Encoding encoding, const std::string& type, std::string_view code, std::string_view text);
  void schedule(std::size_t begin, std::size_t end, std::uint32_t parent, Reading reading);

  void open(Open what) {
    open_ = what;
    open_begin_ = at_;
    long_line_ = false;
  }
  bool too_deep() const { return depth_ + frames_.size() >= parser_.limits().depth; }
  std::uint32_t parent() const { return frames_.empty() ? parent_ : frames_.back().part; }
  std::uint32_t push(Part part, Frame frame) {
    part.parent = parent();
    part.source = source_;
    part.is_container = true;
    frame.begin = at_;
    frame.part = add(std::move(part));
    frames_.push_back(std::move(frame));
    open(Open::preamble);
    return frames_.back().part;
  }
  std::uint32_t add(Part part) {
    parser_.message().parts.push_back(std::move(part));
    return static_cast<std::uint32_t>(parser_.message().parts.size() - 1);
  }
  // The line end before a delimiter belongs to the delimiter (RFC 2046, 5.1.1).
  std::size_t without_line_end(std::size_t end) const {
    if (end > open_begin_ && text_[end - 1] == '\n') --end;
    if (end > open_begin_ && text_[end - 1] == '\r') --end;
    return end;
  }

  Parser& parser_;
  std::uint32_t source_;
  std::string_view text_;  // ends where the range ends
  std::size_t at_;
  std::uint32_t parent_;
  std::size_t depth_;
  bool second_;  // a second reading: leaves known from the first are left out
  bool is_copy_ = false, root_seen_ = false, long_line_ = false, outer_first_ = false;
  std::string_view first_role_;  // of the first part that this walk finds
  Open open_ = Open::header;
  std::size_t open_begin_ = 0;
  std::uint32_t leaf_ = 0;
  Entity leaf_entity_;
  std::optional<Reading> leaf_early_;
  std::size_t leaf_header_ = 0;
  std::vector<Frame> frames_;
};

Message Parser::run() {
  Walk(*this, 0, 0, mail_.size(), Part::message, 0, false).message();
  for (; !tasks_.empty(); tasks_.pop_front()) {
    if (full()) {
      if (message_.complete) add_limit("mime-parts", "second readings were not tried", Part::message);
      break;
    }
    run_task(tasks_.front());
  }
  bound_defects();
  return std::move(message_);
}

void Parser::run_task(const Task& task) {
  if (!afford(task.end - task.begin)) return;
  const std::size_t parts = message_.parts.size(), defects = message_.defects.size(), tasks = tasks_.size();
  const bool complete = message_.complete;
  Walk walk(*this, task.source, task.begin, task.end, task.parent, task.depth, true);
  bool fits = true;
  if (task.reading.early_end)
    walk.entity(task.reading);
  else
    fits = walk.multipart(task);
  const bool new_leaf = std::any_of(message_.parts.begin() + static_cast<std::ptrdiff_t>(parts), message_.parts.end(),
                                    [](const Part& p) { return !p.is_container; });
  if (!fits || !new_leaf) {
    message_.parts.resize(parts);
    message_.defects.resize(defects);
    tasks_.resize(tasks);
    message_.complete = complete && !told_reread_;
    return;
  }
  if (!task.reading.code.empty() && message_.parts.size() > parts)
    add_defect(POSTERN_CAT_AMBIGUOUS, task.reading.code, task.reading.text, static_cast<std::uint32_t>(parts));
}

// A mail of a million faults needs no million lines in the log.
void Parser::bound_defects() {
  std::vector<std::pair<std::string_view, std::size_t>> counts;
  const auto too_many = [&](const PartDefect& d) {
    const auto it = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == d.code; });
    if (it != counts.end()) return ++it->second > limits_.defects_of_one_kind;
    counts.emplace_back(d.code, 1);
    return false;
  };
  std::erase_if(message_.defects, too_many);
}

void Walk::lines() {
  for (;;) {
    while (at_ < text_.size()) take_line();
    if (open_ != Open::header) break;
    end_header(text_.size(), false);  // where the empty line is missing this may go back to what is the body then
  }
  end_open(text_.size(), "epilogue");
  while (!frames_.empty()) end_frame(text_.size());
}

void Walk::take_line() {
  const std::string_view line = s::line_at(text_, at_);
  const std::size_t line_end = at_ + line.size();
  parser_.message().bytes_walked += line.size();
  if (const auto found = match(line)) return at_delimiter(*found, at_, line_end);
  long_line_ = long_line_ || line.size() > longest_line + 2;
  at_ = line_end;
  if (open_ == Open::header && s::without_line_end(line).empty()) end_header(line_end, true);
}

// The innermost multipart that is still open takes the line first, then one that was closed before.
std::optional<Walk::Match> Walk::match(std::string_view line) {
  if (frames_.empty() || (line[0] != '-' && !s::is_blank(line[0]))) return std::nullopt;
  line = s::trim_right(line);
  if (!s::trim(line).starts_with("--")) return std::nullopt;
  std::optional<Match> closed, loose;
  bool some_loose = false;
  for (std::size_t n = frames_.size(); n-- > 0;) {
    const std::size_t i = outer_first_ ? frames_.size() - 1 - n : n;
    const Frame& frame = frames_[i];
    switch (delimiter(line, frame.boundary)) {
      case Delimiter::none:
        break;
      case Delimiter::open:
        if (!frame.closed) return Match{i, false};
        if (!closed) closed = Match{i, false};
        break;
      case Delimiter::close:
        if (!frame.closed) return Match{i, true};
        break;
      case Delimiter::loose_open:
        some_loose = true;
        if (frame.loose && !loose) loose = Match{i, false};
        break;
      case Delimiter::loose_close:
        some_loose = true;
        if (frame.loose && !frame.closed && !loose) loose = Match{i, true};
        break;
    }
  }
  if (closed) return closed;
  if (some_loose && !loose) note_loose(line);
  return loose;
}

// A delimiter for indulgent readers: the multiparts concerned get a second reading. No ambiguity if the line is the
// delimiter of another boundary that the text declares itself: a forwarded mail whose boundary begins like ours.
void Walk::note_loose(std::string_view line) {
  for (Frame& frame : frames_) {
    if (frame.loose_seen) continue;
    const Delimiter d = delimiter(line, frame.boundary);
    if (d != Delimiter::loose_open && d != Delimiter::loose_close) continue;
    frame.loose_seen = true;
    frame.loose_mark = !is_declared(line);
  }
}

bool Walk::is_declared(std::string_view line) {
  std::string_view token = s::trim(line).substr(2);
  if (token.ends_with("--")) token.remove_suffix(2);
  const auto ours = [&](const Frame& frame) { return frame.boundary == token; };
  if (std::any_of(frames_.begin(), frames_.end(), ours) || !parser_.afford(2 * text_.size())) return false;
  return text_.find("=\"" + std::string(token)) != text_.npos || text_.find("=" + std::string(token)) != text_.npos;
}

void Walk::at_delimiter(Match match, std::size_t line_begin, std::size_t line_end) {
  if (open_ == Open::header) {
    end_header(line_begin, false);
    if (at_ < line_begin) return;  // back in the body; we come here again
  }
  const std::size_t end = without_line_end(line_begin);
  const bool stays = match.frame + 1 == frames_.size();
  end_open(end, stays ? "gap" : "epilogue");
  if (parser_.full()) return give_up(line_begin);
  while (frames_.size() > match.frame + 1) end_frame(end);
  Frame& frame = frames_.back();
  frame.seen = true;
  frame.reopened = frame.reopened || frame.closed;
  frame.closed = match.close;
  at_ = line_end;
  open(match.close ? Open::epilogue : Open::header);
}

// What is left becomes one part, so that scanners see at least its raw bytes.
void Walk::give_up(std::size_t line_begin) {
  parser_.add_limit("mime-parts", "more parts than are told apart; the rest is one part", frames_.back().part);
  at_ = line_begin;
  open(Open::epilogue);
  at_ = text_.size();
}

void Walk::end_header(std::size_t end, bool blank_line) {
  const bool in_digest = !frames_.empty() && frames_.back().type == "multipart/digest";  // RFC 2046, 5.1.5
  end_header(end, end, blank_line, in_digest ? "message/rfc822" : "text/plain");
}

// next: where the line behind the header begins, if the header itself does not say otherwise.
void Walk::end_header(std::size_t end, std::size_t next, bool blank_line, std::string_view default_type) {
  const std::size_t header_begin = open_begin_;
  const std::string_view section = text_.substr(header_begin, end - header_begin);
  Entity entity = read_entity(section, blank_line, default_type);
  at_ = entity.body == section.size() ? next : header_begin + entity.body;
  if (at_ < end && !parser_.afford(end - at_)) at_ = end;

  Part part;
  part.offset = at_;
  part.role = std::exchange(first_role_, {});
  part.type = entity.types.front().type;
  part.charset = entity.types.front().charset;
  part.names = std::move(entity.names);
  part.encoding = entity.encodings.front().encoding;
  part.encoding_token = entity.encodings.front().token;
  part.is_encrypted = std::any_of(entity.defects.begin(), entity.defects.end(),
                                  [](const Defect& d) { return d.category == POSTERN_CAT_ENCRYPTED; });
  const auto index = static_cast<std::uint32_t>(parser_.message().parts.size());
  for (Defect& d : entity.defects) parser_.message().defects.push_back({std::move(d), index});
  std::optional<Reading> early;
  if (entity.early_end) {
    early.emplace();
    early->type = default_type;
    early->early_end = entity.early_end;
    if (entity.early_end->is_ambiguous) early->code = "mime-header-end";
    early->text = "for some readers the header ends at a line before";
  }

  const bool splits = entity.types.front().is_multipart() && !entity.types.front().boundaries.empty();
  if (splits && too_deep()) parser_.add_limit("mime-depth", "multiparts are nested too deep", index);
  if (splits && !too_deep()) {
    begin_multipart(std::move(part), entity, header_begin);
    // Lines in front of the first delimiter are nobody's part; fields there are another matter.
    if (early && early->early_end->hides_fields) frames_.back().early = std::move(early);
  } else {
    leaf_header_ = header_begin;
    leaf_early_ = std::move(early);
    begin_leaf(std::move(part), std::move(entity));
  }
}

void Walk::begin_multipart(Part part, const Entity& entity, std::size_t header_begin) {
  const TypeReading& main = entity.types.front();
  Frame frame;
  frame.boundary = main.boundaries.front();
  frame.type = main.type;
  frame.header_begin = header_begin;
  frame.encoding = std::exchange(part.encoding, Encoding::identity);  // RFC 2045, 6.4: none but identity is allowed
  for (const TypeReading& type : entity.types) {
    const std::string_view code = &type != &main || main.boundary_doubtful ? "" : "mime-boundaries";
    for (const std::string& boundary : type.boundaries)
      if (&type != &main || boundary != frame.boundary)
        frame.readings.push_back({type.is_multipart() ? type.type : main.type, boundary, false, code,
                                  "another reading of the boundary fits, too"});
    if (!type.is_multipart()) frame.other_types.push_back(type.type);
  }
  bool is_shared = false;
  for (Frame& outer : frames_) {
    if (outer.closed || outer.boundary != frame.boundary) continue;
    outer.is_shared = is_shared = true;
  }
  const bool is_encoded = frame.encoding != Encoding::identity;
  const std::uint32_t index = push(std::move(part), std::move(frame));
  if (main.boundary_doubtful)
    parser_.add_defect(POSTERN_CAT_AMBIGUOUS, "mime-boundaries", "readers take different boundaries", index);
  if (is_shared)
    parser_.add_defect(POSTERN_CAT_AMBIGUOUS, "mime-same-boundary", "the boundary of a multipart around it", index);
  if (is_encoded) parser_.add_defect(POSTERN_CAT_MALFORMED, "mime-encoded-multipart", "", index);
}

void Walk::begin_leaf(Part part, Entity entity) {
  part.parent = parent();
  part.source = source_;
  leaf_entity_ = std::move(entity);
  leaf_ = add(std::move(part));
  open(Open::leaf);
}

void Walk::end_open(std::size_t end, std::string_view outside) {
  switch (open_) {
    case Open::header:
      break;  // a header ends by end_header(), which opens something else
    case Open::leaf:
      return end_leaf(end);
    case Open::preamble:
      return add_outside("preamble", end);
    case Open::epilogue:
      return add_outside(outside, end);
  }
}

// Text that belongs to no part: nobody shows it, or somebody does.
void Walk::add_outside(std::string_view role, std::size_t end) {
  const std::string_view text = text_.substr(open_begin_, end - open_begin_);
  if (s::trim(text).empty()) return;
  Part part;
  part.parent = parent();
  part.source = source_;
  part.offset = open_begin_;
  part.length = text.size();
  part.role = role;
  part.type = "text/plain";
  if (!parser_.is_known(part) || !second_) add(std::move(part));
}

void Walk::end_leaf(std::size_t end) {
  Message& message = parser_.message();
  message.parts[leaf_].length = end - message.parts[leaf_].offset;
  if (parser_.is_known(message.parts[leaf_]) && second_) {
    while (!message.defects.empty() && message.defects.back().part == leaf_) message.defects.pop_back();
    message.parts.pop_back();
    return;
  }
  forget_encryption(leaf_);
  const Part part = message.parts[leaf_];
  const std::string_view raw = text_.substr(part.offset, part.length);
  if (leaf_early_) schedule(leaf_header_, end, part.parent, *std::exchange(leaf_early_, std::nullopt));
  if (part.encoding_token != "binary" && raw.find('\0') != raw.npos)
    parser_.add_defect(POSTERN_CAT_MALFORMED, "mime-nul", "", leaf_);
  if (long_line_) parser_.add_defect(POSTERN_CAT_INFO, "mime-long-line", "", leaf_);
  read_encodings(part, raw);
  read_types(part, raw);
}

// Nothing is hidden where there is nothing: a bounce that returns the header of an encrypted mail.
void Walk::forget_encryption(std::uint32_t part) {
  Message& message = parser_.message();
  Part& p = message.parts[part];
  if (!p.is_encrypted || !s::trim(text_.substr(p.offset, p.length)).empty()) return;
  p.is_encrypted = false;
  std::erase_if(message.defects,
                [&](const PartDefect& d) { return d.part == part && d.category == POSTERN_CAT_ENCRYPTED; });
}

void Walk::read_encodings(const Part& part, std::string_view raw) {
  const auto& encodings = leaf_entity_.encodings;
  for (std::size_t i = 1; i < encodings.size(); ++i)
    add_reading(part, encodings[i].encoding, part.type, "mime-encodings",
                "more than one transfer encoding could be meant");
  if (part.type == "message/rfc822" || part.type == "message/global") read_encoded_message(part, raw);
  if (std::any_of(encodings.begin(), encodings.end(), [](const EncodingReading& e) { return e.is_unknown; }))
    read_unknown_encoding(part, raw);
  if (encodings.size() > 1) return;
  if (part.encoding == Encoding::identity && looks_like_base64(raw))
    add_reading(part, Encoding::base64, part.type, "mime-undeclared-base64",
                "the body looks like base64 and is not declared so");
  if (part.encoding == Encoding::base64 && starts_unlike_base64(raw))
    add_reading(part, Encoding::identity, part.type, "mime-not-base64",
                "the body is declared as base64 and does not look like it");
  // Letters in front of the data are data, too, and shift it; or they are skipped.
  if (part.encoding != Encoding::base64 || !starts_unlike_base64(raw)) return;
  if (const std::size_t at = first_base64_line(raw); at != raw.npos && at > 0) {
    Part data = part;
    data.offset += at;
    data.length -= at;
    add_reading(std::move(data), Encoding::base64, part.type, "", "");
  }
}

// Somebody may know it. Base64 is looked for in everything; this would be found in many a text.
void Walk::read_unknown_encoding(const Part& part, std::string_view raw) {
  const QuotedPrintableSigns signs = look_for_quoted_printable(raw);
  if (signs.has_escapes)
    add_reading(part, Encoding::quoted_printable, part.type, signs.is_likely ? "mime-undeclared-quoted-printable" : "",
                "the body looks like quoted-printable, and its encoding is unknown");
}

// RFC 2046, 5.2.1: a message is not encoded, and there are readers who take it as it stands; what it is for them is
// another mail where the encoding is one that leaves text readable.
void Walk::read_encoded_message(const Part& part, std::string_view raw) {
  if (part.encoding == Encoding::identity) return;
  parser_.add_defect(POSTERN_CAT_MALFORMED, "mime-encoded-message", "", leaf_);
  const auto first = s::HeaderReader(raw).next();
  if (!first || !first->is_field()) return;
  add_reading(part, Encoding::identity, part.type, "mime-encodings", "a message that is encoded, or is not");
}

void Walk::read_types(const Part& part, std::string_view raw) {
  if (too_deep()) return;
  const TypeReading& main = leaf_entity_.types.front();
  for (const TypeReading& type : leaf_entity_.types) {
    const std::string_view code = &type == &main ? "mime-boundary-of-leaf" : "";
    for (const std::string& boundary : type.boundaries)
      schedule(part.offset, part.offset + raw.size(), part.parent,
               {type.is_multipart() ? type.type : "multipart/mixed", boundary, false, code,
                "the boundary of what is no multipart separates parts"});
    if (&type != &main && !type.is_multipart()) add_reading(part, part.encoding, type.type, "", "");
  }
  if (main.is_multipart() && main.boundaries.empty())
    guess(part.offset, part.offset + raw.size(), part.parent, part.type);
}

void Walk::guess(std::size_t begin, std::size_t end, std::uint32_t parent, const std::string& type) {
  for (const std::string& boundary : guess_boundaries(text_.substr(begin, end - begin)))
    schedule(begin, end, parent,
             {type, boundary, false, "mime-guessed-boundary",
              "lines in the body look like delimiters, of a boundary that is not declared"});
}

// One more part of the same bytes.
void Walk::add_reading(Part part, Encoding encoding, const std::string& type, std::string_view code,
                       std::string_view text) {
  part.role = "reading";
  part.encoding = encoding;
  part.type = type;
  if (parser_.is_known(part)) return;
  const std::uint32_t index = add(std::move(part));
  if (!code.empty()) parser_.add_defect(POSTERN_CAT_AMBIGUOUS, code, text, index);
}

void Walk::end_frame(std::size_t end) {
  Message& message = parser_.message();
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  const bool is_root = second_ && frames_.empty();
  const bool is_copy = is_root && is_copy_;
  if (is_root) root_seen_ = frame.seen;
  if (!is_copy) message.parts[frame.part].length = end - frame.begin;
  if (!is_copy) forget_encryption(frame.part);
  if (!frame.seen)
    parser_.add_defect(POSTERN_CAT_MALFORMED, "mime-no-delimiter", "the boundary does not occur", frame.part);
  else if (!frame.closed)
    parser_.add_defect(POSTERN_CAT_MALFORMED, "mime-no-close-delimiter", "", frame.part);
  if (frame.reopened)
    parser_.add_defect(POSTERN_CAT_AMBIGUOUS, "mime-reopened", "parts follow the close delimiter", frame.part);

  // Copied: the vector may grow while readings are added.
  const Part part = message.parts[frame.part];
  const std::uint32_t parent = is_copy ? frame.part : part.parent;
  for (const Reading& reading : frame.readings) schedule(frame.begin, end, parent, reading);
  for (const std::string& type : frame.other_types) {
    Part leaf = part;
    leaf.is_container = false;
    if (!is_copy) add_reading(std::move(leaf), frame.encoding, type, "", "");
  }
  if (frame.loose_seen)
    schedule(frame.begin, end, parent,
             {frame.type, frame.boundary, true, frame.loose_mark ? "mime-loose-delimiters" : "",
              "lines that begin with the boundary go on behind it, or are indented"});
  if (frame.is_shared) schedule(frame.begin, end, parent, {frame.type, frame.boundary, frame.loose, "", "", true});
  if (frame.early) schedule(frame.header_begin, end, parent, *frame.early);
  if (is_root || (frame.seen && !frame.boundary.empty())) return;
  if (frame.encoding != Encoding::identity)
    read_decoded(part, frame);
  else
    guess(frame.begin, end, parent, frame.type);
}

// A multipart whose boundary occurs only when its body is decoded, which the standard forbids and some readers do.
void Walk::read_decoded(const Part& part, const Frame& frame) {
  if (!parser_.afford(part.length)) return;
  const std::string_view raw = text_.substr(part.offset, part.length);
  std::string decoded;
  const auto run = [&](auto decoder) {
    decoder.decode(raw, decoded);
    decoder.finish(decoded);
  };
  switch (frame.encoding) {
    case Encoding::identity:
      return;
    case Encoding::base64:
      run(s::Base64Decoder());
      break;
    case Encoding::quoted_printable:
      run(s::QuotedPrintableDecoder());
      break;
    case Encoding::uuencode:
      run(s::UuDecoder());
      break;
  }
  Task task;
  task.end = decoded.size();
  task.parent = part.parent;
  task.depth = depth_ + frames_.size();
  task.reading = {frame.type, frame.boundary, false, "mime-encoded-multipart",
                  "the body is a multipart once it is decoded"};
  task.container = part;
  task.container->role = "reading";
  task.container->encoding = frame.encoding;
  parser_.message().decoded.push_back(std::move(decoded));
  task.source = static_cast<std::uint32_t>(parser_.message().decoded.size());
  parser_.schedule(std::move(task));
}

void Walk::schedule(std::size_t begin, std::size_t end, std::uint32_t parent, Reading reading) {
  Task task;
  task.source = source_;
  task.begin = begin;
  task.end = end;
  task.parent = parent;
  task.depth = depth_ + frames_.size();
  task.reading = std::move(reading);
  parser_.schedule(std::move(task));
}

}  // namespace

Message parse(std::string_view mail, const Limits& limits) {
  return Parser(mail, limits).run();
}

}  // namespace postern::mime
