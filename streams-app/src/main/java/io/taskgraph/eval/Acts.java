package io.taskgraph.eval;

import com.fasterxml.jackson.databind.JsonNode;
import io.taskgraph.avro.ApprovalRequested;
import io.taskgraph.avro.Approve;
import io.taskgraph.avro.Budget;
import io.taskgraph.avro.CancelRun;
import io.taskgraph.avro.Deny;
import io.taskgraph.avro.Directive;
import io.taskgraph.avro.MessageKind;
import io.taskgraph.avro.MessagePriority;
import io.taskgraph.avro.MessageSpec;
import io.taskgraph.avro.Mutation;
import io.taskgraph.avro.PauseRun;
import io.taskgraph.avro.RaiseBudget;
import io.taskgraph.avro.ReleaseRun;
import io.taskgraph.avro.ResumeRun;
import io.taskgraph.avro.RetryTask;
import io.taskgraph.avro.SendMessage;
import io.taskgraph.avro.SetCap;
import io.taskgraph.avro.SkipTask;
import io.taskgraph.spec.BudgetText;
import io.taskgraph.spec.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.specific.SpecificRecord;

/** What can happen in a scenario beside work, by the word for it; and people who answer. */
final class Acts {
    private static final Map<String, BiConsumer<Acts, Scenario.Event>> BY_WORD = new HashMap<>();
    private static final Map<String, BiConsumer<Directive.Builder, JsonNode>> DIRECTIVES = new HashMap<>();

    static {
        BY_WORD.put(
                "silence",
                (acts, e) -> acts.agents.silence(
                        holder(e), workers(e), millis(e.given().path("for"))));
        BY_WORD.put("kill", (acts, e) -> acts.agents.kill(holder(e), workers(e)));
        BY_WORD.put("restart", (acts, e) -> acts.player.stage().restart());
        BY_WORD.put("poison", Acts::poison);
        BY_WORD.put(
                "late",
                (acts, e) -> acts.agents.late(
                        e.given().path("task").asText(),
                        e.given().path("attempt").asInt()));
        BY_WORD.put("patch", Acts::patch);
        BY_WORD.put("direct", Acts::direct);
        BY_WORD.put("message", Acts::message);

        DIRECTIVES.put("pause", (d, v) -> d.setReason(v.asText()).setPauseRun(new PauseRun()));
        DIRECTIVES.put("resume", (d, v) -> d.setReason(v.asText()).setResumeRun(new ResumeRun()));
        DIRECTIVES.put("cancel", (d, v) -> d.setReason(v.asText()).setCancelRun(new CancelRun()));
        DIRECTIVES.put("release", (d, v) -> d.setReason(v.asText()).setReleaseRun(new ReleaseRun()));
        DIRECTIVES.put("retry", (d, v) -> d.setRetryTask(new RetryTask(v.asText(), true)));
        DIRECTIVES.put("skip", (d, v) -> d.setSkipTask(new SkipTask(v.asText())));
        DIRECTIVES.put(
                "raise_tokens", (d, v) -> d.setRaiseBudget(new RaiseBudget(null, new Budget(v.asLong(), null, null))));
        DIRECTIVES.put("cap", (d, v) -> {
            String[] words = v.asText().split(" ", 2);
            d.setSetCap(new SetCap(words[0], words[1]));
        });
    }

    private final Player player;
    private final Agents agents;

    Acts(Player player, Agents agents) {
        this.player = player;
        this.agents = agents;
    }

    /** The words that are understood. */
    static Set<String> words() {
        return Set.copyOf(BY_WORD.keySet());
    }

    /** The operators' words that are understood. */
    static Set<String> directives() {
        return Set.copyOf(DIRECTIVES.keySet());
    }

    void happen(Scenario.Event e) {
        BY_WORD.get(e.act()).accept(this, e);
    }

    /** People answer what is asked of them. */
    void hear(SpecificRecord fact) {
        Scenario.People people = player.scenario().people();
        if (fact instanceof ApprovalRequested asked && !people.by().isEmpty()) {
            String id = asked.getApprovalId();
            player.in(people.afterMillis(), () -> {
                Directive.Builder d = directive(people.by()).setReason("as the scenario says");
                player.stage()
                        .say((people.approve() ? d.setApprove(new Approve(id)) : d.setDeny(new Deny(id))).build());
            });
        }
    }

    private void poison(Scenario.Event e) {
        for (int i = 0; i < times(e); i++) {
            byte[] bytes = ("no record, " + i).getBytes(StandardCharsets.UTF_8);
            player.stage().write(e.given().path("topic").asText(), player.runId(), bytes);
        }
    }

    private void patch(Scenario.Event e) {
        JsonNode version = e.given().path("expected_version");
        player.stage()
                .say(Mutation.newBuilder()
                        .setMessageId(player.nextMessage())
                        .setRunId(player.runId())
                        .setSentAt(player.time())
                        .setActor(e.given().path("by").asText("planner"))
                        .setExpectedVersion(version.isMissingNode() ? null : version.asLong())
                        .setOperations(e.operations())
                        .build());
    }

    private void direct(Scenario.Event e) {
        Map.Entry<String, JsonNode> word = e.given().fields().next();
        Directive.Builder d = directive("operator");
        DIRECTIVES.get(word.getKey()).accept(d, word.getValue());
        player.stage().say(d.build());
    }

    private void message(Scenario.Event e) {
        String priority = e.given().path("priority").asText("normal").toUpperCase(Locale.ROOT);
        for (int i = 0; i < times(e); i++) {
            MessageSpec m = MessageSpec.newBuilder()
                    .setRecipient(e.given().path("to").asText())
                    .setKind(MessageKind.ALERT)
                    .setPriority(MessagePriority.valueOf(priority))
                    .setBody("message " + i)
                    .build();
            player.stage()
                    .say(directive("operator")
                            .setSendMessage(new SendMessage(m))
                            .build());
        }
    }

    private Directive.Builder directive(String actor) {
        return Directive.newBuilder()
                .setMessageId(player.nextMessage())
                .setRunId(player.runId())
                .setSentAt(player.time())
                .setActor(actor);
    }

    private static String holder(Scenario.Event e) {
        return e.given().path("holder_of").asText("");
    }

    private static int workers(Scenario.Event e) {
        return e.given().path("workers").asInt(1);
    }

    private static int times(Scenario.Event e) {
        return e.given().path("times").asInt(1);
    }

    private static long millis(JsonNode duration) {
        return BudgetText.millis(duration.asText()).orElse(0L);
    }
}
