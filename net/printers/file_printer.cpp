#include "net/printers/file_printer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>

#include "net/printers/patient_write.hpp"

namespace till::net {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::milliseconds kFilePatience{60'000};
constexpr std::string_view kPrefix = "job-", kSuffix = ".escpos";

Status cannot_make(const fs::path& folder, std::string cause) {
  return fail(ErrorKind::permanent,
              "the folder " + folder.string() + " for printing cannot be made; choose another one", std::move(cause));
}

// Folder by folder, so that the first of them fails when `home` has gone meanwhile.
Status make_folder_below(const fs::path& home, const fs::path& below) {
  fs::path folder = home;
  for (const fs::path& name : below) {
    folder /= name;
    if (::mkdir(folder.c_str(), 0777) == 0 || errno == EEXIST) continue;
    const int code = errno;
    struct stat info {};
    if (::stat(home.c_str(), &info) == 0) return cannot_make(folder, system_cause("mkdir", code));
    return fail(ErrorKind::retry, "the folder " + home.string() + " is gone; plug the stick in again",
                system_cause("mkdir", code));
  }
  return {};
}

Status make_folder(const fs::path& folder, const fs::path& home) {
  const fs::path below = home.empty() ? fs::path{} : folder.lexically_relative(home);
  if (!below.empty() && *below.begin() != "..") return make_folder_below(home, below);
  std::error_code problem;
  fs::create_directories(folder, problem);
  return problem ? cannot_make(folder, problem.message()) : Status{};
}

Result<Descriptor> open_for_writing(const std::string& path, int flags) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | flags, 0644));
  if (file.is_open()) return file;
  const bool may_pass = errno == EBUSY || errno == ENODEV || errno == ENXIO || errno == ENOENT || errno == EIO;
  const std::string what = errno == EACCES ? " may not be written by this user; give the user access to it"
                                           : " cannot be opened; check that the printer is on and its address is right";
  return fail(may_pass ? ErrorKind::retry : ErrorKind::permanent, "the printer " + path + what,
              system_cause("open", errno));
}

std::uint32_t job_number(const std::string& name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return 0;
  std::uint32_t number = 0;
  std::from_chars(name.data() + kPrefix.size(), name.data() + name.size() - kSuffix.size(), number);
  return number;
}

std::uint32_t highest_job_number(const fs::path& folder) {
  std::uint32_t highest = 0;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    highest = std::max(highest, job_number(entry.path().filename().string()));
  }
  return highest;
}

}  // namespace

Status DevicePrinter::send(ByteView job, std::stop_token stop) {
  const StopBell bell(std::move(stop));
  const Descriptor device = TRY(open_for_writing(path_, O_NONBLOCK));
  return write_patiently(device.get(), job, patience_.write, bell, "the printer " + path_);
}

Status FilePrinter::send(ByteView job, std::stop_token stop) {
  const StopBell bell(std::move(stop));
  TRY(make_folder(fs::path(path_).parent_path(), home_));
  const Descriptor file = TRY(open_for_writing(path_, O_CREAT | O_APPEND));
  return write_patiently(file.get(), job, kFilePatience, bell, "the file " + path_);
}

Status FolderPrinter::send(ByteView job, std::stop_token stop) {
  const StopBell bell(std::move(stop));
  TRY(make_folder(fs::path(folder_).parent_path(), home_));
  if (job.empty()) return {};
  if (last_number_ == 0) last_number_ = highest_job_number(folder_);
  const fs::path folder = folder_;
  const std::string part = (folder / ".job.part").string();
  {
    const Descriptor file = TRY(open_for_writing(part, O_CREAT | O_TRUNC));
    TRY(write_patiently(file.get(), job, kFilePatience, bell, "the folder " + folder_));
  }
  const std::string name = fmt::format("{}{:06}{}", kPrefix, last_number_ + 1, kSuffix);
  if (::rename(part.c_str(), (folder / name).c_str()) != 0) {
    return fail(ErrorKind::retry,
                "the job could not be put into the folder " + folder_ + "; check that it can be written",
                system_cause("rename", errno));
  }
  ++last_number_;
  return {};
}

}  // namespace till::net
