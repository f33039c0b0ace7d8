// SPDX-License-Identifier: MIT
#include "extract.h"

#include <postern/support/ascii.h>
#include <postern/support/binary.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "compound.h"
#include "crypt.h"
#include "handover.h"
#include "message.h"
#include "package.h"
#include "presentation.h"
#include "vba.h"
#include "workbook.h"

namespace ole {
namespace {

using namespace std::string_view_literals;
using postern::Child, postern::ChildInfo, postern::Error, postern::Job, postern::Part;
using postern::support::BinaryReader, postern::support::equal_ignoring_case, postern::support::lower;

constexpr uint64_t most_housekeeping = 65536;
constexpr uint64_t most_module = 64u << 20;
constexpr int most_secrets = 4;  // a password takes a tenth of a second to try; documents have one encrypted package

struct Told {
  Defect defect;
  const char* token;
  const char* text;
};
constexpr Told told[] = {
    {Defect::header, "ole-header", "the header has values that no writer uses"},
    {Defect::chain, "ole-chain", "a chain of sectors ends too early or has no end"},
    {Defect::directory, "ole-directory", "the directory has entries twice or beyond its end"},
    {Defect::orphan, "ole-orphan", "there are streams that no storage lists"},
};

class Extraction {
 public:
  Extraction(Job& job, const Part& part)
      : handover_(job, part), compound_(part.text()), message_(compound_, handover_) {}

  void run() {
    steps_.push_back({0, handover_.part});
    for (; !steps_.empty(); steps_.pop_front()) {
      handover_.watch_time();
      open(steps_.front());
    }
    for (const uint32_t orphan : compound_.orphans()) take(orphan, handover_.part);
    report();
  }

 private:
  void open(const Step& step) {
    if (is_attachment(compound_, step.storage)) return open_attachment(step);
    if (is_message(compound_, step.storage)) return open_message(step);
    if (is_project(step.storage)) return open_project(step);
    for (const uint32_t child : compound_.entries()[step.storage].children) open_or_take(child, step.parent);
  }

  void open_or_take(uint32_t entry, postern_part parent) {
    if (compound_.entries()[entry].kind == Entry::Kind::storage)
      steps_.push_back({entry, parent});
    else
      take(entry, parent);
  }

  void open_message(const Step& step) {
    message_.add_bodies(step.storage, step.parent);
    for (const uint32_t child : compound_.entries()[step.storage].children)
      if (!Message::is_own(compound_.entries()[child])) open_or_take(child, step.parent);
  }

  void open_attachment(const Step& step) {
    if (const std::optional<Step> content = message_.add_attachment(step.storage, step.parent))
      steps_.push_back(*content);
    for (const uint32_t child : compound_.entries()[step.storage].children)
      if (!Message::is_own(compound_.entries()[child])) open_or_take(child, step.parent);
  }

  // ---- streams

  void take(uint32_t stream, postern_part parent) {
    const Entry& entry = compound_.entries()[stream];
    if (equal_ignoring_case(entry.name, "\1ole")) look_at_link(stream);
    if (entry.size == 0 || is_housekeeping(entry)) return;
    using Way = void (Extraction::*)(uint32_t, postern_part);
    static const std::map<std::string_view, Way> ways = {
        {"\1ole10native", &Extraction::take_package},
        {"workbook", &Extraction::take_workbook},
        {"book", &Extraction::take_workbook},
        {"worddocument", &Extraction::take_word},
        {"powerpoint document", &Extraction::take_slides},
        {"current user", &Extraction::take_user},
        {"encryptedsummary", &Extraction::take_encrypted},
        {"\tdrmcontent", &Extraction::take_encrypted},
        {"encryptedpackage", &Extraction::take_secret},
        {"encryptioninfo", &Extraction::take_nothing},
    };
    const auto way = ways.find(lower(entry.name));
    if (way == ways.end())
      add(stream, parent);
    else
      (this->*way->second)(stream, parent);
  }

  // What every document has a dozen of and no reader acts on; a large one is not that.
  static bool is_housekeeping(const Entry& entry) {
    static constexpr std::string_view names[] = {"\1compobj", "\1ole", "\3objinfo", "\5summaryinformation",
                                                 "\5documentsummaryinformation"};
    return entry.size <= most_housekeeping &&
           std::any_of(std::begin(names), std::end(names),
                       [&](std::string_view name) { return equal_ignoring_case(entry.name, name); });
  }

  void take_nothing(uint32_t, postern_part) {}

  // [MS-OLEDS] 2.3.3: a linked object says where it lies, by a moniker with the address in UTF-16.
  void look_at_link(uint32_t stream) {
    const std::string bytes = compound_.read(stream, most_housekeeping);
    for (const std::string_view scheme :
         {"h\0t\0t\0p\0"sv, "f\0t\0p\0:\0"sv, "\\\0\\\0"sv, "s\0c\0r\0i\0p\0t\0:\0"sv}) {
      const size_t at = lower(bytes).find(scheme);
      if (at == bytes.npos) continue;
      const size_t end = std::min(bytes.find("\0\0\0"sv, at), bytes.size());
      const std::string address = postern::support::utf8_of_utf16(std::string_view(bytes).substr(at, end - at + 1));
      return handover_.add_finding(POSTERN_CAT_MACRO, "ole-remote-link", address);
    }
  }

  void add(uint32_t stream, postern_part parent) {
    const std::string path = is_installer() ? installer_name(compound_.entries()[stream].name) : compound_.path(stream);
    ChildInfo info;
    info.parent = parent;
    info.name = path;
    handover_.add_stream(compound_, stream, info);
  }

  void take_package(uint32_t stream, postern_part parent) {
    const std::string bytes = compound_.read(stream);
    const std::string_view data = std::string_view(bytes).substr(std::min<size_t>(4, bytes.size()));
    const std::optional<Package> package = read_package(data);
    if (package) handover_.add_package(*package, parent);
    if (!package) add(stream, parent);  // the native data of some other program
  }

  void take_workbook(uint32_t stream, postern_part parent) {
    add(stream, parent);
    const std::string bytes = compound_.read(stream);
    const Workbook book = read_workbook(bytes);
    const std::optional<Reading> reading = book.file_pass ? decrypt_workbook(bytes, *book.file_pass) : std::nullopt;
    if (!reading) tell_macro_sheets(book);
    if (!book.file_pass) return;
    if (!reading) return tell_encrypted("the workbook");
    const std::string path = compound_.path(stream);
    ChildInfo info;
    info.parent = parent;
    info.name = path;
    info.role = "reading";
    handover_.add_bytes(info, reading->plain);
    tell_default_password();
    if (!reading->is_sure) tell_encrypted("perhaps the workbook");
    tell_macro_sheets(read_workbook_in_clear(reading->plain));
  }

  // The record that says "encrypted" is still there: the sheets stand behind it.
  static Workbook read_workbook_in_clear(std::string_view plain) {
    BinaryReader in(plain);
    while (in.left() >= 4) {
      const uint16_t id = in.u16();
      in.take(in.u16());
      if (id == 0x002F) return read_workbook(in.rest());
    }
    return {};
  }

  void tell_macro_sheets(const Workbook& book) {
    if (!book.has_macro_sheet) return;
    std::string names;
    for (const Sheet& sheet : book.sheets)
      if (sheet.is_macro) names += (names.empty() ? "" : ", ") + sheet.name + (sheet.is_hidden ? " (hidden)" : "");
    handover_.add_finding(POSTERN_CAT_MACRO, "ole-xlm-macro", names);
  }

  void take_word(uint32_t stream, postern_part parent) {
    add(stream, parent);
    const std::string bytes = compound_.read(stream);
    constexpr uint16_t is_encrypted = 0x0100;
    if (BinaryReader(bytes, 10).u16() & is_encrypted) return tell_encrypted("the document");
    if (has_dde_field(bytes))
      handover_.add_finding(POSTERN_CAT_MACRO, "ole-dde-field", "a field that starts a program");
  }

  // A field begins with 0x13 in the text, which is in one or in two bytes a character.
  static bool has_dde_field(std::string_view text) {
    for (size_t at = text.find('\x13'); at != text.npos; at = text.find('\x13', at + 1)) {
      std::string letters;
      for (const char c : text.substr(at + 1, 32))
        if (c != 0 && (c != ' ' || !letters.empty())) letters += c;
      if (equal_ignoring_case(std::string_view(letters).substr(0, 3), "dde")) return true;
    }
    return false;
  }

  void take_slides(uint32_t stream, postern_part parent) {
    add(stream, parent);
    const std::string bytes = compound_.read(stream);
    const bool is_encrypted = read_presentation(bytes, [&](const StoredObject& object) {
      ChildInfo info;
      info.parent = parent;
      info.name = "PowerPoint Document/object";
      if (!object.is_compressed) {
        handover_.add_bytes(info, object.bytes);
        return;
      }
      info.encoding = "deflate";
      Child child = handover_.open(info);
      const bool is_whole = inflate(object.bytes, [&](std::string_view piece) {
        handover_.watch_time();
        child.write(piece);
      });
      child.close(is_whole ? 0u : uint32_t{POSTERN_PART_TRUNCATED});
    });
    if (is_encrypted) tell_encrypted("the presentation");
  }

  void take_user(uint32_t stream, postern_part) {
    constexpr uint64_t enough = 4096;
    if (is_encrypted_user(compound_.read(stream, enough))) tell_encrypted("the presentation");
  }

  void take_encrypted(uint32_t stream, postern_part parent) {
    add(stream, parent);
    tell_encrypted("a stream");
  }

  // A document of 2007 and later, encrypted as a whole.
  void take_secret(uint32_t stream, postern_part parent) {
    constexpr uint64_t most_info = 1 << 20;
    const std::optional<uint32_t> info_stream = compound_.find(compound_.entries()[stream].parent, "EncryptionInfo");
    const std::string encryption = info_stream ? compound_.read(*info_stream, most_info) : std::string();
    const bool is_worth_it = ++secrets_ <= most_secrets;
    const auto key =
        is_worth_it ? crypt::open_package(encryption, [this] { return handover_.has_time(); }) : std::nullopt;
    if (!key) return tell_encrypted("the document");
    ChildInfo info;
    info.parent = parent;
    info.name = handover_.file_name.empty() ? "EncryptedPackage"sv : handover_.file_name;
    Child child = handover_.open(info);
    const bool is_whole = key->decrypt(compound_.read(stream), [&](std::string_view piece) {
      handover_.watch_time();
      child.write(piece);
    });
    child.close(is_whole ? 0u : uint32_t{POSTERN_PART_TRUNCATED});
    tell_default_password();
  }

  // ---- macros

  bool is_project(uint32_t storage) const {
    const bool is_vba = equal_ignoring_case(compound_.entries()[storage].name, "VBA");
    return (is_vba && compound_.find(storage, "dir")) || compound_.find(storage, "_VBA_PROJECT");
  }

  void open_project(const Step& step) {
    const std::optional<uint32_t> dir = compound_.find(step.storage, "dir");
    std::map<std::string, vba::Module> modules;
    if (dir) {
      const std::string listed = vba::decompress(compound_.read(*dir, most_module), most_module);
      for (vba::Module& m : vba::modules(listed)) modules.emplace(lower(m.stream), std::move(m));
    }
    std::string names;
    for (const uint32_t child : compound_.entries()[step.storage].children) {
      const Entry& entry = compound_.entries()[child];
      const std::string name = lower(entry.name);
      if (entry.kind == Entry::Kind::storage) steps_.push_back({child, step.parent});
      if (entry.kind == Entry::Kind::storage || name == "dir" || name == "_vba_project" || name.starts_with("__srp_"))
        continue;
      const auto module = modules.find(name);
      const bool is_module = add_source(child, module == modules.end() ? nullptr : &module->second, step.parent);
      if (!is_module) take(child, step.parent);
      if (is_module && names.size() < 500) names += (names.empty() ? "" : ", ") + entry.name;
    }
    handover_.add_finding(POSTERN_CAT_MACRO, "ole-vba-macro", names);
  }

  // Where "dir" says it is, else where it looks like one.
  bool add_source(uint32_t stream, const vba::Module* module, postern_part parent) {
    const std::string bytes = compound_.read(stream, most_module);
    const std::optional<size_t> found = vba::find_source(bytes);
    if (module && add_source_at(stream, bytes, module->offset, module->is_document ? ".cls" : ".bas", parent))
      return true;
    return found && add_source_at(stream, bytes, *found, ".bas", parent);
  }

  bool add_source_at(uint32_t stream, std::string_view bytes, size_t offset, std::string_view suffix,
                     postern_part parent) {
    if (offset >= bytes.size()) return false;
    const std::string name = compound_.path(stream).append(suffix);
    std::optional<Child> child;
    const bool is_whole = vba::decompress(bytes.substr(offset), [&](std::string_view piece) {
      if (!child) {
        ChildInfo info;
        info.parent = parent;
        info.name = name;
        info.mime_type = "text/plain";
        info.encoding = "ms-ovba";
        child = handover_.open(info);
      }
      handover_.watch_time();
      child->write(piece);
    });
    if (child) child->close(is_whole ? 0u : uint32_t{POSTERN_PART_BROKEN});
    return child.has_value();
  }

  // ---- Windows Installer

  bool is_installer() const {  // {000C1084-…}, its patches and transforms
    const std::string_view id = compound_.entries()[0].class_id;
    return id.size() == 16 && id.substr(1) == "\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"sv && (id[0] & ~6) == '\x80';
  }

  // Two characters of a name are packed into one between U+3800 and U+4800, one into the 64 behind them.
  static std::string installer_name(std::string_view utf8) {
    static constexpr std::string_view alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
    std::string name;
    for (size_t at = 0; at < utf8.size(); ++at) {
      const auto byte = [&](size_t n) { return static_cast<unsigned char>(utf8[at + n]); };
      uint32_t code = 0;
      if (byte(0) >> 4 == 0xE && at + 2 < utf8.size())
        code = (byte(0) & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u);
      if (code < 0x3800 || code > 0x4840) {
        name += utf8[at];
        continue;
      }
      at += 2;
      if (code < 0x4800)
        (name += alphabet[(code - 0x3800) & 63]) += alphabet[(code - 0x3800) >> 6];
      else if (code < 0x4840)
        name += alphabet[code - 0x4800];
      else
        name += '!';
    }
    return name;
  }

  // ---- what is told

  void tell_encrypted(std::string_view what) {
    if (!std::exchange(is_encrypted_told_, true))
      handover_.add_finding(POSTERN_CAT_ENCRYPTED, "ole-encrypted", std::string(what) + " needs a password");
  }
  void tell_default_password() {
    handover_.add_finding(POSTERN_CAT_INFO, "ole-default-password",
                          "encrypted with the password that Office tries by itself");
  }

  void report() {
    for (const Told& t : told)
      if (compound_.defects().count(t.defect)) handover_.add_finding(POSTERN_CAT_MALFORMED, t.token, t.text);
    if (!compound_.is_over_limit()) return;
    handover_.add_finding(POSTERN_CAT_LIMIT, "ole-overlap", "its streams claim many times what the file holds");
    handover_.job.partial();
  }

  Handover handover_;
  Compound compound_;
  Message message_;
  std::deque<Step> steps_;
  bool is_encrypted_told_ = false;
  int secrets_ = 0;
};

}  // namespace

void extract(Job& job, const Part& part) {
  if (!Compound::is_one(part.text())) throw Error(POSTERN_E_UNSUPPORTED, "no OLE file");
  Extraction(job, part).run();
}

void extract_old_object(Job& job, const Part& part) {
  const std::optional<OldObject> object = read_old_object(part.text());
  if (!object) throw Error(POSTERN_E_UNSUPPORTED, "no OLE 1.0 object");
  Handover handover(job, part);
  const std::optional<Package> package =
      equal_ignoring_case(object->class_name, "Package") ? read_package(object->data) : std::nullopt;
  if (package) return handover.add_package(*package, part.handle());
  ChildInfo info;
  info.parent = part.handle();
  info.name = object->class_name;
  Child child = handover.open(info);
  if (!object->data.empty())
    child.slice(static_cast<uint64_t>(object->data.data() - handover.file.data()), object->data.size());
  const postern_part made = child.close();
  if (object->is_link) job.note("part.link", object->topic, made);
}

}  // namespace ole
