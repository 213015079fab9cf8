package io.taskgraph.deployed;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;

/** The images that the deployed shape is made of. */
final class Images {
    static final DockerImageName JRE = DockerImageName.parse("eclipse-temurin:17-jre");
    static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka:4.3.1");
    static final DockerImageName REGISTRY = DockerImageName.parse("apicurio/apicurio-registry:3.0.9");

    private Images() {}

    /** Skips the calling test, saying why, on a machine whose engine has no such image and cannot pull it. */
    static void assumeAvailable() {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "no Docker engine");
        for (DockerImageName image : new DockerImageName[] {JRE, KAFKA, REGISTRY}) {
            try {
                new RemoteDockerImage(image).get();
            } catch (Exception e) {
                Assumptions.abort("the image " + image + " is not here and cannot be pulled: " + e.getMessage());
            }
        }
    }

    /** The application's image, built from the repository's Dockerfile and the jars that this build has just packaged. */
    static Future<String> app() {
        return new ImageFromDockerfile("taskgraph/app:test", false)
                .withFileFromPath("Dockerfile", root().resolve("Dockerfile"))
                .withFileFromPath("streams-app/target/lib", lib());
    }

    static Path root() {
        return Path.of(System.getProperty("taskgraph.root", ".."))
                .toAbsolutePath()
                .normalize();
    }

    /** Where the build puts all jars that are needed at run time. */
    static Path lib() {
        return root().resolve("streams-app/target/lib");
    }

    /** Skips the calling test if it was started before the jars that go into the image were packaged. */
    static void assumePackaged() {
        String[] jars = lib().toFile().list((directory, name) -> name.startsWith("taskgraph-streams-app-"));
        assumeTrue(
                jars != null && jars.length > 0,
                "nothing is packaged in " + lib() + ": `mvn verify` runs these tests after it has");
    }
}
