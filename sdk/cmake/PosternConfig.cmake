# SPDX-License-Identifier: MIT
# find_package(Postern 1): the target postern::sdk and postern_add_plugin(), for a plug-in built outside of Postern. Works from the source
# tree (Postern_DIR=<postern>/sdk/cmake) and installed.
find_path(POSTERN_SDK_INCLUDE_DIR postern/plugin.h REQUIRED NO_DEFAULT_PATH
  PATHS ${CMAKE_CURRENT_LIST_DIR}/../include ${CMAKE_CURRENT_LIST_DIR}/../../../include)
if(NOT TARGET postern::sdk)
  add_library(postern::sdk INTERFACE IMPORTED)
  target_include_directories(postern::sdk INTERFACE ${POSTERN_SDK_INCLUDE_DIR})
endif()
include(GNUInstallDirs)
set(POSTERN_PLUGIN_SUBDIR postern/plugins-1)
include(${CMAKE_CURRENT_LIST_DIR}/PosternPlugin.cmake)
