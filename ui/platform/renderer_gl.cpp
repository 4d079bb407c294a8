#include "ui/platform/renderer_gl.hpp"

#include <backends/imgui_impl_opengl2.h>
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cstring>

#include "ui/platform/gl_entry_points.hpp"

namespace till::ui {
namespace {

constexpr unsigned kTexture2d = 0x0DE1, kRgba = 0x1908, kByte = 0x1401, kColourBuffer = 0x4000;
constexpr unsigned kMinFilter = 0x2801, kMagFilter = 0x2800, kPackAlignment = 0x0D05, kUnpackAlignment = 0x0CF5;
constexpr int kLinear = 0x2601;

// What the renderers call themselves, beside the backends.
struct Calls {
  void (*read_pixels)(int, int, int, int, unsigned, unsigned, void*) = nullptr;
  void (*clear_color)(float, float, float, float) = nullptr;
  void (*clear)(unsigned) = nullptr;
  void (*viewport)(int, int, int, int) = nullptr;
  void (*pixel_store)(unsigned, int) = nullptr;
  void (*gen_textures)(int, unsigned*) = nullptr;
  void (*delete_textures)(int, const unsigned*) = nullptr;
  void (*bind_texture)(unsigned, unsigned) = nullptr;
  void (*tex_parameter)(unsigned, unsigned, int) = nullptr;
  void (*tex_image)(unsigned, int, int, int, int, int, unsigned, unsigned, const void*) = nullptr;

  bool load(const GlContext& context) {
    bool all = true;
    const auto take = [&](auto& slot, const char* name) {
      slot = reinterpret_cast<std::remove_reference_t<decltype(slot)>>(context.entry_point(name));
      all = all && slot != nullptr;
    };
    take(read_pixels, "glReadPixels");
    take(clear_color, "glClearColor");
    take(clear, "glClear");
    take(viewport, "glViewport");
    take(pixel_store, "glPixelStorei");
    take(gen_textures, "glGenTextures");
    take(delete_textures, "glDeleteTextures");
    take(bind_texture, "glBindTexture");
    take(tex_parameter, "glTexParameteri");
    take(tex_image, "glTexImage2D");
    return all;
  }
};

struct Backend {
  RendererKind kind;
  void (*shutdown)();
  void (*new_frame)();
  void (*draw)(ImDrawData*);
  bool (*create_fonts)();
  void (*destroy_fonts)();
};

constexpr Backend kGl2{RendererKind::gl2,
                       ImGui_ImplOpenGL2_Shutdown,
                       ImGui_ImplOpenGL2_NewFrame,
                       ImGui_ImplOpenGL2_RenderDrawData,
                       ImGui_ImplOpenGL2_CreateFontsTexture,
                       ImGui_ImplOpenGL2_DestroyFontsTexture};
constexpr Backend kGl3{RendererKind::gl3,
                       ImGui_ImplOpenGL3_Shutdown,
                       ImGui_ImplOpenGL3_NewFrame,
                       ImGui_ImplOpenGL3_RenderDrawData,
                       ImGui_ImplOpenGL3_CreateFontsTexture,
                       ImGui_ImplOpenGL3_DestroyFontsTexture};

unsigned texture_name(ImTextureID id) {
  return static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(id));
}

class GlRenderer final : public Renderer {
 public:
  GlRenderer(const Backend& backend, const Calls& calls, GlContext context)
      : backend_(backend), gl_(calls), context_(std::move(context)) {}
  ~GlRenderer() override { backend_.shutdown(); }

  [[nodiscard]] RendererKind kind() const override { return backend_.kind; }

  Status set_fonts(ImFontAtlas&) override {
    backend_.new_frame();  // makes the device objects, the first time
    backend_.destroy_fonts();
    if (!backend_.create_fonts()) return fail(ErrorKind::permanent, "the graphics card did not take the fonts");
    return {};
  }

  Result<ImTextureID> add_texture(const Image& image) override {
    if (image.empty()) return invalid("the picture is empty or damaged");
    unsigned name = 0;
    gl_.gen_textures(1, &name);
    gl_.bind_texture(kTexture2d, name);
    gl_.tex_parameter(kTexture2d, kMinFilter, kLinear);
    gl_.tex_parameter(kTexture2d, kMagFilter, kLinear);
    gl_.pixel_store(kUnpackAlignment, 1);
    gl_.tex_image(kTexture2d, 0, static_cast<int>(kRgba), image.width, image.height, 0, kRgba, kByte,
                  image.rgba.data());
    return reinterpret_cast<ImTextureID>(static_cast<std::uintptr_t>(name));
  }

  void remove_texture(ImTextureID id) override {
    const unsigned name = texture_name(id);
    gl_.delete_textures(1, &name);
  }

  void begin(PixelSize size, Rgb background) override {
    size_ = size;
    backend_.new_frame();
    gl_.viewport(0, 0, size.width, size.height);
    const auto part = [](std::uint8_t value) { return static_cast<float>(value) / 255.0F; };
    gl_.clear_color(part(background.r), part(background.g), part(background.b), 1);
    gl_.clear(kColourBuffer);
  }

  void draw(ImDrawData& data) override { backend_.draw(&data); }

  Image read_pixels() override {
    Image image{size_.width, size_.height, {}};
    const std::size_t row = static_cast<std::size_t>(size_.width) * 4;
    const auto rows = static_cast<std::size_t>(size_.height);
    image.rgba.resize(row * rows);
    gl_.pixel_store(kPackAlignment, 1);
    gl_.read_pixels(0, 0, size_.width, size_.height, kRgba, kByte, image.rgba.data());
    for (std::size_t y = 0; y < rows / 2; ++y)  // OpenGL's rows start at the bottom
      std::swap_ranges(image.rgba.begin() + static_cast<std::ptrdiff_t>(y * row),
                       image.rgba.begin() + static_cast<std::ptrdiff_t>((y + 1) * row),
                       image.rgba.begin() + static_cast<std::ptrdiff_t>((rows - 1 - y) * row));
    for (std::size_t i = 3; i < image.rgba.size(); i += 4) image.rgba[i] = 255;
    return image;
  }

  void present() override { context_.swap(); }

 private:
  const Backend& backend_;
  Calls gl_;
  GlContext context_;
  PixelSize size_;
};

constexpr const char* kNoGl = "the graphics driver does not offer what is needed; start with --renderer cpu";

}  // namespace

Result<std::unique_ptr<Renderer>> make_gl2_renderer(GlContext context) {
  Calls calls;
  const char* missing = "";
  if (!calls.load(context) || !bind_gl_entry_points(context.entry_point, missing))
    return fail(ErrorKind::permanent, kNoGl, std::string("missing entry point ") + missing);
  if (!ImGui_ImplOpenGL2_Init()) return fail(ErrorKind::permanent, kNoGl, "ImGui_ImplOpenGL2_Init");
  return std::unique_ptr<Renderer>(std::make_unique<GlRenderer>(kGl2, calls, std::move(context)));
}

Result<std::unique_ptr<Renderer>> make_gl3_renderer(GlContext context) {
  Calls calls;
  if (!calls.load(context)) return fail(ErrorKind::permanent, kNoGl, "missing entry point");
  if (!ImGui_ImplOpenGL3_Init("#version 130")) return fail(ErrorKind::permanent, kNoGl, "ImGui_ImplOpenGL3_Init");
  return std::unique_ptr<Renderer>(std::make_unique<GlRenderer>(kGl3, calls, std::move(context)));
}

}  // namespace till::ui
