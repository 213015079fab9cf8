package io.taskgraph.engine;

import static io.taskgraph.engine.Messages.add;
import static io.taskgraph.engine.Shop.needs;
import static io.taskgraph.engine.Shop.ref;

import io.taskgraph.avro.RetireExtension;
import io.taskgraph.avro.RevocationTarget;
import io.taskgraph.avro.SuspendExtension;
import io.taskgraph.avro.TaskChange;
import io.taskgraph.avro.ToolpacksChange;
import java.util.List;

/** The scenario of the golden logs of extensions: of the registry, and of a run that uses them. */
final class GoldenExtensions {
    private GoldenExtensions() {}

    static Team registry() {
        return scenario().registry;
    }

    static Team user() {
        return scenario().team;
    }

    private static Shop scenario() {
        Shop shop = Shop.open();
        shop.propose(Signed.toolpack("files", "1.0.0", "mallory"));
        shop.stock("1.0.0");
        shop.stock("1.1.0");
        shop.team.patch(add(needs("a", "1.0.0")), add(needs("b", "2.0.0")));
        shop.start("mallory", "a", 1, "1.0.0", Signed.digest("tampered"));
        shop.start("w1", "a", 2, "1.0.0", Signed.digest("save"));
        TaskChange other = new TaskChange();
        other.setToolpacks(new ToolpacksChange(List.of(ref("files", "1.1.0"))));
        shop.team.patch(Messages.update("b", other));
        shop.say("olga", new SuspendExtension(ref("files", "1.1.0")));
        shop.say("olga", new RetireExtension(ref("files", "1.1.0")));
        shop.revoke(RevocationTarget.KEY, Signed.publicKey("ann").fingerprint());
        shop.hear();
        shop.team.report("w1", "a", 2, Messages.submitted("late"));
        return shop;
    }
}
