#include "net/printers/picture_jpeg.hpp"

#include <csetjmp>
#include <cstdio>  // before jpeglib.h, which lacks it

#include <jpeglib.h>

#include <jerror.h>

namespace till::net {
namespace {

// A progressive picture is kept as a whole until its last scan came. A file of few bytes may hold thousands of scans
// that each go over all of it; real ones have about ten.
constexpr long kMaxWorkingBytes = 64l << 20;
constexpr int kMaxScans = 100;

// libjpeg reports an error by jumping back to where it was called. So no function here that calls it has an object with
// a destructor or a variable that changes: what lives longer is in here.
struct Reader {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf back{};
  char why[JMSG_LENGTH_MAX] = {};

  Reader() = default;
  ~Reader() { jpeg_destroy_decompress(&jpeg); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
};

[[noreturn]] void give_up(j_common_ptr jpeg) {
  auto& reader = *static_cast<Reader*>(jpeg->client_data);
  jpeg->err->format_message(jpeg, reader.why);
  std::longjmp(reader.back, 1);
}

// After a warning libjpeg goes on and makes up the rest, in grey. Bytes too many between two parts do no harm.
void on_message(j_common_ptr jpeg, int level) {
  if (level < 0 && jpeg->err->msg_code != JWRN_EXTRANEOUS_DATA) give_up(jpeg);
}

void on_progress(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMaxScans) return;
  auto& reader = *static_cast<Reader*>(jpeg->client_data);
  std::snprintf(reader.why, sizeof reader.why, "more than %d scans", kMaxScans);
  std::longjmp(reader.back, 1);
}

bool read_header(Reader& reader, ByteView bytes) {
  auto& jpeg = reader.jpeg;
  jpeg.err = jpeg_std_error(&reader.errors);
  jpeg.client_data = &reader;
  reader.errors.error_exit = give_up;
  reader.errors.emit_message = on_message;
  reader.progress.progress_monitor = on_progress;
  if (setjmp(reader.back) != 0) return false;
  jpeg_create_decompress(&jpeg);
  jpeg.progress = &reader.progress;
  jpeg.mem->max_memory_to_use = kMaxWorkingBytes;
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  return jpeg_read_header(&jpeg, TRUE) == JPEG_HEADER_OK;
}

bool read_rows(Reader& reader, std::uint8_t* rgb) {
  auto& jpeg = reader.jpeg;
  if (setjmp(reader.back) != 0) return false;
  jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&jpeg);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = rgb + std::size_t{3} * jpeg.output_width * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  return jpeg_finish_decompress(&jpeg) == TRUE;
}

}  // namespace

Result<Picture> decode_jpeg(ByteView bytes) {
  Reader reader;
  const auto unreadable = [&] {
    return fail(ErrorKind::invalid, "the picture is damaged or of a kind that cannot be read; save it again as PNG",
                reader.why);
  };
  if (!read_header(reader, bytes)) return unreadable();
  TRY(check_picture_size(reader.jpeg.image_width, reader.jpeg.image_height));
  Picture picture{static_cast<int>(reader.jpeg.image_width), static_cast<int>(reader.jpeg.image_height), {}};
  picture.rgb.resize(std::size_t{3} * reader.jpeg.image_width * reader.jpeg.image_height);
  if (!read_rows(reader, picture.rgb.data())) return unreadable();
  return picture;
}

}  // namespace till::net
