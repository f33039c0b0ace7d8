# SPDX-License-Identifier: MIT
postern_fuzz(config SOURCES config_fuzz.cpp LINK postern_config)
