package io.taskgraph.policy.rules;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * What conditions may call, by CEL's ids of overloads. Left out on purpose: what depends on the platform (named time zones,
 * the text of fractions), what nothing here yields (fractions, unsigned numbers, bytes) and what escapes the type check.
 * Logic, comparison for equality, texts' patterns and loops are {@link TermBuilder}'s.
 */
final class Functions {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final long MOST_SECONDS = 9_223_372_036L;

    private static final Map<String, One> ONE = new LinkedHashMap<>();
    private static final Map<String, Two> TWO = new LinkedHashMap<>();

    private Functions() {}

    /** A function of one value. */
    @FunctionalInterface
    interface One {
        Object of(Evaluation e, Object a) throws Unevaluable;
    }

    /** A function of two values, the one it is called on first. */
    @FunctionalInterface
    interface Two {
        Object of(Evaluation e, Object a, Object b) throws Unevaluable;
    }

    static One one(String overload) {
        return ONE.get(overload);
    }

    static Two two(String overload) {
        return TWO.get(overload);
    }

    /** The ids of all overloads here. */
    static List<String> overloads() {
        List<String> all = new ArrayList<>(ONE.keySet());
        all.addAll(TWO.keySet());
        return all;
    }

    static {
        numbers();
        texts();
        collections();
        times();
        orders();
    }

    private static void numbers() {
        TWO.put("add_int64", (e, a, b) -> exact(() -> Math.addExact((Long) a, (Long) b)));
        TWO.put("subtract_int64", (e, a, b) -> exact(() -> Math.subtractExact((Long) a, (Long) b)));
        TWO.put("multiply_int64", (e, a, b) -> exact(() -> Math.multiplyExact((Long) a, (Long) b)));
        TWO.put("divide_int64", (e, a, b) -> {
            nonZero(a, b);
            return (Long) a / (Long) b;
        });
        TWO.put("modulo_int64", (e, a, b) -> {
            nonZero(a, b);
            return (Long) a % (Long) b;
        });
        ONE.put("negate_int64", (e, a) -> exact(() -> Math.negateExact((Long) a)));
        ONE.put("int64_to_int64", (e, a) -> a);
        ONE.put("string_to_int64", (e, a) -> {
            String text = (String) a;
            if (text.length() > 20 || !text.matches("[-+]?[0-9]+")) {
                throw new Unevaluable("a text is no whole number");
            }
            return exact(() -> Long.parseLong(text));
        });
        ONE.put("timestamp_to_int64", (e, a) -> ((Instant) a).getEpochSecond());
        ONE.put("int64_to_string", (e, a) -> Long.toString((Long) a));
        ONE.put("bool_to_string", (e, a) -> Boolean.toString((Boolean) a));
        ONE.put("string_to_string", (e, a) -> a);
    }

    private static void texts() {
        TWO.put("add_string", (e, a, b) -> {
            e.spend((((String) a).length() + ((String) b).length()) / 16);
            return (String) a + b;
        });
        TWO.put("contains_string", (e, a, b) -> {
            // Java looks for a text in a text in the product of their lengths, at worst.
            e.spend((long) ((String) a).length() * Math.min(((String) b).length(), 64) / 64);
            return ((String) a).contains((String) b);
        });
        TWO.put("starts_with_string", (e, a, b) -> ((String) a).startsWith((String) b));
        TWO.put("ends_with_string", (e, a, b) -> ((String) a).endsWith((String) b));
        One size = (e, a) -> {
            e.spend(((String) a).length() / 64);
            return (long) ((String) a).codePointCount(0, ((String) a).length());
        };
        ONE.put("size_string", size);
        ONE.put("string_size", size);
    }

    private static void collections() {
        for (String list : List.of("size_list", "list_size")) {
            ONE.put(list, (e, a) -> (long) ((List<?>) a).size());
        }
        for (String map : List.of("size_map", "map_size")) {
            ONE.put(map, (e, a) -> (long) ((Map<?, ?>) a).size());
        }
        TWO.put("in_list", (e, a, b) -> {
            e.spend(((List<?>) b).size());
            return ((List<?>) b).contains(a);
        });
        TWO.put("in_map", (e, a, b) -> ((Map<?, ?>) b).containsKey(a));
        TWO.put("index_map", (e, a, b) -> entry((Map<?, ?>) a, b));
        TWO.put("index_list", (e, a, b) -> {
            long index = (Long) b;
            if (index < 0 || index >= ((List<?>) a).size()) {
                throw new Unevaluable("a list has no value number " + index);
            }
            return ((List<?>) a).get((int) index);
        });
        TWO.put("add_list", (e, a, b) -> {
            e.spend(((List<?>) a).size() + ((List<?>) b).size());
            List<Object> both = new ArrayList<>((List<?>) a);
            both.addAll((List<?>) b);
            return Collections.unmodifiableList(both);
        });
    }

    static Object entry(Map<?, ?> map, Object key) throws Unevaluable {
        Object value = map.get(key);
        if (value == null) {
            throw new Unevaluable("nothing is there under the key " + (key instanceof String ? "\"" + key + '"' : key));
        }
        return value;
    }

    private static void times() {
        ONE.put(
                "string_to_timestamp",
                (e, a) -> within(() -> OffsetDateTime.parse((String) a).toInstant()));
        ONE.put("timestamp_to_timestamp", (e, a) -> a);
        ONE.put("int64_to_timestamp", (e, a) -> within(() -> Instant.ofEpochSecond((Long) a)));
        ONE.put("string_to_duration", (e, a) -> checked(DurationText.read((String) a)));
        ONE.put("duration_to_duration", (e, a) -> a);
        TWO.put("add_timestamp_duration", (e, a, b) -> within(() -> ((Instant) a).plus((Duration) b)));
        TWO.put("add_duration_timestamp", (e, a, b) -> within(() -> ((Instant) b).plus((Duration) a)));
        TWO.put("subtract_timestamp_duration", (e, a, b) -> within(() -> ((Instant) a).minus((Duration) b)));
        TWO.put("subtract_timestamp_timestamp", (e, a, b) -> checked(Duration.between((Instant) b, (Instant) a)));
        TWO.put("add_duration_duration", (e, a, b) -> checked(((Duration) a).plus((Duration) b)));
        TWO.put("subtract_duration_duration", (e, a, b) -> checked(((Duration) a).minus((Duration) b)));
        utc("timestamp_to_year", t -> t.getYear());
        utc("timestamp_to_month", t -> t.getMonthValue() - 1);
        utc("timestamp_to_day_of_year", t -> t.getDayOfYear() - 1);
        utc("timestamp_to_day_of_month", t -> t.getDayOfMonth() - 1);
        utc("timestamp_to_day_of_month_1_based", t -> t.getDayOfMonth());
        utc("timestamp_to_day_of_week", t -> t.getDayOfWeek().getValue() % 7);
        utc("timestamp_to_hours", t -> t.getHour());
        utc("timestamp_to_minutes", t -> t.getMinute());
        utc("timestamp_to_seconds", t -> t.getSecond());
        utc("timestamp_to_milliseconds", t -> t.get(ChronoField.MILLI_OF_SECOND));
        ONE.put("duration_to_hours", (e, a) -> ((Duration) a).toHours());
        ONE.put("duration_to_minutes", (e, a) -> ((Duration) a).toMinutes());
        ONE.put("duration_to_seconds", (e, a) -> ((Duration) a).toMillis() / 1000);
        ONE.put("duration_to_milliseconds", (e, a) -> (long) ((Duration) a).toMillisPart());
    }

    private static void utc(String overload, ToLongFunction<OffsetDateTime> field) {
        ONE.put(overload, (e, a) -> field.applyAsLong(((Instant) a).atOffset(ZoneOffset.UTC)));
    }

    private static void orders() {
        for (String type : List.of("bool", "int64", "string", "timestamp", "duration")) {
            TWO.put("less_" + type, (e, a, b) -> compare(a, b) < 0);
            TWO.put("less_equals_" + type, (e, a, b) -> compare(a, b) <= 0);
            TWO.put("greater_" + type, (e, a, b) -> compare(a, b) > 0);
            TWO.put("greater_equals_" + type, (e, a, b) -> compare(a, b) >= 0);
        }
    }

    @SuppressWarnings("unchecked")
    private static int compare(Object a, Object b) {
        return ((Comparable<Object>) a).compareTo(b);
    }

    private static void nonZero(Object a, Object b) throws Unevaluable {
        if ((Long) b == 0) {
            throw new Unevaluable("it divides by zero");
        }
        if ((Long) a == Long.MIN_VALUE && (Long) b == -1) {
            throw new Unevaluable("a number exceeds 64 bits");
        }
    }

    private static Instant within(Time time) throws Unevaluable {
        try {
            Instant instant = time.make();
            if (!instant.isBefore(FIRST) && !instant.isAfter(LAST)) {
                return instant;
            }
        } catch (DateTimeParseException e) {
            throw new Unevaluable("a text is no point in time such as 2030-01-31T12:00:00Z");
        } catch (ArithmeticException | DateTimeException e) {
            // Outside what Java can hold is outside what CEL can.
        }
        throw new Unevaluable("a point in time lies outside the years 1 to 9999");
    }

    private static Duration checked(Duration duration) throws Unevaluable {
        if (duration == null) {
            throw new Unevaluable("a text is no duration such as 90s or 1h30m");
        }
        if (Math.abs(duration.getSeconds()) > MOST_SECONDS) {
            throw new Unevaluable("a duration exceeds 292 years");
        }
        return duration;
    }

    private static Long exact(Number number) throws Unevaluable {
        try {
            return number.make();
        } catch (ArithmeticException | NumberFormatException e) {
            throw new Unevaluable("a number exceeds 64 bits");
        }
    }

    private interface Number {
        long make();
    }

    private interface Time {
        Instant make();
    }
}
