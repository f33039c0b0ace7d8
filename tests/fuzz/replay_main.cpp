// SPDX-License-Identifier: MIT
// Where libFuzzer is not: runs the fuzz target over each file of the given folders, over the empty input, and over a fixed number of
// damaged variants of the files, the same ones each time. A broken invariant aborts, and the input is left as ./crash; no
// seeds at all is an error, too, lest the test stop testing.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr int variants = 4000;
constexpr size_t longest_variant = 64 * 1024;  // of a long seed the beginning, where the headers are

std::string input;

// Only calls that a signal handler may make.
extern "C" void leave_the_input(int signal) {
  const int file = ::open("crash", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (file >= 0 && ::write(file, input.data(), input.size()) >= 0) ::close(file);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(std::string bytes) {
  input = std::move(bytes);
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

// Sorted: the same variants on every file system.
std::vector<std::string> seeds_in(int folders, char** names) {
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < folders; ++i)
    for (const auto& entry : std::filesystem::recursive_directory_iterator(names[i]))
      if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return seeds;
}

class Damage {
 public:
  explicit Damage(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  std::string variant() {
    std::string bytes = seeds_[below(seeds_.size())].substr(0, longest_variant);
    for (size_t n = 1 + below(4); n > 0; --n) hurt(bytes);
    return bytes;
  }

 private:
  size_t below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void hurt(std::string& bytes) {
    static constexpr unsigned char edges[] = {0x00, 0x01, 0x7f, 0x80, 0xff, '\r', '\n', '"'};
    const size_t at = below(bytes.size()), length = below(std::min<size_t>(bytes.size() - at, 64) + 1);
    switch (below(6)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1u << below(8)));
        return;
      case 1:
        for (size_t i = at; i < std::min(bytes.size(), at + 1 + below(4)); ++i) bytes[i] = static_cast<char>(edges[below(std::size(edges))]);
        return;
      case 2:
        bytes.erase(at, length);
        return;
      case 3:
        bytes.insert(at, bytes.substr(at, length));
        return;
      case 4:
        bytes.resize(at);
        return;
      default: {
        const std::string& other = seeds_[below(seeds_.size())];
        bytes.insert(at, other.substr(below(other.size()), below(256)));
      }
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_{1};  // std::mt19937 is the same everywhere
};

}  // namespace

int main(int argc, char** argv) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, leave_the_input);
  const std::vector<std::string> seeds = seeds_in(argc - 1, argv + 1);
  run("");
  for (const std::string& seed : seeds) run(seed);
  Damage damage(seeds);
  for (int i = 0; i < variants && !seeds.empty(); ++i) run(damage.variant());
  std::printf("%zu seeds and %d variants of them\n", seeds.size(), variants);
  return seeds.empty() ? 1 : 0;
}
