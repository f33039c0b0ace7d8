// SPDX-License-Identifier: MIT
// What the sanitizers of addresses and of threads must be told when a thread goes on on another stack, or they take its frames for
// somebody else's. Without them it is empty. One object for each stack besides the thread's own; see sanitizer/common_interface_defs.h.
#pragma once
#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POSTERN_TELLS_ADDRESSES 1
#elif __has_feature(thread_sanitizer)
#define POSTERN_TELLS_THREADS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POSTERN_TELLS_ADDRESSES 1
#elif defined(__SANITIZE_THREAD__)
#define POSTERN_TELLS_THREADS 1
#endif

#if defined(POSTERN_TELLS_ADDRESSES)
#include <sanitizer/common_interface_defs.h>
#elif defined(POSTERN_TELLS_THREADS)
#include <sanitizer/tsan_interface.h>
#endif

namespace postern::base {

class SwitchedStack {
 public:
#if defined(POSTERN_TELLS_ADDRESSES)
  SwitchedStack(const void* bottom, size_t size) : bottom_(bottom), size_(size) {}

  // On the owner's stack, around the switch.
  void enter() { ::__sanitizer_start_switch_fiber(&owner_fake_, bottom_, size_); }
  void has_come_back() { ::__sanitizer_finish_switch_fiber(owner_fake_, nullptr, nullptr); }
  // On this stack, around the switch.
  void leave() { ::__sanitizer_start_switch_fiber(&fake_, owner_bottom_, owner_size_); }
  void leave_for_good() { ::__sanitizer_start_switch_fiber(nullptr, owner_bottom_, owner_size_); }
  void has_entered() { ::__sanitizer_finish_switch_fiber(fake_, &owner_bottom_, &owner_size_); }

 private:
  const void* bottom_;
  size_t size_;
  const void* owner_bottom_ = nullptr;
  size_t owner_size_ = 0;
  void *fake_ = nullptr, *owner_fake_ = nullptr;
#elif defined(POSTERN_TELLS_THREADS)
  SwitchedStack(const void*, size_t) : here_(::__tsan_create_fiber(0)) {}
  SwitchedStack(const SwitchedStack&) = delete;
  SwitchedStack& operator=(const SwitchedStack&) = delete;
  ~SwitchedStack() { ::__tsan_destroy_fiber(here_); }

  // It keeps a stack of calls for each: a function that returned on another than it was called on would upset it.
  [[gnu::always_inline]] void enter() {
    owner_ = ::__tsan_get_current_fiber();
    ::__tsan_switch_to_fiber(here_, 0);
  }
  [[gnu::always_inline]] void has_come_back() {
    if (::__tsan_get_current_fiber() != owner_) ::__tsan_switch_to_fiber(owner_, 0);  // for good: its functions have returned
  }
  [[gnu::always_inline]] void leave() { ::__tsan_switch_to_fiber(owner_, 0); }
  void leave_for_good() {}
  void has_entered() {}

 private:
  void *here_, *owner_ = nullptr;
#else
  SwitchedStack(const void*, size_t) {}
  void enter() {}
  void has_come_back() {}
  void leave() {}
  void leave_for_good() {}
  void has_entered() {}
#endif
};

}  // namespace postern::base
