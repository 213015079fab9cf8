package io.taskgraph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskgraph.Seeds;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The digest's arithmetic against {@link BigInteger}'s. */
class StateDigestTest {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    @Test
    void sumsAndDifferencesModulo2To256() {
        long seed = Seeds.seed();
        Random random = new Random(seed);
        StateDigest digest = new StateDigest();
        BigInteger expected = BigInteger.ZERO;
        List<StateDigest.EntryHash> in = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (!in.isEmpty() && random.nextInt(3) == 0) {
                StateDigest.EntryHash h = in.remove(random.nextInt(in.size()));
                digest.subtract(h);
                expected = expected.subtract(number(h)).mod(MODULUS);
            } else {
                StateDigest.EntryHash h =
                        new StateDigest.EntryHash(word(random), word(random), word(random), word(random));
                in.add(h);
                digest.add(h);
                expected = expected.add(number(h)).mod(MODULUS);
            }
            assertThat(new BigInteger(1, digest.toBytes()))
                    .as("step %d, seed %d", i, seed)
                    .isEqualTo(expected);
        }
        in.forEach(digest::subtract);
        assertThat(digest.toBytes()).as("seed %d", seed).isEqualTo(new byte[32]);
    }

    /** Words at the edges carry; random ones seldom do in all places. */
    private static long word(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> 1;
            case 3 -> Long.MIN_VALUE;
            default -> random.nextLong();
        };
    }

    private static BigInteger number(StateDigest.EntryHash h) {
        return new BigInteger(
                1,
                ByteBuffer.allocate(32)
                        .putLong(h.a())
                        .putLong(h.b())
                        .putLong(h.c())
                        .putLong(h.d())
                        .array());
    }

    @Test
    void anEntryIsHashedWithTheLengthOfItsKey() throws Exception {
        byte[] key = {'t', 'a'};
        byte[] value = {1, 2, 3};
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        byte[] expected = sha.digest(new byte[] {0, 0, 0, 2, 't', 'a', 1, 2, 3});
        assertThat(number(StateDigest.hash(key, value))).isEqualTo(new BigInteger(1, expected));
        assertThat(StateDigest.hash(new byte[] {'t'}, new byte[] {'a', 1, 2, 3}))
                .isNotEqualTo(StateDigest.hash(key, value));
    }
}
