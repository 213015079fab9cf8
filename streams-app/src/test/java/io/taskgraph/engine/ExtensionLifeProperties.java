package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Shop.needs;
import static io.taskgraph.engine.Shop.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** No order of what happens to extensions lets one be used that is not signed, not enabled or revoked. */
class ExtensionLifeProperties {
    private static final int SEEDS = 60;
    private static final int STEPS = 60;
    private static final List<String> VERSIONS = List.of("1.0.0", "2.0.0", "3.0.0");

    @Test
    void nothingRevokedUnsignedOrNotEnabledIsUsed() {
        for (int seed = 0; seed < SEEDS; seed++) {
            play(seed);
        }
    }

    private static void play(long seed) {
        Random random = new Random(seed);
        Shop shop = Shop.open();
        // What was revoked, once and for all, by this test's own book.
        Set<String> revoked = new TreeSet<>();
        List<String> tasks = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            String version = VERSIONS.get(random.nextInt(VERSIONS.size()));
            switch (random.nextInt(9)) {
                case 0, 1 ->
                    shop.propose(Signed.toolpack(
                            "files",
                            version,
                            List.of("ann", "ann", "mallory", "").get(random.nextInt(4))));
                case 2, 3 -> shop.say("olga", new EnableExtension(ref("files", version)));
                case 4 -> shop.say("olga", new SuspendExtension(ref("files", version)));
                case 5 -> {
                    if (random.nextInt(4) == 0) {
                        shop.say("olga", new RetireExtension(ref("files", version)));
                    } else if (random.nextInt(3) == 0 && shop.registry.run.exists()) {
                        shop.revoke(
                                random.nextBoolean() ? RevocationTarget.VERSION : RevocationTarget.ARTIFACT,
                                random.nextBoolean()
                                        ? Signed.version("files", version)
                                        : Signed.digest("files" + version));
                        Run registry = shop.registry.run;
                        registry.tables().registered.values().stream()
                                .filter(x -> x.state() == ExtensionState.REVOKED)
                                .forEach(x -> revoked.add(x.id()));
                    }
                }
                case 6 -> {
                    String id = "t" + step;
                    if (shop.team.patch(add(needs(id, version))).getRejection() == null) {
                        tasks.add(id);
                    }
                }
                case 7 ->
                    tasks.forEach(id -> {
                        Task t = shop.team.run.graph().task(id);
                        if (random.nextInt(3) == 0 && t.attempt() > 0) {
                            shop.team.report("w", id, t.attempt(), Messages.failed("no", true));
                        }
                    });
                default -> {
                    // The run hears of it below.
                }
            }
            shop.hear();
            check(shop, revoked, "seed " + seed + ", step " + step);
        }
    }

    private static void check(Shop shop, Set<String> revoked, String where) {
        for (Task t : shop.team.run.graph().tasks()) {
            if (!t.status().isInFlight()) {
                continue;
            }
            for (String toolpack : shop.team.run.tables().toolpacks.get(t.id()).toolpacks()) {
                RegisteredExtension x = shop.registry.run.tables().registered.get(toolpack);
                assertThat(x)
                        .as("%s: %s is used and was never admitted", where, toolpack)
                        .isNotNull();
                assertThat(x.state()).as("%s: %s", where, toolpack).isEqualTo(ExtensionState.ENABLED);
                assertThat(revoked).as("%s", where).doesNotContain(toolpack);
                assertThat(x.signedBy())
                        .as("%s", where)
                        .contains(Signed.publicKey("ann").fingerprint().toString());
            }
        }
    }
}
