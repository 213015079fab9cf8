package io.taskgraph.engine;

import static io.taskgraph.engine.Shop.ref;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionEndorsed;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.ExtensionStateChanged;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.avro.TrustRevoked;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of an extension in the registry. */
class RegistryTest {
    private static List<Object> facts(Decision d) {
        return d.getFacts().stream().map(f -> (Object) Facts.kind(f)).toList();
    }

    private static RejectionCode code(Decision d) {
        return d.getRejection() == null ? null : d.getRejection().getCode();
    }

    private static ExtensionState state(Shop shop, String version) {
        return shop.registry.run.tables().registered.get("files@" + version).state();
    }

    @Test
    void whatIsSignedIsVerifiedAndOneOtherOperatorEnablesIt() {
        Shop shop = Shop.open();
        Decision proposed = shop.propose(Signed.toolpack("files", "1.0.0", "ann"));
        assertThat(facts(proposed)).hasSize(3);
        String digest = Signed.version("files", "1.0.0").toString();
        assertThat(facts(proposed).get(2))
                .isEqualTo(new ExtensionStateChanged(
                        ref("files", "1.0.0"),
                        digest,
                        ExtensionState.PROPOSED,
                        ExtensionState.VERIFIED,
                        "its signatures and statements hold"));
        assertThat(code(shop.say("planner", new EnableExtension(ref("files", "1.0.0")))))
                .isEqualTo(RejectionCode.SELF_APPROVAL);
        Decision enabled = shop.say("olga", new EnableExtension(ref("files", "1.0.0")));
        assertThat(facts(enabled))
                .containsExactly(
                        new ExtensionEndorsed(ref("files", "1.0.0"), "olga", ""),
                        new ExtensionStateChanged(
                                ref("files", "1.0.0"),
                                digest,
                                ExtensionState.VERIFIED,
                                ExtensionState.ENABLED,
                                "enabled by olga: because"));
    }

    @Test
    void itIsStoredWhole() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        shop.revoke(RevocationTarget.ARTIFACT, Signed.digest("other"));
        Run.Loader loader = new Run.Loader(Registry.RUN_ID);
        shop.registry.stored.values().forEach(e -> loader.accept(e.key(), e.value()));
        Run loaded = loader.load();
        assertThat(loaded.stateDigest()).isEqualTo(shop.registry.run.stateDigest());
        assertThat(loaded.tables().image()).isEqualTo(shop.registry.run.tables().image());
    }

    @Test
    void whatIsNotSignedAsThePolicyAsksIsRefusedAndLeavesNoTrace() {
        Shop shop = Shop.open();
        String good = Signed.toolpack("files", "1.0.0", "ann");
        List<String> bad = List.of(
                Signed.toolpack("files", "1.0.0", ""),
                Signed.toolpack("files", "1.0.0", "mallory"),
                Signed.signed(Signed.manifest("files", "1.0.0", "mallory"), "ann"),
                good.replace("\"payload\": \"e", "\"payload\": \"f"),
                good.substring(0, good.length() / 2),
                good.replace("vnd.taskgraph.manifest.v1", "vnd.taskgraph.manifest.v2"),
                Signed.signed(Signed.manifest("fil\u0435s", "1.0.0", "acme"), "ann"),
                Signed.signed(Signed.manifest("../files", "1.0.0", "acme"), "ann"),
                "");
        for (String envelope : bad) {
            assertThat(envelope).isNotEqualTo(good);
            Decision d = shop.propose(envelope);
            assertThat(code(d)).as(envelope).isEqualTo(RejectionCode.EXTENSION_REFUSED);
            assertThat(d.getRejection().getMessage()).contains("is not what the registry's policy asks for: ");
            assertThat(d.getRejection().getDetails()).isNotEmpty();
        }
        assertThat(shop.registry.run.exists()).isFalse();
    }

    @Test
    void aNameIsItsFirstPublishersAndVersionsOnlyRise() {
        Shop shop = new Shop(
                "    mall: {publishers: [mall], names: [\"*\"], keys: [ann], threshold: 1, confers: user}\n", "");
        shop.stock("1.1.0");
        for (String next : List.of(
                Signed.toolpack("files", "1.1.0", "ann"),
                Signed.toolpack("files", "1.0.9", "ann"),
                Signed.signed(Signed.manifest("files", "1.2.0", "mall"), "ann"))) {
            assertThat(code(shop.propose(next))).isEqualTo(RejectionCode.EXTENSION_EXISTS);
        }
        assertThat(shop.propose(Signed.toolpack("files", "1.2.0", "ann")).getRejection())
                .isNull();
    }

    @Test
    void whatAnUpdateTakesMoreOfIsToldWhenItIsVerifiedAndWhenItIsEnabled() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        String more = Signed.manifest("files", "1.1.0", "acme")
                .replace(
                        "\"tools\": [",
                        "\"tools\": [{\"name\": \"erase\", \"input_schema\": \"" + Signed.digest("erase")
                                + "\", \"risk\": \"write\"}, ");
        List<Object> proposed = facts(shop.propose(Signed.signed(more, "ann")));
        assertThat(((ExtensionStateChanged) proposed.get(proposed.size() - 1)).getReason())
                .isEqualTo(
                        "its signatures and statements hold. Since 1.0.0: it has the tool erase (write), which it had"
                                + " not");
        List<Object> enabled = facts(shop.say("olga", new EnableExtension(ref("files", "1.1.0"))));
        assertThat(((ExtensionStateChanged) enabled.get(enabled.size() - 1)).getReason())
                .isEqualTo("enabled by olga: because. Since 1.0.0: it has the tool erase (write), which it had not");
    }

    @Test
    void onlyWhatTheLifeOfAnExtensionKnowsMayFollow() {
        Shop shop = Shop.open();
        shop.propose(Signed.toolpack("files", "1.0.0", "ann"));
        assertThat(code(shop.say("olga", new EnableExtension(ref("files", "2.0.0")))))
                .isEqualTo(RejectionCode.UNKNOWN_EXTENSION);
        assertThat(code(shop.say("olga", new SuspendExtension(ref("files", "1.0.0")))))
                .isEqualTo(RejectionCode.ILLEGAL_TRANSITION);
        Shop.accepted(shop.say("olga", new EnableExtension(ref("files", "1.0.0"))));
        assertThat(code(shop.say("paul", new EnableExtension(ref("files", "1.0.0")))))
                .isEqualTo(RejectionCode.ILLEGAL_TRANSITION);
        Shop.accepted(shop.say("olga", new SuspendExtension(ref("files", "1.0.0"))));
        Shop.accepted(shop.say("olga", new EnableExtension(ref("files", "1.0.0"))));
        Shop.accepted(shop.say("olga", new RetireExtension(ref("files", "1.0.0"))));
        assertThat(code(shop.say("olga", new EnableExtension(ref("files", "1.0.0")))))
                .isEqualTo(RejectionCode.ILLEGAL_TRANSITION);
    }

    @Test
    void itTakesAsManyOperatorsAsThePolicyAsks() {
        Shop shop = new Shop("  enable: {approvers: 2}\n", "");
        shop.propose(Signed.toolpack("files", "1.0.0", "ann"));
        EnableExtension enable = new EnableExtension(ref("files", "1.0.0"));
        Shop.accepted(shop.say("olga", enable));
        assertThat(state(shop, "1.0.0")).isEqualTo(ExtensionState.VERIFIED);
        assertThat(code(shop.say("olga", enable))).isEqualTo(RejectionCode.ALREADY_APPROVED);
        // An hour on the first one's word counts no more.
        shop.registry.now += 3_600_000;
        Shop.accepted(shop.say("paul", enable));
        assertThat(state(shop, "1.0.0")).isEqualTo(ExtensionState.VERIFIED);
        Shop.accepted(shop.say("olga", enable));
        assertThat(state(shop, "1.0.0")).isEqualTo(ExtensionState.ENABLED);
    }

    @Test
    void aRevokedKeyArtifactOrVersionTakesAlongWhatRestsOnIt() {
        for (RevocationTarget target :
                List.of(RevocationTarget.KEY, RevocationTarget.ARTIFACT, RevocationTarget.VERSION)) {
            Shop shop = Shop.open();
            shop.stock("1.0.0");
            shop.stock("2.0.0");
            Object digest = target == RevocationTarget.KEY
                    ? Signed.publicKey("ann").fingerprint()
                    : target == RevocationTarget.ARTIFACT
                            ? Signed.digest("files1.0.0")
                            : Signed.version("files", "1.0.0");
            Decision d = shop.revoke(target, digest);
            assertThat(facts(d)).startsWith(new TrustRevoked(target, digest.toString(), "because"));
            assertThat(state(shop, "1.0.0")).isEqualTo(ExtensionState.REVOKED);
            assertThat(state(shop, "2.0.0"))
                    .isEqualTo(target == RevocationTarget.KEY ? ExtensionState.REVOKED : ExtensionState.ENABLED);
            assertThat(code(shop.say("olga", new EnableExtension(ref("files", "1.0.0")))))
                    .isEqualTo(RejectionCode.ILLEGAL_TRANSITION);
            assertThat(code(shop.revoke(target, digest))).isEqualTo(RejectionCode.ILLEGAL_TRANSITION);
        }
    }

    @Test
    void whatIsRevokedBeforeItIsPutForwardIsRefusedThen() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        Shop.accepted(shop.revoke(RevocationTarget.VERSION, Signed.version("files", "3.0.0")));
        assertThat(code(shop.propose(Signed.toolpack("files", "3.0.0", "ann"))))
                .isEqualTo(RejectionCode.EXTENSION_REFUSED);
    }

    @Test
    void theRegistryIsNoRunForPlannersAndOtherRunsAreNoRegistry() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        assertThat(code(shop.registry.patch(Messages.add("a")))).isEqualTo(RejectionCode.INVALID_VALUE);
        assertThat(code(shop.say("olga", new CancelRun()))).isEqualTo(RejectionCode.INVALID_VALUE);
        assertThat(code(shop.team.direct(new EnableExtension(ref("files", "1.0.0")))))
                .isEqualTo(RejectionCode.INVALID_VALUE);
        Mutation m = Messages.mutation(shop.team.runId, "p", List.of());
        m.setProposeExtension(new ProposeExtension(Signed.toolpack("files", "2.0.0", "ann"), List.of()));
        assertThat(code(shop.team.tell(m))).isEqualTo(RejectionCode.INVALID_VALUE);
    }

    @Test
    void aRevocationSaysWhyAndNamesADigest() {
        Shop shop = Shop.open();
        shop.stock("1.0.0");
        assertThat(code(shop.revoke(RevocationTarget.VERSION, "files@1.0.0"))).isEqualTo(RejectionCode.INVALID_VALUE);
        assertThat(code(shop.revoke(RevocationTarget.UNKNOWN, Signed.digest("x"))))
                .isEqualTo(RejectionCode.INVALID_VALUE);
        assertThat(code(shop.registry.direct(
                        "olga",
                        " ",
                        new io.taskgraph.avro.RevokeExtension(
                                RevocationTarget.KEY, Signed.digest("x").toString()))))
                .isEqualTo(RejectionCode.REASON_REQUIRED);
    }
}
