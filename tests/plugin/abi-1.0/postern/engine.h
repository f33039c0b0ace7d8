/* SPDX-License-Identifier: MIT */
/* postern/engine.h - interface "postern.engine/1" (draft): a plug-in declares the daemon it needs, and where the
 * administrator names no server, the host runs it: privately, under an unprivileged user, watched and restarted. */
#ifndef POSTERN_ENGINE_H
#define POSTERN_ENGINE_H
#include <postern/plugin.h>
#ifdef __cplusplus
extern "C" {
#endif
#define POSTERN_ENGINE "postern.engine/1"

/* In argv elements and in config the host replaces {directory} (private, writable, its own), {config} (path of a file
 * in it that holds config) and {socket} (path in it for the engine's socket). */
typedef struct postern_engine_command { /* the host sets size and zeroes the rest */
  uint32_t size, start_timeout_ms;      /* until the socket takes connections; then it is killed and started again */
  const char *endpoint_option;          /* the option that receives "unix:{socket}", so create() sees a server */
  const char *const *argv;              /* NULL-terminated; argv[0] an absolute path; runs in the foreground */
  const char *config;                   /* NULL: no configuration file */
  const char *notice;                   /* NULL, or what the administrator must be told loudly at the start */
} postern_engine_command;

typedef struct postern_engine {
  uint32_t size, reserved;
  /* Asked between validate() and create(). POSTERN_E_NOTFOUND: no engine wanted, a server is configured. Strings live
   * until the next call for the instance. An engine that is not installed: option_error() or fail(), with the package
   * to install. directory: where {directory} will be; it exists and is writable in this call (databases of one's own
   * may be put there). [control] */
  postern_rc (*command)(const postern_host *host, postern_inst inst, const char *directory,
                        postern_engine_command *out);
} postern_engine;

#ifdef __cplusplus
}
#endif
#endif
