// Puts one C++ function behind a C ABI, for the Python module that calls it by ctypes. Included below harness.hpp.
//
// Booleans, integers of up to 64 bits and floats are passed as they are. Everything else is passed as a column of one value. A column
// of n values is written by type, so that Python can make it by a few calls into its own C code:
//   bool: n bytes | integers: n times 8 bytes | float: n doubles | str, bytes: n lengths, then the bytes of all |
//   list, set: n lengths, then a column of all items | dict: n lengths, a column of all keys, one of all values |
//   tuple: a column for each place | optional: n bytes that tell which are there, then a column of those |
//   anything else: n lengths, then the values as harness.hpp writes them
// Numbers have the byte order of the machine; lengths are 64-bit integers.
#include <mutex>
#if defined(__linux__) || defined(__APPLE__)
#include <pthread.h>
#elif defined(_WIN32)
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <windows.h>
#endif

#ifdef _WIN32
#define SLIPSTREAM_EXPORT __declspec(dllexport)
#else
#define SLIPSTREAM_EXPORT __attribute__((visibility("default")))
#endif

namespace slipstream {

/** What a call gives. `data` stays until the next call of the same thread. */
struct Answer {
  int64_t whole;
  double real;
  const char* data;
  int64_t size;
};

enum Status { returned = 0, changed = 1, raised = 2, unfit = 3 };

struct Source {
  const char* at;

  template <class T> T take() {
    T value;
    std::memcpy(&value, at, sizeof value);
    at += sizeof value;
    return value;
  }
  std::vector<int64_t> lengths(size_t count) {
    std::vector<int64_t> all(count);
    std::memcpy(all.data(), at, count * sizeof(int64_t));
    at += count * sizeof(int64_t);
    return all;
  }
};

template <class T> void put(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

inline size_t total(const std::vector<int64_t>& lengths) {
  size_t sum = 0;
  for (const int64_t length : lengths) sum += static_cast<size_t>(length);
  return sum;
}

/** Values that have no columns of their own: as text. */
template <class T, class = void> struct Column {
  static std::string name() { return "text(" + Codec<T>::name() + ")"; }
  static std::vector<T> read(Source& in, size_t count) {
    const auto lengths = in.lengths(count);
    std::vector<T> values;
    values.reserve(count);
    for (const int64_t length : lengths) {
      Reader reader{in.at, in.at + length};
      values.push_back(Codec<T>::read(reader));
      in.at += length;
    }
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    std::string all;
    for (const T& value : values) {
      const size_t before = all.size();
      Codec<T>::write(all, value);
      put(out, static_cast<int64_t>(all.size() - before));
    }
    out += all;
  }
};

template <> struct Column<bool> {
  static std::string name() { return "bool"; }
  static std::vector<bool> read(Source& in, size_t count) {
    std::vector<bool> values(in.at, in.at + count);
    in.at += count;
    return values;
  }
  static void write(std::string& out, const std::vector<bool>& values) {
    for (const bool value : values) out += value ? '\1' : '\0';
  }
};

template <class T>
concept Whole = std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> && sizeof(T) <= 8;
template <class T>
concept Scalar = std::is_same_v<T, bool> || Whole<T> || std::is_floating_point_v<T>;

template <class T> T narrowed(int64_t value) {
  if constexpr (std::is_unsigned_v<T>) {
    if (value < 0) throw Unfit{"a negative integer"};
  }
  if (static_cast<int64_t>(static_cast<T>(value)) != value) throw Unfit{"an integer beyond the C++ type"};
  return static_cast<T>(value);
}

template <Whole T> struct Column<T> {
  static std::string name() { return Codec<T>::name(); }
  static std::vector<T> read(Source& in, size_t count) {
    std::vector<T> values(count);
    if constexpr (sizeof(T) == 8 && std::is_signed_v<T>) {
      std::memcpy(values.data(), in.at, count * 8);
      in.at += count * 8;
    } else {
      for (T& value : values) value = narrowed<T>(in.take<int64_t>());
    }
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    if constexpr (sizeof(T) == 8) {
      out.append(reinterpret_cast<const char*>(values.data()), values.size() * 8);
    } else {
      for (const T value : values) put(out, static_cast<int64_t>(value));
    }
  }
};

template <class T>
  requires std::is_floating_point_v<T>
struct Column<T> {
  static std::string name() { return "float"; }
  static std::vector<T> read(Source& in, size_t count) {
    std::vector<T> values(count);
    for (T& value : values) value = static_cast<T>(in.take<double>());
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    for (const T value : values) put(out, static_cast<double>(value));
  }
};

template <class T>
concept Text = std::is_same_v<T, std::string>
#ifdef SLIPSTREAM_ENGINE
               || std::is_same_v<T, py::str>
#endif
    ;
template <Text T> struct Column<T> {
  static std::string name() { return "str"; }
  static std::vector<T> read(Source& in, size_t count) {
    const auto lengths = in.lengths(count);
    std::vector<T> values;
    values.reserve(count);
    for (const int64_t length : lengths) {
      values.push_back(T(std::string(in.at, static_cast<size_t>(length))));
      in.at += length;
    }
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    std::string all;
    for (const T& value : values) {
      const size_t before = all.size();
      if constexpr (std::is_same_v<T, std::string>) all += value;
#ifdef SLIPSTREAM_ENGINE
      else all += value.utf8();
#endif
      put(out, static_cast<int64_t>(all.size() - before));
    }
    out += all;
  }
};

/** Lists: what is made by adding one value after the other. */
template <class T>
concept Listed = Sequence<T>
#ifdef SLIPSTREAM_ENGINE
                 || EngineSequence<T>
#endif
    ;
template <class T>
concept ByteSequence = Sequence<T> && requires { typename T::value_type; } && std::is_integral_v<typename T::value_type> &&
                       sizeof(typename T::value_type) == 1 && !std::is_same_v<typename T::value_type, bool>;

template <class T>
  requires(Listed<T> && !ByteSequence<T> && !Text<T>)
struct Column<T> {
  using Item = typename T::value_type;
  static std::string name() { return "list(" + Column<Item>::name() + ")"; }
  static std::vector<T> read(Source& in, size_t count) {
    const auto lengths = in.lengths(count);
    const auto items = Column<Item>::read(in, total(lengths));
    std::vector<T> values;
    values.reserve(count);
    size_t at = 0;
    for (const int64_t length : lengths) {
      T value;
      for (int64_t n = 0; n < length; ++n, ++at) {
        if constexpr (Sequence<T>) value.push_back(items[at]);
        else value.append(items[at]);
      }
      values.push_back(std::move(value));
    }
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    std::vector<Item> items;
    for (const T& value : values) {
      const size_t before = items.size();
      for (const auto& item : value) items.push_back(item);
      put(out, static_cast<int64_t>(items.size() - before));
    }
    Column<Item>::write(out, items);
  }
};

template <class T>
concept AnyMapping = Mapping<T>
#ifdef SLIPSTREAM_ENGINE
                     || EngineMapping<T>
#endif
    ;
template <AnyMapping T> struct Column<T> {
  using Key = typename T::key_type;
  using Value = typename T::mapped_type;
  static std::string name() { return "dict(" + Column<Key>::name() + "," + Column<Value>::name() + ")"; }
  static std::vector<T> read(Source& in, size_t count) {
    const auto lengths = in.lengths(count);
    const auto keys = Column<Key>::read(in, total(lengths));
    const auto items = Column<Value>::read(in, total(lengths));
    std::vector<T> values;
    size_t at = 0;
    for (const int64_t length : lengths) {
      T value;
      for (int64_t n = 0; n < length; ++n, ++at) {
        if constexpr (Mapping<T>) value.emplace(keys[at], items[at]);
        else value.set(keys[at], items[at]);
      }
      values.push_back(std::move(value));
    }
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    std::vector<Key> keys;
    std::vector<Value> items;
    for (const T& value : values) {
      const size_t before = keys.size();
      if constexpr (Mapping<T>) {
        for (const auto& [key, item] : value) {
          keys.push_back(key);
          items.push_back(item);
        }
      } else {
        for (const auto& key : value) {
          keys.push_back(key);
          items.push_back(value[key]);
        }
      }
      put(out, static_cast<int64_t>(keys.size() - before));
    }
    Column<Key>::write(out, keys);
    Column<Value>::write(out, items);
  }
};

template <class T> constexpr bool is_engine_set = false;
#ifdef SLIPSTREAM_ENGINE
template <class T> constexpr bool is_engine_set<py::set<T>> = true;
template <class T> constexpr bool is_engine_set<py::frozenset<T>> = true;
#endif
template <class T>
  requires((Keyed<T> && !AnyMapping<T>) || is_engine_set<T>)
struct Column<T> {
  using Item = typename T::value_type;
  static std::string name() { return "set(" + Column<Item>::name() + ")"; }
  static std::vector<T> read(Source& in, size_t count) {
    const auto lengths = in.lengths(count);
    const auto items = Column<Item>::read(in, total(lengths));
    std::vector<T> values;
    size_t at = 0;
    for (const int64_t length : lengths) {
      const std::vector<Item> own(items.begin() + static_cast<std::ptrdiff_t>(at), items.begin() + static_cast<std::ptrdiff_t>(at + static_cast<size_t>(length)));
      at += static_cast<size_t>(length);
      if constexpr (is_engine_set<T>) values.push_back(T::from(own));
      else values.push_back(T(own.begin(), own.end()));
    }
    return values;
  }
  static void write(std::string& out, const std::vector<T>& values) {
    std::vector<Item> items;
    for (const T& value : values) {
      const size_t before = items.size();
      for (const auto& item : value) items.push_back(item);
      put(out, static_cast<int64_t>(items.size() - before));
    }
    Column<Item>::write(out, items);
  }
};

template <class Tuple, class Indexes> struct TupleColumn;
template <class Tuple, size_t... I> struct TupleColumn<Tuple, std::index_sequence<I...>> {
  template <size_t N> using Item = Plain<std::tuple_element_t<N, Tuple>>;
  static std::string name() {
    std::string all;
    ((all += (I == 0 ? "" : ",") + Column<Item<I>>::name()), ...);
    return "tuple(" + all + ")";
  }
  static std::vector<Tuple> read(Source& in, size_t count) {
    const std::tuple<std::vector<Item<I>>...> columns{Column<Item<I>>::read(in, count)...};
    std::vector<Tuple> values;
    values.reserve(count);
    for (size_t at = 0; at < count; ++at) values.push_back(Tuple{static_cast<Item<I>>(std::get<I>(columns)[at])...});
    return values;
  }
  static void write(std::string& out, const std::vector<Tuple>& values) { (write_place<I>(out, values), ...); }
  template <size_t N> static void write_place(std::string& out, const std::vector<Tuple>& values) {
    std::vector<Item<N>> place;
    place.reserve(values.size());
    for (const Tuple& value : values) place.push_back(std::get<N>(value));
    Column<Item<N>>::write(out, place);
  }
};
template <class... T> struct Column<std::tuple<T...>> : TupleColumn<std::tuple<T...>, std::index_sequence_for<T...>> {};
template <class A, class B> struct Column<std::pair<A, B>> : TupleColumn<std::pair<A, B>, std::index_sequence<0, 1>> {};

template <class T> struct Column<std::optional<T>> {
  static std::string name() { return "optional(" + Column<T>::name() + ")"; }
  static std::vector<std::optional<T>> read(Source& in, size_t count) {
    const auto there = Column<bool>::read(in, count);
    size_t present = 0;
    for (const bool is_there : there) present += is_there;
    const auto items = Column<T>::read(in, present);
    std::vector<std::optional<T>> values;
    size_t at = 0;
    for (const bool is_there : there) {
      if (is_there) values.emplace_back(items[at++]);
      else values.emplace_back();
    }
    return values;
  }
  static void write(std::string& out, const std::vector<std::optional<T>>& values) {
    std::vector<T> items;
    for (const auto& value : values) {
      out += value ? '\1' : '\0';
      if (value) items.push_back(*value);
    }
    Column<T>::write(out, items);
  }
};

/** What is passed as it is. */
template <class T> struct Passed {
  using type = std::conditional_t<std::is_same_v<T, bool>, bool, std::conditional_t<std::is_floating_point_v<T>, double, std::conditional_t<Whole<T>, int64_t, const char*>>>;
};

/** True for a parameter through which the function may change what it was given. */
template <class Parameter, class Stored>
constexpr bool may_change = !Scalar<Stored> && !Text<Stored>
#ifdef SLIPSTREAM_ENGINE
                            ;
#else
                            && std::is_lvalue_reference_v<Parameter> && !std::is_const_v<std::remove_reference_t<Parameter>>;
#endif

#ifdef SLIPSTREAM_ENGINE
/** Recursion has to end, by RecursionError, before the stack of the calling thread does. */
inline uintptr_t end_of_stack() {
  char here;
  [[maybe_unused]] const auto cautious = reinterpret_cast<uintptr_t>(&here) - (size_t{256} << 10);
#if defined(__linux__)
  pthread_attr_t attributes;
  void* lowest = nullptr;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return cautious;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<uintptr_t>(lowest) + (size_t{192} << 10);
#elif defined(__APPLE__)
  const auto top = reinterpret_cast<uintptr_t>(pthread_get_stackaddr_np(pthread_self()));
  return top - pthread_get_stacksize_np(pthread_self()) + (size_t{192} << 10);
#elif defined(_WIN32)
  ULONG_PTR low = 0, high = 0;
  GetCurrentThreadStackLimits(&low, &high);
  return static_cast<uintptr_t>(low) + (size_t{192} << 10);
#else
  return cautious;
#endif
}
#endif

inline std::string& answer_buffer() {
  static thread_local std::string buffer;
  return buffer;
}

/** One call at a time: the state of the program is not made for several threads. */
inline std::mutex& lock() {
  static std::mutex mutex;
  return mutex;
}

inline Status failed(Answer* answer, Status status, std::string_view type, std::string_view message) {
  std::string& buffer = answer_buffer();
  buffer.assign(type);
  buffer += '\n';
  buffer += message;
  answer->data = buffer.data();
  answer->size = static_cast<int64_t>(buffer.size());
  return status;
}

/** Runs something and tells what it threw. */
template <class Action> Status guarded(Answer* answer, Action action) {
#ifdef SLIPSTREAM_ENGINE
  static thread_local const uintptr_t limit = end_of_stack();
  py::detail::stack_limit = limit;
#endif
  try {
    return action();
  } catch (const Unfit& reason) {
    return failed(answer, unfit, "", reason.reason);
#ifdef SLIPSTREAM_ENGINE
  } catch (const py::BaseException& error) {
    return failed(answer, raised, error.type_name(), error.message());
#endif
  } catch (const std::exception& error) {
    return failed(answer, raised, "", error.what());
  } catch (...) {
    return failed(answer, raised, "", "");
  }
}

template <class Result, class... Parameters> struct EntryOf {
  template <size_t I> using Stored = typename Kept<Plain<std::tuple_element_t<I, std::tuple<Parameters...>>>>::type;
  template <size_t I> using In = typename Passed<Stored<I>>::type;
  static constexpr bool is_known = Codec<Plain<Result>>::known && (Codec<typename Kept<Plain<Parameters>>::type>::known && ...);

  static const char* signature() {
    static const std::string text = [] {
      std::string all;
      using Given = Plain<Result>;
      if constexpr (std::is_void_v<Result>) all = "none";
      else if constexpr (std::is_convertible_v<Given, std::string_view>) all = "str";
      else all = Column<Given>::name();
      all += '(';
      size_t number = 0;
      ((all += (number++ == 0 ? "" : ",") + Column<typename Kept<Plain<Parameters>>::type>::name()), ...);
      return all + ")";
    }();
    return text.c_str();
  }

  template <class T, class Given> static T value_of(Given given) {
    if constexpr (Whole<T>) return narrowed<T>(given);
    else if constexpr (Scalar<T>) return static_cast<T>(given);
    else {
      Source source{given};
      return Column<T>::read(source, 1)[0];
    }
  }

  template <class T> static void write_one(std::string& out, const T& value) { Column<T>::write(out, std::vector<T>{value}); }

  template <class Function, class... Given> static int call(Function function, Answer* answer, Given... given) {
    const std::scoped_lock locked(lock());
    return guarded(answer, [&]() -> Status {
      std::tuple<typename Kept<Plain<Parameters>>::type...> stored{value_of<typename Kept<Plain<Parameters>>::type>(given)...};
      return run(function, answer, stored, std::index_sequence_for<Parameters...>{});
    });
  }

  template <class Function, class Tuple, size_t... I>
  static Status run(Function function, Answer* answer, Tuple& stored, std::index_sequence<I...>) {
    std::string& out = answer_buffer();
    out.clear();
    std::array<std::string, sizeof...(Parameters) + 1> before;
    ((may_change<Parameters, Stored<I>> ? column(before[I], std::get<I>(stored)) : void()), ...);
    if constexpr (std::is_void_v<Result>) function(pass_on<Parameters>(std::get<I>(stored))...);
    else {
      using Given = Plain<Result>;
      const Given result = function(pass_on<Parameters>(std::get<I>(stored))...);
      if constexpr (std::is_floating_point_v<Given>) answer->real = static_cast<double>(result);
      else if constexpr (Scalar<Given>) answer->whole = static_cast<int64_t>(result);
      else if constexpr (std::is_convertible_v<Given, std::string_view>) write_one(out, std::string(result));
      else write_one(out, result);
    }
    Status status = returned;
    std::string after;
    const auto tell = [&](auto change, const auto& value, const std::string& was) {
      if constexpr (!Scalar<std::remove_cvref_t<decltype(value)>>) {
        std::string now;
        if constexpr (change.value) column(now, value);
        const bool differs = change.value && now != was;
        after += differs ? '\1' : '\0';
        if (differs) {
          after += now;
          status = changed;
        }
      }
    };
    (tell(std::bool_constant<may_change<Parameters, Stored<I>>>{}, std::get<I>(stored), before[I]), ...);
    if (status == changed) out += after;
    answer->data = out.data();
    answer->size = static_cast<int64_t>(out.size());
    return status;
  }

  template <class T> static void column(std::string& out, const T& value) {
    if constexpr (!Scalar<T>) write_one(out, value);
  }
};

template <class Function> struct Entry : Entry<decltype(&Function::operator())> {};
template <class Result, class... Parameters> struct Entry<Result (*)(Parameters...)> : EntryOf<Result, Parameters...> {};
template <class Result, class... Parameters> struct Entry<Result (*)(Parameters...) noexcept> : EntryOf<Result, Parameters...> {};
template <class Object, class Result, class... Parameters>
struct Entry<Result (Object::*)(Parameters...) const> : EntryOf<Result, Parameters...> {};

}  // namespace slipstream
