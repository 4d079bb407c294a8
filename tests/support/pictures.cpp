#include "support/pictures.hpp"

#include <png.h>

#include <cstdio>  // before jpeglib.h, which lacks it

#include <jpeglib.h>

#include <cstdlib>
#include <stdexcept>

namespace till::test {

std::vector<std::uint8_t> png_of(int width, int height, const Drawing& drawing) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = PNG_FORMAT_RGBA;
  std::vector<std::uint8_t> pixels;
  pixels.reserve(PNG_IMAGE_SIZE(image));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Colour colour = drawing(x, y);
      pixels.insert(pixels.end(), {colour.red, colour.green, colour.blue, colour.opacity});
    }
  }
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<std::uint8_t> file(size);
  if (!png_image_write_to_memory(&image, file.data(), &size, 0, pixels.data(), 0, nullptr))
    throw std::runtime_error(image.message);
  file.resize(size);
  return file;
}

std::vector<std::uint8_t> jpeg_of(int width, int height, const Drawing& drawing, JpegKind kind) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};  // ends the program, which is as good as a failing test
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  unsigned char* made = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &made, &size);
  jpeg.image_width = static_cast<JDIMENSION>(width);
  jpeg.image_height = static_cast<JDIMENSION>(height);
  jpeg.input_components = kind == JpegKind::cmyk ? 4 : 3;
  jpeg.in_color_space = kind == JpegKind::cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;  // colours as fine as the rest
  if (kind == JpegKind::progressive) jpeg_simple_progression(&jpeg);
  std::vector<jpeg_scan_info> scans;
  if (kind == JpegKind::many_scans) {  // a scan for each of the 64 frequencies of each colour
    scans.push_back({3, {0, 1, 2}, 0, 0, 0, 0});
    for (int colour = 0; colour < 3; ++colour)
      for (int frequency = 1; frequency < 64; ++frequency) scans.push_back({1, {colour}, frequency, frequency, 0, 0});
    jpeg.scan_info = scans.data();
    jpeg.num_scans = static_cast<int>(scans.size());
  }
  jpeg_start_compress(&jpeg, TRUE);
  for (int y = 0; y < height; ++y) {
    std::vector<std::uint8_t> row;
    for (int x = 0; x < width; ++x) {
      const Colour colour = drawing(x, y);
      row.insert(row.end(), {colour.red, colour.green, colour.blue});
      if (kind == JpegKind::cmyk) row.push_back(0);
    }
    JSAMPROW start = row.data();
    jpeg_write_scanlines(&jpeg, &start, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  std::vector<std::uint8_t> file(made, made + size);
  std::free(made);
  return file;
}

}  // namespace till::test
