# SPDX-License-Identifier: MIT
# postern_add_plugin(NAME [SOURCES file...] [LINK library...] [OUTPUT_DIRECTORY folder]): a plug-in as Postern loads it, <NAME>.so.
# Without OUTPUT_DIRECTORY it is built, and installed, where posternd looks for plug-ins.
#
# Exactly one symbol leaves the library. -fvisibility=hidden alone is not enough: namespace std is declared with default
# visibility, so std::string's functions would be exported and bind across plug-ins; the version script stops that, and
# -fno-gnu-unique keeps g++ from marking the library as impossible to replace.
#
# The sources besides plugin.cpp are also built as the static library <NAME>_parts, so that tests can call them directly.

function(postern_add_plugin name)
  cmake_parse_arguments(arg "" "OUTPUT_DIRECTORY" "SOURCES;LINK" ${ARGN})
  set(no_unique $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
  set(parts ${arg_SOURCES})
  list(FILTER parts EXCLUDE REGEX "(^|/)plugin\\.(cpp|c)$")
  list(FILTER arg_SOURCES INCLUDE REGEX "(^|/)plugin\\.(cpp|c)$")
  add_library(${name}_plugin MODULE ${arg_SOURCES})
  target_link_libraries(${name}_plugin PRIVATE postern::sdk)
  if(parts)
    add_library(${name}_parts STATIC ${parts})
    target_include_directories(${name}_parts PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name}_parts PUBLIC postern::sdk ${arg_LINK})
    target_compile_options(${name}_parts PRIVATE ${no_unique})
    set_target_properties(${name}_parts PROPERTIES CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden)
    target_link_libraries(${name}_plugin PRIVATE ${name}_parts)
    if(TARGET postern_flags)
      target_link_libraries(${name}_parts PRIVATE postern_flags)
    endif()
  endif()
  target_link_libraries(${name}_plugin PRIVATE ${arg_LINK})
  target_compile_options(${name}_plugin PRIVATE ${no_unique})
  target_link_options(${name}_plugin PRIVATE LINKER:--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map
    LINKER:-z,now LINKER:-z,relro LINKER:-z,noexecstack)
  if(NOT POSTERN_SANITIZE)
    target_link_options(${name}_plugin PRIVATE LINKER:-z,defs)   # a sanitizer's runtime lives in the program
  endif()
  if(NOT arg_OUTPUT_DIRECTORY)
    set(arg_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/${POSTERN_PLUGIN_SUBDIR})
    install(TARGETS ${name}_plugin LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/${POSTERN_PLUGIN_SUBDIR})
  endif()
  set_target_properties(${name}_plugin PROPERTIES PREFIX "" OUTPUT_NAME ${name} CXX_VISIBILITY_PRESET hidden
    C_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${arg_OUTPUT_DIRECTORY})
  if(TARGET postern_flags)
    target_link_libraries(${name}_plugin PRIVATE postern_flags)
  endif()
endfunction()
