// Calls one C++ function on many inputs in one process and writes what it gave. Included below the program that is examined.
//
// Inputs come from the file named by the first argument, results go to the one named by the second; the third is the case to
// begin with. A value is written as
//   N | T | F | i<decimal>; | f<decimal>; | s<bytes>:<UTF-8> | b<bytes>:<data> | l<n>: items | t<n>: items | e<n>: members |
//   m<n>: keys and values | o<bytes>:<text>, which cannot be compared
// and a case as c<n>: arguments. Results: D<bytes>:<signature>, p<case>; before a case, then one of r (result), x<type><message> (exception),
// u<reason> (the input has no place in the C++ types), followed by the arguments as they are afterwards, as t<n>: items.
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace slipstream {

/** An input that the C++ type cannot hold. */
struct Unfit {
  std::string reason;
};

struct Reader {
  const char* at;
  const char* end;

  char peek() const { return at < end ? *at : '\0'; }
  char take() {
    if (at >= end) std::abort();
    return *at++;
  }
  std::string_view until(char stop) {
    const char* from = at;
    while (at < end && *at != stop) ++at;
    return {from, static_cast<size_t>(at++ - from)};
  }
  size_t count() { return static_cast<size_t>(std::strtoull(std::string(until(':')).c_str(), nullptr, 10)); }
  std::string_view text() {
    const size_t size = count();
    at += size;
    return {at - size, size};
  }
  /** Goes past one value. */
  void skip() {
    switch (take()) {
      case 'i':
      case 'f':
        until(';');
        return;
      case 's':
      case 'b':
      case 'o':
        text();
        return;
      case 'l':
      case 't':
      case 'e':
        for (size_t n = count(); n > 0; --n) skip();
        return;
      case 'm':
        for (size_t n = 2 * count(); n > 0; --n) skip();
        return;
      default:
        return;
    }
  }
  [[noreturn]] void unfit(const char* wanted) { throw Unfit{std::string("a value does not fit ") + wanted}; }
};

inline void put_text(std::string& out, char kind, std::string_view text) {
  out += kind;
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

template <class T, class = void> struct Codec {
  static constexpr bool known = false;
  static std::string name() { return "other"; }
};

template <class T> using Plain = std::remove_cv_t<std::remove_reference_t<T>>;

template <> struct Codec<void> {
  static constexpr bool known = true;
  static std::string name() { return "none"; }
};

template <> struct Codec<bool> {
  static constexpr bool known = true;
  static std::string name() { return "bool"; }
  static bool read(Reader& in) {
    const char kind = in.take();
    if (kind == 'i') {
      const auto digits = in.until(';');
      if (digits == "0" || digits == "1") return digits == "1";
    }
    if (kind != 'T' && kind != 'F') in.unfit("bool");
    return kind == 'T';
  }
  static void write(std::string& out, bool value) { out += value ? 'T' : 'F'; }
};

template <> struct Codec<char> {
  static constexpr bool known = true;
  static std::string name() { return "char"; }
  static char read(Reader& in) {
    if (in.take() != 's') in.unfit("char");
    const auto text = in.text();
    if (text.size() != 1) in.unfit("char");
    return text[0];
  }
  static void write(std::string& out, char value) { put_text(out, 's', {&value, 1}); }
};

template <class T> struct Codec<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>>> {
  static constexpr bool known = true;
  static std::string name() { return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(8 * sizeof(T)); }
  static T read(Reader& in) {
    const char kind = in.take();
    if (kind == 'T' || kind == 'F') return kind == 'T';
    if (kind != 'i') in.unfit(name().c_str());
    const auto digits = in.until(';');
    T value{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) in.unfit(name().c_str());
    return value;
  }
  static void write(std::string& out, T value) { out += 'i' + std::to_string(value) + ';'; }
};

#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 Wide;
__extension__ typedef unsigned __int128 UnsignedWide;

template <class T> struct WideCodec {
  static constexpr bool known = true;
  static std::string name() { return std::is_same_v<T, Wide> ? "int128" : "uint128"; }
  static T read(Reader& in) {
    const char kind = in.take();
    if (kind == 'T' || kind == 'F') return kind == 'T';
    if (kind != 'i') in.unfit("int128");
    auto digits = in.until(';');
    const bool negative = digits[0] == '-';
    if (negative) digits.remove_prefix(1);
    if (digits.size() > 38 || (negative && std::is_same_v<T, UnsignedWide>)) in.unfit("int128");
    T value = 0;
    for (const char digit : digits) value = value * 10 + (digit - '0');
    return negative ? -value : value;
  }
  static void write(std::string& out, T value) {
    std::string digits;
    const bool negative = value < 0;
    UnsignedWide rest = negative ? -static_cast<UnsignedWide>(value) : static_cast<UnsignedWide>(value);
    do digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    while ((rest /= 10) != 0);
    out += (negative ? "i-" : "i") + digits + ';';
  }
};
template <> struct Codec<Wide> : WideCodec<Wide> {};
template <> struct Codec<UnsignedWide> : WideCodec<UnsignedWide> {};
#endif

template <class T> struct Codec<T, std::enable_if_t<std::is_floating_point_v<T>>> {
  static constexpr bool known = true;
  static std::string name() { return "float"; }
  static T read(Reader& in) {
    const char kind = in.take();
    if (kind == 'T' || kind == 'F') return kind == 'T';
    if (kind != 'f' && kind != 'i') in.unfit("float");
    return static_cast<T>(std::strtod(std::string(in.until(';')).c_str(), nullptr));
  }
  static void write(std::string& out, T value) {
    char text[40];
    std::snprintf(text, sizeof text, "f%.17g;", static_cast<double>(value));
    out += text;
  }
};

template <> struct Codec<std::string> {
  static constexpr bool known = true;
  static std::string name() { return "str"; }
  static std::string read(Reader& in) {
    const char kind = in.take();
    if (kind != 's' && kind != 'b') in.unfit("str");
    return std::string(in.text());
  }
  static void write(std::string& out, std::string_view value) { put_text(out, 's', value); }
};
template <> struct Codec<const char*> {
  static constexpr bool known = true;
  static std::string name() { return "str"; }
  static void write(std::string& out, const char* value) { put_text(out, 's', value); }
};
template <> struct Codec<std::string_view> : Codec<const char*> {
  static void write(std::string& out, std::string_view value) { put_text(out, 's', value); }
};

template <> struct Codec<std::monostate> {
  static constexpr bool known = true;
  static std::string name() { return "none"; }
  static std::monostate read(Reader& in) {
    if (in.take() != 'N') in.unfit("None");
    return {};
  }
  static void write(std::string& out, std::monostate) { out += 'N'; }
};
template <> struct Codec<std::nullopt_t> {
  static constexpr bool known = true;
  static std::string name() { return "none"; }
  static void write(std::string& out, std::nullopt_t) { out += 'N'; }
};

template <class T> struct Codec<std::optional<T>> {
  static constexpr bool known = Codec<T>::known;
  static std::string name() { return "optional(" + Codec<T>::name() + ")"; }
  static std::optional<T> read(Reader& in) {
    if (in.peek() != 'N') return Codec<T>::read(in);
    in.take();
    return std::nullopt;
  }
  static void write(std::string& out, const std::optional<T>& value) {
    if (value) Codec<T>::write(out, *value);
    else out += 'N';
  }
};

template <class... T> struct Codec<std::variant<T...>> {
  static constexpr bool known = (Codec<T>::known && ...);
  static std::string name() {
    std::string all;
    ((all += (all.empty() ? "" : ",") + Codec<T>::name()), ...);
    return "union(" + all + ")";
  }
  static std::variant<T...> read(Reader& in) {
    std::optional<std::variant<T...>> found;
    const Reader start = in;
    const auto attempt = [&]<class One>(std::type_identity<One>, bool exactly) {
      if (found) return;
      // 1 is an int before it is a float.
      if (exactly && std::is_floating_point_v<One> && start.peek() != 'f') return;
      if (exactly && std::is_same_v<One, bool> && start.peek() == 'i') return;
      Reader copy = start;
      try {
        found.emplace(std::in_place_type<One>, Codec<One>::read(copy));
        in = copy;
      } catch (const Unfit&) {
      }
    };
    (attempt(std::type_identity<T>{}, true), ...);
    (attempt(std::type_identity<T>{}, false), ...);
    if (!found) in.unfit(name().c_str());
    return *found;
  }
  static void write(std::string& out, const std::variant<T...>& value) {
    std::visit([&]<class One>(const One& one) { Codec<One>::write(out, one); }, value);
  }
};

template <class Tuple, class Indexes> struct TupleCodec;
template <class Tuple, size_t... I> struct TupleCodec<Tuple, std::index_sequence<I...>> {
  template <size_t N> using Item = Plain<std::tuple_element_t<N, Tuple>>;
  static constexpr bool known = (Codec<Item<I>>::known && ...);
  static std::string name() {
    std::string all;
    ((all += (I == 0 ? "" : ",") + Codec<Item<I>>::name()), ...);
    return "tuple(" + all + ")";
  }
  static Tuple read(Reader& in) {
    const char kind = in.take();
    if ((kind != 't' && kind != 'l') || in.count() != sizeof...(I)) in.unfit(name().c_str());
    return Tuple{Codec<Item<I>>::read(in)...};
  }
  static void write(std::string& out, const Tuple& value) {
    out += 't' + std::to_string(sizeof...(I)) + ':';
    (Codec<Item<I>>::write(out, std::get<I>(value)), ...);
  }
};
template <class... T> struct Codec<std::tuple<T...>> : TupleCodec<std::tuple<T...>, std::index_sequence_for<T...>> {};
template <class A, class B> struct Codec<std::pair<A, B>> : TupleCodec<std::pair<A, B>, std::index_sequence<0, 1>> {};

template <class T, size_t N> struct Codec<std::array<T, N>> {
  static constexpr bool known = Codec<T>::known;
  static std::string name() { return "list(" + Codec<T>::name() + ")"; }
  static std::array<T, N> read(Reader& in) {
    const char kind = in.take();
    if ((kind != 't' && kind != 'l') || in.count() != N) in.unfit("an array of its length");
    std::array<T, N> values;
    for (T& value : values) value = Codec<T>::read(in);
    return values;
  }
  static void write(std::string& out, const std::array<T, N>& values) {
    out += 'l' + std::to_string(N) + ':';
    for (const T& value : values) Codec<T>::write(out, value);
  }
};

/** What can be gone over and appended to: vector, deque, list. */
template <class T>
concept Sequence = requires(T values, typename T::value_type value) {
  values.push_back(value);
  values.begin();
} && !std::is_same_v<T, std::string> && !requires { typename T::key_type; };

template <class T> struct Codec<T, std::enable_if_t<Sequence<T>>> {
  using Item = typename T::value_type;
  static constexpr bool known = Codec<Item>::known;
  static std::string name() { return "list(" + Codec<Item>::name() + ")"; }
  static T read(Reader& in) {
    const char kind = in.take();
    T values;
    if constexpr (std::is_integral_v<Item> && sizeof(Item) == 1) {
      if (kind == 'b') {
        for (const char byte : in.text()) values.push_back(static_cast<Item>(byte));
        return values;
      }
    }
    if (kind != 'l' && kind != 't') in.unfit(name().c_str());
    for (size_t n = in.count(); n > 0; --n) values.push_back(Codec<Item>::read(in));
    return values;
  }
  static void write(std::string& out, const T& values) {
    size_t count = 0;
    std::string items;
    for (const auto& value : values) {
      Codec<Item>::write(items, value);
      ++count;
    }
    out += 'l' + std::to_string(count) + ':' + items;
  }
};

/** Sets and maps of the standard library and of those built like them. */
template <class T>
concept Keyed = requires(T values) {
  typename T::key_type;
  typename T::value_type;
  values.size();
  values.begin();
} && !requires(T values) { values.__length_hint__(); };
template <class T>
concept Mapping = Keyed<T> && requires { typename T::mapped_type; };

template <class T> struct Codec<T, std::enable_if_t<Mapping<T>>> {
  using Key = typename T::key_type;
  using Value = typename T::mapped_type;
  static constexpr bool known = Codec<Key>::known && Codec<Value>::known;
  static std::string name() { return "dict(" + Codec<Key>::name() + "," + Codec<Value>::name() + ")"; }
  static T read(Reader& in) {
    if (in.take() != 'm') in.unfit("dict");
    T values;
    for (size_t n = in.count(); n > 0; --n) {
      Key key = Codec<Key>::read(in);
      values.emplace(std::move(key), Codec<Value>::read(in));
    }
    return values;
  }
  static void write(std::string& out, const T& values) {
    out += 'm' + std::to_string(values.size()) + ':';
    for (const auto& [key, value] : values) {
      Codec<Key>::write(out, key);
      Codec<Value>::write(out, value);
    }
  }
};

template <class T> struct Codec<T, std::enable_if_t<Keyed<T> && !Mapping<T>>> {
  using Key = typename T::key_type;
  static constexpr bool known = Codec<Key>::known;
  static std::string name() { return "set(" + Codec<Key>::name() + ")"; }
  static T read(Reader& in) {
    const char kind = in.take();
    if (kind != 'e' && kind != 'l') in.unfit("set");
    T values;
    for (size_t n = in.count(); n > 0; --n) values.emplace(Codec<Key>::read(in));
    return values;
  }
  static void write(std::string& out, const T& values) {
    out += 'e' + std::to_string(values.size()) + ':';
    for (const auto& value : values) Codec<Key>::write(out, value);
  }
};

#ifdef SLIPSTREAM_ENGINE
// The types of the built-in engine's runtime.
template <> struct Codec<py::NoneType> {
  static constexpr bool known = true;
  static std::string name() { return "none"; }
  static py::NoneType read(Reader& in) {
    if (in.take() != 'N') in.unfit("None");
    return {};
  }
  static void write(std::string& out, py::NoneType) { out += 'N'; }
};
template <class T> struct Codec<T, std::enable_if_t<std::is_same_v<T, py::str>>> {
  static constexpr bool known = true;
  static std::string name() { return "str"; }
  static T read(Reader& in) {
    if (in.take() != 's') in.unfit("str");
    return T(std::string(in.text()));
  }
  static void write(std::string& out, const T& value) { put_text(out, 's', value.utf8()); }
};
template <class T> struct Codec<T, std::enable_if_t<std::is_same_v<T, py::Int>>> {
  static constexpr bool known = true;
  static std::string name() { return "int"; }
  static T read(Reader& in) {
    const char kind = in.take();
    if (kind == 'T' || kind == 'F') return T(kind == 'T' ? 1 : 0);
    if (kind != 'i') in.unfit("int");
    return T::parse(std::string(in.until(';')));
  }
  static void write(std::string& out, const T& value) {
    out += value.negative() ? "i-" : "i";
    out += value.digits() + ';';
  }
};
/** `list` and `deque`. */
template <class T>
concept EngineSequence = requires(T values, typename T::value_type value) {
  values.__length_hint__();
  values.append(value);
};
template <class T> struct Codec<T, std::enable_if_t<EngineSequence<T>>> {
  using Item = typename T::value_type;
  static constexpr bool known = Codec<Item>::known;
  static std::string name() { return "list(" + Codec<Item>::name() + ")"; }
  static T read(Reader& in) {
    if (in.take() != 'l') in.unfit("list");
    T values;
    for (size_t n = in.count(); n > 0; --n) values.append(Codec<Item>::read(in));
    return values;
  }
  static void write(std::string& out, const T& values) {
    out += 'l' + std::to_string(values.size()) + ':';
    for (const auto& value : values) Codec<Item>::write(out, value);
  }
};
template <class Set> struct EngineSetCodec {
  using Item = typename Set::value_type;
  static constexpr bool known = Codec<Item>::known;
  static std::string name() { return "set(" + Codec<Item>::name() + ")"; }
  static Set read(Reader& in) {
    if (in.take() != 'e') in.unfit("set");
    std::vector<Item> values;
    for (size_t n = in.count(); n > 0; --n) values.push_back(Codec<Item>::read(in));
    return Set::from(values);
  }
  static void write(std::string& out, const Set& values) {
    out += 'e' + std::to_string(values.size()) + ':';
    for (const auto& value : values) Codec<Item>::write(out, value);
  }
};
template <class T> struct Codec<py::set<T>> : EngineSetCodec<py::set<T>> {};
template <class T> struct Codec<py::frozenset<T>> : EngineSetCodec<py::frozenset<T>> {};
/** `dict` and what derives from it. */
template <class T>
concept EngineMapping = requires(T values) {
  typename T::mapped_type;
  values.__length_hint__();
};
template <class T> struct Codec<T, std::enable_if_t<EngineMapping<T>>> {
  using Key = typename T::key_type;
  using Value = typename T::mapped_type;
  static constexpr bool known = Codec<Key>::known && Codec<Value>::known;
  static std::string name() { return "dict(" + Codec<Key>::name() + "," + Codec<Value>::name() + ")"; }
  static T read(Reader& in) {
    if (in.take() != 'm') in.unfit("dict");
    T values;
    for (size_t n = in.count(); n > 0; --n) {
      Key key = Codec<Key>::read(in);
      values.set(key, Codec<Value>::read(in));
    }
    return values;
  }
  static void write(std::string& out, const T& values) {
    out += 'm' + std::to_string(values.size()) + ':';
    for (const auto& key : values) {
      Codec<Key>::write(out, key);
      Codec<Value>::write(out, values[key]);
    }
  }
};
/** The tuple of any number of values of one type. */
template <class T>
concept EngineTuple = !std::is_same_v<T, py::str> && !EngineSequence<T> && !EngineMapping<T> && requires(T values, std::vector<typename T::value_type> items) {
  values.__length_hint__();
  values[0];
  T::from(items);
};
template <class T> struct Codec<T, std::enable_if_t<EngineTuple<T>>> {
  using Item = typename T::value_type;
  static constexpr bool known = Codec<Item>::known;
  static std::string name() { return "list(" + Codec<Item>::name() + ")"; }
  static T read(Reader& in) {
    const char kind = in.take();
    if (kind != 't' && kind != 'l') in.unfit("tuple");
    std::vector<Item> values;
    for (size_t n = in.count(); n > 0; --n) values.push_back(Codec<Item>::read(in));
    return T::from(values);
  }
  static void write(std::string& out, const T& values) {
    out += 't' + std::to_string(values.size()) + ':';
    for (const auto& value : values) Codec<Item>::write(out, value);
  }
};
#endif

/** How an argument of a parameter's type is kept while the function runs. */
template <class Parameter> struct Kept {
  using type = Plain<Parameter>;
};
template <> struct Kept<std::string_view> {
  using type = std::string;
};
template <> struct Kept<const char*> {
  using type = std::string;
};
template <class T>
  requires requires { typename T::element_type; T::extent; }
struct Kept<T> {
  using type = std::vector<std::remove_cv_t<typename T::element_type>>;
};

template <class Parameter, class Stored> decltype(auto) pass_on(Stored& stored) {
  using Wanted = Plain<Parameter>;
  if constexpr (std::is_same_v<Wanted, const char*>) return stored.c_str();
  else if constexpr (!std::is_same_v<Wanted, Stored>) return Wanted(stored);
  else if constexpr (std::is_rvalue_reference_v<Parameter>) return Stored(stored);
  else if constexpr (std::is_lvalue_reference_v<Parameter>) return static_cast<Stored&>(stored);
  else return Stored(stored);
}

inline std::string read_file(const char* path) {
  std::string text;
  if (std::FILE* file = std::fopen(path, "rb")) {
    char buffer[65536];
    for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, file)) > 0;) text.append(buffer, n);
    std::fclose(file);
  }
  return text;
}

inline void flush_output() {
  std::cout.flush();
  std::fflush(stdout);
#ifdef SLIPSTREAM_ENGINE
  py::detail::standard_output().flush();
#endif
}

/** With a budget in seconds the calls are timed in place of compared. */
inline double time_budget = 0;

/** Keeps the compiler from leaving out work whose result nobody reads. */
template <class T> void keep(const T& value) {
#if defined(__GNUC__) || defined(__clang__)
  asm volatile("" : : "g"(&value) : "memory");
#else
  static const volatile void* kept;
  kept = &value;
#endif
}

inline const char* inputs_path;
inline const char* results_path;
inline long first_case;

template <class Result, class... Parameters> struct Examination {
  template <class Function> static void run(Function function) {
    std::FILE* results = std::fopen(results_path, "ab");
    if (!results) std::abort();
    const auto send = [&](const std::string& text) {
      std::fwrite(text.data(), 1, text.size(), results);
      std::fflush(results);
    };
    std::string signature = Codec<Plain<Result>>::name() + "(";
    size_t number = 0;
    ((signature += (number++ == 0 ? "" : ",") + Codec<typename Kept<Plain<Parameters>>::type>::name()), ...);
    signature += ")";
    std::string description;
    put_text(description, 'D', signature);
    if (time_budget == 0) send(description);
    if (time_budget > 0) {
      if constexpr ((Codec<typename Kept<Plain<Parameters>>::type>::known && ...)) time_calls(function, results);
    } else if constexpr (Codec<Plain<Result>>::known && (Codec<typename Kept<Plain<Parameters>>::type>::known && ...)) {
      const std::string text = read_file(inputs_path);
      Reader in{text.data(), text.data() + text.size()};
      for (long index = 0; in.peek() == 'c'; ++index) {
        in.take();
        const size_t count = in.count();
        const Reader start = in;
        for (size_t n = count; n > 0; --n) in.skip();
        if (index < first_case) continue;
        send('p' + std::to_string(index) + ';');
        std::string out;
        if (count != sizeof...(Parameters)) {
          out += 'u';
          put_text(out, 's', "the C++ function takes " + std::to_string(sizeof...(Parameters)) + " arguments");
          send(out + "t0:");
          continue;
        }
        Reader arguments = start;
        try {
          std::tuple<typename Kept<Plain<Parameters>>::type...> stored{
              Codec<typename Kept<Plain<Parameters>>::type>::read(arguments)...};
          call(function, stored, out, std::index_sequence_for<Parameters...>{});
        } catch (const Unfit& unfit) {
          out = "u";
          put_text(out, 's', unfit.reason);
          out += "t0:";
        }
        flush_output();
        std::cout << '\x1e' << index << '\n';
        flush_output();
        send(out);
      }
      send("E");
    }
    std::fclose(results);
  }

  /** Writes how long one pass over all cases takes, in seconds, a line for each pass. */
  template <class Function> static void time_calls(Function function, std::FILE* results) {
    using Stored = std::tuple<typename Kept<Plain<Parameters>>::type...>;
    using Clock = std::chrono::steady_clock;
    const std::string text = read_file(inputs_path);
    std::vector<Reader> cases;
    for (Reader in{text.data(), text.data() + text.size()}; in.peek() == 'c';) {
      in.take();
      const size_t count = in.count();
      cases.push_back(in);
      for (size_t n = count; n > 0; --n) in.skip();
    }
    const auto pass = [&](size_t repeat) {
      double seconds = 0;
      for (const Reader& start : cases) {
        // Made anew each time: a function may change what it is given.
        std::vector<Stored> copies;
        copies.reserve(repeat);
        for (size_t n = 0; n < repeat; ++n) {
          Reader arguments = start;
          copies.push_back(Stored{Codec<typename Kept<Plain<Parameters>>::type>::read(arguments)...});
        }
        const auto from = Clock::now();
        for (Stored& stored : copies) time_call(function, stored, std::index_sequence_for<Parameters...>{});
        seconds += std::chrono::duration<double>(Clock::now() - from).count();
      }
      return seconds;
    };
    const auto started = Clock::now();
    size_t repeat = 1;
    while (pass(repeat) < 0.005 && repeat < 2048) repeat *= 2;
    do {
      std::fprintf(results, "%.9g\n", pass(repeat) / static_cast<double>(repeat));
      std::fflush(results);
    } while (std::chrono::duration<double>(Clock::now() - started).count() < time_budget);
  }

  template <class Function, class Stored, size_t... I>
  static void time_call(Function function, Stored& stored, std::index_sequence<I...>) {
    try {
      if constexpr (std::is_void_v<Result>) function(pass_on<Parameters>(std::get<I>(stored))...);
      else keep(function(pass_on<Parameters>(std::get<I>(stored))...));
      keep(stored);
    } catch (...) {
    }
  }

  template <class Function, class Stored, size_t... I>
  static void call(Function function, Stored& stored, std::string& out, std::index_sequence<I...>) {
    const auto failed = [&](std::string_view type, std::string_view message) {
      out = "x";
      put_text(out, 's', type);
      put_text(out, 's', message);
    };
    try {
      out = "r";
      if constexpr (std::is_void_v<Result>) {
        function(pass_on<Parameters>(std::get<I>(stored))...);
        out += 'N';
      } else {
        Codec<Plain<Result>>::write(out, function(pass_on<Parameters>(std::get<I>(stored))...));
      }
#ifdef SLIPSTREAM_ENGINE
    } catch (const py::BaseException& error) {
      failed(error.type_name(), error.message());
#endif
    } catch (const std::exception& error) {
      failed("", error.what());
    } catch (...) {
      failed("", "something that is not an exception");
    }
    out += 't' + std::to_string(sizeof...(I)) + ':';
    (Codec<Plain<decltype(std::get<I>(stored))>>::write(out, std::get<I>(stored)), ...);
  }
};

template <class Result, class... Parameters> void examine(Result (*function)(Parameters...)) {
  Examination<Result, Parameters...>::run(function);
}
template <class Result, class... Parameters> void examine(Result (*function)(Parameters...) noexcept) {
  Examination<Result, Parameters...>::run(function);
}
template <class Object, class Result, class... Parameters>
void examine_object(const Object& object, Result (Object::*)(Parameters...) const) {
  Examination<Result, Parameters...>::run(object);
}
/** A lambda or another object that can be called. */
template <class Object>
  requires requires { &Object::operator(); }
void examine(const Object& object) {
  examine_object(object, &Object::operator());
}

}  // namespace slipstream
