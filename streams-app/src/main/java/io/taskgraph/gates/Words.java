package io.taskgraph.gates;

/** Numbers with their nouns. */
final class Words {
    private Words() {}

    /** {@code 1 run}, {@code 2 runs}; an irregular plural is given as {@code one/many}. */
    static String count(long n, String noun) {
        int slash = noun.indexOf('/');
        String one = slash < 0 ? noun : noun.substring(0, slash);
        String many = slash < 0 ? noun + "s" : noun.substring(slash + 1);
        return n + " " + (n == 1 ? one : many);
    }

    /** {@code only 1 run, and 3 are asked for}. */
    static String tooFew(long n, String noun, long least) {
        return (n == 0 ? "no " + count(2, noun).substring(2) : "only " + count(n, noun)) + " on record, and " + least
                + (least == 1 ? " is" : " are") + " asked for";
    }
}
