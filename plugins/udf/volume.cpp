// SPDX-License-Identifier: MIT
#include "volume.h"

#include <postern/support/binary.h>
#include <udfread/udfread.h>

#include <algorithm>
#include <cstdio>
#include <new>
#include <utility>

#include "bytes.h"

namespace udf_plugin {
namespace {

constexpr uint64_t most_of_directory = 4096, most_of_file_head = 64;  // blocks

// The library writes its complaints to stderr, names out of the image among them: our log is no place for those.
class Quiet {
 public:
  Quiet() : kept_(stderr) {
    static FILE* const nowhere = ::fopencookie(
        nullptr, "w",
        {nullptr, [](void*, const char*, size_t n) { return static_cast<ssize_t>(n); }, nullptr, nullptr});
    if (nowhere) stderr = nowhere;
  }
  ~Quiet() { stderr = kept_; }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  FILE* kept_;
};

bool is_surrogate(std::string_view three, unsigned char lowest, unsigned char highest) {
  const auto at = [&](size_t n) { return static_cast<unsigned char>(three[n]); };
  return three.size() == 3 && at(0) == 0xed && at(1) >= lowest && at(1) <= highest;
}

uint32_t unit(std::string_view three) {
  return static_cast<uint32_t>((three[0] & 0x0f) << 12 | (three[1] & 0x3f) << 6 | (three[2] & 0x3f));
}

// The library makes UTF-8 of each half of a surrogate pair, and two bytes of a NUL.
std::string utf8_of(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size();) {
    const std::string_view high = name.substr(i, 3),
                           low = name.size() > i + 3 ? name.substr(i + 3, 3) : std::string_view();
    if (name.substr(i, 2) == "\xc0\x80") {
      out += '\0';
      i += 2;
    } else if (is_surrogate(high, 0xa0, 0xaf) && is_surrogate(low, 0xb0, 0xbf)) {
      postern::support::append_utf8(out, 0x10000 + ((unit(high) - 0xd800) << 10) + (unit(low) - 0xdc00));
      i += 6;
    } else if (is_surrogate(high, 0xa0, 0xbf)) {
      postern::support::append_utf8(out, 0xfffd);
      i += 3;
    } else {
      out += name[i++];
    }
  }
  return out;
}

}  // namespace

void File::Close::operator()(udfread_file* file) const {
  ::udfread_file_close(file);
}
void Directory::Close::operator()(udfread_dir* dir) const {
  ::udfread_closedir(dir);
}
void Volume::Close::operator()(udfread* volume) const {
  ::udfread_close(volume);
}

Volume::Volume(std::string_view image, std::function<bool()> is_late)
    : input_(image, std::move(is_late)), volume_(::udfread_init()) {
  if (!volume_) throw std::bad_alloc();
}
Volume::~Volume() = default;

std::optional<Directory> Volume::root() {
  const Quiet quiet;
  input_.begin(most_of_directory);
  if (::udfread_open_input(volume_.get(), &input_) < 0) return std::nullopt;
  udfread_dir* root = ::udfread_opendir(volume_.get(), "/");
  if (!root) return std::nullopt;
  return Directory(root, input_);
}

Directory::Directory(udfread_dir* dir, BlockInput& input) : dir_(dir), input_(&input) {
  if (!input.seen()) return;
  place_ = input.seen()->place;
  const FileEntry entry = file_entry(input.seen()->block);
  const std::string_view content = entry.is_inline ? entry.content : std::string_view(input.seen()->content);
  if (content.size() < entry.size) return;
  const EntryCount count = count_entries(range(content, 0, entry.size));
  if (count.is_whole) entries_ = count.entries;
}

bool Directory::next(Entry& entry) {
  udfread_dirent found{};
  if (!::udfread_readdir(dir_.get(), &found)) return false;
  entry = {utf8_of(found.d_name), found.d_name, found.d_type == UDF_DT_DIR};
  return true;
}

std::optional<Directory> Directory::directory(const Entry& entry) {
  const Quiet quiet;
  input_->begin(most_of_directory);
  udfread_dir* dir = ::udfread_opendir_at(dir_.get(), entry.key.c_str());
  if (!dir) return std::nullopt;
  return Directory(dir, *input_);
}

std::optional<File> Directory::file(const Entry& entry) {
  const Quiet quiet;
  input_->begin(most_of_file_head);
  udfread_file* file = ::udfread_file_openat(dir_.get(), entry.key.c_str());
  if (!file) return std::nullopt;
  return File(file, *input_, input_->seen() ? file_entry(input_->seen()->block).kind : FileKind::file);
}

uint64_t File::size() const {
  const int64_t size = ::udfread_file_size(file_.get());
  return size < 0 ? 0 : static_cast<uint64_t>(size);
}

std::optional<uint64_t> File::place(uint64_t image_size, const std::function<void()>& watch_time) {
  const Quiet quiet;
  const uint64_t first = ::udfread_file_lba(file_.get(), 0);
  if (first == 0 || first * block_size >= image_size || size() == 0) return std::nullopt;
  const uint64_t blocks = (size() - 1) / block_size + 1, in_image = (image_size - 1) / block_size + 1 - first;
  for (uint64_t n = 1; n < std::min(blocks, in_image); ++n) {
    if (n % 1024 == 0) watch_time();
    if (::udfread_file_lba(file_.get(), static_cast<uint32_t>(n)) != first + n) return std::nullopt;
  }
  return first * block_size;
}

std::span<const char> File::read(std::span<char> room) {
  const Quiet quiet;
  input_->begin_content();
  const ssize_t got = ::udfread_file_read(file_.get(), room.data(), room.size());
  is_broken_ = is_broken_ || got < 0 || input_->is_short();
  return room.first(got > 0 ? static_cast<size_t>(got) : 0);
}

}  // namespace udf_plugin
