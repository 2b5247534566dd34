package io.forrest.docker;

import java.nio.file.Path;

/** Certificates for an engine and its clients, signed by an authority of their own. Immutable and thread-safe. */
final class TestCertificates {

    private final Path folder;

    private TestCertificates(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes an authority, a certificate for an engine, and one for a client.
     *
     * @param folder an empty folder for all of them
     * @param address the engine's address
     */
    static TestCertificates make(Path folder, String address) {
        Shell.run(
                "cd \"$1\"; mkdir client server;"
                        + " openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca-key.pem -out ca.pem;"
                        + " echo \"subjectAltName=IP:$2\" > server.ext; echo extendedKeyUsage=clientAuth > client.ext;"
                        + " for side in server client; do"
                        + "   openssl req -newkey rsa:2048 -nodes -subj /CN=$side -keyout $side/key.pem -out $side.csr;"
                        + "   openssl x509 -req -days 2 -in $side.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial"
                        + "     -extfile $side.ext -out $side/cert.pem;"
                        + "   cp ca.pem $side; done",
                folder.toString(),
                address);
        return new TestCertificates(folder);
    }

    Path client() {
        return folder.resolve("client");
    }

    Path server() {
        return folder.resolve("server");
    }

    /** Makes a client's folder like {@link #client()} whose key has the form that older tools of OpenSSL write. */
    Path clientWithTraditionalKey() {
        Path made = folder.resolve("traditional");
        Shell.run(
                "cp -r \"$1\" \"$2\"; openssl rsa -traditional -in \"$1\"/key.pem -out \"$2\"/key.pem",
                client().toString(),
                made.toString());
        return made;
    }

    /** Makes a client's folder with the authority alone. */
    Path authorityOnly() {
        Path made = folder.resolve("authority-only");
        Shell.run("mkdir \"$2\"; cp \"$1\"/ca.pem \"$2\"", client().toString(), made.toString());
        return made;
    }
}
