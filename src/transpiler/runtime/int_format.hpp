// requires: core, int, format
// format() of integers of any size.
#include <string>

namespace py {

template <> struct Format<Int> {
  static void write(std::string& out, const Int& value, const str& spec) {
    const detail::FormatSpec parsed(spec, "int");
    const unsigned base = detail::base_of(parsed.type);
    if (base == 0) {
      if (value.is_small()) return detail::format_int(out, parsed, value.to_int64());
      return detail::format_float(out, parsed, value.to_double());
    }
    detail::format_digits(out, parsed, value.negative(), base, [&](unsigned radix, bool capital) {
      std::string digits = value.digits(radix);
      if (capital) {
        for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 32) : c;
      }
      return digits;
    });
  }
};

/** `format(value, spec)` of an integer of any size. */
inline str format_any_size(const Int& value, const str& spec) { return format(value, spec); }

/** A template of values of which some are integers of any size. */
inline const str& for_any_size(const str& text) { return text; }

}  // namespace py
