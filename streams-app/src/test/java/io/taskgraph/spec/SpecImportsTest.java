package io.taskgraph.spec;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Reading files needs the vocabulary, the positioned documents and the bundled ones; never the engine, Kafka or a log. */
@AnalyzeClasses(packages = "io.taskgraph.spec", importOptions = ImportOption.DoNotIncludeTests.class)
class SpecImportsTest {
    @ArchTest
    static final ArchRule onlyVocabularyAndDocuments = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.taskgraph.spec..",
                    "io.taskgraph.avro..",
                    "io.taskgraph.policy.document..",
                    "io.taskgraph.policy.contract..",
                    "io.taskgraph.policy.presets..",
                    "java..",
                    "com.fasterxml.jackson..",
                    "com.networknt.schema..",
                    "org.apache.avro..");
}
