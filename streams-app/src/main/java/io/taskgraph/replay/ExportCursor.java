package io.taskgraph.replay;

import java.nio.file.Path;
import java.util.Iterator;

/** The records of one partition of a topic in an export, file after file. */
final class ExportCursor implements Cursor {
    private final Path directory;
    private final Manifest.Part part;
    private final Iterator<Manifest.File> files;
    private ExportFileReader open;
    private long last = -1;

    ExportCursor(Path directory, Manifest.Part part) {
        this.directory = directory;
        this.part = part;
        this.files = part.files().iterator();
    }

    @Override
    public Recorded next() {
        while (true) {
            if (open == null) {
                if (!files.hasNext()) {
                    return null;
                }
                open = new ExportFileReader(directory, part.partition(), files.next());
            }
            Recorded r = open.next();
            if (r != null) {
                if (r.offset() <= last) {
                    throw new HistoryException(r.place() + ": its offset is " + r.offset() + " and the one before has "
                            + last + ": it is doubled, or out of order.");
                }
                last = r.offset();
                return r;
            }
            open.close();
            open = null;
        }
    }

    @Override
    public long begins() {
        return part.begins();
    }

    @Override
    public void skipTo(long offset) {
        // Every record is checked.
    }

    @Override
    public String name() {
        return part.family() + "-" + part.partition() + " of the export";
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
