// requires: core, exceptions, compare, list, builtins
// enumerate, zip, map, filter, reversed, and iterators held in variables.
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

namespace detail {

/** Iterables are kept by handle; what `py::` containers copy is only the handle. */
template <class Items> using kept = std::decay_t<Items>;

/** Where a going over a container stands: its iterator and its end. */
template <class Items> struct Cursor {
  decltype(std::declval<const Items&>().begin()) at;
  decltype(std::declval<const Items&>().end()) end;
  explicit Cursor(const Items& items) : at(items.begin()), end(items.end()) {}
  bool more() const { return at != end; }
};

struct End {};

/** Base of lazily computed sequences: `Step` has `more()`, `value()` and `advance()`. */
template <class Step> struct StepIterator {
  Step step;
  bool operator!=(End) const { return step.more(); }
  decltype(auto) operator*() const { return step.value(); }
  StepIterator& operator++() {
    step.advance();
    return *this;
  }
};

}  // namespace detail

/** Python's `enumerate(items, start)`. */
template <class Items> class enumerated {
 public:
  using value_type = std::tuple<int64_t, typename Items::value_type>;
  enumerated(Items items, int64_t start) : items_(std::move(items)), start_(start) {}
  struct Step {
    detail::Cursor<Items> cursor;
    int64_t i;
    bool more() const { return cursor.more(); }
    auto value() const { return std::tuple<int64_t, decltype(*cursor.at)>(i, *cursor.at); }
    void advance() {
      ++cursor.at;
      ++i;
    }
  };
  auto begin() const { return detail::StepIterator<Step>{Step{detail::Cursor<Items>(items_), start_}}; }
  detail::End end() const { return {}; }

 private:
  Items items_;
  int64_t start_;
};
template <class Items> auto enumerate(const Items& items, int64_t start = 0) {
  return enumerated<std::decay_t<decltype(items_of(items))>>(items_of(items), start);
}

/** Python's `zip(...)`. */
template <class... Items> class zipped {
 public:
  using value_type = std::tuple<typename Items::value_type...>;
  explicit zipped(bool strict, Items... items) : items_(std::move(items)...), strict_(strict) {}
  struct Step {
    std::tuple<detail::Cursor<Items>...> cursors;
    bool strict;
    bool more() const {
      const bool all = std::apply([](const auto&... cursor) { return (cursor.more() && ...); }, cursors);
      if (!all && strict) check();
      return all;
    }
    auto value() const {
      return std::apply([](const auto&... cursor) { return std::tuple<decltype(*cursor.at)...>(*cursor.at...); }, cursors);
    }
    void advance() {
      std::apply([](auto&... cursor) { (++cursor.at, ...); }, cursors);
    }
    /** One ended; unless all did, the arguments differ in length. */
    PY_COLD void check() const {
      const bool first = std::get<0>(cursors).more();
      std::apply(
          [&](const auto&... cursor) {
            size_t i = 0;
            const auto compare = [&](bool more) {
              if (++i == 1 || more == first) return;
              std::string message = "zip() argument " + std::to_string(i) + (more ? " is longer than argument" : " is shorter than argument");
              throw ValueError(message + (i == 2 ? " 1" : "s 1-" + std::to_string(i - 1)));
            };
            (compare(cursor.more()), ...);
          },
          cursors);
    }
  };
  auto begin() const {
    return std::apply(
        [&](const auto&... items) {
          return detail::StepIterator<Step>{Step{std::tuple<detail::Cursor<Items>...>(detail::Cursor<Items>(items)...), strict_}};
        },
        items_);
  }
  detail::End end() const { return {}; }

 private:
  std::tuple<Items...> items_;
  bool strict_;
};
template <class... Items> auto zip(const Items&... items) {
  return zipped<std::decay_t<decltype(items_of(items))>...>(false, items_of(items)...);
}
/** Python's `zip(..., strict=True)`. */
template <class... Items> auto zip_strict(const Items&... items) {
  return zipped<std::decay_t<decltype(items_of(items))>...>(true, items_of(items)...);
}

/** Python's `map(function, items, ...)`. */
template <class Function, class... Items> class mapped {
 public:
  using value_type = std::decay_t<decltype(std::declval<const Function&>()(std::declval<const typename Items::value_type&>()...))>;
  explicit mapped(Function function, Items... items) : function_(std::move(function)), items_(std::move(items)...) {}
  struct Step {
    const Function* function;
    std::tuple<detail::Cursor<Items>...> cursors;
    bool more() const {
      return std::apply([](const auto&... cursor) { return (cursor.more() && ...); }, cursors);
    }
    value_type value() const {
      return std::apply([&](const auto&... cursor) -> value_type { return (*function)(*cursor.at...); }, cursors);
    }
    void advance() {
      std::apply([](auto&... cursor) { (++cursor.at, ...); }, cursors);
    }
  };
  auto begin() const {
    return std::apply(
        [&](const auto&... items) {
          return detail::StepIterator<Step>{Step{&function_, std::tuple<detail::Cursor<Items>...>(detail::Cursor<Items>(items)...)}};
        },
        items_);
  }
  detail::End end() const { return {}; }

 private:
  Function function_;
  std::tuple<Items...> items_;
};
template <class Function, class... Items> auto map(const Function& function, const Items&... items) {
  return mapped<std::decay_t<Function>, std::decay_t<decltype(items_of(items))>...>(function, items_of(items)...);
}

/** Python's `filter(predicate, items)`. */
template <class Predicate, class Items> class filtered {
 public:
  using value_type = typename Items::value_type;
  filtered(Predicate predicate, Items items) : predicate_(std::move(predicate)), items_(std::move(items)) {}
  struct Step {
    const Predicate* predicate;
    detail::Cursor<Items> cursor;
    bool wanted() const {
      if constexpr (std::is_same_v<Predicate, NoneType>) {
        return is_true(static_cast<value_type>(*cursor.at));
      } else {
        return is_true((*predicate)(*cursor.at));
      }
    }
    bool more() const { return cursor.more(); }
    decltype(auto) value() const { return *cursor.at; }
    void advance() {
      ++cursor.at;
      seek();
    }
    void seek() {
      while (cursor.more() && !wanted()) ++cursor.at;
    }
  };
  auto begin() const {
    detail::StepIterator<Step> iterator{Step{&predicate_, detail::Cursor<Items>(items_)}};
    iterator.step.seek();
    return iterator;
  }
  detail::End end() const { return {}; }

 private:
  Predicate predicate_;
  Items items_;
};
template <class Predicate, class Items> auto filter(const Predicate& predicate, const Items& items) {
  return filtered<std::decay_t<Predicate>, std::decay_t<decltype(items_of(items))>>(predicate, items_of(items));
}

/** Python's `reversed(items)` of anything with a length and an index. */
template <class Items> class reversed_items {
 public:
  using value_type = typename Items::value_type;
  explicit reversed_items(Items items) : items_(std::move(items)) {}
  struct Step {
    Items items;
    int64_t i;
    bool more() const { return i >= 0 && i < len(items); }
    decltype(auto) value() const { return items[i]; }
    void advance() { --i; }
  };
  auto begin() const { return detail::StepIterator<Step>{Step{items_, len(items_) - 1}}; }
  detail::End end() const { return {}; }

 private:
  Items items_;
};
template <class Items> auto reversed(const Items& items) {
  if constexpr (detail::is_tuple<Items>) {
    return reversed_items(items_of(items));
  } else if constexpr (requires { items.reversed(); }) {
    return items.reversed();
  } else if constexpr (requires { items[int64_t{0}]; } && !requires { typename Items::key_type; }) {
    return reversed_items<Items>(items);
  } else {
    return reversed_items(to_list(items));
  }
}

/** An iterator held in a variable: `iter(x)`. Copies share where it stands. */
template <class T> class iterator {
 public:
  using value_type = T;

  /** Where the values come from. */
  struct Source {
    virtual ~Source() = default;
    virtual std::optional<T> next() = 0;
  };

  iterator() = default;
  explicit iterator(std::shared_ptr<Source> source) : source_(std::move(source)) {}
  /** What goes on where a generator or an iterator of other values stands. */
  template <class Other>
    requires(!std::is_same_v<Other, iterator>) && requires(const Other& other) {
      { *other.next() } -> std::convertible_to<T>;
    }
  iterator(const Other& other) {
    struct Over : Source {
      Other items;
      explicit Over(const Other& given) : items(given) {}
      std::optional<T> next() override {
        auto value = items.next();
        return value ? std::optional<T>(*std::move(value)) : std::nullopt;
      }
    };
    source_ = std::make_shared<Over>(other);
  }
  /** The next value, or nothing at the end. */
  std::optional<T> next() const { return source_->next(); }
  bool is(const iterator& other) const { return source_ == other.source_; }

  class walker {
   public:
    explicit walker(std::shared_ptr<Source> source) : source_(std::move(source)), value_(source_->next()) {}
    T operator*() const { return *value_; }
    walker& operator++() {
      value_ = source_->next();
      return *this;
    }
    bool operator!=(detail::End) const { return value_.has_value(); }

   private:
    std::shared_ptr<Source> source_;
    std::optional<T> value_;
  };
  walker begin() const { return walker(source_); }
  detail::End end() const { return {}; }

 private:
  std::shared_ptr<Source> source_;
};

/** Python's `iter(items)`. */
template <class Items> auto iter(const Items& items) {
  using Kept = std::decay_t<decltype(items_of(items))>;
  using T = typename Kept::value_type;
  if constexpr (requires { items.next(); }) {
    return items;
  } else {
    struct Over : iterator<T>::Source {
      Kept items;
      std::optional<detail::Cursor<Kept>> cursor;
      bool started = false;
      // Of a container that notices when it is changed between its `iter` and the first `next`.
      size_t changes = 0;
      explicit Over(const Kept& kept) : items(kept) {
        if constexpr (requires { items.changes(); }) changes = items.changes();
      }
      std::optional<T> next() override {
        if (!cursor) {
          if (started) return std::nullopt;
          if constexpr (requires { items.changes(); }) {
            if (items.changes() != changes) raise_runtime_error(Kept::changed);
          }
          cursor.emplace(items);
        } else {
          ++cursor->at;
        }
        started = true;
        if (!cursor->more()) {
          cursor.reset();
          return std::nullopt;
        }
        return static_cast<T>(*cursor->at);
      }
    };
    return iterator<T>(std::make_shared<Over>(items_of(items)));
  }
}

/** Python's `next(iterator)`. */
template <class Iterator> auto next(const Iterator& iterator) {
  auto value = iterator.next();
  if (!value) {
    if constexpr (requires { iterator.raise_stop(); }) iterator.raise_stop();
    throw StopIteration();
  }
  return *std::move(value);
}

/** Python's `next(iterator, default)`. */
template <class T, class Iterator, class Default> T next_or(const Iterator& iterator, const Default& absent) {
  auto value = iterator.next();
  return value ? T(std::move(*value)) : T(absent);
}

}  // namespace py
