package io.forrest.etcd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority of one's own, and certificates from it in PEM form, made by the JDK's keytool. */
final class Certificates {

    private static final String PASSWORD = "changeit";
    private static final String LOCALHOST = "san=dns:localhost,ip:127.0.0.1";

    private final Path folder;

    /** A certificate and its key, in PEM form. */
    record Pem(Path certificate, Path privateKey) {}

    private Certificates(Path folder) {
        this.folder = folder;
    }

    /** Makes an authority whose files lie in a folder of its own. */
    static Certificates in(Path folder) throws Exception {
        Certificates certificates = new Certificates(Files.createDirectories(folder));
        certificates.keytool("ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=Test authority", "-ext", "bc:c");
        certificates.pem("ca");
        return certificates;
    }

    Path authority() {
        return folder.resolve("ca.crt");
    }

    /** Issues a certificate for localhost. */
    Pem issue(String name, String algorithm) throws Exception {
        return issue(name, algorithm, LOCALHOST);
    }

    Pem issue(String name, String algorithm, String extension) throws Exception {
        return issue(name, algorithm, extension, "-validity", "90");
    }

    /** Issues a certificate for localhost that was valid for a day, until yesterday. */
    Pem issueExpired(String name) throws Exception {
        return issue(name, "EC", LOCALHOST, "-startdate", "-2d", "-validity", "1");
    }

    private Pem issue(String name, String algorithm, String extension, String... validity) throws Exception {
        keytool(name, "-genkeypair", "-keyalg", algorithm, "-dname", "CN=" + name);
        String request = folder.resolve(name + ".csr").toString();
        String issued = folder.resolve(name + ".issued").toString();
        keytool(name, "-certreq", "-file", request);
        List<String> issue = new ArrayList<>(List.of(
                "-gencert",
                "-infile",
                request,
                "-outfile",
                issued,
                "-rfc",
                "-ext",
                extension,
                "-ext",
                "eku=serverAuth,clientAuth"));
        issue.addAll(List.of(validity));
        keytool("ca", issue.toArray(new String[0]));
        keytool(name, "-importcert", "-noprompt", "-file", authority().toString(), "-alias", "root");
        keytool(name, "-importcert", "-file", issued);
        return pem(name);
    }

    private Pem pem(String name) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        Certificate certificate = store.getCertificate(name);
        Key key = store.getKey(name, PASSWORD.toCharArray());
        return new Pem(
                write(name + ".crt", "CERTIFICATE", certificate.getEncoded()),
                write(name + ".key", "PRIVATE KEY", key.getEncoded()));
    }

    private Path write(String file, String label, byte[] bytes) throws IOException {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(bytes);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }

    private void keytool(String store, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                folder.resolve(store + ".p12").toString()));
        if (!command.contains("-alias")) {
            command.addAll(List.of("-alias", store));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + output);
        }
    }
}
