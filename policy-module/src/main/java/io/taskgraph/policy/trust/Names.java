package io.taskgraph.policy.trust;

import java.util.regex.Pattern;

/**
 * The forms of names that strangers choose. All are ASCII, so that no two look alike to a reader and differ to a machine,
 * and none can climb a path, begin an option, or end in a dot.
 */
public final class Names {
    /** The most characters of any of them. */
    public static final int LONGEST = 128;

    /** Names of extensions and publishers. No upper case: names that differ only in case would be look-alikes. */
    public static final Pattern EXTENSION = Pattern.compile("[a-z0-9]++([._-][a-z0-9]++)*+");

    public static final String EXTENSION_FORM =
            "1 to 128 lower-case ASCII letters and digits, with single dots, hyphens or underscores between them";

    /** Names of tools. */
    public static final Pattern TOOL = Pattern.compile("[A-Za-z0-9]++([._-][A-Za-z0-9]++)*+");

    public static final String TOOL_FORM =
            "1 to 128 ASCII letters and digits, with single dots, hyphens or underscores between them";

    /** Names of artifacts: plain file names. */
    public static final Pattern ARTIFACT = Pattern.compile("[A-Za-z0-9]++([._+-][A-Za-z0-9]++)*+");

    public static final String ARTIFACT_FORM =
            "a file name of 1 to 128 ASCII letters and digits, with single dots, hyphens, underscores or plus signs"
                    + " between them";

    private Names() {}

    /** Whether it is a name of an extension or a publisher. */
    public static boolean isExtension(String text) {
        return text.length() <= LONGEST && EXTENSION.matcher(text).matches();
    }
}
