package io.taskgraph.policy.contract;

import io.taskgraph.policy.rules.RouteRule;
import io.taskgraph.policy.rules.Routes;
import io.taskgraph.policy.rules.RuleBook;
import io.taskgraph.policy.trust.settings.Operators;
import io.taskgraph.policy.trust.settings.TrustSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a document says, with its defaults and what it extends resolved, and how that is written. Immutable. */
record Provisions(
        String name,
        int version,
        String description,
        Set<Flag> flags,
        Caps caps,
        Transitions transitions,
        Routes routes,
        ActionTable actions,
        ApprovalTable approvals,
        SortedMap<String, List<String>> approvers,
        Budgets budgets,
        Map<GuardKind, Guard> guards,
        TrustSettings trust,
        RuleBook rules,
        ReconcilePolicy reconcile,
        MailboxPolicy mailbox,
        CheckpointPolicy checkpoints,
        SnapshotPolicy snapshots,
        RetentionPolicy retention,
        GatesPolicy gates,
        Operators operators) {

    /** What a document says that says nothing but its name. */
    static Provisions of(String name) {
        return new Provisions(
                name,
                1,
                "",
                Set.of(),
                Caps.DEFAULT,
                Transitions.CONTRACT,
                new Routes(List.<RouteRule>of()),
                ActionTable.NOTHING,
                ApprovalTable.DEFAULT,
                new TreeMap<>(),
                Budgets.NONE,
                Map.of(),
                TrustSettings.DEFAULT,
                new RuleBook(List.of()),
                ReconcilePolicy.DEFAULT,
                MailboxPolicy.DEFAULT,
                CheckpointPolicy.DEFAULT,
                SnapshotPolicy.DEFAULT,
                RetentionPolicy.DEFAULT,
                GatesPolicy.DEFAULT,
                Operators.NONE);
    }

    Provisions with(Caps other) {
        return new Provisions(
                name,
                version,
                description,
                flags,
                other,
                transitions,
                routes,
                actions,
                approvals,
                approvers,
                budgets,
                guards,
                trust,
                rules,
                reconcile,
                mailbox,
                checkpoints,
                snapshots,
                retention,
                gates,
                operators);
    }

    /** Who has which role. */
    SortedMap<String, List<String>> people() {
        return OperatorsSection.people(approvers, operators);
    }

    /** The canonical document. */
    String document() {
        StringBuilder text = new StringBuilder();
        text.append("name: ").append(Quoted.of(name));
        text.append("\nversion: ").append(version);
        text.append("\ndescription: ").append(Quoted.of(description)).append('\n');
        FlagsSection.write(text, flags);
        CapsSection.write(text, caps);
        PhasesSection.write(text, transitions, routes.routes());
        ActionsSection.write(text, actions);
        ApprovalsSection.write(text, approvals);
        PeopleSection.write(text, approvers);
        BudgetsSection.write(text, budgets);
        GuardsSection.write(text, guards);
        TrustSection.write(text, trust);
        RulesSection.write(text, rules.rules());
        ReconcileSection.write(text, reconcile);
        MailboxSection.write(text, mailbox);
        CheckpointsSection.write(text, checkpoints);
        SnapshotsSection.write(text, snapshots);
        RetentionSection.write(text, retention);
        GatesSection.write(text, gates);
        OperatorsSection.write(text, operators);
        return text.toString();
    }
}
