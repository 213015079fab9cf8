package io.taskgraph.policy.rules;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import io.taskgraph.policy.decision.Asked;
import io.taskgraph.policy.document.NearestName;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Compiles conditions: parses and type-checks them with CEL's compiler, then builds {@linkplain TermBuilder closures}. */
public final class ConditionCompiler {
    /** The most characters of a condition. */
    public static final int MOST_CHARACTERS = 2_048;

    private static final int DEEPEST = 64;
    private static final Map<String, CelType> TYPES = Map.of(
            "string", SimpleType.STRING,
            "int", SimpleType.INT,
            "bool", SimpleType.BOOL,
            "timestamp", SimpleType.TIMESTAMP,
            "duration", SimpleType.DURATION,
            "map(string, string)", MapType.create(SimpleType.STRING, SimpleType.STRING));
    private static final Set<String> LOGIC = Set.of(
            "conditional",
            "logical_and",
            "logical_or",
            "logical_not",
            "not_strictly_false",
            "equals",
            "not_equals",
            "matches",
            "matches_string");
    private static final Pattern DOTTED = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
    private static final Pattern UNDECLARED = Pattern.compile("undeclared reference to '([^']*)'.*");
    private static final Pattern CANDIDATES = Pattern.compile(" \\(candidates: ");
    private static final CelCompiler CEL = cel();

    private ConditionCompiler() {}

    /**
     * Compiles a condition.
     *
     * @param text the condition; its type must be bool
     * @param asked the questions that it is to be asked about: it may look at what all of them give
     * @param problems receives all that is wrong with it, each with its place within the text where that is known
     * @return the condition, if nothing is wrong with it
     */
    public static Optional<Condition> compile(String text, Set<Asked> asked, Consumer<String> problems) {
        if (text.length() > MOST_CHARACTERS) {
            problems.accept("it has " + text.length() + " characters, more than the " + MOST_CHARACTERS
                    + " allowed; make several rules of it");
            return Optional.empty();
        }
        CelAbstractSyntaxTree tree;
        try {
            CelValidationResult checked = CEL.compile(text);
            if (checked.hasError()) {
                checked.getErrors().forEach(issue -> problems.accept(said(text, issue)));
                return Optional.empty();
            }
            tree = checked.getAst();
        } catch (CelValidationException e) {
            e.getErrors().forEach(issue -> problems.accept(said(text, issue)));
            return Optional.empty();
        }
        TermBuilder builder = new TermBuilder(tree);
        Term term;
        try {
            term = builder.build();
        } catch (TermBuilder.Unsupported e) {
            Integer offset = tree.getSource().getPositionsMap().get(e.exprId());
            problems.accept(e.getMessage()
                    + (offset == null
                            ? ""
                            : tree.getSource()
                                    .getOffsetLocation(offset)
                                    .map(ConditionCompiler::place)
                                    .orElse("")));
            return Optional.empty();
        }
        boolean known = true;
        for (Variable variable : builder.variables()) {
            for (Asked a : Asked.values()) {
                if (asked.contains(a) && !variable.given().contains(a)) {
                    problems.accept(variable.name() + " is not known on " + a.key() + "; it is on "
                            + String.join(
                                    ", ",
                                    variable.given().stream().map(Asked::key).toList()));
                    known = false;
                }
            }
        }
        return known ? Optional.of(new Condition(text, term, builder.slots())) : Optional.empty();
    }

    private static CelCompiler cel() {
        Set<String> overloads = new HashSet<>(Functions.overloads());
        overloads.addAll(LOGIC);
        CelOptions options = CelOptions.current()
                .maxExpressionCodePointSize(MOST_CHARACTERS)
                .maxParseRecursionDepth(DEEPEST)
                .maxParseErrorRecoveryLimit(1)
                .enableQuotedIdentifierSyntax(false)
                .enableHeterogeneousNumericComparisons(false)
                .enableCompileTimeOverloadResolution(true)
                .enableHomogeneousLiterals(true)
                .build();
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(options)
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(CelStandardDeclarations.newBuilder()
                        .filterFunctions((function, overload) ->
                                overloads.contains(overload.celOverloadDecl().overloadId()))
                        .filterIdentifiers(identifier -> false)
                        .build())
                .setStandardMacros(
                        CelStandardMacro.HAS,
                        CelStandardMacro.ALL,
                        CelStandardMacro.EXISTS,
                        CelStandardMacro.EXISTS_ONE,
                        CelStandardMacro.MAP,
                        CelStandardMacro.MAP_FILTER,
                        CelStandardMacro.FILTER)
                .setResultType(SimpleType.BOOL);
        Variable.ALL.values().forEach(v -> builder.addVar(v.name(), TYPES.get(v.type())));
        return builder.build();
    }

    private static String said(String text, CelIssue issue) {
        CelSourceLocation at = issue.getSourceLocation();
        String message = issue.getMessage().strip().lines().findFirst().orElse("it cannot be read");
        Matcher undeclared = UNDECLARED.matcher(message);
        if (undeclared.matches()) {
            return unknown(text, at, undeclared.group(1)) + place(at);
        }
        Matcher candidates = CANDIDATES.matcher(message);
        return (candidates.find() ? message.substring(0, candidates.start()) : message)
                        .replace("google.protobuf.Timestamp", "timestamp")
                        .replace("google.protobuf.Duration", "duration")
                + place(at);
    }

    private static String unknown(String text, CelSourceLocation at, String name) {
        String[] lines = text.split("\n", -1);
        if (at.getLine() >= 1 && at.getLine() <= lines.length) {
            String line = lines[at.getLine() - 1];
            Matcher dotted = DOTTED.matcher(line);
            // Errors in calls point behind the name; errors in names to their beginning.
            if (at.getColumn() >= 0
                    && at.getColumn() < line.length()
                    && dotted.find(at.getColumn())
                    && dotted.start() == at.getColumn()
                    && dotted.group().startsWith(name)) {
                name = dotted.group();
            }
        }
        // What follows may be the key of a map, so the name is looked for without it, too.
        for (String part = name; !part.isEmpty(); part = part.substring(0, Math.max(0, part.lastIndexOf('.')))) {
            Optional<String> near = NearestName.to(part, Variable.ALL.keySet());
            if (near.isPresent()) {
                return "there is no " + name + "; did you mean " + near.get() + "?";
            }
        }
        return "there is no " + name + "; the contract's document lists what there is";
    }

    private static String place(CelSourceLocation at) {
        return at.getLine() < 1 ? "" : " (in its line " + at.getLine() + ", column " + (at.getColumn() + 1) + ")";
    }
}
