// SPDX-License-Identifier: MIT
// The types, by content, that this plug-in opens. In a header, because the descriptor is a constant.
#pragma once

namespace archive_plugin {

inline constexpr const char* accepted_types[] = {
    "application/zip",
    "application/java-archive",
    "application/epub+zip",
    "application/vnd.android.package-archive",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.graphics",
    "application/x-7z-compressed",
    "application/x-rar",
    "application/x-tar",
    "application/x-cpio",
    "application/x-archive",
    "application/vnd.debian.binary-package",
    "application/vnd.ms-cab-compressed",
    "application/x-iso9660-image",
    "application/x-lzh-compressed",
    "application/gzip",
    "application/x-bzip2",
    "application/x-xz",
    "application/x-lzma",
    "application/x-lzip",
    "application/x-lz4",
    "application/x-compress",
    "application/zstd",
    "application/x-rpm",
    "application/x-dosexec",  // self-extracting archives; probe() says whether it is one
    nullptr,
};

}  // namespace archive_plugin
