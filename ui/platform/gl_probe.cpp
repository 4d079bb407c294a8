#include "ui/platform/gl_probe.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "core/text.hpp"

namespace till::ui {
namespace {

constexpr unsigned kGlRenderer = 0x1F01, kGlVersion = 0x1F02;
constexpr std::chrono::milliseconds kPatience{5'000};

std::string describe_context() {
  using GetString = const unsigned char* (*)(unsigned);
  const auto get = reinterpret_cast<GetString>(glfwGetProcAddress("glGetString"));
  if (!get) return {};
  const auto text = [&](unsigned what) {
    const unsigned char* s = get(what);
    return s ? std::string(reinterpret_cast<const char*>(s)) : std::string();
  };
  return text(kGlRenderer) + "\n" + text(kGlVersion) + "\n";
}

[[noreturn]] void run_child(RendererKind kind, int out) {
  ::close(STDERR_FILENO);  // drivers talk
  std::string answer;
  if (glfwInit()) {
    set_context_hints(kind);
    glfwWindowHint(GLFW_VISIBLE, GLFW_FALSE);
    if (GLFWwindow* window = glfwCreateWindow(16, 16, "", nullptr, nullptr)) {
      glfwMakeContextCurrent(window);
      answer = describe_context();
    }
  }
  const auto written = ::write(out, answer.data(), answer.size());
  ::_exit(written == static_cast<ssize_t>(answer.size()) ? 0 : 1);
}

// What the child wrote until it ended or the patience did.
std::string read_answer(int in) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::string answer;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd waiting{in, POLLIN, 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return answer;
    std::array<char, 512> buffer;
    const auto size = ::read(in, buffer.data(), buffer.size());
    if (size <= 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

bool has_graphics_device() {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("card") || name.starts_with("renderD")) return true;
  }
  return std::filesystem::exists("/dev/nvidia0", ignored);
}

void set_context_hints(RendererKind kind) {
  glfwDefaultWindowHints();
  if (kind == RendererKind::cpu) {
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    return;
  }
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, kind == RendererKind::gl3 ? 3 : 1);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, kind == RendererKind::gl3 ? 0 : 1);
  glfwWindowHint(GLFW_DEPTH_BITS, 0);
  glfwWindowHint(GLFW_STENCIL_BITS, 0);
}

std::optional<GlFound> probe_gl(RendererKind kind) {
  int ends[2];
  if (::pipe(ends) != 0) return std::nullopt;
  const pid_t child = ::fork();
  if (child == 0) run_child(kind, ends[1]);
  ::close(ends[1]);
  std::string answer;
  if (child > 0) {
    answer = read_answer(ends[0]);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
  }
  ::close(ends[0]);
  const auto lines = split(answer, '\n');
  if (lines.size() < 2 || lines[0].empty()) return std::nullopt;
  return GlFound{lines[0], lines[1]};
}

}  // namespace till::ui
