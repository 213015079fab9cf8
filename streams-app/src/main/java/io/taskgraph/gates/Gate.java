package io.taskgraph.gates;

import java.util.List;

/** A question to the record. It counts while the log is read, and judges when it is at its end. */
interface Gate extends Account {
    /** What it asks, for people: one sentence with its question mark. */
    String question();

    /** What it compares with. */
    List<Threshold> thresholds();

    /** Its verdict. Evidence against is a FAIL; no evidence, or less than a threshold asks for, is NOT_OBSERVED. */
    Finding judge(Evidence evidence, Setting setting);
}
