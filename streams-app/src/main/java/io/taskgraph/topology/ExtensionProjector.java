package io.taskgraph.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.taskgraph.avro.Decision;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.Fact;
import io.taskgraph.engine.RegistryRecords;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Decisions of the registry of extensions as its records, which every instance reads. */
final class ExtensionProjector implements Processor<String, Projection, byte[], byte[]> {
    private final Wiring wiring;
    private ProcessorContext<byte[], byte[]> context;

    ExtensionProjector(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> c) {
        context = c;
    }

    @Override
    public void process(Record<String, Projection> record) {
        if (record.value() instanceof Projection.OfDecision of) {
            Decision d = of.decided().decision();
            for (Fact f : d.getFacts()) {
                Optional<ExtensionRecord> said = RegistryRecords.of(of.run(), d, f);
                said.ifPresent(r -> context.forward(new Record<>(
                        RegistryRecords.key(r).getBytes(UTF_8),
                        wiring.extensions.write(r),
                        d.getDecidedAt().toEpochMilli())));
            }
        }
    }
}
