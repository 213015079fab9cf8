package io.taskgraph.policy.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.ast.CelReference;
import dev.cel.common.types.CelKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds the closures of one checked condition. What does not depend on the question is worked out here, once: points in
 * time, patterns, lists. CEL's own interpreter is not used: it works them out at each evaluation and costs ten times as
 * much; that both give the same answers is tested. The recursion is as deep as the expression, which the parser bounds.
 */
final class TermBuilder {
    private final CelAbstractSyntaxTree tree;
    private final Set<Variable> variables = new TreeSet<>((a, b) -> a.name().compareTo(b.name()));
    private final Map<String, Integer> loopVariables = new LinkedHashMap<>();
    private int slots;

    TermBuilder(CelAbstractSyntaxTree tree) {
        this.tree = tree;
    }

    Term build() throws Unsupported {
        return term(tree.getExpr());
    }

    /** The variables that the condition looks at. */
    Set<Variable> variables() {
        return variables;
    }

    /** How many loop variables it needs room for. */
    int slots() {
        return slots;
    }

    private Term term(CelExpr expr) throws Unsupported {
        return switch (expr.getKind()) {
            case CONSTANT -> constant(expr, expr.constant());
            case IDENT -> named(expr, expr.ident().name());
            case SELECT -> select(expr, expr.select());
            case CALL -> call(expr, expr.call());
            case LIST -> list(terms(expr.list().elements()));
            case MAP -> map(expr);
            case COMPREHENSION -> loop(expr.comprehension());
            default -> throw new Unsupported(expr, "this is not known in conditions");
        };
    }

    private List<Term> terms(List<CelExpr> exprs) throws Unsupported {
        List<Term> terms = new ArrayList<>();
        for (CelExpr expr : exprs) {
            terms.add(term(expr));
        }
        return terms;
    }

    private static Term constant(CelExpr expr, CelConstant constant) throws Unsupported {
        return switch (constant.getKind()) {
            case BOOLEAN_VALUE -> new Term.Constant(constant.booleanValue());
            case INT64_VALUE -> new Term.Constant(constant.int64Value());
            case STRING_VALUE -> new Term.Constant(constant.stringValue());
            default ->
                throw new Unsupported(
                        expr,
                        "only texts, whole numbers, true and false may stand here; fractions, null and bytes are not known");
        };
    }

    private Term named(CelExpr expr, String name) throws Unsupported {
        Integer slot = loopVariables.get(name);
        if (slot != null) {
            int local = slot;
            return e -> {
                e.spend(1);
                return e.local(local);
            };
        }
        Variable variable = Variable.ALL.get(name);
        if (variable == null) {
            throw new Unsupported(expr, "there is no " + name);
        }
        variables.add(variable);
        return e -> {
            e.spend(1);
            Object value = variable.value().apply(e.question());
            if (value == null) {
                throw new Unevaluable(variable.name() + " is not known when asked to "
                        + e.question().asked().key());
            }
            return value;
        };
    }

    private Term select(CelExpr expr, CelSelect select) throws Unsupported {
        CelReference reference = tree.getReference(expr.id()).orElse(null);
        if (reference != null) {
            return named(expr, reference.name());
        }
        if (tree.getTypeOrThrow(select.operand().id()).kind() != CelKind.MAP) {
            throw new Unsupported(expr, "only a map's keys may be selected");
        }
        Term map = term(select.operand());
        String key = select.field();
        return select.testOnly()
                ? e -> ((Map<?, ?>) map.value(e)).containsKey(key)
                : e -> Functions.entry((Map<?, ?>) map.value(e), key);
    }

    private Term call(CelExpr expr, CelCall call) throws Unsupported {
        List<CelExpr> exprs = new ArrayList<>();
        call.target().ifPresent(exprs::add);
        exprs.addAll(call.args());
        List<Term> args = terms(exprs);
        switch (call.function()) {
            case "_&&_":
                return Logic.and(args.get(0), args.get(1));
            case "_||_":
                return Logic.or(args.get(0), args.get(1));
            case "!_":
                return Logic.not(args.get(0));
            case "_?_:_":
                return Logic.choose(args.get(0), args.get(1), args.get(2));
            case "_==_":
                return Logic.equal(args.get(0), args.get(1), true);
            case "_!=_":
                return Logic.equal(args.get(0), args.get(1), false);
            case "@not_strictly_false":
                return Logic.notStrictlyFalse(args.get(0));
            case "matches":
                return matches(expr, args);
            default:
                return function(expr, args);
        }
    }

    private Term function(CelExpr expr, List<Term> args) throws Unsupported {
        List<String> overloads =
                tree.getReference(expr.id()).map(CelReference::overloadIds).orElseThrow();
        Functions.One one = overloads.size() == 1 ? Functions.one(overloads.get(0)) : null;
        Functions.Two two = overloads.size() == 1 ? Functions.two(overloads.get(0)) : null;
        Term a = args.get(0);
        Term term;
        if (one != null) {
            term = e -> {
                e.spend(1);
                return one.of(e, a.value(e));
            };
        } else if (two != null) {
            Term b = args.get(1);
            term = e -> {
                e.spend(1);
                return two.of(e, a.value(e), b.value(e));
            };
        } else {
            throw new Unsupported(expr, "the types of this are only known at run time");
        }
        return args.stream().allMatch(Term.Constant.class::isInstance) ? folded(expr, term) : term;
    }

    /** What is the same for every question; what has no answer for any question is a mistake. */
    private static Term folded(CelExpr expr, Term term) throws Unsupported {
        try {
            Evaluation e = new Evaluation(null);
            e.begin(0);
            return new Term.Constant(term.value(e));
        } catch (Unevaluable e) {
            throw new Unsupported(expr, "this can never be evaluated: " + e.getMessage());
        }
    }

    private static Term matches(CelExpr expr, List<Term> args) throws Unsupported {
        if (!(args.get(1) instanceof Term.Constant constant)) {
            throw new Unsupported(expr, "the pattern must be a text, not computed, so that it is checked now");
        }
        TextPattern pattern;
        try {
            pattern = TextPattern.of((String) constant.constant());
        } catch (TextPattern.Unusable e) {
            throw new Unsupported(expr, e.getMessage());
        }
        Term text = args.get(0);
        return e -> pattern.isIn((String) text.value(e), e);
    }

    private static Term list(List<Term> items) {
        if (items.stream().allMatch(Term.Constant.class::isInstance)) {
            return new Term.Constant(
                    items.stream().map(i -> ((Term.Constant) i).constant()).toList());
        }
        return e -> {
            e.spend(1 + items.size());
            List<Object> values = new ArrayList<>(items.size());
            for (Term item : items) {
                values.add(item.value(e));
            }
            return values;
        };
    }

    private Term map(CelExpr expr) throws Unsupported {
        List<Term> keys = new ArrayList<>();
        List<Term> values = new ArrayList<>();
        for (CelExpr.CelMap.Entry entry : expr.map().entries()) {
            keys.add(term(entry.key()));
            values.add(term(entry.value()));
        }
        return e -> {
            e.spend(1 + keys.size());
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                if (map.put(keys.get(i).value(e), values.get(i).value(e)) != null) {
                    throw new Unevaluable("a map has the same key twice");
                }
            }
            return map;
        };
    }

    /** A macro such as {@code exists}: its range once, then the loop with its two variables in slots of their own. */
    private Term loop(CelComprehension c) throws Unsupported {
        Term range = term(c.iterRange());
        Term first = term(c.accuInit());
        int item = slots++;
        int sum = slots++;
        Integer hiddenItem = loopVariables.put(c.iterVar(), item);
        Integer hiddenSum = loopVariables.put(c.accuVar(), sum);
        Term goOn = term(c.loopCondition());
        Term step = term(c.loopStep());
        restore(c.iterVar(), hiddenItem);
        Term result = term(c.result());
        restore(c.accuVar(), hiddenSum);
        return new Loop(range, first, goOn, step, result, item, sum);
    }

    private void restore(String name, Integer hidden) {
        if (hidden == null) {
            loopVariables.remove(name);
        } else {
            loopVariables.put(name, hidden);
        }
    }

    private record Loop(Term range, Term first, Term goOn, Term step, Term result, int item, int sum) implements Term {
        @Override
        public Object value(Evaluation e) throws Unevaluable {
            Object over = range.value(e);
            e.local(sum, first.value(e));
            for (Object each : over instanceof Map<?, ?> map ? map.keySet() : (List<?>) over) {
                e.spend(1);
                e.local(item, each);
                if (!(Boolean) goOn.value(e)) {
                    break;
                }
                Object next;
                try {
                    next = step.value(e);
                } catch (Unevaluable failure) {
                    // CEL's rule: a later value may still decide the whole; if none does, this is its outcome.
                    next = failure;
                }
                e.local(sum, next);
            }
            return result.value(e);
        }
    }

    /** Something that type-checks and yet is not known in conditions. */
    static final class Unsupported extends Exception {
        private static final long serialVersionUID = 1L;
        private final long exprId;

        Unsupported(CelExpr expr, String message) {
            super(message, null, false, false);
            this.exprId = expr.id();
        }

        long exprId() {
            return exprId;
        }
    }
}
