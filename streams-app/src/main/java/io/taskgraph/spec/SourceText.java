package io.taskgraph.spec;

import io.taskgraph.policy.document.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A text file, read strictly: UTF-8, with or without byte order mark, not empty.
 *
 * @param file its name for messages
 * @param text its characters
 */
record SourceText(String file, String text) {
    /** The most bytes a file may have: it is held in memory while it is read. */
    static final long MOST_BYTES = 256L * 1024 * 1024;

    static SourceText read(Path path) throws UnreadableFile {
        return read(path, "a run specification or a patch history", MOST_BYTES);
    }

    /**
     * @param expected what belongs into the file, for the message if it is empty
     * @param most the most bytes it may have, at most {@link #MOST_BYTES}; no more are read, also of what has no size, such
     *     as a pipe
     */
    static SourceText read(Path path, String expected, long most) throws UnreadableFile {
        String file = path.toString();
        if (file.isEmpty()) {
            throw new UnreadableFile("''", "an empty name is no file; name one");
        }
        try {
            if (Files.isDirectory(path)) {
                throw new UnreadableFile(file, "this is a directory; name a file");
            }
            if (Files.size(path) > most) {
                throw tooLarge(file, most);
            }
            try (InputStream in = Files.newInputStream(path)) {
                return read(file, in, most, expected);
            }
        } catch (NoSuchFileException e) {
            throw new UnreadableFile(file, "there is no such file; check the path");
        } catch (AccessDeniedException e) {
            throw new UnreadableFile(file, "the file may not be read; check its permissions");
        } catch (IOException e) {
            throw new UnreadableFile(file, "the file cannot be read (" + e.getMessage() + "); check the path");
        }
    }

    /** The same of a stream, which may have no end. */
    static SourceText read(String file, InputStream in, long most, String expected) throws UnreadableFile, IOException {
        byte[] bytes = in.readNBytes((int) most);
        if (bytes.length == most && in.read() >= 0) {
            throw tooLarge(file, most);
        }
        return of(file, bytes, expected);
    }

    private static UnreadableFile tooLarge(String file, long most) {
        return new UnreadableFile(file, "the file has more than " + (most >> 20) + " MiB; split it");
    }

    static SourceText of(String file, byte[] bytes) throws UnreadableFile {
        return of(file, bytes, "a run specification or a patch history");
    }

    private static SourceText of(String file, byte[] bytes, String expected) throws UnreadableFile {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        int odd = result.isError() ? in.position() : text.indexOf('\0');
        if (odd >= 0) {
            throw new UnreadableFile(
                    file,
                    List.of(new Problem(lineOf(bytes, odd), 1, "this is not a text file; save it as UTF-8 text")));
        }
        if (text.startsWith("\uFEFF")) {
            text = text.substring(1);
        }
        if (text.isBlank()) {
            throw new UnreadableFile(file, "the file is empty; put " + expected + " into it");
        }
        return new SourceText(file, text);
    }

    private static int lineOf(byte[] bytes, int end) {
        int line = 1;
        for (int i = 0; i < Math.min(end, bytes.length); i++) {
            if (bytes[i] == '\n') {
                line++;
            }
        }
        return line;
    }
}
