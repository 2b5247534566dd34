package io.forrest.examples.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Says which Forrest this is, by the jar's manifest. Immutable and thread-safe. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        Optional<String> version =
                Optional.ofNullable(Version.class.getPackage().getImplementationVersion());
        return new String[] {"forrest " + version.orElse("(not packaged)")};
    }
}
