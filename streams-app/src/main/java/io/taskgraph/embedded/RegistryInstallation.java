package io.taskgraph.embedded;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.jar.JarFile;

/**
 * The unpacked registry: {@code $TASKGRAPH_REGISTRY_HOME}, otherwise the directory {@code registry} that the build puts
 * beside our classes or beside the directory of our jar.
 *
 * @param runner the registry's runner jar, whose manifest names the rest
 * @param mainClass the registry's main class
 * @param ourClasses jar or directory that holds {@link RegistryGuard}
 */
record RegistryInstallation(Path runner, String mainClass, Path ourClasses) {

    static RegistryInstallation find() {
        Path ours = ourCode();
        Path home = home(ours);
        try (DirectoryStream<Path> runners = Files.newDirectoryStream(home, "*-runner.jar")) {
            for (Path runner : runners) {
                try (JarFile jar = new JarFile(runner.toFile())) {
                    String main = jar.getManifest().getMainAttributes().getValue("Main-Class");
                    return new RegistryInstallation(runner, main, ours);
                }
            }
        } catch (IOException e) {
            throw missing(home, e);
        }
        throw missing(home, null);
    }

    private static Path home(Path ours) {
        String told = System.getenv("TASKGRAPH_REGISTRY_HOME");
        if (told != null && !told.isBlank()) {
            return Path.of(told);
        }
        Path beside = ours.resolveSibling("registry"); // target/classes -> target/registry
        return Files.isDirectory(beside) || ours.getParent() == null
                ? beside
                : ours.getParent().resolveSibling("registry"); // target/lib/x.jar -> target/registry
    }

    private static Path ourCode() {
        CodeSource source = RegistryGuard.class.getProtectionDomain().getCodeSource();
        try {
            return Path.of(source.getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Our own code is at no path: " + source.getLocation(), e);
        }
    }

    private static EmbeddedException missing(Path home, Throwable cause) {
        return new EmbeddedException(
                "There is no schema registry unpacked in " + home
                        + "; build with Maven (process-resources of streams-app unpacks it) or set"
                        + " TASKGRAPH_REGISTRY_HOME.",
                cause);
    }
}
