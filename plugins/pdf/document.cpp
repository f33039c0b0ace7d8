// SPDX-License-Identifier: MIT
#include "document.h"

#include <algorithm>
#include <cctype>
#include <exception>
#include <map>
#include <new>
#include <set>
#include <stdexcept>
#include <utility>

#define POINTERHOLDER_TRANSITION 4  // qpdf 11: no PointerHolder, std::shared_ptr
#include <qpdf/Constants.h>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>

namespace pdf_plugin {
namespace {

using Object = QPDFObjectHandle;

constexpr size_t longest_target = 500;                                                // of what is said about an action
constexpr const char* name_keys[] = {"/UF", "/F", "/Unix", "/DOS", "/Mac", "/Desc"};  // PDF 32000-1, table 44

std::string text_of(Object object) {
  return object.isString() ? object.getUTF8Value() : object.isName() ? object.getName().substr(1) : std::string();
}

// ISO 32000-1 7.11.2: a file is named by a string or by a dictionary with such strings.
std::string target_of(Object object) {
  if (object.isString()) return object.getUTF8Value();
  if (!object.isDictionary()) return {};
  for (const char* key : name_keys)
    if (const std::string text = text_of(object.getKey(key)); !text.empty()) return text;
  return {};
}

void add(std::vector<std::string>& names, std::string name) {
  if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
}

// What a whole file is searched for: each object by itself, so that no reference is ever followed into a loop.
class Search {
 public:
  explicit Search(Inventory& inventory, std::vector<Object>& streams) : inventory_(inventory), streams_(streams) {}

  void run(QPDF& pdf) {
    for (const Object& object : pdf.getAllObjects()) walk(object);
    walk(pdf.getTrailer());
    finish();
  }

 private:
  // Everything that stands directly in this object.
  void walk(Object top) {
    std::vector<Object> open{top};
    while (!open.empty()) {
      Object object = open.back();
      open.pop_back();
      if (object.isArray()) {
        for (const Object& item : object.getArrayAsVector()) push(item, open);
      } else if (object.isStream()) {
        examine_stream(object);
        open.push_back(object.getDict());
      } else if (object.isDictionary()) {
        examine(object);
        for (const auto& [key, value] : object.getDictAsMap()) push(value, open);
      }
    }
  }

  static void push(Object item, std::vector<Object>& open) {
    if (item.isIndirect()) return;  // one of the file's objects, whose turn comes
    if (item.isArray() || item.isDictionary()) open.push_back(item);
  }

  void examine_stream(Object stream) {
    if (is_named(stream.getDict().getKey("/Type"), "/EmbeddedFile")) attach(stream, {});
  }

  void examine(Object d) {
    if (Object files = d.getKey("/EF"); files.isDictionary()) take_file(d, files);
    if (Object names = d.getKey("/Names"); names.isArray()) take_tree_names(names);
    if (Object code = d.getKey("/JS"); code.isString() || code.isStream()) take_script(code);
    if (Object form = d.getKey("/XFA"); form.isStream() || form.isArray()) take_form(form);
    if (Object kind = d.getKey("/S"); is_named(kind, "/Launch")) act(Activity::launch, launched_by(d));
    if (is_named(d.getKey("/Subtype"), "/RichMedia") || d.hasKey("/RichMediaContent")) act(Activity::rich_media, {});
    opens_by_itself(d.getKey("/OpenAction"));
    if (Object more = d.getKey("/AA"); more.isDictionary())
      for (const auto& [event, action] : more.getDictAsMap()) opens_by_itself(action);
  }

  // A file specification with its embedded files, one for each system or just one.
  void take_file(Object specification, Object files) {
    std::vector<std::string> names;
    for (const char* key : name_keys) add(names, text_of(specification.getKey(key)));
    if (const auto known = tree_names_.find(specification.getObjGen());
        specification.isIndirect() && known != tree_names_.end())
      add(names, known->second);
    for (const auto& [system, stream] : files.getDictAsMap()) {
      if (!Object(stream).isStream()) continue;
      attach(stream, names);
      if (specification.isIndirect()) owners_[specification.getObjGen()].push_back(Object(stream).getObjGen());
    }
    // Related files: for each system an array of names and streams.
    if (Object related = specification.getKey("/RF"); related.isDictionary())
      for (const auto& [system, list] : related.getDictAsMap()) take_pairs(list);
  }

  void take_pairs(Object list) {
    if (!list.isArray()) return;
    const std::vector<Object> items = list.getArrayAsVector();
    for (size_t i = 0; i + 1 < items.size(); i += 2)
      if (Object(items[i + 1]).isStream()) attach(items[i + 1], {text_of(items[i])});
  }

  // A leaf of a name tree: the key under which some readers list the file.
  void take_tree_names(Object list) {
    const std::vector<Object> items = list.getArrayAsVector();
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
      Object value = items[i + 1];
      if (value.isIndirect() && value.isDictionary()) tree_names_[value.getObjGen()] = text_of(items[i]);
    }
  }

  void attach(Object stream, const std::vector<std::string>& names) {
    Stream& found = listed(stream, inventory_.attachments, attached_);
    for (const std::string& name : names) add(found.names, name);
    if (std::string type = text_of(stream.getDict().getKey("/Subtype")); found.type.empty())
      found.type = std::move(type);
  }

  void take_script(Object code) {
    act(Activity::javascript, {});
    if (code.isStream()) {
      listed(code, inventory_.script_streams, script_streams_);
    } else if (std::string text = code.getUTF8Value(); scripts_.insert(text).second) {
      inventory_.scripts.push_back(std::move(text));
    }
  }

  void take_form(Object form) {
    act(Activity::xfa, {});
    if (form.isStream()) {
      listed(form, inventory_.forms, forms_);
      return;
    }
    for (const Object& item : form.getArrayAsVector())
      if (Object(item).isStream()) listed(item, inventory_.forms, forms_);
  }

  Stream& listed(Object stream, std::vector<Stream>& list, std::map<QPDFObjGen, size_t>& places) {
    const auto [place, is_new] = places.emplace(stream.getObjGen(), list.size());
    if (is_new) {
      Stream& s = list.emplace_back();
      s.index = streams_.size();
      s.offset = static_cast<uint64_t>(stream.getParsedOffset());
      streams_.push_back(stream);
    }
    return list[place->second];
  }

  static std::string launched_by(Object action) {
    std::string target = target_of(action.getKey("/F"));
    if (Object windows = action.getKey("/Win"); windows.isDictionary()) {
      target += (target.empty() ? "" : " ") + target_of(windows.getKey("/F"));
      if (const std::string parameters = text_of(windows.getKey("/P")); !parameters.empty()) target += " " + parameters;
    }
    return target;
  }

  // A page of the web that opens without a click. Ordinary links are not of interest.
  void opens_by_itself(Object action) {
    if (action.isDictionary() && is_named(action.getKey("/S"), "/URI"))
      act(Activity::automatic_uri, text_of(action.getKey("/URI")));
  }

  void act(Activity activity, std::string target) {
    auto known = std::find_if(inventory_.actions.begin(), inventory_.actions.end(),
                              [&](const Action& a) { return a.activity == activity; });
    if (known != inventory_.actions.end()) return;
    target.resize(std::min(target.size(), longest_target));
    inventory_.actions.push_back({activity, std::move(target)});
  }

  static bool is_named(Object object, const char* name) { return object.isName() && object.getName() == name; }

  // Leaves of name trees may stand behind the specifications they name.
  void finish() {
    for (const auto& [specification, streams] : owners_) {
      const auto known = tree_names_.find(specification);
      if (known == tree_names_.end()) continue;
      for (const QPDFObjGen& stream : streams) add(inventory_.attachments[attached_.at(stream)].names, known->second);
    }
  }

  Inventory& inventory_;
  std::vector<Object>& streams_;
  std::map<QPDFObjGen, size_t> attached_, forms_, script_streams_;  // places in their lists
  std::map<QPDFObjGen, std::string> tree_names_;
  std::map<QPDFObjGen, std::vector<QPDFObjGen>> owners_;
  std::set<std::string> scripts_;
};

// qpdf turns what its last pipeline throws into a warning; the writer's reasons must not get lost. Some of its filters
// write byte by byte, which the writer shall not see: it looks at the clock each time.
class Tap final : public Pipeline {
 public:
  explicit Tap(const Document::Writer& writer) : Pipeline("tap", nullptr), writer_(writer) {}
  void write(const unsigned char* data, size_t size) override {
    if (failure_) throw std::runtime_error("closed");
    block_.append(reinterpret_cast<const char*>(data), size);
    if (block_.size() < block_size) return;
    pass_on();
    if (failure_) throw std::runtime_error("closed");
  }
  void finish() override {}
  // What is left of it, also of a stream that was damaged. Throws what the writer threw.
  void close() {
    pass_on();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static constexpr size_t block_size = 65536;

  void pass_on() {
    if (failure_ || block_.empty()) return;
    try {
      writer_(block_);
    } catch (...) {
      failure_ = std::current_exception();
    }
    block_.clear();
  }

  const Document::Writer& writer_;
  std::string block_;
  std::exception_ptr failure_;
};

bool wants_password(const QPDFExc& e) {
  // An encryption that qpdf does not know (public keys, other vendors' handlers) is a locked door as well.
  return e.getErrorCode() == qpdf_e_password || e.getErrorCode() == qpdf_e_unsupported;
}

// qpdf warns of much that every reader takes without a word; what it had to guess is damage.
std::string damage_of(const std::vector<QPDFExc>& warnings) {
  bool is_repaired = false;
  for (const QPDFExc& warning : warnings) {
    const std::string text = warning.getMessageDetail();
    // Memory that ran out somewhere below: what came of it is not all.
    if (text.find("bad_alloc") != text.npos) throw std::bad_alloc();
    is_repaired = is_repaired || text.find("ttempting to re") != text.npos;  // "reconstruct", "recover"
  }
  return is_repaired ? warnings.front().getMessageDetail() : std::string();
}

constexpr std::string_view encryption_key = "/Encrypt", hidden_key = "/Xncrypt";

std::string without_encryption(std::string_view bytes) {
  std::string copy(bytes);
  for (size_t at = copy.find(encryption_key); at != copy.npos; at = copy.find(encryption_key, at + 1)) {
    const size_t end = at + encryption_key.size();
    if (end < copy.size() && std::isalnum(static_cast<unsigned char>(copy[end]))) continue;  // /EncryptMetadata
    copy.replace(at, hidden_key.size(), hidden_key);
  }
  return copy;
}

// ISO 32000-1 7.6.5: streams and strings pass the filters StmF and StrF, embedded files EFF.
bool encrypts_attachments_only(Object encryption) {
  if (!encryption.isDictionary() || !encryption.hasKey("/EFF")) return false;
  const auto is_identity = [&](const char* key) {
    Object filter = encryption.getKey(key);
    return filter.isNull() || (filter.isName() && filter.getName() == "/Identity");
  };
  return is_identity("/StmF") && is_identity("/StrF") && !is_identity("/EFF");
}

}  // namespace

struct Document::Parsed {
  std::string copy;  // of the bytes, where they had to be changed
  QPDF pdf;
  std::vector<Object> streams;

  void open(std::string_view bytes) {
    pdf.setSuppressWarnings(true);  // they are collected, not printed
    pdf.processMemoryFile("pdf", bytes.data(), bytes.size(), "");
  }
};

Document::Document(std::string_view bytes) {
  try {
    open(bytes);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& e) {
    damage_ = e.what();
    access_ = Access::broken;
  }
}

Document::~Document() = default;

void Document::open(std::string_view bytes) {
  parsed_ = std::make_unique<Parsed>();
  try {
    parsed_->open(bytes);
  } catch (const QPDFExc& e) {
    if (!wants_password(e)) throw;
    access_ = Access::encrypted;
    return open_without_attachments(bytes);
  }
  Search(inventory_, parsed_->streams).run(parsed_->pdf);
  access_ = Access::readable;
  damage_ = damage_of(parsed_->pdf.getWarnings());
}

void Document::open_without_attachments(std::string_view bytes) {
  auto parsed = std::make_unique<Parsed>();
  parsed->copy = without_encryption(bytes);
  try {
    parsed->open(parsed->copy);
    if (!encrypts_attachments_only(parsed->pdf.getTrailer().getKey(std::string(hidden_key)))) return;
    Search(inventory_, parsed->streams).run(parsed->pdf);
  } catch (const QPDFExc&) {
    return;  // it stays encrypted
  }
  parsed_ = std::move(parsed);
  access_ = Access::attachments;
}

Reading Document::read(const Stream& stream, const Writer& writer) {
  Tap tap(writer);
  bool filtered = false, done = false;
  const size_t warnings = parsed_->pdf.numWarnings();  // a stream that was cut is one, and no failure
  try {
    done = parsed_->streams.at(stream.index).pipeStreamData(&tap, &filtered, 0, qpdf_dl_specialized);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    done = false;
  }
  tap.close();
  if (!done || parsed_->pdf.numWarnings() > warnings) return Reading::damaged;
  return filtered ? Reading::whole : Reading::unknown_filter;
}

}  // namespace pdf_plugin
