package io.taskgraph.cli;

import io.taskgraph.policy.trust.dsse.Bytes;
import io.taskgraph.policy.trust.dsse.Pem;
import io.taskgraph.policy.trust.dsse.SigningKey;
import io.taskgraph.policy.trust.dsse.UnusableKey;
import io.taskgraph.policy.trust.dsse.VerifyingKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * Keys in files: PEM, as openssl reads and writes them. A private key's file belongs to its owner alone, from the moment it is
 * there; one that others can read is refused. Nothing here prints a private key or puts it into a message.
 */
final class KeyFiles {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));
    private static final int MOST_BYTES = 4_096;
    private static final int SEED_BYTES = 32;

    private KeyFiles() {}

    /**
     * A private key as it was read.
     *
     * @param signing what signs with it
     * @param verifying the public key that belongs to it
     */
    record Pair(SigningKey signing, VerifyingKey verifying) {}

    /**
     * Makes a pair of keys and writes it.
     *
     * @param privateFile where the private key goes; readable and writable for its owner alone
     * @param publicFile where the public key goes
     * @throws CommandException if either file is there already, or cannot be written
     */
    static VerifyingKey generate(Path privateFile, Path publicFile) {
        for (Path file : new Path[] {privateFile, publicFile}) {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw there(file);
            }
        }
        byte[] pem = new byte[0];
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            VerifyingKey verifying = VerifyingKey.of(pair.getPublic().getEncoded());
            pem = Pem.PRIVATE_KEY.write(pair.getPrivate().getEncoded()).getBytes(StandardCharsets.US_ASCII);
            create(privateFile, pem);
            Files.writeString(
                    publicFile,
                    Pem.PUBLIC_KEY.write(verifying.der()),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            return verifying;
        } catch (FileAlreadyExistsException e) {
            throw there(Path.of(e.getFile()));
        } catch (IOException e) {
            throw new CommandException(
                    "The keys cannot be written to " + privateFile + " and " + publicFile + " ("
                            + Errors.explain(e, true) + "); name another place.",
                    e);
        } catch (GeneralSecurityException | UnusableKey e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    private static CommandException there(Path file) {
        return new CommandException(file + " is there already, and a key is never overwritten; name another place.");
    }

    private static void create(Path file, byte[] bytes) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes =
                posix ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER)} : new FileAttribute<?>[0];
        try (SeekableByteChannel channel = Files.newByteChannel(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }

    /**
     * Reads a private key.
     *
     * @throws CommandException if it cannot be read, is none, or may be read by others than its owner
     */
    static Pair privateKey(Path file) {
        refuseOthers(file);
        byte[] bytes = SignedFiles.read(file, MOST_BYTES, "a private key");
        byte[] pkcs8 = new byte[0];
        try {
            pkcs8 = Pem.PRIVATE_KEY.read(new String(bytes, StandardCharsets.ISO_8859_1));
            return new Pair(SigningKey.of(pkcs8), verifying(pkcs8));
        } catch (UnusableKey e) {
            throw new CommandException(file + " is not a private key that can be used: " + e.getMessage() + ".", 2, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** Reads a public key. */
    static VerifyingKey publicKey(Path file) {
        byte[] bytes = SignedFiles.read(file, MOST_BYTES, "a public key");
        try {
            return VerifyingKey.of(Pem.PUBLIC_KEY.read(new String(bytes, StandardCharsets.ISO_8859_1)));
        } catch (UnusableKey e) {
            throw new CommandException(file + " is not a public key that can be used: " + e.getMessage() + ".", 2, e);
        }
    }

    private static void refuseOthers(Path file) {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (view == null) {
            return;
        }
        try {
            Set<PosixFilePermission> permissions = view.readAttributes().permissions();
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw new CommandException(
                        file + " is open to others (" + PosixFilePermissions.toString(permissions)
                                + "), so its key may be known to them; make a new one, or `chmod 600 " + file
                                + "` if you are sure.",
                        2,
                        null);
            }
        } catch (IOException e) {
            throw SignedFiles.unreadable(file, "a private key", e);
        }
    }

    /** The public key of a private one: generated again from the private key's 32 bytes, which are all that chance gave it. */
    private static VerifyingKey verifying(byte[] pkcs8) throws UnusableKey {
        byte[] seed = Arrays.copyOfRange(pkcs8, Math.max(0, pkcs8.length - SEED_BYTES), pkcs8.length);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Replayed(seed));
            VerifyingKey key =
                    VerifyingKey.of(generator.generateKeyPair().getPublic().getEncoded());
            byte[] probe = "taskgraph".getBytes(StandardCharsets.US_ASCII);
            Bytes signature = SigningKey.of(pkcs8).sign(probe);
            if (!key.verifies(probe, signature)) {
                throw new CommandException(
                        "The private key is written with more than its 32 bytes; write it anew: `openssl pkey -in FILE"
                                + " -out OTHER`.",
                        2,
                        null);
            }
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** Gives given bytes where chance is asked for. */
    private static final class Replayed extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final transient byte[] seed;

        Replayed(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
