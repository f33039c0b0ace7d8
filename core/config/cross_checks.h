// SPDX-License-Identifier: MIT
// What each value alone cannot show: duplicate listeners, unknown banks, a next hop that is ourselves, times that do
// not fit into each other. tree: the merged files, for the places of the values in configuration.
#pragma once
#include "config/configuration.h"
#include "config/value.h"

namespace postern::config {

void cross_check(const Configuration& configuration, const Node& tree, Problems& problems);

}  // namespace postern::config
