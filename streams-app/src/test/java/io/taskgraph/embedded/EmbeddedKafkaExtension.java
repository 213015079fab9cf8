package io.taskgraph.embedded;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a real broker with a {@code mock://} registry: a parameter of type {@link EmbeddedCluster}. All test
 * classes of one JVM share one broker, so a test takes topic prefixes, groups and run ids of its own. Use with
 * {@code @ExtendWith(EmbeddedKafkaExtension.class)}; it stops when the JVM's last test is done.
 */
public final class EmbeddedKafkaExtension implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(EmbeddedKafkaExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == EmbeddedCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(SharedCluster.class, key -> new SharedCluster(), SharedCluster.class)
                .cluster;
    }

    /** Closed by JUnit with the root store. */
    private static final class SharedCluster implements AutoCloseable {
        private final EmbeddedCluster cluster = EmbeddedCluster.start(EmbeddedOptions.brokerOnly());

        @Override
        public void close() {
            cluster.close();
        }
    }
}
