/* SPDX-License-Identifier: MIT */
/* Wrong: another name for the entry. */
#define NO_ENTRY
#include "../good.h"
const postern_plugin *plugin_entry(void);
const postern_plugin *plugin_entry(void) { return host ? NULL : &descriptor; }
