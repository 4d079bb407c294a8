#include "ui/platform/x11_target.hpp"

#include <bit>

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#undef Status  // a macro of Xlib

// glfw3native.h asks for the headers of every X extension that GLFW itself uses; these two calls are all we need of it.
extern "C" Display* glfwGetX11Display(void);
extern "C" Window glfwGetX11Window(GLFWwindow* window);

namespace till::ui {
namespace {

bool g_attach_failed = false;
int on_attach_error(Display*, XErrorEvent*) {
  g_attach_failed = true;
  return 0;
}

// Where a colour's bits go in a pixel of the screen.
struct Channel {
  unsigned shift = 0, bits = 8;
  explicit Channel(unsigned long mask)
      : shift(static_cast<unsigned>(std::countr_zero(mask))), bits(static_cast<unsigned>(std::popcount(mask))) {}
  [[nodiscard]] std::uint32_t place(std::uint32_t value) const { return (value & 0xFFU) >> (8 - bits) << shift; }
};

class X11Target final : public PixelTarget {
 public:
  X11Target(Display* display, ::Window window, const XWindowAttributes& attributes)
      : display_(display),
        window_(window),
        visual_(attributes.visual),
        depth_(static_cast<unsigned>(attributes.depth)),
        gc_(XCreateGC(display, window, 0, nullptr)),
        red_(attributes.visual->red_mask),
        green_(attributes.visual->green_mask),
        blue_(attributes.visual->blue_mask) {}
  ~X11Target() override {
    drop_image();
    XFreeGC(display_, gc_);
  }
  X11Target(const X11Target&) = delete;
  X11Target& operator=(const X11Target&) = delete;

  till::Status resize(PixelSize size) override {
    drop_image();
    if (!share_image(size) && !make_image(size))
      return fail(ErrorKind::permanent, "the screen's memory cannot be reserved; close other programs");
    direct_ = image_->bits_per_pixel == 32 && visual_->red_mask == 0xFF0000 && visual_->green_mask == 0xFF00 &&
              visual_->blue_mask == 0xFF && image_->byte_order == LSBFirst;
    width_ = size.width;
    if (!direct_) own_.assign(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 0);
    return {};
  }

  std::uint32_t* pixels() override { return direct_ ? reinterpret_cast<std::uint32_t*>(image_->data) : own_.data(); }
  [[nodiscard]] int stride() const override { return direct_ ? image_->bytes_per_line / 4 : width_; }

  void present(std::span<const PixelRect> changed) override {
    for (const PixelRect& r : changed) {
      if (!direct_) convert(r);
      const auto width = static_cast<unsigned>(r.x1 - r.x0);
      const auto height = static_cast<unsigned>(r.y1 - r.y0);
      if (shared_) {
        XShmPutImage(display_, window_, gc_, image_, r.x0, r.y0, r.x0, r.y0, width, height, 0);
      } else {
        XPutImage(display_, window_, gc_, image_, r.x0, r.y0, r.x0, r.y0, width, height);
      }
    }
    // The server reads shared memory when it gets to it: the next frame must not be drawn over it before that.
    XSync(display_, 0);
  }

 private:
  bool share_image(PixelSize size) {
    if (!XShmQueryExtension(display_)) return false;
    image_ = XShmCreateImage(display_, visual_, depth_, ZPixmap, nullptr, &segment_, static_cast<unsigned>(size.width),
                             static_cast<unsigned>(size.height));
    if (!image_) return false;
    const auto bytes = static_cast<std::size_t>(image_->bytes_per_line) * static_cast<std::size_t>(image_->height);
    segment_.shmid = ::shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    void* memory = segment_.shmid < 0 ? reinterpret_cast<void*>(-1) : ::shmat(segment_.shmid, nullptr, 0);
    if (memory != reinterpret_cast<void*>(-1)) {
      segment_.shmaddr = image_->data = static_cast<char*>(memory);
      segment_.readOnly = 0;
      shared_ = attach();
      if (!shared_) ::shmdt(memory);
    }
    if (segment_.shmid >= 0) ::shmctl(segment_.shmid, IPC_RMID, nullptr);  // goes when both sides have let go
    if (shared_) return true;
    image_->data = nullptr;
    XDestroyImage(image_);
    image_ = nullptr;
    return false;
  }

  // A server on another machine offers the extension and then refuses the segment.
  bool attach() {
    g_attach_failed = false;
    const auto before = XSetErrorHandler(on_attach_error);
    const bool asked = XShmAttach(display_, &segment_) != 0;
    XSync(display_, 0);
    XSetErrorHandler(before);
    return asked && !g_attach_failed;
  }

  bool make_image(PixelSize size) {
    image_ = XCreateImage(display_, visual_, depth_, ZPixmap, 0, nullptr, static_cast<unsigned>(size.width),
                          static_cast<unsigned>(size.height), 32, 0);
    if (!image_) return false;
    plain_.assign(static_cast<std::size_t>(image_->bytes_per_line) * static_cast<std::size_t>(image_->height), 0);
    image_->data = plain_.data();
    return true;
  }

  void drop_image() {
    if (!image_) return;
    if (shared_) {
      XShmDetach(display_, &segment_);
      XSync(display_, 0);
      ::shmdt(segment_.shmaddr);
    }
    image_->data = nullptr;
    XDestroyImage(image_);
    image_ = nullptr;
    shared_ = false;
  }

  void convert(const PixelRect& r) {
    for (int y = r.y0; y < r.y1; ++y) {
      const std::uint32_t* from = own_.data() + static_cast<std::ptrdiff_t>(y) * width_;
      for (int x = r.x0; x < r.x1; ++x)
        XPutPixel(image_, x, y, red_.place(from[x] >> 16) | green_.place(from[x] >> 8) | blue_.place(from[x]));
    }
  }

  Display* display_;
  ::Window window_;
  Visual* visual_;
  unsigned depth_;
  GC gc_;
  Channel red_, green_, blue_;
  XImage* image_ = nullptr;
  XShmSegmentInfo segment_{};
  bool shared_ = false, direct_ = true;
  int width_ = 0;
  std::vector<std::uint32_t> own_;
  std::vector<char> plain_;
};

}  // namespace

Result<std::unique_ptr<PixelTarget>> make_x11_target(GLFWwindow* window) {
  Display* display = glfwGetX11Display();
  const ::Window handle = glfwGetX11Window(window);
  XWindowAttributes attributes{};
  if (!display || !handle || !XGetWindowAttributes(display, handle, &attributes))
    return fail(ErrorKind::permanent, "the window cannot be drawn into; start the till in an X session");
  const unsigned long masks[] = {attributes.visual->red_mask, attributes.visual->green_mask,
                                 attributes.visual->blue_mask};
  for (const unsigned long mask : masks)
    if (mask == 0 || std::popcount(mask) > 8)
      return fail(ErrorKind::permanent, "the screen has too few or too many colours; set it to 16 or 24 bits");
  return std::unique_ptr<PixelTarget>(std::make_unique<X11Target>(display, handle, attributes));
}

}  // namespace till::ui
