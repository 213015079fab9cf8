package io.taskgraph.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.Fact;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

/** Found by walking the schema: a kind that is added and not looked for here fails. */
class FactKindTest {
    private static final List<Schema.Field> FIELDS = Fact.getClassSchema().getFields();

    private static void set(Fact fact, int position) {
        Schema kind = FIELDS.get(position).schema().getTypes().get(1);
        fact.put(position, SpecificData.get().newRecord(null, kind));
    }

    @Test
    void findsEachKindWhereItStands() {
        for (int i = 0; i < FIELDS.size(); i++) {
            Fact fact = new Fact();
            set(fact, i);

            assertThat(FactKind.of(fact)).as(FIELDS.get(i).name()).isEqualTo(i);
        }
    }

    @Test
    void findsNoneInAFactOfAKindThatIsNotKnown() {
        assertThat(FactKind.of(new Fact())).isEqualTo(FactKind.NONE);
    }

    @Test
    void tellsSeveralFromOne() {
        Fact fact = new Fact();
        for (int i = 0; i < FIELDS.size(); i++) {
            set(fact, i);
            assertThat(FactKind.of(fact)).isEqualTo(i == 0 ? 0 : FactKind.SEVERAL);
        }
    }
}
