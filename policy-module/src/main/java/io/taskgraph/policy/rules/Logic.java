package io.taskgraph.policy.rules;

/**
 * CEL's logic. Of {@code a && b} and {@code a || b} each side may decide alone, also when the other has no value: then the
 * order in which they are written does not matter.
 */
final class Logic {
    private Logic() {}

    static Term and(Term a, Term b) {
        return either(a, b, false);
    }

    static Term or(Term a, Term b) {
        return either(a, b, true);
    }

    private static Term either(Term a, Term b, boolean decides) {
        Boolean decided = decides;
        Boolean undecided = !decides;
        return e -> {
            Unevaluable failure = null;
            try {
                if ((Boolean) a.value(e) == decides) {
                    return decided;
                }
            } catch (Unevaluable left) {
                failure = left;
            }
            if ((Boolean) b.value(e) == decides) {
                return decided;
            }
            if (failure != null) {
                throw failure;
            }
            return undecided;
        };
    }

    static Term not(Term a) {
        return e -> !(Boolean) a.value(e);
    }

    static Term choose(Term condition, Term then, Term otherwise) {
        return e -> (Boolean) condition.value(e) ? then.value(e) : otherwise.value(e);
    }

    static Term equal(Term a, Term b, boolean expected) {
        return e -> {
            e.spend(1);
            return a.value(e).equals(b.value(e)) == expected;
        };
    }

    static Term notStrictlyFalse(Term a) {
        return e -> {
            try {
                return a.value(e);
            } catch (Unevaluable failure) {
                return true;
            }
        };
    }
}
