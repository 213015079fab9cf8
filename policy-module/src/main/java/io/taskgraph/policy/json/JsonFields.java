package io.taskgraph.policy.json;

import io.taskgraph.policy.document.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** An object of a document while its fields are read. What cannot be read becomes a problem with its pointer. */
public final class JsonFields {
    private final Map<String, Json> members;
    private final String at;
    private final List<JsonProblem> problems;

    private JsonFields(Map<String, Json> members, String at, List<JsonProblem> problems) {
        this.members = members;
        this.at = at;
        this.problems = problems;
    }

    /**
     * The fields of a value, which must be an object; of any other value none, which is a problem.
     *
     * @param at the pointer of the value
     * @param what how messages call it
     */
    public static JsonFields of(Json value, String at, String what, List<JsonProblem> problems) {
        if (value instanceof Json.Obj object) {
            return new JsonFields(object.members(), at, problems);
        }
        add(problems, at, what + " must be an object, not " + value.describe());
        return none();
    }

    /** No fields at all, and nobody to tell of it: for what stands under something that is missing. */
    public static JsonFields none() {
        return new JsonFields(Map.of(), "", new ArrayList<>());
    }

    /** A pointer as it is shown: printable, bounded. */
    static String shown(String pointer) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < pointer.length() && i < 200; i++) {
            char c = pointer.charAt(i);
            out.append(c == '"' ? "\"" : c == '\\' ? "\\" : Json.ascii(c));
        }
        return out.toString();
    }

    private static void add(List<JsonProblem> problems, String pointer, String message) {
        if (problems.size() < JsonProblem.MOST) {
            problems.add(new JsonProblem(pointer, message));
        }
    }

    /** The pointer of a field. */
    public String at(String key) {
        return at + "/" + shown(key.replace("~", "~0").replace("/", "~1"));
    }

    /** Tells of a problem with a field. */
    public void problem(String key, String message) {
        add(problems, at(key), message);
    }

    /** Makes every field that is not one of these a problem. */
    public JsonFields only(List<String> keys) {
        for (String key : members.keySet()) {
            if (!keys.contains(key)) {
                problem(key, "this is no field here; " + NearestName.hint(key, keys));
            }
        }
        return this;
    }

    /** A field that may be left out. */
    public Optional<Json> optional(String key) {
        return Optional.ofNullable(members.get(key));
    }

    /** A field that must be there. */
    public Optional<Json> required(String key) {
        Json value = members.get(key);
        if (value == null) {
            add(problems, at, "the field " + key + " is missing; add it");
        }
        return Optional.ofNullable(value);
    }

    /** A required text. */
    public Optional<String> text(String key) {
        return required(key).flatMap(value -> text(key, value));
    }

    private Optional<String> text(String key, Json value) {
        if (value instanceof Json.Text text) {
            return Optional.of(text.value());
        }
        problem(key, key + " must be a text, not " + value.describe());
        return Optional.empty();
    }

    /** A text that may be left out; anything but a text is a problem. */
    public Optional<String> textIfAny(String key) {
        return optional(key).flatMap(value -> text(key, value));
    }

    /**
     * A required text of some form.
     *
     * @param most the most characters, looked at before the form
     * @param form what the form is, for a message
     */
    public Optional<String> text(String key, int most, Pattern pattern, String form) {
        return text(key).filter(text -> {
            boolean fits = text.length() <= most && pattern.matcher(text).matches();
            if (!fits) {
                problem(key, key + " must be " + form + ", not " + Json.printable(text));
            }
            return fits;
        });
    }

    /** A required text that is one of some words. */
    public <E> Optional<E> word(String key, Map<String, E> words) {
        return text(key).flatMap(text -> {
            E word = words.get(text);
            if (word == null) {
                problem(
                        key,
                        key + " must be one of its words, not " + Json.printable(text) + "; "
                                + NearestName.hint(text, words.keySet()));
            }
            return Optional.ofNullable(word);
        });
    }

    /** The items of a required list; of anything else none, which is a problem. */
    public List<Json> list(String key, int least, int most) {
        return required(key).map(value -> list(key, value, least, most)).orElse(List.of());
    }

    /** The items of a list that may be left out. */
    public List<Json> listIfAny(String key, int most) {
        return optional(key).map(value -> list(key, value, 0, most)).orElse(List.of());
    }

    private List<Json> list(String key, Json value, int least, int most) {
        if (!(value instanceof Json.Arr list)) {
            problem(key, key + " must be a list, not " + value.describe());
            return List.of();
        }
        int size = list.items().size();
        if (size < least || size > most) {
            problem(key, key + " must have " + least + " to " + most + " values, not " + size);
            return List.of();
        }
        return list.items();
    }
}
