# SPDX-License-Identifier: MIT
postern_fuzz(archive SOURCES archive_fuzz.cpp LINK archive_parts)
