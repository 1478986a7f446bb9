// requires: core, str
// The constants of the module string.

namespace py::string_ {

inline const str ascii_lowercase = "abcdefghijklmnopqrstuvwxyz";
inline const str ascii_uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
inline const str ascii_letters = ascii_lowercase + ascii_uppercase;
inline const str digits = "0123456789";
inline const str hexdigits = "0123456789abcdefABCDEF";
inline const str octdigits = "01234567";
inline const str punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
inline const str whitespace = " \t\n\r\x0b\x0c";
inline const str printable = digits + ascii_letters + punctuation + whitespace;

}  // namespace py::string_
