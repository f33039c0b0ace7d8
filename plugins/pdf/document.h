// SPDX-License-Identifier: MIT
// Bytes of a PDF in; what is attached to it and what acts in it out. The only user of qpdf, and only in memory: no file
// is opened, nothing is printed. All objects of the file are looked at, not only those that its root leads to, so that
// neither loops nor hidden branches matter. What is wrong with the bytes is an answer, never an exception;
// std::bad_alloc when memory is short.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pdf_plugin {

enum class Access {
  readable,     // also when only changing it needs a password
  attachments,  // all but the attached files, which need a password
  encrypted,    // nothing can be read without a password
  broken,       // no PDF, or damaged beyond recovery
};

// Something attached, or the code of a form: a stream of the file.
struct Stream {
  size_t index = 0;                // for Document::read()
  uint64_t offset = 0;             // where it stands in the file: the same stream in every revision
  std::vector<std::string> names;  // F, UF, the name tree's, the description; UTF-8
  std::string type;                // as declared: "text/plain"
};

enum class Activity { javascript, launch, automatic_uri, xfa, rich_media };

struct Action {
  Activity activity;
  std::string target;  // what is launched or opened, as far as it is said
};

struct Inventory {
  std::vector<Stream> attachments;
  std::vector<Stream> forms;           // XFA
  std::vector<Stream> script_streams;  // JavaScript
  std::vector<std::string> scripts;    // JavaScript, too
  std::vector<Action> actions;         // the first of each activity
};

enum class Reading { whole, damaged, unknown_filter };

class Document {
 public:
  // bytes must outlive the document.
  explicit Document(std::string_view bytes);
  ~Document();
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Access access() const { return access_; }
  // What had to be repaired; empty: nothing. With broken: why.
  const std::string& damage() const { return damage_; }

  const Inventory& inventory() const { return inventory_; }

  // The stream's bytes with all filters taken off, in pieces. What the writer throws ends the reading and comes out
  // again. unknown_filter: the bytes came as they stand in the file.
  using Writer = std::function<void(std::string_view)>;
  Reading read(const Stream& stream, const Writer& writer);

 private:
  struct Parsed;
  void open(std::string_view bytes);
  void open_without_attachments(std::string_view bytes);

  std::unique_ptr<Parsed> parsed_;
  Access access_ = Access::broken;
  std::string damage_;
  Inventory inventory_;
};

}  // namespace pdf_plugin
