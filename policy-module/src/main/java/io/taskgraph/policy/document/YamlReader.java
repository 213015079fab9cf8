package io.taskgraph.policy.document;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML 1.2 document strictly: duplicate names, tags, names that are not texts, a second document, nesting
 * beyond the limit and aliases that stand for too much are problems with a place. It builds the nodes from the parser's
 * events without recursion, so no document can exhaust the stack, and shares what an alias refers to, so none can
 * exhaust the heap.
 */
public final class YamlReader {
    private static final String TEXT_TAG = "tag:yaml.org,2002:str";

    private final Limits limits;
    private final List<Problem> problems;
    private final Map<String, Node> anchors = new HashMap<>();
    private final List<Open> open = new ArrayList<>();
    private long aliased;
    private Node root;

    private YamlReader(Limits limits, List<Problem> problems) {
        this.limits = limits;
        this.problems = problems;
    }

    /**
     * Reads a document.
     *
     * @param text the document
     * @param limits what it may hold
     * @param problems receives everything wrong with it; the reader goes on after what it can go on after
     * @return the document's value; empty if it is empty or cannot be read any further, which then is among the problems
     */
    public static Optional<Node> read(String text, Limits limits, List<Problem> problems) {
        if (text.length() > limits.characters()) {
            problems.add(new Problem(
                    1,
                    1,
                    "the document has " + text.length() + " characters, more than the " + limits.characters()
                            + " allowed; split it"));
            return Optional.empty();
        }
        return new YamlReader(limits, problems).read(text);
    }

    private Optional<Node> read(String text) {
        LoadSettings settings =
                LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE).build();
        try {
            Iterator<Event> events = new Parse(settings).parseString(text).iterator();
            int documents = 0;
            while (events.hasNext()) {
                Event event = events.next();
                if (event instanceof DocumentStartEvent && ++documents > 1) {
                    throw new Unreadable(problem(event, "a second document begins here; keep one document a file"));
                }
                take(event);
            }
        } catch (Unreadable e) {
            problems.add(e.problem);
            return Optional.empty();
        } catch (ReaderException e) {
            problems.add(unprintable(text, e));
            return Optional.empty();
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            String what = "this is not YAML: "
                    + oneLine(e.getProblem() == null ? e.getMessage() : e.getProblem())
                    + "; check indentation, quotes and brackets here";
            problems.add(
                    mark == null
                            ? new Problem(1, 1, what)
                            : new Problem(mark.getLine() + 1, mark.getColumn() + 1, what));
            return Optional.empty();
        } catch (YamlEngineException e) {
            problems.add(new Problem(1, 1, "this is not YAML: " + oneLine(e.getMessage())));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            // The parser reads the number of an escape without looking whether it is one.
            problems.add(new Problem(1, 1, "this is not YAML: an escape such as \\u00e9 is not complete; complete it"));
            return Optional.empty();
        }
        if (root == null || root instanceof Node.Scalar scalar && scalar.kind() == Node.Kind.NULL) {
            problems.add(new Problem(1, 1, "the document is empty; write name: value lines"));
            return Optional.empty();
        }
        return Optional.of(root);
    }

    private void take(Event event) throws Unreadable {
        switch (event.getEventId()) {
            case MappingStart, SequenceStart -> begin((CollectionStartEvent) event);
            case MappingEnd, SequenceEnd -> {
                Open closed = open.remove(open.size() - 1);
                value(closed.toNode(), closed.anchor);
            }
            case Scalar -> {
                ScalarEvent scalar = (ScalarEvent) event;
                value(scalar(scalar), scalar.getAnchor());
            }
            case Alias -> alias((AliasEvent) event);
            default -> {
                // Stream and document boundaries and comments carry no value.
            }
        }
    }

    private void begin(CollectionStartEvent event) throws Unreadable {
        if (open.size() >= limits.depth()) {
            throw new Unreadable(
                    problem(event, "values are nested more than " + limits.depth() + " deep; flatten them"));
        }
        event.getTag().filter(t -> !event.isImplicit()).ifPresent(t -> problems.add(tag(event, t)));
        open.add(new Open(event));
    }

    private Node.Scalar scalar(ScalarEvent event) {
        Optional<String> tag = event.getTag();
        boolean text = !event.isPlain();
        if (tag.isPresent()) {
            text = true;
            if (!tag.get().equals(TEXT_TAG) && !tag.get().equals("!")) {
                problems.add(tag(event, tag.get()));
            }
        }
        Node.Kind kind = text ? Node.Kind.TEXT : ScalarKinds.ofPlain(event.getValue());
        return new Node.Scalar(kind, event.getValue(), line(event), column(event));
    }

    private void alias(AliasEvent event) throws Unreadable {
        String name = event.getAlias().getValue();
        Node meant = anchors.get(name);
        if (meant == null) {
            throw new Unreadable(
                    problem(event, "the alias *" + name + " refers to nothing that is complete before it"));
        }
        aliased += Math.min(meant.weight(), limits.aliasedValues() + 1);
        if (aliased > limits.aliasedValues()) {
            throw new Unreadable(problem(
                    event,
                    "aliases stand for more than " + limits.aliasedValues() + " values together; write them out"));
        }
        value(meant, Optional.empty());
    }

    private void value(Node node, Optional<Anchor> anchor) {
        anchor.ifPresent(a -> anchors.put(a.getValue(), node));
        if (open.isEmpty()) {
            root = node;
        } else {
            open.get(open.size() - 1).add(node);
        }
    }

    private static Problem tag(Event event, String tag) {
        return problem(event, "the tag " + tag + " means nothing here; leave it out");
    }

    private static Problem problem(Event event, String message) {
        return new Problem(line(event), column(event), message);
    }

    private static int line(Event event) {
        return event.getStartMark().map(m -> m.getLine() + 1).orElse(1);
    }

    private static int column(Event event) {
        return event.getStartMark().map(m -> m.getColumn() + 1).orElse(1);
    }

    private static Problem unprintable(String text, ReaderException e) {
        int end = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
        int line = 1;
        int start = 0;
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) == '\n') {
                line++;
                start = i + 1;
            }
        }
        return new Problem(
                line,
                end - start + 1,
                String.format(
                        "this is not YAML: the character U+%04X must not stand in a text file", e.getCodePoint()));
    }

    private static String oneLine(String message) {
        return message.strip().lines().findFirst().orElse("unreadable");
    }

    /** A mapping or list whose end has not been read yet. */
    private final class Open {
        final boolean mapping;
        final int line;
        final int column;
        final Optional<Anchor> anchor;
        final List<Node> items = new ArrayList<>();
        final List<Node.Entry> entries = new ArrayList<>();
        final Set<String> names = new HashSet<>();
        Node.Scalar key;
        boolean skip;
        boolean expectValue;
        long weight = 1;

        Open(CollectionStartEvent event) {
            this.mapping = event.getEventId() == Event.ID.MappingStart;
            this.line = line(event);
            this.column = column(event);
            this.anchor = event.getAnchor();
        }

        void add(Node node) {
            weight = Math.min(weight + node.weight(), Long.MAX_VALUE / 4);
            if (!mapping) {
                items.add(node);
            } else if (!expectValue) {
                takeKey(node);
                expectValue = true;
            } else {
                if (!skip) {
                    entries.add(new Node.Entry(key, node));
                }
                expectValue = false;
            }
        }

        private void takeKey(Node node) {
            skip = true;
            if (!(node instanceof Node.Scalar scalar)) {
                problems.add(new Problem(node.line(), node.column(), "a name must be a text, not " + node.describe()));
            } else if (!names.add(scalar.text())) {
                problems.add(new Problem(
                        node.line(), node.column(), "\"" + scalar.text() + "\" is given twice; keep one of them"));
            } else {
                key = scalar;
                skip = false;
            }
        }

        Node toNode() {
            return mapping
                    ? new Node.Mapping(List.copyOf(entries), line, column, weight)
                    : new Node.Sequence(List.copyOf(items), line, column, weight);
        }
    }

    /** Ends the reading; always caught in {@link #read}. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        Unreadable(Problem problem) {
            super(problem.toString(), null, false, false);
            this.problem = problem;
        }
    }
}
