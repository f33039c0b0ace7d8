/* SPDX-License-Identifier: MIT */
/* postern/plugin.h - the plug-in ABI 1.1, all of it. C99; needs only <stddef.h> and <stdint.h>.
 *
 * A library exports ONE symbol, postern_plugin_entry(), and imports none from Postern. One mail is in one process
 * at a time, so every call may block, as long as it watches time_left(). These rules hold for every call:
 *
 *  MEMORY   Nobody frees what the other side allocated. A pointer argument is lent until the call returns; a pointer
 *           that a host function hands out is lent until the job ends. Keep it longer: copy it. Text at run time is
 *           bytes with a length, raw as in the mail; strings of the descriptor (const char *) are UTF-8,
 *           NUL-terminated, and live as long as the library.
 *  HANDLES  postern_inst, postern_job, postern_part and postern_sink are numbers with a generation, never addresses;
 *           0 is none. A stale one yields POSTERN_E_STALE, never undefined behaviour. So the same library runs in a
 *           worker or in the confined process beside it, unchanged.
 *  THREADS  [control] in the process that prepares a generation; never two at once. The process forks afterwards:
 *                     start no thread and open no connection here, they would not survive.
 *           [worker]  in a forked worker or its confined companion; never two at once for one instance, but other
 *                     instances run in other threads of the process, or in this one while it waits by "postern.wait/1".
 *                     Stack at least 1 MiB.
 *           [any]     from any thread, also at the same time.
 *  ERRORS   postern_rc: >= 0 success, < 0 failure; explain it with host->fail() just before returning it. No C++
 *           exception, longjmp or signal crosses the boundary. An error is never "clean".
 *  UNITS    Sizes are bytes, durations milliseconds, dates Unix seconds UTC, scores 1/1000 of a SpamAssassin point.
 *  PROCESS  A plug-in does not fork, exec, exit, abort, nor touch signal handlers, working directory, umask, locale,
 *           environment, resource limits or atexit; commands run through "postern.spawn/1". Libraries are opened
 *           with RTLD_NOW | RTLD_LOCAL and are never unloaded.
 *  GROWTH   A struct begins with its size (array elements: a stride is given) and grows only at its end. Zero in a
 *           new field means the old behaviour. Reserved fields are written 0 and ignored when read. Touch a later
 *           field only if POSTERN_HAS() says it is there. New behaviour is a new interface id; a published id never
 *           changes its meaning, its threading included.
 */
#ifndef POSTERN_PLUGIN_H
#define POSTERN_PLUGIN_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define POSTERN_ABI_MAJOR 1u
#define POSTERN_ABI_MINOR 1u /* 1: postern_finding.recipient, POSTERN_RUN_SCORES, _CACHEABLE, _WAITS */
#define POSTERN_ABI ((POSTERN_ABI_MAJOR << 16) | POSTERN_ABI_MINOR)
#define POSTERN_MAGIC { 'P', 'O', 'S', 'T', 'E', 'R', 'N', '\n' }
/* Does the struct p points to reach as far as its field f? */
#define POSTERN_HAS(p, f) ((p)->size >= offsetof(__typeof__(*(p)), f) + sizeof((p)->f))
#define POSTERN_EXPORT __attribute__((visibility("default")))

typedef uint64_t postern_inst; /* one configured instance of a plug-in */
typedef uint64_t postern_job;  /* one mail, part or event in the hands of one instance */
typedef uint64_t postern_part; /* a node of the part tree: the mail, a MIME part, an archive member ... */
typedef uint64_t postern_sink; /* a child part while a decoder writes it */
typedef int32_t postern_rc;

typedef struct postern_bytes {
  const void *ptr; /* may be NULL when len is 0 */
  size_t len;
} postern_bytes;

enum { /* values are ABI: append only */
  POSTERN_OK = 0,
  /* 1 is reserved for an asynchronous interface. */
  POSTERN_PARTIAL = 2, /* finished, but not all of the content was examined; findings count */
  POSTERN_E_FAIL = -1,
  POSTERN_E_CONFIG = -2,
  POSTERN_E_MEMORY = -3,
  POSTERN_E_IO = -4,
  POSTERN_E_TIMEOUT = -5,
  POSTERN_E_QUOTA = -7, /* a limit of the host was reached: stop and return this; the host knows which one */
  POSTERN_E_STALE = -8,
  POSTERN_E_ARGUMENT = -9,
  POSTERN_E_UNSUPPORTED = -10, /* decoder: not mine after all, ask the next one */
  POSTERN_E_BROKEN = -11,      /* the content is malformed */
  POSTERN_E_ENCRYPTED = -12,   /* the content cannot be read without a secret */
  POSTERN_E_UNAVAILABLE = -14, /* the engine is down or still loading: the host may ask a back-up engine */
  POSTERN_E_NOTFOUND = -15,
  POSTERN_E_DENIED = -16 /* a capability was not granted, see postern_plugin.needs */
};

/* ---- configuration: declared here; parsed, checked and reported with file:line:column by the host ---------------- */

enum { POSTERN_T_BOOL = 1, POSTERN_T_INT, POSTERN_T_SIZE, POSTERN_T_DURATION, POSTERN_T_STRING, POSTERN_T_ENUM,
       POSTERN_T_PATH, POSTERN_T_ENDPOINT /* "unix:/path" or "host:port" or "[host]:port" */ };
enum { POSTERN_OPT_REQUIRED = 1, POSTERN_OPT_LIST = 2, POSTERN_OPT_SECRET = 4 /* never logged */,
       POSTERN_OPT_DEPRECATED = 8 };

typedef struct postern_option { /* array element: postern_plugin.option_stride */
  const char *name;             /* kebab-case, unique within the plug-in */
  const char *deflt;            /* as it would stand in the file, strings without quotes; NULL: no default */
  const char *choices;          /* POSTERN_T_ENUM: "accept|reject|defer"; otherwise NULL */
  const char *help;             /* one line; becomes manual and sample configuration */
  int64_t min, max;             /* INT, SIZE, DURATION; both 0: unbounded */
  uint32_t type, flags;
} postern_option;

typedef struct postern_value { /* the caller sets size */
  uint32_t size, type;
  int64_t i;       /* BOOL, INT, SIZE (bytes), DURATION (ms), ENUM (index into choices) */
  postern_bytes s; /* the others, and the text of all */
} postern_value;

enum { POSTERN_COUNTER = 1, POSTERN_GAUGE, POSTERN_HISTOGRAM };
typedef struct postern_metric { /* array element: postern_plugin.metric_stride */
  const char *name, *unit, *help;
  uint32_t kind, reserved;
} postern_metric;

/* ---- the part tree ------------------------------------------------------------------------------------------------ */

enum { POSTERN_PART_ENCRYPTED = 1, POSTERN_PART_BROKEN = 2, POSTERN_PART_TRUNCATED = 4,
       POSTERN_PART_SPECIAL = 8 /* directory, link, device: a member without bytes */,
       POSTERN_PART_CONTAINER = 16 /* only a frame around its children, a multipart: scanned through them */ };

typedef struct postern_part_info { /* the caller sets size */
  uint32_t size, depth;            /* depth 0: the mail itself */
  uint64_t bytes;
  postern_part parent; /* 0 for the mail */
  uint32_t children, flags;
  postern_bytes mime_type; /* as declared, lower case, without parameters; may be empty */
  postern_bytes detected;  /* by content, e.g. "application/zip"; never empty */
  postern_bytes name;      /* first declared name: hostile bytes, NOT a path; the others: attr "part.name" */
} postern_part_info;

/* A child to be opened. Zero or empty: not known. All text is data; no file is ever called by it. */
typedef struct postern_child { /* the caller sets size */
  uint32_t size, flags;        /* POSTERN_PART_*: what is known before the first byte */
  postern_part parent;         /* the job's part, or a child this job has closed (a multipart in a multipart) */
  postern_bytes name;          /* first name; further ones with note "part.name" */
  postern_bytes mime_type;     /* as declared, lower case, without parameters */
  postern_bytes encoding;      /* transfer encoding or compression method, lower case: "base64", "deflate" */
  postern_bytes role;          /* "", or what it is beside a normal child: "preamble", "epilogue", "gap", "body", or
                                * "reading": a second way to read bytes that another child has read already */
  uint64_t offset, length;     /* where its raw (still encoded) bytes stand in the parent */
  uint64_t expected;           /* size the container claims; a false claim is a finding of the host */
} postern_child;

/* ---- results: findings plus one return code, the same for every engine ---------------------------------------------- */

enum { POSTERN_CAT_MALWARE = 1, POSTERN_CAT_PUA, POSTERN_CAT_PHISHING, POSTERN_CAT_SPAM /* a weighted rule */,
       POSTERN_CAT_TRUSTED, POSTERN_CAT_ENCRYPTED, POSTERN_CAT_MACRO, POSTERN_CAT_POLICY, POSTERN_CAT_MALFORMED,
       POSTERN_CAT_LIMIT /* a limit of the engine: not examined to the end */, POSTERN_CAT_INFO,
       POSTERN_CAT_AMBIGUOUS /* two readers could read it differently */,
       POSTERN_CAT_UNSUPPORTED /* known, but this engine cannot read it: not examined */ };
enum { POSTERN_FIND_TOTAL = 1 /* the engine's own total score: use it, not the sum */, POSTERN_FIND_HEURISTIC = 2 };

typedef struct postern_finding { /* the caller sets size */
  uint32_t size, flags;
  int32_t category, score; /* score: 1/1000 points, may be negative; 0 if the engine has none */
  postern_part part;       /* where; 0: the mail as a whole */
  postern_bytes name;      /* one token: "Win.Test.EICAR_HDB-1", "mime-no-close-delimiter"; matched by policy */
  postern_bytes text;      /* optional, for people */
  uint32_t recipient;      /* 1.1: 0: for all; n: only for the nth value, counted from 1, of the fact "mail.rcpt" */
  uint32_t reserved;
} postern_finding;

/* ---- the host. [any] unless it says otherwise; the table lives as long as the process ------------------------------- */

typedef struct postern_host {
  uint32_t size, abi; /* abi: the host's POSTERN_ABI */
  const char *name, *version;

  /* An optional service by id ("postern.spawn/1"); NULL: not offered here or not granted. */
  const void *(*service)(postern_inst self, const char *id);

  /* level: 0 debug, 1 info, 2 notice, 3 warning, 4 error. job 0: not about a mail. Rate-limited. */
  void (*log)(postern_inst self, postern_job job, int32_t level, const char *text, size_t len);

  /* Attaches the reason of a failure and returns rc: return host->fail(self, job, POSTERN_E_IO, text, len); */
  postern_rc (*fail)(postern_inst self, postern_job job, postern_rc rc, const char *text, size_t len);

  /* index into postern_plugin.metrics. Counter: add. Gauge: set. Histogram: observe. */
  void (*metric)(postern_inst self, uint32_t index, int64_t value);

  /* The nth value of an option, 0 for a scalar; POSTERN_E_NOTFOUND past the end or where nothing is set.
   * Lent until the instance is destroyed. In validate(), create() and command(). [control] */
  postern_rc (*option)(postern_inst self, const char *name, uint32_t nth, postern_value *out);

  /* Blames an option; printed as "file:line:column: instance: option: text". In validate() and create(). [control] */
  void (*option_error)(postern_inst self, const char *name, uint32_t nth, const char *text, size_t len);

  /* Milliseconds left; <= 0: expired, so return POSTERN_E_TIMEOUT. Past it the process is killed.
   * Cheap: ask in each loop, and never wait longer than it says. */
  int64_t (*time_left)(postern_job job);

  /* Facts by name, so that a new fact needs no new struct. nth counts from 0; POSTERN_E_NOTFOUND past the end.
   * "mail.id" "mail.from" "mail.rcpt" "mail.size" "mail.queue-id" "client.addr" "client.name" "client.helo"
   * "header.subject" (any field, raw, nth) "part.name" "part.path" "part.encoding" "part.offset" "part.defects" (1.1: how
   * many a decoder has found in it; 0: it was opened to the end); in a notifier's job "event.kind" and the event's own. */
  postern_rc (*attr)(postern_job job, postern_part part, const char *name, uint32_t nth, postern_value *out);

  /* Facts learned. "part.name" adds a further name to a part this job made; others appear in the log and the
   * chain of reasons: "engine.version", and of a scanner of scores "spam.threshold" (points, "5.0"), "spam.report"
   * (lines for people), "spam.autolearn" ("ham", "spam", "no" ...). */
  postern_rc (*note)(postern_job job, postern_part part, const char *name, postern_bytes value);

  postern_rc (*finding)(postern_job job, const postern_finding *finding);

  postern_rc (*part_info)(postern_job job, postern_part part, postern_part_info *out);
  postern_rc (*part_child)(postern_job job, postern_part part, uint32_t nth, postern_part *out);

  /* Three ways to the same immutable bytes, cheapest first.
   * map: the whole part in memory; it cannot shrink, so no SIGBUS. Always possible for parts of 1.0.
   * read: bytes read, or an error; may be short.
   * fd: a read-only descriptor of exactly this part, from offset 0, owned by the host: pread() it or pass it to an
   *     engine, do not close it. POSTERN_E_DENIED in the confined process. */
  postern_rc (*part_map)(postern_job job, postern_part part, postern_bytes *out);
  int64_t (*part_read)(postern_job job, postern_part part, uint64_t offset, void *buffer, size_t len);
  postern_rc (*part_fd)(postern_job job, postern_part part, int32_t *out);

  /* Decoders only; elsewhere POSTERN_E_UNSUPPORTED. One sink may be open per job. The host counts members, depth,
   * bytes and ratio of the whole mail; after the first POSTERN_E_QUOTA every child call of the job returns it. A sink
   * left open when the job ends is closed as POSTERN_PART_TRUNCATED, with what was written. */
  postern_rc (*child_open)(postern_job job, const postern_child *child, postern_sink *out);
  postern_rc (*child_write)(postern_job job, postern_sink sink, const void *data, size_t len);
  /* The child is a range of its parent (identity encoding, stored member): no byte is copied. Instead of writes. */
  postern_rc (*child_slice)(postern_job job, postern_sink sink, uint64_t offset, uint64_t len);
  postern_rc (*child_close)(postern_job job, postern_sink sink, uint32_t part_flags, postern_part *out);
} postern_host;

/* ---- the plug-in ----------------------------------------------------------------------------------------------------- */

#define POSTERN_SCANNER "postern.scanner/1"
#define POSTERN_DECODER "postern.decoder/1"
#define POSTERN_NOTIFIER "postern.notifier/1"
#define POSTERN_HEALTH "postern.health/1"

enum { POSTERN_RUN_WHOLE = 1 /* scanner: once per mail, with the mail's part, looking at the others by part_child();
                                default: once per accepted part that is no container */,
       POSTERN_RUN_SCORES = 2 /* 1.1. scanner: what it finds are scores. Not asked where malware already decides; its
                                 answer is none about malware, so its back-ups are of its own kind */,
       POSTERN_RUN_CACHEABLE = 4 /* 1.1. scanner, once per part: the findings depend on nothing but the part's bytes, the
                                    options and the versions that health tells. The host may remember them */,
       POSTERN_RUN_WAITS = 8 /* 1.1. scanner: it waits by "postern.wait/1" only, which says what that promises; the host
                                may run it beside others in one thread */ };

typedef struct postern_worker { /* the one shape of scanner/1, decoder/1 and notifier/1 */
  uint32_t size, flags;
  /* Types, detected or declared, NULL-terminated; "text/" stands for the family; NULL: all.
   * Notifier: kinds of events ("mail.blocked"). */
  const char *const *accepts;
  /* How sure: 0 not mine, 1..100. Every decoder that bids is asked, the surest first. Reads little. Optional; without it 50.
   * Decoders only. [worker] */
  int32_t (*probe)(void *self, postern_job job, postern_part part);
  /* Scan, decode or notify. Blocks; watches time_left(). [worker] */
  postern_rc (*run)(void *self, postern_job job, postern_part part);
} postern_worker;

enum { POSTERN_UP = 0, POSTERN_DEGRADED = 1, POSTERN_DOWN = 2 };
typedef struct postern_health_info { /* the host sets size and zeroes the rest */
  uint32_t size;
  int32_t state;
  int64_t db_time, db_entries; /* date and number of signatures; 0: unknown */
  char engine[64], db_version[64], message[256]; /* NUL-terminated UTF-8 */
} postern_health_info;

typedef struct postern_health {
  uint32_t size, interval_ms; /* how often it pays to ask; 0: the host decides */
  /* Answers within 1000 ms. Runs in a process of its own, beside the workers. [worker] */
  postern_rc (*get)(void *self, postern_health_info *out);
} postern_health;

typedef struct postern_plugin {  /* the first 16 bytes are the same in every future major version */
  uint8_t magic[8];              /* POSTERN_MAGIC */
  uint16_t abi_major, abi_minor; /* of the header it was built with */
  uint16_t need_minor, reserved0; /* the oldest minor of a host that will do */
  uint32_t size, flags;
  const char *id, *name, *version, *vendor, *license, *url; /* id: "org.example.eicar" */
  const char *const *needs; /* NULL-terminated: "net:tcp", "net:unix", "fs:/var/lib/x", "exec"; NULL: nothing */
  const postern_option *options;
  const postern_metric *metrics;
  uint32_t option_count, option_stride, metric_count, metric_stride;
  uint32_t reserved1, reserved2;
  /* An interface by id, or NULL. The answer for an id never changes. [control] */
  const void *(*interface_get)(const char *id);
  /* Checks across options, without side effects: also runs in "postern check-config". Optional. [control] */
  postern_rc (*validate)(const postern_host *host, postern_inst inst);
  /* Reads options, loads databases. The new configuration is not served before it returns. [control] */
  postern_rc (*create)(const postern_host *host, postern_inst inst, void **self);
  /* No job is outstanding. A reload is create in a new process, then destroy in the old one. [worker] */
  void (*destroy)(void *self);
} postern_plugin;

/* The nth plug-in of the library; NULL past the end. host_abi lets one library serve two majors: answer with a
 * descriptor of the host's major, else with your newest. No side effects. [control] */
POSTERN_EXPORT const postern_plugin *postern_plugin_entry(uint32_t host_abi, uint32_t nth);

#ifdef __cplusplus
}
#endif
#endif
