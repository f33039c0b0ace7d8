# SPDX-License-Identifier: MIT
postern_fuzz(mime SOURCES mime_fuzz.cpp LINK mime_parts)
