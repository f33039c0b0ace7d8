// SPDX-License-Identifier: MIT
// How products travel between our own processes: integers little-endian, text with its length. Writer and reader are of the
// same build, so there are no versions; the reader still checks every bound, because the unpacker may have been taken over.
// Reader errors: WireError.
#pragma once
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace postern::base {

struct WireError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class WireWriter {
 public:
  WireWriter& u64(uint64_t v) { return raw(&v, sizeof v); }
  WireWriter& u32(uint32_t v) { return raw(&v, sizeof v); }
  WireWriter& i32(int32_t v) { return raw(&v, sizeof v); }
  WireWriter& i64(int64_t v) { return raw(&v, sizeof v); }
  WireWriter& flag(bool v) { return u32(v ? 1 : 0); }
  WireWriter& text(std::string_view v) {
    u32(static_cast<uint32_t>(v.size()));
    bytes_.append(v);
    return *this;
  }
  WireWriter& raw(const void* p, size_t n) {
    bytes_.append(static_cast<const char*>(p), n);
    return *this;
  }
  template <class List, class Each>
  WireWriter& list(const List& all, Each each) {
    u32(static_cast<uint32_t>(all.size()));
    for (const auto& one : all) each(*this, one);
    return *this;
  }
  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  uint64_t u64() { return fixed<uint64_t>(); }
  uint32_t u32() { return fixed<uint32_t>(); }
  int32_t i32() { return fixed<int32_t>(); }
  int64_t i64() { return fixed<int64_t>(); }
  bool flag() { return u32() != 0; }
  std::string text() { return std::string(take(u32())); }
  std::string_view take(size_t n) {
    if (n > rest_.size()) throw WireError("message between processes is cut off");
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  template <class T, class Each>
  std::vector<T> list(Each each) {
    const uint32_t n = u32();
    if (n > rest_.size()) throw WireError("message between processes claims more than it holds");  // an element is >= 1 byte
    std::vector<T> all;
    all.reserve(n < 1024 ? n : 1024);  // a false claim must not cost memory
    for (uint32_t i = 0; i < n; ++i) all.push_back(each(*this));
    return all;
  }
  bool at_end() const { return rest_.empty(); }

 private:
  template <class T>
  T fixed() {
    T v;
    std::memcpy(&v, take(sizeof v).data(), sizeof v);
    return v;
  }
  std::string_view rest_;
};

}  // namespace postern::base
