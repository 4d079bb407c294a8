# A room is a folder, a static library and an include root of its own: `#include "domain/money.hpp"` compiles only in
# a target that links till_domain. The include roots are links in build/rooms, the same for every build directory.

# till_room(NAME [DEPS rooms that its headers may show] [INNER rooms only its own bodies may use]
#           [LIBS public libraries] [INNER_LIBS private ones])
function(till_room name)
  cmake_parse_arguments(ARG "" "" "DEPS;INNER;LIBS;INNER_LIBS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(root ${PROJECT_SOURCE_DIR}/build/rooms/${name})
  file(MAKE_DIRECTORY ${root})
  if(NOT EXISTS ${root}/${name})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${name} SYMBOLIC)
  endif()
  list(TRANSFORM ARG_DEPS PREPEND till_ OUTPUT_VARIABLE deps)
  list(TRANSFORM ARG_INNER PREPEND till_ OUTPUT_VARIABLE inner)
  if(sources)
    add_library(till_${name} STATIC ${sources})
    target_include_directories(till_${name} PUBLIC ${root})
    target_link_libraries(till_${name} PUBLIC ${deps} ${ARG_LIBS} PRIVATE ${inner} ${ARG_INNER_LIBS})
  else()
    add_library(till_${name} INTERFACE)
    target_include_directories(till_${name} INTERFACE ${root})
    target_link_libraries(till_${name} INTERFACE ${deps} ${ARG_LIBS})
  endif()
endfunction()

# till_test(NAME ROOMS... [LIBS ...] [LABEL l]): every *.cpp of the current folder is one gtest program `test_NAME`.
function(till_test name)
  cmake_parse_arguments(ARG "" "LABEL" "ROOMS;LIBS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  list(TRANSFORM ARG_ROOMS PREPEND till_ OUTPUT_VARIABLE rooms)
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE ${rooms} ${ARG_LIBS} till_test_support GTest::gmock GTest::gtest
                                             GTest::gtest_main)
  target_precompile_headers(test_${name} PRIVATE <gtest/gtest.h> <string> <vector> <map>)
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  gtest_discover_tests(test_${name} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${ARG_LABEL} TIMEOUT 300)
endfunction()
