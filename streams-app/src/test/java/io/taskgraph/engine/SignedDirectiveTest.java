package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Messages.spec;
import static io.taskgraph.engine.Team.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.avro.ApprovalGiven;
import io.taskgraph.avro.ApprovalGranted;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.ChangePolicy;
import io.taskgraph.avro.Decision;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.EnableExtension;
import io.taskgraph.avro.ExtensionRecord;
import io.taskgraph.avro.ExtensionState;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.Outcome;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.Proof;
import io.taskgraph.avro.ProposeExtension;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.RejectionCode;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.Risk;
import io.taskgraph.avro.SetCap;
import io.taskgraph.policy.contract.Policy;
import io.taskgraph.policy.presets.Presets;
import io.taskgraph.policy.trust.dsse.Bytes;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.use.AuthorCheck;
import io.taskgraph.policy.trust.use.Verifier;
import io.taskgraph.replay.Divergence;
import io.taskgraph.replay.ReplayReport;
import io.taskgraph.replay.RunVerdict;
import io.taskgraph.schemas.codec.RecordCodec;
import io.taskgraph.schemas.codec.RecordSignature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Given a policy that names operators: a directive counts only as the word of the operator whose key signed it. */
class SignedDirectiveTest {
    private static final RecordCodec<Directive> CODEC = RecordCodec.of(Directive.class);
    private static final String TYPE = RecordSignature.payloadType(CODEC.schema());
    private static final String REASON = "looked at it";

    /** Ann has two keys, bob one that ends, cleo one that is revoked. */
    private static String operators(String... rolesOfAnn) {
        return "operators:\n"
                + "  ann: {roles: [" + String.join(", ", rolesOfAnn) + "], keys: {desk: {public: \"" + key("ann")
                + "\"}, phone: {public: \"" + key("ann2") + "\"}}}\n"
                + "  bob: {keys: {desk: {public: \"" + key("bob") + "\", until: 2024-01-01T00:00:00Z}}}\n"
                + "  cleo: {keys: {desk: {public: \"" + key("cleo") + "\", revoked: true}}}\n";
    }

    private static String head(String name) {
        return "name: " + name + "\nflags: {mutable_graph: true, reconcile: true}\n"
                + "caps: {max_runtime: 0s, worker_timeout: 0s, max_workers: 2}\nactions: {destructive: await}\n";
    }

    private static String key(String of) {
        return Signed.publicKey(of).base64();
    }

    /** An action of worker w waits for approval, asked for by the third decision. */
    private static Team waiting(String more) {
        Team team = Team.under(head("named") + more);
        team.recorded();
        team.patch(add(spec("a")));
        team.asks("w", "a", 1, "db.drop", Risk.DESTRUCTIVE, "x");
        return team;
    }

    private static Directive says(Team team, String actor, SpecificRecord kind) {
        Directive d = Messages.directive(team.runId, team.nextMessageId(), REASON, kind);
        d.setActor(actor);
        d.setSentAt(Instant.ofEpochMilli(team.now));
        return d;
    }

    private static Envelope envelope(Directive d, Envelope.Sig... signatures) {
        return new Envelope(TYPE, Bytes.of(CODEC.encode(d)), List.of(signatures));
    }

    private static Envelope.Sig sig(Directive d, String key) {
        return new Envelope.Sig(
                Signed.publicKey(key).fingerprint().toString(),
                Signed.signingKey(key).sign(envelope(d).signed()));
    }

    private static Decision tell(Team team, Directive d, Envelope signed) {
        return team.step(new Input.OfDirective(d, Origin.NONE, PolicyCatalogue.PRESETS, signed))
                .orElseThrow()
                .decision();
    }

    /** Somebody of that name says it, signed by that key. */
    private static Decision signed(Team team, String actor, String key, SpecificRecord kind) {
        Directive d = says(team, actor, kind);
        return tell(team, d, envelope(d, sig(d, key)));
    }

    private static void assertStrict(Team team) {
        RunVerdict verdict = team.strict.replay();
        assertThat(verdict.divergence()).map(Divergence::what).isEmpty();
        // The creation alone has no input.
        assertThat(verdict.strict().orElseThrow().notRedecided()).isEqualTo(1);
    }

    /** What was signed is used for something else. */
    private static Decision used(Team team, Consumer<Directive> otherwise) {
        Directive d = says(team, "ann", new Approve("3.1"));
        Envelope.Sig sig = sig(d, "ann");
        otherwise.accept(d);
        return tell(team, d, envelope(d, sig));
    }

    private static void assertBadSignature(Decision d) {
        assertRefused(d, RejectionCode.BAD_SIGNATURE, "key", "desk", "operator", "ann");
        assertThat(d.getCause().getProof()).isNull();
    }

    @Test
    void whatTheNamedOperatorSignedIsAllowedAndTheDecisionSaysByWhichKey() {
        Team team = waiting(operators());
        Decision d = signed(team, "ann", "ann", new Approve("3.1"));
        String fingerprint = Signed.publicKey("ann").fingerprint().toString();
        assertThat(d.getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(d.getCause().getProof()).isEqualTo(new Proof("ann", "desk", fingerprint));
        assertThat(Facts.kind(d.getFacts().get(0))).isEqualTo(new ApprovalGiven("3.1", "ann", fingerprint));
        assertThat(Facts.kind(d.getFacts().get(1))).isEqualTo(new ApprovalGranted("3.1"));
        assertStrict(team);
    }

    @Test
    void withoutASignatureItIsRefusedWhateverItIs() {
        Team team = waiting(operators());
        for (SpecificRecord kind : List.of(
                new Approve("3.1"),
                new Deny("3.1"),
                new RaiseBudget(null, new Budget(1L, null, null)),
                new ChangePolicy("default"),
                new SetCap("max_tasks", "40"),
                new PauseRun())) {
            assertRefused(
                    tell(team, says(team, "ann", kind), null),
                    RejectionCode.UNSIGNED_DIRECTIVE,
                    "operators",
                    "[\"ann\",\"bob\",\"cleo\"]");
        }
        assertThat(team.run.pendingApprovals().get(0).approvers()).isEmpty();
        assertStrict(team);
    }

    @Test
    void noKindOfDirectiveIsTakenUnsignedWhateverTheRunIsAndHoweverItStands() throws ReflectiveOperationException {
        Team run = Team.under(head("named") + operators());
        run.patch(add(spec("a")));
        Team stuck = Team.under(head("named") + operators());
        stuck.patch(add(spec("a")));
        stuck.engine.quarantine(
                stuck.run,
                Input.directive(says(stuck, "ann", new PauseRun()), Origin.NONE),
                stuck.now,
                new IllegalStateException("x"));
        assertThat(stuck.run.quarantine()).isNotNull();
        Team over = Team.under(head("named") + operators());
        over.patch(add(spec("a")));
        signed(over, "ann", "ann", new CancelRun());
        for (Team team : List.of(run, stuck, over, registry())) {
            for (Class<?> kind : DirectiveDecider.kinds()) {
                SpecificRecord says =
                        (SpecificRecord) kind.getDeclaredConstructor().newInstance();
                assertThat(tell(team, says(team, "ann", says), null)
                                .getRejection()
                                .getCode())
                        .as("%s of %s", kind.getSimpleName(), team.runId)
                        .isEqualTo(RejectionCode.UNSIGNED_DIRECTIVE);
            }
        }
    }

    /** The registry of extensions, with one of them, under a policy that names operators. */
    private static Team registry() {
        Policy policy = Policy.parse(
                Signed.policy(Registry.RUN_ID, "  enable: {approvers: 2}\n") + operators(), Presets::named);
        Team registry = new Team(Registry.RUN_ID);
        Mutation m = Messages.mutation(Registry.RUN_ID, registry.nextMessageId(), List.of());
        m.setProposeExtension(new ProposeExtension(Signed.toolpack("files", "1.0.0", "ann"), List.of()));
        registry.step(new Input.OfMutation(m, Origin.NONE, name -> Optional.of(policy)));
        return registry;
    }

    @Test
    void aStrippedSignatureLeavesAnUnsignedDirective() {
        Team team = waiting(operators());
        Directive d = says(team, "ann", new Approve("3.1"));
        assertThat(SignedBytes.of(() -> TYPE, CODEC.encode(d), 0, CODEC.encode(d).length, List.of()))
                .isNull();
        assertThat(tell(team, d, null).getRejection().getCode()).isEqualTo(RejectionCode.UNSIGNED_DIRECTIVE);
    }

    @Test
    void whatIsSignedForAnotherRunDoesNotCountHere() {
        Team team = waiting(operators());
        Directive elsewhere = says(team, "ann", new Approve("3.1"));
        elsewhere.setRunId("other");
        Directive here = Directive.newBuilder(elsewhere).setRunId(team.runId).build();
        assertBadSignature(tell(team, here, envelope(here, sig(elsewhere, "ann"))));
        assertStrict(team);
    }

    @Test
    void norUnderAnotherMessageId() {
        assertBadSignature(used(waiting(operators()), d -> d.setMessageId("another")));
    }

    @Test
    void norWithOneByteOfItsReasonChanged() {
        assertBadSignature(used(waiting(operators()), d -> d.setReason(REASON.replace('t', 'T'))));
    }

    @Test
    void norAsAnotherAnswerOrForAnotherApproval() {
        assertBadSignature(used(waiting(operators()), d -> {
            d.setApprove(null);
            d.setDeny(new Deny("3.1"));
        }));
        assertBadSignature(used(waiting(operators()), d -> d.setApprove(new Approve("3.2"))));
    }

    @Test
    void norWithAnyBitOfItsBytesChanged() {
        Team team = waiting(operators());
        Directive d = says(team, "ann", new Approve("3.1"));
        byte[] bytes = CODEC.encode(d);
        Policy policy = team.run.policy();
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Envelope e = new Envelope(TYPE, Bytes.of(changed), List.of(sig(d, "ann")));
            assertThat(Verifier.author(policy.operators(), e, team.now).outcome())
                    .as("bit %s", bit)
                    .isEqualTo(AuthorCheck.Outcome.WRONG);
        }
    }

    @Test
    void theSameBytesUnderAnotherSchemaAreNotWhatWasSigned() {
        Team team = waiting(operators());
        Directive d = says(team, "ann", new Approve("3.1"));
        Envelope.Sig sig = sig(d, "ann");
        Envelope other =
                new Envelope(TYPE.replaceFirst("schema=.", "schema=x"), Bytes.of(CODEC.encode(d)), List.of(sig));
        assertBadSignature(tell(team, d, other));
    }

    @Test
    void anotherOperatorsKeyDoesNotSpeakInAnnsName() {
        Team team = waiting(operators().replace(", until: 2024-01-01T00:00:00Z", ""));
        assertRefused(
                signed(team, "ann", "bob", new Approve("3.1")),
                RejectionCode.ACTOR_MISMATCH,
                "actor",
                "ann",
                "operator",
                "bob",
                "key",
                "desk");
        assertThat(signed(team, "", "bob", new Approve("3.1")).getRejection().getCode())
                .isEqualTo(RejectionCode.ACTOR_MISMATCH);
        assertStrict(team);
    }

    @Test
    void aKeyThatHasRunOutIsNotYetValidOrIsRevokedDoesNotCount() {
        Team team = waiting(operators().replace("\"}, phone", "\", from: 2030-01-01T00:00:00Z}, phone"));
        assertThat(signed(team, "bob", "bob", new PauseRun()).getRejection()).isNull();
        team.now = Instant.parse("2024-01-01T00:00:00Z").toEpochMilli();
        assertRefused(
                signed(team, "bob", "bob", new ResumeRun()),
                RejectionCode.KEY_NOT_VALID,
                "key",
                "desk",
                "operator",
                "bob");
        assertThat(signed(team, "cleo", "cleo", new ResumeRun()).getRejection().getMessage())
                .isEqualTo("the key desk is revoked (of cleo); sign it with one that is valid");
        assertThat(signed(team, "ann", "ann", new ResumeRun()).getRejection().getCode())
                .isEqualTo(RejectionCode.KEY_NOT_VALID);
        assertStrict(team);
    }

    @Test
    void aKeyThatNobodyHasIsUnknown() {
        Team team = waiting(operators());
        assertRefused(
                signed(team, "ann", "mallory", new Approve("3.1")),
                RejectionCode.UNKNOWN_KEY,
                "operators",
                "[\"ann\",\"bob\",\"cleo\"]");
    }

    @Test
    void severalSignaturesOrBrokenOnesAreNone() {
        Team team = waiting(operators());
        Directive d = says(team, "ann", new Approve("3.1"));
        byte[] bytes = CODEC.encode(d);
        String good =
                new RecordSignature(sig(d, "ann").keyid(), sig(d, "ann").bytes().toArray()).text();
        for (List<String> headers : List.of(
                List.of(good, good),
                List.of(""),
                List.of(good + " "),
                List.of(good.substring(0, good.length() - 1)),
                List.of(good.replace("sha256:", "sha512:")),
                List.of("ed25519 " + good))) {
            RejectionCode code = tell(team, d, SignedBytes.of(() -> TYPE, bytes, 0, bytes.length, headers))
                    .getRejection()
                    .getCode();
            assertThat(code).as("%s", headers).isIn(RejectionCode.BAD_SIGNATURE, RejectionCode.UNKNOWN_KEY);
        }
        // And as it was, it counts: nothing of those is remembered under its id.
        assertThat(tell(team, d, SignedBytes.of(() -> TYPE, bytes, 0, bytes.length, List.of(good)))
                        .getRejection())
                .isNull();
    }

    @Test
    void twoKeysOfOneOperatorCountOnce() {
        Team team = waiting(operators() + "approvals: {approvers: 2}\n");
        assertThat(signed(team, "ann", "ann", new Approve("3.1")).getRejection())
                .isNull();
        assertRefused(
                signed(team, "ann", "ann2", new Approve("3.1")),
                RejectionCode.ALREADY_APPROVED,
                "approval_id",
                "3.1",
                "actor",
                "ann");
        assertThat(signed(team, "bob", "bob", new Approve("3.1")).getFacts()).hasSize(3);
        assertStrict(team);
    }

    @Test
    void rolesAreWhatThePolicySays() {
        String leads = operators("lead") + "approvals: {roles: [lead]}\napprovers: {lead: [dora]}\n";
        Team team = waiting(leads);
        assertRefused(
                signed(team, "bob", "bob", new Approve("3.1")),
                RejectionCode.NOT_AN_APPROVER,
                "approval_id",
                "3.1",
                "actor",
                "bob",
                "roles",
                "[\"lead\"]");
        assertThat(signed(team, "ann", "ann2", new Approve("3.1")).getRejection())
                .isNull();
        assertThat(team.run.policy().hasRole("dora", List.of("lead")))
                .as("who is no operator has no role")
                .isFalse();
    }

    @Test
    void nobodyApprovesTheirOwnRequestByAProvedName() {
        Team team = Team.under(head("named") + operators()
                + "rules: [{id: look, on: [plan], when: 'true', effect: await, reason: x}]\n");
        Mutation plan = Messages.mutation(team.runId, team.nextMessageId(), List.of(add(spec("a"))));
        plan.setActor("ann");
        team.tell(plan);
        String id = team.pending();
        assertRefused(
                signed(team, "ann", "ann", new Approve(id)),
                RejectionCode.SELF_APPROVAL,
                "approval_id",
                id,
                "actor",
                "ann");
        assertThat(signed(team, "bob", "bob", new Approve(id)).getRejection()).isNull();
    }

    @Test
    void whatWasSignedLongAgoOrInTheFutureIsStale() {
        Team team = waiting(operators());
        long decided = team.now;
        for (long sent : new long[] {decided - Author.OLDEST - 1, decided + Author.AHEAD + 1}) {
            Directive d = says(team, "ann", new PauseRun());
            d.setSentAt(Instant.ofEpochMilli(sent));
            assertRefused(
                    tell(team, d, envelope(d, sig(d, "ann"))),
                    RejectionCode.STALE_DIRECTIVE,
                    "sent_at",
                    Long.toString(sent),
                    "decided_at",
                    Long.toString(decided),
                    "operator",
                    "ann");
        }
        assertStrict(team);
    }

    @Test
    void whatWasSaidOnceIsNotSaidAgainHoweverMuchIsSentInBetween() {
        Team team = waiting(operators());
        Directive pause = says(team, "ann", new PauseRun());
        Envelope once = envelope(pause, sig(pause, "ann"));
        assertThat(tell(team, pause, once).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        assertThat(signed(team, "ann", "ann", new ResumeRun()).getOutcome()).isEqualTo(Outcome.ACCEPTED);
        // when: somebody without a key tries to have it forgotten
        for (int i = 0; i <= Answer.REMEMBERED; i++) {
            tell(team, says(team, "mallory", new ResumeRun()), null);
        }
        // then
        assertThat(tell(team, pause, once).getOutcome()).isEqualTo(Outcome.DUPLICATE);
        // Once it is forgotten it is too old.
        team.now += Answer.REMEMBERED_FOR + 1;
        assertThat(signed(team, "ann", "ann", new PauseRun()).getRejection()).isNull();
        assertThat(tell(team, pause, once).getRejection().getCode()).isEqualTo(RejectionCode.STALE_DIRECTIVE);
    }

    @Test
    void theyHoldWhileTheRunIsQuarantined() {
        Team team = waiting(operators());
        Directive pause = says(team, "ann", new PauseRun());
        team.engine.quarantine(
                team.run,
                new Input.OfDirective(pause, Origin.NONE, PolicyCatalogue.PRESETS, envelope(pause, sig(pause, "ann"))),
                team.now,
                new IllegalStateException("x"));
        assertThat(tell(team, says(team, "ann", new ResumeRun()), null)
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.UNSIGNED_DIRECTIVE);
        assertThat(signed(team, "ann", "ann", new ReleaseRun()).getRejection()).isNull();
    }

    @Test
    void theSectionGoesOnlyByAnOperatorsWordAndIsDueFromThenOnWhereItComes() {
        // given
        Team team = waiting("approvals: {approvers: 2}\n");
        assertThat(tell(team, says(team, "ann", new Approve("3.1")), null).getRejection())
                .isNull();
        Policy named = Policy.parse(head("named") + operators() + "approvals: {approvers: 2}\n", Presets::named);
        Policy loose = Policy.parse(head("loose"), Presets::named);
        PolicyCatalogue both = name -> Optional.of(name.equals("named") ? named : loose);
        team.strict.publish(named);
        team.strict.publish(loose);
        Directive to = says(team, "zed", new ChangePolicy("named"));
        // when: nobody is named yet
        assertThat(team.step(new Input.OfDirective(to, Origin.NONE, both))
                        .orElseThrow()
                        .decision()
                        .getRejection())
                .isNull();
        // then: what was only said counts no more, and may be said again
        Directive back = says(team, "ann", new ChangePolicy("loose"));
        assertThat(team.step(new Input.OfDirective(back, Origin.NONE, both))
                        .orElseThrow()
                        .decision()
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.UNSIGNED_DIRECTIVE);
        assertThat(signed(team, "bob", "bob", new Approve("3.1")).getFacts()).hasSize(1);
        assertThat(team.run
                        .pendingApprovals()
                        .get(0)
                        .counting(team.run.policy())
                        .approvers())
                .containsExactly("bob");
        assertThat(signed(team, "ann", "ann", new Approve("3.1")).getFacts()).hasSize(3);
        assertThat(team.step(new Input.OfDirective(back, Origin.NONE, both, envelope(back, sig(back, "ann"))))
                        .orElseThrow()
                        .decision()
                        .getRejection())
                .isNull();
        assertThat(tell(team, says(team, "anybody", new PauseRun()), null).getRejection())
                .isNull();
        assertStrict(team);
    }

    @Test
    void proofsAreStoredWithTheApproval() {
        Team team = waiting(operators() + "approvals: {approvers: 2}\n");
        signed(team, "ann", "ann", new Approve("3.1"));
        Approval before = team.run.pendingApprovals().get(0);
        byte[] digest = team.run.stateDigest();
        team.reload();
        assertThat(team.run.pendingApprovals()).containsExactly(before);
        assertThat(before.approverKeys())
                .containsExactly(Signed.publicKey("ann").fingerprint().toString());
        assertThat(team.run.stateDigest()).isEqualTo(digest);
    }

    @Test
    void withoutTheSectionAllIsAsItWas() {
        Team team = waiting("");
        Decision d = signed(team, "zed", "mallory", new Approve("3.1"));
        assertThat(d.getCause().getProof()).isNull();
        assertThat(Facts.kind(d.getFacts().get(0))).isEqualTo(new ApprovalGiven("3.1", "zed", ""));
        assertThat(Policy.parse(head("x"), Presets::named).document()).doesNotContain("operators");
        assertStrict(team);
    }

    @Test
    void strictReplayFindsASignatureThatWasTakenAwayOrPutThere() {
        Team team = waiting(operators());
        signed(team, "ann", "ann", new Approve("3.1"));
        team.strict.headers("directives", 0, null);
        assertThat(team.strict.replay().divergence().orElseThrow().what()).startsWith("decided again, ");
        Headers other = new RecordHeaders();
        other.add(io.taskgraph.schemas.RecordHeaders.SIGNATURE, "sha256:0 AA".getBytes(UTF_8));
        team.strict.headers("directives", 0, other);
        assertThat(team.strict.replay().divergence().orElseThrow().what()).startsWith("decided again, ");
    }

    @Test
    void anExportKeepsSignaturesAndIsDecidedAgainFromThem(@TempDir Path directory) throws IOException {
        Team team = waiting(operators());
        signed(team, "ann", "ann", new Approve("3.1"));
        tell(team, says(team, "ann", new PauseRun()), null);
        ReplayReport report = team.strict.replayExported(directory.resolve("export"));
        assertThat(report.firstDivergence()).isEmpty();
        assertThat(report.strict().orElseThrow().notRedecided()).isEqualTo(1);
    }

    @Test
    void extensionsAreEnabledByOperatorsWhoSignAndEachCountsOnce() {
        // given
        Team registry = registry();
        EnableExtension enable = new EnableExtension(Shop.ref("files", "1.0.0"));
        // when, then
        assertThat(tell(registry, says(registry, "ann", enable), null)
                        .getRejection()
                        .getCode())
                .isEqualTo(RejectionCode.UNSIGNED_DIRECTIVE);
        assertThat(signed(registry, "ann", "ann", enable).getFacts()).hasSize(1);
        assertThat(signed(registry, "ann", "ann2", enable).getRejection().getCode())
                .isEqualTo(RejectionCode.ALREADY_APPROVED);
        registry.reload();
        Decision enabled = signed(registry, "bob", "bob", enable);
        assertThat(enabled.getFacts()).hasSize(2);
        ExtensionRecord told = RegistryRecords.of(
                        registry.run, enabled, enabled.getFacts().get(1))
                .orElseThrow();
        assertThat(told.getActor()).isEqualTo("bob");
        assertThat(told.getProvedBy())
                .isEqualTo(Signed.publicKey("bob").fingerprint().toString());
        assertThat(registry.run.tables().registered.get("files@1.0.0").state()).isEqualTo(ExtensionState.ENABLED);
    }

    @Test
    void theClientSignsWhatTheEngineVerifies() {
        Directive d = says(waiting(operators()), "ann", new Approve("3.1"));
        byte[] framed = CODEC.encodeFramed(7, d);
        assertThat(RecordSignature.signed(TYPE, framed, 5))
                .isEqualTo(envelope(d).signed());
    }

    @Test
    void anAcceptedDirectiveSaysSoOfAnyKind() {
        Team team = waiting(operators());
        Decision d = signed(team, "bob", "bob", new PauseRun());
        assertThat(d.getCause().getProof().getOperator()).isEqualTo("bob");
        Decision refused = signed(team, "bob", "bob", new Approve("9.9"));
        assertThat(refused.getRejection().getCode()).isEqualTo(RejectionCode.UNKNOWN_APPROVAL);
        assertThat(refused.getCause().getProof().getOperator()).isEqualTo("bob");
    }
}
