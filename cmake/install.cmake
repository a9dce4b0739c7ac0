# What `cmake --install` puts on a machine: the program, and the library for find_package(wheelaudit)
# and pkg-config. docs/library.md describes both.
#
# The target wheelaudit::wheelaudit is written by hand (wheelauditConfig.cmake.in) and not exported
# from this build, because what the library needs is found in three ways here (pkg-config, CMake
# packages, find_library), and has to be found again where the library is used.

include(CMakePackageConfigHelpers)

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# fmt and WABT that were built here for another standard library are not installed, so the library
# could not be linked.
if(WHEELAUDIT_SOURCES)
  return()
endif()

# Other compilers cannot read what GCC or Clang keep for LTO, so the objects hold machine code too;
# what is for LTO alone is taken out of the installed library.
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-ffat-lto-objects takes_fat_lto_objects)
  if(takes_fat_lto_objects)
    foreach(room ${wheelaudit_library_rooms})
      target_compile_options(room_${room} PRIVATE -ffat-lto-objects)
    endforeach()
    target_compile_options(wheelaudit PRIVATE -ffat-lto-objects)
  endif()
endif()
install(TARGETS wheelaudit ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  # The names of sections and symbols are those of GCC and Clang; Debian removes the same.
  install(CODE "execute_process(COMMAND \"${CMAKE_OBJCOPY}\" --wildcard --remove-section=.gnu.lto_*
    --remove-section=.gnu.debuglto_* --remove-section=.llvm.lto --strip-symbol=__gnu_lto_slim --strip-symbol=__gnu_lto_v1
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libwheelaudit.a\" COMMAND_ERROR_IS_FATAL ANY)")
endif()
install(FILES include/wheelaudit/wheelaudit.hpp include/wheelaudit/wheelaudit.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/wheelaudit)

# The C++ standard library, for programs in C: stdc++ or c++.
set(wheelaudit_cxx_libraries ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(FILTER wheelaudit_cxx_libraries INCLUDE REGEX "^(stdc|c)\\+\\+$")
list(REMOVE_DUPLICATES wheelaudit_cxx_libraries)

set(config_directory ${CMAKE_INSTALL_LIBDIR}/cmake/wheelaudit)
configure_package_config_file(cmake/wheelauditConfig.cmake.in ${PROJECT_BINARY_DIR}/wheelauditConfig.cmake
  INSTALL_DESTINATION ${config_directory} PATH_VARS CMAKE_INSTALL_INCLUDEDIR CMAKE_INSTALL_LIBDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/wheelauditConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/wheelauditConfig.cmake ${PROJECT_BINARY_DIR}/wheelauditConfigVersion.cmake
  DESTINATION ${config_directory})

# From where the file lies, so that a prefix given to `cmake --install` counts.
file(RELATIVE_PATH wheelaudit_from_pkgconfig ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/wheelaudit.pc.in ${PROJECT_BINARY_DIR}/wheelaudit.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/wheelaudit.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
