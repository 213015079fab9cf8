package io.taskgraph.engine;

import io.taskgraph.avro.Fact;
import io.taskgraph.schemas.codec.FactKind;
import org.apache.avro.specific.SpecificRecord;

/** Makes facts of their kinds, and back. */
public final class Facts {
    private Facts() {}

    /** The fact of that kind. */
    public static Fact of(SpecificRecord kind) {
        Fact fact = new Fact();
        OneOf.FACT.set(fact, kind);
        return fact;
    }

    /** What the fact says, or null if it is of a kind that this version does not know. */
    public static SpecificRecord kind(Fact fact) {
        int at = FactKind.of(fact);
        return at < 0 ? null : (SpecificRecord) fact.get(at);
    }
}
