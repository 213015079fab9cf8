package io.taskgraph.policy;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.ZoneId;

/** The policy module decides the same everywhere and always: it sees no broker, no log, no clock, no dice. */
@AnalyzeClasses(packages = "io.taskgraph.policy", importOptions = ImportOption.DoNotIncludeTests.class)
class ImportsTest {
    @ArchTest
    static final ArchRule onlyTheJdkAndTheYamlParser = classes()
            .that()
            .resideOutsideOfPackages("..policy.rules..", "..policy.json..", "..policy.trust..")
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
    static final ArchRule jsonKnowsATokenizer = classes()
            .that()
            .resideInAPackage("..policy.json..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.taskgraph.policy.json..",
                    "io.taskgraph.policy.document..",
                    "java.lang..",
                    "java.io",
                    "java.nio.charset",
                    "java.util..",
                    "com.fasterxml.jackson.core..");

    /** Trust knows the platform's cryptography and a provider behind its interface, but no dice ({@code SecureRandom} below), and time only as it is given. */
    @ArchTest
    static final ArchRule trustKnowsTheJdk = classes()
            .that()
            .resideInAPackage("..policy.trust..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.taskgraph.policy..",
                    "java.lang..",
                    "java.io",
                    "java.math",
                    "java.nio.charset",
                    "java.security..",
                    "java.time..",
                    "java.util..",
                    "org.bouncycastle.jce.provider");

    /** Signatures are verified in one place, once; whoever decides asks its result. */
    @ArchTest
    static final ArchRule onlyTheVerifierVerifies = noClasses()
            .that()
            .resideOutsideOfPackages("..trust.dsse..")
            .and()
            .doNotHaveSimpleName("Verifier")
            .should()
            .callMethodWhere(target(nameMatching("verifies")));

    /** CEL is the rules' alone, and so is time: points that a question gives, never the present one. */
    @ArchTest
    static final ArchRule rulesKnowCel = classes()
            .that()
            .resideInAPackage("..policy.rules..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.taskgraph.policy.rules..",
                    "io.taskgraph.policy.contract..",
                    "io.taskgraph.policy.decision..",
                    "io.taskgraph.policy.document..",
                    "java.lang..",
                    "java.math",
                    "java.time..",
                    "java.util..",
                    "dev.cel..",
                    "com.google.common.collect..",
                    "com.google.re2j..");

    @ArchTest
    static final ArchRule noPresentTimeNoNamedZones = noClasses()
            .should()
            .callMethodWhere(target(nameMatching("now"))
                    .and(target(owner(resideInAPackage("java.time.."))))
                    .or(target(owner(type(ZoneId.class)))));

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
            .resideInAnyPackage("java.util.logging..", "java.util.concurrent..", "java.util.random..")
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
