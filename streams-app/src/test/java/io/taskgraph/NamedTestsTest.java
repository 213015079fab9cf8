package io.taskgraph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page that names the test that shows something names one that is there. */
class NamedTestsTest {
    private static final Path ROOT = Path.of(System.getProperty("taskgraph.root"));
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z]+(?:Test|Properties))\\.([a-zA-Z]+)`");

    private static List<MatchResult> named(String page) throws IOException {
        return NAMED.matcher(Files.readString(ROOT.resolve("docs/architecture").resolve(page)))
                .results()
                .toList();
    }

    /** Whether a class of that name has such a test. */
    private static boolean isThere(MatchResult named) throws IOException {
        Pattern method = Pattern.compile("(void|DynamicTest>) " + named.group(2) + "\\(");
        for (Path module :
                List.of(ROOT.resolve("streams-app"), ROOT.resolve("agent-client"), ROOT.resolve("policy-module"))) {
            try (Stream<Path> all = Files.walk(module.resolve("src/test/java"))) {
                for (Path file :
                        all.filter(f -> f.endsWith(named.group(1) + ".java")).toList()) {
                    if (method.matcher(Files.readString(file)).find()) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"approvals.md", "budgets.md", "liveness.md", "policy.md", "trust.md", "why.md"})
    void whatThePageNamesIsThere(String page) throws IOException {
        List<MatchResult> named = named(page);
        assertThat(named).isNotEmpty();
        for (MatchResult m : named) {
            assertThat(isThere(m)).as("%s names %s", page, m.group()).isTrue();
        }
    }

    @Test
    void everyKindOfReasonHasARow() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/architecture/why.md"));
        Path reasons = ROOT.resolve("streams-app/src/main/java/io/taskgraph/query/why/Reason.java");
        String text = Files.readString(reasons);
        int permits = text.indexOf("permits", text.indexOf("interface Reason"));
        String all = text.substring(permits + "permits".length(), text.indexOf('{', permits));
        for (String reason : all.split(",")) {
            assertThat(page.contains("`" + reason.strip() + "`"))
                    .as(reason.strip())
                    .isTrue();
        }
    }
}
