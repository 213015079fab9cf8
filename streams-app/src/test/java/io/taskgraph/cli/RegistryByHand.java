package io.taskgraph.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** As much of a schema registry as our clients ask for, over HTTP; it comes, goes and has trouble when a test says so. */
final class RegistryByHand implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, String> schemas = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final int port;
    private HttpServer server;
    private volatile boolean trouble;

    /** One that is not there yet, on a port of which it is known. */
    RegistryByHand() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    RegistryByHand come() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "registry-by-hand");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
        return this;
    }

    /** From now on it answers that it has trouble, or does not any more. */
    void trouble(boolean now) {
        trouble = now;
    }

    /** Knows a schema under that id, which nobody has been told yet. */
    void know(int id, String schema) {
        schemas.put(id, schema);
    }

    /** How often it was asked for that, trouble or not. */
    int asked(String path) {
        return asked.getOrDefault(path, 0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        asked.merge(path, 1, Integer::sum);
        byte[] body = exchange.getRequestBody().readAllBytes();
        Object answer = trouble ? Map.of("error_code", 50001, "message", "by hand") : answer(path, body);
        byte[] bytes = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(trouble ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private Map<String, Object> answer(String path, byte[] body) throws IOException {
        if (path.startsWith("/config/")) {
            return Map.of("compatibilityLevel", "FULL_TRANSITIVE");
        }
        if (path.startsWith("/schemas/ids/")) {
            return Map.of("schema", schemas.get(Integer.parseInt(path.substring("/schemas/ids/".length()))));
        }
        JsonNode given = JSON.readTree(new String(body, UTF_8));
        String schema = given.path("schema").asText();
        return Map.of("id", idOf(schema), "version", 1, "subject", path.split("/")[2], "schema", schema);
    }

    private synchronized int idOf(String schema) {
        return schemas.entrySet().stream()
                .filter(e -> e.getValue().equals(schema))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> {
                    int id = schemas.size() + 1;
                    schemas.put(id, schema);
                    return id;
                });
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
    }
}
