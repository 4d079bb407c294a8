#include "ui/platform/window.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <vector>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include "core/log.hpp"
#include "ui/platform/gl_probe.hpp"
#include "ui/platform/input_clock.hpp"
#include "ui/platform/loop_timing.hpp"
#include "ui/platform/renderer_cpu.hpp"
#include "ui/platform/renderer_gl.hpp"
#include "ui/platform/x11_target.hpp"

namespace till::ui {
namespace {

static_assert(key::kSpace == GLFW_KEY_SPACE && key::kWorld2 == GLFW_KEY_WORLD_2 &&
              key::kRightBracket == GLFW_KEY_RIGHT_BRACKET && key::kEscape == GLFW_KEY_ESCAPE &&
              key::kEnter == GLFW_KEY_ENTER && key::kEnd == GLFW_KEY_END && key::kF1 == GLFW_KEY_F1 &&
              key::kF25 == GLFW_KEY_F25 && key::kKp0 == GLFW_KEY_KP_0 && key::kKpEnter == GLFW_KEY_KP_ENTER &&
              key::kKpEqual == GLFW_KEY_KP_EQUAL && key::kLeftShift == GLFW_KEY_LEFT_SHIFT &&
              key::kRightSuper == GLFW_KEY_RIGHT_SUPER && GLFW_KEY_LAST < key::kCount);
static_assert(kModShift == GLFW_MOD_SHIFT && kModControl == GLFW_MOD_CONTROL && kModAlt == GLFW_MOD_ALT &&
              kModSuper == GLFW_MOD_SUPER);

constexpr Micros kBlink{400'000};

void on_glfw_error(int code, const char* text) {
  log::info("window system: {} ({})", text, code);
}

Micros steady_now() {
  return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now().time_since_epoch());
}

struct Call {
  int id;
  Micros when;
  std::function<void()> callback;
};

}  // namespace

struct Window::Impl {
  GLFWwindow* handle = nullptr;
  std::unique_ptr<Frame> frame;
  std::unique_ptr<Renderer> renderer;
  RendererChoice choice;
  InputClock clock;
  LoopTiming timing;
  std::atomic<bool> woken = false, closing = false;
  std::vector<Call> calls;
  int last_call = 0;
  std::optional<Micros> turn_wanted;
  int windowed_x = 50, windowed_y = 50, windowed_width = 1024, windowed_height = 768;

  ~Impl() {
    renderer.reset();
    frame.reset();
    if (handle) glfwDestroyWindow(handle);
    glfwTerminate();
  }

  static Impl& of(GLFWwindow* window) { return *static_cast<Impl*>(glfwGetWindowUserPointer(window)); }

  void take(InputEvent event) {
    clock.stamp(event, steady_now());
    frame->router().push(std::move(event));
    timing.wake();
  }

  // The pointer in framebuffer pixels.
  InputEvent at_pointer(InputEvent event, double x, double y) const {
    int width = 1, height = 1, pixels_wide = 1, pixels_high = 1;
    glfwGetWindowSize(handle, &width, &height);
    glfwGetFramebufferSize(handle, &pixels_wide, &pixels_high);
    event.x = static_cast<float>(x * pixels_wide / std::max(width, 1));
    event.y = static_cast<float>(y * pixels_high / std::max(height, 1));
    return event;
  }

  Status open(const WindowConfig& config);
  Status make_renderer();
  void listen();
  void listen_to_pointer();
  void listen_to_window();
  void poll();
  void run_calls(Micros now);
  [[nodiscard]] std::optional<Micros> deadline(Micros now) const;
  Status draw(Micros now, Image* capture);
  [[nodiscard]] PixelSize size() const;
  void set_fullscreen(bool fullscreen);
};

Window::Window() : impl_(std::make_unique<Impl>()) {}
Window::~Window() = default;

Result<std::unique_ptr<Window>> Window::create(const WindowConfig& config) {
  Machine machine{config.renderer == RendererWish::automatic && has_graphics_device(), probe_gl};
  std::unique_ptr<Window> window(new Window);
  Impl& in = *window->impl_;
  in.choice = choose_renderer(config.renderer, machine);
  glfwSetErrorCallback(on_glfw_error);
  if (!glfwInit())
    return fail(ErrorKind::permanent, "there is no display; start the till in a graphical session", "glfwInit");
  in.frame = TRY(Frame::create(config.frame));
  if (auto opened = in.open(config); !opened) {
    if (in.choice.kind == RendererKind::cpu) return fail(opened.error());
    in.choice = {RendererKind::cpu, opened.error().message + " (" + opened.error().cause + ")"};
    if (auto again = in.open(config); !again) return fail(again.error());
  }
  log::info("renderer {}: {}", to_string(in.choice.kind), in.choice.reason);
  in.listen();
  return window;
}

Status Window::Impl::open(const WindowConfig& config) {
  renderer.reset();
  if (handle) glfwDestroyWindow(handle);
  set_context_hints(choice.kind);
  windowed_width = config.size.width;
  windowed_height = config.size.height;
  handle = glfwCreateWindow(config.size.width, config.size.height, config.title.c_str(), nullptr, nullptr);
  if (!handle) return fail(ErrorKind::permanent, "the window cannot be opened; check the display", "glfwCreateWindow");
  glfwSetWindowUserPointer(handle, this);
  if (config.fullscreen) set_fullscreen(true);
  return make_renderer();
}

Status Window::Impl::make_renderer() {
  if (choice.kind == RendererKind::cpu) {
    auto target = make_x11_target(handle);
    if (!target) return fail(target.error());
    renderer = std::make_unique<CpuRenderer>(std::move(*target));
    return {};
  }
  glfwMakeContextCurrent(handle);
  glfwSwapInterval(1);
  GlContext context{[](const char* name) { return reinterpret_cast<void*>(glfwGetProcAddress(name)); },
                    [this] { glfwSwapBuffers(handle); }};
  auto made =
      choice.kind == RendererKind::gl3 ? make_gl3_renderer(std::move(context)) : make_gl2_renderer(std::move(context));
  if (!made) return fail(made.error());
  renderer = std::move(*made);
  return {};
}

void Window::Impl::listen() {
  glfwSetKeyCallback(handle, [](GLFWwindow* w, int code, int, int action, int modifiers) {
    if (code < 0 || code >= key::kCount) return;
    InputEvent event = key_event(code, action != GLFW_RELEASE, {}, static_cast<std::uint8_t>(modifiers & 0x0F));
    event.repeat = action == GLFW_REPEAT;
    of(w).take(std::move(event));
  });
  glfwSetCharCallback(handle, [](GLFWwindow* w, unsigned code) { of(w).take(text_event(code, {})); });
  listen_to_pointer();
  listen_to_window();
  ImGuiIO& io = ImGui::GetIO();
  io.ClipboardUserData = handle;
  io.GetClipboardTextFn = [](void* w) { return glfwGetClipboardString(static_cast<GLFWwindow*>(w)); };
  io.SetClipboardTextFn = [](void* w, const char* text) { glfwSetClipboardString(static_cast<GLFWwindow*>(w), text); };
}

void Window::Impl::listen_to_pointer() {
  glfwSetMouseButtonCallback(handle, [](GLFWwindow* w, int button, int action, int) {
    if (button < 0 || button > 4) return;
    double x = 0, y = 0;
    glfwGetCursorPos(w, &x, &y);
    of(w).take(of(w).at_pointer(button_event(button, action == GLFW_PRESS, 0, 0, {}), x, y));
  });
  glfwSetCursorPosCallback(
      handle, [](GLFWwindow* w, double x, double y) { of(w).take(of(w).at_pointer(move_event(0, 0, {}), x, y)); });
  glfwSetCursorEnterCallback(handle, [](GLFWwindow* w, int entered) {
    if (entered) return;
    InputEvent event;
    event.kind = EventKind::leave;
    of(w).take(std::move(event));
  });
  glfwSetScrollCallback(handle, [](GLFWwindow* w, double x, double y) {
    InputEvent event;
    event.kind = EventKind::wheel;
    event.x = static_cast<float>(x);
    event.y = static_cast<float>(y);
    of(w).take(std::move(event));
  });
}

void Window::Impl::listen_to_window() {
  glfwSetWindowFocusCallback(handle, [](GLFWwindow* w, int focused) {
    InputEvent event;
    event.kind = EventKind::focus;
    event.down = focused != 0;
    of(w).take(std::move(event));
  });
  glfwSetWindowRefreshCallback(handle, [](GLFWwindow* w) {
    if (auto* cpu = dynamic_cast<CpuRenderer*>(of(w).renderer.get())) cpu->invalidate();
    of(w).timing.wake();
  });
  glfwSetFramebufferSizeCallback(handle, [](GLFWwindow* w, int, int) { of(w).timing.wake(); });
}

PixelSize Window::Impl::size() const {
  PixelSize size;
  glfwGetFramebufferSize(handle, &size.width, &size.height);
  return size;
}

void Window::Impl::set_fullscreen(bool fullscreen) {
  if (fullscreen == (glfwGetWindowMonitor(handle) != nullptr)) return;
  if (!fullscreen) {
    glfwSetWindowMonitor(handle, nullptr, windowed_x, windowed_y, windowed_width, windowed_height, GLFW_DONT_CARE);
    return;
  }
  glfwGetWindowPos(handle, &windowed_x, &windowed_y);
  glfwGetWindowSize(handle, &windowed_width, &windowed_height);
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (mode) glfwSetWindowMonitor(handle, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

std::optional<Micros> Window::Impl::deadline(Micros now) const {
  std::optional<Micros> first;
  const auto consider = [&](std::optional<Micros> when) {
    if (when && (!first || *when < *first)) first = when;
  };
  consider(frame->router().deadline());
  consider(turn_wanted);
  for (const Call& call : calls) consider(call.when);
  if (frame->wants_blink()) consider(now + kBlink);
  return first;
}

void Window::Impl::poll() {
  const Micros now = steady_now();
  const auto wait = timing.wait(now, !frame->queue().empty(), deadline(now));
  clock.poll_begins(now);
  if (!wait) {
    glfwWaitEvents();
  } else if (*wait > Micros{0}) {
    glfwWaitEventsTimeout(static_cast<double>(wait->count()) / 1e6);
  } else {
    glfwPollEvents();
  }
  const Micros after = steady_now();
  clock.poll_ended(after);
  frame->router().settle(clock.complete_until());
  if (woken.exchange(false)) timing.wake();
  if (frame->wants_blink() && after - now >= kBlink) timing.wake_for_one();
}

void Window::Impl::run_calls(Micros now) {
  std::vector<Call> due;
  for (std::size_t i = 0; i < calls.size();) {
    if (calls[i].when <= now) {
      due.push_back(std::move(calls[i]));
      calls.erase(calls.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  for (const Call& call : due) {
    call.callback();
    timing.wake();
  }
}

Status Window::Impl::draw(Micros now, Image* capture) {
  const PixelSize pixels = size();
  if (pixels.width <= 0 || pixels.height <= 0) {  // minimised
    timing.frame_drawn(now, false);
    return {};
  }
  if (auto drawn = frame->run(*renderer, pixels, now, capture); !drawn) return drawn;
  timing.frame_drawn(now, frame->frame_requested());
  for (const KeyChord& chord : frame->queue().keys().pressed)
    if (chord.code == key::kF11 && chord.modifiers == 0) set_fullscreen(glfwGetWindowMonitor(handle) == nullptr);
  return {};
}

Frame& Window::frame() {
  return *impl_->frame;
}
Renderer& Window::renderer() {
  return *impl_->renderer;
}
Micros Window::now() {
  return steady_now();
}

void Window::post(InputEvent event) {
  event.time = event.earliest = steady_now();
  impl_->frame->router().push(std::move(event));
  impl_->timing.wake();
}

void Window::resize(PixelSize size) {
  glfwSetWindowSize(impl_->handle, size.width, size.height);
}

Result<Image> Window::picture() {
  Image image;
  if (auto drawn = impl_->draw(steady_now(), &image); !drawn) return fail(drawn.error());
  if (image.empty()) return fail(ErrorKind::retry, "the window is minimised; there is nothing to take a picture of");
  return image;
}

void Window::wake() {
  impl_->woken = true;
  glfwPostEmptyEvent();
}

Status Window::run() {
  Impl& in = *impl_;
  while (!in.closing) {
    const Micros now = steady_now();
    in.run_calls(now);
    in.turn_wanted = on_turn ? on_turn(now) : std::nullopt;
    if (in.closing) break;
    if (in.timing.frame_due(now, !in.frame->queue().empty())) {
      if (auto drawn = in.draw(now, nullptr); !drawn) return drawn;
    }
    in.poll();
    if (glfwWindowShouldClose(in.handle)) {
      in.closing = !on_close || on_close();
      glfwSetWindowShouldClose(in.handle, GLFW_FALSE);
      in.timing.wake();
    }
  }
  return {};
}

void Window::close() {
  impl_->closing = true;
  wake();
}

int Window::call_at(Micros when, std::function<void()> callback) {
  impl_->calls.push_back({++impl_->last_call, when, std::move(callback)});
  return impl_->last_call;
}

void Window::cancel_call(int id) {
  std::erase_if(impl_->calls, [id](const Call& call) { return call.id == id; });
}

void Window::set_fullscreen(bool fullscreen) {
  impl_->set_fullscreen(fullscreen);
}
bool Window::fullscreen() const {
  return glfwGetWindowMonitor(impl_->handle) != nullptr;
}
PixelSize Window::size() const {
  return impl_->size();
}
std::uint64_t Window::frames_drawn() const {
  return impl_->frame->frames_drawn();
}
const std::string& Window::renderer_reason() const {
  return impl_->choice.reason;
}

std::optional<float> Window::pixels_per_mm() const {
  GLFWmonitor* monitor = glfwGetWindowMonitor(impl_->handle);
  if (!monitor) monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (!mode) return std::nullopt;
  int width_mm = 0, height_mm = 0;
  glfwGetMonitorPhysicalSize(monitor, &width_mm, &height_mm);
  if (width_mm <= 0) return std::nullopt;
  constexpr float kFewest = 2, kMost = 12;
  const float density = static_cast<float>(mode->width) / static_cast<float>(width_mm);
  if (density < kFewest || density > kMost) return std::nullopt;
  return density;
}

}  // namespace till::ui
