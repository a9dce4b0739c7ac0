# fmt and WABT's reader from their sources in WHEELAUDIT_SOURCES (tools/dependency_sources.sh fetches
# them), with the compiler, the standard library and the flags of the build: Debian's libraries are of
# GCC's standard library, and a fuzzer does not see into them. It makes `fmt::fmt`, and for WABT sets
# WABT_INCLUDE_DIR and WABT_LIBRARY.
foreach(source fmt/src/format.cc wabt/src/binary-reader.cc)
  if(NOT EXISTS ${WHEELAUDIT_SOURCES}/${source})
    message(FATAL_ERROR "WHEELAUDIT_SOURCES: there is no ${WHEELAUDIT_SOURCES}/${source}")
  endif()
endforeach()

add_library(wheelaudit_fmt STATIC ${WHEELAUDIT_SOURCES}/fmt/src/format.cc)
add_library(fmt::fmt ALIAS wheelaudit_fmt)
target_include_directories(wheelaudit_fmt SYSTEM PUBLIC ${WHEELAUDIT_SOURCES}/fmt/include)

# The files that `ReadBinary` needs.
enable_language(C)
set(wabt_reader_files binary.cc binary-reader.cc binary-reader-logging.cc common.cc config.cc feature.cc leb128.cc opcode.cc
  opcode-code-table.c option-parser.cc stream.cc utf8.cc)
list(TRANSFORM wabt_reader_files PREPEND ${WHEELAUDIT_SOURCES}/wabt/src/)
# WABT's own configuration, which Debian's headers carry for Debian's compiler and processor.
foreach(has HAVE_ALLOCA_H HAVE_UNISTD_H HAVE_SNPRINTF HAVE_SSIZE_T HAVE_STRCASECMP)
  set(${has} ON)
endforeach()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  set(COMPILER_IS_CLANG ON)
else()
  set(COMPILER_IS_GNU ON)
endif()
set(WABT_VERSION_STRING "from source")  # only for a command line, which nothing here has
set(SIZEOF_SIZE_T __SIZEOF_SIZE_T__)
configure_file(${WHEELAUDIT_SOURCES}/wabt/src/config.h.in ${PROJECT_BINARY_DIR}/dependency_sources/wabt/config.h)
set(WABT_INCLUDE_DIR ${PROJECT_BINARY_DIR}/dependency_sources ${WHEELAUDIT_SOURCES}/wabt/include)
set(WABT_LIBRARY wheelaudit_wabt_reader)
add_library(${WABT_LIBRARY} STATIC ${wabt_reader_files})
target_include_directories(${WABT_LIBRARY} SYSTEM PRIVATE ${WABT_INCLUDE_DIR})

foreach(library wheelaudit_fmt ${WABT_LIBRARY})
  target_compile_options(${library} PRIVATE -w)
  target_link_libraries(${library} PRIVATE wheelaudit_core_options)
endforeach()
