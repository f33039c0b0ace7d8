/* SPDX-License-Identifier: MIT */
/* A correct scanner in plain C. A wrong plug-in defines what it does wrong and includes this file for the rest. */
#ifndef POSTERN_TESTS_GOOD_H
#define POSTERN_TESTS_GOOD_H
#include <postern/plugin.h>

static const postern_host *host;
static postern_inst instance; /* used by some */

#ifndef MAGIC
#define MAGIC POSTERN_MAGIC
#endif
#ifndef MAJOR
#define MAJOR POSTERN_ABI_MAJOR
#endif
#ifndef NEED_MINOR
#define NEED_MINOR 0
#endif
#ifndef SIZE
#define SIZE sizeof(postern_plugin)
#endif
#ifndef ID
#define ID "org.example.good"
#endif
#ifndef NAME
#define NAME "Good"
#endif
#ifndef KIND
#define KIND POSTERN_SCANNER
#endif
#ifndef RUN
static postern_rc RUN(void *self, postern_job job, postern_part part) {
  (void)self, (void)job, (void)part;
  return POSTERN_OK;
}
#endif
#ifndef OPTIONS
static const postern_option options[1] = {{.name = "level", .deflt = "3", .help = "how deep to look", .type = POSTERN_T_INT}};
#define OPTIONS .options = options, .option_count = 1, .option_stride = sizeof(postern_option)
#endif
#ifndef METRICS
#define METRICS .metrics = NULL
#endif
#ifndef CREATE
#define CREATE create
static postern_rc create(const postern_host *h, postern_inst inst, void **self) {
  host = h;
  instance = inst;
  *self = &instance;
  return POSTERN_OK;
}
#endif

static void destroy(void *self) { (void)self; }

static int same(const char *a, const char *b) {
  while (*a && *a == *b) ++a, ++b;
  return *a == *b;
}

static const postern_worker worker = {.size = sizeof(postern_worker), .run = RUN};

static const void *interface_get(const char *id) { return same(id, KIND) ? &worker : NULL; }

static const postern_plugin descriptor = {.magic = MAGIC,
                                          .abi_major = MAJOR,
                                          .need_minor = NEED_MINOR,
                                          .size = SIZE,
                                          .id = ID,
                                          .name = NAME,
                                          .version = "1.0",
                                          .vendor = "Example",
                                          .license = "MIT",
                                          OPTIONS,
                                          METRICS,
                                          .interface_get = interface_get,
                                          .create = CREATE,
                                          .destroy = destroy};

#ifndef ENTRY
#define ENTRY return nth == 0 ? &descriptor : NULL
#endif

#ifndef NO_ENTRY
POSTERN_EXPORT const postern_plugin *postern_plugin_entry(uint32_t host_abi, uint32_t nth) {
  (void)host_abi, (void)nth, (void)host, (void)instance;
  ENTRY;
}
#endif
#endif
