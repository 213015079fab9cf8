package io.taskgraph;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The house's import table: what each package may import of ours. Packages that do not exist yet are in it, too. */
class HouseTest {
    private static final JavaClasses ALL = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.taskgraph");

    private static final String[] VOCABULARY = {"avro", "schemas", "policy"};

    /** Package → what of ours it may import besides itself. */
    private static final Map<String, List<String>> TABLE = new TreeMap<>();

    static {
        may("graph");
        may("engine", with("graph"));
        may("reconcile", with("graph", "engine"));
        may("store", with("graph", "engine"));
        may("topology", with("graph", "engine", "reconcile", "store"));
        may("snapshot", with("graph", "engine"));
        may("replay", with("graph", "engine", "snapshot"));
        may("retention", with("graph", "engine", "snapshot", "replay"));
        may("gates", with("graph", "engine", "replay"));
        may("eval", with("graph", "engine", "replay", "gates", "spec", "client"));
        may("query", with("graph", "engine", "snapshot"));
        may("spec", VOCABULARY);
        may("offline", with("graph", "engine", "spec"));
        may("embedded");
        may(
                "cli",
                with(
                        "graph",
                        "engine",
                        "snapshot",
                        "replay",
                        "retention",
                        "gates",
                        "eval",
                        "query",
                        "spec",
                        "offline",
                        "embedded",
                        "app",
                        "client"));
        may("console", with("graph", "engine", "replay", "gates", "query"));
    }

    private static void may(String name, String... imports) {
        TABLE.put(name, List.of(imports));
    }

    private static String[] with(String... more) {
        List<String> all = new ArrayList<>(List.of(VOCABULARY));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static String in(String name) {
        return "io.taskgraph." + name + "..";
    }

    @Test
    void eachPackageImportsOfOursOnlyWhatTheTableAllows() {
        TABLE.forEach((name, imports) -> {
            List<String> allowed = new ArrayList<>();
            allowed.add(in(name));
            imports.forEach(i -> allowed.add(in(i)));
            ArchRule rule = classes()
                    .that()
                    .resideInAPackage(in(name))
                    .should()
                    .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new))
                            .or(not(resideInAPackage("io.taskgraph.."))))
                    .as(name + " may import of ours only " + imports)
                    .allowEmptyShould(true);
            rule.check(ALL);
        });
    }

    @Test
    void everyPackageIsInTheTable() {
        TreeSet<String> found = new TreeSet<>();
        for (JavaClass c : ALL) {
            String location = c.getSource().map(s -> s.getUri().toString()).orElse("");
            if (location.contains("/streams-app/") && c.getPackageName().startsWith("io.taskgraph.")) {
                found.add(c.getPackageName().split("\\.")[2]);
            }
        }
        found.remove("app");
        assertThat(TABLE.keySet()).as("packages of this module").containsAll(found);
        assertThat(found).contains("graph", "engine");
    }

    @Test
    void theGraphKnowsTheJdkOnly() {
        classes()
                .that()
                .resideInAPackage(in("graph"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(in("graph"), "java.lang..", "java.util..")
                .check(ALL);
    }

    @Test
    void theEngineKnowsTheVocabularyAndAvro() {
        classes()
                .that()
                .resideInAPackage(in("engine"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        in("engine"),
                        in("graph"),
                        in("policy"),
                        in("avro"),
                        "io.taskgraph.schemas.codec..",
                        "io.taskgraph.schemas.trace..",
                        "org.apache.avro..",
                        "java..")
                .check(ALL);
    }

    @Test
    void theCoreHasNoClockNoDiceNoLogNoFiles() {
        noClasses()
                .that()
                .resideInAnyPackage(in("graph"), in("engine"), in("reconcile"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.slf4j..",
                        "java.util.logging..",
                        "java.util.random..",
                        "java.net..",
                        "java.nio.file..",
                        "java.sql..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.(util\\.(Random|UUID|Date|Timer|concurrent\\.ThreadLocalRandom)"
                        + "|time\\.Clock|security\\.SecureRandom|lang\\.Thread)")
                .orShould()
                .callMethodWhere(new com.tngtech.archunit.base.DescribedPredicate<>("it reads a clock or the dice") {
                    @Override
                    public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
                        String target = call.getTargetOwner().getName() + "." + call.getName();
                        return List.of(
                                        "java.lang.System.currentTimeMillis",
                                        "java.lang.System.nanoTime",
                                        "java.lang.System.getenv",
                                        "java.lang.System.getProperty",
                                        "java.lang.Math.random",
                                        "java.time.Instant.now",
                                        "java.time.LocalDateTime.now",
                                        "java.util.Locale.getDefault")
                                .contains(target);
                    }
                })
                .check(ALL);
    }

    /** Commands show what was decided, and ask for decisions: the engine itself is run by others. */
    @Test
    void theTerminalNeverDecides() {
        noClasses()
                .that()
                .resideInAPackage(in("cli"))
                .and(new DescribedPredicate<>("have a source") {
                    @Override
                    public boolean test(JavaClass c) {
                        // A class file may outlive its source, where a build was not begun anew.
                        String source = c.getName().replaceFirst("\\$.*", "").replace('.', '/') + ".java";
                        return Files.exists(Path.of("src/main/java", source));
                    }
                })
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.taskgraph.engine.Engine")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("io.taskgraph.engine.Decider")
                .check(ALL);
    }

    @Test
    void onlyApplyChangesARun() {
        noClasses()
                .that()
                .resideInAPackage(in("engine"))
                .and()
                .haveSimpleNameNotStartingWith("Apply")
                .and()
                .doNotHaveSimpleName("Run")
                .and()
                .doNotHaveFullyQualifiedName("io.taskgraph.engine.Run$Loader")
                .should()
                .callMethodWhere(
                        new com.tngtech.archunit.base.DescribedPredicate<>("it changes a graph, header or table") {
                            @Override
                            public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
                                String owner = call.getTargetOwner().getSimpleName();
                                boolean graph = owner.equals("TaskGraph")
                                        && List.of(
                                                        "add",
                                                        "remove",
                                                        "update",
                                                        "addDependency",
                                                        "removeDependency",
                                                        "endDependents")
                                                .contains(call.getName());
                                boolean header = owner.equals("Run")
                                        && (call.getName().equals("create")
                                                || call.getName().equals("remember")
                                                || call.getName().equals("header")
                                                        && !call.getTarget()
                                                                .getRawParameterTypes()
                                                                .isEmpty());
                                boolean table = owner.equals("Table")
                                        && List.of("put", "remove").contains(call.getName());
                                return graph || header || table;
                            }
                        })
                .check(ALL);
    }
}
