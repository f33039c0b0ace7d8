// SPDX-License-Identifier: MIT
#include "plugin/abi_layout.h"

#include <cstddef>

#include "postern/engine.h"
#include "postern/learn.h"
#include "postern/plugin.h"
#include "postern/spawn.h"
#include "postern/verdicts.h"
#include "postern/wait.h"

namespace {

std::string line(const char* name, size_t offset, size_t size) {
  return std::string(name) + " " + std::to_string(offset) + " " + std::to_string(size) + "\n";
}
std::string line(const char* name, int value) {
  return std::string(name) + " = " + std::to_string(value) + "\n";
}
std::string line(const char* name, const char* text) {
  return std::string(name) + " = " + text + "\n";
}

#define STRUCT(type) line(#type, 0, sizeof(type))
#define FIELD(type, name) line(#type "." #name, offsetof(type, name), sizeof(type::name))
#define VALUE(name) line(#name, static_cast<int>(name))
#define TEXT(name) line(#name, name)

}  // namespace

std::string abi_layout() {
  std::string all;
  // plugin.h
  all += TEXT(POSTERN_SCANNER);
  all += TEXT(POSTERN_DECODER);
  all += TEXT(POSTERN_NOTIFIER);
  all += TEXT(POSTERN_HEALTH);
  all += STRUCT(postern_bytes);
  all += FIELD(postern_bytes, ptr);
  all += FIELD(postern_bytes, len);
  all += VALUE(POSTERN_OK);
  all += VALUE(POSTERN_PARTIAL);
  all += VALUE(POSTERN_E_FAIL);
  all += VALUE(POSTERN_E_CONFIG);
  all += VALUE(POSTERN_E_MEMORY);
  all += VALUE(POSTERN_E_IO);
  all += VALUE(POSTERN_E_TIMEOUT);
  all += VALUE(POSTERN_E_QUOTA);
  all += VALUE(POSTERN_E_STALE);
  all += VALUE(POSTERN_E_ARGUMENT);
  all += VALUE(POSTERN_E_UNSUPPORTED);
  all += VALUE(POSTERN_E_BROKEN);
  all += VALUE(POSTERN_E_ENCRYPTED);
  all += VALUE(POSTERN_E_UNAVAILABLE);
  all += VALUE(POSTERN_E_NOTFOUND);
  all += VALUE(POSTERN_E_DENIED);
  all += VALUE(POSTERN_T_BOOL);
  all += VALUE(POSTERN_T_INT);
  all += VALUE(POSTERN_T_SIZE);
  all += VALUE(POSTERN_T_DURATION);
  all += VALUE(POSTERN_T_STRING);
  all += VALUE(POSTERN_T_ENUM);
  all += VALUE(POSTERN_T_PATH);
  all += VALUE(POSTERN_T_ENDPOINT);
  all += VALUE(POSTERN_OPT_REQUIRED);
  all += VALUE(POSTERN_OPT_LIST);
  all += VALUE(POSTERN_OPT_SECRET);
  all += VALUE(POSTERN_OPT_DEPRECATED);
  all += STRUCT(postern_option);
  all += FIELD(postern_option, name);
  all += FIELD(postern_option, deflt);
  all += FIELD(postern_option, choices);
  all += FIELD(postern_option, help);
  all += FIELD(postern_option, min);
  all += FIELD(postern_option, max);
  all += FIELD(postern_option, type);
  all += FIELD(postern_option, flags);
  all += STRUCT(postern_value);
  all += FIELD(postern_value, size);
  all += FIELD(postern_value, type);
  all += FIELD(postern_value, i);
  all += FIELD(postern_value, s);
  all += VALUE(POSTERN_COUNTER);
  all += VALUE(POSTERN_GAUGE);
  all += VALUE(POSTERN_HISTOGRAM);
  all += STRUCT(postern_metric);
  all += FIELD(postern_metric, name);
  all += FIELD(postern_metric, unit);
  all += FIELD(postern_metric, help);
  all += FIELD(postern_metric, kind);
  all += FIELD(postern_metric, reserved);
  all += VALUE(POSTERN_PART_ENCRYPTED);
  all += VALUE(POSTERN_PART_BROKEN);
  all += VALUE(POSTERN_PART_TRUNCATED);
  all += VALUE(POSTERN_PART_SPECIAL);
  all += VALUE(POSTERN_PART_CONTAINER);
  all += STRUCT(postern_part_info);
  all += FIELD(postern_part_info, size);
  all += FIELD(postern_part_info, depth);
  all += FIELD(postern_part_info, bytes);
  all += FIELD(postern_part_info, parent);
  all += FIELD(postern_part_info, children);
  all += FIELD(postern_part_info, flags);
  all += FIELD(postern_part_info, mime_type);
  all += FIELD(postern_part_info, detected);
  all += FIELD(postern_part_info, name);
  all += STRUCT(postern_child);
  all += FIELD(postern_child, size);
  all += FIELD(postern_child, flags);
  all += FIELD(postern_child, parent);
  all += FIELD(postern_child, name);
  all += FIELD(postern_child, mime_type);
  all += FIELD(postern_child, encoding);
  all += FIELD(postern_child, role);
  all += FIELD(postern_child, offset);
  all += FIELD(postern_child, length);
  all += FIELD(postern_child, expected);
  all += VALUE(POSTERN_CAT_MALWARE);
  all += VALUE(POSTERN_CAT_PUA);
  all += VALUE(POSTERN_CAT_PHISHING);
  all += VALUE(POSTERN_CAT_SPAM);
  all += VALUE(POSTERN_CAT_TRUSTED);
  all += VALUE(POSTERN_CAT_ENCRYPTED);
  all += VALUE(POSTERN_CAT_MACRO);
  all += VALUE(POSTERN_CAT_POLICY);
  all += VALUE(POSTERN_CAT_MALFORMED);
  all += VALUE(POSTERN_CAT_LIMIT);
  all += VALUE(POSTERN_CAT_INFO);
  all += VALUE(POSTERN_CAT_AMBIGUOUS);
  all += VALUE(POSTERN_CAT_UNSUPPORTED);
  all += VALUE(POSTERN_FIND_TOTAL);
  all += VALUE(POSTERN_FIND_HEURISTIC);
  all += STRUCT(postern_finding);
  all += FIELD(postern_finding, size);
  all += FIELD(postern_finding, flags);
  all += FIELD(postern_finding, category);
  all += FIELD(postern_finding, score);
  all += FIELD(postern_finding, part);
  all += FIELD(postern_finding, name);
  all += FIELD(postern_finding, text);
  all += FIELD(postern_finding, recipient);
  all += FIELD(postern_finding, reserved);
  all += STRUCT(postern_host);
  all += FIELD(postern_host, size);
  all += FIELD(postern_host, abi);
  all += FIELD(postern_host, name);
  all += FIELD(postern_host, version);
  all += FIELD(postern_host, service);
  all += FIELD(postern_host, log);
  all += FIELD(postern_host, fail);
  all += FIELD(postern_host, metric);
  all += FIELD(postern_host, option);
  all += FIELD(postern_host, option_error);
  all += FIELD(postern_host, time_left);
  all += FIELD(postern_host, attr);
  all += FIELD(postern_host, note);
  all += FIELD(postern_host, finding);
  all += FIELD(postern_host, part_info);
  all += FIELD(postern_host, part_child);
  all += FIELD(postern_host, part_map);
  all += FIELD(postern_host, part_read);
  all += FIELD(postern_host, part_fd);
  all += FIELD(postern_host, child_open);
  all += FIELD(postern_host, child_write);
  all += FIELD(postern_host, child_slice);
  all += FIELD(postern_host, child_close);
  all += VALUE(POSTERN_RUN_WHOLE);
  all += VALUE(POSTERN_RUN_SCORES);
  all += VALUE(POSTERN_RUN_CACHEABLE);
  all += VALUE(POSTERN_RUN_WAITS);
  all += STRUCT(postern_worker);
  all += FIELD(postern_worker, size);
  all += FIELD(postern_worker, flags);
  all += FIELD(postern_worker, accepts);
  all += FIELD(postern_worker, probe);
  all += FIELD(postern_worker, run);
  all += VALUE(POSTERN_UP);
  all += VALUE(POSTERN_DEGRADED);
  all += VALUE(POSTERN_DOWN);
  all += STRUCT(postern_health_info);
  all += FIELD(postern_health_info, size);
  all += FIELD(postern_health_info, state);
  all += FIELD(postern_health_info, db_time);
  all += FIELD(postern_health_info, db_entries);
  all += FIELD(postern_health_info, engine);
  all += FIELD(postern_health_info, db_version);
  all += FIELD(postern_health_info, message);
  all += STRUCT(postern_health);
  all += FIELD(postern_health, size);
  all += FIELD(postern_health, interval_ms);
  all += FIELD(postern_health, get);
  all += STRUCT(postern_plugin);
  all += FIELD(postern_plugin, magic);
  all += FIELD(postern_plugin, abi_major);
  all += FIELD(postern_plugin, abi_minor);
  all += FIELD(postern_plugin, need_minor);
  all += FIELD(postern_plugin, reserved0);
  all += FIELD(postern_plugin, size);
  all += FIELD(postern_plugin, flags);
  all += FIELD(postern_plugin, id);
  all += FIELD(postern_plugin, name);
  all += FIELD(postern_plugin, version);
  all += FIELD(postern_plugin, vendor);
  all += FIELD(postern_plugin, license);
  all += FIELD(postern_plugin, url);
  all += FIELD(postern_plugin, needs);
  all += FIELD(postern_plugin, options);
  all += FIELD(postern_plugin, metrics);
  all += FIELD(postern_plugin, option_count);
  all += FIELD(postern_plugin, option_stride);
  all += FIELD(postern_plugin, metric_count);
  all += FIELD(postern_plugin, metric_stride);
  all += FIELD(postern_plugin, reserved1);
  all += FIELD(postern_plugin, reserved2);
  all += FIELD(postern_plugin, interface_get);
  all += FIELD(postern_plugin, validate);
  all += FIELD(postern_plugin, create);
  all += FIELD(postern_plugin, destroy);
  // spawn.h
  all += TEXT(POSTERN_SPAWN);
  all += VALUE(POSTERN_SPAWN_OUTPUT_CUT);
  all += STRUCT(postern_spawned);
  all += FIELD(postern_spawned, size);
  all += FIELD(postern_spawned, flags);
  all += FIELD(postern_spawned, exit_status);
  all += FIELD(postern_spawned, signal);
  all += FIELD(postern_spawned, out);
  all += FIELD(postern_spawned, err);
  all += STRUCT(postern_spawn);
  all += FIELD(postern_spawn, size);
  all += FIELD(postern_spawn, reserved);
  all += FIELD(postern_spawn, run);
  // engine.h
  all += TEXT(POSTERN_ENGINE);
  all += STRUCT(postern_engine_command);
  all += FIELD(postern_engine_command, size);
  all += FIELD(postern_engine_command, start_timeout_ms);
  all += FIELD(postern_engine_command, endpoint_option);
  all += FIELD(postern_engine_command, argv);
  all += FIELD(postern_engine_command, config);
  all += FIELD(postern_engine_command, notice);
  all += STRUCT(postern_engine);
  all += FIELD(postern_engine, size);
  all += FIELD(postern_engine, reserved);
  all += FIELD(postern_engine, command);
  // verdicts.h
  all += TEXT(POSTERN_VERDICTS);
  all += STRUCT(postern_verdicts);
  all += FIELD(postern_verdicts, size);
  all += FIELD(postern_verdicts, reserved);
  all += FIELD(postern_verdicts, known);
  all += FIELD(postern_verdicts, examined);
  // wait.h
  all += TEXT(POSTERN_WAIT);
  all += STRUCT(postern_wait);
  all += FIELD(postern_wait, size);
  all += FIELD(postern_wait, reserved);
  all += FIELD(postern_wait, poll);
  all += FIELD(postern_wait, poll_last);
  // learn.h
  all += TEXT(POSTERN_LEARN);
  all += VALUE(POSTERN_LEARN_HAM);
  all += VALUE(POSTERN_LEARN_SPAM);
  all += VALUE(POSTERN_LEARN_FORGET);
  all += STRUCT(postern_learn);
  all += FIELD(postern_learn, size);
  all += FIELD(postern_learn, reserved);
  all += FIELD(postern_learn, learn);
  return all;
}
