package io.taskgraph.cli;

import java.util.List;

/** Every command of {@code taskgraph}, in the order in which {@code --help} lists them. A new command is added here. */
final class Subcommands {
    private Subcommands() {}

    /** Classes annotated with picocli's {@code @Command}, each with a constructor without arguments. */
    static List<Class<?>> all() {
        return List.of(
                UpCommand.class,
                DemoCommand.class,
                ServeCommand.class,
                SubmitCommand.class,
                RunsCommand.class,
                ShowCommand.class,
                WatchCommand.class,
                WhyCommand.class,
                EventsCommand.class,
                TraceCommand.class,
                AgentsCommand.class,
                ApprovalsCommand.class,
                ApproveCommand.class,
                DenyCommand.class,
                BudgetCommand.class,
                CapCommand.class,
                MailCommand.class,
                PolicyCommand.class,
                ExtCommand.class,
                PauseCommand.class,
                ResumeCommand.class,
                CancelCommand.class,
                ReleaseCommand.class,
                RetryCommand.class,
                SkipCommand.class,
                ResolveCommand.class,
                MoveCommand.class,
                CheckpointCommand.class,
                ForkCommand.class,
                ReplayCommand.class,
                DiffCommand.class,
                GatesCommand.class,
                KpisCommand.class,
                ScorecardCommand.class,
                EvalCommand.class,
                SnapshotCommand.class,
                RetainCommand.class,
                CheckCommand.class,
                TopicsCommand.class,
                CompletionCommand.class);
    }
}
