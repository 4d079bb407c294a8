#include "ui/platform/frame.hpp"

#include <algorithm>
#include <cfloat>

namespace till::ui {
namespace {

void map_keys(ImGuiIO& io) {
  const std::pair<ImGuiKey, int> keys[] = {
      {ImGuiKey_Tab, key::kTab},
      {ImGuiKey_LeftArrow, key::kLeft},
      {ImGuiKey_RightArrow, key::kRight},
      {ImGuiKey_UpArrow, key::kUp},
      {ImGuiKey_DownArrow, key::kDown},
      {ImGuiKey_PageUp, key::kPageUp},
      {ImGuiKey_PageDown, key::kPageDown},
      {ImGuiKey_Home, key::kHome},
      {ImGuiKey_End, key::kEnd},
      {ImGuiKey_Insert, key::kInsert},
      {ImGuiKey_Delete, key::kDelete},
      {ImGuiKey_Backspace, key::kBackspace},
      {ImGuiKey_Space, key::kSpace},
      {ImGuiKey_Enter, key::kEnter},
      {ImGuiKey_Escape, key::kEscape},
      {ImGuiKey_KeyPadEnter, key::kKpEnter},
      {ImGuiKey_A, 'A'},
      {ImGuiKey_C, 'C'},
      {ImGuiKey_V, 'V'},
      {ImGuiKey_X, 'X'},
      {ImGuiKey_Y, 'Y'},
      {ImGuiKey_Z, 'Z'},
  };
  for (const auto& [imgui_key, code] : keys) io.KeyMap[imgui_key] = code;
}

}  // namespace

Result<std::unique_ptr<Frame>> Frame::create(const FrameConfig& config) {
  if (config.fonts.faces.empty()) return invalid("the theme names no font");
  return std::unique_ptr<Frame>(new Frame(config));
}

Frame::Frame(const FrameConfig& config)
    : new_fonts_(config.fonts),
      router_([this](InputEvent event) { queue_.push(std::move(event)); }, config.router),
      background_(config.background) {
  context_ = ImGui::CreateContext();
  ImGui::SetCurrentContext(context_);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.MousePos = {-FLT_MAX, -FLT_MAX};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  io.BackendPlatformName = "tillstick";
  map_keys(io);
}

Frame::~Frame() {
  ImGui::DestroyContext(context_);
}

void Frame::rebuild_fonts(FontPlan plan) {
  new_fonts_ = std::move(plan);
}

Status Frame::apply_fonts(Renderer& renderer) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  if (new_fonts_) {
    fonts_ = TRY(Fonts::build(atlas, *new_fonts_));
    ImGui::GetIO().FontDefault = fonts_.get(new_fonts_->faces.front().name);
    new_fonts_.reset();
    fonts_in_ = nullptr;
  }
  if (fonts_in_ != &renderer) {
    TRY(renderer.set_fonts(atlas));
    fonts_in_ = &renderer;
  }
  return {};
}

Status Frame::run(Renderer& renderer, PixelSize size, Micros now, Image* capture) {
  ImGui::SetCurrentContext(context_);
  TRY(apply_fonts(renderer));
  ImGuiIO& io = ImGui::GetIO();
  size_ = size;
  io.DisplaySize = {static_cast<float>(size.width), static_cast<float>(size.height)};
  const float seconds = static_cast<float>((now - last_frame_).count()) / 1e6F;
  io.DeltaTime = std::clamp(seconds, 0.001F, 0.5F);
  last_frame_ = now;
  frame_requested_ = false;
  queue_.replay(io, on_scan);

  renderer.begin(size, background_);
  registry_.begin_frame();
  ImGui::NewFrame();
  if (draw) draw();
  ImGui::Render();
  renderer.draw(*ImGui::GetDrawData());
  if (capture) *capture = renderer.read_pixels();
  renderer.present();
  ++frames_drawn_;
  return {};
}

bool Frame::wants_blink() const {
  return ImGui::GetIO().WantTextInput;
}

}  // namespace till::ui
