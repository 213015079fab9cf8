package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Shop.needs;
import static io.taskgraph.engine.Shop.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionSeen;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.graph.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * No order of what happens to extensions lets one be used that is not signed, not enabled or revoked: not if the run hears of
 * it late, and not if another instance takes over that has read less of the registry.
 */
class ExtensionLifeProperties {
    private static final int SEEDS = 80;
    private static final int STEPS = 60;
    private static final List<String> VERSIONS = List.of("1.0.0", "2.0.0", "3.0.0");

    /** How often what is looked at here was there at all. */
    private int used;

    private int stopped;
    private int revokedInUse;
    private int behind;

    @Test
    void nothingRevokedUnsignedOrNotEnabledIsUsed() {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Play(seed).all();
        }
        assertThat(List.of(used, stopped, revokedInUse, behind))
                .as("used, stopped, revoked while in use, looked at by an instance that was behind")
                .allMatch(times -> times > 50);
    }

    private final class Play {
        private final long seed;
        private final Random random;
        private final Shop shop = Shop.open();
        private final List<String> tasks = new ArrayList<>();
        /** What the run has seen revoked, by this test's own book. */
        private final Set<String> seenRevoked = new TreeSet<>();
        /** The registry as instances had it that have read no further. */
        private final List<Map<String, ExtensionRecord>> before = new ArrayList<>();

        private int read;

        Play(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void all() {
            for (int step = 0; step < STEPS; step++) {
                String where = "seed " + seed + ", step " + step;
                before.add(shop.team.shelf.all());
                step(step, VERSIONS.get(random.nextInt(VERSIONS.size())));
                nothingIsUsedThatTheRunKnowsBetterOf(where);
                if (random.nextBoolean()) {
                    shop.hear();
                    nothingIsUsedThatTheRunKnowsBetterOf(where);
                    onlyWhatIsEnabledIsUsed(where);
                }
            }
        }

        private void step(int step, String version) {
            switch (random.nextInt(11)) {
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
                    } else if (shop.registry.run.exists()) {
                        revoke(version);
                    }
                }
                case 6, 7 -> need("t" + step, version);
                case 8 -> {
                    // Another instance decides, which has not read so far.
                    Map<String, ExtensionRecord> latest = shop.team.shelf.all();
                    shop.team.shelf.have(before.get(random.nextInt(before.size())));
                    behind++;
                    if (random.nextBoolean()) {
                        shop.hear();
                    }
                    need("t" + step, version);
                    shop.team.shelf.have(latest);
                }
                case 9 ->
                    tasks.forEach(id -> {
                        Task t = shop.team.run.graph().task(id);
                        if (random.nextInt(3) == 0 && t.attempt() > 0) {
                            shop.team.report("w", id, t.attempt(), Messages.failed("no", true));
                        }
                    });
                default -> {
                    // Nothing but time passes.
                }
            }
        }

        private void revoke(String version) {
            switch (random.nextInt(9)) {
                case 0, 1, 2 -> shop.revoke(RevocationTarget.VERSION, Signed.version("files", version));
                case 3, 4, 5 -> shop.revoke(RevocationTarget.ARTIFACT, Signed.digest("files" + version));
                case 6 ->
                    shop.revoke(RevocationTarget.KEY, Signed.publicKey("ann").fingerprint());
                default ->
                    shop.revoke(
                            RevocationTarget.KEY, Signed.publicKey("mallory").fingerprint());
            }
        }

        private void need(String id, String version) {
            if (shop.team.patch(add(needs(id, version))).getRejection() == null) {
                tasks.add(id);
            }
        }

        /** After any decision: what is in flight may be used as far as the run has seen, and was never seen revoked. */
        private void nothingIsUsedThatTheRunKnowsBetterOf(String where) {
            for (; read < shop.team.log.size(); read++) {
                shop.team.log.get(read).decision().getFacts().stream()
                        .map(Facts::kind)
                        .forEach(f -> {
                            if (f instanceof ExtensionSeen seen && seen.getState() == ExtensionState.REVOKED) {
                                seenRevoked.add(RegisteredExtension.id(seen.getExtension()));
                            } else if (f instanceof io.taskgraph.avro.ExtensionWithdrawn w) {
                                stopped += w.getStopped().size();
                                revokedInUse += w.getState() == ExtensionState.REVOKED
                                        ? w.getStopped().size()
                                        : 0;
                            }
                        });
            }
            inFlight().forEach(toolpack -> {
                SeenExtension seen = shop.team.run.tables().seen.get(SeenExtension.id(toolpack, "default"));
                assertThat(seen.allowed()).as("%s: %s", where, seen).isTrue();
                assertThat(seenRevoked).as(where).doesNotContain(toolpack);
                used++;
            });
        }

        /** Once the run has heard how the registry stands. */
        private void onlyWhatIsEnabledIsUsed(String where) {
            inFlight().forEach(toolpack -> {
                RegisteredExtension x = shop.registry.run.tables().registered.get(toolpack);
                assertThat(x)
                        .as("%s: %s is used and was never admitted", where, toolpack)
                        .isNotNull();
                assertThat(x.state()).as("%s: %s", where, toolpack).isEqualTo(ExtensionState.ENABLED);
                assertThat(x.signedBy())
                        .as(where)
                        .contains(Signed.publicKey("ann").fingerprint().toString());
            });
        }

        private List<String> inFlight() {
            return shop.team.run.graph().tasks().stream()
                    .filter(t -> t.status().isInFlight())
                    .flatMap(t -> shop.team.run.tables().toolpacks.get(t.id()).toolpacks().stream())
                    .toList();
        }
    }
}
