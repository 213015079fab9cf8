package io.taskgraph.replay;

/**
 * Where a record is.
 *
 * @param in the topic, or the file of an export
 * @param partition of the topic; -1 in a file
 * @param number the record's offset in the partition, or its number in the file, from 0
 */
record Place(String in, int partition, long number) {
    /** As in {@code taskgraph.reports-3 at offset 17}, {@code decisions-03.avro, record 17}. */
    @Override
    public String toString() {
        return partition < 0 ? in + ", record " + number : in + "-" + partition + " at offset " + number;
    }
}
