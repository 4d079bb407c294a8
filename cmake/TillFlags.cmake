# Warnings are errors, for every room and every test; sanitizers come by preset.
set(TILL_SANITIZE "" CACHE STRING "Sanitizers for the whole build, e.g. address,undefined or thread")

set(CMAKE_CXX_FLAGS_RELEASE "-O2")  # assertions stay on: a till that is wrong must say so
# -Wno-restrict: GCC 12 sees overlapping copies in std::string concatenation where there are none (GCC bug 105651).
add_compile_options(-Wall -Wextra -Werror -Wshadow=local -Wnon-virtual-dtor -Woverloaded-virtual -fno-strict-aliasing -Wno-restrict
                    -fstack-protector-strong)
add_compile_definitions(SPDLOG_FMT_EXTERNAL)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()
if(TILL_SANITIZE)
  add_compile_options(-fsanitize=${TILL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TILL_SANITIZE})
  if(TILL_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)  # Asio's fences: the sanitizer does not see them, and says so
  endif()
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
# A Beast translation unit takes two gigabytes: such files are compiled one at a time.
set_property(GLOBAL PROPERTY JOB_POOLS heavy=1)
