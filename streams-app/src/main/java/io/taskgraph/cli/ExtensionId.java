package io.taskgraph.cli;

import io.taskgraph.avro.ExtensionRef;
import io.taskgraph.policy.trust.Names;
import io.taskgraph.policy.trust.manifest.SemanticVersion;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A version of an extension as people write it: {@code NAME@VERSION}. */
final class ExtensionId implements ITypeConverter<ExtensionRef> {
    @Override
    public ExtensionRef convert(String text) {
        int at = text.indexOf('@');
        if (at < 0
                || !Names.isExtension(text.substring(0, at))
                || SemanticVersion.parse(text.substring(at + 1)).isEmpty()) {
            throw new TypeConversionException(
                    "'" + text + "' is no extension; name it as NAME@VERSION, such as files@1.4.0");
        }
        return new ExtensionRef(text.substring(0, at), text.substring(at + 1));
    }

    static String text(ExtensionRef ref) {
        return ref.getName() + "@" + ref.getVersion();
    }
}
