// SPDX-License-Identifier: MIT
// Wrong: an exception leaves run().
#include <stdexcept>
#include <string_view>
#include <postern/plugin.h>
namespace {
postern_rc run(void*, postern_job, postern_part) { throw std::runtime_error("thrown through C"); }
postern_rc create(const postern_host*, postern_inst, void**) { return POSTERN_OK; }
void destroy(void*) {}
const postern_worker worker = {sizeof(postern_worker), 0, nullptr, nullptr, run};
const void* interface_get(const char* id) {
  return std::string_view(id) == POSTERN_SCANNER ? &worker : nullptr;
}
const postern_plugin descriptor = {POSTERN_MAGIC, POSTERN_ABI_MAJOR, POSTERN_ABI_MINOR, 0, 0, sizeof(postern_plugin), 0,
                                   "org.example.throws", "Throws", "1.0", "Example", "MIT", nullptr, nullptr, nullptr, nullptr, 0, 0,
                                   0, 0, 0, 0, interface_get, nullptr, create, destroy};
}  // namespace
extern "C" POSTERN_EXPORT const postern_plugin* postern_plugin_entry(uint32_t, uint32_t nth) {
  return nth == 0 ? &descriptor : nullptr;
}
