package io.taskgraph.policy.trust.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemanticVersionTest {
    /** In order of precedence, as semver.org 2.0.0 gives it in 11, and numbers beyond 64 bits. */
    private static final List<String> IN_ORDER = List.of(
            "0.0.0",
            "0.9.0",
            "1.0.0-0",
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0-rc.1.0",
            "1.0.0",
            "1.0.1-0a",
            "1.2.0",
            "1.10.0",
            "2.0.0",
            "2.1.0",
            "2.1.1",
            "10.0.0",
            "99999999999999999999.0.0",
            "100000000000000000000.0.0");

    @Test
    void precedenceIsAsTheSpecificationHasIt() {
        for (int i = 0; i < IN_ORDER.size(); i++) {
            for (int j = 0; j < IN_ORDER.size(); j++) {
                assertThat(Integer.signum(
                                new SemanticVersion(IN_ORDER.get(i)).compareTo(new SemanticVersion(IN_ORDER.get(j)))))
                        .as(IN_ORDER.get(i) + " against " + IN_ORDER.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    @Test
    void buildMetadataHasNoPrecedence() {
        SemanticVersion a = new SemanticVersion("1.0.0+a.01");
        SemanticVersion b = new SemanticVersion("1.0.0+b-c");
        assertThat(a).isEqualByComparingTo(b).isNotEqualTo(b);
        assertThat(new SemanticVersion("1.0.0-x+y")).isLessThan(a);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "01.2.3",
                "1.02.3",
                "1.2.03",
                "v1.2.3",
                "1.2.3-",
                "1.2.3-01",
                "1.2.3-a..b",
                "1.2.3+",
                "1.2.3+a+b",
                "1.2.3-a_b",
                " 1.2.3",
                "1.2.3 ",
                "1.2.3\n",
                "-1.2.3",
                "1.２.3",
                "1.2.3-\u0430",
                "../1.2.3",
                "1.2.3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void whatIsNoVersionIsRefused(String text) {
        assertThat(SemanticVersion.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.3-0a", "1.2.3--", "1.2.3-a.-", "1.2.3+001", "1.2.3-x-y-z.--", "0.0.4-0.3.7+build.1"})
    void oddOnesAreVersionsToo(String text) {
        assertThat(SemanticVersion.parse(text)).isPresent();
    }
}
