package io.taskgraph.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code GET /health}: 200 while the topology is running, 503 otherwise; {@code GET /live}: 200 unless it has failed.
 * Both answer with the state as JSON. For load balancers, health checks of containers, and people with curl.
 */
final class HealthEndpoint implements AutoCloseable {
    private final HttpServer server;

    private HealthEndpoint(HttpServer server) {
        this.server = server;
    }

    /**
     * Answers from now on.
     *
     * @param port 0 for any free one
     * @param topology null as long as there is none yet, for instance while the cluster is awaited
     */
    static HealthEndpoint start(int port, Supplier<Topology> topology) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 16);
            server.createContext("/health", exchange -> {
                Topology now = topology.get();
                answer(exchange, now != null && now.running(), now);
            });
            server.createContext("/live", exchange -> {
                Topology now = topology.get();
                answer(exchange, now == null || !now.failed(), now);
            });
            server.start();
            return new HealthEndpoint(server);
        } catch (IOException e) {
            throw new CommandException(
                    "Cannot listen on --health-port " + port + " (" + e.getMessage() + "); choose another.", e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, boolean good, Topology topology) throws IOException {
        String state = topology == null ? "STARTING" : topology.state();
        byte[] body = JsonLine.of(Map.of("state", state)).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(good ? 200 : 503, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
