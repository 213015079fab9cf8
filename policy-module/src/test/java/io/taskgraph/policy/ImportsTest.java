package io.taskgraph.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The policy module decides the same everywhere and always: it sees no broker, no log, no clock, no dice. */
@AnalyzeClasses(packages = "io.taskgraph.policy", importOptions = ImportOption.DoNotIncludeTests.class)
class ImportsTest {
    @ArchTest
    static final ArchRule onlyTheJdkAndTheYamlParser = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.taskgraph.policy..",
                    "java.lang..",
                    "java.io",
                    "java.math",
                    "java.nio.charset",
                    "java.security",
                    "java.util..",
                    "org.snakeyaml.engine..");

    @ArchTest
    static final ArchRule noClockNoDiceNoLog = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Random")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.UUID")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.Date")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.security.SecureRandom")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.time..", "java.util.logging..", "java.util.concurrent..", "java.util.random..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callMethod(System.class, "getenv", String.class);

    @ArchTest
    static final ArchRule documentStandsAlone = noClasses()
            .that()
            .resideInAPackage("..policy.document..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..policy.contract..", "..policy.presets..");

    @ArchTest
    static final ArchRule contractKnowsNoPresets = noClasses()
            .that()
            .resideInAPackage("..policy.contract..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..policy.presets..");
}
