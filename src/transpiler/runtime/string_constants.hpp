// requires: core, str
// The constants of the module string.

namespace py::string {

inline const str ascii_lowercase("abcdefghijklmnopqrstuvwxyz");
inline const str ascii_uppercase("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
inline const str ascii_letters("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
inline const str digits("0123456789");
inline const str hexdigits("0123456789abcdefABCDEF");
inline const str octdigits("01234567");
inline const str punctuation("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
inline const str whitespace(" \t\n\r\v\f");
inline const str printable("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\v\f");

}  // namespace py::string
