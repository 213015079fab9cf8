package io.taskgraph.schemas.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.taskgraph.avro.Heartbeat;
import io.taskgraph.schemas.Topic;
import io.taskgraph.schemas.TopicCatalogue;
import io.taskgraph.schemas.codec.UnreadableRecordException;
import io.taskgraph.schemas.codec.WireFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a registry may answer over HTTP, and what it means for the record at hand. */
class RegistryAnswersTest {
    private static final byte[] RECORD = WireFormat.frame(7, new byte[10]);

    private final Topic<Heartbeat> topic = TopicCatalogue.standard().heartbeats();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String body = "{}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] answer = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private SchemaRegistry registry(Map<String, String> properties) {
        return SchemaRegistry.open(
                RegistryConfig.of("http://localhost:" + server.getAddress().getPort())
                        .with(Map.of("max.retries", "0"))
                        .with(properties));
    }

    private Throwable reading() {
        return catchThrowable(() -> registry(Map.of()).deserializer(topic).read(RECORD));
    }

    @Test
    void onlyItsOwnNotFoundMakesARecordUnreadable() {
        status = 404;
        body = "{\"error_code\":40403,\"message\":\"Schema 7 not found\"}";
        assertThat(reading()).isInstanceOfSatisfying(UnreadableRecordException.class, e -> assertThat(e.kind())
                .isEqualTo(UnreadableRecordException.Kind.UNKNOWN_SCHEMA));

        body = "<html>Not Found</html>";
        assertThat(reading()).isInstanceOf(RegistryRefusedException.class);
    }

    @Test
    void troubleOnItsSideIsToBeTriedAgain() {
        for (int trouble : new int[] {500, 502, 503, 429}) {
            status = trouble;
            body = "{\"error_code\":50001,\"message\":\"Error in the backend\"}";
            assertThat(reading())
                    .isInstanceOf(RegistryUnavailableException.class)
                    .hasMessageContaining("status " + trouble);
        }
    }

    @Test
    void anAnswerThatCannotBeReadIsToBeTriedAgain() {
        body = "<html>Please wait</html>";
        assertThat(reading()).isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void notBeingAllowedIsARefusal() {
        for (int refusal : new int[] {401, 403}) {
            status = refusal;
            body = "{\"error_code\":" + refusal + ",\"message\":\"Who are you?\"}";
            assertThat(reading())
                    .isInstanceOf(RegistryRefusedException.class)
                    .hasMessageContaining("status " + refusal);
        }
    }

    @Test
    void aSchemaThatIsNoAvroSchemaIsUnknown() {
        for (String schema : List.of(
                "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}",
                "{\"schema\":\"no Avro\"}",
                "{\"schema\":\"{\\\"type\\\":\\\"no type\\\"}\"}")) {
            body = schema;
            assertThat(reading()).as(schema).isInstanceOfSatisfying(UnreadableRecordException.class, e -> assertThat(
                            e.kind())
                    .isEqualTo(UnreadableRecordException.Kind.UNKNOWN_SCHEMA));
        }
    }

    @Test
    void credentialsAreSent() {
        status = 503;
        Map<String, String> credentials =
                Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "me:secret");

        Throwable unavailable =
                catchThrowable(() -> registry(credentials).deserializer(topic).read(RECORD));

        assertThat(unavailable).isInstanceOf(RegistryUnavailableException.class);
        assertThat(authorizations)
                .containsOnly("Basic " + Base64.getEncoder().encodeToString("me:secret".getBytes(UTF_8)));
    }

    @Test
    void aConfigurationFileGivesAddressesAndProperties() {
        Map<String, Object> file = Map.of(
                "bootstrap.servers", "broker:9092",
                "schema.registry.url", "http://a:1, http://b:2",
                "basic.auth.user.info", "me:secret",
                "missing.id.cache.ttl.sec", "10",
                "auto.register.schemas", "false");

        RegistryConfig config = RegistryConfig.from(file);

        assertThat(config)
                .isEqualTo(new RegistryConfig(
                        List.of("http://a:1", "http://b:2"),
                        Map.of("basic.auth.user.info", "me:secret", "missing.id.cache.ttl.sec", "10"),
                        false));
        SchemaRegistry.open(config).close();
        assertThatThrownBy(() -> SchemaRegistry.open(config.with(Map.of("missing.id.cache.ttl.sec", "soon"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("missing.id.cache.ttl.sec has to be a whole number, not 'soon'.");
        assertThatThrownBy(() -> RegistryConfig.from(Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The configuration has no schema.registry.url.");
    }
}
