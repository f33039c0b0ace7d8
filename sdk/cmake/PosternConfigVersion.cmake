# SPDX-License-Identifier: MIT
# The version of the SDK is that of the ABI: what asks for the same major and no newer minor is served.
set(PACKAGE_VERSION 1.0)
if(PACKAGE_FIND_VERSION_MAJOR EQUAL 1 AND PACKAGE_FIND_VERSION VERSION_LESS_EQUAL PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
