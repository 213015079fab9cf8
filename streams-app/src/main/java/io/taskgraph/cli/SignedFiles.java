package io.taskgraph.cli;

import io.taskgraph.policy.json.JsonProblem;
import io.taskgraph.policy.trust.Digest;
import io.taskgraph.policy.trust.dsse.Envelope;
import io.taskgraph.policy.trust.manifest.Manifest;
import io.taskgraph.policy.trust.manifest.ManifestReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that `ext` reads and writes: manifests, envelopes, artifacts. */
final class SignedFiles {
    private static final int UNUSABLE = 2;

    private SignedFiles() {}

    /** The bytes of a file, if it has no more than so many. */
    static byte[] read(Path file, int most, String what) {
        if (Files.isDirectory(file)) {
            throw new CommandException(file + " is a directory; name a file with " + what + ".", UNUSABLE, null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new CommandException(
                        file + " has more than the " + most + " bytes that " + what + " may have.", UNUSABLE, null);
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(file, what, e);
        }
    }

    static CommandException unreadable(Path file, String what, IOException e) {
        boolean missing = e instanceof NoSuchFileException;
        return new CommandException(
                missing
                        ? "There is no file " + file + "; name one with " + what + "."
                        : file + " cannot be read (" + Errors.explain(e, true) + "); name a file with " + what + ".",
                UNUSABLE,
                e);
    }

    /**
     * Writes an envelope, whole or not at all.
     *
     * @param key the file of the private key that has signed it, which is never written over
     * @throws CommandException also if nobody could read the envelope again
     */
    static void write(Path file, Envelope envelope, Path key) {
        byte[] json = envelope.json().getBytes(StandardCharsets.UTF_8);
        List<JsonProblem> problems = new ArrayList<>();
        if (Envelope.read(json, problems).isEmpty()) {
            throw new CommandException("Not signed: of the envelope, " + problems.get(0) + ".", UNUSABLE, null);
        }
        if (isSame(file, key)) {
            throw new CommandException(
                    file + " is the private key, and a key is never overwritten; name another place with --out.",
                    UNUSABLE,
                    null);
        }
        write(file, json);
    }

    private static boolean isSame(Path file, Path other) {
        try {
            return Files.isSameFile(file, other);
        } catch (IOException e) {
            // One of them is not there.
            return false;
        }
    }

    /** Writes a file whole or not at all. */
    static void write(Path file, byte[] bytes) {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.write(beside, bytes);
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            try {
                Files.deleteIfExists(beside);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw new CommandException(
                    file + " cannot be written (" + Errors.explain(e, true) + "); name another place with --out.", e);
        }
    }

    /** The envelope in a file; empty if the file holds something else. Nothing is printed. */
    static Optional<Envelope> envelope(byte[] bytes) {
        return Envelope.read(bytes, new ArrayList<>());
    }

    /** The manifest in these bytes; all that is wrong with it goes to {@code err}. */
    static Manifest manifest(Path file, byte[] bytes, PrintWriter err) {
        List<JsonProblem> problems = new ArrayList<>();
        Optional<Manifest> manifest = ManifestReader.read(bytes, problems);
        return manifest.orElseThrow(() -> wrong(file, problems, "a manifest", err));
    }

    /** All that is wrong with a file: each but the last is printed, the last is the command's error. */
    static CommandException wrong(Path file, List<JsonProblem> problems, String what, PrintWriter err) {
        problems.subList(0, problems.size() - 1).forEach(p -> err.println(file + ": " + p));
        err.flush();
        return new CommandException(
                file + ": " + problems.get(problems.size() - 1) + "; it is no " + what.replaceFirst("^an? ", "") + ".",
                UNUSABLE,
                null);
    }

    /** The digest of a file of any size. */
    static Digest digest(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[64 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
            return new Digest(HexFormat.of().formatHex(sha256.digest()));
        } catch (IOException e) {
            throw unreadable(file, "an artifact", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** How the artifacts in a directory differ from a manifest's, one sentence each. */
    static List<String> differences(Manifest manifest, Path directory) {
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, Digest> artifact : manifest.artifacts().entrySet()) {
            Path file = directory.resolve(artifact.getKey());
            if (!Files.isRegularFile(file)) {
                differences.add("the artifact " + artifact.getKey() + " is not in " + directory);
                continue;
            }
            Digest digest = digest(file);
            if (!digest.equals(artifact.getValue())) {
                differences.add(
                        "the artifact " + file + " is " + digest + ", and the manifest says " + artifact.getValue());
            }
        }
        return differences;
    }
}
